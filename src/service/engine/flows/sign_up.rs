//! Signing up: a password that holds, a contact that answers.

use core::net::IpAddr;

use crate::command::{CodeAnswer, CodeSent, ConfirmContact, SendConfirmation, SignUp, SignUpOutcome};
use crate::password::{Password, UserContext};
use crate::service::engine::sending::Asker;
use crate::service::engine::{Engine, Unfit};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Locale, Timestamp};
use crate::verification::{Destination, SendRefused, Sender, VerifyOutcome};

/// An account that is to be.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// Its password.
    pub password: &'a Password,
    /// What the password must not contain: name, phone, address, company.
    pub words: &'a UserContext<'a>,
    /// The contact that is asked to confirm itself now.
    pub contact: Destination,
    /// Another contact, to be confirmed later.
    pub second: Option<Destination>,
    /// Who the message comes from.
    pub sender: Sender,
    /// Language of the message, and of every notice from now on.
    pub locale: Locale,
}

/// What came of a sign-up.
#[derive(Clone, Debug)]
pub enum SignUpResult {
    /// The account is there. Its contact proves nothing before [`ConfirmContact`].
    Created(CodeSent),
    /// The password cannot be used; nothing changed.
    Unfit(Unfit),
    /// No code can be sent there now; nothing changed.
    NotSent(SendRefused),
    /// The command's own answer, e.g. that the account is there already; nothing changed.
    Refused(SignUpOutcome),
}

impl<W: World> Engine<W> {
    pub(in crate::service) async fn sign_up(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        new: &NewAccount<'_>,
        now: Timestamp,
    ) -> Result<SignUpResult, ServiceError> {
        if let Some(evaluation) = self.against_rules(None, new.password, new.words).await? {
            return Ok(SignUpResult::Unfit(Unfit::Rules(evaluation)));
        }
        let phc = self.hash(new.password).await?;
        let &NewAccount { ref contact, ref second, ref sender, locale, .. } = new;
        let (contact, second, sender) = (contact.clone(), second.clone(), sender.clone());
        let sign_up = SignUp { phc, contact, second, sender, locale };
        Ok(match self.execute_sending(account, from, Asker::Anybody, &sign_up, now).await? {
            Err(refused) => SignUpResult::NotSent(refused),
            Ok(SignUpOutcome::Created(sent)) => SignUpResult::Created(sent),
            Ok(other) => SignUpResult::Refused(other),
        })
    }

    pub(in crate::service) async fn send_confirmation(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        send: &SendConfirmation,
        now: Timestamp,
    ) -> Result<Option<Result<CodeSent, SendRefused>>, ServiceError> {
        Ok(self
            .execute_sending(account, from, Asker::Visitor, send, now)
            .await?
            .unwrap_or_else(|refused| Some(Err(refused))))
    }

    pub(in crate::service) async fn confirm_contact(
        &self,
        account: &AccountId,
        confirm: &ConfirmContact,
        now: Timestamp,
    ) -> Result<CodeAnswer, ServiceError> {
        let answer = self.execute_by_secret(account, confirm, now).await?;
        if answer == CodeAnswer::Tried(VerifyOutcome::Accepted) {
            self.count_returned_of(account, |it| it.id == confirm.challenge, now).await;
        }
        Ok(answer)
    }
}
