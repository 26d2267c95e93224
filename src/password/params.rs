//! What a hash costs, and what a stored hash may cost at most.

use serde::{Deserialize, Serialize};

use super::error::ParamsError;

/// The costs of new hashes. Always argon2id, version 19.
///
/// ```
/// use account_security::password::HashParams;
/// assert_eq!(HashParams::owasp_19m().m_kib(), 19_456);
/// assert!(HashParams::new(65_536, 3, 4).is_ok());
/// assert!(HashParams::new(7, 1, 1).is_err());
/// # Ok::<(), account_security::password::ParamsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Costs", into = "Costs")]
pub struct HashParams {
    m_kib: u32,
    t: u32,
    p: u32,
    salt_len: u8,
    tag_len: u8,
}

impl HashParams {
    /// What OWASP's Password Storage Cheat Sheet and ASVS 5.0 appendix C call the least, all as hard to attack.
    pub const OWASP_MINIMA: [Self; 5] =
        [Self::of(47_104, 1), Self::of(19_456, 2), Self::of(12_288, 3), Self::of(9_216, 4), Self::of(7_168, 5)];

    const fn of(m_kib: u32, t: u32) -> Self {
        Self { m_kib, t, p: 1, salt_len: 16, tag_len: 32 }
    }

    /// Whether the costs are at least one of [`OWASP_MINIMA`](Self::OWASP_MINIMA).
    #[must_use]
    pub fn meets_owasp(&self) -> bool {
        Self::OWASP_MINIMA.iter().any(|least| self.m_kib >= least.m_kib && self.t >= least.t)
    }

    /// 19 MiB, 2 passes, 1 lane, 128-bit salt, 256-bit tag: OWASP Password Storage Cheat Sheet, ASVS 5.0 appendix C.
    ///
    /// One lane, because sign-ins already run beside each other.
    #[must_use]
    pub const fn owasp_19m() -> Self {
        Self::of(19_456, 2)
    }

    /// Own costs: memory in KiB, passes, lanes; with a 16-byte salt and a 32-byte tag.
    ///
    /// Costs below OWASP's are allowed, for tests and for small devices; a record made with them asks for a re-hash as
    /// soon as stronger costs are current.
    ///
    /// # Errors
    /// [`ParamsError::OutOfRange`] unless `t >= 1`, `p >= 1` and `m_kib >= 8 * p` (RFC 9106 §3.1).
    pub const fn new(m_kib: u32, t: u32, p: u32) -> Result<Self, ParamsError> {
        if t == 0 {
            return Err(ParamsError::OutOfRange("t"));
        }
        if p == 0 || p > 0xFF_FFFF {
            return Err(ParamsError::OutOfRange("p"));
        }
        if m_kib / 8 < p {
            return Err(ParamsError::OutOfRange("m_kib"));
        }
        Ok(Self { m_kib, t, p, salt_len: 16, tag_len: 32 })
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn m_kib(&self) -> u32 {
        self.m_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub const fn t(&self) -> u32 {
        self.t
    }

    /// Lanes.
    #[must_use]
    pub const fn p(&self) -> u32 {
        self.p
    }

    /// Salt in bytes.
    #[must_use]
    pub const fn salt_len(&self) -> usize {
        self.salt_len as usize
    }

    /// Tag in bytes.
    #[must_use]
    pub const fn tag_len(&self) -> usize {
        self.tag_len as usize
    }
}

impl Default for HashParams {
    fn default() -> Self {
        Self::owasp_19m()
    }
}

/// [`HashParams`] as stored; checked on the way in.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Costs {
    m_kib: u32,
    t: u32,
    p: u32,
}

impl TryFrom<Costs> for HashParams {
    type Error = ParamsError;
    fn try_from(costs: Costs) -> Result<Self, ParamsError> {
        Self::new(costs.m_kib, costs.t, costs.p)
    }
}

impl From<HashParams> for Costs {
    fn from(params: HashParams) -> Self {
        Self { m_kib: params.m_kib, t: params.t, p: params.p }
    }
}

/// The most a stored hash may cost. Checked before any memory is taken, because whoever can write a record could otherwise
/// make one sign-in eat gigabytes.
///
/// The default fits every record a reasonable service wrote: 256 MiB, 16 passes, 16 lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyCeiling {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

/// Longest stored hash, in bytes.
pub const PHC_BYTES_MAX: usize = 512;
/// Shortest and longest salt of a stored hash, in bytes.
pub const SALT_BYTES: std::ops::RangeInclusive<usize> = 8..=64;
/// Shortest and longest tag of a stored hash, in bytes.
pub const TAG_BYTES: std::ops::RangeInclusive<usize> = 16..=64;

impl VerifyCeiling {
    /// 256 MiB, 16 passes, 16 lanes.
    pub const DEFAULT: Self = Self { m_kib: 262_144, t: 16, p: 16 };

    /// Checks that hashes made with `params` could be verified.
    ///
    /// # Errors
    /// [`ParamsError::AboveCeiling`] names the cost that is above.
    pub fn admit(&self, params: &HashParams) -> Result<(), ParamsError> {
        match self.exceeded(params.m_kib, params.t, params.p) {
            Some(name) => Err(ParamsError::AboveCeiling(name)),
            None => Ok(()),
        }
    }

    pub(super) fn exceeded(&self, m_kib: u32, t: u32, p: u32) -> Option<&'static str> {
        [("m", m_kib > self.m_kib), ("t", t > self.t), ("p", p > self.p)]
            .into_iter()
            .find_map(|(name, above)| above.then_some(name))
    }
}

impl Default for VerifyCeiling {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_argon2_does_not_allow_are_refused() {
        assert_eq!(HashParams::new(8, 0, 1), Err(ParamsError::OutOfRange("t")));
        assert_eq!(HashParams::new(8, 1, 0), Err(ParamsError::OutOfRange("p")));
        assert_eq!(HashParams::new(u32::MAX, 1, 0x100_0000), Err(ParamsError::OutOfRange("p")));
        assert_eq!(HashParams::new(15, 1, 2), Err(ParamsError::OutOfRange("m_kib")));
        assert!(HashParams::new(16, 1, 2).is_ok());
        assert!(postcard::from_bytes::<HashParams>(&[0, 0, 0]).is_err());
    }

    #[test]
    fn the_default_meets_owasp_and_a_bit_less_does_not() {
        assert!(HashParams::default().meets_owasp());
        assert!(HashParams::OWASP_MINIMA.iter().all(HashParams::meets_owasp));
        for (m_kib, t) in [(19_455, 2), (19_456, 1), (47_103, 1), (7_167, 100), (9_215, 4)] {
            assert!(!HashParams::new(m_kib, t, 1).unwrap().meets_owasp(), "m={m_kib} t={t}");
        }
    }

    #[test]
    fn own_costs_above_the_own_ceiling_are_refused_at_once() {
        let rfc_9106_first = HashParams::new(2_097_152, 1, 4).unwrap();
        assert_eq!(VerifyCeiling::DEFAULT.admit(&rfc_9106_first), Err(ParamsError::AboveCeiling("m")));
        assert_eq!(VerifyCeiling::DEFAULT.admit(&HashParams::owasp_19m()), Ok(()));
    }
}
