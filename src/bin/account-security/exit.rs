//! How a command ends.

use std::process::ExitCode;

/// The documented exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done, and the answer is yes.
    Ok = 0,
    /// Done, and the answer is no: mismatch, denied, not acceptable, not intact.
    Denied = 1,
    /// The command was not understood.
    Usage = 2,
    /// Done, but some rows of the input were refused.
    RowsRefused = 3,
    /// Not done: a file, a key or a store failed.
    Fault = 4,
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
        Self::from(exit as u8)
    }
}
