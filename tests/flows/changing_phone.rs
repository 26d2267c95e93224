//! "Change my phone number" at the service, with every wrong turn.

use account_security::account::CancelHandle;
use account_security::account::{Errand, EventKind};
use account_security::command::{
    BeginContactChange, CancelContactChange, CodeAnswer, ConfirmRegistered, ContactCancel, ContactRefused,
    ProveOldContact, Registered, Rejection, ReviewAnswer, ReviewReminder,
};
use account_security::command::{IssueCode, Notice, ProofStep};
use account_security::freeze::Scopes;
use account_security::service::ServiceError;
use account_security::types::time::{DAY_MS, MINUTE_MS};
use account_security::types::{Locale, RandomId, Timestamp, TypedCode};
use account_security::verification::{Binding, Purpose, VerifyOutcome};

use super::customer::{Customer, EMAIL, PHONE, wrong};
use super::on_every_store;
use crate::support::acts::kinds;
use crate::support::at;
use crate::support::owner::{MAIL, NEW, OLD, OTHER, handle_in, inbox, sender, to};
use crate::support::stores::Shared;

fn answered(outcome: VerifyOutcome) -> ContactRefused {
    ContactRefused::CodeNotAccepted(CodeAnswer::Tried(outcome))
}

/// A change whose old contact has agreed, and the code of the new one.
fn agreed(alice: &Customer, new: &str, now: Timestamp) -> (RandomId, TypedCode) {
    let change = alice.begin_change(new, None, now).unwrap().unwrap().change;
    let code = alice.code(OLD);
    alice.prove_old(change, code, now).unwrap().unwrap().sent.unwrap();
    (change, alice.code(new))
}

#[test]
fn both_codes_a_day_and_then_the_new_number_is_in_force() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let begun = alice.begin_change(NEW, None, at(0)).unwrap().unwrap();
        assert_eq!(begun.via, PHONE);
        let agreed = alice.prove_old(begun.change, alice.code(OLD), at(1)).unwrap().unwrap();
        assert_eq!(agreed.sent.unwrap().destination_masked, "+86 ****4321");
        let until = alice.prove_new(begun.change, alice.code(NEW), at(2)).unwrap().unwrap();
        assert_eq!(until, at(2 + DAY_MS));
        assert_eq!(alice.written_to(), [OLD], "the warning");
        let early = alice.finish(begun.change, until.minus_ms(1)).unwrap();
        assert_eq!(early, Err(ContactRefused::TooEarly { until }));
        assert_eq!(alice.in_force(PHONE).as_deref(), Some(OLD));
        assert_eq!(alice.finish(begun.change, until).unwrap(), Ok(PHONE));
        assert_eq!(alice.in_force(PHONE).as_deref(), Some(NEW));
        assert_eq!(alice.written_to(), [NEW, OLD], "both are told");
        assert_eq!(alice.finish(begun.change, until).unwrap(), Err(ContactRefused::NoSuchChange), "once");
    });
}

#[test]
fn a_sign_in_puts_a_change_in_force_whose_day_is_over_and_writes_to_the_new_number() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let (change, code) = agreed(&alice, NEW, at(0));
        let until = alice.prove_new(change, code, at(1)).unwrap().unwrap();
        let ticket = alice.ticket(until);
        inbox(&alice.service);
        alice.send(ticket, Errand::SignIn, PHONE, until).unwrap();
        assert_eq!(alice.written_to(), [NEW]);
    });
}

