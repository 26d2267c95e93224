//! What the customer reads of a refusal that an answer names by its stable number.

use super::error::ShellError;
use super::parse;
use super::security::Security;
use crate::account::Proofs;
use crate::command::{CodeAnswer, ContactRefused};
use crate::freeze::{Authority, FreezeError};
use crate::types::Timestamp;
use crate::verification::{SendRefused, VerifyOutcome};

impl Security {
    /// What the customer reads of a refused lift or change of a contact: `code` is the number in
    /// [`LiftAnswer::Refused`](super::LiftAnswer::Refused) or [`ContactAnswer::Refused`](super::ContactAnswer::Refused).
    ///
    /// Where the customer is stuck it names all of support's channels. Times are in the answer's `retry_at_ms`, for the app to
    /// show in local time. What an agent did wrong is told to nobody but the agent (`what`).
    ///
    /// # Errors
    /// [`ShellError::Invalid`] for a number that no such answer has.
    pub fn refusal_text(&self, code: u16, locale: &str) -> Result<String, ShellError> {
        let (locale, settings) = (parse::locale(locale), self.service.settings());
        let lift = lifts().into_iter().find(|refused| refused.code() == code);
        let contact = || contacts().into_iter().find(|refused| refused.code() == code);
        let text = lift
            .map(|refused| refused.for_customer(locale, &settings.support))
            .or_else(|| contact().map(|refused| refused.text(locale, &settings.support)));
        text.ok_or_else(|| {
            ShellError::invalid("code", "the number of a refused lift, 501 to 526, or contact change, 601 to 617")
        })
    }
}

/// One for every number. What stands in them is read by nobody: the words are the same.
fn lifts() -> [FreezeError; 25] {
    let at = Timestamp::MAX;
    [
        FreezeError::NotAuthorised { needs: Authority::Agent },
        FreezeError::StepUpNeeded,
        FreezeError::FactorTooNew { enough_at: at },
        FreezeError::SecondAgentNeeded,
        FreezeError::SameAgent,
        FreezeError::LiftAlreadyRequested,
        FreezeError::ReleaseNeeded,
        FreezeError::ReleaseDiffers,
        FreezeError::NotFound,
        FreezeError::AlreadyLifted { at },
        FreezeError::Expired { at },
        FreezeError::TooMany { most: 0 },
        FreezeError::NoScopes,
        FreezeError::BadTerm,
        FreezeError::TermTooLong { longest_ms: 0 },
        FreezeError::CaseRefNeeded,
        FreezeError::DisclosureNotAllowed,
        FreezeError::TextTooLong,
        FreezeError::KeyConflict,
        FreezeError::IdInUse,
        FreezeError::UnknownScope,
        FreezeError::Corrupt(""),
        FreezeError::PendingMustHold,
        FreezeError::IdentityCheckNeeded,
        FreezeError::IdentityNotProven,
    ]
}

/// The same. A step-up names every way there may be; the app knows which of them the account has.
fn contacts() -> [ContactRefused; 17] {
    let until = Timestamp::MAX;
    let all = Proofs::TOTP | Proofs::PHONE | Proofs::EMAIL | Proofs::RECOVERY;
    [
        ContactRefused::NoConfirmedContact,
        ContactRefused::SameContact,
        ContactRefused::StepUpNeeded { accepted: all },
        ContactRefused::CoolingOff { until },
        ContactRefused::NotSent(SendRefused::NoSendsLeft { retry_at: until }),
        ContactRefused::NoSuchChange,
        ContactRefused::Expired,
        ContactRefused::WrongStep,
        ContactRefused::CodeNotAccepted(CodeAnswer::Tried(VerifyOutcome::NotFound)),
        ContactRefused::TooEarly { until },
        ContactRefused::NothingLost,
        ContactRefused::SameAgent,
        ContactRefused::CheckNeeded,
        ContactRefused::AlreadyChecked,
        ContactRefused::CheckTooWeak,
        ContactRefused::TextTooLong,
        ContactRefused::IdentityNotProven,
    ]
}

#[cfg(test)]
mod tests {
    use super::super::{FixedClock, KeyMaterial, Options};
    use super::*;
    use std::sync::Arc;

    #[test]
    fn every_number_has_words_in_both_languages_and_no_other_has() {
        let keys = KeyMaterial::new(&[9; 32], 1, &[7; 32]).unwrap();
        let clock = Arc::new(FixedClock::at(1_772_366_400_000));
        let security = Security::dangerous_seeded_in_memory(&keys, clock, 1).unwrap();
        let support_hotline = Some("95555".to_owned());
        security.configure(&Options { support_hotline, ..Options::default() }).unwrap();
        let numbers: Vec<u16> = (0..=u16::MAX).filter(|code| security.refusal_text(*code, "en").is_ok()).collect();
        let wanted: Vec<u16> = (501..=526).filter(|code| *code != 522).chain(601..=617).collect();
        assert_eq!(numbers, wanted);
        for code in wanted {
            let (english, chinese) =
                (security.refusal_text(code, "en").unwrap(), security.refusal_text(code, "zh-CN").unwrap());
            assert!(english.is_ascii() && !chinese.is_ascii(), "{code}: {english} {chinese}");
            assert_eq!(english.contains("support"), english.contains("95555"), "{english}");
        }
    }
}
