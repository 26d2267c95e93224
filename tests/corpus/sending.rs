//! The hand-made inputs for destinations as typed, messages and send budgets.

use account_security::types::Timestamp;
use account_security::types::time::{HOUR_MS, MINUTE_MS, SECOND_MS};
use account_security::verification::budget::{SendBudget, SendPolicy, charge, scopes, settle};
use account_security::verification::{Channel, Destination};

use crate::seeds::Seed;

pub fn all() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (target, inputs) in [
        ("typed_destination", TYPED.iter().map(|text| text.to_vec()).collect::<Vec<_>>()),
        ("message", messages()),
        ("send_budget", budgets()),
    ] {
        let named = inputs.into_iter().enumerate().map(|(index, bytes)| (target, format!("hand-{index:02}"), bytes));
        seeds.extend(named);
    }
    seeds
}

const TYPED: &[&[u8]] = &[
    b"+8613812345678",
    b"+86-138-1234-5678",
    b"138 1234 5678",
    b"0086 138 1234 5678",
    b"(0)20 7946 0958",
    b"+44 (0)20 7946 0958",
    b"(202) 555-0123",
    b"06 698 12345",
    "＋８６ 138 1234 5678".as_bytes(),
    "１３８１２３４５６７８".as_bytes(),
    "+86\u{a0}138\u{2013}1234\u{3000}5678".as_bytes(),
    "+٨٦١٣٨١٢٣٤٥٦٧٨".as_bytes(),
    b"++8613812345678",
    b"86+13812345678",
    b"+1234567890123456",
    b"0000000000000000",
    b"9999999999999999",
    b"+0000000000000000",
    b"00000000000000000",
    b"2 22#:",
    b"003-836-4618x3001",
    b"tel:+8613812345678;ext=1",
    b"+86138\x0012345678",
    b"+18765550123",
    b"+97912345678",
    b"+",
    b"",
    b" Alice@Example.com\n",
    "alice＠example.com".as_bytes(),
    "alice@Bücher.example".as_bytes(),
    "a@例え.テスト".as_bytes(),
    "a@ＥＸＡＭＰＬＥ．com".as_bytes(),
    "a@faß.de".as_bytes(),
    b"a@xn--a.com",
    b"a@xn--bcher-kva.example",
    b"a@xn--xn--bcher-kva-.example",
    "a@\u{200d}.com".as_bytes(),
    "a@b\u{202e}moc".as_bytes(),
    b"a@1.2.3.4",
    b"a@[::1]",
    b"a@b@c.com",
    "ä@example.com".as_bytes(),
    b"a\r\nBcc: x@c.com",
];

/// Every pair of channel and language with names that once wrote more than a name.
fn messages() -> Vec<Vec<u8>> {
    let names: [&str; 7] = [
        "张记面馆",
        "x\r\n@evil.com #999999",
        "https://evil.com/】\u{202e}Code 123456",
        "\u{2028}\u{2066}١٢٣٤٥٦",
        "１２３４５６ 一二三四五六",
        "\u{3164}...",
        "שלום 𠀀𠀁𠀂𠀃",
    ];
    let mut inputs = vec![vec![], vec![2], b"\x02Pay\xFF\xFF".to_vec(), b"\x02\xFF1\xFFx".to_vec()];
    for (index, name) in names.iter().enumerate() {
        for flags in [0_u8, 1, 2, 6, 18, 22] {
            let brand = if index % 2 == 0 { "Example Pay" } else { "示例支付" };
            let account = if index % 3 == 0 { "6222 0202 0011 2345" } else { "𠀀𠀁𠀂𠀃" };
            inputs.push([&[flags], brand.as_bytes(), &[0xFF], account.as_bytes(), &[0xFF], name.as_bytes()].concat());
        }
    }
    inputs
}

/// Budgets as they grow: quiet, busy, full, braked, settled, and bytes that are none.
fn budgets() -> Vec<Vec<u8>> {
    let policy = SendPolicy::default();
    let start = Timestamp::from_unix_s(1_800_000_000).unwrap();
    let to = Destination::parse(Channel::Sms, "+8613812345678").unwrap();
    let mut inputs =
        vec![vec![], vec![0; 4], vec![0; 6], vec![0xFF; 8], vec![1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 0, 0, 0, 0, 0]];
    for scope in scopes(&to, "192.0.2.7".parse().ok(), 0, &policy).unwrap() {
        let rules = policy.rules_for(&scope);
        for (step_ms, steps) in [(SECOND_MS, 3), (MINUTE_MS, 70), (HOUR_MS, 30), (0, 200), (7 * MINUTE_MS, 40)] {
            let mut budget = SendBudget::default();
            for step in 0..steps {
                let now = start.plus_ms(step * step_ms);
                budget = charge(&budget, &rules, to.calling_prefix(), now).budget;
                if step % 4 == 1 {
                    budget = settle(&budget, now);
                }
            }
            inputs.push(postcard::to_allocvec(&budget).unwrap());
        }
    }
    inputs
}
