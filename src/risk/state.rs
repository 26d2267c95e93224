//! What is kept of an account: sixteen recent events, hour and day sums, what it knows, how it spends.
//!
//! Every list is bounded, every number an integer. The binary form is canonical: times are kept as distances from the
//! newest event, so an ordinary account takes some hundred bytes and a busy one stays within [`PROFILE_BYTES_TYPICAL_MAX`].

use serde::Deserialize;

use super::amount::AmountProfile;
use super::bounded::Bounded;
use super::buckets::Buckets;
use super::check::CheckedPolicy;
use super::error::RiskError;
use super::fixed::{Belief, Forgetting, log2_q16, u32_saturating};
use super::ring::Ring;
use super::score::Outcome;
use super::snooze::{SNOOZES_MAX, Snooze};
use super::stored::StoredProfile;
use crate::types::{Country, Currency, Direction, PaymentKind, Position, Timestamp};

/// Hour sums kept: a sliding day touches twenty-five hours.
pub(super) const HOURS: usize = 25;
/// Payees remembered: twenty shops a month are an ordinary life, and the landlord is still the landlord.
pub(super) const PAYEES_KNOWN: usize = 24;
/// Day sums kept: thirty sliding days touch thirty-one, and two more where the account changed its zone.
pub(super) const DAYS: usize = 33;
/// The encoded size that busy accounts with amounts below 10^8 minor units stay within, in bytes.
pub const PROFILE_BYTES_TYPICAL_MAX: usize = 1_024;
/// The encoded size no profile exceeds, whatever it was fed, in bytes.
pub const PROFILE_BYTES_MAX: usize = 2_048;

/// The risk profile of one account.
///
/// ```
/// use account_security::risk::Profile;
/// let bytes = postcard::to_allocvec(&Profile::new())?;
/// assert!(bytes.len() < 64);
/// assert_eq!(postcard::from_bytes::<Profile>(&bytes)?, Profile::new());
/// # Ok::<(), postcard::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "StoredProfile")]
// What every payment reads lies in front, side by side; a profile shares its first lines with no other.
#[repr(C, align(64))]
pub struct Profile {
    /// The latest event seen.
    pub(super) newest: Timestamp,
    /// The first event entered: how old the account is.
    pub(super) first: Timestamp,
    /// Everything later than this that counts as spend is still in the ring.
    pub(super) forgotten_until: Timestamp,
    pub(super) amounts: AmountProfile,
    pub(super) taken_over: AccountBelief,
    /// Payments that went out, saturating.
    pub(super) payments: u32,
    /// The lowest and highest offset from UTC seen, in minutes: how far local days may reach.
    pub(super) offsets_min: (i16, i16),
    /// The currency of what was spent, which no other is added to; before the first spend that of the latest event.
    pub(super) currency: Option<Currency>,
    /// Payments per local hour of the day, halved together when one would overflow.
    pub(super) day_hours: [u8; 24],
    pub(super) known: Known,
    pub(super) ring: Ring,
    pub(super) last_credit: Option<Credit>,
    pub(super) last_place: Option<Place>,
    /// Rules asleep on this account.
    pub(super) snoozes: Bounded<Snooze, SNOOZES_MAX>,
    pub(super) hours: Buckets<HOURS>,
    pub(super) days: Buckets<DAYS>,
}

/// What windows read of an event of the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: Timestamp,
    pub(super) amount: u64,
    /// 0 when unknown.
    pub(super) payee: u16,
    /// 0 when unknown.
    pub(super) device: u16,
    /// The payee had never been paid before.
    pub(super) new_payee: bool,
    pub(super) kind: PaymentKind,
    pub(super) direction: Direction,
    pub(super) outcome: Outcome,
}

/// What only the same payment, come again, reads of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) id: [u8; 8],
    pub(super) content: u32,
    pub(super) score: i32,
    /// Numbers of the strongest reasons, 0 for none.
    pub(super) strongest: [u16; 2],
    /// The offset from UTC at the payment, in minutes; `None` where an older version wrote the event.
    pub(super) offset_min: Option<i16>,
}

/// What the account has used before, least recently used first, and how often it brings something new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) devices: Bounded<[u8; 3], 8>,
    pub(super) payees: Bounded<KnownPayee, PAYEES_KNOWN>,
    pub(super) countries: Bounded<[u8; 2], 6>,
    /// Share of recent payments from a new device, to a new payee, from a new country, in 1/65536.
    pub(super) novelty_q16: [u16; 3],
    /// Payments that named a device, a payee, a country, saturating.
    pub(super) named: [u8; 3],
}

/// A payee paid before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct KnownPayee {
    pub(super) name: [u8; 3],
    /// The size of the largest amount that passed, in quarters of a doubling, rounded up.
    pub(super) largest: u8,
}

/// How likely someone else spends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AccountBelief {
    pub(super) belief: Option<Belief>,
    pub(super) at: Timestamp,
}

/// Where the last payment that passed was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) position: Position,
    pub(super) at: Timestamp,
}

/// The last credit watched and what has left since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Credit {
    pub(super) at: Timestamp,
    pub(super) amount: u64,
    pub(super) out_since: u64,
}

