//! `audit verify | checkpoint | export`: what the chains of a database prove, now and later, here and elsewhere.

mod checkpoint;
mod export;
mod heads;
mod verify;

pub(crate) use verify::verdict_text;

use crate::args::AuditCommand;
use crate::exit::Outcome;

/// Runs the command.
pub(crate) fn run(command: &AuditCommand, json: bool) -> Outcome {
    match command {
        AuditCommand::Verify { database, since } => verify::run(database, since, json),
        AuditCommand::Checkpoint { database, out, sign } => checkpoint::run(database, out, *sign, json),
        AuditCommand::Export { database, account, since, out } => {
            export::run(database, account.as_deref(), since.as_deref(), out.as_deref())
        }
    }
}
