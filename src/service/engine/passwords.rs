//! Passwords of accounts: set, verify. The hash is computed outside any lock, between two commits.

use std::sync::Arc;

use super::Engine;
use crate::account::Keyring;
use crate::command::{AbandonAttempt, Reservation, ReserveAttempt, Reserved, SetBy, SetPassword, SettleAttempt};
use crate::password::{self, Evaluation, Hasher, Password, Phc, RotationDue, UserContext, Verified};
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

impl<W: World> Engine<W> {
    pub(in crate::service) async fn set_password(
        &self,
        account: &AccountId,
        new: &Password,
        words: &UserContext<'_>,
        now: Timestamp,
    ) -> Result<SetOutcome, ServiceError> {
        let settings = self.settings();
        let policy = &settings.password;
        let evaluation = password::evaluate(policy, new.expose(), words);
        if !evaluation.accept {
            return Ok(SetOutcome::NotAcceptable(evaluation));
        }
        if let Some(state) = self.record(account).await?.password {
            let (new, history) = (new.clone(), policy.numbers().history);
            if self.hashing(move |hasher, keys| hasher.matches_history(&state, history, &new, keys)).await? {
                return Ok(SetOutcome::UsedBefore);
            }
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
        let reserved = match self.execute(account, &ReserveAttempt::default(), now).await? {
            Reserved::Compare(reserved) => reserved,
            Reserved::Blocked { until } => return Ok(PasswordOutcome::Blocked { until }),
        };
        let (stored, text) = (reserved.stored.clone(), typed.clone());
        let verified = match self.hashing(move |hasher, keys| hasher.verify_text(stored.as_deref(), &text, keys)).await
        {
            Ok(verified) => verified,
            Err(fault) => {
                let Reservation { before, counted, device, .. } = reserved;
                // Should this fail as well, the try stays counted; the first fault is the one to tell.
                let _ = self.execute(account, &AbandonAttempt { before, counted, device }, now).await;
                return Err(fault.into());
            }
        };
        let (Verified::Match { rehash }, Some(compared)) = (verified, reserved.stored) else {
            return Ok(PasswordOutcome::Rejected);
        };
        // A renewal that fails can wait for the next sign-in; the right password cannot.
        let renewed = if rehash.is_some() { self.hash(typed).await.ok() } else { None };
        let settled = self.execute(account, &SettleAttempt { compared, renewed, device: reserved.device }, now).await?;
        Ok(settled.map_or(PasswordOutcome::Rejected, |rotation| PasswordOutcome::Accepted { rotation }))
    }

    async fn hash(&self, password: &Password) -> Result<Phc, ServiceError> {
        let (password, mut rng) = (password.clone(), self.generator()?);
        Ok(self.hashing(move |hasher, keys| hasher.hash(&password, keys, &mut rng)).await?)
    }

    /// Runs a computation of tens of milliseconds where it holds nobody up. It owns all it works on, memory included.
    async fn hashing<T: Send + 'static>(&self, job: impl FnOnce(&Hasher, &Keyring) -> T + Send + 'static) -> T {
        let (hasher, keys) = (Arc::clone(&self.hasher), Arc::clone(&self.keys));
        self.world.compute(move || job(&hasher, &keys)).await
    }
}
