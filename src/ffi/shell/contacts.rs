//! Changing a registered contact, and looking the registered ones over.

use super::codes::{self, CodeAnswer, CodeSent, CodeSentAnswer, destination};
use super::error::ShellError;
use super::freezes::authority;
use super::identity::{IdentityInput, checked};
use super::lists::{ContactChangeLine, contact_change};
use super::parse;
use super::refusals::{send_refused_name, told_wait};
use super::security::Security;
use crate::account::{CancelHandle, ContactKind, ReviewDue};
use crate::command::{
    ApproveLostContact, BeginContactChange, BeginLostContactChange, CancelContactChange, CancelledChange,
    ConfirmRegistered, ContactCancel, ContactRefused, FinishContactChange, ProveNewContact, ProveOldContact,
    RecordIdentityCheck, Registered, ReviewAnswer, ReviewReminder, SendContactCode,
};
use crate::freeze::Actor;
use crate::types::Timestamp;
use crate::verification::Purpose;

/// Where the change of a contact stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ContactAnswer {
    /// It began: a code went to the contact in force.
    Begun {
        /// Every further step names it.
        change: String,
        /// Which contact was asked: `phone` or `email`.
        via: String,
        /// Where the code went.
        sent: CodeSent,
        /// The change waits before this moment.
        expires_at_ms: i64,
    },
    /// A code went out again.
    Sent {
        /// Where.
        sent: CodeSent,
    },
    /// The contact in force agreed.
    Agreed {
        /// The code to the new contact, or why it could not be sent yet: ask with `send_contact_code`.
        sent: CodeSentAnswer,
        /// The change waits before this moment.
        expires_at_ms: i64,
    },
    /// The new contact answered. The old one is in force until then, and every contact was warned.
    CoolingOff {
        /// From when on the new contact can be in force.
        until_ms: i64,
    },
    /// The new contact is in force.
    InForce {
        /// Which: `phone` or `email`.
        via: String,
    },
    /// It was called off; the contact in force stays.
    CalledOff {
        /// Which: `phone` or `email`.
        via: String,
        /// Whether it was called off from outside while somebody signed in went on with it: a sign of a takeover.
        is_suspicious: bool,
    },
    /// A loss is reported, or one step of support is done; the next one has to follow in time.
    WithSupport {
        /// The change.
        change: String,
        /// The next step is waited for before this moment.
        until_ms: i64,
    },
    /// No.
    Refused {
        /// The stable number of the reason, 601 to 699.
        code: u16,
        /// What to do, for developers and staff.
        what: String,
        /// What the customer reads, in the language asked for.
        text: String,
        /// Of 605: the stable name of why no code was sent, as where a code is refused.
        why: Option<String>,
        /// What the customer is told of a typed code, where one was looked at.
        typed: Option<CodeAnswer>,
        /// From when on the same step may succeed, where waiting helps and the customer may know how long.
        retry_at_ms: Option<i64>,
    },
}

/// The registered contacts, masked, as the owner is shown them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RegisteredContacts {
    /// The phone number.
    pub phone_masked: Option<String>,
    /// The e-mail address.
    pub email_masked: Option<String>,
    /// Since when they are due to be looked over; absent = they are not.
    pub review_due_since_ms: Option<i64>,
    /// The change under way; absent = there is none.
    pub change: Option<ContactChangeLine>,
}

impl Security {
    /// Begins the change of a registered contact of a signed-in customer: a code goes to the contact in force. `new` is a phone
    /// number (`+86...`) or an e-mail address; `ticket` is a complete step-up with another proof, where the account has one.
    ///
    /// # Errors
    /// [`ShellError`]; nothing changed.
    pub fn begin_contact_change(
        &self,
        account: &str,
        new: &str,
        ticket: Option<&str>,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let begin = BeginContactChange {
            new: destination("new", new)?,
            ticket: ticket.map(|ticket| parse::id("ticket", ticket)).transpose()?,
            sender: self.sender()?,
            locale: parse::locale(locale),
        };
        let begun = self.service.begin_contact_change(&owner, self.from, &begin, now)?;
        Ok(self.contact(
            begun.map(|begun| ContactAnswer::Begun {
                change: begun.change.to_string(),
                via: kind(begun.via),
                sent: codes::sent(begun.sent),
                expires_at_ms: begun.expires_at.unix_ms(),
            }),
            locale,
        ))
    }

