//! Ways round the rules that were tried: each must lead nowhere.

use super::stories::{euros, moment};
use super::*;
use crate::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::types::{Country, Currency, Direction, Money, Payment, PaymentKind, Position, ReasonCode, Timestamp};

struct Account {
    profile: Profile,
    policy: CheckedPolicy,
    count: u32,
}

impl Account {
    fn with(policy: RiskPolicy) -> Self {
        Self { profile: Profile::new(), policy: CheckedPolicy::new(policy).unwrap(), count: 0 }
    }

    /// Thirty days of payments at one shop with one phone in one place.
    fn ordinary(policy: RiskPolicy) -> Self {
        let mut account = Self::with(policy);
        for day in 0..30 {
            let payment = account.out(2_000, day * DAY_MS + 10 * HOUR_MS).to("shop").from_device("phone");
            let payment = payment.in_country(Country::parse("DE").unwrap()).at_position(berlin());
            assert_eq!(account.pay(&payment, 60).outcome, Outcome::Allow);
        }
        account
    }

    fn out(&mut self, minor: i64, after_ms: u64) -> Payment {
        self.count += 1;
        Payment::out(&format!("tx-{}", self.count), euros(minor), moment(after_ms)).unwrap()
    }

    fn credit(&mut self, minor: i64, after_ms: u64) -> Payment {
        self.count += 1;
        Payment::new(&format!("tx-{}", self.count), euros(minor), moment(after_ms), Direction::In).unwrap()
    }

    fn pay(&mut self, payment: &Payment, offset_min: i32) -> Assessment {
        self.pay_seen_at(payment, offset_min, payment.at)
    }

    fn pay_seen_at(&mut self, payment: &Payment, offset_min: i32, now: Timestamp) -> Assessment {
        let assessed = assess(&self.profile, payment, None, &self.policy, &AssessContext::at(now, offset_min)).unwrap();
        assessed.commit(&mut self.profile);
        // Whatever is decided next is decided on what a store gives back.
        self.profile = StoredProfile::of(&self.profile).unwrap().read().unwrap();
        assessed.assessment
    }
}

fn berlin() -> Position {
    Position::new(52_520_000, 13_405_000, 50).unwrap()
}

fn codes(assessment: &Assessment) -> Vec<ReasonCode> {
    assessment.reasons.iter().map(|reason| reason.code).collect()
}

fn found(assessment: &Assessment, code: ReasonCode) -> Option<Reason> {
    assessment.reasons.iter().find(|reason| reason.code == code).copied()
}

fn limited(limits: Limits) -> RiskPolicy {
    RiskPolicy { limits, ..RiskPolicy::wallet() }
}

#[test]
fn one_large_payment_that_was_proven_does_not_open_the_account_to_its_payee() {
    let mut account = Account::ordinary(RiskPolicy::wallet());
    let large = |account: &mut Account, minutes: u64| {
        account.out(30_000, 40 * DAY_MS + minutes * MINUTE_MS).to("mule").from_device("phone")
    };
    let first = large(&mut account, 0);
    let judged = account.pay(&first, 60).outcome;
    assert_eq!(judged, Outcome::Hold);
    account.profile = release(&account.profile, &first, judged, &account.policy, 60).unwrap();
    for turn in 1..20 {
        let next = large(&mut account, turn * 6);
        let answer = account.pay(&next, 60);
        assert!(answer.outcome >= Outcome::Hold, "number {turn}: {answer:?}");
    }
    let rent = large(&mut account, 30 * 24 * 60);
    assert_eq!(account.pay(&rent, 60).outcome, Outcome::Allow, "a month later it is the rent");
}

#[test]
fn nor_does_it_to_payments_that_are_told_late() {
    let mut account = Account::ordinary(RiskPolicy::wallet());
    for turn in 0..4 {
        let before = account.out(30_000, 40 * DAY_MS - turn * MINUTE_MS).to("mule").from_device("phone");
        let judged = account.pay_seen_at(&before, 60, moment(41 * DAY_MS)).outcome;
        assert!(judged >= Outcome::Hold, "number {turn}: {judged:?}");
        if turn == 0 {
            account.profile = release(&account.profile, &before, judged, &account.policy, 60).unwrap();
        }
    }
}

