//! The signatures behind a window: one key, many steps, so the key is hashed once and not once a step.
//!
//! totp-rs keys a fresh HMAC for every step: four compressions each, twelve for a window of three. Here the key costs
//! two and each step two, eight in all, which pays for comparing every step every time: constant work over the window
//! takes about three quarters of what totp-rs takes for a miss (`benches/credentials/totp.rs`; a cloned `Hmac` of the
//! hmac crate came out too close to the bar, for it carries buffers that eight bytes do not need). The compression
//! functions are those of the crates below totp-rs. [`sign`](super::sign) keeps totp-rs for the codes this side shows,
//! and tests hold the two against each other.

use zeroize::Zeroize;

use super::error::TotpError;
use super::parameters::{Algorithm, TotpParameters};
use super::secret::TotpSecret;
use super::sign::{last_digits, truncate};

/// A secret, keyed for many steps. As good as the secret itself: lives for one operation, wiped on drop (but for the
/// copies that compression functions leave in registers and on the stack).
pub(super) struct KeyedSteps {
    key: Key,
    digits: u8,
}

enum Key {
    Sha1(Halves<[u32; 5]>),
    Sha256(Halves<[u32; 8]>),
    Sha512(Halves<[u64; 8]>),
}

/// The hash states behind the two key blocks of HMAC (RFC 2104 §4 advises to keep them).
struct Halves<S: Zeroize> {
    inner: S,
    outer: S,
}

impl KeyedSteps {
    /// Hashes the key, once for all steps.
    pub(super) fn new(secret: &TotpSecret, parameters: &TotpParameters) -> Self {
        let key = match parameters.algorithm() {
            Algorithm::Sha1 => Key::Sha1(halves::<Sha1, _, 64, 20>(secret)),
            Algorithm::Sha256 => Key::Sha256(halves::<Sha256, _, 64, 32>(secret)),
            Algorithm::Sha512 => Key::Sha512(halves::<Sha512, _, 128, 64>(secret)),
        };
        Self { key, digits: parameters.digits() }
    }

    /// The code of `step`, leading zeros dropped.
    ///
    /// # Errors
    /// [`TotpError::Signing`] for a signature too short to truncate, which no HMAC gives.
    pub(super) fn code(&self, step: u64) -> Result<u32, TotpError> {
        #[cfg(test)]
        counted::SIGNINGS.with(|count| count.set(count.get() + 1));
        let value = match &self.key {
            Key::Sha1(key) => truncate(&hmac::<Sha1, _, 64, 20>(key, step)),
            Key::Sha256(key) => truncate(&hmac::<Sha256, _, 64, 32>(key, step)),
            Key::Sha512(key) => truncate(&hmac::<Sha512, _, 128, 64>(key, step)),
        };
        value.map(|value| last_digits(value, self.digits)).ok_or(TotpError::Signing)
    }
}

