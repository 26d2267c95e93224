//! `rules check | show | schema`, and the reading of rule files for every other command.

use std::io::Read;
use std::path::Path;

use account_security::backtest::RuleSet;
use account_security::risk::file::{FILE_BYTES_MAX, Format, RuleFileError, SCHEMA, doubts, read_bytes, show};
use account_security::risk::{CheckedPolicy, Preset, RiskPolicy};
use serde_json::json;

use crate::args::RulesCommand;
use crate::exit::{Exit, Failure, Outcome};

/// Runs the command.
pub(crate) fn run(command: &RulesCommand, json: bool) -> Outcome {
    match command {
        RulesCommand::Check { rules } => check(rules, json),
        RulesCommand::Show { preset } => shown(preset, json),
        RulesCommand::Schema => crate::print(SCHEMA).map(|()| Exit::Ok),
    }
}

/// The rule set of a file or preset, under its name without the folder: a report is read elsewhere.
pub(crate) fn by_name(name: &str) -> Result<RuleSet, Failure> {
    let path = Path::new(name);
    let shown = path.file_name().map_or(name.into(), |file| file.to_string_lossy());
    Ok(RuleSet { name: shown.into_owned(), policy: load(path)? })
}

/// The policy of a rule file, or of a preset where no file has its name.
pub(crate) fn load(rules: &Path) -> Result<CheckedPolicy, Failure> {
    let told = |error: &dyn std::fmt::Display| Failure::usage(format!("--rules {}: {error}", rules.display()));
    read(rules).map_err(|error| told(&error))?.map(|(policy, _)| policy).map_err(|error| told(&error))
}

/// A rule set, and the bytes of its file if it has one.
type Loaded = (CheckedPolicy, Vec<u8>);

/// `Err` if nothing can be read, `Ok(Err)` if what was read is no good.
fn read(rules: &Path) -> std::io::Result<Result<Loaded, RuleFileError>> {
    let name = rules.to_string_lossy();
    if let Some(preset) = Preset::parse(&name).filter(|_| !rules.exists()) {
        return CheckedPolicy::new(preset.policy())
            .map(|policy| Ok((policy, Vec::new())))
            .map_err(std::io::Error::other);
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(rules).map_err(|error| named(error, &name))?;
    file.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(read_bytes(&bytes, Format::of_name(&name)).map(|policy| (policy, bytes)))
}

/// A name without a file is a misspelt preset as often as a misspelt path.
fn named(error: std::io::Error, name: &str) -> std::io::Error {
    if error.kind() != std::io::ErrorKind::NotFound {
        return error;
    }
    std::io::Error::new(error.kind(), format!("no file or preset `{name}`; presets: {}", preset_names()))
}

fn preset_names() -> String {
    Preset::ALL.iter().map(|preset| preset.name()).collect::<Vec<_>>().join(", ")
}

fn check(rules: &Path, json: bool) -> Outcome {
    let shown = rules.display();
    match read(rules).map_err(|error| Failure::usage(format!("{shown}: {error}")))? {
        Ok((policy, bytes)) => {
            let format = Format::of_name(&rules.to_string_lossy());
            let doubts =
                std::str::from_utf8(&bytes).ok().and_then(|text| doubts(text, format).ok()).unwrap_or_default();
            crate::print(&if json { good_json(&policy, &doubts) } else { good(&policy, &shown.to_string(), &doubts) })?;
            Ok(Exit::Ok)
        }
        Err(error) => {
            let RuleFileError { line, column, path, what } = &error;
            let told = json!({"ok": false, "line": line, "column": column, "path": path, "what": what});
            crate::print(&if json { format!("{told}\n") } else { format!("{shown}: {error}\n") })?;
            Ok(Exit::Denied)
        }
    }
}

fn good(policy: &CheckedPolicy, shown: &str, doubts: &[RuleFileError]) -> String {
    let (hash, counts) = (policy.content_hash(), counts(policy.policy()));
    let warnings: String = doubts.iter().map(|doubt| format!("{shown}: warning: {doubt}\n")).collect();
    format!("{shown}: good, {counts}, hash {hash:016x}\n{warnings}")
}

fn good_json(policy: &CheckedPolicy, doubts: &[RuleFileError]) -> String {
    let warning = |RuleFileError { line, column, path, what }: &RuleFileError| json!({ "line": line, "column": column, "path": path, "what": what });
    let warnings: Vec<_> = doubts.iter().map(warning).collect();
    let (hash, rules) = (format!("{:016x}", policy.content_hash()), policy.policy().rules.len());
    format!("{}\n", json!({ "ok": true, "policy_hash": hash, "rules": rules, "warnings": warnings }))
}

fn counts(policy: &RiskPolicy) -> String {
    let count = |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    let (velocity, own) = (count(policy.velocity.len(), "velocity rule"), count(policy.rules.len(), "rule"));
    format!("{velocity}, {own} of its own")
}

fn shown(name: &str, json: bool) -> Outcome {
    let preset = Preset::parse(name)
        .ok_or_else(|| Failure::usage(format!("no preset `{name}`; there are {}", preset_names())))?;
    let policy = preset.policy();
    let heading = format!("Preset `{}`. {}", preset.name(), preset.purpose());
    let text = if json {
        serde_json::to_string_pretty(&policy).map_err(Failure::fault)? + "\n"
    } else {
        show(&policy, &heading)
    };
    crate::print(&text)?;
    Ok(Exit::Ok)
}