#[test]
fn a_payment_that_nobody_proved_makes_nothing_familiar() {
    let mut account = Account::ordinary(RiskPolicy::wallet());
    let tried = |account: &mut Account, hours: u64| {
        account.out(2_000, 40 * DAY_MS + hours * HOUR_MS).to("stranger").from_device("other phone")
    };
    let first = tried(&mut account, 0);
    let asked = account.pay(&first, 60);
    assert_eq!(asked.outcome, Outcome::StepUp, "{asked:?}");
    let second = tried(&mut account, 30);
    let again = account.pay(&second, 60);
    for code in [ReasonCode::NewDevice, ReasonCode::NewPayee, ReasonCode::NewDeviceNewPayee] {
        assert!(codes(&again).contains(&code), "{code:?} was forgotten: {again:?}");
    }
    assert_eq!(again.outcome, Outcome::StepUp);
    // It counts all the same, and is familiar once it was proven.
    let before = account.profile.payments();
    assert_eq!(before, 32);
    account.profile = release(&account.profile, &first, Outcome::StepUp, &account.policy, 60).unwrap();
    assert_eq!(account.profile.payments(), before, "counted once");
    let third = tried(&mut account, 60);
    let known = account.pay(&third, 60);
    assert_eq!((known.outcome, codes(&known).contains(&ReasonCode::NewDevice)), (Outcome::Allow, false), "{known:?}");
}

#[test]
fn payments_without_a_payee_use_up_the_limit_for_strangers() {
    let class = ClassLimit { payee: Some(PayeeClass::New), day_minor: Some(100_000), ..ClassLimit::default() };
    let mut account = Account::with(limited(Limits { class: vec![class], ..Limits::default() }));
    let outcomes: Vec<Outcome> = (0..3)
        .map(|turn| {
            let payment = account.out(60_000, 8 * HOUR_MS + turn * MINUTE_MS);
            account.pay(&payment, 60).outcome
        })
        .collect();
    assert_eq!(outcomes, [Outcome::Allow, Outcome::Hold, Outcome::Hold]);
}

#[test]
fn a_phone_that_moves_round_the_world_in_a_minute_has_one_day_limit() {
    let class = ClassLimit { payee: Some(PayeeClass::New), day_minor: Some(100_000), ..ClassLimit::default() };
    let limits =
        [Limits { day_minor: Some(100_000), ..Limits::default() }, Limits { class: vec![class], ..Limits::default() }];
    for limits in limits {
        let mut account = Account::with(limited(limits));
        for (turn, offset_min) in [(0, 0), (1, 840), (2, -720), (3, 0)] {
            let payment = account.out(90_000, 11 * HOUR_MS + turn * MINUTE_MS);
            let answer = account.pay(&payment, offset_min);
            let expected = if turn == 0 { Outcome::Allow } else { Outcome::Hold };
            assert_eq!(answer.outcome, expected, "at {offset_min}: {answer:?}");
        }
    }
}

/// Beyond the remembered events the account's own spend stands for the class's, and that must not begin anew either.
#[test]
fn a_phone_that_moves_round_the_world_escapes_no_class_limit_behind_many_payments() {
    let class = ClassLimit { payee: Some(PayeeClass::New), day_minor: Some(100_000), ..ClassLimit::default() };
    let mut account = Account::with(limited(Limits { class: vec![class], ..Limits::default() }));
    for turn in 0..20 {
        let payment = account.out(4_900, 11 * HOUR_MS + turn * MINUTE_MS);
        assert_eq!(account.pay(&payment, 0).outcome, Outcome::Allow);
    }
    for offset_min in [0, 840, -720] {
        let payment = account.out(4_900, 11 * HOUR_MS + 30 * MINUTE_MS);
        let answer = account.pay(&payment, offset_min);
        assert_eq!(answer.outcome, Outcome::Hold, "at {offset_min}: {answer:?}");
    }
}

#[test]
fn a_release_counts_for_the_day_the_payment_was_judged_in() {
    let limits = Limits { transaction_minor: Some(50_000), day_minor: Some(100_000), ..Limits::default() };
    let mut account = Account::with(limited(limits));
    let held = account.out(90_000, 23 * HOUR_MS + 30 * MINUTE_MS);
    assert_eq!(account.pay(&held, 0).outcome, Outcome::Hold);
    account.profile = release(&account.profile, &held, Outcome::Hold, &account.policy, 60).unwrap();
    let same_day = account.out(20_000, 23 * HOUR_MS + 40 * MINUTE_MS);
    assert_eq!(account.pay(&same_day, 0).outcome, Outcome::Hold, "90 of 100 are spent on the day it was paid");
}

