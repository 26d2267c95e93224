//! Where randomness comes from.

use rand::rngs::StdRng;
use rand::{SeedableRng, TryRng};

/// A source of seeds. It may fail: a device may have no randomness yet, and then nothing is decided.
pub trait Entropy: Send + Sync {
    /// Thirty-two unpredictable bytes; `None` when there are none to be had.
    fn seed(&self) -> Option<[u8; 32]>;
}

/// The operating system's generator, asked anew for every command: a forked process never repeats a nonce.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_types, reason = "the one place where operating-system randomness enters")]
    fn seed(&self) -> Option<[u8; 32]> {
        let mut seed = [0; 32];
        rand::rngs::SysRng.try_fill_bytes(&mut seed).ok().map(|()| seed)
    }
}

/// The generator of one command.
pub(super) fn generator(entropy: &dyn Entropy) -> Option<StdRng> {
    entropy.seed().map(StdRng::from_seed)
}
