//! Counts a message on one scope before it exists, and a code once it was typed back.

use super::state::SeenPrefix;
use super::window::Sums;
use super::{Brake, ScopeRules, SendBudget};
use crate::types::Timestamp;
use crate::types::time::{DAY_MS, HOUR_MS};
use crate::verification::CallingPrefix;

/// What came of [`charge`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Charged {
    /// To be stored, unless it was refused without news.
    pub budget: SendBudget,
    /// Whether the message may go out as far as this scope is asked.
    pub verdict: Result<(), BudgetRefused>,
    /// What an operator or an auditor should know.
    pub news: Option<BudgetNews>,
}

/// Why a message may not go out. Nothing was sent and no code was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetRefused {
    /// Every message of the hour or day is used.
    LimitReached {
        /// When one is free again, if nobody else takes it.
        retry_at: Timestamp,
    },
    /// This network wrote to too many calling prefixes.
    TooManyPrefixes {
        /// When another one may be written to.
        retry_at: Timestamp,
    },
    /// Hardly any code sent there comes back.
    Braked {
        /// When it releases at the latest, if nothing more is sent.
        retry_at: Timestamp,
    },
    /// The dial plan closes this number.
    DestinationNotAllowed,
}

/// What changed beside the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetNews {
    /// The brake went on.
    BrakeOn {
        /// Messages of the last hour.
        sent: u32,
        /// How many of them came back.
        verified: u32,
    },
    /// The brake went off by itself.
    BrakeOff,
    /// The first refusal in an hour; further ones are not written down.
    Refused,
}

/// Counts one message to `prefix` on a scope, or refuses. A refusal counts nothing.
pub fn charge(budget: &SendBudget, rules: &ScopeRules, prefix: Option<CallingPrefix>, now: Timestamp) -> Charged {
    let sums = budget.hour.sums(now);
    match refusal(budget, rules, prefix, now) {
        Some(refused) => refuse(budget, refused, sums, now),
        None => Charged {
            budget: counted(budget, rules, prefix, now),
            verdict: Ok(()),
            news: budget.braked_since.map(|_| BudgetNews::BrakeOff),
        },
    }
}

/// Counts one code that was typed back. Never more codes than messages: what came too late to be judged is left out.
#[must_use]
pub fn settle(budget: &SendBudget, now: Timestamp) -> SendBudget {
    let sums = budget.hour.sums(now);
    let verified = u32::from(sums.verified < sums.sent);
    SendBudget { hour: budget.hour.with(0, verified, now), ..budget.clone() }
}

impl BudgetRefused {
    /// From when on the same request may succeed, if waiting helps.
    #[must_use]
    pub const fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::LimitReached { retry_at } | Self::TooManyPrefixes { retry_at } | Self::Braked { retry_at } => {
                Some(*retry_at)
            }
            Self::DestinationNotAllowed => None,
        }
    }

    /// The stable number, for logs and events.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::LimitReached { .. } => 3061,
            Self::TooManyPrefixes { .. } => 3062,
            Self::Braked { .. } => 3063,
            Self::DestinationNotAllowed => 3064,
        }
    }
}

impl Brake {
    /// Whether a scope with these sums is stopped.
    fn is_on(self, sums: Sums) -> bool {
        let judged = sums.sent - sums.recent.min(self.sends_min).min(sums.sent);
        let came_back = u64::from(sums.verified) * 100;
        judged > self.sends_min && came_back < u64::from(judged) * u64::from(self.verified_percent_min)
    }
}

fn refusal(
    budget: &SendBudget,
    rules: &ScopeRules,
    prefix: Option<CallingPrefix>,
    now: Timestamp,
) -> Option<BudgetRefused> {
    let (hour, day) = (budget.hour.sums(now), budget.day.sums(now));
    let brake = rules.brake.filter(|brake| brake.is_on(hour));
    if let Some(brake) = brake {
        return Some(BudgetRefused::Braked { retry_at: budget.hour.fits_at(now, |sums| !brake.is_on(sums)) });
    }
    if hour.sent >= rules.limits.per_hour || day.sent >= rules.limits.per_day {
        let in_hour = budget.hour.fits_at(now, |sums| sums.sent < rules.limits.per_hour);
        let in_day = budget.day.fits_at(now, |sums| sums.sent < rules.limits.per_day);
        return Some(BudgetRefused::LimitReached { retry_at: in_hour.max(in_day) });
    }
    too_many_prefixes(budget, rules.prefixes_max?, prefix?, now)
}

fn too_many_prefixes(budget: &SendBudget, most: usize, prefix: CallingPrefix, now: Timestamp) -> Option<BudgetRefused> {
    let seen = || budget.prefixes_at(now);
    let oldest = seen().map(|it| it.at).min()?;
    let is_new = seen().all(|it| it.prefix != prefix);
    (is_new && seen().count() >= most).then(|| BudgetRefused::TooManyPrefixes { retry_at: oldest.plus_ms(DAY_MS) })
}

fn counted(budget: &SendBudget, rules: &ScopeRules, prefix: Option<CallingPrefix>, now: Timestamp) -> SendBudget {
    let prefixes = match (rules.prefixes_max, prefix) {
        (Some(_), Some(prefix)) => {
            let others = budget.prefixes_at(now).filter(|seen| seen.prefix != prefix).copied();
            others.chain([SeenPrefix { prefix, at: now }]).collect()
        }
        _ => budget.prefixes.clone(),
    };
    let (hour, day) = (budget.hour.with(1, 0, now), budget.day.with(1, 0, now));
    SendBudget { hour, day, prefixes, braked_since: None, refusal_told_at: budget.refusal_told_at }
}

/// What is refused over and over is written down once an hour, so that refusing costs an attacker's target nothing.
fn refuse(budget: &SendBudget, refused: BudgetRefused, sums: Sums, now: Timestamp) -> Charged {
    let is_braked = matches!(refused, BudgetRefused::Braked { .. });
    let mut budget = budget.clone();
    let news = if is_braked && budget.braked_since.is_none() {
        budget.braked_since = Some(now);
        Some(BudgetNews::BrakeOn { sent: sums.sent, verified: sums.verified })
    } else if budget.refusal_told_at.is_none_or(|at| now.ms_since(at) >= HOUR_MS) {
        budget.refusal_told_at = Some(now);
        Some(BudgetNews::Refused)
    } else {
        None
    };
    Charged { budget, verdict: Err(refused), news }
}
