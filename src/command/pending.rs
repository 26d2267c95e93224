//! Payments accepted and not settled yet: may one finish now?

use super::{Command, Env, Rejection, Transition, check_unmoved};
use crate::account::{AccountRecord, Event, EventKind};
use crate::freeze::{PendingAnswer, PendingPayment, evaluate_pending};
use crate::types::TxId;

/// Asks whether a pending payment may finish. "Finish" is committed before it is answered, on the very record that the
/// freezes live in, so a freeze and the settlement it forbids can never both win; "hold" changes nothing, however often
/// it is asked for.
///
/// A freeze that landed since wins over a "finish" answered before: settle on the first one, once.
#[derive(Clone, Copy, Debug)]
pub struct SettlePending {
    /// The transaction.
    pub tx_id: TxId,
    /// The payment as the audit chain tells it; [`Service::settle_pending`](crate::service::Service) reads it from there.
    pub payment: PendingPayment,
    /// The last event of the account when the payment was looked up; `None` where nothing else can write to it. A label or a
    /// release that came since is not known: [`Rejection::Moved`].
    pub seen_seq: Option<u64>,
}

impl Command for SettlePending {
    type Record = AccountRecord;
    type Reply = PendingAnswer;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, PendingAnswer>, Rejection> {
        check_unmoved(&record, self.seen_seq)?;
        match evaluate_pending(&record.freezes, &self.payment, env.now) {
            PendingAnswer::Finish => {
                let events = vec![EventKind::PendingFinished { tx_id: self.tx_id }];
                Ok(Transition { record, events, effects: Vec::new(), reply: PendingAnswer::Finish })
            }
            held => Ok(Transition::unchanged(record, held)),
        }
    }

    fn commit_id(&self, _decided: &AccountRecord, _reply: &PendingAnswer) -> Option<[u8; 16]> {
        Some(finish_id(self.tx_id))
    }

    fn first_reply(&self, first: &Event) -> Option<PendingAnswer> {
        matches!(first.kind, EventKind::PendingFinished { tx_id } if tx_id == self.tx_id)
            .then_some(PendingAnswer::Finish)
    }
}

/// A payment finishes once. Transaction ids are hashes, so no other one has the id with this bit flipped; the bit beside
/// it is that of labels.
pub(super) const fn finish_id(tx_id: TxId) -> [u8; 16] {
    let mut id = tx_id.0;
    id[15] ^= 2;
    id
}