#[test]
fn summer_time_begins_no_day_anew_and_counts_none_twice() {
    let class = ClassLimit { payee: Some(PayeeClass::New), day_minor: Some(100_000), ..ClassLimit::default() };
    let mut account =
        Account::with(limited(Limits { class: vec![class], day_minor: Some(100_001), ..Limits::default() }));
    let pay = |account: &mut Account, after_ms: u64, offset_min: i32| {
        let payment = account.out(60_000, after_ms);
        let answer = account.pay(&payment, offset_min);
        (answer.outcome, found(&answer, ReasonCode::LimitDay).is_none_or(|reason| reason.exact))
    };
    // Both offsets of Berlin have been seen; then 23:30 and 09:00 of the next day, both in summer.
    assert_eq!(pay(&mut account, 12 * HOUR_MS, 60).0, Outcome::Allow);
    assert_eq!(pay(&mut account, 40 * DAY_MS + 21 * HOUR_MS + 30 * MINUTE_MS, 120).0, Outcome::Allow);
    assert_eq!(pay(&mut account, 41 * DAY_MS + 7 * HOUR_MS, 120).0, Outcome::Allow);
    assert_eq!(pay(&mut account, 41 * DAY_MS + 8 * HOUR_MS, 120), (Outcome::Hold, true));
}

#[test]
fn a_payment_too_late_to_be_counted_does_not_pass_by_itself() {
    let mut account = Account::ordinary(limited(Limits { day_minor: Some(1_000_000), ..Limits::default() }));
    let mut ordinary = |days_late| {
        let newest = moment(29 * DAY_MS + 10 * HOUR_MS);
        let payment = account.out(2_000, 0).to("shop").from_device("phone").in_country(Country::parse("DE").unwrap());
        let late = Payment { at: newest.minus_ms(days_late * DAY_MS), ..payment }.at_position(berlin());
        let before = account.profile.clone();
        let answer = account.pay_seen_at(&late, 60, moment(30 * DAY_MS));
        (answer.outcome, account.profile == before)
    };
    assert_eq!(ordinary(30), (Outcome::Allow, false));
    // Nothing speaks against it but its age.
    assert_eq!(ordinary(31), (Outcome::Hold, true));
}

#[test]
fn a_late_payment_is_counted_in_every_window_it_belongs_to() {
    let velocity = |measure, above| VelocityRule { measure, window_ms: HOUR_MS, above, rule: Rule::enforced(12) };
    let rules = vec![velocity(Measure::Count, 10), velocity(Measure::Payees, 10)];
    let mut account = Account::with(RiskPolicy { velocity: rules, ..RiskPolicy::wallet() });
    for minute in 0..10 {
        let payment = account.out(1_000, 12 * HOUR_MS + (10 + minute) * MINUTE_MS).to(&format!("shop-{minute}"));
        let _ = account.pay(&payment, 60);
    }
    let later = account.out(1_000, 13 * HOUR_MS + 30 * MINUTE_MS).to("shop-1");
    let _ = account.pay(&later, 60);
    let late = account.out(1_000, 12 * HOUR_MS).to("another");
    let answer = account.pay_seen_at(&late, 60, moment(13 * HOUR_MS + 31 * MINUTE_MS));
    for code in [ReasonCode::VelocityCount, ReasonCode::VelocityPayees] {
        let reason = found(&answer, code).unwrap_or_else(|| panic!("{code:?}: {answer:?}"));
        assert_eq!((reason.observed, reason.exact), (11, true), "{code:?}");
    }
}

#[test]
fn probes_sent_in_the_wrong_order_see_each_other() {
    let mut account = Account::ordinary(RiskPolicy::wallet());
    let answers: Vec<Assessment> = (0..4)
        .map(|turn| {
            let probe = account.out(100, 40 * DAY_MS - turn * MINUTE_MS).to("charity").from_device("phone");
            account.pay_seen_at(&probe, 60, moment(40 * DAY_MS))
        })
        .collect();
    assert!(codes(&answers[3]).contains(&ReasonCode::CardTesting), "{:?}", answers[3]);
}

