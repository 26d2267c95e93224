//! The blocking driver: load, decide, commit; on conflict decide again on the row that won.
//!
//! In the calm case a command costs one read and one commit. Threads of one process that want the same account queue
//! in front of it (a lock per stripe of accounts, no state behind it), so conflicts come from other processes only,
//! and each conflict means that somebody got on: the retries are bounded and end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use rand::rngs::StdRng;
use rand::{CryptoRng, SeedableRng};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::entropy::{Entropy, OnDemand, SystemEntropy};
use super::error::ServiceError;
use crate::account::seal::{Kind, Seat};
use crate::account::{Aggregate, ChainHead, Event, EventKind, Keyring};
use crate::command::{Command, Effect, Env, Rejection, Settings, Subject, Transition};
use crate::password::{BreachCheck, Hasher, VerifyCeiling};
use crate::store::{Commit, CommitOutcome, OutboxItem, Store, StoreError, StoredEvent, Versioned};
use crate::types::{AccountId, Fingerprint, RandomId, StoreKey, Timestamp};

/// Decisions on newer and newer rows before `Busy`.
const RETRIES_MAX: usize = 64;
/// Tries to learn what became of a commit whose answer was lost.
const UNKNOWN_RETRIES_MAX: usize = 3;
/// Locks that queue threads of this process by account.
const STRIPES: usize = 256;

/// All operations, over one store.
///
/// ```
/// use account_security::prelude::*;
/// # let keyring = Keyring::new(SecretBytes::new(vec![9; 32]), KeyId(1), vec![(KeyId(1), SecretBytes::new(vec![7; 32]))])?;
/// # let now = Timestamp::from_unix_s(1_767_225_600)?;
/// let security = Service::new(MemoryStore::new(), keyring, Settings::default())?;
/// let alice = AccountId::parse("alice")?;
/// assert_eq!(security.restriction(&alice, now)?, Scopes::NONE);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Service<S> {
    store: S,
    keys: Keyring,
    settings: RwLock<Arc<Settings>>,
    entropy: Box<dyn Entropy>,
    pub(super) hasher: Hasher,
    pub(super) breaches: Option<Box<dyn BreachCheck>>,
    stripes: Vec<Mutex<()>>,
}

/// A record as loaded, with the version it stands at.
pub(super) struct Loaded<R> {
    pub(super) record: R,
    pub(super) version: Option<u64>,
}

/// Where and when a transition is to be committed.
struct Place {
    owner: StoreKey,
    expected: Option<u64>,
    head: ChainHead,
    now: Timestamp,
}

impl<S: Store> Service<S> {
    /// A service over `store`. The store is tied to the key ring at its first use.
    ///
    /// # Errors
    /// [`StoreError::KeyLost`] when the store belongs to another key ring; any other fault of the store.
    pub fn new(store: S, keys: Keyring, settings: Settings) -> Result<Self, ServiceError> {
        Self::with_entropy(store, keys, settings, Box::new(SystemEntropy))
    }

