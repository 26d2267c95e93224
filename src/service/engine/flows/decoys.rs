//! Names without an account: the same work as for one that has an account, on a cell shared with other such names.
//!
//! Whatever anybody can ask for by a name alone is decided twice, for every name: on an account and on a cell of names. One
//! of the two is the name's own, the other is a stand-in of ours, sealed like a stored one; what was decided on the stand-in
//! is thrown away, what was decided on the name's own is committed. So the two kinds of names run the same code on records
//! of the same kinds and weights, with three looks into the store, of which one finds something, and one commit. What
//! remains is what an account holds beyond an ordinary customer's (some nanoseconds for each hundred bytes), and the
//! first try of a day in a cell nobody tried the day before, whose look finds nothing. A name's counts are forgotten after a
//! day on which nobody tried it.
//!
//! The beginning of a reset writes as often for a name without an account as for one that is sent a message, or would be
//! if a budget let it; an account that lacks the contact asked for writes less.

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::account::seal::{Kind, Seat};
use crate::account::typical::typical;
use crate::account::{AccountRecord, Aggregate, Decoy, DecoyRecord, DecoyTag, Keyring};
use crate::command::{Command, Env, Rejection, ReserveAttempt, ReserveDecoy, Reserved, Subject, Transition};
use crate::password::Hasher;
use crate::service::engine::{Asked, Engine, Loaded, RETRIES_MAX, day};
use crate::service::entropy::OnDemand;
use crate::service::error::ServiceError;
use crate::service::world::{STRIPES, World};
use crate::store::{Commit, CommitOutcome, Versioned};
use crate::types::{AccountId, StoreKey, Timestamp};

/// Where no cell is ever stored: days end long before.
const NO_DAYS: [u32; 2] = [u32::MAX, u32::MAX - 1];
/// The one name in the cell that stands in: what is asked of it there is as good as any.
const NOBODY: DecoyTag = DecoyTag([0; 8]);

/// An account and a cell of names of our own, sealed like stored ones, each to stand in for one that a name has not.
pub(in crate::service::engine) struct StandIns {
    /// Nothing is ever stored under it.
    owner: StoreKey,
    account: Versioned,
    cell: Versioned,
    /// A stored hash that is nobody's.
    pub(in crate::service::engine) hash: String,
}

/// Changes nothing on an account: what is asked was answered, or is asked of its name's cell only.
pub(super) struct Unasked;

impl StandIns {
    pub(in crate::service::engine) fn new(keys: &Keyring, hasher: &Hasher) -> Result<Self, ServiceError> {
        // The nonce may be the same every time: so is what is sealed, and nobody ever sees it.
        let mut rng = StdRng::seed_from_u64(0);
        let (owner, hash) = (keys.decoy_key(0, NO_DAYS[0]), hasher.dummy(keys));
        let mut sealed = |plain: &[u8], version| -> Result<Versioned, ServiceError> {
            Ok(Versioned { version, body: keys.seal(Seat { kind: Kind::Cell, owner, version }, plain, &mut rng)? })
        };
        let record = typical(&hasher.blank(keys), owner);
        let account = record.encode()?;
        let mut cell = DecoyRecord::weighing(u16::try_from(account.len()).unwrap_or(u16::MAX));
        cell.put(cell.counts(NOBODY), record.time_high);
        cell.advance(record.time_high, record.head);
        let cell = cell.encode()?;
        // Two versions: a nonce is used once.
        Ok(Self { owner, account: sealed(&account, 1)?, cell: sealed(&cell, 2)?, hash })
    }
}

impl<W: World> Engine<W> {
    /// Counts a try of a password, on the account or, where there is none, on the name's cell.
    pub(in crate::service::engine) async fn reserve(
        &self,
        account: &AccountId,
        attempt: &ReserveAttempt,
        now: Timestamp,
    ) -> Result<Reserved, ServiceError> {
        let own = |reply| match reply {
            Reserved::Compare(reserved) if reserved.stored.is_none() => None,
            reply => Some(reply),
        };
        self.execute_either(account, attempt, own, |tag| ReserveDecoy { tag }, now).await
    }

    /// Runs a command on the account or, where `own` makes nothing of its answer or there is no account, its twin on the
    /// name's cell. Whatever is wrong with a cell of strangers keeps no owner out.
    pub(in crate::service::engine) async fn execute_either<A, D>(
        &self,
        account: &AccountId,
        command: &A,
        own: impl Fn(A::Reply) -> Option<D::Reply>,
        twin: impl Fn(DecoyTag) -> D,
        now: Timestamp,
    ) -> Result<D::Reply, ServiceError>
    where
        A: Command<Record = AccountRecord>,
        D: Command<Record = DecoyRecord>,
    {
        let (key, Decoy { cell, tag }, today) = (self.keys.account_key(account), self.keys.decoy(account), day(now));
        let (nobodys, settings) = (self.stand_ins.owner, self.settings());
        let mut rng = OnDemand::new(&*self.entropy);
        let _turns = self.turns(key, self.keys.decoy_key(cell, today)).await;
        for _ in 0..RETRIES_MAX {
            let (owner, sealed) = match self.world.load(key).await? {
                Some(stored) => (key, stored),
                None => (nobodys, self.stand_ins.account.clone()),
            };
            let asked = Asked { subject: Subject::Account(account), owner, command, settings: &settings, now };
            let (commit, reply) = self.decide_on(&asked, self.open_either(owner, sealed)?, &mut rng)?;
            let own = Some(reply).filter(|_| owner == key).and_then(&own);

            let (days, tag) = if own.is_some() { (NO_DAYS, NOBODY) } else { ([today, today.saturating_sub(1)], tag) };
            let (days, twin) = (days.map(|day| self.keys.decoy_key(cell, day)), twin(tag));
            let owner = if own.is_some() { nobodys } else { days[0] };
            let asked = Asked { subject: Subject::Decoy(cell), owner, command: &twin, settings: &settings, now };
            let on_cell = self.cell(days, own.is_none()).await;
            let on_cell = on_cell.and_then(|loaded| self.decide_on(&asked, loaded, &mut rng));

            let (commit, reply) = match own {
                Some(reply) => (commit, reply),
                None => on_cell?,
            };
            if self.is_settled(commit).await? {
                return Ok(reply);
            }
        }
        Err(ServiceError::Busy)
    }

