//! A place for bytes of the runner's own: the smallest foreign store.

use std::collections::BTreeMap;
use std::sync::Mutex;

use account_security::store::foreign::{Change, Condition, Foreign, ForeignFault};

#[derive(Debug, Default)]
pub struct Place(Mutex<BTreeMap<Vec<u8>, Vec<u8>>>);

impl Foreign for Place {
    fn get(&self, name: &[u8]) -> Result<Option<Vec<u8>>, ForeignFault> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn list(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>, ForeignFault> {
        let entries = self.0.lock().unwrap();
        let range = entries.range(from.to_vec()..to.to_vec());
        Ok(range.take(limit).map(|(name, bytes)| (name.clone(), bytes.clone())).collect())
    }

    fn apply(&self, conditions: &[Condition], changes: &[Change]) -> Result<bool, ForeignFault> {
        let mut entries = self.0.lock().unwrap();
        if conditions.iter().any(|condition| entries.get(&condition.name) != condition.bytes.as_ref()) {
            return Ok(false);
        }
        for Change { name, bytes } in changes {
            match bytes {
                Some(bytes) => drop(entries.insert(name.clone(), bytes.clone())),
                None => drop(entries.remove(name)),
            }
        }
        Ok(true)
    }
}
