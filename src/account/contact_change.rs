//! A change of a registered contact under way: what was proven, what is still missing, how long it waits.
//!
//! ```text
//! code to the old contact -> code to the new one -> cooling-off -> in force
//!    reported lost -> identity check -> another agent's approval -> code to the new one -> longer cooling-off -> in force
//! ```
//! An account has at most one change under way, whichever contact it is about: so while a new phone number cools off
//! the e-mail address cannot move, and a warning always has somewhere to go that the thief did not choose.

use serde::{Deserialize, Serialize};

use super::contact::{Contact, ContactKind};
use super::identity::IdentityCheck;
use super::ticket::Proofs;
use crate::types::{ActorId, KeyId, Locale, RandomId, Timestamp};
use crate::verification::Destination;

/// Longest name of an agent in a change, in bytes. Shorter than an id may be: the record has to stay small.
pub const AGENT_BYTES_MAX: usize = 64;
/// Wrong cancel handles that are written down for each change; further ones are refused all the same.
pub const WRONG_HANDLES_KEPT: u8 = 5;

/// A change under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct ContactChange {
    id: RandomId,
    key_id: KeyId,
    new: Contact,
    lost: bool,
    locale: Option<Locale>,
    stage: Stage,
    expires_at: Timestamp,
    wrong_handles: u8,
}

/// How far a change is, for whoever decides on it. Stored by position: append only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// A code was sent to the contact that has to agree.
    AwaitOld {
        /// The contact in force that has to agree.
        via: ContactKind,
        /// The challenge that was sent to it.
        challenge: RandomId,
    },
    /// The old contact was reported lost; staff have to check who reports it.
    AwaitCheck {
        /// What the one who reports it has proven.
        proven: Proofs,
    },
    /// One agent checked; another has to approve.
    AwaitApproval {
        /// Who checked.
        checked_by: ActorId,
        /// How the agent made sure.
        check: IdentityCheck,
    },
    /// The new contact has to prove that it receives.
    AwaitNew {
        /// The challenge that was sent to it; `None` = none could be sent yet.
        challenge: Option<RandomId>,
    },
    /// Everything is proven; the owner has time to call it off.
    CoolingOff {
        /// It may come into force from this moment on.
        until: Timestamp,
    },
}

/// How far a change is, as far as its owner may know: no agent, no challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactStep {
    /// The code sent to the contact in force is to be typed.
    ProveOld,
    /// Support has to check who reports the loss.
    IdentityCheck,
    /// Support has to approve the check.
    Approval,
    /// The code sent to the new contact is to be typed.
    ProveNew,
    /// It comes into force from then on, unless called off.
    CoolingOff {
        /// From when on.
        until: Timestamp,
    },
}

/// Who or what called a change off. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CancelledBy {
    /// Whoever read the cancel handle on a contact in force.
    Handle,
    /// The owner, signed in.
    Owner,
    /// Staff.
    Staff,
    /// Another change that took its place.
    Replaced,
    /// A freeze of changes to the profile: who freezes an account doubts what was under way.
    Freeze,
    /// A password reset, for the same reason.
    Reset,
    /// Nobody went on with it in time.
    Expired,
    /// A change of the password was required: staff or a rule doubts who is in.
    PasswordDoubted,
}

impl ContactChange {
    /// A change to `new` that waits at `stage` until `expires_at`. Its handle is made with `key_id`.
    #[must_use]
    pub const fn begun(id: RandomId, key_id: KeyId, new: Destination, stage: Stage, expires_at: Timestamp) -> Self {
        let lost = matches!(stage, Stage::AwaitCheck { .. });
        let new = Contact::unconfirmed(new);
        Self { id, key_id, new, lost, locale: None, stage, expires_at, wrong_handles: 0 }
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> RandomId {
        self.id
    }

    /// The key of its cancel handle.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Which contact it is about.
    #[must_use]
    pub const fn kind(&self) -> ContactKind {
        ContactKind::of(self.new.destination())
    }

    /// The contact that is to come into force.
    #[must_use]
    pub const fn new_contact(&self) -> &Contact {
        &self.new
    }

    /// Whether the old contact was reported lost and has not agreed.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        self.lost
    }

    /// The language of notices once it is in force; `None` = it stays. Not before: whoever begins a change may be a thief,
    /// and the owner must be able to read the warnings of it.
    #[must_use]
    pub const fn locale(&self) -> Option<Locale> {
        self.locale
    }

