//! Changing a password, and setting a forgotten one anew.

use std::fmt;

use super::access::typed_password;
use super::error::ShellError;
use super::parse;
use super::password::{PasswordReport, known_words, report};
use super::proving::{self, Proof, ProofAnswer};
use super::security::Security;
use crate::account::{DeviceLabel, DeviceToken};
use crate::command::{BeginReset, ProveReset, SetBy, VerifyReset};
use crate::password::UserContext;
use crate::service::{ChangePassword, NewPassword, PasswordChange, Unfit};
use crate::types::{AccountId, Timestamp};
use crate::verification::Purpose;
use zeroize::Zeroizing;

/// What came of a new password. Its Debug does not show the token of a device.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum PasswordAnswer {
    /// It is the account's password now.
    Changed {
        /// Whether this was what a sign-in waited for: the owner is in.
        signed_in: bool,
        /// Whether the registered information is due to be looked over; only at a sign-in.
        review_due: bool,
        /// What the remembered device presents from now on; a secret of that device.
        device_token: Option<String>,
    },
    /// It does not fit; nothing changed, and a ticket is still good.
    Unfit {
        /// Rule by rule.
        report: PasswordReport,
    },
    /// It is one of the account's last passwords; nothing changed, and a ticket is still good.
    UsedBefore,
    /// The one in force is too young to be changed.
    TooYoung {
        /// When it can be changed.
        until_ms: i64,
    },
    /// No; nothing changed. Which part was wrong is not told.
    Refused {
        /// From when on a try is looked at again; absent = at once.
        retry_at_ms: Option<i64>,
    },
}

impl fmt::Debug for PasswordAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { signed_in, review_due, device_token } => f
                .debug_struct("Changed")
                .field("signed_in", signed_in)
                .field("review_due", review_due)
                .field("is_device_remembered", &device_token.is_some())
                .finish_non_exhaustive(),
            Self::Unfit { report } => f.debug_struct("Unfit").field("report", report).finish(),
            Self::UsedBefore => f.write_str("UsedBefore"),
            Self::TooYoung { until_ms } => f.debug_struct("TooYoung").field("until_ms", until_ms).finish(),
            Self::Refused { retry_at_ms } => f.debug_struct("Refused").field("retry_at_ms", retry_at_ms).finish(),
        }
    }
}

/// A reset begins: the same answer for every name. If there is such an account and it has such a contact, a code is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ResetStarted {
    /// Goes back with the code.
    pub challenge: String,
    /// Until when a code that was sent is good at the latest, exclusive.
    pub expires_at_ms: i64,
    /// From when on another message may be asked for.
    pub resend_at_ms: i64,
}

