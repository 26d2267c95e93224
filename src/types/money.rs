//! Integer money: minor units and an ISO 4217 currency with its exponent. No float exists on this path.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Largest amount in minor units, both signs: `10^15`, a thousand times the largest known payment system's daily total in cents.
pub const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000_000;

/// An ISO 4217 currency: three capital letters with a known number of decimals.
///
/// ```
/// use account_security::types::Currency;
/// assert_eq!(Currency::parse("JPY")?.exponent(), 0);
/// assert_eq!(Currency::CNY.exponent(), 2);
/// assert!(Currency::parse("ZZZ").is_err());
/// # Ok::<(), account_security::types::MoneyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// An amount of money in one currency.
///
/// ```
/// use account_security::types::{Currency, Money};
/// let price = Money::parse("1299.00", Currency::CNY)?;
/// assert_eq!((price.minor(), price.to_string().as_str()), (129_900, "1299.00 CNY"));
/// for wrong in ["NaN", "1e9", "10.005", "１２", "+5", " 5", "5.", ".5", "1,000", ""] {
///     assert!(Money::parse(wrong, Currency::EUR).is_err(), "{wrong}");
/// }
/// # Ok::<(), account_security::types::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i64, Currency)", into = "(i64, Currency)")]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why a text or number is not money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not an active ISO 4217 code.
    #[error("unknown currency; give a three-letter ISO 4217 code such as EUR, CNY or JPY")]
    UnknownCurrency,
    /// Something other than ASCII digits with at most one decimal point.
    #[error(
        "malformed amount; write digits with an optional decimal point, e.g. 1299.00 (no sign, exponent, grouping or other scripts)"
    )]
    Malformed,
    /// More decimals than the currency has.
    #[error("too many decimals: this currency has {0}")]
    TooManyDecimals(u8),
    /// Beyond `10^15` minor units.
    #[error("amount too large: at most 10^15 minor units")]
    TooLarge,
}

impl Money {
    /// Money from minor units, e.g. cents.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] beyond [`AMOUNT_MINOR_MAX`], either sign.
    pub const fn from_minor(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor > AMOUNT_MINOR_MAX || minor < -AMOUNT_MINOR_MAX {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// Parses a plain decimal such as `12`, `12.5` or `12.50`, never negative.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`] for a sign, an exponent, a space, grouping, non-ASCII digits or a missing digit on
    /// either side of the point; [`MoneyError::TooManyDecimals`] beyond the currency's exponent, even when they are
    /// zero; [`MoneyError::TooLarge`] beyond [`AMOUNT_MINOR_MAX`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(decimals) {
            return Err(MoneyError::Malformed);
        }
        let exponent = currency.exponent();
        let has_point = text.contains('.');
        if has_point && decimals.len() > usize::from(exponent) {
            return Err(MoneyError::TooManyDecimals(exponent));
        }
        let padding = usize::from(exponent) - if has_point { decimals.len() } else { 0 };
        let digits = whole.bytes().chain(decimals.bytes().take(if has_point { usize::MAX } else { 0 }));
        let minor = digits
            .chain(std::iter::repeat_n(b'0', padding))
            .try_fold(0_i64, |minor, digit| minor.checked_mul(10)?.checked_add(i64::from(digit - b'0')))
            .ok_or(MoneyError::TooLarge)?;
        Self::from_minor(minor, currency)
    }

    /// Minor units, e.g. cents; `|minor| <= 10^15`.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }
}

impl TryFrom<(i64, Currency)> for Money {
    type Error = MoneyError;
    fn try_from((minor, currency): (i64, Currency)) -> Result<Self, MoneyError> {
        Self::from_minor(minor, currency)
    }
}

impl From<Money> for (i64, Currency) {
    fn from(money: Money) -> Self {
        (money.minor, money.currency)
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.minor < 0 { "-" } else { "" };
        let magnitude = self.minor.unsigned_abs();
        let exponent = self.currency.exponent();
        let unit = 10_u64.pow(u32::from(exponent));
        match exponent {
            0 => write!(f, "{sign}{magnitude} {}", self.currency),
            _ => write!(
                f,
                "{sign}{}.{:0width$} {}",
                magnitude / unit,
                magnitude % unit,
                self.currency,
                width = usize::from(exponent)
            ),
        }
    }
}

impl Currency {
    /// Chinese yuan.
    pub const CNY: Self = Self(*b"CNY");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// Japanese yen (no decimals).
    pub const JPY: Self = Self(*b"JPY");

    /// Parses a three-letter code, capitals only.
    ///
    /// # Errors
    /// [`MoneyError::UnknownCurrency`] for anything that is not an active ISO 4217 code.
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| MoneyError::UnknownCurrency)?;
        Self::try_from(bytes)
    }

    /// Decimals of the currency: 0, 2, 3 or 4 (ISO 4217).
    #[must_use]
    pub fn exponent(self) -> u8 {
        let listed = |codes: &[u8]| codes.chunks_exact(3).any(|code| code == self.0);
        if listed(EXPONENT_0) {
            0
        } else if listed(EXPONENT_3) {
            3
        } else if listed(EXPONENT_4) {
            4
        } else {
            2
        }
    }

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl TryFrom<[u8; 3]> for Currency {
    type Error = MoneyError;
    fn try_from(code: [u8; 3]) -> Result<Self, MoneyError> {
        let known = [EXPONENT_0, EXPONENT_2, EXPONENT_3, EXPONENT_4]
            .iter()
            .any(|codes| codes.chunks_exact(3).any(|known| known == code));
        if known { Ok(Self(code)) } else { Err(MoneyError::UnknownCurrency) }
    }
}

