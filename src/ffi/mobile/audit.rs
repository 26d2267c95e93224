//! What happened, whether it can be believed, and what waits to be sent.

use super::{NativeSecurity, guarded};
use crate::ffi::shell::{HistoryLine, Message, ShellError, VerdictAnswer};

#[uniffi::export]
impl NativeSecurity {
    /// Up to `limit` events from `from_seq` on, oldest first. For staff: it names freezes that the owner must not learn of.
    pub fn history(&self, account: &str, from_seq: u64, limit: u32) -> Result<Vec<HistoryLine>, ShellError> {
        guarded(|| self.0.history(account, from_seq, limit))
    }

    /// Checks the account's audit chain.
    pub fn verify_account(&self, account: &str) -> Result<VerdictAnswer, ShellError> {
        guarded(|| self.0.verify_account(account))
    }

    /// Messages that wait to be sent, oldest first. They stay until `delivered`. `locale` is the language of
    /// the notices for the app; what is sent was written in the customer's.
    pub fn drain(&self, limit: u32, locale: &str) -> Result<Vec<Message>, ShellError> {
        guarded(|| self.0.drain(limit, locale))
    }

    /// Forgets delivered messages.
    pub fn delivered(&self, ids: Vec<String>) -> Result<(), ShellError> {
        guarded(|| self.0.delivered(&ids))
    }

    /// Removes up to `limit` cells whose time is over, says how many; call it every hour or so.
    pub fn purge_expired(&self, limit: u32) -> Result<u32, ShellError> {
        guarded(|| self.0.purge_expired(limit))
    }
}
