//! Rotating root keys: what is sealed anew, and what still needs an old key.
//!
//! A new root key seals whatever is written from then on; what is not written stays under the old one. So a walk over all
//! cells seals the rest anew, after which the old key opens no record. Four things cannot be moved, because they are tags of
//! what only the customer knows: a password (moves with the next sign-in), a set of recovery codes (until new ones are
//! drawn), the cancel handle of a contact's change (days), open codes (ten minutes). And the MACs of old events are made
//! with it: without the key, or epochs, they cannot be proven any more. [`KeysNeeded`] counts, so that a key is retired
//! when its count is nothing.

use std::collections::BTreeMap;

use rand::CryptoRng;

use super::keyring::Keyring;
use super::record::AccountRecord;
use super::seal::{SealError, Seat};
use crate::password::{Phc, VerifyCeiling};
use crate::totp::SealedSecret;
use crate::types::{KeyId, StoreKey};

/// How many places name one root key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyUse {
    /// Sealed records: of accounts, payees, counts.
    pub cells: u64,
    /// Secrets of authenticators inside records.
    pub totp_secrets: u64,
    /// Accounts whose password, or a former one, has its pepper from it.
    pub passwords: u64,
    /// Accounts whose recovery codes are its tags.
    pub recovery_sets: u64,
    /// Accounts with a change of a contact whose handle was made with it.
    pub contact_changes: u64,
    /// Messages that wait in the outbox.
    pub outbox_items: u64,
}

/// By key, what still names it.
///
/// ```
/// use account_security::account::KeysNeeded;
/// use account_security::types::KeyId;
/// let walked = KeysNeeded::default(); // of an empty store; `Service::rotate_keys` fills it
/// assert!(walked.of(KeyId(1)).is_nothing(), "key 1 may leave the ring");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeysNeeded(BTreeMap<KeyId, KeyUse>);

impl KeyUse {
    /// Whether nothing names the key: nothing but the MACs of old events would miss it.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl KeysNeeded {
    /// What names this key.
    #[must_use]
    pub fn of(&self, key: KeyId) -> KeyUse {
        self.0.get(&key).copied().unwrap_or_default()
    }

    /// Every key that something names, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = (KeyId, &KeyUse)> {
        self.0.iter().map(|(key, uses)| (*key, uses))
    }

    /// Adds what another part of the store needs.
    pub fn add(&mut self, other: &Self) {
        for (key, more) in &other.0 {
            let uses = self.0.entry(*key).or_default();
            let sums = [
                (&mut uses.cells, more.cells),
                (&mut uses.totp_secrets, more.totp_secrets),
                (&mut uses.passwords, more.passwords),
                (&mut uses.recovery_sets, more.recovery_sets),
                (&mut uses.contact_changes, more.contact_changes),
                (&mut uses.outbox_items, more.outbox_items),
            ];
            sums.into_iter().for_each(|(sum, more)| *sum = sum.saturating_add(more));
        }
    }

    /// Counts one more place of this key.
    pub(crate) fn count(&mut self, key: Option<KeyId>, place: fn(&mut KeyUse) -> &mut u64) {
        if let Some(key) = key {
            let count = place(self.0.entry(key).or_default());
            *count = count.saturating_add(1);
        }
    }
}

/// What an account's record needs, its own seal left out.
pub(super) fn needed_by(record: &AccountRecord) -> KeysNeeded {
    let mut needed = KeysNeeded::default();
    let totp = [record.totp.active().map(|it| it.credential()), record.totp.pending().map(|it| it.credential())];
    for credential in totp.into_iter().flatten() {
        needed.count(Keyring::named_in(credential.sealed_secret().as_bytes()), |uses| &mut uses.totp_secrets);
    }
    let hashes = record.password.iter().flat_map(|password| password.last_hashes());
    let mut peppers: Vec<KeyId> =
        hashes.filter_map(|phc| Phc::parse(phc, &VerifyCeiling::default()).ok()?.key_id()).collect();
    peppers.sort_unstable();
    peppers.dedup();
    peppers.into_iter().for_each(|key| needed.count(Some(key), |uses| &mut uses.passwords));
    needed.count(record.recovery.key_id(), |uses| &mut uses.recovery_sets);
    needed.count(record.contact_change.as_ref().map(|change| change.key_id()), |uses| &mut uses.contact_changes);
    needed
}

/// Seals the secrets of authenticators anew where they are not under the current key; says whether any was.
pub(super) fn reseal_secrets(
    record: &mut AccountRecord,
    keys: &Keyring,
    owner: StoreKey,
    rng: &mut dyn CryptoRng,
) -> Result<bool, SealError> {
    let mut any = false;
    let resealed = std::mem::take(&mut record.totp).resealed(|credential| {
        let sealed = credential.sealed_secret();
        if Keyring::named_in(sealed.as_bytes()) == Some(keys.current()) {
            return Ok(sealed.clone());
        }
        any = true;
        let seat = Seat::of_totp_secret(owner, credential.id());
        let plain = keys.open(seat, sealed.as_bytes().to_vec())?;
        SealedSecret::new(keys.seal(seat, &plain, rng)?).map_err(|_| SealError::Corrupt)
    });
    record.totp = resealed?;
    Ok(any)
}
