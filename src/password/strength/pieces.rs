//! The pieces a text can be cut into, and what each costs.

use zeroize::Zeroizing;

use super::words::Beginning;
use super::{dates, keys, runs};

/// Steps through the word list in one estimate; hostile l33t reaches some thousands.
const STEPS_MAX: u32 = 20_000;

/// A stretch of a text, and how many guesses find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) start: usize,
    /// One past its last character.
    pub(super) end: usize,
    pub(super) guesses: u64,
    /// It is a year or a date.
    pub(super) year: bool,
}

/// A text by characters, as typed and in lower case, one for one.
pub(super) struct Text {
    pub(super) typed: Zeroizing<Vec<char>>,
    pub(super) lower: Zeroizing<Vec<char>>,
}

impl Text {
    pub(super) fn of(text: &str) -> Self {
        let typed: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
        let lower = typed.iter().map(|it| it.to_lowercase().next().unwrap_or(*it)).collect();
        Self { typed, lower: Zeroizing::new(lower) }
    }

    pub(super) fn length(&self) -> usize {
        self.typed.len()
    }

    fn reversed(&self) -> Self {
        let backwards = |text: &[char]| Zeroizing::new(text.iter().rev().copied().collect());
        Self { typed: backwards(&self.typed), lower: backwards(&self.lower) }
    }

    /// A stretch as a text of its own.
    pub(super) fn part(&self, start: usize, end: usize) -> Self {
        let part = |text: &[char]| Zeroizing::new(text[start..end].to_vec());
        Self { typed: part(&self.typed), lower: part(&self.lower) }
    }
}

/// Every piece but brute force.
pub(super) fn all(text: &Text, own: &[Zeroizing<String>]) -> Vec<Piece> {
    let mut pieces = in_words(text, own);
    pieces.extend(keys::walks(text));
    pieces.extend(runs::sequences(text));
    pieces.extend(runs::repeats(text, own));
    pieces.extend(dates::years(text));
    pieces.extend(dates::dates(text));
    pieces
}

/// Guesses for a stretch nothing is known about.
pub(super) fn brute_force(length: usize) -> u64 {
    let guesses = 10_u64.saturating_pow(u32::try_from(length).unwrap_or(u32::MAX));
    // One more than the least of a known piece, so that knowing wins.
    guesses.max(if length == 1 { 11 } else { 51 })
}

/// What a piece costs at least where it is not the whole.
pub(super) const fn least_guesses(length: usize, whole: usize) -> u64 {
    if length == whole {
        1
    } else if length == 1 {
        10
    } else {
        50
    }
}

fn in_words(text: &Text, own: &[Zeroizing<String>]) -> Vec<Piece> {
    let mut pieces = WordWalk { text, with_leet: true, factor: 1, found: Vec::new(), letters: Vec::new(), steps: 0 };
    pieces.search(own);
    let mut found = pieces.found;
    let (reversed, length) = (text.reversed(), text.length());
    let mut backwards =
        WordWalk { text: &reversed, with_leet: false, factor: 2, found: Vec::new(), letters: Vec::new(), steps: 0 };
    backwards.search(own);
    let turned = |piece: Piece| Piece { start: length - piece.end, end: length - piece.start, ..piece };
    found.extend(backwards.found.into_iter().map(turned));
    found
}

/// Looks for words from every place on, reading characters as the letters they look like.
struct WordWalk<'a> {
    text: &'a Text,
    with_leet: bool,
    /// What the direction costs.
    factor: u64,
    found: Vec<Piece>,
    /// How each character was read so far.
    letters: Vec<char>,
    steps: u32,
}

