//! Who is exempt, and what each finding and each gap refuses.

use super::*;
use crate::risk::{AssessContext, CheckedPolicy, Profile, SessionPolicy, Signals, assess};
use crate::types::time::HOUR_MS;
use crate::types::{Country, Payment, Position, ReasonCode, Timestamp};

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
    tra_exemption(assessment, &payment(60, 2_500), TraInstrument::Card, Some(600))
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
    let malware_by = |malware| RiskPolicy { session: SessionPolicy { malware, ..policy().session }, ..policy() };
    for (judged, missing) in [
        (without(Signals { malware: None, ..all_clear() }), TraFactor::Malware),
        (without(Signals { rooted: None, ..all_clear() }), TraFactor::UnusualAccess),
        (without(Signals { compromised_credential: None, ..all_clear() }), TraFactor::KnownScenario),
        (without(Signals { high_risk_payee_location: None, ..all_clear() }), TraFactor::HighRiskPayeeLocation),
        (no_device, TraFactor::UnusualAccess),
        (no_place, TraFactor::AbnormalLocation),
        (last(|it| it, all_clear(), malware_by(Rule { mode: Mode::Off, ..Rule::enforced(30) })), TraFactor::Malware),
        (last(|it| it, all_clear(), malware_by(Rule::enforced(0))), TraFactor::Malware),
        (last(|it| it, all_clear(), RiskPolicy { group_cap_db: 4, ..policy() }), TraFactor::AbnormalSpending),
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
    let up_to = |minor, instrument, rate| match tra_exemption(&judged, &payment(60, minor), instrument, rate) {
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
    let ground = |judged: &Assessment, money| match tra_exemption(
        judged,
        &Payment { money, ..payment(60, 1) },
        TraInstrument::Card,
        Some(1),
    ) {
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

#[test]
fn two_readings_of_an_amount_that_are_little_alone_are_abnormal_together() {
    let judged = last(|it| it, all_clear(), RiskPolicy::psd2_tra());
    let reason =
        |code, points| Reason { code, points: Millibans(points), group: ReasonGroup::Amount, ..Reason::default() };
    let read = |one, other| Assessment {
        reasons: [reason(ReasonCode::AmountRegime, one), reason(ReasonCode::AmountOutlier, other)]
            .into_iter()
            .collect(),
        ..judged.clone()
    };
    assert_eq!(asked(&read(250, 249)), TraAnswer::Eligible { up_to: euros(25_000) });
    let (found, not_evaluated) = (TraFactors::NONE.with(TraFactor::AbnormalSpending), TraFactors::NONE);
    assert_eq!(asked(&read(250, 250)), TraAnswer::Refused { found, not_evaluated, ground: None });
}

#[test]
fn a_history_of_nothing_is_no_history() {
    let (policy, mut profile) = (CheckedPolicy::new(RiskPolicy::psd2_tra()).unwrap(), Profile::new());
    let ask = |profile: &Profile, payment: &Payment| {
        let context = AssessContext { signals: all_clear(), ..AssessContext::at(payment.at, 60) };
        assess(profile, payment, None, &policy, &context).unwrap()
    };
    for number in 0..10 {
        ask(&profile, &payment(number, 0)).commit(&mut profile);
    }
    let last = payment(10, 49_000);
    let judged = ask(&profile, &last).assessment;
    let (found, not_evaluated) = (TraFactors::NONE, TraFactors::NONE.with(TraFactor::AbnormalSpending));
    let answer = tra_exemption(&judged, &last, TraInstrument::Card, Some(100));
    assert_eq!(answer, TraAnswer::Refused { found, not_evaluated, ground: None }, "card checks of nothing: {judged:?}");
}

#[test]
fn a_place_without_a_country_and_a_rooted_device_no_rule_tells_of_are_not_clean() {
    let place = |it: Payment| Payment { country: None, ..it }.at_position(Position::new(0, 0, 20_100_000).unwrap());
    let judged = last(place, all_clear(), RiskPolicy::psd2_tra());
    assert!(!judged.looked_at.contains(TraFactor::AbnormalLocation));
    let session = SessionPolicy { rooted: Rule::enforced(0), ..RiskPolicy::psd2_tra().session };
    let rooted = Signals { rooted: Some(true), ..all_clear() };
    let judged = last(|it| it, rooted, RiskPolicy { session, ..RiskPolicy::psd2_tra() });
    let (found, not_evaluated) = (TraFactors::NONE, TraFactors::NONE.with(TraFactor::UnusualAccess));
    assert_eq!(asked(&judged), TraAnswer::Refused { found, not_evaluated, ground: None });
}

#[test]
fn whoever_always_has_a_new_device_is_not_looked_at_by_its_novelty() {
    let policy = RiskPolicy { currency: Some(Currency::EUR), ..RiskPolicy::wallet() };
    let (policy, mut profile) = (CheckedPolicy::new(policy).unwrap(), Profile::new());
    let mut looked_at = TraFactors::ALL;
    for number in 0..60 {
        let payment = payment(number, 2_500).from_device(&format!("phone {number}"));
        let context = AssessContext { signals: all_clear(), ..AssessContext::at(payment.at, 60) };
        let assessed = assess(&profile, &payment, None, &policy, &context).unwrap();
        looked_at = assessed.assessment.looked_at;
        assessed.commit(&mut profile);
    }
    assert!(!looked_at.contains(TraFactor::UnusualAccess) && looked_at.contains(TraFactor::AbnormalLocation));
}

#[test]
fn cash_and_money_that_comes_in_are_no_remote_payments() {
    let judged = last(|it| it, all_clear(), RiskPolicy::psd2_tra());
    let cash = Payment { kind: PaymentKind::CashOut, ..payment(60, 2_500) };
    let credit = Payment { direction: Direction::In, ..payment(60, 2_500) };
    for payment in [cash, credit] {
        let answer = tra_exemption(&judged, &payment, TraInstrument::Card, Some(100));
        assert!(matches!(answer, TraAnswer::Refused { ground: Some(TraGround::NotRemote), .. }), "{answer:?}");
    }
}
