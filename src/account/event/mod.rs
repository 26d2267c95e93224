//! Typed, numbered events: what the audit chain proves.
//!
//! No secret, no code, no full phone number or e-mail address is ever in one: destinations are masked, transactions are
//! fingerprints, payees are fingerprints under a mask that takes a key to make, and what people type is sealed apart
//! ([`free_text`](super::free_text)). Encoded as `version (1) | audit key id (4) | number (2) | time in ms (8) | audit epoch
//! (4) | fields | sealed texts`; version 2 is version 1 with a mask over a payment. The numbers are stable, the fields follow
//! the order of the enum, and both are append-only.

mod because;
mod kind;
mod mask;
mod number;
mod texts;

pub use because::{DeviceLost, Proof, RejectedBecause, SetAuthority};
pub use kind::EventKind;

use rand::CryptoRng;

use super::format::{FormatError, VERSION};
use super::free_text::{ERASED_TEXT, FreeTexts, Opened, SEALED_TEXT, SEALED_TEXTS_BYTES_MIN};
use crate::types::{KeyId, StoreKey, Timestamp};

/// Longest encoded event, in bytes.
pub const EVENT_BYTES_MAX: usize = 4 * 1024;
/// Where the epoch stands in the bytes.
pub(super) const EPOCH_AT: usize = 1 + 4 + 2 + 8;
const HEADER_BYTES: usize = EPOCH_AT + 4;
/// The version byte of a payment under its mask.
const MASKED_VERSION: u8 = 2;

/// One thing that happened to an account or a payee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it was decided.
    pub at: Timestamp,
    /// The key that MACs it.
    pub key_id: KeyId,
    /// The audit epoch of that key; 0 = the ring's own.
    pub epoch: u32,
    /// What happened.
    pub kind: EventKind,
    /// The free texts, sealed; [`SEALED_TEXT`] stands where they belong. Empty where there are none, or they were opened.
    pub sealed_texts: Vec<u8>,
    /// Whether payee and content of a payment stand under their mask, as they do in a store: see
    /// [`unmasked`](Self::unmasked).
    pub is_masked: bool,
}

