//! What the support desk and its batches do: locks, reports, pending payments, keys.

use std::ffi::c_char;

use super::gate;
use super::identity::{account_security_identity, identity_of};
use super::input::{account_security_text, flag, sized};
use super::owned::{self, Keep};
use super::payments::{account_security_causes, causes_of};
use super::result::{Fault, account_security_result};
use super::security::account_security;
use crate::ffi::shell::{ClearAnswer, ReportAnswer, ReportInput, RotationAnswer, RotationFault, SettleAnswer};

/// Settle it, once: a freeze that lands later wins over this answer.
pub const ACCOUNT_SECURITY_SETTLE_FINISH: i32 = 1;
/// Not now: `freeze` and `causes`. Ask again when a freeze of the account was lifted or ended.
pub const ACCOUNT_SECURITY_SETTLE_HOLD: i32 = 2;
/// No such payment was judged for this account: hold it.
pub const ACCOUNT_SECURITY_SETTLE_UNKNOWN: i32 = 3;

/// Whether a payment that was judged and is not settled yet may settle now. Owned by the library until
/// `account_security_settle_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_settle_answer {
    /// `ACCOUNT_SECURITY_SETTLE_...`.
    pub kind: i32,
    /// HOLD: the first freeze that holds it; NULL where the cooling-off after a lift does, and else. Not for the customer: it may
    /// be one that must not be told of.
    pub freeze: *const c_char,
    /// HOLD: why, as the customer may know it; else NULL. Part of this answer: do not free it.
    pub causes: *const account_security_causes,
}

/// A lock was cleared: the wrong tries are forgotten.
pub const ACCOUNT_SECURITY_CLEAR_CLEARED: i32 = 1;
/// A lock was not cleared: there was nothing to forget.
pub const ACCOUNT_SECURITY_CLEAR_NOTHING_TO_CLEAR: i32 = 2;
/// A lock was not cleared: the check did not show the owner, and the failed check is on record.
pub const ACCOUNT_SECURITY_CLEAR_IDENTITY_NOT_PROVEN: i32 = 3;

/// What a customer reports as lost or not authorised.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_report {
    /// `sizeof(account_security_report)`; `ACCOUNT_SECURITY_REPORT_INIT` sets it.
    pub struct_size: usize,
    /// `device-lost` or `unauthorised`.
    pub kind: account_security_text,
    /// Who takes it down: the owner in the app, or an agent.
    pub actor: account_security_text,
    /// The payment it is about; `data` NULL = about none.
    pub tx_id: account_security_text,
    /// When the customer told it, where `has_reported_at` is 1; else now. Liability hangs on it.
    pub reported_at_ms: i64,
    /// When the customer learned of it, where `has_learned_at` is 1; else nobody said, which counts as the time of the report.
    pub learned_at_ms: i64,
    /// 1: `reported_at_ms` is set. Else 0.
    pub has_reported_at: i32,
    /// 1: `learned_at_ms` is set. Else 0.
    pub has_learned_at: i32,
}

/// A report is on record: `id`, `already`. It freezes nothing: offer that beside it.
pub const ACCOUNT_SECURITY_REPORT_TAKEN: i32 = 1;
/// A report is closed; its times stay in the audit trail.
pub const ACCOUNT_SECURITY_REPORT_CLOSED: i32 = 2;
/// No; nothing changed: `code`, `what`.
pub const ACCOUNT_SECURITY_REPORT_REFUSED: i32 = 3;

/// What came of a report, or of closing one. Owned by the library until `account_security_report_answer_free`; any thread may
/// read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_report_answer {
    /// `ACCOUNT_SECURITY_REPORT_...`.
    pub kind: i32,
    /// TAKEN: 1 where the same was on record before.
    pub already: i32,
    /// TAKEN: its name, for closing it; else NULL.
    pub id: *const c_char,
    /// REFUSED: the stable number of the reason, 801 to 899.
    pub code: i32,
    /// REFUSED: what to do, for staff; else NULL.
    pub what: *const c_char,
}

/// A cell that was left under its old key.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_rotation_fault {
    /// Under which name the store keeps it.
    pub key: *const c_char,
    /// The stable number of the fault, a result code.
    pub code: account_security_result,
    /// Why, for operators. Holds no secret.
    pub what: *const c_char,
}

