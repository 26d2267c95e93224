//! "Change my phone number", with every wrong turn.

use account_security::account::{ContactKind, Errand, EventKind, Proofs};
use account_security::command::{
    CodeAnswer, ContactRefused, IssueCode, PlaceFreeze, Rejection, SendContactCode, VerifyCode,
};
use account_security::freeze::{FreezeRequest, Scopes};
use account_security::service::ServiceError;
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use account_security::types::{ActorId, Locale};
use account_security::verification::{Binding, Purpose, SendRefused, VerifyOutcome};

use crate::on_every_store;
use crate::support::acts::{kinds, send_code, type_code};
use crate::support::owner::{
    MAIL, NEW, OLD, OTHER, agreed, begin, code_to, cooling, finish, in_force, inbox, prove_new, prove_old, register,
    sender, ticket, to, wrong,
};
use crate::support::{account, at, service};

const PHONE: ContactKind = ContactKind::Phone;

fn own_freeze(scopes: Scopes) -> PlaceFreeze {
    let owner = ActorId::parse("alice").unwrap();
    PlaceFreeze { request: FreezeRequest::by_owner(owner, scopes), caused_by: None }
}

fn answered(outcome: VerifyOutcome) -> ContactRefused {
    ContactRefused::CodeNotAccepted(CodeAnswer::Tried(outcome))
}

#[test]
fn both_codes_a_day_and_then_the_new_number_is_in_force() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let begun = begin(&service, &alice, NEW, None, at(0)).unwrap().unwrap();
        assert_eq!((begun.via, begun.sent.destination_masked.as_str()), (PHONE, "+86 ****5678"));
        let first = inbox(&service);
        assert!(first.len() == 1 && first[0].1.contains("to change your contact to +86 ****4321"), "{first:?}");

        let agreed = prove_old(&service, &alice, begun.change, code_to(&first, OLD, 8), at(1)).unwrap().unwrap();
        assert_eq!(agreed.sent.unwrap().destination_masked, "+86 ****4321");
        let code = code_to(&inbox(&service), NEW, 6);
        let until = prove_new(&service, &alice, begun.change, code, at(2)).unwrap().unwrap();
        assert_eq!(until, at(2 + DAY_MS));
        let warned = inbox(&service);
        assert!(warned.len() == 1 && warned[0].0 == OLD && warned[0].1.contains("in 24 hours"), "{warned:?}");
        assert_eq!(in_force(&service, &alice, PHONE).as_deref(), Some(OLD), "until then the old one is in force");
        assert_eq!(service.record(&alice).unwrap().security_changed_at, Some(at(2)));

        assert_eq!(finish(&service, &alice, begun.change, until).unwrap(), Ok(PHONE));
        assert_eq!(in_force(&service, &alice, PHONE).as_deref(), Some(NEW));
        let told: Vec<_> = inbox(&service).into_iter().map(|(to, _)| to).collect();
        assert_eq!(told, [NEW, OLD], "both are told");
        assert_eq!(service.record(&alice).unwrap().security_changed_at, Some(until));
        assert!(service.record(&alice).unwrap().contact_change.is_none());
    });
}

#[test]
fn the_new_channel_alone_leads_nowhere_and_is_not_even_written_to() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let change = begin(&service, &alice, NEW, None, at(0)).unwrap().unwrap().change;
        assert!(inbox(&service).iter().all(|(to, _)| to == OLD), "nothing goes to the new one yet");
        // Even a genuine confirming code for the very number, from elsewhere, is of no use.
        let (purpose, binding) = (Purpose::ConfirmContact, Binding::NewContact(to(NEW)));
        let issue = IssueCode { purpose, to: to(NEW), binding, sender: sender(), locale: Locale::En };
        service.execute(&alice, &issue, at(1)).unwrap().unwrap();
        let code = code_to(&inbox(&service), NEW, 6);
        let before = service.record(&alice).unwrap();
        assert_eq!(prove_new(&service, &alice, change, code, at(2)).unwrap(), Err(ContactRefused::WrongStep));
        assert_eq!(finish(&service, &alice, change, at(2)).unwrap(), Err(ContactRefused::WrongStep));
        assert_eq!(service.record(&alice).unwrap(), before);
    });
}

