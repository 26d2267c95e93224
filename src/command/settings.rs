//! All the numbers of a service in one place.

use crate::account::{ContactPolicy, ThrottlePolicy};
use crate::freeze::FreezePolicy;
use crate::password::hash::QUEUE_MAX_DEFAULT;
use crate::password::{Engine, HashParams, PasswordPolicy};
use crate::risk::CheckedPolicy;
use crate::totp::TotpPolicy;
use crate::types::SupportChannels;
use crate::types::time::DAY_MS;
use crate::verification::budget::SendPolicy;
use crate::verification::{Sender, VerificationPolicy};

/// Policies of the five features, and of lockout and clock.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// What a password must be.
    pub password: PasswordPolicy,
    /// How a password is hashed.
    pub hashing: HashParams,
    /// Memory that all password hashes of one service may use at once, in KiB. Beyond it a try waits.
    pub hashing_memory_kib: u32,
    /// Callers who may wait for that memory at once. Beyond it a try is `Busy`; 0 = nobody waits.
    pub hashing_queue_max: u32,
    /// Who computes the hashes. The tags are the same.
    pub hashing_engine: Engine,
    /// Window and enrolment of TOTP.
    pub totp: TotpPolicy,
    /// Life, tries and messages of verification codes.
    pub verification: VerificationPolicy,
    /// How many messages go out, and where to.
    pub sending: SendPolicy,
    /// Who may lift what, and how.
    pub freeze: FreezePolicy,
    /// When a payment is suspicious.
    pub risk: CheckedPolicy,
    /// When wrong tries block.
    pub throttle: ThrottlePolicy,
    /// How contacts change, and what a change of factors needs.
    pub contacts: ContactPolicy,
    /// Where texts send a customer who needs help.
    pub support: SupportChannels,
    /// Whom messages that nobody asked for come from; `None` = they name no brand.
    pub sender: Option<Sender>,
    /// A clock further ahead than this of everything an account has seen is not believed. Ten years by default: a
    /// dormant account may sleep long, but no freeze or lockout may end because a clock jumped to 2099.
    pub clock_leap_ms_max: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            password: PasswordPolicy::card_default(),
            hashing: HashParams::owasp_19m(),
            hashing_memory_kib: 256 * 1024,
            hashing_queue_max: QUEUE_MAX_DEFAULT,
            hashing_engine: Engine::default(),
            totp: TotpPolicy::usable(),
            verification: VerificationPolicy::default(),
            sending: SendPolicy::default(),
            freeze: FreezePolicy::standard(),
            risk: CheckedPolicy::wallet(),
            throttle: ThrottlePolicy::default(),
            contacts: ContactPolicy::default(),
            support: SupportChannels::default(),
            sender: None,
            clock_leap_ms_max: 3_653 * DAY_MS,
        }
    }
}
