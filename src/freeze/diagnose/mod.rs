//! Why a payment failed: the causes in a fixed order, and two ways to tell them.
//!
//! Tipping off a customer about a money-laundering review is an offence (POCA 2002 s.333A, 31 USC 5318(g)(2)), while
//! every other block must be explained (PSD2 art. 68(3), 79). So a neutral freeze becomes, for the customer, exactly
//! the cause a technical fault becomes: same text, same fields, same place, same number of causes. To keep it so, the
//! caller gathers the same facts whether or not a freeze stands, and shows customers nothing but [`Causes::for_customer`].

mod text_en;
mod text_zh_cn;
mod view;

pub use view::{AgentCause, CustomerCause, FreezeView};

use super::{Disclosure, Freeze, Freezes, Lift, Scopes, cooling_off};
use crate::types::{ActorId, Direction, Money, ReasonCode, Timestamp};

/// Most limits one diagnosis lists; further ones are left out. (The risk feature has four.)
pub const LIMIT_HITS_MAX: usize = 8;

/// What the service knows about a payment that failed, or is about to.
#[derive(Clone, Copy, Debug)]
pub struct PaymentFacts<'a> {
    /// The account's freezes.
    pub freezes: &'a Freezes,
    /// Which way the money was to move.
    pub direction: Direction,
    /// Up to when the account is locked after wrong tries.
    pub lockout_until: Option<Timestamp>,
    /// The limits the payment would break, at most [`LIMIT_HITS_MAX`].
    pub limits: &'a [LimitHit],
    /// Whether the balance is enough, if the service asked.
    pub balance: Option<BalanceFact>,
    /// Whether the recipient can receive, if the service asked.
    pub recipient: Option<RecipientFact>,
    /// Whether the payment waits for a review.
    pub risk_hold: bool,
    /// Whether the owner was asked for a proof, and nobody has told that it came.
    pub proof_needed: bool,
    /// Whether the network or a participant failed to answer.
    pub network_fault: bool,
    /// Whether the account exists and is open.
    pub account_known: bool,
    /// Whether it failed, or whoever asks knows no better. Where it did not, a diagnosis that finds nothing says so: "try
    /// again later" would have the customer pay twice.
    pub failed: bool,
    /// When the payment was refused because of a freeze. That freeze is told of once it has ended: nothing standing explains
    /// the refusal any more.
    pub refused_at: Option<Timestamp>,
    /// That the payment, held or asked for a proof at first, was let pass.
    pub released: Option<ReleaseFact<'a>>,
}

/// A limit the payment would break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitHit {
    /// Which: one of the `Limit…` reasons.
    pub reason: ReasonCode,
    /// How much may still be paid under it now.
    pub left: Money,
    /// From when on the payment fits under it again; `None` for a limit per payment, and where it cannot be told exactly.
    /// A moment that has come says that the payment was above the limit and would fit now.
    pub resets_at: Option<Timestamp>,
}

/// What the service knows of a payment that was let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseFact<'a> {
    /// When.
    pub at: Timestamp,
    /// By whom; `None` = its owner gave the proof.
    pub actor: Option<&'a ActorId>,
}

/// What the service knows of the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceFact {
    /// Whether it covers the payment and its fees.
    pub enough: bool,
}

/// What the service knows of the recipient. Not why: the recipient's own freezes are nobody else's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecipientFact {
    /// Whether the recipient can receive this payment.
    pub can_receive: bool,
}

/// Why a payment failed, most decisive cause first; never empty.
///
/// Holds what customers must not see, so it has no public parts: take a view of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Causes {
    found: Vec<Finding>,
    /// Whether the payment failed: what hidden freezes and nothing at all read like.
    failed: bool,
}

/// One cause, with what its texts need.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Finding {
    AccountUnknown,
    Frozen(Box<Freeze>),
    CoolingOff {
        until: Timestamp,
    },
    /// Refused under this freeze, which has ended.
    WasFrozen(Box<Freeze>),
    LockedOut {
        until: Timestamp,
    },
    Limit(LimitHit),
    /// It was above this limit, and fits now.
    WasAboveLimit(LimitHit),
    InsufficientFunds,
    RecipientUnavailable,
    RiskHold,
    ProofNeeded,
    Released {
        at: Timestamp,
        actor: Option<ActorId>,
    },
    NetworkFault,
    Unexplained,
    /// Nothing is found, and it did not fail.
    NothingFound,
}

impl<'a> PaymentFacts<'a> {
    /// A payment with nothing known against it but these freezes; set the other fields from there.
    #[must_use]
    pub const fn new(freezes: &'a Freezes, direction: Direction) -> Self {
        Self {
            freezes,
            direction,
            lockout_until: None,
            limits: &[],
            balance: None,
            recipient: None,
            risk_hold: false,
            proof_needed: false,
            network_fault: false,
            account_known: true,
            failed: true,
            refused_at: None,
            released: None,
        }
    }
}

