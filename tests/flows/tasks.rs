//! The same visits by threads and by tasks: every answer is the same, ids and tickets included.

use account_security::account::{ContactKind, Errand, TicketId};
use account_security::command::{
    BeginContactChange, BeginReset, ConfirmContact, Effect, FinishContactChange, ProofStep, ProveNewContact,
    ProveOldContact, ProveSignIn, ProveStepUp, SendConfirmation, SendContactCode, SendProofCode, SetBy, SignInStep,
    TypedProof, VerifyReset,
};
use account_security::freeze::{Authority, FreezeReason, FreezeRequest, Scopes};
use account_security::password::UserContext;
use account_security::service::{AsyncService, ChangePassword, NewAccount, NewPassword, Service, SignUpResult};
use account_security::service::{FreezeList, Listed, ListedOutcome};
use account_security::store::{AsyncStore, AtOnce, MemoryStore, OnThreads};
use account_security::types::time::MINUTE_MS;
use account_security::types::{ActorId, Locale, RandomId, Timestamp, TxId, TypedCode};
use futures_lite::future::block_on;

use super::customer::{NEXT, RIGHT, password};
use crate::support::owner::{NEW, OLD, sender, to};
use crate::support::{Counted, account, at, ring, settings};

fn newest_code<E: std::fmt::Debug>(waiting: &[Result<Effect, E>]) -> TypedCode {
    let texts = waiting.iter().filter_map(|effect| match effect.as_ref().unwrap() {
        Effect::Send { text, .. } => Some(text.to_string()),
        _ => None,
    });
    let text = texts.last().expect("a message");
    let mut runs = text.split(|mark: char| !mark.is_ascii_digit()).filter(|run| matches!(run.len(), 6 | 8));
    let run = runs.next().unwrap();
    TypedCode::parse(run, u8::try_from(run.len()).unwrap()).unwrap()
}

