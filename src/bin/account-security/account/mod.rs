//! `account ...`: what a support engineer needs at three in the morning.

mod clock;
mod contact;
mod diagnose;
mod freeze_list;
mod history;
mod identity;
mod lift;
mod lockout;
mod reports;
mod status;
mod words;

use account_security::account::AccountRecord;
use account_security::command::{Command, EraseFreeText, PlaceFreeze, Rejection, TextErasure};
use account_security::freeze::{
    Actor, Authority, Disclosure, FreezeError, FreezeReason, FreezeRequest, PendingPayments, Scopes,
};
use account_security::service::{Service, ServiceError};
use account_security::store::SqliteStore;
use account_security::types::time::{DAY_MS, SPAN_MS_MAX, parse_span_ms};
use account_security::types::{AccountId, ActorId, CaseRef, RandomId, Timestamp};
use serde_json::json;

use crate::args::{AccountCommand, OneAccount, StaffArgs, WishArgs};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::system_time;

/// Runs the command. That somebody may not do it is an answer like any other, and goes where answers go.
pub(crate) fn run(command: &AccountCommand, json: bool) -> Outcome {
    match answer(command, json) {
        Err(Failure { exit: Exit::Denied, message }) => refuse(&message, REJECTED.code(), json),
        other => other,
    }
}

/// All that is denied is one: its number.
const REJECTED: ServiceError = ServiceError::Rejected(Rejection::NotAuthorised);

fn answer(command: &AccountCommand, json: bool) -> Outcome {
    match command {
        AccountCommand::Status(look) => status::run(look, json),
        AccountCommand::History(look) => history::run(look, json),
        AccountCommand::Freeze(args) => {
            let desk = Desk::open(&args.one)?;
            let request = wish(&args.wish, desk.now)?;
            place(&desk, request, json)
        }
        AccountCommand::FreezeList(args) => freeze_list::run(args, json),
        AccountCommand::RequestLift(args) => lift::request(args, json),
        AccountCommand::ApproveLift(args) => lift::approve(args, json),
        AccountCommand::Lift(args) => lift::either(args, json),
        AccountCommand::Diagnose(args) => diagnose::run(args, json),
        AccountCommand::EraseText { one, staff } => erase_text(&Desk::open(one)?, staff_of(staff)?, json),
        AccountCommand::ClearLockout(args) => lockout::clear(args, json),
        AccountCommand::RequestClockSetBack { one, staff } => clock::request(one, staff, json),
        AccountCommand::SetClockBack(args) => clock::set_back(args, json),
        AccountCommand::Report(args) => reports::take(args, json),
        AccountCommand::CloseReport(args) => reports::close(args, json),
        AccountCommand::CheckIdentity(args) => contact::check(args, json),
        AccountCommand::ApproveContact(args) => contact::approve(args, json),
        AccountCommand::CancelContact(args) => contact::cancel(args, json),
    }
}

/// One account of one database, at one moment.
pub(super) struct Desk {
    pub(super) service: Service<SqliteStore>,
    pub(super) account: AccountId,
    pub(super) now: Timestamp,
}

impl Desk {
    pub(super) fn open(one: &OneAccount) -> Result<Self, Failure> {
        let OneAccount { account, database } = one;
        let account = AccountId::parse(account).map_err(|error| Failure::usage(format!("the account: {error}")))?;
        let service = crate::database::open(database)?;
        if !service.is_known(&account).map_err(|fault| denied(&account, &fault))? {
            return Err(Failure::usage(format!("account {account}: nothing is stored for it in this database")));
        }
        Ok(Self { service, account, now: system_time() })
    }

    pub(super) fn execute<C: Command<Record = AccountRecord>>(&self, command: &C) -> Result<C::Reply, Failure> {
        self.service.execute(&self.account, command, self.now).map_err(|fault| denied(&self.account, &fault))
    }
}

pub(super) fn denied(account: &AccountId, fault: &ServiceError) -> Failure {
    match fault {
        // An answer, not a fault: the rank is too low, or the account is closed for this.
        ServiceError::Rejected(Rejection::NotAuthorised | Rejection::Frozen | Rejection::CoolingOff { .. }) => {
            Failure { exit: Exit::Denied, message: fault.to_string() }
        }
        _ => Failure::fault(format!("account {account} denied: {fault}")),
    }
}

