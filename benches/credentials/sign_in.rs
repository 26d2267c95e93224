//! Whether a name without an account takes as long to be refused as one with an account.

use std::hint::black_box;

use account_security::password::HashParams;
use account_security::prelude::*;
use account_security::service::{NewAccount, SignUpResult};

use super::timing::welch_t;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

const NAMES: usize = 64;
const PAYMENTS_BEFORE: u64 = 40;
const SAMPLES: u32 = 100_000;
/// The name with whom a sample begins counting as another class, to show that a difference would be seen.
const PLANTED_TURNS: u32 = 400;

/// |t| between sign-ins with a wrong password: names with an account against names without.
///
/// The hash is as small as it can be, so that it hides nothing of the rest; nothing ever blocks, so that every sample
/// takes the whole way: one look and one commit.
pub fn timing() -> Anyhow<Vec<(&'static str, f64)>> {
    let security = service()?;
    let now = Timestamp::from_unix_s(1_800_000_000)?;
    let known = names("known")?;
    let unknown = names("nobody")?;
    for name in &known {
        sign_up(&security, name, now)?;
        live(&security, name, now)?;
    }
    let wrong = Password::parse(b"not-the-one-7")?;
    let tries = |names: Vec<AccountId>, turns: u32| {
        let (security, wrong) = (&security, wrong.clone());
        let mut next = 0;
        move || {
            next = (next + 1) % NAMES;
            drop(black_box(security.sign_in(&names[next], &wrong, None, now)));
            for turn in 0..turns {
                black_box(turn);
            }
        }
    };
    let compared = |a: &[AccountId], b: &[AccountId], turns| {
        welch_t(SAMPLES, &mut tries(a.to_vec(), 0), &mut tries(b.to_vec(), turns))
    };
    let noise = compared(&known, &known, 0);
    let parity = compared(&known, &unknown, 0);
    let planted = compared(&known, &known, PLANTED_TURNS);
    Ok(vec![
        ("sign-in, wrong password: known against known (the machine's own noise)", noise),
        ("sign-in, wrong password: known against unknown account", parity),
        ("sign-in, known against known and 400 steps more (planted: must be seen)", planted),
    ])
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
    (0..NAMES).map(|number| Ok(AccountId::parse(&format!("{kind}-{number}"))?)).collect()
}

fn sign_up(security: &Service<MemoryStore>, name: &AccountId, now: Timestamp) -> Anyhow<()> {
    let (password, words) = (Password::parse(b"Vx9#qLm2-tide")?, UserContext::none());
    let number = name.as_str().rsplit('-').next().unwrap_or("0");
    let contact = Destination::parse(Channel::Sms, &format!("+86138123{number:0>5}"))?;
    let sender = Sender::new("Example Pay")?;
    let new = NewAccount { password: &password, words: &words, contact, second: None, sender, locale: Locale::En };
    match security.sign_up(name, None, &new, now)? {
        SignUpResult::Created(_) => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

/// An ordinary account has paid before.
fn live(security: &Service<MemoryStore>, name: &AccountId, now: Timestamp) -> Anyhow<()> {
    for number in 0..PAYMENTS_BEFORE {
        let at = now.plus_ms(number * 3_600_000);
        let money = Money::from_minor(i64::try_from(1_000 + number * 37 % 9_000)?, Currency::CNY)?;
        let payment = Payment::out(&format!("{}-{number}", name.as_str()), money, at)?;
        let payment = payment.to(&format!("shop-{}", number % 17)).from_device("phone");
        security.execute(name, &AssessPayment { payment: &payment, payee: None, local_offset_min: 480 }, at)?;
    }
    Ok(())
}
