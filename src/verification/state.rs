//! What is stored: at most one challenge per purpose, no code, no phone number, no address.

use serde::{Deserialize, Serialize};
use subtle::{Choice, ConstantTimeEq};

use super::destination::MASKED_BYTES_MAX;
use super::key::MAC_BYTES;
use super::policy::{DIGITS_MAX, DIGITS_MIN, LIFE_MS_MAX, SENDS_MAX, TRIES_MAX};
use super::{Channel, Purpose, StateError};
use crate::types::{KeyId, RandomId, Timestamp};

/// Most challenges of one account: one for each purpose.
pub const CHALLENGES_MAX: usize = Purpose::ALL.len();
/// Most older codes of one challenge that are remembered as superseded.
pub const SUPERSEDED_MAX: usize = 2;
/// Farthest a clock may step back unnoticed, in milliseconds: two servers, one NTP correction.
pub const CLOCK_BACK_MS_MAX: u64 = 5_000;

/// The challenges of one account, at most one per [`Purpose`]. Part of the account's record.
///
/// A challenge that is used, exhausted, cancelled or expired stays until its run closes: so that a spent code is told
/// from an unknown one, and so that starting again gives no new guesses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Challenge>", into = "Vec<Challenge>")]
pub struct Challenges(Vec<Challenge>);

/// One challenge. Only ever read back as part of [`Challenges`], which checks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Its name, unguessable.
    pub id: RandomId,
    /// What the right code opens.
    pub purpose: Purpose,
    /// How the newest code was sent.
    pub channel: Channel,
    /// Where codes are sent, as a keyed tag.
    pub destination: Tag,
    /// Where codes are sent, as its owner would recognise it; at most 32 bytes.
    pub destination_masked: String,
    /// Digest of the context the code is bound to.
    pub binding: [u8; 32],
    /// Digits of its codes, 6 to 8.
    pub digits: u8,
    /// When this challenge began.
    pub issued_at: Timestamp,
    /// When the newest code was made.
    pub last_sent_at: Timestamp,
    /// The newest code is good before this moment, not at it.
    pub expires_at: Timestamp,
    /// When the run ends: until then its tries and messages are carried over, then all is forgotten.
    pub closes_at: Timestamp,
    /// Wrong guesses left in this run.
    pub tries_left: u8,
    /// Messages sent in this run.
    pub sends: u8,
    /// Open or how it was closed.
    pub state: ChallengeState,
}

/// Whether a challenge still takes guesses. A closed one keeps no tags. A plain value of one size whatever it is, so that
/// closing a challenge is no more work than counting a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChallengeState {
    /// Takes guesses until it expires.
    Open {
        /// Tag of the newest code.
        code: Tag,
        /// Tags of older codes, newest first.
        superseded: [Option<Tag>; SUPERSEDED_MAX],
    },
    /// The right code was given.
    Consumed {
        /// When it was given.
        at: Timestamp,
    },
    /// The last try was used up.
    Exhausted {
        /// When the last try was made.
        at: Timestamp,
    },
    /// Called off, by the owner or because something else made it pointless.
    Cancelled {
        /// When it was called off.
        at: Timestamp,
    },
}

/// How a challenge stands at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Takes guesses.
    Open,
    /// Its newest code is too old.
    Expired,
    /// The right code was given.
    Consumed,
    /// No try is left.
    Exhausted,
    /// Called off.
    Cancelled,
}

/// A keyed tag and the key that made it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    pub(super) key_id: KeyId,
    pub(super) mac: [u8; MAC_BYTES],
}

impl Challenges {
    /// All of them, in order of purpose number.
    pub fn iter(&self) -> impl Iterator<Item = &Challenge> {
        self.0.iter()
    }

    /// The challenge with this id.
    #[must_use]
    pub fn get(&self, id: RandomId) -> Option<&Challenge> {
        self.iter().find(|challenge| challenge.id == id)
    }

    /// The challenge for this purpose, open or closed.
    #[must_use]
    pub fn of_purpose(&self, purpose: Purpose) -> Option<&Challenge> {
        self.iter().find(|challenge| challenge.purpose == purpose)
    }

    /// Without those whose run has closed. Housekeeping only: [`issue()`](super::issue()) does it by itself.
    #[must_use]
    pub fn sweep(&self, now: Timestamp) -> Self {
        Self(self.iter().filter(|challenge| now < challenge.closes_at).cloned().collect())
    }

    /// Of challenges that were read from such a list.
    pub(super) const fn of_sound(list: Vec<Challenge>) -> Self {
        Self(list)
    }

