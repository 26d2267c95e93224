//! What a message is counted for, and in which order.

use core::net::IpAddr;

use super::{BudgetRefused, SendPolicy};
use crate::verification::{CallingPrefix, Destination};

/// Most scopes of one message.
pub const SCOPES_MAX: usize = 5;

/// Whose message it is, as far as that tells what it may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Anybody can have it sent: a sign-up, a reset, a code to a contact that has not confirmed itself to the account that
    /// names it.
    Anybody,
    /// Somebody the integrator knows asks for it, or a contact confirms itself once more.
    Known,
    /// It goes to a contact that the account confirmed. No stranger can ask for it, so none can use up what it is held to:
    /// the billed totals count it apart, and without a brake.
    Owner,
    /// The same, to sign in, by who gave the right password: what else is sent to the contact leaves it messages enough.
    SignIn,
}

/// Something messages are counted for, in a cell of its own. The account's count lives in the account's record.
#[derive(Clone, PartialEq, Eq)]
pub enum SendScope {
    /// One phone number, or one mailbox however its name is written. In the store only a keyed hash of it is seen.
    Destination(Box<str>),
    /// The same, of what anybody can have sent there: by a sign-up, by a reset, and by an account that names the
    /// destination but has not given back a code from it yet (a contact to be confirmed, the new one of a change). It is
    /// held to half of the other, so that strangers leave the owner messages enough, whether or not one of theirs went
    /// out.
    AskedByAnybody(Box<str>),
    /// One number or mailbox once more, for a code to sign in: counted with all others that go there (it is the cell of
    /// [`Destination`](Self::Destination)), and held to half as many more.
    SignInTo(Box<str>),
    /// The network that asks.
    Network(Network),
    /// One calling prefix.
    Prefix {
        /// The prefix.
        prefix: CallingPrefix,
        /// Which of the cells it is spread over.
        shard: u8,
    },
    /// One calling prefix, of messages to contacts that their accounts confirmed.
    OwnersPrefix {
        /// The prefix.
        prefix: CallingPrefix,
        /// Which of the cells it is spread over.
        shard: u8,
    },
    /// All messages of a medium.
    All {
        /// The medium.
        medium: Medium,
        /// Which of the cells it is spread over.
        shard: u8,
    },
    /// All messages to phones that their accounts confirmed.
    OwnersPhones {
        /// Which of the cells it is spread over.
        shard: u8,
    },
}

/// What is billed, and what is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// Text messages and calls.
    Phone,
    /// E-mails.
    Email,
}

/// The kinds of scope, for refusals and events. Numbers are stored and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ScopeKind {
    /// One number or mailbox.
    Destination = 1,
    /// One account.
    Account = 2,
    /// One network.
    Network = 3,
    /// One calling prefix.
    Prefix = 4,
    /// All messages of a medium.
    All = 5,
}

/// The network an IP address is in: what one subscriber or small office holds, /24 of IPv4 and /56 of IPv6.
///
/// ```
/// use account_security::verification::budget::Network;
/// let of = |text: &str| text.parse().map(Network::of);
/// assert_eq!(of("192.0.2.7")?, of("::ffff:192.0.2.99")?);
/// assert_eq!(of("2001:db8:0:ff00::1")?, of("2001:db8:0:ff99::2")?);
/// assert_ne!(of("2001:db8:0:ff00::1")?, of("2001:db8:0:fe00::1")?);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// The first 24 bits of an IPv4 address.
    V4([u8; 3]),
    /// The first 56 bits of an IPv6 address.
    V6([u8; 7]),
}

/// The scopes a message to `to` is charged to, asked for from `from` as the server sees it, in the order to charge them:
/// destination, network, prefix, all. At most [`SCOPES_MAX`].
///
/// `spread` picks the cell where a scope is spread over several. It must not be the sender's to choose and must be the
/// same when the code is typed back: a keyed hash of the destination.
///
/// # Errors
/// [`BudgetRefused::DestinationNotAllowed`] when the dial plan closes the destination: nothing is to be charged then.
pub fn scopes(
    to: &Destination,
    from: Option<IpAddr>,
    spread: u8,
    policy: &SendPolicy,
) -> Result<Vec<SendScope>, BudgetRefused> {
    if !policy.dial_plan.allows(to) {
        return Err(BudgetRefused::DestinationNotAllowed);
    }
    let mut planned = vec![SendScope::destination(to)];
    planned.extend(from.map(|address| SendScope::Network(Network::of(address))));
    planned.extend(shared_scopes(to, spread, policy));
    Ok(planned)
}

/// The same for a message of which more is known than where it goes; [`scopes`] are those of [`Claim::Known`].
///
/// # Errors
/// As [`scopes`].
pub fn scopes_of(
    claim: Claim,
    to: &Destination,
    from: Option<IpAddr>,
    spread: u8,
    policy: &SendPolicy,
) -> Result<Vec<SendScope>, BudgetRefused> {
    let planned = scopes(to, from, spread, policy)?;
    Ok(match claim {
        Claim::Known => planned,
        Claim::Anybody => [SendScope::asked_by_anybody(to)].into_iter().chain(planned).collect(),
        Claim::Owner | Claim::SignIn => planned.into_iter().map(|scope| scope.of_owner(claim)).collect(),
    })
}