#[test]
fn the_code_of_the_new_channel_alone_leads_nowhere() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let change = alice.begin_change(NEW, None, at(0)).unwrap().unwrap().change;
        assert_eq!(alice.written_to(), [OLD], "the new one is not even written to");
        assert_eq!(
            alice.send_contact_code(change, at(MINUTE_MS)).map(|sent| sent.destination_masked).unwrap(),
            "+86 ****5678"
        );
        alice.written_to();
        // Even a genuine confirming code for the very number, from elsewhere, is of no use.
        let (purpose, binding) = (Purpose::ConfirmContact, Binding::NewContact(to(NEW)));
        let issue = IssueCode { purpose, to: to(NEW), binding, sender: sender(), locale: Locale::En };
        alice.service.send_code(&alice.name, None, &issue, at(MINUTE_MS)).unwrap().unwrap();
        let code = alice.code(NEW);
        let before = alice.service.record(&alice.name).unwrap();
        let stopped = alice.prove_new(change, code.clone(), at(MINUTE_MS)).unwrap();
        assert_eq!(stopped, Err(ContactRefused::WrongStep));
        assert_eq!(alice.finish(change, at(MINUTE_MS)).unwrap(), Err(ContactRefused::WrongStep));
        assert_eq!(alice.service.record(&alice.name).unwrap(), before, "nothing was compared, nothing written");
        let smuggled =
            alice.prove_old(change, TypedCode::parse(&format!("00{:06}", code.value()), 8).unwrap(), at(MINUTE_MS));
        assert_eq!(smuggled.unwrap(), Err(answered(VerifyOutcome::WrongCode { tries_left: 4 })));
        assert_eq!(alice.in_force(PHONE).as_deref(), Some(OLD));
    });
}

#[test]
fn a_code_bound_to_another_number_is_a_wrong_one() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let mine = alice.begin_change(NEW, None, at(0)).unwrap().unwrap().change;
        let code = alice.code(OLD);
        let thiefs = alice.begin_change(OTHER, None, at(MINUTE_MS)).unwrap().unwrap().change;
        let tried = alice.prove_old(thiefs, code.clone(), at(MINUTE_MS)).unwrap();
        assert_eq!(tried, Err(answered(VerifyOutcome::WrongCode { tries_left: 4 })));
        assert_eq!(alice.prove_old(mine, code, at(MINUTE_MS)).unwrap(), Err(ContactRefused::NoSuchChange));
        assert_eq!(alice.failures().1, 1, "counted");
        assert!(!alice.written_to().contains(&OTHER.to_owned()), "the thief's number got nothing");
    });
}

#[test]
fn codes_expire_are_replayed_in_vain_and_guesses_end_in_a_block() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let change = alice.begin_change(NEW, None, at(0)).unwrap().unwrap().change;
        let code = alice.code(OLD);
        let late = alice.prove_old(change, code, at(5 * MINUTE_MS)).unwrap();
        assert_eq!(late, Err(answered(VerifyOutcome::Expired)));
        alice.send_contact_code(change, at(5 * MINUTE_MS)).unwrap();
        let code = alice.code(OLD);
        alice.prove_old(change, code.clone(), at(6 * MINUTE_MS)).unwrap().unwrap();
        let new_code = alice.code(NEW);
        let replayed = alice.prove_old(change, code, at(6 * MINUTE_MS + 1)).unwrap();
        assert_eq!(replayed, Err(ContactRefused::WrongStep));
        assert!(alice.written_to().is_empty(), "a replay sends nothing");
        for left in (0..5).rev() {
            let guess = alice.prove_new(change, wrong(&new_code), at(7 * MINUTE_MS)).unwrap();
            let outcome =
                if left > 0 { VerifyOutcome::WrongCode { tries_left: left } } else { VerifyOutcome::Exhausted };
            let is_as_told = guess == Err(answered(outcome)) || (left == 0 && guess.is_err());
            assert!(is_as_told, "{guess:?}");
        }
        let until = at(7 * MINUTE_MS + 30_000);
        let blocked = alice.prove_new(change, new_code, at(7 * MINUTE_MS + 1)).unwrap();
        assert_eq!(blocked, Err(ContactRefused::CodeNotAccepted(CodeAnswer::Blocked { until })));
        let waited = alice.send_contact_code(change, at(40 * MINUTE_MS));
        assert_eq!(waited, Err(ContactRefused::Expired), "half an hour, and the change is dead");
    });
}

#[test]
fn a_replayed_code_of_the_new_number_does_not_begin_the_day_anew() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let (change, code) = agreed(&alice, NEW, at(0));
        let until = alice.prove_new(change, code.clone(), at(1)).unwrap().unwrap();
        assert_eq!(alice.prove_new(change, code, at(2)).unwrap(), Err(ContactRefused::WrongStep));
        let another = alice.begin_change(OTHER, None, at(MINUTE_MS)).unwrap();
        assert_eq!(another, Err(ContactRefused::CoolingOff { until }));
        assert_eq!(alice.finish(change, until).unwrap(), Ok(PHONE));
    });
}

