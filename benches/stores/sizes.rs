//! What an account takes: two thousand accounts with forty payments each.

use std::sync::Arc;

use account_security::store::Store;

use crate::payer::{Payer, service};
use crate::servers::{postgres, redis};

const ACCOUNTS: u64 = 2_000;
const EVENTS_EACH: u64 = 40;

pub fn print() {
    println!("\nbytes with {EVENTS_EACH} events each       an account");
    if let Some(server) = postgres::shared() {
        let (store, schema) = server.new_store_with(8, 8);
        let size = || {
            // Vacuumed, so that dead rows do not count.
            server.sql("VACUUM FULL").unwrap();
            let text = format!(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class \
                 WHERE relnamespace = '{schema}'::regnamespace AND relkind = 'r'"
            );
            server.sql(&text).unwrap().trim().parse::<u64>().unwrap()
        };
        let before = size();
        fill(Arc::new(store));
        println!("{:<26} {:>12}", "PostgreSQL, with indexes", (size() - before) / ACCOUNTS);
    }
    if let Some(server) = redis::shared() {
        let (store, _) = server.new_store();
        let size = || {
            let info: String = ::redis::from_redis_value(server.ask(&["INFO", "memory"]).unwrap()).unwrap();
            let line = info.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap();
            line.trim().parse::<u64>().unwrap()
        };
        let before = size();
        fill(Arc::new(store));
        println!("{:<26} {:>12}", "Redis", (size() - before) / ACCOUNTS);
    }
}

fn fill(store: Arc<dyn Store>) {
    let service = service(&store);
    let accounts = usize::try_from(ACCOUNTS / 8).unwrap();
    let mut payers: Vec<Payer> = (0..8).map(|client| Payer::new(client, accounts)).collect();
    std::thread::scope(|scope| {
        for payer in &mut payers {
            let service = &service;
            scope.spawn(move || (0..ACCOUNTS / 8 * EVENTS_EACH).for_each(|_| payer.once(service)));
        }
    });
}
