//! The crate `argon2-rust`, in memory of its own.
//!
//! It maps its arena itself (with huge pages on Linux), reuses it, and wipes what a hash touched before the call returns,
//! after an error or a panic too. So there is nothing left for us to wipe between two jobs.

use argon2_rust::params::{Memory, TagLen};
use argon2_rust::{Argon2, Error, Hasher, Params};

use super::{Arena, Job};
use crate::password::error::HashError;
use crate::password::phc::{Algorithm, Phc, Version};

struct Fast {
    hasher: Hasher,
    len_kib: usize,
}

pub(super) fn allocate(m_kib: usize) -> Result<Box<dyn Arena>, HashError> {
    let memory = u64::try_from(m_kib).map_err(|_| HashError::OutOfMemory)?;
    let params = Params::builder().memory(Memory::kib(memory)).passes(1).lanes(1).threads(1);
    let params = params.build().map_err(|_| HashError::Engine)?;
    let mut hasher = Argon2::new(argon2_rust::Algorithm::Argon2id, argon2_rust::Version::V0x13, params).hasher();
    hasher.reserve().map_err(|_| HashError::OutOfMemory)?;
    Ok(Box::new(Fast { hasher, len_kib: m_kib }))
}

impl Arena for Fast {
    fn len_kib(&self) -> usize {
        self.len_kib
    }

    fn compute(&mut self, job: &Job<'_>, tag: &mut [u8]) -> Result<(), HashError> {
        let argon2 = argon2(job.record).map_err(|_| HashError::Engine)?;
        // Its hasher grows its memory by itself; ours is booked.
        if usize::try_from(job.record.m_kib).map_or(true, |m_kib| m_kib > self.len_kib) {
            return Err(HashError::OverBudget);
        }
        self.hasher.set_argon2(argon2);
        let pepper = job.pepper.unwrap_or_default();
        self.hasher.hash_into_with_ad(job.password, &job.record.salt, pepper, &[], tag).map_err(|error| match error {
            Error::MemoryAllocationError => HashError::OutOfMemory,
            _ => HashError::Engine,
        })
    }

    fn wipe(&mut self) {}

    /// Its memory cannot be seen from here; its own tests watch what it frees.
    #[cfg(test)]
    fn is_wiped(&self) -> bool {
        true
    }
}

fn argon2(record: &Phc) -> Result<Argon2, Error> {
    let algorithm = match record.algorithm {
        Algorithm::Argon2id => argon2_rust::Algorithm::Argon2id,
        Algorithm::Argon2i => argon2_rust::Algorithm::Argon2i,
        Algorithm::Argon2d => argon2_rust::Algorithm::Argon2d,
    };
    let version = match record.version {
        Version::V16 => argon2_rust::Version::V0x10,
        Version::V19 => argon2_rust::Version::V0x13,
    };
    let params = Params::builder()
        .memory(Memory::kib(u64::from(record.m_kib)))
        .passes(record.t)
        .lanes(record.p)
        .threads(1)
        .tag_len(TagLen::bytes(record.tag.len().try_into().unwrap_or(u64::MAX)))
        .build()?;
    Ok(Argon2::new(algorithm, version, params))
}
