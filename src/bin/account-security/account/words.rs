//! The library's refusals in the words of the command line: the library names its own calls, which an operator has not.

use account_security::command::ContactRefused;
use account_security::freeze::FreezeError;
use account_security::types::time::{DAY_MS, HOUR_MS};

/// Why a freeze was not placed or not lifted, and which command or option helps.
pub(super) fn of_freeze(error: &FreezeError) -> String {
    let advice = match error {
        FreezeError::StepUpNeeded => {
            return "the owner has to prove two factors in the app; at the desk two agents lift it: `account request-lift`, \
                    then another agent's `account approve-lift`"
                .to_owned();
        }
        FreezeError::SecondAgentNeeded => {
            return "a second agent is needed: one runs `account request-lift`, another `account approve-lift` before the \
                    request dies"
                .to_owned();
        }
        FreezeError::LiftAlreadyRequested => {
            return "this lift is already requested; another agent approves it with `account approve-lift`, or wait until \
                    the request is dead"
                .to_owned();
        }
        FreezeError::PendingMustHold => {
            return "a freeze on this authority holds pending payments; leave out --pending let-pending-finish, or order it \
                    on a lower --authority"
                .to_owned();
        }
        FreezeError::TermTooLong { longest_ms } => {
            return format!("for this reason a freeze must end; give --for, at most {}", span(*longest_ms));
        }
        FreezeError::NotAuthorised { .. } => "--authority says your rank",
        FreezeError::ReleaseNeeded | FreezeError::ReleaseDiffers => "--release names it",
        FreezeError::NotFound => "`account status` lists them",
        FreezeError::CaseRefNeeded => "--case names it",
        FreezeError::DisclosureNotAllowed => "see --neutral and --reason",
        FreezeError::IdentityCheckNeeded => "--identity METHOD and --evidence FILE",
        FreezeError::BadTerm => "see --for",
        _ => return error.to_string(),
    };
    format!("{error} ({advice})")
}

/// Why the change of a contact does not go on.
pub(super) fn of_contact(error: &ContactRefused) -> String {
    let advice = match error {
        ContactRefused::WrongStep => {
            return "another step of the change is next; `account status` tells which".to_owned();
        }
        ContactRefused::NoSuchChange | ContactRefused::Expired => "`account status` tells what is under way",
        ContactRefused::CoolingOff { .. } => "`account cancel-contact`",
        ContactRefused::CheckNeeded => "`account check-identity`, then `account approve-contact`",
        _ => return error.to_string(),
    };
    format!("{error} ({advice})")
}

/// Whole days, or hours where they are none.
fn span(ms: u64) -> String {
    if ms.is_multiple_of(DAY_MS) { format!("{}d", ms / DAY_MS) } else { format!("{}h", ms / HOUR_MS) }
}
