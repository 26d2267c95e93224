//! What a judged payment leaves in the profile.

use super::assess::{LATE_MS_MAX, Learnt};
use super::bounded::Bounded;
use super::rules::Seen;
use super::score::Outcome;
use super::state::{AccountBelief, Credit, Event, Known, KnownPayee, Place, Profile};
use super::window::{add_spend, local_hour};
use crate::types::Direction;

/// The profile with the event in its own place. Older than [`LATE_MS_MAX`] before the newest, it is not entered.
pub(super) fn record(seen: &Seen<'_>, event: &Event, learnt: Option<Learnt>) -> Profile {
    let mut profile = seen.profile.clone();
    if profile.newest.ms_since(event.at) > LATE_MS_MAX {
        return profile;
    }
    enter(&mut profile, seen, event);
    if let Some(learnt) = learnt {
        let at = event.at.max(profile.taken_over.at);
        profile.taken_over = AccountBelief { belief: Some(learnt.belief), at };
        // A payment held by its score still teaches, weighted by how far it is the owner's: an engine that stops
        // learning after a hold goes blind. One that was never allowed teaches nothing.
        if !learnt.forbidden {
            let amount = &seen.policy.policy().amount;
            profile.amounts.learn(seen.amount, &learnt.view, learnt.own_q8, amount);
        }
    }
    if event.is_spend() {
        enter_spend(&mut profile, seen);
    } else if event.direction == Direction::In && event.outcome == Outcome::Allow {
        enter_credit(&mut profile, seen);
    }
    profile
}

fn enter(profile: &mut Profile, seen: &Seen<'_>, event: &Event) {
    let first = profile.currency.is_none();
    profile.currency = Some(seen.payment.money.currency());
    profile.newest = if first { event.at } else { profile.newest.max(event.at) };
    profile.first = if first { event.at } else { profile.first.min(event.at) };
    let (low, high) = if first { (seen.offset_min, seen.offset_min) } else { profile.offsets_min };
    profile.offsets_min = (low.min(seen.offset_min), high.max(seen.offset_min));
    let place = profile.ring.as_slice().partition_point(|other| other.at <= event.at);
    if let Some(gone) = profile.ring.insert_evicting_first(place, *event)
        && gone.is_spend()
    {
        profile.forgotten_until = profile.forgotten_until.max(gone.at);
    }
}

/// Enters a payment that passed: sums, hours, names, place, what is left of a credit.
pub(super) fn enter_spend(profile: &mut Profile, seen: &Seen<'_>) {
    let payment = seen.payment;
    add_spend(profile, payment.at, seen.day, seen.amount);
    profile.payments = profile.payments.saturating_add(1);
    enter_hour(profile, local_hour(payment.at, seen.offset_min));
    enter_known(profile, seen);
    if let Some(position) = payment.position
        && profile.last_place.is_none_or(|place| place.at <= payment.at)
    {
        profile.last_place = Some(Place { position, at: payment.at });
    }
    if let Some(credit) = profile.last_credit.as_mut().filter(|credit| credit.at <= payment.at) {
        credit.out_since = credit.out_since.saturating_add(seen.amount);
    }
}

fn enter_hour(profile: &mut Profile, hour: usize) {
    if profile.day_hours.get(hour).is_some_and(|count| *count >= 127) {
        profile.day_hours.iter_mut().for_each(|count| *count = count.div_ceil(2));
    }
    if let Some(count) = profile.day_hours.get_mut(hour) {
        *count += 1;
    }
}

fn enter_known(profile: &mut Profile, seen: &Seen<'_>) {
    let payment = seen.payment;
    let enough = seen.policy.policy().novelty.min_history;
    let known = &mut profile.known;
    let new = [
        payment.device.map(|device| touch(&mut known.devices, Known::short(device.0))),
        payment.payee.map(|payee| touch_payee(&mut known.payees, Known::short(payee.0), seen.amount)),
        payment.country.map(|country| touch(&mut known.countries, Known::country(country))),
    ];
    for ((new, rate_q16), named) in new.into_iter().zip(&mut known.novelty_q16).zip(&mut known.named) {
        let Some(new) = new else { continue };
        if u16::from(*named) >= enough {
            let target = if new { u16::MAX } else { 0 };
            *rate_q16 = if new { *rate_q16 + (target - *rate_q16) / 16 } else { *rate_q16 - rate_q16.div_ceil(16) };
        }
        *named = named.saturating_add(1);
    }
}

/// Makes `name` the most recently used; true if it was not there.
fn touch<const W: usize, const N: usize>(names: &mut Bounded<[u8; W], N>, name: [u8; W]) -> bool
where
    [u8; W]: Copy + Default,
{
    let found = names.as_slice().iter().position(|known| *known == name);
    if let Some(found) = found {
        names.remove(found);
    }
    names.push_evicting_first(name);
    found.is_none()
}

/// Makes a payee the most recently used and keeps the largest amount it was paid; true if it was not there.
fn touch_payee(payees: &mut Bounded<KnownPayee, 16>, name: [u8; 3], amount: u64) -> bool {
    let found = payees.as_slice().iter().position(|payee| payee.name == name);
    let before = found.and_then(|found| payees.remove(found)).map_or(0, |payee| payee.largest);
    payees.push_evicting_first(KnownPayee { name, largest: before.max(KnownPayee::size(amount)) });
    found.is_none()
}

fn enter_credit(profile: &mut Profile, seen: &Seen<'_>) {
    let (at, amount) = (seen.payment.at, seen.amount);
    let window_ms = seen.policy.policy().pattern.in_out_window_ms;
    profile.last_credit = match profile.last_credit {
        Some(credit) if credit.at > at => Some(credit),
        Some(credit) if at.ms_since(credit.at) < window_ms => {
            Some(Credit { at, amount: credit.amount.saturating_add(amount), out_since: credit.out_since })
        }
        _ => Some(Credit { at, amount, out_since: 0 }),
    };
}
