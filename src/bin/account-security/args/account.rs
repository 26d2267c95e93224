//! The commands of the support desk.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::DatabaseArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// What the account may not do now, why, until when, and who may lift it and how.
    Status(LookArgs),
    /// Place a freeze; prints its id.
    Freeze(FreezeArgs),
    /// Freeze every account of a list alike. Run it again after a fault or a crash: it freezes nobody twice.
    ///
    /// One account a line; empty lines and lines that begin with `#` are passed over. Bad lines, and accounts that could not
    /// be frozen, are told on standard error with their number as they are found, and skipped: exit 3.
    FreezeList(FreezeListArgs),
    /// Ask for a lift that another agent has to approve before it is dead. The owner's own freeze needs `--identity`.
    RequestLift(LiftArgs),
    /// Approve the lift that another agent asked for.
    ApproveLift(LiftArgs),
    /// Lift one freeze by its id where one person may; otherwise ask for it, or approve another agent's request. The owner's
    /// own freeze needs `--identity`.
    Lift(LiftArgs),
    /// Erase for good what people typed into the account's history: names of staff, case references, names of devices.
    EraseText {
        #[command(flatten)]
        one: OneAccount,
        #[command(flatten)]
        staff: StaffArgs,
    },
    /// Forget wrong tries, a lock until recovery included, for an owner whose identity you checked.
    ClearLockout(ClearLockoutArgs),
    /// Ask that an account be set back to the present whose time a wrong clock left far ahead; another agent approves it.
    RequestClockSetBack {
        #[command(flatten)]
        one: OneAccount,
        #[command(flatten)]
        staff: StaffArgs,
    },
    /// Approve the setting back that another agent asked for. It forgives nothing: counts, limits, locks and freezes stay.
    SetClockBack(ClockArgs),
    /// Take down what a customer reports as lost or not authorised, with the times on which liability hangs.
    Report(ReportArgs),
    /// Close a report; its times stay in the history.
    CloseReport(CloseReportArgs),
    /// Record that you checked who reports a phone number or address lost; another agent approves it.
    CheckIdentity(CheckIdentityArgs),
    /// Approve the identity check that another agent recorded for a lost contact.
    ApproveContact(ContactArgs),
    /// Call off the change of a contact that is under way; the contact in force stays.
    CancelContact(ContactArgs),
    /// Everything that happened to the account, oldest first.
    History(LookArgs),
    /// Why a payment failed or would fail: for the customer and for the desk.
    Diagnose(DiagnoseArgs),
}

