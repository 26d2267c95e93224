//! The Redis and Valkey store: one server, or a cluster of any size.
//!
//! - **Slots.** A cell lies in one of [`BUCKETS`] buckets, named by the first bits of its key, and everything of a bucket
//!   shares one hash tag: cells, events, commit ids, the outbox, the list of keys and of expiries. So one script changes them
//!   together in a cluster too, no command crosses slots, and pages of keys come in order although nothing lists all keys.
//! - **Scripts** are asked for by hash and sent whole where a server does not know them (`SCRIPT FLUSH`, restart, failover).
//! - **Lost state.** Each bucket bears a marker, written once by [`RedisStore::create`]. A server without it is an empty
//!   replica or was flushed: [`StoreError::StateLost`], never "new account".
//! - **Eviction.** A server that may drop keys when memory is short would drop counters and freezes: refused at opening.
//!   Nothing here ever has a time to live.
//! - **Durability.** A server without an append-only log forgets spent codes at its next start: refused unless told otherwise.
//!   Where spent codes and freezes must not come back set `appendfsync always`. With `everysec` a power cut costs up to two
//!   seconds of confirmed commits, and so does `kill -9` of the server: it puts off writing its log while a sync runs, and
//!   answers all the same (seen: 72 commits of 1,259). Scripts cannot see the setting, so it is not checked.
//! - **Replication** is asynchronous: a failover can lose commits that were answered. [`RedisStore::with_replicas`] waits for
//!   replicas before it answers, which narrows that window and does not close it; where it must be closed, use PostgreSQL with
//!   synchronous replication.
//!
//! The caller makes the connection, so timeouts, TLS, passwords and reconnecting are the caller's: take one that many tasks
//! share, e.g. `ConnectionManager` or `ClusterConnection`. It must ask primaries only: a read from a replica may not know of a
//! freeze that was confirmed. Its response timeout must be longer than the patience of [`RedisStore::with_replicas`].

mod answer;
mod fault;
mod layout;
mod script;

use std::time::Duration;

use futures_util::StreamExt;
use redis::Pipeline;
use redis::aio::ConnectionLike;

use self::answer::{Looked, commit_outcome, found_event, found_events, looked, number};
use self::fault::{commit_fault, fault};
use self::layout::Layout;
use self::script::{COMMIT, LOOK, PURGE};
use super::awaited::AsyncStore;
use super::port::{Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, StoreError, StoredEvent, Versioned};
use crate::types::{StoreKey, Timestamp};

pub use self::layout::BUCKETS;

/// Buckets asked at once.
const AT_ONCE: usize = 64;
/// Longest prefix of a key, in bytes.
pub const PREFIX_BYTES_MAX: usize = 64;

/// What a server must do to be trusted with spent codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Persistence {
    /// It writes an append-only log.
    #[default]
    AppendOnly,
    /// It may forget everything when it stops. For tests, and for state that is rebuilt from elsewhere.
    MayForget,
}

/// Cells on a Redis or Valkey server or cluster.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// # fn connection() -> redis::aio::MultiplexedConnection { unimplemented!() }
/// use account_security::store::{Persistence, RedisStore};
/// // Once, by whoever sets the server up:
/// RedisStore::create(connection(), "security", Persistence::AppendOnly).await?;
/// // At every start of the service:
/// let store = RedisStore::open(connection(), "security", Persistence::AppendOnly).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisStore<C> {
    connection: C,
    layout: Layout,
    replicas: Option<Replicas>,
}

#[derive(Clone, Copy, Debug)]
struct Replicas {
    count: u32,
    patience_ms: u64,
}

impl<C: ConnectionLike + Clone + Send + Sync> RedisStore<C> {
    /// Opens a store that was created before. Keys begin with `prefix`.
    ///
    /// # Errors
    /// [`StoreError::StateLost`] when a bucket has no marker: never created, flushed, or an empty replica;
    /// [`StoreError::Unsafe`] when a server may evict keys, or has no append-only log and `persistence` asks for one;
    /// [`StoreError::Unavailable`].
    pub async fn open(connection: C, prefix: &str, persistence: Persistence) -> Result<Self, StoreError> {
        let store = Self::over(connection, prefix)?;
        let whole = store.look_at_all(persistence).await?;
        if whole == usize::from(BUCKETS) { Ok(store) } else { Err(StoreError::StateLost) }
    }

