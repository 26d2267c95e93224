//! The words every other module speaks: time, money, ids, secrets, typed codes, reasons.
//!
//! Nothing here decides anything. Each type can only be built in a valid state (parse, don't validate), holds
//! integers only, and knows no clock, store or thread.

pub mod code;
pub mod id;
pub mod locale;
pub mod money;
pub mod payment;
pub mod reason;
pub mod secret;
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
pub use support::{SupportChannels, SupportError};
pub use time::{TimeError, Timestamp};
pub use zone::{Zone, ZoneError};
