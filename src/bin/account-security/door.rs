//! What is refused at the door, before any account sees it: bad rows, the future, one id for two payments.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use account_security::types::{AccountId, Timestamp, TxId};

use crate::rows::{RefusedRow, Row};

/// Transaction ids remembered to find the same id under two accounts; beyond it each account still knows its own.
const IDS_MAX: usize = 20_000_000;
/// A row this far ahead of the machine's clock is refused.
const FUTURE_MS_MAX: u64 = 5 * 60 * 1_000;
/// Refused or denied rows told one by one; all are counted.
const TOLD_MAX: usize = 20;

/// Lets rows in, one stream at a time.
pub(crate) struct Door {
    latest_allowed: Timestamp,
    clock: Timestamp,
    accounts: HashMap<AccountId, u32>,
    ids: HashMap<TxId, u64>,
}

/// Rows not judged: the refused ones all counted, the first told; and those that came before word for word.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    pub(crate) count: u64,
    pub(crate) first: Vec<String>,
    pub(crate) repeated: u64,
}

/// How a row stands to the rows before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    First,
    /// The same payment of the same account: a second line for it is no second payment.
    Repeat,
    /// Its id named another payment.
    Conflict,
}

impl Door {
    pub(crate) fn new(system_time: Timestamp) -> Self {
        Self {
            latest_allowed: system_time.plus_ms(FUTURE_MS_MAX),
            clock: Timestamp::MIN,
            accounts: HashMap::new(),
            ids: HashMap::new(),
        }
    }

    /// Refuses what no account can judge: the future, and one id for two payments; lets a payment in once. Answers with
    /// the row and its account's number, counted from 0 as accounts appear, and moves the stream's clock.
    pub(crate) fn admit(&mut self, parsed: Result<Row, RefusedRow>, refused: &mut Refused) -> Option<(Row, u32)> {
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
        match self.known(&row, account_index) {
            Known::First => {}
            Known::Repeat => {
                refused.repeated += 1;
                return None;
            }
            Known::Conflict => {
                refuse("tx_id: this id came before with other content; give each transaction its own id");
                return None;
            }
        }
        self.clock = self.clock.max(row.payment.at);
        Some((row, account_index))
    }

    /// The stream's clock: the latest time let in so far.
    pub(crate) const fn clock(&self) -> Timestamp {
        self.clock
    }

    fn known(&mut self, row: &Row, account_index: u32) -> Known {
        let mut hasher = DefaultHasher::new();
        (row.payment, account_index).hash(&mut hasher);
        let content = hasher.finish();
        match self.ids.get(&row.payment.tx_id) {
            Some(first) if *first == content => Known::Repeat,
            Some(_) => Known::Conflict,
            None => {
                if self.ids.len() < IDS_MAX {
                    self.ids.insert(row.payment.tx_id, content);
                }
                Known::First
            }
        }
    }

    fn index(&mut self, account: &AccountId) -> u32 {
        if let Some(index) = self.accounts.get(account) {
            return *index;
        }
        let index = u32::try_from(self.accounts.len()).unwrap_or(u32::MAX);
        self.accounts.insert(account.clone(), index);
        index
    }
}

impl Refused {
    pub(crate) fn add(&mut self, lines: u64, told: String) {
        self.count += lines.max(1);
        if self.first.len() < TOLD_MAX {
            self.first.push(told);
        }
    }

    pub(crate) fn join(&mut self, more: Self) {
        self.count += more.count;
        self.first.extend(more.first);
        self.first.truncate(TOLD_MAX);
        self.repeated += more.repeated;
    }
}
