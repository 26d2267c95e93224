//! What happened, whether it can be believed, and what waits to be sent.

use std::fmt;

use super::error::ShellError;
use super::parse;
use super::security::Security;
use crate::account::{DeviceTag, Event, EventKind, Verdict};
use crate::command::{Alert, Content, Effect};
use crate::service::Waiting;
use crate::store::{OutboxId, Store};
use crate::types::{Locale, RandomId, StoreKey, SupportChannels};

/// Most events and messages handed out at a time.
const LINES_MAX: u32 = 1_024;

/// One event of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct HistoryLine {
    /// 1 for the first.
    pub seq: u64,
    /// When it was decided.
    pub at_ms: i64,
    /// The stable number of its kind.
    pub number: u16,
    /// The stable name of its kind, as in exports, e.g. `FreezePlaced`. Names may be added.
    pub name: String,
    /// The freeze it is about, if it is about one.
    pub freeze: Option<String>,
    /// The change of a contact it is about.
    pub change: Option<String>,
    /// The authenticator it is about.
    pub credential: Option<String>,
    /// The device it is about, 32 hexadecimal digits, as in the list of devices.
    pub device: Option<String>,
    /// The report of a loss it is about.
    pub report: Option<String>,
}

/// Whether an audit chain is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum VerdictAnswer {
    /// Every event is there and as it was written.
    Intact {
        /// How many.
        events: u64,
    },
    /// An event was changed, added, moved or taken out.
    Altered {
        /// The first place that is wrong.
        seq: u64,
    },
    /// The end of the chain is gone.
    Truncated {
        /// Events found.
        have: u64,
        /// Events the record counts.
        want: u64,
    },
    /// Keys or record are missing or damaged.
    CannotTell {
        /// What is missing.
        why: String,
    },
}

/// A message that waits to be sent. Its Debug shows neither address nor text: the text may hold a code.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Message {
    /// Goes back once it is delivered; the receiver drops what it saw before. Its first 32 digits are the account key of the
    /// account it is about.
    pub id: String,
    /// What to do with it. `sms`, `voice`, `email`: send it. `notice`: show it in the app. `pending_payments`: for whatever
    /// settles payments, never for the customer. `send_brake`: tell an operator. `unreadable`: it does not open any more, tell
    /// an operator. Others may be added: tell an operator.
    pub what: String,
    /// Where to; empty but for the first three.
    pub to: String,
    /// An e-mail's subject.
    pub subject: Option<String>,
    /// The text to send, or of the notice to show in the app; else empty.
    pub text: String,
    /// What it says, as a JSON object with members in this order. `pending_payments`: `freeze` (its id), `scopes` (stable names),
    /// `from_ms`, `rule` (`hold-pending`, or `let-pending-finish`: those accepted before may finish); it tells of freezes that
    /// the customer must not learn of. `send_brake`: `prefix` (calling prefix, `null` = all phones), `sent` and `verified`
    /// (messages of the last hour, and how many came back). Nothing else has any.
    pub details: Option<String>,
    /// Not worth sending from then on.
    pub expires_at_ms: Option<i64>,
    /// Whether it carries a code: urgent, and worth nothing later.
    pub is_code: bool,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, what, is_code, .. } = self;
        f.debug_struct("Message").field("id", id).field("what", what).field("is_code", is_code).finish_non_exhaustive()
    }
}

impl Security {
    /// Up to `limit` events from `from_seq` on, oldest first. For staff: it names freezes that the owner must not learn of.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn history(&self, account: &str, from_seq: u64, limit: u32) -> Result<Vec<HistoryLine>, ShellError> {
        let owner = parse::account(account)?;
        let limit = usize::try_from(limit.min(LINES_MAX)).unwrap_or(usize::MAX);
        let events = self.service.history(&owner, from_seq, limit)?;
        Ok(events.iter().map(|(seq, event)| line(*seq, event)).collect())
    }

    /// Checks the account's audit chain.
    ///
    /// # Errors
    /// [`ShellError`] of the store only.
    pub fn verify_account(&self, account: &str) -> Result<VerdictAnswer, ShellError> {
        Ok(match self.service.verify_account(&parse::account(account)?)? {
            Verdict::Intact { events } => VerdictAnswer::Intact { events },
            Verdict::Altered { seq } => VerdictAnswer::Altered { seq },
            Verdict::Truncated { have, want } => VerdictAnswer::Truncated { have, want },
            Verdict::RolledBack { have, had } => VerdictAnswer::Truncated { have, want: had },
            Verdict::CannotTell { why } => VerdictAnswer::CannotTell { why },
        })
    }

    /// Messages that wait to be sent, oldest first. They stay until [`Security::delivered`]. `locale` is the language of the
    /// notices for the app; what is sent was written in the customer's.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn drain(&self, limit: u32, locale: &str) -> Result<Vec<Message>, ShellError> {
        let limit = usize::try_from(limit.min(LINES_MAX)).unwrap_or(usize::MAX);
        let waiting = self.service.drain(limit)?;
        // One that does not open holds up none of the others.
        let (locale, support) = (parse::locale(locale), self.service.settings().support.clone());
        let read = |waiting: Waiting| message(waiting.id, waiting.effect.ok(), locale, &support);
        Ok(waiting.into_iter().map(read).collect())
    }

    /// Removes up to `limit` cells whose time is over: counts of messages and of unknown names, which anybody can make. Says
    /// how many; call it every hour or so.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn purge_expired(&self, limit: u32) -> Result<u32, ShellError> {
        let limit = usize::try_from(limit.min(LINES_MAX)).unwrap_or(usize::MAX);
        let purged = self.service.store().purge_expired(self.now()?, limit)?;
        Ok(u32::try_from(purged).unwrap_or(u32::MAX))
    }

    /// Forgets delivered messages.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn delivered(&self, ids: &[String]) -> Result<(), ShellError> {
        let ids = ids.iter().map(|id| outbox_id(id)).collect::<Result<Vec<_>, _>>()?;
        Ok(self.service.delivered(&ids)?)
    }
}