#[test]
fn attempts_pushed_out_by_small_credits_are_not_told_as_exact() {
    let attempts = VelocityRule { measure: Measure::Attempts, window_ms: HOUR_MS, above: 0, rule: Rule::enforced(1) };
    let limits = Limits { transaction_minor: Some(10_000), ..Limits::default() };
    let mut account = Account::with(RiskPolicy { velocity: vec![attempts], limits, ..RiskPolicy::wallet() });
    for minute in 0..4 {
        let held = account.out(20_000, HOUR_MS + minute * MINUTE_MS);
        assert_eq!(account.pay(&held, 60).outcome, Outcome::Hold);
    }
    for minute in 0..14 {
        let refund = account.credit(1, HOUR_MS + (10 + minute) * MINUTE_MS);
        let _ = account.pay(&refund, 60);
    }
    let payment = account.out(1_000, HOUR_MS + 30 * MINUTE_MS);
    let reason = found(&account.pay(&payment, 60), ReasonCode::VelocityAttempts).unwrap();
    assert_eq!((reason.observed, reason.exact), (2, false));
}

#[cfg(feature = "expr")]
#[test]
fn an_expression_on_what_was_pushed_out_is_not_told_as_exact() {
    let id = RuleId::parse("attempts").unwrap();
    let expr = Some("count_attempts_1h > 0".to_owned());
    let rule = CustomRule { expr, points_db: 1, ..CustomRule::new(id, ReasonGroup::Velocity, vec![]) };
    let limits = Limits { transaction_minor: Some(10_000), ..Limits::default() };
    let mut account = Account::with(RiskPolicy { rules: vec![rule], limits, ..RiskPolicy::wallet() });
    let held = account.out(20_000, HOUR_MS);
    assert_eq!(account.pay(&held, 60).outcome, Outcome::Hold);
    let exact = |account: &mut Account, after_min| {
        let payment = account.out(1_000, HOUR_MS + after_min * MINUTE_MS);
        found(&account.pay(&payment, 60), ReasonCode::CustomRule).unwrap().exact
    };
    assert!(exact(&mut account, 1));
    let again = account.out(20_000, HOUR_MS + 2 * MINUTE_MS);
    let _ = account.pay(&again, 60);
    for minute in 0..14 {
        let refund = account.credit(1, HOUR_MS + (10 + minute) * MINUTE_MS);
        let _ = account.pay(&refund, 60);
    }
    assert!(!exact(&mut account, 30));
}

#[test]
fn one_rule_alone_recommends_no_freeze() {
    let rooted = Rule { min_outcome: Some(Outcome::FreezeRecommended), ..Rule::enforced(10) };
    let session = SessionPolicy { rooted, ..SessionPolicy::default() };
    let mut account = Account::ordinary(RiskPolicy { session, ..RiskPolicy::wallet() });
    let payment = account.out(2_000, 40 * DAY_MS).to("shop").from_device("phone");
    let signals = Signals { rooted: Some(true), ..Signals::default() };
    let context = AssessContext { signals, ..AssessContext::at(payment.at, 60) };
    let alone = assess(&account.profile, &payment, None, &account.policy, &context).unwrap();
    assert_eq!(alone.assessment.outcome, Outcome::Hold);
    let listed = AssessContext { signals: Signals { deny_listed: true, ..signals }, ..context };
    let agreed = assess(&account.profile, &payment, None, &account.policy, &listed).unwrap();
    assert_eq!(agreed.assessment.outcome, Outcome::FreezeRecommended);
}

#[test]
fn a_payment_released_that_was_never_entered_is_counted_and_the_profile_can_be_read() {
    let policy = RiskPolicy { currency: Some(Currency::EUR), ..RiskPolicy::wallet() };
    let mut account = Account::with(policy);
    // Held for a clock ahead, so nothing was entered.
    let early = account.out(5_000, HOUR_MS).to("dealer").from_device("phone");
    let held = account.pay_seen_at(&early, 60, moment(0));
    assert_eq!((held.outcome, account.profile == Profile::new()), (Outcome::Hold, true));
    account.profile = release(&account.profile, &early, Outcome::Hold, &account.policy, 60).unwrap();
    account.profile = StoredProfile::of(&account.profile).unwrap().read().unwrap();
    let spent = window::spend(&account.profile, moment(2 * HOUR_MS), DAY_MS);
    assert_eq!((spent.count, spent.sum, spent.exact), (1, 5_000, true));
    assert_eq!(release(&account.profile, &early, Outcome::Hold, &account.policy, 60).unwrap(), account.profile, "once");
    let dollars = Payment::out("usd", Money::from_minor(1, Currency::USD).unwrap(), moment(HOUR_MS)).unwrap();
    assert_eq!(release(&account.profile, &dollars, Outcome::Hold, &account.policy, 60), Err(RiskError::OtherCurrency));
}

