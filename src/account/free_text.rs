//! Free texts in events: sealed under a key of the account's own, so that erasing the key erases them for good.
//!
//! The chain proves bytes, so nothing in it can be taken out; and the right to erasure (GDPR art. 17) does not ask whether
//! it can. What people type is therefore written as cipher text, and the MACs run over that. The key is random, lies in
//! the sealed record and nowhere else: once it is gone (crypto-shredding), the chain still verifies and the texts are noise.
//!
//! Free texts are, by their types: every [`ActorId`](crate::types::ActorId) (staff names, the owner's own account id), every
//! [`CaseRef`](crate::types::CaseRef) and every [`DeviceLabel`](super::DeviceLabel). All else in an event is a number, a
//! random id, a keyed tag, a fingerprint or a masked contact. A fingerprint of a payee stands under a mask: who holds the
//! look-up key and guesses the name can check the guess, before and after an erasure. In events of before there were masks
//! everybody can.
//!
//! One text no erasure takes: who erased ([`EventKind::FreeTextErased`](super::EventKind::FreeTextErased)). It is sealed under
//! a key that comes from the look-up key, so it opens as long as the account is found at all.
//!
//! Erased is what the store holds now. Backups of the record hold the key until they are thrown away, and the record's own
//! fields (contacts, devices, freezes in force or lately ended) are data in use, with commands of their own.

use aes_gcm_siv::{AeadInOut, Aes256GcmSiv, KeyInit};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::format::FormatError;
use crate::types::StoreKey;

/// What stands in an event for a text that is sealed.
pub const SEALED_TEXT: &str = "(sealed)";
/// What is shown for a text that was erased.
pub const ERASED_TEXT: &str = "(erased)";
/// Fewest bytes that sealing adds to an event: a tag and one short text.
pub(crate) const SEALED_TEXTS_BYTES_MIN: usize = TAG_BYTES + 2;
const TAG_BYTES: usize = 16;
const KEY_BYTES: usize = 32;

/// What opens the free texts in an account's events, and how far they were erased. No key is there before the first text.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeTexts {
    key: Option<TextKey>,
    erased_through: u64,
    last_sealed: u64,
    /// What opens the names of those who erased; not stored, it comes from the key ring.
    #[serde(skip)]
    kept: Option<TextKey>,
}

/// Wiped on drop, redacted in Debug, compared in constant time. Serialised only into a record that is sealed.
#[derive(Clone, Serialize, Deserialize)]
struct TextKey(Zeroizing<[u8; KEY_BYTES]>);

/// What became of sealed texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    Texts(Vec<String>),
    Erased,
    /// Neither erased nor opened by this key: the key belongs to another state of the record, or the bytes are damaged.
    Shut,
}

impl FreeTexts {
    /// The last event whose texts were erased; 0 = none ever were.
    #[must_use]
    pub const fn erased_through(&self) -> u64 {
        self.erased_through
    }

    /// Whether an event behind the last erasure holds a text. The event that tells of the erasure does not count.
    #[must_use]
    pub const fn holds_any(&self) -> bool {
        let notice = if self.erased_through > 0 { self.erased_through + 1 } else { 0 };
        self.last_sealed > notice
    }

    /// Forgets the key of every text up to event `seq`. The next text draws a new one.
    pub(crate) const fn erased(seq: u64) -> Self {
        Self { key: None, erased_through: seq, last_sealed: 0, kept: None }
    }

    /// What seals a text that no erasure takes.
    pub(crate) fn kept(key: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Self { key: Some(TextKey(key)), ..Self::default() }
    }

    /// These, and what opens the texts that no erasure takes.
    pub(crate) fn with_kept(self, kept: Self) -> Self {
        Self { kept: kept.key, ..self }
    }

    /// Opens the texts of event `seq` if no erasure takes them.
    pub(crate) fn open_kept(&self, owner: StoreKey, seq: u64, sealed: &[u8]) -> Option<Vec<String>> {
        texts(self.kept.as_ref()?, owner, seq, sealed)
    }

