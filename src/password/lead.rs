//! What the strength estimator is shown of a password.
//!
//! Its work grows with the square of a text's length and with every l33t reading a text has (a hostile text of 100
//! characters costs it 0.4 s). So it sees the first 24 code points only, of a text that is one unit over and over those of
//! the unit, and it sees them
//! - **whole**, where they are few and have few readings;
//! - else **in pieces**, cut where no word, date, repeat or line of keys goes on: at symbols and around numbers;
//! - with **fewer readings**, where a piece still has too many: `$` beside `5` becomes `5`, then `1` is i and `7` is t.

use zeroize::Zeroizing;

use super::pattern;

/// Most code points shown.
const CODE_POINTS_MAX: usize = 24;
/// Most code points shown in one piece, where the text can be cut.
const WHOLE_MAX: usize = 12;
/// Most look-ups in each of the estimator's dictionaries for one piece: substrings times readings.
const LOOK_UPS_MAX: usize = 420;
/// Readings that are never too many.
const READINGS_MIN: usize = 2;
/// Fewest digits that are a piece of their own: shorter runs may be letters in disguise.
const DIGITS_MIN: usize = 4;
/// Where a long number is cut: a date has no more digits.
const DIGITS_MAX: usize = 8;
/// Shortest unit whose repetition is kept together.
const UNIT_MIN: usize = 3;
/// What stands in for characters that cannot be seen.
const NEUTRAL: char = '~';
/// The estimator's likenesses, letter by letter. A character of two letters reads both ways; l is the second of both.
const LIKENESSES: [&[char]; 12] = [
    &['4', '@'],
    &['8'],
    &['(', '{', '[', '<'],
    &['3'],
    &['6', '9'],
    &['!', '1', '|'],
    &['0'],
    &['$', '5'],
    &['+', '7'],
    &['%'],
    &['2'],
    &['1', '7', '|'],
];

/// What is shown.
pub(super) struct Lead {
    /// In order. None for an empty text.
    pub pieces: Vec<Zeroizing<String>>,
    /// How often the pieces follow on themselves in the text.
    pub times: u64,
}

/// The lead of a text.
pub(super) fn of(normalised: &str) -> Lead {
    // Reserved at once, so that no half-written copy stays behind.
    let mut characters = Zeroizing::new(Vec::with_capacity(normalised.len()));
    characters.extend(normalised.chars().map(visible));
    let length = characters.len();
    let unit = if length > WHOLE_MAX { pattern::repeats_unit(&characters) } else { None }.unwrap_or(length);
    let lead = &characters[..unit.min(CODE_POINTS_MAX)];
    let times = u64::try_from(length.checked_div(unit).unwrap_or(1)).unwrap_or(u64::MAX);
    let pieces = match lead {
        [] => Vec::new(),
        _ if lead.len() <= WHOLE_MAX && fits(lead) => vec![text(lead)],
        _ => pieces(lead),
    };
    Lead { pieces, times }
}

fn pieces(lead: &[char]) -> Vec<Zeroizing<String>> {
    let kinds = kinds(lead);
    let repeated = repeated(lead);
    let is_cut = |at: &usize| kinds[at - 1] != kinds[*at] && !repeated[*at] && !is_in_key_line(lead, *at);
    let mut start = 0;
    let mut pieces = Vec::new();
    for end in (1..lead.len()).filter(is_cut).chain([lead.len()]) {
        let (piece, kinds) = (&lead[start..end], &kinds[start..end]);
        if piece.len() > DIGITS_MAX && piece.iter().all(char::is_ascii_digit) && !fits(piece) && !repeated[end - 1] {
            pieces.extend(piece.chunks(DIGITS_MAX).map(text));
        } else {
            pieces.push(shown(piece, kinds));
        }
        start = end;
    }
    pieces
}

fn visible(character: char) -> char {
    if character.is_control() { NEUTRAL } else { character }
}

/// What a character is part of. Where the kind changes, a text can be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Letters, and what may be one in disguise.
    Text,
    /// A number or a date.
    Digits,
    /// Anything else.
    Symbols,
}

