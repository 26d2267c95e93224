//! A payment as the features see it: who pays whom how much, when, from where. No names, only fingerprints.

use serde::{Deserialize, Serialize};
use sha2::block_api::compress256;

use super::{Fingerprint, Money, MoneyError, Timestamp, TxId};

/// Which way the money moves, seen from the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Direction {
    /// The account pays.
    Out = 0,
    /// The account receives.
    In = 1,
    /// Money the account paid comes back from the payee.
    Refund = 2,
    /// A payment is undone by the network.
    Reversal = 3,
}

/// What kind of payment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum PaymentKind {
    /// Card payment at a merchant.
    Card = 0,
    /// Transfer to another account.
    Transfer = 1,
    /// Cash withdrawal.
    CashOut = 2,
    /// Bill, rent or salary.
    Bill = 3,
    /// Anything else.
    Other = 4,
}

impl Direction {
    /// Every direction, in order of its number.
    pub const ALL: [Self; 4] = [Self::Out, Self::In, Self::Refund, Self::Reversal];

    /// The stable name, as files and shells write it: `out`, `in`, `refund` or `reversal`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::In => "in",
            Self::Refund => "refund",
            Self::Reversal => "reversal",
        }
    }

    /// Reads a name.
    ///
    /// ```
    /// use account_security::types::Direction;
    /// assert_eq!(Direction::parse("refund"), Some(Direction::Refund));
    /// assert_eq!(Direction::parse("Refund"), None);
    /// ```
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.name() == name)
    }
}

impl PaymentKind {
    /// Every kind, in order of its number.
    pub const ALL: [Self; 5] = [Self::Card, Self::Transfer, Self::CashOut, Self::Bill, Self::Other];

    /// The stable name, as files and shells write it: `card`, `transfer`, `cash_out`, `bill` or `other`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Transfer => "transfer",
            Self::CashOut => "cash_out",
            Self::Bill => "bill",
            Self::Other => "other",
        }
    }

    /// Reads a name.
    ///
    /// ```
    /// use account_security::types::PaymentKind;
    /// assert_eq!(PaymentKind::parse("cash_out"), Some(PaymentKind::CashOut));
    /// assert_eq!(PaymentKind::parse("cash-out"), None);
    /// ```
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// An ISO 3166-1 alpha-2 country code, two capital ASCII letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u8; 2]", into = "[u8; 2]")]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two capital letters; `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let bytes: [u8; 2] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }

    /// The two letters.
    #[must_use]
    pub const fn bytes(self) -> [u8; 2] {
        self.0
    }
}

impl TryFrom<[u8; 2]> for Country {
    type Error = &'static str;
    fn try_from(bytes: [u8; 2]) -> Result<Self, Self::Error> {
        if bytes.iter().all(u8::is_ascii_uppercase) {
            Ok(Self(bytes))
        } else {
            Err("a country code is two capital letters")
        }
    }
}

impl From<Country> for [u8; 2] {
    fn from(country: Country) -> Self {
        country.0
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or("??"))
    }
}

impl std::fmt::Debug for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Country({self})")
    }
}

/// A place on earth in millionths of a degree, with the radius it is known to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i32, i32, u32)", into = "(i32, i32, u32)")]
pub struct Position {
    lat_e6: i32,
    lon_e6: i32,
    accuracy_m: u32,
}

impl Position {
    /// A place from millionths of a degree: latitude -90 to 90, longitude -180 to 180, accuracy at most 20,100 km
    /// (half the earth's circumference). `None` outside these.
    #[must_use]
    pub const fn new(lat_e6: i32, lon_e6: i32, accuracy_m: u32) -> Option<Self> {
        let inside = lat_e6 >= -90_000_000
            && lat_e6 <= 90_000_000
            && lon_e6 >= -180_000_000
            && lon_e6 <= 180_000_000
            && accuracy_m <= 20_100_000;
        if inside { Some(Self { lat_e6, lon_e6, accuracy_m }) } else { None }
    }

