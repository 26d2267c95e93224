//! Signing up, and confirming the contacts that were given.
//!
//! A contact proves something only once it gave back a code. Until one has, the account has no second factor: the first
//! sign-in then confirms the contact with the ticket of the right password (see [`proving`](super::proving)), or corrects one
//! that was mistyped ([`CorrectContact`](super::CorrectContact)).

use super::codes::{CodeAnswer, CodeSent, IssueCode, VerifyCode};
use super::effect::{Effect, Notice};
use super::notify::notify;
use super::offers::provable;
use super::{Command, Env, Rejection, Transition, check_open};
use crate::account::{AccountRecord, Contact, ContactKind, Errand, EventKind, FailureBudget, SetAuthority};
use crate::freeze::Scopes;
use crate::password::{PasswordState, Phc};
use crate::totp::RecoverySet;
use crate::types::{Locale, RandomId, TypedCode};
use crate::verification::{Binding, Destination, Purpose, SendRefused, Sender, VerifyOutcome};

/// A new customer: password, at least one contact, and a code to that one.
///
/// The account's id is the integrator's, who makes it; so an id that is taken is no secret of a customer. Authenticators and
/// recovery codes that were set up under the name before are void; take over those of another system after this.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// The hash of the first password, which the policy accepted.
    pub phc: Phc,
    /// The contact that is to be confirmed first.
    pub contact: Destination,
    /// Another one, of the other kind.
    pub second: Option<Destination>,
    /// Who the message comes from.
    pub sender: Sender,
    /// Language of the message, and of every notice from now on.
    pub locale: Locale,
}

/// What came of [`SignUp`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignUpOutcome {
    /// The account is there, and a code is on its way.
    Created(CodeSent),
    /// There is such an account; nothing changed.
    AlreadyExists,
    /// Two phone numbers or two e-mail addresses; nothing changed.
    TwoOfOneKind,
    /// No code can be sent; nothing changed.
    NoCode(SendRefused),
}

/// Sends a code that confirms a registered contact, for a signed-in customer.
#[derive(Clone, Debug)]
pub struct SendConfirmation {
    /// Which contact.
    pub contact: ContactKind,
    /// Who the message comes from.
    pub sender: Sender,
    /// Language of the message.
    pub locale: Locale,
}

/// Confirms a registered contact with the code that was sent to it, for a signed-in customer.
///
/// From then on it proves its owner at sign-ins and step-ups. Where the account could prove something before, that is one
/// way in more: the owner is told so, and payments are looked at as after any change of a factor. It takes no step-up,
/// because the contact was named at sign-up and can only be replaced by a change, which takes one.
#[derive(Clone, Debug)]
pub struct ConfirmContact {
    /// Which contact.
    pub contact: ContactKind,
    /// The challenge.
    pub challenge: RandomId,
    /// The code as typed.
    pub code: TypedCode,
}

impl Command for SignUp {
    type Record = AccountRecord;
    type Reply = SignUpOutcome;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, SignUpOutcome>, Rejection> {
        if let Some(refused) = self.refused(&record) {
            return Ok(Transition::unchanged(record, refused));
        }
        check_open(&record, Scopes::CHANGE_FACTORS, env.now)?;
        let Transition { mut record, events: code_events, effects, reply } =
            confirmation(&self.contact, &self.sender, self.locale).decide(record, env)?;
        let sent = match reply {
            Ok(sent) => sent,
            Err(refused) => return Ok(Transition::unchanged(record, SignUpOutcome::NoCode(refused))),
        };
        for contact in [Some(&self.contact), self.second.as_ref()].into_iter().flatten() {
            record.contacts.replace(Contact::unconfirmed(contact.clone()));
        }
        record.contacts.set_locale(self.locale);
        let planted = drop_planted(&mut record);
        record.password = Some(PasswordState::set(None, &self.phc, &env.settings.password, env.now));
        let mut events = vec![signed_up(&record), EventKind::PasswordSet { changed: false, by: SetAuthority::SignUp }];
        events.extend(planted.chain(code_events));
        Ok(Transition { record, events, effects, reply: SignUpOutcome::Created(sent) })
    }
}