    /// With `challenge` in the place of the one for its purpose.
    pub(super) fn with(&self, challenge: Challenge) -> Self {
        let mut list: Vec<_> = self.iter().filter(|other| other.purpose != challenge.purpose).cloned().collect();
        list.push(challenge);
        list.sort_unstable_by_key(|challenge| challenge.purpose);
        Self(list)
    }

    /// The moment to decide at: never before anything recorded here. `None` when the clock stepped back too far.
    pub(super) fn settled(&self, now: Timestamp) -> Option<Timestamp> {
        let newest = self.iter().map(Challenge::newest_time).max().unwrap_or(now);
        (newest.ms_since(now) <= CLOCK_BACK_MS_MAX).then_some(newest.max(now))
    }
}

impl TryFrom<Vec<Challenge>> for Challenges {
    type Error = StateError;

    fn try_from(mut list: Vec<Challenge>) -> Result<Self, StateError> {
        list.sort_unstable_by_key(|challenge| challenge.purpose);
        let mut ids: Vec<_> = list.iter().map(|challenge| challenge.id).collect();
        ids.sort_unstable();
        let one_id_twice = ids.windows(2).any(|pair| pair[0] == pair[1]);
        // One per purpose also bounds the list: there are eight purposes.
        if one_id_twice || list.windows(2).any(|pair| pair[0].purpose == pair[1].purpose) {
            return Err(StateError::Duplicate);
        }
        list.iter().try_for_each(Challenge::validate)?;
        Ok(Self(list))
    }
}

impl From<Challenges> for Vec<Challenge> {
    fn from(challenges: Challenges) -> Self {
        challenges.0
    }
}

impl Challenge {
    /// How it stands at `now`; half-open, so at `expires_at` it has expired.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        match self.state {
            ChallengeState::Open { .. } if now < self.expires_at => Standing::Open,
            ChallengeState::Open { .. } => Standing::Expired,
            ChallengeState::Consumed { .. } => Standing::Consumed,
            ChallengeState::Exhausted { .. } => Standing::Exhausted,
            ChallengeState::Cancelled { .. } => Standing::Cancelled,
        }
    }

    fn newest_time(&self) -> Timestamp {
        self.closed_at().unwrap_or(self.last_sent_at)
    }

    const fn closed_at(&self) -> Option<Timestamp> {
        match self.state {
            ChallengeState::Open { .. } => None,
            ChallengeState::Consumed { at } | ChallengeState::Exhausted { at } | ChallengeState::Cancelled { at } => {
                Some(at)
            }
        }
    }

    fn validate(&self) -> Result<(), StateError> {
        let superseded = match &self.state {
            ChallengeState::Open { superseded, .. } => superseded.as_slice(),
            _ => &[],
        };
        let older = superseded.iter().flatten().count();
        let exhausted = matches!(self.state, ChallengeState::Exhausted { .. });
        let counts = (DIGITS_MIN..=DIGITS_MAX).contains(&self.digits)
            && self.tries_left <= TRIES_MAX
            && exhausted == (self.tries_left == 0)
            && (1..=SENDS_MAX).contains(&self.sends)
            && superseded.iter().take_while(|tag| tag.is_some()).count() == older
            && older < usize::from(self.sends);
        let times = self.issued_at <= self.last_sent_at
            && self.last_sent_at < self.expires_at
            && self.expires_at <= self.closes_at
            && self.closes_at.ms_since(self.issued_at) <= LIFE_MS_MAX
            && self.closed_at().is_none_or(|at| self.last_sent_at <= at && at < self.closes_at);
        let masked = &self.destination_masked;
        let is_masked = (1..=MASKED_BYTES_MAX).contains(&masked.len()) && !masked.contains(char::is_control);
        match (counts, times, is_masked) {
            (true, true, true) => Ok(()),
            (false, ..) => Err(StateError::Count),
            (_, false, _) => Err(StateError::Times),
            _ => Err(StateError::Masked),
        }
    }
}

impl Tag {
    pub(super) fn ct_eq(&self, mac: &[u8; MAC_BYTES]) -> Choice {
        self.mac.as_slice().ct_eq(mac)
    }
}

