//! One chain's end, as a check-point knows it: a leaf of the tree and a line of the heads file.

use crate::account::ChainHead;
use crate::types::{StoreKey, Timestamp, hex};

/// Bytes of a leaf.
pub(super) const LEAF_BYTES: usize = 16 + 8 + 32 + 8;
/// Longest line of a heads file, without its end.
pub(super) const LINE_BYTES_MAX: usize = 32 + 1 + 20 + 1 + 64 + 1 + 19;

/// The end of one chain at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellHead {
    /// Whose chain: the store's key, a keyed pseudonym.
    pub key: StoreKey,
    /// How many events.
    pub seq: u64,
    /// The last one's MAC.
    pub mac: [u8; 32],
    /// From when on the cell may be purged with its events; `None` = never.
    pub expires_at: Option<Timestamp>,
}

impl CellHead {
    /// The head of the chain of `key`.
    #[must_use]
    pub const fn of(key: StoreKey, head: ChainHead, expires_at: Option<Timestamp>) -> Self {
        Self { key, seq: head.seq, mac: head.mac, expires_at }
    }

    /// The leaf: fixed places, so no two heads have the same bytes. A cell that is never purged has expiry 0.
    #[must_use]
    pub fn leaf(&self) -> [u8; LEAF_BYTES] {
        let mut leaf = [0; LEAF_BYTES];
        leaf[..16].copy_from_slice(&self.key.0);
        leaf[16..24].copy_from_slice(&self.seq.to_be_bytes());
        leaf[24..56].copy_from_slice(&self.mac);
        leaf[56..].copy_from_slice(&self.expires_at.map_or(0, Timestamp::unix_ms).to_be_bytes());
        leaf
    }

    /// The line of a heads file: key and MAC in hex, `seq` between them, and the expiry in Unix milliseconds if it has one.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = format!("{} {} ", self.key, self.seq);
        hex::push(&mut line, &self.mac);
        if let Some(expires_at) = self.expires_at {
            line.push_str(&format!(" {}", expires_at.unix_ms()));
        }
        line.push('\n');
        line
    }

    /// Reads a line without its end. Only what [`line`](Self::line) writes is one.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?;
        let mut parts = text.split(' ');
        let (key, seq, mac) = (parts.next()?, parts.next()?, parts.next()?);
        let expires_at = match parts.next() {
            Some(ms) => Some(Timestamp::from_unix_ms(ms.parse().ok().filter(|ms: &i64| *ms > 0)?).ok()?),
            None => None,
        };
        let head = Self {
            key: StoreKey(hex::array(key)?),
            seq: seq.parse().ok().filter(|seq| *seq > 0)?,
            mac: hex::array(mac)?,
            expires_at,
        };
        // One head has one line: no leading zeros, signs or capitals.
        (head.line().strip_suffix('\n') == Some(text)).then_some(head)
    }

    /// Whether its cell may be gone at `now`, and its events with it.
    #[must_use]
    pub fn may_be_purged(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }
}
