//! Payments that were accepted before a freeze landed and are not settled yet: may one finish now?
//!
//! The freeze itself says so. Without a word it holds them: money that left cannot be called back, money that waits can
//! go later. [`PendingPayments::LetPendingFinish`] is for freezes that doubt the future and not the past, such as a
//! dormant account's; the compliance office's and a court's freezes always hold
//! ([`FreezePolicy::pending_rank_max`](super::FreezePolicy::pending_rank_max)).

use serde::{Deserialize, Serialize};

use super::{
    Causes, CoolingOff, Freeze, Freezes, PaymentFacts, Scopes, cooling_off, diagnose, is_before_lift, narrowed_since,
};
use crate::types::{Direction, RandomId, Timestamp};

/// What a freeze does to payments accepted before it and not settled yet. Stored by position: append only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PendingPayments {
    /// They wait until the freeze is over.
    #[default]
    HoldPending,
    /// They settle; only new ones are stopped.
    LetPendingFinish,
}

/// A payment that was judged and is not settled yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingPayment {
    /// Which way the money moves.
    pub direction: Direction,
    /// When it was judged.
    pub judged_at: Timestamp,
    /// When it was accepted: at once, or when it was released. `None` where that is not known, as of a payment that asked
    /// for a proof and of which nobody told whether the proof came; no freeze takes that for "before".
    pub accepted_at: Option<Timestamp>,
    /// Whether it was held and nobody has let it pass, or it turned out to be fraud: it does not settle whatever is open.
    pub waits_for_review: bool,
}

/// Whether a pending payment may settle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PendingAnswer {
    /// Settle it.
    Finish,
    /// Not now. Ask again when a freeze of the account was lifted or ended, or the payment was released.
    Hold {
        /// Why, with a view for the customer and one for staff as of any other payment that failed.
        causes: Causes,
        /// The first freeze that holds it; `None` = the cooling-off after a lift does, or a review nobody has done yet.
        freeze: Option<RandomId>,
    },
}

impl PendingPayments {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::HoldPending, Self::LetPendingFinish];

    /// The stable name, e.g. `hold-pending`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HoldPending => "hold-pending",
            Self::LetPendingFinish => "let-pending-finish",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pending| pending.name() == name)
    }
}

/// Whether a payment that was judged and is not settled yet may settle at `now`.
///
/// A freeze that lets pending payments finish does so for those accepted up to its first moment; one that pretends to be
/// older is held like a new one. After the owner's lift of a freeze, what passed before it waits for the end of the
/// cooling-off where that keeps payments under small limits ([`narrowed_since`]): it never met them. Refunds and reversals
/// bring money in, so they wait while [`Scopes::RECEIVE`] is closed, although none is ever turned away at the door
/// ([`Scopes::needed_for`]): networks impose them, and an order that closes money in decides when it is booked.
///
/// ```
/// use account_security::freeze::{Freezes, PendingAnswer, PendingPayment, evaluate_pending};
/// use account_security::types::{Direction, Timestamp};
/// let judged_at = Timestamp::MIN;
/// let accepted_at = Some(judged_at);
/// let payment = PendingPayment { direction: Direction::Out, judged_at, accepted_at, waits_for_review: false };
/// assert_eq!(evaluate_pending(&Freezes::default(), &payment, judged_at.plus_ms(1)), PendingAnswer::Finish);
/// ```
#[must_use]
pub fn evaluate_pending(freezes: &Freezes, payment: &PendingPayment, now: Timestamp) -> PendingAnswer {
    let needed = Scopes::needed_to_settle(payment.direction);
    let holding = freezes.in_force(now).filter(|freeze| freeze.scopes.intersects(needed) && holds(freeze, payment));
    let holding: Vec<Freeze> = holding.cloned().collect();
    let passed_at = payment.accepted_at.unwrap_or(payment.judged_at);
    let is_older = narrowed_since(freezes, needed, now).is_some_and(|since| is_before_lift(passed_at, since, now));
    let cooling_off = cooling_off(freezes, now).filter(|running| is_older || running.closed.intersects(needed));
    if holding.is_empty() && cooling_off.is_none() && !payment.waits_for_review {
        return PendingAnswer::Finish;
    }
    let freeze = holding.first().map(|freeze| freeze.id);
    let cooling_off = cooling_off.map(|running| CoolingOff { closed: running.closed.with(needed), ..running });
    let found = Freezes { standing: holding, ended: Vec::new(), cooling_off };
    // A refund is diagnosed as the money in that it is.
    let direction = if needed == Scopes::PAY_OUT { Direction::Out } else { Direction::In };
    let facts = PaymentFacts { risk_hold: payment.waits_for_review, ..PaymentFacts::new(&found, direction) };
    PendingAnswer::Hold { causes: diagnose(&facts, now), freeze }
}

fn holds(freeze: &Freeze, payment: &PendingPayment) -> bool {
    match freeze.pending {
        PendingPayments::HoldPending => true,
        PendingPayments::LetPendingFinish => payment.accepted_at.is_none_or(|accepted_at| freeze.from < accepted_at),
    }
}
