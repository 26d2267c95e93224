//! Tries a typed code.

use std::hint::black_box;

use subtle::Choice;

use super::key::MAC_BYTES;
use super::send::Context;
use super::state::SUPERSEDED_MAX;
use super::{
    Binding, Challenge, ChallengeState, Challenges, CodeKeys, Purpose, Standing, Tag, VerificationError,
    VerificationPolicy,
};
use crate::types::{AccountId, KeyId, RandomId, Timestamp, TypedCode};

/// A typed code and what its owner wants to open with it.
#[derive(Clone, Copy, Debug)]
pub struct VerifyRequest<'a> {
    /// Whose account.
    pub account: &'a AccountId,
    /// The challenge the customer answers.
    pub challenge_id: RandomId,
    /// What shall be opened.
    pub purpose: Purpose,
    /// The context as it is NOW: the payment about to be made, the contact about to be set.
    pub binding: &'a Binding,
    /// The code, read with [`digits_of()`] digits.
    pub code: &'a TypedCode,
}

/// The new state and what came of the try.
#[derive(Debug)]
#[must_use]
pub struct Verified {
    /// To be stored before the outcome is told, accepted or not.
    pub challenges: Challenges,
    /// What came of it: for audit and support. The customer gets [`VerifyOutcome::public`].
    pub outcome: VerifyOutcome,
}

/// What came of a try, in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyOutcome {
    /// The right code in the right context; the challenge is spent.
    Accepted,
    /// Wrong code, or the right one for another account, purpose, payment or contact: these cannot be told apart.
    WrongCode {
        /// Tries left in the run.
        tries_left: u8,
    },
    /// The code of an older message. It cost a try.
    Superseded {
        /// Tries left in the run.
        tries_left: u8,
    },
    /// The newest code is too old. Nothing was compared.
    Expired,
    /// No try was left. Nothing was compared.
    Exhausted,
    /// The challenge was passed before. Nothing was compared.
    AlreadyUsed,
    /// The challenge was called off. Nothing was compared.
    Cancelled,
    /// No such challenge: never issued, replaced by a newer one, or long closed. The work done is the same.
    NotFound,
    /// The clock stands more than five seconds before something already recorded. Nothing was compared or counted.
    ClockAnomaly,
}

/// All that a customer, or a thief, is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicOutcome {
    /// Go on.
    Accepted,
    /// That was not it.
    Rejected,
    /// That was the code of an older message: use the newest one.
    UseNewest,
    /// This challenge cannot be passed any more; ask for a new code.
    RequestNew,
    /// Not now.
    TryLater,
}

/// Tries a typed code. A try counts once the returned state is stored, so store first and tell after.
///
/// The right code counts only with the account, challenge, purpose, destination and binding it was made for, and only
/// while `issued_at <= now < expires_at`. Each wrong one costs a try of the run.
///
/// ```
/// # use account_security::types::*;
/// # use account_security::verification::*;
/// # use rand::SeedableRng;
/// # let keys = CodeKeys::new(CodeKey::new(KeyId(1), &SecretBytes::new(vec![7; 32]))?, vec![])?;
/// # let account = AccountId::parse("c-1001")?;
/// # let to = Destination::parse(Channel::Sms, "+8613812345678")?;
/// # let mut rng = rand::rngs::StdRng::seed_from_u64(1);
/// # let now = Timestamp::from_unix_s(1_800_000_000)?;
/// # let pay = |text| Money::parse(text, Currency::CNY).map(|money| PaymentBinding::new(money, "6222020200112345"));
/// let ordered = Binding::Payment(pay("1299.00")??);
/// # let request = IssueRequest { account: &account, purpose: Purpose::Payment, to: &to, binding: &ordered };
/// # let policy = VerificationPolicy::default();
/// # let SendOutcome::Sent(sent) = issue(&Challenges::default(), &request, &keys, &policy, &mut rng, now)? else { panic!() };
/// # let (challenges, challenge_id) = (sent.challenges, sent.delivery.challenge_id);
/// # let typed = sent.delivery.code.expose();
/// let code = TypedCode::parse(&typed, digits_of(&challenges, challenge_id, Purpose::Payment, &policy))?;
/// let changed = Binding::Payment(pay("9299.00")??);
///
/// let request = VerifyRequest { account: &account, challenge_id, purpose: Purpose::Payment, binding: &changed, code: &code };
/// let tried = verify(&challenges, &request, &keys, now)?;
/// assert_eq!(tried.outcome, VerifyOutcome::WrongCode { tries_left: 4 }); // the right digits, another amount
///
/// let tried = verify(&tried.challenges, &VerifyRequest { binding: &ordered, ..request }, &keys, now)?;
/// assert_eq!(tried.outcome, VerifyOutcome::Accepted);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`VerificationError::KeyLost`] when the key of the challenge's code is missing: nothing is counted then.
pub fn verify(
    challenges: &Challenges,
    request: &VerifyRequest<'_>,
    keys: &CodeKeys,
    now: Timestamp,
) -> Result<Verified, VerificationError> {
    let found = challenges.get(request.challenge_id);
    let settled = challenges.settled(now);
    // Whatever may come of it is laid out before anything is compared: afterwards one of three is taken, by its place.
    let prepared = found.map(|challenge| black_box(Prepared::of(challenge, settled.unwrap_or(now))));
    // Before any early answer, so that an unknown or closed challenge takes as long as an open one.
    let matched = compare(found, request, keys)?;
    let unchanged = |outcome| Ok(Verified { challenges: challenges.clone(), outcome });
    let Some(now) = settled else { return unchanged(VerifyOutcome::ClockAnomaly) };
    let (Some(challenge), Some(prepared)) = (found, prepared) else { return unchanged(VerifyOutcome::NotFound) };
    match challenge.standing(now) {
        Standing::Expired => unchanged(VerifyOutcome::Expired),
        Standing::Consumed => unchanged(VerifyOutcome::AlreadyUsed),
        Standing::Exhausted => unchanged(VerifyOutcome::Exhausted),
        Standing::Cancelled => unchanged(VerifyOutcome::Cancelled),
        Standing::Open => {
            let After { tries_left, state, outcome } = prepared.0[matched.0 % 3];
            let next = Challenge { tries_left, state, ..challenge.clone() };
            Ok(Verified { challenges: challenges.with(next), outcome })
        }
    }
}

