//! Broken stores, each wrong in one way: the suite is worth something only if it catches every one of them, and a
//! check that no broken store fails proves nothing.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Duration;

use account_security::store::{
    Commit, CommitId, CommitOutcome, MemoryStore, OutboxId, OutboxItem, Store, StoreError, StoredEvent, Versioned,
};
use account_security::types::{StoreKey, Timestamp};

use crate::CHECKS;

/// The one thing a broken store does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    IgnoresTheExpectedVersion,
    ForgetsCommitIds,
    AsksForTheVersionBeforeTheCommitId,
    SharesCommitIdsBetweenCells,
    AnswersWithTheLastEventOfACommit,
    UsesUpTheCommitIdOfAConflict,
    HidesTheCellOfAConflict,
    LeavesAGhostCellAfterAConflict,
    NumbersVersionsFromZero,
    CutsLongBodies,
    DropsBytesAfterAZero,
    RefusesEmptyBodies,
    TakesAnySize,
    MixesUpNeighbours,
    MendsBrokenChains,
    ChecksTheChainBeforeAnythingElse,
    WritesTheOutboxOfRefusedCommits,
    StartsEventsOneLate,
    IgnoresTheLimitOfEvents,
    InventsEvents,
    ListsTheOutboxNewestFirst,
    ForgetsItemsOnceListed,
    BeginsEveryWalkAnew,
    MindsUnknownItems,
    TakesAnItemTwice,
    RemembersDoneItemsForEver,
    AcceptsAnyKeyRing,
    PagesOverlap,
    KeysUnordered,
    PurgesOneMomentLate,
    PurgesOneMomentEarly,
    IgnoresTheLimitOfAPurge,
    KeepsTheFirstExpiry,
    PurgesTheOutboxToo,
    PurgesNothingButSaysSo,
    LosesOneItemInEight,
    ReadsTornCells,
}
use Fault::*;

const FAULTS: &[Fault] = &[
    IgnoresTheExpectedVersion,
    ForgetsCommitIds,
    AsksForTheVersionBeforeTheCommitId,
    SharesCommitIdsBetweenCells,
    AnswersWithTheLastEventOfACommit,
    UsesUpTheCommitIdOfAConflict,
    HidesTheCellOfAConflict,
    LeavesAGhostCellAfterAConflict,
    NumbersVersionsFromZero,
    CutsLongBodies,
    DropsBytesAfterAZero,
    RefusesEmptyBodies,
    TakesAnySize,
    MixesUpNeighbours,
    MendsBrokenChains,
    ChecksTheChainBeforeAnythingElse,
    WritesTheOutboxOfRefusedCommits,
    StartsEventsOneLate,
    IgnoresTheLimitOfEvents,
    InventsEvents,
    ListsTheOutboxNewestFirst,
    ForgetsItemsOnceListed,
    BeginsEveryWalkAnew,
    MindsUnknownItems,
    TakesAnItemTwice,
    RemembersDoneItemsForEver,
    AcceptsAnyKeyRing,
    PagesOverlap,
    KeysUnordered,
    PurgesOneMomentLate,
    PurgesOneMomentEarly,
    IgnoresTheLimitOfAPurge,
    KeepsTheFirstExpiry,
    PurgesTheOutboxToo,
    PurgesNothingButSaysSo,
    LosesOneItemInEight,
    ReadsTornCells,
];

#[test]
fn every_broken_store_fails_and_every_check_can_fail() {
    let fails = |fault: Option<Fault>, check: fn(&dyn Store)| {
        let store = Broken { inner: MemoryStore::new(), fault, notes: Mutex::default() };
        catch_unwind(AssertUnwindSafe(|| check(&store))).is_err()
    };
    let mut proven = BTreeSet::new();
    for fault in FAULTS {
        let caught: Vec<&str> =
            CHECKS.iter().filter(|(_, check)| fails(Some(*fault), *check)).map(|(name, _)| *name).collect();
        println!("{fault:?}: {}", caught.join(", "));
        assert!(!caught.is_empty(), "no check notices a store that {fault:?}");
        proven.extend(caught);
    }
    let unproven: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).filter(|name| !proven.contains(name)).collect();
    assert_eq!(unproven, Vec::<&str>::new(), "no broken store fails these checks");
    assert!(CHECKS.iter().all(|(_, check)| !fails(None, *check)), "the wrapper itself is sound");
}

