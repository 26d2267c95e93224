//! Lengths of time on the command line: `7d`, `12h`, `30m`, `45s`.

use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};

/// Reads a whole number and a unit; at most ten thousand days.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let unit = text.chars().last()?;
    let digits = &text[..text.len() - unit.len_utf8()];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let unit_ms = match unit {
        'd' => DAY_MS,
        'h' => HOUR_MS,
        'm' => MINUTE_MS,
        's' => SECOND_MS,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit_ms).filter(|ms| *ms <= 10_000 * DAY_MS)
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_whole_numbers_with_a_unit_and_nothing_else() {
        assert_eq!(super::parse("7d"), Some(604_800_000));
        assert_eq!(super::parse("0s"), Some(0));
        for bad in ["", "7", "d", "-1d", "1.5h", "7 d", "7w", "99999999999999999999d", "7日"] {
            assert_eq!(super::parse(bad), None, "{bad}");
        }
    }
}
