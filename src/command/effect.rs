//! What a decision wants done outside: messages to send, people to alert. Returned, never done here.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::account::format;
use crate::account::{ContactKind, FormatError};
use crate::freeze::{Authority, FreezeReason, PendingPayments, Scopes};
use crate::types::secret::Wiped;
use crate::types::{RandomId, Timestamp};
use crate::verification::{CallingPrefix, Channel};

/// Longest encoded effect, in bytes.
const EFFECT_BYTES_MAX: usize = 4 * 1024;

/// Something to deliver at least once. Serialised for one purpose only: it waits sealed in the outbox, under an id by which the receiver drops repeats.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Effect {
    /// Send this text.
    Send {
        /// By which way.
        channel: Channel,
        /// Full phone number or e-mail address.
        to: Zeroizing<String>,
        /// An e-mail's subject, without the code.
        subject: Option<String>,
        /// The text, code included.
        text: Zeroizing<String>,
        /// Not worth sending from then on.
        expires_at: Timestamp,
        /// What it carries: codes are urgent, and counted against the send budgets.
        content: Content,
    },
    /// Tell the owner in the app, by push or otherwise. Where the record has confirmed contacts, what matters goes to
    /// each of them as a [`Send`](Self::Send) beside this.
    NotifyOwner {
        /// What about.
        notice: Notice,
    },
    /// Wake an operator.
    AlertOperator {
        /// What about.
        alert: Alert,
    },
    /// Tell whatever settles payments that a freeze landed, and what becomes of payments accepted before it: whether a
    /// single one may finish is answered by [`SettlePending`](super::SettlePending). Not for the customer's eyes: it
    /// tells of neutral freezes too.
    PendingPayments {
        /// The freeze.
        freeze: RandomId,
        /// What it closes.
        scopes: Scopes,
        /// From when on.
        from: Timestamp,
        /// Whether they wait or finish.
        rule: PendingPayments,
    },
}

/// What a message carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// A verification code.
    Code,
    /// News about the account.
    Notice,
}

/// What an operator must know now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Alert {
    /// Messages are pumped: hardly any code sent there comes back, so nothing is sent there until that changes.
    SendBrake {
        /// Which calling prefix; `None` = all phones.
        prefix: Option<CallingPrefix>,
        /// Messages of the last hour.
        sent: u32,
        /// How many of them came back.
        verified: u32,
    },
}

/// What an owner is told without being asked (PSD2 art. 68(3), OWASP ASVS 5.0 6.3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Notice {
    /// A freeze was placed that the owner may know of.
    Frozen {
        /// The freeze.
        freeze: RandomId,
        /// What it closes.
        scopes: Scopes,
        /// Why (PSD2 art. 68(3): the block and the reasons for it).
        reason: FreezeReason,
        /// On whose authority.
        authority: Authority,
    },
    /// A freeze was lifted that the owner may know of.
    Unfrozen {
        /// The freeze.
        freeze: RandomId,
    },
    /// Many wrong tries; at the hard lock only recovery helps.
    ManyFailures {
        /// Wrong tries in a row.
        failures_in_a_row: u32,
    },
    /// A second factor was added or replaced: an authenticator, or a contact that confirmed itself beside others.
    FactorAdded,
    /// A second factor was removed.
    FactorRemoved,
    /// The password changed.
    PasswordChanged,
    /// New recovery codes were drawn; all older ones are void.
    RecoveryCodesIssued,
    /// A recovery code was spent: on a sign-in, a step-up or a reset.
    RecoveryCodeSpent {
        /// Codes left.
        left: u8,
    },
    /// Few recovery codes are left: time to draw new ones.
    RecoveryCodesLow {
        /// Codes left.
        left: u8,
    },
    /// Both codes of a contact change were right; it comes into force unless called off.
    ContactChanging {
        /// Which contact.
        kind: ContactKind,
        /// From when on.
        until: Timestamp,
    },
    /// Somebody reported a contact lost and wants another one.
    ContactReportedLost {
        /// Which contact.
        kind: ContactKind,
    },
    /// Support approved the report; the new contact's code is next.
    LostContactApproved {
        /// Which contact.
        kind: ContactKind,
    },
    /// A new contact is in force.
    ContactChanged {
        /// Which contact.
        kind: ContactKind,
    },
    /// A contact change was called off.
    ContactChangeCancelled {
        /// Which contact it was about.
        kind: ContactKind,
    },
    /// The owner should look whether the registered contacts are still right.
    ReviewDue,
    /// A device became known (OWASP ASVS 5.0 6.3.5).
    NewDevice,
    /// One more wrong try and only recovery helps: the payer is told before the block is permanent (PSD2 RTS 2018/389
    /// art. 4(4)).
    LockComing,
    /// A freeze that the owner may know of ended by itself (PSD2 art. 68(4)).
    FreezeEnded,
    /// A report of a loss or of a transfer that was not authorised was taken down.
    ReportTaken {
        /// The report.
        report: RandomId,
    },
    /// Support forgot wrong tries after a check of identity, a lock included: whoever deceived the desk for fresh guesses
    /// must not be alone with it.
    LockoutCleared,
    /// The password has to be changed, because staff or a rule doubts it.
    PasswordChangeRequired,
}

impl Effect {
    /// The plain bytes behind `room` zeros, ready to be sealed in place.
    pub(crate) fn encode_behind(&self, room: usize) -> Result<Vec<u8>, FormatError> {
        let bytes = Wiped::new(format::encode_behind(room, self, 512)?);
        if bytes.len() - room <= EFFECT_BYTES_MAX {
            Ok(bytes.into_inner())
        } else {
            Err(FormatError::OutOfBounds("an effect is too long"))
        }
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        format::decode(bytes)
    }
}

impl std::fmt::Debug for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Send { channel, expires_at, .. } => {
                f.debug_struct("Send").field("channel", channel).field("expires_at", expires_at).finish_non_exhaustive()
            }
            Self::NotifyOwner { notice } => f.debug_struct("NotifyOwner").field("notice", notice).finish(),
            Self::AlertOperator { alert } => f.debug_struct("AlertOperator").field("alert", alert).finish(),
            Self::PendingPayments { freeze, scopes, from, rule } => f
                .debug_struct("PendingPayments")
                .field("freeze", freeze)
                .field("scopes", scopes)
                .field("from", from)
                .field("rule", rule)
                .finish(),
        }
    }
}
