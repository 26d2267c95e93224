//! The catalogue of events. Append only: the position of a variant and of a field is part of the stored format.

use serde::{Deserialize, Serialize};

use super::{DeviceLost, Proof, RejectedBecause, SetAuthority};
use crate::account::contact::ContactKind;
use crate::account::contact_change::CancelledBy;
use crate::account::device::{DeviceLabel, DeviceTag};
use crate::account::identity::{CheckedIdentity, DeskErrand, IdentityCheck};
use crate::account::report::{ReportKind, ReportOutcome};
use crate::account::throttle::FailureBudget;
use crate::account::ticket::{Errand, Proofs};
use crate::freeze::{Authority, FreezeReason, PendingPayments, Scopes};
use crate::risk::{Assessment, Label, SnoozedRule};
use crate::types::{
    ActorId, CaseRef, Direction, Fingerprint, KeyId, Money, PaymentKind, RandomId, ReasonCode, Timestamp, TxId,
};
use crate::verification::CallingPrefix;

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
        /// What was wrong with the typed code.
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
        /// What was wrong with the typed code.
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
    /// A try was counted before it was compared: a password at a sign-in, or a new one that is compared with the last ones.
    PasswordAttempted {
        /// The budget with this try counted as wrong; a new password costs its ticket some of its life instead.
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
        /// Why the account was frozen.
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
        /// What becomes of payments accepted before it and not settled.
        pending: PendingPayments,
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
        assessment: Box<Assessment>,
    },
    /// A payment was refused without being judged. Written before [`PaymentStopped`](Self::PaymentStopped), which took its
    /// place: it does not say which way the money was to move.
    PaymentRefused {
        /// The transaction.
        tx_id: TxId,
        /// Fingerprint of its content.
        content: u64,
        /// How much.
        money: Money,
        /// Why the payment was refused.
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
        /// What was wrong with the typed code.
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
        /// How the agent made sure who it is.
        check: IdentityCheck,
        /// Which agent checked.
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
        /// Which agent approved; never the one who checked.
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
        /// Which contact of the account.
        contact: ContactKind,
        /// Where the code was sent, masked.
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
        /// The device's tag.
        device: DeviceTag,
        /// How its owner calls it.
        label: DeviceLabel,
    },
    /// A device is not known any more.
    DeviceForgotten {
        /// The device's tag.
        device: DeviceTag,
        /// Why it is not known any more.
        because: DeviceLost,
    },
    /// All devices are not known any more.
    DevicesForgotten {
        /// How many they were.
        count: u8,
        /// Why they are not known any more.
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
    /// A rule was put to sleep on this account, or woken.
    RuleSnoozed {
        /// Which rule.
        rule: SnoozedRule,
        /// Until when; `None` = it was woken.
        until: Option<Timestamp>,
        /// Who decided it.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
    },
    /// A payment that was on its way was told to finish.
    PendingFinished {
        /// The transaction.
        tx_id: TxId,
    },
    /// Freezes ended by themselves.
    FreezesEnded {
        /// The freezes, first ended first.
        freezes: Vec<RandomId>,
    },
    /// Staff checked who asks, before acting in the customer's name.
    IdentityChecked {
        /// What for.
        errand: DeskErrand,
        /// How, with what result and on what evidence.
        check: CheckedIdentity,
        /// Which member of staff checked.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
    },
    /// The customer reported a loss or a transfer that was not authorised.
    UnauthorisedReported {
        /// The report.
        report: RandomId,
        /// What was reported.
        kind: ReportKind,
        /// When it was told.
        reported_at: Timestamp,
        /// When the customer learned of it.
        learned_at: Timestamp,
        /// The payment it is about.
        tx_id: Option<TxId>,
        /// Who took it down.
        actor: ActorId,
    },
    /// A report was closed.
    ReportClosed {
        /// The report.
        report: RandomId,
        /// What became of it.
        outcome: ReportOutcome,
        /// Who closed it.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
    },
    /// The record was sealed anew under the current key; what it says is the same.
    Resealed {
        /// The key it was sealed under.
        from: KeyId,
        /// The one it is sealed under now.
        to: KeyId,
    },
    /// The key of the account's free texts was destroyed.
    FreeTextErased {
        /// The last event whose texts are gone with it.
        through_seq: u64,
        /// Who did it; sealed under a key that no erasure takes.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
    },
    /// A payment that was held, or asked for a proof, passed after all. Where somebody let it pass,
    /// [`PaymentLetPass`](Self::PaymentLetPass) took its place, which says on whose authority.
    PaymentReleased {
        /// The transaction.
        tx_id: TxId,
        /// Who let it pass; `None` where its owner gave the proof.
        actor: Option<ActorId>,
    },
    /// The new password was not compared with some of the last ones: their pepper is gone, or they cannot be read.
    FormerPasswordsLost {
        /// With how many.
        count: u8,
    },
    /// A payment was refused without being judged.
    PaymentStopped {
        /// The transaction.
        tx_id: TxId,
        /// Fingerprint of its content.
        content: u64,
        /// How much.
        money: Money,
        /// Which way.
        direction: Direction,
        /// Why the payment was refused.
        reason: ReasonCode,
    },
    /// Staff, or a rule, let a payment pass that was held or asked for a proof.
    PaymentLetPass {
        /// The transaction.
        tx_id: TxId,
        /// Who let it pass.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
    },
    /// Staff saw that the account's time runs ahead of the clock, and asked that it be set back.
    ClockSetBackRequested {
        /// The request's name.
        request: RandomId,
        /// What the clock of the one who asked said.
        clock: Timestamp,
        /// Who asked.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
    },
    /// The account's time was set back: events before this one may bear times later than those behind it.
    ClockSetBack {
        /// The request that another one made.
        request: RandomId,
        /// The wrong time.
        from: Timestamp,
        /// The right one.
        to: Timestamp,
        /// Who approved; never the one who asked.
        actor: ActorId,
        /// On whose authority.
        authority: Authority,
    },
}
