//! Sealing: nothing leaves for a store in plain.
//!
//! `format (1) | key id (4) | key check (4) | nonce (12) | ciphertext | tag (16)` with AES-256-GCM-SIV (RFC 8452). It is
//! nonce-misuse resistant: should a restored machine image or a forked process ever repeat a nonce, all it shows is
//! whether two plain texts are equal, where other ciphers would give the key stream or the MAC key away. On processors
//! with AES instructions it also took about a fifth of the time of XChaCha20-Poly1305 for a kilobyte when it was chosen; without
//! them it is slower, but still constant in time. The associated data bind what the bytes are, whose they are, at which
//! version they stand and the header itself, so a flipped bit, another account's row and an old row under a new version number are all detected. SQLite's own
//! integrity check sees none of these.

use aes_gcm_siv::AeadInOut;
use rand::CryptoRng;

use super::keyring::{DerivedKeys, Keyring, KeyringError};
use crate::types::secret::Wiped;
use crate::types::{KeyId, RandomId, StoreKey};

/// The layout above.
const FORMAT: u8 = 1;
const HEADER_BYTES: usize = 1 + 4 + 4 + NONCE_BYTES;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
/// Bytes that whoever has something sealed in its place leaves in front of it.
pub(crate) const SEAL_ROOM: usize = HEADER_BYTES;
/// Largest plain text sealed or opened, in bytes.
pub const SEALED_PLAIN_BYTES_MAX: usize = 64 * 1024;

/// What sealed bytes are; one kind never opens as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// A cell of the store (an account's record, a payee's belief) at one version.
    Cell = 1,
    /// An effect waiting in the outbox.
    Outbox = 2,
    /// A TOTP secret inside a record.
    TotpSecret = 3,
}

/// What the bytes belong to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat {
    pub(crate) kind: Kind,
    pub(crate) owner: StoreKey,
    /// The cell's version, or 0 where there is none.
    pub(crate) version: u64,
}

/// Opened bytes, wiped on drop.
pub(crate) struct Plain(Wiped);

impl std::ops::Deref for Plain {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0[HEADER_BYTES..self.0.len() - TAG_BYTES]
    }
}

impl std::fmt::Debug for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plain({} bytes, redacted)", self.len())
    }
}

/// Why sealed bytes do not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Damaged, cut, moved from another account or version, or too large.
    #[error("the stored bytes are damaged, cut or not this account's; restore them from a backup")]
    Corrupt,
    /// Written by a newer version of this library.
    #[error("the stored bytes have format {0}, which this version does not know; update the library")]
    Unsupported(u8),
    /// The key they were sealed with is not in the ring.
    #[error(transparent)]
    Key(#[from] KeyringError),
}

impl Seat {
    /// Binds the sealed secret of an authenticator to its account and, by the credential's random id, to its credential.
    pub(crate) fn of_totp_secret(owner: StoreKey, credential: RandomId) -> Self {
        let mut first = [0; 8];
        first.copy_from_slice(&credential.0[..8]);
        Self { kind: Kind::TotpSecret, owner, version: u64::from_le_bytes(first) }
    }
}

impl Keyring {
    /// Which key sealed bytes name. Only opening them says whether it is true.
    pub(crate) fn named_in(sealed: &[u8]) -> Option<KeyId> {
        array(sealed.get(1..5)?).ok().map(|id| KeyId(u32::from_le_bytes(id)))
    }