impl From<Currency> for [u8; 3] {
    fn from(currency: Currency) -> Self {
        currency.0
    }
}

/// Three letters in formats for people (JSON, TOML), three bytes in stored records.
impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(self.code())
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = if deserializer.is_human_readable() {
            Self::parse(&String::deserialize(deserializer)?)
        } else {
            Self::try_from(<[u8; 3]>::deserialize(deserializer)?)
        };
        read.map_err(D::Error::custom)
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

// ISO 4217 active national currencies by number of decimals, three bytes each.
const EXPONENT_0: &[u8] = b"BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF";
const EXPONENT_3: &[u8] = b"BHDIQDJODKWDLYDOMRTND";
const EXPONENT_4: &[u8] = b"CLFUYW";
const EXPONENT_2: &[u8] = b"AEDAFNALLAMDAOAARSAUDAWGAZNBAMBBDBDTBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHFCHWCNYCOPCOUCRCCUPCVECZKDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGTQGYDHKDHNLHTGHUFIDRILSINRIRRJMDKESKGSKHRKPWKYDKZTLAKLBPLKRLRDLSLMADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDPABPENPGKPHPPKRPLNQARRONRSDRUBSARSBDSCRSDGSEKSGDSHPSLESOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTOPTRYTTDTWDTZSUAHUSDUSNUYUUZSVEDVESWSTXCDXCGYERZARZMWZWG";

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str, currency: Currency) -> Result<i64, MoneyError> {
        Money::parse(text, currency).map(Money::minor)
    }

    #[test]
    fn reads_each_number_of_decimals() {
        let kwd = Currency::parse("KWD").unwrap();
        assert_eq!(minor("1.5", kwd), Ok(1_500));
        assert_eq!(minor("1.5", Currency::EUR), Ok(150));
        assert_eq!(minor("150", Currency::JPY), Ok(150));
        assert_eq!(minor("0.01", Currency::USD), Ok(1));
        assert_eq!(minor("007.10", Currency::USD), Ok(710));
    }

    #[test]
    fn refuses_what_a_float_parser_would_let_through() {
        for text in [
            "NaN",
            "inf",
            "1e9",
            "1E2",
            "-1",
            "+1",
            "0x10",
            "1_000",
            "1 000",
            "１２.００",
            "٣",
            "1.",
            ".1",
            "1.2.3",
            "1\0",
        ] {
            assert_eq!(minor(text, Currency::EUR), Err(MoneyError::Malformed), "{text}");
        }
        assert_eq!(minor("10.005", Currency::EUR), Err(MoneyError::TooManyDecimals(2)));
        assert_eq!(minor("10.000", Currency::EUR), Err(MoneyError::TooManyDecimals(2)));
        assert_eq!(minor("1.0", Currency::JPY), Err(MoneyError::TooManyDecimals(0)));
    }

    #[test]
    fn a_currency_is_text_for_people_and_three_bytes_in_a_record() {
        assert_eq!(serde_json::to_string(&Currency::EUR).unwrap(), "\"EUR\"");
        assert_eq!(serde_json::from_str::<Currency>("\"EUR\"").unwrap(), Currency::EUR);
        assert!(serde_json::from_str::<Currency>("\"eur\"").is_err());
        assert_eq!(postcard::to_allocvec(&Currency::EUR).unwrap(), b"EUR");
        assert!(postcard::from_bytes::<Currency>(b"eur").is_err());
    }

    #[test]
    fn the_largest_amount_is_ten_to_the_fifteenth() {
        assert_eq!(minor("10000000000000.00", Currency::EUR), Ok(AMOUNT_MINOR_MAX));
        assert_eq!(minor("10000000000000.01", Currency::EUR), Err(MoneyError::TooLarge));
        assert_eq!(minor(&"9".repeat(400), Currency::EUR), Err(MoneyError::TooLarge));
        assert!(Money::from_minor(-AMOUNT_MINOR_MAX - 1, Currency::EUR).is_err());
    }

    #[test]
    fn shows_the_decimals_of_the_currency() {
        let show = |minor, code| Money::from_minor(minor, Currency::parse(code).unwrap()).unwrap().to_string();
        assert_eq!(show(5, "EUR"), "0.05 EUR");
        assert_eq!(show(-1_234, "KWD"), "-1.234 KWD");
        assert_eq!(show(7, "JPY"), "7 JPY");
    }

    proptest::proptest! {
        #[test]
        fn text_and_minor_units_agree(minor in 0..=AMOUNT_MINOR_MAX, code in proptest::sample::select(&["EUR", "JPY", "KWD", "CLF"][..])) {
            let money = Money::from_minor(minor, Currency::parse(code).unwrap()).unwrap();
            let text = money.to_string();
            proptest::prop_assert_eq!(Money::parse(text.split(' ').next().unwrap(), money.currency()), Ok(money));
        }
    }
}
