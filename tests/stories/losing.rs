//! "I lost my phone": another proof, two agents, three days, and a warning at both ends.

use account_security::account::{CancelHandle, ContactKind, Errand, EventKind, IdentityCheck, Proofs, TicketId};
use account_security::command::{
    ApproveLostContact, BeginLostContactChange, CancelContactChange, ConfirmTotp, ContactCancel, ContactRefused,
    Effect, EnrolTotp, LostContactBegun, PlaceFreeze, RecordIdentityCheck, Rejection, SendContactCode, TotpOutcome,
};
use account_security::freeze::{Actor, Authority, FreezeReason, FreezeRequest, Scopes};
use account_security::service::{Service, ServiceError};
use account_security::totp::{TotpParameters, code_at};
use account_security::types::time::{DAY_MS, HOUR_MS};
use account_security::types::{AccountId, ActorId, CaseRef, Locale, RandomId, Timestamp, TypedCode};

use crate::on_every_store;
use crate::support::acts::{kinds, shown};
use crate::support::owner::{
    MAIL, NEW, OLD, code_to, cooling, finish, handle_in, in_force, inbox, prove_new, prove_old, register, sender,
    ticket, to,
};
use crate::support::stores::Shared;
use crate::support::{account, at, service};

const PHONE: ContactKind = ContactKind::Phone;
const BRANCH: IdentityCheck = IdentityCheck::DocumentInBranch;

type Answer<T> = Result<Result<T, ContactRefused>, ServiceError>;

fn agent(name: &str) -> Actor {
    Actor::staff(ActorId::parse(name).unwrap(), Authority::Agent)
}

fn report(
    service: &Service<Shared>,
    account: &AccountId,
    ticket: TicketId,
    now: Timestamp,
) -> Answer<LostContactBegun> {
    service.execute(account, &BeginLostContactChange { new: to(NEW), ticket, locale: Locale::En }, now)
}

fn check(
    service: &Service<Shared>,
    account: &AccountId,
    change: RandomId,
    check: IdentityCheck,
    by: Actor,
    now: Timestamp,
) -> Answer<Timestamp> {
    let case_ref = Some(CaseRef::parse("case 2026-77").unwrap());
    service.execute(account, &RecordIdentityCheck { change, check: shown(check), by, case_ref }, now)
}

fn approve(
    service: &Service<Shared>,
    account: &AccountId,
    change: RandomId,
    by: Actor,
    now: Timestamp,
) -> Answer<Timestamp> {
    service.execute(account, &ApproveLostContact { change, by }, now)
}

/// Enrols an authenticator, as the very first proof of the account.
fn authenticator(service: &Service<Shared>, account: &AccountId, now: Timestamp) {
    let parameters = TotpParameters::STANDARD;
    let (issuer, account_name) = ("Example Pay".to_owned(), "alice".to_owned());
    let enrol = EnrolTotp { issuer, account_name, parameters, ticket: None };
    let key = service.execute(account, &enrol, now).unwrap().unwrap().key;
    let shown = code_at(key.secret(), &parameters, now).unwrap();
    let confirm = ConfirmTotp { code: TypedCode::parse(shown.code(), 6).unwrap() };
    assert_eq!(service.execute(account, &confirm, now).unwrap(), TotpOutcome::Accepted);
}

/// An owner with an authenticator, a phone that is lost and an address.
fn alice_of(store: &Shared) -> (Service<Shared>, AccountId) {
    let (service, alice) = (service(store), account("alice"));
    authenticator(&service, &alice, at(0));
    register(&service, &alice, &[OLD, MAIL], at(0));
    inbox(&service);
    (service, alice)
}

fn reported(service: &Service<Shared>, alice: &AccountId, now: Timestamp) -> RandomId {
    let proven = ticket(service, alice, Errand::StepUp, Proofs::TOTP, now);
    report(service, alice, proven, now).unwrap().unwrap().change
}

