//! The hand-made part of the corpus: what is ordinary, what is at an edge, and what once fooled a parser somewhere.

use account_security::account::{
    AccountRecord, Aggregate, Event, EventKind, FailureBudget, SetAuthority, ThrottlePolicy,
};
use account_security::freeze::{
    Actor, Authority, FreezePolicy, FreezeReason, FreezeRequest, Freezes, Scopes, StepUp, lift, place, request_lift,
};
use account_security::password::{PasswordPolicy, PasswordState, Phc, VerifyCeiling};
use account_security::risk::{
    AssessContext, Bands, CheckedPolicy, Limits, Measure, PayeeBelief, Profile, RiskPolicy, Rule, StoredProfile,
    VelocityRule, assess,
};
use account_security::totp::{
    RecoveryKey, RecoverySet, SealedSecret, TotpParameters, TotpPolicy, TotpSecret, TotpState, code_at, confirm, enrol,
    generate_recovery_codes, spend_recovery_code,
};
use account_security::types::{
    AccountId, ActorId, CaseRef, Country, Currency, Direction, Fingerprint, KeyId, Money, Payment, PaymentKind,
    Position, RandomId, ReasonCode, SecretBytes, Timestamp, TxId, TypedCode,
};
use account_security::verification::{
    Binding, Challenges, Channel, CodeKey, CodeKeys, Destination, IssueRequest, Purpose, SendOutcome,
    VerificationPolicy, cancel, issue,
};
use account_security::{account::RejectedBecause, risk::Label};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// Target, file name, bytes.
pub type Seed = (&'static str, String, Vec<u8>);

/// Every hand-made input.
pub fn all() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (target, texts) in [
        ("phc", PHC),
        ("otpauth_uri", OTPAUTH),
        ("typed_code", TYPED_CODES),
        ("recovery_code", RECOVERY_CODES),
        ("money", MONEY),
        ("destination", DESTINATIONS),
        ("password_evaluate", PASSWORDS),
        ("rule_file", RULES),
    ] {
        let named = texts.iter().enumerate().map(|(index, text)| (target, format!("hand-{index:02}"), text.to_vec()));
        seeds.extend(named);
    }
    seeds.extend(super::breached::all());
    let numbered = |target, inputs: Vec<Vec<u8>>| {
        inputs.into_iter().enumerate().map(move |(index, bytes)| (target, format!("made-{index:02}"), bytes))
    };
    seeds.extend(numbered("rule_file", rule_files()));
    seeds.extend(numbered("event", events()));
    seeds.extend(numbered("record_parts", parts()));
    seeds.extend(numbered("recovery_code", recovery_sets()));
    seeds
}

const PHC: &[&[u8]] = &[
    b"$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4",
    b"$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAAAQ$c29tZXNhbHRzb21lc2FsdA$3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4",
    b"$argon2i$m=4096,t=3,p=1$c29tZXNhbHQ$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A",
    b"$argon2d$v=16$m=64,p=1,t=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=64,t=1,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=4294967295,t=4294967295,p=16777215$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=4294967296,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=064,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=+64,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=7,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHR$AAAAAAAAAAAAAAAAAAAAAB",
    b"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ=$AAAAAAAAAAAAAAAAAAAAAA==",
    b"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbA$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=18$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=8,t=1,p=1,data=AAAA$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA$",
    b"$argon2id$v=19$m=8,t=1,p=1$$",
    b"$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
    b"argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$ARGON2ID$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$argon2id$v=19$m=8,t=1,p=1$c29t-_NhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"$$$$$",
    b"",
    b"{nfc}$argon2id$v=19$m=64,t=1,p=1,keyid=AAAAAQ$c29tZXNhbHRzb21lc2FsdA$3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4",
    b"{nfc}{nfc}$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"{nfkc}$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    b"{nfc}",
];

