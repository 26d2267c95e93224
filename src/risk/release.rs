//! A payment that was paid after all: a review let it pass, or the owner gave the proof that was asked for.

use super::assess::{AssessContext, short_content, short_id};
use super::check::CheckedPolicy;
use super::error::RiskError;
use super::record::Entry;
use super::rules::Seen;
use super::score::Outcome;
use super::state::{Event, Profile, Told};
use crate::types::{Direction, Payment};

/// Counts a held payment as spend once a review let it pass, and makes a payment familiar once its proof was given:
/// payee, device, country and place are the owner's from now on, and the doubt about the account is cleared.
///
/// A payment that asked for a proof counts as spend from the first, because the proof may be given without anybody telling
/// the engine; it makes nothing familiar until this is called, because a thief can order payments and walk away.
///
/// `judged` is the first answer to the payment. Idempotent while the payment is among the sixteen events remembered; after
/// that a second call for a held payment counts it again, because a window may count too much but never too little. A payment
/// that passed changes nothing, nor does one that was too late to be counted.
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
/// assert_eq!(release(&profile, &car, held.assessment.outcome, &policy, 60)?.payments(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RiskError::OffsetOutOfRange`] for an offset no place on earth has, [`RiskError::OtherCurrency`] for a payment in another
/// currency than the account's: its sums cannot be added to.
pub fn release(
    profile: &Profile,
    payment: &Payment,
    judged: Outcome,
    policy: &CheckedPolicy,
    local_offset_min: i32,
) -> Result<Profile, RiskError> {
    // Judged in one zone and counted in another, it would count for another day.
    let judged_in = profile.ring.find(short_id(payment)).and_then(|(_, told)| told.offset_min).map(i32::from);
    let context = AssessContext::at(payment.at, judged_in.unwrap_or(local_offset_min));
    let seen = Seen::new(profile, payment, policy, &context)?;
    if profile.refuses(payment.money.currency(), policy) {
        return Err(RiskError::OtherCurrency);
    }
    let mut released = profile.clone();
    if payment.direction != Direction::Out || seen.is_too_late() {
        return Ok(released);
    }
    let entry = entry(&seen, payment);
    let remembered =
        released.ring.find_mut(short_id(payment)).map(|event| std::mem::replace(&mut event.outcome, Outcome::Allow));
    match remembered.unwrap_or(judged) {
        Outcome::Allow => return Ok(released),
        // Its sums stand since it was judged.
        Outcome::StepUp => {}
        Outcome::Hold | Outcome::FreezeRecommended => {
            if remembered.is_none() {
                entry.enter_event(&mut released);
            }
            released.amounts.learn(seen.amount, &seen.view(), 256, &policy.policy().amount);
            entry.enter_spend(&mut released);
        }
    }
    entry.enter_familiar(&mut released);
    // The owner was seen: whatever doubt this payment raised is gone. What came later raised its own.
    if payment.at >= released.taken_over.at {
        released.taken_over.belief = released.taken_over.belief.map(|doubt| doubt.min(policy.account_resting()));
    }
    Ok(released)
}

/// The payment as one that passed.
fn entry(seen: &Seen<'_>, payment: &Payment) -> Entry {
    let told = Told {
        id: short_id(payment),
        content: short_content(payment.content_fingerprint()),
        offset_min: Some(seen.offset_min),
        ..Told::default()
    };
    Entry::new(seen, Event::of(seen, Outcome::Allow), told, None)
}
