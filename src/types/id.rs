//! Names of things: accounts, transactions, payees, devices, agents, freezes, keys.

use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// Longest account id, actor id or case reference, in bytes.
pub const ID_BYTES_MAX: usize = 128;

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing there.
    #[error("the id is empty")]
    Empty,
    /// More than [`ID_BYTES_MAX`] bytes.
    #[error("the id is longer than 128 bytes")]
    TooLong,
    /// A control character, which logs and terminals would act on.
    #[error("the id holds a control character")]
    ControlCharacter,
    /// A blank before or behind an actor's name, which nobody sees.
    #[error("the name begins or ends with a blank")]
    OuterBlank,
    /// A mark in an actor's name that shows nothing or turns the writing direction: two names would look like one.
    #[error("the name holds an invisible character")]
    Invisible,
}

fn checked(text: &str) -> Result<&str, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > ID_BYTES_MAX {
        return Err(IdError::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(IdError::ControlCharacter);
    }
    Ok(text)
}

/// A name that can be told from every other by looking at it.
fn checked_name(text: &str) -> Result<&str, IdError> {
    let text = checked(text)?;
    if text.trim().len() != text.len() {
        return Err(IdError::OuterBlank);
    }
    if text.chars().any(is_invisible) { Err(IdError::Invisible) } else { Ok(text) }
}

/// Marks of no width, and those that turn the writing direction (Unicode's `Default_Ignorable_Code_Point` and the like).
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// What two spellings of one name have in common: neither letter case nor width, blanks or invisible marks.
fn folded(name: &str) -> String {
    let seen: String = name.nfkc().filter(|it| !it.is_control() && !is_invisible(*it)).collect();
    // Upper case first: it knows one form of a letter where lower case knows two.
    let cased: String = seen.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect();
    cased.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An id's text as a store may hold it, from before [`ActorId::parse`] was strict.
#[derive(Deserialize)]
#[serde(transparent)]
struct Stored(String);

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $checked:ident, $(#[$parsed:meta])*) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "Stored", into = "String")]
        pub struct $name(String);

        impl $name {
            $(#[$parsed])*
            ///
            /// # Errors
            /// [`IdError`] says which of these it breaks.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                $checked(text).map(|text| Self(text.to_owned()))
            }

            /// Reads one that was stored, under whatever rules.
            pub(crate) fn stored(text: String) -> Result<Self, IdError> {
                checked(&text)?;
                Ok(Self(text))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                $checked(&text)?;
                Ok(Self(text))
            }
        }

        impl TryFrom<Stored> for $name {
            type Error = IdError;
            fn try_from(stored: Stored) -> Result<Self, IdError> {
                Self::stored(stored.0)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// Whose account: the integrator's opaque name for it. Never a phone number or an e-mail address.
    ///
    /// ```
    /// use account_security::types::AccountId;
    /// assert_eq!(AccountId::parse("c-1001")?.as_str(), "c-1001");
    /// assert!(AccountId::parse("").is_err());
    /// # Ok::<(), account_security::types::IdError>(())
    /// ```
    AccountId, checked, /// Reads an id: 1 to 128 bytes of UTF-8 without control characters.
}
text_id! {
    /// Who acts: a support agent, a compliance officer, a rule, the owner.
    ///
    /// Equal are names of the same bytes; whether two are one person is asked of [`is_same_person`](Self::is_same_person).
    ActorId, checked_name,
    /// Reads a name: 1 to 128 bytes of UTF-8 without control characters, outer blanks, invisible marks or marks that turn
    /// the writing direction.
}
text_id! {
    /// A reference to a case, order or release outside this library, e.g. a court file number.
    CaseRef, checked, /// Reads an id: 1 to 128 bytes of UTF-8 without control characters.
}

impl ActorId {
    /// Whether the two are one person as far as the names tell: dual control does not fall to another letter case, another
    /// width or a blank. That one person has one name is for whoever signs the staff in.
    ///
    /// ```
    /// use account_security::types::ActorId;
    /// assert!(ActorId::parse("anna")?.is_same_person(&ActorId::parse("Ａnna")?));
    /// # Ok::<(), account_security::types::IdError>(())
    /// ```
    #[must_use]
    pub fn is_same_person(&self, other: &Self) -> bool {
        self == other || folded(&self.0) == folded(&other.0)
    }
}

/// A 64-bit fingerprint of something that is only ever compared for equality: a payee, a device.
///
/// The first eight bytes of SHA-256 over a domain and the text, so that the same name gives the same number in every
/// language and a payee never equals a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// The fingerprint of a payee (merchant, terminal, counter-account).
    #[must_use]
    pub fn of_payee(name: &str) -> Self {
        Self(first_u64(&digest(b"payee", name)))
    }

    /// The fingerprint of a device.
    #[must_use]
    pub fn of_device(name: &str) -> Self {
        Self(first_u64(&digest(b"device", name)))
    }
}

/// A transaction id: 128 bits of SHA-256 over the integrator's own id. Idempotency is keyed by it.
///
/// ```
/// use account_security::types::TxId;
/// assert_eq!(TxId::of("tx-1"), TxId::of("tx-1"));
/// assert_ne!(TxId::of("tx-1"), TxId::of("tx-2"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TxId(pub [u8; 16]);

impl TxId {
    /// The id for the integrator's own transaction id.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&digest(b"tx", name)[..16]);
        Self(id)
    }
}

/// 128 random bits naming a challenge, a freeze, a commit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RandomId(pub [u8; 16]);

impl RandomId {
    /// Draws a new id.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        Self(id)
    }

    /// Reads the 32 lower-case hex digits that [`Display`](std::fmt::Display) writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 32 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        u128::from_str_radix(text, 16).ok().map(|id| Self(id.to_be_bytes()))
    }
}

