//! The words every other module speaks: time, money, ids, secrets, typed codes, reasons.
//!
//! Nothing here decides anything. Each type can only be built in a valid state (parse, don't validate), holds
//! integers only, and knows no clock, store or thread.
//!
//! ```
//! use account_security::types::{AccountId, Currency, Money, Payment, Timestamp};
//!
//! assert_eq!(Money::parse("1299.00", Currency::CNY)?.minor(), 129_900);
//! assert!(Money::parse("1.005", Currency::EUR).is_err(), "no third decimal is rounded away");
//! assert!(AccountId::parse("").is_err());
//!
//! let at = Timestamp::from_unix_s(1_767_225_600)?;
//! let payment = Payment::out("tx-1001", Money::parse("12.50", Currency::EUR)?, at)?.to("bakery").from_device("phone-1");
//! assert!(payment.payee.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod code;
pub mod hex;
pub mod id;
pub mod locale;
pub mod money;
pub mod payment;
pub mod reason;
pub mod secret;
pub mod set_back;
pub mod support;
pub mod time;
pub mod zone;

pub use code::{CodeError, TypedCode};
pub use id::{AccountId, ActorId, CaseRef, Fingerprint, IdError, KeyId, RandomId, StoreKey, TxId};
pub use locale::Locale;
pub use money::{Currency, Money, MoneyError};
pub use payment::{Country, Direction, Payment, PaymentKind, Position};
pub use reason::ReasonCode;
pub use secret::SecretBytes;
pub use set_back::SetBack;
pub use support::{SupportChannels, SupportError};
pub use time::{TimeError, Timestamp};
pub use zone::{Zone, ZoneError};
