//! What sign-in, step-up and reset share: the ways to prove, a code by one of them, a typed proof for a ticket.
//!
//! Only a proof that the ticket still lacks is looked at. A thief who can give one proof must not give it again and
//! again to earn fresh guesses at the other.

use super::codes::{CodeAnswer, VerifyCode};
use super::factors::{TotpOutcome, VerifyTotp};
use super::offers::{Offers, kind_of, offers, provable, way};
use super::recovery::{RecoveryAnswer, SpendRecoveryCode};
use super::{Command, Env, Rejection, Settings, Transition};
use crate::account::{AccountRecord, Door, Errand, EventKind, Missing, Proofs, RejectedBecause, Ticket, TicketId};
use crate::freeze::{self, Scopes};
use crate::totp::RecoveryCode;
use crate::types::{RandomId, Timestamp, TypedCode};
use crate::verification::{Purpose, VerifyOutcome};

/// A proof as typed.
#[derive(Clone, Debug)]
pub enum TypedProof {
    /// A code of the authenticator, read with the digits of its parameters.
    Totp(TypedCode),
    /// A code that was sent, read with the digits of its challenge. Which contact it proves is told by the challenge.
    Code {
        /// The challenge.
        challenge: RandomId,
        /// The code.
        code: TypedCode,
    },
    /// A recovery code.
    Recovery(RecoveryCode),
}

/// Why a try was refused, in full: for audit and support. The customer gets [`Refused::public`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The authenticator's code was not accepted.
    Totp(RejectedBecause),
    /// The code that was sent was not accepted.
    Code(VerifyOutcome),
    /// The recovery code was not accepted.
    Recovery(RejectedBecause),
    /// The account cannot prove it this way, or has done so already. Nothing was compared.
    NotOffered,
    /// No such ticket: used, expired, renamed by a proof, for another errand, of another account. Nothing was compared.
    NoSuchTicket,
    /// It was not looked at: too many wrong tries before.
    Blocked {
        /// First moment at which a try is looked at again; [`Timestamp::MAX`] = only recovery helps.
        until: Timestamp,
    },
    /// The password was not the account's.
    WrongPassword,
    /// The password was changed while it was compared. The service may compare the same typed one once more.
    PasswordChanged,
    /// There is no such account, or it has no password. The try was counted with the names that have none.
    NoAccount,
}

/// All that a customer, or a thief, is told of a refusal, whatever was wrong: every refusal has this one shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// When a try is looked at again, if not at once; [`Timestamp::MAX`] = only recovery or support helps.
    pub retry_at: Option<Timestamp>,
}

/// Where a step-up or a reset stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofStep {
    /// All is proven: the ticket can be used, once.
    Complete {
        /// Its name now.
        ticket: TicketId,
    },
    /// One more proof is needed.
    MoreNeeded {
        /// The ticket's name now.
        ticket: TicketId,
        /// How it can be given.
        offers: Offers,
    },
    /// The account is frozen for this; told only to who proved something. `diagnose` says whom to ask.
    Frozen,
    /// No.
    Refused(Refused),
}

impl ProofStep {
    /// What the customer is told, if this is a refusal.
    #[must_use]
    pub const fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refused) => Some(refused.public()),
            _ => None,
        }
    }
}

impl Refused {
    /// All that may be told.
    #[must_use]
    pub const fn public(&self) -> Refusal {
        match self {
            Self::Blocked { until } => Refusal { retry_at: Some(*until) },
            _ => Refusal { retry_at: None },
        }
    }
}

/// Whether this ticket can be used now. For a look before costly work, such as hashing a new password; the command that
/// uses the ticket decides again.
#[must_use]
pub fn is_ticket_complete(
    record: &AccountRecord,
    ticket: TicketId,
    errand: Errand,
    settings: &Settings,
    now: Timestamp,
) -> bool {
    let ticket = record.tickets.find(ticket, errand, now);
    ticket.is_some_and(|ticket| missing(record, ticket, settings) == Missing::Nothing)
}

/// Takes a ticket that lacks nothing out of the record; it is used once. Nothing is taken while a freeze closes its errand.
pub(super) fn spend(
    record: &mut AccountRecord,
    ticket: TicketId,
    errand: Errand,
    env: &Env<'_>,
) -> Result<Ticket, Refused> {
    if !matches!(step(record, ticket, errand, env), ProofStep::Complete { .. }) {
        return Err(Refused::NoSuchTicket);
    }
    record.tickets.spend(ticket, errand, env.now).ok_or(Refused::NoSuchTicket)
}

/// What the ticket still lacks.
fn missing(record: &AccountRecord, ticket: &Ticket, settings: &Settings) -> Missing {
    ticket.missing(provable(record, ticket.errand, settings))
}

/// Whether a freeze in force closes this errand. A step-up opens nothing by itself; what it is for asks for itself.
pub(super) fn is_frozen(record: &AccountRecord, errand: Errand, now: Timestamp) -> bool {
    let needs = match errand {
        Errand::SignIn => Scopes::SIGN_IN,
        Errand::Reset => Scopes::CHANGE_FACTORS,
        Errand::StepUp => Scopes::NONE,
    };
    freeze::closed(&record.freezes, now).intersects(needs)
}

/// Where a ticket of this name stands.
pub(super) fn step(record: &AccountRecord, id: TicketId, errand: Errand, env: &Env<'_>) -> ProofStep {
    match record.tickets.find(id, errand, env.now).map(|ticket| missing(record, ticket, env.settings)) {
        None => ProofStep::Refused(Refused::NoSuchTicket),
        Some(_) if is_frozen(record, errand, env.now) => ProofStep::Frozen,
        Some(Missing::Nothing) => ProofStep::Complete { ticket: id },
        Some(Missing::OneOf(proofs)) => ProofStep::MoreNeeded { ticket: id, offers: offers(record, proofs) },
    }
}

