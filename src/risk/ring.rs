//! The sixteen newest events, in order of time, each in a slot it keeps.
//!
//! A payment touches the memory of one account at random, so what counts is how many cache lines are touched. Events do
//! not move: their order is kept beside them. What windows read of an event lies apart from what only a repeat of its
//! payment reads, and an id is looked up by two of its bytes first. A payment of an account that pays every few hours
//! reads two or three neighbouring events of 24 bytes, and writes one.

use super::state::{Event, Told};
use crate::types::Timestamp;

/// Events kept one by one.
pub const RING: usize = 16;

/// At most [`RING`] events. The oldest makes room.
#[derive(Clone)]
#[repr(C)]
pub(super) struct Ring {
    /// Two bytes of each slot's id.
    tags: [u16; RING],
    /// Slots from the oldest event to the newest.
    order: [u8; RING],
    len: u8,
    events: [Event; RING],
    told: [Told; RING],
}

impl Ring {
    pub(super) fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// From the newest to the oldest: what looks back over a window stops at its end.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Event> {
        self.order().iter().rev().filter_map(|slot| self.events.get(usize::from(*slot)))
    }

    /// The newest event for 0, the one before it for 1, and so on.
    pub(super) fn nth_newest(&self, n: usize) -> Option<&Event> {
        let slot = self.len().checked_sub(n + 1).and_then(|place| self.order.get(place))?;
        self.events.get(usize::from(*slot))
    }

    /// Each event with what its payment was told.
    pub(super) fn oldest_first(&self) -> impl Iterator<Item = (&Event, &Told)> {
        let slots = self.order().iter().map(|slot| usize::from(*slot));
        slots.filter_map(|slot| self.events.get(slot).zip(self.told.get(slot)))
    }

    /// Whether everything later than `from` is here: the oldest make room only in a full ring.
    pub(super) fn is_whole_after(&self, from: Timestamp) -> bool {
        self.len() < RING || self.nth_newest(RING - 1).is_none_or(|oldest| oldest.at <= from)
    }

    /// Events with `from < at <= until`, the newest first.
    pub(super) fn between(&self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = &Event> {
        self.newest_first().skip_while(move |event| event.at > until).take_while(move |event| event.at > from)
    }

    pub(super) fn find(&self, id: [u8; 8]) -> Option<(&Event, &Told)> {
        self.slot_of(id).and_then(|slot| self.events.get(slot).zip(self.told.get(slot)))
    }

    /// Changes the outcome of an event, which is all that may change.
    pub(super) fn find_mut(&mut self, id: [u8; 8]) -> Option<&mut Event> {
        self.slot_of(id).and_then(|slot| self.events.get_mut(slot))
    }

    /// Enters an event behind those of its time. A full ring gives up its oldest, which may be the event itself.
    pub(super) fn insert(&mut self, event: Event, told: Told) -> Option<Event> {
        let later = self.newest_first().take_while(|other| other.at > event.at).count();
        let (len, place) = (self.len(), self.len() - later);
        if len < RING {
            self.order.copy_within(place..len, place + 1);
            self.put(len, place, event, told);
            self.len += 1;
            return None;
        }
        let Some(place) = place.checked_sub(1) else { return Some(event) };
        let oldest = usize::from(self.order[0]);
        let evicted = self.events.get(oldest).copied();
        self.order.copy_within(1..=place, 0);
        self.put(oldest, place, event, told);
        evicted
    }

    /// Puts an event back that was written down, the oldest first, none later than the next. False when the ring is full.
    #[must_use]
    pub(super) fn restore(&mut self, event: Event, told: Told) -> bool {
        let slot = self.len();
        if slot < RING {
            self.put(slot, slot, event, told);
            self.len += 1;
        }
        slot < RING
    }

    /// Gives each event the offset from UTC it was paid at, from the oldest to the newest.
    pub(super) fn set_offsets(&mut self, mut offset_min: impl FnMut() -> Option<i16>) {
        for slot in self.order.iter().take(usize::from(self.len)) {
            if let Some(told) = self.told.get_mut(usize::from(*slot)) {
                told.offset_min = offset_min();
            }
        }
    }

    /// Reads what the next payment will read and write, so that it is near by then. The result means nothing.
    pub(super) fn touch(&self) -> u64 {
        let newest = self.order().last().map_or(0, |slot| usize::from(*slot));
        let near = |slot: usize| self.events.get(slot % RING).map_or(0, |event| event.amount);
        let told = self.told.get((newest + 1) % RING).map_or(0, |told| u64::from(told.content));
        near(newest).wrapping_add(near(newest + 2)).wrapping_add(near(newest + RING - 2)).wrapping_add(told)
    }

    fn order(&self) -> &[u8] {
        self.order.get(..self.len()).unwrap_or(&[])
    }

    fn slot_of(&self, id: [u8; 8]) -> Option<usize> {
        let tag = tag(id);
        let hits =
            self.tags.iter().enumerate().fold(0_u32, |hits, (slot, other)| hits | u32::from(*other == tag) << slot);
        let mut hits = hits & ((1 << self.len) - 1);
        while hits != 0 {
            let slot = usize::try_from(hits.trailing_zeros()).unwrap_or(RING);
            if self.told.get(slot).is_some_and(|told| told.id == id) {
                return Some(slot);
            }
            hits &= hits - 1;
        }
        None
    }

    fn put(&mut self, slot: usize, place: usize, event: Event, told: Told) {
        if let (Some(number), Some(tagged), Some(held), Some(answer)) =
            (self.order.get_mut(place), self.tags.get_mut(slot), self.events.get_mut(slot), self.told.get_mut(slot))
        {
            *number = u8::try_from(slot).unwrap_or_default();
            *tagged = tag(told.id);
            *held = event;
            *answer = told;
        }
    }
}

