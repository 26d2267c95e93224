//! Why one payment failed or waits: what the account's history says of it, beside what stands in its way now.
//!
//! [`freeze::diagnose`] knows freezes and what it is told; here it is told what was found when the payment was judged.

use super::Settings;
use crate::account::{AccountRecord, Door, Event, EventKind};
use crate::freeze::{
    self, Authority, BalanceFact, Causes, Freezes, LimitHit, PaymentFacts, PendingAnswer, PendingPayment,
    RecipientFact, ReleaseFact, evaluate_pending,
};
use crate::risk::{Assessment, Label, LimitNow, Outcome, OverLimit, Profile, Reason};
use crate::types::{ActorId, Direction, Money, Timestamp, TxId};

/// What the caller knows of a payment that failed or is about to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentAsked {
    /// Which way the money was to move; of a payment that was judged, its own counts.
    pub direction: Direction,
    /// The balance was asked and does not cover the payment and its fees.
    pub balance_too_low: bool,
    /// The recipient was asked and cannot receive it.
    pub recipient_unavailable: bool,
    /// The network or a participant failed to answer.
    pub network_fault: bool,
    /// It is known to have failed. Without that, and unless it was refused here, a payment that nothing stops reads so and not
    /// like a fault: "try again later" would have the customer pay twice.
    pub failed: bool,
}

/// The newest word of an account's history on one payment. One that was refused may have been judged later, after the lift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentWord {
    /// It was judged.
    Judged(JudgedPayment),
    /// It was refused because of a freeze.
    RefusedFrozen {
        /// When.
        at: Timestamp,
        /// How much.
        money: Money,
        /// Which way; `None` where an older version refused it.
        direction: Option<Direction>,
    },
}

/// A payment as it was judged, and what became of it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedPayment {
    /// The transaction.
    pub tx_id: TxId,
    /// When it was judged.
    pub at: Timestamp,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// How much.
    pub money: Money,
    /// Which way.
    pub direction: Direction,
    /// The finding.
    pub assessment: Box<Assessment>,
    /// That it was let pass since, though it was held or asked for a proof.
    pub released: Option<PaymentRelease>,
    /// When it was told to settle.
    pub settled_at: Option<Timestamp>,
    /// Whether it turned out to be fraud.
    pub is_fraud: bool,
}

/// That a payment was let pass after all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRelease {
    /// When.
    pub at: Timestamp,
    /// By whom; `None` = its owner gave the proof.
    pub actor: Option<ActorId>,
    /// On whose authority; `None` = the owner's, or an older version let it pass.
    pub authority: Option<Authority>,
}

/// Follows one payment through an account's history.
#[derive(Clone, Debug)]
pub struct PaymentTrail {
    tx_id: TxId,
    word: Option<PaymentWord>,
}

impl PaymentTrail {
    /// The trail of this payment, before any event was heard.
    #[must_use]
    pub const fn of(tx_id: TxId) -> Self {
        Self { tx_id, word: None }
    }

    /// Hears one event more. Tell them in their order, of all payments and of everything else.
    pub fn hear(&mut self, event: Event) {
        let at = event.at;
        match event.kind {
            EventKind::PaymentAssessed { tx_id, ordered_at, money, direction, assessment, .. }
                if tx_id == self.tx_id =>
            {
                self.word = Some(PaymentWord::Judged(JudgedPayment {
                    tx_id,
                    at,
                    ordered_at,
                    money,
                    direction,
                    assessment,
                    released: None,
                    settled_at: None,
                    is_fraud: false,
                }));
            }
            EventKind::PaymentRefused { tx_id, money, .. } if tx_id == self.tx_id => {
                self.word = Some(PaymentWord::RefusedFrozen { at, money, direction: None });
            }
            EventKind::PaymentStopped { tx_id, money, direction, .. } if tx_id == self.tx_id => {
                self.word = Some(PaymentWord::RefusedFrozen { at, money, direction: Some(direction) });
            }
            later => {
                if let Some(PaymentWord::Judged(judged)) = &mut self.word {
                    judged.hear(at, later);
                }
            }
        }
    }

