//! `account diagnose`: why a payment failed or would fail, for the customer and for the desk. Looks, and changes nothing.

use account_security::account::{AccountRecord, Door, Event, EventKind};
use account_security::freeze::{
    self, AgentCause, BalanceFact, Causes, CustomerCause, PaymentFacts, PendingAnswer, RecipientFact, evaluate_pending,
};
use account_security::risk::{Assessment, Outcome};
use account_security::types::{Direction, Locale, SupportChannels, Timestamp, TxId};
use serde_json::{Value, json};

use super::{Desk, authority_of, denied, unknown};
use crate::args::DiagnoseArgs;
use crate::exit::{Exit, Failure, Outcome as Exited};
use crate::names;

/// Events read at a time.
const EVENTS_PER_READ: usize = 512;

/// What is on record of a payment.
enum Found {
    Judged { at: Timestamp, money: String, direction: Direction, assessment: Box<Assessment> },
    RefusedFrozen { at: Timestamp, money: String },
}

pub(super) fn run(args: &DiagnoseArgs, json: bool) -> Exited {
    let (rank, locale) = (authority_of(&args.authority)?, locale_of(&args.locale)?);
    let support = support_of(args)?;
    let asked = direction_of(&args.direction)?;
    let desk = Desk::open(&args.one)?;
    let record = desk.service.record(&desk.account).map_err(|fault| denied(&desk.account, &fault))?;
    let now = desk.now.max(record.time_high);
    let found = args.tx.as_deref().map(|tx| find(&desk, tx)).transpose()?;
    let direction = match &found {
        Some(Found::Judged { direction, .. }) => *direction,
        _ => asked,
    };
    let causes = causes(args, &record, direction, found.as_ref(), now);
    let pending = found.as_ref().and_then(|found| pending(&record, found, now));
    let customer = causes.for_customer(locale, &support);
    let staff = causes.for_agent(rank, &desk.service.settings().freeze, locale);
    crate::print(&match json {
        true => format!("{}\n", told_json(found.as_ref(), pending.as_ref(), &customer, &staff)),
        false => told(args, found.as_ref(), pending.as_ref(), &customer, &staff),
    })?;
    Ok(Exit::Ok)
}

/// The newest word on this payment. A payment that was refused may have been judged later, after the lift.
fn find(desk: &Desk, tx: &str) -> Result<Found, Failure> {
    let (wanted, mut next, mut found) = (TxId::of(tx), 1, None);
    loop {
        let events = desk.service.history(&desk.account, next, EVENTS_PER_READ);
        let events = events.map_err(|fault| denied(&desk.account, &fault))?;
        let Some((last, _)) = events.last() else { break };
        next = last + 1;
        for (_, Event { at, kind, .. }) in events {
            match kind {
                EventKind::PaymentAssessed { tx_id, money, direction, assessment, .. } if tx_id == wanted => {
                    found = Some(Found::Judged { at, money: money.to_string(), direction, assessment });
                }
                EventKind::PaymentRefused { tx_id, money, .. } if tx_id == wanted => {
                    found = Some(Found::RefusedFrozen { at, money: money.to_string() });
                }
                _ => {}
            }
        }
    }
    found.ok_or_else(|| {
        Failure::usage(format!(
            "--tx: no payment of this id was judged for account {}; check the id, or leave --tx out to look at a new one",
            desk.account
        ))
    })
}

fn causes(
    args: &DiagnoseArgs,
    record: &AccountRecord,
    direction: Direction,
    found: Option<&Found>,
    now: Timestamp,
) -> Causes {
    let held = matches!(found, Some(Found::Judged { assessment, .. }) if assessment.outcome >= Outcome::Hold);
    let facts = PaymentFacts {
        lockout_until: record
            .second_factor_budget
            .blocked_until_at(Door::Elsewhere, now)
            .filter(|_| direction == Direction::Out),
        balance: args.balance_too_low.then_some(BalanceFact { enough: false }),
        recipient: args.recipient_unavailable.then_some(RecipientFact { can_receive: false }),
        risk_hold: held,
        network_fault: args.network_fault,
        ..PaymentFacts::new(&record.freezes, direction)
    };
    freeze::diagnose(&facts, now)
}

