//! Stories about [`evaluate`].

use super::*;
use crate::password::{ClassNeeds, Preset};

fn card(typed: &str) -> Evaluation {
    evaluate(&PasswordPolicy::card_default(), typed.as_bytes(), &UserContext::new(&[]).unwrap())
}

fn broken(evaluation: &Evaluation) -> Vec<RuleCode> {
    let unsatisfied = |outcome: &&RuleOutcome| outcome.state == RuleState::Unsatisfied;
    evaluation.rules.iter().filter(unsatisfied).map(|outcome| outcome.code).collect()
}

fn own(change: impl FnOnce(&mut PolicyNumbers)) -> PasswordPolicy {
    let mut numbers = *PasswordPolicy::nist_800_63b_4_second_factor().numbers();
    change(&mut numbers);
    PasswordPolicy::new(numbers).unwrap()
}

#[test]
fn the_card_default_asks_for_eight_characters_with_letter_digit_and_symbol() {
    assert_eq!(broken(&card("Vx9#qLm2")), []);
    assert!(card("Vx9#qLm2").accept);
    assert_eq!(broken(&card("Vx9#qLm")), [RuleCode::MinLength]);
    assert_eq!(broken(&card("VxZ#qLmT")), [RuleCode::Digits]);
    assert_eq!(broken(&card("Vx9qqLm2")), [RuleCode::Symbols]);
    assert_eq!(broken(&card("83920#17562")), [RuleCode::Letters]);
    assert_eq!(broken(&card("")), [RuleCode::MinLength, RuleCode::Letters, RuleCode::Digits, RuleCode::Symbols]);
}

#[test]
fn chinese_characters_are_letters_and_count_one_each() {
    let answer = card("马铃薯骑自行车7!");
    assert!(answer.accept);
    assert_eq!(answer.rules.iter().find(|rule| rule.code == RuleCode::MinLength).unwrap().have, 9);
    assert_eq!(broken(&card("马铃薯骑自行车7七")), [RuleCode::Symbols], "a Chinese character is no symbol");
}

#[test]
fn a_decomposed_accent_counts_as_one_character() {
    let policy = own(|numbers| numbers.min_code_points = 8);
    let seven_letters = "tuliipe\u{301}";
    let answer = evaluate(&policy, seven_letters.as_bytes(), &UserContext::none());
    assert_eq!(answer.state(RuleCode::MinLength), Some(RuleState::Unsatisfied));
}

#[test]
fn history_is_pending_and_does_not_block_until_the_server_says_so() {
    let fresh = card("Vx9#qLm2");
    assert!(fresh.accept);
    assert_eq!(fresh.pending(), [RuleCode::History]);
    let reused = fresh.clone().with_history(true);
    assert!(!reused.accept);
    assert_eq!(broken(&reused), [RuleCode::History]);
    let unused = fresh.with_history(false);
    assert!(unused.accept && unused.pending().is_empty());
    assert!(!card("short").with_history(false).accept, "a clean history mends nothing else");
}

#[test]
fn without_a_context_the_user_word_rule_is_pending_not_satisfied() {
    let policy = PasswordPolicy::card_default();
    let blind = evaluate(&policy, b"Zhangwei#77", &UserContext::none());
    assert_eq!(blind.state(RuleCode::UserWords), Some(RuleState::NotChecked));
    let seeing = evaluate(&policy, b"Zhangwei#77", &UserContext::new(&["Zhang Wei"]).unwrap());
    assert_eq!(seeing.state(RuleCode::UserWords), Some(RuleState::Unsatisfied));
    assert!(seeing.feedback.contains(&FeedbackCode::PersonalWord));
}

#[test]
fn the_byte_bound_comes_first_and_the_text_is_refused_whole() {
    let huge = vec![b'a'; 10_000_000];
    let answer = evaluate(&PasswordPolicy::card_default(), &huge, &UserContext::none());
    assert_eq!(broken(&answer), [RuleCode::MaxBytes]);
    assert_eq!(answer.state(RuleCode::Blocklist), Some(RuleState::NotChecked));
    let long = format!("Vx9#{}", "qLm2".repeat(31));
    assert!(card(&long).accept, "128 code points");
    assert_eq!(broken(&card(&format!("{long}x"))), [RuleCode::MaxLength], "129 code points");
    assert!(card(&"马9!".repeat(42)).state(RuleCode::MaxBytes) == Some(RuleState::Satisfied));
}

