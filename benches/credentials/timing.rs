//! Whether two calls take the same time, by Welch's t test on interleaved samples ("dudect", Reparaz, Balasch,
//! Verbauwhede: Dude, is my code constant time?, DATE 2017).

use std::time::Instant;

/// Above this the two differ for all practical purposes.
pub const T_MAX: f64 = 4.5;
/// Thresholds at which slow samples are cut off: they are the machine's doing, not the call's.
const CROPS: u32 = 20;
/// Fewer samples of a class than this say nothing about a crop.
const SAMPLES_MIN: f64 = 1_000.0;

/// What calls of several classes took, in nanoseconds.
pub struct Samples(Vec<Vec<u32>>);

impl Samples {
    pub fn of_classes(count: usize) -> Self {
        Self(vec![Vec::new(); count])
    }

    /// `count` more calls of each class, on average, in random order.
    ///
    /// All are calls of one closure with one state, told which class it is and any number: two copies of the same machine code, or of the
    /// same password, differ by nanoseconds.
    pub fn take(&mut self, count: u32, call: &mut dyn FnMut(usize, usize)) {
        let mut order = Xorshift(0x9E37_79B9_7F4A_7C15);
        let classes = u64::try_from(self.0.len()).unwrap_or(1);
        for round in 0..u64::from(WARM_UP) + u64::from(count) * classes {
            let class = usize::try_from(order.next() % classes).unwrap_or(0);
            let ns = time(class, usize::try_from(order.next()).unwrap_or(0), call);
            if round >= u64::from(WARM_UP) {
                self.0[class].push(ns);
            }
        }
    }

    /// The largest |t| between two classes, over all their samples and over each crop, which keeps what is faster than a
    /// percentile of both together: 99.5 %, and down to the fastest fifth.
    pub fn t(&self, a: usize, b: usize) -> f64 {
        let (a, b) = (&self.0[a], &self.0[b]);
        let mut all: Vec<u32> = a.iter().chain(b).copied().collect();
        all.sort_unstable();
        let crops =
            (0..CROPS).filter_map(|crop| all.get(all.len() * usize::try_from(995 - crop * 40).ok()? / 1_000).copied());
        let largest = crops.chain([u32::MAX]).filter_map(|below| t(a, b, below));
        largest.fold(0.0, |largest, t| t.abs().max(largest))
    }
}

const WARM_UP: u32 = 5_000;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#[inline(never)]
fn time(class: usize, any: usize, call: &mut dyn FnMut(usize, usize)) -> u32 {
    let started = Instant::now();
    call(class, any);
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
