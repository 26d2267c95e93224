//! `account freeze-list`: every account of a file, alike and once, however often it is run.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use account_security::service::{FreezeList, FrozenMany, ListedOutcome, Service};
use account_security::store::SqliteStore;
use account_security::types::{AccountId, RandomId, Timestamp};
use indicatif::ProgressBar;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::wish;
use crate::args::FreezeListArgs;
use crate::exit::{Exit, Failure, Outcome};
use crate::progress;
use crate::screen::system_time;

/// Accounts frozen between two notes of how far the run is.
const BATCH: usize = 100;
/// Longest line read whole; the rest of a longer one is passed over.
const LINE_BYTES_MAX: u64 = 1_024;
/// Lines told one by one; all are counted.
const TOLD_MAX: usize = 20;
/// First line of a file that says how far a run is.
const RESUME_HEADER: &str = "account-security freeze-list v1";

/// What came of the run.
#[derive(Default)]
struct Tally {
    frozen: u64,
    already: u64,
    already_ended: u64,
    unknown: u64,
    refused: u64,
    faults: u64,
    bad_lines: u64,
    last_line: u64,
    first_fault: Option<u64>,
    told: Vec<String>,
}

struct Run {
    service: Service<SqliteStore>,
    list: FreezeList,
    name: String,
    resume: Option<PathBuf>,
    tally: Tally,
}

/// Runs the command.
pub(super) fn run(args: &FreezeListArgs, json: bool) -> Outcome {
    let request = wish(&args.wish, system_time())?;
    let shown = args.file.display();
    let file = File::open(&args.file).map_err(|error| Failure::usage(format!("{shown}: {error}")))?;
    let bytes = file.metadata().ok().map(|meta| meta.len());
    let list = FreezeList { id: list_id(&args.list)?, request, freeze_unknown: args.freeze_unknown };
    let after = match &args.resume {
        Some(path) => resumed(path, &args.list)?.unwrap_or(0),
        None => args.after,
    };
    let service = crate::database::open(&args.database)?;
    let (name, resume) = (args.list.clone(), args.resume.clone());
    let mut run = Run { service, list, name, resume, tally: Tally { last_line: after, ..Tally::default() } };
    let bar = progress::bar(bytes);
    let stopped = run.all(BufReader::new(file), after, &bar);
    bar.finish_and_clear();
    run.end(stopped, json)
}

/// A name of any length as an id.
fn list_id(name: &str) -> Result<RandomId, Failure> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(Failure::usage("--list: name the list, e.g. --list sanctions-2026-03"));
    }
    let digest: [u8; 32] = Sha256::digest(name.as_bytes()).into();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    Ok(RandomId(id))
}

/// How far an earlier run of this list came; `None` when there is no such file.
fn resumed(path: &Path, list: &str) -> Result<Option<u64>, Failure> {
    let shown = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::usage(format!("--resume {shown}: {error}"))),
    };
    let mut lines = text.lines();
    let bad = || Failure::usage(format!("--resume {shown}: not a file of `freeze-list`; name another, or use --after"));
    if lines.next() != Some(RESUME_HEADER) {
        return Err(bad());
    }
    match lines.next().and_then(|line| line.strip_prefix("list ")) {
        Some(name) if name == list => {}
        Some(name) => return Err(Failure::usage(format!("--resume {shown} belongs to the list {name}"))),
        None => return Err(bad()),
    }
    let line = lines.next().and_then(|line| line.strip_prefix("line "));
    line.and_then(|line| line.parse().ok()).map(Some).ok_or_else(bad)
}

impl Run {
    /// Reads to the end, or to a fault that the next lines would meet as well.
    fn all(&mut self, mut file: BufReader<File>, after: u64, bar: &ProgressBar) -> Result<(), Failure> {
        let (mut number, mut batch) = (0, Vec::with_capacity(BATCH));
        while let Some((line, bytes)) = read_line(&mut file)? {
            number += 1;
            bar.inc(bytes);
            if number <= after {
                continue;
            }
            match account_on(&line, number == 1) {
                Ok(None) => {}
                Ok(Some(account)) => batch.push((number, account)),
                Err(why) => {
                    self.tally.bad_lines += 1;
                    self.tell(number, &why);
                }
            }
            if batch.len() == BATCH {
                self.freeze(&batch)?;
                batch.clear();
                self.reached(number)?;
                bar.set_message(format!("{} frozen", self.tally.frozen));
            }
        }
        self.freeze(&batch)?;
        self.reached(number.max(after))
    }

    fn freeze(&mut self, batch: &[(u64, AccountId)]) -> Result<(), Failure> {
        let accounts: Vec<AccountId> = batch.iter().map(|(_, account)| account.clone()).collect();
        let now: Timestamp = system_time();
        let FrozenMany { listed, next } = self.service.freeze_many(&accounts, &self.list, 0, now);
        for listed in listed {
            let (line, account) = &batch[listed.index];
            self.count(*line, account, listed.outcome);
        }
        match next {
            None => Ok(()),
            Some(_) => Err(Failure::fault("the store takes no more for now; see to it and run the same command again")),
        }
    }

