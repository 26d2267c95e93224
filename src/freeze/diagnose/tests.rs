//! Stories about diagnoses: above all, that a customer cannot tell a neutral freeze from a technical fault.

use proptest::prelude::*;

use super::*;
use crate::freeze::{
    Actor, Authority, Disclosure, DualControl, FreezePolicy, FreezeReason, FreezeRequest, Sight, lift, place,
};
use crate::types::{ActorId, CaseRef, Currency, Locale, RandomId, SupportChannels};

const LOCALES: [Locale; 2] = [Locale::En, Locale::ZhCn];

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_767_225_600_000 + ms).unwrap()
}

fn yuan(minor: i64) -> Money {
    Money::from_minor(minor, Currency::CNY).unwrap()
}

fn request(reason: FreezeReason, authority: Authority) -> FreezeRequest {
    FreezeRequest::new(Scopes::PAY_OUT, reason, authority, ActorId::parse("actor-1").unwrap())
        .for_case(CaseRef::parse("case-1").unwrap())
}

fn frozen(requests: &[FreezeRequest]) -> Freezes {
    requests.iter().zip(1..).fold(Freezes::default(), |freezes, (request, number)| {
        place(&freezes, request, RandomId([number; 16]), &FreezePolicy::standard(), at(0)).unwrap().freezes
    })
}

fn support() -> SupportChannels {
    SupportChannels::default().with_hotline("95555").unwrap().with_email("help@example.com").unwrap()
}

fn reasons(facts: &PaymentFacts<'_>) -> Vec<ReasonCode> {
    diagnose(facts, at(0)).for_audit().collect()
}

#[test]
fn causes_come_in_their_fixed_order() {
    let freezes = frozen(&[request(FreezeReason::SuspectedFraud, Authority::Rule)]);
    let limits = [LimitHit { reason: ReasonCode::LimitDay, left: yuan(500), resets_at: Some(at(9)) }];
    let facts = PaymentFacts {
        freezes: &freezes,
        direction: Direction::Out,
        lockout_until: Some(at(1)),
        limits: &limits,
        balance: Some(BalanceFact { enough: false }),
        recipient: Some(RecipientFact { can_receive: false }),
        risk_hold: true,
        proof_needed: true,
        network_fault: true,
        account_known: false,
        failed: true,
        refused_at: None,
        released: Some(ReleaseFact { at: at(0), actor: None }),
    };
    let expected = [
        ReasonCode::AccountUnknown,
        ReasonCode::Frozen,
        ReasonCode::LockedOut,
        ReasonCode::LimitDay,
        ReasonCode::InsufficientFunds,
        ReasonCode::RecipientUnavailable,
        ReasonCode::RiskHold,
        ReasonCode::ProofNeeded,
        ReasonCode::Released,
        ReasonCode::NetworkFault,
    ];
    assert_eq!(reasons(&facts), expected);
    let found = diagnose(&facts, at(0));
    assert_eq!(found.clone().with(found.clone()), found, "each once, in the same order");
    let quiet = diagnose(&PaymentFacts::new(&Freezes::default(), Direction::Out), at(0));
    assert_eq!((quiet.clone().with(found.clone()), found.clone().with(quiet.clone())), (found.clone(), found));
    assert_eq!(quiet.clone().with(quiet.clone()), quiet);
}

/// Every one of these freezes, lifted at `at(lifted)`.
fn lifted(freezes: &Freezes, lifted: i64) -> Freezes {
    let alone = DualControl { owner_by_staff: false, rule: false, agent: false, compliance: false, court: false };
    let policy = FreezePolicy { dual_control: alone, ..FreezePolicy::standard() };
    let by = Actor::staff(ActorId::parse("judge").unwrap(), Authority::Court);
    let release = CaseRef::parse("case-1").unwrap();
    freezes.iter().fold(freezes.clone(), |rest, freeze| {
        lift(&rest, freeze.id, &by, Some(&release), &policy, at(lifted)).unwrap().freezes
    })
}

