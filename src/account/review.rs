//! The review of registered contacts: every half year the owner says that they still are the owner's.
//!
//! Numbers are given up and handed to strangers, and a stranger then gets the warnings and the codes.

use serde::{Deserialize, Serialize};

use super::{ContactPolicy, Contacts};
use crate::types::Timestamp;

/// When the owner last looked, and was last reminded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// When the owner last said that the contacts are right.
    pub confirmed_at: Option<Timestamp>,
    /// When the owner was last reminded.
    pub reminded_at: Option<Timestamp>,
}

/// Whether a review is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewDue {
    /// Not yet, or there is no confirmed contact to look at.
    NotDue,
    /// The owner should look.
    Due {
        /// Since when.
        since: Timestamp,
    },
}

impl Review {
    /// Whether a contact has stood unconfirmed for too long. A contact that was confirmed
    /// since, at first or by a change, counts as looked at; a code given back to sign in does not.
    ///
    /// ```
    /// use account_security::account::{ContactPolicy, Contacts, Review, ReviewDue};
    /// use account_security::types::Timestamp;
    /// let nothing_to_look_at = Review::default().due(&Contacts::default(), &ContactPolicy::default(), Timestamp::MAX);
    /// assert_eq!(nothing_to_look_at, ReviewDue::NotDue);
    /// ```
    #[must_use]
    pub fn due(&self, contacts: &Contacts, policy: &ContactPolicy, now: Timestamp) -> ReviewDue {
        let seen_at = contacts.iter().filter_map(|contact| contact.confirmed_at().max(self.confirmed_at));
        match seen_at.min().map(|oldest| oldest.plus_ms(policy.review_every_ms)) {
            Some(since) if since <= now => ReviewDue::Due { since },
            _ => ReviewDue::NotDue,
        }
    }

    /// From when on another reminder may be sent.
    #[must_use]
    pub fn remind_again_at(&self, policy: &ContactPolicy) -> Timestamp {
        self.reminded_at.map_or(Timestamp::MIN, |at| at.plus_ms(policy.remind_every_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Contact;
    use crate::types::time::DAY_MS;
    use crate::verification::{Channel, Destination};

    fn day(day: u64) -> Timestamp {
        Timestamp::from_unix_s(1_700_000_000).unwrap().plus_ms(day * DAY_MS)
    }

    fn contacts(phone_day: u64, email_day: u64) -> Contacts {
        let mut contacts = Contacts::default();
        let phone = Destination::parse(Channel::Sms, "+8613812345678").unwrap();
        let email = Destination::parse(Channel::Email, "alice@example.com").unwrap();
        contacts.replace(Contact::confirmed(phone, day(phone_day)));
        contacts.replace(Contact::confirmed(email, day(email_day)));
        contacts
    }

    #[test]
    fn the_contact_that_was_not_looked_at_the_longest_decides_half_open() {
        let policy = ContactPolicy::default();
        let due = |review: Review, at| review.due(&contacts(0, 50), &policy, at);
        assert_eq!(due(Review::default(), day(180).minus_ms(1)), ReviewDue::NotDue);
        assert_eq!(due(Review::default(), day(180)), ReviewDue::Due { since: day(180) });
        let reviewed = Review { confirmed_at: Some(day(180)), reminded_at: None };
        assert_eq!(due(reviewed, day(359)), ReviewDue::NotDue);
        assert_eq!(due(reviewed, day(360)), ReviewDue::Due { since: day(360) });
        let once = Review { confirmed_at: Some(day(10)), reminded_at: None };
        assert_eq!(due(once, day(190)), ReviewDue::Due { since: day(190) }, "the phone, looked at on day 10");
    }
}
