//! The engine: load, decide, commit; on conflict decide again on the row that won.
//!
//! In the calm case a command costs one read and one commit. Callers of one process that want the same account queue
//! in front of it (a lock per stripe of accounts, no state behind it), so conflicts come from other processes only,
//! and each conflict means that somebody got on: the retries are bounded and end.

mod accounts;
mod audit;
mod clock;
mod desk;
mod flows;
mod passwords;
mod payments;
mod releases;
mod rotation;
mod sending;

use std::sync::{Arc, PoisonError, RwLock};

use rand::rngs::StdRng;
use rand::{CryptoRng, SeedableRng};
use subtle::ConstantTimeEq;

pub use accounts::{DRAIN_MAX, Waiting};
pub use audit::{AUDIT_PAGE_MAX, HeadsPage};
pub use desk::{FREEZE_MANY_MAX, FreezeList, FrozenMany, Listed, ListedOutcome};
pub use flows::{ChangePassword, LiftOwn, NewAccount, NewPassword, OwnLiftOutcome, PasswordChange, SignUpResult};
pub use passwords::{PasswordOutcome, SetOutcome, Unfit};
pub use payments::{LabelOutcome, LabelledPayment};
pub use releases::ReleaseOutcome;
pub use rotation::{OutboxKeysPage, ROTATION_PAGE_MAX, RotationPage};

use flows::StandIns;

use super::entropy::{Entropy, OnDemand};
use super::error::ServiceError;
use super::world::World;
use crate::account::seal::{Kind, SEAL_ROOM, Seat};
use crate::account::{AccountRecord, Aggregate, ChainHead, Event, EventKind, Keyring, PayeeRecord, SendBudgetRecord};
use crate::command::{Command, Effect, Env, Rejection, Settings, Subject, Transition};
use crate::password::{BreachCheck, Hasher, VerifyCeiling};
use crate::risk::CheckedPolicy;
use crate::store::{Commit, CommitOutcome, OutboxItem, StoreError, StoredEvent, Versioned};
use crate::types::time::DAY_MS;
use crate::types::{AccountId, Fingerprint, RandomId, StoreKey, Timestamp};
use crate::verification::budget::SendScope;

/// Decisions on newer and newer rows before `Busy`.
const RETRIES_MAX: usize = 64;
/// Tries to learn what became of a commit whose answer was lost.
const UNKNOWN_RETRIES_MAX: usize = 3;

/// All operations, over one world.
pub(super) struct Engine<W> {
    pub(super) world: W,
    pub(super) keys: Arc<Keyring>,
    settings: RwLock<Arc<Settings>>,
    entropy: Box<dyn Entropy>,
    hasher: Arc<Hasher>,
    stand_ins: StandIns,
    breaches: Option<Arc<Breaches>>,
}

/// The list of breached passwords, by whatever means.
struct Breaches(Box<dyn BreachCheck>);

/// What a command comes to, and where it would be written.
type Judged<C> = (Place, Transition<<C as Command>::Record, <C as Command>::Reply>);

/// A record as loaded, with the version it stands at.
struct Loaded<R> {
    record: R,
    version: Option<u64>,
}

/// Where and when a transition is to be committed.
struct Place {
    owner: StoreKey,
    expected: Option<u64>,
    head: ChainHead,
    now: Timestamp,
}

/// One command on its way: on what, and when it was asked for.
struct Asked<'a, C> {
    subject: Subject<'a>,
    owner: StoreKey,
    command: &'a C,
    settings: &'a Settings,
    now: Timestamp,
}

