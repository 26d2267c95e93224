//! How many guesses a password stands: zxcvbn, on a short lead.
//!
//! Three things keep it harmless.
//! - **Work.** Its cost grows with the number of *different* l33t characters (a hostile text of 100 characters costs it
//!   0.4 s), so it sees at most 24 code points and 6 different l33t characters; the surplus becomes `~`. Customer's words
//!   that are longer than the text cannot be in it and are not handed over.
//! - **Clock.** It reads the operating system's year once, to rate years and dates. Wherever its answer rests on a
//!   year, the guesses are computed again with [`REFERENCE_YEAR`]. What remains is which of two nearly equal readings of
//!   a date it settles on. No preset lets the score decide on acceptance; only a policy with `min_score` does.
//! - **Order.** Its tables are hash maps with a seed of their own in every process, and among readings of many parts it
//!   picks now this, now that. Only the number of guesses is taken (the advice is ours), and it is cut at
//!   [`GUESSES_MAX`], where the highest score begins: all differences seen between processes lay above.

use zeroize::Zeroizing;
use zxcvbn::matching::patterns::MatchPattern;

use super::context::UserContext;

/// The year from which the distance of a year or date is counted, whatever the clock says.
const REFERENCE_YEAR: i32 = 2025;
/// Most code points handed over.
const CODE_POINTS_MAX: usize = 24;
/// Most different l33t characters handed over.
const LEET_MAX: usize = 6;
/// What stands in for surplus l33t characters and for characters that cannot be seen.
const NEUTRAL: char = '~';
/// Least distance of a year, as in zxcvbn.
const YEAR_SPACE_MIN: u32 = 20;
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
    /// A year or a date was part of the reading.
    pub year: bool,
}

/// Estimates the guesses a password stands against somebody who knows the customer's words.
pub(super) fn estimate(normalised: &str, context: &UserContext<'_>, is_listed: bool) -> Strength {
    let text = bounded(normalised);
    let words: Vec<&str> =
        context.words().iter().copied().filter(|word| word.chars().count() <= text.chars().count()).collect();
    let entropy = zxcvbn::zxcvbn(&text, &words);
    let year = entropy.sequence().iter().any(|found| year_of(&found.pattern).is_some());
    let guesses = if year { without_clock(entropy.sequence()) } else { entropy.guesses() };
    let guesses = guesses.min(if is_listed { LISTED_GUESSES_MAX } else { GUESSES_MAX });
    Strength { score: score(guesses), guesses_log10_centi: log10_centi(guesses), year }
}

fn bounded(normalised: &str) -> Zeroizing<String> {
    let mut leet: Vec<char> = Vec::with_capacity(LEET_MAX);
    let mut text = Zeroizing::new(String::with_capacity(CODE_POINTS_MAX * 4));
    for character in normalised.chars().take(CODE_POINTS_MAX) {
        let known = leet.contains(&character);
        if character.is_control() || (is_leet(character) && !known && leet.len() == LEET_MAX) {
            text.push(NEUTRAL);
            continue;
        }
        if is_leet(character) && !known {
            leet.push(character);
        }
        text.push(character);
    }
    text
}

fn is_leet(character: char) -> bool {
    "4@8({[<369&#!1/|0$5+7%2".contains(character)
}

/// The product rule of zxcvbn over its chosen sequence, `l! * Π guesses + 10000^(l-1)`, with years rated from a fixed year.
fn without_clock(sequence: &[zxcvbn::Match]) -> u64 {
    let mut product = 1_u64;
    let mut factorial = 1_u64;
    let mut additive = 1_u64;
    for (found, length) in sequence.iter().zip(1_u64..) {
        let least = if sequence.len() == 1 { 1 } else { 50 };
        let guesses = year_of(&found.pattern).map_or(found.guesses.unwrap_or(least), |guesses| guesses.max(least));
        product = product.saturating_mul(guesses);
        factorial = factorial.saturating_mul(length);
        additive = if length == 1 { 1 } else { additive.saturating_mul(10_000) };
    }
    product.saturating_mul(factorial).saturating_add(additive)
}

/// The guesses for a year or a date, counted from [`REFERENCE_YEAR`]; `None` for any other reading.
fn year_of(pattern: &MatchPattern) -> Option<u64> {
    let space = |year: i32| u64::from(year.abs_diff(REFERENCE_YEAR).max(YEAR_SPACE_MIN));
    match pattern {
        MatchPattern::Regex(found) if found.regex_name == "recent_year" => {
            found.regex_match.first().and_then(|year| year.parse().ok()).map(space)
        }
        MatchPattern::Date(found) => Some(space(found.year) * 365 * if found.separator.is_empty() { 1 } else { 4 }),
        _ => None,
    }
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
        estimate(typed, &UserContext::none(), false)
    }

    #[test]
    fn scores_are_those_of_zxcvbn_where_no_year_is_read() {
        for typed in
            ["", "password", "tr0ub4dor&3", "correct horse battery staple", "Vx9#qLm2", "密码是电池马", "qwER43@!"]
        {
            let theirs = zxcvbn::zxcvbn(typed, &[]);
            assert_eq!(strength(typed).score, u8::from(theirs.score()), "{typed}");
        }
    }

    #[test]
    fn years_are_rated_from_a_fixed_year() {
        // 20 years at least, one guess for the sequence: a lone recent year costs 21, whatever this year is.
        assert_eq!(strength("2019"), Strength { score: 0, guesses_log10_centi: log10_centi(21), year: true });
        // 1951 lies 74 years before 2025.
        assert_eq!(strength("1951").guesses_log10_centi, log10_centi(75));
        assert!(strength("tulip2019").year);
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
    fn the_years_formula_is_the_estimators_own() {
        for typed in ["tulip-orbit", "correcthorse", "zebra#lamp", "hello123 world"] {
            let entropy = zxcvbn::zxcvbn(typed, &[]);
            assert_eq!(without_clock(entropy.sequence()), entropy.guesses(), "{typed}");
        }
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

    #[test]
    fn hostile_texts_are_thinned_before_they_are_rated() {
        let thinned = bounded("4@8({[</369&#!1/|0$5+7%2/4@8({[</369&#!1/|0$5+7%2/");
        assert_eq!(thinned.chars().count(), CODE_POINTS_MAX);
        let mut leet: Vec<char> = thinned.chars().filter(|character| is_leet(*character)).collect();
        leet.sort_unstable();
        leet.dedup();
        assert_eq!(leet.len(), LEET_MAX);
        assert_eq!(bounded("a\0b\nc").as_str(), "a~b~c");
    }
}
