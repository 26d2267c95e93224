//! Sending a code, in the one order that is safe: ask the account, charge the budgets others share, then make the code.
//!
//! Whatever happens in between, a message too many is counted and never one too few. An account that does not exist is
//! charged like any other: the budgets are asked without it.

use core::net::IpAddr;

use super::{Asked, Engine, Loaded, day};
use crate::account::{AccountRecord, ContactKind, Event, EventKind, SendBudgetRecord};
use crate::command::{
    ChargeSend, CodeAnswer, CodeSent, Command, Content, Effect, Env, IssueCode, Rejection, ResendCode, SettleSend,
    Subject, Transition, VerifyCode,
};
use crate::service::entropy::OnDemand;
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Timestamp};
use crate::verification::budget::{Claim, Network, ScopeKind, SendBudget, SendScope, scopes_of};
use crate::verification::{Destination, Purpose, SendRefused, VerifyOutcome};

/// Who can have a command's codes sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// The integrator, who names the destination and answers for it; but a code that is to confirm it was asked for by
    /// somebody who may not own it.
    Integrator,
    /// Whoever proved something to the account, or is signed in to it. That makes the asker known at the contacts that
    /// gave back a code, and nowhere else: an account of one's own costs nothing, and names any number.
    Visitor,
    /// Anybody, to a destination of anybody's.
    Anybody,
}

/// A code on its way.
struct Planned {
    to: Destination,
    /// What it may use up.
    claim: Claim,
}

/// Pairs of decisions on one message, where the account changes between the two.
const DECISIONS_MAX: usize = 3;

/// A command whose codes go to charged destinations only. `None` = one would have gone elsewhere; nothing changed.
struct Within<'a, C> {
    command: &'a C,
    charged: &'a [Destination],
}

impl<W: World> Engine<W> {
    pub(in crate::service) async fn send_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        code: &IssueCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, SendRefused>, ServiceError> {
        Ok(self.execute_sending(account, from, Asker::Integrator, code, now).await?.unwrap_or_else(Err))
    }

    pub(in crate::service) async fn resend_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        code: &ResendCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, SendRefused>, ServiceError> {
        Ok(self.execute_sending(account, from, Asker::Integrator, code, now).await?.unwrap_or_else(Err))
    }

    /// Runs a command that may send codes, within the budgets that accounts share.
    ///
    /// It is decided twice. The first decision is thrown away: it only tells whether a code would go out, and where to,
    /// so that an impatient customer does not use up budgets without a message. Then the budgets are charged, and the
    /// second decision counts, if no code of it goes anywhere else: the account may have changed in between. Many that ask at
    /// once may all be charged where one message goes out; so what anybody can ask for has a share of the destination's
    /// budget, and no more.
    pub(super) async fn execute_sending<C>(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        asker: Asker,
        command: &C,
        now: Timestamp,
    ) -> Result<Result<C::Reply, SendRefused>, ServiceError>
    where
        C: Command<Record = AccountRecord>,
    {
        let mut charged = Vec::new();
        for _ in 0..DECISIONS_MAX {
            for Planned { to, claim } in self.planned(account, asker, command, now).await? {
                if charged.contains(&to) {
                    continue;
                }
                if let Err(refused) = self.charge_asked(&to, from, claim, now).await? {
                    return Ok(Err(refused));
                }
                charged.push(to);
            }
            let within = Within { command, charged: &charged };
            if let Some(reply) = self.execute(account, &within, now).await? {
                return Ok(Ok(reply));
            }
        }
        Err(ServiceError::Busy)
    }

    async fn planned<C>(
        &self,
        account: &AccountId,
        asker: Asker,
        command: &C,
        now: Timestamp,
    ) -> Result<Vec<Planned>, ServiceError>
    where
        C: Command<Record = AccountRecord>,
    {
        let owner = self.keys.account_key(account);
        let settings = self.settings();
        let asked = Asked { subject: Subject::Account(account), owner, command, settings: &settings, now };
        // One look, whoever is asked about: a second one for a name without a record would tell who has an account.
        let loaded = self.open_stored(owner, self.world.load(owner).await?)?;
        let (_, transition) = self.judge(&asked, loaded, &mut OnDemand::new(&*self.entropy))?;
        let purpose = transition.events.iter().find_map(code_purpose);
        let claim = |to: &Destination| asker.claim(purpose, transition.record.contacts.is_confirmed(to));
        let destinations = transition.effects.iter().filter_map(code_destination);
        Ok(destinations.map(|to| Planned { claim: claim(&to), to }).collect())
    }

    pub(in crate::service) async fn verify_code(
        &self,
        account: &AccountId,
        to: &Destination,
        code: &VerifyCode,
        now: Timestamp,
    ) -> Result<CodeAnswer, ServiceError> {
        let answer = self.execute_by_secret(account, code, now).await?;
        if answer == CodeAnswer::Tried(VerifyOutcome::Accepted) {
            // The code is spent: a fault here must not turn the answer. It costs the ratio one code, towards the brake.
            if let Ok(record) = self.record(account).await
                && !is_owners(code.purpose, record.contacts.is_confirmed(to))
            {
                let _ = self.settle_send(to, now).await;
            }
        }
        Ok(answer)
    }

