//! A new password, on whose word, and what ends with the old one.
//!
//! Evaluate, compare with the history and hash it before; none of that is for a decision. Whoever was on the way in with
//! the old password has to begin anew: every ticket is void, the codes for them are called off, and an authenticator that
//! nobody confirmed is dropped.

use super::contacts::call_off_told;
use super::effect::Notice;
use super::notify::notify;
use super::proving::{self, Refused};
use super::sign_in::{SignedIn, let_in};
use super::{Command, Env, Rejection, Transition, check_open};
use crate::account::{
    AccountRecord, CancelledBy, DeviceLabel, DeviceLost, Errand, EventKind, Proofs, ResetGate, SetAuthority, TicketId,
};
use crate::freeze::{Actor, Authority, Scopes};
use crate::password::{PasswordPolicy, PasswordState, Phc, RotationDue};
use crate::totp;
use crate::types::Timestamp;
use crate::verification::{self, CancelOutcome, Purpose};

/// Stores the hash of a new password. The old one joins the history.
#[derive(Clone, Debug)]
pub struct SetPassword {
    /// The hash.
    pub phc: Phc,
    /// On whose word.
    pub by: SetBy,
}

/// On whose word a password is set.
#[derive(Clone)]
pub enum SetBy {
    /// The integrator vouches that it is the owner, by means outside this library: an account brought from elsewhere.
    Integrator,
    /// The owner, who gave the password in force a moment ago (OWASP ASVS 5.0 §6.2.3).
    Owner {
        /// The PHC string it was compared with, [`Reservation::stored`](super::Reservation::stored). If another password is in
        /// force by now nothing is set.
        compared: String,
    },
    /// The owner, who forgot the password and proved with a reset. All known devices are forgotten; second factors stay, and
    /// so do freezes.
    Reset {
        /// The ticket, complete.
        ticket: TicketId,
    },
    /// The owner, who proved everything at the sign-in but must change the password first. Setting it lets the owner in.
    SignIn {
        /// The ticket, complete.
        ticket: TicketId,
        /// The owner wants this device to be known from now on, under this label.
        remember: Option<DeviceLabel>,
    },
}

/// Nothing delicate before the password is changed: after a leak, or where staff started a reset. The next sign-in asks for
/// a new one; until then step-ups and changes of a contact or a factor are refused, step-ups and a change of a contact under
/// way are over, and no known device stands for a factor. Staff never chooses or learns a password (OWASP ASVS 5.0 §6.4.6).
///
/// It ends no session and stops no payment: end the sessions, and [freeze](super::PlaceFreeze) where money is in danger.
#[derive(Clone, Debug)]
pub struct RequirePasswordChange {
    /// Who asks for it; at least a rule.
    pub by: Actor,
}

/// What came of [`SetPassword`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordSet {
    /// It is the account's password now.
    Set {
        /// The owner is in, if this was what the sign-in waited for.
        signed_in: Option<SignedIn>,
    },
    /// The one in force is too young to be changed; nothing changed.
    TooYoung {
        /// When it can be changed.
        until: Timestamp,
    },
    /// The ticket is not good for it, or the password was changed meanwhile; nothing changed.
    Refused(Refused),
}

impl Command for SetPassword {
    type Record = AccountRecord;
    type Reply = PasswordSet;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, PasswordSet>, Rejection> {
        check_open(&record, Scopes::CHANGE_FACTORS, env.now)?;
        let mut record = record;
        let proven = match self.authorise(&mut record, env) {
            Ok(proven) => proven,
            Err(reply) => return Ok(Transition::unchanged(record, reply)),
        };
        let changed = record.password.is_some();
        let mut effects = if changed { notify(&record, Notice::PasswordChanged, env) } else { Vec::new() };
        let mut events = vec![EventKind::PasswordSet { changed, by: self.by.authority() }];
        events.extend(self.passed_over(&record, env));
        replace(&mut record, &self.phc, &mut events, env);
        if let SetBy::Reset { .. } = self.by {
            end_reset(&mut record, &mut events);
            // Whoever forgot the password did not begin it.
            let (called_off, told) = call_off_told(&mut record, CancelledBy::Reset, None, env);
            events.extend(called_off);
            effects.extend(told);
        }
        let signed_in = match &self.by {
            SetBy::SignIn { remember, .. } => {
                Some(let_in(&mut record, proven, None, remember.as_ref(), (&mut events, &mut effects), env)?)
            }
            _ => None,
        };
        Ok(Transition { record, events, effects, reply: PasswordSet::Set { signed_in } })
    }
}

impl SetPassword {
    /// Takes the ticket, or looks at what else is the word of the one who asks. Tells what was proven with it.
    fn authorise(&self, record: &mut AccountRecord, env: &Env<'_>) -> Result<Proofs, PasswordSet> {
        match &self.by {
            SetBy::Integrator => Ok(Proofs::NONE),
            SetBy::Owner { compared } => self.authorise_owner(record, compared, env),
            SetBy::Reset { ticket } => spent(record, *ticket, Errand::Reset, env),
            SetBy::SignIn { ticket, .. } => spent(record, *ticket, Errand::SignIn, env),
        }
    }

    /// Says so where the new password could not be compared with all of the last ones.
    fn passed_over(&self, record: &AccountRecord, env: &Env<'_>) -> Option<EventKind> {
        let policy = &env.settings.password;
        let state = record.password.as_ref().filter(|state| self.by.passes_over_lost(state, policy, env.now))?;
        let count = state.uncompared(state.compared_with(policy, env.now), env.keys);
        (count > 0).then_some(EventKind::FormerPasswordsLost { count })
    }

