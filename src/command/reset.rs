//! A forgotten password: a code to a registered contact, a second proof where the account has two, then a new password.
//!
//! ```text
//! BeginReset -> VerifyReset -> (SendProofCode* -> ProveReset)* -> SetPassword by SetBy::Reset
//! ```
//! Anybody can begin. So the answer is the same for every name, known or not; guesses charge a budget of the reset's own;
//! and every try that is not right counts, also where no code was ever sent, because it does so for names without an
//! account (see [`decoys`](super::decoys)). The second proof charges the budgets of the second factors. A freeze of the
//! sign-in does not stop a reset and is not lifted by one; a freeze of the factors stops it, and that is told to who gave
//! the right code only.
//!
//! What this cannot keep away: a stranger who begins resets all day, or types codes that he never got, makes the owner's
//! phone ring five times a day and keeps the owner from a reset. It never takes the messages that a sign-in needs. Limit
//! beginnings and guesses per source; the known devices stay open. The desk opens the reset
//! ([`ClearLockout`](super::ClearLockout) with [`Proof::Password`](crate::account::Proof)), so does a whole sign-in, and
//! guesses are forgotten a day after their last block. A guess at a code that was never sent counts like any other: the
//! answer to a name without an account has no code behind it either, and what counted on one kind of name alone would tell
//! the two apart.

use super::codes::{self, CodeAnswer, IssueCode, VerifyCode};
use super::offers::kind_of;
use super::proving::{self, ProofStep, Refused, TypedProof};
use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, ContactKind, Errand, EventKind, Proofs, TicketId};
use crate::types::{Locale, RandomId, Timestamp, TypedCode};
use crate::verification::{Binding, Channel, Destination, Purpose, Sender, VerifyOutcome};

/// Asks for a code to a registered contact.
#[derive(Clone, Debug)]
pub struct BeginReset {
    /// Which contact.
    pub via: ContactKind,
    /// Who the message comes from.
    pub sender: Sender,
    /// Language of the message.
    pub locale: Locale,
}

/// The same answer for every name: if there is such an account, and it has such a contact, a code is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResetStarted {
    /// The client gives it back with the code.
    pub challenge: RandomId,
    /// A code that was sent is good until then at the latest.
    pub expires_at: Timestamp,
    /// Another one is sent from then on at the earliest.
    pub resend_at: Timestamp,
}

/// Tries the code of [`BeginReset`] and opens a ticket.
#[derive(Clone, Debug)]
pub struct VerifyReset {
    /// The challenge.
    pub challenge: RandomId,
    /// The code as typed, read with the digits of its challenge.
    pub code: TypedCode,
}

/// Tries the second proof of a reset.
#[derive(Clone, Debug)]
pub struct ProveReset {
    /// The ticket.
    pub ticket: TicketId,
    /// The proof as typed.
    pub proof: TypedProof,
}

impl ResetStarted {
    /// An answer that depends on nothing but the numbers and the moment.
    pub(super) fn any(via: ContactKind, env: &mut Env<'_>) -> Self {
        let policy = &env.settings.verification;
        let channel = match via {
            ContactKind::Phone => Channel::Sms,
            ContactKind::Email => Channel::Email,
        };
        let expires_at = env.now.plus_ms(policy.life_ms(channel, Purpose::ResetPassword));
        let resend_at = env.now.plus_ms(policy.resend_wait_ms_after(1));
        Self { challenge: RandomId::generate(env.rng), expires_at, resend_at }
    }
}

impl Command for BeginReset {
    type Record = AccountRecord;
    /// `None` = no such account, or it has no password: ask the name's decoy.
    type Reply = Option<ResetStarted>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let mut started = ResetStarted::any(self.via, env);
        if record.password.is_none() {
            return Ok(Transition::unchanged(record, None));
        }
        let Some(reset) = record.reset.ask(&env.settings.verification, env.now) else {
            return Ok(Transition::unchanged(record, Some(started)));
        };
        let record = AccountRecord { reset, ..record };
        let Some(to) = record.contacts.confirmed(self.via).map(|contact| contact.destination().clone()) else {
            let events = vec![EventKind::ResetAsked { sent: false }];
            return Ok(Transition { record, events, effects: Vec::new(), reply: Some(started) });
        };
        let Transition { record, mut events, effects, reply } = self.issue(to).decide(record, env)?;
        if let Ok(sent) = &reply {
            started.challenge = sent.challenge;
        }
        events.insert(0, EventKind::ResetAsked { sent: reply.is_ok() });
        Ok(Transition { record, events, effects, reply: Some(started) })
    }
}

