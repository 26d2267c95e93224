//! A machine without randomness decides nothing that needs it, and writes nothing.

use account_security::command::{EnrolTotp, IssueCode, PaymentDecision, ReserveAttempt};
use account_security::password::{Password, UserContext};
use account_security::service::{Service, ServiceError};
use account_security::store::Store;
use account_security::totp::TotpParameters;
use account_security::types::Locale;
use account_security::verification::{Binding, Purpose, Sender};

use crate::on_every_store;
use crate::support::acts::{court_order, history, payment, phone, sign_in_code, type_code};
use crate::support::stores::Shared;
use crate::support::{RunsDry, account, at, ring, service, settings};

fn dry(store: &Shared, seeds: u64) -> Service<Shared> {
    Service::with_entropy(store.clone(), ring(1, &[1]), settings(), RunsDry::after(seeds)).unwrap()
}

#[test]
fn without_randomness_nothing_is_issued_placed_set_or_counted() {
    on_every_store(|store| {
        let (dry, alice) = (dry(store, 0), account("alice"));
        let sender = Sender::new("Example Pay").unwrap();
        let (purpose, binding, locale) = (Purpose::SignIn, Binding::None, Locale::En);
        let issue = IssueCode { purpose, to: phone(), binding, sender, locale };
        assert_eq!(dry.execute(&alice, &issue, at(0)).unwrap_err(), ServiceError::NoEntropy);
        let parameters = TotpParameters::STANDARD;
        let enrol =
            EnrolTotp { issuer: "Example Pay".to_owned(), account_name: "alice".to_owned(), parameters, ticket: None };
        assert_eq!(dry.execute(&alice, &enrol, at(0)).unwrap_err(), ServiceError::NoEntropy);
        assert_eq!(dry.execute(&alice, &court_order(1), at(0)).unwrap_err(), ServiceError::NoEntropy);
        let password = Password::parse(b"Vx9#qLm2-tide").unwrap();
        let set = dry.set_password(&alice, &password, &UserContext::none(), at(0));
        assert_eq!(set.unwrap_err(), ServiceError::NoEntropy);
        assert_eq!(store.keys(None, 10).unwrap(), [], "nothing was written");
        assert_eq!(store.outbox(10).unwrap(), []);
    });
}

#[test]
fn without_randomness_a_known_account_stays_as_it_is() {
    on_every_store(|store| {
        let (good, alice) = (service(store), account("alice"));
        let password = Password::parse(b"Vx9#qLm2-tide").unwrap();
        good.set_password(&alice, &password, &UserContext::none(), at(0)).unwrap();
        let (challenge, code) = sign_in_code(&good, &alice, at(0));
        let (dry, before) = (dry(store, 0), good.record(&alice).unwrap());
        assert_eq!(type_code(&dry, &alice, challenge, code, at(0)), Err(ServiceError::NoEntropy));
        assert_eq!(type_code(&dry, &alice, challenge, code + 1, at(0)), Err(ServiceError::NoEntropy));
        assert_eq!(dry.execute(&alice, &ReserveAttempt::default(), at(0)), Err(ServiceError::NoEntropy));
        assert_eq!(dry.verify_password(&alice, &password, at(0)), Err(ServiceError::NoEntropy));
        assert_eq!(good.record(&alice).unwrap(), before);
        assert_eq!(history(&good, &alice).len(), 2);
    });
}

#[test]
fn a_payment_needs_no_randomness_at_all() {
    on_every_store(|store| {
        let decision = dry(store, 0).assess(&account("alice"), &payment("tx-1", at(0)), 480, at(0)).unwrap();
        assert!(matches!(decision, PaymentDecision::Assessed(_)));
    });
}

#[test]
fn a_set_password_whose_commit_finds_no_randomness_sets_nothing() {
    on_every_store(|store| {
        // One seed for the salt, none for the commit id.
        let password = Password::parse(b"Vx9#qLm2-tide").unwrap();
        let set = dry(store, 1).set_password(&account("alice"), &password, &UserContext::none(), at(0));
        assert_eq!(set.unwrap_err(), ServiceError::NoEntropy);
        assert_eq!(store.keys(None, 10).unwrap(), []);
    });
}
