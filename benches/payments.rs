//! What a payment costs, layer by layer, in one run: `cargo bench --bench payments --features sqlite`.
//!
//! Machines are noisy, so the figures to quote are the ratios. Each row is the median of several rounds.

use std::hint::black_box;
use std::time::Instant;

use account_security::prelude::*;
use account_security::risk::{AssessContext, CheckedPolicy, PayeeBelief, Profile, Signals, assess};
use account_security::store::{Commit, StoredEvent};
use account_security::types::{RandomId, StoreKey};

const ACCOUNTS: u64 = 1_000;
const ROUNDS: usize = 9;
const PAYMENTS_PER_ROUND: u64 = 4_000;
const CHAIN_EVENTS: u64 = 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut table = Vec::new();
    table.push(("raw memory store: load + commit of 1 KiB and one event", raw_store(&MemoryStore::new())?));
    table.push(("risk::assess alone, profile in memory", assess_alone()?));
    table.push(("the same as one sealed, audited command, memory store", command(MemoryStore::new())?));
    #[cfg(feature = "sqlite")]
    {
        use account_security::store::Durability;
        let folder = tempfile::tempdir()?;
        let open = |name: &str| SqliteStore::open_with(folder.path().join(name), Durability::Normal);
        table.push(("raw SQLite store (NORMAL): load + commit of 1 KiB and one event", raw_store(&open("raw.db")?)?));
        table.push(("the same as one sealed, audited command, SQLite (NORMAL)", command(open("command.db")?)?));
    }
    table.push(("one event verified in a chain of a hundred, memory store", verify()?));
    let base = table[0].1;
    println!("{:<66} {:>10} {:>8} {:>12}", "", "ns/payment", "ratio", "per second");
    for (what, ns) in table {
        println!("{what:<66} {ns:>10} {:>7}.{} {:>12}", ns / base, ns * 10 / base % 10, 1_000_000_000 / ns.max(1));
    }
    Ok(())
}

fn raw_store(store: &dyn Store) -> Result<u64, Box<dyn std::error::Error>> {
    let mut versions = vec![0_u64; usize::try_from(ACCOUNTS)?];
    let mut counter = 0_u64;
    median(|| {
        counter += 1;
        let account = usize::try_from(counter % ACCOUNTS)?;
        let key = StoreKey(
            u128::from(counter % ACCOUNTS).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_be_bytes(),
        );
        black_box(store.load(key)?);
        let version = versions[account];
        let commit = Commit {
            key,
            expected: (version > 0).then_some(version),
            body: vec![7; 1_024],
            events: vec![StoredEvent { seq: version + 1, body: vec![7; 256], mac: [7; 32] }],
            outbox: Vec::new(),
            expires_at: None,
            commit_id: u128::from(counter).to_be_bytes(),
        };
        black_box(store.commit(&commit)?);
        versions[account] += 1;
        Ok(())
    })
}

fn assess_alone() -> Result<u64, Box<dyn std::error::Error>> {
    let policy = CheckedPolicy::wallet();
    let mut profiles = vec![Profile::new(); usize::try_from(ACCOUNTS)?];
    let mut counter = 0_u64;
    median(|| {
        counter += 1;
        let payment = payment(counter)?;
        let payee = PayeeBelief::new(&policy, payment.at);
        let context = AssessContext::at(payment.at, 480);
        let profile = &mut profiles[usize::try_from(counter % ACCOUNTS)?];
        assess(profile, &payment, Some(&payee), &policy, &context)?.commit(profile);
        Ok(())
    })
}

fn command(store: impl Store) -> Result<u64, Box<dyn std::error::Error>> {
    let root = || SecretBytes::new(vec![7; 32]);
    let keyring = Keyring::new(root(), KeyId(1), vec![(KeyId(1), root())])?;
    let security = Service::new(store, keyring, Settings::default())?;
    let names: Vec<AccountId> = (0..ACCOUNTS).map(|n| AccountId::parse(&format!("c-{n}"))).collect::<Result<_, _>>()?;
    let mut counter = 0_u64;
    median(|| {
        counter += 1;
        let payment = payment(counter)?;
        let account = &names[usize::try_from(counter % ACCOUNTS)?];
        let assess =
            AssessPayment { payment: &payment, payee: None, local_offset_min: 480, signals: Signals::default() };
        black_box(security.execute(account, &assess, payment.at)?);
        Ok(())
    })
}

/// An auditor's look at one event: its share of the look at its chain.
fn verify() -> Result<u64, Box<dyn std::error::Error>> {
    let root = || SecretBytes::new(vec![7; 32]);
    let keyring = Keyring::new(root(), KeyId(1), vec![(KeyId(1), root())])?;
    let security = Service::new(MemoryStore::new(), keyring, Settings::default())?;
    let account = AccountId::parse("c-1")?;
    for counter in 0..CHAIN_EVENTS {
        let payment = payment(counter)?;
        security.assess(&account, &payment, 480, payment.at)?;
    }
    let whole_chain = median(|| {
        black_box(security.verify_account(&account)?);
        Ok(())
    })?;
    Ok(whole_chain / CHAIN_EVENTS)
}

fn payment(counter: u64) -> Result<Payment, Box<dyn std::error::Error>> {
    let at = Timestamp::from_unix_s(1_700_000_000)?.plus_ms(counter * 90_000);
    let money = Money::from_minor(i64::try_from(1_000 + counter * 37 % 9_000)?, Currency::CNY)?;
    let id = RandomId(u128::from(counter).to_be_bytes()).to_string();
    Ok(Payment::out(&id, money, at)?.to(&format!("shop-{}", counter % 97)).from_device("phone"))
}

/// Median nanoseconds of one call.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn median(mut call: impl FnMut() -> Result<(), Box<dyn std::error::Error>>) -> Result<u64, Box<dyn std::error::Error>> {
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for _ in 0..PAYMENTS_PER_ROUND {
            call()?;
        }
        rounds.push(u64::try_from(started.elapsed().as_nanos())? / PAYMENTS_PER_ROUND);
    }
    rounds.sort_unstable();
    Ok(rounds[ROUNDS / 2])
}
