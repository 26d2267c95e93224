//! Stories of custom rules, class limits, lists, floors and snoozes.

use super::*;
use crate::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::types::{Country, Currency, Fingerprint, Money, Payment, PaymentKind, Position, ReasonCode, Timestamp};

/// Monday 2026-03-02T00:00:00Z.
const START_S: i64 = 1_772_409_600;

struct Life {
    profile: Profile,
    policy: CheckedPolicy,
    count: u32,
}

fn moment(after_ms: u64) -> Timestamp {
    Timestamp::from_unix_s(START_S).unwrap().plus_ms(after_ms)
}

fn when(feature: Feature, window_ms: u64, op: Comparison, value: i64) -> Condition {
    Condition { feature, window_ms, op, value }
}

fn rule(id: &str, when: Vec<Condition>) -> CustomRule {
    CustomRule { points_db: 10, ..CustomRule::new(RuleId::parse(id).unwrap(), ReasonGroup::Pattern, when) }
}

impl Life {
    fn with(policy: RiskPolicy) -> Self {
        Self { profile: Profile::new(), policy: CheckedPolicy::new(policy).unwrap(), count: 0 }
    }

    fn ruled(rules: Vec<CustomRule>) -> Self {
        Self::with(RiskPolicy { rules, ..RiskPolicy::wallet() })
    }

    fn out(&mut self, minor: i64, after_ms: u64) -> Payment {
        self.count += 1;
        let money = Money::from_minor(minor, Currency::EUR).unwrap();
        Payment::out(&format!("tx-{}", self.count), money, moment(after_ms)).unwrap()
    }

    fn pay(&mut self, payment: &Payment) -> Assessment {
        self.pay_knowing(payment, &AssessContext::at(payment.at, 0))
    }

    fn pay_knowing(&mut self, payment: &Payment, context: &AssessContext) -> Assessment {
        let assessed = assess(&self.profile, payment, None, &self.policy, context).unwrap();
        let answer = &assessed.assessment;
        let sum: Millibans = answer.reasons.iter().filter(|reason| !reason.shadow).map(|reason| reason.points).sum();
        assert_eq!(answer.score, sum, "the score is the sum of its reasons");
        assessed.commit(&mut self.profile);
        assessed.assessment
    }
}

fn found(answer: &Assessment, code: ReasonCode) -> Option<Reason> {
    answer.reasons.iter().find(|reason| reason.code == code).copied()
}

#[test]
fn a_rule_fires_when_all_of_its_conditions_hold_and_says_which_it_was() {
    use Comparison::{AtLeast, Below, Equal};
    let night = rule(
        "night-cash-out",
        vec![
            when(Feature::CountOut, HOUR_MS, AtLeast, 3),
            when(Feature::Kind, 0, Equal, 2),
            when(Feature::Hour, 0, Below, 5),
        ],
    );
    let mut life = Life::ruled(vec![rule("never", vec![when(Feature::Amount, 0, AtLeast, 1 << 40)]), night]);
    for (minutes, expected) in [(0, false), (1, false), (2, true)] {
        let payment = life.out(5_000, minutes * MINUTE_MS).of_kind(PaymentKind::CashOut);
        let answer = life.pay(&payment);
        let reason = found(&answer, ReasonCode::CustomRule);
        assert_eq!(reason.is_some(), expected, "{answer:?}");
        let Some(reason) = reason else { continue };
        assert_eq!(life.policy.rule_of(&reason).unwrap().id.as_str(), "night-cash-out");
        let seen = (reason.rule, reason.observed, reason.threshold, reason.window_ms, reason.exact);
        assert_eq!(seen, (2, 3, 3, HOUR_MS, true));
        assert_eq!((reason.points, answer.policy_hash), (Millibans(1_000), life.policy.content_hash()));
    }
    let card = life.out(5_000, 3 * MINUTE_MS).of_kind(PaymentKind::Card);
    assert_eq!(found(&life.pay(&card), ReasonCode::CustomRule), None);
    let morning = life.out(5_000, 6 * HOUR_MS).of_kind(PaymentKind::CashOut);
    assert_eq!(found(&life.pay(&morning), ReasonCode::CustomRule), None);
}

