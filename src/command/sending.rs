//! Send budgets on the cells of their scopes: count a message before it is made, count a code that came back.
//!
//! The cells are shared by all accounts and know none. A message is charged to its scopes one after another, each a
//! commit of its own, and nothing is given back: what is lost by a crash in between is a message, never a count.

use super::effect::{Alert, Effect};
use super::{Command, Env, Rejection, Transition};
use crate::account::{EventKind, SendBudgetRecord};
use crate::verification::CallingPrefix;
use crate::verification::budget::{self, BudgetNews, BudgetRefused, Charged, SendBudget, SendScope};

/// Counts one message on one scope.
#[derive(Clone, Copy, Debug)]
pub struct ChargeSend<'a> {
    /// Where the message goes; `None` for an e-mail.
    pub to: Option<CallingPrefix>,
    /// What the cell of the day before holds, for the day's first charge.
    pub carried: Option<&'a SendBudget>,
}

/// Counts one code that was typed back, on one scope.
#[derive(Clone, Copy, Debug)]
pub struct SettleSend<'a> {
    /// What the cell of the day before holds, for the day's first charge.
    pub carried: Option<&'a SendBudget>,
}

impl Command for ChargeSend<'_> {
    type Record = SendBudgetRecord;
    type Reply = Result<(), BudgetRefused>;

    fn decide(
        &self,
        record: SendBudgetRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<SendBudgetRecord, Self::Reply>, Rejection> {
        let policy = &env.settings.sending;
        policy.validate()?;
        let scope = env.send_scope()?;
        let record = continued(record, self.carried);
        let charged = budget::charge(&record.budget, &policy.rules_for(scope), self.to, env.now);
        let Some(event) = event(&charged, scope, env) else {
            return Ok(Transition::unchanged(record, charged.verdict));
        };
        let effects = alert(charged.news, scope).into_iter().collect();
        let record = SendBudgetRecord { budget: charged.budget, ..record };
        Ok(Transition { record, events: vec![event], effects, reply: charged.verdict })
    }
}

impl Command for SettleSend<'_> {
    type Record = SendBudgetRecord;
    type Reply = ();

    fn decide(
        &self,
        record: SendBudgetRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<SendBudgetRecord, ()>, Rejection> {
        env.send_scope()?;
        let record = continued(record, self.carried);
        let budget = budget::settle(&record.budget, env.now);
        let verified_in_hour = budget.verified_in_hour(env.now);
        if verified_in_hour == record.budget.verified_in_hour(env.now) {
            return Ok(Transition::unchanged(record, ()));
        }
        let events = vec![EventKind::SendSettled { verified_in_hour }];
        let record = SendBudgetRecord { budget, ..record };
        Ok(Transition { record, events, effects: Vec::new(), reply: () })
    }
}

/// A day's fresh cell goes on from the cell of the day before. Where another was faster, its cell has done so already.
fn continued(record: SendBudgetRecord, carried: Option<&SendBudget>) -> SendBudgetRecord {
    match carried {
        Some(carried) if record.head.seq == 0 => SendBudgetRecord { budget: carried.clone(), ..record },
        _ => record,
    }
}

/// What is written down; a refusal that is no news is not.
fn event(charged: &Charged, scope: &SendScope, env: &Env<'_>) -> Option<EventKind> {
    let sent_in_hour = charged.budget.sent_in_hour(env.now);
    match (charged.news, charged.verdict) {
        (Some(BudgetNews::BrakeOn { sent, verified }), _) => {
            Some(EventKind::SendBrakeOn { prefix: scope.prefix(), sent, verified })
        }
        (Some(BudgetNews::BrakeOff), Ok(())) => Some(EventKind::SendBrakeOff { sent_in_hour }),
        (_, Ok(())) => Some(EventKind::SendCharged { sent_in_hour }),
        (Some(_), Err(refused)) => {
            Some(EventKind::SendRefused { scope: scope.kind().number(), because: refused.code() })
        }
        (None, Err(_)) => None,
    }
}

fn alert(news: Option<BudgetNews>, scope: &SendScope) -> Option<Effect> {
    match news {
        Some(BudgetNews::BrakeOn { sent, verified }) => {
            Some(Effect::AlertOperator { alert: Alert::SendBrake { prefix: scope.prefix(), sent, verified } })
        }
        _ => None,
    }
}
