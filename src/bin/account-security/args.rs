//! The command line as data. Secrets are never arguments: they come on standard input.

mod account;
mod audit;
mod history;

use std::path::PathBuf;

use account_security::password::Preset;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::account::{
    AccountCommand, CheckIdentityArgs, ClearLockoutArgs, ClockArgs, CloseReportArgs, ContactArgs, DiagnoseArgs,
    FreezeListArgs, IdentityArgs, LiftArgs, LookArgs, OneAccount, ReportArgs, StaffArgs, WishArgs,
};
pub(crate) use self::audit::{AuditCommand, SinceArgs, StoreCommand};
pub(crate) use self::history::{BacktestArgs, FitArgs, InputArgs, ScreenArgs};

/// Account security for payment products: screen transactions, check passwords, make codes, freeze accounts.
///
/// Secrets (passwords, TOTP secrets, codes) are read from standard input, never from arguments.
#[derive(Debug, Parser)]
#[command(name = "account-security", version, max_term_width = 110)]
#[command(after_help = "Exit codes: 0 ok, 1 denied or mismatch, 2 usage, 3 some rows refused or denied,\n\
                  4 fault (file, key or store).\n\
                  `audit verify` has 1 altered, 2 truncated, 3 cannot tell.")]
pub(crate) struct Cli {
    /// Print JSON instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Screen a file of transactions: flag, recommend freezes, keep an audit trail.
    Screen(ScreenArgs),
    /// Check a rule file, or write out a preset to begin one from.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Replay a labelled file under two rule sets and show what they would have done differently.
    Backtest(BacktestArgs),
    /// Learn the numbers of a rule set from a labelled file and write them as a rule file.
    Fit(FitArgs),
    /// Write a labelled stream of made-up transactions with six kinds of fraud.
    Simulate(SimulateArgs),
    /// Check, suggest, hash and verify passwords (password on standard input).
    #[command(subcommand)]
    Password(PasswordCommand),
    /// Build and ask a list of breached passwords that needs no network.
    #[command(subcommand)]
    Breach(BreachCommand),
    /// Make TOTP secrets, codes, and verify codes.
    #[command(subcommand)]
    Totp(TotpCommand),
    /// The support desk: look at an account of a database, freeze and unfreeze it, clear locks, take reports.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Verify the audit trail of a database, check-point it, export it.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Make a database, and look after its keys.
    #[command(subcommand)]
    Store(StoreCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Read a rule file to its end. Exit 1 with line, column and what to do if it is no good.
    Check {
        /// A TOML or JSON file (`.json`), or the name of a preset.
        #[arg(value_name = "FILE|PRESET")]
        rules: PathBuf,
    },
    /// Write a preset as a complete, commented file: read it, edit it, check it.
    ///
    /// Presets: wallet, card_issuer, merchant_acquirer, mobile_lite, psd2_tra.
    Show {
        /// The preset's name.
        preset: String,
    },
    /// Print the JSON Schema of rule files, for editors.
    ///
    /// A TOML file has the same shape, so the schema serves for both.
    Schema,
}

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// How many accounts.
    #[arg(long, default_value_t = 60)]
    pub(crate) accounts: u32,
    /// How many days.
    #[arg(long, default_value_t = 45)]
    pub(crate) days: u32,
    /// The same seed gives the same file.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// First day (UTC).
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "2026-01-01")]
    pub(crate) start: String,
    /// Where to write; standard output unless said otherwise.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file if it is there.
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PasswordCommand {
    /// Answer each rule of a policy for the password on standard input. Exit 1 when it is not acceptable.
    Check {
        #[command(flatten)]
        policy: PolicyArgs,
        /// A filter file of breached passwords, see `breach build`. A password on it is not acceptable.
        #[arg(long, value_name = "FILE")]
        breached: Option<PathBuf>,
    },
    /// Whom a preset is for, and which clauses of known standards it breaks.
    Explain {
        /// The preset.
        #[arg(long, default_value = "card_default", value_name = "NAME", help = preset_help())]
        preset: String,
        /// `en` or `zh-CN`.
        #[arg(long, default_value = "en", value_name = "TAG")]
        locale: String,
    },
    /// Print a random password or pass-phrase that the policy accepts.
    Suggest {
        #[command(flatten)]
        policy: PolicyArgs,
        /// So many random words instead of characters, 4 to 12; 11 bits each.
        #[arg(long, value_name = "N", conflicts_with = "length")]
        words: Option<u8>,
        /// So many random characters; 16 or what the policy asks for, unless said otherwise.
        #[arg(long, value_name = "N")]
        length: Option<u16>,
    },
    /// Hash the password on standard input with argon2id; prints a PHC string.
    Hash,
    /// Verify the password on standard input. Exit 0 match, 1 mismatch, 4 malformed or refused.
    Verify {
        /// The stored PHC string.
        #[arg(long, value_name = "STRING")]
        phc: String,
    },
    /// Find the strongest argon2id costs for this machine. Exit 1 when even the least allowed ones take longer.
    Calibrate {
        /// Time one hash may take, in milliseconds.
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        target_ms: u32,
        /// Memory one hash may take, in MiB.
        #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(7..=256))]
        memory_mib: u32,
    },
}