#[test]
fn every_part_of_a_policy_changes_its_hash() {
    let own = |value: i64| rule("r", vec![when(Feature::Hour, 0, Comparison::AtLeast, value)]);
    let hash = |policy: RiskPolicy| CheckedPolicy::new(policy).unwrap().content_hash();
    let ruled = |rule: CustomRule| hash(RiskPolicy { rules: vec![rule], ..RiskPolicy::wallet() });
    let listed = |name: &str| Lists::default().deny_payees([Fingerprint::of_payee(name)]).unwrap();
    let mut hashes = vec![
        hash(RiskPolicy::wallet()),
        ruled(own(3)),
        ruled(own(4)),
        ruled(CustomRule { mode: Mode::Shadow, ..own(3) }),
        ruled(CustomRule { min_outcome: Some(Outcome::Hold), ..own(3) }),
        ruled(CustomRule { note: "why".to_owned(), ..own(3) }),
        hash(RiskPolicy { lists: listed("a"), ..RiskPolicy::wallet() }),
        hash(RiskPolicy { lists: listed("b"), ..RiskPolicy::wallet() }),
        hash(new_payees(5)),
        hash(new_payees(6)),
    ];
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), 10);
}

#[test]
fn modes_floors_and_caps_hold_for_rules_of_ones_own() {
    let always = || vec![when(Feature::Hour, 0, Comparison::AtLeast, 0)];
    let answer = |rules: Vec<CustomRule>| {
        let mut life = Life::ruled(rules);
        let payment = life.out(5_000, 0);
        life.pay(&payment)
    };
    let shadow =
        answer(vec![CustomRule { mode: Mode::Shadow, min_outcome: Some(Outcome::Hold), ..rule("a", always()) }]);
    assert_eq!((shadow.score, shadow.outcome), (Millibans(0), Outcome::Allow));
    assert!(found(&shadow, ReasonCode::CustomRule).unwrap().shadow);
    let off = answer(vec![CustomRule { mode: Mode::Off, min_outcome: Some(Outcome::Hold), ..rule("a", always()) }]);
    assert!(off.reasons.is_empty() && off.outcome == Outcome::Allow);
    let floor = answer(vec![CustomRule { points_db: 0, min_outcome: Some(Outcome::StepUp), ..rule("a", always()) }]);
    assert_eq!((floor.score, floor.outcome, floor.reasons.len()), (Millibans(0), Outcome::StepUp, 1));
    let many = (0..32).map(|number| rule(&format!("r{number}"), always())).collect();
    let capped = answer(many);
    assert_eq!((capped.score, capped.reasons.len()), (Millibans(5_000), 32), "one group's cap is 50 dB");
    let hard = answer(vec![CustomRule {
        points_db: 0,
        group: ReasonGroup::Limit,
        ..rule("a", vec![when(Feature::Amount, 0, Comparison::Above, 4_999)])
    }]);
    assert_eq!((hard.outcome, hard.reasons[0].group), (Outcome::Hold, ReasonGroup::Limit));
}

#[test]
fn a_built_in_rule_has_a_floor_too_and_not_on_trial() {
    for (mode, expected) in [(Mode::Enforce, Outcome::Hold), (Mode::Shadow, Outcome::Allow)] {
        let rooted = Rule { mode, points_db: 1, min_outcome: Some(Outcome::Hold) };
        let session = SessionPolicy { rooted, ..SessionPolicy::default() };
        let mut life = Life::with(RiskPolicy { session, ..RiskPolicy::wallet() });
        let payment = life.out(5_000, 0);
        let signals = Signals { rooted: Some(true), ..Signals::default() };
        let answer = life.pay_knowing(&payment, &AssessContext { signals, ..AssessContext::at(payment.at, 0) });
        assert_eq!(answer.outcome, expected);
        assert_eq!(found(&answer, ReasonCode::DeviceRooted).unwrap().shadow, mode == Mode::Shadow);
    }
}

