//! Whole files and options that cannot be used: told apart, and nothing of the user's is harmed.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::desk::{Desk, beside, sample, scored_lines};

const GOOD: &str = "tx_id,at,account,amount,currency\nt-1,2026-03-01T12:00:00Z,a,10.00,EUR\n";

#[track_caller]
fn usage(content: impl AsRef<[u8]>, options: &str, says: &str) {
    let desk = Desk::new();
    let content = content.as_ref();
    desk.write("a.csv", content).run(&format!("screen a.csv {options}")).exits(2).says(says);
    desk.pipe(&format!("screen - {options}"), content).exits(2).says(says);
}

#[test]
fn headers_that_cannot_be_used() {
    usage("", "", "the file is empty");
    usage("\n\r\n\n", "", "the file is empty");
    usage("tx_id,at,account,currency\n", "", "no column `amount`");
    usage("a,b,c\n1,2,3\n", "", "no column `tx_id`");
    usage(GOOD.replace(',', ";"), "", "separated by commas");
    usage("tx_id,at,at,account,amount,currency\n", "", "names `at` twice");
    usage("tx_id,at,account,amount\nt,2026-03-01,a,1\n", "", "give --currency");
    usage(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "", "is this a CSV file");
    usage(b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0", "", "is this a CSV file");
    usage(b"\xff\xfet\0x\0_\0i\0d\0,\0\n\0", "", "is this a CSV file");
    usage("x".repeat(1 << 20), "", "longer than 64 KiB");
    usage((0_u8..=255).cycle().take(100_000).collect::<Vec<_>>(), "", "");
}

#[test]
fn a_header_alone_is_a_file_without_rows() {
    let desk = Desk::new();
    let header = GOOD.lines().next().unwrap();
    for content in [header.to_owned(), format!("{header}\r\n\r\n")] {
        let figures = desk.write("a.csv", content).run("--json screen a.csv --scores S --force").exits(0).json();
        assert_eq!(figures["transactions"], 0);
        assert_eq!(desk.read("S"), "tx_id,score,outcome,reasons\n");
    }
}

#[test]
fn options_that_cannot_be_used() {
    usage(GOOD, "--map a=b", "--map: there is no column `a`");
    usage(GOOD, "--map at", "ours=theirs");
    usage(GOOD, "--map at=when", "no column `when`");
    usage(GOOD, "--map at=account,account=account", "mapped to `account`");
    usage(GOOD, "--currency EURO", "ISO 4217");
    usage(GOOD, "--zone Mars/Olympus", "--zone: unknown time zone");
    usage(GOOD, "--label-delay 7", "--label-delay");
    usage(GOOD, "--label-delay=-7d", "--label-delay");
    usage(GOOD, "--fit-until 2026-02-30", "--fit-until");
    usage(GOOD, "--fit-until 2026-03-01T12:00:00", "--fit-until");
    usage(GOOD, "--keys K", "--db");
    usage(GOOD, "--no-such-option", "--no-such-option");
    usage(GOOD, "--rules nowhere.toml", "--rules nowhere.toml");
}

#[test]
fn rules_that_cannot_be_used() {
    for (rules, says) in [
        ("x = 1", "line 1, column 1: `x`: unknown key"),
        ("schema_version = ", "line 1, column 18: this is no TOML"),
        ("schema_version = 999", "`schema_version`: schema_version must be 1"),
        ("\0\0\0", "this is no TOML"),
        ("limits = 7", "line 1, column 10: `limits`: the number 7 stands here"),
    ] {
        let desk = Desk::new();
        desk.write("r.toml", rules).write("a.csv", GOOD);
        desk.run("screen a.csv --rules r.toml --db F").exits(2).says(says).says("r.toml");
        assert!(!desk.path("F").exists(), "a database was made before the rules were read");
    }
    let desk = Desk::new();
    desk.write("r.toml", [0xff, 0xfe]).write("a.csv", GOOD).run("screen a.csv --rules r.toml").exits(2);
    desk.write("r.toml", "#".repeat(2 << 20)).run("screen a.csv --rules r.toml").exits(2).says("1 MiB");
    desk.run("screen a.csv --rules .").exits(2);
}

#[test]
fn files_that_are_not_there_or_no_files() {
    let desk = Desk::new();
    desk.run("screen nowhere.csv").exits(2).says("cannot open nowhere.csv");
    desk.run("screen .").exits(2).says("cannot open .").says("directory");
    desk.write("a.csv", GOOD);
    desk.run("screen a.csv --scores no/such/folder").exits(4).says("--scores no/such/folder");
    desk.run("screen a.csv --scores .").exits(4).says("--scores .");
    desk.run("screen a.csv --db no/such/folder").exits(4);
    desk.run("screen a.csv --db .").exits(4);
    #[cfg(target_os = "linux")]
    desk.run("screen a.csv --scores /dev/full").exits(4).says("--scores: cannot write");
}

#[test]
fn a_gzip_file_cut_short_is_told_and_the_rows_before_the_cut_are_kept() {
    let desk = Desk::new();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&std::fs::read(sample()).unwrap()).unwrap();
    let whole = gzip.finish().unwrap();
    desk.run(&format!("screen {} --scores whole", sample())).exits(0);
    desk.write("cut.gz", &whole[..whole.len() / 2]);
    let said = desk.run("screen cut.gz --db F --scores cut").exits(4).says("damaged or cut short after line ");
    said.says("no later row was read").says("transactions of");
    let (cut, whole_lines) = (scored_lines(&desk.read("cut")), scored_lines(&desk.read("whole")));
    assert!(cut.len() > 1_000, "{}", cut.len());
    assert_eq!(cut[..], whole_lines[..cut.len()]);
    desk.run("audit verify --db F").exits(0);

    let mut bent = whole.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 0xff;
    desk.write("bent.gz", &bent).run("screen bent.gz").exits(4).says("damaged");
    desk.write("stump.gz", &whole[..5]).run("screen stump.gz").exits(2).says("cut short");
    desk.write("rubbish.gz", b"\x1f\x8brubbish that is no gzip").run("screen rubbish.gz").exits(2).says("damaged");
}

