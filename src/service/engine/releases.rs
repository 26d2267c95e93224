//! What becomes of a payment that was judged: it is released, it settles.

use super::{Engine, misled};
use crate::account::{Event, EventKind};
use crate::command::payments::label_id;
use crate::command::releasing::release_id;
use crate::command::{PaymentDecision, PaymentReleased, ReleasePayment, SettlePending};
use crate::freeze::{PendingAnswer, PendingPayment};
use crate::risk::{Label, Outcome};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, ActorId, Payment, StoreKey, Timestamp, TxId};

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
        actor: Option<ActorId>,
        now: Timestamp,
    ) -> Result<ReleaseOutcome, ServiceError> {
        let (judged_at, judged) = match self.first_judged(account, payment).await? {
            Some((at, PaymentDecision::Assessed(assessment))) => (at, assessment.outcome),
            Some((_, PaymentDecision::Conflict)) => return Ok(ReleaseOutcome::Conflict),
            Some((_, PaymentDecision::Frozen)) | None => return Ok(ReleaseOutcome::UnknownPayment),
        };
        let key = self.keys.account_key(account);
        if self.is_fraud(key, payment.tx_id).await? {
            return Ok(ReleaseOutcome::Fraud);
        }
        match judged {
            Outcome::Allow => return Ok(ReleaseOutcome::Released),
            Outcome::Hold | Outcome::FreezeRecommended if actor.is_none() => {
                let released = self.released_at(key, payment.tx_id).await?;
                return Ok(released.map_or(ReleaseOutcome::NeedsReview, |_| ReleaseOutcome::Released));
            }
            Outcome::StepUp | Outcome::Hold | Outcome::FreezeRecommended => {}
        }
        let release = ReleasePayment { payment, judged, judged_at, local_offset_min, actor };
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
        let key = self.keys.account_key(account);
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
        self.execute(account, &SettlePending { tx_id, payment }, now).await.map(Some)
    }

    /// When the payment was released, if it was.
    async fn released_at(&self, key: StoreKey, tx_id: TxId) -> Result<Option<Timestamp>, ServiceError> {
        match self.event_under(key, release_id(tx_id)).await? {
            None => Ok(None),
            Some(Event { at, kind: EventKind::PaymentReleased { tx_id: found, .. }, .. }) if found == tx_id => {
                Ok(Some(at))
            }
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