const OTPAUTH: &[&[u8]] = &[
    b"otpauth://totp/Big%20Bank:alice%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Big%20Bank",
    b"otpauth://totp/alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    b"otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=C&algorithm=SHA512&digits=8&period=60",
    b"OTPAUTH://TOTP/A%3Ab?Secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq&Algorithm=HmacSHA-256",
    b"otpauth://totp/A:%20b?secret=GEZD%20GNBV-GY3TQOJQGEZDGNBVGY3TQOJQ&issuer=",
    b"otpauth://totp/a+b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOI=&image=http://x",
    b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ",
    b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJ1",
    b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR",
    b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=7",
    b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=0",
    b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=%2B30",
    b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=030",
    b"otpauth://hotp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=1",
    b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ#fragment",
    b"otpauth://totp/%?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    b"otpauth://totp/%FF%FE?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    b"otpauth://totp/a%00b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    b"otpauth://totp/a:b:c?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    b"otpauth://totp/?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "otpauth://totp/支付:王小明?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=支付".as_bytes(),
    b"otpauth://totp/%E2%80%AEmoc.knab:a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    b"otpauth://totp/a?",
    b"https://example.com/?secret=GEZDGNBVGY3TQOJQ",
    b"",
];

const TYPED_CODES: &[&[u8]] = &[
    b"\x06012345",
    b"\x06 012 345 ",
    b"\x06012-345",
    b"\x06+12345",
    b"\x061_2345",
    b"\x0612345",
    b"\x060123456",
    b"\x060000123456",
    "\u{6}０１２３４５".as_bytes(),
    "\u{6}٠١٢٣٤٥".as_bytes(),
    "\u{6}۰۱۲۳۴۵".as_bytes(),
    "\u{6}०१२३४५".as_bytes(),
    "\u{6}0１٢۳४5".as_bytes(),
    "\u{6}0\u{a0}1\u{200b}2\u{2013}345".as_bytes(),
    "\u{6}২৩৪৫৬৭".as_bytes(),
    "\u{6}①②③④⑤⑥".as_bytes(),
    b"\x0812345678",
    b"\x09999999999",
    b"\x0a4294967296",
    b"\x01 7",
    b"\x00",
    b"\xff1",
    b"\x06                                                          012345",
    b"\x06                                                           012345",
    b"\x0612345\n",
];

const RECOVERY_CODES: &[&[u8]] = &[
    b"0123-4567-89AB-CDEF-GHJK-MNPQ",
    b"0123456789abcdefghjkmnpq",
    b" 0123 4567 89ab cdef ghjk mnpq ",
    b"OI23-4567-89AB-CDEF-GHJK-MNPQ",
    b"ol23-4567-89ab-cdef-ghjk-mnpq",
    b"ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ",
    b"0000-0000-0000-0000-0000-0000",
    b"0123-4567-89AB-CDEF-GHJK-MNPU",
    b"0123-4567-89AB-CDEF-GHJK-MNP",
    b"0123-4567-89AB-CDEF-GHJK-MNPQ0",
    b"0123_4567_89AB_CDEF_GHJK_MNPQ",
    b"+123-4567-89AB-CDEF-GHJK-MNPQ",
    b"0123-4567-89AB-CDEF-GHJK-MNP\n",
    b"----------------------------",
    b"123456",
    b"",
    "０１２３－４５６７－８９ＡＢ－ｃｄｅｆ－ＧＨＪＫ－ｍｎｐｑ".as_bytes(),
    "0l23\u{2013}4567\u{a0}89ab\u{200b}cdef\u{ad}ghjk\u{3000}mnpq".as_bytes(),
    "٠١٢٣-٤٥٦٧-٨٩AB-CDEF-GHJK-MNPQ".as_bytes(),
    "0123-4567-89AB-CDEF-GHJK-MNP\u{212a}".as_bytes(),
    "0123-4567-89AB-CDEF-GHJK-MNP①".as_bytes(),
    b"0123-4567-89AB-CDEF-GHJK-MNP\xff",
    b"0123-4567-89AB-CDEF-GHJK-MNPQ                                                                                                    ",
];

