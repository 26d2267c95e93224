//! The numbers an operator chooses, with where they come from.

use serde::{Deserialize, Serialize};

use super::error::TotpError;
use crate::types::time::{DAY_MS, MINUTE_MS};

/// The widest window a policy may ask for, in steps to either side.
pub const WINDOW_STEPS_CEILING: u8 = 10;
/// The longest time an enrolment may wait for its confirming code, in milliseconds: 24 hours.
pub const PENDING_TTL_MS_CEILING: u64 = DAY_MS;
/// The most wrong confirming codes a policy may allow.
pub const CONFIRM_TRIES_CEILING: u8 = 10;

/// Which steps around the current one have a code that counts. Each step adds one chance in a million (at 6 digits) to
/// every guess, and one period to the life of every code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowPolicy {
    /// One step to either side: RFC 6238 §5.2 and what most services do. With a 30 s period a code then lives up to
    /// 90 s, longer than the 30 s of OWASP ASVS 5.0, 6.5.5.
    #[default]
    Usable,
    /// The current step only: the 30 s of OWASP ASVS 5.0, 6.5.5, to the letter when the period is 30 s. Slow typists and
    /// devices whose clock is off will be refused now and then.
    AsvsStrict,
    /// One step before the current one and none after: forgives slow typing, not a clock that runs fast.
    SlowTyping,
    /// Other numbers of steps, each 0 to [`WINDOW_STEPS_CEILING`].
    Steps {
        /// Steps before the current one. RFC 6238 §5.2 advises at most 1.
        past_max: u8,
        /// Steps after the current one, for devices whose clock runs fast.
        future_max: u8,
    },
}

impl WindowPolicy {
    /// Steps before the current one whose code still counts.
    #[must_use]
    pub const fn past_max(self) -> u8 {
        match self {
            Self::Usable | Self::SlowTyping => 1,
            Self::AsvsStrict => 0,
            Self::Steps { past_max, .. } => past_max,
        }
    }

    /// Steps after the current one whose code counts already.
    #[must_use]
    pub const fn future_max(self) -> u8 {
        match self {
            Self::Usable => 1,
            Self::AsvsStrict | Self::SlowTyping => 0,
            Self::Steps { future_max, .. } => future_max,
        }
    }
}

/// How far a clock may be off and how long an enrolment may stay open.
///
/// ```
/// use account_security::totp::{TotpPolicy, WindowPolicy};
/// let mut policy = TotpPolicy::usable();
/// policy.window = WindowPolicy::SlowTyping;
/// policy.validate()?;
/// # Ok::<(), account_security::totp::TotpError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TotpPolicy {
    /// The steps whose code counts, around the current one or around the drift the credential has.
    pub window: WindowPolicy,
    /// Whether an accepted code moves the credential's drift by a step towards it (RFC 6238 §6): at most one step for
    /// each success, never beyond [`DRIFT_STEPS_MAX`](super::DRIFT_STEPS_MAX), and not within a period of the success
    /// before. Off unless said otherwise: for a device that runs ever slower it widens in time what a thief may replay.
    pub learn_drift: bool,
    /// How long an enrolment waits for its confirming code, in milliseconds: one minute to 24 hours.
    pub pending_ttl_ms: u64,
    /// Wrong confirming codes until the enrolment is void, 1 to [`CONFIRM_TRIES_CEILING`].
    pub confirm_tries_max: u8,
}

impl TotpPolicy {
    /// [`WindowPolicy::Usable`], no drift learning.
    ///
    /// An enrolment stays open for 10 minutes (the limit of ASVS 6.5.5 for codes sent out of band) and 5 wrong codes
    /// (PSD2 RTS 2018/389 art. 4(3)(b)).
    #[must_use]
    pub const fn usable() -> Self {
        Self { window: WindowPolicy::Usable, learn_drift: false, pending_ttl_ms: 10 * MINUTE_MS, confirm_tries_max: 5 }
    }

    /// [`WindowPolicy::AsvsStrict`], the rest as in [`usable`](Self::usable).
    #[must_use]
    pub const fn asvs_strict() -> Self {
        Self { window: WindowPolicy::AsvsStrict, ..Self::usable() }
    }

    /// Checks every number against its bounds. Each verb does so itself; call it when you load a configuration.
    ///
    /// # Errors
    /// [`TotpError::InvalidPolicy`] names the number.
    pub const fn validate(&self) -> Result<(), TotpError> {
        if self.window.past_max() > WINDOW_STEPS_CEILING || self.window.future_max() > WINDOW_STEPS_CEILING {
            return Err(TotpError::InvalidPolicy("the window must be 0 to 10 steps to either side"));
        }
        if self.pending_ttl_ms < MINUTE_MS || self.pending_ttl_ms > PENDING_TTL_MS_CEILING {
            return Err(TotpError::InvalidPolicy("pending_ttl_ms must be one minute to 24 hours"));
        }
        if self.confirm_tries_max == 0 || self.confirm_tries_max > CONFIRM_TRIES_CEILING {
            return Err(TotpError::InvalidPolicy("confirm_tries_max must be 1 to 10"));
        }
        Ok(())
    }
}

impl Default for TotpPolicy {
    /// [`TotpPolicy::usable`].
    fn default() -> Self {
        Self::usable()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_presets_pass_their_own_checks() {
        assert_eq!(TotpPolicy::usable().validate(), Ok(()));
        assert_eq!(TotpPolicy::asvs_strict().validate(), Ok(()));
        let steps = |window: WindowPolicy| (window.past_max(), window.future_max());
        assert_eq!(steps(TotpPolicy::default().window), (1, 1));
        assert_eq!(steps(TotpPolicy::asvs_strict().window), (0, 0));
        assert_eq!(steps(WindowPolicy::SlowTyping), (1, 0));
        assert_eq!(steps(WindowPolicy::Steps { past_max: 3, future_max: 4 }), (3, 4));
    }

    #[test]
    fn each_number_has_bounds() {
        let changes: [fn(&mut TotpPolicy); 6] = [
            |policy| policy.window = WindowPolicy::Steps { past_max: WINDOW_STEPS_CEILING + 1, future_max: 0 },
            |policy| policy.window = WindowPolicy::Steps { past_max: 0, future_max: u8::MAX },
            |policy| policy.pending_ttl_ms = MINUTE_MS - 1,
            |policy| policy.pending_ttl_ms = PENDING_TTL_MS_CEILING + 1,
            |policy| policy.confirm_tries_max = 0,
            |policy| policy.confirm_tries_max = CONFIRM_TRIES_CEILING + 1,
        ];
        for change in changes {
            let mut policy = TotpPolicy::usable();
            change(&mut policy);
            assert!(matches!(policy.validate(), Err(TotpError::InvalidPolicy(_))), "{policy:?}");
        }
    }

    #[test]
    fn a_misspelt_setting_is_refused() {
        let json = serde_json::to_string(&TotpPolicy::usable()).unwrap();
        assert_eq!(serde_json::from_str::<TotpPolicy>(&json).unwrap(), TotpPolicy::usable());
        assert!(serde_json::from_str::<TotpPolicy>(&json.replace("usable", "asvs_strict")).is_ok());
        assert!(serde_json::from_str::<TotpPolicy>(&json.replace("usable", "asvs")).is_err());
        assert!(serde_json::from_str::<TotpPolicy>(&json.replace("window", "windows")).is_err());
    }
}
