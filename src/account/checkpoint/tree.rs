//! The Merkle tree of RFC 6962 §2.1, built as the leaves stream by.
//!
//! Leaves and nodes are hashed apart (`0x00`, `0x01`), so no node passes for a leaf. What is kept is a stack of the roots
//! of whole subtrees, each larger than the next: at most one for each bit of the size.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Most hashes of an inclusion proof, and of the stack.
pub const PROOF_STEPS_MAX: usize = 64;

/// SHA-256 of a leaf or node.
pub type TreeHash = [u8; 32];

/// A tree as far as it has come.
#[derive(Clone, Debug, Default)]
pub struct TreeBuilder {
    size: u64,
    stack: Vec<Subtree>,
    wanted: Option<u64>,
    path: Vec<TreeHash>,
}

/// A whole subtree of `leaves` leaves, a power of two.
#[derive(Clone, Copy, Debug)]
struct Subtree {
    hash: TreeHash,
    leaves: u64,
    holds_wanted: bool,
}

/// That a leaf is in a tree: the hashes beside its way to the root (RFC 6962 §2.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// Which leaf, from 0.
    pub index: u64,
    /// Leaves of the tree.
    pub tree_size: u64,
    /// Lowest first, at most [`PROOF_STEPS_MAX`].
    pub path: Vec<TreeHash>,
}

impl TreeBuilder {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty tree that will prove that leaf `index` is in it.
    #[must_use]
    pub fn proving(index: u64) -> Self {
        Self { wanted: Some(index), ..Self::default() }
    }

    /// Takes the next leaf.
    pub fn push(&mut self, leaf: &[u8]) {
        let mut new = Subtree { hash: leaf_hash(leaf), leaves: 1, holds_wanted: self.wanted == Some(self.size) };
        while let Some(left) = self.stack.pop_if(|left| left.leaves == new.leaves) {
            new = join(left, new, &mut self.path);
        }
        self.stack.push(new);
        self.size = self.size.saturating_add(1);
    }

    /// Leaves taken.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the leaves so far; SHA-256 of nothing for none.
    #[must_use]
    pub fn root(&self) -> TreeHash {
        self.close(&mut Vec::new()).unwrap_or_else(|| Sha256::digest(b"").into())
    }

    /// That the wanted leaf is among those taken; `None` when none was wanted or it did not come.
    #[must_use]
    pub fn inclusion(&self) -> Option<Inclusion> {
        let index = self.wanted.filter(|index| *index < self.size)?;
        let mut path = self.path.clone();
        self.close(&mut path);
        Some(Inclusion { index, tree_size: self.size, path })
    }

    fn close(&self, path: &mut Vec<TreeHash>) -> Option<TreeHash> {
        let mut subtrees = self.stack.iter().rev().copied();
        let smallest = subtrees.next()?;
        Some(subtrees.fold(smallest, |right, left| join(left, right, path)).hash)
    }
}

impl Inclusion {
    /// Whether `leaf` is in the tree with this root (RFC 9162 §2.1.3.2).
    #[must_use]
    pub fn proves(&self, leaf: &[u8], root: &TreeHash) -> bool {
        if self.index >= self.tree_size || self.path.len() > PROOF_STEPS_MAX {
            return false;
        }
        let (mut place, mut last, mut hash) = (self.index, self.tree_size - 1, leaf_hash(leaf));
        for beside in &self.path {
            if last == 0 {
                return false;
            }
            if place % 2 == 1 || place == last {
                hash = node_hash(beside, &hash);
                // A left edge has no sibling on the levels where the tree is not filled.
                while place % 2 == 0 && place != 0 {
                    (place, last) = (place >> 1, last >> 1);
                }
            } else {
                hash = node_hash(&hash, beside);
            }
            (place, last) = (place >> 1, last >> 1);
        }
        last == 0 && bool::from(hash.ct_eq(root))
    }
}

fn join(left: Subtree, right: Subtree, path: &mut Vec<TreeHash>) -> Subtree {
    if left.holds_wanted {
        path.push(right.hash);
    } else if right.holds_wanted {
        path.push(left.hash);
    }
    Subtree {
        hash: node_hash(&left.hash, &right.hash),
        leaves: left.leaves.saturating_add(right.leaves),
        holds_wanted: left.holds_wanted || right.holds_wanted,
    }
}

