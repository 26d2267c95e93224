//! `account status | freeze | lift | history`: what a support engineer needs at three in the morning.

mod history;

use account_security::command::{EraseFreeText, LiftFreeze, PlaceFreeze, RequestLift, TextErasure};
use account_security::freeze::{self, Actor, Authority, Freeze, FreezeError, FreezeReason, FreezeRequest, Scopes};
use account_security::service::{Service, ServiceError};
use account_security::store::SqliteStore;
use account_security::types::{AccountId, ActorId, CaseRef, RandomId, Timestamp};
use serde_json::{Value, json};

use crate::args::{AccountCommand, DatabaseArgs};
use crate::audit::verdict_text;
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::system_time;
use crate::span;

/// Runs the command.
pub(crate) fn run(command: &AccountCommand, json: bool) -> Outcome {
    match command {
        AccountCommand::Status { account, database } => status(&Desk::open(account, database)?, json),
        AccountCommand::History { account, database } => history::run(&Desk::open(account, database)?, json),
        AccountCommand::Freeze { account, database, scopes, reason, authority, actor, r#for, case } => {
            let desk = Desk::open(account, database)?;
            let mut request = FreezeRequest::new(
                Scopes::parse(&dashed(scopes)).map_err(|error| Failure::usage(format!("--scopes: {error}")))?,
                FreezeReason::parse(&dashed(reason))
                    .ok_or_else(|| Failure::usage(unknown("--reason", reason_names())))?,
                authority_of(authority)?,
                actor_of(actor)?,
            );
            request.until = r#for.as_deref().map(|span| ends_at(span, desk.now)).transpose()?;
            request.case_ref = case.as_deref().map(case_of).transpose()?;
            place(&desk, request, json)
        }
        AccountCommand::EraseText { account, database, authority, actor } => {
            let by = Actor::staff(actor_of(actor)?, authority_of(authority)?);
            erase_text(&Desk::open(account, database)?, by, json)
        }
        AccountCommand::Lift { account, freeze, database, authority, actor, release } => {
            let desk = Desk::open(account, database)?;
            let id = RandomId::parse(freeze)
                .ok_or_else(|| Failure::usage("the freeze's id is 32 hex digits; `account status` lists them"))?;
            let by = Actor::staff(actor_of(actor)?, authority_of(authority)?);
            lift(&desk, id, &by, release.as_deref().map(case_of).transpose()?, json)
        }
    }
}

/// One account of one database, at one moment.
pub(super) struct Desk {
    pub(super) service: Service<SqliteStore>,
    pub(super) account: AccountId,
    pub(super) now: Timestamp,
}

impl Desk {
    fn open(account: &str, database: &DatabaseArgs) -> Result<Self, Failure> {
        let account = AccountId::parse(account).map_err(|error| Failure::usage(format!("the account: {error}")))?;
        let service = crate::database::open(database)?;
        if !service.is_known(&account).map_err(|fault| denied(&account, &fault))? {
            return Err(Failure::usage(format!("account {account}: nothing is stored for it in this database")));
        }
        Ok(Self { service, account, now: system_time() })
    }
}

fn denied(account: &AccountId, fault: &ServiceError) -> Failure {
    Failure::fault(format!("account {account} denied: {fault}"))
}

fn status(desk: &Desk, json: bool) -> Outcome {
    let record = desk.service.record(&desk.account).map_err(|fault| denied(&desk.account, &fault))?;
    let now = desk.now.max(record.time_high);
    let verdict = desk.service.verify_account(&desk.account).map_err(Failure::fault)?;
    let closed = freeze::closed(&record.freezes, now);
    let standing: Vec<&Freeze> = record.freezes.in_force(now).collect();
    let locked = |budget: account_security::account::FailureBudget| budget.blocked_until(now).map(|at| at.to_string());
    if json {
        let answer = json!({
            "account": desk.account.as_str(), "closed": closed.names().collect::<Vec<_>>(),
            "freezes": standing.iter().map(|freeze| freeze_json(freeze)).collect::<Vec<_>>(),
            "password_locked_until": locked(record.password_budget),
            "codes_locked_until": locked(record.second_factor_budget),
            "has_password": record.password.is_some(), "has_totp": record.totp.active().is_some(),
            "events": record.head.seq, "audit": verdict_text(&verdict),
        });
        crate::print(&format!("{answer}\n"))?;
        return Ok(Exit::Ok);
    }
    let mut text = format!("account {}\n", desk.account);
    let names = closed.names().collect::<Vec<_>>().join(", ");
    text.push_str(&match closed.is_empty() {
        true => "nothing is closed\n".to_owned(),
        false => format!("closed: {names}\n"),
    });
    for freeze in standing {
        text.push_str(&format!("  {}\n", freeze_text(freeze)));
    }
    for (what, until) in [("password", record.password_budget), ("codes", record.second_factor_budget)] {
        if let Some(until) = locked(until) {
            text.push_str(&format!("{what}: locked until {until} after wrong tries\n"));
        }
    }
    text.push_str(&format!("audit: {}\n", verdict_text(&verdict)));
    crate::print(&text)?;
    Ok(Exit::Ok)
}

fn freeze_text(freeze: &Freeze) -> String {
    let names = freeze.scopes.names().collect::<Vec<_>>().join(", ");
    let until = freeze.ends_at().map_or_else(|| "until lifted".to_owned(), |until| format!("until {until}"));
    let case = freeze.case_ref.as_ref().map_or_else(String::new, |case| format!(", case {case}"));
    let (reason, authority) = (freeze.reason.name(), freeze.authority.name());
    format!(
        "freeze {}: {names}; {reason}, by {} ({authority}){case}, from {}, {until}",
        freeze.id, freeze.actor, freeze.from
    )
}

