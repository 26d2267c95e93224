//! The PostgreSQL store, and with nothing but standard statements the engines that speak its language (CockroachDB,
//! YugabyteDB, Citus).
//!
//! - **One statement per commit.** A common table expression swaps the cell, appends the events and queues the items, all or
//!   nothing, in one round trip, under READ COMMITTED: no `BEGIN`, no advisory lock, no trigger, no procedure. Where it wrote
//!   nothing, a second statement tells why. Serialization failures (40001, what distributed engines answer to a race) are
//!   asked again, a bounded number of times.
//! - **Split by account.** Every table but one begins its primary key with the cell's key, a keyed hash: partition
//!   ([`schema`](super::postgres_schema::schema)), distribute or shard by it.
//! - **Durability** is the server's: `synchronous_commit` off (or `fsync` off) is refused at opening.
//! - **Primaries only.** A standby may not know of a freeze that was confirmed: connect with `target_session_attrs=read-write`. A
//!   server in recovery is refused at opening.
//! - **Clients** are the caller's: TLS, passwords, timeouts and how many. A client runs one commit at a time, and a commit
//!   waits for a disk, so several share the load ([`Dialled`], or a pool by [`Sessions`]).
//!
//! Needs nothing of a pooler in session mode; for one in transaction mode make sessions with [`Session::unnamed`].

mod fault;
mod rows;
mod schema;
mod session;
mod statement;

use std::time::Duration;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use self::fault::{commit_fault, fault, is_to_be_retried, unique_fault};
use self::rows::{Found, count, expect_number, read_body, read_cell, read_event, read_item, read_key, signed};
use self::statement::Statement;
use super::awaited::AsyncStore;
use super::port::{Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, StoreError, StoredEvent, Versioned};
use crate::types::{StoreKey, Timestamp};

pub use self::session::{Dialled, Session, Sessions};

/// Tries of one statement that lost a race of transactions.
const TRIES_MAX: usize = 8;

/// Cells in a PostgreSQL database.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use account_security::store::PostgresStore;
/// use account_security::store::postgres::{Dialled, Session};
/// let sessions = Dialled::new(8, || async {
///     let server = "host=db user=security target_session_attrs=read-write";
///     let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await?;
///     tokio::spawn(connection);
///     Ok(Session::new(client))
/// });
/// // Once, by whoever may create tables; the text of `schema(64)` does the same by hand.
/// PostgresStore::migrate(&sessions, 64).await?;
/// let store = PostgresStore::open(sessions).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct PostgresStore<P> {
    sessions: P,
    patience: Option<Duration>,
}

impl<P: Sessions> PostgresStore<P> {
    /// Opens a database that bears the tables.
    ///
    /// # Errors
    /// [`StoreError::StateLost`] where the tables are missing, [`StoreError::Unsupported`] where they are newer than this
    /// version, [`StoreError::Unsafe`] where a commit is answered before it is on disk, [`StoreError::Unavailable`].
    pub async fn open(sessions: P) -> Result<Self, StoreError> {
        let store = Self { sessions, patience: None };
        schema::check(&store).await?;
        Ok(store)
    }

    /// Creates the tables, each split into `partitions` by account (0 for tables in one piece), or brings older ones up to
    /// this version. Asking again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Unsupported`] where they are newer than this version; [`StoreError::Unavailable`], also for missing
    /// rights and for more than [`PARTITIONS_MAX`](super::postgres_schema::PARTITIONS_MAX) partitions.
    pub async fn migrate(sessions: &P, partitions: u16) -> Result<(), StoreError> {
        schema::migrate(&*sessions.session().await?, partitions).await
    }

