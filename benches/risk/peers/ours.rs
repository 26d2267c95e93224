//! This library. The only file here that knows its API.

use std::hint::black_box;
use std::time::Duration;

use account_security::prelude::*;
use account_security::risk::{AssessContext, CheckedPolicy, PayeeBelief, Profile, assess};
use account_security::types::{Country, Position};
use rustix::time::{ClockId, clock_gettime};

use super::stream::{Event, Stream};
use super::{Contestant, Outcome};

const STREAM: Stream = Stream { accounts: 10_000 };
const PAYEES: u64 = 1_000;
const OFFSET_MIN: i32 = 480;
const PER_ROUND: u32 = 100_000;

/// `assess` and the profile put back, for payments that are ready as they are for a server that is sent numbers.
pub fn assess_and_commit() -> Outcome<Contestant> {
    let mut wallet = Wallet::warm()?;
    let round = move || {
        let payments = (0..PER_ROUND).map(|_| wallet.next()).collect::<Outcome<Vec<_>>>()?;
        let start = cpu(ClockId::ThreadCPUTime);
        for (event, payment) in &payments {
            wallet.commit(event, payment)?;
        }
        Ok((cpu(ClockId::ThreadCPUTime) - start) / PER_ROUND)
    };
    let what = format!("ours: assess + commit, wallet preset, {} profiles in process", STREAM.accounts);
    Ok(Contestant { what, bar: None, round: Box::new(round) })
}

/// The same, with the payment made of its strings: id, payee and device are hashed, too.
pub fn from_strings() -> Outcome<Contestant> {
    let mut wallet = Wallet::warm()?;
    let round = move || {
        let start = cpu(ClockId::ThreadCPUTime);
        for _ in 0..PER_ROUND {
            let (event, payment) = wallet.next()?;
            wallet.commit(&event, &payment)?;
        }
        Ok((cpu(ClockId::ThreadCPUTime) - start) / PER_ROUND)
    };
    let what = "ours: the same, each payment made of its strings first".to_owned();
    Ok(Contestant { what, bar: None, round: Box::new(round) })
}

/// Profiles, payees and the place in the stream.
struct Wallet {
    policy: CheckedPolicy,
    profiles: Vec<Profile>,
    payees: Vec<PayeeBelief>,
    next: u64,
}

impl Wallet {
    /// Every account as it is after thirty days.
    fn warm() -> Outcome<Self> {
        let policy = CheckedPolicy::wallet();
        let payee = PayeeBelief::new(&policy, Timestamp::from_unix_ms(STREAM.event(0).at_ms.try_into()?)?);
        let profiles = vec![Profile::new(); STREAM.accounts.try_into()?];
        let payees = vec![payee; PAYEES.try_into()?];
        let mut wallet = Self { policy, profiles, payees, next: 0 };
        for _ in 0..STREAM.warm_up() {
            let (event, payment) = wallet.next()?;
            wallet.commit(&event, &payment)?;
        }
        Ok(wallet)
    }

    fn next(&mut self) -> Outcome<(Event, Payment)> {
        let event = STREAM.event(self.next);
        self.next += 1;
        Ok((event, payment(&event)?))
    }

    fn commit(&mut self, event: &Event, payment: &Payment) -> Outcome<()> {
        let payee = &self.payees[usize::try_from(payee(event))?];
        let profile = &mut self.profiles[usize::try_from(event.account)?];
        let context = AssessContext::at(payment.at, OFFSET_MIN);
        let assessed = assess(profile, payment, Some(payee), &self.policy, &context)?;
        assessed.commit(profile);
        black_box(&assessed.assessment);
        Ok(())
    }
}

/// The whole way through the service: load, open, assess, seal, MAC, commit; nothing where the feature is off.
#[cfg(feature = "sqlite")]
pub fn through_sqlite() -> Outcome<Vec<Contestant>> {
    let mut desk = Desk::warm()?;
    let what = format!("ours: one sealed, audited command, SQLite (NORMAL), {} accounts", desk.stream.accounts);
    Ok(vec![Contestant { what, bar: None, round: Box::new(move || desk.round()) }])
}

#[cfg(feature = "sqlite")]
struct Desk {
    stream: Stream,
    security: Service<SqliteStore>,
    names: Vec<AccountId>,
    next: u64,
    /// Removed after the store is closed.
    _folder: tempfile::TempDir,
}

#[cfg(feature = "sqlite")]
impl Desk {
    const PER_ROUND: u32 = 5_000;

    fn warm() -> Outcome<Self> {
        // Fewer than elsewhere: every payment of the warm-up is a commit.
        let stream = Stream { accounts: 1_000 };
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let durability = account_security::store::Durability::Normal;
        let store = SqliteStore::open_with(folder.path().join("bench.db"), durability)?;
        let root = || SecretBytes::new(vec![7; 32]);
        let keyring = Keyring::new(root(), KeyId(1), vec![(KeyId(1), root())])?;
        let security = Service::new(store, keyring, Settings::default())?;
        let names = (0..stream.accounts).map(|number| Ok(AccountId::parse(&format!("c-{number}"))?));
        let names = names.collect::<Outcome<_>>()?;
        let mut desk = Self { stream, security, names, next: 0, _folder: folder };
        (0..stream.warm_up()).try_for_each(|_| desk.settle())?;
        Ok(desk)
    }

    fn round(&mut self) -> Outcome<Duration> {
        // Of the process: checkpoints run on a thread of their own.
        let start = cpu(ClockId::ProcessCPUTime);
        (0..Self::PER_ROUND).try_for_each(|_| self.settle())?;
        Ok((cpu(ClockId::ProcessCPUTime) - start) / Self::PER_ROUND)
    }

    fn settle(&mut self) -> Outcome<()> {
        let event = self.stream.event(self.next);
        self.next += 1;
        let payment = payment(&event)?;
        let command =
            AssessPayment { payment: &payment, payee: None, local_offset_min: OFFSET_MIN, signals: Default::default() };
        black_box(self.security.execute(&self.names[usize::try_from(event.account)?], &command, payment.at)?);
        Ok(())
    }
}

#[cfg(not(feature = "sqlite"))]
pub fn through_sqlite() -> Outcome<Vec<Contestant>> {
    println!("skipped: our own way through SQLite: give --features sqlite");
    Ok(Vec::new())
}

/// A payment as a phone sends it: payee, device, country and position are all known.
fn payment(event: &Event) -> Outcome<Payment> {
    let money = Money::from_minor(event.amount_minor.try_into()?, Currency::CNY)?;
    let at = Timestamp::from_unix_ms(event.at_ms.try_into()?)?;
    let near = i32::try_from(event.number % 10_000)?;
    let position = Position::new(31_230_000 + near, 121_470_000 + near, 50).ok_or("no such position")?;
    let payment = Payment::out(&format!("tx-{}", event.number), money, at)?
        .to(&format!("shop-{}", payee(event)))
        .from_device(&format!("phone-{}", event.account))
        .at_position(position);
    Ok(payment.in_country(Country::parse("CN").ok_or("no such country")?))
}

/// An account goes to twenty shops of its own.
const fn payee(event: &Event) -> u64 {
    (event.account + event.number % 20 * 31) % PAYEES
}

fn cpu(clock: ClockId) -> Duration {
    // CPU time is never negative.
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}
