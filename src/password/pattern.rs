//! Lazy patterns: the same character again, a sequence, a straight line of keys.

/// Shortest run that counts as a piece of a password made of nothing but patterns.
const PIECE_MIN: usize = 3;

/// The longest runs found in a password, in code points. A run of one is no pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// The same character again: `aaaa` is 4.
    pub repeat: u32,
    /// Neighbours in the alphabet or among the digits, up or down, `9` followed by `0`: `4567890` is 7.
    pub sequence: u32,
    /// Keys in a straight line, along a row or a column of a US keyboard, shifted or not, or along a row, a column or a
    /// diagonal of a number pad, whichever way up: `1qaz` is 4, `2580` is 4.
    pub walk: u32,
}

impl Runs {
    /// The longest run of each kind.
    ///
    /// ```
    /// use account_security::password::pattern::Runs;
    /// assert_eq!(Runs::of("x-4567-qwER"), Runs { repeat: 1, sequence: 4, walk: 4 });
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Self {
        let characters: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
        let mut longest = Self::default();
        for start in 0..characters.len() {
            let tail = &characters[start..];
            longest.repeat = longest.repeat.max(count(run(tail, repeat_step)));
            longest.sequence = longest.sequence.max(count(run(tail, sequence_step)));
            longest.walk = longest.walk.max(count(walk(tail)));
        }
        longest
    }
}

/// Whether the whole text is cut into repeats, sequences and key lines of at least three, or is one short unit (up to
/// four characters) over and over: `1qaz2wsx`, `qwe123!@#`, `aaabbbccc`, `ab12ab12`.
pub(super) fn is_patterned_only(folded: &str) -> bool {
    let characters: Vec<char> = folded.chars().collect();
    !characters.is_empty() && (repeats_unit(&characters).is_some_and(|unit| unit <= 4) || is_pieces(&characters))
}

/// The length of the shortest unit which the text repeats at least twice, in code points.
pub(super) fn repeats_unit(characters: &[char]) -> Option<usize> {
    let length = characters.len();
    (1..=length / 2)
        .filter(|unit| length.is_multiple_of(*unit))
        .find(|unit| characters.chunks_exact(*unit).all(|chunk| chunk == &characters[..*unit]))
}

fn is_pieces(characters: &[char]) -> bool {
    let mut reachable = vec![false; characters.len() + 1];
    reachable[0] = true;
    for start in 0..characters.len() {
        if reachable[start] {
            let tail = &characters[start..];
            let longest = run(tail, repeat_step).max(run(tail, sequence_step)).max(walk(tail));
            reachable[start..].iter_mut().take(longest + 1).skip(PIECE_MIN).for_each(|end| *end = true);
        }
    }
    reachable.last().copied().unwrap_or(false)
}

/// Whether a line of keys may go on from one character to the next.
pub(super) fn is_key_step(a: char, b: char) -> bool {
    walk_step(a, b).is_some()
}

fn count(run: usize) -> u32 {
    u32::try_from(run).unwrap_or(u32::MAX)
}

/// The length of the run at the start of `tail`: as long as each step equals the first one.
fn run<Step: PartialEq>(tail: &[char], step: impl Fn(char, char) -> Option<Step>) -> usize {
    let Some(first) = tail.first().zip(tail.get(1)).and_then(|(a, b)| step(*a, *b)) else {
        return tail.len().min(1);
    };
    1 + tail.windows(2).take_while(|pair| step(pair[0], pair[1]).as_ref() == Some(&first)).count()
}

fn repeat_step(a: char, b: char) -> Option<()> {
    (a == b).then_some(())
}

fn sequence_step(a: char, b: char) -> Option<i8> {
    match (a, b) {
        ('9', '0') | ('z', 'a') => Some(1),
        ('0', '9') | ('a', 'z') => Some(-1),
        _ if a.is_ascii_digit() != b.is_ascii_digit() || !a.is_ascii_alphanumeric() || !b.is_ascii_alphanumeric() => {
            None
        }
        _ if u32::from(b) == u32::from(a) + 1 => Some(1),
        _ if u32::from(a) == u32::from(b) + 1 => Some(-1),
        _ => None,
    }
}

fn walk(tail: &[char]) -> usize {
    run(tail, walk_step).max(run(tail, pad_step))
}

