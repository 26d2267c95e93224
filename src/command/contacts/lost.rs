//! A lost contact: it can agree to nothing, so the owner proves something else and two agents look.
//!
//! No step here lets an agent see or choose a code, a password or the new contact: the owner named it when reporting
//! the loss, and it proves itself by its own code afterwards.

use super::begin::is_registered;
use super::{ContactRefused, Draft, check_may_begin, under_way, warn};
use crate::account::contact_change::AGENT_BYTES_MAX;
use crate::account::{
    AccountRecord, CheckedIdentity, ContactChange, ContactKind, DeskErrand, Errand, EventKind, Proofs, Stage, TicketId,
};
use crate::command::codes::charged_once;
use crate::command::delicate::{proven_by, spend};
use crate::command::effect::Notice;
use crate::command::notify::{notify, to_app};
use crate::command::offers::provable;
use crate::command::{Command, Env, Rejection, Transition, check_open};
use crate::freeze::{Actor, Authority, Scopes};
use crate::types::{CaseRef, Locale, RandomId, Timestamp};
use crate::verification::Destination;

/// Reports the contact of the new one's kind lost. Every contact in force is warned at once, the lost one included: if
/// it is not lost, its owner calls the change off before anybody has looked at a document.
///
/// The ticket is a complete step-up by something that is not the lost contact: by authenticator or recovery code where
/// the account has one, else by its other contact. Where nothing but the password is left, it is a sign-in under way
/// with the password proven; then the identity check has to be in person. It is open also while the password must be
/// changed: an owner without a factor has no other way to get there.
#[derive(Clone, Debug)]
pub struct BeginLostContactChange {
    /// The contact that is to come.
    pub new: Destination,
    /// What the owner proved; spent by this.
    pub ticket: TicketId,
    /// Language that whoever reports the loss reads. Nothing is sent in it: the warnings are for the owner, who may be
    /// somebody else, and keep to the language on record.
    pub locale: Locale,
}

/// A loss is reported; support is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostContactBegun {
    /// The change; every further step names it.
    pub change: RandomId,
    /// The identity check has to be recorded before this moment.
    pub expires_at: Timestamp,
}

/// Records that this agent checked who reports the loss. Another agent has to approve it with [`ApproveLostContact`].
#[derive(Clone, Debug)]
pub struct RecordIdentityCheck {
    /// The change.
    pub change: RandomId,
    /// How the person was checked, and what came of it.
    pub check: CheckedIdentity,
    /// Who checked; at least an agent.
    pub by: Actor,
    /// The case it is filed under.
    pub case_ref: Option<CaseRef>,
}

/// Approves another agent's identity check. The owner then asks for the new contact's code.
#[derive(Clone, Debug)]
pub struct ApproveLostContact {
    /// The change.
    pub change: RandomId,
    /// Who approves; at least an agent, and not the one who checked.
    pub by: Actor,
}

impl Command for BeginLostContactChange {
    type Record = AccountRecord;
    type Reply = Result<LostContactBegun, ContactRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let mut draft = Draft::opened(record, env)?;
        let proven = match self.plan(&draft.record, env) {
            Ok(proven) => proven,
            Err(refused) => return Ok(draft.reply(Err(refused))),
        };
        // A report makes every phone of the account ring, and a password alone may be enough for one.
        draft.record.sends = match charged_once(&draft.record, env)? {
            Ok(sends) => sends,
            Err(refused) => return Ok(draft.reply(Err(ContactRefused::NotSent(refused)))),
        };
        let lost = ContactKind::of(&self.new).proof();
        draft.events.extend(spend(&mut draft.record, self.ticket, proven, lost, env));
        draft.record.tickets.spend(self.ticket, Errand::SignIn, env.now);
        let expires_at = env.now.plus_ms(env.settings.contacts.check_ms);
        let id = draft.begin(&self.new, Stage::AwaitCheck { proven }, expires_at, env);
        draft.effects.push(to_app(Notice::ContactReportedLost { kind: ContactKind::of(&self.new) }));
        let warnings = draft.record.contact_change.as_ref().map(|change| warn(&draft.record, change, env));
        draft.effects.extend(warnings.transpose()?.unwrap_or_default());
        Ok(draft.reply(Ok(LostContactBegun { change: id, expires_at })))
    }
}

impl BeginLostContactChange {
    fn plan(&self, record: &AccountRecord, env: &Env<'_>) -> Result<Proofs, ContactRefused> {
        check_may_begin(record, env.now)?;
        let kind = ContactKind::of(&self.new);
        if record.contacts.get(kind).is_none() {
            return Err(ContactRefused::NothingLost);
        }
        if is_registered(record, &self.new) {
            return Err(ContactRefused::SameContact);
        }
        let accepted = accepted_for_loss(provable(record, Errand::StepUp, env.settings), kind);
        // The last recovery code is gone once it has proven something, and has proven it all the same.
        let enough = accepted | Proofs::TOTP | Proofs::RECOVERY;
        let stepped_up = proven_by(record, self.ticket, env).filter(|proven| shares(*proven, enough));
        let password = || password_only(record, self.ticket, env.now).filter(|_| accepted.is_empty());
        stepped_up.or_else(password).ok_or(ContactRefused::StepUpNeeded { accepted })
    }
}

