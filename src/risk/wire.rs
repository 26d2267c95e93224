//! The binary form of a profile: short numbers, and nothing believed that does not fit together.
//!
//! Times are milliseconds before the newest event, bucket numbers distances from the one before. [`write`] and [`read`]
//! name the same fields in the same order, which never changes: stored profiles open for ever.

use super::OFFSET_MIN_MAX;
use super::amount::AmountProfile;
use super::bounded::Bounded;
use super::buckets::{Bucket, Buckets, is_in_reach};
use super::error::RiskError;
use super::fixed::Belief;
use super::numbers::{Reader, Writer};
use super::ring::{RING, Ring};
use super::score::Outcome;
use super::snooze::Snooze;
use super::state::{AccountBelief, Credit, Event, Known, KnownPayee, Place, Profile, Told};
use crate::types::{Currency, Direction, PaymentKind, Position, Timestamp};

/// Stands for the offset of an event that has none.
const OFFSET_UNKNOWN: i16 = i16::MIN;

/// Writes a profile down; [`Writer::written`] says whether it fits.
pub(super) fn write(profile: &Profile) -> Writer {
    let (mut to, newest) = (Writer::new(), profile.newest);
    to.option(profile.currency, |to, currency| to.bytes(currency.into()));
    to.signed(newest);
    to.number(newest.ms_since(profile.first));
    to.number(newest.ms_since(profile.forgotten_until));
    to.signed(profile.offsets_min.0);
    to.signed(profile.offsets_min.1);
    to.number(profile.payments);
    to.len(profile.ring.len());
    profile.ring.oldest_first().for_each(|(event, told)| write_event(&mut to, event, told, newest));
    write_buckets(&mut to, &profile.hours);
    write_buckets(&mut to, &profile.days);
    write_known(&mut to, &profile.known);
    let (mean_q8, weight_q8, squares_q16) = profile.amounts.fields();
    to.number(mean_q8);
    to.number(weight_q8);
    to.number(squares_q16);
    to.option(profile.taken_over.belief, |to, belief| {
        to.number(u32::from(belief));
        to.number(newest.ms_since(profile.taken_over.at));
    });
    to.bytes(profile.day_hours);
    to.option(profile.last_place, |to, place| {
        to.signed(place.position.lat_e6());
        to.signed(place.position.lon_e6());
        to.number(place.position.accuracy_m());
        to.number(newest.ms_since(place.at));
    });
    to.option(profile.last_credit, |to, credit| {
        to.number(newest.ms_since(credit.at));
        to.number(credit.amount);
        to.number(credit.out_since);
    });
    write_list(&mut to, &profile.snoozes, |to, snooze| {
        to.number(snooze.rule);
        to.signed(snooze.until);
    });
    write_offsets(&mut to, &profile.ring);
    to
}

/// Reads what [`write`] wrote.
pub(super) fn read(bytes: &[u8]) -> Result<Profile, RiskError> {
    let (mut from, mut profile) = (Reader::new(bytes), Profile::new());
    profile.currency = from.option(read_currency);
    let newest = read_time(&mut from);
    profile.newest = newest;
    profile.first = newest.minus_ms(from.number());
    profile.forgotten_until = newest.minus_ms(from.number());
    profile.offsets_min = (from.signed(), from.signed());
    profile.payments = from.number();
    read_ring(&mut from, &mut profile)?;
    read_buckets(&mut from, &mut profile.hours)?;
    read_buckets(&mut from, &mut profile.days)?;
    read_known(&mut from, &mut profile.known);
    profile.amounts = AmountProfile::of_fields(from.number(), from.number(), from.number());
    let taken_over = from.option(|from| AccountBelief { belief: Some(read_belief(from)), at: read_ago(from, newest) });
    profile.taken_over = taken_over.unwrap_or_default();
    profile.day_hours = from.bytes();
    profile.last_place = from.option(|from| read_place(from, newest)).flatten();
    profile.last_credit =
        from.option(|from| Credit { at: read_ago(from, newest), amount: from.number(), out_since: from.number() });
    read_list(&mut from, &mut profile.snoozes, |from| Snooze { rule: from.number(), until: read_time(from) });
    // Profiles of before events kept their offset end here.
    if !from.is_at_end() {
        read_offsets(&mut from, &mut profile.ring);
    }
    if !from.is_sound() {
        return Err(RiskError::CorruptProfile("its bytes do not read back"));
    }
    profile.validate()?;
    Ok(profile)
}

