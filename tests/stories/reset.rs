//! A forgotten password, step-up, and names without an account.

use account_security::account::{
    Aggregate, ContactKind, DecoyRecord, Errand, EventKind, Keyring, Proofs, SetAuthority,
};
use account_security::command::{
    AbandonDecoy, BeginDecoyReset, CodeRefused, Command, Env, PasswordSet, PlaceFreeze, ProofStep, Refused,
    ReserveDecoy, Reserved, ResetStarted, SetBy, Settings, SignInStep, Subject, TypedProof, VerifyDecoyReset,
    is_ticket_complete,
};
use account_security::freeze::{FreezeRequest, Scopes};
use account_security::types::time::{HOUR_MS, MINUTE_MS};
use account_security::types::{ActorId, RandomId, Timestamp, TypedCode};
use account_security::verification::VerifyOutcome;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::on_every_store;
use crate::support::acts::kinds;
use crate::support::stores::Shared;
use crate::support::visits::{RIGHT, Typed, Visits, email, other, totp, wrong};
use crate::support::{account, at, ring, settings};

const MINUTE: u64 = MINUTE_MS;
const NEW: &str = "Nq4!zz-harbour";

fn code(value: u32) -> TypedCode {
    TypedCode::parse(&format!("{value:08}"), 8).unwrap()
}

fn freeze(visits: &Visits, scopes: Scopes) {
    let request = FreezeRequest::by_owner(ActorId::parse("alice").unwrap(), scopes);
    visits.service.execute(&visits.alice, &PlaceFreeze { request, caused_by: None }, at(0)).unwrap().unwrap();
}

/// Wrong tries in a row: at the password, the second factor, the reset.
fn failures(visits: &Visits) -> (u32, u32, u32) {
    let record = visits.service.record(&visits.alice).unwrap();
    let budgets = [record.password_budget, record.second_factor_budget, record.reset.budget()];
    let [password, second, reset] = budgets.map(|budget| budget.failures_in_a_row());
    (password, second, reset)
}

#[test]
fn a_phone_alone_resets_where_it_is_all_there_is() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        let (_, token) = visits.sign_in_remembered(at(0));
        for _ in 0..5 {
            visits.type_password("forgotten", None, at(0));
        }
        let ProofStep::Complete { ticket } = visits.reset_ticket(at(MINUTE)) else { panic!() };
        let record = visits.service.record(&visits.alice).unwrap();
        let settings = visits.service.settings();
        assert!(is_ticket_complete(&record, ticket, Errand::Reset, &settings, at(MINUTE)));
        assert!(!is_ticket_complete(&record, ticket, Errand::SignIn, &settings, at(MINUTE)));
        let set = visits.set_password(NEW, SetBy::Reset { ticket }, at(MINUTE + 1));
        assert_eq!(set, PasswordSet::Set { signed_in: None }, "a reset signs nobody in");
        let twice = visits.set_password("Wm7?kk-meadow", SetBy::Reset { ticket }, at(MINUTE + 2));
        assert_eq!(twice, PasswordSet::Refused(Refused::NoSuchTicket));
        let opened = visits.type_password(NEW, None, at(MINUTE + 3));
        assert!(matches!(opened, Typed::Right(SignInStep::SecondFactor { .. })), "the block is over, the factor stays");
        assert_eq!(visits.type_password("guess", Some(&token), at(MINUTE + 4)), Typed::Wrong);
        assert_eq!(failures(&visits), (1, 0, 0), "the device is a stranger");
        let set = EventKind::PasswordSet { changed: true, by: SetAuthority::Reset };
        assert!(kinds(&visits.service, &visits.alice).contains(&set));
    });
}

