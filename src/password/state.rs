//! What an account keeps of its passwords.

use serde::{Deserialize, Serialize};

use super::error::StateError;
use super::params::{PHC_BYTES_MAX, VerifyCeiling};
use super::pepper::PepperRing;
use super::phc::Phc;
use super::policy::{HISTORY_MAX, PasswordPolicy};
use crate::types::Timestamp;
use crate::types::time::{DAY_MS, HOUR_MS};

/// Most former hashes kept; together with the current one as many as any policy asks for.
pub const FORMER_MAX: usize = HISTORY_MAX as usize - 1;

/// The current hash, when it was set, and the former ones, newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct PasswordState {
    phc: String,
    changed_at: Timestamp,
    must_change: bool,
    former: Vec<String>,
}

/// Whether the password should be changed for its age or because somebody asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationDue {
    /// No.
    No,
    /// Older than the policy's reminder age: say so, refuse nothing (NIST SP 800-63B-4 §3.1.1).
    Reminder,
    /// It was marked (a first password, a reset, evidence of a leak), or it is older than the policy allows. Let the
    /// customer do nothing else before.
    Required,
}

impl PasswordState {
    /// The state after a password was set. The current hash becomes the newest former one; as many are kept as the policy's
    /// history asks for, the new one counted. A mark that a change is required is taken off.
    ///
    /// Pure: judge the password with [`evaluate`](super::evaluate()) and hash it before.
    ///
    /// ```
    /// use account_security::password::{HashParams, Hasher, NoPepper, Password, PasswordPolicy, PasswordState, VerifyCeiling};
    /// use account_security::types::Timestamp;
    /// use rand::SeedableRng;
    /// let hasher = Hasher::new(HashParams::new(64, 1, 1)?, VerifyCeiling::DEFAULT, 64)?;
    /// let phc = hasher.hash(&Password::parse(b"Vx9#qLm2")?, &NoPepper, &mut rand::rngs::StdRng::seed_from_u64(1))?;
    /// let state = PasswordState::set(None, &phc, &PasswordPolicy::card_default(), Timestamp::MIN);
    /// assert_eq!(state.phc(), phc.to_stored());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn set(previous: Option<&Self>, new: &Phc, policy: &PasswordPolicy, now: Timestamp) -> Self {
        let kept = usize::from(policy.numbers().history.saturating_sub(1));
        Self {
            phc: new.to_stored(),
            changed_at: previous.map_or(now, |previous| previous.changed_at.max(now)),
            must_change: false,
            former: previous.into_iter().flat_map(Self::last_hashes).take(kept).map(str::to_owned).collect(),
        }
    }

    /// The state after the same password was hashed again with stronger costs. Neither its age nor the history changes.
    #[must_use]
    pub fn rehashed(&self, new: &Phc) -> Self {
        Self { phc: new.to_stored(), ..self.clone() }
    }

    /// The state with the mark that the password must be changed before anything else.
    #[must_use]
    pub fn requiring_change(&self) -> Self {
        Self { must_change: true, ..self.clone() }
    }

    /// Whether a change is due at `now`. A clock that went back makes nothing due.
    #[must_use]
    pub fn rotation_due(&self, policy: &PasswordPolicy, now: Timestamp) -> RotationDue {
        let is_past =
            |days: Option<u16>| days.is_some_and(|days| now.ms_since(self.changed_at) >= u64::from(days) * DAY_MS);
        if self.must_change || is_past(policy.numbers().rotation_required_days) {
            RotationDue::Required
        } else if is_past(policy.numbers().rotation_reminder_days) {
            RotationDue::Reminder
        } else {
            RotationDue::No
        }
    }

    /// With how many of the last passwords a new one is compared. One that must go, for a leak or its age, has not gone when
    /// it is set again: that holds without a history too.
    #[must_use]
    pub fn compared_with(&self, policy: &PasswordPolicy, now: Timestamp) -> u8 {
        let must_go = self.rotation_due(policy, now) == RotationDue::Required;
        policy.numbers().history.max(u8::from(must_go))
    }

    /// How many of the last `history` passwords nothing can be compared with: their pepper is gone, or they cannot be read.
    #[must_use]
    pub fn uncompared(&self, history: u8, peppers: &dyn PepperRing) -> u8 {
        let is_lost = |stored: &&str| match Phc::parse(stored, &VerifyCeiling::DEFAULT) {
            Ok(phc) => phc.key_id().is_some_and(|key| peppers.pepper(key).is_none()),
            Err(_) => true,
        };
        let lost = self.last_hashes().take(usize::from(history)).filter(is_lost).count();
        u8::try_from(lost).unwrap_or(u8::MAX)
    }

    /// Whole hours since the password was set; `None` while a change is required, which no least age may hold back.
    #[must_use]
    pub fn age_hours(&self, policy: &PasswordPolicy, now: Timestamp) -> Option<u32> {
        let hours = now.ms_since(self.changed_at) / HOUR_MS;
        (self.rotation_due(policy, now) != RotationDue::Required).then(|| u32::try_from(hours).unwrap_or(u32::MAX))
    }

    /// The current hash as stored: PHC text behind its normalisation mark, see [`Phc::to_stored`].
    #[must_use]
    pub fn phc(&self) -> &str {
        &self.phc
    }

    /// When the current password was set.
    #[must_use]
    pub const fn changed_at(&self) -> Timestamp {
        self.changed_at
    }

    /// Whether the password must be changed before anything else.
    #[must_use]
    pub const fn must_change(&self) -> bool {
        self.must_change
    }

    /// The current hash and the former ones, newest first.
    pub fn last_hashes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.phc.as_str()).chain(self.former.iter().map(String::as_str))
    }
}

