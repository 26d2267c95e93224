//! Where a customer reaches support.

use crate::freeze::FreezeError;

/// The ways to reach support, for the texts that send a customer there. All are optional.
///
/// ```
/// use account_security::freeze::SupportChannels;
/// let support = SupportChannels::default().with_hotline("95555")?.with_email("help@example.com")?;
/// assert!(SupportChannels::default().with_chat("line\nbreak").is_err());
/// # Ok::<(), account_security::freeze::FreezeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportChannels {
    pub(super) hotline: Option<String>,
    pub(super) chat: Option<String>,
    pub(super) email: Option<String>,
}

/// Longest name of a channel, in bytes.
const CHANNEL_BYTES_MAX: usize = 128;

impl SupportChannels {
    /// A telephone number, as customers dial it.
    ///
    /// # Errors
    /// [`FreezeError::BadChannel`] unless it is 1 to 128 bytes without control characters.
    pub fn with_hotline(mut self, number: &str) -> Result<Self, FreezeError> {
        self.hotline = Some(checked(number)?);
        Ok(self)
    }

    /// A chat: a link, or where to find it in the app.
    ///
    /// # Errors
    /// [`FreezeError::BadChannel`] unless it is 1 to 128 bytes without control characters.
    pub fn with_chat(mut self, chat: &str) -> Result<Self, FreezeError> {
        self.chat = Some(checked(chat)?);
        Ok(self)
    }

    /// An e-mail address.
    ///
    /// # Errors
    /// [`FreezeError::BadChannel`] unless it is 1 to 128 bytes without control characters.
    pub fn with_email(mut self, address: &str) -> Result<Self, FreezeError> {
        self.email = Some(checked(address)?);
        Ok(self)
    }

    /// The channels there are, each after its label, joined by the separator of the language.
    pub(super) fn listed(&self, labels: [&str; 3], separator: &str) -> String {
        let channels = labels.into_iter().zip([&self.hotline, &self.chat, &self.email]);
        let named: Vec<_> =
            channels.filter_map(|(label, channel)| Some(format!("{label}{}", channel.as_ref()?))).collect();
        named.join(separator)
    }
}

fn checked(channel: &str) -> Result<String, FreezeError> {
    let is_fine = (1..=CHANNEL_BYTES_MAX).contains(&channel.len()) && !channel.chars().any(char::is_control);
    if is_fine { Ok(channel.to_owned()) } else { Err(FreezeError::BadChannel) }
}
