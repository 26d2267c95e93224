//! Credentials of an account whose clock had run ahead.
//!
//! Spent steps stay spent, also those ahead of the right clock: a code is never good twice. Whose device ran ahead with the
//! server waits until its time has come, or signs in with a recovery code and enrols anew.

use super::TotpState;
use crate::types::SetBack;

impl TotpState {
    /// The credentials once the clock is right again. An enrolment that had run out does not come back.
    pub(crate) fn set_back(&mut self, back: SetBack) {
        if let Some(active) = &mut self.active {
            active.credential.created_at = back.moved(active.credential.created_at);
            active.since = back.moved(active.since);
            active.last_success_at = back.moved(active.last_success_at);
        }
        self.pending = self.pending.take().filter(|pending| pending.expires_at > back.from());
        if let Some(pending) = &mut self.pending {
            pending.credential.created_at = back.moved(pending.credential.created_at);
            pending.expires_at = back.moved(pending.expires_at);
        }
    }
}
