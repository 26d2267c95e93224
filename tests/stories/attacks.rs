//! What a review tried against the flows, each once with success.

use account_security::account::{Contact, ContactKind, Contacts, DeviceLabel, Errand, Proofs, Stage};
use account_security::command::{
    BeginLostContactChange, BeginReset, ContactRefused, EnrolTotp, GenerateRecoveryCodes, IssueCode, PlaceFreeze,
    ProveOldContact, ProveSignIn, RevokeTotp, SendContactCode, SendProofCode, SignInStep, SpendRecoveryCode,
};
use account_security::freeze::{FreezeRequest, Scopes};
use account_security::password::{Password, UserContext};
use account_security::service::{NewAccount, SignUpResult};
use account_security::totp::TotpParameters;
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use account_security::types::{ActorId, Locale, RandomId};
use account_security::verification::budget::Limits;
use account_security::verification::{Binding, Purpose, SendRefused};

use crate::on_every_store;
use crate::support::acts::phone;
use crate::support::owner::{self, MAIL, NEW, OLD, begin, code_to, inbox, register, ticket, to};
use crate::support::visits::{Visits, sender};
use crate::support::{account, at, service, settings};

fn reset() -> BeginReset {
    BeginReset { via: ContactKind::Phone, sender: sender(), locale: Locale::En }
}

#[test]
fn a_stranger_whose_messages_are_refused_takes_none_of_the_owners() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.sending.network = Limits { per_hour: 1, per_day: 1 };
        let visits = Visits::with(store, settings);
        visits.sign_up_confirmed(None);
        let from = "192.0.2.1".parse().ok();
        let (purpose, binding) = (Purpose::SignIn, Binding::None);
        let own = IssueCode { purpose, to: to(NEW), binding, sender: sender(), locale: Locale::En };
        visits.service.send_code(&account("mallory"), from, &own, at(0)).unwrap().unwrap();
        for second in 0..30 {
            visits.service.begin_reset(&visits.alice, from, &reset(), at(MINUTE_MS + second)).unwrap();
        }
        let ticket = visits.ticket(at(2 * MINUTE_MS));
        let send = SendProofCode {
            ticket,
            errand: Errand::SignIn,
            via: ContactKind::Phone,
            sender: sender(),
            locale: Locale::En,
        };
        let sent = visits.service.send_proof_code(&visits.alice, None, &send, at(2 * MINUTE_MS)).unwrap();
        assert!(sent.is_ok(), "{sent:?}");
    });
}

#[test]
fn a_stranger_who_signs_up_with_the_owners_number_leaves_the_owner_half_of_the_day() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        let password = Password::parse(b"Vx9#qLm2-tide").unwrap();
        let words = UserContext::none();
        let mut sent = 0;
        for n in 0..20_u64 {
            let (contact, sender) = (phone(), sender());
            let new =
                NewAccount { password: &password, words: &words, contact, second: None, sender, locale: Locale::En };
            let name = account(&format!("mallory-{n}"));
            let result = visits.service.sign_up(&name, None, &new, at(n * 20 * MINUTE_MS)).unwrap();
            sent += u32::from(matches!(result, SignUpResult::Created(_)));
        }
        assert_eq!(sent, 5);
        let now = at(8 * HOUR_MS);
        let ticket = visits.ticket(now);
        let send = SendProofCode {
            ticket,
            errand: Errand::SignIn,
            via: ContactKind::Phone,
            sender: sender(),
            locale: Locale::En,
        };
        assert!(visits.service.send_proof_code(&visits.alice, None, &send, now).unwrap().is_ok());
    });
}

#[test]
fn the_right_code_of_the_old_contact_is_spent_even_where_no_message_may_go_to_the_new_one() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        for n in 0..5 {
            let (purpose, binding) = (Purpose::SignIn, Binding::None);
            let issue = IssueCode { purpose, to: to(NEW), binding, sender: owner::sender(), locale: Locale::En };
            service.send_code(&account(&format!("mallory-{n}")), None, &issue, at(n)).unwrap().unwrap();
        }
        let change = begin(&service, &alice, NEW, None, at(10)).unwrap().unwrap().change;
        let code = code_to(&inbox(&service), OLD, 8);
        let prove = ProveOldContact { change, code, sender: owner::sender(), locale: Locale::En };
        let agreed = service.prove_old_contact(&alice, None, &prove, at(11)).unwrap().unwrap();
        assert!(matches!(agreed.sent, Err(SendRefused::OverBudget { .. })), "{agreed:?}");
        let stage = service.record(&alice).unwrap().contact_change.unwrap().stage().clone();
        assert_eq!(stage, Stage::AwaitNew { challenge: None }, "the code is spent by a commit before the answer");
        let send = SendContactCode { change, sender: owner::sender(), locale: Locale::En };
        let early = service.send_contact_code(&alice, None, &send, at(12)).unwrap();
        assert!(matches!(early, Err(ContactRefused::NotSent(_))));
    });
}

