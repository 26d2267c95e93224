//! How many guesses a password stands: the published method of zxcvbn (Wheeler, USENIX Security 2016), written anew.
//!
//! A password is cut into pieces an attacker would try (words in any case, in l33t or backwards, key walks, repeats, sequences,
//! years and dates, the customer's own words, anything else by brute force); the cut that takes fewest guesses counts.
//!
//! Why not the crate `zxcvbn`: its work grows with the number of different l33t characters (0.4 s for a hostile text of 100
//! characters), it reads the clock to rate years, and its tables are hash maps with a seed of their own in every process.
//! Here the work is bounded, years are rated from [`REFERENCE_YEAR`] whatever the clock says, everything is integers, and
//! the same text has the same strength everywhere. The tests hold this estimate against that crate's.
//!
//! Guesses are told apart up to [`GUESSES_MAX`] only, where the highest score begins. A cut into four pieces or more stands
//! beyond it whatever the pieces are, so no longer cut is looked at; that keeps a text of 128 characters cheap.

mod dates;
mod keys;
mod pieces;
mod runs;
mod words;

use zeroize::Zeroizing;

use self::pieces::{Piece, Text};
use super::context::UserContext;

/// The year from which the distance of a year or date is counted, whatever the clock says.
const REFERENCE_YEAR: u32 = 2025;
/// Guesses beyond this are not told apart: score 4 begins here.
const GUESSES_MAX: u64 = 10_000_000_005;
/// A listed password falls within this many guesses, list and usual disguises together.
const LISTED_GUESSES_MAX: u64 = 999_999;
/// Most pieces of a cut that can stand below [`GUESSES_MAX`]: the attacker's growing term is 10000^(pieces - 1).
const PIECES_MAX: usize = 3;
/// Guesses a further piece costs at least.
const GROWTH: u64 = 10_000;

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
    let text = Text::of(normalised);
    let own: Vec<Zeroizing<String>> = context.words().iter().map(|word| Zeroizing::new(word.to_lowercase())).collect();
    let (guesses, year) = fewest_guesses(text.length(), &pieces::all(&text, &own));
    let guesses = guesses.min(if is_listed { LISTED_GUESSES_MAX } else { GUESSES_MAX });
    Strength { score: score(guesses), guesses_log10_centi: log10_centi(guesses), year }
}

/// The fewest guesses over all cuts of a text: `l! * Π guesses + 10000^(l-1)` for `l` pieces, and whether a year is in it.
fn fewest_guesses(length: usize, pieces: &[Piece]) -> (u64, bool) {
    if length == 0 {
        return (0, false);
    }
    let mut best: Option<(u64, bool)> = None;
    // The smallest product for each prefix, cut into as many pieces as there were rounds.
    let mut products: Vec<Option<(u64, bool)>> = vec![None; length + 1];
    products[0] = Some((1, false));
    for (count, factorial) in (1..=PIECES_MAX).zip([1_u64, 2, 6]) {
        products = one_piece_more(&products, pieces);
        let growth = if count == 1 { 1 } else { GROWTH.saturating_pow(u32::try_from(count - 1).unwrap_or(u32::MAX)) };
        let Some((product, year)) = products[length] else { continue };
        let guesses = product.saturating_mul(factorial).saturating_add(growth);
        if best.is_none_or(|(fewest, _)| guesses < fewest) {
            best = Some((guesses, year));
        }
    }
    best.unwrap_or((u64::MAX, false))
}

fn one_piece_more(products: &[Option<(u64, bool)>], pieces: &[Piece]) -> Vec<Option<(u64, bool)>> {
    let length = products.len() - 1;
    let mut more: Vec<Option<(u64, bool)>> = vec![None; products.len()];
    let mut offer = |end: usize, product: u64, year: bool| {
        if more[end].is_none_or(|(least, _)| product < least) {
            more[end] = Some((product, year));
        }
    };
    for piece in pieces {
        if let Some((product, year)) = products[piece.start] {
            let guesses = piece.guesses.max(pieces::least_guesses(piece.end - piece.start, length));
            offer(piece.end, product.saturating_mul(guesses), year || piece.year);
        }
    }
    for (start, product) in products.iter().enumerate() {
        let Some((product, year)) = *product else { continue };
        (start + 1..=length).for_each(|end| offer(end, product.saturating_mul(pieces::brute_force(end - start)), year));
    }
    more
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
mod tests;
