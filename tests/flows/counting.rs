//! What a request asks of the store, known name and unknown name side by side.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use account_security::account::{CancelHandle, Errand, TicketId};
use account_security::command::{
    CancelContactChange, CodeAnswer, ContactCancel, ContactRefused, SetBy, SetPassword, TypedProof, VerifyCode,
};
use account_security::password::{Hasher, VerifyCeiling};
use account_security::types::time::{HOUR_MS, MINUTE_MS};
use account_security::types::{RandomId, TypedCode};
use account_security::verification::{Binding, Purpose, VerifyOutcome};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::customer::{Customer, EMAIL, NEXT, PHONE, RIGHT, password};
use super::on_every_store;
use crate::support::owner::{OLD, to};
use crate::support::stores::{Counting, Counts, Shared};
use crate::support::{at, ring, settings};

const NOT_FOUND: CodeAnswer = CodeAnswer::Tried(VerifyOutcome::NotFound);

/// A request, and its name.
type Asked<'a> = (&'static str, &'a dyn Fn(&Customer));

fn counted(store: &Shared) -> (Shared, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    (Shared::new(Counting(store.clone(), Arc::clone(&counts))), counts)
}

/// Loads, with looks at events, and commits of one request.
fn cost(counts: &Counts, name: &str, request: impl FnOnce()) -> (usize, usize) {
    counts.take();
    let events_before = counts.looks_at_events.load(Ordering::SeqCst);
    request();
    let (loads, commits) = counts.take();
    let cost = (loads + counts.looks_at_events.load(Ordering::SeqCst) - events_before, commits);
    println!("{name}: {} loads, {} commits", cost.0, cost.1);
    cost
}

#[test]
fn a_password_costs_the_same_whether_the_name_has_an_account() {
    on_every_store(|store| {
        let (store, counts) = counted(store);
        let (alice, nobody) = (Customer::alice(&store), Customer::named("nobody", &store, settings()));
        for round in 0..8 {
            let [known, unknown] = [(&alice, "known"), (&nobody, "unknown")].map(|(name, kind)| {
                cost(&counts, &format!("sign_in {kind} {round}"), || {
                    name.sign_in("a guess", None, at(round));
                })
            });
            assert_eq!(known, unknown, "round {round}");
            assert_eq!(known, (3, usize::from(round < 5)));
        }
    });
}

#[test]
fn each_step_of_a_sign_in_is_one_commit() {
    on_every_store(|store| {
        let (store, counts) = counted(store);
        let alice = Customer::alice(&store);
        let mut ticket = None;
        let (_, commits) = cost(&counts, "sign_in right", || ticket = Some(alice.ticket(at(1))));
        assert_eq!(commits, 2, "counted, taken back");
        let ticket = ticket.unwrap();
        let mut proof = None;
        let sending = cost(&counts, "send_proof_code", || {
            proof = Some(alice.proof(ticket, Errand::SignIn, PHONE, at(2)));
        });
        assert_eq!(sending.1, 4, "number, prefix, all phones; then the code");
        let proving = cost(&counts, "prove_sign_in", || {
            alice.prove(ticket, &proof.unwrap(), at(3));
        });
        assert_eq!(proving.1, 1, "the owner is in; a code to a confirmed contact is nothing the brakes judge");
        let blocked = cost(&counts, "replay", || {
            alice.send(ticket, Errand::SignIn, PHONE, at(4)).unwrap_err();
        });
        assert_eq!(blocked.1, 0, "what is refused writes nothing");
    });
}

#[test]
fn a_change_of_password_is_three_commits_and_a_reset_charges_before_it_sends() {
    on_every_store(|store| {
        let (store, counts) = counted(store);
        let alice = Customer::alice(&store);
        let change = cost(&counts, "change_password", || {
            alice.change_password(RIGHT, NEXT, at(1)).unwrap();
        });
        assert_eq!(change.1, 3, "counted, taken back, set");
        let nobody = Customer::named("nobody", &store, settings());
        // The day's first message to anybody finds the budgets of the day before, if any: ask for a second one.
        for (hour, is_compared) in [(0, false), (2, true)] {
            let asked_at = at(2 + hour * HOUR_MS);
            let [known, unknown] = [(&alice, "known"), (&nobody, "unknown")].map(|(name, kind)| {
                cost(&counts, &format!("begin_reset {kind}"), || {
                    name.begin_reset(PHONE, asked_at);
                })
            });
            assert_eq!(known.1, unknown.1, "a message, and none");
            assert!(!is_compared || known.0 == unknown.0, "{known:?} looks against {unknown:?}");
        }
        let code = alice.code(OLD);
        let [known, unknown] = [&alice, &nobody].map(|name| {
            cost(&counts, "verify_reset wrong", || {
                name.verify_reset(RandomId([4; 16]), code.clone(), at(3 + 2 * HOUR_MS));
            })
        });
        assert_eq!(known, unknown, "a guess");
    });
}

