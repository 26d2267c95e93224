//! Recovery codes on a record: draw new ones, spend one.
//!
//! A try is admitted by the budget that TOTP and verification codes charge, too: whoever loses the authenticator gets
//! no second purse of guesses. The tags name the key they were made with, so a rotated ring judges old codes for as
//! long as it holds that key; a ring without it says so, and counts nothing.

use super::delicate::require_step_up;
use super::effect::Notice;
use super::notify::{notify, of_failures, to_app};
use super::{Command, Env, Rejection, Transition, check_open};
use crate::account::{AccountRecord, Door, EventKind, Proofs, RejectedBecause, TicketId};
use crate::freeze::Scopes;
use crate::totp::{self, RecoveryCode, RecoveryKey, RecoveryOutcome, RecoverySet};
use crate::types::{KeyId, RandomId, Timestamp};

/// Draws new recovery codes; every older one is void from then on.
#[derive(Clone, Copy, Debug)]
pub struct GenerateRecoveryCodes {
    /// A complete step-up, where the account can prove something already; spent by this.
    pub ticket: Option<TicketId>,
}

/// New recovery codes, to be shown once. This library does not give them out again.
#[derive(Debug)]
pub struct NewRecoveryCodes {
    /// How often codes were drawn by now.
    pub generation: u32,
    /// The codes, each wiped on drop and redacted in `Debug`.
    pub codes: Vec<RecoveryCode>,
}

/// Tries a recovery code. A wrong one counts like one typed at a sign-in.
#[derive(Clone, Debug)]
pub struct SpendRecoveryCode {
    /// The code as typed.
    pub code: RecoveryCode,
    /// Names the sign-in it is to open: drawn once for each, so that one sign-in spends at most one code.
    pub sign_in: RandomId,
}

/// What came of a recovery code. The customer is told `Accepted` or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryAnswer {
    /// Right, and spent.
    Accepted {
        /// Codes left.
        left: u8,
    },
    /// Not accepted; why is for audit only.
    Rejected(RejectedBecause),
    /// Not looked at: too many wrong tries before.
    Blocked {
        /// First moment at which a try is looked at again; [`Timestamp::MAX`] = only staff can help.
        until: Timestamp,
    },
    /// Not looked at: this sign-in has spent a code already.
    SecondOfSignIn,
    /// The account has no recovery codes.
    NoCodes,
}

impl Command for GenerateRecoveryCodes {
    type Record = AccountRecord;
    type Reply = NewRecoveryCodes;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, Scopes::CHANGE_FACTORS, env.now)?;
        let mut record = record;
        let mut events = require_step_up(&mut record, self.ticket, env)?;
        let (account, key) = (env.account()?, recovery_key(env, env.keys.current())?);
        let generated = totp::generate_recovery_codes(&record.recovery, account, &key, env.rng, env.now)?;
        let generation = generated.set.generation();
        record.tickets.void_proven_by(Proofs::RECOVERY);
        let record = AccountRecord { recovery: generated.set, security_changed_at: Some(env.now), ..record };
        events.push(EventKind::RecoveryCodesIssued { generation });
        let effects = notify(&record, Notice::RecoveryCodesIssued, env);
        Ok(Transition { record, events, effects, reply: NewRecoveryCodes { generation, codes: generated.codes } })
    }
}

impl Command for SpendRecoveryCode {
    type Record = AccountRecord;
    type Reply = RecoveryAnswer;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        self.at(Door::SignIn, record, env)
    }
}

impl SpendRecoveryCode {
    /// Decides on a code that was typed at this door.
    pub(super) fn at(
        &self,
        door: Door,
        record: AccountRecord,
        env: &Env<'_>,
    ) -> Result<Transition<AccountRecord, RecoveryAnswer>, Rejection> {
        if let Some(until) = record.second_factor_budget.blocked_until_at(door, env.now) {
            return Ok(Transition::unchanged(record, RecoveryAnswer::Blocked { until }));
        }
        let Some(key_id) = record.recovery.key_id() else {
            return Ok(Transition::unchanged(record, RecoveryAnswer::NoCodes));
        };
        let (account, key) = (env.account()?, recovery_key(env, key_id)?);
        let spent = totp::spend_recovery_code(&record.recovery, account, &key, &self.code, self.sign_in, env.now)?;
        let because = match spent.outcome {
            RecoveryOutcome::Accepted { left } => return Ok(self.accepted(record, spent.set, left, env)),
            RecoveryOutcome::WrongCode => RejectedBecause::Wrong,
            RecoveryOutcome::AlreadySpent => RejectedBecause::Replayed,
            // Nothing was compared: there is no guess to count.
            RecoveryOutcome::SecondOfSignIn => {
                return Ok(Transition::unchanged(record, RecoveryAnswer::SecondOfSignIn));
            }
            RecoveryOutcome::NoCodes => return Ok(Transition::unchanged(record, RecoveryAnswer::NoCodes)),
        };
        Ok(rejected(record, because, door, env))
    }

    /// The owner hears of every spent code: whoever found the sheet of paper must not be alone with it.
    fn accepted(
        &self,
        record: AccountRecord,
        recovery: RecoverySet,
        left: usize,
        env: &Env<'_>,
    ) -> Transition<AccountRecord, RecoveryAnswer> {
        let left = u8::try_from(left).unwrap_or(u8::MAX);
        let mut effects = notify(&record, Notice::RecoveryCodeSpent { left }, env);
        if recovery.is_low() {
            effects.push(to_app(Notice::RecoveryCodesLow { left }));
        }
        let generation = recovery.generation();
        let events = vec![EventKind::RecoveryCodeSpent { generation, left, sign_in: self.sign_in }];
        let second_factor_budget = record.second_factor_budget.after_right_own_code();
        let record = AccountRecord { recovery, second_factor_budget, ..record };
        Transition { record, events, effects, reply: RecoveryAnswer::Accepted { left } }
    }
}

fn rejected(
    record: AccountRecord,
    because: RejectedBecause,
    door: Door,
    env: &Env<'_>,
) -> Transition<AccountRecord, RecoveryAnswer> {
    let budget = record.second_factor_budget.after_failure_at(door, &env.settings.throttle, env.now);
    let record = AccountRecord { second_factor_budget: budget, ..record };
    let events = vec![EventKind::RecoveryCodeRejected { because, budget }];
    let effects = of_failures(&record, &budget, door, &env.settings.throttle, env);
    Transition { record, events, effects, reply: RecoveryAnswer::Rejected(because) }
}

/// # Errors
/// [`Rejection::Key`] when the ring no longer holds it: a fault, so nothing is counted and nothing opens.
fn recovery_key(env: &Env<'_>, id: KeyId) -> Result<RecoveryKey, Rejection> {
    Ok(RecoveryKey::new(id, &env.keys.get(id)?.recovery)?)
}
