//! What the flags do, told as stories: each fraud caught, each ordinary life left alone.

use super::*;
use crate::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::types::{Country, Currency, Direction, Money, Payment, PaymentKind, Position, ReasonCode, Timestamp};

/// Monday 2026-03-02T00:00:00Z.
const START_S: i64 = 1_772_409_600;

/// An account with its policy, its clock and its payees.
struct Life {
    profile: Profile,
    policy: CheckedPolicy,
    count: u32,
}

pub(super) fn moment(after_ms: u64) -> Timestamp {
    Timestamp::from_unix_s(START_S).unwrap().plus_ms(after_ms)
}

pub(super) fn euros(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR).unwrap()
}

impl Life {
    fn with(policy: RiskPolicy) -> Self {
        Self { profile: Profile::new(), policy: CheckedPolicy::new(policy).unwrap(), count: 0 }
    }

    /// Sixty days of ordinary payments of 20 to 60 euros: one to four a day, five payees, one phone.
    fn ordinary() -> Self {
        Self::ordinary_with(RiskPolicy::wallet())
    }

    fn ordinary_with(policy: RiskPolicy) -> Self {
        let mut life = Self::with(policy);
        for day in 0..60_u64 {
            for turn in 0..=(day * 7 % 4) {
                let at = moment(day * DAY_MS + (8 + 3 * turn) * HOUR_MS + day % 50 * MINUTE_MS);
                let minor = 2_000 + i64::try_from((day * 37 + turn * 1_013) % 4_000).unwrap();
                let payment = life.out(minor, at).to(&format!("shop-{}", (day + turn) % 5)).from_device("phone");
                assert_eq!(life.pay(&payment.in_country(Country::parse("DE").unwrap())).outcome, Outcome::Allow);
            }
        }
        life
    }

    fn out(&mut self, minor: i64, at: Timestamp) -> Payment {
        self.count += 1;
        Payment::out(&format!("tx-{}", self.count), euros(minor), at).unwrap()
    }

    fn credit(&mut self, minor: i64, at: Timestamp) -> Assessment {
        self.count += 1;
        let payment = Payment::new(&format!("tx-{}", self.count), euros(minor), at, Direction::In).unwrap();
        self.pay(&payment)
    }

    fn pay(&mut self, payment: &Payment) -> Assessment {
        self.pay_knowing(payment, &AssessContext::at(payment.at, 60))
    }

    fn pay_knowing(&mut self, payment: &Payment, context: &AssessContext) -> Assessment {
        let assessed = assess(&self.profile, payment, None, &self.policy, context).unwrap();
        assessed.commit(&mut self.profile);
        assessed.assessment
    }
}

fn has(assessment: &Assessment, code: ReasonCode) -> bool {
    assessment.reasons.iter().any(|reason| reason.code == code && reason.points >= Millibans(0))
}

/// The morning of the sixty-first day.
fn today(hours: u64) -> Timestamp {
    moment(60 * DAY_MS + hours * HOUR_MS)
}

#[test]
fn a_thief_with_a_new_device_a_new_payee_and_a_large_amount_is_held() {
    let mut life = Life::ordinary();
    let payment = life.out(45_000, today(10)).to("stranger").from_device("thief");
    let answer = life.pay(&payment);
    assert!(answer.outcome >= Outcome::Hold, "{answer:?}");
    for code in [ReasonCode::NewDevice, ReasonCode::NewPayee, ReasonCode::NewDeviceNewPayee, ReasonCode::AmountOutlier]
    {
        assert!(has(&answer, code), "{code}");
    }
}

#[test]
fn the_owners_new_phone_at_the_usual_shop_is_let_through() {
    let mut life = Life::ordinary();
    let payment = life.out(3_500, today(10)).to("shop-1").from_device("new phone");
    let answer = life.pay(&payment);
    assert_eq!(answer.outcome, Outcome::Allow, "{answer:?}");
    assert!(has(&answer, ReasonCode::NewDevice));
    let later = life.out(3_500, today(11)).to("shop-1").from_device("new phone");
    assert!(!has(&life.pay(&later), ReasonCode::NewDevice));
}

