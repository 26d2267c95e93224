//! Rules put to sleep for one account: told, not counted, until a time.
//!
//! An agent who knows why an account does what it does (a house bought, a journey) lets one rule sleep. Hard limits, deny
//! lists, freezes and facts about the record cannot: they are not opinions.

use serde::{Deserialize, Serialize};

use super::check::CheckedPolicy;
use super::custom::RuleId;
use super::score::{Reason, ReasonGroup};
use super::state::Profile;
use crate::types::{ReasonCode, Timestamp};

/// Most rules asleep at once on one account.
pub const SNOOZES_MAX: usize = 8;
/// Marks the short hash of a custom rule, as opposed to a reason code.
const OWN: u32 = 1 << 31;

/// A rule as a snooze names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SnoozedRule {
    /// A built-in rule, by the reason it gives.
    BuiltIn(ReasonCode),
    /// A custom rule. Sleeps on through a change of the rule set; a rule that keeps its id is the same rule.
    Own(RuleId),
}

/// Why a rule cannot sleep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnoozeError {
    /// A limit, list, freeze or fact about the record.
    #[error("{0} cannot be snoozed: limits, lists, freezes and facts about the record always count")]
    NotSnoozable(ReasonCode),
    /// No rule of this name in the policy, or a hard limit.
    #[error("the policy has no such rule, or it is a hard limit, which cannot be snoozed")]
    UnknownRule,
    /// The end is not ahead of the clock.
    #[error("the end of a snooze must lie in the future")]
    Ended,
    /// Eight rules sleep already.
    #[error("at most eight rules sleep at once on one account; wake one first")]
    TooMany,
}

/// One rule asleep, as a profile keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Snooze {
    pub(super) rule: u32,
    pub(super) until: Timestamp,
}

/// What sleeps at the time of one decision.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asleep {
    codes: [u16; SNOOZES_MAX],
    /// Bit n: the custom rule with the number n + 1.
    own: u32,
}

/// Lets a rule sleep on an account until a time; asking again moves the end.
///
/// ```
/// use account_security::risk::{CheckedPolicy, Profile, SnoozedRule, snooze};
/// use account_security::types::{ReasonCode, Timestamp};
/// let (policy, now) = (CheckedPolicy::wallet(), Timestamp::from_unix_s(1_700_000_000)?);
/// let rule = SnoozedRule::BuiltIn(ReasonCode::NewPayee);
/// let profile = snooze(&Profile::new(), &rule, now.plus_ms(86_400_000), &policy, now)?;
/// assert_eq!(profile.snoozed(now).count(), 1);
/// assert!(snooze(&profile, &SnoozedRule::BuiltIn(ReasonCode::LimitDay), now.plus_ms(1), &policy, now).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SnoozeError`], one variant per reason; the profile is as before.
pub fn snooze(
    profile: &Profile,
    rule: &SnoozedRule,
    until: Timestamp,
    policy: &CheckedPolicy,
    now: Timestamp,
) -> Result<Profile, SnoozeError> {
    let key = rule.key(policy)?;
    if until <= now {
        return Err(SnoozeError::Ended);
    }
    let mut changed = profile.clone();
    let snoozes = &mut changed.snoozes;
    while let Some(gone) = snoozes.as_slice().iter().position(|old| old.rule == key || old.until <= now) {
        snoozes.remove(gone);
    }
    if snoozes.as_slice().len() >= SNOOZES_MAX {
        return Err(SnoozeError::TooMany);
    }
    snoozes.push_evicting_first(Snooze { rule: key, until });
    Ok(changed)
}

/// Wakes a rule before its time; one that does not sleep stays awake. A rule that has left the policy can be woken too.
#[must_use]
pub fn wake(profile: &Profile, rule: &SnoozedRule) -> Profile {
    let mut changed = profile.clone();
    let key = rule.any_key();
    if let Some(found) = changed.snoozes.as_slice().iter().position(|old| old.rule == key) {
        changed.snoozes.remove(found);
    }
    changed
}

impl Profile {
    /// The built-in rules asleep at `now`, and until when; custom rules as `None`, for only a hash of their name
    /// is kept.
    pub fn snoozed(&self, now: Timestamp) -> impl Iterator<Item = (Option<ReasonCode>, Timestamp)> + '_ {
        let running = self.snoozes.as_slice().iter().filter(move |snooze| now < snooze.until);
        running.map(|snooze| {
            let code = u16::try_from(snooze.rule).ok().and_then(|code| ReasonCode::try_from(code).ok());
            (code, snooze.until)
        })
    }

    /// Whether this rule sleeps at `now`.
    #[must_use]
    pub fn is_snoozed(&self, rule: &SnoozedRule, now: Timestamp) -> bool {
        let key = rule.any_key();
        self.snoozes.as_slice().iter().any(|snooze| snooze.rule == key && now < snooze.until)
    }
}

impl SnoozedRule {
    fn key(&self, policy: &CheckedPolicy) -> Result<u32, SnoozeError> {
        match self {
            Self::BuiltIn(code) if is_soft(*code) => Ok(self.any_key()),
            Self::BuiltIn(code) => Err(SnoozeError::NotSnoozable(*code)),
            Self::Own(id) => {
                let rule = policy.policy().rules.iter().find(|rule| rule.id == *id);
                let soft = rule.filter(|rule| rule.group != ReasonGroup::Limit);
                soft.map(|_| self.any_key()).ok_or(SnoozeError::UnknownRule)
            }
        }
    }

    fn any_key(&self) -> u32 {
        match self {
            Self::BuiltIn(code) => u32::from(code.code()),
            Self::Own(id) => OWN | id.short_hash(),
        }
    }
}

/// The built-in rules that weigh evidence, by the numbers of their reasons.
fn is_soft(code: ReasonCode) -> bool {
    matches!(code.code(), 200..=799 | 802..=806)
}

impl Asleep {
    pub(super) fn of(profile: &Profile, policy: &CheckedPolicy, now: Timestamp) -> Self {
        let mut asleep = Self::default();
        let running = profile.snoozes.as_slice().iter().filter(|snooze| now < snooze.until);
        for (slot, snooze) in asleep.codes.iter_mut().zip(running) {
            *slot = u16::try_from(snooze.rule).unwrap_or(0);
            if snooze.rule & OWN != 0 {
                let mut rules = (0_u32..).zip(&policy.policy().rules);
                let found = rules.find(|(_, rule)| OWN | rule.id.short_hash() == snooze.rule);
                asleep.own |= found.map_or(0, |(place, _)| 1 << place.min(31));
            }
        }
        asleep
    }

    /// Whether the rule that gave this reason sleeps.
    pub(super) fn has(&self, reason: &Reason) -> bool {
        match reason.code {
            ReasonCode::CustomRule if reason.group == ReasonGroup::Limit => false,
            ReasonCode::CustomRule => self.own >> u32::from(reason.rule.saturating_sub(1)) & 1 == 1,
            code => is_soft(code) && self.codes.contains(&code.code()),
        }
    }
}
