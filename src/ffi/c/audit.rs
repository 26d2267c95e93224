//! What happened, whether it can be believed, and what waits to be sent.

use std::ffi::c_char;

use super::gate;
use super::input::{ACCOUNT_SECURITY_INPUT_COUNT_MAX, account_security_text, account_security_texts};
use super::owned::{self, Keep};
use super::result::account_security_result;
use super::security::account_security;
use crate::ffi::shell::{HistoryLine, Message, VerdictAnswer};

/// Every event is there and as it was written: `events`.
pub const ACCOUNT_SECURITY_VERDICT_INTACT: i32 = 1;
/// An event was changed, added, moved or taken out: `seq` is the first place that is wrong.
pub const ACCOUNT_SECURITY_VERDICT_ALTERED: i32 = 2;
/// The end of the chain is gone: `have` and `want`.
pub const ACCOUNT_SECURITY_VERDICT_TRUNCATED: i32 = 3;
/// Keys or record are missing or damaged: `why`.
pub const ACCOUNT_SECURITY_VERDICT_CANNOT_TELL: i32 = 4;

/// One event of an account.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_event {
    /// 1 for the first.
    pub seq: u64,
    /// When it was decided.
    pub at_ms: i64,
    /// The stable number of its kind.
    pub number: i32,
    /// The stable name of its kind, as in exports, e.g. `FreezePlaced`. Names may be added.
    pub name: *const c_char,
    /// The freeze it is about; NULL = about none. So with the next ones.
    pub freeze: *const c_char,
    /// The change of a contact it is about.
    pub change: *const c_char,
    /// The authenticator it is about.
    pub credential: *const c_char,
    /// The device it is about, 32 hexadecimal digits.
    pub device: *const c_char,
    /// The report of a loss it is about.
    pub report: *const c_char,
}

/// Events, oldest first. Owned by the library until `account_security_history_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_history_answer {
    /// The events.
    pub items: *const *const account_security_event,
    /// How many.
    pub count: usize,
}

/// Whether an audit chain is whole. Owned by the library until `account_security_verdict_free`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_verdict {
    /// `ACCOUNT_SECURITY_VERDICT_...`.
    pub kind: i32,
    /// INTACT: how many.
    pub events: u64,
    /// ALTERED: the first place that is wrong.
    pub seq: u64,
    /// TRUNCATED: events found.
    pub have: u64,
    /// TRUNCATED: events the record counts.
    pub want: u64,
    /// CANNOT_TELL: what is missing; else NULL.
    pub why: *const c_char,
}

/// A message that waits to be sent.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_message {
    /// Goes into `account_security_delivered`; the receiver drops what it saw before. Its first 32 digits are
    /// `account_security_account_key` of the account it is about.
    pub id: *const c_char,
    /// What to do with it. `sms`, `voice`, `email`: send it. `notice`: show it in the app. `pending_payments`: for whatever
    /// settles payments, never for the customer. `send_brake`: tell an operator. `unreadable`: it does not open any more, tell
    /// an operator. Others may be added: tell an operator.
    pub what: *const c_char,
    /// Where to; empty but for the first three.
    pub to: *const c_char,
    /// An e-mail's subject; else NULL.
    pub subject: *const c_char,
    /// The text to send, or of the notice to show in the app; else empty. May hold a code.
    pub text: *const c_char,
    /// What it says, as a JSON object with members in this order; else NULL. `pending_payments`: `freeze` (its id), `scopes` (stable
    /// names), `from_ms`, `rule` (`hold-pending`, or `let-pending-finish`: those accepted before may finish); it tells of freezes
    /// that the customer must not learn of. `send_brake`: `prefix` (calling prefix, `null` = all phones), `sent` and `verified`
    /// (messages of the last hour, and how many came back).
    pub details: *const c_char,
    /// Not worth sending from then on, where `has_expires_at` is 1.
    pub expires_at_ms: i64,
    /// 1: `expires_at_ms` is set.
    pub has_expires_at: i32,
    /// 1: it carries a code, is urgent, and is worth nothing later.
    pub is_code: i32,
}

/// Messages, oldest first. Owned by the library until `account_security_messages_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_messages {
    /// The messages.
    pub items: *const *const account_security_message,
    /// How many.
    pub count: usize,
}

