//! Typed, numbered events: what the audit chain proves.
//!
//! No secret, no code, no full phone number or e-mail address is ever in one: destinations are masked, payees and
//! transactions are fingerprints. Encoded as `version (1) | audit key id (4) | number (2) | time in ms (8) | fields`;
//! the numbers are stable, the fields follow the order of the enum, and both are append-only.

use serde::{Deserialize, Serialize};

use super::contact::ContactKind;
use super::contact_change::{CancelledBy, IdentityCheck};
use super::device::{DeviceLabel, DeviceTag};
use super::format::{FormatError, VERSION};
use super::throttle::FailureBudget;
use super::ticket::{Errand, Proofs};
use crate::freeze::{Authority, FreezeReason, Scopes};
use crate::risk::{Assessment, Label};
use crate::types::{
    ActorId, CaseRef, Direction, Fingerprint, KeyId, Money, PaymentKind, RandomId, ReasonCode, Timestamp, TxId,
};
use crate::verification::CallingPrefix;

/// Longest encoded event, in bytes.
pub const EVENT_BYTES_MAX: usize = 4 * 1024;
const HEADER_BYTES: usize = 1 + 4 + 2 + 8;

/// One thing that happened to an account or a payee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it was decided.
    pub at: Timestamp,
    /// The key that MACs it.
    pub key_id: KeyId,
    /// What happened.
    pub kind: EventKind,
}

/// Why a typed code or password was not accepted, for audit and agents only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RejectedBecause {
    /// Wrong, or right for something else.
    Wrong,
    /// The code of an older message.
    Superseded,
    /// A spent TOTP step again.
    Replayed,
    /// The clock ran back behind the last accepted step.
    ClockAnomaly,
}

/// A kind of proof with a failure budget of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// The password.
    Password,
    /// TOTP, verification and recovery codes together.
    SecondFactor,
}

/// On whose word a password was set. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetAuthority {
    /// The integrator's, e.g. for an account brought from elsewhere.
    Integrator,
    /// A new customer's.
    SignUp,
    /// The owner's, who gave the one in force.
    Owner,
    /// The owner's, who forgot it and gave other proofs.
    Reset,
    /// The owner's, who had to change it to sign in.
    SignIn,
}

/// Why a device is not known any more. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceLost {
    /// The owner took it off.
    Removed,
    /// It made way for another one.
    MadeWay,
    /// The password was reset, so whoever had it may have had the device.
    Reset,
}

