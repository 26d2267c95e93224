//! `account freeze-list`: every account of a file, alike and once, however often it is run.

mod lines;
mod note;
mod terms;

use std::path::{Path, PathBuf};

use account_security::service::{FreezeList, FrozenMany, ListedOutcome, Service};
use account_security::store::SqliteStore;
use account_security::types::{AccountId, RandomId, Timestamp};
use indicatif::ProgressBar;
use serde_json::json;
use sha2::{Digest, Sha256};

use self::lines::{Lines, account_on};
use self::note::{Failed, Note};
use self::terms::Terms;
use super::{wish, words};
use crate::args::FreezeListArgs;
use crate::exit::{Exit, Failure, Outcome};
use crate::progress;
use crate::screen::system_time;

/// Lines with an account between two notes of how far the run is.
const BATCH: usize = 100;

/// What came of the run.
#[derive(Default)]
struct Tally {
    frozen: u64,
    already: u64,
    already_ended: u64,
    failed: Failed,
    faults: u64,
    last_line: u64,
    /// The first line that gave no answer, and what had failed before it.
    first_fault: Option<(u64, Failed)>,
}

struct Run {
    service: Service<SqliteStore>,
    list: FreezeList,
    name: String,
    file: PathBuf,
    asked_at: Timestamp,
    resume: Option<PathBuf>,
    /// What earlier runs of the same note told.
    failed_before: Failed,
    has_begun: bool,
    tally: Tally,
    bar: ProgressBar,
}

/// A line's account, or what is wrong with the line.
type Wanted = (u64, Result<AccountId, String>);

