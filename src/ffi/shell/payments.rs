//! Payments: judged, and explained when they fail.

use super::error::ShellError;
use super::freezes::authority;
use super::parse;
use super::security::Security;
use crate::command::{PaymentAsked, PaymentDecision, PaymentTrail, PaymentWord, explain};
use crate::freeze::{Actor, Causes, CustomerCause};
use crate::risk::{Label, Outcome, Signals};
use crate::service::{LabelOutcome, ReleaseOutcome};
use crate::types::{AccountId, Payment, Timestamp, TxId};

/// Events read at a time where a payment is looked for.
const EVENTS_PER_READ: usize = 512;

/// A payment as ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct PaymentInput {
    /// Names it for ever: the same id is judged once.
    pub tx_id: String,
    /// Amount in the currency's smallest unit.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// `out`, `in`, `refund` or `reversal`.
    pub direction: String,
    /// `card`, `transfer`, `cash_out`, `bill` or `other`.
    pub kind: String,
    /// The other side.
    pub payee: Option<String>,
    /// The device it was ordered on.
    pub device: Option<String>,
    /// ISO 3166-1 code of the place, two letters.
    pub country: Option<String>,
    /// Where it was ordered: latitude in millionths of a degree, -90,000,000 to 90,000,000; absent = not known. With it go the
    /// next two, or none of the three. Impossible travel is seen by it.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub lat_e6: Option<i32>,
    /// Longitude in millionths of a degree, -180,000,000 to 180,000,000.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub lon_e6: Option<i32>,
    /// How far off the place may be, in metres: that of the phone's position, or of the network it was guessed from.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub accuracy_m: Option<u32>,
    /// When it was ordered.
    pub at_ms: i64,
    /// Minutes the account's local time is ahead of UTC.
    pub local_offset_min: i32,
    /// Whether malware was seen on the device; absent = nobody looked, which is not "no". So with the next three.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub malware: Option<bool>,
    /// Whether the device is rooted or jail-broken.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub rooted: Option<bool>,
    /// Whether the credential is on a list of stolen ones.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub compromised_credential: Option<bool>,
    /// Whether the payee sits in a high-risk place.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub high_risk_payee_location: Option<bool>,
    /// Payee, device or country is on a deny list of the caller's: at least held.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub deny_listed: bool,
    /// The payee is trusted by the account: soft findings give no points.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub allow_listed: bool,
}

/// What to do with a payment. Numbers count from 1, as in C: a 0 that nobody wrote is never the best of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[repr(u8)]
pub enum PaymentOutcome {
    /// Let it pass.
    Allow = 1,
    /// Ask for a second factor.
    StepUp = 2,
    /// Hold it for review.
    Hold = 3,
    /// Hold it and freeze the account.
    FreezeRecommended = 4,
    /// The account is frozen for this: nothing was judged.
    Frozen = 5,
    /// The id came before with other content.
    Conflict = 6,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ReasonLine {
    /// Its stable name: `LIMIT_TX`, `LIMIT_DAY`, `LIMIT_WEEK`, `LIMIT_MONTH`, `VEL_COUNT`, `VEL_SUM`, `VEL_PAYEES`,
    /// `VEL_ATTEMPTS`, `VEL_DEVICES`, `AMOUNT_OUTLIER`, `AMOUNT_REGIME`, `ROUND_AMOUNT`, `NEW_DEVICE`, `NEW_PAYEE`,
    /// `NEW_COUNTRY`, `NEW_DEVICE_NEW_PAYEE`, `NEW_DEVICE_NEW_COUNTRY`, `IMPOSSIBLE_TRAVEL`, `STRUCTURING`, `DORMANT_WAKE`,
    /// `RAPID_IN_OUT`, `CARD_TESTING`, `NIGHT_UNUSUAL`, `PAYEE_RISK`, `PAYEE_ORDINARY`, `DENY_LIST`, `MALWARE_SIGNAL`,
    /// `COMPROMISED_CREDENTIAL`, `HIGH_RISK_PAYEE_LOCATION`, `RECENT_SECURITY_CHANGE`, `DEVICE_ROOTED`, `ALLOW_LIST`,
    /// `LATE_EVENT`, `CLOCK_SKEW`, `DUPLICATE_CONFLICT`, `CURRENCY_MISMATCH`, `SUM_SATURATED`, and `CUSTOM_RULE` of rules of
    /// one's own. Names may be added.
    pub name: String,
    /// Its stable number.
    pub code: u16,
    /// Thousandths of a ban it adds to the score.
    pub points_millibans: i32,
    /// What was seen, in the rule's unit.
    pub observed: i64,
    /// What it was measured against.
    pub threshold: i64,
    /// The window looked at; 0 = none.
    pub window_ms: u64,
    /// On trial: told, not counted.
    pub shadow: bool,
}

/// The judgement. A payment that came before gets its first answer again, word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct PaymentAnswer {
    /// What to do.
    pub outcome: PaymentOutcome,
    /// The sum of the points, in thousandths of a ban.
    pub score_millibans: i32,
    /// Every finding.
    pub reasons: Vec<ReasonLine>,
}