#[test]
fn a_refusal_is_told_with_the_freeze_that_ended_since_and_no_other() {
    let rule = request(FreezeReason::SuspectedFraud, Authority::Rule);
    let gone = lifted(&frozen(std::slice::from_ref(&rule)), 10);
    let of = |freezes: &Freezes, refused_at: i64, now: i64| {
        let facts = PaymentFacts { refused_at: Some(at(refused_at)), ..PaymentFacts::new(freezes, Direction::Out) };
        diagnose(&facts, at(now))
    };
    let again = "This payment was refused because the account was frozen then.";
    for (refused_at, tells) in [(-1, false), (0, true), (10, true), (11, false)] {
        let shown = of(&gone, refused_at, 20).for_customer(Locale::En, &support());
        assert_eq!((shown.len(), shown[0].text.starts_with(again)), (1, tells), "refused at {refused_at}");
    }
    let ended = &of(&gone, 5, 20).for_customer(Locale::En, &support())[0];
    assert_eq!((ended.retryable, ended.retry_at), (true, Some(at(10))));
    let run_out = frozen(&[rule.clone().until(at(10))]);
    for (refused_at, tells) in [(9, true), (10, false)] {
        let shown = of(&run_out, refused_at, 20).for_customer(Locale::En, &support());
        assert_eq!(shown[0].text.starts_with(again), tells, "refused at {refused_at}");
    }
    assert_eq!(of(&run_out, 5, 9).for_audit().collect::<Vec<_>>(), [ReasonCode::Frozen], "it stands");
    let elsewhere = PaymentFacts { refused_at: Some(at(5)), ..PaymentFacts::new(&gone, Direction::In) };
    assert_eq!(reasons(&elsewhere), [ReasonCode::Unexplained], "it did not close money in");
}

#[test]
fn a_neutral_freeze_that_ended_leaves_no_trace_for_the_customer() {
    let neutral = request(FreezeReason::AmlReview, Authority::Compliance);
    let told = request(FreezeReason::SuspectedFraud, Authority::Rule);
    let alone = lifted(&frozen(std::slice::from_ref(&neutral)), 10);
    let beside = lifted(&frozen(&[told.clone(), neutral.clone()]), 10);
    let only_told = lifted(&frozen(std::slice::from_ref(&told)), 10);
    let nothing = Freezes::default();
    for (with, without) in [(&alone, &nothing), (&beside, &only_told)] {
        for low_balance in [false, true] {
            let balance = low_balance.then_some(BalanceFact { enough: false });
            let of = |freezes| {
                let base = PaymentFacts::new(freezes, Direction::Out);
                diagnose(&PaymentFacts { refused_at: Some(at(5)), balance, ..base }, at(20))
            };
            for locale in LOCALES {
                let shown = of(with).for_customer(locale, &support());
                assert_eq!(shown, of(without).for_customer(locale, &support()));
                let strict = of(with).for_agent(Authority::Agent, &FreezePolicy::strict(), locale);
                assert_eq!(strict, of(without).for_agent(Authority::Agent, &FreezePolicy::strict(), locale));
            }
        }
    }
    let refused = PaymentFacts { refused_at: Some(at(5)), ..PaymentFacts::new(&alone, Direction::Out) };
    let causes = diagnose(&refused, at(20));
    let shadow = &causes.for_agent(Authority::Agent, &FreezePolicy::standard(), Locale::En)[0];
    assert!(shadow.text.contains("above your rank") && !shadow.text.contains("aml"), "{}", shadow.text);
    assert_eq!((shadow.retryable, shadow.retry_at), (false, None));
    let full = &causes.for_agent(Authority::Compliance, &FreezePolicy::strict(), Locale::ZhCn)[0];
    assert!(full.text.contains("反洗钱审查"), "{}", full.text);
}

#[test]
fn a_release_is_told_with_its_time_and_to_staff_with_its_actor() {
    let (freezes, agent) = (Freezes::default(), ActorId::parse("agent-7").unwrap());
    let of = |actor| {
        let released = Some(ReleaseFact { at: at(0), actor });
        diagnose(&PaymentFacts { released, ..PaymentFacts::new(&freezes, Direction::Out) }, at(1))
    };
    for locale in LOCALES {
        let shown = of(Some(&agent)).for_customer(locale, &support());
        assert_eq!(shown, of(None).for_customer(locale, &support()), "by whom is nothing for the customer");
        assert!(shown[0].text.contains("2026-01-01T00:00:00Z") && !shown[0].retryable, "{shown:?}");
        let seen = of(Some(&agent)).for_agent(Authority::Agent, &FreezePolicy::strict(), locale);
        assert!(seen[0].text.contains("agent-7") && seen[0].reason == ReasonCode::Released, "{seen:?}");
    }
}

