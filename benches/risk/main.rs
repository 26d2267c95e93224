//! What judging a payment costs in process: from ten accounts to a million, one by one and in batches, in one run.
//!
//! `cargo bench --bench risk`. CPU time of this thread, medians over rounds; machines are noisy, so quote the ratios.

mod engine;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    engine::print()
}