#[test]
fn another_proof_two_agents_the_new_number_and_three_days() {
    on_every_store(|store| {
        let (service, alice) = alice_of(store);
        let change = reported(&service, &alice, at(0));
        let warned = inbox(&service);
        let to: Vec<_> = warned.iter().map(|(to, _)| to.as_str()).collect();
        assert_eq!(to, [OLD, MAIL], "warned before anybody looked");
        assert!(warned.iter().all(|(_, text)| text.contains("reported lost")), "{warned:?}");

        let dies_at = check(&service, &alice, change, BRANCH, agent("a"), at(HOUR_MS)).unwrap().unwrap();
        assert_eq!(dies_at, at(HOUR_MS + DAY_MS));
        let early = SendContactCode { change, sender: sender(), locale: Locale::En };
        assert_eq!(service.execute(&alice, &early, at(HOUR_MS)).unwrap(), Err(ContactRefused::WrongStep));
        let proves_by = approve(&service, &alice, change, agent("b"), at(2 * HOUR_MS)).unwrap().unwrap();
        assert_eq!(proves_by, at(2 * HOUR_MS + DAY_MS));
        assert!(inbox(&service).iter().all(|(to, _)| to != NEW), "no code before the owner is there to type it");

        service.execute(&alice, &early, at(3 * HOUR_MS)).unwrap().unwrap();
        let code = code_to(&inbox(&service), NEW, 6);
        let until = prove_new(&service, &alice, change, code, at(3 * HOUR_MS)).unwrap().unwrap();
        assert_eq!(until, at(3 * HOUR_MS + 3 * DAY_MS));
        let again = inbox(&service);
        assert!(again.iter().all(|(_, text)| text.contains("in 72 hours")), "{again:?}");
        assert_eq!(handle_in(&warned[0].1), handle_in(&again[1].1), "the first message is still good");

        let early = finish(&service, &alice, change, at(3 * DAY_MS)).unwrap();
        assert_eq!(early, Err(ContactRefused::TooEarly { until }));
        assert_eq!(finish(&service, &alice, change, until).unwrap(), Ok(PHONE));
        assert_eq!(in_force(&service, &alice, PHONE).as_deref(), Some(NEW));
        let shown = format!("{:?}", kinds(&service, &alice));
        assert!(!shown.contains(&OLD[3..]) && !shown.contains(&NEW[3..]) && !shown.contains("alice@"));
    });
}

#[test]
fn one_agent_is_not_two() {
    on_every_store(|store| {
        let (service, alice) = alice_of(store);
        let change = reported(&service, &alice, at(0));
        let alone = approve(&service, &alice, change, agent("a"), at(1)).unwrap();
        assert_eq!(alone, Err(ContactRefused::CheckNeeded));
        check(&service, &alice, change, BRANCH, agent("a"), at(2)).unwrap().unwrap();
        for spelt in ["a", "A"] {
            let same = approve(&service, &alice, change, agent(spelt), at(3)).unwrap();
            assert_eq!(same, Err(ContactRefused::SameAgent));
        }
        let again = check(&service, &alice, change, BRANCH, agent("a"), at(4)).unwrap();
        assert_eq!(again, Ok(at(2 + DAY_MS)), "asking again neither renews nor approves");
        let other = check(&service, &alice, change, BRANCH, agent("b"), at(5)).unwrap();
        assert_eq!(other, Err(ContactRefused::AlreadyChecked));
        let machine = Actor::staff(ActorId::parse("rule-1").unwrap(), Authority::Rule);
        let refused = Err(ServiceError::Rejected(Rejection::NotAuthorised));
        assert_eq!(approve(&service, &alice, change, machine.clone(), at(6)), refused);
        assert_eq!(check(&service, &alice, change, BRANCH, machine, at(6)), refused);
        assert!(approve(&service, &alice, change, agent("b"), at(7)).unwrap().is_ok());
        let twice = approve(&service, &alice, change, agent("b"), at(8)).unwrap();
        assert_eq!(twice, Err(ContactRefused::WrongStep));
    });
}

