//! Secrets come on standard input, a line each, and are wiped.

use std::io::Read;

use account_security::types::SecretBytes;

use crate::exit::Failure;

/// More than any secret this command line takes.
const BYTES_MAX: u64 = 64 * 1024;

/// All of standard input, without one line break at its end.
pub(crate) fn whole() -> Result<SecretBytes, Failure> {
    let mut bytes = Vec::with_capacity(4096);
    let read = std::io::stdin().lock().take(BYTES_MAX + 1).read_to_end(&mut bytes);
    let secret = SecretBytes::new(bytes);
    read.map_err(|error| Failure::fault(format!("cannot read standard input: {error}")))?;
    if secret.expose().len() as u64 > BYTES_MAX {
        return Err(Failure::usage("standard input is longer than 64 KiB; give the secret only"));
    }
    Ok(SecretBytes::new(without_line_break(secret.expose()).to_vec()))
}

/// The lines of standard input, as text.
pub(crate) fn lines(secret: &SecretBytes) -> Result<Vec<&str>, Failure> {
    let text = std::str::from_utf8(secret.expose())
        .map_err(|_| Failure::usage("standard input is not UTF-8 text; give the secret as text"))?;
    Ok(text.lines().map(str::trim).collect())
}

fn without_line_break(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}