#[test]
fn a_payment_with_nothing_against_it_is_unexplained() {
    let freezes = Freezes::default();
    let quiet = PaymentFacts {
        balance: Some(BalanceFact { enough: true }),
        recipient: Some(RecipientFact { can_receive: true }),
        lockout_until: Some(at(0)),
        ..PaymentFacts::new(&freezes, Direction::Out)
    };
    assert_eq!(reasons(&quiet), [ReasonCode::Unexplained], "a lockout that ends now is over");
    assert_eq!(reasons(&PaymentFacts { lockout_until: Some(at(1)), ..quiet }), [ReasonCode::LockedOut]);
}

#[test]
fn a_payment_that_did_not_fail_reads_alike_with_a_neutral_freeze_and_without_and_never_as_to_be_tried_again() {
    let (nothing, neutral) = (Freezes::default(), frozen(&[request(FreezeReason::AmlReview, Authority::Compliance)]));
    for low_balance in [false, true] {
        let balance = low_balance.then_some(BalanceFact { enough: false });
        let of = |freezes| {
            let facts = PaymentFacts { failed: false, balance, ..PaymentFacts::new(freezes, Direction::Out) };
            diagnose(&facts, at(1))
        };
        for locale in LOCALES {
            let shown = of(&neutral).for_customer(locale, &support());
            assert_eq!(shown, of(&nothing).for_customer(locale, &support()), "byte for byte");
            assert!(shown.len() == 1 && !shown[0].retryable, "{shown:?}");
            let merged = of(&nothing).with(of(&neutral)).for_customer(locale, &support());
            assert_eq!(merged, shown, "what holds it up is hidden as well");
            let strict = |freezes| of(freezes).for_agent(Authority::Agent, &FreezePolicy::strict(), locale);
            assert_eq!(strict(&neutral), strict(&nothing));
        }
    }
}

#[test]
fn a_debit_block_explains_money_out_but_not_money_in() {
    let freezes = frozen(&[request(FreezeReason::SuspectedFraud, Authority::Rule).until(at(10))]);
    assert_eq!(reasons(&PaymentFacts::new(&freezes, Direction::Out)), [ReasonCode::Frozen]);
    for direction in [Direction::In, Direction::Refund, Direction::Reversal] {
        assert_eq!(reasons(&PaymentFacts::new(&freezes, direction)), [ReasonCode::Unexplained]);
    }
    let after: Vec<_> = diagnose(&PaymentFacts::new(&freezes, Direction::Out), at(10)).for_audit().collect();
    assert_eq!(after, [ReasonCode::Unexplained]);
}

#[test]
fn a_neutral_freeze_reads_like_a_technical_fault_byte_for_byte_in_both_languages() {
    let nothing = Freezes::default();
    let fault = PaymentFacts { network_fault: true, ..PaymentFacts::new(&nothing, Direction::Out) };
    for neutral in [
        request(FreezeReason::AmlReview, Authority::Compliance),
        request(FreezeReason::CourtOrder, Authority::Court).until(at(1_000)),
        request(FreezeReason::PoliceStop, Authority::Court),
        request(FreezeReason::SuspectedFraud, Authority::Agent).disclosed(Disclosure::Neutral),
    ] {
        let freezes = frozen(&[neutral]);
        let hidden = diagnose(&PaymentFacts::new(&freezes, Direction::Out), at(1));
        for locale in LOCALES {
            for support in [support(), SupportChannels::default()] {
                let shown = hidden.for_customer(locale, &support);
                let technical = diagnose(&fault, at(1)).for_customer(locale, &support);
                assert_eq!(shown, technical);
                assert_eq!(format!("{shown:?}").into_bytes(), format!("{technical:?}").into_bytes());
            }
        }
    }
}

#[test]
fn several_neutral_freezes_and_a_real_fault_are_still_one_cause_in_one_place() {
    let aml = request(FreezeReason::AmlReview, Authority::Compliance);
    let freezes = frozen(&[aml.clone(), request(FreezeReason::CourtOrder, Authority::Court), aml]);
    let facts = PaymentFacts {
        risk_hold: true,
        network_fault: true,
        balance: Some(BalanceFact { enough: false }),
        ..PaymentFacts::new(&freezes, Direction::Out)
    };
    let shown = diagnose(&facts, at(1)).for_customer(Locale::En, &support());
    assert_eq!(shown.len(), 3);
    assert!(shown[2].text.starts_with("We could not complete this payment."));
}