/// What one page of a rotation did. Owned by the library until `account_security_rotation_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_rotation_answer {
    /// Cells looked at.
    pub looked_at: u64,
    /// Cells sealed anew.
    pub resealed: u64,
    /// Cells that were left as they are.
    pub faults: *const *const account_security_rotation_fault,
    /// How many.
    pub faults_count: usize,
    /// The numbers of the keys that cells of this page need now, lowest first. When a whole walk names an old key no more, and no
    /// message waits that needs it, the key may go.
    pub keys_needed: *const u32,
    /// How many.
    pub keys_needed_count: usize,
    /// Goes into the next call; NULL = there was none left.
    pub last: *const c_char,
}

/// Asks whether a payment that was judged and is not settled yet may settle now. One that was held or asked for a step-up counts
/// as accepted by nobody knows when, so that no freeze lets it by.
///
/// `answer` receives an answer to be freed with `account_security_settle_answer_free`. Errors: hold it.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_settle_pending(
    security: *const account_security,
    account: account_security_text,
    tx_id: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_settle_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, tx_id) = (account.required("account")?, tx_id.required("tx_id")?);
            Ok(settle_answer(security.settle_pending(account, tx_id, locale.required("locale")?)?))
        })
    }
}

/// Forgets the wrong tries of one kind of proof, a hard lock included, after an identity check. `proof` is `password` or
/// `second-factor`; `as_authority` is the authority of `actor`, at least `agent`.
///
/// `answer` receives `ACCOUNT_SECURITY_CLEAR_...`; 0 on failure, which is none of them. Errors: the lock stands.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_clear_lockout(
    security: *const account_security,
    account: account_security_text,
    proof: account_security_text,
    actor: account_security_text,
    as_authority: account_security_text,
    identity: *const account_security_identity,
    answer: *mut i32,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let identity = identity_of(identity)?;
            let (account, proof) = (account.required("account")?, proof.required("proof")?);
            let (actor, authority) = (actor.required("actor")?, as_authority.required("as_authority")?);
            Ok(match security.clear_lockout(account, proof, actor, authority, &identity)? {
                ClearAnswer::Cleared => ACCOUNT_SECURITY_CLEAR_CLEARED,
                ClearAnswer::NothingToClear => ACCOUNT_SECURITY_CLEAR_NOTHING_TO_CLEAR,
                ClearAnswer::IdentityNotProven => ACCOUNT_SECURITY_CLEAR_IDENTITY_NOT_PROVEN,
            })
        })
    }
}

/// Takes down what a customer reports as lost or not authorised. Telling the same again is the same report. It freezes nothing.
///
/// `answer` receives an answer to be freed with `account_security_report_answer_free`. Errors: nothing is on record.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_report_unauthorised(
    security: *const account_security,
    account: account_security_text,
    report: *const account_security_report,
    answer: *mut *const account_security_report_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let report = report_of(report)?;
            Ok(report_answer(security.report_unauthorised(account.required("account")?, &report)?))
        })
    }
}

/// Closes a report. `outcome` is `confirmed`, `not-confirmed` or `withdrawn`; `as_authority` is the authority of `actor`, at least
/// `agent`.
///
/// `answer` receives an answer to be freed with `account_security_report_answer_free`. Errors: it stays open.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_close_report(
    security: *const account_security,
    account: account_security_text,
    report: account_security_text,
    outcome: account_security_text,
    actor: account_security_text,
    as_authority: account_security_text,
    answer: *mut *const account_security_report_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, report) = (account.required("account")?, report.required("report")?);
            let (outcome, actor) = (outcome.required("outcome")?, actor.required("actor")?);
            let authority = as_authority.required("as_authority")?;
            Ok(report_answer(security.close_report(account, report, outcome, actor, authority)?))
        })
    }
}

/// Tells the owner of freezes that ended by themselves, each once.
///
/// `count` receives how many ended since the last look, `next_end_ms` when to look again: 0 = no freeze has an end. Errors:
/// nobody was told; ask again.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_tell_freezes_ended(
    security: *const account_security,
    account: account_security_text,
    count: *mut u32,
    next_end_ms: *mut i64,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, (count, next_end_ms), |security| {
            let ended = security.tell_freezes_ended(account.required("account")?)?;
            Ok((ended.count, ended.next_end_ms.unwrap_or(0)))
        })
    }
}

