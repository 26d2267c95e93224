//! Payments on a record: judge, and learn from labels.
//!
//! A payment's commit id is derived from its transaction id, so it is judged once: a repeat, however old, is answered
//! with the first decision from the audit chain, and the same id with another content is a conflict.

use super::pending::finish_id;
use super::releasing::release_id;
use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, Event, EventKind, PayeeRecord};
use crate::freeze::{self, Scopes};
use crate::risk::{
    self, AssessContext, Assessment, Belief, CheckedPolicy, Label, Outcome, PayeeBelief, Signals, StoredProfile,
};
use crate::types::{Payment, ReasonCode, Timestamp, TxId};

/// Judges one payment: freezes first, then limits and risk.
#[derive(Clone, Copy, Debug)]
pub struct AssessPayment<'a> {
    /// The payment.
    pub payment: &'a Payment,
    /// What is believed of the payee, read from the payee's own cell before.
    pub payee: Option<&'a PayeeBelief>,
    /// Minutes the account's local time is ahead of UTC at the time of the payment; limits count local days.
    pub local_offset_min: i32,
    /// What the session showed, and what is known of the payee beside its belief.
    pub signals: Signals,
}

/// What came of [`AssessPayment`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "nearly every answer is the large one, and a box would be an allocation")]
pub enum PaymentDecision {
    /// It was judged; [`Assessment::outcome`] says what to do.
    Assessed(Assessment),
    /// The account is frozen for this use: nothing was judged.
    Frozen,
    /// The same transaction id came before with another content. Hold it and look.
    Conflict,
}

/// It became known whether a payment of this account was fraud.
#[derive(Clone, Copy, Debug)]
pub struct LabelPayment {
    /// The transaction.
    pub tx_id: TxId,
    /// What it was.
    pub label: Label,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// How well the payee alone explained it at that time.
    pub payee_evidence: Belief,
}

/// A payee learns from the label of a payment it received.
#[derive(Clone, Copy, Debug)]
pub struct TeachPayee {
    /// The transaction. Payments of many accounts meet at a payee, and two accounts may use one id, so the service gives it
    /// another one here, made of account and id.
    pub tx_id: TxId,
    /// What it was.
    pub label: Label,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// How well the paying account alone explained it; the better, the less the payee is blamed.
    pub own_evidence: Belief,
}

