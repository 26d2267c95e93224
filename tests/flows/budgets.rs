//! Messages within budgets that all accounts share, whichever flow asks for them.

use std::sync::Mutex;

use account_security::account::Errand;
use account_security::command::{
    CancelCode, CodeRefused, CodeSent, ContactRefused, IssueCode, ProofStep, ResendCode, SignInStep, VerifyCode,
};
use account_security::command::{CodeAnswer, Settings, TypedProof};
use account_security::service::SignUpResult;
use account_security::types::time::{HOUR_MS, MINUTE_MS};
use account_security::types::{Locale, Timestamp};
use account_security::verification::budget::{Brake, BudgetRefused, Limits, ScopeKind};
use account_security::verification::{Binding, Purpose, SendRefused, VerifyOutcome};

use super::customer::{Customer, EMAIL, PHONE, RIGHT, accepted, complete, wrong};
use super::on_every_store;
use crate::support::owner::{NEW, OLD, sender, to};
use crate::support::stores::{InterruptedLoad, Shared};
use crate::support::{at, settings};

/// Somebody else asks for a code to this number.
fn stranger(store: &Shared, settings: Settings, number: u64, contact: &str, now: Timestamp) -> SignUpResult {
    Customer::named(&format!("stranger-{number}"), store, settings).sign_up(RIGHT, contact, None, now)
}

/// Somebody who is known to the integrator asks for one.
fn signed_in(store: &Shared, number: u64, now: Timestamp) -> Result<CodeSent, SendRefused> {
    let one = Customer::named(&format!("member-{number}"), store, settings());
    let (purpose, binding) = (Purpose::SignIn, Binding::None);
    let issue = IssueCode { purpose, to: to(OLD), binding, sender: sender(), locale: Locale::En };
    one.service.send_code(&one.name, None, &issue, now).unwrap()
}

fn is_full(refused: SendRefused, full: ScopeKind) -> bool {
    matches!(refused, SendRefused::OverBudget { scope, why: BudgetRefused::LimitReached { .. } } if scope == full)
}

#[test]
fn the_fourth_message_that_anybody_asks_for_within_an_hour_is_refused_before_a_code_exists() {
    on_every_store(|store| {
        for number in 0..3 {
            let created = stranger(store, settings(), number, OLD, at(number));
            assert!(matches!(created, SignUpResult::Created(_)), "{created:?}");
        }
        let SignUpResult::NotSent(refused) = stranger(store, settings(), 5, OLD, at(5)) else { panic!("the fourth") };
        assert!(is_full(refused, ScopeKind::Destination), "{refused:?}");
        let refused_one = Customer::named("stranger-5", store, settings());
        assert!(!refused_one.service.is_known(&refused_one.name).unwrap(), "nothing changed");
        assert_eq!(refused_one.written_to().len(), 3);
        let retry_at = refused.retry_at().unwrap();
        assert!(matches!(stranger(store, settings(), 5, OLD, retry_at.minus_ms(1)), SignUpResult::NotSent(_)));
        assert!(matches!(stranger(store, settings(), 5, OLD, retry_at), SignUpResult::Created(_)));
    });
}

#[test]
fn the_sixth_message_to_a_number_within_an_hour_is_refused_whoever_asks() {
    on_every_store(|store| {
        (0..5).for_each(|number| signed_in(store, number, at(number)).map(|_| ()).unwrap());
        let refused = signed_in(store, 5, at(5)).unwrap_err();
        assert!(is_full(refused, ScopeKind::Destination), "{refused:?}");
    });
}

