//! Stories about building filters and looking passwords up in them.

use std::fmt::Write as _;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::breach::FileSource;
use crate::password::{BreachAnswer, BreachDigest, BreachFault, BreachFilter, BreachSource, Password};

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn out(&self) -> PathBuf {
        self.0.path().join("breached.filter")
    }

    fn build(&self, list: impl AsRef<[u8]>, options: &BuildOptions) -> Result<BuildReport, BuildError> {
        build(list.as_ref(), &self.out(), options, |_| {})
    }

    fn files(&self) -> usize {
        std::fs::read_dir(self.0.path()).unwrap().count()
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.out()).unwrap()
    }
}

fn list<T: AsRef<[u8]>>(passwords: impl IntoIterator<Item = T>, ending: &str) -> String {
    let mut digests: Vec<_> = passwords.into_iter().map(|it| *BreachDigest::of(it.as_ref()).expose()).collect();
    digests.sort_unstable();
    digests.dedup();
    digests.iter().zip(1..).fold(String::new(), |mut text, (digest, times)| {
        digest.iter().for_each(|byte| write!(text, "{byte:02X}").unwrap());
        write!(text, ":{times}{ending}").unwrap();
        text
    })
}

fn numbered(count: u32) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("password {number}"))
}

fn is_found<S: BreachSource>(filter: &BreachFilter<S>, typed: &str) -> bool {
    filter.check(&Password::parse(typed.as_bytes()).unwrap()).unwrap().is_found()
}

#[test]
fn what_is_listed_is_found_and_what_is_not_is_not() {
    let desk = Desk::new();
    let report = desk.build(list(numbered(10_000), "\r\n"), &BuildOptions::default()).unwrap();
    assert_eq!((report.lines, report.left_out, report.header.entries()), (10_000, 0, 10_000));
    let filter = BreachFilter::open(FileSource::open(desk.out()).unwrap()).unwrap();
    assert!(numbered(10_000).all(|typed| is_found(&filter, &typed)));
    assert_eq!((10_000..30_000).filter(|number| is_found(&filter, &format!("password {number}"))).count(), 0);
    filter.verify(|_| {}).unwrap();
    assert_eq!(desk.files(), 1, "nothing is left beside the filter");
}

#[test]
fn the_rate_of_false_positives_is_the_one_in_the_header() {
    let desk = Desk::new();
    let options = BuildOptions { precision: Precision::Bits(14), ..BuildOptions::default() };
    let report = desk.build(list(numbered(1_000), "\n"), &options).unwrap();
    assert_eq!(report.header.kept_bits(), 19, "three bits of bucket and two bytes");
    let options = BuildOptions { precision: Precision::FalsePositives(0.5), force: true, ..options };
    let report = desk.build(list(numbered(1_000), "\n"), &options).unwrap();
    assert_eq!(report.header.kept_bits(), 11);
    let filter = BreachFilter::open(desk.bytes()).unwrap();
    let asked = 20_000_u64;
    let found = (0..asked).filter(|number| is_found(&filter, &format!("other {number}"))).count();
    let stated = (u128::from(report.header.false_positives_in_2_64()) * u128::from(asked)) >> 64;
    let stated = usize::try_from(stated).unwrap();
    // Six standard deviations of 20,000 draws at a rate near 0.4.
    assert!(found.abs_diff(stated) < 420, "{found} found, {stated} stated");
}

#[test]
fn both_spellings_of_a_listed_password_are_found() {
    let desk = Desk::new();
    desk.build(list(["Zoe\u{308} rides", "plain"], "\n"), &BuildOptions::default()).unwrap();
    let filter = BreachFilter::open(desk.bytes()).unwrap();
    assert!(is_found(&filter, "Zoe\u{308} rides"), "listed as typed");
    desk.build(list(["Zoë rides"], "\n"), &BuildOptions { force: true, ..BuildOptions::default() }).unwrap();
    assert!(is_found(&BreachFilter::open(desk.bytes()).unwrap(), "Zoe\u{308} rides"), "listed as hashed");
}

#[test]
fn rare_passwords_may_be_left_out_and_the_header_says_so() {
    let desk = Desk::new();
    let report = desk.build(list(numbered(100), "\n"), &BuildOptions { min_count: 41, ..Default::default() }).unwrap();
    assert_eq!((report.lines, report.left_out, report.header.entries(), report.header.min_count()), (100, 40, 60, 41));
    let none = desk.build(list(["a"], "\n"), &BuildOptions { min_count: 2, force: true, ..Default::default() });
    assert!(matches!(none, Err(BuildError::Empty)));
}

#[test]
fn endings_marks_blank_lines_and_doubles_make_no_difference() {
    let desk = Desk::new();
    let options = BuildOptions { force: true, ..BuildOptions::default() };
    let plain = list(numbered(50), "\n");
    desk.build(&plain, &options).unwrap();
    let expected = desk.bytes();
    let doubled: String = plain.lines().flat_map(|line| [line, "\n", line, "\n"]).collect();
    for other in [
        plain.replace('\n', "\r\n"),
        plain.trim_end().to_owned(),
        format!("\u{feff}{plain}\n\r\n"),
        plain.to_lowercase(),
        doubled,
    ] {
        desk.build(other, &options).unwrap();
        assert_eq!(desk.bytes(), expected);
    }
}

