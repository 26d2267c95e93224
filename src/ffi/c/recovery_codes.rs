//! Recovery codes.

use super::gate::{self, Guarded, handle};
use super::input::{account_security_buffer, account_security_text};
use super::result::account_security_result;
use super::security::account_security;
use crate::ffi::shell::RecoveryCodes;

/// New recovery codes, to be shown once; wiped when they are freed. Any thread may use them; freeing must not race with any
/// use.
#[derive(Debug)]
pub struct account_security_recovery_codes(Guarded<RecoveryCodes>);

handle!(account_security_recovery_codes, RecoveryCodes, "codes");

/// Draws new recovery codes; every older one is void. `ticket` is a complete step-up, needed where the account can prove
/// something already; `data` NULL = none.
///
/// `codes` receives a handle to be freed with `account_security_recovery_codes_free`. Errors: the old ones stay good.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_generate_recovery_codes(
    security: *const account_security,
    account: account_security_text,
    ticket: account_security_text,
    codes: *mut *mut account_security_recovery_codes,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, codes, |security| {
            let (account, ticket) = (account.required("account")?, ticket.optional("ticket")?);
            let drawn = security.generate_recovery_codes(account, ticket)?;
            Ok(gate::give(account_security_recovery_codes(Guarded::new(drawn))))
        })
    }
}

/// How often codes were drawn by now; 1 the first time.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_recovery_codes_read(
    codes: *const account_security_recovery_codes,
    generation: *mut u32,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe { gate::on(codes, generation, |codes| Ok(codes.generation())) }
}

/// Copies out the codes, one a line, with a NUL behind them. Secrets: wipe the buffer.
///
/// `needed` receives the size with the NUL, also where the buffer is too small. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_recovery_codes_text(
    codes: *const account_security_recovery_codes,
    text: account_security_buffer,
    needed: *mut usize,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe { gate::on(codes, gate::Needed(needed), |codes| text.text(&codes.text(), needed)) }
}

/// Wipes and frees the codes and sets the variable to NULL; NULL and a second call do nothing. They are good all the same.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_recovery_codes_free(codes: *mut *mut account_security_recovery_codes) {
    // SAFETY: the rules of this folder.
    unsafe { gate::free(codes) }
}
