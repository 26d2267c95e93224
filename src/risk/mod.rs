//! Suspicious-transaction flags: how unlike its account a payment is, and what to do about it.
//!
//! [`assess()`] takes a [`Profile`], a payment and a policy and answers with an [`Assessment`] and what the profile learns from it.
//! It promises:
//! - the score is exactly the sum of the listed reasons' points, in [`Millibans`]; 0 is an average payment;
//! - sums and counts over windows never under-count, and say when they are bounded from above instead of exact;
//! - a hard limit holds the payment, whatever speaks for it; a held payment counts as an attempt, not as spend;
//! - a payment that asked for a proof counts as spend at once, and makes nothing familiar before [`release()`] says that the
//!   proof was given: a thief can order payments and walk away;
//! - the same payment again gets its first answer while it is among the sixteen events remembered (the service knows it
//!   for ever, by its commit id); an id with another content is held and changes nothing. The profile keeps 32 bits of the
//!   content, which somebody who chooses ids can meet by trying: where ids come from outside, keep
//!   [`Assessed::content_fingerprint`] beside the id and compare it, as the service does;
//! - a payment that arrives late is entered in its own place and counted in every window it belongs to; one so late that
//!   the sums of its time are gone is held; one from the future changes nothing;
//! - a local day is the one its payment's zone has; an account that names zones far apart begins no new day with them;
//! - integers only, bounded memory, no clock: every platform reaches the same decision.
//!
//! # What comes back gives no limit back
//! A refund or reversal is entered as money that comes in: it passes, and lowers no sum. For a refund days later that is what
//! card issuers do too. An authorisation that is reversed in full usually gives its amount back to the limit, while counts
//! of attempts still see it. Not here, for four reasons:
//! - such an entry names no payment, only an amount: from which day's sum to take it would be a guess, and a sum that is
//!   lowered too far is the one fault that windows promise not to have;
//! - beyond the sixteen events remembered, a payment's own day and zone are gone, so most of what is reversed late could not
//!   be taken back exactly;
//! - whoever sends entries that look like reversals (an acquirer, a wallet on the other side) would raise the account's limit;
//! - what was reversed must never settle or be released afterwards, which only an act on that payment can forbid.
//!
//! Until there is one (by the payment's id, once, while it is remembered, lowering its own hour and day and leaving the attempt
//! counted), a limit that a reversed payment used up is opened by a person: [`release()`] of the payment that it held.
//!
//! # How it decides
//! The rules are data: limits, weights, modes, floors, [custom rules](CustomRule) over a closed
//! [vocabulary](Feature), [lists](Lists) and [presets](Preset) make a [`RiskPolicy`]; [`CheckedPolicy::new`] refuses what
//! contradicts itself, and every assessment carries the hash of the policy that made it. Feature `rules` reads them from
//! files. A rule [sleeps](snooze()) on one account where an agent knows better.
//!
//! Two explanations of a fraud are weighed: someone else uses the account (its own amounts, devices, places, patterns)
//! or the payee is compromised ([`PayeeBelief`], fed by labels that come days late).
//!
//! ```
//! use account_security::risk::{AssessContext, CheckedPolicy, Limits, Outcome, Profile, RiskPolicy, assess};
//! use account_security::types::{Currency, Money, Payment, ReasonCode, Timestamp};
//! let limits = Limits { day_minor: Some(100_000), ..Limits::default() };
//! let policy = CheckedPolicy::new(RiskPolicy { limits, ..RiskPolicy::wallet() })?;
//! let at = Timestamp::from_unix_s(1_700_000_000)?;
//! let payment = Payment::out("tx-1", Money::parse("1299.00", Currency::CNY)?, at)?.to("shop").from_device("phone");
//! let assessed = assess(&Profile::new(), &payment, None, &policy, &AssessContext::at(at, 480))?;
//! assert_eq!(assessed.assessment.outcome, Outcome::Hold);
//! assert_eq!(assessed.assessment.reasons[0].code, ReasonCode::LimitDay);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod amount;
mod asks;
pub mod assess;
mod batch;
mod bounded;
mod buckets;
pub mod check;
pub mod class_limit;
pub mod custom;
mod derived;
mod doubts;
pub mod error;
#[cfg(test)]
mod evasions;
mod expr;
mod faults;
mod faults_custom;
pub mod feature;
#[cfg(feature = "rules")]
pub mod file;
mod fit;
mod fixed;
mod label;
mod limit_now;
pub mod lists;
mod numbers;
mod observe;
#[cfg(test)]
mod own_rules;
mod patterns;
pub mod payee;
pub mod policy;
mod preset;
mod presets;
#[cfg(test)]
mod properties;
mod reasons;
mod record;
mod release;
mod ring;
mod rules;
pub mod score;
mod set_back;
pub mod snooze;
pub mod state;
mod stored;
#[cfg(test)]
mod stories;
pub mod tra;
mod travel;
mod window;
mod wire;
pub(crate) mod words;

pub use assess::{AssessContext, Assessed, Signals, assess};
pub use batch::{Queued, assess_many};
pub use check::CheckedPolicy;
pub use class_limit::{ClassLimit, PayeeClass};
pub use custom::{Comparison, Condition, CustomRule, RuleId};
pub use doubts::Doubt;
pub use error::{PolicyError, RiskError};
pub use feature::{Feature, Unit};
pub use fit::AmountFit;
pub use fixed::Belief;
pub use label::label_account;
pub use limit_now::{LimitNow, OverLimit};
pub use lists::Lists;
pub use payee::{Label, PayeeBelief};
pub use policy::{
    AmountPolicy, Bands, LargeAmount, Limits, Measure, Mode, NoveltyPolicy, PatternPolicy, PayeePolicy, RiskPolicy,
    Rule, SessionPolicy, TravelPolicy, VelocityRule,
};
pub use presets::Preset;
pub use reasons::Reasons;
pub use release::release;
pub use score::{Assessment, FirstAnswer, Millibans, Outcome, REASONS_MAX, Reason, ReasonGroup};
pub use set_back::{Spent, set_back};
pub use snooze::{SnoozeError, SnoozedRule, snooze, wake};
pub use state::{PROFILE_BYTES_MAX, PROFILE_BYTES_TYPICAL_MAX, Profile};
pub use stored::StoredProfile;
pub use tra::{TraAnswer, TraFactor, TraFactors, TraGround, TraInstrument, fraud_rate_ppm, tra_exemption};

/// The farthest offset from UTC accepted, in minutes: zones reach from -12 h to +14 h.
pub(crate) const OFFSET_MIN_MAX: i16 = 18 * 60;
