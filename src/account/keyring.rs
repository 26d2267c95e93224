//! The key ring: named root keys and what is derived from them.
//!
//! One root key per [`KeyId`]; sealing, code tags, recovery-code tags, audit MACs, cancel handles and the password pepper each get
//! their own key by HKDF-Expand (RFC 5869 §2.3), so no key serves two purposes. Rotation adds a root key and makes it current: old
//! records, codes and MACs still open with the key they name. A name that is missing here is
//! [`KeyLost`](KeyringError::KeyLost), never "wrong password". The look-up key does not rotate: it names cells in the
//! store, and a cell must be found before its key id can be read.

use std::collections::BTreeMap;

use aes_gcm_siv::{Aes256GcmSiv, KeyInit};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::decoy::{DECOY_CELLS, Decoy, DecoyTag};
use super::device::{DeviceTag, DeviceToken};
use super::epoch::{AuditEpoch, EPOCHS_AHEAD, EPOCHS_HELD_MAX, EpochError};
use super::free_text::FreeTexts;
use crate::password::PepperRing;
use crate::types::{AccountId, Fingerprint, KeyId, SecretBytes, StoreKey, TxId};
use crate::verification::budget::SendScope;
use crate::verification::{CodeKey, CodeKeys, RETIRED_KEYS_MAX};

/// Most root keys a ring holds.
pub const KEYS_MAX: usize = 64;
/// Length of a root key and of the look-up key, in bytes.
pub const ROOT_KEY_BYTES: usize = 32;

/// Why a ring cannot be built or a key cannot be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// The current key is not among the keys.
    #[error("the current key is not in the key ring; add it or name another as current")]
    NoCurrent,
    /// More than [`KEYS_MAX`] keys, or the same id twice.
    #[error("too many keys, or one key id twice; a key ring holds at most 64 keys, each id once")]
    BadKeys,
    /// A key that is not [`ROOT_KEY_BYTES`] long.
    #[error("a root key must be exactly 32 bytes of strong randomness")]
    BadLength,
    /// The named key is not here, or is another key than the one that was used.
    #[error(
        "KeyLost: key {0:?} is missing: it is not in the key ring, or not the key that was used; nothing can be decided without it"
    )]
    KeyLost(KeyId),
    /// The audit key of this epoch is not here: it was forgotten, or others have stepped on too far.
    #[error(
        "KeyLost: the key of audit epoch {0} is not in the key ring; give it the oldest epoch that is still needed"
    )]
    EpochLost(u32),
}

/// What is laid over a payment's numbers in the audit trail, by exclusive or.
#[derive(Clone, Copy)]
pub(crate) struct PaymentMask {
    pub(crate) content: u64,
    pub(crate) payee: u64,
}

/// Named root keys; the current one seals what is written now.
///
/// ```
/// use account_security::account::Keyring;
/// use account_security::types::{KeyId, SecretBytes};
/// let root = || SecretBytes::new(vec![7; 32]); // from a vault, never from source code
/// let keyring = Keyring::new(SecretBytes::new(vec![9; 32]), KeyId(1), vec![(KeyId(1), root())])?;
/// assert_eq!(keyring.current(), KeyId(1));
/// # Ok::<(), account_security::account::KeyringError>(())
/// ```
pub struct Keyring {
    lookup: Hmac<Sha256>,
    lookup_fingerprint: [u8; 16],
    current: KeyId,
    keys: BTreeMap<KeyId, DerivedKeys>,
    codes: CodeKeys,
    epochs: Epochs,
}

/// The audit keys from epoch `oldest` on; none where `oldest` is 0.
#[derive(Default)]
struct Epochs {
    oldest: u32,
    present: u32,
    macs: Vec<Hmac<Sha256>>,
}

/// What one root key is used for.
pub(crate) struct DerivedKeys {
    pub(crate) seal: Aes256GcmSiv,
    pub(crate) audit: Hmac<Sha256>,
    pub(crate) pepper: SecretBytes,
    pub(crate) recovery: SecretBytes,
    pub(crate) handle: Hmac<Sha256>,
    /// Tells "another key under this id" from "damaged bytes" before anything is opened.
    pub(crate) check: [u8; 4],
}

