//! The scene that the golden files were taken from: an account to which everything happens once.

use account_security::account::{Aggregate, PayeeRecord, Proof};
use account_security::command::{
    AbandonAttempt, CancelCode, ClearLockout, ConfirmTotp, EnrolTotp, EnrolledTotp, GenerateRecoveryCodes, LiftFreeze,
    PlaceFreeze, RequestLift, Reservation, ReserveAttempt, Reserved, ResyncAnswer, ResyncTotp, RevokeTotp, SetBy,
    SetPassword, SpendRecoveryCode, VerifyCode, VerifyTotp,
};
use account_security::freeze::{Actor, Authority, FreezeReason, FreezeRequest, Scopes};
use account_security::password::{Password, Phc, UserContext, VerifyCeiling};
use account_security::risk::Label;
use account_security::service::{Service, SetOutcome};
use account_security::store::{OutboxItem, Store, StoredEvent, Versioned};
use account_security::totp::{TotpParameters, code_at};
use account_security::types::{
    ActorId, CaseRef, Direction, Fingerprint, Payment, RandomId, Timestamp, TxId, TypedCode,
};
use account_security::verification::{Binding, PaymentBinding, Purpose};

use crate::files::Golden;
use crate::support::acts::{code_in, payment, send_code, type_code, typed, yuan};
use crate::support::stores::Shared;
use crate::support::{Counted, account, at, ring, settings};

pub const ALICE: &str = "alice";
pub const QUIET: &str = "quiet";
pub const PAYEE: &str = "shop-7";
pub const PASSWORD: &[u8] = b"Vx9#qLm2-tide";
pub const PHC: &str = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4";
/// Wrong passwords and wrong second factors in a row at the end. They differ, so that a swap of the two shows.
pub const BUDGETS: (u32, u32) = (2, 1);
/// When the authenticator in force was confirmed, which is also when security last changed.
pub const CONFIRMED_MS: u64 = 90_000;
pub const FIRST_PAYMENT_MS: u64 = 100_000;
pub const END_MS: u64 = 300_000;

