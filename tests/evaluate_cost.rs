//! What judging a password costs at worst.
//!
//! The ignored test climbs hills: it changes texts and customers' words at random and keeps what
//! takes longer. What it finds goes to `fuzz/corpus/evaluate_cost/`, where `tests/corpus.rs` replays it.
//!
//!     COST_SECONDS=60 cargo test --release --test evaluate_cost -- --ignored --nocapture

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use account_security::password::{PasswordPolicy, PolicyNumbers, UserContext, evaluate};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// The promise, for a release build on a machine that is not overloaded.
const BOUND: Duration = Duration::from_millis(5);
/// Characters that cost: likenesses of letters, letters of many words, characters that unfold into eighteen or decompose,
/// digits of dates, keys of walks.
const COSTLY: &str =
    "4@8({[<369&#!1/|0$5+7%2 aeiourstlnqwdfghjkzxcvbm,.;-_A\u{fdfa}\u{fb03}\u{1e69}\u{307}\u{323}İßé王";

/// A password and the customer's words.
#[derive(Clone)]
struct Input {
    words: Vec<String>,
    typed: String,
}

#[test]
#[ignore = "takes as long as COST_SECONDS says, needs a release build, and writes into the source tree"]
fn search_for_the_worst_case() {
    let seconds = std::env::var("COST_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let worst = search(seconds);
    for (cost, input) in worst.iter().take(5) {
        println!(
            "{cost:?}: {} code points, {} words: {:?}",
            input.typed.chars().count(),
            input.words.len(),
            input.typed
        );
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/evaluate_cost");
    for (index, (_, input)) in worst.iter().enumerate() {
        std::fs::write(folder.join(format!("found-{index:02}")), bytes(input)).unwrap();
    }
    let (cost, input) = &worst[0];
    assert!(*cost < BOUND, "{cost:?} for {:?}", input.typed);
}

/// In any build: what was found before stays far from freezing a server, whatever the machine is doing.
#[test]
fn the_costliest_texts_known_are_judged_at_once() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/evaluate_cost");
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let mut parts: Vec<String> =
            bytes.split(|byte| *byte == 0xFF).map(|part| String::from_utf8(part.to_vec()).unwrap()).collect();
        let input = Input { typed: parts.pop().unwrap(), words: parts };
        assert!(cost(&input) < Duration::from_millis(500), "{:?}", input.typed);
    }
}

/// One climb for each start, so that the steepest hill does not end the others.
fn search(seconds: u64) -> Vec<(Duration, Input)> {
    let mut rng = StdRng::seed_from_u64(seconds);
    let mut climbs: Vec<(Duration, Input)> = starts().into_iter().map(|input| (cost(&input), input)).collect();
    let ends = Instant::now() + Duration::from_secs(seconds);
    let mut tried = 0_u64;
    while Instant::now() < ends {
        for (highest, at) in &mut climbs {
            tried += 1;
            let input = changed(at, &mut rng);
            // Three times before it is believed: a machine that was busy is no finding.
            let took = (0..3).map(|_| cost(&input)).take_while(|took| *took > *highest).collect::<Vec<_>>();
            if let [first, second, third] = took[..] {
                (*highest, *at) = (first.min(second).min(third), input);
            }
        }
    }
    for (took, input) in &mut climbs {
        *took = (0..9).map(|_| cost(input)).min().unwrap();
    }
    climbs.sort_by_key(|(took, _)| std::cmp::Reverse(*took));
    println!("{tried} inputs tried");
    climbs
}

fn starts() -> Vec<Input> {
    let words = |word: &str| (0..16).map(|index| format!("{index}{word}").chars().take(64).collect()).collect();
    let texts = [
        "4@8({[<369&#!1/|0$5+7%2".repeat(6),
        "a".repeat(128),
        "ab".repeat(64),
        "il1|!7".repeat(22),
        "\u{fdfa}".repeat(128),
        "17/05/1990 ".repeat(12),
        "a1b2c3d4e5 the and information ".repeat(5),
        "qwertyuiop[]asdfghjkl;'zxcvbnm,./".repeat(4),
        "1234567890".repeat(2) + "12x",
        "thequickbrownfoxjumpsov".repeat(5),
        "@$+!4571683@$+!4571683x".repeat(5),
    ];
    let cut = |text: &String| text.chars().take(128).collect::<String>();
    let plain = texts.iter().map(|text| Input { words: Vec::new(), typed: cut(text) });
    let with_words = texts.iter().map(|text| Input { words: words(&cut(text)), typed: cut(text) });
    let repeated = |text: &String| Input { words: words("王小明a1"), typed: cut(text) };
    plain.chain(with_words).chain(texts.iter().map(repeated)).collect()
}

fn changed(input: &Input, rng: &mut StdRng) -> Input {
    let mut typed: Vec<char> = input.typed.chars().collect();
    let mut words = input.words.clone();
    for _ in 0..rng.random_range(1..=6) {
        if rng.random_bool(0.2) {
            let word: String = piece(&typed, 64, rng).iter().collect();
            match rng.random_range(0..16) {
                index if index < words.len() => words[index] = word,
                _ if words.len() < 16 => words.push(word),
                _ => {}
            }
        } else {
            change(&mut typed, rng);
        }
    }
    typed.truncate(128);
    let mut typed: String = typed.into_iter().collect();
    while typed.len() > 1_024 {
        typed.pop();
    }
    Input { words, typed }
}

fn change(typed: &mut Vec<char>, rng: &mut StdRng) {
    let costly: Vec<char> = COSTLY.chars().collect();
    let any = |rng: &mut StdRng| costly[rng.random_range(0..costly.len())];
    match rng.random_range(0..4) {
        0 if !typed.is_empty() => {
            let place = rng.random_range(0..typed.len());
            typed[place] = any(rng);
        }
        1 => {
            let copied = piece(typed, 40, rng);
            let place = rng.random_range(0..=typed.len());
            typed.splice(place..place, copied);
        }
        2 if typed.len() > 2 => {
            let place = rng.random_range(0..typed.len());
            typed.remove(place);
        }
        _ => typed.push(any(rng)),
    }
}

fn piece(typed: &[char], most: usize, rng: &mut StdRng) -> Vec<char> {
    let start = rng.random_range(0..=typed.len());
    let length = rng.random_range(0..=most.min(typed.len() - start));
    typed[start..start + length].to_vec()
}

/// The fastest of three: what it costs, not what the machine was doing.
fn cost(input: &Input) -> Duration {
    let numbers = PolicyNumbers {
        max_repeat: Some(3),
        max_sequence: Some(3),
        max_walk: Some(3),
        min_score: 3,
        ..*PasswordPolicy::card_default().numbers()
    };
    let policy = PasswordPolicy::new(numbers).unwrap();
    let words: Vec<&str> = input.words.iter().map(String::as_str).collect();
    let context = UserContext::new(&words).unwrap();
    let once = || {
        let started = Instant::now();
        black_box(evaluate(&policy, black_box(input.typed.as_bytes()), &context));
        started.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap()
}

fn bytes(input: &Input) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in &input.words {
        bytes.extend_from_slice(word.as_bytes());
        bytes.push(0xFF);
    }
    bytes.extend_from_slice(input.typed.as_bytes());
    bytes
}
