//! Account freezing: who closed what, why, on whose authority and until when, and why a payment failed.
//!
//! A freeze is a record, never a flag. Products that keep one "blocked" slot lose a freeze whenever two overlap: the
//! second overwrites the first, and one lift opens everything. Here each freeze stands alone:
//!
//! - What an account may not do is computed: the union of the freezes in force at `now` ([`restriction`]). In force
//!   means `from <= now < until` and not lifted, to the millisecond.
//! - A lift names one freeze ([`lift`]) and needs its rank; policy asks for a second agent, a step-up or a release.
//!   No call unfreezes an account.
//! - The owner's emergency freeze is never refused for want of room, and stands beside all others.
//! - A lift of the owner's freeze is followed by a cooling-off: what was open to a thief stays narrow for a day.
//! - [`diagnose`] tells the customer and the agent why a payment failed. Where the law forbids tipping off, the
//!   customer reads byte for byte what a technical fault would show.
//! - [`evaluate_pending`] answers whether a payment accepted before a freeze may still settle.
//!
//! Everything is pure. Pass a `now` that never runs back (the highest time the record has seen): then a clock that
//! jumps back revives nothing and prolongs nothing.
//!
//! ```
//! use account_security::freeze::{Actor, FreezePolicy, FreezeRequest, Freezes, Scopes, StepUp, lift, place, restriction};
//! use account_security::types::{ActorId, RandomId, Timestamp};
//!
//! let policy = FreezePolicy::standard();
//! let now = Timestamp::from_unix_s(1_767_225_600)?;
//! let alice = ActorId::parse("alice")?;
//!
//! let request = FreezeRequest::by_owner(alice.clone(), Scopes::PAY_OUT | Scopes::CHANGE_FACTORS);
//! let placed = place(&Freezes::default(), &request, RandomId([1; 16]), &policy, now)?;
//! assert!(restriction(&placed.freezes, now).contains(Scopes::PAY_OUT));
//!
//! let by = Actor::owner(alice, StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN });
//! let lifted = lift(&placed.freezes, placed.id, &by, None, &policy, now.plus_ms(1))?;
//! assert_eq!(restriction(&lifted.freezes, now.plus_ms(1)), Scopes::NONE);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod diagnose;
mod error;
mod expire;
mod lift;
mod pending;
mod place;
mod policy;
mod reason;
mod restriction;
mod scopes;
mod set_back;
mod state;
mod told;

pub use crate::types::{SupportChannels, SupportError};
pub use diagnose::{
    AgentCause, BalanceFact, Causes, CustomerCause, FreezeView, LIMIT_HITS_MAX, LimitHit, PaymentFacts, RecipientFact,
    ReleaseFact, diagnose,
};
pub use error::FreezeError;
pub use expire::{Expired, expire, next_end};
pub use lift::{Actor, LiftRequested, Lifted, StepUp, lift, request_lift};
pub use pending::{PendingAnswer, PendingPayment, PendingPayments, evaluate_pending};
pub use place::{FreezeRequest, Placed, place};
pub use policy::{DualControl, FreezePolicy, Sight};
pub use reason::{Authority, Disclosure, FreezeReason};
pub(crate) use restriction::is_before_lift;
pub use restriction::{closed, cooling_off, narrowed_since, restriction};
pub use scopes::Scopes;
pub use state::{CoolingOff, ENDED_KEPT, FREEZE_TEXT_BYTES_MAX, FREEZES_MAX, Freeze, Freezes, Lift, OWNER_FREEZES_MAX};
pub use told::frozen_text;

#[cfg(test)]
mod tests;
