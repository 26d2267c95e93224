//! What the support desk and its batches do: locks, reports, pending payments, keys.

use super::error::ShellError;
use super::freezes::authority;
use super::identity::{IdentityInput, checked};
use super::parse;
use super::payments::CauseLine;
use super::security::Security;
use crate::account::{Proof, ReportKind, ReportOutcome};
use crate::command::{ClearLockout, CloseReport, LockoutCleared, ReportRefused, ReportTaken, ReportUnauthorised};
use crate::freeze::{Actor, PendingAnswer};
use crate::types::{RandomId, StoreKey, Timestamp};

/// Whether a payment that was judged and is not settled yet may settle now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum SettleAnswer {
    /// Settle it, once: a freeze that lands later wins over this answer.
    Finish,
    /// Not now. Ask again when a freeze of the account was lifted or ended.
    Hold {
        /// The first freeze that holds it; absent = the cooling-off after a lift does. Not for the customer: it may be one that
        /// must not be told of.
        freeze: Option<String>,
        /// Why, as the customer may know it.
        causes: Vec<CauseLine>,
    },
    /// No such payment was judged for this account: hold it.
    Unknown,
}

/// What came of clearing a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[repr(u8)]
pub enum ClearAnswer {
    /// The wrong tries are forgotten.
    Cleared = 1,
    /// There was nothing to forget.
    NothingToClear = 2,
    /// The check did not show the owner: the lock stands, and the failed check is on record.
    IdentityNotProven = 3,
}

/// What a customer reports as lost or not authorised.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ReportInput {
    /// `device-lost` or `unauthorised`.
    pub kind: String,
    /// Who takes it down: the owner in the app, or an agent.
    pub actor: String,
    /// When the customer told it; absent = now. Liability hangs on it.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub reported_at_ms: Option<i64>,
    /// When the customer learned of it; absent = nobody said, which counts as the time of the report.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub learned_at_ms: Option<i64>,
    /// The payment it is about, if it is about one.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub tx_id: Option<String>,
}

/// What came of a report, or of closing one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ReportAnswer {
    /// It is on record. It freezes nothing: offer that beside it.
    Taken {
        /// Its name, for closing it.
        id: String,
        /// Whether the same was on record before.
        already: bool,
    },
    /// It is closed; its times stay in the audit trail.
    Closed,
    /// No; nothing changed.
    Refused {
        /// The stable number of the reason, 801 to 899.
        code: u16,
        /// What to do, for staff.
        what: String,
    },
}

/// How many freezes ended by themselves, and when to look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FreezesEndedAnswer {
    /// How many ended since the last look; the owner is told of each that may be told.
    pub count: u32,
    /// When to look again; absent = no freeze has an end.
    pub next_end_ms: Option<i64>,
}

/// A cell that was left under its old key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RotationFault {
    /// Under which name the store keeps it.
    pub key: String,
    /// The stable number of the fault.
    pub code: u16,
    /// Why, for operators. Holds no secret.
    pub what: String,
}

/// What one page of a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RotationAnswer {
    /// Cells looked at.
    pub looked_at: u64,
    /// Cells sealed anew.
    pub resealed: u64,
    /// Cells that were left as they are.
    pub faults: Vec<RotationFault>,
    /// The numbers of the keys that cells of this page need now, lowest first. When a whole walk names an old key no more, and
    /// no message waits that needs it, the key may go.
    pub keys_needed: Vec<u32>,
    /// Goes into the next call; absent = there was none left.
    pub last: Option<String>,
}

