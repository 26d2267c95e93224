//! Messages of an account whose clock had run ahead: what went out at the wrong time went out now.

use super::SendBudget;
use crate::types::SetBack;

impl SendBudget {
    /// The budget once the clock is right again.
    pub(crate) fn set_back(&mut self, back: SetBack) {
        self.hour = self.hour.set_back(back);
        self.day = self.day.set_back(back);
        self.prefixes.iter_mut().for_each(|seen| seen.at = back.moved(seen.at));
        self.braked_since = self.braked_since.map(|at| back.moved(at));
        self.refusal_told_at = self.refusal_told_at.map(|at| back.moved(at));
    }
}
