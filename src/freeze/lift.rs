//! Lifting one freeze, by id: alone, or two people under dual control.

use super::state::fits;
use super::{Authority, CoolingOff, Disclosure, Freeze, FreezeError, FreezePolicy, Freezes, Lift};
use crate::types::{ActorId, CaseRef, RandomId, Timestamp};

/// Who acts on a freeze. The caller vouches for all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: ActorId,
    /// On whose authority.
    pub authority: Authority,
    /// What an owner has just proven; nobody else needs it.
    pub step_up: StepUp,
}

/// What the owner has just proven, in this session and for this act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepUp {
    /// Nothing beyond the session.
    None,
    /// Two different factors.
    TwoFactors {
        /// When the one enrolled longer ago was enrolled.
        oldest_enrolled_at: Timestamp,
    },
}

/// A lift was asked for; the freeze is still in force.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the request stands only once `freezes` is stored"]
pub struct LiftRequested {
    /// The account's freezes from now on.
    pub freezes: Freezes,
    /// From here on the request is dead, unless approved.
    pub dies_at: Timestamp,
}

/// A freeze was lifted. Others may stand: ask [`restriction`](super::restriction).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the freeze is lifted only once `freezes` is stored"]
pub struct Lifted {
    /// The account's freezes from now on.
    pub freezes: Freezes,
    /// The cooling-off that runs now, if one does.
    pub cooling_off: Option<CoolingOff>,
}

impl Actor {
    /// A member of staff, or a rule.
    #[must_use]
    pub const fn staff(id: ActorId, authority: Authority) -> Self {
        Self { id, authority, step_up: StepUp::None }
    }

    /// The account's owner.
    #[must_use]
    pub const fn owner(id: ActorId, step_up: StepUp) -> Self {
        Self { id, authority: Authority::Owner, step_up }
    }
}

/// Asks for a lift that another agent has to approve with [`lift`]. The freeze stays in force.
///
/// Asking the same twice is harmless: the first request counts, and its time runs on.
///
/// # Errors
/// [`FreezeError::NotAuthorised`] names the authority that could; [`FreezeError::StepUpNeeded`] for an owner, who needs
/// no second person but two factors; [`FreezeError::LiftAlreadyRequested`] while a request by another or on another
/// release lives;
/// [`FreezeError::ReleaseNeeded`] for a court's freeze; [`FreezeError::TextTooLong`]; [`FreezeError::NotFound`],
/// [`FreezeError::AlreadyLifted`], [`FreezeError::Expired`] when nothing is left to lift.
pub fn request_lift(
    freezes: &Freezes,
    id: RandomId,
    by: &Actor,
    release: Option<&CaseRef>,
    policy: &FreezePolicy,
    now: Timestamp,
) -> Result<LiftRequested, FreezeError> {
    let freeze = liftable(freezes, id, by, now)?;
    if by.authority == Authority::Owner {
        return Err(FreezeError::StepUpNeeded);
    }
    if let Some(request) = live_request(freeze, policy, now) {
        return match request.by.is_same_person(&by.id) && request.release == release {
            true => Ok(LiftRequested { freezes: freezes.clone(), dies_at: request.dies_at }),
            false => Err(FreezeError::LiftAlreadyRequested),
        };
    }
    checked_release(freeze, by, release)?;
    let mut freezes = freezes.settled(now);
    if let Some(freeze) = freezes.standing.iter_mut().find(|freeze| freeze.id == id) {
        freeze.lift = Lift::Requested { by: by.id.clone(), at: now, release: release.cloned() };
    }
    Ok(LiftRequested { freezes, dies_at: now.plus_ms(policy.lift_request_ttl_ms) })
}

/// Lifts exactly one freeze, by id. There is no "unfreeze the account".
///
/// A lift of the owner's freeze, by whomever, starts the cooling-off: a thief who talks two agents into it meets the
/// same narrow account.
///
/// Under dual control this is the approval: it needs a live [`request_lift`] by someone else. `release` may then be
/// `None`, which approves the release that was requested.
///
/// # Errors
/// [`FreezeError::NotAuthorised`] names the authority that could; [`FreezeError::StepUpNeeded`] and
/// [`FreezeError::FactorTooNew`] for an owner; [`FreezeError::SecondAgentNeeded`] and [`FreezeError::SameAgent`] under
/// dual control; [`FreezeError::ReleaseNeeded`] and [`FreezeError::ReleaseDiffers`] for a court's freeze;
/// [`FreezeError::TextTooLong`]; [`FreezeError::NotFound`], [`FreezeError::AlreadyLifted`], [`FreezeError::Expired`]
/// when nothing is left to lift.
pub fn lift(
    freezes: &Freezes,
    id: RandomId,
    by: &Actor,
    release: Option<&CaseRef>,
    policy: &FreezePolicy,
    now: Timestamp,
) -> Result<Lifted, FreezeError> {
    let freeze = liftable(freezes, id, by, now)?;
    if by.authority == Authority::Owner {
        check_step_up(by.step_up, policy, now)?;
    }
    let request = live_request(freeze, policy, now);
    if policy.needs_second(freeze, by.authority) {
        check_second(freeze, request.as_ref(), by, policy)?;
    }
    let release = match (request.and_then(|request| request.release), release) {
        (Some(requested), Some(named)) if requested != named => return Err(FreezeError::ReleaseDiffers),
        (requested, named) => named.or(requested),
    };
    checked_release(freeze, by, release)?;
    Ok(lifted(freezes, freeze, Lift::Lifted { by: by.id.clone(), at: now, release: release.cloned() }, policy, now))
}

