//! Check-points, exports, erasures and rotated keys, as an operator meets them.

use account_security::account::AuditEpoch;
use account_security::types::SecretBytes;
use rusqlite::Connection;
use serde_json::Value;

use crate::desk::{Desk, has_fields, sample};

const SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

fn screened() -> Desk {
    let desk = Desk::new();
    desk.run(&format!("screen {} --db F", sample())).exits(0);
    desk
}

/// An account of the sample.
fn somebody() -> String {
    let text = std::fs::read_to_string(sample()).unwrap();
    text.lines().nth(1).unwrap().split(',').nth(2).unwrap().to_owned()
}

fn freeze(desk: &Desk, account: &str, case: &str) {
    let line =
        format!("account freeze {account} --db F --actor agent-anna --scopes receive --reason other --case {case}");
    desk.run(&line).exits(0);
}

/// Puts one account, row and events, back to how another copy of the database has it.
fn put_back(desk: &Desk, account_rows_of: &str) -> String {
    let connection = Connection::open(desk.path("F")).unwrap();
    connection.execute("ATTACH DATABASE ?1 AS old", [desk.path(account_rows_of).to_str().unwrap()]).unwrap();
    let changed = "SELECT lower(hex(c.key)) FROM cell c JOIN old.cell o ON o.key = c.key AND o.version < c.version";
    let key: String = connection.query_row(changed, [], |row| row.get(0)).unwrap();
    for edit in [
        "DELETE FROM event WHERE lower(hex(key)) = ?1",
        "DELETE FROM cell WHERE lower(hex(key)) = ?1",
        "INSERT INTO cell SELECT * FROM old.cell WHERE lower(hex(key)) = ?1",
        "INSERT INTO event SELECT * FROM old.event WHERE lower(hex(key)) = ?1",
    ] {
        assert!(connection.execute(edit, [&key]).unwrap() > 0, "{edit}");
    }
    key
}

/// A copy of the database, as a backup takes it.
fn copy(desk: &Desk, name: &str) {
    let connection = Connection::open(desk.path("F")).unwrap();
    connection.execute("VACUUM INTO ?1", [desk.path(name).to_str().unwrap()]).unwrap();
}

#[test]
fn one_accounts_old_backup_put_back_is_seen_by_a_check_point_and_by_nothing_else() {
    let (desk, who) = (screened(), somebody());
    copy(&desk, "backup");
    freeze(&desk, &who, "7");
    let made = desk.run("--json audit checkpoint --db F --out C").exits(0).json();
    assert_eq!((&made["left_out"], made["chains"].as_u64().unwrap() > 10), (&0.into(), true), "{made}");
    let text = desk.read("C");
    assert!(text.len() < 300 && text.starts_with("account-security checkpoint v1\n"), "{text}");
    desk.run("audit verify --db F --since C").exits(0).says("intact");
    let key = put_back(&desk, "backup");
    desk.run("audit verify --db F").exits(0).says("intact");
    desk.run("audit verify --db F --since C").exits(2).says("NOT INTACT: 1 of").says(&key).says("rolled back");
    let told = desk.run("--json audit verify --db F --since C").exits(2).json();
    assert_eq!(told["broken"][0]["verdict"], "rolled_back", "{told}");
    let lifted = desk.run(&format!("account status {who} --db F")).exits(0);
    assert!(lifted.out.contains("nothing is closed"), "the freeze is gone, and only the check-point knows");
    // It grows on past where it was: still seen.
    (0..3).for_each(|number| freeze(&desk, &who, &number.to_string()));
    desk.run("audit verify --db F").exits(0);
    desk.run("audit verify --db F --since C").exits(2).says(&key).says("rolled back");
}

#[test]
fn a_chain_that_is_gone_altogether_is_missed_and_new_ones_are_not() {
    let (desk, who) = (screened(), somebody());
    desk.run("audit checkpoint --db F --out C").exits(0);
    freeze(&desk, &who, "7");
    desk.run("audit verify --db F --since C").exits(0).says("intact");
    let connection = Connection::open(desk.path("F")).unwrap();
    let key: String = connection.query_row("SELECT lower(hex(max(key))) FROM cell", [], |row| row.get(0)).unwrap();
    connection.execute("DELETE FROM cell WHERE lower(hex(key)) = ?1", [&key]).unwrap();
    connection.execute("DELETE FROM event WHERE lower(hex(key)) = ?1", [&key]).unwrap();
    drop(connection);
    desk.run("audit verify --db F").exits(0);
    desk.run("audit verify --db F --since C").exits(2).says(&key).says("the 0 that are there");
}

