//! What a verification code costs: issue and try one, as sealed, audited commands on the memory store; and whether the
//! comparison takes as long for a right code as for a wrong one.

use std::hint::black_box;
use std::time::Instant;

use account_security::command::Effect;
use account_security::prelude::*;
use account_security::types::RandomId;
use account_security::verification::{
    Challenges, CodeKey, CodeKeys, IssueRequest, ResendRequest, SendOutcome, Sent, VerificationPolicy, VerifyRequest,
    digits_of, issue, resend, verify,
};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::timing::Samples;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

const ACCOUNTS: u64 = 500;
const ROUNDS: u64 = 40;
const PAYMENTS_BEFORE: u64 = 40;
/// So that no account asks for more than eight codes a day.
const ROUND_MS: u64 = 3 * 3_600_000;
const TIMING_SAMPLES: u32 = 100_000;
const SCENES: u64 = 8;

/// Median nanoseconds: issue, a wrong try, the right try.
pub fn rows() -> Anyhow<Vec<(&'static str, u64)>> {
    let root = || SecretBytes::new(vec![7; 32]);
    let keyring = Keyring::new(root(), KeyId(1), vec![(KeyId(1), root())])?;
    let security = Service::new(MemoryStore::new(), keyring, Settings::default())?;
    let names: Vec<AccountId> = (0..ACCOUNTS).map(|n| AccountId::parse(&format!("c-{n}"))).collect::<Result<_, _>>()?;
    let start = Timestamp::from_unix_s(1_700_000_000)?;
    for name in &names {
        live(&security, name, start)?;
    }
    let (mut issued, mut wrong, mut right) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for name in &names {
            let now = start.plus_ms(PAYMENTS_BEFORE * 90_000 + (round + 1) * ROUND_MS);
            let (ns, sent) = timed(|| security.execute(name, &sign_in()?, now).map_err(Into::into))?;
            issued.push(ns);
            let challenge = sent.map_err(|refused| format!("{refused:?}"))?.challenge;
            let code = received(&security)?;
            let other = (code + 1) % 1_000_000;
            wrong.push(typed(&security, name, challenge, other, now)?);
            right.push(typed(&security, name, challenge, code, now)?);
        }
    }
    Ok(vec![
        ("IssueCode, text message in English, as one sealed, audited command", median(issued)),
        ("VerifyCode, a wrong code", median(wrong)),
        ("VerifyCode, the right code", median(right)),
    ])
}

/// Largest |t| between what `verify` takes for a right code and a wrong one, a superseded one, and a wrong one with some
/// steps planted. In several scenes, as for sign-ins.
pub fn timing() -> Anyhow<Vec<(&'static str, f64)>> {
    let mut samples = Samples::of_classes(5);
    for seed in 0..SCENES {
        let scene = Scene::new(seed)?;
        let typed = [&scene.newest, &scene.newest, &scene.wrong, &scene.older, &scene.wrong];
        let turns = [0, 0, 0, 0, 16];
        samples.take(TIMING_SAMPLES / u32::try_from(SCENES)?, &mut |class, _| {
            scene.verify(typed[class]);
            for turn in 0..turns[class] {
                black_box(turn);
            }
        });
    }
    Ok(vec![
        ("verify: right against right (the noise)", samples.t(0, 1)),
        ("verify: right against wrong code", samples.t(0, 2)),
        ("verify: right against superseded code", samples.t(0, 3)),
        ("verify: wrong against superseded code", samples.t(2, 3)),
        ("wrong against wrong and sixteen steps more (planted: must be seen)", samples.t(2, 4)),
    ])
}

/// An ordinary account has paid before.
fn live<S: Store>(security: &Service<S>, name: &AccountId, start: Timestamp) -> Anyhow<()> {
    for n in 0..PAYMENTS_BEFORE {
        let at = start.plus_ms(n * 90_000);
        let money = Money::from_minor(i64::try_from(1_000 + n * 37 % 9_000)?, Currency::CNY)?;
        let id = format!("{}-{n}", name.as_str());
        let payment = Payment::out(&id, money, at)?.to(&format!("shop-{}", n % 17)).from_device("phone");
        security.execute(
            name,
            &AssessPayment { payment: &payment, payee: None, local_offset_min: 480, signals: Signals::default() },
            at,
        )?;
    }
    Ok(())
}

