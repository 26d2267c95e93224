//! Three in the morning: what is closed, why, who opens it, and why a payment failed.

use crate::desk::{Desk, has_fields};

/// A database with the account `alice`, who paid once.
fn with_alice() -> Desk {
    let desk = Desk::new();
    desk.write("a.csv", "tx_id,at,account,amount,currency\nt-1,2026-03-01T12:00:00Z,alice,10.00,EUR\n");
    desk.run("screen a.csv --db F").exits(0);
    desk
}

fn frozen(desk: &Desk, options: &str) -> String {
    let said = desk.run(&format!("--json account freeze alice --db F {options}")).exits(0).json();
    said["freeze"].as_str().unwrap().to_owned()
}

#[test]
fn the_status_says_in_plain_words_why_until_when_and_who_opens_it_and_how() {
    let desk = with_alice();
    let id = frozen(&desk, "--actor agent-1 --scopes pay-out --for 48h");
    let status = desk.run("account status alice --db F").exits(0);
    let status = status
        .says("why: signs of fraud")
        .says("(in 47 h)")
        .says("tell the customer: Closed on your account: money out");
    status.says("who may lift it: an agent or higher; two different people");
    desk.run(&format!("account request-lift alice {id} --db F --actor agent-2")).exits(0).says("account approve-lift");
    desk.run("account status alice --db F").exits(0).says("lift requested by agent-2").says("somebody else runs");
    desk.run(&format!("account approve-lift alice {id} --db F --actor agent-2")).exits(1).says("same agent");
    desk.run(&format!("account approve-lift alice {id} --db F --actor agent-3"))
        .exits(0)
        .says("nothing else is closed");
    desk.run(&format!("account approve-lift alice {id} --db F --actor agent-3")).exits(1).says("lifted at");
}

#[test]
fn an_approval_without_a_request_asks_for_none_by_itself() {
    let desk = with_alice();
    let id = frozen(&desk, "--actor agent-1");
    desk.run(&format!("account approve-lift alice {id} --db F --actor agent-2"))
        .exits(1)
        .says("a second agent is needed");
    let status = desk.run("--json account status alice --db F").exits(0).json();
    assert!(status["freezes"][0]["lift_requested"].is_null(), "{status}");
}

#[test]
fn a_neutral_freeze_warns_the_desk_and_gives_it_the_words_of_a_fault() {
    let desk = with_alice();
    let said = |options: &str| {
        let said = desk.run(&format!("account diagnose alice --db F {options}")).exits(0);
        said.out.split("for the desk:").next().unwrap().to_owned()
    };
    let before = ["", "--tx t-1 --locale zh-CN", "--failed"].map(said);
    frozen(&desk, "--actor officer --authority compliance --reason aml-review");
    let fault = "We could not complete this payment. Please try again later.";
    desk.run("account status alice --db F").exits(0).says("NEUTRAL").says(fault);
    assert_eq!(said("--failed"), said("--network-fault"), "byte for byte");
    let after = ["", "--tx t-1 --locale zh-CN", "--failed"]
        .map(said)
        .map(|text| text.replace("it waits for what is named below", "it may settle now"));
    assert_eq!(before, after, "byte for byte");
    let hidden = desk.run("account diagnose alice --db F").exits(0);
    assert!(hidden.out.contains("above your rank") && !hidden.out.contains("aml"));
    desk.run("account diagnose alice --db F --authority compliance").exits(0).says("aml-review");
}

#[test]
fn the_owners_own_freeze_is_lifted_for_the_owner_only_after_a_check() {
    let desk = with_alice();
    let id = frozen(&desk, "--actor alice --authority owner --reason owner-request --scopes pay-out");
    let lift = format!("account request-lift alice {id} --db F --actor agent-2");
    desk.run(&lift).exits(1).says("identity check is needed");
    desk.write("scan.pdf", "a scan");
    desk.run(&format!("{lift} --identity call-back --evidence nowhere")).exits(2).says("--evidence");
    desk.run(&format!("{lift} --identity gut-feeling --evidence scan.pdf")).exits(2).says("document-in-branch");
    desk.run(&format!("{lift} --identity call-back")).exits(2).says("--evidence");
    desk.run(&format!("{lift} --identity call-back --evidence scan.pdf --not-matched")).exits(1).says("did not match");
    desk.run("account history alice --db F").exits(0).says("DID NOT MATCH");
    desk.run(&format!("{lift} --identity call-back --evidence scan.pdf")).exits(0).says("NOT lifted");
    desk.run(&format!("account approve-lift alice {id} --db F --actor agent-3")).exits(0).says("still closed");
    desk.run("account status alice --db F").exits(0).says("cooling off").says("nobody lifts it");
    desk.run("account history alice --db F").exits(0).says("identity checked by agent-2").says("call-back: matched");
}

#[test]
fn a_diagnosis_names_the_payment_and_whether_it_may_settle() {
    let desk = with_alice();
    desk.run("account diagnose alice --db F --tx t-1").exits(0).says("may settle now").says("UNEXPLAINED");
    frozen(&desk, "--actor agent-1 --scopes pay-out");
    let said = desk.run("account diagnose alice --db F --tx t-1 --balance-too-low --hotline 95555").exits(0);
    said.says("it waits for").says("phone 95555").says("INSUFFICIENT_FUNDS").says("signs of fraud");
    desk.run("account diagnose alice --db F --tx t-1 --locale zh-CN").exits(0).says("疑似欺诈");
    let said = desk.run("--json account diagnose alice --db F --tx t-1").exits(0).json();
    has_fields(&said, &["payment", "may_settle", "waits_for_release", "settled_at", "customer", "desk"]);
    has_fields(&said["payment"], &["at", "amount", "outcome", "reasons"]);
    has_fields(&said["customer"][0], &["text", "retryable", "retry_at"]);
    assert_eq!((&said["may_settle"], &said["desk"][0]["reason"]), (&false.into(), &"FROZEN".into()));
    let before = desk.run("account history alice --db F").exits(0).out;
    for (line, says) in [
        ("--tx t-9", "no payment of this id"),
        ("--direction sideways", "one of out, in, refund, reversal"),
        ("--locale fr", "one of en, zh-CN"),
        ("--authority king", "--authority"),
    ] {
        desk.run(&format!("account diagnose alice --db F {line}")).exits(2).says(says);
    }
    assert_eq!(desk.run("account history alice --db F").exits(0).out, before, "a diagnosis changed something");
}

#[test]
fn a_lenient_freeze_lets_the_pending_payment_go_and_a_strict_authority_may_not_be_lenient() {
    let desk = with_alice();
    frozen(&desk, "--actor agent-1 --scopes pay-out --pending let-pending-finish");
    desk.run("account history alice --db F").exits(0).says("pending payments finish");
    desk.run("account freeze alice --db F --actor a --pending perhaps")
        .exits(2)
        .says("hold-pending, let-pending-finish");
    let court = "--actor c --authority court --reason court-order --case O-1 --pending let-pending-finish";
    desk.run(&format!("account freeze alice --db F {court}")).exits(1).says("holds pending payments");
}
