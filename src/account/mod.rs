//! One record per account, its typed events and the audit chain that proves them.
//!
//! ```text
//! AccountRecord --encode--> format byte + fields --seal--> sealed cell          (format, seal, keyring)
//! EventKind     --encode--> event bytes          --link--> (seq, bytes, MAC)    (event, chain)
//! ```
//! The head of the chain is a field of the record, so record and proof change together or not at all.

pub mod aggregate;
pub mod chain;
pub mod checkpoint;
pub mod contact;
pub mod contact_change;
pub mod contact_policy;
pub mod decoy;
pub mod device;
pub mod epoch;
pub mod event;
pub mod export;
pub mod format;
pub mod free_text;
pub mod handle;
pub mod identity;
pub mod keyring;
pub mod record;
pub mod report;
pub mod reset_gate;
pub mod review;
pub mod rotation;
pub mod seal;
pub mod throttle;
pub mod ticket;
pub(crate) mod typical;

pub use aggregate::Aggregate;
pub use chain::{ChainHead, ChainVerifier, Link, Verdict};
pub use contact::{Contact, ContactKind, Contacts};
pub use contact_change::{CancelledBy, ContactChange, ContactStep, Stage};
pub use contact_policy::{ContactPolicy, ContactPolicyError};
pub use decoy::{Decoy, DecoyCounts, DecoyRecord, DecoyTag};
pub use device::{Device, DeviceLabel, DeviceTag, DeviceToken, Devices, LabelError};
pub use epoch::{AuditEpoch, EpochError};
pub use event::{DeviceLost, Event, EventKind, Proof, RejectedBecause, SetAuthority};
pub use format::FormatError;
pub use free_text::FreeTexts;
pub use handle::{CancelHandle, HandleError};
pub use identity::{CheckResult, CheckedIdentity, DeskErrand, EvidenceHash, IdentityCheck};
pub use keyring::{Keyring, KeyringError};
pub use record::{AccountRecord, PayeeRecord, SendBudgetRecord};
pub use report::{REPORTS_MAX, ReportKind, ReportOutcome, Reports, UnauthorisedReport};
pub use reset_gate::ResetGate;
pub use review::{Review, ReviewDue};
pub use rotation::{KeyUse, KeysNeeded};
pub use seal::SealError;
pub use throttle::{Admission, Door, FailureBudget, ThrottlePolicy};
pub use ticket::{Errand, Missing, Proofs, TICKET_MS, TICKET_TRY_MS, Ticket, TicketId, Tickets};
