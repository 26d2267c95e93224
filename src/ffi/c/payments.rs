//! Payments: judged, and explained when they fail.

use std::ffi::c_char;

use super::gate;
use super::input::{account_security_text, flag, list, looked_at, sized, zero};
use super::owned::{self, Keep};
use super::result::{ACCOUNT_SECURITY_OK, Fault, account_security_result};
use super::security::account_security;
use crate::ffi::shell::{
    BatchAnswer, BatchStop, CauseLine, PaymentAnswer, PaymentInput, PaymentOutcome, PaymentQuestion, ReasonLine,
    ReleaseAnswer,
};

/// Let it pass.
pub const ACCOUNT_SECURITY_PAYMENT_ALLOW: i32 = 1;
/// Ask for a second factor.
pub const ACCOUNT_SECURITY_PAYMENT_STEP_UP: i32 = 2;
/// Hold it for review.
pub const ACCOUNT_SECURITY_PAYMENT_HOLD: i32 = 3;
/// Hold it and freeze the account.
pub const ACCOUNT_SECURITY_PAYMENT_FREEZE_RECOMMENDED: i32 = 4;
/// The account is frozen for this: nothing was judged.
pub const ACCOUNT_SECURITY_PAYMENT_FROZEN: i32 = 5;
/// The id came before with other content.
pub const ACCOUNT_SECURITY_PAYMENT_CONFLICT: i32 = 6;

/// A payment passes after all and counts, now or since an earlier call; one that was allowed always did.
pub const ACCOUNT_SECURITY_RELEASE_RELEASED: i32 = 1;
/// No such payment was judged for this account, or it was refused for a freeze: order it again.
pub const ACCOUNT_SECURITY_RELEASE_UNKNOWN_PAYMENT: i32 = 2;
/// The payment that was judged under this id was another one.
pub const ACCOUNT_SECURITY_RELEASE_CONFLICT: i32 = 3;
/// It was held: a proof of the owner is not enough, somebody has to let it pass.
pub const ACCOUNT_SECURITY_RELEASE_NEEDS_REVIEW: i32 = 4;
/// The account is closed for it now; or the payment was judged before the owner lifted a freeze and is the owner's alone to
/// release, in the cooling-off after that lift: order it again.
pub const ACCOUNT_SECURITY_RELEASE_FROZEN: i32 = 5;
/// It was labelled as fraud since, and a label stands.
pub const ACCOUNT_SECURITY_RELEASE_FRAUD: i32 = 6;

/// A payment as ordered.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_payment {
    /// `sizeof(account_security_payment)`; `ACCOUNT_SECURITY_PAYMENT_INIT` sets it.
    pub struct_size: usize,
    /// Names it for ever: the same id is judged once.
    pub tx_id: account_security_text,
    /// Amount in the currency's smallest unit.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: account_security_text,
    /// `out`, `in`, `refund` or `reversal`.
    pub direction: account_security_text,
    /// `card`, `transfer`, `cash_out`, `bill` or `other`.
    pub kind: account_security_text,
    /// The other side; `data` NULL = not known.
    pub payee: account_security_text,
    /// The device it was ordered on; `data` NULL = not known.
    pub device: account_security_text,
    /// ISO 3166-1 code of the place, two letters; `data` NULL = not known.
    pub country: account_security_text,
    /// When it was ordered.
    pub at_ms: i64,
    /// Minutes the account's local time is ahead of UTC.
    pub local_offset_min: i32,
    /// Whether malware was seen on the device: `ACCOUNT_SECURITY_YES`, `ACCOUNT_SECURITY_NO`, or 0 where nobody looked. So with
    /// the next three.
    pub malware: i32,
    /// Whether the device is rooted or jail-broken.
    pub rooted: i32,
    /// Whether the credential is on a list of stolen ones.
    pub compromised_credential: i32,
    /// Whether the payee sits in a high-risk place.
    pub high_risk_payee_location: i32,
    /// 1: payee, device or country is on a deny list of the caller's: at least held. Else 0.
    pub deny_listed: i32,
    /// 1: the payee is trusted by the account: soft findings give no points. Else 0.
    pub allow_listed: i32,
    /// 1: where it was ordered is known, by the next three; impossible travel is seen by it. 0: it is not known.
    pub has_position: i32,
    /// Latitude in millionths of a degree, -90000000 to 90000000.
    pub lat_e6: i32,
    /// Longitude in millionths of a degree, -180000000 to 180000000.
    pub lon_e6: i32,
    /// How far off the place may be, in metres.
    pub accuracy_m: u32,
    /// 0.
    pub reserved: i32,
}

