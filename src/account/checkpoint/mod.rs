//! Check-points: what a chain cannot show from inside, that row and events were put back to an older state together.
//!
//! A check-point commits to the heads of all chains by the root of one Merkle tree (RFC 6962 §2.1). It is kept elsewhere,
//! with the list of heads that it commits to. Chains legitimately grow on, so the question a check-point answers is not
//! whether a chain is what it was, but whether what was then is still its beginning: at event `seq` the chain must have
//! the MAC that the list has there. One that is shorter, or has another MAC there, was rolled back ([`Verdict::RolledBack`]).
//!
//! ```text
//! store --heads--> CellHead, in order of keys --push--> CheckpointBuilder --finish--> Checkpoint   (kept elsewhere)
//!                          \--line--> heads file, as large as there are chains                     (kept anywhere)
//! heads file --feed--> HeadsParser --CellHead--> ChainVerifier::since --> Verdict;  at the end the root must be the same
//! ```
//! So the heads file need not be guarded, only the check-point of two hundred bytes. Whoever must not trust its keeper
//! wants it signed (feature `signed-checkpoints`). A leaf is `key (16) | seq (8, big endian) | MAC (32) | expiry (8)`: the
//! expiry, because cells that count messages are purged after two days, and a chain that had to go was not taken away.
//!
//! [`Verdict::RolledBack`]: super::Verdict::RolledBack

mod file;
mod head;
mod list;
#[cfg(feature = "signed-checkpoints")]
mod sign;
mod tree;

pub use file::{CHECKPOINT_BYTES_MAX, Checkpoint, CheckpointError, CheckpointFile};
pub use head::CellHead;
pub use list::{HEADS_HEADER, HeadsError, HeadsFault, HeadsParser};
#[cfg(feature = "signed-checkpoints")]
pub use sign::{CheckpointKey, CheckpointPublicKey};
pub use tree::{Inclusion, PROOF_STEPS_MAX, TreeBuilder, TreeHash};

use crate::types::{StoreKey, Timestamp};

/// Takes the heads of all chains in order of their keys, in the memory of one path of the tree.
///
/// ```
/// use account_security::account::checkpoint::{CellHead, CheckpointBuilder};
/// use account_security::types::{StoreKey, Timestamp};
/// let mut builder = CheckpointBuilder::new();
/// builder.push(&CellHead { key: StoreKey([1; 16]), seq: 3, mac: [7; 32], expires_at: None })?;
/// let checkpoint = builder.finish([9; 16], 0, Timestamp::from_unix_s(1_767_225_600)?);
/// assert_eq!(checkpoint.tree_size, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CheckpointBuilder {
    tree: TreeBuilder,
    last: Option<StoreKey>,
}

/// A head that comes out of order: the tree is of one order only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("heads must come in the order of their keys, each once")]
pub struct NotInOrder;

impl CheckpointBuilder {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next head.
    ///
    /// # Errors
    /// [`NotInOrder`] when its key is not above the last one's.
    pub fn push(&mut self, head: &CellHead) -> Result<(), NotInOrder> {
        if self.last.is_some_and(|last| head.key <= last) {
            return Err(NotInOrder);
        }
        self.last = Some(head.key);
        self.tree.push(&head.leaf());
        Ok(())
    }

    /// The root of what was taken.
    #[must_use]
    pub fn root(&self) -> TreeHash {
        self.tree.root()
    }

    /// How many heads were taken.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The check-point of the store whose key ring says `store` ([`Keyring::lookup_fingerprint`](super::Keyring::lookup_fingerprint)). `left_out` is
    /// how many chains had a record that does not open: the check-point says nothing about them.
    #[must_use]
    pub fn finish(&self, store: [u8; 16], left_out: u64, at: Timestamp) -> Checkpoint {
        Checkpoint { store, tree_size: self.size(), root: self.root(), left_out, at }
    }
}
