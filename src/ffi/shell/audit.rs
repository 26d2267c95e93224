//! What happened, whether it can be believed, and what waits to be sent.

use std::fmt;

use super::error::ShellError;
use super::parse;
use super::security::Security;
use crate::account::Verdict;
use crate::command::{Content, Effect};
use crate::service::Waiting;
use crate::store::{OutboxId, Store};
use crate::types::{Locale, StoreKey, SupportChannels};

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
    /// Goes into [`Security::delivered`]; the receiver drops what it saw before. Its first 32 digits are
    /// [`Security::account_key`] of the account it is about.
    pub id: String,
    /// `sms`, `voice`, `email`, `notice`, `alert` or `unreadable` (a message that does not open any more: tell an operator).
    pub what: String,
    /// Where to; empty but for the first three.
    pub to: String,
    /// An e-mail's subject.
    pub subject: Option<String>,
    /// The text to send, or of the notice to show in the app; else empty.
    pub text: String,
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
    /// Up to `limit` events from `from_seq` on, oldest first.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn history(&self, account: &str, from_seq: u64, limit: u32) -> Result<Vec<HistoryLine>, ShellError> {
        let owner = parse::account(account)?;
        let limit = usize::try_from(limit.min(LINES_MAX)).unwrap_or(usize::MAX);
        let events = self.service.history(&owner, from_seq, limit)?;
        let line = |(seq, event): (u64, crate::account::Event)| HistoryLine {
            seq,
            at_ms: event.at.unix_ms(),
            number: event.kind.number(),
        };
        Ok(events.into_iter().map(line).collect())
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
        Some(_) => plain("alert"),
    }
}

fn outbox_id(text: &str) -> Result<OutboxId, ShellError> {
    let (key, id) = text.split_at_checked(32).ok_or_else(|| ShellError::invalid("ids", "64 hexadecimal digits"))?;
    let key: crate::types::RandomId = parse::id("ids", key)?;
    Ok(OutboxId { key: StoreKey(key.0), id: parse::id("ids", id)? })
}
