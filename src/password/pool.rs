//! Memory for hashing: taken once, reused, wiped, and never more than the budget.
//!
//! A fresh 64 MiB hash spends a fifth of its time in page faults, and a hundred sign-ins at once would take 1.9 GiB. The
//! pool hands out arenas against a fixed budget. Whoever finds it lent out waits in a queue with a stated number of
//! places, first come first served, and is told [`HashError::Busy`] when every place is taken.
//!
//! - **The permit owns its arena.** Whoever computes the hash holds it; a caller who hangs up frees nothing early, and a
//!   job that panics gives it back.
//! - **Arenas are wiped when a permit is dropped**, before the next one can be granted, and only as far as its jobs wrote:
//!   about 0.9 ms for 19 MiB, a twentieth of the hash. Wiping is done with volatile writes ([`zeroize`]), because the
//!   compiler may drop any other write to memory that nobody reads again.
//! - **Never blocking is possible**: [`HashPool::try_acquire`] answers at once, for callers on an async executor; the
//!   permit can be carried to the thread that hashes.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::engine::{Arena, Engine, Job};
use super::error::HashError;

/// Arenas within a memory budget, and a queue in front of them. Clones share both.
///
/// ```
/// use account_security::password::pool::HashPool;
/// use account_security::password::{Engine, HashError};
/// let pool = HashPool::new(1_024, 0, Engine::Standard);
/// let permit = pool.try_acquire(1_024)?;
/// assert_eq!(pool.try_acquire(8).unwrap_err(), HashError::Busy);
/// drop(permit);
/// assert!(pool.acquire(1_024).is_ok());
/// # Ok::<(), HashError>(())
/// ```
#[derive(Clone)]
pub struct HashPool {
    shared: Arc<Shared>,
    budget_kib: usize,
    queue_max: usize,
    engine: Engine,
}

/// The right to compute hashes in one arena, one after the other. Dropping it wipes the arena and gives it back.
pub struct Permit {
    /// `None` only while it is being dropped.
    arena: Option<Box<dyn Arena>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    ledger: Mutex<Ledger>,
}

#[derive(Default)]
struct Ledger {
    free: Vec<Box<dyn Arena>>,
    /// KiB of all arenas, lent and free.
    held_kib: usize,
    /// Who waits, in order of arrival. Only the first may take.
    queue: VecDeque<Arc<Condvar>>,
}

/// What the ledger grants: a free arena that is large enough, or the right (already booked) to allocate a new one.
enum Grant {
    Reuse(Box<dyn Arena>),
    Allocate,
}

impl HashPool {
    /// A pool that will hold at most `budget_kib` KiB and let at most `queue_max` callers wait. Nothing is allocated yet.
    #[must_use]
    pub fn new(budget_kib: u32, queue_max: u32, engine: Engine) -> Self {
        Self { shared: Arc::default(), budget_kib: size(budget_kib), queue_max: size(queue_max), engine }
    }

    /// An empty pool with the same budget and engine and another queue.
    #[must_use]
    pub fn with_queue(&self, queue_max: u32) -> Self {
        Self { shared: Arc::default(), queue_max: size(queue_max), ..self.clone() }
    }

    /// An empty pool with the same budget and queue and another engine.
    #[must_use]
    pub fn with_engine(&self, engine: Engine) -> Self {
        Self { shared: Arc::default(), engine, ..self.clone() }
    }

    /// Takes an arena of at least `m_kib` KiB without waiting; a free one if there is one. Does not overtake those who
    /// wait.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the budget is lent out or somebody waits already, [`HashError::OverBudget`] when the whole
    /// budget is smaller, [`HashError::OutOfMemory`] when the system gives none.
    pub fn try_acquire(&self, m_kib: u32) -> Result<Permit, HashError> {
        let wanted_kib = self.within_budget(m_kib)?;
        let mut ledger = lock(&self.shared);
        if !ledger.queue.is_empty() {
            return Err(HashError::Busy);
        }
        let grant = ledger.grant(wanted_kib, self.budget_kib).ok_or(HashError::Busy)?;
        drop(ledger);
        self.permit(grant, wanted_kib)
    }

    /// Takes an arena of at least `m_kib` KiB; waits for its turn if none is to be had, provided the queue has a place.
    ///
    /// It waits while those before it compute: at most `queue_max` jobs and those already running; there is no deadline
    /// beside that bound. A thread that holds a permit must not ask for a second one: it could wait for itself.
    ///
    /// # Errors
    /// [`HashError::Busy`] when every place in the queue is taken, [`HashError::OverBudget`] when the whole budget is
    /// smaller, [`HashError::OutOfMemory`] when the system gives none.
    pub fn acquire(&self, m_kib: u32) -> Result<Permit, HashError> {
        let wanted_kib = self.within_budget(m_kib)?;
        let grant = self.wait_for_grant(wanted_kib)?;
        self.permit(grant, wanted_kib)
    }

    /// Kibibytes held now, lent and free.
    #[must_use]
    pub fn held_kib(&self) -> usize {
        lock(&self.shared).held_kib
    }

