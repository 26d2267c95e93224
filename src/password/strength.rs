//! How many guesses a password stands: zxcvbn, on a short lead.
//!
//! Three things keep it harmless.
//! - **Work.** It sees the pieces [`lead`] cuts, and of the customer's words only those that were found in the password.
//! - **Clock.** It reads the operating system's year once, to rate years and dates. Wherever its answer rests on a
//!   year, the guesses are computed again with [`REFERENCE_YEAR`]. What remains is which of two nearly equal readings of
//!   a date it settles on. No preset lets the score decide on acceptance; only a policy with `min_score` does.
//! - **Order.** Its tables are hash maps with a seed of their own in every process, and among readings of many parts it
//!   picks now this, now that. Only the number of guesses is taken (the advice is ours), and it is cut at
//!   [`GUESSES_MAX`], where the highest score begins: all differences seen between processes lay above.
//!
//! The pieces are put together by zxcvbn's own rule: `l! * Π guesses + 10000^(l-1)` for `l` parts, the least over all ways
//! to take them, where a part is guessed as what it was recognised as, or blindly at ten guesses a character.

use zeroize::Zeroizing;
use zxcvbn::matching::patterns::MatchPattern;

use super::blocklist;
use super::lead::{self, Lead};

/// The year from which the distance of a year or date is counted, whatever the clock says.
const REFERENCE_YEAR: i32 = 2025;
/// Least distance of a year, as in zxcvbn.
const YEAR_SPACE_MIN: u32 = 20;
/// Least guesses for a part of several characters and of one, as in zxcvbn.
const PART_GUESSES_MIN: u64 = 50;
const CHARACTER_GUESSES_MIN: u64 = 10;
/// Longest piece that is not worth recognising: blind guesses cost less than most words.
const BLIND_MAX: usize = 2;
/// Most parts told apart: to arrange one more costs 10^12.
const PARTS_MAX: usize = 3;
/// Guesses beyond this are not told apart: score 4 begins here.
const GUESSES_MAX: u64 = 10_000_000_005;
/// A listed password falls within this many guesses, list and usual disguises together.
const LISTED_GUESSES_MAX: u64 = 999_999;

/// What the estimate found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Strength {
    /// 0 (at once) to 4 (beyond offline guessing of a slow hash).
    pub score: u8,
    /// Hundredths of the decimal logarithm of the guesses.
    pub guesses_log10_centi: u16,
    /// A year or a date was part of the reading, as far as the text was read.
    pub year: bool,
}

/// Estimates the guesses a password stands against somebody who knows these words of the customer's.
pub(super) fn estimate(normalised: &str, words: &[Zeroizing<String>], is_listed: bool) -> Strength {
    let Lead { pieces, times } = lead::of(normalised);
    let mut ways = Ways::NONE_TAKEN;
    let mut year = false;
    for piece in &pieces {
        let length = piece.chars().count();
        if pieces.len() > 1 && length <= BLIND_MAX {
            ways = ways.then(length, None);
        } else {
            let recognised = recognise(piece, words, pieces.len() == 1);
            ways = ways.then(length, Some(&recognised));
            year |= recognised.year;
        }
        // More pieces never make it less.
        if ways.guesses() >= GUESSES_MAX {
            break;
        }
    }
    let most = if is_listed { LISTED_GUESSES_MAX } else { GUESSES_MAX };
    let guesses = ways.guesses().saturating_mul(times).min(most);
    Strength { score: score(guesses), guesses_log10_centi: log10_centi(guesses), year }
}

/// A piece as zxcvbn reads it: in so many parts, with the product of their guesses.
struct Recognised {
    parts: usize,
    product: u64,
    year: bool,
}

fn recognise(piece: &str, words: &[Zeroizing<String>], is_all: bool) -> Recognised {
    if is_all {
        return read(piece, words, 1);
    }
    // A year alone, and a common word in disguise: what zxcvbn would say, without its many attempts.
    if let Some(guesses) = recent_year(piece) {
        return Recognised { parts: 1, product: guesses.max(PART_GUESSES_MIN), year: true };
    }
    match blocklist::undisguised(piece) {
        Some((word, letters)) => {
            let plain = read(&word, words, 1);
            Recognised { product: plain.product.saturating_mul(1 << letters).max(PART_GUESSES_MIN), ..plain }
        }
        None => read(piece, words, PART_GUESSES_MIN),
    }
}