#[test]
fn bytes_that_are_no_text_and_characters_nobody_sees_are_refused() {
    let policy = PasswordPolicy::card_default();
    for bytes in [&b"Vx9#qLm2\xff"[..], b"\xc3", b"\xed\xa0\x80aaaaa1!"] {
        assert_eq!(broken(&evaluate(&policy, bytes, &UserContext::none())), [RuleCode::ValidText]);
    }
    for hidden in ["\0", "\n", "\u{7f}", "\u{202e}", "\u{200b}", "\u{feff}", "\u{2028}", "\u{2066}"] {
        assert_eq!(broken(&card(&format!("Vx9#qLm2{hidden}"))), [RuleCode::NoControl], "{hidden:?}");
    }
}

#[test]
fn every_kind_of_bad_input_gets_a_typed_answer() {
    let words = ["", "\0", "\u{202e}gnal", "\u{fdfa}", " ", "@", "王", "a\u{301}", "++++"];
    let context = UserContext::new(&words).unwrap();
    let over_long = "Vx9#".repeat(33);
    let (surrogates, high) = (b"\xed\xa0\x80\xed\xb0\x80".as_slice(), b"\xf4\x90\x80\x80".as_slice());
    let bad: [(&[u8], RuleCode); 16] = [
        (b"", RuleCode::MinLength),
        (b"\n", RuleCode::MinLength),
        (over_long.as_bytes(), RuleCode::MaxLength),
        (&[b'a'; 1_025], RuleCode::MaxBytes),
        (b"Vx9#qLm2\0", RuleCode::NoControl),
        (b"\0\0\0\0\0\0\0\0\0\0", RuleCode::NoControl),
        ("Vx9#q\u{202e}Lm2".as_bytes(), RuleCode::NoControl),
        ("Vx9#q\u{2066}Lm2\u{2069}".as_bytes(), RuleCode::NoControl),
        ("Vx9#qLm2\u{200e}".as_bytes(), RuleCode::NoControl),
        ("Vx9#qLm2\u{e0041}".as_bytes(), RuleCode::NoControl),
        (b"Vx9#qLm2\x80", RuleCode::ValidText),
        (b"\xc0\x80Vx9#qLm2", RuleCode::ValidText),
        (b"Vx9#qLm2\xe9\xa9", RuleCode::ValidText),
        (surrogates, RuleCode::ValidText),
        (high, RuleCode::ValidText),
        ("\u{301}\u{301}\u{301}".as_bytes(), RuleCode::MinLength),
    ];
    for preset in Preset::ALL {
        for (typed, code) in bad {
            let answer = evaluate(&preset.policy(), typed, &context);
            assert!(!answer.accept && broken(&answer).contains(&code), "{} {typed:?}: {answer:?}", preset.name());
            assert!(!answer.with_breach(BreachAnswer::NotFound).with_history(false).with_age(None).accept);
        }
    }
}

#[test]
fn three_of_four_kinds_are_counted_whichever_they_are() {
    let policy = PasswordPolicy::mlps_practice();
    let kinds = |typed: &str| {
        let answer = evaluate(&policy, typed.as_bytes(), &UserContext::none());
        answer.rules.iter().find(|rule| rule.code == RuleCode::ClassKinds).unwrap().have
    };
    assert_eq!([kinds("tulip"), kinds("Tulip"), kinds("Tulip7"), kinds("Tulip7!"), kinds("7!")], [1, 2, 3, 4, 2]);
    let judge = |typed: &str| broken(&evaluate(&policy, typed.as_bytes(), &UserContext::none()));
    assert_eq!((judge("Quill9tide"), judge("quill9tide")), (vec![], vec![RuleCode::ClassKinds]));
    assert_eq!(kinds("马铃薯7!"), 3, "letters without case are letters");
    assert_eq!(kinds("tulip马铃薯"), 1, "and no kind of their own");
}

#[test]
fn a_policy_may_allow_the_english_keyboard_only() {
    let policy = own(|numbers| numbers.ascii_only = true);
    let judge = |typed: &str| broken(&evaluate(&policy, typed.as_bytes(), &UserContext::none()));
    assert_eq!(judge("Vx9 qLm2~"), []);
    assert_eq!(judge("Vx9 qLmé~"), [RuleCode::AllowedCharacters]);
    assert_eq!(judge("马铃薯骑自行车七"), [RuleCode::AllowedCharacters]);
}

#[test]
fn a_breach_is_settled_by_the_server_and_told_first() {
    let policy = PasswordPolicy::asvs_5_l2();
    let fresh = evaluate(&policy, b"quiet-Violin-7", &UserContext::none());
    assert_eq!(fresh.pending(), [RuleCode::UserWords, RuleCode::Breached]);
    let found = fresh.clone().with_breach(BreachAnswer::seen(9));
    assert!(!found.accept);
    assert_eq!((broken(&found), found.feedback.first()), (vec![RuleCode::Breached], Some(&FeedbackCode::Breached)));
    assert_eq!(found.clone().with_breach(BreachAnswer::seen(9)), found, "told once");
    assert!(fresh.with_breach(BreachAnswer::NotFound).accept);
    let not_asked = card("quiet-Violin-7").with_breach(BreachAnswer::seen(9));
    assert!(not_asked.accept && not_asked.feedback.is_empty(), "the policy does not ask");
}

