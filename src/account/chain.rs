//! The audit chain: every event carries a MAC over itself and its predecessor, and the record holds the head.
//!
//! Chains in the wild fail in four ways: a cut tail still verifies, a deleted chain still verifies, two appends fork,
//! and a verifier refuses an intact log because a store rounded the time. Here the head (length and last MAC) sits in
//! the sealed record and changes in the same commit as the events, so a fork is a key violation, a cut or deleted
//! chain is shorter than its head says, and times are integers inside the MACed bytes. Who holds the audit key can
//! forge; a roll-back of record and events together is seen only from outside, by a
//! [check-point](super::checkpoint).

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::checkpoint::CellHead;
use super::event::EPOCH_AT;
use super::keyring::{Keyring, KeyringError};
use crate::types::{KeyId, StoreKey};

/// The end of a chain: how many events, and the last one's MAC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// Number of events; the last one's `seq`.
    pub seq: u64,
    /// MAC of the last event; zeros for none.
    pub mac: [u8; 32],
    /// Audit epoch of the last event; 0 where there are none. A chain's epochs never go back.
    pub epoch: u32,
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
    /// The chain is not what a check-point saw any more: record and events were put back to an older state together.
    RolledBack {
        /// Events found. Where they are as many as there were, or more, they are others: it has grown on since.
        have: u64,
        /// Events the check-point saw.
        had: u64,
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
        let (id, epoch) = named_key(&body).unwrap_or((keyring.current(), self.epoch));
        let key = keyring.audit_key(id, epoch)?;
        let seq = self.seq + 1;
        let mac = mac(key, owner, seq, &body, &self.mac);
        Ok((Self { seq, mac, epoch }, Link { seq, body, mac }))
    }
}

/// Checks the events of one cell as they stream by, oldest first.
///
/// An event whose key is not here is taken as it stands and the rest is checked on: what is altered behind it is still
/// named, and where nothing is, the answer is [`Verdict::CannotTell`].
#[derive(Debug)]
pub struct ChainVerifier<'a> {
    keyring: &'a Keyring,
    owner: StoreKey,
    head: ChainHead,
    altered: Option<u64>,
    unproven: Option<(u64, KeyringError)>,
    /// The event that says the epoch reached so far, where it cannot be proven.
    raised_by: Option<u64>,
    since: Option<Since>,
}

/// What a check-point saw, and whether it was met again.
#[derive(Clone, Copy, Debug)]
struct Since {
    head: CellHead,
    is_met: bool,
}

impl<'a> ChainVerifier<'a> {
    /// Starts before the first event of `owner`.
    #[must_use]
    pub fn new(keyring: &'a Keyring, owner: StoreKey) -> Self {
        Self { keyring, owner, head: ChainHead::default(), altered: None, unproven: None, raised_by: None, since: None }
    }

    /// The same for a chain that a check-point saw: it may only have grown since.
    #[must_use]
    pub fn since(self, head: CellHead) -> Self {
        Self { since: Some(Since { head, is_met: false }), ..self }
    }

    /// Takes the next event.
    pub fn push(&mut self, seq: u64, body: &[u8], mac_found: &[u8; 32]) {
        if self.altered.is_some() {
            return;
        }
        let expected_seq = self.head.seq + 1;
        let Some((id, epoch)) = named_key(body).filter(|_| seq == expected_seq) else {
            self.altered = Some(expected_seq);
            return;
        };
        if epoch < self.head.epoch {
            // Either this one lies or the one that went ahead: the one that cannot be proven.
            self.altered = Some(self.raised_by.unwrap_or(seq));
            return;
        }
        match self.keyring.audit_key(id, epoch) {
            Ok(key) => {
                let mac = mac(key, self.owner, seq, body, &self.head.mac);
                if !bool::from(mac.ct_eq(mac_found)) {
                    self.altered = Some(seq);
                    return;
                }
                self.raised_by = None;
            }
            Err(_) if self.named_another(seq, body, mac_found) => {
                self.altered = Some(seq);
                return;
            }
            Err(lost) => {
                self.unproven = self.unproven.or(Some((seq, lost)));
                self.raised_by = if epoch > self.head.epoch { Some(seq) } else { self.raised_by };
            }
        }
        if let Some(since) = self.since.as_mut().filter(|since| since.head.seq == seq) {
            since.is_met = since.head.mac.ct_eq(mac_found).into();
        }
        self.head = ChainHead { seq, mac: *mac_found, epoch };
    }

