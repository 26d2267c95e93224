//! What a policy breaks, computed from its numbers: a home-made policy is judged like a preset.

use super::catalogue;
use super::policy::{ClassNeeds, PasswordPolicy, PolicyNumbers};
use crate::types::Locale;

/// A standard for passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standard {
    /// NIST SP 800-63B-4 (2025).
    Nist80063b4,
    /// OWASP Application Security Verification Standard 5.0.
    Asvs5,
    /// PCI DSS 4.0.1, requirement 8. Covers staff and merchants, not cardholders.
    PciDss401,
    /// GB/T 22239-2019, the baseline of China's multi-level protection scheme 2.0.
    Mlps2,
}

impl Standard {
    /// Every standard.
    pub const ALL: [Self; 4] = [Self::Nist80063b4, Self::Asvs5, Self::PciDss401, Self::Mlps2];

    /// The stable name, e.g. `ASVS_5`.
    #[must_use]
    pub const fn code_name(self) -> &'static str {
        match self {
            Self::Nist80063b4 => "NIST_800_63B_4",
            Self::Asvs5 => "ASVS_5",
            Self::PciDss401 => "PCI_DSS_4_0_1",
            Self::Mlps2 => "MLPS_2",
        }
    }

    /// The name people know it by.
    #[must_use]
    pub fn name(self, locale: Locale) -> &'static str {
        catalogue::text(locale, "standard", self.code_name())
    }
}

macro_rules! conflicts {
    ($($variant:ident = $name:literal, $standard:ident, $clause:literal, $breaks:expr;)*) => {
        /// Which clause is broken in which way. The sentence to a code is [`Conflict::text`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        #[expect(missing_docs, reason = "each code's sentence stands in the catalogue")]
        pub enum ConflictCode { $($variant,)* }

        impl ConflictCode {
            /// Every conflict, in the order in which they are told.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, e.g. `COMPOSITION`. Conflicts of two standards may share one.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            const fn standard(self) -> Standard {
                match self { $(Self::$variant => Standard::$standard,)* }
            }

            const fn clause(self) -> &'static str {
                match self { $(Self::$variant => $clause,)* }
            }

            fn holds(self, numbers: &PolicyNumbers) -> bool {
                let breaks: fn(&PolicyNumbers) -> bool = match self { $(Self::$variant => $breaks,)* };
                breaks(numbers)
            }
        }
    };
}

conflicts! {
    CompositionNist = "COMPOSITION_NIST", Nist80063b4, "3.1.1", |it| it.classes != ClassNeeds::NONE;
    CompositionAsvs = "COMPOSITION_ASVS", Asvs5, "6.2.5", |it| it.classes != ClassNeeds::NONE;
    NoCompositionPci = "NO_COMPOSITION_PCI", PciDss401, "8.3.6", |it| !has_letter_and_digit(it.classes);
    NoCompositionMlps = "NO_COMPOSITION_MLPS", Mlps2, "identity authentication", |it| it.classes == ClassNeeds::NONE;
    RotationNist = "ROTATION_NIST", Nist80063b4, "3.1.1", has_rotation;
    RotationAsvs = "ROTATION_ASVS", Asvs5, "6.2.10", has_rotation;
    NoRotationPci = "NO_ROTATION_PCI", PciDss401, "8.3.9",
        |it| !it.second_factor && it.rotation_required_days.is_none_or(|days| days > 90);
    NoRotationMlps = "NO_ROTATION_MLPS", Mlps2, "identity authentication", |it| it.rotation_required_days.is_none();
    ShortSingleFactor = "SHORT_SINGLE_FACTOR", Nist80063b4, "3.1.1", |it| it.min_code_points < 15 && !it.second_factor;
    ShortNist = "SHORT_EIGHT", Nist80063b4, "3.1.1", |it| it.min_code_points < 8;
    ShortAsvs = "SHORT_EIGHT", Asvs5, "6.2.1", |it| it.min_code_points < 8;
    ShortPci = "SHORT_TWELVE", PciDss401, "8.3.6", |it| it.min_code_points < 12;
    LongRefusedNist = "LONG_REFUSED", Nist80063b4, "3.1.1", refuses_sixty_four;
    LongRefusedAsvs = "LONG_REFUSED", Asvs5, "6.2.9", refuses_sixty_four;
    NoBlocklistNist = "NO_BLOCKLIST", Nist80063b4, "3.1.1", |it| !it.blocklist;
    NoBlocklistAsvs = "NO_BLOCKLIST", Asvs5, "6.2.4", |it| !it.blocklist;
    NoUserWords = "NO_USER_WORDS", Asvs5, "6.2.11", |it| !it.user_words;
    NoBreached = "NO_BREACHED", Asvs5, "6.2.12", |it| !it.breached;
    ShortHistory = "SHORT_HISTORY", PciDss401, "8.3.7", |it| it.history < 4;
    AsciiOnly = "ASCII_ONLY", Nist80063b4, "3.1.1", |it| it.ascii_only;
    Normalised = "NORMALISED", Asvs5, "6.2.8", |_| true;
}

