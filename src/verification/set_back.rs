//! Codes and messages of an account whose clock had run ahead.

use super::state::{Challenge, ChallengeState, Challenges};
use crate::types::{SetBack, Timestamp};

impl Challenges {
    /// The challenges once the clock is right again, each with the tries and messages it had left. A run lasts minutes, so
    /// one that the wrong clock had not closed began at the wrong time as well, and moves as a whole.
    #[must_use]
    pub(crate) fn set_back(&self, back: SetBack) -> Self {
        let moved = |at: Timestamp| at.minus_ms(back.by_ms());
        let mut list: Vec<Challenge> = self.sweep(back.from()).into();
        for challenge in &mut list {
            challenge.issued_at = moved(challenge.issued_at);
            challenge.last_sent_at = moved(challenge.last_sent_at);
            challenge.expires_at = moved(challenge.expires_at);
            challenge.closes_at = moved(challenge.closes_at);
            challenge.state = match challenge.state {
                open @ ChallengeState::Open { .. } => open,
                ChallengeState::Consumed { at } => ChallengeState::Consumed { at: moved(at) },
                ChallengeState::Exhausted { at } => ChallengeState::Exhausted { at: moved(at) },
                ChallengeState::Cancelled { at } => ChallengeState::Cancelled { at: moved(at) },
            };
        }
        Self::of_sound(list)
    }
}
