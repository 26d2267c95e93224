//! Who computes argon2, behind one small trait: an arena that takes a job and leaves a tag.
//!
//! The default is the crate `argon2`. Behind the feature `fast-argon2` stands a second one, written for SIMD by hand: its
//! tags are held equal to the default's by a differential test, but nobody outside has audited it yet, so it is used only
//! where it is named.

#[cfg(feature = "fast-argon2")]
mod fast;
mod standard;

use super::error::HashError;
use super::phc::Phc;

/// Which implementation computes argon2. The tags are the same, so it may change between two sign-ins.
///
/// ```
/// use account_security::password::{Engine, HashParams, Hasher, VerifyCeiling};
/// let hasher = Hasher::new(HashParams::owasp_19m(), VerifyCeiling::DEFAULT, 262_144)?;
/// assert_eq!(hasher.engine(), Engine::Standard);
/// # Ok::<(), account_security::password::ParamsError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Engine {
    /// The crate `argon2` of RustCrypto.
    #[default]
    Standard,
    /// The crate `argon2-rust`: half the time and less, not audited.
    #[cfg(feature = "fast-argon2")]
    Fast,
}

impl Engine {
    /// Every engine of this build, the default first.
    pub const ALL: &'static [Self] = &[
        Self::Standard,
        #[cfg(feature = "fast-argon2")]
        Self::Fast,
    ];

    /// The stable name, e.g. `standard`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            #[cfg(feature = "fast-argon2")]
            Self::Fast => "fast",
        }
    }

    /// Takes memory for hashes of at most `m_kib` KiB from the system.
    pub(super) fn allocate(self, m_kib: usize) -> Result<Box<dyn Arena>, HashError> {
        match self {
            Self::Standard => standard::allocate(m_kib),
            #[cfg(feature = "fast-argon2")]
            Self::Fast => fast::allocate(m_kib),
        }
    }
}

/// One hash to compute: the costs and the salt of a record, a text, and the key the record names.
pub(super) struct Job<'a> {
    pub(super) record: &'a Phc,
    pub(super) password: &'a [u8],
    pub(super) pepper: Option<&'a [u8]>,
}

/// Memory of a fixed size together with what computes in it.
pub(super) trait Arena: Send {
    /// The largest hash it holds, in KiB.
    fn len_kib(&self) -> usize;

    /// Computes a hash of at most [`len_kib`](Self::len_kib) into `tag`, which has the length of the record's tag. A
    /// larger one is an error, never a larger arena.
    fn compute(&mut self, job: &Job<'_>, tag: &mut [u8]) -> Result<(), HashError>;

    /// Overwrites what the jobs since the last wipe left behind, in a way the compiler may not drop.
    fn wipe(&mut self);

    /// Whether nothing but zeros is left.
    #[cfg(test)]
    fn is_wiped(&self) -> bool;
}

#[cfg(test)]
mod tests;