fn message(id: OutboxId, effect: Option<Effect>, locale: Locale, support: &SupportChannels) -> Message {
    let id = format!("{}{}", id.key, id.id);
    let plain = |what: &str| Message {
        id: id.clone(),
        what: what.to_owned(),
        to: String::new(),
        subject: None,
        text: String::new(),
        details: None,
        expires_at_ms: None,
        is_code: false,
    };
    match effect {
        None => plain("unreadable"),
        Some(Effect::Send { channel, to, subject, text, expires_at, content }) => Message {
            to: to.to_string(),
            subject,
            expires_at_ms: Some(expires_at.unix_ms()),
            text: text.to_string(),
            is_code: content == Content::Code,
            ..plain(match channel {
                crate::verification::Channel::Sms => "sms",
                crate::verification::Channel::Voice => "voice",
                crate::verification::Channel::Email => "email",
            })
        },
        Some(Effect::NotifyOwner { notice }) => Message { text: notice.text(locale, support), ..plain("notice") },
        Some(Effect::PendingPayments { freeze, scopes, from, rule }) => {
            let (names, from_ms, rule) =
                (scopes.names().collect::<Vec<_>>().join("\",\""), from.unix_ms(), rule.name());
            let details =
                format!(r#"{{"freeze":"{freeze}","scopes":["{names}"],"from_ms":{from_ms},"rule":"{rule}"}}"#);
            Message { details: Some(details), ..plain("pending_payments") }
        }
        Some(Effect::AlertOperator { alert: Alert::SendBrake { prefix, sent, verified } }) => {
            let prefix = prefix.map_or_else(|| "null".to_owned(), |prefix| format!("\"{prefix}\""));
            let details = format!(r#"{{"prefix":{prefix},"sent":{sent},"verified":{verified}}}"#);
            Message { details: Some(details), ..plain("send_brake") }
        }
    }
}

fn line(seq: u64, event: &Event) -> HistoryLine {
    let about = About::of(&event.kind);
    HistoryLine {
        seq,
        at_ms: event.at.unix_ms(),
        number: event.kind.number(),
        name: event.kind.name().to_owned(),
        freeze: about.freeze.map(|id| id.to_string()),
        change: about.change.map(|id| id.to_string()),
        credential: about.credential.map(|id| id.to_string()),
        device: about.device.map(|tag| tag.to_string()),
        report: about.report.map(|id| id.to_string()),
    }
}

/// What an event names. That of several freezes which ended at once names none: ask for the list.
#[derive(Default)]
struct About {
    freeze: Option<RandomId>,
    change: Option<RandomId>,
    credential: Option<RandomId>,
    device: Option<DeviceTag>,
    report: Option<RandomId>,
}

impl About {
    fn of(kind: &EventKind) -> Self {
        let none = Self::default();
        match kind {
            EventKind::FreezePlaced { freeze, .. }
            | EventKind::LiftRequested { freeze, .. }
            | EventKind::FreezeLifted { freeze, .. }
            | EventKind::LiftWithdrawn { freeze, .. } => Self { freeze: Some(*freeze), ..none },
            EventKind::FreezesEnded { freezes } if freezes.len() == 1 => {
                Self { freeze: freezes.first().copied(), ..none }
            }
            EventKind::ContactChangeBegun { change, .. }
            | EventKind::OldContactProven { change }
            | EventKind::LostContactChecked { change, .. }
            | EventKind::LostContactApproved { change, .. }
            | EventKind::NewContactProven { change, .. }
            | EventKind::ContactChanged { change, .. }
            | EventKind::ContactChangeCancelled { change, .. }
            | EventKind::CancelHandleRejected { change, .. } => Self { change: Some(*change), ..none },
            EventKind::TotpEnrolled { credential }
            | EventKind::TotpConfirmed { credential, .. }
            | EventKind::TotpRevoked { credential } => Self { credential: Some(*credential), ..none },
            EventKind::DeviceRemembered { device, .. } | EventKind::DeviceForgotten { device, .. } => {
                Self { device: Some(*device), ..none }
            }
            EventKind::SignedIn { device, .. }
            | EventKind::PasswordAttempted { device, .. }
            | EventKind::PasswordAccepted { device, .. }
            | EventKind::PasswordUndecided { device, .. } => Self { device: *device, ..none },
            EventKind::UnauthorisedReported { report, .. } | EventKind::ReportClosed { report, .. } => {
                Self { report: Some(*report), ..none }
            }
            _ => none,
        }
    }
}

fn outbox_id(text: &str) -> Result<OutboxId, ShellError> {
    let (key, id) = text.split_at_checked(32).ok_or_else(|| ShellError::invalid("ids", "64 hexadecimal digits"))?;
    let key: RandomId = parse::id("ids", key)?;
    Ok(OutboxId { key: StoreKey(key.0), id: parse::id("ids", id)? })
}
