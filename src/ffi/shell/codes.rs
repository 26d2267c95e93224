//! Codes by message, for payments.

use super::error::ShellError;
use super::parse;
use super::security::Security;
use crate::account::ContactKind;
use crate::command::{self, ContactsInForce, IssueCode, ResendCode, VerifyCode};
use crate::types::{AccountId, Timestamp};
use crate::verification::{self, Binding, Channel, Destination, PublicOutcome, Purpose, SendRefused};

/// A code is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CodeSent {
    /// Goes back with the code.
    pub challenge: String,
    /// Where it went, masked for display.
    pub destination_masked: String,
    /// Until when the code is good, exclusive.
    pub expires_at_ms: i64,
    /// From when on another message may be asked for.
    pub resend_at_ms: i64,
}

/// What came of asking for a code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum CodeSentAnswer {
    /// It is on its way.
    Sent {
        /// Where and until when.
        sent: CodeSent,
    },
    /// None was made.
    Refused {
        /// The stable name of the reason. Of messages: `too_soon`, `no_sends_left`, `no_tries_left`, `too_many_open`,
        /// `not_allowed` (not to such a number or address; a payment's code goes to a confirmed contact of the account), `not_now` (a budget is used up; which one is told to nobody),
        /// `clock`, `not_found`, `closed` and `context_changed` (begin anew). Of a proof also `no_such_ticket`, `not_offered`,
        /// `frozen`, `blocked` (too many wrong tries before); of a confirmation `no_such_contact`.
        why: String,
        /// What the customer reads, in the language asked for.
        text: String,
        /// From when on it may be asked again, where waiting helps and the customer may know how long.
        retry_at_ms: Option<i64>,
    },
}

/// All that a customer is told of a typed code. Numbers count from 1, as in C: a 0 that nobody wrote is never the best of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[repr(u8)]
pub enum CodeAnswer {
    /// Go on.
    Accepted = 1,
    /// That was not it.
    Rejected = 2,
    /// That was the code of an older message: use the newest one.
    UseNewest = 3,
    /// Ask for a new code.
    RequestNew = 4,
    /// Not now.
    TryLater = 5,
}

/// What a payment's code is bound to (PSD2 RTS art. 5): another amount, currency or payee, and the code is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct PaymentBinding {
    /// Amount in the currency's smallest unit.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The payee's account.
    pub payee_account: String,
    /// The payee's name, as shown.
    pub payee_name: Option<String>,
}

impl Security {
    /// Sends a code that approves one payment. `contact` is a confirmed contact of the account: `phone` or `email` for the one
    /// that is registered, or its number or address itself. To any other none is sent: the answer is a refusal, `not_allowed`.
    ///
    /// # Errors
    /// [`ShellError`]: no code was sent.
    pub fn send_payment_code(
        &self,
        account: &str,
        contact: &str,
        payment: &PaymentBinding,
        locale: &str,
    ) -> Result<CodeSentAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let binding = binding(payment)?;
        let Some(to) = self.confirmed(&owner, contact, now)? else {
            return Ok(self.sent_or_not(Err(SendRefused::ChannelNotAllowed), locale));
        };
        let issue =
            IssueCode { purpose: Purpose::Payment, to, binding, sender: self.sender()?, locale: parse::locale(locale) };
        Ok(self.sent_or_not(self.service.send_code(&owner, self.from, &issue, now)?, locale))
    }

    /// Sends another code for a payment whose challenge is open. `contact` as in [`Security::send_payment_code`].
    ///
    /// # Errors
    /// [`ShellError`]: no code was sent.
    pub fn resend_payment_code(
        &self,
        account: &str,
        contact: &str,
        challenge: &str,
        payment: &PaymentBinding,
        locale: &str,
    ) -> Result<CodeSentAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let (challenge, binding) = (parse::id("challenge", challenge)?, binding(payment)?);
        let Some(to) = self.confirmed(&owner, contact, now)? else {
            return Ok(self.sent_or_not(Err(SendRefused::ChannelNotAllowed), locale));
        };
        let resend = ResendCode { challenge, to, binding, sender: self.sender()?, locale: parse::locale(locale) };
        Ok(self.sent_or_not(self.service.resend_code(&owner, self.from, &resend, now)?, locale))
    }

    /// Tries the code of a payment, which must be the very payment it was sent for. `contact` as in
    /// [`Security::send_payment_code`]; for one that is not confirmed, or not any more, a new code is needed.
    ///
    /// # Errors
    /// [`ShellError`]: the code counts as not accepted.
    pub fn verify_payment_code(
        &self,
        account: &str,
        contact: &str,
        challenge: &str,
        payment: &PaymentBinding,
        code: &[u8],
    ) -> Result<CodeAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let verify = VerifyCode {
            challenge: parse::id("challenge", challenge)?,
            purpose: Purpose::Payment,
            binding: binding(payment)?,
            code: parse::code("code", code, self.payment_code_digits())?,
        };
        match self.confirmed(&owner, contact, now)? {
            Some(to) => Ok(answer(self.service.verify_code(&owner, &to, &verify, now)?)),
            None => Ok(CodeAnswer::RequestNew),
        }
    }

    /// How many digits a payment's code has.
    #[must_use]
    pub fn payment_code_digits(&self) -> u8 {
        self.code_digits(Purpose::Payment)
    }

    /// The confirmed contact that is meant: of this kind, or this very number or address. What the asker names proves nothing.
    fn confirmed(&self, owner: &AccountId, contact: &str, now: Timestamp) -> Result<Option<Destination>, ShellError> {
        let named = match contact {
            "phone" => Err(ContactKind::Phone),
            "email" => Err(ContactKind::Email),
            written => Ok(destination("contact", written)?),
        };
        let contacts = self.service.execute(owner, &ContactsInForce, now)?;
        Ok(match named {
            Ok(to) => Some(to).filter(|to| contacts.is_confirmed(to)),
            Err(kind) => contacts.confirmed(kind).map(|found| found.destination().clone()),
        })
    }
}

pub(super) fn sent(sent: command::CodeSent) -> CodeSent {
    CodeSent {
        challenge: sent.challenge.to_string(),
        destination_masked: sent.destination_masked,
        expires_at_ms: sent.expires_at.unix_ms(),
        resend_at_ms: sent.resend_at.unix_ms(),
    }
}

pub(super) fn answer(answer: command::CodeAnswer) -> CodeAnswer {
    match answer.public() {
        PublicOutcome::Accepted => CodeAnswer::Accepted,
        PublicOutcome::Rejected => CodeAnswer::Rejected,
        PublicOutcome::UseNewest => CodeAnswer::UseNewest,
        PublicOutcome::RequestNew => CodeAnswer::RequestNew,
        PublicOutcome::TryLater => CodeAnswer::TryLater,
    }
}

pub(super) fn destination(field: &str, contact: &str) -> Result<Destination, ShellError> {
    let channel = if contact.contains('@') { Channel::Email } else { Channel::Sms };
    Destination::parse(channel, contact).map_err(|error| ShellError::invalid(field, error))
}

fn binding(payment: &PaymentBinding) -> Result<Binding, ShellError> {
    let money = parse::money(payment.amount_minor, &payment.currency)?;
    let mut bound = verification::PaymentBinding::new(money, &payment.payee_account)
        .map_err(|error| ShellError::invalid("payee_account", error))?;
    if let Some(name) = &payment.payee_name {
        bound = bound.named(name).map_err(|error| ShellError::invalid("payee_name", error))?;
    }
    Ok(Binding::Payment(bound))
}
