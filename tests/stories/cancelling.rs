//! Calling a change off, rightly, wrongly and too late.

use account_security::account::{CancelHandle, CancelledBy, ContactKind, Errand, EventKind, Proofs};
use account_security::command::{CancelContactChange, CancelledChange, ContactCancel, ContactRefused, Rejection};
use account_security::freeze::{Actor, Authority};
use account_security::service::{Service, ServiceError};
use account_security::types::{AccountId, ActorId, RandomId, Timestamp};

use crate::on_every_store;
use crate::support::acts::kinds;
use crate::support::owner::{
    MAIL, NEW, OLD, OTHER, agreed, cooling, finish, handle_in, in_force, inbox, prove_new, register, ticket,
};
use crate::support::stores::Shared;
use crate::support::{account, at, ring, service, settings};

const CANCELLED: CancelledChange = CancelledChange { kind: ContactKind::Phone, is_suspicious: true };

fn cancel(
    service: &Service<Shared>,
    account: &AccountId,
    by: ContactCancel,
    now: Timestamp,
) -> Result<Result<CancelledChange, ContactRefused>, ServiceError> {
    service.execute(account, &CancelContactChange { by }, now)
}

fn typed(handle: &str) -> ContactCancel {
    ContactCancel::Handle(CancelHandle::parse(handle).unwrap())
}

fn staff(change: RandomId, authority: Authority) -> ContactCancel {
    ContactCancel::Staff { change, by: Actor::staff(ActorId::parse("agent-1").unwrap(), authority) }
}

#[test]
fn whoever_reads_the_old_contact_stops_the_change_without_signing_in() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let (change, until, warned) = cooling(&service, &alice, NEW, at(0));
        ticket(&service, &alice, Errand::StepUp, Proofs::PHONE, at(1));
        let handle = handle_in(&warned[0].1);
        let stopped = cancel(&service, &alice, typed(&handle.to_lowercase()), at(2)).unwrap();
        assert_eq!(stopped, Ok(CANCELLED));
        assert_eq!(finish(&service, &alice, change, until).unwrap(), Err(ContactRefused::NoSuchChange));
        assert_eq!(in_force(&service, &alice, ContactKind::Phone).as_deref(), Some(OLD));
        assert!(service.record(&alice).unwrap().tickets.is_empty(), "what the thief had proven is worth nothing");
        let told = inbox(&service);
        assert!(told.len() == 1 && told[0].0 == OLD && told[0].1.contains("called off"), "{told:?}");
        let last = kinds(&service, &alice).pop().unwrap();
        assert_eq!(last, EventKind::ContactChangeCancelled { change, by: CancelledBy::Handle, actor: None });
    });
}

#[test]
fn the_other_contact_is_warned_as_well_and_stops_it_as_well() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        // The address joins after the beginning, so that this story needs no step-up.
        let (change, code) = agreed(&service, &alice, NEW, at(0));
        register(&service, &alice, &[MAIL], at(0));
        prove_new(&service, &alice, change, code, at(1)).unwrap().unwrap();
        let warned = inbox(&service);
        let to: Vec<_> = warned.iter().map(|(to, _)| to.as_str()).collect();
        assert_eq!(to, [OLD, MAIL]);
        assert_eq!(handle_in(&warned[0].1), handle_in(&warned[1].1));
        assert_eq!(cancel(&service, &alice, typed(&handle_in(&warned[1].1)), at(2)).unwrap(), Ok(CANCELLED));
    });
}

#[test]
fn wrong_handles_are_refused_noted_five_times_and_lock_nothing() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let (_, _, warned) = cooling(&service, &alice, NEW, at(0));
        for _ in 0..20 {
            let wrong = cancel(&service, &alice, typed("BBBB-BBBB-BBBB"), at(1)).unwrap();
            assert_eq!(wrong, Err(ContactRefused::NoSuchChange));
        }
        let noted = kinds(&service, &alice);
        let noted = noted.iter().filter(|kind| matches!(kind, EventKind::CancelHandleRejected { .. })).count();
        assert_eq!(noted, 5, "a stranger cannot fill the history");
        let right = cancel(&service, &alice, typed(&handle_in(&warned[0].1)), at(2)).unwrap();
        assert_eq!(right, Ok(CANCELLED), "no number of wrong ones keeps the owner out");
    });
}

