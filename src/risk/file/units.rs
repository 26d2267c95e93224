//! Literals with a unit: money with its currency, times, and what a condition compares with.
//!
//! They become the plain integers of the vocabulary before it is read: `day = "10.00 EUR"` becomes `day_minor = 1000`,
//! `window = "1h"` becomes `window_ms = 3600000`.

use super::place::{Fault, clipped};
use super::tree::{Entry, Node, Value};
use crate::risk::custom::kind_number;
use crate::risk::error::PolicyError;
use crate::risk::feature::{Feature, Unit, country_number};
use crate::types::time::parse_span_ms;
use crate::types::{Country, Currency, Money, PaymentKind};

/// Keys of times, without their `_ms`. Where a rule has the short name itself (`dormant`), only the long one is a time.
const TIMES: [&str; 7] =
    ["window", "stay", "run", "run_fade", "in_out_window", "card_testing_window", "structuring_window"];
/// Keys of money, without their `_minor`.
const AMOUNTS: [&str; 8] =
    ["transaction", "day", "week", "month", "from", "in_out_from", "card_testing_small", "structuring_threshold"];
/// What the literals so far say of the file's currency.
struct Units {
    currency: Option<Currency>,
    /// Where the file or its first literal said so.
    named: bool,
}

/// Turns every literal with a unit into its integer.
pub(super) fn read(tree: &mut Node) -> Result<(), Fault> {
    let currency = match tree.text("currency").map(Currency::parse) {
        Some(Err(error)) => return Err(tree.find("currency").fault(error.to_string())),
        Some(Ok(currency)) => Some(currency),
        None => None,
    };
    let mut units = Units { currency, named: currency.is_some() };
    units.table(tree, "")?;
    if let (false, Some(currency), Value::Table(entries)) = (units.named, units.currency, &mut tree.value) {
        let node = Node { at: 0, value: Value::Text(currency.code().to_owned()) };
        entries.retain(|entry| entry.key != "currency");
        entries.push(Entry { key: "currency".to_owned(), written: None, key_at: 0, node });
    }
    Ok(())
}

impl Units {
    fn table(&mut self, node: &mut Node, under: &str) -> Result<(), Fault> {
        match under {
            "when" => self.condition(node)?,
            "velocity" => self.velocity(node)?,
            "lists" => return Ok(()),
            _ => {}
        }
        let Value::Table(entries) = &mut node.value else { return Ok(()) };
        for entry in entries.iter_mut() {
            let shown = entry.key.clone();
            self.entry(entry, under).map_err(|fault| fault.placed(entry.node.at).under(&shown))?;
        }
        given_once(entries)
    }

