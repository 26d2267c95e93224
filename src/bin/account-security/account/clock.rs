//! `account request-clock-set-back | set-clock-back`: an account whose time a wrong clock left far ahead.

use account_security::command::{ClockSetBack, ClockSetBackAsked};
use serde_json::json;

use super::{Desk, denied, id_of, staff_of};
use crate::args::{ClockArgs, OneAccount, StaffArgs};
use crate::exit::{Exit, Outcome};

const NOT_AHEAD: &str = "nothing to set back: the account's time is not an hour ahead of this clock\n";

pub(super) fn request(one: &OneAccount, staff: &StaffArgs, json: bool) -> Outcome {
    let (desk, by) = (Desk::open(one)?, staff_of(staff)?);
    let asked = desk.service.request_clock_set_back(&desk.account, &by, desk.now);
    let (fields, text) = match asked.map_err(|fault| denied(&desk.account, &fault))? {
        ClockSetBackAsked::Requested { request, dies_at } => (
            json!({ "set_back": false, "request": request.to_string(), "approve_before": dies_at.to_string() }),
            format!(
                "requested, NOT set back: {request}\n\
                 another agent must run `account set-clock-back` with this id before {dies_at}\n"
            ),
        ),
        ClockSetBackAsked::NotAhead => (json!({ "set_back": false, "why": "not-ahead" }), NOT_AHEAD.to_owned()),
    };
    crate::print(&if json { format!("{fields}\n") } else { text })?;
    Ok(Exit::Ok)
}

pub(super) fn set_back(args: &ClockArgs, json: bool) -> Outcome {
    let (desk, by) = (Desk::open(&args.one)?, staff_of(&args.staff)?);
    let request = id_of(&args.request, "the request's id")?;
    let answer = desk.service.set_clock_back(&desk.account, request, &by, desk.now);
    let refused = |why: &str, text: &str| (Exit::Denied, json!({ "set_back": false, "why": why }), text.to_owned());
    let (exit, fields, text) = match answer.map_err(|fault| denied(&desk.account, &fault))? {
        ClockSetBack::Done { from, to } => (
            Exit::Ok,
            json!({ "set_back": true, "from": from.to_string(), "to": to.to_string() }),
            format!("set back from {from} to {to}; `account status` tells what is closed, and what may be lifted\n"),
        ),
        ClockSetBack::NotAhead => (Exit::Ok, json!({ "set_back": false, "why": "not-ahead" }), NOT_AHEAD.to_owned()),
        ClockSetBack::SameAgent => {
            refused("same-agent", "NOT set back: who asked cannot approve; another agent must\n")
        }
        ClockSetBack::NoLeap => refused(
            "no-leap",
            "NOT set back: its events do not leap ahead, so this clock may be the wrong one; if it is right, wait until it has \
             caught up\n",
        ),
        ClockSetBack::NoRequest => refused(
            "no-request",
            "NOT set back: no such request lives; ask anew with `account request-clock-set-back`\n",
        ),
    };
    crate::print(&if json { format!("{fields}\n") } else { text })?;
    Ok(exit)
}
