//! A change of contact whose time has come is in force for whoever comes first, whatever they come for.

use account_security::account::DeviceTag;
use account_security::account::{ContactKind, EventKind};
use account_security::command::{
    CancelContactChange, ConfirmTotp, ContactCancel, ContactsInForce, ForgetDevice, GenerateRecoveryCodes, ImportTotp,
    PaymentDecision, PlaceFreeze, ResyncAnswer, ResyncTotp, TotpOutcome, VerifyTotp,
};
use account_security::freeze::{FreezeRequest, Scopes};
use account_security::service::Service;
use account_security::totp::{TotpParameters, TotpSecret, code_at};
use account_security::types::time::HOUR_MS;
use account_security::types::{AccountId, ActorId, RandomId, Timestamp, TypedCode};
use account_security::verification::{Binding, Purpose};

use crate::on_every_store;
use crate::support::acts::{kinds, payment, send_code};
use crate::support::owner::{NEW, OLD, cooling, in_force, inbox, register};
use crate::support::stores::Shared;
use crate::support::{account, at, ring, without_step_up};

const PHONE: ContactKind = ContactKind::Phone;

fn secret() -> TotpSecret {
    TotpSecret::from_bytes(b"12345678901234567890").unwrap()
}

fn code(now: Timestamp) -> TypedCode {
    TypedCode::parse(code_at(&secret(), &TotpParameters::STANDARD, now).unwrap().code(), 6).unwrap()
}

/// An owner with an authenticator and a new number: its change, and when it is due.
fn owner(service: &Service<Shared>, name: &str) -> (AccountId, RandomId, Timestamp) {
    let alice = account(name);
    let (parameters, allow_weak_import, ticket) = (TotpParameters::STANDARD, false, None);
    let import = ImportTotp { secret: secret(), parameters, allow_weak_import, ticket };
    service.execute(&alice, &import, at(0)).unwrap().unwrap();
    assert_eq!(service.execute(&alice, &ConfirmTotp { code: code(at(0)) }, at(0)).unwrap(), TotpOutcome::Accepted);
    register(service, &alice, &[OLD], at(0));
    let (change, until, _) = cooling(service, &alice, NEW, at(0));
    (alice, change, until)
}

fn freeze() -> PlaceFreeze {
    let request = FreezeRequest::by_owner(ActorId::parse("alice").unwrap(), Scopes::ALL).with_key([7; 16]);
    PlaceFreeze { request, caused_by: None }
}

type Act = fn(&Service<Shared>, &AccountId, Timestamp);

/// Something of each kind that is done to an account, none of which has to do with its contacts.
const ACTS: [(&str, Act); 7] = [
    ("freeze", |service, alice, now| {
        assert!(service.execute(alice, &freeze(), now).unwrap().is_ok());
    }),
    ("resync", |service, alice, now| {
        let resync = ResyncTotp { first: code(at(0)), second: code(at(0)) };
        assert!(matches!(service.execute(alice, &resync, now).unwrap(), ResyncAnswer::Rejected(_)));
    }),
    ("sign-in", |service, alice, now| {
        assert_eq!(service.execute(alice, &VerifyTotp { code: code(now) }, now).unwrap(), TotpOutcome::Accepted);
    }),
    ("payment", |service, alice, now| {
        let decided = service.assess(alice, &payment("tx-1", now), 0, now).unwrap();
        assert!(matches!(decided, PaymentDecision::Assessed(_)), "{decided:?}");
    }),
    ("code", |service, alice, now| drop(send_code(service, alice, Purpose::StepUp, Binding::None, now).unwrap())),
    ("recovery", |service, alice, now| {
        drop(service.execute(alice, &GenerateRecoveryCodes { ticket: None }, now).unwrap())
    }),
    ("look", |service, alice, now| {
        let contacts = service.execute(alice, &ContactsInForce, now).unwrap();
        assert_eq!(contacts.confirmed(PHONE).unwrap().destination().expose(), NEW);
    }),
];

#[test]
fn whoever_comes_first_finds_the_new_number_in_force() {
    on_every_store(|store| {
        let service = Service::new(store.clone(), ring(1, &[1]), without_step_up()).unwrap();
        for (name, act) in ACTS {
            let (alice, change, until) = owner(&service, name);
            act(&service, &alice, until);
            assert_eq!(in_force(&service, &alice, PHONE).as_deref(), Some(NEW), "{name}");
            let changed =
                |kind: &EventKind| matches!(kind, EventKind::ContactChanged { change: it, .. } if *it == change);
            assert_eq!(kinds(&service, &alice).iter().filter(|kind| changed(kind)).count(), 1, "{name}");
            let told = inbox(&service);
            let of_the_change = |(_, text): &&(String, String)| text.contains("was changed");
            let to: Vec<_> = told.iter().filter(of_the_change).map(|(to, _)| to.as_str()).collect();
            assert_eq!(to, [NEW, OLD], "{name} {told:?}");
            let others = told.iter().filter(|told| !of_the_change(told));
            assert!(others.clone().all(|(to, _)| to == NEW || name == "code"), "{name} {told:?}");
        }
    });
}

#[test]
fn what_has_an_id_is_found_again_by_it_though_a_change_fell_due_with_it() {
    on_every_store(|store| {
        let service = Service::new(store.clone(), ring(1, &[1]), without_step_up()).unwrap();
        let (alice, _, until) = owner(&service, "alice");
        let skewed = payment("tx-1", until.plus_ms(48 * HOUR_MS));
        let held = service.assess(&alice, &skewed, 0, until).unwrap();
        assert!(matches!(held, PaymentDecision::Assessed(_)), "{held:?}");
        assert_eq!(in_force(&service, &alice, PHONE).as_deref(), Some(OLD), "what changes nothing writes nothing");
        let right = payment("tx-1", until);
        let decided = service.assess(&alice, &right, 0, until).unwrap();
        assert!(matches!(decided, PaymentDecision::Assessed(_)), "its id was free: {decided:?}");
        let place = |kinds: &[EventKind], is_it: fn(&EventKind) -> bool| kinds.iter().position(is_it).unwrap();
        let written = kinds(&service, &alice);
        let paid = place(&written, |kind| matches!(kind, EventKind::PaymentAssessed { .. }));
        let changed = place(&written, |kind| matches!(kind, EventKind::ContactChanged { .. }));
        assert!(paid < changed, "a repeat is answered from the first event of its commit: {written:?}");
    });
}

#[test]
fn a_look_that_changes_nothing_writes_nothing_and_a_change_that_is_due_can_be_called_off() {
    on_every_store(|store| {
        let service = Service::new(store.clone(), ring(1, &[1]), without_step_up()).unwrap();
        let (alice, change, until) = owner(&service, "alice");
        let before = service.record(&alice).unwrap();
        assert!(!service.execute(&alice, &ForgetDevice { device: DeviceTag([1; 16]) }, until).unwrap());
        assert_eq!(service.record(&alice).unwrap(), before);
        let cancel = CancelContactChange { by: ContactCancel::Owner { change } };
        assert!(service.execute(&alice, &cancel, until).unwrap().is_ok());
        assert_eq!(in_force(&service, &alice, PHONE).as_deref(), Some(OLD));
    });
}
