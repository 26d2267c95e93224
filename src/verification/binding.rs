//! What a code is bound to: the code of one payment opens that payment and no other (PSD2 RTS 2018/389 art. 5).

use sha2::{Digest, Sha256};

use super::tlv::Tlv;
use super::{BindingError, Destination, Purpose};
use crate::types::Money;

/// Longest bound text, in bytes.
pub const BOUND_TEXT_BYTES_MAX: usize = 256;

/// The context of a code. It goes into the tag, so a code given with another context is simply a wrong code.
///
/// ```
/// use account_security::types::{Currency, Money};
/// use account_security::verification::{Binding, PaymentBinding};
/// let money = Money::parse("1299.00", Currency::CNY)?;
/// let to_shop = Binding::Payment(PaymentBinding::new(money, "6222020200112345")?.named("张记面馆")?);
/// assert_ne!(to_shop, Binding::Payment(PaymentBinding::new(money, "6222020200112346")?.named("张记面馆")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Nothing beyond account, purpose, destination and challenge, which are always bound.
    None,
    /// One payment.
    Payment(PaymentBinding),
    /// The contact that is to be added.
    NewContact(Destination),
    /// One session, device or request of the integrator.
    Session(BoundText),
}

/// Amount, currency and payee of a payment; everything the message shows is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentBinding {
    money: Money,
    payee_account: BoundText,
    payee_name: Option<BoundText>,
}

/// A short text without control characters, redacted in Debug: account numbers, names, session ids.
#[derive(Clone, PartialEq, Eq)]
pub struct BoundText(String);

impl Binding {
    /// SHA-256 over a canonical encoding: every field numbered and with its length, so that no two contexts share one.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut tlv = Tlv::new(Sha256::new(), "binding/v1");
        match self {
            Self::None => tlv.field(1, &[0]),
            Self::Payment(payment) => {
                tlv.field(1, &[1]);
                payment.encode(&mut tlv);
            }
            Self::NewContact(contact) => {
                tlv.field(1, &[2]);
                tlv.field(2, contact.expose().as_bytes());
            }
            Self::Session(id) => {
                tlv.field(1, &[3]);
                tlv.field(2, id.as_str().as_bytes());
            }
        }
        tlv.into_inner().finalize().into()
    }

    /// Whether a code for `purpose` sent to `to` may be bound so.
    pub(super) fn suits(&self, purpose: Purpose, to: &Destination) -> bool {
        match (purpose, self) {
            (Purpose::Payment, binding) => matches!(binding, Self::Payment(_)),
            // The old contact must agree: a code sent to the new one would prove nothing.
            (Purpose::ChangeContact, Self::NewContact(new)) => new.expose() != to.expose(),
            (Purpose::ConfirmContact, Self::NewContact(new)) => new.expose() == to.expose(),
            (Purpose::ChangeContact | Purpose::ConfirmContact, _) => false,
            (_, binding) => matches!(binding, Self::None | Self::Session(_)),
        }
    }
}

impl PaymentBinding {
    /// A payment to the account number, merchant id or wallet that the integrator pays to.
    ///
    /// # Errors
    /// [`BindingError::NegativeAmount`]; [`BindingError::Text`] for a bad account; [`BindingError::NothingToShow`] for
    /// one without a letter or digit.
    pub fn new(money: Money, payee_account: &str) -> Result<Self, BindingError> {
        if money.minor() < 0 {
            return Err(BindingError::NegativeAmount);
        }
        let payee_account = BoundText::parse(payee_account)?;
        if !payee_account.as_str().contains(char::is_alphanumeric) {
            return Err(BindingError::NothingToShow);
        }
        Ok(Self { money, payee_account, payee_name: None })
    }

    /// Names the payee; the name is shown in the message and bound like the rest.
    ///
    /// # Errors
    /// [`BindingError::Text`].
    pub fn named(mut self, payee_name: &str) -> Result<Self, BindingError> {
        self.payee_name = Some(BoundText::parse(payee_name)?);
        Ok(self)
    }

