//! Proofs beyond the password: for a sign-in, for something delicate, for a reset.

use std::ffi::c_char;

use super::codes::{account_security_code_sent, sent_answer};
use super::gate;
use super::input::{account_security_bytes, account_security_text};
use super::owned::{self, Keep};
use super::result::{Fault, account_security_result};
use super::security::account_security;
use crate::ffi::shell::{Proof, ProofAnswer, StepUpAnswer};

/// A proof is needed: `ticket` and the `offers_...`.
pub const ACCOUNT_SECURITY_STEP_UP_OPENED: i32 = 1;
/// The account can prove nothing beyond the password; what takes a step-up elsewhere goes without one here.
/// Only the lift of an own freeze does not: there staff helps.
pub const ACCOUNT_SECURITY_STEP_UP_NOTHING_TO_PROVE: i32 = 2;

/// Whether a step-up is needed. Owned by the library until `account_security_step_up_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_step_up_answer {
    /// `ACCOUNT_SECURITY_STEP_UP_...`.
    pub kind: i32,
    /// OPENED: 1 where an authenticator's code will do.
    pub offers_totp: i32,
    /// OPENED: 1 where a recovery code will do.
    pub offers_recovery: i32,
    /// OPENED: a code can go to this phone number, masked; else NULL.
    pub phone_masked: *const c_char,
    /// OPENED: a code can go to this e-mail address, masked; else NULL.
    pub email_masked: *const c_char,
    /// OPENED: goes with the proof; else NULL.
    pub ticket: *const c_char,
}

/// All is proven: `ticket` opens one thing, once.
pub const ACCOUNT_SECURITY_PROOF_COMPLETE: i32 = 1;
/// One more proof is needed: `ticket` and the `offers_...`.
pub const ACCOUNT_SECURITY_PROOF_MORE_NEEDED: i32 = 2;
/// The account is frozen for this.
pub const ACCOUNT_SECURITY_PROOF_FROZEN: i32 = 3;
/// No. Which part was wrong is not told: `retry_at_ms`.
pub const ACCOUNT_SECURITY_PROOF_REFUSED: i32 = 4;

/// Where a step-up or a reset stands. Owned by the library until `account_security_proof_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_proof_answer {
    /// `ACCOUNT_SECURITY_PROOF_...`.
    pub kind: i32,
    /// REFUSED: 1 where `retry_at_ms` is set; 0: a try is looked at at once.
    pub has_retry_at: i32,
    /// REFUSED: from when on a try is looked at again.
    pub retry_at_ms: i64,
    /// COMPLETE: opens one thing, once. MORE_NEEDED: goes with the proof. Else NULL.
    pub ticket: *const c_char,
    /// MORE_NEEDED: 1 where an authenticator's code will do.
    pub offers_totp: i32,
    /// MORE_NEEDED: 1 where a recovery code will do.
    pub offers_recovery: i32,
    /// MORE_NEEDED: a code can go to this phone number, masked; else NULL.
    pub phone_masked: *const c_char,
    /// MORE_NEEDED: a code can go to this e-mail address, masked; else NULL.
    pub email_masked: *const c_char,
}

/// Sends a code to a registered contact, to be typed as a proof. `errand` is what the ticket is for: `sign-in`, `step-up` or
/// `reset`. `via` is `phone` or `email`.
///
/// `sent` receives an answer to be freed with `account_security_code_sent_free`. Errors: no code was sent.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_send_proof_code(
    security: *const account_security,
    account: account_security_text,
    errand: account_security_text,
    ticket: account_security_text,
    via: account_security_text,
    locale: account_security_text,
    sent: *mut *const account_security_code_sent,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, sent, |security| {
            let (account, errand) = (account.required("account")?, errand.required("errand")?);
            let (ticket, via) = (ticket.required("ticket")?, via.required("via")?);
            Ok(sent_answer(security.send_proof_code(account, errand, ticket, via, locale.required("locale")?)?))
        })
    }
}

