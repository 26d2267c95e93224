//! The exemption for low-risk remote payments: Commission Delegated Regulation (EU) 2018/389 (PSD2 RTS) art. 18 to 20.
//!
//! A payment may pass without strong customer authentication if none of six findings was made, its amount is below a
//! threshold, and the provider's own rate of fraud allows that threshold. What nobody looked for was not "not found": an
//! assessment carries what was [looked at](super::Assessment::looked_at), and the rest refuses the exemption.

use serde::{Deserialize, Serialize};

use super::assess::AGREES_FROM;
use super::policy::{Mode, RiskPolicy};
use super::rules::Seen;
use super::score::{Assessment, Millibans, Outcome, Reason, ReasonGroup};
use crate::types::{Currency, Money, ReasonCode};

/// A finding that forbids the exemption, as art. 18(2)(c) numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum TraFactor {
    /// (i) Abnormal spending or behaviour of the payer.
    AbnormalSpending = 0,
    /// (ii) Unusual information about the payer's access to device or software.
    UnusualAccess = 1,
    /// (iii) Malware in any session of the authentication.
    Malware = 2,
    /// (iv) A known fraud scenario.
    KnownScenario = 3,
    /// (v) An abnormal location of the payer.
    AbnormalLocation = 4,
    /// (vi) A high-risk location of the payee.
    HighRiskPayeeLocation = 5,
}

/// A set of [`TraFactor`]s.
///
/// ```
/// use account_security::risk::{TraFactor, TraFactors};
/// let found = TraFactors::NONE.with(TraFactor::Malware);
/// assert!(found.contains(TraFactor::Malware) && !found.is_empty());
/// assert_eq!(TraFactors::ALL.without(found).iter().count(), 5);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct TraFactors(u8);

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
    /// The decision was not to allow the payment, or it is an earlier one told again.
    NotAllowed,
    /// Thresholds are in euros: convert the amount.
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

