//! The record of an account: everything that is decided about it, in one cell, changed in one commit.
//!
//! That is why "frozen" and "payment allowed" can never both win, why a code is never used twice, and why a failed try
//! is never lost: they all swap the same version of the same record.

use rand::CryptoRng;
use serde::{Deserialize, Serialize};

use super::aggregate::Aggregate;
use super::chain::ChainHead;
use super::contact::Contacts;
use super::contact_change::ContactChange;
use super::device::Devices;
use super::format::{self, FormatError};
use super::free_text::FreeTexts;
use super::keyring::Keyring;
use super::report::Reports;
use super::reset_gate::ResetGate;
use super::review::Review;
use super::rotation::{self, KeysNeeded};
use super::seal::SealError;
use super::throttle::FailureBudget;
use super::ticket::Tickets;
use crate::freeze::Freezes;
use crate::password::PasswordState;
use crate::risk::{self, PayeeBelief, RiskError, Spent, StoredProfile};
use crate::totp::{RecoverySet, TotpState};
use crate::types::secret::Wiped;
use crate::types::time::DAY_MS;
use crate::types::{SetBack, StoreKey, Timestamp};
use crate::verification::Challenges;
use crate::verification::budget::SendBudget;

/// Largest encoded record of an account, in bytes. Every list in it is bounded, and all of them at their bounds together
/// stay below this (`tests/record_size.rs`): so it is a check and not a limit, and no account is ever too full to freeze.
pub const RECORD_BYTES_MAX: usize = 24 * 1024;

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
    /// Wrong TOTP, verification and recovery codes in a row, across every challenge, session and resend. No right password
    /// resets it, a right code forgives wrong ones of its kind, and a whole sign-in ends every lock.
    pub second_factor_budget: FailureBudget,
    /// Tries and messages of the reset, which anybody can begin.
    pub reset: ResetGate,
    /// When password, factor or contact last changed; feeds the risk assessment.
    pub security_changed_at: Option<Timestamp>,
    /// The stored password.
    pub password: Option<PasswordState>,
    /// Registered phone number and e-mail address.
    pub contacts: Contacts,
    /// The change of a contact under way, if one is.
    pub contact_change: Option<ContactChange>,
    /// When the owner last looked at the contacts.
    pub review: Review,
    /// Sign-ins, step-ups and resets under way.
    pub tickets: Tickets,
    /// Devices on which the owner signed in and asked to be remembered.
    pub devices: Devices,
    /// TOTP credentials.
    pub totp: TotpState,
    /// Recovery codes, as tags.
    pub recovery: RecoverySet,
    /// Open verification codes.
    pub challenges: Challenges,
    /// Freezes in force and lately ended.
    pub freezes: Freezes,
    /// What the account usually does. Most of the record, and read by payments only: everything else carries it unread.
    pub profile: StoredProfile,
    /// Messages with codes sent for this account.
    pub sends: SendBudget,
    /// What the customer reported as lost or not authorised, while it is open.
    pub reports: Reports,
    /// What opens the free texts in its events.
    pub texts: FreeTexts,
}

impl AccountRecord {
    /// The record once the clock is right again ([`SetBack`]). Counts, limits and locks are as they were at the wrong time,
    /// and what freezes closed is closed. `spent` is what the history tells of the last month. Three things stay:
    /// when the password was set; which steps of an authenticator are spent, since a code is never good twice; and a change
    /// of a contact under way, which the caller calls off, since nobody knows how much of its cooling-off the owner had.
    ///
    /// # Errors
    /// [`RiskError::CorruptProfile`] for a profile that does not read.
    pub(crate) fn set_back(mut self, back: SetBack, spent: &[Spent], cooling_off_ms: u64) -> Result<Self, RiskError> {
        let moved = |at: Option<Timestamp>| at.map(|at| back.moved(at));
        self.profile = StoredProfile::of(&risk::set_back(&self.profile.read()?, back, spent))?;
        self.time_high = back.to();
        self.password_budget.set_back(back);
        self.second_factor_budget.set_back(back);
        self.reset.set_back(back);
        self.security_changed_at = moved(self.security_changed_at);
        self.contacts.set_back(back);
        self.review.confirmed_at = moved(self.review.confirmed_at);
        self.review.reminded_at = moved(self.review.reminded_at);
        self.tickets.set_back(back);
        self.devices.set_back(back);
        self.totp.set_back(back);
        self.recovery.set_back(back);
        self.challenges = self.challenges.set_back(back);
        self.freezes = self.freezes.set_back(back, cooling_off_ms);
        self.sends.set_back(back);
        self.reports.set_back(back);
        Ok(self)
    }
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

    fn encode_behind(&self, room: usize) -> Result<Vec<u8>, FormatError> {
        let bytes = Wiped::new(format::encode_behind(room, self, 1_536)?);
        if bytes.len() - room <= RECORD_BYTES_MAX {
            Ok(bytes.into_inner())
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

    fn free_texts(&mut self) -> Option<&mut FreeTexts> {
        Some(&mut self.texts)
    }

    fn keys_needed(&self) -> KeysNeeded {
        rotation::needed_by(self)
    }

    fn reseal_inside(&mut self, keys: &Keyring, owner: StoreKey, rng: &mut dyn CryptoRng) -> Result<bool, SealError> {
        rotation::reseal_secrets(self, keys, owner, rng)
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

    fn encode_behind(&self, room: usize) -> Result<Vec<u8>, FormatError> {
        format::encode_behind(room, self, 128)
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

/// What was sent for one scope (a number, a network, a calling prefix, all) on one UTC day, in a cell of its own.
///
/// The day's first charge carries the windows over from the cell of the day before. So a cell is written to for one day
/// and read for one more, and then it is purged with its events: a chain of messages never grows beyond a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SendBudgetRecord {
    /// The highest time a decision on this scope has seen.
    pub time_high: Timestamp,
    /// The end of its audit chain.
    pub head: ChainHead,
    /// What was counted.
    pub budget: SendBudget,
}

impl Aggregate for SendBudgetRecord {
    fn fresh() -> Self {
        Self::default()
    }

    fn encode_behind(&self, room: usize) -> Result<Vec<u8>, FormatError> {
        format::encode_behind(room, self, 256)
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

    fn expires_at(&self) -> Option<Timestamp> {
        let into_day = self.time_high.ms_since(Timestamp::MIN) % DAY_MS;
        Some(self.time_high.minus_ms(into_day).plus_ms(2 * DAY_MS))
    }

    fn advance(&mut self, now: Timestamp, head: ChainHead) {
        self.time_high = self.time_high.max(now);
        self.head = head;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_kept_until_the_day_after_its_own_is_over() {
        let noon = Timestamp::from_unix_s(1_800_014_400).unwrap();
        let record = SendBudgetRecord { time_high: noon, ..SendBudgetRecord::default() };
        let midnight = Timestamp::from_unix_s(1_799_971_200).unwrap();
        assert_eq!(record.expires_at(), Some(midnight.plus_ms(2 * DAY_MS)));
        assert_eq!(AccountRecord::default().expires_at(), None);
    }
}
