//! English texts of a diagnosis.

use super::{Finding, FreezeView, LimitHit};
use crate::freeze::told::fault_en;
use crate::freeze::{Authority, Disclosure, Freeze};
use crate::types::{Locale, ReasonCode, SupportChannels};

/// What the customer reads. A technical fault and an unexplained one share a text, which neutral freezes hide behind.
pub(super) fn customer(finding: &Finding, support: &SupportChannels) -> String {
    let contact = support.contact(Locale::En);
    match finding {
        Finding::AccountUnknown => format!("This account cannot be used for payments. Please {contact}."),
        Finding::Frozen(freeze) => frozen(freeze, &contact),
        Finding::CoolingOff { .. } => {
            format!(
                "You lifted a freeze of this account a short time ago. To protect your money this use stays closed until \
                 the wait is over. If it was not you who lifted it, {contact}."
            )
        }
        Finding::WasFrozen(_) => {
            "This payment was refused because the account was frozen then. That freeze has ended: order the payment again."
                .to_owned()
        }
        Finding::LockedOut { .. } => {
            "Payments are locked for now after too many wrong tries. Trying earlier does not help, and does not make \
             the wait longer."
                .to_owned()
        }
        Finding::Limit(hit) => limit(hit),
        Finding::WasAboveLimit(hit) => format!(
            "When you ordered this payment it was above {}. It fits under the limit again: order the payment again.",
            limit_name(hit.reason)
        ),
        Finding::InsufficientFunds => "There is not enough money on the account for this payment.".to_owned(),
        Finding::RecipientUnavailable => {
            "The recipient cannot receive this payment. Check the details, or ask the recipient.".to_owned()
        }
        Finding::RiskHold => {
            "We are checking this payment to protect your money. Do not send it again; we will tell you the result."
                .to_owned()
        }
        Finding::ProofNeeded => {
            "This payment waits for your proof. Open it in the app and prove that it is you.".to_owned()
        }
        Finding::Released { at, .. } => {
            format!("This payment was let pass at {at}. No check holds it up any more.")
        }
        Finding::NetworkFault | Finding::Unexplained => fault_en(&contact),
        // It must be true of a payment that a neutral freeze holds up as well.
        Finding::NothingFound => format!(
            "We know of no failure of this payment. If it has not arrived yet, please wait: do not pay again before you \
             know that it failed. If you are not sure, {contact}."
        ),
    }
}

fn frozen(freeze: &Freeze, contact: &str) -> String {
    match freeze.authority {
        Authority::Owner => {
            "You froze this account. You can lift the freeze after proving who you are in two ways.".to_owned()
        }
        _ => format!(
            "This use of the account is closed for now. {} Please {contact}.",
            freeze.reason.for_customer(Locale::En)
        ),
    }
}

fn limit(hit: &LimitHit) -> String {
    let (left, name) = (hit.left_to_pay(), limit_name(hit.reason));
    match hit.reason {
        ReasonCode::LimitTransaction => format!("This payment is above {name}. You can pay up to {left} at once."),
        _ => format!("This payment is above {name}. You can still pay {left}."),
    }
}

const fn limit_name(reason: ReasonCode) -> &'static str {
    match reason {
        ReasonCode::LimitTransaction => "your limit for one payment",
        ReasonCode::LimitDay => "your limit for the day",
        ReasonCode::LimitWeek => "your limit for seven days",
        ReasonCode::LimitMonth => "your limit for thirty days",
        _ => "a limit of your account",
    }
}