impl Keyring {
    /// A ring of root keys, each 32 bytes, with the one that seals from now on.
    ///
    /// # Errors
    /// [`KeyringError::NoCurrent`], [`KeyringError::BadKeys`], [`KeyringError::BadLength`].
    pub fn new(lookup: SecretBytes, current: KeyId, keys: Vec<(KeyId, SecretBytes)>) -> Result<Self, KeyringError> {
        let key_count = keys.len();
        if key_count > KEYS_MAX {
            return Err(KeyringError::BadKeys);
        }
        if lookup.expose().len() != ROOT_KEY_BYTES {
            return Err(KeyringError::BadLength);
        }
        let mut codes = BTreeMap::new();
        let mut derived = BTreeMap::new();
        for (id, root) in keys {
            derived.insert(id, DerivedKeys::derive(&root)?);
            codes.insert(id, code_key(id, &root)?);
        }
        if derived.len() != key_count {
            return Err(KeyringError::BadKeys);
        }
        let codes = code_keys(current, codes)?;
        let lookup_fingerprint = truncate(&*expand(lookup.expose(), b"lookup-check"));
        let lookup = hmac_of(&*expand(lookup.expose(), b"lookup"));
        Ok(Self { lookup, lookup_fingerprint, current, keys: derived, codes, epochs: Epochs::default() })
    }

    /// The ring with audit keys of their own, see [`epoch`](super::epoch): from now on chains are written under epoch
    /// `present`, and proven from epoch `oldest` on. Give the same number twice where nothing older needs to be proven.
    ///
    /// # Errors
    /// [`EpochError::TooFar`].
    pub fn with_audit_epochs(self, oldest: &AuditEpoch, present: u32) -> Result<Self, EpochError> {
        let held = present.checked_sub(oldest.number()).filter(|steps| *steps <= EPOCHS_HELD_MAX);
        let last = held.and(present.checked_add(EPOCHS_AHEAD)).ok_or(EpochError::TooFar)?;
        let epochs = Epochs { oldest: oldest.number(), present, macs: oldest.macs_through(last) };
        Ok(Self { epochs, ..self })
    }

    /// The key that seals what is written now.
    #[must_use]
    pub const fn current(&self) -> KeyId {
        self.current
    }

    /// Under which key a store keeps this account.
    #[must_use]
    pub fn account_key(&self, account: &AccountId) -> StoreKey {
        self.store_key(b"account", account.as_str().as_bytes())
    }

    /// Under which key a store keeps this payee's belief.
    #[must_use]
    pub fn payee_key(&self, payee: Fingerprint) -> StoreKey {
        self.store_key(b"payee", &payee.0.to_le_bytes())
    }

    /// What the audit chain of a payee calls a payment of `account`: payments of many accounts meet there, and two accounts may
    /// use one id.
    pub(crate) fn payee_tx_id(&self, account: StoreKey, tx_id: TxId) -> TxId {
        TxId(self.store_key(b"payee-tx", &[account.0, tx_id.0].concat()).0)
    }

    /// What hides a payment's payee and content in event `seq` of `owner`.
    pub(crate) fn payment_mask(&self, owner: StoreKey, seq: u64) -> PaymentMask {
        let name = [&owner.0[..], &seq.to_le_bytes()].concat();
        let StoreKey([content @ .., b8, b9, b10, b11, b12, b13, b14, b15]) = self.store_key(b"payment-mask", &name);
        PaymentMask {
            content: u64::from_le_bytes(content),
            payee: u64::from_le_bytes([b8, b9, b10, b11, b12, b13, b14, b15]),
        }
    }

    /// What seals the texts in this account's events that no erasure takes.
    pub(crate) fn kept_texts(&self, owner: StoreKey) -> FreeTexts {
        let mut mac = self.lookup.clone();
        mac.update(b"kept-texts\0");
        mac.update(&owner.0);
        FreeTexts::kept(Zeroizing::new(mac.finalize().into_bytes().into()))
    }

    /// Under which key a store keeps what is counted for this scope on this UTC day, numbered from 1970-01-01. Phone
    /// numbers and networks cannot be guessed back from it without the look-up key.
    #[must_use]
    pub fn scope_key(&self, scope: &SendScope, day: u32) -> StoreKey {
        self.store_key(b"send-scope", &[&day.to_be_bytes(), scope.to_bytes().as_slice()].concat())
    }

    /// Under which key a store keeps this cell of names without an account on this UTC day, numbered from 1970-01-01.
    #[must_use]
    pub fn decoy_key(&self, cell: u16, day: u32) -> StoreKey {
        self.store_key(b"decoy", &[&day.to_be_bytes()[..], &cell.to_le_bytes()].concat())
    }

    /// Where the counts of a name without an account are kept. Keyed, so nobody can choose names that share a cell.
    #[must_use]
    pub fn decoy(&self, name: &AccountId) -> Decoy {
        let StoreKey([first, second, rest @ ..]) = self.store_key(b"decoy-name", name.as_str().as_bytes());
        Decoy { cell: u16::from_le_bytes([first, second]) % DECOY_CELLS, tag: DecoyTag(truncate(&rest)) }
    }

