//! The key file of a database: made at first use beside it, readable by its owner only.
//!
//! A production service hands its keys over from a vault; the command line needs them in a file. Losing the file means
//! losing the database, so a missing one is never silently made anew beside an existing database. Where audit epochs are in
//! use a line `epochs OLDEST KEY to PRESENT` gives the oldest epoch's key and the epoch that is written under.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use account_security::account::{AuditEpoch, Keyring};
use account_security::service::{Entropy, SystemEntropy};
use account_security::types::{KeyId, SecretBytes};

use crate::exit::Failure;

const HEADER: &str = "account-security keys v1";
/// A file of 64 keys is far smaller.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Where the keys of a database are unless said otherwise: `security.db` -> `security.db.keys`.
pub(crate) fn path_beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".keys");
    PathBuf::from(name)
}

/// Keys for this run only, for a store in memory.
pub(crate) fn ephemeral() -> Result<Keyring, Failure> {
    Keyring::new(fresh_key()?, KeyId(1), vec![(KeyId(1), fresh_key()?)]).map_err(Failure::fault)
}

/// Reads the key file.
pub(crate) fn load(path: &Path) -> Result<Keyring, Failure> {
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text));
    read.map_err(|error| {
        Failure::fault(format!(
            "KeyLost: cannot read the key file {}: {error}; restore it, nothing can be opened without it",
            path.display()
        ))
    })?;
    let text = zeroize(text);
    parse(&text).ok_or_else(|| {
        Failure::fault(format!("KeyLost: {} is not a key file or is damaged; restore it from a backup", path.display()))
    })?
}

/// Reads the key file, or makes it when neither it nor the database exists yet.
pub(crate) fn load_or_create(path: &Path, database: &Path) -> Result<Keyring, Failure> {
    if path.exists() || database.exists() {
        return load(path);
    }
    let (lookup, root) = (fresh_key()?, fresh_key()?);
    let text = SecretBytes::new(
        format!("{HEADER}\nlookup {}\ncurrent 1\nkey 1 {}\n", hex(lookup.expose()), hex(root.expose())).into_bytes(),
    );
    write_whole(path, text.expose())
        .map_err(|error| Failure::fault(format!("cannot write the key file {}: {error}", path.display())))?;
    Keyring::new(lookup, KeyId(1), vec![(KeyId(1), root)]).map_err(Failure::fault)
}

/// The file is there whole or not at all, and never in place of another: a run that is killed here leaves no empty keys.
fn write_whole(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&draft)
        .and_then(|mut file| file.write_all(text).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::hard_link(&draft, path));
    let _ = std::fs::remove_file(&draft);
    written
}

fn parse(text: &SecretBytes) -> Option<Result<Keyring, Failure>> {
    let text = std::str::from_utf8(text.expose()).ok()?;
    let mut lines = text.lines();
    if lines.next() != Some(HEADER) {
        return None;
    }
    let (mut lookup, mut current, mut keys, mut epochs) = (None, None, Vec::new(), None);
    for line in lines.filter(|line| !line.trim().is_empty()) {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["lookup", key] => lookup = Some(unhex(key)?),
            ["current", id] => current = Some(KeyId(id.parse().ok()?)),
            ["key", id, key] => keys.push((KeyId(id.parse().ok()?), unhex(key)?)),
            ["epochs", oldest, key, "to", present] => {
                let oldest = AuditEpoch::resume(oldest.parse().ok()?, &unhex(key)?).ok()?;
                epochs = Some((oldest, present.parse().ok()?));
            }
            _ => return None,
        }
    }
    let ring = Keyring::new(lookup?, current?, keys).map_err(Failure::fault);
    Some(match epochs {
        Some((oldest, present)) => ring.and_then(|it| it.with_audit_epochs(&oldest, present).map_err(Failure::fault)),
        None => ring,
    })
}

fn fresh_key() -> Result<SecretBytes, Failure> {
    let seed = SystemEntropy.seed().ok_or_else(|| Failure::fault("the system has no randomness to offer"))?;
    Ok(SecretBytes::new(seed.to_vec()))
}

fn zeroize(text: String) -> SecretBytes {
    SecretBytes::new(text.into_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<SecretBytes> {
    let bytes = text.as_bytes();
    if bytes.len() != 64 || !bytes.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let pairs = bytes.chunks_exact(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect::<Option<Vec<u8>>>().map(SecretBytes::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_reads_back_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let (database, path) = (folder.path().join("a.db"), folder.path().join("a.db.keys"));
        assert_eq!(path_beside(&database), path);
        let made = load_or_create(&path, &database).unwrap();
        assert_eq!(load(&path).unwrap().check(), made.check());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_lost_key_file_is_never_made_anew_beside_a_database() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        std::fs::write(&database, b"").unwrap();
        let failure = load_or_create(&folder.path().join("a.db.keys"), &database).unwrap_err();
        assert_eq!(failure.exit, crate::exit::Exit::Fault);
        assert!(failure.message.contains("KeyLost"), "{}", failure.message);
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
