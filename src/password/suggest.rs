//! Passwords to offer: random characters or random words, drawn evenly, that fit a policy and hold nothing of the
//! customer's.
//!
//! Every draw is even by rejection (no remainder is folded back), and a candidate that the policy refuses is thrown away as a
//! whole, so that all acceptable candidates stay equally likely. [`Suggestion::entropy_bits`] counts the draws; what a policy
//! refuses takes a share of it, one bit where it refuses half.

use rand::CryptoRng;
use zeroize::Zeroizing;

use super::context::UserContext;
use super::error::SuggestError;
use super::evaluate::evaluate;
use super::policy::{PasswordPolicy, PolicyNumbers};

/// The characters of a random password. Left out: those that look alike (`0 O o 1 I l |`), quotes, and what shells,
/// spreadsheets and mobile keyboards hide or change.
pub const ALPHABET: &str = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789!#$%&*+-=?@^_";
/// Length of a random password unless said otherwise: 16 characters are 97 bits.
pub const LENGTH: u16 = 16;
/// Words of a phrase unless said otherwise: 6 words are 66 bits.
pub const WORDS: u8 = 6;
/// Fewest words: 44 bits, enough beside a counter of tries.
pub const WORDS_MIN: u8 = 4;
/// Most words; more would not fit the longest password.
pub const WORDS_MAX: u8 = 12;

/// 2048 English words, told apart by their first four letters: the BIP-39 list. 11 bits each.
static PHRASE_WORDS: &str = include_str!("phrase_words.txt");
const PHRASE_WORDS_COUNT: u32 = 2_048;
const SEPARATOR: &str = "-";
const DIGITS: &str = "23456789";
const SYMBOLS: &str = "!#$%&*+=?@^_";
/// Candidates drawn before a policy counts as one that random text does not meet.
const ATTEMPTS_MAX: u32 = 256;

/// A password nobody has used yet. Shown once, then wiped.
pub struct Suggestion {
    text: Zeroizing<String>,
    entropy_millibits: u32,
}

impl Suggestion {
    /// The password. Named so that a review finds every place that looks.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whole bits of randomness that went into it, rounded down.
    #[must_use]
    pub const fn entropy_bits(&self) -> u32 {
        self.entropy_millibits / 1_000
    }
}

impl std::fmt::Debug for Suggestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Suggestion({} bits, redacted)", self.entropy_bits())
    }
}

/// Draws a random password of `length` characters of [`ALPHABET`], or of [`LENGTH`] or the policy's least, whichever is
/// more.
///
/// ```
/// use account_security::password::{evaluate, generate_password, PasswordPolicy, UserContext};
/// use rand::SeedableRng;
/// let (policy, words) = (PasswordPolicy::card_default(), UserContext::none());
/// let mut rng = rand::rngs::StdRng::seed_from_u64(1); // a test's; in earnest the system's
/// let offered = generate_password(&policy, &words, None, &mut rng)?;
/// assert!(evaluate(&policy, offered.expose().as_bytes(), &words).accept);
/// assert_eq!(offered.entropy_bits(), 97);
/// # Ok::<(), account_security::password::SuggestError>(())
/// ```
///
/// # Errors
/// [`SuggestError::Length`] for a length the policy does not allow, [`SuggestError::Unmet`] where random text does not
/// meet the policy.
pub fn generate_password(
    policy: &PasswordPolicy,
    context: &UserContext<'_>,
    length: Option<u16>,
    rng: &mut dyn CryptoRng,
) -> Result<Suggestion, SuggestError> {
    let numbers = policy.numbers();
    let length = length.unwrap_or(numbers.min_code_points.max(LENGTH).min(numbers.max_code_points));
    if !(numbers.min_code_points..=numbers.max_code_points.min(numbers.max_bytes)).contains(&length) {
        return Err(SuggestError::Length { least: numbers.min_code_points, most: numbers.max_code_points });
    }
    until_accepted(policy, context, |candidate| (0..length).for_each(|_| candidate.push_one_of(ALPHABET, rng)))
}

