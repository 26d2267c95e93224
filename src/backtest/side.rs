//! One rule set with its own profiles and beliefs: the only place of a back-test that calls the engine.

use std::collections::BTreeMap;

use super::run::BacktestError;
use crate::risk::{
    AssessContext, Assessment, Belief, CheckedPolicy, Label, Outcome, PayeeBelief, Profile, RiskError, assess,
    label_account, release,
};
use crate::types::{Fingerprint, Payment, Timestamp};

/// A rule set and what it has seen.
#[derive(Debug)]
pub(crate) struct Side {
    policy: CheckedPolicy,
    /// By the number of the account.
    profiles: Vec<Profile>,
    payees: BTreeMap<Fingerprint, PayeeBelief>,
}

/// A label that is due, and what the side said of its payment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    pub(crate) account: usize,
    pub(crate) payee: Option<Fingerprint>,
    pub(crate) ordered_at: Timestamp,
    pub(crate) label: Label,
}

impl Side {
    pub(crate) const fn new(policy: CheckedPolicy) -> Self {
        Self { policy, profiles: Vec::new(), payees: BTreeMap::new() }
    }

    pub(crate) const fn policy(&self) -> &CheckedPolicy {
        &self.policy
    }

    /// Judges a payment and remembers it.
    pub(crate) fn judge(
        &mut self,
        account: usize,
        payment: &Payment,
        now: Timestamp,
        local_offset_min: i32,
    ) -> Result<Assessment, RiskError> {
        if account >= self.profiles.len() {
            self.profiles.resize_with(account + 1, Profile::new);
        }
        let Some(profile) = self.profiles.get_mut(account) else { return Err(RiskError::CorruptProfile("account")) };
        // A payee nothing is known of is judged by what is usual for payees, so that scores stay comparable.
        let payee = payment
            .payee
            .map(|payee| self.payees.get(&payee).copied().unwrap_or_else(|| PayeeBelief::new(&self.policy, now)));
        let context = AssessContext::at(now, local_offset_min);
        let assessed = assess(profile, payment, payee.as_ref(), &self.policy, &context)?;
        assessed.commit(profile);
        // A history tells of payments that were made: whoever was asked for a proof gave it.
        if assessed.assessment.outcome == Outcome::StepUp && !assessed.changes_nothing() {
            *profile = release(profile, payment, Outcome::StepUp, &self.policy, local_offset_min)?;
        }
        Ok(assessed.assessment)
    }

    /// Shows a label to the account and to the payee, as the service does: each hears what the other explains.
    pub(crate) fn learn(&mut self, due: &Due, own_evidence: Belief, payees_max: usize) -> Result<(), BacktestError> {
        let before = due.payee.and_then(|payee| self.payees.get(&payee).copied());
        let explained = before.map_or(Belief::MIN, |belief| belief.predict(due.ordered_at, &self.policy));
        // Genuine labels stay with the payee: the service saves itself a write per ordinary payment.
        if let Some(profile) = self.profiles.get_mut(due.account).filter(|_| due.label == Label::Fraud) {
            *profile = label_account(profile, due.label, due.ordered_at, explained, &self.policy);
        }
        if let Some(payee) = due.payee {
            if before.is_none() && self.payees.len() >= payees_max {
                return Err(BacktestError::TooManyPayees);
            }
            let belief = before.unwrap_or_else(|| PayeeBelief::new(&self.policy, due.ordered_at));
            self.payees.insert(payee, belief.learn(due.label, due.ordered_at, own_evidence, &self.policy));
        }
        Ok(())
    }
}