#[test]
fn a_newcomer_is_not_flagged_for_being_new() {
    let mut life = Life::with(RiskPolicy::wallet());
    for (turn, minor) in [500, 12_000, 3_000, 90_000, 700, 2_500].into_iter().enumerate() {
        let turn = u64::try_from(turn).unwrap();
        let payment = life.out(minor, moment(turn * 5 * HOUR_MS)).to(&format!("p{turn}")).from_device("phone");
        let answer = life.pay(&payment);
        assert_eq!(answer.outcome, Outcome::Allow, "{turn}: {answer:?}");
    }
}

#[test]
fn a_missing_device_payee_country_or_place_raises_nothing() {
    let mut life = Life::ordinary();
    let payment = life.out(3_000, today(10));
    let answer = life.pay(&payment);
    assert!(answer.reasons.iter().all(|reason| reason.group == ReasonGroup::Amount), "{answer:?}");
}

#[test]
fn an_account_that_always_pays_strangers_is_not_flagged_for_another_one() {
    let mut life = Life::with(RiskPolicy::wallet());
    for turn in 0..60 {
        let payment = life.out(3_000, moment(turn * 7 * HOUR_MS)).to(&format!("stranger-{turn}"));
        life.pay(&payment);
    }
    let payment = life.out(3_000, today(10)).to("yet another");
    assert!(!has(&life.pay(&payment), ReasonCode::NewPayee));
}

#[test]
fn probing_with_small_amounts_is_card_testing_and_so_is_the_strike_after() {
    let mut life = Life::ordinary();
    let mut answers = Vec::new();
    for probe in 0..4 {
        let payment = life.out(100, today(9).plus_ms(probe * MINUTE_MS)).of_kind(PaymentKind::Card);
        answers.push(life.pay(&payment));
    }
    assert!(answers[2].outcome == Outcome::Allow && !has(&answers[2], ReasonCode::CardTesting));
    assert!(has(&answers[3], ReasonCode::CardTesting));
    assert!(answers[3].outcome >= Outcome::StepUp, "{:?}", answers[3]);
    let strike = life.out(9_000, today(9).plus_ms(6 * MINUTE_MS)).of_kind(PaymentKind::Card);
    assert!(life.pay(&strike).outcome >= Outcome::StepUp);
}

#[test]
fn three_coffees_in_a_morning_are_no_card_test() {
    let mut life = Life::ordinary();
    for coffee in 0..3 {
        let payment = life.out(190, today(8).plus_ms(coffee * 9 * MINUTE_MS)).to("shop-1");
        assert_eq!(life.pay(&payment).outcome, Outcome::Allow);
    }
}

#[test]
fn money_that_arrives_and_leaves_within_minutes_is_flagged() {
    let mut life = Life::with(RiskPolicy::wallet());
    life.credit(300_000, today(10));
    let payment = life.out(290_000, today(10).plus_ms(10 * MINUTE_MS)).to("exchange").of_kind(PaymentKind::Transfer);
    let answer = life.pay(&payment);
    assert!(has(&answer, ReasonCode::RapidInOut) && answer.outcome >= Outcome::StepUp, "{answer:?}");
}

#[test]
fn salary_then_rent_every_month_stays_allowed() {
    let mut life = Life::with(RiskPolicy::wallet());
    for month in 0..6 {
        life.credit(320_000, moment(month * 30 * DAY_MS + 8 * HOUR_MS));
        let rent = life.out(110_000, moment(month * 30 * DAY_MS + 8 * HOUR_MS + 5 * MINUTE_MS)).to("landlord");
        let answer = life.pay(&rent.of_kind(PaymentKind::Bill));
        assert_eq!(answer.outcome, Outcome::Allow, "{answer:?}");
        for day in 1..28 {
            let shop = life.out(
                1_000 + i64::try_from(day * 211 % 4_000).unwrap(),
                moment((month * 30 + day) * DAY_MS + 11 * HOUR_MS),
            );
            let answer = life.pay(&shop.to(&format!("shop-{}", day % 4)));
            assert_eq!(answer.outcome, Outcome::Allow, "{answer:?}");
        }
    }
}

