//! Payments: judged, and explained when they fail.

use super::error::ShellError;
use super::parse;
use super::security::Security;
use crate::command::PaymentDecision;
use crate::freeze::{PaymentFacts, diagnose};
use crate::risk::{Label, Outcome, Signals};
use crate::service::LabelOutcome;
use crate::types::TxId;

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
    /// When it was ordered.
    pub at_ms: i64,
    /// Minutes the account's local time is ahead of UTC.
    pub local_offset_min: i32,
    /// Whether malware was seen on the device; `None` = nobody looked, which is not "no". So with the next three.
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
    /// Its stable name.
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

/// One cause why a payment fails.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CauseLine {
    /// The customer's text, in the language asked for.
    pub text: String,
    /// Whether trying again may help.
    pub retryable: bool,
    /// From when on; `None` = not known.
    pub retry_at_ms: Option<i64>,
}

impl Security {
    /// Judges a payment.
    ///
    /// # Errors
    /// [`ShellError`]: do not let it pass.
    pub fn assess(&self, account: &str, payment: &PaymentInput) -> Result<PaymentAnswer, ShellError> {
        let (owner, now) = self.asked(account)?;
        let sent = parse::payment(payment)?;
        let offset_min = payment.local_offset_min;
        Ok(answer(self.service.assess_with_signals(&owner, &sent, offset_min, &signals(payment), now)?))
    }

    /// Judges payments in the order given; the answers come in the same order. What cannot be judged ends the batch, and
    /// what was judged before it stays judged: ask again with the rest.
    ///
    /// # Errors
    /// [`ShellError`] of the first payment that cannot be judged.
    pub fn assess_many(&self, account: &str, payments: &[PaymentInput]) -> Result<Vec<PaymentAnswer>, ShellError> {
        payments.iter().map(|payment| self.assess(account, payment)).collect()
    }

    /// Learns whether a payment was fraud, however late. The same label again changes nothing.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] where nothing was learned: of `tx_id` for a payment that this account never had judged, of
    /// `is_fraud` where the contrary was said before, which stands; any other [`ShellError`].
    pub fn label(&self, account: &str, tx_id: &str, is_fraud: bool) -> Result<(), ShellError> {
        let (owner, now) = self.asked(account)?;
        let label = if is_fraud { Label::Fraud } else { Label::Genuine };
        match self.service.label(&owner, TxId::of(tx_id), label, now)? {
            LabelOutcome::Learned => Ok(()),
            LabelOutcome::UnknownPayment => Err(ShellError::invalid("tx_id", "no such payment of this account")),
            LabelOutcome::Contradicts { .. } => Err(ShellError::invalid("is_fraud", "the contrary was said before")),
        }
    }

    /// Why a payment of this direction fails now, as the customer may know it; empty = nothing known stands in its way.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn diagnose(&self, account: &str, direction: &str, locale: &str) -> Result<Vec<CauseLine>, ShellError> {
        let (owner, now) = self.asked(account)?;
        let record = self.service.record(&owner)?;
        let facts = PaymentFacts::new(&record.freezes, parse::direction(direction)?);
        let settings = self.service.settings();
        let told = diagnose(&facts, now).for_customer(parse::locale(locale), &settings.support);
        let line = |cause: crate::freeze::CustomerCause| CauseLine {
            text: cause.text,
            retryable: cause.retryable,
            retry_at_ms: cause.retry_at.map(crate::types::Timestamp::unix_ms),
        };
        Ok(told.into_iter().map(line).collect())
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
