//! Stories of files, good and bad.

use std::io::Write;

use account_security::types::{Country, Direction, Fingerprint, PaymentKind, Position};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

const HEADER: &str = "tx_id,at,account,payee,amount,currency,direction,kind,device,country,lat,lon,accuracy_m,label";

fn options() -> ReadOptions {
    ReadOptions::default()
}

fn read_all(bytes: &[u8], options: &ReadOptions) -> Result<Vec<Result<Row, RefusedRow>>, ReadError> {
    let mut rows = RowReader::new(bytes, options)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next_row()? {
        all.push(row);
    }
    Ok(all)
}

/// One row under the full header, with one field replaced.
fn with(column: Column, value: &str) -> Result<Row, RefusedRow> {
    let mut fields = [
        "t-1",
        "2026-03-01T12:00:00Z",
        "a-1",
        "shop",
        "10.00",
        "EUR",
        "out",
        "card",
        "d-1",
        "DE",
        "52.5",
        "13.4",
        "50",
        "0",
    ];
    fields[column as usize] = value;
    let text = format!("{HEADER}\n{}\n", fields.join(","));
    read_all(text.as_bytes(), &options()).unwrap().remove(0)
}

fn reason(column: Column, value: &str) -> String {
    let refused = with(column, value).unwrap_err();
    assert_eq!((refused.line, refused.column), (2, Some(column)), "{refused}");
    refused.reason.into_owned()
}

#[test]
fn a_full_row_says_everything_about_the_payment() {
    let row = with(Column::Label, "fraud").unwrap();
    assert_eq!((row.line, row.tx_id.as_str(), row.account.as_str()), (2, "t-1", "a-1"));
    assert_eq!((row.payment.payee, row.label), (Some(Fingerprint::of_payee("shop")), Some(true)));
    let payment = row.payment;
    assert_eq!(payment.at.to_string(), "2026-03-01T12:00:00Z");
    assert_eq!(payment.money.to_string(), "10.00 EUR");
    assert_eq!((payment.direction, payment.kind), (Direction::Out, PaymentKind::Card));
    assert_eq!(payment.payee, Some(Fingerprint::of_payee("shop")));
    assert_eq!(payment.device, Some(Fingerprint::of_device("d-1")));
    assert_eq!(payment.country, Country::parse("DE"));
    assert_eq!(payment.position, Position::new(52_500_000, 13_400_000, 50));
}

#[test]
fn four_columns_and_a_currency_are_enough() {
    let file = b"TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TX_AMOUNT\n0,2018-04-01 00:00:31,596,57.16\n";
    let columns = "tx_id=TRANSACTION_ID,at=TX_DATETIME,account=CUSTOMER_ID,amount=TX_AMOUNT".parse().unwrap();
    let options = ReadOptions { columns, currency: Some(Currency::EUR), zone: Zone::default() };
    let rows = read_all(file, &options).unwrap();
    let row = rows[0].as_ref().unwrap();
    assert_eq!(row.payment.money.to_string(), "57.16 EUR");
    assert_eq!((row.payment.kind, row.payment.payee, row.label), (PaymentKind::Other, None, None));
    assert!(row.payment.position.is_none() && row.payment.device.is_none() && row.payment.country.is_none());
}

#[test]
fn amounts_a_float_parser_would_let_through_are_refused() {
    for value in ["NaN", "inf", "1e9", "-1", "+1", "１２", "1_0", "", " 1", "0x1"] {
        assert!(reason(Column::Amount, value).contains("malformed"), "{value}");
    }
    assert!(reason(Column::Amount, "10.005").contains("too many decimals"));
    assert!(reason(Column::Amount, "99999999999999.00").contains("too large"));
}

#[test]
fn every_other_field_is_refused_by_its_name() {
    assert!(reason(Column::TxId, "").contains("needs an id"));
    assert!(reason(Column::TxId, &"x".repeat(129)).contains("128"));
    assert!(reason(Column::TxId, "\u{1b}[2J").contains("control"));
    assert!(reason(Column::Account, "").contains("empty"));
    assert!(reason(Column::Account, &"x".repeat(129)).contains("128"));
    assert!(reason(Column::At, "yesterday").contains("not a time"));
    assert!(reason(Column::At, "1912-06-23T00:00:00Z").contains("1970"));
    assert!(reason(Column::Currency, "").contains("--currency"));
    assert!(reason(Column::Currency, "eur").contains("ISO 4217"));
    assert!(reason(Column::Direction, "OUT").contains("write out"));
    assert!(reason(Column::Kind, "crypto").contains("cash_out"));
    assert!(reason(Column::Payee, "a\u{7}").contains("control"));
    assert!(reason(Column::Device, "\"a\nb\"").contains("line break"));
    assert!(reason(Column::Country, "de").contains("capital"));
    assert!(reason(Column::Lat, "91").contains("-90"));
    assert!(reason(Column::Lat, "").contains("both"));
    assert!(reason(Column::Lon, "").contains("both"));
    assert!(reason(Column::Lon, "181").contains("-180"));
    assert!(reason(Column::AccuracyM, "99999999").contains("metres"));
    assert!(reason(Column::Label, "maybe").contains("genuine"));
}

