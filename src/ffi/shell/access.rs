//! Sign-up and sign-in.

use std::fmt;

use super::codes::{self, CodeAnswer, CodeSent, CodeSentAnswer};
use super::error::ShellError;
use super::password::{PasswordReport, known_words, report};
use super::proving::{Proof, SecondFactorOffers, offered};
use super::refusals::NotSent;
use super::security::Security;
use super::{TotpAnswer, parse};
use crate::account::{DeviceLabel, DeviceToken};
use crate::command::{ConfirmContact, ProveSignIn, SendConfirmation, SignInStep, SignUpOutcome};
use crate::password::{Password, RotationDue, UserContext};
use crate::service::{NewAccount, SignUpResult, Unfit};
use crate::verification::{Purpose, SendRefused};

/// What came of a sign-up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum SignUpAnswer {
    /// The account is there, and a code is on its way to the contact.
    Created {
        /// The code that was sent.
        sent: CodeSent,
    },
    /// The password does not fit; nothing changed.
    Unfit {
        /// Rule by rule.
        report: PasswordReport,
    },
    /// There is such an account; nothing changed.
    AlreadyExists,
    /// No code can be sent there now; nothing changed.
    NotSent {
        /// The stable name of the reason, as where a code is refused.
        why: String,
        /// What the customer reads, in the language asked for.
        text: String,
        /// From when on it may be asked again, where waiting helps and the customer may know how long.
        retry_at_ms: Option<i64>,
    },
}

/// Where a sign-in stands. Its Debug does not show the token of a device, nor a ticket.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum SignInAnswer {
    /// The owner is in.
    SignedIn {
        /// Whether the password is due to be changed.
        change_password_soon: bool,
        /// Whether the registered information is due to be looked over.
        review_due: bool,
        /// What the remembered device presents from now on; a secret of that device.
        device_token: Option<String>,
    },
    /// A second factor is needed.
    SecondFactor {
        /// Goes with the proof.
        ticket: String,
        /// How it can be given.
        offers: SecondFactorOffers,
    },
    /// The password must be changed first.
    ChangePassword {
        /// Goes with the new password.
        ticket: String,
    },
    /// The account is frozen for signing in.
    Frozen,
    /// No. Which part was wrong is not told.
    Refused {
        /// From when on a try is looked at again; absent = at once.
        retry_at_ms: Option<i64>,
    },
}

impl fmt::Debug for SignInAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedIn { change_password_soon, review_due, device_token } => f
                .debug_struct("SignedIn")
                .field("change_password_soon", change_password_soon)
                .field("review_due", review_due)
                .field("is_device_remembered", &device_token.is_some())
                .finish_non_exhaustive(),
            Self::SecondFactor { offers, .. } => {
                f.debug_struct("SecondFactor").field("offers", offers).finish_non_exhaustive()
            }
            Self::ChangePassword { .. } => f.debug_struct("ChangePassword").finish_non_exhaustive(),
            Self::Frozen => f.write_str("Frozen"),
            Self::Refused { retry_at_ms } => f.debug_struct("Refused").field("retry_at_ms", retry_at_ms).finish(),
        }
    }
}