#[test]
fn agents_alone_begin_nothing_and_touch_no_ordinary_change() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let invented = check(&service, &alice, RandomId([7; 16]), BRANCH, agent("a"), at(0)).unwrap();
        assert_eq!(invented, Err(ContactRefused::NoSuchChange));
        let (change, _, _) = cooling(&service, &alice, NEW, at(0));
        let checked = check(&service, &alice, change, BRANCH, agent("a"), at(1)).unwrap();
        assert_eq!(checked, Err(ContactRefused::WrongStep));
        let approved = approve(&service, &alice, change, agent("b"), at(1)).unwrap();
        assert_eq!(approved, Err(ContactRefused::WrongStep));
    });
}

#[test]
fn every_wait_of_the_long_way_ends() {
    on_every_store(|store| {
        let (service, alice) = alice_of(store);
        let change = reported(&service, &alice, at(0));
        let late = check(&service, &alice, change, BRANCH, agent("a"), at(7 * DAY_MS)).unwrap();
        assert_eq!(late, Err(ContactRefused::Expired));

        let change = reported(&service, &alice, at(7 * DAY_MS));
        let dies_at = check(&service, &alice, change, BRANCH, agent("a"), at(7 * DAY_MS)).unwrap().unwrap();
        let late = approve(&service, &alice, change, agent("b"), dies_at).unwrap();
        assert_eq!(late, Err(ContactRefused::Expired), "at its end, and not one millisecond of grace");
        let back = approve(&service, &alice, change, agent("b"), at(7 * DAY_MS)).unwrap();
        assert!(back.is_ok(), "nothing was written in between, so this clock is the account's");
    });
}

#[test]
fn an_approval_is_dead_for_good_once_the_account_has_seen_its_end() {
    on_every_store(|store| {
        let (service, alice) = alice_of(store);
        let change = reported(&service, &alice, at(0));
        let dies_at = check(&service, &alice, change, BRANCH, agent("a"), at(0)).unwrap().unwrap();
        register(&service, &alice, &[MAIL], dies_at);
        let back = approve(&service, &alice, change, agent("b"), at(1)).unwrap();
        assert_eq!(back, Err(ContactRefused::Expired), "a clock set back revives nothing");
    });
}

#[test]
fn the_lost_number_proves_nothing_and_the_address_only_where_there_is_nothing_better() {
    on_every_store(|store| {
        let (service, alice) = alice_of(store);
        let needed = Err(ContactRefused::StepUpNeeded { accepted: Proofs::TOTP });
        let not_enough = [
            (Errand::StepUp, Proofs::PHONE),
            (Errand::StepUp, Proofs::PASSWORD),
            (Errand::StepUp, Proofs::NONE),
            (Errand::StepUp, Proofs::EMAIL | Proofs::PHONE),
            (Errand::SignIn, Proofs::PASSWORD | Proofs::TOTP),
            (Errand::Reset, Proofs::TOTP),
        ];
        for (number, (errand, proven)) in (0..).zip(not_enough) {
            let now = at(number * 1_000);
            let proven = ticket(&service, &alice, errand, proven, now);
            assert_eq!(report(&service, &alice, proven, now).unwrap(), needed);
        }
        assert_eq!(report(&service, &alice, TicketId([3; 16]), at(10_000)).unwrap(), needed, "no ticket at all");
        let late = ticket(&service, &alice, Errand::StepUp, Proofs::TOTP, at(20_000));
        assert_eq!(report(&service, &alice, late, at(620_000)).unwrap(), needed, "a ticket that ended");
        let last_code = ticket(&service, &alice, Errand::StepUp, Proofs::RECOVERY, at(700_000));
        assert!(report(&service, &alice, last_code, at(700_000)).unwrap().is_ok());
        assert_eq!(report(&service, &alice, last_code, at(700_001)).unwrap(), needed, "spent");

        let bob = account("bob");
        register(&service, &bob, &[OLD, MAIL], at(0));
        let by_phone = ticket(&service, &bob, Errand::StepUp, Proofs::PHONE, at(0));
        let needed = Err(ContactRefused::StepUpNeeded { accepted: Proofs::EMAIL });
        assert_eq!(report(&service, &bob, by_phone, at(0)).unwrap(), needed);
        let by_mail = ticket(&service, &bob, Errand::StepUp, Proofs::EMAIL, at(1));
        assert!(report(&service, &bob, by_mail, at(1)).unwrap().is_ok());
    });
}