#[test]
fn a_code_that_agreed_to_one_number_does_not_agree_to_another() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let mine = begin(&service, &alice, NEW, None, at(0)).unwrap().unwrap().change;
        let code = code_to(&inbox(&service), OLD, 8);
        let thiefs = begin(&service, &alice, OTHER, None, at(MINUTE_MS)).unwrap().unwrap().change;
        let tried = prove_old(&service, &alice, thiefs, code.clone(), at(MINUTE_MS)).unwrap();
        assert_eq!(tried, Err(answered(VerifyOutcome::WrongCode { tries_left: 4 })));
        let gone = prove_old(&service, &alice, mine, code, at(MINUTE_MS)).unwrap();
        assert_eq!(gone, Err(ContactRefused::NoSuchChange), "the first change made way");
        let failures = service.record(&alice).unwrap().second_factor_budget.failures_in_a_row();
        assert_eq!(failures, 1, "the wrong turn is counted");
    });
}

#[test]
fn codes_expire_and_so_does_the_change() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let change = begin(&service, &alice, NEW, None, at(0)).unwrap().unwrap().change;
        let code = code_to(&inbox(&service), OLD, 8);
        let late = prove_old(&service, &alice, change, code, at(5 * MINUTE_MS)).unwrap();
        assert_eq!(late, Err(answered(VerifyOutcome::Expired)));
        // Another code for the same change still helps, until the change itself is too old.
        let again = SendContactCode { change, sender: sender(), locale: Locale::En };
        service.execute(&alice, &again, at(6 * MINUTE_MS)).unwrap().unwrap();
        let code = code_to(&inbox(&service), OLD, 8);
        prove_old(&service, &alice, change, code, at(7 * MINUTE_MS)).unwrap().unwrap();
        let code = code_to(&inbox(&service), NEW, 6);
        let dead = prove_new(&service, &alice, change, code, at(37 * MINUTE_MS)).unwrap();
        assert_eq!(dead, Err(ContactRefused::Expired));
        assert_eq!(service.execute(&alice, &again, at(37 * MINUTE_MS)).unwrap(), Err(ContactRefused::Expired));
    });
}

#[test]
fn nothing_is_good_twice() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let change = begin(&service, &alice, NEW, None, at(0)).unwrap().unwrap().change;
        let old_code = code_to(&inbox(&service), OLD, 8);
        prove_old(&service, &alice, change, old_code.clone(), at(1)).unwrap().unwrap();
        let replayed = prove_old(&service, &alice, change, old_code, at(2)).unwrap();
        assert_eq!(replayed, Err(ContactRefused::WrongStep));
        let code = code_to(&inbox(&service), NEW, 6);
        let until = prove_new(&service, &alice, change, code.clone(), at(3)).unwrap().unwrap();
        assert_eq!(prove_new(&service, &alice, change, code, at(4)).unwrap(), Err(ContactRefused::WrongStep));
        assert_eq!(finish(&service, &alice, change, until).unwrap(), Ok(PHONE));
        assert_eq!(finish(&service, &alice, change, until).unwrap(), Err(ContactRefused::NoSuchChange));
        let changes = kinds(&service, &alice);
        let changed = changes.iter().filter(|kind| matches!(kind, EventKind::ContactChanged { .. })).count();
        assert_eq!(changed, 1);
    });
}

#[test]
fn five_wrong_codes_block_the_account_and_the_right_one_with_it() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let change = begin(&service, &alice, NEW, None, at(0)).unwrap().unwrap().change;
        let code = code_to(&inbox(&service), OLD, 8);
        for tries_left in (0..5).rev() {
            let tried = prove_old(&service, &alice, change, wrong(&code), at(1)).unwrap();
            assert_eq!(tried, Err(answered(VerifyOutcome::WrongCode { tries_left })));
        }
        let blocked = ContactRefused::CodeNotAccepted(CodeAnswer::Blocked { until: at(1 + 30_000) });
        assert_eq!(prove_old(&service, &alice, change, code.clone(), at(2)).unwrap(), Err(blocked));
        let exhausted = prove_old(&service, &alice, change, code, at(60_000)).unwrap();
        assert_eq!(exhausted, Err(answered(VerifyOutcome::Exhausted)));
        // Beginning anew buys no guesses before the run is over.
        let again = begin(&service, &alice, NEW, None, at(2 * MINUTE_MS)).unwrap();
        assert!(matches!(again, Err(ContactRefused::NotSent(SendRefused::NoTriesLeft { .. }))), "{again:?}");
        assert!(begin(&service, &alice, NEW, None, at(10 * MINUTE_MS)).unwrap().is_ok());
    });
}

