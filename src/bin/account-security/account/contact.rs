//! `account check-identity | approve-contact | cancel-contact`: a phone number or address that its owner lost. The desk
//! never sees or chooses the new one.

use account_security::command::{ApproveLostContact, CancelContactChange, ContactCancel, RecordIdentityCheck};
use serde_json::json;

use super::{Desk, case_of, id_of, identity, refuse, staff_of, words};
use crate::args::{CheckIdentityArgs, ContactArgs};
use crate::exit::{Exit, Failure, Outcome};

const CHANGE: &str = "the change's id";

pub(super) fn check(args: &CheckIdentityArgs, json: bool) -> Outcome {
    let desk = Desk::open(&args.contact.one)?;
    let command = RecordIdentityCheck {
        change: id_of(&args.contact.change, CHANGE)?,
        check: identity::needed(&args.identity)?,
        by: staff_of(&args.contact.staff)?,
        case_ref: args.case.as_deref().map(case_of).transpose()?,
    };
    match desk.execute(&command)? {
        Ok(until) => said(
            &json!({ "checked": true, "approve_before": until.to_string() }),
            &format!("on record: another agent must run `account approve-contact` with this id before {until}"),
            json,
        ),
        Err(refused) => refuse(&words::of_contact(&refused), refused.code(), json),
    }
}

pub(super) fn approve(args: &ContactArgs, json: bool) -> Outcome {
    let desk = Desk::open(&args.one)?;
    let command = ApproveLostContact { change: id_of(&args.change, CHANGE)?, by: staff_of(&args.staff)? };
    match desk.execute(&command)? {
        Ok(until) => said(
            &json!({ "approved": true, "prove_before": until.to_string() }),
            &format!("approved: the owner asks for the new contact's code before {until}; then it cools off"),
            json,
        ),
        Err(refused) => refuse(&words::of_contact(&refused), refused.code(), json),
    }
}

pub(super) fn cancel(args: &ContactArgs, json: bool) -> Outcome {
    let desk = Desk::open(&args.one)?;
    let (change, by) = (id_of(&args.change, CHANGE)?, staff_of(&args.staff)?);
    match desk.execute(&CancelContactChange { by: ContactCancel::Staff { change, by } })? {
        Ok(cancelled) => said(
            &json!({ "cancelled": true, "contact": cancelled.kind.name() }),
            &format!("called off: the {} in force stays", cancelled.kind.name()),
            json,
        ),
        Err(refused) => refuse(&words::of_contact(&refused), refused.code(), json),
    }
}

fn said(value: &serde_json::Value, text: &str, json: bool) -> Result<Exit, Failure> {
    crate::print(&if json { format!("{value}\n") } else { format!("{text}\n") })?;
    Ok(Exit::Ok)
}
