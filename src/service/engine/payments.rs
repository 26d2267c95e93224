//! Payments: read the payee's belief, judge on the account, learn from labels.

use super::{Engine, Loaded, misled};
use crate::account::{AccountRecord, Event, EventKind, PayeeRecord};
use crate::command::payments::{first_label, label_id};
use crate::command::{AssessPayment, Command, LabelPayment, PaymentDecision, TeachPayee};
use crate::risk::{Belief, CheckedPolicy, Label, PayeeBelief, Signals};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Fingerprint, Payment, StoreKey, Timestamp, TxId};

/// What came of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelOutcome {
    /// It was learned from, now or by an earlier call.
    Learned,
    /// This account never had such a payment judged.
    UnknownPayment,
    /// Another label was given before, and stands.
    Contradicts {
        /// The label in force.
        first: Label,
    },
}

/// What a label needs to know of the payment it is about.
#[derive(Clone, Copy, Debug)]
pub struct LabelledPayment {
    /// The transaction.
    pub tx_id: TxId,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// To or from whom.
    pub payee: Option<Fingerprint>,
    /// How well the account side alone explained a fraud.
    pub own_evidence: Belief,
}

/// The first judgement of a payment.
pub(super) struct FirstJudged {
    /// When.
    pub(super) at: Timestamp,
    /// The answer.
    pub(super) decision: PaymentDecision,
    /// The account's last event when this was looked up.
    pub(super) seen_seq: u64,
}

impl LabelledPayment {
    /// How well a payee of this belief alone explains the payment when it was ordered.
    #[must_use]
    pub fn evidence_of(&self, belief: Option<PayeeBelief>, policy: &CheckedPolicy) -> Belief {
        belief.map_or(Belief::MIN, |belief| belief.predict(self.ordered_at, policy))
    }
}

impl<W: World> Engine<W> {
    pub(in crate::service) async fn assess(
        &self,
        account: &AccountId,
        payment: &Payment,
        local_offset_min: i32,
        now: Timestamp,
    ) -> Result<PaymentDecision, ServiceError> {
        self.assess_with_signals(account, payment, local_offset_min, &Signals::default(), now).await
    }

    pub(in crate::service) async fn assess_with_signals(
        &self,
        account: &AccountId,
        payment: &Payment,
        local_offset_min: i32,
        signals: &Signals,
        now: Timestamp,
    ) -> Result<PaymentDecision, ServiceError> {
        let payee = self.belief_in(payment.payee).await?;
        let assess = AssessPayment { payment, payee: payee.as_ref(), local_offset_min, signals: *signals };
        self.execute(account, &assess, now).await
    }

    pub(in crate::service) async fn first_decision(
        &self,
        account: &AccountId,
        payment: &Payment,
    ) -> Result<Option<PaymentDecision>, ServiceError> {
        Ok(self.first_judged(account, payment).await?.map(|first| first.decision))
    }

    /// The first judgement of this payment.
    pub(super) async fn first_judged(
        &self,
        account: &AccountId,
        payment: &Payment,
    ) -> Result<Option<FirstJudged>, ServiceError> {
        let key = self.keys.account_key(account);
        let Some(first) = self.event_under(key, payment.tx_id.0).await? else {
            return Ok(None);
        };
        let seen_seq = self.check_stands::<AccountRecord>(key).await?.head.seq;
        let command = AssessPayment { payment, payee: None, local_offset_min: 0, signals: Signals::default() };
        Ok(command.first_reply(&first).map(|decision| FirstJudged { at: first.at, decision, seen_seq }))
    }

    /// The event that a commit wrote, as this service wrote it.
    pub(super) async fn event_under(&self, key: StoreKey, commit_id: [u8; 16]) -> Result<Option<Event>, ServiceError> {
        match self.world.event_by_commit(key, commit_id).await? {
            Some(stored) => self.proven(key, &stored).await.map(Some),
            None => Ok(None),
        }
    }

    pub(in crate::service) async fn payee_belief(
        &self,
        payee: Fingerprint,
    ) -> Result<Option<PayeeBelief>, ServiceError> {
        let loaded: Loaded<PayeeRecord> = self.load(self.keys.payee_key(payee)).await?;
        Ok(loaded.record.belief)
    }

