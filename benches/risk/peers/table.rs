//! The table and the verdicts.

use std::time::Duration;

use super::{Contestant, ROUNDS};

/// The first contestant is what all others are compared with.
pub fn print(contestants: &[Contestant], samples: Vec<Vec<Duration>>) {
    println!("\nCPU time of one payment in ns, {ROUNDS} rounds, contestants in turn");
    println!("{:<80} {:>8} {:>8} {:>8} {:>7}  bar", "", "median", "least", "most", "ratio");
    let mut base = None;
    for (contestant, mut samples) in contestants.iter().zip(samples) {
        samples.sort_unstable();
        let [least, median, most] = [0, ROUNDS / 2, ROUNDS - 1].map(|place| samples[place].as_nanos());
        let base = *base.get_or_insert(median.max(1));
        let ratio = format!("{}.{}", median / base, median * 10 / base % 10);
        let verdict = contestant
            .bar
            .map_or_else(String::new, |bar| format!(">= {bar} {}", if median >= bar * base { "PASS" } else { "FAIL" }));
        println!("{:<80} {median:>8} {least:>8} {most:>8} {ratio:>7}  {verdict}", contestant.what);
    }
    println!(
        "\nIn-process against out-of-process: the servers also share their state between hosts, and part of their time \
         is the way there.\nThe servers count and sum four windows, zen-engine is given its inputs; ours keeps the \
         windows and asks every rule of `wallet`."
    );
}
