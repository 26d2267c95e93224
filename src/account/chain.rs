//! The audit chain: every event carries a MAC over itself and its predecessor, and the record holds the head.
//!
//! Chains in the wild fail in four ways: a cut tail still verifies, a deleted chain still verifies, two appends fork,
//! and a verifier refuses an intact log because a store rounded the time. Here the head (length and last MAC) sits in
//! the sealed record and changes in the same commit as the events, so a fork is a key violation, a cut or deleted
//! chain is shorter than its head says, and times are integers inside the MACed bytes. Who holds the audit key can
//! forge; a roll-back of record and events together is seen only from outside, by check-points.

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::keyring::{Keyring, KeyringError};
use crate::types::{KeyId, StoreKey};

/// The end of a chain: how many events, and the last one's MAC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// Number of events; the last one's `seq`.
    pub seq: u64,
    /// MAC of the last event; zeros for none.
    pub mac: [u8; 32],
}

/// One event in its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// 1 for the first event.
    pub seq: u64,
    /// The encoded event.
    pub body: Vec<u8>,
    /// HMAC-SHA-256 over cell, `seq`, body and the previous MAC.
    pub mac: [u8; 32],
}

/// What a verification found about one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every event is there and as it was written.
    Intact {
        /// How many events.
        events: u64,
    },
    /// An event was changed, added, moved or taken out.
    Altered {
        /// The first place that is wrong.
        seq: u64,
    },
    /// The end of the chain, or all of it, is gone.
    Truncated {
        /// Events found.
        have: u64,
        /// Events the record's head counts.
        want: u64,
    },
    /// The keys or the record needed to decide are missing or damaged.
    CannotTell {
        /// What is missing, for an operator.
        why: String,
    },
}

impl ChainHead {
    /// Appends one encoded event and answers with the new head.
    pub(crate) fn link(self, keyring: &Keyring, owner: StoreKey, body: Vec<u8>) -> Result<(Self, Link), KeyringError> {
        let key = &keyring.get(key_id(&body).unwrap_or(keyring.current()))?.audit;
        let seq = self.seq + 1;
        let mac = mac(key, owner, seq, &body, &self.mac);
        Ok((Self { seq, mac }, Link { seq, body, mac }))
    }
}

/// Checks the events of one cell as they stream by, oldest first.
#[derive(Debug)]
pub struct ChainVerifier<'a> {
    keyring: &'a Keyring,
    owner: StoreKey,
    head: ChainHead,
    finding: Option<Verdict>,
}

impl<'a> ChainVerifier<'a> {
    /// Starts before the first event of `owner`.
    #[must_use]
    pub fn new(keyring: &'a Keyring, owner: StoreKey) -> Self {
        Self { keyring, owner, head: ChainHead::default(), finding: None }
    }

    /// Takes the next event.
    pub fn push(&mut self, seq: u64, body: &[u8], mac_found: &[u8; 32]) {
        if self.finding.is_some() {
            return;
        }
        let expected_seq = self.head.seq + 1;
        let Some(id) = key_id(body).filter(|_| seq == expected_seq) else {
            self.finding = Some(Verdict::Altered { seq: expected_seq });
            return;
        };
        let Ok(keys) = self.keyring.get(id) else {
            self.finding = Some(Verdict::CannotTell {
                why: format!("event {seq} names audit key {}, which is not in the key ring", id.0),
            });
            return;
        };
        let mac = mac(&keys.audit, self.owner, seq, body, &self.head.mac);
        if bool::from(mac.ct_eq(mac_found)) {
            self.head = ChainHead { seq, mac };
        } else {
            self.finding = Some(Verdict::Altered { seq });
        }
    }

    /// Compares with the head that the record holds.
    #[must_use]
    pub fn finish(self, head: ChainHead) -> Verdict {
        if let Some(finding) = self.finding {
            return finding;
        }
        match self.head.seq.cmp(&head.seq) {
            std::cmp::Ordering::Less => Verdict::Truncated { have: self.head.seq, want: head.seq },
            std::cmp::Ordering::Greater => Verdict::Altered { seq: head.seq + 1 },
            std::cmp::Ordering::Equal if self.head == head => Verdict::Intact { events: head.seq },
            std::cmp::Ordering::Equal => Verdict::Altered { seq: head.seq },
        }
    }

