//! One bad row among good ones: refused by line and column, and nothing else is lost.

use crate::desk::Desk;

const HEADER: &str = "tx_id,at,account,amount,currency,direction,label";
const GOOD_BEFORE: &str = "good-1,2026-03-01T12:00:00Z,a,10.00,EUR,out,0";
const GOOD_AFTER: &str = "good-2,2026-03-01T13:00:00Z,a,10.00,EUR,out,0";

/// Screens the row between two good ones; it stands on line 3.
#[track_caller]
fn refused(row: impl AsRef<[u8]>, says: &str) {
    let desk = Desk::new();
    let row = row.as_ref();
    let file = [HEADER.as_bytes(), GOOD_BEFORE.as_bytes(), row, GOOD_AFTER.as_bytes()].join(&b'\n');
    let said = desk.write("a.csv", file).run("screen a.csv --scores S --db F").exits(3);
    let said = said.says("2 transactions of 1 accounts").says("refused rows: 1\n").says("denied rows: 0");
    said.says(says);
    let scored: Vec<String> = desk.scores("S").into_keys().collect();
    assert_eq!(scored, ["good-1", "good-2"]);
    desk.run("audit verify --db F").exits(0);
}

#[track_caller]
fn refused_amount(amount: &str, says: &str) {
    refused(format!("bad,2026-03-01T12:30:00Z,a,{amount},EUR,out,0"), "line 3, column amount: ");
    refused(format!("bad,2026-03-01T12:30:00Z,a,{amount},EUR,out,0"), says);
}

#[track_caller]
fn refused_time(at: &str) {
    refused(format!("bad,{at},a,10.00,EUR,out,0"), "line 3, column at: ");
}

#[test]
fn amounts_that_are_no_amounts() {
    for amount in
        ["NaN", "inf", "1e9", "-1", "+1", "１２.５０", "1,5", "\"1,000.00\"", "0x10", "", "1_000", "10.", "€5"]
    {
        if amount == "1,5" {
            refused(
                format!("bad,2026-03-01T12:30:00Z,a,{amount},EUR,out,0"),
                "line 3: 8 fields where the header has 7",
            );
        } else {
            refused_amount(amount, "malformed");
        }
    }
    refused_amount("10.005", "too many decimals");
    refused_amount("99999999999999999999.00", "line 3, column amount: ");
    refused("bad,2026-03-01T12:30:00Z,a,10.5,JPY,out,0", "line 3, column amount: ");
}

