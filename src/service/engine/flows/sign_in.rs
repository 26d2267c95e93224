//! Signing in: counted, compared outside of any lock, then a second factor on a ticket.

use crate::account::DeviceToken;
use crate::command::{OpenSignIn, ProveSignIn, Refused, ReserveAttempt, Reserved, SignInStep};
use crate::password::Password;
use crate::service::engine::Engine;
use crate::service::engine::passwords::{COMPARISONS_MAX, Right};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Timestamp};

impl<W: World> Engine<W> {
    pub(in crate::service) async fn sign_in(
        &self,
        account: &AccountId,
        typed: &Password,
        device: Option<&DeviceToken>,
        now: Timestamp,
    ) -> Result<SignInStep, ServiceError> {
        let attempt = ReserveAttempt { device: device.cloned() };
        for _ in 0..COMPARISONS_MAX {
            let reserved = match self.reserve(account, &attempt, now).await? {
                Reserved::Compare(reserved) => reserved,
                Reserved::Blocked { until } => return Ok(SignInStep::Refused(Refused::Blocked { until })),
            };
            let Some(Right { compared, renewed }) = self.compare(account, &reserved, typed, now).await? else {
                let has_password = reserved.stored.is_some();
                let why = if has_password { Refused::WrongPassword } else { Refused::NoAccount };
                return Ok(SignInStep::Refused(why));
            };
            let (device, locked_device) = (reserved.device, reserved.locked_device);
            let open = OpenSignIn { compared, renewed, device, locked_device };
            match self.execute(account, &open, now).await? {
                SignInStep::Refused(Refused::PasswordChanged) => {}
                step => return Ok(step),
            }
        }
        Ok(SignInStep::Refused(Refused::PasswordChanged))
    }

    pub(in crate::service) async fn prove_sign_in(
        &self,
        account: &AccountId,
        proof: &ProveSignIn,
        now: Timestamp,
    ) -> Result<SignInStep, ServiceError> {
        let step = self.execute_by_secret(account, proof, now).await?;
        // As for every proof: the one that was taken renamed the ticket, or used it up.
        let is_taken = match &step {
            SignInStep::SignedIn(_) => true,
            SignInStep::SecondFactor { ticket, .. } | SignInStep::ChangePassword { ticket } => *ticket != proof.ticket,
            SignInStep::Refused(_) | SignInStep::Frozen => false,
        };
        self.count_returned(account, &proof.proof, is_taken, now).await;
        Ok(step)
    }
}