impl WordWalk<'_> {
    fn search(&mut self, own: &[Zeroizing<String>]) {
        // The first letter narrows most and costs most: it is looked up once.
        let mut first: [Option<Option<Beginning>>; 128] = [None; 128];
        for start in 0..self.text.length() {
            self.each_reading(start, |walk, letter| {
                let Ok(byte @ 0..128) = u8::try_from(letter) else { return };
                let begun = *first[usize::from(byte)].get_or_insert_with(|| Beginning::any().then(byte));
                if let Some(begun) = begun {
                    walk.step(start, letter, begun);
                }
            });
            for (word, rank) in own.iter().zip(1_u64..) {
                self.own_word(start, word, rank);
            }
        }
    }

    /// A letter fits: takes it, notes a word that ends with it, and goes on.
    fn step(&mut self, start: usize, letter: char, begun: Beginning) {
        self.steps += 1;
        self.letters.push(letter);
        if let Some(rank) = begun.rank() {
            self.note(start, rank);
        }
        let next = start + self.letters.len();
        if next < self.text.length() && self.steps < STEPS_MAX {
            self.each_reading(next, |walk, letter| {
                if let Some(longer) = u8::try_from(letter).ok().and_then(|byte| begun.then(byte)) {
                    walk.step(start, letter, longer);
                }
            });
        }
        self.letters.pop();
    }

    fn each_reading(&mut self, place: usize, mut read: impl FnMut(&mut Self, char)) {
        let lower = self.text.lower[place];
        read(self, lower);
        if self.with_leet {
            leet_letters(lower).chars().for_each(|letter| read(self, letter));
        }
    }

    fn own_word(&mut self, start: usize, word: &str, rank: u64) {
        let rest = &self.text.lower[start..];
        let fits = |(typed, letter): (&char, char)| {
            *typed == letter || (self.with_leet && leet_letters(*typed).contains(letter))
        };
        let length = word.chars().count();
        if (1..=rest.len()).contains(&length) && rest.iter().zip(word.chars()).all(fits) {
            self.letters.extend(word.chars());
            self.note(start, rank);
            self.letters.clear();
        }
    }

    fn note(&mut self, start: usize, rank: u64) {
        let end = start + self.letters.len();
        let capitals = case_variations(&self.text.typed[start..end]);
        let leet = leet_variations(&self.text.lower[start..end], &self.letters);
        let guesses = rank.saturating_mul(capitals).saturating_mul(leet).saturating_mul(self.factor);
        self.found.push(Piece { start, end, guesses, year: false });
    }
}

/// The letters a character stands for in l33t.
const fn leet_letters(typed: char) -> &'static str {
    match typed {
        '4' | '@' => "a",
        '8' => "b",
        '(' | '{' | '[' | '<' => "c",
        '3' => "e",
        '6' | '9' => "g",
        '1' | '|' => "il",
        '!' => "i",
        '7' => "lt",
        '0' => "o",
        '$' | '5' => "s",
        '+' => "t",
        '%' => "x",
        '2' => "z",
        _ => "",
    }
}

/// In how many ways capitals may be set in a word, those tried before this one.
fn case_variations(typed: &[char]) -> u64 {
    let capitals = typed.iter().filter(|it| it.is_uppercase()).count();
    let small = typed.iter().filter(|it| it.is_lowercase()).count();
    let is_capital = |it: Option<&char>| it.is_some_and(|it| it.is_uppercase());
    if capitals == 0 {
        1
    } else if (capitals == 1 && (is_capital(typed.first()) || is_capital(typed.last()))) || capitals == typed.len() {
        2
    } else {
        (1..=capitals.min(small)).map(|chosen| choose(capitals + small, chosen)).fold(0, u64::saturating_add)
    }
}

/// In how many ways the letters of a word may be swapped for their likenesses.
fn leet_variations(lower: &[char], letters: &[char]) -> u64 {
    let pairs = || lower.iter().zip(letters).filter(|(typed, letter)| typed != letter);
    let mut variations = 1_u64;
    for (index, pair) in pairs().enumerate() {
        if pairs().take(index).any(|earlier| earlier == pair) {
            continue;
        }
        let count = |wanted: &char| lower.iter().filter(|it| *it == wanted).count();
        let (swapped, kept) = (count(pair.0), count(pair.1));
        variations = variations.saturating_mul(if swapped == 0 || kept == 0 {
            2
        } else {
            (1..=swapped.min(kept)).map(|chosen| choose(swapped + kept, chosen)).fold(0, u64::saturating_add)
        });
    }
    variations
}

/// Binomial coefficient, saturating.
pub(super) fn choose(all: usize, chosen: usize) -> u64 {
    let step = |ways: u128, index: usize| {
        let [rest, index] = [all.saturating_sub(index), index + 1].map(|it| u128::try_from(it).unwrap_or(u128::MAX));
        ways.min(u128::from(u64::MAX)) * rest / index
    };
    u64::try_from((0..chosen).fold(1_u128, step)).unwrap_or(u64::MAX)
}