#[test]
fn a_refusal_never_repeats_the_file() {
    for (column, name) in [(Column::Amount, "amount"), (Column::At, "at"), (Column::Kind, "kind"), (Column::Lat, "lat")]
    {
        let shown = with(column, "SECRET").unwrap_err().to_string();
        assert!(shown.starts_with(&format!("line 2, column {name}: ")), "{shown}");
        assert!(!shown.contains("SECRET"), "{shown}");
    }
}

#[test]
fn a_bad_row_never_stops_the_run_and_lines_stay_right() {
    let good = "t,2026-03-01T12:00:00Z,a,10.00,EUR";
    let mut file = b"tx_id,at,account,amount,currency,memo\n".to_vec();
    for line in [
        format!("{good},\"two\nlines\"").as_bytes(),
        good.as_bytes(),
        format!("{good},\"stray\"quote").as_bytes(),
        b"t,2026-03-01T12:00:00Z,\xff\xfe,10.00,EUR,",
        b"\0\0\0\0",
        format!("{good},{}", "m".repeat(4_097)).as_bytes(),
        format!("{good},\"{}\"", "m\n".repeat(512 * 1024)).as_bytes(),
        format!("{good},{}", "m".repeat(4_096)).as_bytes(),
        format!("{good},\"never closed").as_bytes(),
    ] {
        file.extend_from_slice(line);
        file.push(b'\n');
    }
    let rows = read_all(&file, &options()).unwrap();
    let found: Vec<(u64, &str)> = rows
        .iter()
        .map(|row| match row {
            Ok(row) => (row.line, "read"),
            Err(refused) => (refused.line, refused.reason.split(';').next().unwrap()),
        })
        .collect();
    let end = 9 + 512 * 1024;
    let too_long = format!("the record is longer than 64 KiB and ends on line {end}");
    let expected = [
        (2, "read"),
        (4, "5 fields where the header has 6"),
        (5, "text follows a closing quote"),
        (6, "not UTF-8"),
        (7, "the record holds a NUL byte"),
        (8, "field 6 is 4097 bytes long"),
        (9, too_long.as_str()),
        (end + 1, "read"),
        (end + 2, "a quote opened here is never closed, so this line was not read"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn gzip_is_recognised_by_its_bytes_even_in_several_members() {
    let gzip = |text: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let mut file = gzip("tx_id,at,account,amount,currency\nt-1,2026-03-01T12:00:00Z,a,1.00,EUR\n");
    file.extend(gzip("t-2,2026-03-01T12:00:00Z,a,1.00,EUR\n"));
    let rows = read_all(&file, &options()).unwrap();
    assert_eq!(rows.iter().map(|row| row.as_ref().unwrap().tx_id.as_str()).collect::<Vec<_>>(), ["t-1", "t-2"]);

    file.truncate(file.len() - 6);
    assert!(matches!(read_all(&file, &options()), Err(ReadError::Gzip { .. })));
}

#[test]
fn what_is_not_a_transaction_file_is_one_clear_error() {
    let header = |bytes: &[u8]| match read_all(bytes, &options()) {
        Err(ReadError::Header(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(header(b""), HeaderError::Empty);
    assert_eq!(header(b"\n\r\n"), HeaderError::Empty);
    assert_eq!(header(b"\x7fELF\x02\x01\x01\0\0\0"), HeaderError::NotText);
    assert_eq!(header(b"\xff\xfet\0x\0_\0i\0d\0"), HeaderError::NotText);
    assert_eq!(header(b"\x89PNG,\xff\n"), HeaderError::NotText);
    assert_eq!(header(&[b'x'; 100_000]), HeaderError::TooLong);
    assert_eq!(header(b"tx_id,at,account,amount\n"), HeaderError::NoCurrency);
    assert!(matches!(header(b"hello\n"), HeaderError::Missing { .. }));
    assert!(matches!(read_all(b"\x1f\x8b\x08garbage", &options()), Err(ReadError::Gzip { line: 0, .. })));
}

#[test]
fn a_path_that_is_not_a_file_is_refused_by_name() {
    let missing = open(std::path::Path::new("/no/such/file.csv")).err().unwrap().to_string();
    assert!(missing.contains("/no/such/file.csv"), "{missing}");
    assert!(matches!(open(&std::env::temp_dir()), Err(ReadError::Open { .. })));
}

proptest! {
    #[test]
    fn hostile_files_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_all(&bytes, &options());
        let mut rows = b"tx_id,at,account,amount,currency\n".to_vec();
        rows.extend_from_slice(&bytes);
        prop_assert!(read_all(&rows, &options()).is_ok(), "a bad row must not end the run");
    }
}