    /// Brings a language with it.
    #[must_use]
    pub fn with_locale(self, locale: Locale) -> Self {
        Self { locale: Some(locale), ..self }
    }

    /// How far it is.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// How far it is, for its owner.
    #[must_use]
    pub const fn step(&self) -> ContactStep {
        match self.stage {
            Stage::AwaitOld { .. } => ContactStep::ProveOld,
            Stage::AwaitCheck { .. } => ContactStep::IdentityCheck,
            Stage::AwaitApproval { .. } => ContactStep::Approval,
            Stage::AwaitNew { .. } => ContactStep::ProveNew,
            Stage::CoolingOff { until } => ContactStep::CoolingOff { until },
        }
    }

    /// It waits before this moment, not at it.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Whether it waited too long.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// The challenge it waits for.
    #[must_use]
    pub const fn challenge(&self) -> Option<RandomId> {
        match self.stage {
            Stage::AwaitOld { challenge, .. } => Some(challenge),
            Stage::AwaitNew { challenge } => challenge,
            _ => None,
        }
    }

    /// Waits at another stage.
    #[must_use]
    pub fn at_stage(self, stage: Stage, expires_at: Timestamp) -> Self {
        Self { stage, expires_at, ..self }
    }

    /// Waits at the same stage for another challenge.
    #[must_use]
    pub fn with_challenge(self, challenge: RandomId) -> Self {
        let stage = match self.stage {
            Stage::AwaitOld { via, .. } => Stage::AwaitOld { via, challenge },
            Stage::AwaitNew { .. } => Stage::AwaitNew { challenge: Some(challenge) },
            other => other,
        };
        Self { stage, ..self }
    }

    /// The new contact has proven itself; cools off until `until` and dies at `expires_at`.
    #[must_use]
    pub fn cooling_off(self, proven_at: Timestamp, until: Timestamp, expires_at: Timestamp) -> Self {
        let new = Contact::confirmed(self.new.destination().clone(), proven_at);
        Self { new, stage: Stage::CoolingOff { until }, expires_at, ..self }
    }

    /// Wrong cancel handles so far, up to [`WRONG_HANDLES_KEPT`].
    #[must_use]
    pub const fn wrong_handles(&self) -> u8 {
        self.wrong_handles
    }

    /// One more wrong handle; `None` when no more are written down.
    #[must_use]
    pub fn with_wrong_handle(&self) -> Option<Self> {
        let wrong_handles = self.wrong_handles + 1;
        (wrong_handles <= WRONG_HANDLES_KEPT).then(|| Self { wrong_handles, ..self.clone() })
    }
}

/// The stored form, before it is checked. Same fields, same order; but the marks were `lost` alone once, one byte of 0 or 1.
/// It is their lowest bit, so that old records open, and the others are the language: 0 = none, 1 = English, 2 = Chinese.
#[derive(Serialize, Deserialize)]
struct Stored {
    id: RandomId,
    key_id: KeyId,
    new: Contact,
    marks: u8,
    stage: Stage,
    expires_at: Timestamp,
    wrong_handles: u8,
}

impl TryFrom<Stored> for ContactChange {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { id, key_id, new, marks, stage, expires_at, wrong_handles } = stored;
        let lost = marks & 1 == 1;
        let locale = match marks >> 1 {
            0 => None,
            1 => Some(Locale::En),
            2 => Some(Locale::ZhCn),
            _ => return Err("an unknown language: written by a newer version"),
        };
        let is_proven = new.confirmed_at().is_some();
        let fits = match &stage {
            Stage::AwaitOld { .. } => !lost && !is_proven,
            Stage::AwaitCheck { proven } => lost && !is_proven && !proven.is_empty(),
            Stage::AwaitApproval { checked_by, .. } => {
                lost && !is_proven && checked_by.as_str().len() <= AGENT_BYTES_MAX
            }
            Stage::AwaitNew { .. } => !is_proven,
            Stage::CoolingOff { until } => is_proven && new.confirmed_at() < Some(*until) && *until < expires_at,
        };
        if fits && wrong_handles <= WRONG_HANDLES_KEPT {
            Ok(Self { id, key_id, new, lost, locale, stage, expires_at, wrong_handles })
        } else {
            Err("a contact change that no command makes")
        }
    }
}

impl From<ContactChange> for Stored {
    fn from(change: ContactChange) -> Self {
        let ContactChange { id, key_id, new, lost, locale, stage, expires_at, wrong_handles } = change;
        let language = match locale {
            None => 0,
            Some(Locale::En) => 1,
            Some(Locale::ZhCn) => 2,
        };
        let marks = u8::from(lost) | language << 1;
        Self { id, key_id, new, marks, stage, expires_at, wrong_handles }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verification::Channel;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix_s(1_700_000_000 + second).unwrap()
    }

