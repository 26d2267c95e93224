//! What well-known passwords score. Whoever changes the estimate sees here what that does.

use super::*;

fn score(typed: &str, words: &[&str]) -> u8 {
    evaluate(&PasswordPolicy::card_default(), typed.as_bytes(), &UserContext::new(words).unwrap()).score
}

fn assert_scores(expected: &[(&str, u8)]) {
    let wrong: Vec<_> = expected.iter().map(|(typed, want)| (typed, *want, score(typed, &[]))).collect();
    let wrong: Vec<_> = wrong.into_iter().filter(|(_, want, have)| want != have).collect();
    assert!(wrong.is_empty(), "(password, expected, scored): {wrong:?}");
}

#[test]
fn what_everybody_tries_first_is_weak() {
    assert_scores(&[
        ("123456", 0),
        ("password", 0),
        ("woaini1314", 1),
        ("5201314", 1),
        ("zhangwei19900517", 1),
        ("wangxiaoming2008", 1),
        ("密码是电池马", 1),
        ("我的密码是我的密码是", 1),
        ("passwordpasswordpassword", 0),
        ("monkeymonkey1990", 1),
        ("letmein-letmein-1", 1),
        ("password!password!pass", 2),
        ("tulip-tulip-tulip-x9", 3),
    ]);
}

#[test]
fn a_disguise_does_not_make_strong() {
    assert_scores(&[
        ("P@ssw0rd", 0),
        ("P@ssw0rd2024!", 1),
        ("m1ch43l-19", 1),
        ("hunter2hunter2hunter2", 1),
        ("P@ssw0rd2024!abc", 3),
        ("xP@ssw0rd-2024", 3),
        ("p4$$w0rd-m0nk3y", 3),
        ("dr4g0nsl4y3r7", 3),
        ("$tr4wberry-f1elds", 3),
    ]);
}

#[test]
fn lines_of_keys_and_sequences_are_weak() {
    assert_scores(&[
        ("1qaz2wsx", 0),
        ("1qaz2wsx3edc4rfv", 1),
        ("1qaz2wsx3edc4rfvx", 1),
        ("qwertyuiop12345", 1),
        ("qwertyuiop[]\\1234", 1),
        ("!@#$%^&*()qwerty", 1),
        ("!@#$%^&*()qwertyxk", 3),
        ("abcdefghijklmnop", 0),
        ("abcd1234efgh5678", 1),
        ("1234567890123456", 1),
        ("1234567812345678x", 1),
        ("11111111111111111", 0),
        ("aaaaaaaaaaaaaaaaaaab", 0),
        ("abcabcabcabcabcd", 1),
    ]);
}

#[test]
fn dates_and_numbers_of_the_customers_are_weak() {
    assert_scores(&[
        ("17/05/1990", 1),
        ("19900517", 1),
        ("13800138000", 1),
        ("20240101-20241231", 3),
        ("13800138000abcd", 3),
    ]);
    let words = ["Zhang Wei", "13800138000", "zhang.wei@example.com"];
    assert_eq!(score("13800138000", &words), 0);
    assert_eq!(score("13800138000abcd", &words), 1);
    assert_eq!(score("Zhang.Wei.2024", &words), 3);
    assert_eq!(score("tulip-zhangwei", &words), 3);
}

#[test]
fn long_words_and_phrases_are_told_apart() {
    assert_scores(&[
        ("internationalization", 1),
        ("antidisestablishment", 2),
        ("xkinternationalizationqz", 3),
        ("supercalifragilistic", 4),
        ("Michelle-47-83", 3),
        ("correct horse battery staple", 4),
        ("correct horse ba", 4),
        ("tulip orbit fourteen", 4),
        ("Tulip-47-Orbit!x", 4),
        ("马铃薯-骑-自行车七八九十百千", 4),
    ]);
}

#[test]
fn what_was_drawn_at_random_is_strong() {
    assert_scores(&[
        ("Vx9#qLm2", 2),
        ("Vx9#qLm2Tr", 3),
        ("Vx9#qLm2Tr5$wZ8k", 4),
        ("kqjzhvwpxmtrbdnf", 4),
        ("aB3dE5gH7jK9mN2p", 4),
        ("X7!pQ1$zR4@vT6%k", 4),
        ("3141592653589793x", 4),
        ("4@8({[<369!1|0$5+7%2", 4),
    ]);
}
