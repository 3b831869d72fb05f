//! The Merkle tree of RFC 6962 section 2.1 over SHA-256, with the verification of RFC 9162 section 2.1.
//!
//! A node `(level, index)` is the hash of the complete subtree over leaves `index·2^level .. (index+1)·2^level`.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// A way of reading the hash of node `(level, index)`; `None` when it cannot be read.
pub type ReadNode<'a> = dyn FnMut(u32, u64) -> Option<Hash> + 'a;

/// The hash of a leaf: SHA-256 of 0x00 and its bytes.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(leaf).finalize().into()
}

/// The hash of an inner node: SHA-256 of 0x01 and the hashes below it.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    Sha256::digest(bytes).into()
}

/// The root over hashed leaves; of none it is the hash of nothing.
pub fn root(leaf_hashes: &[Hash]) -> Hash {
    let mut range = CompactRange::new();
    leaf_hashes.iter().for_each(|hash| range.append(*hash));
    range.root()
}

/// The least that must be kept of a tree so that leaves can be appended: the roots of its complete subtrees, the
/// largest first, one for each bit set in the size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompactRange {
    size: u64,
    roots: Vec<Hash>,
}

impl CompactRange {
    /// The empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a hashed leaf.
    pub fn append(&mut self, leaf_hash: Hash) {
        self.append_and(leaf_hash, &mut |_, _, _| {});
    }

    /// Appends a hashed leaf and tells each node `(level, index, hash)` that it completes, the leaf first: what a log
    /// has to keep to prove anything later.
    pub fn append_and(&mut self, leaf_hash: Hash, completed: &mut dyn FnMut(u32, u64, &Hash)) {
        let mut hash = leaf_hash;
        completed(0, self.size, &hash);
        for level in 0..self.size.trailing_ones() {
            let Some(left) = self.roots.pop() else { break };
            hash = node_hash(&left, &hash);
            completed(level + 1, self.size >> (level + 1), &hash);
        }
        self.roots.push(hash);
        self.size += 1;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut smallest_first = self.roots.iter().rev();
        match smallest_first.next() {
            None => Sha256::digest([]).into(),
            Some(last) => smallest_first.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// The bytes to keep: the size in eight bytes, big end first, then the hashes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        self.roots.iter().for_each(|hash| bytes.extend_from_slice(hash));
        bytes
    }

    /// What [`CompactRange::to_bytes`] gave; `None` when the number of hashes does not fit the size.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (size, hashes) = bytes.split_first_chunk::<8>()?;
        let size = u64::from_be_bytes(*size);
        let (roots, rest) = hashes.as_chunks::<32>();
        (rest.is_empty() && roots.len() == size.count_ones() as usize).then(|| Self { size, roots: roots.to_vec() })
    }
}

/// The proof that leaf `index` is in the tree of `size` leaves (RFC 6962 section 2.1.1), the lowest hash first.
/// `None` when the leaf is not in the tree or a node cannot be read.
pub fn inclusion_proof(index: u64, size: u64, read: &mut ReadNode) -> Option<Vec<Hash>> {
    if index >= size {
        return None;
    }
    let (mut start, mut end) = (0, size);
    let mut proof = Vec::with_capacity((u64::BITS - (size - 1).leading_zeros()) as usize);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            proof.push(range_root(middle, end, read)?);
            end = middle;
        } else {
            proof.push(range_root(start, middle, read)?);
            start = middle;
        }
    }
    proof.reverse();
    Some(proof)
}

/// The proof that the tree of `size` leaves extends that of `old_size` (RFC 6962 section 2.1.2).
/// `None` unless `0 < old_size <= size`, or when a node cannot be read. Equal sizes need no hashes.
pub fn consistency_proof(old_size: u64, size: u64, read: &mut ReadNode) -> Option<Vec<Hash>> {
    if old_size == 0 || old_size > size {
        return None;
    }
    let (mut start, mut end) = (0, size);
    let mut proof = Vec::new();
    while old_size < end {
        let middle = start + split(end - start);
        if old_size <= middle {
            proof.push(range_root(middle, end, read)?);
            end = middle;
        } else {
            proof.push(range_root(start, middle, read)?);
            start = middle;
        }
    }
    // The old tree's own root is known to the verifier; any other subtree that ends the old tree is not.
    if start > 0 {
        proof.push(range_root(start, end, read)?);
    }
    proof.reverse();
    Some(proof)
}

/// True when the proof leads from the hashed leaf at `index` to the root of `size` leaves (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(index: u64, size: u64, leaf_hash: &Hash, proof: &[Hash], root: &Hash) -> bool {
    root_of_inclusion(index, size, leaf_hash, proof).is_some_and(|found| found == *root)
}

/// The root to which an inclusion proof leads; `None` when the proof has not the length that index and size demand.
pub fn root_of_inclusion(index: u64, size: u64, leaf_hash: &Hash, proof: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf_hash;
    for sibling in proof {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // A node at the right edge without a sibling rises until it has one.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

/// True when the proof shows that the tree `(size, root)` extends `(old_size, old_root)` (RFC 9162 section 2.1.4.2).
/// The empty tree is extended by any and needs no hashes.
pub fn verify_consistency(old_size: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if old_size == 0 || old_size >= size {
        let same = old_size == size && old_root == root;
        let from_nothing = old_size == 0 && size > 0 && *old_root == CompactRange::new().root();
        return proof.is_empty() && (same || from_nothing);
    }
    let (mut node, mut last) = (old_size - 1, size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let mut path = proof.iter();
    let first = if node == 0 { Some(old_root) } else { path.next() };
    let Some(first) = first else { return false };
    let (mut old_hash, mut hash) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && hash == *root
}

/// All nodes of a tree that is small enough to be held in memory, so that proofs can be read from it.
pub struct Nodes(Vec<Vec<Hash>>);

impl Nodes {
    /// Every complete node over the hashed leaves.
    pub fn new(leaf_hashes: Vec<Hash>) -> Self {
        let mut levels = vec![leaf_hashes];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let above = below.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
            levels.push(above);
        }
        Nodes(levels)
    }

    /// The hash of node `(level, index)`, if it is complete.
    pub fn read(&self, level: u32, index: u64) -> Option<Hash> {
        self.0.get(level as usize)?.get(usize::try_from(index).ok()?).copied()
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let size = self.0[0].len() as u64;
        range_root(0, size, &mut |level, index| self.read(level, index)).unwrap_or_else(|| CompactRange::new().root())
    }
}

/// The largest power of two that is smaller than `length` (at least two).
fn split(length: u64) -> u64 {
    1 << (u64::BITS - 1 - (length - 1).leading_zeros())
}

/// The root over leaves `start..end`, where `start` is aligned to the tree as the splits of RFC 6962 make it.
pub(crate) fn range_root(start: u64, end: u64, read: &mut ReadNode) -> Option<Hash> {
    let (mut start, mut roots) = (start, Vec::new());
    if (end - start).is_power_of_two() {
        let level = (end - start).trailing_zeros();
        return read(level, start >> level);
    }
    while start < end {
        let level = u64::BITS - 1 - (end - start).leading_zeros();
        roots.push(read(level, start >> level)?);
        start += 1 << level;
    }
    let last = roots.pop()?;
    Some(roots.iter().rfold(last, |right, left| node_hash(left, &right)))
}
