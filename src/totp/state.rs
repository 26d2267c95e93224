//! What is stored: at most one credential in force and one waiting for its confirming code.

use serde::{Deserialize, Serialize};

use super::drift::DRIFT_STEPS_MAX;
use super::error::StateError;
use super::parameters::TotpParameters;
use super::policy::{CONFIRM_TRIES_CEILING, PENDING_TTL_MS_CEILING};
use crate::types::{RandomId, Timestamp};

/// Longest sealed secret, in bytes.
pub const SEALED_SECRET_BYTES_MAX: usize = 256;

/// A secret as the caller sealed it: 1 to [`SEALED_SECRET_BYTES_MAX`] opaque bytes. Bind the credential's id into the
/// seal, so that one credential's bytes cannot be passed off as another's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct SealedSecret(Vec<u8>);

impl SealedSecret {
    /// Takes sealed bytes.
    ///
    /// # Errors
    /// [`StateError::SealedSecretSize`] for none or too many.
    pub fn new(bytes: Vec<u8>) -> Result<Self, StateError> {
        if bytes.is_empty() || bytes.len() > SEALED_SECRET_BYTES_MAX {
            return Err(StateError::SealedSecretSize);
        }
        Ok(Self(bytes))
    }

    /// The sealed bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<Vec<u8>> for SealedSecret {
    type Error = StateError;
    fn try_from(bytes: Vec<u8>) -> Result<Self, StateError> {
        Self::new(bytes)
    }
}

impl From<SealedSecret> for Vec<u8> {
    fn from(sealed: SealedSecret) -> Self {
        sealed.0
    }
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedSecret({} bytes)", self.0.len())
    }
}

/// One shared secret and the parameters its codes are made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpCredential {
    pub(super) id: RandomId,
    pub(super) parameters: TotpParameters,
    pub(super) sealed_secret: SealedSecret,
    pub(super) created_at: Timestamp,
}

impl TotpCredential {
    /// Its name, in events and when it is revoked.
    #[must_use]
    pub const fn id(&self) -> RandomId {
        self.id
    }

    /// Algorithm, digits, period and T0.
    #[must_use]
    pub const fn parameters(&self) -> &TotpParameters {
        &self.parameters
    }

    /// The secret as the caller sealed it.
    #[must_use]
    pub const fn sealed_secret(&self) -> &SealedSecret {
        &self.sealed_secret
    }

    /// When its enrolment began.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }
}

/// The credential in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveTotp {
    pub(super) credential: TotpCredential,
    pub(super) since: Timestamp,
    pub(super) last_step: u64,
    pub(super) drift_steps: i8,
    pub(super) last_success_at: Timestamp,
}

impl ActiveTotp {
    /// The credential.
    #[must_use]
    pub const fn credential(&self) -> &TotpCredential {
        &self.credential
    }

    /// When its confirming code came.
    #[must_use]
    pub const fn since(&self) -> Timestamp {
        self.since
    }

    /// The highest step spent so far. There always is one: the confirming code's.
    #[must_use]
    pub const fn last_step(&self) -> u64 {
        self.last_step
    }

    /// The end of the highest step spent so far.
    fn spent_until(&self) -> Timestamp {
        self.credential.parameters.end_of(self.last_step)
    }

    /// How far the device is taken to be ahead of this side's clock, in steps; negative = behind. The window lies
    /// around it. 0 until learned or resynchronised, never beyond ±[`DRIFT_STEPS_MAX`].
    #[must_use]
    pub const fn drift_steps(&self) -> i8 {
        self.drift_steps
    }

    /// When a code was last accepted.
    #[must_use]
    pub const fn last_success_at(&self) -> Timestamp {
        self.last_success_at
    }
}

/// A credential that waits for its confirming code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingTotp {
    pub(super) credential: TotpCredential,
    pub(super) expires_at: Timestamp,
    pub(super) tries_left: u8,
}

impl PendingTotp {
    /// The credential.
    #[must_use]
    pub const fn credential(&self) -> &TotpCredential {
        &self.credential
    }

    /// The first moment at which it can no longer be confirmed.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Wrong codes left until it is void, at least 1.
    #[must_use]
    pub const fn tries_left(&self) -> u8 {
        self.tries_left
    }
}