fn write_event(to: &mut Writer, event: &Event, told: &Told, newest: Timestamp) {
    to.bytes(told.id);
    to.bytes(told.content.to_le_bytes());
    to.number(newest.ms_since(event.at));
    to.number(event.amount);
    to.bytes(event.payee.to_le_bytes());
    to.bytes(event.device.to_le_bytes());
    to.byte(flags(event));
    to.signed(told.score);
    told.strongest.into_iter().for_each(|reason| to.number(reason));
}

fn read_ring(from: &mut Reader<'_>, profile: &mut Profile) -> Result<(), RiskError> {
    let mut before = Timestamp::MIN;
    for _ in 0..from.len(RING) {
        let (event, told) = read_event(from, profile.newest);
        if event.at < before || !profile.ring.restore(event, told) {
            return Err(RiskError::CorruptProfile("order of events"));
        }
        before = event.at;
    }
    Ok(())
}

fn read_event(from: &mut Reader<'_>, newest: Timestamp) -> (Event, Told) {
    let (id, content) = (from.bytes(), u32::from_le_bytes(from.bytes()));
    let (at, amount) = (read_ago(from, newest), from.number());
    let (payee, device) = (u16::from_le_bytes(from.bytes()), u16::from_le_bytes(from.bytes()));
    let event = with_flags(Event { at, amount, payee, device, ..Event::default() }, from.byte());
    (event, Told { id, content, score: from.signed(), strongest: [from.number(), from.number()], offset_min: None })
}

/// Two bits of outcome, two of direction, three of kind, one for a new payee.
fn flags(event: &Event) -> u8 {
    event.outcome as u8 | (event.direction as u8) << 2 | (event.kind as u8) << 4 | u8::from(event.new_payee) << 7
}

fn with_flags(event: Event, flags: u8) -> Event {
    Event {
        new_payee: flags >> 7 == 1,
        kind: match flags >> 4 & 7 {
            0 => PaymentKind::Card,
            1 => PaymentKind::Transfer,
            2 => PaymentKind::CashOut,
            3 => PaymentKind::Bill,
            _ => PaymentKind::Other,
        },
        direction: match flags >> 2 & 3 {
            0 => Direction::Out,
            1 => Direction::In,
            2 => Direction::Refund,
            _ => Direction::Reversal,
        },
        outcome: match flags & 3 {
            0 => Outcome::Allow,
            1 => Outcome::StepUp,
            2 => Outcome::Hold,
            _ => Outcome::FreezeRecommended,
        },
        ..event
    }
}

fn write_buckets<const N: usize>(to: &mut Writer, buckets: &Buckets<N>) {
    to.len(buckets.live().count());
    let mut before = 0;
    for bucket in buckets.oldest_first() {
        to.number(bucket.index - before);
        to.number(bucket.count);
        to.number(bucket.sum);
        before = bucket.index;
    }
}

/// Numbers that repeat, saturate or lie out of reach of the newest are no buckets of ours.
fn read_buckets<const N: usize>(from: &mut Reader<'_>, buckets: &mut Buckets<N>) -> Result<(), RiskError> {
    let (mut oldest, mut index) = (None, 0_u32);
    for _ in 0..from.len(N) {
        index = index.saturating_add(from.number());
        if !buckets.restore(Bucket { index, count: from.number(), sum: from.number() }) {
            return Err(RiskError::CorruptProfile("order of sums"));
        }
        oldest = oldest.or(Some(index));
    }
    // They rise, so all are in reach of the newest where the oldest is.
    if oldest.is_none_or(|oldest| is_in_reach::<N>(oldest, index)) {
        Ok(())
    } else {
        Err(RiskError::CorruptProfile("reach of sums"))
    }
}

