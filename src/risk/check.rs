//! A policy that was checked, compiled and hashed.

use sha2::{Digest, Sha256};

use super::custom::{CompiledRules, CustomRule};
use super::derived::Derived;
use super::error::PolicyError;
use super::fixed::Belief;
use super::policy::{Limits, RiskPolicy};
use super::score::{Millibans, Outcome, Reason};
use crate::types::ReasonCode;

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
    custom: CompiledRules,
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
        Self { content_hash, derived: Derived::of(&policy), custom: CompiledRules::of(&policy.rules), policy }
    }

    /// The same rules under limits that are nowhere wider than these as well: for an account that has to stay narrow for
    /// a while. Its own class limits stay.
    ///
    /// # Errors
    /// [`PolicyError::Hash`] if it cannot be encoded.
    pub fn narrowed(&self, most: &Limits) -> Result<Self, PolicyError> {
        let mut policy = self.policy.clone();
        policy.limits = policy.limits.narrowed(most);
        let content_hash = policy.content_hash()?;
        Ok(Self::of(policy, content_hash))
    }

    /// A number that differs when any value of the policy differs, own rules and lists included; every assessment carries it.
    #[must_use]
    pub const fn content_hash(&self) -> u64 {
        self.content_hash
    }

    /// The policy itself.
    #[must_use]
    pub const fn policy(&self) -> &RiskPolicy {
        &self.policy
    }

    /// The custom rule that a reason names.
    #[must_use]
    pub fn rule_of(&self, reason: &Reason) -> Option<&CustomRule> {
        let place = usize::from(reason.rule.checked_sub(1)?);
        self.policy.rules.get(place).filter(|_| reason.code == ReasonCode::CustomRule)
    }

    pub(super) const fn custom_rules(&self) -> &CompiledRules {
        &self.custom
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrowed_policy_is_nowhere_wider_and_contradicts_nothing() {
        let limits = |numbers: [Option<u64>; 4]| Limits {
            transaction_minor: numbers[0],
            day_minor: numbers[1],
            week_minor: numbers[2],
            month_minor: numbers[3],
            class: Vec::new(),
        };
        let most = limits([Some(50), Some(100), None, None]);
        for (own, narrow) in [
            ([None; 4], [Some(50), Some(100), None, None]),
            ([Some(20), None, Some(60), None], [Some(20), Some(60), Some(60), None]),
            ([Some(500), Some(30), None, Some(40)], [Some(30), Some(30), None, Some(40)]),
        ] {
            let mut policy = RiskPolicy::wallet();
            policy.limits = limits(own);
            let narrowed = CheckedPolicy::of(policy, 0).narrowed(&most).unwrap();
            assert_eq!(narrowed.policy().limits, limits(narrow));
            assert!(narrowed.policy().validate().is_ok(), "{own:?}");
        }
    }

    #[test]
    fn the_preset_needs_no_check_because_it_passes_it() {
        let checked = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
        assert_eq!(CheckedPolicy::wallet().content_hash(), checked.content_hash());
        assert_ne!(checked.content_hash(), 0);
    }
}
