//! Sends the code the change waits for once more, or for the first time after support's approval.

use super::{ContactRefused, Draft, under_way};
use crate::account::{AccountRecord, Stage};
use crate::command::{CodeSent, Command, Env, IssueCode, Rejection, ResendCode, Transition, check_open};
use crate::freeze::Scopes;
use crate::types::{Locale, RandomId};
use crate::verification::{Binding, Destination, Purpose, SendRefused, Sender};

/// Sends a code for the step the change is at: to the contact in force, or to the new one. Where it goes and what it is
/// bound to are the change's, and its tries and messages are those of the run it is in.
#[derive(Clone, Debug)]
pub struct SendContactCode {
    /// The change.
    pub change: RandomId,
    /// Who the code comes from.
    pub sender: Sender,
    /// Language of the code.
    pub locale: Locale,
}

impl Command for SendContactCode {
    type Record = AccountRecord;
    type Reply = Result<CodeSent, ContactRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, Scopes::CHANGE_PROFILE, env.now)?;
        let mut draft = Draft::of(record);
        let stage = under_way(&draft.record, self.change, env.now).map(|change| change.stage().clone());
        let reply = match stage {
            Err(refused) => Err(refused),
            Ok(Stage::AwaitOld { .. } | Stage::AwaitNew { .. }) => {
                draft.send_code(&self.sender, self.locale, env)?.map_err(ContactRefused::NotSent)
            }
            Ok(_) => Err(ContactRefused::WrongStep),
        };
        Ok(draft.reply(reply))
    }
}

impl Draft {
    /// Sends the code of the step the change is at; the change remembers its challenge.
    pub(super) fn send_code(
        &mut self,
        sender: &Sender,
        locale: Locale,
        env: &mut Env<'_>,
    ) -> Result<Result<CodeSent, SendRefused>, Rejection> {
        let change = self.record.contact_change.clone().ok_or(Rejection::Damaged)?;
        let (purpose, to) = asked(&self.record, &change).ok_or(Rejection::Damaged)?;
        let binding = Binding::NewContact(change.new_contact().destination().clone());
        let sent = match change.challenge() {
            Some(challenge) => {
                let (to, binding, sender) = (to.clone(), binding.clone(), sender.clone());
                let resend = ResendCode { challenge, to, binding, sender, locale };
                let resent = resend.decide(std::mem::take(&mut self.record), env)?;
                self.absorb(resent)
            }
            None => Err(SendRefused::NotFound),
        };
        let sent = match sent {
            // Its challenge is used up or gone: a new one, in the same run if that is still open.
            Err(SendRefused::NotFound | SendRefused::Closed) => {
                self.issue(&IssueCode { purpose, to, binding, sender: sender.clone(), locale }, env)?
            }
            other => other,
        };
        if let Ok(sent) = &sent {
            self.record.contact_change = Some(change.with_challenge(sent.challenge));
        }
        Ok(sent)
    }

    pub(super) fn issue(
        &mut self,
        issue: &IssueCode,
        env: &mut Env<'_>,
    ) -> Result<Result<CodeSent, SendRefused>, Rejection> {
        let issued = issue.decide(std::mem::take(&mut self.record), env)?;
        Ok(self.absorb(issued))
    }
}

/// What the change waits for, and where its code goes.
fn asked(record: &AccountRecord, change: &crate::account::ContactChange) -> Option<(Purpose, Destination)> {
    match change.stage() {
        Stage::AwaitOld { via, .. } => {
            Some((Purpose::ChangeContact, record.contacts.confirmed(*via)?.destination().clone()))
        }
        Stage::AwaitNew { .. } => Some((Purpose::ConfirmContact, change.new_contact().destination().clone())),
        _ => None,
    }
}