const MONEY: &[&[u8]] = &[
    b"CNY1299.00",
    b"EUR0.01",
    b"EUR0",
    b"EUR00.10",
    b"JPY150",
    b"JPY1.0",
    b"KWD1.5",
    b"KWD1.5000",
    b"CLF1.2345",
    b"EUR10000000000000.00",
    b"EUR10000000000000.01",
    b"JPY1000000000000000",
    b"JPY1000000000000001",
    b"EUR92233720368547758.07",
    b"EUR9999999999999999999999999999",
    b"EUR000000000000000000000000000000001.00",
    b"EURNaN",
    b"EUR1e9",
    b"EUR-1",
    b"EUR+1",
    b"EUR 1",
    b"EUR1.",
    b"EUR.1",
    b"EUR1.2.3",
    b"EUR1,000",
    b"EUR1_000",
    b"EUR",
    b"eur1",
    b"ZZZ1",
    b"XAU1",
    "EUR１２".as_bytes(),
    "EUR٣".as_bytes(),
    b"EUR0x10",
    b"EUR1\x00",
];

const DESTINATIONS: &[&[u8]] = &[
    b"+8613812345678",
    b"+12025550123",
    b"+85291234567",
    b"+29012345",
    b"+12345678",
    b"+123456789012345",
    b"+1234567890123456",
    b"+1234567",
    b"+0123456789",
    b"8613812345678",
    b"+86 13812345678",
    "+８６１３８１２３４５６７８".as_bytes(),
    b"alice@example.com",
    b"a@b.co",
    b"First.Last+tag@Sub.EXAMPLE.co.uk",
    b"bob@mail.department-of-physics.university.example.edu",
    b"a@b@c.com",
    b"a..b@c.com",
    b".a@b.com",
    b"a\r\nBcc: x@c.com",
    b"\"a\"@b.com",
    b"a@[127.0.0.1]",
    b"a@1.2.3.4",
    b"a@-b.com",
    b"a@b",
    "ä@b.com".as_bytes(),
    "a@b\u{fc}cher.de".as_bytes(),
    b"!#$%&'*+-/=?^_`{|}~@x-y.z9",
    b"@",
    b"",
];

const PASSWORDS: &[&[u8]] = &[
    b"Zhang Wei\xff13800138000\xffZhang2024!",
    b"zhang\xffZh@ngWe1x!9",
    b"li.ming@example.com\xff99xxgnimil!",
    b"+86 138 0013 8000\xffMy-38000!",
    b"1990-05-17\xffborn900517!",
    "王小明\u{0}".as_bytes(),
    "马铃薯-骑-自行车7".as_bytes(),
    b"P@ssw0rd2024!",
    b"password",
    b"aaaaaaaaaaaaaaaaaaaaaaaa1!",
    b"abcdefgh12345678!",
    b"qwertyuiop[]1Q",
    b"correct horse battery staple",
    b"4@8({[<369&#!1/|0$5+7%2 4@8({[<369&#!1/|",
    b"Zoe\xcc\x88 rides 7 bikes!",
    "Zoë rides 7 bikes!".as_bytes(),
    "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}a1!".as_bytes(),
    "👨‍👩‍👧‍👦👨‍👩‍👧‍👦a1!".as_bytes(),
    "ｐａｓｓｗｏｒｄ1!".as_bytes(),
    "\u{1D15E}\u{1D15E}\u{1D15E}a1!xxxx".as_bytes(),
    b"tab\there1!\x1b[2J",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xc3\x28not text 1!",
    b"17/05/1990-2024-1999",
    "İstanbul\u{307}ß1!".as_bytes(),
    b"",
];

