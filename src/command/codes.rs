//! Verification codes on a record: issue, resend, verify, cancel.
//!
//! A code is compared only while the account's second-factor budget admits a try, and that budget is shared with TOTP:
//! parallel challenges, resends and sessions buy no extra guesses, and a right code makes up for wrong ones of its own kind
//! alone. Codes of a reset, which strangers can ask for, have a budget of their own, so that a stranger's guesses never
//! block the owner's sign-in.

use zeroize::Zeroizing;

use super::effect::{Content, Effect};
use super::notify::of_failures;
use super::{Command, Env, Rejection, Transition, check_open};
use crate::account::{AccountRecord, Door, EventKind, FailureBudget, RejectedBecause, ResetGate};
use crate::freeze::Scopes;
use crate::types::{AccountId, Locale, RandomId, Timestamp, TypedCode};
use crate::verification::budget::{self, ScopeKind, ScopeRules, SendBudget};
use crate::verification::{
    self, Binding, CancelOutcome, Delivery, Destination, IssueRequest, PublicOutcome, Purpose, ResendRequest,
    SendOutcome, SendRefused, Sender, VerifyOutcome, VerifyRequest,
};

/// Sends a first code for a purpose.
#[derive(Clone, Debug)]
pub struct IssueCode {
    /// What the code shall open.
    pub purpose: Purpose,
    /// Where it goes.
    pub to: Destination,
    /// What it is bound to.
    pub binding: Binding,
    /// Who the message comes from.
    pub sender: Sender,
    /// Language of the message.
    pub locale: Locale,
}

/// Sends another code for an open challenge. Destination and binding are those it began with.
#[derive(Clone, Debug)]
pub struct ResendCode {
    /// The challenge.
    pub challenge: RandomId,
    /// Where it goes.
    pub to: Destination,
    /// What it is bound to.
    pub binding: Binding,
    /// Who the message comes from.
    pub sender: Sender,
    /// Language of the message.
    pub locale: Locale,
}

/// A code is on its way: it waits in the outbox, and nobody else gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSent {
    /// The client gives it back with the code.
    pub challenge: RandomId,
    /// Where it went, masked for display.
    pub destination_masked: String,
    /// Until when the code is good, exclusive.
    pub expires_at: Timestamp,
    /// From when on another message may be asked for.
    pub resend_at: Timestamp,
}

/// Tries a typed code.
#[derive(Clone, Debug)]
pub struct VerifyCode {
    /// The challenge.
    pub challenge: RandomId,
    /// What shall be opened.
    pub purpose: Purpose,
    /// The context as it is now.
    pub binding: Binding,
    /// The code as typed.
    pub code: TypedCode,
}

/// What came of a typed code, in full; the customer gets [`CodeAnswer::public`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeAnswer {
    /// It was looked at.
    Tried(VerifyOutcome),
    /// It was not looked at: too many wrong tries on this account before.
    Blocked {
        /// First moment at which a try is looked at again; [`Timestamp::MAX`] = only recovery helps.
        until: Timestamp,
    },
}

/// Calls a challenge off.
#[derive(Clone, Copy, Debug)]
pub struct CancelCode {
    /// The challenge.
    pub challenge: RandomId,
}

impl CodeAnswer {
    /// All that a customer, or a thief, is told.
    #[must_use]
    pub fn public(self) -> PublicOutcome {
        match self {
            Self::Tried(outcome) => outcome.public(),
            Self::Blocked { .. } => PublicOutcome::TryLater,
        }
    }
}

impl Command for IssueCode {
    type Record = AccountRecord;
    type Reply = Result<CodeSent, SendRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_open(&record, scopes_of(self.purpose), env.now)?;
        let sends = match charged(&record, Some(self.purpose), &self.to, env)? {
            Ok(sends) => sends,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let (policy, request) = (&env.settings.verification, self.request(env.account()?));
        let outcome =
            verification::issue(&record.challenges, &request, env.keys.code_keys(), policy, env.rng, env.now)?;
        sent(Charged { record, sends }, outcome, &self.sender, self.locale, false)
    }
}

impl Command for ResendCode {
    type Record = AccountRecord;
    type Reply = Result<CodeSent, SendRefused>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let purpose = record.challenges.get(self.challenge).map(|challenge| challenge.purpose);
        check_open(&record, purpose.map_or(Scopes::NONE, scopes_of), env.now)?;
        let sends = match charged(&record, purpose, &self.to, env)? {
            Ok(sends) => sends,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let (policy, request) = (&env.settings.verification, self.request(env.account()?));
        let keys = env.keys.code_keys();
        let outcome = verification::resend(&record.challenges, &request, keys, policy, env.rng, env.now)?;
        sent(Charged { record, sends }, outcome, &self.sender, self.locale, true)
    }
}

