//! What customers read: one text for every notice and every refusal, one file for each language.
//!
//! A text never holds a code, a full phone number or a link, and every one that tells of a change, or leaves the
//! customer stuck, names all of support's channels.

mod en;
mod zh_cn;

use crate::account::{CancelHandle, ContactKind};
use crate::command::{CodeAnswer, ContactRefused, Notice, Rejection};
use crate::freeze::frozen_text;
use crate::types::time::HOUR_MS;
use crate::types::{Locale, SupportChannels};

impl Notice {
    /// What the owner reads.
    ///
    /// ```
    /// use account_security::command::Notice;
    /// use account_security::types::{Locale, SupportChannels};
    /// let support = SupportChannels::default().with_hotline("95555")?;
    /// let text = Notice::PasswordChanged.text(Locale::En, &support);
    /// assert_eq!(text, "Your password was changed. If this was not you, please contact support (phone 95555).");
    /// # Ok::<(), account_security::types::SupportError>(())
    /// ```
    #[must_use]
    pub fn text(&self, locale: Locale, support: &SupportChannels) -> String {
        if let Self::Frozen { scopes, reason, authority, .. } = self {
            return frozen_text(*scopes, *reason, *authority, locale, support);
        }
        match locale {
            Locale::En => en::notice(self, &support.contact(locale)),
            Locale::ZhCn => zh_cn::notice(self, &support.contact(locale)),
        }
    }
}

impl ContactRefused {
    /// What the customer reads. Times are in [`retry_at`](Self::retry_at), for the app to show in local time.
    #[must_use]
    pub fn text(&self, locale: Locale, support: &SupportChannels) -> String {
        match (self, locale) {
            (Self::NotSent(refused), _) => refused.text(locale, support),
            (Self::CodeNotAccepted(answer), _) => answer.text(locale, support),
            (_, Locale::En) => en::refused(self, &support.contact(locale)),
            (_, Locale::ZhCn) => zh_cn::refused(self, &support.contact(locale)),
        }
    }
}

impl CodeAnswer {
    /// What the customer reads: as poor as [`public`](Self::public).
    #[must_use]
    pub fn text(self, locale: Locale, support: &SupportChannels) -> String {
        self.public().text(locale, support)
    }
}

impl Rejection {
    /// What the customer reads. All but a step-up, a new password, a last factor and the cooling-off after the owner's own lift
    /// read alike: what is frozen or broken inside is support's to tell.
    #[must_use]
    pub fn text(&self, locale: Locale, support: &SupportChannels) -> String {
        match locale {
            Locale::En => en::rejection(self, &support.contact(locale)),
            Locale::ZhCn => zh_cn::rejection(self, &support.contact(locale)),
        }
    }
}

/// The warning to a contact in force, with the handle that calls the change off.
pub(super) struct Warning<'a> {
    pub kind: ContactKind,
    pub new_masked: &'a str,
    pub handle: CancelHandle,
}

impl Warning<'_> {
    /// Everything is proven; only time is left.
    pub(super) fn cooling_off(&self, left_ms: u64, locale: Locale, support: &SupportChannels) -> String {
        // Rounded down: better to hurry the owner than to come too late.
        let hours = left_ms / HOUR_MS;
        match locale {
            Locale::En => en::cooling_off(self, hours, &support.contact(locale)),
            Locale::ZhCn => zh_cn::cooling_off(self, hours, &support.contact(locale)),
        }
    }

    /// Somebody says that this contact is lost.
    pub(super) fn reported_lost(&self, locale: Locale, support: &SupportChannels) -> String {
        match locale {
            Locale::En => en::reported_lost(self, &support.contact(locale)),
            Locale::ZhCn => zh_cn::reported_lost(self, &support.contact(locale)),
        }
    }
}

#[cfg(test)]
mod tests;