fn sign_in() -> Anyhow<IssueCode> {
    Ok(IssueCode {
        purpose: Purpose::SignIn,
        to: Destination::parse(Channel::Sms, "+8613812345678")?,
        binding: Binding::None,
        sender: Sender::new("Example Pay")?.for_origin("example.com")?,
        locale: Locale::En,
    })
}

/// The code in the message that waits.
fn received<S: Store>(security: &Service<S>) -> Anyhow<u32> {
    let waiting = security.drain(1)?;
    let item = waiting.first().ok_or("a message waits")?;
    security.delivered(&[item.id])?;
    match &item.effect {
        Ok(Effect::Send { text, .. }) => Ok(text.rsplit('#').next().ok_or("a last line")?.parse()?),
        other => Err(format!("{other:?}").into()),
    }
}

/// Nanoseconds of one try.
fn typed<S: Store>(
    security: &Service<S>,
    name: &AccountId,
    challenge: RandomId,
    code: u32,
    now: Timestamp,
) -> Anyhow<u64> {
    let code = TypedCode::parse(&format!("{code:06}"), 6)?;
    let verify = VerifyCode { challenge, purpose: Purpose::SignIn, binding: Binding::None, code };
    let (ns, answer) = timed(|| security.execute(name, &verify, now).map_err(Into::into))?;
    black_box(answer);
    Ok(ns)
}

/// A challenge whose code was sent twice.
struct Scene {
    account: AccountId,
    keys: CodeKeys,
    challenges: Challenges,
    challenge: RandomId,
    newest: TypedCode,
    older: TypedCode,
    wrong: TypedCode,
    now: Timestamp,
}

impl Scene {
    fn new(seed: u64) -> Anyhow<Self> {
        let keys = CodeKeys::new(CodeKey::new(KeyId(1), &SecretBytes::new(vec![7; 32]))?, vec![])?;
        let (policy, mut rng) = (VerificationPolicy::default(), StdRng::seed_from_u64(seed));
        let (account, to) = (AccountId::parse("c-1001")?, Destination::parse(Channel::Sms, "+8613812345678")?);
        let binding = Binding::None;
        let now = Timestamp::from_unix_s(1_800_000_000)?;
        let request = IssueRequest { account: &account, purpose: Purpose::SignIn, to: &to, binding: &binding };
        let first = sent(issue(&Challenges::default(), &request, &keys, &policy, &mut rng, now)?)?;
        let challenge = first.delivery.challenge_id;
        let request = ResendRequest { account: &account, challenge_id: challenge, to: &to, binding: &binding };
        let now = now.plus_ms(120_000);
        let second = sent(resend(&first.challenges, &request, &keys, &policy, &mut rng, now)?)?;
        let digits = digits_of(&second.challenges, challenge, Purpose::SignIn, &policy);
        let newest = TypedCode::parse(&second.delivery.code.expose(), digits)?;
        let older = TypedCode::parse(&first.delivery.code.expose(), digits)?;
        let other = (newest.value() ^ 1).min(999_999);
        let wrong = TypedCode::parse(&format!("{other:06}"), digits)?;
        Ok(Self { account, keys, challenges: second.challenges, challenge, newest, older, wrong, now })
    }

    fn verify(&self, code: &TypedCode) {
        let request = VerifyRequest {
            account: &self.account,
            challenge_id: self.challenge,
            purpose: Purpose::SignIn,
            binding: &Binding::None,
            code,
        };
        drop(black_box(verify(&self.challenges, black_box(&request), &self.keys, self.now)));
    }
}

fn sent(outcome: SendOutcome) -> Anyhow<Sent> {
    match outcome {
        SendOutcome::Sent(sent) => Ok(sent),
        SendOutcome::Refused(refused) => Err(format!("{refused:?}").into()),
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn timed<T>(call: impl FnOnce() -> Anyhow<T>) -> Anyhow<(u64, T)> {
    let started = Instant::now();
    let made = call()?;
    Ok((u64::try_from(started.elapsed().as_nanos())?, made))
}

fn median(mut ns: Vec<u64>) -> u64 {
    ns.sort_unstable();
    ns.get(ns.len() / 2).copied().unwrap_or(0)
}
