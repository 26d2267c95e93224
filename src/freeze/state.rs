//! What is stored: the freezes of one account, each a record of its own. Bounded, and checked when decoded.

use serde::{Deserialize, Serialize};

use super::{Authority, Disclosure, FreezeError, FreezeReason, PendingPayments, Scopes};
use crate::types::{ActorId, CaseRef, RandomId, Timestamp};

/// Most freezes by rules, agents, compliance and courts that have not ended.
pub const FREEZES_MAX: usize = 16;
/// Most freezes by the owner that have not ended. They are counted apart, so no one can use up the owner's places, and
/// the last one is kept for the kill switch: everything, at once, without an end.
pub const OWNER_FREEZES_MAX: usize = 3;
/// How many ended freezes stay for the agent to see. The whole history is in the audit events.
pub const ENDED_KEPT: usize = 4;
/// Longest actor or case reference in a freeze, in bytes. Shorter than an id may be: the record has to stay small.
pub const FREEZE_TEXT_BYTES_MAX: usize = 64;

/// One freeze. Written once; only [`lift`](Freeze::lift) ever changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Freeze {
    /// Its name; a lift names it.
    pub id: RandomId,
    /// The idempotency key it was placed with.
    pub key: Option<[u8; 16]>,
    /// What it closes; never empty.
    pub scopes: Scopes,
    /// Why.
    pub reason: FreezeReason,
    /// Whose authority it rests on.
    pub authority: Authority,
    /// Who placed it.
    pub actor: ActorId,
    /// The case or order behind it.
    pub case_ref: Option<CaseRef>,
    /// From this millisecond on, inclusive.
    pub from: Timestamp,
    /// Up to this millisecond, exclusive; `None` until lifted.
    pub until: Option<Timestamp>,
    /// Whether the customer may learn of it.
    pub disclosure: Disclosure,
    /// What becomes of payments accepted before it and not settled.
    pub pending: PendingPayments,
    /// How far its lift is.
    pub lift: Lift,
}

/// How far a freeze's lift is. Stored by position: append only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lift {
    /// Nobody asked.
    Standing,
    /// One person asked; another has to approve. The freeze is in force.
    Requested {
        /// Who asked.
        by: ActorId,
        /// When.
        at: Timestamp,
        /// The release they named.
        release: Option<CaseRef>,
    },
    /// Lifted; never in force again.
    Lifted {
        /// Who lifted or approved it.
        by: ActorId,
        /// When.
        at: Timestamp,
        /// The release it was lifted on.
        release: Option<CaseRef>,
    },
}

/// A time in which an account just opened by its owner's lift stays narrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoolingOff {
    /// Up to this millisecond, exclusive.
    pub until: Timestamp,
    /// What stays closed.
    pub closed: Scopes,
    /// What is open with small limits.
    pub limited: Scopes,
}

/// The freezes of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Freezes {
    /// Not yet known to have ended, in the order they were placed. None is lifted.
    pub(super) standing: Vec<Freeze>,
    /// Lifted or run out, oldest first.
    pub(super) ended: Vec<Freeze>,
    pub(super) cooling_off: Option<CoolingOff>,
}

impl Freeze {
    /// Whether it closes anything at `now`: `from <= now < until` and not lifted.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.from <= now && !self.is_over(now)
    }

    /// Whether it has ended: lifted, or `until` has come.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.is_lifted() || self.until.is_some_and(|until| until <= now)
    }

    /// Whether someone lifted it.
    #[must_use]
    pub const fn is_lifted(&self) -> bool {
        matches!(self.lift, Lift::Lifted { .. })
    }

    /// When it ended or will end, if that is known.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        match self.lift {
            Lift::Lifted { at, .. } => Some(at),
            Lift::Standing | Lift::Requested { .. } => self.until,
        }
    }

    fn validate(&self) -> Result<(), FreezeError> {
        let (lifter, release) = match &self.lift {
            Lift::Standing => (None, None),
            Lift::Requested { by, release, .. } | Lift::Lifted { by, release, .. } => (Some(by), release.as_ref()),
        };
        if !fits(&self.actor, self.case_ref.as_ref()) || lifter.is_some_and(|by| !fits(by, release)) {
            return Err(FreezeError::TextTooLong);
        }
        if self.scopes.is_empty() {
            return Err(FreezeError::NoScopes);
        }
        if self.until.is_some_and(|until| until <= self.from) {
            return Err(FreezeError::BadTerm);
        }
        Ok(())
    }
}