/// Draws a pass-phrase of `words` words of a list of 2048, or of [`WORDS`]. Where the policy asks for digits, symbols or
/// capitals, as many random digits and symbols follow as it asks for, and words get capitals.
///
/// ```
/// use account_security::password::{generate_phrase, PasswordPolicy, UserContext};
/// use rand::SeedableRng;
/// let mut rng = rand::rngs::StdRng::seed_from_u64(1); // a test's; in earnest the system's
/// let offered = generate_phrase(&PasswordPolicy::nist_800_63b_4(), &UserContext::none(), None, &mut rng)?;
/// assert_eq!((offered.expose().split('-').count(), offered.entropy_bits()), (6, 66));
/// # Ok::<(), account_security::password::SuggestError>(())
/// ```
///
/// # Errors
/// [`SuggestError::Words`] for fewer than [`WORDS_MIN`] or more than [`WORDS_MAX`] words, [`SuggestError::Unmet`] where no
/// such phrase meets the policy.
pub fn generate_phrase(
    policy: &PasswordPolicy,
    context: &UserContext<'_>,
    words: Option<u8>,
    rng: &mut dyn CryptoRng,
) -> Result<Suggestion, SuggestError> {
    let words = words.unwrap_or(WORDS);
    if !(WORDS_MIN..=WORDS_MAX).contains(&words) {
        return Err(SuggestError::Words);
    }
    let extras = Extras::of(policy.numbers(), words);
    until_accepted(policy, context, |candidate| {
        for word in 0..words {
            candidate.text.push_str(if word == 0 { "" } else { SEPARATOR });
            candidate.push_word(word < extras.capitals, rng);
        }
        if extras.digits + extras.symbols > 0 {
            candidate.text.push_str(SEPARATOR);
        }
        (0..extras.digits).for_each(|_| candidate.push_one_of(DIGITS, rng));
        (0..extras.symbols).for_each(|_| candidate.push_one_of(SYMBOLS, rng));
    })
}

/// What words alone do not bring.
struct Extras {
    capitals: u8,
    digits: u8,
    symbols: u8,
}

impl Extras {
    fn of(numbers: &PolicyNumbers, words: u8) -> Self {
        let classes = numbers.classes;
        // Words and separators are two kinds; digits make the third, capitals the fourth.
        let kinds = |at_least: u8| u8::from(classes.kinds >= at_least);
        Self {
            capitals: classes.uppers.max(kinds(4)),
            digits: classes.digits.max(kinds(3)),
            symbols: classes.symbols.saturating_sub(words),
        }
    }
}

fn until_accepted(
    policy: &PasswordPolicy,
    context: &UserContext<'_>,
    mut draw: impl FnMut(&mut Candidate),
) -> Result<Suggestion, SuggestError> {
    for _ in 0..ATTEMPTS_MAX {
        let mut candidate = Candidate::new();
        draw(&mut candidate);
        if evaluate(policy, candidate.text.as_bytes(), context).accept {
            return Ok(Suggestion { text: candidate.text, entropy_millibits: candidate.entropy_millibits });
        }
    }
    Err(SuggestError::Unmet)
}

struct Candidate {
    text: Zeroizing<String>,
    entropy_millibits: u32,
}

impl Candidate {
    fn new() -> Self {
        // Reserved at once so that no half-written copy stays behind.
        Self { text: Zeroizing::new(String::with_capacity(1_024)), entropy_millibits: 0 }
    }

    fn push_one_of(&mut self, alphabet: &str, rng: &mut dyn CryptoRng) {
        let size = u32::try_from(alphabet.len()).unwrap_or(u32::MAX);
        let index = usize::try_from(draw_below(size, rng)).unwrap_or(usize::MAX);
        self.text.extend(alphabet.as_bytes().get(index).map(|byte| char::from(*byte)));
        self.entropy_millibits += millibits(size);
    }

    fn push_word(&mut self, capital: bool, rng: &mut dyn CryptoRng) {
        let index = usize::try_from(draw_below(PHRASE_WORDS_COUNT, rng)).unwrap_or(usize::MAX);
        let word = PHRASE_WORDS.lines().nth(index).unwrap_or("");
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        if capital {
            self.text.extend(first.chars().map(|first| first.to_ascii_uppercase()));
        } else {
            self.text.push_str(first);
        }
        self.text.push_str(rest);
        self.entropy_millibits += millibits(PHRASE_WORDS_COUNT);
    }
}

/// An even draw from `0..bound`: a number from the incomplete last round of `bound` is drawn again.
fn draw_below(bound: u32, rng: &mut dyn CryptoRng) -> u32 {
    let bound = bound.max(1);
    let rounds_end = u32::MAX - u32::MAX % bound;
    loop {
        let drawn = rng.next_u32();
        if drawn < rounds_end {
            return drawn % bound;
        }
    }
}

