//! What a fit makes of histories that are not as one would wish.

use super::*;
use crate::backtest::{Backtest, LabelledEvent, Options, RuleSet};
use crate::risk::{CheckedPolicy, Label, RiskPolicy};
use crate::types::time::DAY_MS;
use crate::types::{AccountId, Currency, Money, Payment, Timestamp};

const DAYS: u64 = 40;

fn start() -> Timestamp {
    Timestamp::from_unix_s(1_700_000_000).unwrap()
}

/// The payments of the history, see [`fit`].
fn payment_of(turn: u64, currency_of: fn(u64) -> Currency) -> (AccountId, String, Payment, Label) {
    let (account, is_fraud) = (turn % 10, turn % 19 == 10);
    let minor = if is_fraud { 50_000 } else { 1_000 + i64::try_from(turn * 37 % 2_000).unwrap() };
    let at = start().plus_ms(turn * DAY_MS / 20);
    let (id, money) = (format!("tx-{turn}"), Money::from_minor(minor, currency_of(account)).unwrap());
    let payment = Payment::out(&id, money, at).unwrap().to(&format!("shop-{}", turn % 7));
    let label = if is_fraud { Label::Fraud } else { Label::Genuine };
    (AccountId::parse(&format!("a-{account}")).unwrap(), id, payment, label)
}

/// Ten accounts pay ten to thirty twice a day; one payment in nineteen is a fraud of five hundred.
fn fit(until_days: u64, currency_of: fn(u64) -> Currency, alerts_a_day: Option<u32>) -> Fitted {
    let until = start().plus_ms(until_days * DAY_MS);
    let options = FitOptions { label_delay_ms: DAY_MS, until, alerts_a_day };
    let mut fit = Fit::new(CheckedPolicy::new(RiskPolicy::wallet()).unwrap(), options);
    for turn in 0..DAYS * 20 {
        let (name, id, payment, label) = payment_of(turn, currency_of);
        let event = LabelledEvent {
            row: turn,
            tx_id: &id,
            account: &name,
            payment: &payment,
            local_offset_min: 0,
            label: Some(label),
        };
        fit.observe(&event).unwrap();
    }
    fit.finish(&mut |_, _| {}).unwrap()
}

#[test]
fn a_history_of_two_currencies_learns_no_amount() {
    let one = fit(DAYS, |_| Currency::EUR, None);
    assert!(one.policy.policy().large_amount.from_minor.is_some());
    assert_eq!(one.policy.policy().currency, Some(Currency::EUR));
    let two = fit(DAYS, |account| if account == 0 { Currency::USD } else { Currency::EUR }, None);
    assert_eq!((two.policy.policy().large_amount.from_minor, two.policy.policy().currency), (None, None));
}

#[test]
fn time_without_payments_changes_no_rate_and_no_part() {
    let ended = fit(DAYS + 2, |_| Currency::EUR, Some(2));
    let waited = fit(DAYS + 300, |_| Currency::EUR, Some(2));
    assert_eq!(waited.policy.policy().bands, ended.policy.policy().bands);
    assert_eq!(waited.hold_out.from, ended.hold_out.from);
    assert!(waited.hold_out.after.rows > 0);
    let told: Vec<&str> = waited.constants.iter().map(|constant| constant.name.as_str()).collect();
    assert!(told.iter().any(|name| name.starts_with("bands.")), "{told:?}");
}

/// Held or worse under a rule set, from the day on from which a fit of this history looks at rates: its ninth.
fn held(policy: &CheckedPolicy) -> u64 {
    let side = |name: &str| RuleSet { name: name.to_owned(), policy: policy.clone() };
    let options = Options { label_delay_ms: DAY_MS, from: Some(start().plus_ms(9 * DAY_MS)), until: None };
    let mut backtest = Backtest::new(side("a"), side("b"), options);
    for turn in 0..DAYS * 20 {
        let (account, tx_id, payment, label) = payment_of(turn, |_| Currency::EUR);
        let (tx_id, account, label) = (tx_id.as_str(), &account, Some(label));
        let event = LabelledEvent { row: turn, tx_id, account, payment: &payment, local_offset_min: 0, label };
        backtest.feed(&event).unwrap();
    }
    backtest.finish().sides[0].levels[1].flagged.count
}

#[test]
fn bands_come_as_near_to_the_wanted_rate_as_scores_allow_and_stay_apart() {
    let preset = RiskPolicy::wallet().bands;
    for wanted in [1, 2, 3, 8, 15] {
        let fitted = fit(DAYS, |_| Currency::EUR, Some(wanted));
        let rate = fitted.alerts.unwrap();
        let held = held(&fitted.policy);
        assert!(held <= u64::from(wanted) * (DAYS - 9), "{wanted} a day: {held} held, {rate:?}");
        assert!(
            (rate.reached * f64::from(u32::try_from(DAYS - 9).unwrap()) - f64::from(u32::try_from(held).unwrap()))
                .abs()
                < 1.0,
            "{held} held, told {rate:?}"
        );
        assert!(rate.next.is_none_or(|next| next > f64::from(wanted)), "{rate:?}");
        let bands = fitted.policy.policy().bands;
        assert!(bands.freeze_from >= preset.freeze_from, "{bands:?}");
        for (low, high) in [(bands.step_up_from, bands.hold_from), (bands.hold_from, bands.freeze_from)] {
            assert!(high.0 - low.0 >= 300, "{bands:?}");
        }
    }
    assert_eq!(fit(DAYS, |_| Currency::EUR, None).alerts, None);
}
