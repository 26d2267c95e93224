//! Named policies. Numbers come from the standards' texts where a preset bears a standard's name, and each preset says
//! what it conflicts with.

use super::catalogue;
use super::policy::{CODE_POINTS_MAX, ClassNeeds, POLICY_VERSION, PasswordPolicy, PolicyNumbers};
use crate::types::Locale;

/// A policy with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Preset {
    /// See [`PasswordPolicy::card_default`].
    CardDefault,
    /// See [`PasswordPolicy::nist_800_63b_4`].
    Nist80063b4,
    /// See [`PasswordPolicy::nist_800_63b_4_second_factor`].
    Nist80063b4SecondFactor,
    /// See [`PasswordPolicy::asvs_5_l1`].
    Asvs5L1,
    /// See [`PasswordPolicy::asvs_5_l2`].
    Asvs5L2,
    /// See [`PasswordPolicy::pci_dss_4_0_1`].
    PciDss401,
    /// See [`PasswordPolicy::mlps_practice`].
    MlpsPractice,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 7] = [
        Self::CardDefault,
        Self::Nist80063b4,
        Self::Nist80063b4SecondFactor,
        Self::Asvs5L1,
        Self::Asvs5L2,
        Self::PciDss401,
        Self::MlpsPractice,
    ];

    /// The stable name: what a configuration file or a command line writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CardDefault => "card_default",
            Self::Nist80063b4 => "nist_800_63b_4",
            Self::Nist80063b4SecondFactor => "nist_800_63b_4_second_factor",
            Self::Asvs5L1 => "asvs_5_l1",
            Self::Asvs5L2 => "asvs_5_l2",
            Self::PciDss401 => "pci_dss_4_0_1",
            Self::MlpsPractice => "mlps_practice",
        }
    }

    /// The policy. A test checks each against [`PasswordPolicy::new`].
    #[must_use]
    pub const fn policy(self) -> PasswordPolicy {
        PasswordPolicy::trusted(match self {
            Self::CardDefault => CARD_DEFAULT,
            Self::Nist80063b4 => NIST,
            Self::Nist80063b4SecondFactor => PolicyNumbers { min_code_points: 8, second_factor: true, ..NIST },
            Self::Asvs5L1 => PolicyNumbers { min_code_points: 8, ..NIST },
            Self::Asvs5L2 => PolicyNumbers { min_code_points: 8, breached: true, ..NIST },
            Self::PciDss401 => PCI_DSS,
            Self::MlpsPractice => MLPS,
        })
    }

    /// The preset of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// Whom the preset is for, and every clause of a known standard it breaks, a line each.
    ///
    /// ```
    /// use account_security::password::Preset;
    /// use account_security::types::Locale;
    /// let told = Preset::PciDss401.explain(Locale::En);
    /// assert!(told.contains("staff and merchants") && told.contains("OWASP ASVS 5.0 §6.2.10"));
    /// ```
    #[must_use]
    pub fn explain(self, locale: Locale) -> String {
        format!("{}\n{}", catalogue::text(locale, "preset", self.name()), self.policy().explain(locale))
    }
}

const CARD_DEFAULT: PolicyNumbers = PolicyNumbers {
    version: POLICY_VERSION,
    min_code_points: 8,
    max_code_points: CODE_POINTS_MAX,
    max_bytes: 1024,
    ascii_only: false,
    classes: ClassNeeds { letters: 1, digits: 1, symbols: 1, ..ClassNeeds::NONE },
    blocklist: true,
    breached: false,
    user_words: true,
    max_repeat: None,
    max_sequence: None,
    max_walk: None,
    min_score: 0,
    history: 5,
    rotation_reminder_days: Some(90),
    rotation_required_days: None,
    min_age_hours: 0,
    second_factor: false,
};

const NIST: PolicyNumbers = PolicyNumbers {
    min_code_points: 15,
    classes: ClassNeeds::NONE,
    history: 0,
    rotation_reminder_days: None,
    ..CARD_DEFAULT
};

/// Requirements 8.3.6 (12 characters, numeric and alphabetic), 8.3.7 (last four), 8.3.9 (90 days).
const PCI_DSS: PolicyNumbers = PolicyNumbers {
    min_code_points: 12,
    classes: ClassNeeds { letters: 1, digits: 1, ..ClassNeeds::NONE },
    history: 4,
    rotation_reminder_days: None,
    rotation_required_days: Some(90),
    ..CARD_DEFAULT
};

/// The history of one is what makes a regular change a change.
const MLPS: PolicyNumbers = PolicyNumbers {
    min_code_points: 8,
    classes: ClassNeeds { kinds: 3, ..ClassNeeds::NONE },
    history: 1,
    rotation_reminder_days: None,
    rotation_required_days: Some(90),
    ..CARD_DEFAULT
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::blocklist;

    #[test]
    fn every_preset_passes_the_check_that_foreign_policies_face() {
        for preset in Preset::ALL {
            assert_eq!(PasswordPolicy::new(*preset.policy().numbers()), Ok(preset.policy()), "{}", preset.name());
        }
    }

    #[test]
    fn every_preset_tells_what_it_conflicts_with_in_both_languages() {
        for preset in Preset::ALL {
            assert_eq!(Preset::by_name(preset.name()), Some(preset));
            for locale in [Locale::En, Locale::ZhCn] {
                let told = preset.explain(locale);
                assert!(told.lines().count() >= 2, "{told}");
                assert_eq!(told.lines().count(), 1 + preset.policy().conflicts().len());
            }
        }
    }

    /// ASVS 5.0 6.2.4 wants the top 3000 passwords *that fit the policy*: short entries do not help at 15.
    #[test]
    fn the_blocklist_holds_three_thousand_entries_of_each_presets_length() {
        for preset in Preset::ALL {
            let least = usize::from(preset.policy().numbers().min_code_points);
            let fitting = blocklist::entries().filter(|entry| entry.chars().count() >= least).count();
            assert!(fitting >= 3_000, "{}: {fitting}", preset.name());
        }
        assert!(blocklist::entries().filter(|entry| entry.chars().count() >= 8).count() >= 10_000);
    }
}
