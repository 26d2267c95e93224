//! Syllables of names in pinyin, so that `wxm19900517` is recognised as Wang Xiaoming's.

const INITIALS: [&str; 24] = [
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y",
    "w", "",
];
const FINALS: [&str; 36] = [
    "a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er", "i", "ia", "ie", "iao", "iu", "ian",
    "in", "iang", "ing", "iong", "u", "ua", "uo", "uai", "ui", "uan", "un", "uang", "ue", "v", "ve", "ueng", "io",
];
/// Most letters looked at; longer than any name.
const LETTERS_MAX: usize = 32;

/// The first letters of the syllables: `xiaoming` gives `xm`. `None` where the text is not written in syllables.
///
/// Where several readings are possible, the one with the fewest syllables counts: `xian` is one syllable.
pub(super) fn first_letters(folded: &str) -> Option<String> {
    let is_pinyin = !folded.is_empty() && folded.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_pinyin || folded.len() > LETTERS_MAX {
        return None;
    }
    let mut readings: Vec<Option<String>> = vec![None; folded.len() + 1];
    readings[0] = Some(String::new());
    for start in 0..folded.len() {
        let Some(before) = readings[start].clone() else { continue };
        for length in 1..=6.min(folded.len() - start) {
            let syllable = &folded[start..start + length];
            if is_syllable(syllable) && readings[start + length].as_ref().is_none_or(|it| it.len() > before.len() + 1) {
                readings[start + length] = Some(format!("{before}{}", &syllable[..1]));
            }
        }
    }
    readings.pop().flatten()
}

/// Any initial with any final: a few more than Mandarin has, which matters to nobody's password.
fn is_syllable(text: &str) -> bool {
    INITIALS.iter().any(|initial| text.strip_prefix(initial).is_some_and(|rest| FINALS.contains(&rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_syllables() {
        for (name, letters) in
            [("xiaoming", "xm"), ("wang", "w"), ("zhangwei", "zw"), ("ouyangnana", "oynn"), ("liuyifei", "lyf")]
        {
            assert_eq!(first_letters(name).as_deref(), Some(letters), "{name}");
        }
        for other in ["smith", "", "wang1", "Wang", "王", &"a".repeat(33)] {
            assert_eq!(first_letters(other), None, "{other}");
        }
    }
}