/// Seals up to `limit` cells behind `after` anew that are not under the current key, at most 1024. Begin with no text (`data`
/// NULL), go on with the answer's `last`, today or tomorrow; accounts may be used meanwhile.
///
/// `answer` receives an answer to be freed with `account_security_rotation_answer_free`. Errors: of the store, which end the walk;
/// what is wrong with one cell is in the answer.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_rotate_keys(
    security: *const account_security,
    after: account_security_text,
    limit: u32,
    answer: *mut *const account_security_rotation_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let page = security.rotate_keys(after.optional("after")?, limit)?;
            Ok(owned::answer(|keep| rotation_of(page, keep)))
        })
    }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_settle_answer_free(answer: *mut *const account_security_settle_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_report_answer_free(answer: *mut *const account_security_report_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_rotation_answer_free(answer: *mut *const account_security_rotation_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// # Safety
/// `report` is NULL or valid, with its texts.
unsafe fn report_of(report: *const account_security_report) -> Result<ReportInput, Fault> {
    // SAFETY: passed on.
    unsafe {
        let given = sized(report, "report")?;
        Ok(ReportInput {
            kind: given.kind.owned("kind")?,
            actor: given.actor.owned("actor")?,
            tx_id: given.tx_id.optional_owned("tx_id")?,
            reported_at_ms: flag(given.has_reported_at, "has_reported_at")?.then_some(given.reported_at_ms),
            learned_at_ms: flag(given.has_learned_at, "has_learned_at")?.then_some(given.learned_at_ms),
        })
    }
}

fn settle_answer(answer: SettleAnswer) -> *const account_security_settle_answer {
    let plain = |kind| account_security_settle_answer { kind, freeze: std::ptr::null(), causes: std::ptr::null() };
    owned::answer(|keep| match answer {
        SettleAnswer::Finish => plain(ACCOUNT_SECURITY_SETTLE_FINISH),
        SettleAnswer::Unknown => plain(ACCOUNT_SECURITY_SETTLE_UNKNOWN),
        SettleAnswer::Hold { freeze, causes } => {
            let causes = causes_of(causes, keep);
            account_security_settle_answer {
                freeze: keep.optional(freeze),
                causes: keep.one(causes),
                ..plain(ACCOUNT_SECURITY_SETTLE_HOLD)
            }
        }
    })
}

fn report_answer(answer: ReportAnswer) -> *const account_security_report_answer {
    let plain = |kind| account_security_report_answer {
        kind,
        already: 0,
        id: std::ptr::null(),
        code: 0,
        what: std::ptr::null(),
    };
    owned::answer(|keep| match answer {
        ReportAnswer::Taken { id, already } => account_security_report_answer {
            id: keep.text(id),
            already: i32::from(already),
            ..plain(ACCOUNT_SECURITY_REPORT_TAKEN)
        },
        ReportAnswer::Closed => plain(ACCOUNT_SECURITY_REPORT_CLOSED),
        ReportAnswer::Refused { code, what } => account_security_report_answer {
            code: i32::from(code),
            what: keep.text(what),
            ..plain(ACCOUNT_SECURITY_REPORT_REFUSED)
        },
    })
}

fn rotation_of(page: RotationAnswer, keep: &mut Keep) -> account_security_rotation_answer {
    let faults: Vec<_> = page.faults.into_iter().map(|fault| fault_of(fault, keep)).collect();
    account_security_rotation_answer {
        looked_at: page.looked_at,
        resealed: page.resealed,
        faults_count: faults.len(),
        faults: keep.list(faults),
        keys_needed_count: page.keys_needed.len(),
        keys_needed: keep.numbers(page.keys_needed),
        last: keep.optional(page.last),
    }
}

fn fault_of(fault: RotationFault, keep: &mut Keep) -> account_security_rotation_fault {
    account_security_rotation_fault {
        key: keep.text(fault.key),
        code: i32::from(fault.code),
        what: keep.text(fault.what),
    }
}
