//! What needs one more proof: another contact, another authenticator, the last way in.

use account_security::account::{Errand, EventKind, Proofs, TICKET_MS, TicketId};
use account_security::command::{
    BeginStepUp, ConfirmTotp, ContactRefused, EnrolTotp, GenerateRecoveryCodes, ProofStep, ProveStepUp, RecoveryAnswer,
    Rejection, RevokeTotp, SpendRecoveryCode, TotpOutcome, TypedProof,
};
use account_security::service::{Service, ServiceError};
use account_security::totp::{RecoveryCode, TotpParameters, code_at};
use account_security::types::time::MINUTE_MS;
use account_security::types::{AccountId, RandomId, Timestamp, TypedCode};

use crate::on_every_store;
use crate::support::acts::kinds;
use crate::support::owner::{MAIL, NEW, OLD, OTHER, begin, inbox, register, ticket};
use crate::support::stores::Shared;
use crate::support::{account, at, service, settings};

fn enrol(
    service: &Service<Shared>,
    account: &AccountId,
    ticket: Option<TicketId>,
    now: Timestamp,
) -> Result<RandomId, ServiceError> {
    let parameters = TotpParameters::STANDARD;
    let (issuer, account_name) = ("Example Pay".to_owned(), "alice".to_owned());
    let enrol = EnrolTotp { issuer, account_name, parameters, ticket };
    let enrolled = service.execute(account, &enrol, now)?.unwrap();
    let shown = code_at(enrolled.key.secret(), &parameters, now).unwrap();
    let confirm = ConfirmTotp { code: TypedCode::parse(shown.code(), 6).unwrap() };
    assert_eq!(service.execute(account, &confirm, now).unwrap(), TotpOutcome::Accepted);
    Ok(enrolled.credential)
}

fn needed<T>() -> Result<T, ServiceError> {
    Err(ServiceError::Rejected(Rejection::StepUpNeeded))
}

#[test]
fn a_change_needs_another_proof_than_the_contact_that_agrees() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD, MAIL], at(0));
        let refused = Err(ContactRefused::StepUpNeeded { accepted: Proofs::EMAIL });
        assert_eq!(begin(&service, &alice, NEW, None, at(0)).unwrap(), refused, "a stolen phone alone");
        let of_the_phone = ticket(&service, &alice, Errand::StepUp, Proofs::PHONE, at(1));
        assert_eq!(begin(&service, &alice, NEW, Some(of_the_phone), at(1)).unwrap(), refused);
        let of_a_sign_in = ticket(&service, &alice, Errand::SignIn, Proofs::PASSWORD | Proofs::EMAIL, at(2));
        assert_eq!(begin(&service, &alice, NEW, Some(of_a_sign_in), at(2)).unwrap(), refused);
        let of_the_mail = ticket(&service, &alice, Errand::StepUp, Proofs::EMAIL, at(3));
        assert_eq!(begin(&service, &alice, NEW, Some(of_the_mail), at(3 + 10 * MINUTE_MS)).unwrap(), refused, "late");
        let good = ticket(&service, &alice, Errand::StepUp, Proofs::EMAIL, at(11 * MINUTE_MS));
        assert!(begin(&service, &alice, NEW, Some(good), at(11 * MINUTE_MS)).unwrap().is_ok());
        let again = begin(&service, &alice, NEW, Some(good), at(12 * MINUTE_MS)).unwrap();
        assert_eq!(again, refused, "it opened one change");
        let spent = kinds(&service, &alice);
        assert!(spent.contains(&EventKind::StepUpSpent { proven: Proofs::EMAIL }));
    });
}

#[test]
fn a_refused_message_costs_no_ticket() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD, MAIL], at(0));
        let first = ticket(&service, &alice, Errand::StepUp, Proofs::EMAIL, at(0));
        begin(&service, &alice, NEW, Some(first), at(0)).unwrap().unwrap();
        let second = ticket(&service, &alice, Errand::StepUp, Proofs::EMAIL, at(1));
        let too_soon = begin(&service, &alice, NEW, Some(second), at(1)).unwrap();
        assert!(matches!(too_soon, Err(ContactRefused::NotSent(_))), "{too_soon:?}");
        assert!(begin(&service, &alice, NEW, Some(second), at(MINUTE_MS)).unwrap().is_ok());
    });
}

