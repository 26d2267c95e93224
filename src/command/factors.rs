//! TOTP on a record: enrol or import, confirm, verify, resynchronise, revoke.
//!
//! The secret lies sealed inside the sealed record, bound to the account and to its credential, and is opened only for
//! the comparison. Wrong codes charge the budget that TOTP shares with verification and recovery codes.

use super::delicate::{check_not_last, require_step_up};
use super::effect::Notice;
use super::notify::{notify, of_failures};
use super::{Command, Env, Rejection, Transition, check_open, check_password_stands};
use crate::account::seal::Seat;
use crate::account::{AccountRecord, Door, EventKind, Proofs, RejectedBecause, TicketId};
use crate::freeze::Scopes;
use crate::totp::{
    self, ConfirmOutcome, KeyUri, RESYNC_FAILURES, ResyncOutcome, RevokeOutcome, SECRET_BYTES_MIN, SealedSecret,
    SecretError, TotpCredential, TotpParameters, TotpSecret, TotpState, VerifyOutcome,
};
use crate::types::{RandomId, Timestamp, TypedCode};

/// Begins an enrolment; the credential in force stays until the new one is confirmed.
#[derive(Clone, Debug)]
pub struct EnrolTotp {
    /// Who offers the account, shown by the authenticator.
    pub issuer: String,
    /// The account's name, shown by the authenticator.
    pub account_name: String,
    /// Algorithm, digits and period.
    pub parameters: TotpParameters,
    /// A complete step-up, spent by this; `None` only where the account can prove nothing yet.
    pub ticket: Option<TicketId>,
}

/// An enrolment waits for its confirming code.
#[derive(Clone, Debug)]
pub struct EnrolledTotp {
    /// The credential.
    pub credential: RandomId,
    /// Secret and parameters, to be shown once as a QR code. This library does not give it out again.
    pub key: KeyUri,
    /// Until when it can be confirmed.
    pub expires_at: Timestamp,
}

/// Begins an enrolment with a secret that exists already: a hardware token's seed, or another service's key URI. It
/// counts once it is confirmed, like any other.
///
/// ```
/// use account_security::command::ImportTotp;
/// use account_security::totp::KeyUri;
/// let parsed = KeyUri::parse("otpauth://totp/Example:alice?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq")?;
/// for warning in &parsed.warnings {
///     println!("{warning}"); // "The secret is written in lower case."
/// }
/// let import = ImportTotp::of(&parsed.key);
/// assert!(!import.allow_weak_import);
/// # Ok::<(), account_security::totp::UriError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ImportTotp {
    /// The secret.
    pub secret: TotpSecret,
    /// Algorithm, digits, period and T0.
    pub parameters: TotpParameters,
    /// Whether a secret of 80 to 127 bits is taken in all the same (RFC 4226 §4 asks for 128 at least).
    pub allow_weak_import: bool,
    /// A complete step-up, where the account can prove something already; spent by this.
    pub ticket: Option<TicketId>,
}

/// An imported credential waits for its confirming code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportedTotp {
    /// The credential.
    pub credential: RandomId,
    /// Until when it can be confirmed.
    pub expires_at: Timestamp,
}

/// Confirms the waiting enrolment. The confirming code is spent by it.
#[derive(Clone, Debug)]
pub struct ConfirmTotp {
    /// The code as typed, read with the digits of the parameters.
    pub code: TypedCode,
}

/// Verifies a code and spends its step. A wrong one counts like one typed at a sign-in.
#[derive(Clone, Debug)]
pub struct VerifyTotp {
    /// The code as typed, read with the digits of the parameters.
    pub code: TypedCode,
}

/// Finds a device whose clock is off by two codes in a row, and allows for it as far as it may. No sign-in: ask for the
/// next code afterwards.
#[derive(Clone, Debug)]
pub struct ResyncTotp {
    /// The earlier code as typed, read with the digits of the parameters.
    pub first: TypedCode,
    /// The code the device showed next.
    pub second: TypedCode,
}

