//! Bad files, each seen to be refused at its line and column.

use super::*;
use crate::risk::{Condition, Feature, Mode, Outcome, PayeeClass};

fn refused(text: &str, format: Format) -> RuleFileError {
    read(text, format).map(|policy| policy.content_hash()).expect_err(text)
}

/// Every file with the line, column and path of its fault, and words of what to do.
const BAD: &[(&str, (usize, usize), &str, &str)] = &[
    ("[limits]\nday = \n", (2, 7), "", "no TOML"),
    ("[limits]\ndya_minor = 1\n", (2, 1), "limits.dya_minor", "did you mean `day_minor`?"),
    ("limits = 7\n", (1, 10), "limits", "the number 7 stands here; write a table"),
    ("currency = \"EUR\"\n[limits]\nday_minor = -5\n", (3, 13), "limits.day_minor", "0 or more"),
    ("[limits]\nday_minor = 5\n", (2, 13), "limits.day_minor", "which currency?"),
    ("[limits]\nday = \"10.00\"\n", (2, 7), "limits.day", "like \"10000.00 EUR\""),
    ("[limits]\nday = \"1e3 EUR\"\n", (2, 7), "limits.day", "like \"10000.00 EUR\""),
    ("[limits]\nday = \"1 EUR\"\nweek = \"9 USD\"\n", (3, 8), "limits.week", "this is USD, but the file is in EUR"),
    ("currency = \"USD\"\n[limits]\nday = \"1 EUR\"\n", (3, 7), "limits.day", "this is EUR, but the file is in USD"),
    ("currency = \"EURO\"\n", (1, 12), "currency", "ISO 4217"),
    ("[limits]\nday = \"9 EUR\"\nday_minor = 900\n", (3, 1), "limits.day_minor", "in another form"),
    ("[limits]\nday = \"9 EUR\"\nweek = \"8 EUR\"\n", (3, 8), "limits.week", "must not shrink"),
    ("[limits]\nday = \"0 EUR\"\n", (2, 7), "limits.day", "leave it out"),
    ("[limits]\ntransaction = \"10000000000000.01 EUR\"\n", (2, 15), "limits.transaction", "too large"),
    ("[bands]\nstep_up_from = 9000\n", (1, 1), "bands", "0 < step_up_from < hold_from"),
    ("[bands]\nstep_up_from = 100\nhold_from = 90\n", (3, 13), "bands.hold_from", "0 < step_up_from"),
    ("group_cap_db = 0\n", (1, 16), "group_cap_db", "1 to 60"),
    ("group_cap_db = 1.5\n", (1, 16), "group_cap_db", "a number with decimals"),
    ("group_cap_db = 70000\n", (1, 16), "group_cap_db", "from 0 to 65535"),
    ("schema_version = 2\n", (1, 18), "schema_version", "schema_version must be 1"),
    ("[amount]\nmemory = 5\n", (2, 10), "amount.memory", "10 to 1000"),
    (
        "[novelty]\npayee = { mode = \"enforc\", points_db = 5 }\n",
        (2, 18),
        "novelty.payee.mode",
        "did you mean `enforce`?",
    ),
    ("[novelty]\npayee = { mode = \"off\" }\n", (2, 9), "novelty.payee", "`points_db` is missing"),
    ("[novelty]\npayee = { points_db = 61 }\n", (2, 23), "novelty.payee.points_db", "at most 60"),
    ("[novelty]\npayee = { points_db = 6, min_outcome = \"stop\" }\n", (2, 40), "novelty.payee.min_outcome", "`hold`"),
    (
        "[[velocity]]\nmeasure = \"payees\"\nwindow = \"1h\"\nabove = 16\nrule = { points_db = 1 }\n",
        (4, 9),
        "velocity[0].above",
        "below 16",
    ),
    (
        "[[velocity]]\nmeasure = \"count\"\nwindow = \"31d\"\nabove = 1\nrule = { points_db = 1 }\n",
        (3, 10),
        "velocity[0].window",
        "30 days",
    ),
    (
        "[[velocity]]\nmeasure = \"count\"\nwindow = \"1w\"\nabove = 1\nrule = { points_db = 1 }\n",
        (3, 10),
        "velocity[0].window",
        "is no time",
    ),
    (
        "[[velocity]]\nmeasure = \"sum\"\nwindow = \"1d\"\nabove = 1\nrule = { points_db = 1 }\n",
        (4, 9),
        "velocity[0].above",
        "which currency?",
    ),
    ("[[limits.class]]\npayee = \"new\"\n", (1, 1), "limits.class[0]", "at least one limit"),
    ("[[limits.class]]\nday = \"5 EUR\"\n", (1, 1), "limits.class[0]", "needs a class"),
    (
        "[limits]\nday = \"5 EUR\"\n[[limits.class]]\nkind = \"bill\"\nday = \"6 EUR\"\n",
        (5, 7),
        "limits.class[0].day",
        "never be reached",
    ),
    ("[[limits.class]]\nkind = \"cash\"\nday = \"6 EUR\"\n", (2, 8), "limits.class[0].kind", "`c"),
    ("[lists]\ndeny_payees = [\"a\", \"fp:12\"]\n", (2, 21), "lists.deny_payees[1]", "sixteen hexadecimal"),
    ("[lists]\ndeny_devices = [\n\"a\",\n\"\"]\n", (4, 1), "lists.deny_devices[1]", "leave it out"),
    ("[lists]\nallow_payees = [7]\n", (2, 17), "lists.allow_payees[0]", "write text"),
    ("[lists]\ndeny_countries = [\"xx\"]\n", (2, 19), "lists.deny_countries[0]", "two capital letters"),
    (
        "[limits]\nday = 100\n",
        (2, 7),
        "limits.day",
        "write \"100.00 EUR\", or minor units as `day_minor` with the value 10000",
    ),
    ("currency = \"JPY\"\n[limits]\nday = 100\n", (3, 7), "limits.day", "\"100 JPY\""),
    ("[limits]\nday = 10.5\n", (2, 7), "limits.day", "an amount needs its unit"),
    ("[large_amount]\nfrom = 7\n", (2, 8), "large_amount.from", "`from_minor` with the value 700"),
    (
        "[[velocity]]\nmeasure = \"count\"\nwindow = 3600\nabove = 1\nrule = { points_db = 1 }\n",
        (3, 10),
        "velocity[0].window",
        "write \"1h\", or milliseconds as `window_ms` with the value 3600000",
    ),
    ("[amount]\nstay = 90\n", (2, 8), "amount.stay", "write \"90s\""),
    (
        "[[velocity]]\nmeasure = \"count\"\nabove = 1\nrule = { points_db = 1 }\n",
        (1, 1),
        "velocity[0]",
        "a window is missing; add one",
    ),
    ("[lists]\ndeny_payee = []\n", (2, 1), "lists.deny_payee", "did you mean `deny_payees`?"),
];