const RULES: &[&[u8]] = &[
    b"",
    b"{}",
    b"schema_version = 1\n[limits]\nday_minor = 100000\n",
    b"schema_version = 2\n",
    b"[limits]\ntransaction_minor = 0\n",
    b"[limits]\nday_minor = 100\nweek_minor = 99\n",
    b"[limits]\nday_minor = -1\n",
    b"[limits]\nday_minor = 1e3\n",
    b"[limits]\nday_minors = 1\n",
    b"currency = \"EUR\"\n",
    b"currency = [69, 85, 82]\n",
    b"[[velocity]]\nmeasure = \"count\"\nwindow_ms = 3600000\nabove = 5\nrule = { points_db = 10 }\n",
    b"[[velocity]]\nmeasure = \"payees\"\nwindow_ms = 3600000\nabove = 16\nrule = { points_db = 10 }\n",
    b"[amount]\nmemory = 10\nmin_history = 10\nspread_permille = 100\nprior_deviation_permille = 50\n",
    b"[amount]\nenter_ppm_per_day = 4294967295\nstay_ms = 18446744073709551615\n",
    b"[payee]\nstray_fraud_ppm = 500000\nfraud_share_permille = 999\n",
    b"[novelty]\nmin_history = 0\ndevice = { mode = \"shadow\", points_db = 60 }\n",
    b"[travel]\nspeed_kmh = 1\nfloor_km = 0\n",
    b"[bands]\nstep_up_from = 1\nhold_from = 2\nfreeze_from = 3\n",
    b"[pattern]\nround_power = 12\nstructuring_threshold_minor = 1\n",
    br#"{"group_cap_db":1,"limits":{"transaction_minor":18446744073709551615}}"#,
    br#"{"version":1,"min_code_points":1,"max_code_points":128,"max_bytes":1024,"classes":{"letters":0,"lowers":0,"uppers":0,"digits":0,"symbols":0,"kinds":0},"ascii_only":false,"blocklist":false,"breached":false,"user_words":false,"max_repeat":null,"max_sequence":null,"max_walk":1,"min_score":4,"history":12,"rotation_reminder_days":null,"rotation_required_days":90,"min_age_hours":24,"second_factor":true}"#,
    br#"{"version":1,"min_code_points":0,"max_code_points":128,"max_bytes":1024,"classes":{"letters":255,"lowers":255,"uppers":255,"digits":255,"symbols":255,"kinds":5},"ascii_only":true,"blocklist":true,"breached":true,"user_words":true,"max_repeat":0,"max_sequence":1,"max_walk":1,"min_score":5,"history":13,"rotation_reminder_days":0,"rotation_required_days":0,"min_age_hours":65535,"second_factor":false}"#,
    b"currency = \"EUR\"\n[limits]\nday = \"10.00 EUR\"\n[[limits.class]]\npayee = \"new\"\nkind = \"cash_out\"\nday_minor = 900\n",
    b"[[rule]]\nid = \"r\"\ngroup = \"pattern\"\npoints_db = 9\nmin_outcome = \"hold\"\nwhen = [{ feature = \"hour\", op = \"<\", value = 5 },\n{ feature = \"sum_to_new\", window = \"7d\", op = \">=\", value = \"9.99 JPY\" }]\n",
    b"[[rule]]\nid = \"r\"\ngroup = \"limit\"\nwhen = [{ feature = \"count_out\", window_ms = 1, op = \"!=\", value = 1 }, { feature = \"country\", op = \"==\", value = \"NG\" }]\n",
    b"currency = \"EUR\"\n[[rule]]\nid = \"e\"\ngroup = \"amount\"\npoints_db = 1\nexpr = \"amount / own_mean > 3 && is_new_payee || count_out_1h >= 11\"\n",
    b"[[rule]]\nid = \"e\"\ngroup = \"amount\"\npoints_db = 1\nexpr = \"((((kind == \\\"card\\\" ? 1 : -1)))) % 0 == hour\"\n",
    br#"{"lists":{"deny_payees":["a","fp:00000000000000ff"],"deny_countries":["KP"],"allow_payees":["a"]},"rule":[],"velocity":[{"measure":"sum","window":"1d","above":"5.00 EUR","rule":{"points_db":3,"min_outcome":"step_up"}}]}"#,
    br#"{"limits":{"day_minor":9000000000000000000},"currency":"EUR"}"#,
    b"[[[[[[[[[[[[[[[[",
];

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_s(1_700_000_000 + second).unwrap()
}

fn money(minor: i64) -> Money {
    Money::from_minor(minor, Currency::CNY).unwrap()
}