/// One visit to every flow; each answer is a line. `wait` is how an answer is waited for: not at all, or `.await`.
macro_rules! visit {
    ($service:ident $($wait:tt)*) => {{
        let (service, alice, nobody) = (&$service, account("alice"), account("nobody"));
        let (sender, locale, none) = (sender(), Locale::En, &UserContext::none());
        let (right, next, short, phone) = (&password(RIGHT), &password(NEXT), &password("short"), ContactKind::Phone);
        let mut lines: Vec<String> = Vec::new();
        macro_rules! say { ($answer:expr) => {{ let answer = $answer; lines.push(format!("{answer:?}")); answer }}; }
        macro_rules! code { () => {{
            let waiting = service.drain(100) $($wait)* .unwrap();
            let ids: Vec<_> = waiting.iter().map(|waiting| waiting.id).collect();
            service.delivered(&ids) $($wait)* .unwrap();
            newest_code(&waiting.into_iter().map(|waiting| waiting.effect).collect::<Vec<_>>())
        }}; }
        let new = |password| {
            let (contact, sender) = (to(OLD), sender.clone());
            NewAccount { password, words: none, contact, second: Some(to("alice@example.com")), sender, locale }
        };
        say!(service.sign_up(&alice, None, &new(short), at(0)) $($wait)*).unwrap();
        let created = say!(service.sign_up(&alice, None, &new(right), at(0)) $($wait)*).unwrap();
        let SignUpResult::Created(sent) = created else { panic!("no account") };
        say!(service.sign_up(&alice, None, &new(right), at(0)) $($wait)*).unwrap();
        let confirm = ConfirmContact { contact: phone, challenge: sent.challenge, code: code!() };
        say!(service.confirm_contact(&alice, &confirm, at(1)) $($wait)*).unwrap();
        let send = SendConfirmation { contact: phone, sender: sender.clone(), locale };
        say!(service.send_confirmation(&alice, None, &send, at(2)) $($wait)*).unwrap().unwrap().unwrap();

        for typed in ["a", "b", "c", "d", "e", "f"] {
            for name in [&alice, &nobody] {
                say!(service.sign_in(name, &password(typed), None, at(3)) $($wait)*).unwrap();
            }
        }
        let step = say!(service.sign_in(&alice, right, None, at(MINUTE_MS)) $($wait)*).unwrap();
        let SignInStep::SecondFactor { ticket, .. } = step else { panic!("{step:?}") };
        let via = SendProofCode { ticket, errand: Errand::SignIn, via: phone, sender: sender.clone(), locale };
        let sent = say!(service.send_proof_code(&alice, None, &via, at(MINUTE_MS)) $($wait)*).unwrap().unwrap();
        let proof = TypedProof::Code { challenge: sent.challenge, code: code!() };
        let prove = ProveSignIn { ticket, proof, remember: None };
        let step = say!(service.prove_sign_in(&alice, &prove, at(MINUTE_MS)) $($wait)*).unwrap();
        assert!(matches!(step, SignInStep::SignedIn(_)));
        say!(service.prove_sign_in(&alice, &prove, at(MINUTE_MS)) $($wait)*).unwrap();

        let opened = say!(service.begin_step_up(&alice, at(2 * MINUTE_MS)) $($wait)*).unwrap().unwrap();
        let (ticket, errand) = (opened.ticket, Errand::StepUp);
        let via = SendProofCode { ticket, errand, via: phone, sender: sender.clone(), locale };
        let sent = say!(service.send_proof_code(&alice, None, &via, at(2 * MINUTE_MS)) $($wait)*).unwrap().unwrap();
        let proof = TypedProof::Code { challenge: sent.challenge, code: code!() };
        let step = say!(service.prove_step_up(&alice, &ProveStepUp { ticket, proof }, at(2 * MINUTE_MS)) $($wait)*);
        assert!(matches!(step, Ok(ProofStep::Complete { .. })));

        let change = ChangePassword { current: next, new: next, words: none, device: None };
        say!(service.change_password(&alice, &change, at(3 * MINUTE_MS)) $($wait)*).unwrap();
        let change = ChangePassword { current: right, new: next, words: none, device: None };
        say!(service.change_password(&alice, &change, at(3 * MINUTE_MS)) $($wait)*).unwrap();

        let begin = BeginReset { via: phone, sender: sender.clone(), locale };
        say!(service.begin_reset(&nobody, None, &begin, at(4 * MINUTE_MS)) $($wait)*).unwrap();
        let started = say!(service.begin_reset(&alice, None, &begin, at(4 * MINUTE_MS)) $($wait)*).unwrap();
        let verify = VerifyReset { challenge: started.challenge, code: code!() };
        say!(service.verify_reset(&nobody, &verify, at(4 * MINUTE_MS)) $($wait)*).unwrap();
        let step = say!(service.verify_reset(&alice, &verify, at(4 * MINUTE_MS)) $($wait)*).unwrap();
        let ProofStep::Complete { ticket } = step else { panic!("{step:?}") };
        for new in [next, right, &password("password"), &password("Wm7?kk-meadow"), right] {
            let new = NewPassword { new, words: none, by: SetBy::Reset { ticket } };
            say!(service.set_new_password(&alice, &new, at(5 * MINUTE_MS)) $($wait)*).unwrap();
        }

        let (hour, ticket) = (70 * MINUTE_MS, None);
        let begin = BeginContactChange { new: to(NEW), ticket, sender: sender.clone(), locale };
        let begun = say!(service.begin_contact_change(&alice, None, &begin, at(hour)) $($wait)*).unwrap().unwrap();
        let change = begun.change;
        let prove = ProveOldContact { change, code: code!(), sender: sender.clone(), locale };
        say!(service.prove_old_contact(&alice, None, &prove, at(hour)) $($wait)*).unwrap().unwrap();
        let send = SendContactCode { change, sender: sender.clone(), locale };
        say!(service.send_contact_code(&alice, None, &send, at(hour)) $($wait)*).unwrap().unwrap_err();
        let prove = ProveNewContact { change, code: code!() };
        let until = say!(service.prove_new_contact(&alice, &prove, at(hour)) $($wait)*).unwrap().unwrap();
        let unknown = FinishContactChange { change: RandomId([1; 16]) };
        say!(service.finish_contact_change(&alice, &unknown, until) $($wait)*).unwrap().unwrap_err();
        say!(service.finish_contact_change(&alice, &FinishContactChange { change }, until) $($wait)*).unwrap().unwrap();
        say!(service.remind_review(&alice, until) $($wait)*).unwrap();
        say!(service.assess(&alice, &crate::support::acts::payment("tx-1", until), 480, until) $($wait)*).unwrap();
        say!(service.settle_pending(&alice, TxId::of("tx-1"), until) $($wait)*).unwrap();
        let list = [alice.clone(), nobody.clone()];
        let frozen = say!(service.freeze_many(&list, &stop(until.plus_ms(1)), 0, until) $($wait)*);
        assert!(matches!(frozen.listed[..], [Listed { outcome: ListedOutcome::Frozen { .. }, .. }, _]));
        say!(service.freeze_many(&list, &stop(until.plus_ms(1)), 1, until) $($wait)*);
        say!(service.settle_pending(&alice, TxId::of("tx-1"), until) $($wait)*).unwrap();
        let told = say!(service.tell_freezes_ended(&alice, until.plus_ms(1)) $($wait)*).unwrap();
        assert_eq!(told.count, 1);
        say!(service.verify_account(&alice) $($wait)*).unwrap();
        lines.push(format!("{:?}", service.history(&alice, 1, 1_000) $($wait)*.unwrap()));
        lines
    }};
}