    fn count(&mut self, line: u64, account: &AccountId, outcome: ListedOutcome) {
        let tally = &mut self.tally;
        match outcome {
            ListedOutcome::Frozen { .. } => tally.frozen += 1,
            ListedOutcome::Already { in_force: true, .. } => tally.already += 1,
            ListedOutcome::Already { in_force: false, .. } => tally.already_ended += 1,
            ListedOutcome::Unknown => {
                tally.unknown += 1;
                self.tell(
                    line,
                    &format!("account {account}: nothing is stored for it; correct it, or add --freeze-unknown"),
                );
            }
            ListedOutcome::Refused(refused) => {
                tally.refused += 1;
                self.tell(line, &format!("account {account} refused: {refused}"));
            }
            ListedOutcome::Fault(fault) => {
                tally.faults += 1;
                tally.first_fault = tally.first_fault.or(Some(line));
                self.tell(line, &format!("account {account} denied: {fault}"));
            }
        }
    }

    fn tell(&mut self, line: u64, why: &str) {
        if self.tally.told.len() < TOLD_MAX {
            self.tally.told.push(format!("line {line}: {why}"));
        }
    }

    /// Everything up to this line is done, and stays so if the run dies now. An account that gave no answer is not: a run
    /// that goes on must come by there again, and freezes nobody behind it twice.
    fn reached(&mut self, line: u64) -> Result<(), Failure> {
        let line = self.tally.first_fault.map_or(line, |fault| line.min(fault.saturating_sub(1)));
        self.tally.last_line = line;
        let Some(path) = &self.resume else { return Ok(()) };
        let fault = |error| Failure::fault(format!("--resume {}: {error}", path.display()));
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        std::fs::write(&beside, format!("{RESUME_HEADER}\nlist {}\nline {line}\n", self.name)).map_err(fault)?;
        std::fs::rename(&beside, path).map_err(fault)
    }

    fn end(self, stopped: Result<(), Failure>, json: bool) -> Outcome {
        let Tally { frozen, already, already_ended, unknown, refused, faults, bad_lines, last_line, told, .. } =
            &self.tally;
        for line in told {
            crate::say(line);
        }
        crate::print(&match json {
            true => format!(
                "{}\n",
                json!({
                    "list": self.name, "frozen": frozen, "already": already, "already_ended": already_ended,
                    "unknown": unknown, "refused": refused, "faults": faults, "bad_lines": bad_lines,
                    "last_line": last_line, "done": stopped.is_ok(),
                })
            ),
            false => format!(
                "list {}: {frozen} frozen, {already} frozen by it before, {already_ended} frozen by it before and open \
                 again since, {unknown} unknown, {refused} refused, {faults} denied, {bad_lines} bad lines; up to line \
                 {last_line}\n",
                self.name
            ),
        })?;
        if let Err(failure) = stopped {
            let again = format!("{}; stopped after line {last_line}, go on with --after {last_line}", failure.message);
            return Err(Failure { message: again, ..failure });
        }
        // What failed is to be run again, so a run that ends well leaves no note.
        if let Some(path) = &self.resume {
            let _ = std::fs::remove_file(path);
        }
        Ok(match (*faults, unknown + refused + bad_lines) {
            (0, 0) => Exit::Ok,
            (0, _) => Exit::RowsRefused,
            _ => Exit::Fault,
        })
    }
}

/// One line without its end, cut at [`LINE_BYTES_MAX`], and how many bytes it had; `None` at the end of the file.
fn read_line(file: &mut BufReader<File>) -> Result<Option<(Vec<u8>, u64)>, Failure> {
    let fault = |error| Failure::fault(format!("the list cannot be read on: {error}"));
    let mut line = Vec::new();
    let read = file.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line).map_err(fault)?;
    if read == 0 {
        return Ok(None);
    }
    let mut bytes = u64::try_from(read).unwrap_or(u64::MAX);
    while line.last() != Some(&b'\n') {
        let mut rest = Vec::new();
        let more = file.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut rest).map_err(fault)?;
        bytes = bytes.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
        if more == 0 || rest.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(Some((line, bytes)))
}

/// The account on a line; `None` for an empty line or a remark, what is wrong for a bad one.
fn account_on(line: &[u8], is_first: bool) -> Result<Option<AccountId>, String> {
    if u64::try_from(line.len()).is_ok_and(|bytes| bytes >= LINE_BYTES_MAX) {
        return Err("the line is too long for an account; write one account a line".to_owned());
    }
    let text = std::str::from_utf8(line).map_err(|_| "not UTF-8; save the list as UTF-8".to_owned())?;
    let text = if is_first { text.trim_start_matches('\u{feff}') } else { text };
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    AccountId::parse(text).map(Some).map_err(|error| format!("not an account: {error}"))
}