/// What happened. Append only: the position of a variant and of a field is part of the stored format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EventKind {
    /// A verification code was sent.
    CodeIssued {
        /// The challenge.
        challenge: RandomId,
        /// [`Purpose`](crate::verification::Purpose) number.
        purpose: u16,
        /// Masked phone number or e-mail address.
        destination_masked: String,
        /// Whether it was a resend within the same challenge.
        resend: bool,
    },
    /// The right code in the right context; the challenge is spent.
    CodeAccepted {
        /// The challenge.
        challenge: RandomId,
        /// [`Purpose`](crate::verification::Purpose) number.
        purpose: u16,
    },
    /// A wrong code was compared and counted.
    CodeRejected {
        /// The challenge.
        challenge: RandomId,
        /// Why.
        because: RejectedBecause,
        /// The account's second-factor budget after it.
        budget: FailureBudget,
    },
    /// A challenge was called off.
    CodeCancelled {
        /// The challenge.
        challenge: RandomId,
    },
    /// A TOTP enrolment began.
    TotpEnrolled {
        /// The credential.
        credential: RandomId,
    },
    /// A TOTP credential was confirmed and is in force.
    TotpConfirmed {
        /// The credential.
        credential: RandomId,
        /// The one it took the place of.
        replaced: Option<RandomId>,
    },
    /// A confirming code was wrong and cost a try, or came too late.
    TotpConfirmFailed {
        /// Tries left; 0 = the enrolment is void.
        tries_left: u8,
    },
    /// A TOTP code was accepted; its step is spent.
    TotpAccepted {
        /// The step.
        step: u64,
    },
    /// A TOTP code was compared and not accepted.
    TotpRejected {
        /// Why.
        because: RejectedBecause,
        /// The account's second-factor budget after it.
        budget: FailureBudget,
    },
    /// A TOTP credential was removed.
    TotpRevoked {
        /// The credential.
        credential: RandomId,
    },
    /// A password was set or changed.
    PasswordSet {
        /// Whether there was one before.
        changed: bool,
        /// On whose word.
        by: SetAuthority,
    },
    /// A try was counted before it was compared.
    PasswordAttempted {
        /// The budget with this try counted as wrong.
        budget: FailureBudget,
        /// The known device whose budget it is; `None` = the strangers'.
        device: Option<DeviceTag>,
    },
    /// The try that was counted was right; the count is forgotten.
    PasswordAccepted {
        /// Whether the stored hash was renewed on the way.
        rehashed: bool,
        /// The known device it came from.
        device: Option<DeviceTag>,
    },
    /// The try that was counted could not be compared; it is taken back.
    PasswordUndecided {
        /// The budget without it.
        budget: FailureBudget,
        /// The known device whose budget it is; `None` = the strangers'.
        device: Option<DeviceTag>,
    },
    /// A lock after wrong tries was cleared by staff after recovery.
    LockoutCleared {
        /// Which budget.
        proof: Proof,
        /// Who cleared it.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
    },
    /// A freeze was placed.
    FreezePlaced {
        /// The freeze.
        freeze: RandomId,
        /// What it closes.
        scopes: Scopes,
        /// Why.
        reason: FreezeReason,
        /// On whose authority.
        authority: Authority,
        /// Who placed it.
        actor: ActorId,
        /// The case or order behind it.
        case_ref: Option<CaseRef>,
        /// When it ends by itself.
        until: Option<Timestamp>,
        /// The payment that caused it.
        caused_by: Option<TxId>,
    },
    /// A lift was asked for and waits for a second person.
    LiftRequested {
        /// The freeze.
        freeze: RandomId,
        /// Who asked.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
        /// Until when it can be approved.
        dies_at: Timestamp,
    },
    /// A freeze was lifted.
    FreezeLifted {
        /// The freeze.
        freeze: RandomId,
        /// Who lifted or approved.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
        /// The release it was lifted on.
        release: Option<CaseRef>,
    },
    /// The owner or rule asked for the same freeze again, which withdraws a lift that was asked for meanwhile.
    LiftWithdrawn {
        /// The freeze.
        freeze: RandomId,
        /// Who renewed it.
        actor: ActorId,
    },
    /// A payment was judged.
    PaymentAssessed {
        /// The transaction.
        tx_id: TxId,
        /// Fingerprint of its content: the same id with another content is a conflict.
        content: u64,
        /// When it was ordered.
        ordered_at: Timestamp,
        /// How much.
        money: Money,
        /// Which way.
        direction: Direction,
        /// What kind.
        kind: PaymentKind,
        /// To or from whom.
        payee: Option<Fingerprint>,
        /// The finding, reasons and all.
        assessment: Assessment,
    },
    /// A payment was refused without being judged.
    PaymentRefused {
        /// The transaction.
        tx_id: TxId,
        /// Fingerprint of its content.
        content: u64,
        /// How much.
        money: Money,
        /// Why.
        reason: ReasonCode,
    },
    /// It became known whether a payment was fraud.
    PaymentLabelled {
        /// The transaction.
        tx_id: TxId,
        /// What it was.
        label: Label,
    },
    /// A payee learned from a payment's label.
    PayeeLearned {
        /// The transaction.
        tx_id: TxId,
        /// What it was.
        label: Label,
    },
    /// A send budget refused a message: the first refusal in an hour.
    SendRefused {
        /// [`ScopeKind`](crate::verification::budget::ScopeKind) number.
        scope: u8,
        /// [`BudgetRefused`](crate::verification::budget::BudgetRefused) number.
        because: u16,
    },
    /// Hardly any code sent there came back: nothing is sent there any more.
    SendBrakeOn {
        /// Which calling prefix; `None` = all phones.
        prefix: Option<CallingPrefix>,
        /// Messages of the last hour.
        sent: u32,
        /// How many of them came back.
        verified: u32,
    },
    /// A message was counted before it was made.
    SendCharged {
        /// Messages of the last hour, this one included.
        sent_in_hour: u32,
    },
    /// The brake went off by itself, and a message was counted.
    SendBrakeOff {
        /// Messages of the last hour, this one included.
        sent_in_hour: u32,
    },
    /// A code that was counted came back.
    SendSettled {
        /// Codes of the last hour that came back, this one included.
        verified_in_hour: u32,
    },
    /// Two consecutive codes showed how far a TOTP device's clock is off; both are spent.
    TotpResynced {
        /// The step of the later code.
        step: u64,
        /// How far the device is ahead of this side's clock, in steps; negative = behind.
        offset_steps: i8,
        /// Whether that is within what is allowed for from now on. Otherwise the device's clock must be set.
        allowed_for: bool,
    },
    /// New recovery codes were drawn; all older ones are void.
    RecoveryCodesIssued {
        /// How often codes were drawn by now.
        generation: u32,
    },
    /// A recovery code was accepted and is spent.
    RecoveryCodeSpent {
        /// Of which set.
        generation: u32,
        /// Codes left in it.
        left: u8,
        /// The sign-in it opened, as the caller named it.
        sign_in: RandomId,
    },
    /// A recovery code was compared and not accepted.
    RecoveryCodeRejected {
        /// Why.
        because: RejectedBecause,
        /// The account's second-factor budget after it.
        budget: FailureBudget,
    },
    /// A change of a contact began.
    ContactChangeBegun {
        /// The change.
        change: RandomId,
        /// Which contact.
        kind: ContactKind,
        /// The contact in force, masked.
        old_masked: Option<String>,
        /// The one that is to come, masked.
        new_masked: String,
        /// Whether the old contact was reported lost.
        lost: bool,
    },
    /// The contact in force agreed to the change.
    OldContactProven {
        /// The change.
        change: RandomId,
    },
    /// An agent checked who reports a contact lost.
    LostContactChecked {
        /// The change.
        change: RandomId,
        /// How.
        check: IdentityCheck,
        /// Who.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
        /// The case it is filed under.
        case_ref: Option<CaseRef>,
        /// Until when another agent can approve.
        dies_at: Timestamp,
    },
    /// Another agent approved the check.
    LostContactApproved {
        /// The change.
        change: RandomId,
        /// Who.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
    },
    /// The new contact proved that it receives; the cooling-off runs.
    NewContactProven {
        /// The change.
        change: RandomId,
        /// The change may come into force from then on.
        until: Timestamp,
    },
    /// The new contact is in force.
    ContactChanged {
        /// The change.
        change: RandomId,
        /// Which contact.
        kind: ContactKind,
        /// The one it took the place of, masked.
        old_masked: Option<String>,
        /// The one in force, masked.
        new_masked: String,
    },
    /// A change was called off.
    ContactChangeCancelled {
        /// The change.
        change: RandomId,
        /// By whom or what.
        by: CancelledBy,
        /// Which member of staff.
        actor: Option<ActorId>,
    },
    /// Somebody typed a wrong cancel handle while a change was under way.
    CancelHandleRejected {
        /// The change.
        change: RandomId,
        /// Wrong ones so far; the first few are written down.
        count: u8,
    },
    /// A step-up was used up for something delicate.
    StepUpSpent {
        /// What had been proven.
        proven: Proofs,
    },
    /// The owner said that the registered contacts are right.
    ContactsReviewed,
    /// The owner was asked to look at the registered contacts.
    ReviewReminded {
        /// Since when the review is due.
        due_since: Timestamp,
    },
    /// A customer signed up.
    SignedUp {
        /// The phone number, masked.
        phone_masked: Option<String>,
        /// The e-mail address, masked.
        email_masked: Option<String>,
    },
    /// A registered contact gave back a code sent to it.
    ContactConfirmed {
        /// Which.
        contact: ContactKind,
        /// Where, masked.
        destination_masked: String,
    },
    /// A ticket was opened: who holds it may add proofs. Tickets are secrets, so none is named in an event.
    TicketOpened {
        /// What for.
        errand: Errand,
        /// What was proven to get it.
        proven: Proofs,
    },
    /// A proof was added to a ticket.
    ProofGiven {
        /// What the ticket is for.
        errand: Errand,
        /// All that is proven on it now.
        proven: Proofs,
    },
    /// The right password, or the right code of a reset, for an account that is frozen for it.
    StoppedByFreeze {
        /// What was wanted.
        errand: Errand,
    },
    /// The owner is in.
    SignedIn {
        /// What was proven.
        proven: Proofs,
        /// The known device, or the one that became known.
        device: Option<DeviceTag>,
    },
    /// A device became known.
    DeviceRemembered {
        /// Which.
        device: DeviceTag,
        /// How its owner calls it.
        label: DeviceLabel,
    },
    /// A device is not known any more.
    DeviceForgotten {
        /// Which.
        device: DeviceTag,
        /// Why.
        because: DeviceLost,
    },
    /// All devices are not known any more.
    DevicesForgotten {
        /// How many they were.
        count: u8,
        /// Why.
        because: DeviceLost,
    },
    /// Somebody asked for a reset.
    ResetAsked {
        /// Whether a code was sent.
        sent: bool,
    },
    /// The password must be changed before anything else.
    PasswordChangeRequired {
        /// Who asked for it.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
    },
    /// A guess at a reset that no open code was compared with: it counts all the same, as it does for names without an
    /// account.
    ResetGuessed {
        /// The reset's budget after it.
        budget: FailureBudget,
    },
}