#[test]
fn a_frozen_profile_stops_every_step_and_calls_the_change_off() {
    on_every_store(|store| {
        let (service, frozen) = (service(store), Err(ServiceError::Rejected(Rejection::Frozen)));
        let freeze = own_freeze(Scopes::ALL);

        let before = account("before");
        register(&service, &before, &[OLD], at(0));
        service.execute(&before, &freeze, at(0)).unwrap().unwrap();
        assert_eq!(begin(&service, &before, NEW, None, at(1)).map(|_| ()), frozen);

        let middle = account("middle");
        register(&service, &middle, &[OLD], at(0));
        inbox(&service);
        let (change, code) = agreed(&service, &middle, NEW, at(0));
        service.execute(&middle, &freeze, at(1)).unwrap().unwrap();
        assert_eq!(prove_new(&service, &middle, change, code, at(2)).map(|_| ()), frozen);
        let again = SendContactCode { change, sender: sender(), locale: Locale::En };
        assert_eq!(service.execute(&middle, &again, at(2)).map(|_| ()), frozen);

        let cooled = account("cooling");
        register(&service, &cooled, &[OLD], at(0));
        let (change, until, _) = cooling(&service, &cooled, NEW, at(0));
        let for_two_days = FreezeRequest::by_owner(ActorId::parse("alice").unwrap(), Scopes::ALL).until(at(2 * DAY_MS));
        let freeze = PlaceFreeze { request: for_two_days, caused_by: None };
        service.execute(&cooled, &freeze, at(HOUR_MS)).unwrap().unwrap();
        assert_eq!(finish(&service, &cooled, change, until).map(|_| ()), frozen);
        let thawed = finish(&service, &cooled, change, at(2 * DAY_MS)).unwrap();
        assert_eq!(thawed, Err(ContactRefused::NoSuchChange), "the owner who pulled the brake is safe afterwards");
        assert_eq!(in_force(&service, &cooled, PHONE).as_deref(), Some(OLD));
    });
}

#[test]
fn a_freeze_of_payments_alone_leaves_the_change_alone() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let (change, until, _) = cooling(&service, &alice, NEW, at(0));
        service.execute(&alice, &own_freeze(Scopes::PAY_OUT), at(1)).unwrap().unwrap();
        let told = inbox(&service);
        assert!(
            told.len() == 1 && told[0].0 == OLD && told[0].1.contains("Closed on your account: money out"),
            "{told:?}"
        );
        assert_eq!(finish(&service, &alice, change, until).unwrap(), Ok(PHONE));
    });
}

#[test]
fn while_one_change_cools_off_no_other_begins_of_either_kind() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let (change, until, _) = cooling(&service, &alice, NEW, at(0));
        for (new, ms) in [(OTHER, 1), (MAIL, 2), (OTHER, DAY_MS - 1)] {
            let refused = begin(&service, &alice, new, None, at(ms)).unwrap();
            assert_eq!(refused, Err(ContactRefused::CoolingOff { until }));
        }
        // From the moment it is due the next one may begin, and the first is in force.
        let next = begin(&service, &alice, OTHER, None, until).unwrap().unwrap();
        assert_eq!(next.sent.destination_masked, "+86 ****4321", "the new contact is the one that agrees now");
        assert_eq!(in_force(&service, &alice, PHONE).as_deref(), Some(NEW));
        assert_eq!(finish(&service, &alice, change, until).unwrap(), Err(ContactRefused::NoSuchChange));
    });
}

#[test]
fn not_a_millisecond_early_whatever_the_clock_says_in_between() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(HOUR_MS));
        let (change, until, _) = cooling(&service, &alice, NEW, at(HOUR_MS));
        for ms in [0, HOUR_MS, HOUR_MS + DAY_MS - 1, 5] {
            assert_eq!(finish(&service, &alice, change, at(ms)).unwrap(), Err(ContactRefused::TooEarly { until }));
        }
        assert_eq!(finish(&service, &alice, change, until).unwrap(), Ok(PHONE));
    });
}

#[test]
fn a_change_nobody_finishes_dies() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let (change, until, _) = cooling(&service, &alice, NEW, at(0));
        let late = until.plus_ms(30 * DAY_MS);
        assert_eq!(finish(&service, &alice, change, late).unwrap(), Err(ContactRefused::Expired));
        assert_eq!(in_force(&service, &alice, PHONE).as_deref(), Some(OLD));
        assert!(begin(&service, &alice, OTHER, None, late).unwrap().is_ok());
    });
}

