//! Stories of back-tests: what must come out, whatever went in.

use super::*;
use crate::risk::{
    CheckedPolicy, Comparison, Condition, CustomRule, Feature, Label, Limits, Mode, Outcome, ReasonGroup, RiskPolicy,
    RuleId,
};
use crate::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::types::{AccountId, Currency, Money, Payment, Timestamp};

/// One payment of a made-up history.
struct Made {
    account: AccountId,
    payment: Payment,
    tx_id: String,
    label: Option<Label>,
}

/// Twenty accounts, forty days, a fraud now and then: a shop turns bad and an account is taken over.
fn history() -> Vec<Made> {
    let mut state = 99_u64;
    let mut next = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let start = Timestamp::from_unix_s(1_700_000_000).unwrap();
    let mut made = Vec::new();
    for step in 0..2_000_u64 {
        let account = next(20);
        let (shop, day) = (next(12), step / 50);
        let taken_over = account == 3 && (15..25).contains(&day) && next(2) == 0;
        let bad_shop = shop == 7 && (10..30).contains(&day);
        let minor = 1_000 + i64::try_from(next(4_000)).unwrap() * if taken_over { 8 } else { 1 };
        let at = start.plus_ms(day * DAY_MS + (step % 50) * 28 * MINUTE_MS + next(MINUTE_MS));
        let tx_id = format!("t{step}");
        let payment = Payment::out(&tx_id, Money::from_minor(minor, Currency::EUR).unwrap(), at).unwrap();
        let label = if taken_over || bad_shop { Label::Fraud } else { Label::Genuine };
        made.push(Made {
            account: AccountId::parse(&format!("a{account}")).unwrap(),
            payment: payment.to(&format!("shop{shop}")),
            tx_id,
            label: (next(20) > 0).then_some(label),
        });
    }
    made
}

fn rules(name: &str, policy: RiskPolicy) -> RuleSet {
    RuleSet { name: name.to_owned(), policy: CheckedPolicy::new(policy).unwrap() }
}

fn wallet() -> RuleSet {
    rules("wallet", RiskPolicy::wallet())
}

/// Stricter in one thing: a limit that a payment in forty breaks.
fn limited() -> RuleSet {
    let limits = Limits { transaction_minor: Some(4_900), ..Limits::default() };
    rules("limited", RiskPolicy { limits, ..RiskPolicy::wallet() })
}

fn run(a: RuleSet, b: RuleSet, options: Options, history: &[Made]) -> BacktestReport {
    let mut backtest = Backtest::new(a, b, options);
    for (row, made) in (1..).zip(history) {
        let Made { account, payment, tx_id, label } = made;
        backtest.feed(&LabelledEvent { row, tx_id, account, payment, local_offset_min: 60, label: *label }).unwrap();
    }
    backtest.finish()
}

fn count(cell: &MatrixCell) -> u64 {
    cell.fraud.count + cell.genuine.count + cell.unknown.count
}

#[test]
fn the_same_rules_twice_agree_on_every_payment() {
    let report = run(wallet(), wallet(), Options::default(), &history());
    assert_eq!((report.payments, report.disagreed), (2_000, 0));
    assert!(report.changed.is_empty());
    for (index, cell) in report.matrix.iter().enumerate() {
        assert!(index % 5 == 0 || count(cell) == 0, "off the diagonal: {cell:?}");
    }
    assert_eq!(report.sides[0], report.sides[1]);
    assert!(report.sides[0].levels[0].frauds.count > 0, "nothing was flagged, so nothing was compared");
}

#[test]
fn the_same_history_gives_the_same_bytes() {
    let json = || serde_json::to_string(&run(wallet(), limited(), Options::default(), &history())).unwrap();
    assert_eq!(json(), json());
}

/// With two custom rules, one of them on trial.
fn owned() -> RuleSet {
    let own = |id: &str, feature, value, mode| CustomRule {
        id: RuleId::parse(id).unwrap(),
        group: ReasonGroup::Pattern,
        when: vec![Condition { feature, window_ms: 0, op: Comparison::AtLeast, value }],
        expr: None,
        points_db: 12,
        min_outcome: Some(Outcome::StepUp),
        mode,
        note: String::new(),
    };
    let own_rules =
        vec![own("large", Feature::Amount, 4_800, Mode::Enforce), own("late-hour", Feature::Hour, 21, Mode::Shadow)];
    rules("owned", RiskPolicy { rules: own_rules, ..RiskPolicy::wallet() })
}