fn leaf_hash(leaf: &[u8]) -> TreeHash {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

fn node_hash(left: &TreeHash, right: &TreeHash) -> TreeHash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves and roots that the tests of Certificate Transparency publish (`merkle_tree_test`).
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    /// Index, size and path, from the same place.
    const PATHS: [(u64, u64, &[&str]); 4] = [
        (0, 1, &[]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ];

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn hash(hex: &str) -> TreeHash {
        bytes(hex).try_into().unwrap()
    }

    fn tree(mut tree: TreeBuilder, leaves: &[Vec<u8>]) -> TreeBuilder {
        leaves.iter().for_each(|leaf| tree.push(leaf));
        tree
    }

    #[test]
    fn the_published_roots_and_paths() {
        let leaves = LEAVES.map(bytes);
        for (size, root) in ROOTS.iter().enumerate() {
            assert_eq!(tree(TreeBuilder::new(), &leaves[..size]).root(), hash(root), "{size} leaves");
        }
        for (index, size, path) in PATHS {
            let leaves = &leaves[..usize::try_from(size).unwrap()];
            let made = tree(TreeBuilder::proving(index), leaves).inclusion().unwrap();
            assert_eq!(made.path, path.iter().map(|step| hash(step)).collect::<Vec<_>>(), "{index} of {size}");
        }
    }

    /// The definition of RFC 6962 §2.1, word for word.
    fn by_definition(leaves: &[Vec<u8>]) -> TreeHash {
        match leaves.len() {
            0 => Sha256::digest(b"").into(),
            1 => leaf_hash(&leaves[0]),
            size => {
                let half = size.next_power_of_two() / 2;
                node_hash(&by_definition(&leaves[..half]), &by_definition(&leaves[half..]))
            }
        }
    }

    #[test]
    fn every_leaf_of_every_small_tree_proves_itself_and_nothing_else() {
        for size in 1..=33_u8 {
            let leaves: Vec<Vec<u8>> = (0..size).map(|number| vec![number]).collect();
            let root = by_definition(&leaves);
            for index in 0..size {
                let tree = tree(TreeBuilder::proving(index.into()), &leaves);
                assert_eq!(tree.root(), root);
                let proof = tree.inclusion().unwrap();
                assert!(proof.proves(&[index], &root), "{index} of {size}");
                assert!(!proof.proves(&[index + 1], &root) && !proof.proves(&[index], &[0; 32]));
                let moved = Inclusion { index: u64::from(index) + 1, ..proof.clone() };
                assert!(!moved.proves(&[index], &root), "{index} of {size} elsewhere");
                let mut longer = proof;
                longer.path.push([0; 32]);
                assert!(!longer.proves(&[index], &root));
            }
        }
        assert_eq!(tree(TreeBuilder::proving(3), &[vec![1]]).inclusion(), None);
    }

    #[test]
    fn many_leaves_take_a_stack_of_few() {
        let mut tree = TreeBuilder::new();
        (0..(1_u32 << 16) - 1).for_each(|number| tree.push(&number.to_be_bytes()));
        assert_eq!((tree.size(), tree.stack.len()), ((1 << 16) - 1, 16));
    }

    proptest::proptest! {
        #[test]
        fn the_stream_makes_the_tree_of_the_definition(
            leaves in proptest::collection::vec(proptest::collection::vec(0_u8.., 0..4), 0..70),
            changed in 0_usize..70,
        ) {
            let root = tree(TreeBuilder::new(), &leaves).root();
            proptest::prop_assert_eq!(root, by_definition(&leaves));
            if changed < leaves.len() {
                let mut other = leaves.clone();
                other[changed].push(1);
                proptest::prop_assert_ne!(root, tree(TreeBuilder::new(), &other).root());
            }
        }

        #[test]
        fn no_made_up_proof_panics(index in 0_u64.., tree_size in 0_u64.., steps in 0_usize..80) {
            let proof = Inclusion { index, tree_size, path: vec![[1; 32]; steps] };
            proptest::prop_assert!(!proof.proves(b"leaf", &[2; 32]));
        }
    }
}