    /// Creates the store, or opens it where it is there. An operator's act, once: a service that "creates" at every start
    /// would take a server that lost everything for a new one.
    ///
    /// A creation that was cut off goes on where it stopped.
    ///
    /// # Errors
    /// As [`RedisStore::open`]: where any bucket was whole once, one without its marker has lost its state.
    pub async fn create(connection: C, prefix: &str, persistence: Persistence) -> Result<Self, StoreError> {
        let store = Self::over(connection, prefix)?;
        match store.look_at_all(persistence).await? {
            0 => {
                // In two rounds, so that a creation that was cut off differs from a store that lost a part.
                store.mark_all("schema", "1").await?;
                store.mark_all("whole", "1").await?;
                Ok(store)
            }
            whole if whole == usize::from(BUCKETS) => Ok(store),
            _ => Err(StoreError::StateLost),
        }
    }

    /// The store, answering a commit only when this many replicas have it (`WAIT`); fewer within `patience` is
    /// [`StoreError::Unknown`]. The wait holds up whatever else uses the same connection: have several.
    #[must_use]
    pub fn with_replicas(self, count: u32, patience: Duration) -> Self {
        // WAIT takes 0 for "for ever".
        let patience_ms = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX).clamp(1, 60_000);
        Self { replicas: Some(Replicas { count, patience_ms }), ..self }
    }

    fn over(connection: C, prefix: &str) -> Result<Self, StoreError> {
        Ok(Self { connection, layout: Layout::new(prefix)?, replicas: None })
    }

    /// Looks at every server that holds a bucket; says how many buckets were whole once.
    async fn look_at_all(&self, persistence: Persistence) -> Result<usize, StoreError> {
        let mut whole = 0;
        let mut looks = self.in_every_bucket(|bucket| async move {
            let marker = self.layout.marker(bucket);
            looked(LOOK.ask(&self.connection, &[marker], &[]).await.map_err(|error| fault(&error))?)
        });
        while let Some(look) = looks.next().await {
            let Looked { evicts, logs, is_whole } = look?;
            if let Some(policy) = evicts {
                return Err(StoreError::Unsafe(format!(
                    "the server may drop keys (maxmemory-policy {policy}); set it to noeviction"
                )));
            }
            if !logs && persistence == Persistence::AppendOnly {
                return Err(StoreError::Unsafe(
                    "the server writes no append-only log and forgets spent codes when it stops; set appendonly yes"
                        .to_owned(),
                ));
            }
            whole += usize::from(is_whole);
        }
        Ok(whole)
    }

    async fn mark_all(&self, field: &'static str, value: &'static str) -> Result<(), StoreError> {
        let mut marks = self.in_every_bucket(|bucket| async move {
            let mut pipeline = Pipeline::new();
            pipeline.cmd("HSETNX").arg(self.layout.marker(bucket)).arg(field).arg(value).ignore();
            self.query::<()>(&pipeline).await
        });
        while let Some(mark) = marks.next().await {
            mark?;
        }
        Ok(())
    }

    /// Asks every bucket, in order, a bounded number at a time.
    fn in_every_bucket<'a, F: Future + 'a>(
        &'a self,
        ask: impl FnMut(u16) -> F + 'a,
    ) -> impl futures_util::Stream<Item = F::Output> + Unpin + 'a {
        futures_util::stream::iter(0..BUCKETS).map(ask).buffered(AT_ONCE)
    }

    async fn query<T: redis::FromRedisValue>(&self, pipeline: &Pipeline) -> Result<T, StoreError> {
        pipeline.query_async(&mut self.connection.clone()).await.map_err(|error| fault(&error))
    }

    /// A question, and whether the bucket still bears its marker: nothing found there means "none" only where it does.
    async fn query_marked<T: redis::FromRedisValue>(
        &self,
        bucket: u16,
        question: impl FnOnce(&mut Pipeline),
    ) -> Result<T, StoreError> {
        let mut pipeline = Pipeline::new();
        question(&mut pipeline);
        pipeline.cmd("HEXISTS").arg(self.layout.marker(bucket)).arg("whole");
        let (answer, is_marked): (T, bool) = self.query(&pipeline).await?;
        if is_marked { Ok(answer) } else { Err(StoreError::StateLost) }
    }

    /// The oldest waiting items of a bucket: when they were queued, and which.
    async fn queued(&self, bucket: u16, limit: usize) -> Result<Vec<(u64, u16, Vec<u8>)>, StoreError> {
        let last = i64::try_from(limit).unwrap_or(i64::MAX).saturating_sub(1);
        let queue = self.layout.queue(bucket);
        let found: Vec<(Vec<u8>, String)> = self
            .query_marked(bucket, |pipeline| {
                pipeline.cmd("ZRANGE").arg(queue).arg(0).arg(last).arg("WITHSCORES");
            })
            .await?;
        found.into_iter().map(|(item, turn)| Ok((number(&turn)?, bucket, item))).collect()
    }

    async fn item(&self, bucket: u16, id: Vec<u8>) -> Result<Option<OutboxItem>, StoreError> {
        let mut pipeline = Pipeline::new();
        pipeline.cmd("HGET").arg(self.layout.items(bucket)).arg(&id);
        let (found,): (Option<Vec<u8>>,) = self.query(&pipeline).await?;
        found.map(|found| answer::item(&id, &found)).transpose()
    }

    async fn keys_of(&self, bucket: u16, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        let from = after.map_or(b"-".to_vec(), |after| [b"(".as_slice(), &after.0].concat());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let all = self.layout.all(bucket);
        let found: Vec<Vec<u8>> = self
            .query_marked(bucket, |pipeline| {
                pipeline.cmd("ZRANGEBYLEX").arg(all).arg(from).arg("+").arg("LIMIT").arg(0).arg(limit);
            })
            .await?;
        found.iter().map(|key| answer::key(key)).collect()
    }

    async fn expired(&self, bucket: u16, now: Timestamp, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let expiries = self.layout.expiries(bucket);
        let found: Vec<Vec<u8>> = self
            .query_marked(bucket, |pipeline| {
                let question = pipeline.cmd("ZRANGEBYSCORE").arg(expiries).arg("-inf").arg(now.unix_ms());
                question.arg("LIMIT").arg(0).arg(limit);
            })
            .await?;
        found.iter().map(|key| answer::key(key)).collect()
    }

    async fn purge(&self, key: StoreKey, now: Timestamp) -> Result<bool, StoreError> {
        let keys = self.layout.of_purge(key);
        let arguments = [key.0.to_vec(), now.unix_ms().to_string().into_bytes()];
        let gone = PURGE.ask(&self.connection, &keys, &arguments).await.map_err(|error| fault(&error))?;
        Ok(gone == redis::Value::Int(1))
    }
}