impl std::fmt::Display for RandomId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl std::fmt::Debug for RandomId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RandomId({self})")
    }
}

/// Under which key a store keeps one cell: a keyed hash of an account's or payee's name, so that a store never learns names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StoreKey(pub [u8; 16]);

impl std::fmt::Display for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoreKey({self})")
    }
}

/// The number of a key in a key ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KeyId(pub u32);

fn digest(domain: &[u8], name: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(domain);
    hasher.update([0]);
    hasher.update(name.as_bytes());
    hasher.finalize().into()
}

fn first_u64(digest: &[u8; 32]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_bounded_and_printable() {
        assert_eq!(AccountId::parse(""), Err(IdError::Empty));
        assert_eq!(AccountId::parse(&"a".repeat(129)), Err(IdError::TooLong));
        assert_eq!(ActorId::parse("a\x1b[2J"), Err(IdError::ControlCharacter));
        assert!(CaseRef::parse("案号 2026-17").is_ok());
    }

    #[test]
    fn an_actors_name_shows_all_that_it_is() {
        for name in ["anna ", " anna", "\u{3000}anna", "anna\u{a0}"] {
            assert_eq!(ActorId::parse(name), Err(IdError::OuterBlank), "{name:?}");
            assert_eq!(ActorId::try_from(name.to_owned()), Err(IdError::OuterBlank), "{name:?}");
        }
        for name in ["\u{202e}anna", "an\u{200b}na", "anna\u{2069}", "an\u{ad}na", "anna\u{fe0f}", "anna\u{e0041}"] {
            assert_eq!(ActorId::parse(name), Err(IdError::Invisible), "{name:?}");
        }
        assert!(["李 雷", "Anna Müller", "rule:screen", "सीता"].iter().all(|name| ActorId::parse(name).is_ok()));
    }

    #[test]
    fn what_is_stored_under_older_rules_still_reads() {
        for name in ["anna ", "\u{202e}anna"] {
            let bytes = postcard::to_allocvec(name).unwrap();
            let read: ActorId = postcard::from_bytes(&bytes).unwrap();
            assert_eq!((read.as_str(), postcard::to_allocvec(&read).unwrap()), (name, bytes));
        }
        assert!(postcard::from_bytes::<ActorId>(&postcard::to_allocvec("").unwrap()).is_err());
    }

    #[test]
    fn one_person_is_one_person_in_every_spelling() {
        let named = |text: &str| ActorId::stored(text.to_owned()).unwrap();
        for (one, other) in [
            ("anna", "Anna"),
            ("anna", "anna "),
            ("anna", "\u{202e}anna"),
            ("anna m", "Ａnna  M"),
            ("müller", "MU\u{308}LLER"),
            ("straße", "STRASSE"),
            ("ΝΙΚΟΣ", "νικος"),
            ("kim", "\u{212a}im"),
        ] {
            assert!(named(one).is_same_person(&named(other)), "{one} {other:?}");
        }
        for (one, other) in [("anna", "hanna"), ("annam", "anna m"), ("muller", "müller"), ("agent-1", "agent-11")] {
            assert!(!named(one).is_same_person(&named(other)), "{one} {other}");
        }
    }

    #[test]
    fn fingerprints_are_the_same_on_every_platform() {
        assert_eq!(Fingerprint::of_payee("shop").0, 0xd4ee_2934_cfbe_8e33);
        assert_ne!(Fingerprint::of_payee("x").0, Fingerprint::of_device("x").0);
    }

    #[test]
    fn a_random_id_reads_back() {
        let id = RandomId([7; 16]);
        assert_eq!(RandomId::parse(&id.to_string()), Some(id));
        assert_eq!(RandomId::parse("7"), None);
        assert_eq!(RandomId::parse("+0000000000000000000000000000007"), None);
    }
}
