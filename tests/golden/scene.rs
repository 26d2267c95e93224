//! The scene that the golden files were taken from: an account to which everything happens once.
//!
//! Its first year is told in `life`; the cells that it shares with others in `shared`.

use std::sync::{Arc, Mutex};

use account_security::account::{
    Aggregate, ContactKind, DeviceTag, DeviceToken, Errand, PayeeRecord, Proof, Proofs, ReportKind, ReportOutcome,
};
use account_security::command::{
    AbandonAttempt, CancelCode, ClearLockout, ClockSetBack, ClockSetBackAsked, CloseReport, ConfirmTotp, Effect,
    EnrolTotp, EnrolledTotp, GenerateRecoveryCodes, LiftFreeze, LockoutCleared, PasswordSet, PlaceFreeze,
    ReportUnauthorised, RequestLift, RequirePasswordChange, ResendCode, Reservation, ReserveAttempt, Reserved,
    ResyncAnswer, ResyncTotp, RevokeTotp, SetBy, SetPassword, Settings, SnoozeRule, SpendRecoveryCode, VerifyCode,
    VerifyTotp,
};
use account_security::freeze::{Actor, Authority, FreezeReason, FreezeRequest, PendingAnswer, PendingPayments, Scopes};
use account_security::password::{Hasher, Password, Phc, UserContext, VerifyCeiling};
use account_security::risk::{CheckedPolicy, Label, Limits, RiskPolicy, SnoozedRule};
use account_security::service::{ReleaseOutcome, Service, SetOutcome};
use account_security::store::{OutboxItem, Store, StoredEvent, Versioned};
use account_security::totp::{TotpParameters, code_at};
use account_security::types::{
    ActorId, CaseRef, Direction, Fingerprint, Locale, Payment, RandomId, ReasonCode, Timestamp, TxId, TypedCode,
};
use account_security::verification::{Binding, PaymentBinding, Purpose};

use account_security::types::time::{DAY_MS, HOUR_MS};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::files::{Golden, Mailbox};
use crate::life::{self, YEAR_MS};
use crate::shared;
use crate::support::acts::{payment, phone, receive, seen, send_code, type_code, typed, yuan};
use crate::support::owner::{
    MAIL, OLD, begin, code_to, handle_in, inbox, prove_new, prove_old, register, sender, ticket,
};
use crate::support::stores::{Keeping, Shared};
use crate::support::visits::Visits;
use crate::support::{Counted, account, ring, settings};

pub const ALICE: &str = "alice";
pub const QUIET: &str = "quiet";
pub const PAYEE: &str = "shop-7";
pub const PASSWORD: &str = "Kd8!wRt5-cliff";
pub const PHC: &str = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4";
pub const NEW_MAIL: &str = "alice@example.org";
/// Wrong passwords, second factors and reset codes in a row at the end, and wrong passwords from the device that is
/// known. They differ, so that a swap of two shows.
pub const BUDGETS: (u32, u32, u32, u32) = (2, 1, 3, 5);
pub const CONFIRMED_MS: u64 = 90_000;
/// When the new contact answered, which is when security last changed.
pub const CONTACT_MS: u64 = 270_000;
pub const FIRST_PAYMENT_MS: u64 = 100_000;
pub const END_MS: u64 = 300_000;