#[test]
fn two_proofs_are_needed_where_there_are_two_and_one_given_twice_is_one() {
    on_every_store(|store| {
        let visits = Visits::on(store);
        visits.sign_up_confirmed(Some(email()));
        let ProofStep::MoreNeeded { ticket, offers } = visits.reset_ticket(at(0)) else { panic!() };
        assert!(offers.proofs == Proofs::EMAIL && offers.phone_masked.is_none());
        let early = visits.set_password(NEW, SetBy::Reset { ticket }, at(1));
        assert_eq!(early, PasswordSet::Refused(Refused::NoSuchTicket));
        let again = visits.send(ticket, Errand::Reset, ContactKind::Phone, at(1));
        assert_eq!(again, Err(CodeRefused::NotOffered), "the phone has proven what it can");
        let sent = visits.send(ticket, Errand::Reset, ContactKind::Email, at(1)).unwrap();
        let proof = TypedProof::Code { challenge: sent.challenge, code: visits.code() };
        let ProofStep::Complete { ticket: renamed } = visits.prove_reset(ticket, proof.clone(), at(2)) else {
            panic!()
        };
        assert_eq!(visits.prove_reset(ticket, proof, at(3)), ProofStep::Refused(Refused::NoSuchTicket), "renamed");
        assert!(matches!(visits.set_password(NEW, SetBy::Reset { ticket: renamed }, at(4)), PasswordSet::Set { .. }));
    });
}

#[test]
fn a_stolen_phone_earns_no_fresh_guesses_at_the_authenticator_by_proving_itself_again() {
    let visits = Visits::with_alice(&Shared::memory());
    let secret = visits.enrol_totp(at(0));
    let mut now = at(0);
    for round in 1..=5 {
        now = now.plus_ms(25 * HOUR_MS);
        let ProofStep::MoreNeeded { ticket, offers } = visits.reset_ticket(now) else { panic!() };
        assert_eq!(offers.proofs, Proofs::TOTP);
        let guess = TypedProof::Totp(other(&totp(&secret, now)));
        assert!(matches!(visits.prove_reset(ticket, guess, now), ProofStep::Refused(Refused::Totp(_))));
        assert_eq!(failures(&visits).1, round);
        if round == 5 {
            let right = TypedProof::Totp(totp(&secret, now));
            let step = visits.prove_reset(ticket, right, now);
            assert!(matches!(step, ProofStep::Refused(Refused::Blocked { .. })), "{step:?}");
        }
    }
}

#[test]
fn a_thief_with_the_phone_gets_no_fresh_guesses_at_the_mail_either() {
    let visits = Visits::on(&Shared::memory());
    visits.sign_up_confirmed(Some(email()));
    let mut now = at(0);
    for round in 1..=5 {
        now = now.plus_ms(25 * HOUR_MS);
        let ProofStep::MoreNeeded { ticket, .. } = visits.reset_ticket(now) else { panic!() };
        let sent = visits.send(ticket, Errand::Reset, ContactKind::Email, now).unwrap();
        let guess = TypedProof::Code { challenge: sent.challenge, code: other(&visits.code()) };
        assert!(matches!(visits.prove_reset(ticket, guess, now), ProofStep::Refused(Refused::Code(_))));
        assert_eq!(failures(&visits), (0, 0, round), "the right code of the phone ends no row");
    }
    assert_eq!(
        visits.begin_reset(ContactKind::Phone, now.plus_ms(1)).map(|_| visits.texts().len()),
        Some(0),
        "blocked"
    );
}

