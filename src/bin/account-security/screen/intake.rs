//! From parsed rows to pieces of work: what is refused at the door, whose account, and which labels are due.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use account_security::risk::{Belief, Label, PayeeBelief};
use account_security::service::LabelledPayment;
use account_security::types::{AccountId, Direction, Fingerprint, Timestamp, TxId};

use super::summary::Refused;
use crate::rows::{RefusedRow, Row, Zone};

/// Transaction ids remembered to find the same id under two accounts; beyond it each account still knows its own.
const IDS_MAX: usize = 20_000_000;
/// A row this far ahead of the machine's clock is refused.
const FUTURE_MS_MAX: u64 = 5 * 60 * 1_000;

/// One piece of work, in its place in the stream.
pub(super) struct Item {
    /// The stream's clock: the latest time seen so far.
    pub(super) now: Timestamp,
    pub(super) account: Arc<AccountId>,
    pub(super) account_index: u32,
    pub(super) work: Work,
}

pub(super) enum Work {
    Judge { row: Box<Row>, offset_min: i32, belief: Option<PayeeBelief> },
    Learn(Learn),
}

/// A label that is due.
pub(super) struct Learn {
    pub(super) tx_id: TxId,
    pub(super) payee: Option<Fingerprint>,
    pub(super) label: Label,
    /// What the payee's pass found, for the account's pass.
    pub(super) learned: Option<(LabelledPayment, Belief)>,
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
    latest_allowed: Timestamp,
    clock: Timestamp,
    accounts: HashMap<AccountId, u32>,
    names: Vec<Arc<AccountId>>,
    ids: HashMap<TxId, u64>,
    /// In the order they fall due.
    labels: VecDeque<DueLabel>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(zone: &'a Zone, label_delay_ms: u64, system_time: Timestamp) -> Self {
        Self {
            zone,
            label_delay_ms,
            latest_allowed: system_time.plus_ms(FUTURE_MS_MAX),
            clock: Timestamp::MIN,
            accounts: HashMap::new(),
            names: Vec::new(),
            ids: HashMap::new(),
            labels: VecDeque::new(),
        }
    }

    /// Refuses what no account can judge: the future, and one id for two payments. Answers with the row and its
    /// account's number, and moves the stream's clock.
    pub(super) fn admit(&mut self, parsed: Result<Row, RefusedRow>, refused: &mut Refused) -> Option<(Row, u32)> {
        let row = match parsed {
            Ok(row) => row,
            Err(row) => {
                refused.add(row.lines, row.to_string());
                return None;
            }
        };
        let mut refuse = |reason: &str| refused.add(1, format!("line {}, column {reason}", row.line));
        if row.payment.at > self.latest_allowed {
            refuse("at: the time lies in the future; correct the row or the machine's clock");
            return None;
        }
        let account_index = self.index(&row.account);
        if !self.is_first_or_same(&row, account_index) {
            refuse("tx_id: this id came before with other content; give each transaction its own id");
            return None;
        }
        self.clock = self.clock.max(row.payment.at);
        Some((row, account_index))
    }

    /// The stream's clock.
    pub(super) const fn clock(&self) -> Timestamp {
        self.clock
    }

    /// When a label of a row that arrives now is due.
    pub(super) fn label_due_at(&self) -> Timestamp {
        self.clock.plus_ms(self.label_delay_ms)
    }

    /// Moves the labels that are due into the work; `observe` hears each one's amount.
    pub(super) fn push_due_labels(&mut self, pending: &mut Vec<Item>, mut observe: impl FnMut(u64, Label)) {
        while self.labels.front().is_some_and(|due| due.due_at <= self.clock) {
            let Some(due) = self.labels.pop_front() else { break };
            if let Some(spent_minor) = due.spent_minor {
                observe(spent_minor, due.label);
            }
            let learn = Learn { tx_id: due.tx_id, payee: due.payee, label: due.label, learned: None };
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
        let work = Work::Judge { row: Box::new(row), offset_min, belief: None };
        pending.push(self.item(account_index, work));
    }

    fn item(&self, account_index: u32, work: Work) -> Item {
        let account = Arc::clone(&self.names[usize::try_from(account_index).unwrap_or(usize::MAX)]);
        Item { now: self.clock, account, account_index, work }
    }

    fn is_first_or_same(&mut self, row: &Row, account_index: u32) -> bool {
        let mut hasher = DefaultHasher::new();
        (row.payment, account_index).hash(&mut hasher);
        let content = hasher.finish();
        if self.ids.len() < IDS_MAX {
            return *self.ids.entry(row.payment.tx_id).or_insert(content) == content;
        }
        self.ids.get(&row.payment.tx_id).is_none_or(|first| *first == content)
    }

    fn index(&mut self, account: &AccountId) -> u32 {
        if let Some(index) = self.accounts.get(account) {
            return *index;
        }
        let index = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.accounts.insert(account.clone(), index);
        self.names.push(Arc::new(account.clone()));
        index
    }
}