#[test]
fn a_bad_line_is_told_by_its_number_and_nothing_is_left() {
    let desk = Desk::new();
    let good = list(numbered(5), "\n");
    for (bad, says) in [
        ("8846F7EAEE8FB117AD06BDD830B7586C:3\n", "line 6: this is a list of NTLM"),
        ("<html>\n", "line 6: the line does not begin"),
        (&good[..45], "line 6: its hash comes before"),
        ("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:", "line 6: what follows the colon"),
        ("FFFFFFFFFFFFFFFFFFFFFF", "line 6: the line does not begin"),
        (&"F".repeat(1_000_000), "line 6: the line is too long"),
    ] {
        let error = desk.build(format!("{good}{bad}"), &BuildOptions::default()).unwrap_err().to_string();
        assert!(error.starts_with(says), "{error}");
        assert_eq!(desk.files(), 0);
    }
    assert!(matches!(desk.build("", &BuildOptions::default()), Err(BuildError::Empty)));
}

#[test]
fn a_filter_that_is_there_stays_unless_it_is_to_be_replaced() {
    let desk = Desk::new();
    desk.build(list(["old"], "\n"), &BuildOptions::default()).unwrap();
    let old = desk.bytes();
    let refused = desk.build(list(["new"], "\n"), &BuildOptions::default());
    assert!(matches!(refused, Err(BuildError::Exists(_))));
    let broken = desk.build("no list", &BuildOptions { force: true, ..BuildOptions::default() });
    assert!(matches!(broken, Err(BuildError::Line { line: 1, .. })));
    assert_eq!(desk.bytes(), old);
    desk.build(list(["new"], "\n"), &BuildOptions { force: true, ..BuildOptions::default() }).unwrap();
    assert!(is_found(&BreachFilter::open(desk.bytes()).unwrap(), "new"));
}

#[test]
fn hashes_that_crowd_and_rates_out_of_reach_are_refused() {
    let desk = Desk::new();
    let crowd: String = (0..70_000).map(|number| format!("000{number:07X}{:030X}:1\n", 0)).collect();
    assert!(matches!(desk.build(crowd, &BuildOptions::default()), Err(BuildError::Uneven)));
    let options = BuildOptions { precision: Precision::FalsePositives(1e-30), ..BuildOptions::default() };
    assert!(matches!(desk.build(list(numbered(9), "\n"), &options), Err(BuildError::TooPrecise { .. })));
    assert_eq!(desk.files(), 0);
}

#[test]
fn any_single_changed_byte_is_a_fault_or_changes_no_answer() {
    let desk = Desk::new();
    desk.build(list(numbered(300), "\n"), &BuildOptions::default()).unwrap();
    let good = desk.bytes();
    for place in 0..good.len() {
        let mut bytes = good.clone();
        bytes[place] ^= 0x40;
        let Ok(filter) = BreachFilter::open(bytes) else { continue };
        assert_eq!(filter.verify(|_| {}), Err(BreachFault::Body), "byte {place}");
        for typed in numbered(300).step_by(7) {
            let password = Password::parse(typed.as_bytes()).unwrap();
            match filter.check(&password) {
                Ok(answer) => assert!(answer.is_found(), "byte {place}: a listed password became unlisted"),
                Err(fault) => assert_eq!(fault, BreachFault::Body),
            }
        }
    }
}

#[test]
fn a_cut_or_grown_file_is_a_fault() {
    let desk = Desk::new();
    desk.build(list(numbered(300), "\n"), &BuildOptions::default()).unwrap();
    let good = desk.bytes();
    for length in 0..good.len() {
        assert!(BreachFilter::open(&good[..length]).is_err(), "{length}");
    }
    let grown = [good.as_slice(), b"x"].concat();
    assert!(matches!(BreachFilter::open(grown), Err(BreachFault::Length { .. })));
    // Cut while it is open: the length was right once.
    let source = FileSource::open(desk.out()).unwrap();
    let filter = BreachFilter::open(source).unwrap();
    File::options().write(true).open(desk.out()).unwrap().set_len(200).unwrap();
    let faults = numbered(300).filter(|it| filter.check(&Password::parse(it.as_bytes()).unwrap()).is_err()).count();
    assert!(faults > 200, "{faults}");
    assert!(filter.verify(|_| {}).is_err());
}

#[test]
fn a_folder_or_nothing_is_no_filter() {
    let desk = Desk::new();
    assert!(matches!(FileSource::open(desk.0.path()), Err(BreachFault::Source(_))));
    assert!(matches!(FileSource::open(desk.out()), Err(BreachFault::Source(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn there_are_no_false_negatives(
        passwords in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..12), 1..400),
        bits in 1_u8..=56,
    ) {
        let desk = Desk::new();
        let options = BuildOptions { precision: Precision::Bits(bits), ..BuildOptions::default() };
        let report = desk.build(list(&passwords, "\n"), &options).unwrap();
        prop_assert!(report.header.kept_bits() >= bits);
        let filter = BreachFilter::open(desk.bytes()).unwrap();
        for typed in &passwords {
            let answer = filter.check(&Password::parse(typed).unwrap()).unwrap();
            prop_assert_eq!(answer, BreachAnswer::Found { times: 1 });
        }
        prop_assert_eq!(filter.verify(|_| {}), Ok(()));
    }
}
