//! Rule sets by name or from a file.

use std::io::Read;
use std::path::Path;

use account_security::backtest::RuleSet;
use account_security::risk::{CheckedPolicy, RiskPolicy};

use crate::exit::Failure;

/// Longest rule file read, in bytes.
const RULES_BYTES_MAX: u64 = 1024 * 1024;

/// A preset by its name, else a rule file. A file named as a preset is reached as `./wallet`.
pub(crate) fn by_name(name: &str) -> Result<RuleSet, Failure> {
    let policy = match name {
        "wallet" => CheckedPolicy::wallet(),
        path => from_file(Path::new(path))?,
    };
    Ok(RuleSet { name: name.to_owned(), policy })
}

/// Reads a rule file.
pub(crate) fn from_file(path: &Path) -> Result<CheckedPolicy, Failure> {
    let shown = path.display();
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| Failure::usage(format!("--rules {shown}: {error}")))?;
    let read = file.take(RULES_BYTES_MAX + 1).read_to_string(&mut text);
    read.map_err(|error| Failure::usage(format!("--rules {shown}: {error}")))?;
    if text.len() as u64 > RULES_BYTES_MAX {
        return Err(Failure::usage(format!("--rules {shown}: a rule file is at most 1 MiB")));
    }
    let policy: RiskPolicy =
        toml::from_str(&text).map_err(|error| Failure::usage(format!("--rules {shown}: {error}")))?;
    CheckedPolicy::new(policy).map_err(|error| Failure::usage(format!("--rules {shown}: {error}")))
}
