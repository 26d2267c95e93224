//! The one place that asks totp-rs for a signature: for the codes this side shows.
//!
//! Of totp-rs only `Builder::build` and `Totp::sign` are used. Its `check` stops at the first (oldest) match and keeps
//! no step, its `generate` panics beyond nine digits, its serde bypasses its own checks; so window, truncation and
//! comparison are done here, and none of its types is ever stored. Whole windows are signed by
//! [`keyed`](super::keyed), which hashes the key once.

use totp_rs::{Algorithm as SignAlgorithm, Builder, Totp};
use zeroize::Zeroizing;

use super::error::TotpError;
use super::parameters::{Algorithm, TotpParameters};
use super::secret::{SECRET_BYTES_MIN, TotpSecret};

/// A keyed signer of step numbers. Lives for one operation; wiped on drop.
pub(super) struct Signer {
    totp: Totp,
    digits: u8,
}

impl Signer {
    /// Takes a copy of the secret.
    ///
    /// # Errors
    /// [`TotpError::Signing`] should totp-rs refuse a secret, which no [`TotpSecret`] makes it do.
    pub(super) fn new(secret: &TotpSecret, parameters: &TotpParameters) -> Result<Self, TotpError> {
        // With a period of one second the "time" that totp-rs divides is the step itself: no product to overflow.
        let built = Builder::new()
            .with_algorithm(match parameters.algorithm() {
                Algorithm::Sha1 => SignAlgorithm::SHA1,
                Algorithm::Sha256 => SignAlgorithm::SHA256,
                Algorithm::Sha512 => SignAlgorithm::SHA512,
            })
            .with_step_duration(1)
            .with_secret(key(secret).as_slice())
            .build();
        Ok(Self { totp: built.map_err(|_| TotpError::Signing)?, digits: parameters.digits() })
    }

    /// The code of `step`, leading zeros dropped.
    ///
    /// # Errors
    /// [`TotpError::Signing`] for a signature too short to truncate, which no HMAC gives.
    pub(super) fn code(&self, step: u64) -> Result<u32, TotpError> {
        truncate(self.totp.sign(step).as_ref()).map(|value| last_digits(value, self.digits)).ok_or(TotpError::Signing)
    }
}

/// The secret as totp-rs takes it. `build` wants 128 bits; a weak one is filled up with zeros, which is what HMAC does
/// to every key shorter than a block (RFC 2104 §2), so the signature stays the same.
fn key(secret: &TotpSecret) -> Zeroizing<Vec<u8>> {
    let length = secret.expose().len();
    let mut key = Zeroizing::new(vec![0; length.max(SECRET_BYTES_MIN)]);
    key[..length].copy_from_slice(secret.expose());
    key
}

/// The last six or eight digits (RFC 4226 §5.3, step 3). Two constants, for which no division is needed.
pub(super) const fn last_digits(value: u32, digits: u8) -> u32 {
    if digits == 8 { value % 100_000_000 } else { value % 1_000_000 }
}

/// Dynamic truncation to 31 bits (RFC 4226 §5.3, step 2).
pub(super) fn truncate(signature: &[u8]) -> Option<u32> {
    let offset = usize::from(signature.last()? & 0x0F);
    let bytes = signature.get(offset..offset + 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?) & 0x7FFF_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(secret: &[u8], algorithm: Algorithm, digits: u8, step: u64) -> u32 {
        let secret = TotpSecret::dangerous_from_weak_bytes(secret).unwrap();
        let parameters = TotpParameters::new(algorithm, digits, 30, 0).unwrap();
        Signer::new(&secret, &parameters).unwrap().code(step).unwrap()
    }

    #[test]
    fn the_hotp_values_of_rfc_4226_appendix_d_hold() {
        let values = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489];
        for (counter, value) in (0..).zip(values) {
            assert_eq!(code(b"12345678901234567890", Algorithm::Sha1, 6, counter), value);
        }
    }

    /// Made with oathtool 2.6.7 from the 80-bit secret `JBSWY3DPEHPK3PXP` at Unix second 1111111111.
    #[test]
    fn a_weak_key_filled_up_with_zeros_signs_as_the_weak_key() {
        let secret = b"Hello!\xDE\xAD\xBE\xEF";
        assert_eq!(code(secret, Algorithm::Sha1, 6, 37_037_037), 358_462);
        assert_eq!(code(secret, Algorithm::Sha256, 6, 37_037_037), 848_888);
        assert_eq!(code(secret, Algorithm::Sha512, 8, 37_037_037), 45_996_533);
    }

    #[test]
    fn the_largest_step_signs_and_signatures_of_no_hmac_are_refused() {
        assert!(code(&[7; 64], Algorithm::Sha512, 8, u64::MAX) < 100_000_000);
        for impossible in [&[][..], &[0x0F; 18], &[0xFF]] {
            assert_eq!(truncate(impossible), None);
        }
        assert_eq!(truncate(&[0x0F; 19]), Some(0x0F0F_0F0F));
    }
}