/// Opens a ticket for a signed-in customer who wants something delicate. Make sure of the sign-in before.
///
/// `answer` receives an answer to be freed with `account_security_step_up_answer_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_begin_step_up(
    security: *const account_security,
    account: account_security_text,
    answer: *mut *const account_security_step_up_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let found = security.begin_step_up(account.required("account")?)?;
            Ok(owned::answer(|keep| step_up_of(found, keep)))
        })
    }
}

/// Tries a proof for a step-up. The ticket of a complete one goes into the delicate call. `proof` is `totp`, `recovery` or
/// `code`; a code that was sent has the `challenge` it answers, the others have none (`data` NULL).
///
/// `answer` receives an answer to be freed with `account_security_proof_answer_free`. Errors: not given.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_prove_step_up(
    security: *const account_security,
    account: account_security_text,
    ticket: account_security_text,
    proof: account_security_text,
    challenge: account_security_text,
    code: account_security_bytes,
    answer: *mut *const account_security_proof_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, ticket) = (account.required("account")?, ticket.required("ticket")?);
            let proof = proof_of(proof, challenge, code)?;
            Ok(proof_answer(security.prove_step_up(account, ticket, proof)?))
        })
    }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_step_up_answer_free(answer: *mut *const account_security_step_up_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_proof_answer_free(answer: *mut *const account_security_proof_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// # Safety
/// Each is valid while the proof is used, or NULL.
pub(super) unsafe fn proof_of<'a>(
    kind: account_security_text,
    challenge: account_security_text,
    code: account_security_bytes,
) -> Result<Proof<'a>, Fault> {
    // SAFETY: passed on.
    unsafe {
        let (kind, challenge) = (kind.required("proof")?, challenge.optional("challenge")?);
        Ok(Proof::of_kind(kind, challenge, code.required("code")?)?)
    }
}

pub(super) fn proof_answer(answer: ProofAnswer) -> *const account_security_proof_answer {
    let plain = |kind| account_security_proof_answer {
        kind,
        has_retry_at: 0,
        retry_at_ms: 0,
        ticket: std::ptr::null(),
        offers_totp: 0,
        offers_recovery: 0,
        phone_masked: std::ptr::null(),
        email_masked: std::ptr::null(),
    };
    owned::answer(|keep| match answer {
        ProofAnswer::Complete { ticket } => {
            account_security_proof_answer { ticket: keep.text(ticket), ..plain(ACCOUNT_SECURITY_PROOF_COMPLETE) }
        }
        ProofAnswer::MoreNeeded { ticket, offers } => account_security_proof_answer {
            ticket: keep.text(ticket),
            offers_totp: i32::from(offers.totp),
            offers_recovery: i32::from(offers.recovery),
            phone_masked: keep.optional(offers.phone_masked),
            email_masked: keep.optional(offers.email_masked),
            ..plain(ACCOUNT_SECURITY_PROOF_MORE_NEEDED)
        },
        ProofAnswer::Frozen => plain(ACCOUNT_SECURITY_PROOF_FROZEN),
        ProofAnswer::Refused { retry_at_ms } => account_security_proof_answer {
            has_retry_at: i32::from(retry_at_ms.is_some()),
            retry_at_ms: retry_at_ms.unwrap_or(0),
            ..plain(ACCOUNT_SECURITY_PROOF_REFUSED)
        },
    })
}

fn step_up_of(answer: StepUpAnswer, keep: &mut Keep) -> account_security_step_up_answer {
    match answer {
        StepUpAnswer::Opened { ticket, offers } => account_security_step_up_answer {
            kind: ACCOUNT_SECURITY_STEP_UP_OPENED,
            offers_totp: i32::from(offers.totp),
            offers_recovery: i32::from(offers.recovery),
            phone_masked: keep.optional(offers.phone_masked),
            email_masked: keep.optional(offers.email_masked),
            ticket: keep.text(ticket),
        },
        StepUpAnswer::NothingToProve => account_security_step_up_answer {
            kind: ACCOUNT_SECURITY_STEP_UP_NOTHING_TO_PROVE,
            offers_totp: 0,
            offers_recovery: 0,
            phone_masked: std::ptr::null(),
            email_masked: std::ptr::null(),
            ticket: std::ptr::null(),
        },
    }
}
