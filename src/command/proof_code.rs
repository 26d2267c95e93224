//! Sends a code that is to be typed as a proof for a ticket.

use super::codes::{self, CodeSent, IssueCode, ResendCode};
use super::offers::{Way, way};
use super::proving::{self, ProofStep, Refusal};
use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, ContactKind, Errand, TicketId};
use crate::types::{Locale, Timestamp};
use crate::verification::{SendRefused, Sender, Standing};

/// Sends a code to a registered contact, to be typed as a proof for a ticket. While a code for the same ticket and contact
/// is open this sends another one for it.
#[derive(Clone, Debug)]
pub struct SendProofCode {
    /// The ticket.
    pub ticket: TicketId,
    /// What it is for.
    pub errand: Errand,
    /// Which contact.
    pub via: ContactKind,
    /// Who the message comes from.
    pub sender: Sender,
    /// Language of the message.
    pub locale: Locale,
}

/// Why no code goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefused {
    /// No such ticket.
    NoSuchTicket,
    /// The ticket does not lack this proof, or the account does not have it.
    NotOffered,
    /// The account is frozen for this.
    Frozen,
    /// Codes are not looked at now: too many wrong tries before.
    Blocked {
        /// First moment at which a try is looked at again.
        until: Timestamp,
    },
    /// The rules of messages say no.
    Message(SendRefused),
}

impl CodeRefused {
    /// All that may be told: of messages, the waits of [`SendRefused::is_wait_told`] and no others.
    #[must_use]
    pub const fn public(&self) -> Refusal {
        match self {
            Self::Blocked { until } => Refusal { retry_at: Some(*until) },
            Self::Message(refused) if refused.is_wait_told() => Refusal { retry_at: refused.retry_at() },
            _ => Refusal { retry_at: None },
        }
    }
}

impl Command for SendProofCode {
    type Record = AccountRecord;
    type Reply = Result<CodeSent, CodeRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let mut record = record;
        let way = match self.way(&record, env)? {
            Ok(way) => way,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let open = record.challenges.of_purpose(way.purpose).filter(|it| it.standing(env.now) == Standing::Open);
        if let Some(challenge) = open.map(|challenge| challenge.id) {
            let Way { to, binding, .. } = way.clone();
            let resend = ResendCode { challenge, to, binding, sender: self.sender.clone(), locale: self.locale };
            let resent = resend.decide(record, env)?;
            // A code for another ticket or contact is open: this one takes its place, with what is left of its run.
            if resent.reply != Err(SendRefused::ContextChanged) {
                return Ok(told(resent));
            }
            record = resent.record;
        }
        let Way { purpose, to, binding } = way;
        let issue = IssueCode { purpose, to, binding, sender: self.sender.clone(), locale: self.locale };
        Ok(told(issue.decide(record, env)?))
    }
}

impl SendProofCode {
    fn way(&self, record: &AccountRecord, env: &Env<'_>) -> Result<Result<Way, CodeRefused>, Rejection> {
        let lacking = match proving::step(record, self.ticket, self.errand, env) {
            ProofStep::MoreNeeded { offers, .. } => offers.proofs,
            ProofStep::Complete { .. } => return Ok(Err(CodeRefused::NotOffered)),
            ProofStep::Frozen => return Ok(Err(CodeRefused::Frozen)),
            ProofStep::Refused(_) => return Ok(Err(CodeRefused::NoSuchTicket)),
        };
        let Some(way) = way(record, self.ticket, self.errand, self.via, lacking)? else {
            return Ok(Err(CodeRefused::NotOffered));
        };
        Ok(match codes::blocked_until(record, way.purpose, env.now) {
            Some(until) => Err(CodeRefused::Blocked { until }),
            None => Ok(way),
        })
    }
}

fn told(
    sent: Transition<AccountRecord, Result<CodeSent, SendRefused>>,
) -> Transition<AccountRecord, Result<CodeSent, CodeRefused>> {
    let Transition { record, events, effects, reply } = sent;
    Transition { record, events, effects, reply: reply.map_err(CodeRefused::Message) }
}
