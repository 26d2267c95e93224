//! Freezing and lifting.

use std::ffi::c_char;

use super::gate;
use super::identity::{account_security_identity, identity_or_none};
use super::input::{account_security_bytes, account_security_text, account_security_texts, flag, sized, zero};
use super::owned;
use super::result::{Fault, account_security_result};
use super::security::account_security;
use crate::ffi::shell::{FreezeInput, FreezePlaced, LiftAnswer};

/// It is lifted: `still_closed`.
pub const ACCOUNT_SECURITY_LIFT_LIFTED: i32 = 1;
/// Another agent has to approve: `dies_at_ms`.
pub const ACCOUNT_SECURITY_LIFT_REQUESTED: i32 = 2;
/// No; nothing changed: `code`, `what`, `text`, `retry_at_ms`.
pub const ACCOUNT_SECURITY_LIFT_REFUSED: i32 = 3;
/// The proofs were not accepted. Which part was wrong is not told: `retry_at_ms`.
pub const ACCOUNT_SECURITY_LIFT_NOT_PROVEN: i32 = 4;

/// A freeze to be placed.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_freeze {
    /// `sizeof(account_security_freeze)`; `ACCOUNT_SECURITY_FREEZE_INIT` sets it.
    pub struct_size: usize,
    /// Stable names of what to close: `sign-in`, `pay-out`, `receive`, `change-profile`, `change-factors`; `all` is all of them.
    pub scopes: account_security_texts,
    /// The stable name of the reason: `owner-request`, `lost-device`, `suspected-fraud`, `account-takeover`, `confirmed-fraud`,
    /// `aml-review`, `sanctions-match`, `court-order`, `police-stop`, `deceased`, `dormant`, `identity-check` or `other`.
    pub reason: account_security_text,
    /// `owner`, `rule`, `agent`, `compliance` or `court`.
    pub authority: account_security_text,
    /// Who asks.
    pub actor: account_security_text,
    /// The case or order behind it; `data` NULL = none.
    pub case_ref: account_security_text,
    /// When it ends by itself, where `has_until` is 1.
    pub until_ms: i64,
    /// 0: it never ends by itself.
    pub has_until: i32,
    /// 0.
    pub reserved: i32,
}

/// A freeze stands. Owned by the library until `account_security_freeze_placed_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_freeze_placed {
    /// A lift names it.
    pub id: *const c_char,
    /// 1: an earlier request had placed it.
    pub already: i32,
}

/// Names, e.g. of what is closed. Owned by the library until `account_security_names_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_names {
    /// The names.
    pub items: *const *const c_char,
    /// How many.
    pub count: usize,
}

/// What came of a lift, or of asking for one. Owned by the library until `account_security_lift_answer_free`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_lift_answer {
    /// `ACCOUNT_SECURITY_LIFT_...`.
    pub kind: i32,
    /// REFUSED: the stable number of the reason.
    pub code: i32,
    /// REFUSED: what to do, for developers and staff; else NULL.
    pub what: *const c_char,
    /// REFUSED: what the customer reads, in the language asked for; else NULL.
    pub text: *const c_char,
    /// REQUESTED: until when.
    pub dies_at_ms: i64,
    /// NOT_PROVEN, REFUSED: from when on a try is looked at again or may succeed, where `has_retry_at` is 1.
    pub retry_at_ms: i64,
    /// NOT_PROVEN, REFUSED: 1 where `retry_at_ms` is set. 0: a try is looked at at once, or waiting does not help.
    pub has_retry_at: i32,
    /// LIFTED: what is closed still by other freezes or a cooling-off.
    pub still_closed: *const *const c_char,
    /// LIFTED: how many.
    pub still_closed_count: usize,
}

/// Places a freeze.
///
/// `placed` receives an answer to be freed with `account_security_freeze_placed_free`. Errors: also
/// `ACCOUNT_SECURITY_INVALID_ARGUMENT` with the field `freeze` where the freeze itself is refused; nothing changed.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_place_freeze(
    security: *const account_security,
    account: account_security_text,
    freeze: *const account_security_freeze,
    placed: *mut *const account_security_freeze_placed,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, placed, |security| {
            let freeze = freeze_of(freeze)?;
            Ok(placed_of(security.freeze(account.required("account")?, &freeze)?))
        })
    }
}

/// Paying and changes of profile and factors, closed at once by the owner: "freeze my account now". Signing in and receiving stay
/// open.
///
/// As `account_security_place_freeze`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_freeze_now(
    security: *const account_security,
    account: account_security_text,
    placed: *mut *const account_security_freeze_placed,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe { gate::on(security, placed, |security| Ok(placed_of(security.freeze_now(account.required("account")?)?))) }
}

/// Lifts a freeze of the owner's own: the password typed again, and the ticket of a complete step-up. `device_token` is what a
/// remembered device was given; `data` NULL = none.
///
/// `answer` receives an answer to be freed with `account_security_lift_answer_free`. Errors: the freeze stands.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_lift_own_freeze(
    security: *const account_security,
    account: account_security_text,
    freeze: account_security_text,
    ticket: account_security_text,
    password: account_security_bytes,
    device_token: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_lift_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, freeze) = (account.required("account")?, freeze.required("freeze")?);
            let (ticket, device) = (ticket.required("ticket")?, device_token.optional("device_token")?);
            let (password, locale) = (password.required("password")?, locale.required("locale")?);
            Ok(lift_answer(security.lift_own_freeze(account, freeze, ticket, password, device, locale)?))
        })
    }
}

