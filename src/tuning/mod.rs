//! Tuning: a rule set learns its numbers from labelled history, and stays a rule set that a person can read.
//!
//! [`Fit`] keeps a history, and [`Fit::finish`] learns from it, in this order:
//! 1. the amount that no ordinary account reaches ([`AmountFit`](crate::risk::AmountFit));
//! 2. the points of each enforced rule, by logistic regression on which rules spoke, penalised towards the points the
//!    rule has now (so a rule seldom seen keeps them), in whole decibans from 0 to 60;
//! 3. the constants of the account's and the payee's belief, one after the other over a small grid, kept only where the
//!    average precision rises;
//! 4. the bands, where a rate of alerts is wanted: replayed, so that as many payments a day as scores allow, and no more,
//!    are held or worse on the days learned from. The freeze band is never lowered.
//!
//! The last quarter of the history is not learned from at first: the report says how the rules learned from the rest did
//! on it, before and after, and new constants are taken only if they helped there. Then points and amount are learned
//! once more from all of it. A label counts only if it was known at
//! the end of what is learned from: a payment of last week whose label takes seven days teaches nothing.
//!
//! Floating point is used here and only here: nothing of it reaches a decision, which sees whole numbers.
//!
//! The regression takes the account side alone. A fraud that its payee explains (the belief's share of it) teaches the
//! account's rules only the rest: the two explanations are those of [`assess`](crate::risk::assess()).
//!
//! ```
//! use account_security::backtest::LabelledEvent;
//! use account_security::risk::{CheckedPolicy, Label};
//! use account_security::tuning::{Fit, FitOptions};
//! use account_security::types::time::{DAY_MS, HOUR_MS};
//! use account_security::types::{AccountId, Currency, Money, Payment, Timestamp};
//!
//! let start = Timestamp::from_unix_s(1_700_000_000)?;
//! let options = FitOptions { until: start.plus_ms(40 * DAY_MS), label_delay_ms: DAY_MS, alerts_a_day: None };
//! let mut fit = Fit::new(CheckedPolicy::wallet(), options);
//! let account = AccountId::parse("alice")?;
//! for hour in 0..24 * 40 {
//!     let is_fraud = hour % 19 == 10;
//!     let (id, minor) = (format!("tx-{hour}"), if is_fraud { 50_000 } else { 1_000 });
//!     let money = Money::from_minor(minor, Currency::EUR)?;
//!     let payment = Payment::out(&id, money, start.plus_ms(hour * HOUR_MS))?.to("shop");
//!     let label = Some(if is_fraud { Label::Fraud } else { Label::Genuine });
//!     fit.observe(&LabelledEvent { row: hour, tx_id: &id, account: &account, payment: &payment, local_offset_min: 0, label })?;
//! }
//! let fitted = fit.finish(&mut |_, _| {})?;
//! // From which amount on `large_amount` speaks was learned from the frauds.
//! assert!(fitted.policy.policy().large_amount.from_minor.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bands;
mod constants;
mod features;
mod fit;
mod history;
mod logistic;
mod points;
#[cfg(test)]
mod tests;

pub use bands::AlertRate;
pub use constants::FittedConstant;
pub use fit::{Fit, FitError, FitOptions, Fitted, HoldOut};
pub use points::FittedRule;

/// Most payments kept; each takes about 200 bytes.
pub const EVENTS_MAX: usize = 4_000_000;
/// Fewest frauds a fit is worth while for.
pub const FRAUDS_MIN: u64 = 20;