    /// The newest word; `None` = the payment was neither judged nor refused here.
    #[must_use]
    pub fn into_word(self) -> Option<PaymentWord> {
        self.word
    }
}

impl PaymentWord {
    /// Whether it may settle now, if it was judged and has not been told to settle yet. Whether it was let pass is not asked:
    /// [`JudgedPayment::is_waiting`] says that it was not.
    #[must_use]
    pub fn pending(&self, freezes: &Freezes, now: Timestamp) -> Option<PendingAnswer> {
        match self {
            Self::Judged(judged) => judged.settled_at.is_none().then(|| judged.pending(freezes, now)),
            Self::RefusedFrozen { .. } => None,
        }
    }

    /// Which way the money was to move, where it is known.
    fn direction(&self) -> Option<Direction> {
        match self {
            Self::Judged(judged) => Some(judged.direction),
            Self::RefusedFrozen { direction, .. } => *direction,
        }
    }
}

impl JudgedPayment {
    /// Whether it was held or asked for a proof, and nobody has let it pass or settled it.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.assessment.outcome > Outcome::Allow && self.released.is_none() && self.settled_at.is_none()
    }

    /// What became of it since it was judged.
    fn hear(&mut self, at: Timestamp, event: EventKind) {
        match event {
            EventKind::PaymentReleased { tx_id, actor } if tx_id == self.tx_id => {
                self.released = Some(PaymentRelease { at, actor, authority: None });
            }
            EventKind::PaymentLetPass { tx_id, actor, authority } if tx_id == self.tx_id => {
                self.released = Some(PaymentRelease { at, actor: Some(actor), authority: Some(authority) });
            }
            EventKind::PendingFinished { tx_id } if tx_id == self.tx_id => self.settled_at = Some(at),
            EventKind::PaymentLabelled { tx_id, label } if tx_id == self.tx_id => {
                self.is_fraud = label == Label::Fraud;
            }
            _ => {}
        }
    }

    /// As the service answers who settles: what was not allowed at once was accepted when it was released.
    fn pending(&self, freezes: &Freezes, now: Timestamp) -> PendingAnswer {
        let released_at = self.released.as_ref().map(|release| release.at);
        let accepted_at = if self.assessment.outcome == Outcome::Allow { Some(self.at) } else { released_at };
        let (direction, judged_at) = (self.direction, self.at);
        let payment = PendingPayment { direction, judged_at, accepted_at, waits_for_review: self.is_fraud };
        evaluate_pending(freezes, &payment, now)
    }
}

/// Finds why a payment fails or waits at `now`: what stands in its way, what it was held or refused for, and what the
/// caller found out. Without a word of the history it is a new payment. Changes nothing.
///
/// ```
/// use account_security::account::AccountRecord;
/// use account_security::command::{PaymentAsked, Settings, explain};
/// use account_security::types::{Direction, ReasonCode, Timestamp};
/// let asked = PaymentAsked {
///     direction: Direction::Out, balance_too_low: true, recipient_unavailable: false, network_fault: false, failed: true,
/// };
/// let causes = explain(&AccountRecord::default(), None, &asked, &Settings::default(), Timestamp::MIN);
/// assert_eq!(causes.for_audit().collect::<Vec<_>>(), [ReasonCode::InsufficientFunds]);
/// ```
#[must_use]
pub fn explain(
    record: &AccountRecord,
    word: Option<&PaymentWord>,
    asked: &PaymentAsked,
    settings: &Settings,
    now: Timestamp,
) -> Causes {
    let direction = word.and_then(PaymentWord::direction).unwrap_or(asked.direction);
    let base = PaymentFacts {
        lockout_until: record
            .second_factor_budget
            .blocked_until_at(Door::Elsewhere, now)
            .filter(|_| direction == Direction::Out),
        balance: asked.balance_too_low.then_some(BalanceFact { enough: false }),
        recipient: asked.recipient_unavailable.then_some(RecipientFact { can_receive: false }),
        network_fault: asked.network_fault,
        failed: asked.failed,
        ..PaymentFacts::new(&record.freezes, direction)
    };
    match word {
        None => freeze::diagnose(&base, now),
        Some(PaymentWord::RefusedFrozen { at, .. }) => {
            freeze::diagnose(&PaymentFacts { refused_at: Some(*at), failed: true, ..base }, now)
        }
        Some(PaymentWord::Judged(judged)) => judged.explained(record, &base, settings, now),
    }
}