#[test]
fn a_password_alone_reports_a_loss_once_for_each_sign_in_and_within_the_accounts_messages() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let report = |ticket, now| {
            let begin = BeginLostContactChange { new: to(NEW), ticket, locale: Locale::En };
            service.execute(&alice, &begin, now).unwrap()
        };
        let password = ticket(&service, &alice, Errand::SignIn, Proofs::PASSWORD, at(0));
        assert!(report(password, at(0)).is_ok());
        let nothing = Err(ContactRefused::StepUpNeeded { accepted: Proofs::NONE });
        assert_eq!(report(password, at(1)), nothing, "the ticket is spent");
        for n in 1..30 {
            let password = ticket(&service, &alice, Errand::SignIn, Proofs::PASSWORD, at(n * 1_000));
            let _ = report(password, at(n * 1_000));
        }
        assert_eq!(inbox(&service).len(), 10, "the owner's phone does not ring all day");
        let password = ticket(&service, &alice, Errand::SignIn, Proofs::PASSWORD, at(2 * DAY_MS));
        assert!(report(password, at(2 * DAY_MS)).is_ok());
    });
}

#[test]
fn no_device_becomes_known_while_the_factors_are_frozen() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        let request = FreezeRequest::by_owner(ActorId::parse("alice").unwrap(), Scopes::CHANGE_FACTORS);
        visits.service.execute(&visits.alice, &PlaceFreeze { request, caused_by: None }, at(0)).unwrap().unwrap();
        let ticket = visits.ticket(at(0));
        let proof = visits.code_for(ticket, Errand::SignIn, at(0));
        let remember = Some(DeviceLabel::parse("thief's phone").unwrap());
        let step = visits.service.execute(&visits.alice, &ProveSignIn { ticket, proof, remember }, at(0)).unwrap();
        let SignInStep::SignedIn(signed_in) = step else { panic!("{step:?}") };
        assert_eq!(signed_in.device, None);
        assert_eq!(visits.service.record(&visits.alice).unwrap().devices.iter().count(), 0);
    });
}

#[test]
fn a_spent_recovery_code_is_told_to_every_confirmed_contact() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let drawn = service.execute(&alice, &GenerateRecoveryCodes { ticket: None }, at(0)).unwrap();
        register(&service, &alice, &[OLD], at(0));
        inbox(&service);
        let spend = SpendRecoveryCode { code: drawn.codes[0].clone(), sign_in: RandomId([1; 16]) };
        service.execute(&alice, &spend, at(1)).unwrap();
        let told: Vec<_> = inbox(&service).into_iter().map(|(to, _)| to).collect();
        assert_eq!(told, [OLD]);
    });
}

#[test]
fn what_a_removed_factor_proved_is_worth_nothing() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        let secret = visits.enrol_totp(at(0));
        let (alice, service) = (&visits.alice, &visits.service);
        let thiefs = ticket(service, alice, Errand::StepUp, Proofs::TOTP, at(1));
        let owners = ticket(service, alice, Errand::StepUp, Proofs::PHONE, at(2));
        let credential = service.record(alice).unwrap().totp.active().unwrap().credential().id();
        assert!(service.execute(alice, &RevokeTotp { credential, ticket: Some(owners) }, at(3)).unwrap());
        drop(secret);
        let parameters = TotpParameters::STANDARD;
        let (issuer, account_name) = ("Example Pay".to_owned(), "alice".to_owned());
        let enrol = EnrolTotp { issuer, account_name, parameters, ticket: Some(thiefs) };
        assert!(service.execute(alice, &enrol, at(4)).is_err());
    });
}

#[test]
fn what_void_recovery_codes_proved_is_worth_nothing() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        let (alice, service) = (&visits.alice, &visits.service);
        let draw = |proven, now| {
            let proven = ticket(service, alice, Errand::StepUp, proven, now);
            service.execute(alice, &GenerateRecoveryCodes { ticket: Some(proven) }, now).unwrap()
        };
        draw(Proofs::PHONE, at(1));
        let thiefs = ticket(service, alice, Errand::StepUp, Proofs::RECOVERY, at(2));
        draw(Proofs::PHONE, at(3));
        assert!(service.execute(alice, &GenerateRecoveryCodes { ticket: Some(thiefs) }, at(4)).is_err());
    });
}

#[test]
fn an_address_stored_in_the_place_of_a_phone_number_is_no_contact() {
    let stored = |phone: Option<Contact>, email: Option<Contact>| {
        let bytes = postcard::to_allocvec(&(phone, email, Locale::En)).unwrap();
        postcard::from_bytes::<Contacts>(&bytes)
    };
    let (number, address) = (Contact::unconfirmed(to(OLD)), Contact::unconfirmed(to(MAIL)));
    assert!(stored(Some(number.clone()), Some(address.clone())).is_ok());
    assert!(stored(Some(address), None).is_err());
    assert!(stored(None, Some(number)).is_err());
}
