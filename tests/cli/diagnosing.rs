//! What `account diagnose` says of a payment that was judged or refused some time ago.

use account_security::account::AccountRecord;
use account_security::command::{PaymentDecision, Settings};
use account_security::freeze::{Actor, Authority};
use account_security::risk::{CheckedPolicy, Limits, Outcome, RiskPolicy, Signals};
use account_security::service::{ReleaseOutcome, Service};
use account_security::store::SqliteStore;
use account_security::types::time::{DAY_MS, MINUTE_MS};
use account_security::types::{AccountId, ActorId, Currency, Direction, Money, Payment, Timestamp, TxId};

use crate::desk::{Desk, Said};
use crate::lost_and_locked::{app_with, now};

const FAULT: &str = "We could not complete this payment. Please try again later.";
const AGAIN: &str = "This payment was refused because the account was frozen then. That freeze has ended";

/// A database with the account `alice`, who paid once.
fn with_alice() -> Desk {
    let desk = Desk::new();
    desk.write("a.csv", "tx_id,at,account,amount,currency\nt-1,2026-03-01T12:00:00Z,alice,10.00,EUR\n");
    desk.run("screen a.csv --db F").exits(0);
    desk
}

fn with_day_limit(desk: &Desk, day_minor: u64) -> (Service<SqliteStore>, AccountId) {
    let limits = Limits { day_minor: Some(day_minor), ..Limits::default() };
    let risk = CheckedPolicy::new(RiskPolicy { limits, ..RiskPolicy::wallet() }).unwrap();
    let mut settings = Settings::default();
    settings.risk = risk;
    app_with(desk, settings)
}

fn out(tx_id: &str, amount: &str, at: Timestamp) -> Payment {
    Payment::new(tx_id, Money::parse(amount, Currency::EUR).unwrap(), at, Direction::Out).unwrap()
}

fn outcome(decision: PaymentDecision) -> Outcome {
    let PaymentDecision::Assessed(assessment) = decision else { panic!("{decision:?}") };
    assessment.outcome
}

/// An offset at which it is neither just before nor just after midnight, and the next midnight there. No further from UTC, where
/// Alice paid before, than summer is from winter: she has not moved.
fn zone(now: Timestamp) -> (i32, Timestamp) {
    let since_midnight_ms = now.ms_since(Timestamp::MIN) % DAY_MS;
    let is_near = !(10 * MINUTE_MS..DAY_MS - 10 * MINUTE_MS).contains(&since_midnight_ms);
    let offset_min = if is_near { 60 } else { 0 };
    let shift_ms = u64::try_from(offset_min).unwrap() * MINUTE_MS;
    let local_ms = now.ms_since(Timestamp::MIN) + shift_ms;
    (offset_min, Timestamp::MIN.plus_ms((local_ms / DAY_MS + 1) * DAY_MS - shift_ms))
}

fn lift(desk: &Desk, freeze: &str, more: &str) {
    desk.run(&format!("account request-lift alice {freeze} --db F --actor agent-2 {more}")).exits(0);
    desk.run(&format!("account approve-lift alice {freeze} --db F --actor agent-3 {more}")).exits(0);
}

fn frozen(desk: &Desk, options: &str) -> String {
    let said = desk.run(&format!("--json account freeze alice --db F {options}")).exits(0).json();
    said["freeze"].as_str().unwrap().to_owned()
}

fn why(desk: &Desk, options: &str) -> Said {
    desk.run(&format!("account diagnose alice --db F {options}")).exits(0)
}

/// "Try again later" makes two payments of one that is on its way.
#[test]
fn a_payment_that_did_not_fail_is_not_to_be_tried_again() {
    let desk = with_alice();
    for options in ["", "--tx t-1"] {
        let said =
            why(&desk, options).never_says(FAULT).never_says("may go through later").says("Nothing here stops it");
        assert!(for_customer(&said).contains("do not pay again before you know that it failed"), "{}", said.out);
        let zh = for_customer(&why(&desk, &format!("{options} --locale zh-CN")));
        assert!(zh.contains("请勿重复支付"), "{zh}");
        why(&desk, &format!("{options} --failed")).says(FAULT).says("UNEXPLAINED");
    }
    let json = desk.run("--json account diagnose alice --db F --tx t-1").exits(0).json();
    assert_eq!(json["customer"][0]["retryable"], false, "{json}");
}

fn for_customer(said: &Said) -> String {
    said.out.split("tell the customer:").nth(1).unwrap().split("for the desk:").next().unwrap().to_owned()
}

