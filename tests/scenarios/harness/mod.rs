//! Reads scenario files, plays them, and says what they expected and did not get.

mod expect;
mod file;
mod plan;
mod play;
mod policy;

use std::path::{Path, PathBuf};

pub use expect::{Expect, found};
pub use file::{Kind, Scenario};
pub use plan::{Deed, Plan};
pub use play::{Beliefs, run};

/// A file by its name, with what it says.
pub fn every_scenario() -> Vec<(String, Scenario)> {
    let read = |file: PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let scenario = Scenario::read(&text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        (name, scenario)
    };
    files().into_iter().map(read).collect()
}

/// Every file, ready to be played.
pub fn every_plan() -> Vec<Plan> {
    let scenarios = every_scenario().into_iter();
    scenarios
        .map(|(name, scenario)| Plan::of(&name, &scenario).unwrap_or_else(|fault| panic!("{name}: {fault}")))
        .collect()
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|file| file.extension().is_some_and(|ending| ending == "toml")).collect();
    files.sort();
    files
}
