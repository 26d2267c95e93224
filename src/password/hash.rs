//! Making hashes. The engine is the crate `argon2`; memory, salt, pepper and text are ours.

use argon2::Argon2;
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::error::{HashError, ParamsError, PhcError};
use super::params::{HashParams, VerifyCeiling};
use super::pepper::PepperRing;
use super::phc::{Algorithm, Phc, Version};
use super::pool::HashPool;
use super::secret::Password;

/// Hashes and verifies passwords with fixed costs, one ceiling and one memory budget. Share one per process.
///
/// ```
/// use account_security::password::{HashParams, Hasher, NoPepper, Password, Verified, VerifyCeiling};
/// use rand::SeedableRng;
/// let hasher = Hasher::new(HashParams::new(64, 1, 1)?, VerifyCeiling::DEFAULT, 1024)?;
/// let mut rng = rand::rngs::StdRng::seed_from_u64(1); // the service draws from the system instead
/// let typed = Password::parse(b"Vx9#qLm2")?;
/// let stored = hasher.hash(&typed, &NoPepper, &mut rng)?.to_text();
/// assert_eq!(hasher.verify_text(Some(&stored), &typed, &NoPepper)?, Verified::Match { rehash: None });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Hasher {
    pub(super) params: HashParams,
    ceiling: VerifyCeiling,
    pool: HashPool,
}

impl Hasher {
    /// A hasher that never holds more than `memory_budget_kib` KiB of hashing memory. Stored hashes above the budget count
    /// as above the ceiling: they could never be verified here.
    ///
    /// # Errors
    /// [`ParamsError::AboveCeiling`] when own hashes could not be verified again, [`ParamsError::BudgetTooSmall`] when
    /// the budget does not hold one of them.
    pub fn new(params: HashParams, ceiling: VerifyCeiling, memory_budget_kib: u32) -> Result<Self, ParamsError> {
        ceiling.admit(&params)?;
        if memory_budget_kib < params.m_kib() {
            return Err(ParamsError::BudgetTooSmall);
        }
        let ceiling = VerifyCeiling { m_kib: ceiling.m_kib.min(memory_budget_kib), ..ceiling };
        Ok(Self { params, ceiling, pool: HashPool::new(memory_budget_kib) })
    }

    /// Hashes a password for storage: argon2id, version 19, fresh salt, under the ring's current pepper, in NFC.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the memory budget is lent out, [`HashError::UnknownPepper`] when the ring lacks its own
    /// current key, [`HashError::OutOfMemory`].
    pub fn hash(
        &self,
        password: &Password,
        peppers: &dyn PepperRing,
        rng: &mut dyn CryptoRng,
    ) -> Result<Phc, HashError> {
        let mut record = self.blank(peppers);
        rng.fill_bytes(&mut record.salt);
        let tag = self.tag(&record, &password.normalised(), peppers)?;
        record.tag.copy_from_slice(&tag);
        Ok(record)
    }

    /// Parses a stored hash under this hasher's ceiling.
    ///
    /// # Errors
    /// As [`Phc::parse`].
    pub fn parse(&self, stored: &str) -> Result<Phc, PhcError> {
        Phc::parse(stored, &self.ceiling)
    }

    /// The costs of new hashes.
    #[must_use]
    pub const fn params(&self) -> &HashParams {
        &self.params
    }

    /// Kibibytes of hashing memory held now, lent and free.
    #[must_use]
    pub fn held_kib(&self) -> usize {
        self.pool.held_kib()
    }

    /// A record with the current costs, without salt and tag. Unknown accounts are verified against it.
    pub(super) fn blank(&self, peppers: &dyn PepperRing) -> Phc {
        Phc {
            algorithm: Algorithm::Argon2id,
            version: Version::V19,
            m_kib: self.params.m_kib(),
            t: self.params.t(),
            p: self.params.p(),
            key_id: peppers.current(),
            salt: vec![0; self.params.salt_len()],
            tag: vec![0; self.params.tag_len()],
        }
    }

    /// The tag of `password` under the costs, salt and pepper of `record`.
    pub(super) fn tag(
        &self,
        record: &Phc,
        password: &[u8],
        peppers: &dyn PepperRing,
    ) -> Result<Zeroizing<Vec<u8>>, HashError> {
        let pepper = match record.key_id {
            Some(id) => Some(peppers.pepper(id).ok_or(HashError::UnknownPepper(id))?),
            None => None,
        };
        let mut permit = self.pool.acquire(record.m_kib)?;
        let mut tag = Zeroizing::new(vec![0; record.tag.len()]);
        engine(record, pepper.map(|pepper| pepper.expose()))
            .and_then(|engine| engine.hash_password_into_with_memory(password, &record.salt, &mut tag, permit.blocks()))
            .map_err(|_| HashError::Engine)?;
        Ok(tag)
    }
}

fn engine<'key>(record: &Phc, pepper: Option<&'key [u8]>) -> argon2::Result<Argon2<'key>> {
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
    match pepper {
        Some(pepper) => Argon2::new_with_secret(pepper, algorithm, version, params),
        None => Ok(Argon2::new(algorithm, version, params)),
    }
}

#[cfg(test)]
mod tests;