fn new_payees(day_minor: u64) -> RiskPolicy {
    let class = ClassLimit { payee: Some(PayeeClass::New), day_minor: Some(day_minor), ..ClassLimit::default() };
    RiskPolicy { limits: Limits { class: vec![class], ..Limits::default() }, ..RiskPolicy::wallet() }
}

#[test]
fn a_limit_for_new_payees_counts_only_what_went_to_new_payees() {
    let mut life = Life::with(new_payees(10_000));
    for (turn, (payee, minor, expected)) in [
        ("shop", 4_000, Outcome::Allow),
        ("shop", 9_000, Outcome::Allow),
        ("stranger", 6_000, Outcome::Allow),
        ("other", 1, Outcome::Hold),
        ("shop", 50_000, Outcome::Allow),
    ]
    .into_iter()
    .enumerate()
    {
        let payment = life.out(minor, turn as u64 * HOUR_MS).to(payee);
        let answer = life.pay(&payment);
        assert_eq!(found(&answer, ReasonCode::LimitDay).is_some(), expected == Outcome::Hold, "{turn}: {answer:?}");
        if let Some(reason) = found(&answer, ReasonCode::LimitDay) {
            let told = (reason.observed, reason.threshold, reason.window_ms, reason.exact, reason.rule);
            assert_eq!((told, answer.outcome), ((10_001, 10_000, DAY_MS, true, 1), Outcome::Hold));
        }
    }
    let next_day = life.out(9_000, DAY_MS + HOUR_MS).to("a third");
    assert_eq!(found(&life.pay(&next_day), ReasonCode::LimitDay), None);
}

#[test]
fn a_class_sum_beyond_what_is_remembered_is_bounded_from_above_and_says_so() {
    let mut life = Life::with(new_payees(100_000));
    let first = life.out(30_000, 0).to("new");
    life.pay(&first);
    for turn in 1..=20 {
        let payment = life.out(1_000, turn * MINUTE_MS).to("new");
        assert_eq!(found(&life.pay(&payment), ReasonCode::LimitDay), None);
    }
    let other = life.out(60_000, HOUR_MS).to("another");
    let answer = life.pay(&other);
    let reason = found(&answer, ReasonCode::LimitDay).expect("30,000 to a new payee are forgotten, but not lost");
    assert_eq!((reason.observed, reason.exact), (110_000, false), "20,000 to a known payee are counted along");
}

#[test]
fn classes_by_kind_by_trust_and_for_unnamed_payees() {
    let class = |payee, kind| ClassLimit { payee, kind, transaction_minor: Some(1_000), ..ClassLimit::default() };
    let held = |class: ClassLimit, make: fn(Payment) -> Payment, allow_listed: bool| {
        let limits = Limits { class: vec![class], ..Limits::default() };
        let mut life = Life::with(RiskPolicy { limits, ..RiskPolicy::wallet() });
        let known = life.out(10, 0).to("known");
        life.pay(&known);
        let payment = make(life.out(1_001, HOUR_MS));
        let signals = Signals { allow_listed, ..Signals::default() };
        let answer = life.pay_knowing(&payment, &AssessContext { signals, ..AssessContext::at(payment.at, 0) });
        answer.outcome == Outcome::Hold
    };
    let cash = class(None, Some(PaymentKind::CashOut));
    assert!(held(cash, |payment| payment.of_kind(PaymentKind::CashOut), false));
    assert!(!held(cash, |payment| payment.of_kind(PaymentKind::Card), false));
    let (new, known, trusted) = (PayeeClass::New, PayeeClass::Known, PayeeClass::Trusted);
    for (payee, make, allow_listed, expected) in [
        (new, (|payment| payment) as fn(Payment) -> Payment, false, true),
        (new, |payment| payment.to("stranger"), false, true),
        (new, |payment| payment.to("known"), false, false),
        (new, |payment| payment.to("stranger"), true, false),
        (known, |payment| payment.to("known"), false, true),
        (known, |payment| payment.to("stranger"), false, false),
        (trusted, |payment| payment.to("stranger"), true, true),
        (trusted, |payment| payment.to("known"), false, false),
    ] {
        assert_eq!(held(class(Some(payee), None), make, allow_listed), expected, "{payee:?} {allow_listed}");
    }
}

