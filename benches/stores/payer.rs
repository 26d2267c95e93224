//! The whole way: load, open, decide, chain, seal, commit.

use std::sync::Arc;

use account_security::prelude::*;
use account_security::risk::Signals;
use account_security::store::{
    Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, StoreError, StoredEvent, Versioned,
};
use account_security::types::{RandomId, StoreKey};

/// A store that many services share.
#[derive(Clone)]
pub struct Shared(pub Arc<dyn Store>);

/// One client of a service, with accounts of its own.
pub struct Payer {
    client: u64,
    names: Vec<AccountId>,
    turn: u64,
}

pub fn service(store: &Arc<dyn Store>) -> Service<Shared> {
    let root = || SecretBytes::new(vec![7; 32]);
    let keyring = Keyring::new(root(), KeyId(1), vec![(KeyId(1), root())]).unwrap();
    Service::new(Shared(Arc::clone(store)), keyring, Settings::default()).unwrap()
}

impl Payer {
    pub fn new(client: u64, accounts: usize) -> Self {
        let name = |number| AccountId::parse(&format!("c-{client}-{number}")).unwrap();
        Self { client, names: (0..accounts).map(name).collect(), turn: 0 }
    }

    /// Judges one payment.
    pub fn once(&mut self, service: &Service<Shared>) {
        self.turn += 1;
        let at = Timestamp::from_unix_s(1_700_000_000).unwrap().plus_ms(self.turn * 90_000);
        let money = Money::from_minor(i64::try_from(1_000 + self.turn * 37 % 9_000).unwrap(), Currency::CNY).unwrap();
        let id = RandomId((u128::from(self.client) << 64 | u128::from(self.turn)).to_be_bytes()).to_string();
        let payment =
            Payment::out(&id, money, at).unwrap().to(&format!("shop-{}", self.turn % 97)).from_device("phone");
        let account = &self.names[usize::try_from(self.turn).unwrap() * 7_919 % self.names.len()];
        let assess =
            AssessPayment { payment: &payment, payee: None, local_offset_min: 480, signals: Signals::default() };
        std::hint::black_box(service.execute(account, &assess, at).unwrap());
    }
}

impl Store for Shared {
    fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        self.0.bind(check)
    }
    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.0.load(key)
    }
    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        self.0.commit(commit)
    }
    fn event_by_commit(&self, key: StoreKey, id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        self.0.event_by_commit(key, id)
    }
    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.0.events(key, from_seq, limit)
    }
    fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        self.0.keys(after, limit)
    }
    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.0.outbox(limit)
    }
    fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        self.0.outbox_done(ids)
    }
    fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.0.purge_expired(now, limit)
    }
}
