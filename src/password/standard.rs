//! What a policy breaks, computed from its numbers: a home-made policy is judged like a preset.

use super::policy::{ClassNeeds, PasswordPolicy};
use crate::types::Locale;

/// A standard for passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standard {
    /// NIST SP 800-63B-4 (2025).
    Nist80063b4,
    /// OWASP Application Security Verification Standard 5.0.
    Asvs5,
}

impl Standard {
    /// The name people know it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nist80063b4 => "NIST SP 800-63B-4",
            Self::Asvs5 => "OWASP ASVS 5.0",
        }
    }
}

/// One clause of a standard that a policy breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The standard.
    pub standard: Standard,
    /// Its clause, e.g. `6.2.5`.
    pub clause: &'static str,
    english: &'static str,
    chinese: &'static str,
}

impl Conflict {
    /// What breaks the clause, in one sentence.
    #[must_use]
    pub const fn text(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => self.english,
            Locale::ZhCn => self.chinese,
        }
    }
}

impl PasswordPolicy {
    /// The clauses of known standards this policy breaks, in a fixed order.
    ///
    /// ```
    /// use account_security::password::PasswordPolicy;
    /// assert_eq!(PasswordPolicy::card_default().conflicts().first().map(|conflict| conflict.clause), Some("3.1.1"));
    /// ```
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        let numbers = self.numbers();
        let broken = [
            (numbers.classes != ClassNeeds::NONE, &COMPOSITION[..]),
            (numbers.rotation_reminder_days.is_some(), &ROTATION[..]),
            (numbers.min_code_points < 15 && !numbers.second_factor, &SINGLE_FACTOR_LENGTH[..]),
            (numbers.min_code_points < 8, &SHORT[..]),
            (numbers.max_code_points < 64 || numbers.max_bytes < 64, &LONG_REFUSED[..]),
            (!numbers.blocklist, &NO_BLOCKLIST[..]),
            (true, &NORMALISED[..]),
        ];
        broken.iter().filter(|(breaks, _)| *breaks).flat_map(|(_, clauses)| clauses.iter().copied()).collect()
    }

    /// The conflicts as lines of text, for an operator.
    #[must_use]
    pub fn explain(&self, locale: Locale) -> String {
        let mut lines = String::new();
        for conflict in self.conflicts() {
            lines.push_str(conflict.standard.name());
            lines.push_str(" §");
            lines.push_str(conflict.clause);
            lines.push_str(": ");
            lines.push_str(conflict.text(locale));
            lines.push('\n');
        }
        lines
    }
}

const fn nist(english: &'static str, chinese: &'static str) -> Conflict {
    Conflict { standard: Standard::Nist80063b4, clause: "3.1.1", english, chinese }
}

const fn asvs(clause: &'static str, english: &'static str, chinese: &'static str) -> Conflict {
    Conflict { standard: Standard::Asvs5, clause, english, chinese }
}

const COMPOSITION: [Conflict; 2] = [
    nist("requires character classes, which verifiers shall not impose", "要求特定字符类别，而该标准禁止此类要求"),
    asvs(
        "6.2.5",
        "requires character classes, which the standard rules out",
        "要求特定字符类别，而该标准不允许此类要求",
    ),
];
const ROTATION: [Conflict; 2] = [
    nist(
        "asks for a change by age; only evidence of compromise should",
        "按使用时间提醒更换；该标准只在有泄露迹象时要求更换",
    ),
    asvs("6.2.10", "asks for a change by age, even if only as a reminder", "按使用时间提醒更换，即使只是提醒"),
];
const SINGLE_FACTOR_LENGTH: [Conflict; 1] = [nist(
    "allows fewer than 15 characters where the password is the only factor",
    "密码作为唯一验证因素时允许少于 15 个字符",
)];
const SHORT: [Conflict; 2] = [
    nist("allows fewer than 8 characters", "允许少于 8 个字符"),
    asvs("6.2.1", "allows fewer than 8 characters", "允许少于 8 个字符"),
];
const LONG_REFUSED: [Conflict; 2] = [
    nist("refuses passwords of 64 characters", "不接受 64 个字符的密码"),
    asvs("6.2.9", "refuses passwords of 64 characters", "不接受 64 个字符的密码"),
];
const NO_BLOCKLIST: [Conflict; 2] = [
    nist("does not refuse commonly used passwords", "未拒绝常用密码"),
    asvs("6.2.4", "does not refuse commonly used passwords", "未拒绝常用密码"),
];
const NORMALISED: [Conflict; 1] = [asvs(
    "6.2.8",
    "hashes Unicode normalisation form C instead of the exact bytes, so that every keyboard spells a password alike",
    "为使各种输入法输入的同一密码一致，先做 Unicode NFC 规范化再计算散列，而非逐字节原样校验",
)];

#[cfg(test)]
mod tests {
    use super::*;

    fn clauses(policy: &PasswordPolicy) -> Vec<(Standard, &'static str)> {
        policy.conflicts().iter().map(|conflict| (conflict.standard, conflict.clause)).collect()
    }

    #[test]
    fn the_card_default_owns_up_to_what_it_breaks() {
        let clauses = clauses(&PasswordPolicy::card_default());
        for broken in [(Standard::Nist80063b4, "3.1.1"), (Standard::Asvs5, "6.2.5"), (Standard::Asvs5, "6.2.10")] {
            assert!(clauses.contains(&broken), "{broken:?}");
        }
    }

    #[test]
    fn the_nist_presets_break_nothing_of_nist() {
        for policy in [PasswordPolicy::nist_800_63b_4(), PasswordPolicy::nist_800_63b_4_second_factor()] {
            assert!(clauses(&policy).iter().all(|(standard, _)| *standard != Standard::Nist80063b4));
        }
    }

    #[test]
    fn a_home_made_policy_is_judged_by_its_numbers() {
        let numbers = crate::password::PolicyNumbers {
            min_code_points: 6,
            max_code_points: 20,
            blocklist: false,
            ..*PasswordPolicy::nist_800_63b_4().numbers()
        };
        let clauses = clauses(&PasswordPolicy::new(numbers).unwrap());
        for clause in ["6.2.1", "6.2.4", "6.2.9"] {
            assert!(clauses.contains(&(Standard::Asvs5, clause)), "{clause}");
        }
    }

    #[test]
    fn explanations_exist_in_both_languages() {
        let policy = PasswordPolicy::card_default();
        assert!(policy.explain(Locale::En).contains("OWASP ASVS 5.0 §6.2.10: asks for a change by age"));
        assert!(policy.explain(Locale::ZhCn).contains("OWASP ASVS 5.0 §6.2.10: 按使用时间提醒更换"));
    }
}