/// Thousandths of the binary logarithm, rounded down: the sizes drawn from are known.
const fn millibits(size: u32) -> u32 {
    match size {
        2_048 => 11_000,
        69 => 6_108,
        12 => 3_584,
        8 => 3_000,
        other => other.ilog2() * 1_000,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::password::{ClassNeeds, Preset};

    fn own(change: impl FnOnce(&mut PolicyNumbers)) -> PasswordPolicy {
        let mut numbers = *PasswordPolicy::card_default().numbers();
        change(&mut numbers);
        PasswordPolicy::new(numbers).unwrap()
    }

    #[test]
    fn every_preset_gets_passwords_and_phrases_it_accepts() {
        let rng = &mut StdRng::seed_from_u64(3);
        let words = ["able", "zoo", "Zhang Wei", "13800138000"];
        let context = UserContext::new(&words).unwrap();
        for preset in Preset::ALL {
            let policy = preset.policy();
            for _ in 0..20 {
                for offered in [
                    generate_password(&policy, &context, None, rng).unwrap(),
                    generate_phrase(&policy, &context, Some(WORDS_MIN), rng).unwrap(),
                    generate_phrase(&policy, &context, Some(WORDS_MAX), rng).unwrap(),
                ] {
                    let answer = evaluate(&policy, offered.expose().as_bytes(), &context);
                    assert!(answer.accept && answer.score == 4, "{}: {}", preset.name(), offered.expose());
                    assert!(offered.entropy_bits() >= 44);
                    assert!(!format!("{offered:?}").contains(offered.expose()));
                }
            }
        }
    }

    #[test]
    fn demanding_policies_are_met_and_impossible_ones_refused() {
        let rng = &mut StdRng::seed_from_u64(4);
        let none = UserContext::none();
        let demanding = own(|numbers| {
            numbers.classes = ClassNeeds { uppers: 2, digits: 3, symbols: 2, kinds: 4, ..ClassNeeds::NONE };
            (numbers.max_repeat, numbers.max_sequence, numbers.max_walk) = (Some(2), Some(3), Some(3));
            numbers.ascii_only = true;
            numbers.min_score = 4;
        });
        assert!(generate_password(&demanding, &none, None, rng).is_ok());
        assert!(generate_phrase(&demanding, &none, None, rng).is_ok());
        let digits_only = own(|numbers| numbers.classes = ClassNeeds { digits: 60, ..ClassNeeds::NONE });
        assert_eq!(generate_password(&digits_only, &none, Some(64), rng).unwrap_err(), SuggestError::Unmet);
        let short = own(|numbers| numbers.max_code_points = 12);
        assert_eq!(generate_phrase(&short, &none, None, rng).unwrap_err(), SuggestError::Unmet);
        let lengths = SuggestError::Length { least: 8, most: 12 };
        assert_eq!(generate_password(&short, &none, Some(7), rng).unwrap_err(), lengths);
        assert_eq!(generate_password(&short, &none, Some(13), rng).unwrap_err(), lengths);
        for words in [0, 3, 13] {
            assert_eq!(generate_phrase(&demanding, &none, Some(words), rng).unwrap_err(), SuggestError::Words);
        }
    }

    #[test]
    fn every_character_comes_equally_often() {
        let rng = &mut StdRng::seed_from_u64(5);
        let size = u32::try_from(ALPHABET.len()).unwrap();
        let mut seen = vec![0_i64; ALPHABET.len()];
        let draws = 69 * 2_000;
        (0..draws).for_each(|_| seen[usize::try_from(draw_below(size, rng)).unwrap()] += 1);
        let chi_squared: i64 = seen.iter().map(|count| (count - 2_000).pow(2)).sum::<i64>() / 2_000;
        // 68 degrees of freedom: beyond 125 once in 30,000 seeds, and this seed is fixed.
        assert!(chi_squared < 125, "{chi_squared}");
    }

    #[test]
    fn a_number_from_the_incomplete_round_is_drawn_again() {
        struct Given(Vec<u32>);
        impl rand::TryRng for Given {
            type Error = std::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                Ok(self.0.pop().unwrap())
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                Ok(0)
            }
            fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
                Ok(())
            }
        }
        impl rand::TryCryptoRng for Given {}
        let mut rng = Given(vec![5, u32::MAX, u32::MAX - u32::MAX % 69]);
        assert_eq!(draw_below(69, &mut rng), 5);
        assert!(rng.0.is_empty());
    }

    #[test]
    fn the_alphabet_and_the_words_are_what_the_entropy_counts_on() {
        let unique: BTreeSet<char> = ALPHABET.chars().collect();
        assert_eq!((unique.len(), ALPHABET.len()), (69, 69));
        assert!("0Oo1Il|'\"` ".chars().all(|alike| !unique.contains(&alike)));
        let words: BTreeSet<&str> = PHRASE_WORDS.lines().collect();
        assert_eq!(words.len(), 2_048);
        assert!(
            words.iter().all(|word| (3..=8).contains(&word.len()) && word.bytes().all(|it| it.is_ascii_lowercase()))
        );
        let heads: BTreeSet<&str> = words.iter().map(|word| word.get(..4).unwrap_or(word)).collect();
        assert_eq!(heads.len(), 2_048, "four letters tell every word");
        for size in [2_048_u32, 69, 12, 8] {
            let exact = f64::from(size).log2() * 1_000.0;
            assert!((exact - f64::from(millibits(size))).abs() < 1.0, "{size}");
        }
    }
}
