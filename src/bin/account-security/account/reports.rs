//! `account report | close-report`: what a customer reports as lost or not authorised.

use account_security::account::{ReportKind, ReportOutcome};
use account_security::command::{CloseReport, ReportUnauthorised};
use account_security::types::TxId;
use serde_json::json;

use super::{Desk, actor_of, dashed, id_of, refuse, staff_of, unknown};
use crate::args::{CloseReportArgs, ReportArgs};
use crate::exit::{Exit, Failure, Outcome};
use crate::moment;

pub(super) fn take(args: &ReportArgs, json: bool) -> Outcome {
    let desk = Desk::open(&args.one)?;
    let names = || ReportKind::ALL.iter().map(|kind| kind.name()).collect();
    let kind = ReportKind::parse(&dashed(&args.kind)).ok_or_else(|| Failure::usage(unknown("--kind", names())))?;
    let moment = |option, text: &Option<String>| text.as_deref().map(|text| moment::parse(option, text)).transpose();
    let reported_at = moment("--reported-at", &args.reported_at)?.unwrap_or(desk.now);
    let learned_at = moment("--learned-at", &args.learned_at)?.unwrap_or(reported_at);
    let (tx_id, by) = (args.tx.as_deref().map(TxId::of), actor_of(&args.actor)?);
    match desk.execute(&ReportUnauthorised { kind, reported_at, learned_at, tx_id, by })? {
        Ok(taken) => {
            let already = if taken.already { "on record already" } else { "on record" };
            crate::print(&match json {
                true => format!("{}\n", json!({ "report": taken.id.to_string(), "already": taken.already })),
                false => format!("{already}: {}; it freezes nothing, see `account freeze`\n", taken.id),
            })?;
            Ok(Exit::Ok)
        }
        Err(refused) => refuse(&refused, refused.code(), json),
    }
}

pub(super) fn close(args: &CloseReportArgs, json: bool) -> Outcome {
    let desk = Desk::open(&args.one)?;
    let names = || ReportOutcome::ALL.iter().map(|outcome| outcome.name()).collect();
    let outcome =
        ReportOutcome::parse(&dashed(&args.outcome)).ok_or_else(|| Failure::usage(unknown("--outcome", names())))?;
    let report = id_of(&args.report, "the report's id")?;
    match desk.execute(&CloseReport { report, outcome, by: staff_of(&args.staff)? })? {
        Ok(()) => {
            crate::print(&match json {
                true => format!("{}\n", json!({ "closed": report.to_string(), "outcome": outcome.name() })),
                false => format!("closed: {}\n", outcome.name()),
            })?;
            Ok(Exit::Ok)
        }
        Err(refused) => refuse(&refused, refused.code(), json),
    }
}
