//! The stored form: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`, read strictly.
//!
//! In front of it may stand what was done to the password's text, e.g. `{nfc}`, because a PHC string has no place for it
//! that other libraries would read over. [`Phc::to_text`] leaves it out, so what is exported verifies anywhere.
//!
//! Peers accept a parameter twice, a missing lane count, any memory cost, and read a missing `v` as 19 although the
//! reference means 16, so that genuine old hashes fail as "wrong password". Here one text has one meaning.

use super::base64;
use super::error::PhcError;
use super::normalisation::Normalisation;
use super::params::{PHC_BYTES_MAX, SALT_BYTES, TAG_BYTES, VerifyCeiling};
use crate::types::KeyId;

/// Which argon2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// The only one new hashes are made with.
    Argon2id,
    /// Verified, then re-hashed.
    Argon2i,
    /// Verified, then re-hashed.
    Argon2d,
}

impl Algorithm {
    /// The name in the stored text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Argon2id => "argon2id",
            Self::Argon2i => "argon2i",
            Self::Argon2d => "argon2d",
        }
    }
}

/// Which version of argon2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 0x10, before 2016; also what a text without `v` means. Verified, then re-hashed.
    V16,
    /// 0x13, RFC 9106.
    V19,
}

impl Version {
    /// The number in the stored text.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::V16 => 16,
            Self::V19 => 19,
        }
    }
}

/// A stored hash, parsed and within the ceiling.
///
/// ```
/// use account_security::password::{Phc, VerifyCeiling};
/// let text = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4";
/// let stored = Phc::parse(text, &VerifyCeiling::DEFAULT)?;
/// assert_eq!((stored.m_kib(), stored.to_text().as_str()), (64, text));
/// # Ok::<(), account_security::password::PhcError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Phc {
    pub(super) algorithm: Algorithm,
    pub(super) version: Version,
    pub(super) m_kib: u32,
    pub(super) t: u32,
    pub(super) p: u32,
    pub(super) key_id: Option<KeyId>,
    pub(super) normalisation: Normalisation,
    pub(super) salt: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl Phc {
    /// Reads a stored hash of at most 512 bytes: argon2id, argon2i or argon2d; `m`, `t`, `p` once each, in this order or as
    /// `m,p,t`; then possibly `keyid` of four bytes; salt of 8 to 64 and tag of 16 to 64 bytes in unpadded base64. A
    /// normalisation mark may stand in front.
    ///
    /// # Errors
    /// [`PhcError`] tells damage from lack of support from absurd costs. Costs are compared with the ceiling before
    /// anything is allocated.
    pub fn parse(text: &str, ceiling: &VerifyCeiling) -> Result<Self, PhcError> {
        if text.len() > PHC_BYTES_MAX {
            return Err(PhcError::Malformed("length"));
        }
        let (normalisation, text) = mark(text);
        let mut fields = text.split('$');
        if fields.next() != Some("") {
            return Err(PhcError::Malformed("start"));
        }
        let algorithm = algorithm(fields.next().unwrap_or(""))?;
        let mut field = fields.next().ok_or(PhcError::Malformed("parameters"))?;
        let version = match field.strip_prefix("v=") {
            Some(number) => {
                field = fields.next().ok_or(PhcError::Malformed("parameters"))?;
                version(number)?
            }
            None => Version::V16,
        };
        let (m_kib, t, p, key_id_text) = parameters(field)?;
        if let Some(name) = ceiling.exceeded(m_kib, t, p) {
            return Err(PhcError::OverCeiling(name));
        }
        let key_id = key_id_text.map(key_id).transpose()?;
        let (Some(salt), Some(tag), None) = (fields.next(), fields.next(), fields.next()) else {
            return Err(PhcError::Malformed("number of fields"));
        };
        let (salt, tag) = (bytes(salt, "salt", SALT_BYTES)?, bytes(tag, "tag", TAG_BYTES)?);
        Ok(Self { algorithm, version, m_kib, t, p, key_id, normalisation, salt, tag })
    }

    /// The text to store: the PHC string behind its normalisation mark. ASCII, at most 512 bytes.
    #[must_use]
    pub fn to_stored(&self) -> String {
        format!("{}{}", self.normalisation.mark(), self.to_text())
    }

    /// The PHC string alone, for other libraries: ASCII, at most 512 bytes, always with `v` and in the order `m,t,p`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let key_id =
            self.key_id.map_or_else(String::new, |id| format!(",keyid={}", base64::encode(&id.0.to_be_bytes())));
        format!(
            "${}$v={}$m={},t={},p={}{key_id}${}${}",
            self.algorithm.name(),
            self.version.number(),
            self.m_kib,
            self.t,
            self.p,
            base64::encode(&self.salt),
            base64::encode(&self.tag)
        )
    }

    /// Which argon2.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Which version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn m_kib(&self) -> u32 {
        self.m_kib
    }

    /// Passes.
    #[must_use]
    pub const fn t(&self) -> u32 {
        self.t
    }

    /// Lanes.
    #[must_use]
    pub const fn p(&self) -> u32 {
        self.p
    }

    /// The pepper the hash was made under.
    #[must_use]
    pub const fn key_id(&self) -> Option<KeyId> {
        self.key_id
    }

    /// What was done to the password's text.
    #[must_use]
    pub const fn normalisation(&self) -> Normalisation {
        self.normalisation
    }
}

