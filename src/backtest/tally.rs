//! Counts what both sides said, payment by payment.

use std::collections::BTreeMap;

use super::quality::{count_of, ratio};
use super::report::{BacktestReport, Changed, LevelReport, MatrixCell, PeriodReport, Volume};
use super::run::LabelledEvent;
use super::side_tally::SideTally;
use crate::risk::{Assessment, CheckedPolicy, Label, Outcome};
use crate::types::{Currency, Money, Timestamp};

/// What became of a payment, as an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Fraud = 0,
    Genuine = 1,
    Unknown = 2,
}

impl Fate {
    const fn of(label: Option<Label>) -> Self {
        match label {
            Some(Label::Fraud) => Self::Fraud,
            Some(Label::Genuine) => Self::Genuine,
            Some(Label::Unknown) | None => Self::Unknown,
        }
    }
}

/// One payment as the counters see it.
pub(super) struct Counted<'a> {
    pub(super) fate: Fate,
    pub(super) account: usize,
    /// Local day since 1970-01-01.
    pub(super) day: i32,
    pub(super) assessment: &'a Assessment,
}

#[derive(Debug)]
pub(super) struct Tally {
    payments: u64,
    disagreed: u64,
    /// By outcome of `a`, outcome of `b`, fate.
    matrix: [[[Amounts; 3]; 4]; 4],
    sides: [SideTally; 2],
}

#[derive(Clone, Debug, Default)]
struct Amounts {
    count: u64,
    minor: BTreeMap<Currency, u64>,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self { payments: 0, disagreed: 0, matrix: Default::default(), sides: [SideTally::new(), SideTally::new()] }
    }

    pub(super) fn add(&mut self, event: &LabelledEvent<'_>, account: usize, assessed: &[Assessment; 2]) {
        let fate = Fate::of(event.label);
        let day = local_day(event.payment.at, event.local_offset_min);
        self.payments += 1;
        let [a, b] = assessed.each_ref().map(|one| one.outcome);
        self.disagreed += u64::from(a != b);
        if let Some(cell) = self.matrix.get_mut(a as usize).and_then(|row| row.get_mut(b as usize)) {
            cell[fate as usize].add(event.payment.money);
        }
        for (side, assessment) in self.sides.iter_mut().zip(assessed) {
            side.add(&Counted { fate, account, day, assessment });
        }
    }

    pub(super) const fn progress(&self) -> (u64, u64) {
        (self.payments, self.disagreed)
    }

    pub(super) fn report(
        self,
        names: [String; 2],
        policies: [&CheckedPolicy; 2],
        mut period: PeriodReport,
        changed: Vec<Changed>,
    ) -> BacktestReport {
        let Self { payments, disagreed, matrix, sides: [a, b] } = self;
        (period.first_day, period.last_day, period.days) = a.days();
        let levels = |side: usize| [1, 2, 3].map(|least| level(&matrix, side, least, period.days)).to_vec();
        let ([name_a, name_b], [policy_a, policy_b]) = (names, policies);
        let sides = [a.report(name_a, policy_a, levels(0)), b.report(name_b, policy_b, levels(1))];
        BacktestReport { schema: 1, payments, disagreed, sides, matrix: cells(&matrix), changed, period }
    }
}

impl Amounts {
    fn add(&mut self, money: Money) {
        self.count += 1;
        let sum = self.minor.entry(money.currency()).or_default();
        *sum = sum.saturating_add(money.minor().unsigned_abs());
    }

    fn join(&mut self, more: &Self) {
        self.count += more.count;
        for (currency, minor) in &more.minor {
            let sum = self.minor.entry(*currency).or_default();
            *sum = sum.saturating_add(*minor);
        }
    }

    fn report(&self) -> Volume {
        let amounts = self.minor.iter().map(|(currency, minor)| (currency.code().to_owned(), *minor));
        Volume { count: self.count, amounts_minor: amounts.collect() }
    }
}

fn cells(matrix: &[[[Amounts; 3]; 4]; 4]) -> Vec<MatrixCell> {
    let rows = Outcome::ALL.iter().zip(matrix);
    let cells = rows.flat_map(|(a, row)| Outcome::ALL.iter().zip(row).map(move |(b, cell)| (*a, *b, cell)));
    let report = |(a, b, [fraud, genuine, unknown]): (Outcome, Outcome, &[Amounts; 3])| MatrixCell {
        a: a.name(),
        b: b.name(),
        fraud: fraud.report(),
        genuine: genuine.report(),
        unknown: unknown.report(),
    };
    cells.map(report).collect()
}

/// Everything of a side from one outcome on, against everything.
fn level(matrix: &[[[Amounts; 3]; 4]; 4], side: usize, least: usize, days: u64) -> LevelReport {
    let (mut found, mut all) = (<[Amounts; 3]>::default(), <[Amounts; 3]>::default());
    for (a, row) in matrix.iter().enumerate() {
        for (b, cell) in row.iter().enumerate() {
            for (fate, amounts) in cell.iter().enumerate() {
                all[fate].join(amounts);
                if [a, b][side] >= least {
                    found[fate].join(amounts);
                }
            }
        }
    }
    let [frauds, genuine, _] = found.each_ref().map(|one| one.count);
    let mut flagged = Amounts::default();
    found.iter().for_each(|amounts| flagged.join(amounts));
    LevelReport {
        from: Outcome::ALL.get(least).copied().map_or("", Outcome::name),
        precision: ratio(frauds, frauds + genuine),
        recall: ratio(frauds, all[0].count),
        false_positive_rate: ratio(genuine, all[1].count),
        alerts_a_day: ratio(flagged.count, days),
        flagged: flagged.report(),
        frauds: found[0].report(),
        genuine: found[1].report(),
    }
}

fn local_day(at: Timestamp, offset_min: i32) -> i32 {
    i32::try_from((at.unix_s() + i64::from(offset_min) * 60).div_euclid(86_400)).unwrap_or(i32::MAX)
}

/// `YYYY-MM-DD` of a local day.
pub(super) fn day_name(day: i32) -> String {
    let noon = Timestamp::from_unix_s(i64::from(day.max(0)) * 86_400).unwrap_or(Timestamp::MAX).to_string();
    noon.chars().take(10).collect()
}

/// The account's number, small enough for the ranking figures.
pub(super) fn account_number(account: usize) -> u32 {
    u32::try_from(count_of(account)).unwrap_or(u32::MAX)
}