impl std::fmt::Debug for PasswordState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { changed_at, must_change, former, .. } = self;
        write!(
            f,
            "PasswordState(changed_at={changed_at} must_change={must_change} former={}, hashes redacted)",
            former.len()
        )
    }
}

/// [`PasswordState`] as stored; checked on the way in.
///
/// The texts are only bounded here, not parsed: a record with one unreadable hash must still load, so that the account
/// can be frozen and the password reset. Verifying tells what is wrong with the hash.
#[derive(Serialize, Deserialize)]
struct Stored {
    phc: String,
    changed_at: Timestamp,
    must_change: bool,
    former: Vec<String>,
}

impl TryFrom<Stored> for PasswordState {
    type Error = StateError;
    fn try_from(stored: Stored) -> Result<Self, StateError> {
        let Stored { phc, changed_at, must_change, former } = stored;
        if former.len() > FORMER_MAX {
            return Err(StateError::HistoryTooLong);
        }
        let is_hash_text = |text: &String| {
            (1..=PHC_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !former.iter().chain([&phc]).all(is_hash_text) {
            return Err(StateError::HashText);
        }
        Ok(Self { phc, changed_at, must_change, former })
    }
}

impl From<PasswordState> for Stored {
    fn from(state: PasswordState) -> Self {
        let PasswordState { phc, changed_at, must_change, former } = state;
        Self { phc, changed_at, must_change, former }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::password::{HashParams, Hasher, NoPepper, Password, PolicyNumbers, VerifyCeiling};

    fn hasher() -> Hasher {
        Hasher::new(HashParams::new(8, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 64).unwrap()
    }

    fn hash(typed: &str) -> Phc {
        let password = Password::parse(typed.as_bytes()).unwrap();
        hasher().hash(&password, &NoPepper, &mut StdRng::seed_from_u64(1)).unwrap()
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(ms).unwrap()
    }

    fn policy(history: u8) -> PasswordPolicy {
        PasswordPolicy::new(PolicyNumbers { history, ..*PasswordPolicy::card_default().numbers() }).unwrap()
    }

    fn after(count: u32, policy: &PasswordPolicy) -> PasswordState {
        (1..=count)
            .fold(None, |state: Option<PasswordState>, index| {
                Some(PasswordState::set(
                    state.as_ref(),
                    &hash(&format!("password {index}")),
                    policy,
                    at(i64::from(index)),
                ))
            })
            .unwrap()
    }

    #[test]
    fn the_last_five_passwords_are_remembered_the_current_one_counted() {
        let policy = policy(5);
        let state = after(7, &policy);
        assert_eq!(state.last_hashes().count(), 5);
        for (index, is_remembered) in [(7, true), (3, true), (2, false), (8, false)] {
            let typed = Password::parse(format!("password {index}").as_bytes()).unwrap();
            assert_eq!(hasher().matches_history(&state, 5, &typed, &NoPepper), Ok(is_remembered), "{index}");
        }
        let third = Password::parse(b"password 3").unwrap();
        assert_eq!(hasher().matches_history(&state, 4, &third, &NoPepper), Ok(false), "beyond what is asked for");
    }

    #[test]
    fn a_policy_without_history_keeps_only_the_current_hash() {
        assert_eq!(after(3, &policy(0)).last_hashes().count(), 1);
        assert_eq!(after(3, &policy(1)).last_hashes().count(), 1);
        assert_eq!(after(20, &policy(12)).last_hashes().count(), 12);
    }

    #[test]
    fn the_reminder_starts_at_ninety_days_and_not_a_millisecond_earlier() {
        let policy = PasswordPolicy::card_default();
        let state = PasswordState::set(None, &hash("a"), &policy, at(1_000));
        let ninety_days_ms = 90 * 86_400_000;
        assert_eq!(state.rotation_due(&policy, at(1_000 + ninety_days_ms - 1)), RotationDue::No);
        assert_eq!(state.rotation_due(&policy, at(1_000 + ninety_days_ms)), RotationDue::Reminder);
        assert_eq!(state.rotation_due(&policy, at(0)), RotationDue::No, "the clock went back");
        assert_eq!(state.rotation_due(&PasswordPolicy::nist_800_63b_4(), Timestamp::MAX), RotationDue::No);
    }

    #[test]
    fn a_policy_may_demand_the_change_instead_of_asking_for_it() {
        let policy = PasswordPolicy::pci_dss_4_0_1();
        let state = PasswordState::set(None, &hash("a"), &policy, at(1_000));
        let ninety_days_ms = 90 * 86_400_000;
        assert_eq!(state.rotation_due(&policy, at(1_000 + ninety_days_ms - 1)), RotationDue::No);
        assert_eq!(state.rotation_due(&policy, at(1_000 + ninety_days_ms)), RotationDue::Required);
        let renewed = PasswordState::set(Some(&state), &hash("b"), &policy, at(1_000 + ninety_days_ms));
        assert_eq!(renewed.rotation_due(&policy, at(1_000 + ninety_days_ms)), RotationDue::No);
    }

    #[test]
    fn a_least_age_never_holds_back_a_required_change() {
        let policy = PasswordPolicy::pci_dss_4_0_1();
        let state = PasswordState::set(None, &hash("a"), &policy, at(1_000));
        assert_eq!(state.age_hours(&policy, at(1_000 + 3_600_000 - 1)), Some(0));
        assert_eq!(state.age_hours(&policy, at(1_000 + 3_600_000)), Some(1));
        assert_eq!(state.age_hours(&policy, at(0)), Some(0), "the clock went back");
        assert_eq!(state.requiring_change().age_hours(&policy, at(1_000)), None);
        assert_eq!(state.age_hours(&policy, at(1_000 + 90 * 86_400_000)), None);
    }

    #[test]
    fn a_required_change_stands_until_the_password_is_set() {
        let policy = PasswordPolicy::card_default();
        let marked = PasswordState::set(None, &hash("a"), &policy, at(5)).requiring_change();
        assert_eq!(marked.rotation_due(&policy, at(6)), RotationDue::Required);
        assert!(marked.rehashed(&hash("a")).must_change(), "a re-hash changes nothing else");
        let changed = PasswordState::set(Some(&marked), &hash("b"), &policy, at(3));
        assert!(!changed.must_change());
        assert_eq!(changed.changed_at(), at(5), "time never runs back");
    }

    #[test]
    fn a_state_reads_back_and_a_corrupt_one_is_refused() {
        let state = after(5, &policy(5)).requiring_change();
        let bytes = postcard::to_allocvec(&state).unwrap();
        assert_eq!(postcard::from_bytes::<PasswordState>(&bytes).unwrap(), state);
        let stored = |phc: &str, former: usize| {
            let former = vec!["$argon2id$x".to_owned(); former];
            PasswordState::try_from(Stored { phc: phc.to_owned(), changed_at: at(0), must_change: false, former })
                .map(|_| ())
        };
        assert_eq!(stored("$argon2id$x", 11), Ok(()));
        assert_eq!(stored("$argon2id$x", 12), Err(StateError::HistoryTooLong));
        assert_eq!(stored("", 0), Err(StateError::HashText));
        assert_eq!(stored("$argon2id$x\n", 0), Err(StateError::HashText));
        assert_eq!(stored(&"x".repeat(513), 0), Err(StateError::HashText));
    }

    #[test]
    fn debug_shows_no_hash() {
        assert!(!format!("{:?}", after(2, &policy(5))).contains('$'));
    }
}
