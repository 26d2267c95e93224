//! The commands that read a file of transactions.

use std::path::PathBuf;

use clap::Args;

/// How a file of transactions is read.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// CSV file, plain or gzip; `-` for standard input.
    ///
    /// Columns: tx_id, at, account, payee, amount, currency, direction (out|in|refund|reversal), kind
    /// (card|transfer|cash_out|bill|other), device, country, lat, lon, accuracy_m, label (0|1). The first three and
    /// amount are required.
    pub(crate) file: String,
    /// Other names of columns, e.g. `at=datetime,account=customer_id,payee=terminal_id,label=fraud`.
    #[arg(long, value_name = "OURS=THEIRS,...")]
    pub(crate) map: Option<String>,
    /// Currency of rows that name none (ISO 4217).
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// IANA time zone of naive times and of local days.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(crate) zone: String,
    /// Show the engine a row's label only this long after the transaction, e.g. `7d`, `12h`, `0s`.
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub(crate) label_delay: String,
}

#[derive(Debug, Args)]
pub(crate) struct ScreenArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Keep accounts and audit trail in this SQLite file instead of memory.
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    /// Key file of the database; made at first use. Default: the database's name with `.keys` added.
    #[arg(long, value_name = "FILE", requires = "db")]
    pub(crate) keys: Option<PathBuf>,
    /// Rules to use instead of the preset `wallet`: a TOML or JSON file (`.json`), or the name of another preset.
    #[arg(long, value_name = "FILE|PRESET")]
    pub(crate) rules: Option<PathBuf>,
    /// Learn `large_amount.from_minor` from labels that come before this day; what was learned stays in force. Without
    /// `--rules` it is learned all the time, with `--rules` only where this asks for it. Payees and accounts are told of
    /// labels that are due in any case.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) fit_until: Option<String>,
    /// Place the freezes that the engine recommends; later payments of a frozen account are refused.
    #[arg(long)]
    pub(crate) freeze: bool,
    /// Write `tx_id,score,outcome,reasons` for each row; a higher score is more suspicious.
    #[arg(long, value_name = "FILE")]
    pub(crate) scores: Option<PathBuf>,
    /// Replace the file of scores if it is there.
    #[arg(long, requires = "scores")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BacktestArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// A rule file, TOML or JSON (`.json`), or the name of a preset. Given twice: the rules in force, then the proposed ones. Given once, it
    /// is compared with the preset `wallet`.
    #[arg(long, value_name = "FILE|PRESET", required = true, num_args = 1)]
    pub(crate) rules: Vec<String>,
    /// Write the report as one self-contained page.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Replace the page if it is there.
    #[arg(long, requires = "report")]
    pub(crate) force: bool,
    /// Count payments from this day on, `YYYY-MM-DD` or a time; earlier ones only teach the profiles.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Leave out payments from this day on.
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct FitArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// A rule file, TOML or JSON (`.json`), or the name of a preset to begin with; rules seldom seen keep its points.
    #[arg(long, value_name = "FILE|PRESET", default_value = "wallet")]
    pub(crate) rules: String,
    /// Learn from what was known at this day, `YYYY-MM-DD` or a time: payments and labels that came before.
    #[arg(long, value_name = "DATE")]
    pub(crate) until: String,
    /// The rule file to write.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Replace the rule file if it is there.
    #[arg(long)]
    pub(crate) force: bool,
    /// Choose the bands so that as many payments a day as the scores allow, and no more than this, are held or worse on
    /// the days learned from. The freeze band is never lowered.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) alerts_per_day: Option<u32>,
}