fn rule_files() -> Vec<Vec<u8>> {
    let wallet = RiskPolicy::wallet();
    let velocity = [Measure::Count, Measure::Sum, Measure::Payees, Measure::Devices, Measure::Attempts]
        .map(|measure| VelocityRule { measure, window_ms: 3_600_000, above: 3, rule: Rule::enforced(60) });
    let limits = Limits {
        transaction_minor: Some(1),
        day_minor: Some(1),
        week_minor: Some(2),
        month_minor: None,
        class: Vec::new(),
    };
    let strict = RiskPolicy { limits, velocity: velocity.to_vec(), group_cap_db: 60, ..wallet.clone() };
    let bands = Bands { step_up_from: strict.bands.step_up_from, ..Bands::clone(&wallet.bands) };
    let named = RiskPolicy { currency: Some(Currency::JPY), bands, ..wallet.clone() };
    [wallet, strict, named].iter().map(|policy| serde_json::to_vec(policy).unwrap()).collect()
}

fn events() -> Vec<Vec<u8>> {
    let (id, budget) = (RandomId([7; 16]), five_wrong());
    let actor = ActorId::parse("agent-7").unwrap();
    let tx_id = TxId::of("tx-1");
    let (profile, _) = history();
    let payment = Payment::out("tx-99", money(129_900), at(900_000)).unwrap().to("stranger").from_device("new");
    let assessment =
        assess(&profile, &payment, None, &CheckedPolicy::wallet(), &AssessContext::at(at(900_000), 480)).unwrap();
    let masked = "+86 ****5678".to_owned();
    let kinds = vec![
        EventKind::CodeIssued { challenge: id, purpose: 4, destination_masked: masked, resend: false },
        EventKind::CodeIssued { challenge: id, purpose: 65_535, destination_masked: "é".repeat(700), resend: true },
        EventKind::CodeAccepted { challenge: id, purpose: 1 },
        EventKind::CodeRejected { challenge: id, because: RejectedBecause::Superseded, budget },
        EventKind::CodeCancelled { challenge: id },
        EventKind::TotpEnrolled { credential: id },
        EventKind::TotpConfirmed { credential: id, replaced: Some(RandomId([8; 16])) },
        EventKind::TotpConfirmFailed { tries_left: 0 },
        EventKind::TotpAccepted { step: u64::MAX },
        EventKind::TotpRejected { because: RejectedBecause::ClockAnomaly, budget },
        EventKind::TotpRevoked { credential: id },
        EventKind::PasswordSet { changed: true, by: SetAuthority::Owner },
        EventKind::FormerPasswordsLost { count: 5 },
        EventKind::PasswordAttempted { budget, device: None },
        EventKind::PasswordAccepted { rehashed: false, device: None },
        EventKind::PasswordUndecided { budget: FailureBudget::default(), device: None },
        EventKind::FreezePlaced {
            freeze: id,
            scopes: Scopes::ALL,
            reason: FreezeReason::CourtOrder,
            authority: Authority::Court,
            actor: actor.clone(),
            case_ref: Some(CaseRef::parse("2026-17").unwrap()),
            until: Some(Timestamp::MAX),
            caused_by: Some(tx_id),
            pending: account_security::freeze::PendingPayments::LetPendingFinish,
        },
        EventKind::LiftRequested { freeze: id, actor: actor.clone(), authority: Authority::Agent, dies_at: at(1) },
        EventKind::FreezeLifted { freeze: id, actor, authority: Authority::Owner, release: None },
        EventKind::PaymentAssessed {
            tx_id,
            content: 1,
            ordered_at: at(0),
            money: money(-1),
            direction: Direction::Out,
            kind: PaymentKind::Card,
            payee: Some(Fingerprint::of_payee("shop")),
            assessment: Box::new(assessment.assessment),
        },
        EventKind::PaymentRefused { tx_id, content: u64::MAX, money: money(1), reason: ReasonCode::LimitDay },
        EventKind::PaymentLabelled { tx_id, label: Label::Fraud },
        EventKind::PaymentReleased { tx_id, actor: None },
        EventKind::PaymentStopped {
            tx_id,
            content: 7,
            money: money(1),
            direction: Direction::Refund,
            reason: ReasonCode::Frozen,
        },
        EventKind::PaymentLetPass { tx_id, actor: ActorId::parse("agent-7").unwrap(), authority: Authority::Agent },
        EventKind::ClockSetBackRequested {
            request: id,
            clock: at(0),
            actor: ActorId::parse("agent-7").unwrap(),
            authority: Authority::Agent,
        },
        EventKind::ClockSetBack {
            request: id,
            from: Timestamp::MAX,
            to: at(0),
            actor: ActorId::parse("agent-8").unwrap(),
            authority: Authority::Compliance,
        },
        EventKind::PayeeLearned { tx_id, label: Label::Genuine },
        EventKind::TotpResynced { step: u64::MAX, offset_steps: i8::MIN, allowed_for: false },
        EventKind::RecoveryCodesIssued { generation: u32::MAX },
        EventKind::RecoveryCodeSpent { generation: 1, left: 0, sign_in: id },
        EventKind::RecoveryCodeRejected { because: RejectedBecause::Replayed, budget },
    ];
    let kinds = kinds.into_iter().chain(super::customers::events());
    // Where people typed something there are sealed texts, and nowhere else.
    let written = |kind: EventKind| {
        let plain = Event { at: at(0), key_id: KeyId(1), epoch: 0, kind, sealed_texts: Vec::new(), is_masked: false };
        let bytes = plain.encode().unwrap();
        let is_whole = Event::decode(&bytes).is_ok();
        if is_whole { bytes } else { Event { sealed_texts: vec![7; 40], ..plain }.encode().unwrap() }
    };
    let mut inputs: Vec<Vec<u8>> = kinds.map(written).collect();
    // Payments as they are stored now: under a mask, which changes no more than the first byte and two numbers.
    let payments: Vec<Vec<u8>> = inputs
        .iter()
        .filter(|bytes| matches!(Event::decode(bytes), Ok(event) if is_payment(&event)))
        .cloned()
        .collect();
    let masked: Vec<Vec<u8>> = payments.into_iter().map(|bytes| [&[2], &bytes[1..]].concat()).collect();
    let mut newer = inputs[0].clone();
    newer[0] = 3;
    let mut masked_other = inputs[0].clone();
    masked_other[0] = 2;
    let mut renumbered = inputs[2].clone();
    renumbered[5] = 12;
    // A number in more bytes than it needs, and a time after the year 9999.
    let mut long_number = inputs[7].clone();
    long_number.pop();
    long_number.extend([0x80, 0x00]);
    let mut late = inputs[11].clone();
    late[7..15].copy_from_slice(&i64::MAX.to_le_bytes());
    inputs.extend(masked);
    inputs.extend([newer, masked_other, renumbered, long_number, late, vec![1], Vec::new()]);
    inputs
}

