//! `screen`: the main job. A file of transactions in; flags, frozen accounts, an audit trail and a summary out.

mod findings;
mod intake;
mod options;
mod pipeline;
mod refit;
mod scores;
mod shards;
mod summary;
mod text;

use std::path::Path;
use std::time::Instant;

use account_security::account::Keyring;
use account_security::command::Settings;
use account_security::service::Service;
use account_security::store::{Durability, MemoryStore, SqliteStore, Store};

use self::options::Options;
use self::pipeline::Pipeline;
pub(crate) use self::pipeline::system_time;
use self::refit::Refit;
use self::summary::Summary;
use crate::args::ScreenArgs;
use crate::exit::{Exit, Failure, Outcome};
use crate::keys::{self, DatabaseKeys};

/// Runs the command.
pub(crate) fn run(args: &ScreenArgs, json: bool) -> Outcome {
    let options = Options::parse(args)?;
    let settings = options.settings()?;
    // Before a database and its keys are made for nothing.
    drop(crate::rows::open(&options.input.file).map_err(Failure::usage)?);
    match &args.db {
        None => screen(MemoryStore::new(), keys::ephemeral()?, settings, &options, json),
        Some(database) => {
            let key_file = args.keys.clone().unwrap_or_else(|| keys::path_beside(database));
            let (store, keyring) = open(&key_file, database)?;
            screen(store, keyring, settings, &options, json)
        }
    }
}

/// The database and its keys, made where neither is there.
fn open(key_file: &Path, database: &Path) -> Result<(SqliteStore, Keyring), Failure> {
    // NORMAL survives a killed process; a run that lost its last rows to a power cut is run again, and every row it has
    // seen is answered from the audit trail.
    let durability = Durability::Normal;
    let fault = |error| Failure::fault(format!("--db {}: {error}", database.display()));
    match keys::of_database(key_file, database)? {
        DatabaseKeys::Known(ring) => Ok((SqliteStore::open_existing(database, durability).map_err(fault)?, ring)),
        DatabaseKeys::First(first) => {
            let store = SqliteStore::open_with(database, durability).map_err(fault)?;
            store.bind(first.ring.lookup_fingerprint()).map_err(fault)?;
            first.settle()?;
            Ok((store, first.ring))
        }
    }
}

fn screen<S: Store>(store: S, keyring: Keyring, settings: Settings, options: &Options, json: bool) -> Outcome {
    let service = Service::new(store, keyring, settings).map_err(Failure::fault)?;
    let started = now();
    let learns = Refit::learns(service.settings().risk.policy(), options.fit_until);
    let (summary, ended_early) = Pipeline::new(&service, options)?.run(Summary::new(learns))?;
    let figures = summary.finish(started.elapsed());
    let printed = if json { figures.to_json() } else { text::render(&figures) };
    crate::print(&printed)?;
    if let Some(failure) = ended_early {
        return Err(failure);
    }
    Ok(if figures.refused > 0 || figures.denied > 0 { Exit::RowsRefused } else { Exit::Ok })
}

#[expect(clippy::disallowed_methods, reason = "measures the run for the summary; no decision depends on it")]
fn now() -> Instant {
    Instant::now()
}
