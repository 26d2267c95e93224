//! A contact that was mistyped at sign-up, corrected by who signs up.

use super::effect::Notice;
use super::notify::notify;
use super::offers::provable;
use super::{Command, Env, Rejection, Transition, check_open};
use crate::account::{AccountRecord, Contact, ContactKind, Errand, EventKind, Proofs, TicketId};
use crate::freeze::Scopes;
use crate::types::time::DAY_MS;
use crate::types::{RandomId, Timestamp};
use crate::verification::Destination;

/// How long after a sign-up a contact can be corrected, in milliseconds. Later it takes support: the password alone must
/// not open an account that lay about unconfirmed.
pub const CORRECTION_MS: u64 = DAY_MS;

/// Puts another contact in the place of one that was given at sign-up and never gave back a code. Nothing is sent by it:
/// [`SendProofCode`](super::SendProofCode) on the same ticket sends the new one its code, charged to what strangers may
/// have sent there.
///
/// Only for who has a sign-in under way with the right password, within [`CORRECTION_MS`] of setting it, and while the
/// account can prove nothing else: from the first code that comes back on, a contact changes by
/// [`BeginContactChange`](super::BeginContactChange).
///
/// ```
/// use account_security::command::CorrectContact;
/// # use account_security::account::TicketId;
/// # use account_security::verification::{Channel, Destination};
/// # let ticket = TicketId([1; 16]); // of `SignInStep::SecondFactor`
/// let correct = CorrectContact { ticket, new: Destination::parse(Channel::Sms, "+8613812345678")? };
/// # Ok::<(), account_security::verification::DestinationError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CorrectContact {
    /// A sign-in under way, with the password proven; stays good.
    pub ticket: TicketId,
    /// The contact as it should have been, of the same kind.
    pub new: Destination,
}

/// What came of [`CorrectContact`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactCorrection {
    /// The new contact waits for its code.
    Corrected,
    /// It is the registered one already; nothing changed.
    SameContact,
    /// No such ticket; nothing changed.
    NoSuchTicket,
    /// Something is confirmed, there is no contact of this kind, or the sign-up is too long ago; nothing changed.
    NotOpen,
}

impl Command for CorrectContact {
    type Record = AccountRecord;
    type Reply = ContactCorrection;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, ContactCorrection>, Rejection> {
        check_open(&record, Scopes::CHANGE_PROFILE, env.now)?;
        let old = match self.mistyped(&record, env) {
            Ok(old) => old.destination().masked(),
            Err(refused) => return Ok(Transition::unchanged(record, refused)),
        };
        let mut record = record;
        let kind = ContactKind::of(&self.new);
        record.contacts.replace(Contact::unconfirmed(self.new.clone()));
        record.security_changed_at = Some(env.now);
        let event = EventKind::ContactChanged {
            change: RandomId::generate(env.rng),
            kind,
            old_masked: Some(old),
            new_masked: self.new.masked(),
        };
        let effects = notify(&record, Notice::ContactChanged { kind }, env);
        Ok(Transition { record, events: vec![event], effects, reply: ContactCorrection::Corrected })
    }
}

impl CorrectContact {
    fn mistyped<'a>(&self, record: &'a AccountRecord, env: &Env<'_>) -> Result<&'a Contact, ContactCorrection> {
        let ticket = record.tickets.find(self.ticket, Errand::SignIn, env.now);
        if ticket.is_none_or(|ticket| !ticket.proven.contains(Proofs::PASSWORD)) {
            return Err(ContactCorrection::NoSuchTicket);
        }
        let is_confirmed = record.contacts.iter().any(|contact| contact.confirmed_at().is_some());
        let is_open = !is_confirmed && provable(record, Errand::StepUp, env.settings).is_empty();
        let is_new = |set_at: Timestamp| env.now.ms_since(set_at) < CORRECTION_MS;
        let is_new = record.password.as_ref().is_some_and(|password| is_new(password.changed_at()));
        let contact = record.contacts.get(ContactKind::of(&self.new)).filter(|_| is_open && is_new);
        match contact.ok_or(ContactCorrection::NotOpen)? {
            same if same.destination().expose() == self.new.expose() => Err(ContactCorrection::SameContact),
            mistyped => Ok(mistyped),
        }
    }
}