#[test]
fn three_payments_just_below_the_reporting_threshold_are_structuring() {
    let mut life = Life::with(RiskPolicy::wallet());
    let mut last = None;
    for (turn, minor) in [950_000, 990_000, 930_000].into_iter().enumerate() {
        let at = moment(u64::try_from(turn).unwrap() * 9 * HOUR_MS);
        let payment = life.out(minor, at).to("collector").of_kind(PaymentKind::Transfer);
        last = Some(life.pay(&payment));
    }
    let answer = last.unwrap();
    assert!(has(&answer, ReasonCode::Structuring) && answer.outcome >= Outcome::StepUp, "{answer:?}");
}

#[test]
fn a_monthly_payment_below_the_threshold_is_not_structuring() {
    let mut life = Life::with(RiskPolicy::wallet());
    for month in 0..6 {
        let payment = life.out(950_000, moment(month * 30 * DAY_MS)).to("landlord");
        assert_eq!(life.pay(&payment).outcome, Outcome::Allow);
    }
}

#[test]
fn paris_and_new_york_within_an_hour_are_impossible() {
    let mut life = Life::ordinary();
    let paris = Position::new(48_856_600, 2_352_200, 50).unwrap();
    let new_york = Position::new(40_712_800, -74_006_000, 50).unwrap();
    let payment = life.out(3_000, today(9)).to("shop-1").at_position(paris);
    assert_eq!(life.pay(&payment).outcome, Outcome::Allow);
    let payment = life.out(3_000, today(10)).to("shop-1").at_position(new_york);
    let answer = life.pay(&payment);
    assert!(has(&answer, ReasonCode::ImpossibleTravel) && answer.outcome >= Outcome::StepUp, "{answer:?}");
}

#[test]
fn a_held_thief_abroad_does_not_make_the_owner_the_traveller() {
    let mut life = Life::ordinary();
    let home = Position::new(48_856_600, 2_352_200, 50).unwrap();
    let abroad = Position::new(40_712_800, -74_006_000, 50).unwrap();
    let payment = life.out(3_000, today(9)).to("shop-1").at_position(home);
    life.pay(&payment);
    let theft = life.out(80_000, today(10)).to("stranger").from_device("thief").at_position(abroad);
    assert!(life.pay(&theft).outcome >= Outcome::Hold);
    let payment = life.out(3_000, today(11)).to("shop-1").from_device("phone").at_position(home);
    assert!(!has(&life.pay(&payment), ReasonCode::ImpossibleTravel));
}

#[test]
fn a_payee_with_a_fraud_report_is_flagged_and_an_honest_one_speaks_for_the_payment() {
    let mut life = Life::ordinary();
    let policy = life.policy.clone();
    let at = today(0);
    let accused = PayeeBelief::new(&policy, at).learn(Label::Fraud, at, Belief::from_ppm(50), &policy).learn(
        Label::Fraud,
        at,
        Belief::from_ppm(50),
        &policy,
    );
    let honest =
        (0..30).fold(PayeeBelief::new(&policy, at), |payee, _| payee.learn(Label::Genuine, at, Belief::MIN, &policy));
    let payment = life.out(3_000, today(9)).to("shop-1").from_device("phone");
    let ask =
        |payee| assess(&life.profile, &payment, payee, &policy, &AssessContext::at(payment.at, 60)).unwrap().assessment;
    let (flagged, ordinary, cleared) = (ask(Some(&accused)), ask(None), ask(Some(&honest)));
    assert!(flagged.outcome >= Outcome::StepUp && has(&flagged, ReasonCode::PayeeRisk), "{flagged:?}");
    assert!(cleared.score < ordinary.score, "{} {}", cleared.score, ordinary.score);
    assert_eq!(flagged.own_evidence, ordinary.own_evidence, "the payee is no evidence of the account's own side");
}