/// What zxcvbn reads; `least` are the guesses it takes at least where the piece is one part.
fn read(piece: &str, words: &[Zeroizing<String>], least: u64) -> Recognised {
    let fitting: Vec<&str> = words.iter().map(|word| word.as_str()).filter(|word| word.len() <= piece.len()).collect();
    let entropy = zxcvbn::zxcvbn(piece, &fitting);
    let sequence = entropy.sequence();
    let guesses = |found: &zxcvbn::Match| {
        let least = match sequence {
            [_] => least,
            _ if found.i == found.j => CHARACTER_GUESSES_MIN,
            _ => PART_GUESSES_MIN,
        };
        year_of(&found.pattern).or(found.guesses).unwrap_or(least).max(least)
    };
    Recognised {
        parts: sequence.len(),
        product: sequence.iter().map(guesses).fold(1, u64::saturating_mul),
        year: sequence.iter().any(|found| year_of(&found.pattern).is_some()),
    }
}

/// The least product of guesses for each number of parts taken so far, by how the last one is guessed.
/// [`u64::MAX`] where there is no way.
#[derive(Clone, Copy)]
struct Ways {
    recognised: [u64; PARTS_MAX + 1],
    blind: [u64; PARTS_MAX + 1],
}

impl Ways {
    const NONE: Self = Self { recognised: [u64::MAX; PARTS_MAX + 1], blind: [u64::MAX; PARTS_MAX + 1] };
    const NONE_TAKEN: Self = Self { recognised: [1, u64::MAX, u64::MAX, u64::MAX], ..Self::NONE };

    /// The ways on through one more piece.
    fn then(&self, length: usize, piece: Option<&Recognised>) -> Self {
        let mut next = Self::NONE;
        let lower = |ways: &mut [u64; PARTS_MAX + 1], parts: usize, product: u64| {
            if let Some(least) = ways.get_mut(parts) {
                *least = product.min(*least);
            }
        };
        for (parts, (recognised, blind)) in self.recognised.into_iter().zip(self.blind).enumerate() {
            // What is guessed blindly side by side is one part.
            lower(&mut next.blind, parts, blind.saturating_mul(power_of_ten(length)));
            lower(&mut next.blind, parts + 1, recognised.saturating_mul(power_of_ten(length)));
            if let Some(piece) = piece {
                lower(&mut next.recognised, parts + piece.parts, recognised.min(blind).saturating_mul(piece.product));
            }
        }
        next
    }

    fn guesses(&self) -> u64 {
        let products = self.recognised.iter().zip(&self.blind).map(|(recognised, blind)| *recognised.min(blind));
        let arranged = [(1, 0), (1, 1), (2, 10_000), (6, 100_000_000)];
        let guesses = products.zip(arranged).map(|(product, (orders, more))| {
            if product == u64::MAX { u64::MAX } else { product.saturating_mul(orders).saturating_add(more) }
        });
        guesses.min().unwrap_or(u64::MAX)
    }
}

fn power_of_ten(length: usize) -> u64 {
    u32::try_from(length).ok().and_then(|length| 10_u64.checked_pow(length)).unwrap_or(u64::MAX)
}

/// The guesses for a year or a date, counted from [`REFERENCE_YEAR`]; `None` for any other reading.
fn year_of(pattern: &MatchPattern) -> Option<u64> {
    match pattern {
        MatchPattern::Regex(found) if found.regex_name == "recent_year" => {
            found.regex_match.first().and_then(|year| recent_year(year))
        }
        MatchPattern::Date(found) => {
            Some(year_space(found.year) * 365 * if found.separator.is_empty() { 1 } else { 4 })
        }
        _ => None,
    }
}

/// The guesses for a text that is a year of the last century or this one.
fn recent_year(text: &str) -> Option<u64> {
    let is_year = text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    if is_year { text.parse().ok().map(year_space) } else { None }
}

fn year_space(year: i32) -> u64 {
    u64::from(year.abs_diff(REFERENCE_YEAR).max(YEAR_SPACE_MIN))
}

const fn score(guesses: u64) -> u8 {
    // zxcvbn's thresholds, with the same allowance of five guesses.
    match guesses {
        0..=1_004 => 0,
        1_005..=1_000_004 => 1,
        1_000_005..=100_000_004 => 2,
        100_000_005..=10_000_000_004 => 3,
        _ => 4,
    }
}

