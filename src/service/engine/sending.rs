//! Sending a code, in the one order that is safe: ask the account, charge the budgets others share, then make the code.
//!
//! Whatever happens in between, a message too many is counted and never one too few. An account that does not exist is
//! charged like any other: the budgets are asked without it.

use core::net::IpAddr;

use super::{Engine, Loaded};
use crate::account::SendBudgetRecord;
use crate::command::{
    ChargeSend, CodeAnswer, CodeSent, IssueCode, MayIssue, MayResend, ResendCode, SettleSend, VerifyCode,
};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::time::DAY_MS;
use crate::types::{AccountId, Timestamp};
use crate::verification::budget::{ScopeKind, SendBudget, SendScope, scopes};
use crate::verification::{Destination, SendRefused, VerifyOutcome};

impl<W: World> Engine<W> {
    pub(in crate::service) async fn send_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        code: &IssueCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, SendRefused>, ServiceError> {
        if let Err(refused) = self.execute(account, &MayIssue(code), now).await? {
            return Ok(Err(refused));
        }
        match self.charge_send(&code.to, from, now).await? {
            Err(refused) => Ok(Err(refused)),
            Ok(()) => self.execute(account, code, now).await,
        }
    }

    pub(in crate::service) async fn resend_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        code: &ResendCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, SendRefused>, ServiceError> {
        if let Err(refused) = self.execute(account, &MayResend(code), now).await? {
            return Ok(Err(refused));
        }
        match self.charge_send(&code.to, from, now).await? {
            Err(refused) => Ok(Err(refused)),
            Ok(()) => self.execute(account, code, now).await,
        }
    }

    pub(in crate::service) async fn verify_code(
        &self,
        account: &AccountId,
        to: &Destination,
        code: &VerifyCode,
        now: Timestamp,
    ) -> Result<CodeAnswer, ServiceError> {
        let answer = self.execute(account, code, now).await?;
        if answer == CodeAnswer::Tried(VerifyOutcome::Accepted) {
            // The code is spent: a fault here must not turn the answer. It costs the ratio one code, towards the brake.
            let _ = self.settle_send(to, now).await;
        }
        Ok(answer)
    }

    pub(in crate::service) async fn charge_send(
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
            let carried = self.carried(&scope, now).await?;
            let charge = ChargeSend { to: to.calling_prefix(), carried: carried.as_ref() };
            if let Err(why) = self.execute_on_scope(&scope, day(now), &charge, now).await? {
                return Ok(Err(SendRefused::OverBudget { scope: scope.kind(), why }));
            }
        }
        Ok(Ok(()))
    }

    pub(in crate::service) async fn settle_send(&self, to: &Destination, now: Timestamp) -> Result<(), ServiceError> {
        for scope in SendScope::settled(to, self.spread(to), &self.settings().sending) {
            let carried = self.carried(&scope, now).await?;
            self.execute_on_scope(&scope, day(now), &SettleSend { carried: carried.as_ref() }, now).await?;
        }
        Ok(())
    }

    /// Which cell of a scope that is spread over several: keyed, so that nobody can aim at one.
    fn spread(&self, to: &Destination) -> u8 {
        self.keys.scope_key(&SendScope::destination(to), 0).0[0]
    }

    /// What the day's first charge goes on from.
    async fn carried(&self, scope: &SendScope, now: Timestamp) -> Result<Option<SendBudget>, ServiceError> {
        let today: Loaded<SendBudgetRecord> = self.load(self.keys.scope_key(scope, day(now))).await?;
        let Some(yesterday) = day(now).checked_sub(1).filter(|_| today.version.is_none()) else {
            return Ok(None);
        };
        let before: Loaded<SendBudgetRecord> = self.load(self.keys.scope_key(scope, yesterday)).await?;
        Ok(before.version.map(|_| before.record.budget))
    }
}

/// The UTC day, numbered from 1970-01-01.
fn day(now: Timestamp) -> u32 {
    u32::try_from(now.ms_since(Timestamp::MIN) / DAY_MS).unwrap_or(u32::MAX)
}