#[derive(Debug, Args)]
pub(crate) struct OneAccount {
    /// Whose account.
    pub(crate) account: String,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

/// Who of the desk acts.
#[derive(Debug, Args)]
pub(crate) struct StaffArgs {
    /// Your rank: agent, compliance, court.
    #[arg(long, default_value = "agent")]
    pub(crate) authority: String,
    /// Who acts.
    #[arg(long)]
    pub(crate) actor: String,
}

/// What a freeze shall be.
#[derive(Debug, Args)]
pub(crate) struct WishArgs {
    /// What to close: sign-in, pay-out, receive, change-profile, change-factors or all; comma separated.
    #[arg(long, default_value = "all")]
    pub(crate) scopes: String,
    /// Why, e.g. suspected-fraud, owner-request, lost-device, aml-review, court-order.
    #[arg(long, default_value = "suspected-fraud")]
    pub(crate) reason: String,
    /// Who orders it: owner, rule, agent, compliance, court.
    #[arg(long, default_value = "agent")]
    pub(crate) authority: String,
    /// Who acts.
    #[arg(long)]
    pub(crate) actor: String,
    /// How long, e.g. `48h`; until lifted unless said otherwise.
    #[arg(long, value_name = "TIME")]
    pub(crate) r#for: Option<String>,
    /// Case or order outside this system.
    #[arg(long)]
    pub(crate) case: Option<String>,
    /// Payments accepted before and not settled yet: hold-pending or let-pending-finish.
    #[arg(long, value_name = "RULE", default_value = "hold-pending")]
    pub(crate) pending: String,
    /// Do not tell the customer: texts read like a technical fault. Always so for aml-review.
    #[arg(long)]
    pub(crate) neutral: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FreezeArgs {
    #[command(flatten)]
    pub(crate) one: OneAccount,
    #[command(flatten)]
    pub(crate) wish: WishArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FreezeListArgs {
    /// The file of accounts; `-` for standard input.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// What the list is called. The same name freezes an account once, whatever was lifted since; a new list, and the same
    /// one on other terms, needs a new name.
    #[arg(long, value_name = "NAME")]
    pub(crate) list: String,
    #[command(flatten)]
    pub(crate) wish: WishArgs,
    /// Go on after this line.
    #[arg(long, value_name = "LINE", default_value_t = 0, conflicts_with = "resume")]
    pub(crate) after: u64,
    /// Keep in this file how far the run is and what failed, and go on from there with the same list; it is gone when the
    /// list is done.
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
    /// Freeze accounts that nothing is stored for as well. Without it they are told as unknown.
    #[arg(long)]
    pub(crate) freeze_unknown: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LiftArgs {
    #[command(flatten)]
    pub(crate) one: OneAccount,
    /// The freeze's id; `account status` lists them.
    pub(crate) freeze: String,
    /// Your rank: owner, agent, compliance, court.
    #[arg(long, default_value = "agent")]
    pub(crate) authority: String,
    /// Who acts.
    #[arg(long)]
    pub(crate) actor: String,
    /// Reference of the release, for court freezes.
    #[arg(long)]
    pub(crate) release: Option<String>,
    #[command(flatten)]
    pub(crate) identity: IdentityArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ClearLockoutArgs {
    #[command(flatten)]
    pub(crate) one: OneAccount,
    /// Whose wrong tries: password or second-factor; `account status` tells which is locked.
    #[arg(long, value_name = "PROOF")]
    pub(crate) proof: String,
    #[command(flatten)]
    pub(crate) staff: StaffArgs,
    #[command(flatten)]
    pub(crate) identity: IdentityArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ClockArgs {
    #[command(flatten)]
    pub(crate) one: OneAccount,
    /// The request's id; `account request-clock-set-back` printed it, `account history` tells it.
    pub(crate) request: String,
    #[command(flatten)]
    pub(crate) staff: StaffArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) one: OneAccount,
    /// What is reported: device-lost (card, phone, code) or unauthorised (a transfer).
    #[arg(long)]
    pub(crate) kind: String,
    /// When the customer told it, e.g. by letter; now unless said otherwise. Told again with the same times it is the same
    /// report.
    #[arg(long, value_name = "MOMENT")]
    pub(crate) reported_at: Option<String>,
    /// When the customer learned of it, as the customer says; the moment of the report unless said otherwise.
    #[arg(long, value_name = "MOMENT")]
    pub(crate) learned_at: Option<String>,
    /// The payment it is about.
    #[arg(long, value_name = "TX_ID")]
    pub(crate) tx: Option<String>,
    /// Who takes it down.
    #[arg(long)]
    pub(crate) actor: String,
}

#[derive(Debug, Args)]
pub(crate) struct CloseReportArgs {
    #[command(flatten)]
    pub(crate) one: OneAccount,
    /// The report's id; `account status` lists them.
    pub(crate) report: String,
    /// What became of it: confirmed, not-confirmed, withdrawn.
    #[arg(long)]
    pub(crate) outcome: String,
    #[command(flatten)]
    pub(crate) staff: StaffArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CheckIdentityArgs {
    #[command(flatten)]
    pub(crate) contact: ContactArgs,
    #[command(flatten)]
    pub(crate) identity: IdentityArgs,
    /// The case it is filed under.
    #[arg(long)]
    pub(crate) case: Option<String>,
}

/// A change of a contact under way, and who looks at it.
#[derive(Debug, Args)]
pub(crate) struct ContactArgs {
    #[command(flatten)]
    pub(crate) one: OneAccount,
    /// The change's id; `account status` tells it.
    pub(crate) change: String,
    #[command(flatten)]
    pub(crate) staff: StaffArgs,
}

/// How you made sure who asks.
#[derive(Debug, Args)]
pub(crate) struct IdentityArgs {
    /// How: document-in-branch, video-identification, payment-from-own-account, call-back.
    #[arg(long, value_name = "METHOD", requires = "evidence")]
    pub(crate) identity: Option<String>,
    /// The file with what you saw: a scan, a recording, a form. Its SHA-256 is kept, not the file.
    #[arg(long, value_name = "FILE", requires = "identity")]
    pub(crate) evidence: Option<PathBuf>,
    /// The check did not show the owner: nothing is done, and that is kept on record.
    #[arg(long, requires = "identity")]
    pub(crate) not_matched: bool,
}

/// An account, and who looks at it.
#[derive(Debug, Args)]
pub(crate) struct LookArgs {
    #[command(flatten)]
    pub(crate) one: OneAccount,
    /// Your rank: agent, compliance, court. Of a neutral freeze above it you see that it stands and nothing more.
    #[arg(long, default_value = "agent")]
    pub(crate) authority: String,
}

#[derive(Debug, Args)]
pub(crate) struct DiagnoseArgs {
    #[command(flatten)]
    pub(crate) one: OneAccount,
    /// A payment that was judged here; without it a new one is looked at.
    #[arg(long, value_name = "TX_ID")]
    pub(crate) tx: Option<String>,
    /// Which way the money was to move: out, in, refund, reversal. A judged payment's own counts.
    #[arg(long, default_value = "out")]
    pub(crate) direction: String,
    /// Your rank: agent, compliance, court. Higher ranks see more of neutral freezes.
    #[arg(long, default_value = "agent")]
    pub(crate) authority: String,
    /// Language of the texts: en or zh-CN.
    #[arg(long, default_value = "en")]
    pub(crate) locale: String,
    /// The rules in force where the payment was judged: a rule file, TOML or JSON (`.json`), or the name of a preset. By
    /// default the preset `wallet`.
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// Telephone number of support, for the customer's text.
    #[arg(long)]
    pub(crate) hotline: Option<String>,
    /// You looked: the balance does not cover it.
    #[arg(long)]
    pub(crate) balance_too_low: bool,
    /// You looked: the recipient cannot receive.
    #[arg(long)]
    pub(crate) recipient_unavailable: bool,
    /// You looked: the network or a participant did not answer.
    #[arg(long)]
    pub(crate) network_fault: bool,
    /// It failed, as the customer or the network says. Without it the customer is not told to try again where nothing is found:
    /// the payment may be on its way.
    #[arg(long)]
    pub(crate) failed: bool,
}
