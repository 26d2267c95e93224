//! Makes a labelled stream of payments that never happened, to try rules and thresholds on.
//!
//! What it promises:
//! * The same options give the same bytes, on every machine and in every version that keeps `tests/data/sample.csv`:
//!   integers only, and a generator fixed in this file's folder.
//! * Rows are in order of time and in the columns that `screen` reads, plus `scenario`, which `screen` passes over.
//! * Memory is bounded by one day's payments: about 64 bytes each, some 100 MB at a million accounts.
//!
//! People live in cities of the euro area, shop near home with favourites of their own, are paid and pay rent once a
//! month, travel, try new shops, return things. About one payment in a hundred is a fraud, of six kinds ([`event::Scenario`]).
//! It is a test bench, not evidence: rules that do well here have only shown that they see what was planted.

pub mod command;
mod dice;
mod event;
mod fraud;
mod ordinary;
mod world;

use std::io::Write;

use jiff::civil::Date;

use event::Event;
use world::World;

/// Most accounts in one run.
pub const ACCOUNTS_MAX: u32 = 1_000_000;
/// Most days in one run: ten years.
pub const DAYS_MAX: u32 = 3_660;

const HEADER: &str =
    "tx_id,at,account,payee,amount,currency,direction,kind,device,country,lat,lon,accuracy_m,label,scenario";

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct SimulateOptions {
    /// How many accounts, 1 to [`ACCOUNTS_MAX`].
    pub accounts: u32,
    /// How many days, 1 to [`DAYS_MAX`].
    pub days: u32,
    /// Another seed, another history.
    pub seed: u64,
    /// The first day, UTC; the last may not be after 9999-12-31.
    pub start: Date,
}

/// Why nothing, or not everything, was made.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// No accounts or too many.
    #[error("{0} accounts: give 1 to 1,000,000")]
    Accounts(u32),
    /// No days or too many.
    #[error("{0} days: give 1 to 3,660")]
    Days(u32),
    /// Days before 1970 or after 9999.
    #[error("the days must lie between 1970-01-01 and 9999-12-31; give another start or fewer days")]
    Start,
    /// The output cannot be written.
    #[error("writing broke off: {0}; the output is incomplete")]
    Output(#[from] std::io::Error),
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Days.
    pub days: u32,
    /// Rows, the header not counted.
    pub rows: u64,
    /// Rows labelled 1.
    pub frauds: u64,
}

/// Writes a whole history as CSV. `on_day` hears the sums so far after each day, for a progress bar.
///
/// ```text
/// let options = SimulateOptions { accounts: 60, days: 45, seed: 7, start: date(2026, 1, 1) };
/// let written = simulate(&options, &mut BufWriter::new(stdout), &mut |_| {})?;
/// ```
///
/// # Errors
/// [`SimulateError`] for options out of bounds, before a byte is written; [`SimulateError::Output`] if `out` refuses.
pub fn simulate(
    options: &SimulateOptions,
    out: &mut dyn Write,
    on_day: &mut dyn FnMut(Written),
) -> Result<Written, SimulateError> {
    check(options)?;
    let world = World::new(options.accounts, options.seed);
    let mut written = Written::default();
    let mut events = Vec::new();
    let mut lines = Vec::new();
    writeln!(out, "{HEADER}")?;
    let dates = std::iter::successors(Some(options.start), |date| date.tomorrow().ok());
    for (day, date) in (0..options.days).zip(dates) {
        events.clear();
        lines.clear();
        day_of_events(&world, day, date, &mut events);
        for event in &events {
            written.rows += 1;
            written.frauds += u64::from(event.scenario.is_some());
            event.write(&world, written.rows, date, &mut lines)?;
            if lines.len() > 64 * 1024 {
                out.write_all(&lines)?;
                lines.clear();
            }
        }
        out.write_all(&lines)?;
        written.days += 1;
        on_day(written);
    }
    out.flush()?;
    Ok(written)
}

fn check(options: &SimulateOptions) -> Result<(), SimulateError> {
    if !(1..=ACCOUNTS_MAX).contains(&options.accounts) {
        return Err(SimulateError::Accounts(options.accounts));
    }
    if !(1..=DAYS_MAX).contains(&options.days) {
        return Err(SimulateError::Days(options.days));
    }
    let last = options.start.checked_add(jiff::Span::new().days(options.days - 1));
    if options.start.year() < 1970 || last.is_err() {
        return Err(SimulateError::Start);
    }
    Ok(())
}

/// Every payment of one UTC day, in order of time.
fn day_of_events(world: &World, day: u32, date: Date, events: &mut Vec<Event>) {
    for account in 0..world.accounts() {
        ordinary::day(world, account, day, date, events);
    }
    fraud::day(world, day, events);
    // A stable sort: payments of one account in one second stay in the order in which they were made.
    events.sort_by_key(|event| (event.second, event.account));
}

#[cfg(test)]
mod tests;
