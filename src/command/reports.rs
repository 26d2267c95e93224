//! A customer reports a loss or a transfer that was not authorised: the times are written down as told.

use super::effect::Notice;
use super::notify::notify;
use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, EventKind, REPORTS_MAX, ReportKind, ReportOutcome, UnauthorisedReport};
use crate::freeze::{Actor, Authority};
use crate::types::{ActorId, RandomId, Timestamp, TxId};

/// Takes down a report. Telling the same again (kind, times, payment) is the same report.
///
/// It freezes nothing: the app or the agent offers that beside it ([`PlaceFreeze`](super::PlaceFreeze)).
#[derive(Clone, Debug)]
pub struct ReportUnauthorised {
    /// What is reported.
    pub kind: ReportKind,
    /// When the customer told it; not later than now.
    pub reported_at: Timestamp,
    /// When the customer learned of it, as the customer says; not later than `reported_at`. Where nobody said, the time
    /// of the report, which counts for the customer.
    pub learned_at: Timestamp,
    /// The payment it is about, if it is about one.
    pub tx_id: Option<TxId>,
    /// Who takes it down: the owner in the app, or an agent.
    pub by: ActorId,
}

/// Closes a report; its times stay in the audit chain.
#[derive(Clone, Debug)]
pub struct CloseReport {
    /// The report to close.
    pub report: RandomId,
    /// What became of it.
    pub outcome: ReportOutcome,
    /// Who closes it; at least an agent.
    pub by: Actor,
}

/// A report is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportTaken {
    /// Its name.
    pub id: RandomId,
    /// Whether it was before.
    pub already: bool,
}

/// Why a report was not taken down or not closed. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReportRefused {
    /// It was told after now.
    #[error("the report lies in the future; pass when the customer told it")]
    InFuture,
    /// The customer told it before learning of it.
    #[error("the customer cannot have learned of it after reporting it; correct the two times")]
    LearnedAfterReport,
    /// Too many are open.
    #[error(
        "too many open reports: at most {most}; close those that are decided, and file this one in that case meanwhile"
    )]
    TooMany {
        /// The bound that was met.
        most: usize,
    },
    /// No such report is open.
    #[error("no such open report on this account; it may be closed already, see the history")]
    NotFound,
}

impl ReportRefused {
    /// The stable number, 801 to 899; never reused.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::InFuture => 801,
            Self::LearnedAfterReport => 802,
            Self::TooMany { .. } => 803,
            Self::NotFound => 804,
        }
    }
}

impl Command for ReportUnauthorised {
    type Record = AccountRecord;
    type Reply = Result<ReportTaken, ReportRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let report = UnauthorisedReport {
            id: RandomId::generate(env.rng),
            kind: self.kind,
            reported_at: self.reported_at,
            learned_at: self.learned_at,
            tx_id: self.tx_id,
        };
        let reports = match self.taken(&record, report, env.now) {
            Ok(reports) => reports,
            Err(settled) => return Ok(Transition::unchanged(record, settled)),
        };
        let effects = notify(&record, Notice::ReportTaken { report: report.id }, env);
        let record = AccountRecord { reports, ..record };
        let UnauthorisedReport { id, kind, reported_at, learned_at, tx_id } = report;
        let actor = self.by.clone();
        let event = EventKind::UnauthorisedReported { report: id, kind, reported_at, learned_at, tx_id, actor };
        Ok(Transition { record, events: vec![event], effects, reply: Ok(ReportTaken { id, already: false }) })
    }
}

impl ReportUnauthorised {
    /// The reports with this one; as the error what is answered without it.
    fn taken(
        &self,
        record: &AccountRecord,
        report: UnauthorisedReport,
        now: Timestamp,
    ) -> Result<crate::account::Reports, Result<ReportTaken, ReportRefused>> {
        if now < self.reported_at {
            return Err(Err(ReportRefused::InFuture));
        }
        if self.reported_at < self.learned_at {
            return Err(Err(ReportRefused::LearnedAfterReport));
        }
        if let Some(open) = record.reports.same_as(&report) {
            return Err(Ok(ReportTaken { id: open.id, already: true }));
        }
        record.reports.with(report).ok_or(Err(ReportRefused::TooMany { most: REPORTS_MAX }))
    }
}

impl Command for CloseReport {
    type Record = AccountRecord;
    type Reply = Result<(), ReportRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        _env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        if self.by.authority < Authority::Agent {
            return Err(Rejection::NotAuthorised);
        }
        let Some(reports) = record.reports.without(self.report) else {
            return Ok(Transition::unchanged(record, Err(ReportRefused::NotFound)));
        };
        let (actor, authority) = (self.by.id.clone(), self.by.authority);
        let event = EventKind::ReportClosed { report: self.report, outcome: self.outcome, actor, authority };
        let record = AccountRecord { reports, ..record };
        Ok(Transition { record, events: vec![event], effects: Vec::new(), reply: Ok(()) })
    }
}