impl IssueCode {
    const fn request<'a>(&'a self, account: &'a AccountId) -> IssueRequest<'a> {
        IssueRequest { account, purpose: self.purpose, to: &self.to, binding: &self.binding }
    }
}

impl ResendCode {
    const fn request<'a>(&'a self, account: &'a AccountId) -> ResendRequest<'a> {
        ResendRequest { account, challenge_id: self.challenge, to: &self.to, binding: &self.binding }
    }
}

/// The account's own send budget with one message more. It takes the right password to have a code to sign in sent, so those
/// go out beyond what everything else is held to: who sits in a session, or asks for resets, leaves the owner some.
fn charged(
    record: &AccountRecord,
    purpose: Option<Purpose>,
    to: &Destination,
    env: &Env<'_>,
) -> Result<Result<SendBudget, SendRefused>, Rejection> {
    let is_sign_in = purpose == Some(Purpose::SignIn) && record.contacts.is_confirmed(to);
    let sending = &env.settings.sending;
    charged_within(record, &if is_sign_in { sending.sign_in_rules() } else { sending.account_rules() }, env)
}

/// The same for a message that no code is in.
pub(super) fn charged_once(
    record: &AccountRecord,
    env: &Env<'_>,
) -> Result<Result<SendBudget, SendRefused>, Rejection> {
    charged_within(record, &env.settings.sending.account_rules(), env)
}

fn charged_within(
    record: &AccountRecord,
    rules: &ScopeRules,
    env: &Env<'_>,
) -> Result<Result<SendBudget, SendRefused>, Rejection> {
    env.settings.sending.validate()?;
    let charged = budget::charge(&record.sends, rules, None, env.now);
    let over = |why| SendRefused::OverBudget { scope: ScopeKind::Account, why };
    Ok(charged.verdict.map(|()| charged.budget).map_err(over))
}

impl Command for VerifyCode {
    type Record = AccountRecord;
    type Reply = CodeAnswer;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        if let Some(until) = blocked_until(&record, self.purpose, env.now) {
            return Ok(Transition::unchanged(record, CodeAnswer::Blocked { until }));
        }
        check_open(&record, scopes_of(self.purpose), env.now)?;
        let (challenge_id, purpose) = (self.challenge, self.purpose);
        let request =
            VerifyRequest { account: env.account()?, challenge_id, purpose, binding: &self.binding, code: &self.code };
        let tried = verification::verify(&record.challenges, &request, env.keys.code_keys(), env.now)?;
        let changed = AccountRecord { challenges: tried.challenges, ..record };
        Ok(self.settle(changed, tried.outcome, env))
    }
}

impl VerifyCode {
    fn settle(
        &self,
        mut record: AccountRecord,
        outcome: VerifyOutcome,
        env: &Env<'_>,
    ) -> Transition<AccountRecord, CodeAnswer> {
        let reply = CodeAnswer::Tried(outcome);
        let challenge = self.challenge;
        let because = match outcome {
            VerifyOutcome::Accepted => {
                forgive(&mut record, self.purpose);
                let events = vec![EventKind::CodeAccepted { challenge, purpose: self.purpose.number() }];
                return Transition { record, events, effects: Vec::new(), reply };
            }
            VerifyOutcome::WrongCode { .. } => RejectedBecause::Wrong,
            VerifyOutcome::Superseded { .. } => RejectedBecause::Superseded,
            // Nothing was compared: there is no guess to count.
            _ => return Transition { record, events: Vec::new(), effects: Vec::new(), reply },
        };
        let (budget, effects) = charge(&mut record, self.purpose, env);
        Transition { record, events: vec![EventKind::CodeRejected { challenge, because, budget }], effects, reply }
    }
}

/// Until when no code of this purpose is looked at.
pub(super) fn blocked_until(record: &AccountRecord, purpose: Purpose, now: Timestamp) -> Option<Timestamp> {
    if purpose.is_open_to_strangers() {
        record.reset.blocked_until(now)
    } else {
        record.second_factor_budget.blocked_until_at(door_of(purpose), now)
    }
}

