//! Opening the database of `account` and `audit` commands.

use std::path::PathBuf;

use account_security::command::Settings;
use account_security::service::Service;
use account_security::store::{Durability, SqliteStore};

use crate::args::DatabaseArgs;
use crate::exit::Failure;
use crate::keys;

/// The service over an existing database and its keys.
pub(crate) fn open(args: &DatabaseArgs) -> Result<Service<SqliteStore>, Failure> {
    let keyring = keys::load(&key_path(args)?)?;
    let store = existing(args)?;
    Service::new(store, keyring, Settings::default()).map_err(Failure::fault)
}

/// The same, for proving only: a copy of the key file from before some steps of the audit epoch will do.
pub(crate) fn open_to_verify(args: &DatabaseArgs) -> Result<Service<SqliteStore>, Failure> {
    let keyring = keys::read(&key_path(args)?)?.ring_to_verify()?;
    let store = existing(args)?;
    Service::new(store, keyring, Settings::default()).map_err(Failure::fault)
}

/// A file that was emptied is no new database: nothing in it would be intact for want of anything.
fn existing(args: &DatabaseArgs) -> Result<SqliteStore, Failure> {
    let opened = SqliteStore::open_existing(&args.db, Durability::Full);
    opened.map_err(|error| Failure::fault(format!("--db {}: {error}", args.db.display())))
}

/// Where the keys of an existing database are, and that they are its own.
pub(crate) fn own_key_path(args: &DatabaseArgs) -> Result<PathBuf, Failure> {
    open(args)?;
    key_path(args)
}

/// Where the keys of an existing database are.
fn key_path(args: &DatabaseArgs) -> Result<PathBuf, Failure> {
    if !args.db.is_file() {
        return Err(Failure::usage(format!("--db {}: no such file; `screen --db` makes one", args.db.display())));
    }
    Ok(args.keys.clone().unwrap_or_else(|| keys::path_beside(&args.db)))
}