#[test]
fn a_frozen_account_changes_nothing_at_any_step() {
    on_every_store(|store| {
        let frozen = |answer: Option<ServiceError>| {
            let is_frozen = matches!(answer, Some(ServiceError::Rejected(Rejection::Frozen)));
            assert!(is_frozen, "{answer:?}");
        };
        let alice = Customer::alice(store);
        let (change, code) = agreed(&alice, NEW, at(0));
        let until = alice.prove_new(change, code, at(1)).unwrap().unwrap();
        alice.freeze(Scopes::CHANGE_PROFILE, at(2));
        alice.written_to();
        frozen(alice.begin_change(OTHER, None, at(MINUTE_MS)).err());
        frozen(alice.prove_old(change, TypedCode::parse("12345678", 8).unwrap(), at(MINUTE_MS)).err());
        frozen(alice.prove_new(change, TypedCode::parse("123456", 6).unwrap(), at(MINUTE_MS)).err());
        frozen(alice.finish(change, until).err());
        assert_eq!(alice.in_force(PHONE).as_deref(), Some(OLD));
        assert!(alice.written_to().is_empty());
    });
}

#[test]
fn whoever_reads_the_old_number_calls_it_off() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let (change, code) = agreed(&alice, NEW, at(0));
        let until = alice.prove_new(change, code, at(1)).unwrap().unwrap();
        let warned = inbox(&alice.service);
        let handle = CancelHandle::parse(&handle_in(&warned[0].1)).unwrap();
        let wrong = CancelContactChange { by: ContactCancel::Handle(CancelHandle::parse("BBBB-BBBB-BBBB").unwrap()) };
        let refused = alice.service.cancel_contact_change(&alice.name, &wrong, at(2)).unwrap();
        assert_eq!(refused, Err(ContactRefused::NoSuchChange));
        let cancel = CancelContactChange { by: ContactCancel::Handle(handle) };
        assert!(alice.service.cancel_contact_change(&alice.name, &cancel, at(3)).unwrap().unwrap().is_suspicious);
        assert_eq!(alice.finish(change, until).unwrap(), Err(ContactRefused::NoSuchChange));
        assert_eq!(alice.in_force(PHONE).as_deref(), Some(OLD));
        // And the owner by name.
        let (change, _) = agreed(&alice, OTHER, at(70 * MINUTE_MS));
        let owner = CancelContactChange { by: ContactCancel::Owner { change } };
        assert!(
            !alice
                .service
                .cancel_contact_change(&alice.name, &owner, at(71 * MINUTE_MS))
                .unwrap()
                .unwrap()
                .is_suspicious
        );
    });
}

#[test]
fn with_another_proof_at_hand_the_old_number_is_not_enough() {
    on_every_store(|store| {
        let alice = Customer::alice_with_mail(store);
        let without = alice.begin_change(NEW, None, at(0)).unwrap();
        assert!(matches!(without, Err(ContactRefused::StepUpNeeded { .. })), "{without:?}");
        let by_phone = alice.stepped_up(PHONE, at(1));
        let same = alice.begin_change(NEW, Some(by_phone), at(2)).unwrap();
        assert!(matches!(same, Err(ContactRefused::StepUpNeeded { .. })), "the same proof twice: {same:?}");
        let by_mail = alice.stepped_up(EMAIL, at(2 * MINUTE_MS));
        let change = alice.begin_change(NEW, Some(by_mail), at(2 * MINUTE_MS)).unwrap().unwrap().change;
        alice.prove_old(change, alice.code(OLD), at(3 * MINUTE_MS)).unwrap().unwrap();
        alice.prove_new(change, alice.code(NEW), at(3 * MINUTE_MS)).unwrap().unwrap();
        let mut told = alice.written_to();
        told.sort();
        assert_eq!(told, [OLD, MAIL], "every contact in force is warned");
        assert!(
            kinds(&alice.service, &alice.name)
                .contains(&EventKind::StepUpSpent { proven: account_security::account::Proofs::EMAIL })
        );
    });
}