    /// Latitude in millionths of a degree, north positive.
    #[must_use]
    pub const fn lat_e6(self) -> i32 {
        self.lat_e6
    }

    /// Longitude in millionths of a degree, east positive.
    #[must_use]
    pub const fn lon_e6(self) -> i32 {
        self.lon_e6
    }

    /// Radius in metres inside which the true place lies.
    #[must_use]
    pub const fn accuracy_m(self) -> u32 {
        self.accuracy_m
    }
}

impl TryFrom<(i32, i32, u32)> for Position {
    type Error = &'static str;
    fn try_from((lat_e6, lon_e6, accuracy_m): (i32, i32, u32)) -> Result<Self, Self::Error> {
        Self::new(lat_e6, lon_e6, accuracy_m).ok_or("the place is not on earth")
    }
}

impl From<Position> for (i32, i32, u32) {
    fn from(place: Position) -> Self {
        (place.lat_e6, place.lon_e6, place.accuracy_m)
    }
}

/// One payment, ready to be judged.
///
/// ```
/// use account_security::types::{Currency, Money, Payment, Timestamp};
/// let at = Timestamp::from_unix_s(1_767_225_600)?;
/// let payment = Payment::out("tx-1001", Money::parse("1299.00", Currency::CNY)?, at)?
///     .to("shop-7")
///     .from_device("phone-1");
/// assert_eq!(payment.money.minor(), 129_900);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Payment {
    /// The transaction's id; the same id is judged once.
    pub tx_id: TxId,
    /// When it was ordered.
    pub at: Timestamp,
    /// How much; never negative.
    pub money: Money,
    /// Which way.
    pub direction: Direction,
    /// What kind.
    pub kind: PaymentKind,
    /// The other side, if known: payee when paying, payer when receiving.
    pub payee: Option<Fingerprint>,
    /// The device it was ordered from, if known.
    pub device: Option<Fingerprint>,
    /// The country it was ordered from, if known.
    pub country: Option<Country>,
    /// The place it was ordered from, if known.
    pub position: Option<Position>,
}

impl Payment {
    /// A payment in any direction.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`] for a negative amount: the direction says which way money moves.
    pub fn new(tx_id: &str, money: Money, at: Timestamp, direction: Direction) -> Result<Self, MoneyError> {
        if money.minor() < 0 {
            return Err(MoneyError::Malformed);
        }
        Ok(Self {
            tx_id: TxId::of(tx_id),
            at,
            money,
            direction,
            kind: PaymentKind::Other,
            payee: None,
            device: None,
            country: None,
            position: None,
        })
    }

    /// An outgoing payment.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`] for a negative amount.
    pub fn out(tx_id: &str, money: Money, at: Timestamp) -> Result<Self, MoneyError> {
        Self::new(tx_id, money, at, Direction::Out)
    }

    /// Names the other side.
    #[must_use]
    pub fn to(mut self, payee: &str) -> Self {
        self.payee = Some(Fingerprint::of_payee(payee));
        self
    }

    /// Names the device.
    #[must_use]
    pub fn from_device(mut self, device: &str) -> Self {
        self.device = Some(Fingerprint::of_device(device));
        self
    }

    /// Names the kind.
    #[must_use]
    pub const fn of_kind(mut self, kind: PaymentKind) -> Self {
        self.kind = kind;
        self
    }

    /// Names the country.
    #[must_use]
    pub const fn in_country(mut self, country: Country) -> Self {
        self.country = Some(country);
        self
    }