/// What staff read.
pub(super) fn agent(finding: &Finding, freeze: Option<&FreezeView>) -> String {
    match (finding, freeze) {
        (Finding::WasFrozen(ended), Some(view)) => was_frozen(ended, view),
        (_, Some(FreezeView::Full(freeze))) => full(freeze),
        (_, Some(FreezeView::Exists { id, authority, scopes })) => format!(
            "Frozen ({scopes}) on the authority of {authority}, freeze {id}. Details are above your rank: pass the case \
             on, and say nothing of it to the customer beyond the customer text."
        ),
        (Finding::AccountUnknown, _) => "The account does not exist or is closed.".to_owned(),
        (Finding::Frozen(_) | Finding::WasFrozen(_), None) => "Frozen.".to_owned(),
        (Finding::CoolingOff { until }, _) => {
            format!(
                "Cooling off until {until} after the lift of the owner's freeze; it ends by itself and nobody lifts it."
            )
        }
        (Finding::LockedOut { until }, _) => format!("Locked until {until} after wrong tries; it ends by itself."),
        (Finding::Limit(hit), _) => agent_limit(hit),
        (Finding::WasAboveLimit(hit), _) => {
            let since = hit.resets_at.map_or_else(String::new, |at| format!(" since {at}"));
            format!("{}: above it when ordered, and fits{since}. Ordered again it is judged anew.", hit.reason)
        }
        (Finding::InsufficientFunds, _) => "The balance does not cover payment and fees.".to_owned(),
        (Finding::RecipientUnavailable, _) => "The recipient cannot receive this payment.".to_owned(),
        (Finding::RiskHold, _) => "The payment waits for a risk review; see the review queue.".to_owned(),
        (Finding::ProofNeeded, _) => {
            "The owner was asked for a proof; once it was given, tell it with `release_payment`.".to_owned()
        }
        (Finding::Released { at, actor: Some(actor) }, _) => format!("Let pass at {at} by {actor}."),
        (Finding::Released { at, actor: None }, _) => format!("Let pass at {at}, on the owner's proof."),
        (Finding::NetworkFault, _) => "A technical fault: the network or a participant did not answer.".to_owned(),
        (Finding::NothingFound, _) => {
            "Nothing here stops it, and nobody told that it failed. If it did, say so and look \
             at the payment network's answer."
                .to_owned()
        }
        (Finding::Unexplained, _) => {
            "No cause is known to this library; look at the payment network's answer.".to_owned()
        }
    }
}

fn agent_limit(hit: &LimitHit) -> String {
    let (reason, left) = (hit.reason, hit.left_to_pay());
    match hit.resets_at {
        Some(at) => format!("{reason}: {left} left, opens again at {at}."),
        None if reason == ReasonCode::LimitTransaction => format!("{reason}: at most {left} in one payment."),
        None => format!("{reason}: {left} left; when this payment fits cannot be told exactly, or never."),
    }
}

fn was_frozen(ended: &Freeze, view: &FreezeView) -> String {
    let telling = match ended.disclosure {
        Disclosure::Tell => "The customer is told, and may order the payment again.",
        Disclosure::Neutral => "Neutral: tell the customer nothing beyond the customer text.",
    };
    match view {
        FreezeView::Full(freeze) => {
            let Freeze { id, scopes, reason, authority, from, .. } = freeze.as_ref();
            let end = freeze.ends_at().map_or_else(String::new, |end| format!(" to {end}"));
            format!(
                "Refused under a freeze that has ended ({scopes}), {reason}, on the authority of {authority}, from {from}{end}, freeze {id}. {telling}"
            )
        }
        FreezeView::Exists { id, authority, scopes } => format!(
            "Refused under a freeze that has ended ({scopes}), on the authority of {authority}, freeze {id}. Details are \
             above your rank. {telling}"
        ),
    }
}

fn full(freeze: &Freeze) -> String {
    let Freeze { id, scopes, reason, authority, actor, from, .. } = freeze;
    let case = freeze.case_ref.as_ref().map_or_else(|| "no case".to_owned(), |case| format!("case {case}"));
    let until = freeze.until.map_or_else(|| "without an end".to_owned(), |until| format!("until {until}"));
    let telling = match freeze.disclosure {
        Disclosure::Tell => "The customer is told.",
        Disclosure::Neutral => "Neutral: tell the customer nothing beyond the customer text.",
    };
    let pending = freeze.pending.name();
    format!(
        "Frozen ({scopes}), {reason}, on the authority of {authority}, by {actor}, {case}, from {from} {until}, {pending}, freeze {id}. {telling}"
    )
}
