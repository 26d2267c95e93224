//! What is known about the customer, so that it cannot be the password.

use zeroize::Zeroizing;

use super::error::ContextError;
use super::haystack::Haystacks;
use super::{pinyin, text};

/// Most words of one context.
pub const WORDS_MAX: usize = 16;
/// Longest word, in code points.
pub const WORD_CODE_POINTS_MAX: usize = 64;
/// Most parts one word is cut into.
const PARTS_MAX: usize = 8;
/// Shortest run of digits of a phone or card number that counts as "the number".
pub(super) const TAIL_DIGITS: usize = 5;
/// Shortest end of a word that counts as the word, in code points.
const TAIL_MIN: usize = 5;
/// Most spellings of found words that are told on.
const SPELLINGS_MAX: usize = 16;

/// The customer's name, phone, e-mail, birthday, account number; also the product's own name.
///
/// What is looked for, in any case, width, l33t and direction:
/// - each word, its parts (a full name's surname, an e-mail's name), its parts joined, also across separators;
/// - the end of a word, two thirds of it and five characters at least; the last five digits of a number;
/// - initials with digits: Wang Xiaoming's `wxm1990`, whether the name is written `Wang Xiao Ming` or `wang xiaoming`;
/// - two short words together: `li` and `na` as `lina`.
///
/// A Chinese name is matched as written. For its pinyin pass the pinyin as well: the reading of a name is the customer's
/// own and cannot be told from the characters.
///
/// The argument is mandatory wherever a password is judged. A peer's validator was called without the user for years and
/// its rule was silently off; here that must be written out as [`UserContext::none`], and the rule then answers
/// "not checked" instead of "satisfied".
#[derive(Clone, Copy)]
pub struct UserContext<'a> {
    words: Option<&'a [&'a str]>,
}

impl<'a> UserContext<'a> {
    /// A context of at most 16 words of at most 64 code points. An empty slice means: asked, and there are none.
    ///
    /// # Errors
    /// [`ContextError::TooManyWords`], [`ContextError::WordTooLong`] with the word's index.
    pub fn new(words: &'a [&'a str]) -> Result<Self, ContextError> {
        if words.len() > WORDS_MAX {
            return Err(ContextError::TooManyWords);
        }
        let too_long = |word: &&str| word.chars().nth(WORD_CODE_POINTS_MAX).is_some();
        match words.iter().position(too_long) {
            Some(index) => Err(ContextError::WordTooLong(index)),
            None => Ok(Self { words: Some(words) }),
        }
    }

    /// Nothing is known about the customer. The user-word rule answers "not checked".
    #[must_use]
    pub const fn none() -> Self {
        Self { words: None }
    }

    /// Whether the rule can be checked at all.
    pub(super) const fn is_known(&self) -> bool {
        self.words.is_some()
    }

    /// The words that are in the password, see [`UserContext`]. A word that is only found together with another one
    /// counts once.
    pub(super) fn found_in(&self, folded_password: &str) -> Found {
        let words: Vec<Word> = self.words.unwrap_or(&[]).iter().map(|word| Word::of(word)).collect();
        if words.is_empty() {
            return Found { count: 0, spellings: Vec::new() };
        }
        let haystacks = Haystacks::of(folded_password);
        let found: Vec<&Word> = words.iter().filter(|word| is_held(&haystacks, word)).collect();
        let pair = if found.is_empty() { held_pair(&haystacks, &words) } else { None };
        let count = found.len() + usize::from(pair.is_some());
        let spellings = found.into_iter().flat_map(Word::spellings).chain(pair).take(SPELLINGS_MAX).collect();
        Found { count: u32::try_from(count).unwrap_or(u32::MAX), spellings }
    }
}

/// The customer's words that are in a password.
pub(super) struct Found {
    /// How many.
    pub count: u32,
    /// The first of them as they may be spelt there, for the strength estimate.
    pub spellings: Vec<Zeroizing<String>>,
}

impl std::fmt::Debug for UserContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UserContext({} words, redacted)", self.words.unwrap_or(&[]).len())
    }
}

/// A word of the customer's, cut up for matching.
struct Word {
    /// Its runs of letters and digits.
    parts: Vec<Zeroizing<String>>,
    /// The parts joined.
    joined: Zeroizing<String>,
    /// Its digits alone, whatever stands between them.
    digits: Zeroizing<String>,
    /// First letters: of the parts, and of the syllables of a name in pinyin.
    initials: Vec<String>,
}

