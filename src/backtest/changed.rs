//! The decisions that differ most, each with what its account did around it.

use std::cmp::Reverse;
use std::collections::VecDeque;

use super::report::{Changed, TimelineRow, Verdict};
use super::run::LabelledEvent;
use super::{CHANGED_MAX, CHANGED_PER_ACCOUNT_MAX, TIMELINE_ROWS};
use crate::risk::{Assessment, CheckedPolicy, Label, Outcome, ReasonGroup};
use crate::types::{Fingerprint, Money, ReasonCode, Timestamp};

/// What is kept of an account for a timeline that may be asked for later.
#[derive(Debug, Default)]
pub(super) struct AccountPast {
    last: VecDeque<Brief>,
    /// How many changed decisions of this account are kept now.
    kept: usize,
}

/// One payment of a timeline.
#[derive(Clone, Copy, Debug)]
struct Brief {
    row: u64,
    at: Timestamp,
    money: Money,
    payee: Option<Fingerprint>,
    label: Option<Label>,
    scores: [i32; 2],
    outcomes: [Outcome; 2],
    /// With [`Reason::rule`](crate::risk::Reason).
    strongest: [Option<(ReasonCode, u8)>; 2],
}

/// At most [`CHANGED_MAX`] decisions.
#[derive(Debug, Default)]
pub(super) struct ChangedList {
    kept: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    account: usize,
    account_name: String,
    tx_id: String,
    assessed: [Assessment; 2],
    /// The payment itself and what came before it.
    until: VecDeque<Brief>,
    after: Vec<Brief>,
}

/// By outcome, then by score; of equals the earlier.
type Rank = (u8, u32, Reverse<u64>);

impl ChangedList {
    /// Takes a counted payment.
    pub(super) fn offer(
        &mut self,
        event: &LabelledEvent<'_>,
        account: usize,
        assessed: &[Assessment; 2],
        pasts: &mut [AccountPast],
    ) {
        self.pass(event, account, assessed, pasts);
        let [a, b] = assessed;
        if a.outcome == b.outcome {
            return;
        }
        let rank = rank_of(event.row, [a.outcome, b.outcome], [a.score.0, b.score.0]);
        let Some(past) = pasts.get(account) else { return };
        let crowded = past.kept >= CHANGED_PER_ACCOUNT_MAX;
        if crowded || self.kept.len() >= CHANGED_MAX {
            let rivals = self.kept.iter().enumerate().filter(|(_, kept)| !crowded || kept.account == account);
            let weakest = rivals.map(|(index, kept)| (kept.rank(), index)).min();
            let Some((weakest, index)) = weakest.filter(|(weakest, _)| *weakest < rank) else { return };
            debug_assert!(weakest < rank, "only a weaker one gives way");
            let gone = self.kept.swap_remove(index);
            if let Some(past) = pasts.get_mut(gone.account) {
                past.kept -= 1;
            }
        }
        let Some(past) = pasts.get_mut(account) else { return };
        past.kept += 1;
        self.kept.push(Kept {
            account,
            account_name: event.account.to_string(),
            tx_id: event.tx_id.to_owned(),
            assessed: assessed.clone(),
            until: past.last.clone(),
            after: Vec::new(),
        });
    }

    /// Takes a payment that is not counted, for the timelines only.
    pub(super) fn pass(
        &mut self,
        event: &LabelledEvent<'_>,
        account: usize,
        assessed: &[Assessment; 2],
        pasts: &mut [AccountPast],
    ) {
        let Some(past) = pasts.get_mut(account) else { return };
        let brief = brief(event, assessed);
        if past.kept > 0 {
            let open = |kept: &&mut Kept| kept.account == account && kept.after.len() < TIMELINE_ROWS;
            self.kept.iter_mut().filter(open).for_each(|kept| kept.after.push(brief));
        }
        if past.last.len() > TIMELINE_ROWS {
            past.last.pop_front();
        }
        past.last.push_back(brief);
    }

    /// The most changed first.
    pub(super) fn report(mut self, policies: [&CheckedPolicy; 2]) -> Vec<Changed> {
        self.kept.sort_by_key(|kept| Reverse(kept.rank()));
        self.kept.into_iter().filter_map(|kept| kept.report(policies)).collect()
    }
}

impl Kept {
    fn rank(&self) -> Rank {
        let row = self.until.back().map_or(0, |payment| payment.row);
        rank_of(row, self.assessed.each_ref().map(|one| one.outcome), self.assessed.each_ref().map(|one| one.score.0))
    }

    fn report(self, policies: [&CheckedPolicy; 2]) -> Option<Changed> {
        let payment = *self.until.back()?;
        let [a, b] = &self.assessed;
        let (a, b) = (Verdict::of(a, payment.money, policies[0]), Verdict::of(b, payment.money, policies[1]));
        let rows = self.until.iter().chain(&self.after);
        Some(Changed {
            account: self.account_name,
            tx_id: self.tx_id,
            row: payment.row,
            at: payment.at.to_string(),
            amount: payment.money.to_string(),
            payee: payment.payee.map(payee_name),
            label: payment.label.map(label_name),
            a,
            b,
            timeline: rows.map(|brief| brief.report(brief.row == payment.row, policies)).collect(),
        })
    }
}

impl Brief {
    fn report(&self, is_changed: bool, policies: [&CheckedPolicy; 2]) -> TimelineRow {
        let strongest = [0, 1].map(|side: usize| {
            let (code, rule) = self.strongest[side]?;
            Some(policies[side].name_by(code, rule))
        });
        TimelineRow {
            row: self.row,
            at: self.at.to_string(),
            amount: self.money.to_string(),
            amount_minor: self.money.minor().unsigned_abs(),
            payee: self.payee.map(payee_name),
            label: self.label.map(label_name),
            scores: self.scores,
            outcomes: self.outcomes.map(Outcome::name),
            strongest,
            is_changed,
        }
    }
}

fn rank_of(row: u64, [a, b]: [Outcome; 2], [score_a, score_b]: [i32; 2]) -> Rank {
    ((a as u8).abs_diff(b as u8), score_a.abs_diff(score_b), Reverse(row))
}

fn brief(event: &LabelledEvent<'_>, assessed: &[Assessment; 2]) -> Brief {
    let payment = event.payment;
    Brief {
        row: event.row,
        at: payment.at,
        money: payment.money,
        payee: payment.payee,
        label: event.label,
        scores: assessed.each_ref().map(|one| one.score.0),
        outcomes: assessed.each_ref().map(|one| one.outcome),
        strongest: assessed.each_ref().map(strongest),
    }
}

/// The reason with the most points; one that holds a payment by itself comes before all.
fn strongest(assessment: &Assessment) -> Option<(ReasonCode, u8)> {
    let speaks = assessment.reasons.iter().filter(|reason| !reason.shadow);
    let weight = |points: i32, group| if matches!(group, ReasonGroup::Limit) { i32::MAX } else { points };
    speaks
        .map(|reason| (weight(reason.points.0, reason.group), reason.code, reason.rule))
        .filter(|(weight, ..)| *weight > 0)
        .max_by_key(|(weight, code, rule)| (*weight, Reverse((*code, *rule))))
        .map(|(_, code, rule)| (code, rule))
}

fn payee_name(payee: Fingerprint) -> String {
    format!("{:016x}", payee.0)
}

const fn label_name(label: Label) -> &'static str {
    match label {
        Label::Fraud => "fraud",
        Label::Genuine => "genuine",
        Label::Unknown => "unknown",
    }
}
