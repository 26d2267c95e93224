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
        Finding::LockedOut { .. } => {
            "Payments are locked for now after too many wrong tries. Trying earlier does not help, and does not make \
             the wait longer."
                .to_owned()
        }
        Finding::Limit(hit) => limit(hit),
        Finding::InsufficientFunds => "There is not enough money on the account for this payment.".to_owned(),
        Finding::RecipientUnavailable => {
            "The recipient cannot receive this payment. Check the details, or ask the recipient.".to_owned()
        }
        Finding::RiskHold => {
            "We are checking this payment to protect your money. Do not send it again; we will tell you the result."
                .to_owned()
        }
        Finding::NetworkFault | Finding::Unexplained => fault_en(&contact),
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
    let left = hit.left_to_pay();
    match hit.reason {
        ReasonCode::LimitTransaction => {
            format!("This payment is above your limit for one payment. You can pay up to {left} at once.")
        }
        ReasonCode::LimitDay => format!("This payment is above your limit for the day. You can still pay {left}."),
        ReasonCode::LimitWeek => format!("This payment is above your limit for seven days. You can still pay {left}."),
        ReasonCode::LimitMonth => {
            format!("This payment is above your limit for thirty days. You can still pay {left}.")
        }
        _ => format!("This payment is above a limit of your account. You can still pay {left}."),
    }
}

/// What staff read.
pub(super) fn agent(finding: &Finding, freeze: Option<&FreezeView>) -> String {
    match (finding, freeze) {
        (_, Some(FreezeView::Full(freeze))) => full(freeze),
        (_, Some(FreezeView::Exists { id, authority, scopes })) => format!(
            "Frozen ({scopes}) on the authority of {authority}, freeze {id}. Details are above your rank: pass the case \
             on, and say nothing of it to the customer beyond the customer text."
        ),
        (Finding::AccountUnknown, _) => "The account does not exist or is closed.".to_owned(),
        (Finding::Frozen(_), None) => "Frozen.".to_owned(),
        (Finding::CoolingOff { until }, _) => {
            format!(
                "Cooling off until {until} after the lift of the owner's freeze; it ends by itself and nobody lifts it."
            )
        }
        (Finding::LockedOut { until }, _) => format!("Locked until {until} after wrong tries; it ends by itself."),
        (Finding::Limit(hit), _) => match hit.resets_at {
            Some(at) => format!("{}: {} left, opens again at {at}.", hit.reason, hit.left_to_pay()),
            None => format!("{}: at most {} in one payment.", hit.reason, hit.left_to_pay()),
        },
        (Finding::InsufficientFunds, _) => "The balance does not cover payment and fees.".to_owned(),
        (Finding::RecipientUnavailable, _) => "The recipient cannot receive this payment.".to_owned(),
        (Finding::RiskHold, _) => "The payment waits for a risk review; see the review queue.".to_owned(),
        (Finding::NetworkFault, _) => "A technical fault: the network or a participant did not answer.".to_owned(),
        (Finding::Unexplained, _) => {
            "No cause is known to this library; look at the payment network's answer.".to_owned()
        }
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
