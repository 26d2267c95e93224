//! `audit export`: events as JSON Lines.

use std::path::Path;

use account_security::service::{AUDIT_PAGE_MAX, Service};
use account_security::store::{SqliteStore, Store};
use account_security::types::{AccountId, StoreKey, Timestamp};

use crate::args::DatabaseArgs;
use crate::draft::Draft;
use crate::exit::{Exit, Failure, Outcome};
use crate::moment;

/// Keys read at a time.
const KEYS_PER_READ: usize = 1_024;
/// Events read at a time: a chain is held in no more memory than this takes.
const EVENTS_PER_READ: usize = if AUDIT_PAGE_MAX < 512 { AUDIT_PAGE_MAX } else { 512 };

/// Where the lines go.
enum Target {
    Screen,
    File(Draft),
}

/// Runs the command.
pub(super) fn run(database: &DatabaseArgs, account: Option<&str>, since: Option<&str>, out: Option<&Path>) -> Outcome {
    let since = since.map(|since| moment::parse("--since", since)).transpose()?.unwrap_or(Timestamp::MIN);
    let account = account.map(AccountId::parse).transpose();
    let account = account.map_err(|error| Failure::usage(format!("--account: {error}")))?;
    let service = crate::database::open(database)?;
    if let Some(account) = &account
        && !service.is_known(account).map_err(Failure::fault)?
    {
        return Err(Failure::usage(format!("account {account}: nothing is stored for it in this database")));
    }
    let mut target = out.map(Draft::begin).transpose()?.map_or(Target::Screen, Target::File);
    let mut unreadable = 0_u64;
    if let Some(account) = account {
        chain(&service, service.keyring().account_key(&account), since, &mut target, &mut unreadable)?;
    } else {
        let mut after = None;
        loop {
            let keys = service.store().keys(after, KEYS_PER_READ).map_err(Failure::fault)?;
            for key in &keys {
                chain(&service, *key, since, &mut target, &mut unreadable)?;
            }
            let Some(last) = keys.last() else { break };
            after = Some(*last);
        }
    }
    if let Target::File(draft) = target {
        draft.keep()?;
    }
    Ok(if unreadable == 0 { Exit::Ok } else { Exit::CannotTell })
}

fn chain(
    service: &Service<SqliteStore>,
    key: StoreKey,
    since: Timestamp,
    target: &mut Target,
    unreadable: &mut u64,
) -> Result<(), Failure> {
    let mut next = 1;
    loop {
        let lines = service.export(key, next, EVENTS_PER_READ).map_err(Failure::fault)?;
        let Some(last) = lines.last() else { return Ok(()) };
        next = last.seq + 1;
        // What cannot be read is never left out.
        let wanted = lines.iter().filter(|line| line.at.is_none_or(|at| at >= since));
        let text: String = wanted.map(|line| line.text.as_str()).collect();
        *unreadable += u64::try_from(lines.iter().filter(|line| line.at.is_none()).count()).unwrap_or(u64::MAX);
        match target {
            Target::Screen => crate::print(&text)?,
            Target::File(draft) => draft.write(text.as_bytes())?,
        }
    }
}
