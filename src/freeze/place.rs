//! Placing a freeze.

use super::state::fits;
use super::{Authority, Disclosure, FREEZES_MAX, Freeze, FreezeError, FreezePolicy, FreezeReason, Freezes, Lift};
use super::{OWNER_FREEZES_MAX, PendingPayments, Scopes};
use crate::types::{ActorId, CaseRef, RandomId, Timestamp};

/// Most standing freezes by rules and by agents, each, out of [`FREEZES_MAX`]: a rule that fires all day must not use up
/// the places of a court.
const RULE_FREEZES_MAX: usize = 4;
const AGENT_FREEZES_MAX: usize = 8;

/// A wish for a freeze.
///
/// ```
/// use account_security::freeze::{Authority, Disclosure, FreezeReason, FreezeRequest, Scopes};
/// use account_security::types::{ActorId, CaseRef};
/// let request = FreezeRequest::new(
///     Scopes::PAY_OUT,
///     FreezeReason::CourtOrder,
///     Authority::Court,
///     ActorId::parse("clerk-3")?,
/// )
/// .for_case(CaseRef::parse("2026-17")?)
/// .with_key([7; 16]);
/// assert_eq!(request.disclosure, Disclosure::Neutral);
/// # Ok::<(), account_security::types::IdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FreezeRequest {
    /// What to close.
    pub scopes: Scopes,
    /// Why the account is to be frozen.
    pub reason: FreezeReason,
    /// On whose authority; the caller vouches for it.
    pub authority: Authority,
    /// Who asks.
    pub actor: ActorId,
    /// The case or order behind it.
    pub case_ref: Option<CaseRef>,
    /// When it begins; `None` for at once.
    pub from: Option<Timestamp>,
    /// When it ends by itself; `None` for never.
    pub until: Option<Timestamp>,
    /// Whether the customer may learn of it.
    pub disclosure: Disclosure,
    /// What becomes of payments accepted before it and not settled.
    pub pending: PendingPayments,
    /// Makes the request idempotent: the same key again answers with the freeze it placed first.
    pub key: Option<[u8; 16]>,
}

/// A freeze stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the freeze stands only once `freezes` is stored"]
pub struct Placed {
    /// The account's freezes from now on.
    pub freezes: Freezes,
    /// The freeze's id.
    pub id: RandomId,
    /// Whether an earlier request had placed it. By key, it may even have ended since: [`Freezes::get`] tells.
    pub already: bool,
}

impl FreezeRequest {
    /// A request that begins at once, has no end, and is disclosed as usual for its reason.
    #[must_use]
    pub const fn new(scopes: Scopes, reason: FreezeReason, authority: Authority, actor: ActorId) -> Self {
        let disclosure = match authority {
            Authority::Owner => Disclosure::Tell,
            _ => reason.usual_disclosure(),
        };
        let pending = PendingPayments::HoldPending;
        Self {
            scopes,
            reason,
            authority,
            actor,
            case_ref: None,
            from: None,
            until: None,
            disclosure,
            pending,
            key: None,
        }
    }

    /// The owner's own freeze. With [`Scopes::ALL`], no end and payments on their way held it is the kill switch,
    /// which never lacks room.
    #[must_use]
    pub const fn by_owner(owner: ActorId, scopes: Scopes) -> Self {
        Self::new(scopes, FreezeReason::OwnerRequest, Authority::Owner, owner)
    }

    /// Names the case or order.
    #[must_use]
    pub fn for_case(mut self, case_ref: CaseRef) -> Self {
        self.case_ref = Some(case_ref);
        self
    }

    /// Begins later.
    #[must_use]
    pub const fn starting(mut self, from: Timestamp) -> Self {
        self.from = Some(from);
        self
    }

    /// Ends by itself at this moment; at exactly `until` the freeze is over.
    #[must_use]
    pub const fn until(mut self, until: Timestamp) -> Self {
        self.until = Some(until);
        self
    }

    /// Tells the customer, or not.
    #[must_use]
    pub const fn disclosed(mut self, disclosure: Disclosure) -> Self {
        self.disclosure = disclosure;
        self
    }

    /// Holds payments accepted before it, or lets them settle.
    #[must_use]
    pub const fn with_pending(mut self, pending: PendingPayments) -> Self {
        self.pending = pending;
        self
    }

    /// Makes the request idempotent.
    #[must_use]
    pub const fn with_key(mut self, key: [u8; 16]) -> Self {
        self.key = Some(key);
        self
    }

    /// One that lets payments finish is none: in the kill switch's place it would shut out the one that holds them.
    fn is_kill_switch(&self) -> bool {
        self.authority == Authority::Owner
            && self.scopes == Scopes::ALL
            && self.from.is_none()
            && self.until.is_none()
            && self.pending == PendingPayments::HoldPending
    }

    fn asks_for(&self, freeze: &Freeze) -> bool {
        (self.scopes, self.reason, self.authority, self.until, self.disclosure, self.pending)
            == (freeze.scopes, freeze.reason, freeze.authority, freeze.until, freeze.disclosure, freeze.pending)
            && self.actor == freeze.actor
            && self.case_ref == freeze.case_ref
            && self.from.is_none_or(|from| from == freeze.from)
    }
}

