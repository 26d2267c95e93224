//! What the driver needs of a record, whichever kind it is.

use rand::CryptoRng;

use super::chain::ChainHead;
use super::format::FormatError;
use super::free_text::FreeTexts;
use super::keyring::Keyring;
use super::rotation::KeysNeeded;
use super::seal::SealError;
use crate::types::{StoreKey, Timestamp};

/// A record that is stored as one cell with one audit chain.
pub trait Aggregate: Sized {
    /// The record of something never seen before.
    fn fresh() -> Self;

    /// The plain bytes of the current format, ready to be sealed.
    ///
    /// # Errors
    /// [`FormatError`] when the record breaks its own bounds; such a record must not be stored.
    fn encode(&self) -> Result<Vec<u8>, FormatError> {
        self.encode_behind(0)
    }

    /// The same behind `room` zeros, which leave whoever seals it in place room for a header.
    ///
    /// # Errors
    /// As [`Aggregate::encode`].
    fn encode_behind(&self, room: usize) -> Result<Vec<u8>, FormatError>;

    /// Reads every format ever written.
    ///
    /// # Errors
    /// [`FormatError`]; a damaged record never becomes a fresh one.
    fn decode(bytes: &[u8]) -> Result<Self, FormatError>;

    /// The highest time this record has seen: time never runs back behind it.
    fn time_high(&self) -> Timestamp;

    /// The end of its audit chain.
    fn head(&self) -> ChainHead;

    /// What seals the free texts of its events; `None` where no event may hold one.
    fn free_texts(&mut self) -> Option<&mut FreeTexts> {
        None
    }

    /// Which root keys it names inside.
    fn keys_needed(&self) -> KeysNeeded {
        KeysNeeded::default()
    }

    /// Seals anew what is sealed inside it under another key than the current one; says whether anything was.
    ///
    /// # Errors
    /// [`SealError`] when it does not open; the record is of no further use then.
    fn reseal_inside(
        &mut self,
        _keys: &Keyring,
        _owner: StoreKey,
        _rng: &mut dyn CryptoRng,
    ) -> Result<bool, SealError> {
        Ok(false)
    }

    /// From when on its cell may be purged with its events; `None` = never. Asked after [`Aggregate::advance`].
    fn expires_at(&self) -> Option<Timestamp> {
        None
    }

    /// Moves time and chain forward, as part of one commit.
    fn advance(&mut self, now: Timestamp, head: ChainHead);
}