#[test]
fn the_worst_faults_are_caught_by_the_checks_meant_for_them() {
    for (fault, expected) in [
        (IgnoresTheExpectedVersion, "a_commit_that_expects_another_version_is_a_conflict_that_hands_back_the_cell"),
        (IgnoresTheExpectedVersion, "eight_threads_counting_in_one_cell_lose_nothing"),
        (ForgetsCommitIds, "a_commit_id_commits_once_whatever_comes_with_it_later"),
        (ForgetsCommitIds, "eight_threads_with_one_commit_id_commit_once"),
        (AsksForTheVersionBeforeTheCommitId, "eight_threads_with_one_commit_id_commit_once"),
        (MendsBrokenChains, "events_that_do_not_continue_the_chain_are_refused_and_nothing_is_written"),
        (ReadsTornCells, "a_reader_never_sees_half_a_commit"),
    ] {
        let (_, check) = CHECKS.iter().find(|(name, _)| *name == expected).unwrap();
        let store = Broken { inner: MemoryStore::new(), fault: Some(fault), notes: Mutex::default() };
        assert!(catch_unwind(AssertUnwindSafe(|| check(&store))).is_err(), "{expected} misses a store that {fault:?}");
    }
}

/// Widens the windows of the faults that need a race, so that they show in every run.
const MOMENT: Duration = Duration::from_micros(200);

struct Broken {
    inner: MemoryStore,
    fault: Option<Fault>,
    notes: Mutex<Notes>,
}

/// What some faults need to remember.
#[derive(Default)]
struct Notes {
    commit_ids: Vec<(CommitId, StoreKey)>,
    expiries: Vec<(StoreKey, Option<Timestamp>)>,
    ghosts: BTreeSet<StoreKey>,
    items: BTreeSet<OutboxId>,
    fresh_ids: u128,
}

impl Broken {
    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn seqs_from(&self, key: StoreKey) -> u64 {
        self.inner.events(key, 0, usize::MAX).unwrap().last().map_or(1, |event| event.seq + 1)
    }

    fn mend(&self, commit: &mut Commit) {
        for (event, seq) in commit.events.iter_mut().zip(self.seqs_from(commit.key)..) {
            event.seq = seq;
        }
    }

    fn fresh_id(&self) -> [u8; 16] {
        let mut notes = self.notes.lock().unwrap();
        notes.fresh_ids += 1;
        (u128::MAX - notes.fresh_ids).to_be_bytes()
    }

    fn neighbour(&self, mut key: StoreKey) -> StoreKey {
        if self.is(MixesUpNeighbours) {
            key.0[15] &= 0xfe;
        }
        key
    }