#[test]
fn a_trusted_payee_takes_points_away_exactly_and_passes_no_hard_stop() {
    let lists = Lists::default().allow_payees([Fingerprint::of_payee("mother")]).unwrap();
    let limits = Limits { transaction_minor: Some(50_000), ..Limits::default() };
    let own = CustomRule {
        min_outcome: Some(Outcome::StepUp),
        ..rule("floor", vec![when(Feature::Amount, 0, Comparison::Equal, 777)])
    };
    let policy = RiskPolicy { lists, limits, rules: vec![own], ..RiskPolicy::wallet() };
    let mut life = Life::with(policy);
    let bad = Signals { malware: Some(true), compromised_credential: Some(true), ..Signals::default() };
    let mut pay = |payee: &str, minor: i64, signals: Signals, frozen: bool| {
        let payment = life.out(minor, 0).to(payee);
        life.pay_knowing(&payment, &AssessContext { signals, frozen, ..AssessContext::at(payment.at, 0) })
    };
    assert!(pay("stranger", 100, bad, false).outcome >= Outcome::Hold);
    let trusted = pay("mother", 100, bad, false);
    assert_eq!(trusted.outcome, Outcome::Allow, "{trusted:?}");
    let taken = found(&trusted, ReasonCode::AllowList).unwrap();
    let against: i32 = trusted.reasons.iter().map(|reason| reason.points.0.max(0)).sum();
    assert_eq!(taken.points, Millibans(-against));
    assert_eq!(pay("mother", 50_001, bad, false).outcome, Outcome::Hold, "a limit");
    assert_eq!(pay("mother", 101, Signals { deny_listed: true, ..bad }, false).outcome, Outcome::Hold, "a deny list");
    assert_eq!(pay("mother", 102, bad, true).outcome, Outcome::Hold, "a freeze");
    assert_eq!(pay("mother", 777, bad, false).outcome, Outcome::StepUp, "a floor");
    let mut calm = Life::with(RiskPolicy::wallet());
    let payment = calm.out(100, 0).to("mother");
    let signals = Signals { allow_listed: true, ..Signals::default() };
    let answer = calm.pay_knowing(&payment, &AssessContext { signals, ..AssessContext::at(payment.at, 0) });
    assert_eq!(found(&answer, ReasonCode::AllowList), None, "nothing to take away");
}

#[test]
fn the_policys_lists_stop_a_payment_without_a_word_from_the_caller() {
    let lists = Lists::default().deny_countries([Country::parse("KP").unwrap()]).unwrap();
    let mut life = Life::with(RiskPolicy { lists, ..RiskPolicy::wallet() });
    let payment = life.out(100, 0).in_country(Country::parse("KP").unwrap());
    let answer = life.pay(&payment);
    assert_eq!((answer.outcome, answer.reasons[0].code), (Outcome::Hold, ReasonCode::DenyList));
}

