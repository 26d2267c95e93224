//! What is stored per scope: two windows and a few marks. No number, no address, no account.

use serde::{Deserialize, Serialize};

use super::window::{Day, Hour};
use crate::types::Timestamp;
use crate::types::time::DAY_MS;
use crate::verification::{CallingPrefix, StateError};

/// Most calling prefixes remembered for one network.
pub const NETWORK_PREFIXES_MAX: usize = 8;

/// The messages of one scope in the last hour and day. At most about 1.5 KiB; of an account that asks for ten codes a
/// day, about 100 bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct SendBudget {
    pub(super) hour: Hour,
    pub(super) day: Day,
    /// Of a network: where its messages went in the last day.
    pub(super) prefixes: Vec<SeenPrefix>,
    /// Since when nothing goes out because hardly any code came back.
    pub(super) braked_since: Option<Timestamp>,
    /// When a refusal was last written down.
    pub(super) refusal_told_at: Option<Timestamp>,
}

/// A calling prefix and when it was last written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SeenPrefix {
    pub prefix: CallingPrefix,
    pub at: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    hour: Hour,
    day: Day,
    prefixes: Vec<SeenPrefix>,
    braked_since: Option<Timestamp>,
    refusal_told_at: Option<Timestamp>,
}

impl SendBudget {
    /// Messages counted in the last 60 to 61 minutes.
    #[must_use]
    pub fn sent_in_hour(&self, now: Timestamp) -> u32 {
        self.hour.sums(now).sent
    }

    /// Codes typed back in the last 60 to 61 minutes.
    #[must_use]
    pub fn verified_in_hour(&self, now: Timestamp) -> u32 {
        self.hour.sums(now).verified
    }

    /// Messages counted in the last 24 to 25 hours.
    #[must_use]
    pub fn sent_in_day(&self, now: Timestamp) -> u32 {
        self.day.sums(now).sent
    }

    /// Since when the brake is on, as of the last charge.
    #[must_use]
    pub const fn braked_since(&self) -> Option<Timestamp> {
        self.braked_since
    }

    /// Where messages went in the last day.
    pub(super) fn prefixes_at(&self, now: Timestamp) -> impl Iterator<Item = &SeenPrefix> {
        self.prefixes.iter().filter(move |seen| now.ms_since(seen.at) < DAY_MS)
    }
}

impl TryFrom<Stored> for SendBudget {
    type Error = StateError;

    fn try_from(stored: Stored) -> Result<Self, StateError> {
        let Stored { hour, day, prefixes, braked_since, refusal_told_at } = stored;
        let is_twice =
            |(index, seen): (usize, &SeenPrefix)| prefixes[..index].iter().any(|it| it.prefix == seen.prefix);
        if prefixes.len() > NETWORK_PREFIXES_MAX || prefixes.iter().enumerate().any(is_twice) {
            return Err(StateError::Budget);
        }
        Ok(Self { hour, day, prefixes, braked_since, refusal_told_at })
    }
}

impl From<SendBudget> for Stored {
    fn from(budget: SendBudget) -> Self {
        let SendBudget { hour, day, prefixes, braked_since, refusal_told_at } = budget;
        Self { hour, day, prefixes, braked_since, refusal_told_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(number: u16) -> SeenPrefix {
        SeenPrefix { prefix: CallingPrefix::try_from(number).unwrap(), at: Timestamp::MIN }
    }

    #[test]
    fn a_list_too_long_or_doubled_is_corrupt() {
        let read = |numbers: std::ops::Range<u16>, twice: bool| {
            let mut budget = SendBudget { prefixes: numbers.map(seen).collect(), ..SendBudget::default() };
            budget.prefixes.extend(twice.then(|| seen(1)));
            postcard::from_bytes::<SendBudget>(&postcard::to_allocvec(&budget).unwrap())
        };
        assert!(read(1..9, false).is_ok());
        assert!(read(1..10, false).is_err());
        assert!(read(1..3, true).is_err());
    }

    #[test]
    fn an_empty_budget_takes_five_bytes_of_a_record() {
        assert_eq!(postcard::to_allocvec(&SendBudget::default()).unwrap().len(), 5);
    }

    proptest::proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in proptest::collection::vec(0_u8.., 0..200), now in 0_i64..253_402_300_799_999) {
            if let Ok(budget) = postcard::from_bytes::<SendBudget>(&bytes) {
                let now = Timestamp::from_unix_ms(now).unwrap();
                let _ = (budget.sent_in_hour(now), budget.sent_in_day(now), budget.prefixes_at(now).count());
                let rules = super::super::SendPolicy::default().account_rules();
                let _ = super::super::charge(&budget, &rules, None, now);
            }
        }
    }
}
