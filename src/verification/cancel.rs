//! Calls a challenge off: "that was not me", a lost phone, a changed password.

use super::{Challenge, ChallengeState, Challenges, Standing};
use crate::types::{RandomId, Timestamp};

/// What came of [`cancel()`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum CancelOutcome {
    /// It takes no guess any more; to be stored.
    Cancelled(Challenges),
    /// It took none before; nothing changed.
    AlreadyClosed,
    /// No such challenge.
    NotFound,
}

/// Calls one challenge off. Its used tries and messages still count until the run closes, so cancelling and issuing
/// anew wins an attacker nothing. A clock that stepped back does not keep an owner from cancelling.
///
/// ```
/// use account_security::types::{RandomId, Timestamp};
/// use account_security::verification::{CancelOutcome, Challenges, cancel};
/// let unknown = cancel(&Challenges::default(), RandomId([0; 16]), Timestamp::MIN);
/// assert_eq!(unknown, CancelOutcome::NotFound);
/// ```
pub fn cancel(challenges: &Challenges, id: RandomId, now: Timestamp) -> CancelOutcome {
    match challenges.get(id) {
        None => CancelOutcome::NotFound,
        Some(challenge) if challenge.standing(now) != Standing::Open => CancelOutcome::AlreadyClosed,
        Some(challenge) => CancelOutcome::Cancelled(challenges.with(cancelled(challenge, now))),
    }
}

/// Calls every open challenge off: after a password reset, a changed contact, a freeze of the sign-in.
#[must_use]
pub fn cancel_all(challenges: &Challenges, now: Timestamp) -> Challenges {
    let open = challenges.iter().filter(|challenge| challenge.standing(now) == Standing::Open);
    open.fold(challenges.clone(), |list, challenge| list.with(cancelled(challenge, now)))
}

fn cancelled(challenge: &Challenge, now: Timestamp) -> Challenge {
    Challenge { state: ChallengeState::Cancelled { at: now.max(challenge.last_sent_at) }, ..challenge.clone() }
}
