//! The registered phone number and e-mail address: where codes and warnings go.
//!
//! They are the only personal data the record holds in full, and it holds them because a warning about an account must
//! reach its owner by a way the thief did not choose. The record is sealed as a whole; events carry the masked form.

use serde::{Deserialize, Serialize};

use super::ticket::Proofs;
use crate::types::{Locale, SetBack, Timestamp};
use crate::verification::{Channel, Destination};

/// Which of the two contacts. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ContactKind {
    /// The phone number.
    Phone,
    /// The e-mail address.
    Email,
}

/// A registered contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredContact", into = "StoredContact")]
pub struct Contact {
    destination: Destination,
    confirmed_at: Option<Timestamp>,
}

/// At most one phone number and one e-mail address, and the language their owner reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredContacts")]
pub struct Contacts {
    phone: Option<Contact>,
    email: Option<Contact>,
    locale: Locale,
}

#[derive(Serialize, Deserialize)]
struct StoredContact {
    channel: Channel,
    text: String,
    confirmed_at: Option<Timestamp>,
}

/// The same fields, before they are checked.
#[derive(Deserialize)]
struct StoredContacts {
    phone: Option<Contact>,
    email: Option<Contact>,
    locale: Locale,
}

impl ContactKind {
    /// Both, in stored order.
    pub const ALL: [Self; 2] = [Self::Phone, Self::Email];

    /// The contact a destination belongs to.
    #[must_use]
    pub const fn of(destination: &Destination) -> Self {
        match destination.channel() {
            Channel::Sms | Channel::Voice => Self::Phone,
            Channel::Email => Self::Email,
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Phone => Self::Email,
            Self::Email => Self::Phone,
        }
    }

    /// What a code sent to it proves.
    #[must_use]
    pub const fn proof(self) -> Proofs {
        match self {
            Self::Phone => Proofs::PHONE,
            Self::Email => Proofs::EMAIL,
        }
    }

    /// The stable name, e.g. `phone`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }
}

impl Contact {
    /// A contact that has proven nothing yet.
    #[must_use]
    pub const fn unconfirmed(destination: Destination) -> Self {
        Self { destination, confirmed_at: None }
    }

    /// A contact that gave back a code sent to it.
    #[must_use]
    pub const fn confirmed(destination: Destination, at: Timestamp) -> Self {
        Self { destination, confirmed_at: Some(at) }
    }

    /// Where messages go.
    #[must_use]
    pub const fn destination(&self) -> &Destination {
        &self.destination
    }

    /// When it was confirmed: by the code that it gave back to be registered, at first, in a change, or when it was asked
    /// to confirm itself once more. `None` = never. Codes it gives back to sign in or step up leave this as it is.
    #[must_use]
    pub const fn confirmed_at(&self) -> Option<Timestamp> {
        self.confirmed_at
    }
}

impl Contacts {
    /// The contact of this kind.
    #[must_use]
    pub const fn get(&self, kind: ContactKind) -> Option<&Contact> {
        match kind {
            ContactKind::Phone => self.phone.as_ref(),
            ContactKind::Email => self.email.as_ref(),
        }
    }

    /// The contact of this kind, if it has ever given back a code: the only kind that proves anything.
    #[must_use]
    pub fn confirmed(&self, kind: ContactKind) -> Option<&Contact> {
        self.get(kind).filter(|contact| contact.confirmed_at.is_some())
    }

    /// Whether this very number or address is registered and has given back a code.
    #[must_use]
    pub fn is_confirmed(&self, to: &Destination) -> bool {
        self.confirmed(ContactKind::of(to)).is_some_and(|contact| contact.destination.expose() == to.expose())
    }

    /// Puts a contact in the place of its kind and hands the former one out.
    pub fn replace(&mut self, contact: Contact) -> Option<Contact> {
        match ContactKind::of(&contact.destination) {
            ContactKind::Phone => self.phone.replace(contact),
            ContactKind::Email => self.email.replace(contact),
        }
    }

