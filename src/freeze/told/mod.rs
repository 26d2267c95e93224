//! Freezes in plain words, for the customer and for the desk: one sentence for every reason, a name for every scope, and
//! who may lift a freeze and how.

mod en;
mod zh_cn;

use super::{Authority, Disclosure, Freeze, FreezeError, FreezePolicy, FreezeReason, Scopes};
use crate::types::{Locale, SupportChannels, Timestamp};

impl FreezeReason {
    /// What a customer reads of the reason: a sentence without a code, a name or a case.
    ///
    /// For a reason that must never be told ([`forbids_telling`](Self::forbids_telling)) it is that of a technical fault.
    ///
    /// ```
    /// use account_security::freeze::FreezeReason;
    /// use account_security::types::Locale;
    /// assert!(FreezeReason::LostDevice.for_customer(Locale::En).contains("reported lost"));
    /// ```
    #[must_use]
    pub const fn for_customer(self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => en::reason(self),
            Locale::ZhCn => zh_cn::reason(self),
        }
    }

    /// What staff reads of the reason: what it means, and what brings it to an end.
    #[must_use]
    pub const fn for_agent(self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => en::reason_for_agent(self),
            Locale::ZhCn => zh_cn::reason_for_agent(self),
        }
    }
}

impl FreezeError {
    /// What a customer reads who asked for a freeze or a lift and did not get it. What an agent did wrong is not theirs to read.
    /// Times are in [`retry_at`](Self::retry_at), for the app to show in local time.
    ///
    /// ```
    /// use account_security::freeze::FreezeError;
    /// use account_security::types::{Locale, SupportChannels};
    /// let support = SupportChannels::default().with_hotline("95555")?;
    /// let text = FreezeError::TooMany { most: 8 }.for_customer(Locale::En, &support);
    /// assert!(text.ends_with("Please contact support (phone 95555)."));
    /// # Ok::<(), account_security::types::SupportError>(())
    /// ```
    #[must_use]
    pub fn for_customer(&self, locale: Locale, support: &SupportChannels) -> String {
        match locale {
            Locale::En => en::refused(self, &support.contact(locale)),
            Locale::ZhCn => zh_cn::refused(self, &support.contact(locale)),
        }
    }
}

impl Scopes {
    /// The closed uses as people call them, e.g. `signing in, money out`.
    #[must_use]
    pub fn in_words(self, locale: Locale) -> String {
        let (names, separator) = match locale {
            Locale::En => (en::SCOPES, ", "),
            Locale::ZhCn => (zh_cn::SCOPES, "、"),
        };
        let named = names.into_iter().filter(|(scope, _)| self.contains(*scope)).map(|(_, name)| name);
        named.collect::<Vec<_>>().join(separator)
    }
}

impl Authority {
    /// The authority as people call it, e.g. `the compliance office`.
    #[must_use]
    pub const fn in_words(self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => en::authority(self),
            Locale::ZhCn => zh_cn::authority(self),
        }
    }
}

impl Freeze {
    /// What the customer reads of this freeze: what is closed, why, and where to ask. A neutral one reads byte for byte
    /// as a technical fault does (POCA 2002 s.333A, 31 USC 5318(g)(2)).
    ///
    /// ```
    /// use account_security::freeze::{FreezePolicy, FreezeRequest, Freezes, Scopes, place};
    /// use account_security::types::{ActorId, Locale, RandomId, SupportChannels, Timestamp};
    /// let request = FreezeRequest::by_owner(ActorId::parse("alice")?, Scopes::PAY_OUT);
    /// let (policy, now) = (FreezePolicy::standard(), Timestamp::MIN);
    /// let placed = place(&Freezes::default(), &request, RandomId([1; 16]), &policy, now)?;
    /// let freeze = placed.freezes.get(placed.id).ok_or("placed")?;
    /// let text = freeze.for_customer(Locale::En, &SupportChannels::default());
    /// assert!(text.starts_with("Closed on your account: money out. You asked for it."));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn for_customer(&self, locale: Locale, support: &SupportChannels) -> String {
        let contact = support.contact(locale);
        match (self.disclosure, locale) {
            (Disclosure::Neutral, Locale::En) => en::fault(&contact),
            (Disclosure::Neutral, Locale::ZhCn) => zh_cn::fault(&contact),
            (Disclosure::Tell, Locale::En) => en::frozen(self.scopes, self.reason, self.authority, &contact),
            (Disclosure::Tell, Locale::ZhCn) => zh_cn::frozen(self.scopes, self.reason, self.authority, &contact),
        }
    }

    /// What the customer reads of this freeze at `now`: as [`Freeze::for_customer`], and of one that is over, that it is.
    ///
    /// ```
    /// use account_security::freeze::{FreezePolicy, FreezeRequest, Freezes, Scopes, place};
    /// use account_security::types::{ActorId, Locale, RandomId, SupportChannels, Timestamp};
    /// let until = Timestamp::MIN.plus_ms(3_600_000);
    /// let request = FreezeRequest::by_owner(ActorId::parse("alice")?, Scopes::PAY_OUT).until(until);
    /// let placed = place(&Freezes::default(), &request, RandomId([1; 16]), &FreezePolicy::standard(), Timestamp::MIN)?;
    /// let freeze = placed.freezes.get(placed.id).ok_or("placed")?;
    /// let text = freeze.for_customer_at(until, Locale::En, &SupportChannels::default());
    /// assert!(text.starts_with("This freeze of your account has ended"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn for_customer_at(&self, now: Timestamp, locale: Locale, support: &SupportChannels) -> String {
        // One that nobody may tell of reads alike before and after.
        if self.disclosure == Disclosure::Neutral || !self.is_over(now) {
            return self.for_customer(locale, support);
        }
        match locale {
            Locale::En => en::over(self.scopes, self.reason, self.authority, self.is_lifted()),
            Locale::ZhCn => zh_cn::over(self.scopes, self.reason, self.authority, self.is_lifted()),
        }
    }

    /// Who may lift this freeze and how, for staff.
    #[must_use]
    pub fn how_to_lift(&self, policy: &FreezePolicy, locale: Locale) -> String {
        let two = policy.needs_second(self, Authority::Court);
        match locale {
            Locale::En => en::how_to_lift(self.authority, two),
            Locale::ZhCn => zh_cn::how_to_lift(self.authority, two),
        }
    }
}

/// What the customer reads of a freeze that may be told: what is closed, why, and where to ask. For notices, which know
/// no more of a freeze than this.
#[must_use]
pub fn frozen_text(
    scopes: Scopes,
    reason: FreezeReason,
    authority: Authority,
    locale: Locale,
    support: &SupportChannels,
) -> String {
    let contact = support.contact(locale);
    match locale {
        Locale::En => en::frozen(scopes, reason, authority, &contact),
        Locale::ZhCn => zh_cn::frozen(scopes, reason, authority, &contact),
    }
}

pub(super) use en::fault as fault_en;
pub(super) use zh_cn::fault as fault_zh_cn;

#[cfg(test)]
mod tests;
