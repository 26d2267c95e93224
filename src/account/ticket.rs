//! Tickets: what a visitor has proven so far, on the way to one errand.
//!
//! A sign-in, a step-up and a reset each need more than one proof, and the proofs arrive in separate requests. The
//! ticket ties them together. Its id is a secret of the visitor who proved something, so it changes with every proof:
//! who learned an id before the proof cannot ride on it (as a session id is renewed on sign-in, OWASP ASVS 5.0 §7.2.4).

use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::types::time::MINUTE_MS;
use crate::types::{RandomId, SetBack, Timestamp};

/// Most tickets of one errand; the oldest of those of that errand makes way for which the least was proven. Every ticket began
/// with a proof or in a session, so only who has one of them can push another out, never one of another errand, and none for
/// which more was proven than for another: a thief in a session cannot stop the owner who signs in to lock him out, nor the
/// owner who stepped up.
pub const TICKETS_PER_ERRAND_MAX: usize = 3;
/// Most tickets of one account.
pub const TICKETS_MAX: usize = 3 * TICKETS_PER_ERRAND_MAX;
/// Life of a ticket in milliseconds: long enough to fetch a phone, as long as a code lives at most.
pub const TICKET_MS: u64 = 10 * MINUTE_MS;

/// What a try at a password costs the ticket that it is set on the word of, in milliseconds of its life. A new password is
/// compared with the account's last ones, and the answer tells something of them: so a ticket is good for nine tries.
pub const TICKET_TRY_MS: u64 = TICKET_MS / 10;

/// What a ticket is for. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Errand {
    /// To sign in.
    SignIn,
    /// A signed-in customer proves again before something delicate.
    StepUp,
    /// To set a forgotten password anew.
    Reset,
}

/// A set of proofs.
///
/// ```
/// use account_security::account::Proofs;
/// let proven = Proofs::PASSWORD | Proofs::TOTP;
/// assert!(proven.contains(Proofs::TOTP) && !proven.contains(Proofs::PHONE));
/// assert_eq!(proven.count(), 2);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Proofs(u8);

/// The name of a ticket. Who knows it can use the ticket, so it is a secret: compared in constant time and never shown by
/// `Debug`. [`Display`](std::fmt::Display) writes it out for the one visitor who gave the proof.
///
/// ```
/// use account_security::account::TicketId;
/// let id = TicketId::parse("00112233445566778899aabbccddeeff").ok_or("32 hexadecimal digits")?;
/// assert_eq!(id.to_string(), "00112233445566778899aabbccddeeff");
/// assert_eq!(format!("{id:?}"), "TicketId(redacted)");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct TicketId(pub [u8; 16]);

/// One visitor's progress on one errand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its secret name; changes with every proof.
    pub id: TicketId,
    /// What for.
    pub errand: Errand,
    /// What was proven.
    pub proven: Proofs,
    /// Ends before this moment.
    pub expires_at: Timestamp,
}

/// The open tickets of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Ticket>", into = "Vec<Ticket>")]
pub struct Tickets(Vec<Ticket>);

impl TicketId {
    /// Draws a new one.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        RandomId::generate(rng).into()
    }

    /// Reads the 32 lower-case hex digits that [`Display`](std::fmt::Display) writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        RandomId::parse(text).map(Self::from)
    }
}

impl From<RandomId> for TicketId {
    fn from(id: RandomId) -> Self {
        Self(id.0)
    }
}

impl PartialEq for TicketId {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TicketId {}

impl std::fmt::Display for TicketId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        RandomId(self.0).fmt(f)
    }
}

impl std::fmt::Debug for TicketId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TicketId(redacted)")
    }
}

impl Proofs {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// The password.
    pub const PASSWORD: Self = Self(1);
    /// A code of the authenticator app.
    pub const TOTP: Self = Self(2);
    /// A code sent to the registered phone number.
    pub const PHONE: Self = Self(4);
    /// A code sent to the registered e-mail address.
    pub const EMAIL: Self = Self(8);
    /// A recovery code.
    pub const RECOVERY: Self = Self(16);
    const ALL: u8 = 31;

