//! What a customer is told about a code, in plain words. Texts for messages themselves are written by
//! [`render()`](super::render()).

use super::budget::BudgetRefused;
use super::{PublicOutcome, SendRefused};
use crate::types::{Locale, SupportChannels};

impl PublicOutcome {
    /// The words for the customer; empty where there is nothing to say.
    ///
    /// ```
    /// use account_security::types::{Locale, SupportChannels};
    /// use account_security::verification::PublicOutcome;
    /// let support = SupportChannels::default();
    /// let text = PublicOutcome::UseNewest.text(Locale::En, &support);
    /// assert_eq!(text, "This code is from an older message. Use the newest one.");
    /// let text = PublicOutcome::UseNewest.text(Locale::ZhCn, &support);
    /// assert_eq!(text, "这是较早短信或邮件中的验证码，请使用最新收到的验证码。");
    /// ```
    #[must_use]
    pub fn text(self, locale: Locale, support: &SupportChannels) -> String {
        let contact = support.contact(locale);
        match (self, locale) {
            (Self::Accepted, _) => String::new(),
            (Self::Rejected, Locale::En) => "This code is not right. Check the digits and try again.".to_owned(),
            (Self::Rejected, Locale::ZhCn) => "验证码不正确，请核对后重试。".to_owned(),
            (Self::UseNewest, Locale::En) => "This code is from an older message. Use the newest one.".to_owned(),
            (Self::UseNewest, Locale::ZhCn) => "这是较早短信或邮件中的验证码，请使用最新收到的验证码。".to_owned(),
            (Self::RequestNew, Locale::En) => "This code can no longer be used. Ask for a new one.".to_owned(),
            (Self::RequestNew, Locale::ZhCn) => "该验证码已失效，请重新获取。".to_owned(),
            (Self::TryLater, Locale::En) => {
                format!("Codes cannot be checked right now. Please try again later, or {contact}.")
            }
            (Self::TryLater, Locale::ZhCn) => format!("暂时无法验证，请稍后再试，或{contact}。"),
        }
    }
}

impl SendRefused {
    /// The words for the customer. Which budget is used up, and that a country is braked, is not told: it would teach a
    /// pump when to pause. [`SendRefused::retry_at`] is shown beside it where [`SendRefused::is_wait_told`].
    ///
    /// ```
    /// use account_security::types::{Locale, SupportChannels};
    /// use account_security::verification::SendRefused;
    /// let support = SupportChannels::default().with_hotline("95555")?;
    /// let text = SendRefused::ChannelNotAllowed.text(Locale::En, &support);
    /// assert_eq!(text, "We cannot send a code there. Use another way, or contact support (phone 95555).");
    /// # Ok::<(), account_security::types::SupportError>(())
    /// ```
    #[must_use]
    pub fn text(&self, locale: Locale, support: &SupportChannels) -> String {
        let contact = support.contact(locale);
        match (self, locale) {
            (Self::TooSoon { .. }, Locale::En) => {
                "A code is on its way. Wait a moment before you ask for another one.".to_owned()
            }
            (Self::TooSoon { .. }, Locale::ZhCn) => "验证码已发送，请稍候再重新获取。".to_owned(),
            (Self::ChannelNotAllowed, Locale::En)
            | (Self::OverBudget { why: BudgetRefused::DestinationNotAllowed, .. }, Locale::En) => {
                format!("We cannot send a code there. Use another way, or {contact}.")
            }
            (Self::ChannelNotAllowed, Locale::ZhCn)
            | (Self::OverBudget { why: BudgetRefused::DestinationNotAllowed, .. }, Locale::ZhCn) => {
                format!("无法向该号码或邮箱发送验证码，请更换其他方式，或{contact}。")
            }
            (Self::NotFound | Self::Closed | Self::ContextChanged, Locale::En) => {
                "This request is over. Please start again.".to_owned()
            }
            (Self::NotFound | Self::Closed | Self::ContextChanged, Locale::ZhCn) => {
                "本次验证已结束，请重新开始。".to_owned()
            }
            (_, Locale::En) => {
                format!("We cannot send more codes right now. Please try again later. If it goes on, {contact}.")
            }
            (_, Locale::ZhCn) => format!("暂时无法发送验证码，请稍后再试。如仍无法收到，请{contact}。"),
        }
    }

    /// Whether the customer may be told when to ask again: where the wait follows from what the customer did alone.
    ///
    /// When a budget that others share is free again, or a brake lets go, is not told: a pump would come back at that
    /// very moment, and whoever asks about a number would learn that somebody else had codes sent to it.
    #[must_use]
    pub const fn is_wait_told(&self) -> bool {
        matches!(
            self,
            Self::TooSoon { .. } | Self::NoSendsLeft { .. } | Self::NoTriesLeft { .. } | Self::TooManyOpen { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Timestamp;
    use crate::verification::budget::ScopeKind;

    #[test]
    fn who_is_sent_to_support_is_told_where_it_is_and_nobody_is_told_of_a_brake() {
        let support = SupportChannels::default().with_hotline("95555").unwrap();
        let retry_at = Timestamp::MIN;
        let over = |scope, why| SendRefused::OverBudget { scope, why };
        let quiet = [
            over(ScopeKind::Prefix, BudgetRefused::Braked { retry_at }),
            over(ScopeKind::Network, BudgetRefused::TooManyPrefixes { retry_at }),
            over(ScopeKind::Destination, BudgetRefused::LimitReached { retry_at }),
        ];
        for locale in [Locale::En, Locale::ZhCn] {
            let texts: Vec<_> = quiet.iter().map(|refused| refused.text(locale, &support)).collect();
            assert!(texts.iter().all(|text| *text == texts[0] && text.contains("95555")), "{texts:?}");
            assert!(quiet.iter().all(|refused| !refused.is_wait_told()));
        }
    }

    #[test]
    fn every_outcome_has_its_own_words() {
        use PublicOutcome::{Accepted, Rejected, RequestNew, TryLater, UseNewest};
        for locale in [Locale::En, Locale::ZhCn] {
            let support = SupportChannels::default().with_hotline("95555").unwrap();
            let outcomes = [Accepted, Rejected, UseNewest, RequestNew, TryLater];
            let mut texts = outcomes.map(|outcome| outcome.text(locale, &support));
            assert!(texts[4].contains("95555"));
            texts.sort_unstable();
            assert!(texts.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }
}