#[test]
fn a_handle_is_good_for_one_change_of_one_account() {
    on_every_store(|store| {
        let (service, alice, bob) = (service(store), account("alice"), account("bob"));
        register(&service, &alice, &[OLD], at(0));
        register(&service, &bob, &[OLD], at(0));
        let (first, _, warned) = cooling(&service, &alice, NEW, at(0));
        let handle = handle_in(&warned[0].1);
        cooling(&service, &bob, NEW, at(0));
        let others = cancel(&service, &bob, typed(&handle), at(1)).unwrap();
        assert_eq!(others, Err(ContactRefused::NoSuchChange));
        cancel(&service, &alice, ContactCancel::Owner { change: first }, at(1)).unwrap().unwrap();
        inbox(&service);
        let (_, _, warned) = cooling(&service, &alice, OTHER, at(600_000));
        let old = cancel(&service, &alice, typed(&handle), at(600_001)).unwrap();
        assert_eq!(old, Err(ContactRefused::NoSuchChange));
        assert!(cancel(&service, &alice, typed(&handle_in(&warned[0].1)), at(600_002)).unwrap().is_ok());
    });
}

#[test]
fn late_is_late_and_an_unknown_account_reads_the_same() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let (change, until, warned) = cooling(&service, &alice, NEW, at(0));
        let handle = handle_in(&warned[0].1);
        finish(&service, &alice, change, until).unwrap().unwrap();
        let late = cancel(&service, &alice, typed(&handle), until).unwrap();
        assert_eq!(late, Err(ContactRefused::NoSuchChange));
        assert_eq!(cancel(&service, &account("nobody"), typed(&handle), until).unwrap(), late);
        assert!(!service.is_known(&account("nobody")).unwrap());
        assert_eq!(in_force(&service, &alice, ContactKind::Phone).as_deref(), Some(NEW));
    });
}

#[test]
fn due_but_not_finished_it_can_still_be_stopped() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let (_, until, warned) = cooling(&service, &alice, NEW, at(0));
        assert_eq!(cancel(&service, &alice, typed(&handle_in(&warned[0].1)), until).unwrap(), Ok(CANCELLED));
    });
}

#[test]
fn the_owner_and_one_agent_may_stop_it_and_a_rule_may_not() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let (change, code) = agreed(&service, &alice, NEW, at(0));
        let quiet = CancelledChange { kind: ContactKind::Phone, is_suspicious: false };
        let refused = Err(ServiceError::Rejected(Rejection::NotAuthorised));
        assert_eq!(cancel(&service, &alice, staff(change, Authority::Rule), at(1)), refused);
        let unknown = ContactCancel::Owner { change: RandomId([9; 16]) };
        assert_eq!(cancel(&service, &alice, unknown, at(1)).unwrap(), Err(ContactRefused::NoSuchChange));
        assert_eq!(cancel(&service, &alice, staff(change, Authority::Agent), at(1)).unwrap(), Ok(quiet));
        let gone = prove_new(&service, &alice, change, code, at(2)).unwrap();
        assert_eq!(gone, Err(ContactRefused::NoSuchChange), "its code went with it");
        let (change, ..) = cooling(&service, &alice, NEW, at(600_000));
        let owner = ContactCancel::Owner { change };
        assert_eq!(cancel(&service, &alice, owner, at(600_001)).unwrap(), Ok(quiet));
    });
}

#[test]
fn a_handle_outlives_a_new_key_and_is_never_wrong_for_a_lost_one() {
    on_every_store(|store| {
        let alice = account("alice");
        let first = service(store);
        register(&first, &alice, &[OLD], at(0));
        let (_, _, warned) = cooling(&first, &alice, NEW, at(0));
        let handle = handle_in(&warned[0].1);
        let rotated = Service::new(store.clone(), ring(2, &[1, 2]), settings()).unwrap();
        // The record is sealed again, with key 2; the handle still is key 1's.
        register(&rotated, &alice, &[OLD], at(1));
        let without = Service::new(store.clone(), ring(2, &[2]), settings()).unwrap();
        let lost = cancel(&without, &alice, typed(&handle), at(2));
        assert!(matches!(lost, Err(ServiceError::KeyLost(_))), "{lost:?}");
        assert_eq!(cancel(&rotated, &alice, typed(&handle), at(3)).unwrap(), Ok(CANCELLED));
    });
}
