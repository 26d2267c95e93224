//! Reads scenario files, plays them, and says what they expected and did not get.

mod expect;
mod file;
mod plan;
mod play;
mod policy;

use std::path::{Path, PathBuf};

pub use expect::found;
pub use file::{Kind, Scenario};
pub use plan::{Deed, Plan};
pub use play::{Beliefs, run, run_unproven};

/// The ending of files that are read, and of those in which the engine and common sense disagree.
const READ: &str = ".toml";
const OPEN: &str = ".toml.open";

/// Every file by its name, with what it says.
pub fn every_scenario() -> Vec<(String, Scenario)> {
    scenarios(READ)
}

/// Every file, ready to be played.
pub fn every_plan() -> Vec<Plan> {
    plans(READ)
}

/// Every file in which the engine and common sense disagree.
pub fn open_plans() -> Vec<Plan> {
    plans(OPEN)
}

fn plans(ending: &str) -> Vec<Plan> {
    let plan = |(name, scenario): (String, Scenario)| {
        Plan::of(&name, &scenario).unwrap_or_else(|fault| panic!("{name}: {fault}"))
    };
    scenarios(ending).into_iter().map(plan).collect()
}

fn scenarios(ending: &str) -> Vec<(String, Scenario)> {
    let read = |file: PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let scenario = Scenario::read(&text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        (name, scenario)
    };
    files(ending).into_iter().map(read).collect()
}

fn files(ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|file| file.to_string_lossy().ends_with(ending)).collect();
    files.sort();
    files
}