fn is_payment(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::PaymentAssessed { .. } | EventKind::PaymentRefused { .. } | EventKind::PaymentStopped { .. }
    )
}

fn parts() -> Vec<Vec<u8>> {
    let tagged = |part: u8, bytes: Vec<u8>| [vec![part], bytes].concat();
    let stored = |part: u8, value: &dyn Fn() -> Vec<u8>| tagged(part, value());
    let mut inputs = Vec::new();
    let (profile, short) = history();
    for profile in [&Profile::new(), &short, &profile] {
        inputs.push(stored(0, &|| postcard::to_allocvec(profile).unwrap()));
    }
    let all_freezes = freezes();
    inputs.extend(all_freezes.iter().map(|freezes| stored(1, &|| postcard::to_allocvec(freezes).unwrap())));
    let all_challenges = challenges();
    inputs.extend(all_challenges.iter().map(|challenges| stored(2, &|| postcard::to_allocvec(challenges).unwrap())));
    let all_totp = totp();
    inputs.extend(all_totp.iter().map(|state| stored(3, &|| postcard::to_allocvec(state).unwrap())));
    let password = password();
    inputs.push(stored(4, &|| postcard::to_allocvec(&password).unwrap()));
    inputs.push(stored(4, &|| postcard::to_allocvec(&password.requiring_change()).unwrap()));
    for budget in [FailureBudget::default(), five_wrong()] {
        inputs.push(stored(5, &|| postcard::to_allocvec(&budget).unwrap()));
    }
    // A count and a block at the end of their ranges.
    inputs.push(tagged(5, vec![0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 0xFE, 0xFF, 0xFF, 0xB9, 0x9E, 0x73, 1]));
    inputs.extend(super::customers::parts());
    inputs.extend(recovery_sets().into_iter().map(|bytes| tagged(15, bytes[1..].to_vec())));
    let mut record = AccountRecord::default();
    inputs.push(tagged(6, record.encode().unwrap()));
    record.time_high = at(9);
    record.password = Some(password);
    record.totp = all_totp.last().unwrap().clone();
    record.challenges = all_challenges.last().unwrap().clone();
    record.freezes = all_freezes.last().unwrap().clone();
    record.profile = StoredProfile::of(&profile).unwrap();
    super::customers::fill(&mut record);
    inputs.push(tagged(6, record.encode().unwrap()));
    inputs.extend(payees().into_iter().map(|bytes| tagged(7, bytes)));
    // Lists that claim a length they do not have.
    let lists = [0, 1, 2, 3, 4, 5, 10, 11];
    inputs.extend(lists.map(|part| tagged(part, vec![0xFF, 0xFF, 0xFF, 0xFF, 0x0F])));
    inputs
}

