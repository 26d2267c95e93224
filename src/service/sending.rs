//! Sending a code, in the one order that is safe: ask the account, charge the budgets others share, then make the code.
//!
//! Whatever happens in between, a message too many is counted and never one too few. An account that does not exist is
//! charged like any other: the budgets are asked without it.

use core::net::IpAddr;

use super::driver::{Loaded, Service};
use super::error::ServiceError;
use crate::account::SendBudgetRecord;
use crate::command::{
    ChargeSend, CodeAnswer, CodeSent, IssueCode, MayIssue, MayResend, ResendCode, SettleSend, VerifyCode,
};
use crate::store::Store;
use crate::types::time::DAY_MS;
use crate::types::{AccountId, Timestamp};
use crate::verification::budget::{ScopeKind, SendBudget, SendScope, scopes};
use crate::verification::{Destination, SendRefused, VerifyOutcome};

impl<S: Store> Service<S> {
    /// Sends a first code, within the budgets. `from` is the address that asks, as the server sees it.
    ///
    /// # Errors
    /// [`ServiceError`]: no code was made; messages may have been counted.
    pub fn send_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        code: &IssueCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, SendRefused>, ServiceError> {
        if let Err(refused) = self.execute(account, &MayIssue(code), now)? {
            return Ok(Err(refused));
        }
        match self.charge_send(&code.to, from, now)? {
            Err(refused) => Ok(Err(refused)),
            Ok(()) => self.execute(account, code, now),
        }
    }

    /// Sends another code for an open challenge, within the budgets.
    ///
    /// # Errors
    /// As [`Service::send_code`].
    pub fn resend_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        code: &ResendCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, SendRefused>, ServiceError> {
        if let Err(refused) = self.execute(account, &MayResend(code), now)? {
            return Ok(Err(refused));
        }
        match self.charge_send(&code.to, from, now)? {
            Err(refused) => Ok(Err(refused)),
            Ok(()) => self.execute(account, code, now),
        }
    }

    /// Tries a typed code that was sent to `to`, and counts for the brakes that it came back.
    ///
    /// # Errors
    /// [`ServiceError`]: the code counts as not accepted.
    pub fn verify_code(
        &self,
        account: &AccountId,
        to: &Destination,
        code: &VerifyCode,
        now: Timestamp,
    ) -> Result<CodeAnswer, ServiceError> {
        let answer = self.execute(account, code, now)?;
        if answer == CodeAnswer::Tried(VerifyOutcome::Accepted) {
            // The code is spent: a fault here must not turn the answer. It costs the ratio one code, towards the brake.
            let _ = self.settle_send(to, now);
        }
        Ok(answer)
    }

    /// Charges one message to every scope it is counted for, most specific first; the first refusal ends it. Nothing is
    /// given back.
    ///
    /// # Errors
    /// [`ServiceError`]: nothing may be sent.
    pub fn charge_send(
        &self,
        to: &Destination,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Result<(), SendRefused>, ServiceError> {
        let planned = match scopes(to, from, self.spread(to), &self.settings().sending) {
            Ok(planned) => planned,
            Err(why) => return Ok(Err(SendRefused::OverBudget { scope: ScopeKind::Destination, why })),
        };
        for scope in planned {
            let carried = self.carried(&scope, now)?;
            let charge = ChargeSend { to: to.calling_prefix(), carried: carried.as_ref() };
            if let Err(why) = self.execute_on_scope(&scope, day(now), &charge, now)? {
                return Ok(Err(SendRefused::OverBudget { scope: scope.kind(), why }));
            }
        }
        Ok(Ok(()))
    }

    /// Counts that a code sent to `to` was typed back.
    ///
    /// # Errors
    /// [`ServiceError`]: the code was not counted, which the brakes take for a pumped one.
    pub fn settle_send(&self, to: &Destination, now: Timestamp) -> Result<(), ServiceError> {
        for scope in SendScope::settled(to, self.spread(to), &self.settings().sending) {
            let carried = self.carried(&scope, now)?;
            self.execute_on_scope(&scope, day(now), &SettleSend { carried: carried.as_ref() }, now)?;
        }
        Ok(())
    }

    /// Which cell of a scope that is spread over several: keyed, so that nobody can aim at one.
    fn spread(&self, to: &Destination) -> u8 {
        self.keyring().scope_key(&SendScope::destination(to), 0).0[0]
    }

    /// What the day's first charge goes on from.
    fn carried(&self, scope: &SendScope, now: Timestamp) -> Result<Option<SendBudget>, ServiceError> {
        let today: Loaded<SendBudgetRecord> = self.load(self.keyring().scope_key(scope, day(now)))?;
        let Some(yesterday) = day(now).checked_sub(1).filter(|_| today.version.is_none()) else {
            return Ok(None);
        };
        let before: Loaded<SendBudgetRecord> = self.load(self.keyring().scope_key(scope, yesterday))?;
        Ok(before.version.map(|_| before.record.budget))
    }
}

/// The UTC day, numbered from 1970-01-01.
fn day(now: Timestamp) -> u32 {
    u32::try_from(now.ms_since(Timestamp::MIN) / DAY_MS).unwrap_or(u32::MAX)
}
