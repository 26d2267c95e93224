//! A row of a file as an event of a labelled history.

use account_security::backtest::LabelledEvent;
use account_security::risk::Label;

use crate::input::Input;
use crate::rows::Row;

/// The event; its row is the line of the file.
pub(crate) fn event<'a>(row: &'a Row, input: &Input) -> LabelledEvent<'a> {
    LabelledEvent {
        row: row.line,
        tx_id: &row.tx_id,
        account: &row.account,
        payment: &row.payment,
        local_offset_min: input.read.zone.offset_min(row.payment.at),
        label: row.label.map(|is_fraud| if is_fraud { Label::Fraud } else { Label::Genuine }),
    }
}
