//! Whether a name without an account takes as long to be refused as one with an account.

use std::collections::BTreeSet;
use std::hint::black_box;

use account_security::account::ContactKind;
use account_security::command::{ConfirmContact, Effect};
use account_security::password::HashParams;
use account_security::prelude::*;
use account_security::service::{NewAccount, SignUpResult};

use super::timing::welch_t;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// So many that each is tried some dozens of times. A name has its place in memory, and with few names the t would tell
/// those places apart: of two sets of names with an account as well.
const NAMES: usize = 2_048;
const PAYMENTS_BEFORE: u64 = 40;
/// The account, its confirmed contact.
const COMMITS_OF_SIGN_UP: u64 = 2;
const SAMPLES: u32 = 100_000;
/// The name with whom a sample begins counting as another class, to show that a difference would be seen.
const PLANTED_TURNS: u32 = 400;

/// |t| between sign-ins with a wrong password: names with an account against names without.
///
/// The hash is as small as it can be, so that it hides nothing of the rest; nothing ever blocks, so that every sample
/// takes the whole way: one look and one commit. Each comparison has a service and a store of its own: one that went
/// before would leave one kind of names with more events, and so with larger maps, than the other.
pub fn timing() -> Anyhow<Vec<(&'static str, f64)>> {
    let scenes = [Scene::new()?, Scene::new()?, Scene::new()?];
    let [noise, parity, planted] = &scenes;
    Ok(vec![
        ("sign-in, wrong password: known against others known (the noise)", noise.t(&noise.others, 0)?),
        ("sign-in, wrong password: known against unknown account", parity.t(&parity.unknown, 0)?),
        (
            "sign-in, known against known and 400 steps more (planted: must be seen)",
            planted.t(&planted.others, PLANTED_TURNS)?,
        ),
    ])
}

/// Names with an account, others with an account, and names without, with as many events each.
struct Scene {
    security: Service<MemoryStore>,
    known: Vec<AccountId>,
    others: Vec<AccountId>,
    unknown: Vec<AccountId>,
    wrong: Password,
    now: Timestamp,
}

impl Scene {
    fn new() -> Anyhow<Self> {
        let (security, start) = (service()?, Timestamp::from_unix_s(1_800_000_000)?);
        let now = start.plus_ms(PAYMENTS_BEFORE * 3_600_000);
        let ([known, others], unknown) = ([names("member")?, names("friend")?], apart(&security)?);
        let mut scene = Self { security, known, others, unknown, wrong: Password::parse(b"not-the-one-7")?, now };
        // By turns, so that no kind of names comes after another in memory.
        for number in 0..NAMES {
            for turn in 0..3 {
                match (number + turn) % 3 {
                    0 => scene.live(&scene.known[number], &format!("+86138123{number:05}"), start)?,
                    1 => scene.live(&scene.others[number], &format!("+86139123{number:05}"), start)?,
                    _ => scene.be_tried(&scene.unknown[number])?,
                }
            }
        }
        for names in [&mut scene.known, &mut scene.others, &mut scene.unknown] {
            // In an order of its own each, or one kind of names would warm the memory beside it for another.
            names.sort_by_key(|name| scene.security.keyring().account_key(name));
        }
        Ok(scene)
    }

    /// An ordinary account has paid before.
    fn live(&self, name: &AccountId, phone: &str, start: Timestamp) -> Anyhow<()> {
        sign_up(&self.security, name, Destination::parse(Channel::Sms, phone)?, start)?;
        for number in 0..PAYMENTS_BEFORE {
            let at = start.plus_ms(number * 3_600_000);
            let money = Money::from_minor(i64::try_from(1_000 + number * 37 % 9_000)?, Currency::CNY)?;
            let payment = Payment::out(&format!("{}-{number}", name.as_str()), money, at)?;
            let payment = payment.to(&format!("shop-{}", number % 17)).from_device("phone");
            self.security.execute(
                name,
                &AssessPayment { payment: &payment, payee: None, local_offset_min: 480 },
                at,
            )?;
        }
        Ok(())
    }

    /// A name without an account was tried before, as often as an account has commits.
    fn be_tried(&self, name: &AccountId) -> Anyhow<()> {
        for _ in 0..PAYMENTS_BEFORE + COMMITS_OF_SIGN_UP {
            self.security.sign_in(name, &self.wrong, None, self.now)?;
        }
        Ok(())
    }

    /// |t| between names with an account and `others`, who take so many turns more.
    fn t(&self, others: &[AccountId], turns: u32) -> Anyhow<f64> {
        let tries = |names: Vec<AccountId>, turns: u32| {
            let (security, wrong, now) = (&self.security, self.wrong.clone(), self.now);
            let mut next = 0;
            move || {
                next = (next + 1) % NAMES;
                drop(black_box(security.sign_in(&names[next], &wrong, None, now)));
                for turn in 0..turns {
                    black_box(turn);
                }
            }
        };
        Ok(welch_t(SAMPLES, &mut tries(self.known.clone(), 0), &mut tries(others.to_vec(), turns)))
    }
}

fn service() -> Anyhow<Service<MemoryStore>> {
    let root = || SecretBytes::new(vec![7; 32]);
    let keyring = Keyring::new(root(), KeyId(1), vec![(KeyId(1), root())])?;
    let mut settings = Settings::default();
    settings.hashing = HashParams::new(8, 1, 1)?;
    settings.throttle.failures_before_block = u32::MAX;
    settings.throttle.hard_lock_at = u32::MAX;
    Ok(Service::new(MemoryStore::new(), keyring, settings)?)
}

fn names(kind: &str) -> Anyhow<Vec<AccountId>> {
    (0..NAMES).map(|number| name(kind, number)).collect()
}

/// Names without an account, each the only one of its cell, as each account is the only one of its record.
fn apart(security: &Service<MemoryStore>) -> Anyhow<Vec<AccountId>> {
    let (mut cells, mut names) = (BTreeSet::new(), Vec::new());
    for number in 0.. {
        let name = name("nobody", number)?;
        if cells.insert(security.keyring().decoy(&name).cell) {
            names.push(name);
        }
        if names.len() == NAMES {
            break;
        }
    }
    Ok(names)
}

/// Of one length: to read a longer name takes longer, whoever has it.
fn name(kind: &str, number: usize) -> Anyhow<AccountId> {
    Ok(AccountId::parse(&format!("{kind}-{number:05}"))?)
}

fn sign_up(security: &Service<MemoryStore>, name: &AccountId, contact: Destination, now: Timestamp) -> Anyhow<()> {
    let (password, words) = (Password::parse(b"Vx9#qLm2-tide")?, UserContext::none());
    let sender = Sender::new("Example Pay")?.for_origin("example.com")?;
    let new = NewAccount { password: &password, words: &words, contact, second: None, sender, locale: Locale::En };
    let challenge = match security.sign_up(name, None, &new, now)? {
        SignUpResult::Created(sent) => sent.challenge,
        other => return Err(format!("{other:?}").into()),
    };
    let code = TypedCode::parse(&received(security)?, 6)?;
    security.confirm_contact(name, &ConfirmContact { contact: ContactKind::Phone, challenge, code }, now)?;
    Ok(())
}

/// The code in the message that waits.
fn received(security: &Service<MemoryStore>) -> Anyhow<String> {
    let waiting = security.drain(1)?.pop().ok_or("a message waits")?;
    security.delivered(&[waiting.id])?;
    match waiting.effect? {
        Effect::Send { text, .. } => Ok(text.rsplit('#').next().ok_or("a last line")?.to_owned()),
        other => Err(format!("{other:?}").into()),
    }
}