/// The same for one custom rule, whose first line is the fourth.
const BAD_RULES: &[(&str, (usize, usize), &str, &str)] = &[
    ("when = [{ feature = \"amuont\", op = \">\", value = 5 }]", (4, 21), "when[0].feature", "did you mean `amount`?"),
    ("when = [{ feature = \"hour\", op = \"=>\", value = 5 }]", (4, 34), "when[0].op", "`>=`"),
    ("when = [{ feature = \"hour\", op = \">\", value = 23 }]", (4, 47), "when[0].value", "from 0 to 23"),
    (
        "when = [{ feature = \"distinct_payees\", window = \"1h\", op = \">\", value = 17 }]",
        (4, 73),
        "when[0].value",
        "from 0 to 17",
    ),
    (
        "when = [{ feature = \"count_attempts\", window = \"1h\", op = \">=\", value = 17 }]",
        (4, 73),
        "when[0].value",
        "from 0 to 16",
    ),
    ("when = [{ feature = \"count_out\", op = \">\", value = 3 }]", (4, 9), "when[0]", "add one of at most 30d"),
    (
        "when = [{ feature = \"count_out\", window = \"31d\", op = \">\", value = 3 }]",
        (4, 43),
        "when[0].window",
        "at most \"30d\"",
    ),
    (
        "when = [{ feature = \"count_out\", window = 3600, op = \">\", value = 3 }]",
        (4, 43),
        "when[0].window",
        "write \"1h\"",
    ),
    (
        "when = [{ feature = \"hour\", window = \"1h\", op = \">\", value = 3 }]",
        (4, 38),
        "when[0].window",
        "looks back",
    ),
    ("when = [{ feature = \"hour\", op = \">\", value = \"night\" }]", (4, 47), "when[0].value", "a whole number"),
    ("when = [{ feature = \"amount\", op = \">\", value = 5 }]", (4, 49), "when[0].value", "which currency?"),
    ("when = [{ feature = \"kind\", op = \"==\", value = \"cash\" }]", (4, 48), "when[0].value", "cash_out"),
    ("when = [{ feature = \"kind\", op = \">\", value = \"card\" }]", (4, 34), "when[0].op", "no order"),
    (
        "when = [{ feature = \"country\", op = \"==\", value = \"de\" }]",
        (4, 51),
        "when[0].value",
        "two capital letters",
    ),
    (
        "when = [\n{ feature = \"amount\", op = \">\", value = \"500 EUR\" },\n{ feature = \"amount\", op = \"<\", value = \"100 EUR\" }]",
        (6, 41),
        "when[1].value",
        "never fire",
    ),
    (
        "when = [{ feature = \"amount\", op = \">\", value = \"5 EUR\" }, { feature = \"own_mean\", op = \">\", value = \"5 USD\" }]",
        (4, 102),
        "when[1].value",
        "this is USD",
    ),
    ("when = []", (4, 8), "when", "1 to 8 conditions"),
    ("when = 5", (4, 8), "when", "a list"),
    ("points = 5", (4, 1), "points", "did you mean `points_db`?"),
    ("mode = \"on\"", (4, 8), "mode", "`enforce`"),
];

