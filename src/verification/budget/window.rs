//! A sliding window in slots: bounded, in integers, and never counting too little.

use serde::{Deserialize, Serialize};

use crate::types::time::{HOUR_MS, MINUTE_MS};
use crate::types::{SetBack, Timestamp};
use crate::verification::StateError;

/// The last hour, by the minute.
pub(super) type Hour = Window<MINUTE_MS, 61>;
/// The last day, by the hour.
pub(super) type Day = Window<HOUR_MS, 25>;

/// Messages of the newest `SLOTS` slots of `WIDTH_MS` each, the current one included. So a message counts for at least
/// `SLOTS - 1` whole slots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Slot>", into = "Vec<Slot>")]
pub(super) struct Window<const WIDTH_MS: u64, const SLOTS: u32>(Vec<Slot>);

/// What happened in one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Slot {
    /// Slots since 1970.
    at: u32,
    sent: u32,
    verified: u32,
}

/// Sums over the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub sent: u32,
    pub verified: u32,
    /// Those of `sent` in the current slot and the one before: too young to be typed back yet.
    pub recent: u32,
}

impl<const WIDTH_MS: u64, const SLOTS: u32> Window<WIDTH_MS, SLOTS> {
    /// What the window holds at `now`.
    pub(super) fn sums(&self, now: Timestamp) -> Sums {
        let current = self.slot(now);
        self.live(current).fold(Sums::default(), |sums, slot| Sums {
            sent: sums.sent.saturating_add(slot.sent),
            verified: sums.verified.saturating_add(slot.verified),
            recent: sums.recent.saturating_add(if slot.at.saturating_add(1) >= current { slot.sent } else { 0 }),
        })
    }

    /// The window with more in the current slot and without what has left it.
    pub(super) fn with(&self, sent: u32, verified: u32, now: Timestamp) -> Self {
        let current = self.slot(now);
        let mut slots: Vec<Slot> = self.live(current).copied().collect();
        match slots.last_mut().filter(|slot| slot.at == current) {
            Some(slot) => {
                slot.sent = slot.sent.saturating_add(sent);
                slot.verified = slot.verified.saturating_add(verified);
            }
            None => slots.push(Slot { at: current, sent, verified }),
        }
        Self(slots)
    }

    /// The window once the clock is right again: nothing lies behind the slot of now.
    pub(super) fn set_back(&self, back: SetBack) -> Self {
        let current = Self::number(back.to());
        let mut slots: Vec<Slot> = Vec::with_capacity(self.0.len());
        for slot in &self.0 {
            let at = slot.at.min(current);
            match slots.last_mut().filter(|last| last.at == at) {
                Some(last) => {
                    last.sent = last.sent.saturating_add(slot.sent);
                    last.verified = last.verified.saturating_add(slot.verified);
                }
                None => slots.push(Slot { at, ..*slot }),
            }
        }
        Self(slots)
    }

    /// The first moment, now or later, at which `fits` what is left of the window if nothing is added.
    pub(super) fn fits_at(&self, now: Timestamp, fits: impl Fn(Sums) -> bool) -> Timestamp {
        let mut at = now;
        for slot in self.live(self.slot(now)) {
            let sums = Sums { recent: 0, ..self.sums(at) };
            if fits(sums) {
                return at;
            }
            at = Self::start_of(slot.at.saturating_add(SLOTS));
        }
        at
    }

    fn live(&self, current: u32) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter(move |slot| current - slot.at < SLOTS)
    }

    /// The slot of `now`; a clock that steps back stays in the newest slot.
    fn slot(&self, now: Timestamp) -> u32 {
        Self::number(now).max(self.0.last().map_or(0, |slot| slot.at))
    }

    fn number(at: Timestamp) -> u32 {
        u32::try_from(at.ms_since(Timestamp::MIN) / WIDTH_MS).unwrap_or(u32::MAX)
    }

    fn start_of(slot: u32) -> Timestamp {
        Timestamp::MIN.plus_ms(u64::from(slot).saturating_mul(WIDTH_MS))
    }
}

impl<const WIDTH_MS: u64, const SLOTS: u32> TryFrom<Vec<Slot>> for Window<WIDTH_MS, SLOTS> {
    type Error = StateError;

    fn try_from(slots: Vec<Slot>) -> Result<Self, StateError> {
        let in_order = slots.windows(2).all(|pair| pair[0].at < pair[1].at);
        let within = match (slots.first(), slots.last()) {
            (Some(first), Some(last)) => last.at.checked_sub(first.at).is_some_and(|span| span < SLOTS),
            _ => true,
        };
        // Slots in order within `SLOTS` of each other also bound the list.
        if in_order && within { Ok(Self(slots)) } else { Err(StateError::Budget) }
    }
}

impl<const WIDTH_MS: u64, const SLOTS: u32> From<Window<WIDTH_MS, SLOTS>> for Vec<Slot> {
    fn from(window: Window<WIDTH_MS, SLOTS>) -> Self {
        window.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::time::SECOND_MS;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_unix_s(1_800_000_000).unwrap().plus_ms(ms)
    }

    #[test]
    fn a_message_counts_for_sixty_minutes_at_least_and_for_sixty_one_at_most() {
        for second in 0..60 {
            let sent = at(second * SECOND_MS);
            let window = Hour::default().with(1, 0, sent);
            assert_eq!(window.sums(sent.plus_ms(HOUR_MS)).sent, 1);
            assert_eq!(window.sums(sent.plus_ms(HOUR_MS + MINUTE_MS)).sent, 0);
            let free = window.fits_at(sent, |sums| sums.sent == 0);
            assert_eq!((window.sums(free.minus_ms(1)).sent, window.sums(free).sent), (1, 0));
        }
    }

    #[test]
    fn a_clock_that_steps_back_frees_nothing() {
        let window = Hour::default().with(3, 0, at(0)).with(2, 1, at(90 * MINUTE_MS));
        assert_eq!(window.sums(at(0)), window.sums(at(90 * MINUTE_MS)));
        assert_eq!(window.with(1, 0, at(0)).sums(at(90 * MINUTE_MS)).sent, 3);
    }

    proptest::proptest! {
        #[test]
        fn never_less_than_the_true_count_and_never_more_slots(steps in proptest::collection::vec((0_u64..20 * MINUTE_MS, 1_u32..5), 1..200)) {
            let (mut window, mut now, mut sends) = (Hour::default(), at(0), Vec::new());
            for (wait, count) in steps {
                now = now.plus_ms(wait);
                window = window.with(count, 0, now);
                sends.push((now, count));
                let within = |ms: u64| sends.iter().filter(|(at, _)| now.ms_since(*at) < ms).map(|(_, count)| count).sum::<u32>();
                let counted = window.sums(now).sent;
                proptest::prop_assert!(within(HOUR_MS) <= counted && counted <= within(HOUR_MS + MINUTE_MS));
                proptest::prop_assert!(window.0.len() <= 61);
                let bytes = postcard::to_allocvec(&window).unwrap();
                proptest::prop_assert_eq!(postcard::from_bytes::<Hour>(&bytes).unwrap(), window.clone());
            }
        }
    }
}
