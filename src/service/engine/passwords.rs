//! Passwords of accounts: accepted, set, verified. Hashes are computed outside any lock, between two commits.

use std::sync::Arc;

use super::Engine;
use crate::account::Keyring;
use crate::command::{
    AbandonAttempt, AbandonDecoy, Reservation, ReserveAttempt, Reserved, SetBy, SetPassword, SettleAttempt,
};
use crate::password::{
    self, Evaluation, Hasher, Password, PasswordState, Phc, RotationDue, RuleCode, UserContext, Verified,
};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Timestamp};

/// What came of a password to be set.
#[derive(Clone, Debug)]
pub enum SetOutcome {
    /// It is the account's password now.
    Set,
    /// The policy refuses it; nothing changed.
    NotAcceptable(Evaluation),
    /// It is one of the account's last passwords; nothing changed.
    UsedBefore,
}

/// Why a new password cannot be the account's. Told before anything is hashed for storage; nothing changed.
#[derive(Clone, Debug)]
pub enum Unfit {
    /// The policy refuses it, rule by rule.
    Rules(Evaluation),
    /// It is one of the account's last passwords.
    UsedBefore,
}

/// What came of a typed password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordOutcome {
    /// It is the account's.
    Accepted {
        /// Whether it is due to be changed.
        rotation: RotationDue,
    },
    /// It is not, or the account does not exist: nobody can tell which.
    Rejected,
    /// It was not looked at: too many wrong tries before.
    Blocked {
        /// First moment at which a try is looked at again; [`Timestamp::MAX`] = only recovery helps.
        until: Timestamp,
    },
}

/// Comparisons of one typed password, where another hash is stored in between: another password was set, or somebody else
/// had the same one hashed again.
pub(super) const COMPARISONS_MAX: usize = 2;

impl<W: World> Engine<W> {
    pub(in crate::service) async fn set_password(
        &self,
        account: &AccountId,
        new: &Password,
        words: &UserContext<'_>,
        now: Timestamp,
    ) -> Result<SetOutcome, ServiceError> {
        let state = self.record(account).await?.password;
        let age_hours = self.password_age_hours(state.as_ref(), now);
        if let Some(evaluation) = self.against_rules(age_hours, new, words).await? {
            return Ok(SetOutcome::NotAcceptable(evaluation));
        }
        if let Some(state) = state
            && self.is_used(state, new, now).await?
        {
            return Ok(SetOutcome::UsedBefore);
        }
        let phc = self.hash(new).await?;
        self.execute(account, &SetPassword { phc, by: SetBy::Integrator }, now).await?;
        Ok(SetOutcome::Set)
    }

    pub(in crate::service) async fn verify_password(
        &self,
        account: &AccountId,
        typed: &Password,
        now: Timestamp,
    ) -> Result<PasswordOutcome, ServiceError> {
        for _ in 0..COMPARISONS_MAX {
            let reserved = match self.reserve(account, &ReserveAttempt::default(), now).await? {
                Reserved::Compare(reserved) => reserved,
                Reserved::Blocked { until } => return Ok(PasswordOutcome::Blocked { until }),
            };
            let Some(Right { compared, renewed }) = self.compare(account, &reserved, typed, now).await? else {
                break;
            };
            let settle = SettleAttempt { compared, renewed, device: reserved.device };
            if let Some(rotation) = self.execute(account, &settle, now).await? {
                return Ok(PasswordOutcome::Accepted { rotation });
            }
        }
        Ok(PasswordOutcome::Rejected)
    }

    /// Compares a reserved try. What could not be compared is taken back: nothing was learned from it.
    pub(super) async fn compare(
        &self,
        account: &AccountId,
        reserved: &Reservation,
        typed: &Password,
        now: Timestamp,
    ) -> Result<Option<Right>, ServiceError> {
        // Where there is no hash one of nobody's is read and compared: a name without an account costs the same.
        let stored = reserved.stored.as_ref().unwrap_or(&self.stand_ins.hash).clone();
        let text = typed.clone();
        let verified = match self.hashing(move |hasher, keys| hasher.verify_text(Some(&stored), &text, keys)).await {
            Ok(verified) => verified,
            Err(fault) => {
                // Should this fail as well, the try stays counted; the first fault is the one to tell.
                let _ = self.abandon(account, reserved, now).await;
                return Err(fault.into());
            }
        };
        // Taken over only where it is needed: a copy made for nothing would tell who has an account.
        let (Verified::Match { rehash }, Some(compared)) = (verified, &reserved.stored) else {
            return Ok(None);
        };
        // A renewal that fails can wait for the next sign-in; the right password cannot.
        let renewed = if rehash.is_some() { self.hash(typed).await.ok() } else { None };
        Ok(Some(Right { compared: compared.clone(), renewed }))
    }

