//! The owner lifts a freeze of the owner's own: the password typed again and one factor more, not both enrolled a moment ago.
//! Whoever took over a session has neither. A password that must be changed, because it leaked or staff said so, proves nothing.

use super::delicate::{proven_by, spend};
use super::{Command, Env, LiftFreeze, Rejection, Transition};
use crate::account::{AccountRecord, Contact, ContactKind, Proofs, TicketId};
use crate::freeze::{Actor, FreezeError, Scopes, StepUp};
use crate::types::{ActorId, RandomId, Timestamp};

/// Lifts a freeze on the owner's word. The service compares the password before.
///
/// ```
/// use account_security::account::TicketId;
/// use account_security::command::LiftOwnFreeze;
/// use account_security::types::{ActorId, RandomId};
/// let lift = LiftOwnFreeze {
///     freeze: RandomId([1; 16]),
///     by: ActorId::parse("alice")?,
///     ticket: TicketId([2; 16]),
///     compared: "$argon2id$...".to_owned(),
/// };
/// assert!(!format!("{lift:?}").contains("argon2id"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct LiftOwnFreeze {
    /// Which freeze.
    pub freeze: RandomId,
    /// The owner, as the audit trail names them.
    pub by: ActorId,
    /// A complete step-up, spent by a lift and by nothing else.
    pub ticket: TicketId,
    /// The PHC string the typed password was compared with. If another one is in force by now, or this one must be changed,
    /// nothing is lifted.
    pub compared: String,
}

impl std::fmt::Debug for LiftOwnFreeze {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiftOwnFreeze").field("freeze", &self.freeze).field("by", &self.by).finish_non_exhaustive()
    }
}

impl Command for LiftOwnFreeze {
    type Record = AccountRecord;
    /// What is still closed after the lift, cooling-off included.
    type Reply = Result<Scopes, FreezeError>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let password = record.password.as_ref();
        let is_good = password.is_some_and(|password| password.phc() == self.compared && !password.must_change());
        let Some(proven) = proven_by(&record, self.ticket, env).filter(|_| is_good) else {
            return Ok(Transition::unchanged(record, Err(FreezeError::StepUpNeeded)));
        };
        let step_up = StepUp::TwoFactors { oldest_enrolled_at: oldest_enrolled_at(&record, proven) };
        let by = Actor::owner(self.by.clone(), step_up);
        let lift = LiftFreeze { freeze: self.freeze, by, release: None, identity: None };
        let mut lifted = lift.decide(record, env)?;
        if lifted.reply.is_ok() {
            let spent = spend(&mut lifted.record, self.ticket, proven, Proofs::NONE, env);
            lifted.events.splice(0..0, spent);
        }
        Ok(lifted)
    }
}

/// When what counts of the two was enrolled. Beside an authenticator or a recovery code that is the older one. A contact may
/// have reset the password, so beside a contact it is the younger one: whoever took over a number has made both.
fn oldest_enrolled_at(record: &AccountRecord, proven: Proofs) -> Timestamp {
    let contact = |kind| record.contacts.get(kind).and_then(Contact::confirmed_at);
    let factors = [
        (Proofs::TOTP, record.totp.active().map(|active| active.credential().created_at())),
        (Proofs::RECOVERY, record.recovery.created_at()),
        (Proofs::PHONE, contact(ContactKind::Phone)),
        (Proofs::EMAIL, contact(ContactKind::Email)),
    ];
    // What was proven and is gone since counts as enrolled now.
    let of = |(_, at): (Proofs, Option<Timestamp>)| at.unwrap_or(Timestamp::MAX);
    let factor = factors.into_iter().filter(|(proof, _)| proven.contains(*proof)).map(of).max();
    let password = record.password.as_ref().map_or(Timestamp::MAX, |password| password.changed_at());
    let factor = factor.unwrap_or(Timestamp::MAX);
    let is_contact = proven.contains(Proofs::PHONE) || proven.contains(Proofs::EMAIL);
    if is_contact { factor.max(password) } else { factor.min(password) }
}
