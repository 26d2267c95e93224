//! Where randomness comes from.

use std::convert::Infallible;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng, TryCryptoRng, TryRng};

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
        let mut system: rand::rngs::SysRng = rand::rngs::SysRng;
        system.try_fill_bytes(&mut seed).ok().map(|()| seed)
    }
}

/// The generator of one command, seeded when the command first asks it for something: most payments need nothing.
///
/// The trait of generators knows no failure, so one that could not be seeded gives zeros and says so afterwards; the
/// driver asks before anything is committed or told.
pub(super) struct OnDemand<'a> {
    entropy: &'a dyn Entropy,
    generator: Option<StdRng>,
    failed: bool,
}

impl<'a> OnDemand<'a> {
    pub(super) const fn new(entropy: &'a dyn Entropy) -> Self {
        Self { entropy, generator: None, failed: false }
    }

    /// Whether something was asked for that could not be given. Whatever was made from it must be thrown away.
    pub(super) const fn has_failed(&self) -> bool {
        self.failed
    }

    fn generator(&mut self) -> Option<&mut StdRng> {
        if self.generator.is_none() {
            self.generator = self.entropy.seed().map(StdRng::from_seed);
            self.failed |= self.generator.is_none();
        }
        self.generator.as_mut()
    }
}

impl TryRng for OnDemand<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.generator().map_or(0, Rng::next_u32))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.generator().map_or(0, Rng::next_u64))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        match self.generator() {
            Some(generator) => generator.fill_bytes(bytes),
            None => bytes.fill(0),
        }
        Ok(())
    }
}

impl TryCryptoRng for OnDemand<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    struct Dry;

    impl Entropy for Dry {
        fn seed(&self) -> Option<[u8; 32]> {
            None
        }
    }

    #[test]
    fn a_generator_without_entropy_says_so_once_it_was_needed() {
        let mut dry = OnDemand::new(&Dry);
        assert!(!dry.has_failed());
        assert_eq!(dry.next_u64(), 0);
        assert!(dry.has_failed());
        let mut system = OnDemand::new(&SystemEntropy);
        assert_ne!((system.next_u64(), system.next_u64()), (0, 0));
        assert!(!system.has_failed());
    }
}
