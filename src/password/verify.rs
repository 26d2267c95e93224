//! Checking a typed password against a stored hash.

use subtle::{Choice, ConstantTimeEq};

use super::error::VerifyError;
use super::hash::{self, Hasher};
use super::params::HashParams;
use super::pepper::PepperRing;
use super::phc::{Algorithm, Phc, Version};
use super::pool::Permit;
use super::secret::Password;
use super::state::PasswordState;

/// Whether the password is the stored one. Anything else is a [`VerifyError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It is. With a reason to hash it again now, while it is at hand.
    Match {
        /// Why the stored hash should be replaced; `None` leaves it.
        rehash: Option<RehashReason>,
    },
    /// It is not, or the account does not exist: the caller cannot tell which.
    Mismatch,
}

/// Why a stored hash is weaker than what is current. Stronger or merely different hashes are left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RehashReason {
    /// argon2i or argon2d.
    Algorithm,
    /// Version 16.
    Version,
    /// Less memory than current.
    Memory,
    /// Fewer passes than current.
    Passes,
    /// Fewer lanes than current.
    Lanes,
    /// A salt of fewer than 16 bytes.
    Salt,
    /// A tag of fewer than 32 bytes.
    Tag,
    /// Made under another pepper than the current one, or without.
    Pepper,
    /// Made under an older normalisation than the current one, of a text for which that makes a difference.
    Normalisation,
}

impl RehashReason {
    /// The stable name, e.g. `memory`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Algorithm => "algorithm",
            Self::Version => "version",
            Self::Memory => "memory",
            Self::Passes => "passes",
            Self::Lanes => "lanes",
            Self::Salt => "salt",
            Self::Tag => "tag",
            Self::Pepper => "pepper",
            Self::Normalisation => "normalisation",
        }
    }
}

impl Hasher {
    /// Verifies a typed password. `None` stands for an unknown account: the same work is done against a dummy record with
    /// the current costs and the current pepper, and the answer is [`Verified::Mismatch`].
    ///
    /// The text is compared in the normalisation the record states. Where it states none, the text is tried in NFC and, if
    /// it was typed in another form, as typed too; both tries are always made, under one permit, so that time tells nothing
    /// about the first. Records that state none, or whose costs are not the current ones, take their own time until they
    /// are re-hashed; that difference remains visible.
    ///
    /// # Errors
    /// [`VerifyError::UnknownPepper`] (after the time of a mismatch), [`VerifyError::Busy`], [`VerifyError::OutOfMemory`].
    pub fn verify(
        &self,
        stored: Option<&Phc>,
        password: &Password,
        peppers: &dyn PepperRing,
    ) -> Result<Verified, VerifyError> {
        self.verify_with(&mut self.permit(stored)?, stored, password, peppers)
    }

    /// [`verify`](Self::verify) in memory taken before.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and [`VerifyError::OverBudget`] for a permit that was not taken for this record.
    pub fn verify_with(
        &self,
        permit: &mut Permit,
        stored: Option<&Phc>,
        password: &Password,
        peppers: &dyn PepperRing,
    ) -> Result<Verified, VerifyError> {
        let dummy = self.blank(peppers);
        let record = stored.unwrap_or(&dummy);
        let is_match = matches(permit, record, password, peppers)?;
        if stored.is_none() || !is_match {
            return Ok(Verified::Mismatch);
        }
        let outdated = || record.normalisation.is_outdated_for(password).then_some(RehashReason::Normalisation);
        Ok(Verified::Match { rehash: self.rehash_reason(record, peppers).or_else(outdated) })
    }

    /// [`verify`](Self::verify) on the stored text.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and [`VerifyError::Stored`] for a text that is damaged, unsupported or above the ceiling:
    /// never a mismatch.
    pub fn verify_text(
        &self,
        stored: Option<&str>,
        password: &Password,
        peppers: &dyn PepperRing,
    ) -> Result<Verified, VerifyError> {
        let stored = stored.map(|text| self.parse(text)).transpose()?;
        self.verify(stored.as_ref(), password, peppers)
    }

