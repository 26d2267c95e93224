//! `store rotate-keys`: records sealed anew under the current key, and what still needs the old ones.

use account_security::account::{KeyUse, KeysNeeded};
use account_security::service::{DRAIN_MAX, ROTATION_PAGE_MAX, Service, ServiceError};
use account_security::store::{SqliteStore, Store};
use account_security::types::StoreKey;
use serde_json::{Value, json};

use crate::args::DatabaseArgs;
use crate::exit::{Exit, Failure, Outcome};
use crate::progress;

/// Records that were left as they are, told one by one; all are counted.
const TOLD_MAX: usize = 50;
/// Cells of one commit after the other between two moves of the bar.
const CELLS_PER_PAGE: usize = if ROTATION_PAGE_MAX < 256 { ROTATION_PAGE_MAX } else { 256 };

#[derive(Default)]
struct Tally {
    looked_at: u64,
    resealed: u64,
    fault_count: u64,
    faults: Vec<(StoreKey, ServiceError)>,
    needed: KeysNeeded,
}

/// Runs the command.
pub(crate) fn run(database: &DatabaseArgs, json: bool) -> Outcome {
    let service = crate::database::open(database)?;
    let mut tally = walk(&service)?;
    tally.needed.add(&keys_of_messages(&service)?);
    let current = service.keyring().current().0;
    crate::print(&if json { tally.to_json(current) } else { tally.to_text(current) })?;
    Ok(if tally.fault_count == 0 { Exit::Ok } else { Exit::RowsRefused })
}

fn walk(service: &Service<SqliteStore>) -> Result<Tally, Failure> {
    let bar = progress::cells(count(service)?);
    let (mut tally, mut after) = (Tally::default(), None);
    loop {
        let page = service.rotate_keys(after, CELLS_PER_PAGE).map_err(Failure::fault)?;
        tally.looked_at += page.looked_at;
        tally.resealed += page.resealed;
        tally.fault_count += u64::try_from(page.faults.len()).unwrap_or(u64::MAX);
        let room = TOLD_MAX.saturating_sub(tally.faults.len());
        tally.faults.extend(page.faults.into_iter().take(room));
        tally.needed.add(&page.needed);
        bar.set_position(tally.looked_at);
        match page.last {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    bar.finish_and_clear();
    Ok(tally)
}

/// Which keys waiting messages need, all of them: one that is left out may be the only one under its key.
fn keys_of_messages(service: &Service<SqliteStore>) -> Result<KeysNeeded, Failure> {
    let (mut needed, mut after) = (KeysNeeded::default(), None);
    loop {
        let page = service.keys_of_outbox(after, DRAIN_MAX).map_err(Failure::fault)?;
        needed.add(&page.needed);
        let Some(last) = page.last else { return Ok(needed) };
        after = Some(last);
    }
}

fn count(service: &Service<SqliteStore>) -> Result<u64, Failure> {
    let (mut cells, mut after) = (0_u64, None);
    loop {
        let keys = service.store().keys(after, 4_096).map_err(Failure::fault)?;
        let Some(last) = keys.last() else { return Ok(cells) };
        cells += u64::try_from(keys.len()).unwrap_or(u64::MAX);
        after = Some(*last);
    }
}

impl Tally {
    fn to_text(&self, current: u32) -> String {
        let mut text = format!("{} records, {} sealed anew under key {current}\n", self.looked_at, self.resealed);
        for (key, uses) in self.needed.iter().filter(|(key, _)| key.0 != current) {
            let told: Vec<String> =
                places(uses).filter(|(_, count)| *count > 0).map(|(name, count)| format!("{count} {name}")).collect();
            text.push_str(&format!("key {} is still needed: {}\n", key.0, told.join(", ")));
        }
        text.push_str("old keys also prove old events: keep them where chains are verified\n");
        if self.fault_count > 0 {
            text.push_str(&format!("LEFT AS THEY ARE: {} records\n", self.fault_count));
        }
        for (key, fault) in &self.faults {
            text.push_str(&format!("  {key}: {fault}\n"));
        }
        text
    }

    fn to_json(&self, current: u32) -> String {
        let needed: Vec<Value> = self
            .needed
            .iter()
            .map(|(key, uses)| {
                let mut told = json!({ "key": key.0 });
                places(uses).for_each(|(name, count)| told[name.replace(' ', "_")] = json!(count));
                told
            })
            .collect();
        let faults: Vec<Value> = self
            .faults
            .iter()
            .map(|(key, fault)| json!({ "chain": key.to_string(), "why": fault.to_string() }))
            .collect();
        let answer = json!({
            "records": self.looked_at, "resealed": self.resealed, "current": current, "needed": needed,
            "fault_count": self.fault_count, "faults": faults,
        });
        format!("{answer}\n")
    }
}

fn places(uses: &KeyUse) -> impl Iterator<Item = (&'static str, u64)> {
    [
        ("records", uses.cells),
        ("authenticators", uses.totp_secrets),
        ("passwords", uses.passwords),
        ("recovery sets", uses.recovery_sets),
        ("contact changes", uses.contact_changes),
        ("messages", uses.outbox_items),
    ]
    .into_iter()
}