#[test]
fn rules_of_ones_own_are_told_by_their_names() {
    let report = run(wallet(), owned(), Options::default(), &history());
    let named = |name: &str| report.sides[1].rules.iter().find(|rule| rule.rule == name).unwrap();
    let (large, late) = (named("CUSTOM_RULE:large"), named("CUSTOM_RULE:late-hour"));
    assert!(large.hits > 0 && large.hits == large.flagged && !large.shadow, "{large:?}");
    assert!(late.hits > 0 && late.shadow, "{late:?}");
    let changed = report.changed.iter().find(|changed| changed.b.outcome == "step_up").unwrap();
    assert!(changed.b.reasons.iter().any(|reason| reason.rule == "CUSTOM_RULE:large"), "{changed:?}");
    let rows = report.changed.iter().flat_map(|changed| &changed.timeline);
    assert!(rows.flat_map(|row| &row.strongest).flatten().any(|rule| rule == "CUSTOM_RULE:large"));
    let days = report.sides[1].days.iter().flat_map(|day| day.by_rule.keys());
    assert!(days.clone().any(|rule| rule == "CUSTOM_RULE:large"));
}

#[test]
fn what_any_payee_adds_is_no_flag() {
    let report = run(wallet(), owned(), Options::default(), &history());
    let side = &report.sides[0];
    let told = report.changed.iter().flat_map(|changed| &changed.a.reasons);
    assert!(
        told.clone().any(|reason| reason.rule == "PAYEE_ORDINARY" && reason.points >= 100),
        "it must be in the score"
    );
    assert!(side.rules.iter().all(|rule| rule.rule != "PAYEE_ORDINARY" && rule.mean_points >= 0), "{:?}", side.rules);
    assert!(side.days.iter().all(|day| !day.by_rule.contains_key("PAYEE_ORDINARY")));
}

/// What scripts read. `REGENERATE_GOLDEN=1` writes it anew, for a change that is meant.
#[test]
fn the_report_is_written_as_before() {
    let report = run(wallet(), owned(), Options::default(), &history()[..120]);
    let written = serde_json::to_string_pretty(&report).unwrap() + "\n";
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/backtest/report.golden.json");
    if std::env::var_os("REGENERATE_GOLDEN").is_some() {
        std::fs::write(file, &written).unwrap();
    }
    assert!(std::fs::read_to_string(file).unwrap() == written, "the report's JSON changed");
}

#[test]
fn every_payment_is_counted_once_in_the_matrix_and_in_each_histogram() {
    let report = run(wallet(), limited(), Options::default(), &history());
    assert_eq!(report.matrix.iter().map(count).sum::<u64>(), 2_000);
    for side in &report.sides {
        let in_cells: u64 = side.histogram.iter().map(|cell| cell.fraud + cell.genuine + cell.unknown).sum();
        assert_eq!(in_cells, 2_000);
        assert_eq!(side.days.iter().map(|day| day.payments).sum::<u64>(), 2_000);
        assert!(side.exact && side.curve.len() <= CURVE_POINTS_MAX);
        let last = side.curve.last().unwrap();
        assert!((last.true_positive_rate - 1.0).abs() < 1e-12 && (last.false_positive_rate - 1.0).abs() < 1e-12);
        assert!(side.curve.windows(2).all(|pair| pair[0].score_from > pair[1].score_from));
    }
}

#[test]
fn a_limit_moves_payments_up_and_says_why() {
    let report = run(wallet(), limited(), Options::default(), &history());
    assert!(report.disagreed > 0 && !report.changed.is_empty());
    let changed = &report.changed[0];
    assert_eq!((changed.b.outcome, changed.timeline.iter().filter(|row| row.is_changed).count()), ("hold", 1));
    assert!(changed.b.reasons.iter().any(|reason| reason.rule == "LIMIT_TX"), "{changed:?}");
    assert!(changed.a.reasons.iter().all(|reason| reason.rule != "LIMIT_TX"));
    let hits = report.sides[1].rules.iter().find(|rule| rule.rule == "LIMIT_TX").unwrap();
    assert!(hits.hits > 0 && hits.hits == hits.flagged, "{hits:?}");
    let [a, b] = &report.sides;
    assert!(b.levels[1].flagged.count > a.levels[1].flagged.count);
}

