//! Texts for people, one file per language: `catalogue/en.txt`, `catalogue/zh-CN.txt`.

use crate::types::Locale;

static EN: &str = include_str!("catalogue/en.txt");
static ZH_CN: &str = include_str!("catalogue/zh-CN.txt");

/// The text of `group.name`, e.g. `rule.MIN_LENGTH`. A test makes sure that no code lacks one; a key without a text would
/// show its group's name, never fail.
pub(super) fn text(locale: Locale, group: &'static str, name: &str) -> &'static str {
    lines(locale)
        .find_map(|(key, text)| (key.strip_prefix(group)?.strip_prefix('.')? == name).then_some(text))
        .unwrap_or(group)
}

/// A text with its number: `{need}` becomes the number, `{s}` the ending of an English plural.
pub(super) fn counted(locale: Locale, group: &'static str, name: &str, need: u32) -> String {
    let ending = if need == 1 { "" } else { "s" };
    text(locale, group, name).replace("{need}", &need.to_string()).replace("{s}", ending)
}

fn lines(locale: Locale) -> impl Iterator<Item = (&'static str, &'static str)> {
    let file = match locale {
        Locale::En => EN,
        Locale::ZhCn => ZH_CN,
    };
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::password::{ConflictCode, FeedbackCode, Preset, RuleCode, Standard};

    /// Every key the code can ask for.
    fn wanted() -> BTreeSet<String> {
        let rules = RuleCode::ALL.iter().map(|code| format!("rule.{}", code.name()));
        let feedback = FeedbackCode::ALL.iter().map(|code| format!("feedback.{}", code.name()));
        let standards = Standard::ALL.iter().map(|standard| format!("standard.{}", standard.code_name()));
        let conflicts = ConflictCode::ALL.iter().map(|code| format!("conflict.{}", code.name()));
        let presets = Preset::ALL.iter().map(|preset| format!("preset.{}", preset.name()));
        rules.chain(feedback).chain(standards).chain(conflicts).chain(presets).collect()
    }

    #[test]
    fn no_code_lacks_a_text_and_no_text_a_code_in_any_language() {
        for locale in [Locale::En, Locale::ZhCn] {
            let keys: Vec<String> = lines(locale).map(|(key, _)| key.to_owned()).collect();
            let unique: BTreeSet<String> = keys.iter().cloned().collect();
            assert_eq!(unique.len(), keys.len(), "{locale:?}: a key stands twice");
            assert_eq!(unique, wanted(), "{locale:?}");
            assert!(lines(locale).all(|(_, text)| !text.trim().is_empty()));
        }
    }

    #[test]
    fn both_languages_name_the_same_numbers_and_no_placeholder_is_left() {
        for (key, english) in lines(Locale::En) {
            let (group, name) = key.split_once('.').unwrap();
            let group: &'static str = group;
            let chinese = text(Locale::ZhCn, group, name);
            assert_eq!(english.contains("{need}"), chinese.contains("{need}"), "{key}");
            for locale in [Locale::En, Locale::ZhCn] {
                assert!(!counted(locale, group, name, 2).contains(['{', '}']), "{key}");
            }
        }
    }

    #[test]
    fn an_english_plural_ends_in_s() {
        assert_eq!(counted(Locale::En, "rule", "DIGITS", 1), "At least 1 digit");
        assert_eq!(counted(Locale::En, "rule", "DIGITS", 2), "At least 2 digits");
    }
}