#[test]
fn the_first_authenticator_is_free_and_every_other_takes_a_step_up() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let first = enrol(&service, &alice, None, at(0)).unwrap();
        assert_eq!(enrol(&service, &alice, None, at(MINUTE_MS)).map(|_| ()), needed());
        let proven = ticket(&service, &alice, Errand::StepUp, Proofs::TOTP, at(MINUTE_MS));
        let second = enrol(&service, &alice, Some(proven), at(MINUTE_MS)).unwrap();
        assert_ne!(first, second);
        assert_eq!(enrol(&service, &alice, Some(proven), at(2 * MINUTE_MS)).map(|_| ()), needed(), "spent");

        let bob = account("bob");
        register(&service, &bob, &[OLD], at(0));
        assert_eq!(enrol(&service, &bob, None, at(0)).map(|_| ()), needed(), "a confirmed contact is a proof");
        let proven = ticket(&service, &bob, Errand::StepUp, Proofs::PHONE, at(0));
        enrol(&service, &bob, Some(proven), at(0)).unwrap();
        let told = inbox(&service);
        assert!(told.len() == 1 && told[0].0 == OLD && told[0].1.contains("was added to your account"), "{told:?}");
    });
}

#[test]
fn the_last_way_to_prove_more_than_the_password_stays_unless_policy_lets_it_go() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let credential = enrol(&service, &alice, None, at(0)).unwrap();
        let revoke = |ticket, now| service.execute(&alice, &RevokeTotp { credential, ticket }, now);
        let proven = ticket(&service, &alice, Errand::StepUp, Proofs::TOTP, at(0));
        assert_eq!(revoke(Some(proven), at(1)), Err(ServiceError::Rejected(Rejection::LastFactor)));
        register(&service, &alice, &[OLD], at(2));
        assert_eq!(revoke(None, at(3)), needed());
        assert_eq!(revoke(Some(proven), at(4)), Ok(true));

        let bob = account("bob");
        let mut lax = settings();
        (lax.contacts.last_factor_removable, lax.contacts.step_up) = (true, false);
        service.swap_settings(lax);
        let credential = enrol(&service, &bob, None, at(0)).unwrap();
        assert_eq!(service.execute(&bob, &RevokeTotp { credential, ticket: None }, at(1)), Ok(true));
    });
}

#[test]
fn a_policy_that_cannot_be_meant_stops_a_change() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let mut hasty = settings();
        hasty.contacts.cooling_off_ms = 0;
        service.swap_settings(hasty);
        let refused = begin(&service, &alice, NEW, None, at(1));
        assert!(matches!(refused, Err(ServiceError::Rejected(Rejection::PolicyOutOfRange(_)))), "{refused:?}");
    });
}

/// Alice with nothing but recovery codes, all but one of them spent; the last one.
fn one_code_left(service: &Service<Shared>, alice: &AccountId) -> RecoveryCode {
    let mut codes = service.execute(alice, &GenerateRecoveryCodes { ticket: None }, at(0)).unwrap().codes;
    let last = codes.pop().unwrap();
    for (number, code) in (1..).zip(codes) {
        let spend = SpendRecoveryCode { code, sign_in: RandomId([number; 16]) };
        service.execute(alice, &spend, at(0)).unwrap();
    }
    last
}

/// An enrolment begun, and nothing more.
fn begin_enrolment(
    service: &Service<Shared>,
    account: &AccountId,
    ticket: Option<TicketId>,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let (issuer, account_name, parameters) = ("Example Pay".into(), "alice".into(), TotpParameters::STANDARD);
    service.execute(account, &EnrolTotp { issuer, account_name, parameters, ticket }, now).map(|_| ())
}

