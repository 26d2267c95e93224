//! What is stored: tags of ten codes, and which are spent.

use serde::{Deserialize, Serialize};

use super::error::RecoverySetError;
use super::key::TAG_BYTES;
use crate::types::{KeyId, RandomId, Timestamp};

/// Codes of a set.
pub const RECOVERY_CODES: usize = 10;
/// At this many codes left the owner should be told to draw new ones.
pub const RECOVERY_LOW_AT: usize = 3;

/// The recovery codes of an account. Empty by default; what is read from a store is checked first.
///
/// ```
/// use account_security::totp::RecoverySet;
/// let set = RecoverySet::default();
/// assert_eq!((set.left(), set.generation(), set.key_id()), (0, 0, None));
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredSet")]
pub struct RecoverySet {
    pub(super) generation: u32,
    pub(super) key_id: KeyId,
    pub(super) created_at: Timestamp,
    /// The sign-in that spent the latest code; it can spend no other.
    pub(super) last_sign_in: Option<RandomId>,
    pub(super) codes: Vec<StoredCode>,
}

/// One code, as a tag.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredCode {
    pub(super) tag: [u8; TAG_BYTES],
    pub(super) spent_at: Option<Timestamp>,
}

impl RecoverySet {
    /// Codes not spent yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.codes.iter().filter(|code| code.spent_at.is_none()).count()
    }

    /// Whether there are codes, but [`RECOVERY_LOW_AT`] or fewer are left.
    #[must_use]
    pub fn is_low(&self) -> bool {
        !self.codes.is_empty() && self.left() <= RECOVERY_LOW_AT
    }

    /// How often codes were drawn; 0 = never.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// The key the tags were made with. It must stay in the key ring as long as these codes shall open.
    #[must_use]
    pub fn key_id(&self) -> Option<KeyId> {
        (!self.codes.is_empty()).then_some(self.key_id)
    }

    /// When these codes were drawn.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        (!self.codes.is_empty()).then_some(self.created_at)
    }

    /// Checks what the types alone do not: the count, that no code is there twice, the order of times.
    ///
    /// # Errors
    /// [`RecoverySetError`] names what is impossible. Reading from a store calls this.
    pub fn validate(&self) -> Result<(), RecoverySetError> {
        if self.codes.len() > RECOVERY_CODES || self.codes.is_empty() != (self.generation == 0) {
            return Err(RecoverySetError::CodeCount);
        }
        let repeats =
            |(index, code): (usize, &StoredCode)| self.codes.iter().skip(index + 1).any(|other| other.tag == code.tag);
        if self.codes.iter().enumerate().any(repeats) {
            return Err(RecoverySetError::DuplicateCode);
        }
        let early = |code: &StoredCode| code.spent_at.is_some_and(|spent_at| spent_at < self.created_at);
        if self.codes.iter().any(early) || self.last_sign_in.is_some() == self.codes.iter().all(is_unspent) {
            return Err(RecoverySetError::Times);
        }
        Ok(())
    }
}

impl Default for RecoverySet {
    /// No codes were ever drawn.
    fn default() -> Self {
        Self { generation: 0, key_id: KeyId(0), created_at: Timestamp::MIN, last_sign_in: None, codes: Vec::new() }
    }
}

fn is_unspent(code: &StoredCode) -> bool {
    code.spent_at.is_none()
}

impl std::fmt::Debug for RecoverySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecoverySet")
            .field("generation", &self.generation)
            .field("left", &self.left())
            .field("key_id", &self.key_id)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

/// The same fields, not yet checked.
#[derive(Deserialize)]
struct StoredSet {
    generation: u32,
    key_id: KeyId,
    created_at: Timestamp,
    last_sign_in: Option<RandomId>,
    codes: Vec<StoredCode>,
}

impl TryFrom<StoredSet> for RecoverySet {
    type Error = RecoverySetError;
    fn try_from(stored: StoredSet) -> Result<Self, RecoverySetError> {
        let StoredSet { generation, key_id, created_at, last_sign_in, codes } = stored;
        let set = Self { generation, key_id, created_at, last_sign_in, codes };
        set.validate()?;
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> RecoverySet {
        let created_at = Timestamp::from_unix_s(1_000).unwrap();
        let code = |number| StoredCode { tag: [number; TAG_BYTES], spent_at: None };
        let mut codes: Vec<StoredCode> = (1..=10).map(code).collect();
        codes[4].spent_at = Some(created_at.plus_ms(1));
        RecoverySet { generation: 2, key_id: KeyId(7), created_at, last_sign_in: Some(RandomId([9; 16])), codes }
    }

    #[test]
    fn a_set_reads_back_and_is_small() {
        assert_eq!(postcard::to_allocvec(&RecoverySet::default()).unwrap().len(), 5);
        for set in [RecoverySet::default(), full()] {
            assert_eq!(set.validate(), Ok(()));
            let bytes = postcard::to_allocvec(&set).unwrap();
            assert!(bytes.len() < 220, "{}", bytes.len());
            assert_eq!(postcard::from_bytes::<RecoverySet>(&bytes).unwrap(), set);
            let json = serde_json::to_string(&set).unwrap();
            assert_eq!(serde_json::from_str::<RecoverySet>(&json).unwrap(), set);
        }
        assert_eq!(format!("{:?}", full()).matches("tag").count(), 0);
    }

    #[test]
    fn impossible_sets_are_not_read() {
        type Change = fn(&mut RecoverySet);
        let changes: [(Change, RecoverySetError); 8] = [
            (|set| set.generation = 0, RecoverySetError::CodeCount),
            (|set| set.codes.clear(), RecoverySetError::CodeCount),
            (|set| set.codes.push(StoredCode { tag: [99; 16], spent_at: None }), RecoverySetError::CodeCount),
            (|set| set.codes[9].tag = set.codes[0].tag, RecoverySetError::DuplicateCode),
            (|set| set.codes[9].spent_at = Some(Timestamp::MIN), RecoverySetError::Times),
            (|set| set.created_at = Timestamp::MAX, RecoverySetError::Times),
            (|set| set.codes[4].spent_at = None, RecoverySetError::Times),
            (|set| set.last_sign_in = None, RecoverySetError::Times),
        ];
        for (change, error) in changes {
            let mut set = full();
            change(&mut set);
            assert_eq!(set.validate(), Err(error));
            assert!(postcard::from_bytes::<RecoverySet>(&postcard::to_allocvec(&set).unwrap()).is_err());
        }
    }

    proptest::proptest! {
        #[test]
        fn hostile_bytes_never_panic_and_never_give_an_invalid_set(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..240), place in 0_usize..2_000
        ) {
            let mut flipped = postcard::to_allocvec(&full()).unwrap();
            let index = place / 8 % flipped.len();
            flipped[index] ^= 1 << (place % 8);
            for bytes in [bytes, flipped] {
                if let Ok(set) = postcard::from_bytes::<RecoverySet>(&bytes) {
                    proptest::prop_assert_eq!(set.validate(), Ok(()));
                }
            }
        }
    }
}
