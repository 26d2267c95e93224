//! The right to erasure against a log that nothing may be taken out of.

use account_security::account::{EventKind, Verdict};
use account_security::command::{EraseFreeText, Rejection, TextErasure};
use account_security::freeze::{Actor, Authority};
use account_security::service::{Service, ServiceError};
use account_security::store::Store;
use account_security::types::ActorId;

use crate::support::acts::court_order;
use crate::support::stores::Shared;
use crate::support::{RunsDry, account, at, ring, service, settings};
use crate::{freeze, key, kinds, on_every_store, pay};

fn erase(service: &Service<Shared>, authority: Authority, ms: u64) -> Result<TextErasure, ServiceError> {
    let by = Actor::staff(ActorId::parse("dpo-5").unwrap(), authority);
    service.execute(&account("alice"), &EraseFreeText { by }, at(ms))
}

/// Everything that people typed into the events, as history shows it.
fn texts(service: &Service<Shared>) -> Vec<String> {
    let told = kinds(service, &account("alice")).into_iter().filter_map(|kind| match kind {
        EventKind::FreezePlaced { actor, case_ref, .. } => {
            Some(format!("{actor} {}", case_ref.map_or_else(String::new, |case| case.to_string())))
        }
        EventKind::FreeTextErased { actor, .. } => Some(actor.to_string()),
        _ => None,
    });
    told.collect()
}

#[test]
fn what_was_typed_is_gone_and_what_happened_is_still_proven() {
    on_every_store(|store| {
        let (security, alice) = (service(store), account("alice"));
        pay(&security, &alice, 1);
        freeze(&security, &alice, 2);
        freeze(&security, &alice, 3);
        let before = texts(&security);
        assert!(before.len() == 2 && before.iter().all(|text| !text.contains('(')), "{before:?}");
        let above = TextErasure::HigherFreeze { needs: Authority::Court };
        for too_low in [Authority::Agent, Authority::Compliance] {
            assert_eq!(erase(&security, too_low, 4).unwrap(), above, "the orders stand");
        }
        assert_eq!(texts(&security), before);
        assert_eq!(erase(&security, Authority::Court, 4).unwrap(), TextErasure::Erased { through_seq: 3 });
        assert_eq!(texts(&security), ["(erased) (erased)", "(erased) (erased)", "dpo-5"]);
        assert_eq!(security.verify_account(&alice).unwrap(), Verdict::Intact { events: 4 });
        let lines = security.export(key(&security, "alice"), 1, 10).unwrap();
        assert!(lines[1].text.contains("\"actor\":\"(erased)\"") && lines[3].text.contains("\"actor\":\"dpo-5\""));

        // Again: nothing is left to erase, and nothing is written.
        let again = erase(&security, Authority::Compliance, 5).unwrap();
        assert_eq!(again, TextErasure::NothingHeld { through_seq: 3 });
        assert_eq!(kinds(&security, &alice).len(), 4);

        // Life goes on under another key.
        freeze(&security, &alice, 6);
        assert_eq!((before[0].as_str(), texts(&security)[3].as_str()), ("clerk-3 2026-2", "clerk-3 2026-6"));
        assert_eq!(erase(&security, Authority::Court, 7).unwrap(), TextErasure::Erased { through_seq: 5 });
        assert_eq!(
            texts(&security),
            ["(erased) (erased)", "(erased) (erased)", "dpo-5", "(erased) (erased)", "dpo-5"],
            "who erased stays readable"
        );
        let lines = security.export(key(&security, "alice"), 4, 1).unwrap();
        assert!(lines[0].text.contains("\"actor\":\"dpo-5\""), "{}", lines[0].text);
        let bytes = &store.events(key(&security, "alice"), 4, 1).unwrap()[0].body;
        assert!(!String::from_utf8_lossy(bytes).contains("dpo-5"), "and the store cannot read it");
        assert_eq!(security.verify_account(&alice).unwrap(), Verdict::Intact { events: 6 });
    });
}

#[test]
fn only_staff_erases_and_an_account_without_texts_has_nothing_to_erase() {
    on_every_store(|store| {
        let security = service(store);
        assert_eq!(erase(&security, Authority::Agent, 1).unwrap(), TextErasure::NothingHeld { through_seq: 0 });
        assert!(!security.is_known(&account("alice")).unwrap(), "an account that is not there does not come to be");
        freeze(&security, &account("alice"), 2);
        for authority in [Authority::Owner, Authority::Rule] {
            assert_eq!(erase(&security, authority, 3), Err(ServiceError::Rejected(Rejection::NotAuthorised)));
        }
    });
}

#[test]
fn no_event_holds_what_was_typed_in_plain() {
    let store = Shared::memory();
    let (security, alice) = (service(&store), account("alice"));
    freeze(&security, &alice, 2);
    let typed = texts(&security).remove(0);
    for event in store.events(key(&security, "alice"), 1, 10).unwrap() {
        let bytes = String::from_utf8_lossy(&event.body).into_owned();
        for word in typed.split(' ') {
            assert!(!bytes.contains(word), "{word} in {bytes}");
        }
    }
}

#[test]
fn without_randomness_no_text_is_written_under_a_key_that_is_none() {
    let store = Shared::memory();
    let dry = Service::with_entropy(store.clone(), ring(1, &[1]), settings(), RunsDry::after(0)).unwrap();
    assert_eq!(dry.execute(&account("alice"), &court_order(1), at(1)).unwrap_err(), ServiceError::NoEntropy);
    assert!(store.load(key(&dry, "alice")).unwrap().is_none());
}