    async fn abandon(&self, account: &AccountId, reserved: &Reservation, now: Timestamp) -> Result<(), ServiceError> {
        let &Reservation { before, counted, device, ref stored, .. } = reserved;
        // Counted on the account or on its name's cell, and taken back there; as many looks either way.
        let (abandon, has_password) = (AbandonAttempt { before, counted, device }, stored.is_some());
        let own = |is_taken_back| has_password.then_some(is_taken_back);
        let twin = |tag| AbandonDecoy { tag, before, counted };
        self.execute_either(account, &abandon, own, twin, now).await?;
        Ok(())
    }

    /// What the policy has against a new password, if anything. What costs a look-up comes last, and only for what would be
    /// accepted otherwise. `age_hours` is how old the one in force is, `None` where its age is not asked for.
    pub(super) async fn against_rules(
        &self,
        age_hours: Option<u32>,
        new: &Password,
        words: &UserContext<'_>,
    ) -> Result<Option<Evaluation>, ServiceError> {
        let evaluation = password::evaluate(&self.settings().password, new.expose(), words).with_age(age_hours);
        if !evaluation.accept {
            return Ok(Some(evaluation));
        }
        let evaluation = self.with_breaches_settled(evaluation, new.clone()).await?;
        Ok((!evaluation.accept).then_some(evaluation))
    }

    /// With how many of the account's last passwords a new one is compared.
    pub(super) fn compared_with(&self, state: &PasswordState, now: Timestamp) -> u8 {
        state.compared_with(&self.settings().password, now)
    }

    /// Whether it is one of the account's last passwords.
    pub(super) async fn is_used(
        &self,
        state: PasswordState,
        new: &Password,
        now: Timestamp,
    ) -> Result<bool, ServiceError> {
        let (new, history) = (new.clone(), self.compared_with(&state, now));
        Ok(self.hashing(move |hasher, keys| hasher.matches_history(&state, history, &new, keys)).await?)
    }

    /// The same by those of them that can still be compared.
    pub(super) async fn is_used_for_all_we_know(
        &self,
        state: PasswordState,
        new: &Password,
        now: Timestamp,
    ) -> Result<bool, ServiceError> {
        let (new, history) = (new.clone(), self.compared_with(&state, now));
        Ok(self.hashing(move |hasher, keys| hasher.matches_what_is_left(&state, history, &new, keys)).await?)
    }

    /// How old the password in force is, for the rule of its least age; `None` where there is none or it must be changed.
    pub(super) fn password_age_hours(&self, state: Option<&PasswordState>, now: Timestamp) -> Option<u32> {
        state.and_then(|state| state.age_hours(&self.settings().password, now))
    }

    async fn with_breaches_settled(&self, evaluation: Evaluation, new: Password) -> Result<Evaluation, ServiceError> {
        if evaluation.state(RuleCode::Breached).is_none() {
            return Ok(evaluation);
        }
        let breaches = self.breaches.clone().ok_or(ServiceError::NoBreachList)?;
        // An integrator's list may be far away.
        let answer = self.world.compute(move || breaches.0.check(&new)).await?;
        Ok(evaluation.with_breach(answer))
    }

    pub(super) async fn hash(&self, password: &Password) -> Result<Phc, ServiceError> {
        let (password, mut rng) = (password.clone(), self.generator()?);
        Ok(self.hashing(move |hasher, keys| hasher.hash(&password, keys, &mut rng)).await?)
    }

    /// Runs a computation of tens of milliseconds where it holds nobody up. It owns all it works on, memory included.
    async fn hashing<T: Send + 'static>(&self, job: impl FnOnce(&Hasher, &Keyring) -> T + Send + 'static) -> T {
        let (hasher, keys) = (Arc::clone(&self.hasher), Arc::clone(&self.keys));
        self.world.compute(move || job(&hasher, &keys)).await
    }
}

/// The typed password is the stored one.
pub(super) struct Right {
    /// The PHC string it was compared with.
    pub(super) compared: String,
    /// A stronger hash of it, where the stored one was weaker than today's settings.
    pub(super) renewed: Option<Phc>,
}