#[test]
fn a_payment_above_the_limit_of_the_day_reads_what_is_left_and_when_it_opens() {
    let desk = with_alice();
    let (service, alice) = with_day_limit(&desk, 10_000);
    let now = now();
    let (offset_min, midnight) = zone(now);
    for (tx_id, amount, held) in [("a", "30.00", false), ("b", "80.00", true), ("c", "30.00", false)] {
        let judged = outcome(service.assess(&alice, &out(tx_id, amount, now), offset_min, now).unwrap());
        assert_eq!(judged == Outcome::Hold, held, "{tx_id}: {judged:?}");
    }
    let said = why(&desk, "--tx b");
    let told = for_customer(&said);
    assert!(told.contains("above your limit for the day. You can still pay 40.00 EUR."), "{told}");
    assert!(told.contains(&format!("[the same payment can go through from {midnight} on]")), "{told}");
    said.never_says("We are checking this payment")
        .says(&format!("LIMIT_DAY: 40.00 EUR left, opens again at {midnight}."));
    let said = desk.run("--json account diagnose alice --db F --tx b --locale zh-CN").exits(0).json();
    assert_eq!(said["customer"][0]["text"], "本次支付超过当日限额。当日还可支付 40.00 EUR。");
    assert_eq!(said["customer"][0]["retry_at"], midnight.to_string());
    assert_eq!((said["desk"].as_array().unwrap().len(), &said["desk"][0]["reason"]), (1, &"LIMIT_DAY".into()));
}

#[test]
fn a_limit_that_has_opened_since_asks_for_the_payment_again() {
    let desk = Desk::new();
    desk.write("r.toml", "[limits]\nday = \"100.00 EUR\"\n");
    let row = |tx: &str, hour: u8, amount: &str| format!("{tx},2026-03-01T{hour}:00:00Z,alice,{amount},EUR\n");
    let rows = [row("big", 12, "150.00"), row("more", 13, "60.00"), row("most", 14, "60.00")].concat();
    desk.write("a.csv", format!("tx_id,at,account,amount,currency\n{rows}"));
    desk.run("screen a.csv --db F --rules r.toml").exits(0);
    let said = why(&desk, "--tx most");
    said.says("it was above your limit for the day. It fits under the limit again: order the payment again.")
        .says("LIMIT_DAY: above it when ordered, and fits since 2026-03-02T00:00:00Z.")
        .never_says("We are checking this payment");
    why(&desk, "--tx big").says("above your limit for the day. You can still pay 100.00 EUR.").never_says("order the");
}

#[test]
fn a_payment_held_for_more_than_its_limit_is_still_being_checked() {
    let desk = with_alice();
    let (service, alice) = with_day_limit(&desk, 1_000);
    let (now, denied) = (now(), Signals { deny_listed: true, ..Signals::default() });
    let judged = service.assess_with_signals(&alice, &out("b", "80.00", now), 0, &denied, now).unwrap();
    assert!(outcome(judged) >= Outcome::Hold);
    why(&desk, "--tx b").says("above your limit for the day").says("We are checking this payment");
}

#[test]
fn a_refund_that_waits_for_money_in_says_what_it_waits_for() {
    let desk = with_alice();
    let head = "tx_id,at,account,amount,currency,direction\n";
    desk.write("b.csv", format!("{head}r-1,2026-03-02T12:00:00Z,alice,5.00,EUR,refund\n"));
    desk.run("screen b.csv --db F").exits(0);
    why(&desk, "--tx r-1").says("it may settle now").says("UNEXPLAINED");
    let freeze = frozen(&desk, "--actor alice --authority owner --reason owner-request --scopes receive");
    let said = why(&desk, "--tx r-1").says("it waits for").says("You froze this account.").never_says("UNEXPLAINED");
    said.never_says(FAULT).says(&freeze);
    why(&desk, "--direction refund").says("UNEXPLAINED");

    let desk = with_alice();
    desk.write("b.csv", format!("{head}r-1,2026-03-02T12:00:00Z,alice,5.00,EUR,refund\n"));
    desk.run("screen b.csv --db F").exits(0);
    let open = for_customer(&why(&desk, "--tx r-1"));
    frozen(&desk, "--actor officer --authority compliance --reason aml-review --scopes receive");
    let hidden = why(&desk, "--tx r-1").says("it waits for").says("above your rank");
    assert_eq!(for_customer(&hidden), open, "byte for byte");
}

/// The payment `t-2` is refused under a freeze, which is then lifted.
fn refused_and_lifted(desk: &Desk, freeze: &str, lifted: &str) {
    let freeze = frozen(desk, freeze);
    desk.write("b.csv", "tx_id,at,account,amount,currency\nt-2,2026-03-02T12:00:00Z,alice,5.00,EUR\n");
    desk.run("screen b.csv --db F").exits(0).says("frozen");
    why(desk, "--tx t-2").never_says(AGAIN);
    lift(desk, &freeze, lifted);
}

