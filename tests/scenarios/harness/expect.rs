//! What a file expects of a payment, held against what was found.

use account_security::risk::{Assessment, CheckedPolicy, Millibans, Outcome, Reason};
use account_security::types::ReasonCode;
use serde::Deserialize;

/// Findings about amounts and payees come in every strength. Below 3 dB they less than double the odds: no flag.
const FLAG_FROM: Millibans = Millibans(300);

/// What must hold of one payment. Findings are named by their reason, custom rules by their id.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// The outcome, exactly.
    pub outcome: Option<Outcome>,
    /// No milder outcome than this.
    pub at_least: Option<Outcome>,
    /// No stricter outcome than this.
    pub at_most: Option<Outcome>,
    /// Found and counted.
    pub flags: Vec<String>,
    /// Not counted: not found, on trial or asleep.
    pub never: Vec<String>,
    /// Found but not counted: on trial or asleep.
    pub told: Vec<String>,
    /// The first answer to the same payment again.
    pub repeated: Option<bool>,
}

/// What a block of history must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcomes {
    Allow,
    StepUp,
    Hold,
    FreezeRecommended,
    Any,
}

impl Outcomes {
    pub fn allowed() -> Self {
        Self::Allow
    }

    pub fn as_expect(self) -> Expect {
        let outcome = match self {
            Self::Allow => Some(Outcome::Allow),
            Self::StepUp => Some(Outcome::StepUp),
            Self::Hold => Some(Outcome::Hold),
            Self::FreezeRecommended => Some(Outcome::FreezeRecommended),
            Self::Any => None,
        };
        Expect { outcome, ..Expect::default() }
    }
}

impl Expect {
    pub fn is_empty(&self) -> bool {
        !self.forbids() && !self.wants_a_flag() && self.told.is_empty() && self.repeated.is_none()
    }

    pub fn wants_a_flag(&self) -> bool {
        !self.flags.is_empty()
    }

    /// Whether something would be too much.
    pub fn forbids(&self) -> bool {
        !self.never.is_empty() || [self.outcome, self.at_least, self.at_most].iter().any(Option::is_some)
    }

    /// Every name in it must be a reason or a rule of the policy: a misspelt `never` could not fail.
    pub fn unknown_name(&self, policy: &CheckedPolicy) -> Option<&String> {
        let is_rule = |name: &String| policy.policy().rules.iter().any(|rule| rule.id.as_str() == name.as_str());
        let is_reason = |name: &String| ReasonCode::ALL.iter().any(|code| code.name() == name.as_str());
        let names = self.flags.iter().chain(&self.never).chain(&self.told);
        names.into_iter().find(|name| !is_reason(name) && !is_rule(name))
    }

    /// What was expected and is not so, in words.
    pub fn missed_by(&self, answer: &Assessment, policy: &CheckedPolicy) -> Vec<String> {
        let is = answer.outcome;
        let has = |name: &String, wanted: fn(&Reason) -> bool| {
            answer.reasons.iter().any(|reason| name_of(reason, policy) == *name && wanted(reason))
        };
        let mut missed = Vec::new();
        let mut say = |broken: bool, what: String| {
            if broken {
                missed.push(what)
            }
        };
        say(self.outcome.is_some_and(|outcome| outcome != is), format!("must be {:?}", self.outcome));
        say(self.at_least.is_some_and(|least| is < least), format!("must be at least {:?}", self.at_least));
        say(self.at_most.is_some_and(|most| is > most), format!("must be at most {:?}", self.at_most));
        let repeated = answer.repeated.is_some();
        say(self.repeated.is_some_and(|wanted| wanted != repeated), format!("must be repeated: {:?}", self.repeated));
        self.flags.iter().for_each(|name| say(!has(name, is_flag), format!("must flag {name}")));
        self.never.iter().for_each(|name| say(has(name, is_flag), format!("must not flag {name}")));
        self.told
            .iter()
            .for_each(|name| say(!has(name, |reason| reason.shadow), format!("must tell {name} uncounted")));
        missed
    }
}

/// Everything an answer says, for people.
pub fn found(answer: &Assessment, policy: &CheckedPolicy) -> String {
    let shown = |reason: &Reason| {
        let mark = if reason.shadow { " uncounted" } else { "" };
        format!(
            "{} {}{mark} ({} against {})",
            name_of(reason, policy),
            reason.points,
            reason.observed,
            reason.threshold
        )
    };
    let reasons: Vec<String> = answer.reasons.iter().map(shown).collect();
    format!("{:?} with {} by [{}]", answer.outcome, answer.score, reasons.join(", "))
}

/// Whether a finding counts against the payment as a person would call it flagged.
fn is_flag(reason: &Reason) -> bool {
    let graded = matches!(
        reason.code,
        ReasonCode::AmountOutlier | ReasonCode::AmountRegime | ReasonCode::PayeeRisk | ReasonCode::PayeeOrdinary
    );
    let least = if graded { FLAG_FROM } else { Millibans(0) };
    let takes_away = reason.code == ReasonCode::AllowList;
    !reason.shadow && (reason.points >= least || takes_away)
}

fn name_of(reason: &Reason, policy: &CheckedPolicy) -> String {
    policy.rule_of(reason).map_or_else(|| reason.code.name().to_owned(), |rule| rule.id.to_string())
}