#[test]
fn every_flow_hears_of_a_full_budget_in_its_own_words_and_a_reset_in_none() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let sign_in = alice.ticket(at(0));
        let step_up = alice.step_up(at(0));
        (0..4).for_each(|number| signed_in(store, number, at(number)).map(|_| ()).unwrap());
        alice.written_to();
        let before = alice.service.record(&alice.name).unwrap();
        let refused = alice.send(step_up, Errand::StepUp, PHONE, at(MINUTE_MS)).unwrap_err();
        let CodeRefused::Message(why) = refused else { panic!("{refused:?}") };
        assert!(is_full(why, ScopeKind::Destination));
        assert!(why.retry_at().is_some());
        assert_eq!(refused.public().retry_at, None, "others may have used it up");
        let change = alice.begin_change(NEW, None, at(MINUTE_MS)).unwrap();
        assert_eq!(change.as_ref().unwrap_err().retry_at(), None);
        assert!(
            matches!(change, Err(ContactRefused::NotSent(why)) if is_full(why, ScopeKind::Destination)),
            "{change:?}"
        );
        assert_eq!(alice.service.record(&alice.name).unwrap(), before, "no code was made, no step taken");
        let started = alice.begin_reset(PHONE, at(MINUTE_MS));
        assert_eq!(started.expires_at, at(6 * MINUTE_MS), "the answer of every name");
        assert_eq!(started.resend_at, at(2 * MINUTE_MS));
        assert!(alice.written_to().is_empty());
        let guess = alice.verify_reset(started.challenge, wrong_code(), at(MINUTE_MS));
        assert!(matches!(guess, ProofStep::Refused(_)));
        let own = alice.send(sign_in, Errand::SignIn, PHONE, at(MINUTE_MS));
        assert!(own.is_ok(), "what takes the password goes out beyond what others can use up: {own:?}");
    });
}

fn wrong_code() -> account_security::types::TypedCode {
    account_security::types::TypedCode::parse("00000000", 8).unwrap()
}

#[test]
fn a_network_is_held_to_twenty_an_hour_whoever_signs_up_from_it() {
    on_every_store(|store| {
        let sign_up = |number: u64, from: &str| {
            let mut one = Customer::named(&format!("one-{number}"), store, settings());
            one.from = from.parse().ok();
            one.sign_up(RIGHT, &format!("+86138{number:08}"), None, at(number))
        };
        for number in 0..20 {
            assert!(matches!(sign_up(number, &format!("192.0.2.{number}")), SignUpResult::Created(_)));
        }
        let SignUpResult::NotSent(refused) = sign_up(20, "192.0.2.200") else { panic!("the twenty-first") };
        assert!(is_full(refused, ScopeKind::Network), "{refused:?}");
        assert!(matches!(sign_up(21, "198.51.100.1"), SignUpResult::Created(_)), "another network");
    });
}

#[test]
fn impatience_costs_no_message_in_any_flow() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let ticket = alice.ticket(at(0));
        assert!(alice.send(ticket, Errand::SignIn, PHONE, at(0)).is_ok());
        for second in 1..40 {
            let again = alice.send(ticket, Errand::SignIn, PHONE, at(second * 1_000));
            assert!(matches!(again, Err(CodeRefused::Message(SendRefused::TooSoon { .. }))), "{again:?}");
        }
        let SignInStep::SignedIn(_) = ({
            alice.send(ticket, Errand::SignIn, PHONE, at(MINUTE_MS)).unwrap();
            let challenge = alice.service.record(&alice.name).unwrap().challenges;
            let challenge = challenge.of_purpose(Purpose::SignIn).unwrap().id;
            let proof = TypedProof::Code { challenge, code: alice.code(OLD) };
            alice.prove(ticket, &proof, at(MINUTE_MS))
        }) else {
            panic!("not in")
        };
    });
}