    /// A service with its own source of randomness, e.g. a seeded one for a replay.
    ///
    /// # Errors
    /// As [`Service::new`].
    pub fn with_entropy(
        store: S,
        keys: Keyring,
        settings: Settings,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, ServiceError> {
        store.bind(keys.check())?;
        let ceiling = VerifyCeiling::default();
        let hasher =
            Hasher::new(settings.hashing, ceiling, settings.hashing_memory_kib).map_err(ServiceError::Settings)?;
        let stripes = (0..STRIPES).map(|_| Mutex::default()).collect();
        let settings = RwLock::new(Arc::new(settings));
        Ok(Self { store, keys, settings, entropy, hasher, breaches: None, stripes })
    }

    /// The service with a list of breached passwords, which a policy with `breached` needs: without one no password can be
    /// set under it.
    #[must_use]
    pub fn with_breaches(self, breaches: Box<dyn BreachCheck>) -> Self {
        Self { breaches: Some(breaches), ..self }
    }

    /// Runs one command on one account.
    ///
    /// # Errors
    /// [`ServiceError`]; whatever it is, the answer to a security question is "denied".
    pub fn execute<C>(&self, account: &AccountId, command: &C, now: Timestamp) -> Result<C::Reply, ServiceError>
    where
        C: Command<Record = crate::account::AccountRecord>,
    {
        self.run(Subject::Account(account), self.keys.account_key(account), command, now)
    }

    /// The settings in force. A command decides under those it began with.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other settings in force for the commands that begin from now on. The cost and memory of password hashing
    /// stay what they were when the service was made.
    pub fn swap_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The key ring.
    #[must_use]
    pub const fn keyring(&self) -> &Keyring {
        &self.keys
    }

    /// A generator for one operation outside a command, e.g. the salt of a hash.
    pub(super) fn generator(&self) -> Result<StdRng, ServiceError> {
        self.entropy.seed().map(StdRng::from_seed).ok_or(ServiceError::NoEntropy)
    }

    pub(super) fn execute_on_payee<C>(
        &self,
        payee: Fingerprint,
        command: &C,
        now: Timestamp,
    ) -> Result<C::Reply, ServiceError>
    where
        C: Command<Record = crate::account::PayeeRecord>,
    {
        self.run(Subject::Payee(payee), self.keys.payee_key(payee), command, now)
    }

    pub(super) fn load<R: Aggregate>(&self, key: StoreKey) -> Result<Loaded<R>, ServiceError> {
        let stored = self.store.load(key)?;
        if stored.is_none() && !self.store.events(key, 1, 1)?.is_empty() {
            // A record that is gone while its events remain must not read as a fresh one, with nothing frozen.
            return Err(StoreError::Corrupt("the record of this account is gone".to_owned()).into());
        }
        self.open_stored(key, stored)
    }

    fn run<C: Command>(
        &self,
        subject: Subject<'_>,
        owner: StoreKey,
        command: &C,
        now: Timestamp,
    ) -> Result<C::Reply, ServiceError> {
        let mut rng = OnDemand::new(&*self.entropy);
        let _turn = self.turn(owner)?;
        let settings = self.settings();
        let mut current = self.store.load(owner)?;
        for _ in 0..RETRIES_MAX {
            let loaded = self.open_stored::<C::Record>(owner, current)?;
            let now = decision_time(&loaded, now, settings.clock_leap_ms_max)?;
            let mut env = Env { now, subject, owner, keys: &self.keys, settings: &settings, rng: &mut rng };
            let (expected, head) = (loaded.version, loaded.record.head());
            let transition = command.decide(loaded.record, &mut env)?;
            if rng.has_failed() {
                return Err(ServiceError::NoEntropy);
            }
            if transition.events.is_empty() {
                return Ok(transition.reply);
            }
            let place = Place { owner, expected, head, now };
            let (commit, reply) = {
                let commit_id = command.commit_id(&transition.record, &transition.reply);
                self.prepare(&place, commit_id, transition, &mut rng)?
            };
            if rng.has_failed() {
                return Err(ServiceError::NoEntropy);
            }
            match self.commit(&commit)? {
                CommitOutcome::Committed { .. } => return Ok(reply),
                CommitOutcome::Conflict { current: winner } => current = winner,
                CommitOutcome::Duplicate { first } => return self.answer_again(command, &first, &commit, reply),
            }
        }
        Err(ServiceError::Busy)
    }

    pub(super) fn open_stored<R: Aggregate>(
        &self,
        owner: StoreKey,
        stored: Option<Versioned>,
    ) -> Result<Loaded<R>, ServiceError> {
        let Some(stored) = stored else {
            return Ok(Loaded { record: R::fresh(), version: None });
        };
        let seat = Seat { kind: Kind::Cell, owner, version: stored.version };
        let plain = self.keys.open(seat, stored.body)?;
        Ok(Loaded { record: R::decode(&plain)?, version: Some(stored.version) })
    }

    fn prepare<R: Aggregate, T>(
        &self,
        place: &Place,
        commit_id: Option<[u8; 16]>,
        transition: Transition<R, T>,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Commit, T), ServiceError> {
        let Transition { mut record, events, effects, reply } = transition;
        let &Place { owner, expected, head, now } = place;
        let (head, events) = self.chain(owner, head, events, now)?;
        record.advance(now, head);
        let version = expected.unwrap_or(0) + 1;
        let plain = Zeroizing::new(record.encode()?);
        let body = self.keys.seal(Seat { kind: Kind::Cell, owner, version }, &plain, rng)?;
        let outbox =
            effects.iter().map(|effect| self.outbox_item(owner, effect, rng)).collect::<Result<_, ServiceError>>()?;
        let commit_id = commit_id.unwrap_or_else(|| RandomId::generate(rng).0);
        Ok((Commit { key: owner, expected, body, events, outbox, expires_at: None, commit_id }, reply))
    }

    fn chain(
        &self,
        owner: StoreKey,
        mut head: ChainHead,
        kinds: Vec<EventKind>,
        now: Timestamp,
    ) -> Result<(ChainHead, Vec<StoredEvent>), ServiceError> {
        let mut events = Vec::with_capacity(kinds.len());
        for kind in kinds {
            let body = Event { at: now, key_id: self.keys.current(), kind }.encode()?;
            let (next, link) = head.link(&self.keys, owner, body)?;
            events.push(StoredEvent { seq: link.seq, body: link.body, mac: link.mac });
            head = next;
        }
        Ok((head, events))
    }

    fn outbox_item(&self, key: StoreKey, effect: &Effect, rng: &mut dyn CryptoRng) -> Result<OutboxItem, ServiceError> {
        let id = RandomId::generate(rng);
        let plain = Zeroizing::new(effect.encode()?);
        Ok(OutboxItem { id, key, body: self.keys.seal(outbox_seat(key, id), &plain, rng)? })
    }

    pub(super) fn open_effect(&self, item: &OutboxItem) -> Result<Effect, ServiceError> {
        Ok(Effect::decode(&self.keys.open(outbox_seat(item.key, item.id), item.body.clone())?)?)
    }

    /// A lost answer is asked for again with the same commit id, which cannot commit twice.
    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let mut outcome = self.store.commit(commit);
        for _ in 0..UNKNOWN_RETRIES_MAX {
            if outcome != Err(StoreError::Unknown) {
                return outcome;
            }
            // Whatever keeps the next answer away, the first question may have been heard: it stays unknown.
            outcome = self.store.commit(commit).map_err(|_| StoreError::Unknown);
        }
        outcome
    }

