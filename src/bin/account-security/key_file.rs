//! What stands in a key file, and how it changes: a new root key, the next audit epoch.
//!
//! ```text
//! account-security keys v1
//! lookup HEX          names cells; never changes
//! current 2           seals what is written now
//! key 1 HEX
//! key 2 HEX
//! epochs 3 HEX to 5   audit epochs, where they are in use: the oldest one's key, and the one that is written under
//! ```

use account_security::account::epoch::{EPOCHS_AHEAD, EPOCHS_HELD_MAX};
use account_security::account::{AuditEpoch, Keyring};
use account_security::types::{KeyId, SecretBytes, hex};
use zeroize::Zeroizing;

use crate::exit::Failure;

/// How every key file begins.
pub(crate) const HEADER: &str = "account-security keys v1";
const KEY_BYTES: usize = 32;

/// The keys of a database.
pub(crate) struct KeyFile {
    lookup: SecretBytes,
    current: KeyId,
    keys: Vec<(KeyId, SecretBytes)>,
    epochs: Option<Epochs>,
}

struct Epochs {
    oldest: AuditEpoch,
    present: u32,
}

impl KeyFile {
    /// The first keys of a new database.
    pub(crate) fn new(lookup: SecretBytes, root: SecretBytes) -> Self {
        Self { lookup, current: KeyId(1), keys: vec![(KeyId(1), root)], epochs: None }
    }

    /// Reads it; `None` for anything else.
    pub(crate) fn parse(text: &SecretBytes) -> Option<Self> {
        let mut lines = std::str::from_utf8(text.expose()).ok()?.lines();
        if lines.next() != Some(HEADER) {
            return None;
        }
        let (mut lookup, mut current, mut keys, mut epochs) = (None, None, Vec::new(), None);
        for line in lines.filter(|line| !line.trim().is_empty()) {
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["lookup", key] => lookup = Some(secret_of(key.as_bytes())?),
                ["current", id] => current = Some(KeyId(id.parse().ok()?)),
                ["key", id, key] => keys.push((KeyId(id.parse().ok()?), secret_of(key.as_bytes())?)),
                ["epochs", oldest, key, "to", present] => {
                    let oldest = AuditEpoch::resume(oldest.parse().ok()?, &secret_of(key.as_bytes())?).ok()?;
                    epochs = Some(Epochs { oldest, present: present.parse().ok()? });
                }
                _ => return None,
            }
        }
        Some(Self { lookup: lookup?, current: current?, keys, epochs })
    }

    /// As it is written.
    pub(crate) fn text(&self) -> SecretBytes {
        // Long enough for 64 keys, so that it never grows and leaves nothing behind.
        let mut text = String::with_capacity(8 * 1024);
        text.push_str(HEADER);
        text.push_str("\nlookup ");
        hex::push(&mut text, self.lookup.expose());
        text.push_str(&format!("\ncurrent {}\n", self.current.0));
        for (id, key) in &self.keys {
            text.push_str(&format!("key {} ", id.0));
            hex::push(&mut text, key.expose());
            text.push('\n');
        }
        if let Some(Epochs { oldest, present }) = &self.epochs {
            text.push_str(&format!("epochs {} ", oldest.number()));
            hex::push(&mut text, oldest.expose().expose());
            text.push_str(&format!(" to {present}\n"));
        }
        SecretBytes::new(text.into_bytes())
    }

    /// The ring of these keys.
    pub(crate) fn ring(&self) -> Result<Keyring, Failure> {
        let ring = Keyring::new(self.lookup.clone(), self.current, self.keys.clone()).map_err(Failure::fault)?;
        match &self.epochs {
            Some(Epochs { oldest, present }) => ring.with_audit_epochs(oldest, *present).map_err(Failure::fault),
            None => Ok(ring),
        }
    }

    /// The ring for proving only: it follows chains as far ahead of the file as a ring can.
    pub(crate) fn ring_to_verify(&self) -> Result<Keyring, Failure> {
        let ring = self.ring()?;
        match &self.epochs {
            Some(Epochs { oldest, .. }) => {
                let far = oldest.number().saturating_add(EPOCHS_HELD_MAX).min(u32::MAX - EPOCHS_AHEAD);
                ring.with_audit_epochs(oldest, far).map_err(Failure::fault)
            }
            None => Ok(ring),
        }
    }

    /// With one more root key, and its number. Nothing is sealed under it until it is made current.
    pub(crate) fn with_root(mut self, root: SecretBytes) -> Option<(Self, KeyId)> {
        let highest = self.keys.iter().map(|(id, _)| id.0).max()?;
        let id = KeyId(highest.checked_add(1)?);
        self.keys.push((id, root));
        Some((self, id))
    }

    /// With another current key; `None` where it has no such key. The old ones stay: they open what is not sealed anew yet.
    pub(crate) fn with_current(self, current: KeyId) -> Option<Self> {
        self.keys.iter().any(|(id, _)| *id == current).then_some(Self { current, ..self })
    }

    /// One epoch on, the first of `secret` where there was none; with `held`, without the keys of all but so many epochs.
    pub(crate) fn with_next_epoch(self, secret: &SecretBytes, held: Option<u32>) -> Result<Self, Failure> {
        let last = || Failure::fault("no epoch is left behind the present one");
        let Epochs { mut oldest, present } = match self.epochs {
            Some(Epochs { oldest, present }) => Epochs { oldest, present: present.checked_add(1).ok_or_else(last)? },
            None => Epochs { oldest: AuditEpoch::first(secret).map_err(Failure::fault)?, present: 1 },
        };
        let oldest_held = held.map_or(0, |held| present.saturating_sub(held.saturating_sub(1)));
        // A file that makes a ring holds few enough epochs.
        while oldest.number() < oldest_held {
            oldest = oldest.next().map_err(Failure::fault)?;
        }
        Ok(Self { epochs: Some(Epochs { oldest, present }), ..self })
    }

    /// The oldest epoch that is held, and the present one.
    pub(crate) fn epochs(&self) -> Option<(u32, u32)> {
        self.epochs.as_ref().map(|epochs| (epochs.oldest.number(), epochs.present))
    }
}

