//! The check-point itself and its text: a few lines, one way to write each.

use super::{HeadsError, HeadsParser, TreeHash};
use crate::types::{Timestamp, hex};

/// Longest text of a check-point, in bytes.
pub const CHECKPOINT_BYTES_MAX: usize = 512;
const HEADER: &str = "account-security checkpoint v1";
/// Length of an Ed25519 signature, in bytes.
pub(super) const SIGNATURE_BYTES: usize = 64;

/// What all chains of a store came to at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which store: [`Keyring::lookup_fingerprint`](crate::account::Keyring::lookup_fingerprint) of its key ring.
    pub store: [u8; 16],
    /// How many chains.
    pub tree_size: u64,
    /// The root over their heads.
    pub root: TreeHash,
    /// Chains whose record did not open. Nothing is said about them.
    pub left_out: u64,
    /// When it was begun: everything committed before is in it.
    pub at: Timestamp,
}

/// A check-point as it is kept: with a signature, if somebody signed it.
///
/// ```
/// use account_security::account::checkpoint::{CheckpointBuilder, CheckpointFile};
/// use account_security::types::Timestamp;
/// let checkpoint = CheckpointBuilder::new().finish([9; 16], 0, Timestamp::from_unix_s(1_767_225_600)?);
/// let text = CheckpointFile::unsigned(checkpoint).to_text();
/// assert!(text.starts_with("account-security checkpoint v1\nstore 0909"));
/// assert_eq!(CheckpointFile::parse(text.as_bytes())?.checkpoint, checkpoint);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckpointFile {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// Ed25519 over the text in front of the signature's line.
    pub signature: Option<[u8; SIGNATURE_BYTES]>,
}

/// Why bytes are no check-point, or not this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// More than [`CHECKPOINT_BYTES_MAX`].
    #[error("longer than any check-point; the file is damaged, fetch it again")]
    TooLong,
    /// Not as [`CheckpointFile::to_text`] writes it.
    #[error("line {0} is not as a check-point of this version has it; the file is damaged, fetch it again")]
    Malformed(u8),
    /// The check-point is of a store with another look-up key.
    #[error("the check-point is of another store; name the one that was made of this store")]
    OtherStore,
    /// The heads file does not have the root of the check-point: one of the two was changed.
    #[error(
        "the heads file is not the one that the check-point commits to; fetch both again from where they were kept"
    )]
    OtherHeads,
    /// The heads file cannot be read.
    #[error("the heads file, {0}")]
    Heads(#[from] HeadsError),
    /// A signature was asked for and there is none.
    #[error("the check-point is not signed; ask whoever made it for the signed one, or verify without a public key")]
    Unsigned,
    /// The signature is of another key or another check-point.
    #[error("the signature does not fit the check-point and the public key; do not rely on this check-point")]
    BadSignature,
    /// A key that is none.
    #[error("not an Ed25519 key of 32 bytes; pass the raw key")]
    BadKey,
}

impl Checkpoint {
    /// Ends the reading of a heads file: it must be the one that this check-point commits to.
    ///
    /// # Errors
    /// [`CheckpointError::Heads`] for a file that was cut, [`CheckpointError::OtherHeads`] for another one. Nothing that was
    /// found with its heads means anything then.
    pub fn finish(&self, heads: HeadsParser) -> Result<(), CheckpointError> {
        let tree = heads.finish()?;
        let is_same = tree.size() == self.tree_size && tree.root() == self.root;
        if is_same { Ok(()) } else { Err(CheckpointError::OtherHeads) }
    }

    /// The text that is kept, and signed.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{HEADER}\nstore ");
        hex::push(&mut text, &self.store);
        text.push_str(&format!("\nchains {}\nroot ", self.tree_size));
        hex::push(&mut text, &self.root);
        text.push_str(&format!("\nleft-out {}\nat-ms {}\n", self.left_out, self.at.unix_ms()));
        text
    }
}

impl CheckpointFile {
    /// One that nobody signed: it is worth what the place is worth where it is kept.
    #[must_use]
    pub const fn unsigned(checkpoint: Checkpoint) -> Self {
        Self { checkpoint, signature: None }
    }