impl<S: Zeroize> Drop for Halves<S> {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

/// Hashes both key blocks. No secret is longer than a block, so none has to be hashed down first (RFC 2104 §2).
fn halves<H: Hash<S, BLOCK, DIGEST>, S: Copy + Zeroize, const BLOCK: usize, const DIGEST: usize>(
    secret: &TotpSecret,
) -> Halves<S> {
    let mut block = [0x36; BLOCK];
    block.iter_mut().zip(secret.expose()).for_each(|(byte, key)| *byte ^= key);
    let (mut inner, mut outer) = (H::START, H::START);
    H::compress(&mut inner, &block);
    block.iter_mut().for_each(|byte| *byte ^= 0x36 ^ 0x5C);
    H::compress(&mut outer, &block);
    // The rest of the block is padding; wiping byte by byte is slow enough to show.
    block.iter_mut().zip(secret.expose()).for_each(|(byte, _)| byte.zeroize());
    Halves { inner, outer }
}

/// HMAC of the step as eight big-endian bytes (RFC 4226 §5.1).
fn hmac<H: Hash<S, BLOCK, DIGEST>, S: Copy + Zeroize, const BLOCK: usize, const DIGEST: usize>(
    key: &Halves<S>,
    step: u64,
) -> [u8; DIGEST] {
    let inner = last_block::<H, S, BLOCK, DIGEST>(key.inner, &step.to_be_bytes());
    last_block::<H, S, BLOCK, DIGEST>(key.outer, &inner)
}

/// Ends a hash behind a key block with a text that fits the next block: the text, a bit, zeros, the length in bits
/// (FIPS 180-4 §5.1).
fn last_block<H: Hash<S, BLOCK, DIGEST>, S, const BLOCK: usize, const DIGEST: usize>(
    mut state: S,
    text: &[u8],
) -> [u8; DIGEST] {
    let mut block = [0; BLOCK];
    block[..text.len()].copy_from_slice(text);
    block[text.len()] = 0x80;
    block[BLOCK - 8..].copy_from_slice(&((BLOCK + text.len()) as u64 * 8).to_be_bytes());
    H::compress(&mut state, &block);
    H::digest(&state)
}

/// A hash function, as HMAC needs it.
trait Hash<S, const BLOCK: usize, const DIGEST: usize> {
    /// The state before the first block (FIPS 180-4 §5.3).
    const START: S;
    fn compress(state: &mut S, block: &[u8; BLOCK]);
    fn digest(state: &S) -> [u8; DIGEST];
}

struct Sha1;
struct Sha256;
struct Sha512;

impl Hash<[u32; 5], 64, 20> for Sha1 {
    const START: [u32; 5] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    fn compress(state: &mut [u32; 5], block: &[u8; 64]) {
        sha1::block_api::compress(state, std::slice::from_ref(block));
    }
    fn digest(state: &[u32; 5]) -> [u8; 20] {
        big_endian(state.map(u32::to_be_bytes))
    }
}

impl Hash<[u32; 8], 64, 32> for Sha256 {
    const START: [u32; 8] =
        [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19];
    fn compress(state: &mut [u32; 8], block: &[u8; 64]) {
        sha2::block_api::compress256(state, std::slice::from_ref(block));
    }
    fn digest(state: &[u32; 8]) -> [u8; 32] {
        big_endian(state.map(u32::to_be_bytes))
    }
}

impl Hash<[u64; 8], 128, 64> for Sha512 {
    const START: [u64; 8] = [
        0x6A09_E667_F3BC_C908,
        0xBB67_AE85_84CA_A73B,
        0x3C6E_F372_FE94_F82B,
        0xA54F_F53A_5F1D_36F1,
        0x510E_527F_ADE6_82D1,
        0x9B05_688C_2B3E_6C1F,
        0x1F83_D9AB_FB41_BD6B,
        0x5BE0_CD19_137E_2179,
    ];
    fn compress(state: &mut [u64; 8], block: &[u8; 128]) {
        sha2::block_api::compress512(state, std::slice::from_ref(block));
    }
    fn digest(state: &[u64; 8]) -> [u8; 64] {
        big_endian(state.map(u64::to_be_bytes))
    }
}

/// The words of a hash state as its bytes.
fn big_endian<const WORD: usize, const WORDS: usize, const N: usize>(words: [[u8; WORD]; WORDS]) -> [u8; N] {
    let mut digest = [0; N];
    digest.chunks_exact_mut(WORD).zip(&words).for_each(|(place, word)| place.copy_from_slice(word));
    digest
}

/// Counts signatures, so that tests can prove the constant work.
#[cfg(test)]
pub(super) mod counted {
    use std::cell::Cell;

    thread_local! {
        pub(super) static SIGNINGS: Cell<u32> = const { Cell::new(0) };
    }

    /// How many signatures `work` asked for on this thread.
    pub(crate) fn signings(work: impl FnOnce()) -> u32 {
        SIGNINGS.set(0);
        work();
        SIGNINGS.get()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sign::Signer;
    use super::*;

    fn code(secret: &[u8], algorithm: Algorithm, digits: u8, step: u64) -> u32 {
        let secret = TotpSecret::dangerous_from_weak_bytes(secret).unwrap();
        let parameters = TotpParameters::new(algorithm, digits, 30, 0).unwrap();
        KeyedSteps::new(&secret, &parameters).code(step).unwrap()
    }

    #[test]
    fn the_hotp_values_of_rfc_4226_appendix_d_hold() {
        let values = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489];
        for (counter, value) in (0..).zip(values) {
            assert_eq!(code(b"12345678901234567890", Algorithm::Sha1, 6, counter), value);
        }
    }

    #[test]
    fn the_table_of_rfc_6238_appendix_b_holds() {
        let ascii: Vec<u8> = b"1234567890".repeat(7)[..64].to_vec();
        for (step, sha1, sha256, sha512) in [
            (1, 94_287_082, 46_119_246, 90_693_936),
            (37_037_036, 7_081_804, 68_084_774, 25_091_201),
            (66_666_666, 69_279_037, 90_698_825, 38_618_901),
        ] {
            assert_eq!(code(&ascii[..20], Algorithm::Sha1, 8, step), sha1);
            assert_eq!(code(&ascii[..32], Algorithm::Sha256, 8, step), sha256);
            assert_eq!(code(&ascii, Algorithm::Sha512, 8, step), sha512);
        }
    }

    proptest! {
        /// totp-rs is the oracle: every key length it can be given, every step, one key state for all of them.
        #[test]
        fn totp_rs_signs_the_same(
            secret in proptest::collection::vec(0_u8.., 10..=64), algorithm in 0_usize..3, eight in proptest::bool::ANY,
            steps in proptest::collection::vec(prop_oneof![0_u64..100_000_000, 0_u64..], 1..5),
        ) {
            let algorithm = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][algorithm];
            let parameters = TotpParameters::new(algorithm, if eight { 8 } else { 6 }, 30, 0).unwrap();
            let secret = TotpSecret::dangerous_from_weak_bytes(&secret).unwrap();
            let ours = KeyedSteps::new(&secret, &parameters);
            let theirs = Signer::new(&secret, &parameters).unwrap();
            for step in steps {
                prop_assert_eq!(ours.code(step).unwrap(), theirs.code(step).unwrap());
            }
        }
    }
}
