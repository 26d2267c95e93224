//! Making hashes. Who computes them is an [`Engine`]; memory, salt, pepper and text are ours.

use rand::CryptoRng;
use zeroize::Zeroizing;

use super::engine::{Engine, Job};
use super::error::{HashError, ParamsError, PhcError};
use super::normalisation::Normalisation;
use super::params::{HashParams, VerifyCeiling};
use super::pepper::PepperRing;
use super::phc::{Algorithm, Phc, Version};
use super::pool::{HashPool, Permit};
use super::secret::Password;
use crate::types::SecretBytes;

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
///
/// An executor that must not block takes the permit itself and hashes on another thread:
///
/// ```
/// # use account_security::password::{HashParams, Hasher, NoPepper, Password, Verified, VerifyCeiling};
/// # let hasher = Hasher::new(HashParams::new(64, 1, 1)?, VerifyCeiling::DEFAULT, 1024)?;
/// # let typed = Password::parse(b"Vx9#qLm2")?;
/// let mut permit = hasher.try_permit(None)?; // `Busy` at once instead of waiting
/// let worker = hasher.clone();
/// let verdict = std::thread::spawn(move || worker.verify_with(&mut permit, None, &typed, &NoPepper)).join();
/// assert!(matches!(verdict, Ok(Ok(Verified::Mismatch))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Hasher {
    pub(super) params: HashParams,
    ceiling: VerifyCeiling,
    pool: HashPool,
}

/// Callers who may wait for hashing memory unless [`Hasher::with_queue`] says otherwise: about a second's work of two
/// cores at the default costs.
pub const QUEUE_MAX_DEFAULT: u32 = 128;

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
        Ok(Self { params, ceiling, pool: HashPool::new(memory_budget_kib, QUEUE_MAX_DEFAULT, Engine::default()) })
    }

    /// The same hasher with an empty pool of its own, in front of which at most `queue_max` callers wait; 0 = nobody waits,
    /// a full pool is [`HashError::Busy`] at once.
    #[must_use]
    pub fn with_queue(self, queue_max: u32) -> Self {
        Self { pool: self.pool.with_queue(queue_max), ..self }
    }

    /// The same hasher with an empty pool of its own, computing with another engine.
    #[must_use]
    pub fn with_engine(self, engine: Engine) -> Self {
        Self { pool: self.pool.with_engine(engine), ..self }
    }

    /// Waits for memory for verifying `stored` (`None` = an unknown account) and for hashing the same password again.
    /// Without it, [`verify`](Self::verify) and [`hash`](Self::hash) do this by themselves, once per call.
    ///
    /// # Errors
    /// As [`HashPool::acquire`].
    pub fn permit(&self, stored: Option<&Phc>) -> Result<Permit, HashError> {
        self.pool.acquire(self.m_kib_for(stored))
    }

    /// [`permit`](Self::permit) without ever waiting.
    ///
    /// # Errors
    /// As [`HashPool::try_acquire`].
    pub fn try_permit(&self, stored: Option<&Phc>) -> Result<Permit, HashError> {
        self.pool.try_acquire(self.m_kib_for(stored))
    }

    /// Hashes a password for storage: argon2id, version 19, fresh salt, under the ring's current pepper, in NFC.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the memory budget is lent out and the queue is full, [`HashError::UnknownPepper`] when the
    /// ring lacks its own current key, [`HashError::OutOfMemory`].
    pub fn hash(
        &self,
        password: &Password,
        peppers: &dyn PepperRing,
        rng: &mut dyn CryptoRng,
    ) -> Result<Phc, HashError> {
        self.hash_with(&mut self.permit(None)?, password, peppers, rng)
    }

    /// [`hash`](Self::hash) in memory taken before.
    ///
    /// # Errors
    /// As [`hash`](Self::hash), and [`HashError::OverBudget`] for a permit of a hasher with lower costs.
    pub fn hash_with(
        &self,
        permit: &mut Permit,
        password: &Password,
        peppers: &dyn PepperRing,
        rng: &mut dyn CryptoRng,
    ) -> Result<Phc, HashError> {
        let mut record = self.blank(peppers);
        let pepper = key_of(&record, peppers)?;
        rng.fill_bytes(&mut record.salt);
        let tag = tag(permit, &record, &password.normalised(), pepper)?;
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

    /// Who computes.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.pool.engine()
    }

    /// The memory and the queue in front of it, e.g. to watch how full they are.
    #[must_use]
    pub const fn pool(&self) -> &HashPool {
        &self.pool
    }

    /// Kibibytes of hashing memory held now, lent and free.
    #[must_use]
    pub fn held_kib(&self) -> usize {
        self.pool.held_kib()
    }

    /// What a stored hash with the current costs looks like: something to compare with where there is none. Nothing matches
    /// it but by an accident of one in 2^256, so the caller answers "no" whatever comes of it.
    #[must_use]
    pub fn dummy(&self, peppers: &dyn PepperRing) -> String {
        self.blank(peppers).to_stored()
    }

    /// A record with the current costs, without salt and tag. Unknown accounts are verified against it.
    pub(crate) fn blank(&self, peppers: &dyn PepperRing) -> Phc {
        Phc {
            algorithm: Algorithm::Argon2id,
            version: Version::V19,
            m_kib: self.params.m_kib(),
            t: self.params.t(),
            p: self.params.p(),
            key_id: peppers.current(),
            normalisation: Normalisation::CURRENT,
            salt: vec![0; self.params.salt_len()],
            tag: vec![0; self.params.tag_len()],
        }
    }

    fn m_kib_for(&self, stored: Option<&Phc>) -> u32 {
        stored.map_or(0, Phc::m_kib).max(self.params.m_kib())
    }
}

/// The pepper `record` names; `None` when it names none.
pub(super) fn key_of<'ring>(
    record: &Phc,
    peppers: &'ring dyn PepperRing,
) -> Result<Option<&'ring SecretBytes>, HashError> {
    record.key_id.map(|id| peppers.pepper(id).ok_or(HashError::UnknownPepper(id))).transpose()
}

/// The tag of `password` under the costs and the salt of `record`.
pub(super) fn tag(
    permit: &mut Permit,
    record: &Phc,
    password: &[u8],
    pepper: Option<&SecretBytes>,
) -> Result<Zeroizing<Vec<u8>>, HashError> {
    let mut tag = Zeroizing::new(vec![0; record.tag.len()]);
    permit.compute(&Job { record, password, pepper: pepper.map(SecretBytes::expose) }, &mut tag)?;
    Ok(tag)
}

#[cfg(test)]
mod tests;
