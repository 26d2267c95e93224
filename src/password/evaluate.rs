//! Does a typed password fit a policy? Every rule answers for itself.

use serde::{Deserialize, Serialize};

use super::blocklist;
use super::breach::BreachAnswer;
use super::context::UserContext;
use super::feedback::FeedbackCode;
use super::pattern::Runs;
use super::policy::{PasswordPolicy, PolicyNumbers};
use super::rule::{RuleCode, RuleOutcome, RuleState};
use super::strength;
use super::text::{self, Class};

/// The shortest run that earns advice.
const NOTED_RUN: u32 = 4;
/// Scores below this earn the advice to add words.
const GOOD_SCORE: u8 = 3;

/// The answer of [`evaluate`]. Holds numbers and codes only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// No rule this call could check is broken. Rules it could not check are in [`pending`](Self::pending): a phone may
    /// enable its button on `accept`, a server settles what is pending before it stores anything.
    pub accept: bool,
    /// Strength, 0 to 4; 0 where the text was too long to look at.
    pub score: u8,
    /// Hundredths of the decimal logarithm of the estimated guesses: 950 stands for 10^9.5. Ends at 1000, where score 4
    /// begins.
    pub guesses_log10_centi: u16,
    /// One outcome for each rule the policy has, in order of [`RuleCode`].
    pub rules: Vec<RuleOutcome>,
    /// Advice, most important first. Empty for a strong password.
    pub feedback: Vec<FeedbackCode>,
}

impl Evaluation {
    /// The state of a rule; `None` when the policy does not have it.
    #[must_use]
    pub fn state(&self, code: RuleCode) -> Option<RuleState> {
        self.rules.iter().find(|outcome| outcome.code == code).map(|outcome| outcome.state)
    }

    /// The rules of the policy which this call could not check: history, breaches and least age, which only a server
    /// knows, and the customer's words where [`UserContext::none`] was given.
    #[must_use]
    pub fn pending(&self) -> Vec<RuleCode> {
        let unchecked = |outcome: &&RuleOutcome| outcome.state == RuleState::NotChecked;
        self.rules.iter().filter(unchecked).map(|outcome| outcome.code).collect()
    }

    /// Settles the history rule: `is_reused` comes from
    /// [`Hasher::matches_history`](super::Hasher::matches_history). Changes nothing when the policy has no such rule.
    #[must_use]
    pub fn with_history(self, is_reused: bool) -> Self {
        self.settled(RuleCode::History, u32::from(is_reused), !is_reused)
    }

    /// Settles the breach rule with what a [`BreachFilter`](super::BreachFilter) or a
    /// [`RangeQuery`](super::RangeQuery) answered. Changes nothing when the policy has no such rule. A fault is no answer:
    /// leave the rule pending then, and the password unset.
    #[must_use]
    pub fn with_breach(self, answer: BreachAnswer) -> Self {
        let has_rule = self.state(RuleCode::Breached).is_some();
        let mut settled = self.settled(RuleCode::Breached, answer.times(), !answer.is_found());
        if has_rule && answer.is_found() && !settled.feedback.contains(&FeedbackCode::Breached) {
            settled.feedback.insert(0, FeedbackCode::Breached);
        }
        settled
    }

    /// Settles the least-age rule: `age_hours` comes from
    /// [`PasswordState::age_hours`](super::PasswordState::age_hours), `None` where there is no password yet or its change
    /// is required. Changes nothing when the policy has no such rule.
    #[must_use]
    pub fn with_age(self, age_hours: Option<u32>) -> Self {
        let need = self.rules.iter().find(|outcome| outcome.code == RuleCode::MinAge).map_or(0, |outcome| outcome.need);
        let have = age_hours.unwrap_or(u32::MAX);
        self.settled(RuleCode::MinAge, have, have >= need)
    }

    fn settled(mut self, code: RuleCode, have: u32, holds: bool) -> Self {
        for outcome in self.rules.iter_mut().filter(|outcome| outcome.code == code) {
            outcome.have = have;
            outcome.state = if holds { RuleState::Satisfied } else { RuleState::Unsatisfied };
        }
        // A text beyond a bound was refused as a whole; nothing that is settled later makes it acceptable.
        self.accept = is_accepted(&self.rules);
        self
    }
}