fn freeze_json(freeze: &Freeze) -> Value {
    json!({
        "id": freeze.id.to_string(), "scopes": freeze.scopes.names().collect::<Vec<_>>(),
        "reason": freeze.reason.name(), "authority": freeze.authority.name(), "actor": freeze.actor.as_str(),
        "case": freeze.case_ref.as_ref().map(CaseRef::as_str), "from": freeze.from.to_string(),
        "until": freeze.ends_at().map(|until| until.to_string()),
    })
}

fn place(desk: &Desk, request: FreezeRequest, json: bool) -> Outcome {
    let command = PlaceFreeze { request, caused_by: None };
    let placed =
        desk.service.execute(&desk.account, &command, desk.now).map_err(|fault| denied(&desk.account, &fault))?;
    match placed {
        Ok(placed) => {
            let id = placed.id.to_string();
            crate::print(&match (json, placed.already) {
                (true, already) => format!("{}\n", json!({ "freeze": id, "already": already })),
                (false, false) => format!("frozen: {id}\n"),
                (false, true) => format!("frozen already: {id}\n"),
            })?;
            Ok(Exit::Ok)
        }
        Err(refused) => refuse(&refused, json),
    }
}

fn erase_text(desk: &Desk, by: Actor, json: bool) -> Outcome {
    let erased = desk.service.execute(&desk.account, &EraseFreeText { by }, desk.now);
    let (is_new, through_seq) = match erased.map_err(|fault| denied(&desk.account, &fault))? {
        TextErasure::Erased { through_seq } => (true, through_seq),
        TextErasure::NothingHeld { through_seq } => (false, through_seq),
    };
    crate::print(&match (json, is_new) {
        (true, _) => format!("{}\n", json!({ "erased": is_new, "through_event": through_seq })),
        (false, true) => {
            format!("erased: all free texts up to event {through_seq}; backups hold them until they are thrown away\n")
        }
        (false, false) => "nothing to erase: no free text is held\n".to_owned(),
    })?;
    Ok(Exit::Ok)
}

fn lift(desk: &Desk, freeze: RandomId, by: &Actor, release: Option<CaseRef>, json: bool) -> Outcome {
    let command = LiftFreeze { freeze, by: by.clone(), release: release.clone() };
    let lifted =
        desk.service.execute(&desk.account, &command, desk.now).map_err(|fault| denied(&desk.account, &fault))?;
    match lifted {
        Ok(closed) => {
            let names = closed.names().collect::<Vec<_>>();
            crate::print(&match (json, names.is_empty()) {
                (true, _) => format!("{}\n", json!({ "lifted": true, "still_closed": names })),
                (false, true) => "lifted; nothing else is closed\n".to_owned(),
                (false, false) => format!("lifted; still closed: {}\n", names.join(", ")),
            })?;
            Ok(Exit::Ok)
        }
        Err(FreezeError::SecondAgentNeeded) => request_lift(desk, freeze, by, release, json),
        Err(refused) => refuse(&refused, json),
    }
}

/// Under dual control the first call asks and the second, by somebody else, lifts.
fn request_lift(desk: &Desk, freeze: RandomId, by: &Actor, release: Option<CaseRef>, json: bool) -> Outcome {
    let command = RequestLift { freeze, by: by.clone(), release };
    let asked =
        desk.service.execute(&desk.account, &command, desk.now).map_err(|fault| denied(&desk.account, &fault))?;
    match asked {
        Ok(dies_at) => {
            crate::print(&match json {
                true => format!(
                    "{}\n",
                    json!({ "lifted": false, "requested": true, "approve_before": dies_at.to_string() })
                ),
                false => format!("requested, NOT lifted: another agent must run this command before {dies_at}\n"),
            })?;
            Ok(Exit::Ok)
        }
        Err(refused) => refuse(&refused, json),
    }
}

fn refuse(refused: &FreezeError, json: bool) -> Outcome {
    crate::print(&match json {
        true => format!("{}\n", json!({ "refused": refused.to_string(), "code": refused.code() })),
        false => format!("refused: {refused}\n"),
    })?;
    Ok(Exit::Denied)
}

/// Names are written with dashes; underscores are read too.
fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

fn authority_of(name: &str) -> Result<Authority, Failure> {
    Authority::parse(name).ok_or_else(|| {
        Failure::usage(unknown("--authority", Authority::ALL.iter().map(|authority| authority.name()).collect()))
    })
}

fn actor_of(name: &str) -> Result<ActorId, Failure> {
    ActorId::parse(name).map_err(|error| Failure::usage(format!("--actor: {error}")))
}

fn case_of(text: &str) -> Result<CaseRef, Failure> {
    CaseRef::parse(text).map_err(|error| Failure::usage(format!("--case or --release: {error}")))
}

fn ends_at(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let span_ms =
        span::parse(text).ok_or_else(|| Failure::usage("--for: write a number and a unit, e.g. 48h or 30d"))?;
    Ok(now.plus_ms(span_ms))
}

fn reason_names() -> Vec<&'static str> {
    FreezeReason::ALL.iter().map(|reason| reason.name()).collect()
}

fn unknown(option: &str, names: Vec<&str>) -> String {
    format!("{option}: unknown; give one of {}", names.join(", "))
}
