//! Words by rank: how early an attacker tries them.
//!
//! `words.txt` holds a word and its rank a line, in byte order: the best rank of each word of the six frequency lists of
//! zxcvbn (passwords, English, names, film and television; MIT, notices in `BLOCKLIST-LICENSE.txt`). It is searched where
//! it lies, a letter at a time, so that a text which begins no word is given up at once.

static WORDS: &[u8] = include_bytes!("words.txt");

/// All words that begin alike: a range of lines, and how many letters they share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beginning {
    low: usize,
    high: usize,
    letters: usize,
}

impl Beginning {
    /// All words.
    pub(super) const fn any() -> Self {
        Self { low: 0, high: WORDS.len(), letters: 0 }
    }

    /// Those that go on with this letter.
    pub(super) fn then(self, letter: u8) -> Option<Self> {
        let low = self.first_from(self.low, letter);
        let high = self.first_from(low, letter.checked_add(1)?);
        (letter > b' ' && low < high).then_some(Self { low, high, letters: self.letters + 1 })
    }

    /// The rank of the word that ends here.
    pub(super) fn rank(self) -> Option<u64> {
        let digits = WORDS.get(self.low + self.letters..)?.strip_prefix(b" ")?;
        let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
        Some(digits.fold(0, |rank, digit| rank * 10 + u64::from(digit - b'0')))
    }

    /// The first line from `low` on whose next letter is `letter` or comes after it.
    fn first_from(self, mut low: usize, letter: u8) -> usize {
        let mut high = self.high;
        while low < high {
            let middle = low + (high - low) / 2;
            let start =
                WORDS[low..middle].iter().rposition(|byte| *byte == b'\n').map_or(low, |newline| low + newline + 1);
            if WORDS[start + self.letters] < letter {
                let end = WORDS[middle..].iter().position(|byte| *byte == b'\n').unwrap_or(0);
                low = middle + end + 1;
            } else {
                high = start;
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(word: &str) -> Option<u64> {
        word.bytes().try_fold(Beginning::any(), Beginning::then)?.rank()
    }

    #[test]
    fn the_list_is_sorted_and_every_word_is_found_at_its_rank() {
        let lines: Vec<&[u8]> = WORDS.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        assert!(lines.is_sorted() && lines.len() > 90_000);
        assert_eq!(WORDS.last(), Some(&b'\n'));
        for line in lines.iter().step_by(11).chain([&lines[0], &lines[lines.len() - 1]]) {
            let (word, number) = std::str::from_utf8(line).unwrap().split_once(' ').unwrap();
            assert_eq!(rank(word), Some(number.parse().unwrap()), "{word}");
        }
    }

    #[test]
    fn what_is_no_word_has_no_rank() {
        for text in ["", "passwordx", "zzzzzzzzzzz", "~", " ", "\n", "password 2", "\u{7f}"] {
            assert_eq!(rank(text), None, "{text:?}");
        }
        assert_eq!(rank("password"), Some(2));
    }
}
