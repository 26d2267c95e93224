//! Payments that come twice, and codes that open one payment only.

use account_security::account::{Event, EventKind, Verdict};
use account_security::command::{CodeAnswer, PaymentDecision, Rejection, VerifyCode};
use account_security::freeze::{Actor, Authority};
use account_security::risk::{
    Assessment, CheckedPolicy, Label, Limits, Outcome, RiskPolicy, Signals, TraAnswer, TraFactor, TraFactors,
    TraGround, TraInstrument, tra_exemption,
};
use account_security::service::{ReleaseOutcome, Service, ServiceError};
use account_security::store::Store;
use account_security::types::time::DAY_MS;
use account_security::types::{AccountId, ActorId, Currency, Direction, Money, Payment, ReasonCode};
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

/// Account numbers are few enough to try them all, so what is stored must not be a fingerprint that anybody can make.
#[test]
fn the_store_learns_no_payee_and_the_service_still_knows_it() {
    on_every_store(|store| {
        let (service, alice, asked) = (service(store), account("alice"), payment("tx-1", at(0)));
        let payee = asked.payee.unwrap();
        service.assess(&alice, &asked, 480, at(0)).unwrap();
        service.execute(&alice, &court_order(1), at(1)).unwrap().unwrap();
        service.assess(&alice, &payment("tx-2", at(2)), 480, at(2)).unwrap();
        let stored = store.events(service.keyring().account_key(&alice), 1, 10).unwrap();
        let kinds: Vec<_> = stored.iter().map(|stored| Event::decode(&stored.body).unwrap()).collect();
        assert_eq!(kinds.iter().filter(|event| event.is_masked).count(), 2, "one judged, one refused: {kinds:?}");
        for event in &kinds {
            match &event.kind {
                EventKind::PaymentAssessed { payee: stored, content, .. } => {
                    assert!(stored.unwrap() != payee && *content != asked.content_fingerprint());
                }
                EventKind::PaymentStopped { content, direction, .. } => {
                    assert_eq!(*direction, Direction::Out);
                    assert_ne!(*content, payment("tx-2", at(2)).content_fingerprint());
                }
                _ => {}
            }
        }
        let told = &service.history(&alice, 1, 1).unwrap()[0].1.kind;
        let EventKind::PaymentAssessed { payee: told, content, .. } = told else { panic!("{told:?}") };
        assert_eq!((*told, *content), (asked.payee, asked.content_fingerprint()));
        service.label(&alice, asked.tx_id, Label::Fraud, at(3)).unwrap();
        assert!(service.payee_belief(payee).unwrap().is_some(), "the payee itself learned");
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

/// One payment to a shop, judged with what the session showed.
fn judged(store: &crate::support::stores::Shared, signals: Signals) -> Assessment {
    let (service, alice) = (service(store), account("alice"));
    let payment = payment("tx-1", at(0));
    match service.assess_with_signals(&alice, &payment, 480, &signals, at(0)).unwrap() {
        PaymentDecision::Assessed(assessment) => {
            let again = service.assess(&alice, &payment, 480, at(1)).unwrap();
            assert_eq!(again, PaymentDecision::Assessed(assessment.clone()), "a repeat is told the first answer");
            assessment
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_session_showed_reaches_the_decision_and_its_first_answer() {
    on_every_store(|store| {
        let codes = |judged: &Assessment| judged.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>();
        let signals = Signals { malware: Some(true), rooted: Some(true), ..Signals::default() };
        let found = judged(store, signals);
        assert!(codes(&found).contains(&ReasonCode::MalwareSignal) && found.outcome >= Outcome::StepUp, "{found:?}");
        assert!(found.looked_at.contains(TraFactor::Malware));
    });
    on_every_store(|store| {
        let denied = judged(store, Signals { deny_listed: true, ..Signals::default() });
        assert_eq!((denied.outcome, denied.reasons[0].code), (Outcome::Hold, ReasonCode::DenyList));
    });
    on_every_store(|store| {
        let quiet = judged(store, Signals { malware: Some(false), ..Signals::default() });
        assert_eq!((quiet.outcome, quiet.looked_at), (Outcome::Allow, TraFactors::NONE.with(TraFactor::Malware)));
    });
}

#[test]
fn a_new_account_is_never_exempt_because_nothing_could_be_looked_at() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let euros = Money::from_minor(1_250, Currency::EUR).unwrap();
        let payment = Payment::out("tx-9", euros, at(0)).unwrap().to("bakery");
        let PaymentDecision::Assessed(judged) = service.assess(&alice, &payment, 60, at(0)).unwrap() else { panic!() };
        let (found, not_evaluated) = (TraFactors::NONE, TraFactors::ALL);
        let asked = |rate| tra_exemption(&judged, &payment, TraInstrument::Card, rate);
        assert_eq!(asked(Some(100)), TraAnswer::Refused { found, not_evaluated, ground: None });
        let ground = Some(TraGround::FraudRateUnknown);
        assert_eq!(asked(None), TraAnswer::Refused { found, not_evaluated, ground });
    });
}

/// A stranger paid from a phone never seen, behind ten ordinary payments.
fn stranger_paid(service: &Service<crate::support::stores::Shared>, alice: &AccountId, day: u64) -> (Payment, Outcome) {
    let now = at(day * DAY_MS);
    let payment = payment(&format!("tx-stranger-{day}"), now).to("stranger").from_device("another phone");
    let PaymentDecision::Assessed(assessment) = service.assess(alice, &payment, 480, now).unwrap() else {
        panic!("nothing is frozen");
    };
    (payment, assessment.outcome)
}

#[test]
fn what_was_proven_is_familiar_and_what_was_not_is_asked_again() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        for day in 0..10 {
            let now = at(day * DAY_MS);
            service.assess(&alice, &payment(&format!("tx-{day}"), now).to("shop"), 480, now).unwrap();
        }
        let (first, outcome) = stranger_paid(&service, &alice, 11);
        assert_eq!(outcome, Outcome::StepUp);
        let (second, outcome) = stranger_paid(&service, &alice, 12);
        assert_eq!(outcome, Outcome::StepUp, "nobody proved the first");
        let release = |payment: &Payment, actor: Option<&str>, day: u64| {
            let by = actor.map(|name| Actor::staff(ActorId::parse(name).unwrap(), Authority::Agent));
            service.release_payment(&alice, payment, 480, by.as_ref(), at(day * DAY_MS)).unwrap()
        };
        let unknown = payment("tx-never", at(12 * DAY_MS));
        assert_eq!(release(&unknown, None, 12), ReleaseOutcome::UnknownPayment);
        let other = payment("tx-stranger-12", at(12 * DAY_MS)).to("another stranger");
        assert_eq!(release(&other, None, 12), ReleaseOutcome::Conflict);
        assert_eq!(release(&second, None, 12), ReleaseOutcome::Released);
        let events = history(&service, &alice).len();
        for again in [&second, &payment("tx-3", at(3 * DAY_MS)).to("shop")] {
            assert_eq!(release(again, None, 12), ReleaseOutcome::Released);
        }
        assert_eq!(history(&service, &alice).len(), events, "released once; what was allowed needs no release");
        let (_, outcome) = stranger_paid(&service, &alice, 13);
        assert_eq!(outcome, Outcome::Allow, "the owner proved the second");

        service.execute(&alice, &court_order(1), at(14 * DAY_MS)).unwrap().unwrap();
        assert_eq!(release(&first, None, 14), ReleaseOutcome::Frozen, "a freeze wins over a proof");
        assert!(matches!(service.verify_account(&alice).unwrap(), Verdict::Intact { .. }));
    });
}