#[test]
fn every_fault_is_told_with_its_line_its_column_its_path_and_what_to_do() {
    for (text, place, path, what) in BAD {
        let fault = refused(text, Format::Toml);
        assert_eq!(((fault.line, fault.column), fault.path.as_str()), (*place, *path), "{text}\n{fault}");
        assert!(fault.what.contains(what), "{text}\n{fault}");
    }
    for (line, place, path, what) in BAD_RULES {
        let text = format!("[[rule]]\nid = \"r\"\ngroup = \"pattern\"\n{line}\npoints_db = 5\n");
        let fault = refused(&text, Format::Toml);
        let path = format!("rule[0].{path}");
        assert_eq!(((fault.line, fault.column), fault.path.as_str()), (*place, path.as_str()), "{text}\n{fault}");
        assert!(fault.what.contains(what), "{text}\n{fault}");
    }
}

#[test]
fn rules_that_do_nothing_twice_or_too_often_are_refused() {
    let rule = |id: &str, rest: &str| {
        format!("[[rule]]\nid = \"{id}\"\nwhen = [{{ feature = \"hour\", op = \">\", value = 3 }}]\n{rest}\n")
    };
    for (rest, path, what) in [
        ("group = \"pattern\"", "rule[0].id", "change nothing"),
        ("group = \"record\"\npoints_db = 1", "rule[0].group", "record"),
        ("group = \"limit\"\npoints_db = 1", "rule[0].points_db", "hard limit"),
        ("group = \"limit\"\nmin_outcome = \"step_up\"", "rule[0].min_outcome", "hard limit"),
        ("group = \"patern\"\npoints_db = 1", "rule[0].group", "did you mean `pattern`?"),
        ("points_db = 1", "rule[0]", "`group` is missing"),
    ] {
        let fault = refused(&rule("r", rest), Format::Toml);
        assert_eq!(fault.path, path, "{fault}");
        assert!(fault.what.contains(what), "{fault}");
    }
    let good = "group = \"pattern\"\npoints_db = 1";
    let twice = refused(&(rule("r", good) + &rule("r", good)), Format::Toml);
    assert_eq!((twice.line, twice.path.as_str()), (7, "rule[1].id"));
    assert_eq!(refused(&rule("night rule", good), Format::Toml).path, "rule[0].id");
    let many = |count: usize| (0..count).map(|number| rule(&format!("r{number}"), good)).collect::<String>();
    assert!(read(&many(32), Format::Toml).is_ok());
    assert_eq!(refused(&many(33), Format::Toml).path, "rule");
}

