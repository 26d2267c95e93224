//! Payments that come twice, and codes that open one payment only.

use account_security::account::Verdict;
use account_security::command::{CodeAnswer, PaymentDecision, VerifyCode};
use account_security::types::Money;
use account_security::verification::{Binding, PaymentBinding, Purpose, VerifyOutcome};

use crate::on_every_store;
use crate::support::acts::{court_order, history, payment, receive, send_code, typed, yuan};
use crate::support::{account, at, service};

#[test]
fn a_repeat_older_than_anything_remembered_is_answered_with_the_first_decision() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let old = payment("tx-old", at(0));
        let PaymentDecision::Assessed(first) = service.assess(&alice, &old, 480, at(0)).unwrap() else {
            panic!("nothing is frozen");
        };
        for number in 1..=40 {
            let ms = number * 60_000;
            service.assess(&alice, &payment(&format!("tx-{number}"), at(ms)), 480, at(ms)).unwrap();
        }
        let (before, later) = (service.record(&alice).unwrap(), at(41 * 60_000));
        let again = service.assess(&alice, &old, 480, later).unwrap();
        assert_eq!(again, PaymentDecision::Assessed(first.clone()), "word for word, reasons and all");
        let other = payment("tx-old", at(1));
        assert_eq!(service.assess(&alice, &other, 480, later).unwrap(), PaymentDecision::Conflict);
        let more = payment("tx-old", at(0)).from_device("phone-2");
        assert_eq!(service.assess(&alice, &more, 480, later).unwrap(), PaymentDecision::Conflict);
        assert_eq!(history(&service, &alice).len(), 41, "a repeat leaves no event");
        assert_eq!(service.record(&alice).unwrap(), before, "and changes nothing");

        // A freeze placed since wins: what was allowed and not yet made must not be made now.
        service.execute(&alice, &court_order(1), later).unwrap().unwrap();
        assert_eq!(service.assess(&alice, &old, 480, later).unwrap(), PaymentDecision::Frozen);
        assert_eq!(service.assess(&alice, &old, 480, later).unwrap(), PaymentDecision::Frozen, "told again, one event");
        let refused = payment("tx-refused", later);
        assert_eq!(service.assess(&alice, &refused, 480, later).unwrap(), PaymentDecision::Frozen);
        assert_eq!(service.assess(&alice, &refused, 480, later).unwrap(), PaymentDecision::Frozen);
        assert!(matches!(service.verify_account(&alice).unwrap(), Verdict::Intact { events: 44 }));
    });
}

#[test]
fn two_accounts_may_use_the_same_transaction_id() {
    on_every_store(|store| {
        let service = service(store);
        for name in ["alice", "bob"] {
            let decision = service.assess(&account(name), &payment("tx-1", at(0)), 480, at(0)).unwrap();
            assert!(matches!(decision, PaymentDecision::Assessed(_)));
            assert_eq!(history(&service, &account(name)).len(), 1);
        }
    });
}

#[test]
fn the_code_of_one_payment_opens_no_other() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let pay = |money: Money, payee: &str| Binding::Payment(PaymentBinding::new(money, payee).unwrap());
        let ordered = pay(yuan(129_900), "6222020200112345");
        let sent = send_code(&service, &alice, Purpose::Payment, ordered.clone(), at(0)).unwrap();
        let code = typed(receive(&service));
        let attempt = |binding, purpose| {
            let verify = VerifyCode { challenge: sent.challenge, purpose, binding, code: code.clone() };
            service.execute(&alice, &verify, at(1_000)).unwrap()
        };
        let wrong = |tries_left| CodeAnswer::Tried(VerifyOutcome::WrongCode { tries_left });
        assert_eq!(attempt(pay(yuan(129_901), "6222020200112345"), Purpose::Payment), wrong(4), "a cent more");
        assert_eq!(attempt(pay(yuan(129_900), "6222020200112346"), Purpose::Payment), wrong(3), "another payee");
        assert_eq!(attempt(Binding::None, Purpose::SignIn), wrong(2), "a sign-in");
        assert_eq!(attempt(ordered.clone(), Purpose::Payment), CodeAnswer::Tried(VerifyOutcome::Accepted));
        assert_eq!(attempt(ordered, Purpose::Payment), CodeAnswer::Tried(VerifyOutcome::AlreadyUsed));
    });
}
