//! How many messages may go out: against SMS pumping, mail bombing and bills.
//!
//! Who sends codes to numbers of his own network earns by every message. So messages are counted BEFORE a code exists,
//! per scope: the destination, the network of the IP address that asks, the calling prefix, and all together; the
//! account counts its own in its record. A scope refuses above its limits, and a prefix whose codes hardly anybody
//! types back is braked: nothing that anybody can ask for goes there until the ratio recovers or the messages have aged
//! out. What goes to a contact that its account confirmed is counted apart ([`Claim`]), within a bound of its own: a
//! country's owners must not wait for their codes because strangers signed up there.
//!
//! - [`scopes`] plans: which scopes a message is charged to, most specific first, so that one flooded number cannot use
//!   up what belongs to all.
//! - [`charge`] counts one message on one scope, or refuses. Nothing is ever given back: a crash, or a refusal by a
//!   later scope, leaves a message too many in the count, never one too few.
//! - [`settle`] counts one code that was typed back.
//!
//! Windows are counted in slots of a minute and of an hour: a message counts for 60 to 61 minutes and for 24 to 25
//! hours, never for less. An e-mail has no calling prefix and no brake: it costs nothing, and one provider's host may
//! serve half of all customers; its destination, network and total are limited all the same.
//!
//! ```
//! use account_security::types::Timestamp;
//! use account_security::verification::budget::{BudgetRefused, SendBudget, SendPolicy, charge, scopes};
//! use account_security::verification::{Channel, Destination};
//!
//! let policy = SendPolicy::default();
//! let to = Destination::parse(Channel::Sms, "+8613812345678")?;
//! let planned = scopes(&to, "192.0.2.7".parse().ok(), 0, &policy).map_err(|_| "not allowed")?;
//! assert_eq!(planned.len(), 4); // destination, network, prefix, all
//!
//! let (now, rules) = (Timestamp::from_unix_s(1_800_000_000)?, policy.rules_for(&planned[0]));
//! let mut budget = SendBudget::default();
//! for _ in 0..5 {
//!     budget = charge(&budget, &rules, to.calling_prefix(), now).budget;
//! }
//! let sixth = charge(&budget, &rules, to.calling_prefix(), now);
//! assert!(matches!(sixth.verdict, Err(BudgetRefused::LimitReached { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod charge;
mod dial;
mod policy;
mod scope;
mod set_back;
mod state;
mod window;

pub use charge::{BudgetNews, BudgetRefused, Charged, charge, settle};
pub use dial::{DIAL_RULES_MAX, DialPlan};
pub use policy::{Brake, Limits, SHARDS_MAX, ScopeRules, SendPolicy};
pub use scope::{Claim, Medium, Network, SCOPES_MAX, ScopeKind, SendScope, scopes, scopes_of};
pub use state::{NETWORK_PREFIXES_MAX, SendBudget};

#[cfg(test)]
mod tests;
