//! One payment of the simulated world, and its line in the file.

use std::io::Write;

use jiff::civil::Date;

use super::world::{Place, World};

/// The six planted kinds of fraud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scenario {
    /// A stranger's device pays high amounts to new payees in a burst.
    AccountTakeover,
    /// Tiny payments try a stolen card at one merchant, then a large one follows.
    CardTesting,
    /// A large credit leaves for new payees within minutes.
    RapidInOut,
    /// Payments just below 10,000.00 within two days.
    Structuring,
    /// A card payment 9,000 km and more from home within the hour of one at home.
    ImpossibleTravel,
    /// Payments at a shop that leaks cards: they look like any other.
    CompromisedPayee,
}

impl Scenario {
    /// All six.
    #[cfg(test)]
    pub const ALL: [Self; 6] = [
        Self::AccountTakeover,
        Self::CardTesting,
        Self::RapidInOut,
        Self::Structuring,
        Self::ImpossibleTravel,
        Self::CompromisedPayee,
    ];

    /// Its name in the `scenario` column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountTakeover => "account_takeover",
            Self::CardTesting => "card_testing",
            Self::RapidInOut => "rapid_in_out",
            Self::Structuring => "structuring",
            Self::ImpossibleTravel => "impossible_travel",
            Self::CompromisedPayee => "compromised_payee",
        }
    }
}

/// The other side of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payee {
    /// A shop in a city of the world.
    Shop {
        /// Index of the city.
        city: u8,
        /// Number in the city.
        number: u32,
    },
    /// A cash machine.
    Atm {
        /// Index of the city.
        city: u8,
        /// Number in the city.
        number: u32,
    },
    /// A merchant nobody goes to by habit.
    Merchant(u32),
    /// A private person.
    Person(u32),
    /// Pays salaries.
    Employer(u32),
    /// Is paid rent.
    Landlord(u32),
}

/// What a payment was ordered from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// Unknown: a plain card, a standing order, a credit.
    None,
    /// One of the account's own, 1 or 2.
    Own(u8),
    /// Somebody else's.
    Stranger(u32),
}

/// Which way and what kind, in the file's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Card payment.
    Card,
    /// Cash withdrawal.
    CashOut,
    /// Transfer out.
    Transfer,
    /// Transfer in.
    Credit,
    /// Rent.
    BillOut,
    /// Salary.
    BillIn,
    /// A card payment given back.
    Refund,
}

impl Shape {
    const fn direction_and_kind(self) -> &'static str {
        match self {
            Self::Card => "out,card",
            Self::CashOut => "out,cash_out",
            Self::Transfer => "out,transfer",
            Self::Credit => "in,transfer",
            Self::BillOut => "out,bill",
            Self::BillIn => "in,bill",
            Self::Refund => "refund,card",
        }
    }
}

/// One payment.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// Second of the UTC day, below 86,400.
    pub second: u32,
    /// Whose.
    pub account: u32,
    /// How much, in cents.
    pub amount_minor: i64,
    /// With whom.
    pub payee: Payee,
    /// What kind of movement of money it is.
    pub shape: Shape,
    /// From what.
    pub device: Device,
    /// Index of the city whose country it was ordered from, if known.
    pub city: Option<u8>,
    /// Where exactly, if known.
    pub place: Option<Place>,
    /// Which fraud it is part of.
    pub scenario: Option<Scenario>,
}

impl Event {
    /// Appends the payment's line to `lines`. No field ever needs quotes.
    ///
    /// # Errors
    /// None in practice: memory does not refuse.
    pub fn write(&self, world: &World, number: u64, date: Date, lines: &mut Vec<u8>) -> std::io::Result<()> {
        let (hour, minute, second) = (self.second / 3_600, self.second / 60 % 60, self.second % 60);
        write!(lines, "s-{number:06},{date}T{hour:02}:{minute:02}:{second:02}Z,a-{:05},", self.account)?;
        match self.payee {
            Payee::Shop { city, number } => write!(lines, "shop-{}-{number:03}", world.city(city).country)?,
            Payee::Atm { city, number } => write!(lines, "atm-{}-{number}", world.city(city).country)?,
            Payee::Merchant(number) => write!(lines, "merchant-{number:05}")?,
            Payee::Person(number) => write!(lines, "person-{number:05}")?,
            Payee::Employer(number) => write!(lines, "employer-{number:03}")?,
            Payee::Landlord(number) => write!(lines, "landlord-{number:05}")?,
        }
        let (euros, cents) = (self.amount_minor / 100, self.amount_minor % 100);
        write!(lines, ",{euros}.{cents:02},EUR,{},", self.shape.direction_and_kind())?;
        match self.device {
            Device::None => {}
            Device::Own(number) => write!(lines, "d-{:05}-{number}", self.account)?,
            Device::Stranger(number) => write!(lines, "d-x{number:04}-1")?,
        }
        write!(lines, ",{},", self.city.map_or("", |city| world.city(city).country))?;
        match self.place {
            Some(place) => write!(lines, "{place}")?,
            None => write!(lines, ",,")?,
        }
        let label = u8::from(self.scenario.is_some());
        writeln!(lines, ",{label},{}", self.scenario.map_or("", Scenario::name))
    }
}
