//! The names that outcomes and kinds have in output.

use account_security::risk::Outcome;

/// The outcome's name.
pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allow => "allow",
        Outcome::StepUp => "step_up",
        Outcome::Hold => "hold",
        Outcome::FreezeRecommended => "freeze_recommended",
    }
}
