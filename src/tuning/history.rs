//! The history kept in memory, and its replay under one rule set.

use std::collections::{BTreeMap, VecDeque};

use super::EVENTS_MAX;
use super::fit::FitError;
use crate::backtest::{BacktestError, Due, LabelledEvent, PAYEES_MAX, Side};
use crate::risk::{Assessment, Belief, CheckedPolicy, Label};
use crate::types::{AccountId, Payment, Timestamp};

/// One payment as it is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    pub(super) payment: Payment,
    pub(super) account: usize,
    /// The stream's clock when it came.
    pub(super) now: Timestamp,
    pub(super) local_offset_min: i32,
    pub(super) label: Option<Label>,
}

impl Stored {
    /// The label, if it was known at a time.
    pub(super) fn label_at(&self, as_of: Timestamp, label_delay_ms: u64) -> Option<bool> {
        let is_fraud = match self.label? {
            Label::Fraud => true,
            Label::Genuine => false,
            Label::Unknown => return None,
        };
        (self.now.plus_ms(label_delay_ms) <= as_of).then_some(is_fraud)
    }
}

#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) events: Vec<Stored>,
    accounts: BTreeMap<AccountId, usize>,
    clock: Timestamp,
}

impl History {
    pub(super) fn push(&mut self, event: &LabelledEvent<'_>) -> Result<(), FitError> {
        if self.events.len() >= EVENTS_MAX {
            return Err(FitError::TooManyEvents);
        }
        let next = self.accounts.len();
        let account = match self.accounts.get(event.account) {
            Some(account) => *account,
            None => *self.accounts.entry(event.account.clone()).or_insert(next),
        };
        self.clock = self.clock.max(event.payment.at);
        self.events.push(Stored {
            payment: *event.payment,
            account,
            now: self.clock,
            local_offset_min: event.local_offset_min,
            label: event.label,
        });
        Ok(())
    }

    pub(super) fn first(&self) -> Option<Timestamp> {
        self.events.first().map(|event| event.now)
    }

    /// When the history is over: just behind its last payment.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.events.last().map(|event| event.now.plus_ms(1))
    }

    /// Judges every payment before `until` in order; labels are shown when they are due, none due at `until` or later.
    pub(super) fn replay(
        &self,
        policy: &CheckedPolicy,
        label_delay_ms: u64,
        until: Timestamp,
        mut visit: impl FnMut(&Stored, &Assessment),
    ) -> Result<(), BacktestError> {
        let mut side = Side::new(policy.clone());
        let mut waiting: VecDeque<(Timestamp, Due, Belief)> = VecDeque::new();
        for event in self.events.iter().take_while(|event| event.now < until) {
            while waiting.front().is_some_and(|(due_at, ..)| *due_at <= event.now) {
                let Some((_, due, own_evidence)) = waiting.pop_front() else { break };
                side.learn(&due, own_evidence, PAYEES_MAX)?;
            }
            let assessment = side.judge(event.account, &event.payment, event.now, event.local_offset_min)?;
            if assessment.repeated.is_some() {
                continue;
            }
            if let Some(label @ (Label::Fraud | Label::Genuine)) = event.label {
                let due =
                    Due { account: event.account, payee: event.payment.payee, ordered_at: event.payment.at, label };
                waiting.push_back((event.now.plus_ms(label_delay_ms), due, assessment.own_evidence));
            }
            visit(event, &assessment);
        }
        Ok(())
    }
}