/// How many digits a code for this challenge has. For an unknown challenge it is what a new one would have, so that the
/// answer does not tell which challenges exist.
#[must_use]
pub fn digits_of(challenges: &Challenges, id: RandomId, purpose: Purpose, policy: &VerificationPolicy) -> u8 {
    challenges.get(id).map_or_else(|| policy.digits_for(purpose), |challenge| challenge.digits)
}

impl VerifyOutcome {
    /// Whether a guess was compared and was wrong: one failure more on the ACCOUNT's budget, which outlives this run
    /// and is shared with the other second factors.
    #[must_use]
    pub const fn counts_as_failure(&self) -> bool {
        matches!(self, Self::WrongCode { .. } | Self::Superseded { .. })
    }

    /// What may be told. It never says which part was wrong, nor whether the challenge exists (PSD2 RTS art. 4(3)(a)).
    ///
    /// That a code was an older one is told, and cost a try: only who has the older message learns it, the older code
    /// opens nothing any more, and of the newest one it tells nothing, for that was drawn anew.
    #[must_use]
    pub const fn public(&self) -> PublicOutcome {
        match self {
            Self::Accepted => PublicOutcome::Accepted,
            Self::WrongCode { tries_left: 0 } | Self::Superseded { tries_left: 0 } => PublicOutcome::RequestNew,
            Self::WrongCode { .. } | Self::NotFound => PublicOutcome::Rejected,
            Self::Superseded { .. } => PublicOutcome::UseNewest,
            Self::Expired | Self::Exhausted | Self::AlreadyUsed | Self::Cancelled => PublicOutcome::RequestNew,
            Self::ClockAnomaly => PublicOutcome::TryLater,
        }
    }
}

/// Which of the challenge's codes was typed: a place in a table, so that what follows takes the same steps for each.
#[derive(Clone, Copy)]
struct Matched(usize);

impl Matched {
    fn new(is_newest: Choice, is_older: Choice) -> Self {
        Self(usize::from((!is_newest).unwrap_u8()) * (1 + usize::from((!is_older).unwrap_u8())))
    }
}

/// What becomes of an open challenge when its newest code, an older one, or neither was typed.
struct Prepared([After; 3]);

/// Aligned, so that each lies in its cache lines as the others do.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct After {
    tries_left: u8,
    state: ChallengeState,
    outcome: VerifyOutcome,
}

impl Prepared {
    fn of(challenge: &Challenge, now: Timestamp) -> Self {
        let tries_left = challenge.tries_left.saturating_sub(1);
        let state = if tries_left == 0 { ChallengeState::Exhausted { at: now } } else { challenge.state };
        let accepted = ChallengeState::Consumed { at: now };
        Self([
            After { tries_left: challenge.tries_left, state: accepted, outcome: VerifyOutcome::Accepted },
            After { tries_left, state, outcome: VerifyOutcome::Superseded { tries_left } },
            After { tries_left, state, outcome: VerifyOutcome::WrongCode { tries_left } },
        ])
    }
}

/// Compares with the newest code and all superseded ones: always as many comparisons, and one MAC for each key in use
/// (one, but for the ten minutes after a rotation), whatever is stored and typed.
fn compare(
    found: Option<&Challenge>,
    request: &VerifyRequest<'_>,
    keys: &CodeKeys,
) -> Result<Matched, VerificationError> {
    let context = Context {
        account: request.account,
        challenge_id: request.challenge_id,
        purpose: request.purpose,
        destination: found.map_or([0; MAC_BYTES], |challenge| challenge.destination.mac),
        binding: request.binding.digest(),
    };
    let (newest, superseded) = match found.map(|challenge| challenge.state) {
        Some(ChallengeState::Open { code, superseded }) => (Some(code), superseded),
        _ => (None, [None; SUPERSEDED_MAX]),
    };
    let key = newest.map_or(Ok(keys.current()), |tag| keys.find(tag.key_id))?;
    let mac = context.mac(key, request.code.value(), request.code.digits());
    let is_newest = is_tag_of(newest, &mac);
    let mut is_older = Choice::from(0);
    for tag in superseded {
        is_older |= match tag.filter(|tag| tag.key_id != key.id()).map(|tag| keys.find(tag.key_id)) {
            None => is_tag_of(tag, &mac),
            Some(Ok(other)) => is_tag_of(tag, &context.mac(other, request.code.value(), request.code.digits())),
            // An older tag whose key is gone just does not match: it only ever serves a hint.
            Some(Err(_)) => Choice::from(0),
        };
    }
    Ok(Matched::new(is_newest, is_older))
}

/// One comparison, also where there is no tag.
fn is_tag_of(tag: Option<Tag>, mac: &[u8; MAC_BYTES]) -> Choice {
    let nothing = Tag { key_id: KeyId(0), mac: [0; MAC_BYTES] };
    tag.unwrap_or(nothing).ct_eq(mac) & Choice::from(u8::from(tag.is_some()))
}
