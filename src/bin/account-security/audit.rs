//! `audit verify`: every chain of a database, from its first event to the head in its record.

use account_security::account::Verdict;
use account_security::service::Service;
use account_security::store::{SqliteStore, Store};
use account_security::types::StoreKey;
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::args::AuditCommand;
use crate::exit::{Exit, Failure, Outcome};

/// Keys read at a time.
const KEYS_PER_READ: usize = 1_024;
/// Broken chains told one by one; all are counted.
const TOLD_MAX: usize = 50;

#[derive(Default)]
struct Tally {
    chains: u64,
    events: u64,
    broken: Vec<(StoreKey, Verdict)>,
    broken_count: u64,
}

/// Runs the command.
pub(crate) fn run(command: &AuditCommand, json: bool) -> Outcome {
    let AuditCommand::Verify { database } = command;
    let service = crate::database::open(database)?;
    let tally = verify_all(&service)?;
    crate::print(&if json { tally.to_json() } else { tally.to_text() })?;
    Ok(if tally.broken_count == 0 { Exit::Ok } else { Exit::Denied })
}

fn verify_all(service: &Service<SqliteStore>) -> Result<Tally, Failure> {
    let bar = ProgressBar::new_spinner();
    let mut tally = Tally::default();
    let mut after = None;
    loop {
        let keys = service.store().keys(after, KEYS_PER_READ).map_err(Failure::fault)?;
        for key in &keys {
            tally.add(*key, service.verify_cell(*key).map_err(Failure::fault)?);
        }
        bar.set_message(format!("{} chains", tally.chains));
        bar.tick();
        match keys.last() {
            Some(last) => after = Some(*last),
            None => break,
        }
    }
    bar.finish_and_clear();
    Ok(tally)
}

impl Tally {
    fn add(&mut self, key: StoreKey, verdict: Verdict) {
        self.chains += 1;
        match verdict {
            Verdict::Intact { events } => self.events += events,
            broken => {
                self.broken_count += 1;
                if self.broken.len() < TOLD_MAX {
                    self.broken.push((key, broken));
                }
            }
        }
    }

    fn to_text(&self) -> String {
        if self.broken_count == 0 {
            return format!("intact: {} events in {} chains\n", self.events, self.chains);
        }
        let mut text = format!("NOT INTACT: {} of {} chains\n", self.broken_count, self.chains);
        for (key, verdict) in &self.broken {
            text.push_str(&format!("  {key}: {}\n", verdict_text(verdict)));
        }
        text
    }

    fn to_json(&self) -> String {
        let broken: Vec<Value> = self.broken.iter().map(|(key, verdict)| verdict_json(*key, verdict)).collect();
        let answer = json!({
            "intact": self.broken_count == 0, "chains": self.chains, "events_intact": self.events,
            "broken_count": self.broken_count, "broken": broken,
        });
        format!("{answer}\n")
    }
}

/// The verdict in words.
pub(crate) fn verdict_text(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Intact { events } => format!("intact, {events} events"),
        Verdict::Altered { seq } => format!("altered: event {seq} is the first that is not as it was written"),
        Verdict::Truncated { have, want } => format!("truncated: {have} of {want} events are there"),
        Verdict::CannotTell { why } => format!("cannot tell: {why}"),
    }
}

fn verdict_json(key: StoreKey, verdict: &Verdict) -> Value {
    let key = key.to_string();
    match verdict {
        Verdict::Intact { events } => json!({ "chain": key, "verdict": "intact", "events": events }),
        Verdict::Altered { seq } => json!({ "chain": key, "verdict": "altered", "event": seq }),
        Verdict::Truncated { have, want } => {
            json!({ "chain": key, "verdict": "truncated", "have": have, "want": want })
        }
        Verdict::CannotTell { why } => json!({ "chain": key, "verdict": "cannot_tell", "why": why }),
    }
}