impl Word {
    fn of(word: &str) -> Self {
        let folded = text::fold(word);
        let parts: Vec<Zeroizing<String>> = folded
            .split(|character: char| !character.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .take(PARTS_MAX)
            .map(|part| Zeroizing::new(part.to_owned()))
            .collect();
        let joined = folded.chars().filter(|character| character.is_alphanumeric()).collect();
        let digits = folded.chars().filter(char::is_ascii_digit).collect();
        let is_name = |part: &str| part.chars().all(|character| character.is_ascii_lowercase());
        let mut initials = Vec::new();
        if !folded.contains('@') && parts.iter().all(|part| is_name(part)) {
            initials.push(parts.iter().filter_map(|part| part.chars().next()).collect());
            initials.extend(parts.iter().map(|part| pinyin::first_letters(part)).collect::<Option<String>>());
        }
        Self { parts, joined: Zeroizing::new(joined), digits: Zeroizing::new(digits), initials }
    }

    /// The whole word and its parts.
    fn spellings(&self) -> impl Iterator<Item = Zeroizing<String>> {
        let parts = if self.parts.len() > 1 { &self.parts[..] } else { &[] };
        [&self.joined].into_iter().chain(parts).cloned()
    }
}

/// Whether the word is in the password in any of its forms.
fn is_held(haystacks: &Haystacks, word: &Word) -> bool {
    let tail = word.digits.len().checked_sub(TAIL_DIGITS).map(|start| &word.digits[start..]);
    // A word of one part is that part.
    let joined = (word.parts.len() > 1).then_some(&word.joined);
    tail.is_some_and(|tail| haystacks.hold_digits(tail))
        || word.parts.iter().chain(joined).any(|part| is_part_held(haystacks, part))
        || word.initials.iter().any(|initials| haystacks.hold_initials(initials))
}

fn is_part_held(haystacks: &Haystacks, part: &str) -> bool {
    let letters = part.chars().filter(|character| character.is_alphabetic()).count();
    let length = part.chars().count();
    match length {
        _ if letters == 0 => false,
        // One Chinese character is too common; two are a whole name.
        2 | 3 if !part.is_ascii() => haystacks.hold_text(part),
        // "Tom" in "tomorrow" is no leak; "tom" standing alone is.
        3 => haystacks.hold_run(part),
        0..=2 => false,
        // Where the whole part is, its end is, but for separators.
        _ => haystacks.hold_text(tail(part, length)) || haystacks.hold_squeezed(part),
    }
}

/// `li` and `na` are too short to be looked for; `lina` and `nali` are a name.
fn held_pair(haystacks: &Haystacks, words: &[Word]) -> Option<Zeroizing<String>> {
    let is_short =
        |word: &&Word| (2..=3).contains(&word.joined.len()) && word.joined.bytes().all(|it| it.is_ascii_lowercase());
    let short: Vec<&Word> = words.iter().filter(is_short).collect();
    short.iter().enumerate().find_map(|(index, one)| {
        let others = short.iter().enumerate().filter(|(other, _)| *other != index);
        others.map(|(_, other)| Zeroizing::new(format!("{}{}", *one.joined, *other.joined))).find(|pair| {
            // Four letters stand in too many words; a pair as short must stand alone.
            if pair.len() < TAIL_MIN { haystacks.hold_run(pair) } else { haystacks.hold_text(pair) }
        })
    })
}

/// The end of a word that still is the word: two thirds of it, at least five code points.
fn tail(part: &str, length: usize) -> &str {
    let kept = (length * 2).div_ceil(3).max(TAIL_MIN).min(length);
    part.char_indices().nth(length - kept).map_or(part, |(start, _)| &part[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(password: &str, words: &[&str]) -> bool {
        UserContext::new(words).unwrap().found_in(&text::fold(password)).count > 0
    }

    #[test]
    fn a_name_is_found_however_it_is_dressed() {
        for password in ["Zhangwei1!", "1!ZHANGWEI", "xZh@ngWe1x", "ｚｈａｎｇｗｅｉ9", "iewgnahz77", "1wei.zhang"]
        {
            assert!(found(password, &["zhang", "zhangwei"]), "{password}");
        }
        assert!(found("m1ch4el!", &["Michael"]));
        assert!(found("x李小龙x", &["李小龙"]));
        assert!(found("tom2024!!", &["Tom"]));
        assert!(found("liming99xx", &["li.ming@example.com"]), "a part of the e-mail address");
    }

    #[test]
    fn a_word_that_only_resembles_is_let_pass() {
        assert!(!found("tomorrow!9", &["Tom"]));
        assert!(!found("quiet-Violin7", &["Li", "13800138000", ""]));
    }

    #[test]
    fn five_last_digits_of_a_number_are_the_number() {
        assert!(found("My-38000!", &["+86 138 0013 8000"]));
        assert!(found("My-00083!", &["+86 138 0013 8000"]), "reversed");
        assert!(found("born900517!", &["1990-05-17"]));
        assert!(!found("My-8000!", &["+86 138 0013 8000"]));
    }

    #[test]
    fn a_chinese_name_is_found_in_pinyin_with_initials_and_in_pieces() {
        let wang = &["王小明", "wang", "xiaoming"];
        for password in ["wangxiaoming#7", "Xiaoming.Wang8", "wang xiao ming 7", "王小明#2024x", "gnimoaix-42"] {
            assert!(found(password, wang), "{password}");
        }
        assert!(found("wxm19900517!", &["Wang Xiaoming"]));
        assert!(found("!1990wxm", &["Wang Xiao Ming"]));
        assert!(found("xm1990!#kq", &["xiaoming"]));
        assert!(found("lina#2024", &["li", "na"]));
        assert!(found("x-nali-7", &["li", "na"]));
        for password in ["wxm#tulip", "xm77-tulip", "carolina-77", "quiet-violin-7"] {
            assert!(!found(password, &["Wang Xiaoming", "xiaoming", "li", "na"]), "{password}");
        }
    }

    #[test]
    fn the_end_of_a_word_is_the_word() {
        for password in ["eather-93!x", "lfeather93", "rehtaefll!"] {
            assert_eq!(found(password, &["Quillfeather"]), password != "eather-93!x", "{password}");
        }
        assert!(found("hangwei-7", &["zhangwei"]));
        assert!(found("q83920-tulip", &["user.83920"]));
        assert!(!found("Kensington-77", &["Wellington"]), "five letters of ten are another word");
    }

    #[test]
    fn contexts_are_bounded() {
        assert_eq!(UserContext::new(&["a"; 17]).unwrap_err(), ContextError::TooManyWords);
        let long = "长".repeat(65);
        assert_eq!(UserContext::new(&["a", &long]).unwrap_err(), ContextError::WordTooLong(1));
        assert!(UserContext::new(&[&long[..64 * 3]; 16]).is_ok());
    }
}
