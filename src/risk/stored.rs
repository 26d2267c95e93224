//! A profile as a record carries it: most of what is decided about an account is not about payments and never opens it.

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::RiskError;
use super::state::{PROFILE_BYTES_MAX, Profile};
use super::wire;

/// The bytes of a [`Profile`], carried unread from one record to the next until a payment asks. None are the profile of an
/// account that has not paid yet.
///
/// ```
/// use account_security::risk::{Profile, StoredProfile};
/// let stored = StoredProfile::of(&Profile::new())?;
/// assert_eq!((stored.read()?, stored), (Profile::new(), StoredProfile::default()));
/// # Ok::<(), account_security::risk::RiskError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StoredProfile(Vec<u8>);

impl StoredProfile {
    /// Writes a profile down.
    ///
    /// # Errors
    /// [`RiskError::CorruptProfile`] for one that could not be read again.
    pub fn of(profile: &Profile) -> Result<Self, RiskError> {
        if profile.currency.is_none() && *profile == Profile::new() {
            return Ok(Self::default());
        }
        wire::write(profile).written().map(|bytes| Self(bytes.to_vec())).ok_or(TOO_LARGE)
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`RiskError::CorruptProfile`] for bytes that no version of this library wrote.
    pub fn read(&self) -> Result<Profile, RiskError> {
        if self.0.is_empty() {
            return Ok(Profile::new());
        }
        wire::read(&self.0)
    }
}

const TOO_LARGE: RiskError = RiskError::CorruptProfile("more bytes than a profile has");

impl Serialize for StoredProfile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for StoredProfile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(BytesVisitor)
    }
}

/// Bytes, or the list of numbers that texts such as JSON write for them.
struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = StoredProfile;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at most {PROFILE_BYTES_MAX} bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<StoredProfile, E> {
        if bytes.len() <= PROFILE_BYTES_MAX {
            Ok(StoredProfile(bytes.to_vec()))
        } else {
            Err(E::invalid_length(bytes.len(), &self))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<StoredProfile, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = sequence.next_element()? {
            if bytes.len() == PROFILE_BYTES_MAX {
                return Err(A::Error::invalid_length(bytes.len() + 1, &self));
            }
            bytes.push(byte);
        }
        Ok(StoredProfile(bytes))
    }
}

/// By way of its stored form.
impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        StoredProfile::of(self).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl TryFrom<StoredProfile> for Profile {
    type Error = RiskError;

    fn try_from(stored: StoredProfile) -> Result<Self, RiskError> {
        stored.read()
    }
}

/// As the profile it is.
impl std::fmt::Debug for StoredProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.read() {
            Ok(profile) => profile.fmt(f),
            Err(fault) => f.debug_tuple("StoredProfile").field(&fault).finish(),
        }
    }
}