/// One finding.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_reason {
    /// Its stable name: `LIMIT_TX`, `LIMIT_DAY`, `LIMIT_WEEK`, `LIMIT_MONTH`, `VEL_COUNT`, `VEL_SUM`, `VEL_PAYEES`,
    /// `VEL_ATTEMPTS`, `VEL_DEVICES`, `AMOUNT_OUTLIER`, `AMOUNT_REGIME`, `ROUND_AMOUNT`, `NEW_DEVICE`, `NEW_PAYEE`,
    /// `NEW_COUNTRY`, `NEW_DEVICE_NEW_PAYEE`, `NEW_DEVICE_NEW_COUNTRY`, `IMPOSSIBLE_TRAVEL`, `STRUCTURING`, `DORMANT_WAKE`,
    /// `RAPID_IN_OUT`, `CARD_TESTING`, `NIGHT_UNUSUAL`, `PAYEE_RISK`, `PAYEE_ORDINARY`, `DENY_LIST`, `MALWARE_SIGNAL`,
    /// `COMPROMISED_CREDENTIAL`, `HIGH_RISK_PAYEE_LOCATION`, `RECENT_SECURITY_CHANGE`, `DEVICE_ROOTED`, `ALLOW_LIST`,
    /// `LATE_EVENT`, `CLOCK_SKEW`, `DUPLICATE_CONFLICT`, `CURRENCY_MISMATCH`, `SUM_SATURATED`, and `CUSTOM_RULE` of rules of
    /// one's own. Names may be added.
    pub name: *const c_char,
    /// What was seen, in the rule's unit.
    pub observed: i64,
    /// What it was measured against.
    pub threshold: i64,
    /// The window looked at; 0 = none.
    pub window_ms: u64,
    /// Its stable number.
    pub code: i32,
    /// Thousandths of a ban it adds to the score.
    pub points_millibans: i32,
    /// 1: on trial, told and not counted.
    pub shadow: i32,
}

/// The judgement; a payment that came before gets its first answer again. Owned by the library until `account_security_payment_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_payment_answer {
    /// `ACCOUNT_SECURITY_PAYMENT_...`.
    pub outcome: i32,
    /// The sum of the points, in thousandths of a ban.
    pub score_millibans: i32,
    /// Every finding.
    pub reasons: *const *const account_security_reason,
    /// How many.
    pub reasons_count: usize,
}

/// Judgements in the order of their payments: of all of them, or of those before the one that stopped the batch. Owned by the
/// library until `account_security_payment_answers_free`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_payment_answers {
    /// The judgements. Parts of this answer: do not free them.
    pub items: *const *const account_security_payment_answer,
    /// How many.
    pub count: usize,
    /// Why the next payment could not be judged, a result code; `ACCOUNT_SECURITY_OK`: all were. It and those behind it are
    /// denied: ask again with them.
    pub stopped: account_security_result,
    /// Where it stopped: 1 = asking again later may help.
    pub stopped_is_transient: i32,
    /// Where it stopped: the stable name of the reason, as in `account_security_error`; else NULL.
    pub stopped_reason: *const c_char,
    /// Where it stopped: for logs and developers; else NULL.
    pub stopped_what: *const c_char,
}

