//! The numbers, as data, with where they come from.

use serde::{Deserialize, Serialize};

use super::{Channel, Purpose, VerificationError};
use crate::types::time::MINUTE_MS;

/// Fewest digits of a code: six, which ASVS 5.0 §6.5.4 counts as its 20 bits.
pub const DIGITS_MIN: u8 = 6;
/// Most digits of a code; people mistype more.
pub const DIGITS_MAX: u8 = 8;
/// Longest life of a run in milliseconds: ten minutes (ASVS 5.0 §6.5.5, NIST SP 800-63B-4 out-of-band verifiers).
pub const LIFE_MS_MAX: u64 = 10 * MINUTE_MS;
/// Most wrong guesses of a run: five consecutive failures, then block (PSD2 RTS 2018/389 art. 4(3)(b)).
pub const TRIES_MAX: u8 = 5;
/// Most messages of a run.
pub const SENDS_MAX: u8 = 5;

/// How codes of one account are made, sent and tried.
///
/// A *run* is what one purpose gets from its first message on: `tries` guesses and `sends` messages within
/// `life_max_ms`, however often the code is sent again or the challenge is issued anew.
///
/// ```
/// use account_security::verification::VerificationPolicy;
/// let mine = VerificationPolicy { tries: 3, ..VerificationPolicy::default() };
/// assert!(mine.validate().is_ok());
/// assert!(VerificationPolicy { tries: 6, ..mine }.validate().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationPolicy {
    /// Digits of an ordinary code, [`DIGITS_MIN`] to [`DIGITS_MAX`].
    pub digits: u8,
    /// Digits where [`Purpose::is_high_risk`], [`DIGITS_MIN`] to [`DIGITS_MAX`].
    pub digits_high_risk: u8,
    /// Life of one code in milliseconds, counted from its own message.
    pub ttl_ms: u64,
    /// Life of the run in milliseconds, counted from its first message; at most [`LIFE_MS_MAX`].
    pub life_max_ms: u64,
    /// Shortest life worth a message, in milliseconds: a code that would die sooner at the end of its run is not sent.
    pub code_life_min_ms: u64,
    /// Wrong guesses of a run, 1 to [`TRIES_MAX`].
    pub tries: u8,
    /// Messages of a run, 1 to [`SENDS_MAX`].
    pub sends: u8,
    /// Wait between two messages in milliseconds.
    pub resend_wait_ms: u64,
    /// Purposes that may be open at the same time, 1 to 8; one that strangers can open takes no place.
    pub open_max: u8,
    /// Whether an e-mail may carry a code for anything but a change of contact. NIST SP 800-63B-4 and ASVS 5.0 §6.3.6
    /// (level 3) say no.
    pub email_as_factor: bool,
}

impl Default for VerificationPolicy {
    /// 6 digits (8 where the account itself is at stake), 5 minutes, 5 tries, 3 messages a minute apart.
    ///
    /// Peers send for 3 to 10 minutes (Cognito, Twilio Verify); one minute between messages is common to all that wait.
    fn default() -> Self {
        Self {
            digits: 6,
            digits_high_risk: 8,
            ttl_ms: 5 * MINUTE_MS,
            life_max_ms: LIFE_MS_MAX,
            code_life_min_ms: MINUTE_MS,
            tries: 5,
            sends: 3,
            resend_wait_ms: MINUTE_MS,
            open_max: 3,
            email_as_factor: true,
        }
    }
}

impl VerificationPolicy {
    /// 8 digits everywhere, 3 minutes, 3 tries, 2 messages, no e-mail as a factor: for large payments and ASVS level 3.
    #[must_use]
    pub fn strict() -> Self {
        Self {
            digits: 8,
            digits_high_risk: 8,
            ttl_ms: 3 * MINUTE_MS,
            life_max_ms: 6 * MINUTE_MS,
            tries: 3,
            sends: 2,
            open_max: 1,
            email_as_factor: false,
            ..Self::default()
        }
    }

    /// Digits of a new code for `purpose`.
    #[must_use]
    pub const fn digits_for(&self, purpose: Purpose) -> u8 {
        if purpose.is_high_risk() { self.digits_high_risk } else { self.digits }
    }