    /// The tag by which an account knows a device. Made with the look-up key, which does not rotate: a device stays known.
    #[must_use]
    pub fn device_tag(&self, account: &AccountId, token: &DeviceToken) -> DeviceTag {
        let mut mac = self.lookup.clone();
        // The token has a fixed length, so token and name cannot run into each other.
        for part in [b"device\0".as_slice(), token.bytes(), account.as_str().as_bytes()] {
            mac.update(part);
        }
        DeviceTag(truncate(&mac.finalize().into_bytes()))
    }

    /// Sixteen bytes that say which look-up key this is, and nothing about it. A store remembers them, so that a
    /// process with another key ring is refused instead of finding every account "new".
    #[must_use]
    pub const fn lookup_fingerprint(&self) -> [u8; 16] {
        self.lookup_fingerprint
    }

    /// The keys derived from root key `id`.
    pub(crate) fn get(&self, id: KeyId) -> Result<&DerivedKeys, KeyringError> {
        self.keys.get(&id).ok_or(KeyringError::KeyLost(id))
    }

    /// The ids of the root keys.
    pub(crate) fn ids(&self) -> impl Iterator<Item = KeyId> {
        self.keys.keys().copied()
    }

    /// The key that MACs an event: of its epoch, or in epoch 0 of the root key it names.
    pub(crate) fn audit_key(&self, id: KeyId, epoch: u32) -> Result<&Hmac<Sha256>, KeyringError> {
        if epoch == 0 {
            return Ok(&self.get(id)?.audit);
        }
        let index = epoch.checked_sub(self.epochs.oldest).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| self.epochs.macs.get(index)).ok_or(KeyringError::EpochLost(epoch))
    }

    /// Under which epoch a chain that has reached `head` goes on: never an earlier one.
    pub(crate) fn epoch_after(&self, head: u32) -> Result<u32, KeyringError> {
        let epoch = self.epochs.present.max(head);
        if epoch > 0 {
            self.audit_key(self.current, epoch)?;
        }
        Ok(epoch)
    }

    /// The keys that make the tags of codes.
    pub(crate) const fn code_keys(&self) -> &CodeKeys {
        &self.codes
    }

    fn store_key(&self, kind: &[u8], name: &[u8]) -> StoreKey {
        let mut mac = self.lookup.clone();
        mac.update(kind);
        mac.update(&[0]);
        mac.update(name);
        StoreKey(truncate(&mac.finalize().into_bytes()))
    }
}

impl DerivedKeys {
    fn derive(root: &SecretBytes) -> Result<Self, KeyringError> {
        let root = root.expose();
        if root.len() != ROOT_KEY_BYTES {
            return Err(KeyringError::BadLength);
        }
        Ok(Self {
            seal: Aes256GcmSiv::new((&*expand(root, b"seal")).into()),
            audit: hmac_of(&*expand(root, b"audit")),
            pepper: SecretBytes::new(expand(root, b"pepper").to_vec()),
            recovery: SecretBytes::new(expand(root, b"recovery").to_vec()),
            handle: hmac_of(&*expand(root, b"cancel-handle")),
            check: truncate(&*expand(root, b"key-check")),
        })
    }
}

/// The key of the tags that `root` makes.
fn code_key(id: KeyId, root: &SecretBytes) -> Result<CodeKey, KeyringError> {
    let key = SecretBytes::new(expand(root.expose(), b"code").to_vec());
    CodeKey::new(id, &key).map_err(|_| KeyringError::BadLength)
}

/// The current one and those before it, newest id first: codes live ten minutes, so a handful of retired keys is plenty.
fn code_keys(current: KeyId, mut keys: BTreeMap<KeyId, CodeKey>) -> Result<CodeKeys, KeyringError> {
    let current = keys.remove(&current).ok_or(KeyringError::NoCurrent)?;
    CodeKeys::new(current, keys.into_values().rev().take(RETIRED_KEYS_MAX).collect()).map_err(|_| KeyringError::BadKeys)
}

impl PepperRing for Keyring {
    fn current(&self) -> Option<KeyId> {
        Some(self.current)
    }

    fn pepper(&self, id: KeyId) -> Option<&SecretBytes> {
        self.keys.get(&id).map(|keys| &keys.pepper)
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring")
            .field("current", &self.current)
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}

/// HKDF-Expand for one block: HMAC(root, info | 0x01), RFC 5869 §2.3. The roots are uniform, so no extract step.
pub(super) fn expand(root: &[u8], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut mac = hmac_of(root);
    mac.update(b"account-security/v1/");
    mac.update(purpose);
    mac.update(&[1]);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

pub(crate) fn hmac_of(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0_u8; 64]);
    // Every key here is 32 bytes; HMAC pads it with zeros to its 64-byte block (RFC 2104 §2).
    let length = key.len().min(64);
    block[..length].copy_from_slice(&key[..length]);
    <Hmac<Sha256> as KeyInit>::new((&*block).into())
}

