//! Verification codes by text message, call or e-mail.
//!
//! What this promises:
//! - A code opens one thing once: the account, challenge, purpose, destination and context (amount, currency, payee; new
//!   contact; session) are in its tag, so in any other place it is simply a wrong code.
//! - At most five guesses per purpose in ten minutes, however often a code is sent again, a challenge is cancelled or
//!   begun anew; every guess counts before its answer is told.
//! - What is stored holds no code, no number and no address: tags under a key that lives elsewhere.
//! - What the customer is shown and what the code is bound to are one value, [`Delivery`].
//! - No outcome told to a customer says which part was wrong or whether a challenge exists.
//!
//! What it leaves to others: the failure budget of the account ([`VerifyOutcome::counts_as_failure`] says what to charge),
//! charging a message to the budgets in [`budget`] before it is made, sending, and storing the returned state before
//! anything is sent or told.
//!
//! Everything is a function of its arguments: state in, state out. [`issue()`] begins a challenge, [`resend()`] sends another
//! code for it, [`verify()`] tries one, [`cancel()`] calls it off, [`render()`] writes the message.
//!
//! ```
//! use account_security::types::{AccountId, KeyId, Locale, SecretBytes, Timestamp, TypedCode};
//! use account_security::verification::*;
//! use rand::SeedableRng;
//!
//! let keys = CodeKeys::new(CodeKey::new(KeyId(1), &SecretBytes::new(vec![7; 32]))?, vec![])?;
//! let policy = VerificationPolicy::default();
//! let account = AccountId::parse("c-1001")?;
//! let to = Destination::parse(Channel::Sms, "+8613812345678")?;
//! let mut rng = rand::rngs::StdRng::seed_from_u64(1); // yours: the operating system's
//! let now = Timestamp::from_unix_s(1_800_000_000)?;
//!
//! let request = IssueRequest { account: &account, purpose: Purpose::SignIn, to: &to, binding: &Binding::None };
//! let SendOutcome::Sent(sent) = issue(&Challenges::default(), &request, &keys, &policy, &mut rng, now)? else { panic!() };
//! let message = render(&sent.delivery, &Sender::new("Example Pay")?, Locale::ZhCn)?; // store sent.challenges, then send
//! assert!(message.expose().starts_with("【Example Pay】验证码"));
//!
//! let challenge_id = sent.delivery.challenge_id;
//! let typed = sent.delivery.code.expose();
//! let code = TypedCode::parse(&typed, digits_of(&sent.challenges, challenge_id, Purpose::SignIn, &policy))?;
//! let request = VerifyRequest { account: &account, challenge_id, purpose: Purpose::SignIn, binding: &Binding::None, code: &code };
//! let first = verify(&sent.challenges, &request, &keys, now.plus_ms(20_000))?; // store first.challenges, then tell
//! assert_eq!(first.outcome.public(), PublicOutcome::Accepted);
//! let second = verify(&first.challenges, &request, &keys, now.plus_ms(20_001))?;
//! assert_eq!(second.outcome, VerifyOutcome::AlreadyUsed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod binding;
pub mod budget;
mod calling;
mod cancel;
mod code;
mod destination;
mod error;
mod issue;
mod key;
mod message;
mod normalise;
mod policy;
mod purpose;
mod resend;
mod send;
mod set_back;
mod state;
mod text;
mod tlv;
mod verify;

pub use binding::{BOUND_TEXT_BYTES_MAX, Binding, BoundText, PaymentBinding};
pub use calling::CallingPrefix;
pub use cancel::{CancelOutcome, cancel, cancel_all};
pub use code::Code;
pub use destination::{Destination, MASKED_BYTES_MAX};
pub use error::{BindingError, DestinationError, MessageError, StateError, VerificationError};
pub use issue::{IssueRequest, issue};
pub use key::{CodeKey, CodeKeys, RETIRED_KEYS_MAX};
pub use message::{Message, RETRIEVER_BYTES_MAX, Sender, SmsEncoding, SmsSize, render};
pub use normalise::TYPED_DESTINATION_BYTES_MAX;
pub use policy::{CodeLife, DIGITS_MAX, DIGITS_MIN, LIFE_MS_MAX, SENDS_MAX, TRIES_MAX, VerificationPolicy};
pub use purpose::{Channel, Purpose};
pub use resend::{ResendRequest, resend};
pub use send::{Delivery, SendOutcome, SendRefused, Sent};
pub use state::{
    CHALLENGES_MAX, CLOCK_BACK_MS_MAX, Challenge, ChallengeState, Challenges, SUPERSEDED_MAX, Standing, Tag,
};
pub use verify::{PublicOutcome, Verified, VerifyOutcome, VerifyRequest, digits_of, verify};

#[cfg(test)]
mod tests;