/// Judges a typed password. Pure, for any bytes, in less than 5 ms; an ordinary password takes some 50 µs.
///
/// `typed` is the raw input, so that text which is no UTF-8 gets an answer too ([`RuleCode::ValidText`]). The byte bound is
/// checked before anything else; a text beyond a bound is refused as a whole and its other rules are not checked.
///
/// ```
/// use account_security::password::{evaluate, PasswordPolicy, UserContext};
/// let policy = PasswordPolicy::card_default();
/// assert!(evaluate(&policy, "马铃薯-骑-自行车7".as_bytes(), &UserContext::none()).accept);
/// assert!(!evaluate(&policy, b"P@ssw0rd2024!", &UserContext::none()).accept);
/// ```
#[must_use]
pub fn evaluate(policy: &PasswordPolicy, typed: &[u8], context: &UserContext<'_>) -> Evaluation {
    let numbers = policy.numbers();
    let mut sheet = Sheet::of(numbers);
    sheet.at_most(RuleCode::MaxBytes, count(typed.len()));
    if typed.len() > usize::from(numbers.max_bytes) {
        return sheet.refused();
    }
    let Ok(typed) = std::str::from_utf8(typed) else {
        sheet.at_least(RuleCode::ValidText, 0);
        return sheet.refused();
    };
    sheet.at_least(RuleCode::ValidText, 1);
    let normalised = text::nfc(typed);
    let code_points = normalised.chars().count();
    sheet.at_most(RuleCode::MaxLength, count(code_points));
    if code_points > usize::from(numbers.max_code_points) {
        return sheet.refused();
    }
    check_all(sheet, &normalised, context)
}

fn check_all(mut sheet: Sheet, normalised: &str, context: &UserContext<'_>) -> Evaluation {
    let runs = Runs::of(normalised);
    let folded = text::fold(normalised);
    let is_listed = blocklist::is_blocked_folded(&folded);
    let words = context.found_in(&folded);
    let strength = strength::estimate(normalised, &words.spellings, is_listed);

    sheet.at_least(RuleCode::MinLength, count(normalised.chars().count()));
    sheet.at_most(
        RuleCode::NoControl,
        count(normalised.chars().filter(|character| text::is_unsafe(*character)).count()),
    );
    check_classes(&mut sheet, normalised);
    sheet.at_most(RuleCode::Blocklist, u32::from(is_listed));
    if context.is_known() {
        sheet.at_most(RuleCode::UserWords, words.count);
    }
    sheet.at_most(RuleCode::MaxRepeat, runs.repeat);
    sheet.at_most(RuleCode::MaxSequence, runs.sequence);
    sheet.at_most(RuleCode::MaxWalk, runs.walk);
    sheet.at_least(RuleCode::MinScore, u32::from(strength.score));

    let noted = [
        (is_listed, FeedbackCode::CommonPassword),
        (words.count > 0, FeedbackCode::PersonalWord),
        (runs.repeat >= NOTED_RUN, FeedbackCode::Repeats),
        (runs.sequence >= NOTED_RUN, FeedbackCode::Sequence),
        (runs.walk >= NOTED_RUN, FeedbackCode::KeyboardWalk),
        (strength.year && strength.score < GOOD_SCORE, FeedbackCode::Year),
        (strength.score < GOOD_SCORE, FeedbackCode::AddWords),
    ];
    Evaluation {
        accept: is_accepted(&sheet.rules),
        score: strength.score,
        guesses_log10_centi: strength.guesses_log10_centi,
        rules: sheet.rules,
        feedback: noted.into_iter().filter_map(|(holds, code)| holds.then_some(code)).collect(),
    }
}