fn tag([a, b, ..]: [u8; 8]) -> u16 {
    u16::from_le_bytes([a, b])
}

impl Default for Ring {
    fn default() -> Self {
        let (events, told) = ([Event::default(); RING], [Told::default(); RING]);
        Self { tags: [0; RING], order: [0; RING], len: 0, events, told }
    }
}

/// Equal when the events are; which slots they lie in does not count.
impl PartialEq for Ring {
    fn eq(&self, other: &Self) -> bool {
        self.oldest_first().eq(other.oldest_first())
    }
}

impl Eq for Ring {}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.oldest_first()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at_ms: u64) -> Event {
        Event { at: Timestamp::MIN.plus_ms(at_ms), ..Event::default() }
    }

    fn told(number: u8) -> Told {
        Told { id: [number; 8], ..Told::default() }
    }

    fn numbers(ring: &Ring) -> Vec<u8> {
        ring.oldest_first().map(|(_, told)| told.id[0]).collect()
    }

    #[test]
    fn the_oldest_makes_room_and_late_events_find_their_place() {
        let mut ring = Ring::default();
        for number in 0..16 {
            assert_eq!(ring.insert(event(100 + u64::from(number) * 10), told(number)), None);
        }
        assert_eq!(ring.insert(event(99), told(90)), Some(event(99)), "older than all: it leaves at once");
        assert_eq!(ring.insert(event(130), told(91)), Some(event(100)), "in its own place, behind those of its time");
        assert_eq!(numbers(&ring), [1, 2, 3, 91, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
        assert_eq!(ring.insert(event(500), told(92)), Some(event(110)));
        assert_eq!(ring.find([92; 8]), Some((&event(500), &told(92))));
        assert_eq!((ring.find([1; 8]), ring.find([0; 8])), (None, None), "gone");
        let (from, until) = (Timestamp::MIN.plus_ms(130), Timestamp::MIN.plus_ms(150));
        let between: Vec<Timestamp> = ring.between(from, until).map(|event| event.at).collect();
        assert_eq!(between, [event(150).at, event(140).at], "half-open: 130 is outside, 150 inside");
    }

    #[test]
    fn ids_that_share_their_tag_are_told_apart() {
        let mut ring = Ring::default();
        let twin = Told { id: [7, 7, 0, 0, 0, 0, 0, 0], ..Told::default() };
        ring.insert(event(1), told(7));
        ring.insert(event(2), twin);
        assert_eq!(ring.find([7; 8]), Some((&event(1), &told(7))));
        assert_eq!(ring.find(twin.id), Some((&event(2), &twin)));
        assert_eq!(ring.find([0; 8]), None, "an empty slot is no event");
    }
}
