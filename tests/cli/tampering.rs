//! Somebody edits the database behind the program's back.

use rusqlite::{Connection, params};
use serde_json::Value;

use crate::desk::{Desk, sample, scored_lines};

fn screened() -> Desk {
    let desk = Desk::new();
    desk.run(&format!("screen {} --db F --scores before", sample())).exits(0);
    desk
}

fn hex(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The chain with the most events: an account's, since the sample's payees are many and small. And how many events.
fn longest_chain(connection: &Connection) -> (Vec<u8>, i64) {
    let sql = "SELECT key, max(seq) FROM event GROUP BY key ORDER BY 2 DESC LIMIT 1";
    connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn flip_last_byte(mut body: Vec<u8>) -> Vec<u8> {
    *body.last_mut().unwrap() ^= 1;
    body
}

#[test]
fn one_byte_of_one_event_is_found_by_its_number() {
    for back in [1, 3, 20] {
        let desk = screened();
        let connection = Connection::open(desk.path("F")).unwrap();
        let (key, events) = longest_chain(&connection);
        let seq = events - back;
        let of = "FROM event WHERE key = ?1 AND seq = ?2";
        let body = connection.query_row(&format!("SELECT body {of}"), params![key, seq], |row| row.get(0)).unwrap();
        let update = "UPDATE event SET body = ?3 WHERE key = ?1 AND seq = ?2";
        assert_eq!(connection.execute(update, params![key, seq, flip_last_byte(body)]).unwrap(), 1);
        drop(connection);
        let verdict = desk.run("audit verify --db F").exits(1).says("NOT INTACT: 1 of");
        verdict.says(&hex(&key)).says(&format!("event {seq} is the first"));
        let verdict = desk.run("--json audit verify --db F").exits(1).json();
        assert_eq!((&verdict["intact"], &verdict["broken_count"]), (&false.into(), &1.into()));
        let broken = &verdict["broken"][0];
        assert_eq!((&broken["verdict"], &broken["event"]), (&"altered".into(), &seq.into()), "{verdict}");
    }
}

#[test]
fn an_event_taken_out_cut_off_or_swapped_is_found() {
    let cases = [
        ("DELETE FROM event WHERE key = ?1 AND seq = ?2", "", 1),
        ("DELETE FROM event WHERE key = ?1 AND seq >= ?2", "truncated", 2),
        ("UPDATE event SET mac = zeroblob(length(mac)) WHERE key = ?1 AND seq = ?2", "altered", 1),
        (
            "UPDATE event SET body = (SELECT body FROM event WHERE key = ?1 AND seq = ?2 - 1),
             mac = (SELECT mac FROM event WHERE key = ?1 AND seq = ?2 - 1) WHERE key = ?1 AND seq = ?2",
            "altered",
            1,
        ),
    ];
    for (edit, verdict, code) in cases {
        let desk = screened();
        let connection = Connection::open(desk.path("F")).unwrap();
        let (key, events) = longest_chain(&connection);
        assert!(connection.execute(edit, params![key, events - 5]).unwrap() > 0);
        drop(connection);
        desk.run("audit verify --db F").exits(code).says("NOT INTACT: 1 of").says(&hex(&key)).says(verdict);
    }
}

#[test]
fn one_byte_of_a_record_denies_that_account_and_nobody_else() {
    let desk = screened();
    let connection = Connection::open(desk.path("F")).unwrap();
    let (key, _) = longest_chain(&connection);
    let body = connection.query_row("SELECT body FROM cell WHERE key = ?1", [&key], |row| row.get(0)).unwrap();
    assert_eq!(
        connection.execute("UPDATE cell SET body = ?2 WHERE key = ?1", params![key, flip_last_byte(body)]).unwrap(),
        1
    );
    drop(connection);

    let figures = desk.run(&format!("--json screen {} --db F --scores after", sample())).exits(3).json();
    let (account, lines) = the_denied(&figures);
    let text = std::fs::read_to_string(sample()).unwrap();
    let rows: Vec<(u64, &str)> =
        (1_u64..).zip(text.lines()).filter(|(_, row)| row.split(',').nth(2) == Some(&account)).collect();
    assert_eq!(figures["denied"]["count"], rows.len(), "every row of {account}, and no other");
    assert!(rows.iter().zip(&lines).all(|((line, _), told)| line == told), "{lines:?}");

    // All the others have the scores they had, in their order.
    let ids: Vec<&str> = rows.iter().map(|(_, row)| row.split(',').next().unwrap()).collect();
    let mut before = scored_lines(&desk.read("before"));
    before.retain(|(tx_id, _)| !ids.contains(&tx_id.as_str()));
    assert!(before == scored_lines(&desk.read("after")), "another account's scores changed");

    for verb in ["status", "history"] {
        let said = desk.run(&format!("account {verb} {account} --db F")).exits(4).says("denied");
        said.says(&account).never_says("nothing is closed");
    }
    desk.run(&format!("account freeze {account} --db F --actor agent-1")).exits(4).says("denied");
    desk.run("audit verify --db F").exits(3).says("cannot tell").says("NOT INTACT: 1 of").says(&hex(&key));
}

/// The one account that was denied, and the lines told.
fn the_denied(figures: &Value) -> (String, Vec<u64>) {
    let told = figures["denied"]["first"].as_array().unwrap();
    let mut accounts = Vec::new();
    let mut lines = Vec::new();
    for told in told {
        let told = told.as_str().unwrap();
        let (line, rest) = told.strip_prefix("line ").unwrap().split_once(", account ").unwrap();
        lines.push(line.parse().unwrap());
        accounts.push(rest.split_once(": denied: ").unwrap().0.to_owned());
    }
    accounts.dedup();
    assert_eq!(accounts.len(), 1, "{figures}");
    (accounts.remove(0), lines)
}

#[test]
fn a_record_put_in_anothers_place_or_rolled_back_opens_for_nobody() {
    let desk = screened();
    let connection = Connection::open(desk.path("F")).unwrap();
    let (key, _) = longest_chain(&connection);
    let swap = "UPDATE cell SET body = (SELECT body FROM cell WHERE key <> ?1 LIMIT 1) WHERE key = ?1";
    assert_eq!(connection.execute(swap, [&key]).unwrap(), 1);
    drop(connection);
    desk.run(&format!("screen {} --db F", sample())).exits(3).says("denied rows: ");
    desk.run("audit verify --db F").exits(3).says(&hex(&key));
}

#[test]
fn where_chains_differ_the_worst_decides_how_it_ends() {
    let desk = screened();
    let connection = Connection::open(desk.path("F")).unwrap();
    let mut statement =
        connection.prepare("SELECT key FROM event GROUP BY key ORDER BY max(seq) DESC LIMIT 3").unwrap();
    let keys: Vec<Vec<u8>> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    connection.execute("UPDATE cell SET body = zeroblob(length(body)) WHERE key = ?1", [&keys[0]]).unwrap();
    desk.run("audit verify --db F").exits(3).says("NOT INTACT: 1 of");
    connection.execute("DELETE FROM event WHERE key = ?1 AND seq > 2", [&keys[1]]).unwrap();
    desk.run("audit verify --db F").exits(2).says("NOT INTACT: 2 of");
    connection.execute("UPDATE event SET mac = zeroblob(32) WHERE key = ?1 AND seq = 2", [&keys[2]]).unwrap();
    desk.run("audit verify --db F").exits(1).says("NOT INTACT: 3 of");
    let usage = desk.run("audit verify --db F --sinse x").exits(2);
    assert!(usage.out.is_empty(), "no verdict reads like a command line that was not understood");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let desk = Desk::new();
    desk.run(&format!("screen {} --db F", sample())).exits(0);
    for (name, content) in [("text", &b"tx_id,at,account,amount\n"[..]), ("zeros", &[0; 8_192])] {
        desk.write(name, content);
        for line in [
            format!("audit verify --db {name} --keys F.keys"),
            format!("screen {} --db {name} --keys F.keys", sample()),
        ] {
            desk.run(&line).exits(4);
        }
        assert_eq!(std::fs::read(desk.path(name)).unwrap(), content);
    }
}

#[test]
fn a_database_that_was_emptied_or_taken_away_is_lost_and_not_new() {
    let desk = screened();
    desk.write("F", "");
    for line in [
        "audit verify --db F".to_owned(),
        "audit checkpoint --db F --out C".to_owned(),
        "account status a-00044 --db F".to_owned(),
        "store add-key --db F".to_owned(),
        format!("screen {} --db F", sample()),
    ] {
        desk.run(&line).exits(4).says("has lost its state").never_says("intact");
        assert_eq!(std::fs::read(desk.path("F")).unwrap(), b"", "{line}: left as it was");
    }
    std::fs::remove_file(desk.path("F")).unwrap();
    let keys = desk.read("F.keys");
    desk.run(&format!("screen {} --db F", sample())).exits(4).says("restore the database").says("F.keys");
    assert!(!desk.path("F").exists() && desk.read("F.keys") == keys);
    std::fs::rename(desk.path("F.keys"), desk.path("old.keys")).unwrap();
    desk.run(&format!("screen {} --db F", sample())).exits(0);
}

#[test]
fn events_that_their_commit_ids_do_not_lead_to_are_found() {
    let desk = screened();
    let connection = Connection::open(desk.path("F")).unwrap();
    let (key, _) = longest_chain(&connection);
    connection.execute("UPDATE event SET commit_id = NULL WHERE key = ?1 AND seq > 3", [&key]).unwrap();
    drop(connection);
    desk.run("audit verify --db F").exits(1).says("NOT INTACT: 1 of").says(&hex(&key)).says("event 4 is the first");
}
