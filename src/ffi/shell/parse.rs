//! Plain values into types, each with the name of its argument in the refusal.

use super::error::ShellError;
use crate::account::ContactKind;
use crate::risk::OFFSET_MIN_MAX;
use crate::types::{
    AccountId, ActorId, CaseRef, Country, Currency, Direction, Locale, Money, Payment, PaymentKind, Position, RandomId,
    Timestamp, TxId, TypedCode,
};

/// Longest text taken, in bytes; names, numbers and notes are far shorter.
const TEXT_BYTES_MAX: usize = 4_096;

pub(super) fn account(text: &str) -> Result<AccountId, ShellError> {
    AccountId::parse(text).map_err(|error| ShellError::invalid("account", error))
}

pub(super) fn actor(text: &str) -> Result<ActorId, ShellError> {
    ActorId::parse(text).map_err(|error| ShellError::invalid("actor", error))
}

pub(super) fn case_ref(field: &str, text: Option<&str>) -> Result<Option<CaseRef>, ShellError> {
    text.map(CaseRef::parse).transpose().map_err(|error| ShellError::invalid(field, error))
}

pub(super) fn id<T: From<RandomId>>(field: &str, text: &str) -> Result<T, ShellError> {
    RandomId::parse(text).map(T::from).ok_or_else(|| ShellError::invalid(field, "an id is 32 hexadecimal digits"))
}

pub(super) fn code(field: &str, typed: &[u8], digits: u8) -> Result<TypedCode, ShellError> {
    let typed = text(field, typed)?;
    TypedCode::parse(typed, digits).map_err(|error| ShellError::invalid(field, error))
}

pub(super) fn text<'a>(field: &str, bytes: &'a [u8]) -> Result<&'a str, ShellError> {
    if bytes.len() > TEXT_BYTES_MAX {
        return Err(ShellError::invalid(field, "longer than 4096 bytes"));
    }
    std::str::from_utf8(bytes).map_err(|_| ShellError::invalid(field, "not valid UTF-8"))
}

pub(super) fn locale(tag: &str) -> Locale {
    Locale::from_bcp47(tag)
}

pub(super) fn time(field: &str, unix_ms: i64) -> Result<Timestamp, ShellError> {
    Timestamp::from_unix_ms(unix_ms).map_err(|error| ShellError::invalid(field, error))
}

pub(super) fn money(minor: i64, currency: &str) -> Result<Money, ShellError> {
    let currency = Currency::parse(currency).map_err(|error| ShellError::invalid("currency", error))?;
    if minor < 0 {
        return Err(ShellError::invalid("amount_minor", "0 or more; the direction says which way money moves"));
    }
    Money::from_minor(minor, currency).map_err(|error| ShellError::invalid("amount_minor", error))
}

/// What holds for a place on earth. The rules refuse it too, but not by the name of the argument.
fn local_offset(minutes: i32) -> Result<(), ShellError> {
    let most = i32::from(OFFSET_MIN_MAX);
    if (-most..=most).contains(&minutes) {
        return Ok(());
    }
    Err(ShellError::invalid("local_offset_min", format!("minutes east of UTC, -{most} to {most}")))
}

pub(super) fn contact(kind: &str) -> Result<ContactKind, ShellError> {
    match kind {
        "phone" => Ok(ContactKind::Phone),
        "email" => Ok(ContactKind::Email),
        _ => Err(ShellError::invalid("via", "phone or email")),
    }
}

pub(super) fn direction(text: &str) -> Result<Direction, ShellError> {
    Direction::parse(text).ok_or_else(|| ShellError::invalid("direction", "out, in, refund or reversal"))
}

fn kind(text: &str) -> Result<PaymentKind, ShellError> {
    PaymentKind::parse(text).ok_or_else(|| ShellError::invalid("kind", "card, transfer, cash_out, bill or other"))
}

/// The same id is judged once, so one that everybody forgets to fill in would be judged once for all.
pub(super) fn tx_id(field: &str, text: &str) -> Result<TxId, ShellError> {
    if text.is_empty() || text.len() > TEXT_BYTES_MAX {
        return Err(ShellError::invalid(field, "1 to 4096 bytes"));
    }
    Ok(TxId::of(text))
}

/// Three numbers or none.
fn position(input: &super::PaymentInput) -> Result<Option<Position>, ShellError> {
    let given = match (input.lat_e6, input.lon_e6, input.accuracy_m) {
        (None, None, None) => return Ok(None),
        (Some(lat_e6), Some(lon_e6), Some(accuracy_m)) => (lat_e6, lon_e6, accuracy_m),
        _ => return Err(ShellError::invalid("position", "lat_e6, lon_e6 and accuracy_m, or none of the three")),
    };
    let what =
        "millionths of a degree, latitude within 90,000,000 and longitude within 180,000,000, and at most 20,100,000 m";
    Position::new(given.0, given.1, given.2).map(Some).ok_or_else(|| ShellError::invalid("position", what))
}

pub(super) fn payment(input: &super::PaymentInput) -> Result<Payment, ShellError> {
    tx_id("tx_id", &input.tx_id)?;
    let money = money(input.amount_minor, &input.currency)?;
    let at = time("at_ms", input.at_ms)?;
    local_offset(input.local_offset_min)?;
    let mut payment = Payment::new(&input.tx_id, money, at, direction(&input.direction)?)
        .map_err(|error| ShellError::invalid("amount_minor", error))?
        .of_kind(kind(&input.kind)?);
    if let Some(payee) = &input.payee {
        payment = payment.to(payee);
    }
    if let Some(device) = &input.device {
        payment = payment.from_device(device);
    }
    if let Some(country) = &input.country {
        let country = Country::parse(country)
            .ok_or_else(|| ShellError::invalid("country", "two capital letters (ISO 3166-1)"))?;
        payment = payment.in_country(country);
    }
    if let Some(position) = position(input)? {
        payment = payment.at_position(position);
    }
    Ok(payment)
}
