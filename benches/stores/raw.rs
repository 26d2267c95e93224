//! The floor: a read and a write of a store, nothing else.

use account_security::store::{Commit, CommitOutcome, Store, StoredEvent};
use account_security::types::StoreKey;

/// One client of the raw store, with cells of its own.
pub struct Raw {
    client: u64,
    versions: Vec<u64>,
    turn: u64,
}

impl Raw {
    pub fn new(client: u64, cells: usize) -> Self {
        Self { client, versions: vec![0; cells], turn: 0 }
    }

    /// Reads a cell, then writes it.
    pub fn once(&mut self, store: &dyn Store) {
        self.turn += 1;
        let cell = usize::try_from(self.turn).unwrap() * 7_919 % self.versions.len();
        let version = self.versions[cell];
        let name = (self.client << 32 | u64::try_from(cell).unwrap()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut key = [0x5a; 16];
        key[..8].copy_from_slice(&name.to_be_bytes());
        let key = StoreKey(key);
        std::hint::black_box(store.load(key).unwrap());
        let commit = Commit {
            key,
            expected: (version > 0).then_some(version),
            body: vec![7; 1_024],
            events: vec![StoredEvent { seq: version + 1, body: vec![7; 256], mac: [7; 32] }],
            outbox: Vec::new(),
            expires_at: None,
            commit_id: u128::from(self.turn).to_be_bytes(),
        };
        assert!(matches!(store.commit(&commit), Ok(CommitOutcome::Committed { .. })));
        self.versions[cell] += 1;
    }
}
