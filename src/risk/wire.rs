//! The binary form of a profile: short numbers, and nothing believed that does not fit together.

use serde::{Deserialize, Serialize};

use super::amount::AmountProfile;
use super::bounded::Bounded;
use super::fixed::Belief;
use super::ring::{RING, Ring};
use super::score::Outcome;
use super::state::{AccountBelief, Bucket, Credit, DAYS, Event, HOURS, Known, Place, Profile};
use crate::types::{Currency, Direction, PaymentKind, Position, Timestamp};

/// A profile as written. Times are milliseconds before the newest event, bucket numbers distances from the one before.
#[derive(Serialize, Deserialize)]
pub(super) struct ProfileWire {
    currency: Option<Currency>,
    newest: Timestamp,
    forgotten_ago_ms: u64,
    offsets_min: (i16, i16),
    payments: u32,
    ring: Bounded<EventWire, RING>,
    hours: Bounded<(u32, u32, u64), HOURS>,
    days: Bounded<(u32, u32, u64), DAYS>,
    known: Known,
    amounts: AmountProfile,
    taken_over: Option<(Belief, u64)>,
    day_hours: [u8; 24],
    last_place: Option<(Position, u64)>,
    last_credit: Option<(u64, u64, u64)>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct EventWire {
    id: [u8; 8],
    content: [u8; 4],
    ago_ms: u64,
    amount: u64,
    payee: [u8; 2],
    device: [u8; 2],
    /// Two bits of outcome, two of direction, three of kind.
    flags: u8,
    score: i32,
    strongest: [u16; 2],
}

/// Written by reference: `serde(into)` would copy the two kilobytes of a profile first.
impl Serialize for Profile {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ProfileWire::from(self).serialize(serializer)
    }
}

impl From<&Profile> for ProfileWire {
    fn from(profile: &Profile) -> Self {
        let newest = profile.newest;
        let ago_ms = |at: Timestamp| newest.ms_since(at);
        Self {
            currency: profile.currency,
            newest,
            forgotten_ago_ms: ago_ms(profile.forgotten_until),
            offsets_min: profile.offsets_min,
            payments: profile.payments,
            ring: written(&profile.ring, newest),
            hours: distances(&profile.hours),
            days: distances(&profile.days),
            known: profile.known,
            amounts: profile.amounts,
            taken_over: profile.taken_over.belief.map(|belief| (belief, ago_ms(profile.taken_over.at))),
            day_hours: profile.day_hours,
            last_place: profile.last_place.map(|place| (place.position, ago_ms(place.at))),
            last_credit: profile.last_credit.map(|credit| (ago_ms(credit.at), credit.amount, credit.out_since)),
        }
    }
}

impl TryFrom<ProfileWire> for Profile {
    type Error = super::RiskError;

    fn try_from(wire: ProfileWire) -> Result<Self, Self::Error> {
        let newest = wire.newest;
        if !wire.ring.as_slice().is_sorted_by(|early, late| early.ago_ms >= late.ago_ms) {
            return Err(super::RiskError::CorruptProfile("order of events"));
        }
        let profile = Self {
            currency: wire.currency,
            newest,
            forgotten_until: newest.minus_ms(wire.forgotten_ago_ms),
            offsets_min: wire.offsets_min,
            payments: wire.payments,
            ring: read(&wire.ring, newest),
            hours: numbers(&wire.hours),
            days: numbers(&wire.days),
            known: wire.known,
            amounts: wire.amounts,
            taken_over: wire.taken_over.map_or_else(AccountBelief::default, |(belief, ago_ms)| AccountBelief {
                belief: Some(belief),
                at: newest.minus_ms(ago_ms),
            }),
            day_hours: wire.day_hours,
            last_place: wire.last_place.map(|(position, ago_ms)| Place { position, at: newest.minus_ms(ago_ms) }),
            last_credit: wire.last_credit.map(|(ago_ms, amount, out_since)| Credit {
                at: newest.minus_ms(ago_ms),
                amount,
                out_since,
            }),
        };
        profile.validate()?;
        Ok(profile)
    }
}

impl EventWire {
    fn of(event: &Event, newest: Timestamp) -> Self {
        Self {
            id: event.id,
            content: event.content.to_le_bytes(),
            ago_ms: newest.ms_since(event.at),
            amount: event.amount,
            payee: event.payee.to_le_bytes(),
            device: event.device.to_le_bytes(),
            flags: event.outcome as u8 | (event.direction as u8) << 2 | (event.kind as u8) << 4,
            score: event.score,
            strongest: event.strongest,
        }
    }

    fn read(&self, newest: Timestamp) -> Event {
        Event {
            id: self.id,
            content: u32::from_le_bytes(self.content),
            at: newest.minus_ms(self.ago_ms),
            amount: self.amount,
            payee: u16::from_le_bytes(self.payee),
            device: u16::from_le_bytes(self.device),
            kind: match self.flags >> 4 {
                0 => PaymentKind::Card,
                1 => PaymentKind::Transfer,
                2 => PaymentKind::CashOut,
                3 => PaymentKind::Bill,
                _ => PaymentKind::Other,
            },
            direction: match self.flags >> 2 & 3 {
                0 => Direction::Out,
                1 => Direction::In,
                2 => Direction::Refund,
                _ => Direction::Reversal,
            },
            outcome: match self.flags & 3 {
                0 => Outcome::Allow,
                1 => Outcome::StepUp,
                2 => Outcome::Hold,
                _ => Outcome::FreezeRecommended,
            },
            score: self.score,
            strongest: self.strongest,
        }
    }
}

fn written(ring: &Ring, newest: Timestamp) -> Bounded<EventWire, RING> {
    let mut wire = Bounded::default();
    for event in ring.oldest_first() {
        wire.push_evicting_first(EventWire::of(event, newest));
    }
    wire
}

fn read(wire: &Bounded<EventWire, RING>, newest: Timestamp) -> Ring {
    let mut ring = Ring::default();
    for event in wire.as_slice() {
        ring.insert(event.read(newest));
    }
    ring
}

fn distances<const N: usize>(buckets: &Bounded<Bucket, N>) -> Bounded<(u32, u32, u64), N> {
    let (mut to, mut before) = (Bounded::default(), 0);
    for bucket in buckets.as_slice() {
        to.push_evicting_first((bucket.index - before, bucket.count, bucket.sum));
        before = bucket.index;
    }
    to
}

/// A saturated number repeats and is refused as unordered by the validation that follows.
fn numbers<const N: usize>(wire: &Bounded<(u32, u32, u64), N>) -> Bounded<Bucket, N> {
    let (mut to, mut index) = (Bounded::default(), 0_u32);
    for (distance, count, sum) in wire.as_slice() {
        index = index.saturating_add(*distance);
        to.push_evicting_first(Bucket { index, count: *count, sum: *sum });
    }
    to
}
