//! What a run found, counted as it goes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use account_security::backtest::{self, Quality, QualityReport};
use account_security::command::PaymentDecision;
use account_security::risk::{CheckedPolicy, Outcome};
use serde_json::{Value, json};

use super::findings::{accusing, is_late, on_trial};
use super::scores::{outcome_name, score_of};
use crate::door::Refused;
use crate::rows::Row;

/// Accounts listed to look at first.
const ACCOUNTS_TOLD: usize = 10;

/// One judged row.
pub(super) struct Judged<'a> {
    pub(super) row: &'a Row,
    pub(super) account_index: u32,
    pub(super) day: i32,
    pub(super) decision: &'a PaymentDecision,
    /// The rules it was judged by.
    pub(super) policy: &'a CheckedPolicy,
}

/// A finding's name.
type Name = Cow<'static, str>;

#[derive(Debug, Default)]
pub(super) struct Summary {
    transactions: u64,
    outcomes: BTreeMap<&'static str, u64>,
    reasons: BTreeMap<Name, u64>,
    shadow: BTreeMap<Name, u64>,
    late: u64,
    learned: Option<Learned>,
    accounts: Vec<Option<Account>>,
    flagged: u64,
    refused: Refused,
    denied: Refused,
    quality: Quality,
    step_up_frauds: u64,
}

/// What the run learned of the rule `large_amount` while it went.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Learned {
    /// The amount in force at the end, in minor units; `None` = none was found.
    pub(super) from_minor: Option<u64>,
    /// How often it was set.
    pub(super) changes: u64,
}

/// What one account showed.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) worst: Worst,
    pub(super) flagged: u64,
    pub(super) refused_frozen: u64,
}

/// The flagged payment that speaks loudest against an account. All of it is of one payment: an outcome beside another's id
/// would send people to look at the wrong one.
#[derive(Clone, Debug, Default)]
pub(super) struct Worst {
    severity: u8,
    pub(super) score: i32,
    pub(super) outcome: &'static str,
    pub(super) tx: String,
    pub(super) amount: String,
    pub(super) reasons: Vec<Name>,
}

/// The finished summary.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) transactions: u64,
    pub(super) accounts: u64,
    pub(super) outcomes: BTreeMap<&'static str, u64>,
    pub(super) reasons: Vec<(Name, u64)>,
    pub(super) shadow: Vec<(Name, u64)>,
    /// Payments that came after later ones of their account.
    pub(super) late: u64,
    /// `None` where rules are used as they are.
    pub(super) learned: Option<Learned>,
    pub(super) repeated: u64,
    pub(super) first: Vec<Account>,
    pub(super) refused: u64,
    pub(super) refused_first: Vec<String>,
    pub(super) denied: u64,
    pub(super) denied_first: Vec<String>,
    pub(super) seconds: f64,
    pub(super) per_second: f64,
    pub(super) quality: Option<QualityReport>,
    pub(super) step_up_recall: Option<f64>,
}

impl Summary {
    pub(super) fn new(learns: bool) -> Self {
        Self { learned: learns.then(Learned::default), ..Self::default() }
    }

    /// From which amount on `large_amount` speaks from here on.
    pub(super) fn learn(&mut self, from_minor: Option<u64>) {
        let changes = self.learned.map_or(0, |learned| learned.changes) + 1;
        self.learned = Some(Learned { from_minor, changes });
    }

    pub(super) const fn transactions(&self) -> u64 {
        self.transactions
    }

    pub(super) const fn flagged(&self) -> u64 {
        self.flagged
    }

    pub(super) fn refuse(&mut self, refused: Refused) {
        self.refused.join(refused);
    }

    pub(super) fn refuse_one(&mut self, told: String) {
        self.refused.add(1, told);
    }

    pub(super) fn deny(&mut self, told: String) {
        self.denied.add(1, told);
    }

    pub(super) fn add(&mut self, judged: &Judged<'_>) {
        // The door knows a repeat by its id, as long as it remembers ids.
        if matches!(judged.decision, PaymentDecision::Assessed(it) if it.repeated.is_some()) {
            self.refused.repeated += 1;
            return;
        }
        let score = score_of(judged.decision);
        let (is_flagged, is_alert) = match judged.decision {
            PaymentDecision::Assessed(it) => (it.outcome > Outcome::Allow, it.outcome > Outcome::StepUp),
            _ => (true, true),
        };
        self.transactions += 1;
        self.flagged += u64::from(is_flagged);
        *self.outcomes.entry(outcome_name(judged.decision)).or_default() += 1;
        self.late += u64::from(is_late(judged.decision));
        self.name(judged, is_flagged);
        self.account(judged, is_flagged);
        // A payment refused because of a freeze was not judged: it says nothing of how well the engine judges.
        if let (PaymentDecision::Assessed(_), Some(is_fraud)) = (judged.decision, judged.row.label) {
            self.step_up_frauds += u64::from(is_fraud && is_flagged);
            let (day, account) = (judged.day, judged.account_index);
            self.quality.push(backtest::Judged { score, day, account, is_fraud, is_flagged: is_alert });
        }
    }

    fn name(&mut self, judged: &Judged<'_>, is_flagged: bool) {
        for name in on_trial(judged.decision, judged.policy) {
            *self.shadow.entry(name).or_default() += 1;
        }
        if is_flagged {
            for name in accusing(judged.decision, judged.policy) {
                *self.reasons.entry(name).or_default() += 1;
            }
        }
    }

