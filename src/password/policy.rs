//! What a password must be: numbers, no code.

use serde::{Deserialize, Serialize};

use super::error::PolicyError;
use super::preset::Preset;
use super::secret::BYTES_MAX;

/// The version this release writes and reads.
pub const POLICY_VERSION: u16 = 1;
/// Most code points any policy may allow.
pub const CODE_POINTS_MAX: u16 = 128;
/// Most passwords a policy may ask to differ from, the current one counted. Each costs one hash at a change.
pub const HISTORY_MAX: u8 = 12;
/// Longest interval of a reminder or of a required change, in days.
pub const ROTATION_DAYS_MAX: u16 = 3_650;
/// Longest least age, in hours: two weeks. Beyond it a customer could not get rid of a password somebody saw.
pub const MIN_AGE_HOURS_MAX: u16 = 336;
/// Kinds of characters there are: small letters, capitals, digits, symbols.
const KINDS: u8 = 4;

/// How many characters of each class a password needs at least. Zero asks for nothing.
///
/// Chinese characters, kana and other letters without case count as letters, never as symbols.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassNeeds {
    /// Letters of any kind, upper and lower case included.
    pub letters: u8,
    /// Lower-case letters.
    pub lowers: u8,
    /// Upper-case letters.
    pub uppers: u8,
    /// Digits.
    pub digits: u8,
    /// Everything visible that is neither letter nor digit; the space counts.
    pub symbols: u8,
    /// How many of the four kinds (small letters, capitals, digits, symbols) must be there, whichever; at most 4. Letters
    /// without case count as small letters.
    pub kinds: u8,
}

impl ClassNeeds {
    /// No class is asked for: what NIST SP 800-63B-4 and ASVS 5.0 want.
    pub const NONE: Self = Self { letters: 0, lowers: 0, uppers: 0, digits: 0, symbols: 0, kinds: 0 };

    fn fits(self, code_points_max: u16) -> bool {
        // Cased letters are letters too, so they are not added to them.
        let cased = u16::from(self.lowers) + u16::from(self.uppers);
        let letters = cased.max(u16::from(self.letters));
        self.kinds <= KINDS
            && u16::from(self.kinds) <= code_points_max
            && letters + u16::from(self.digits) + u16::from(self.symbols) <= code_points_max
    }
}

/// The numbers of a policy, as they stand in a configuration file. [`PasswordPolicy::new`] checks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyNumbers {
    /// [`POLICY_VERSION`].
    pub version: u16,
    /// The fewest code points after NFC, at least 1.
    pub min_code_points: u16,
    /// The most code points after NFC, at most [`CODE_POINTS_MAX`].
    pub max_code_points: u16,
    /// The most bytes as typed, at most 1024. Checked before anything else is done with the text.
    pub max_bytes: u16,
    /// Refuse everything but printable ASCII: for systems behind this one that cannot take more.
    pub ascii_only: bool,
    /// Required character classes.
    pub classes: ClassNeeds,
    /// Refuse passwords everybody tries first.
    pub blocklist: bool,
    /// Refuse passwords known from breaches. Stays pending until [`Evaluation::with_breach`](super::Evaluation::with_breach)
    /// settles it.
    pub breached: bool,
    /// Refuse passwords that hold the customer's own words.
    pub user_words: bool,
    /// The longest allowed run of one character; `None` allows any.
    pub max_repeat: Option<u8>,
    /// The longest allowed alphabetic or numeric sequence; `None` allows any.
    pub max_sequence: Option<u8>,
    /// The longest allowed straight line of keys; `None` allows any.
    pub max_walk: Option<u8>,
    /// The least strength score, 0 to 4; 0 asks for nothing.
    pub min_score: u8,
    /// How many last passwords, the current one counted, a new one must differ from; at most [`HISTORY_MAX`].
    pub history: u8,
    /// Age in days after which the customer is reminded to change; `None` never reminds. It never blocks a sign-in.
    pub rotation_reminder_days: Option<u16>,
    /// Age in days after which the password must be changed before anything else; `None` never demands it.
    pub rotation_required_days: Option<u16>,
    /// Hours a password must be kept before the customer may change it again, so that nobody runs through the history in a
    /// minute; at most [`MIN_AGE_HOURS_MAX`], 0 asks for nothing. Never holds back a change that is required.
    pub min_age_hours: u16,
    /// The password is only ever used together with a second factor.
    pub second_factor: bool,
}