impl EventKind {
    /// The stable number. Never reused.
    #[must_use]
    pub const fn number(&self) -> u16 {
        match self {
            Self::CodeIssued { .. } => 10,
            Self::CodeAccepted { .. } => 11,
            Self::CodeRejected { .. } => 12,
            Self::CodeCancelled { .. } => 13,
            Self::TotpEnrolled { .. } => 20,
            Self::TotpConfirmed { .. } => 21,
            Self::TotpConfirmFailed { .. } => 22,
            Self::TotpAccepted { .. } => 23,
            Self::TotpRejected { .. } => 24,
            Self::TotpRevoked { .. } => 25,
            Self::PasswordSet { .. } => 30,
            Self::PasswordAttempted { .. } => 31,
            Self::PasswordAccepted { .. } => 32,
            Self::PasswordUndecided { .. } => 33,
            Self::LockoutCleared { .. } => 34,
            Self::FreezePlaced { .. } => 40,
            Self::LiftRequested { .. } => 41,
            Self::FreezeLifted { .. } => 42,
            Self::LiftWithdrawn { .. } => 43,
            Self::PaymentAssessed { .. } => 50,
            Self::PaymentRefused { .. } => 51,
            Self::PaymentLabelled { .. } => 52,
            Self::PayeeLearned { .. } => 60,
            Self::SendRefused { .. } => 70,
            Self::SendBrakeOn { .. } => 71,
            Self::SendCharged { .. } => 72,
            Self::SendBrakeOff { .. } => 73,
            Self::SendSettled { .. } => 74,
            Self::TotpResynced { .. } => 26,
            Self::RecoveryCodesIssued { .. } => 27,
            Self::RecoveryCodeSpent { .. } => 28,
            Self::RecoveryCodeRejected { .. } => 29,
            Self::ContactChangeBegun { .. } => 100,
            Self::OldContactProven { .. } => 101,
            Self::LostContactChecked { .. } => 102,
            Self::LostContactApproved { .. } => 103,
            Self::NewContactProven { .. } => 104,
            Self::ContactChanged { .. } => 105,
            Self::ContactChangeCancelled { .. } => 106,
            Self::CancelHandleRejected { .. } => 107,
            Self::StepUpSpent { .. } => 108,
            Self::ContactsReviewed => 109,
            Self::ReviewReminded { .. } => 110,
            Self::SignedUp { .. } => 80,
            Self::ContactConfirmed { .. } => 81,
            Self::TicketOpened { .. } => 82,
            Self::ProofGiven { .. } => 83,
            Self::StoppedByFreeze { .. } => 84,
            Self::SignedIn { .. } => 85,
            Self::DeviceRemembered { .. } => 86,
            Self::DeviceForgotten { .. } => 87,
            Self::DevicesForgotten { .. } => 88,
            Self::ResetAsked { .. } => 89,
            Self::ResetGuessed { .. } => 90,
            Self::PasswordChangeRequired { .. } => 91,
        }
    }
}

