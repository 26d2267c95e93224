//! Who lives where, with which habits. Nothing is stored: a person is worked out anew from the seed each time.

use super::dice::{Dice, scale};

/// A city, its country and its clock.
#[derive(Clone, Copy, Debug)]
pub struct City {
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    lat_e4: i32,
    lon_e4: i32,
    /// Whole hours ahead of UTC in winter; people here know no summer time.
    pub offset_h: u32,
}

/// A point in ten-thousandths of a degree: eleven metres.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    lat_e4: i32,
    lon_e4: i32,
    accuracy_m: u32,
}

impl std::fmt::Display for Place {
    /// `lat,lon,accuracy` as in the file.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for degrees_e4 in [self.lat_e4, self.lon_e4] {
            let sign = if degrees_e4 < 0 { "-" } else { "" };
            let magnitude = degrees_e4.unsigned_abs();
            write!(f, "{sign}{}.{:04},", magnitude / 10_000, magnitude % 10_000)?;
        }
        write!(f, "{}", self.accuracy_m)
    }
}

const fn city(country: &'static str, lat_e4: i32, lon_e4: i32, offset_h: u32) -> City {
    City { country, lat_e4, lon_e4, offset_h }
}

/// Homes first, then where people travel to (a few hours away), then where only stolen cards go.
const CITIES: [City; 16] = [
    city("DE", 525_200, 134_050, 1),
    city("FR", 488_566, 23_522, 1),
    city("ES", 404_168, -37_038, 1),
    city("IT", 419_028, 124_964, 1),
    city("NL", 523_676, 49_041, 1),
    city("AT", 482_082, 163_738, 1),
    city("PT", 387_223, -91_393, 0),
    city("FI", 601_699, 249_384, 2),
    city("GB", 515_074, -1_278, 0),
    city("CH", 473_769, 85_417, 1),
    city("CZ", 500_755, 144_378, 1),
    city("SE", 593_293, 180_686, 1),
    city("PL", 522_297, 210_122, 1),
    city("DK", 556_761, 125_683, 1),
    city("AR", -346_037, -583_816, 0),
    city("ID", -62_088, 1_068_456, 0),
];
const HOMES: u32 = 8;
const TRIPS: u32 = 6;
const FAR: u32 = 2;

/// Days in which at most one trip begins and ends.
const TRIP_BLOCK_DAYS: u32 = 28;
/// Days for which a shop leaks cards.
const LEAK_DAYS: u32 = 14;
/// One shop in so many leaks at any time, and never less than one in the world.
const SHOPS_PER_LEAK: u32 = 150;

/// What a throw of the dice is for, so that no two questions share an answer.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Question {
    /// Habits of an account.
    Person = 1,
    /// Trips of an account.
    Trip,
    /// Where a shop is and how dear.
    Shop,
    /// Which shops leak.
    Leak,
    /// An account's day.
    Day,
    /// What an account returns.
    Refund,
    /// A planted fraud.
    Incident,
}

/// The whole world: two numbers.
#[derive(Clone, Copy, Debug)]
pub struct World {
    accounts: u32,
    seed: u64,
    shops_per_city: u32,
}

/// Habits of one account.
#[derive(Clone, Debug)]
pub struct Person {
    /// Home city.
    pub home: u8,
    /// The middle of an everyday payment, in cents.
    pub level_minor: i64,
    /// Local hour of the first payments, 7 to 10.
    pub first_hour: u32,
    /// Local hour after the last, 19 to 23.
    pub last_hour: u32,
    /// Devices, 1 or 2.
    pub devices: u32,
    /// Day of the month on which the salary comes, 25 to 28.
    pub payday: i8,
    /// Day of the month on which rent is due, 1 to 3.
    pub rent_day: i8,
    /// Number of usual shops, 4 to 12; with friends 5 to 15 usual payees.
    shops: u32,
    shops_seed: u64,
    /// Number of friends, 1 to 3.
    friends: u32,
}

impl World {
    /// A world of this many accounts.
    pub const fn new(accounts: u32, seed: u64) -> Self {
        Self { accounts, seed, shops_per_city: 12 + accounts / 20 }
    }

    /// How many accounts.
    pub const fn accounts(&self) -> u32 {
        self.accounts
    }

    /// Dice for one question about some numbers.
    pub fn dice(&self, question: Question, about: &[u32]) -> Dice {
        let mut dice = Dice::of(self.seed, &[question as u64]);
        for part in about {
            dice = Dice::of(dice.next(), &[u64::from(*part)]);
        }
        dice
    }