#[test]
fn a_run_of_large_amounts_is_a_regime_and_the_belief_fades() {
    let mut life = Life::ordinary();
    for turn in 0..3 {
        let payment = life.out(21_000, today(9 + turn)).to("shop-1");
        life.pay(&payment);
    }
    let next = life.out(3_000, today(13)).to("shop-1");
    let answer = life.pay(&next);
    let regime = |answer: &Assessment| {
        answer.reasons.iter().find(|r| r.code == ReasonCode::AmountRegime).map_or(0, |r| r.points.0)
    };
    assert!(regime(&answer) > 1_000, "{answer:?}");
    let later = life.out(3_000, today(24 * 120)).to("shop-1");
    assert!(regime(&life.pay(&later)) < 100);
}

#[test]
fn a_profile_that_began_small_learns_better() {
    let mut life = Life::with(RiskPolicy::wallet());
    for turn in 0..8 {
        let payment = life.out(200 + i64::try_from(turn).unwrap() * 10, moment(turn * DAY_MS));
        life.pay(&payment);
    }
    let mut last = Outcome::Hold;
    for turn in 8..200 {
        let payment = life.out(6_000, moment(turn * DAY_MS));
        last = life.pay(&payment).outcome;
    }
    assert_eq!(last, Outcome::Allow, "a change of life is not a fraud for ever");
}

#[test]
fn a_busy_saturday_stays_allowed() {
    let mut life = Life::ordinary();
    for turn in 0..12 {
        let minor = 1_500 + i64::try_from(turn * 613 % 5_000).unwrap();
        let payment = life.out(minor, today(9).plus_ms(turn * 40 * MINUTE_MS)).to(&format!("market-{}", turn % 6));
        let answer = life.pay(&payment.from_device("phone"));
        assert_eq!(answer.outcome, Outcome::Allow, "{turn}: {answer:?}");
    }
}

#[test]
fn many_payments_and_many_devices_are_velocity() {
    let mut life = Life::ordinary();
    let mut last = None;
    for turn in 0..14 {
        let payment = life.out(2_500, today(9).plus_ms(turn * 3 * MINUTE_MS)).from_device(&format!("d{}", turn % 5));
        last = Some(life.pay(&payment));
    }
    let answer = last.unwrap();
    assert!(has(&answer, ReasonCode::VelocityCount) && has(&answer, ReasonCode::VelocityDevices), "{answer:?}");
}

#[test]
fn a_hard_limit_holds_and_the_held_payment_does_not_use_it_up() {
    let limits = Limits { transaction_minor: Some(50_000), day_minor: Some(60_000), ..Limits::default() };
    let mut life = Life::with(RiskPolicy { limits, ..RiskPolicy::wallet() });
    let first = life.out(40_000, moment(9 * HOUR_MS));
    assert_eq!(life.pay(&first).outcome, Outcome::Allow);
    let over = life.out(20_001, moment(10 * HOUR_MS));
    let answer = life.pay(&over);
    assert!(answer.outcome == Outcome::Hold && has(&answer, ReasonCode::LimitDay), "{answer:?}");
    let fits = life.out(20_000, moment(11 * HOUR_MS));
    assert_eq!(life.pay(&fits).outcome, Outcome::Allow, "exactly the limit is within it");
    let single = life.out(50_001, moment(40 * HOUR_MS));
    assert!(has(&life.pay(&single), ReasonCode::LimitTransaction));
    let next_day = life.out(50_000, moment(41 * HOUR_MS));
    assert_eq!(life.pay(&next_day).outcome, Outcome::Allow, "a new local day");
}

#[test]
fn a_local_day_ends_at_local_midnight() {
    let limits = Limits { day_minor: Some(10_000), ..Limits::default() };
    let mut life = Life::with(RiskPolicy { limits, ..RiskPolicy::wallet() });
    // 22:30 and 23:30 UTC are 23:30 and 00:30 in the account's zone, one hour east.
    let evening = life.out(9_000, moment(22 * HOUR_MS + 30 * MINUTE_MS));
    let after_midnight = life.out(9_000, moment(23 * HOUR_MS + 30 * MINUTE_MS));
    assert_eq!(life.pay(&evening).outcome, Outcome::Allow);
    assert_eq!(life.pay(&after_midnight).outcome, Outcome::Allow);
}