    /// Runs a command that does nothing without a ticket, a challenge or a handle. These are easily invented, for any name:
    /// where nothing is stored the command is decided on the account that stands in, which has none of them. One look and one
    /// opened record either way.
    pub(in crate::service::engine) async fn execute_by_secret<C>(
        &self,
        account: &AccountId,
        command: &C,
        now: Timestamp,
    ) -> Result<C::Reply, ServiceError>
    where
        C: Command<Record = AccountRecord>,
    {
        let (subject, owner, settings) = (Subject::Account(account), self.keys.account_key(account), self.settings());
        let _turn = self.world.turn(usize::from(owner.0[0])).await;
        match self.world.load(owner).await? {
            None => {
                let (owner, sealed) = (self.stand_ins.owner, self.stand_ins.account.clone());
                let asked = Asked { subject, owner, command, settings: &settings, now };
                let loaded = self.open_either(owner, sealed)?;
                Ok(self.decide_on(&asked, loaded, &mut OnDemand::new(&*self.entropy))?.1)
            }
            stored => self.settle(&Asked { subject, owner, command, settings: &settings, now }, stored).await,
        }
    }

    /// The account's record, or the one that stands in: what is asked of it on the word of a ticket costs one look and one
    /// opened record, whoever's name it is.
    pub(super) async fn record_or_stand_in(&self, account: &AccountId) -> Result<AccountRecord, ServiceError> {
        let owner = self.keys.account_key(account);
        let loaded: Loaded<AccountRecord> = match self.world.load(owner).await? {
            Some(stored) => self.open_either(owner, stored)?,
            None => self.open_either(self.stand_ins.owner, self.stand_ins.account.clone())?,
        };
        Ok(loaded.record)
    }

    /// Both turns in an order that is always the same, so that no two callers wait for each other.
    async fn turns(&self, one: StoreKey, other: StoreKey) -> (W::Turn<'_>, Option<W::Turn<'_>>) {
        const { assert!(STRIPES == 256, "two first bytes must not share a turn, or it would be waited for twice") };
        let [one, other] = [one, other].map(|key| usize::from(key.0[0]));
        let first = self.world.turn(one.min(other)).await;
        let second = if one == other { None } else { Some(self.world.turn(one.max(other)).await) };
        (first, second)
    }

    /// A name's cell: today's, or else a fresh one that goes on from that of the day before, so that what strangers type
    /// never fills the store and no count ends at midnight. Or, on days that never are, the cell that stands in.
    async fn cell(&self, days: [StoreKey; 2], is_own: bool) -> Result<Loaded<DecoyRecord>, ServiceError> {
        let [today, before] = days;
        // Both are read whatever the first one holds: the number of looks must not tell a fresh cell.
        let (stored, stored_before) = (self.world.load(today).await?, self.world.load(before).await?);
        let (owner, sealed) = match (stored, stored_before) {
            (Some(stored), _) => (today, stored),
            (None, Some(stored)) => (before, stored),
            (None, None) => (self.stand_ins.owner, self.stand_ins.cell.clone()),
        };
        let loaded: Loaded<DecoyRecord> = self.open_either(owner, sealed)?;
        if owner == today || !is_own {
            return Ok(loaded);
        }
        let fresh = loaded.record.going_on();
        Ok(Loaded { record: if owner == before { fresh } else { fresh.emptied() }, version: None })
    }

    /// Opens what is stored, or what stands in for it: that has no version, since nothing was ever decided on it.
    fn open_either<R: Aggregate>(&self, owner: StoreKey, sealed: Versioned) -> Result<Loaded<R>, ServiceError> {
        let mut loaded = self.open_stored(owner, Some(sealed))?;
        if owner == self.stand_ins.owner {
            loaded.version = None;
        }
        Ok(loaded)
    }

    /// Whether all that is to be written is; `false` when somebody else was faster.
    async fn is_settled(&self, commit: Option<Commit>) -> Result<bool, ServiceError> {
        let Some(commit) = commit else { return Ok(true) };
        match self.commit(&commit).await? {
            CommitOutcome::Committed { .. } => Ok(true),
            CommitOutcome::Conflict { .. } => Ok(false),
            // Its id was drawn for it, so it is in already by this very commit, whose answer was lost.
            CommitOutcome::Duplicate { first } if commit.events.first() == Some(&first) => Ok(true),
            CommitOutcome::Duplicate { .. } => Err(ServiceError::IdReused),
        }
    }
}

impl Command for Unasked {
    type Record = AccountRecord;
    type Reply = ();

    fn decide(&self, record: AccountRecord, _env: &mut Env<'_>) -> Result<Transition<AccountRecord, ()>, Rejection> {
        Ok(Transition::unchanged(record, ()))
    }
}
