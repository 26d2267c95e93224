//! What judging a payment costs in process: from ten accounts to a million, one by one and in batches, in one run.
//!
//! `cargo bench --bench risk`; with `--features report` the picture of the growth is drawn as well. CPU time of this thread, medians over rounds; machines are noisy, so quote the ratios.

mod engine;
#[cfg(feature = "report")]
mod growth;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    engine::print()
}
