//! Two processes on one SQLite file: this test program starts itself twice as a child and lets both type the same code.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use account_security::account::{EventKind, Verdict};
use account_security::command::CodeAnswer;
use account_security::types::{AccountId, RandomId};
use account_security::verification::VerifyOutcome;

use crate::support::acts::{kinds, sign_in_code, type_code};
use crate::support::stores::{Counting, Counts, Shared};
use crate::support::{account, at, service};

const FILE: &str = "RACES_FILE";
const ROUNDS: usize = 1_000;

/// Not a check: the children's way in. Reads `account challenge code` lines, types each code, tells what came of it.
#[test]
fn child() {
    let Ok(file) = std::env::var(FILE) else { return };
    let counts = Arc::new(Counts::default());
    let service = service(&Shared::new(Counting(Shared::sqlite(Path::new(&file)), Arc::clone(&counts))));
    println!("\nready");
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut words = line.split(' ');
        let mut word = || words.next().unwrap();
        let (owner, challenge) = (account(word()), RandomId::parse(word()).unwrap());
        let answer = type_code(&service, &owner, challenge, word().parse().unwrap(), at(1_000)).unwrap();
        let word = match answer {
            CodeAnswer::Tried(VerifyOutcome::Accepted) => "accepted",
            CodeAnswer::Tried(VerifyOutcome::AlreadyUsed) => "used",
            other => panic!("{other:?}"),
        };
        println!("answer {word}");
    }
    println!("conflicts {}", counts.conflicts.load(Ordering::SeqCst));
}

/// A child, what it is told and what it tells.
struct Rival {
    child: Child,
    told: ChildStdin,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Rival {
    fn start(file: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "processes::child", "--nocapture", "--test-threads=1"]).env(FILE, file);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let told = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut rival = Self { child, told, lines };
        assert_eq!(rival.hear("ready"), "");
        rival
    }

    /// The rest of the next line that begins so; the test harness prints lines of its own.
    fn hear(&mut self, beginning: &str) -> String {
        let lines = self.lines.by_ref().map(Result::unwrap);
        let mut found = lines.filter_map(|line| line.strip_prefix(beginning).map(|rest| rest.trim().to_owned()));
        found.next().expect("the child died")
    }

    fn end(mut self) -> usize {
        drop(self.told);
        let lines = self.lines.by_ref().map(Result::unwrap);
        let conflicts = lines.filter_map(|line| line.strip_prefix("conflicts ").map(str::to_owned)).next();
        assert!(self.child.wait().unwrap().success());
        conflicts.expect("the child says how it went").parse().unwrap()
    }
}

#[test]
fn two_processes_with_one_code_are_accepted_once_in_each_of_1000_rounds() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("security.db");
    let service = service(&Shared::sqlite(&file));
    let mut rivals = [Rival::start(&file), Rival::start(&file)];
    let names: Vec<AccountId> = (0..ROUNDS).map(|round| account(&format!("account-{round}"))).collect();
    let mut wins = [0_usize; 2];
    for (round, owner) in names.iter().enumerate() {
        let (challenge, code) = sign_in_code(&service, owner, at(0));
        // Each goes first in every other round.
        for index in [round % 2, 1 - round % 2] {
            writeln!(rivals[index].told, "{owner} {challenge} {code}").unwrap();
        }
        let answers = [0, 1].map(|index| rivals[index].hear("answer"));
        assert!(answers.contains(&"accepted".to_owned()) && answers.contains(&"used".to_owned()), "{answers:?}");
        wins[usize::from(answers[1] == "accepted")] += 1;
    }
    let conflicts: usize = rivals.map(Rival::end).into_iter().sum();
    println!("wins {wins:?}, {conflicts} conflicts in the store");
    assert_eq!(wins.iter().sum::<usize>(), ROUNDS);
    assert!(conflicts > 0, "the processes never met, so nothing was proved");
    let accepted = names.iter().map(|owner| {
        assert_eq!(service.verify_account(owner).unwrap(), Verdict::Intact { events: 2 });
        kinds(&service, owner).iter().filter(|kind| matches!(kind, EventKind::CodeAccepted { .. })).count()
    });
    assert_eq!(accepted.sum::<usize>(), ROUNDS);
}