#[test]
fn the_registered_contacts_are_looked_over_every_half_year() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        assert_eq!(alice.service.remind_review(&alice.name, at(DAY_MS)).unwrap(), ReviewReminder::NotDue);
        let due = at(181 * DAY_MS);
        assert_eq!(alice.service.remind_review(&alice.name, due).unwrap(), ReviewReminder::Reminded);
        let again = alice.service.remind_review(&alice.name, due.plus_ms(1)).unwrap();
        assert!(matches!(again, ReviewReminder::RemindedLately { .. }), "{again:?}");
        let stale = ConfirmRegistered { shown: Registered { phone: Some("+86 ****0000".into()), email: None } };
        assert_eq!(alice.service.confirm_registered(&alice.name, &stale, due).unwrap(), ReviewAnswer::Outdated);
        let shown = Registered::of(&alice.service.record(&alice.name).unwrap().contacts);
        let confirmed = alice.service.confirm_registered(&alice.name, &ConfirmRegistered { shown }, due).unwrap();
        assert_eq!(confirmed, ReviewAnswer::Confirmed);
    });
}

#[test]
fn the_language_of_the_owner_changes_with_the_contact_and_the_warnings_keep_to_the_former() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let locale = || alice.service.record(&alice.name).unwrap().contacts.locale();
        let begin = BeginContactChange { new: to(NEW), ticket: None, sender: sender(), locale: Locale::ZhCn };
        let begun = alice.service.begin_contact_change(&alice.name, None, &begin, at(0)).unwrap().unwrap();
        assert_eq!(locale(), Locale::En, "whoever is in the session may be a thief");
        let (change, code) = (begun.change, alice.code(OLD));
        let prove = ProveOldContact { change, code, sender: sender(), locale: Locale::ZhCn };
        alice.service.prove_old_contact(&alice.name, None, &prove, at(1)).unwrap().unwrap();
        assert_eq!(locale(), Locale::En, "who holds the phone for a moment may be one, too");
        let until = alice.prove_new(change, alice.code(NEW), at(2)).unwrap().unwrap();
        let warnings = inbox(&alice.service);
        assert!(warnings.len() == 1 && warnings[0].1.contains("If this was not you"), "{warnings:?}");
        alice.finish(change, until).unwrap().unwrap();
        assert_eq!(locale(), Locale::ZhCn);
    });
}

/// Nobody has finished it: whatever asks for a contact comes upon the new one.
#[test]
fn once_a_change_is_due_the_former_contact_gets_no_code_proves_nothing_and_hears_nothing() {
    let due = |store: &Shared| {
        let alice = Customer::alice(store);
        let (change, code) = agreed(&alice, NEW, at(0));
        let until = alice.prove_new(change, code, at(0)).unwrap().unwrap();
        alice.written_to();
        (alice, until)
    };
    on_every_store(|store| {
        let (alice, until) = due(store);
        let ticket = alice.step_up(until.minus_ms(1_000));
        alice.send(ticket, Errand::StepUp, PHONE, until.plus_ms(MINUTE_MS)).unwrap();
        let told = inbox(&alice.service);
        let codes: Vec<_> = told.iter().filter(|(_, text)| text.contains("code")).map(|(to, _)| to.as_str()).collect();
        assert_eq!(codes, [NEW], "{told:?}");
    });
    on_every_store(|store| {
        let (alice, until) = due(store);
        let ticket = alice.step_up(until.minus_ms(1_000));
        let proof = alice.proof(ticket, Errand::StepUp, PHONE, until.minus_ms(1_000));
        let step = alice.prove_step_up(ticket, &proof, until);
        assert!(matches!(step, ProofStep::Refused(_)), "sent to a phone that is the owner's no more: {step:?}");
    });
    on_every_store(|store| {
        let (alice, until) = due(store);
        alice.sign_in("wrong-pass-1!", None, until);
        assert_eq!(alice.in_force(PHONE).as_deref(), Some(NEW));
    });
}

#[test]
fn the_owner_hears_of_a_change_that_another_one_pushed_aside() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        alice.begin_change(NEW, None, at(0)).unwrap().unwrap();
        alice.written_to();
        let expires_at = alice.begin_change(OTHER, None, at(MINUTE_MS)).unwrap().unwrap().expires_at;
        assert_eq!(alice.notices(), [Notice::ContactChangeCancelled { kind: PHONE }]);
        alice.begin_change(NEW, None, expires_at).unwrap().unwrap();
        assert_eq!(alice.notices(), [], "nobody waits for what waited too long");
    });
}