    fn entry(&mut self, entry: &mut Entry, under: &str) -> Result<(), Fault> {
        match &mut entry.node.value {
            Value::Table(_) => {
                let key = entry.key.clone();
                self.table(&mut entry.node, &key)
            }
            Value::List(items) => items.iter_mut().enumerate().try_for_each(|(place, item)| {
                self.table(item, &entry.key).map_err(|fault| fault.under(&format!("[{place}]")))
            }),
            Value::Text(text) if entry.key == "expr" => self.expression(text),
            Value::Text(text) => {
                let value = if let Some(short) = TIMES.iter().find(|short| **short == entry.key) {
                    entry.key = format!("{short}_ms");
                    entry.written = Some(short);
                    time(text)?
                } else if entry.key.ends_with("_ms") {
                    time(text)?
                } else if let Some(short) = AMOUNTS.iter().find(|short| **short == entry.key) {
                    let value = self.money(text)?;
                    entry.key = format!("{short}_minor");
                    entry.written = Some(short);
                    value
                } else {
                    return Ok(());
                };
                entry.node.value = Value::Integer(value);
                Ok(())
            }
            Value::Integer(number) if TIMES.contains(&entry.key.as_str()) => Err(bare_time(*number, &entry.key)),
            Value::Integer(_) | Value::Strange(_) if AMOUNTS.contains(&entry.key.as_str()) => {
                Err(self.bare_amount(entry))
            }
            // The thresholds of patterns have defaults that serve any currency with two decimals.
            Value::Integer(_) if under != "pattern" => match entry.key.strip_suffix("_minor") {
                Some(short) if AMOUNTS.contains(&short) => self.minor_units(),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// An amount under its short key: whole units or minor ones?
    fn bare_amount(&self, entry: &Entry) -> Fault {
        let currency = self.currency.unwrap_or(Currency::EUR);
        let digits = usize::from(currency.exponent());
        let (number, key) = (if let Value::Integer(number) = entry.node.value { number } else { 100 }, &entry.key);
        let minor = number.saturating_mul(10_i64.saturating_pow(u32::from(currency.exponent())));
        let decimals = if digits > 0 { format!(".{}", "0".repeat(digits)) } else { String::new() };
        Fault::of(format!(
            "an amount needs its unit: write \"{number}{decimals} {currency}\", or minor units as `{key}_minor` with the value \
             {minor} beside a `currency` at the top of the file"
        ))
    }

    /// Minor units mean nothing without a currency.
    fn minor_units(&self) -> Result<(), Fault> {
        let hint = "minor units of which currency? add `currency = \"EUR\"` to the top of the file, or write \
                    the amount as text with its currency, e.g. \"10.00 EUR\"";
        if self.currency.is_some() { Ok(()) } else { Err(Fault::of(hint)) }
    }

    /// Amounts in an expression are minor units too.
    fn expression(&self, text: &str) -> Result<(), Fault> {
        if !cfg!(feature = "expr") {
            // Whatever else is wrong with it: here it can be of no use.
            return Err(Fault::of(PolicyError::NoExpressions.to_string()));
        }
        let mut words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        let is_money = |word: &str| Feature::parse(word).is_some_and(|(feature, _)| feature.unit() == Unit::Money);
        if words.any(is_money) { self.minor_units() } else { Ok(()) }
    }

    fn money(&mut self, text: &str) -> Result<i64, Fault> {
        let malformed = || format!("\"{}\" is no money; write it like \"10000.00 EUR\"", clipped(text));
        let (amount, code) = text.split_once(' ').ok_or_else(|| Fault::of(malformed()))?;
        let currency = Currency::parse(code).map_err(|error| Fault::of(error.to_string()))?;
        if let Some(other) = self.currency.filter(|other| *other != currency) {
            return Err(Fault::of(format!(
                "this is {currency}, but the file is in {other}; a rule set has one currency"
            )));
        }
        self.currency = Some(currency);
        Money::parse(amount, currency).map(Money::minor).map_err(|error| Fault::of(format!("{}: {error}", malformed())))
    }

    /// A sum is money.
    fn velocity(&mut self, node: &mut Node) -> Result<(), Fault> {
        if node.text("measure") != Some("sum") {
            return Ok(());
        }
        self.value(node, "above", |units, value| match value {
            Value::Text(text) => units.money(text).map(Some),
            Value::Integer(_) => units.minor_units().map(|()| None),
            _ => Ok(None),
        })
    }

    fn condition(&mut self, node: &mut Node) -> Result<(), Fault> {
        let Some((feature, _)) = node.text("feature").and_then(Feature::parse) else { return Ok(()) };
        self.value(node, "value", |units, value| match (feature.unit(), value) {
            (Unit::Money, Value::Text(text)) => units.money(text).map(Some),
            (Unit::Money, Value::Integer(_)) => units.minor_units().map(|()| None),
            (Unit::Milliseconds, Value::Text(text)) => time(text).map(Some),
            (Unit::Flag, Value::Bool(truth)) => Ok(Some(i64::from(*truth))),
            (Unit::Kind, Value::Text(text)) => {
                let names = PaymentKind::ALL.map(PaymentKind::name);
                let kinds =
                    || Fault::of(format!("\"{}\" is no kind; write one of {}", clipped(text), names.join(", ")));
                kind_number(text).map(Some).ok_or_else(kinds)
            }
            (Unit::Country, Value::Text(text)) => {
                let country =
                    Country::parse(text).ok_or_else(|| Fault::of("write two capital letters, e.g. \"NG\""))?;
                Ok(Some(country_number(Some(country))))
            }
            _ => Ok(None),
        })
    }

    /// Puts an integer in place of the value of `key`, if `read` makes one of it.
    fn value(
        &mut self,
        node: &mut Node,
        key: &str,
        read: impl FnOnce(&mut Self, &Value) -> Result<Option<i64>, Fault>,
    ) -> Result<(), Fault> {
        let Value::Table(entries) = &mut node.value else { return Ok(()) };
        let Some(entry) = entries.iter_mut().find(|entry| entry.key == key) else { return Ok(()) };
        let integer = read(self, &entry.node.value).map_err(|fault| fault.placed(entry.node.at).under(key))?;
        if let Some(integer) = integer {
            entry.node.value = Value::Integer(integer);
        }
        Ok(())
    }
}

/// A time under its short key: of what? Seconds are guessed, to show the form.
fn bare_time(number: i64, key: &str) -> Fault {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let whole = units.into_iter().find(|(unit, _)| number > 0 && number % unit == 0);
    let shown = whole.map_or_else(|| format!("{number}s"), |(unit, letter)| format!("{}{letter}", number / unit));
    let ms = number.saturating_mul(1_000);
    Fault::of(format!(
        "a time needs its unit: if {number} are seconds write \"{shown}\", or milliseconds as `{key}_ms` with the value {ms}"
    ))
}

/// `day` and `day_minor` are one key.
fn given_once(entries: &[Entry]) -> Result<(), Fault> {
    let short = entries.iter().filter(|entry| entry.written.is_some());
    for one in short {
        if let Some(other) = entries.iter().find(|other| other.key == one.key && other.key_at != one.key_at) {
            let later = if other.key_at > one.key_at { other } else { one };
            let what = format!("`{}` is given in another form already; keep one", later.shown());
            return Err(Fault::at(later.key_at, what).under(later.shown()));
        }
    }
    Ok(())
}

fn time(text: &str) -> Result<i64, Fault> {
    let what = || Fault::of(format!("\"{}\" is no time; write a number and s, m, h or d, e.g. \"30m\"", clipped(text)));
    parse_span_ms(text).and_then(|ms| i64::try_from(ms).ok()).ok_or_else(what)
}
