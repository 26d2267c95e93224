//! Sends another code for a challenge that is still open.

use rand::CryptoRng;

use super::send::{Context, Run, destination_tag};
use super::{
    Binding, Challenge, ChallengeState, Challenges, Code, CodeKeys, Delivery, Destination, SendOutcome, SendRefused,
    Sent, Standing, Tag, VerificationError, VerificationPolicy,
};
use crate::types::{AccountId, RandomId, Timestamp};

/// Codes drawn before the generator counts as stuck: three in a million are refused, so the second draw all but always does.
const DRAWS_MAX: usize = 16;

/// Which challenge wants another code. Destination and binding are given again because neither is stored; they must be
/// those it began with.
#[derive(Clone, Copy, Debug)]
pub struct ResendRequest<'a> {
    /// Whose account.
    pub account: &'a AccountId,
    /// The challenge.
    pub challenge_id: RandomId,
    /// Where to: the same number or address. A text message may turn into a call.
    pub to: &'a Destination,
    /// The same binding.
    pub binding: &'a Binding,
}

/// Draws another code for the same challenge. The older codes die, the tries left stay what they are.
///
/// The new code lives its own life but never past the run, and it never equals a code sent before in this challenge:
/// who types the older message is told so, instead of being let in by chance.
///
/// # Errors
/// [`VerificationError::PolicyOutOfRange`]; [`VerificationError::KeyLost`] when a key of this challenge is missing;
/// [`VerificationError::RandomnessFailed`].
pub fn resend(
    challenges: &Challenges,
    request: &ResendRequest<'_>,
    keys: &CodeKeys,
    policy: &VerificationPolicy,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<SendOutcome, VerificationError> {
    let Ready { challenge, older, now } = match ready(challenges, request, keys, policy, now)? {
        Ok(ready) => ready,
        Err(refused) => return Ok(SendOutcome::Refused(refused)),
    };
    let (code, tag) = unlike_any_before(challenge, request.account, &older, keys, rng)?;
    let renewed = Challenge {
        channel: request.to.channel(),
        last_sent_at: now,
        expires_at: run_of(challenge).expires_at(policy.life_ms(request.to.channel(), challenge.purpose), now),
        sends: challenge.sends + 1,
        state: ChallengeState::Open { code: tag, superseded: std::array::from_fn(|index| older.get(index).copied()) },
        ..challenge.clone()
    };
    let delivery = Delivery::of(&renewed, request.to, request.binding, code, policy);
    Ok(SendOutcome::Sent(Sent { challenges: challenges.with(renewed), delivery }))
}

/// What another code is made for.
struct Ready<'a> {
    challenge: &'a Challenge,
    /// The tags of every code of it that is remembered, newest first.
    older: Vec<Tag>,
    /// The moment to decide at.
    now: Timestamp,
}

fn ready<'a>(
    challenges: &'a Challenges,
    request: &ResendRequest<'_>,
    keys: &CodeKeys,
    policy: &VerificationPolicy,
    now: Timestamp,
) -> Result<Result<Ready<'a>, SendRefused>, VerificationError> {
    policy.validate()?;
    let Some(now) = challenges.settled(now) else {
        return Ok(Err(SendRefused::ClockAnomaly));
    };
    let (challenge, older) = match open_challenge(challenges, request.challenge_id, now) {
        Ok(found) => found,
        Err(refused) => return Ok(Err(refused)),
    };
    if !is_same_context(challenge, request, keys)? {
        return Ok(Err(SendRefused::ContextChanged));
    }
    let admitted = admit(challenge, request.to, &run_of(challenge), policy, now);
    Ok(admitted.map(|()| Ready { challenge, older, now }))
}

/// The open challenge and the tags of every code of it that is remembered, newest first.
fn open_challenge(
    challenges: &Challenges,
    id: RandomId,
    now: Timestamp,
) -> Result<(&Challenge, Vec<Tag>), SendRefused> {
    let challenge = challenges.get(id).ok_or(SendRefused::NotFound)?;
    match (&challenge.state, challenge.standing(now)) {
        (ChallengeState::Open { code, superseded }, Standing::Open) => {
            Ok((challenge, [code].into_iter().chain(superseded.iter().flatten()).copied().collect()))
        }
        (_, Standing::Exhausted) => Err(SendRefused::NoTriesLeft { retry_at: challenge.closes_at }),
        _ => Err(SendRefused::Closed),
    }
}

/// Whether destination and binding are those the challenge began with. A code must never go to a second number.
fn is_same_context(
    challenge: &Challenge,
    request: &ResendRequest<'_>,
    keys: &CodeKeys,
) -> Result<bool, VerificationError> {
    let key = keys.find(challenge.destination.key_id)?;
    let destination = destination_tag(request.account, request.to, key);
    Ok(challenge.destination.ct_eq(&destination.mac).into() && challenge.binding == request.binding.digest())
}

const fn run_of(challenge: &Challenge) -> Run {
    Run {
        closes_at: challenge.closes_at,
        tries_left: challenge.tries_left,
        sends: challenge.sends,
        last_sent_at: Some(challenge.last_sent_at),
    }
}

fn admit(
    challenge: &Challenge,
    to: &Destination,
    run: &Run,
    policy: &VerificationPolicy,
    now: Timestamp,
) -> Result<(), SendRefused> {
    if !policy.allows(to.channel(), challenge.purpose) {
        return Err(SendRefused::ChannelNotAllowed);
    }
    run.may_send(policy, now)
}

/// A code that matches none of the older tags, each tried under the key that made it.
fn unlike_any_before(
    challenge: &Challenge,
    account: &AccountId,
    older: &[Tag],
    keys: &CodeKeys,
    rng: &mut dyn CryptoRng,
) -> Result<(Code, Tag), VerificationError> {
    let context = Context::of(challenge, account);
    for _ in 0..DRAWS_MAX {
        let code = Code::generate(challenge.digits, rng)?;
        let mut is_repeated = false;
        for tag in older {
            is_repeated |= bool::from(tag.ct_eq(&context.mac(keys.find(tag.key_id)?, code.value(), code.digits())));
        }
        if !is_repeated {
            let tag = context.tag(keys.current(), &code);
            return Ok((code, tag));
        }
    }
    Err(VerificationError::RandomnessFailed)
}
