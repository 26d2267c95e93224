//! What a judged payment leaves in the profile.

use super::assess::Learnt;
use super::bounded::Bounded;
use super::rules::Seen;
use super::score::Outcome;
use super::state::{Credit, Event, Known, KnownPayee, PAYEES_KNOWN, Place, Profile, Told};
use super::window::{add_spend, local_hour};
use crate::types::{Currency, Direction, Position, Timestamp};

/// What the profile keeps of one payment, ready to be entered without looking at a rule again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) event: Event,
    told: Told,
    currency: Currency,
    offset_min: i16,
    day: u32,
    device: Option<[u8; 3]>,
    payee: Option<[u8; 3]>,
    country: Option<[u8; 2]>,
    position: Option<Position>,
    learnt: Option<Learnt>,
    /// From the policy: how much history novelty asks for, and how long a credit is watched.
    history_min: u16,
    credit_window_ms: u64,
}

impl Entry {
    pub(super) fn new(seen: &Seen<'_>, event: Event, told: Told, learnt: Option<Learnt>) -> Self {
        let (payment, policy) = (seen.payment, seen.policy.policy());
        Self {
            event,
            told,
            currency: payment.money.currency(),
            offset_min: seen.offset_min,
            day: seen.day,
            device: payment.device.map(|device| Known::short(device.0)),
            payee: payment.payee.map(|payee| Known::short(payee.0)),
            country: payment.country.map(Known::country),
            position: payment.position,
            learnt,
            history_min: policy.novelty.min_history,
            credit_window_ms: policy.pattern.in_out_window_ms,
        }
    }

    /// Enters the event in its own place, and what it taught.
    pub(super) fn enter(&self, profile: &mut Profile) {
        self.enter_event(profile);
        if let Some(learnt) = self.learnt {
            profile.taken_over = learnt.taken_over;
            profile.amounts = learnt.amounts;
        }
        if self.event.is_spend() {
            self.enter_spend(profile);
            // A proof that was asked for may never come: until then the payment counts, and makes nothing familiar.
            if self.event.outcome == Outcome::Allow {
                self.enter_familiar(profile);
            }
        } else if self.event.direction == Direction::In && self.event.outcome == Outcome::Allow {
            self.enter_credit(profile);
        }
    }

    pub(super) fn enter_event(&self, profile: &mut Profile) {
        let first = profile.currency.is_none();
        profile.currency = Some(self.currency);
        profile.newest = if first { self.event.at } else { profile.newest.max(self.event.at) };
        profile.first = if first { self.event.at } else { profile.first.min(self.event.at) };
        let (low, high) = if first { (self.offset_min, self.offset_min) } else { profile.offsets_min };
        profile.offsets_min = (low.min(self.offset_min), high.max(self.offset_min));
        if let Some(gone) = profile.ring.insert(self.event, self.told)
            && gone.is_spend()
        {
            profile.forgotten_until = profile.forgotten_until.max(gone.at);
        }
    }

    /// Enters a payment that counts: sums, and what is left of a credit.
    pub(super) fn enter_spend(&self, profile: &mut Profile) {
        let (at, amount) = (self.event.at, self.event.amount);
        add_spend(profile, at, self.day, amount);
        profile.payments = profile.payments.saturating_add(1);
        if let Some(credit) = profile.last_credit.as_mut().filter(|credit| credit.at <= at) {
            credit.out_since = credit.out_since.saturating_add(amount);
        }
    }

    /// Enters what the owner has shown to be his: names, hour, place.
    pub(super) fn enter_familiar(&self, profile: &mut Profile) {
        let at = self.event.at;
        enter_hour(profile, local_hour(at, self.offset_min));
        self.enter_known(&mut profile.known);
        if let Some(position) = self.position
            && profile.last_place.is_none_or(|place| place.at <= at)
        {
            profile.last_place = Some(Place { position, at });
        }
    }

    fn enter_known(&self, known: &mut Known) {
        let new = [
            self.device.map(|device| touch(&mut known.devices, device)),
            self.payee.map(|payee| touch_payee(&mut known.payees, payee, self.event.amount)),
            self.country.map(|country| touch(&mut known.countries, country)),
        ];
        for ((new, rate_q16), named) in new.into_iter().zip(&mut known.novelty_q16).zip(&mut known.named) {
            let Some(new) = new else { continue };
            if u16::from(*named) >= self.history_min {
                let target = if new { u16::MAX } else { 0 };
                *rate_q16 = if new { *rate_q16 + (target - *rate_q16) / 16 } else { *rate_q16 - rate_q16.div_ceil(16) };
            }
            *named = named.saturating_add(1);
        }
    }

    /// Credits closer together than the window are one. News of a credit may come after the first payments out of it.
    fn enter_credit(&self, profile: &mut Profile) {
        let (at, amount) = (self.event.at, self.event.amount);
        let spent = profile.ring.between(at.minus_ms(1), Timestamp::MAX).filter(|event| event.is_spend());
        let out_since = spent.fold(0_u64, |sum, event| sum.saturating_add(event.amount));
        profile.last_credit = match profile.last_credit {
            Some(last) if at.ms_since(last.at).max(last.at.ms_since(at)) < self.credit_window_ms => Some(Credit {
                at: at.max(last.at),
                amount: amount.saturating_add(last.amount),
                out_since: out_since.max(last.out_since),
            }),
            Some(last) if last.at > at => Some(last),
            _ => Some(Credit { at, amount, out_since }),
        };
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

/// Makes `name` the most recently used; true if it was not there.
fn touch<const W: usize, const N: usize>(names: &mut Bounded<[u8; W], N>, name: [u8; W]) -> bool
where
    [u8; W]: Copy + Default,
{
    let found = names.last_position(|known| *known == name);
    if let Some(found) = found {
        if found + 1 == names.as_slice().len() {
            return false;
        }
        names.remove(found);
    }
    names.push_evicting_first(name);
    found.is_none()
}

/// Makes a payee the most recently used and keeps the largest amount it was paid; true if it was not there.
fn touch_payee(payees: &mut Bounded<KnownPayee, PAYEES_KNOWN>, name: [u8; 3], amount: u64) -> bool {
    let found = payees.last_position(|payee| payee.name == name);
    let before = found.and_then(|found| payees.remove(found)).map_or(0, |payee| payee.largest);
    payees.push_evicting_first(KnownPayee { name, largest: before.max(KnownPayee::size(amount)) });
    found.is_none()
}
