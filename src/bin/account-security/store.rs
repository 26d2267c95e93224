//! `store ...`: a new database, its keys, and the tables of a PostgreSQL store.

use account_security::store::{Durability, postgres_schema};
use account_security::types::KeyId;
use serde_json::json;

use crate::args::{DatabaseArgs, StoreCommand};
use crate::exit::{Exit, Failure, Outcome};
use crate::{database, keys, rotate};

/// Runs the command.
pub(crate) fn run(command: &StoreCommand, json: bool) -> Outcome {
    match command {
        StoreCommand::Schema { partitions } => {
            crate::print(&postgres_schema::schema(*partitions))?;
            Ok(Exit::Ok)
        }
        StoreCommand::Init { database } => init(database, json),
        StoreCommand::AddKey { database } => add_key(database, json),
        StoreCommand::UseKey { key, database } => use_key(KeyId(*key), database, json),
        StoreCommand::StepEpoch { database, hold } => step_epoch(database, *hold, json),
        StoreCommand::RotateKeys { database } => rotate::run(database, json),
    }
}

fn init(args: &DatabaseArgs, json: bool) -> Outcome {
    let (db, keys) = (&args.db, database::named_keys(args));
    // One that a killed run left without its keys is taken up again below.
    if db.exists() && keys.exists() {
        return Err(Failure::usage(format!("--db {}: is there already; nothing was changed", db.display())));
    }
    drop(database::begin(&keys, db, Durability::Full)?);
    crate::print(&match json {
        true => format!("{}\n", json!({ "database": db.display().to_string(), "keys": keys.display().to_string() })),
        false => format!(
            "made: {}, and its key file {}. Back the key file up, elsewhere than the database: without it nothing can be \
             opened\n",
            db.display(),
            keys.display()
        ),
    })?;
    Ok(Exit::Ok)
}

fn add_key(args: &DatabaseArgs, json: bool) -> Outcome {
    let fresh = keys::fresh_key()?;
    let full = || Failure::fault("the key file holds no key, or no number is left for another one");
    let id = keys::change(&database::own_key_path(args)?, |file| file.with_root(fresh).ok_or_else(full))?.0;
    crate::print(&match json {
        true => format!("{}\n", json!({ "added": id })),
        false => format!(
            "key {id} is in the key file. Back it up, give it to every process that uses the database, then run \
             `store use-key {id}`\n"
        ),
    })?;
    Ok(Exit::Ok)
}

fn use_key(key: KeyId, args: &DatabaseArgs, json: bool) -> Outcome {
    let unknown = || Failure::usage(format!("key {} is not in the key file; `store add-key` makes one", key.0));
    keys::change(&database::own_key_path(args)?, |file| Ok((file.with_current(key).ok_or_else(unknown)?, ())))?;
    crate::print(&match json {
        true => format!("{}\n", json!({ "current": key.0 })),
        false => format!("key {} is current; `store rotate-keys` seals everything anew under it\n", key.0),
    })?;
    Ok(Exit::Ok)
}

fn step_epoch(args: &DatabaseArgs, hold: Option<u32>, json: bool) -> Outcome {
    let fresh = keys::fresh_key()?;
    let (before, (oldest, present)) = keys::change(&database::own_key_path(args)?, |file| {
        let before = file.epochs();
        let file = file.with_next_epoch(&fresh, hold)?;
        let epochs = file.epochs().unwrap_or_default();
        Ok((file, (before, epochs)))
    })?;
    let forgotten = before.map_or(0, |(held, _)| oldest.saturating_sub(held));
    crate::print(&match json {
        true => {
            format!(
                "{}\n",
                json!({ "present": present, "oldest": oldest, "forgotten": forgotten, "is_first": before.is_none() })
            )
        }
        false => {
            let mut text = format!("epoch {present} from now on; events are proven from epoch {oldest} on\n");
            if before.is_none() {
                text.push_str(
                    "Give the file to every process that uses the database. Keep a copy of it in a safe: without it nobody \
                     verifies what is forgotten later.\n",
                );
            }
            if forgotten > 0 {
                text.push_str(&format!("forgotten: {forgotten} epochs before {oldest}, for good\n"));
            }
            text
        }
    })?;
    Ok(Exit::Ok)
}
