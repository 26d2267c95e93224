//! Where a customer reaches support: one value for every text that sends a customer there.

use super::Locale;

/// The ways to reach support, for the texts that send a customer there. All are optional.
///
/// ```
/// use account_security::types::{Locale, SupportChannels};
/// let support = SupportChannels::default().with_hotline("95555")?.with_email("help@example.com")?;
/// assert_eq!(support.contact(Locale::En), "contact support (phone 95555, e-mail help@example.com)");
/// assert_eq!(support.contact(Locale::ZhCn), "联系客服（电话 95555，邮箱 help@example.com）");
/// assert!(SupportChannels::default().with_chat("line\nbreak").is_err());
/// # Ok::<(), account_security::types::SupportError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportChannels {
    hotline: Option<String>,
    chat: Option<String>,
    email: Option<String>,
}

/// Longest name of a channel, in bytes.
pub const CHANNEL_BYTES_MAX: usize = 128;

/// Why a text is not a way to reach support.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SupportError {
    /// Empty, longer than [`CHANNEL_BYTES_MAX`] or with a control character.
    #[error("a support channel is 1 to 128 bytes of text without control characters")]
    BadChannel,
}

impl SupportChannels {
    /// A telephone number, as customers dial it.
    ///
    /// # Errors
    /// [`SupportError::BadChannel`] unless it is 1 to 128 bytes without control characters.
    pub fn with_hotline(mut self, number: &str) -> Result<Self, SupportError> {
        self.hotline = Some(checked(number)?);
        Ok(self)
    }

    /// A chat: a link, or where to find it in the app.
    ///
    /// # Errors
    /// [`SupportError::BadChannel`] unless it is 1 to 128 bytes without control characters.
    pub fn with_chat(mut self, chat: &str) -> Result<Self, SupportError> {
        self.chat = Some(checked(chat)?);
        Ok(self)
    }

    /// An e-mail address.
    ///
    /// # Errors
    /// [`SupportError::BadChannel`] unless it is 1 to 128 bytes without control characters.
    pub fn with_email(mut self, address: &str) -> Result<Self, SupportError> {
        self.email = Some(checked(address)?);
        Ok(self)
    }

    /// Without the telephone number: the line was closed.
    #[must_use]
    pub fn without_hotline(mut self) -> Self {
        self.hotline = None;
        self
    }

    /// Without the chat.
    #[must_use]
    pub fn without_chat(mut self) -> Self {
        self.chat = None;
        self
    }

    /// Without the e-mail address.
    #[must_use]
    pub fn without_email(mut self) -> Self {
        self.email = None;
        self
    }

    /// Reads on after "please" or 请, with the channels there are.
    #[must_use]
    pub fn contact(&self, locale: Locale) -> String {
        let (contact, labels, separator) = match locale {
            Locale::En => ("contact support", ["phone ", "chat ", "e-mail "], ", "),
            Locale::ZhCn => ("联系客服", ["电话 ", "在线客服 ", "邮箱 "], "，"),
        };
        let channels = labels.into_iter().zip([&self.hotline, &self.chat, &self.email]);
        let named: Vec<_> =
            channels.filter_map(|(label, channel)| Some(format!("{label}{}", channel.as_ref()?))).collect();
        match (named.join(separator).as_str(), locale) {
            ("", _) => contact.to_owned(),
            (listed, Locale::En) => format!("{contact} ({listed})"),
            (listed, Locale::ZhCn) => format!("{contact}（{listed}）"),
        }
    }
}

fn checked(channel: &str) -> Result<String, SupportError> {
    let is_fine = (1..=CHANNEL_BYTES_MAX).contains(&channel.len()) && !channel.chars().any(char::is_control);
    if is_fine { Ok(channel.to_owned()) } else { Err(SupportError::BadChannel) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_one_short_line_or_none() {
        for bad in ["", "95555\n", "a\u{7f}", &"1".repeat(129), &"长".repeat(43)] {
            assert_eq!(SupportChannels::default().with_hotline(bad), Err(SupportError::BadChannel), "{bad:?}");
        }
        assert!(SupportChannels::default().with_chat(&"1".repeat(128)).is_ok());
    }

    #[test]
    fn a_channel_that_is_closed_is_named_no_more() {
        let all = SupportChannels::default().with_hotline("95555").unwrap().with_chat("in the app").unwrap();
        let all = all.with_email("help@example.com").unwrap();
        assert_eq!(
            all.clone().without_hotline().contact(Locale::En),
            "contact support (chat in the app, e-mail help@example.com)"
        );
        assert_eq!(
            all.clone().without_chat().contact(Locale::En),
            "contact support (phone 95555, e-mail help@example.com)"
        );
        assert_eq!(all.clone().without_email().contact(Locale::En), "contact support (phone 95555, chat in the app)");
        assert_eq!(all.without_hotline().without_chat().without_email(), SupportChannels::default());
    }

    #[test]
    fn without_channels_support_is_still_named() {
        assert_eq!(SupportChannels::default().contact(Locale::En), "contact support");
        assert_eq!(SupportChannels::default().contact(Locale::ZhCn), "联系客服");
    }
}
