//! The run itself: read, learn, judge, in slices, on every core, with the same result as one row at a time.
//!
//! Three stages run at once: one thread reads rows into slices of work, the workers judge a slice, one thread tells
//! what came of the slice before. Each slice is worked on three times. First by payee, in memory: each payment takes a copy
//! of what is believed of its payee at its place in the stream, labels that are due included. Then by account: payments
//! are judged and frauds told to their accounts. Then by payee again: the labels are committed. Within a payee and within
//! an account everything happens in file order, and no pass reads what it or a later one writes, so neither the number of
//! threads nor a run that was killed and begun again changes any decision. A slice ends before a label of one of its own
//! payments is due, and where the rules are fitted anew.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use account_security::command::{AssessPayment, PaymentDecision, PlaceFreeze, ReleasePayment, Settings, TeachPayee};
use account_security::freeze::{Actor, Authority, FreezeError, FreezeReason, FreezeRequest, Scopes};
use account_security::risk::{Belief, CheckedPolicy, Outcome, PayeeBelief, Signals};
use account_security::service::{LabelledPayment, Service, ServiceError};
use account_security::store::Store;
use account_security::types::{ActorId, Fingerprint, Timestamp, TxId};
use indicatif::ProgressBar;

use super::intake::{Intake, Item, Learn, Work};
use super::options::Options;
use super::refit::{LargeAmountFrom, Refit};
use super::scores::Scores;
use super::shards::{account_shard, in_shards, payee_shard};
use super::summary::{Judged, Summary};
use crate::door::Refused;
use crate::exit::Failure;
use crate::progress;
use crate::rows::{ReadError, Row, RowReader, open};

/// Payments and labels worked on at a time.
const SLICE_ITEMS: usize = 8_192;
/// Slices read ahead.
const SLICES_AHEAD: usize = 2;
/// Most worker threads.
const THREADS_MAX: usize = 16;

type Decided = Option<Result<PaymentDecision, Denied>>;

/// Why a row counts as denied.
#[derive(Debug, thiserror::Error)]
enum Denied {
    #[error(transparent)]
    Fault(#[from] ServiceError),
    /// It was judged, and is in the trail; what had to follow did not.
    #[error("the account had to be frozen, and can still pay: {0}; freeze it with `account freeze`")]
    NotFrozen(FreezeError),
}

pub(super) struct Pipeline<'a, S> {
    service: &'a Service<S>,
    options: &'a Options,
    threads: usize,
    rule: ActorId,
    resumes: bool,
}

/// Work that can be done at once, in the order of the file.
#[derive(Default)]
struct Slice {
    /// Put in force before this slice is judged.
    large_amount: Option<LargeAmountFrom>,
    items: Vec<Item>,
    refused: Refused,
}

/// What came of a slice.
struct Done {
    /// Put in force before it.
    large_amount: Option<LargeAmountFrom>,
    /// The rules it was judged by.
    settings: Arc<Settings>,
    items: Vec<Item>,
    decided: Vec<Decided>,
    refused: Refused,
}

/// To whom the rows of a slice are told.
struct Teller<'a> {
    policy: &'a CheckedPolicy,
    scores: &'a mut Scores,
    summary: &'a mut Summary,
}

/// What the first pass found for an item.
enum Found {
    Belief(Option<PayeeBelief>),
    /// The payment a label is about, and how well its payee alone explained it.
    Label(LabelledPayment, Belief),
    /// The label of a payment that was never judged.
    Nothing,
}

impl<'a, S: Store> Pipeline<'a, S> {
    pub(super) fn new(service: &'a Service<S>, options: &'a Options) -> Result<Self, Failure> {
        let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
        let rule = ActorId::parse("rule:screen").map_err(Failure::fault)?;
        // A store that holds something already may have judged these very rows: a run begun again, a file screened twice.
        let resumes = !service.store().keys(None, 1).map_err(Failure::fault)?.is_empty();
        Ok(Self { service, options, threads, rule, resumes })
    }

    /// What was found, and the fault that ended the run early if one did: rows judged before it are committed and told.
    pub(super) fn run(&self, summary: Summary) -> Result<(Summary, Option<Failure>), Failure> {
        let opened = open(&self.options.input.file).map_err(Failure::usage)?;
        let bar = progress::bar(opened.bytes);
        let reader = RowReader::new(bar.wrap_read(opened.reader), &self.options.input.read).map_err(Failure::usage)?;
        // After the header: a file that cannot be read does not cost the scores of the run before.
        let scores = Scores::create(self.options.scores.as_deref())?;
        let intake = Intake::new(&self.options.input.read.zone, self.options.input.label_delay_ms, system_time());
        let refit = Refit::new(self.service.settings().risk.policy(), self.options.fit_until);
        let result = thread::scope(|scope| {
            let (to_workers, slices) = sync_channel(SLICES_AHEAD);
            let (to_teller, done) = sync_channel(SLICES_AHEAD);
            scope.spawn(move || read_ahead(reader, intake, refit, &to_workers));
            let bar = &bar;
            let teller = scope.spawn(move || self.tell_all(&done, scores, summary, bar));
            let worked = self.work(&slices, &to_teller);
            drop((slices, to_teller));
            let told = teller.join().unwrap_or_else(|_| Err(Failure::fault("the summary thread died")));
            // The teller's fault comes first: it is why the workers could not go on.
            told.map(|summary| (summary, worked.err()))
        });
        bar.finish_and_clear();
        result
    }

