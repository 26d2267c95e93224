//! "Unfreeze my account": the password, compared as at a sign-in, and a step-up.

use crate::account::{DeviceToken, Errand, TicketId};
use crate::command::{LiftOwnFreeze, Refused, is_ticket_complete};
use crate::freeze::{FreezeError, Scopes};
use crate::password::Password;
use crate::service::engine::Engine;
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, ActorId, RandomId, Timestamp};

/// The owner, signed in, lifts a freeze of the owner's own.
#[derive(Clone, Debug)]
pub struct LiftOwn<'a> {
    /// Which freeze.
    pub freeze: RandomId,
    /// The owner, as the audit trail names them.
    pub by: &'a ActorId,
    /// A complete step-up.
    pub ticket: TicketId,
    /// The password in force, typed again.
    pub password: &'a Password,
    /// What the device presents, if it is a known one.
    pub device: Option<&'a DeviceToken>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnLiftOutcome {
    /// It is lifted.
    Lifted {
        /// What is closed still: other freezes, a cooling-off.
        still_closed: Scopes,
    },
    /// The freeze cannot be lifted so; a step-up is still good.
    Stands(FreezeError),
    /// The proofs were not accepted; nothing changed but the count of wrong tries.
    Refused(Refused),
}

impl<W: World> Engine<W> {
    pub(in crate::service) async fn lift_own_freeze(
        &self,
        account: &AccountId,
        lift: &LiftOwn<'_>,
        now: Timestamp,
    ) -> Result<OwnLiftOutcome, ServiceError> {
        // Who has no good ticket costs no hash, and cannot use this to try passwords.
        let record = self.record(account).await?;
        if !is_ticket_complete(&record, lift.ticket, Errand::StepUp, &self.settings(), now) {
            return Ok(OwnLiftOutcome::Refused(Refused::NoSuchTicket));
        }
        let compared = match self.typed_again(account, lift.password, lift.device, now).await? {
            Ok(compared) => compared,
            Err(refused) => return Ok(OwnLiftOutcome::Refused(refused)),
        };
        let lift = LiftOwnFreeze { freeze: lift.freeze, by: lift.by.clone(), ticket: lift.ticket, compared };
        Ok(match self.execute(account, &lift, now).await? {
            Ok(still_closed) => OwnLiftOutcome::Lifted { still_closed },
            Err(FreezeError::StepUpNeeded) => OwnLiftOutcome::Refused(Refused::NoSuchTicket),
            Err(refused) => OwnLiftOutcome::Stands(refused),
        })
    }
}