    /// Seals `plain` for `seat` with the current key.
    pub(crate) fn seal(&self, seat: Seat, plain: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SealError> {
        let mut bytes = Vec::with_capacity(SEAL_ROOM + plain.len() + TAG_BYTES);
        bytes.resize(SEAL_ROOM, 0);
        bytes.extend_from_slice(plain);
        self.seal_in_place(seat, bytes, rng)
    }

    /// The same for what lies behind [`SEAL_ROOM`] bytes: nothing of it is copied, so nothing is left to be wiped.
    pub(crate) fn seal_in_place(
        &self,
        seat: Seat,
        bytes: Vec<u8>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, SealError> {
        let mut bytes = Wiped::new(bytes);
        let keys = self.get(self.current())?;
        let (header, plain) = bytes.split_at_mut_checked(HEADER_BYTES).ok_or(SealError::Corrupt)?;
        if plain.len() > SEALED_PLAIN_BYTES_MAX {
            return Err(SealError::Corrupt);
        }
        let nonce = nonce(seat, rng);
        header[0] = FORMAT;
        header[1..5].copy_from_slice(&self.current().0.to_le_bytes());
        header[5..9].copy_from_slice(&keys.check);
        header[9..].copy_from_slice(&nonce);
        let tag = keys
            .seal
            .encrypt_inout_detached((&nonce).into(), &associated(seat, header), plain.into())
            .map_err(|_| SealError::Corrupt)?;
        let mut sealed = bytes.into_inner();
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Opens what [`Keyring::seal`] made for the same seat, in the bytes it came in.
    pub(crate) fn open(&self, seat: Seat, mut sealed: Vec<u8>) -> Result<Plain, SealError> {
        match sealed.first() {
            Some(&FORMAT) => {}
            // No version ever wrote a zero: bytes that were wiped.
            Some(&0) => return Err(SealError::Corrupt),
            Some(&other) => return Err(SealError::Unsupported(other)),
            None => return Err(SealError::Corrupt),
        }
        let inner = sealed.len().checked_sub(HEADER_BYTES + TAG_BYTES).ok_or(SealError::Corrupt)?;
        if inner > SEALED_PLAIN_BYTES_MAX {
            return Err(SealError::Corrupt);
        }
        let (header, rest) = sealed.split_at_mut(HEADER_BYTES);
        let (body, tag) = rest.split_at_mut(inner);
        let keys = self.keys_of(header)?;
        let (nonce, tag) = (array::<NONCE_BYTES>(&header[9..])?, array::<TAG_BYTES>(tag)?);
        keys.seal
            .decrypt_inout_detached((&nonce).into(), &associated(seat, header), body.into(), (&tag).into())
            .map_err(|_| SealError::Corrupt)?;
        Ok(Plain(Wiped::new(sealed)))
    }

    fn keys_of(&self, header: &[u8]) -> Result<&DerivedKeys, SealError> {
        let id = KeyId(u32::from_le_bytes(array(&header[1..5])?));
        let keys = self.get(id)?;
        if keys.check == header[5..9] { Ok(keys) } else { Err(KeyringError::KeyLost(id).into()) }
    }
}

/// Version and four bytes of the owner are a cell's nonce: no randomness is drawn for a payment. Such nonces do repeat,
/// between accounts that share those bytes, writers that race for one version, and restored backups. GCM-SIV stands
/// that: owner and version are associated data too, so only equal plain texts of one cell at one version look alike.
/// What has no version draws its nonce.
fn nonce(seat: Seat, rng: &mut dyn CryptoRng) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    match seat.kind {
        Kind::Cell => {
            nonce[..8].copy_from_slice(&seat.version.to_le_bytes());
            nonce[8..].copy_from_slice(&seat.owner.0[..4]);
        }
        Kind::Outbox | Kind::TotpSecret => rng.fill_bytes(&mut nonce),
    }
    nonce
}

fn associated(seat: Seat, header: &[u8]) -> [u8; 1 + 16 + 8 + 9] {
    let mut data = [0; 34];
    data[0] = seat.kind as u8;
    data[1..17].copy_from_slice(&seat.owner.0);
    data[17..25].copy_from_slice(&seat.version.to_le_bytes());
    data[25..].copy_from_slice(&header[..9]);
    data
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], SealError> {
    bytes.get(..N).and_then(|bytes| bytes.try_into().ok()).ok_or(SealError::Corrupt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::SecretBytes;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    const SEAT: Seat = Seat { kind: Kind::Cell, owner: StoreKey([3; 16]), version: 8 };

    fn ring(current: u32, roots: &[(u32, u8)]) -> Keyring {
        let keys = roots.iter().map(|(id, root)| (KeyId(*id), SecretBytes::new(vec![*root; 32]))).collect();
        Keyring::new(SecretBytes::new(vec![1; 32]), KeyId(current), keys).unwrap()
    }

    fn sealed() -> Vec<u8> {
        ring(1, &[(1, 7)]).seal(SEAT, b"the record", &mut StdRng::seed_from_u64(1)).unwrap()
    }

    #[test]
    fn opens_only_in_its_own_seat() {
        let ring = ring(1, &[(1, 7)]);
        assert_eq!(&*ring.open(SEAT, sealed()).unwrap(), b"the record");
        for seat in [
            Seat { kind: Kind::Outbox, ..SEAT },
            Seat { owner: StoreKey([4; 16]), ..SEAT },
            Seat { version: 7, ..SEAT },
        ] {
            assert_eq!(ring.open(seat, sealed()).unwrap_err(), SealError::Corrupt);
        }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_seen() {
        let ring = ring(1, &[(1, 7)]);
        let good = sealed();
        for index in 0..good.len() {
            let mut bad = good.clone();
            bad[index] ^= 1;
            assert!(ring.open(SEAT, bad).is_err(), "byte {index}");
            assert!(ring.open(SEAT, good[..index].to_vec()).is_err(), "cut at {index}");
        }
    }

    #[test]
    fn a_rotated_ring_still_opens_and_a_wrong_one_says_key_lost() {
        assert!(ring(2, &[(1, 7), (2, 8)]).open(SEAT, sealed()).is_ok());
        let lost = SealError::Key(KeyringError::KeyLost(KeyId(1)));
        assert_eq!(ring(2, &[(2, 7)]).open(SEAT, sealed()).unwrap_err(), lost);
        assert_eq!(ring(1, &[(1, 8)]).open(SEAT, sealed()).unwrap_err(), lost);
    }
}