/// The names of all presets, as a sentence.
fn preset_help() -> String {
    let names: Vec<&str> = Preset::ALL.iter().map(|preset| preset.name()).collect();
    format!("The policy: {}", names.join(", "))
}

#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    /// The policy.
    #[arg(long, default_value = "card_default", value_name = "NAME", help = preset_help())]
    pub(crate) preset: String,
    /// A word of the user's that must not be in the password: name, phone, e-mail, company. Repeatable.
    #[arg(long, value_name = "WORD")]
    pub(crate) user_word: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BreachCommand {
    /// Build a filter file from the published list of hashes.
    Build(BreachBuildArgs),
    /// Look up the password on standard input. Exit 0 not listed, 1 listed, 4 the file is damaged.
    Check {
        /// The filter file.
        file: PathBuf,
    },
    /// What a filter file says of itself.
    Info {
        /// The filter file.
        file: PathBuf,
        /// Read the whole file and hold it against its checksum.
        #[arg(long)]
        verify: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct BreachBuildArgs {
    /// The list, `SHA1:COUNT` a line, ordered by hash as it is published; plain or gzip, `-` for standard input.
    pub(crate) file: String,
    /// The filter file to write. While it is built, as much space again is used beside it.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Keep at least so many bits of each hash, up to 64.
    #[arg(long, value_name = "N", conflicts_with = "false_positive_rate")]
    pub(crate) bits: Option<u8>,
    /// Report at most this share of unlisted passwords; one in a million unless said otherwise.
    #[arg(long, value_name = "SHARE")]
    pub(crate) false_positive_rate: Option<f64>,
    /// Leave out passwords seen fewer times.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) min_count: u32,
    /// Replace the file if it is there.
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AlgorithmArg {
    Sha1,
    Sha256,
    Sha512,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QrArg {
    /// No picture.
    None,
    /// Text of half blocks, above the URI.
    Terminal,
    /// An SVG picture.
    Svg,
}

#[derive(Debug, Args)]
pub(crate) struct TotpNumbers {
    /// Hash function. An otpauth URI on standard input brings its own.
    #[arg(long, value_enum, default_value = "sha1")]
    pub(crate) algorithm: AlgorithmArg,
    /// 6 or 8.
    #[arg(long, default_value_t = 6)]
    pub(crate) digits: u8,
    /// Seconds per step.
    #[arg(long, default_value_t = 30)]
    pub(crate) period: u32,
    /// Unix seconds from which steps are counted (T0).
    #[arg(long, value_name = "UNIX_S", default_value_t = 0, allow_negative_numbers = true)]
    pub(crate) t0: i64,
    /// Unix seconds; now unless said otherwise.
    #[arg(long, value_name = "UNIX_S", allow_negative_numbers = true)]
    pub(crate) at: Option<i64>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TotpCommand {
    /// Make a secret; prints its otpauth URI.
    New {
        /// Who offers the account, e.g. the company's name.
        #[arg(long)]
        issuer: String,
        /// Whose account.
        #[arg(long)]
        account: String,
        /// Hash function.
        #[arg(long, value_enum, default_value = "sha1")]
        algorithm: AlgorithmArg,
        /// 6 or 8.
        #[arg(long, default_value_t = 6)]
        digits: u8,
        /// Seconds per step.
        #[arg(long, default_value_t = 30)]
        period: u32,
        /// Draw the QR code that authenticator apps scan. Whoever sees it has the secret.
        #[arg(long, value_enum, default_value = "none")]
        qr: QrArg,
        /// Write the SVG picture to this new file, readable by you alone, instead of standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The code of the secret (base32 or otpauth URI on standard input).
    Code(TotpNumbers),
    /// Verify a code: the secret on the first line of standard input, the code on the second. Exit 1 when it is wrong.
    Verify {
        #[command(flatten)]
        numbers: TotpNumbers,
        /// Steps accepted before and after the current one: 1 = usable, 0 = strict.
        #[arg(long, default_value_t = 1)]
        window: u8,
    },
}

#[derive(Debug, Args)]
pub(crate) struct DatabaseArgs {
    /// The SQLite file.
    #[arg(long, value_name = "FILE")]
    pub(crate) db: PathBuf,
    /// Its key file. Default: the database's name with `.keys` added.
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
}
