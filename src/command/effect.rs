//! What a decision wants done outside: messages to send, people to alert. Returned, never done here.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::account::format;
use crate::account::{ContactKind, FailureBudget, FormatError, ThrottlePolicy};
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
    },
    /// A freeze was lifted that the owner may know of.
    Unfrozen {
        /// The freeze.
        freeze: RandomId,
    },
    /// Many wrong tries; at the hard lock only recovery helps, and the payer is warned before it (PSD2 RTS art. 4(4)).
    ManyFailures {
        /// Wrong tries in a row.
        failures_in_a_row: u32,
    },
    /// A second factor was added or replaced.
    FactorAdded,
    /// A second factor was removed.
    FactorRemoved,
    /// The password changed.
    PasswordChanged,
    /// New recovery codes were drawn; all older ones are void.
    RecoveryCodesIssued,
    /// A recovery code opened a sign-in.
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

    /// The warning that is due after this many failures, once.
    pub(crate) fn warning(budget: &FailureBudget, policy: &ThrottlePolicy) -> Vec<Self> {
        let failures_in_a_row = budget.failures_in_a_row();
        if failures_in_a_row == policy.alert_at || failures_in_a_row == policy.hard_lock_at {
            vec![Self::NotifyOwner { notice: Notice::ManyFailures { failures_in_a_row } }]
        } else {
            Vec::new()
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
        }
    }
}
