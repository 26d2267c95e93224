//! The one verb: look at a payment beside its account, answer, and hand back the account as it is now.

use std::hint::black_box;

use super::amount::{AmountProfile, AmountView, believe, own_share_q8};
use super::check::CheckedPolicy;
use super::error::RiskError;
use super::fixed::{Belief, millibans_of_bits};
use super::observe::Observed;
use super::payee::PayeeBelief;
use super::reasons::Reasons;
use super::record::Entry;
use super::rules::{self, Seen};
use super::score::{Assessment, Findings, FirstAnswer, Millibans, Outcome, Reason, ReasonGroup};
use super::snooze::Asleep;
use super::state::{AccountBelief, Event, Profile, Told, ring_name};
use super::tra::{self, TraFactors};
use super::window::local_day;
use super::{OFFSET_MIN_MAX, patterns};
use crate::types::time::{DAY_MS, MINUTE_MS};
use crate::types::{Direction, Fingerprint, Payment, ReasonCode, Timestamp};

/// How far a payment may lie ahead of the decision's clock.
pub const CLOCK_SKEW_MS: u64 = 5 * MINUTE_MS;
/// How far back a late payment is still entered in its own place.
pub const LATE_MS_MAX: u64 = 30 * DAY_MS;
/// A group speaks for a freeze from here on.
pub(super) const AGREES_FROM: Millibans = Millibans(500);

/// What is known beside the payment and the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssessContext {
    /// The clock of the decision.
    pub now: Timestamp,
    /// Minutes east of UTC that hold for the account at the payment's time; local days and hours follow it.
    pub local_offset_min: i32,
    /// Payments of the account are frozen: held, and counted as an attempt.
    pub frozen: bool,
    /// When password, phone or device last changed.
    pub last_security_change: Option<Timestamp>,
    /// What the session showed.
    pub signals: Signals,
}

/// What the caller knows of the session and the payee. `None` is "nobody looked", which is not "nothing was found": no
/// rule fires on it, and [`tra_exemption`](super::tra_exemption) is refused for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// Whether malware was seen.
    pub malware: Option<bool>,
    /// Whether the device is rooted or jail-broken.
    pub rooted: Option<bool>,
    /// Whether the credential is on a list of stolen ones.
    pub compromised_credential: Option<bool>,
    /// Whether the payee sits in a high-risk place.
    pub high_risk_payee_location: Option<bool>,
    /// Payee, device or country is on a deny list: at least held. The policy's own lists need not be told here.
    pub deny_listed: bool,
    /// The payee is trusted by the account (PSD2 RTS art. 13): soft findings give no points. No limit, deny list, freeze
    /// or least outcome of a rule is passed by it.
    pub allow_listed: bool,
}

impl AssessContext {
    /// A context in which nothing but the clock and the offset is known.
    #[must_use]
    pub const fn at(now: Timestamp, local_offset_min: i32) -> Self {
        let signals = Signals {
            malware: None,
            rooted: None,
            compromised_credential: None,
            high_risk_payee_location: None,
            deny_listed: false,
            allow_listed: false,
        };
        Self { now, local_offset_min, frozen: false, last_security_change: None, signals }
    }
}

/// An answer, and what the profile learns with it: [`Assessed::commit`] enters it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an answer that is not committed is not counted"]
pub struct Assessed {
    /// The answer.
    pub assessment: Assessment,
    /// [`Payment::content_fingerprint`], for the audit trail: it costs too much to compute twice.
    pub content_fingerprint: u64,
    /// What the profile keeps; nothing where the record refused the payment.
    entry: Option<Entry>,
}

impl Assessed {
    /// Enters the payment into the profile it was assessed on, in place: a profile has some kilobytes, a payment changes
    /// a few hundred bytes of them. Store the profile before the answer is given out.
    pub fn commit(&self, profile: &mut Profile) {
        if let Some(entry) = &self.entry {
            entry.enter(profile);
        }
    }

    /// True when the profile stays as it was: a repeat, a clock ahead, another currency, another content of the same id,
    /// or a payment too old to be entered.
    #[must_use]
    pub const fn changes_nothing(&self) -> bool {
        self.entry.is_none()
    }
}

