//! The authenticator of an account.

use super::error::ShellError;
use super::security::Security;
use super::{access, parse};
use crate::command::{
    ConfirmTotp, EnrolTotp, GenerateRecoveryCodes, ResyncAnswer, ResyncTotp, RevokeTotp, TotpOutcome, VerifyTotp,
};
use crate::totp::{KeyUri, RecoveryCode, TotpParameters, UriError};
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

/// What came of two codes in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum TotpResyncAnswer {
    /// Its clock is allowed for: ask for the next code.
    Resynced {
        /// How far the device is ahead, in steps; negative = behind.
        drift_steps: i8,
    },
    /// The codes are right and spent, but the device's clock is too far off: the owner must set it.
    DeviceClockOff {
        /// How far the device is ahead, in seconds; negative = behind.
        ahead_s: i64,
    },
    /// Not accepted.
    Rejected,
    /// Not looked at: too many wrong tries before.
    Blocked {
        /// From when on a try is looked at again.
        until_ms: i64,
    },
    /// No authenticator is in force.
    NotEnrolled,
}

/// New recovery codes, to be shown once; wiped when they go.
#[derive(Debug)]
pub struct RecoveryCodes {
    generation: u32,
    codes: Vec<RecoveryCode>,
}

impl RecoveryCodes {
    /// How often codes were drawn by now.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// The codes, one a line. Secrets.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let texts: Vec<Zeroizing<String>> = self.codes.iter().map(RecoveryCode::to_text).collect();
        // At its full size from the start: a text that grew would leave codes behind where it lay before.
        let mut text = Zeroizing::new(String::with_capacity(texts.iter().map(|code| code.len() + 1).sum()));
        for code in &texts {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(code);
        }
        text
    }
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
        let enrolled = enrolled.map_err(|error| {
            let field = if matches!(error, UriError::Label("issuer")) { "issuer" } else { "account_name" };
            ShellError::invalid(field, error)
        })?;
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
        let confirm = ConfirmTotp { code: parse::code("code", code, TotpParameters::default().digits())? };
        Ok(answer(self.service.execute(&owner, &confirm, now)?))
    }

    /// Verifies an authenticator's code and spends its step.
    ///
    /// # Errors
    /// [`ShellError`]: the code counts as not accepted.
    pub fn verify_totp(&self, account: &str, code: &[u8]) -> Result<TotpAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let verify = VerifyTotp { code: parse::code("code", code, TotpParameters::default().digits())? };
        Ok(answer(self.service.execute(&owner, &verify, now)?))
    }

    /// Finds a device whose clock is off by two codes in a row, and allows for it as far as it may. No sign-in.
    ///
    /// # Errors
    /// [`ShellError`]: the codes count as not accepted.
    pub fn resync_totp(&self, account: &str, first: &[u8], second: &[u8]) -> Result<TotpResyncAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let digits = TotpParameters::default().digits();
        let resync =
            ResyncTotp { first: parse::code("first", first, digits)?, second: parse::code("second", second, digits)? };
        Ok(match self.service.execute(&owner, &resync, now)? {
            ResyncAnswer::Resynced { drift_steps } => TotpResyncAnswer::Resynced { drift_steps },
            ResyncAnswer::DeviceClockOff { ahead_s } => TotpResyncAnswer::DeviceClockOff { ahead_s },
            ResyncAnswer::Rejected(_) => TotpResyncAnswer::Rejected,
            ResyncAnswer::Blocked { until } => TotpResyncAnswer::Blocked { until_ms: until.unix_ms() },
            ResyncAnswer::NotEnrolled => TotpResyncAnswer::NotEnrolled,
        })
    }

    /// Takes an authenticator away; says whether there was such a one. `ticket` is a complete step-up; one that was never
    /// confirmed goes without.
    ///
    /// # Errors
    /// [`ShellError`]; it stays.
    pub fn revoke_totp(&self, account: &str, credential: &str, ticket: Option<&str>) -> Result<bool, ShellError> {
        let (owner, now) = self.asked(account)?;
        let revoke = RevokeTotp {
            credential: parse::id("credential", credential)?,
            ticket: ticket.map(|ticket| parse::id("ticket", ticket)).transpose()?,
        };
        Ok(self.service.execute(&owner, &revoke, now)?)
    }

    /// Draws new recovery codes; every older one is void. `ticket` is a complete step-up, needed where the account can prove
    /// something already.
    ///
    /// # Errors
    /// [`ShellError`]; the old ones stay good.
    pub fn generate_recovery_codes(&self, account: &str, ticket: Option<&str>) -> Result<RecoveryCodes, ShellError> {
        let (owner, now) = self.asked(account)?;
        let generate = GenerateRecoveryCodes { ticket: ticket.map(|ticket| parse::id("ticket", ticket)).transpose()? };
        let drawn = self.service.execute(&owner, &generate, now)?;
        Ok(RecoveryCodes { generation: drawn.generation, codes: drawn.codes })
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