    /// Whether the event was written under a key that is here and made to name another: its MAC fits with the right name put
    /// back.
    fn named_another(&self, seq: u64, body: &[u8], mac_found: &[u8; 32]) -> bool {
        let mut body = body.to_vec();
        self.keyring.ids().any(|id| {
            let Some(name) = body.get_mut(KEY_AT) else { return false };
            name.copy_from_slice(&id.0.to_le_bytes());
            let key = named_key(&body).and_then(|(id, epoch)| self.keyring.audit_key(id, epoch).ok());
            key.is_some_and(|key| mac(key, self.owner, seq, &body, &self.head.mac).ct_eq(mac_found).into())
        })
    }

    /// Compares with the head that the record holds.
    #[must_use]
    pub fn finish(self, head: ChainHead) -> Verdict {
        if let Some(seq) = self.altered {
            return Verdict::Altered { seq };
        }
        match (self.head.seq.cmp(&head.seq), self.unproven) {
            (std::cmp::Ordering::Less, _) => Verdict::Truncated { have: self.head.seq, want: head.seq },
            (std::cmp::Ordering::Greater, _) => Verdict::Altered { seq: head.seq + 1 },
            (std::cmp::Ordering::Equal, _) if self.head != head => Verdict::Altered { seq: head.seq },
            (std::cmp::Ordering::Equal, _) if self.is_rolled_back() => self.rolled_back(),
            (std::cmp::Ordering::Equal, None) => Verdict::Intact { events: head.seq },
            (std::cmp::Ordering::Equal, Some((seq, lost))) => {
                let why = format!("event {seq} cannot be proven; it was altered, or a key is missing. {lost}");
                Verdict::CannotTell { why }
            }
        }
    }

    /// Where the record is missing or does not open: an altered event is still named, the rest cannot be told.
    #[must_use]
    pub fn finish_without_head(self, why: String) -> Verdict {
        match self.altered {
            Some(seq) => Verdict::Altered { seq },
            None if self.is_rolled_back() => self.rolled_back(),
            None => Verdict::CannotTell { why },
        }
    }

    fn is_rolled_back(&self) -> bool {
        self.since.is_some_and(|since| !since.is_met)
    }

    fn rolled_back(&self) -> Verdict {
        Verdict::RolledBack { have: self.head.seq, had: self.since.map_or(0, |since| since.head.seq) }
    }
}

/// Where an encoded event names its key.
const KEY_AT: std::ops::Range<usize> = 1..5;