#[test]
fn a_code_is_sent_sent_again_and_typed_back() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let (purpose, binding) = (Purpose::Unfreeze, Binding::None);
        let code = IssueCode { purpose, to: to(OLD), binding: binding.clone(), sender: sender(), locale: Locale::En };
        let sent = alice.service.send_code(&alice.name, None, &code, at(0)).unwrap().unwrap();
        let first = alice.code(OLD);
        let (challenge, locale) = (sent.challenge, Locale::En);
        let resend = ResendCode { challenge, to: to(OLD), binding: binding.clone(), sender: sender(), locale };
        let too_soon = alice.service.resend_code(&alice.name, None, &resend, at(1)).unwrap();
        assert!(matches!(too_soon, Err(SendRefused::TooSoon { .. })), "{too_soon:?}");
        alice.service.resend_code(&alice.name, None, &resend, at(MINUTE_MS)).unwrap().unwrap();
        let second = alice.code(OLD);
        let try_code = |code, now| {
            let verify = VerifyCode { challenge, purpose, binding: binding.clone(), code };
            alice.service.verify_code(&alice.name, &to(OLD), &verify, now).unwrap()
        };
        let older = try_code(first, at(MINUTE_MS));
        assert!(matches!(older, CodeAnswer::Tried(VerifyOutcome::Superseded { .. })), "{older:?}");
        assert!(matches!(try_code(wrong(&second), at(MINUTE_MS)), CodeAnswer::Tried(VerifyOutcome::WrongCode { .. })));
        assert_eq!(try_code(second.clone(), at(MINUTE_MS)), accepted());
        assert_eq!(try_code(second, at(MINUTE_MS)), CodeAnswer::Tried(VerifyOutcome::AlreadyUsed));
    });
}

/// Settings under which a single code that does not come back is enough to stop a prefix.
fn strict() -> Settings {
    let mut settings = settings();
    settings.sending.brake = Brake { sends_min: 1, verified_percent_min: 100 };
    settings
}

#[test]
fn every_flow_counts_the_codes_that_come_back_so_the_brake_stays_off() {
    on_every_store(|store| {
        let alice = Customer::alice_with(store, strict());
        let mut now = at(10 * MINUTE_MS);
        alice.signed_in(now);
        now = now.plus_ms(10 * MINUTE_MS);
        alice.stepped_up(PHONE, now);
        now = now.plus_ms(10 * MINUTE_MS);
        let ticket = complete(alice.reset_opened(now));
        now = now.plus_ms(3 * MINUTE_MS);
        let by = account_security::command::SetBy::Reset { ticket };
        alice.set_new_password(super::customer::NEXT, by, now).unwrap();
        now = now.plus_ms(3 * MINUTE_MS);
        let change = alice.begin_change(NEW, None, now).unwrap().unwrap().change;
        alice.prove_old(change, alice.code(OLD), now).unwrap().unwrap().sent.unwrap();
        alice.prove_new(change, alice.code(NEW), now).unwrap().unwrap();
        now = now.plus_ms(3 * MINUTE_MS);
        let first = stranger(store, strict(), 0, "+8613811110000", now);
        assert!(matches!(first, SignUpResult::Created(_)), "all codes of the owner came back: {first:?}");
        for number in 1..3 {
            stranger(store, strict(), number, "+8613811110000", now);
        }
        // Codes that stay out, and the prefix is closed: the counting above was no accident.
        now = now.plus_ms(5 * MINUTE_MS);
        let SignUpResult::NotSent(refused) = stranger(store, strict(), 9, "+8613811110001", now) else {
            panic!("open")
        };
        assert!(matches!(refused, SendRefused::OverBudget { why: BudgetRefused::Braked { .. }, .. }), "{refused:?}");
    });
}

#[test]
fn strangers_who_sign_up_without_end_stop_strangers_and_no_owner_of_the_country() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.sending.brake = Brake { sends_min: 3, verified_percent_min: 30 };
        settings.sending.prefix_owners = Limits { per_hour: 2, per_day: 2 };
        let alice = Customer::alice_with(store, settings.clone());
        let now = |minute: u64| at(2 * HOUR_MS + minute * MINUTE_MS);
        for number in 0..19 {
            stranger(store, settings.clone(), number, &format!("+86139{number:08}"), now(number));
        }
        let last = stranger(store, settings.clone(), 19, "+8613900000019", now(19));
        let SignUpResult::NotSent(SendRefused::OverBudget { why: BudgetRefused::Braked { .. }, .. }) = last else {
            panic!("{last:?}")
        };
        alice.send(alice.ticket(now(20)), Errand::SignIn, PHONE, now(20)).unwrap();
        alice.send(alice.step_up(now(21)), Errand::StepUp, PHONE, now(21)).unwrap();
        // The owners' messages are bounded too, whoever confirmed so many contacts.
        let refused = alice.send(alice.ticket(now(25)), Errand::SignIn, PHONE, now(25)).unwrap_err();
        assert!(matches!(refused, CodeRefused::Message(why) if is_full(why, ScopeKind::Prefix)), "{refused:?}");
    });
}

