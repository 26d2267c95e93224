//! Names without an account: the same work as for one that has an account, on a cell shared with other such names.
//!
//! Signing in and the code of a reset come to four looks into the store, two of which find something, two records read
//! and one commit, whatever the name. For an account that is its own record and a decoy of ours that is only read; for
//! another name it is the name's cell and an account of ours that is only read. What remains is a fraction of a
//! microsecond, and more for an account with more in it than an ordinary one, beside a hash of twenty milliseconds. The
//! beginning of a reset writes as often for a name without an account as for one that is sent a message; an account that
//! lacks the contact asked for writes less. A name's counts are forgotten after a day on which nobody tried it.

use std::hint::black_box;

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::account::seal::{Kind, Seat};
use crate::account::{AccountRecord, Aggregate, Decoy, DecoyRecord, FailureBudget, Keyring};
use crate::command::{AbandonDecoy, Command, Continued, ReserveAttempt, ReserveDecoy, Reserved};
use crate::password::Hasher;
use crate::service::engine::{Engine, day};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::store::Versioned;
use crate::types::{AccountId, StoreKey, Timestamp};

/// Where no cell is ever stored: days end long before.
const NO_DAY: u32 = u32::MAX;

/// A decoy and an account of our own, sealed like stored ones, to be read beside a real one.
pub(in crate::service::engine) struct Mirrors {
    owner: StoreKey,
    weighed: DecoyRecord,
    decoy: Versioned,
    account: Versioned,
    /// A stored hash that is nobody's.
    pub(in crate::service::engine) hash: String,
}

impl Mirrors {
    pub(in crate::service::engine) fn new(keys: &Keyring, hasher: &Hasher) -> Result<Self, ServiceError> {
        // The nonce may be the same every time: so is what is sealed, and nobody ever sees it.
        let mut rng = StdRng::seed_from_u64(0);
        let owner = keys.decoy_key(0, NO_DAY);
        let weighed = DecoyRecord::weighed();
        let mut sealed = |plain: Vec<u8>, version| -> Result<Versioned, ServiceError> {
            Ok(Versioned { version, body: keys.seal(Seat { kind: Kind::Cell, owner, version }, &plain, &mut rng)? })
        };
        // Two versions: a nonce is used once.
        let (decoy, account) = (sealed(weighed.encode()?, 1)?, sealed(weighed.ballast().encode()?, 2)?);
        Ok(Self { owner, weighed, decoy, account, hash: hasher.dummy(keys) })
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
        let Decoy { tag, .. } = self.keys.decoy(account);
        match self.execute(account, attempt, now).await? {
            Reserved::Compare(reserved) if reserved.stored.is_none() => {
                self.execute_on_decoy(account, &ReserveDecoy { tag }, now).await
            }
            reserved => {
                self.mirror_decoy(account).await;
                Ok(reserved)
            }
        }
    }

    pub(in crate::service::engine) async fn abandon_decoy(
        &self,
        account: &AccountId,
        before: FailureBudget,
        counted: FailureBudget,
        now: Timestamp,
    ) -> Result<bool, ServiceError> {
        let Decoy { tag, .. } = self.keys.decoy(account);
        self.execute_on_decoy(account, &AbandonDecoy { tag, before, counted }, now).await
    }

    /// Runs a command on the cell of a name, and reads an account of ours beside it. A cell lives for two days and goes on
    /// from the one of the day before, so that what strangers type never fills the store and no count ends at midnight.
    pub(in crate::service::engine) async fn execute_on_decoy<C>(
        &self,
        account: &AccountId,
        command: &C,
        now: Timestamp,
    ) -> Result<C::Reply, ServiceError>
    where
        C: Command<Record = DecoyRecord>,
    {
        let Mirrors { owner, account: mirrored, .. } = &self.mirrors;
        black_box(self.open_stored::<AccountRecord>(*owner, Some(mirrored.clone()))?.record);
        let (Decoy { cell, .. }, today) = (self.keys.decoy(account), day(now));
        let (key, key_before) = (self.keys.decoy_key(cell, today), self.keys.decoy_key(cell, today.saturating_sub(1)));
        // Both days are read whatever the first one holds: the number of looks must not tell a fresh cell.
        let (stored, stored_before) = (self.world.load(key).await?, self.world.load(key_before).await?);
        let before = match stored_before.filter(|_| stored.is_none() && key != key_before) {
            Some(stored) => self.open_stored::<DecoyRecord>(key_before, Some(stored))?.record,
            None => self.mirrors.weighed.clone(),
        };
        self.run_on_decoy(cell, today, &Continued { command, before: &before }, now).await
    }

    /// What a request on an account does beside its own work. Whatever comes of it keeps no owner out.
    pub(in crate::service::engine) async fn mirror_decoy(&self, account: &AccountId) {
        let Decoy { cell, tag } = self.keys.decoy(account);
        let nothing = self.keys.decoy_key(cell, NO_DAY);
        let _turn = self.world.turn(usize::from(nothing.0[0])).await;
        for key in [self.keys.account_key(account), nothing, nothing] {
            let _ = black_box(self.world.load(key).await);
        }
        let _ = black_box(self.open_stored::<AccountRecord>(nothing, None));
        let Mirrors { owner, decoy, .. } = &self.mirrors;
        if let Ok(loaded) = self.open_stored::<DecoyRecord>(*owner, Some(decoy.clone())) {
            black_box(loaded.record.counts(tag));
        }
    }
}
