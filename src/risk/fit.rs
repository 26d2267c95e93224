//! Learns from labelled history what the policy cannot know beforehand: the amount no ordinary account reaches.

use super::fixed::log2_q16;
use super::payee::Label;

/// Steps per doubling of the amount.
const STEPS: usize = 16;
/// Amounts up to 2^52 minor units.
const CELLS: usize = 52 * STEPS;

/// Counts labelled payments by amount. Kept by the one who fits a policy, not stored with any account: 7 KB.
///
/// ```
/// use account_security::risk::{AmountFit, Label};
/// let mut fit = AmountFit::new();
/// for amount_minor in 1_000..20_000 { fit.observe(amount_minor, Label::Genuine); }
/// for amount_minor in 25_000..25_050 { fit.observe(amount_minor, Label::Fraud); }
/// let from = fit.large_amount_minor().expect("fifty frauds above every genuine payment");
/// assert!((20_000..=25_000).contains(&from));
/// ```
#[derive(Clone, Debug)]
pub struct AmountFit {
    cells: Vec<(u32, u32)>,
}

impl AmountFit {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self { cells: vec![(0, 0); CELLS] }
    }

    /// Takes in one labelled payment.
    pub fn observe(&mut self, amount_minor: u64, label: Label) {
        let Some((frauds, genuine)) = self.cells.get_mut(cell(amount_minor)) else { return };
        match label {
            Label::Fraud => *frauds = frauds.saturating_add(1),
            Label::Genuine => *genuine = genuine.saturating_add(1),
            Label::Unknown => {}
        }
    }

    /// The lowest amount from which on at least nine in ten labelled payments were fraud, at every step above it, with
    /// at least ten frauds in all; for [`LargeAmount::from_minor`](super::policy::LargeAmount).
    #[must_use]
    pub fn large_amount_minor(&self) -> Option<u64> {
        let (mut frauds, mut genuine, mut from) = (0_u64, 0_u64, None);
        for (index, (cell_frauds, cell_genuine)) in self.cells.iter().enumerate().rev() {
            if *cell_genuine > 0 && u64::from(*cell_frauds) < 9 * u64::from(*cell_genuine) {
                break;
            }
            frauds += u64::from(*cell_frauds);
            genuine += u64::from(*cell_genuine);
            if *cell_frauds > 0 && frauds >= 10 && frauds >= 9 * genuine {
                from = Some(lowest_in(index));
            }
        }
        from
    }
}

impl Default for AmountFit {
    fn default() -> Self {
        Self::new()
    }
}

fn cell(amount_minor: u64) -> usize {
    let step = log2_q16(amount_minor) >> 12;
    usize::try_from(step).unwrap_or(0).min(CELLS - 1)
}

/// The lowest amount of a cell, by bisection of the same function that fills it.
fn lowest_in(index: usize) -> u64 {
    let (mut low, mut high) = (0_u64, 1_u64 << 53);
    while low < high {
        let middle = low + (high - low) / 2;
        if cell(middle) >= index { high = middle } else { low = middle + 1 }
    }
    low
}