    /// A city by its index.
    pub fn city(&self, index: u8) -> &'static City {
        CITIES.get(usize::from(index)).unwrap_or(&CITIES[0])
    }

    /// Habits of an account.
    pub fn person(&self, account: u32) -> Person {
        let mut dice = self.dice(Question::Person, &[account]);
        Person {
            home: byte(dice.below(HOMES)),
            level_minor: scale(1_500, i64::from(dice.below(33)) - 12),
            first_hour: dice.between(7, 10),
            last_hour: dice.between(19, 23),
            devices: dice.between(1, 2),
            payday: day_of_month(dice.between(25, 28)),
            rent_day: day_of_month(dice.between(1, 3)),
            shops: dice.between(4, 12),
            friends: dice.between(1, 3),
            shops_seed: dice.next(),
        }
    }

    /// One of a person's usual shops, by habit.
    pub fn usual_shop(&self, person: &Person, dice: &mut Dice) -> u32 {
        let which = dice.favourite(person.shops);
        Dice::of(person.shops_seed, &[u64::from(which)]).favourite(self.shops_per_city)
    }

    /// Any shop of a city.
    pub fn any_shop(&self, dice: &mut Dice) -> u32 {
        dice.below(self.shops_per_city)
    }

    /// One of a person's friends: some other number of the same range.
    pub fn friend(&self, account: u32, person: &Person, dice: &mut Dice) -> u32 {
        let which = dice.favourite(person.friends);
        Dice::of(person.shops_seed, &[1 << 32, u64::from(which), u64::from(account)]).below(self.accounts.max(50))
    }

    /// Where a shop stands, within five kilometres of the centre, and how dear it is in sixteenths of an octave.
    pub fn shop(&self, city: u8, number: u32) -> (Place, i64) {
        let mut dice = self.dice(Question::Shop, &[u32::from(city), number]);
        let place = near(self.city(city), &mut dice, 450, 50);
        (place, i64::from(dice.below(41)) - 16)
    }

    /// A point within a kilometre or so of a city's centre, as a device or terminal tells it.
    pub fn spot(&self, city: u8, dice: &mut Dice) -> Place {
        let accuracy_m = dice.between(10, 200);
        near(self.city(city), dice, 120, accuracy_m)
    }

    /// Where an account is on this day: a travel city, or `None` for home.
    pub fn trip(&self, account: u32, day: u32) -> Option<u8> {
        let mut dice = self.dice(Question::Trip, &[account, day / TRIP_BLOCK_DAYS]);
        let goes = dice.chance(250);
        let first = dice.between(1, 20);
        let last = first + dice.between(1, 6);
        let city = byte(HOMES + dice.below(TRIPS));
        (goes && (first..=last).contains(&(day % TRIP_BLOCK_DAYS))).then_some(city)
    }

    /// A city so far from every home that no one gets there within the hour.
    pub fn far_city(&self, dice: &mut Dice) -> u8 {
        byte(HOMES + TRIPS + dice.below(FAR))
    }

    /// Whether a shop leaks cards on this day. It is one of its city's more popular ones.
    pub fn leaks(&self, city: u8, number: u32, day: u32) -> bool {
        let leaks = (HOMES * self.shops_per_city / SHOPS_PER_LEAK).max(1);
        (0..leaks).any(|leak| {
            let mut dice = self.dice(Question::Leak, &[day / LEAK_DAYS, leak]);
            (byte(dice.below(HOMES)), dice.favourite(self.shops_per_city / 2)) == (city, number)
        })
    }
}

fn near(city: &City, dice: &mut Dice, spread_e4: u32, accuracy_m: u32) -> Place {
    let mut shift = || i64::from(dice.below(2 * spread_e4 + 1)) - i64::from(spread_e4);
    let moved = |degrees_e4: i32, shift: i64| i32::try_from(i64::from(degrees_e4) + shift).unwrap_or(degrees_e4);
    Place { lat_e4: moved(city.lat_e4, shift()), lon_e4: moved(city.lon_e4, shift()), accuracy_m }
}

fn byte(index: u32) -> u8 {
    u8::try_from(index).unwrap_or(0)
}

fn day_of_month(day: u32) -> i8 {
    i8::try_from(day).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance_km(a: &City, b: &City) -> f64 {
        let radians = |e4: i32| (f64::from(e4) / 10_000.0).to_radians();
        let (lat_a, lat_b) = (radians(a.lat_e4), radians(b.lat_e4));
        let half = |delta: f64| (delta / 2.0).sin().powi(2);
        let chord = half(lat_a - lat_b) + lat_a.cos() * lat_b.cos() * half(radians(a.lon_e4) - radians(b.lon_e4));
        2.0 * 6_371.0 * chord.sqrt().asin()
    }

    #[test]
    fn far_is_nine_thousand_kilometres_and_travel_is_a_few_hours() {
        let (homes, elsewhere) = CITIES.split_at(HOMES as usize);
        let (trips, far) = elsewhere.split_at(TRIPS as usize);
        assert_eq!(far.len(), FAR as usize);
        for home in homes {
            assert!(far.iter().all(|city| distance_km(home, city) > 9_000.0), "{home:?}");
            assert!(trips.iter().all(|city| distance_km(home, city) < 3_500.0), "{home:?}");
        }
    }

    #[test]
    fn a_person_is_the_same_each_time_and_keeps_to_the_bounds() {
        let world = World::new(1_000, 7);
        for account in 0..1_000 {
            let person = world.person(account);
            assert_eq!(format!("{person:?}"), format!("{:?}", world.person(account)));
            assert!((5..=15).contains(&(person.shops + person.friends)));
            assert!((800..=4_000).contains(&person.level_minor), "{}", person.level_minor);
        }
    }

    #[test]
    fn about_the_stated_share_of_shops_leaks() {
        let world = World::new(5_000, 7);
        let all = (0..8).flat_map(|city| (0..262).map(move |number| (city, number)));
        let leaking = all.filter(|&(city, number)| world.leaks(city, number, 20)).count();
        assert!((8..=13).contains(&leaking), "{leaking}");
    }
}