impl SignUp {
    fn refused(&self, record: &AccountRecord) -> Option<SignUpOutcome> {
        let kind = ContactKind::of(&self.contact);
        if record.password.is_some() || record.contacts.iter().next().is_some() {
            Some(SignUpOutcome::AlreadyExists)
        } else if self.second.as_ref().is_some_and(|second| ContactKind::of(second) == kind) {
            Some(SignUpOutcome::TwoOfOneKind)
        } else {
            None
        }
    }
}

/// A name without an account has nothing to prove, so whoever asks can enrol an authenticator or draw recovery codes under it.
/// The customer who signs up must not inherit them: they would open the account for whoever planted them. Nor what was typed
/// wrong for them, or else a stranger locks a customer out who is yet to come.
fn drop_planted(record: &mut AccountRecord) -> impl Iterator<Item = EventKind> + use<> {
    let totp = std::mem::take(&mut record.totp);
    record.recovery = RecoverySet::default();
    record.second_factor_budget = FailureBudget::default();
    record.tickets.void();
    let credentials = [totp.active().map(|it| it.credential().id()), totp.pending().map(|it| it.credential().id())];
    credentials.into_iter().flatten().map(|credential| EventKind::TotpRevoked { credential })
}

fn signed_up(record: &AccountRecord) -> EventKind {
    let masked = |kind| record.contacts.get(kind).map(|contact: &Contact| contact.destination().masked());
    EventKind::SignedUp { phone_masked: masked(ContactKind::Phone), email_masked: masked(ContactKind::Email) }
}

/// A code to a contact, good for confirming this very contact.
fn confirmation(to: &Destination, sender: &Sender, locale: Locale) -> IssueCode {
    let (purpose, binding) = (Purpose::ConfirmContact, Binding::NewContact(to.clone()));
    IssueCode { purpose, to: to.clone(), binding, sender: sender.clone(), locale }
}

impl Command for SendConfirmation {
    type Record = AccountRecord;
    /// `None` = there is no such contact.
    type Reply = Option<Result<CodeSent, SendRefused>>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let Some(contact) = record.contacts.get(self.contact) else {
            return Ok(Transition::unchanged(record, None));
        };
        let issue = confirmation(contact.destination(), &self.sender, self.locale);
        let Transition { record, events, effects, reply } = issue.decide(record, env)?;
        Ok(Transition { record, events, effects, reply: Some(reply) })
    }
}

impl Command for ConfirmContact {
    type Record = AccountRecord;
    type Reply = CodeAnswer;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, CodeAnswer>, Rejection> {
        // Who does not even hold the challenge is told nothing: not that the account is frozen, nor that it is blocked.
        let is_known = record.challenges.get(self.challenge).is_some_and(|it| it.purpose == Purpose::ConfirmContact);
        let contact = record.contacts.get(self.contact).filter(|_| is_known);
        let Some(to) = contact.map(|contact| contact.destination().clone()) else {
            return Ok(Transition::unchanged(record, CodeAnswer::Tried(VerifyOutcome::NotFound)));
        };
        let (challenge, code) = (self.challenge, self.code.clone());
        let binding = Binding::NewContact(to.clone());
        let verify = VerifyCode { challenge, purpose: Purpose::ConfirmContact, binding, code };
        let Transition { mut record, mut events, mut effects, reply } = verify.decide(record, env)?;
        if reply == CodeAnswer::Tried(VerifyOutcome::Accepted) {
            // Told to those who were there before: the new one need not be its owner's.
            effects.extend(added(&mut record, &to, env));
            record.contacts.confirm(&to, env.now);
            events.push(EventKind::ContactConfirmed { contact: self.contact, destination_masked: to.masked() });
        }
        Ok(Transition { record, events, effects, reply })
    }
}

/// What a contact brings about that is to prove something from now on, beside what proves something already.
fn added(record: &mut AccountRecord, to: &Destination, env: &Env<'_>) -> Vec<Effect> {
    let is_another = !record.contacts.is_confirmed(to) && !provable(record, Errand::StepUp, env.settings).is_empty();
    if !is_another {
        return Vec::new();
    }
    record.security_changed_at = Some(env.now);
    notify(record, Notice::FactorAdded, env)
}
