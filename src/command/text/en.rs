//! English texts. `contact` reads on after "please": "contact support (phone 95555)".

use super::Warning;
use crate::account::{ContactKind, Proofs};
use crate::command::{ContactRefused, Notice, Rejection};

pub(super) fn notice(notice: &Notice, contact: &str) -> String {
    let told = match notice {
        // What is frozen and why is said by the freeze's own words.
        Notice::Frozen { .. } => String::new(),
        Notice::Unfrozen { .. } => "A freeze of your account was lifted.".to_owned(),
        Notice::ManyFailures { failures_in_a_row } => {
            format!("There were {failures_in_a_row} wrong tries in a row on your account.")
        }
        Notice::FactorAdded => "A way to prove who you are was added to your account.".to_owned(),
        Notice::FactorRemoved => "An authenticator was removed from your account.".to_owned(),
        Notice::PasswordChanged => "Your password was changed.".to_owned(),
        Notice::ContactChanging { kind, .. } => {
            format!("Your {} is about to change. Until then you can call it off in the app.", name(*kind))
        }
        Notice::ContactReportedLost { kind } => {
            format!("Your {} was reported lost. You can call the change off in the app.", name(*kind))
        }
        Notice::LostContactApproved { kind } => {
            format!("The change of your {} was approved. Confirm the new one in the app.", name(*kind))
        }
        Notice::ContactChanged { kind } => format!("Your {} was changed.", name(*kind)),
        Notice::ContactChangeCancelled { kind } => {
            format!("The change of your {} was called off; nothing has changed.", name(*kind))
        }
        Notice::LockComing => {
            "One more wrong try, and your account is locked until support has made sure who you are.".to_owned()
        }
        Notice::FreezeEnded => "A freeze of your account has ended by itself.".to_owned(),
        Notice::LockoutCleared => {
            "Support made sure who you are and cleared the wrong tries on your account.".to_owned()
        }
        Notice::PasswordChangeRequired => "Your password has to be changed. Sign in anew to do so.".to_owned(),
        Notice::ReportTaken { .. } => "We have taken down your report and look into it.".to_owned(),
        Notice::NewDevice => "A new device was added to your account.".to_owned(),
        Notice::RecoveryCodesIssued => "New recovery codes were made; the older ones are void.".to_owned(),
        Notice::RecoveryCodeSpent { left } => {
            format!("A recovery code of your account was used; {left} are left.")
        }
        Notice::RecoveryCodesLow { left } => {
            format!("Only {left} of your recovery codes are left. Please make new ones in the app.")
        }
        Notice::ReviewDue => {
            return format!(
                "Please look in the app whether your registered phone number and e-mail address are still yours. If \
                 you cannot, please {contact}."
            );
        }
    };
    format!("{told} If this was not you, please {contact}.")
}

pub(super) fn refused(refused: &ContactRefused, contact: &str) -> String {
    match refused {
        ContactRefused::NoConfirmedContact | ContactRefused::NothingLost => {
            format!("This cannot be changed here. Please {contact}.")
        }
        ContactRefused::SameContact => "This is your registered contact already.".to_owned(),
        ContactRefused::StepUpNeeded { accepted } => match ways(*accepted).as_str() {
            "" => format!("Please sign in again first. If you cannot, please {contact}."),
            ways => format!("Please prove first who you are, with {ways}. If you cannot, please {contact}."),
        },
        ContactRefused::CoolingOff { .. } => {
            format!("Another change is under way. Wait for it or call it off. If it was not you, please {contact}.")
        }
        ContactRefused::NoSuchChange => {
            format!("There is no such change. Please start again. If that does not help, please {contact}.")
        }
        ContactRefused::Expired => "This took too long. Please start again.".to_owned(),
        ContactRefused::WrongStep => "Another step comes first. Please follow the app.".to_owned(),
        ContactRefused::TooEarly { .. } => {
            format!("The change is not due yet. If you want it stopped, call it off, or please {contact}.")
        }
        ContactRefused::SameAgent
        | ContactRefused::CheckNeeded
        | ContactRefused::AlreadyChecked
        | ContactRefused::CheckTooWeak
        | ContactRefused::TextTooLong
        | ContactRefused::IdentityNotProven
        // These two have words of their own.
        | ContactRefused::NotSent(_)
        | ContactRefused::CodeNotAccepted(_) => {
            format!("We are still checking your request. For questions, please {contact}.")
        }
    }
}

pub(super) fn rejection(rejection: &Rejection, contact: &str) -> String {
    match rejection {
        Rejection::StepUpNeeded => "Please prove first who you are.".to_owned(),
        Rejection::PasswordChangeNeeded => "Please sign in again and change your password first.".to_owned(),
        Rejection::LastFactor => "This is your last way to prove who you are. Please add another one first.".to_owned(),
        Rejection::CoolingOff { .. } => format!(
            "A freeze of your account was lifted a short while ago. To protect you, this stays closed for some time more. If \
             you did not lift it, please {contact}."
        ),
        _ => format!("This is not possible right now. Please try again later. If it fails again, {contact}."),
    }
}

pub(super) fn cooling_off(warning: &Warning<'_>, hours: u64, contact: &str) -> String {
    let (name, Warning { new_masked, handle, .. }) = (name(warning.kind), warning);
    let handle = handle.expose();
    format!(
        "Your {name} will change to {new_masked} in {hours} hours. If this was not you, stop it: enter {} in the app, \
         or please {contact}.",
        handle.as_str()
    )
}

pub(super) fn reported_lost(warning: &Warning<'_>, contact: &str) -> String {
    let (name, Warning { new_masked, handle, .. }) = (name(warning.kind), warning);
    let handle = handle.expose();
    format!(
        "Your {name} was reported lost, to be replaced by {new_masked}. If this was not you, stop it: enter {} in the \
         app, or please {contact}.",
        handle.as_str()
    )
}

const fn name(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::Phone => "phone number",
        ContactKind::Email => "e-mail address",
    }
}

fn ways(proofs: Proofs) -> String {
    let named = [
        (Proofs::TOTP, "your authenticator"),
        (Proofs::PHONE, "a code to your phone"),
        (Proofs::EMAIL, "a code to your e-mail address"),
        (Proofs::RECOVERY, "a recovery code"),
    ];
    let named: Vec<_> = named.into_iter().filter(|(proof, _)| proofs.contains(*proof)).map(|(_, way)| way).collect();
    named.join(" or ")
}
