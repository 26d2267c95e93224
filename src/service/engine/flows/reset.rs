//! A forgotten password: anybody may ask, only the owner gets on, and nobody learns whether there is an account.

use core::net::IpAddr;

use super::decoys::Unasked;
use super::proofs::is_taken;
use crate::command::{
    BeginDecoyReset, BeginReset, CountReset, DecoyReset, ProofStep, ProveReset, Refused, ResetStarted,
    VerifyDecoyReset, VerifyReset,
};
use crate::service::engine::Engine;
use crate::service::engine::sending::Asker;
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Timestamp};

impl<W: World> Engine<W> {
    pub(in crate::service) async fn begin_reset(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        begin: &BeginReset,
        now: Timestamp,
    ) -> Result<ResetStarted, ServiceError> {
        let twin = |tag| BeginDecoyReset { tag, via: begin.via };
        match self.execute_sending(account, from, Asker::Anybody, begin, now).await? {
            Ok(Some(started)) => {
                let answered = DecoyReset { started, would_send: false };
                // It is answered: whatever comes of the looks that hide it keeps no owner out.
                let _ = self.execute_either(account, &Unasked, |()| Some(answered.clone()), twin, now).await;
                Ok(started)
            }
            // A refused message reads like a sent one, and is counted and looked for like one: neither the answer nor the
            // work, now or when the same is asked again, tells which names have an account.
            Err(_) => {
                let _ = self.record(account).await;
                let own = |started: Option<_>| started.map(|started| DecoyReset { started, would_send: false });
                Ok(self.execute_either(account, &CountReset { via: begin.via }, own, twin, now).await?.started)
            }
            Ok(None) => {
                let reset = self.execute_either(account, &Unasked, |()| None, twin, now).await?;
                if reset.would_send {
                    self.charge_nobody(account, from, begin.via, now).await?;
                }
                Ok(reset.started)
            }
        }
    }

    pub(in crate::service) async fn verify_reset(
        &self,
        account: &AccountId,
        verify: &VerifyReset,
        now: Timestamp,
    ) -> Result<ProofStep, ServiceError> {
        let own = |step| Some(step).filter(|step| *step != ProofStep::Refused(Refused::NoAccount));
        let step = self.execute_either(account, verify, own, |tag| VerifyDecoyReset { tag }, now).await?;
        if !matches!(step, ProofStep::Refused(_)) {
            self.count_returned_of(account, |it| it.id == verify.challenge, now).await;
        }
        Ok(step)
    }

    pub(in crate::service) async fn prove_reset(
        &self,
        account: &AccountId,
        proof: &ProveReset,
        now: Timestamp,
    ) -> Result<ProofStep, ServiceError> {
        let step = self.execute_by_secret(account, proof, now).await?;
        self.count_returned(account, &proof.proof, is_taken(&step, proof.ticket), now).await;
        Ok(step)
    }
}
