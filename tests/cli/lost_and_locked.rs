//! A customer who is locked out, reports a loss, or lost the phone that codes go to.

use account_security::account::{
    AccountRecord, Contact, ContactChange, Errand, EventKind, Keyring, Proofs, Stage, ThrottlePolicy, TicketId,
};
use account_security::command::{BeginLostContactChange, Command, Env, Rejection, Settings, Transition};
use account_security::service::Service;
use account_security::store::SqliteStore;
use account_security::types::time::DAY_MS;
use account_security::types::{AccountId, KeyId, Locale, RandomId, SecretBytes, Timestamp};
use account_security::verification::{Channel, Destination};

use crate::desk::{Desk, has_fields};

const SEEN: &str = "--identity document-in-branch --evidence seen.pdf --actor";

/// A database with the account `alice`, who paid once, and something that was seen of her.
fn with_alice() -> Desk {
    let desk = Desk::new();
    desk.write("a.csv", "tx_id,at,account,amount,currency\nt-1,2026-03-01T12:00:00Z,alice,10.00,EUR\n");
    desk.write("seen.pdf", "a scanned page");
    desk.run("screen a.csv --db F").exits(0);
    desk
}

pub fn now() -> Timestamp {
    let unix_ms = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis();
    Timestamp::from_unix_ms(i64::try_from(unix_ms).unwrap()).unwrap()
}

/// Whatever the customer did before, in the app.
struct Before<F>(F);

impl<F: Fn(&mut AccountRecord, Timestamp)> Command for Before<F> {
    type Record = AccountRecord;
    type Reply = ();

    fn decide(&self, record: AccountRecord, env: &mut Env<'_>) -> Result<Transition<AccountRecord, ()>, Rejection> {
        let mut record = record;
        (self.0)(&mut record, env.now);
        Ok(Transition { record, events: vec![EventKind::ContactsReviewed], effects: Vec::new(), reply: () })
    }
}

/// The service over the same database and its key file.
pub fn app(desk: &Desk) -> (Service<SqliteStore>, AccountId) {
    app_with(desk, Settings::default())
}

/// The same with an app's own settings.
pub fn app_with(desk: &Desk, settings: Settings) -> (Service<SqliteStore>, AccountId) {
    let text = desk.read("F.keys");
    let key = |begin: &str| {
        let line = text.lines().find(|line| line.starts_with(begin)).unwrap();
        let hex = line.rsplit(' ').next().unwrap();
        SecretBytes::new((0..64).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect())
    };
    let ring = Keyring::new(key("lookup "), KeyId(1), vec![(KeyId(1), key("key 1 "))]).unwrap();
    let store = SqliteStore::open(desk.path("F")).unwrap();
    (Service::new(store, ring, settings).unwrap(), AccountId::parse("alice").unwrap())
}

/// Alice's phone is lost: she said so in the app, after a code of her authenticator.
fn with_lost_phone(desk: &Desk) -> RandomId {
    let (service, alice) = app(desk);
    let to = |number: &str| Destination::parse(Channel::Sms, number).unwrap();
    let ticket = TicketId([7; 16]);
    let before = Before(|record: &mut AccountRecord, now| {
        record.contacts.replace(Contact::confirmed(to("+8613812345678"), now));
        record.tickets.open(ticket, Errand::StepUp, Proofs::TOTP, now);
    });
    service.execute(&alice, &before, now()).unwrap();
    let begin = BeginLostContactChange { new: to("+8613987654321"), ticket, locale: Locale::En };
    service.begin_lost_contact_change(&alice, &begin, now()).unwrap().unwrap().change
}

