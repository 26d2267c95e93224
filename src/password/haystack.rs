//! A password in every form in which a word of the customer's may hide.

use zeroize::Zeroizing;

use super::context::TAIL_DIGITS;
use super::text;

/// Shortest text looked for across separators, in code points: shorter ones arise by chance where two words meet.
const SQUEEZED_MIN: usize = 6;

/// The password in every form in which a word may hide.
pub(super) struct Haystacks {
    plain: Haystack,
    /// Letters and digits only: `wang xiao-ming` holds `xiaoming`.
    squeezed: Haystack,
    /// Read as letters, with the reading it took.
    leet: Vec<(Haystack, u8)>,
}

impl Haystacks {
    pub(super) fn of(folded: &str) -> Self {
        let mut squeezed = Zeroizing::new(String::with_capacity(folded.len()));
        squeezed.extend(folded.chars().filter(|character| character.is_alphanumeric()));
        let leet = text::leet_readings(folded).into_iter().map(|(letters, reading)| (Haystack::of(letters), reading));
        Self {
            plain: Haystack::of(Zeroizing::new(folded.to_owned())),
            squeezed: Haystack::of(squeezed),
            leet: leet.collect(),
        }
    }

    /// Whether these digits stand in it as they are.
    pub(super) fn hold_digits(&self, digits: &str) -> bool {
        self.plain.holds(digits)
    }

    /// Whether it holds the text in any form.
    pub(super) fn hold_text(&self, part: &str) -> bool {
        let is_plain = !part.contains(|character: char| character.is_ascii_digit());
        self.plain.holds(part)
            || self.hold_squeezed(part)
            || self.leet.iter().any(|(haystack, reading)| {
                // A word may hold digits itself: "user4711" is read as letters like the password around it.
                if is_plain { haystack.holds(part) } else { haystack.holds(&text::unleet(part, *reading)) }
            })
    }

    /// Whether it holds the text but for separators.
    pub(super) fn hold_squeezed(&self, part: &str) -> bool {
        part.chars().count() >= SQUEEZED_MIN && self.squeezed.holds(part)
    }

    /// Whether the text stands between characters that are no letters.
    pub(super) fn hold_run(&self, part: &str) -> bool {
        let reversed = text::reverse(part);
        self.letter_runs().any(|(run, _)| run == part || run == reversed.as_str())
    }

    /// `wxm1990`: the initials alone among other characters, with digits beside them.
    pub(super) fn hold_initials(&self, initials: &str) -> bool {
        let digits_min = match initials.len() {
            2 => TAIL_DIGITS - 1,
            3..=5 => 2,
            _ => return false,
        };
        self.letter_runs().any(|(run, digits)| run == initials && digits >= digits_min)
    }

    /// Each run of letters, and how many digits stand right before or after it, whichever is more.
    fn letter_runs(&self) -> impl Iterator<Item = (&str, usize)> {
        let text = self.plain.forwards.as_str();
        let runs = text.split(|character: char| !character.is_alphabetic()).filter(|run| !run.is_empty());
        runs.map(move |run| {
            let start = run.as_ptr().addr() - text.as_ptr().addr();
            let digits = |side: &mut dyn Iterator<Item = char>| side.take_while(char::is_ascii_digit).count();
            let before = digits(&mut text[..start].chars().rev());
            (run, before.max(digits(&mut text[start + run.len()..].chars())))
        })
    }
}

/// A text that is searched in both directions.
struct Haystack {
    forwards: Zeroizing<String>,
    backwards: Zeroizing<String>,
    /// Which bytes it holds: most words are told apart by these.
    bytes: Zeroizing<u128>,
}

impl Haystack {
    fn of(text: Zeroizing<String>) -> Self {
        Self { bytes: bytes(&text), backwards: text::reverse(&text), forwards: text }
    }

    fn holds(&self, needle: &str) -> bool {
        *bytes(needle) & !*self.bytes == 0 && (self.forwards.contains(needle) || self.backwards.contains(needle))
    }
}

/// One bit for each byte, those beyond ASCII on the same bits again.
fn bytes(text: &str) -> Zeroizing<u128> {
    Zeroizing::new(text.bytes().fold(0, |bytes, byte| bytes | 1 << (byte & 127)))
}
