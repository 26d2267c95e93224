//! The exemption for low-risk remote payments: Commission Delegated Regulation (EU) 2018/389 (PSD2 RTS) art. 18 to 20.
//!
//! A payment may pass without strong customer authentication if none of six findings was made, its amount is below a
//! threshold, and the provider's own rate of fraud allows that threshold. What nobody looked for was not "not found": an
//! assessment carries what was [looked at](super::Assessment::looked_at), and the rest refuses the exemption.

mod factor;

pub use factor::{TraFactor, TraFactors};

use super::assess::AGREES_FROM;
use super::policy::{Mode, RiskPolicy, Rule};
use super::rules::Seen;
use super::score::{Assessment, Millibans, Outcome, Reason, ReasonGroup};
use crate::types::{Currency, Direction, Money, Payment, PaymentKind};

/// How the payment is made: the reference rates differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TraInstrument {
    /// A remote card payment.
    Card,
    /// A remote credit transfer.
    CreditTransfer,
}

/// Whether the payment may pass without strong authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraAnswer {
    /// It may.
    Eligible {
        /// The highest amount the rate of fraud allows.
        up_to: Money,
    },
    /// It may not.
    Refused {
        /// What was found.
        found: TraFactors,
        /// What nobody looked for.
        not_evaluated: TraFactors,
        /// What else stands against it.
        ground: Option<TraGround>,
    },
}

/// What refuses the exemption beside the six findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraGround {
    /// The decision was not to allow the payment, or the profile told an earlier one again. (A service tells the first
    /// decision of an id as it was: signals that come later judge nothing.)
    NotAllowed,
    /// Not a remote payment: cash, or money that comes in.
    NotRemote,
    /// Thresholds are in euros.
    NotInEuros,
    /// The provider's rate of fraud is not known.
    FraudRateUnknown,
    /// The provider's rate of fraud allows no threshold.
    FraudRateTooHigh,
    /// The amount is above the threshold that the rate of fraud allows.
    AboveThreshold {
        /// That threshold.
        up_to: Money,
    },
}

/// Thresholds in cents with the highest rates of fraud in parts per million, by the Annex: cards, credit transfers.
const REFERENCE_RATES: [(i64, u32, u32); 3] = [(50_000, 100, 50), (25_000, 600, 100), (10_000, 1_300, 150)];

/// Whether a payment that was judged, the same as is asked for, is exempt from strong customer authentication as a
/// low-risk one (art. 18).
///
/// `fraud_rate_ppm` is the provider's own rate for this instrument over ninety days ([`fraud_rate_ppm`]). A provider above
/// its rate for two quarters in a row stops using the exemption (art. 20): pass `None` then.
///
/// ```
/// use account_security::risk::*;
/// use account_security::types::{Currency, Money, Payment, Timestamp};
/// let policy = CheckedPolicy::new(RiskPolicy::psd2_tra())?;
/// let at = Timestamp::from_unix_s(1_700_000_000)?;
/// let payment = Payment::out("tx-1", Money::parse("12.50", Currency::EUR)?, at)?.to("bakery");
/// let judged = assess(&Profile::new(), &payment, None, &policy, &AssessContext::at(at, 60))?.assessment;
/// let answer = tra_exemption(&judged, &payment, TraInstrument::Card, Some(400));
/// let TraAnswer::Refused { found, not_evaluated, .. } = answer else { panic!("nobody knows this account yet") };
/// assert!(found.is_empty() && not_evaluated.contains(TraFactor::Malware));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn tra_exemption(
    assessment: &Assessment,
    payment: &Payment,
    instrument: TraInstrument,
    fraud_rate_ppm: Option<u32>,
) -> TraAnswer {
    let found = findings(assessment);
    let not_evaluated = TraFactors::ALL.without(assessment.looked_at).without(found);
    let refused = |ground| TraAnswer::Refused { found, not_evaluated, ground };
    if assessment.outcome != Outcome::Allow || assessment.repeated.is_some() {
        return refused(Some(TraGround::NotAllowed));
    }
    if payment.direction != Direction::Out || payment.kind == PaymentKind::CashOut {
        return refused(Some(TraGround::NotRemote));
    }
    match threshold(payment.money, instrument, fraud_rate_ppm) {
        Ok(up_to) if found.is_empty() && not_evaluated.is_empty() => TraAnswer::Eligible { up_to },
        Ok(_) => refused(None),
        Err(ground) => refused(Some(ground)),
    }
}

fn findings(assessment: &Assessment) -> TraFactors {
    let found: TraFactors = assessment.reasons.iter().filter_map(Reason::tra_factor).collect();
    // Two readings of the amounts, neither of which is one alone.
    let of_amounts = assessment.reasons.iter().filter(|reason| reason.group == ReasonGroup::Amount);
    let amounts: Millibans = of_amounts.map(|reason| reason.points).sum();
    if amounts < AGREES_FROM { found } else { found.with(TraFactor::AbnormalSpending) }
}

