//! Sums over sliding windows and local days. They never under-count.
//!
//! While every payment of the window is still in the ring the answer is exact. Otherwise whole buckets are added, the
//! oldest one in full, so the answer is at most one hour's (up to a day) or one day's spend too high, never too low.
//!
//! One exception: thirty-three days are kept, so the thirty days of a payment that comes more than three days late are
//! not all there any more.

use super::buckets::{Bucket, Buckets};
use super::fixed::u32_saturating;
use super::ring::RING;
use super::state::{HOURS, Profile, hour_index};
use crate::types::time::{DAY_MS, MINUTE_MS};
use crate::types::{Direction, Timestamp};

/// What went out in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spend {
    pub(super) count: u64,
    pub(super) sum: u64,
    /// False when whole buckets bound it from above.
    pub(super) exact: bool,
}

impl Spend {
    /// One event more.
    pub(super) fn with(self, event: &super::state::Event) -> Self {
        Self { count: self.count + 1, sum: self.sum.saturating_add(event.amount), ..self }
    }

    /// The more of each; exact if both are.
    pub(super) fn most(self, other: Self) -> Self {
        let (count, sum) = (self.count.max(other.count), self.sum.max(other.sum));
        Self { count, sum, exact: self.exact && other.exact }
    }
}

/// Spend with `until - window_ms < at <= until`.
pub(super) fn spend(profile: &Profile, until: Timestamp, window_ms: u64) -> Spend {
    let from = until.minus_ms(window_ms);
    if profile.forgotten_until <= from {
        return in_ring(profile, from, until);
    }
    let hours_reach = u64::from(hour_index(from)) + (HOURS as u64) > u64::from(hour_index(profile.newest));
    if hours_reach {
        let (first, last) = (hour_index(from), hour_index(until));
        total(&profile.hours, |bucket| (first..=last).contains(&bucket.index))
    } else {
        let (low, high) = profile.offsets_min;
        total(&profile.days, |bucket| {
            let ends = local_midnight_ms(u64::from(bucket.index) + 1, low);
            let begins = local_midnight_ms(u64::from(bucket.index), high);
            ends > from.unix_ms() && begins <= until.unix_ms()
        })
    }
}

/// Spend of the `days` local days that end with `last_day`.
pub(super) fn local_days_sum(profile: &Profile, last_day: u32, days: u32) -> u64 {
    let first_day = (last_day + 1).saturating_sub(days);
    total(&profile.days, |bucket| (first_day..=last_day).contains(&bucket.index)).sum
}

/// The sums of all hours that reach into `from` to `until`; `None` where the first is not kept any more.
pub(super) fn hours_sum(profile: &Profile, from: Timestamp, until: Timestamp) -> Option<u64> {
    let (first, last) = (hour_index(from), hour_index(until.minus_ms(1)));
    let is_kept = u64::from(first) + (HOURS as u64) > u64::from(hour_index(profile.newest));
    is_kept.then(|| total(&profile.hours, |bucket| (first..=last).contains(&bucket.index)).sum)
}

/// How many different names `name` gives to the outgoing events of the window, 0 not counted; `also` is counted too.
pub(super) fn distinct(
    profile: &Profile,
    until: Timestamp,
    window_ms: u64,
    also: u16,
    name: fn(&super::state::Event) -> u16,
) -> u64 {
    let from = until.minus_ms(window_ms);
    let (mut seen, mut count) = ([0_u16; RING + 1], 0_usize);
    let events = profile.ring.between(from, until).filter(|event| event.direction == Direction::Out);
    let names = events.map(name).chain([also]);
    for name in names.filter(|name| *name != 0) {
        if !seen.get(..count).unwrap_or(&[]).contains(&name)
            && let Some(slot) = seen.get_mut(count)
        {
            *slot = name;
            count += 1;
        }
    }
    count as u64
}

/// The local day of a time at an offset from UTC.
pub(super) fn local_day(at: Timestamp, offset_min: i16) -> u32 {
    let local_ms = at.unix_ms() + i64::from(offset_min) * 60_000;
    u32_saturating(u64::try_from(local_ms).unwrap_or(0) / DAY_MS)
}

/// When a local day begins.
pub(super) fn local_midnight(day: u32, offset_min: i16) -> Timestamp {
    Timestamp::from_unix_ms(local_midnight_ms(u64::from(day), offset_min)).unwrap_or(Timestamp::MIN)
}

/// The local hour of the day, 0 to 23.
pub(super) fn local_hour(at: Timestamp, offset_min: i16) -> usize {
    let local_min = at.unix_ms() / 60_000 + i64::from(offset_min);
    usize::try_from(local_min.rem_euclid(1_440) / 60).unwrap_or(0)
}

/// Enters a payment that passed into the hour and day sums.
pub(super) fn add_spend(profile: &mut Profile, at: Timestamp, day: u32, amount: u64) {
    profile.hours.add(hour_index(at), amount);
    profile.days.add(day, amount);
}

fn in_ring(profile: &Profile, from: Timestamp, until: Timestamp) -> Spend {
    let spent = profile.ring.between(from, until).filter(|event| event.is_spend());
    spent.fold(Spend { exact: true, ..Spend::default() }, Spend::with)
}

fn total<const N: usize>(buckets: &Buckets<N>, inside: impl Fn(&Bucket) -> bool) -> Spend {
    buckets.live().filter(|bucket| inside(bucket)).fold(Spend { count: 0, sum: 0, exact: false }, |spend, bucket| {
        Spend { count: spend.count + u64::from(bucket.count), sum: spend.sum.saturating_add(bucket.sum), exact: false }
    })
}

fn local_midnight_ms(day: u64, offset_min: i16) -> i64 {
    i64::try_from(day * DAY_MS).unwrap_or(i64::MAX / 2)
        - i64::from(offset_min) * i64::try_from(MINUTE_MS).unwrap_or(60_000)
}
