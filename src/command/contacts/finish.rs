//! The end of a change: the new contact comes into force.

use super::{ContactRefused, Draft, under_way};
use crate::account::{AccountRecord, Contact, ContactKind, Contacts, EventKind, Stage};
use crate::command::effect::{Effect, Notice};
use crate::command::notify::{notify, to_one};
use crate::command::{Command, Env, Rejection, Transition, check_open};
use crate::freeze::Scopes;
use crate::types::{RandomId, Timestamp};
use crate::verification::{self, CancelOutcome, Challenges, Standing};

/// Puts the new contact in force once the cooling-off is over. Nothing else need be proven: the service may do it by
/// itself, and every other command does it on the way ([`Command::settle_and_decide`]).
#[derive(Clone, Copy, Debug)]
pub struct FinishContactChange {
    /// The change.
    pub change: RandomId,
}

impl Command for FinishContactChange {
    type Record = AccountRecord;
    /// Which contact changed.
    type Reply = Result<ContactKind, ContactRefused>;
    const SETTLES: bool = false;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, Scopes::CHANGE_PROFILE, env.now)?;
        let mut draft = Draft::of(record);
        let change = match under_way(&draft.record, self.change, env.now) {
            Ok(change) => (change.kind(), change.stage().clone()),
            Err(refused) => return Ok(draft.reply(Err(refused))),
        };
        let reply = match change {
            (kind, Stage::CoolingOff { until }) if until <= env.now => {
                (draft.events, draft.effects) = settle_due(&mut draft.record, env);
                Ok(kind)
            }
            (_, Stage::CoolingOff { until }) => Err(ContactRefused::TooEarly { until }),
            _ => Err(ContactRefused::WrongStep),
        };
        Ok(draft.reply(reply))
    }
}

/// Reads the contacts that are in force now, for who is about to use one: a change that is due comes into force first, so
/// that no code goes to a phone which another one has replaced. Writes nothing where none is due.
#[derive(Clone, Copy, Debug)]
pub struct ContactsInForce;

impl Command for ContactsInForce {
    type Record = AccountRecord;
    type Reply = Contacts;
    /// By itself: it writes that down although it changes nothing else.
    const SETTLES: bool = false;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Contacts>, Rejection> {
        let mut record = record;
        let (events, effects) = settle_due(&mut record, env);
        let reply = record.contacts.clone();
        Ok(Transition { record, events, effects, reply })
    }
}

/// Puts a change in force whose cooling-off is over, unless the profile is closed; otherwise does nothing.
///
/// Codes and tickets that rest on the former contact end.
pub(in crate::command) fn settle_due(record: &mut AccountRecord, env: &Env<'_>) -> (Vec<EventKind>, Vec<Effect>) {
    let is_due = record.contact_change.as_ref().is_some_and(|change| {
        matches!(change.stage(), Stage::CoolingOff { until } if *until <= env.now) && !change.is_expired(env.now)
    });
    if !is_due || check_open(record, Scopes::CHANGE_PROFILE, env.now).is_err() {
        return (Vec::new(), Vec::new());
    }
    let Some(change) = record.contact_change.take() else { return (Vec::new(), Vec::new()) };
    let (kind, new) = (change.kind(), change.new_contact().clone());
    let old = record.contacts.replace(new.clone());
    record.security_changed_at = Some(env.now);
    if let Some(old) = &old {
        record.challenges = without_codes_to(&record.challenges, old, env.now);
        record.tickets.void_proven_by(kind.proof());
    }
    let event = EventKind::ContactChanged {
        change: change.id(),
        kind,
        old_masked: old.as_ref().map(|old| old.destination().masked()),
        new_masked: new.destination().masked(),
    };
    let notice = Notice::ContactChanged { kind };
    let mut effects = notify(record, notice, env);
    if let Some(old) = old.filter(|old| old.confirmed_at().is_some()) {
        let (locale, support) = (record.contacts.locale(), &env.settings.support);
        effects.push(to_one(old.destination(), locale, &notice.text(locale, support), env));
    }
    // Only now: this notice was still the former language's.
    if let Some(locale) = change.locale() {
        record.contacts.set_locale(locale);
    }
    (vec![event], effects)
}

/// Calls off the open codes that were sent to a former contact. A challenge knows its destination masked, so a code to
/// a like-looking number is called off too: it can be asked for again.
fn without_codes_to(challenges: &Challenges, old: &Contact, now: Timestamp) -> Challenges {
    let masked = old.destination().masked();
    let sent_there = challenges
        .iter()
        .filter(|challenge| challenge.destination_masked == masked && challenge.standing(now) == Standing::Open)
        .map(|challenge| challenge.id);
    sent_there.fold(challenges.clone(), |list, id| match verification::cancel(&list, id, now) {
        CancelOutcome::Cancelled(without) => without,
        _ => list,
    })
}