/// Whether the texts fit into a freeze.
pub(super) fn fits(actor: &ActorId, case_ref: Option<&CaseRef>) -> bool {
    actor.as_str().len() <= FREEZE_TEXT_BYTES_MAX
        && case_ref.is_none_or(|case| case.as_str().len() <= FREEZE_TEXT_BYTES_MAX)
}

impl Freezes {
    /// The freezes in force at `now`, in the order they were placed.
    pub fn in_force(&self, now: Timestamp) -> impl Iterator<Item = &Freeze> {
        self.standing.iter().filter(move |freeze| freeze.is_in_force(now))
    }

    /// Whether somebody lifted a freeze for suspected fraud since a payment was ordered: whoever did looked at what had happened
    /// until then, so no machine freezes the account again for that payment. Known of the latest [`ENDED_KEPT`] freezes.
    #[must_use]
    pub fn is_cleared_since(&self, ordered_at: Timestamp) -> bool {
        self.ended.iter().any(|freeze| match freeze.lift {
            Lift::Lifted { at, .. } => {
                ordered_at < at && freeze.reason == FreezeReason::SuspectedFraud && freeze.authority != Authority::Owner
            }
            Lift::Standing | Lift::Requested { .. } => false,
        })
    }

    /// The highest authority of a freeze that is in force at `now` or planned.
    #[must_use]
    pub fn highest(&self, now: Timestamp) -> Option<Authority> {
        self.standing.iter().filter(|freeze| !freeze.is_over(now)).map(|freeze| freeze.authority).max()
    }

    /// The freezes of [`in_force`](Self::in_force) that the customer may be shown.
    pub fn told(&self, now: Timestamp) -> impl Iterator<Item = &Freeze> {
        self.in_force(now).filter(|freeze| freeze.disclosure == Disclosure::Tell)
    }

    /// Every freeze still on record, ended ones first; for staff.
    pub fn iter(&self) -> impl Iterator<Item = &Freeze> {
        self.ended.iter().chain(&self.standing)
    }

    /// The freeze of this id, if it is still on record.
    #[must_use]
    pub fn get(&self, id: RandomId) -> Option<&Freeze> {
        self.iter().find(|freeze| freeze.id == id)
    }

    /// Checks the bounds and rules every stored list keeps. Decoding does it by itself.
    ///
    /// # Errors
    /// [`FreezeError`], mostly [`FreezeError::Corrupt`], for the first rule broken.
    pub fn validate(&self) -> Result<(), FreezeError> {
        let owners = self.standing.iter().filter(|freeze| freeze.authority == Authority::Owner).count();
        if owners > OWNER_FREEZES_MAX || self.standing.len() - owners > FREEZES_MAX || self.ended.len() > ENDED_KEPT {
            return Err(FreezeError::Corrupt("more freezes than an account can have"));
        }
        if self.standing.iter().any(Freeze::is_lifted) {
            return Err(FreezeError::Corrupt("a lifted freeze among the standing ones"));
        }
        if self.ended.iter().any(|freeze| freeze.ends_at().is_none()) {
            return Err(FreezeError::Corrupt("an ended freeze without an end"));
        }
        let mut ids: Vec<_> = self.iter().map(|freeze| freeze.id).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(FreezeError::Corrupt("two freezes of one id"));
        }
        self.iter().try_for_each(Freeze::validate)
    }

    /// The same freezes with those that ran out moved to the ended ones, so that they make room and stay ended.
    pub(super) fn settled(&self, now: Timestamp) -> Self {
        let (mut over, standing): (Vec<_>, Vec<_>) =
            self.standing.iter().cloned().partition(|freeze| freeze.is_over(now));
        over.sort_by_key(Freeze::ends_at);
        let mut settled = Self {
            standing,
            ended: self.ended.clone(),
            cooling_off: self.cooling_off.filter(|cooling_off| now < cooling_off.until),
        };
        over.into_iter().for_each(|freeze| settled.keep_ended(freeze));
        settled
    }

    /// Puts one more freeze among the ended ones; the oldest makes way.
    pub(super) fn keep_ended(&mut self, freeze: Freeze) {
        self.ended.push(freeze);
        let surplus = self.ended.len().saturating_sub(ENDED_KEPT);
        self.ended.drain(..surplus);
    }
}

/// The stored form, before it is checked. Same fields, same order.
#[derive(Deserialize)]
struct Stored {
    standing: Vec<Freeze>,
    ended: Vec<Freeze>,
    cooling_off: Option<CoolingOff>,
}

impl TryFrom<Stored> for Freezes {
    type Error = FreezeError;
    fn try_from(Stored { standing, ended, cooling_off }: Stored) -> Result<Self, FreezeError> {
        let freezes = Self { standing, ended, cooling_off };
        freezes.validate()?;
        Ok(freezes)
    }
}
