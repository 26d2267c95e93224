//! The record of an account: everything that is decided about it, in one cell, changed in one commit.
//!
//! That is why "frozen" and "payment allowed" can never both win, why a code is never used twice, and why a failed try
//! is never lost: they all swap the same version of the same record.

use serde::{Deserialize, Serialize};

use super::aggregate::Aggregate;
use super::chain::ChainHead;
use super::contact::Contacts;
use super::device::Devices;
use super::format::{self, FormatError};
use super::reset_gate::ResetGate;
use super::throttle::FailureBudget;
use super::ticket::Tickets;
use crate::freeze::Freezes;
use crate::password::PasswordState;
use crate::risk::{PayeeBelief, Profile};
use crate::totp::TotpState;
use crate::types::Timestamp;
use crate::verification::Challenges;

/// Largest encoded record of an account, in bytes. Every list in it is bounded, so this is a check and not a limit.
pub const RECORD_BYTES_MAX: usize = 16 * 1024;

/// All of an account's state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountRecord {
    /// The highest time a decision on this account has seen.
    pub time_high: Timestamp,
    /// The end of its audit chain.
    pub head: ChainHead,
    /// Wrong passwords in a row from devices that are not known; a known one has a budget of its own.
    pub password_budget: FailureBudget,
    /// Wrong TOTP and verification codes in a row, across every challenge, session and resend. No right password resets it.
    pub second_factor_budget: FailureBudget,
    /// Tries and messages of the reset, which anybody can begin.
    pub reset: ResetGate,
    /// When password, factor or contact last changed; feeds the risk assessment.
    pub security_changed_at: Option<Timestamp>,
    /// The stored password.
    pub password: Option<PasswordState>,
    /// Registered phone number and e-mail address.
    pub contacts: Contacts,
    /// Sign-ins, step-ups and resets under way.
    pub tickets: Tickets,
    /// Devices on which the owner signed in and asked to be remembered.
    pub devices: Devices,
    /// TOTP credentials.
    pub totp: TotpState,
    /// Open verification codes.
    pub challenges: Challenges,
    /// Freezes in force and lately ended.
    pub freezes: Freezes,
    /// What the account usually does. Boxed: it is most of the record, and records are moved a lot.
    pub profile: Box<Profile>,
}

/// What is believed of a payee, in a cell of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PayeeRecord {
    /// The highest time a decision on this payee has seen.
    pub time_high: Timestamp,
    /// The end of its audit chain.
    pub head: ChainHead,
    /// How likely it is compromised; `None` before the first label.
    pub belief: Option<PayeeBelief>,
}

impl Aggregate for AccountRecord {
    fn fresh() -> Self {
        Self::default()
    }

    fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let bytes = format::encode(self, 1_536)?;
        if bytes.len() <= RECORD_BYTES_MAX {
            Ok(bytes)
        } else {
            Err(FormatError::OutOfBounds("the record is too large"))
        }
    }

    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        format::decode(bytes)
    }

    fn time_high(&self) -> Timestamp {
        self.time_high
    }

    fn head(&self) -> ChainHead {
        self.head
    }

    fn advance(&mut self, now: Timestamp, head: ChainHead) {
        self.time_high = self.time_high.max(now);
        self.head = head;
    }
}

impl Aggregate for PayeeRecord {
    fn fresh() -> Self {
        Self::default()
    }

    fn encode(&self) -> Result<Vec<u8>, FormatError> {
        format::encode(self, 96)
    }

    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        format::decode(bytes)
    }

    fn time_high(&self) -> Timestamp {
        self.time_high
    }

    fn head(&self) -> ChainHead {
        self.head
    }

    fn advance(&mut self, now: Timestamp, head: ChainHead) {
        self.time_high = self.time_high.max(now);
        self.head = head;
    }
}
