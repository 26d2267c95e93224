//! What the support desk and its batches do: whole lists of accounts, payments on their way, freezes that ended.

use sha2::{Digest, Sha256};

use super::Engine;
use crate::account::{AccountRecord, Event, EventKind};
use crate::command::{Command, Env, FreezesEnded, PlaceFreeze, Rejection, TellFreezesEnded, Transition};
use crate::freeze::{FreezeError, FreezeRequest};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::store::StoreError;
use crate::types::{AccountId, RandomId, Timestamp};

/// Most accounts one call of `freeze_many` looks at.
pub const FREEZE_MANY_MAX: usize = 1_000;

/// A list of accounts to be frozen alike.
#[derive(Clone, Debug)]
pub struct FreezeList {
    /// The list's name. The same name freezes an account once, however often the list is run and whatever was lifted
    /// since; a new list needs a new name.
    pub id: RandomId,
    /// What to close, why, on whose authority. Its key is not used: each account gets one of its own, of list and account.
    pub request: FreezeRequest,
    /// Whether accounts that nothing is stored for are frozen as well. A misspelt line would be one.
    pub freeze_unknown: bool,
}

/// What came of one account of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListedOutcome {
    /// Frozen by this call.
    Frozen {
        /// The freeze.
        freeze: RandomId,
    },
    /// Frozen by this list before.
    Already {
        /// The freeze.
        freeze: RandomId,
        /// Whether it still closes something, or has been lifted or ended since.
        in_force: bool,
    },
    /// Nothing is stored for it, and the list names known accounts only.
    Unknown,
    /// The freeze breaks a rule there, e.g. for want of room.
    Refused(FreezeError),
    /// This account gave no answer: damaged, busy, or the store was away. Run the list again.
    Fault(ServiceError),
}

/// One account of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What came of it.
    pub outcome: ListedOutcome,
}

/// What came of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenMany {
    /// Each account that was looked at, in the order of the list.
    pub listed: Vec<Listed>,
    /// Where the next call goes on, after a fault of the whole store at the account that met it; `None` = the list is done.
    /// An account's own fault is passed by: it stands in `listed`.
    pub next: Option<usize>,
}

impl<W: World> Engine<W> {
    pub(in crate::service) async fn freeze_many(
        &self,
        accounts: &[AccountId],
        list: &FreezeList,
        cursor: usize,
        now: Timestamp,
    ) -> FrozenMany {
        let (mut listed, mut reached) = (Vec::new(), cursor);
        for (index, account) in accounts.iter().enumerate().skip(cursor).take(FREEZE_MANY_MAX) {
            let outcome = self.freeze_listed(account, list, now).await.unwrap_or_else(ListedOutcome::Fault);
            let is_away = matches!(&outcome, ListedOutcome::Fault(fault) if is_for_all(fault));
            listed.push(Listed { index, outcome });
            if is_away {
                break;
            }
            reached = index.saturating_add(1);
        }
        let next = (reached < accounts.len()).then_some(reached);
        FrozenMany { listed, next }
    }

    async fn freeze_listed(
        &self,
        account: &AccountId,
        list: &FreezeList,
        now: Timestamp,
    ) -> Result<ListedOutcome, ServiceError> {
        Ok(match self.execute(account, &FreezeListed::of(list, account), now).await? {
            // Another call may have placed it a moment ago: only the record says whether it stands.
            ListedOutcome::Already { freeze, in_force: false } => {
                let record = self.record(account).await?;
                let found = record.freezes.get(freeze);
                ListedOutcome::Already { freeze, in_force: found.is_some_and(|freeze| !freeze.is_over(now)) }
            }
            // A record that is gone while its events remain is a fault, not a name that nobody knows.
            ListedOutcome::Unknown => {
                self.record(account).await?;
                ListedOutcome::Unknown
            }
            other => other,
        })
    }

    pub(in crate::service) async fn tell_freezes_ended(
        &self,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<FreezesEnded, ServiceError> {
        let told = self.execute(account, &TellFreezesEnded, now).await?;
        if told.count == 0 {
            // Nothing to tell must not hide a record that is gone while its events remain.
            self.record(account).await?;
        }
        Ok(told)
    }
}

/// A store that is away, full or locked against writing, or a lost key, is so for the next thousand accounts too.
const fn is_for_all(fault: &ServiceError) -> bool {
    use StoreError::{Full, ReadOnly, Unavailable};
    matches!(fault, ServiceError::Store(Unavailable(_) | Full | ReadOnly) | ServiceError::KeyLost(_))
}

/// Freezes one account of a list, once.
struct FreezeListed {
    place: PlaceFreeze,
    freeze_unknown: bool,
}

impl FreezeListed {
    fn of(list: &FreezeList, account: &AccountId) -> Self {
        let place = PlaceFreeze { request: list.request.clone().with_key(key(list.id, account)), caused_by: None };
        Self { place, freeze_unknown: list.freeze_unknown }
    }
}

/// The account's own key for this list.
fn key(list: RandomId, account: &AccountId) -> [u8; 16] {
    let hash = Sha256::new().chain_update(b"freeze list").chain_update(list.0).chain_update(account.as_str());
    let digest: [u8; 32] = hash.finalize().into();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}

impl Command for FreezeListed {
    type Record = AccountRecord;
    type Reply = ListedOutcome;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, ListedOutcome>, Rejection> {
        if record.head.seq == 0 && !self.freeze_unknown {
            return Ok(Transition::unchanged(record, ListedOutcome::Unknown));
        }
        // The key alone says that it was done: a term counted from now is another one in each run.
        let earlier = record.freezes.iter().find(|freeze| freeze.key == self.place.request.key);
        if let Some(earlier) = earlier {
            let reply = ListedOutcome::Already { freeze: earlier.id, in_force: !earlier.is_over(env.now) };
            return Ok(Transition::unchanged(record, reply));
        }
        let Transition { record, events, effects, reply } = self.place.decide(record, env)?;
        let reply = match reply {
            Ok(placed) if placed.already => ListedOutcome::Already { freeze: placed.id, in_force: true },
            Ok(placed) => ListedOutcome::Frozen { freeze: placed.id },
            Err(refused) => ListedOutcome::Refused(refused),
        };
        Ok(Transition { record, events, effects, reply })
    }

    fn commit_id(&self, decided: &AccountRecord, reply: &ListedOutcome) -> Option<[u8; 16]> {
        let ListedOutcome::Frozen { freeze } = reply else { return None };
        self.place.commit_id(decided, &Ok(crate::command::FreezePlaced { id: *freeze, already: false }))
    }

    /// The record has long forgotten it, so it has ended.
    fn first_reply(&self, first: &Event) -> Option<ListedOutcome> {
        match first.kind {
            EventKind::FreezePlaced { freeze, .. } => Some(ListedOutcome::Already { freeze, in_force: false }),
            _ => None,
        }
    }
}
