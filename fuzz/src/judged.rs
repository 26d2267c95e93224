//! Input that is judged by rules, and the rules themselves.

use account_security::password::{
    BreachAnswer, ClassNeeds, Evaluation, PasswordPolicy, PolicyNumbers, Preset, RuleCode, RuleState, UserContext,
    evaluate,
};
use account_security::risk::{AssessContext, CheckedPolicy, Millibans, Profile, RiskPolicy, assess};
use account_security::types::{Currency, Direction, Money, Payment, Timestamp};
use unicode_normalization::UnicodeNormalization;

/// The customer's words and then the password, with the byte 255, which no text holds, between them.
pub fn password_evaluate(bytes: &[u8]) {
    let mut words: Vec<String> =
        bytes.split(|byte| *byte == 0xFF).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    words.pop();
    let typed = bytes.rsplit(|byte| *byte == 0xFF).next().unwrap_or(&[]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let context = UserContext::new(&words).unwrap_or(UserContext::none());
    for policy in policies() {
        let known = evaluate(&policy, typed, &context);
        check(&policy, typed, &known);
        assert_eq!(evaluate(&policy, typed, &context), known, "one text, one answer");
        composed(&policy, typed, &context, &known);
    }
    let policy = PasswordPolicy::card_default();
    let unknown = evaluate(&policy, typed, &UserContext::none());
    check(&policy, typed, &unknown);
    assert_ne!(unknown.state(RuleCode::UserWords), Some(RuleState::Satisfied), "not asked is not satisfied");
    assert!(unknown.accept || !evaluate(&policy, typed, &context).accept, "knowing more refuses more");
}

/// The costliest texts a search has found, for every preset: answered like any other. `tests/evaluate_cost.rs` searches
/// for more and measures.
pub fn evaluate_cost(bytes: &[u8]) {
    password_evaluate(bytes);
    for preset in Preset::ALL {
        let answer = evaluate(&preset.policy(), bytes, &UserContext::none());
        check(&preset.policy(), bytes, &answer);
    }
}

/// A preset that runs on phones, and one with every rule there is.
fn policies() -> [PasswordPolicy; 2] {
    let every_rule = PolicyNumbers {
        classes: ClassNeeds { letters: 2, lowers: 1, uppers: 1, digits: 1, symbols: 1, kinds: 3 },
        breached: true,
        min_age_hours: 24,
        max_bytes: 200,
        max_code_points: 40,
        max_repeat: Some(2),
        max_sequence: Some(3),
        max_walk: Some(3),
        min_score: 3,
        ..*PasswordPolicy::card_default().numbers()
    };
    [PasswordPolicy::nist_800_63b_4(), PasswordPolicy::new(every_rule).expect("a policy in its bounds")]
}

fn check(policy: &PasswordPolicy, typed: &[u8], answer: &Evaluation) {
    let numbers = policy.numbers();
    let broken = answer.rules.iter().filter(|rule| rule.state == RuleState::Unsatisfied).count();
    assert_eq!(answer.accept, broken == 0, "accepted exactly when no rule is broken");
    assert!(answer.rules.is_sorted_by(|one, other| one.code < other.code), "each rule once, in order");
    assert!(answer.score <= 4 && answer.guesses_log10_centi <= 1_000);
    assert!(answer.score < 4 || answer.guesses_log10_centi == 1_000, "score 4 begins where the estimate ends");
    for rule in &answer.rules {
        let holds = match rule.code {
            RuleCode::ValidText
            | RuleCode::MinLength
            | RuleCode::Letters
            | RuleCode::Lowers
            | RuleCode::Uppers
            | RuleCode::Digits
            | RuleCode::Symbols
            | RuleCode::ClassKinds
            | RuleCode::MinAge
            | RuleCode::MinScore => rule.have >= rule.need,
            _ => rule.have <= rule.need,
        };
        assert!(rule.state == RuleState::NotChecked || (rule.state == RuleState::Satisfied) == holds, "{rule:?}");
    }
    let unchecked: Vec<_> =
        answer.rules.iter().filter(|rule| rule.state == RuleState::NotChecked).map(|rule| rule.code).collect();
    assert_eq!(answer.pending(), unchecked);
    if answer.accept {
        let code_points = std::str::from_utf8(typed).expect("accepted text is text").nfc().count();
        assert!(typed.len() <= numbers.max_bytes.into());
        assert!(
            (numbers.min_code_points..=numbers.max_code_points).contains(&u16::try_from(code_points).expect("few"))
        );
        assert!(unchecked.iter().all(|code| matches!(
            code,
            RuleCode::History | RuleCode::UserWords | RuleCode::Breached | RuleCode::MinAge
        )));
    }
    assert_eq!(answer.clone().with_history(false).accept, answer.accept);
    assert_eq!(answer.clone().with_history(true).accept, answer.accept && numbers.history == 0);
    let found = answer.clone().with_breach(BreachAnswer::seen(3));
    assert_eq!(found.accept, answer.accept && !numbers.breached);
    assert_eq!(answer.clone().with_breach(BreachAnswer::NotFound).accept, answer.accept);
    assert_eq!(answer.clone().with_age(Some(23)).accept, answer.accept && numbers.min_age_hours == 0);
    let mut advice = answer.feedback.clone();
    advice.dedup();
    assert_eq!(advice.len(), answer.feedback.len());
}

/// A keyboard that composes accents and one that does not type the same password.
fn composed(policy: &PasswordPolicy, typed: &[u8], context: &UserContext<'_>, answer: &Evaluation) {
    let Ok(text) = std::str::from_utf8(typed) else { return };
    let other: String = text.nfc().collect();
    let bytes_max = usize::from(policy.numbers().max_bytes);
    if typed.len() > bytes_max || other.len() > bytes_max {
        return;
    }
    let other = evaluate(policy, other.as_bytes(), context);
    let without_bytes = |answer: &Evaluation| {
        let rules = answer.rules.iter().filter(|rule| rule.code != RuleCode::MaxBytes).copied().collect::<Vec<_>>();
        (answer.accept, answer.score, rules, answer.feedback.clone())
    };
    assert_eq!(without_bytes(answer), without_bytes(&other));
}

/// A file of rules, as JSON or as TOML.
pub fn rule_file(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(numbers) = serde_json::from_str::<PolicyNumbers>(text) {
        password_policy(numbers, text);
    }
    #[cfg(feature = "cli")]
    loaded(text);
    for policy in read(text) {
        let stored = postcard::to_allocvec(&policy).expect("rules are bounded");
        assert_eq!(postcard::from_bytes::<RiskPolicy>(&stored).as_ref(), Ok(&policy));
        let valid = policy.validate();
        assert_eq!(CheckedPolicy::new(policy.clone()).map(|_| ()), valid);
        let Ok(checked) = CheckedPolicy::new(policy) else { continue };
        let json = serde_json::to_string(checked.policy()).expect("rules are written as JSON");
        let again = CheckedPolicy::new(serde_json::from_str(&json).expect("and read back")).expect("still valid");
        assert_eq!(again.policy(), checked.policy());
        assert_eq!(again.content_hash(), checked.content_hash());
        use_rules(&checked);
    }
}

/// What the loader lets in is shown as a file that reads back as itself; what it refuses has a place in the text.
#[cfg(feature = "cli")]
fn loaded(text: &str) {
    use account_security::risk::file::{self, Format};
    for format in [Format::Toml, Format::Json] {
        match file::read(text, format) {
            Ok(policy) => {
                let shown = file::show(policy.policy(), "shown");
                let again = file::read(&shown, Format::Toml).unwrap_or_else(|fault| panic!("{fault}\n{shown}"));
                assert_eq!(again.policy(), policy.policy());
                assert_eq!(again.content_hash(), policy.content_hash());
                use_rules(&policy);
            }
            Err(fault) => {
                assert!((1..=text.matches('\n').count() + 1).contains(&fault.line), "{fault}");
                let columns = text.split('\n').nth(fault.line - 1).map_or(0, |line| line.chars().count());
                assert!((1..=columns + 1).contains(&fault.column), "{fault}");
                assert!(!fault.to_string().contains(|letter: char| letter.is_control()) && !fault.what.is_empty());
            }
        }
    }
}

fn read(text: &str) -> Vec<RiskPolicy> {
    let mut policies: Vec<RiskPolicy> = serde_json::from_str(text).into_iter().collect();
    #[cfg(feature = "cli")]
    policies.extend(toml::from_str::<RiskPolicy>(text));
    policies.truncate(1);
    policies
}

fn password_policy(numbers: PolicyNumbers, text: &str) {
    let checked = PasswordPolicy::new(numbers);
    assert_eq!(serde_json::from_str::<PasswordPolicy>(text).ok(), checked.clone().ok());
    if let Ok(policy) = checked {
        for typed in ["", "Zhang2024!", "马铃薯-骑-自行车7", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            check(&policy, typed.as_bytes(), &evaluate(&policy, typed.as_bytes(), &UserContext::none()));
        }
    }
}

/// Whatever a valid file says, payments are judged, the score is the sum of its reasons, and the profile stays valid.
fn use_rules(policy: &CheckedPolicy) {
    let currency = policy.policy().currency.unwrap_or(Currency::EUR);
    let mut profile = Profile::new();
    for step in 0..12_i64 {
        let at = Timestamp::from_unix_s(1_700_000_000 + step * step * 3_600).expect("a time");
        let minor = if step == 10 { 1_000_000_000_000_000 } else { 499_900 + step };
        let money = Money::from_minor(minor, currency).expect("money");
        let mut payment = Payment::out(&format!("tx-{step}"), money, at).expect("a payment").to("shop");
        if step % 4 == 1 {
            payment.direction = Direction::In;
        }
        if step > 6 {
            payment = payment.from_device("new phone").to("stranger");
        }
        let assessed = assess(&profile, &payment, None, policy, &AssessContext::at(at, 480)).expect("on earth");
        let answer = &assessed.assessment;
        let sum: Millibans = answer.reasons.iter().filter(|reason| !reason.shadow).map(|reason| reason.points).sum();
        assert_eq!(answer.score, sum, "the score is the sum of its reasons");
        assessed.commit(&mut profile);
        assert_eq!(profile.validate(), Ok(()));
    }
}