/// Hundredths of the decimal logarithm, rounded down, in integers: a float's last bit differs between platforms.
fn log10_centi(guesses: u64) -> u16 {
    let guesses = guesses.max(1);
    let whole = guesses.ilog2();
    // The fraction of the binary logarithm, bit by bit: squaring a number in [1, 2) doubles its logarithm.
    let mut mantissa = u128::from(guesses) << (63 - whole);
    let mut log2_q16 = whole;
    for _ in 0..16 {
        mantissa = (mantissa * mantissa) >> 63;
        let bit = u32::from(mantissa >> 64 != 0);
        mantissa >>= bit;
        log2_q16 = log2_q16 << 1 | bit;
    }
    // log10(2) = 0.30103; the product stays below 2^44. Bits cut off cost up to 31; 40 puts powers of ten right again.
    let centi = (u64::from(log2_q16) * 30_103_000 / 1_000_000 + 40) >> 16;
    u16::try_from(centi).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strength(typed: &str) -> Strength {
        estimate(typed, &[], false)
    }

    #[test]
    fn scores_are_those_of_zxcvbn_where_no_year_is_read() {
        for typed in [
            "",
            "password",
            "tr0ub4dor&3",
            "correct horse battery staple",
            "Vx9#qLm2",
            "密码是电池马",
            "qwER43@!",
            "internationalization",
            "Michelle-47-83",
            "letmein-letmein-1",
            "xkq-monkey-ba",
        ] {
            let theirs = zxcvbn::zxcvbn(typed, &[]);
            assert_eq!(strength(typed).score, u8::from(theirs.score()), "{typed}");
            assert_eq!(strength(typed).guesses_log10_centi, log10_centi(theirs.guesses().min(GUESSES_MAX)), "{typed}");
        }
    }

    #[test]
    fn years_are_rated_from_a_fixed_year() {
        // 20 years at least, one guess for the sequence: a lone recent year costs 21, whatever this year is.
        assert_eq!(strength("2019"), Strength { score: 0, guesses_log10_centi: log10_centi(21), year: true });
        // 1951 lies 74 years before 2025.
        assert_eq!(strength("1951").guesses_log10_centi, log10_centi(75));
        assert!(strength("tulip2019").year);
        assert!(strength("Michelle--1951").year, "in a piece");
        assert!(!strength("tulip-orbit").year);
    }

    #[test]
    fn guesses_beyond_the_highest_score_are_not_told_apart() {
        let strong = Strength { score: 4, guesses_log10_centi: 1_000, year: false };
        assert_eq!(strength("tulip-orbit-lamp-quartz-zebra"), strong);
        let start = "tulip-orbit-lamp-quartz-";
        assert_eq!(
            strength(&format!("{start}{}", "q".repeat(96))),
            strength(start),
            "judged by its first 24 characters"
        );
    }

    #[test]
    fn the_formula_is_the_estimators_own() {
        for typed in ["tulip-orbit", "correcthorse", "zebra#lamp", "hello123 world", "qzzk", "aaaa", "abcdwxyz"] {
            let entropy = zxcvbn::zxcvbn(typed, &[]);
            let recognised = recognise(typed, &[], true);
            let ways = Ways::NONE_TAKEN.then(typed.len(), Some(&recognised));
            assert_eq!(ways.guesses().min(GUESSES_MAX), entropy.guesses().min(GUESSES_MAX), "{typed}");
        }
    }

    #[test]
    fn a_word_of_the_customers_is_guessed_at_once() {
        let words = [Zeroizing::new("quillfeather".to_owned())];
        assert_eq!(strength("quillfeather").score, 3);
        assert_eq!(estimate("quillfeather", &words, false).score, 0);
        assert!(estimate("quillfeather.77", &words, false).score <= 2, "in a piece");
    }

    #[test]
    fn logarithms_are_exact_at_powers_of_ten_and_grow() {
        for power in 0..=19_u16 {
            assert_eq!(log10_centi(10_u64.pow(u32::from(power))), power * 100, "10^{power}");
        }
        assert_eq!(log10_centi(0), 0);
        assert_eq!(log10_centi(2), 30);
        assert_eq!(log10_centi(u64::MAX), 1_926);
        assert!((1_u64..100_000).all(|guesses| log10_centi(guesses) <= log10_centi(guesses + 1)));
    }
}