    /// The language for messages nobody asked for.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// Remembers the language its owner last used.
    pub const fn set_locale(&mut self, locale: Locale) {
        self.locale = locale;
    }

    /// Marks the contact as one that receives, if it is still this very destination.
    pub fn confirm(&mut self, destination: &Destination, at: Timestamp) -> bool {
        let slot = match ContactKind::of(destination) {
            ContactKind::Phone => &mut self.phone,
            ContactKind::Email => &mut self.email,
        };
        match slot {
            Some(contact) if contact.destination.expose() == destination.expose() => {
                contact.confirmed_at = Some(at);
                true
            }
            _ => false,
        }
    }

    /// The contacts once the clock is right again.
    pub(super) fn set_back(&mut self, back: SetBack) {
        for contact in self.phone.iter_mut().chain(&mut self.email) {
            contact.confirmed_at = contact.confirmed_at.map(|at| back.moved(at));
        }
    }

    /// All that are registered.
    pub fn iter(&self) -> impl Iterator<Item = &Contact> {
        self.phone.iter().chain(&self.email)
    }
}

impl From<Contact> for StoredContact {
    fn from(contact: Contact) -> Self {
        let text = contact.destination.expose().to_owned();
        Self { channel: contact.destination.channel(), text, confirmed_at: contact.confirmed_at }
    }
}

impl TryFrom<StoredContacts> for Contacts {
    type Error = &'static str;

    fn try_from(stored: StoredContacts) -> Result<Self, Self::Error> {
        let StoredContacts { phone, email, locale } = stored;
        let is = |contact: &Option<Contact>, kind| {
            contact.as_ref().is_none_or(|contact| ContactKind::of(&contact.destination) == kind)
        };
        if is(&phone, ContactKind::Phone) && is(&email, ContactKind::Email) {
            Ok(Self { phone, email, locale })
        } else {
            Err("a contact in the place of the other kind")
        }
    }
}

impl TryFrom<StoredContact> for Contact {
    type Error = crate::verification::DestinationError;

    fn try_from(stored: StoredContact) -> Result<Self, Self::Error> {
        let destination = Destination::parse(stored.channel, &stored.text)?;
        Ok(Self { destination, confirmed_at: stored.confirmed_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(text: &str) -> Destination {
        Destination::parse(Channel::Sms, text).unwrap()
    }

    #[test]
    fn only_the_very_contact_that_answered_is_confirmed() {
        let mut contacts = Contacts::default();
        assert_eq!(contacts.replace(Contact::unconfirmed(phone("+8613812345678"))), None);
        assert!(!contacts.confirm(&phone("+8613987654321"), Timestamp::MAX));
        assert!(contacts.confirmed(ContactKind::Phone).is_none());
        assert!(contacts.confirm(&phone("+8613812345678"), Timestamp::MAX));
        assert!(contacts.confirmed(ContactKind::Phone).is_some() && contacts.get(ContactKind::Email).is_none());
    }

    #[test]
    fn contacts_read_back_and_a_damaged_one_is_refused() {
        let mut contacts = Contacts::default();
        contacts.replace(Contact::confirmed(phone("+8613812345678"), Timestamp::MAX));
        contacts.replace(Contact::unconfirmed(Destination::parse(Channel::Email, "a.b@example.com").unwrap()));
        let mut bytes = postcard::to_allocvec(&contacts).unwrap();
        assert_eq!(postcard::from_bytes::<Contacts>(&bytes).unwrap(), contacts);
        let plus = bytes.iter().position(|byte| *byte == b'+').unwrap();
        bytes[plus] = b'-';
        assert!(postcard::from_bytes::<Contacts>(&bytes).is_err());
    }

    #[test]
    fn debug_is_masked() {
        let contact = Contact::unconfirmed(phone("+8613812345678"));
        assert!(!format!("{contact:?}").contains("138"));
    }
}