    /// What the fault makes of the commit before the sound store gets it; `Err` is the answer at once.
    fn spoil(&self, commit: &mut Commit) -> Result<(), Result<CommitOutcome, StoreError>> {
        commit.key = self.neighbour(commit.key);
        let current = self.inner.load(commit.key).unwrap();
        let known = self.inner.event_by_commit(commit.key, commit.commit_id).unwrap().is_some();
        let mut notes = self.notes.lock().unwrap();
        match self.fault {
            Some(IgnoresTheExpectedVersion) if !known => {
                commit.expected = current.map(|cell| cell.version);
                drop(notes);
                self.mend(commit);
            }
            Some(ForgetsCommitIds) if known => {
                drop(notes);
                commit.commit_id = self.fresh_id();
            }
            Some(AsksForTheVersionBeforeTheCommitId)
                if current.as_ref().map(|cell| cell.version) != commit.expected =>
            {
                return Err(Ok(CommitOutcome::Conflict { current }));
            }
            Some(SharesCommitIdsBetweenCells) => {
                let other = notes.commit_ids.iter().find(|(id, _)| *id == commit.commit_id).copied();
                notes.commit_ids.push((commit.commit_id, commit.key));
                if let Some(first) = other.and_then(|(id, key)| self.inner.event_by_commit(key, id).unwrap()) {
                    return Err(Ok(CommitOutcome::Duplicate { first }));
                }
            }
            Some(NumbersVersionsFromZero) => commit.expected = commit.expected.map(|version| version.wrapping_add(1)),
            Some(CutsLongBodies) => commit.body.truncate(65_535),
            Some(DropsBytesAfterAZero) => {
                let end = commit.body.iter().position(|byte| *byte == 0).unwrap_or(commit.body.len());
                commit.body.truncate(end.max(8).min(commit.body.len()));
            }
            Some(RefusesEmptyBodies) if commit.body.is_empty() => return Err(Err(StoreError::TooLarge)),
            Some(TakesAnySize) => {
                commit.body.truncate(65_536);
                commit.events.truncate(16);
                commit.outbox.truncate(16);
            }
            Some(MendsBrokenChains) => {
                drop(notes);
                self.mend(commit);
            }
            Some(ChecksTheChainBeforeAnythingElse) => {
                let next = self.seqs_from(commit.key);
                if commit.events.first().is_some_and(|event| event.seq != next) {
                    return Err(Err(StoreError::Corrupt(String::new())));
                }
            }
            Some(TakesAnItemTwice) => {
                drop(notes);
                let waiting = self.inner.outbox(usize::MAX).unwrap();
                let mut seen: BTreeSet<_> = waiting.iter().map(OutboxItem::name).collect();
                commit.outbox.retain(|item| seen.insert(item.name()));
            }
            Some(RemembersDoneItemsForEver) => commit.outbox.retain(|item| notes.items.insert(item.name())),
            Some(LosesOneItemInEight) => commit.outbox.retain(|item| item.key.0[0] % 8 != 7),
            Some(KeepsTheFirstExpiry) => match notes.expiries.iter().find(|(key, _)| *key == commit.key) {
                Some((_, first)) => commit.expires_at = *first,
                None => notes.expiries.push((commit.key, commit.expires_at)),
            },
            _ => {}
        }
        Ok(())
    }

    /// What the fault makes of the sound answer.
    fn twist(&self, commit: &Commit, answer: Result<CommitOutcome, StoreError>) -> Result<CommitOutcome, StoreError> {
        match (self.fault, answer) {
            (Some(AnswersWithTheLastEventOfACommit), Ok(CommitOutcome::Duplicate { first })) => {
                let mut events = self.inner.events(commit.key, first.seq, commit.events.len()).unwrap();
                Ok(CommitOutcome::Duplicate { first: events.pop().unwrap_or(first) })
            }
            (Some(UsesUpTheCommitIdOfAConflict), Ok(CommitOutcome::Conflict { current })) => {
                self.notes.lock().unwrap().commit_ids.push((commit.commit_id, commit.key));
                Ok(CommitOutcome::Conflict { current })
            }
            (Some(UsesUpTheCommitIdOfAConflict), Ok(CommitOutcome::Committed { version })) => {
                let used = self.notes.lock().unwrap().commit_ids.contains(&(commit.commit_id, commit.key));
                if used { Err(StoreError::Busy) } else { Ok(CommitOutcome::Committed { version }) }
            }
            (Some(HidesTheCellOfAConflict), Ok(CommitOutcome::Conflict { .. })) => {
                Ok(CommitOutcome::Conflict { current: None })
            }
            (Some(LeavesAGhostCellAfterAConflict), Ok(CommitOutcome::Conflict { current })) => {
                self.notes.lock().unwrap().ghosts.insert(commit.key);
                Ok(CommitOutcome::Conflict { current })
            }
            (Some(NumbersVersionsFromZero), Ok(CommitOutcome::Committed { version })) => {
                Ok(CommitOutcome::Committed { version: version - 1 })
            }
            (Some(WritesTheOutboxOfRefusedCommits), answer @ (Err(_) | Ok(CommitOutcome::Conflict { .. }))) => {
                let key = StoreKey(self.fresh_id());
                let events = vec![StoredEvent { seq: 1, body: Vec::new(), mac: [0; 32] }];
                let _ = self.inner.commit(&Commit { key, expected: None, events, ..commit.clone() });
                answer
            }
            (_, answer) => answer,
        }
    }
}

