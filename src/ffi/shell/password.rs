//! The live check-list of a password field.

use super::error::ShellError;
use super::parse;
use crate::password::context::{WORD_CODE_POINTS_MAX, WORDS_MAX};
use crate::password::{self, PasswordPolicy, UserContext};
use zeroize::Zeroizing;

/// The state of one rule. Numbers count from 1, as in C: a 0 that nobody wrote is never the best of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[repr(u8)]
pub enum RuleState {
    /// It holds.
    Satisfied = 1,
    /// It is broken.
    Unsatisfied = 2,
    /// It could not be checked here; the server does.
    NotChecked = 3,
}

/// One rule of the check-list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RuleLine {
    /// Its stable name.
    pub name: String,
    /// Its stable number.
    pub code: u16,
    /// How it stands.
    pub state: RuleState,
    /// What the password has, in the rule's own unit.
    pub have: u32,
    /// What the rule asks for.
    pub need: u32,
    /// The rule in the customer's language.
    pub text: String,
}

/// What was found about a typed password. Holds nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct PasswordReport {
    /// No rule that could be checked is broken.
    pub accept: bool,
    /// Strength, 0 to 4.
    pub score: u8,
    /// Hundredths of the decimal logarithm of the estimated guesses.
    pub guesses_log10_centi: u16,
    /// Every rule of the policy.
    pub rules: Vec<RuleLine>,
    /// Advice in the customer's language, most important first.
    pub advice: Vec<String>,
}

/// Judges a typed password by a named policy. `words` is what the password must not contain (name, phone, e-mail);
/// `None` = not known here, and the rule is not checked. `locale` is a BCP 47 tag.
///
/// # Errors
/// [`ShellError::Invalid`] for an unknown policy or words beyond their bounds.
pub fn evaluate_password(
    policy: &str,
    typed: &[u8],
    words: Option<&[String]>,
    locale: &str,
) -> Result<PasswordReport, ShellError> {
    let policy = policy_named("policy", policy)?;
    let borrowed: Option<Vec<&str>> = words.map(|words| words.iter().map(String::as_str).collect());
    let context = match &borrowed {
        None => UserContext::none(),
        Some(words) => UserContext::new(words).map_err(|error| ShellError::invalid("words", error))?,
    };
    Ok(report(&password::evaluate(&policy, typed, &context), locale))
}

/// Most words of a caller's: beside them stand the account's name and two contacts.
pub(super) const WORDS_GIVEN_MAX: usize = WORDS_MAX - 3;

/// What a new password must not contain: the caller's words, which are judged alone, and our own, of which a long one is looked
/// for by its beginning. So no name and no contact makes the list one that is refused.
pub(super) fn known_words<'a>(
    given: &[String],
    own: impl Iterator<Item = &'a str>,
) -> Result<Vec<Zeroizing<String>>, ShellError> {
    if given.len() > WORDS_GIVEN_MAX {
        return Err(ShellError::invalid("words", format!("at most {WORDS_GIVEN_MAX}")));
    }
    let borrowed: Vec<&str> = given.iter().map(String::as_str).collect();
    UserContext::new(&borrowed).map_err(|error| ShellError::invalid("words", error))?;
    let own = own.map(|word| word.chars().take(WORD_CODE_POINTS_MAX).collect());
    Ok(given.iter().cloned().chain(own).map(Zeroizing::new).collect())
}

pub(super) fn report(found: &password::Evaluation, locale: &str) -> PasswordReport {
    let locale = parse::locale(locale);
    let line = |outcome: &password::RuleOutcome| RuleLine {
        name: outcome.code.name().to_owned(),
        code: outcome.code.code(),
        state: match outcome.state {
            password::RuleState::Satisfied => RuleState::Satisfied,
            password::RuleState::Unsatisfied => RuleState::Unsatisfied,
            password::RuleState::NotChecked => RuleState::NotChecked,
        },
        have: outcome.have,
        need: outcome.need,
        text: outcome.text(locale),
    };
    PasswordReport {
        accept: found.accept,
        score: found.score,
        guesses_log10_centi: found.guesses_log10_centi,
        rules: found.rules.iter().map(line).collect(),
        advice: found.feedback.iter().map(|advice| advice.text(locale).to_owned()).collect(),
    }
}

pub(super) fn policy_named(field: &str, name: &str) -> Result<PasswordPolicy, ShellError> {
    let found = password::Preset::by_name(name);
    found.map(|preset| preset.policy()).ok_or_else(|| {
        let names: Vec<&str> = password::Preset::ALL.iter().map(|preset| preset.name()).collect();
        ShellError::invalid(field, format!("one of {}", names.join(", ")))
    })
}