    /// Whether all of `other` are in here.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Those of these that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// How many.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Ticket {
    /// The proofs of which any one would bring the errand forward; empty = it is complete.
    ///
    /// `available` is what the account could prove at all besides the password. A reset needs two different ones where
    /// the account has two, so that a stolen phone alone opens nothing (OWASP ASVS 5.0 §6.4.3); everything else needs
    /// one of them. An account without any cannot complete anything: [`Proofs::NONE`] is never "enough".
    #[must_use]
    pub fn missing(&self, available: Proofs) -> Missing {
        let second = self.proven.without(Proofs::PASSWORD);
        let needed = match self.errand {
            Errand::SignIn | Errand::StepUp => 1,
            Errand::Reset => available.count().clamp(1, 2),
        };
        if second.count() >= needed {
            return Missing::Nothing;
        }
        Missing::OneOf(available.without(second))
    }
}

/// What a ticket still lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing: it can be used.
    Nothing,
    /// One more of these. Empty = the account has nothing to prove it with, and needs support.
    OneOf(Proofs),
}

impl Tickets {
    /// Opens a ticket; beyond [`TICKETS_PER_ERRAND_MAX`] the oldest one of the errand makes way for which the least was proven.
    pub fn open(&mut self, id: TicketId, errand: Errand, proven: Proofs, now: Timestamp) {
        self.forget_expired(now);
        let of_errand = || self.0.iter().enumerate().filter(|(_, ticket)| ticket.errand == errand);
        // The first of equals, so the oldest.
        let least = of_errand().min_by_key(|(_, ticket)| ticket.proven.count()).map(|(index, _)| index);
        if let Some(index) = least.filter(|_| of_errand().count() >= TICKETS_PER_ERRAND_MAX) {
            self.0.remove(index);
        }
        self.0.push(Ticket { id, errand, proven, expires_at: now.plus_ms(TICKET_MS) });
    }

    /// Makes the end of a ticket its name among those of its errand, one that no proof changes. Where another one ends at the
    /// same moment, or that moment `is_taken`, it ends a millisecond early.
    pub fn set_apart(&mut self, id: TicketId, is_taken: impl Fn(Timestamp) -> bool) -> Option<Timestamp> {
        let Ticket { errand, expires_at: ends_at, .. } = self.0.iter().find(|ticket| ticket.id == id)?.clone();
        let others = self.0.iter().filter(|ticket| ticket.errand == errand && ticket.id != id);
        let others: Vec<Timestamp> = others.map(|ticket| ticket.expires_at).collect();
        let mut early = (0..TICKET_TRY_MS).map(|early_ms| ends_at.minus_ms(early_ms));
        let alone = early.find(|end| !others.contains(end) && !is_taken(*end))?;
        for ticket in self.0.iter_mut().filter(|ticket| ticket.id == id) {
            ticket.expires_at = alone;
        }
        Some(alone)
    }

    /// The tickets once the clock is right again: what was open is open for as long as it still was.
    pub(super) fn set_back(&mut self, back: SetBack) {
        self.0.iter_mut().for_each(|ticket| ticket.expires_at = back.moved(ticket.expires_at));
    }

    /// The open ticket of this id and errand.
    #[must_use]
    pub fn find(&self, id: TicketId, errand: Errand, now: Timestamp) -> Option<&Ticket> {
        self.0.iter().find(|ticket| ticket.id == id).filter(|ticket| ticket.errand == errand && now < ticket.expires_at)
    }

    /// Whether any ticket of this errand is open.
    #[must_use]
    pub fn has_open(&self, errand: Errand, now: Timestamp) -> bool {
        self.open_for(errand, now).next().is_some()
    }

    /// The open tickets of this errand.
    pub(crate) fn open_for(&self, errand: Errand, now: Timestamp) -> impl Iterator<Item = &Ticket> {
        self.0.iter().filter(move |ticket| ticket.errand == errand && now < ticket.expires_at)
    }

    /// Adds a proof to a ticket and renames it; its end stays.
    pub fn prove(&mut self, id: TicketId, errand: Errand, proof: Proofs, renamed: TicketId, now: Timestamp) -> bool {
        if self.find(id, errand, now).is_none() {
            return false;
        }
        for ticket in self.0.iter_mut().filter(|ticket| ticket.id == id) {
            ticket.proven = ticket.proven | proof;
            ticket.id = renamed;
        }
        true
    }