#[test]
fn common_passwords_are_refused_by_every_preset() {
    for preset in Preset::ALL {
        for typed in
            ["Password123456789!", "qwertyuiop12345", "1qaz2wsx3edc4rfv", "aaaaaaaaaaaaaaaa", "woaini5201314.."]
        {
            let answer = evaluate(&preset.policy(), typed.as_bytes(), &UserContext::none());
            assert!(!answer.accept, "{} {typed}", preset.name());
            assert_eq!(answer.state(RuleCode::Blocklist), Some(RuleState::Unsatisfied), "{typed}");
            assert!(answer.score <= 1, "{typed}");
        }
    }
}

#[test]
fn nist_takes_any_long_phrase_and_asks_for_no_class() {
    let policy = PasswordPolicy::nist_800_63b_4();
    let none = UserContext::none();
    assert!(evaluate(&policy, b"tulip orbit fourteen", &none).accept);
    assert_eq!(broken(&evaluate(&policy, b"tulip orbit 14", &none)), [RuleCode::MinLength]);
    assert!(evaluate(&policy, "七只猫在月光下数着电线杆上的麻雀".as_bytes(), &none).accept);
}

#[test]
fn optional_rules_count_runs_classes_and_strength() {
    let policy = own(|numbers| {
        numbers.max_repeat = Some(2);
        numbers.max_sequence = Some(3);
        numbers.max_walk = Some(3);
        numbers.min_score = 4;
        numbers.classes = ClassNeeds { lowers: 2, uppers: 1, ..ClassNeeds::NONE };
    });
    let judge = |typed: &str| broken(&evaluate(&policy, typed.as_bytes(), &UserContext::none()));
    assert_eq!(judge("Tulip-47-Orbit-Lamp"), []);
    assert_eq!(judge("Tuliip-47-Orbittt-Lamp"), [RuleCode::MaxRepeat]);
    assert_eq!(judge("Tulip-4567-Orbit-Lamp"), [RuleCode::MaxSequence, RuleCode::MaxWalk]);
    assert_eq!(judge("Tulip-asdf-Orbit-Lamp"), [RuleCode::MaxWalk]);
    assert_eq!(judge("TULIP-47-ORBIT-LAmP"), [RuleCode::Lowers]);
    assert!(judge("Tulipana").contains(&RuleCode::MinScore));
}

#[test]
fn an_answer_never_holds_the_password_or_the_customers_words() {
    let answer = evaluate(&PasswordPolicy::card_default(), b"Zhangwei#77", &UserContext::new(&["Zhangwei"]).unwrap());
    let shown = format!("{answer:?}{}", serde_json::to_string(&answer).unwrap()).to_lowercase();
    assert!(!shown.contains("zhang") && !shown.contains("#77"));
}

#[test]
fn the_same_text_gives_the_same_answer() {
    for typed in ["P4$$w0rd2019!", "1990-05-17 liu", "johnsmith1!", "7!1|+4nalysis"] {
        let first = card(typed);
        assert!((0..20).all(|_| card(typed) == first), "{typed}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_get_an_answer(typed in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..1100)) {
        let words = ["zhang", "13800138000"];
        let answer = evaluate(&PasswordPolicy::card_default(), &typed, &UserContext::new(&words).unwrap());
        proptest::prop_assert!(answer.score <= 4);
        proptest::prop_assert_eq!(answer.accept, broken(&answer).is_empty());
    }

    #[test]
    fn any_text_gets_an_answer(typed in "\\PC{0,140}", word in "\\PC{0,64}") {
        let words = [word.as_str()];
        let answer = evaluate(&PasswordPolicy::card_default(), typed.as_bytes(), &UserContext::new(&words).unwrap());
        proptest::prop_assert_eq!(answer.accept, broken(&answer).is_empty());
        if typed.chars().count() < 5 {
            proptest::prop_assert!(!answer.accept);
        }
    }

    #[test]
    fn texts_of_digits_and_lookalikes_get_an_answer(typed in "[0-9@!|$+%({<a-d\u{130}\u{df}]{0,128}") {
        let answer = card(&typed);
        proptest::prop_assert_eq!(answer.accept, broken(&answer).is_empty());
    }
}