#[test]
fn files_that_do_not_belong_together_or_were_changed_prove_nothing() {
    let desk = screened();
    desk.run("audit checkpoint --db F --out C").exits(0);
    desk.run("audit checkpoint --db F --out C").exits(2).says("there already");
    let (text, heads) = (desk.read("C"), desk.read("C.heads"));
    let verify = "audit verify --db F --since C";
    let lines: Vec<&str> = heads.lines().collect();
    let changed = [
        (heads.replacen(lines[2], &lines[2].replace('1', "2"), 1), "heads"),
        (lines[..4].join("\n") + "\n", "not the one"),
        (heads.trim_end().to_owned(), "it was cut"),
        (heads.replacen(&format!("{}\n", lines[2]), "", 1), "not the one"),
        (format!("{}\n{}\n{}\n", lines[0], lines[2], lines[1]), "line 3"),
        (
            format!("{}\n{}", lines[0], "x".repeat(1 << 20)),
            "line 2: longer than any head; the file is damaged, fetch it again",
        ),
        (heads.clone() + &"f".repeat(32) + " 1 " + &"0".repeat(64) + "\n", "counts fewer"),
        (String::new(), "line 1"),
    ];
    for (content, why) in changed {
        desk.write("C.heads", content);
        desk.run(verify).exits(3).says(why).never_says("intact");
    }
    desk.write("C.heads", &heads);
    for content in ["", "nonsense", &text.replacen("chains ", "chains 1", 1), &"x".repeat(1 << 20)] {
        desk.write("C", content);
        desk.run(verify).exits(3).says("the check-point could not be read").never_says("intact:");
    }
    desk.run("audit verify --db F --since missing").exits(4);
    desk.write("C", &text);
    desk.run(verify).exits(0);
    let other = screened();
    other.write("C", &text).write("C.heads", &heads);
    other.run(verify).exits(3).says("another store");
}

#[test]
fn files_that_prove_nothing_hide_no_event_that_was_altered() {
    let desk = screened();
    desk.run("audit checkpoint --db F --out C").exits(0);
    let (text, heads) = (desk.read("C"), desk.read("C.heads"));
    let connection = Connection::open(desk.path("F")).unwrap();
    let altered = "UPDATE event SET mac = zeroblob(32) WHERE seq = 1 AND key = (SELECT max(key) FROM event)";
    assert_eq!(connection.execute(altered, []).unwrap(), 1);
    let verify = "audit verify --db F --since C";
    desk.run(verify).exits(1).says("NOT INTACT: 1 of");
    for spoilt in [heads.trim_end().to_owned(), heads.replacen("\n", "\nx", 1), String::new()] {
        desk.write("C.heads", spoilt);
        desk.run(verify).exits(1).says("NOT INTACT: 1 of").says("event 1 is the first").says("C.heads");
    }
    std::fs::remove_file(desk.path("C.heads")).unwrap();
    desk.run(verify).exits(1).says("NOT INTACT: 1 of");
    desk.write("C.heads", &heads).write("C", text.replacen("chains ", "chains 1", 1));
    desk.run(verify).exits(1).says("NOT INTACT: 1 of");
}

#[test]
fn a_bit_in_the_name_of_a_key_is_an_alteration_and_wiped_bytes_ask_for_no_newer_library() {
    let desk = screened();
    std::fs::copy(desk.path("F"), desk.path("safe")).unwrap();
    let change = |sql: &str| {
        let connection = Connection::open(desk.path("F")).unwrap();
        assert_eq!(connection.execute(sql, []).unwrap(), 1);
    };
    let key = "(SELECT max(key) FROM event)";
    // The key's number stands in bytes 1 to 4: 1 becomes 65.
    let head = "CAST(substr(body, 1, 1) || x'41' || substr(body, 3) AS BLOB)";
    change(&format!("UPDATE event SET body = {head} WHERE seq = 1 AND key = {key}"));
    desk.run("audit verify --db F").exits(1).says("altered: event 1 is the first").never_says("KeyLost");
    std::fs::copy(desk.path("safe"), desk.path("F")).unwrap();
    change("UPDATE cell SET body = zeroblob(length(body)) WHERE key = (SELECT max(key) FROM cell)");
    desk.run("audit verify --db F").exits(3).says("damaged").never_says("update the library");
}