#[test]
fn the_same_faults_have_their_places_in_json() {
    for (text, place, path, what) in [
        ("{\n  \"limits\": {\"dya\": 5}\n}", (2, 14), "limits.dya", "did you mean"),
        ("{\"limits\": {\"day\": \"9 EUR\",\n \"week\": \"8 EUR\"}}", (2, 10), "limits.week", "must not shrink"),
        ("{\"group_cap_db\": \"ü\",\n \"group_cap_db\": 5}", (2, 2), "", "written twice"),
        ("{\"bands\": [1, 2}", (1, 16), "", "no JSON"),
        ("{\"group_cap_db\": 5", (1, 18), "", "no JSON"),
        ("{\"grüp\": 1}", (1, 2), "grüp", "unknown key"),
        ("{\"currency\": \"\\ud800\"}", (1, 14), "currency", "stands for no character"),
        ("{\"group_cap_db\": 1e2}", (1, 18), "group_cap_db", "decimals"),
        ("{\"group_cap_db\": 99999999999999999999}", (1, 18), "group_cap_db", "64 bits"),
        ("[1]", (1, 1), "", "a list stands here; write a table"),
        ("", (1, 1), "", "no JSON"),
    ] {
        let fault = refused(text, Format::Json);
        assert_eq!(((fault.line, fault.column), fault.path.as_str()), (place, path), "{text}\n{fault}");
        assert!(fault.what.contains(what), "{text}\n{fault}");
    }
}

#[test]
fn both_formats_read_the_same_policy() {
    let toml = "currency = \"EUR\"\n[limits]\nday = \"100.00 EUR\"\n[[limits.class]]\npayee = \"new\"\nday_minor = 2000\n\
                [[rule]]\nid = \"r\"\ngroup = \"novelty\"\nmin_outcome = \"hold\"\nmode = \"shadow\"\nnote = \"why\"\n\
                when = [{ feature = \"sum_to_new\", window = \"7d\", op = \">=\", value = \"50.00 EUR\" },\n\
                { feature = \"is_new_device\", op = \"==\", value = true }]\n";
    let json = r#"{"currency":"EUR","limits":{"day":"100.00 EUR","class":[{"payee":"new","day_minor":2000}]},
        "rule":[{"id":"r","group":"novelty","min_outcome":"hold","mode":"shadow","note":"why","when":[
        {"feature":"sum_to_new","window_ms":604800000,"op":">=","value":5000},
        {"feature":"is_new_device","op":"==","value":1}]}]}"#;
    let (one, other) = (read(toml, Format::Toml).unwrap(), read(json, Format::Json).unwrap());
    assert_eq!(one.policy(), other.policy());
    assert_eq!(one.content_hash(), other.content_hash());
    let policy = one.policy();
    let (class, rule) = (policy.limits.class[0], &policy.rules[0]);
    assert_eq!(
        (policy.limits.day_minor, class.payee, class.day_minor),
        (Some(10_000), Some(PayeeClass::New), Some(2_000))
    );
    assert_eq!((rule.mode, rule.min_outcome, rule.note.as_str()), (Mode::Shadow, Some(Outcome::Hold), "why"));
    let op = crate::risk::Comparison::AtLeast;
    assert_eq!(rule.when[0], Condition { feature: Feature::SumToNew, window_ms: 604_800_000, op, value: 5_000 });
    let named = read("[limits]\nday = \"1.00 EUR\"\n", Format::Toml).unwrap();
    assert_eq!(named.policy().currency, Some(crate::types::Currency::EUR), "the first literal names the currency");
    let null = read("{\"currency\":null,\"limits\":{\"day_minor\":null}}", Format::Json).unwrap();
    assert_eq!(null.content_hash(), CheckedPolicy::wallet().content_hash());
    assert_eq!(read("", Format::Toml).unwrap().content_hash(), null.content_hash());
}

