//! Why an account is frozen, on whose authority, and whether the customer is told.

use serde::{Deserialize, Serialize};

/// On whose authority a freeze rests or an actor acts, lowest first. The numbers are stable.
///
/// Authority is not the person: a clerk who enters a court order acts on [`Authority::Court`], and the clerk's name is
/// the actor. The caller vouches for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[repr(u8)]
pub enum Authority {
    /// The account's owner.
    Owner = 1,
    /// A risk rule, a machine.
    Rule = 2,
    /// A support or fraud agent.
    Agent = 3,
    /// The compliance office.
    Compliance = 4,
    /// A court, the police or another public authority.
    Court = 5,
}

/// Whether the customer may learn of a freeze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Disclosure {
    /// The customer is told that and why (PSD2 art. 68(3): before the block or at once after it).
    Tell = 0,
    /// The customer sees what a technical fault would show (POCA 2002 s.333A, 31 USC 5318(g)(2): no tipping off).
    Neutral = 1,
}

macro_rules! freeze_reasons {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $name:literal, $least:ident, $disclosure:ident;)*) => {
        /// Why an account is frozen. Numbers are never reused and never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u16", into = "u16")]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum FreezeReason {
            $($(#[$doc])* $variant = $code,)*
        }

        impl FreezeReason {
            /// Every reason, in order of its number.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, e.g. `lost-device`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The lowest authority a freeze for this reason can rest on; below it, a lift would come too cheap.
            #[must_use]
            pub const fn least_authority(self) -> Authority {
                match self { $(Self::$variant => Authority::$least,)* }
            }

            /// What the customer is told unless the request says otherwise: nothing, where an order may be secret.
            #[must_use]
            pub const fn usual_disclosure(self) -> Disclosure {
                match self { $(Self::$variant => Disclosure::$disclosure,)* }
            }
        }
    };
}

freeze_reasons! {
    /// The owner wants it.
    OwnerRequest = 1, "owner-request", Owner, Tell;
    /// Phone, card or authenticator is lost or stolen.
    LostDevice = 2, "lost-device", Owner, Tell;
    /// Signs of fraud against the owner.
    SuspectedFraud = 3, "suspected-fraud", Owner, Tell;
    /// Someone else is in the account.
    AccountTakeover = 4, "account-takeover", Owner, Tell;
    /// Fraud is established, perhaps by the owner.
    ConfirmedFraud = 5, "confirmed-fraud", Agent, Neutral;
    /// A money-laundering review. Always [`Disclosure::Neutral`].
    AmlReview = 6, "aml-review", Compliance, Neutral;
    /// A sanctions list matches.
    SanctionsMatch = 7, "sanctions-match", Compliance, Neutral;
    /// An order by a court or another public authority.
    CourtOrder = 8, "court-order", Court, Neutral;
    /// An emergency stop by the police.
    PoliceStop = 9, "police-stop", Court, Neutral;
    /// The owner died.
    Deceased = 10, "deceased", Agent, Tell;
    /// Long unused; the owner's identity must be confirmed anew.
    Dormant = 11, "dormant", Rule, Tell;
    /// The identity papers are missing, expired or wrong.
    IdentityCheck = 12, "identity-check", Rule, Tell;
    /// Anything else; the case reference says what.
    Other = 99, "other", Agent, Tell;
}

impl FreezeReason {
    /// The stable number.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.name() == name)
    }

    /// Whether telling the customer would be an offence, whoever asks for it.
    #[must_use]
    pub const fn forbids_telling(self) -> bool {
        matches!(self, Self::AmlReview)
    }
}

impl TryFrom<u16> for FreezeReason {
    type Error = &'static str;
    fn try_from(code: u16) -> Result<Self, Self::Error> {
        let known = Self::ALL.iter().copied().find(|reason| reason.code() == code);
        known.ok_or("unknown freeze reason: written by a newer version")
    }
}

impl From<FreezeReason> for u16 {
    fn from(reason: FreezeReason) -> Self {
        reason.code()
    }
}

impl Authority {
    /// Every authority, lowest first.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Rule, Self::Agent, Self::Compliance, Self::Court];

    /// The stable number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The stable name, e.g. `compliance`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Rule => "rule",
            Self::Agent => "agent",
            Self::Compliance => "compliance",
            Self::Court => "court",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|authority| authority.name() == name)
    }
}

impl TryFrom<u8> for Authority {
    type Error = &'static str;
    fn try_from(code: u8) -> Result<Self, Self::Error> {
        let known = Self::ALL.into_iter().find(|authority| authority.code() == code);
        known.ok_or("unknown authority: written by a newer version")
    }
}

impl From<Authority> for u8 {
    fn from(authority: Authority) -> Self {
        authority.code()
    }
}

impl std::fmt::Display for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::fmt::Display for FreezeReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique_and_read_back() {
        for (position, reason) in FreezeReason::ALL.iter().enumerate() {
            assert_eq!(FreezeReason::try_from(reason.code()), Ok(*reason));
            assert_eq!(FreezeReason::parse(reason.name()), Some(*reason));
            assert!(FreezeReason::ALL[..position].iter().all(|earlier| earlier.code() < reason.code()));
        }
        assert!(FreezeReason::try_from(0).is_err() && FreezeReason::parse("Lost-Device").is_none());
    }

    #[test]
    fn authorities_are_ranked_and_numbered_for_ever() {
        let codes = Authority::ALL.map(Authority::code);
        assert_eq!(codes, [1, 2, 3, 4, 5]);
        assert!(Authority::ALL.is_sorted());
        for authority in Authority::ALL {
            assert_eq!(Authority::try_from(authority.code()), Ok(authority));
            assert_eq!(Authority::parse(authority.name()), Some(authority));
        }
        assert!(Authority::try_from(0).is_err() && Authority::try_from(6).is_err());
    }

    #[test]
    fn what_may_not_be_told_is_not_told_by_default() {
        for reason in FreezeReason::ALL.iter().filter(|reason| reason.forbids_telling()) {
            assert_eq!(reason.usual_disclosure(), Disclosure::Neutral);
            assert!(reason.least_authority() >= Authority::Compliance);
        }
    }
}
