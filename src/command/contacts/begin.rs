//! Begins a change: the contact in force is asked.

use super::{ContactRefused, Draft, call_off, check_may_begin};
use crate::account::{
    AccountRecord, CancelledBy, ContactChange, ContactKind, Errand, EventKind, Proofs, Stage, TicketId,
};
use crate::command::delicate::{is_stepping_up_by_another, proven_by, proves_another, spend};
use crate::command::offers::provable;
use crate::command::{CodeSent, Command, Env, IssueCode, Rejection, Transition, check_password_stands};
use crate::types::{Locale, RandomId, Timestamp};
use crate::verification::{Binding, Destination, Purpose, Sender};

/// Begins the change to a new contact. A code that names the new contact goes to the one in force of the same kind, or,
/// where there is none of that kind, to the other one.
///
/// Takes the place of a change that is not yet cooling off, and the owner is told so; but not of a loss that an agent has
/// checked. Refused while the profile is frozen, or the password must be changed.
#[derive(Clone, Debug)]
pub struct BeginContactChange {
    /// The contact that is to come.
    pub new: Destination,
    /// A complete step-up, with another proof than the contact that is asked where the account has one; spent by this.
    pub ticket: Option<TicketId>,
    /// Who the code comes from.
    pub sender: Sender,
    /// Language of the code. Warnings keep to the owner's, so that a thief does not choose one the owner cannot read.
    pub locale: Locale,
}

/// A change waits for the code of the contact in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactChangeBegun {
    /// The change; every further step names it.
    pub change: RandomId,
    /// Which contact is asked.
    pub via: ContactKind,
    /// Where the code went.
    pub sent: CodeSent,
    /// The change waits before this moment.
    pub expires_at: Timestamp,
}

impl Command for BeginContactChange {
    type Record = AccountRecord;
    type Reply = Result<ContactChangeBegun, ContactRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_password_stands(&record)?;
        let draft = Draft::opened(record, env)?;
        match self.plan(&draft.record, env) {
            Ok(plan) => self.ask(draft, plan, env),
            Err(refused) => Ok(draft.reply(Err(refused))),
        }
    }
}

/// Whom to ask, and what to spend on it.
struct Plan {
    via: ContactKind,
    to: Destination,
    step_up: Option<(TicketId, Proofs)>,
}

impl BeginContactChange {
    fn plan(&self, record: &AccountRecord, env: &Env<'_>) -> Result<Plan, ContactRefused> {
        check_may_begin(record, env.now)?;
        let kind = ContactKind::of(&self.new);
        if is_registered(record, &self.new) {
            return Err(ContactRefused::SameContact);
        }
        let asked = [kind, kind.other()].into_iter().find_map(|via| Some((via, record.contacts.confirmed(via)?)));
        let (via, contact) = asked.ok_or(ContactRefused::NoConfirmedContact)?;
        let step_up = self.step_up(record, via, env)?;
        Ok(Plan { via, to: contact.destination().clone(), step_up })
    }

    /// The code to the contact in force is one proof; the ticket has to be another, where there is another or was when the
    /// step-up began. A complete one that is given is spent, whatever it proves: it opens one thing once.
    fn step_up(
        &self,
        record: &AccountRecord,
        via: ContactKind,
        env: &Env<'_>,
    ) -> Result<Option<(TicketId, Proofs)>, ContactRefused> {
        let proven = self.ticket.and_then(|ticket| Some((ticket, proven_by(record, ticket, env)?)));
        let is_other = proven.is_some_and(|(_, proven)| proves_another(proven, via.proof()));
        if is_other || !env.settings.contacts.step_up {
            return Ok(proven);
        }
        let others = provable(record, Errand::StepUp, env.settings).without(via.proof());
        if others.is_empty() && !is_stepping_up_by_another(record, via.proof(), env.now) {
            return Ok(proven);
        }
        Err(ContactRefused::StepUpNeeded { accepted: others })
    }

    fn ask(
        &self,
        mut draft: Draft,
        plan: Plan,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, <Self as Command>::Reply>, Rejection> {
        let (purpose, binding) = (Purpose::ChangeContact, Binding::NewContact(self.new.clone()));
        let issue = IssueCode { purpose, to: plan.to, binding, sender: self.sender.clone(), locale: self.locale };
        let sent = match draft.issue(&issue, env)? {
            Ok(sent) => sent,
            Err(refused) => return Ok(draft.reply(Err(ContactRefused::NotSent(refused)))),
        };
        if let Some((ticket, proven)) = plan.step_up {
            draft.events.extend(spend(&mut draft.record, ticket, proven, plan.via.proof(), env));
        }
        let stage = Stage::AwaitOld { via: plan.via, challenge: sent.challenge };
        let expires_at = env.now.plus_ms(env.settings.contacts.open_ms);
        let change = draft.begin(&self.new, stage, expires_at, env);
        Ok(draft.reply(Ok(ContactChangeBegun { change, via: plan.via, sent, expires_at })))
    }
}

impl Draft {
    /// Puts a new change in the place of one that was under way.
    pub(super) fn begin(
        &mut self,
        new: &Destination,
        stage: Stage,
        expires_at: Timestamp,
        env: &mut Env<'_>,
    ) -> RandomId {
        // A report of a loss warns every contact by itself; another notice for each would only make the owner's phone ring.
        if matches!(stage, Stage::AwaitCheck { .. }) {
            self.events.extend(call_off(&mut self.record, CancelledBy::Replaced, None, env.now));
        } else {
            self.call_off(CancelledBy::Replaced, None, env);
        }
        let id = RandomId::generate(env.rng);
        let change = ContactChange::begun(id, env.keys.current(), new.clone(), stage, expires_at);
        let old = self.record.contacts.get(change.kind());
        self.events.push(EventKind::ContactChangeBegun {
            change: id,
            kind: change.kind(),
            old_masked: old.map(|contact| contact.destination().masked()),
            new_masked: new.masked(),
            lost: change.is_lost(),
        });
        self.record.contact_change = Some(change);
        id
    }
}

/// Whether this very number or address is registered, confirmed or not.
pub(super) fn is_registered(record: &AccountRecord, new: &Destination) -> bool {
    record.contacts.get(ContactKind::of(new)).is_some_and(|contact| contact.destination().expose() == new.expose())
}
