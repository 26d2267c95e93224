//! Writes the message that carries a code: what it opens, how long it is good, never to share it.

mod en;
mod size;
mod untrusted;
mod zh_cn;

use zeroize::Zeroizing;

pub use size::{SmsEncoding, SmsSize};

use self::untrusted::{shown, tail};
use super::destination::is_host;
use super::{Binding, Channel, Delivery, MessageError, Purpose};
use crate::types::time::MINUTE_MS;
use crate::types::{Locale, Money};

/// Longest message Android's SMS Retriever reads, in bytes.
pub const RETRIEVER_BYTES_MAX: usize = 140;

const BRAND_CHARS_MAX: usize = 20;
const PAYEE_NAME_CHARS_MAX: usize = 20;
const PAYEE_TAIL_CHARS: usize = 4;
const APP_HASH_CHARS: usize = 11;

/// Who the messages come from, and how a phone may fill the code in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    brand: String,
    autofill: Autofill,
}

/// The last line of a text message, for the phone rather than its owner. A message has room for one of them, because
/// each must be the last line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Autofill {
    None,
    /// `@example.com #123456`: the phone offers the code on that site only (WICG origin-bound one-time codes).
    Origin(String),
    /// The 11 characters naming an Android app: the app reads the message without asking for permission.
    AndroidApp(String),
}

/// A message ready to send. Its text holds the code: redacted in Debug, wiped on drop.
pub struct Message {
    channel: Channel,
    subject: Option<&'static str>,
    text: Zeroizing<String>,
}

/// What the catalogues write from. Everything in it is bounded and safe to show.
struct Parts<'a> {
    brand: &'a str,
    code: &'a str,
    action: Action,
    minutes: u64,
    layout: Layout,
}

enum Action {
    SignIn,
    ChangeContact { to: String },
    ResetPassword,
    Pay { money: Money, payee_tail: String, payee_name: Option<String> },
    Unfreeze,
    BindDevice,
    ConfirmContact,
    StepUp,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// A text message, or an e-mail's body.
    Full,
    /// A text message of at most [`RETRIEVER_BYTES_MAX`] bytes with its hash.
    Short,
    /// Words to be spoken.
    Spoken,
}

impl Sender {
    /// A sender by its brand, e.g. `Example Pay`. At most 20 characters of it are shown, letters and digits only.
    ///
    /// # Errors
    /// [`MessageError::Brand`] when no letter or digit is left.
    pub fn new(brand: &str) -> Result<Self, MessageError> {
        let brand = shown(brand, BRAND_CHARS_MAX).ok_or(MessageError::Brand)?;
        Ok(Self { brand, autofill: Autofill::None })
    }

    /// The brand as it is shown.
    #[must_use]
    pub fn brand(&self) -> &str {
        &self.brand
    }

    /// Binds text messages to a web origin: their last line becomes `@example.com #123456`.
    ///
    /// # Errors
    /// [`MessageError::Origin`] for anything but a lower-case host name.
    pub fn for_origin(mut self, host: &str) -> Result<Self, MessageError> {
        if !is_host(host) || host.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(MessageError::Origin);
        }
        self.autofill = Autofill::Origin(host.to_owned());
        Ok(self)
    }

    /// Lets an Android app read text messages: their last line becomes the app's hash. They are shorter then.
    ///
    /// # Errors
    /// [`MessageError::AppHash`] for anything but 11 Base64 characters.
    pub fn for_android_app(mut self, app_hash: &str) -> Result<Self, MessageError> {
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
        if app_hash.len() != APP_HASH_CHARS || !app_hash.bytes().all(is_base64) {
            return Err(MessageError::AppHash);
        }
        self.autofill = Autofill::AndroidApp(app_hash.to_owned());
        Ok(self)
    }
}

impl Message {
    /// The subject of an e-mail. It never holds the code: subjects show on locked screens.
    #[must_use]
    pub const fn subject(&self) -> Option<&str> {
        self.subject
    }

    /// The text with the code in it, for the one who sends. Named so that a review finds every place that looks.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The text, taken out; still wiped on drop.
    #[must_use]
    pub fn into_text(self) -> Zeroizing<String> {
        self.text
    }

    /// How a text message travels and what it costs; `None` for calls and e-mails.
    #[must_use]
    pub fn sms_size(&self) -> Option<SmsSize> {
        (self.channel == Channel::Sms).then(|| SmsSize::of(&self.text))
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({:?}, {} bytes, redacted)", self.sms_size(), self.text.len())
    }
}

