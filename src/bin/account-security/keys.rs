//! The key file of a database: made at first use beside it, readable by its owner only.
//!
//! A production service hands its keys over from a vault; the command line needs them in a file. Losing the file means
//! losing the database, so a missing one is never silently made anew beside an existing database, and a missing database
//! never beside an existing key file.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use account_security::account::Keyring;
use account_security::service::{Entropy, SystemEntropy};
use account_security::types::{KeyId, SecretBytes};

use crate::exit::Failure;
use crate::key_file::KeyFile;

/// A file of 64 keys is far smaller.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Where the keys of a database are unless said otherwise: `security.db` -> `security.db.keys`.
pub(crate) fn path_beside(database: &Path) -> PathBuf {
    beside(database, ".keys")
}

/// Keys for this run only, for a store in memory.
pub(crate) fn ephemeral() -> Result<Keyring, Failure> {
    Keyring::new(fresh_key()?, KeyId(1), vec![(KeyId(1), fresh_key()?)]).map_err(Failure::fault)
}

/// Reads the key file as a ring.
pub(crate) fn load(path: &Path) -> Result<Keyring, Failure> {
    read(path)?.ring()
}

/// Reads the key file.
pub(crate) fn read(path: &Path) -> Result<KeyFile, Failure> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text));
    read.map_err(|error| unread(path, &error))?;
    let text = zeroize(text);
    KeyFile::parse(&text).ok_or_else(|| {
        Failure::fault(format!("KeyLost: {} is not a key file or is damaged; restore it from a backup", path.display()))
    })
}

/// A file that is there and closed to this user is not lost: restoring it would help nobody.
fn unread(path: &Path, error: &std::io::Error) -> Failure {
    let shown = path.display();
    Failure::fault(match error.kind() {
        ErrorKind::PermissionDenied => format!(
            "cannot read the key file {shown}: {error}; run this as the user that owns it, or let its owner give you the right \
             (chown, chmod 600) - to the file, and to enter its folder"
        ),
        _ => format!(
            "KeyLost: cannot read the key file {shown}: {error}; restore it, nothing can be opened without it, or name it \
             with --keys"
        ),
    })
}

/// What the store says of keys that are not its own, with the names of both files.
pub(crate) fn of_another(path: &Path, database: &Path) -> Failure {
    Failure::fault(format!(
        "KeyLost: the key file {} is not the one that --db {} was made with; name its own with --keys, or restore it from a \
         backup",
        path.display(),
        database.display()
    ))
}

/// The keys of a database that a run may have to begin.
pub(crate) enum DatabaseKeys {
    /// The database is there.
    Known(Keyring),
    /// The database is to be made.
    First(FirstKeys),
}

/// New keys beside their place, until a database is theirs: a run that was killed in between is taken up again, and no key
/// file looks as if its database were lost.
pub(crate) struct FirstKeys {
    pub(crate) ring: Keyring,
    waiting: PathBuf,
    path: PathBuf,
}

/// Reads the key file, or makes one when neither it nor the database exists yet.
pub(crate) fn of_database(path: &Path, database: &Path) -> Result<DatabaseKeys, Failure> {
    let waiting = beside(path, ".first");
    if !path.exists() && !waiting.exists() && !database.exists() {
        make(&waiting)?;
    }
    if !path.exists() && waiting.exists() {
        let ring = load(&waiting)?;
        return Ok(DatabaseKeys::First(FirstKeys { ring, waiting, path: path.to_owned() }));
    }
    if path.exists() && !database.exists() {
        return Err(Failure::fault(format!(
            "--db {}: no such file, but its key file {} is there: restore the database; to begin a new one, move the key \
             file away or name another with --keys",
            database.display(),
            path.display()
        )));
    }
    load(path).map(DatabaseKeys::Known)
}

fn make(path: &Path) -> Result<(), Failure> {
    let file = KeyFile::new(fresh_key()?, fresh_key()?);
    file.ring()?;
    let kept = draft(path, &file).and_then(|draft| {
        // Never in place of another: whoever was first has the keys.
        let linked = std::fs::hard_link(&draft, path);
        let _ = std::fs::remove_file(&draft);
        linked.or_else(already_there).map(|()| sync_folder(path))
    });
    kept.map_err(|error| Failure::fault(format!("cannot write the key file {}: {error}", path.display())))
}

fn already_there(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == ErrorKind::AlreadyExists { Ok(()) } else { Err(error) }
}

impl FirstKeys {
    /// The database is made, and theirs.
    pub(crate) fn settle(&self) -> Result<(), Failure> {
        let Self { waiting, path, .. } = self;
        let linked = std::fs::hard_link(waiting, path);
        // Another run that began the same database may have been faster, with the same keys.
        let linked = if path.exists() { Ok(()) } else { linked };
        linked.map_err(|error| Failure::fault(format!("cannot write the key file {}: {error}", path.display())))?;
        sync_folder(path);
        let _ = std::fs::remove_file(waiting);
        Ok(())
    }
}

