//! What a customer reported as lost or not authorised, with the times on which liability hangs, to the millisecond.
//!
//! A customer's liability turns on when the loss was learned of and when it was reported (12 CFR 1005.6), the bank's on
//! when the report came in (12 CFR 1005.11): so both times are written down as told, in the record and in the audit
//! chain, before anything else is decided. The deadlines are computed from them each time ([`reg_e`], [`mas`]) and
//! never stored: a holiday that is announced later moves them.

pub mod calendar;
pub mod mas;
pub mod reg_e;

use serde::{Deserialize, Serialize};

use crate::types::{RandomId, SetBack, Timestamp, TxId};

pub use calendar::BusinessCalendar;

/// Most open reports of one account; a closed one makes room and stays in the audit chain.
pub const REPORTS_MAX: usize = 8;

/// What is reported. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ReportKind {
    /// An access device (card, phone, code) is lost or stolen.
    DeviceLost,
    /// A transfer was not authorised.
    Unauthorised,
}

/// What became of a report. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ReportOutcome {
    /// It was as reported.
    Confirmed,
    /// It was not.
    NotConfirmed,
    /// The customer took it back.
    Withdrawn,
}

impl ReportKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DeviceLost, Self::Unauthorised];

    /// The stable name, e.g. `device-lost`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeviceLost => "device-lost",
            Self::Unauthorised => "unauthorised",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl ReportOutcome {
    /// All outcomes.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::NotConfirmed, Self::Withdrawn];

    /// The stable name, e.g. `not-confirmed`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::NotConfirmed => "not-confirmed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// One open report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnauthorisedReport {
    /// Its name.
    pub id: RandomId,
    /// What is reported.
    pub kind: ReportKind,
    /// When the customer told it: in the app, by phone, in a letter that came in.
    pub reported_at: Timestamp,
    /// When the customer learned of it, as the customer says.
    pub learned_at: Timestamp,
    /// The payment it is about, if it is about one.
    pub tx_id: Option<TxId>,
}

/// The open reports of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<UnauthorisedReport>", into = "Vec<UnauthorisedReport>")]
pub struct Reports(Vec<UnauthorisedReport>);

impl Reports {
    /// The open ones, in the order they were taken.
    pub fn iter(&self) -> impl Iterator<Item = &UnauthorisedReport> {
        self.0.iter()
    }

    /// The open report that says the same: kind, times and payment.
    #[must_use]
    pub fn same_as(&self, report: &UnauthorisedReport) -> Option<&UnauthorisedReport> {
        self.0.iter().find(|open| UnauthorisedReport { id: report.id, ..**open } == *report)
    }

    /// With one more; `None` when there is no room.
    #[must_use]
    pub fn with(&self, report: UnauthorisedReport) -> Option<Self> {
        (self.0.len() < REPORTS_MAX).then(|| Self(self.0.iter().copied().chain([report]).collect()))
    }

    /// The reports once the clock is right again: what the wrong clock took down was told now.
    pub(super) fn set_back(&mut self, back: SetBack) {
        for report in &mut self.0 {
            (report.reported_at, report.learned_at) = (back.moved(report.reported_at), back.moved(report.learned_at));
        }
    }

    /// Without this one; `None` when it is not open.
    #[must_use]
    pub fn without(&self, id: RandomId) -> Option<Self> {
        let left: Vec<_> = self.0.iter().copied().filter(|report| report.id != id).collect();
        (left.len() < self.0.len()).then_some(Self(left))
    }
}

impl TryFrom<Vec<UnauthorisedReport>> for Reports {
    type Error = &'static str;
    fn try_from(reports: Vec<UnauthorisedReport>) -> Result<Self, Self::Error> {
        if reports.len() <= REPORTS_MAX { Ok(Self(reports)) } else { Err("more reports than an account can have") }
    }
}

impl From<Reports> for Vec<UnauthorisedReport> {
    fn from(reports: Reports) -> Self {
        reports.0
    }
}
