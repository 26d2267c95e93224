//! What the commands that anybody can run answer for names without an account.
//!
//! Each is the twin of an account's command: same budgets, same events, same answers. The service runs the account's
//! command first and the twin where that one says that there is no account.

use super::passwords::{Reservation, Reserved};
use super::proving::{ProofStep, Refused};
use super::reset::ResetStarted;
use super::{Command, Env, Rejection, Transition};
use crate::account::{ContactKind, DecoyCounts, DecoyRecord, DecoyTag, EventKind, FailureBudget};
use crate::verification::VerifyOutcome;

/// The twin of [`ReserveAttempt`](super::ReserveAttempt): counts a password, which is then compared with a dummy.
#[derive(Clone, Copy, Debug)]
pub struct ReserveDecoy {
    /// Which name.
    pub tag: DecoyTag,
}

/// The twin of [`AbandonAttempt`](super::AbandonAttempt): the dummy could not be compared.
#[derive(Clone, Copy, Debug)]
pub struct AbandonDecoy {
    /// Which name.
    pub tag: DecoyTag,
    /// [`Reservation::before`].
    pub before: FailureBudget,
    /// [`Reservation::counted`].
    pub counted: FailureBudget,
}

/// The twin of [`BeginReset`](super::BeginReset): no code is sent.
#[derive(Clone, Copy, Debug)]
pub struct BeginDecoyReset {
    /// Which name.
    pub tag: DecoyTag,
    /// By which contact, if there were one.
    pub via: ContactKind,
}

/// The twin of [`VerifyReset`](super::VerifyReset): no code is right.
#[derive(Clone, Copy, Debug)]
pub struct VerifyDecoyReset {
    /// Which name.
    pub tag: DecoyTag,
}

impl Command for ReserveDecoy {
    type Record = DecoyRecord;
    type Reply = Reserved;

    fn decide(&self, record: DecoyRecord, env: &mut Env<'_>) -> Result<Transition<DecoyRecord, Reserved>, Rejection> {
        let counts = record.counts(self.tag);
        let before = counts.password;
        if let Some(until) = before.blocked_until(env.now) {
            return Ok(Transition::unchanged(record, Reserved::Blocked { until }));
        }
        let budget = before.after_failure(&env.settings.throttle, env.now);
        let (device, locked_device) = (None, None);
        let reply = Reserved::Compare(Reservation { stored: None, before, counted: budget, device, locked_device });
        let event = EventKind::PasswordAttempted { budget, device: None };
        Ok(counted(record, DecoyCounts { password: budget, ..counts }, event, reply, env))
    }
}

impl Command for AbandonDecoy {
    type Record = DecoyRecord;
    /// Whether it was taken back.
    type Reply = bool;

    fn decide(&self, record: DecoyRecord, env: &mut Env<'_>) -> Result<Transition<DecoyRecord, bool>, Rejection> {
        let counts = record.counts(self.tag);
        if counts.password != self.counted || self.before == self.counted {
            return Ok(Transition::unchanged(record, false));
        }
        let event = EventKind::PasswordUndecided { budget: self.before, device: None };
        Ok(counted(record, DecoyCounts { password: self.before, ..counts }, event, true, env))
    }
}

/// What came of [`BeginDecoyReset`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecoyReset {
    /// The answer.
    pub started: ResetStarted,
    /// Whether an account would have been sent a message now. Not for the customer: it is what the work must look like.
    pub would_send: bool,
}

impl Command for BeginDecoyReset {
    type Record = DecoyRecord;
    type Reply = DecoyReset;

    fn decide(&self, record: DecoyRecord, env: &mut Env<'_>) -> Result<Transition<DecoyRecord, DecoyReset>, Rejection> {
        let started = ResetStarted::any(self.via, env);
        let counts = record.counts(self.tag);
        let Some(reset) = counts.reset.ask(&env.settings.verification, env.now) else {
            return Ok(Transition::unchanged(record, DecoyReset { started, would_send: false }));
        };
        let event = EventKind::ResetAsked { sent: false };
        let reply = DecoyReset { started, would_send: true };
        Ok(counted(record, DecoyCounts { reset, ..counts }, event, reply, env))
    }
}

impl Command for VerifyDecoyReset {
    type Record = DecoyRecord;
    type Reply = ProofStep;

    fn decide(&self, record: DecoyRecord, env: &mut Env<'_>) -> Result<Transition<DecoyRecord, ProofStep>, Rejection> {
        let counts = record.counts(self.tag);
        if let Some(until) = counts.reset.blocked_until(env.now) {
            return Ok(Transition::unchanged(record, ProofStep::Refused(Refused::Blocked { until })));
        }
        let reset = counts.reset.after_failure(&env.settings.throttle, env.now);
        let event = EventKind::ResetGuessed { budget: reset.budget() };
        let reply = ProofStep::Refused(Refused::Code(VerifyOutcome::NotFound));
        Ok(counted(record, DecoyCounts { reset, ..counts }, event, reply, env))
    }
}

fn counted<T>(
    mut record: DecoyRecord,
    counts: DecoyCounts,
    event: EventKind,
    reply: T,
    env: &Env<'_>,
) -> Transition<DecoyRecord, T> {
    record.put(counts, env.now);
    Transition { record, events: vec![event], effects: Vec::new(), reply }
}