/// The last of [`scopes`]: those that many accounts share, and that learn when a code is typed back.
fn shared_scopes(to: &Destination, spread: u8, policy: &SendPolicy) -> Vec<SendScope> {
    let shard = spread % policy.shards.max(1);
    let prefix = to.calling_prefix();
    let medium = if prefix.is_some() { Medium::Phone } else { Medium::Email };
    let prefix = prefix.map(|prefix| SendScope::Prefix { prefix, shard });
    prefix.into_iter().chain([SendScope::All { medium, shard }]).collect()
}

impl SendScope {
    /// The scope of one destination. A mailbox is one whatever the case of its name and the tag after a `+`.
    #[must_use]
    pub fn destination(to: &Destination) -> Self {
        let text = to.expose();
        Self::Destination(match text.split_once('@') {
            Some((name, host)) => {
                let name = name.split_once('+').map_or(name, |(plain, _)| plain);
                format!("{}@{host}", name.to_ascii_lowercase()).into()
            }
            None => text.into(),
        })
    }

    /// What anybody can have sent to one destination; charged before all of [`scopes`].
    #[must_use]
    pub fn asked_by_anybody(to: &Destination) -> Self {
        match Self::destination(to) {
            Self::Destination(text) => Self::AskedByAnybody(text),
            other => other,
        }
    }

    /// What stands in this one's place for a message to a confirmed contact.
    fn of_owner(self, claim: Claim) -> Self {
        match self {
            Self::Destination(text) if claim == Claim::SignIn => Self::SignInTo(text),
            Self::Prefix { prefix, shard } => Self::OwnersPrefix { prefix, shard },
            Self::All { medium: Medium::Phone, shard } => Self::OwnersPhones { shard },
            other => other,
        }
    }

    /// The scopes that [`settle`](super::settle) is for once a code sent to `to` was typed back: those with a brake.
    #[must_use]
    pub fn settled(to: &Destination, spread: u8, policy: &SendPolicy) -> Vec<Self> {
        let mut planned = shared_scopes(to, spread, policy);
        planned.retain(|scope| policy.rules_for(scope).brake.is_some());
        planned
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> ScopeKind {
        match self {
            Self::Destination(_) | Self::AskedByAnybody(_) | Self::SignInTo(_) => ScopeKind::Destination,
            Self::Network(_) => ScopeKind::Network,
            Self::Prefix { .. } | Self::OwnersPrefix { .. } => ScopeKind::Prefix,
            Self::All { .. } | Self::OwnersPhones { .. } => ScopeKind::All,
        }
    }

    /// The calling prefix, where it is one's.
    #[must_use]
    pub const fn prefix(&self) -> Option<CallingPrefix> {
        match self {
            Self::Prefix { prefix, .. } | Self::OwnersPrefix { prefix, .. } => Some(*prefix),
            _ => None,
        }
    }

    /// One text of bytes for each scope, to be hashed with a key into the name of its cell.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let kind = self.kind().number();
        match self {
            Self::Destination(text) | Self::SignInTo(text) => [&[kind], text.as_bytes()].concat(),
            // No kind has this number.
            Self::AskedByAnybody(text) => [&[u8::MAX], text.as_bytes()].concat(),
            Self::Network(Network::V4(prefix)) => [&[kind, 4], &prefix[..]].concat(),
            Self::Network(Network::V6(prefix)) => [&[kind, 6], &prefix[..]].concat(),
            Self::Prefix { prefix, shard } => [&[kind, *shard], &prefix.number().to_be_bytes()[..]].concat(),
            // One byte more than the prefix of anybody has.
            Self::OwnersPrefix { prefix, shard } => {
                [&[kind, *shard], &prefix.number().to_be_bytes()[..], &[1]].concat()
            }
            Self::All { medium: Medium::Phone, shard } => vec![kind, *shard, 1],
            Self::All { medium: Medium::Email, shard } => vec![kind, *shard, 2],
            Self::OwnersPhones { shard } => vec![kind, *shard, 3],
        }
    }
}

impl ScopeKind {
    /// The stable number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl Network {
    /// The network of an address; an IPv4 address mapped into IPv6 is the IPv4 address.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g])
            }
        }
    }
}

impl std::fmt::Debug for SendScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Destination(_) => f.write_str("Destination(redacted)"),
            Self::AskedByAnybody(_) => f.write_str("AskedByAnybody(redacted)"),
            Self::SignInTo(_) => f.write_str("SignInTo(redacted)"),
            Self::Network(network) => write!(f, "{network:?}"),
            Self::Prefix { prefix, shard } => write!(f, "Prefix({prefix}, shard {shard})"),
            Self::OwnersPrefix { prefix, shard } => write!(f, "OwnersPrefix({prefix}, shard {shard})"),
            Self::All { medium, shard } => write!(f, "All({medium:?}, shard {shard})"),
            Self::OwnersPhones { shard } => write!(f, "OwnersPhones(shard {shard})"),
        }
    }
}