    /// The text, the same for the same check-point.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = self.checkpoint.text();
        if let Some(signature) = &self.signature {
            text.push_str("ed25519 ");
            hex::push(&mut text, signature);
            text.push('\n');
        }
        text
    }

    /// Reads a text.
    ///
    /// # Errors
    /// [`CheckpointError::TooLong`], [`CheckpointError::Malformed`] with the line. The signature is looked at by
    /// `CheckpointFile::verify`.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        if bytes.len() > CHECKPOINT_BYTES_MAX {
            return Err(CheckpointError::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| CheckpointError::Malformed(1))?;
        let mut lines = Lines { lines: text.split('\n'), number: 0 };
        lines.expect(|line| (line == HEADER).then_some(()))?;
        let checkpoint = Checkpoint {
            store: lines.expect(|line| hex::array(line.strip_prefix("store ")?))?,
            tree_size: lines.expect(|line| line.strip_prefix("chains ")?.parse().ok())?,
            root: lines.expect(|line| hex::array(line.strip_prefix("root ")?))?,
            left_out: lines.expect(|line| line.strip_prefix("left-out ")?.parse().ok())?,
            at: lines.expect(|line| Timestamp::from_unix_ms(line.strip_prefix("at-ms ")?.parse().ok()?).ok())?,
        };
        let signature = lines.expect(|line| match line {
            "" => Some(None),
            line => Some(Some(hex::array(line.strip_prefix("ed25519 ")?)?)),
        })?;
        let file = Self { checkpoint, signature };
        // One check-point has one text: whatever else reads alike is refused.
        if file.to_text() == text { Ok(file) } else { Err(CheckpointError::Malformed(lines.number)) }
    }
}

struct Lines<'a> {
    lines: std::str::Split<'a, char>,
    number: u8,
}

impl Lines<'_> {
    fn expect<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Result<T, CheckpointError> {
        self.number = self.number.saturating_add(1);
        self.lines.next().and_then(read).ok_or(CheckpointError::Malformed(self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(signature: Option<[u8; 64]>) -> CheckpointFile {
        let at = Timestamp::from_unix_s(1_772_366_400).unwrap();
        CheckpointFile {
            checkpoint: Checkpoint { store: [1; 16], tree_size: 7, root: [2; 32], left_out: 0, at },
            signature,
        }
    }

    #[test]
    fn one_check_point_has_one_text() {
        for file in [file(None), file(Some([3; 64]))] {
            let text = file.to_text();
            assert_eq!(CheckpointFile::parse(text.as_bytes()), Ok(file));
            assert!(text.len() <= CHECKPOINT_BYTES_MAX, "{}", text.len());
            for cut in 0..text.len() {
                let is_whole = cut == file.checkpoint.text().len();
                assert_eq!(CheckpointFile::parse(&text.as_bytes()[..cut]).is_ok(), is_whole, "cut at {cut}");
            }
            for index in 0..text.len() {
                let mut changed = text.clone().into_bytes();
                changed[index] ^= 1;
                assert_ne!(CheckpointFile::parse(&changed), Ok(file), "byte {index}");
            }
        }
    }

    #[test]
    fn what_only_reads_alike_is_refused_with_its_line() {
        let text = file(None).to_text();
        let malformed = |text: &str| CheckpointFile::parse(text.as_bytes()).unwrap_err();
        assert_eq!(malformed(""), CheckpointError::Malformed(1));
        assert_eq!(malformed(&text.replace("store 01", "store 0g")), CheckpointError::Malformed(2));
        assert_eq!(malformed(&text.replace("chains 7", "chains -7")), CheckpointError::Malformed(3));
        assert!(matches!(malformed(&text.replace("chains 7", "chains 07")), CheckpointError::Malformed(_)));
        assert!(matches!(malformed(&text.replace('\n', "\r\n")), CheckpointError::Malformed(_)));
        assert!(matches!(malformed(&(text.clone() + "\n")), CheckpointError::Malformed(_)));
        assert_eq!(malformed(&"x".repeat(1 << 20)), CheckpointError::TooLong);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(0_u8.., 0..600)) {
            let _ = CheckpointFile::parse(&bytes);
        }
    }
}
