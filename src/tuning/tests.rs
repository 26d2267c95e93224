//! What a fit makes of histories that are not as one would wish.

use super::*;
use crate::backtest::LabelledEvent;
use crate::risk::{CheckedPolicy, Label, RiskPolicy};
use crate::types::time::DAY_MS;
use crate::types::{AccountId, Currency, Money, Payment, Timestamp};

const DAYS: u64 = 40;

fn start() -> Timestamp {
    Timestamp::from_unix_s(1_700_000_000).unwrap()
}

/// Ten accounts pay ten to thirty twice a day; one payment in nineteen is a fraud of five hundred.
fn fit(until_days: u64, currency_of: fn(u64) -> Currency, alerts_a_day: Option<u32>) -> Fitted {
    let until = start().plus_ms(until_days * DAY_MS);
    let options = FitOptions { label_delay_ms: DAY_MS, until, alerts_a_day };
    let mut fit = Fit::new(CheckedPolicy::new(RiskPolicy::wallet()).unwrap(), options);
    for turn in 0..DAYS * 20 {
        let (account, is_fraud) = (turn % 10, turn % 19 == 10);
        let minor = if is_fraud { 50_000 } else { 1_000 + i64::try_from(turn * 37 % 2_000).unwrap() };
        let at = start().plus_ms(turn * DAY_MS / 20);
        let (id, money) = (format!("tx-{turn}"), Money::from_minor(minor, currency_of(account)).unwrap());
        let payment = Payment::out(&id, money, at).unwrap();
        let name = AccountId::parse(&format!("a-{account}")).unwrap();
        let label = Some(if is_fraud { Label::Fraud } else { Label::Genuine });
        let payment = payment.to(&format!("shop-{}", turn % 7));
        let event =
            LabelledEvent { row: turn, tx_id: &id, account: &name, payment: &payment, local_offset_min: 0, label };
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