#[test]
fn whoever_asks_gets_the_same_answer_and_strangers_never_touch_the_sign_in() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        let answer = |started: ResetStarted| (started.expires_at, started.resend_at);
        // By mail a code lives longer; the one who asks has said by which way.
        let life = |via| match via {
            ContactKind::Phone => 5 * MINUTE,
            ContactKind::Email => 10 * MINUTE,
        };
        let expected = |via, now: Timestamp| (now.plus_ms(life(via)), now.plus_ms(MINUTE));
        let first = visits.begin_reset(ContactKind::Phone, at(0)).unwrap();
        assert_eq!((answer(first), visits.texts().len()), (expected(ContactKind::Phone, at(0)), 1));
        // Too soon, by a contact that is not there, too often: the answer is the same, the phone stays silent.
        for (via, now) in [(ContactKind::Phone, 1), (ContactKind::Email, MINUTE), (ContactKind::Phone, MINUTE + 1)] {
            let started = visits.begin_reset(via, at(now)).unwrap();
            assert_eq!((answer(started), visits.texts().len()), (expected(via, at(now)), 0), "{via:?} {now}");
        }
        for _ in 0..5 {
            let step = visits.verify_reset(RandomId([1; 16]), code(1), at(2 * MINUTE));
            assert_eq!(step, ProofStep::Refused(Refused::Code(VerifyOutcome::NotFound)));
        }
        let until = at(2 * MINUTE + 30_000);
        let blocked = visits.verify_reset(first.challenge, code(1), at(2 * MINUTE));
        assert_eq!(blocked, ProofStep::Refused(Refused::Blocked { until }));
        assert_eq!(failures(&visits), (0, 0, 5));
        let ticket = visits.ticket(at(2 * MINUTE));
        let proof = visits.code_for(ticket, Errand::SignIn, at(2 * MINUTE));
        assert!(matches!(visits.prove(ticket, proof, at(2 * MINUTE)), SignInStep::SignedIn(_)));
    });
}

#[test]
fn a_reset_is_blocked_for_an_hour_at_most_and_never_locked() {
    let visits = Visits::with_alice(&Shared::memory());
    let mut now = at(0);
    for _ in 0..150 {
        now = now.plus_ms(HOUR_MS);
        let step = visits.verify_reset(RandomId([1; 16]), code(1), now);
        assert!(matches!(step, ProofStep::Refused(Refused::Code(_))), "{step:?}");
    }
    now = now.plus_ms(HOUR_MS);
    let ProofStep::Complete { ticket } = visits.reset_ticket(now) else { panic!() };
    visits.set_password(NEW, SetBy::Reset { ticket }, now);
    assert_eq!(failures(&visits), (0, 0, 0), "a finished reset ends the row");
}

#[test]
fn a_frozen_sign_in_does_not_stop_a_reset_and_frozen_factors_do() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        freeze(&visits, Scopes::SIGN_IN);
        let ProofStep::Complete { ticket } = visits.reset_ticket(at(1)) else { panic!() };
        assert!(matches!(visits.set_password(NEW, SetBy::Reset { ticket }, at(2)), PasswordSet::Set { .. }));
        assert_eq!(visits.type_password(NEW, None, at(3)), Typed::Right(SignInStep::Frozen), "a reset lifts nothing");

        freeze(&visits, Scopes::CHANGE_FACTORS);
        let started = visits.begin_reset(ContactKind::Phone, at(11 * MINUTE)).unwrap();
        let right = visits.code();
        let guess = visits.verify_reset(started.challenge, other(&right), at(11 * MINUTE));
        assert!(matches!(guess, ProofStep::Refused(_)), "who has no code is not told");
        assert_eq!(visits.verify_reset(started.challenge, right, at(11 * MINUTE)), ProofStep::Frozen);
        assert!(visits.service.record(&visits.alice).unwrap().tickets.is_empty(), "nothing waits for the lift");
    });
}

#[test]
fn the_codes_of_a_reset_and_of_a_sign_in_are_strangers_to_each_other() {
    let visits = Visits::with_alice(&Shared::memory());
    let started = visits.begin_reset(ContactKind::Phone, at(0)).unwrap();
    let reset_code = visits.code();
    let ticket = visits.ticket(at(0));
    let smuggled = TypedProof::Code { challenge: started.challenge, code: reset_code };
    let step = visits.prove(ticket, smuggled, at(1));
    assert_eq!(step, SignInStep::Refused(Refused::Code(VerifyOutcome::WrongCode { tries_left: 4 })));
    let sent = visits.send(ticket, Errand::SignIn, ContactKind::Phone, at(2)).unwrap();
    let sign_in_code = visits.code();
    let step = visits.verify_reset(sent.challenge, sign_in_code, at(3));
    assert!(matches!(step, ProofStep::Refused(Refused::Code(_))), "{step:?}");
}

