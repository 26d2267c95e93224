//! A customer's year before the scene: sign-up, devices, contacts that change or get lost, a review, a reset.

use account_security::account::{CancelHandle, ContactKind, DeviceLabel, DeviceTag, DeviceToken, Errand};
use account_security::command::{
    ApproveLostContact, BeginLostContactChange, CancelContactChange, ConfirmRegistered, ContactCancel, ContactRefused,
    EraseFreeText, ForgetDevice, GenerateRecoveryCodes, LiftFreeze, PlaceFreeze, ProofStep, ProveSignIn,
    RecordIdentityCheck, Registered, RemindReview, RequirePasswordChange, ReviewAnswer, ReviewReminder,
    SendContactCode, SetBy, SignInStep, SpendRecoveryCode, TextErasure, TypedProof,
};
use account_security::freeze::{Actor, Authority, FreezeRequest, Scopes, StepUp};
use account_security::totp::RecoveryCode;
use account_security::types::time::{DAY_MS, HOUR_MS};
use account_security::types::{ActorId, Locale, RandomId, Timestamp, TypedCode};

use crate::support::acts::seen;
use crate::support::at;
use crate::support::owner::{NEW, OTHER, code_to, cooling, finish, inbox, prove_new, sender, to};
use crate::support::visits::{RIGHT, Typed, Visits, email};

/// Where the scene begins.
pub const YEAR_MS: u64 = 373 * DAY_MS;
const RESET: &str = "Nq4!zz-harbour";

fn day(day: u64) -> Timestamp {
    at(day * DAY_MS)
}

fn agent(name: &str) -> Actor {
    Actor::staff(ActorId::parse(name).unwrap(), Authority::Agent)
}

/// From the first day to [`YEAR_MS`].
pub fn play(visits: &Visits) {
    visits.sign_up_confirmed(Some(email()));
    first_device(visits);
    let codes = stepped_up(visits);
    changed_contact(visits);
    lost_contact(visits, &codes);
    review(visits);
    reset(visits);
    assert_eq!(visits.service.execute(&visits.alice, &RemindReview, day(372)).unwrap(), ReviewReminder::Reminded);
    frozen_sign_in(visits);
    erase(visits);
}

/// Everything that was typed until then; the scene goes on under another key.
fn erase(visits: &Visits) {
    let erased =
        visits.service.execute(&visits.alice, &EraseFreeText { by: agent("dpo-5") }, day(372).plus_ms(2 * HOUR_MS));
    assert!(matches!(erased.unwrap(), TextErasure::Erased { .. }));
}

/// Signs in with a code by text message, on a device that is to be remembered.
pub fn sign_in(visits: &Visits, typed: &str, label: &str, now: Timestamp) -> (DeviceToken, DeviceTag) {
    let opened = visits.type_password(typed, None, now);
    let Typed::Right(SignInStep::SecondFactor { ticket, .. }) = opened else { panic!("{opened:?}") };
    let proof = visits.code_for(ticket, Errand::SignIn, now);
    let prove = ProveSignIn { ticket, proof, remember: Some(DeviceLabel::parse(label).unwrap()) };
    let step = visits.service.execute(&visits.alice, &prove, now).unwrap();
    let SignInStep::SignedIn(signed_in) = step else { panic!("{step:?}") };
    let device = signed_in.device.unwrap();
    (device.token, device.tag)
}

fn first_device(visits: &Visits) {
    let (_, device) = sign_in(visits, RIGHT, "Library 3", at(60_000));
    assert!(visits.service.execute(&visits.alice, &ForgetDevice { device }, at(61_000)).unwrap());
}

/// Recovery codes, drawn on the word of a step-up; seven are spent.
fn stepped_up(visits: &Visits) -> Vec<RecoveryCode> {
    let (service, alice) = (&visits.service, &visits.alice);
    let lax = service.settings();
    let mut strict = lax.as_ref().clone();
    strict.contacts.step_up = true;
    service.swap_settings(strict);
    let opened = visits.begin_step_up(day(4));
    let proof = visits.code_for(opened.ticket, Errand::StepUp, day(4));
    let ProofStep::Complete { ticket } = visits.prove_step_up(opened.ticket, proof, day(4)) else { panic!() };
    let codes = service.execute(alice, &GenerateRecoveryCodes { ticket: Some(ticket) }, day(4)).unwrap().codes;
    service.swap_settings(lax.as_ref().clone());
    for number in 1..=7_u8 {
        let spend = SpendRecoveryCode { code: codes[usize::from(number)].clone(), sign_in: RandomId([number; 16]) };
        service.execute(alice, &spend, day(4).plus_ms(number.into())).unwrap();
    }
    codes.to_vec()
}