#[test]
fn one_code_typed_again_and_again_does_not_hold_the_brake_off_a_pump() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.sending.brake = Brake { sends_min: 3, verified_percent_min: 50 };
        let alice = Customer::alice_with(store, settings.clone());
        let ticket = alice.step_up(at(0));
        let proof = alice.proof(ticket, Errand::StepUp, PHONE, at(0));
        let complete = complete(alice.prove_step_up(ticket, &proof, at(0)));
        let mut pumped = 0;
        for number in 0..40 {
            let number_dialled = format!("+86137{number:08}");
            let created = stranger(store, settings.clone(), number, &number_dialled, at(number));
            pumped += usize::from(matches!(created, SignUpResult::Created(_)));
            // The ticket is complete: it answers so, whatever is typed, and nothing more came back.
            assert!(matches!(alice.prove_step_up(complete, &proof, at(number)), ProofStep::Complete { .. }));
        }
        assert!(pumped < 10, "{pumped} went through");
    });
}

#[test]
fn a_full_hour_ends() {
    on_every_store(|store| {
        for number in 0..5 {
            stranger(store, settings(), number, OLD, at(number));
        }
        assert!(matches!(stranger(store, settings(), 6, OLD, at(HOUR_MS - MINUTE_MS)), SignUpResult::NotSent(_)));
        assert!(matches!(stranger(store, settings(), 6, OLD, at(HOUR_MS + MINUTE_MS)), SignUpResult::Created(_)));
    });
}

#[test]
fn a_message_that_only_the_second_decision_sends_is_counted_as_well() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.sending.destination = Limits { per_hour: 1, per_day: 10 };
        // Between the two decisions on her message, Alice comes into being.
        let (inner, in_force) = (store.clone(), settings.clone());
        let meanwhile = move || {
            Customer::alice_with(&inner, in_force.clone());
        };
        let slow = Shared::new(InterruptedLoad(store.clone(), Mutex::new(Some(meanwhile))));
        let alice = Customer::named("alice", &slow, settings);
        let sent = alice.send_confirmation(PHONE, at(1)).expect("she is there by now");
        assert!(matches!(sent, Err(refused) if is_full(refused, ScopeKind::Destination)), "{sent:?}");
        assert!(alice.written_to().is_empty());
    });
}

#[test]
fn throwaway_accounts_that_name_a_number_leave_its_owner_codes_enough() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let now = |minute: u64| at((90 + minute) * MINUTE_MS);
        let mut sent = 0;
        for number in 0..3_u64 {
            let mallory = Customer::named(&format!("throwaway-{number}"), store, settings());
            sent += usize::from(matches!(mallory.sign_up(RIGHT, OLD, None, now(number)), SignUpResult::Created(_)));
            if mallory.service.is_known(&mallory.name).unwrap() {
                sent += usize::from(mallory.send_confirmation(PHONE, now(number + 5)).unwrap().is_ok());
                let ticket = mallory.ticket(now(number + 10));
                sent += usize::from(mallory.send(ticket, Errand::SignIn, PHONE, now(number + 10)).is_ok());
            }
        }
        assert_eq!(sent, 3, "what strangers may have sent within an hour");
        alice.send(alice.ticket(now(20)), Errand::SignIn, PHONE, now(20)).unwrap();
        alice.send(alice.step_up(now(21)), Errand::StepUp, PHONE, now(21)).unwrap();
    });
}

