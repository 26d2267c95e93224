//! Begins a challenge.

use rand::CryptoRng;

use super::send::{Context, Run, destination_tag};
use super::{
    Binding, Challenge, ChallengeState, Challenges, Code, CodeKeys, Delivery, Destination, Purpose, SUPERSEDED_MAX,
    SendOutcome, SendRefused, Sent, Standing, VerificationError, VerificationPolicy,
};
use crate::types::{AccountId, RandomId, Timestamp};

/// Who wants a code for what.
#[derive(Clone, Copy, Debug)]
pub struct IssueRequest<'a> {
    /// Whose account.
    pub account: &'a AccountId,
    /// What the code shall open.
    pub purpose: Purpose,
    /// Where it shall be sent.
    pub to: &'a Destination,
    /// What it shall be bound to.
    pub binding: &'a Binding,
}

/// Begins a challenge and draws its first code.
///
/// There is one challenge per purpose. While the last message is fresh a second one is refused; after that it REPLACES
/// the first, whose code dies. Tries and messages already used are carried over until the run closes, whether the
/// first challenge was replaced, cancelled, expired or exhausted: starting again is never a way to new guesses. Only
/// the right code, or the end of the run, clears the slate.
///
/// ```
/// use account_security::types::{AccountId, KeyId, SecretBytes, Timestamp};
/// use account_security::verification::*;
/// use rand::SeedableRng;
///
/// let keys = CodeKeys::new(CodeKey::new(KeyId(1), &SecretBytes::new(vec![7; 32]))?, vec![])?;
/// let account = AccountId::parse("c-1001")?;
/// let to = Destination::parse(Channel::Sms, "+8613812345678")?;
/// let request = IssueRequest { account: &account, purpose: Purpose::SignIn, to: &to, binding: &Binding::None };
/// let mut rng = rand::rngs::StdRng::seed_from_u64(1); // yours: the operating system's
/// let now = Timestamp::from_unix_s(1_800_000_000)?;
///
/// let policy = VerificationPolicy::default();
/// let SendOutcome::Sent(sent) = issue(&Challenges::default(), &request, &keys, &policy, &mut rng, now)? else { panic!() };
/// assert_eq!(sent.delivery.expires_at, now.plus_ms(300_000));
///
/// let again = issue(&sent.challenges, &request, &keys, &policy, &mut rng, now.plus_ms(1_000))?;
/// assert!(matches!(again, SendOutcome::Refused(SendRefused::TooSoon { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`VerificationError::PolicyOutOfRange`]; [`VerificationError::BindingMismatch`] when the purpose asks for another
/// binding; [`VerificationError::RandomnessFailed`].
pub fn issue(
    challenges: &Challenges,
    request: &IssueRequest<'_>,
    keys: &CodeKeys,
    policy: &VerificationPolicy,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<SendOutcome, VerificationError> {
    let (kept, run, now) = match ready(challenges, request, policy, now)? {
        Ok(ready) => ready,
        Err(refused) => return Ok(SendOutcome::Refused(refused)),
    };
    let (challenge, delivery) = begin(request, &run, keys, policy, rng, now)?;
    Ok(SendOutcome::Sent(Sent { challenges: kept.with(challenge), delivery }))
}

/// What a new challenge begins from: the others, its run, and the moment to decide at.
fn ready(
    challenges: &Challenges,
    request: &IssueRequest<'_>,
    policy: &VerificationPolicy,
    now: Timestamp,
) -> Result<Result<(Challenges, Run, Timestamp), SendRefused>, VerificationError> {
    policy.validate()?;
    if !request.binding.suits(request.purpose, request.to) {
        return Err(VerificationError::BindingMismatch);
    }
    let Some(now) = challenges.settled(now) else {
        return Ok(Err(SendRefused::ClockAnomaly));
    };
    let kept = challenges.sweep(now);
    let run = run_of(&kept, request.purpose, policy, now);
    Ok(admit(&kept, request, &run, policy, now).map(|()| (kept, run, now)))
}

/// The run the purpose is in, or a fresh one where there is none or the right code ended it.
fn run_of(kept: &Challenges, purpose: Purpose, policy: &VerificationPolicy, now: Timestamp) -> Run {
    match kept.of_purpose(purpose) {
        Some(prior) if prior.standing(now) != Standing::Consumed => Run {
            closes_at: prior.closes_at,
            tries_left: prior.tries_left.min(policy.tries),
            sends: prior.sends,
            last_sent_at: Some(prior.last_sent_at),
        },
        _ => {
            let closes_at = now.plus_ms(policy.life_max_ms);
            Run { closes_at, tries_left: policy.tries, sends: 0, last_sent_at: None }
        }
    }
}

fn admit(
    kept: &Challenges,
    request: &IssueRequest<'_>,
    run: &Run,
    policy: &VerificationPolicy,
    now: Timestamp,
) -> Result<(), SendRefused> {
    if !policy.allows(request.to.channel(), request.purpose) {
        return Err(SendRefused::ChannelNotAllowed);
    }
    run.may_send(policy, now)?;
    // Codes that a thief in a session asked for must not keep out the owner, who gave the password: the others leave room.
    if request.purpose == Purpose::SignIn {
        return Ok(());
    }
    // A reset that a stranger began must not keep the owner's own codes from being sent.
    let is_other = |purpose: Purpose| purpose != request.purpose && !purpose.is_open_to_strangers();
    let others = || kept.iter().filter(|it| is_other(it.purpose) && it.standing(now) == Standing::Open);
    match others().map(|it| it.expires_at).min() {
        Some(retry_at) if others().count() >= usize::from(policy.open_max) => {
            Err(SendRefused::TooManyOpen { retry_at })
        }
        _ => Ok(()),
    }
}

fn begin(
    request: &IssueRequest<'_>,
    run: &Run,
    keys: &CodeKeys,
    policy: &VerificationPolicy,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<(Challenge, Delivery), VerificationError> {
    let key = keys.current();
    let digits = policy.digits_for(request.purpose);
    let code = Code::generate(digits, rng)?;
    let destination = destination_tag(request.account, request.to, key);
    let context = Context {
        account: request.account,
        challenge_id: RandomId::generate(rng),
        purpose: request.purpose,
        destination: destination.mac,
        binding: request.binding.digest(),
    };
    let challenge = Challenge {
        id: context.challenge_id,
        purpose: request.purpose,
        channel: request.to.channel(),
        destination,
        destination_masked: request.to.masked(),
        binding: context.binding,
        digits,
        issued_at: now,
        last_sent_at: now,
        expires_at: run.expires_at(policy.life_ms(request.to.channel(), request.purpose), now),
        closes_at: run.closes_at,
        tries_left: run.tries_left,
        sends: run.sends + 1,
        state: ChallengeState::Open { code: context.tag(key, &code), superseded: [None; SUPERSEDED_MAX] },
    };
    let delivery = Delivery::of(&challenge, request.to, request.binding, code, policy);
    Ok((challenge, delivery))
}