    pub(in crate::service) async fn charge_send(
        &self,
        to: &Destination,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Result<(), SendRefused>, ServiceError> {
        self.charge_asked(to, from, Claim::Known, now).await
    }

    async fn charge_asked(
        &self,
        to: &Destination,
        from: Option<IpAddr>,
        claim: Claim,
        now: Timestamp,
    ) -> Result<Result<(), SendRefused>, ServiceError> {
        let planned = match scopes_of(claim, to, from, self.spread(to), &self.settings().sending) {
            Ok(planned) => planned,
            Err(why) => return Ok(Err(SendRefused::OverBudget { scope: ScopeKind::Destination, why })),
        };
        for scope in planned {
            let carried = self.carried(&scope, now).await?;
            let charge = ChargeSend { to: to.calling_prefix(), carried: carried.as_ref() };
            if let Err(why) = self.execute_on_scope(&scope, day(now), &charge, now).await? {
                return Ok(Err(SendRefused::OverBudget { scope: scope.kind(), why }));
            }
        }
        Ok(Ok(()))
    }

    /// Charges what a message to a name without an account would be charged to, if it had one: the network that asks, and
    /// as many scopes of nobody's as a message has. Whether they are used up is of no interest.
    pub(super) async fn charge_nobody(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        via: ContactKind,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        let cell = self.keys.decoy(account).cell;
        let pretended = |part: &str| SendScope::Destination(format!("{part} of cell {cell}").into());
        let mut planned = vec![pretended("share"), pretended("number")];
        planned.extend(from.map(|address| SendScope::Network(Network::of(address))));
        planned.extend((via == ContactKind::Phone).then(|| pretended("prefix")));
        planned.push(pretended("all"));
        for scope in planned {
            let carried = self.carried(&scope, now).await?;
            let charge = ChargeSend { to: None, carried: carried.as_ref() };
            if self.execute_on_scope(&scope, day(now), &charge, now).await?.is_err() {
                break;
            }
        }
        Ok(())
    }

    pub(in crate::service) async fn settle_send(&self, to: &Destination, now: Timestamp) -> Result<(), ServiceError> {
        for scope in SendScope::settled(to, self.spread(to), &self.settings().sending) {
            let carried = self.carried(&scope, now).await?;
            self.execute_on_scope(&scope, day(now), &SettleSend { carried: carried.as_ref() }, now).await?;
        }
        Ok(())
    }

    /// Which cell of a scope that is spread over several: keyed, so that nobody can aim at one.
    fn spread(&self, to: &Destination) -> u8 {
        self.keys.scope_key(&SendScope::destination(to), 0).0[0]
    }

    /// What the day's first charge goes on from.
    async fn carried(&self, scope: &SendScope, now: Timestamp) -> Result<Option<SendBudget>, ServiceError> {
        let today: Loaded<SendBudgetRecord> = self.load(self.keys.scope_key(scope, day(now))).await?;
        let Some(yesterday) = day(now).checked_sub(1).filter(|_| today.version.is_none()) else {
            return Ok(None);
        };
        let before: Loaded<SendBudgetRecord> = self.load(self.keys.scope_key(scope, yesterday)).await?;
        Ok(before.version.map(|_| before.record.budget))
    }
}

impl<C: Command<Record = AccountRecord>> Command for Within<'_, C> {
    type Record = AccountRecord;
    type Reply = Option<C::Reply>;
    const SETTLES: bool = C::SETTLES;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let before = record.clone();
        let Transition { record, events, effects, reply } = self.command.decide(record, env)?;
        if effects.iter().filter_map(code_destination).all(|to| self.charged.contains(&to)) {
            Ok(Transition { record, events, effects, reply: Some(reply) })
        } else {
            Ok(Transition::unchanged(before, None))
        }
    }

    fn commit_id(&self, decided: &AccountRecord, reply: &Self::Reply) -> Option<[u8; 16]> {
        self.command.commit_id(decided, reply.as_ref()?)
    }

    fn first_reply(&self, first: &Event) -> Option<Self::Reply> {
        self.command.first_reply(first).map(Some)
    }
}

impl Asker {
    /// What a code for this purpose may use up, to a contact that the account confirmed or to another one.
    fn claim(self, purpose: Option<Purpose>, is_confirmed: bool) -> Claim {
        let is_confirmation = purpose == Some(Purpose::ConfirmContact);
        match self {
            Self::Anybody => Claim::Anybody,
            Self::Visitor if !is_confirmed => Claim::Anybody,
            Self::Integrator if !is_confirmed && is_confirmation => Claim::Anybody,
            _ if !purpose.is_some_and(|purpose| is_owners(purpose, is_confirmed)) => Claim::Known,
            _ if purpose == Some(Purpose::SignIn) => Claim::SignIn,
            _ => Claim::Owner,
        }
    }
}

/// Whether such a code is counted with the owners' and not with what the brakes judge. Known when it is sent and when it
/// comes back alike: a contact that confirmed itself meanwhile did so by a code that the brakes wait for.
pub(super) const fn is_owners(purpose: Purpose, is_confirmed: bool) -> bool {
    is_confirmed && !matches!(purpose, Purpose::ConfirmContact | Purpose::ResetPassword)
}

fn code_purpose(event: &EventKind) -> Option<Purpose> {
    match event {
        EventKind::CodeIssued { purpose, .. } => Purpose::try_from(*purpose).ok(),
        _ => None,
    }
}

fn code_destination(effect: &Effect) -> Option<Destination> {
    match effect {
        Effect::Send { channel, to, content: Content::Code, .. } => Destination::parse(*channel, to).ok(),
        _ => None,
    }
}