impl Event {
    /// The stored bytes.
    ///
    /// # Errors
    /// [`FormatError::OutOfBounds`] beyond [`EVENT_BYTES_MAX`].
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let mut bytes = Vec::with_capacity(160);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.key_id.0.to_le_bytes());
        bytes.extend_from_slice(&self.kind.number().to_le_bytes());
        bytes.extend_from_slice(&self.at.unix_ms().to_le_bytes());
        let too_long = FormatError::OutOfBounds("an event is too long");
        let bytes = postcard::to_extend(&self.kind, bytes).map_err(|_| too_long)?;
        if bytes.len() <= EVENT_BYTES_MAX { Ok(bytes) } else { Err(too_long) }
    }

    /// Reads stored bytes. Only a verified chain makes them proof.
    ///
    /// # Errors
    /// [`FormatError`] for damaged bytes or a newer version.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        match bytes.first() {
            Some(&VERSION) => {}
            Some(&other) => return Err(FormatError::Unsupported(other)),
            None => return Err(FormatError::Malformed),
        }
        if bytes.len() > EVENT_BYTES_MAX || bytes.len() < HEADER_BYTES {
            return Err(FormatError::Malformed);
        }
        let (header, fields) = bytes.split_at(HEADER_BYTES);
        let (kind, rest) = postcard::take_from_bytes::<EventKind>(fields).map_err(|_| FormatError::Malformed)?;
        let number = u16::from_le_bytes(array(&header[5..7])?);
        if !rest.is_empty() || kind.number() != number {
            return Err(FormatError::Malformed);
        }
        let at =
            Timestamp::from_unix_ms(i64::from_le_bytes(array(&header[7..])?)).map_err(|_| FormatError::Malformed)?;
        Ok(Self { at, key_id: KeyId(u32::from_le_bytes(array(&header[1..5])?)), kind })
    }
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], FormatError> {
    bytes.try_into().map_err(|_| FormatError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        let kind = EventKind::TotpAccepted { step: 7 };
        Event { at: Timestamp::from_unix_s(1_700_000_000).unwrap(), key_id: KeyId(3), kind }
    }

    #[test]
    fn reads_back_and_refuses_what_it_did_not_write() {
        let bytes = event().encode().unwrap();
        assert_eq!(Event::decode(&bytes), Ok(event()));
        for cut in 0..bytes.len() {
            assert!(Event::decode(&bytes[..cut]).is_err());
        }
        assert_eq!(Event::decode(&[&bytes[..], &[0]].concat()), Err(FormatError::Malformed));
        let mut other_number = bytes.clone();
        other_number[5] = 99;
        assert_eq!(Event::decode(&other_number), Err(FormatError::Malformed));
        assert_eq!(Event::decode(&[9]), Err(FormatError::Unsupported(9)));
    }

    proptest::proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let _ = Event::decode(&bytes);
            let _ = Event::decode(&[&event().encode().unwrap()[..15], &bytes].concat());
        }
    }
}
