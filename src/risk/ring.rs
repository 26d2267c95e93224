//! The sixteen newest events, in order of time, each in a slot it keeps.
//!
//! A payment touches the memory of one account at random, so what counts is how many cache lines are touched. Events do
//! not move: their order is kept beside them, and an id is looked up by two of its bytes first. A payment of an account
//! that pays every few hours reads one or two events and writes one.

use super::state::Event;
use crate::types::Timestamp;

/// Events kept one by one.
pub const RING: usize = 16;

/// At most [`RING`] events. The oldest makes room.
#[derive(Clone)]
pub(super) struct Ring {
    len: u8,
    /// Slots from the oldest event to the newest.
    order: [u8; RING],
    /// Two bytes of each slot's id.
    tags: [u16; RING],
    slots: [Event; RING],
}

impl Ring {
    pub(super) fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// From the newest to the oldest: what looks back over a window stops at its end.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Event> {
        self.order().iter().rev().filter_map(|slot| self.slots.get(usize::from(*slot)))
    }

    pub(super) fn oldest_first(&self) -> impl Iterator<Item = &Event> {
        self.order().iter().filter_map(|slot| self.slots.get(usize::from(*slot)))
    }

    /// Events with `from < at <= until`, the newest first.
    pub(super) fn between(&self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = &Event> {
        self.newest_first().skip_while(move |event| event.at > until).take_while(move |event| event.at > from)
    }

    pub(super) fn find(&self, id: [u8; 8]) -> Option<&Event> {
        self.slot_of(id).and_then(|slot| self.slots.get(slot))
    }

    /// Changes the outcome of an event, which is all that may change.
    pub(super) fn find_mut(&mut self, id: [u8; 8]) -> Option<&mut Event> {
        self.slot_of(id).and_then(|slot| self.slots.get_mut(slot))
    }

    /// Enters an event behind those of its time. A full ring gives up its oldest, which may be the event itself.
    pub(super) fn insert(&mut self, event: Event) -> Option<Event> {
        let later = self.newest_first().take_while(|other| other.at > event.at).count();
        let (len, place) = (self.len(), self.len() - later);
        if len < RING {
            self.order.copy_within(place..len, place + 1);
            self.put(len, place, event);
            self.len += 1;
            return None;
        }
        let Some(place) = place.checked_sub(1) else { return Some(event) };
        let oldest = usize::from(self.order[0]);
        let evicted = self.slots.get(oldest).copied();
        self.order.copy_within(1..=place, 0);
        self.put(oldest, place, event);
        evicted
    }

    /// Reads what the next payment will read, so that it is near by then. The result means nothing.
    pub(super) fn touch(&self) -> u64 {
        let newest = self.newest_first().take(2).map(|event| event.amount);
        newest.fold(u64::from(self.tags[0]), u64::wrapping_add)
    }

    fn order(&self) -> &[u8] {
        self.order.get(..self.len()).unwrap_or(&[])
    }

    fn slot_of(&self, id: [u8; 8]) -> Option<usize> {
        let tag = tag(id);
        let hits = self.tags.iter().enumerate().filter(|(_, other)| **other == tag).map(|(slot, _)| slot);
        hits.take_while(|slot| *slot < self.len())
            .find(|slot| self.slots.get(*slot).is_some_and(|event| event.id == id))
    }

    fn put(&mut self, slot: usize, place: usize, event: Event) {
        if let (Some(number), Some(tagged), Some(held)) =
            (self.order.get_mut(place), self.tags.get_mut(slot), self.slots.get_mut(slot))
        {
            *number = u8::try_from(slot).unwrap_or_default();
            *tagged = tag(event.id);
            *held = event;
        }
    }
}

fn tag([a, b, ..]: [u8; 8]) -> u16 {
    u16::from_le_bytes([a, b])
}

impl Default for Ring {
    fn default() -> Self {
        Self { len: 0, order: [0; RING], tags: [0; RING], slots: [Event::default(); RING] }
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

    fn event(number: u8, at_ms: u64) -> Event {
        Event { id: [number; 8], at: Timestamp::MIN.plus_ms(at_ms), ..Event::default() }
    }

    fn numbers(ring: &Ring) -> Vec<u8> {
        ring.oldest_first().map(|event| event.id[0]).collect()
    }

    #[test]
    fn the_oldest_makes_room_and_late_events_find_their_place() {
        let mut ring = Ring::default();
        for number in 0..16 {
            assert_eq!(ring.insert(event(number, 100 + u64::from(number) * 10)), None);
        }
        assert_eq!(ring.insert(event(90, 99)), Some(event(90, 99)), "older than all: it leaves at once");
        assert_eq!(ring.insert(event(91, 130)), Some(event(0, 100)), "in its own place, behind those of its time");
        assert_eq!(numbers(&ring), [1, 2, 3, 91, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
        assert_eq!(ring.insert(event(92, 500)), Some(event(1, 110)));
        assert_eq!(ring.find([92; 8]), Some(&event(92, 500)));
        assert_eq!((ring.find([1; 8]), ring.find([0; 8])), (None, None), "gone");
        let (from, until) = (Timestamp::MIN.plus_ms(130), Timestamp::MIN.plus_ms(150));
        let between: Vec<u8> = ring.between(from, until).map(|event| event.id[0]).collect();
        assert_eq!(between, [5, 4], "half-open: the event at 130 is outside, the one at 150 inside");
    }

    #[test]
    fn ids_that_share_their_tag_are_told_apart() {
        let mut ring = Ring::default();
        let twin = Event { id: [7, 7, 0, 0, 0, 0, 0, 0], ..event(7, 2) };
        ring.insert(event(7, 1));
        ring.insert(twin);
        assert_eq!(ring.find([7; 8]), Some(&event(7, 1)));
        assert_eq!(ring.find(twin.id), Some(&twin));
        assert_eq!(ring.find([0; 8]), None, "an empty slot is no event");
    }
}