impl Command for AssessPayment<'_> {
    type Record = AccountRecord;
    type Reply = PaymentDecision;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        if freeze::closed(&record.freezes, env.now).intersects(self.scopes()) {
            let events = vec![self.refused(ReasonCode::Frozen)];
            // As the commit will have it: the freeze in force at that time is part of the commit's id.
            let record = AccountRecord { time_high: env.now, ..record };
            return Ok(Transition { record, events, effects: Vec::new(), reply: PaymentDecision::Frozen });
        }
        let context = AssessContext {
            last_security_change: record.security_changed_at,
            signals: self.signals,
            ..AssessContext::at(env.now, self.local_offset_min)
        };
        // A payee nothing is known of is judged by what is usual for payees, so that scores stay comparable.
        let narrow = self.narrowed(&record, env)?;
        let policy = narrow.as_ref().unwrap_or(&env.settings.risk);
        let payee =
            self.payment.payee.map(|_| self.payee.copied().unwrap_or_else(|| PayeeBelief::new(policy, env.now)));
        let profile = record.profile.read()?;
        let assessed = risk::assess(&profile, self.payment, payee.as_ref(), policy, &context)?;
        if is_to_be_set_right(&assessed.assessment) {
            return Ok(Transition::unchanged(record, PaymentDecision::Assessed(assessed.assessment)));
        }
        let mut profile = profile;
        assessed.commit(&mut profile);
        let record = AccountRecord { profile: StoredProfile::of(&profile)?, ..record };
        let events = vec![self.judged(&assessed.assessment, assessed.content_fingerprint)];
        Ok(Transition { record, events, effects: Vec::new(), reply: PaymentDecision::Assessed(assessed.assessment) })
    }

    /// A judged payment uses its id up. One refused for a freeze uses up the pair of its id and that freeze: told again
    /// it is one event, and after the lift it may come again.
    fn commit_id(&self, decided: &AccountRecord, reply: &PaymentDecision) -> Option<[u8; 16]> {
        let mut id = self.payment.tx_id.0;
        if matches!(reply, PaymentDecision::Frozen) {
            let mut in_force = decided.freezes.in_force(decided.time_high);
            let closing = in_force.find(|freeze| freeze.scopes.intersects(self.scopes()));
            let freeze = closing.map_or([0xFF; 16], |freeze| freeze.id.0);
            id.iter_mut().zip(freeze).for_each(|(byte, other)| *byte ^= other);
        }
        Some(id)
    }

    fn first_reply(&self, first: &Event) -> Option<PaymentDecision> {
        let same = |content: u64| content == self.payment.content_fingerprint();
        match &first.kind {
            // A store whose look-up leads to another payment's event has no answer to this one.
            EventKind::PaymentAssessed { tx_id, .. }
            | EventKind::PaymentRefused { tx_id, .. }
            | EventKind::PaymentStopped { tx_id, .. }
                if *tx_id != self.payment.tx_id =>
            {
                None
            }
            EventKind::PaymentAssessed { content, assessment, .. } if same(*content) => {
                Some(PaymentDecision::Assessed((**assessment).clone()))
            }
            EventKind::PaymentAssessed { .. } => Some(PaymentDecision::Conflict),
            // Nothing was judged, so no content stands.
            EventKind::PaymentRefused { .. } | EventKind::PaymentStopped { .. } => Some(PaymentDecision::Frozen),
            _ => None,
        }
    }

    /// A freeze wins over the first decision, and so does the cooling-off after the owner's lift of one: what passed before
    /// the lift never met its small limits. It must be ordered again, under an id of its own.
    fn answer_again(&self, first: &Event, record: &AccountRecord, now: Timestamp) -> Option<PaymentDecision> {
        let decision = self.first_reply(first)?;
        let PaymentDecision::Assessed(Assessment { outcome: Outcome::Allow | Outcome::StepUp, .. }) = &decision else {
            return Some(decision);
        };
        let is_closed = freeze::closed(&record.freezes, now).intersects(self.scopes())
            || freeze::narrowed_since(&record.freezes, self.scopes(), now)
                .is_some_and(|since| freeze::is_before_lift(first.at, since, now));
        Some(if is_closed { PaymentDecision::Frozen } else { decision })
    }
}

/// Held for its own clock or currency, not for what it does: nothing was judged, so its id stays free for the payment as
/// it should have been sent.
fn is_to_be_set_right(assessment: &Assessment) -> bool {
    let faults = [ReasonCode::ClockSkew, ReasonCode::CurrencyMismatch];
    assessment.reasons.iter().any(|reason| faults.contains(&reason.code))
}

impl AssessPayment<'_> {
    /// The rules under the small limits of a cooling-off, where one runs and limits this use.
    fn narrowed(&self, record: &AccountRecord, env: &Env<'_>) -> Result<Option<CheckedPolicy>, Rejection> {
        let limited = freeze::cooling_off(&record.freezes, env.now).map_or(Scopes::NONE, |cooling| cooling.limited);
        if !limited.intersects(self.scopes()) {
            return Ok(None);
        }
        let narrow = env.settings.risk.narrowed(&env.settings.cooling_off_limits);
        narrow.map(Some).map_err(|_| Rejection::PolicyOutOfRange("the limits of the cooling-off cannot be used"))
    }

    const fn scopes(&self) -> Scopes {
        Scopes::needed_for(self.payment.direction)
    }

    fn judged(&self, assessment: &Assessment, content: u64) -> EventKind {
        let payment = self.payment;
        EventKind::PaymentAssessed {
            tx_id: payment.tx_id,
            content,
            ordered_at: payment.at,
            money: payment.money,
            direction: payment.direction,
            kind: payment.kind,
            payee: payment.payee,
            assessment: Box::new(assessment.clone()),
        }
    }

    fn refused(&self, reason: ReasonCode) -> EventKind {
        let payment = self.payment;
        let content = payment.content_fingerprint();
        EventKind::PaymentStopped {
            tx_id: payment.tx_id,
            content,
            money: payment.money,
            direction: payment.direction,
            reason,
        }
    }
}