/// Finds why a payment failed: account unknown or closed, freezes, the cooling-off after a lift, a freeze that ended after
/// the refusal, lockout, limits, balance, recipient, review, proof or release, network, in this order; or unexplained, when none
/// of them holds.
///
/// ```
/// use account_security::freeze::{BalanceFact, Freezes, PaymentFacts, SupportChannels, diagnose};
/// use account_security::types::{Direction, Locale, Timestamp};
/// let freezes = Freezes::default();
/// let facts = PaymentFacts {
///     balance: Some(BalanceFact { enough: false }),
///     ..PaymentFacts::new(&freezes, Direction::Out)
/// };
/// let causes = diagnose(&facts, Timestamp::MIN);
/// let shown = causes.for_customer(Locale::En, &SupportChannels::default());
/// assert_eq!(shown[0].text, "There is not enough money on the account for this payment.");
/// ```
#[must_use]
pub fn diagnose(facts: &PaymentFacts<'_>, now: Timestamp) -> Causes {
    let mut found = Vec::new();
    if !facts.account_known {
        found.push(Finding::AccountUnknown);
    }
    closings(facts, now, &mut found);
    if let Some(until) = facts.lockout_until.filter(|until| now < *until) {
        found.push(Finding::LockedOut { until });
    }
    found.extend(facts.limits.iter().take(LIMIT_HITS_MAX).map(|hit| match hit.resets_at {
        Some(at) if at <= now => Finding::WasAboveLimit(*hit),
        _ => Finding::Limit(*hit),
    }));
    if facts.balance.is_some_and(|balance| !balance.enough) {
        found.push(Finding::InsufficientFunds);
    }
    if facts.recipient.is_some_and(|recipient| !recipient.can_receive) {
        found.push(Finding::RecipientUnavailable);
    }
    if facts.risk_hold {
        found.push(Finding::RiskHold);
    }
    if facts.proof_needed {
        found.push(Finding::ProofNeeded);
    }
    found.extend(facts.released.map(|it| Finding::Released { at: it.at, actor: it.actor.cloned() }));
    if facts.network_fault {
        found.push(Finding::NetworkFault);
    }
    if found.is_empty() {
        found.push(fallback(facts.failed));
    }
    Causes { found, failed: facts.failed }
}

const fn fallback(failed: bool) -> Finding {
    if failed { Finding::Unexplained } else { Finding::NothingFound }
}

/// The freezes and the cooling-off that close the account for the payment, or the freeze that did when it was refused.
fn closings(facts: &PaymentFacts<'_>, now: Timestamp, found: &mut Vec<Finding>) {
    let needed = Scopes::needed_for(facts.direction);
    let freezes = facts.freezes.in_force(now).filter(|freeze| freeze.scopes.intersects(needed));
    found.extend(freezes.map(|freeze| Finding::Frozen(Box::new(freeze.clone()))));
    let cooling_off = cooling_off(facts.freezes, now).filter(|cooling_off| cooling_off.closed.intersects(needed));
    found.extend(cooling_off.map(|cooling_off| Finding::CoolingOff { until: cooling_off.until }));
    // "Order it again" is wrong while something closes the account. A neutral freeze must make no difference to that.
    let is_openly_closed = found.iter().any(|finding| match finding {
        Finding::Frozen(freeze) => freeze.disclosure == Disclosure::Tell,
        _ => matches!(finding, Finding::CoolingOff { .. }),
    });
    if let Some(refused_at) = facts.refused_at.filter(|_| !is_openly_closed) {
        let ended = facts.freezes.iter().filter(|freeze| freeze.is_over(now) && stood_at(freeze, refused_at));
        // Of several the one that may be told, so that a neutral one beside it changes nothing.
        let last = ended
            .filter(|freeze| freeze.scopes.intersects(needed))
            .max_by_key(|freeze| (freeze.disclosure == Disclosure::Tell, freeze.ends_at()));
        found.extend(last.map(|freeze| Finding::WasFrozen(Box::new(freeze.clone()))));
    }
}

/// Whether the freeze was in force at a time that may be past: one that was lifted since stood until its lift.
fn stood_at(freeze: &Freeze, at: Timestamp) -> bool {
    let is_before_lift = match freeze.lift {
        Lift::Lifted { at: lifted_at, .. } => at <= lifted_at,
        Lift::Standing | Lift::Requested { .. } => true,
    };
    freeze.from <= at && is_before_lift && freeze.until.is_none_or(|until| at < until)
}

impl Causes {
    /// The reasons in order, for the audit log and metrics. Shows neutral freezes: never for customers.
    pub fn for_audit(&self) -> impl Iterator<Item = ReasonCode> {
        self.found.iter().map(Finding::reason)
    }

