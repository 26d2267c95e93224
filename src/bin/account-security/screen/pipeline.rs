//! The run itself: read, learn, judge, in slices, on every core, with the same result as one row at a time.
//!
//! A reader thread parses ahead. Each slice is worked on twice. First by payee: labels that are due teach their payee,
//! and each payment takes a copy of what is believed of its payee at its place in the stream. Then by account: payments
//! are judged and frauds told to their accounts. Within a payee and within an account everything happens in file
//! order, and neither pass reads what the other writes, so the number of threads changes nothing but the speed. A slice
//! ends before a label of one of its own payments is due.

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use account_security::command::{AssessPayment, PaymentDecision, PlaceFreeze};
use account_security::freeze::{Authority, FreezeReason, FreezeRequest, Scopes};
use account_security::risk::{Belief, Label, Outcome, PayeeBelief};
use account_security::service::{LabelledPayment, Service, ServiceError};
use account_security::store::Store;
use account_security::types::{AccountId, ActorId, Fingerprint, Timestamp, TxId};
use indicatif::{ProgressBar, ProgressStyle};

use super::options::Options;
use super::scores::Scores;
use super::summary::{Judged, Summary};
use crate::exit::Failure;
use crate::rows::{ReadError, RefusedRow, Row, RowReader, Zone, open};

/// Rows worked on at a time.
const SLICE_ROWS: usize = 8_192;
/// Slices read ahead.
const SLICES_AHEAD: usize = 2;
/// Transaction ids remembered to find the same id under two accounts; beyond it each account still knows its own.
const IDS_MAX: usize = 20_000_000;
/// A row this far ahead of the machine's clock is refused.
const FUTURE_MS_MAX: u64 = 5 * 60 * 1_000;

pub(super) struct Pipeline<'a, S> {
    service: &'a Service<S>,
    options: &'a Options,
    threads: usize,
    rule: ActorId,
    scores: Scores,
    accounts: HashMap<AccountId, u32>,
    ids: HashMap<TxId, u64>,
    /// Labels not shown yet, in the order they fall due.
    labels: VecDeque<DueLabel>,
    clock: Timestamp,
}

struct DueLabel {
    due_at: Timestamp,
    account: AccountId,
    account_index: u32,
    tx_id: TxId,
    payee: Option<Fingerprint>,
    label: Label,
}

type Parsed = Result<Row, RefusedRow>;

/// One piece of work, in its place in the stream.
struct Item {
    now: Timestamp,
    account: AccountId,
    account_index: u32,
    work: Work,
}

enum Work {
    Judge { row: Box<Row>, offset_min: i32, belief: Option<PayeeBelief> },
    Learn { tx_id: TxId, payee: Option<Fingerprint>, label: Label, learned: Option<(LabelledPayment, Belief)> },
}

impl<'a, S: Store> Pipeline<'a, S> {
    pub(super) fn new(service: &'a Service<S>, options: &'a Options) -> Result<Self, Failure> {
        Ok(Self {
            service,
            options,
            threads: thread::available_parallelism().map_or(1, usize::from).min(8),
            rule: ActorId::parse("rule:screen").map_err(Failure::fault)?,
            scores: Scores::create(options.scores.as_deref())?,
            accounts: HashMap::new(),
            ids: HashMap::new(),
            labels: VecDeque::new(),
            clock: Timestamp::MIN,
        })
    }

    pub(super) fn run(mut self, summary: &mut Summary) -> Result<(), Failure> {
        let opened = open(&self.options.file).map_err(Failure::usage)?;
        let bar = progress(opened.bytes);
        let reader = RowReader::new(bar.wrap_read(opened.reader), &self.options.read).map_err(Failure::usage)?;
        let result = thread::scope(|scope| {
            let (sender, slices) = sync_channel(SLICES_AHEAD);
            scope.spawn(move || read_ahead(reader, &sender));
            self.work(&slices, summary, &bar)
        });
        bar.finish_and_clear();
        result
    }

