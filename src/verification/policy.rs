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
    /// Life of one code, counted from its own message.
    pub life: CodeLife,
    /// Life of the run in milliseconds, counted from its first message; at most [`LIFE_MS_MAX`].
    pub life_max_ms: u64,
    /// Shortest life worth a message, in milliseconds: a code that would die sooner at the end of its run is not sent.
    pub code_life_min_ms: u64,
    /// Wrong guesses of a run, 1 to [`TRIES_MAX`].
    pub tries: u8,
    /// Messages of a run, 1 to [`SENDS_MAX`].
    pub sends: u8,
    /// Wait after the first message of a run, and after each later one, in milliseconds.
    pub resend_wait_ms: [u64; 2],
    /// Purposes that may be open at the same time, 1 to 8; one that strangers can open takes no place, and a sign-in
    /// needs none.
    pub open_max: u8,
    /// Whether an e-mail may carry a code for anything but a change of contact. NIST SP 800-63B-4 and ASVS 5.0 §6.3.6
    /// (level 3) say no.
    pub email_as_factor: bool,
}

/// How long one code is good, by the way it travels. Each at most the life of the run, so ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeLife {
    /// Text message or call, in milliseconds.
    pub phone_ms: u64,
    /// Text message or call for a payment, in milliseconds.
    pub phone_payment_ms: u64,
    /// E-mail, in milliseconds; mail may wait on its way.
    pub email_ms: u64,
}

impl Default for VerificationPolicy {
    /// 6 digits (8 where the account itself is at stake); 5 minutes by phone, 3 for a payment, 10 by e-mail; 5 tries;
    /// 3 messages, the second after one minute, the third after two more.
    ///
    /// Peers send for 3 minutes (Cognito, Ping An) to 10 (Twilio Verify); one minute before the second message is common
    /// to all that wait.
    fn default() -> Self {
        Self {
            digits: 6,
            digits_high_risk: 8,
            life: CodeLife { phone_ms: 5 * MINUTE_MS, phone_payment_ms: 3 * MINUTE_MS, email_ms: 10 * MINUTE_MS },
            life_max_ms: LIFE_MS_MAX,
            code_life_min_ms: 2 * MINUTE_MS,
            tries: 5,
            sends: 3,
            resend_wait_ms: [MINUTE_MS, 2 * MINUTE_MS],
            open_max: 3,
            email_as_factor: true,
        }
    }
}

impl VerificationPolicy {
    /// 8 digits everywhere, 3 minutes (6 by e-mail), 3 tries, 2 messages, no e-mail as a factor: for large payments and ASVS level 3.
    #[must_use]
    pub fn strict() -> Self {
        Self {
            digits: 8,
            digits_high_risk: 8,
            life: CodeLife { phone_ms: 3 * MINUTE_MS, phone_payment_ms: 3 * MINUTE_MS, email_ms: 6 * MINUTE_MS },
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

    /// Life of a new code, in milliseconds.
    #[must_use]
    pub const fn life_ms(&self, channel: Channel, purpose: Purpose) -> u64 {
        match (channel, purpose) {
            (Channel::Email, _) => self.life.email_ms,
            (Channel::Sms | Channel::Voice, Purpose::Payment) => self.life.phone_payment_ms,
            (Channel::Sms | Channel::Voice, _) => self.life.phone_ms,
        }
    }

    /// Wait in milliseconds before another message, after so many of a run.
    #[must_use]
    pub const fn resend_wait_ms_after(&self, sends: u8) -> u64 {
        let [first, later] = self.resend_wait_ms;
        if sends <= 1 { first } else { later }
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
        let lives = [self.life.phone_ms, self.life.phone_payment_ms, self.life.email_ms];
        let [first_wait, later_wait] = self.resend_wait_ms;
        let rules = [
            (digits.contains(&self.digits), "digits must be 6 to 8"),
            (digits.contains(&self.digits_high_risk), "digits_high_risk must be 6 to 8"),
            (self.life_max_ms <= LIFE_MS_MAX, "life_max_ms must be at most ten minutes"),
            (lives.iter().all(|life| *life <= self.life_max_ms), "a code's life must not exceed life_max_ms"),
            (self.code_life_min_ms >= MINUTE_MS, "code_life_min_ms must be at least a minute"),
            (lives.iter().all(|life| self.code_life_min_ms <= *life), "code_life_min_ms must not exceed a code's life"),
            ((1..=TRIES_MAX).contains(&self.tries), "tries must be 1 to 5"),
            ((1..=SENDS_MAX).contains(&self.sends), "sends must be 1 to 5"),
            (first_wait >= MINUTE_MS / 2, "resend_wait_ms must be at least half a minute"),
            (first_wait <= later_wait, "resend_wait_ms must not grow shorter"),
            // So that the last message of a run and the first of the next are never closer than the wait.
            (later_wait <= self.code_life_min_ms, "resend_wait_ms must not exceed code_life_min_ms"),
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
            VerificationPolicy { life: CodeLife { phone_ms: LIFE_MS_MAX + 1, ..good.life }, ..good },
            VerificationPolicy { life: CodeLife { phone_payment_ms: LIFE_MS_MAX + 1, ..good.life }, ..good },
            VerificationPolicy { life: CodeLife { email_ms: LIFE_MS_MAX + 1, ..good.life }, ..good },
            VerificationPolicy { code_life_min_ms: 1, resend_wait_ms: [1, 1], ..good },
            VerificationPolicy { code_life_min_ms: 4 * MINUTE_MS, ..good },
            VerificationPolicy { tries: 0, ..good },
            VerificationPolicy { tries: 6, ..good },
            VerificationPolicy { sends: 0, ..good },
            VerificationPolicy { sends: 6, ..good },
            VerificationPolicy { resend_wait_ms: [0, MINUTE_MS], ..good },
            VerificationPolicy { resend_wait_ms: [2 * MINUTE_MS, MINUTE_MS], ..good },
            VerificationPolicy { resend_wait_ms: [MINUTE_MS, 3 * MINUTE_MS], ..good },
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
    fn a_payment_code_lives_shortest_and_a_mailed_one_longest() {
        let minutes = |channel, purpose| VerificationPolicy::default().life_ms(channel, purpose) / MINUTE_MS;
        assert_eq!(minutes(Channel::Sms, Purpose::SignIn), 5);
        assert_eq!(minutes(Channel::Voice, Purpose::Payment), 3);
        assert_eq!(minutes(Channel::Email, Purpose::Payment), 10);
    }

    #[test]
    fn where_email_is_no_factor_it_still_confirms_contacts() {
        let strict = VerificationPolicy::strict();
        assert!(!strict.allows(Channel::Email, Purpose::SignIn) && strict.allows(Channel::Sms, Purpose::SignIn));
        assert!(strict.allows(Channel::Email, Purpose::ConfirmContact));
        assert!(VerificationPolicy::default().allows(Channel::Email, Purpose::SignIn));
    }
}