#[test]
fn a_history_longer_than_is_counted_is_refused() {
    let novelty = NoveltyPolicy { min_history: 256, ..NoveltyPolicy::default() };
    assert!(CheckedPolicy::new(RiskPolicy { novelty, ..RiskPolicy::wallet() }).is_err());
    let novelty = NoveltyPolicy { min_history: 255, ..NoveltyPolicy::default() };
    assert!(CheckedPolicy::new(RiskPolicy { novelty, ..RiskPolicy::wallet() }).is_ok());
}

/// Whatever it was fed, a profile can be written: one that could not would deny every payment of its account.
#[test]
fn the_fullest_profile_there_can_be_is_written() {
    let mut profile = Profile::new();
    let at = Timestamp::MAX.minus_ms(DAY_MS);
    (profile.currency, profile.newest, profile.payments) = (Some(Currency::EUR), at, u32::MAX);
    (profile.offsets_min, profile.day_hours) = ((-1_080, 1_080), [u8::MAX; 24]);
    for number in 0..u8::try_from(ring::RING).unwrap() {
        let offset_min = Some(if number % 2 == 0 { -1_080 } else { 1_080 });
        let told =
            state::Told { id: [number; 8], content: u32::MAX, score: i32::MIN, strongest: [u16::MAX; 2], offset_min };
        let event = state::Event {
            at: Timestamp::MIN.plus_ms(u64::from(number)),
            amount: u64::MAX,
            payee: 7,
            device: 7,
            ..Default::default()
        };
        profile.ring.insert(event, told);
    }
    for index in 0..40 {
        for _ in 0..2 {
            profile.hours.add(u32::MAX - index, u64::MAX);
            profile.days.add(u32::MAX - index, u64::MAX);
        }
    }
    for number in 0..u8::MAX {
        profile.known.devices.push_evicting_first([number; 3]);
        profile.known.payees.push_evicting_first(state::KnownPayee { name: [number; 3], largest: 200 });
        profile.known.countries.push_evicting_first([number; 2]);
        profile
            .snoozes
            .push_evicting_first(snooze::Snooze { rule: u32::MAX - u32::from(number), until: Timestamp::MAX });
    }
    (profile.known.novelty_q16, profile.known.named) = ([u16::MAX; 3], [u8::MAX; 3]);
    profile.amounts = amount::AmountProfile::of_fields(u64::MAX, u32::MAX, u64::MAX);
    profile.taken_over = state::AccountBelief { belief: Some(Belief::MAX), at: Timestamp::MIN };
    let position = Position::new(-90_000_000, -180_000_000, 20_100_000).unwrap();
    profile.last_place = Some(state::Place { position, at: Timestamp::MIN });
    profile.last_credit = Some(state::Credit { at: Timestamp::MIN, amount: u64::MAX, out_since: u64::MAX });
    let bytes = wire::write(&profile).written().map(<[u8]>::len);
    println!("{bytes:?} bytes");
    assert!(bytes.is_some_and(|bytes| bytes > 1_000), "{bytes:?}");
}

/// Written by a version that kept no offsets: the profile ends behind the rules asleep.
#[test]
fn a_profile_of_before_offsets_reads_as_it_was() {
    let mut account = Account::ordinary(RiskPolicy::wallet());
    let written = StoredProfile::of(&account.profile).unwrap();
    let bytes = wire::write(&account.profile).written().unwrap().to_vec();
    // One offset for all of them: a byte that says so, and sixty minutes zigzag.
    assert_eq!(bytes[bytes.len() - 2..], [1, 120]);
    let old = wire::read(&bytes[..bytes.len() - 2]).unwrap();
    assert_ne!(old, account.profile);
    assert!(old.ring.oldest_first().all(|(_, told)| told.offset_min.is_none()));
    assert_eq!(written.read().unwrap(), account.profile);
    // It lives on, event by event.
    account.profile = old;
    let payment = account.out(2_000, 40 * DAY_MS).to("shop").from_device("phone");
    assert_eq!(account.pay(&payment, 120).outcome, Outcome::Allow);
    let offsets: Vec<_> = account.profile.ring.oldest_first().map(|(_, told)| told.offset_min).collect();
    assert_eq!((offsets[14], offsets[15]), (None, Some(120)));
}

