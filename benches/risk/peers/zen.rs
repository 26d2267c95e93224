//! zen-engine: ten rules over eight inputs that it is given. A crate of its own (`../zen`), built and run beside us.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::server::output_of;
use super::{Contestant, Outcome};

pub fn start() -> Outcome<Contestant> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/risk/zen/Cargo.toml");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("zen");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    println!("building zen-engine, which takes minutes the first time ...");
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--quiet", "--manifest-path", manifest, "--target-dir"]).arg(&target);
    output_of(&mut build)?;
    let program: PathBuf = target.join("release/account-security-bench-zen");
    let round = move || Ok(Duration::from_nanos(output_of(&mut Command::new(&program))?.trim().parse()?));
    let what = "zen-engine 2.1.6: decision table, 10 rules, 8 inputs, collect; inputs given".to_owned();
    Ok(Contestant { what, bar: Some(15), round: Box::new(round) })
}