fn write_known(to: &mut Writer, known: &Known) {
    write_list(to, &known.devices, |to, device| to.bytes(*device));
    write_list(to, &known.payees, |to, payee| {
        to.bytes(payee.name);
        to.byte(payee.largest);
    });
    write_list(to, &known.countries, |to, country| to.bytes(*country));
    known.novelty_q16.into_iter().for_each(|share| to.number(share));
    to.bytes(known.named);
}

fn read_known(from: &mut Reader<'_>, known: &mut Known) {
    read_list(from, &mut known.devices, Reader::bytes);
    read_list(from, &mut known.payees, |from| KnownPayee { name: from.bytes(), largest: from.byte() });
    read_list(from, &mut known.countries, Reader::bytes);
    known.novelty_q16 = [from.number(), from.number(), from.number()];
    known.named = from.bytes();
}

fn write_list<T: Copy + Default, const N: usize>(
    to: &mut Writer,
    list: &Bounded<T, N>,
    write: impl Fn(&mut Writer, &T),
) {
    to.len(list.as_slice().len());
    list.as_slice().iter().for_each(|item| write(to, item));
}

fn read_list<'a, T: Copy + Default, const N: usize>(
    from: &mut Reader<'a>,
    list: &mut Bounded<T, N>,
    read: impl Fn(&mut Reader<'a>) -> T,
) {
    for _ in 0..from.len(N) {
        list.push_evicting_first(read(from));
    }
}

fn read_ago(from: &mut Reader<'_>, newest: Timestamp) -> Timestamp {
    newest.minus_ms(from.number())
}

/// Most accounts stay in one zone: then one offset stands for all events.
fn write_offsets(to: &mut Writer, ring: &Ring) {
    let mut offsets = ring.oldest_first().map(|(_, told)| told.offset_min.unwrap_or(OFFSET_UNKNOWN));
    let Some(first) = offsets.next() else { return };
    let is_one = offsets.all(|other| other == first);
    to.byte(u8::from(is_one));
    let events = if is_one { 1 } else { ring.len() };
    for (_, told) in ring.oldest_first().take(events) {
        to.signed(told.offset_min.unwrap_or(OFFSET_UNKNOWN));
    }
}

fn read_offsets(from: &mut Reader<'_>, ring: &mut Ring) {
    match from.byte() {
        0 => ring.set_offsets(|| read_offset(from)),
        1 => {
            let one = read_offset(from);
            ring.set_offsets(|| one);
        }
        _ => from.refuse(()),
    }
}

fn read_offset(from: &mut Reader<'_>) -> Option<i16> {
    match from.signed() {
        OFFSET_UNKNOWN => None,
        known if (-OFFSET_MIN_MAX..=OFFSET_MIN_MAX).contains(&known) => Some(known),
        _ => from.refuse(None),
    }
}

fn read_time(from: &mut Reader<'_>) -> Timestamp {
    Timestamp::from_unix_ms(from.signed()).unwrap_or_else(|_| from.refuse(Timestamp::MIN))
}

fn read_currency(from: &mut Reader<'_>) -> Currency {
    Currency::try_from(from.bytes()).unwrap_or_else(|_| from.refuse(Currency::CNY))
}

fn read_belief(from: &mut Reader<'_>) -> Belief {
    let q28: u32 = from.number();
    Belief::try_from(q28).unwrap_or_else(|_| from.refuse(Belief::MIN))
}

fn read_place(from: &mut Reader<'_>, newest: Timestamp) -> Option<Place> {
    let position = Position::new(from.signed(), from.signed(), from.number());
    let at = read_ago(from, newest);
    position.map(|position| Place { position, at }).or_else(|| from.refuse(None))
}