    /// The commit id is in already: by this very commit, whose answer was lost, or by an earlier call.
    fn answer_again<C: Command>(
        &self,
        command: &C,
        first: &StoredEvent,
        commit: &Commit,
        reply: C::Reply,
    ) -> Result<C::Reply, ServiceError> {
        if commit.events.first() == Some(first) {
            return Ok(reply);
        }
        command.first_reply(&self.proven(commit.key, first)?).ok_or(ServiceError::IdReused)
    }

    /// An event that decides something again must be one that this service wrote: the store alone is not believed.
    pub(super) fn proven(&self, owner: StoreKey, event: &StoredEvent) -> Result<Event, ServiceError> {
        let previous = match event.seq.checked_sub(1).filter(|seq| *seq > 0) {
            None => Some([0; 32]),
            Some(seq) => self.store.events(owner, seq, 1)?.first().filter(|found| found.seq == seq).map(|it| it.mac),
        };
        let before = previous.map(|mac| ChainHead { seq: event.seq.saturating_sub(1), mac });
        let linked = before.map(|before| before.link(&self.keys, owner, event.body.clone())).transpose()?;
        match linked {
            Some((_, link)) if link.seq == event.seq && bool::from(link.mac.ct_eq(&event.mac)) => {
                Ok(Event::decode(&event.body)?)
            }
            _ => Err(StoreError::Corrupt("the event that answers a repeat was not written here".to_owned()).into()),
        }
    }

    fn turn(&self, owner: StoreKey) -> Result<MutexGuard<'_, ()>, ServiceError> {
        // The lock guards no data, so a thread that died inside leaves nothing half done: go on.
        let stripe = &self.stripes[usize::from(owner.0[0]) % STRIPES];
        Ok(stripe.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Binds an outbox item to its account and, by the first half of its random id, to its id.
fn outbox_seat(owner: StoreKey, id: RandomId) -> Seat {
    let mut first = [0; 8];
    first.copy_from_slice(&id.0[..8]);
    Seat { kind: Kind::Outbox, owner, version: u64::from_le_bytes(first) }
}

/// Time never runs back, and does not leap either: a leap ahead would end freezes and lockouts early.
pub(super) fn decision_time<R: Aggregate>(
    loaded: &Loaded<R>,
    now: Timestamp,
    leap_ms_max: u64,
) -> Result<Timestamp, ServiceError> {
    let last = loaded.record.time_high();
    if loaded.version.is_some() && now.ms_since(last) > leap_ms_max {
        return Err(Rejection::ClockSuspect { now, last }.into());
    }
    Ok(now.max(last))
}

impl<S: std::fmt::Debug> std::fmt::Debug for Service<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("store", &self.store).field("keys", &self.keys).finish_non_exhaustive()
    }
}