#[test]
fn scores_never_overwrite_what_the_run_reads_or_keeps() {
    let desk = Desk::new();
    desk.write("a.csv", GOOD).write("r.toml", "x = 1");
    desk.run("screen a.csv --db F").exits(0);
    #[cfg(unix)]
    std::os::unix::fs::symlink(desk.path("a.csv"), desk.path("link")).unwrap();
    #[cfg(not(unix))]
    desk.write("link", "");
    let before = |name: &str| std::fs::read(desk.path(name)).unwrap();
    let (database, keys) = (before("F"), before("F.keys"));
    for scores in ["a.csv", "./a.csv", "link", "F", "F.keys", "F-wal"] {
        desk.run(&format!("screen a.csv --db F --scores {scores}")).exits(2).says("--scores");
    }
    desk.run("screen a.csv --db new --scores new").exits(2).says("--scores");
    desk.run("screen a.csv --db new --scores new.keys").exits(2).says("--scores");
    assert_eq!(desk.read("a.csv"), GOOD);
    assert_eq!((before("F"), before("F.keys")), (database, keys));
    assert!(!beside(&desk.path("new"), ".keys").exists());
    desk.run("audit verify --db F").exits(0);
}

#[test]
fn a_file_that_cannot_be_read_does_not_cost_the_scores_of_the_run_before() {
    let desk = Desk::new();
    desk.write("a.csv", GOOD).write("empty.csv", "");
    desk.run("screen a.csv --scores S").exits(0);
    let before = desk.read("S");
    desk.run("screen empty.csv --scores S --force").exits(2);
    desk.run("screen nowhere.csv --scores S --force").exits(2);
    assert_eq!(desk.read("S"), before);
}

#[test]
fn scores_replace_a_file_by_force_only_and_another_store_never() {
    let desk = Desk::new();
    desk.write("a.csv", GOOD).write("S", "mine").write("empty", "");
    desk.run("screen a.csv --db other").exits(0);
    let store = || ["other", "other.keys"].map(|name| std::fs::read(desk.path(name)).unwrap());
    let before = store();
    desk.run("screen a.csv --scores S").exits(2).says("--scores: S is there already; name another file or add --force");
    assert_eq!(desk.read("S"), "mine");
    desk.run("screen a.csv --scores S --force").exits(0);
    desk.run("screen a.csv --scores empty").exits(0);
    assert_eq!(desk.read("S"), desk.read("empty"));
    for name in ["other", "other.keys"] {
        for line in [
            "screen a.csv --scores NAME --force",
            "simulate --out NAME --force",
            "fit a.csv --until 2026-04-01 --out NAME --force",
        ] {
            desk.run(&line.replace("NAME", name)).exits(2).says("a database or its key file");
        }
    }
    assert_eq!(store(), before);
}

/// A file may not grow beyond half a megabyte here, which a database takes for a disk without room.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_with_how_far_the_run_came_and_how_to_go_on() {
    let desk = Desk::new();
    let line = format!("trap '' XFSZ; ulimit -f 1000; exec {} screen {} --db F", crate::desk::BINARY, sample());
    let full = std::process::Command::new("sh").args(["-c", &line]).current_dir(desk.path("")).output().unwrap();
    let told = String::from_utf8(full.stderr).unwrap();
    assert_eq!(full.status.code(), Some(4), "{told}");
    let rows = std::fs::read_to_string(sample()).unwrap().lines().count();
    assert!(told.contains("run the same command again"), "{told}");
    assert!(told.contains("no row is told above") && told.contains("up to line "), "{told} {rows}");
    desk.run(&format!("screen {} --db F", sample())).exits(0);
    desk.run("audit verify --db F").exits(0);
}
