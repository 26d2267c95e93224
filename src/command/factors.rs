//! TOTP on a record: enrol, confirm, verify, revoke.
//!
//! The secret lies sealed inside the sealed record, bound to the account and to its credential, and is opened only for
//! the comparison. Wrong codes charge the budget that TOTP shares with verification codes.

use super::effect::{Effect, Notice};
use super::notify::notify;
use super::step_up::{check_not_last, require_step_up};
use super::{Command, Env, Rejection, Transition, check_open};
use crate::account::seal::{Kind, Seat};
use crate::account::{AccountRecord, EventKind, Proofs, RejectedBecause};
use crate::freeze::Scopes;
use crate::totp::{
    self, ConfirmOutcome, KeyUri, RevokeOutcome, SealedSecret, TotpCredential, TotpParameters, TotpSecret,
    VerifyOutcome,
};
use crate::types::{RandomId, StoreKey, Timestamp, TypedCode};

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
    pub ticket: Option<RandomId>,
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

/// Confirms the waiting enrolment. The confirming code is spent by it.
#[derive(Clone, Debug)]
pub struct ConfirmTotp {
    /// The code as typed, read with the digits of the parameters.
    pub code: TypedCode,
}

/// Verifies a code and spends its step.
#[derive(Clone, Debug)]
pub struct VerifyTotp {
    /// The code as typed, read with the digits of the parameters.
    pub code: TypedCode,
}

/// Removes a credential.
#[derive(Clone, Copy, Debug)]
pub struct RevokeTotp {
    /// Which.
    pub credential: RandomId,
    /// A complete step-up, spent by this; an enrolment that was never confirmed goes without.
    pub ticket: Option<RandomId>,
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
        let credential = RandomId::generate(env.rng);
        let secret = TotpSecret::generate(env.rng);
        let sealed = env.keys.seal(secret_seat(env.owner, credential), secret.expose(), env.rng)?;
        let sealed = SealedSecret::new(sealed).map_err(|_| Rejection::Damaged)?;
        let key = match KeyUri::new(&self.issuer, &self.account_name, secret, self.parameters) {
            Ok(key) => key,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let enrolled = totp::enrol(&record.totp, credential, self.parameters, sealed, &env.settings.totp, env.now)?;
        let reply = Ok(EnrolledTotp { credential, key, expires_at: enrolled.expires_at });
        let mut record = record;
        let mut events = require_step_up(&mut record, self.ticket, env)?;
        events.push(EventKind::TotpEnrolled { credential });
        let record = AccountRecord { totp: enrolled.state, ..record };
        Ok(Transition { record, events, effects: Vec::new(), reply })
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
        if let Some(until) = record.second_factor_budget.blocked_until(env.now) {
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
        Ok(rejected(record, because, env))
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
            effects.extend(notify(&record, Notice::FactorRemoved, env));
        }
        let changed = AccountRecord { totp: revoked.state, ..record };
        events.push(EventKind::TotpRevoked { credential: self.credential });
        Ok(Transition { record: changed, events, effects, reply: true })
    }
}

fn accepted(record: AccountRecord, totp: totp::TotpState, step: u64) -> Transition<AccountRecord, TotpOutcome> {
    let second_factor_budget = record.second_factor_budget.after_success();
    let record = AccountRecord { totp, second_factor_budget, ..record };
    let events = vec![EventKind::TotpAccepted { step }];
    Transition { record, events, effects: Vec::new(), reply: TotpOutcome::Accepted }
}

fn rejected(record: AccountRecord, because: RejectedBecause, env: &Env<'_>) -> Transition<AccountRecord, TotpOutcome> {
    let budget = record.second_factor_budget.after_failure(&env.settings.throttle, env.now);
    let record = AccountRecord { second_factor_budget: budget, ..record };
    let events = vec![EventKind::TotpRejected { because, budget }];
    let effects = Effect::warning(&budget, &env.settings.throttle);
    Transition { record, events, effects, reply: TotpOutcome::Rejected(because) }
}

fn open_secret(credential: &TotpCredential, env: &Env<'_>) -> Result<TotpSecret, Rejection> {
    let plain =
        env.keys.open(secret_seat(env.owner, credential.id()), credential.sealed_secret().as_bytes().to_vec())?;
    TotpSecret::from_bytes(&plain).map_err(|_| Rejection::Damaged)
}

/// Binds a sealed secret to its account and, by the credential's random id, to its credential.
fn secret_seat(owner: StoreKey, credential: RandomId) -> Seat {
    let mut first = [0; 8];
    first.copy_from_slice(&credential.0[..8]);
    Seat { kind: Kind::TotpSecret, owner, version: u64::from_le_bytes(first) }
}