#[test]
fn a_profile_goes_through_texts_and_bytes() {
    let account = Account::ordinary(RiskPolicy::wallet());
    let json = serde_json::to_string(&account.profile).unwrap();
    assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), account.profile);
    let bytes = postcard::to_allocvec(&account.profile).unwrap();
    assert_eq!(postcard::from_bytes::<Profile>(&bytes).unwrap(), account.profile);
    let endless = format!("[{}7]", "7,".repeat(PROFILE_BYTES_MAX));
    assert!(serde_json::from_str::<StoredProfile>(&endless).is_err());
}

/// The likelihood of an amount no thief takes is small, and yet it is the owner's least of all.
#[test]
fn the_larger_the_amount_the_more_it_speaks_against_the_payment() {
    let account = Account::ordinary(RiskPolicy::wallet());
    let mut last = Millibans(0);
    for minor in (1..13).map(|power| 10_000 * 10_i64.pow(power)).take_while(|minor| *minor < 1_000_000_000_000_000) {
        let payment =
            Payment::out(&format!("tx-{minor}"), euros(minor), moment(40 * DAY_MS)).unwrap().to("another shop");
        let context = AssessContext::at(payment.at, 60);
        let answer = assess(&account.profile, &payment, None, &account.policy, &context).unwrap().assessment;
        let points = found(&answer, ReasonCode::AmountOutlier).map_or(Millibans(0), |reason| reason.points);
        assert!(points >= last && points > Millibans(2_000), "{minor}: {answer:?}");
        assert!(answer.outcome >= Outcome::Hold, "{minor}: {answer:?}");
        last = points;
    }
}

/// A year ago the account paid once from far away; since then it has paid at home.
#[test]
fn one_journey_does_not_widen_the_days_of_later_years() {
    let other = ClassLimit { kind: Some(PaymentKind::Other), day_minor: Some(50_000), ..ClassLimit::default() };
    let limits = Limits { class: vec![other], ..Limits::default() };
    let mut account = Account::with(limited(limits));
    let away = account.out(1_000, 0).to("kiosk").from_device("phone");
    let _ = account.pay(&away, 540);
    let year = 365 * DAY_MS;
    let evening = account.out(30_000, year + 22 * HOUR_MS).to("shop").from_device("phone");
    let _ = account.pay(&evening, 60);
    let morning = account.out(30_000, year + 32 * HOUR_MS).to("shop").from_device("phone");
    let limit = found(&account.pay(&morning, 60), ReasonCode::LimitDay);
    assert_eq!(limit, None, "yesterday evening is yesterday");
    let again = account.out(30_000, year + 33 * HOUR_MS).to("shop").from_device("phone");
    let limit = found(&account.pay(&again, 60), ReasonCode::LimitDay).unwrap();
    assert_eq!((limit.observed, limit.exact), (60_000, true));
}

#[test]
fn the_doubt_of_later_payments_outlives_the_proof_of_an_earlier_one() {
    let mut account = Account::ordinary(RiskPolicy::wallet());
    let asked = account.out(2_000, 31 * DAY_MS).to("stranger").from_device("another phone");
    assert_eq!(account.pay(&asked, 60).outcome, Outcome::StepUp);
    let proven_at_once = release(&account.profile, &asked, Outcome::StepUp, &account.policy, 60).unwrap();
    let large = account.out(40_000, 31 * DAY_MS + HOUR_MS).to("shop").from_device("phone");
    let _ = account.pay(&large, 60);
    let doubt = account.profile.taken_over.belief;
    assert!(doubt > proven_at_once.taken_over.belief);
    let proven_late = release(&account.profile, &asked, Outcome::StepUp, &account.policy, 60).unwrap();
    assert_eq!(proven_late.taken_over.belief, doubt);
}

#[test]
fn a_credit_and_a_held_payment_do_not_choose_the_currency() {
    let mut account = Account::with(limited(Limits { transaction_minor: Some(1_000), ..Limits::default() }));
    let dollars = |minor| Money::from_minor(minor, Currency::USD).unwrap();
    let credit = Payment { money: dollars(1), ..account.credit(1, 0) };
    let held = Payment { money: dollars(5_000), ..account.out(5_000, HOUR_MS) };
    let _ = account.pay(&credit, 60);
    assert_eq!(account.pay(&held, 60).outcome, Outcome::Hold);
    let first = account.out(500, 2 * HOUR_MS);
    assert_eq!(account.pay(&first, 60).outcome, Outcome::Allow);
    let other = Payment { money: dollars(500), ..account.out(500, 3 * HOUR_MS) };
    assert_eq!(codes(&account.pay(&other, 60)), [ReasonCode::CurrencyMismatch]);
}
