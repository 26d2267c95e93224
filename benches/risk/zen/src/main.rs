//! Prints the nanoseconds of thread CPU time that zen-engine takes for one evaluation: a table of ten rules over eight
//! inputs, every hit collected, compiled beforehand, inputs ready as its own values.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use zen_engine::model::DecisionContent;
use zen_engine::{Decision, DecisionEngine, Variable};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const INPUTS: [&str; 8] =
    ["amount", "count_1h", "sum_24h", "payees_1h", "is_new_device", "is_new_payee", "country", "hour"];
/// A cell for each input, empty = any, and the points.
const RULES: [([&str; 8], &str); 10] = [
    (["> 5000", "", "", "", "", "", "", ""], "12"),
    (["", "> 12", "", "", "", "", "", ""], "12"),
    (["", "", "> 20000", "", "", "", "", ""], "10"),
    (["", "", "", "> 7", "", "", "", ""], "10"),
    (["", "", "", "", "true", "", "", ""], "11"),
    (["> 1000", "", "", "", "", "true", "", ""], "3"),
    (["", "", "", "", "true", "true", "", ""], "6"),
    (["", "", "", "", "", "", "not in [\"CN\", \"HK\"]", ""], "9"),
    (["> 500", "", "", "", "", "", "", "[0..5]"], "4"),
    (["< 2", "> 3", "", "", "", "", "", ""], "15"),
];
const VARIED: u64 = 1_000;
const EVALUATIONS: usize = 20_000;

fn main() -> Outcome<()> {
    let decision = table()?;
    let inputs: Vec<Variable> = (0..VARIED).map(|number| input(number).into()).collect();
    let hits = inputs.iter().map(|input| hits(&decision, input)).sum::<Outcome<usize>>()?;
    if !(500..1_500).contains(&hits) {
        return Err(format!("{hits} rules hit in {VARIED} inputs: the table does not do what it should").into());
    }
    let start = cpu();
    for input in inputs.iter().cycle().take(EVALUATIONS) {
        black_box(evaluate(&decision, input)?);
    }
    println!("{:.0}", (cpu() - start).as_nanos() as f64 / EVALUATIONS as f64);
    Ok(())
}

fn table() -> Outcome<Decision> {
    let fields: Vec<Value> = INPUTS.iter().map(|name| json!({ "id": name, "name": name, "field": name })).collect();
    let rule = |(number, (cells, points)): (usize, &([&str; 8], &str))| {
        let mut rule = json!({ "_id": format!("rule-{number}"), "points": points });
        INPUTS.iter().zip(cells).for_each(|(name, cell)| rule[name] = json!(cell));
        rule
    };
    let rules: Vec<Value> = RULES.iter().enumerate().map(rule).collect();
    let content: DecisionContent = serde_json::from_value(json!({
        "nodes": [
            { "id": "in", "name": "in", "type": "inputNode", "content": {} },
            { "id": "table", "name": "table", "type": "decisionTableNode", "content": {
                "hitPolicy": "collect", "inputs": fields, "rules": rules,
                "outputs": [{ "id": "points", "name": "points", "field": "points" }],
            } },
            { "id": "out", "name": "out", "type": "outputNode", "content": {} },
        ],
        "edges": [
            { "id": "1", "sourceId": "in", "targetId": "table" },
            { "id": "2", "sourceId": "table", "targetId": "out" },
        ],
    }))?;
    let mut decision = DecisionEngine::default().create_decision(Arc::new(content))?;
    decision.compile();
    Ok(decision)
}

/// One payment in five crosses a border.
const COUNTRIES: [&str; 10] = ["CN", "CN", "CN", "HK", "CN", "CN", "CN", "CN", "CN", "GB"];

/// About two in three inputs hit a rule.
fn input(number: u64) -> Value {
    let drawn = |modulus: u64, salt: u64| (number * 2_654_435_761 + salt * 40_503) % 1_000_003 % modulus;
    json!({
        "amount": drawn(5_200, 1),
        "count_1h": drawn(14, 2),
        "sum_24h": drawn(21_000, 3),
        "payees_1h": drawn(8, 4),
        "is_new_device": drawn(8, 5) == 0,
        "is_new_payee": drawn(4, 6) == 0,
        "country": COUNTRIES[drawn(10, 7) as usize],
        "hour": drawn(24, 8),
    })
}

fn evaluate(decision: &Decision, input: &Variable) -> Outcome<Variable> {
    let response = futures_lite::future::block_on(decision.evaluate(input.clone()));
    Ok(response.map_err(|error| error.to_string())?.result)
}

fn hits(decision: &Decision, input: &Variable) -> Outcome<usize> {
    let result = serde_json::to_value(evaluate(decision, input)?)?;
    Ok(result.as_array().ok_or("collect gives a list")?.len())
}

fn cpu() -> Duration {
    // CPU time is never negative.
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