#[test]
fn a_rule_asleep_is_told_but_does_not_count_until_its_time() {
    let floor = CustomRule {
        min_outcome: Some(Outcome::Hold),
        ..rule("every", vec![when(Feature::Hour, 0, Comparison::AtLeast, 0)])
    };
    let other = rule("other", vec![when(Feature::Hour, 0, Comparison::AtLeast, 0)]);
    let mut life = Life::ruled(vec![other, floor]);
    let own = SnoozedRule::Own(RuleId::parse("every").unwrap());
    let until = moment(2 * HOUR_MS);
    life.profile = snooze(&life.profile, &own, until, &life.policy, moment(0)).unwrap();
    let bytes = postcard::to_allocvec(&life.profile).unwrap();
    assert_eq!(postcard::from_bytes::<Profile>(&bytes).unwrap(), life.profile);
    for (hours, asleep) in [(1, true), (2, false)] {
        let payment = life.out(5_000, hours * HOUR_MS);
        let answer = life.pay(&payment);
        assert_eq!(answer.outcome, if asleep { Outcome::Allow } else { Outcome::Hold }, "{answer:?}");
        let told: Vec<_> = answer.reasons.iter().map(|reason| (reason.rule, reason.snoozed, reason.shadow)).collect();
        assert_eq!(told, [(1, false, false), (2, asleep, asleep)]);
        assert_eq!(life.profile.is_snoozed(&own, payment.at), asleep);
    }
    let woken = wake(&life.profile, &own);
    assert!(!woken.is_snoozed(&own, moment(0)));
}

#[test]
fn what_is_no_opinion_cannot_sleep_and_few_things_sleep_at_once() {
    let hard = CustomRule {
        points_db: 0,
        group: ReasonGroup::Limit,
        ..rule("hard", vec![when(Feature::Amount, 0, Comparison::Above, 1)])
    };
    let policy = CheckedPolicy::new(RiskPolicy { rules: vec![hard], ..RiskPolicy::wallet() }).unwrap();
    let (profile, now, until) = (Profile::new(), moment(0), moment(DAY_MS));
    let asked = |rule: SnoozedRule| snooze(&profile, &rule, until, &policy, now).map(|_| ());
    for code in ReasonCode::ALL {
        let hard = !matches!(code.code(), 200..=799 | 802..=806);
        assert_eq!(asked(SnoozedRule::BuiltIn(*code)).is_err(), hard, "{code}");
    }
    for name in ["hard", "unknown"] {
        assert_eq!(asked(SnoozedRule::Own(RuleId::parse(name).unwrap())), Err(SnoozeError::UnknownRule));
    }
    let new_payee = SnoozedRule::BuiltIn(ReasonCode::NewPayee);
    assert_eq!(snooze(&profile, &new_payee, now, &policy, now), Err(SnoozeError::Ended));
    let soft: Vec<_> = ReasonCode::ALL.iter().filter(|code| (200..=799).contains(&code.code())).collect();
    let mut full = profile.clone();
    for code in &soft[..8] {
        full = snooze(&full, &SnoozedRule::BuiltIn(**code), until, &policy, now).unwrap();
    }
    assert_eq!(snooze(&full, &SnoozedRule::BuiltIn(*soft[8]), until, &policy, now), Err(SnoozeError::TooMany));
    let again = snooze(&full, &SnoozedRule::BuiltIn(*soft[3]), moment(2 * DAY_MS), &policy, now).unwrap();
    assert_eq!(again.snoozed(moment(DAY_MS)).count(), 1, "asked again, only the end moves");
    assert!(
        snooze(&full, &SnoozedRule::BuiltIn(*soft[8]), moment(3 * DAY_MS), &policy, until).is_ok(),
        "the others ended"
    );
}