#[test]
fn changed_decisions_are_few_of_each_account_and_in_order() {
    let everything = Limits { transaction_minor: Some(1), ..Limits::default() };
    let report = run(
        wallet(),
        rules("all", RiskPolicy { limits: everything, ..RiskPolicy::wallet() }),
        Options::default(),
        &history(),
    );
    assert!(report.changed.len() <= CHANGED_MAX && report.changed.len() >= 20, "{}", report.changed.len());
    let of = |account: &str| report.changed.iter().filter(|changed| changed.account == account).count();
    assert!((0..20).all(|account| of(&format!("a{account}")) <= CHANGED_PER_ACCOUNT_MAX));
    for changed in &report.changed {
        assert!(changed.timeline.len() <= 2 * TIMELINE_ROWS + 1);
        let sum: i32 = changed.a.reasons.iter().filter(|reason| !reason.shadow).map(|reason| reason.points).sum();
        assert_eq!(sum, changed.a.score, "{changed:?}");
    }
}

#[test]
fn payments_before_the_period_teach_and_are_not_counted() {
    let history = history();
    let (from, until) = (history[1_000].payment.at, history[1_500].payment.at);
    let part = Options { from: Some(from), until: Some(until), ..Options::default() };
    let report = run(wallet(), limited(), part, &history);
    let inside = history.iter().filter(|made| made.payment.at >= from && made.payment.at < until).count() as u64;
    assert_eq!((report.payments, report.period.warm_up + report.period.left_out), (inside, 2_000 - inside));
    let cold = run(wallet(), limited(), Options::default(), &history[1_000..1_500]);
    assert_ne!(report.sides[0].quality.auc_roc, cold.sides[0].quality.auc_roc, "the warm-up changed nothing");
}

#[test]
fn what_is_labelled_after_the_end_cannot_be_known_before() {
    let mut history = history();
    let options = Options { label_delay_ms: 400 * DAY_MS, ..Options::default() };
    let report = run(wallet(), wallet(), options, &history);
    for made in &mut history {
        made.label = made.label.map(|_| Label::Genuine);
    }
    let blind = run(wallet(), wallet(), options, &history);
    assert_eq!(
        report.sides[0].histogram.iter().map(|cell| (cell.score_from, cell.fraud + cell.genuine)).collect::<Vec<_>>(),
        blind.sides[0].histogram.iter().map(|cell| (cell.score_from, cell.fraud + cell.genuine)).collect::<Vec<_>>()
    );
}

#[test]
fn a_rule_on_trial_is_told_apart_and_changes_nothing() {
    let mut trial = RiskPolicy::wallet();
    trial.pattern.round_amount.mode = Mode::Shadow;
    trial.pattern.round_power = 1;
    let report = run(wallet(), rules("trial", trial), Options::default(), &history());
    assert_eq!(report.disagreed, 0);
    let shadow: Vec<_> = report.sides[1].rules.iter().filter(|rule| rule.shadow).collect();
    assert_eq!(shadow.len(), 1);
    assert!(shadow[0].hits > 0 && report.sides[0].rules.iter().all(|rule| !rule.shadow));
}

#[test]
fn the_same_payment_twice_is_counted_once() {
    let history = history();
    let mut backtest = Backtest::new(wallet(), wallet(), Options::default());
    for made in &history[..10] {
        for row in 1..=2 {
            let Made { account, payment, tx_id, label } = made;
            backtest.feed(&LabelledEvent { row, tx_id, account, payment, local_offset_min: 0, label: *label }).unwrap();
        }
    }
    let report = backtest.finish();
    assert_eq!((report.payments, report.period.repeated), (10, 10));
}

