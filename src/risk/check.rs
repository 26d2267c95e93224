//! Whether a policy holds together, and its hash.

use sha2::{Digest, Sha256};

use super::derived::Derived;
use super::error::PolicyError;
use super::fixed::Belief;
use super::policy::{
    AmountPolicy, Bands, Limits, Measure, POINTS_DB_MAX, PatternPolicy, PayeePolicy, RiskPolicy, Rule, SCHEMA_VERSION,
    VELOCITY_RULES_MAX, VelocityRule, WINDOW_MS_MAX,
};
use super::score::{Millibans, Outcome};
use crate::types::time::{DAY_MS, HOUR_MS};

/// A policy that contradicts nothing, with its hash: the only kind an assessment takes.
///
/// ```
/// use account_security::risk::{CheckedPolicy, RiskPolicy};
/// let policy = CheckedPolicy::new(RiskPolicy::wallet())?;
/// assert_eq!(policy.content_hash(), CheckedPolicy::new(RiskPolicy::wallet())?.content_hash());
/// # Ok::<(), account_security::risk::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CheckedPolicy {
    policy: RiskPolicy,
    content_hash: u64,
    derived: Derived,
}

impl CheckedPolicy {
    /// Checks a policy and hashes it.
    ///
    /// # Errors
    /// [`PolicyError`] names the first contradiction.
    pub fn new(policy: RiskPolicy) -> Result<Self, PolicyError> {
        policy.validate()?;
        let content_hash = policy.content_hash()?;
        Ok(Self::of(policy, content_hash))
    }

    /// The preset [`RiskPolicy::wallet`]. It is a constant, and a test checks that it passes [`CheckedPolicy::new`].
    #[must_use]
    pub fn wallet() -> Self {
        let policy = RiskPolicy::wallet();
        let content_hash = policy.content_hash().unwrap_or_default();
        Self::of(policy, content_hash)
    }

    fn of(policy: RiskPolicy, content_hash: u64) -> Self {
        Self { content_hash, derived: Derived::of(&policy), policy }
    }

    /// A number that differs when any value of the policy differs; every assessment carries it.
    #[must_use]
    pub const fn content_hash(&self) -> u64 {
        self.content_hash
    }

    /// The policy itself.
    #[must_use]
    pub const fn policy(&self) -> &RiskPolicy {
        &self.policy
    }

    /// What is believed of an account nothing is known of.
    pub(super) const fn account_resting(&self) -> Belief {
        self.derived.account_resting
    }

    /// What is believed of a payee nothing is known of.
    pub(super) const fn payee_resting(&self) -> Belief {
        self.derived.payee_resting
    }

    /// What follows from the policy alone.
    pub(super) const fn derived(&self) -> &Derived {
        &self.derived
    }

    /// The outcome a score earns; a freeze needs two groups that agree.
    pub(super) fn outcome_of(&self, score: Millibans, groups: usize) -> Outcome {
        let bands = &self.policy.bands;
        match score {
            score if score >= bands.freeze_from && groups >= 2 => Outcome::FreezeRecommended,
            score if score >= bands.hold_from => Outcome::Hold,
            score if score >= bands.step_up_from => Outcome::StepUp,
            _ => Outcome::Allow,
        }
    }
}

impl RiskPolicy {
    /// Finds the first contradiction.
    ///
    /// # Errors
    /// [`PolicyError`], one variant per kind of contradiction.
    pub fn validate(&self) -> Result<(), PolicyError> {
        if self.schema_version != SCHEMA_VERSION {
            return Err(PolicyError::SchemaVersion);
        }
        self.limits.validate()?;
        if self.velocity.len() > VELOCITY_RULES_MAX {
            return Err(PolicyError::TooManyVelocityRules);
        }
        self.velocity.iter().try_for_each(VelocityRule::validate)?;
        self.rules().into_iter().try_for_each(Rule::validate)?;
        if self.group_cap_db == 0 || self.group_cap_db > POINTS_DB_MAX {
            return Err(PolicyError::GroupCap);
        }
        self.amount.validate()?;
        self.payee.validate()?;
        self.pattern.validate()?;
        if self.travel.speed_kmh == 0 || self.travel.speed_kmh > 100_000 || self.travel.floor_km > 20_100 {
            return Err(PolicyError::Belief("travel"));
        }
        self.bands.validate()
    }

    /// A number that differs when any value differs: SHA-256 over the binary form, first eight bytes.
    ///
    /// # Errors
    /// [`PolicyError::Hash`] if the policy cannot be encoded.
    pub fn content_hash(&self) -> Result<u64, PolicyError> {
        let bytes = postcard::to_allocvec(self).map_err(|_| PolicyError::Hash)?;
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Ok(u64::from_le_bytes(first))
    }

    fn rules(&self) -> [Rule; 16] {
        let (novelty, pattern, session) = (&self.novelty, &self.pattern, &self.session);
        [
            self.large_amount.rule,
            novelty.device,
            novelty.payee,
            novelty.country,
            novelty.device_and_payee,
            self.travel.rule,
            pattern.rapid_in_out,
            pattern.card_testing,
            pattern.structuring,
            pattern.unusual_hour,
            pattern.dormant,
            pattern.round_amount,
            session.recent_change,
            session.malware,
            session.compromised_credential,
            session.high_risk_location,
        ]
    }
}

