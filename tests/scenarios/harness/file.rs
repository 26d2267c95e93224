//! What a scenario file may say. A key that is not named here is refused.

use account_security::types::{Direction, PaymentKind};
use serde::Deserialize;

use super::expect::{Expect, Outcomes};

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// One line that no other file has.
    pub title: String,
    /// One of the list in `coverage.rs`.
    pub typology: String,
    pub kind: Kind,
    /// Why this must or must not flag, in one sentence.
    pub why: String,
    /// The IANA zone the account lives in; times without an offset are local.
    pub zone: String,
    /// The currency of amounts that do not name one.
    pub currency: String,
    /// A preset by name; the wallet when left out.
    pub preset: Option<String>,
    /// What differs from the preset, in the words of a rule file.
    #[serde(default)]
    pub policy: toml::Table,
    /// When password, phone or device changed.
    pub security_changed_at: Option<String>,
    #[serde(default)]
    pub history: Vec<History>,
    #[serde(default)]
    pub snooze: Vec<Snooze>,
    #[serde(default)]
    pub payment: Vec<Ordered>,
}

/// Whether the file shows a fraud that must be found, or a life that must be left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Positive,
    Trap,
}

/// Ordinary life: `count` payments, one `every` so often. Amounts and payees take turns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The time of the first payment.
    pub from: String,
    /// A step in days keeps the local time of day; one in `h`, `m` or `s` does not.
    #[serde(default = "a_day")]
    pub every: String,
    pub count: u32,
    pub amounts: Vec<String>,
    #[serde(default)]
    pub payees: Vec<String>,
    pub device: Option<String>,
    pub country: Option<String>,
    #[serde(default = "other")]
    pub kind: PaymentKind,
    #[serde(default = "out")]
    pub direction: Direction,
    pub label: Option<LabelLine>,
    /// What each of them must come to.
    #[serde(default = "Outcomes::allowed")]
    pub outcome: Outcomes,
    /// Whether somebody looked at those that were held and let them pass.
    #[serde(default)]
    pub reviewed: bool,
}

/// A payment that is looked at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordered {
    pub at: String,
    /// The clock of the decision; `at` when left out.
    pub seen_at: Option<String>,
    pub amount: String,
    /// Another currency than the file's.
    pub currency: Option<String>,
    /// Its transaction id; one of its own when left out.
    pub id: Option<String>,
    pub to: Option<String>,
    pub device: Option<String>,
    pub country: Option<String>,
    /// Latitude, longitude and accuracy in metres.
    pub place: Option<(f64, f64, u32)>,
    #[serde(default = "other")]
    pub kind: PaymentKind,
    #[serde(default = "out")]
    pub direction: Direction,
    #[serde(default)]
    pub signals: Vec<Signal>,
    pub label: Option<LabelLine>,
    #[serde(default)]
    pub expect: Expect,
}

/// What became known of a payment, and how long after it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelLine {
    pub fraud: bool,
    pub after: String,
}

/// A rule that an agent lets sleep on this account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// A reason by its name, or a custom rule by its id.
    pub rule: String,
    pub from: String,
    pub until: String,
}

/// What the session or the caller's own lists say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    Malware,
    Rooted,
    CompromisedCredential,
    HighRiskPayeeLocation,
    DenyListed,
    AllowListed,
}

impl Scenario {
    /// Reads a file and refuses one that could not fail.
    pub fn read(text: &str) -> Result<Self, String> {
        let scenario: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let expectations = || scenario.payment.iter().map(|payment| &payment.expect);
        let blank = [&scenario.title, &scenario.typology, &scenario.why].iter().any(|text| text.trim().is_empty());
        if blank {
            Err("title, typology and why must say something".to_owned())
        } else if expectations().all(Expect::is_empty) {
            Err("no payment expects anything: such a file cannot fail".to_owned())
        } else if scenario.kind == Kind::Positive && !expectations().any(Expect::wants_a_flag) {
            Err("a positive must name at least one flag".to_owned())
        } else if scenario.kind == Kind::Trap && !expectations().any(Expect::forbids) {
            Err("a trap must name at least one `never` or an outcome".to_owned())
        } else {
            Ok(scenario)
        }
    }
}

fn a_day() -> String {
    "1d".to_owned()
}

fn other() -> PaymentKind {
    PaymentKind::Other
}

fn out() -> Direction {
    Direction::Out
}