/// A list of accounts to be stopped for a while.
fn stop(until: Timestamp) -> FreezeList {
    let desk = ActorId::parse("agent-1").unwrap();
    let request = FreezeRequest::new(Scopes::ALL, FreezeReason::SuspectedFraud, Authority::Agent, desk).until(until);
    FreezeList { id: RandomId([9; 16]), request, freeze_unknown: false }
}

async fn by_tasks(store: impl AsyncStore) -> Vec<String> {
    let entropy = Box::new(Counted::default());
    let service = AsyncService::with_entropy(store, ring(1, &[1]), settings(), entropy).await.unwrap();
    visit!(service.await)
}

fn by_threads() -> Vec<String> {
    let entropy = Box::new(Counted::default());
    let service = Service::with_entropy(MemoryStore::new(), ring(1, &[1]), settings(), entropy).unwrap();
    visit!(service)
}

#[track_caller]
fn assert_same(threads: &[String], tasks: &[String]) {
    assert_eq!(threads.len(), tasks.len());
    for (number, (thread, task)) in threads.iter().zip(tasks).enumerate() {
        assert_eq!(thread, task, "answer {number}");
    }
}

#[test]
fn tasks_get_the_answers_of_threads() {
    let threads = by_threads();
    assert_same(&threads, &block_on(by_tasks(AtOnce(MemoryStore::new()))));
    assert_same(&threads, &block_on(by_tasks(OnThreads::new(MemoryStore::new()))));
}

#[cfg(feature = "sqlite")]
#[test]
fn tasks_get_the_answers_of_threads_from_a_file_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = account_security::store::SqliteStore::open(folder.path().join("security.db")).unwrap();
    assert_same(&by_threads(), &block_on(by_tasks(OnThreads::new(store))));
}

/// Compiles only while every future of a flow can be sent to another thread, for any store.
#[allow(dead_code, reason = "to be compiled is the test")]
fn every_future_is_send<S: AsyncStore + 'static>(service: &AsyncService<S>) {
    fn is_send<T: Send>(_: T) {}
    let (alice, typed, none) = (account("alice"), password(RIGHT), &UserContext::none());
    let (current, new, id) = (&typed, &typed, RandomId([0; 16]));
    is_send(service.sign_in(&alice, &typed, None, at(0)));
    is_send(service.change_password(&alice, &ChangePassword { current, new, words: none, device: None }, at(0)));
    let by = SetBy::Reset { ticket: TicketId([0; 16]) };
    is_send(service.set_new_password(&alice, &NewPassword { new, words: none, by }, at(0)));
    let begin = BeginReset { via: ContactKind::Phone, sender: sender(), locale: Locale::En };
    is_send(service.begin_reset(&alice, None, &begin, at(0)));
    is_send(service.freeze_many(&[], &stop(at(1)), 0, at(0)));
    is_send(service.settle_pending(&alice, TxId::of("t"), at(0)));
    is_send(service.finish_contact_change(&alice, &FinishContactChange { change: id }, at(0)));
}
