//! The estimate, held against the crate whose method it follows.

use super::*;

fn strength(typed: &str) -> Strength {
    estimate(typed, &UserContext::none(), false)
}

const TYPED: [&str; 44] = [
    "",
    "a",
    "7",
    "!",
    "password",
    "Password",
    "PASSWORD",
    "pAssWoRd",
    "p4ssw0rd",
    "drowssap",
    "tr0ub4dor&3",
    "correct horse battery staple",
    "correcthorse",
    "Vx9#qLm2",
    "密码是电池马",
    "qwER43@!",
    "zxcvbn",
    "zxcvbnm,./",
    "1qaz2wsx3edc",
    "qwertyuiop[]",
    "147258369",
    "aaaa",
    "abcabcabc",
    "aabaabaab",
    "passwordpassword",
    "abcdefgh",
    "zyxwv",
    "13579",
    "acegik",
    "tulip-orbit",
    "hello123 world",
    "zebra#lamp",
    "kqjzhvwp",
    "monkey1",
    "iloveyou!",
    "jennifer&michael",
    "Sh4d0w",
    "m1chael",
    "@dmin",
    "dragon.dragon",
    "x7#kQ",
    "letmein99",
    "77777",
    "kqjz",
];

#[test]
fn scores_are_those_of_zxcvbn_where_no_year_is_read() {
    for typed in TYPED {
        let theirs = zxcvbn::zxcvbn(typed, &[]);
        let ours = strength(typed);
        assert_eq!(ours.score, u8::from(theirs.score()), "{typed}: {ours:?}, theirs {}", theirs.guesses());
    }
}

#[test]
fn guesses_are_those_of_zxcvbn_or_fewer() {
    // Fewer where one reading swaps a likeness for two different letters, or where they drop a cut too early.
    let mut same = 0;
    for typed in TYPED {
        let theirs = log10_centi(zxcvbn::zxcvbn(typed, &[]).guesses().min(GUESSES_MAX));
        let ours = strength(typed).guesses_log10_centi;
        assert!(ours <= theirs + 1, "{typed}: {ours} against {theirs}");
        same += usize::from(ours.abs_diff(theirs) <= 1);
    }
    assert!(same + 3 >= TYPED.len(), "{same} of {}", TYPED.len());
}

#[test]
fn the_customers_words_are_guessed_first() {
    let context = UserContext::new(&["quillfeather"]).unwrap();
    for typed in ["quillfeather", "Quillfeather", "rehtaeflliuq", "qu1llf3ather"] {
        assert!(estimate(typed, &context, false).score <= 1, "{typed}");
        assert!(strength(typed).score >= 3, "{typed}");
    }
}

#[test]
fn years_are_rated_from_a_fixed_year() {
    // 20 years at least, one guess for the cut: a lone recent year costs 21, whatever this year is.
    assert_eq!(strength("2019"), Strength { score: 0, guesses_log10_centi: log10_centi(21), year: true });
    // 1951 lies 74 years before 2025.
    assert_eq!(strength("1951").guesses_log10_centi, log10_centi(75));
    assert!(strength("tulip2019").year);
    assert!(!strength("tulip-orbit").year);
}

#[test]
fn dates_are_read_in_every_order() {
    for date in ["13.2.1921", "1921-2-13", "13/02/21", "1921213", "13021921", "130221", "2 13 1921", "19900517"] {
        let found = strength(date);
        assert!(found.year && found.guesses_log10_centi < 540, "{date}: {found:?}");
    }
    assert!(!strength("99.99.9999").year);
    assert!(strength("tulip 17/05/1990").year);
}

#[test]
fn guesses_beyond_the_highest_score_are_not_told_apart() {
    let strong = Strength { score: 4, guesses_log10_centi: 1_000, year: false };
    assert_eq!(strength("tulip-orbit-lamp-quartz-zebra"), strong);
    assert_eq!(strength(&"tulip-orbit-lamp-quartz-zebra-xy ".repeat(3)), strong);
}

#[test]
fn a_long_text_is_looked_at_to_its_end() {
    assert!(strength(&"a".repeat(128)).score <= 1);
    assert_eq!(strength(&"password".repeat(16)).score, 0);
    assert_eq!(strength(&format!("{}kV7#xw!Qz2^m", "a".repeat(100))).score, 4);
}

#[test]
fn logarithms_are_exact_at_powers_of_ten_and_grow() {
    for power in 0..=19_u16 {
        assert_eq!(log10_centi(10_u64.pow(u32::from(power))), power * 100, "10^{power}");
    }
    assert_eq!(log10_centi(0), 0);
    assert_eq!(log10_centi(2), 30);
    assert_eq!(log10_centi(u64::MAX), 1_926);
    assert!((1_u64..100_000).all(|guesses| log10_centi(guesses) <= log10_centi(guesses + 1)));
}

proptest::proptest! {
    /// Years are left out: theirs depend on the clock.
    #[test]
    fn no_text_is_rated_stronger_than_by_zxcvbn(typed in "[a-zA-Z3-8!@$#. ]{0,14}") {
        let theirs = zxcvbn::zxcvbn(&typed, &[]);
        let ours = strength(&typed);
        proptest::prop_assert!(
            ours.guesses_log10_centi <= log10_centi(theirs.guesses().min(GUESSES_MAX)) + 1,
            "{:?} against {}", ours, theirs.guesses()
        );
    }
}