    /// Whether `channel` may carry a code for `purpose`.
    #[must_use]
    pub fn allows(&self, channel: Channel, purpose: Purpose) -> bool {
        channel != Channel::Email || self.email_as_factor || purpose.is_about_contacts()
    }

    /// Checks every number; [`issue()`](super::issue()) and [`resend()`](super::resend()) do so themselves.
    ///
    /// # Errors
    /// [`VerificationError::PolicyOutOfRange`] names the first number that is out.
    pub fn validate(&self) -> Result<(), VerificationError> {
        let digits = DIGITS_MIN..=DIGITS_MAX;
        let rules = [
            (digits.contains(&self.digits), "digits must be 6 to 8"),
            (digits.contains(&self.digits_high_risk), "digits_high_risk must be 6 to 8"),
            (self.life_max_ms <= LIFE_MS_MAX, "life_max_ms must be at most ten minutes"),
            (self.ttl_ms <= self.life_max_ms, "ttl_ms must not exceed life_max_ms"),
            (self.code_life_min_ms >= MINUTE_MS, "code_life_min_ms must be at least a minute"),
            (self.code_life_min_ms <= self.ttl_ms, "code_life_min_ms must not exceed ttl_ms"),
            ((1..=TRIES_MAX).contains(&self.tries), "tries must be 1 to 5"),
            ((1..=SENDS_MAX).contains(&self.sends), "sends must be 1 to 5"),
            (self.resend_wait_ms >= MINUTE_MS / 2, "resend_wait_ms must be at least half a minute"),
            // So that the last message of a run and the first of the next are never closer than the wait.
            (self.resend_wait_ms <= self.code_life_min_ms, "resend_wait_ms must not exceed code_life_min_ms"),
            ((1..=8).contains(&self.open_max), "open_max must be 1 to 8"),
        ];
        match rules.iter().find(|(kept, _)| !kept) {
            Some((_, broken)) => Err(VerificationError::PolicyOutOfRange(broken)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_presets_keep_their_own_rules() {
        assert_eq!(VerificationPolicy::default().validate(), Ok(()));
        assert_eq!(VerificationPolicy::strict().validate(), Ok(()));
    }

    #[test]
    fn no_policy_can_leave_the_norms() {
        let good = VerificationPolicy::default();
        let bad = [
            VerificationPolicy { digits: 5, ..good },
            VerificationPolicy { digits_high_risk: 9, ..good },
            VerificationPolicy { life_max_ms: LIFE_MS_MAX + 1, ..good },
            VerificationPolicy { ttl_ms: LIFE_MS_MAX + 1, ..good },
            VerificationPolicy { code_life_min_ms: 1, resend_wait_ms: 1, ..good },
            VerificationPolicy { code_life_min_ms: 6 * MINUTE_MS, ..good },
            VerificationPolicy { tries: 0, ..good },
            VerificationPolicy { tries: 6, ..good },
            VerificationPolicy { sends: 0, ..good },
            VerificationPolicy { sends: 6, ..good },
            VerificationPolicy { resend_wait_ms: 0, ..good },
            VerificationPolicy { resend_wait_ms: 2 * MINUTE_MS, ..good },
            VerificationPolicy { open_max: 0, ..good },
            VerificationPolicy { open_max: 9, ..good },
        ];
        for policy in bad {
            assert!(matches!(policy.validate(), Err(VerificationError::PolicyOutOfRange(_))), "{policy:?}");
        }
    }

    #[test]
    fn what_hands_over_the_account_gets_longer_codes() {
        let policy = VerificationPolicy::default();
        assert_eq!(policy.digits_for(Purpose::SignIn), 6);
        assert_eq!(policy.digits_for(Purpose::Payment), 6);
        assert_eq!(policy.digits_for(Purpose::ChangeContact), 8);
        assert_eq!(policy.digits_for(Purpose::ResetPassword), 8);
    }

    #[test]
    fn where_email_is_no_factor_it_still_confirms_contacts() {
        let strict = VerificationPolicy::strict();
        assert!(!strict.allows(Channel::Email, Purpose::SignIn) && strict.allows(Channel::Sms, Purpose::SignIn));
        assert!(strict.allows(Channel::Email, Purpose::ConfirmContact));
        assert!(VerificationPolicy::default().allows(Channel::Email, Purpose::SignIn));
    }
}