/// Which audit key and epoch an encoded event names; their places in the bytes are part of the event format.
fn named_key(body: &[u8]) -> Option<(KeyId, u32)> {
    let number = |from: usize| Some(u32::from_le_bytes(body.get(from..from + 4)?.try_into().ok()?));
    Some((KeyId(number(KEY_AT.start)?), number(EPOCH_AT)?))
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
    use crate::account::AuditEpoch;
    use crate::types::SecretBytes;

    const OWNER: StoreKey = StoreKey([1; 16]);

    fn ring(id: u32) -> Keyring {
        Keyring::new(SecretBytes::new(vec![1; 32]), KeyId(id), vec![(KeyId(id), SecretBytes::new(vec![7; 32]))])
            .unwrap()
    }

    /// An event's bytes, as far as a chain looks into them.
    fn body(epoch: u32, number: u8) -> Vec<u8> {
        let mut body = vec![1, 1, 0, 0, 0, number, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        body.extend(epoch.to_le_bytes());
        body
    }

    fn epochs(oldest: u32) -> Keyring {
        let first = AuditEpoch::first(&SecretBytes::new(vec![5; 32])).unwrap();
        let oldest = (1..oldest).fold(first, |epoch, _| epoch.next().unwrap());
        ring(1).with_audit_epochs(&oldest, 4).unwrap()
    }

    /// One event for each epoch.
    fn chain_of(epochs_of_events: &[u32]) -> (ChainHead, Vec<Link>) {
        let (ring, mut head) = (epochs(1), ChainHead::default());
        let links = epochs_of_events.iter().map(|epoch| {
            let (next, link) = head.link(&ring, OWNER, body(*epoch, 1)).unwrap();
            head = next;
            link
        });
        let links = links.collect();
        (head, links)
    }

    fn verify_with(ring: &Keyring, links: &[Link], head: ChainHead) -> Verdict {
        let mut verifier = ChainVerifier::new(ring, OWNER);
        links.iter().for_each(|link| verifier.push(link.seq, &link.body, &link.mac));
        verifier.finish(head)
    }

    #[test]
    fn epochs_are_proven_from_the_oldest_key_on_and_what_is_older_cannot_be_told() {
        let (head, links) = chain_of(&[0, 1, 1, 2, 4]);
        assert_eq!(verify_with(&epochs(1), &links, head), Verdict::Intact { events: 5 });
        let told = verify_with(&epochs(2), &links, head);
        assert!(matches!(&told, Verdict::CannotTell { why } if why.starts_with("event 2 ")), "{told:?}");
        let mut changed = links.clone();
        changed[4].body[5] ^= 1;
        assert_eq!(verify_with(&epochs(2), &changed, head), Verdict::Altered { seq: 5 }, "named all the same");
        assert_eq!(verify_with(&epochs(2), &links[..4], head), Verdict::Truncated { have: 4, want: 5 });
    }

    #[test]
    fn a_chain_whose_epochs_go_back_is_altered_though_every_mac_fits() {
        let (head, links) = chain_of(&[1, 3, 2]);
        assert_eq!(verify_with(&epochs(1), &links, head), Verdict::Altered { seq: 3 });
        let (head, links) = chain_of(&[1, 0]);
        assert_eq!(verify_with(&epochs(1), &links, head), Verdict::Altered { seq: 2 });
        // An event that was made to name an epoch nobody holds is the one that is wrong, not the honest one behind it.
        let (head, mut links) = chain_of(&[0, 1, 1, 2]);
        links[1].body[18] = 0x40;
        assert_eq!(verify_with(&epochs(1), &links, head), Verdict::Altered { seq: 2 });
    }

    #[test]
    fn who_holds_todays_key_writes_nothing_into_an_earlier_epoch() {
        let thief = epochs(3);
        let refused = ChainHead::default().link(&thief, OWNER, body(2, 1)).map(|_| ());
        assert_eq!(refused, Err(KeyringError::EpochLost(2)));
        // What the thief can do is end the old part early and write on under today's key, which moves the head.
        let (head, mut links) = chain_of(&[1, 2, 2, 3]);
        let before = ChainHead { seq: 2, mac: links[1].mac, epoch: 2 };
        let (forged_head, forged) = before.link(&thief, OWNER, body(3, 9)).unwrap();
        links.truncate(2);
        links.push(forged);
        assert_eq!(verify_with(&epochs(1), &links, forged_head), Verdict::Intact { events: 3 }, "seen by check-points");
        assert_ne!(verify_with(&epochs(1), &links, head), Verdict::Intact { events: 4 });
    }

    fn chain(length: u8) -> (ChainHead, Vec<Link>) {
        let mut head = ChainHead::default();
        let links = (1..=length).map(|number| {
            let (next, link) = head.link(&ring(1), OWNER, body(0, number)).unwrap();
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
    fn an_event_that_was_made_to_name_a_key_nobody_holds_is_altered() {
        let (head, links) = chain(5);
        for (index, bit) in (0..5).flat_map(|index| (8..40).map(move |bit| (index, bit))) {
            let mut changed = links.clone();
            changed[index].body[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(verify(&changed, head), Verdict::Altered { seq: links[index].seq }, "bit {bit}");
        }
        // One that truly is under a key that is gone stays undecided, and says both.
        let other = ring(2);
        let mut verifier = ChainVerifier::new(&other, OWNER);
        links.iter().for_each(|link| verifier.push(link.seq, &link.body, &link.mac));
        let told = verifier.finish(head);
        assert!(matches!(&told, Verdict::CannotTell { why } if why.contains("altered, or a key")), "{told:?}");
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
    fn a_chain_may_only_have_grown_since_a_check_point() {
        let since = |links: &[Link], head: ChainHead, seen: ChainHead| {
            let ring = ring(1);
            let mut verifier = ChainVerifier::new(&ring, OWNER).since(CellHead::of(OWNER, seen, None));
            links.iter().for_each(|link| verifier.push(link.seq, &link.body, &link.mac));
            verifier.finish(head)
        };
        let ((now, links), (seen, _)) = (chain(5), chain(3));
        assert_eq!(since(&links, now, seen), Verdict::Intact { events: 5 });
        assert_eq!(since(&links, now, now), Verdict::Intact { events: 5 });
        // The row and its events as they were before the check-point: whole in itself.
        let (old, old_links) = chain(2);
        assert_eq!(verify(&old_links, old), Verdict::Intact { events: 2 });
        assert_eq!(since(&old_links, old, seen), Verdict::RolledBack { have: 2, had: 3 });
        // The same, grown on with other events.
        let (mut other, mut others) = (old, old_links);
        for number in 90..95 {
            let (next, link) = other.link(&ring(1), OWNER, body(0, number)).unwrap();
            others.push(link);
            other = next;
        }
        assert_eq!(verify(&others, other), Verdict::Intact { events: 7 });
        assert_eq!(since(&others, other, seen), Verdict::RolledBack { have: 7, had: 3 });
        assert_eq!(since(&links[..4], now, seen), Verdict::Truncated { have: 4, want: 5 }, "worse in itself");
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
