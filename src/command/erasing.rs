//! Erasing the free texts of an account's audit trail (GDPR art. 17).

use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, EventKind, FreeTexts};
use crate::freeze::{Actor, Authority};

/// Destroys the key of everything that people typed into the account's events: names of staff, case references, names of
/// devices. What happened, when, and on whose authority stays, and stays proven. See [`free_text`](crate::account::free_text).
///
/// While a freeze above the eraser's rank stands, nothing is erased: who placed it and on which case is kept for as long as a
/// law or a court holds the account (GDPR art. 17(3)(b)), and is for nobody below to take away.
#[derive(Clone, Debug)]
pub struct EraseFreeText {
    /// Who does it: staff, of rank `Agent` or higher. The name is kept, and no later erasure takes it.
    pub by: Actor,
}

/// What came of [`EraseFreeText`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextErasure {
    /// The texts of all events up to this one are gone.
    Erased {
        /// The last event before the erasure.
        through_seq: u64,
    },
    /// A freeze of a higher rank stands, or is planned: nothing was erased.
    HigherFreeze {
        /// The lowest authority that could erase now.
        needs: Authority,
    },
    /// There was no text, or none since the last erasure: nothing was written.
    NothingHeld {
        /// The last event that was erased before; 0 = none ever was.
        through_seq: u64,
    },
}

impl Command for EraseFreeText {
    type Record = AccountRecord;
    type Reply = TextErasure;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, TextErasure>, Rejection> {
        if self.by.authority < Authority::Agent {
            return Err(Rejection::NotAuthorised);
        }
        if !record.texts.holds_any() {
            let reply = TextErasure::NothingHeld { through_seq: record.texts.erased_through() };
            return Ok(Transition::unchanged(record, reply));
        }
        if let Some(needs) = record.freezes.highest(env.now).filter(|highest| self.by.authority < *highest) {
            return Ok(Transition::unchanged(record, TextErasure::HigherFreeze { needs }));
        }
        let through_seq = record.head.seq;
        let (actor, authority) = (self.by.id.clone(), self.by.authority);
        let events = vec![EventKind::FreeTextErased { through_seq, actor, authority }];
        let record = AccountRecord { texts: FreeTexts::erased(through_seq), ..record };
        Ok(Transition { record, events, effects: Vec::new(), reply: TextErasure::Erased { through_seq } })
    }
}
