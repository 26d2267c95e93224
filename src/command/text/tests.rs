//! No code lacks a text, no text lacks its way to support, no text shows what it must not.

use super::*;
use crate::account::Proofs;
use crate::freeze::{Authority, FreezeReason, Scopes};
use crate::types::{RandomId, Timestamp};
use crate::verification::{SendRefused, VerifyOutcome};

const LOCALES: [Locale; 2] = [Locale::En, Locale::ZhCn];

fn support() -> SupportChannels {
    let support = SupportChannels::default().with_hotline("95555").unwrap();
    support.with_chat("in the app").unwrap().with_email("help@example.com").unwrap()
}

fn names_all_channels(text: &str) -> bool {
    ["95555", "in the app", "help@example.com"].iter().all(|channel| text.contains(channel))
}

fn notices() -> Vec<Notice> {
    let (freeze, kind, until) = (RandomId([1; 16]), ContactKind::Phone, Timestamp::MAX);
    vec![
        Notice::Frozen {
            freeze,
            scopes: Scopes::PAY_OUT,
            reason: FreezeReason::SuspectedFraud,
            authority: Authority::Rule,
        },
        Notice::Unfrozen { freeze },
        Notice::ManyFailures { failures_in_a_row: 50 },
        Notice::FactorAdded,
        Notice::FactorRemoved,
        Notice::PasswordChanged,
        Notice::ContactChanging { kind, until },
        Notice::ContactReportedLost { kind },
        Notice::LostContactApproved { kind },
        Notice::ContactChanged { kind },
        Notice::ContactChangeCancelled { kind },
        Notice::ReviewDue,
        Notice::LockComing,
        Notice::FreezeEnded,
        Notice::ReportTaken { report: freeze },
        Notice::LockoutCleared,
        Notice::PasswordChangeRequired,
    ]
}

fn refusals() -> Vec<ContactRefused> {
    let until = Timestamp::MAX;
    let mut all = vec![
        ContactRefused::NoConfirmedContact,
        ContactRefused::SameContact,
        ContactRefused::StepUpNeeded { accepted: Proofs::TOTP | Proofs::EMAIL },
        ContactRefused::StepUpNeeded { accepted: Proofs::NONE },
        ContactRefused::CoolingOff { until },
        ContactRefused::NoSuchChange,
        ContactRefused::Expired,
        ContactRefused::WrongStep,
        ContactRefused::CodeNotAccepted(CodeAnswer::Blocked { until }),
        ContactRefused::CodeNotAccepted(CodeAnswer::Tried(VerifyOutcome::WrongCode { tries_left: 3 })),
        ContactRefused::CodeNotAccepted(CodeAnswer::Tried(VerifyOutcome::Expired)),
        ContactRefused::TooEarly { until },
        ContactRefused::NothingLost,
        ContactRefused::SameAgent,
        ContactRefused::CheckNeeded,
        ContactRefused::AlreadyChecked,
        ContactRefused::CheckTooWeak,
        ContactRefused::TextTooLong,
        ContactRefused::IdentityNotProven,
    ];
    let not_sent = [
        SendRefused::TooSoon { retry_at: until },
        SendRefused::NoSendsLeft { retry_at: until },
        SendRefused::NoTriesLeft { retry_at: until },
        SendRefused::TooManyOpen { retry_at: until },
        SendRefused::ChannelNotAllowed,
        SendRefused::ClockAnomaly,
        SendRefused::NotFound,
        SendRefused::Closed,
        SendRefused::ContextChanged,
    ];
    all.extend(not_sent.map(ContactRefused::NotSent));
    all
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
}

#[test]
fn every_notice_has_a_text_of_its_own_in_every_language_and_names_every_channel() {
    for locale in LOCALES {
        let mut texts: Vec<_> = notices().iter().map(|notice| notice.text(locale, &support())).collect();
        for text in &texts {
            assert!(names_all_channels(text), "{text}");
            assert_eq!(is_chinese(text), locale == Locale::ZhCn, "{text}");
        }
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), notices().len());
    }
}

#[test]
fn every_refusal_has_a_text_and_who_is_stuck_is_sent_to_every_channel() {
    for locale in LOCALES {
        for refused in refusals() {
            let text = refused.text(locale, &support());
            assert_eq!(is_chinese(&text), locale == Locale::ZhCn, "{text}");
            let sends_there = text.contains("support") || text.contains("客服");
            assert_eq!(sends_there, names_all_channels(&text), "{text}");
        }
    }
    let codes: Vec<_> = refusals().iter().map(ContactRefused::code).collect();
    for code in 601..=617 {
        assert!(codes.contains(&code), "{code} has no text");
    }
}

#[test]
fn the_desk_s_reasons_are_not_the_customer_s_to_read() {
    for locale in LOCALES {
        let told = |refused: ContactRefused| refused.text(locale, &support());
        assert_eq!(told(ContactRefused::SameAgent), told(ContactRefused::CheckTooWeak));
        let rejected = |rejection: Rejection| rejection.text(locale, &support());
        assert_eq!(rejected(Rejection::Frozen), rejected(Rejection::Damaged));
        let cooling_off = rejected(Rejection::CoolingOff { until: Timestamp::MAX });
        assert_ne!(cooling_off, rejected(Rejection::Frozen));
        assert!(names_all_channels(&cooling_off));
        assert!(names_all_channels(&rejected(Rejection::Frozen)));
        let unknown = CodeAnswer::Tried(VerifyOutcome::NotFound);
        let wrong = CodeAnswer::Tried(VerifyOutcome::WrongCode { tries_left: 2 });
        assert_eq!(unknown.text(locale, &support()), wrong.text(locale, &support()));
    }
}

#[test]
fn a_warning_says_what_when_and_how_to_stop_it() {
    let handle = CancelHandle::parse("BCDF-GHJK-LMNP").unwrap();
    let warning = Warning { kind: ContactKind::Phone, new_masked: "+86 ****4321", handle };
    let day = 24 * HOUR_MS;
    assert_eq!(
        warning.cooling_off(day, Locale::En, &support()),
        "Your phone number will change to +86 ****4321 in 24 hours. If this was not you, stop it: enter \
         BCDF-GHJK-LMNP in the app, or please contact support (phone 95555, chat in the app, e-mail help@example.com)."
    );
    assert_eq!(
        warning.cooling_off(3 * day - 1, Locale::ZhCn, &support()),
        "您的手机号将于71小时后更换为+86 ****4321。如非本人操作，请在应用内输入终止码BCDF-GHJK-LMNP立即终止，\
         或联系客服（电话 95555，在线客服 in the app，邮箱 help@example.com）。"
    );
    for locale in LOCALES {
        let text = warning.reported_lost(locale, &support());
        assert!(
            names_all_channels(&text) && text.contains("BCDF-GHJK-LMNP") && text.contains("+86 ****4321"),
            "{text}"
        );
    }
}
