//! Text and numbers as people read them.

use std::collections::BTreeMap;

use crate::backtest::report::Volume;
use crate::risk::Outcome;
pub(super) use crate::risk::words::span;
use crate::types::Currency;

/// Text that cannot become markup, in elements and in quoted attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Control characters have no place in a page.
            character if character.is_control() => out.push('\u{fffd}'),
            character => out.push(character),
        }
    }
    out
}

/// `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `12.3 %`, or a dash.
pub(super) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1}\u{a0}%", share * 100.0))
}

/// Three decimals, or a dash.
pub(super) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

/// Millibans as decibans: `+12.3 dB`.
pub(super) fn decibans(millibans: i64) -> String {
    let tenths = (millibans.unsigned_abs() + 5) / 10;
    let sign = match millibans {
        _ if tenths == 0 => "",
        millibans if millibans < 0 => "−",
        _ => "+",
    };
    format!("{sign}{}.{}\u{a0}dB", tenths / 10, tenths % 10)
}

/// `12,345.67 EUR + 8,900 JPY`, or a dash for nothing.
pub(super) fn money(volume: &Volume) -> String {
    if volume.amounts_minor.is_empty() { "–".to_owned() } else { amounts(&volume.amounts_minor) }
}

fn amounts(minor: &BTreeMap<String, u64>) -> String {
    let one = |(code, minor): (&String, &u64)| {
        let exponent = Currency::parse(code).map_or(2, Currency::exponent);
        let unit = 10_u64.saturating_pow(u32::from(exponent));
        let whole = grouped(minor / unit);
        let fraction = minor % unit;
        match exponent {
            0 => format!("{whole}\u{a0}{}", escaped(code)),
            digits => format!("{whole}.{fraction:0digits$}\u{a0}{}", escaped(code), digits = usize::from(digits)),
        }
    };
    minor.iter().map(one).collect::<Vec<_>>().join(" + ")
}

/// An outcome in words.
pub(super) fn outcome_words(outcome: &str) -> &str {
    match Outcome::ALL.into_iter().find(|known| known.name() == outcome) {
        Some(Outcome::Allow) => "Allow",
        Some(Outcome::StepUp) => "Step-up",
        Some(Outcome::Hold) => "Hold",
        Some(Outcome::FreezeRecommended) => "Freeze",
        None => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_the_history_becomes_markup() {
        assert_eq!(
            escaped("<script>alert('1')</script>&\""),
            "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;"
        );
        assert_eq!(escaped("a\u{0}\u{1b}b"), "a\u{fffd}\u{fffd}b");
    }

    #[test]
    fn numbers_carry_their_units() {
        assert_eq!([0, 999, 1_000, 12_345_678].map(grouped), ["0", "999", "1,000", "12,345,678"]);
        assert_eq!(
            [0, 4, -4, 5, 1_234, -1_200].map(decibans),
            ["0.0\u{a0}dB", "0.0\u{a0}dB", "0.0\u{a0}dB", "+0.1\u{a0}dB", "+12.3\u{a0}dB", "−12.0\u{a0}dB"]
        );
        assert_eq!((percent(Some(0.1234)), percent(None)), ("12.3\u{a0}%".to_owned(), "–".to_owned()));
        assert_eq!([604_800_000, 3_600_000, 90_000, 7].map(span), ["7 days", "1 hour", "90 seconds", "7 ms"]);
        let amounts_minor = [("EUR".to_owned(), 123_456), ("JPY".to_owned(), 890)].into();
        assert_eq!(money(&Volume { count: 2, amounts_minor }), "1,234.56\u{a0}EUR + 890\u{a0}JPY");
    }
}