    /// Sends the code of a change again, to the contact whose turn it is.
    ///
    /// # Errors
    /// [`ShellError`]: no code was sent.
    pub fn send_contact_code(&self, account: &str, change: &str, locale: &str) -> Result<ContactAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let send = SendContactCode {
            change: parse::id("change", change)?,
            sender: self.sender()?,
            locale: parse::locale(locale),
        };
        let sent = self.service.send_contact_code(&owner, self.from, &send, now)?;
        Ok(self.contact(sent.map(|sent| ContactAnswer::Sent { sent: codes::sent(sent) }), locale))
    }

    /// Tries the code of the contact in force; a code goes to the new one.
    ///
    /// # Errors
    /// [`ShellError`]: the code counts as not accepted.
    pub fn prove_old_contact(
        &self,
        account: &str,
        change: &str,
        code: &[u8],
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let prove = ProveOldContact {
            change: parse::id("change", change)?,
            code: parse::code("code", code, self.code_digits(Purpose::ChangeContact))?,
            sender: self.sender()?,
            locale: parse::locale(locale),
        };
        let agreed = self.service.prove_old_contact(&owner, self.from, &prove, now)?;
        Ok(self.contact(
            agreed.map(|agreed| ContactAnswer::Agreed {
                sent: self.sent_or_not(agreed.sent, locale),
                expires_at_ms: agreed.expires_at.unix_ms(),
            }),
            locale,
        ))
    }

    /// Tries the code of the new contact; the cooling-off begins.
    ///
    /// # Errors
    /// [`ShellError`]: the code counts as not accepted.
    pub fn prove_new_contact(
        &self,
        account: &str,
        change: &str,
        code: &[u8],
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let prove = ProveNewContact {
            change: parse::id("change", change)?,
            code: parse::code("code", code, self.code_digits(Purpose::ConfirmContact))?,
        };
        let proven = self.service.prove_new_contact(&owner, &prove, now)?;
        Ok(self.contact(proven.map(|until| ContactAnswer::CoolingOff { until_ms: until.unix_ms() }), locale))
    }

    /// Puts the new contact in force once the cooling-off is over. Sign-ins, step-ups, resets and
    /// the steps of a change do so by themselves.
    ///
    /// # Errors
    /// [`ShellError`]; the old contact stays in force.
    pub fn finish_contact_change(
        &self,
        account: &str,
        change: &str,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let finish = FinishContactChange { change: parse::id("change", change)? };
        let finished = self.service.finish_contact_change(&owner, &finish, now)?;
        Ok(self.contact(finished.map(|via| ContactAnswer::InForce { via: kind(via) }), locale))
    }

    /// Calls a change off for the signed-in owner.
    ///
    /// # Errors
    /// [`ShellError`]; the change goes on. Ask again.
    pub fn cancel_contact_change(
        &self,
        account: &str,
        change: &str,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        self.cancel(account, ContactCancel::Owner { change: parse::id("change", change)? }, locale)
    }

    /// Calls a change off for whoever holds the handle of a warning, without a sign-in.
    ///
    /// # Errors
    /// [`ShellError`]; the change goes on. Ask again.
    pub fn cancel_contact_change_by_handle(
        &self,
        account: &str,
        handle: &str,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        let handle = CancelHandle::parse(handle).map_err(|error| ShellError::invalid("handle", error))?;
        self.cancel(account, ContactCancel::Handle(handle), locale)
    }

    /// Reports a contact lost that `new` is to replace. `ticket` is a step-up with what the owner can still prove
    /// or, where only the password is left, the ticket of a sign-in under way.
    ///
    /// # Errors
    /// [`ShellError`]; nothing changed.
    pub fn begin_lost_contact_change(
        &self,
        account: &str,
        new: &str,
        ticket: &str,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let begin = BeginLostContactChange {
            new: destination("new", new)?,
            ticket: parse::id("ticket", ticket)?,
            locale: parse::locale(locale),
        };
        let begun = self.service.begin_lost_contact_change(&owner, &begin, now)?;
        Ok(self.contact(begun.map(|begun| with_support(&begun.change.to_string(), begun.expires_at)), locale))
    }

    /// Records how an agent made sure who reports the loss. Another agent has to approve.
    ///
    /// # Errors
    /// [`ShellError`]; nothing changed.
    #[expect(clippy::too_many_arguments, reason = "one plain value each, as every language passes them")]
    pub fn record_identity_check(
        &self,
        account: &str,
        change: &str,
        identity: &IdentityInput,
        actor: &str,
        as_authority: &str,
        case_ref: Option<&str>,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let record = RecordIdentityCheck {
            change: parse::id("change", change)?,
            check: checked(identity)?,
            by: Actor::staff(parse::actor(actor)?, authority("as_authority", as_authority)?),
            case_ref: parse::case_ref("case_ref", case_ref)?,
        };
        let recorded = self.service.record_identity_check(&owner, &record, now)?;
        Ok(self.contact(recorded.map(|until| with_support(change, until)), locale))
    }

    /// Another agent approves the identity check; then the owner asks for the new contact's code with
    /// [`Security::send_contact_code`].
    ///
    /// # Errors
    /// [`ShellError`]; nothing changed.
    pub fn approve_lost_contact(
        &self,
        account: &str,
        change: &str,
        actor: &str,
        as_authority: &str,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let approve = ApproveLostContact {
            change: parse::id("change", change)?,
            by: Actor::staff(parse::actor(actor)?, authority("as_authority", as_authority)?),
        };
        let approved = self.service.approve_lost_contact(&owner, &approve, now)?;
        Ok(self.contact(approved.map(|until| with_support(change, until)), locale))
    }

    /// The registered contacts as their signed-in owner is shown them, and the change of one that is under way.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn registered_contacts(&self, account: &str) -> Result<RegisteredContacts, ShellError> {
        let (record, now) = self.seen(account)?;
        let shown = Registered::of(&record.contacts);
        let review_due_since_ms = match record.review.due(&record.contacts, &self.service.settings().contacts, now) {
            ReviewDue::Due { since } => Some(since.unix_ms()),
            ReviewDue::NotDue => None,
        };
        let change = contact_change(&record, now);
        Ok(RegisteredContacts { phone_masked: shown.phone, email_masked: shown.email, review_due_since_ms, change })
    }

    /// The owner says that the contacts shown are right; `false` = they are others by now, show them again.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn confirm_registered_contacts(
        &self,
        account: &str,
        phone_masked: Option<&str>,
        email_masked: Option<&str>,
    ) -> Result<bool, ShellError> {
        let (owner, now) = self.asked(account)?;
        let shown = Registered { phone: phone_masked.map(str::to_owned), email: email_masked.map(str::to_owned) };
        Ok(self.service.confirm_registered(&owner, &ConfirmRegistered { shown }, now)? == ReviewAnswer::Confirmed)
    }

    /// Reminds the owner to look over the registered contacts, where that is due; says whether a reminder is on its way.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn remind_review(&self, account: &str) -> Result<bool, ShellError> {
        let (owner, now) = self.asked(account)?;
        Ok(self.service.remind_review(&owner, now)? == ReviewReminder::Reminded)
    }

    fn contact(&self, step: Result<ContactAnswer, ContactRefused>, locale: &str) -> ContactAnswer {
        step.unwrap_or_else(|refused| {
            let (why, typed) = match refused {
                ContactRefused::NotSent(refused) => (Some(send_refused_name(refused).to_owned()), None),
                ContactRefused::CodeNotAccepted(typed) => (None, Some(codes::answer(typed))),
                _ => (None, None),
            };
            let retry_at = match refused {
                ContactRefused::NotSent(refused) => told_wait(refused),
                _ => refused.retry_at(),
            };
            ContactAnswer::Refused {
                code: refused.code(),
                what: refused.to_string(),
                text: refused.text(parse::locale(locale), &self.service.settings().support),
                why,
                typed,
                retry_at_ms: retry_at.map(Timestamp::unix_ms),
            }
        })
    }

    fn cancel(&self, account: &str, by: ContactCancel, locale: &str) -> Result<ContactAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let cancelled = self.service.cancel_contact_change(&owner, &CancelContactChange { by }, now)?;
        Ok(self.contact(
            cancelled.map(|CancelledChange { kind: of, is_suspicious }| ContactAnswer::CalledOff {
                via: kind(of),
                is_suspicious,
            }),
            locale,
        ))
    }
}

fn with_support(change: &str, until: Timestamp) -> ContactAnswer {
    ContactAnswer::WithSupport { change: change.to_owned(), until_ms: until.unix_ms() }
}

fn kind(of: ContactKind) -> String {
    match of {
        ContactKind::Phone => "phone",
        ContactKind::Email => "email",
    }
    .to_owned()
}
