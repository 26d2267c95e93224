//! Sessions: who connects, and which statements a connection has prepared.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row};

use super::fault::is_forgotten;
use super::statement::Statement;
use crate::store::port::StoreError;

/// A client, and the statements it has prepared: a few fixed ones, planned once for each connection.
pub struct Session {
    client: Client,
    /// `None` where a pooler gives each transaction another connection.
    prepared: Option<Mutex<BTreeMap<&'static str, tokio_postgres::Statement>>>,
    is_given_up: AtomicBool,
}

/// Who hands out sessions: one, several, or a pool of the caller's.
///
/// For a pool, implement this on a wrapper of it whose connections are [`Session`]s.
pub trait Sessions: Send + Sync {
    /// A session as it is handed out, e.g. what a pool's `get` answers.
    type Lent: Deref<Target = Session> + Send + Sync;

    /// A session that is open, as far as one can know.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where none can be had, [`StoreError::Busy`] where all are taken.
    fn session(&self) -> impl Future<Output = Result<Self::Lent, StoreError>> + Send;
}

type Dialling = Pin<Box<dyn Future<Output = Result<Session, Error>> + Send>>;

/// A fixed number of sessions, used in turn, each dialled when it is first needed and again when it broke.
pub struct Dialled {
    dial: Box<dyn Fn() -> Dialling + Send + Sync>,
    places: Vec<async_lock::Mutex<Option<Arc<Session>>>>,
    next: AtomicUsize,
}

impl Session {
    /// A session that prepares its statements: a third of the server's work less. Whoever made `client` polls its connection.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client, prepared: Some(Mutex::default()), is_given_up: AtomicBool::new(false) }
    }

    /// A session that prepares nothing, for poolers in transaction mode.
    #[must_use]
    pub const fn unnamed(client: Client) -> Self {
        Self { client, prepared: None, is_given_up: AtomicBool::new(false) }
    }

    /// The client.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    pub(super) async fn query(
        &self,
        statement: &'static Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        let Some(prepared) = &self.prepared else {
            let types = statement.types.iter().cloned();
            let typed: Vec<_> = parameters.iter().copied().zip(types).collect();
            return self.client.query_typed(statement.text, &typed).await;
        };
        let known = prepared.lock().unwrap_or_else(PoisonError::into_inner).get(statement.text).cloned();
        if let Some(known) = known {
            match self.client.query(&known, parameters).await {
                // A pooler or a migration took it away; nothing ran.
                Err(error) if is_forgotten(&error) => {}
                answered => return answered,
            }
        }
        // Two tasks may prepare it both; either will do.
        let made = self.client.prepare_typed(statement.text, statement.types).await?;
        prepared.lock().unwrap_or_else(PoisonError::into_inner).insert(statement.text, made.clone());
        self.client.query(&made, parameters).await
    }

    /// Not to be used again: it did not answer in time, and what is asked next would wait behind what hangs.
    pub(super) fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }

    /// Whether a new one should be dialled in its place.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.client.is_closed() || self.is_given_up.load(Ordering::Relaxed)
    }
}

impl Sessions for Arc<Session> {
    type Lent = Self;

    async fn session(&self) -> Result<Self, StoreError> {
        Ok(Self::clone(self))
    }
}

impl Dialled {
    /// `count` sessions (1 to 1,024), each from one call of `dial`.
    #[must_use]
    pub fn new<F>(count: usize, dial: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Session, Error>> + Send + 'static,
    {
        let places = (0..count.clamp(1, 1_024)).map(|_| async_lock::Mutex::new(None)).collect();
        Self { dial: Box::new(move || Box::pin(dial())), places, next: AtomicUsize::new(0) }
    }
}

impl Sessions for Dialled {
    type Lent = Arc<Session>;

    async fn session(&self) -> Result<Arc<Session>, StoreError> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.places.len();
        let mut place = self.places[turn].lock().await;
        if let Some(session) = place.as_ref().filter(|session| !session.is_broken()) {
            return Ok(Arc::clone(session));
        }
        let session = (self.dial)().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Arc::clone(place.insert(Arc::new(session))))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("is_closed", &self.client.is_closed()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Dialled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialled").field("sessions", &self.places.len()).finish_non_exhaustive()
    }
}