    /// Takes [`TICKET_TRY_MS`] of its life from a ticket; says whether it is good for a try still.
    pub fn wear(&mut self, id: TicketId, errand: Errand, now: Timestamp) -> bool {
        if self.find(id, errand, now).is_none() {
            return false;
        }
        for ticket in self.0.iter_mut().filter(|ticket| ticket.id == id) {
            ticket.expires_at = ticket.expires_at.minus_ms(TICKET_TRY_MS);
        }
        self.find(id, errand, now).is_some()
    }

    /// Takes a ticket out: it is used once.
    pub fn spend(&mut self, id: TicketId, errand: Errand, now: Timestamp) -> Option<Ticket> {
        let found = self.find(id, errand, now).cloned();
        if found.is_some() {
            self.0.retain(|ticket| ticket.id != id);
        }
        self.forget_expired(now);
        found
    }

    /// Forgets those that rest on a proof which is worth nothing any more, e.g. a contact that was changed.
    pub fn void_proven_by(&mut self, proof: Proofs) {
        self.0.retain(|ticket| ticket.proven.without(proof) == ticket.proven);
    }

    /// Forgets those for one errand.
    pub fn void_errand(&mut self, errand: Errand) {
        self.0.retain(|ticket| ticket.errand != errand);
    }

    /// Forgets all of them, e.g. when the password changes.
    pub fn void(&mut self) {
        self.0.clear();
    }

    /// How many are kept.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn forget_expired(&mut self, now: Timestamp) {
        self.0.retain(|ticket| now < ticket.expires_at);
    }
}

impl std::ops::BitOr for Proofs {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl TryFrom<u8> for Proofs {
    type Error = &'static str;
    fn try_from(bits: u8) -> Result<Self, Self::Error> {
        if bits <= Self::ALL { Ok(Self(bits)) } else { Err("unknown proof: written by a newer version") }
    }
}

impl From<Proofs> for u8 {
    fn from(proofs: Proofs) -> Self {
        proofs.0
    }
}

impl TryFrom<Vec<Ticket>> for Tickets {
    type Error = &'static str;
    fn try_from(tickets: Vec<Ticket>) -> Result<Self, Self::Error> {
        if tickets.len() <= TICKETS_MAX { Ok(Self(tickets)) } else { Err("more tickets than an account can have") }
    }
}

impl From<Tickets> for Vec<Ticket> {
    fn from(tickets: Tickets) -> Self {
        tickets.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: TicketId = TicketId([1; 16]);
    const RENAMED: TicketId = TicketId([2; 16]);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix_s(1_700_000_000 + second).unwrap()
    }

    fn opened(errand: Errand, proven: Proofs) -> Tickets {
        let mut tickets = Tickets::default();
        tickets.open(ID, errand, proven, at(0));
        tickets
    }

    #[test]
    fn a_proof_renames_the_ticket_and_the_old_name_is_worth_nothing() {
        let mut tickets = opened(Errand::Reset, Proofs::PHONE);
        assert!(tickets.prove(ID, Errand::Reset, Proofs::TOTP, RENAMED, at(1)));
        assert!(!tickets.prove(ID, Errand::Reset, Proofs::TOTP, RENAMED, at(1)));
        assert_eq!(tickets.spend(ID, Errand::Reset, at(2)), None);
        assert!(tickets.spend(RENAMED, Errand::Reset, at(2)).unwrap().proven.contains(Proofs::PHONE | Proofs::TOTP));
        assert_eq!(tickets.spend(RENAMED, Errand::Reset, at(2)), None, "spent once");
    }

    #[test]
    fn a_ticket_serves_its_errand_only_and_ends_half_open() {
        let tickets = opened(Errand::StepUp, Proofs::TOTP);
        assert!(tickets.find(ID, Errand::SignIn, at(1)).is_none());
        assert!(tickets.find(ID, Errand::StepUp, at(599)).is_some());
        assert!(tickets.find(ID, Errand::StepUp, at(600)).is_none());
    }