#[test]
fn week_and_month_limits_count_local_days_and_late_payments() {
    let limits = Limits { week_minor: Some(70_000), month_minor: Some(200_000), ..Limits::default() };
    let mut life = Life::with(RiskPolicy { limits, ..RiskPolicy::wallet() });
    for day in 0..7 {
        let payment = life.out(10_000, moment(day * DAY_MS + 9 * HOUR_MS));
        assert_eq!(life.pay(&payment).outcome, Outcome::Allow);
    }
    let late = life.out(1, moment(3 * DAY_MS));
    let answer = life.pay(&late);
    assert!(has(&answer, ReasonCode::LimitWeek) && has(&answer, ReasonCode::LateEvent), "{answer:?}");
    let eighth = life.out(10_000, moment(7 * DAY_MS + 9 * HOUR_MS));
    assert_eq!(life.pay(&eighth).outcome, Outcome::Allow);
}

#[test]
fn the_same_payment_again_gets_the_first_answer_and_changes_nothing() {
    let mut life = Life::ordinary();
    let payment = life.out(45_000, today(10)).to("stranger").from_device("thief");
    let first = life.pay(&payment);
    let before = life.profile.clone();
    let again = life.pay(&payment);
    let answer = again.repeated.unwrap();
    assert_eq!((answer.score, answer.outcome), (first.score, first.outcome));
    assert_eq!(again.outcome, first.outcome);
    assert_eq!(answer.strongest[0], Some(ReasonCode::AmountOutlier));
    assert_eq!(life.profile, before);
}

#[test]
fn an_id_with_another_content_is_held_and_changes_nothing() {
    let mut life = Life::ordinary();
    let payment = life.out(3_000, today(10));
    life.pay(&payment);
    let before = life.profile.clone();
    let forged = Payment { money: euros(300_000), ..payment };
    let answer = life.pay(&forged);
    assert!(answer.outcome == Outcome::Hold && has(&answer, ReasonCode::DuplicateConflict));
    assert_eq!(life.profile, before);
}

#[test]
fn a_payment_from_the_future_or_in_another_currency_is_held_and_changes_nothing() {
    let mut life = Life::ordinary();
    let before = life.profile.clone();
    let future = life.out(3_000, today(10));
    let ahead = AssessContext::at(future.at.minus_ms(5 * MINUTE_MS + 1), 60);
    assert!(has(&life.pay_knowing(&future, &ahead), ReasonCode::ClockSkew));
    let dollars = Payment::out("usd", Money::from_minor(3_000, Currency::USD).unwrap(), today(10)).unwrap();
    assert!(has(&life.pay(&dollars), ReasonCode::CurrencyMismatch));
    assert_eq!(life.profile, before);
    let just = AssessContext::at(future.at.minus_ms(5 * MINUTE_MS), 60);
    assert_eq!(life.pay_knowing(&future, &just).outcome, Outcome::Allow);
}

#[test]
fn a_late_payment_counts_in_its_own_hour() {
    let mut life = Life::with(RiskPolicy::wallet());
    for turn in 0..12 {
        let payment = life.out(1_000, moment(9 * HOUR_MS + turn * 4 * MINUTE_MS));
        life.pay(&payment);
    }
    let newest = life.out(1_000, moment(15 * HOUR_MS));
    life.pay(&newest);
    let late = life.out(1_000, moment(9 * HOUR_MS + 50 * MINUTE_MS));
    let answer = life.pay_knowing(&late, &AssessContext::at(moment(15 * HOUR_MS), 60));
    assert!(has(&answer, ReasonCode::LateEvent) && has(&answer, ReasonCode::VelocityCount), "{answer:?}");
    let ancient = life.out(1_000, Timestamp::from_unix_s(START_S - 90 * 86_400).unwrap());
    let before = life.profile.clone();
    assert!(has(&life.pay(&ancient), ReasonCode::LateEvent));
    assert_eq!(life.profile, before, "older than thirty days: told, not entered");
}

#[test]
fn refunds_and_credits_are_no_spend() {
    let limits = Limits { day_minor: Some(10_000), ..Limits::default() };
    let mut life = Life::with(RiskPolicy { limits, ..RiskPolicy::wallet() });
    for direction in [Direction::In, Direction::Refund, Direction::Reversal] {
        life.count += 1;
        let payment = Payment::new(&format!("back-{}", life.count), euros(9_000), moment(HOUR_MS), direction).unwrap();
        assert_eq!(life.pay(&payment).outcome, Outcome::Allow);
    }
    let payment = life.out(10_000, moment(2 * HOUR_MS));
    assert_eq!(life.pay(&payment).outcome, Outcome::Allow);
    assert_eq!(life.profile.payments(), 1);
}