/// A payment that failed or is about to, and what the caller knows of it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_question {
    /// `sizeof(account_security_question)`; `ACCOUNT_SECURITY_QUESTION_INIT` sets it.
    pub struct_size: usize,
    /// `out`, `in`, `refund` or `reversal`; of a payment that was judged, its own counts: beside `tx_id`, `data` NULL = `out`.
    pub direction: account_security_text,
    /// The payment, if it was judged: a hold for review is a cause. `data` NULL = a new one.
    pub tx_id: account_security_text,
    /// 1: the balance was asked and does not cover the payment and its fees. Else 0.
    pub balance_too_low: i32,
    /// 1: the recipient was asked and cannot receive it. Else 0.
    pub recipient_unavailable: i32,
    /// 1: the network or a participant failed to answer. Else 0.
    pub network_fault: i32,
    /// 0.
    pub reserved: i32,
}

/// One cause why a payment fails.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_cause {
    /// The customer's text, in the language asked for.
    pub text: *const c_char,
    /// From when on trying again may help, where `has_retry_at` is 1.
    pub retry_at_ms: i64,
    /// 1: `retry_at_ms` is known.
    pub has_retry_at: i32,
    /// 1: trying again may help.
    pub retryable: i32,
}

/// Causes, at least one: where nothing is known to stand in the way, it says so. Owned by the library until `account_security_causes_free`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_causes {
    /// The causes.
    pub items: *const *const account_security_cause,
    /// How many.
    pub count: usize,
}

/// Judges a payment.
///
/// `answer` receives an answer to be freed with `account_security_payment_answer_free`. Errors: do not let it pass.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_assess(
    security: *const account_security,
    account: account_security_text,
    payment: *const account_security_payment,
    answer: *mut *const account_security_payment_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let payment = payment_of(payment)?;
            let found = security.assess(account.required("account")?, &payment)?;
            Ok(owned::answer(|keep| answer_of(found, keep)))
        })
    }
}

/// Tells that a judged payment passes after all: one that asked for a step-up, once its owner gave the proof (`actor.data`
/// and `as_authority.data` are NULL), or one that was held, once `actor` looked at it, whose authority is at least `agent`. Until then its payee, device, country and place stay new, and a held
/// payment counts as not spent. `payment` is the payment as it was judged.
///
/// `answer` receives `ACCOUNT_SECURITY_RELEASE_...`; 0 on failure, which is none of them. Errors: do not let it pass.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_release_payment(
    security: *const account_security,
    account: account_security_text,
    payment: *const account_security_payment,
    actor: account_security_text,
    as_authority: account_security_text,
    answer: *mut i32,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let payment = payment_of(payment)?;
            let (account, actor) = (account.required("account")?, actor.optional("actor")?);
            let authority = as_authority.optional("as_authority")?;
            Ok(match security.release_payment(account, &payment, actor, authority)? {
                ReleaseAnswer::Released => ACCOUNT_SECURITY_RELEASE_RELEASED,
                ReleaseAnswer::UnknownPayment => ACCOUNT_SECURITY_RELEASE_UNKNOWN_PAYMENT,
                ReleaseAnswer::Conflict => ACCOUNT_SECURITY_RELEASE_CONFLICT,
                ReleaseAnswer::NeedsReview => ACCOUNT_SECURITY_RELEASE_NEEDS_REVIEW,
                ReleaseAnswer::Frozen => ACCOUNT_SECURITY_RELEASE_FROZEN,
                ReleaseAnswer::Fraud => ACCOUNT_SECURITY_RELEASE_FRAUD,
            })
        })
    }
}