    /// These causes and those found elsewhere, in the same order, each once: what keeps a payment from settling beside what
    /// made it fail.
    ///
    /// ```
    /// use account_security::freeze::{Freezes, PaymentFacts, diagnose};
    /// use account_security::types::{Direction, ReasonCode, Timestamp};
    /// let freezes = Freezes::default();
    /// let facts = PaymentFacts::new(&freezes, Direction::Out);
    /// let held = diagnose(&PaymentFacts { risk_hold: true, ..facts }, Timestamp::MIN);
    /// let both = diagnose(&facts, Timestamp::MIN).with(held);
    /// assert_eq!(both.for_audit().collect::<Vec<_>>(), [ReasonCode::RiskHold], "explained after all");
    /// ```
    #[must_use]
    pub fn with(mut self, others: Self) -> Self {
        for finding in others.found {
            if !self.found.contains(&finding) {
                self.found.push(finding);
            }
        }
        if self.found.iter().any(|finding| !finding.is_fallback()) {
            self.found.retain(|finding| !finding.is_fallback());
        }
        self.found.sort_by_key(Finding::place);
        self
    }

    /// The causes with each freeze that `hides` picks replaced by a technical fault, as [`diagnose`] would have found
    /// it: last, and once; of a payment that did not fail, by nothing. A freeze that has ended is left out instead: it
    /// makes nothing fail any more.
    fn hiding(&self, hides: impl Fn(&Freeze) -> bool) -> Vec<&Finding> {
        let is_hidden = |finding: &Finding| matches!(finding, Finding::Frozen(freeze) if hides(freeze));
        let is_left_out = |finding: &Finding| matches!(finding, Finding::WasFrozen(freeze) if hides(freeze));
        let is_fault = |finding: &Finding| *finding == Finding::NetworkFault || self.failed && is_hidden(finding);
        let has_fault = self.found.iter().any(is_fault);
        let is_shown =
            |finding: &&Finding| !is_hidden(finding) && !is_left_out(finding) && **finding != Finding::NetworkFault;
        let others = self.found.iter().filter(is_shown);
        let mut shown: Vec<_> = others.chain(has_fault.then_some(&Finding::NetworkFault)).collect();
        if shown.is_empty() {
            shown.push(if self.failed { &Finding::Unexplained } else { &Finding::NothingFound });
        }
        shown
    }
}

impl Finding {
    const fn reason(&self) -> ReasonCode {
        match self {
            Self::AccountUnknown => ReasonCode::AccountUnknown,
            Self::Frozen(_) | Self::WasFrozen(_) => ReasonCode::Frozen,
            Self::CoolingOff { .. } => ReasonCode::CoolingOff,
            Self::LockedOut { .. } => ReasonCode::LockedOut,
            Self::Limit(hit) | Self::WasAboveLimit(hit) => hit.reason,
            Self::InsufficientFunds => ReasonCode::InsufficientFunds,
            Self::RecipientUnavailable => ReasonCode::RecipientUnavailable,
            Self::RiskHold => ReasonCode::RiskHold,
            Self::ProofNeeded => ReasonCode::ProofNeeded,
            Self::Released { .. } => ReasonCode::Released,
            Self::NetworkFault => ReasonCode::NetworkFault,
            Self::Unexplained | Self::NothingFound => ReasonCode::Unexplained,
        }
    }

    /// Where [`diagnose`] puts it.
    const fn place(&self) -> u8 {
        match self {
            Self::AccountUnknown => 0,
            Self::Frozen(_) => 1,
            Self::CoolingOff { .. } => 2,
            Self::WasFrozen(_) => 3,
            Self::LockedOut { .. } => 4,
            Self::Limit(_) | Self::WasAboveLimit(_) => 5,
            Self::InsufficientFunds => 6,
            Self::RecipientUnavailable => 7,
            Self::RiskHold => 8,
            Self::ProofNeeded => 9,
            Self::Released { .. } => 10,
            Self::NetworkFault => 11,
            Self::Unexplained | Self::NothingFound => 12,
        }
    }

    /// Whether it stands where nothing was found.
    const fn is_fallback(&self) -> bool {
        matches!(self, Self::Unexplained | Self::NothingFound)
    }

    /// Whether the same payment, sent again unchanged, can go through without anyone doing anything.
    fn is_retryable(&self) -> bool {
        matches!(self, Self::NetworkFault | Self::Unexplained) || self.retry_at().is_some()
    }

    /// From when on, if that is known.
    fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::Frozen(freeze) => freeze.until,
            Self::WasFrozen(freeze) => freeze.ends_at(),
            Self::LockedOut { until } | Self::CoolingOff { until } => Some(*until),
            Self::Limit(hit) | Self::WasAboveLimit(hit) => hit.resets_at,
            _ => None,
        }
    }
}

impl LimitHit {
    /// What is left, never below zero.
    pub(super) fn left_to_pay(&self) -> Money {
        Money::from_minor(self.left.minor().max(0), self.left.currency()).unwrap_or(self.left)
    }
}

#[cfg(test)]
mod tests;
