//! Memory for hashing: taken once, reused, wiped, and never more than the budget.
//!
//! A fresh 64 MiB hash spends a fifth of its time in page faults, and a hundred sign-ins at once would take 1.9 GiB. The
//! pool hands out arenas against a fixed budget and answers [`HashError::Busy`] when it is used up. The permit owns its
//! arena: whoever computes the hash holds it, and a caller who hangs up frees nothing early.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::Block;
use zeroize::Zeroize;

use super::error::HashError;

/// Arenas within a memory budget. Clones share it.
#[derive(Clone)]
pub struct HashPool {
    shared: Arc<Mutex<Ledger>>,
    budget_blocks: usize,
}

/// The right to use one arena. Dropping it wipes the arena and gives it back.
pub struct Permit {
    arena: Vec<Block>,
    used_blocks: usize,
    shared: Arc<Mutex<Ledger>>,
}

#[derive(Default)]
struct Ledger {
    free: Vec<Vec<Block>>,
    /// Blocks of all arenas, lent and free.
    held_blocks: usize,
}

impl HashPool {
    /// A pool that will hold at most `budget_kib` KiB. Nothing is allocated yet.
    #[must_use]
    pub fn new(budget_kib: u32) -> Self {
        Self { shared: Arc::default(), budget_blocks: blocks(budget_kib) }
    }

    /// Takes an arena of at least `m_kib` KiB, a free one if there is one, without waiting.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the budget is lent out, [`HashError::OutOfMemory`] when the system gives none.
    pub fn acquire(&self, m_kib: u32) -> Result<Permit, HashError> {
        let wanted = blocks(m_kib);
        let arena = match self.take(wanted)? {
            Some(arena) => arena,
            None => self.allocate(wanted)?,
        };
        Ok(Permit { arena, used_blocks: wanted, shared: Arc::clone(&self.shared) })
    }

    /// Kibibytes held now, lent and free.
    #[must_use]
    pub fn held_kib(&self) -> usize {
        lock(&self.shared).held_blocks
    }

    /// A free arena that is large enough, or the right (already booked) to allocate a new one.
    fn take(&self, wanted: usize) -> Result<Option<Vec<Block>>, HashError> {
        let mut ledger = lock(&self.shared);
        let fitting = ledger.free.iter().enumerate().filter(|(_, arena)| arena.len() >= wanted);
        if let Some((index, _)) = fitting.min_by_key(|(_, arena)| arena.len()) {
            return Ok(Some(ledger.free.swap_remove(index)));
        }
        // Every free arena is too small, so letting them go costs nothing that could have been reused here.
        while ledger.held_blocks + wanted > self.budget_blocks {
            let dropped = ledger.free.pop().ok_or(HashError::Busy)?;
            ledger.held_blocks -= dropped.len();
        }
        ledger.held_blocks += wanted;
        Ok(None)
    }

    fn allocate(&self, wanted: usize) -> Result<Vec<Block>, HashError> {
        let mut arena = Vec::new();
        if arena.try_reserve_exact(wanted).is_err() {
            lock(&self.shared).held_blocks -= wanted;
            return Err(HashError::OutOfMemory);
        }
        arena.resize(wanted, Block::new());
        Ok(arena)
    }
}

impl Permit {
    /// The arena, in blocks of 1 KiB.
    pub(super) fn blocks(&mut self) -> &mut [Block] {
        self.arena.get_mut(..self.used_blocks).unwrap_or_default()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        // The engine wipes its first hash and its last block, never the matrix.
        self.blocks().iter_mut().for_each(Zeroize::zeroize);
        lock(&self.shared).free.push(std::mem::take(&mut self.arena));
    }
}

impl std::fmt::Debug for HashPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HashPool({} of {} KiB held)", self.held_kib(), self.budget_blocks)
    }
}

impl std::fmt::Debug for Permit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Permit({} KiB)", self.used_blocks)
    }
}

fn blocks(kib: u32) -> usize {
    usize::try_from(kib).unwrap_or(usize::MAX)
}

/// The ledger holds no half-made state between two statements, so a panic elsewhere does not spoil it.
fn lock(shared: &Mutex<Ledger>) -> MutexGuard<'_, Ledger> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_never_passed_and_a_full_pool_says_busy() {
        let pool = HashPool::new(100);
        let first = pool.acquire(60).unwrap();
        assert_eq!(pool.acquire(60).unwrap_err(), HashError::Busy);
        let second = pool.acquire(40).unwrap();
        assert_eq!(pool.held_kib(), 100);
        assert_eq!(pool.acquire(8).unwrap_err(), HashError::Busy);
        drop((first, second));
        assert!(pool.acquire(60).is_ok());
        assert_eq!(pool.held_kib(), 100);
    }

    #[test]
    fn an_arena_is_reused_and_small_ones_make_way_for_a_large_one() {
        let pool = HashPool::new(100);
        for _ in 0..10 {
            drop(pool.acquire(30).unwrap());
        }
        assert_eq!(pool.held_kib(), 30, "one arena served all ten");
        drop((pool.acquire(30).unwrap(), pool.acquire(30).unwrap(), pool.acquire(30).unwrap()));
        assert_eq!(pool.held_kib(), 90);
        let large = pool.acquire(100).unwrap();
        assert_eq!(pool.held_kib(), 100);
        drop(large);
        assert_eq!(pool.acquire(101).unwrap_err(), HashError::Busy);
    }

    #[test]
    fn an_arena_comes_back_wiped() {
        let pool = HashPool::new(8);
        let mut permit = pool.acquire(8).unwrap();
        permit.blocks().iter_mut().for_each(|block| block.as_mut().fill(u64::MAX));
        drop(permit);
        let again = pool.acquire(8).unwrap();
        assert!(again.arena.iter().all(|block| block.as_ref().iter().all(|word| *word == 0)));
    }

    #[test]
    fn the_permit_outlives_the_pool_that_gave_it() {
        let pool = HashPool::new(8);
        let mut permit = pool.acquire(8).unwrap();
        drop(pool);
        assert_eq!(permit.blocks().len(), 8);
    }
}
