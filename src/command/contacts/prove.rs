//! Both codes: first the contact in force agrees, then the new one proves that it receives.

use super::{ContactRefused, Draft, under_way, warn};
use crate::account::{AccountRecord, ContactChange, EventKind, Stage};
use crate::command::effect::Notice;
use crate::command::notify::to_app;
use crate::command::{CodeAnswer, CodeSent, Command, Env, Rejection, Transition, VerifyCode, check_open};
use crate::freeze::Scopes;
use crate::types::{Locale, RandomId, Timestamp, TypedCode};
use crate::verification::{Binding, PublicOutcome, Purpose, SendRefused, Sender};

/// Tries the code of the contact in force. The right one sends a code to the new contact, in the same decision.
///
/// The change itself knows its challenge and its new contact, so neither can be swapped on the way.
#[derive(Clone, Debug)]
pub struct ProveOldContact {
    /// The change.
    pub change: RandomId,
    /// The code as typed, read with the digits of [`Purpose::ChangeContact`].
    pub code: TypedCode,
    /// Who the code to the new contact comes from.
    pub sender: Sender,
    /// Language of that code, and of every notice once the change is in force. The warnings before keep to the owner's:
    /// whoever holds the contact in force for a moment must not choose one that the owner cannot read.
    pub locale: Locale,
}

/// The first half of [`ProveOldContact`]: tries the code and sends nothing, so that the service counts the try before it
/// asks the shared budgets for the message to the new contact.
#[derive(Clone, Debug)]
pub(crate) struct AgreeOldContact<'a> {
    pub change: RandomId,
    pub code: &'a TypedCode,
    pub locale: Locale,
}

/// The contact in force agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldContactAgreed {
    /// The code to the new contact, or why it could not be sent yet; then [`SendContactCode`](super::SendContactCode).
    pub sent: Result<CodeSent, SendRefused>,
    /// The change waits before this moment.
    pub expires_at: Timestamp,
}

/// Tries the code of the new contact. The right one starts the cooling-off and warns every contact in force.
#[derive(Clone, Debug)]
pub struct ProveNewContact {
    /// The change.
    pub change: RandomId,
    /// The code as typed, read with the digits of [`Purpose::ConfirmContact`].
    pub code: TypedCode,
}

impl Command for ProveOldContact {
    type Record = AccountRecord;
    type Reply = Result<OldContactAgreed, ContactRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let mut draft = Draft::of(AccountRecord::default());
        let agreed =
            AgreeOldContact { change: self.change, code: &self.code, locale: self.locale }.decide(record, env)?;
        let expires_at = match draft.absorb(agreed) {
            Ok(expires_at) => expires_at,
            Err(refused) => return Ok(draft.reply(Err(refused))),
        };
        let sent = draft.send_code(&self.sender, self.locale, env)?;
        Ok(draft.reply(Ok(OldContactAgreed { sent, expires_at })))
    }
}

impl Command for AgreeOldContact<'_> {
    type Record = AccountRecord;
    /// The change waits before this moment.
    type Reply = Result<Timestamp, ContactRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, Scopes::CHANGE_PROFILE, env.now)?;
        let mut draft = Draft::of(record);
        let change = match draft.tried(self.change, Purpose::ChangeContact, self.code, env)? {
            Ok(change) => change,
            Err(refused) => return Ok(draft.reply(Err(refused))),
        };
        draft.events.push(EventKind::OldContactProven { change: self.change });
        let expires_at = env.now.plus_ms(env.settings.contacts.open_ms);
        let agreed = change.with_locale(self.locale).at_stage(Stage::AwaitNew { challenge: None }, expires_at);
        draft.record.contact_change = Some(agreed);
        Ok(draft.reply(Ok(expires_at)))
    }
}

impl Command for ProveNewContact {
    type Record = AccountRecord;
    /// From when on the change can be finished.
    type Reply = Result<Timestamp, ContactRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, Scopes::CHANGE_PROFILE, env.now)?;
        let mut draft = Draft::of(record);
        let change = match draft.tried(self.change, Purpose::ConfirmContact, &self.code, env)? {
            Ok(change) => change,
            Err(refused) => return Ok(draft.reply(Err(refused))),
        };
        let policy = &env.settings.contacts;
        let cooling_off_ms = if change.is_lost() { policy.cooling_off_lost_ms } else { policy.cooling_off_ms };
        let until = env.now.plus_ms(cooling_off_ms);
        let change = change.cooling_off(env.now, until, until.plus_ms(policy.finish_ms));
        draft.events.push(EventKind::NewContactProven { change: self.change, until });
        draft.effects.push(to_app(Notice::ContactChanging { kind: change.kind(), until }));
        draft.effects.extend(warn(&draft.record, &change, env)?);
        draft.record.contact_change = Some(change);
        draft.record.security_changed_at = Some(env.now);
        Ok(draft.reply(Ok(until)))
    }
}

impl Draft {
    /// Tries a code on the challenge the change waits for, and hands the change out when it was right.
    fn tried(
        &mut self,
        id: RandomId,
        purpose: Purpose,
        code: &TypedCode,
        env: &mut Env<'_>,
    ) -> Result<Result<ContactChange, ContactRefused>, Rejection> {
        let change = match under_way(&self.record, id, env.now) {
            Ok(change) => change.clone(),
            Err(refused) => return Ok(Err(refused)),
        };
        let Some(challenge) = challenge_for(&change, purpose) else {
            return Ok(Err(ContactRefused::WrongStep));
        };
        let binding = Binding::NewContact(change.new_contact().destination().clone());
        let verify = VerifyCode { challenge, purpose, binding, code: code.clone() };
        let tried = verify.decide(std::mem::take(&mut self.record), env)?;
        let answer: CodeAnswer = self.absorb(tried);
        let is_right = answer.public() == PublicOutcome::Accepted;
        Ok(if is_right { Ok(change) } else { Err(ContactRefused::CodeNotAccepted(answer)) })
    }
}

/// The challenge a code for this purpose is tried on; `None` when another step is next.
const fn challenge_for(change: &ContactChange, purpose: Purpose) -> Option<RandomId> {
    match (change.stage(), purpose) {
        (Stage::AwaitOld { challenge, .. }, Purpose::ChangeContact) => Some(*challenge),
        (Stage::AwaitNew { challenge }, Purpose::ConfirmContact) => *challenge,
        _ => None,
    }
}
