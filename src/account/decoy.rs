//! Names without an account: they wait and block like accounts do.
//!
//! Whoever types a name learns nothing from how long it is refused: five wrong passwords block it, known or not. But
//! strangers type as many names as they like, so their counts live in a fixed number of cells of bounded size. A cell
//! holds [`DECOYS_MAX`] names; a new name pushes out the one that was not tried longest, one that is blocked last of all.
//! What is pushed out is forgotten, and an account's count is not: who tries more names in turn than all cells hold can tell
//! the two apart (see the [threat model](crate::manual::threat_model)). Counts that are kept too high instead would block
//! names without an account earlier than others, which tells as much at a smaller price.
//! A cell lives for a day and the one after, and the next day's goes on from it: what strangers type is purged with its
//! events, and no count ends at midnight, which would tell a name without an account from one with.

use serde::{Deserialize, Serialize};

use super::aggregate::Aggregate;
use super::chain::ChainHead;
use super::format::{self, FormatError};
use super::reset_gate::ResetGate;
use super::throttle::FailureBudget;
use crate::types::Timestamp;
use crate::types::time::DAY_MS;

/// Cells for names without an account; with [`DECOYS_MAX`] names each they are at most 16 MiB a day.
pub const DECOY_CELLS: u16 = 4_096;
/// Most names in one cell.
pub const DECOYS_MAX: usize = 32;

/// Eight keyed bytes of a name. Nobody without the key can tell which name, or choose two that share a cell.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecoyTag(pub [u8; 8]);

/// Where the counts of a name without an account are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoy {
    /// Which cell, below [`DECOY_CELLS`].
    pub cell: u16,
    /// Which name in it.
    pub tag: DecoyTag,
}

/// What one name has used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecoyCounts {
    /// Which name.
    pub tag: DecoyTag,
    /// Passwords typed in a row.
    pub password: FailureBudget,
    /// Tries and messages of the reset.
    pub reset: ResetGate,
}

/// The names of one cell, in a record of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DecoyRecord {
    /// The highest time a decision on this cell has seen.
    pub time_high: Timestamp,
    /// The end of its audit chain.
    pub head: ChainHead,
    names: Names,
    /// Bytes it takes at least, zeros behind the names making up for what is missing: as many as the record of an ordinary
    /// customer, so that a store is given as much to write for a name without an account.
    weight: u16,
}

/// Longest untried first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<DecoyCounts>", into = "Vec<DecoyCounts>")]
struct Names(Vec<DecoyCounts>);

impl DecoyRecord {
    /// What a name has used up; nothing, if it is not here.
    #[must_use]
    pub fn counts(&self, tag: DecoyTag) -> DecoyCounts {
        let fresh = DecoyCounts { tag, password: FailureBudget::default(), reset: ResetGate::default() };
        self.names.0.iter().find(|counts| counts.tag == tag).copied().unwrap_or(fresh)
    }

    /// Puts these counts in the place of the name's. A new name in a full cell pushes another out.
    pub fn put(&mut self, counts: DecoyCounts, now: Timestamp) {
        let names = &mut self.names.0;
        names.retain(|other| other.tag != counts.tag);
        if names.len() >= DECOYS_MAX {
            let index = names.iter().position(|other| !other.is_blocked(now)).unwrap_or(0);
            names.remove(index);
        }
        names.push(counts);
    }
}

impl DecoyRecord {
    /// A cell without names that takes at least `weight` bytes.
    #[must_use]
    pub fn weighing(weight: u16) -> Self {
        Self { weight, ..Self::default() }
    }

    /// The cell of the day after: these names in a fresh one.
    #[must_use]
    pub fn going_on(self) -> Self {
        Self { time_high: Timestamp::default(), head: ChainHead::default(), ..self }
    }

    /// The same cell without names.
    pub(crate) fn emptied(self) -> Self {
        Self { names: Names::default(), ..self }
    }
}

impl DecoyCounts {
    fn is_blocked(&self, now: Timestamp) -> bool {
        self.password.blocked_until(now).is_some() || self.reset.blocked_until(now).is_some()
    }
}

impl Aggregate for DecoyRecord {
    fn fresh() -> Self {
        Self::default()
    }

