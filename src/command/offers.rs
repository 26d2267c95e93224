//! What an account can prove besides its password, and how.

use super::{Rejection, Settings};
use crate::account::{AccountRecord, Contact, ContactKind, Errand, Proofs, TicketId};
use crate::verification::{Binding, BoundText, Channel, Destination, Purpose};

/// The ways in which a visitor can prove what is missing. For who has proven something already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// Any one of these brings the errand forward. Empty = only support can help.
    pub proofs: Proofs,
    /// The phone number, masked, where a code can be sent to it.
    pub phone_masked: Option<String>,
    /// The e-mail address, masked, where a code can be sent to it.
    pub email_masked: Option<String>,
}

/// How a contact proves something for a ticket.
#[derive(Clone)]
pub(super) struct Way {
    pub purpose: Purpose,
    pub to: Destination,
    pub binding: Binding,
}

/// A code goes to a confirmed contact and is bound to the ticket. Only at the first sign-in, where no factor is there
/// yet, the contact given at sign-up may confirm itself: the code is then that of a confirmation.
pub(super) fn way(
    record: &AccountRecord,
    ticket: TicketId,
    errand: Errand,
    kind: ContactKind,
    lacking: Proofs,
) -> Result<Option<Way>, Rejection> {
    let Some(contact) = record.contacts.get(kind).filter(|_| lacking.contains(kind.proof())) else {
        return Ok(None);
    };
    let to = contact.destination().clone();
    Ok(Some(if contact.confirmed_at().is_some() {
        let binding = Binding::Session(BoundText::parse(&ticket.to_string()).map_err(|_| Rejection::Damaged)?);
        Way { purpose: purpose_of(errand), to, binding }
    } else {
        Way { purpose: Purpose::ConfirmContact, binding: Binding::NewContact(to.clone()), to }
    }))
}

/// What the account can prove for this errand besides its password. A contact counts once it gave back a code, an e-mail
/// address only where the policy lets it carry such codes.
#[must_use]
pub fn provable(record: &AccountRecord, errand: Errand, settings: &Settings) -> Proofs {
    let policy = &settings.verification;
    let may_prove = |contact: &&Contact| policy.allows(contact.destination().channel(), purpose_of(errand));
    let proofs = |contacts: &mut dyn Iterator<Item = &Contact>| {
        contacts.fold(Proofs::NONE, |all, contact| all | ContactKind::of(contact.destination()).proof())
    };
    let confirmed = |contact: &&Contact| contact.confirmed_at().is_some();
    let totp = if record.totp.active().is_some() { Proofs::TOTP } else { Proofs::NONE };
    let recovery = if record.recovery.left() > 0 { Proofs::RECOVERY } else { Proofs::NONE };
    let factors = totp | recovery | proofs(&mut record.contacts.iter().filter(confirmed).filter(may_prove));
    if factors.is_empty() && errand == Errand::SignIn {
        return proofs(&mut record.contacts.iter().filter(may_prove));
    }
    factors
}

/// All ways of proving that the account has for this errand.
pub(super) fn offered(record: &AccountRecord, errand: Errand, settings: &Settings) -> Offers {
    offers(record, provable(record, errand, settings))
}

pub(super) fn offers(record: &AccountRecord, proofs: Proofs) -> Offers {
    let masked = |kind| {
        let contact = record.contacts.get(kind).filter(|_| proofs.contains(kind.proof()));
        contact.map(|contact| contact.destination().masked())
    };
    Offers { proofs, phone_masked: masked(ContactKind::Phone), email_masked: masked(ContactKind::Email) }
}

const fn purpose_of(errand: Errand) -> Purpose {
    match errand {
        Errand::SignIn => Purpose::SignIn,
        Errand::StepUp => Purpose::StepUp,
        Errand::Reset => Purpose::ResetPassword,
    }
}

pub(super) const fn kind_of(channel: Channel) -> ContactKind {
    match channel {
        Channel::Sms | Channel::Voice => ContactKind::Phone,
        Channel::Email => ContactKind::Email,
    }
}