/// Counts a code that was asked for and that a budget of others kept from going out, as [`BeginDecoyReset`] counts it for
/// a name without an account: an ask that is forgotten is asked again, and the work of that would tell.
///
/// [`BeginDecoyReset`]: super::BeginDecoyReset
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountReset {
    /// By which contact.
    pub(crate) via: ContactKind,
}

impl Command for CountReset {
    type Record = AccountRecord;
    /// As of [`BeginReset`].
    type Reply = Option<ResetStarted>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let started = ResetStarted::any(self.via, env);
        if record.password.is_none() {
            return Ok(Transition::unchanged(record, None));
        }
        let Some(reset) = record.reset.ask(&env.settings.verification, env.now) else {
            return Ok(Transition::unchanged(record, Some(started)));
        };
        let (record, events) = (AccountRecord { reset, ..record }, vec![EventKind::ResetAsked { sent: false }]);
        Ok(Transition { record, events, effects: Vec::new(), reply: Some(started) })
    }
}

impl BeginReset {
    fn issue(&self, to: Destination) -> IssueCode {
        let (purpose, binding) = (Purpose::ResetPassword, Binding::None);
        IssueCode { purpose, to, binding, sender: self.sender.clone(), locale: self.locale }
    }
}

impl Command for VerifyReset {
    type Record = AccountRecord;
    /// [`Refused::NoAccount`] = ask the name's decoy.
    type Reply = ProofStep;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, ProofStep>, Rejection> {
        let sent_by = record.challenges.get(self.challenge).map(|challenge| challenge.channel);
        let (challenge, code) = (self.challenge, self.code.clone());
        let verify = VerifyCode { challenge, purpose: Purpose::ResetPassword, binding: Binding::None, code };
        let Transition { mut record, mut events, mut effects, reply } = verify.decide(record, env)?;
        if record.password.is_none() {
            // Only now, so that a name without an account costs the same MACs.
            return Ok(Transition::unchanged(record, ProofStep::Refused(Refused::NoAccount)));
        }
        let reply = match (reply, sent_by) {
            (CodeAnswer::Tried(VerifyOutcome::Accepted), Some(channel)) => {
                open(&mut record, kind_of(channel).proof(), &mut events, env)
            }
            (CodeAnswer::Blocked { until }, _) => ProofStep::Refused(Refused::Blocked { until }),
            (CodeAnswer::Tried(outcome), _) => {
                if !outcome.counts_as_failure() {
                    let (budget, warning) = codes::charge(&mut record, Purpose::ResetPassword, env);
                    events.push(EventKind::ResetGuessed { budget });
                    effects.extend(warning);
                }
                ProofStep::Refused(Refused::Code(outcome))
            }
        };
        Ok(Transition { record, events, effects, reply })
    }
}

fn open(record: &mut AccountRecord, proven: Proofs, events: &mut Vec<EventKind>, env: &mut Env<'_>) -> ProofStep {
    let errand = Errand::Reset;
    if proving::is_frozen(record, errand, env.now) {
        events.push(EventKind::StoppedByFreeze { errand });
        return ProofStep::Frozen;
    }
    let ticket = TicketId::generate(env.rng);
    record.tickets.open(ticket, errand, proven, env.now);
    events.push(EventKind::TicketOpened { errand, proven });
    proving::step(record, ticket, errand, env)
}

impl Command for ProveReset {
    type Record = AccountRecord;
    type Reply = ProofStep;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, ProofStep>, Rejection> {
        proving::prove(record, self.ticket, Errand::Reset, &self.proof, env)
    }
}
