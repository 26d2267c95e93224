//! The numbers of sending, as data, with where they come from.

use super::state::NETWORK_PREFIXES_MAX;
use super::{DialPlan, SendScope};
use crate::verification::VerificationError;

/// Most cells one hot scope is spread over.
pub const SHARDS_MAX: u8 = 64;

/// Most messages of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// In an hour (60 to 61 minutes).
    pub per_hour: u32,
    /// In a day (24 to 25 hours).
    pub per_day: u32,
}

/// When a prefix is stopped because its codes are not typed back: that is what pumped messages look like.
///
/// On while, within the last hour, more than `sends_min` messages are old enough to judge and fewer than
/// `verified_percent_min` in a hundred came back. The youngest messages (this minute's and the last one's, at most
/// `sends_min` of them) are not judged yet. It releases by itself: as soon as late codes lift the ratio, or when so many
/// messages have aged out that `sends_min` are left, so after 61 minutes without a message at the latest. A pump that
/// starts again then gets at most twice `sends_min` messages an hour through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brake {
    /// Fewer messages than this prove nothing.
    pub sends_min: u32,
    /// Codes in a hundred that must come back, 0 to 100. 0 turns the brake off.
    pub verified_percent_min: u8,
}

/// How many messages may go out, and where to.
///
/// ```
/// use account_security::verification::budget::{DialPlan, SendPolicy};
/// let only_home = SendPolicy { dial_plan: DialPlan::only(&["+86", "+852"])?, ..SendPolicy::default() };
/// assert!(only_home.validate().is_ok());
/// assert!(SendPolicy { shards: 0, ..only_home }.validate().is_err());
/// # Ok::<(), account_security::verification::VerificationError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendPolicy {
    /// To one number or address, whoever asks; half of it, rounded up, for what anybody can ask for: sign-ups, resets,
    /// and codes to a contact that has not confirmed itself to the account that names it. A code to sign in, which takes
    /// the password, goes out beyond it, up to half as many more: what a thief in a session asks for keeps nobody out.
    pub destination: Limits,
    /// For one account, wherever to; likewise half as many more for codes to sign in.
    pub account: Limits,
    /// Asked for from one network: /24 of IPv4, /56 of IPv6.
    pub network: Limits,
    /// Calling prefixes one network may write to in a day, 1 to [`NETWORK_PREFIXES_MAX`].
    pub prefixes_per_network: u8,
    /// To one calling prefix, of what anybody can ask for, or the integrator without a confirmed contact.
    pub prefix: Limits,
    /// To one calling prefix, of what goes to contacts that their accounts confirmed. Counted apart and never braked, so
    /// this is what a pump of confirmed accounts is held to.
    pub prefix_owners: Limits,
    /// To phones altogether; those that their accounts confirmed are counted apart, up to as many.
    pub phones: Limits,
    /// To e-mail addresses altogether.
    pub emails: Limits,
    /// When a calling prefix, or all phones together, are stopped; never for contacts that their accounts confirmed.
    pub brake: Brake,
    /// Over how many cells each calling prefix, and the total, are spread: 1 to [`SHARDS_MAX`].
    ///
    /// One cell takes as many messages as a store commits one after another to one row: some hundred in a second on a
    /// database server, far more in memory. Above that take more cells; each holds its share of the limits, and each
    /// judges its own `sends_min` messages, so the brake needs that many times as many.
    pub shards: u8,
    /// Where messages may go at all.
    pub dial_plan: DialPlan,
}

/// What one scope is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeRules {
    /// Most messages.
    pub limits: Limits,
    /// Most calling prefixes in a day, for a network.
    pub prefixes_max: Option<usize>,
    /// The brake, for what is billed.
    pub brake: Option<Brake>,
}

impl Default for SendPolicy {
    /// 5 an hour and 10 a day to one destination, 10 a day for one account, 20 an hour and 5 calling prefixes a day from
    /// one network; 30 in a hundred must come back once there are 50.
    ///
    /// Peers allow a recipient 15 an hour and 50 a day, or 5 in five minutes; services that fight SMS fraud alert from
    /// five countries per address and day on. The totals (10 000 an hour to a prefix, 20 000 to its confirmed contacts,
    /// 50 000 to all) are a guess that fits no one: set them to twice your busiest hour.
    fn default() -> Self {
        Self {
            destination: Limits { per_hour: 5, per_day: 10 },
            account: Limits { per_hour: 10, per_day: 10 },
            network: Limits { per_hour: 20, per_day: 480 },
            prefixes_per_network: 5,
            prefix: Limits { per_hour: 10_000, per_day: 100_000 },
            prefix_owners: Limits { per_hour: 20_000, per_day: 200_000 },
            phones: Limits { per_hour: 50_000, per_day: 500_000 },
            emails: Limits { per_hour: 50_000, per_day: 500_000 },
            brake: Brake { sends_min: 50, verified_percent_min: 30 },
            shards: 1,
            dial_plan: DialPlan::default(),
        }
    }
}