/// Places a freeze under `id`, which the caller draws with [`RandomId::generate`].
///
/// Idempotent in two ways. The same `request.key` answers with the freeze it placed, for as long as that freeze is on
/// record. And an owner or a rule that asks for what an own freeze closes already is answered with that one: a button
/// pressed ten times is one freeze. Such a renewed wish withdraws an open request to lift it.
///
/// # Errors
/// [`FreezeError::TooMany`] beyond [`FREEZES_MAX`] (fewer for rules and agents). The owner's places are apart, and the
/// kill switch always finds room. [`FreezeError::NotAuthorised`] when the reason needs a higher authority;
/// [`FreezeError::NoScopes`], [`FreezeError::BadTerm`], [`FreezeError::TermTooLong`], [`FreezeError::CaseRefNeeded`],
/// [`FreezeError::DisclosureNotAllowed`], [`FreezeError::PendingMustHold`], [`FreezeError::TextTooLong`] for a request
/// that breaks a rule;
/// [`FreezeError::KeyConflict`] for a key used with other content; [`FreezeError::IdInUse`] for an id drawn twice.
pub fn place(
    freezes: &Freezes,
    request: &FreezeRequest,
    id: RandomId,
    policy: &FreezePolicy,
    now: Timestamp,
) -> Result<Placed, FreezeError> {
    if let Some(earlier) = freezes.iter().find(|freeze| request.key.is_some() && freeze.key == request.key) {
        return match request.asks_for(earlier) {
            true => Ok(Placed { freezes: freezes.clone(), id: earlier.id, already: true }),
            false => Err(FreezeError::KeyConflict),
        };
    }
    check(request, policy, now)?;
    let mut freezes = freezes.settled(now);
    if let Some(covering) = freezes.standing.iter_mut().find(|freeze| covers(freeze, request, now)) {
        covering.lift = Lift::Standing;
        let id = covering.id;
        return Ok(Placed { freezes, id, already: true });
    }
    check_room(&freezes, request)?;
    if freezes.get(id).is_some() {
        return Err(FreezeError::IdInUse);
    }
    freezes.standing.push(written(request, id, now));
    Ok(Placed { freezes, id, already: false })
}

fn check(request: &FreezeRequest, policy: &FreezePolicy, now: Timestamp) -> Result<(), FreezeError> {
    let from = request.from.unwrap_or(now);
    let least = request.reason.least_authority();
    let hides_own = request.authority == Authority::Owner && request.disclosure == Disclosure::Neutral;
    let tips_off = request.reason.forbids_telling() && request.disclosure == Disclosure::Tell;
    let needs_case = request.authority == Authority::Court || request.reason == FreezeReason::Other;
    if request.scopes.is_empty() {
        return Err(FreezeError::NoScopes);
    }
    if request.authority < least {
        return Err(FreezeError::NotAuthorised { needs: least });
    }
    if hides_own || tips_off {
        return Err(FreezeError::DisclosureNotAllowed);
    }
    if request.pending == PendingPayments::LetPendingFinish && request.authority > policy.pending_rank_max {
        return Err(FreezeError::PendingMustHold);
    }
    if needs_case && request.case_ref.is_none() {
        return Err(FreezeError::CaseRefNeeded);
    }
    if !fits(&request.actor, request.case_ref.as_ref()) {
        return Err(FreezeError::TextTooLong);
    }
    if from < now || request.until.is_some_and(|until| until <= from) {
        return Err(FreezeError::BadTerm);
    }
    match policy.longest_ms(request.reason) {
        Some(longest_ms) if request.until.is_none_or(|until| until.ms_since(from) > longest_ms) => {
            Err(FreezeError::TermTooLong { longest_ms })
        }
        _ => Ok(()),
    }
}

/// Whether `freeze` closes at least what is asked, at least as long, for the same asker.
fn covers(freeze: &Freeze, request: &FreezeRequest, now: Timestamp) -> bool {
    let same_asker = match request.authority {
        Authority::Owner => freeze.authority == Authority::Owner,
        Authority::Rule => {
            (freeze.authority, freeze.reason, freeze.disclosure)
                == (Authority::Rule, request.reason, request.disclosure)
                && freeze.actor == request.actor
                && freeze.case_ref == request.case_ref
        }
        Authority::Agent | Authority::Compliance | Authority::Court => false,
    };
    let lasts = freeze.until.is_none_or(|end| request.until.is_some_and(|until| until <= end));
    let holds = freeze.pending == PendingPayments::HoldPending || freeze.pending == request.pending;
    same_asker && lasts && holds && freeze.is_in_force(now) && freeze.scopes.contains(request.scopes)
}

/// The kill switch always finds room: its place is used by nothing else, and a second one is covered by the first.
fn check_room(freezes: &Freezes, request: &FreezeRequest) -> Result<(), FreezeError> {
    let count = |counted: &dyn Fn(Authority) -> bool| {
        freezes.standing.iter().filter(|freeze| counted(freeze.authority)).count()
    };
    let own = count(&|authority| authority == request.authority);
    let most = match request.authority {
        Authority::Owner if request.is_kill_switch() => OWNER_FREEZES_MAX,
        Authority::Owner => OWNER_FREEZES_MAX - 1,
        Authority::Rule => RULE_FREEZES_MAX,
        Authority::Agent => AGENT_FREEZES_MAX,
        Authority::Compliance | Authority::Court => FREEZES_MAX,
    };
    if own >= most {
        return Err(FreezeError::TooMany { most });
    }
    let others = count(&|authority| authority != Authority::Owner);
    if request.authority != Authority::Owner && others >= FREEZES_MAX {
        return Err(FreezeError::TooMany { most: FREEZES_MAX });
    }
    Ok(())
}

fn written(request: &FreezeRequest, id: RandomId, now: Timestamp) -> Freeze {
    Freeze {
        id,
        key: request.key,
        scopes: request.scopes,
        reason: request.reason,
        authority: request.authority,
        actor: request.actor.clone(),
        case_ref: request.case_ref.clone(),
        from: request.from.unwrap_or(now),
        until: request.until,
        disclosure: request.disclosure,
        pending: request.pending,
        lift: Lift::Standing,
    }
}