/// Whether a payment that was judged is exempt from strong customer authentication as a low-risk one (art. 18).
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
/// let answer = tra_exemption(&judged, payment.money, TraInstrument::Card, Some(400));
/// let TraAnswer::Refused { found, not_evaluated, .. } = answer else { panic!("nobody knows this account yet") };
/// assert!(found.is_empty() && not_evaluated.contains(TraFactor::Malware));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn tra_exemption(
    assessment: &Assessment,
    amount: Money,
    instrument: TraInstrument,
    fraud_rate_ppm: Option<u32>,
) -> TraAnswer {
    let found: TraFactors = assessment.reasons.iter().filter_map(Reason::tra_factor).collect();
    let not_evaluated = TraFactors::ALL.without(assessment.looked_at).without(found);
    let refused = |ground| TraAnswer::Refused { found, not_evaluated, ground };
    if assessment.outcome != Outcome::Allow || assessment.repeated.is_some() {
        return refused(Some(TraGround::NotAllowed));
    }
    match threshold(amount, instrument, fraud_rate_ppm) {
        Ok(up_to) if found.is_empty() && not_evaluated.is_empty() => TraAnswer::Eligible { up_to },
        Ok(_) => refused(None),
        Err(ground) => refused(Some(ground)),
    }
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

impl Reason {
    /// Which finding of art. 18(2)(c) this is, if it is one. It is one also where its points do not count: on trial,
    /// asleep, beyond the cap of its group, or taken away by an allow list. What the engine weighs by degrees (amounts,
    /// payees) is one from half a ban on, as for a freeze.
    #[must_use]
    pub fn tra_factor(&self) -> Option<TraFactor> {
        let is_graded = matches!(
            self.code,
            ReasonCode::AmountOutlier | ReasonCode::AmountRegime | ReasonCode::PayeeRisk | ReasonCode::NewPayee
        );
        if is_graded && self.points < AGREES_FROM || self.points < Millibans(0) {
            return None;
        }
        if self.code == ReasonCode::CustomRule { Some(factor_of_group(self.group)) } else { factor_of(self.code) }
    }
}

/// A rule of one's own finds what the group it was put into finds.
const fn factor_of_group(group: ReasonGroup) -> TraFactor {
    match group {
        ReasonGroup::Velocity | ReasonGroup::Amount | ReasonGroup::Novelty => TraFactor::AbnormalSpending,
        ReasonGroup::Location => TraFactor::AbnormalLocation,
        ReasonGroup::Session => TraFactor::UnusualAccess,
        ReasonGroup::Limit | ReasonGroup::Pattern | ReasonGroup::Payee | ReasonGroup::Record => {
            TraFactor::KnownScenario
        }
    }
}

const fn factor_of(code: ReasonCode) -> Option<TraFactor> {
    Some(match code {
        ReasonCode::VelocityCount
        | ReasonCode::VelocitySum
        | ReasonCode::VelocityPayees
        | ReasonCode::AmountOutlier
        | ReasonCode::AmountRegime
        | ReasonCode::RoundAmount
        | ReasonCode::NewPayee
        | ReasonCode::DormantWake
        | ReasonCode::UnusualHour => TraFactor::AbnormalSpending,
        ReasonCode::NewDevice
        | ReasonCode::NewDeviceNewPayee
        | ReasonCode::VelocityDevices
        | ReasonCode::DeviceRooted
        | ReasonCode::RecentSecurityChange => TraFactor::UnusualAccess,
        ReasonCode::MalwareSignal => TraFactor::Malware,
        ReasonCode::Structuring
        | ReasonCode::RapidInOut
        | ReasonCode::CardTesting
        | ReasonCode::VelocityAttempts
        | ReasonCode::PayeeRisk
        | ReasonCode::DenyList
        | ReasonCode::CompromisedCredential => TraFactor::KnownScenario,
        ReasonCode::NewCountry | ReasonCode::ImpossibleTravel => TraFactor::AbnormalLocation,
        ReasonCode::HighRiskPayeeLocation => TraFactor::HighRiskPayeeLocation,
        _ => return None,
    })
}

/// What could be looked for in this payment: with a history to compare with, what it compares given, and its rules on.
pub(super) fn looked_at(seen: &Seen<'_>) -> TraFactors {
    let (rules, payment, signals) = (seen.rules(), seen.payment, seen.signals);
    let named = |axis: usize| u16::from(seen.profile.known.named[axis]) >= rules.novelty.min_history;
    let has_habit = seen.profile.payments >= u32::from(rules.amount.min_history) && rules.amount.mode != Mode::Off;
    let has_device = payment.device.is_some() && named(0) && rules.novelty.device.mode != Mode::Off;
    let has_country = payment.country.is_some() && named(2) && rules.novelty.country.mode != Mode::Off;
    let has_place = payment.position.is_some() && seen.profile.last_place.is_some() && is_on(rules.travel.rule.mode);
    let looked = [
        (has_habit, TraFactor::AbnormalSpending),
        (has_device, TraFactor::UnusualAccess),
        (signals.malware.is_some() && is_on(rules.session.malware.mode), TraFactor::Malware),
        (knows_scenarios(rules) && signals.compromised_credential.is_some(), TraFactor::KnownScenario),
        (has_country || has_place, TraFactor::AbnormalLocation),
        (
            signals.high_risk_payee_location.is_some() && is_on(rules.session.high_risk_location.mode),
            TraFactor::HighRiskPayeeLocation,
        ),
    ];
    looked.into_iter().filter_map(|(is_looked_at, factor)| is_looked_at.then_some(factor)).collect()
}

fn is_on(mode: Mode) -> bool {
    mode != Mode::Off
}

/// Whether the scenarios every provider knows are watched for: probing with small amounts, money that only passes through.
fn knows_scenarios(rules: &RiskPolicy) -> bool {
    is_on(rules.pattern.card_testing.mode)
        && is_on(rules.pattern.rapid_in_out.mode)
        && is_on(rules.session.compromised_credential.mode)
}

impl TraFactor {
    /// All six, in the order of the article.
    pub const ALL: [Self; 6] = [
        Self::AbnormalSpending,
        Self::UnusualAccess,
        Self::Malware,
        Self::KnownScenario,
        Self::AbnormalLocation,
        Self::HighRiskPayeeLocation,
    ];
}

impl TraFactors {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All six.
    pub const ALL: Self = Self(0b11_1111);

    /// These and one more.
    #[must_use]
    pub const fn with(self, factor: TraFactor) -> Self {
        Self(self.0 | 1 << factor as u8)
    }

    /// These without others.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether it is one of them.
    #[must_use]
    pub const fn contains(self, factor: TraFactor) -> bool {
        self.0 & 1 << factor as u8 != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the order of the article.
    pub fn iter(self) -> impl Iterator<Item = TraFactor> {
        TraFactor::ALL.into_iter().filter(move |factor| self.contains(*factor))
    }
}

impl FromIterator<TraFactor> for TraFactors {
    fn from_iter<I: IntoIterator<Item = TraFactor>>(factors: I) -> Self {
        factors.into_iter().fold(Self::NONE, Self::with)
    }
}

impl TryFrom<u8> for TraFactors {
    type Error = &'static str;
    fn try_from(bits: u8) -> Result<Self, Self::Error> {
        if bits & !Self::ALL.0 == 0 { Ok(Self(bits)) } else { Err("there are six factors") }
    }
}

impl From<TraFactors> for u8 {
    fn from(factors: TraFactors) -> Self {
        factors.0
    }
}

impl std::fmt::Debug for TraFactors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::{AssessContext, CheckedPolicy, Profile, Signals, assess};
    use crate::types::time::HOUR_MS;
    use crate::types::{Country, Payment, Timestamp};

    fn at(hour: u64) -> Timestamp {
        Timestamp::from_unix_s(1_772_442_000).unwrap().plus_ms(hour * HOUR_MS)
    }

    fn all_clear() -> Signals {
        let no = Some(false);
        let (malware, rooted, compromised_credential, high_risk_payee_location) = (no, no, no, no);
        Signals { malware, rooted, compromised_credential, high_risk_payee_location, ..Signals::default() }
    }

    fn payment(number: u64, minor: i64) -> Payment {
        let euros = Money::from_minor(minor, Currency::EUR).unwrap();
        let payment = Payment::out(&format!("tx-{number}"), euros, at(number * 24)).unwrap();
        payment.to("bakery").from_device("phone").in_country(Country::parse("DE").unwrap())
    }

    /// The last of sixty daily payments of the same customer, changed as told.
    fn last(change: impl Fn(Payment) -> Payment, signals: Signals, policy: RiskPolicy) -> Assessment {
        let (policy, mut profile) = (CheckedPolicy::new(policy).unwrap(), Profile::new());
        for number in 0..60 {
            let payment = payment(number, 2_000 + i64::try_from(number * 37 % 1_500).unwrap());
            assess(&profile, &payment, None, &policy, &AssessContext::at(payment.at, 60)).unwrap().commit(&mut profile);
        }
        let payment = change(payment(60, 2_500));
        let context = AssessContext { signals, ..AssessContext::at(payment.at, 60) };
        assess(&profile, &payment, None, &policy, &context).unwrap().assessment
    }

    fn euros(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR).unwrap()
    }

    fn asked(assessment: &Assessment) -> TraAnswer {
        tra_exemption(assessment, euros(2_500), TraInstrument::Card, Some(600))
    }

    #[test]
    fn an_ordinary_payment_of_a_known_customer_is_exempt_when_everything_was_looked_at() {
        let judged = last(|it| it, all_clear(), RiskPolicy::psd2_tra());
        assert_eq!((judged.outcome, judged.looked_at), (Outcome::Allow, TraFactors::ALL), "{judged:?}");
        assert_eq!(asked(&judged), TraAnswer::Eligible { up_to: euros(25_000) });
    }

    #[test]
    fn what_nobody_looked_for_is_not_clean() {
        let policy = RiskPolicy::psd2_tra;
        let without = |signals| last(|it| it, signals, policy());
        let no_device = last(|it| Payment { device: None, ..it }, all_clear(), policy());
        let no_place = last(|it| Payment { country: None, ..it }, all_clear(), policy());
        let rule_off = RiskPolicy {
            session: crate::risk::SessionPolicy {
                malware: crate::risk::Rule { mode: Mode::Off, ..policy().session.malware },
                ..policy().session
            },
            ..policy()
        };
        for (judged, missing) in [
            (without(Signals { malware: None, ..all_clear() }), TraFactor::Malware),
            (without(Signals { compromised_credential: None, ..all_clear() }), TraFactor::KnownScenario),
            (without(Signals { high_risk_payee_location: None, ..all_clear() }), TraFactor::HighRiskPayeeLocation),
            (no_device, TraFactor::UnusualAccess),
            (no_place, TraFactor::AbnormalLocation),
            (last(|it| it, all_clear(), rule_off), TraFactor::Malware),
        ] {
            let not_evaluated = TraFactors::NONE.with(missing);
            let found = TraFactors::NONE;
            assert_eq!(asked(&judged), TraAnswer::Refused { found, not_evaluated, ground: None }, "{missing:?}");
        }
    }

    #[test]
    fn each_finding_refuses_by_its_own_factor() {
        let found = |change: fn(Payment) -> Payment, signals| {
            // A policy that lets it pass all the same: the exemption is another question.
            let wallet = RiskPolicy { currency: Some(Currency::EUR), ..RiskPolicy::wallet() };
            let judged = last(change, signals, wallet);
            match asked(&judged) {
                TraAnswer::Refused { found, .. } => found.iter().collect(),
                TraAnswer::Eligible { .. } => Vec::new(),
            }
        };
        assert_eq!(found(|it| it.from_device("other"), all_clear()), [TraFactor::UnusualAccess]);
        let france = |it: Payment| it.in_country(Country::parse("FR").unwrap());
        assert_eq!(found(france, all_clear()), [TraFactor::AbnormalLocation]);
        assert_eq!(found(|it| it, Signals { malware: Some(true), ..all_clear() }), [TraFactor::Malware]);
        let stolen = Signals { compromised_credential: Some(true), ..all_clear() };
        assert_eq!(found(|it| it, stolen), [TraFactor::KnownScenario]);
        let risky = Signals { high_risk_payee_location: Some(true), ..all_clear() };
        assert_eq!(found(|it| it, risky), [TraFactor::HighRiskPayeeLocation]);
        let large = |it: Payment| Payment { money: euros(90_000), ..it };
        assert!(found(large, all_clear()).contains(&TraFactor::AbnormalSpending));
    }

    #[test]
    fn the_rate_of_fraud_sets_the_threshold_as_the_annex_does() {
        use TraInstrument::{Card, CreditTransfer};
        let judged = last(|it| it, all_clear(), RiskPolicy::psd2_tra());
        let up_to = |minor, instrument, rate| match tra_exemption(&judged, euros(minor), instrument, rate) {
            TraAnswer::Eligible { up_to } => Ok(up_to.minor()),
            TraAnswer::Refused { ground, .. } => Err(ground.unwrap()),
        };
        for (rate, card, transfer) in [
            (50, Some(50_000), Some(50_000)),
            (51, Some(50_000), Some(25_000)),
            (100, Some(50_000), Some(25_000)),
            (101, Some(25_000), Some(10_000)),
            (150, Some(25_000), Some(10_000)),
            (151, Some(25_000), None),
            (600, Some(25_000), None),
            (601, Some(10_000), None),
            (1_300, Some(10_000), None),
            (1_301, None, None),
        ] {
            for (instrument, expected) in [(Card, card), (CreditTransfer, transfer)] {
                let expected = expected.ok_or(TraGround::FraudRateTooHigh);
                assert_eq!(up_to(2_500, instrument, Some(rate)), expected, "{rate} {instrument:?}");
            }
        }
        assert_eq!(up_to(25_000, Card, Some(600)), Ok(25_000));
        assert_eq!(up_to(25_001, Card, Some(600)), Err(TraGround::AboveThreshold { up_to: euros(25_000) }));
        assert_eq!(up_to(2_500, Card, None), Err(TraGround::FraudRateUnknown));
    }

    #[test]
    fn a_held_or_repeated_payment_and_another_currency_are_refused() {
        let judged = last(|it| it, all_clear(), RiskPolicy::psd2_tra());
        let ground = |judged: &Assessment, money| match tra_exemption(judged, money, TraInstrument::Card, Some(1)) {
            TraAnswer::Refused { ground, .. } => ground,
            TraAnswer::Eligible { .. } => None,
        };
        let held = Assessment { outcome: Outcome::StepUp, ..judged.clone() };
        assert_eq!(ground(&held, euros(1)), Some(TraGround::NotAllowed));
        let again = Assessment { repeated: Some(crate::risk::FirstAnswer::default()), ..judged.clone() };
        assert_eq!(ground(&again, euros(1)), Some(TraGround::NotAllowed));
        let yen = Money::from_minor(1, Currency::JPY).unwrap();
        assert_eq!(ground(&judged, yen), Some(TraGround::NotInEuros));
    }
}