#[test]
fn a_rule_on_trial_is_told_but_never_counted() {
    let mut policy = RiskPolicy::wallet();
    policy.novelty.device.mode = Mode::Shadow;
    let mut life = Life::ordinary_with(policy);
    let payment = life.out(3_000, today(10)).to("shop-1").from_device("other");
    let answer = life.pay(&payment);
    let trial = answer.reasons.iter().find(|reason| reason.code == ReasonCode::NewDevice).unwrap();
    assert!(trial.shadow && trial.points > Millibans(0));
    let sum: Millibans = answer.reasons.iter().filter(|reason| !reason.shadow).map(|reason| reason.points).sum();
    assert_eq!(answer.score, sum);
}

#[test]
fn signals_of_the_session_count_and_deny_lists_hold() {
    let mut life = Life::ordinary();
    let payment = life.out(3_000, today(10)).to("shop-1").from_device("new");
    let mut context = AssessContext::at(payment.at, 60);
    context.last_security_change = Some(payment.at.minus_ms(HOUR_MS));
    let ask = |life: &Life, context: &AssessContext| {
        assess(&life.profile, &payment, None, &life.policy, context).unwrap().assessment
    };
    assert!(has(&ask(&life, &context), ReasonCode::RecentSecurityChange));
    context.last_security_change = Some(payment.at.minus_ms(DAY_MS));
    assert!(!has(&ask(&life, &context), ReasonCode::RecentSecurityChange), "half-open: a day later it is over");
    context.signals.malware = Some(true);
    assert!(ask(&life, &context).outcome >= Outcome::StepUp);
    context.signals = Signals { deny_listed: true, ..Signals::default() };
    assert!(ask(&life, &context).outcome >= Outcome::Hold);
    context.signals = Signals::default();
    context.frozen = true;
    assert!(has(&ask(&life, &context), ReasonCode::Frozen));
}

#[test]
fn a_freeze_is_asked_for_by_two_groups_or_by_one_and_a_deny_list() {
    let mut policy = RiskPolicy::wallet();
    policy.session.malware = Rule::enforced(60);
    policy.group_cap_db = 60;
    policy.bands.freeze_from = Millibans(4_500);
    let mut life = Life::ordinary_with(policy);
    let payment = life.out(3_000, today(10)).to("shop-1").from_device("phone");
    let ask = |deny_listed| {
        let signals = Signals { malware: Some(true), deny_listed, ..Signals::default() };
        let context = AssessContext { signals, ..AssessContext::at(payment.at, 60) };
        assess(&life.profile, &payment, None, &life.policy, &context).unwrap().assessment
    };
    let (one_group, and_listed) = (ask(false), ask(true));
    assert_eq!((one_group.outcome, one_group.score), (Outcome::Hold, and_listed.score));
    assert_eq!(and_listed.outcome, Outcome::FreezeRecommended, "{and_listed:?}");
}

#[test]
fn a_long_silence_and_an_hour_never_used_are_told() {
    let mut life = Life::ordinary();
    let night = life.out(3_000, today(2)).to("shop-1");
    assert!(has(&life.pay(&night), ReasonCode::UnusualHour));
    let woken = life.out(3_000, today(24 * 91 + 10)).to("shop-1");
    let answer = life.pay(&woken);
    assert!(has(&answer, ReasonCode::DormantWake) && answer.outcome == Outcome::Allow, "{answer:?}");
}