/// What came of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct BatchAnswer {
    /// In the order of their payments: of all of them, or of those before the one that stopped the batch.
    pub answers: Vec<PaymentAnswer>,
    /// Why the next payment could not be judged; absent = all were. It and those behind it are denied: ask again with them.
    pub stopped: Option<BatchStop>,
}

/// Why a batch ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct BatchStop {
    /// The stable number, as of a call that is denied.
    pub code: u16,
    /// The stable name of the reason, as of a call that is denied; empty for a defect of this library.
    pub reason: String,
    /// For logs and developers. Holds no secret.
    pub what: String,
    /// Whether asking again later may help.
    pub is_transient: bool,
}

/// What came of letting a payment pass after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ReleaseAnswer {
    /// It counts, now or since an earlier call; one that was allowed always did.
    Released,
    /// No such payment was judged for this account, or it was refused for a freeze: order it again.
    UnknownPayment,
    /// The payment that was judged under this id was another one.
    Conflict,
    /// It was held: a proof of the owner is not enough, somebody has to let it pass.
    NeedsReview,
    /// The account is closed for it now; or the payment was judged before the owner lifted a freeze and is the owner's alone to
    /// release, in the cooling-off after that lift: order it again.
    Frozen,
    /// It was labelled as fraud since, and a label stands.
    Fraud,
}

/// A payment that failed or is about to, and what the caller knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct PaymentQuestion {
    /// `out`, `in`, `refund` or `reversal`; of a payment that was judged, its own counts.
    pub direction: String,
    /// The payment, if it was judged: a hold for review is a cause.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub tx_id: Option<String>,
    /// The balance was asked and does not cover the payment and its fees.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub balance_too_low: bool,
    /// The recipient was asked and cannot receive it.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub recipient_unavailable: bool,
    /// The network or a participant failed to answer.
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub network_fault: bool,
}

/// One cause why a payment fails.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CauseLine {
    /// The customer's text, in the language asked for.
    pub text: String,
    /// Whether trying again may help.
    pub retryable: bool,
    /// From when on; absent = not known.
    pub retry_at_ms: Option<i64>,
}

impl Security {
    /// Judges a payment.
    ///
    /// # Errors
    /// [`ShellError`]: do not let it pass.
    pub fn assess(&self, account: &str, payment: &PaymentInput) -> Result<PaymentAnswer, ShellError> {
        self.judged(&parse::account(account)?, payment, &parse::payment(payment)?)
    }