#[test]
fn times_that_cannot_be() {
    let ahead = ["2099-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "99999-01-01T00:00:00Z"];
    let past = ["1912-06-23T00:00:00Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z"];
    let wrong =
        ["2026-02-30T00:00:00Z", "2026-03-01T25:00:00Z", "yesterday", "", "01/03/2026", "２０２６-03-01T00:00:00Z"];
    for at in ahead.into_iter().chain(past).chain(wrong) {
        refused_time(at);
    }
    refused("bad,2099-01-01T00:00:00Z,a,10.00,EUR,out,0", "lies in the future");
    refused("bad,1912-06-23T00:00:00Z,a,10.00,EUR,out,0", "1970");
}

#[test]
fn a_row_from_the_future_does_not_move_the_clock_of_the_rows_after_it() {
    let desk = Desk::new();
    let row = |id: &str, day: &str| format!("{id},{day}T12:00:00Z,a,10.00,EUR,out,1\n");
    let (first, last) = (row("t-1", "2026-03-01"), row("t-2", "2026-03-02"));
    desk.write("plain.csv", format!("{HEADER}\n{first}{last}"));
    desk.write("future.csv", format!("{HEADER}\n{first}{}{last}", row("t-x", "2098-01-01")));
    desk.run("screen plain.csv --scores plain").exits(0);
    desk.run("screen future.csv --scores future").exits(3);
    assert_eq!(desk.scores("plain"), desk.scores("future"));
}

#[test]
fn other_fields_by_their_names() {
    refused("bad,2026-03-01T12:30:00Z,a,10.00,XQQ,out,0", "line 3, column currency: ");
    refused("bad,2026-03-01T12:30:00Z,a,10.00,eur,out,0", "line 3, column currency: ");
    refused("bad,2026-03-01T12:30:00Z,a,10.00,,out,0", "line 3, column currency: empty");
    refused("bad,2026-03-01T12:30:00Z,a,10.00,EUR,sideways,0", "line 3, column direction: ");
    refused("bad,2026-03-01T12:30:00Z,a,10.00,EUR,out,maybe", "line 3, column label: ");
    refused(",2026-03-01T12:30:00Z,a,10.00,EUR,out,0", "line 3, column tx_id: ");
    refused("bad,2026-03-01T12:30:00Z,,10.00,EUR,out,0", "line 3, column account: ");
    refused(format!("{},2026-03-01T12:30:00Z,a,10.00,EUR,out,0", "x".repeat(129)), "line 3, column tx_id: longer");
    refused("bad\u{1b}[2J,2026-03-01T12:30:00Z,a,10.00,EUR,out,0", "line 3, column tx_id: ");
}

#[test]
fn rows_that_are_no_csv() {
    refused("bad,2026-03-01T12:30:00Z,a", "line 3: 3 fields where the header has 7");
    refused("\"bad\"x,2026-03-01T12:30:00Z,a,10.00,EUR,out,0", "line 3: text follows a closing quote");
    refused(b"bad\0,2026-03-01T12:30:00Z,a,10.00,EUR,out,0", "line 3: the record holds a NUL byte");
    refused(b"bad,2026-03-01T12:30:00Z,\xff\xfe,10.00,EUR,out,0", "line 3, column account: ");
    refused(format!("bad,2026-03-01T12:30:00Z,a,10.00,EUR,out,{}", "1".repeat(5_000)), "line 3: field 7 is 5000 bytes");
    refused(format!("{},2026-03-01T12:30:00Z,a,10.00,EUR,out,0", "x".repeat(1 << 20)), "longer than 64 KiB");
}

#[test]
fn a_refusal_does_not_send_the_files_bytes_to_the_terminal() {
    let desk = Desk::new();
    let bad = "\u{1b}]0;owned\u{7},2026-03-01T12:30:00Z,\u{1b}[31mSECRET,SECRET,SECRET,SECRET,SECRET";
    desk.write("a.csv", format!("{HEADER}\n{bad}\n{GOOD_BEFORE}\n"));
    desk.run("screen a.csv").exits(3).never_says("SECRET").never_says("\u{1b}").never_says("owned");
}

#[test]
fn an_id_that_comes_back_with_other_content_is_refused_on_any_account() {
    refused("good-1,2026-03-01T12:30:00Z,a,10.00,EUR,out,0", "line 3, column tx_id: this id came before");
    refused("good-1,2026-03-01T12:00:00Z,a,99.00,EUR,out,0", "line 3, column tx_id: this id came before");
    refused("good-1,2026-03-01T12:00:00Z,b,10.00,EUR,out,0", "line 3, column tx_id: this id came before");
    refused("good-1,2026-03-01T12:00:00Z,a,10.00,USD,out,0", "line 3, column tx_id: this id came before");
}

#[test]
fn an_id_that_comes_back_in_a_later_file_is_refused_too() {
    let desk = Desk::new();
    desk.write("a.csv", format!("{HEADER}\n{GOOD_BEFORE}\n"));
    desk.write("b.csv", format!("{HEADER}\n{}\n{GOOD_AFTER}\n", GOOD_BEFORE.replace("10.00", "11.00")));
    desk.run("screen a.csv --db F").exits(0);
    let said =
        desk.run("screen b.csv --db F --scores S").exits(3).says("line 2, column tx_id: this id was judged before");
    said.says("1 transactions of 1 accounts");
    assert_eq!(desk.scores("S").len(), 1);
    assert_eq!(desk.run("--json account history a --db F").exits(0).json_lines().len(), 2);
}

#[test]
fn many_bad_rows_are_all_counted_and_the_first_told() {
    let desk = Desk::new();
    let mut file = format!("{HEADER}\n");
    for number in 0..10_000 {
        file += &format!(
            "bad-{number},2026-03-01T12:30:00Z,a,NaN,EUR,out,0\ngood-{number},2026-03-01T12:30:00Z,a,1.00,EUR,out,\n"
        );
    }
    let figures = desk.write("a.csv", file).run("--json screen a.csv").exits(3).json();
    assert_eq!((&figures["refused"]["count"], &figures["transactions"]), (&10_000.into(), &10_000.into()));
    let first = figures["refused"]["first"].as_array().unwrap();
    assert_eq!((first.len(), first[19].as_str().unwrap().starts_with("line 40, column amount: ")), (20, true));
}

#[test]
fn an_unclosed_quote_names_the_lines_that_are_there() {
    let desk = Desk::new();
    desk.write("a.csv", format!("{HEADER}\n\"{GOOD_BEFORE}\n{GOOD_AFTER}\n{GOOD_AFTER}\n{GOOD_AFTER}\n"));
    let said = desk.run("--json screen a.csv").exits(3).says("so lines 2 to 5 were not read");
    assert_eq!(said.json()["refused"]["count"], 4);
}