    #[test]
    fn no_two_that_are_set_apart_end_at_the_same_moment() {
        let mut tickets = opened(Errand::SignIn, Proofs::PASSWORD);
        tickets.open(RENAMED, Errand::SignIn, Proofs::PASSWORD, at(0));
        tickets.open(TicketId([3; 16]), Errand::StepUp, Proofs::NONE, at(0));
        let is_taken = |end| end == at(600).minus_ms(1);
        assert_eq!(tickets.set_apart(RENAMED, is_taken), Some(at(600).minus_ms(2)));
        assert_eq!(tickets.set_apart(ID, is_taken), Some(at(600)));
        assert_eq!(tickets.set_apart(TicketId([9; 16]), is_taken), None);
    }

    #[test]
    fn a_ticket_is_good_for_nine_tries() {
        let mut tickets = opened(Errand::Reset, Proofs::PHONE);
        assert!(!tickets.wear(ID, Errand::SignIn, at(0)), "another errand");
        assert_eq!((0..20).filter(|_| tickets.wear(ID, Errand::Reset, at(0))).count(), 9);
        assert_eq!(tickets.spend(ID, Errand::Reset, at(0)), None);
    }

    #[test]
    fn a_reset_needs_two_different_proofs_where_there_are_two() {
        let ticket = |errand, proven| Ticket { id: ID, errand, proven, expires_at: at(600) };
        let (both, phone) = (Proofs::PHONE | Proofs::TOTP, Proofs::PHONE);
        assert_eq!(ticket(Errand::Reset, phone).missing(both), Missing::OneOf(Proofs::TOTP));
        assert_eq!(ticket(Errand::Reset, phone).missing(phone), Missing::Nothing);
        assert_eq!(ticket(Errand::Reset, both).missing(both), Missing::Nothing);
        assert_eq!(ticket(Errand::SignIn, Proofs::PASSWORD).missing(both), Missing::OneOf(both));
        assert_eq!(ticket(Errand::SignIn, Proofs::PASSWORD | phone).missing(both), Missing::Nothing);
        for errand in [Errand::SignIn, Errand::StepUp, Errand::Reset] {
            assert_eq!(ticket(errand, Proofs::PASSWORD).missing(Proofs::NONE), Missing::OneOf(Proofs::NONE));
        }
    }

    #[test]
    fn a_ticket_that_nothing_was_proven_for_makes_way_before_one_that_something_was() {
        let mut tickets = opened(Errand::StepUp, Proofs::TOTP);
        for number in 10..20 {
            tickets.open(TicketId([number; 16]), Errand::StepUp, Proofs::NONE, at(1));
        }
        assert!(tickets.find(ID, Errand::StepUp, at(2)).is_some(), "the owner's, whatever a session opens");
        let is_there = |number| tickets.find(TicketId([number; 16]), Errand::StepUp, at(2)).is_some();
        assert_eq!([17, 18, 19].map(is_there), [false, true, true], "and of the others the newest");
        for number in 20..23 {
            tickets.open(TicketId([number; 16]), Errand::StepUp, Proofs::TOTP, at(1));
        }
        assert!(tickets.find(ID, Errand::StepUp, at(2)).is_none(), "among equals the oldest goes");
    }

    #[test]
    fn there_are_never_more_than_three_of_an_errand_and_only_its_own_oldest_goes() {
        let mut tickets = opened(Errand::SignIn, Proofs::PASSWORD);
        for number in 10..20 {
            tickets.open(TicketId([number; 16]), Errand::StepUp, Proofs::NONE, at(1));
        }
        assert!(tickets.find(ID, Errand::SignIn, at(2)).is_some(), "another errand pushes nothing out");
        assert_eq!(tickets.len(), 1 + TICKETS_PER_ERRAND_MAX);
        for number in 20..23 {
            tickets.open(TicketId([number; 16]), Errand::SignIn, Proofs::PASSWORD, at(1));
        }
        assert!(tickets.find(ID, Errand::SignIn, at(2)).is_none());
        assert_eq!(tickets.len(), 2 * TICKETS_PER_ERRAND_MAX);
        tickets.open(ID, Errand::SignIn, Proofs::PASSWORD, at(700));
        assert_eq!(tickets.len(), 1, "expired ones are forgotten");
    }
}
