//! What becomes of a payment that was judged: it is released, it settles.

use super::{Engine, Loaded, RETRIES_MAX, misled};
use crate::account::{AccountRecord, Event, EventKind};
use crate::command::payments::label_id;
use crate::command::releasing::{release_id, released};
use crate::command::{PaymentDecision, PaymentReleased, Rejection, ReleasePayment, SettlePending};
use crate::freeze::{Actor, PendingAnswer, PendingPayment};
use crate::risk::{Label, Outcome};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Payment, StoreKey, Timestamp, TxId};

/// What came of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseOutcome {
    /// The payment counts, now or since an earlier call; one that was allowed always did.
    Released,
    /// This account never had such a payment judged, or it was refused for a freeze: order it again.
    UnknownPayment,
    /// The payment that was judged under this id was another one.
    Conflict,
    /// It was held: a proof of the owner is not enough, somebody has to let it pass.
    NeedsReview,
    /// The account is closed for it now; or the payment was judged before the owner lifted a freeze and is the owner's alone
    /// to release, in the cooling-off after that lift: order it again.
    Frozen,
    /// It was labelled as fraud since, and a label stands.
    Fraud,
}

impl<W: World> Engine<W> {
    pub(in crate::service) async fn release_payment(
        &self,
        account: &AccountId,
        payment: &Payment,
        local_offset_min: i32,
        by: Option<&Actor>,
        now: Timestamp,
    ) -> Result<ReleaseOutcome, ServiceError> {
        for _ in 0..RETRIES_MAX {
            match self.release_as_seen(account, payment, local_offset_min, by, now).await {
                // Something was written since, perhaps that it was fraud: look again.
                Err(ServiceError::Rejected(Rejection::Moved)) => {}
                done => return done,
            }
        }
        Err(ServiceError::Busy)
    }

    async fn release_as_seen(
        &self,
        account: &AccountId,
        payment: &Payment,
        local_offset_min: i32,
        by: Option<&Actor>,
        now: Timestamp,
    ) -> Result<ReleaseOutcome, ServiceError> {
        let Some(first) = self.first_judged(account, payment).await? else {
            return Ok(ReleaseOutcome::UnknownPayment);
        };
        let (judged_at, judged) = match first.decision {
            PaymentDecision::Assessed(assessment) => (first.at, assessment.outcome),
            PaymentDecision::Conflict => return Ok(ReleaseOutcome::Conflict),
            PaymentDecision::Frozen => return Ok(ReleaseOutcome::UnknownPayment),
        };
        let key = self.keys.account_key(account);
        if self.is_fraud(key, payment.tx_id).await? {
            return Ok(ReleaseOutcome::Fraud);
        }
        match judged {
            Outcome::Allow => return Ok(ReleaseOutcome::Released),
            Outcome::Hold | Outcome::FreezeRecommended if by.is_none() => {
                let released = self.released_at(key, payment.tx_id).await?;
                return Ok(released.map_or(ReleaseOutcome::NeedsReview, |_| ReleaseOutcome::Released));
            }
            Outcome::StepUp | Outcome::Hold | Outcome::FreezeRecommended => {}
        }
        let (by, seen_seq) = (by.cloned(), Some(first.seen_seq));
        let release = ReleasePayment { payment, judged, judged_at, local_offset_min, by, seen_seq };
        Ok(match self.execute(account, &release, now).await? {
            PaymentReleased::Counted => ReleaseOutcome::Released,
            PaymentReleased::Frozen => ReleaseOutcome::Frozen,
        })
    }

    pub(in crate::service) async fn settle_pending(
        &self,
        account: &AccountId,
        tx_id: TxId,
        now: Timestamp,
    ) -> Result<Option<PendingAnswer>, ServiceError> {
        for _ in 0..RETRIES_MAX {
            match self.settle_as_seen(account, tx_id, now).await {
                Err(ServiceError::Rejected(Rejection::Moved)) => {}
                done => return done,
            }
        }
        Err(ServiceError::Busy)
    }

    async fn settle_as_seen(
        &self,
        account: &AccountId,
        tx_id: TxId,
        now: Timestamp,
    ) -> Result<Option<PendingAnswer>, ServiceError> {
        let key = self.keys.account_key(account);
        let seen: Loaded<AccountRecord> = self.load(key).await?;
        let Some(Event { at: judged_at, kind, .. }) = self.event_under(key, tx_id.0).await? else {
            return Ok(None);
        };
        let EventKind::PaymentAssessed { tx_id: found, direction, assessment, .. } = kind else {
            return Ok(None);
        };
        // The store's look-up is not proven, only what it leads to.
        if found != tx_id {
            return Err(misled());
        }
        let accepted_at = match assessment.outcome {
            Outcome::Allow => Some(judged_at),
            Outcome::StepUp | Outcome::Hold | Outcome::FreezeRecommended => self.released_at(key, tx_id).await?,
        };
        let is_held = assessment.outcome >= Outcome::Hold && accepted_at.is_none();
        let waits_for_review = is_held || self.is_fraud(key, tx_id).await?;
        let payment = PendingPayment { direction, judged_at, accepted_at, waits_for_review };
        let settle = SettlePending { tx_id, payment, seen_seq: Some(seen.record.head.seq) };
        self.execute(account, &settle, now).await.map(Some)
    }

    /// When the payment was released, if it was.
    async fn released_at(&self, key: StoreKey, tx_id: TxId) -> Result<Option<Timestamp>, ServiceError> {
        match self.event_under(key, release_id(tx_id)).await? {
            None => Ok(None),
            Some(Event { at, kind, .. }) if released(&kind) == Some(tx_id) => Ok(Some(at)),
            Some(_) => Err(misled()),
        }
    }

    /// Whether the payment was labelled as fraud. No other label is written down on the account.
    async fn is_fraud(&self, key: StoreKey, tx_id: TxId) -> Result<bool, ServiceError> {
        match self.event_under(key, label_id(tx_id)).await?.map(|event| event.kind) {
            None => Ok(false),
            Some(EventKind::PaymentLabelled { tx_id: found, label }) if found == tx_id => Ok(label == Label::Fraud),
            Some(_) => Err(misled()),
        }
    }
}