    pub(in crate::service) async fn label(
        &self,
        account: &AccountId,
        tx_id: TxId,
        label: Label,
        now: Timestamp,
    ) -> Result<LabelOutcome, ServiceError> {
        let Some(payment) = self.judged(account, tx_id).await? else {
            return Ok(LabelOutcome::UnknownPayment);
        };
        // Before the account learns anything: a contradicted label must not be half learned.
        if let Some(first) = self.standing_label(account, &payment).await?.filter(|first| *first != label)
            && label != Label::Unknown
        {
            return Ok(LabelOutcome::Contradicts { first });
        }
        // The account first: what it learns depends on what the payee was believed before this label, so a run that
        // breaks off in between can be run again.
        let evidence = self.payee_evidence(&payment).await?;
        self.label_account(account, &payment, label, evidence, now).await?;
        match self.teach_payee(account, &payment, label, now).await? {
            first if first == label => Ok(LabelOutcome::Learned),
            first => Ok(LabelOutcome::Contradicts { first }),
        }
    }

    /// The label that the account or the payee learned from before.
    async fn standing_label(
        &self,
        account: &AccountId,
        payment: &LabelledPayment,
    ) -> Result<Option<Label>, ServiceError> {
        let account = self.keys.account_key(account);
        let (at_account, payee_tx_id) = (Some((account, payment.tx_id)), self.keys.payee_tx_id(account, payment.tx_id));
        let at_payee = payment.payee.map(|payee| (self.keys.payee_key(payee), payee_tx_id));
        for (key, tx_id) in [at_account, at_payee].into_iter().flatten() {
            let Some(event) = self.event_under(key, label_id(tx_id)).await? else { continue };
            return first_label(&event, tx_id).map(Some).ok_or_else(misled);
        }
        Ok(None)
    }

    pub(in crate::service) async fn payee_evidence(&self, payment: &LabelledPayment) -> Result<Belief, ServiceError> {
        let belief = self.belief_in(payment.payee).await?;
        Ok(payment.evidence_of(belief, &self.settings().risk))
    }

    pub(in crate::service) async fn label_account(
        &self,
        account: &AccountId,
        payment: &LabelledPayment,
        label: Label,
        payee_evidence: Belief,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        if label != Label::Fraud {
            return Ok(());
        }
        let &LabelledPayment { tx_id, ordered_at, .. } = payment;
        self.execute(account, &LabelPayment { tx_id, label, ordered_at, payee_evidence }, now).await.map(|_| ())
    }

    pub(in crate::service) async fn teach_payee(
        &self,
        account: &AccountId,
        payment: &LabelledPayment,
        label: Label,
        now: Timestamp,
    ) -> Result<Label, ServiceError> {
        let (Some(payee), true) = (payment.payee, label != Label::Unknown) else {
            return Ok(label);
        };
        let &LabelledPayment { tx_id, ordered_at, own_evidence, .. } = payment;
        let tx_id = self.keys.payee_tx_id(self.keys.account_key(account), tx_id);
        self.execute_on_payee(payee, &TeachPayee { tx_id, label, ordered_at, own_evidence }, now).await
    }

    pub(in crate::service) async fn judged(
        &self,
        account: &AccountId,
        tx_id: TxId,
    ) -> Result<Option<LabelledPayment>, ServiceError> {
        let key = self.keys.account_key(account);
        let Some(first) = self.event_under(key, tx_id.0).await? else {
            return Ok(None);
        };
        match first.kind {
            // The store's look-up is not proven, only what it leads to.
            EventKind::PaymentAssessed { tx_id: found, .. } if found != tx_id => Err(misled()),
            EventKind::PaymentAssessed { tx_id, ordered_at, payee, assessment, .. } => {
                Ok(Some(LabelledPayment { tx_id, ordered_at, payee, own_evidence: assessment.own_evidence }))
            }
            _ => Ok(None),
        }
    }

    async fn belief_in(&self, payee: Option<Fingerprint>) -> Result<Option<PayeeBelief>, ServiceError> {
        match payee {
            Some(payee) => self.payee_belief(payee).await,
            None => Ok(None),
        }
    }
}
