//! Reads each field of a record, strictly.

use std::borrow::Cow;
use std::io::Read;

use account_security::types::id::ID_BYTES_MAX;
use account_security::types::{AccountId, Country, Currency, Direction, Money, PaymentKind, Position, Timestamp};

use super::Zone;
use super::column::{Column, Layout};
use super::split::Records;

/// What is wrong and what to do; never holds text of the file.
pub type Reason = Cow<'static, str>;
type Refused = (Option<Column>, Reason);

/// The current record, field by field.
pub struct Fields<'a, R: Read> {
    record: &'a Records<R>,
    layout: &'a Layout,
}

impl<'a, R: Read> Fields<'a, R> {
    /// Looks at the current record through the header's layout.
    pub const fn new(record: &'a Records<R>, layout: &'a Layout) -> Self {
        Self { record, layout }
    }

    /// The transaction's id: 1 to 128 bytes.
    pub fn tx_id(&self) -> Result<&'a str, Refused> {
        let text = self.name(Column::TxId)?.ok_or_else(|| refused(Column::TxId, "empty; every row needs an id"))?;
        if text.len() > ID_BYTES_MAX {
            return Err(refused(Column::TxId, "longer than 128 bytes; shorten the id"));
        }
        Ok(text)
    }

    /// Whose account.
    pub fn account(&self) -> Result<AccountId, Refused> {
        let text = self.text(Column::Account)?;
        AccountId::parse(text).map_err(|error| (Some(Column::Account), format!("{error}; set it right").into()))
    }

    /// When the payment was ordered.
    pub fn at(&self, zone: &Zone) -> Result<Timestamp, Refused> {
        zone.read_time(self.text(Column::At)?).map_err(|reason| refused(Column::At, reason.to_string()))
    }

    /// The row's currency, else the run's.
    pub fn currency(&self, default: Option<Currency>) -> Result<Currency, Refused> {
        match (self.text(Column::Currency)?, default) {
            ("", Some(currency)) => Ok(currency),
            ("", None) => Err(refused(Column::Currency, "empty; fill it in or give --currency for such rows")),
            (code, _) => Currency::parse(code).map_err(|error| (Some(Column::Currency), error.to_string().into())),
        }
    }

    /// How much.
    pub fn amount(&self, currency: Currency) -> Result<Money, Refused> {
        Money::parse(self.text(Column::Amount)?, currency)
            .map_err(|error| (Some(Column::Amount), error.to_string().into()))
    }

    /// The other side.
    pub fn payee(&self) -> Result<Option<&'a str>, Refused> {
        self.name(Column::Payee)
    }

    /// The device.
    pub fn device(&self) -> Result<Option<&'a str>, Refused> {
        self.name(Column::Device)
    }

    /// Which way the money moves; out unless said.
    pub fn direction(&self) -> Result<Direction, Refused> {
        match self.text(Column::Direction)? {
            "" => Ok(Direction::Out),
            name => {
                Direction::parse(name).ok_or_else(|| refused(Column::Direction, "write out, in, refund or reversal"))
            }
        }
    }

    /// What kind; other unless said.
    pub fn kind(&self) -> Result<PaymentKind, Refused> {
        match self.text(Column::Kind)? {
            "" => Ok(PaymentKind::Other),
            name => PaymentKind::parse(name)
                .ok_or_else(|| refused(Column::Kind, "write card, transfer, cash_out, bill or other")),
        }
    }

    /// The country.
    pub fn country(&self) -> Result<Option<Country>, Refused> {
        match self.text(Column::Country)? {
            "" => Ok(None),
            code => match Country::parse(code) {
                Some(country) => Ok(Some(country)),
                None => Err(refused(Column::Country, "write two capital letters (ISO 3166-1), e.g. CN")),
            },
        }
    }

    /// The place, if both latitude and longitude are given. No accuracy means exact.
    pub fn position(&self) -> Result<Option<Position>, Refused> {
        let (lat, lon) = (self.text(Column::Lat)?, self.text(Column::Lon)?);
        match (lat.is_empty(), lon.is_empty()) {
            (true, true) => return Ok(None),
            (true, false) => return Err(refused(Column::Lat, "empty while lon is not; give both or neither")),
            (false, true) => return Err(refused(Column::Lon, "empty while lat is not; give both or neither")),
            (false, false) => {}
        }
        let lat_e6 = degrees_e6(lat, 90)
            .ok_or_else(|| refused(Column::Lat, "write degrees from -90 to 90 with a decimal point, e.g. 31.2304"))?;
        let lon_e6 = degrees_e6(lon, 180).ok_or_else(|| {
            refused(Column::Lon, "write degrees from -180 to 180 with a decimal point, e.g. 121.4737")
        })?;
        let accuracy_m = metres(self.text(Column::AccuracyM)?);
        accuracy_m
            .and_then(|accuracy_m| Position::new(lat_e6, lon_e6, accuracy_m))
            .map(Some)
            .ok_or_else(|| refused(Column::AccuracyM, "write metres from 0 to 20100000, e.g. 50"))
    }

    /// What became of it.
    pub fn label(&self) -> Result<Option<bool>, Refused> {
        match self.text(Column::Label)? {
            "" => Ok(None),
            "1" | "fraud" => Ok(Some(true)),
            "0" | "genuine" => Ok(Some(false)),
            _ => Err(refused(Column::Label, "write 1 or fraud, 0 or genuine, or leave it empty")),
        }
    }

    /// A field as text; empty where the file has no such column.
    fn text(&self, column: Column) -> Result<&'a str, Refused> {
        let Some(place) = self.layout.place(column) else {
            return Ok("");
        };
        std::str::from_utf8(self.record.field(place))
            .map_err(|_| refused(column, "not UTF-8; export the file as UTF-8"))
    }

    /// A name that reports will show; `None` where it is empty.
    fn name(&self, column: Column) -> Result<Option<&'a str>, Refused> {
        let text = self.text(column)?;
        if text.chars().any(char::is_control) {
            return Err(refused(column, "holds a control character or a line break; take it out"));
        }
        Ok((!text.is_empty()).then_some(text))
    }
}