/// A checked policy.
///
/// ```
/// use account_security::password::{PasswordPolicy, PolicyNumbers};
/// let own = PolicyNumbers { min_code_points: 12, min_score: 3, ..*PasswordPolicy::card_default().numbers() };
/// let policy = PasswordPolicy::new(own)?;
/// assert_eq!(policy.numbers().min_code_points, 12);
/// # Ok::<(), account_security::password::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PolicyNumbers", into = "PolicyNumbers")]
pub struct PasswordPolicy(PolicyNumbers);

impl PasswordPolicy {
    /// Checks the numbers.
    ///
    /// # Errors
    /// [`PolicyError::Version`] for another version, [`PolicyError::OutOfRange`] names the number no password could meet
    /// or this library does not bound.
    pub fn new(numbers: PolicyNumbers) -> Result<Self, PolicyError> {
        if numbers.version != POLICY_VERSION {
            return Err(PolicyError::Version(numbers.version));
        }
        let runs = [numbers.max_repeat, numbers.max_sequence, numbers.max_walk];
        let checks = [
            ("min_code_points", (1..=numbers.max_code_points).contains(&numbers.min_code_points)),
            ("max_code_points", numbers.max_code_points <= CODE_POINTS_MAX),
            ("max_bytes", (numbers.min_code_points..=bytes_max()).contains(&numbers.max_bytes)),
            ("classes", numbers.classes.fits(numbers.max_code_points.min(numbers.max_bytes))),
            ("max_repeat, max_sequence or max_walk", runs.into_iter().flatten().all(|longest| longest >= 1)),
            ("min_score", numbers.min_score <= 4),
            ("history", numbers.history <= HISTORY_MAX),
            ("rotation_reminder_days", numbers.rotation_reminder_days.is_none_or(is_rotation)),
            ("rotation_required_days", numbers.rotation_required_days.is_none_or(is_rotation)),
            ("min_age_hours", numbers.min_age_hours <= MIN_AGE_HOURS_MAX),
        ];
        match checks.into_iter().find(|(_, holds)| !holds) {
            Some((name, _)) => Err(PolicyError::OutOfRange(name)),
            None => Ok(Self(numbers)),
        }
    }

    /// The numbers.
    #[must_use]
    pub const fn numbers(&self) -> &PolicyNumbers {
        &self.0
    }

    /// The product card's rule: 8 or more characters with a letter, a digit and a symbol, blocklist, user words, last 5
    /// passwords, a reminder after 90 days. [`conflicts`](Self::conflicts) tells which standards that breaks.
    #[must_use]
    pub fn card_default() -> Self {
        Preset::CardDefault.policy()
    }

    /// NIST SP 800-63B-4 §3.1.1, the password being the only factor: 15 or more characters, blocklist, no classes, no age.
    #[must_use]
    pub fn nist_800_63b_4() -> Self {
        Preset::Nist80063b4.policy()
    }

    /// NIST SP 800-63B-4 §3.1.1, the password being used only together with a second factor: 8 or more characters.
    #[must_use]
    pub fn nist_800_63b_4_second_factor() -> Self {
        Preset::Nist80063b4SecondFactor.policy()
    }

    /// OWASP ASVS 5.0 level 1 (6.2.1, 6.2.4, 6.2.5): 8 or more characters, blocklist, no classes, no age. The standard
    /// strongly recommends 15.
    #[must_use]
    pub fn asvs_5_l1() -> Self {
        Preset::Asvs5L1.policy()
    }

    /// OWASP ASVS 5.0 level 2: level 1, words of the context (6.2.11) and breached passwords (6.2.12), no rotation (6.2.10).
    #[must_use]
    pub fn asvs_5_l2() -> Self {
        Preset::Asvs5L2.policy()
    }

