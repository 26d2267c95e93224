//! Whether two calls take the same time, by Welch's t test on interleaved samples ("dudect", Reparaz, Balasch,
//! Verbauwhede: Dude, is my code constant time?, DATE 2017).

use std::time::Instant;

/// Above this the two differ for all practical purposes.
pub const T_MAX: f64 = 4.5;
/// Thresholds at which slow samples are cut off: they are the machine's doing, not the call's.
const CROPS: u32 = 20;
/// Fewer samples of a class than this say nothing about a crop.
const SAMPLES_MIN: f64 = 1_000.0;

/// The largest |t| over all samples and over each crop. `samples` calls of each class, in random order.
///
/// Each crop keeps what is faster than a percentile of both classes together: 99.5 %, and down to the fastest fifth.
///
/// The classes are called through one pointer at one place: two copies of the same machine code differ by nanoseconds.
pub fn welch_t<'a>(samples: u32, class_a: &'a mut dyn FnMut(), class_b: &'a mut dyn FnMut()) -> f64 {
    let mut order = Xorshift(0x9E37_79B9_7F4A_7C15);
    let (classes, mut times) = ([class_a, class_b], [Vec::new(), Vec::new()]);
    for round in 0..samples.saturating_mul(2).saturating_add(WARM_UP) {
        let class = usize::from(order.next() & 1 == 0);
        let ns = time(&mut *classes[class]);
        if round >= WARM_UP {
            times[class].push(ns);
        }
    }
    let [mut times_a, mut times_b] = times;
    if std::env::var_os("ZZ").is_some() {
        times_a.sort_unstable();
        times_b.sort_unstable();
        for q in [5, 10, 20, 40, 60, 80] {
            let [a, b] = [&times_a, &times_b].map(|v| v[v.len() * q / 100]);
            print!("p{q} {a} {:+}; ", i64::from(b) - i64::from(a));
        }
        println!();
    }
    let mut all: Vec<u32> = times_a.iter().chain(&times_b).copied().collect();
    all.sort_unstable();
    let crops =
        (0..CROPS).filter_map(|crop| all.get(all.len() * usize::try_from(995 - crop * 40).ok()? / 1_000).copied());
    let largest = crops.chain([u32::MAX]).filter_map(|below| t(&times_a, &times_b, below));
    largest.fold(0.0, |largest, t| t.abs().max(largest))
}

const WARM_UP: u32 = 5_000;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#[inline(never)]
fn time(call: &mut dyn FnMut()) -> u32 {
    let started = Instant::now();
    call();
    u32::try_from(started.elapsed().as_nanos()).unwrap_or(u32::MAX)
}

/// Welch's t of the samples below `below`; `None` where too few are left.
fn t(a: &[u32], b: &[u32], below: u32) -> Option<f64> {
    let (a, b) = (Moments::of(a, below), Moments::of(b, below));
    if a.count < SAMPLES_MIN || b.count < SAMPLES_MIN {
        return None;
    }
    let spread = (a.variance() / a.count + b.variance() / b.count).sqrt();
    Some(if spread > 0.0 { (a.mean - b.mean) / spread } else { 0.0 })
}

/// Welford's running mean and sum of squares.
#[derive(Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn of(samples: &[u32], below: u32) -> Self {
        samples.iter().filter(|ns| **ns < below).fold(Self::default(), |mut moments, ns| {
            moments.count += 1.0;
            let off = f64::from(*ns) - moments.mean;
            moments.mean += off / moments.count;
            moments.squares += off * (f64::from(*ns) - moments.mean);
            moments
        })
    }

    fn variance(&self) -> f64 {
        self.squares / (self.count - 1.0)
    }
}

/// Marsaglia's xorshift64: good enough to mix two classes.
struct Xorshift(u64);

impl Xorshift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 33
    }
}
