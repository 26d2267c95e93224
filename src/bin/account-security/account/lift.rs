//! `account request-lift | approve-lift | lift`: one freeze, by its id.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use account_security::account::{CheckResult, CheckedIdentity, EvidenceHash, IdentityCheck};
use account_security::command::{LiftFreeze, RequestLift};
use account_security::freeze::{Actor, FreezeError, Scopes};
use account_security::types::{CaseRef, RandomId, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Desk, actor_of, authority_of, case_of, dashed, denied, refuse, unknown};
use crate::args::{IdentityArgs, LiftArgs};
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
        Err(refused) => refuse(&refused, json),
    }
}

pub(super) fn approve(args: &LiftArgs, json: bool) -> Outcome {
    let wish = Wish::parse(args)?;
    match wish.lift()? {
        Ok(closed) => lifted(closed, json),
        Err(refused) => refuse(&refused, json),
    }
}

/// Under dual control the first call asks and the second, by somebody else, lifts.
pub(super) fn either(args: &LiftArgs, json: bool) -> Outcome {
    let wish = Wish::parse(args)?;
    match wish.lift()? {
        Ok(closed) => lifted(closed, json),
        Err(FreezeError::SecondAgentNeeded) => match wish.request()? {
            Ok(dies_at) => requested(dies_at, json),
            Err(refused) => refuse(&refused, json),
        },
        Err(refused) => refuse(&refused, json),
    }
}

impl Wish {
    fn parse(args: &LiftArgs) -> Result<Self, Failure> {
        let desk = Desk::open(&args.one)?;
        let freeze = RandomId::parse(&args.freeze)
            .ok_or_else(|| Failure::usage("the freeze's id is 32 hex digits; `account status` lists them"))?;
        let by = Actor::staff(actor_of(&args.actor)?, authority_of(&args.authority)?);
        let release = args.release.as_deref().map(case_of).transpose()?;
        Ok(Self { desk, freeze, by, release, identity: identity(&args.identity)? })
    }

    fn request(&self) -> Result<Result<Timestamp, FreezeError>, Failure> {
        let Self { desk, freeze, by, release, identity } = self;
        let command = RequestLift { freeze: *freeze, by: by.clone(), release: release.clone(), identity: *identity };
        desk.service.execute(&desk.account, &command, desk.now).map_err(|fault| denied(&desk.account, &fault))
    }

    fn lift(&self) -> Result<Result<Scopes, FreezeError>, Failure> {
        let Self { desk, freeze, by, release, identity } = self;
        let command = LiftFreeze { freeze: *freeze, by: by.clone(), release: release.clone(), identity: *identity };
        desk.service.execute(&desk.account, &command, desk.now).map_err(|fault| denied(&desk.account, &fault))
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

fn identity(args: &IdentityArgs) -> Result<Option<CheckedIdentity>, Failure> {
    let (Some(method), Some(evidence)) = (&args.identity, &args.evidence) else { return Ok(None) };
    let names = || IdentityCheck::ALL.iter().map(|method| method.name()).collect();
    let method = IdentityCheck::parse(&dashed(method)).ok_or_else(|| Failure::usage(unknown("--identity", names())))?;
    let result = if args.not_matched { CheckResult::NotMatched } else { CheckResult::Matched };
    Ok(Some(CheckedIdentity { method, result, evidence: hashed(evidence)? }))
}

/// The hash of a file, however long: a recording may be.
fn hashed(path: &Path) -> Result<EvidenceHash, Failure> {
    let fault = |error| Failure::usage(format!("--evidence {}: {error}", path.display()));
    let mut file = File::open(path).map_err(fault)?;
    let (mut hasher, mut block) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut block).map_err(fault)? {
            0 => return Ok(EvidenceHash(hasher.finalize().into())),
            count => hasher.update(&block[..count]),
        }
    }
}
