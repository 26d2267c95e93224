//! The rules by name: one code, one state, two numbers, one sentence in each language.

use serde::{Deserialize, Serialize};

use super::catalogue;
use crate::types::Locale;

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $name:literal;)*) => {
        /// Which rule. Numbers and names are stable and never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum RuleCode {
            $($(#[$doc])* $variant = $code,)*
        }

        impl RuleCode {
            /// Every rule, in order of its number.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, e.g. `MIN_LENGTH`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The stable number.
            #[must_use]
            pub const fn code(self) -> u16 {
                self as u16
            }
        }
    };
}

rules! {
    /// `have` bytes, `need` at most. Checked first; when broken, nothing else is looked at.
    MaxBytes = 1, "MAX_BYTES";
    /// The bytes are UTF-8. When broken, nothing else is looked at.
    ValidText = 2, "VALID_TEXT";
    /// `have` code points after NFC, `need` at most. When broken, the rules below it are not checked.
    MaxLength = 3, "MAX_LENGTH";
    /// `have` code points after NFC, `need` at least.
    MinLength = 4, "MIN_LENGTH";
    /// `have` control, invisible or direction-turning characters, `need` 0.
    NoControl = 5, "NO_CONTROL";
    /// `have` letters of any script, `need` at least.
    Letters = 6, "LETTERS";
    /// `have` lower-case letters, `need` at least.
    Lowers = 7, "LOWERCASE";
    /// `have` upper-case letters, `need` at least.
    Uppers = 8, "UPPERCASE";
    /// `have` digits, `need` at least.
    Digits = 9, "DIGITS";
    /// `have` symbols, `need` at least.
    Symbols = 10, "SYMBOLS";
    /// `have` 1 when everybody tries it first, `need` 0.
    Blocklist = 11, "BLOCKLIST";
    /// `have` words of the customer found, `need` 0.
    UserWords = 12, "USER_WORDS";
    /// `have` the longest run of one character, `need` at most.
    MaxRepeat = 13, "MAX_REPEAT";
    /// `have` the longest sequence, `need` at most.
    MaxSequence = 14, "MAX_SEQUENCE";
    /// `have` the longest straight line of keys, `need` at most.
    MaxWalk = 15, "MAX_KEYBOARD_WALK";
    /// `have` the strength score, `need` at least.
    MinScore = 16, "MIN_SCORE";
    /// `have` 1 when it is one of the last passwords, `need` how many last ones it must differ from.
    History = 17, "HISTORY";
    /// `have` kinds of characters among small letters, capitals, digits and symbols, `need` at least. Letters without
    /// case, e.g. Chinese characters, count as small letters.
    ClassKinds = 18, "CLASS_KINDS";
    /// `have` characters other than printable ASCII, `need` 0.
    AllowedCharacters = 19, "ALLOWED_CHARACTERS";
    /// `have` how often it was seen in breaches (1 where that is not known), `need` 0. Settled by
    /// [`Evaluation::with_breach`](super::Evaluation::with_breach).
    Breached = 20, "BREACHED";
    /// `have` hours since the last change, `need` at least. Settled by
    /// [`Evaluation::with_age`](super::Evaluation::with_age).
    MinAge = 21, "MIN_AGE";
}

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RuleState {
    /// Met.
    Satisfied,
    /// Broken.
    Unsatisfied,
    /// This call could not tell: the server must, or an earlier rule stopped the look.
    NotChecked,
}

impl RuleState {
    /// The stable name: `satisfied`, `unsatisfied` or `not_checked`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Unsatisfied => "unsatisfied",
            Self::NotChecked => "not_checked",
        }
    }
}

/// One rule's answer. Numbers only: never a piece of the password, never the word that was matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOutcome {
    /// Which rule.
    pub code: RuleCode,
    /// What became of it.
    pub state: RuleState,
    /// What was found, see the rule.
    pub have: u32,
    /// What is wanted, see the rule.
    pub need: u32,
}

impl RuleOutcome {
    /// The rule as one line of a check-list.
    ///
    /// ```
    /// use account_security::password::{RuleCode, RuleOutcome, RuleState};
    /// use account_security::types::Locale;
    /// let line = RuleOutcome { code: RuleCode::MinLength, state: RuleState::Unsatisfied, have: 3, need: 8 };
    /// assert_eq!(line.text(Locale::ZhCn), "至少 8 个字符");
    /// ```
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        catalogue::counted(locale, "rule", self.code.name(), self.need)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_name_number_and_sentence_in_both_languages() {
        for locale in [Locale::En, Locale::ZhCn] {
            let text = |code: &RuleCode| {
                RuleOutcome { code: *code, state: RuleState::NotChecked, have: 0, need: 2 }.text(locale)
            };
            let mut texts: Vec<_> = RuleCode::ALL.iter().map(text).collect();
            texts.sort_unstable();
            texts.dedup();
            assert_eq!(texts.len(), RuleCode::ALL.len());
        }
        let mut names: Vec<_> = RuleCode::ALL.iter().map(|code| (code.name(), code.code())).collect();
        names.sort_unstable();
        names.dedup_by_key(|(name, _)| *name);
        assert_eq!(names.len(), RuleCode::ALL.len());
    }
}
