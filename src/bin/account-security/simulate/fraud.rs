//! Five of the six planted frauds; the sixth, the leaking shop, is in [`super::ordinary`].

use super::dice::Dice;
use super::event::{Device, Event, Payee, Scenario, Shape};
use super::ordinary::blank;
use super::world::{Person, Question, World};

/// One incident in so many account-days: with four payments each, about eight payments in a thousand.
const ACCOUNT_DAYS_PER_INCIDENT: u64 = 440;
/// Days at the start without incidents, so that rules can learn what is normal.
const QUIET_DAYS: u32 = 7;
/// Numbers of payees and devices that no one has met before begin here.
const STRANGERS: u32 = 2_000_000;

/// The five, taken in turn.
const IN_TURN: [Scenario; 5] = [
    Scenario::AccountTakeover,
    Scenario::CardTesting,
    Scenario::RapidInOut,
    Scenario::Structuring,
    Scenario::ImpossibleTravel,
];

/// One fraud and its victim.
struct Incident {
    number: u32,
    scenario: Scenario,
    account: u32,
    person: Person,
    dice: Dice,
}

/// Appends the frauds of a day, and the second half of yesterday's structuring.
pub fn day(world: &World, day: u32, events: &mut Vec<Event>) {
    for mut incident in incidents(world, day) {
        match incident.scenario {
            Scenario::AccountTakeover => take_over(&mut incident, events),
            Scenario::CardTesting => test_card(&mut incident, events),
            Scenario::RapidInOut => pass_through(&mut incident, events),
            Scenario::Structuring => events.extend(structure(&mut incident)),
            Scenario::ImpossibleTravel => travel(world, &mut incident, events),
            Scenario::CompromisedPayee => {}
        }
    }
    let yesterday = day.checked_sub(1).map(|yesterday| incidents(world, yesterday));
    for mut incident in yesterday.into_iter().flatten().filter(|one| one.scenario == Scenario::Structuring) {
        let _first_day = structure(&mut incident);
        events.extend(structure(&mut incident));
    }
}

/// The day's incidents: as many as bring the total to one in [`ACCOUNT_DAYS_PER_INCIDENT`].
fn incidents(world: &World, day: u32) -> impl Iterator<Item = Incident> {
    let total = |days: u32| u64::from(days) * u64::from(world.accounts()) / ACCOUNT_DAYS_PER_INCIDENT;
    let active = day.checked_sub(QUIET_DAYS);
    let numbers = active.map_or(0..0, |active| total(active)..total(active + 1));
    let world = *world;
    numbers.map(move |number| incident(&world, day, u32::try_from(number).unwrap_or(u32::MAX)))
}

fn incident(world: &World, day: u32, number: u32) -> Incident {
    let mut dice = world.dice(Question::Incident, &[number]);
    let drawn = dice.below(world.accounts());
    // Victims are at home: a traveller's journey would blur what is planted.
    let account = (0..50)
        .map(|next| (drawn + next) % world.accounts())
        .find(|&account| world.trip(account, day).is_none())
        .unwrap_or(drawn);
    let turn = usize::try_from(number).unwrap_or(0) % IN_TURN.len();
    Incident { number, scenario: IN_TURN[turn], account, person: world.person(account), dice }
}

impl Incident {
    /// A payee nobody has met: up to 16 for each incident.
    fn stranger(&self, which: u32) -> u32 {
        STRANGERS + self.number % 1_000_000 * 16 + which
    }

    /// So many everyday payments' worth, `low` to `high`.
    fn worth(&mut self, low: u32, high: u32) -> i64 {
        let hundredths = self.dice.between(low * 100, high * 100);
        self.person.level_minor * i64::from(hundredths) / 100
    }

    fn event(&self, second: u32, shape: Shape) -> Event {
        Event { second, scenario: Some(self.scenario), ..blank(self.account, shape) }
    }
}