#[test]
fn each_word_of_the_vocabulary_stays_in_its_range_through_a_life() {
    let policy = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
    let (mut profile, mut seed) = (Profile::new(), 7_u64);
    let mut payees = std::collections::BTreeMap::new();
    let mut greatest = std::collections::BTreeMap::new();
    for number in 0..400_u64 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let draw = |shift: u32, below: u64| (seed >> shift) % below;
        let at = moment(number * 7 * HOUR_MS + draw(9, HOUR_MS));
        let minor = if draw(50, 40) == 0 { 1_000_000_000_000_000 } else { i64::try_from(draw(12, 60_000)).unwrap() };
        let money = Money::from_minor(minor, Currency::EUR).unwrap();
        let direction = if draw(45, 6) == 0 { crate::types::Direction::In } else { crate::types::Direction::Out };
        let lat_e6 = i32::try_from(draw(20, 180_000_001)).unwrap() - 90_000_000;
        let payment = Payment::new(&format!("tx-{number}"), money, at, direction).unwrap();
        let payment = payment.to(&format!("p{}", draw(30, 30))).from_device(&format!("d{}", draw(35, 12)));
        let mut payment = payment.at_position(Position::new(lat_e6, lat_e6, 10).unwrap());
        payment.country = Country::parse(
            ["DE", "FR", "NG", "ZZ", "AA", "CN", "US", "BR", "IN"][usize::try_from(draw(41, 9)).unwrap()],
        );
        payment.kind = PaymentKind::ALL[usize::try_from(draw(37, 5)).unwrap()];
        let mut context = AssessContext { last_security_change: Some(moment(0)), ..AssessContext::at(at, 330) };
        // What holds a payment teaches the profile nothing, so it comes seldom.
        let seldom = |shift: u32| draw(shift, 60) == 0;
        context.signals = Signals {
            malware: Some(seldom(13)),
            rooted: Some(seldom(17)),
            compromised_credential: Some(seldom(19)),
            high_risk_payee_location: Some(seldom(23)),
            deny_listed: seldom(27),
            allow_listed: seldom(29),
        };
        let payee: &mut PayeeBelief = payees.entry(payment.payee).or_insert_with(|| PayeeBelief::new(&policy, at));
        let (account, score) = if seldom(31) { (Belief::MAX, Millibans(60_000)) } else { (Belief::MIN, Millibans(0)) };
        let seen = rules::Seen::new(&profile, &payment, &policy, &context).unwrap();
        let observed = observe::Observed { seen: &seen, payee: Some(payee), account, score };
        for feature in Feature::ALL {
            let (lowest, highest) = feature.range();
            for window_ms in [MINUTE_MS, DAY_MS, 30 * DAY_MS] {
                let (value, _) = observed.value(*feature, window_ms);
                assert!((lowest..=highest).contains(&value), "{number} {feature:?}: {value}");
                let most = greatest.entry(*feature).or_insert(value);
                *most = value.max(*most);
            }
        }
        assess(&profile, &payment, Some(payee), &policy, &context).unwrap().commit(&mut profile);
        let label = if draw(47, 3) == 0 { Label::Fraud } else { Label::Genuine };
        *payee = payee.learn(label, at, Belief::MIN, &policy);
    }
    // The life was rich enough to meet the bounds: a list is full, each session word was told, payees came into disrepute.
    for full in [
        Feature::KnownCountries,
        Feature::KnownDevices,
        Feature::KnownPayees,
        Feature::Kind,
        Feature::Country,
        Feature::Malware,
        Feature::Rooted,
        Feature::CompromisedCredential,
        Feature::HighRiskLocation,
        Feature::DenyListed,
        Feature::AllowListed,
        Feature::IsNewCountry,
        Feature::HasCountry,
        Feature::Score,
    ] {
        assert_eq!(greatest[&full], full.range().1, "{full:?} never reached its bound");
    }
    for (feature, least) in
        [(Feature::PayeeBelief, 900_000), (Feature::AccountBelief, 900_000), (Feature::NewCountryRate, 100)]
    {
        assert!(greatest[&feature] > least, "{feature:?} reached {} only", greatest[&feature]);
    }
    assert!(greatest[&Feature::SinceSecurityChange] < feature::NEVER_MS, "it was told");
}
