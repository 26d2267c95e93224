//! Names of keys: `prefix{tag}:what` and `prefix{tag}:what:cell`, where the tag is the bucket in three hexadecimal digits.

use super::PREFIX_BYTES_MAX;
use crate::store::port::StoreError;
use crate::types::StoreKey;

/// Into how many buckets the keys are split, for ever: a thousand or so spread evenly over any cluster of up to a hundred
/// servers, and are few enough to ask them all.
pub const BUCKETS: u16 = 1_024;

/// The bucket of a cell: the first ten bits of its key, which is a keyed hash and so spread evenly.
pub(super) fn bucket(key: StoreKey) -> u16 {
    u16::from_be_bytes([key.0[0], key.0[1]]) >> 6
}

/// Under which names one store keeps its things.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    prefix: String,
}

impl Layout {
    /// # Errors
    /// [`StoreError::Unavailable`] for a prefix that would move the hash tag or is too long.
    pub(super) fn new(prefix: &str) -> Result<Self, StoreError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        if prefix.len() <= PREFIX_BYTES_MAX && prefix.bytes().all(plain) {
            Ok(Self { prefix: prefix.to_owned() })
        } else {
            let why = format!("a key prefix has at most {PREFIX_BYTES_MAX} of the characters a-z A-Z 0-9 - _ . :");
            Err(StoreError::Unavailable(why))
        }
    }

    /// What says that the bucket is whole.
    pub(super) fn marker(&self, bucket: u16) -> String {
        self.of_bucket(bucket, "marker")
    }

    /// Every key that has a cell or an event.
    pub(super) fn all(&self, bucket: u16) -> String {
        self.of_bucket(bucket, "keys")
    }

    pub(super) fn expiries(&self, bucket: u16) -> String {
        self.of_bucket(bucket, "expiries")
    }

    /// Outbox items by id.
    pub(super) fn items(&self, bucket: u16) -> String {
        self.of_bucket(bucket, "items")
    }

    /// Ids of outbox items by age.
    pub(super) fn queue(&self, bucket: u16) -> String {
        self.of_bucket(bucket, "queue")
    }

    pub(super) fn cell(&self, key: StoreKey) -> String {
        self.of_cell(key, "cell")
    }

    pub(super) fn events(&self, key: StoreKey) -> String {
        self.of_cell(key, "events")
    }

    /// The number of its first event by commit id.
    pub(super) fn commits(&self, key: StoreKey) -> String {
        self.of_cell(key, "commits")
    }

    /// The keys of `commit.lua`, in its order.
    pub(super) fn of_commit(&self, key: StoreKey) -> [String; 8] {
        let bucket = bucket(key);
        [
            self.marker(bucket),
            self.cell(key),
            self.events(key),
            self.commits(key),
            self.all(bucket),
            self.expiries(bucket),
            self.items(bucket),
            self.queue(bucket),
        ]
    }

    /// The keys of `purge.lua`, in its order.
    pub(super) fn of_purge(&self, key: StoreKey) -> [String; 5] {
        let bucket = bucket(key);
        [self.cell(key), self.events(key), self.commits(key), self.all(bucket), self.expiries(bucket)]
    }

    fn of_bucket(&self, bucket: u16, what: &str) -> String {
        format!("{}{{{bucket:03x}}}:{what}", self.prefix)
    }

    fn of_cell(&self, key: StoreKey, what: &str) -> String {
        format!("{}{{{:03x}}}:{what}:{key}", self.prefix, bucket(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_of_a_cell_shares_the_tag_of_its_bucket() {
        let layout = Layout::new("sec").unwrap();
        let key = StoreKey([0xff; 16]);
        let names = [layout.of_commit(key).to_vec(), layout.of_purge(key).to_vec()].concat();
        assert!(names.iter().all(|name| name.starts_with("sec{3ff}:")), "{names:?}");
        assert_eq!(layout.cell(StoreKey([0; 16])), format!("sec{{000}}:cell:{:032x}", 0));
    }

    #[test]
    fn buckets_follow_the_order_of_keys() {
        let mut last = 0;
        for first in 0..=u16::MAX {
            let mut key = StoreKey([0; 16]);
            key.0[..2].copy_from_slice(&first.to_be_bytes());
            assert!(bucket(key) >= last && bucket(key) < BUCKETS);
            last = bucket(key);
        }
        assert_eq!(last, BUCKETS - 1);
    }

    #[test]
    fn a_prefix_cannot_move_the_tag() {
        for prefix in ["a{b", "a}", "sp ace", "new\nline", "ü", &"x".repeat(65)] {
            assert!(Layout::new(prefix).is_err(), "{prefix:?}");
        }
        assert!(Layout::new("").is_ok());
    }
}
