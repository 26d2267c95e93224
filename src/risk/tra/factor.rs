//! The six findings of art. 18(2)(c), sets of them, and which reason is which.

use serde::{Deserialize, Serialize};

use crate::risk::assess::AGREES_FROM;
use crate::risk::score::{Millibans, Reason, ReasonGroup};
use crate::types::ReasonCode;

/// A finding that forbids the exemption, as art. 18(2)(c) numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum TraFactor {
    /// (i) Abnormal spending or behaviour of the payer.
    AbnormalSpending = 0,
    /// (ii) Unusual information about the payer's access to device or software.
    UnusualAccess = 1,
    /// (iii) Malware in any session of the authentication.
    Malware = 2,
    /// (iv) A known fraud scenario.
    KnownScenario = 3,
    /// (v) An abnormal location of the payer.
    AbnormalLocation = 4,
    /// (vi) A high-risk location of the payee.
    HighRiskPayeeLocation = 5,
}

/// A set of [`TraFactor`]s.
///
/// ```
/// use account_security::risk::{TraFactor, TraFactors};
/// let found = TraFactors::NONE.with(TraFactor::Malware);
/// assert!(found.contains(TraFactor::Malware) && !found.is_empty());
/// assert_eq!(TraFactors::ALL.without(found).iter().count(), 5);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct TraFactors(u8);

impl Reason {
    /// Which finding of art. 18(2)(c) this is, if it is one. It is one also where its points do not count: on trial,
    /// asleep, beyond the cap of its group, or taken away by an allow list. What the engine weighs by degrees (amounts,
    /// payees) is one from half a ban on, as for a freeze.
    #[must_use]
    pub fn tra_factor(&self) -> Option<TraFactor> {
        let is_graded = matches!(
            self.code,
            ReasonCode::AmountOutlier | ReasonCode::AmountRegime | ReasonCode::PayeeRisk | ReasonCode::NewPayee
        );
        if is_graded && self.points < AGREES_FROM || self.points < Millibans(0) {
            return None;
        }
        if self.code == ReasonCode::CustomRule { Some(factor_of_group(self.group)) } else { factor_of(self.code) }
    }
}

/// A custom rule finds what the group it was put into finds.
const fn factor_of_group(group: ReasonGroup) -> TraFactor {
    match group {
        ReasonGroup::Velocity | ReasonGroup::Amount | ReasonGroup::Novelty => TraFactor::AbnormalSpending,
        ReasonGroup::Location => TraFactor::AbnormalLocation,
        ReasonGroup::Session => TraFactor::UnusualAccess,
        ReasonGroup::Limit | ReasonGroup::Pattern | ReasonGroup::Payee | ReasonGroup::Record => {
            TraFactor::KnownScenario
        }
    }
}

const fn factor_of(code: ReasonCode) -> Option<TraFactor> {
    Some(match code {
        ReasonCode::VelocityCount
        | ReasonCode::VelocitySum
        | ReasonCode::VelocityPayees
        | ReasonCode::AmountOutlier
        | ReasonCode::AmountRegime
        | ReasonCode::RoundAmount
        | ReasonCode::NewPayee
        | ReasonCode::DormantWake
        | ReasonCode::UnusualHour => TraFactor::AbnormalSpending,
        ReasonCode::NewDevice
        | ReasonCode::NewDeviceNewPayee
        | ReasonCode::NewDeviceNewCountry
        | ReasonCode::VelocityDevices
        | ReasonCode::DeviceRooted
        | ReasonCode::RecentSecurityChange => TraFactor::UnusualAccess,
        ReasonCode::MalwareSignal => TraFactor::Malware,
        ReasonCode::Structuring
        | ReasonCode::RapidInOut
        | ReasonCode::CardTesting
        | ReasonCode::VelocityAttempts
        | ReasonCode::PayeeRisk
        | ReasonCode::DenyList
        | ReasonCode::CompromisedCredential => TraFactor::KnownScenario,
        ReasonCode::NewCountry | ReasonCode::ImpossibleTravel => TraFactor::AbnormalLocation,
        ReasonCode::HighRiskPayeeLocation => TraFactor::HighRiskPayeeLocation,
        _ => return None,
    })
}

impl TraFactor {
    /// All six, in the order of the article.
    pub const ALL: [Self; 6] = [
        Self::AbnormalSpending,
        Self::UnusualAccess,
        Self::Malware,
        Self::KnownScenario,
        Self::AbnormalLocation,
        Self::HighRiskPayeeLocation,
    ];
}

impl TraFactors {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All six.
    pub const ALL: Self = Self(0b11_1111);

    /// These and one more.
    #[must_use]
    pub const fn with(self, factor: TraFactor) -> Self {
        Self(self.0 | 1 << factor as u8)
    }

    /// These without others.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether it is one of them.
    #[must_use]
    pub const fn contains(self, factor: TraFactor) -> bool {
        self.0 & 1 << factor as u8 != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the order of the article.
    pub fn iter(self) -> impl Iterator<Item = TraFactor> {
        TraFactor::ALL.into_iter().filter(move |factor| self.contains(*factor))
    }
}

impl FromIterator<TraFactor> for TraFactors {
    fn from_iter<I: IntoIterator<Item = TraFactor>>(factors: I) -> Self {
        factors.into_iter().fold(Self::NONE, Self::with)
    }
}

impl TryFrom<u8> for TraFactors {
    type Error = &'static str;
    fn try_from(bits: u8) -> Result<Self, Self::Error> {
        if bits & !Self::ALL.0 == 0 { Ok(Self(bits)) } else { Err("there are six factors") }
    }
}

impl From<TraFactors> for u8 {
    fn from(factors: TraFactors) -> Self {
        factors.0
    }
}

impl std::fmt::Debug for TraFactors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