impl Rule {
    fn validate(self) -> Result<(), PolicyError> {
        if self.points_db > POINTS_DB_MAX { Err(PolicyError::Points) } else { Ok(()) }
    }
}

impl Limits {
    fn validate(&self) -> Result<(), PolicyError> {
        let mut least = 1;
        for limit in [self.transaction_minor, self.day_minor, self.week_minor, self.month_minor].into_iter().flatten() {
            match limit {
                0 => return Err(PolicyError::ZeroLimit),
                limit if limit < least => return Err(PolicyError::LimitsShrink),
                limit => least = limit,
            }
        }
        Ok(())
    }
}

impl VelocityRule {
    fn validate(&self) -> Result<(), PolicyError> {
        if self.window_ms == 0 || self.window_ms > WINDOW_MS_MAX {
            return Err(PolicyError::Window);
        }
        let in_ring = matches!(self.measure, Measure::Payees | Measure::Devices | Measure::Attempts);
        if in_ring && self.above >= 16 {
            return Err(PolicyError::Unreachable);
        }
        self.rule.validate()
    }
}

impl AmountPolicy {
    fn validate(&self) -> Result<(), PolicyError> {
        let ranges = [
            (rate_ok(self.enter_ppm_per_day, self.stay_ms), "amount.enter_ppm_per_day or stay_ms"),
            ((1..=999).contains(&self.fraud_share_permille), "amount.fraud_share_permille (1 to 999)"),
            ((1_100..=1_000_000).contains(&self.multiple_permille), "amount.multiple_permille (1100 to 1000000)"),
            ((100..=5_000).contains(&self.spread_permille), "amount.spread_permille (100 to 5000)"),
            ((10..=1_000).contains(&self.memory), "amount.memory (10 to 1000)"),
            ((1..=100).contains(&self.prior_weight), "amount.prior_weight (1 to 100)"),
            ((50..=5_000).contains(&self.prior_deviation_permille), "amount.prior_deviation_permille (50 to 5000)"),
            ((2..=self.memory).contains(&self.min_history), "amount.min_history (2 to memory)"),
        ];
        first_outside(&ranges)
    }
}

impl PayeePolicy {
    fn validate(&self) -> Result<(), PolicyError> {
        let ranges = [
            (rate_ok(self.enter_ppm_per_day, self.stay_ms), "payee.enter_ppm_per_day or stay_ms"),
            ((1..=999).contains(&self.fraud_share_permille), "payee.fraud_share_permille (1 to 999)"),
            ((HOUR_MS..=3_650 * DAY_MS).contains(&self.run_ms), "payee.run_ms (1 hour to 10 years)"),
            ((HOUR_MS..=3_650 * DAY_MS).contains(&self.run_fade_ms), "payee.run_fade_ms (1 hour to 10 years)"),
            ((1..=500_000).contains(&self.stray_fraud_ppm), "payee.stray_fraud_ppm (1 to 500000)"),
        ];
        first_outside(&ranges)
    }
}

impl PatternPolicy {
    fn validate(&self) -> Result<(), PolicyError> {
        let windows = [self.in_out_window_ms, self.card_testing_window_ms, self.structuring_window_ms];
        if windows.iter().any(|window_ms| *window_ms == 0 || *window_ms > WINDOW_MS_MAX) {
            return Err(PolicyError::Window);
        }
        if [self.card_testing_count, self.structuring_count].iter().any(|count| !(2..16).contains(count)) {
            return Err(PolicyError::Unreachable);
        }
        if self.structuring_threshold_minor == Some(0) || self.in_out_from_minor == 0 {
            return Err(PolicyError::ZeroLimit);
        }
        let ranges = [
            ((1..=1_000).contains(&self.in_out_share_permille), "pattern.in_out_share_permille (1 to 1000)"),
            ((1..=999).contains(&self.structuring_below_permille), "pattern.structuring_below_permille (1 to 999)"),
            ((1..=12).contains(&self.round_power), "pattern.round_power (1 to 12)"),
        ];
        first_outside(&ranges)
    }
}

impl Bands {
    fn validate(&self) -> Result<(), PolicyError> {
        let ascending = Millibans(0) < self.step_up_from
            && self.step_up_from < self.hold_from
            && self.hold_from < self.freeze_from
            && self.freeze_from <= Millibans(30_000);
        if ascending { Ok(()) } else { Err(PolicyError::Bands) }
    }
}

/// At most half of all time compromised, and a stay between an hour and ten years.
fn rate_ok(enter_ppm_per_day: u32, stay_ms: u64) -> bool {
    enter_ppm_per_day > 0
        && (HOUR_MS..=3_650 * DAY_MS).contains(&stay_ms)
        && u128::from(enter_ppm_per_day) * u128::from(stay_ms) <= u128::from(DAY_MS) * 500_000
}

fn first_outside(ranges: &[(bool, &'static str)]) -> Result<(), PolicyError> {
    ranges.iter().find(|(inside, _)| !inside).map_or(Ok(()), |(_, name)| Err(PolicyError::Belief(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preset_needs_no_check_because_it_passes_it() {
        let checked = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
        assert_eq!(CheckedPolicy::wallet().content_hash(), checked.content_hash());
        assert_ne!(checked.content_hash(), 0);
    }
}
