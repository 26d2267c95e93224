//! The numbers of changing a contact, of reviewing contacts, and of what a factor's change needs, as data.

use crate::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};

/// How long each step of a contact change lasts, and what it takes.
///
/// ```
/// use account_security::account::ContactPolicy;
/// use account_security::types::time::HOUR_MS;
/// let mine = ContactPolicy { cooling_off_ms: 48 * HOUR_MS, ..ContactPolicy::default() };
/// assert!(mine.validate().is_ok());
/// assert!(ContactPolicy { cooling_off_ms: 0, ..mine }.validate().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactPolicy {
    /// From the new contact's proof until it comes into force, in milliseconds: the owner's time to call it off.
    pub cooling_off_ms: u64,
    /// The same where the old contact was reported lost and agreed to nothing, in milliseconds.
    pub cooling_off_lost_ms: u64,
    /// How long a change waits for the code of the old contact, and then for that of the new one, in milliseconds.
    pub open_ms: u64,
    /// How long a reported loss waits for the identity check, in milliseconds: time to come to a branch.
    pub check_ms: u64,
    /// How long a recorded identity check waits for its approval, and then for the new contact's code, in milliseconds.
    pub approval_ms: u64,
    /// A change that nobody finishes dies this long after its cooling-off, in milliseconds: a number that proved itself
    /// long ago may be somebody else's by now.
    pub finish_ms: u64,
    /// Whether contacts and factors change only after a step-up with another proof, where the account has one (OWASP
    /// ASVS 5.0 §7.5.1). Off only where the caller re-authenticates by itself.
    pub step_up: bool,
    /// Whether the last way to prove more than the password may be removed.
    pub last_factor_removable: bool,
    /// From the last confirmation of the contacts until their owner is asked again, in milliseconds.
    pub review_every_ms: u64,
    /// Least time between two reminders of a due review, in milliseconds.
    pub remind_every_ms: u64,
}

/// A number of a [`ContactPolicy`] that is out of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the contact policy cannot be used: {0}")]
pub struct ContactPolicyError(pub &'static str);

impl Default for ContactPolicy {
    /// A day of cooling-off, three where the old contact is lost; two agents within a day; a review every half year.
    ///
    /// No norm names these spans. They follow the twelve hours the MAS e-payments guidelines keep after a new token,
    /// doubled, so that every owner's night is over once before the time is.
    fn default() -> Self {
        Self {
            cooling_off_ms: DAY_MS,
            cooling_off_lost_ms: 3 * DAY_MS,
            open_ms: 30 * MINUTE_MS,
            check_ms: 7 * DAY_MS,
            approval_ms: DAY_MS,
            finish_ms: 30 * DAY_MS,
            step_up: true,
            last_factor_removable: false,
            review_every_ms: 180 * DAY_MS,
            remind_every_ms: 30 * DAY_MS,
        }
    }
}

impl ContactPolicy {
    /// Checks every number; whatever begins a change does so itself.
    ///
    /// # Errors
    /// [`ContactPolicyError`] names the first number that is out.
    pub fn validate(&self) -> Result<(), ContactPolicyError> {
        let cooling_off = HOUR_MS..=30 * DAY_MS;
        let rules = [
            (cooling_off.contains(&self.cooling_off_ms), "cooling_off_ms must be an hour to thirty days"),
            (cooling_off.contains(&self.cooling_off_lost_ms), "cooling_off_lost_ms must be an hour to thirty days"),
            (self.cooling_off_ms <= self.cooling_off_lost_ms, "cooling_off_lost_ms must not be below cooling_off_ms"),
            ((10 * MINUTE_MS..=DAY_MS).contains(&self.open_ms), "open_ms must be ten minutes to a day"),
            ((HOUR_MS..=30 * DAY_MS).contains(&self.check_ms), "check_ms must be an hour to thirty days"),
            ((HOUR_MS..=7 * DAY_MS).contains(&self.approval_ms), "approval_ms must be an hour to seven days"),
            ((DAY_MS..=60 * DAY_MS).contains(&self.finish_ms), "finish_ms must be one to sixty days"),
            (self.review_every_ms >= DAY_MS, "review_every_ms must be at least a day"),
            (self.remind_every_ms >= DAY_MS, "remind_every_ms must be at least a day"),
        ];
        rules.iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, broken)| Err(ContactPolicyError(broken)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_checked() {
        let good = ContactPolicy::default();
        assert_eq!(good.validate(), Ok(()));
        let bad = [
            ContactPolicy { cooling_off_ms: HOUR_MS - 1, ..good },
            ContactPolicy { cooling_off_lost_ms: 31 * DAY_MS, ..good },
            ContactPolicy { cooling_off_ms: 4 * DAY_MS, ..good },
            ContactPolicy { open_ms: 0, ..good },
            ContactPolicy { check_ms: u64::MAX, ..good },
            ContactPolicy { approval_ms: 8 * DAY_MS, ..good },
            ContactPolicy { finish_ms: u64::MAX, ..good },
            ContactPolicy { review_every_ms: 0, ..good },
            ContactPolicy { remind_every_ms: 0, ..good },
        ];
        for policy in bad {
            assert!(policy.validate().is_err(), "{policy:?}");
        }
    }
}
