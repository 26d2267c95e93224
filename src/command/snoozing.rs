//! Rules put to sleep on one account, by staff.

use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, EventKind};
use crate::freeze::{Actor, Authority};
use crate::risk::{self, SnoozeError, SnoozedRule, StoredProfile};
use crate::types::Timestamp;

/// Lets a rule sleep on an account, moves the end of its sleep, or wakes it. What it finds is still told, but does not
/// count. Limits, deny lists and freezes cannot sleep.
#[derive(Clone, Debug)]
pub struct SnoozeRule {
    /// Which rule.
    pub rule: SnoozedRule,
    /// Until when; `None` wakes it.
    pub until: Option<Timestamp>,
    /// Who decides it; at least an agent.
    pub by: Actor,
}

impl Command for SnoozeRule {
    type Record = AccountRecord;
    /// Why the rule cannot sleep, if it cannot.
    type Reply = Result<(), SnoozeError>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        if self.by.authority < Authority::Agent {
            return Err(Rejection::NotAuthorised);
        }
        let before = record.profile.read()?;
        let changed = match self.until {
            Some(until) => risk::snooze(&before, &self.rule, until, &env.settings.risk, env.now),
            None => Ok(risk::wake(&before, &self.rule)),
        };
        let profile = match changed {
            Ok(profile) if profile == before => return Ok(Transition::unchanged(record, Ok(()))),
            Ok(profile) => StoredProfile::of(&profile)?,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let event = EventKind::RuleSnoozed {
            rule: self.rule.clone(),
            until: self.until,
            actor: self.by.id.clone(),
            authority: self.by.authority,
        };
        let record = AccountRecord { profile, ..record };
        Ok(Transition { record, events: vec![event], effects: Vec::new(), reply: Ok(()) })
    }
}
