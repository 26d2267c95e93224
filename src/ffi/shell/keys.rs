//! Keys as they come from a vault or a key store.

use super::error::ShellError;
use crate::account::Keyring;
use crate::account::keyring::{KEYS_MAX, ROOT_KEY_BYTES};
use crate::types::{KeyId, SecretBytes};

/// The look-up key and named root keys, 32 bytes each; the first root named seals what is written.
#[derive(Debug)]
pub struct KeyMaterial {
    lookup: SecretBytes,
    current: KeyId,
    roots: Vec<(KeyId, SecretBytes)>,
}

impl KeyMaterial {
    /// One look-up key and the root key in force, with its number.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] for keys that are not 32 bytes.
    pub fn new(lookup: &[u8], current_id: u32, root: &[u8]) -> Result<Self, ShellError> {
        thirty_two("lookup", lookup)?;
        thirty_two("root", root)?;
        let material = Self {
            lookup: SecretBytes::new(lookup.to_vec()),
            current: KeyId(current_id),
            roots: vec![(KeyId(current_id), SecretBytes::new(root.to_vec()))],
        };
        material.ring().map(|_| material)
    }

    /// Adds a retired root key, which opens what was written under it.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] for a key that is not 32 bytes, a number that is taken, or more than 64 keys.
    pub fn add_retired(&mut self, id: u32, root: &[u8]) -> Result<(), ShellError> {
        thirty_two("root", root)?;
        if self.roots.iter().any(|(taken, _)| *taken == KeyId(id)) {
            return Err(ShellError::invalid("id", "the number of another key"));
        }
        if self.roots.len() >= KEYS_MAX {
            return Err(ShellError::invalid("keys", "a key ring holds at most 64 keys"));
        }
        self.roots.push((KeyId(id), SecretBytes::new(root.to_vec())));
        if let Err(refused) = self.ring() {
            self.roots.pop();
            return Err(refused);
        }
        Ok(())
    }

    pub(super) fn ring(&self) -> Result<Keyring, ShellError> {
        let copy = |secret: &SecretBytes| SecretBytes::new(secret.expose().to_vec());
        let roots = self.roots.iter().map(|(id, root)| (*id, copy(root))).collect();
        Keyring::new(copy(&self.lookup), self.current, roots).map_err(|error| ShellError::invalid("keys", error))
    }
}

fn thirty_two(field: &str, key: &[u8]) -> Result<(), ShellError> {
    if key.len() == ROOT_KEY_BYTES {
        return Ok(());
    }
    Err(ShellError::invalid(field, format!("a key of exactly {ROOT_KEY_BYTES} random bytes")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(refused: ShellError) -> String {
        match refused {
            ShellError::Invalid { field, .. } => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_key_that_is_none_is_named() {
        assert_eq!(field(KeyMaterial::new(&[9; 31], 1, &[7; 32]).unwrap_err()), "lookup");
        assert_eq!(field(KeyMaterial::new(&[9; 32], 1, &[7; 33]).unwrap_err()), "root");
        let mut keys = KeyMaterial::new(&[9; 32], 1, &[7; 32]).unwrap();
        assert_eq!(field(keys.add_retired(2, &[]).unwrap_err()), "root");
        assert_eq!(field(keys.add_retired(1, &[8; 32]).unwrap_err()), "id");
        keys.add_retired(2, &[8; 32]).unwrap();
    }
}