fn truncate<const N: usize>(digest: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&digest[..N]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(root: u8) -> Keyring {
        Keyring::new(SecretBytes::new(vec![1; 32]), KeyId(1), vec![(KeyId(1), SecretBytes::new(vec![root; 32]))])
            .unwrap()
    }

    #[test]
    fn each_purpose_has_its_own_key() {
        let root = [5; 32];
        let purposes: [&[u8]; 7] = [b"seal", b"audit", b"code", b"pepper", b"recovery", b"cancel-handle", b"key-check"];
        for (index, one) in purposes.iter().enumerate() {
            for other in &purposes[index + 1..] {
                assert_ne!(*expand(&root, one), *expand(&root, other));
            }
        }
        assert_ne!(ring(1).get(KeyId(1)).unwrap().check, ring(2).get(KeyId(1)).unwrap().check);
    }

    #[test]
    fn an_account_never_shares_a_cell_with_a_payee() {
        let ring = ring(1);
        let account = AccountId::parse("abcdefgh").unwrap();
        let payee = Fingerprint(u64::from_le_bytes(*b"abcdefgh"));
        assert_ne!(ring.account_key(&account), ring.payee_key(payee));
    }

    #[test]
    fn a_scope_has_a_cell_for_each_day() {
        let ring = ring(1);
        let scope = SendScope::Network(crate::verification::budget::Network::V4([192, 0, 2]));
        assert_eq!(ring.scope_key(&scope, 7), ring.scope_key(&scope, 7));
        assert_ne!(ring.scope_key(&scope, 7), ring.scope_key(&scope, 8));
    }

    #[test]
    fn codes_know_the_current_key_and_the_eight_newest_others() {
        let keys = (1..=12).map(|id| (KeyId(id), SecretBytes::new(vec![7; 32]))).collect();
        let ring = Keyring::new(SecretBytes::new(vec![1; 32]), KeyId(2), keys).unwrap();
        let held: Vec<u32> = (1..=12).filter(|id| ring.code_keys().holds(KeyId(*id))).collect();
        assert_eq!(held, [2, 5, 6, 7, 8, 9, 10, 11, 12]);
    }

    #[test]
    fn a_device_is_known_to_one_account_only_and_its_tag_is_keyed() {
        let (token, other) =
            (DeviceToken::parse(&"a1".repeat(32)).unwrap(), DeviceToken::parse(&"a2".repeat(32)).unwrap());
        let (alice, bob) = (AccountId::parse("alice").unwrap(), AccountId::parse("bob").unwrap());
        let tag = ring(1).device_tag(&alice, &token);
        assert_eq!(tag, ring(1).device_tag(&alice, &token));
        assert_ne!(tag, ring(1).device_tag(&bob, &token));
        assert_ne!(tag, ring(1).device_tag(&alice, &other));
        let another =
            Keyring::new(SecretBytes::new(vec![2; 32]), KeyId(1), vec![(KeyId(1), SecretBytes::new(vec![1; 32]))]);
        assert_ne!(tag, another.unwrap().device_tag(&alice, &token));
    }

    #[test]
    fn names_without_an_account_spread_over_all_decoy_cells() {
        let ring = ring(1);
        let decoys: Vec<_> =
            (0..1_000).map(|n| ring.decoy(&AccountId::parse(&format!("nobody-{n}")).unwrap())).collect();
        assert!(decoys.iter().all(|decoy| decoy.cell < DECOY_CELLS));
        let cells: std::collections::BTreeSet<_> = decoys.iter().map(|decoy| decoy.cell).collect();
        assert!(cells.len() > 800, "{} cells", cells.len());
        assert_ne!(ring.decoy_key(0, 7), ring.decoy_key(1, 7));
        assert_ne!(ring.decoy_key(0, 7), ring.decoy_key(0, 8));
    }

    #[test]
    fn broken_rings_are_refused() {
        let key = |bytes| SecretBytes::new(vec![1; bytes]);
        let build = |current, keys| Keyring::new(key(32), KeyId(current), keys).err();
        assert_eq!(build(2, vec![(KeyId(1), key(32))]), Some(KeyringError::NoCurrent));
        assert_eq!(build(1, vec![(KeyId(1), key(31))]), Some(KeyringError::BadLength));
        assert_eq!(build(1, vec![(KeyId(1), key(32)), (KeyId(1), key(32))]), Some(KeyringError::BadKeys));
        assert!(matches!(ring(1).get(KeyId(9)), Err(KeyringError::KeyLost(KeyId(9)))));
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", ring(1)), "Keyring { current: KeyId(1), keys: 1, .. }");
    }
}
