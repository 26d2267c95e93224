//! Verification of a long audit chain.

use std::sync::Arc;
use std::time::Instant;

use account_security::account::Verdict;
use account_security::store::{MemoryStore, Store};
use account_security::types::AccountId;

use crate::cost::median;
use crate::payer::{Payer, service};

const EVENTS: u64 = 100_000;

pub fn print() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let service = service(&store);
    let mut payer = Payer::new(7, 1);
    (0..EVENTS).for_each(|_| payer.once(&service));
    let owner = AccountId::parse("c-7-0").unwrap();
    let rates = (0..7).map(|_| {
        let start = Instant::now();
        assert_eq!(service.verify_account(&owner).unwrap(), Verdict::Intact { events: EVENTS });
        EVENTS * 1_000_000 / u64::try_from(start.elapsed().as_micros()).unwrap()
    });
    println!("\nchain verification, memory store: {} events/s (bar 500000)", median(rates.collect()));
}
