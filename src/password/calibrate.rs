//! Which costs fit this machine: the strongest within a time and a memory limit, never below OWASP's minimum.
//!
//! Memory first, passes second (RFC 9106 §4): memory is what an attacker's hardware cannot have cheaply. One lane, because
//! sign-ins already run beside each other. The clock is an argument, so the same readings always give the same costs.

use std::time::Duration;

use super::engine::{Engine, Job};
use super::error::{CalibrationError, HashError};
use super::normalisation::Normalisation;
use super::params::{HashParams, VerifyCeiling};
use super::phc::{Algorithm, Phc, Version};
use super::pool::HashPool;

/// The longest time one hash may be asked to take.
pub const TARGET_MS_MAX: u32 = 10_000;
/// Costs measured at most; the time of a hash is nearly proportional to memory times passes, so few are needed.
const TRIALS_MAX: usize = 8;
/// Hashes timed for one measurement, after one to warm up; the median counts.
const SAMPLES: usize = 3;
/// No trial costs more than this many times what is known to fit: a clock too coarse to see a hash must not lead to one
/// that takes minutes.
const GROWTH_MAX: u64 = 4;

/// What a hash may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostGoal {
    /// Time of one hash, in milliseconds.
    pub target_ms: u32,
    /// Memory of one hash, in KiB. A budget must hold as many as shall run at once.
    pub memory_kib_max: u32,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calibration {
    /// The strongest costs found within the goal, or OWASP's minimum if even that is above it.
    pub params: HashParams,
    /// What a hash with them took.
    pub took: Duration,
    /// Whether that is within the goal. If not, this machine is slow: raise the goal, the costs must not sink further.
    pub is_within_target: bool,
}

/// Finds the strongest costs within the goal. Takes about twenty times the goal; run it at installation, not at a sign-in,
/// and on an idle machine.
///
/// `clock` reads the time since any fixed moment.
///
/// ```no_run
/// use account_security::password::{CostGoal, Engine, calibrate};
/// let goal = CostGoal { target_ms: 100, memory_kib_max: 65_536 };
/// let start = std::time::Instant::now();
/// let found = calibrate(&goal, Engine::Standard, &mut || start.elapsed())?;
/// println!("{:?} in {:?}", found.params, found.took);
/// # Ok::<(), account_security::password::CalibrationError>(())
/// ```
///
/// # Errors
/// [`CalibrationError::TargetOutOfRange`], [`CalibrationError::MemoryTooSmall`] below what OWASP's minimum needs,
/// [`CalibrationError::Hash`] when the system gives no memory.
pub fn calibrate(
    goal: &CostGoal,
    engine: Engine,
    clock: &mut dyn FnMut() -> Duration,
) -> Result<Calibration, CalibrationError> {
    search(goal, &mut |params| time_of_a_hash(params, engine, clock))
}

/// Bisects, with the next guess taken from the last measurement.
fn search(
    goal: &CostGoal,
    measure: &mut dyn FnMut(&HashParams) -> Result<Duration, HashError>,
) -> Result<Calibration, CalibrationError> {
    if !(1..=TARGET_MS_MAX).contains(&goal.target_ms) {
        return Err(CalibrationError::TargetOutOfRange);
    }
    let scale = Scale::new(goal.memory_kib_max).ok_or(CalibrationError::MemoryTooSmall)?;
    let target = Duration::from_millis(goal.target_ms.into());
    let mut best = Calibration { params: scale.minimum, took: measure(&scale.minimum)?, is_within_target: true };
    if best.took > target {
        return Ok(Calibration { is_within_target: false, ..best });
    }
    let mut too_much = scale.work_max + 1;
    let mut guess = proportional(work(&best.params), best.took, target);
    for _ in 1..TRIALS_MAX {
        let guess_max = work(&best.params).saturating_mul(GROWTH_MAX).min(too_much - 1);
        let params = scale.params(guess.clamp(work(&best.params), guess_max));
        if work(&params) <= work(&best.params) {
            break;
        }
        let took = measure(&params)?;
        guess = proportional(work(&params), took, target);
        if took <= target {
            best = Calibration { params, took, is_within_target: true };
        } else {
            too_much = work(&params);
        }
    }
    Ok(best)
}

