//! From parsed rows to pieces of work: whose account, and which labels are due.

use std::collections::VecDeque;
use std::sync::Arc;

use account_security::risk::{Belief, Label, PayeeBelief};
use account_security::service::{LabelledPayment, ServiceError};
use account_security::types::{AccountId, Direction, Fingerprint, Timestamp, TxId};

use crate::door::{Door, Refused};
use crate::rows::{RefusedRow, Row, Zone};

/// One piece of work, in its place in the stream.
pub(super) struct Item {
    /// The stream's clock: the latest time seen so far.
    pub(super) now: Timestamp,
    pub(super) account: Arc<AccountId>,
    pub(super) account_index: u32,
    pub(super) work: Work,
}

pub(super) enum Work {
    Judge { row: Box<Row>, offset_min: i32, belief: Result<Option<PayeeBelief>, ServiceError> },
    Learn(Learn),
}

/// A label that is due.
pub(super) struct Learn {
    pub(super) tx_id: TxId,
    pub(super) payee: Option<Fingerprint>,
    pub(super) label: Label,
    /// The payment as it was judged: from this run's memory, or from the audit trail of an earlier one.
    pub(super) payment: Option<LabelledPayment>,
    /// What the payee's pass found, for the account's pass.
    pub(super) learned: Result<Option<Belief>, ServiceError>,
}

/// A label not shown yet.
struct DueLabel {
    due_at: Timestamp,
    account_index: u32,
    tx_id: TxId,
    payee: Option<Fingerprint>,
    label: Label,
    /// Minor units, for money that went out.
    spent_minor: Option<u64>,
}

pub(super) struct Intake<'a> {
    zone: &'a Zone,
    label_delay_ms: u64,
    door: Door,
    names: Vec<Arc<AccountId>>,
    /// In the order they fall due.
    labels: VecDeque<DueLabel>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(zone: &'a Zone, label_delay_ms: u64, system_time: Timestamp) -> Self {
        Self { zone, label_delay_ms, door: Door::new(system_time), names: Vec::new(), labels: VecDeque::new() }
    }

    /// Lets a row in or refuses it, see [`Door`].
    pub(super) fn admit(&mut self, parsed: Result<Row, RefusedRow>, refused: &mut Refused) -> Option<(Row, u32)> {
        let (row, account_index) = self.door.admit(parsed, refused)?;
        if usize::try_from(account_index).is_ok_and(|index| index >= self.names.len()) {
            self.names.push(Arc::new(row.account.clone()));
        }
        Some((row, account_index))
    }

    /// The stream's clock.
    pub(super) const fn clock(&self) -> Timestamp {
        self.door.clock()
    }

    /// When a label of a row that arrives now is due.
    pub(super) fn label_due_at(&self) -> Timestamp {
        self.clock().plus_ms(self.label_delay_ms)
    }

    /// Moves the labels that are due into the work; `observe` hears each one's amount.
    pub(super) fn push_due_labels(&mut self, pending: &mut Vec<Item>, mut observe: impl FnMut(u64, Label)) {
        while self.labels.front().is_some_and(|due| due.due_at <= self.door.clock()) {
            let Some(due) = self.labels.pop_front() else { break };
            if let Some(spent_minor) = due.spent_minor {
                observe(spent_minor, due.label);
            }
            let learn =
                Learn { tx_id: due.tx_id, payee: due.payee, label: due.label, payment: None, learned: Ok(None) };
            pending.push(self.item(due.account_index, Work::Learn(learn)));
        }
    }

    /// Moves a row into the work, and its label to those that wait.
    pub(super) fn push_row(&mut self, row: Row, account_index: u32, pending: &mut Vec<Item>) {
        if let Some(is_fraud) = row.label {
            self.labels.push_back(DueLabel {
                due_at: self.label_due_at(),
                account_index,
                tx_id: row.payment.tx_id,
                payee: row.payment.payee,
                label: if is_fraud { Label::Fraud } else { Label::Genuine },
                spent_minor: (row.payment.direction == Direction::Out)
                    .then(|| row.payment.money.minor().unsigned_abs()),
            });
        }
        let offset_min = self.zone.offset_min(row.payment.at);
        let work = Work::Judge { row: Box::new(row), offset_min, belief: Ok(None) };
        pending.push(self.item(account_index, work));
    }

    fn item(&self, account_index: u32, work: Work) -> Item {
        let account = Arc::clone(&self.names[usize::try_from(account_index).unwrap_or(usize::MAX)]);
        Item { now: self.clock(), account, account_index, work }
    }
}