#[test]
fn with_nothing_left_but_the_password_somebody_has_to_see_the_person() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let by_phone = ticket(&service, &alice, Errand::StepUp, Proofs::PHONE, at(0));
        let nothing = Err(ContactRefused::StepUpNeeded { accepted: Proofs::NONE });
        assert_eq!(report(&service, &alice, by_phone, at(0)).unwrap(), nothing);
        let password = ticket(&service, &alice, Errand::SignIn, Proofs::PASSWORD, at(1));
        let change = report(&service, &alice, password, at(1)).unwrap().unwrap().change;
        for weak in [IdentityCheck::CallBack, IdentityCheck::PaymentFromOwnAccount] {
            let checked = check(&service, &alice, change, weak, agent("a"), at(2)).unwrap();
            assert_eq!(checked, Err(ContactRefused::CheckTooWeak));
        }
        let seen = check(&service, &alice, change, IdentityCheck::VideoIdentification, agent("a"), at(3)).unwrap();
        assert!(seen.is_ok());
    });
}

#[test]
fn an_owner_who_lost_nothing_stops_the_thief_before_the_desk_opens() {
    on_every_store(|store| {
        let (service, alice) = alice_of(store);
        let change = reported(&service, &alice, at(0));
        let handle = CancelHandle::parse(&handle_in(&inbox(&service)[0].1)).unwrap();
        let stop = CancelContactChange { by: ContactCancel::Handle(handle) };
        assert!(service.execute(&alice, &stop, at(1)).unwrap().unwrap().is_suspicious);
        let checked = check(&service, &alice, change, BRANCH, agent("deceived"), at(2)).unwrap();
        assert_eq!(checked, Err(ContactRefused::NoSuchChange));
    });
}

#[test]
fn a_freeze_by_the_fraud_desk_ends_what_support_is_doing() {
    on_every_store(|store| {
        let (service, alice) = alice_of(store);
        let change = reported(&service, &alice, at(0));
        check(&service, &alice, change, BRANCH, agent("a"), at(1)).unwrap().unwrap();
        inbox(&service);
        let desk = ActorId::parse("compliance-1").unwrap();
        let request = FreezeRequest::new(Scopes::ALL, FreezeReason::AmlReview, Authority::Compliance, desk);
        service.execute(&alice, &PlaceFreeze { request, caused_by: None }, at(2)).unwrap().unwrap();
        let is_for_settlement = |effect| matches!(effect, Ok(Effect::PendingPayments { .. }));
        let waiting = service.drain(10).unwrap();
        assert!(waiting.into_iter().all(|it| is_for_settlement(it.effect)), "and the customer learns nothing of it");
        let frozen = Err(ServiceError::Rejected(Rejection::Frozen));
        assert_eq!(approve(&service, &alice, change, agent("b"), at(3)), frozen);
        assert!(service.record(&alice).unwrap().contact_change.is_none());
    });
}

#[test]
fn what_cannot_be_reported_lost() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[MAIL], at(0));
        let proven = ticket(&service, &alice, Errand::StepUp, Proofs::EMAIL, at(0));
        assert_eq!(report(&service, &alice, proven, at(0)).unwrap(), Err(ContactRefused::NothingLost));
        register(&service, &alice, &[NEW], at(1));
        assert_eq!(report(&service, &alice, proven, at(1)).unwrap(), Err(ContactRefused::SameContact));
        register(&service, &alice, &[OLD], at(2));
        let change = report(&service, &alice, proven, at(2)).unwrap().unwrap().change;
        let long = agent(&"a".repeat(65));
        let refused = check(&service, &alice, change, BRANCH, long, at(3)).unwrap();
        assert_eq!(refused, Err(ContactRefused::TextTooLong));
        let code = TypedCode::parse("12345678", 8).unwrap();
        let wrong_way = prove_old(&service, &alice, change, code, at(4)).unwrap();
        assert_eq!(wrong_way, Err(ContactRefused::WrongStep));
        let begun = kinds(&service, &alice)
            .into_iter()
            .filter(|kind| matches!(kind, EventKind::ContactChangeBegun { lost: true, .. }));
        assert_eq!(begun.count(), 1);
    });
}