/// Sets of recovery codes: none, fresh, with one spent; and bytes that claim to be one. The first byte says "stored".
fn recovery_sets() -> Vec<Vec<u8>> {
    let key = RecoveryKey::new(KeyId(7), &SecretBytes::new(vec![7; 32])).unwrap();
    let alice = AccountId::parse("alice").unwrap();
    let mut rng = StdRng::seed_from_u64(5);
    let drawn = generate_recovery_codes(&RecoverySet::default(), &alice, &key, &mut rng, at(0)).unwrap();
    let spent = spend_recovery_code(&drawn.set, &alice, &key, &drawn.codes[3], RandomId([1; 16]), at(1)).unwrap().set;
    let again = generate_recovery_codes(&spent, &alice, &key, &mut rng, at(2)).unwrap().set;
    let sets = [RecoverySet::default(), drawn.set, spent, again];
    let mut inputs: Vec<Vec<u8>> = sets.iter().map(|set| postcard::to_allocvec(set).unwrap()).collect();
    inputs.push(vec![0xFF, 0xFF, 0xFF, 0xFF, 0x0F]);
    // Eleven codes, and ten alike.
    inputs.push([&[1, 7, 0, 0, 11][..], &[9; 17 * 11]].concat());
    inputs.push([&[1, 7, 0, 0, 10][..], &[0; 17 * 10]].concat());
    inputs.into_iter().map(|bytes| [&[0], &bytes[..]].concat()).collect()
}

/// A long and a short history of payments.
fn history() -> (Profile, Profile) {
    let policy = CheckedPolicy::wallet();
    let (mut profile, mut short) = (Profile::new(), Profile::new());
    for step in 0..40_i64 {
        let now = at(step * 20_000);
        let mut payment = Payment::out(&format!("tx-{step}"), money(1_000 + step * 37), now).unwrap();
        payment = payment.to(["bakery", "shop", "landlord"][usize::try_from(step % 3).unwrap()]).from_device("phone");
        payment = payment.in_country(Country::parse("CN").unwrap());
        payment = payment.at_position(Position::new(31_230_000, 121_470_000, 500).unwrap());
        if step % 9 == 4 {
            payment.direction = Direction::In;
        }
        assess(&profile, &payment, None, &policy, &AssessContext::at(now, 480)).unwrap().commit(&mut profile);
        if step == 2 {
            short = profile.clone();
        }
    }
    (profile, short)
}

fn five_wrong() -> FailureBudget {
    (0..5).fold(FailureBudget::default(), |budget, _| budget.after_failure(&ThrottlePolicy::default(), at(0)))
}