#[test]
fn a_lock_is_cleared_after_an_identity_check_and_not_without_one() {
    let desk = with_alice();
    let (service, alice) = app(&desk);
    let locked = Before(|record: &mut AccountRecord, now| {
        let policy = ThrottlePolicy::default();
        let budget = record.second_factor_budget;
        record.second_factor_budget =
            (0..policy.hard_lock_at).fold(budget, |budget, _| budget.after_failure(&policy, now));
    });
    service.execute(&alice, &locked, now()).unwrap();
    let status = desk.run("account status alice --db F").exits(0);
    status.says("codes: locked after too many").says("account clear-lockout --proof second-factor");

    let clear = "--json account clear-lockout alice --db F --proof";
    desk.run(&format!("{clear} second-factor --actor ann")).exits(2).says("--evidence");
    desk.run(&format!("{clear} codes {SEEN} ann")).exits(2).says("password, second-factor");
    desk.write("empty", "");
    let empty = format!("{clear} second-factor --identity call-back --evidence empty --actor ann");
    desk.run(&empty).exits(2).says("the file is empty");
    let owner = desk.run(&format!("{clear} second-factor {SEEN} alice --authority owner"));
    assert_eq!(owner.exits(1).json()["code"], 9012);
    let not_proven = desk.run(&format!("{clear} second-factor {SEEN} ann --not-matched")).exits(1).json();
    assert_eq!(not_proven["lockout"], "identity-not-proven");
    desk.run("account status alice --db F").exits(0).says("codes: locked");
    assert_eq!(desk.run(&format!("{clear} second_factor {SEEN} ann")).exits(0).json()["lockout"], "cleared");
    desk.run("account status alice --db F").exits(0).never_says("locked");
    assert_eq!(desk.run(&format!("{clear} second-factor {SEEN} ann")).exits(0).json()["lockout"], "nothing-to-clear");
    desk.run(&format!("{clear} second-factor {SEEN} ann --not-matched")).exits(1);
    desk.run(&format!("account clear-lockout alice --db F --proof password {SEEN} ann")).exits(0).says("nothing to");
    let history = desk.run("account history alice --db F").exits(0).says("audit: intact");
    history.says("lock after wrong tries cleared by ann (agent): second-factor").says("identity checked by ann");
}

#[test]
fn a_report_keeps_both_times_and_is_closed_by_its_id() {
    let desk = with_alice();
    let report = "--json account report alice --db F --actor ann --kind";
    let told = "device-lost --reported-at 2026-03-02T09:30:00Z --learned-at 2026-03-01 --tx t-1";
    let taken = desk.run(&format!("{report} {told}")).exits(0).json();
    has_fields(&taken, &["report", "already"]);
    let again = desk.run(&format!("{report} {told}")).exits(0).json();
    assert_eq!((&again["report"], &again["already"]), (&taken["report"], &true.into()));
    assert_eq!(desk.run(&format!("{report} unauthorised")).exits(0).json()["already"], false, "of now");

    desk.run(&format!("{report} stolen")).exits(2).says("device-lost, unauthorised");
    desk.run(&format!("{report} unauthorised --reported-at yesterday")).exits(2).says("--reported-at");
    let future = desk.run(&format!("{report} unauthorised --reported-at 2900-01-01")).exits(1).json();
    assert_eq!(future["code"], 801);
    let late = desk.run(&format!("{report} unauthorised --reported-at 2026-03-01 --learned-at 2026-03-02"));
    assert_eq!(late.exits(1).json()["code"], 802);

    let status = desk.run("--json account status alice --db F").exits(0).json();
    assert_eq!(status["open_reports"], 2);
    has_fields(&status["reports"][0], &["id", "kind", "reported_at", "learned_at"]);
    assert_eq!(status["reports"][0]["learned_at"], "2026-03-01T00:00:00Z");
    let id = taken["report"].as_str().unwrap();
    desk.run("account status alice --db F").exits(0).says(&format!("open report {id}: device-lost"));

    let close = "--json account close-report alice";
    desk.run(&format!("{close} {id} --db F --actor ann --outcome lost")).exits(2).says("not-confirmed");
    desk.run(&format!("{close} 12 --db F --actor ann --outcome withdrawn")).exits(2).says("32 hex digits");
    let closed = desk.run(&format!("{close} {id} --db F --actor ann --outcome not_confirmed")).exits(0).json();
    assert_eq!(closed["outcome"], "not-confirmed");
    assert_eq!(desk.run(&format!("{close} {id} --db F --actor ann --outcome withdrawn")).exits(1).json()["code"], 804);
    let history = desk.run("account history alice --db F").exits(0).says("audit: intact");
    history.says(&format!("report {id} closed by ann (agent): not-confirmed"));
}