    /// Whether the password is the current one or one of the remembered ones, at most `history` in all: the answer for
    /// [`Evaluation::with_history`](super::Evaluation::with_history). Costs one verification each, under one permit, so ask
    /// last.
    ///
    /// # Errors
    /// As [`verify_text`](Self::verify_text). A former hash that cannot be read is an error too, never "not reused".
    pub fn matches_history(
        &self,
        state: &PasswordState,
        history: u8,
        password: &Password,
        peppers: &dyn PepperRing,
    ) -> Result<bool, VerifyError> {
        let asked = state.last_hashes().take(usize::from(history));
        let records = asked.map(|stored| self.parse(stored)).collect::<Result<Vec<_>, _>>()?;
        self.matches_any(&records, password, peppers)
    }

    /// The same as far as it can be told: hashes whose pepper is gone, or that cannot be read, are passed over. For who
    /// forgot the password or has to change it, and cannot wait for a key that is lost;
    /// [`PasswordState::uncompared`] counts what was passed over.
    ///
    /// # Errors
    /// [`VerifyError::Busy`], [`VerifyError::OutOfMemory`].
    pub fn matches_what_is_left(
        &self,
        state: &PasswordState,
        history: u8,
        password: &Password,
        peppers: &dyn PepperRing,
    ) -> Result<bool, VerifyError> {
        let asked = state.last_hashes().take(usize::from(history));
        let read = asked.filter_map(|stored| self.parse(stored).ok());
        let records: Vec<Phc> = read.filter(|record| hash::key_of(record, peppers).is_ok()).collect();
        self.matches_any(&records, password, peppers)
    }

    fn matches_any(&self, records: &[Phc], password: &Password, peppers: &dyn PepperRing) -> Result<bool, VerifyError> {
        if records.is_empty() {
            return Ok(false);
        }
        let mut permit = self.permit(records.iter().max_by_key(|record| record.m_kib))?;
        for record in records {
            if matches(&mut permit, record, password, peppers)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a stored hash is weaker than what this hasher makes under the ring's current pepper.
    #[must_use]
    pub fn rehash_reason(&self, stored: &Phc, peppers: &dyn PepperRing) -> Option<RehashReason> {
        rehash_reason(stored, &self.params, peppers)
    }
}

/// Every form is computed, whatever the first one gave.
fn matches(
    permit: &mut Permit,
    record: &Phc,
    password: &Password,
    peppers: &dyn PepperRing,
) -> Result<bool, VerifyError> {
    let pepper = hash::key_of(record, peppers);
    let mut is_match = Choice::from(0);
    for form in record.normalisation.forms(password) {
        // Without its pepper too the hash is computed: which accounts hang on a lost key is nobody's business.
        let tag = hash::tag(permit, record, &form, pepper.ok().flatten())?;
        is_match |= tag.as_slice().ct_eq(&record.tag);
    }
    pepper?;
    Ok(is_match.into())
}

fn rehash_reason(stored: &Phc, current: &HashParams, peppers: &dyn PepperRing) -> Option<RehashReason> {
    let weaker = [
        (stored.algorithm != Algorithm::Argon2id, RehashReason::Algorithm),
        (stored.version != Version::V19, RehashReason::Version),
        (stored.m_kib < current.m_kib(), RehashReason::Memory),
        (stored.t < current.t(), RehashReason::Passes),
        (stored.p < current.p(), RehashReason::Lanes),
        (stored.salt.len() < current.salt_len(), RehashReason::Salt),
        (stored.tag.len() < current.tag_len(), RehashReason::Tag),
        (stored.key_id != peppers.current(), RehashReason::Pepper),
    ];
    weaker.into_iter().find_map(|(is_weaker, reason)| is_weaker.then_some(reason))
}

#[cfg(test)]
mod tests;
