//! Signing up at the service: in whose language, and what the second contact brings about.

use account_security::account::{Errand, TicketId};
use account_security::command::{ContactCorrection, CorrectContact, Effect, Notice, SignInStep};
use account_security::password::UserContext;
use account_security::service::{NewAccount, SignUpResult};
use account_security::types::time::{DAY_MS, MINUTE_MS};
use account_security::types::{Locale, Timestamp};

use super::customer::{Customer, EMAIL, NEXT, PHONE, RIGHT, accepted, password};
use super::on_every_store;
use crate::support::owner::{MAIL, OLD, OTHER, inbox, sender, to};
use crate::support::{at, settings};

#[test]
fn notices_go_out_in_the_language_of_the_sign_up() {
    on_every_store(|store| {
        let alice = Customer::named("alice", store, settings());
        let (typed, words) = (password(RIGHT), UserContext::none());
        let (contact, sender, locale) = (to(OLD), sender(), Locale::ZhCn);
        let new = NewAccount { password: &typed, words: &words, contact, second: None, sender, locale };
        let SignUpResult::Created(sent) = alice.service.sign_up(&alice.name, None, &new, at(0)).unwrap() else {
            panic!("no account")
        };
        assert_eq!(alice.confirm(PHONE, sent.challenge, alice.code(OLD), at(1)), accepted());
        alice.change_password(RIGHT, NEXT, at(2)).unwrap();
        let told = inbox(&alice.service);
        assert!(matches!(&told[..], [(to, text)] if to == OLD && text.contains("密码已修改")), "{told:?}");
    });
}

#[test]
fn a_contact_that_confirms_itself_beside_another_is_told_there_and_marks_the_account() {
    on_every_store(|store| {
        let alice = Customer::named("alice", store, settings());
        let SignUpResult::Created(first) = alice.sign_up(RIGHT, OLD, Some(MAIL), at(0)) else { panic!("no account") };
        assert_eq!(alice.confirm(PHONE, first.challenge, alice.code(OLD), at(1)), accepted());
        assert!(alice.written_to().is_empty(), "the first way to prove anything is no addition");
        assert_eq!(alice.service.record(&alice.name).unwrap().security_changed_at, None);

        let second = alice.send_confirmation(EMAIL, at(2)).unwrap().unwrap();
        let code = alice.code(MAIL);
        assert_eq!(alice.confirm(EMAIL, second.challenge, code, at(3)), accepted());
        let waiting = alice.service.drain(10).unwrap();
        let is_told =
            waiting.iter().any(|it| matches!(it.effect, Ok(Effect::NotifyOwner { notice: Notice::FactorAdded })));
        assert!(is_told, "in the app");
        assert_eq!(alice.written_to(), [OLD], "where the owner was before");
        assert_eq!(alice.service.record(&alice.name).unwrap().security_changed_at, Some(at(3)));

        let again = alice.send_confirmation(EMAIL, at(200_000)).unwrap().unwrap();
        let code = alice.code(MAIL);
        assert_eq!(alice.confirm(EMAIL, again.challenge, code, at(200_001)), accepted());
        assert!(alice.written_to().is_empty(), "it proved its owner before");
        assert_eq!(alice.service.record(&alice.name).unwrap().security_changed_at, Some(at(3)));
    });
}

fn correct(alice: &Customer, ticket: TicketId, new: &str, now: Timestamp) -> ContactCorrection {
    alice.service.execute(&alice.name, &CorrectContact { ticket, new: to(new) }, now).unwrap()
}

#[test]
fn a_mistyped_number_is_corrected_by_who_knows_the_password_until_something_is_confirmed() {
    on_every_store(|store| {
        let alice = Customer::named("alice", store, settings());
        let SignUpResult::Created(lost) = alice.sign_up(RIGHT, OTHER, None, at(0)) else { panic!("no account") };
        let elsewhere = alice.code(OTHER);
        assert_eq!(correct(&alice, TicketId([7; 16]), OLD, at(1)), ContactCorrection::NoSuchTicket);
        let ticket = alice.ticket(at(1));
        assert_eq!(correct(&alice, ticket, OTHER, at(2)), ContactCorrection::SameContact);
        assert_eq!(correct(&alice, ticket, MAIL, at(2)), ContactCorrection::NotOpen, "none was given");
        assert_eq!(correct(&alice, ticket, OLD, at(2)), ContactCorrection::Corrected);
        assert_ne!(alice.confirm(PHONE, lost.challenge, elsewhere, at(3)), accepted(), "whose it is, is not its owner");
        let proof = alice.proof(ticket, Errand::SignIn, PHONE, at(MINUTE_MS));
        assert!(matches!(alice.prove(ticket, &proof, at(MINUTE_MS)), SignInStep::SignedIn(_)));
        assert_eq!(alice.in_force(PHONE).as_deref(), Some(OLD));

        let again = alice.ticket(at(2 * MINUTE_MS));
        assert_eq!(correct(&alice, again, OTHER, at(2 * MINUTE_MS)), ContactCorrection::NotOpen);
        assert_eq!(alice.in_force(PHONE).as_deref(), Some(OLD));
    });
}

#[test]
fn an_account_that_lay_about_unconfirmed_is_not_opened_by_its_password() {
    on_every_store(|store| {
        let alice = Customer::named("alice", store, settings());
        assert!(matches!(alice.sign_up(RIGHT, OTHER, None, at(0)), SignUpResult::Created(_)));
        let ticket = alice.ticket(at(DAY_MS));
        assert_eq!(correct(&alice, ticket, OLD, at(DAY_MS)), ContactCorrection::NotOpen);
    });
}