/// A stranger's device empties the account: four to six transfers to new payees within half an hour.
fn take_over(incident: &mut Incident, events: &mut Vec<Event>) {
    let mut second = incident.dice.below(22 * 3_600);
    for which in 0..incident.dice.between(4, 6) {
        events.push(Event {
            amount_minor: incident.worth(15, 50),
            payee: Payee::Person(incident.stranger(which % 4)),
            device: Device::Stranger(incident.number),
            city: Some(incident.person.home),
            ..incident.event(second, Shape::Transfer)
        });
        second += incident.dice.between(60, 300);
    }
}

/// Four to seven tiny payments at one merchant, seconds apart, then one large payment elsewhere.
fn test_card(incident: &mut Incident, events: &mut Vec<Event>) {
    let mut second = incident.dice.below(23 * 3_600);
    for _ in 0..incident.dice.between(4, 7) {
        events.push(Event {
            amount_minor: i64::from(incident.dice.between(50, 200)),
            payee: Payee::Merchant(incident.stranger(0)),
            city: Some(incident.person.home),
            ..incident.event(second, Shape::Card)
        });
        second += incident.dice.between(10, 45);
    }
    second += incident.dice.between(60, 600);
    events.push(Event {
        amount_minor: incident.worth(20, 45),
        payee: Payee::Merchant(incident.stranger(1)),
        city: Some(incident.person.home),
        ..incident.event(second, Shape::Card)
    });
}

/// A large credit from a stranger, nine tenths of which leave for two to four others within half an hour.
fn pass_through(incident: &mut Incident, events: &mut Vec<Event>) {
    let mut second = incident.dice.between(6 * 3_600, 20 * 3_600);
    let credit_minor = incident.worth(120, 260);
    events.push(Event {
        amount_minor: credit_minor,
        payee: Payee::Person(incident.stranger(0)),
        ..incident.event(second, Shape::Credit)
    });
    let parts = incident.dice.between(2, 4);
    for which in 1..=parts {
        second += incident.dice.between(120, 480);
        let share = i64::from(incident.dice.between(850, 950)) * credit_minor / 1_000;
        events.push(Event {
            amount_minor: share / i64::from(parts),
            payee: Payee::Person(incident.stranger(which)),
            device: Device::Own(1),
            city: Some(incident.person.home),
            ..incident.event(second, Shape::Transfer)
        });
    }
}

/// One day of payments just below 10,000.00, two or three, to one new payee.
fn structure(incident: &mut Incident) -> Vec<Event> {
    let mut second = incident.dice.between(7 * 3_600, 12 * 3_600);
    let count = incident.dice.between(2, 3);
    let mut payments = Vec::new();
    for _ in 0..count {
        payments.push(Event {
            amount_minor: 1_000 * i64::from(incident.dice.between(940, 999)),
            payee: Payee::Person(incident.stranger(0)),
            device: Device::Own(1),
            city: Some(incident.person.home),
            ..incident.event(second, Shape::Transfer)
        });
        second += incident.dice.between(1_800, 9_000);
    }
    payments
}

/// The owner buys something at home; within the hour the copied card pays on another continent.
fn travel(world: &World, incident: &mut Incident, events: &mut Vec<Event>) {
    let mut second = incident.dice.between(9 * 3_600, 17 * 3_600);
    let home = incident.person.home;
    let number = world.usual_shop(&incident.person, &mut incident.dice);
    let (place, _) = world.shop(home, number);
    let bought = Event {
        amount_minor: incident.worth(1, 2),
        payee: Payee::Shop { city: home, number },
        city: Some(home),
        place: Some(place),
        ..incident.event(second, Shape::Card)
    };
    events.push(Event { scenario: None, ..bought });
    let far = world.far_city(&mut incident.dice);
    for which in 0..incident.dice.between(1, 3) {
        second += incident.dice.between(600, 1_000);
        events.push(Event {
            amount_minor: incident.worth(5, 20),
            payee: Payee::Merchant(incident.stranger(which)),
            city: Some(far),
            place: Some(world.spot(far, &mut incident.dice)),
            ..incident.event(second, Shape::Card)
        });
    }
}
