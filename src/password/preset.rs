//! Named policies.

use super::policy::{CODE_POINTS_MAX, ClassNeeds, POLICY_VERSION, PasswordPolicy, PolicyNumbers};

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
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 3] = [Self::CardDefault, Self::Nist80063b4, Self::Nist80063b4SecondFactor];

    /// The stable name: what a configuration file or a command line writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CardDefault => "card_default",
            Self::Nist80063b4 => "nist_800_63b_4",
            Self::Nist80063b4SecondFactor => "nist_800_63b_4_second_factor",
        }
    }

    /// The policy. A test checks each against [`PasswordPolicy::new`].
    #[must_use]
    pub const fn policy(self) -> PasswordPolicy {
        PasswordPolicy::trusted(match self {
            Self::CardDefault => CARD_DEFAULT,
            Self::Nist80063b4 => NIST,
            Self::Nist80063b4SecondFactor => PolicyNumbers { min_code_points: 8, second_factor: true, ..NIST },
        })
    }
}

const CARD_DEFAULT: PolicyNumbers = PolicyNumbers {
    version: POLICY_VERSION,
    min_code_points: 8,
    max_code_points: CODE_POINTS_MAX,
    max_bytes: 1024,
    classes: ClassNeeds { letters: 1, digits: 1, symbols: 1, ..ClassNeeds::NONE },
    blocklist: true,
    user_words: true,
    max_repeat: None,
    max_sequence: None,
    max_walk: None,
    min_score: 0,
    history: 5,
    rotation_reminder_days: Some(90),
    second_factor: false,
};

const NIST: PolicyNumbers = PolicyNumbers {
    min_code_points: 15,
    classes: ClassNeeds::NONE,
    history: 0,
    rotation_reminder_days: None,
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
