//! The profile of an account whose clock had run ahead.
//!
//! What was spent stays spent: events and sums of the wrong time count as of now. A leap pushes older sums out of the
//! thirty days that are kept, and no clock brings them back; so they are taken from the remembered events, and from what
//! the account's history tells of ([`Spent`]). Sums are only ever raised.

use super::buckets::{Bucket, Buckets};
use super::ring::Ring;
use super::state::{AccountBelief, Credit, Event, Place, Profile, hour_index};
use super::window::local_day;
use crate::types::{SetBack, Timestamp};

/// A payment that counts as spend, as the account's history tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// When it was ordered.
    pub at: Timestamp,
    /// How much, in minor units of the account's currency.
    pub amount_minor: u64,
}

/// The profile once the clock is right again. `history` may hold payments that the profile knows: a day or an hour counts
/// the more of what the profile has and what the history tells.
#[must_use]
pub fn set_back(profile: &Profile, back: SetBack, history: &[Spent]) -> Profile {
    let (low, high) = profile.offsets_min;
    let mut ring = Ring::default();
    for (event, told) in profile.ring.oldest_first() {
        ring.insert(Event { at: back.moved(event.at), ..*event }, *told);
    }
    // The wrong clock's last hour and day are this one: the earliest that it is anywhere the account has been.
    let hour_of = |at: Timestamp| hour_index(back.moved(at)).min(hour_index(back.to()));
    let day_of = |at: Timestamp, offset_min| local_day(back.moved(at), offset_min).min(local_day(back.to(), low));
    let remembered = ring.oldest_first().filter(|(event, _)| event.is_spend());
    let remembered = remembered.map(|(event, told)| (event.at, told.offset_min.unwrap_or(high), event.amount));
    let remembered: Vec<_> = remembered.collect();
    let told = history.iter().map(|spent| (spent.at, high, spent.amount_minor));
    let told: Vec<_> = told.filter(|(at, ..)| *at <= back.from()).collect();
    let (mut hours, mut days) = (Sums::default(), Sums::default());
    profile.hours.oldest_first().for_each(|bucket| hours.add(bucket.index.min(hour_index(back.to())), *bucket));
    profile.days.oldest_first().for_each(|bucket| days.add(bucket.index.min(local_day(back.to(), low)), *bucket));
    for payments in [&remembered, &told] {
        hours.raise(payments.iter().map(|(at, _, amount)| (hour_of(*at), *amount)));
        days.raise(payments.iter().map(|(at, offset_min, amount)| (day_of(*at, *offset_min), *amount)));
    }
    Profile {
        newest: back.moved(profile.newest),
        first: back.moved(profile.first),
        forgotten_until: back.moved(profile.forgotten_until),
        taken_over: AccountBelief { at: back.moved(profile.taken_over.at), ..profile.taken_over },
        ring,
        last_credit: profile.last_credit.map(|credit| Credit { at: back.moved(credit.at), ..credit }),
        last_place: profile.last_place.map(|place| Place { at: back.moved(place.at), ..place }),
        snoozes: profile.snoozes.mapped(|snooze| super::snooze::Snooze { until: back.moved(snooze.until), ..snooze }),
        hours: hours.into_buckets(),
        days: days.into_buckets(),
        ..profile.clone()
    }
}

/// Sums by hour or day, in order; at most as many as there are payments and buckets.
#[derive(Default)]
struct Sums(std::collections::BTreeMap<u32, Bucket>);

impl Sums {
    fn add(&mut self, index: u32, more: Bucket) {
        let sum = self.0.entry(index).or_insert(Bucket { index, count: 0, sum: 0 });
        sum.count = sum.count.saturating_add(more.count);
        sum.sum = sum.sum.saturating_add(more.sum);
    }

    /// To the sums of these payments, where those are more.
    fn raise(&mut self, payments: impl Iterator<Item = (u32, u64)>) {
        let mut other = Self::default();
        payments.for_each(|(index, sum)| other.add(index, Bucket { index, count: 1, sum }));
        for (index, more) in other.0 {
            let sum = self.0.entry(index).or_insert(more);
            sum.count = sum.count.max(more.count);
            sum.sum = sum.sum.max(more.sum);
        }
    }

    /// The newest of them, as many as are kept.
    fn into_buckets<const N: usize>(self) -> Buckets<N> {
        let mut buckets = Buckets::default();
        let newest = self.0.keys().next_back().copied().unwrap_or(0);
        let kept = self.0.into_values().filter(|bucket| u64::from(bucket.index) + N as u64 > u64::from(newest));
        // Each has a slot of its own: there are as many as numbers in reach.
        kept.for_each(|bucket| _ = buckets.restore(bucket));
        buckets
    }
}