/// The TOTP part of an account. Empty by default; what is read from a store is checked first.
///
/// What a revoked credential spent is remembered, as a moment: its secret may be brought in again.
///
/// ```
/// use account_security::totp::TotpState;
/// let state = TotpState::default();
/// assert!(state.active().is_none() && state.pending().is_none());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "StoredState<ActiveTotp, Option<PendingTotp>>")]
pub struct TotpState {
    pub(super) active: Option<ActiveTotp>,
    pub(super) pending: Option<PendingTotp>,
    /// The end of the last step that was spent. Kept only where no credential is in force, which would know by itself.
    pub(super) revoked_until: Option<Timestamp>,
}

impl TotpState {
    /// The credential in force, against which sign-ins are verified.
    #[must_use]
    pub const fn active(&self) -> Option<&ActiveTotp> {
        self.active.as_ref()
    }

    /// The credential that waits for its confirming code, expired or not.
    #[must_use]
    pub const fn pending(&self) -> Option<&PendingTotp> {
        self.pending.as_ref()
    }

    /// The end of the last step that was spent under whatever credential was in force.
    pub(super) fn spent_until(&self) -> Option<Timestamp> {
        self.active.as_ref().map(ActiveTotp::spent_until).or(self.revoked_until)
    }

    /// The same credentials with their secrets sealed anew, e.g. under another key.
    ///
    /// # Errors
    /// The first one of `seal`.
    pub fn resealed<E>(mut self, mut seal: impl FnMut(&TotpCredential) -> Result<SealedSecret, E>) -> Result<Self, E> {
        let active = self.active.iter_mut().map(|active| &mut active.credential);
        for credential in active.chain(self.pending.iter_mut().map(|pending| &mut pending.credential)) {
            credential.sealed_secret = seal(credential)?;
        }
        Ok(self)
    }

    /// Checks what the types alone do not: ids, the order of times, tries and the last step.
    ///
    /// # Errors
    /// [`StateError`] names what is impossible. Reading from a store calls this.
    pub fn validate(&self) -> Result<(), StateError> {
        if let Some(active) = &self.active {
            if active.since < active.credential.created_at || active.last_success_at < active.since {
                return Err(StateError::Times);
            }
            if !(-DRIFT_STEPS_MAX..=DRIFT_STEPS_MAX).contains(&active.drift_steps) {
                return Err(StateError::Drift);
            }
            if active.last_step > active.credential.parameters.step_max() {
                return Err(StateError::LastStep);
            }
        }
        let Some(pending) = &self.pending else { return Ok(()) };
        let created_at = pending.credential.created_at;
        if pending.expires_at < created_at || pending.expires_at.ms_since(created_at) > PENDING_TTL_MS_CEILING {
            return Err(StateError::Times);
        }
        if !(1..=CONFIRM_TRIES_CEILING).contains(&pending.tries_left) {
            return Err(StateError::TriesLeft);
        }
        if self.active.as_ref().is_some_and(|active| active.credential.id == pending.credential.id) {
            return Err(StateError::DuplicateId);
        }
        Ok(())
    }
}

/// What is stored, not yet checked. The first field was an option once, 0 or 1 and the credential: so a record from before
/// there was a third case opens, and is written as before where there is none.
#[derive(Serialize, Deserialize)]
struct StoredState<A, P> {
    active: StoredActive<A>,
    pending: P,
}

/// Stored by position: append only.
#[derive(Serialize, Deserialize)]
enum StoredActive<A> {
    None,
    InForce(A),
    Revoked { spent_until: Timestamp },
}

impl Serialize for TotpState {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let active = match (&self.active, self.revoked_until) {
            (Some(active), _) => StoredActive::InForce(active),
            (None, Some(spent_until)) => StoredActive::Revoked { spent_until },
            (None, None) => StoredActive::None,
        };
        StoredState { active, pending: &self.pending }.serialize(serializer)
    }
}

