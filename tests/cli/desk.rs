//! A folder of its own for each test, and the binary run inside it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_account-security");

/// The labelled stream that comes with the crate.
pub fn sample() -> String {
    format!("{}/tests/data/sample.csv", env!("CARGO_MANIFEST_DIR"))
}

/// A folder that is gone after the test.
pub struct Desk(tempfile::TempDir);

/// What a run said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// One line of a file of scores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    pub score: i32,
    pub outcome: String,
    pub reasons: String,
}

impl Desk {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.path(name), content).unwrap();
        self
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// A command line, split at spaces, with nothing on standard input.
    pub fn run(&self, line: &str) -> Said {
        self.pipe(line, b"")
    }

    /// A command line with something on standard input.
    pub fn pipe(&self, line: &str, input: impl AsRef<[u8]>) -> Said {
        self.args(&line.split_whitespace().collect::<Vec<_>>(), input.as_ref())
    }

    pub fn args(&self, args: &[&str], input: &[u8]) -> Said {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A run that refuses its arguments does not read on: a broken pipe is its right.
        let feeder = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        let _ = feeder.join().unwrap();
        let said = Said {
            code: output.status.code().unwrap_or_else(|| panic!("{args:?} was ended by a signal: {output:?}")),
            out: String::from_utf8(output.stdout).expect("output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("errors are UTF-8"),
        };
        assert!((0..=4).contains(&said.code), "{args:?}: exit {} is not documented: {said:?}", said.code);
        let panicked = said.err.contains("panicked") || said.err.contains("RUST_BACKTRACE");
        assert!(!panicked, "{args:?} panicked: {said:?}");
        said
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(args).current_dir(self.0.path());
        command
    }

    /// The file of scores, by transaction. A repeated id must repeat its line.
    pub fn scores(&self, name: &str) -> BTreeMap<String, Scored> {
        let mut by_id = BTreeMap::new();
        for (tx_id, scored) in scored_lines(&self.read(name)) {
            let before = by_id.insert(tx_id.clone(), scored.clone());
            assert!(before.is_none_or(|before| before == scored), "{tx_id} was scored twice, differently");
        }
        by_id
    }
}

impl Said {
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Somewhere, on standard output or standard error.
    #[track_caller]
    pub fn says(self, what: &str) -> Self {
        assert!(self.out.contains(what) || self.err.contains(what), "does not say {what:?}: {self:?}");
        self
    }

    #[track_caller]
    pub fn never_says(self, what: &str) -> Self {
        assert!(!self.out.contains(what) && !self.err.contains(what), "says {what:?}: {self:?}");
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// One JSON value a line.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The complete lines of a file of scores; a last line that was cut is left out.
pub fn scored_lines(text: &str) -> Vec<(String, Scored)> {
    let complete = text.rfind('\n').map_or("", |end| &text[..=end]);
    let mut reader = csv::Reader::from_reader(complete.as_bytes());
    if !complete.is_empty() {
        assert_eq!(reader.headers().unwrap(), vec!["tx_id", "score", "outcome", "reasons"]);
    }
    let scored = |record: csv::StringRecord| {
        let field = |index: usize| record[index].to_owned();
        (field(0), Scored { score: field(1).parse().unwrap(), outcome: field(2), reasons: field(3) })
    };
    reader.records().map(|record| scored(record.unwrap())).collect()
}

/// Whether a JSON object holds exactly these fields.
#[track_caller]
pub fn has_fields(value: &Value, fields: &[&str]) {
    let mut found: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    let mut wanted = fields.to_vec();
    found.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(found, wanted, "{value}");
}

/// Adds a file's ending to its whole name.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
