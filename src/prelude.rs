//! The paved path: what most integrations name. `use account_security::prelude::*;`

pub use crate::account::{ContactKind, DeviceLabel, Errand, EventKind, Keyring, Verdict};
pub use crate::command::{
    AssessPayment, BeginStepUp, CodeAnswer, ConfirmContact, ConfirmTotp, Effect, EnrolTotp, IssueCode, LiftFreeze,
    PaymentDecision, PlaceFreeze, ProveSignIn, ProveStepUp, RequestLift, ResendCode, SendProofCode, Settings,
    SignInStep, TotpOutcome, TypedProof, VerifyCode, VerifyTotp,
};
pub use crate::freeze::{Actor, Authority, FreezeReason, FreezeRequest, Scopes, StepUp};
pub use crate::password::{Password, PasswordPolicy, UserContext, evaluate};
pub use crate::risk::{Assessment, Label, Outcome, Signals};
pub use crate::service::{NewAccount, PasswordOutcome, Service, ServiceError, SetOutcome, SignUpResult};
#[cfg(feature = "sqlite")]
pub use crate::store::SqliteStore;
pub use crate::store::{MemoryStore, Store};
pub use crate::types::{
    AccountId, ActorId, Currency, Direction, KeyId, Locale, Money, Payment, PaymentKind, SecretBytes, Timestamp,
    TypedCode,
};
pub use crate::verification::{Binding, Channel, Destination, PaymentBinding, Purpose, Sender, VerifyOutcome};
