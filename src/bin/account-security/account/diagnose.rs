//! `account diagnose`: why a payment failed or would fail, for the customer and for the desk. Looks, and changes nothing.

use account_security::command::{JudgedPayment, PaymentAsked, PaymentTrail, PaymentWord, Settings, explain};
use account_security::freeze::{AgentCause, CustomerCause, PendingAnswer};
use account_security::types::{Direction, Locale, SupportChannels, Timestamp, TxId};
use serde_json::{Value, json};

use super::{Desk, authority_of, denied, unknown};
use crate::args::DiagnoseArgs;
use crate::exit::{Exit, Failure, Outcome as Exited};
use crate::{names, rules};

/// Events read at a time.
const EVENTS_PER_READ: usize = 512;

pub(super) fn run(args: &DiagnoseArgs, json: bool) -> Exited {
    let (rank, locale) = (authority_of(&args.authority)?, locale_of(&args.locale)?);
    let support = support_of(args)?;
    let asked = asked(args)?;
    let desk = Desk::open(&args.one)?;
    let record = desk.service.record(&desk.account).map_err(|fault| denied(&desk.account, &fault))?;
    let now = desk.now.max(record.time_high);
    let found = args.tx.as_deref().map(|tx| find(&desk, tx)).transpose()?;
    let settings = settings(args, &desk)?;
    let causes = explain(&record, found.as_ref(), &asked, &settings, now);
    let pending = found.as_ref().and_then(|found| found.pending(&record.freezes, now));
    let customer = causes.for_customer(locale, &support);
    let staff = causes.for_agent(rank, &settings.freeze, locale);
    crate::print(&match json {
        true => format!("{}\n", told_json(found.as_ref(), pending.as_ref(), &customer, &staff)),
        false => told(args, found.as_ref(), pending.as_ref(), &customer, &staff),
    })?;
    Ok(Exit::Ok)
}

/// The settings under the rules that are in force where the payment was judged.
fn settings(args: &DiagnoseArgs, desk: &Desk) -> Result<Settings, Failure> {
    let mut settings = Settings::clone(&desk.service.settings());
    if let Some(path) = &args.rules {
        settings.risk = rules::load(path)?;
    }
    Ok(settings)
}

fn asked(args: &DiagnoseArgs) -> Result<PaymentAsked, Failure> {
    Ok(PaymentAsked {
        direction: direction_of(&args.direction)?,
        balance_too_low: args.balance_too_low,
        recipient_unavailable: args.recipient_unavailable,
        network_fault: args.network_fault,
        failed: args.failed,
    })
}

/// The newest word on this payment.
fn find(desk: &Desk, tx: &str) -> Result<PaymentWord, Failure> {
    let (mut next, mut trail) = (1, PaymentTrail::of(TxId::of(tx)));
    loop {
        let events = desk.service.history(&desk.account, next, EVENTS_PER_READ);
        let events = events.map_err(|fault| denied(&desk.account, &fault))?;
        let Some((last, _)) = events.last() else { break };
        next = last + 1;
        events.into_iter().for_each(|(_, event)| trail.hear(event));
    }
    trail.into_word().ok_or_else(|| {
        Failure::usage(format!(
            "--tx: no payment of this id was judged for account {}; check the id, or leave --tx out to look at a new one",
            desk.account
        ))
    })
}

fn told(
    args: &DiagnoseArgs,
    found: Option<&PaymentWord>,
    pending: Option<&PendingAnswer>,
    customer: &[CustomerCause],
    staff: &[AgentCause],
) -> String {
    let mut text = match (found, args.tx.as_deref()) {
        (Some(PaymentWord::Judged(JudgedPayment { at, money, assessment, .. })), Some(tx)) => {
            let reasons = assessment.reasons.iter().filter(|reason| !reason.shadow).map(|reason| reason.code.name());
            let reasons = reasons.collect::<Vec<_>>().join(", ");
            format!("payment {tx}, {money}: judged {at}, {} ({reasons})\n", names::outcome(assessment.outcome))
        }
        (Some(PaymentWord::RefusedFrozen { at, money, .. }), Some(tx)) => {
            format!("payment {tx}, {money}: refused {at}, the account was frozen for it\n")
        }
        _ => format!("a new payment ({})\n", args.direction),
    };
    if let Some(at) = judged(found).and_then(|judged| judged.settled_at) {
        text.push_str(&format!("told to settle {at}: it settles once\n"));
    }
    match pending {
        Some(PendingAnswer::Finish) if judged(found).is_some_and(JudgedPayment::is_waiting) => {
            text.push_str("if somebody lets it pass, it may settle now\n");
        }
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

const fn judged(found: Option<&PaymentWord>) -> Option<&JudgedPayment> {
    match found {
        Some(PaymentWord::Judged(judged)) => Some(judged),
        _ => None,
    }
}

fn retry_text(retryable: bool, at: Option<Timestamp>) -> String {
    match (retryable, at) {
        (true, Some(at)) => format!(" [the same payment can go through from {at} on]"),
        (true, None) => " [the same payment may go through later]".to_owned(),
        (false, _) => String::new(),
    }
}

fn told_json(
    found: Option<&PaymentWord>,
    pending: Option<&PendingAnswer>,
    customer: &[CustomerCause],
    staff: &[AgentCause],
) -> Value {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let payment = found.map(|found| match found {
        PaymentWord::Judged(JudgedPayment { at, money, assessment, .. }) => json!({
            "at": at.to_string(), "amount": money.to_string(), "outcome": names::outcome(assessment.outcome),
            "reasons": assessment.reasons.iter().filter(|it| !it.shadow).map(|it| it.code.name()).collect::<Vec<_>>(),
        }),
        PaymentWord::RefusedFrozen { at, money, .. } => json!({
            "at": at.to_string(), "amount": money.to_string(), "outcome": "refused", "reasons": ["FROZEN"],
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
        "payment": payment, "may_settle": may_settle(found, pending),
        "waits_for_release": judged(found).map(JudgedPayment::is_waiting),
        "settled_at": judged(found).and_then(|judged| time(judged.settled_at)),
        "customer": customer.collect::<Vec<_>>(), "desk": staff.collect::<Vec<_>>(),
    })
}

/// Whether it may settle as it is: nobody has to let it pass first, and it has not been told to settle. Null where there is
/// nothing to settle.
fn may_settle(found: Option<&PaymentWord>, pending: Option<&PendingAnswer>) -> Option<bool> {
    let judged = judged(found)?;
    Some(pending == Some(&PendingAnswer::Finish) && !judged.is_waiting())
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
