//! Walks over neighbouring keys, with turns.

use super::pieces::{Piece, Text, choose};

/// Keys of each layer of a US keyboard by row, and how far the row leans to the right, in half keys.
const BOARD: [(&str, &str, i8); 4] = [
    ("`1234567890-=", "~!@#$%^&*()_+", 0),
    ("qwertyuiop[]\\", "QWERTYUIOP{}|", 3),
    ("asdfghjkl;'", "ASDFGHJKL:\"", 4),
    ("zxcvbnm,./", "ZXCVBNM<>?", 5),
];
/// A number pad with its operators.
const PAD: [(&str, &str, i8); 5] = [(" /*-", "", 0), ("789+", "", 0), ("456", "", 0), ("123", "", 0), (" 0.", "", 0)];
const WALK_MIN: usize = 3;

/// A layout of keys: where they are, what counts as beside, and how many starts and ways on there are on average.
struct Layout {
    rows: &'static [(&'static str, &'static str, i8)],
    is_beside: fn(i8, i8) -> bool,
    starts: u64,
    ways: u64,
}

/// On a keyboard keys lean: two half keys beside, or one half key off in the next row.
const KEYBOARD: Layout = Layout {
    rows: &BOARD,
    is_beside: |down, across| matches!((down, across), (0, 2 | -2) | (1, 1 | -1) | (-1, 1 | -1)),
    starts: 94,
    ways: 4,
};
const NUMBER_PAD: Layout = Layout {
    rows: &PAD,
    is_beside: |down, across| matches!((down, across), (-1..=1, -2 | 0 | 2)) && (down, across) != (0, 0),
    starts: 15,
    ways: 5,
};

/// Every walk of three keys or more that cannot be made longer, and its beginnings.
pub(super) fn walks(text: &Text) -> Vec<Piece> {
    [&KEYBOARD, &NUMBER_PAD].into_iter().flat_map(|layout| layout.walks(text)).collect()
}

#[derive(Clone, Copy)]
struct Key {
    row: i8,
    half_column: i8,
    shifted: bool,
}

impl Layout {
    fn walks(&self, text: &Text) -> Vec<Piece> {
        let keys: Vec<Option<Key>> = text.typed.iter().map(|typed| self.key(*typed)).collect();
        let step = |from: usize| {
            let (a, b) = keys.get(from).copied().flatten().zip(keys.get(from + 1).copied().flatten())?;
            let step = (b.row - a.row, b.half_column - a.half_column);
            (self.is_beside)(step.0, step.1).then_some(step)
        };
        let mut found = Vec::new();
        let mut start = 0;
        while start < keys.len() {
            let (mut end, mut turns, mut last) = (start + 1, 0, None);
            while let Some(direction) = step(end - 1) {
                turns += usize::from(last != Some(direction));
                last = Some(direction);
                end += 1;
            }
            if end - start >= WALK_MIN {
                let shifted = keys[start..end].iter().flatten().filter(|key| key.shifted).count();
                found.push(Piece { start, end, guesses: self.guesses(end - start, turns, shifted), year: false });
            }
            start = end;
        }
        found
    }

    fn key(&self, typed: char) -> Option<Key> {
        self.rows.iter().zip(0_i8..).find_map(|((plain, shift, lean), row)| {
            let place = |keys: &str| keys.chars().position(|key| key == typed && key != ' ');
            let (column, shifted) = place(plain).map(|it| (it, false)).or_else(|| place(shift).map(|it| (it, true)))?;
            Some(Key { row, half_column: i8::try_from(2 * column).ok()?.checked_add(*lean)?, shifted })
        })
    }

    /// All walks as long or shorter with as many turns or fewer, times the ways of holding shift.
    fn guesses(&self, length: usize, turns: usize, shifted: usize) -> u64 {
        let mut guesses = 0_u64;
        for shorter in 2..=length {
            for fewer in 1..=turns.min(shorter - 1) {
                let ways = self.ways.saturating_pow(u32::try_from(fewer).unwrap_or(u32::MAX));
                let walks = choose(shorter - 1, fewer - 1).saturating_mul(self.starts).saturating_mul(ways);
                guesses = guesses.saturating_add(walks);
            }
        }
        let plain = length - shifted;
        let held = match (shifted, plain) {
            (0, _) => 1,
            (_, 0) => 2,
            _ => (1..=shifted.min(plain)).map(|chosen| choose(length, chosen)).fold(0, u64::saturating_add),
        };
        guesses.saturating_mul(held)
    }
}
