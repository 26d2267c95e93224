//! What a code is for, and by which channel it travels.

use serde::{Deserialize, Serialize};

/// What the right code will open. Numbers are stored and part of every tag; they are never reused.
///
/// ```
/// use account_security::verification::Purpose;
/// assert_eq!(Purpose::Payment.number(), 4);
/// assert_eq!(Purpose::try_from(4), Ok(Purpose::Payment));
/// assert!(Purpose::try_from(99).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
#[repr(u16)]
pub enum Purpose {
    /// Second factor of a sign-in.
    SignIn = 1,
    /// The OLD contact agrees to a new one.
    ChangeContact = 2,
    /// A forgotten password.
    ResetPassword = 3,
    /// One payment: amount, currency and payee.
    Payment = 4,
    /// The owner lifts an owner's freeze.
    Unfreeze = 5,
    /// A new device becomes a known one.
    BindDevice = 6,
    /// The NEW contact proves that it receives.
    ConfirmContact = 7,
    /// A signed-in customer proves again before something delicate.
    StepUp = 8,
}

impl Purpose {
    /// Every purpose, in order of its number.
    pub const ALL: [Self; 8] = [
        Self::SignIn,
        Self::ChangeContact,
        Self::ResetPassword,
        Self::Payment,
        Self::Unfreeze,
        Self::BindDevice,
        Self::ConfirmContact,
        Self::StepUp,
    ];

    /// The stable number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// Whether a guessed code would hand over the account itself rather than one session or one payment.
    #[must_use]
    pub const fn is_high_risk(self) -> bool {
        matches!(self, Self::ChangeContact | Self::ResetPassword | Self::Unfreeze | Self::BindDevice | Self::StepUp)
    }

    /// Whether anybody may ask for such a code, knowing no more than the account's name.
    #[must_use]
    pub const fn is_open_to_strangers(self) -> bool {
        matches!(self, Self::ResetPassword)
    }

    /// Whether a change of contact is at stake: the one use of e-mail that no norm forbids.
    #[must_use]
    pub const fn is_about_contacts(self) -> bool {
        matches!(self, Self::ChangeContact | Self::ConfirmContact)
    }
}

impl TryFrom<u16> for Purpose {
    type Error = &'static str;
    fn try_from(number: u16) -> Result<Self, Self::Error> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.number() == number)
            .ok_or("unknown purpose: written by a newer version")
    }
}

impl From<Purpose> for u16 {
    fn from(purpose: Purpose) -> Self {
        purpose.number()
    }
}

/// How a code travels. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Channel {
    /// A text message to a phone number.
    Sms,
    /// A call that speaks the digits.
    Voice,
    /// An e-mail.
    Email,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_read_back() {
        for (index, purpose) in Purpose::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(purpose.number()), index + 1);
            assert_eq!(Purpose::try_from(purpose.number()), Ok(purpose));
        }
        assert!(Purpose::try_from(0).is_err() && Purpose::try_from(9).is_err());
    }
}