/// The rate of fraud of art. 19: the value of unauthorised payments over the value of all, both in the same unit, over
/// ninety days; in parts per million, rounded up. `None` where nothing was paid: a rate that is not known allows nothing.
///
/// ```
/// use account_security::risk::fraud_rate_ppm;
/// assert_eq!(fraud_rate_ppm(1_301, 1_000_000), Some(1_301));
/// assert_eq!((fraud_rate_ppm(1, 3_000_000), fraud_rate_ppm(0, 0)), (Some(1), None));
/// ```
#[must_use]
pub fn fraud_rate_ppm(unauthorised: u64, all: u64) -> Option<u32> {
    let ppm = (u128::from(unauthorised) * 1_000_000).checked_div(u128::from(all))?;
    let rest = (u128::from(unauthorised) * 1_000_000) % u128::from(all);
    Some(u32::try_from(ppm + u128::from(rest > 0)).unwrap_or(u32::MAX))
}

fn threshold(amount: Money, instrument: TraInstrument, fraud_rate_ppm: Option<u32>) -> Result<Money, TraGround> {
    if amount.currency() != Currency::EUR {
        return Err(TraGround::NotInEuros);
    }
    let rate_ppm = fraud_rate_ppm.ok_or(TraGround::FraudRateUnknown)?;
    let allowed = REFERENCE_RATES.iter().find(|(_, card_ppm, transfer_ppm)| {
        rate_ppm
            <= match instrument {
                TraInstrument::Card => *card_ppm,
                TraInstrument::CreditTransfer => *transfer_ppm,
            }
    });
    let (minor, ..) = allowed.ok_or(TraGround::FraudRateTooHigh)?;
    let up_to = Money::from_minor(*minor, Currency::EUR).map_err(|_| TraGround::FraudRateTooHigh)?;
    if amount.minor() <= up_to.minor() { Ok(up_to) } else { Err(TraGround::AboveThreshold { up_to }) }
}

/// What could be looked for in this payment: with a history to compare with, what it compares given, and rules that would
/// tell of it. A place alone does not count for a location: what is known of it may be a continent wide.
pub(super) fn looked_at(seen: &Seen<'_>) -> TraFactors {
    let (rules, payment, signals) = (seen.rules(), seen.payment, seen.signals);
    let has_habit = seen.profile.amounts.is_known(&rules.amount) && tells_of_amounts(rules);
    let has_device = payment.device.is_some() && is_rare(seen, 0, rules.novelty.device);
    let has_country = payment.country.is_some() && is_rare(seen, 2, rules.novelty.country);
    let looked = [
        (has_habit, TraFactor::AbnormalSpending),
        (has_device && signals.rooted.is_some() && tells(rules.session.rooted), TraFactor::UnusualAccess),
        (signals.malware.is_some() && tells(rules.session.malware), TraFactor::Malware),
        (tells_of_scenarios(rules) && signals.compromised_credential.is_some(), TraFactor::KnownScenario),
        (has_country, TraFactor::AbnormalLocation),
        (
            signals.high_risk_payee_location.is_some() && tells(rules.session.high_risk_location),
            TraFactor::HighRiskPayeeLocation,
        ),
    ];
    looked.into_iter().filter_map(|(is_looked_at, factor)| is_looked_at.then_some(factor)).collect()
}

/// Whether a new one would be told: enough were seen, and new ones are not this account's habit, which takes the points.
fn is_rare(seen: &Seen<'_>, axis: usize, rule: Rule) -> bool {
    let known = &seen.profile.known;
    let is_habit = known.novelty_q16[axis] >= 1 << 15 && rule.min_outcome.is_none();
    u16::from(known.named[axis]) >= seen.rules().novelty.min_history && !is_habit && tells(rule)
}

/// Whether a rule that fires is told: one without points or least outcome says nothing.
fn tells(rule: Rule) -> bool {
    rule.mode != Mode::Off && (rule.points_db > 0 || rule.min_outcome.is_some())
}

/// Amounts are told by degrees, which a cap below the least degree would hide.
fn tells_of_amounts(rules: &RiskPolicy) -> bool {
    rules.amount.mode != Mode::Off && Millibans::from_decibans(rules.group_cap_db) >= AGREES_FROM
}

/// Whether the scenarios every provider knows are watched for: probing with small amounts, money that only passes through.
fn tells_of_scenarios(rules: &RiskPolicy) -> bool {
    let scenarios = [rules.pattern.card_testing, rules.pattern.rapid_in_out, rules.session.compromised_credential];
    scenarios.into_iter().all(tells)
}

#[cfg(test)]
mod tests;
