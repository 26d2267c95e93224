//! Payments that were accepted before a freeze landed and are not settled yet: may one finish now?
//!
//! The freeze itself says so. Without a word it holds them: money that left cannot be called back, money that waits can
//! go later. [`PendingPayments::LetPendingFinish`] is for freezes that doubt the future and not the past, such as a
//! dormant account's; the compliance office's and a court's freezes always hold
//! ([`FreezePolicy::pending_rank_max`](super::FreezePolicy::pending_rank_max)).

use serde::{Deserialize, Serialize};

use super::{Causes, Freeze, Freezes, PaymentFacts, Scopes, cooling_off, diagnose};
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

/// Whether a pending payment may settle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PendingAnswer {
    /// Settle it.
    Finish,
    /// Not now. Ask again when a freeze of the account was lifted or ended.
    Hold {
        /// Why, with a view for the customer and one for staff as of any other payment that failed.
        causes: Causes,
        /// The first freeze that holds it; `None` = the cooling-off after a lift does.
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

/// Whether a payment accepted at `accepted_at` and not settled yet may settle at `now`.
///
/// A freeze that lets pending payments finish does so for those accepted up to its first moment; one that pretends to be
/// older is held like a new one. Refunds and reversals bring money in, so they wait while [`Scopes::RECEIVE`] is closed,
/// although none is ever turned away at the door ([`Scopes::needed_for`]): networks impose them, and an order that closes
/// money in decides when it is booked.
///
/// ```
/// use account_security::freeze::{Freezes, PendingAnswer, evaluate_pending};
/// use account_security::types::{Direction, Timestamp};
/// let (accepted_at, now) = (Timestamp::MIN, Timestamp::MIN.plus_ms(1));
/// assert_eq!(evaluate_pending(&Freezes::default(), Direction::Out, accepted_at, now), PendingAnswer::Finish);
/// ```
#[must_use]
pub fn evaluate_pending(
    freezes: &Freezes,
    direction: Direction,
    accepted_at: Timestamp,
    now: Timestamp,
) -> PendingAnswer {
    let needed = Scopes::needed_to_settle(direction);
    let holding = freezes.in_force(now).filter(|freeze| freeze.scopes.intersects(needed) && holds(freeze, accepted_at));
    let holding: Vec<Freeze> = holding.cloned().collect();
    let cooling_off = cooling_off(freezes, now).filter(|cooling_off| cooling_off.closed.intersects(needed));
    if holding.is_empty() && cooling_off.is_none() {
        return PendingAnswer::Finish;
    }
    let freeze = holding.first().map(|freeze| freeze.id);
    let found = Freezes { standing: holding, ended: Vec::new(), cooling_off };
    // A refund is diagnosed as the money in that it is.
    let direction = if needed == Scopes::PAY_OUT { Direction::Out } else { Direction::In };
    PendingAnswer::Hold { causes: diagnose(&PaymentFacts::new(&found, direction), now), freeze }
}

fn holds(freeze: &Freeze, accepted_at: Timestamp) -> bool {
    match freeze.pending {
        PendingPayments::HoldPending => true,
        PendingPayments::LetPendingFinish => freeze.from < accepted_at,
    }
}
