//! Sequences and repeats.

use zeroize::Zeroizing;

use super::pieces::{self, Piece, Text};

/// Widest step of a sequence: `acegi` has steps of two.
const STEP_MAX: u32 = 5;
/// Longest unit whose own strength is looked into; a longer one stands beyond the highest score by itself or repeats too
/// seldom to matter.
const UNIT_MAX: usize = 32;

/// Runs of characters at even distance, by code point. The first character may come again before the run sets out: `aabc`.
pub(super) fn sequences(text: &Text) -> Vec<Piece> {
    let typed = &text.typed;
    let step = |place: usize| i64::from(u32::from(typed[place + 1])) - i64::from(u32::from(typed[place]));
    let mut found = Vec::new();
    let mut start = 0;
    while start + 1 < typed.len() {
        let sets_out = (start..typed.len() - 1).find(|place| step(*place) != 0);
        let Some(sets_out) = sets_out else { break };
        let first = step(sets_out);
        let mut last = sets_out + 1;
        while last + 1 < typed.len() && step(last) == first {
            last += 1;
        }
        let width = u32::try_from(first.unsigned_abs()).unwrap_or(u32::MAX);
        if (1..=STEP_MAX).contains(&width) && (last - start > 1 || width == 1) {
            let guesses = guesses(typed[start], first > 0, last + 1 - start);
            found.push(Piece { start, end: last + 1, guesses, year: false });
        }
        start = last;
    }
    found
}

fn guesses(first: char, ascending: bool, length: usize) -> u64 {
    let starts: u64 = match first {
        'a' | 'A' | 'z' | 'Z' | '0' | '1' | '9' => 4,
        '2'..='8' => 10,
        _ => 26,
    };
    starts * if ascending { 1 } else { 2 } * u64::try_from(length).unwrap_or(u64::MAX)
}

/// Units that come again at once: from the left, the unit that covers most, the shorter of two that cover the same.
pub(super) fn repeats(text: &Text, own: &[Zeroizing<String>]) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < text.length() {
        let Some((unit, times)) = longest_repeat(&text.typed[start..]) else {
            start += 1;
            continue;
        };
        let end = start + unit * times;
        let base = text.part(start, start + unit);
        // The unit is half as long at most, so this ends.
        let (guesses, year) = super::fewest_guesses(unit, &pieces::all(&base, own));
        let guesses = guesses.saturating_mul(u64::try_from(times).unwrap_or(u64::MAX));
        found.push(Piece { start, end, guesses, year });
        start = end;
    }
    found
}

/// Length of the unit, and how often it stands at the beginning of the text.
fn longest_repeat(rest: &[char]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    for unit in 1..=(rest.len() / 2).min(UNIT_MAX) {
        let same = rest.iter().zip(&rest[unit..]).take_while(|(one, other)| one == other).count();
        let times = 1 + same / unit;
        if times >= 2 && best.is_none_or(|(shorter, most)| unit * times > shorter * most) {
            best = Some((unit, times));
        }
    }
    best
}
