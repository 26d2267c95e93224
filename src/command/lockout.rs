//! Lockout as standards want it: named sets of numbers, each with its sources.
//!
//! Every preset keeps a small budget for each known device apart from the strangers', so that strangers can lock out
//! strangers and never the owner (OWASP ASVS 5.0 6.1.1), and all budgets of one authenticator together stay within the
//! hundred tries in a row that NIST allows.

use super::Settings;
use super::settings::DEVICE_FAILURES_MAX;
use crate::account::ThrottlePolicy;
use crate::account::device::DEVICES_MAX;
use crate::types::time::{DAY_MS, MINUTE_MS};

/// When wrong tries block strangers, and how many a known device has before it is one.
///
/// ```
/// use account_security::command::{Lockout, Settings};
/// let settings = Settings::default().with_lockout(Lockout::pci());
/// assert_eq!(settings.sign_in.device_failures_max, 4);
/// assert!(Lockout::psd2().explain().contains("2018/389"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    /// Strangers, and second factors: those tried at a sign-in and those tried elsewhere lock each for themselves, within a
    /// hundred together ([`Door`](crate::account::Door)).
    pub throttle: ThrottlePolicy,
    /// So many wrong passwords in a row from one known device, and it is a stranger.
    pub device_failures_max: u32,
    explained: &'static str,
}

impl Lockout {
    /// Growing delays and a hard stop: NIST SP 800-63B-4 §3.2.2. What [`Settings::default`] has.
    #[must_use]
    pub const fn nist() -> Self {
        Self {
            throttle: ThrottlePolicy::DEFAULT,
            device_failures_max: DEVICE_FAILURES_MAX,
            explained: "NIST SP 800-63B-4 3.2.2: no more than 100 consecutive failed tries for an authenticator of an \
                        account, with delays that grow from 30 s to 1 h in between. 44 for strangers and 7 for each \
                        of at most 8 known devices are 100.",
        }
    }

    /// A pause of half an hour: PCI DSS 4.0.1 requirement 8.3.4.
    #[must_use]
    pub const fn pci() -> Self {
        let throttle = ThrottlePolicy {
            failures_before_block: 6,
            first_block_ms: 30 * MINUTE_MS,
            block_ms_max: DAY_MS,
            hard_lock_at: 60,
            alert_at: 6,
        };
        Self {
            throttle,
            device_failures_max: 4,
            explained: "PCI DSS 4.0.1 8.3.4: locked out after not more than 10 tries, for at least 30 minutes or until \
                        the identity is confirmed. One person at one known device meets 4 tries as its owner and 6 as \
                        a stranger; each block lasts 30 minutes or more.",
        }
    }

    /// Five tries, a warning, a lock: RTS (EU) 2018/389 art. 4(3)(b) and 4(4).
    #[must_use]
    pub const fn psd2() -> Self {
        let throttle = ThrottlePolicy {
            failures_before_block: 3,
            first_block_ms: 30 * MINUTE_MS,
            block_ms_max: DAY_MS,
            hard_lock_at: 10,
            alert_at: 5,
        };
        Self {
            throttle,
            device_failures_max: 2,
            explained: "RTS (EU) 2018/389 art. 4(3)(b): not more than five failed tries in a row before a block: one \
                        person at one known device meets 2 as its owner and 3 as a stranger. Art. 4(4): the payer is \
                        told before the block is permanent, here by the notice on the failure before the tenth, and \
                        regains use by recovery or by support after an identity check.",
        }
    }

    /// Which clauses the numbers come from, and how they meet them.
    #[must_use]
    pub const fn explain(&self) -> &'static str {
        self.explained
    }

    /// Most wrong passwords in a row that are ever compared, from strangers and every known device together.
    #[must_use]
    pub fn guesses_max(&self) -> u32 {
        let devices = u32::try_from(DEVICES_MAX).unwrap_or(u32::MAX);
        self.throttle.hard_lock_at.saturating_add(devices.saturating_mul(self.device_failures_max))
    }
}

impl Settings {
    /// These settings with another lockout.
    #[must_use]
    pub const fn with_lockout(mut self, lockout: Lockout) -> Self {
        self.throttle = lockout.throttle;
        self.sign_in.device_failures_max = lockout.device_failures_max;
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::account::{Admission, FailureBudget};
    use crate::types::Timestamp;
    use crate::types::time::{HOUR_MS, SECOND_MS};

    const PRESETS: [Lockout; 3] = [Lockout::nist(), Lockout::pci(), Lockout::psd2()];

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_unix_s(1_700_000_000).unwrap().plus_ms(ms)
    }

    /// The block after so many failures in a row, in milliseconds.
    fn block_ms(policy: &ThrottlePolicy, failures: u32) -> Option<u64> {
        let budget = (0..failures).fold(FailureBudget::default(), |budget, _| budget.after_failure(policy, at(0)));
        budget.blocked_until(at(0)).map(|until| until.ms_since(at(0)))
    }

    #[test]
    fn each_preset_blocks_where_its_standard_says_and_explains_it() {
        let person = |lockout: Lockout| lockout.throttle.failures_before_block + lockout.device_failures_max;
        assert!(person(Lockout::pci()) <= 10 && person(Lockout::psd2()) <= 5);
        for lockout in [Lockout::pci(), Lockout::psd2()] {
            assert!(block_ms(&lockout.throttle, lockout.throttle.failures_before_block).unwrap() >= 30 * MINUTE_MS);
        }
        assert_eq!(block_ms(&Lockout::nist().throttle, 5), Some(30 * SECOND_MS));
        assert_eq!(block_ms(&Lockout::nist().throttle, 20), Some(HOUR_MS));
        let by_default = Settings::default();
        let of_default = (by_default.throttle, by_default.sign_in.device_failures_max);
        assert_eq!(of_default, (Lockout::nist().throttle, Lockout::nist().device_failures_max));
        for lockout in PRESETS {
            assert!(lockout.guesses_max() <= 100, "{lockout:?}");
            assert!(lockout.explain().len() > 100);
            assert_eq!(block_ms(&lockout.throttle, lockout.throttle.failures_before_block - 1), None);
        }
    }

    proptest! {
        /// Whoever keeps trying while locked is refused unseen and pushes nothing out, and is looked at no more than the
        /// hard lock allows.
        #[test]
        fn tries_while_locked_count_for_nothing(waits in proptest::collection::vec(0..3 * HOUR_MS, 0..400), which in 0..3_usize) {
            let policy = PRESETS[which].throttle;
            let (mut budget, mut now, mut compared) = (FailureBudget::default(), at(0), 0);
            for wait in waits {
                let before = budget.blocked_until(now);
                now = now.plus_ms(wait);
                match budget.admit(now) {
                    Admission::Go => {
                        budget = budget.after_failure(&policy, now);
                        compared += 1;
                    }
                    Admission::Wait { until } => prop_assert_eq!(before, Some(until)),
                    Admission::HardLocked => prop_assert_eq!(budget.blocked_until(now), Some(Timestamp::MAX)),
                }
            }
            prop_assert!(compared <= policy.hard_lock_at);
        }
    }
}