impl<C: ConnectionLike + Clone + Send + Sync> AsyncStore for RedisStore<C> {
    async fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        let marker = self.layout.marker(0);
        // Looked at first: nothing is written to a server that is not the store.
        let bound: Option<Vec<u8>> = self
            .query_marked(0, |pipeline| {
                pipeline.cmd("HGET").arg(&marker).arg("keyring_check");
            })
            .await?;
        let bound = match bound {
            Some(bound) => bound,
            None => {
                let mut pipeline = Pipeline::new();
                pipeline.cmd("HSETNX").arg(&marker).arg("keyring_check").arg(&check).ignore();
                pipeline.cmd("HGET").arg(&marker).arg("keyring_check");
                let (bound,): (Vec<u8>,) = self.query(&pipeline).await?;
                bound
            }
        };
        if bound == check { Ok(()) } else { Err(StoreError::KeyLost) }
    }

    async fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        let cell = self.layout.cell(key);
        let (version, body): (Option<String>, Option<Vec<u8>>) = self
            .query_marked(layout::bucket(key), |pipeline| {
                pipeline.cmd("HMGET").arg(cell).arg("version").arg("body");
            })
            .await?;
        answer::cell(version, body)
    }

    async fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        commit.check()?;
        let (keys, arguments) =
            (self.layout.of_commit(commit.key), script::commit_arguments(commit, self.replicas.is_some()));
        let asked = match self.replicas {
            None => COMMIT.ask(&self.connection, &keys, &arguments).await,
            Some(Replicas { count, patience_ms }) => {
                COMMIT.ask_and_wait(&self.connection, &keys, &arguments, count, patience_ms).await
            }
        };
        commit_outcome(asked.map_err(|error| commit_fault(&error))?, commit)
    }

    async fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        let commits = self.layout.commits(key);
        let seq: Option<String> = self
            .query_marked(layout::bucket(key), |pipeline| {
                pipeline.cmd("HGET").arg(commits).arg(&commit_id);
            })
            .await?;
        let Some(seq) = seq else { return Ok(None) };
        let seq = number(&seq)?;
        found_event(seq, self.events(key, seq, 1).await?)
    }

    async fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let first = i64::try_from(from_seq.max(1) - 1).unwrap_or(i64::MAX);
        let last = first.saturating_add(i64::try_from(limit).unwrap_or(i64::MAX) - 1);
        let events = self.layout.events(key);
        let found: Vec<Vec<u8>> = self
            .query_marked(layout::bucket(key), |pipeline| {
                pipeline.cmd("LRANGE").arg(events).arg(first).arg(last);
            })
            .await?;
        found_events(from_seq.max(1), &found)
    }

    async fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        let mut keys = Vec::new();
        let first = after.map_or(0, layout::bucket);
        let pages = futures_util::stream::iter(first..BUCKETS).map(|bucket| {
            let after = after.filter(|after| layout::bucket(*after) == bucket);
            self.keys_of(bucket, after, limit)
        });
        // A full store answers from the first bucket, an empty one from all of them.
        let mut pages = std::pin::pin!(pages.buffered(if limit < AT_ONCE { 4 } else { AT_ONCE }));
        while keys.len() < limit
            && let Some(page) = pages.next().await
        {
            keys.extend(page?);
        }
        keys.truncate(limit);
        Ok(keys)
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        let mut oldest: Vec<(u64, u16, Vec<u8>)> = Vec::new();
        let queued = futures_util::stream::iter(0..BUCKETS).map(|bucket| self.queued(bucket, limit));
        let mut queued = std::pin::pin!(queued.buffered(AT_ONCE));
        while let Some(page) = queued.next().await {
            oldest.extend(page?);
            oldest.sort_unstable();
            oldest.truncate(limit);
        }
        let items = futures_util::stream::iter(oldest).map(|(_, bucket, id)| self.item(bucket, id));
        let mut items = std::pin::pin!(items.buffered(AT_ONCE));
        let mut found = Vec::new();
        while let Some(item) = items.next().await {
            // `None`: somebody else delivered it meanwhile.
            found.extend(item?);
        }
        Ok(found)
    }

    async fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        let done = futures_util::stream::iter(ids.iter().copied()).map(|OutboxId { key, id }| async move {
            let bucket = layout::bucket(key);
            let mut pipeline = Pipeline::new();
            pipeline.atomic();
            pipeline.cmd("HDEL").arg(self.layout.items(bucket)).arg(&id.0).ignore();
            pipeline.cmd("ZREM").arg(self.layout.queue(bucket)).arg(&id.0).ignore();
            self.query::<()>(&pipeline).await
        });
        let mut done = std::pin::pin!(done.buffered(AT_ONCE));
        while let Some(item) = done.next().await {
            item?;
        }
        Ok(())
    }

    async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let mut purged = 0;
        for bucket in 0..BUCKETS {
            if purged >= limit {
                break;
            }
            for key in self.expired(bucket, now, limit - purged).await? {
                purged += usize::from(self.purge(key, now).await?);
            }
        }
        Ok(purged)
    }
}

impl<C> std::fmt::Debug for RedisStore<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisStore")
            .field("layout", &self.layout)
            .field("replicas", &self.replicas)
            .finish_non_exhaustive()
    }
}