#[test]
fn payments_of_equal_time_may_come_in_any_order_of_accounts() {
    let mut history = history();
    let hour = |made: &Made| {
        Timestamp::from_unix_ms(made.payment.at.unix_ms() / HOUR_MS.cast_signed() * HOUR_MS.cast_signed()).unwrap()
    };
    for made in &mut history {
        made.payment.at = hour(made);
    }
    let forward = run(wallet(), limited(), Options::default(), &history);
    // Within an account the order stays; accounts change places inside the same hour.
    history.sort_by(|one, other| (one.payment.at, &one.account).cmp(&(other.payment.at, &other.account)));
    let by_account = run(wallet(), limited(), Options::default(), &history);
    assert_eq!(forward.matrix, by_account.matrix);
    assert_eq!(forward.sides[1].curve, by_account.sides[1].curve);
}

#[test]
fn an_impossible_offset_is_refused_and_the_rest_goes_on() {
    let history = history();
    let mut backtest = Backtest::new(wallet(), wallet(), Options::default());
    let Made { account, payment, tx_id, label } = &history[0];
    let event = |local_offset_min| LabelledEvent { row: 1, tx_id, account, payment, local_offset_min, label: *label };
    assert!(matches!(backtest.feed(&event(9_999)), Err(BacktestError::Risk(_))));
    backtest.feed(&event(0)).unwrap();
    assert_eq!(backtest.finish().payments, 1);
}

#[test]
fn cells_tell_nearly_what_exact_scores_tell() {
    let report = run(wallet(), wallet(), Options::default(), &history());
    let side = &report.sides[0];
    let steps: Vec<_> = side
        .histogram
        .iter()
        .rev()
        .map(|cell| curve::Step { score: cell.score_from, frauds: cell.fraud, genuine: cell.genuine })
        .collect();
    let exact = side.quality.auc_roc.unwrap();
    assert!((curve::auc_roc(&steps).unwrap() - exact).abs() < 0.02, "{exact}");
    assert!(exact > 0.6, "{exact}");
}

#[test]
fn outcomes_have_the_names_of_every_report() {
    let names = Outcome::ALL.map(Outcome::name);
    assert_eq!(names, ["allow", "step_up", "hold", "freeze_recommended"]);
    assert!(Outcome::ALL.is_sorted() && Outcome::ALL[0] == Outcome::Allow);
}

#[cfg(feature = "report")]
mod page {
    use super::*;

    #[test]
    fn a_hostile_history_stays_text() {
        let hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
        let mut history = history();
        for made in &mut history {
            made.account = AccountId::parse(hostile).unwrap();
            hostile.clone_into(&mut made.tx_id);
        }
        let report = run(rules(hostile, RiskPolicy::wallet()), limited(), Options::default(), &history);
        let mut named = report;
        named.sides[1].name = hostile.to_owned();
        let page = html::page(&named).unwrap();
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("onerror=alert(1)>"));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;"));
    }

    #[test]
    fn the_page_needs_nothing_from_outside() {
        let page = html::page(&run(wallet(), limited(), Options::default(), &history())).unwrap();
        for outside in ["http://", "https://", "url(", "@import", "<link", "<script", "<iframe", "javascript:"] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:"));
        assert!(page.contains("prefers-color-scheme: dark") && page.contains("<details>"));
    }

    #[test]
    fn plots_have_no_colour_of_their_own() {
        let page = html::page(&run(wallet(), limited(), Options::default(), &history())).unwrap();
        let plots: Vec<&str> =
            page.split("<svg ").skip(1).filter_map(|plot| plot.split_once("</svg>")).map(|(plot, _)| plot).collect();
        assert_eq!(plots.len(), 7);
        for plot in plots {
            let fixed: Vec<_> = plot
                .match_indices("=\"#")
                .map(|(at, _)| &plot[at + 2..at + 9])
                .filter(|colour| *colour != "#000000")
                .collect();
            assert!(fixed.is_empty(), "{fixed:?}");
            assert!(plot.contains("<title>") && plot.contains("var(--") && !plot.contains("NaN"));
        }
    }

    #[test]
    fn an_empty_history_makes_a_page_too() {
        let page = html::page(&Backtest::new(wallet(), wallet(), Options::default()).finish()).unwrap();
        assert!(page.contains("No decision changed") && !page.contains("NaN") && !page.contains("inf"));
    }
}