    fn authorise_owner(&self, record: &AccountRecord, compared: &str, env: &Env<'_>) -> Result<Proofs, PasswordSet> {
        let Some(password) = record.password.as_ref().filter(|password| password.phc() == compared) else {
            return Err(PasswordSet::Refused(Refused::PasswordChanged));
        };
        let until = password.changed_at().plus_ms(env.settings.sign_in.password_age_ms_min);
        let is_required = password.rotation_due(&env.settings.password, env.now) == RotationDue::Required;
        if env.now < until && !is_required {
            return Err(PasswordSet::TooYoung { until });
        }
        Ok(Proofs::PASSWORD)
    }
}

/// Counts a try to set a password before it is compared with the last ones: the answer tells its holder something of them,
/// and many answers at once would tell all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountNewPassword {
    pub(crate) ticket: TicketId,
    pub(crate) errand: Errand,
}

impl Command for CountNewPassword {
    type Record = AccountRecord;
    /// Whether the ticket is good for the try.
    type Reply = bool;

    fn decide(&self, record: AccountRecord, env: &mut Env<'_>) -> Result<Transition<AccountRecord, bool>, Rejection> {
        let mut record = record;
        if record.tickets.find(self.ticket, self.errand, env.now).is_none() {
            return Ok(Transition::unchanged(record, false));
        }
        let is_good = record.tickets.wear(self.ticket, self.errand, env.now);
        let events = vec![EventKind::PasswordAttempted { budget: record.password_budget, device: None }];
        Ok(Transition { record, events, effects: Vec::new(), reply: is_good })
    }
}

fn spent(record: &mut AccountRecord, ticket: TicketId, errand: Errand, env: &Env<'_>) -> Result<Proofs, PasswordSet> {
    proving::spend(record, ticket, errand, env).map(|ticket| ticket.proven).map_err(PasswordSet::Refused)
}

impl Command for RequirePasswordChange {
    type Record = AccountRecord;
    /// Whether there is a password, and no change was required before.
    type Reply = bool;

    fn decide(&self, record: AccountRecord, env: &mut Env<'_>) -> Result<Transition<AccountRecord, bool>, Rejection> {
        if self.by.authority < Authority::Rule {
            return Err(Rejection::NotAuthorised);
        }
        let Some(password) = record.password.as_ref().filter(|password| !password.must_change()) else {
            return Ok(Transition::unchanged(record, false));
        };
        let mut record = AccountRecord { password: Some(password.requiring_change()), ..record };
        let (actor, authority) = (self.by.id.clone(), self.by.authority);
        let mut events = vec![EventKind::PasswordChangeRequired { actor, authority }];
        let mut effects = notify(&record, Notice::PasswordChangeRequired, env);
        // Whoever is in with the old password may have begun it.
        record.tickets.void_errand(Errand::StepUp);
        let (called_off, told) = call_off_told(&mut record, CancelledBy::PasswordDoubted, None, env);
        events.extend(called_off);
        effects.extend(told);
        Ok(Transition { record, events, effects, reply: true })
    }
}

/// The new password in force, and everything over that hung on the old one.
fn replace(record: &mut AccountRecord, phc: &Phc, events: &mut Vec<EventKind>, env: &Env<'_>) {
    if record.password.is_some() {
        record.security_changed_at = Some(env.now);
    }
    record.password = Some(PasswordState::set(record.password.as_ref(), phc, &env.settings.password, env.now));
    // Who may set a password has proven more than the old one: tries against that one are over, a lock included.
    record.password_budget = record.password_budget.ended(env.now);
    record.devices.forgive(env.now);
    record.tickets.void();
    // An enrolment asks for the ticket when it begins, and for nothing but its own code when it is confirmed.
    if let Some(credential) = record.totp.pending().map(|pending| pending.credential().id()) {
        record.totp = totp::revoke(&record.totp, credential).state;
        events.push(EventKind::TotpRevoked { credential });
    }
    for purpose in [Purpose::SignIn, Purpose::StepUp, Purpose::ResetPassword] {
        let open = record.challenges.of_purpose(purpose).map(|challenge| challenge.id);
        if let Some(challenge) = open
            && let CancelOutcome::Cancelled(challenges) = verification::cancel(&record.challenges, challenge, env.now)
        {
            record.challenges = challenges;
            events.push(EventKind::CodeCancelled { challenge });
        }
    }
}

/// The row of guesses at the reset ends. Who had the old password may have had a device as well.
fn end_reset(record: &mut AccountRecord, events: &mut Vec<EventKind>) {
    record.reset = ResetGate::default();
    let count = record.devices.forget_all();
    if count > 0 {
        let count = u8::try_from(count).unwrap_or(u8::MAX);
        events.push(EventKind::DevicesForgotten { count, because: DeviceLost::Reset });
    }
}

impl SetBy {
    /// Whether former passwords that nothing can be compared with are passed over. Who forgot the password, or has to change
    /// it, cannot wait for a key that is gone; who changes it at will is told of the fault.
    pub(crate) fn passes_over_lost(&self, state: &PasswordState, policy: &PasswordPolicy, now: Timestamp) -> bool {
        match self {
            Self::Reset { .. } | Self::SignIn { .. } => true,
            Self::Owner { .. } | Self::Integrator => state.rotation_due(policy, now) == RotationDue::Required,
        }
    }

    const fn authority(&self) -> SetAuthority {
        match self {
            Self::Integrator => SetAuthority::Integrator,
            Self::Owner { .. } => SetAuthority::Owner,
            Self::Reset { .. } => SetAuthority::Reset,
            Self::SignIn { .. } => SetAuthority::SignIn,
        }
    }
}

impl std::fmt::Debug for SetBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SetBy({:?}, redacted)", self.authority())
    }
}