/// Changes the key file, one caller at a time: of two who add a key, none is lost. A fault leaves the file as it was.
pub(crate) fn change<T>(
    path: &Path,
    change: impl FnOnce(KeyFile) -> Result<(KeyFile, T), Failure>,
) -> Result<T, Failure> {
    let fault = |error: std::io::Error| {
        Failure::fault(format!("cannot change the key file {}: {error}; it is as it was", path.display()))
    };
    // Where the path is a link, what it leads to is changed.
    let path = &std::fs::canonicalize(path).map_err(fault)?;
    let _turn = turn(path).map_err(fault)?;
    let before = read(path)?;
    before.ring()?;
    let (file, answer) = change(before)?;
    // A ring of it has to come about before the old one is gone.
    file.ring()?;
    replace(path, &file).map_err(fault)?;
    Ok(answer)
}

/// Waits until nobody else changes this file.
fn turn(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = options.open(beside(path, ".lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// The new file in the place of the old one, for the same readers.
fn replace(path: &Path, file: &KeyFile) -> std::io::Result<()> {
    let draft = draft(path, file)?;
    let replaced = like(path, &draft).and_then(|()| std::fs::rename(&draft, path)).map(|()| sync_folder(path));
    if replaced.is_err() {
        let _ = std::fs::remove_file(&draft);
    }
    replaced
}

#[cfg(unix)]
fn like(path: &Path, draft: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let (old, new) = (std::fs::metadata(path)?, std::fs::metadata(draft)?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        std::os::unix::fs::chown(draft, Some(old.uid()), Some(old.gid()))?;
    }
    std::fs::set_permissions(draft, old.permissions())
}

#[cfg(not(unix))]
fn like(_: &Path, _: &Path) -> std::io::Result<()> {
    Ok(())
}

/// After a power cut the name must not lead to what was there before. Not every file system can do that for a folder; what was
/// written stands all the same.
fn sync_folder(path: &Path) {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// The file under a name that nobody else draws, whole and readable by its owner only: a run that is killed here leaves no
/// empty keys.
fn draft(path: &Path, file: &KeyFile) -> std::io::Result<PathBuf> {
    let seed = SystemEntropy.seed().ok_or_else(|| std::io::Error::other("the system has no randomness to offer"))?;
    let draft = beside(path, &format!(".{:016x}.new", u64::from_le_bytes(std::array::from_fn(|at| seed[at]))));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(&draft)?;
    let written = open.write_all(file.text().expose()).and_then(|()| open.sync_all());
    if written.is_err() {
        let _ = std::fs::remove_file(&draft);
    }
    written.map(|()| draft)
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Thirty-two bytes of the system's randomness.
pub(crate) fn fresh_key() -> Result<SecretBytes, Failure> {
    let seed = SystemEntropy.seed().ok_or_else(|| Failure::fault("the system has no randomness to offer"))?;
    Ok(SecretBytes::new(seed.to_vec()))
}

fn zeroize(text: String) -> SecretBytes {
    SecretBytes::new(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of a database that is to be begun.
    fn first(path: &Path, database: &Path) -> FirstKeys {
        match of_database(path, database).unwrap() {
            DatabaseKeys::First(first) => first,
            DatabaseKeys::Known(_) => panic!("the database is there"),
        }
    }

    fn refused(path: &Path, database: &Path) -> String {
        let Err(failure) = of_database(path, database) else { panic!("keys are there") };
        assert_eq!(failure.exit, crate::exit::Exit::Fault);
        failure.message
    }

    #[test]
    fn a_key_file_reads_back_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let (database, path) = (folder.path().join("a.db"), folder.path().join("a.db.keys"));
        assert_eq!(path_beside(&database), path);
        let made = first(&path, &database);
        made.settle().unwrap();
        assert_eq!(load(&path).unwrap().lookup_fingerprint(), made.ring.lookup_fingerprint());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn keys_whose_run_was_killed_before_or_after_the_database_was_made_are_taken_up_again() {
        let folder = tempfile::tempdir().unwrap();
        let (database, path) = (folder.path().join("a.db"), folder.path().join("a.db.keys"));
        let made = first(&path, &database).ring.lookup_fingerprint();
        assert!(!path.exists(), "no key file without a database");
        assert_eq!(first(&path, &database).ring.lookup_fingerprint(), made);
        std::fs::write(&database, b"").unwrap();
        let again = first(&path, &database);
        assert_eq!(again.ring.lookup_fingerprint(), made);
        again.settle().unwrap();
        assert!(
            matches!(of_database(&path, &database).unwrap(), DatabaseKeys::Known(ring) if ring.lookup_fingerprint() == made)
        );
    }

    #[test]
    fn keys_and_database_are_made_together_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let (database, path) = (folder.path().join("a.db"), folder.path().join("a.db.keys"));
        std::fs::write(&database, b"").unwrap();
        assert!(refused(&path, &database).contains("KeyLost"));
        std::fs::remove_file(&database).unwrap();
        first(&path, &database).settle().unwrap();
        assert!(refused(&path, &database).contains("restore the database"));
    }

    #[test]
    fn a_key_file_that_is_closed_to_this_user_is_not_told_as_lost() {
        let told = |kind: ErrorKind| unread(Path::new("F.keys"), &kind.into()).message;
        let closed = told(ErrorKind::PermissionDenied);
        assert!(closed.contains("F.keys") && closed.contains("chmod") && !closed.contains("restore"), "{closed}");
        assert!(told(ErrorKind::NotFound).contains("KeyLost"));
    }

    #[test]
    fn damaged_key_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        for text in ["", "nonsense", "account-security keys v1\nlookup zz\n", "account-security keys v1\n"] {
            std::fs::write(&path, text).unwrap();
            assert!(load(&path).is_err(), "{text}");
        }
    }
}
