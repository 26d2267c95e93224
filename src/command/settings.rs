//! All the numbers of a service in one place.

use crate::account::{ContactPolicy, ThrottlePolicy};
use crate::freeze::FreezePolicy;
use crate::password::hash::QUEUE_MAX_DEFAULT;
use crate::password::{Engine, HashParams, PasswordPolicy};
use crate::risk::{CheckedPolicy, Limits};
use crate::totp::TotpPolicy;
use crate::types::SupportChannels;
use crate::types::time::DAY_MS;
use crate::verification::budget::SendPolicy;
use crate::verification::{Sender, VerificationPolicy};

/// When a second factor is asked for at a sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecondFactorRule {
    /// Every time (PSD2 art. 97(1)).
    #[default]
    Always,
    /// Not on a known device: its token stands for the possession that a second factor proved once.
    UnknownDevices,
}

/// Wrong passwords in a row from one known device, unless said otherwise.
pub(crate) const DEVICE_FAILURES_MAX: u32 = 7;

/// Second factors, known devices and the age of passwords. No number in it can be wrong: each only makes more strangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInPolicy {
    /// When a second factor is asked for.
    pub second_factor: SecondFactorRule,
    /// A device unseen for so long is not known any more.
    pub device_idle_ms_max: u64,
    /// So many wrong passwords in a row from one known device, and it is a stranger.
    pub device_failures_max: u32,
    /// How old a password must be before its owner may change it again, so that nobody walks through the history in an
    /// afternoon. Never asked at a reset or where a change is required. 0 = it may be changed at once, because a password
    /// that was seen over the shoulder must be.
    pub password_age_ms_min: u64,
}

impl SignInPolicy {
    /// The numbers by which wrong passwords from a known device block it.
    #[must_use]
    pub const fn device_throttle(&self, strangers: &ThrottlePolicy) -> ThrottlePolicy {
        ThrottlePolicy { hard_lock_at: self.device_failures_max, ..*strangers }
    }
}

impl Default for SignInPolicy {
    /// A second factor every time; a device is known for 90 days after its last sign-in and for seven wrong passwords, with a
    /// block after five, which on all devices together with the strangers' 44 are a hundred guesses (NIST SP 800-63B-4
    /// §3.2.2).
    fn default() -> Self {
        Self {
            second_factor: SecondFactorRule::Always,
            device_idle_ms_max: 90 * DAY_MS,
            device_failures_max: DEVICE_FAILURES_MAX,
            password_age_ms_min: 0,
        }
    }
}

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
    /// Limits that payments keep besides the rules' own while the account cools off after its owner lifted a freeze, where
    /// [`cooling_off_limited`](FreezePolicy::cooling_off_limited) says so. By default 500.00 a payment and 1,000.00 a day
    /// in a currency of two decimals.
    pub cooling_off_limits: Limits,
    /// When wrong tries block.
    pub throttle: ThrottlePolicy,
    /// How contacts change, and what a change of factors needs.
    pub contacts: ContactPolicy,
    /// Where texts send a customer who needs help.
    pub support: SupportChannels,
    /// Whom messages that nobody asked for come from; `None` = they name no brand.
    pub sender: Option<Sender>,
    /// Second factors and known devices at a sign-in.
    pub sign_in: SignInPolicy,
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
            cooling_off_limits: Limits {
                transaction_minor: Some(50_000),
                day_minor: Some(100_000),
                ..Limits::default()
            },
            throttle: ThrottlePolicy::default(),
            contacts: ContactPolicy::default(),
            support: SupportChannels::default(),
            sender: None,
            sign_in: SignInPolicy::default(),
            clock_leap_ms_max: 3_653 * DAY_MS,
        }
    }
}