#[test]
fn a_freeze_that_may_be_told_is_told_with_its_end() {
    let freezes = frozen(&[request(FreezeReason::SuspectedFraud, Authority::Agent).until(at(1_000))]);
    let causes = diagnose(&PaymentFacts::new(&freezes, Direction::Out), at(1));
    let english = &causes.for_customer(Locale::En, &support())[0];
    assert!(english.text.contains("signs of fraud") && english.text.contains("phone 95555, e-mail help@example.com"));
    assert_eq!((english.retryable, english.retry_at), (true, Some(at(1_000))));
    let chinese = &causes.for_customer(Locale::ZhCn, &support())[0];
    assert!(chinese.text.contains("疑似欺诈") && chinese.text.contains("电话 95555，邮箱 help@example.com"));
}

#[test]
fn a_limit_tells_what_is_left_and_when_it_opens_again() {
    let freezes = Freezes::default();
    let limits = [
        LimitHit { reason: ReasonCode::LimitTransaction, left: yuan(50_000), resets_at: None },
        LimitHit { reason: ReasonCode::LimitDay, left: yuan(-1), resets_at: Some(at(7)) },
    ];
    let facts = PaymentFacts { limits: &limits, ..PaymentFacts::new(&freezes, Direction::Out) };
    let shown = diagnose(&facts, at(0)).for_customer(Locale::ZhCn, &SupportChannels::default());
    assert_eq!(shown[0].text, "本次支付超过单笔限额。单笔最多可支付 500.00 CNY。");
    assert_eq!((shown[0].retryable, shown[0].retry_at), (false, None));
    assert_eq!(shown[1].text, "本次支付超过当日限额。当日还可支付 0.00 CNY。");
    assert_eq!((shown[1].retryable, shown[1].retry_at), (true, Some(at(7))));
    let now = diagnose(&facts, at(7)).for_customer(Locale::En, &SupportChannels::default());
    assert!(now[1].text.contains("It fits under the limit again"), "{}", now[1].text);
    assert_eq!((now[1].retryable, now[1].retry_at), (true, Some(at(7))));
    let many = vec![limits[0]; 100];
    assert_eq!(reasons(&PaymentFacts { limits: &many, ..facts }).len(), LIMIT_HITS_MAX);
}

#[test]
fn whoever_ranks_high_enough_sees_the_whole_record() {
    let freezes = frozen(&[request(FreezeReason::AmlReview, Authority::Compliance)]);
    let causes = diagnose(&PaymentFacts::new(&freezes, Direction::Out), at(1));
    for rank in [Authority::Compliance, Authority::Court] {
        let seen = &causes.for_agent(rank, &FreezePolicy::strict(), Locale::En)[0];
        let Some(FreezeView::Full(freeze)) = &seen.freeze else { panic!("{seen:?}") };
        assert_eq!(freeze.case_ref.as_ref().map(CaseRef::as_str), Some("case-1"));
        for part in ["aml-review", "compliance", "actor-1", "case case-1", "without an end", "Neutral"] {
            assert!(seen.text.contains(part), "{part} in {}", seen.text);
        }
        assert_eq!((seen.reason, seen.retryable), (ReasonCode::Frozen, false));
    }
}

#[test]
fn an_agent_below_the_rank_sees_only_what_policy_allows() {
    let freezes = frozen(&[request(FreezeReason::AmlReview, Authority::Compliance).until(at(1_000))]);
    let causes = diagnose(&PaymentFacts::new(&freezes, Direction::Out), at(1));
    let nothing = Freezes::default();
    let fault = PaymentFacts { network_fault: true, ..PaymentFacts::new(&nothing, Direction::Out) };
    for locale in LOCALES {
        let shadow = &causes.for_agent(Authority::Agent, &FreezePolicy::standard(), locale)[0];
        assert!(matches!(shadow.freeze, Some(FreezeView::Exists { authority: Authority::Compliance, .. })));
        assert_eq!((shadow.retryable, shadow.retry_at), (false, None));
        for secret in ["aml", "反洗钱", "case-1", "actor-1", "2026-01-01"] {
            assert!(!shadow.text.contains(secret), "{secret} in {}", shadow.text);
        }
        let hidden = causes.for_agent(Authority::Agent, &FreezePolicy::strict(), locale);
        let technical = diagnose(&fault, at(1)).for_agent(Authority::Agent, &FreezePolicy::strict(), locale);
        assert_eq!(hidden, technical);
    }
    let open = FreezePolicy { neutral_above_rank: Sight::Full, ..FreezePolicy::standard() };
    assert!(matches!(causes.for_agent(Authority::Agent, &open, Locale::En)[0].freeze, Some(FreezeView::Full(_))));
    let not_staff = causes.for_agent(Authority::Rule, &open, Locale::En);
    assert_eq!(not_staff[0].reason, ReasonCode::NetworkFault);
}

