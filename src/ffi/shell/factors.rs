//! The authenticator of an account.

use super::error::ShellError;
use super::security::Security;
use super::{access, parse};
use crate::command::{ConfirmTotp, EnrolTotp, TotpOutcome, VerifyTotp};
use crate::totp::{KeyUri, TotpParameters};
use zeroize::Zeroizing;

/// What came of an authenticator's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum TotpAnswer {
    /// Right, and spent.
    Accepted,
    /// Not accepted.
    Rejected,
    /// Not looked at: too many wrong tries before.
    Blocked {
        /// From when on a try is looked at again.
        until_ms: i64,
    },
    /// No authenticator is in force, or none waits to be confirmed.
    NotEnrolled,
}

/// An authenticator that waits for its confirming code. Holds the secret, to be shown once; wiped when it goes.
#[derive(Debug)]
pub struct TotpEnrolment {
    credential: String,
    expires_at_ms: i64,
    key: KeyUri,
}

impl TotpEnrolment {
    /// Names the authenticator in lists and events.
    #[must_use]
    pub fn credential(&self) -> &str {
        &self.credential
    }

    /// Until when it can be confirmed.
    #[must_use]
    pub const fn expires_at_ms(&self) -> i64 {
        self.expires_at_ms
    }

    /// The key URI, for an authenticator on the same device. Holds the secret.
    #[must_use]
    pub fn uri(&self) -> Zeroizing<String> {
        self.key.to_uri()
    }

    /// The QR code of the key URI: one byte a module, 1 = dark, row by row, a square. Holds the secret.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] where the URI is too long for a QR code.
    #[cfg(feature = "qr")]
    pub fn qr_modules(&self) -> Result<Zeroizing<Vec<u8>>, ShellError> {
        let modules =
            crate::totp::QrModules::of(&self.key).map_err(|error| ShellError::invalid("account_name", error))?;
        // At its full size from the start: a buffer that grew would leave a part of the secret where it lay before.
        let size = modules.rows().count();
        let mut bytes = Zeroizing::new(Vec::with_capacity(size * size));
        modules.rows().for_each(|row| bytes.extend(row.iter().map(|dark| u8::from(*dark))));
        Ok(bytes)
    }
}

impl Security {
    /// Begins the enrolment of an authenticator. `ticket` is a complete step-up, needed where the account can prove
    /// something already.
    ///
    /// # Errors
    /// [`ShellError`]; the authenticator in force stays.
    pub fn enrol_totp(
        &self,
        account: &str,
        issuer: &str,
        account_name: &str,
        ticket: Option<&str>,
    ) -> Result<TotpEnrolment, ShellError> {
        let (owner, now) = self.asked(account)?;
        let enrol = EnrolTotp {
            issuer: issuer.to_owned(),
            account_name: account_name.to_owned(),
            parameters: TotpParameters::default(),
            ticket: ticket.map(|ticket| parse::id("ticket", ticket)).transpose()?,
        };
        let enrolled = self.service.execute(&owner, &enrol, now)?;
        let enrolled = enrolled.map_err(|error| ShellError::invalid("account_name", error))?;
        Ok(TotpEnrolment {
            credential: enrolled.credential.to_string(),
            expires_at_ms: enrolled.expires_at.unix_ms(),
            key: enrolled.key,
        })
    }

    /// Confirms the waiting authenticator with its first code.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn confirm_totp(&self, account: &str, code: &[u8]) -> Result<TotpAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let confirm = ConfirmTotp { code: parse::code(code, TotpParameters::default().digits())? };
        Ok(answer(self.service.execute(&owner, &confirm, now)?))
    }

    /// Verifies an authenticator's code and spends its step.
    ///
    /// # Errors
    /// [`ShellError`]: the code counts as not accepted.
    pub fn verify_totp(&self, account: &str, code: &[u8]) -> Result<TotpAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let verify = VerifyTotp { code: parse::code(code, TotpParameters::default().digits())? };
        Ok(answer(self.service.execute(&owner, &verify, now)?))
    }
}

fn answer(outcome: TotpOutcome) -> TotpAnswer {
    match outcome {
        TotpOutcome::Accepted => TotpAnswer::Accepted,
        TotpOutcome::Rejected(_) => TotpAnswer::Rejected,
        TotpOutcome::Blocked { until } => access::blocked_until(until),
        TotpOutcome::NotEnrolled => TotpAnswer::NotEnrolled,
    }
}
