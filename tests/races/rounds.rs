//! A freeze against a payment and its settlement, round after round, each on an account of its own: no payment is approved,
//! and none finishes, on a record newer than the freeze.
//!
//! `RACE_ROUNDS` raises the number of rounds on every store. A store joins by its maker in [`crate::makers`]; the round
//! itself knows nothing but `Arc<dyn Store>` behind [`Shared`].

use std::sync::Barrier;

use account_security::account::{EventKind, Verdict};
use account_security::command::PaymentDecision;
use account_security::freeze::PendingAnswer;
use account_security::service::Service;
use account_security::types::{AccountId, TxId};

use crate::support::acts::{court_order, kinds, payment};
use crate::support::stores::{LastWriterWins, Shared};
use crate::support::{account, at, service};
use crate::{Found, hold, until_answered};

/// On each store; a full run takes 10,000.
const ROUNDS: usize = 150;

#[test]
fn no_payment_is_approved_or_finished_on_a_record_newer_than_the_freeze() {
    let rounds = std::env::var("RACE_ROUNDS").ok().map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    for maker in crate::makers() {
        let (name, store, _kept) = maker();
        let met = race(&store, rounds).unwrap_or_else(|broken| panic!("{name}: {broken}"));
        println!("{name}: {rounds} rounds, payment first in {}, freeze first in {}", met, rounds - met);
    }
}

/// A store that breaks its promise is caught by the same rounds.
#[test]
fn a_store_where_the_last_writer_wins_is_caught() {
    let broken = race(&Shared::new(LastWriterWins::default()), 2_000);
    assert!(broken.is_err(), "the rounds see nothing: {broken:?}");
}

/// How often the payment was first, or the invariant that broke. Each side has a service of its own, so they meet in the
/// store as two processes do.
pub fn race(store: &Shared, rounds: usize) -> Result<usize, String> {
    let (payer, freezer) = (service(store), service(store));
    let start = Barrier::new(2);
    let mut payment_first = 0;
    for round in 0..rounds {
        let alice = account(&format!("racer-{round}"));
        // Each begins first in every other round; a few hold back so that neither always wins.
        let (decision, _) = std::thread::scope(|scope| {
            let pay = scope.spawn(|| {
                start.wait();
                hold_back(round % 4);
                let sent = payment("tx-1", at(1_000));
                until_answered(|| payer.assess(&alice, &sent, 480, at(1_000)))
            });
            let freeze = scope.spawn(|| {
                start.wait();
                hold_back(3 - round % 4);
                until_answered(|| freezer.execute(&alice, &court_order(1), at(1_000)))
            });
            (pay.join().unwrap(), freeze.join().unwrap())
        });
        let decision = decision.map_err(|error| error.to_string())?;
        payment_first += usize::from(check(&payer, &alice, &decision)?);
    }
    Ok(payment_first)
}

fn hold_back(steps: usize) {
    (0..steps).for_each(|_| std::thread::yield_now());
}

/// Whether the payment came first.
fn check(payer: &Service<Shared>, alice: &AccountId, decision: &PaymentDecision) -> Result<bool, String> {
    let events = kinds(payer, alice);
    let place = |found: fn(&EventKind) -> bool| events.iter().position(found);
    let frozen = place(|kind| matches!(kind, EventKind::FreezePlaced { .. })).ok_or("the freeze was lost")?;
    let judged = place(|kind| matches!(kind, EventKind::PaymentAssessed { .. }));
    let approved = matches!(decision, PaymentDecision::Assessed(_));
    hold!(approved == judged.is_some(), "told {decision:?}, wrote {events:?}");
    hold!(judged.is_none_or(|judged| judged < frozen), "approved after the freeze: {events:?}");
    settles_not(payer, alice, approved)?;
    let verdict = payer.verify_account(alice).map_err(|error| error.to_string())?;
    hold!(matches!(verdict, Verdict::Intact { .. }), "{verdict:?}");
    Ok(approved)
}

/// What was approved before the freeze is held by it.
fn settles_not(payer: &Service<Shared>, alice: &AccountId, approved: bool) -> Found {
    let answer = payer.settle_pending(alice, TxId::of("tx-1"), at(1_001)).map_err(|error| error.to_string())?;
    hold!(answer.is_some() == approved, "{answer:?}");
    hold!(answer != Some(PendingAnswer::Finish), "a court's freeze let a pending payment finish");
    Ok(())
}