#[test]
fn a_step_up_proves_anew_and_its_ticket_opens_no_session() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        let opened = visits.begin_step_up(at(0));
        assert_eq!(opened.offers.proofs, Proofs::PHONE);
        let proof = visits.code_for(opened.ticket, Errand::StepUp, at(0));
        assert!(matches!(visits.prove_step_up(opened.ticket, wrong(&proof), at(1)), ProofStep::Refused(_)));
        let ProofStep::Complete { ticket } = visits.prove_step_up(opened.ticket, proof, at(2)) else { panic!() };
        for by in [SetBy::Reset { ticket }, SetBy::SignIn { ticket, remember: None }] {
            assert_eq!(visits.set_password(NEW, by, at(3)), PasswordSet::Refused(Refused::NoSuchTicket));
        }
        let record = visits.service.record(&visits.alice).unwrap();
        let settings = visits.service.settings();
        assert!(is_ticket_complete(&record, ticket, Errand::StepUp, &settings, at(10 * MINUTE - 1)));
        assert!(!is_ticket_complete(&record, ticket, Errand::StepUp, &settings, at(10 * MINUTE)), "half-open");
    });
}

#[test]
fn a_stolen_session_cannot_push_out_the_owners_sign_in() {
    let visits = Visits::with_alice(&Shared::memory());
    let ticket = visits.ticket(at(0));
    for number in 0..50 {
        visits.begin_step_up(at(number));
    }
    let proof = visits.code_for(ticket, Errand::SignIn, at(100));
    assert!(matches!(visits.prove(ticket, proof, at(101)), SignInStep::SignedIn(_)));
}

#[test]
fn no_ticket_stands_in_an_event() {
    let visits = Visits::on(&Shared::memory());
    visits.sign_up_confirmed(Some(email()));
    let ProofStep::MoreNeeded { ticket: reset, .. } = visits.reset_ticket(at(0)) else { panic!() };
    let sign_in = visits.ticket(at(0));
    let step_up = visits.begin_step_up(at(0)).ticket;
    for (_, event) in visits.service.history(&visits.alice, 1, 1_000).unwrap() {
        let bytes = event.encode().unwrap();
        for ticket in [reset, sign_in, step_up] {
            assert!(!bytes.windows(16).any(|window| window == ticket.0), "{event:?}");
        }
    }
}

/// A cell of names without an account, decided on as the driver would.
struct Cell {
    record: DecoyRecord,
    settings: Settings,
    keys: Keyring,
    commits: usize,
}

impl Cell {
    fn new() -> Self {
        Self { record: DecoyRecord::fresh(), settings: settings(), keys: ring(1, &[1]), commits: 0 }
    }

    fn run<C: Command<Record = DecoyRecord>>(&mut self, command: &C, now: Timestamp) -> C::Reply {
        let (settings, keys) = (&self.settings, &self.keys);
        let (owner, rng) = (keys.decoy_key(7, 0), &mut StdRng::seed_from_u64(1));
        let mut env = Env { now, subject: Subject::Decoy(7), owner, keys, settings, rng };
        let transition = command.decide(self.record.clone(), &mut env).unwrap();
        if !transition.events.is_empty() {
            let head = transition.record.head();
            self.record = transition.record;
            self.record.advance(now, head);
            self.commits += 1;
        }
        transition.reply
    }
}

#[test]
fn a_stranger_who_asks_for_resets_all_day_leaves_the_owner_messages_to_sign_in_with() {
    let visits = Visits::with_alice(&Shared::memory());
    let day_ms = 24 * HOUR_MS;
    let mut sent = 0;
    for asked_ms in (0..3 * day_ms).step_by(61_000) {
        visits.begin_reset(ContactKind::Phone, at(asked_ms)).unwrap();
        sent += visits.texts().len();
        if asked_ms % (8 * HOUR_MS) < 61_000 {
            let ticket = visits.ticket(at(asked_ms));
            let proof = visits.code_for(ticket, Errand::SignIn, at(asked_ms));
            assert!(matches!(visits.prove(ticket, proof, at(asked_ms)), SignInStep::SignedIn(_)), "{asked_ms}");
        }
    }
    assert!((5..=15).contains(&sent), "{sent} messages in three days");
}