#[test]
fn files_too_large_too_deep_or_too_full_are_refused_before_they_cost_anything() {
    let ten_megabytes = "[".repeat(10_000_000);
    for format in [Format::Toml, Format::Json] {
        let counted = allocation_counter::measure(|| {
            let fault = read_bytes(ten_megabytes.as_bytes(), format).map(|_| ()).unwrap_err();
            assert!(fault.what.contains("1 MiB"), "{fault}");
        });
        assert!(counted.bytes_max < 1_000, "nothing was built: {} bytes", counted.bytes_max);
    }
    let deep = |open: &str, close: &str, depth: usize| open.repeat(depth) + &close.repeat(depth);
    for depth in [17, 1_000, 500_000] {
        let json = refused(&format!("{{\"a\":{}}}", deep("[", "]", depth)), Format::Json);
        assert!(json.what.contains("16 levels"), "{json}");
        let objects = refused(&deep("{\"a\":", "}", depth.min(150_000)).replace(":}", ":1}"), Format::Json);
        assert!(objects.what.contains("16 levels"), "{objects}");
    }
    let tomls = [
        format!("a = {}", deep("[", "]", 17)),
        format!("a = {}", deep("[", "]", 500_000)),
        format!("a = {}", "{a=".repeat(300_000)),
        format!("{}a = 1", "a.".repeat(500_000)),
        format!("[{}a]", "a.".repeat(500_000)),
        format!("x = {{ {}a = 1 }}", "a.".repeat(500_000)),
        format!("\"\".{}a = 1", "a . ".repeat(250_000)),
    ];
    for text in &tomls {
        let fault = refused(text, Format::Toml);
        assert!(fault.what.contains("nested deeper") || fault.what.contains("no TOML"), "{fault}");
    }
    let many = format!("{{\"lists\":{{\"deny_payees\":[{}1]}}}}", "1,".repeat(400_000));
    assert!(refused(&many, Format::Json).what.contains("50000 values"));
    let many = format!("[lists]\ndeny_payees = [{}1]", "1,".repeat(400_000));
    assert!(refused(&many, Format::Toml).what.contains("50000 values"));
}

#[test]
fn bytes_that_are_no_text_and_keys_that_would_move_a_cursor_are_told_plainly() {
    let fault = read_bytes(b"currency = \"EUR\"\n\xff", Format::Toml).map(|_| ()).unwrap_err();
    assert_eq!((fault.line, fault.column), (2, 1));
    let fault = refused("\"\\u001b[2J\" = 1\n", Format::Toml);
    assert!(!fault.to_string().contains('\u{1b}'), "{fault}");
    let fault = refused(&format!("{} = 1\n", "k".repeat(10_000)), Format::Toml);
    assert!(fault.to_string().len() < 1_000, "{fault}");
}