fn has_letter_and_digit(classes: ClassNeeds) -> bool {
    // Three kinds of four may be two cases and a symbol; all four hold both.
    (classes.letters.max(classes.lowers).max(classes.uppers) > 0 && classes.digits > 0) || classes.kinds == 4
}

fn has_rotation(numbers: &PolicyNumbers) -> bool {
    numbers.rotation_reminder_days.is_some() || numbers.rotation_required_days.is_some()
}

fn refuses_sixty_four(numbers: &PolicyNumbers) -> bool {
    numbers.max_code_points < 64 || numbers.max_bytes < 64
}

/// One clause of a standard that a policy breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// In which way.
    pub code: ConflictCode,
    /// The standard.
    pub standard: Standard,
    /// Its clause, e.g. `6.2.5`; the heading where the clause's number differs by level.
    pub clause: &'static str,
}

impl Conflict {
    /// What breaks the clause, in one sentence.
    #[must_use]
    pub fn text(&self, locale: Locale) -> &'static str {
        catalogue::text(locale, "conflict", self.code.name())
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
        let broken = ConflictCode::ALL.iter().filter(|code| code.holds(self.numbers()));
        broken.map(|code| Conflict { code: *code, standard: code.standard(), clause: code.clause() }).collect()
    }

    /// The conflicts as lines of text, for an operator.
    #[must_use]
    pub fn explain(&self, locale: Locale) -> String {
        let line = |conflict: Conflict| {
            let sign = if conflict.clause.starts_with(|first: char| first.is_ascii_digit()) { "§" } else { "" };
            let (standard, text) = (conflict.standard.name(locale), conflict.text(locale));
            format!("{standard} {sign}{}: {text}\n", conflict.clause)
        };
        self.conflicts().into_iter().map(line).collect()
    }
}

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
    fn a_preset_with_a_standards_name_breaks_nothing_of_that_standard_but_what_it_cannot_help() {
        let own = [
            (PasswordPolicy::nist_800_63b_4(), Standard::Nist80063b4, &[][..]),
            // Level 1 does not ask for 6.2.12; 6.2.8 is the price of one spelling on every keyboard.
            (PasswordPolicy::asvs_5_l1(), Standard::Asvs5, &["6.2.12", "6.2.8"][..]),
            (PasswordPolicy::asvs_5_l2(), Standard::Asvs5, &["6.2.8"][..]),
            (PasswordPolicy::pci_dss_4_0_1(), Standard::PciDss401, &[][..]),
            (PasswordPolicy::mlps_practice(), Standard::Mlps2, &[][..]),
        ];
        for (policy, standard, unavoidable) in own {
            let broken: Vec<_> =
                clauses(&policy).into_iter().filter(|it| it.0 == standard).map(|(_, clause)| clause).collect();
            assert_eq!(broken, unavoidable, "{standard:?}");
        }
    }

    #[test]
    fn what_pci_dss_asks_for_is_what_nist_and_asvs_rule_out() {
        let clauses = clauses(&PasswordPolicy::pci_dss_4_0_1());
        for broken in [(Standard::Nist80063b4, "3.1.1"), (Standard::Asvs5, "6.2.5"), (Standard::Asvs5, "6.2.10")] {
            assert!(clauses.contains(&broken), "{broken:?}");
        }
        let with_factor = PasswordPolicy::nist_800_63b_4_second_factor();
        assert!(!with_factor.conflicts().iter().any(|it| it.clause == "8.3.9"));
    }

    #[test]
    fn a_home_made_policy_is_judged_by_its_numbers() {
        let numbers = PolicyNumbers {
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
        assert!(policy.explain(Locale::ZhCn).contains("OWASP ASVS 5.0 §6.2.10: 按使用时间要求更换"));
    }
}
