//! The other side: a device that shows codes.

use zeroize::Zeroizing;

use super::error::TotpError;
use super::parameters::TotpParameters;
use super::secret::TotpSecret;
use super::sign::Signer;
use crate::types::Timestamp;

/// A code to show, and how long it stays the current one. Wiped on drop, redacted in `Debug`.
#[derive(Clone)]
pub struct SoftCode {
    code: Zeroizing<String>,
    remaining_ms: u64,
    step: u64,
}

/// The code an authenticator shows at `now`.
///
/// ```
/// use account_security::totp::{TotpParameters, TotpSecret, code_at};
/// use account_security::types::Timestamp;
/// let secret = TotpSecret::from_bytes(b"12345678901234567890")?;
/// let shown = code_at(&secret, &TotpParameters::STANDARD, Timestamp::from_unix_s(59)?)?;
/// assert_eq!((shown.code(), shown.remaining_ms(), shown.step()), ("287082", 1_000, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`TotpError::BeforeT0`] where no step exists yet.
pub fn code_at(secret: &TotpSecret, parameters: &TotpParameters, now: Timestamp) -> Result<SoftCode, TotpError> {
    let step = u64::try_from(parameters.step_at(now)).map_err(|_| TotpError::BeforeT0)?;
    let value = Signer::new(secret, parameters)?.code(step)?;
    let code = Zeroizing::new(format!("{value:0width$}", width = usize::from(parameters.digits())));
    Ok(SoftCode { code, remaining_ms: parameters.remaining_ms(now), step })
}

impl SoftCode {
    /// The digits, leading zeros kept.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Milliseconds until the next code replaces it, 1 to the period.
    #[must_use]
    pub const fn remaining_ms(&self) -> u64 {
        self.remaining_ms
    }

    /// The step it belongs to.
    #[must_use]
    pub const fn step(&self) -> u64 {
        self.step
    }
}

impl std::fmt::Debug for SoftCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SoftCode(redacted, step {}, {} ms left)", self.step, self.remaining_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::totp::Algorithm::{self, Sha1, Sha256, Sha512};

    fn shown(secret: &[u8], algorithm: Algorithm, digits: u8, period_s: u32, t0_s: i64, unix_s: i64) -> String {
        let secret = TotpSecret::from_bytes(secret).unwrap();
        let parameters = TotpParameters::new(algorithm, digits, period_s, t0_s).unwrap();
        code_at(&secret, &parameters, Timestamp::from_unix_s(unix_s).unwrap()).unwrap().code().to_owned()
    }

    #[test]
    fn the_table_of_rfc_6238_appendix_b_holds() {
        let ascii: Vec<u8> = b"1234567890".repeat(7)[..64].to_vec();
        for (unix_s, sha1, sha256, sha512) in [
            (59, "94287082", "46119246", "90693936"),
            (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"),
            (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"),
            (20_000_000_000, "65353130", "77737706", "47863826"),
        ] {
            assert_eq!(shown(&ascii[..20], Sha1, 8, 30, 0, unix_s), sha1);
            assert_eq!(shown(&ascii[..32], Sha256, 8, 30, 0, unix_s), sha256);
            assert_eq!(shown(&ascii, Sha512, 8, 30, 0, unix_s), sha512);
        }
    }

    /// Made with oathtool 2.6.7; secrets are the bytes 0, 1, 2, … of the algorithm's length.
    #[test]
    fn another_implementation_agrees_on_digits_periods_and_the_ends_of_time() {
        const END_S: i64 = 253_402_300_799;
        let counting: Vec<u8> = (0..64).collect();
        for (unix_s, algorithm, length, six, eight_slow, eight_early) in [
            (0, Sha1, 20, "858575", "67858575", "67858575"),
            (0, Sha256, 32, "464393", "94464393", "94464393"),
            (0, Sha512, 64, "482890", "42482890", "42482890"),
            (59, Sha1, 20, "524447", "67858575", "15097194"),
            (59, Sha256, 32, "309558", "94464393", "13991662"),
            (59, Sha512, 64, "267899", "42482890", "22319519"),
            (1_111_111_111, Sha1, 20, "148968", "26354844", "16148968"),
            (1_111_111_111, Sha256, 32, "737154", "83823343", "63737154"),
            (1_111_111_111, Sha512, 64, "323350", "62865345", "53323350"),
            (END_S, Sha1, 20, "473125", "98111679", "79538997"),
            (END_S, Sha256, 32, "368761", "54744229", "46611004"),
            (END_S, Sha512, 64, "719753", "06542114", "39255998"),
        ] {
            assert_eq!(shown(&counting[..length], algorithm, 6, 30, 0, unix_s), six);
            assert_eq!(shown(&counting[..length], algorithm, 8, 60, 0, unix_s), eight_slow);
            assert_eq!(shown(&counting[..length], algorithm, 8, 30, -15, unix_s), eight_early);
        }
        for (unix_s, sha1, sha512) in [(1_111_111_111, "620919", "916852"), (END_S, "684437", "611218")] {
            assert_eq!(shown(&counting[..20], Sha1, 6, 45, 1_000_000_000, unix_s), sha1);
            assert_eq!(shown(&counting, Sha512, 6, 45, 1_000_000_000, unix_s), sha512);
        }
    }

    #[test]
    fn before_t0_there_is_no_code() {
        let secret = TotpSecret::from_bytes(&[7; 20]).unwrap();
        let parameters = TotpParameters::new(Sha1, 6, 30, 1_000).unwrap();
        let at = |unix_ms| code_at(&secret, &parameters, Timestamp::from_unix_ms(unix_ms).unwrap());
        assert_eq!(at(999_999).unwrap_err(), TotpError::BeforeT0);
        assert_eq!(at(1_000_000).unwrap().step(), 0);
    }

    #[test]
    fn debug_shows_no_digit_of_the_code() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        let shown = code_at(&secret, &TotpParameters::STANDARD, Timestamp::from_unix_s(59).unwrap()).unwrap();
        assert_eq!(format!("{shown:?}"), "SoftCode(redacted, step 1, 1000 ms left)");
    }
}
