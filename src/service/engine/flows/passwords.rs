//! A new password: on the word of the one in force, of a reset, or of a sign-in that must change it first.

use crate::account::{DeviceToken, Errand};
use crate::command::{
    CountNewPassword, PasswordSet, Refused, ReserveAttempt, Reserved, SetBy, SetPassword, SettleAttempt, SignedIn,
    is_ticket_complete,
};
use crate::password::{Password, UserContext};
use crate::service::engine::passwords::{COMPARISONS_MAX, Right};
use crate::service::engine::{Engine, Unfit};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Timestamp};

/// The owner, signed in, changes the password.
#[derive(Clone, Debug)]
pub struct ChangePassword<'a> {
    /// The one in force, typed again (OWASP ASVS 5.0 §6.2.3).
    pub current: &'a Password,
    /// The one that is to be.
    pub new: &'a Password,
    /// What it must not contain.
    pub words: &'a UserContext<'a>,
    /// What the device presents, if it is a known one.
    pub device: Option<&'a DeviceToken>,
}

/// A new password on the word of a ticket.
#[derive(Clone, Debug)]
pub struct NewPassword<'a> {
    /// The one that is to be.
    pub new: &'a Password,
    /// What it must not contain.
    pub words: &'a UserContext<'a>,
    /// On whose word: a complete reset, or a sign-in that waits for the change.
    pub by: SetBy,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum PasswordChange {
    /// It is the account's password now.
    Changed {
        /// The owner is in, if a sign-in waited for it.
        signed_in: Option<SignedIn>,
    },
    /// It cannot be the account's; nothing changed, and a ticket is still good. One that was compared with the account's
    /// last passwords cost it a minute of its life, so nine can be tried on a ticket at most.
    Unfit(Unfit),
    /// The one in force is too young to be changed.
    TooYoung {
        /// When it can be changed.
        until: Timestamp,
    },
    /// No; nothing changed.
    Refused(Refused),
}

impl<W: World> Engine<W> {
    pub(in crate::service) async fn change_password(
        &self,
        account: &AccountId,
        change: &ChangePassword<'_>,
        now: Timestamp,
    ) -> Result<PasswordChange, ServiceError> {
        let compared = match self.typed_again(account, change.current, change.device, now).await? {
            Ok(compared) => compared,
            Err(refused) => return Ok(PasswordChange::Refused(refused)),
        };
        let new = NewPassword { new: change.new, words: change.words, by: SetBy::Owner { compared } };
        self.set_new_password(account, &new, now).await
    }

    /// The password in force, typed again by who is signed in: counted first, compared, taken back where it was right, whatever
    /// becomes of what it was typed for. Answers with the PHC string it was compared with.
    pub(super) async fn typed_again(
        &self,
        account: &AccountId,
        typed: &Password,
        device: Option<&DeviceToken>,
        now: Timestamp,
    ) -> Result<Result<String, Refused>, ServiceError> {
        let attempt = ReserveAttempt { device: device.cloned() };
        for _ in 0..COMPARISONS_MAX {
            let reserved = match self.reserve(account, &attempt, now).await? {
                Reserved::Compare(reserved) => reserved,
                Reserved::Blocked { until } => return Ok(Err(Refused::Blocked { until })),
            };
            let Some(Right { compared, .. }) = self.compare(account, &reserved, typed, now).await? else {
                return Ok(Err(if reserved.stored.is_some() { Refused::WrongPassword } else { Refused::NoAccount }));
            };
            let settle = SettleAttempt { compared: compared.clone(), renewed: None, device: reserved.device };
            if self.execute(account, &settle, now).await?.is_some() {
                return Ok(Ok(compared));
            }
        }
        Ok(Err(Refused::PasswordChanged))
    }

    pub(in crate::service) async fn set_new_password(
        &self,
        account: &AccountId,
        new: &NewPassword<'_>,
        now: Timestamp,
    ) -> Result<PasswordChange, ServiceError> {
        let ticket = match new.by {
            SetBy::Reset { ticket } => Some((ticket, Errand::Reset)),
            SetBy::SignIn { ticket, .. } => Some((ticket, Errand::SignIn)),
            SetBy::Owner { .. } | SetBy::Integrator => None,
        };
        let record = match ticket {
            Some(_) => self.record_or_stand_in(account).await?,
            None => self.record(account).await?,
        };
        // Who has no good ticket learns nothing of the history, and costs no hash, whoever's name it is.
        let is_good = |(ticket, errand)| is_ticket_complete(&record, ticket, errand, &self.settings(), now);
        if ticket.is_some_and(|ticket| !is_good(ticket)) {
            return Ok(PasswordChange::Refused(Refused::NoSuchTicket));
        }
        // Who forgot a password of this morning must not wait for tomorrow.
        let is_reset = matches!(new.by, SetBy::Reset { .. });
        let age_hours = self.password_age_hours(record.password.as_ref(), now).filter(|_| !is_reset);
        if let Some(evaluation) = self.against_rules(age_hours, new.new, new.words).await? {
            return Ok(PasswordChange::Unfit(Unfit::Rules(evaluation)));
        }
        if let Some(state) = record.password.filter(|state| self.compared_with(state, now) > 0) {
            // Counted first: who types many at once on one ticket must not have them all compared.
            if let Some((ticket, errand)) = ticket
                && !self.execute(account, &CountNewPassword { ticket, errand }, now).await?
            {
                return Ok(PasswordChange::Refused(Refused::NoSuchTicket));
            }
            let is_used = if new.by.passes_over_lost(&state, &self.settings().password, now) {
                self.is_used_for_all_we_know(state, new.new, now).await?
            } else {
                self.is_used(state, new.new, now).await?
            };
            if is_used {
                return Ok(PasswordChange::Unfit(Unfit::UsedBefore));
            }
        }
        let set = SetPassword { phc: self.hash(new.new).await?, by: new.by.clone() };
        Ok(match self.execute(account, &set, now).await? {
            PasswordSet::Set { signed_in } => PasswordChange::Changed { signed_in },
            PasswordSet::TooYoung { until } => PasswordChange::TooYoung { until },
            PasswordSet::Refused(refused) => PasswordChange::Refused(refused),
        })
    }
}
