//! No reason and no scope lacks its words, in either language, for either reader.

use super::*;
use crate::freeze::{FreezeRequest, Freezes, PaymentFacts, diagnose, place};
use crate::types::{ActorId, CaseRef, Direction, RandomId, Timestamp};

const LOCALES: [Locale; 2] = [Locale::En, Locale::ZhCn];

fn support() -> SupportChannels {
    let support = SupportChannels::default().with_hotline("95555").unwrap();
    support.with_chat("in the app").unwrap().with_email("help@example.com").unwrap()
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

fn freeze(scopes: Scopes, reason: FreezeReason, authority: Authority, disclosure: Disclosure) -> Freeze {
    let request = FreezeRequest::new(scopes, reason, authority, ActorId::parse("actor-1").unwrap());
    let request = request.for_case(CaseRef::parse("case-1").unwrap()).disclosed(disclosure);
    let placed = place(&Freezes::default(), &request, RandomId([1; 16]), &FreezePolicy::standard(), Timestamp::MIN);
    placed.unwrap().freezes.get(RandomId([1; 16])).unwrap().clone()
}

#[test]
fn every_reason_on_every_authority_and_scope_has_words_for_the_customer_that_name_every_channel() {
    for reason in FreezeReason::ALL.iter().copied().filter(|reason| !reason.forbids_telling()) {
        for authority in Authority::ALL.into_iter().filter(|authority| *authority >= reason.least_authority()) {
            for bits in 1..=Scopes::ALL.bits() {
                let scopes = Scopes::try_from(bits).unwrap();
                let told = freeze(scopes, reason, authority, Disclosure::Tell);
                for locale in LOCALES {
                    let text = told.for_customer(locale, &support());
                    assert_eq!(is_chinese(&text), locale == Locale::ZhCn, "{text}");
                    assert!(text.contains(&scopes.in_words(locale)), "{text}");
                    assert!(["95555", "in the app", "help@example.com"].iter().all(|way| text.contains(way)), "{text}");
                    for secret in ["case-1", "actor-1", "0101", reason.name()] {
                        assert!(!text.contains(secret), "{secret} in {text}");
                    }
                }
            }
        }
    }
}

#[test]
fn no_two_reasons_read_alike_and_none_lacks_words_for_the_desk() {
    for locale in LOCALES {
        for words in [FreezeReason::for_customer, FreezeReason::for_agent] {
            let mut texts: Vec<_> = FreezeReason::ALL.iter().map(|reason| words(*reason, locale)).collect();
            assert!(texts.iter().all(|text| is_chinese(text) == (locale == Locale::ZhCn) && !text.is_empty()));
            texts.sort_unstable();
            texts.dedup();
            assert_eq!(texts.len(), FreezeReason::ALL.len());
        }
        let mut names: Vec<_> = Authority::ALL.iter().map(|authority| authority.in_words(locale)).collect();
        names.dedup();
        assert_eq!(names.len(), Authority::ALL.len());
        let scopes = Scopes::ALL.in_words(locale);
        assert_eq!(scopes.split([',', '、']).count(), 5, "{scopes}");
    }
}

#[test]
fn a_neutral_freeze_reads_as_a_fault_whatever_is_behind_it() {
    let nothing = Freezes::default();
    let fault = PaymentFacts { network_fault: true, ..PaymentFacts::new(&nothing, Direction::Out) };
    for reason in FreezeReason::ALL.iter().copied() {
        let authority = reason.least_authority().max(Authority::Rule);
        let neutral = freeze(Scopes::ALL, reason, authority, Disclosure::Neutral);
        for locale in LOCALES {
            let technical = diagnose(&fault, Timestamp::MIN).for_customer(locale, &support());
            assert_eq!(neutral.for_customer(locale, &support()).as_bytes(), technical[0].text.as_bytes());
        }
    }
}

#[test]
fn who_may_lift_is_said_for_every_authority_and_follows_the_policy() {
    for authority in Authority::ALL {
        let reason =
            if authority == Authority::Owner { FreezeReason::OwnerRequest } else { FreezeReason::SuspectedFraud };
        let standing = freeze(Scopes::ALL, reason, authority, Disclosure::Tell);
        let said = |policy: FreezePolicy| LOCALES.map(|locale| standing.how_to_lift(&policy, locale));
        let [english, chinese] = said(FreezePolicy::standard());
        let two = FreezePolicy::standard().needs_second(&standing, Authority::Court);
        assert_eq!((english.contains("two different"), chinese.contains("两人")), (two, two));
    }
}

#[test]
fn a_refused_lift_has_words_that_send_who_is_stuck_to_every_channel_and_blame_no_agent() {
    let at = Timestamp::MAX;
    let own = [
        FreezeError::NotAuthorised { needs: Authority::Agent },
        FreezeError::StepUpNeeded,
        FreezeError::FactorTooNew { enough_at: at },
        FreezeError::NotFound,
        FreezeError::TooMany { most: 8 },
        FreezeError::SameAgent,
        FreezeError::Corrupt("sort"),
    ];
    for locale in LOCALES {
        let told = |refused: &FreezeError| refused.for_customer(locale, &support());
        let mut texts: Vec<_> = own.iter().map(told).collect();
        for text in &texts {
            assert_eq!(is_chinese(text), locale == Locale::ZhCn, "{text}");
            let sends_there = text.contains("support") || text.contains("客服");
            assert_eq!(sends_there, ["95555", "in the app", "help@example.com"].iter().all(|it| text.contains(it)));
        }
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), own.len());
        assert_eq!(told(&FreezeError::SameAgent), told(&FreezeError::IdentityNotProven));
        assert_eq!(
            told(&FreezeError::NotFound),
            told(&FreezeError::AlreadyLifted { at }),
            "nobody learns of a hidden one"
        );
    }
}