#[test]
fn a_name_without_an_account_waits_blocks_and_locks_like_one_with() {
    let visits = Visits::with_alice(&Shared::memory());
    let (mut cell, tag) = (Cell::new(), ring(1, &[1]).decoy(&account("nobody")).tag);
    let mut now = at(0);
    for number in 0..160_u64 {
        now = now.plus_ms(if number % 3 == 0 { 10_000 } else { HOUR_MS });
        let known = match visits.type_password("guess", None, now) {
            Typed::Wrong => None,
            Typed::Blocked(until) => Some(until),
            Typed::Right(_) => panic!(),
        };
        let before = cell.commits;
        let unknown = match cell.run(&ReserveDecoy { tag }, now) {
            Reserved::Compare(reserved) => reserved.stored.map(|_| now),
            Reserved::Blocked { until } => Some(until),
        };
        assert_eq!(known, unknown, "try {number}");
        assert_eq!(cell.commits - before, usize::from(known.is_none()), "written where the account is written");
    }
    assert_eq!(visits.type_password("guess", None, now), Typed::Blocked(Timestamp::MAX));
}

#[test]
fn a_reset_of_a_name_without_an_account_answers_waits_and_writes_like_one_with() {
    let visits = Visits::with_alice(&Shared::memory());
    let (mut cell, tag) = (Cell::new(), ring(1, &[1]).decoy(&account("nobody")).tag);
    let events = || visits.service.history(&visits.alice, 1, 10_000).unwrap().last().unwrap().0;
    let mut now = at(0);
    for number in 0..60_u64 {
        now = now.plus_ms(number * 7_000);
        let (events_before, commits_before) = (events(), cell.commits);
        let mut known = visits.begin_reset(ContactKind::Phone, now).unwrap();
        let unknown = cell.run(&BeginDecoyReset { tag, via: ContactKind::Phone }, now).started;
        known.challenge = unknown.challenge;
        assert_eq!(known, unknown, "begin {number}");
        assert_eq!(events() > events_before, cell.commits > commits_before, "written alike, begin {number}");

        let (events_before, commits_before) = (events(), cell.commits);
        let known = visits.verify_reset(RandomId([3; 16]), code(3), now);
        assert_eq!(known, cell.run(&VerifyDecoyReset { tag }, now), "guess {number}");
        assert_eq!(events() > events_before, cell.commits > commits_before, "written alike, guess {number}");
    }
}

#[test]
fn a_dummy_that_could_not_be_compared_is_taken_back_like_a_password() {
    let (mut cell, tag) = (Cell::new(), ring(1, &[1]).decoy(&account("nobody")).tag);
    for _ in 0..20 {
        let Reserved::Compare(reserved) = cell.run(&ReserveDecoy { tag }, at(0)) else { panic!("blocked by Busy") };
        let abandon = AbandonDecoy { tag, before: reserved.before, counted: reserved.counted };
        assert!(cell.run(&abandon, at(0)));
        assert!(!cell.run(&abandon, at(0)), "once");
    }
}

#[test]
fn a_reset_of_an_account_that_is_not_there_asks_for_its_decoy_and_writes_nothing() {
    let mut visits = Visits::with_alice(&Shared::memory());
    visits.alice = account("nobody");
    assert_eq!(visits.begin_reset(ContactKind::Phone, at(0)), None);
    let step = visits.verify_reset(RandomId([3; 16]), code(3), at(0));
    assert_eq!(step, ProofStep::Refused(Refused::NoAccount));
    assert!(!visits.service.is_known(&visits.alice).unwrap());
    assert_eq!(visits.type_password(RIGHT, None, at(0)), Typed::Wrong);
}