    fn work(&self, slices: &Receiver<Result<Slice, ReadError>>, teller: &SyncSender<Done>) -> Result<(), Failure> {
        let (mut awaiting_label, mut judged_to) = (HashMap::new(), 0);
        while let Ok(slice) = slices.recv() {
            let Slice { large_amount, mut items, refused } = slice.map_err(Failure::fault)?;
            if let Some(large_amount) = large_amount {
                large_amount.apply(self.service)?;
            }
            remember(&mut items, &mut awaiting_label);
            let slice_ends = last_line(&items).unwrap_or(judged_to);
            let decided = self.decide(&mut items).map_err(|fault| half_done(fault, judged_to, slice_ends))?;
            judged_to = slice_ends;
            await_labels(&items, &decided, &mut awaiting_label);
            let settings = self.service.settings();
            if teller.send(Done { large_amount, settings, items, decided, refused }).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn decide(&self, items: &mut [Item]) -> Result<Vec<Decided>, Failure> {
        self.by_payee(items)?;
        let mut decided = self.by_account(items)?;
        for (decided, fault) in decided.iter_mut().zip(self.teach(items)?) {
            *decided = decided.take().or_else(|| fault.map(|fault| Err(fault.into())));
        }
        Ok(decided)
    }

    /// Rows are told only after they are committed: what stands in the file of scores is in the store.
    fn tell_all(
        &self,
        done: &Receiver<Done>,
        mut scores: Scores,
        mut summary: Summary,
        bar: &ProgressBar,
    ) -> Result<Summary, Failure> {
        while let Ok(Done { large_amount, settings, items, decided, refused }) = done.recv() {
            summary.refuse(refused);
            if let Some(LargeAmountFrom(from_minor)) = large_amount {
                summary.learn(from_minor);
            }
            let mut teller = Teller { policy: &settings.risk, scores: &mut scores, summary: &mut summary };
            for (item, decision) in items.iter().zip(decided) {
                match (&item.work, decision) {
                    (Work::Judge { row, .. }, Some(decision)) => {
                        self.tell(row, item.account_index, decision, &mut teller)?;
                    }
                    (Work::Learn(_), Some(Err(fault))) => {
                        teller.summary.deny(format!("a label of account {}: not learned: {fault}", item.account));
                    }
                    _ => {}
                }
            }
            scores.flush()?;
            bar.set_message(format!("{} rows, {} flagged", summary.transactions(), summary.flagged()));
        }
        Ok(summary)
    }

    /// The first pass: what is believed of each payee at each place in the stream. Nothing is written.
    fn by_payee(&self, items: &mut [Item]) -> Result<(), Failure> {
        let settings = self.service.settings();
        let found = in_shards(self.threads, items, payee_shard, |beliefs: &mut Beliefs, item| match &item.work {
            Work::Judge { row, .. } => Ok(Found::Belief(self.belief(beliefs, row.payment.payee)?)),
            Work::Learn(learn) => self.foresee(beliefs, item, learn, &settings.risk),
        })?;
        for (item, found) in items.iter_mut().zip(found) {
            match (&mut item.work, found) {
                (Work::Judge { belief, .. }, Some(Ok(Found::Belief(found)))) => *belief = Ok(found),
                (Work::Judge { belief, .. }, Some(Err(fault))) => *belief = Err(fault),
                (Work::Learn(learn), Some(Ok(Found::Label(payment, evidence)))) => {
                    (learn.payment, learn.learned) = (Some(payment), Ok(Some(evidence)));
                }
                (Work::Learn(learn), Some(Err(fault))) => learn.learned = Err(fault),
                _ => {}
            }
        }
        Ok(())
    }

    fn belief(&self, beliefs: &mut Beliefs, payee: Option<Fingerprint>) -> Result<Option<PayeeBelief>, ServiceError> {
        let Some(payee) = payee else { return Ok(None) };
        if let Some(belief) = beliefs.get(&payee) {
            return Ok(*belief);
        }
        let belief = self.service.payee_belief(payee)?;
        beliefs.insert(payee, belief);
        Ok(belief)
    }

    fn foresee(
        &self,
        beliefs: &mut Beliefs,
        item: &Item,
        learn: &Learn,
        policy: &CheckedPolicy,
    ) -> Result<Found, ServiceError> {
        let judged = match learn.payment {
            Some(payment) => Some(payment),
            None => self.service.judged(&item.account, learn.tx_id)?,
        };
        let Some(payment) = judged else { return Ok(Found::Nothing) };
        let before = self.belief(beliefs, payment.payee)?;
        if let Some(payee) = payment.payee {
            let LabelledPayment { tx_id, ordered_at, own_evidence, .. } = payment;
            let teach = TeachPayee { tx_id, label: learn.label, ordered_at, own_evidence };
            beliefs.insert(payee, Some(teach.taught(before, policy)));
        }
        Ok(Found::Label(payment, payment.evidence_of(before, policy)))
    }

    /// The second pass.
    fn by_account(&self, items: &[Item]) -> Result<Vec<Decided>, Failure> {
        let done = in_shards(self.threads, items, account_shard, |(): &mut (), item| match &item.work {
            Work::Judge { row, offset_min, belief } => match belief {
                Ok(belief) => self.judge(item, row, *offset_min, belief.as_ref()).map(Some),
                Err(fault) => Err(fault.clone()),
            },
            Work::Learn(learn) => {
                let evidence = learn.learned.as_ref().map_err(Clone::clone)?;
                if let (Some(payment), Some(evidence)) = (&learn.payment, evidence) {
                    self.service.label_account(&item.account, payment, learn.label, *evidence, item.now)?;
                }
                Ok(None)
            }
        })?;
        Ok(done
            .into_iter()
            .map(|decision| match decision? {
                Ok(decided) => decided,
                Err(fault) => Some(Err(Denied::Fault(fault))),
            })
            .collect())
    }

    /// The third pass: what the payees learn is committed, after everything that was decided without it.
    fn teach(&self, items: &[Item]) -> Result<Vec<Option<ServiceError>>, Failure> {
        let done = in_shards(self.threads, items, payee_shard, |(): &mut (), item| match &item.work {
            Work::Learn(Learn { payment: Some(payment), label, .. }) => {
                self.service.teach_payee(&item.account, payment, *label, item.now).map(|_| ())
            }
            _ => Ok(()),
        })?;
        Ok(done.into_iter().map(|taught| taught.and_then(Result::err)).collect())
    }

    fn judge(
        &self,
        item: &Item,
        row: &Row,
        local_offset_min: i32,
        payee: Option<&PayeeBelief>,
    ) -> Result<Result<PaymentDecision, Denied>, ServiceError> {
        let account = &item.account;
        let first = if self.resumes { self.service.first_decision(account, &row.payment)? } else { None };
        let decision = match first {
            Some(first) => first,
            None => {
                let command =
                    AssessPayment { payment: &row.payment, payee, local_offset_min, signals: Signals::default() };
                self.service.execute(account, &command, item.now)?
            }
        };
        // A file tells of payments that were made: whoever was asked for a proof gave it.
        if let PaymentDecision::Assessed(assessment) = &decision
            && assessment.outcome == Outcome::StepUp
        {
            let release = ReleasePayment {
                payment: &row.payment,
                judged: Outcome::StepUp,
                judged_at: item.now,
                local_offset_min,
                by: Some(Actor::staff(self.rule.clone(), Authority::Rule)),
                seen_seq: None,
            };
            self.service.execute(account, &release, item.now)?;
        }
        if self.options.freeze
            && let PaymentDecision::Assessed(assessment) = &decision
            && assessment.outcome == Outcome::FreezeRecommended
        {
            return Ok(self.freeze(item, row)?.map(|()| decision));
        }
        Ok(Ok(decision))
    }

    /// Not for a payment from before a lift: a file screened twice judges now what was refused then, and would undo it.
    fn freeze(&self, item: &Item, row: &Row) -> Result<Result<(), Denied>, ServiceError> {
        if self.service.record(&item.account)?.freezes.is_cleared_since(row.payment.at) {
            return Ok(Ok(()));
        }
        let request =
            FreezeRequest::new(Scopes::EMERGENCY, FreezeReason::SuspectedFraud, Authority::Rule, self.rule.clone())
                .with_key(row.payment.tx_id.0);
        let freeze = PlaceFreeze { request, caused_by: Some(row.payment.tx_id) };
        match self.service.execute(&item.account, &freeze, item.now)? {
            Ok(_) => Ok(Ok(())),
            // Rules may place few freezes. Those there are need not close what this one would have closed.
            Err(_) if self.service.restriction(&item.account, item.now)?.contains(Scopes::PAY_OUT) => Ok(Ok(())),
            Err(refused) => Ok(Err(Denied::NotFrozen(refused))),
        }
    }

    fn tell(
        &self,
        row: &Row,
        account_index: u32,
        decision: Result<PaymentDecision, Denied>,
        Teller { policy, scores, summary }: &mut Teller<'_>,
    ) -> Result<(), Failure> {
        match decision {
            Ok(PaymentDecision::Conflict) => {
                let reason = "this id was judged before with other content; give each transaction its own id";
                summary.refuse_one(format!("line {}, column tx_id: {reason}", row.line));
            }
            Ok(decision) => {
                scores.write(&row.tx_id, &decision, policy)?;
                let day = self.options.input.read.zone.local_day(row.payment.at);
                summary.add(&Judged { row, account_index, day, decision: &decision, policy });
            }
            Err(fault) => summary.deny(format!("line {}, account {}: denied: {fault}", row.line, row.account)),
        }
        Ok(())
    }
}

/// Lines of a slice come in order; labels have none.
fn last_line(items: &[Item]) -> Option<u64> {
    items.iter().rev().find_map(|item| match &item.work {
        Work::Judge { row, .. } => Some(row.line),
        Work::Learn(_) => None,
    })
}

/// A slice is told as a whole: what was committed of it stands in the trail, and in no summary or file of scores.
fn half_done(fault: Failure, judged_to: u64, slice_ends: u64) -> Failure {
    let told = match judged_to {
        0 => "no row is told above, and of those".to_owned(),
        line => format!("the rows up to line {line} are told above, and of those after it"),
    };
    let message = format!(
        "{}; {told} up to line {slice_ends} some may be in the trail already: see to the fault and run the same command \
         again, no row is judged twice",
        fault.message
    );
    Failure { message, ..fault }
}

/// What a shard of payees believes so far in a slice.
type Beliefs = HashMap<Fingerprint, Option<PayeeBelief>>;

/// Payments of this run that wait for their label: as many as the file has within the label delay.
type AwaitingLabel = HashMap<TxId, LabelledPayment>;

fn remember(items: &mut [Item], awaiting: &mut AwaitingLabel) {
    for item in items {
        if let Work::Learn(learn) = &mut item.work {
            learn.payment = awaiting.remove(&learn.tx_id);
        }
    }
}

fn await_labels(items: &[Item], decided: &[Decided], awaiting: &mut AwaitingLabel) {
    for (item, decision) in items.iter().zip(decided) {
        if let (Work::Judge { row, .. }, Some(Ok(PaymentDecision::Assessed(found)))) = (&item.work, decision)
            && row.label.is_some()
        {
            let (payment, own_evidence) = (&row.payment, found.own_evidence);
            let (tx_id, ordered_at, payee) = (payment.tx_id, payment.at, payment.payee);
            awaiting.insert(tx_id, LabelledPayment { tx_id, ordered_at, payee, own_evidence });
        }
    }
}

/// Reads rows into slices. What was read before the stream broke is screened and reported first.
fn read_ahead<R: std::io::Read>(
    mut reader: RowReader<R>,
    mut intake: Intake<'_>,
    mut refit: Refit,
    slices: &SyncSender<Result<Slice, ReadError>>,
) {
    let mut slice = Slice::default();
    let mut ends_at = Timestamp::MAX;
    loop {
        let parsed = match reader.next_row() {
            Ok(Some(parsed)) => parsed,
            Ok(None) => break,
            Err(error) => {
                let _ = slices.send(Ok(slice));
                let _ = slices.send(Err(error));
                return;
            }
        };
        let Some((row, account_index)) = intake.admit(parsed, &mut slice.refused) else { continue };
        let clock = intake.clock();
        let is_full = slice.items.len() >= SLICE_ITEMS || clock >= ends_at || refit.is_due(clock);
        if is_full {
            let next = Slice { large_amount: refit.take(clock), ..Slice::default() };
            if slices.send(Ok(std::mem::replace(&mut slice, next))).is_err() {
                return;
            }
            ends_at = Timestamp::MAX;
        }
        intake.push_due_labels(&mut slice.items, |amount_minor, label| refit.observe(amount_minor, label));
        if row.label.is_some() {
            ends_at = ends_at.min(intake.label_due_at());
        }
        intake.push_row(row, account_index, &mut slice.items);
    }
    let _ = slices.send(Ok(slice));
}

#[expect(clippy::disallowed_methods, reason = "the command line is the shell that knows the time")]
pub(crate) fn system_time() -> Timestamp {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_millis()).ok().and_then(|ms| Timestamp::from_unix_ms(ms).ok()).unwrap_or_default()
}