impl JudgedPayment {
    fn explained(
        &self,
        record: &AccountRecord,
        base: &PaymentFacts<'_>,
        settings: &Settings,
        now: Timestamp,
    ) -> Causes {
        let is_held = self.released.is_none() && self.assessment.outcome >= Outcome::Hold;
        let is_for_limits_alone = is_held && settings.risk.is_held_for_limits_alone(&self.assessment);
        let mut limits = if is_held { self.limit_hits(record, now) } else { Vec::new() };
        if !is_for_limits_alone {
            // Somebody looks at it: "order it again" would make two payments of it.
            limits.retain(|hit| hit.resets_at.is_none_or(|at| now < at));
        }
        let released = self.released.as_ref();
        let facts = PaymentFacts {
            limits: &limits,
            risk_hold: is_held && !is_for_limits_alone,
            proof_needed: self.is_waiting() && self.assessment.outcome == Outcome::StepUp,
            released: released.map(|release| ReleaseFact { at: release.at, actor: release.actor.as_ref() }),
            ..*base
        };
        let causes = freeze::diagnose(&facts, now);
        // A refund is never turned away, and yet waits while money in is closed.
        match self.pending(&record.freezes, now) {
            PendingAnswer::Hold { causes: holding, .. } => causes.with(holding),
            PendingAnswer::Finish => causes,
        }
    }

    /// The limits it was held for, as they stand now: of each kind the tightest.
    fn limit_hits(&self, record: &AccountRecord, now: Timestamp) -> Vec<LimitHit> {
        // A profile that cannot be read remembers nothing: the limits are told as they were found.
        let profile = record.profile.read().unwrap_or_default();
        let mut hits: Vec<LimitHit> = Vec::new();
        for reason in self.assessment.reasons.iter().filter(|reason| !reason.shadow) {
            let Some(hit) = self.limit_hit(reason, &profile, now) else { continue };
            match hits.iter_mut().find(|other| other.reason == hit.reason) {
                Some(other) => *other = tighter(*other, hit),
                None => hits.push(hit),
            }
        }
        hits
    }

    fn limit_hit(&self, reason: &Reason, profile: &Profile, now: Timestamp) -> Option<LimitHit> {
        let amount_minor = self.money.minor().unsigned_abs();
        let over = OverLimit { tx_id: self.tx_id, ordered_at: self.ordered_at, amount_minor };
        let (left_minor, resets_at) = match over.under(reason, profile, now)? {
            LimitNow::Above { left_minor, fits_at } => (left_minor, fits_at),
            LimitNow::Fits { since } => (amount_minor, Some(since)),
        };
        let left = Money::from_minor(i64::try_from(left_minor).unwrap_or(i64::MAX), self.money.currency()).ok()?;
        Some(LimitHit { reason: reason.code, left, resets_at })
    }
}

/// What is left under both, and when the payment fits under both.
fn tighter(one: LimitHit, other: LimitHit) -> LimitHit {
    let left = if one.left.minor() <= other.left.minor() { one.left } else { other.left };
    let resets_at = one.resets_at.zip(other.resets_at).map(|(one, other)| one.max(other));
    LimitHit { left, resets_at, ..one }
}
