//! What judging a password costs: ordinary passwords, hostile ones, and a look-up in a filter of breached passwords.

use std::hint::black_box;
use std::time::Duration;

#[cfg(all(unix, feature = "mmap"))]
use account_security::breach::MappedSource;
use account_security::breach::{BuildOptions, FileSource, build};
use account_security::password::{
    BreachDigest, BreachFilter, BreachSource, Password, PasswordPolicy, UserContext, evaluate,
};
use rustix::time::{ClockId, clock_gettime};

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was done.
    pub what: String,
    /// Median nanoseconds of CPU time of one call.
    pub ns: u64,
    /// What it must stay below, in nanoseconds.
    pub bound_ns: u64,
}

type Failed = Box<dyn std::error::Error>;

const ROUNDS: usize = 9;
const CALLS: u64 = 40;
const TYPICAL_NS: u64 = 100_000;
const WORST_NS: u64 = 5_000_000;
const LOOK_UP_NS: u64 = 10_000;
/// Entries of the filter that is asked. A look-up reads one bucket, whose size does not depend on it.
const LISTED: u32 = 1_000_000;

/// Every row. Takes some seconds, most of them to build a filter of a million entries.
///
/// # Errors
/// What the file system says when the filter cannot be built.
pub fn rows() -> Result<Vec<Row>, Failed> {
    let mut rows = typical();
    rows.extend(hostile());
    rows.extend(look_ups()?);
    Ok(rows)
}

fn typical() -> Vec<Row> {
    let passwords = [
        ("words and a number", "Tulip-47-Orbit!x"),
        ("a sentence", "correct horse ba"),
        ("random", "Vx9#qLm2Tr5$wZ8k"),
        ("random letters", "kqjzhvwpxmtrbdnf"),
        ("Chinese", "马铃薯-骑-自行车七八九十百千"),
        ("a disguised common one", "P@ssw0rd2024!abc"),
    ];
    let words = ["Zhang Wei", "13800138000", "zhang.wei@example.com"];
    let row = |(name, typed): (&str, &str)| judged(&format!("16 characters, {name}"), typed, &words, TYPICAL_NS);
    passwords.into_iter().map(row).collect()
}

/// Of each kind the longest there is; `tests/evaluate_cost.rs` searches for worse.
fn hostile() -> Vec<Row> {
    let long = |text: &str| text.chars().cycle().take(128).collect::<String>();
    let ligatures = long("\u{fdfa}");
    let words: Vec<String> = (0..16).map(|_| "\u{fdfa}".repeat(64)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    vec![
        judged("128 l33t characters", &long("4@8({[<369&#!1/|0$5+7%2"), &[], WORST_NS),
        judged("128 times one character", &long("a"), &[], WORST_NS),
        judged("128 digits of dates", &long("17/05/1990 "), &[], WORST_NS),
        judged("ligatures that unfold, in the password and in 16 words", &ligatures, &words, WORST_NS),
    ]
}

fn judged(what: &str, typed: &str, words: &[&str], bound_ns: u64) -> Row {
    let policy = PasswordPolicy::card_default();
    let context = UserContext::new(words).unwrap_or(UserContext::none());
    let ns = median(|| drop(black_box(evaluate(&policy, black_box(typed.as_bytes()), &context))));
    Row { what: format!("evaluate: {what}"), ns, bound_ns }
}

fn look_ups() -> Result<Vec<Row>, Failed> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("breached.filter");
    build(list().as_bytes(), &path, &BuildOptions::default(), |_| {})?;
    let in_place = BreachFilter::open(FileSource::open(&path)?)?;
    let in_memory = BreachFilter::open(std::fs::read(&path)?)?;
    Ok(vec![
        look_up("file read by position, in the page cache", &in_place),
        #[cfg(all(unix, feature = "mmap"))]
        look_up("mapped file, in the page cache", &BreachFilter::open(MappedSource::open(&path)?)?),
        look_up("memory", &in_memory),
    ])
}

fn look_up<S: BreachSource>(what: &str, filter: &BreachFilter<S>) -> Row {
    let mut number = 0;
    let ns = median(|| {
        number += 7_919;
        let typed = format!("password {number}");
        if let Ok(password) = Password::parse(typed.as_bytes()) {
            drop(black_box(filter.check(&password)));
        }
    });
    Row { what: format!("breach look-up: {what}"), ns, bound_ns: LOOK_UP_NS }
}

fn list() -> String {
    let digest = |number| *BreachDigest::of(format!("password {number}").as_bytes()).expose();
    let mut digests: Vec<_> = (0..LISTED).map(digest).collect();
    digests.sort_unstable();
    let hex = |digest: &[u8; 20]| digest.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    digests.iter().map(|digest| hex(digest) + ":1\n").collect()
}

/// In CPU time, so that what else the machine does counts less.
fn median(mut call: impl FnMut()) -> u64 {
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let started = cpu_time();
        (0..CALLS).for_each(|_| call());
        let spent = cpu_time().saturating_sub(started);
        rounds.push(u64::try_from(spent.as_nanos()).unwrap_or(u64::MAX) / CALLS);
    }
    rounds.sort_unstable();
    rounds[ROUNDS / 2]
}

fn cpu_time() -> Duration {
    // Never negative; if it were, every row would say so.
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or(Duration::MAX)
}