    /// Tells that a judged payment passes after all: one that asked for a step-up, once its owner gave the proof (`actor` and
    /// `as_authority` are `None`), or one that was held, once `actor` looked at it, at least an `agent`. Until then its payee, device, country and place stay new, and
    /// a held payment counts as not spent. `payment` is the payment as it was judged.
    ///
    /// # Errors
    /// [`ShellError`]: do not let it pass.
    pub fn release_payment(
        &self,
        account: &str,
        payment: &PaymentInput,
        actor: Option<&str>,
        as_authority: Option<&str>,
    ) -> Result<ReleaseAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let by = releasing(actor, as_authority)?;
        let (judged, offset_min) = (parse::payment(payment)?, payment.local_offset_min);
        Ok(match self.service.release_payment(&owner, &judged, offset_min, by.as_ref(), now)? {
            ReleaseOutcome::Released => ReleaseAnswer::Released,
            ReleaseOutcome::UnknownPayment => ReleaseAnswer::UnknownPayment,
            ReleaseOutcome::Conflict => ReleaseAnswer::Conflict,
            ReleaseOutcome::NeedsReview => ReleaseAnswer::NeedsReview,
            ReleaseOutcome::Frozen => ReleaseAnswer::Frozen,
            ReleaseOutcome::Fraud => ReleaseAnswer::Fraud,
        })
    }

    /// Judges payments in the order given. All are read before any is judged, so that a batch with one that cannot be a payment
    /// changes nothing. A fault later on ends the batch, and what was judged before it stays judged and is in the answer.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] for a payment that cannot be one, with its place in the field: `payments[3].currency`, counted
    /// from 0; [`ShellError`] where nothing could be asked at all.
    pub fn assess_many(&self, account: &str, payments: &[PaymentInput]) -> Result<BatchAnswer, ShellError> {
        let (owner, _) = self.asked(account)?;
        let mut sent = Vec::with_capacity(payments.len());
        for (place, payment) in payments.iter().enumerate() {
            sent.push(parse::payment(payment).map_err(|fault| in_list(place, fault))?);
        }
        let mut answers = Vec::with_capacity(payments.len());
        for (payment, sent) in payments.iter().zip(&sent) {
            match self.judged(&owner, payment, sent) {
                Ok(judged) => answers.push(judged),
                Err(fault) => return Ok(BatchAnswer { answers, stopped: Some(stop(fault)) }),
            }
        }
        Ok(BatchAnswer { answers, stopped: None })
    }

    /// Learns whether a payment was fraud, however late. The same label again changes nothing.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] where nothing was learned: of `tx_id` for a payment that this account never had judged, of
    /// `is_fraud` where the contrary was said before, which stands; any other [`ShellError`].
    pub fn label(&self, account: &str, tx_id: &str, is_fraud: bool) -> Result<(), ShellError> {
        let (owner, now) = self.asked(account)?;
        let label = if is_fraud { Label::Fraud } else { Label::Genuine };
        match self.service.label(&owner, parse::tx_id("tx_id", tx_id)?, label, now)? {
            LabelOutcome::Learned => Ok(()),
            LabelOutcome::UnknownPayment => Err(ShellError::invalid("tx_id", "no such payment of this account")),
            LabelOutcome::Contradicts { .. } => Err(ShellError::invalid("is_fraud", "the contrary was said before")),
        }
    }

    /// Why a payment fails now, as the customer may know it: freezes, locks after wrong tries, and what the caller found out;
    /// of one that was judged also the limits it is above, a hold for review, or that it was let pass; of one that was
    /// refused, that the freeze has ended. Never empty: where nothing is known to stand in its way, one cause says so.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] of `tx_id` for a payment that this account never had judged; any other [`ShellError`].
    pub fn diagnose(
        &self,
        account: &str,
        question: &PaymentQuestion,
        locale: &str,
    ) -> Result<Vec<CauseLine>, ShellError> {
        let (record, now) = self.seen(account)?;
        let asked = PaymentAsked {
            direction: parse::direction(&question.direction)?,
            balance_too_low: question.balance_too_low,
            recipient_unavailable: question.recipient_unavailable,
            network_fault: question.network_fault,
            // An app asks because a payment failed.
            failed: true,
        };
        let tx_id = question.tx_id.as_deref().map(|tx_id| parse::tx_id("tx_id", tx_id)).transpose()?;
        let word = match tx_id {
            None => None,
            Some(tx_id) => match self.newest_word(account, tx_id)? {
                None => return Err(ShellError::invalid("tx_id", "no such payment of this account")),
                found => found,
            },
        };
        Ok(self.causes(&explain(&record, word.as_ref(), &asked, &self.service.settings(), now), locale))
    }

    /// What the customer may know of causes.
    pub(super) fn causes(&self, causes: &Causes, locale: &str) -> Vec<CauseLine> {
        let told = causes.for_customer(parse::locale(locale), &self.service.settings().support);
        let line = |cause: CustomerCause| CauseLine {
            text: cause.text,
            retryable: cause.retryable,
            retry_at_ms: cause.retry_at.map(Timestamp::unix_ms),
        };
        told.into_iter().map(line).collect()
    }

    fn judged(&self, owner: &AccountId, payment: &PaymentInput, sent: &Payment) -> Result<PaymentAnswer, ShellError> {
        let (offset_min, now) = (payment.local_offset_min, self.now()?);
        Ok(answer(self.service.assess_with_signals(owner, sent, offset_min, &signals(payment), now)?))
    }

    /// The newest word of the account's history on a payment.
    fn newest_word(&self, account: &str, tx_id: TxId) -> Result<Option<PaymentWord>, ShellError> {
        let owner = parse::account(account)?;
        let (mut next, mut trail) = (1, PaymentTrail::of(tx_id));
        loop {
            let events = self.service.history(&owner, next, EVENTS_PER_READ)?;
            let Some((last, _)) = events.last() else { return Ok(trail.into_word()) };
            next = last + 1;
            events.into_iter().for_each(|(_, event)| trail.hear(event));
        }
    }
}

/// Who lets a payment pass; nobody where its owner gave the proof.
fn releasing(actor: Option<&str>, as_authority: Option<&str>) -> Result<Option<Actor>, ShellError> {
    let by = actor.map(parse::actor).transpose()?;
    let rank = as_authority.map(|name| authority("as_authority", name)).transpose()?;
    match (by, rank) {
        (None, None) => Ok(None),
        (Some(by), Some(rank)) => Ok(Some(Actor::staff(by, rank))),
        (Some(_), None) => Err(ShellError::invalid("as_authority", "the authority of `actor`, beside it")),
        (None, Some(_)) => Err(ShellError::invalid("actor", "whose authority it is, beside it")),
    }
}

