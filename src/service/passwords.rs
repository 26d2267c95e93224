//! Passwords of accounts: set, verify. The hash is computed outside any lock, between two commits.

use super::driver::Service;
use super::error::ServiceError;
use crate::command::{AbandonAttempt, Reservation, ReserveAttempt, Reserved, SetPassword, SettleAttempt};
use crate::password::{self, Evaluation, Password, RotationDue, RuleCode, UserContext, Verified};
use crate::store::Store;
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

impl<S: Store> Service<S> {
    /// Sets or changes the password, if the policy and the account's history accept it. The caller has made sure that
    /// it is the owner who asks.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing changed then.
    pub fn set_password(
        &self,
        account: &AccountId,
        new: &Password,
        words: &UserContext<'_>,
        now: Timestamp,
    ) -> Result<SetOutcome, ServiceError> {
        let settings = self.settings();
        let policy = &settings.password;
        let state = self.record(account)?.password;
        let age_hours = state.as_ref().and_then(|state| state.age_hours(policy, now));
        let evaluation = password::evaluate(policy, new.expose(), words).with_age(age_hours);
        // What costs a look-up or a hash comes last, and only for what would be accepted otherwise.
        if !evaluation.accept {
            return Ok(SetOutcome::NotAcceptable(evaluation));
        }
        let evaluation = self.with_breaches_settled(evaluation, new)?;
        if !evaluation.accept {
            return Ok(SetOutcome::NotAcceptable(evaluation));
        }
        if let Some(state) = &state
            && self.hasher.matches_history(state, policy.numbers().history, new, self.keyring())?
        {
            return Ok(SetOutcome::UsedBefore);
        }
        let phc = self.hasher.hash(new, self.keyring(), &mut self.generator()?)?;
        self.execute(account, &SetPassword { phc }, now)?;
        Ok(SetOutcome::Set)
    }

    fn with_breaches_settled(&self, evaluation: Evaluation, new: &Password) -> Result<Evaluation, ServiceError> {
        match (evaluation.state(RuleCode::Breached), &self.breaches) {
            (None, _) => Ok(evaluation),
            (Some(_), Some(breaches)) => Ok(evaluation.with_breach(breaches.check(new)?)),
            (Some(_), None) => Err(ServiceError::NoBreachList),
        }
    }

    /// Verifies a typed password: counted as wrong in a first commit, compared, taken back in a second one if right.
    ///
    /// An account without a password costs the same hash and answers `Rejected`. It has no budget of its own yet, so a
    /// flow that must not reveal which accounts exist limits tries per source as well.
    ///
    /// # Errors
    /// [`ServiceError`]; the answer to the customer is "not now", and the try is not counted.
    pub fn verify_password(
        &self,
        account: &AccountId,
        typed: &Password,
        now: Timestamp,
    ) -> Result<PasswordOutcome, ServiceError> {
        let reserved = match self.execute(account, &ReserveAttempt, now)? {
            Reserved::Compare(reserved) => reserved,
            Reserved::Blocked { until } => return Ok(PasswordOutcome::Blocked { until }),
        };
        let verified = match self.hasher.verify_text(reserved.stored.as_deref(), typed, self.keyring()) {
            Ok(verified) => verified,
            Err(fault) => {
                let Reservation { before, counted, .. } = reserved;
                // Should this fail as well, the try stays counted; the first fault is the one to tell.
                let _ = self.execute(account, &AbandonAttempt { before, counted }, now);
                return Err(fault.into());
            }
        };
        let (Verified::Match { rehash }, Some(compared)) = (verified, reserved.stored) else {
            return Ok(PasswordOutcome::Rejected);
        };
        // A renewal that fails can wait for the next sign-in; the right password cannot.
        let renew = |mut rng| self.hasher.hash(typed, self.keyring(), &mut rng).ok();
        let renewed = rehash.and_then(|_| self.generator().ok()).and_then(renew);
        let settled = self.execute(account, &SettleAttempt { compared, renewed }, now)?;
        Ok(settled.map_or(PasswordOutcome::Rejected, |rotation| PasswordOutcome::Accepted { rotation }))
    }
}
