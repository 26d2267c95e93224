//! English. `contact` reads on after "please": "contact support (phone 95555)".

use crate::freeze::{Authority, FreezeError, FreezeReason, Scopes};
use crate::types::Locale;

pub(super) const SCOPES: [(Scopes, &str); 5] = [
    (Scopes::SIGN_IN, "signing in"),
    (Scopes::PAY_OUT, "money out"),
    (Scopes::RECEIVE, "money in"),
    (Scopes::CHANGE_PROFILE, "changes to your details"),
    (Scopes::CHANGE_FACTORS, "changes to how you sign in"),
];

/// What a technical fault reads like. Neutral freezes hide behind it.
pub(in crate::freeze) fn fault(contact: &str) -> String {
    format!("We could not complete this payment. Please try again later. If it fails again, {contact}.")
}

pub(super) fn frozen(scopes: Scopes, reason: FreezeReason, authority: Authority, contact: &str) -> String {
    let closed = scopes.in_words(Locale::En);
    let why = reason_on(reason, authority);
    match authority {
        Authority::Owner => format!(
            "Closed on your account: {closed}. {why} You can lift it after proving who you are in two ways. If this was \
             not you, please {contact}."
        ),
        _ => format!("Closed on your account: {closed}. {why} Please {contact}."),
    }
}

pub(super) fn over(scopes: Scopes, reason: FreezeReason, authority: Authority, is_lifted: bool) -> String {
    let (was_closed, why) = (scopes.in_words(Locale::En), reason_on(reason, authority));
    let how = if is_lifted { "was lifted" } else { "has ended by itself" };
    format!("This freeze of your account {how}. It had closed: {was_closed}. {why}")
}

const fn reason_on(why: FreezeReason, authority: Authority) -> &'static str {
    match (authority, why) {
        (Authority::Owner, FreezeReason::OwnerRequest) => "You asked for it.",
        _ => reason(why),
    }
}

pub(super) const fn reason(reason: FreezeReason) -> &'static str {
    match reason {
        FreezeReason::OwnerRequest => "We did it because it was asked for in your name.",
        FreezeReason::LostDevice => "A device or card of yours was reported lost.",
        FreezeReason::SuspectedFraud => "We saw signs of fraud and want to protect your money.",
        FreezeReason::AccountTakeover => "We saw signs that somebody else uses your account and want to protect it.",
        FreezeReason::ConfirmedFraud => "Payments that are not in order were found.",
        FreezeReason::AmlReview => "We could not complete this. Please try again later.",
        FreezeReason::SanctionsMatch => "The law asks us to check your details before this can go on.",
        FreezeReason::CourtOrder => "An official order asks for it; support can name its reference.",
        FreezeReason::PoliceStop => "The police asked for an emergency stop; support can name its reference.",
        FreezeReason::Deceased => "We were told that the holder of this account has died.",
        FreezeReason::Dormant => "It was not used for a long time; we must confirm who you are first.",
        FreezeReason::IdentityCheck => "Your identity papers are missing or no longer valid.",
        FreezeReason::Other => "We have to clear up a question about your account first.",
    }
}

pub(super) const fn reason_for_agent(reason: FreezeReason) -> &'static str {
    match reason {
        FreezeReason::OwnerRequest => "the owner asked for it; it ends when the owner, identified, wants it lifted",
        FreezeReason::LostDevice => "a device or card is lost; it ends when the lost one is replaced and removed",
        FreezeReason::SuspectedFraud => {
            "signs of fraud against the owner; it ends when the payments are cleared with the owner"
        }
        FreezeReason::AccountTakeover => {
            "somebody else may be in the account; it ends after new password, new factors and an identity check"
        }
        FreezeReason::ConfirmedFraud => "fraud is established, perhaps by the owner; fraud desk decides",
        FreezeReason::AmlReview => {
            "money-laundering review; compliance decides, and telling the customer is an offence"
        }
        FreezeReason::SanctionsMatch => "a sanctions list matches; compliance decides",
        FreezeReason::CourtOrder => {
            "an order by a court or authority; it ends with the release, named by its reference"
        }
        FreezeReason::PoliceStop => "an emergency stop by the police; it ends by its term or with their release",
        FreezeReason::Deceased => "the owner died; the estate desk decides",
        FreezeReason::Dormant => "long unused; it ends with a new identity check",
        FreezeReason::IdentityCheck => {
            "identity papers are missing, expired or wrong; it ends when valid ones are on file"
        }
        FreezeReason::Other => "see the case",
    }
}

pub(super) const fn authority(authority: Authority) -> &'static str {
    match authority {
        Authority::Owner => "the owner",
        Authority::Rule => "a risk rule",
        Authority::Agent => "an agent",
        Authority::Compliance => "the compliance office",
        Authority::Court => "a court or public authority",
    }
}

pub(super) fn how_to_lift(authority: Authority, two: bool) -> String {
    let people = if two { "two different people: one requests, another approves" } else { "one person" };
    match authority {
        Authority::Owner => {
            format!("the owner, in the app, with two factors; or staff after an identity check, {people}")
        }
        Authority::Rule => format!("an agent or higher; {people}"),
        Authority::Agent => format!("an agent or higher; {people}"),
        Authority::Compliance => format!("the compliance office or higher; {people}"),
        Authority::Court => {
            format!("somebody acting for the court, naming the release that ends the order; {people}")
        }
    }
}

pub(super) fn refused(refused: &FreezeError, contact: &str) -> String {
    match refused {
        FreezeError::NotAuthorised { .. } => format!("You cannot end this freeze yourself. Please {contact}."),
        FreezeError::StepUpNeeded => {
            "Please prove first who you are, with your password and one thing more.".to_owned()
        }
        FreezeError::FactorTooNew { .. } => format!(
            "Your password, phone, e-mail address or authenticator is too new for this. Please try again later, or {contact}."
        ),
        // Also one that nobody may tell of: the same words.
        FreezeError::NotFound | FreezeError::AlreadyLifted { .. } | FreezeError::Expired { .. } => {
            format!("There is no such freeze. If something is closed all the same, please {contact}.")
        }
        FreezeError::TooMany { .. } => format!("Your account has as many freezes as it can have. Please {contact}."),
        FreezeError::SecondAgentNeeded
        | FreezeError::SameAgent
        | FreezeError::LiftAlreadyRequested
        | FreezeError::ReleaseNeeded
        | FreezeError::ReleaseDiffers
        | FreezeError::IdentityCheckNeeded
        | FreezeError::IdentityNotProven => {
            format!("We are still checking your request. For questions, please {contact}.")
        }
        FreezeError::NoScopes
        | FreezeError::BadTerm
        | FreezeError::TermTooLong { .. }
        | FreezeError::CaseRefNeeded
        | FreezeError::DisclosureNotAllowed
        | FreezeError::PendingMustHold
        | FreezeError::TextTooLong
        | FreezeError::KeyConflict
        | FreezeError::IdInUse
        | FreezeError::UnknownScope
        | FreezeError::Corrupt(_) => {
            format!("This is not possible right now. Please try again later. If it fails again, please {contact}.")
        }
    }
}