#[test]
fn a_payment_refused_under_ones_own_freeze_is_to_be_ordered_again_after_the_lift() {
    let desk = with_alice();
    desk.write("scan.pdf", "a scan");
    let own = "--actor alice --authority owner --reason owner-request --scopes pay-out";
    refused_and_lifted(&desk, own, "--identity call-back --evidence scan.pdf");
    let said = why(&desk, "--tx t-2").says(AGAIN).says("order the payment again").never_says("try again later");
    said.says("FROZEN: Refused under a freeze that has ended (pay-out), owner-request");
    why(&desk, "--tx t-2 --locale zh-CN").says("本次支付因当时账户处于冻结状态而被拒绝");
    frozen(&desk, "--actor agent-1 --scopes pay-out");
    why(&desk, "--tx t-2").says("signs of fraud").never_says(AGAIN);
}

#[test]
fn a_payment_refused_under_a_neutral_freeze_reads_like_a_fault_before_and_after_the_lift() {
    let desk = with_alice();
    let fault = for_customer(&why(&desk, "--network-fault"));
    refused_and_lifted(
        &desk,
        "--actor officer --authority compliance --reason aml-review --scopes pay-out",
        "--authority compliance",
    );
    let said = why(&desk, "--tx t-2").says("above your rank").never_says("aml");
    assert_eq!(for_customer(&said), fault, "byte for byte");
    let high =
        why(&desk, "--tx t-2 --authority compliance").says("aml-review").says("Neutral: tell the customer nothing");
    assert_eq!(for_customer(&high), fault, "byte for byte");
}

#[test]
fn a_payment_that_was_let_pass_says_so_and_when_and_to_the_desk_by_whom() {
    let desk = with_alice();
    let (service, alice) = with_day_limit(&desk, 1_000);
    let now = now();
    let payment = out("b", "80.00", now);
    assert_eq!(outcome(service.assess(&alice, &payment, 0, now).unwrap()), Outcome::Hold);
    why(&desk, "--tx b").says("if somebody lets it pass, it may settle now");
    let agent = Actor::staff(ActorId::parse("agent-7").unwrap(), Authority::Agent);
    let released = service.release_payment(&alice, &payment, 0, Some(&agent), now).unwrap();
    assert_eq!(released, ReleaseOutcome::Released);
    let record: AccountRecord = service.record(&alice).unwrap();
    let at = record.time_high;
    let said = why(&desk, "--tx b").says("if it is not settled yet, it may settle now").never_says("We are checking");
    let told = for_customer(&said);
    assert!(told.contains(&format!("This payment was let pass at {at}.")) && !told.contains("agent-7"), "{told}");
    assert!(!told.contains("limit"), "{told}");
    said.says(&format!("RELEASED: Let pass at {at} by agent-7."));
}

#[test]
fn the_json_says_that_a_held_payment_waits_and_that_one_was_told_to_settle() {
    let desk = with_alice();
    let (service, alice) = with_day_limit(&desk, 1_000);
    let now = now();
    for (tx_id, amount) in [("held", "80.00"), ("paid", "1.00")] {
        service.assess(&alice, &out(tx_id, amount, now), 0, now).unwrap();
    }
    let told = |tx: &str| desk.run(&format!("--json account diagnose alice --db F --tx {tx}")).exits(0).json();
    let held = told("held");
    assert_eq!((&held["may_settle"], &held["waits_for_release"]), (&false.into(), &true.into()), "{held}");
    let paid = told("paid");
    assert_eq!((&paid["may_settle"], &paid["settled_at"]), (&true.into(), &serde_json::Value::Null), "{paid}");
    let agent = Actor::staff(ActorId::parse("agent-7").unwrap(), Authority::Agent);
    service.release_payment(&alice, &out("held", "80.00", now), 0, Some(&agent), now).unwrap();
    assert_eq!(told("held")["may_settle"], true);
    for tx in ["held", "paid"] {
        service.settle_pending(&alice, TxId::of(tx), now).unwrap().unwrap();
        let settled = told(tx);
        assert_eq!(settled["may_settle"], false, "{settled}");
        assert!(settled["settled_at"].is_string(), "{settled}");
        why(&desk, &format!("--tx {tx}")).says("told to settle").never_says("it may settle now");
    }
}

/// Under the rules in force a payment held by bands of its own waits for somebody to look; by default one held for a limit
/// alone may be ordered again.
#[test]
fn the_words_follow_the_rules_in_force() {
    let desk = Desk::new();
    desk.write(
        "r.toml",
        "[limits]\nday = \"100.00 EUR\"\n[novelty]\ndevice = { points_db = 11, min_outcome = \"hold\" }\n",
    );
    let row = |tx: &str, hour: u8, amount: &str| format!("{tx},2026-03-01T{hour}:00:00Z,alice,{amount},EUR\n");
    desk.write("a.csv", format!("tx_id,at,account,amount,currency\n{}", row("big", 12, "150.00")));
    desk.run("screen a.csv --db F --rules r.toml").exits(0);
    let by_default = why(&desk, "--tx big");
    let under = why(&desk, "--tx big --rules r.toml");
    assert_ne!(for_customer(&by_default), for_customer(&under));
    desk.run("account diagnose alice --db F --tx big --rules nowhere.toml").exits(2).says("--rules nowhere.toml");
}
