//! The review of registered contacts: reminding the owner, and hearing that they are right.

use super::effect::Notice;
use super::notify::notify;
use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, ContactKind, Contacts, EventKind, Review, ReviewDue};
use crate::types::Timestamp;

/// The registered contacts as they are shown: masked.
///
/// ```
/// use account_security::account::{Contact, Contacts};
/// use account_security::command::Registered;
/// use account_security::verification::{Channel, Destination};
/// let mut contacts = Contacts::default();
/// contacts.replace(Contact::unconfirmed(Destination::parse(Channel::Sms, "+8613812345678")?));
/// let shown = Registered::of(&contacts);
/// assert_eq!((shown.phone.as_deref(), shown.email), (Some("+86 ****5678"), None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// The phone number, masked.
    pub phone: Option<String>,
    /// The e-mail address, masked.
    pub email: Option<String>,
}

/// Reminds the owner of a due review: to the app and to every confirmed contact, at most once in
/// [`remind_every_ms`](crate::account::ContactPolicy::remind_every_ms).
#[derive(Clone, Copy, Debug)]
pub struct RemindReview;

/// What came of [`RemindReview`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewReminder {
    /// A reminder is on its way.
    Reminded,
    /// Nothing is due.
    NotDue,
    /// The last reminder is too fresh.
    RemindedLately {
        /// From when on another one may go.
        again_at: Timestamp,
    },
}

/// The signed-in owner says that the contacts shown are right. Whoever finds one wrong goes to
/// [`BeginContactChange`](super::BeginContactChange).
#[derive(Clone, Debug)]
pub struct ConfirmRegistered {
    /// What the owner was shown.
    pub shown: Registered,
}

/// What came of [`ConfirmRegistered`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewAnswer {
    /// Noted.
    Confirmed,
    /// The contacts are others by now: show them again.
    Outdated,
}

impl Registered {
    /// What is registered.
    #[must_use]
    pub fn of(contacts: &Contacts) -> Self {
        let masked = |kind| contacts.get(kind).map(|contact| contact.destination().masked());
        Self { phone: masked(ContactKind::Phone), email: masked(ContactKind::Email) }
    }
}

impl Command for RemindReview {
    type Record = AccountRecord;
    type Reply = ReviewReminder;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let policy = &env.settings.contacts;
        let ReviewDue::Due { since: due_since } = record.review.due(&record.contacts, policy, env.now) else {
            return Ok(Transition::unchanged(record, ReviewReminder::NotDue));
        };
        let again_at = record.review.remind_again_at(policy);
        if env.now < again_at {
            return Ok(Transition::unchanged(record, ReviewReminder::RemindedLately { again_at }));
        }
        let effects = notify(&record, Notice::ReviewDue, env);
        let review = Review { reminded_at: Some(env.now), ..record.review };
        let record = AccountRecord { review, ..record };
        let events = vec![EventKind::ReviewReminded { due_since }];
        Ok(Transition { record, events, effects, reply: ReviewReminder::Reminded })
    }
}

impl Command for ConfirmRegistered {
    type Record = AccountRecord;
    type Reply = ReviewAnswer;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        if self.shown != Registered::of(&record.contacts) || self.shown == Registered::default() {
            return Ok(Transition::unchanged(record, ReviewAnswer::Outdated));
        }
        let review = Review { confirmed_at: Some(env.now), reminded_at: None };
        let record = AccountRecord { review, ..record };
        let events = vec![EventKind::ContactsReviewed];
        Ok(Transition { record, events, effects: Vec::new(), reply: ReviewAnswer::Confirmed })
    }
}