/// Counts a wrong code, and warns the owner where that is due.
pub(super) fn charge(record: &mut AccountRecord, purpose: Purpose, env: &Env<'_>) -> (FailureBudget, Vec<Effect>) {
    let throttle = &env.settings.throttle;
    if purpose.is_open_to_strangers() {
        record.reset = record.reset.after_failure(throttle, env.now);
        let budget = record.reset.budget();
        (budget, of_failures(record, &budget, Door::SignIn, &ResetGate::throttle(throttle), env))
    } else {
        let door = door_of(purpose);
        let budget = record.second_factor_budget.after_wrong_sent_code(door, throttle, env.now);
        record.second_factor_budget = budget;
        (budget, of_failures(record, &budget, door, throttle, env))
    }
}

/// A code to sign in takes the right password; every other one a session at most.
const fn door_of(purpose: Purpose) -> Door {
    if matches!(purpose, Purpose::SignIn) { Door::SignIn } else { Door::Elsewhere }
}

/// A right code forgives wrong codes where it is a second factor, and nothing else: who has the phone must not buy himself
/// fresh guesses at the authenticator, with the password or without. A code that confirms a contact forgives nothing,
/// since whoever can have one sent to a phone of his own could have it for free. A reset ends its row when it is finished.
fn forgive(record: &mut AccountRecord, purpose: Purpose) {
    if !matches!(purpose, Purpose::ConfirmContact | Purpose::ResetPassword) {
        record.second_factor_budget = record.second_factor_budget.after_right_sent_code();
    }
}

impl Command for CancelCode {
    type Record = AccountRecord;
    /// Whether an open challenge was called off.
    type Reply = bool;

    fn decide(&self, record: AccountRecord, env: &mut Env<'_>) -> Result<Transition<AccountRecord, bool>, Rejection> {
        let CancelOutcome::Cancelled(challenges) = verification::cancel(&record.challenges, self.challenge, env.now)
        else {
            return Ok(Transition::unchanged(record, false));
        };
        let events = vec![EventKind::CodeCancelled { challenge: self.challenge }];
        let record = AccountRecord { challenges, ..record };
        Ok(Transition { record, events, effects: Vec::new(), reply: true })
    }
}

/// What a code opens, in the words of freezes. A code that proves the owner for a lift, a reset or something delicate opens nothing yet.
const fn scopes_of(purpose: Purpose) -> Scopes {
    match purpose {
        Purpose::SignIn => Scopes::SIGN_IN,
        Purpose::Payment => Scopes::PAY_OUT,
        Purpose::ChangeContact | Purpose::ConfirmContact => Scopes::CHANGE_PROFILE,
        Purpose::BindDevice => Scopes::CHANGE_FACTORS,
        Purpose::ResetPassword | Purpose::Unfreeze | Purpose::StepUp => Scopes::NONE,
    }
}

/// A record, and its send budget as it will be if a message goes out: what is refused uses nothing up, and a message
/// that takes the place of one that was refused is counted once.
struct Charged {
    record: AccountRecord,
    sends: SendBudget,
}

fn sent(
    before: Charged,
    outcome: SendOutcome,
    sender: &Sender,
    locale: Locale,
    resend: bool,
) -> Result<Transition<AccountRecord, Result<CodeSent, SendRefused>>, Rejection> {
    let sent = match outcome {
        SendOutcome::Sent(sent) => sent,
        SendOutcome::Refused(refused) => return Ok(Transition::unchanged(before.record, Err(refused))),
    };
    let delivery = &sent.delivery;
    let destination_masked = delivery.to.masked();
    let reply = CodeSent {
        challenge: delivery.challenge_id,
        destination_masked: destination_masked.clone(),
        expires_at: delivery.expires_at,
        resend_at: delivery.resend_at,
    };
    let event = EventKind::CodeIssued {
        challenge: delivery.challenge_id,
        purpose: delivery.purpose.number(),
        destination_masked,
        resend,
    };
    let effects = vec![message(delivery, sender, locale)?];
    let record = AccountRecord { challenges: sent.challenges, sends: before.sends, ..before.record };
    Ok(Transition { record, events: vec![event], effects, reply: Ok(reply) })
}

fn message(delivery: &Delivery, sender: &Sender, locale: Locale) -> Result<Effect, Rejection> {
    let message = verification::render(delivery, sender, locale)?;
    Ok(Effect::Send {
        channel: delivery.to.channel(),
        to: Zeroizing::new(delivery.to.expose().to_owned()),
        subject: message.subject().map(str::to_owned),
        text: message.into_text(),
        expires_at: delivery.expires_at,
        content: Content::Code,
    })
}
