//! What the customer reads of a refusal: in the answers themselves, and for their stable numbers.

use super::codes::{self, CodeAnswer, CodeSentAnswer};
use super::error::ShellError;
use super::parse;
use super::security::Security;
use crate::account::Proofs;
use crate::command::{self, CodeRefused, ContactRefused, Rejection};
use crate::freeze::{Authority, FreezeError};
use crate::types::Timestamp;
use crate::verification::budget::BudgetRefused;
use crate::verification::{PublicOutcome, SendRefused};

/// Why no message goes out, as far as the customer may know it.
pub(super) struct NotSent {
    pub why: String,
    pub text: String,
    pub retry_at_ms: Option<i64>,
}

impl From<NotSent> for CodeSentAnswer {
    fn from(NotSent { why, text, retry_at_ms }: NotSent) -> Self {
        Self::Refused { why, text, retry_at_ms }
    }
}

impl Security {
    /// What the customer reads of a refused lift or change of a contact, where only its number was kept: `code` is the number in
    /// [`LiftAnswer::Refused`](super::LiftAnswer::Refused) or [`ContactAnswer::Refused`](super::ContactAnswer::Refused), whose
    /// `text` says the same and knows more.
    ///
    /// Where the customer is stuck it names all of support's channels. Times are in the answer's `retry_at_ms`, for the app to
    /// show in local time. What an agent did wrong is told to nobody but the agent (`what`).
    ///
    /// # Errors
    /// [`ShellError::Invalid`] for a number that no such answer has, and for 605 and 609, whose words depend on why no code was
    /// sent and on the code that was typed: only the answer's `text` knows.
    pub fn refusal_text(&self, code: u16, locale: &str) -> Result<String, ShellError> {
        let (locale, settings) = (parse::locale(locale), self.service.settings());
        let lift = lifts().into_iter().find(|refused| refused.code() == code);
        let contact = || contacts().into_iter().find(|refused| refused.code() == code);
        let text = lift
            .map(|refused| refused.for_customer(locale, &settings.support))
            .or_else(|| contact().map(|refused| refused.text(locale, &settings.support)));
        text.ok_or_else(|| {
            let what = "the number of a refused lift, 501 to 526, or contact change, 601 to 617; of 605 and 609 only the \
                        answer's own text tells";
            ShellError::invalid("code", what)
        })
    }

    /// What the customer reads of a typed code; empty for one that was accepted.
    #[must_use]
    pub fn code_text(&self, answer: CodeAnswer, locale: &str) -> String {
        let outcome = match answer {
            CodeAnswer::Accepted => PublicOutcome::Accepted,
            CodeAnswer::Rejected => PublicOutcome::Rejected,
            CodeAnswer::UseNewest => PublicOutcome::UseNewest,
            CodeAnswer::RequestNew => PublicOutcome::RequestNew,
            CodeAnswer::TryLater => PublicOutcome::TryLater,
        };
        outcome.text(parse::locale(locale), &self.service.settings().support)
    }

    /// A code that was sent, or why none was.
    pub(super) fn sent_or_not(&self, sent: Result<command::CodeSent, SendRefused>, locale: &str) -> CodeSentAnswer {
        match sent {
            Ok(sent) => CodeSentAnswer::Sent { sent: codes::sent(sent) },
            Err(refused) => self.not_sent(refused, locale).into(),
        }
    }

    pub(super) fn not_sent(&self, refused: SendRefused, locale: &str) -> NotSent {
        NotSent {
            why: send_refused_name(refused).to_owned(),
            text: refused.text(parse::locale(locale), &self.service.settings().support),
            retry_at_ms: told_wait(refused).map(Timestamp::unix_ms),
        }
    }

    /// Why no code for a proof goes out. The words are those of the same trouble elsewhere.
    pub(super) fn no_proof_code(&self, refused: CodeRefused, locale: &str) -> NotSent {
        let settings = self.service.settings();
        let (language, support) = (parse::locale(locale), &settings.support);
        let named = |why: &str, text: String, retry_at: Option<Timestamp>| NotSent {
            why: why.to_owned(),
            text,
            retry_at_ms: retry_at.map(Timestamp::unix_ms),
        };
        match refused {
            CodeRefused::NoSuchTicket => named("no_such_ticket", SendRefused::NotFound.text(language, support), None),
            CodeRefused::NotOffered => {
                named("not_offered", SendRefused::ChannelNotAllowed.text(language, support), None)
            }
            CodeRefused::Frozen => named("frozen", Rejection::Frozen.text(language, support), None),
            CodeRefused::Blocked { until } => {
                named("blocked", PublicOutcome::TryLater.text(language, support), Some(until))
            }
            CodeRefused::Message(refused) => self.not_sent(refused, locale),
        }
    }
}

/// How long to wait, where the customer may know it: not of budgets and brakes, which would teach a pump when to pause.
pub(super) fn told_wait(refused: SendRefused) -> Option<Timestamp> {
    refused.retry_at().filter(|_| refused.is_wait_told())
}

pub(super) const fn send_refused_name(refused: SendRefused) -> &'static str {
    match refused {
        SendRefused::TooSoon { .. } => "too_soon",
        SendRefused::NoSendsLeft { .. } => "no_sends_left",
        SendRefused::NoTriesLeft { .. } => "no_tries_left",
        SendRefused::TooManyOpen { .. } => "too_many_open",
        SendRefused::ChannelNotAllowed | SendRefused::OverBudget { why: BudgetRefused::DestinationNotAllowed, .. } => {
            "not_allowed"
        }
        SendRefused::OverBudget { .. } => "not_now",
        SendRefused::ClockAnomaly => "clock",
        SendRefused::NotFound => "not_found",
        SendRefused::Closed => "closed",
        SendRefused::ContextChanged => "context_changed",
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

/// The same, without those whose number says too little. A step-up names every way there may be; the app knows which of them the account has.
fn contacts() -> [ContactRefused; 15] {
    let until = Timestamp::MAX;
    let all = Proofs::TOTP | Proofs::PHONE | Proofs::EMAIL | Proofs::RECOVERY;
    [
        ContactRefused::NoConfirmedContact,
        ContactRefused::SameContact,
        ContactRefused::StepUpNeeded { accepted: all },
        ContactRefused::CoolingOff { until },
        ContactRefused::NoSuchChange,
        ContactRefused::Expired,
        ContactRefused::WrongStep,
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
        let wanted = (501..=526).filter(|code| *code != 522).chain(601..=617);
        let wanted: Vec<u16> = wanted.filter(|code| ![605, 609].contains(code)).collect();
        assert_eq!(numbers, wanted);
        for code in wanted {
            let (english, chinese) =
                (security.refusal_text(code, "en").unwrap(), security.refusal_text(code, "zh-CN").unwrap());
            assert!(english.is_ascii() && !chinese.is_ascii(), "{code}: {english} {chinese}");
            assert_eq!(english.contains("support"), english.contains("95555"), "{english}");
        }
    }
}
