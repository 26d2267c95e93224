//! Payments in the audit trail, for eyes without the key.
//!
//! A fingerprint hides nothing that can be tried out, and account numbers can: there are few enough of them. So payee and
//! content of a payment are written under a mask that takes the look-up key to make, another one for every event. Who reads
//! the store, or an export, cannot name a payee. What stays open: a payee's own chain says which labelled payments went to
//! it, by their transaction ids. The look-up key does not rotate, so a mask comes off as long as the account is found at all.

use super::{Event, EventKind};
use crate::account::keyring::Keyring;
use crate::types::StoreKey;

impl Event {
    /// The event as it is stored: a payment's payee and content under the mask of event `seq` of `owner`.
    #[must_use]
    pub fn masked(mut self, keys: &Keyring, owner: StoreKey, seq: u64) -> Self {
        if !self.is_masked {
            self.is_masked = self.turn_mask(keys, owner, seq);
        }
        self
    }

    /// The event with payee and content as they were asked about. An event that was never masked stays as it is.
    #[must_use]
    pub fn unmasked(mut self, keys: &Keyring, owner: StoreKey, seq: u64) -> Self {
        if self.is_masked {
            self.turn_mask(keys, owner, seq);
            self.is_masked = false;
        }
        self
    }

    /// Whether there is anything to mask.
    pub(super) const fn is_of_payment(kind: &EventKind) -> bool {
        matches!(
            kind,
            EventKind::PaymentAssessed { .. } | EventKind::PaymentRefused { .. } | EventKind::PaymentStopped { .. }
        )
    }

    /// On or off: the same.
    fn turn_mask(&mut self, keys: &Keyring, owner: StoreKey, seq: u64) -> bool {
        let mask = || keys.payment_mask(owner, seq);
        match &mut self.kind {
            EventKind::PaymentAssessed { content, payee, .. } => {
                let mask = mask();
                *content ^= mask.content;
                if let Some(payee) = payee {
                    payee.0 ^= mask.payee;
                }
                true
            }
            EventKind::PaymentRefused { content, .. } | EventKind::PaymentStopped { content, .. } => {
                *content ^= mask().content;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::event::tests::plain;
    use crate::risk::{Assessment, Belief, Millibans, Outcome, Reasons, TraFactors};
    use crate::types::{
        Currency, Direction, Fingerprint, KeyId, Money, PaymentKind, ReasonCode, SecretBytes, Timestamp, TxId,
    };

    const OWNER: StoreKey = StoreKey([4; 16]);

    fn keys(lookup: u8) -> Keyring {
        let root = vec![(KeyId(3), SecretBytes::new(vec![1; 32]))];
        Keyring::new(SecretBytes::new(vec![lookup; 32]), KeyId(3), root).unwrap()
    }

    fn assessed(tx: &str, payee: Option<Fingerprint>) -> Event {
        let assessment = Assessment {
            score: Millibans::default(),
            outcome: Outcome::Allow,
            reasons: Reasons::default(),
            repeated: None,
            own_evidence: Belief::MIN,
            policy_hash: 0,
            looked_at: TraFactors::default(),
        };
        plain(EventKind::PaymentAssessed {
            tx_id: TxId::of(tx),
            content: 77,
            ordered_at: Timestamp::MIN,
            money: Money::parse("5", Currency::parse("EUR").unwrap()).unwrap(),
            direction: Direction::Out,
            kind: PaymentKind::Card,
            payee,
            assessment: Box::new(assessment),
        })
    }

    /// What the store holds of payee and content.
    fn stored(event: &Event) -> (u64, Option<u64>) {
        match &Event::decode(&event.encode().unwrap()).unwrap().kind {
            EventKind::PaymentAssessed { content, payee, .. } => (*content, payee.map(|payee| payee.0)),
            EventKind::PaymentRefused { content, .. } | EventKind::PaymentStopped { content, .. } => (*content, None),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn no_stored_payment_shows_its_payee_or_two_payments_to_the_same() {
        let shop = Fingerprint::of_payee("shop");
        let (keys, other_keys) = (keys(9), keys(8));
        let masked = assessed("tx-1", Some(shop)).masked(&keys, OWNER, 7);
        let elsewhere = [
            assessed("tx-1", Some(shop)),
            assessed("tx-1", Some(shop)).masked(&keys, OWNER, 8),
            assessed("tx-1", Some(shop)).masked(&keys, StoreKey([5; 16]), 7),
            assessed("tx-1", Some(shop)).masked(&other_keys, OWNER, 7),
        ];
        for other in elsewhere {
            assert_ne!(stored(&masked).0, stored(&other).0);
            assert_ne!(stored(&masked).1, stored(&other).1);
        }
        let read = Event::decode(&masked.encode().unwrap()).unwrap();
        assert_eq!(read.unmasked(&keys, OWNER, 7), assessed("tx-1", Some(shop)));
        assert_eq!(masked.clone().masked(&keys, OWNER, 7), masked, "one mask, not two");
    }

    #[test]
    fn a_refused_payment_is_masked_and_what_is_none_is_not() {
        let refused = plain(EventKind::PaymentRefused {
            tx_id: TxId::of("tx-1"),
            content: 77,
            money: Money::parse("5", Currency::parse("EUR").unwrap()).unwrap(),
            reason: ReasonCode::Frozen,
        });
        let masked = refused.clone().masked(&keys(9), OWNER, 7);
        assert_ne!(stored(&masked).0, 77);
        assert_eq!(masked.unmasked(&keys(9), OWNER, 7), refused);
        let other = plain(EventKind::TotpAccepted { step: 7 });
        assert_eq!(other.clone().masked(&keys(9), OWNER, 7), other);
        let mut bytes = other.encode().unwrap();
        bytes[0] = 2;
        assert!(Event::decode(&bytes).is_err(), "only payments are masked");
        assert!(Event { is_masked: true, ..other }.encode().is_err());
    }

    /// Written once, under a key of nines: it must come off for ever.
    #[test]
    fn a_mask_of_today_comes_off_for_ever() {
        const STORED: &str = "020300000032000068e5cf8b0100000800000013fe0e154ae710a44138d6edecf26c42f2b0cba2e3feeae0d8d80100e8\
             07455552000001d6e2b7d6b3a9dbf42c00000000010000";
        let bytes: Vec<u8> =
            (0..STORED.len()).step_by(2).map(|at| u8::from_str_radix(&STORED[at..at + 2], 16).unwrap()).collect();
        let told = assessed("tx-1", Some(Fingerprint::of_payee("shop")));
        assert_eq!(Event::decode(&bytes).unwrap().unmasked(&keys(9), OWNER, 7), told);
        assert_eq!(told.masked(&keys(9), OWNER, 7).encode().unwrap(), bytes);
    }

    #[test]
    fn an_event_of_before_there_were_masks_reads_as_it_was() {
        let old = assessed("tx-1", Some(Fingerprint::of_payee("shop")));
        let bytes = old.encode().unwrap();
        assert_eq!(bytes[0], 1);
        assert_eq!(Event::decode(&bytes).unwrap().unmasked(&keys(9), OWNER, 7), old);
    }
}