impl Security {
    /// Signs a customer up with a phone number (`+86...`) or an e-mail address, which gets a code. `words` is what the
    /// password must not contain beside the contact and the name, 13 at most.
    ///
    /// # Errors
    /// [`ShellError`]; nothing changed.
    pub fn sign_up(
        &self,
        account: &str,
        password: &[u8],
        words: &[String],
        contact: &str,
        locale: &str,
    ) -> Result<SignUpAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let typed = typed_password("password", password)?;
        let to = codes::destination("contact", contact)?;
        let known = known_words(words, [account, contact].into_iter())?;
        let known: Vec<&str> = known.iter().map(|word| word.as_str()).collect();
        let words = UserContext::new(&known).map_err(|error| ShellError::invalid("words", error))?;
        let new = NewAccount {
            password: &typed,
            words: &words,
            contact: to,
            second: None,
            sender: self.sender()?,
            locale: parse::locale(locale),
        };
        Ok(match self.service.sign_up(&owner, self.from, &new, now)? {
            SignUpResult::Created(sent) | SignUpResult::Refused(SignUpOutcome::Created(sent)) => {
                SignUpAnswer::Created { sent: codes::sent(sent) }
            }
            SignUpResult::Unfit(Unfit::Rules(found)) => SignUpAnswer::Unfit { report: report(&found, locale) },
            SignUpResult::Unfit(Unfit::UsedBefore) => {
                return Err(ShellError::invalid("password", "used before"));
            }
            SignUpResult::NotSent(refused) | SignUpResult::Refused(SignUpOutcome::NoCode(refused)) => {
                let NotSent { why, text, retry_at_ms } = self.not_sent(refused, locale);
                SignUpAnswer::NotSent { why, text, retry_at_ms }
            }
            SignUpResult::Refused(SignUpOutcome::AlreadyExists) => SignUpAnswer::AlreadyExists,
            SignUpResult::Refused(SignUpOutcome::TwoOfOneKind) => {
                return Err(ShellError::invalid("contact", "one of each kind"));
            }
        })
    }

    /// Tries the code that a registered contact received. `via` is `phone` or `email`.
    ///
    /// # Errors
    /// [`ShellError`]: the code counts as not accepted.
    pub fn confirm_contact(
        &self,
        account: &str,
        via: &str,
        challenge: &str,
        code: &[u8],
    ) -> Result<CodeAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let (challenge, contact) = (parse::id("challenge", challenge)?, parse::contact(via)?);
        let confirm = ConfirmContact {
            contact,
            challenge,
            code: parse::code("code", code, self.code_digits(Purpose::ConfirmContact))?,
        };
        Ok(codes::answer(self.service.confirm_contact(&owner, &confirm, now)?))
    }

    /// Signs in with a password. `device_token` is what a remembered device was given.
    ///
    /// # Errors
    /// [`ShellError`]: the customer is told "not now".
    pub fn sign_in(
        &self,
        account: &str,
        password: &[u8],
        device_token: Option<&str>,
    ) -> Result<SignInAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let typed = typed_password("password", password)?;
        // A token that cannot be read is a stranger's, like one that is not known.
        let device = device_token.and_then(DeviceToken::parse);
        Ok(step(self.service.sign_in(&owner, &typed, device.as_ref(), now)?))
    }

    /// Sends a code that is to confirm a registered contact, for the first time or again. `via` is `phone` or `email`.
    ///
    /// # Errors
    /// [`ShellError`]: no code was sent.
    pub fn send_confirmation(&self, account: &str, via: &str, locale: &str) -> Result<CodeSentAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let send =
            SendConfirmation { contact: parse::contact(via)?, sender: self.sender()?, locale: parse::locale(locale) };
        Ok(match self.service.send_confirmation(&owner, self.from, &send, now)? {
            Some(sent) => self.sent_or_not(sent, locale),
            None => {
                // What the customer can do about it is what helps where no code may be sent.
                let told = self.not_sent(SendRefused::ChannelNotAllowed, locale);
                NotSent { why: "no_such_contact".to_owned(), ..told }.into()
            }
        })
    }

    /// Gives the second factor of a sign-in. `remember` is the label of a device to remember.
    ///
    /// # Errors
    /// [`ShellError`]: the proof counts as not given.
    pub fn prove_sign_in(
        &self,
        account: &str,
        ticket: &str,
        proof: Proof<'_>,
        remember: Option<&str>,
    ) -> Result<SignInAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let proof = self.typed(proof, Purpose::SignIn)?;
        let remember = remember.map(DeviceLabel::parse).transpose();
        let remember = remember.map_err(|error| ShellError::invalid("remember", error))?;
        let prove = ProveSignIn { ticket: parse::id("ticket", ticket)?, proof, remember };
        Ok(step(self.service.prove_sign_in(&owner, &prove, now)?))
    }
}

/// Kept here because the two answers share a shape.
pub(super) fn blocked_until(until: crate::types::Timestamp) -> TotpAnswer {
    TotpAnswer::Blocked { until_ms: until.unix_ms() }
}

pub(super) fn typed_password(field: &str, typed: &[u8]) -> Result<Password, ShellError> {
    Password::parse(typed).map_err(|error| ShellError::invalid(field, error))
}

fn step(step: SignInStep) -> SignInAnswer {
    let retry_at_ms = step.refusal().and_then(|refusal| refusal.retry_at).map(crate::types::Timestamp::unix_ms);
    match step {
        SignInStep::SignedIn(signed_in) => SignInAnswer::SignedIn {
            change_password_soon: signed_in.rotation != RotationDue::No,
            review_due: signed_in.review_due,
            device_token: signed_in.device.map(|device| device.token.expose().to_string()),
        },
        SignInStep::SecondFactor { ticket, offers } => {
            SignInAnswer::SecondFactor { ticket: ticket.to_string(), offers: offered(offers) }
        }
        SignInStep::ChangePassword { ticket } => SignInAnswer::ChangePassword { ticket: ticket.to_string() },
        SignInStep::Frozen => SignInAnswer::Frozen,
        SignInStep::Refused(_) => SignInAnswer::Refused { retry_at_ms },
    }
}
