//! What a freeze closes: a set of uses of the account.

use serde::{Deserialize, Serialize};

use super::FreezeError;
use crate::types::Direction;

/// A set of uses of an account. Stored as one byte; the bits never change their meaning.
///
/// ```
/// use account_security::freeze::Scopes;
/// let debit_block = Scopes::PAY_OUT | Scopes::CHANGE_FACTORS;
/// assert!(debit_block.contains(Scopes::PAY_OUT) && !debit_block.contains(Scopes::ALL));
/// assert_eq!(debit_block.to_string(), "pay-out,change-factors");
/// assert_eq!(Scopes::parse("pay-out, change-factors")?, debit_block);
/// # Ok::<(), account_security::freeze::FreezeError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Scopes(u8);

/// Longest text [`Scopes::parse`] looks at, in bytes.
const TEXT_BYTES_MAX: usize = 256;

impl Scopes {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Signing in.
    pub const SIGN_IN: Self = Self(1);
    /// Money out.
    pub const PAY_OUT: Self = Self(1 << 1);
    /// Money in.
    pub const RECEIVE: Self = Self(1 << 2);
    /// Name, address, phone, e-mail, payees, limits.
    pub const CHANGE_PROFILE: Self = Self(1 << 3);
    /// Password, authenticator, recovery codes, devices.
    pub const CHANGE_FACTORS: Self = Self(1 << 4);
    /// Every use there is.
    pub const ALL: Self = Self(0b1_1111);
    /// What an emergency closes at once: paying, and changes of profile and factors. Signing in and receiving stay open, so
    /// that the owner can look and lift, and no salary bounces.
    pub const EMERGENCY: Self = Self(Self::PAY_OUT.0 | Self::CHANGE_PROFILE.0 | Self::CHANGE_FACTORS.0);

    const NAMED: [(Self, &'static str); 5] = [
        (Self::SIGN_IN, "sign-in"),
        (Self::PAY_OUT, "pay-out"),
        (Self::RECEIVE, "receive"),
        (Self::CHANGE_PROFILE, "change-profile"),
        (Self::CHANGE_FACTORS, "change-factors"),
    ];

    /// Reads names separated by commas, in any order; `all` and `none` stand for the whole and the empty set.
    ///
    /// # Errors
    /// [`FreezeError::UnknownScope`] when a part is none of these, so a misspelt scope never freezes less than meant.
    pub fn parse(text: &str) -> Result<Self, FreezeError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(FreezeError::UnknownScope);
        }
        text.split(',').try_fold(Self::NONE, |scopes, part| Ok(scopes | Self::one(part.trim())?))
    }

    /// What a payment in this direction needs open: [`PAY_OUT`](Self::PAY_OUT) or [`RECEIVE`](Self::RECEIVE).
    ///
    /// Refunds and reversals need nothing. They undo a payment the account was free to make, the networks impose them,
    /// and card programmes let them through on suspended cards.
    #[must_use]
    pub const fn needed_for(direction: Direction) -> Self {
        match direction {
            Direction::Out => Self::PAY_OUT,
            Direction::In => Self::RECEIVE,
            Direction::Refund | Direction::Reversal => Self::NONE,
        }
    }

    /// What a payment in this direction needs open to settle once it was accepted: money out needs
    /// [`PAY_OUT`](Self::PAY_OUT), all that comes in, refunds and reversals too, needs [`RECEIVE`](Self::RECEIVE).
    #[must_use]
    pub const fn needed_to_settle(direction: Direction) -> Self {
        match direction {
            Direction::Out => Self::PAY_OUT,
            Direction::In | Direction::Refund | Direction::Reversal => Self::RECEIVE,
        }
    }

    /// Both sets together; `|` for constants.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every scope of `other` is in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the two sets share a scope.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The stable names of the scopes in the set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED.into_iter().filter(move |(scope, _)| self.contains(*scope)).map(|(_, name)| name)
    }

    /// The set as bits, one per scope.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    fn one(name: &str) -> Result<Self, FreezeError> {
        match name {
            "all" => Ok(Self::ALL),
            "none" => Ok(Self::NONE),
            _ => Self::NAMED
                .into_iter()
                .find(|(_, known)| *known == name)
                .map(|(scope, _)| scope)
                .ok_or(FreezeError::UnknownScope),
        }
    }
}

impl std::ops::BitOr for Scopes {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl TryFrom<u8> for Scopes {
    type Error = &'static str;
    fn try_from(bits: u8) -> Result<Self, Self::Error> {
        // A bit we do not know closes something we would leave open: refuse rather than drop it.
        if Self::ALL.0 & bits == bits { Ok(Self(bits)) } else { Err("unknown scope: written by a newer version") }
    }
}

impl From<Scopes> for u8 {
    fn from(scopes: Scopes) -> Self {
        scopes.0
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (position, name) in self.names().enumerate() {
            f.write_str(if position == 0 { "" } else { "," })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scopes({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_reads_back_from_its_text_and_its_byte() {
        for bits in 0..=0b1_1111_u8 {
            let scopes = Scopes::try_from(bits).unwrap();
            assert_eq!(Scopes::parse(&scopes.to_string()), Ok(scopes));
            assert_eq!(scopes.bits(), bits);
            assert_eq!(u32::try_from(scopes.names().count()).unwrap(), bits.count_ones());
        }
    }

    #[test]
    fn a_misspelt_or_unknown_scope_is_refused_not_dropped() {
        for text in ["", "payout", "pay-out,", "PAY-OUT", "pay-out;receive", &"all,".repeat(80)] {
            assert_eq!(Scopes::parse(text), Err(FreezeError::UnknownScope), "{text}");
        }
        assert!(Scopes::try_from(0b10_0000).is_err());
        assert_eq!(Scopes::parse("receive,receive,all"), Ok(Scopes::ALL));
    }

    #[test]
    fn bits_keep_their_meaning_for_ever() {
        let bits = [
            (Scopes::SIGN_IN, 1),
            (Scopes::PAY_OUT, 2),
            (Scopes::RECEIVE, 4),
            (Scopes::CHANGE_PROFILE, 8),
            (Scopes::CHANGE_FACTORS, 16),
        ];
        assert!(bits.into_iter().all(|(scope, bit)| scope.bits() == bit));
    }

    #[test]
    fn refunds_and_reversals_pass_a_frozen_account() {
        assert!(Scopes::needed_for(Direction::Refund).is_empty());
        assert!(Scopes::needed_for(Direction::Reversal).is_empty());
        assert_eq!(Scopes::needed_for(Direction::Out), Scopes::PAY_OUT);
        assert_eq!(Scopes::needed_for(Direction::In), Scopes::RECEIVE);
    }
}
