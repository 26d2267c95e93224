//! The commands of auditors and of those who look after a database.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::DatabaseArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check every chain. Exit 0 intact, 1 altered, 2 truncated, 3 cannot tell.
    ///
    /// Where chains differ the worst counts: altered before truncated before cannot tell. Rolled back counts as truncated.
    /// A command line that is not understood also ends with 2, and prints nothing on standard output.
    Verify {
        #[command(flatten)]
        database: DatabaseArgs,
        #[command(flatten)]
        since: SinceArgs,
    },
    /// Write down where every chain ends, to show later that none was put back. Exit 3 when some cannot be told.
    ///
    /// Writes two new files: FILE, of two hundred bytes, to be kept where nobody can change it, and FILE.heads, which it
    /// commits to.
    Checkpoint {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The check-point; its heads go to the same name with `.heads` added.
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
        /// Sign it with the Ed25519 secret key on standard input (64 hex digits).
        #[arg(long)]
        sign: bool,
    },
    /// Write events as JSON Lines, one object a line. Exit 3 when some cannot be read; they are written as bytes.
    Export {
        #[command(flatten)]
        database: DatabaseArgs,
        /// One account only.
        #[arg(long, value_name = "ACCOUNT")]
        account: Option<String>,
        /// From this day or moment on (UTC), e.g. 2026-03-01 or 2026-03-01T12:00:00Z.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// Where to write, a new file; standard output unless said otherwise.
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SinceArgs {
    /// A check-point: every chain must go on from where it saw it.
    #[arg(long, value_name = "FILE")]
    pub(crate) since: Option<PathBuf>,
    /// Its heads. Default: the check-point's name with `.heads` added.
    #[arg(long, value_name = "FILE", requires = "since")]
    pub(crate) heads: Option<PathBuf>,
    /// Whose signature the check-point must have: an Ed25519 public key, 64 hex digits.
    #[arg(long, value_name = "HEX", requires = "since")]
    pub(crate) public_key: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Print the statements that create the tables of a PostgreSQL store: `account-security store schema | psql`.
    ///
    /// Asking the database twice changes nothing.
    Schema {
        /// Into how many partitions each table is split by account; 0 for tables in one piece, and for engines that split
        /// tables themselves.
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1024))]
        partitions: u16,
    },
    /// Make an empty database and its key file. `screen --db` makes them too, where neither is there.
    Init {
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Draw a new root key into the key file. Nothing is sealed under it before `use-key`.
    ///
    /// Back the file up and give it to every process that uses the database first: one that lacks the key cannot read what
    /// another sealed under it.
    AddKey {
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Make a key of the key file the current one; the others stay in it. Then run `rotate-keys`.
    UseKey {
        /// Its number, as `add-key` told it.
        #[arg(value_name = "KEY")]
        key: u32,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Step to the next audit epoch in the key file; the first time, begin with epochs.
    ///
    /// Events of an epoch are written with a key that leads forward only. Processes with the file of before follow two epochs;
    /// the first time they follow none, so give them the file at once.
    ///
    /// Old epochs are forgotten with `--hold`: whoever steals the file then cannot rewrite what is older. Nor can anybody prove
    /// it, so hold as many epochs as payments may be asked for again and labels may come late; those beyond are denied.
    /// `audit verify` proves all of it with a copy of the first file, kept in a safe, to which root keys added since are added.
    StepEpoch {
        #[command(flatten)]
        database: DatabaseArgs,
        /// Hold the keys of so many epochs, the new one among them, and forget older ones for good.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
        hold: Option<u32>,
    },
    /// Seal every record anew that is not under the current key of the key file; tell what still needs old keys.
    ///
    /// May be ended and begun again at any time. Exit 3 when some records were left as they are.
    RotateKeys {
        #[command(flatten)]
        database: DatabaseArgs,
    },
}