    fn work(
        &mut self,
        slices: &Receiver<Result<Vec<Parsed>, ReadError>>,
        summary: &mut Summary,
        bar: &ProgressBar,
    ) -> Result<(), Failure> {
        while let Ok(slice) = slices.recv() {
            let mut pending = Vec::with_capacity(SLICE_ROWS);
            let mut ends_at = Timestamp::MAX;
            for parsed in slice.map_err(Failure::fault)? {
                let Some(row) = self.admit(parsed, summary) else { continue };
                self.clock = self.clock.max(row.payment.at);
                if self.clock >= ends_at {
                    self.settle(std::mem::take(&mut pending), summary)?;
                    ends_at = Timestamp::MAX;
                }
                self.push_due_labels(&mut pending);
                if row.label.is_some() {
                    ends_at = ends_at.min(self.clock.plus_ms(self.options.label_delay_ms));
                }
                self.push_row(row, &mut pending);
            }
            self.settle(pending, summary)?;
            bar.set_message(format!("{} rows, {} flagged", summary.transactions(), summary.flagged()));
        }
        self.scores.finish()
    }

    /// Refuses what no account can judge: the future, and one id for two payments.
    fn admit(&mut self, parsed: Parsed, summary: &mut Summary) -> Option<Row> {
        let row = match parsed {
            Ok(row) => row,
            Err(refused) => {
                summary.refuse(refused.line, refused.to_string());
                return None;
            }
        };
        if row.payment.at > system_time().plus_ms(FUTURE_MS_MAX) {
            let reason = "column at: the time lies in the future; correct the row or the machine's clock";
            summary.refuse(row.line, format!("line {}: {reason}", row.line));
            return None;
        }
        let content =
            row.payment.content_fingerprint() ^ u64::from(self.index(&row.account)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let known = self.ids.len();
        let first = match self.ids.get(&row.payment.tx_id) {
            Some(first) => *first,
            None if known < IDS_MAX => *self.ids.entry(row.payment.tx_id).or_insert(content),
            None => content,
        };
        if first != content {
            let reason = "column tx_id: this id came before with other content; give each transaction its own id";
            summary.refuse(row.line, format!("line {}: {reason}", row.line));
            return None;
        }
        Some(row)
    }

    fn push_due_labels(&mut self, pending: &mut Vec<Item>) {
        while let Some(due) = self.labels.pop_front_if(|due| due.due_at <= self.clock) {
            pending.push(Item {
                now: self.clock,
                account: due.account,
                account_index: due.account_index,
                work: Work::Learn { tx_id: due.tx_id, payee: due.payee, label: due.label, learned: None },
            });
        }
    }

    fn push_row(&mut self, row: Row, pending: &mut Vec<Item>) {
        let account_index = self.index(&row.account);
        if let Some(is_fraud) = row.label {
            self.labels.push_back(DueLabel {
                due_at: self.clock.plus_ms(self.options.label_delay_ms),
                account: row.account.clone(),
                account_index,
                tx_id: row.payment.tx_id,
                payee: row.payment.payee,
                label: if is_fraud { Label::Fraud } else { Label::Genuine },
            });
        }
        let (now, account) = (self.clock, row.account.clone());
        let offset_min = self.options.read.zone.offset_min(row.payment.at);
        pending.push(Item {
            now,
            account,
            account_index,
            work: Work::Judge { row: Box::new(row), offset_min, belief: None },
        });
    }

    fn settle(&mut self, mut items: Vec<Item>, summary: &mut Summary) -> Result<(), Failure> {
        if items.is_empty() {
            return Ok(());
        }
        self.by_payee(&mut items)?;
        let judged = self.by_account(&items)?;
        let zone = &self.options.read.zone;
        for (item, decision) in items.iter().zip(judged) {
            let (Work::Judge { row, .. }, Some(decision)) = (&item.work, decision) else { continue };
            self.tell(row, item.account_index, decision, zone, summary)?;
        }
        self.scores.flush()
    }

    /// The first pass. Threads return what they found; it is put in place afterwards.
    fn by_payee(&self, items: &mut [Item]) -> Result<(), Failure> {
        let found = self.in_shards(items, payee_shard, |item| match &item.work {
            Work::Judge { row, .. } => {
                let belief = row.payment.payee.map(|payee| self.service.payee_belief(payee)).transpose()?;
                Ok(Found::Belief(belief.flatten()))
            }
            Work::Learn { tx_id, label, .. } => Ok(Found::Learned(self.teach(item, *tx_id, *label)?)),
        })?;
        for (item, found) in items.iter_mut().zip(found) {
            match (&mut item.work, found) {
                (Work::Judge { belief, .. }, Some(Ok(Found::Belief(found)))) => *belief = found,
                (Work::Learn { learned, .. }, Some(Ok(Found::Learned(found)))) => *learned = found,
                // A damaged payee cell or account row denies nobody else: the payment is judged without the belief.
                _ => {}
            }
        }
        Ok(())
    }

    fn teach(&self, item: &Item, tx_id: TxId, label: Label) -> Result<Option<(LabelledPayment, Belief)>, ServiceError> {
        let Some(payment) = self.service.judged(&item.account, tx_id)? else { return Ok(None) };
        let evidence = self.service.payee_evidence(&payment)?;
        self.service.teach_payee(&payment, label, item.now)?;
        Ok(Some((payment, evidence)))
    }

    /// The second pass.
    fn by_account(&self, items: &[Item]) -> Result<Vec<Option<Result<PaymentDecision, ServiceError>>>, Failure> {
        let done = self.in_shards(items, account_shard, |item| match &item.work {
            Work::Judge { row, offset_min, belief } => self.judge(item, row, *offset_min, belief.as_ref()).map(Some),
            Work::Learn { label, learned, .. } => {
                if let Some((payment, evidence)) = learned {
                    self.service.label_account(&item.account, payment, *label, *evidence, item.now)?;
                }
                Ok(None)
            }
        })?;
        Ok(done.into_iter().map(|decision| decision.and_then(Result::transpose)).collect())
    }

    fn judge(
        &self,
        item: &Item,
        row: &Row,
        local_offset_min: i32,
        payee: Option<&PayeeBelief>,
    ) -> Result<PaymentDecision, ServiceError> {
        let command = AssessPayment { payment: &row.payment, payee, local_offset_min };
        let decision = self.service.execute(&item.account, &command, item.now)?;
        if self.options.freeze
            && let PaymentDecision::Assessed(assessment) = &decision
            && assessment.outcome == Outcome::FreezeRecommended
        {
            let scopes = Scopes::PAY_OUT | Scopes::CHANGE_PROFILE | Scopes::CHANGE_FACTORS;
            let request = FreezeRequest::new(scopes, FreezeReason::SuspectedFraud, Authority::Rule, self.rule.clone())
                .with_key(row.payment.tx_id.0);
            let freeze = PlaceFreeze { request, caused_by: Some(row.payment.tx_id) };
            // Refused only when this account holds the most freezes a rule may place: it is frozen then.
            let _ = self.service.execute(&item.account, &freeze, item.now)?;
        }
        Ok(decision)
    }

    /// Runs `work` on every item, items of one shard in order on one thread. A fault of one account stays with its
    /// item; a fault of the whole store ends the run.
    fn in_shards<T: Send>(
        &self,
        items: &[Item],
        shard_of: fn(&Item) -> usize,
        work: impl Fn(&Item) -> Result<T, ServiceError> + Sync,
    ) -> Result<Vec<Option<Result<T, ServiceError>>>, Failure> {
        let mut results: Vec<Option<Result<T, ServiceError>>> = items.iter().map(|_| None).collect();
        let (threads, work) = (self.threads, &work);
        let one_shard = |shard| {
            let mut done = Vec::with_capacity(items.len() / threads + 1);
            for (index, item) in items.iter().enumerate().filter(|(_, item)| shard_of(item) % threads == shard) {
                match work(item) {
                    Err(fault) if ends_the_run(&fault) => return Err(fault),
                    result => done.push((index, result)),
                }
            }
            Ok(done)
        };
        let shards = thread::scope(|scope| {
            let handles: Vec<_> = (1..threads).map(|shard| scope.spawn(move || one_shard(shard))).collect();
            let mut shards = vec![one_shard(0)];
            shards.extend(handles.into_iter().map(|handle| handle.join().unwrap_or(Err(ServiceError::Busy))));
            shards
        });
        for shard in shards {
            for (index, result) in shard.map_err(Failure::fault)? {
                results[index] = Some(result);
            }
        }
        Ok(results)
    }

    fn tell(
        &mut self,
        row: &Row,
        account_index: u32,
        decision: Result<PaymentDecision, ServiceError>,
        zone: &Zone,
        summary: &mut Summary,
    ) -> Result<(), Failure> {
        match decision {
            Ok(PaymentDecision::Conflict) => {
                let reason = "this id was judged before with other content; give each transaction its own id";
                summary.refuse(row.line, format!("line {}: column tx_id: {reason}", row.line));
                Ok(())
            }
            Ok(decision) => {
                self.scores.write(&row.tx_id, &decision)?;
                let day = zone.local_day(row.payment.at);
                summary.add(&Judged { row, account_index, day, decision: &decision });
                Ok(())
            }
            Err(fault) => {
                summary.deny(row.line, format!("line {}: account {} denied: {fault}", row.line, row.account));
                Ok(())
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

enum Found {
    Belief(Option<PayeeBelief>),
    Learned(Option<(LabelledPayment, Belief)>),
}

fn payee_shard(item: &Item) -> usize {
    let payee = match &item.work {
        Work::Judge { row, .. } => row.payment.payee,
        Work::Learn { payee, .. } => *payee,
    };
    payee.map_or(0, |payee| usize::from(payee.0.to_le_bytes()[0]))
}

fn account_shard(item: &Item) -> usize {
    usize::try_from(item.account_index).unwrap_or(0)
}

const fn ends_the_run(fault: &ServiceError) -> bool {
    matches!(fault, ServiceError::Store(_) | ServiceError::Busy | ServiceError::NoEntropy)
}

fn read_ahead<R: std::io::Read>(
    mut reader: RowReader<R>,
    slices: &std::sync::mpsc::SyncSender<Result<Vec<Parsed>, ReadError>>,
) {
    loop {
        let mut slice = Vec::with_capacity(SLICE_ROWS);
        while slice.len() < SLICE_ROWS {
            match reader.next_row() {
                Ok(Some(parsed)) => slice.push(parsed),
                Ok(None) => break,
                Err(error) => {
                    // What was read before the stream broke is screened and reported first.
                    let _ = slices.send(Ok(slice));
                    let _ = slices.send(Err(error));
                    return;
                }
            }
        }
        if slice.is_empty() || slices.send(Ok(slice)).is_err() {
            return;
        }
    }
}

fn progress(bytes: Option<u64>) -> ProgressBar {
    // Hidden by itself when standard error is not a terminal.
    let bar = bytes.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let template = if bytes.is_some() {
        "{bar:30} {percent:>3}% {elapsed} left {eta}  {msg}"
    } else {
        "{spinner} {elapsed}  {msg}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

#[expect(clippy::disallowed_methods, reason = "the command line is the shell that knows the time")]
pub(crate) fn system_time() -> Timestamp {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_millis()).ok().and_then(|ms| Timestamp::from_unix_ms(ms).ok()).unwrap_or_default()
}
