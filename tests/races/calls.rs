//! What a command costs in the calm case: one load and one commit.

use std::sync::Arc;

use account_security::command::{CancelCode, ConfirmTotp, EnrolTotp, ReserveAttempt, VerifyTotp};
use account_security::password::{Password, UserContext};
use account_security::risk::Label;
use account_security::totp::TotpParameters;
use account_security::types::{Payment, TxId};
use account_security::verification::{Binding, Purpose};

use crate::support::acts::{court_order, payment, send_code, sign_in_code, type_code, typed, yuan};
use crate::support::stores::{Counting, Counts, Shared};
use crate::support::{account, at, service};

#[test]
fn a_command_costs_one_load_and_one_commit() {
    let counts = Arc::new(Counts::default());
    let service = service(&Shared::new(Counting(Shared::memory(), Arc::clone(&counts))));
    let alice = account("alice");

    let (challenge, code) = sign_in_code(&service, &alice, at(0));
    assert_eq!(counts.take(), (1, 1), "issue");
    type_code(&service, &alice, challenge, code + 1, at(0)).unwrap();
    assert_eq!(counts.take(), (1, 1), "a wrong code");
    type_code(&service, &alice, challenge, code, at(0)).unwrap();
    assert_eq!(counts.take(), (1, 1), "the right code");
    type_code(&service, &alice, challenge, code, at(0)).unwrap();
    assert_eq!(counts.take(), (1, 0), "a spent code changes nothing");

    let sent = send_code(&service, &alice, Purpose::BindDevice, Binding::None, at(0)).unwrap();
    counts.take();
    assert!(service.execute(&alice, &CancelCode { challenge: sent.challenge }, at(0)).unwrap());
    assert_eq!(counts.take(), (1, 1), "cancel");

    service.execute(&alice, &court_order(1), at(0)).unwrap().unwrap();
    assert_eq!(counts.take(), (1, 1), "freeze");
    service.execute(&alice, &court_order(1), at(0)).unwrap().unwrap();
    assert_eq!(counts.take(), (1, 0), "the same freeze again");
    service.assess(&alice, &payment("tx-0", at(0)), 480, at(0)).unwrap();
    assert_eq!(counts.take(), (2, 1), "a payment of a frozen account, and its payee");
}

#[test]
fn a_payment_costs_one_load_more_for_its_payee() {
    let counts = Arc::new(Counts::default());
    let service = service(&Shared::new(Counting(Shared::memory(), Arc::clone(&counts))));
    let alice = account("alice");
    service.assess(&alice, &payment("tx-1", at(0)), 480, at(0)).unwrap();
    assert_eq!(counts.take(), (2, 1), "a payment to a payee");
    let to_nobody = Payment::out("tx-2", yuan(100), at(0)).unwrap();
    service.assess(&alice, &to_nobody, 480, at(0)).unwrap();
    assert_eq!(counts.take(), (1, 1), "a payment to nobody in particular");
    service.assess(&alice, &payment("tx-1", at(0)), 480, at(0)).unwrap();
    assert_eq!(counts.take(), (3, 1), "a repeat: the first decision, after a look whether the record still stands");
    service.label(&alice, TxId::of("tx-1"), Label::Fraud, at(1_000)).unwrap();
    assert_eq!(counts.take(), (3, 2), "a label: the payee's evidence, the payee's lesson, the account's lesson");
}

#[test]
fn a_password_costs_two_commits_because_it_is_counted_before_it_is_compared() {
    let counts = Arc::new(Counts::default());
    let service = service(&Shared::new(Counting(Shared::memory(), Arc::clone(&counts))));
    let alice = account("alice");
    let right = Password::parse(b"Vx9#qLm2-tide").unwrap();
    service.set_password(&alice, &right, &UserContext::none(), at(0)).unwrap();
    assert_eq!(counts.take(), (2, 1), "set: a look at the history, then the command");
    service.execute(&alice, &ReserveAttempt::default(), at(0)).unwrap();
    assert_eq!(counts.take(), (1, 1), "reserve");
    service.verify_password(&alice, &right, at(0)).unwrap();
    assert_eq!(counts.take(), (4, 2), "right: reserve with the looks that hide who has an account, settle");
    service.verify_password(&alice, &Password::parse(b"wrong").unwrap(), at(0)).unwrap();
    assert_eq!(counts.take(), (3, 1), "wrong: counted already");
    service.verify_password(&account("nobody"), &right, at(0)).unwrap();
    assert_eq!(counts.take(), (3, 1), "a name without an account: the same, on a cell of many such names");
}

#[test]
fn an_authenticator_costs_one_load_and_one_commit_too() {
    let counts = Arc::new(Counts::default());
    let service = service(&Shared::new(Counting(Shared::memory(), Arc::clone(&counts))));
    let alice = account("alice");
    let parameters = TotpParameters::STANDARD;
    let enrol =
        EnrolTotp { issuer: "Example Pay".to_owned(), account_name: "alice".to_owned(), parameters, ticket: None };
    let key = service.execute(&alice, &enrol, at(0)).unwrap().unwrap().key;
    assert_eq!(counts.take(), (1, 1), "enrol");
    let shown = account_security::totp::code_at(key.secret(), &parameters, at(0)).unwrap();
    let code = typed(shown.code().parse().unwrap());
    service.execute(&alice, &ConfirmTotp { code: code.clone() }, at(0)).unwrap();
    assert_eq!(counts.take(), (1, 1), "confirm");
    service.execute(&alice, &VerifyTotp { code }, at(0)).unwrap();
    assert_eq!(counts.take(), (1, 1), "a spent step is counted");
}