#[test]
fn a_check_point_that_is_there_already_costs_no_heads_file() {
    let desk = screened();
    desk.write("C", "something else");
    desk.run("audit checkpoint --db F --out C").exits(2).says("there already");
    assert_eq!((desk.read("C").as_str(), desk.path("C.heads").exists()), ("something else", false));
}

#[test]
fn a_signed_check_point_is_believed_by_its_public_key_alone() {
    let desk = screened();
    desk.pipe("audit checkpoint --db F --out S --sign", SECRET).exits(0).says(PUBLIC);
    desk.run("audit checkpoint --db F --out C").exits(0);
    let verify = |file: &str, key: &str| desk.run(&format!("audit verify --db F --since {file} --public-key {key}"));
    verify("S", PUBLIC).exits(0).never_says("NOT checked");
    desk.run("audit verify --db F --since S").exits(0).says("its signature was NOT checked: give --public-key");
    desk.run("audit verify --db F --since C").exits(0).never_says("NOT checked");
    for (file, key, word) in [("S", "", "unchecked"), ("S", PUBLIC, "fits"), ("C", "", "none")] {
        let key = if key.is_empty() { String::new() } else { format!("--public-key {key}") };
        let said = desk.run(&format!("--json audit verify --db F --since {file} {key}")).exits(0).json();
        assert_eq!(said["signature"], word, "{said}");
    }
    verify("C", PUBLIC).exits(3).says("not signed");
    verify("S", &PUBLIC.replace("d75a", "d75b")).never_says("intact:");
    let forged = desk.read("S").replacen("at-ms 1", "at-ms 2", 1);
    desk.write("T", forged).write("T.heads", desk.read("S.heads"));
    verify("T", PUBLIC).exits(3).says("signature");
    verify("S", "00").exits(2);
    verify("S", &PUBLIC.replace("07", "+7")).exits(2).says("64 hex digits");
    for bad in ["", "00", &"g".repeat(64), &"0".repeat(66)] {
        desk.pipe("audit checkpoint --db F --out U --sign", bad).exits(2);
    }
    assert!(!desk.path("U").exists() && !desk.path("U.heads").exists());
}

#[test]
fn an_export_is_one_object_a_line_and_holds_what_was_asked_for() {
    let (desk, who) = (screened(), somebody());
    freeze(&desk, &who, "7");
    let all = desk.run("audit export --db F").exits(0).json_lines();
    let intact = desk.run("--json audit verify --db F").exits(0).json();
    assert_eq!(Value::from(all.len()), intact["events_intact"]);
    let fields = ["v", "chain", "seq", "at_ms", "at", "key", "epoch", "number", "event", "fields", "mac", "body"];
    for line in &all {
        let is_masked = line["event"].as_str().unwrap().starts_with("PaymentAss");
        has_fields(line, &[&fields[..], if is_masked { &["masked"] } else { &[] }].concat());
    }
    let own = desk.run(&format!("audit export --db F --account {who}")).exits(0).json_lines();
    assert!(own.len() < all.len() && own.iter().all(|line| line["chain"] == own[0]["chain"]));
    let last = own.last().unwrap();
    assert_eq!((&last["event"], &last["fields"]["actor"]), (&"FreezePlaced".into(), &"agent-anna".into()));
    assert!(!own[0].to_string().contains(&who), "the chain is a pseudonym");
    let since =
        |time: &str| desk.run(&format!("audit export --db F --account {who} --since {time}")).exits(0).json_lines();
    assert_eq!(since("1970-01-01").len(), own.len());
    assert_eq!(
        since(own[3]["at"].as_str().unwrap()).len(),
        own.iter().filter(|line| line["at_ms"].as_i64() >= own[3]["at_ms"].as_i64()).count()
    );
    assert_eq!(since("9999-01-01").len(), 0);
    for bad in ["yesterday", "2026-13-01", "1", "-5"] {
        desk.run(&format!("audit export --db F --since={bad}")).exits(2).says("--since");
    }
    desk.run(&format!("audit export --db F --account {who} --out E")).exits(0);
    assert_eq!(desk.read("E").lines().count(), own.len());
    desk.run("audit export --db F --out E").exits(2).says("there already");
}