/// Assesses a payment. Pure: equal inputs give equal answers on every platform.
///
/// A payment held for its record (clock ahead, wrong currency, an id with another content) changes nothing; the same
/// payment again gets its first answer. A held payment counts as an attempt, never as spend.
///
/// ```
/// use account_security::risk::{AssessContext, CheckedPolicy, Outcome, Profile, RiskPolicy, assess};
/// use account_security::types::{Currency, Money, Payment, Timestamp};
/// let policy = CheckedPolicy::new(RiskPolicy::wallet())?;
/// let at = Timestamp::from_unix_s(1_700_000_000)?;
/// let payment = Payment::out("tx-1", Money::parse("12.50", Currency::EUR)?, at)?.to("bakery");
/// let mut profile = Profile::new();
/// let first = assess(&profile, &payment, None, &policy, &AssessContext::at(at, 60))?;
/// assert_eq!(first.assessment.outcome, Outcome::Allow);
/// first.commit(&mut profile);
/// let again = assess(&profile, &payment, None, &policy, &AssessContext::at(at, 60))?;
/// assert!(again.assessment.repeated.is_some() && again.changes_nothing());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RiskError::OffsetOutOfRange`] for an offset no place on earth has.
pub fn assess(
    profile: &Profile,
    payment: &Payment,
    payee: Option<&PayeeBelief>,
    policy: &CheckedPolicy,
    context: &AssessContext,
) -> Result<Assessed, RiskError> {
    let seen = Seen::new(profile, payment, policy, context)?;
    // The lines of the profile are on their way while the payment is hashed.
    black_box(profile.touch(payment.at));
    let content = payment.content_fingerprint();
    if let Some(assessment) = gate(profile, payment, content, policy, context) {
        return Ok(Assessed { assessment, content_fingerprint: content, entry: None });
    }
    let (verdict, learnt) =
        if payment.direction == Direction::Out { judge(&seen, payee) } else { (Verdict::credit(policy), None) };
    let entry = (!seen.is_too_late())
        .then(|| Entry::new(&seen, Event::of(&seen, verdict.outcome), told_of(&seen, content, &verdict), learnt));
    Ok(Assessed { assessment: verdict.into_assessment(policy), content_fingerprint: content, entry })
}

/// What refuses or repeats a payment before any rule is asked.
fn gate(
    profile: &Profile,
    payment: &Payment,
    content: u64,
    policy: &CheckedPolicy,
    context: &AssessContext,
) -> Option<Assessment> {
    let id = short_id(payment);
    if let Some((event, told)) = profile.ring.find(id) {
        let same = told.content == short_content(content);
        return Some(if same {
            repeated(event.outcome, told, policy)
        } else {
            held(ReasonCode::DuplicateConflict, policy)
        });
    }
    if profile.refuses(payment.money.currency(), policy) {
        return Some(held(ReasonCode::CurrencyMismatch, policy));
    }
    (payment.at > context.now.plus_ms(CLOCK_SKEW_MS)).then(|| held(ReasonCode::ClockSkew, policy))
}

fn held(code: ReasonCode, policy: &CheckedPolicy) -> Assessment {
    Assessment {
        score: Millibans(0),
        outcome: Outcome::Hold,
        reasons: [Reason::bare(code, ReasonGroup::Record)].into_iter().collect(),
        repeated: None,
        own_evidence: policy.derived().usual,
        policy_hash: policy.content_hash(),
        looked_at: TraFactors::NONE,
    }
}

fn repeated(outcome: Outcome, told: &Told, policy: &CheckedPolicy) -> Assessment {
    let strongest = told.strongest.map(|code| ReasonCode::try_from(code).ok());
    let answer = FirstAnswer { score: Millibans(told.score), outcome, strongest };
    Assessment {
        score: Millibans(0),
        outcome,
        reasons: Reasons::default(),
        repeated: Some(answer),
        own_evidence: policy.derived().usual,
        policy_hash: policy.content_hash(),
        looked_at: TraFactors::NONE,
    }
}

/// The findings of one payment and what they come to.
struct Verdict {
    score: Millibans,
    outcome: Outcome,
    reasons: Reasons,
    own_evidence: Belief,
    looked_at: TraFactors,
}