/// A key of 32 bytes from its 64 digits.
pub(crate) fn secret_of(digits: &[u8]) -> Option<SecretBytes> {
    let mut bytes = Zeroizing::new(vec![0; KEY_BYTES]);
    hex::read(digits, &mut bytes)?;
    Some(SecretBytes::new(std::mem::take(&mut *bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SecretBytes {
        SecretBytes::new(vec![byte; 32])
    }

    fn again(file: &KeyFile) -> KeyFile {
        KeyFile::parse(&file.text()).unwrap()
    }

    #[test]
    fn what_is_written_reads_back_with_every_key() {
        let (file, id) = KeyFile::new(key(9), key(1)).with_root(key(2)).unwrap();
        assert_eq!((id, file.current), (KeyId(2), KeyId(1)), "nobody has it yet");
        assert!(again(&file).with_current(KeyId(3)).is_none());
        let file = file.with_current(id).unwrap().with_next_epoch(&key(7), None).unwrap();
        let read = again(&file);
        assert_eq!((read.current, read.epochs()), (KeyId(2), Some((1, 1))));
        assert_eq!(read.text().expose(), file.text().expose());
        assert_eq!(read.ring().unwrap().lookup_fingerprint(), file.ring().unwrap().lookup_fingerprint());
    }

    #[test]
    fn epochs_step_and_old_ones_are_forgotten_for_good() {
        let mut file = KeyFile::new(key(9), key(1));
        for present in 1..=3 {
            file = again(&file).with_next_epoch(&key(7), None).unwrap();
            assert_eq!(file.epochs(), Some((1, present)));
        }
        let file = again(&file).with_next_epoch(&key(0), Some(2)).unwrap();
        assert_eq!(file.epochs(), Some((3, 4)), "two are held");
        let third = AuditEpoch::first(&key(7)).unwrap().next().unwrap().next().unwrap();
        let text = String::from_utf8(file.text().expose().to_vec()).unwrap();
        let digits = hex::text(third.expose().expose());
        assert!(text.contains(&format!("epochs 3 {digits} to 4")) && !text.contains(&"07".repeat(32)));
        let file = file.with_next_epoch(&key(0), Some(1)).unwrap();
        assert_eq!(file.epochs(), Some((5, 5)));
        assert_eq!(file.ring_to_verify().unwrap().lookup_fingerprint(), file.ring().unwrap().lookup_fingerprint());
    }
}
