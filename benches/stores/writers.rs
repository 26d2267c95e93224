//! More writers, each on accounts of its own: what a store gives when it is asked by more.

use crate::Measured;
use crate::cost::{median, rate};
use crate::payer::{Payer, service};

const ROUNDS: usize = 3;

pub fn print(stores: &[Measured]) {
    println!("\n{:<26} {:>9} {:>9} {:>9} {:>9}", "commands per second of", "1 writer", "2", "4", "8");
    for measured in stores {
        let service = service(&measured.store);
        let mut row = format!("{:<26}", measured.name);
        for writers in [1, 2, 4, 8_u64] {
            let mut payers: Vec<Payer> =
                (0..writers).map(|client| Payer::new(1_000 + writers * 100 + client, 500)).collect();
            let rates = (0..ROUNDS).map(|_| rate(&mut payers, |payer| payer.once(&service)));
            row.push_str(&format!(" {:>9}", median(rates.collect())));
        }
        println!("{row}");
    }
}
