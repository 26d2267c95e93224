//! Text written by others (payees, merchants) on its way into a message the customer trusts.

/// Most digits a name may show: a code has six or more.
const DIGITS_MAX: usize = 4;

/// The part of a name that is safe to show: letters, a few digits, single spaces; at most `chars_max` characters. `None`
/// when nothing is left.
///
/// A list of what may pass, not of what may not: control characters, line ends, `@ # . : /`, quotes and brackets, marks
/// that reverse or hide text all become spaces, whatever Unicode adds next.
pub(super) fn shown(name: &str, chars_max: usize) -> Option<String> {
    let mut safe = String::new();
    let (mut length, mut digits, mut is_gap) = (0, 0, false);
    for character in name.chars() {
        digits += usize::from(character.is_numeric());
        let is_excess_digit = character.is_numeric() && digits > DIGITS_MAX;
        if !is_visible_letter_or_digit(character) || is_excess_digit {
            is_gap = true;
            continue;
        }
        let gap = usize::from(is_gap && length > 0);
        if length + gap + 1 > chars_max {
            break;
        }
        if gap == 1 {
            safe.push(' ');
        }
        safe.push(character);
        (length, is_gap) = (length + gap + 1, false);
    }
    (!safe.is_empty()).then_some(safe)
}

/// A masked contact in which no run of digits is as long as a code: hosts of mail addresses are chosen by whoever owns them.
pub(super) fn without_code(masked: &str) -> String {
    let mut run = 0;
    let mut shown = |character: char| {
        run = if character.is_numeric() { run + 1 } else { 0 };
        if run > DIGITS_MAX { '*' } else { character }
    };
    masked.chars().map(&mut shown).collect()
}

/// The last `chars` letters and digits of an account.
pub(super) fn tail(account: &str, chars: usize) -> String {
    let mut last: Vec<char> = account.chars().rev().filter(|it| is_visible_letter_or_digit(*it)).take(chars).collect();
    last.reverse();
    last.into_iter().collect()
}

/// Unicode counts the Hangul fillers as letters though they show nothing.
fn is_visible_letter_or_digit(character: char) -> bool {
    let is_filler = matches!(character, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}');
    character.is_alphanumeric() && !is_filler
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(name: &str) -> String {
        shown(name, 20).unwrap_or_default()
    }

    #[test]
    fn ordinary_names_stay_readable() {
        for name in ["张记面馆", "85度C", "7 Eleven", "Café Zoë", "Bäckerei Müller"] {
            assert_eq!(cleaned(name), name);
        }
        assert_eq!(cleaned("St. John's & Sons"), "St John s Sons");
    }

    #[test]
    fn links_lines_and_second_codes_lose_their_teeth() {
        assert_eq!(cleaned("x\r\n@evil.com #999999"), "x evil com 9999");
        assert_eq!(cleaned("https://evil.com/a"), "https evil com a");
        assert_eq!(cleaned("code 12 34 56 78"), "code 12 34");
        assert_eq!(cleaned("\u{202e}drowssap\u{2066}\u{200b}a"), "drowssap a");
        assert_eq!(cleaned("】银行【"), "银行");
        assert_eq!(cleaned("evil。com．cn"), "evil com cn");
        assert_eq!(cleaned("１２３４５６"), "１２３４");
    }

    #[test]
    fn a_host_full_of_digits_shows_no_second_code() {
        assert_eq!(without_code("a***@123456.example"), "a***@1234**.example");
        assert_eq!(without_code("a***@163.com"), "a***@163.com");
        assert_eq!(without_code("+86 ****5678"), "+86 ****5678");
    }

    #[test]
    fn nothing_visible_is_nothing() {
        for name in ["", "...", "\u{3164}\u{3164}", "\u{202e}\u{200b}", "\u{e0041}"] {
            assert_eq!(shown(name, 20), None, "{name:?}");
        }
        assert_eq!(tail("6222-0202 0011 2345", 4), "2345");
        assert_eq!(tail("a7", 4), "a7");
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_shown_is_letters_digits_and_single_spaces(name in "\\PC{0,60}|.{0,60}") {
            let safe = cleaned(&name);
            proptest::prop_assert!(safe.chars().count() <= 20 && !safe.contains("  ") && safe.trim() == safe);
            proptest::prop_assert!(safe.chars().all(|it| it == ' ' || it.is_alphanumeric()));
            proptest::prop_assert!(safe.chars().filter(|it| it.is_numeric()).count() <= 4);
        }
    }
}