/// A step on a number pad: 1 2 3 / 4 5 6 / 7 8 9, and the zero beyond the middle column at either end, because telephones
/// have it below 8 and keyboards below 2.
fn pad_step(a: char, b: char) -> Option<(i8, i8)> {
    let place = |digit: u32| i8::try_from(digit).ok().map(|digit| ((digit - 1) / 3, (digit - 1) % 3));
    match (a.to_digit(10)?, b.to_digit(10)?) {
        (8, 0) | (0, 2) => Some((1, 0)),
        (0, 8) | (2, 0) => Some((-1, 0)),
        (0, _) | (_, 0) => None,
        (a, b) => {
            let ((row_a, column_a), (row_b, column_b)) = (place(a)?, place(b)?);
            let step = (row_b - row_a, column_b - column_a);
            (step != (0, 0) && step.0.abs() <= 1 && step.1.abs() <= 1).then_some(step)
        }
    }
}

fn walk_step(a: char, b: char) -> Option<(i8, i8)> {
    let ((row_a, column_a), (row_b, column_b)) = (key(a)?, key(b)?);
    // Keys lean: below 2 lie q and w. A column such as 2wsx keeps its index, the other diagonal (2qa) loses one.
    match (row_b - row_a, column_b - column_a) {
        step @ ((0, 1 | -1) | (1, 0 | -1) | (-1, 0 | 1)) => Some(step),
        _ => None,
    }
}

/// Row and column of a key; `1`, `q`, `a` and `z` share column 1.
fn key(character: char) -> Option<(i8, i8)> {
    static KEYS: [Option<(i8, i8)>; 128] = keys();
    KEYS.get(usize::try_from(u32::from(character)).ok()?).copied()?
}

/// The place of each ASCII character on a US keyboard. The space bar has none: in the rows it fills a gap.
const fn keys() -> [Option<(i8, i8)>; 128] {
    const ROWS: [[&[u8]; 2]; 4] = [
        [b"`1234567890-=", b"~!@#$%^&*()_+"],
        [b" qwertyuiop[]\\", b" QWERTYUIOP{}|"],
        [b" asdfghjkl;'", b" ASDFGHJKL:\""],
        [b" zxcvbnm,./", b" ZXCVBNM<>?"],
    ];
    let mut keys = [None; 128];
    let (mut row, mut at_row) = (0, 0_i8);
    while row < ROWS.len() {
        let (mut column, mut at_column) = (0, 0_i8);
        while column < ROWS[row][0].len() {
            keys[ROWS[row][0][column] as usize] = Some((at_row, at_column));
            keys[ROWS[row][1][column] as usize] = Some((at_row, at_column));
            (column, at_column) = (column + 1, at_column + 1);
        }
        (row, at_row) = (row + 1, at_row + 1);
    }
    keys[b' ' as usize] = None;
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_by_kind() {
        assert_eq!(Runs::of(""), Runs::default());
        assert_eq!(Runs::of("aaaa").repeat, 4);
        assert_eq!(Runs::of("x4567890y").sequence, 7);
        assert_eq!(Runs::of("dCbA").sequence, 4);
        assert_eq!(Runs::of("1QAZ").walk, 4);
        assert_eq!(Runs::of("QwErTyUiOp").walk, 10);
        assert_eq!(Runs::of("!@#$").walk, 4);
        assert_eq!(Runs::of("2580").walk, 4, "a telephone's middle column");
        assert_eq!(Runs::of("8520").walk, 4, "a keyboard's");
        assert_eq!([Runs::of("741x").walk, Runs::of("159").walk, Runs::of("6547").walk], [3, 3, 3]);
        assert_eq!(Runs::of("were").walk, 3, "the hand turns back: no line");
    }

    #[test]
    fn keyboard_columns_and_mixtures_are_patterns_only() {
        for lazy in [
            "1qaz2wsx",
            "qweasdzxc",
            "qwe123!@#",
            "aaabbbccc",
            "ab12ab12",
            "11111111",
            "abcdefgh",
            "9876543210",
            "zaq1xsw2",
            "147258369",
            "741852963",
            "159357",
            "147258",
        ] {
            assert!(is_patterned_only(lazy), "{lazy}");
        }
        for honest in ["tulip-47-orbit", "qwertulip", "", "密码是电池马"] {
            assert!(!is_patterned_only(honest), "{honest}");
        }
    }
}
