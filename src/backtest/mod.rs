//! Back-tests: two rule sets judge the same labelled history, and what they did differently is told.
//!
//! [`Backtest`] keeps, for each side, its own profile of every account and its own belief of every payee, shows labels
//! only after a delay as they come in real life, and counts as it goes. It promises:
//! - one pass, in bounded memory: the limits are the constants of this module, and passing one is an error, not a guess;
//! - the same events give the same [`BacktestReport`], to the byte of its JSON;
//! - the same rules on both sides agree on every payment;
//! - curves are exact up to [`EXACT_ROWS_MAX`] labelled payments, and read off cells of [`CELL_MILLIBANS`] beyond; the
//!   report says which.
//!
//! What it does not know is what would have happened: a payment that the new rules hold was in truth made, and its
//! label is that of the payment made.
//!
//! ```
//! use account_security::backtest::{Backtest, LabelledEvent, Options, RuleSet};
//! use account_security::risk::{CheckedPolicy, Label, Limits, RiskPolicy};
//! use account_security::types::{AccountId, Currency, Money, Payment, Timestamp};
//! let stricter = RiskPolicy { limits: Limits { transaction_minor: Some(50_000), ..Limits::default() }, ..RiskPolicy::wallet() };
//! let stricter = RuleSet { name: "stricter".to_owned(), policy: CheckedPolicy::new(stricter)? };
//! let wallet = RuleSet { name: "wallet".to_owned(), policy: CheckedPolicy::wallet() };
//! let mut backtest = Backtest::new(wallet, stricter, Options::default());
//! let account = AccountId::parse("alice")?;
//! let at = Timestamp::from_unix_s(1_700_000_000)?;
//! let payment = Payment::out("tx-1", Money::parse("1299.00", Currency::CNY)?, at)?.to("shop");
//! let event = LabelledEvent {
//!     row: 1, tx_id: "tx-1", account: &account, payment: &payment, local_offset_min: 480, label: Some(Label::Fraud),
//! };
//! backtest.feed(&event)?;
//! let report = backtest.finish();
//! assert_eq!(report.changed[0].b.outcome, "hold");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod changed;
mod curve;
#[cfg(feature = "report")]
pub mod html;
mod quality;
mod report;
mod run;
mod side;
mod side_tally;
mod tally;
#[cfg(test)]
mod tests;

pub use quality::{Judged, Quality, QualityReport, TOP_ACCOUNTS};
pub use report::{
    BacktestReport, Changed, CurvePoint, DayReport, HistogramCell, LevelReport, MatrixCell, PeriodReport, ReasonReport,
    RuleReport, SideReport, TimelineRow, Verdict, Volume,
};
pub use run::{Backtest, BacktestError, LabelledEvent, Options, RuleSet};
pub(crate) use side::{Due, Side};

/// Most accounts; each takes about three kilobytes for both sides.
pub const ACCOUNTS_MAX: usize = 1_000_000;
/// Most payees; each takes about a hundred bytes.
pub const PAYEES_MAX: usize = 4_000_000;
/// Most labels that wait to be shown at one time.
pub const WAITING_LABELS_MAX: usize = 20_000_000;
/// Labelled payments up to which curves are exact; a side keeps twelve bytes of each.
pub const EXACT_ROWS_MAX: usize = 5_000_000;
/// The width of a cell of the score histogram, in millibans.
pub const CELL_MILLIBANS: i32 = 100;
/// Scores beyond this, in either direction, share the last cell.
pub const CELLS_END_MILLIBANS: i32 = 15_000;
/// Changed decisions kept.
pub const CHANGED_MAX: usize = 50;
/// Changed decisions kept of one account, so that one account does not fill the list.
pub const CHANGED_PER_ACCOUNT_MAX: usize = 2;
/// Payments of an account told before and after a changed decision.
pub const TIMELINE_ROWS: usize = 8;
/// Points of a curve.
pub const CURVE_POINTS_MAX: usize = 400;
/// Most local days told one by one; later ones are counted in the totals only.
pub const DAYS_MAX: usize = 3_660;