    /// Seals the texts of event `seq`.
    pub(crate) fn seal(
        &mut self,
        owner: StoreKey,
        seq: u64,
        texts: &[String],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, FormatError> {
        let fault = FormatError::OutOfBounds("the texts of an event cannot be sealed");
        let mut bytes = postcard::to_allocvec(texts).map_err(|_| fault)?;
        let key = self.key.get_or_insert_with(|| TextKey::generate(rng));
        let tag = key.cipher().encrypt_inout_detached(
            (&nonce(seq)).into(),
            &associated(owner, seq),
            bytes.as_mut_slice().into(),
        );
        bytes.extend_from_slice(&tag.map_err(|_| fault)?);
        self.last_sealed = seq;
        Ok(bytes)
    }

    /// Opens the texts of event `seq`.
    pub(crate) fn open(&self, owner: StoreKey, seq: u64, sealed: &[u8]) -> Opened {
        if seq <= self.erased_through {
            return Opened::Erased;
        }
        let opened = self.key.as_ref().and_then(|key| texts(key, owner, seq, sealed));
        opened.map_or(Opened::Shut, Opened::Texts)
    }
}

fn texts(key: &TextKey, owner: StoreKey, seq: u64, sealed: &[u8]) -> Option<Vec<String>> {
    let (body, tag) = sealed.split_last_chunk::<TAG_BYTES>()?;
    let mut body = body.to_vec();
    let place = associated(owner, seq);
    let inout = body.as_mut_slice().into();
    key.cipher().decrypt_inout_detached((&nonce(seq)).into(), &place, inout, tag.into()).ok()?;
    postcard::from_bytes(&body).ok()
}

impl TextKey {
    fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        rng.fill_bytes(&mut *key);
        Self(key)
    }

    fn cipher(&self) -> Aes256GcmSiv {
        Aes256GcmSiv::new((&*self.0).into())
    }
}

impl PartialEq for TextKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&*other.0).into()
    }
}

impl Eq for TextKey {}

/// What is stored.
impl std::fmt::Debug for FreeTexts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key, erased_through, last_sealed, kept: _ } = self;
        let mut fields = f.debug_struct("FreeTexts");
        fields.field("key", key).field("erased_through", erased_through).field("last_sealed", last_sealed).finish()
    }
}

impl std::fmt::Debug for TextKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TextKey(redacted)")
    }
}

/// An event's place, which is used once. Of two writers for one place one loses, and an old backup grows on from an old
/// place: GCM-SIV stands even that, and shows no more than whether two texts are the same.
fn nonce(seq: u64) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[..8].copy_from_slice(&seq.to_le_bytes());
    nonce
}

fn associated(owner: StoreKey, seq: u64) -> [u8; 33] {
    let mut place = [0; 33];
    place[..9].copy_from_slice(b"free-text");
    place[9..25].copy_from_slice(&owner.0);
    place[25..].copy_from_slice(&seq.to_le_bytes());
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    const OWNER: StoreKey = StoreKey([1; 16]);

    fn sealed(texts: &mut FreeTexts, seq: u64) -> Vec<u8> {
        texts.seal(OWNER, seq, &["agent-1".to_owned(), "案号 7".to_owned()], &mut StdRng::seed_from_u64(seq)).unwrap()
    }

    #[test]
    fn texts_open_in_their_own_place_only() {
        let mut texts = FreeTexts::default();
        let bytes = sealed(&mut texts, 4);
        assert!(!bytes.windows(5).any(|part| part == b"agent"));
        assert_eq!(texts.open(OWNER, 4, &bytes), Opened::Texts(vec!["agent-1".to_owned(), "案号 7".to_owned()]));
        assert_eq!(texts.open(OWNER, 5, &bytes), Opened::Shut);
        assert_eq!(texts.open(StoreKey([2; 16]), 4, &bytes), Opened::Shut);
        for index in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[index] ^= 1;
            assert_eq!(texts.open(OWNER, 4, &bad), Opened::Shut, "byte {index}");
            assert_eq!(texts.open(OWNER, 4, &bytes[..index]), Opened::Shut, "cut at {index}");
        }
    }

    #[test]
    fn what_is_erased_never_opens_again_and_what_comes_later_does() {
        let mut texts = FreeTexts::default();
        let old = sealed(&mut texts, 4);
        let mut texts = FreeTexts::erased(6);
        assert!(!texts.holds_any());
        let notice = sealed(&mut texts, 7);
        assert!(!texts.holds_any(), "the notice of the erasure is no reason for another one");
        let new = sealed(&mut texts, 9);
        assert!(texts.holds_any());
        assert_eq!(texts.open(OWNER, 4, &old), Opened::Erased);
        assert!(matches!(
            (texts.open(OWNER, 7, &notice), texts.open(OWNER, 9, &new)),
            (Opened::Texts(_), Opened::Texts(_))
        ));
        assert_eq!(super::texts(texts.key.as_ref().unwrap(), OWNER, 4, &old), None, "the new key is another one");
    }

    #[test]
    fn debug_shows_no_key() {
        let mut texts = FreeTexts::default();
        sealed(&mut texts, 1);
        assert_eq!(
            format!("{texts:?}"),
            "FreeTexts { key: Some(TextKey(redacted)), erased_through: 0, last_sealed: 1 }"
        );
    }
}
