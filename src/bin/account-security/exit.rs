//! How a command ends.

use std::process::ExitCode;

/// The documented exit codes.
///
/// The three verdicts of `audit` share their numbers with ends that these commands do not have, but for 2: a command line
/// that was not understood prints nothing on standard output, and a verdict always does. The order is by weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done, and the answer is yes.
    Ok,
    /// Done, and the answer is no: mismatch, denied, not acceptable.
    Denied,
    /// The command was not understood.
    Usage,
    /// Done, but some rows of the input were refused, or denied by the service.
    ///
    /// A row is refused where it cannot be read, and denied where its account could not be judged or frozen.
    RowsRefused,
    /// Not done: a file, a key or a store failed.
    Fault,
    /// `audit`: nothing is proven; a key is missing, or a record or file is damaged.
    CannotTell,
    /// `audit verify`: the end of a chain is gone, or the chain was put back to an older state.
    Truncated,
    /// `audit verify`: an event is not as it was written.
    Altered,
}

/// Why a command could not be done, in words that say what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

/// What a command returns.
pub(crate) type Outcome = Result<Exit, Failure>;

impl Failure {
    /// The input was not understood.
    pub(crate) fn usage(message: impl std::fmt::Display) -> Self {
        Self { exit: Exit::Usage, message: message.to_string() }
    }

    /// A file, key or store failed.
    pub(crate) fn fault(message: impl std::fmt::Display) -> Self {
        Self { exit: Exit::Fault, message: message.to_string() }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0_u8,
            Exit::Denied | Exit::Altered => 1,
            Exit::Usage | Exit::Truncated => 2,
            Exit::RowsRefused | Exit::CannotTell => 3,
            Exit::Fault => 4,
        })
    }
}