/// Asks for a lift that another agent has to approve. `as_authority` is the authority of `actor`; `release` is the case or
/// order behind it, `data` NULL = none; `identity` is how the agent made sure that it is the owner who asks, needed for the
/// lift of an owner's own freeze; NULL = none.
///
/// `answer` receives an answer to be freed with `account_security_lift_answer_free`.
///
/// cbindgen:postfix=ACCOUNT_SECURITY_NONNULL_BUT_IDENTITY
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_request_lift(
    security: *const account_security,
    account: account_security_text,
    freeze: account_security_text,
    actor: account_security_text,
    as_authority: account_security_text,
    release: account_security_text,
    identity: *const account_security_identity,
    locale: account_security_text,
    answer: *mut *const account_security_lift_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, freeze) = (account.required("account")?, freeze.required("freeze")?);
            let (actor, authority) = (actor.required("actor")?, as_authority.required("as_authority")?);
            let (release, identity) = (release.optional("release")?, identity_or_none(identity)?);
            let (identity, locale) = (identity.as_ref(), locale.required("locale")?);
            Ok(lift_answer(security.request_lift(account, freeze, actor, authority, release, identity, locale)?))
        })
    }
}

/// Lifts one freeze, or approves another agent's request to. The arguments are those of `account_security_request_lift`.
///
/// `answer` receives an answer to be freed with `account_security_lift_answer_free`.
///
/// cbindgen:postfix=ACCOUNT_SECURITY_NONNULL_BUT_IDENTITY
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_lift(
    security: *const account_security,
    account: account_security_text,
    freeze: account_security_text,
    actor: account_security_text,
    as_authority: account_security_text,
    release: account_security_text,
    identity: *const account_security_identity,
    locale: account_security_text,
    answer: *mut *const account_security_lift_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, freeze) = (account.required("account")?, freeze.required("freeze")?);
            let (actor, authority) = (actor.required("actor")?, as_authority.required("as_authority")?);
            let (release, identity) = (release.optional("release")?, identity_or_none(identity)?);
            let (identity, locale) = (identity.as_ref(), locale.required("locale")?);
            Ok(lift_answer(security.lift(account, freeze, actor, authority, release, identity, locale)?))
        })
    }
}

/// Stable names of what the account may not do now.
///
/// `closed` receives an answer to be freed with `account_security_names_free`. Errors: treat it as "all closed".
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_restriction(
    security: *const account_security,
    account: account_security_text,
    closed: *mut *const account_security_names,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, closed, |security| {
            let closed = security.restriction(account.required("account")?)?;
            Ok(owned::answer(|keep| account_security_names { count: closed.len(), items: keep.texts(closed) }))
        })
    }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_freeze_placed_free(answer: *mut *const account_security_freeze_placed) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the names and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_names_free(answer: *mut *const account_security_names) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_lift_answer_free(answer: *mut *const account_security_lift_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// # Safety
/// `freeze` is NULL or valid, with its texts.
unsafe fn freeze_of(freeze: *const account_security_freeze) -> Result<FreezeInput, Fault> {
    // SAFETY: passed on.
    unsafe {
        let given = sized(freeze, "freeze")?;
        zero(given.reserved)?;
        Ok(FreezeInput {
            scopes: given.scopes.list("scopes")?,
            reason: given.reason.owned("reason")?,
            authority: given.authority.owned("authority")?,
            actor: given.actor.owned("actor")?,
            case_ref: given.case_ref.optional_owned("case_ref")?,
            until_ms: flag(given.has_until, "has_until")?.then_some(given.until_ms),
        })
    }
}

fn placed_of(placed: FreezePlaced) -> *const account_security_freeze_placed {
    owned::answer(|keep| account_security_freeze_placed {
        id: keep.text(placed.id),
        already: i32::from(placed.already),
    })
}

fn lift_answer(answer: LiftAnswer) -> *const account_security_lift_answer {
    let plain = |kind| account_security_lift_answer {
        kind,
        code: 0,
        what: std::ptr::null(),
        text: std::ptr::null(),
        dies_at_ms: 0,
        retry_at_ms: 0,
        has_retry_at: 0,
        still_closed: std::ptr::null(),
        still_closed_count: 0,
    };
    owned::answer(|keep| match answer {
        LiftAnswer::Lifted { still_closed } => account_security_lift_answer {
            still_closed_count: still_closed.len(),
            still_closed: keep.texts(still_closed),
            ..plain(ACCOUNT_SECURITY_LIFT_LIFTED)
        },
        LiftAnswer::Requested { dies_at_ms } => {
            account_security_lift_answer { dies_at_ms, ..plain(ACCOUNT_SECURITY_LIFT_REQUESTED) }
        }
        LiftAnswer::NotProven { retry_at_ms } => account_security_lift_answer {
            retry_at_ms: retry_at_ms.unwrap_or(0),
            has_retry_at: i32::from(retry_at_ms.is_some()),
            ..plain(ACCOUNT_SECURITY_LIFT_NOT_PROVEN)
        },
        LiftAnswer::Refused { code, what, text, retry_at_ms } => account_security_lift_answer {
            code: i32::from(code),
            what: keep.text(what),
            text: keep.text(text),
            retry_at_ms: retry_at_ms.unwrap_or(0),
            has_retry_at: i32::from(retry_at_ms.is_some()),
            ..plain(ACCOUNT_SECURITY_LIFT_REFUSED)
        },
    })
}