impl Command for LabelPayment {
    type Record = AccountRecord;
    /// The label in force: an earlier one stands.
    type Reply = Label;

    fn decide(&self, record: AccountRecord, env: &mut Env<'_>) -> Result<Transition<AccountRecord, Label>, Rejection> {
        let (at, policy) = (self.ordered_at, &env.settings.risk);
        let learned = risk::label_account(&record.profile.read()?, self.label, at, self.payee_evidence, policy);
        let profile = StoredProfile::of(&learned)?;
        let events = vec![EventKind::PaymentLabelled { tx_id: self.tx_id, label: self.label }];
        Ok(Transition { record: AccountRecord { profile, ..record }, events, effects: Vec::new(), reply: self.label })
    }

    fn commit_id(&self, _decided: &Self::Record, _reply: &Label) -> Option<[u8; 16]> {
        Some(label_id(self.tx_id))
    }

    fn first_reply(&self, first: &Event) -> Option<Label> {
        first_label(first, self.tx_id)
    }
}

impl TeachPayee {
    /// What is believed of the payee after the label; `before` is `None` for its first one.
    #[must_use]
    pub fn taught(&self, before: Option<PayeeBelief>, policy: &CheckedPolicy) -> PayeeBelief {
        let before = before.unwrap_or_else(|| PayeeBelief::new(policy, self.ordered_at));
        before.learn(self.label, self.ordered_at, self.own_evidence, policy)
    }
}

impl Command for TeachPayee {
    type Record = PayeeRecord;
    /// The label in force: an earlier one stands.
    type Reply = Label;

    fn decide(&self, record: PayeeRecord, env: &mut Env<'_>) -> Result<Transition<PayeeRecord, Label>, Rejection> {
        let belief = Some(self.taught(record.belief, &env.settings.risk));
        let events = vec![EventKind::PayeeLearned { tx_id: self.tx_id, label: self.label }];
        Ok(Transition { record: PayeeRecord { belief, ..record }, events, effects: Vec::new(), reply: self.label })
    }

    fn commit_id(&self, _decided: &Self::Record, _reply: &Label) -> Option<[u8; 16]> {
        Some(label_id(self.tx_id))
    }

    fn first_reply(&self, first: &Event) -> Option<Label> {
        first_label(first, self.tx_id)
    }
}

/// The label that such an event says was learned, if it is about this payment.
pub(crate) fn first_label(first: &Event, asked: TxId) -> Option<Label> {
    match first.kind {
        EventKind::PaymentLabelled { tx_id, label } | EventKind::PayeeLearned { tx_id, label } if tx_id == asked => {
            Some(label)
        }
        _ => None,
    }
}

/// The id of the commit that writes such an event, where the event alone says it.
pub(crate) fn commit_id_of(event: &EventKind) -> Option<[u8; 16]> {
    match event {
        EventKind::PaymentAssessed { tx_id, .. } => Some(tx_id.0),
        EventKind::PaymentLabelled { tx_id, .. } | EventKind::PayeeLearned { tx_id, .. } => Some(label_id(*tx_id)),
        EventKind::PendingFinished { tx_id } => Some(finish_id(*tx_id)),
        EventKind::PaymentReleased { tx_id, .. } | EventKind::PaymentLetPass { tx_id, .. } => Some(release_id(*tx_id)),
        _ => None,
    }
}

/// A transaction is labelled once; its label must not share a commit id with the payment itself. Transaction ids are
/// hashes, so no other transaction has the id with this bit flipped.
pub(crate) const fn label_id(tx_id: TxId) -> [u8; 16] {
    let mut id = tx_id.0;
    id[15] ^= 1;
    id
}