/// Whether it may settle now, if it was judged.
fn pending(record: &AccountRecord, found: &Found, now: Timestamp) -> Option<PendingAnswer> {
    match found {
        Found::Judged { at, direction, assessment, .. } => {
            let accepted_at = if assessment.outcome == Outcome::Allow { *at } else { Timestamp::MAX };
            Some(evaluate_pending(&record.freezes, *direction, accepted_at, now))
        }
        Found::RefusedFrozen { .. } => None,
    }
}

fn told(
    args: &DiagnoseArgs,
    found: Option<&Found>,
    pending: Option<&PendingAnswer>,
    customer: &[CustomerCause],
    staff: &[AgentCause],
) -> String {
    let mut text = match (found, args.tx.as_deref()) {
        (Some(Found::Judged { at, money, assessment, .. }), Some(tx)) => {
            let reasons = assessment.reasons.iter().filter(|reason| !reason.shadow).map(|reason| reason.code.name());
            let reasons = reasons.collect::<Vec<_>>().join(", ");
            format!("payment {tx}, {money}: judged {at}, {} ({reasons})\n", names::outcome(assessment.outcome))
        }
        (Some(Found::RefusedFrozen { at, money }), Some(tx)) => {
            format!("payment {tx}, {money}: refused {at}, the account was frozen for it\n")
        }
        _ => format!("a new payment ({})\n", args.direction),
    };
    match pending {
        Some(PendingAnswer::Finish) => text.push_str("if it is not settled yet, it may settle now\n"),
        Some(PendingAnswer::Hold { .. }) => {
            text.push_str("if it is not settled yet, it waits for what is named below\n")
        }
        None => {}
    }
    text.push_str("tell the customer:\n");
    for cause in customer {
        text.push_str(&format!("  {}{}\n", cause.text, retry_text(cause.retryable, cause.retry_at)));
    }
    text.push_str("for the desk:\n");
    for cause in staff {
        text.push_str(&format!("  {}: {}\n", cause.reason.name(), cause.text));
    }
    text
}

fn retry_text(retryable: bool, at: Option<Timestamp>) -> String {
    match (retryable, at) {
        (true, Some(at)) => format!(" [the same payment can go through from {at} on]"),
        (true, None) => " [the same payment may go through later]".to_owned(),
        (false, _) => String::new(),
    }
}

fn told_json(
    found: Option<&Found>,
    pending: Option<&PendingAnswer>,
    customer: &[CustomerCause],
    staff: &[AgentCause],
) -> Value {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let payment = found.map(|found| match found {
        Found::Judged { at, money, assessment, .. } => json!({
            "at": at.to_string(), "amount": money, "outcome": names::outcome(assessment.outcome),
            "reasons": assessment.reasons.iter().filter(|it| !it.shadow).map(|it| it.code.name()).collect::<Vec<_>>(),
        }),
        Found::RefusedFrozen { at, money } => json!({
            "at": at.to_string(), "amount": money, "outcome": "refused", "reasons": ["FROZEN"],
        }),
    });
    let customer = customer
        .iter()
        .map(|cause| json!({ "text": cause.text, "retryable": cause.retryable, "retry_at": time(cause.retry_at) }));
    let staff = staff.iter().map(|cause| {
        json!({
            "reason": cause.reason.name(), "text": cause.text, "retryable": cause.retryable,
            "retry_at": time(cause.retry_at),
        })
    });
    json!({
        "payment": payment, "may_settle": pending.map(|answer| *answer == PendingAnswer::Finish),
        "customer": customer.collect::<Vec<_>>(), "desk": staff.collect::<Vec<_>>(),
    })
}

fn direction_of(name: &str) -> Result<Direction, Failure> {
    match name {
        "out" => Ok(Direction::Out),
        "in" => Ok(Direction::In),
        "refund" => Ok(Direction::Refund),
        "reversal" => Ok(Direction::Reversal),
        _ => Err(Failure::usage(unknown("--direction", vec!["out", "in", "refund", "reversal"]))),
    }
}

fn locale_of(name: &str) -> Result<Locale, Failure> {
    match name {
        "en" => Ok(Locale::En),
        "zh-CN" | "zh" => Ok(Locale::ZhCn),
        _ => Err(Failure::usage(unknown("--locale", vec!["en", "zh-CN"]))),
    }
}

fn support_of(args: &DiagnoseArgs) -> Result<SupportChannels, Failure> {
    let support = SupportChannels::default();
    match args.hotline.as_deref() {
        Some(number) => support.with_hotline(number).map_err(|error| Failure::usage(format!("--hotline: {error}"))),
        None => Ok(support),
    }
}
