//! The names that outcomes have in output.

pub(crate) use account_security::backtest::outcome_name as outcome;
