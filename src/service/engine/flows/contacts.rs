//! A new phone number or e-mail address: the old one agrees, the new one answers, and a day passes.

use core::net::IpAddr;

use crate::account::AccountRecord;
use crate::account::ContactKind;
use crate::command::{
    AgreeOldContact, ApproveLostContact, BeginContactChange, BeginLostContactChange, CancelContactChange,
    CancelledChange, CodeSent, Command, ConfirmRegistered, ContactChangeBegun, ContactRefused, FinishContactChange,
    LostContactBegun, OldContactAgreed, ProveNewContact, ProveOldContact, RecordIdentityCheck, RemindReview,
    ReviewAnswer, ReviewReminder, SendContactCode,
};
use crate::service::engine::Engine;
use crate::service::engine::sending::Asker;
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Timestamp};
use crate::verification::{Challenge, ChallengeState, Purpose};

type Answer<T> = Result<Result<T, ContactRefused>, ServiceError>;

impl<W: World> Engine<W> {
    pub(in crate::service) async fn begin_contact_change(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        begin: &BeginContactChange,
        now: Timestamp,
    ) -> Answer<ContactChangeBegun> {
        self.within_budgets(account, from, begin, now).await
    }

    pub(in crate::service) async fn send_contact_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        send: &SendContactCode,
        now: Timestamp,
    ) -> Answer<CodeSent> {
        self.within_budgets(account, from, send, now).await
    }

    pub(in crate::service) async fn prove_old_contact(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        prove: &ProveOldContact,
        now: Timestamp,
    ) -> Answer<OldContactAgreed> {
        // The try first, in a commit of its own: a decision that is thrown away must never be one about a guess.
        let &ProveOldContact { change, ref code, ref sender, locale } = prove;
        let expires_at = match self.execute(account, &AgreeOldContact { change, code, locale }, now).await? {
            Ok(expires_at) => expires_at,
            Err(refused) => return Ok(Err(refused)),
        };
        self.count_returned_of(account, |it| is_spent(it, Purpose::ChangeContact), now).await;
        let send = SendContactCode { change, sender: sender.clone(), locale };
        Ok(match self.within_budgets(account, from, &send, now).await? {
            Ok(sent) => Ok(OldContactAgreed { sent: Ok(sent), expires_at }),
            Err(ContactRefused::NotSent(refused)) => Ok(OldContactAgreed { sent: Err(refused), expires_at }),
            Err(refused) => Err(refused),
        })
    }

    pub(in crate::service) async fn prove_new_contact(
        &self,
        account: &AccountId,
        prove: &ProveNewContact,
        now: Timestamp,
    ) -> Answer<Timestamp> {
        let answer = self.execute(account, prove, now).await?;
        if answer.is_ok() {
            self.count_returned_of(account, |it| is_spent(it, Purpose::ConfirmContact), now).await;
        }
        Ok(answer)
    }

    pub(in crate::service) async fn finish_contact_change(
        &self,
        account: &AccountId,
        finish: &FinishContactChange,
        now: Timestamp,
    ) -> Answer<ContactKind> {
        self.execute(account, finish, now).await
    }

    pub(in crate::service) async fn cancel_contact_change(
        &self,
        account: &AccountId,
        cancel: &CancelContactChange,
        now: Timestamp,
    ) -> Answer<CancelledChange> {
        self.execute_by_secret(account, cancel, now).await
    }

    pub(in crate::service) async fn begin_lost_contact_change(
        &self,
        account: &AccountId,
        begin: &BeginLostContactChange,
        now: Timestamp,
    ) -> Answer<LostContactBegun> {
        self.execute(account, begin, now).await
    }

    pub(in crate::service) async fn record_identity_check(
        &self,
        account: &AccountId,
        check: &RecordIdentityCheck,
        now: Timestamp,
    ) -> Answer<Timestamp> {
        self.execute(account, check, now).await
    }

    pub(in crate::service) async fn approve_lost_contact(
        &self,
        account: &AccountId,
        approve: &ApproveLostContact,
        now: Timestamp,
    ) -> Answer<Timestamp> {
        self.execute(account, approve, now).await
    }

    pub(in crate::service) async fn remind_review(
        &self,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<ReviewReminder, ServiceError> {
        self.execute(account, &RemindReview, now).await
    }

    pub(in crate::service) async fn confirm_registered(
        &self,
        account: &AccountId,
        confirm: &ConfirmRegistered,
        now: Timestamp,
    ) -> Result<ReviewAnswer, ServiceError> {
        self.execute(account, confirm, now).await
    }

    async fn within_budgets<C, T>(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        command: &C,
        now: Timestamp,
    ) -> Answer<T>
    where
        C: Command<Record = AccountRecord, Reply = Result<T, ContactRefused>>,
    {
        let answer = self.execute_sending(account, from, Asker::Visitor, command, now).await?;
        Ok(answer.unwrap_or_else(|refused| Err(ContactRefused::NotSent(refused))))
    }
}

fn is_spent(challenge: &Challenge, purpose: Purpose) -> bool {
    challenge.purpose == purpose && matches!(challenge.state, ChallengeState::Consumed { .. })
}
