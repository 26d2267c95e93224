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

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

impl SmsSize {
    /// Measures a text.
    ///
    /// A chain of segments never splits an extended character or a surrogate pair, so the last may start late.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let widths: Option<Vec<usize>> = text.chars().map(septets).collect();
        match widths {
            Some(widths) => Self::packed(SmsEncoding::Gsm7, &widths, 160, 153),
            None => {
                let widths: Vec<usize> = text.chars().map(char::len_utf16).collect();
                Self::packed(SmsEncoding::Ucs2, &widths, 70, 67)
            }
        }
    }

    fn packed(encoding: SmsEncoding, widths: &[usize], alone: usize, chained: usize) -> Self {
        let units = widths.iter().sum();
        if units <= alone {
            return Self { encoding, units, segments: 1 };
        }
        let (mut segments, mut used) = (1, 0);
        for width in widths {
            if used + width > chained {
                (segments, used) = (segments + 1, 0);
            }
            used += width;
        }
        Self { encoding, units, segments }
    }
}

fn septets(character: char) -> Option<usize> {
    match character {
        _ if BASIC.contains(character) => Some(1),
        _ if EXTENDED.contains(character) => Some(2),
        _ => None,
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
        assert_eq!(BASIC.chars().count(), 127, "128 positions less the escape");
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