impl TryFrom<StoredState<ActiveTotp, Option<PendingTotp>>> for TotpState {
    type Error = StateError;
    fn try_from(stored: StoredState<ActiveTotp, Option<PendingTotp>>) -> Result<Self, StateError> {
        let (active, revoked_until) = match stored.active {
            StoredActive::None => (None, None),
            StoredActive::InForce(active) => (Some(active), None),
            StoredActive::Revoked { spent_until } => (None, Some(spent_until)),
        };
        let state = Self { active, pending: stored.pending, revoked_until };
        state.validate()?;
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(id: u8) -> TotpCredential {
        TotpCredential {
            id: RandomId([id; 16]),
            parameters: TotpParameters::STANDARD,
            sealed_secret: SealedSecret::new(vec![id; 64]).unwrap(),
            created_at: Timestamp::from_unix_s(1_000).unwrap(),
        }
    }

    fn full() -> TotpState {
        let since = Timestamp::from_unix_s(2_000).unwrap();
        let active =
            ActiveTotp { credential: credential(1), since, last_step: 66, drift_steps: -2, last_success_at: since };
        let pending = PendingTotp { credential: credential(2), expires_at: since, tries_left: 5 };
        TotpState { active: Some(active), pending: Some(pending), revoked_until: None }
    }

    #[test]
    fn a_state_from_before_revoked_steps_were_remembered_opens_and_keeps_its_bytes() {
        let full = full();
        for (active, pending) in [(None, None), (full.active.clone(), None), (full.active, full.pending)] {
            let before = postcard::to_allocvec(&(&active, &pending)).unwrap();
            let state = postcard::from_bytes::<TotpState>(&before).unwrap();
            assert_eq!(state, TotpState { active, pending, revoked_until: None });
            assert_eq!(postcard::to_allocvec(&state).unwrap(), before);
        }
    }

    #[test]
    fn a_state_reads_back_and_is_small() {
        let revoked_until = Some(Timestamp::MAX);
        for state in [TotpState::default(), full(), TotpState { active: None, revoked_until, ..full() }] {
            let bytes = postcard::to_allocvec(&state).unwrap();
            assert!(bytes.len() < 220);
            assert_eq!(postcard::from_bytes::<TotpState>(&bytes).unwrap(), state);
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<TotpState>(&json).unwrap(), state);
        }
    }

    #[test]
    fn impossible_states_are_not_read() {
        type Change = fn(&mut ActiveTotp, &mut PendingTotp);
        let changes: [(Change, StateError); 11] = [
            (|_, pending| pending.tries_left = 0, StateError::TriesLeft),
            (|_, pending| pending.tries_left = 11, StateError::TriesLeft),
            (|_, pending| pending.expires_at = Timestamp::MIN, StateError::Times),
            (|_, pending| pending.expires_at = Timestamp::MAX, StateError::Times),
            (|active, _| active.since = Timestamp::MIN, StateError::Times),
            (|active, _| active.last_success_at = Timestamp::MIN, StateError::Times),
            (|active, _| active.drift_steps = 3, StateError::Drift),
            (|active, _| active.drift_steps = i8::MIN, StateError::Drift),
            (|active, _| active.last_step = u64::MAX, StateError::LastStep),
            (|active, _| active.last_step = 8_446_743_360, StateError::LastStep),
            (|active, pending| pending.credential.id = active.credential.id, StateError::DuplicateId),
        ];
        for (change, error) in changes {
            let mut state = full();
            change(state.active.as_mut().unwrap(), state.pending.as_mut().unwrap());
            assert_eq!(state.validate(), Err(error));
            assert!(postcard::from_bytes::<TotpState>(&postcard::to_allocvec(&state).unwrap()).is_err());
        }
    }

    #[test]
    fn sealed_secrets_are_bounded_and_not_shown() {
        assert_eq!(SealedSecret::new(Vec::new()), Err(StateError::SealedSecretSize));
        assert_eq!(SealedSecret::new(vec![0; 257]), Err(StateError::SealedSecretSize));
        let sealed = SealedSecret::new(vec![171; 256]).unwrap();
        assert_eq!(format!("{sealed:?}"), "SealedSecret(256 bytes)");
        assert!(postcard::from_bytes::<SealedSecret>(&postcard::to_allocvec(&vec![0_u8; 257]).unwrap()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn hostile_bytes_never_panic_and_never_give_an_invalid_state(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)
        ) {
            if let Ok(state) = postcard::from_bytes::<TotpState>(&bytes) {
                proptest::prop_assert_eq!(state.validate(), Ok(()));
            }
        }

        #[test]
        fn a_flipped_bit_never_panics(place in 0_usize..1_600) {
            let mut bytes = postcard::to_allocvec(&full()).unwrap();
            let index = place / 8 % bytes.len();
            bytes[index] ^= 1 << (place % 8);
            if let Ok(state) = postcard::from_bytes::<TotpState>(&bytes) {
                proptest::prop_assert_eq!(state.validate(), Ok(()));
            }
        }
    }
}