/// Judges payments in the order given: `payments` points to `count` pointers, at most 1024. All are read before any is judged, so
/// that a batch with one that cannot be a payment changes nothing. A fault later on ends the batch: the result is
/// `ACCOUNT_SECURITY_OK`, the answers so far are there, and `stopped` says why it ended. Compare `count`.
///
/// `answers` receives an answer to be freed with `account_security_payment_answers_free`. Errors:
/// `ACCOUNT_SECURITY_INVALID_ARGUMENT` with the payment's place in the field, `payments[3].currency`, counted from 0.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_assess_many(
    security: *const account_security,
    account: account_security_text,
    payments: *const *const account_security_payment,
    count: usize,
    answers: *mut *const account_security_payment_answers,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answers, |security| {
            let given = list(payments, count, "payments")?.unwrap_or_default();
            let mut payments = Vec::with_capacity(given.len());
            for (place, payment) in given.iter().enumerate() {
                payments.push(payment_of(*payment).map_err(|fault| in_list(place, fault))?);
            }
            let found = security.assess_many(account.required("account")?, &payments)?;
            Ok(owned::answer(|keep| batch_of(found, keep)))
        })
    }
}

/// Learns whether a payment was fraud (`is_fraud` 1) or not (0), however late. The same label again changes nothing.
///
/// Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` where nothing was learned: of `tx_id` for a payment that this account never had
/// judged, of `is_fraud` where the contrary was said before, which stands.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_label(
    security: *const account_security,
    account: account_security_text,
    tx_id: account_security_text,
    is_fraud: i32,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, (), |security| {
            let (account, tx_id) = (account.required("account")?, tx_id.required("tx_id")?);
            Ok(security.label(account, tx_id, flag(is_fraud, "is_fraud")?)?)
        })
    }
}

