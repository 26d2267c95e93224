//! The run: one event at a time, labels after their delay, both sides beside each other.

use std::collections::{BTreeMap, VecDeque};

use super::changed::{AccountPast, ChangedList};
use super::report::{BacktestReport, PeriodReport};
use super::side::{Due, Side};
use super::tally::Tally;
use super::{ACCOUNTS_MAX, PAYEES_MAX, WAITING_LABELS_MAX};
use crate::risk::{Assessment, Belief, CheckedPolicy, Label, RiskError};
use crate::types::time::DAY_MS;
use crate::types::{AccountId, Payment, Timestamp};

/// A policy and the name it has in the report.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// Shown to people.
    pub name: String,
    /// The rules.
    pub policy: CheckedPolicy,
}

/// One payment of the history.
#[derive(Clone, Copy, Debug)]
pub struct LabelledEvent<'a> {
    /// Its place in the history, e.g. the line of the file; told in the report.
    pub row: u64,
    /// The transaction's id as the history writes it.
    pub tx_id: &'a str,
    /// Whose account.
    pub account: &'a AccountId,
    /// The payment.
    pub payment: &'a Payment,
    /// Minutes east of UTC that hold for the account at the payment's time.
    pub local_offset_min: i32,
    /// What became of it in the end, if known.
    pub label: Option<Label>,
}

/// How a history is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// A label is shown this long after its payment; seven days unless said otherwise.
    pub label_delay_ms: u64,
    /// Payments before this only teach the profiles and are not counted.
    pub from: Option<Timestamp>,
    /// Payments from this on are left out.
    pub until: Option<Timestamp>,
}

impl Default for Options {
    fn default() -> Self {
        Self { label_delay_ms: 7 * DAY_MS, from: None, until: None }
    }
}

/// Why a back-test cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BacktestError {
    /// More than [`ACCOUNTS_MAX`](super::ACCOUNTS_MAX) accounts.
    #[error("the history has more than {ACCOUNTS_MAX} accounts; test a part of them")]
    TooManyAccounts,
    /// More than [`PAYEES_MAX`](super::PAYEES_MAX) payees.
    #[error("the history has more than {PAYEES_MAX} labelled payees; test a part of the accounts")]
    TooManyPayees,
    /// More than [`WAITING_LABELS_MAX`](super::WAITING_LABELS_MAX) labels that are not due yet.
    #[error("more than {WAITING_LABELS_MAX} labels wait to be shown; shorten the label delay or test a part")]
    TooManyLabels,
    /// The engine refused the event.
    #[error(transparent)]
    Risk(#[from] RiskError),
}

/// Two rule sets on the same history.
#[derive(Debug)]
pub struct Backtest {
    names: [String; 2],
    sides: [Side; 2],
    options: Options,
    clock: Timestamp,
    accounts: BTreeMap<AccountId, usize>,
    pasts: Vec<AccountPast>,
    /// In the order they fall due.
    labels: VecDeque<Waiting>,
    tally: Tally,
    changed: ChangedList,
    period: PeriodReport,
}

/// A label not shown yet, with what each side said of its payment.
#[derive(Debug)]
struct Waiting {
    due_at: Timestamp,
    due: Due,
    own_evidence: [Belief; 2],
}

impl Backtest {
    /// Nothing seen yet. `a` is what is in force, `b` what is proposed.
    #[must_use]
    pub fn new(a: RuleSet, b: RuleSet, options: Options) -> Self {
        Self {
            names: [a.name, b.name],
            sides: [Side::new(a.policy), Side::new(b.policy)],
            options,
            clock: Timestamp::MIN,
            accounts: BTreeMap::new(),
            pasts: Vec::new(),
            labels: VecDeque::new(),
            tally: Tally::new(),
            changed: ChangedList::default(),
            period: PeriodReport::of(&options),
        }
    }

    /// Takes the next payment, in the order of the stream. A late one is judged as late, as in real life.
    ///
    /// # Errors
    /// [`BacktestError`] when a limit of this module is passed or the offset is none that a place on earth has; the
    /// event is left out then and the back-test can be finished.
    pub fn feed(&mut self, event: &LabelledEvent<'_>) -> Result<(), BacktestError> {
        let at = event.payment.at;
        if self.options.until.is_some_and(|until| at >= until) {
            self.period.left_out += 1;
            return Ok(());
        }
        let account = self.account(event.account)?;
        self.clock = self.clock.max(at);
        self.show_due_labels()?;
        let [a, b] = &mut self.sides;
        let assessed = [
            a.judge(account, event.payment, self.clock, event.local_offset_min)?,
            b.judge(account, event.payment, self.clock, event.local_offset_min)?,
        ];
        self.await_label(event, account, &assessed)?;
        if assessed.iter().all(|one| one.repeated.is_some()) {
            self.period.repeated += 1;
        } else if self.options.from.is_some_and(|from| at < from) {
            self.period.warm_up += 1;
            self.changed.pass(event, account, &assessed, &mut self.pasts);
        } else {
            self.tally.add(event, account, &assessed);
            self.changed.offer(event, account, &assessed, &mut self.pasts);
        }
        Ok(())
    }

    /// Payments counted so far, and how many of them the sides disagreed on.
    #[must_use]
    pub const fn progress(&self) -> (u64, u64) {
        self.tally.progress()
    }

    /// What came of it.
    #[must_use]
    pub fn finish(self) -> BacktestReport {
        let policies = self.sides.each_ref().map(Side::policy);
        self.tally.report(self.names, policies, self.period, self.changed.report(policies))
    }

    fn account(&mut self, account: &AccountId) -> Result<usize, BacktestError> {
        if let Some(index) = self.accounts.get(account) {
            return Ok(*index);
        }
        let index = self.accounts.len();
        if index >= ACCOUNTS_MAX {
            return Err(BacktestError::TooManyAccounts);
        }
        self.accounts.insert(account.clone(), index);
        self.pasts.push(AccountPast::default());
        Ok(index)
    }

    fn show_due_labels(&mut self) -> Result<(), BacktestError> {
        while self.labels.front().is_some_and(|waiting| waiting.due_at <= self.clock) {
            let Some(Waiting { due, own_evidence, .. }) = self.labels.pop_front() else { break };
            for (side, own_evidence) in self.sides.iter_mut().zip(own_evidence) {
                side.learn(&due, own_evidence, PAYEES_MAX)?;
            }
        }
        Ok(())
    }

    fn await_label(
        &mut self,
        event: &LabelledEvent<'_>,
        account: usize,
        assessed: &[Assessment; 2],
    ) -> Result<(), BacktestError> {
        let Some(label @ (Label::Fraud | Label::Genuine)) = event.label else { return Ok(()) };
        if assessed.iter().any(|one| one.repeated.is_some()) {
            return Ok(());
        }
        if self.labels.len() >= WAITING_LABELS_MAX {
            return Err(BacktestError::TooManyLabels);
        }
        let (payment, due_at) = (event.payment, self.clock.plus_ms(self.options.label_delay_ms));
        let due = Due { account, payee: payment.payee, ordered_at: payment.at, label };
        let own_evidence = assessed.each_ref().map(|one| one.own_evidence);
        self.labels.push_back(Waiting { due_at, due, own_evidence });
        Ok(())
    }
}
