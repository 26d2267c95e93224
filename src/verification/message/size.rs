//! How many segments a text message takes (3GPP TS 23.038): each is paid for.

/// The alphabet a text message travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsEncoding {
    /// The 7-bit default alphabet: 160 units alone, 153 in a chain.
    Gsm7,
    /// UCS-2, for anything else, Chinese above all: 70 units alone, 67 in a chain.
    Ucs2,
}

/// What a text message takes on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmsSize {
    /// The alphabet.
    pub encoding: SmsEncoding,
    /// Septets (an extended character such as `€` takes two) or UTF-16 units.
    pub units: usize,
    /// Messages it is cut into.
    pub segments: usize,
}

/// The default alphabet beyond ASCII.
const BASIC: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";

impl SmsSize {
    /// Measures a text.
    ///
    /// A chain of segments never splits an extended character or a surrogate pair, so the last may start late.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.chars().all(|character| septets(character) > 0) {
            Self::packed(SmsEncoding::Gsm7, text, septets, 160, 153)
        } else {
            Self::packed(SmsEncoding::Ucs2, text, char::len_utf16, 70, 67)
        }
    }

    fn packed(encoding: SmsEncoding, text: &str, width: fn(char) -> usize, alone: usize, chained: usize) -> Self {
        let (mut units, mut segments, mut used) = (0, 1, 0);
        for width in text.chars().map(width) {
            if used + width > chained {
                (segments, used) = (segments + 1, 0);
            }
            (units, used) = (units + width, used + width);
        }
        Self { encoding, units, segments: if units <= alone { 1 } else { segments } }
    }
}

/// Septets of a character in the default alphabet; 0 = it is not there.
fn septets(character: char) -> usize {
    match character {
        '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '\u{c}' | '€' => 2,
        '`' => 0,
        '\n' | '\r' | ' '..='_' | 'a'..='z' => 1,
        '\0'..='\x7f' => 0,
        _ => usize::from(BASIC.contains(character)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(text: &str) -> (SmsEncoding, usize, usize) {
        let SmsSize { encoding, units, segments } = SmsSize::of(text);
        (encoding, units, segments)
    }

    #[test]
    fn segments_end_where_the_standard_says() {
        let single = (0..=0x2FFF).filter_map(char::from_u32).filter(|it| septets(*it) == 1);
        let double = (0..=0x2FFF).filter_map(char::from_u32).filter(|it| septets(*it) == 2);
        assert_eq!(
            (single.count(), double.count()),
            (127, 10),
            "128 positions less the escape, and the extension table"
        );
        assert_eq!(size(&"a".repeat(160)), (SmsEncoding::Gsm7, 160, 1));
        assert_eq!(size(&"a".repeat(161)), (SmsEncoding::Gsm7, 161, 2));
        assert_eq!(size(&"a".repeat(306)), (SmsEncoding::Gsm7, 306, 2));
        assert_eq!(size(&"a".repeat(307)), (SmsEncoding::Gsm7, 307, 3));
        assert_eq!(size(&"码".repeat(70)), (SmsEncoding::Ucs2, 70, 1));
        assert_eq!(size(&"码".repeat(71)), (SmsEncoding::Ucs2, 71, 2));
        assert_eq!(size(&"码".repeat(135)), (SmsEncoding::Ucs2, 135, 3));
    }

    #[test]
    fn a_euro_takes_two_septets_and_is_never_split() {
        assert_eq!(size("€"), (SmsEncoding::Gsm7, 2, 1));
        assert_eq!(size(&"€".repeat(80)), (SmsEncoding::Gsm7, 160, 1));
        // 153 is odd: each segment of a chain holds 76 euros, one septet stays empty.
        assert_eq!(size(&"€".repeat(153)), (SmsEncoding::Gsm7, 306, 3));
        assert_eq!(size("😀"), (SmsEncoding::Ucs2, 2, 1));
    }
}