#[test]
fn a_name_says_the_format() {
    assert_eq!(Format::of_name("rules.JSON"), Format::Json);
    for name in ["rules.toml", "rules", "json", "rules.json.bak"] {
        assert_eq!(Format::of_name(name), Format::Toml, "{name}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(512))]

    #[test]
    fn hostile_bytes_are_refused_or_read_but_never_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        for format in [Format::Toml, Format::Json] {
            let _ = read_bytes(&bytes, format);
        }
    }

    #[test]
    fn a_good_file_cut_or_bent_anywhere_never_panics(cut in 0..600_usize, byte in proptest::prelude::any::<u8>()) {
        let good = "currency = \"EUR\"\n[limits]\nday = \"100.00 EUR\"\n[[limits.class]]\npayee = \"new\"\nday_minor = 2000\n\
            [[rule]]\nid = \"r\"\ngroup = \"novelty\"\nmin_outcome = \"hold\"\nwhen = [{ feature = \"sum_to_new\", window = \"7d\", \
            op = \">=\", value = \"50.00 EUR\" }]\n[lists]\ndeny_payees = [\"a\"]\n";
        let mut bytes = good.as_bytes().to_vec();
        let place = cut % bytes.len();
        let _ = read_bytes(&bytes[..place], Format::Toml);
        bytes[place] = byte;
        let _ = read_bytes(&bytes, Format::Toml);
        let json = serde_json::to_string(read(good, Format::Toml).unwrap().policy()).unwrap();
        let mut bytes = json.into_bytes();
        let place = cut * 7 % bytes.len();
        let _ = read_bytes(&bytes[..place], Format::Json);
        bytes[place] = byte;
        let _ = read_bytes(&bytes, Format::Json);
    }
}

const WITH_EXPRESSION: &str = "currency = \"EUR\"\n[[rule]]\nid = \"r\"\ngroup = \"amount\"\npoints_db = 5\n\
                               expr = \"amount > 3 * own_mean && is_new_payee\"\n";

#[cfg(not(feature = "expr"))]
#[test]
fn a_build_without_expressions_says_so() {
    let fault = refused(WITH_EXPRESSION, Format::Toml);
    assert_eq!(((fault.line, fault.column), fault.path.as_str()), ((6, 8), "rule[0].expr"));
    assert!(fault.what.contains("feature `expr`"), "{fault}");
    // A currency would help nobody here.
    let nameless = refused(&WITH_EXPRESSION.replace("currency = \"EUR\"\n", ""), Format::Toml);
    assert!(nameless.what.contains("feature `expr`"), "{nameless}");
}

#[test]
fn doubts_have_their_place_in_the_file() {
    let text = "[bands]\nstep_up_from = 15\n[[velocity]]\nmeasure = \"count\"\nwindow = \"1h\"\nabove = 9\nrule = { points_db = 51 }\n";
    let told = doubts(text, Format::Toml).unwrap();
    let places: Vec<(usize, usize, &str)> = told.iter().map(|it| (it.line, it.column, it.path.as_str())).collect();
    assert_eq!(
        places,
        [(3, 1, "velocity"), (7, 22, "velocity[0].rule.points_db"), (2, 16, "bands.step_up_from")],
        "{told:?}"
    );
    assert!(doubts("", Format::Toml).unwrap().is_empty());
}

#[cfg(feature = "expr")]
#[test]
fn an_expression_is_read_with_the_file_and_its_faults_have_a_place() {
    assert!(read(WITH_EXPRESSION, Format::Toml).is_ok());
    let wrong = refused(&WITH_EXPRESSION.replace("own_mean", "own_maen"), Format::Toml);
    assert_eq!(((wrong.line, wrong.column), wrong.path.as_str()), ((6, 8), "rule[0].expr"));
    assert!(wrong.what.contains("at character 14 of the expression: unknown word"), "{wrong}");
    let nameless = refused(&WITH_EXPRESSION.replace("currency = \"EUR\"\n", ""), Format::Toml);
    assert!(nameless.what.contains("which currency?"), "{nameless}");
}