    /// Callers who wait now.
    #[must_use]
    pub fn queue_len(&self) -> usize {
        lock(&self.shared).queue.len()
    }

    /// The most memory it will hold, in KiB.
    #[must_use]
    pub const fn budget_kib(&self) -> usize {
        self.budget_kib
    }

    /// The most callers who may wait.
    #[must_use]
    pub const fn queue_max(&self) -> usize {
        self.queue_max
    }

    /// Who computes in its arenas.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    fn within_budget(&self, m_kib: u32) -> Result<usize, HashError> {
        Some(size(m_kib)).filter(|wanted_kib| *wanted_kib <= self.budget_kib).ok_or(HashError::OverBudget)
    }

    fn wait_for_grant(&self, wanted_kib: usize) -> Result<Grant, HashError> {
        let mut ledger = lock(&self.shared);
        if ledger.queue.is_empty()
            && let Some(grant) = ledger.grant(wanted_kib, self.budget_kib)
        {
            return Ok(grant);
        }
        if ledger.queue.len() >= self.queue_max {
            return Err(HashError::Busy);
        }
        let turn = Arc::new(Condvar::new());
        ledger.queue.push_back(Arc::clone(&turn));
        loop {
            ledger = turn.wait(ledger).unwrap_or_else(PoisonError::into_inner);
            if !ledger.queue.front().is_some_and(|first| Arc::ptr_eq(first, &turn)) {
                continue;
            }
            if let Some(grant) = ledger.grant(wanted_kib, self.budget_kib) {
                ledger.queue.pop_front();
                // There may be enough left for the next one too.
                ledger.call_first();
                return Ok(grant);
            }
        }
    }

    fn permit(&self, grant: Grant, wanted_kib: usize) -> Result<Permit, HashError> {
        let arena = match grant {
            Grant::Reuse(arena) => arena,
            Grant::Allocate => self.engine.allocate(wanted_kib).inspect_err(|_| {
                let mut ledger = lock(&self.shared);
                ledger.held_kib -= wanted_kib;
                ledger.call_first();
            })?,
        };
        Ok(Permit { arena: Some(arena), shared: Arc::clone(&self.shared) })
    }
}

impl Ledger {
    /// `None` when too much is lent out. An arena more than an eighth too large is not used: one strong record verified
    /// once would leave an arena as large as the budget, and every hash after it would stand in line for that one.
    fn grant(&mut self, wanted_kib: usize, budget_kib: usize) -> Option<Grant> {
        let is_fitting = |arena: &dyn Arena| (wanted_kib..=wanted_kib + wanted_kib / 8).contains(&arena.len_kib());
        if let Some(index) = self.free.iter().position(|arena| is_fitting(&**arena)) {
            return Some(Grant::Reuse(self.free.swap_remove(index)));
        }
        let free_kib: usize = self.free.iter().map(|arena| arena.len_kib()).sum();
        if self.held_kib - free_kib + wanted_kib > budget_kib {
            return None;
        }
        // Large ones go first, so that few do.
        self.free.sort_unstable_by_key(|arena| arena.len_kib());
        while self.held_kib + wanted_kib > budget_kib {
            self.held_kib -= self.free.pop()?.len_kib();
        }
        self.held_kib += wanted_kib;
        Some(Grant::Allocate)
    }

    /// Wakes the first who waits; it looks for itself whether there is enough.
    fn call_first(&self) {
        if let Some(first) = self.queue.front() {
            first.notify_one();
        }
    }
}

impl Permit {
    /// The largest hash it is good for, in KiB.
    #[must_use]
    pub fn len_kib(&self) -> usize {
        self.arena.as_ref().map_or(0, |arena| arena.len_kib())
    }

    /// Whether no hash was computed in it.
    #[cfg(test)]
    pub(super) fn is_wiped(&self) -> bool {
        self.arena.as_ref().is_none_or(|arena| arena.is_wiped())
    }

    /// Computes one hash.
    pub(super) fn compute(&mut self, job: &Job<'_>, tag: &mut [u8]) -> Result<(), HashError> {
        self.arena.as_mut().ok_or(HashError::Engine)?.compute(job, tag)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(mut arena) = self.arena.take() else { return };
        arena.wipe();
        let mut ledger = lock(&self.shared);
        ledger.free.push(arena);
        ledger.call_first();
    }
}

impl std::fmt::Debug for HashPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (held_kib, waiting) = (self.held_kib(), self.queue_len());
        write!(
            f,
            "HashPool({} engine, {held_kib} of {} KiB held, {waiting} of {} waiting)",
            self.engine.name(),
            self.budget_kib,
            self.queue_max
        )
    }
}

impl std::fmt::Debug for Permit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Permit({} KiB)", self.len_kib())
    }
}

fn size(kib: u32) -> usize {
    usize::try_from(kib).unwrap_or(usize::MAX)
}

/// The ledger holds no half-made state between two statements, so a panic elsewhere does not spoil it.
fn lock(shared: &Shared) -> MutexGuard<'_, Ledger> {
    shared.ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
