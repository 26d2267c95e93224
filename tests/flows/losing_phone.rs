//! "I lost my phone" at the service: another proof, two agents, the new number, three days.

use account_security::account::{CancelHandle, TicketId};
use account_security::command::{
    ApproveLostContact, BeginLostContactChange, CancelContactChange, ContactCancel, ContactRefused, Notice,
    RecordIdentityCheck, Rejection,
};
use account_security::freeze::{Actor, Authority, Scopes, StepUp};
use account_security::service::ServiceError;
use account_security::types::time::{DAY_MS, HOUR_MS};
use account_security::types::{ActorId, Locale, RandomId, Timestamp};

use super::customer::{Customer, EMAIL, PHONE};
use super::on_every_store;
use crate::support::acts::seen;
use crate::support::at;
use crate::support::owner::{MAIL, NEW, OLD, handle_in, inbox, to};

type Answer<T> = Result<Result<T, ContactRefused>, ServiceError>;

fn agent(name: &str) -> Actor {
    Actor::staff(ActorId::parse(name).unwrap(), Authority::Agent)
}

fn checked(alice: &Customer, change: RandomId, by: Actor, now: Timestamp) -> Answer<Timestamp> {
    let check = RecordIdentityCheck { change, check: seen(), by, case_ref: None };
    alice.service.record_identity_check(&alice.name, &check, now)
}

fn approved(alice: &Customer, change: RandomId, by: Actor, now: Timestamp) -> Answer<Timestamp> {
    alice.service.approve_lost_contact(&alice.name, &ApproveLostContact { change, by }, now)
}

fn reported(alice: &Customer, ticket: TicketId, now: Timestamp) -> Result<RandomId, ContactRefused> {
    let begin = BeginLostContactChange { new: to(NEW), ticket, locale: Locale::En };
    alice.service.begin_lost_contact_change(&alice.name, &begin, now).unwrap().map(|begun| begun.change)
}

#[test]
fn the_agent_path_from_end_to_end() {
    on_every_store(|store| {
        let alice = Customer::alice_with_mail(store);
        let nothing = reported(&alice, TicketId([5; 16]), at(0));
        assert!(matches!(nothing, Err(ContactRefused::StepUpNeeded { .. })), "{nothing:?}");
        let by_lost = alice.stepped_up(PHONE, at(1));
        let refused = reported(&alice, by_lost, at(1));
        assert!(
            matches!(refused, Err(ContactRefused::StepUpNeeded { .. })),
            "the lost one proves nothing: {refused:?}"
        );
        let ticket = alice.stepped_up(EMAIL, at(HOUR_MS));
        let change = reported(&alice, ticket, at(HOUR_MS)).unwrap();
        let mut warned = alice.written_to();
        warned.sort();
        assert_eq!(warned, [OLD, MAIL], "before anybody looked");

        assert_eq!(approved(&alice, change, agent("b"), at(HOUR_MS)).unwrap(), Err(ContactRefused::CheckNeeded));
        let owner = Actor::owner(ActorId::parse("alice").unwrap(), StepUp::None);
        let not_staff = checked(&alice, change, owner, at(HOUR_MS));
        assert_eq!(not_staff.unwrap_err(), ServiceError::Rejected(Rejection::NotAuthorised));
        checked(&alice, change, agent("a"), at(2 * HOUR_MS)).unwrap().unwrap();
        let alone = approved(&alice, change, agent("a"), at(2 * HOUR_MS)).unwrap();
        assert_eq!(alone, Err(ContactRefused::SameAgent));
        assert_eq!(alice.send_contact_code(change, at(2 * HOUR_MS)).unwrap_err(), ContactRefused::WrongStep);
        approved(&alice, change, agent("b"), at(3 * HOUR_MS)).unwrap().unwrap();
        assert!(alice.written_to().iter().all(|to| to != NEW), "no code before the owner asks");

        alice.send_contact_code(change, at(4 * HOUR_MS)).unwrap();
        let until = alice.prove_new(change, alice.code(NEW), at(4 * HOUR_MS)).unwrap().unwrap();
        assert_eq!(until, at(4 * HOUR_MS + 3 * DAY_MS));
        let early = alice.finish(change, until.minus_ms(1)).unwrap();
        assert_eq!(early, Err(ContactRefused::TooEarly { until }));
        assert_eq!(alice.finish(change, until).unwrap(), Ok(PHONE));
        assert_eq!(alice.in_force(PHONE).as_deref(), Some(NEW));
    });
}