#[test]
fn a_change_to_somebody_elses_number_is_a_stranger_there() {
    on_every_store(|store| {
        for number in 0..3 {
            assert!(matches!(stranger(store, settings(), number, NEW, at(number)), SignUpResult::Created(_)));
        }
        let mallory = Customer::named("mallory", store, settings());
        mallory.sign_up_confirmed(OLD, None, at(5));
        let change = mallory.begin_change(NEW, None, at(MINUTE_MS)).unwrap().unwrap().change;
        let agreed = mallory.prove_old(change, mallory.code(OLD), at(MINUTE_MS)).unwrap().unwrap();
        assert!(matches!(agreed.sent, Err(why) if is_full(why, ScopeKind::Destination)), "{agreed:?}");
        let again = mallory.send_contact_code(change, at(2 * MINUTE_MS));
        assert!(
            matches!(again, Err(ContactRefused::NotSent(why)) if is_full(why, ScopeKind::Destination)),
            "{again:?}"
        );
    });
}

#[test]
fn a_code_that_is_to_confirm_a_number_is_a_strangers_whoever_keeps_the_contacts() {
    on_every_store(|store| {
        let send = |number: u64, purpose| {
            let one = Customer::named(&format!("member-{number}"), store, settings());
            let is_confirmation = purpose == Purpose::ConfirmContact;
            let binding = if is_confirmation { Binding::NewContact(to(OLD)) } else { Binding::None };
            let sender = sender();
            let issue = IssueCode { purpose, to: to(OLD), binding, sender, locale: Locale::En };
            one.service.send_code(&one.name, None, &issue, at(number)).unwrap()
        };
        (0..3).for_each(|number| send(number, Purpose::ConfirmContact).map(|_| ()).unwrap());
        let refused = send(3, Purpose::ConfirmContact).unwrap_err();
        assert!(is_full(refused, ScopeKind::Destination), "{refused:?}");
        send(4, Purpose::SignIn).unwrap();
    });
}

#[test]
fn one_message_is_charged_to_the_account_once_and_a_refused_one_never() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let sends = |now| alice.service.record(&alice.name).unwrap().sends.sent_in_hour(now);
        assert_eq!(sends(at(0)), 1, "the confirmation");
        let first = alice.ticket(at(0));
        alice.send(first, Errand::SignIn, PHONE, at(0)).unwrap();
        assert_eq!(sends(at(0)), 2);
        // A code for another ticket is open: the attempt to send that one again goes nowhere and costs nothing.
        let second = alice.ticket(at(MINUTE_MS));
        alice.send(second, Errand::SignIn, PHONE, at(MINUTE_MS)).unwrap();
        assert_eq!(sends(at(MINUTE_MS)), 3);
        // The reset is counted at its gate, its code comes too soon after the last one and is not sent.
        alice.begin_reset(PHONE, at(2 * MINUTE_MS));
        assert_eq!(sends(at(2 * MINUTE_MS)), 4);
        let before = alice.written_to().len();
        alice.begin_reset(EMAIL, at(4 * MINUTE_MS));
        assert_eq!((sends(at(4 * MINUTE_MS)), alice.written_to().len()), (4, 0), "{before}");
    });
}

#[test]
fn a_code_of_a_change_that_is_sent_anew_is_charged_to_the_account_once() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let sends = |now| alice.service.record(&alice.name).unwrap().sends.sent_in_hour(now);
        let change = alice.begin_change(NEW, None, at(0)).unwrap().unwrap().change;
        assert_eq!(sends(at(0)), 2);
        // Its code is void after five wrong tries; so the next one is a new challenge and not another message for it.
        let code = alice.code(OLD);
        for _ in 0..3 {
            alice.prove_old(change, wrong(&code), at(1)).unwrap().unwrap_err();
        }
        let challenge =
            alice.service.record(&alice.name).unwrap().challenges.of_purpose(Purpose::ChangeContact).unwrap().id;
        alice.service.execute(&alice.name, &CancelCode { challenge }, at(2)).unwrap();
        alice.send_contact_code(change, at(2 * MINUTE_MS)).unwrap();
        assert_eq!(sends(at(2 * MINUTE_MS)), 3);
    });
}
