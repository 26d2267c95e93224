//! Replays every input that fuzzing or a person ever found interesting, through the very code the fuzzer runs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

#[path = "corpus/auditing.rs"]
mod auditing;
#[path = "corpus/breached.rs"]
mod breached;
#[path = "corpus/customers.rs"]
mod customers;
#[path = "corpus/seeds.rs"]
mod seeds;
#[path = "corpus/sending.rs"]
mod sending;
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::path::{Path, PathBuf};

/// A folder below this proves little.
const INPUTS_MIN: usize = 20;
const INPUT_BYTES_MAX: u64 = 4 * 1024;

#[test]
fn every_input_ever_kept_still_holds() {
    for (name, body) in targets::TARGETS {
        for file in inputs(name) {
            let bytes = std::fs::read(&file).unwrap();
            let outcome = std::panic::catch_unwind(|| body(&bytes));
            assert!(outcome.is_ok(), "{name} fails for {}", file.display());
        }
    }
}

#[test]
fn every_target_has_a_corpus_of_small_files_and_every_corpus_a_target() {
    for (name, _) in targets::TARGETS {
        let files = inputs(name);
        assert!(files.len() >= INPUTS_MIN, "{name}: {} inputs", files.len());
        for file in files {
            assert!(file.metadata().unwrap().len() < INPUT_BYTES_MAX, "{} is large", file.display());
        }
    }
    for folder in children(&corpus()) {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(targets::TARGETS.iter().any(|(target, _)| *target == name), "{name} has no target");
        assert!(fuzz().join(format!("fuzz_targets/{name}.rs")).exists(), "{name} is never fuzzed");
    }
}

#[test]
#[ignore = "writes into the source tree; run it after changing seeds.rs or a stored format"]
fn write_seeds() {
    for (target, name, bytes) in seeds::all().into_iter().chain(sending::all()).chain(auditing::all()) {
        let folder = corpus().join(target);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

fn inputs(target: &str) -> Vec<PathBuf> {
    children(&corpus().join(target))
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort_unstable();
    found
}

fn corpus() -> PathBuf {
    fuzz().join("corpus")
}

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}