/// The freeze, if it has not ended and this actor ranks high enough.
fn liftable<'a>(freezes: &'a Freezes, id: RandomId, by: &Actor, now: Timestamp) -> Result<&'a Freeze, FreezeError> {
    let freeze = freezes.get(id).ok_or(FreezeError::NotFound)?;
    if by.authority == Authority::Owner && freeze.disclosure == Disclosure::Neutral {
        // Even "not authorised" would tell the customer that it exists.
        return Err(FreezeError::NotFound);
    }
    if let Lift::Lifted { at, .. } = freeze.lift {
        return Err(FreezeError::AlreadyLifted { at });
    }
    let is_ended = freezes.ended.iter().any(|ended| ended.id == id);
    match freeze.until {
        Some(at) if is_ended || at <= now => return Err(FreezeError::Expired { at }),
        _ => {}
    }
    if by.authority < freeze.authority {
        return Err(FreezeError::NotAuthorised { needs: freeze.authority });
    }
    if freeze.authority == Authority::Owner && by.authority == Authority::Rule {
        // A machine outranks the owner, but must not undo what the owner wants.
        return Err(FreezeError::NotAuthorised { needs: Authority::Agent });
    }
    Ok(freeze)
}

fn check_step_up(step_up: StepUp, policy: &FreezePolicy, now: Timestamp) -> Result<(), FreezeError> {
    let StepUp::TwoFactors { oldest_enrolled_at } = step_up else {
        return Err(FreezeError::StepUpNeeded);
    };
    let enough_at = oldest_enrolled_at.plus_ms(policy.factor_age_ms);
    if now < enough_at { Err(FreezeError::FactorTooNew { enough_at }) } else { Ok(()) }
}

/// Someone else's request for a lift, still alive.
struct LiveRequest<'a> {
    by: &'a ActorId,
    release: Option<&'a CaseRef>,
    dies_at: Timestamp,
}

fn live_request<'a>(freeze: &'a Freeze, policy: &FreezePolicy, now: Timestamp) -> Option<LiveRequest<'a>> {
    let Lift::Requested { by, at, release } = &freeze.lift else {
        return None;
    };
    let dies_at = at.plus_ms(policy.lift_request_ttl_ms);
    (*at <= now && now < dies_at).then_some(LiveRequest { by, release: release.as_ref(), dies_at })
}

fn check_second(
    freeze: &Freeze,
    request: Option<&LiveRequest<'_>>,
    by: &Actor,
    policy: &FreezePolicy,
) -> Result<(), FreezeError> {
    let request = request.ok_or(FreezeError::SecondAgentNeeded)?;
    if by.authority < Authority::Agent {
        // A rule may propose a lift; the second pair of eyes has to be a person's.
        return Err(FreezeError::NotAuthorised { needs: Authority::Agent });
    }
    let placed_it = by.id.is_same_person(&freeze.actor) && !policy.placer_may_approve;
    if request.by.is_same_person(&by.id) || placed_it { Err(FreezeError::SameAgent) } else { Ok(()) }
}

fn checked_release(freeze: &Freeze, by: &Actor, release: Option<&CaseRef>) -> Result<(), FreezeError> {
    if freeze.authority == Authority::Court && release.is_none() {
        return Err(FreezeError::ReleaseNeeded);
    }
    if fits(&by.id, release) { Ok(()) } else { Err(FreezeError::TextTooLong) }
}

fn lifted(freezes: &Freezes, freeze: &Freeze, how: Lift, policy: &FreezePolicy, now: Timestamp) -> Lifted {
    let mut freezes = freezes.settled(now);
    freezes.standing.retain(|standing| standing.id != freeze.id);
    freezes.keep_ended(Freeze { lift: how, ..freeze.clone() });
    if freeze.authority == Authority::Owner && policy.cooling_off_ms > 0 {
        freezes.cooling_off = Some(longer_cooling_off(freezes.cooling_off, policy, now));
    }
    Lifted { cooling_off: freezes.cooling_off, freezes }
}

/// The cooling-off after this lift, joined with one that runs already: a second lift never shortens or loosens it.
fn longer_cooling_off(running: Option<CoolingOff>, policy: &FreezePolicy, now: Timestamp) -> CoolingOff {
    let fresh = CoolingOff {
        until: now.plus_ms(policy.cooling_off_ms),
        closed: policy.cooling_off_closed,
        limited: policy.cooling_off_limited,
    };
    running.map_or(fresh, |running| CoolingOff {
        until: running.until.max(fresh.until),
        closed: running.closed | fresh.closed,
        limited: running.limited | fresh.limited,
    })
}