impl std::fmt::Debug for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tag(key {}, redacted)", self.key_id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::time::MINUTE_MS;

    fn challenge() -> Challenge {
        let tag = Tag { key_id: KeyId(1), mac: [7; MAC_BYTES] };
        let issued_at = Timestamp::from_unix_s(1_800_000_000).unwrap();
        Challenge {
            id: RandomId([1; 16]),
            purpose: Purpose::SignIn,
            channel: Channel::Sms,
            destination: tag,
            destination_masked: "+86 ****5678".to_owned(),
            binding: [0; 32],
            digits: 6,
            issued_at,
            last_sent_at: issued_at,
            expires_at: issued_at.plus_ms(5 * MINUTE_MS),
            closes_at: issued_at.plus_ms(10 * MINUTE_MS),
            tries_left: 5,
            sends: 1,
            state: ChallengeState::Open { code: tag, superseded: [None; 2] },
        }
    }

    fn checked(change: impl FnOnce(&mut Challenge)) -> Result<Challenges, StateError> {
        let mut changed = challenge();
        change(&mut changed);
        Challenges::try_from(vec![changed])
    }

    #[test]
    fn a_sound_challenge_is_read_back_from_postcard() {
        let challenges = checked(|_| ()).unwrap();
        let bytes = postcard::to_allocvec(&challenges).unwrap();
        assert!(bytes.len() < 160, "{} bytes in every record", bytes.len());
        assert_eq!(postcard::from_bytes::<Challenges>(&bytes).unwrap(), challenges);
    }

    #[test]
    fn states_no_command_makes_are_corrupt() {
        let tag = challenge().destination;
        let at = challenge().issued_at;
        let exhausted = ChallengeState::Exhausted { at };
        assert_eq!(checked(|it| it.tries_left = 6), Err(StateError::Count));
        assert_eq!(checked(|it| it.tries_left = 0), Err(StateError::Count), "open without a try");
        assert_eq!(checked(|it| it.state = exhausted), Err(StateError::Count), "exhausted with tries");
        assert_eq!(checked(|it| it.digits = 12), Err(StateError::Count));
        assert_eq!(checked(|it| it.sends = 0), Err(StateError::Count));
        assert_eq!(checked(|it| it.sends = 6), Err(StateError::Count));
        let more_than_sent = ChallengeState::Open { code: tag, superseded: [Some(tag), None] };
        assert_eq!(checked(|it| it.state = more_than_sent), Err(StateError::Count));
        let with_a_gap = ChallengeState::Open { code: tag, superseded: [None, Some(tag)] };
        assert_eq!(checked(|it| (it.state, it.sends) = (with_a_gap, 3)), Err(StateError::Count));
        assert_eq!(checked(|it| it.expires_at = it.issued_at), Err(StateError::Times));
        assert_eq!(checked(|it| it.expires_at = it.closes_at.plus_ms(1)), Err(StateError::Times));
        assert_eq!(checked(|it| it.closes_at = it.closes_at.plus_ms(1)), Err(StateError::Times));
        assert_eq!(checked(|it| it.last_sent_at = it.issued_at.minus_ms(1)), Err(StateError::Times));
        let used_before_sent = ChallengeState::Consumed { at: at.minus_ms(1) };
        assert_eq!(checked(|it| it.state = used_before_sent), Err(StateError::Times));
        let used_after_the_end = ChallengeState::Consumed { at: challenge().closes_at };
        assert_eq!(checked(|it| it.state = used_after_the_end), Err(StateError::Times));
        assert_eq!(checked(|it| it.destination_masked = "*".repeat(33)), Err(StateError::Masked));
        assert_eq!(checked(|it| it.destination_masked = "\x1b[2J".to_owned()), Err(StateError::Masked));
    }

    #[test]
    fn one_purpose_and_one_id_occur_once() {
        let other_purpose = Challenge { purpose: Purpose::Payment, ..challenge() };
        let other_id = Challenge { id: RandomId([2; 16]), ..challenge() };
        assert_eq!(Challenges::try_from(vec![challenge(), other_purpose]), Err(StateError::Duplicate));
        assert_eq!(Challenges::try_from(vec![challenge(), other_id]), Err(StateError::Duplicate));
    }

    #[test]
    fn debug_shows_no_tag() {
        assert_eq!(format!("{:?}", challenge().destination), "Tag(key 1, redacted)");
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let _ = postcard::from_bytes::<Challenges>(&bytes);
        }

        #[test]
        fn a_flipped_byte_never_panics_and_never_leaves_the_limits(at in 0_usize..160, flip in 1_u8..=255) {
            let mut bytes = postcard::to_allocvec(&checked(|_| ()).unwrap()).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            if let Ok(challenges) = postcard::from_bytes::<Challenges>(&bytes) {
                proptest::prop_assert!(challenges.iter().all(|it| it.tries_left <= TRIES_MAX && it.digits <= DIGITS_MAX));
            }
        }
    }
}