/// What the payment teaches: what is now believed of the account, and its amounts as they are then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Learnt {
    pub(super) taken_over: AccountBelief,
    pub(super) amounts: AmountProfile,
}

impl Verdict {
    fn credit(policy: &CheckedPolicy) -> Self {
        let own_evidence = policy.derived().usual;
        let (score, reasons, looked_at) = (Millibans(0), Reasons::default(), TraFactors::NONE);
        Self { score, outcome: Outcome::Allow, reasons, own_evidence, looked_at }
    }

    fn into_assessment(self, policy: &CheckedPolicy) -> Assessment {
        Assessment {
            score: self.score,
            outcome: self.outcome,
            reasons: self.reasons,
            repeated: None,
            own_evidence: self.own_evidence,
            policy_hash: policy.content_hash(),
            looked_at: self.looked_at,
        }
    }
}

impl<'a> Seen<'a> {
    pub(super) fn new(
        profile: &'a Profile,
        payment: &'a Payment,
        policy: &'a CheckedPolicy,
        context: &'a AssessContext,
    ) -> Result<Self, RiskError> {
        let offset_min = i16::try_from(context.local_offset_min)
            .ok()
            .filter(|offset_min| (-OFFSET_MIN_MAX..=OFFSET_MIN_MAX).contains(offset_min))
            .ok_or(RiskError::OffsetOutOfRange(context.local_offset_min))?;
        let name = |fingerprint: Option<Fingerprint>| fingerprint.map_or(0, |name| ring_name(name.0));
        Ok(Self {
            profile,
            payment,
            amount: payment.money.minor().unsigned_abs(),
            offset_min,
            day: local_day(payment.at, offset_min),
            names: (name(payment.payee), name(payment.device)),
            policy,
            context,
            signals: policy.policy().lists.and_known(payment, context.signals),
        })
    }

    /// Whether the sums of its time are no longer kept.
    pub(super) fn is_too_late(&self) -> bool {
        self.profile.newest.ms_since(self.payment.at) > LATE_MS_MAX
    }
}

/// Asks every rule, then weighs two explanations: someone else uses the account, or the payee is compromised.
fn judge(seen: &Seen<'_>, payee: Option<&PayeeBelief>) -> (Verdict, Option<Learnt>) {
    let policy = seen.policy.policy();
    let asleep = Asleep::of(seen.profile, seen.policy, seen.context.now);
    let mut findings = Findings::new(Millibans::from_decibans(policy.group_cap_db), asleep);
    if seen.payment.at < seen.profile.newest {
        // What is too late to be counted passes every limit, so it does not pass by itself.
        let floor = if seen.is_too_late() { Outcome::Hold } else { Outcome::Allow };
        findings.note(ReasonCode::LateEvent, ReasonGroup::Record, floor);
    }
    rules::limits(seen, &mut findings);
    rules::session(seen, &mut findings);
    let (view, before) = judge_amount(seen, &mut findings);
    rules::large_amount(seen, &mut findings);
    rules::velocity(seen, &mut findings);
    rules::novelty(seen, &mut findings);
    rules::journey(seen, &mut findings);
    patterns::patterns(seen, &mut findings);
    let own_log_odds = seen.policy.derived().usual_odds + findings.sum();
    let own_evidence = Belief::of_log_odds(own_log_odds);
    if let Some(payee) = payee {
        judge_payee(seen, payee, own_evidence, &mut findings);
    }
    if !seen.policy.custom_rules().is_empty() {
        let observed = Observed { seen, payee, account: before, score: findings.sum() };
        seen.policy.custom_rules().ask(&observed, &mut findings);
    }
    rules::allow_list(seen, &mut findings);
    let score = findings.sum();
    // A freeze needs two groups that agree, or a deny list.
    let agreeing = if seen.signals.deny_listed { 2 } else { findings.groups_from(AGREES_FROM) };
    let floor = if agreeing >= 2 { findings.floor() } else { findings.floor().min(Outcome::Hold) };
    let outcome = seen.policy.outcome_of(score, agreeing).max(floor);
    let belief = believe(before, seen.policy.account_resting(), view.bits_q16, &policy.amount);
    let mut amounts = seen.profile.amounts;
    // A payment held by its score still teaches, weighted by how far it is the owner's: an engine that stops learning
    // after a hold goes blind. One that a limit, a list or a freeze never allowed teaches nothing.
    if findings.floor() < Outcome::Hold {
        amounts.learn(seen.amount, &view, own_share_q8(own_evidence), &policy.amount);
    }
    let at = seen.payment.at.max(seen.profile.taken_over.at);
    let learnt = Learnt { taken_over: AccountBelief { belief: Some(belief), at }, amounts };
    let looked_at = tra::looked_at(seen);
    (Verdict { score, outcome, reasons: findings.into_reasons(), own_evidence, looked_at }, Some(learnt))
}