impl Command for RecordIdentityCheck {
    type Record = AccountRecord;
    /// Until when another agent can approve, exclusive. Recording the same again changes nothing.
    type Reply = Result<Timestamp, ContactRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_agent(&record, &self.by, env.now)?;
        let change = match under_way(&record, self.change, env.now).and_then(|change| self.judge(change)) {
            Ok(Judged::Record(change)) => change,
            Ok(Judged::Already(dies_at)) => return Ok(Transition::unchanged(record, Ok(dies_at))),
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let (errand, actor, authority) = (DeskErrand::LostContact, self.by.id.clone(), self.by.authority);
        let checked = EventKind::IdentityChecked { errand, check: self.check, actor, authority };
        if !self.check.is_matched() {
            let reply = Err(ContactRefused::IdentityNotProven);
            return Ok(Transition { record, events: vec![checked], effects: Vec::new(), reply });
        }
        let dies_at = env.now.plus_ms(env.settings.contacts.approval_ms);
        let stage = Stage::AwaitApproval { checked_by: self.by.id.clone(), check: self.check.method };
        let mut draft = Draft::of(AccountRecord { contact_change: Some(change.at_stage(stage, dies_at)), ..record });
        draft.events.push(checked);
        draft.events.push(EventKind::LostContactChecked {
            change: self.change,
            check: self.check.method,
            actor: self.by.id.clone(),
            authority: self.by.authority,
            case_ref: self.case_ref.clone(),
            dies_at,
        });
        Ok(draft.reply(Ok(dies_at)))
    }
}

enum Judged {
    Record(ContactChange),
    Already(Timestamp),
}

impl RecordIdentityCheck {
    fn judge(&self, change: &ContactChange) -> Result<Judged, ContactRefused> {
        match change.stage() {
            Stage::AwaitCheck { .. } if self.by.id.as_str().len() > AGENT_BYTES_MAX => Err(ContactRefused::TextTooLong),
            Stage::AwaitCheck { proven: Proofs::PASSWORD } if !self.check.method.is_in_person() => {
                Err(ContactRefused::CheckTooWeak)
            }
            Stage::AwaitCheck { .. } => Ok(Judged::Record(change.clone())),
            Stage::AwaitApproval { checked_by, check } if *checked_by == self.by.id && *check == self.check.method => {
                Ok(Judged::Already(change.expires_at()))
            }
            Stage::AwaitApproval { .. } => Err(ContactRefused::AlreadyChecked),
            _ => Err(ContactRefused::WrongStep),
        }
    }
}

impl Command for ApproveLostContact {
    type Record = AccountRecord;
    /// Until when the new contact can prove itself, exclusive.
    type Reply = Result<Timestamp, ContactRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_agent(&record, &self.by, env.now)?;
        let change = match under_way(&record, self.change, env.now).and_then(|change| self.judge(change)) {
            Ok(change) => change,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let kind = change.kind();
        let dies_at = env.now.plus_ms(env.settings.contacts.approval_ms);
        let approved = change.at_stage(Stage::AwaitNew { challenge: None }, dies_at);
        let mut draft = Draft::of(AccountRecord { contact_change: Some(approved), ..record });
        let (actor, authority) = (self.by.id.clone(), self.by.authority);
        draft.events.push(EventKind::LostContactApproved { change: self.change, actor, authority });
        draft.effects.extend(notify(&draft.record, Notice::LostContactApproved { kind }, env));
        Ok(draft.reply(Ok(dies_at)))
    }
}

impl ApproveLostContact {
    fn judge(&self, change: &ContactChange) -> Result<ContactChange, ContactRefused> {
        match change.stage() {
            Stage::AwaitApproval { checked_by, .. } if checked_by.is_same_person(&self.by.id) => {
                Err(ContactRefused::SameAgent)
            }
            Stage::AwaitApproval { .. } => Ok(change.clone()),
            Stage::AwaitCheck { .. } => Err(ContactRefused::CheckNeeded),
            _ => Err(ContactRefused::WrongStep),
        }
    }
}

/// A person of the desk, and an account whose profile no other desk has closed.
fn check_agent(record: &AccountRecord, by: &Actor, now: Timestamp) -> Result<(), Rejection> {
    if by.authority < Authority::Agent {
        return Err(Rejection::NotAuthorised);
    }
    check_open(record, Scopes::CHANGE_PROFILE, now)
}

/// What proves an owner whose contact of this kind is lost. The other contact counts only where there is nothing
/// stronger: who took over an e-mail address must not take the phone number with it.
const fn accepted_for_loss(provable: Proofs, lost: ContactKind) -> Proofs {
    let others = provable.without(lost.proof());
    let strong = others.without(ContactKind::Phone.proof()).without(ContactKind::Email.proof());
    if strong.is_empty() { others } else { strong }
}

fn shares(one: Proofs, other: Proofs) -> bool {
    one.without(other) != one
}

/// A sign-in that got as far as the password.
fn password_only(record: &AccountRecord, ticket: TicketId, now: Timestamp) -> Option<Proofs> {
    let ticket = record.tickets.find(ticket, Errand::SignIn, now)?;
    ticket.proven.contains(Proofs::PASSWORD).then_some(Proofs::PASSWORD)
}