/// Up to `limit` events from `from_seq` on, oldest first; at most 1024. For staff: it names freezes that the owner must not learn
/// of.
///
/// `history` receives an answer to be freed with `account_security_history_answer_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_history(
    security: *const account_security,
    account: account_security_text,
    from_seq: u64,
    limit: u32,
    history: *mut *const account_security_history_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, history, |security| {
            let found = security.history(account.required("account")?, from_seq, limit)?;
            Ok(owned::answer(|keep| {
                let events: Vec<_> = found.into_iter().map(|line| event(line, keep)).collect();
                account_security_history_answer { count: events.len(), items: keep.list(events) }
            }))
        })
    }
}

/// Checks the account's audit chain.
///
/// `verdict` receives an answer to be freed with `account_security_verdict_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_verify_account(
    security: *const account_security,
    account: account_security_text,
    verdict: *mut *const account_security_verdict,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, verdict, |security| {
            let found = security.verify_account(account.required("account")?)?;
            Ok(owned::answer(|keep| verdict_of(found, keep)))
        })
    }
}

/// Messages that wait to be sent, oldest first; at most 1024. They stay until `account_security_delivered`. `locale` is the
/// language of the notices for the app; what is sent was written in the customer's.
///
/// `messages` receives an answer to be freed with `account_security_messages_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_drain(
    security: *const account_security,
    limit: u32,
    locale: account_security_text,
    messages: *mut *const account_security_messages,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, messages, |security| {
            let found = security.drain(limit, locale.required("locale")?)?;
            Ok(owned::answer(|keep| {
                let messages: Vec<_> = found.into_iter().map(|given| message(given, keep)).collect();
                account_security_messages { count: messages.len(), items: keep.list(messages) }
            }))
        })
    }
}

/// Forgets delivered messages, at most 1024 at a time.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_delivered(
    security: *const account_security,
    ids: account_security_texts,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, (), |security| {
            let ids = ids.within(ACCOUNT_SECURITY_INPUT_COUNT_MAX, "ids")?.unwrap_or_default();
            Ok(security.delivered(&ids)?)
        })
    }
}

/// Removes up to `limit` cells whose time is over (at most 1024): counts of messages and of unknown names, which anybody can
/// make. Call it every hour or so.
///
/// `purged` receives how many.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_purge_expired(
    security: *const account_security,
    limit: u32,
    purged: *mut u64,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe { gate::on(security, purged, |security| Ok(u64::from(security.purge_expired(limit)?))) }
}

/// Wipes and frees the events and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_history_answer_free(answer: *mut *const account_security_history_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the verdict and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_verdict_free(answer: *mut *const account_security_verdict) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the messages and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_messages_free(answer: *mut *const account_security_messages) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

fn event(line: HistoryLine, keep: &mut Keep) -> account_security_event {
    account_security_event {
        seq: line.seq,
        at_ms: line.at_ms,
        number: i32::from(line.number),
        name: keep.text(line.name),
        freeze: keep.optional(line.freeze),
        change: keep.optional(line.change),
        credential: keep.optional(line.credential),
        device: keep.optional(line.device),
        report: keep.optional(line.report),
    }
}

fn verdict_of(found: VerdictAnswer, keep: &mut Keep) -> account_security_verdict {
    let plain = |kind| account_security_verdict { kind, events: 0, seq: 0, have: 0, want: 0, why: std::ptr::null() };
    match found {
        VerdictAnswer::Intact { events } => {
            account_security_verdict { events, ..plain(ACCOUNT_SECURITY_VERDICT_INTACT) }
        }
        VerdictAnswer::Altered { seq } => account_security_verdict { seq, ..plain(ACCOUNT_SECURITY_VERDICT_ALTERED) },
        VerdictAnswer::Truncated { have, want } => {
            account_security_verdict { have, want, ..plain(ACCOUNT_SECURITY_VERDICT_TRUNCATED) }
        }
        VerdictAnswer::CannotTell { why } => {
            account_security_verdict { why: keep.text(why), ..plain(ACCOUNT_SECURITY_VERDICT_CANNOT_TELL) }
        }
    }
}

fn message(given: Message, keep: &mut Keep) -> account_security_message {
    account_security_message {
        id: keep.text(given.id),
        what: keep.text(given.what),
        to: keep.text(given.to),
        subject: keep.optional(given.subject),
        text: keep.text(given.text),
        details: keep.optional(given.details),
        expires_at_ms: given.expires_at_ms.unwrap_or(0),
        has_expires_at: i32::from(given.expires_at_ms.is_some()),
        is_code: i32::from(given.is_code),
    }
}