fn changed_contact(visits: &Visits) {
    let (change, until, _) = cooling(&visits.service, &visits.alice, NEW, day(5));
    assert_eq!(finish(&visits.service, &visits.alice, change, until).unwrap(), Ok(ContactKind::Phone));
}

/// Reported, checked, approved, proven, doubted by a stranger, called off by the owner.
fn lost_contact(visits: &Visits, codes: &[RecoveryCode]) {
    let (service, alice) = (&visits.service, &visits.alice);
    let opened = visits.begin_step_up(day(10));
    let proof = TypedProof::Recovery(codes[8].clone());
    let ProofStep::Complete { ticket } = visits.prove_step_up(opened.ticket, proof, day(10)) else { panic!() };
    let begin = BeginLostContactChange { new: to(OTHER), ticket, locale: Locale::En };
    let change = service.execute(alice, &begin, day(10)).unwrap().unwrap().change;
    let case_ref = Some(account_security::types::CaseRef::parse("case 2026-77").unwrap());
    let check = RecordIdentityCheck { change, check: seen(), by: agent("agent-1"), case_ref };
    service.execute(alice, &check, day(11)).unwrap().unwrap();
    service.execute(alice, &ApproveLostContact { change, by: agent("agent-2") }, day(11)).unwrap().unwrap();
    let send = SendContactCode { change, sender: sender(), locale: Locale::En };
    service.execute(alice, &send, day(11)).unwrap().unwrap();
    let code = code_to(&inbox(service), OTHER, 6);
    prove_new(service, alice, change, code, day(11)).unwrap().unwrap();
    let wrong = ContactCancel::Handle(CancelHandle::parse("BBBB-BBBB-BBBB").unwrap());
    let cancel = |by, now| service.execute(alice, &CancelContactChange { by }, now).unwrap();
    assert_eq!(cancel(wrong, day(12)), Err(ContactRefused::NoSuchChange));
    assert!(cancel(ContactCancel::Staff { change, by: agent("agent-1") }, day(12)).is_ok());
}

fn review(visits: &Visits) {
    let (service, alice) = (&visits.service, &visits.alice);
    assert_eq!(service.execute(alice, &RemindReview, day(190)).unwrap(), ReviewReminder::Reminded);
    let shown = Registered::of(&service.record(alice).unwrap().contacts);
    let answer = service.execute(alice, &ConfirmRegistered { shown }, day(191)).unwrap();
    assert_eq!(answer, ReviewAnswer::Confirmed);
}

/// A required change, forgotten, and a reset with two proofs that forgets the device.
fn reset(visits: &Visits) {
    sign_in(visits, RIGHT, "Anna's old phone", day(200));
    let require = RequirePasswordChange { by: agent("agent-1") };
    assert!(visits.service.execute(&visits.alice, &require, day(201)).unwrap());
    let now = day(202);
    let started = visits.begin_reset(ContactKind::Phone, now).unwrap();
    let code = visits.code();
    guess_reset(visits, now);
    let step = visits.verify_reset(started.challenge, code, now);
    let ProofStep::MoreNeeded { ticket, .. } = step else { panic!("{step:?}") };
    let sent = visits.send(ticket, Errand::Reset, ContactKind::Email, now).unwrap();
    let proof = TypedProof::Code { challenge: sent.challenge, code: visits.code() };
    let ProofStep::Complete { ticket } = visits.prove_reset(ticket, proof, now) else { panic!() };
    visits.set_password(RESET, SetBy::Reset { ticket }, now);
}

/// The owner's own freeze, lifted by the owner: what is left of it is a cooling-off, which goes on when the scene is over.
fn frozen_sign_in(visits: &Visits) {
    let owner = ActorId::parse("alice").unwrap();
    let place = PlaceFreeze { request: FreezeRequest::by_owner(owner.clone(), Scopes::SIGN_IN), caused_by: None };
    let freeze = visits.service.execute(&visits.alice, &place, day(372)).unwrap().unwrap().id;
    assert_eq!(visits.type_password(RESET, None, day(372)), Typed::Right(SignInStep::Frozen));
    let by = Actor::owner(owner, StepUp::TwoFactors { oldest_enrolled_at: at(0) });
    visits
        .service
        .execute(&visits.alice, &LiftFreeze { freeze, by, release: None, identity: None }, day(372).plus_ms(HOUR_MS))
        .unwrap()
        .unwrap();
}

/// Types a code that nobody was sent.
pub fn guess_reset(visits: &Visits, now: Timestamp) {
    visits.verify_reset(RandomId([0xE1; 16]), TypedCode::parse("00000000", 8).unwrap(), now);
}