impl Security {
    /// Changes the password of a signed-in customer, who types the one in force again. `words` is what the new one must not
    /// contain beside the name and the registered contacts, 13 at most; `device_token` is what a remembered device was given.
    ///
    /// # Errors
    /// [`ShellError`]; nothing changed.
    pub fn change_password(
        &self,
        account: &str,
        current: &[u8],
        new: &[u8],
        words: &[String],
        device_token: Option<&str>,
        locale: &str,
    ) -> Result<PasswordAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let current = typed_password("current", current)?;
        let new = typed_password("new", new)?;
        let words = self.words(&owner, words)?;
        let borrowed: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
        let words = UserContext::new(&borrowed).map_err(|error| ShellError::invalid("words", error))?;
        let device = device_token.and_then(DeviceToken::parse);
        let change = ChangePassword { current: &current, new: &new, words: &words, device: device.as_ref() };
        Ok(answer(self.service.change_password(&owner, &change, now)?, locale))
    }

    /// Sets the new password that a sign-in waits for, on the word of its ticket; then the owner is in. `remember` is the label
    /// of a device to remember.
    ///
    /// # Errors
    /// [`ShellError`]; nothing changed, and the ticket is still good.
    pub fn set_password_at_sign_in(
        &self,
        account: &str,
        ticket: &str,
        new: &[u8],
        words: &[String],
        remember: Option<&str>,
        locale: &str,
    ) -> Result<PasswordAnswer, ShellError> {
        let remember = remember.map(DeviceLabel::parse).transpose();
        let remember = remember.map_err(|error| ShellError::invalid("remember", error))?;
        let by = SetBy::SignIn { ticket: parse::id("ticket", ticket)?, remember };
        self.set_password(account, by, new, words, locale)
    }

    /// Begins the reset of a forgotten password. `via` is `phone` or `email`: where the code goes.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn begin_reset(&self, account: &str, via: &str, locale: &str) -> Result<ResetStarted, ShellError> {
        let (owner, now) = self.asked(account)?;
        let begin = BeginReset { via: parse::contact(via)?, sender: self.sender()?, locale: parse::locale(locale) };
        let started = self.service.begin_reset(&owner, self.from, &begin, now)?;
        Ok(ResetStarted {
            challenge: started.challenge.to_string(),
            expires_at_ms: started.expires_at.unix_ms(),
            resend_at_ms: started.resend_at.unix_ms(),
        })
    }

    /// Tries the code of a reset. Where the account can prove more, one more proof is needed.
    ///
    /// # Errors
    /// [`ShellError`]: the code counts as not accepted.
    pub fn verify_reset(&self, account: &str, challenge: &str, code: &[u8]) -> Result<ProofAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let code = parse::code("code", code, self.code_digits(Purpose::ResetPassword))?;
        let verify = VerifyReset { challenge: parse::id("challenge", challenge)?, code };
        Ok(proving::step(self.service.verify_reset(&owner, &verify, now)?))
    }

    /// Tries the second proof of a reset.
    ///
    /// # Errors
    /// [`ShellError`]: the proof counts as not given.
    pub fn prove_reset(&self, account: &str, ticket: &str, proof: Proof<'_>) -> Result<ProofAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let proof = self.typed(proof, Purpose::ResetPassword)?;
        let prove = ProveReset { ticket: parse::id("ticket", ticket)?, proof };
        Ok(proving::step(self.service.prove_reset(&owner, &prove, now)?))
    }

    /// Ends a reset: sets the new password on the word of its complete ticket. All known devices are forgotten; second factors
    /// and freezes stay.
    ///
    /// # Errors
    /// [`ShellError`]; nothing changed, and the ticket is still good.
    pub fn finish_reset(
        &self,
        account: &str,
        ticket: &str,
        new: &[u8],
        words: &[String],
        locale: &str,
    ) -> Result<PasswordAnswer, ShellError> {
        let by = SetBy::Reset { ticket: parse::id("ticket", ticket)? };
        self.set_password(account, by, new, words, locale)
    }

    fn set_password(
        &self,
        account: &str,
        by: SetBy,
        new: &[u8],
        words: &[String],
        locale: &str,
    ) -> Result<PasswordAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let new = typed_password("new", new)?;
        let words = self.words(&owner, words)?;
        let borrowed: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
        let words = UserContext::new(&borrowed).map_err(|error| ShellError::invalid("words", error))?;
        let new = NewPassword { new: &new, words: &words, by };
        Ok(answer(self.service.set_new_password(&owner, &new, now)?, locale))
    }

    /// What the new password must not contain: the caller's words, the account's name and contacts.
    fn words(&self, owner: &AccountId, words: &[String]) -> Result<Vec<Zeroizing<String>>, ShellError> {
        let record = self.service.record(owner)?;
        let contacts = record.contacts.iter().map(|contact| contact.destination().expose());
        known_words(words, contacts.chain([owner.as_str()]))
    }
}

fn answer(change: PasswordChange, locale: &str) -> PasswordAnswer {
    match change {
        PasswordChange::Changed { signed_in } => PasswordAnswer::Changed {
            signed_in: signed_in.is_some(),
            review_due: signed_in.as_ref().is_some_and(|signed_in| signed_in.review_due),
            device_token: signed_in.and_then(|it| it.device).map(|device| device.token.expose().to_string()),
        },
        PasswordChange::Unfit(Unfit::Rules(found)) => PasswordAnswer::Unfit { report: report(&found, locale) },
        PasswordChange::Unfit(Unfit::UsedBefore) => PasswordAnswer::UsedBefore,
        PasswordChange::TooYoung { until } => PasswordAnswer::TooYoung { until_ms: until.unix_ms() },
        PasswordChange::Refused(refused) => {
            PasswordAnswer::Refused { retry_at_ms: refused.public().retry_at.map(Timestamp::unix_ms) }
        }
    }
}
