//! Words that several events share.

use serde::{Deserialize, Serialize};

/// Why a typed code or password was not accepted, for audit and agents only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RejectedBecause {
    /// Wrong, or right for something else.
    Wrong,
    /// The code of an older message.
    Superseded,
    /// A spent TOTP step again.
    Replayed,
    /// The clock ran back behind the last accepted step.
    ClockAnomaly,
}

/// A kind of proof with a failure budget of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// The password.
    Password,
    /// TOTP, verification and recovery codes together.
    SecondFactor,
}

impl Proof {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Password, Self::SecondFactor];

    /// The stable name, e.g. `second-factor`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "second-factor",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|proof| proof.name() == name)
    }
}

/// On whose word a password was set. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetAuthority {
    /// The integrator's, e.g. for an account brought from elsewhere.
    Integrator,
    /// A new customer's.
    SignUp,
    /// The owner's, who gave the one in force.
    Owner,
    /// The owner's, who forgot it and gave other proofs.
    Reset,
    /// The owner's, who had to change it to sign in.
    SignIn,
}

/// Why a device is not known any more. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceLost {
    /// The owner took it off.
    Removed,
    /// It made way for another one.
    MadeWay,
    /// The password was reset, so whoever had it may have had the device.
    Reset,
}
