//! A command over the raw operation: the median of each, and operations per second of eight clients.

use std::time::{Duration, Instant};

use crate::Measured;
use crate::payer::{Payer, service};
use crate::raw::Raw;

const CELLS: usize = 1_000;
const CLIENTS: u64 = 8;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(1_500);

pub fn print(stores: &[Measured]) {
    println!("\n{:<26} {:>12} {:>12} {:>7} {:>6}", "one client, p50", "raw ns", "command ns", "ratio", "bar");
    for measured in stores {
        let (raw, command) = medians(measured);
        let bar = measured.bar.map_or("-".to_owned(), thousandths);
        println!("{:<26} {raw:>12} {command:>12} {:>7} {bar:>6}", measured.name, thousandths(command * 1_000 / raw));
    }
    println!("\n{:<26} {:>12} {:>12} {:>7}", "8 clients, per second", "raw", "command", "ratio");
    for measured in stores.iter().filter(|measured| measured.is_server) {
        let (raw, command) = rates(measured);
        println!("{:<26} {raw:>12} {command:>12} {:>7}", measured.name, thousandths(raw * 1_000 / command.max(1)));
    }
}

/// Raw and command in turns.
fn medians(measured: &Measured) -> (u64, u64) {
    let service = service(&measured.store);
    let (mut raw, mut payer) = (Raw::new(99, CELLS), Payer::new(99, CELLS));
    let (mut raw_ns, mut command_ns) = (Vec::new(), Vec::new());
    for turn in 0..measured.samples + measured.samples / 4 {
        let raw_took = timed(|| raw.once(&*measured.store));
        let command_took = timed(|| payer.once(&service));
        // The first quarter warms up: every account has paid before.
        if turn >= measured.samples / 4 {
            raw_ns.push(raw_took);
            command_ns.push(command_took);
        }
    }
    (median(raw_ns), median(command_ns))
}

fn rates(measured: &Measured) -> (u64, u64) {
    let service = service(&measured.store);
    let mut raws: Vec<Raw> = (0..CLIENTS).map(|client| Raw::new(client, CELLS)).collect();
    let mut payers: Vec<Payer> = (0..CLIENTS).map(|client| Payer::new(client, CELLS)).collect();
    let (mut raw_rates, mut command_rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        raw_rates.push(rate(&mut raws, |raw| raw.once(&*measured.store)));
        command_rates.push(rate(&mut payers, |payer| payer.once(&service)));
    }
    (median(raw_rates), median(command_rates))
}

/// Operations per second of all clients together.
pub fn rate<C: Send>(clients: &mut [C], once: impl Fn(&mut C) + Sync) -> u64 {
    let start = Instant::now();
    let done: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = clients
            .iter_mut()
            .map(|client| {
                let once = &once;
                scope.spawn(move || {
                    let mut done = 0_u64;
                    while start.elapsed() < ROUND {
                        once(client);
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    done * 1_000 / u64::try_from(start.elapsed().as_millis()).unwrap()
}

fn timed(call: impl FnOnce()) -> u64 {
    let start = Instant::now();
    call();
    u64::try_from(start.elapsed().as_nanos()).unwrap()
}

pub fn median(mut samples: Vec<u64>) -> u64 {
    samples.sort_unstable();
    samples[samples.len() / 2]
}

fn thousandths(ratio: u64) -> String {
    format!("{}.{:02}", ratio / 1_000, ratio % 1_000 / 10)
}
