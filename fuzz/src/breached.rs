//! Files and answers about breached passwords.

use account_security::password::breach::{FilterHeader, HashLine};
use account_security::password::{BreachAnswer, BreachDigest, BreachFault, BreachFilter, Password, RangeQuery};
use sha2::{Digest, Sha256};

/// Asked of every filter.
const ASKED: [&[u8]; 4] = [b"password", b"hunter2", b"", b"Zoe\xcc\x88"];

/// A filter file. Whatever it holds, a look-up answers or is a fault, and a file that passes the whole check answers.
pub fn breach_filter(bytes: &[u8]) {
    ask(bytes);
    // The same once more under a header that vouches for itself, so that what lies behind the checksum is reached.
    if bytes.len() >= 128 {
        ask(&vouched_for(bytes));
    }
}

fn vouched_for(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[..10].copy_from_slice(b"ASBREACH\x01\x00");
    let entries = u64::from_le_bytes(bytes[16..24].try_into().expect("eight bytes"));
    let kept = u32::from(bytes[10]) + 8 * u32::from(bytes[11]);
    let rate = 64_u32.checked_sub(kept).and_then(|free| entries.checked_shl(free)).unwrap_or(0);
    bytes[24..32].copy_from_slice(&rate.to_le_bytes());
    bytes[64..96].fill(0);
    let check = Sha256::digest(&bytes[..96]);
    bytes[96..128].copy_from_slice(&check);
    bytes
}

fn ask(bytes: &[u8]) {
    let Ok(filter) = BreachFilter::open(bytes) else { return };
    let header = *filter.header();
    assert_eq!(header.file_bytes(), bytes.len() as u64);
    assert_eq!(FilterHeader::decode(&header.encode()), Ok(header));
    let verified = filter.verify(|_| {});
    assert!(matches!(verified, Ok(()) | Err(BreachFault::Body)));
    for asked in ASKED {
        let password = Password::parse(asked).expect("short");
        match filter.check(&password) {
            Ok(answer) => assert!(answer.times() <= 1 && (header.entries() > 0 || !answer.is_found())),
            Err(fault) => assert_eq!(fault, BreachFault::Body, "memory does not fail"),
        }
    }
}

/// What a range service sent.
pub fn breach_range(bytes: &[u8]) {
    for asked in ASKED {
        let query = RangeQuery::of(&BreachDigest::of(asked));
        let answer = query.read(bytes);
        assert_eq!(query.read(bytes), answer, "one answer");
        let Ok(answer) = answer else { continue };
        let again = [bytes, b"\n", bytes].concat();
        assert_eq!(query.read(&again), Ok(answer), "a line that comes twice changes nothing");
        let padded = [bytes, b"\n00000000000000000000000000000000000:0\r\n"].concat();
        assert_eq!(query.read(&padded), Ok(answer), "padding changes nothing");
        assert!(answer == BreachAnswer::NotFound || bytes.len() >= 37);
        let cut = [bytes, b"\n<"].concat();
        assert!(query.read(&cut).is_err(), "rubbish is never passed over");
    }
}

/// A line of a published list.
pub fn breach_line(bytes: &[u8]) {
    let Ok(line) = HashLine::parse(bytes) else { return };
    let hex: String = line.digest.iter().map(|byte| format!("{byte:02X}")).collect();
    let written = format!("{hex}:{}", line.times);
    assert_eq!(HashLine::parse(written.as_bytes()), Ok(line));
    assert_eq!(HashLine::parse(format!("{}\r", written.to_lowercase()).as_bytes()), Ok(line));
    assert!(!bytes.contains(&b'\n') && bytes.len() >= 42);
}
