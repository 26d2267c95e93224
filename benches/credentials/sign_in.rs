//! Whether a name without an account takes as long to be refused as one with an account.

use std::collections::BTreeSet;
use std::hint::black_box;

use account_security::account::ContactKind;
use account_security::command::{ConfirmContact, Effect};
use account_security::password::HashParams;
use account_security::prelude::*;
use account_security::service::{NewAccount, SignUpResult};

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::timing::Samples;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// Of each kind in a scene.
const NAMES: usize = 2_048;
/// Each with a service, a store and names of its own.
const SCENES: u32 = 6;
const PAYMENTS_BEFORE: u64 = 40;
/// The account, its confirmed contact.
const COMMITS_OF_SIGN_UP: u64 = 2;
const SAMPLES: u32 = 100_000;
/// The name with whom a sample begins counting as another class, to show that a difference would be seen.
const PLANTED_TURNS: u32 = 400;

/// |t| between sign-ins with a wrong password: names with an account against names without.
///
/// The hash is as small as it can be, so that it hides nothing of the rest; nothing ever blocks, so that every sample
/// takes the whole way. Each name has its place in memory, which alone makes it faster or slower than another by more
/// than what is looked for: so there are many of each kind, and several scenes, each laid out anew. In a scene there are
/// as many calls of one kind as of the other, since the processor runs faster what it runs more often.
pub fn timing() -> Anyhow<Vec<(&'static str, f64)>> {
    let compared = |other, turns| -> Anyhow<f64> {
        let mut samples = Samples::of_classes(2);
        for number in 0..SCENES {
            Scene::new(number, other)?.sample(SAMPLES / SCENES, number % 2 == 1, turns, &mut samples);
        }
        Ok(samples.t(0, 1))
    };
    Ok(vec![
        ("sign-in, wrong password: known against others known (the noise)", compared(Kind::Known, 0)?),
        ("sign-in, wrong password: known against unknown account", compared(Kind::Unknown, 0)?),
        (
            "sign-in, known against known and 400 steps more (planted: must be seen)",
            compared(Kind::Known, PLANTED_TURNS)?,
        ),
    ])
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Known,
    Unknown,
}

/// Names with an account and others, with as many events each.
struct Scene {
    security: Service<MemoryStore>,
    known: Vec<AccountId>,
    others: Vec<AccountId>,
    wrong: Password,
    now: Timestamp,
}

impl Scene {
    fn new(number: u32, other: Kind) -> Anyhow<Self> {
        let (security, start) = (service()?, Timestamp::from_unix_s(1_800_000_000)?);
        let now = start.plus_ms(PAYMENTS_BEFORE * 3_600_000);
        let others = |security| match other {
            Kind::Known => names("client", number + SCENES),
            Kind::Unknown => apart(security, number),
        };
        // The one kind first in every second scene, the other in the rest.
        let (known, others) = if number.is_multiple_of(2) {
            let known = names("client", number)?;
            (known, others(&security)?)
        } else {
            let others = others(&security)?;
            (names("client", number)?, others)
        };
        let wrong = Password::parse(b"not-the-one-7")?;
        let scene = Self { security, known, others, wrong, now };
        // In any order: whatever pattern they were made in would show in the memory they come to lie in.
        let mut turns: Vec<(bool, usize)> = (0..NAMES * 2).map(|turn| (turn % 2 == 0, turn / 2)).collect();
        turns.shuffle(&mut StdRng::seed_from_u64(number.into()));
        for (is_known, name) in turns {
            match (is_known, other) {
                (true, _) => scene.live(&scene.known[name], &format!("+86137123{name:05}"), start)?,
                (false, Kind::Known) => scene.live(&scene.others[name], &format!("+86138123{name:05}"), start)?,
                (false, Kind::Unknown) => scene.be_tried(&scene.others[name])?,
            }
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
                &AssessPayment { payment: &payment, payee: None, local_offset_min: 480, signals: Signals::default() },
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

    /// `turned`: the two kinds change their places in memory.
    fn sample(&self, count: u32, turned: bool, turns: u32, samples: &mut Samples) {
        let mut names = [&self.known, &self.others];
        if turned {
            names.reverse();
        }
        let turns = [0, turns];
        samples.take(count, &mut |class, any| {
            // Any of them: names in an order would warm the memory beside them for those that come next.
            let name = &names[class ^ usize::from(turned)][any % NAMES];
            drop(black_box(self.security.sign_in(name, &self.wrong, None, self.now)));
            for turn in 0..turns[class] {
                black_box(turn);
            }
        });
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

fn names(kind: &str, scene: u32) -> Anyhow<Vec<AccountId>> {
    (0..NAMES).map(|number| name(kind, scene, number)).collect()
}

/// Names without an account, each the only one of its cell, as each account is the only one of its record.
fn apart(security: &Service<MemoryStore>, scene: u32) -> Anyhow<Vec<AccountId>> {
    let (mut cells, mut names) = (BTreeSet::new(), Vec::new());
    for number in 0.. {
        let name = name("nobody", scene, number)?;
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
fn name(kind: &str, scene: u32, number: usize) -> Anyhow<AccountId> {
    Ok(AccountId::parse(&format!("{kind}-{scene}-{number:05}"))?)
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