    /// Where the record is missing or does not open: an altered event is still named, the rest cannot be told.
    #[must_use]
    pub fn finish_without_head(self, why: String) -> Verdict {
        self.finding.unwrap_or(Verdict::CannotTell { why })
    }
}

/// Which audit key an encoded event names; its place in the bytes is part of the event format.
fn key_id(body: &[u8]) -> Option<KeyId> {
    let bytes = body.get(1..5)?.try_into().ok()?;
    Some(KeyId(u32::from_le_bytes(bytes)))
}

fn mac(key: &Hmac<Sha256>, owner: StoreKey, seq: u64, body: &[u8], previous: &[u8; 32]) -> [u8; 32] {
    let mut mac = key.clone();
    mac.update(b"ev1");
    mac.update(&owner.0);
    mac.update(&seq.to_le_bytes());
    mac.update(&u64::try_from(body.len()).unwrap_or(u64::MAX).to_le_bytes());
    mac.update(body);
    mac.update(previous);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::SecretBytes;

    const OWNER: StoreKey = StoreKey([1; 16]);

    fn ring(id: u32) -> Keyring {
        Keyring::new(SecretBytes::new(vec![1; 32]), KeyId(id), vec![(KeyId(id), SecretBytes::new(vec![7; 32]))])
            .unwrap()
    }

    fn chain(length: u8) -> (ChainHead, Vec<Link>) {
        let mut head = ChainHead::default();
        let links = (1..=length).map(|number| {
            let (next, link) = head.link(&ring(1), OWNER, vec![1, 1, 0, 0, 0, number]).unwrap();
            head = next;
            link
        });
        let links = links.collect();
        (head, links)
    }

    fn verify(links: &[Link], head: ChainHead) -> Verdict {
        let ring = ring(1);
        let mut verifier = ChainVerifier::new(&ring, OWNER);
        links.iter().for_each(|link| verifier.push(link.seq, &link.body, &link.mac));
        verifier.finish(head)
    }

    #[test]
    fn an_untouched_chain_is_intact() {
        let (head, links) = chain(5);
        assert_eq!(verify(&links, head), Verdict::Intact { events: 5 });
        assert_eq!(verify(&[], ChainHead::default()), Verdict::Intact { events: 0 });
    }

    #[test]
    fn the_first_wrong_event_is_named() {
        let (head, links) = chain(5);
        for index in 0..5 {
            let seq = links[index].seq;
            let mut changed = links.clone();
            changed[index].body[5] ^= 0x80;
            assert_eq!(verify(&changed, head), Verdict::Altered { seq });
            let mut changed = links.clone();
            changed[index].mac[31] ^= 1;
            assert_eq!(verify(&changed, head), Verdict::Altered { seq });
            if index < 4 {
                let mut missing = links.clone();
                missing.remove(index);
                assert_eq!(verify(&missing, head), Verdict::Altered { seq });
                let mut swapped = links.clone();
                swapped.swap(index, index + 1);
                assert_eq!(verify(&swapped, head), Verdict::Altered { seq });
            }
        }
    }

    #[test]
    fn a_cut_tail_and_a_deleted_chain_are_seen() {
        let (head, links) = chain(5);
        assert_eq!(verify(&links[..3], head), Verdict::Truncated { have: 3, want: 5 });
        assert_eq!(verify(&[], head), Verdict::Truncated { have: 0, want: 5 });
        assert_eq!(verify(&links, chain(4).0), Verdict::Altered { seq: 5 });
    }

    #[test]
    fn a_chain_moved_to_another_cell_is_seen() {
        let ring = ring(1);
        let mut verifier = ChainVerifier::new(&ring, StoreKey([2; 16]));
        let (head, links) = chain(1);
        verifier.push(1, &links[0].body, &links[0].mac);
        assert_eq!(verifier.finish(head), Verdict::Altered { seq: 1 });
    }

    #[test]
    fn a_missing_audit_key_is_told_apart_from_tampering() {
        let ring = ring(2);
        let mut verifier = ChainVerifier::new(&ring, OWNER);
        let (head, links) = chain(1);
        verifier.push(1, &links[0].body, &links[0].mac);
        assert!(matches!(verifier.finish(head), Verdict::CannotTell { .. }));
    }
}
