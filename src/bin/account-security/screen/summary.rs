//! What a run found, counted as it goes.

use std::collections::BTreeMap;
use std::time::Duration;

use account_security::backtest::{self, Quality, QualityReport};
use account_security::command::PaymentDecision;
use account_security::risk::{Outcome, Reason};
use account_security::types::ReasonCode;
use serde_json::{Value, json};

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
}

#[derive(Debug, Default)]
pub(super) struct Summary {
    transactions: u64,
    outcomes: BTreeMap<&'static str, u64>,
    reasons: BTreeMap<ReasonCode, u64>,
    accounts: Vec<Option<Account>>,
    flagged: u64,
    refused: Refused,
    denied: Refused,
    quality: Quality,
    step_up_frauds: u64,
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
    pub(super) reasons: Vec<ReasonCode>,
}

/// The finished summary.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) transactions: u64,
    pub(super) accounts: u64,
    pub(super) outcomes: BTreeMap<&'static str, u64>,
    pub(super) reasons: Vec<(ReasonCode, u64)>,
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
    pub(super) fn new() -> Self {
        Self::default()
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
        let score = score_of(judged.decision);
        let (is_flagged, is_alert) = match judged.decision {
            PaymentDecision::Assessed(it) => (it.outcome > Outcome::Allow, it.outcome > Outcome::StepUp),
            _ => (true, true),
        };
        self.transactions += 1;
        self.flagged += u64::from(is_flagged);
        *self.outcomes.entry(outcome_name(judged.decision)).or_default() += 1;
        if is_flagged {
            for reason in accusing(judged.decision) {
                *self.reasons.entry(reason).or_default() += 1;
            }
        }
        self.account(judged, is_flagged);
        // A payment refused because of a freeze was not judged: it says nothing of how well the engine judges.
        if let (PaymentDecision::Assessed(_), Some(is_fraud)) = (judged.decision, judged.row.label) {
            self.step_up_frauds += u64::from(is_fraud && is_flagged);
            let (day, account) = (judged.day, judged.account_index);
            self.quality.push(backtest::Judged { score, day, account, is_fraud, is_flagged: is_alert });
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
        let mut reasons: Vec<_> = self.reasons.into_iter().collect();
        reasons.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), code.code()));
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
            reasons,
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
            reasons: accusing(judged.decision).collect(),
        }
    }

    const fn rank(&self) -> (u8, i32) {
        (self.severity, self.score)
    }
}

/// Evidence too weak to name: one deciban, odds of 1.26 to 1.
const NAMED_FROM: i32 = 100;

/// The reasons that speak against a payment, strongest first.
fn accusing(decision: &PaymentDecision) -> impl Iterator<Item = ReasonCode> {
    let (reasons, frozen) = match decision {
        PaymentDecision::Assessed(assessment) => (assessment.reasons.as_slice(), None),
        _ => (&[][..], Some(ReasonCode::Frozen)),
    };
    let named = |reason: &&Reason| !reason.shadow && (reason.points.0 >= NAMED_FROM || is_limit(reason.code));
    let mut against: Vec<&Reason> = reasons.iter().filter(named).collect();
    against.sort_by_key(|reason| std::cmp::Reverse(reason.points.0));
    against.into_iter().map(|reason| reason.code).chain(frozen)
}

const fn is_limit(code: ReasonCode) -> bool {
    matches!(code, ReasonCode::LimitTransaction | ReasonCode::LimitDay | ReasonCode::LimitWeek | ReasonCode::LimitMonth)
}

impl Figures {
    pub(super) fn to_json(&self) -> String {
        let reasons: serde_json::Map<_, _> =
            self.reasons.iter().map(|(code, count)| (code.name().to_owned(), json!(count))).collect();
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
            "transactions": self.transactions, "accounts": self.accounts, "outcomes": self.outcomes, "reasons": reasons,
            "look_first": accounts, "quality": quality,
            "refused": { "count": self.refused, "first": self.refused_first },
            "denied": { "count": self.denied, "first": self.denied_first },
            "seconds": self.seconds, "transactions_per_second": self.per_second,
        });
        format!("{figures:#}\n")
    }
}

impl Account {
    fn to_json(&self) -> Value {
        let Worst { score, outcome, tx, amount, reasons, .. } = &self.worst;
        let reasons: Vec<_> = reasons.iter().map(|code| code.name()).collect();
        json!({
            "account": self.name, "score": score, "outcome": outcome, "tx_id": tx, "amount": amount, "reasons": reasons,
            "flagged": self.flagged, "refused_frozen": self.refused_frozen,
        })
    }
}
