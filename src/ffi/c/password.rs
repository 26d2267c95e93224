//! The live check-list of a password field.

use std::ffi::c_char;

use super::gate;
use super::input::{account_security_bytes, account_security_text, account_security_texts};
use super::owned::{self, Keep};
use super::result::account_security_result;
use crate::ffi::shell::{PasswordReport, RuleLine, RuleState, evaluate_password};

/// A rule holds.
pub const ACCOUNT_SECURITY_RULE_SATISFIED: i32 = 1;
/// A rule is broken.
pub const ACCOUNT_SECURITY_RULE_UNSATISFIED: i32 = 2;
/// A rule could not be checked here; the server does.
pub const ACCOUNT_SECURITY_RULE_NOT_CHECKED: i32 = 3;

/// One rule of the check-list.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_rule {
    /// Its stable name.
    pub name: *const c_char,
    /// The rule in the customer's language.
    pub text: *const c_char,
    /// Its stable number.
    pub code: i32,
    /// `ACCOUNT_SECURITY_RULE_...`.
    pub state: i32,
    /// What the password has, in the rule's own unit.
    pub have: u32,
    /// What the rule asks for.
    pub need: u32,
}

/// What was found about a typed password. Holds nothing of it. Owned by the library until
/// `account_security_password_report_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_password_report {
    /// Every rule of the policy.
    pub rules: *const *const account_security_rule,
    /// How many.
    pub rules_count: usize,
    /// Advice in the customer's language, most important first.
    pub advice: *const *const c_char,
    /// How many.
    pub advice_count: usize,
    /// 1: no rule that could be checked is broken.
    pub accept: i32,
    /// Strength, 0 to 4.
    pub score: i32,
    /// Hundredths of the decimal logarithm of the estimated guesses.
    pub guesses_log10_centi: i32,
}

/// Judges a typed password by a named policy: `card_default`, `nist_800_63b_4`, `nist_800_63b_4_second_factor`, `asvs_5_l1`,
/// `asvs_5_l2`, `pci_dss_4_0_1` or `mlps_practice`. `words` is what the password must not contain (name, phone,
/// e-mail); `items` NULL = not known here, and the rule is not checked. `locale` is a BCP 47 tag. Any thread, at any time.
///
/// Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` for an unknown policy or words beyond their bounds.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_evaluate_password(
    policy: account_security_text,
    typed: account_security_bytes,
    words: account_security_texts,
    locale: account_security_text,
    report: *mut *const account_security_password_report,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::call(report, || {
            let words = words.optional("words")?;
            let policy = policy.required("policy")?;
            let found =
                evaluate_password(policy, typed.required("typed")?, words.as_deref(), locale.required("locale")?)?;
            Ok(owned::answer(|keep| report_of(found, keep)))
        })
    }
}

/// Wipes and frees the report and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_password_report_free(answer: *mut *const account_security_password_report) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

pub(super) fn report_of(found: PasswordReport, keep: &mut Keep) -> account_security_password_report {
    let (rules_count, advice_count) = (found.rules.len(), found.advice.len());
    let rules = found.rules.into_iter().map(|line| rule(line, keep)).collect();
    account_security_password_report {
        rules: keep.list(rules),
        rules_count,
        advice: keep.texts(found.advice),
        advice_count,
        accept: i32::from(found.accept),
        score: i32::from(found.score),
        guesses_log10_centi: i32::from(found.guesses_log10_centi),
    }
}

fn rule(line: RuleLine, keep: &mut Keep) -> account_security_rule {
    account_security_rule {
        name: keep.text(line.name),
        text: keep.text(line.text),
        code: i32::from(line.code),
        state: match line.state {
            RuleState::Satisfied => ACCOUNT_SECURITY_RULE_SATISFIED,
            RuleState::Unsatisfied => ACCOUNT_SECURITY_RULE_UNSATISFIED,
            RuleState::NotChecked => ACCOUNT_SECURITY_RULE_NOT_CHECKED,
        },
        have: line.have,
        need: line.need,
    }
}
