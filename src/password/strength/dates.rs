//! Years and dates.

use super::REFERENCE_YEAR;
use super::pieces::{Piece, Text};

/// Least distance of a year that is counted: recent years are all tried first.
const YEAR_SPACE_MIN: u32 = 20;
const YEAR_MIN: u32 = 1_000;
const YEAR_MAX: u32 = 2_050;
const SEPARATORS: &str = " -/\\_.";
/// How digits without separators fall into three numbers: where the second and the third begin.
const SPLITS: [(usize, &[(usize, usize)]); 5] = [
    (4, &[(1, 2), (2, 3)]),
    (5, &[(1, 3), (2, 3)]),
    (6, &[(1, 2), (2, 4), (4, 5)]),
    (7, &[(1, 3), (2, 3), (4, 5), (4, 6)]),
    (8, &[(2, 4), (4, 6)]),
];

/// `1900` to `2099`, wherever it stands.
pub(super) fn years(text: &Text) -> Vec<Piece> {
    let whole = text.typed.windows(4).enumerate();
    let years = whole.filter(|(_, four)| matches!(four, ['1', '9', ..] | ['2', '0', ..]));
    let piece = |(start, four): (usize, &[char])| {
        Some(Piece { start, end: start + 4, guesses: distance(number(four)?), year: true })
    };
    years.filter_map(piece).collect()
}

/// Day, month and year in any order, with or without separators.
pub(super) fn dates(text: &Text) -> Vec<Piece> {
    let mut found = Vec::new();
    for start in 0..text.length() {
        let rest = &text.typed[start..];
        let digits = rest.iter().take_while(|it| it.is_ascii_digit()).count();
        let plain = SPLITS.iter().filter(|(length, _)| *length <= digits);
        found.extend(plain.filter_map(|(length, splits)| {
            let year = splits.iter().filter_map(|(second, third)| {
                year_of([number(&rest[..*second])?, number(&rest[*second..*third])?, number(&rest[*third..*length])?])
            });
            let guesses = distance(year.min_by_key(|year| year.abs_diff(REFERENCE_YEAR))?) * 365;
            Some(Piece { start, end: start + length, guesses, year: true })
        }));
        found.extend(separated(rest).map(|(length, year)| Piece {
            start,
            end: start + length,
            guesses: distance(year) * 365 * 4,
            year: true,
        }));
    }
    found
}

/// The longest date with separators at the beginning, and its year.
fn separated(rest: &[char]) -> Option<(usize, u32)> {
    let digits = |from: usize, most: usize| {
        rest.get(from..).unwrap_or(&[]).iter().take(most).take_while(|it| it.is_ascii_digit()).count()
    };
    let first = digits(0, 4);
    let separator = rest.get(first).filter(|it| SEPARATORS.contains(**it))?;
    let second = digits(first + 1, 2);
    rest.get(first + second + 1).filter(|it| *it == separator)?;
    let third_at = first + second + 2;
    (1..=digits(third_at, 4)).rev().find_map(|third| {
        let numbers = [
            number(&rest[..first])?,
            number(&rest[first + 1..first + 1 + second])?,
            number(&rest[third_at..third_at + third])?,
        ];
        Some((third_at + third, year_of(numbers)?))
    })
}

/// The year, if three numbers are a date in some order: the year first or last.
fn year_of(numbers: [u32; 3]) -> Option<u32> {
    let [first, middle, last] = numbers;
    let is_none = middle == 0 || middle > 31 || numbers.iter().any(|it| (100..YEAR_MIN).contains(it) || *it > YEAR_MAX);
    let count = |wanted: fn(&&u32) -> bool| numbers.iter().filter(wanted).count();
    if is_none || count(|it| **it > 31) >= 2 || count(|it| **it > 12) == 3 || count(|it| **it == 0) >= 2 {
        return None;
    }
    let is_day = |one: u32, other: u32| (1..=31).contains(&one) && (1..=12).contains(&other);
    let is_day_and_month = |one, other| is_day(one, other) || is_day(other, one);
    for (year, one, other) in [(last, first, middle), (first, middle, last)] {
        if (YEAR_MIN..=YEAR_MAX).contains(&year) {
            return is_day_and_month(one, other).then_some(year);
        }
    }
    let short = [(last, first, middle), (first, middle, last)];
    short.into_iter().find(|(_, one, other)| is_day_and_month(*one, *other)).map(|(year, ..)| match year {
        0..=50 => 2_000 + year,
        51..=99 => 1_900 + year,
        _ => year,
    })
}

fn distance(year: u32) -> u64 {
    u64::from(year.abs_diff(REFERENCE_YEAR).max(YEAR_SPACE_MIN))
}

fn number(digits: &[char]) -> Option<u32> {
    let is_number = (1..=4).contains(&digits.len());
    let value = digits.iter().try_fold(0, |value, digit| Some(value * 10 + digit.to_digit(10)?));
    value.filter(|_| is_number)
}