    /// The store, giving up on a server that does not answer within `patience`: [`StoreError::Unavailable`], or
    /// [`StoreError::Unknown`] for a commit. Only on a tokio runtime with its timer enabled.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience: Some(patience), ..self }
    }

    /// Asks once. The outer error is a fault before anything was sent, or the end of patience.
    async fn ask(
        &self,
        statement: &'static Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Result<Vec<Row>, Error>, Hung> {
        let Some(patience) = self.patience else {
            let session = self.sessions.session().await.map_err(Hung::Before)?;
            return Ok(session.query(statement, parameters).await);
        };
        let none = || Hung::Before(StoreError::Unavailable("no session within the time given".to_owned()));
        let session = tokio::time::timeout(patience, self.sessions.session()).await.map_err(|_| none())?;
        let session = session.map_err(Hung::Before)?;
        match tokio::time::timeout(patience, session.query(statement, parameters)).await {
            Ok(answered) => Ok(answered),
            Err(_) => {
                session.give_up();
                Err(Hung::After)
            }
        }
    }

    /// Asks what changes nothing when asked twice.
    async fn read(
        &self,
        statement: &'static Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        for _ in 0..TRIES_MAX {
            match self.ask(statement, parameters).await {
                Ok(Ok(rows)) => return Ok(rows),
                Ok(Err(error)) if is_to_be_retried(&error) => {}
                Ok(Err(error)) => return Err(fault(&error)),
                Err(Hung::Before(fault)) => return Err(fault),
                Err(Hung::After) => return Err(StoreError::Unavailable("the server does not answer".to_owned())),
            }
        }
        Err(StoreError::Busy)
    }

    /// Asks what may have happened although no answer came.
    async fn write(
        &self,
        statement: &'static Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        for _ in 0..TRIES_MAX {
            match self.ask(statement, parameters).await {
                Ok(Ok(rows)) => return Ok(rows),
                Ok(Err(error)) if is_to_be_retried(&error) => {}
                Ok(Err(error)) => return Err(unique_fault(&error).unwrap_or_else(|| commit_fault(&error))),
                Err(Hung::Before(fault)) => return Err(fault),
                Err(Hung::After) => return Err(StoreError::Unknown),
            }
        }
        Err(StoreError::Busy)
    }

    /// Whether the one statement wrote.
    async fn swap(&self, commit: &Commit) -> Result<bool, StoreError> {
        let events = rows::Events::of(commit);
        let items = rows::Items::of(commit);
        let expires_at = commit.expires_at.map(Timestamp::unix_ms);
        let (key, id, before) = (&commit.key.0[..], &commit.commit_id[..], rows::seq_before(commit));
        let expected = commit.expected.map(signed);
        let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![
            &key,
            &before,
            &commit.body,
            &expires_at,
            &id,
            &events.seqs,
            &events.ids,
            &events.bodies,
            &events.macs,
        ];
        if let Some(expected) = &expected {
            parameters.push(expected);
        }
        if !commit.outbox.is_empty() {
            parameters.push(&items.ids);
            parameters.push(&items.bodies);
        }
        let statement = statement::commit(commit.expected.is_some(), !commit.outbox.is_empty());
        Ok(!self.write(statement, &parameters).await?.is_empty())
    }

    async fn find(&self, commit: &Commit) -> Result<Found, StoreError> {
        let (key, id, before) = (&commit.key.0[..], &commit.commit_id[..], rows::seq_before(commit));
        let found = self.read(&statement::FIND, &[&key, &id, &before]).await?;
        rows::read_found(found.first())
    }
}

/// Why there is not even an error of the server's.
enum Hung {
    Before(StoreError),
    After,
}

impl<P: Sessions> AsyncStore for PostgresStore<P> {
    async fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        let check = &check[..];
        self.write(&statement::BIND, &[&check]).await?;
        let bound = self.read(&statement::BOUND, &[]).await?;
        let bound = bound.first().ok_or(StoreError::StateLost)?;
        if read_body(bound, 0)? == check { Ok(()) } else { Err(StoreError::KeyLost) }
    }

    async fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        let key = &key.0[..];
        self.read(&statement::LOAD, &[&key]).await?.first().map(|row| read_cell(row, 0)).transpose()
    }

    async fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        commit.check()?;
        for _ in 0..TRIES_MAX {
            // What leaves a gap among its own events is not even asked for; but a repeat and a conflict come first.
            if commit.is_consecutive() && self.swap(commit).await? {
                return Ok(CommitOutcome::Committed { version: commit.expected.unwrap_or(0) + 1 });
            }
            let Found { first, current, continues } = self.find(commit).await?;
            if let Some(first) = first {
                return Ok(CommitOutcome::Duplicate { first });
            }
            if current.as_ref().map(|cell| cell.version) != commit.expected {
                return Ok(CommitOutcome::Conflict { current });
            }
            if !continues || !commit.is_consecutive() {
                return Err(StoreError::broken_chain());
            }
            // All is as it should be by now: whoever was in the way has gone (a purge, a commit that failed).
        }
        Err(StoreError::Busy)
    }

    async fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        let (key, id) = (&key.0[..], &commit_id[..]);
        self.read(&statement::EVENT_BY_COMMIT, &[&key, &id]).await?.first().map(|row| read_event(row, 0)).transpose()
    }

    async fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let key = &key.0[..];
        let found = self.read(&statement::EVENTS, &[&key, &signed(from_seq), &count(limit)]).await?;
        found.iter().map(|row| read_event(row, 0)).collect()
    }

    async fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        let after = after.as_ref().map_or(&[][..], |key| &key.0[..]);
        let found = self.read(&statement::KEYS, &[&after, &count(limit)]).await?;
        found.iter().map(|row| read_key(row, 0)).collect()
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        let found = self.read(&statement::OUTBOX, &[&count(limit)]).await?;
        found.iter().map(read_item).collect()
    }

    async fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        let (key, id) = (&after.key.0[..], &after.id.0[..]);
        let found = self.read(&statement::OUTBOX_AFTER, &[&key, &id, &count(limit)]).await?;
        found.iter().map(read_item).collect()
    }

    async fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        let keys: Vec<&[u8]> = ids.iter().map(|id| &id.key.0[..]).collect();
        let ids: Vec<&[u8]> = ids.iter().map(|id| &id.id.0[..]).collect();
        self.write(&statement::OUTBOX_DONE, &[&keys, &ids]).await.map(|_| ())
    }

    async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let purged = self.write(&statement::PURGE, &[&now.unix_ms(), &count(limit)]).await?;
        let purged = purged.first().map_or(Ok(0), |row| expect_number(row, 0))?;
        Ok(usize::try_from(purged).unwrap_or(usize::MAX))
    }
}