/// The odds of a thief's payment split exactly in two: how likely a thief is about, and how much this amount is his.
fn judge_amount(seen: &Seen<'_>, findings: &mut Findings) -> (AmountView, Belief) {
    let amount = &seen.policy.policy().amount;
    let resting = seen.policy.account_resting();
    let derived = seen.policy.derived();
    let mut view = seen.view();
    if view.bits_q16 > 0 && seen.usual_at_payee() {
        view.bits_q16 = 0;
    }
    let belief = seen.profile.taken_over.predict(resting, seen.payment.at, derived.account_forgetting);
    let share = amount.fraud_share_permille;
    let regime = belief.share(share).log_odds() - derived.usual_odds;
    let outlier = (millibans_of_bits(view.bits_q16), view.multiple_permille, i64::from(amount.multiple_permille));
    rules::amounts(findings, amount.mode, (regime, belief.to_ppm(), resting.to_ppm()), outlier);
    (view, belief)
}

/// What this payee adds to what the account says, over what a payee nothing is known of adds to a usual account. The whole
/// is the odds of "either explanation", so a payee without complaints takes some points from a suspicious account (a ban
/// at most), and the account's suspicion is told by the rest. Measured over an unknown payee beside the same account
/// instead, an unknown payee would give nothing, but shops and accounts would be on two scales: the average precision on
/// the labelled history fell from 0.77 to 0.56.
fn judge_payee(seen: &Seen<'_>, payee: &PayeeBelief, own: Belief, findings: &mut Findings) {
    let payee_policy = &seen.policy.policy().payee;
    let belief = payee.predict(seen.payment.at, seen.policy);
    let resting = seen.policy.payee_resting();
    let share = payee_policy.fraud_share_permille;
    let added = own.either(belief.share(share)) - own.log_odds();
    let points = added - seen.policy.derived().payee_usual;
    rules::payee(findings, payee_policy.mode, points, belief.to_ppm(), resting.to_ppm());
}

impl Event {
    /// What the ring keeps of the payment.
    pub(super) fn of(seen: &Seen<'_>, outcome: Outcome) -> Self {
        Self {
            at: seen.payment.at,
            amount: seen.amount,
            payee: seen.names.0,
            device: seen.names.1,
            new_payee: seen.is_new_payee(),
            kind: seen.payment.kind,
            direction: seen.payment.direction,
            outcome,
        }
    }
}

fn told_of(seen: &Seen<'_>, content: u64, verdict: &Verdict) -> Told {
    let mut strongest = [(0, 0_u16); 2];
    for reason in verdict.reasons.iter().filter(|reason| !reason.shadow) {
        let weight = if reason.group == ReasonGroup::Limit { i32::MAX } else { reason.points.0 };
        if weight > strongest[0].0 {
            strongest = [(weight, reason.code.code()), strongest[0]];
        } else if weight > strongest[1].0 {
            strongest[1] = (weight, reason.code.code());
        }
    }
    Told {
        id: short_id(seen.payment),
        content: short_content(content),
        score: verdict.score.0,
        strongest: strongest.map(|(_, code)| code),
        offset_min: Some(seen.offset_min),
    }
}

pub(super) fn short_id(payment: &Payment) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = payment.tx_id.0;
    [a, b, c, d, e, f, g, h]
}

pub(super) fn short_content(content: u64) -> u32 {
    let [a, b, c, d, ..] = content.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