#[test]
fn a_step_up_by_the_last_recovery_code_opens_one_thing_once_and_nothing_without_it() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let code = one_code_left(&service, &alice);
        let ticket = service.execute(&alice, &BeginStepUp, at(1)).unwrap().unwrap().ticket;
        let prove = ProveStepUp { ticket, proof: TypedProof::Recovery(code) };
        let ProofStep::Complete { ticket } = service.execute(&alice, &prove, at(2)).unwrap() else { panic!("refused") };
        let enrol = |ticket, ms| begin_enrolment(&service, &alice, ticket, at(ms));
        assert_eq!(enrol(None, 3), needed(), "a session that the owner does not hold");
        assert_eq!(enrol(Some(ticket), 3), Ok(()));
        assert!(kinds(&service, &alice).contains(&EventKind::StepUpSpent { proven: Proofs::RECOVERY }));
        assert_eq!(enrol(Some(ticket), 4), needed(), "spent");
        assert_eq!(enrol(None, 4), needed());
        assert_eq!(enrol(None, 3 + TICKET_MS - 1), needed());
        assert_eq!(enrol(None, 3 + TICKET_MS), Ok(()), "by then it is an account that can prove nothing");
        assert_eq!(enrol(Some(ticket), 4 + TICKET_MS), needed());
    });
}

#[test]
fn who_signed_in_with_the_last_recovery_code_can_bring_a_new_authenticator_in() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let spend = SpendRecoveryCode { code: one_code_left(&service, &alice), sign_in: RandomId([99; 16]) };
        assert_eq!(service.execute(&alice, &spend, at(1)).unwrap(), RecoveryAnswer::Accepted { left: 0 });
        assert!(service.execute(&alice, &BeginStepUp, at(2)).unwrap().is_none(), "nothing to step up with");
        enrol(&service, &alice, None, at(2)).unwrap();
    });
}

#[test]
fn a_change_of_contact_on_the_last_recovery_code_takes_its_ticket_and_uses_it_up() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let code = one_code_left(&service, &alice);
        register(&service, &alice, &[OLD], at(0));
        let ticket = service.execute(&alice, &BeginStepUp, at(1)).unwrap().unwrap().ticket;
        let prove = ProveStepUp { ticket, proof: TypedProof::Recovery(code) };
        let ProofStep::Complete { ticket } = service.execute(&alice, &prove, at(2)).unwrap() else { panic!("refused") };

        let refused = Err(ContactRefused::StepUpNeeded { accepted: Proofs::NONE });
        for _ in 0..4 {
            service.execute(&alice, &BeginStepUp, at(3)).unwrap().unwrap();
        }
        assert_eq!(begin(&service, &alice, OTHER, None, at(3)).unwrap(), refused, "a session the owner does not hold");
        assert!(begin(&service, &alice, NEW, Some(ticket), at(3)).unwrap().is_ok());
        assert!(kinds(&service, &alice).contains(&EventKind::StepUpSpent { proven: Proofs::RECOVERY }));
        for other in [Some(ticket), None] {
            assert_eq!(
                begin(&service, &alice, OTHER, other, at(MINUTE_MS + 3)).unwrap(),
                refused,
                "it opened one change"
            );
        }
        let enrol = |ticket| begin_enrolment(&service, &alice, ticket, at(MINUTE_MS + 4));
        assert_eq!(enrol(Some(ticket)), needed(), "and nothing else");
        let later = at(3 + TICKET_MS);
        assert!(begin(&service, &alice, OTHER, None, later).unwrap().is_ok(), "by then the phone is all there is");
    });
}

#[test]
fn a_phone_that_is_all_there_is_agrees_alone_whatever_step_up_is_under_way() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        service.execute(&alice, &BeginStepUp, at(1)).unwrap().unwrap();
        let by_phone = ticket(&service, &alice, Errand::StepUp, Proofs::PHONE, at(2));
        assert!(begin(&service, &alice, NEW, None, at(3)).unwrap().is_ok());
        assert!(begin(&service, &alice, OTHER, Some(by_phone), at(MINUTE_MS + 3)).unwrap().is_ok());
        assert_eq!(
            begin_enrolment(&service, &alice, Some(by_phone), at(MINUTE_MS + 4)),
            needed(),
            "a given ticket is spent"
        );
    });
}
