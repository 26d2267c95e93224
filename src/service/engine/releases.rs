//! Payments that pass after all, checked against what was judged.

use super::Engine;
use crate::command::{PaymentDecision, PaymentReleased, ReleasePayment};
use crate::risk::Outcome;
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, ActorId, Payment, Timestamp};

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
    /// The account is closed for it now.
    Frozen,
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
        let outcome = match self.first_decision(account, payment).await? {
            Some(PaymentDecision::Assessed(assessment)) => assessment.outcome,
            Some(PaymentDecision::Conflict) => return Ok(ReleaseOutcome::Conflict),
            Some(PaymentDecision::Frozen) | None => return Ok(ReleaseOutcome::UnknownPayment),
        };
        match outcome {
            Outcome::Allow => return Ok(ReleaseOutcome::Released),
            Outcome::Hold | Outcome::FreezeRecommended if actor.is_none() => return Ok(ReleaseOutcome::NeedsReview),
            Outcome::StepUp | Outcome::Hold | Outcome::FreezeRecommended => {}
        }
        let release = ReleasePayment { payment, local_offset_min, actor };
        Ok(match self.execute(account, &release, now).await? {
            PaymentReleased::Counted => ReleaseOutcome::Released,
            PaymentReleased::Frozen => ReleaseOutcome::Frozen,
        })
    }
}
