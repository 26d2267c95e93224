//! Advice for a better password, derived from our own findings so that it is the same on every device.

use serde::{Deserialize, Serialize};

use crate::types::Locale;

/// One piece of advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FeedbackCode {
    /// Everybody tries this password first.
    CommonPassword,
    /// It holds the customer's own words.
    PersonalWord,
    /// A character or group again and again.
    Repeats,
    /// Neighbours in the alphabet or among the digits.
    Sequence,
    /// A line of keys.
    KeyboardWalk,
    /// A year.
    Year,
    /// Add words.
    AddWords,
}

impl FeedbackCode {
    /// Every piece of advice.
    pub const ALL: [Self; 7] = [
        Self::CommonPassword,
        Self::PersonalWord,
        Self::Repeats,
        Self::Sequence,
        Self::KeyboardWalk,
        Self::Year,
        Self::AddWords,
    ];

    /// The stable name, e.g. `COMMON_PASSWORD`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CommonPassword => "COMMON_PASSWORD",
            Self::PersonalWord => "PERSONAL_WORD",
            Self::Repeats => "REPEATS",
            Self::Sequence => "SEQUENCE",
            Self::KeyboardWalk => "KEYBOARD_WALK",
            Self::Year => "YEAR",
            Self::AddWords => "ADD_WORDS",
        }
    }

    /// The advice as a sentence.
    #[must_use]
    pub const fn text(self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => self.english(),
            Locale::ZhCn => self.chinese(),
        }
    }

    const fn english(self) -> &'static str {
        match self {
            Self::CommonPassword => {
                "This is one of the first passwords a thief tries. Adding a digit or a symbol does not help."
            }
            Self::PersonalWord => "Leave out your name, phone number and birthday.",
            Self::Repeats => "Avoid repeated characters.",
            Self::Sequence => "Avoid sequences such as abcd or 6543.",
            Self::KeyboardWalk => "Avoid keys that lie side by side.",
            Self::Year => "Avoid years and dates.",
            Self::AddWords => "Add a few words that have nothing to do with each other.",
        }
    }

    const fn chinese(self) -> &'static str {
        match self {
            Self::CommonPassword => "这是最先被尝试的密码之一，仅加数字或符号没有帮助。",
            Self::PersonalWord => "请勿使用姓名、手机号或生日。",
            Self::Repeats => "避免重复字符。",
            Self::Sequence => "避免 abcd、6543 之类的连续字符。",
            Self::KeyboardWalk => "避免键盘上相邻的按键。",
            Self::Year => "避免年份和日期。",
            Self::AddWords => "再加几个互不相关的词。",
        }
    }
}
