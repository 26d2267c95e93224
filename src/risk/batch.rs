//! Many payments of many accounts: the same answers, one by one, in the same order, but the waits for memory overlap.
//!
//! A payment touches the profile of an account at random. With a million accounts none of it is in a cache, and a single
//! payment waits for each line in turn. So the profiles of the next payments are touched before the first is judged:
//! the processor fetches them beside each other. Plain reads, no prefetch instruction.

use std::hint::black_box;

use super::assess::{AssessContext, Assessed, assess};
use super::check::CheckedPolicy;
use super::error::RiskError;
use super::payee::PayeeBelief;
use super::state::Profile;
use crate::types::Payment;

/// Payments whose profiles are fetched ahead. More would push out of the cache what was fetched first.
const AHEAD: usize = 32;

/// A payment of a batch, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Queued<'a> {
    /// The place of the account's profile in the batch's profiles.
    pub account: usize,
    /// The payment.
    pub payment: &'a Payment,
    /// What is believed of the payee.
    pub payee: Option<&'a PayeeBelief>,
    /// What else is known.
    pub context: AssessContext,
}

/// Assesses payments in their order and commits each to its profile before the next is looked at; `each` is told the
/// place of the payment in the batch and its answer. The answers are those of [`assess`], payment by payment.
///
/// ```
/// use account_security::risk::{AssessContext, CheckedPolicy, Outcome, Profile, Queued, assess_many};
/// use account_security::types::{Currency, Money, Payment, Timestamp};
/// let at = Timestamp::from_unix_s(1_700_000_000)?;
/// let mut profiles = vec![Profile::new(); 2];
/// let payment = Payment::out("tx-1", Money::parse("12.50", Currency::EUR)?, at)?;
/// let queued = [Queued { account: 1, payment: &payment, payee: None, context: AssessContext::at(at, 60) }];
/// let mut allowed = 0;
/// assess_many(&mut profiles, &queued, &CheckedPolicy::wallet(), |_, assessed| {
///     allowed += u32::from(assessed.assessment.outcome == Outcome::Allow);
/// })?;
/// assert_eq!((allowed, profiles[1].payments()), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RiskError::NoSuchAccount`] for a place without a profile, [`RiskError::OffsetOutOfRange`] as [`assess`] does. The
/// payments before it are committed and told, it and those behind it are not.
pub fn assess_many(
    profiles: &mut [Profile],
    queued: &[Queued<'_>],
    policy: &CheckedPolicy,
    mut each: impl FnMut(usize, &Assessed),
) -> Result<(), RiskError> {
    let (mut index, mut fetched) = (0, 0);
    for group in queued.chunks(AHEAD) {
        for next in group {
            fetched ^= profiles.get(next.account).map_or(0, |profile| profile.touch(next.payment.at));
        }
        for next in group {
            let profile = profiles.get_mut(next.account).ok_or(RiskError::NoSuchAccount(next.account))?;
            let assessed = assess(profile, next.payment, next.payee, policy, &next.context)?;
            assessed.commit(profile);
            each(index, &assessed);
            index += 1;
        }
    }
    black_box(fetched);
    Ok(())
}