/// The freeze that the options ask for.
pub(super) fn wish(args: &WishArgs, now: Timestamp) -> Result<FreezeRequest, Failure> {
    let WishArgs { scopes, reason, authority, actor, r#for, case, pending, neutral } = args;
    let mut request = FreezeRequest::new(
        scopes_of(scopes)?,
        FreezeReason::parse(&dashed(reason)).ok_or_else(|| Failure::usage(unknown("--reason", reason_names())))?,
        authority_of(authority)?,
        actor_of(actor)?,
    );
    request.until = r#for.as_deref().map(|span| ends_at(span, now)).transpose()?;
    request.case_ref = case.as_deref().map(case_of).transpose()?;
    let rules = || PendingPayments::ALL.iter().map(|rule| rule.name()).collect();
    request.pending =
        PendingPayments::parse(&dashed(pending)).ok_or_else(|| Failure::usage(unknown("--pending", rules())))?;
    if *neutral {
        request.disclosure = Disclosure::Neutral;
    }
    Ok(request)
}

fn place(desk: &Desk, request: FreezeRequest, json: bool) -> Outcome {
    let command = PlaceFreeze { request, caused_by: None };
    match desk.execute(&command)? {
        Ok(placed) => {
            let id = placed.id.to_string();
            crate::print(&match (json, placed.already) {
                (true, already) => format!("{}\n", json!({ "freeze": id, "already": already })),
                (false, false) => format!("frozen: {id}\n"),
                (false, true) => format!("frozen already: {id}\n"),
            })?;
            Ok(Exit::Ok)
        }
        Err(refused) => refuse(&words::of_freeze(&refused), refused.code(), json),
    }
}

fn erase_text(desk: &Desk, by: Actor, json: bool) -> Outcome {
    let (is_new, through_seq) = match desk.execute(&EraseFreeText { by })? {
        TextErasure::HigherFreeze { needs } => {
            let why = format!(
                "a freeze on the authority `{}` stands: the names and cases behind it are kept; \
                 that rank or a higher one can erase",
                needs.name()
            );
            return refuse(&why, FreezeError::NotAuthorised { needs }.code(), json);
        }
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

/// Tells why a wish was not granted, in words and by its stable number.
pub(super) fn refuse(refused: &dyn std::fmt::Display, code: u16, json: bool) -> Outcome {
    crate::print(&match json {
        true => format!("{}\n", json!({ "refused": refused.to_string(), "code": code })),
        false => format!("refused: {refused}\n"),
    })?;
    Ok(Exit::Denied)
}

/// Names are written with dashes; underscores are read too.
pub(super) fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

fn scopes_of(names: &str) -> Result<Scopes, Failure> {
    let found = Scopes::parse(&dashed(names)).ok().filter(|scopes| !scopes.is_empty());
    found.ok_or_else(|| {
        let names = Scopes::ALL.names().chain(["all"]).collect();
        Failure::usage(format!("{}; several are separated by commas", unknown("--scopes", names)))
    })
}

pub(super) fn authority_of(name: &str) -> Result<Authority, Failure> {
    Authority::parse(name).ok_or_else(|| {
        Failure::usage(unknown("--authority", Authority::ALL.iter().map(|authority| authority.name()).collect()))
    })
}

pub(super) fn actor_of(name: &str) -> Result<ActorId, Failure> {
    ActorId::parse(name).map_err(|error| Failure::usage(format!("--actor: {error}")))
}

pub(super) fn staff_of(args: &StaffArgs) -> Result<Actor, Failure> {
    Ok(Actor::staff(actor_of(&args.actor)?, authority_of(&args.authority)?))
}

/// An id as `account status` prints it.
pub(super) fn id_of(text: &str, what: &str) -> Result<RandomId, Failure> {
    RandomId::parse(text).ok_or_else(|| Failure::usage(format!("{what} is 32 hex digits; `account status` tells it")))
}

pub(super) fn case_of(text: &str) -> Result<CaseRef, Failure> {
    CaseRef::parse(text).map_err(|error| Failure::usage(format!("--case or --release: {error}")))
}

fn ends_at(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let span_ms = parse_span_ms(text).ok_or_else(|| {
        Failure::usage(format!(
            "--for: write a whole number and a unit, s, m, h or d, e.g. 48h or 30d, at most {}d; without --for it stands until \
             lifted",
            SPAN_MS_MAX / DAY_MS
        ))
    })?;
    Ok(now.plus_ms(span_ms))
}

fn reason_names() -> Vec<&'static str> {
    FreezeReason::ALL.iter().map(|reason| reason.name()).collect()
}

pub(super) fn unknown(option: &str, names: Vec<&str>) -> String {
    format!("{option}: unknown; give one of {}", names.join(", "))
}
