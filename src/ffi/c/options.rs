//! What an integrator chooses.

use super::gate;
use super::input::{ACCOUNT_SECURITY_RULES_SIZE_MAX, account_security_text, sized};
use super::result::{Fault, account_security_result};
use super::security::account_security;
use crate::ffi::shell::Options;

/// Choices. What is left out (`data` NULL) stays as it is.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_options {
    /// `sizeof(account_security_options)`; `ACCOUNT_SECURITY_OPTIONS_INIT` sets it.
    pub struct_size: usize,
    /// Who messages come from, as the customer reads it: every code and notice that goes to a phone or an address begins with
    /// it ("Example Pay: 123456 is your code ..."). Until it is named, they begin with "Account Security".
    pub sender: account_security_text,
    /// The name of a password policy: `card_default`, `nist_800_63b_4`, `nist_800_63b_4_second_factor`, `asvs_5_l1`, `asvs_5_l2`,
    /// `pci_dss_4_0_1`, `mlps_practice`; none that asks for a list of breached passwords (`asvs_5_l2`
    /// does).
    pub password_policy: account_security_text,
    /// When wrong tries block: `nist`, `pci` or `psd2`.
    pub lockout: account_security_text,
    /// When a sign-in takes a second factor: `always` or `unknown-devices`.
    pub second_factor: account_security_text,
    /// The name of a set of risk rules: `wallet`, `card_issuer`, `merchant_acquirer`, `mobile_lite` or `psd2_tra`.
    pub risk_preset: account_security_text,
    /// A rule file's text, JSON where it begins with `{`, else TOML, at most 1 MiB; instead of a preset. Only in a library
    /// built with `rules`.
    pub risk_rules: account_security_text,
    /// Support's telephone number, as customers dial it. An empty text that is there (`data` not NULL, `size` 0) takes a channel
    /// away; so with the next two.
    pub support_hotline: account_security_text,
    /// Support's chat: a link, or where to find it in the app.
    pub support_chat: account_security_text,
    /// Support's e-mail address.
    pub support_email: account_security_text,
}

/// Takes the choices over, all of them or none, at once and for every thread.
///
/// Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` with the first choice that is none; everything stays as it was. Of a rule file the
/// last error tells line and column.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_configure(
    security: *const account_security,
    options: *const account_security_options,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe { gate::on(security, (), |security| Ok(security.configure(&options_of(options)?)?)) }
}

/// # Safety
/// `options` is NULL or valid, with its texts.
unsafe fn options_of(options: *const account_security_options) -> Result<Options, Fault> {
    // SAFETY: passed on.
    unsafe {
        let given = sized(options, "options")?;
        Ok(Options {
            sender: given.sender.optional_owned("sender")?,
            password_policy: given.password_policy.optional_owned("password_policy")?,
            lockout: given.lockout.optional_owned("lockout")?,
            second_factor: given.second_factor.optional_owned("second_factor")?,
            risk_preset: given.risk_preset.optional_owned("risk_preset")?,
            risk_rules: given.risk_rules.within(ACCOUNT_SECURITY_RULES_SIZE_MAX, "risk_rules")?.map(str::to_owned),
            support_hotline: given.support_hotline.optional_owned("support_hotline")?,
            support_chat: given.support_chat.optional_owned("support_chat")?,
            support_email: given.support_email.optional_owned("support_email")?,
        })
    }
}
