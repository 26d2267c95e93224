//! Payments: read the payee's belief, judge on the account, learn from labels.

use super::driver::{Loaded, Service};
use super::error::ServiceError;
use crate::account::{AccountRecord, EventKind, PayeeRecord};
use crate::command::{AssessPayment, Command, LabelPayment, PaymentDecision, TeachPayee};
use crate::risk::{Belief, CheckedPolicy, Label, PayeeBelief};
use crate::store::Store;
use crate::types::{AccountId, Fingerprint, Payment, Timestamp, TxId};

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

impl LabelledPayment {
    /// How well a payee of this belief alone explains the payment when it was ordered.
    #[must_use]
    pub fn evidence_of(&self, belief: Option<PayeeBelief>, policy: &CheckedPolicy) -> Belief {
        belief.map_or(Belief::MIN, |belief| belief.predict(self.ordered_at, policy))
    }
}

impl<S: Store> Service<S> {
    /// Judges a payment: one read of the payee's cell, one read and one commit on the account.
    ///
    /// `local_offset_min` is how many minutes the account's local time is ahead of UTC when the payment is ordered.
    ///
    /// # Errors
    /// [`ServiceError`]: do not let the payment pass.
    pub fn assess(
        &self,
        account: &AccountId,
        payment: &Payment,
        local_offset_min: i32,
        now: Timestamp,
    ) -> Result<PaymentDecision, ServiceError> {
        let payee = payment.payee.map(|payee| self.payee_belief(payee)).transpose()?.flatten();
        self.execute(account, &AssessPayment { payment, payee: payee.as_ref(), local_offset_min }, now)
    }

    /// The decision that was taken when this payment was first judged, if it was; a freeze placed since is not looked at.
    /// For replays of history. A payment about to be made is asked for with [`Service::assess`].
    ///
    /// # Errors
    /// [`ServiceError`]; an account whose record is damaged is denied, although the decision stands in its audit trail.
    pub fn first_decision(
        &self,
        account: &AccountId,
        payment: &Payment,
    ) -> Result<Option<PaymentDecision>, ServiceError> {
        let key = self.keyring().account_key(account);
        let Some(stored) = self.store().event_by_commit(key, payment.tx_id.0)? else {
            return Ok(None);
        };
        let _: Loaded<AccountRecord> = self.load(key)?;
        let command = AssessPayment { payment, payee: None, local_offset_min: 0 };
        Ok(command.first_reply(&self.proven(key, &stored)?))
    }

    /// What is believed of a payee; `None` before its first label.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn payee_belief(&self, payee: Fingerprint) -> Result<Option<PayeeBelief>, ServiceError> {
        let loaded: Loaded<PayeeRecord> = self.load(self.keyring().payee_key(payee))?;
        Ok(loaded.record.belief)
    }

    /// Learns whether a payment was fraud, however late. The same transaction is learned from once.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn label(
        &self,
        account: &AccountId,
        tx_id: TxId,
        label: Label,
        now: Timestamp,
    ) -> Result<LabelOutcome, ServiceError> {
        let Some(payment) = self.judged(account, tx_id)? else {
            return Ok(LabelOutcome::UnknownPayment);
        };
        // The account first: what it learns depends on what the payee was believed before this label, so a run that
        // breaks off in between can be run again.
        let evidence = self.payee_evidence(&payment)?;
        self.label_account(account, &payment, label, evidence, now)?;
        match self.teach_payee(&payment, label, now)? {
            first if first == label => Ok(LabelOutcome::Learned),
            first => Ok(LabelOutcome::Contradicts { first }),
        }
    }

    /// How well the payee alone explained the payment when it was ordered, as far as is known now.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn payee_evidence(&self, payment: &LabelledPayment) -> Result<Belief, ServiceError> {
        let belief = payment.payee.map(|payee| self.payee_belief(payee)).transpose()?.flatten();
        Ok(payment.evidence_of(belief, &self.settings().risk))
    }

    /// The account's side of [`Service::label`]. Only frauds change an account: that nothing happened is no news.
    /// `payee_evidence` is [`Service::payee_evidence`] from before the payee learned of this label.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn label_account(
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
        self.execute(account, &LabelPayment { tx_id, label, ordered_at, payee_evidence }, now).map(|_| ())
    }

    /// The payee's side of [`Service::label`]; answers with the label in force, which is the first one given.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn teach_payee(&self, payment: &LabelledPayment, label: Label, now: Timestamp) -> Result<Label, ServiceError> {
        let (Some(payee), true) = (payment.payee, label != Label::Unknown) else {
            return Ok(label);
        };
        let &LabelledPayment { tx_id, ordered_at, own_evidence, .. } = payment;
        self.execute_on_payee(payee, &TeachPayee { tx_id, label, ordered_at, own_evidence }, now)
    }

    /// What was found when the payment was judged, from the account's audit chain.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn judged(&self, account: &AccountId, tx_id: TxId) -> Result<Option<LabelledPayment>, ServiceError> {
        let key = self.keyring().account_key(account);
        let Some(stored) = self.store().event_by_commit(key, tx_id.0)? else {
            return Ok(None);
        };
        Ok(match self.proven(key, &stored)?.kind {
            EventKind::PaymentAssessed { tx_id, ordered_at, payee, assessment, .. } => {
                Some(LabelledPayment { tx_id, ordered_at, payee, own_evidence: assessment.own_evidence })
            }
            _ => None,
        })
    }
}
