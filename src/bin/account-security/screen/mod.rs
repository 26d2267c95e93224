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

use std::time::Instant;

use account_security::account::Keyring;
use account_security::command::Settings;
use account_security::service::Service;
use account_security::store::{Durability, MemoryStore, Store};

use self::options::Options;
use self::pipeline::Pipeline;
pub(crate) use self::pipeline::system_time;
use self::refit::Refit;
use self::summary::Summary;
use crate::args::ScreenArgs;
use crate::exit::{Exit, Failure, Outcome};
use crate::keys;

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
            // NORMAL survives a killed process; a run that lost its last rows to a power cut is run again, and every row it
            // has seen is answered from the audit trail.
            let durability = Durability::Normal;
            let (store, keyring) = crate::database::begin(&key_file, database, durability)?;
            screen(store, keyring, settings, &options, json)
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