impl<W: World> Engine<W> {
    /// The store behind `world` must be tied to the key ring before the first command.
    pub(super) fn new(
        world: W,
        keys: Keyring,
        settings: Settings,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, ServiceError> {
        let ceiling = VerifyCeiling::default();
        let hasher = Hasher::new(settings.hashing, ceiling, settings.hashing_memory_kib)
            .map_err(ServiceError::Settings)?
            .with_queue(settings.hashing_queue_max)
            .with_engine(settings.hashing_engine);
        let stand_ins = StandIns::new(&keys, &hasher)?;
        let settings = RwLock::new(Arc::new(settings));
        let (keys, hasher) = (Arc::new(keys), Arc::new(hasher));
        Ok(Self { world, keys, settings, entropy, hasher, stand_ins, breaches: None })
    }

    pub(super) fn with_breaches(self, breaches: Box<dyn BreachCheck>) -> Self {
        Self { breaches: Some(Arc::new(Breaches(breaches))), ..self }
    }

    pub(super) async fn execute<C>(
        &self,
        account: &AccountId,
        command: &C,
        now: Timestamp,
    ) -> Result<C::Reply, ServiceError>
    where
        C: Command<Record = AccountRecord>,
    {
        self.run(Subject::Account(account), self.keys.account_key(account), command, now).await
    }

    pub(super) async fn execute_on_payee<C>(
        &self,
        payee: Fingerprint,
        command: &C,
        now: Timestamp,
    ) -> Result<C::Reply, ServiceError>
    where
        C: Command<Record = PayeeRecord>,
    {
        self.run(Subject::Payee(payee), self.keys.payee_key(payee), command, now).await
    }

    async fn execute_on_scope<C>(
        &self,
        scope: &SendScope,
        day: u32,
        command: &C,
        now: Timestamp,
    ) -> Result<C::Reply, ServiceError>
    where
        C: Command<Record = SendBudgetRecord>,
    {
        self.run(Subject::SendScope(scope), self.keys.scope_key(scope, day), command, now).await
    }

    /// The settings in force. A flow decides under those it began with.
    pub(super) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn swap_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// One write under the lock, so that neither this nor a change of settings beside it is lost.
    pub(super) fn replace_risk_policy(&self, risk: CheckedPolicy) {
        let mut settings = self.settings.write().unwrap_or_else(PoisonError::into_inner);
        *settings = Arc::new(Settings { risk, ..Settings::clone(&settings) });
    }

    /// A generator for one operation outside a command, e.g. the salt of a hash.
    fn generator(&self) -> Result<StdRng, ServiceError> {
        self.entropy.seed().map(StdRng::from_seed).ok_or(ServiceError::NoEntropy)
    }

    async fn load<R: Aggregate>(&self, key: StoreKey) -> Result<Loaded<R>, ServiceError> {
        let mut stored = self.world.load(key).await?;
        if stored.is_none() && !self.world.events(key, 1, 1).await?.is_empty() {
            // Its first commit may have come between the two looks.
            stored = self.world.load(key).await?;
            if stored.is_none() {
                // A record that is gone while its events remain must not read as a fresh one, with nothing frozen.
                return Err(gone());
            }
        }
        self.open_stored(key, stored)
    }

    /// The record, if it stands where its events end. What repeats an old answer writes nothing, so the store's own look at
    /// the order of events is no guard: on a record that is gone, or was put back, a freeze placed since is not known.
    async fn check_stands<R: Aggregate>(&self, owner: StoreKey) -> Result<R, ServiceError> {
        let mut seen = None;
        for _ in 0..RETRIES_MAX {
            let loaded: Loaded<R> = self.load(owner).await?;
            let version = loaded.version.ok_or_else(gone)?;
            let head = loaded.record.head();
            match self.world.events(owner, head.seq, 2).await?.as_slice() {
                [last] if last.seq == head.seq && last.mac == head.mac => return Ok(loaded.record),
                // Nobody got on in between, so the two do not belong together.
                _ if seen == Some(version) => {
                    return Err(StoreError::Corrupt(
                        "the record of this account is not where its events end".to_owned(),
                    )
                    .into());
                }
                _ => seen = Some(version),
            }
        }
        Err(ServiceError::Busy)
    }

    async fn run<C: Command>(
        &self,
        subject: Subject<'_>,
        owner: StoreKey,
        command: &C,
        now: Timestamp,
    ) -> Result<C::Reply, ServiceError> {
        let _turn = self.world.turn(usize::from(owner.0[0])).await;
        let settings = self.settings();
        let asked = Asked { subject, owner, command, settings: &settings, now };
        let current = self.world.load(owner).await?;
        self.settle(&asked, current).await
    }

    /// Decides on what was loaded, and on what won where somebody else was faster, until the decision is committed.
    async fn settle<C: Command>(
        &self,
        asked: &Asked<'_, C>,
        mut current: Option<Versioned>,
    ) -> Result<C::Reply, ServiceError> {
        let mut rng = OnDemand::new(&*self.entropy);
        for _ in 0..RETRIES_MAX {
            let (commit, reply) = match self.decide(asked, current, &mut rng)? {
                (Some(commit), reply) => (commit, reply),
                (None, reply) => return Ok(reply),
            };
            match self.commit(&commit).await? {
                CommitOutcome::Committed { .. } => return Ok(reply),
                CommitOutcome::Conflict { current: winner } => current = winner,
                CommitOutcome::Duplicate { first } => {
                    return self.answer_again(asked.command, &first, &commit, reply, asked.now).await;
                }
            }
        }
        Err(ServiceError::Busy)
    }

    /// The answer on the row as it is, and what must be written before it may be given.
    fn decide<C: Command>(
        &self,
        asked: &Asked<'_, C>,
        current: Option<Versioned>,
        rng: &mut OnDemand<'_>,
    ) -> Result<(Option<Commit>, C::Reply), ServiceError> {
        self.decide_on(asked, self.open_stored(asked.owner, current)?, rng)
    }

    fn decide_on<C: Command>(
        &self,
        asked: &Asked<'_, C>,
        loaded: Loaded<C::Record>,
        rng: &mut OnDemand<'_>,
    ) -> Result<(Option<Commit>, C::Reply), ServiceError> {
        let (place, transition) = self.judge(asked, loaded, rng)?;
        if transition.events.is_empty() {
            return Ok((None, transition.reply));
        }
        let commit_id = asked.command.commit_id(&transition.record, &transition.reply);
        let (commit, reply) = self.prepare(&place, commit_id, transition, rng)?;
        if rng.has_failed() {
            return Err(ServiceError::NoEntropy);
        }
        Ok((Some(commit), reply))
    }

    /// The decision itself, committed nowhere.
    fn judge<C: Command>(
        &self,
        asked: &Asked<'_, C>,
        loaded: Loaded<C::Record>,
        rng: &mut OnDemand<'_>,
    ) -> Result<Judged<C>, ServiceError> {
        let &Asked { subject, owner, command, settings, now } = asked;
        let now = decision_time(&loaded, now, settings.clock_leap_ms_max)?;
        let place = Place { owner, expected: loaded.version, head: loaded.record.head(), now };
        let mut env = Env { now, subject, owner, keys: &self.keys, settings, rng };
        let transition = command.settle_and_decide(loaded.record, &mut env)?;
        if rng.has_failed() { Err(ServiceError::NoEntropy) } else { Ok((place, transition)) }
    }

    fn open_stored<R: Aggregate>(&self, owner: StoreKey, stored: Option<Versioned>) -> Result<Loaded<R>, ServiceError> {
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
        let &Place { owner, expected, now, .. } = place;
        let now = events.iter().find_map(set_back_to).unwrap_or(now);
        let (head, events) = self.chain(place, &mut record, events, rng)?;
        record.advance(now, head);
        let version = expected.unwrap_or(0) + 1;
        let seat = Seat { kind: Kind::Cell, owner, version };
        let body = self.keys.seal_in_place(seat, record.encode_behind(SEAL_ROOM)?, rng)?;
        let outbox =
            effects.iter().map(|effect| self.outbox_item(owner, effect, rng)).collect::<Result<_, ServiceError>>()?;
        let commit_id = commit_id.unwrap_or_else(|| RandomId::generate(rng).0);
        Ok((Commit { key: owner, expected, body, events, outbox, expires_at: record.expires_at(), commit_id }, reply))
    }

    fn chain<R: Aggregate>(
        &self,
        place: &Place,
        record: &mut R,
        kinds: Vec<EventKind>,
        rng: &mut dyn CryptoRng,
    ) -> Result<(ChainHead, Vec<StoredEvent>), ServiceError> {
        let &Place { owner, mut head, now, .. } = place;
        let mut events = Vec::with_capacity(kinds.len());
        for kind in kinds {
            let (key_id, epoch) = (self.keys.current(), self.keys.epoch_after(head.epoch)?);
            let mut event = Event { at: now, key_id, epoch, kind, sealed_texts: Vec::new(), is_masked: false };
            let mut kept = event.kind.keeps_texts().then(|| self.keys.kept_texts(owner));
            event.seal_texts(kept.as_mut().or_else(|| record.free_texts()), owner, head.seq + 1, rng)?;
            let event = event.masked(&self.keys, owner, head.seq + 1);
            let (next, link) = head.link(&self.keys, owner, event.encode()?)?;
            events.push(StoredEvent { seq: link.seq, body: link.body, mac: link.mac });
            head = next;
        }
        Ok((head, events))
    }

    fn outbox_item(&self, key: StoreKey, effect: &Effect, rng: &mut dyn CryptoRng) -> Result<OutboxItem, ServiceError> {
        let id = RandomId::generate(rng);
        let body = self.keys.seal_in_place(outbox_seat(key, id), effect.encode_behind(SEAL_ROOM)?, rng)?;
        Ok(OutboxItem { id, key, body })
    }

    fn open_effect(&self, item: &OutboxItem) -> Result<Effect, ServiceError> {
        Ok(Effect::decode(&self.keys.open(outbox_seat(item.key, item.id), item.body.clone())?)?)
    }

    /// A lost answer is asked for again with the same commit id, which cannot commit twice.
    async fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let mut outcome = self.world.commit(commit).await;
        for _ in 0..UNKNOWN_RETRIES_MAX {
            if outcome != Err(StoreError::Unknown) {
                return outcome;
            }
            // Whatever keeps the next answer away, the first question may have been heard: it stays unknown.
            outcome = self.world.commit(commit).await.map_err(|_| StoreError::Unknown);
        }
        outcome
    }

