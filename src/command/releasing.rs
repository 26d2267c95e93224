//! A payment that was held or asked for a proof, and was paid after all.

use super::{Command, Env, Rejection, Transition, check_unmoved};
use crate::account::{AccountRecord, Event, EventKind};
use crate::freeze::{self, Actor, Authority, Scopes};
use crate::risk::{self, Outcome, StoredProfile};
use crate::types::{Payment, Timestamp, TxId};

/// Tells the risk assessment that a payment passes: a held one counts as spent from now on, and what one that asked for a
/// proof brought with it (payee, device, country, place) is familiar from now on. Until then a held payment counts as an
/// attempt, and whoever ordered a payment and could not prove it has made nothing familiar.
///
/// It is about the payment as it was judged, and no fraud by what became known since;
/// [`Service::release_payment`](crate::service::Service) checks that.
#[derive(Clone, Debug)]
pub struct ReleasePayment<'a> {
    /// The payment, as it was assessed.
    pub payment: &'a Payment,
    /// The first answer to it.
    pub judged: Outcome,
    /// When that was.
    pub judged_at: Timestamp,
    /// The account's offset from UTC at the payment, in minutes east; where the payment is still remembered, the one it was
    /// judged with counts.
    pub local_offset_min: i32,
    /// Who let it pass; `None` where its owner gave the proof. A rule may tell of a proof that was given; what was held takes
    /// an agent or higher, because a rule has looked already.
    pub by: Option<Actor>,
    /// The last event of the account when its history was asked for a label; `None` where nothing else can write to it. A
    /// label that came since is not known: [`Rejection::Moved`].
    pub seen_seq: Option<u64>,
}

/// What came of a release on the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentReleased {
    /// The payment counts, now or since an earlier call.
    Counted,
    /// The account is closed for it; nothing was counted. So is one that the owner just opened again, for what its owner alone
    /// releases and was judged before: it never met the small limits of the cooling-off.
    Frozen,
}

impl Command for ReleasePayment<'_> {
    type Record = AccountRecord;
    type Reply = PaymentReleased;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, PaymentReleased>, Rejection> {
        if self.by.as_ref().is_some_and(|by| by.authority < self.least_rank()) {
            return Err(Rejection::NotAuthorised);
        }
        check_unmoved(&record, self.seen_seq)?;
        let needed = Scopes::needed_for(self.payment.direction);
        let is_older = || {
            let since = freeze::narrowed_since(&record.freezes, needed, env.now);
            since.is_some_and(|since| freeze::is_before_lift(self.judged_at, since, env.now))
        };
        if freeze::closed(&record.freezes, env.now).intersects(needed) || (self.by.is_none() && is_older()) {
            return Ok(Transition::unchanged(record, PaymentReleased::Frozen));
        }
        // One too old to be counted is written down all the same: it settles by that event.
        let before = record.profile.read()?;
        let released = risk::release(&before, self.payment, self.judged, &env.settings.risk, self.local_offset_min)?;
        let record = AccountRecord { profile: StoredProfile::of(&released)?, ..record };
        let tx_id = self.payment.tx_id;
        let events = vec![match self.by.clone() {
            None => EventKind::PaymentReleased { tx_id, actor: None },
            Some(by) => EventKind::PaymentLetPass { tx_id, actor: by.id, authority: by.authority },
        }];
        Ok(Transition { record, events, effects: Vec::new(), reply: PaymentReleased::Counted })
    }

    fn commit_id(&self, _decided: &AccountRecord, _reply: &PaymentReleased) -> Option<[u8; 16]> {
        Some(release_id(self.payment.tx_id))
    }

    fn first_reply(&self, first: &Event) -> Option<PaymentReleased> {
        released(&first.kind).filter(|tx_id| *tx_id == self.payment.tx_id).map(|_| PaymentReleased::Counted)
    }
}

impl ReleasePayment<'_> {
    const fn least_rank(&self) -> Authority {
        match self.judged {
            Outcome::Allow | Outcome::StepUp => Authority::Rule,
            Outcome::Hold | Outcome::FreezeRecommended => Authority::Agent,
        }
    }
}

/// The payment that such an event says was let pass, whoever did it.
pub(crate) const fn released(event: &EventKind) -> Option<TxId> {
    match event {
        EventKind::PaymentReleased { tx_id, .. } | EventKind::PaymentLetPass { tx_id, .. } => Some(*tx_id),
        _ => None,
    }
}

/// A payment is released once. Transaction ids are hashes, so no other one has the id with this bit flipped; the two bits
/// beside it are those of labels and of settlements.
pub(crate) const fn release_id(tx_id: TxId) -> [u8; 16] {
    let mut id = tx_id.0;
    id[15] ^= 4;
    id
}