/// What came of a resynchronisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResyncAnswer {
    /// Done: ask for the next code.
    Resynced {
        /// How far the device is ahead, in steps; negative = behind.
        drift_steps: i8,
    },
    /// The codes are right and now spent, but the device's clock is too far off: the owner must set it.
    DeviceClockOff {
        /// How far the device is ahead, in seconds; negative = behind.
        ahead_s: i64,
    },
    /// Not accepted; why is for audit only. Counted as [`RESYNC_FAILURES`] wrong tries.
    Rejected(RejectedBecause),
    /// Not looked at: too many wrong tries before.
    Blocked {
        /// First moment at which a try is looked at again; [`Timestamp::MAX`] = only recovery helps.
        until: Timestamp,
    },
    /// No credential is in force.
    NotEnrolled,
}

/// Removes a credential.
#[derive(Clone, Copy, Debug)]
pub struct RevokeTotp {
    /// The credential to remove.
    pub credential: RandomId,
    /// A complete step-up, spent by this; an enrolment that was never confirmed goes without.
    pub ticket: Option<TicketId>,
}

/// What came of a TOTP code. The customer is told `Accepted` or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TotpOutcome {
    /// Right, and spent.
    Accepted,
    /// Not accepted; why is for audit only.
    Rejected(RejectedBecause),
    /// Not looked at: too many wrong tries before.
    Blocked {
        /// First moment at which a try is looked at again; [`Timestamp::MAX`] = only recovery helps.
        until: Timestamp,
    },
    /// No credential is in force, or no enrolment waits.
    NotEnrolled,
}

impl Command for EnrolTotp {
    type Record = AccountRecord;
    type Reply = Result<EnrolledTotp, totp::UriError>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, Scopes::CHANGE_FACTORS, env.now)?;
        let secret = TotpSecret::generate(env.rng);
        let key = match KeyUri::new(&self.issuer, &self.account_name, secret, self.parameters) {
            Ok(key) => key,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let mut record = record;
        let mut events = require_step_up(&mut record, self.ticket, env)?;
        let (record, credential, expires_at) = waiting(record, key.secret(), self.parameters, env)?;
        events.push(EventKind::TotpEnrolled { credential });
        let reply = Ok(EnrolledTotp { credential, key, expires_at });
        Ok(Transition { record, events, effects: Vec::new(), reply })
    }
}

impl ImportTotp {
    /// The key of a key URI; a weak one is refused.
    #[must_use]
    pub fn of(key: &KeyUri) -> Self {
        Self { secret: key.secret().clone(), parameters: *key.parameters(), allow_weak_import: false, ticket: None }
    }
}

impl Command for ImportTotp {
    type Record = AccountRecord;
    type Reply = Result<ImportedTotp, SecretError>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, Scopes::CHANGE_FACTORS, env.now)?;
        if self.secret.is_weak() && !self.allow_weak_import {
            let refused =
                SecretError::TooShort { bits: self.secret.expose().len() * 8, bits_min: SECRET_BYTES_MIN * 8 };
            return Ok(Transition::unchanged(record, Err(refused)));
        }
        let mut record = record;
        let mut events = require_step_up(&mut record, self.ticket, env)?;
        let (record, credential, expires_at) = waiting(record, &self.secret, self.parameters, env)?;
        events.push(EventKind::TotpEnrolled { credential });
        Ok(Transition { record, events, effects: Vec::new(), reply: Ok(ImportedTotp { credential, expires_at }) })
    }
}

impl Command for ConfirmTotp {
    type Record = AccountRecord;
    type Reply = TotpOutcome;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, Scopes::CHANGE_FACTORS, env.now)?;
        check_password_stands(&record)?;
        let Some(pending) = record.totp.pending() else {
            return Ok(Transition::unchanged(record, TotpOutcome::NotEnrolled));
        };
        let secret = open_secret(pending.credential(), env)?;
        let confirmed = totp::confirm(&record.totp, &secret, &self.code, &env.settings.totp, env.now)?;
        let failed =
            |tries_left, because| (vec![EventKind::TotpConfirmFailed { tries_left }], TotpOutcome::Rejected(because));
        let mut changed = AccountRecord { totp: confirmed.state, ..record };
        let mut effects = Vec::new();
        let (events, reply) = match confirmed.outcome {
            ConfirmOutcome::Active { id, replaced, .. } => {
                changed.security_changed_at = Some(env.now);
                changed.tickets.void_proven_by(Proofs::TOTP);
                effects.extend(notify(&changed, Notice::FactorAdded, env));
                (vec![EventKind::TotpConfirmed { credential: id, replaced }], TotpOutcome::Accepted)
            }
            ConfirmOutcome::WrongCode { tries_left } => failed(tries_left, RejectedBecause::Wrong),
            ConfirmOutcome::Expired => failed(0, RejectedBecause::Wrong),
            ConfirmOutcome::ClockAnomaly => (Vec::new(), TotpOutcome::Rejected(RejectedBecause::ClockAnomaly)),
            ConfirmOutcome::NothingPending => (Vec::new(), TotpOutcome::NotEnrolled),
        };
        Ok(Transition { record: changed, events, effects, reply })
    }
}