impl Security {
    /// Asks whether a payment that was judged here and is not settled yet may settle now. One that was held or asked for a
    /// step-up counts as accepted by nobody knows when, so that no freeze lets it by.
    ///
    /// # Errors
    /// [`ShellError`]: hold it.
    pub fn settle_pending(&self, account: &str, tx_id: &str, locale: &str) -> Result<SettleAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        Ok(match self.service.settle_pending(&owner, parse::tx_id("tx_id", tx_id)?, now)? {
            None => SettleAnswer::Unknown,
            Some(PendingAnswer::Finish) => SettleAnswer::Finish,
            Some(PendingAnswer::Hold { causes, freeze }) => {
                SettleAnswer::Hold { freeze: freeze.map(|id| id.to_string()), causes: self.causes(&causes, locale) }
            }
        })
    }

    /// Forgets the wrong tries of one kind of proof, a hard lock included, after an identity check. `proof` is `password` or
    /// `second-factor`.
    ///
    /// # Errors
    /// [`ShellError`]; the lock stands. [`ShellError::Denied`] with the reason `not_authorised` below the authority `agent`.
    pub fn clear_lockout(
        &self,
        account: &str,
        proof: &str,
        actor: &str,
        as_authority: &str,
        identity: &IdentityInput,
    ) -> Result<ClearAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let clear = ClearLockout {
            proof: Proof::parse(proof).ok_or_else(|| ShellError::invalid("proof", "password or second-factor"))?,
            by: Actor::staff(parse::actor(actor)?, authority("as_authority", as_authority)?),
            identity: checked(identity)?,
        };
        Ok(match self.service.execute(&owner, &clear, now)? {
            LockoutCleared::Cleared => ClearAnswer::Cleared,
            LockoutCleared::NothingToClear => ClearAnswer::NothingToClear,
            LockoutCleared::IdentityNotProven => ClearAnswer::IdentityNotProven,
        })
    }

    /// Takes down what a customer reports as lost or not authorised. Telling the same again is the same report. It freezes
    /// nothing.
    ///
    /// # Errors
    /// [`ShellError`]; nothing is on record.
    pub fn report_unauthorised(&self, account: &str, report: &ReportInput) -> Result<ReportAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let kind = ReportKind::parse(&report.kind);
        let reported_at = moment("reported_at_ms", report.reported_at_ms)?.unwrap_or(now);
        let taken = ReportUnauthorised {
            kind: kind.ok_or_else(|| ShellError::invalid("kind", "device-lost or unauthorised"))?,
            reported_at,
            learned_at: moment("learned_at_ms", report.learned_at_ms)?.unwrap_or(reported_at),
            tx_id: report.tx_id.as_deref().map(|tx_id| parse::tx_id("tx_id", tx_id)).transpose()?,
            by: parse::actor(&report.actor)?,
        };
        let taken = self.service.execute(&owner, &taken, now)?;
        Ok(taken
            .map_or_else(refused, |ReportTaken { id, already }| ReportAnswer::Taken { id: id.to_string(), already }))
    }

    /// Closes a report. `outcome` is `confirmed`, `not-confirmed` or `withdrawn`.
    ///
    /// # Errors
    /// [`ShellError`]; it stays open. As [`Security::clear_lockout`] below the authority `agent`.
    pub fn close_report(
        &self,
        account: &str,
        report: &str,
        outcome: &str,
        actor: &str,
        as_authority: &str,
    ) -> Result<ReportAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let close = CloseReport {
            report: parse::id("report", report)?,
            outcome: ReportOutcome::parse(outcome)
                .ok_or_else(|| ShellError::invalid("outcome", "confirmed, not-confirmed or withdrawn"))?,
            by: Actor::staff(parse::actor(actor)?, authority("as_authority", as_authority)?),
        };
        let closed = self.service.execute(&owner, &close, now)?;
        Ok(closed.map_or_else(refused, |()| ReportAnswer::Closed))
    }

    /// Tells the owner of freezes that ended by themselves, each once, and says when to look again.
    ///
    /// # Errors
    /// [`ShellError`]; nobody was told, ask again.
    pub fn tell_freezes_ended(&self, account: &str) -> Result<FreezesEndedAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let ended = self.service.tell_freezes_ended(&owner, now)?;
        Ok(FreezesEndedAnswer {
            count: u32::try_from(ended.count).unwrap_or(u32::MAX),
            next_end_ms: ended.next_end.map(Timestamp::unix_ms),
        })
    }

    /// Seals up to `limit` cells behind `after` anew that are not under the current key, at most 1,024. Begin with `None`, go on
    /// with the answer's `last`, today or tomorrow; accounts may be used meanwhile.
    ///
    /// # Errors
    /// [`ShellError`] of the store, which ends the walk; what is wrong with one cell is in the answer.
    pub fn rotate_keys(&self, after: Option<&str>, limit: u32) -> Result<RotationAnswer, ShellError> {
        let after = after.map(|key| parse::id::<RandomId>("after", key)).transpose()?.map(|key| StoreKey(key.0));
        let page = self.service.rotate_keys(after, usize::try_from(limit).unwrap_or(usize::MAX))?;
        let fault = |(key, error): (StoreKey, crate::service::ServiceError)| RotationFault {
            key: key.to_string(),
            code: error.code(),
            what: error.to_string(),
        };
        Ok(RotationAnswer {
            looked_at: page.looked_at,
            resealed: page.resealed,
            faults: page.faults.into_iter().map(fault).collect(),
            keys_needed: page.needed.iter().map(|(key, _)| key.0).collect(),
            last: page.last.map(|key| key.to_string()),
        })
    }
}

fn moment(field: &str, unix_ms: Option<i64>) -> Result<Option<Timestamp>, ShellError> {
    unix_ms.map(|unix_ms| parse::time(field, unix_ms)).transpose()
}

fn refused(refused: ReportRefused) -> ReportAnswer {
    ReportAnswer::Refused { code: refused.code(), what: refused.to_string() }
}