/// Why a payment fails now, as the customer may know it: freezes, locks after wrong tries, a hold for review, and what the caller
/// found out.
///
/// `causes` receives an answer to be freed with `account_security_causes_free`. Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` of
/// `tx_id` for a payment that this account never had judged.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_diagnose(
    security: *const account_security,
    account: account_security_text,
    question: *const account_security_question,
    locale: account_security_text,
    causes: *mut *const account_security_causes,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, causes, |security| {
            let question = question_of(question)?;
            let found = security.diagnose(account.required("account")?, &question, locale.required("locale")?)?;
            Ok(owned::answer(|keep| causes_of(found, keep)))
        })
    }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_payment_answer_free(answer: *mut *const account_security_payment_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the answers and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_payment_answers_free(answer: *mut *const account_security_payment_answers) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the causes and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_causes_free(answer: *mut *const account_security_causes) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// # Safety
/// `payment` is NULL or valid, with its texts.
unsafe fn payment_of(payment: *const account_security_payment) -> Result<PaymentInput, Fault> {
    // SAFETY: passed on.
    unsafe {
        let given = sized(payment, "payment")?;
        zero(given.reserved)?;
        let has_position = flag(given.has_position, "has_position")?;
        Ok(PaymentInput {
            tx_id: given.tx_id.owned("tx_id")?,
            amount_minor: given.amount_minor,
            currency: given.currency.owned("currency")?,
            direction: given.direction.owned("direction")?,
            kind: given.kind.owned("kind")?,
            payee: given.payee.optional_owned("payee")?,
            device: given.device.optional_owned("device")?,
            country: given.country.optional_owned("country")?,
            at_ms: given.at_ms,
            local_offset_min: given.local_offset_min,
            malware: looked_at(given.malware, "malware")?,
            rooted: looked_at(given.rooted, "rooted")?,
            compromised_credential: looked_at(given.compromised_credential, "compromised_credential")?,
            high_risk_payee_location: looked_at(given.high_risk_payee_location, "high_risk_payee_location")?,
            deny_listed: flag(given.deny_listed, "deny_listed")?,
            allow_listed: flag(given.allow_listed, "allow_listed")?,
            lat_e6: has_position.then_some(given.lat_e6),
            lon_e6: has_position.then_some(given.lon_e6),
            accuracy_m: has_position.then_some(given.accuracy_m),
        })
    }
}

/// # Safety
/// `question` is NULL or valid, with its texts.
unsafe fn question_of(question: *const account_security_question) -> Result<PaymentQuestion, Fault> {
    // SAFETY: passed on.
    unsafe {
        let given = sized(question, "question")?;
        zero(given.reserved)?;
        let tx_id = given.tx_id.optional_owned("tx_id")?;
        let direction = given.direction.optional_owned("direction")?;
        Ok(PaymentQuestion {
            direction: match (direction, &tx_id) {
                (Some(direction), _) => direction,
                (None, Some(_)) => "out".to_owned(),
                (None, None) => return Err(Fault::null("direction")),
            },
            tx_id,
            balance_too_low: flag(given.balance_too_low, "balance_too_low")?,
            recipient_unavailable: flag(given.recipient_unavailable, "recipient_unavailable")?,
            network_fault: flag(given.network_fault, "network_fault")?,
        })
    }
}

/// The fault with the payment's place in its field.
fn in_list(place: usize, fault: Fault) -> Fault {
    let field = match fault.field.as_str() {
        "payment" => format!("payments[{place}]"),
        member => format!("payments[{place}].{member}"),
    };
    Fault { field, ..fault }
}

fn batch_of(found: BatchAnswer, keep: &mut Keep) -> account_security_payment_answers {
    let answers: Vec<_> = found.answers.into_iter().map(|found| answer_of(found, keep)).collect();
    let (count, items) = (answers.len(), keep.list(answers));
    let all = account_security_payment_answers {
        items,
        count,
        stopped: ACCOUNT_SECURITY_OK,
        stopped_is_transient: 0,
        stopped_reason: std::ptr::null(),
        stopped_what: std::ptr::null(),
    };
    match found.stopped {
        None => all,
        Some(BatchStop { code, reason, what, is_transient }) => account_security_payment_answers {
            stopped: i32::from(code),
            stopped_is_transient: i32::from(is_transient),
            stopped_reason: keep.text(reason),
            stopped_what: keep.text(what),
            ..all
        },
    }
}

fn answer_of(found: PaymentAnswer, keep: &mut Keep) -> account_security_payment_answer {
    let reasons: Vec<_> = found.reasons.into_iter().map(|line| reason(line, keep)).collect();
    account_security_payment_answer {
        outcome: match found.outcome {
            PaymentOutcome::Allow => ACCOUNT_SECURITY_PAYMENT_ALLOW,
            PaymentOutcome::StepUp => ACCOUNT_SECURITY_PAYMENT_STEP_UP,
            PaymentOutcome::Hold => ACCOUNT_SECURITY_PAYMENT_HOLD,
            PaymentOutcome::FreezeRecommended => ACCOUNT_SECURITY_PAYMENT_FREEZE_RECOMMENDED,
            PaymentOutcome::Frozen => ACCOUNT_SECURITY_PAYMENT_FROZEN,
            PaymentOutcome::Conflict => ACCOUNT_SECURITY_PAYMENT_CONFLICT,
        },
        score_millibans: found.score_millibans,
        reasons_count: reasons.len(),
        reasons: keep.list(reasons),
    }
}

fn reason(line: ReasonLine, keep: &mut Keep) -> account_security_reason {
    account_security_reason {
        name: keep.text(line.name),
        observed: line.observed,
        threshold: line.threshold,
        window_ms: line.window_ms,
        code: i32::from(line.code),
        points_millibans: line.points_millibans,
        shadow: i32::from(line.shadow),
    }
}

pub(super) fn causes_of(found: Vec<CauseLine>, keep: &mut Keep) -> account_security_causes {
    let causes: Vec<_> = found.into_iter().map(|line| cause(line, keep)).collect();
    account_security_causes { count: causes.len(), items: keep.list(causes) }
}

fn cause(line: CauseLine, keep: &mut Keep) -> account_security_cause {
    account_security_cause {
        text: keep.text(line.text),
        retry_at_ms: line.retry_at_ms.unwrap_or(0),
        has_retry_at: i32::from(line.retry_at_ms.is_some()),
        retryable: i32::from(line.retryable),
    }
}