/// The golden files by name, and what only the customer knew.
pub struct Played {
    pub files: Vec<(&'static str, Vec<u8>)>,
    pub expected: Vec<(&'static str, String)>,
}

/// Copies of what was put into an outbox.
pub type Kept = Arc<Mutex<Vec<OutboxItem>>>;

pub fn payment_binding() -> Binding {
    Binding::Payment(PaymentBinding::new(yuan(129_900), "6222020200112345").unwrap())
}

/// So long after the year that `life` tells.
pub fn at(ms: u64) -> Timestamp {
    crate::support::at(YEAR_MS + ms)
}

pub fn seeded(store: &Shared, settings: Settings) -> Service<Shared> {
    Service::with_entropy(store.clone(), ring(1, &[1]), settings, Box::<Counted>::default()).unwrap()
}

/// The scene is about authenticators; how a step-up guards them is told elsewhere.
fn alices() -> Settings {
    let mut settings = settings();
    (settings.contacts.step_up, settings.contacts.last_factor_removable) = (false, true);
    settings.throttle.alert_at = 2;
    // The owner's lift leaves a time of small limits behind that closes nothing.
    settings.freeze.cooling_off_closed = Scopes::NONE;
    settings
}

/// Plays the scene on a fresh store.
pub fn play() -> Played {
    let kept = Kept::default();
    let visits = Visits::of(seeded(&Shared::new(Keeping(Shared::memory(), Arc::clone(&kept))), alices()));
    let service = &visits.service;
    life::play(&visits);
    let device = passwords(&visits);
    let recovery_code = recovery(service);
    let (active, pending) = authenticators(service);
    payments(service);
    freezes(service);
    resync(service, &active);
    let (challenge, code) = codes(service);
    let handle = contact(service);
    own_freeze(service);
    desk(service);
    let ticket = visits.begin_step_up(at(275_000)).ticket;
    visits.begin_reset(ContactKind::Phone, at(280_000));
    (0..u64::from(BUDGETS.2)).for_each(|number| life::guess_reset(&visits, at(281_000 + number)));
    last_tries(service, challenge, code);
    let keys = service.keyring();
    let (alice, payee) = (keys.account_key(&account(ALICE)), keys.payee_key(Fingerprint::of_payee(PAYEE)));
    let mut files = cell_files(service, alice, ["account.cell", "account.events"]);
    files.extend(cell_files(service, payee, ["payee.cell", "payee.events"]));
    files.push(("account.plain", service.record(&account(ALICE)).unwrap().encode().unwrap().bytes()));
    files.push(("payee.plain", payee_record(service, payee).encode().unwrap().bytes()));
    files.extend(quiet());
    files.extend(released());
    files.extend(keyless());
    files.extend(rotated());
    files.extend(shared_cells(&kept));
    files.extend(younger());
    files.push(("outbox", one_of_each(&kept.lock().unwrap(), &format!("{code:06}")).bytes()));
    let secret = |enrolled: &EnrolledTotp| enrolled.key.secret().to_base32().to_string();
    let expected = vec![
        ("payment challenge", challenge.to_string()),
        ("payment code", format!("{code:06}")),
        ("active secret", secret(&active)),
        ("pending secret", secret(&pending)),
        ("recovery code", recovery_code),
        ("device token", device.expose().to_string()),
        ("cancel handle", handle),
        ("step-up ticket", ticket.to_string()),
    ];
    Played { files, expected }
}

fn cell_files(
    service: &Service<Shared>,
    key: account_security::types::StoreKey,
    names: [&'static str; 2],
) -> Vec<(&'static str, Vec<u8>)> {
    let cell: Versioned = service.store().load(key).unwrap().unwrap();
    let events: Vec<StoredEvent> = service.store().events(key, 1, 1_000).unwrap();
    vec![(names[0], cell.bytes()), (names[1], events.bytes())]
}

/// A payee's record as the service has it: belief from the service, time and head from the chain.
fn payee_record(service: &Service<Shared>, key: account_security::types::StoreKey) -> PayeeRecord {
    let mut record = PayeeRecord::fresh();
    record.belief = service.payee_belief(Fingerprint::of_payee(PAYEE)).unwrap();
    let (at, head) = shared::end(service, key);
    record.advance(at, head);
    record
}

/// The device that is known at the end.
fn passwords(visits: &Visits) -> DeviceToken {
    let (service, alice) = (&visits.service, account(ALICE));
    for password in [b"first-2Old!word".as_slice(), PASSWORD.as_bytes()] {
        let new = Password::parse(password).unwrap();
        let set = service.set_password(&alice, &new, &UserContext::none(), at(0)).unwrap();
        assert!(matches!(set, SetOutcome::Set), "{set:?}");
    }
    let (token, tag): (DeviceToken, DeviceTag) = life::sign_in(visits, PASSWORD, "Anna's phone", at(500));
    service.verify_password(&alice, &Password::parse(PASSWORD.as_bytes()).unwrap(), at(1_000)).unwrap();
    service.execute(&alice, &ReserveAttempt::default(), at(2_000)).unwrap();
    let Reserved::Compare(reserved) = service.execute(&alice, &ReserveAttempt::default(), at(2_000)).unwrap() else {
        panic!()
    };
    let Reservation { before, counted, .. } = reserved;
    service.execute(&alice, &AbandonAttempt { before, counted, device: None }, at(2_000)).unwrap();
    let by = Actor::staff(ActorId::parse("agent-1").unwrap(), Authority::Agent);
    service
        .execute(&alice, &ClearLockout { proof: Proof::Password, by: by.clone(), identity: seen() }, at(2_500))
        .unwrap();
    let rule = SnoozedRule::BuiltIn(ReasonCode::UnusualHour);
    service.execute(&alice, &SnoozeRule { rule, until: Some(at(2 * YEAR_MS)), by }, at(2_600)).unwrap().unwrap();
    for _ in 0..BUDGETS.3 {
        visits.type_password("mistyped", Some(&token), at(2_800));
    }
    assert!(service.record(&alice).unwrap().devices.get(tag).is_some());
    for ms in [3_000, 4_000] {
        service.verify_password(&alice, &Password::parse(b"wrong").unwrap(), at(ms)).unwrap();
    }
    token
}

/// Codes drawn, one spent, one typed again; another one, unspent, to be kept.
fn recovery(service: &Service<Shared>) -> String {
    let alice = account(ALICE);
    let codes = service.execute(&alice, &GenerateRecoveryCodes { ticket: None }, at(5_000)).unwrap().codes;
    for (sign_in, ms) in [(1, 6_000), (2, 7_000)] {
        let spend = SpendRecoveryCode { code: codes[0].clone(), sign_in: RandomId([sign_in; 16]) };
        service.execute(&alice, &spend, at(ms)).unwrap();
    }
    codes[9].to_text().to_string()
}

/// The device is a step ahead.
fn resync(service: &Service<Shared>, active: &EnrolledTotp) {
    let code = |ms| {
        let shown = code_at(active.key.secret(), &TotpParameters::STANDARD, at(ms)).unwrap();
        TypedCode::parse(shown.code(), 6).unwrap()
    };
    let resync = ResyncTotp { first: code(180_000), second: code(210_000) };
    let answer = service.execute(&account(ALICE), &resync, at(205_000)).unwrap();
    assert_eq!(answer, ResyncAnswer::Resynced { drift_steps: 1 });
}

fn authenticators(service: &Service<Shared>) -> (EnrolledTotp, EnrolledTotp) {
    let alice = account(ALICE);
    let enrol = |ms| {
        let parameters = TotpParameters::STANDARD;
        let enrol =
            EnrolTotp { issuer: "Example Pay".to_owned(), account_name: ALICE.to_owned(), parameters, ticket: None };
        service.execute(&alice, &enrol, at(ms)).unwrap().unwrap()
    };
    let code = |enrolled: &EnrolledTotp, ms| {
        let shown = code_at(enrolled.key.secret(), &TotpParameters::STANDARD, at(ms)).unwrap();
        TypedCode::parse(shown.code(), 6).unwrap()
    };
    let revoked = enrol(10_000);
    service.execute(&alice, &ConfirmTotp { code: code(&revoked, 10_000) }, at(10_000)).unwrap();
    service.execute(&alice, &RevokeTotp { credential: revoked.credential, ticket: None }, at(20_000)).unwrap();
    let active = enrol(30_000);
    service.execute(&alice, &ConfirmTotp { code: code(&active, 600_000) }, at(80_000)).unwrap(); // wrong by now
    service.execute(&alice, &ConfirmTotp { code: code(&active, CONFIRMED_MS) }, at(CONFIRMED_MS)).unwrap();
    service.execute(&alice, &VerifyTotp { code: code(&active, CONFIRMED_MS) }, at(95_000)).unwrap(); // spent
    service.execute(&alice, &VerifyTotp { code: code(&active, 120_000) }, at(96_000)).unwrap();
    let pending = enrol(97_000);
    (active, pending)
}

fn payments(service: &Service<Shared>) {
    let alice = account(ALICE);
    for number in 1..=3 {
        let ms = FIRST_PAYMENT_MS + (number - 1) * 10_000;
        service.assess(&alice, &payment(&format!("tx-{number}"), at(ms)), 480, at(ms)).unwrap();
    }
    service.label(&alice, TxId::of("tx-2"), Label::Fraud, at(140_000)).unwrap();
}

/// A credit, which the court's freeze refuses.
pub fn incoming(id: &str, now: Timestamp) -> Payment {
    Payment::new(id, yuan(129_900), now, Direction::In).unwrap()
}

fn freezes(service: &Service<Shared>) {
    let alice = account(ALICE);
    let person = |name| ActorId::parse(name).unwrap();
    let rule =
        FreezeRequest::new(Scopes::SIGN_IN, FreezeReason::SuspectedFraud, Authority::Rule, person("rule-velocity"));
    let place = PlaceFreeze { request: rule, caused_by: Some(TxId::of("tx-2")) };
    let lifted = service.execute(&alice, &place, at(150_000)).unwrap().unwrap().id;
    let by = Actor::staff(person("agent-1"), Authority::Agent);
    let lift = LiftFreeze { freeze: lifted, by, release: None, identity: None };
    service.execute(&alice, &lift, at(160_000)).unwrap().unwrap();

    let court = FreezeRequest::new(Scopes::RECEIVE, FreezeReason::CourtOrder, Authority::Court, person("clerk-3"))
        .for_case(CaseRef::parse("案号 2026-17").unwrap())
        .until(at(365 * 86_400_000))
        .with_key([9; 16]);
    let court = service.execute(&alice, &PlaceFreeze { request: court, caused_by: None }, at(170_000));
    let release = Some(CaseRef::parse("release 2026-18").unwrap());
    let by = Actor::staff(person("clerk-4"), Authority::Court);
    let request = RequestLift { freeze: court.unwrap().unwrap().id, by, release, identity: None };
    service.execute(&alice, &request, at(180_000)).unwrap().unwrap();
}

/// Asked to be lifted by staff, and renewed: which withdraws that.
fn own_freeze(service: &Service<Shared>) {
    let alice = account(ALICE);
    let person = |name| ActorId::parse(name).unwrap();
    let request = FreezeRequest::by_owner(person(ALICE), Scopes::SIGN_IN);
    let place = PlaceFreeze { request, caused_by: None };
    let freeze = service.execute(&alice, &place, at(271_000)).unwrap().unwrap().id;
    let by = Actor::staff(person("agent-1"), Authority::Agent);
    service
        .execute(&alice, &RequestLift { freeze, by, release: None, identity: Some(seen()) }, at(272_000))
        .unwrap()
        .unwrap();
    let again = service.execute(&alice, &place, at(273_000)).unwrap().unwrap();
    assert!(again.already);
}

/// A freeze that ran out, a payment on its way that may finish, a report that is open and one that is closed.
fn desk(service: &Service<Shared>) {
    let (alice, person) = (account(ALICE), |name| ActorId::parse(name).unwrap());
    let rule = FreezeRequest::new(Scopes::SIGN_IN, FreezeReason::Dormant, Authority::Rule, person("rule-dormant"));
    let rule = rule.until(at(273_500)).with_pending(PendingPayments::LetPendingFinish);
    service.execute(&alice, &PlaceFreeze { request: rule, caused_by: None }, at(273_400)).unwrap().unwrap();
    assert_eq!(service.tell_freezes_ended(&alice, at(273_500)).unwrap().count, 1);
    let answer = service.settle_pending(&alice, TxId::of("tx-1"), at(273_600)).unwrap();
    assert_eq!(answer, Some(PendingAnswer::Finish));
    let report = |kind, tx_id| {
        let (reported_at, learned_at) = (at(273_000), at(272_000));
        let report = ReportUnauthorised { kind, reported_at, learned_at, tx_id, by: person(ALICE) };
        service.execute(&alice, &report, at(273_700)).unwrap().unwrap().id
    };
    report(ReportKind::Unauthorised, Some(TxId::of("tx-2")));
    let (report, outcome) = (report(ReportKind::DeviceLost, None), ReportOutcome::Withdrawn);
    let by = Actor::staff(person("agent-1"), Authority::Agent);
    service.execute(&alice, &CloseReport { report, outcome, by }, at(273_800)).unwrap().unwrap();
}

/// Another e-mail address, proven by both and cooling off; what calls it off.
fn contact(service: &Service<Shared>) -> String {
    let alice = account(ALICE);
    let change = begin(service, &alice, NEW_MAIL, None, at(268_000)).unwrap().unwrap().change;
    let code = code_to(&inbox(service), MAIL, 8);
    prove_old(service, &alice, change, code, at(269_000)).unwrap().unwrap();
    let code = code_to(&inbox(service), NEW_MAIL, 6);
    prove_new(service, &alice, change, code, at(CONTACT_MS)).unwrap().unwrap();
    handle_in(&inbox(service)[0].1)
}

/// One code accepted, one called off, one open that was sent twice.
fn codes(service: &Service<Shared>) -> (RandomId, u32) {
    let alice = account(ALICE);
    let paid = send_code(service, &alice, Purpose::Payment, payment_binding(), at(206_000)).unwrap();
    let sent = send_code(service, &alice, Purpose::SignIn, Binding::None, at(210_000)).unwrap();
    type_code(service, &alice, sent.challenge, receive(service), at(220_000)).unwrap();
    let sent = send_code(service, &alice, Purpose::BindDevice, Binding::None, at(230_000)).unwrap();
    service.execute(&alice, &CancelCode { challenge: sent.challenge }, at(240_000)).unwrap();
    let resend = ResendCode {
        challenge: paid.challenge,
        to: phone(),
        binding: payment_binding(),
        sender: sender(),
        locale: Locale::En,
    };
    let sent = service.execute(&alice, &resend, at(267_000)).unwrap().unwrap();
    (sent.challenge, receive(service))
}

/// A try at the payment's code used up, and a credit refused.
fn last_tries(service: &Service<Shared>, challenge: RandomId, code: u32) {
    let (alice, purpose, binding) = (account(ALICE), Purpose::Payment, payment_binding());
    let wrong = VerifyCode { challenge, purpose, binding, code: typed(code + 1) };
    let usual = service.settings();
    let mut last = usual.as_ref().clone();
    last.throttle.hard_lock_at = BUDGETS.1 + 1;
    service.swap_settings(last);
    service.execute(&alice, &wrong, at(END_MS)).unwrap();
    service.swap_settings(usual.as_ref().clone());
    service.assess(&alice, &incoming("tx-4", at(END_MS)), 480, at(END_MS)).unwrap();
}

/// An account that draws no randomness.
pub fn quiet() -> Vec<(&'static str, Vec<u8>)> {
    let service = seeded(&Shared::memory(), settings());
    let phc = Phc::parse(PHC, &VerifyCeiling::DEFAULT).unwrap();
    service.execute(&account(QUIET), &SetPassword { phc, by: SetBy::Integrator }, at(0)).unwrap();
    cell_files(&service, service.keyring().account_key(&account(QUIET)), ["quiet.cell", "quiet.events"])
}

/// An account whose payments are masked, keep their zone, and passed after all: what came after the first golden files.
pub fn released() -> Vec<(&'static str, Vec<u8>)> {
    let service = seeded(&Shared::memory(), settings());
    let name = account(QUIET);
    for number in 0..12 {
        let now = at(number * DAY_MS);
        service.assess(&name, &payment(&format!("tx-{number}"), now), if number < 6 { 60 } else { 120 }, now).unwrap();
    }
    let now = at(12 * DAY_MS);
    let stranger = payment("tx-stranger", now).to("stranger").from_device("another phone");
    service.assess(&name, &stranger, 120, now).unwrap();
    assert_eq!(service.release_payment(&name, &stranger, 120, None, now).unwrap(), ReleaseOutcome::Released);
    cell_files(&service, service.keyring().account_key(&name), ["released.cell", "released.events"])
}

/// An account whose former password has its pepper from a key that the ring does not hold, after a reset.
pub fn keyless() -> Vec<(&'static str, Vec<u8>)> {
    let service = seeded(&Shared::memory(), settings());
    let (name, hasher) = (account(QUIET), Hasher::new(settings().hashing, VerifyCeiling::DEFAULT, 64).unwrap());
    let typed = Password::parse(PASSWORD.as_bytes()).unwrap();
    let phc = hasher.hash(&typed, &ring(2, &[1, 2]), &mut StdRng::seed_from_u64(1)).unwrap();
    service.execute(&name, &SetPassword { phc, by: SetBy::Integrator }, at(0)).unwrap();
    register(&service, &name, &[OLD], at(1));
    let ticket = ticket(&service, &name, Errand::Reset, Proofs::PHONE, at(2));
    let phc = Phc::parse(PHC, &VerifyCeiling::DEFAULT).unwrap();
    let set = service.execute(&name, &SetPassword { phc, by: SetBy::Reset { ticket } }, at(3)).unwrap();
    assert_eq!(set, PasswordSet::Set { signed_in: None });
    cell_files(&service, service.keyring().account_key(&name), ["keyless.cell", "keyless.events"])
}

/// An account with a payment that staff let pass and one that a freeze refused, whose clock was set back by two agents.
pub fn later() -> Vec<(&'static str, Vec<u8>)> {
    let service = seeded(&Shared::memory(), settings());
    let name = account(QUIET);
    let limits = Limits { transaction_minor: Some(1_000), ..Limits::default() };
    service.replace_risk_policy(CheckedPolicy::new(RiskPolicy { limits, ..RiskPolicy::wallet() }).unwrap());
    let agent = |name: &str| Actor::staff(ActorId::parse(name).unwrap(), Authority::Agent);
    let held = payment("tx-held", at(0));
    service.assess(&name, &held, 480, at(0)).unwrap();
    let released = service.release_payment(&name, &held, 480, Some(&agent("agent-1")), at(1)).unwrap();
    assert_eq!(released, ReleaseOutcome::Released);
    let request = FreezeRequest::by_owner(ActorId::parse(QUIET).unwrap(), Scopes::PAY_OUT).until(at(DAY_MS));
    service.execute(&name, &PlaceFreeze { request, caused_by: None }, at(2)).unwrap().unwrap();
    service.assess(&name, &payment("tx-refused", at(3)), 480, at(3)).unwrap();
    let small = Payment::out("tx-leapt", yuan(500), at(YEAR_MS)).unwrap().to("shop-7");
    service.assess(&name, &small, 480, at(YEAR_MS)).unwrap();
    let asked = service.request_clock_set_back(&name, &agent("agent-1"), at(3 * DAY_MS + HOUR_MS)).unwrap();
    let ClockSetBackAsked::Requested { request, .. } = asked else { panic!("{asked:?}") };
    let done = service.set_clock_back(&name, request, &agent("agent-2"), at(4 * DAY_MS)).unwrap();
    assert!(matches!(done, ClockSetBack::Done { .. }), "{done:?}");
    cell_files(&service, service.keyring().account_key(&name), ["later.cell", "later.events"])
}

/// Messages of kinds that came after the first golden files.
pub fn younger() -> Vec<(&'static str, Vec<u8>)> {
    let kept = Kept::default();
    let service = seeded(&Shared::new(Keeping(Shared::memory(), Arc::clone(&kept))), settings());
    let by = Actor::staff(ActorId::parse("agent-1").unwrap(), Authority::Agent);
    let name = account(QUIET);
    let phc = Phc::parse(PHC, &VerifyCeiling::DEFAULT).unwrap();
    service.execute(&name, &SetPassword { phc, by: SetBy::Integrator }, at(0)).unwrap();
    service.execute(&name, &ReserveAttempt::default(), at(1)).unwrap();
    let clear = ClearLockout { proof: Proof::Password, by: by.clone(), identity: seen() };
    assert_eq!(service.execute(&name, &clear, at(2)).unwrap(), LockoutCleared::Cleared);
    assert!(service.execute(&name, &RequirePasswordChange { by }, at(3)).unwrap());
    vec![("younger.outbox", kept.lock().unwrap().bytes())]
}

/// The same account sealed anew under a second key.
pub fn rotated() -> Vec<(&'static str, Vec<u8>)> {
    let store = Shared::memory();
    let phc = Phc::parse(PHC, &VerifyCeiling::DEFAULT).unwrap();
    seeded(&store, settings()).execute(&account(QUIET), &SetPassword { phc, by: SetBy::Integrator }, at(0)).unwrap();
    let service = Service::new(store, ring(2, &[1, 2]), settings()).unwrap();
    assert_eq!(service.rotate_keys(None, 10).unwrap().resealed, 1);
    cell_files(&service, service.keyring().account_key(&account(QUIET)), ["rotated.cell", "rotated.events"])
}

/// Neither do the cells that accounts share. What they put into the outbox is kept beside the rest.
pub fn shared_cells(kept: &Kept) -> Vec<(&'static str, Vec<u8>)> {
    let service = seeded(&Shared::new(Keeping(Shared::memory(), Arc::clone(kept))), shared::narrow());
    shared::send(&service);
    shared::try_nobody(&service);
    let mut files = cell_files(&service, shared::scope_key(&service), ["scope.cell", "scope.events"]);
    files.extend(cell_files(&service, shared::decoy_key(&service), ["decoy.cell", "decoy.events"]));
    files.push(("scope.plain", shared::scope_record(&service).encode().unwrap().bytes()));
    files.push(("decoy.plain", shared::decoy_record(&service).encode().unwrap().bytes()));
    files
}

/// The first message of every kind, and the one with this code.
fn one_of_each(items: &[OutboxItem], code: &str) -> Vec<OutboxItem> {
    let service = Service::new(Mailbox(items.to_vec()), ring(1, &[1]), settings()).unwrap();
    let (mut seen, mut chosen) = (Vec::new(), Vec::new());
    for (item, waiting) in items.iter().zip(service.drain(1_000).unwrap()) {
        let effect = waiting.effect.unwrap();
        let kind = kind_of(&effect);
        let is_wanted = matches!(&effect, Effect::Send { text, .. } if text.contains(code));
        if is_wanted || !seen.contains(&kind) {
            seen.push(kind);
            chosen.push(item.clone());
        }
    }
    chosen
}

/// What kind of message it is: for news in the app the notice's name, for the rest where it goes and what it carries.
pub fn kind_of(effect: &Effect) -> String {
    match effect {
        Effect::NotifyOwner { notice } => {
            format!("{notice:?}").split(|mark: char| !mark.is_alphanumeric()).next().unwrap().to_owned()
        }
        Effect::Send { channel, subject, content, .. } => format!("{channel:?} {content:?} {}", subject.is_some()),
        Effect::PendingPayments { .. } => "PendingPayments".to_owned(),
        _ => "AlertOperator".to_owned(),
    }
}