#[test]
fn a_lost_phone_takes_a_check_and_another_agent() {
    let desk = with_alice();
    let change = with_lost_phone(&desk);
    let status = desk.run("account status alice --db F").exits(0);
    status.says(&format!("change of the phone, reported lost, {change}: waits for an identity check")).says("check-id");
    let at = format!("alice {change} --db F");
    let early = desk.run(&format!("--json account approve-contact {at} --actor ben")).exits(1).json();
    assert_eq!(early["code"], 613);
    desk.run(&format!("account check-identity {at} --actor ann")).exits(2).says("--evidence");
    desk.run(&format!("account check-identity {at} {SEEN} ann --not-matched")).exits(1).says("did not match");
    let checked = desk.run(&format!("--json account check-identity {at} {SEEN} ann --case CASE-9")).exits(0).json();
    has_fields(&checked, &["checked", "approve_before"]);
    let same = desk.run(&format!("--json account approve-contact {at} --actor ann")).exits(1).json();
    assert_eq!(same["code"], 612);
    let status = desk.run("--json account status alice --db F").exits(0).json();
    has_fields(&status["contact_change"], &["id", "contact", "reported_lost", "waits_for", "until"]);
    assert_eq!(status["contact_change"]["waits_for"], "another agent's approval");
    desk.run(&format!("account approve-contact {at} --actor ben")).exits(0).says("asks for the new contact's code");
    let status = desk.run("account status alice --db F").exits(0).says("waits for the new contact's code");
    status.never_says("13987654321").never_says("13812345678");
    let history = desk.run("account history alice --db F").exits(0).says("audit: intact").says("CASE-9");
    history.never_says("13987654321").never_says("13812345678");
}

#[test]
fn one_agent_calls_a_change_off() {
    let desk = with_alice();
    let change = with_lost_phone(&desk);
    let cancel = format!("--json account cancel-contact alice {change} --db F --actor ann");
    let cancelled = desk.run(&cancel).exits(0).json();
    assert_eq!((&cancelled["cancelled"], &cancelled["contact"]), (&true.into(), &"phone".into()));
    assert_eq!(desk.run(&cancel).exits(1).json()["code"], 606);
    assert!(desk.run("--json account status alice --db F").exits(0).json()["contact_change"].is_null());
    let nobody = desk.run(&format!("account cancel-contact bob {change} --db F --actor ann"));
    nobody.exits(2).says("nothing is stored for it");
}

/// An agent who is asked for help must see how much time is left to call a change off.
#[test]
fn a_change_that_cools_off_is_shown_with_the_moment_it_comes_into_force() {
    let desk = with_alice();
    let (service, alice) = app(&desk);
    let (now, until, dies_at) = (now(), now().plus_ms(DAY_MS), now().plus_ms(9 * DAY_MS));
    let before = Before(|record: &mut AccountRecord, _| {
        let new = Destination::parse(Channel::Sms, "+8613987654321").unwrap();
        let stage = Stage::AwaitNew { challenge: None };
        let change = ContactChange::begun(RandomId([7; 16]), KeyId(1), new, stage, dies_at);
        record.contact_change = Some(change.cooling_off(now, until, dies_at));
    });
    service.execute(&alice, &before, now).unwrap();
    let status = desk.run("account status alice --db F").exits(0);
    status.says(&format!("at {until}, when it comes into force unless called off")).never_says(&dies_at.to_string());
    let status = desk.run("--json account status alice --db F").exits(0).json();
    assert_eq!(status["contact_change"]["until"], until.to_string());
}
