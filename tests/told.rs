//! Figures that a text repeats are those of the files. Who adds a scenario or raises the toolchain is told which sentence
//! to mend.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may panic like tests")]

use std::path::Path;

fn read(path: &str) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    // A sentence may be broken anywhere.
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn says(path: &str, sentence: &str) {
    assert!(read(path).contains(sentence), "{path} should say \"{sentence}\"");
}

fn count(extension: &str) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|found| found == extension)).count()
}

#[test]
fn stories_and_scenarios_are_as_many_as_is_told() {
    let (stories, scenarios) = (count("json"), count("toml"));
    assert!(stories > 0 && scenarios > 0);
    says("README.md", &format!("`tests/scenarios/*.json` holds {stories} stories"));
    says("CHANGELOG.md", &format!("The same {stories} stories"));
    says("CHANGELOG.md", &format!("{scenarios} scenarios of fraud"));
}

#[test]
fn every_story_has_its_transcript() {
    assert_eq!(count("json"), count("jsonl"));
}

#[test]
fn the_least_version_of_rust_is_told_alike() {
    let manifest = read("Cargo.toml");
    let version = manifest.split_once("rust-version = \"").and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
    says("README.md", &format!("Rust {version} or newer"));
    // Not in the package that a registry serves.
    if Path::new(env!("CARGO_MANIFEST_DIR")).join("bindings").exists() {
        says("bindings/c/README.md", &format!("Rust {version} or later"));
    }
}