#[test]
fn a_fraud_label_makes_the_account_suspect_unless_the_payee_explains_it() {
    let life = Life::ordinary();
    let at = life.profile.newest().unwrap();
    let accused = label_account(&life.profile, Label::Fraud, at, Belief::MIN, &life.policy);
    let explained = label_account(&life.profile, Label::Fraud, at, Belief::from_ppm(990_000), &life.policy);
    let belief = |profile: &Profile| profile.taken_over.belief.map_or(0, Belief::to_ppm);
    assert!(belief(&accused) > 10 * belief(&life.profile));
    assert!(belief(&explained) < 2 * belief(&life.profile));
    assert!(belief(&label_account(&accused, Label::Genuine, at, Belief::MIN, &life.policy)) < belief(&accused));
    assert_eq!(label_account(&life.profile, Label::Unknown, at, Belief::MIN, &life.policy), life.profile);
}

#[test]
fn a_freeze_is_recommended_only_when_two_groups_agree() {
    let mut life = Life::ordinary();
    let payment = life.out(60_000, today(10)).to("shop-1").from_device("phone");
    let one_group = assess(&life.profile, &payment, None, &life.policy, &AssessContext::at(payment.at, 60)).unwrap();
    assert_eq!(one_group.assessment.outcome, Outcome::Hold, "{:?}", one_group.assessment);
    let payment = life.out(60_000, today(10)).to("stranger").from_device("thief");
    assert_eq!(life.pay(&payment).outcome, Outcome::FreezeRecommended);
}

#[test]
fn policies_that_contradict_themselves_are_refused_by_name() {
    let mut policy = RiskPolicy::wallet();
    policy.limits = Limits { transaction_minor: Some(10), day_minor: Some(5), ..Limits::default() };
    assert_eq!(policy.validate(), Err(PolicyError::LimitsShrink));
    policy.limits = Limits { month_minor: Some(0), ..Limits::default() };
    assert_eq!(policy.validate(), Err(PolicyError::ZeroLimit));
    policy.limits = Limits::default();
    policy.bands.hold_from = Millibans(0);
    assert_eq!(policy.validate(), Err(PolicyError::Bands));
    policy.bands = Bands::default();
    policy.velocity[2].above = 16;
    assert_eq!(policy.validate(), Err(PolicyError::Unreachable));
    policy.velocity = vec![policy.velocity[0]; 9];
    assert_eq!(policy.validate(), Err(PolicyError::TooManyVelocityRules));
    policy.velocity.clear();
    policy.amount.spread_permille = 0;
    assert!(matches!(policy.validate(), Err(PolicyError::Belief(_))));
}

#[test]
fn a_policy_file_may_say_as_little_as_it_wants_and_the_hash_sees_every_change() {
    let read: RiskPolicy =
        serde_json::from_str(r#"{"limits":{"day_minor":500000},"bands":{"hold_from":2500}}"#).unwrap();
    assert_eq!((read.limits.day_minor, read.bands.hold_from), (Some(500_000), Millibans(2_500)));
    assert_eq!(read.novelty, RiskPolicy::wallet().novelty);
    assert!(serde_json::from_str::<RiskPolicy>(r#"{"limit":{}}"#).is_err(), "a misspelt name is not ignored");
    assert_ne!(read.content_hash().unwrap(), RiskPolicy::wallet().content_hash().unwrap());
}

#[test]
fn an_offset_no_place_has_is_a_fault() {
    let mut life = Life::ordinary();
    let payment = life.out(100, today(1));
    let context = AssessContext::at(payment.at, 1_081);
    let answer = assess(&life.profile, &payment, None, &life.policy, &context);
    assert_eq!(answer.unwrap_err(), RiskError::OffsetOutOfRange(1_081));
}

#[test]
fn a_released_payment_counts_once_and_makes_its_payee_familiar() {
    let mut life = Life::ordinary();
    let rent = life.out(95_000, today(9)).to("landlord").from_device("phone");
    assert!(life.pay(&rent).outcome >= Outcome::StepUp);
    let before = life.profile.payments();
    life.profile = release(&life.profile, &rent, Outcome::Hold, &life.policy, 60).unwrap();
    life.profile = release(&life.profile, &rent, Outcome::Hold, &life.policy, 60).unwrap();
    assert_eq!(life.profile.payments(), before + 1);
    let next = life.out(95_000, today(24 * 30 + 9)).to("landlord").from_device("phone");
    let answer = life.pay(&next);
    assert_eq!(answer.outcome, Outcome::Allow, "{answer:?}");
}