impl Profile {
    /// The profile of an account nothing is known of.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Outgoing payments seen so far that passed.
    #[must_use]
    pub const fn payments(&self) -> u32 {
        self.payments
    }

    /// The latest event seen, if any.
    #[must_use]
    pub fn newest(&self) -> Option<Timestamp> {
        self.currency.map(|_| self.newest)
    }

    /// The currency of the account, once it has paid or received.
    #[must_use]
    pub const fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// Whether sums of this currency cannot be added to what the account has spent. A credit, or a payment that was held, is
    /// no spend: whoever sends a stranger a cent of another currency does not choose what the stranger may pay in.
    pub(super) fn refuses(&self, currency: Currency, policy: &CheckedPolicy) -> bool {
        let of_spend = self.currency.filter(|_| self.payments > 0);
        [of_spend, policy.policy().currency].into_iter().flatten().any(|expected| expected != currency)
    }

    /// Reads the memory a payment at `at` will read and write: its lines are then on their way beside each other. The
    /// result means nothing.
    #[must_use]
    pub(super) fn touch(&self, at: Timestamp) -> u64 {
        let known = self.known.payees.as_slice().first().map_or(0, |payee| u64::from(payee.largest));
        let (hour, day) = (hour_index(at), hour_index(at) / 24);
        self.ring
            .touch()
            .wrapping_add(u64::from(self.payments))
            .wrapping_add(u64::from(self.day_hours[0]))
            .wrapping_add(known)
            .wrapping_add(self.hours.touch(hour))
            .wrapping_add(self.days.touch(day))
    }

    /// Checks what the types alone cannot: order, ranges, sums.
    ///
    /// # Errors
    /// [`RiskError::CorruptProfile`] names the first broken rule.
    pub fn validate(&self) -> Result<(), RiskError> {
        let corrupt = |broken| if broken { Err(RiskError::CorruptProfile("order of events or sums")) } else { Ok(()) };
        // Before the first payment there is nothing to remember.
        let is_blank = self.newest == Timestamp::MIN
            && self.first == Timestamp::MIN
            && self.forgotten_until == Timestamp::MIN
            && self.ring.len() == 0
            && self.hours.newest().is_none()
            && self.days.newest().is_none();
        corrupt(self.currency.is_none() && !is_blank)?;
        corrupt(!self.ring.oldest_first().is_sorted_by_key(|(event, _)| event.at))?;
        corrupt(self.ring.newest_first().next().is_some_and(|event| event.at > self.newest))?;
        corrupt(self.forgotten_until > self.newest || self.first > self.newest)?;
        let (low, high) = self.offsets_min;
        corrupt(low > high || low < -super::OFFSET_MIN_MAX || high > super::OFFSET_MIN_MAX)?;
        self.amounts.validate()
    }
}

impl AccountBelief {
    pub(super) fn predict(&self, resting: Belief, now: Timestamp, forgetting: Forgetting) -> Belief {
        self.belief.map_or(resting, |belief| belief.relax(resting, now.ms_since(self.at), forgetting))
    }
}

impl Default for AccountBelief {
    fn default() -> Self {
        Self { belief: None, at: Timestamp::MIN }
    }
}

impl Default for Event {
    fn default() -> Self {
        Self {
            at: Timestamp::MIN,
            amount: 0,
            payee: 0,
            device: 0,
            new_payee: false,
            kind: PaymentKind::Other,
            direction: Direction::Out,
            outcome: Outcome::Allow,
        }
    }
}

impl Event {
    /// Money that left, as opposed to credits and to payments that were held.
    pub(super) fn is_spend(&self) -> bool {
        self.direction == Direction::Out && self.outcome <= Outcome::StepUp
    }
}

impl Known {
    /// Three bytes of a fingerprint: enough to tell 16 names apart, 1 chance in a million to mistake a stranger.
    pub(super) fn short(fingerprint: u64) -> [u8; 3] {
        let [a, b, c, ..] = fingerprint.to_le_bytes();
        [a, b, c]
    }

    pub(super) fn payee(&self, fingerprint: u64) -> Option<&KnownPayee> {
        let name = Self::short(fingerprint);
        self.payees.as_slice().iter().rfind(|payee| payee.name == name)
    }

    pub(super) fn country(country: Country) -> [u8; 2] {
        country.bytes()
    }
}

impl KnownPayee {
    /// Quarters of a doubling, rounded up: 0 to 200.
    pub(super) fn size(amount: u64) -> u8 {
        u8::try_from((log2_q16(amount) + 0x3FFF) >> 14).unwrap_or(u8::MAX)
    }
}

/// Sixteen bits of a fingerprint for the ring, never 0.
pub(super) fn ring_name(fingerprint: u64) -> u16 {
    let [a, b, c, d, ..] = fingerprint.to_be_bytes();
    (u16::from_be_bytes([a, b]) ^ u16::from_be_bytes([c, d]).rotate_left(5)).max(1)
}

/// The whole hours of a time (UTC).
pub(super) fn hour_index(at: Timestamp) -> u32 {
    u32_saturating(at.unix_ms().unsigned_abs() / crate::types::time::HOUR_MS)
}