    fn change(stage: Stage) -> ContactChange {
        let new = Destination::parse(Channel::Sms, "+8613987654321").unwrap();
        ContactChange::begun(RandomId([1; 16]), KeyId(1), new, stage, at(1_800))
    }

    fn read_back(change: &ContactChange) -> Result<ContactChange, postcard::Error> {
        let bytes = postcard::to_allocvec(change).unwrap();
        assert!(bytes.len() < 150, "{} bytes in the record", bytes.len());
        postcard::from_bytes(&bytes)
    }

    fn agent(name: &str) -> ActorId {
        ActorId::parse(name).unwrap()
    }

    #[test]
    fn every_stage_reads_back() {
        let old = change(Stage::AwaitOld { via: ContactKind::Phone, challenge: RandomId([2; 16]) });
        let lost = change(Stage::AwaitCheck { proven: Proofs::TOTP });
        let approval = Stage::AwaitApproval { checked_by: agent("agent-1"), check: IdentityCheck::CallBack };
        let stages = [
            old.clone(),
            old.clone().at_stage(Stage::AwaitNew { challenge: None }, at(9)),
            old.cooling_off(at(1), at(2), at(3)),
            lost.clone(),
            lost.at_stage(approval, at(9)),
        ];
        for stage in stages {
            assert_eq!(read_back(&stage), Ok(stage));
        }
    }

    #[test]
    fn stages_no_command_makes_are_refused() {
        let old = change(Stage::AwaitOld { via: ContactKind::Phone, challenge: RandomId([2; 16]) });
        let lost = change(Stage::AwaitCheck { proven: Proofs::TOTP });
        let by = |name: &str| Stage::AwaitApproval { checked_by: agent(name), check: IdentityCheck::CallBack };
        let cooling = Stage::CoolingOff { until: at(2) };
        let bad = [
            old.clone().at_stage(cooling, at(9)),
            old.clone().at_stage(by("agent-1"), at(9)),
            old.clone().cooling_off(at(2), at(2), at(9)),
            old.clone().cooling_off(at(1), at(9), at(9)),
            lost.clone().at_stage(by(&"a".repeat(65)), at(9)),
            lost.at_stage(Stage::AwaitCheck { proven: Proofs::NONE }, at(9)),
            ContactChange { wrong_handles: 6, ..old.clone() },
            ContactChange { lost: true, ..old },
        ];
        for stage in bad {
            assert!(read_back(&stage).is_err(), "{stage:?}");
        }
    }

    #[test]
    fn wrong_handles_are_written_down_five_times() {
        let mut kept = change(Stage::AwaitCheck { proven: Proofs::TOTP });
        for _ in 0..WRONG_HANDLES_KEPT {
            kept = kept.with_wrong_handle().unwrap();
        }
        assert_eq!(kept.with_wrong_handle(), None);
    }

    #[test]
    fn a_language_is_read_back_and_a_change_from_before_there_was_one_opens() {
        let before = change(Stage::AwaitNew { challenge: None });
        let after = before.clone().with_locale(Locale::ZhCn);
        let (old, new) = (postcard::to_allocvec(&before).unwrap(), postcard::to_allocvec(&after).unwrap());
        let differs: Vec<_> = old.iter().zip(&new).filter(|(one, other)| one != other).collect();
        assert_eq!((old.len(), differs), (new.len(), vec![(&0, &4)]), "the byte that was a flag, and still is one");
        assert_eq!((read_back(&before), read_back(&after)), (Ok(before), Ok(after)));
    }

    #[test]
    fn an_ordinary_record_pays_four_bytes_for_all_of_this() {
        let none = (None::<ContactChange>, crate::account::Review::default(), Locale::En);
        assert_eq!(postcard::to_allocvec(&none).unwrap().len(), 4);
        let cooling = change(Stage::AwaitNew { challenge: None }).cooling_off(at(1), at(86_400), at(2_678_400));
        assert_eq!(postcard::to_allocvec(&Some(cooling)).unwrap().len(), 56);
    }

    #[test]
    fn debug_is_masked() {
        assert!(!format!("{:?}", change(Stage::AwaitNew { challenge: None })).contains("139"));
    }

    proptest::proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let _ = postcard::from_bytes::<ContactChange>(&bytes);
        }
    }
}