/// One scale from OWASP's minimum upwards: memory up to its limit, then passes.
struct Scale {
    minimum: HashParams,
    m_kib_max: u32,
    work_max: u64,
}

impl Scale {
    /// `None` when the memory does not hold the smallest minimum.
    fn new(memory_kib_max: u32) -> Option<Self> {
        let m_kib_max = memory_kib_max.min(VerifyCeiling::DEFAULT.m_kib) / 1_024 * 1_024;
        // Two passes where the memory allows it: the second overwrites what the first left.
        let minimum = HashParams::OWASP_MINIMA.into_iter().find(|it| it.t() >= 2 && it.m_kib() <= m_kib_max)?;
        Some(Self { minimum, m_kib_max, work_max: u64::from(m_kib_max) * u64::from(VerifyCeiling::DEFAULT.t) })
    }

    /// The costs of at most so much work, in KiB times passes; whole MiB.
    fn params(&self, work: u64) -> HashParams {
        let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let m_kib = narrow(work / u64::from(self.minimum.t()) / 1_024 * 1_024);
        let (m_kib, t) = if m_kib <= self.m_kib_max {
            (m_kib.max(self.minimum.m_kib()), self.minimum.t())
        } else {
            (self.m_kib_max, narrow(work / u64::from(self.m_kib_max)).max(self.minimum.t()))
        };
        HashParams::new(m_kib, t, 1).unwrap_or(self.minimum)
    }
}

fn work(params: &HashParams) -> u64 {
    u64::from(params.m_kib()) * u64::from(params.t())
}

fn proportional(work: u64, took: Duration, target: Duration) -> u64 {
    let guess = u128::from(work) * target.as_nanos() / took.as_nanos().max(1);
    u64::try_from(guess).unwrap_or(u64::MAX)
}