    /// Names the place.
    #[must_use]
    pub const fn at_position(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// A number that differs when any part of the payment but its id differs: the same id with another content is a
    /// conflict.
    ///
    /// The first eight bytes of SHA-256 over fifty bytes, which fit one block: this is computed for every payment, and
    /// what a general hasher does around its blocks (a buffer, wiping it) costs as much as the block.
    #[must_use]
    pub fn content_fingerprint(&self) -> u64 {
        let (lat_e6, lon_e6, accuracy_m) = self.position.map_or((i32::MAX, 0, 0), Into::into);
        let which = self.direction as u8
            | (self.kind as u8) << 2
            | u8::from(self.payee.is_some()) << 6
            | u8::from(self.device.is_some()) << 7;
        let mut block = [0; 64];
        block[..8].copy_from_slice(&self.at.unix_ms().to_le_bytes());
        block[8..16].copy_from_slice(&self.money.minor().to_le_bytes());
        block[16..24].copy_from_slice(&self.payee.map_or(0, |payee| payee.0).to_le_bytes());
        block[24..32].copy_from_slice(&self.device.map_or(0, |device| device.0).to_le_bytes());
        block[32..36].copy_from_slice(&lat_e6.to_le_bytes());
        block[36..40].copy_from_slice(&lon_e6.to_le_bytes());
        block[40..44].copy_from_slice(&accuracy_m.to_le_bytes());
        block[44..47].copy_from_slice(&<[u8; 3]>::from(self.money.currency()));
        block[47..49].copy_from_slice(&self.country.map_or([0; 2], Country::bytes));
        block[49] = which;
        // The padding of FIPS 180-4 §5.1.1: a one bit, and the length of 50 bytes in bits.
        block[50] = 0x80;
        block[62..].copy_from_slice(&400_u16.to_be_bytes());
        let mut state = SHA256_START;
        compress256(&mut state, &[block]);
        u64::from(state[0].swap_bytes()) | u64::from(state[1].swap_bytes()) << 32
    }
}

/// The state SHA-256 starts from (FIPS 180-4 §5.3.3).
const SHA256_START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Currency;

    #[test]
    fn any_change_of_content_changes_the_fingerprint() {
        let at = Timestamp::from_unix_s(1_700_000_000).unwrap();
        let money = |minor| Money::from_minor(minor, Currency::EUR).unwrap();
        let payment = Payment::out("t", money(100), at).unwrap();
        let others = [
            Payment::out("t", money(101), at).unwrap(),
            Payment::out("t", money(100), at.plus_ms(1)).unwrap(),
            Payment::new("t", money(100), at, Direction::In).unwrap(),
            payment.to("p"),
            payment.from_device("p"),
            payment.in_country(Country::parse("FR").unwrap()),
            payment.at_position(Position::new(0, 0, 0).unwrap()),
            payment.of_kind(PaymentKind::Card),
            payment.of_kind(PaymentKind::Transfer),
        ];
        for other in others {
            assert_ne!(payment.content_fingerprint(), other.content_fingerprint());
        }
    }

    #[test]
    fn the_fingerprint_is_the_beginning_of_sha_256() {
        use sha2::Digest;
        let at = Timestamp::from_unix_ms(0x0102_0304).unwrap();
        let payment = Payment::out("t", Money::from_minor(0x0506, Currency::EUR).unwrap(), at).unwrap().to("p");
        let mut bytes = [0; 50];
        bytes[..4].copy_from_slice(&[4, 3, 2, 1]);
        bytes[8..10].copy_from_slice(&[6, 5]);
        bytes[16..24].copy_from_slice(&payment.payee.unwrap().0.to_le_bytes());
        bytes[32..36].copy_from_slice(&i32::MAX.to_le_bytes());
        bytes[44..47].copy_from_slice(b"EUR");
        bytes[49] = PaymentKind::Other as u8 * 4 + 64;
        let digest: [u8; 32] = sha2::Sha256::digest(bytes).into();
        assert_eq!(payment.content_fingerprint().to_le_bytes(), digest[..8]);
    }

    #[test]
    fn places_off_the_earth_and_negative_amounts_are_refused() {
        assert!(Position::new(90_000_001, 0, 0).is_none());
        assert!(Position::new(0, -180_000_001, 0).is_none());
        let minus = Money::from_minor(-1, Currency::EUR).unwrap();
        assert!(Payment::out("t", minus, Timestamp::MIN).is_err());
        assert!(Country::parse("fr").is_none() && Country::parse("FRA").is_none());
    }
}