#[test]
fn erased_texts_are_shown_nowhere_and_the_trail_stays_whole() {
    let (desk, who) = (screened(), somebody());
    freeze(&desk, &who, "file-7");
    let history = format!("account history {who} --db F");
    desk.run(&history).exits(0).says("agent-anna").says("file-7");
    let erase = format!("account erase-text {who} --db F --actor dpo-5");
    desk.run(&format!("{erase} --authority owner")).exits(1).says("not authorised");
    desk.run(&erase).exits(0).says("erased: all free texts");
    desk.run(&erase).exits(0).says("nothing to erase");
    desk.run(&history).exits(0).says("(erased)").says("dpo-5").never_says("agent-anna").never_says("file-7");
    desk.run(&format!("audit export --db F --account {who}")).exits(0).says("(erased)").never_says("agent-anna");
    let order = "--actor clerk --authority court --reason court-order --case ORDER-1";
    desk.run(&format!("account freeze {who} --db F {order}")).exits(0);
    let said = desk.run(&format!("--json {erase}")).exits(1).json();
    assert_eq!(said["code"], 501, "{said}");
    desk.run(&format!("{erase} --authority compliance")).exits(1).says("`court`");
    desk.run(&format!("{erase} --authority court")).exits(0).says("erased");
    desk.run(&history).exits(0).says("by dpo-5 (agent)").says("by dpo-5 (court)").never_says("ORDER-1");
    desk.run("audit verify --db F").exits(0);
}

#[test]
fn keys_are_rotated_and_what_still_needs_the_old_one_is_told() {
    let (desk, who) = (screened(), somebody());
    let done = desk.run("--json store rotate-keys --db F").exits(0).json();
    assert_eq!(done["resealed"], 0, "{done}");
    let keys = desk.read("F.keys");
    desk.write("F.keys", keys.replacen("current 1", "current 2", 1) + &format!("key 2 {}\n", "5a".repeat(32)));
    let done = desk.run("--json store rotate-keys --db F").exits(0).json();
    assert!(done["resealed"].as_u64() > Some(10) && done["resealed"] == done["records"], "{done}");
    assert_eq!((done["needed"].as_array().unwrap().len(), &done["needed"][0]["key"]), (1, &2.into()), "{done}");
    desk.run("store rotate-keys --db F").exits(0).says(" 0 sealed anew under key 2").never_says("still needed");
    desk.run("audit verify --db F").exits(0);
    desk.run(&format!("account status {who} --db F")).exits(0);
    let lines: Vec<String> =
        desk.read("F.keys").lines().filter(|line| !line.starts_with("key 1 ")).map(str::to_owned).collect();
    desk.write("without", lines.join("\n") + "\n");
    desk.run("audit verify --db F --keys without").exits(3).says("cannot tell");
    desk.run(&format!("account freeze {who} --db F --keys without --actor agent-1")).exits(0);
}

#[test]
fn a_key_is_added_then_used_and_everything_moves_over_to_it() {
    let (desk, who) = (screened(), somebody());
    desk.write("old", desk.read("F.keys"));
    desk.run("store add-key --db F").exits(0).says("store use-key 2");
    freeze(&desk, &who, "1");
    desk.run(&format!("account status {who} --db F --keys old")).exits(0);
    desk.run("store use-key 3 --db F").exits(2).says("not in the key file");
    desk.run("store use-key 2 --db F").exits(0).says("rotate-keys");
    let done = desk.run("--json store rotate-keys --db F").exits(0).json();
    assert!(done["resealed"].as_u64() > Some(10) && done["resealed"] == done["records"], "{done}");
    assert_eq!(desk.run("--json store add-key --db F").exits(0).json()["added"], 3);
    desk.run("audit verify --db F").exits(0).says("intact");
    desk.run(&format!("account status {who} --db F")).exits(0);
}