impl Event {
    /// The stored bytes.
    ///
    /// # Errors
    /// [`FormatError::OutOfBounds`] beyond [`EVENT_BYTES_MAX`], and for a mask over something else than a payment. An event whose
    /// texts were opened is for reading: its bytes are refused.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        if self.is_masked && !Self::is_of_payment(&self.kind) {
            return Err(FormatError::OutOfBounds("only payments are masked"));
        }
        let mut bytes = Vec::with_capacity(160);
        bytes.push(if self.is_masked { MASKED_VERSION } else { VERSION });
        bytes.extend_from_slice(&self.key_id.0.to_le_bytes());
        bytes.extend_from_slice(&self.kind.number().to_le_bytes());
        bytes.extend_from_slice(&self.at.unix_ms().to_le_bytes());
        let too_long = FormatError::OutOfBounds("an event is too long");
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        let mut bytes = postcard::to_extend(&self.kind, bytes).map_err(|_| too_long)?;
        bytes.extend_from_slice(&self.sealed_texts);
        if bytes.len() <= EVENT_BYTES_MAX { Ok(bytes) } else { Err(too_long) }
    }

    /// Reads stored bytes. Only a verified chain makes them proof.
    ///
    /// # Errors
    /// [`FormatError`] for damaged bytes or a newer version.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let is_masked = match bytes.first() {
            Some(&VERSION) => false,
            Some(&MASKED_VERSION) => true,
            Some(&other) if other != 0 => return Err(FormatError::Unsupported(other)),
            _ => return Err(FormatError::Malformed),
        };
        if bytes.len() > EVENT_BYTES_MAX || bytes.len() < HEADER_BYTES {
            return Err(FormatError::Malformed);
        }
        let (header, fields) = bytes.split_at(HEADER_BYTES);
        let (mut kind, rest) = postcard::take_from_bytes::<EventKind>(fields).map_err(|_| FormatError::Malformed)?;
        let number = u16::from_le_bytes(array(&header[5..7])?);
        let is_whole = match kind.texts().len() {
            0 => rest.is_empty(),
            _ => rest.len() >= SEALED_TEXTS_BYTES_MIN,
        };
        if !is_whole || kind.number() != number || is_masked && !Self::is_of_payment(&kind) {
            return Err(FormatError::Malformed);
        }
        let at = i64::from_le_bytes(array(&header[7..EPOCH_AT])?);
        let at = Timestamp::from_unix_ms(at).map_err(|_| FormatError::Malformed)?;
        let key_id = KeyId(u32::from_le_bytes(array(&header[1..5])?));
        let epoch = u32::from_le_bytes(array(&header[EPOCH_AT..])?);
        Ok(Self { at, key_id, epoch, kind, sealed_texts: rest.to_vec(), is_masked })
    }

    /// The event with its free texts, as far as the account's record still opens them.
    #[must_use]
    pub fn with_texts(mut self, texts: &FreeTexts, owner: StoreKey, seq: u64) -> Self {
        if self.sealed_texts.is_empty() {
            return self;
        }
        let opened = match self.kind.keeps_texts().then(|| texts.open_kept(owner, seq, &self.sealed_texts)).flatten() {
            Some(kept) => Opened::Texts(kept),
            None => texts.open(owner, seq, &self.sealed_texts),
        };
        let fields = self.kind.texts();
        match opened {
            Opened::Texts(opened) if opened.len() == fields.len() => {
                // A text that does not fit its field any more stays shut.
                fields.into_iter().zip(opened).for_each(|(field, text)| _ = field.replace(&text));
            }
            Opened::Erased => fields.into_iter().for_each(|field| _ = field.replace(ERASED_TEXT)),
            Opened::Texts(_) | Opened::Shut => return self,
        }
        self.sealed_texts = Vec::new();
        self
    }

    /// Takes the free texts out and seals them for event `seq` of `owner`.
    pub(crate) fn seal_texts(
        &mut self,
        texts: Option<&mut FreeTexts>,
        owner: StoreKey,
        seq: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), FormatError> {
        let fields = self.kind.texts();
        if fields.is_empty() {
            return Ok(());
        }
        let texts = texts.ok_or(FormatError::OutOfBounds("only an account's events hold free texts"))?;
        let plain = fields.into_iter().map(|field| field.replace(SEALED_TEXT)).collect::<Result<Vec<_>, _>>()?;
        self.sealed_texts = texts.seal(owner, seq, &plain, rng)?;
        Ok(())
    }
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], FormatError> {
    bytes.try_into().map_err(|_| FormatError::Malformed)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::types::RandomId;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn event() -> Event {
        let kind = EventKind::TotpAccepted { step: 7 };
        plain(kind)
    }

    pub(in crate::account::event) fn plain(kind: EventKind) -> Event {
        let at = Timestamp::from_unix_s(1_700_000_000).unwrap();
        Event { at, key_id: KeyId(3), epoch: 8, kind, sealed_texts: Vec::new(), is_masked: false }
    }

    #[test]
    fn reads_back_and_refuses_what_it_did_not_write() {
        let bytes = event().encode().unwrap();
        assert_eq!(Event::decode(&bytes), Ok(event()));
        for cut in 0..bytes.len() {
            assert!(Event::decode(&bytes[..cut]).is_err());
        }
        assert_eq!(Event::decode(&[&bytes[..], &[0]].concat()), Err(FormatError::Malformed));
        let mut other_number = bytes.clone();
        other_number[5] = 99;
        assert_eq!(Event::decode(&other_number), Err(FormatError::Malformed));
        assert_eq!(Event::decode(&[9]), Err(FormatError::Unsupported(9)));
    }

    #[test]
    fn what_people_typed_is_in_no_byte_and_reads_back_until_it_is_erased() {
        const OWNER: StoreKey = StoreKey([4; 16]);
        let name = |text| crate::types::ActorId::parse(text).unwrap();
        let lifted = |actor, release| EventKind::FreezeLifted {
            freeze: RandomId([1; 16]),
            actor: name(actor),
            authority: crate::freeze::Authority::Agent,
            release,
        };
        let case = crate::types::CaseRef::parse("file 12 of Anna Lind").unwrap();
        let mut event = plain(lifted("agent-anna", Some(case)));
        let told = event.kind.clone();
        assert!(event.seal_texts(None, OWNER, 5, &mut StdRng::seed_from_u64(1)).is_err(), "no key, no event");
        let mut texts = FreeTexts::default();
        let mut event = plain(told.clone());
        event.seal_texts(Some(&mut texts), OWNER, 5, &mut StdRng::seed_from_u64(1)).unwrap();
        let bytes = event.encode().unwrap();
        assert!(!String::from_utf8_lossy(&bytes).to_lowercase().contains("anna"));
        let read = Event::decode(&bytes).unwrap();
        assert_eq!(read, event);
        assert_eq!(read.clone().with_texts(&texts, OWNER, 5).kind, told);
        assert_eq!(read.clone().with_texts(&texts, OWNER, 6), read, "another event's texts stay shut");
        let case = crate::types::CaseRef::parse(ERASED_TEXT).unwrap();
        let erased = read.clone().with_texts(&FreeTexts::erased(5), OWNER, 5);
        assert_eq!(erased.kind, lifted(ERASED_TEXT, Some(case)));
        assert!(Event::decode(&erased.encode().unwrap()).is_err(), "what was opened is no stored event");
    }

    proptest::proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let _ = Event::decode(&bytes);
            let _ = Event::decode(&[&event().encode().unwrap()[..19], &bytes].concat());
        }
    }
}