fn kinds(lead: &[char]) -> Vec<Kind> {
    let kind = |character: &char| match character {
        character if character.is_alphanumeric() || is_leet(*character) => Kind::Text,
        _ => Kind::Symbols,
    };
    let mut kinds: Vec<Kind> = lead.iter().map(kind).collect();
    let mut start = 0;
    while start < lead.len() {
        let end = digits_end(lead, start);
        if lead[start..end].iter().filter(|character| character.is_ascii_digit()).count() >= DIGITS_MIN {
            kinds[start..end].fill(Kind::Digits);
        }
        start = end.max(start + 1);
    }
    kinds
}

/// The end of the date or else of the digits that start here.
fn digits_end(lead: &[char], start: usize) -> usize {
    let run =
        |from: usize| lead[from.min(lead.len())..].iter().take_while(|character| character.is_ascii_digit()).count();
    let separated = |from: usize| lead.get(from).filter(|character| " /\\_.-".contains(**character));
    let first = start + run(start);
    let second = first + 1 + run(first + 1);
    let third = second + 1 + run(second + 1);
    let is_date = (1..=4).contains(&(first - start))
        && (1..=2).contains(&(second - first - 1))
        && (1..=4).contains(&(third - second - 1))
        && separated(first).is_some()
        && separated(first) == separated(second);
    if is_date { third } else { first }
}

/// Whether the characters on both sides of a place belong to one line of at least three keys.
fn is_in_key_line(lead: &[char], at: usize) -> bool {
    let is_step = |at: usize| at > 0 && at < lead.len() && pattern::is_key_step(lead[at - 1], lead[at]);
    is_step(at) && (is_step(at - 1) || is_step(at + 1))
}

/// For each place, whether it lies inside a part that follows on itself. A cut there would hide that.
fn repeated(lead: &[char]) -> Vec<bool> {
    let mut inside = vec![false; lead.len()];
    for unit in UNIT_MIN..=lead.len() / 2 {
        for start in 0..=lead.len() - 2 * unit {
            let end = start + 2 * unit;
            if lead[start..start + unit] == lead[start + unit..end] {
                inside[start + 1..end].fill(true);
            }
        }
    }
    inside
}

/// The piece as the estimator gets it. A number is left what it is.
fn shown(piece: &[char], kinds: &[Kind]) -> Zeroizing<String> {
    if fits(piece) || kinds.iter().all(|kind| *kind == Kind::Digits) {
        return text(piece);
    }
    let mut characters = Zeroizing::new(piece.to_vec());
    characters.iter_mut().for_each(|character| *character = merged(*character, piece));
    if !fits(&characters) {
        characters.iter_mut().for_each(|character| *character = one_reading(*character));
    }
    text(&characters)
}

fn text(characters: &[char]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(characters.len() * 4));
    text.extend(characters);
    text
}

/// The first likeness of the same letter in the piece: a word has its letters in one disguise.
fn merged(character: char, piece: &[char]) -> char {
    let letter = LIKENESSES.iter().find(|letter| letter.contains(&character));
    letter.and_then(|letter| piece.iter().find(|other| letter.contains(other))).copied().unwrap_or(character)
}

/// A likeness of no other letter.
const fn one_reading(character: char) -> char {
    match character {
        '1' | '|' => '!',
        '7' => '+',
        _ => character,
    }
}

fn fits(piece: &[char]) -> bool {
    let substrings = piece.len() * (piece.len() + 1) / 2;
    let readings = readings(piece);
    // Each is looked up as typed, backwards, and in every reading.
    readings <= READINGS_MIN || substrings * (2 + readings) <= LOOK_UPS_MAX
}

/// The l33t readings the estimator goes through, or a few more.
fn readings(piece: &[char]) -> usize {
    let used = |letter: &&[char]| letter.iter().filter(|likeness| piece.contains(likeness)).count();
    let ambiguous = ['1', '7', '|'].into_iter().filter(|likeness| piece.contains(likeness)).count();
    let per_letter = LIKENESSES.iter().map(used).filter(|count| *count > 0);
    per_letter.reduce(|one, other| one * other).map_or(0, |product| product << ambiguous)
}

