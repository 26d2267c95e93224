//! What the app holds: an authenticator to be shown, the phone as an authenticator, recovery codes to be shown.

use std::sync::Arc;

use super::guarded;
use crate::ffi::shell::{RecoveryCodes, ShellError, SoftCode, SoftToken, TotpEnrolment};

/// An authenticator that waits for its confirming code. Holds the secret, to be shown once; wiped when it goes.
#[derive(Debug, uniffi::Object)]
pub struct NativeTotpEnrolment(pub(super) TotpEnrolment);

#[uniffi::export]
impl NativeTotpEnrolment {
    /// Names the authenticator in lists and events.
    pub fn credential(&self) -> Result<String, ShellError> {
        guarded(|| Ok(self.0.credential().to_owned()))
    }

    /// Until when it can be confirmed.
    pub fn expires_at_ms(&self) -> Result<i64, ShellError> {
        guarded(|| Ok(self.0.expires_at_ms()))
    }

    /// The key URI in UTF-8. Holds the secret: wipe it.
    pub fn uri(&self) -> Result<Vec<u8>, ShellError> {
        guarded(|| Ok(self.0.uri().as_bytes().to_vec()))
    }

    /// The QR code of the key URI: one byte a module, 1 = dark, row by row, a square. Holds the secret: wipe it.
    pub fn qr_modules(&self) -> Result<Vec<u8>, ShellError> {
        guarded(|| Ok(self.0.qr_modules()?.to_vec()))
    }

    /// The same secret as a token of this device, without its leaving the library.
    pub fn soft_token(&self) -> Result<Arc<NativeSoftToken>, ShellError> {
        guarded(|| Ok(Arc::new(NativeSoftToken(SoftToken::from_uri(self.0.uri().as_bytes())?))))
    }
}

/// A token held by this device; wiped when it goes.
#[derive(Debug, uniffi::Object)]
pub struct NativeSoftToken(SoftToken);

#[uniffi::export]
impl NativeSoftToken {
    /// Reads a key URI as scanned from a QR code.
    #[uniffi::constructor]
    pub fn from_uri(uri: &[u8]) -> Result<Arc<Self>, ShellError> {
        guarded(|| Ok(Arc::new(Self(SoftToken::from_uri(uri)?))))
    }

    /// Who offers the account, if the URI says so.
    pub fn issuer(&self) -> Result<Option<String>, ShellError> {
        guarded(|| Ok(self.0.issuer().map(str::to_owned)))
    }

    /// The account's name.
    pub fn account(&self) -> Result<String, ShellError> {
        guarded(|| Ok(self.0.account().to_owned()))
    }

    /// What was unusual about the URI.
    pub fn warnings(&self) -> Result<Vec<String>, ShellError> {
        guarded(|| Ok(self.0.warnings().to_vec()))
    }

    /// The code at a moment.
    pub fn code_at(&self, now_ms: i64) -> Result<SoftCode, ShellError> {
        guarded(|| self.0.code_at(now_ms))
    }
}

/// New recovery codes, to be shown once; wiped when they go.
#[derive(Debug, uniffi::Object)]
pub struct NativeRecoveryCodes(pub(super) RecoveryCodes);

#[uniffi::export]
impl NativeRecoveryCodes {
    /// How often codes were drawn by now.
    pub fn generation(&self) -> Result<u32, ShellError> {
        guarded(|| Ok(self.0.generation()))
    }

    /// The codes in UTF-8, one a line. Secrets: wipe them.
    pub fn text(&self) -> Result<Vec<u8>, ShellError> {
        guarded(|| Ok(self.0.text().as_bytes().to_vec()))
    }
}
