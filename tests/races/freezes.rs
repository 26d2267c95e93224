//! Freezing against paying: whichever is first in the chain wins, and no payment passes after the freeze.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use account_security::account::{EventKind, Verdict};
use account_security::command::PaymentDecision;
use account_security::service::{Service, ServiceError};
use account_security::types::TxId;

use crate::support::acts::{court_order, kinds, payment};
use crate::support::stores::Shared;
use crate::support::{account, at};
use crate::{Found, Services, at_once, hold, until_answered};

mod on_every_store {
    crate::on_every_store! {
        no_payment_is_judged_after_the_freeze_is_placed
        one_payment_sent_64_times_at_once_is_judged_once
    }
}

const FREEZERS: usize = 4;
const PAYMENTS_EACH: usize = 4;

fn tx_id(thread: usize, turn: usize) -> String {
    format!("tx-{thread}-{turn}")
}

/// Some pay all the time; a few others place a freeze once a fifth of the payments is through. Each payer's last payment
/// waits for the first freeze to be confirmed, so that the freeze meets payments on both sides of it.
pub fn no_payment_is_judged_after_the_freeze_is_placed(services: &Services) -> Found {
    let (alice, paid, frozen) = (account("alice"), AtomicUsize::new(0), AtomicBool::new(false));
    let payers = services.len() - FREEZERS;
    let pay = |thread: usize, service: &Service<Shared>| -> Result<Vec<PaymentDecision>, ServiceError> {
        let one = |turn| {
            while turn + 1 == PAYMENTS_EACH && !frozen.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            let payment = payment(&tx_id(thread, turn), at(1_000));
            let decision = until_answered(|| service.assess(&alice, &payment, 480, at(1_000)));
            paid.fetch_add(1, Ordering::SeqCst);
            decision
        };
        (0..PAYMENTS_EACH).map(one).collect()
    };
    let freeze = |thread: usize, service: &Service<Shared>| {
        while paid.load(Ordering::SeqCst) < payers * PAYMENTS_EACH / 5 {
            std::thread::yield_now();
        }
        let order = court_order(u8::try_from(thread).unwrap());
        let placed = until_answered(|| service.execute(&alice, &order, at(1_000)));
        frozen.store(true, Ordering::SeqCst);
        placed.map(|placed| assert!(!placed.expect("room for it").already))
    };
    let decisions = at_once(services, |thread, service| {
        if thread < payers { pay(thread, service) } else { freeze(thread, service).map(|()| vec![]) }
    });
    check_order(services, payers, &decisions)
}

fn check_order(services: &Services, payers: usize, decisions: &[Result<Vec<PaymentDecision>, ServiceError>]) -> Found {
    let kinds = kinds(&services[0], &account("alice"));
    let is_freeze = |kind: &EventKind| matches!(kind, EventKind::FreezePlaced { .. });
    let frozen_at = kinds.iter().position(is_freeze).ok_or("no freeze was placed")?;
    hold!(kinds.iter().filter(|kind| is_freeze(kind)).count() == FREEZERS, "a freeze was lost");
    hold!(kinds.len() == FREEZERS + payers * PAYMENTS_EACH, "{} events", kinds.len());
    hold!(frozen_at > 0 && frozen_at + FREEZERS < kinds.len(), "the freeze met no payment: {frozen_at}");
    for (thread, decisions) in decisions.iter().enumerate().take(payers) {
        let decisions = decisions.as_ref().map_err(|error| format!("thread {thread}: {error}"))?;
        for (turn, decision) in decisions.iter().enumerate() {
            let wanted = TxId::of(&tx_id(thread, turn));
            let mut places = kinds.iter().enumerate().filter_map(|(place, kind)| match kind {
                EventKind::PaymentAssessed { tx_id, assessment, .. } if *tx_id == wanted => {
                    Some((place, PaymentDecision::Assessed(*assessment.clone())))
                }
                EventKind::PaymentStopped { tx_id, .. } if *tx_id == wanted => Some((place, PaymentDecision::Frozen)),
                _ => None,
            });
            let (place, written) = places.next().ok_or(format!("{thread}/{turn} is in no event"))?;
            hold!(places.next().is_none(), "{thread}/{turn} is in two events");
            hold!(written == *decision, "{thread}/{turn}: told {decision:?}, wrote {written:?}");
            let passed = matches!(written, PaymentDecision::Assessed(_));
            hold!(passed == (place < frozen_at), "event {place} of {frozen_at}: {written:?}");
        }
    }
    let verdict = services[0].verify_account(&account("alice")).unwrap();
    hold!(matches!(verdict, Verdict::Intact { .. }), "{verdict:?}");
    Ok(())
}

pub fn one_payment_sent_64_times_at_once_is_judged_once(services: &Services) -> Found {
    let alice = account("alice");
    let payment = payment("tx-1", at(1_000));
    let decisions = at_once(services, |_, service| service.assess(&alice, &payment, 480, at(1_000)));
    let first = decisions[0].clone().map_err(|error| error.to_string())?;
    hold!(matches!(first, PaymentDecision::Assessed(_)), "{first:?}");
    hold!(decisions.iter().all(|decision| decision.as_ref() == Ok(&first)), "{decisions:?}");
    let events = kinds(&services[0], &alice).len();
    hold!(events == 1, "judged {events} times");
    Ok(())
}
