//! Recovery codes of an account whose clock had run ahead.

use super::RecoverySet;
use crate::types::SetBack;

impl RecoverySet {
    /// The codes once the clock is right again.
    pub(crate) fn set_back(&mut self, back: SetBack) {
        self.created_at = back.moved(self.created_at);
        for code in &mut self.codes {
            code.spent_at = code.spent_at.map(|at| back.moved(at));
        }
    }
}