fn time_of_a_hash(
    params: &HashParams,
    engine: Engine,
    clock: &mut dyn FnMut() -> Duration,
) -> Result<Duration, HashError> {
    let mut permit = HashPool::new(params.m_kib(), 0, engine).acquire(params.m_kib())?;
    let record = Phc {
        algorithm: Algorithm::Argon2id,
        version: Version::V19,
        m_kib: params.m_kib(),
        t: params.t(),
        p: params.p(),
        key_id: None,
        normalisation: Normalisation::CURRENT,
        salt: vec![0; params.salt_len()],
        tag: vec![0; params.tag_len()],
    };
    let job = Job { record: &record, password: b"a password of usual length", pepper: None };
    let mut tag = vec![0; params.tag_len()];
    permit.compute(&job, &mut tag)?;
    let mut samples = [Duration::ZERO; SAMPLES];
    for sample in &mut samples {
        let start = clock();
        permit.compute(&job, &mut tag)?;
        *sample = clock().saturating_sub(start);
    }
    samples.sort_unstable();
    Ok(samples[SAMPLES / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine on which a KiB and pass take so many nanoseconds, and a hash so many more.
    fn machine(ns_per_kib: u64, ns_more: u64) -> impl FnMut(&HashParams) -> Result<Duration, HashError> {
        move |params| Ok(Duration::from_nanos(ns_per_kib * work(params) + ns_more))
    }

    fn found(
        target_ms: u32,
        memory_mib: u32,
        mut machine: impl FnMut(&HashParams) -> Result<Duration, HashError>,
    ) -> Calibration {
        search(&CostGoal { target_ms, memory_kib_max: memory_mib * 1_024 }, &mut machine).unwrap()
    }

    #[test]
    fn memory_is_raised_first_and_passes_where_it_ends() {
        // 0.4 µs per KiB and pass, as measured on a server: 19 MiB twice are 15.6 ms.
        let hundred = found(100, 1_024, machine(400, 0));
        assert_eq!((hundred.params.m_kib(), hundred.params.t(), hundred.params.p()), (122 * 1_024, 2, 1));
        let less_memory = found(100, 64, machine(400, 0));
        assert_eq!((less_memory.params.m_kib(), less_memory.params.t()), (65_536, 3));
        let ceiling = found(TARGET_MS_MAX, 4_096, machine(1, 0));
        assert_eq!((ceiling.params.m_kib(), ceiling.params.t()), (262_144, 16), "what the default ceiling verifies");
    }

    #[test]
    fn a_slow_machine_gets_the_minimum_and_is_told() {
        let slow = found(10, 64, machine(4_000, 0));
        assert_eq!(slow.params, HashParams::owasp_19m());
        assert!(!slow.is_within_target);
        let phone = found(10, 8, machine(4_000, 0));
        assert_eq!((phone.params.m_kib(), phone.params.t()), (7_168, 5));
    }

    #[test]
    fn a_goal_nobody_can_meet_is_refused() {
        let refused = |target_ms, memory_kib_max| {
            search(&CostGoal { target_ms, memory_kib_max }, &mut machine(1, 0)).unwrap_err()
        };
        assert_eq!(refused(100, 7_167), CalibrationError::MemoryTooSmall);
        assert_eq!(refused(0, 65_536), CalibrationError::TargetOutOfRange);
        assert_eq!(refused(TARGET_MS_MAX + 1, 65_536), CalibrationError::TargetOutOfRange);
        let no_memory =
            search(&CostGoal { target_ms: 1, memory_kib_max: 65_536 }, &mut |_| Err(HashError::OutOfMemory));
        assert_eq!(no_memory, Err(CalibrationError::Hash(HashError::OutOfMemory)));
    }

    #[test]
    fn the_clock_is_the_only_thing_that_decides() {
        let goal = CostGoal { target_ms: 5, memory_kib_max: 8_192 };
        let ticking = |tick_ms: u64| {
            let mut reading = Duration::ZERO;
            calibrate(&goal, Engine::Standard, &mut || {
                reading += Duration::from_millis(tick_ms);
                reading
            })
        };
        let slow = ticking(6).unwrap();
        assert_eq!((slow.took, slow.is_within_target), (Duration::from_millis(6), false));
        assert_eq!(slow.params, HashParams::new(7_168, 5, 1).unwrap());
        let quick = ticking(4).unwrap();
        assert_eq!((quick.took, quick.is_within_target), (Duration::from_millis(4), true));
        assert_eq!(ticking(4), ticking(4));
        // A clock that runs backwards reads as no time at all, and the search still ends.
        let mut reading = Duration::from_secs(1_000);
        let backwards = calibrate(&goal, Engine::Standard, &mut || {
            reading = reading.saturating_sub(Duration::from_secs(1));
            reading
        });
        assert_eq!(backwards.unwrap().params, HashParams::new(8_192, 16, 1).unwrap());
    }

    proptest::proptest! {
        #[test]
        fn never_below_owasp_and_never_above_the_goal(
            target_ms in 1..=TARGET_MS_MAX,
            memory_kib_max in 7_168_u32..2_000_000,
            ns_per_kib in 1_u64..20_000,
            ns_more in 0_u64..1_000_000,
            cache_kib in 1_u32..300_000,
            slower in 1_u64..5,
        ) {
            let goal = CostGoal { target_ms, memory_kib_max };
            let mut trials = 0;
            // Beyond some cache every access takes longer, so the next guess overshoots.
            let (mut in_cache, mut beyond) = (machine(ns_per_kib, ns_more), machine(ns_per_kib * slower, ns_more));
            let mut measure = |params: &HashParams| {
                trials += 1;
                if params.m_kib() <= cache_kib { in_cache(params) } else { beyond(params) }
            };
            let found = search(&goal, &mut measure).unwrap();
            proptest::prop_assert!(trials <= TRIALS_MAX);
            proptest::prop_assert!(found.params.meets_owasp(), "{:?}", found.params);
            proptest::prop_assert!(found.params.m_kib() <= memory_kib_max);
            proptest::prop_assert!(VerifyCeiling::DEFAULT.admit(&found.params).is_ok());
            let target = Duration::from_millis(target_ms.into());
            proptest::prop_assert_eq!(found.is_within_target, found.took <= target);
        }
    }
}