    fn account(&mut self, judged: &Judged<'_>, is_flagged: bool) {
        let index = usize::try_from(judged.account_index).unwrap_or(usize::MAX);
        if index >= self.accounts.len() {
            self.accounts.resize(index + 1, None);
        }
        let Some(slot) = self.accounts.get_mut(index) else { return };
        let account = slot.get_or_insert_with(|| Account {
            name: judged.row.account.to_string(),
            worst: Worst::default(),
            flagged: 0,
            refused_frozen: 0,
        });
        account.flagged += u64::from(is_flagged);
        account.refused_frozen += u64::from(matches!(judged.decision, PaymentDecision::Frozen));
        if is_flagged && rank(judged.decision) > account.worst.rank() {
            account.worst = Worst::of(judged);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    pub(super) fn finish(self, took: Duration) -> Figures {
        let seen = self.accounts.iter().flatten().count();
        let mut first: Vec<_> = self.accounts.into_iter().flatten().filter(|account| account.flagged > 0).collect();
        first.sort_by(|a, b| (b.worst.rank(), b.flagged, &a.name).cmp(&(a.worst.rank(), a.flagged, &b.name)));
        first.truncate(ACCOUNTS_TOLD);
        let quality = Some(self.quality.report()).filter(|report| report.rows > 0);
        let frauds = quality.as_ref().map_or(0, |report| report.frauds);
        let seconds = took.as_secs_f64();
        Figures {
            transactions: self.transactions,
            accounts: seen as u64,
            outcomes: self.outcomes,
            reasons: most_first(self.reasons),
            shadow: most_first(self.shadow),
            late: self.late,
            learned: self.learned,
            repeated: self.refused.repeated,
            first,
            refused: self.refused.count,
            refused_first: self.refused.first,
            denied: self.denied.count,
            denied_first: self.denied.first,
            seconds,
            per_second: if seconds > 0.0 { self.transactions as f64 / seconds } else { 0.0 },
            quality,
            step_up_recall: (frauds > 0).then(|| self.step_up_frauds as f64 / frauds as f64),
        }
    }
}

fn most_first(counts: BTreeMap<Name, u64>) -> Vec<(Name, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    // Sorting is stable: equals stay in the order of their names.
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// How loudly a decision speaks: its outcome before its score, because a hard limit or a least outcome holds a payment that
/// has no points. A payment refused because of a freeze was not judged: any that was flagged says more, and it has no score.
fn rank(decision: &PaymentDecision) -> (u8, i32) {
    match decision {
        PaymentDecision::Assessed(assessment) => (severity(assessment.outcome), assessment.score.0),
        PaymentDecision::Frozen => (1, 0),
        PaymentDecision::Conflict => (severity(Outcome::Hold), score_of(decision)),
    }
}

const fn severity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Allow => 0,
        Outcome::StepUp => 2,
        Outcome::Hold => 3,
        Outcome::FreezeRecommended => 4,
    }
}

impl Worst {
    fn of(judged: &Judged<'_>) -> Self {
        let (severity, score) = rank(judged.decision);
        Self {
            severity,
            score,
            outcome: outcome_name(judged.decision),
            tx: judged.row.tx_id.clone(),
            amount: judged.row.payment.money.to_string(),
            reasons: accusing(judged.decision, judged.policy),
        }
    }

    const fn rank(&self) -> (u8, i32) {
        (self.severity, self.score)
    }
}

impl Figures {
    pub(super) fn to_json(&self) -> String {
        let counts = |counts: &[(Name, u64)]| -> serde_json::Map<_, _> {
            counts.iter().map(|(name, count)| (name.to_string(), json!(count))).collect()
        };
        let learned = self.learned.map(|it| json!({ "large_amount_from_minor": it.from_minor, "changes": it.changes }));
        let accounts: Vec<Value> = self.first.iter().map(Account::to_json).collect();
        let quality = self.quality.as_ref().map(|it| {
            json!({
                "labelled": it.rows, "frauds": it.frauds, "days": it.days,
                "auc_roc": it.auc_roc, "average_precision": it.average_precision,
                "card_precision_100": it.card_precision_100, "card_precision_100_ceiling": it.card_precision_100_ceiling,
                "recall": it.recall, "precision": it.precision, "alerts_a_day": it.alerts_a_day,
                "recall_with_step_up": self.step_up_recall,
            })
        });
        let figures = json!({
            "transactions": self.transactions, "accounts": self.accounts, "outcomes": self.outcomes,
            "reasons": counts(&self.reasons), "shadow": counts(&self.shadow), "learned": learned, "late": self.late,
            "look_first": accounts, "quality": quality,
            "refused": { "count": self.refused, "first": self.refused_first }, "repeated": self.repeated,
            "denied": { "count": self.denied, "first": self.denied_first },
            "seconds": self.seconds, "transactions_per_second": self.per_second,
        });
        format!("{figures:#}\n")
    }
}

impl Account {
    fn to_json(&self) -> Value {
        let Worst { score, outcome, tx, amount, reasons, .. } = &self.worst;
        json!({
            "account": self.name, "score": score, "outcome": outcome, "tx_id": tx, "amount": amount, "reasons": reasons,
            "flagged": self.flagged, "refused_frozen": self.refused_frozen,
        })
    }
}