#[test]
fn a_held_payment_counts_as_spent_once_somebody_let_it_pass() {
    on_every_store(|store| {
        let limits = Limits { day_minor: Some(100_000), transaction_minor: Some(80_000), ..Limits::default() };
        let policy = CheckedPolicy::new(RiskPolicy { limits, ..RiskPolicy::wallet() }).unwrap();
        let (service, alice) = (service(store), account("alice"));
        service.replace_risk_policy(policy);
        let pay = |id: &str, minor: i64, minute: u64| {
            let now = at(minute * 60_000);
            let payment = Payment::out(id, yuan(minor), now).unwrap().to("dealer");
            match service.assess(&alice, &payment, 480, now).unwrap() {
                PaymentDecision::Assessed(assessment) => (payment, assessment.outcome),
                other => panic!("{other:?}"),
            }
        };
        let (car, outcome) = pay("tx-car", 90_000, 0);
        assert_eq!(outcome, Outcome::Hold);
        let release = |by: Option<&Actor>| service.release_payment(&alice, &car, 480, by, at(60_000));
        assert_eq!(release(None), Ok(ReleaseOutcome::NeedsReview), "a proof does not lift a limit");
        let ranked = |rank| Actor::staff(ActorId::parse("agent-7").unwrap(), rank);
        let refused = Err(ServiceError::Rejected(Rejection::NotAuthorised));
        assert_eq!(release(Some(&ranked(Authority::Rule))), refused, "a rule has looked already");
        assert_eq!(release(Some(&ranked(Authority::Owner))), refused);
        assert_eq!(service.record(&alice).unwrap().profile.read().unwrap().payments(), 0);
        for _ in 0..2 {
            assert_eq!(release(Some(&ranked(Authority::Compliance))), Ok(ReleaseOutcome::Released));
        }
        assert_eq!(service.record(&alice).unwrap().profile.read().unwrap().payments(), 1, "once");
        assert_eq!(pay("tx-shoes", 20_000, 2).1, Outcome::Hold, "nine hundred of a thousand are spent");
        assert_eq!(pay("tx-coffee", 500, 3).1, Outcome::Allow);
        let told = history(&service, &alice).into_iter().filter_map(|(_, event)| match event.kind {
            EventKind::PaymentLetPass { tx_id, actor, authority } => Some((tx_id, actor.to_string(), authority)),
            _ => None,
        });
        assert_eq!(told.collect::<Vec<_>>(), [(car.tx_id, "agent-7".to_owned(), Authority::Compliance)]);
    });
}