/// Tries a proof for a ticket. What was compared and wrong is counted; what was right renames the ticket.
pub(super) fn prove(
    record: AccountRecord,
    id: TicketId,
    errand: Errand,
    proof: &TypedProof,
    env: &mut Env<'_>,
) -> Result<Transition<AccountRecord, ProofStep>, Rejection> {
    let lacking = match step(&record, id, errand, env) {
        ProofStep::MoreNeeded { offers, .. } => offers.proofs,
        settled => return Ok(Transition::unchanged(record, settled)),
    };
    let tried = try_proof(record, id, errand, proof, lacking, env)?;
    let Transition { mut record, mut events, effects, reply } = tried;
    let reply = match reply {
        Err(refused) => ProofStep::Refused(refused),
        Ok(proof) => {
            let renamed = TicketId::generate(env.rng);
            record.tickets.prove(id, errand, proof, renamed, env.now);
            let proven = record.tickets.find(renamed, errand, env.now).map_or(proof, |ticket| ticket.proven);
            events.push(EventKind::ProofGiven { errand, proven });
            step(&record, renamed, errand, env)
        }
    };
    Ok(Transition { record, events, effects, reply })
}

type Tried = Transition<AccountRecord, Result<Proofs, Refused>>;

fn try_proof(
    record: AccountRecord,
    ticket: TicketId,
    errand: Errand,
    proof: &TypedProof,
    lacking: Proofs,
    env: &mut Env<'_>,
) -> Result<Tried, Rejection> {
    match proof {
        TypedProof::Totp(_) if !lacking.contains(Proofs::TOTP) => {
            Ok(Transition::unchanged(record, Err(Refused::NotOffered)))
        }
        TypedProof::Totp(code) => try_totp(record, code, door_of(errand), env),
        TypedProof::Recovery(_) if !lacking.contains(Proofs::RECOVERY) => {
            Ok(Transition::unchanged(record, Err(Refused::NotOffered)))
        }
        TypedProof::Recovery(code) => try_recovery(record, code, door_of(errand), env),
        TypedProof::Code { challenge, code } => try_code(record, ticket, errand, (*challenge, code), lacking, env),
    }
}

/// Only a sign-in's ticket stands for the right password.
const fn door_of(errand: Errand) -> Door {
    match errand {
        Errand::SignIn => Door::SignIn,
        Errand::StepUp | Errand::Reset => Door::Elsewhere,
    }
}

fn try_totp(record: AccountRecord, code: &TypedCode, door: Door, env: &mut Env<'_>) -> Result<Tried, Rejection> {
    let Transition { record, events, effects, reply } = VerifyTotp { code: code.clone() }.at(door, record, env)?;
    let reply = match reply {
        TotpOutcome::Accepted => Ok(Proofs::TOTP),
        TotpOutcome::Rejected(because) => Err(Refused::Totp(because)),
        TotpOutcome::Blocked { until } => Err(Refused::Blocked { until }),
        TotpOutcome::NotEnrolled => Err(Refused::NotOffered),
    };
    Ok(Transition { record, events, effects, reply })
}

/// A ticket lacks a recovery code once at most, so one errand never spends two.
fn try_recovery(record: AccountRecord, code: &RecoveryCode, door: Door, env: &mut Env<'_>) -> Result<Tried, Rejection> {
    let spend = SpendRecoveryCode { code: code.clone(), sign_in: RandomId::generate(env.rng) };
    let Transition { record, events, effects, reply } = spend.at(door, record, env)?;
    let reply = match reply {
        RecoveryAnswer::Accepted { .. } => Ok(Proofs::RECOVERY),
        RecoveryAnswer::Rejected(because) => Err(Refused::Recovery(because)),
        RecoveryAnswer::Blocked { until } => Err(Refused::Blocked { until }),
        RecoveryAnswer::SecondOfSignIn | RecoveryAnswer::NoCodes => Err(Refused::NotOffered),
    };
    Ok(Transition { record, events, effects, reply })
}

fn try_code(
    record: AccountRecord,
    ticket: TicketId,
    errand: Errand,
    (challenge, code): (RandomId, &TypedCode),
    lacking: Proofs,
    env: &mut Env<'_>,
) -> Result<Tried, Rejection> {
    let found = record.challenges.get(challenge).map(|challenge| kind_of(challenge.channel));
    let Some(kind) = found else {
        return Ok(Transition::unchanged(record, Err(Refused::Code(VerifyOutcome::NotFound))));
    };
    let Some(way) = way(&record, ticket, errand, kind, lacking)? else {
        return Ok(Transition::unchanged(record, Err(Refused::NotOffered)));
    };
    let verify = VerifyCode { challenge, purpose: way.purpose, binding: way.binding, code: code.clone() };
    let Transition { mut record, mut events, effects, reply } = verify.decide(record, env)?;
    let reply = match reply {
        CodeAnswer::Tried(VerifyOutcome::Accepted) => {
            if way.purpose == Purpose::ConfirmContact {
                record.contacts.confirm(&way.to, env.now);
                let destination_masked = way.to.masked();
                events.push(EventKind::ContactConfirmed { contact: kind, destination_masked });
            }
            Ok(kind.proof())
        }
        CodeAnswer::Tried(outcome) => Err(Refused::Code(outcome)),
        CodeAnswer::Blocked { until } => Err(Refused::Blocked { until }),
    };
    Ok(Transition { record, events, effects, reply })
}