/// The golden files by name, and what only the customer knew.
pub struct Played {
    pub files: Vec<(&'static str, Vec<u8>)>,
    pub expected: Vec<(&'static str, String)>,
}

pub fn payment_binding() -> Binding {
    Binding::Payment(PaymentBinding::new(yuan(129_900), "6222020200112345").unwrap())
}

fn seeded(store: &Shared) -> Service<Shared> {
    let mut settings = settings();
    // The scene is about authenticators; how a step-up guards them is told elsewhere.
    (settings.contacts.step_up, settings.contacts.last_factor_removable) = (false, true);
    Service::with_entropy(store.clone(), ring(1, &[1]), settings, Box::<Counted>::default()).unwrap()
}

/// Plays the scene on a fresh store.
pub fn play() -> Played {
    let service = seeded(&Shared::memory());
    passwords(&service);
    let recovery_code = recovery(&service);
    let (active, pending) = authenticators(&service);
    payments(&service);
    freezes(&service);
    resync(&service, &active);
    let (challenge, code) = codes(&service);
    let keys = service.keyring();
    let (alice, payee) = (keys.account_key(&account(ALICE)), keys.payee_key(Fingerprint::of_payee(PAYEE)));
    let mut files = cell_files(&service, alice, ["account.cell", "account.events"]);
    files.extend(cell_files(&service, payee, ["payee.cell", "payee.events"]));
    files.push(("account.plain", service.record(&account(ALICE)).unwrap().encode().unwrap().bytes()));
    files.push(("payee.plain", payee_record(&service, payee).encode().unwrap().bytes()));
    files.push(("outbox", Golden::bytes(&service.store().outbox(100).unwrap() as &Vec<OutboxItem>)));
    files.extend(quiet());
    let secret = |enrolled: &EnrolledTotp| enrolled.key.secret().to_base32().to_string();
    let expected = vec![
        ("payment challenge", challenge.to_string()),
        ("payment code", format!("{code:06}")),
        ("active secret", secret(&active)),
        ("pending secret", secret(&pending)),
        ("recovery code", recovery_code),
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
    let last = service.store().events(key, 1, 1_000).unwrap().pop().unwrap();
    let mut record = PayeeRecord::fresh();
    record.belief = service.payee_belief(Fingerprint::of_payee(PAYEE)).unwrap();
    let at = account_security::account::Event::decode(&last.body).unwrap().at;
    record.advance(at, account_security::account::ChainHead { seq: last.seq, mac: last.mac });
    record
}

fn passwords(service: &Service<Shared>) {
    let alice = account(ALICE);
    for password in [b"first-2Old!word".as_slice(), PASSWORD] {
        let new = Password::parse(password).unwrap();
        let set = service.set_password(&alice, &new, &UserContext::none(), at(0)).unwrap();
        assert!(matches!(set, SetOutcome::Set), "{set:?}");
    }
    service.verify_password(&alice, &Password::parse(PASSWORD).unwrap(), at(1_000)).unwrap();
    service.execute(&alice, &ReserveAttempt::default(), at(2_000)).unwrap();
    let Reserved::Compare(reserved) = service.execute(&alice, &ReserveAttempt::default(), at(2_000)).unwrap() else {
        panic!()
    };
    let Reservation { before, counted, .. } = reserved;
    service.execute(&alice, &AbandonAttempt { before, counted, device: None }, at(2_000)).unwrap();
    let by = Actor::staff(ActorId::parse("agent-1").unwrap(), Authority::Agent);
    service.execute(&alice, &ClearLockout { proof: Proof::Password, by }, at(2_500)).unwrap();
    for ms in [3_000, 4_000] {
        service.verify_password(&alice, &Password::parse(b"wrong").unwrap(), at(ms)).unwrap();
    }
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
    let lift = LiftFreeze { freeze: lifted, by, release: None };
    service.execute(&alice, &lift, at(160_000)).unwrap().unwrap();

    let court = FreezeRequest::new(Scopes::RECEIVE, FreezeReason::CourtOrder, Authority::Court, person("clerk-3"))
        .for_case(CaseRef::parse("案号 2026-17").unwrap())
        .until(at(365 * 86_400_000))
        .with_key([9; 16]);
    let court = service.execute(&alice, &PlaceFreeze { request: court, caused_by: None }, at(170_000));
    let release = Some(CaseRef::parse("release 2026-18").unwrap());
    let by = Actor::staff(person("clerk-4"), Authority::Court);
    let request = RequestLift { freeze: court.unwrap().unwrap().id, by, release };
    service.execute(&alice, &request, at(180_000)).unwrap().unwrap();

    let own = || FreezeRequest::by_owner(person(ALICE), Scopes::CHANGE_PROFILE);
    let place = PlaceFreeze { request: own(), caused_by: None };
    let freeze = service.execute(&alice, &place, at(190_000)).unwrap().unwrap().id;
    let by = Actor::staff(person("agent-1"), Authority::Agent);
    service.execute(&alice, &RequestLift { freeze, by, release: None }, at(191_000)).unwrap().unwrap();
    let again = service.execute(&alice, &place, at(192_000)).unwrap().unwrap();
    assert!(again.already);
    service.assess(&alice, &incoming("tx-4", at(200_000)), 480, at(200_000)).unwrap();
}

/// One code accepted, one called off, one open with a try used up.
fn codes(service: &Service<Shared>) -> (RandomId, u32) {
    let alice = account(ALICE);
    let newest = || {
        let waiting = service.drain(100).unwrap();
        let mut texts = waiting.iter().filter_map(|waiting| match waiting.effect.as_ref().unwrap() {
            account_security::command::Effect::Send { text, .. } => Some(text),
            _ => None,
        });
        code_in(texts.next_back().unwrap())
    };
    let sent = send_code(service, &alice, Purpose::SignIn, Binding::None, at(210_000)).unwrap();
    type_code(service, &alice, sent.challenge, newest(), at(220_000)).unwrap();
    let sent = send_code(service, &alice, Purpose::BindDevice, Binding::None, at(230_000)).unwrap();
    service.execute(&alice, &CancelCode { challenge: sent.challenge }, at(240_000)).unwrap();
    let sent = send_code(service, &alice, Purpose::Payment, payment_binding(), at(250_000)).unwrap();
    let code = newest();
    let (challenge, purpose, binding) = (sent.challenge, Purpose::Payment, payment_binding());
    let wrong = VerifyCode { challenge, purpose, binding, code: typed(code + 1) };
    service.execute(&alice, &wrong, at(END_MS)).unwrap();
    (challenge, code)
}

fn quiet() -> Vec<(&'static str, Vec<u8>)> {
    let service = seeded(&Shared::memory());
    let phc = Phc::parse(PHC, &VerifyCeiling::DEFAULT).unwrap();
    service.execute(&account(QUIET), &SetPassword { phc, by: SetBy::Integrator }, at(0)).unwrap();
    cell_files(&service, service.keyring().account_key(&account(QUIET)), ["quiet.cell", "quiet.events"])
}