impl Command for VerifyTotp {
    type Record = AccountRecord;
    type Reply = TotpOutcome;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        self.at(Door::SignIn, record, env)
    }
}

impl VerifyTotp {
    /// Decides on a code that was typed at this door.
    pub(super) fn at(
        &self,
        door: Door,
        record: AccountRecord,
        env: &Env<'_>,
    ) -> Result<Transition<AccountRecord, TotpOutcome>, Rejection> {
        if let Some(until) = record.second_factor_budget.blocked_until_at(door, env.now) {
            return Ok(Transition::unchanged(record, TotpOutcome::Blocked { until }));
        }
        let Some(active) = record.totp.active() else {
            return Ok(Transition::unchanged(record, TotpOutcome::NotEnrolled));
        };
        let secret = open_secret(active.credential(), env)?;
        let verified = totp::verify(&record.totp, &secret, &self.code, &env.settings.totp, env.now)?;
        let because = match verified.outcome {
            VerifyOutcome::Accepted { step } => return Ok(accepted(record, verified.state, step)),
            VerifyOutcome::WrongCode => RejectedBecause::Wrong,
            VerifyOutcome::Replayed => RejectedBecause::Replayed,
            // No code could have matched: there is no guess to count.
            VerifyOutcome::ClockAnomaly => {
                let reply = TotpOutcome::Rejected(RejectedBecause::ClockAnomaly);
                return Ok(Transition::unchanged(record, reply));
            }
            VerifyOutcome::NotEnrolled => return Ok(Transition::unchanged(record, TotpOutcome::NotEnrolled)),
        };
        Ok(rejected(record, because, door, env))
    }
}

impl Command for ResyncTotp {
    type Record = AccountRecord;
    type Reply = ResyncAnswer;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, Scopes::CHANGE_FACTORS, env.now)?;
        if let Some(until) = record.second_factor_budget.blocked_until_at(Door::Elsewhere, env.now) {
            return Ok(Transition::unchanged(record, ResyncAnswer::Blocked { until }));
        }
        let Some(active) = record.totp.active() else {
            return Ok(Transition::unchanged(record, ResyncAnswer::NotEnrolled));
        };
        let period_s = i64::from(active.credential().parameters().period_s());
        let secret = open_secret(active.credential(), env)?;
        let resynced = totp::resync(&record.totp, &secret, &self.first, &self.second, env.now)?;
        match resynced.outcome {
            ResyncOutcome::Resynced { step, drift_steps } => {
                let second_factor_budget = record.second_factor_budget.after_right_own_code();
                let record = AccountRecord { totp: resynced.state, second_factor_budget, ..record };
                let event = EventKind::TotpResynced { step, offset_steps: drift_steps, allowed_for: true };
                Ok(told(record, event, ResyncAnswer::Resynced { drift_steps }))
            }
            ResyncOutcome::DeviceClockOff { step, offset_steps } => {
                let record = AccountRecord { totp: resynced.state, ..record };
                let event = EventKind::TotpResynced { step, offset_steps, allowed_for: false };
                let ahead_s = i64::from(offset_steps) * period_s;
                Ok(told(record, event, ResyncAnswer::DeviceClockOff { ahead_s }))
            }
            ResyncOutcome::WrongCodes => Ok(resync_failed(record, RejectedBecause::Wrong, env)),
            ResyncOutcome::Replayed => Ok(resync_failed(record, RejectedBecause::Replayed, env)),
            // No code could have matched: there is no guess to count.
            ResyncOutcome::ClockAnomaly => {
                Ok(Transition::unchanged(record, ResyncAnswer::Rejected(RejectedBecause::ClockAnomaly)))
            }
            ResyncOutcome::NotEnrolled => Ok(Transition::unchanged(record, ResyncAnswer::NotEnrolled)),
        }
    }
}