fn freezes() -> Vec<Freezes> {
    let policy = FreezePolicy::standard();
    let owner = ActorId::parse("alice").unwrap();
    let none = Freezes::default();
    let own = place(&none, &FreezeRequest::by_owner(owner.clone(), Scopes::PAY_OUT), RandomId([1; 16]), &policy, at(0));
    let own = own.unwrap();
    let court =
        FreezeRequest::new(Scopes::ALL, FreezeReason::CourtOrder, Authority::Court, ActorId::parse("clerk-3").unwrap())
            .for_case(CaseRef::parse("2026-17").unwrap())
            .until(at(100_000))
            .with_key([7; 16]);
    let both = place(&own.freezes, &court, RandomId([2; 16]), &policy, at(1)).unwrap().freezes;
    let clerk = Actor::staff(ActorId::parse("clerk-4").unwrap(), Authority::Court);
    let release = CaseRef::parse("2026-18").unwrap();
    let requested = request_lift(&both, RandomId([2; 16]), &clerk, Some(&release), &policy, at(2)).unwrap().freezes;
    let by = Actor::owner(owner, StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN });
    let lifted = lift(&requested, own.id, &by, None, &policy, at(3)).unwrap().freezes;
    vec![none, own.freezes, both, requested, lifted]
}

fn challenges() -> Vec<Challenges> {
    let keys = CodeKeys::new(CodeKey::new(KeyId(1), &SecretBytes::new(vec![7; 32])).unwrap(), vec![]).unwrap();
    let account = AccountId::parse("c-1001").unwrap();
    let to = Destination::parse(Channel::Sms, "+8613812345678").unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let mut open = vec![Challenges::default()];
    for purpose in [Purpose::SignIn, Purpose::ResetPassword] {
        let request = IssueRequest { account: &account, purpose, to: &to, binding: &Binding::None };
        let before = open.last().unwrap();
        let sent = issue(before, &request, &keys, &VerificationPolicy::default(), &mut rng, at(0)).unwrap();
        let SendOutcome::Sent(sent) = sent else { panic!("a first code is sent") };
        open.push(sent.challenges);
    }
    let id = open[2].iter().next().unwrap().id;
    let cancelled = match cancel(&open[2], id, at(1)) {
        account_security::verification::CancelOutcome::Cancelled(challenges) => challenges,
        other => panic!("{other:?}"),
    };
    open.push(cancelled);
    open
}

fn totp() -> Vec<TotpState> {
    let (policy, parameters) = (TotpPolicy::usable(), TotpParameters::STANDARD);
    let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
    let sealed = |byte| SealedSecret::new(vec![byte; 57]).unwrap();
    let none = TotpState::default();
    let pending = enrol(&none, RandomId([1; 16]), parameters, sealed(1), &policy, at(0)).unwrap().state;
    let typed = TypedCode::parse(code_at(&secret, &parameters, at(5)).unwrap().code(), 6).unwrap();
    let active = confirm(&pending, &secret, &typed, &policy, at(5)).unwrap().state;
    let both = enrol(&active, RandomId([2; 16]), parameters, sealed(2), &policy, at(10)).unwrap().state;
    vec![none, pending, active, both]
}

fn password() -> PasswordState {
    let hash = |text: &[u8]| Phc::parse(std::str::from_utf8(text).unwrap(), &VerifyCeiling::DEFAULT).unwrap();
    let policy = PasswordPolicy::card_default();
    let first = PasswordState::set(None, &hash(PHC[0]), &policy, at(0));
    PasswordState::set(Some(&first), &hash(PHC[1]), &policy, at(1))
}

fn payees() -> Vec<Vec<u8>> {
    let policy = CheckedPolicy::wallet();
    let mut record = account_security::account::PayeeRecord::fresh();
    let fresh = record.encode().unwrap();
    let mut belief = PayeeBelief::new(&policy, at(0));
    for step in 1..4 {
        belief = belief.learn(Label::Fraud, at(step), belief.predict(at(step), &policy), &policy);
    }
    record.belief = Some(belief);
    vec![fresh, record.encode().unwrap()]
}
