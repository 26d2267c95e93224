//! The numbers and rules of freezing, as data, with their sources.

use super::{Authority, Freeze, FreezeReason, Scopes};
use crate::types::time::{DAY_MS, HOUR_MS};

/// Who needs a second pair of eyes for a lift, how long things last, who sees what.
///
/// ```
/// use account_security::freeze::FreezePolicy;
/// use account_security::types::time::HOUR_MS;
/// let policy = FreezePolicy { cooling_off_ms: 48 * HOUR_MS, ..FreezePolicy::standard() };
/// assert!(policy.dual_control.compliance);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreezePolicy {
    /// Which lifts take two people.
    pub dual_control: DualControl,
    /// Whether the agent who placed a freeze may approve its lift. The requester never may.
    pub placer_may_approve: bool,
    /// A lift request dies this long after it was made, in milliseconds.
    pub lift_request_ttl_ms: u64,
    /// For an owner's lift, the older of the two factors must be enrolled at least this long, in milliseconds.
    pub factor_age_ms: u64,
    /// How long the account stays narrow after an owner's freeze is lifted, in milliseconds; 0 for not at all.
    pub cooling_off_ms: u64,
    /// What stays closed while cooling off.
    pub cooling_off_closed: Scopes,
    /// What is open while cooling off, but with small limits; the amounts are the risk policy's.
    pub cooling_off_limited: Scopes,
    /// The longest police stop, in milliseconds; `None` for no bound.
    pub police_stop_longest_ms: Option<u64>,
    /// The highest authority whose freezes may let payments accepted before them finish
    /// ([`PendingPayments::LetPendingFinish`](super::PendingPayments)); above it they always wait.
    pub pending_rank_max: Authority,
    /// What an agent sees of a neutral freeze that ranks above the agent.
    pub neutral_above_rank: Sight,
}

/// Whose freezes take two different people to lift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DualControl {
    /// The owner's, when someone else than the owner lifts it. (The owner lifts alone, with two factors.)
    pub owner_by_staff: bool,
    /// A rule's.
    pub rule: bool,
    /// An agent's.
    pub agent: bool,
    /// The compliance office's.
    pub compliance: bool,
    /// A court's.
    pub court: bool,
}

/// How much of a freeze someone sees, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Nothing: a technical fault stands in its place.
    Hidden,
    /// That it stands, on whose authority, and its id: enough to pass the case on.
    Exists,
    /// The whole record.
    Full,
}

impl FreezePolicy {
    /// For a product with a staffed support desk.
    ///
    /// - Two people lift an agent's, the compliance office's and a court's freeze: one dishonest or deceived agent must
    ///   not be able to let money go. Two also lift the owner's freeze on the owner's behalf, because "I lost my phone,
    ///   please unlock" is what the thief says. One lifts a rule's: the rule was the first pair of eyes, and most of
    ///   its catches are false alarms.
    /// - A request lives 24 h; the owner's factors must be 12 h old (MAS e-payments guidelines: 12 h without high-risk
    ///   acts after a new token); 24 h of cooling-off.
    /// - An agent sees that a neutral freeze of a higher rank exists, and nothing more, so as to pass the case on
    ///   instead of repairing a fault that is none.
    #[must_use]
    pub const fn standard() -> Self {
        Self {
            dual_control: DualControl { owner_by_staff: true, rule: false, agent: true, compliance: true, court: true },
            placer_may_approve: false,
            lift_request_ttl_ms: DAY_MS,
            factor_age_ms: 12 * HOUR_MS,
            cooling_off_ms: DAY_MS,
            cooling_off_closed: Scopes::CHANGE_PROFILE.with(Scopes::CHANGE_FACTORS),
            cooling_off_limited: Scopes::PAY_OUT,
            police_stop_longest_ms: None,
            pending_rank_max: Authority::Agent,
            neutral_above_rank: Sight::Exists,
        }
    }

    /// Two people for every lift but the owner's own, requests die after 8 h (a shift), money out stays shut while
    /// cooling off, agents learn nothing of neutral freezes above their rank, and only the
    /// owner may let pending payments finish.
    #[must_use]
    pub const fn strict() -> Self {
        Self {
            dual_control: DualControl { owner_by_staff: true, rule: true, agent: true, compliance: true, court: true },
            lift_request_ttl_ms: 8 * HOUR_MS,
            factor_age_ms: DAY_MS,
            cooling_off_closed: Scopes::CHANGE_PROFILE.with(Scopes::CHANGE_FACTORS).with(Scopes::PAY_OUT),
            cooling_off_limited: Scopes::NONE,
            pending_rank_max: Authority::Owner,
            neutral_above_rank: Sight::Hidden,
            ..Self::standard()
        }
    }

    /// For a desk of a few people: one lifts agents' and rules' freezes, and the placer may be the second for the rest.
    #[must_use]
    pub const fn small_team() -> Self {
        Self {
            dual_control: DualControl {
                owner_by_staff: true,
                rule: false,
                agent: false,
                compliance: true,
                court: true,
            },
            placer_may_approve: true,
            ..Self::standard()
        }
    }

    /// [`standard`](Self::standard), and a police stop ends within 48 h (PBoC notice Yinfa 2016/86). Lay such a stop
    /// on [`Scopes::PAY_OUT`]: the notice leaves money in open.
    #[must_use]
    pub const fn mainland_china() -> Self {
        Self { police_stop_longest_ms: Some(48 * HOUR_MS), ..Self::standard() }
    }

    /// Whether a lift of `freeze` by someone of this authority takes a second person.
    #[must_use]
    pub fn needs_second(&self, freeze: &Freeze, by: Authority) -> bool {
        match freeze.authority {
            Authority::Owner => by != Authority::Owner && self.dual_control.owner_by_staff,
            Authority::Rule => self.dual_control.rule,
            Authority::Agent => self.dual_control.agent,
            Authority::Compliance => self.dual_control.compliance,
            Authority::Court => self.dual_control.court,
        }
    }

    /// The longest term of a freeze for this reason, in milliseconds; `None` for no bound.
    #[must_use]
    pub fn longest_ms(&self, reason: FreezeReason) -> Option<u64> {
        self.police_stop_longest_ms.filter(|_| reason == FreezeReason::PoliceStop)
    }
}

impl Default for FreezePolicy {
    fn default() -> Self {
        Self::standard()
    }
}
