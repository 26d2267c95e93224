//! An account's ordinary day: shopping, cash, friends, salary, rent, returns.

use jiff::civil::Date;

use super::dice::{Dice, scale};
use super::event::{Device, Event, Payee, Scenario, Shape};
use super::world::{Person, Question, World};

/// Smallest payment, in cents.
const AMOUNT_MINOR_MIN: i64 = 50;
/// Share of a leaking shop's payments that are frauds, per mille.
const LEAK_PER_MILLE: u32 = 400;
/// Share of days on which something bought the day before is returned, per mille.
const REFUND_PER_MILLE: u32 = 25;

/// Appends everything ordinary that an account does on a day, and what leaking shops make of it.
pub fn day(world: &World, account: u32, day: u32, date: Date, events: &mut Vec<Event>) {
    let person = world.person(account);
    payments(world, account, &person, day, events);
    if date.day() == person.payday {
        events.push(salary(world, account, &person, date));
    }
    if date.day() == person.rent_day {
        events.push(rent(account, &person));
    }
    events.extend(refund(world, account, &person, day));
}

/// None to four payments, fewer on most days.
fn payments(world: &World, account: u32, person: &Person, day: u32, events: &mut Vec<Event>) {
    let mut dice = world.dice(Question::Day, &[account, day]);
    let count = match dice.below(100) {
        0..35 => 0,
        35..65 => 1,
        65..85 => 2,
        85..95 => 3,
        _ => 4,
    };
    let trip = world.trip(account, day);
    for _ in 0..count {
        let second = waking_second(world, person, trip.is_some(), &mut dice);
        let event = match dice.below(100) {
            0..82 => shopping(world, account, person, trip, &mut dice),
            82..90 => transfer(world, account, person, trip, &mut dice),
            90..95 => cash(world, account, person, trip, &mut dice),
            _ => online(account, person, &mut dice),
        };
        let scenario = match event.payee {
            Payee::Shop { city, number } if world.leaks(city, number, day) && dice.chance(LEAK_PER_MILLE) => {
                Some(Scenario::CompromisedPayee)
            }
            _ => None,
        };
        events.push(Event { second, scenario, ..event });
    }
}

/// A second of the person's waking hours, fuller in the middle. A traveller has breakfast in peace first, so that no
/// journey looks impossible.
fn waking_second(world: &World, person: &Person, is_travelling: bool, dice: &mut Dice) -> u32 {
    let offset_h = world.city(person.home).offset_h;
    let (first, last) = ((person.first_hour - offset_h) * 3_600, (person.last_hour - offset_h) * 3_600);
    let first = if is_travelling { first.max(10 * 3_600) } else { first };
    let half = (last - first) / 2;
    first + dice.below(half) + dice.below(half)
}

fn shopping(world: &World, account: u32, person: &Person, trip: Option<u8>, dice: &mut Dice) -> Event {
    let city = trip.unwrap_or(person.home);
    let is_new = trip.is_some() || dice.chance(50);
    let number = if is_new { world.any_shop(dice) } else { world.usual_shop(person, dice) };
    let (place, dearness) = world.shop(city, number);
    let amount = dice.amount(scale(person.level_minor, dearness));
    let by_phone = dice.chance(300);
    Event {
        amount_minor: amount.max(AMOUNT_MINOR_MIN),
        payee: Payee::Shop { city, number },
        device: if by_phone { own_device(person, dice) } else { Device::None },
        city: Some(city),
        place: Some(place),
        ..blank(account, Shape::Card)
    }
}

fn transfer(world: &World, account: u32, person: &Person, trip: Option<u8>, dice: &mut Dice) -> Event {
    let city = trip.unwrap_or(person.home);
    let amount = dice.amount(2 * person.level_minor);
    let is_round = dice.chance(500);
    Event {
        amount_minor: if is_round { (amount / 500 + 1) * 500 } else { amount.max(AMOUNT_MINOR_MIN) },
        payee: Payee::Person(world.friend(account, person, dice)),
        device: own_device(person, dice),
        city: Some(city),
        place: dice.chance(900).then(|| world.spot(city, dice)),
        ..blank(account, Shape::Transfer)
    }
}

fn cash(world: &World, account: u32, person: &Person, trip: Option<u8>, dice: &mut Dice) -> Event {
    let city = trip.unwrap_or(person.home);
    Event {
        amount_minor: (dice.amount(3 * person.level_minor) / 1_000 + 1) * 1_000,
        payee: Payee::Atm { city, number: dice.favourite(6) },
        city: Some(city),
        place: Some(world.spot(city, dice)),
        ..blank(account, Shape::CashOut)
    }
}

/// A merchant on the net, sometimes one never used before; the country is that of the person's address.
fn online(account: u32, person: &Person, dice: &mut Dice) -> Event {
    Event {
        amount_minor: dice.amount(2 * person.level_minor).max(AMOUNT_MINOR_MIN),
        payee: Payee::Merchant(dice.favourite(60)),
        device: own_device(person, dice),
        city: Some(person.home),
        ..blank(account, Shape::Card)
    }
}

fn salary(world: &World, account: u32, person: &Person, date: Date) -> Event {
    let month = u32::from(date.month().unsigned_abs());
    let extra = i64::from(world.dice(Question::Person, &[account, month]).below(100));
    Event {
        second: 5 * 3_600 + account % 3_600,
        amount_minor: 100 * person.level_minor + extra * 25,
        payee: Payee::Employer(account % 97),
        ..blank(account, Shape::BillIn)
    }
}

fn rent(account: u32, person: &Person) -> Event {
    Event {
        second: 6 * 3_600 + account % 1_800,
        amount_minor: (30 * person.level_minor / 1_000 + 1) * 1_000,
        payee: Payee::Landlord(account / 2),
        ..blank(account, Shape::BillOut)
    }
}

/// The first card payment of the day before in a shop comes back, to the cent.
fn refund(world: &World, account: u32, person: &Person, day: u32) -> Option<Event> {
    let yesterday = day.checked_sub(1)?;
    let mut dice = world.dice(Question::Refund, &[account, day]);
    if !dice.chance(REFUND_PER_MILLE) {
        return None;
    }
    let mut bought = Vec::new();
    payments(world, account, person, yesterday, &mut bought);
    let is_returnable = |event: &&Event| matches!(event.payee, Payee::Shop { .. }) && event.scenario.is_none();
    let returned = bought.iter().find(is_returnable)?;
    let second = waking_second(world, person, false, &mut dice);
    // The merchant's system orders it: no device and no place of the account's.
    Some(Event { second, shape: Shape::Refund, device: Device::None, city: None, place: None, ..*returned })
}

fn own_device(person: &Person, dice: &mut Dice) -> Device {
    if dice.favourite(person.devices) == 0 { Device::Own(1) } else { Device::Own(2) }
}

/// A payment of which only the account and the shape are known.
pub const fn blank(account: u32, shape: Shape) -> Event {
    Event {
        second: 0,
        account,
        amount_minor: AMOUNT_MINOR_MIN,
        payee: Payee::Merchant(0),
        shape,
        device: Device::None,
        city: None,
        place: None,
        scenario: None,
    }
}