impl Command for RevokeTotp {
    type Record = AccountRecord;
    /// Whether there was such a credential.
    type Reply = bool;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, Scopes::CHANGE_FACTORS, env.now)?;
        let revoked = totp::revoke(&record.totp, self.credential);
        if revoked.outcome == RevokeOutcome::Unknown {
            return Ok(Transition::unchanged(record, false));
        }
        let (mut record, mut events, mut effects) = (record, Vec::new(), Vec::new());
        if revoked.outcome == RevokeOutcome::Active {
            check_not_last(&record, Proofs::TOTP, env)?;
            events = require_step_up(&mut record, self.ticket, env)?;
            record.security_changed_at = Some(env.now);
            record.tickets.void_proven_by(Proofs::TOTP);
            effects.extend(notify(&record, Notice::FactorRemoved, env));
        }
        let changed = AccountRecord { totp: revoked.state, ..record };
        events.push(EventKind::TotpRevoked { credential: self.credential });
        Ok(Transition { record: changed, events, effects, reply: true })
    }
}

/// The record with a credential that waits for its confirming code, the credential's id, and until when it waits.
fn waiting(
    record: AccountRecord,
    secret: &TotpSecret,
    parameters: TotpParameters,
    env: &mut Env<'_>,
) -> Result<(AccountRecord, RandomId, Timestamp), Rejection> {
    let credential = RandomId::generate(env.rng);
    let sealed = env.keys.seal(Seat::of_totp_secret(env.owner, credential), secret.expose(), env.rng)?;
    let sealed = SealedSecret::new(sealed).map_err(|_| Rejection::Damaged)?;
    let enrolled = totp::enrol(&record.totp, credential, parameters, sealed, &env.settings.totp, env.now)?;
    Ok((AccountRecord { totp: enrolled.state, ..record }, credential, enrolled.expires_at))
}

fn accepted(record: AccountRecord, totp: TotpState, step: u64) -> Transition<AccountRecord, TotpOutcome> {
    let second_factor_budget = record.second_factor_budget.after_right_own_code();
    let record = AccountRecord { totp, second_factor_budget, ..record };
    let events = vec![EventKind::TotpAccepted { step }];
    Transition { record, events, effects: Vec::new(), reply: TotpOutcome::Accepted }
}

fn rejected(
    record: AccountRecord,
    because: RejectedBecause,
    door: Door,
    env: &Env<'_>,
) -> Transition<AccountRecord, TotpOutcome> {
    let budget = record.second_factor_budget.after_failure_at(door, &env.settings.throttle, env.now);
    let record = AccountRecord { second_factor_budget: budget, ..record };
    let events = vec![EventKind::TotpRejected { because, budget }];
    let effects = of_failures(&record, &budget, door, &env.settings.throttle, env);
    Transition { record, events, effects, reply: TotpOutcome::Rejected(because) }
}

fn told(record: AccountRecord, event: EventKind, reply: ResyncAnswer) -> Transition<AccountRecord, ResyncAnswer> {
    Transition { record, events: vec![event], effects: Vec::new(), reply }
}

/// Several wrong tries at once; none of the warnings that fall due on the way is skipped.
fn resync_failed(
    record: AccountRecord,
    because: RejectedBecause,
    env: &Env<'_>,
) -> Transition<AccountRecord, ResyncAnswer> {
    let (mut budget, mut effects) = (record.second_factor_budget, Vec::new());
    for _ in 0..RESYNC_FAILURES {
        budget = budget.after_failure_at(Door::Elsewhere, &env.settings.throttle, env.now);
        effects.extend(of_failures(&record, &budget, Door::Elsewhere, &env.settings.throttle, env));
    }
    let record = AccountRecord { second_factor_budget: budget, ..record };
    let events = vec![EventKind::TotpRejected { because, budget }];
    Transition { record, events, effects, reply: ResyncAnswer::Rejected(because) }
}

fn open_secret(credential: &TotpCredential, env: &Env<'_>) -> Result<TotpSecret, Rejection> {
    let plain = env
        .keys
        .open(Seat::of_totp_secret(env.owner, credential.id()), credential.sealed_secret().as_bytes().to_vec())?;
    // Whether a weak secret may be here was decided when it came in.
    TotpSecret::dangerous_from_weak_bytes(&plain).map_err(|_| Rejection::Damaged)
}