    /// PCI DSS 4.0.1 8.3.6, 8.3.7, 8.3.9: 12 or more characters with letter and digit, last 4 passwords, a required change
    /// after 90 days. For accounts of staff and merchants, where the password is the single factor; not for cardholders.
    #[must_use]
    pub fn pci_dss_4_0_1() -> Self {
        Preset::PciDss401.policy()
    }

    /// What assessors of GB/T 22239-2019 (MLPS 2.0) usually ask for: 8 characters, 3 of 4 kinds, a required change after 90
    /// days. Assessor practice, not text: the standard names no numbers.
    #[must_use]
    pub fn mlps_practice() -> Self {
        Preset::MlpsPractice.policy()
    }

    /// The preset of this name, see [`Preset::name`].
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Preset::ALL.into_iter().find(|preset| preset.name() == name).map(Preset::policy)
    }

    pub(super) const fn trusted(numbers: PolicyNumbers) -> Self {
        Self(numbers)
    }
}

impl TryFrom<PolicyNumbers> for PasswordPolicy {
    type Error = PolicyError;
    fn try_from(numbers: PolicyNumbers) -> Result<Self, PolicyError> {
        Self::new(numbers)
    }
}

impl From<PasswordPolicy> for PolicyNumbers {
    fn from(policy: PasswordPolicy) -> Self {
        policy.0
    }
}

fn is_rotation(days: u16) -> bool {
    (1..=ROTATION_DAYS_MAX).contains(&days)
}

fn bytes_max() -> u16 {
    u16::try_from(BYTES_MAX).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> PolicyNumbers {
        *PasswordPolicy::card_default().numbers()
    }

    #[test]
    fn policies_no_password_could_meet_are_refused() {
        let impossible = [
            PolicyNumbers { min_code_points: 0, ..card() },
            PolicyNumbers { min_code_points: 129, ..card() },
            PolicyNumbers { max_code_points: 129, ..card() },
            PolicyNumbers { max_code_points: 7, ..card() },
            PolicyNumbers { max_bytes: 7, ..card() },
            PolicyNumbers { max_bytes: 1025, ..card() },
            PolicyNumbers { classes: ClassNeeds { letters: 100, digits: 29, ..ClassNeeds::NONE }, ..card() },
            PolicyNumbers { classes: ClassNeeds { lowers: 100, uppers: 29, ..ClassNeeds::NONE }, ..card() },
            PolicyNumbers { max_repeat: Some(0), ..card() },
            PolicyNumbers { min_score: 5, ..card() },
            PolicyNumbers { history: 13, ..card() },
            PolicyNumbers { rotation_reminder_days: Some(0), ..card() },
            PolicyNumbers { rotation_required_days: Some(3_651), ..card() },
            PolicyNumbers { min_age_hours: 337, ..card() },
            PolicyNumbers { classes: ClassNeeds { kinds: 5, ..ClassNeeds::NONE }, ..card() },
        ];
        for numbers in impossible {
            assert!(matches!(PasswordPolicy::new(numbers), Err(PolicyError::OutOfRange(_))), "{numbers:?}");
        }
        assert_eq!(PasswordPolicy::new(PolicyNumbers { version: 2, ..card() }), Err(PolicyError::Version(2)));
    }

    #[test]
    fn a_policy_reads_back_from_bytes_and_from_a_file_and_is_checked_again() {
        let policy = PasswordPolicy::card_default();
        let bytes = postcard::to_allocvec(&policy).unwrap();
        assert_eq!(postcard::from_bytes::<PasswordPolicy>(&bytes).unwrap(), policy);
        let json = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<PasswordPolicy>(&json).unwrap(), policy);
        assert!(serde_json::from_str::<PasswordPolicy>(&json.replace("\"history\":5", "\"history\":50")).is_err());
        assert!(serde_json::from_str::<PasswordPolicy>(&json.replace("\"history\"", "\"histroy\"")).is_err());
    }

    #[test]
    fn presets_are_found_by_name() {
        assert_eq!(PasswordPolicy::by_name("card_default"), Some(PasswordPolicy::card_default()));
        assert_eq!(PasswordPolicy::by_name("nist_800_63b_4"), Some(PasswordPolicy::nist_800_63b_4()));
        assert_eq!(PasswordPolicy::by_name("Card_Default"), None);
    }
}