#[test]
fn an_approval_that_comes_too_late_or_on_a_frozen_account_leads_nowhere() {
    on_every_store(|store| {
        let alice = Customer::alice_with_mail(store);
        let ticket = alice.stepped_up(EMAIL, at(0));
        let change = reported(&alice, ticket, at(0)).unwrap();
        let dies_at = checked(&alice, change, agent("a"), at(1)).unwrap().unwrap();
        assert_eq!(dies_at, at(1 + DAY_MS));
        assert_eq!(approved(&alice, change, agent("b"), dies_at).unwrap(), Err(ContactRefused::Expired));

        let ticket = alice.stepped_up(EMAIL, at(2 * DAY_MS));
        let change = reported(&alice, ticket, at(2 * DAY_MS)).unwrap();
        alice.freeze(Scopes::CHANGE_PROFILE, at(2 * DAY_MS));
        let frozen = checked(&alice, change, agent("a"), at(2 * DAY_MS)).unwrap_err();
        assert!(matches!(frozen, ServiceError::Rejected(Rejection::Frozen)), "{frozen:?}");
        assert_eq!(alice.in_force(PHONE).as_deref(), Some(OLD));
    });
}

#[test]
fn the_owner_of_the_phone_that_is_not_lost_ends_it_before_anybody_looked() {
    on_every_store(|store| {
        let alice = Customer::alice_with_mail(store);
        let ticket = alice.stepped_up(EMAIL, at(0));
        let change = reported(&alice, ticket, at(0)).unwrap();
        let warned = inbox(&alice.service);
        let (_, text) = warned.iter().find(|(to, _)| to == OLD).unwrap();
        let by = ContactCancel::Handle(CancelHandle::parse(&handle_in(text)).unwrap());
        let cancelled = alice.service.cancel_contact_change(&alice.name, &CancelContactChange { by }, at(1)).unwrap();
        assert!(cancelled.unwrap().is_suspicious);
        let checked = checked(&alice, change, agent("a"), at(2)).unwrap();
        assert_eq!(checked, Err(ContactRefused::NoSuchChange));
    });
}

#[test]
fn who_reports_a_loss_does_not_choose_the_language_of_the_warning() {
    on_every_store(|store| {
        let alice = Customer::alice_with_mail(store);
        let ticket = alice.stepped_up(EMAIL, at(HOUR_MS));
        let begin = BeginLostContactChange { new: to(NEW), ticket, locale: Locale::ZhCn };
        alice.service.begin_lost_contact_change(&alice.name, &begin, at(HOUR_MS)).unwrap().unwrap();
        let warnings = inbox(&alice.service);
        assert_eq!(warnings.len(), 2);
        assert!(warnings.iter().all(|(_, text)| text.contains("was reported lost")), "{warnings:?}");
    });
}

#[test]
fn whoever_found_the_phone_does_not_undo_what_its_owner_proved_to_the_desk() {
    on_every_store(|store| {
        let alice = Customer::alice_with_mail(store);
        let change = reported(&alice, alice.stepped_up(EMAIL, at(HOUR_MS)), at(HOUR_MS)).unwrap();
        let other_address = "mallory@example.com";
        let push_aside = |now| {
            let by_the_phone = alice.stepped_up(PHONE, now);
            alice.begin_change(other_address, Some(by_the_phone), now).unwrap().map(|begun| begun.change)
        };
        checked(&alice, change, agent("a"), at(2 * HOUR_MS)).unwrap().unwrap();
        assert_eq!(push_aside(at(3 * HOUR_MS)), Err(ContactRefused::AlreadyChecked));
        approved(&alice, change, agent("b"), at(4 * HOUR_MS)).unwrap().unwrap();
        assert_eq!(push_aside(at(5 * HOUR_MS)), Err(ContactRefused::AlreadyChecked));
        let again = reported(&alice, alice.stepped_up(EMAIL, at(6 * HOUR_MS)), at(6 * HOUR_MS));
        assert_eq!(again, Err(ContactRefused::AlreadyChecked), "nor by another report");
        // Called off it can be, and then the owner hears of it.
        alice.notices();
        let by = ContactCancel::Owner { change };
        let called_off = alice.service.cancel_contact_change(&alice.name, &CancelContactChange { by }, at(7 * HOUR_MS));
        called_off.unwrap().unwrap();
        assert_eq!(alice.notices(), [Notice::ContactChangeCancelled { kind: PHONE }]);
        assert!(push_aside(at(8 * HOUR_MS)).is_ok());
    });
}

#[test]
fn a_report_that_nobody_checked_yet_makes_way_and_the_owner_hears_of_it() {
    on_every_store(|store| {
        let alice = Customer::alice_with_mail(store);
        reported(&alice, alice.stepped_up(EMAIL, at(HOUR_MS)), at(HOUR_MS)).unwrap();
        let by_the_phone = alice.stepped_up(PHONE, at(2 * HOUR_MS));
        alice.notices();
        alice.begin_change("mallory@example.com", Some(by_the_phone), at(2 * HOUR_MS)).unwrap().unwrap();
        assert_eq!(alice.notices(), [Notice::ContactChangeCancelled { kind: PHONE }]);
    });
}