#[test]
fn an_agent_sees_all_of_a_freeze_the_customer_is_told_of() {
    let told = request(FreezeReason::CourtOrder, Authority::Court).disclosed(Disclosure::Tell);
    let freezes = frozen(&[told]);
    let causes = diagnose(&PaymentFacts::new(&freezes, Direction::Out), at(1));
    let seen = &causes.for_agent(Authority::Agent, &FreezePolicy::strict(), Locale::ZhCn)[0];
    assert!(matches!(seen.freeze, Some(FreezeView::Full(_))) && seen.text.contains("司法冻结"));
}

#[test]
fn every_customer_text_is_there_in_both_languages_and_speaks_no_code() {
    let nothing = Freezes::default();
    for reason in FreezeReason::ALL.iter().filter(|reason| !reason.forbids_telling()) {
        let told = request(*reason, reason.least_authority()).disclosed(Disclosure::Tell);
        let freezes = frozen(&[told]);
        let causes = diagnose(&PaymentFacts::new(&freezes, Direction::Out), at(1));
        let unexplained = diagnose(&PaymentFacts::new(&nothing, Direction::Out), at(1));
        for locale in LOCALES {
            let text = &causes.for_customer(locale, &support())[0].text;
            assert_ne!(*text, unexplained.for_customer(locale, &support())[0].text);
            assert_eq!(text.chars().any(|letter| letter == '。'), locale == Locale::ZhCn);
            for secret in ["case-1", "actor-1", "0101", "FROZEN", reason.name()] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }
}

proptest! {
    /// The tipping-off rule itself: whatever else is known, neutral freezes and a technical fault cannot be told apart.
    #[test]
    fn for_the_customer_neutral_freezes_equal_a_fault(
        flags in any::<[bool; 7]>(),
        lockout in proptest::option::of(-5..5_i64),
        limits in 0..10_usize,
        neutral in 1..4_usize,
        told in any::<bool>(),
        ended in any::<[bool; 2]>(),
        refused in proptest::option::of(-2..3_i64),
        released in any::<bool>(),
        direction in prop_oneof![Just(Direction::Out), Just(Direction::In)],
    ) {
        let told: Vec<_> = told.then(|| request(FreezeReason::Dormant, Authority::Rule)).into_iter().collect();
        let secret = FreezeRequest { scopes: Scopes::ALL, ..request(FreezeReason::AmlReview, Authority::Compliance) };
        let both: Vec<_> = told.iter().cloned().chain(vec![secret.clone(); neutral]).collect();
        // Freezes that ended before now, of which only the one that may be told makes a difference.
        let over = |told: bool, neutral: bool| {
            let told = told.then(|| request(FreezeReason::SuspectedFraud, Authority::Rule));
            let neutral = neutral.then(|| secret.clone());
            let ended: Vec<_> = told.into_iter().chain(neutral).map(|ended| ended.until(at(0))).collect();
            ended.into_iter().zip(200..).fold(Freezes::default(), |freezes, (request, number)| {
                place(&freezes, &request, RandomId([number; 16]), &FreezePolicy::standard(), at(-3)).unwrap().freezes
            })
        };
        let (mut open, mut frozen) = (frozen(&told), frozen(&both));
        open.ended = over(ended[0], false).standing;
        frozen.ended = over(ended[0], ended[1]).standing;
        let limits = vec![LimitHit { reason: ReasonCode::LimitWeek, left: yuan(1), resets_at: Some(at(3)) }; limits];
        let facts = PaymentFacts {
            freezes: &frozen,
            direction,
            lockout_until: lockout.map(at),
            limits: &limits,
            balance: flags[0].then_some(BalanceFact { enough: flags[1] }),
            recipient: flags[2].then_some(RecipientFact { can_receive: flags[3] }),
            risk_hold: flags[4],
            proof_needed: flags[6],
            network_fault: flags[5],
            account_known: true,
            failed: true,
            refused_at: refused.map(at),
            released: released.then_some(ReleaseFact { at: at(0), actor: None }),
        };
        let fault = PaymentFacts { freezes: &open, network_fault: true, ..facts };
        for locale in LOCALES {
            let shown = diagnose(&facts, at(0)).for_customer(locale, &support());
            prop_assert_eq!(shown, diagnose(&fault, at(0)).for_customer(locale, &support()));
        }
    }
}
