//! What a label changes on the account's side.

use super::check::CheckedPolicy;
use super::fixed::Belief;
use super::payee::Label;
use super::state::{AccountBelief, Profile};
use crate::types::Timestamp;

/// Takes in a label of a payment the account made at `at`; `payee_evidence` is how well the payee explains the fraud
/// ([`PayeeBelief::predict`](super::PayeeBelief::predict) at the time of the payment, or [`Belief::MIN`]).
///
/// A fraud the payee does not explain says that someone else uses the account; a genuine payment clears it.
#[must_use]
pub fn label_account(
    profile: &Profile,
    label: Label,
    at: Timestamp,
    payee_evidence: Belief,
    policy: &CheckedPolicy,
) -> Profile {
    let amount = &policy.policy().amount;
    let share = u64::from(amount.fraud_share_permille);
    let stray = Belief::from_ppm(policy.policy().payee.stray_fraud_ppm);
    let ratio_q16 = match label {
        Label::Fraud => {
            let honest_q28 = u64::from(payee_evidence.max(stray).q28());
            ((share << 28) / 1_000 + honest_q28 * (1_000 - share) / 1_000).saturating_mul(1 << 16) / honest_q28
        }
        Label::Genuine => ((1_000 - share) << 16) / 1_000,
        Label::Unknown => return profile.clone(),
    };
    let then = profile.taken_over.predict(policy.account_resting(), at, policy.derived().account_forgetting);
    let at = profile.taken_over.at.max(at).min(profile.newest);
    Profile { taken_over: AccountBelief { belief: Some(then.times(ratio_q16)), at }, ..profile.clone() }
}
