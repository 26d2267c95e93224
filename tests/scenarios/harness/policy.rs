//! The policy of a scenario: a preset and what the file changes of it, read as a rule file is read.

use account_security::risk::file::{Format, read, show};
use account_security::risk::{CheckedPolicy, Preset};
use toml::{Table, Value};

/// Puts `changes` over the preset. The wallet needs no text of its own: a rule file that says nothing is the wallet.
pub fn policy_of(preset: Option<&str>, changes: &Table) -> Result<CheckedPolicy, String> {
    let name = preset.unwrap_or(Preset::Wallet.name());
    let preset = Preset::parse(name).ok_or_else(|| format!("no preset `{name}`"))?;
    let mut table = match preset {
        Preset::Wallet => Table::new(),
        other => toml::from_str(&show(&other.policy(), "")).map_err(|error| error.to_string())?,
    };
    put_over(&mut table, changes);
    let text = toml::to_string(&table).map_err(|error| error.to_string())?;
    read(&text, Format::Toml).map_err(|fault| format!("[policy] {}: {fault}", fault.path))
}

/// Tables are merged, everything else is replaced, in whichever form the preset had written it.
fn put_over(table: &mut Table, changes: &Table) {
    for (key, value) in changes {
        if let (Some(Value::Table(inner)), Value::Table(changes)) = (table.get_mut(key), value) {
            put_over(inner, changes);
            continue;
        }
        if !value.is_table() {
            let short = key.trim_end_matches("_minor").trim_end_matches("_ms");
            for form in [short.to_owned(), format!("{short}_minor"), format!("{short}_ms")] {
                table.remove(&form);
            }
        }
        table.insert(key.clone(), value.clone());
    }
}