fn is_leet(character: char) -> bool {
    LIKENESSES.iter().any(|letter| letter.contains(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(typed: &str) -> Vec<String> {
        of(typed).pieces.iter().map(|piece| piece.to_string()).collect()
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        for typed in ["x", "P4$$w0rd", "tr0ub4dor&3", "17.05.1990", "1qaz2wsx", "a-b-c-d-e-f-"] {
            assert_eq!(cut(typed), [typed]);
        }
        assert!(of("").pieces.is_empty());
        assert_eq!(cut("a\0b\nc"), ["a~b~c"]);
    }

    #[test]
    fn a_long_text_is_cut_at_symbols_and_around_digits() {
        assert_eq!(cut("Tulip-47-Orbit!x"), ["Tulip", "-", "47", "-", "Orbit!x"]);
        assert_eq!(cut("P@ssw0rd2024!abc"), ["P@ssw0rd", "2024", "!abc"]);
        assert_eq!(cut("born on 17.05.1990, x"), ["born", " ", "on", " ", "17.05.1990", ", ", "x"]);
        assert_eq!(cut("马铃薯-骑-自行车七八九十百千"), ["马铃薯", "-", "骑", "-", "自行车七八九十百千"]);
        assert_eq!(cut("kqjzhvwpxmtrbdnf"), ["kqjzhvwpxmtrbdnf"]);
        assert_eq!(cut("3141592653589793x"), ["31415926", "53589793", "x"]);
    }

    #[test]
    fn lines_of_keys_and_repeats_are_not_cut() {
        assert_eq!(cut("!@#$%^&*()qwerty"), ["!@#$%^&*()", "qwerty"]);
        assert_eq!(cut("qwertyuiop[]\\1234"), ["qwertyuiop[]\\", "1234"]);
        assert_eq!(cut("x9-tulip-tulip-2024"), ["x9", "-tulip-tulip-", "2024"]);
    }

    #[test]
    fn a_unit_over_and_over_is_shown_once() {
        let lead = of("tulip-47-tulip-47-tulip-47-");
        assert_eq!((lead.pieces.len(), lead.pieces[0].as_str(), lead.times), (1, "tulip-47-", 3));
        assert_eq!(of(&"a".repeat(128)).times, 128);
        assert_eq!(of("abcabc").times, 1, "a short text is left to the estimator");
        assert_eq!(of("").times, 1);
    }

    #[test]
    fn a_long_disguise_keeps_fewer_readings_and_numbers_are_left_alone() {
        assert_eq!(cut("str@wb3rry-p1neappl3c4k3"), ["str@wb3rry", "-", "p1neappl3c4k3"]);
        assert_eq!(cut("p1neappl3c4kem@n"), ["p1neappl3c4kem4n"], "one likeness for each letter");
        assert_eq!(cut("p1neappl3c4ke7m@n"), ["p!neappl3c4ke+m4n"], "and one letter for each likeness");
        assert_eq!(cut("@dm1n$$5-17.07.1974"), ["@dm1n$$5", "-", "17.07.1974"]);
    }

    #[test]
    fn no_text_makes_more_work_than_stated() {
        let hostile =
            ["4@8({[<369!1|0$5+7%2x", "a1b7c|d4", "il1|!7e", "4a@", "1234567890a", "12345678904x", "@$+!4571683"];
        for unit in hostile {
            for length in 1..=26 {
                let typed: String = unit.chars().chain(['x']).cycle().skip(length % 5).take(length).collect();
                for piece in of(&typed).pieces {
                    let characters: Vec<char> = piece.chars().collect();
                    let is_number = characters.iter().all(char::is_ascii_digit);
                    assert!(fits(&characters) || (is_number && readings(&characters) <= 16), "{}", *piece);
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn the_pieces_are_the_lead(typed in "[a-f1-9@$!. /-]{0,40}") {
            let together: Vec<char> = cut(&typed).concat().chars().collect();
            let lead: Vec<char> = typed.chars().take(CODE_POINTS_MAX).collect();
            proptest::prop_assert_eq!(together.len(), lead.len());
            let same = |(one, other): (&char, &char)| one == other || (is_leet(*one) && is_leet(*other));
            proptest::prop_assert!(together.iter().zip(&lead).all(same));
        }
    }
}