    /// The commit id is in already: by this very commit, whose answer was lost, or by an earlier call.
    async fn answer_again<C: Command>(
        &self,
        command: &C,
        first: &StoredEvent,
        commit: &Commit,
        reply: C::Reply,
        now: Timestamp,
    ) -> Result<C::Reply, ServiceError> {
        if commit.events.first() == Some(first) {
            return Ok(reply);
        }
        let record = self.check_stands::<C::Record>(commit.key).await?;
        let first = self.proven(commit.key, first).await?;
        command.answer_again(&first, &record, now.max(record.time_high())).ok_or(ServiceError::IdReused)
    }

    /// An event that decides something again must be one that this service wrote: the store alone is not believed.
    async fn proven(&self, owner: StoreKey, event: &StoredEvent) -> Result<Event, ServiceError> {
        let previous = match event.seq.checked_sub(1).filter(|seq| *seq > 0) {
            None => Some([0; 32]),
            Some(seq) => {
                self.world.events(owner, seq, 1).await?.first().filter(|found| found.seq == seq).map(|it| it.mac)
            }
        };
        let before = previous.map(|mac| ChainHead { seq: event.seq.saturating_sub(1), mac, epoch: 0 });
        let linked = before.map(|before| before.link(&self.keys, owner, event.body.clone())).transpose()?;
        match linked {
            Some((_, link)) if link.seq == event.seq && bool::from(link.mac.ct_eq(&event.mac)) => {
                Ok(Event::decode(&event.body)?.unmasked(&self.keys, owner, event.seq))
            }
            _ => Err(StoreError::Corrupt("the event that answers a repeat was not written here".to_owned()).into()),
        }
    }
}

fn gone() -> ServiceError {
    StoreError::Corrupt("the record of this account is gone".to_owned()).into()
}

/// The store's look-up of commits led to the event of another one.
fn misled() -> ServiceError {
    StoreError::Corrupt("a commit's id leads to an event of something else".to_owned()).into()
}

/// The UTC day, numbered from 1970-01-01.
fn day(now: Timestamp) -> u32 {
    u32::try_from(now.ms_since(Timestamp::MIN) / DAY_MS).unwrap_or(u32::MAX)
}

/// Binds an outbox item to its account and, by the first half of its random id, to its id.
fn outbox_seat(owner: StoreKey, id: RandomId) -> Seat {
    let mut first = [0; 8];
    first.copy_from_slice(&id.0[..8]);
    Seat { kind: Kind::Outbox, owner, version: u64::from_le_bytes(first) }
}

/// Where this event set the clock back to: it alone does.
const fn set_back_to(event: &EventKind) -> Option<Timestamp> {
    match event {
        EventKind::ClockSetBack { to, .. } => Some(*to),
        _ => None,
    }
}

/// Time never runs back, and does not leap either: a leap ahead would end freezes and lockouts early.
fn decision_time<R: Aggregate>(
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