    fn encode_behind(&self, room: usize) -> Result<Vec<u8>, FormatError> {
        let weight = usize::from(self.weight);
        let mut bytes = format::encode_behind(room, self, weight.max(512) + 32)?;
        bytes.resize(bytes.len().max(room + weight), 0);
        Ok(bytes)
    }

    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let (record, zeros) = format::decode_front::<Self>(bytes)?;
        let own = bytes.len() - zeros.len();
        let is_filled_up = bytes.len() == own.max(usize::from(record.weight)) && zeros.iter().all(|byte| *byte == 0);
        if is_filled_up { Ok(record) } else { Err(FormatError::Malformed) }
    }

    fn time_high(&self) -> Timestamp {
        self.time_high
    }

    fn head(&self) -> ChainHead {
        self.head
    }

    fn expires_at(&self) -> Option<Timestamp> {
        let into_day = self.time_high.ms_since(Timestamp::MIN) % DAY_MS;
        Some(self.time_high.minus_ms(into_day).plus_ms(2 * DAY_MS))
    }

    fn advance(&mut self, now: Timestamp, head: ChainHead) {
        self.time_high = self.time_high.max(now);
        self.head = head;
    }
}

impl std::fmt::Debug for DecoyTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DecoyTag({:016x})", u64::from_be_bytes(self.0))
    }
}

impl TryFrom<Vec<DecoyCounts>> for Names {
    type Error = &'static str;
    fn try_from(names: Vec<DecoyCounts>) -> Result<Self, Self::Error> {
        if names.len() <= DECOYS_MAX { Ok(Self(names)) } else { Err("more names than a decoy cell has room for") }
    }
}

impl From<Names> for Vec<DecoyCounts> {
    fn from(names: Names) -> Self {
        names.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::ThrottlePolicy;
    use crate::verification::VerificationPolicy;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_unix_s(1_700_000_000).unwrap().plus_ms(ms)
    }

    fn tried(record: &mut DecoyRecord, number: u8, times: u32) {
        for _ in 0..times {
            let counts = record.counts(DecoyTag([number; 8]));
            let password = counts.password.after_failure(&ThrottlePolicy::default(), at(0));
            record.put(DecoyCounts { password, ..counts }, at(0));
        }
    }

    fn failures(record: &DecoyRecord, number: u8) -> u32 {
        record.counts(DecoyTag([number; 8])).password.failures_in_a_row()
    }

    #[test]
    fn a_new_name_pushes_out_the_longest_untried_and_a_blocked_one_last() {
        let mut record = DecoyRecord::default();
        tried(&mut record, 0, 5);
        (1..32).for_each(|number| tried(&mut record, number, 1));
        tried(&mut record, 1, 1);
        tried(&mut record, 32, 1);
        assert_eq!(failures(&record, 0), 5, "blocked");
        assert_eq!(failures(&record, 1), 2, "tried lately");
        assert_eq!(failures(&record, 2), 0, "the longest untried");
        assert_eq!(record.names.0.len(), DECOYS_MAX);
    }

    #[test]
    fn a_cell_is_small_whatever_is_typed_and_reads_back() {
        let mut record = DecoyRecord::weighing(1_400);
        assert_eq!(record.encode().unwrap().len(), 1_400);
        for number in 0..=255 {
            tried(&mut record, number, 100);
            let counts = record.counts(DecoyTag([number; 8]));
            let reset = counts.reset.after_failure(&ThrottlePolicy::default(), at(0));
            let reset = reset.ask(&VerificationPolicy::default(), at(u64::from(number))).unwrap();
            record.put(DecoyCounts { reset, ..counts }, at(0));
        }
        let bytes = record.encode().unwrap();
        assert!(bytes.len() < 2_300, "{} bytes", bytes.len());
        assert_eq!(DecoyRecord::decode(&bytes).unwrap(), record);
        let too_many = vec![record.counts(DecoyTag([1; 8])); 33];
        assert!(Names::try_from(too_many).is_err());
    }

    #[test]
    fn what_makes_up_the_weight_is_zeros_and_nothing_else() {
        let bytes = DecoyRecord::weighing(700).encode().unwrap();
        assert_eq!(DecoyRecord::decode(&bytes), Ok(DecoyRecord::weighing(700)));
        assert!(DecoyRecord::decode(&bytes[..699]).is_err());
        assert!(DecoyRecord::decode(&[&bytes[..], &[0]].concat()).is_err());
        for index in [100, 699] {
            let mut changed = bytes.clone();
            changed[index] = 1;
            assert!(DecoyRecord::decode(&changed).is_err(), "byte {index}");
        }
    }

    proptest::proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let _ = DecoyRecord::decode(&bytes);
        }
    }
}