/// Runs the command.
pub(super) fn run(args: &FreezeListArgs, json: bool) -> Outcome {
    let asked_at = system_time();
    let request = wish(&args.wish, asked_at)?;
    let list = FreezeList { id: list_id(&args.list)?, request, freeze_unknown: args.freeze_unknown };
    if args.resume.is_some() && args.file == Path::new("-") {
        return Err(Failure::usage("--resume needs a file that a later run can read again; save the list and name it"));
    }
    let (lines, bytes) = Lines::open(&args.file)?;
    let note = match &args.resume {
        Some(path) => Note::load(path, &args.list, &args.file)?.unwrap_or_default(),
        None => Note { line: args.after, ..Note::default() },
    };
    let mut run = Run {
        service: crate::database::open(&args.database)?,
        list,
        name: args.list.clone(),
        file: args.file.clone(),
        asked_at,
        resume: args.resume.clone(),
        failed_before: note.failed,
        has_begun: note.line > 0,
        tally: Tally { last_line: note.line, ..Tally::default() },
        bar: progress::bar(bytes),
    };
    let stopped = run.all(lines, note.line);
    run.bar.finish_and_clear();
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

impl Run {
    /// Reads to the end, or to a fault that the next lines would meet as well.
    fn all(&mut self, mut lines: Lines, after: u64) -> Result<(), Failure> {
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(line) = lines.next_line()? {
            self.bar.set_position(lines.bytes());
            let number = lines.number();
            if number <= after {
                continue;
            }
            if let Some(wanted) = account_on(&line, number == 1) {
                batch.push((number, self.no_row(number, wanted)?));
            }
            if batch.len() == BATCH {
                self.freeze(&batch)?;
                batch.clear();
                self.reached(number, &lines)?;
                self.bar.set_message(format!("{} frozen", self.tally.frozen));
            }
        }
        if lines.number() < after {
            let (file, ends) = (self.file.display(), lines.number());
            return Err(Failure::usage(format!(
                "{file} ends at line {ends}, before line {after} after which this run was to go on; is it the whole list? \
                 Nobody was frozen. From its beginning on nobody is frozen twice"
            )));
        }
        self.freeze(&batch)?;
        self.reached(lines.number(), &lines)
    }

    /// A row of a table is no account, however much it reads like one: frozen as a name it would free those it was to
    /// close. A name with a comma that is known is one.
    fn no_row(&mut self, number: u64, wanted: Result<AccountId, String>) -> Result<Result<AccountId, String>, Failure> {
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        let Ok(account) = &wanted else { return Ok(wanted) };
        // Where the store gives no answer, freezing gives none either, and is told.
        if !account.as_str().contains([',', ';']) || self.service.is_known(account).unwrap_or(true) {
            return Ok(wanted);
        }
        let why = "reads like a row of a table (CSV), and no account of that name is stored; write one account a line, \
                   e.g. by cutting out the column of accounts";
        if is_first {
            return Err(Failure::usage(format!("{}: line {number} {why}. Nobody was frozen", self.file.display())));
        }
        Ok(Err(why.to_owned()))
    }

    /// Line by line, so that what is told and counted is in the order of the list.
    fn freeze(&mut self, batch: &[Wanted]) -> Result<(), Failure> {
        let accounts: Vec<AccountId> = batch.iter().filter_map(|(_, wanted)| wanted.as_ref().ok().cloned()).collect();
        let FrozenMany { listed, next } = self.service.freeze_many(&accounts, &self.list, 0, system_time());
        let mut outcomes = listed.into_iter();
        for (line, wanted) in batch {
            match wanted {
                Ok(account) => match outcomes.next() {
                    Some(listed) => self.count(*line, account, listed.outcome),
                    // Lines behind a fault of the whole store are told when they are come by again.
                    None => break,
                },
                Err(why) => {
                    self.tally.failed.bad_lines += 1;
                    self.tell(*line, why);
                }
            }
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
            ListedOutcome::Already { freeze, in_force } => self.already(line, account, freeze, in_force),
            ListedOutcome::Unknown => {
                tally.failed.unknown += 1;
                let advice = "nothing is stored for it; correct it, or add --freeze-unknown";
                self.tell(line, &format!("account {account}: {advice}"));
            }
            ListedOutcome::Refused(refused) => {
                tally.failed.refused += 1;
                self.tell(line, &format!("account {account} refused: {}", words::of_freeze(&refused)));
            }
            ListedOutcome::Fault(fault) => self.fault(line, account, &fault),
        }
    }

    fn fault(&mut self, line: u64, account: &AccountId, fault: &dyn std::fmt::Display) {
        let tally = &mut self.tally;
        tally.faults += 1;
        tally.first_fault = tally.first_fault.or(Some((line, tally.failed)));
        self.tell(line, &format!("account {account} denied: {fault}"));
    }

    /// By the list's name alone it was frozen before. Whether what is asked for now is in force there, its terms say.
    fn already(&mut self, line: u64, account: &AccountId, freeze: RandomId, in_force: bool) {
        let record = match self.service.record(account) {
            Ok(record) => record,
            Err(fault) => return self.fault(line, account, &fault),
        };
        if in_force {
            self.tally.already += 1;
        } else {
            self.tally.already_ended += 1;
        }
        let terms = Terms { request: &self.list.request, asked_at: self.asked_at };
        // One that is over and forgotten is told as open again; on which terms it was frozen is in its history.
        if let Some(how) = record.freezes.get(freeze).and_then(|freeze| terms.differ_from(freeze)) {
            self.tally.failed.other_terms += 1;
            self.tell(
                line,
                &format!(
                    "account {account} was frozen by the list {} on other terms ({how}): what is asked for now is NOT in \
                     force; run it under a --list name of its own",
                    self.name
                ),
            );
        }
    }

    /// At once: a run that is killed has told what it found.
    fn tell(&self, line: u64, why: &str) {
        self.bar.suspend(|| crate::say(&format!("line {line}: {why}")));
    }

    /// Everything up to this line is done, and stays so if the run dies now. An account that gave no answer is not: a run
    /// that goes on must come by there again, and freezes nobody behind it twice.
    fn reached(&mut self, line: u64, lines: &Lines) -> Result<(), Failure> {
        let (line, failed) = match self.tally.first_fault {
            Some((fault, failed)) => (line.min(fault.saturating_sub(1)), failed),
            None => (line, self.tally.failed),
        };
        self.tally.last_line = line;
        let Some(path) = &self.resume else { return Ok(()) };
        Note { line, seen: lines.seen(), failed: self.failed_before.and(failed) }.save(path, &self.name)
    }

    fn end(self, stopped: Result<(), Failure>, json: bool) -> Outcome {
        match stopped {
            // Refused before the first account.
            Err(failure) if failure.exit == Exit::Usage => return Err(failure),
            _ => crate::print(&self.summary(stopped.is_ok(), json))?,
        }
        let last_line = self.tally.last_line;
        if let Err(failure) = stopped {
            let again = format!("{}; stopped after line {last_line}, go on with --after {last_line}", failure.message);
            return Err(Failure { message: again, ..failure });
        }
        // What failed is to be run again, so a run that ends well leaves no note.
        if let Some(path) = &self.resume {
            let _ = std::fs::remove_file(path);
        }
        Ok(match (self.tally.faults, self.failed_before.and(self.tally.failed).all()) {
            (0, 0) => Exit::Ok,
            (0, _) => Exit::RowsRefused,
            _ => Exit::Fault,
        })
    }

    fn summary(&self, is_done: bool, json: bool) -> String {
        let Tally { frozen, already, already_ended, failed, faults, last_line, .. } = &self.tally;
        let Failed { unknown, refused, other_terms, bad_lines } = failed;
        let before = self.failed_before;
        if json {
            let fields = json!({
                "list": self.name, "frozen": frozen, "already": already, "already_ended": already_ended,
                "unknown": unknown, "refused": refused, "other_terms": other_terms, "faults": faults,
                "bad_lines": bad_lines, "last_line": last_line, "done": is_done,
                "failed_before": {
                    "unknown": before.unknown, "refused": before.refused, "other_terms": before.other_terms,
                    "bad_lines": before.bad_lines,
                },
            });
            return format!("{fields}\n");
        }
        let mut text = format!(
            "list {}: {frozen} frozen, {already} frozen by it before, {already_ended} frozen by it before and open again \
             since, {other_terms} of these on other terms than asked for now, {unknown} unknown, {refused} refused, \
             {faults} denied, {bad_lines} bad lines; up to line {last_line}\n",
            self.name
        );
        if before.all() > 0 {
            text.push_str(&format!(
                "before this run went on: {} on other terms, {} unknown, {} refused, {} bad lines; told then\n",
                before.other_terms, before.unknown, before.refused, before.bad_lines
            ));
        }
        text
    }
}
