//! What is known about the customer, so that it cannot be the password.

use super::error::ContextError;
use super::text;

/// Most words of one context.
pub const WORDS_MAX: usize = 16;
/// Longest word, in code points.
pub const WORD_CODE_POINTS_MAX: usize = 64;
/// Most parts one word is cut into.
const PARTS_MAX: usize = 8;
/// Shortest run of digits of a phone or card number that counts as "the number".
const TAIL_DIGITS: usize = 5;

/// The customer's name, phone, e-mail, birthday, account number; also the product's own name.
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

    /// The words, for the strength estimate.
    pub(super) fn words(&self) -> &'a [&'a str] {
        self.words.unwrap_or(&[])
    }

    /// How many of the words are found in the password: as they are, in another case or width, reversed, in l33t, in
    /// part (an e-mail's name, a full name's surname), or as the last five digits of a number.
    pub(super) fn words_found(&self, folded_password: &str) -> u32 {
        let haystacks = Haystacks::of(folded_password);
        let found = self.words().iter().filter(|word| haystacks.hold(&text::fold(word))).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    }
}

impl std::fmt::Debug for UserContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UserContext({} words, redacted)", self.words().len())
    }
}

/// The password in every form in which a word may hide.
struct Haystacks {
    plain: zeroize::Zeroizing<String>,
    leet: Vec<zeroize::Zeroizing<String>>,
}

impl Haystacks {
    fn of(folded: &str) -> Self {
        Self {
            plain: zeroize::Zeroizing::new(folded.to_owned()),
            leet: (0..text::LEET_READINGS).map(|reading| text::unleet(folded, reading)).collect(),
        }
    }

    fn hold(&self, word: &str) -> bool {
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= TAIL_DIGITS && self.holds_digits(&digits[digits.len() - TAIL_DIGITS..]) {
            return true;
        }
        let parts = word.split(|character: char| !character.is_alphanumeric()).filter(|part| !part.is_empty());
        let joined: String = word.chars().filter(|character| character.is_alphanumeric()).collect();
        parts.take(PARTS_MAX).chain([joined.as_str()]).any(|part| self.holds_part(part))
    }

    fn holds_digits(&self, tail: &str) -> bool {
        self.plain.contains(tail) || self.plain.contains(text::reverse(tail).as_str())
    }

    fn holds_part(&self, part: &str) -> bool {
        let letters = part.chars().filter(|character| character.is_alphabetic()).count();
        let length = part.chars().count();
        match length {
            _ if letters == 0 => false,
            // One Chinese character is too common; two are a whole name.
            2 | 3 if !part.is_ascii() => self.holds_text(part),
            // "Tom" in "tomorrow" is no leak; "tom" standing alone is.
            3 => self.holds_run(part),
            0..=2 => false,
            _ => self.holds_text(part),
        }
    }

    fn holds_text(&self, part: &str) -> bool {
        let either_way = |haystack: &str, needle: &str| {
            haystack.contains(needle) || haystack.contains(text::reverse(needle).as_str())
        };
        either_way(&self.plain, part)
            || self
                .leet
                .iter()
                .zip(0..text::LEET_READINGS)
                .any(|(haystack, reading)| either_way(haystack, &text::unleet(part, reading)))
    }

    fn holds_run(&self, part: &str) -> bool {
        let reversed = text::reverse(part);
        self.plain
            .split(|character: char| !character.is_alphabetic())
            .any(|run| run == part || run == reversed.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(password: &str, words: &[&str]) -> bool {
        UserContext::new(words).unwrap().words_found(&text::fold(password)) > 0
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
    fn contexts_are_bounded() {
        assert_eq!(UserContext::new(&["a"; 17]).unwrap_err(), ContextError::TooManyWords);
        let long = "长".repeat(65);
        assert_eq!(UserContext::new(&["a", &long]).unwrap_err(), ContextError::WordTooLong(1));
        assert!(UserContext::new(&[&long[..64 * 3]; 16]).is_ok());
    }
}