#[test]
fn a_key_file_is_changed_whole_by_one_at_a_time_for_the_same_readers_and_where_it_lies() {
    let desk = screened();
    let adds: Vec<_> = (0..12).map(|_| desk.command(&["store", "add-key", "--db", "F"]).spawn().unwrap()).collect();
    for mut add in adds {
        assert!(add.wait().unwrap().success());
    }
    assert_eq!(desk.read("F.keys").lines().filter(|line| line.starts_with("key ")).count(), 13, "none is lost");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("F.keys"), 0o600);
        std::fs::set_permissions(desk.path("F.keys"), std::fs::Permissions::from_mode(0o640)).unwrap();
        std::fs::rename(desk.path("F.keys"), desk.path("vault")).unwrap();
        std::os::unix::fs::symlink("vault", desk.path("F.keys")).unwrap();
        assert_eq!(desk.run("--json store add-key --db F").exits(0).json()["added"], 14);
        assert!(desk.read("vault").contains("key 14 "), "a link stays one");
        assert_eq!(mode("vault"), 0o640);
    }
    let before = desk.read("F.keys");
    desk.write("F.keys", "nonsense");
    desk.run("store add-key --db F").exits(4).says("KeyLost");
    assert_eq!(desk.read("F.keys"), "nonsense", "what is not understood is not written over");
    desk.write("F.keys", before.replace(before.lines().nth(1).unwrap(), &format!("lookup {}", "5c".repeat(32))));
    desk.run("store add-key --db F").exits(4).says("KeyLost");
    desk.run("store add-key --db G").exits(2).says("no such file");
}

#[test]
fn epochs_are_stepped_and_the_safes_copy_verifies_what_was_forgotten() {
    let (desk, who) = (screened(), somebody());
    let first = desk.run("--json store step-epoch --db F").exits(0).json();
    assert_eq!((&first["present"], &first["is_first"]), (&1.into(), &true.into()));
    desk.write("safe", desk.read("F.keys"));
    freeze(&desk, &who, "1");
    for _ in 0..4 {
        desk.run("store step-epoch --db F").exits(0).says("proven from epoch 1 on").never_says("safe");
    }
    let stepped = desk.run("--json store step-epoch --db F --hold 1").exits(0).json();
    assert_eq!((&stepped["present"], &stepped["oldest"], &stepped["forgotten"]), (&6.into(), &6.into(), &5.into()));
    desk.run(&format!("account erase-text {who} --db F --actor dpo-5")).exits(0);
    desk.run("audit verify --db F").exits(3).says("audit epoch 1");
    desk.run("audit verify --db F --keys safe").exits(0).says("intact");
    desk.run("store step-epoch --db F --hold 0").exits(2);
    let keys = desk.read("F.keys");
    let lines: Vec<&str> = keys.lines().filter(|line| !line.starts_with("epochs")).collect();
    for bad in ["epochs 5 KEY to 2", "epochs 1 KEY to 4294967290"] {
        desk.write("F.keys", lines.join("\n") + "\n" + &bad.replace("KEY", &"07".repeat(32)) + "\n");
        desk.run("store step-epoch --db F --hold 1").exits(4);
    }
}

#[test]
fn a_key_file_may_hold_audit_epochs_and_old_ones_may_be_forgotten() {
    let (desk, who) = (screened(), somebody());
    let keys = desk.read("F.keys");
    let audit = AuditEpoch::first(&SecretBytes::new(vec![7; 32])).unwrap();
    desk.write("F.keys", keys.clone() + &epochs(&audit, 1));
    freeze(&desk, &who, "1");
    let second = audit.next().unwrap();
    desk.write("today", keys.clone() + &epochs(&second, 2));
    desk.run(&format!("account erase-text {who} --db F --keys today --actor dpo-5")).exits(0);
    desk.run("audit verify --db F --keys today").exits(3).says("audit epoch 1");
    desk.write("auditor", keys.clone() + &epochs(&AuditEpoch::first(&SecretBytes::new(vec![7; 32])).unwrap(), 2));
    desk.run("audit verify --db F --keys auditor").exits(0).says("intact");
    desk.write("F.keys", &keys);
    desk.run("audit verify --db F").exits(3);
    desk.run(&format!("account freeze {who} --db F --actor agent-1")).exits(4).says("audit epoch 2");
    for bad in ["epochs 0 00 to 1", "epochs 2 KEY to 1", "epochs 1 KEY to 9999", "epochs 1 KEY 1", "epochs x KEY to 1"]
    {
        desk.write("F.keys", keys.clone() + &bad.replace("KEY", &"07".repeat(32)) + "\n");
        desk.run("audit verify --db F").exits(4);
    }
}

fn epochs(oldest: &AuditEpoch, present: u32) -> String {
    let key: String = oldest.expose().expose().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("epochs {} {key} to {present}\n", oldest.number())
}
