//! Opening a database, and making one.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use account_security::account::Keyring;
use account_security::command::Settings;
use account_security::service::{Service, ServiceError};
use account_security::store::{Durability, SqliteStore, Store, StoreError};

use crate::args::DatabaseArgs;
use crate::exit::Failure;
use crate::key_file::KeyFile;
use crate::keys::{self, DatabaseKeys};

/// The service over an existing database and its keys.
pub(crate) fn open(args: &DatabaseArgs) -> Result<Service<SqliteStore>, Failure> {
    service(args, KeyFile::ring)
}

/// The same, for proving only: a copy of the key file from before some steps of the audit epoch will do.
pub(crate) fn open_to_verify(args: &DatabaseArgs) -> Result<Service<SqliteStore>, Failure> {
    service(args, KeyFile::ring_to_verify)
}

fn service(
    args: &DatabaseArgs,
    ring: impl FnOnce(&KeyFile) -> Result<Keyring, Failure>,
) -> Result<Service<SqliteStore>, Failure> {
    let keys = key_path(args)?;
    let keyring = ring(&keys::read(&keys)?)?;
    let store = existing(args)?;
    Service::new(store, keyring, Settings::default()).map_err(|error| match error {
        ServiceError::Store(StoreError::KeyLost) => keys::of_another(&keys, &args.db),
        other => Failure::fault(format!("--db {}: {other}", args.db.display())),
    })
}

/// A file that was emptied is no new database: nothing in it would be intact for want of anything.
fn existing(args: &DatabaseArgs) -> Result<SqliteStore, Failure> {
    let opened = SqliteStore::open_existing(&args.db, Durability::Full);
    opened.map_err(|error| unopened(&args.db, &error))
}

/// The database and its keys, made where neither is there.
pub(crate) fn begin(
    key_file: &Path,
    database: &Path,
    durability: Durability,
) -> Result<(SqliteStore, Keyring), Failure> {
    let fault = |error| Failure::fault(format!("--db {}: {error}", database.display()));
    match keys::of_database(key_file, database)? {
        DatabaseKeys::Known(ring) => {
            let store = SqliteStore::open_existing(database, durability).map_err(|error| unopened(database, &error))?;
            store.bind(ring.lookup_fingerprint()).map_err(|error| match error {
                StoreError::KeyLost => keys::of_another(key_file, database),
                other => fault(other),
            })?;
            Ok((store, ring))
        }
        DatabaseKeys::First(first) => {
            let store = SqliteStore::open_with(database, durability).map_err(fault)?;
            store.bind(first.ring.lookup_fingerprint()).map_err(fault)?;
            first.settle()?;
            Ok((store, first.ring))
        }
    }
}

/// Why a database does not open. SQLite keeps a log beside it that is written even to read, and says of a place that is
/// closed to writing no more than that it cannot open the file.
pub(crate) fn unopened(database: &Path, error: &StoreError) -> Failure {
    let shown = database.display();
    // Opened for writing and closed again, it stays as it is.
    let closed = File::options().append(true).open(database).err().filter(|_| database.is_file());
    match closed.map(|why| (why.kind(), why)) {
        Some((ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied, why)) => Failure::fault(format!(
            "--db {shown}: cannot be written to: {why}; even reading writes a log beside it, so mount it for writing and \
             see to the rights of the file and its folder, or copy the database with its key file to where you may write"
        )),
        _ => Failure::fault(format!("--db {shown}: {error}")),
    }
}

/// Where the keys of an existing database are, and that they are its own.
pub(crate) fn own_key_path(args: &DatabaseArgs) -> Result<PathBuf, Failure> {
    open(args)?;
    key_path(args)
}

/// Where the keys of an existing database are.
fn key_path(args: &DatabaseArgs) -> Result<PathBuf, Failure> {
    if !args.db.is_file() {
        return Err(Failure::usage(format!("--db {}: no such file; `store init` makes one", args.db.display())));
    }
    Ok(named_keys(args))
}

/// Where its keys are or will be.
pub(crate) fn named_keys(args: &DatabaseArgs) -> PathBuf {
    args.keys.clone().unwrap_or_else(|| keys::path_beside(&args.db))
}