/// Writes the message for a delivery in the customer's language.
///
/// A payment's message names amount and payee, a contact change the new contact: both come from the binding of the
/// code, never from elsewhere. Names are reduced to letters, digits and single spaces, so that no payee can write a
/// link, a second code or a line of its own.
///
/// ```
/// use account_security::types::{AccountId, Currency, KeyId, Locale, Money, SecretBytes, Timestamp};
/// use account_security::verification::*;
/// # use rand::SeedableRng;
/// # let keys = CodeKeys::new(CodeKey::new(KeyId(1), &SecretBytes::new(vec![7; 32]))?, vec![])?;
/// # let account = AccountId::parse("c-1001")?;
/// # let to = Destination::parse(Channel::Sms, "+8613812345678")?;
/// # let mut rng = rand::rngs::StdRng::seed_from_u64(1);
/// # let now = Timestamp::from_unix_s(1_800_000_000)?;
/// let payment = PaymentBinding::new(Money::parse("1299.00", Currency::CNY)?, "6222020200112345")?;
/// # let binding = Binding::Payment(payment);
/// # let request = IssueRequest { account: &account, purpose: Purpose::Payment, to: &to, binding: &binding };
/// # let policy = VerificationPolicy::default();
/// # let SendOutcome::Sent(sent) = issue(&Challenges::default(), &request, &keys, &policy, &mut rng, now)? else { panic!() };
/// let sender = Sender::new("Example Pay")?.for_origin("example.com")?;
/// let message = render(&sent.delivery, &sender, Locale::En)?;
/// # let code = sent.delivery.code.expose();
/// # let code = code.as_str();
/// assert_eq!(message.expose(), format!(
///     "Example Pay: {code} is your code to pay 1299.00 CNY to account *2345. Valid for 3 min. \
///      Never share it: our staff never asks for it.\n@example.com #{code}"
/// ));
/// assert_eq!(message.sms_size().map(|size| size.segments), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`MessageError::TooLongForRetriever`] when a message with an app hash has more than [`RETRIEVER_BYTES_MAX`] bytes. The
/// texts here are written so that this cannot happen; it is checked all the same, since Android would ignore the message
/// silently.
pub fn render(delivery: &Delivery, sender: &Sender, locale: Locale) -> Result<Message, MessageError> {
    let code = delivery.code.expose();
    let channel = delivery.to.channel();
    let layout = match (channel, &sender.autofill) {
        (Channel::Voice, _) => Layout::Spoken,
        (Channel::Sms, Autofill::AndroidApp(_)) => Layout::Short,
        (Channel::Sms | Channel::Email, _) => Layout::Full,
    };
    let minutes = (delivery.expires_at.ms_since(delivery.sent_at) / MINUTE_MS).max(1);
    let parts = Parts { brand: &sender.brand, code: &code, action: action_of(delivery), minutes, layout };
    let (body, subject) = match locale {
        Locale::En => (en::body(&parts), en::SUBJECT),
        Locale::ZhCn => (zh_cn::body(&parts), zh_cn::SUBJECT),
    };
    let text = match channel {
        Channel::Sms => with_last_line(body, &sender.autofill, &code)?,
        Channel::Voice | Channel::Email => body,
    };
    Ok(Message { channel, subject: (channel == Channel::Email).then_some(subject), text })
}

fn action_of(delivery: &Delivery) -> Action {
    match (delivery.purpose, &delivery.binding) {
        (_, Binding::Payment(payment)) => Action::Pay {
            money: payment.money(),
            payee_tail: tail(payment.payee_account().as_str(), PAYEE_TAIL_CHARS),
            payee_name: payment.payee_name().and_then(|name| shown(name.as_str(), PAYEE_NAME_CHARS_MAX)),
        },
        (Purpose::ChangeContact, Binding::NewContact(to)) => {
            Action::ChangeContact { to: untrusted::without_code(&to.masked()) }
        }
        (Purpose::ResetPassword, _) => Action::ResetPassword,
        (Purpose::Unfreeze, _) => Action::Unfreeze,
        (Purpose::BindDevice, _) => Action::BindDevice,
        (Purpose::ConfirmContact | Purpose::ChangeContact, _) => Action::ConfirmContact,
        (Purpose::StepUp, _) => Action::StepUp,
        (Purpose::SignIn | Purpose::Payment, _) => Action::SignIn,
    }
}

fn with_last_line(body: Zeroizing<String>, autofill: &Autofill, code: &str) -> Result<Zeroizing<String>, MessageError> {
    // Whole at once: a text that grew would leave an unwiped copy of the code behind.
    let text = match autofill {
        Autofill::None => return Ok(body),
        Autofill::Origin(host) => [body.as_str(), "\n@", host, " #", code].concat(),
        Autofill::AndroidApp(hash) => [body.as_str(), "\n", hash].concat(),
    };
    let text = Zeroizing::new(text);
    match autofill {
        Autofill::AndroidApp(_) if text.len() > RETRIEVER_BYTES_MAX => {
            Err(MessageError::TooLongForRetriever(text.len()))
        }
        _ => Ok(text),
    }
}

/// The digits one by one, for a voice: `1, 2, 3`.
fn spoken(code: &str, pause: &str) -> Zeroizing<String> {
    let mut digits = Zeroizing::new(String::with_capacity(64));
    for (index, digit) in code.chars().enumerate() {
        digits.push_str(if index == 0 { "" } else { pause });
        digits.push(digit);
    }
    digits
}

#[cfg(test)]
mod tests;