/// The fault with the payment's place in its field.
fn in_list(place: usize, fault: ShellError) -> ShellError {
    match fault {
        ShellError::Invalid { field, what } => {
            ShellError::Invalid { field: format!("payments[{place}].{field}"), what }
        }
        other => other,
    }
}

fn stop(fault: ShellError) -> BatchStop {
    let code = fault.code();
    match fault {
        ShellError::Denied { reason, what, is_transient, .. } => BatchStop { code, reason, what, is_transient },
        other => BatchStop { code, reason: String::new(), what: other.to_string(), is_transient: false },
    }
}

const fn signals(payment: &PaymentInput) -> Signals {
    Signals {
        malware: payment.malware,
        rooted: payment.rooted,
        compromised_credential: payment.compromised_credential,
        high_risk_payee_location: payment.high_risk_payee_location,
        deny_listed: payment.deny_listed,
        allow_listed: payment.allow_listed,
    }
}

fn answer(decision: PaymentDecision) -> PaymentAnswer {
    let plain = |outcome| PaymentAnswer { outcome, score_millibans: 0, reasons: Vec::new() };
    match decision {
        PaymentDecision::Frozen => plain(PaymentOutcome::Frozen),
        PaymentDecision::Conflict => plain(PaymentOutcome::Conflict),
        PaymentDecision::Assessed(found) => PaymentAnswer {
            outcome: match found.outcome {
                Outcome::Allow => PaymentOutcome::Allow,
                Outcome::StepUp => PaymentOutcome::StepUp,
                Outcome::Hold => PaymentOutcome::Hold,
                Outcome::FreezeRecommended => PaymentOutcome::FreezeRecommended,
            },
            score_millibans: found.score.0,
            reasons: found
                .reasons
                .iter()
                .map(|reason| ReasonLine {
                    name: reason.code.name().to_owned(),
                    code: reason.code.code(),
                    points_millibans: reason.points.0,
                    observed: reason.observed,
                    threshold: reason.threshold,
                    window_ms: reason.window_ms,
                    shadow: reason.shadow,
                })
                .collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Clock, ClockFault, KeyMaterial};
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Gives the time so many times, and then none.
    struct Tiring(AtomicU32);

    impl Clock for Tiring {
        fn now_ms(&self) -> Result<i64, ClockFault> {
            let left = self.0.load(Ordering::SeqCst);
            self.0.store(left.saturating_sub(1), Ordering::SeqCst);
            if left == 0 { Err(ClockFault::NoTime) } else { Ok(1_772_366_400_000) }
        }
    }

    fn payment(tx_id: &str) -> PaymentInput {
        PaymentInput {
            tx_id: tx_id.to_owned(),
            amount_minor: 1_250,
            currency: "CNY".to_owned(),
            direction: "out".to_owned(),
            kind: "card".to_owned(),
            payee: None,
            device: None,
            country: None,
            lat_e6: None,
            lon_e6: None,
            accuracy_m: None,
            at_ms: 1_772_366_400_000,
            local_offset_min: 480,
            malware: None,
            rooted: None,
            compromised_credential: None,
            high_risk_payee_location: None,
            deny_listed: false,
            allow_listed: false,
        }
    }

    fn security(times: u32) -> (Security, Arc<Tiring>) {
        let keys = KeyMaterial::new(&[9; 32], 1, &[7; 32]).unwrap();
        let clock = Arc::new(Tiring(AtomicU32::new(times)));
        (Security::dangerous_seeded_in_memory(&keys, clock.clone(), 1).unwrap(), clock)
    }

    #[test]
    fn a_batch_that_stops_tells_what_was_judged_and_why_it_stopped() {
        let (security, clock) = security(3);
        let batch = [payment("t1"), payment("t2"), payment("t3")];
        let stopped = security.assess_many("alice", &batch).unwrap();
        let stop = stopped.stopped.unwrap();
        assert_eq!(
            (stopped.answers.len(), stop.code, stop.reason.as_str(), stop.is_transient),
            (2, 9020, "no_time", true)
        );
        clock.0.store(9, Ordering::SeqCst);
        let rest = security.assess_many("alice", &batch[stopped.answers.len()..]).unwrap();
        assert_eq!((rest.answers.len(), rest.stopped), (1, None));
    }

    #[test]
    fn a_payment_that_is_none_stops_the_batch_before_any_is_judged() {
        let (security, _) = security(9);
        let wrong = PaymentInput { currency: "YUAN".to_owned(), ..payment("t2") };
        let refused = security.assess_many("alice", &[payment("t1"), wrong]).unwrap_err();
        assert!(
            matches!(&refused, ShellError::Invalid { field, .. } if field == "payments[1].currency"),
            "{refused:?}"
        );
        assert!(security.history("alice", 1, 9).unwrap().is_empty());
    }
}
