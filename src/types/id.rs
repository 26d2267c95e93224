//! Names of things: accounts, transactions, payees, devices, agents, freezes, keys.

use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an id: 1 to 128 bytes of UTF-8 without control characters.
            ///
            /// # Errors
            /// [`IdError`] says which of these it breaks.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                checked(text).map(|text| Self(text.to_owned()))
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
                checked(&text)?;
                Ok(Self(text))
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
    AccountId
}
text_id! {
    /// Who acts: a support agent, a compliance officer, a rule, the owner.
    ActorId
}
text_id! {
    /// A reference to a case, order or release outside this library, e.g. a court file number.
    CaseRef
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
