//! Bringing an authenticator in, and taking it out.

use super::error::TotpError;
use super::parameters::TotpParameters;
use super::policy::TotpPolicy;
use super::secret::TotpSecret;
use super::state::{ActiveTotp, PendingTotp, SealedSecret, TotpCredential, TotpState};
use super::window;
use crate::types::{RandomId, Timestamp, TypedCode};

/// An enrolment that began.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "store the state, or nothing happened"]
pub struct Enrolled {
    /// What to store.
    pub state: TotpState,
    /// The first moment at which it can no longer be confirmed.
    pub expires_at: Timestamp,
    /// An earlier enrolment that was still waiting and is now void.
    pub discarded: Option<RandomId>,
}

/// What became of a confirming code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "store the state before you answer, or a wrong code is not counted and a right one not spent"]
pub struct Confirmed {
    /// What to store, whatever the outcome.
    pub state: TotpState,
    /// What to answer.
    pub outcome: ConfirmOutcome,
}

/// The outcome of [`confirm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmOutcome {
    /// The new credential is in force, and the confirming code is spent.
    Active {
        /// The credential now in force.
        id: RandomId,
        /// The step of the confirming code.
        step: u64,
        /// The credential it took the place of.
        replaced: Option<RandomId>,
    },
    /// Not a code of the new credential.
    WrongCode {
        /// Tries left; at 0 the enrolment is void and must begin anew.
        tries_left: u8,
    },
    /// The code came too late; the enrolment is void.
    Expired,
    /// No enrolment waits.
    NothingPending,
    /// The clock stands before the enrolment began, or before T0. Nothing was compared, no try was used.
    ClockAnomaly,
}

/// What became of a credential that was to be revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "store the state, or the credential stays"]
pub struct Revoked {
    /// What to store.
    pub state: TotpState,
    /// What was removed.
    pub outcome: RevokeOutcome,
}

/// The outcome of [`revoke`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeOutcome {
    /// The credential in force is gone; TOTP no longer guards the account.
    Active,
    /// The waiting enrolment is gone; the credential in force stays.
    Pending,
    /// No credential has this id; nothing changed.
    Unknown,
}

/// Begins an enrolment. The credential in force, if any, stays in force; an enrolment still waiting is discarded, so
/// that the newest QR code is the one that counts.
///
/// Ask for the old factor before you call this for an account that has one. See the [module](super) for an example.
///
/// # Errors
/// [`TotpError::InvalidPolicy`]; [`TotpError::DuplicateId`] when `id` names the credential in force.
pub fn enrol(
    state: &TotpState,
    id: RandomId,
    parameters: TotpParameters,
    sealed_secret: SealedSecret,
    policy: &TotpPolicy,
    now: Timestamp,
) -> Result<Enrolled, TotpError> {
    policy.validate()?;
    if state.active.as_ref().is_some_and(|active| active.credential.id == id) {
        return Err(TotpError::DuplicateId);
    }
    let expires_at = now.plus_ms(policy.pending_ttl_ms);
    let credential = TotpCredential { id, parameters, sealed_secret, created_at: now };
    let pending = PendingTotp { credential, expires_at, tries_left: policy.confirm_tries_max };
    Ok(Enrolled {
        state: TotpState { pending: Some(pending), ..state.clone() },
        expires_at,
        discarded: state.pending.as_ref().map(|discarded| discarded.credential.id),
    })
}

/// Confirms the waiting enrolment with a first code. The credential it replaces leaves in the same step.
///
/// `secret` is the opened secret of [`TotpState::pending`], not of the credential in force. Half-open: a code counts
/// while `created_at <= now < expires_at`.
///
/// # Errors
/// [`TotpError::InvalidPolicy`], [`TotpError::DigitsMismatch`], [`TotpError::Signing`]; none uses up a try.
pub fn confirm(
    state: &TotpState,
    secret: &TotpSecret,
    typed: &TypedCode,
    policy: &TotpPolicy,
    now: Timestamp,
) -> Result<Confirmed, TotpError> {
    policy.validate()?;
    let Some(pending) = &state.pending else {
        return Ok(Confirmed { state: state.clone(), outcome: ConfirmOutcome::NothingPending });
    };
    if now >= pending.expires_at {
        return Ok(Confirmed { state: without_pending(state), outcome: ConfirmOutcome::Expired });
    }
    let seen = window::scan(secret, &pending.credential.parameters, 0, typed, policy, now)?;
    if now < pending.credential.created_at || seen.newest.is_none() {
        return Ok(Confirmed { state: state.clone(), outcome: ConfirmOutcome::ClockAnomaly });
    }
    Ok(match seen.highest_match {
        Some(step) => activated(state, pending, step, now),
        None => counted(state, pending),
    })
}

/// Removes the credential with this id, and only that one. Says so when there is none, so it is safe to repeat.
pub fn revoke(state: &TotpState, id: RandomId) -> Revoked {
    if state.active.as_ref().is_some_and(|active| active.credential.id == id) {
        let (pending, revoked_until) = (state.pending.clone(), state.spent_until());
        let state = TotpState { active: None, pending, revoked_until };
        return Revoked { state, outcome: RevokeOutcome::Active };
    }
    if state.pending.as_ref().is_some_and(|pending| pending.credential.id == id) {
        return Revoked { state: without_pending(state), outcome: RevokeOutcome::Pending };
    }
    Revoked { state: state.clone(), outcome: RevokeOutcome::Unknown }
}

fn without_pending(state: &TotpState) -> TotpState {
    TotpState { pending: None, ..state.clone() }
}

/// What an earlier credential spent stays spent, by whatever periods either counts: the same secret may have been brought in
/// again, and its codes with it. With another secret a device waits for a code or two at most, or until the time has come to
/// which the earlier device was resynchronised ahead.
fn activated(state: &TotpState, pending: &PendingTotp, step: u64, now: Timestamp) -> Confirmed {
    let credential = pending.credential.clone();
    let spent = state.spent_until().and_then(|until| credential.parameters.last_begun_before(until));
    let last_step = spent.map_or(step, |spent| spent.max(step));
    let active = ActiveTotp { credential, since: now, last_step, drift_steps: 0, last_success_at: now };
    let replaced = state.active.as_ref().map(|old| old.credential.id);
    Confirmed {
        outcome: ConfirmOutcome::Active { id: active.credential.id, step, replaced },
        state: TotpState { active: Some(active), pending: None, revoked_until: None },
    }
}

fn counted(state: &TotpState, pending: &PendingTotp) -> Confirmed {
    let tries_left = pending.tries_left.saturating_sub(1);
    let mut state = without_pending(state);
    if tries_left > 0 {
        state.pending = Some(PendingTotp { tries_left, ..pending.clone() });
    }
    Confirmed { state, outcome: ConfirmOutcome::WrongCode { tries_left } }
}