    /// The amount.
    #[must_use]
    pub const fn money(&self) -> Money {
        self.money
    }

    /// The payee's account.
    #[must_use]
    pub const fn payee_account(&self) -> &BoundText {
        &self.payee_account
    }

    /// The payee's name, if one was given.
    #[must_use]
    pub const fn payee_name(&self) -> Option<&BoundText> {
        self.payee_name.as_ref()
    }

    fn encode(&self, tlv: &mut Tlv<Sha256>) {
        tlv.field(2, &self.money.minor().to_be_bytes());
        tlv.field(3, &<[u8; 3]>::from(self.money.currency()));
        tlv.field(4, self.payee_account.as_str().as_bytes());
        if let Some(name) = &self.payee_name {
            tlv.field(5, name.as_str().as_bytes());
        }
    }
}

impl BoundText {
    /// Reads 1 to [`BOUND_TEXT_BYTES_MAX`] bytes without control characters.
    ///
    /// # Errors
    /// [`BindingError::Text`].
    pub fn parse(text: &str) -> Result<Self, BindingError> {
        let fits = (1..=BOUND_TEXT_BYTES_MAX).contains(&text.len()) && !text.contains(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(BindingError::Text) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for BoundText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BoundText({} bytes, redacted)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Currency;
    use crate::verification::Channel;

    fn payment(minor: i64, currency: Currency, account: &str) -> PaymentBinding {
        PaymentBinding::new(Money::from_minor(minor, currency).unwrap(), account).unwrap()
    }

    #[test]
    fn every_part_of_the_context_changes_the_digest() {
        let phone = |text| Destination::parse(Channel::Sms, text).unwrap();
        let contexts = [
            Binding::None,
            Binding::Session(BoundText::parse("s1").unwrap()),
            Binding::Session(BoundText::parse("s2").unwrap()),
            Binding::NewContact(phone("+8613812345678")),
            Binding::NewContact(phone("+8613812345679")),
            Binding::Payment(payment(100, Currency::CNY, "12")),
            Binding::Payment(payment(101, Currency::CNY, "12")),
            Binding::Payment(payment(100, Currency::USD, "12")),
            Binding::Payment(payment(100, Currency::CNY, "1")),
            Binding::Payment(payment(100, Currency::CNY, "1").named("2").unwrap()),
            Binding::Payment(payment(100, Currency::CNY, "12").named("2").unwrap()),
        ];
        for (i, a) in contexts.iter().enumerate() {
            for b in &contexts[i + 1..] {
                assert_ne!(a.digest(), b.digest(), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn a_payment_can_only_be_bound_to_a_payment_and_a_contact_only_to_the_new_contact() {
        let (old, new) = ("+8613812345678", "+8613987654321");
        let phone = |text| Destination::parse(Channel::Sms, text).unwrap();
        let pay = Binding::Payment(payment(100, Currency::CNY, "12"));
        let contact = Binding::NewContact(phone(new));
        assert!(pay.suits(Purpose::Payment, &phone(old)) && !Binding::None.suits(Purpose::Payment, &phone(old)));
        assert!(
            contact.suits(Purpose::ChangeContact, &phone(old)) && !contact.suits(Purpose::ChangeContact, &phone(new))
        );
        assert!(
            contact.suits(Purpose::ConfirmContact, &phone(new)) && !contact.suits(Purpose::ConfirmContact, &phone(old))
        );
        assert!(Binding::None.suits(Purpose::SignIn, &phone(old)) && !pay.suits(Purpose::SignIn, &phone(old)));
    }

    #[test]
    fn bad_texts_and_negative_amounts_are_refused() {
        let money = |minor| Money::from_minor(minor, Currency::CNY).unwrap();
        assert_eq!(PaymentBinding::new(money(-1), "1"), Err(BindingError::NegativeAmount));
        assert_eq!(PaymentBinding::new(money(1), "--"), Err(BindingError::NothingToShow));
        for bad in ["", "a\nb", "a\u{85}b", &"x".repeat(257)] {
            assert_eq!(BoundText::parse(bad), Err(BindingError::Text));
        }
    }
}
