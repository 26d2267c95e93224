//! `assess` and commit on profiles in memory, wallet preset, one core.

use std::hint::black_box;

use account_security::risk::{AssessContext, CheckedPolicy, PayeeBelief, Profile, Queued, assess, assess_many};
use account_security::types::{Currency, Fingerprint, Money, Payment, Timestamp, TxId};
use rustix::time::{ClockId, clock_gettime};

type Failed = Box<dyn std::error::Error>;

const BATCH: usize = 4_096;
const ROUNDS: usize = 41;
const CHUNK: usize = 64;
/// Payments an account has made before the clock runs.
const HISTORY: u64 = 20;

/// Prints every row.
pub fn print() -> Result<(), Failed> {
    println!("{:<40} {:>10} {:>14}", "assess + commit, wallet preset", "ns/tx", "tx/s");
    let points = points()?;
    for (accounts, [single, many, memory]) in &points {
        row(&format!("{accounts} accounts, one by one"), *single);
        row(&format!("{accounts} accounts, assess_many"), *many);
        row(&format!("{accounts} accounts, profile read only"), *memory);
    }
    if let Some((accounts, [single, many, _])) = points.last() {
        let times = single * 100 / many.max(&1);
        println!("assess_many over one by one at {accounts} accounts: {}.{:02}x", times / 100, times % 100);
    }
    #[cfg(feature = "report")]
    if points.len() > 2 {
        super::growth::draw(&points)?;
    }
    println!("allocations of {BATCH} payments: {}", allocations()?);
    println!("a profile in memory: {} bytes", size_of::<Profile>());
    Ok(())
}

/// All sizes, or the one named on the command line.
fn sizes() -> Vec<u64> {
    let named: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    if named.is_empty() { vec![1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000] } else { named }
}

fn row(what: &str, ns: u64) {
    println!("{what:<40} {ns:>10} {:>14}", 1_000_000_000 / ns.max(1));
}

/// For each size the medians of both forms, and of reading alone. All sizes take their turns in every round, so that a
/// slow minute of the machine hits them all.
fn points() -> Result<Vec<(u64, [u64; 3])>, Failed> {
    let policy = CheckedPolicy::wallet();
    let mut crowds: Vec<Crowd> =
        sizes().into_iter().map(|accounts| Crowd::new(accounts, &policy)).collect::<Result<_, _>>()?;
    for _ in 0..ROUNDS {
        crowds.iter_mut().try_for_each(|crowd| crowd.round(&policy))?;
    }
    let median = |mut ns: Vec<u64>| {
        ns.sort_unstable();
        ns[ROUNDS / 2]
    };
    Ok(crowds.into_iter().map(|crowd| (crowd.accounts, crowd.rounds.map(median))).collect())
}

/// Accounts with a history, and what their rounds took.
struct Crowd {
    accounts: u64,
    profiles: Vec<Profile>,
    counter: u64,
    rounds: [Vec<u64>; 3],
}

impl Crowd {
    fn new(accounts: u64, policy: &CheckedPolicy) -> Result<Self, Failed> {
        let mut profiles = vec![Profile::new(); usize::try_from(accounts)?];
        let mut counter = 0;
        for _ in 0..(HISTORY * accounts).div_ceil(BATCH as u64) {
            many(&mut profiles, &batch(&mut counter, accounts)?, policy)?;
        }
        Ok(Self { accounts, profiles, counter, rounds: Default::default() })
    }

    fn round(&mut self, policy: &CheckedPolicy) -> Result<(), Failed> {
        let payments = batch(&mut self.counter, self.accounts)?;
        // Another size had the caches before: as much is done once without the clock.
        many(&mut self.profiles, &payments, policy)?;
        let payments = batch(&mut self.counter, self.accounts)?;
        let started = cpu_ns();
        for (account, payment) in &payments {
            step(&mut self.profiles[*account], payment, policy)?;
        }
        self.rounds[0].push((cpu_ns() - started) / BATCH as u64);
        let payments = batch(&mut self.counter, self.accounts)?;
        let started = cpu_ns();
        many(&mut self.profiles, &payments, policy)?;
        self.rounds[1].push((cpu_ns() - started) / BATCH as u64);
        let payments = batch(&mut self.counter, self.accounts)?;
        let started = cpu_ns();
        for (account, _) in &payments {
            black_box(self.profiles[*account].clone());
        }
        self.rounds[2].push((cpu_ns() - started) / BATCH as u64);
        Ok(())
    }
}

fn step(profile: &mut Profile, payment: &Payment, policy: &CheckedPolicy) -> Result<(), Failed> {
    let payee = PayeeBelief::new(policy, payment.at);
    let assessed = assess(profile, payment, Some(&payee), policy, &AssessContext::at(payment.at, 480))?;
    assessed.commit(profile);
    black_box(assessed.assessment.outcome);
    Ok(())
}

/// As a queue is worked off: in chunks, so that what is queued lies on the stack.
fn many(profiles: &mut [Profile], payments: &[(usize, Payment)], policy: &CheckedPolicy) -> Result<(), Failed> {
    let Some((_, first)) = payments.first() else { return Ok(()) };
    let payee = PayeeBelief::new(policy, first.at);
    for chunk in payments.chunks(CHUNK) {
        let queue: [Queued<'_>; CHUNK] = std::array::from_fn(|place| {
            let (account, payment) = &chunk[place % chunk.len()];
            Queued { account: *account, payment, payee: Some(&payee), context: AssessContext::at(payment.at, 480) }
        });
        assess_many(profiles, &queue[..chunk.len()], policy, |_, assessed| {
            black_box(assessed.assessment.outcome);
        })?;
    }
    Ok(())
}

fn allocations() -> Result<u64, Failed> {
    let (policy, mut counter) = (CheckedPolicy::wallet(), 0);
    let mut profiles = vec![Profile::new(); 64];
    for _ in 0..4 {
        many(&mut profiles, &batch(&mut counter, 64)?, &policy)?;
    }
    let (singles, manys) = (batch(&mut counter, 64)?, batch(&mut counter, 64)?);
    let mut failed = None;
    let counted = allocation_counter::measure(|| {
        let by_one = singles.iter().try_for_each(|(account, payment)| step(&mut profiles[*account], payment, &policy));
        failed = by_one.and_then(|()| many(&mut profiles, &manys, &policy)).err();
    });
    failed.map_or(Ok(counted.count_total), Err)
}

/// The next payments: accounts at random, each at about one payment every five hours.
fn batch(counter: &mut u64, accounts: u64) -> Result<Vec<(usize, Payment)>, Failed> {
    let start = Timestamp::from_unix_s(1_700_000_000)?;
    let next = |_| {
        *counter += 1;
        let draw = mix(*counter);
        let account = draw % accounts;
        let at = start.plus_ms(*counter * (18_000_000 / accounts).max(1));
        let money = Money::from_minor(i64::try_from(1_000 + (draw >> 20) % 9_000)?, Currency::CNY)?;
        let mut payment = Payment::out("", money, at)?;
        payment.tx_id = TxId(u128::from(draw).wrapping_mul(0x1_0000_0001_0000_0001).to_le_bytes());
        payment.payee = Some(Fingerprint(mix(account * 7 + (draw >> 40) % 9)));
        payment.device = Some(Fingerprint(mix(account)));
        Ok((usize::try_from(account)?, payment))
    };
    (0..BATCH).map(next).collect()
}

/// Steele and Vigna's SplitMix64 finaliser.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}