#[test]
fn a_reset_that_a_budget_keeps_back_costs_the_same_whether_the_name_has_an_account() {
    on_every_store(|store| {
        let (store, counts) = counted(store);
        let from = "192.0.2.7".parse().ok();
        let named = |name: &str| Customer { from, ..Customer::named(name, &store, settings()) };
        let alice = Customer { from, ..Customer::alice(&store) };
        let nobody = named("nobody");
        let now = |minute: u64| at(2 * HOUR_MS + minute * MINUTE_MS);
        // The caller's own network has used up what it may send.
        for number in 0..21 {
            named(&format!("one-{number}")).sign_up(RIGHT, &format!("+86138{number:08}"), None, now(0));
        }
        for (round, minute) in [1, 2, 4, 5, 10].into_iter().enumerate() {
            let [known, unknown] = [(&alice, "known"), (&nobody, "unknown")].map(|(name, kind)| {
                cost(&counts, &format!("begin_reset {kind}, minute {minute}"), || {
                    name.begin_reset(PHONE, now(minute));
                })
            });
            assert_eq!(known.1, unknown.1, "commits, minute {minute}");
            // The day's first message finds the budgets of the day before, if any.
            assert!(round == 0 || known.0 == unknown.0, "{known:?} looks against {unknown:?}, minute {minute}");
        }
        assert!(alice.written_to().iter().all(|to| to != OLD), "none went out");
    });
}

#[test]
fn a_password_that_cannot_be_compared_is_taken_back_in_one_commit_and_as_many_looks_as_for_no_account() {
    on_every_store(|store| {
        let (store, counts) = counted(store);
        let alice = Customer::alice(&store);
        let hasher = Hasher::new(settings().hashing, VerifyCeiling::DEFAULT, 64).unwrap();
        // A pepper that this service does not hold.
        let phc = hasher.hash(&password(RIGHT), &ring(2, &[1, 2]), &mut StdRng::seed_from_u64(1)).unwrap();
        alice.service.execute(&alice.name, &SetPassword { phc, by: SetBy::Integrator }, at(1)).unwrap();
        let uncompared = cost(&counts, "sign_in, no comparison", || {
            alice.service.sign_in(&alice.name, &password(RIGHT), None, at(2)).unwrap_err();
        });
        assert_eq!(alice.failures().0, 0);
        assert_eq!(uncompared, (6, 2), "counted and taken back, three looks each, whoever's name it is");
    });
}

#[test]
fn an_invented_ticket_challenge_or_handle_costs_one_look_and_one_opened_record_whether_the_name_has_an_account() {
    on_every_store(|store| {
        let (store, counts) = counted(store);
        let (alice, nobody) = (Customer::alice(&store), Customer::named("nobody", &store, settings()));
        let (ticket, now) = (TicketId([6; 16]), at(MINUTE_MS));
        let proof = TypedProof::Totp(TypedCode::parse("123456", 6).unwrap());
        let refused = |name: &Customer, by| assert!(name.set_new_password(NEXT, by, now).is_ok());
        let handle = ContactCancel::Handle(CancelHandle::parse("BBBB-BBBB-BBBB").unwrap());
        let (id, cancel) = (RandomId([6; 16]), CancelContactChange { by: handle });
        let (purpose, binding) = (Purpose::SignIn, Binding::None);
        let verify = VerifyCode { challenge: id, purpose, binding, code: TypedCode::parse("123456", 6).unwrap() };
        let requests: [Asked<'_>; 10] = [
            ("set_new_password, reset", &|name| refused(name, SetBy::Reset { ticket })),
            ("set_new_password, sign-in", &|name| refused(name, SetBy::SignIn { ticket, remember: None })),
            ("prove_sign_in", &|name| drop(name.prove(ticket, &proof, now))),
            ("prove_reset", &|name| drop(name.prove_reset(ticket, &proof, now))),
            ("send_proof_code, sign-in", &|name| drop(name.send(ticket, Errand::SignIn, PHONE, now))),
            ("send_proof_code, reset", &|name| drop(name.send(ticket, Errand::Reset, PHONE, now))),
            ("send_proof_code, mail", &|name| drop(name.send(ticket, Errand::Reset, EMAIL, now))),
            ("confirm_contact", &|name| assert_eq!(name.confirm(PHONE, id, verify.code.clone(), now), NOT_FOUND)),
            ("verify_code", &|name| {
                assert_eq!(name.service.verify_code(&name.name, &to(OLD), &verify, now).unwrap(), NOT_FOUND);
            }),
            ("cancel_contact_change", &|name| {
                let cancelled = name.service.cancel_contact_change(&name.name, &cancel, now).unwrap();
                assert_eq!(cancelled, Err(ContactRefused::NoSuchChange));
            }),
        ];
        for (what, request) in requests {
            let [(known, opened), (unknown, stood_in)] =
                [(&alice, "known"), (&nobody, "unknown")].map(|(name, kind)| {
                    let asked = cost(&counts, &format!("{what}, {kind}"), || request(name));
                    // The least of three: a store may look after itself now and then.
                    let bytes = (0..3).map(|_| allocation_counter::measure(|| request(name)).bytes_total).min();
                    (asked, bytes.unwrap())
                });
            assert_eq!((known, unknown), ((1, 0), (1, 0)), "{what}");
            // A record was opened: the one that stands in weighs what a customer's does, and hers is a new one.
            assert!(stood_in >= opened, "{what}: {opened} bytes for a record, {stood_in} for none");
        }
    });
}
