//! The names that outcomes have in output.

use account_security::risk::Outcome;

/// [`Outcome::name`].
pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    outcome.name()
}