impl SendPolicy {
    /// What `scope` is held to.
    #[must_use]
    pub fn rules_for(&self, scope: &SendScope) -> ScopeRules {
        let plain = |limits| ScopeRules { limits, prefixes_max: None, brake: None };
        let shared = |limits: Limits| limits.share(self.shards);
        match scope {
            SendScope::Destination(_) => plain(self.destination),
            SendScope::AskedByAnybody(_) => plain(self.destination.share(2)),
            SendScope::SignInTo(_) => plain(self.destination.and_half()),
            SendScope::Network(_) => {
                ScopeRules { prefixes_max: Some(self.prefixes_per_network.into()), ..plain(self.network) }
            }
            SendScope::Prefix { .. } => ScopeRules { brake: Some(self.brake), ..plain(shared(self.prefix)) },
            SendScope::OwnersPrefix { .. } => plain(shared(self.prefix_owners)),
            SendScope::OwnersPhones { .. } => plain(shared(self.phones)),
            SendScope::All { medium: super::Medium::Phone, .. } => {
                ScopeRules { brake: Some(self.brake), ..plain(shared(self.phones)) }
            }
            SendScope::All { medium: super::Medium::Email, .. } => plain(shared(self.emails)),
        }
    }

    /// What an account's own record is held to.
    #[must_use]
    pub const fn account_rules(&self) -> ScopeRules {
        ScopeRules { limits: self.account, prefixes_max: None, brake: None }
    }

    /// The same for a code to sign in that goes to a confirmed contact.
    #[must_use]
    pub const fn sign_in_rules(&self) -> ScopeRules {
        ScopeRules { limits: self.account.and_half(), ..self.account_rules() }
    }

    /// Checks every number.
    ///
    /// # Errors
    /// [`VerificationError::PolicyOutOfRange`] names the first number that is out.
    pub fn validate(&self) -> Result<(), VerificationError> {
        let totals = [self.prefix, self.prefix_owners, self.phones, self.emails];
        let mut all = [self.destination, self.account, self.network].into_iter().chain(totals);
        let prefixes = usize::from(self.prefixes_per_network);
        let rules = [
            (
                all.all(|it| 1 <= it.per_hour && it.per_hour <= it.per_day),
                "a send limit must be 1 or more, per_hour at most per_day",
            ),
            ((1..=NETWORK_PREFIXES_MAX).contains(&prefixes), "prefixes_per_network must be 1 to 8"),
            (self.brake.verified_percent_min <= 100, "verified_percent_min must be 0 to 100"),
            ((1..=SHARDS_MAX).contains(&self.shards), "shards must be 1 to 64"),
        ];
        match rules.iter().find(|(kept, _)| !kept) {
            Some((_, broken)) => Err(VerificationError::PolicyOutOfRange(broken)),
            None => Ok(()),
        }
    }
}

impl Limits {
    /// What each of `shards` cells may let through, rounded up.
    fn share(self, shards: u8) -> Self {
        let shards = u32::from(shards.max(1));
        Self { per_hour: self.per_hour.div_ceil(shards), per_day: self.per_day.div_ceil(shards) }
    }

    /// Half as many more, rounded up.
    const fn and_half(self) -> Self {
        Self {
            per_hour: self.per_hour.saturating_add(self.per_hour.div_ceil(2)),
            per_day: self.per_day.saturating_add(self.per_day.div_ceil(2)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_keeps_its_own_rules_and_no_policy_can_leave_them() {
        let good = SendPolicy::default();
        assert_eq!(good.validate(), Ok(()));
        let bad = [
            SendPolicy { destination: Limits { per_hour: 0, per_day: 10 }, ..good.clone() },
            SendPolicy { emails: Limits { per_hour: 11, per_day: 10 }, ..good.clone() },
            SendPolicy { prefixes_per_network: 0, ..good.clone() },
            SendPolicy { prefixes_per_network: 9, ..good.clone() },
            SendPolicy { brake: Brake { verified_percent_min: 101, ..good.brake }, ..good.clone() },
            SendPolicy { shards: 0, ..good.clone() },
            SendPolicy { shards: 65, ..good },
        ];
        for policy in bad {
            assert!(matches!(policy.validate(), Err(VerificationError::PolicyOutOfRange(_))), "{policy:?}");
        }
    }

    #[test]
    fn shards_share_a_limit_and_never_add_up_to_less() {
        let limits = Limits { per_hour: 10, per_day: 33 };
        assert_eq!(limits.share(1), limits);
        assert_eq!(limits.share(16), Limits { per_hour: 1, per_day: 3 });
    }
}
