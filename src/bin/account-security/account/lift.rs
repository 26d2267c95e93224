//! `account request-lift | approve-lift | lift`: one freeze, by its id.

use account_security::account::CheckedIdentity;
use account_security::command::{LiftFreeze, RequestLift};
use account_security::freeze::{Actor, FreezeError, Scopes};
use account_security::types::{CaseRef, RandomId, Timestamp};
use serde_json::json;

use super::{Desk, actor_of, authority_of, case_of, id_of, identity, refuse, words};
use crate::args::LiftArgs;
use crate::exit::{Exit, Failure, Outcome};

/// One wish about one freeze.
struct Wish {
    desk: Desk,
    freeze: RandomId,
    by: Actor,
    release: Option<CaseRef>,
    identity: Option<CheckedIdentity>,
}

pub(super) fn request(args: &LiftArgs, json: bool) -> Outcome {
    let wish = Wish::parse(args)?;
    match wish.request()? {
        Ok(dies_at) => requested(dies_at, json),
        Err(refused) => refuse(&words::of_freeze(&refused), refused.code(), json),
    }
}

pub(super) fn approve(args: &LiftArgs, json: bool) -> Outcome {
    let wish = Wish::parse(args)?;
    match wish.lift()? {
        Ok(closed) => lifted(closed, json),
        Err(refused) => refuse(&words::of_freeze(&refused), refused.code(), json),
    }
}

/// Under dual control the first call asks and the second, by somebody else, lifts.
pub(super) fn either(args: &LiftArgs, json: bool) -> Outcome {
    let wish = Wish::parse(args)?;
    match wish.lift()? {
        Ok(closed) => lifted(closed, json),
        Err(FreezeError::SecondAgentNeeded) => match wish.request()? {
            Ok(dies_at) => requested(dies_at, json),
            Err(refused) => refuse(&words::of_freeze(&refused), refused.code(), json),
        },
        Err(refused) => refuse(&words::of_freeze(&refused), refused.code(), json),
    }
}

impl Wish {
    fn parse(args: &LiftArgs) -> Result<Self, Failure> {
        let desk = Desk::open(&args.one)?;
        let freeze = id_of(&args.freeze, "the freeze's id")?;
        let by = Actor::staff(actor_of(&args.actor)?, authority_of(&args.authority)?);
        let release = args.release.as_deref().map(case_of).transpose()?;
        Ok(Self { desk, freeze, by, release, identity: identity::given(&args.identity)? })
    }

    fn request(&self) -> Result<Result<Timestamp, FreezeError>, Failure> {
        let Self { desk, freeze, by, release, identity } = self;
        let command = RequestLift { freeze: *freeze, by: by.clone(), release: release.clone(), identity: *identity };
        desk.execute(&command)
    }

    fn lift(&self) -> Result<Result<Scopes, FreezeError>, Failure> {
        let Self { desk, freeze, by, release, identity } = self;
        let command = LiftFreeze { freeze: *freeze, by: by.clone(), release: release.clone(), identity: *identity };
        desk.execute(&command)
    }
}

fn requested(dies_at: Timestamp, json: bool) -> Outcome {
    crate::print(&match json {
        true => format!("{}\n", json!({ "lifted": false, "requested": true, "approve_before": dies_at.to_string() })),
        false => {
            format!(
                "requested, NOT lifted: another agent must run `account approve-lift` with this id before {dies_at}\n"
            )
        }
    })?;
    Ok(Exit::Ok)
}

fn lifted(closed: Scopes, json: bool) -> Outcome {
    let names = closed.names().collect::<Vec<_>>();
    crate::print(&match (json, names.is_empty()) {
        (true, _) => format!("{}\n", json!({ "lifted": true, "still_closed": names })),
        (false, true) => "lifted; nothing else is closed\n".to_owned(),
        (false, false) => format!("lifted; still closed: {}\n", names.join(", ")),
    })?;
    Ok(Exit::Ok)
}
