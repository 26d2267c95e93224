//! The golden files themselves. Everything is numbers in little endian and byte strings with a length of four bytes.

use std::path::PathBuf;

use account_security::account::{Event, EventKind};
use account_security::store::{
    Commit, CommitId, CommitOutcome, EVENTS_PER_COMMIT_MAX, OutboxId, OutboxItem, Store, StoreError, StoredEvent,
    Versioned,
};
use account_security::types::{RandomId, StoreKey, Timestamp, TxId};

use crate::support::stores::Shared;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1").join(name)
}

pub fn write(name: &str, bytes: &[u8]) {
    std::fs::create_dir_all(path("")).unwrap();
    std::fs::write(path(&format!("{name}.bin")), bytes).unwrap();
}

pub fn write_text(name: &str, text: &str) {
    std::fs::write(path(name), text).unwrap();
}

pub fn read_text(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect(name)
}

pub fn write_expected(lines: &[(&str, String)]) {
    let text: String = lines.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    write_text("expected.txt", &text);
}

/// What only the customer knew: codes and secrets.
pub fn expected(name: &str) -> String {
    let text = read_text("expected.txt");
    let mut values = text.lines().filter_map(|line| line.split_once('=')).filter(|(key, _)| *key == name);
    values.next().expect(name).1.to_owned()
}

/// The bytes of a golden file.
pub fn read(name: &str) -> Vec<u8> {
    std::fs::read(path(&format!("{name}.bin"))).expect(name)
}

/// Reads a golden file.
pub fn golden<T: Golden>(name: &str) -> T {
    let bytes = read(name);
    let mut reader = Reader(&bytes);
    let value = T::read(&mut reader);
    assert!(reader.0.is_empty(), "{name}: something is left over");
    value
}

/// What a golden file may hold.
pub trait Golden: Sized {
    fn read(from: &mut Reader<'_>) -> Self;
    fn write(&self, to: &mut Vec<u8>);

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }
}

pub struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (taken, rest) = self.0.split_first_chunk().unwrap();
        self.0 = rest;
        *taken
    }
}

impl Golden for Vec<u8> {
    fn read(from: &mut Reader<'_>) -> Self {
        let length = usize::try_from(u32::from_le_bytes(from.take())).unwrap();
        let (taken, rest) = from.0.split_at(length);
        from.0 = rest;
        taken.to_vec()
    }

    fn write(&self, to: &mut Self) {
        to.extend_from_slice(&u32::try_from(self.len()).unwrap().to_le_bytes());
        to.extend_from_slice(self);
    }
}

impl Golden for Versioned {
    fn read(from: &mut Reader<'_>) -> Self {
        Self { version: u64::from_le_bytes(from.take()), body: Golden::read(from) }
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.version.to_le_bytes());
        self.body.write(to);
    }
}

impl Golden for StoredEvent {
    fn read(from: &mut Reader<'_>) -> Self {
        Self { seq: u64::from_le_bytes(from.take()), body: Golden::read(from), mac: from.take() }
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.seq.to_le_bytes());
        self.body.write(to);
        to.extend_from_slice(&self.mac);
    }
}

impl Golden for OutboxItem {
    fn read(from: &mut Reader<'_>) -> Self {
        Self { id: RandomId(from.take()), key: StoreKey(from.take()), body: Golden::read(from) }
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.id.0);
        to.extend_from_slice(&self.key.0);
        self.body.write(to);
    }
}

macro_rules! list {
    ($($item:ty)*) => {$(
        impl Golden for Vec<$item> {
            fn read(from: &mut Reader<'_>) -> Self {
                let length = u32::from_le_bytes(from.take());
                (0..length).map(|_| Golden::read(from)).collect()
            }

            fn write(&self, to: &mut Vec<u8>) {
                to.extend_from_slice(&u32::try_from(self.len()).unwrap().to_le_bytes());
                self.iter().for_each(|item| item.write(to));
            }
        }
    )*};
}
list!(StoredEvent OutboxItem);

/// Puts a cell and its events where they stood. A command may have written several events with one version; which is not
/// told, so the first commits take what is over. Payments come later, and each is found by its own commit.
pub fn put_in(store: &Shared, key: StoreKey, cell: &Versioned, events: &[StoredEvent]) {
    let mut left = events;
    for version in 1..=cell.version {
        let over = left.len() - usize::try_from(cell.version - version).unwrap();
        let (events, rest) = left.split_at(over.min(EVENTS_PER_COMMIT_MAX));
        left = rest;
        let expected = Some(version - 1).filter(|version| *version > 0);
        let body = if version == cell.version { cell.body.clone() } else { Vec::new() };
        let (commit_id, events, outbox) = (commit_id(&events[0]), events.to_vec(), Vec::new());
        let commit = Commit { key, expected, body, events, outbox, expires_at: None, commit_id };
        assert_eq!(store.commit(&commit).unwrap(), CommitOutcome::Committed { version });
    }
}

/// The commits of a payment, its label, its settlement and its release are named after its transaction; all others have names of their
/// own.
fn commit_id(event: &StoredEvent) -> CommitId {
    let beside = |tx_id: TxId, bit: u8| {
        let [first @ .., last] = tx_id.0;
        let mut id = [last ^ bit; 16];
        id[..15].copy_from_slice(&first);
        id
    };
    match Event::decode(&event.body).unwrap().kind {
        EventKind::PaymentAssessed { tx_id, .. }
        | EventKind::PaymentRefused { tx_id, .. }
        | EventKind::PaymentStopped { tx_id, .. } => tx_id.0,
        EventKind::PaymentLabelled { tx_id, .. } | EventKind::PayeeLearned { tx_id, .. } => beside(tx_id, 1),
        EventKind::PendingFinished { tx_id } => beside(tx_id, 2),
        EventKind::PaymentReleased { tx_id, .. } | EventKind::PaymentLetPass { tx_id, .. } => beside(tx_id, 4),
        _ => {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&event.seq.to_le_bytes());
            id
        }
    }
}

/// A store that holds nothing but an outbox.
pub struct Mailbox(pub Vec<OutboxItem>);

impl Store for Mailbox {
    fn bind(&self, _check: [u8; 16]) -> Result<(), StoreError> {
        Ok(())
    }

    fn load(&self, _key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        Ok(None)
    }

    fn commit(&self, _commit: &Commit) -> Result<CommitOutcome, StoreError> {
        Err(StoreError::ReadOnly)
    }

    fn event_by_commit(&self, _key: StoreKey, _id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        Ok(None)
    }

    fn events(&self, _key: StoreKey, _from_seq: u64, _limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        Ok(Vec::new())
    }

    fn keys(&self, _after: Option<StoreKey>, _limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        Ok(Vec::new())
    }

    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        Ok(self.0.iter().take(limit).cloned().collect())
    }

    fn outbox_done(&self, _ids: &[OutboxId]) -> Result<(), StoreError> {
        Ok(())
    }

    fn purge_expired(&self, _now: Timestamp, _limit: usize) -> Result<usize, StoreError> {
        Ok(0)
    }
}
