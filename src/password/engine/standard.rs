//! The crate `argon2`, in memory of our own.

use argon2::{Argon2, Block};
use zeroize::Zeroize;

use super::{Arena, Job};
use crate::password::error::HashError;
use crate::password::phc::{Algorithm, Version};

#[cfg(not(feature = "huge-pages"))]
type Blocks = Vec<Block>;
/// Aligned to 2 MiB and advised to the kernel as huge pages: fewer misses of the page tables at argon2's random reads.
#[cfg(feature = "huge-pages")]
type Blocks = allocator_api2::vec::Vec<Block, hugealloc::HugeAlloc>;

/// Blocks of 1 KiB, and how many of them were written since the last wipe.
struct Standard {
    blocks: Blocks,
    dirty: usize,
}

pub(super) fn allocate(m_kib: usize) -> Result<Box<dyn Arena>, HashError> {
    #[cfg(not(feature = "huge-pages"))]
    let mut blocks = Blocks::new();
    #[cfg(feature = "huge-pages")]
    let mut blocks = Blocks::new_in(hugealloc::HugeAlloc);
    blocks.try_reserve_exact(m_kib).map_err(|_| HashError::OutOfMemory)?;
    blocks.resize(m_kib, Block::new());
    Ok(Box::new(Standard { blocks, dirty: 0 }))
}

impl Arena for Standard {
    fn len_kib(&self) -> usize {
        self.blocks.len()
    }

    fn compute(&mut self, job: &Job<'_>, tag: &mut [u8]) -> Result<(), HashError> {
        let argon2 = argon2(job).map_err(|_| HashError::Engine)?;
        let used = argon2.params().block_count();
        let blocks = self.blocks.get_mut(..used).ok_or(HashError::OverBudget)?;
        self.dirty = self.dirty.max(used);
        argon2
            .hash_password_into_with_memory(job.password, &job.record.salt, tag, blocks)
            .map_err(|_| HashError::Engine)
    }

    fn wipe(&mut self) {
        // The crate wipes its first hash and its last block, never the matrix.
        self.blocks.iter_mut().take(self.dirty).for_each(Zeroize::zeroize);
        self.dirty = 0;
    }

    #[cfg(test)]
    fn is_wiped(&self) -> bool {
        self.blocks.iter().all(|block| block.as_ref().iter().all(|word| *word == 0))
    }
}

fn argon2<'key>(job: &Job<'key>) -> argon2::Result<Argon2<'key>> {
    let record = job.record;
    let algorithm = match record.algorithm {
        Algorithm::Argon2id => argon2::Algorithm::Argon2id,
        Algorithm::Argon2i => argon2::Algorithm::Argon2i,
        Algorithm::Argon2d => argon2::Algorithm::Argon2d,
    };
    let version = match record.version {
        Version::V16 => argon2::Version::V0x10,
        Version::V19 => argon2::Version::V0x13,
    };
    let params = argon2::Params::new(record.m_kib, record.t, record.p, Some(record.tag.len()))?;
    match job.pepper {
        Some(pepper) => Argon2::new_with_secret(pepper, algorithm, version, params),
        None => Ok(Argon2::new(algorithm, version, params)),
    }
}
