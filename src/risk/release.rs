//! A held payment that was paid after all.

use super::assess::{AssessContext, LATE_MS_MAX, short_id};
use super::check::CheckedPolicy;
use super::error::RiskError;
use super::record::Entry;
use super::rules::Seen;
use super::score::Outcome;
use super::state::{Event, Profile, Told};
use crate::types::{Direction, Payment};

/// Counts a held payment as spend once a review let it pass: sums, payees, devices and amounts learn it
/// as the owner's, and the doubt about the account is cleared.
///
/// Idempotent while the payment is among the sixteen events remembered; after that a second call counts it again,
/// because a window may count too much but never too little. A payment that already counted changes nothing.
///
/// ```
/// # use account_security::risk::{AssessContext, CheckedPolicy, Limits, Outcome, Profile, RiskPolicy, assess, release};
/// # use account_security::types::{Currency, Money, Payment, Timestamp};
/// let limits = Limits { transaction_minor: Some(10_000), ..Limits::default() };
/// let policy = CheckedPolicy::new(RiskPolicy { limits, ..RiskPolicy::wallet() })?;
/// let at = Timestamp::from_unix_s(1_700_000_000)?;
/// let car = Payment::out("tx-1", Money::parse("9000.00", Currency::EUR)?, at)?.to("dealer");
/// let mut profile = Profile::new();
/// let held = assess(&profile, &car, None, &policy, &AssessContext::at(at, 60))?;
/// held.commit(&mut profile);
/// assert_eq!((held.assessment.outcome, profile.payments()), (Outcome::Hold, 0));
/// assert_eq!(release(&profile, &car, &policy, 60)?.payments(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RiskError::OffsetOutOfRange`] for an offset no place on earth has.
pub fn release(
    profile: &Profile,
    payment: &Payment,
    policy: &CheckedPolicy,
    local_offset_min: i32,
) -> Result<Profile, RiskError> {
    let context = AssessContext::at(payment.at, local_offset_min);
    let seen = Seen::new(profile, payment, policy, &context)?;
    let mut released = profile.clone();
    let id = short_id(payment);
    match released.ring.find_mut(id) {
        Some(event) if event.is_spend() => return Ok(released),
        Some(event) => event.outcome = Outcome::Allow,
        None => released.forgotten_until = released.forgotten_until.max(payment.at.min(profile.newest)),
    }
    if payment.direction == Direction::Out && profile.newest.ms_since(payment.at) <= LATE_MS_MAX {
        let amount = &policy.policy().amount;
        let view = seen.view();
        released.amounts.learn(seen.amount, &view, 256, amount);
        let event = Event { at: payment.at, amount: seen.amount, ..Event::default() };
        Entry::new(&seen, event, Told::default(), None).enter_spend(&mut released);
        // The review saw the owner: whatever doubt this payment raised is gone.
        released.taken_over.belief = released.taken_over.belief.map(|doubt| doubt.min(policy.account_resting()));
    }
    Ok(released)
}