fn check_classes(sheet: &mut Sheet, normalised: &str) {
    let among = |wanted: &[Class]| {
        count(normalised.chars().filter(|character| wanted.contains(&text::class(*character))).count())
    };
    sheet.at_least(RuleCode::Letters, among(&[Class::Lower, Class::Upper, Class::OtherLetter]));
    sheet.at_least(RuleCode::Lowers, among(&[Class::Lower]));
    sheet.at_least(RuleCode::Uppers, among(&[Class::Upper]));
    sheet.at_least(RuleCode::Digits, among(&[Class::Digit]));
    sheet.at_least(RuleCode::Symbols, among(&[Class::Symbol]));
    let kinds = [&[Class::Lower, Class::OtherLetter][..], &[Class::Upper], &[Class::Digit], &[Class::Symbol]];
    sheet.at_least(RuleCode::ClassKinds, count(kinds.into_iter().filter(|kind| among(kind) > 0).count()));
    let beyond_ascii = |character: &char| !matches!(character, ' '..='~');
    sheet.at_most(RuleCode::AllowedCharacters, count(normalised.chars().filter(beyond_ascii).count()));
}

fn is_accepted(rules: &[RuleOutcome]) -> bool {
    rules.iter().all(|outcome| outcome.state != RuleState::Unsatisfied)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The policy's rules, each unchecked until it is filled in. Rules the policy does not have are not on it.
struct Sheet {
    rules: Vec<RuleOutcome>,
}

impl Sheet {
    fn of(numbers: &PolicyNumbers) -> Self {
        let wanted = |least: u8| (least > 0).then_some(u32::from(least));
        let needs = [
            (RuleCode::MaxBytes, Some(u32::from(numbers.max_bytes))),
            (RuleCode::ValidText, Some(1)),
            (RuleCode::MaxLength, Some(u32::from(numbers.max_code_points))),
            (RuleCode::MinLength, Some(u32::from(numbers.min_code_points))),
            (RuleCode::NoControl, Some(0)),
            (RuleCode::Letters, wanted(numbers.classes.letters)),
            (RuleCode::Lowers, wanted(numbers.classes.lowers)),
            (RuleCode::Uppers, wanted(numbers.classes.uppers)),
            (RuleCode::Digits, wanted(numbers.classes.digits)),
            (RuleCode::Symbols, wanted(numbers.classes.symbols)),
            (RuleCode::Blocklist, numbers.blocklist.then_some(0)),
            (RuleCode::UserWords, numbers.user_words.then_some(0)),
            (RuleCode::MaxRepeat, numbers.max_repeat.map(u32::from)),
            (RuleCode::MaxSequence, numbers.max_sequence.map(u32::from)),
            (RuleCode::MaxWalk, numbers.max_walk.map(u32::from)),
            (RuleCode::MinScore, wanted(numbers.min_score)),
            (RuleCode::History, wanted(numbers.history)),
            (RuleCode::ClassKinds, wanted(numbers.classes.kinds)),
            (RuleCode::AllowedCharacters, numbers.ascii_only.then_some(0)),
            (RuleCode::Breached, numbers.breached.then_some(0)),
            (RuleCode::MinAge, (numbers.min_age_hours > 0).then_some(u32::from(numbers.min_age_hours))),
        ];
        let unchecked = |(code, need): (RuleCode, Option<u32>)| {
            need.map(|need| RuleOutcome { code, state: RuleState::NotChecked, have: 0, need })
        };
        Self { rules: needs.into_iter().filter_map(unchecked).collect() }
    }

    fn at_least(&mut self, code: RuleCode, have: u32) {
        self.fill(code, have, |need| have >= need);
    }

    fn at_most(&mut self, code: RuleCode, have: u32) {
        self.fill(code, have, |need| have <= need);
    }

    fn fill(&mut self, code: RuleCode, have: u32, holds: impl Fn(u32) -> bool) {
        if let Some(outcome) = self.rules.iter_mut().find(|outcome| outcome.code == code) {
            outcome.have = have;
            outcome.state = if holds(outcome.need) { RuleState::Satisfied } else { RuleState::Unsatisfied };
        }
    }

    /// The text is beyond a bound: refused as it is, the rest unchecked.
    fn refused(self) -> Evaluation {
        Evaluation { accept: false, score: 0, guesses_log10_centi: 0, rules: self.rules, feedback: Vec::new() }
    }
}

#[cfg(test)]
mod scores;
#[cfg(test)]
mod tests;