#[test]
fn what_rests_on_the_former_number_ends_with_it() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let (change, until, _) = cooling(&service, &alice, NEW, at(0));
        let sent = send_code(&service, &alice, Purpose::SignIn, Binding::None, until.minus_ms(2)).unwrap();
        let code = code_to(&inbox(&service), OLD, 6);
        ticket(&service, &alice, Errand::SignIn, Proofs::PASSWORD | Proofs::PHONE, until.minus_ms(1));
        ticket(&service, &alice, Errand::SignIn, Proofs::PASSWORD | Proofs::TOTP, until.minus_ms(1));
        finish(&service, &alice, change, until).unwrap().unwrap();
        let answer = type_code(&service, &alice, sent.challenge, code.value(), until).unwrap();
        assert_eq!(answer, CodeAnswer::Tried(VerifyOutcome::Cancelled));
        assert_eq!(service.record(&alice).unwrap().tickets.len(), 1, "the other proof stands");
    });
}

#[test]
fn without_a_contact_of_that_kind_the_other_one_agrees_and_without_any_nobody_does() {
    on_every_store(|store| {
        let (service, alice, bob) = (service(store), account("alice"), account("bob"));
        register(&service, &alice, &[OLD], at(0));
        let begun = begin(&service, &alice, MAIL, None, at(0)).unwrap().unwrap();
        assert_eq!(begun.via, PHONE);
        let code = code_to(&inbox(&service), OLD, 8);
        prove_old(&service, &alice, begun.change, code, at(1)).unwrap().unwrap();
        let code = code_to(&inbox(&service), MAIL, 6);
        let until = prove_new(&service, &alice, begun.change, code, at(2)).unwrap().unwrap();
        assert_eq!(finish(&service, &alice, begun.change, until).unwrap(), Ok(ContactKind::Email));
        assert_eq!(in_force(&service, &alice, ContactKind::Email).as_deref(), Some(MAIL));

        let refused = begin(&service, &bob, NEW, None, at(0)).unwrap();
        assert_eq!(refused, Err(ContactRefused::NoConfirmedContact));
        assert!(!service.is_known(&bob).unwrap(), "and nobody is written for it");
        let same = begin(&service, &alice, OLD, None, until).unwrap();
        assert_eq!(same, Err(ContactRefused::SameContact));
    });
}

#[test]
fn a_code_for_the_change_opens_nothing_else_and_no_other_code_opens_the_change() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let begun = begin(&service, &alice, NEW, None, at(0)).unwrap().unwrap();
        let code = code_to(&inbox(&service), OLD, 8);
        let (challenge, purpose, binding) = (begun.sent.challenge, Purpose::ResetPassword, Binding::None);
        let abused = service.execute(&alice, &VerifyCode { challenge, purpose, binding, code }, at(1)).unwrap();
        assert_eq!(abused, CodeAnswer::Tried(VerifyOutcome::WrongCode { tries_left: 4 }));
        send_code(&service, &alice, Purpose::ResetPassword, Binding::None, at(2)).unwrap();
        let reset = code_to(&inbox(&service), OLD, 8);
        let tried = prove_old(&service, &alice, begun.change, reset, at(3)).unwrap();
        assert_eq!(tried, Err(answered(VerifyOutcome::WrongCode { tries_left: 3 })));
    });
}

#[test]
fn no_event_of_a_change_holds_a_full_number_or_address() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        register(&service, &alice, &[OLD], at(0));
        let (change, until, _) = cooling(&service, &alice, NEW, at(0));
        finish(&service, &alice, change, until).unwrap().unwrap();
        let key = service.keyring().account_key(&alice);
        let events = store.0.events(key, 1, 100).unwrap();
        assert_eq!(events.len(), 9);
        for event in events {
            for full in [&OLD[3..], &NEW[3..]] {
                assert!(!event.body.windows(full.len()).any(|window| window == full.as_bytes()));
            }
        }
        let shown = format!("{:?} {:?}", kinds(&service, &alice), service.record(&alice).unwrap());
        assert!(shown.contains("+86 ****4321") && !shown.contains(&OLD[3..]) && !shown.contains(&NEW[3..]));
    });
}