fn refused(column: Column, reason: impl Into<Reason>) -> Refused {
    (Some(column), reason.into())
}

/// Degrees in millionths, cut (not rounded) beyond six decimals: a tenth of a metre.
fn degrees_e6(text: &str, limit: u32) -> Option<i32> {
    let (sign, magnitude) = text.strip_prefix('-').map_or((1, text), |magnitude| (-1, magnitude));
    let (whole, decimals) = decimal(magnitude)?;
    let micro = (0..6).fold(0, |sum, at| sum * 10 + decimals.get(at).map_or(0, |digit| i64::from(digit - b'0')));
    let e6 = i64::from(whole) * 1_000_000 + micro;
    let is_beyond = decimals.iter().skip(6).any(|&digit| digit != b'0');
    let limit_e6 = i64::from(limit) * 1_000_000;
    if e6 > limit_e6 || (e6 == limit_e6 && is_beyond) {
        return None;
    }
    i32::try_from(sign * e6).ok()
}

/// Whole metres, rounded up so that a radius never shrinks; 0 where nothing is given.
fn metres(text: &str) -> Option<u32> {
    if text.is_empty() {
        return Some(0);
    }
    let (whole, decimals) = decimal(text)?;
    whole.checked_add(u32::from(decimals.iter().any(|&digit| digit != b'0')))
}

/// `12` or `12.5`: the whole part and the decimals' digits, at most 20 of them.
fn decimal(text: &str) -> Option<(u32, &[u8])> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| (1..=20).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    Some((whole.parse().ok()?, decimals.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_without_floating_point() {
        assert_eq!(degrees_e6("31.2304", 90), Some(31_230_400));
        assert_eq!(degrees_e6("-0.0000019", 90), Some(-1));
        assert_eq!(degrees_e6("-180", 180), Some(-180_000_000));
        assert_eq!(degrees_e6("90.00000000", 90), Some(90_000_000));
        for wrong in ["90.0000001", "91", "NaN", "1e1", "+1", "1.", ".5", "", "-", "--1", "１", "4294967296"] {
            assert_eq!(degrees_e6(wrong, 90), None, "{wrong}");
        }
    }

    #[test]
    fn a_radius_never_shrinks() {
        assert_eq!(metres("12.0"), Some(12));
        assert_eq!(metres("12.01"), Some(13));
        assert_eq!(metres(""), Some(0));
        assert_eq!(metres("-1"), None);
    }
}
