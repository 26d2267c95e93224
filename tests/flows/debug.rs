//! What is logged: a ticket is as good as the proofs on it, so no `Debug` shows one.

use account_security::account::{Errand, TicketId};
use account_security::command::{
    BeginContactChange, BeginLostContactChange, EnrolTotp, GenerateRecoveryCodes, LiftOwnFreeze, ProofStep, ProveReset,
    ProveSignIn, ProveStepUp, RevokeTotp, SendProofCode, SetBy, SignInStep, TypedProof,
};
use account_security::service::LiftOwn;
use account_security::totp::TotpParameters;
use account_security::types::{ActorId, Locale, RandomId, TypedCode};

use super::customer::{Customer, NEXT, PHONE, RIGHT, password};
use super::on_every_store;
use crate::support::at;
use crate::support::owner::{NEW, sender, to};

/// The texts in which the id would be found, were it shown.
fn is_shown(id: TicketId, text: &str) -> bool {
    let bytes = format!("{:?}", id.0);
    text.contains(&id.to_string())
        || text.contains(&id.to_string()[..8])
        || text.contains(bytes.trim_matches(['[', ']']))
}

#[test]
fn no_command_that_names_a_ticket_shows_it() {
    let ticket = TicketId([0xAB; 16]);
    let code = TypedCode::parse("123456", 6).unwrap();
    let (proof, locale, by) = (TypedProof::Totp(code), Locale::En, ActorId::parse("alice").unwrap());
    let typed = password(NEXT);
    let (issuer, account_name) = ("Example".to_owned(), "alice".to_owned());
    let texts = [
        format!("{ticket:?}"),
        format!("{:?}", SignInStep::ChangePassword { ticket }),
        format!("{:?}", ProofStep::Complete { ticket }),
        format!("{:?}", ProveSignIn { ticket, proof: proof.clone(), remember: None }),
        format!("{:?}", ProveStepUp { ticket, proof: proof.clone() }),
        format!("{:?}", ProveReset { ticket, proof }),
        format!("{:?}", SendProofCode { ticket, errand: Errand::StepUp, via: PHONE, sender: sender(), locale }),
        format!("{:?}", BeginContactChange { new: to(NEW), ticket: Some(ticket), sender: sender(), locale }),
        format!("{:?}", BeginLostContactChange { new: to(NEW), ticket, locale }),
        format!(
            "{:?}",
            EnrolTotp { issuer, account_name, parameters: TotpParameters::default(), ticket: Some(ticket) }
        ),
        format!("{:?}", RevokeTotp { credential: RandomId([1; 16]), ticket: Some(ticket) }),
        format!("{:?}", GenerateRecoveryCodes { ticket: Some(ticket) }),
        format!("{:?}", SetBy::Reset { ticket }),
        format!("{:?}", LiftOwnFreeze { freeze: RandomId([1; 16]), by: by.clone(), ticket, compared: String::new() }),
        format!("{:?}", LiftOwn { freeze: RandomId([1; 16]), by: &by, ticket, password: &typed, device: None }),
    ];
    for text in texts {
        assert!(!is_shown(ticket, &text), "{text}");
    }
}

#[test]
fn no_answer_and_no_record_shows_a_ticket() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let step = alice.sign_in(RIGHT, None, at(1));
        let SignInStep::SecondFactor { ticket, .. } = &step else { panic!("{step:?}") };
        assert!(!is_shown(*ticket, &format!("{step:?}")));
        let opened = alice.service.begin_step_up(&alice.name, at(1)).unwrap().unwrap();
        assert!(!is_shown(opened.ticket, &format!("{opened:?}")));
        let record = alice.service.record(&alice.name).unwrap();
        assert_eq!(record.tickets.len(), 2);
        for ticket in [*ticket, opened.ticket] {
            assert!(!is_shown(ticket, &format!("{record:?}")), "{:?}", record.tickets);
        }
    });
}