impl std::fmt::Debug for Phc {
    /// Costs and key id only: a hash in a log is a hash to crack.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { algorithm, version, m_kib, t, p, key_id, normalisation, .. } = self;
        write!(
            f,
            "Phc({algorithm:?} {version:?} m={m_kib} t={t} p={p} {key_id:?} {normalisation:?}, salt and tag redacted)"
        )
    }
}

/// Takes the normalisation mark off; what is no mark stays and is refused as no start of a PHC string.
fn mark(text: &str) -> (Normalisation, &str) {
    let stated = Normalisation::ALL.into_iter().rev().find_map(|it| Some((it, text.strip_prefix(it.mark())?)));
    stated.unwrap_or((Normalisation::Unstated, text))
}

fn algorithm(name: &str) -> Result<Algorithm, PhcError> {
    match name {
        "argon2id" => Ok(Algorithm::Argon2id),
        "argon2i" => Ok(Algorithm::Argon2i),
        "argon2d" => Ok(Algorithm::Argon2d),
        "" => Err(PhcError::Malformed("algorithm")),
        _ => Err(PhcError::UnsupportedAlgorithm),
    }
}

fn version(number: &str) -> Result<Version, PhcError> {
    match number {
        "16" => Ok(Version::V16),
        "19" => Ok(Version::V19),
        _ if decimal(number).is_some() => Err(PhcError::UnsupportedVersion),
        _ => Err(PhcError::Malformed("version")),
    }
}

/// `m,t,p` or, as node-argon2 writes it, `m,p,t`; then possibly `keyid`, still to be read.
fn parameters(field: &str) -> Result<(u32, u32, u32, Option<&str>), PhcError> {
    let mut pairs = field.split(',').map(|pair| pair.split_once('=').ok_or(PhcError::Malformed("parameters")));
    let mut next = || pairs.next().transpose();
    let (Some(first), Some(second), Some(third)) = (next()?, next()?, next()?) else {
        return Err(PhcError::Malformed("parameters"));
    };
    let key_id = match next()? {
        None => None,
        Some(("keyid", id)) => Some(id),
        Some(("m" | "t" | "p", _)) => return Err(PhcError::Malformed("parameters")),
        Some(_) => return Err(PhcError::UnsupportedParameter),
    };
    match next()? {
        None => {}
        Some(("m" | "t" | "p" | "keyid", _)) => return Err(PhcError::Malformed("parameters")),
        Some(_) => return Err(PhcError::UnsupportedParameter),
    }
    let (m, t, p) = match (first, second, third) {
        (("m", m), ("t", t), ("p", p)) | (("m", m), ("p", p), ("t", t)) => (m, t, p),
        _ => return Err(PhcError::Malformed("parameters")),
    };
    let number = |text, name| decimal(text).filter(|number| *number > 0).ok_or(PhcError::Malformed(name));
    let (m_kib, t, p) = (number(m, "m")?, number(t, "t")?, number(p, "p")?);
    if m_kib / 8 < p { Err(PhcError::Malformed("m")) } else { Ok((m_kib, t, p, key_id)) }
}

/// Only key ids of this library, four bytes, can be looked up.
fn key_id(text: &str) -> Result<KeyId, PhcError> {
    let id = base64::decode(text.as_bytes()).and_then(|id| <[u8; 4]>::try_from(id).ok());
    id.map(|id| KeyId(u32::from_be_bytes(id))).ok_or(PhcError::Malformed("keyid"))
}

/// A decimal without sign, leading zero or white space.
fn decimal(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

fn bytes(text: &str, name: &'static str, lengths: std::ops::RangeInclusive<usize>) -> Result<Vec<u8>, PhcError> {
    match base64::decoded_len(text.len()) {
        Some(length) if length > *lengths.end() => Err(PhcError::OverCeiling(name)),
        Some(length) if lengths.contains(&length) => base64::decode(text.as_bytes()).ok_or(PhcError::Malformed(name)),
        _ => Err(PhcError::Malformed(name)),
    }
}

#[cfg(test)]
mod tests;