impl Store for Broken {
    fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        if self.is(AcceptsAnyKeyRing) { Ok(()) } else { self.inner.bind(check) }
    }

    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        let mut cell = self.inner.load(self.neighbour(key))?;
        if self.is(IgnoresTheExpectedVersion) {
            std::thread::sleep(MOMENT);
        }
        if let Some(cell) = &mut cell {
            if self.is(NumbersVersionsFromZero) {
                cell.version -= 1;
            }
            if self.is(ReadsTornCells) {
                // The body of one moment, the version of a later one.
                std::thread::sleep(MOMENT);
                cell.version = self.inner.load(key)?.map_or(cell.version, |later| later.version);
            }
        }
        Ok(cell)
    }

    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        if self.is(ReadsTornCells) {
            std::thread::sleep(MOMENT);
        }
        let mut spoilt = commit.clone();
        match self.spoil(&mut spoilt) {
            Err(answer) => answer,
            Ok(()) => self.twist(&spoilt, self.inner.commit(&spoilt)),
        }
    }

    fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        let found = self.inner.event_by_commit(self.neighbour(key), commit_id)?;
        if self.is(InventsEvents) {
            return Ok(Some(found.unwrap_or(StoredEvent { seq: 1, body: Vec::new(), mac: [0; 32] })));
        }
        Ok(found)
    }

    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        match self.fault {
            Some(StartsEventsOneLate) => self.inner.events(key, from_seq.saturating_add(1), limit),
            Some(IgnoresTheLimitOfEvents) => self.inner.events(key, from_seq, usize::MAX),
            _ => self.inner.events(self.neighbour(key), from_seq, limit),
        }
    }

    fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        let mut keys = self.inner.keys(after, limit)?;
        if self.is(PagesOverlap) {
            keys.splice(0..0, after);
            keys.truncate(limit);
        }
        if self.is(KeysUnordered) {
            keys.reverse();
        }
        keys.extend(&self.notes.lock().unwrap().ghosts);
        Ok(keys)
    }

    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        let mut items = self.inner.outbox(limit)?;
        if self.is(ListsTheOutboxNewestFirst) {
            items.reverse();
        }
        if self.is(ForgetsItemsOnceListed) {
            self.inner.outbox_done(&items.iter().map(OutboxItem::name).collect::<Vec<_>>())?;
        }
        Ok(items)
    }

    fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        if self.is(BeginsEveryWalkAnew) { self.outbox(limit) } else { self.inner.outbox_after(after, limit) }
    }

    fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        let waiting = self.inner.outbox(usize::MAX)?;
        if self.is(MindsUnknownItems) && ids.iter().any(|id| waiting.iter().all(|item| item.name() != *id)) {
            return Err(StoreError::Busy);
        }
        self.inner.outbox_done(ids)
    }

    fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        match self.fault {
            Some(PurgesOneMomentLate) => self.inner.purge_expired(now.minus_ms(1), limit),
            Some(PurgesOneMomentEarly) => self.inner.purge_expired(now.plus_ms(1), limit),
            Some(IgnoresTheLimitOfAPurge) => self.inner.purge_expired(now, usize::MAX),
            Some(PurgesNothingButSaysSo) => Ok(1),
            Some(PurgesTheOutboxToo) => {
                let ids: Vec<_> = self.inner.outbox(usize::MAX)?.iter().map(OutboxItem::name).collect();
                self.inner.outbox_done(&ids)?;
                self.inner.purge_expired(now, limit)
            }
            _ => self.inner.purge_expired(now, limit),
        }
    }
}
