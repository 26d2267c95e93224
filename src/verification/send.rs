//! What [`issue()`](super::issue()) and [`resend()`](super::resend()) share: whether a message may go out now, and the
//! message's content.

use super::budget::{BudgetRefused, ScopeKind};
use super::key::MAC_BYTES;
use super::{Binding, Challenge, Challenges, Code, CodeKey, Destination, Purpose, Tag, VerificationPolicy};
use crate::types::{AccountId, RandomId, Timestamp};

/// What came of [`issue()`](super::issue()) or [`resend()`](super::resend()).
#[derive(Debug)]
#[must_use]
pub enum SendOutcome {
    /// A message is to be sent, once the new state is stored.
    Sent(Sent),
    /// No message, no change.
    Refused(SendRefused),
}

/// A new code and the state that knows its tag.
#[derive(Debug)]
pub struct Sent {
    /// To be stored before the message leaves.
    pub challenges: Challenges,
    /// To be sent.
    pub delivery: Delivery,
}

/// One message to send: what [`render()`](super::render()) writes from. It carries the very context the code is bound
/// to, so the customer cannot be shown another payment than the code opens.
#[derive(Debug)]
pub struct Delivery {
    /// The challenge the code belongs to; the client gives it back with the code.
    pub challenge_id: RandomId,
    /// What the code opens.
    pub purpose: Purpose,
    /// Where to send it.
    pub to: Destination,
    /// What the code is bound to.
    pub binding: Binding,
    /// The code.
    pub code: Code,
    /// When it was made.
    pub sent_at: Timestamp,
    /// It is good before this moment, not at it.
    pub expires_at: Timestamp,
    /// Another message may be asked for from this moment on, if one is left.
    pub resend_at: Timestamp,
}

impl Delivery {
    /// The message for the newest code of `challenge`.
    pub(super) fn of(
        challenge: &Challenge,
        to: &Destination,
        binding: &Binding,
        code: Code,
        policy: &VerificationPolicy,
    ) -> Self {
        Self {
            challenge_id: challenge.id,
            purpose: challenge.purpose,
            to: to.clone(),
            binding: binding.clone(),
            code,
            sent_at: challenge.last_sent_at,
            expires_at: challenge.expires_at,
            resend_at: challenge.last_sent_at.plus_ms(policy.resend_wait_ms_after(challenge.sends)),
        }
    }
}

/// Why no message goes out. Nothing changed; there is nothing to store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendRefused {
    /// The last message is too fresh, or the run ends too soon for another code to be of use.
    TooSoon {
        /// From when on it may be asked again.
        retry_at: Timestamp,
    },
    /// Every message of the run is sent.
    NoSendsLeft {
        /// When the run ends.
        retry_at: Timestamp,
    },
    /// Every try of the run is used; a new code would be new guesses.
    NoTriesLeft {
        /// When the run ends.
        retry_at: Timestamp,
    },
    /// Too many other purposes are open.
    TooManyOpen {
        /// When the first of them expires.
        retry_at: Timestamp,
    },
    /// A send budget is used up, or the number may not be written to.
    OverBudget {
        /// Which budget.
        scope: ScopeKind,
        /// Why that budget refuses.
        why: BudgetRefused,
    },
    /// The policy does not let this channel carry a code for this purpose.
    ChannelNotAllowed,
    /// The clock stands more than five seconds before something already recorded.
    ClockAnomaly,
    /// No such challenge. Only from a resend.
    NotFound,
    /// The challenge is used, cancelled or expired; issue a new one. Only from a resend.
    Closed,
    /// Destination or binding differ from those the challenge began with. Only from a resend.
    ContextChanged,
}

impl SendRefused {
    /// From when on the same request may succeed, if waiting helps.
    #[must_use]
    pub const fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::TooSoon { retry_at }
            | Self::NoSendsLeft { retry_at }
            | Self::NoTriesLeft { retry_at }
            | Self::TooManyOpen { retry_at } => Some(*retry_at),
            Self::OverBudget { why, .. } => why.retry_at(),
            _ => None,
        }
    }
}

/// What a run has left when its next message is asked for.
#[derive(Clone, Copy)]
pub(super) struct Run {
    pub closes_at: Timestamp,
    pub tries_left: u8,
    pub sends: u8,
    pub last_sent_at: Option<Timestamp>,
}

impl Run {
    /// Whether it may have another message at `now`: a try, a message and enough time left, and the wait over.
    pub(super) fn may_send(&self, policy: &VerificationPolicy, now: Timestamp) -> Result<(), SendRefused> {
        let wait_over_at = self.last_sent_at.map_or(now, |at| at.plus_ms(policy.resend_wait_ms_after(self.sends)));
        if self.tries_left == 0 {
            Err(SendRefused::NoTriesLeft { retry_at: self.closes_at })
        } else if self.sends >= policy.sends {
            Err(SendRefused::NoSendsLeft { retry_at: self.closes_at })
        } else if self.closes_at.ms_since(now) < policy.code_life_min_ms {
            Err(SendRefused::TooSoon { retry_at: self.closes_at })
        } else if now < wait_over_at {
            Err(SendRefused::TooSoon { retry_at: wait_over_at })
        } else {
            Ok(())
        }
    }

    /// When a code that lives for `life_ms` from `now` expires: never after the run.
    pub(super) fn expires_at(&self, life_ms: u64, now: Timestamp) -> Timestamp {
        now.plus_ms(life_ms).min(self.closes_at)
    }
}

/// Everything a code is bound to, but the code.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub account: &'a AccountId,
    pub challenge_id: RandomId,
    pub purpose: Purpose,
    pub destination: [u8; MAC_BYTES],
    pub binding: [u8; 32],
}

impl<'a> Context<'a> {
    /// The context `challenge` began with.
    pub(super) const fn of(challenge: &Challenge, account: &'a AccountId) -> Self {
        Self {
            account,
            challenge_id: challenge.id,
            purpose: challenge.purpose,
            destination: challenge.destination.mac,
            binding: challenge.binding,
        }
    }

    /// The MAC of a code of `digits` digits in this context.
    pub(super) fn mac(&self, key: &CodeKey, value: u32, digits: u8) -> [u8; MAC_BYTES] {
        key.mac("otp/v1", |message| {
            message.field(1, self.account.as_str().as_bytes());
            message.field(2, &self.challenge_id.0);
            message.field(3, &self.purpose.number().to_be_bytes());
            message.field(4, &self.destination);
            message.field(5, &self.binding);
            message.field(6, &[digits]);
            message.field(7, &value.to_be_bytes());
        })
    }

    pub(super) fn tag(&self, key: &CodeKey, code: &Code) -> Tag {
        Tag { key_id: key.id(), mac: self.mac(key, code.value(), code.digits()) }
    }
}

/// The keyed tag of a destination: per account, so that one number in two accounts does not show in the store.
pub(super) fn destination_tag(account: &AccountId, to: &Destination, key: &CodeKey) -> Tag {
    let mac = key.mac("dest/v1", |message| {
        message.field(1, account.as_str().as_bytes());
        message.field(2, to.expose().as_bytes());
    });
    Tag { key_id: key.id(), mac }
}
