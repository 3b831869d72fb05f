//! A log as static files: C2SP tlog-tiles. A tile holds up to 256 consecutive hashes of tree level 8·L.

use crate::tree::{Hash, ReadNode, node_hash};

/// The hashes in a full tile.
pub const WIDTH: u64 = 256;

/// Where a tile stands: level `L`, number `N` and, when it is partial, fewer than 256 hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Level of the tile; its hashes are nodes of tree level `8 * level`.
    pub level: u32,
    /// Number of the tile within its level.
    pub number: u64,
    /// Hashes in the tile, 1 to 256.
    pub width: u64,
}

impl Tile {
    /// The path below the log's prefix, for example `tile/0/x001/x234/067.p/112`.
    pub fn path(&self) -> String {
        format!("tile/{}/{}{}", self.level, number_path(self.number), partial_suffix(self.width))
    }

    /// Reads what [`Tile::path`] writes; `None` for any other spelling.
    pub fn parse(path: &str) -> Option<Tile> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (digits, width) = match rest.split_once(".p/") {
            Some((digits, width)) => (digits, width.parse().ok()?),
            None => (rest, WIDTH),
        };
        let three = |number: Option<u64>, part: &str| {
            number?.checked_mul(1000)?.checked_add(part.trim_start_matches('x').parse().ok()?)
        };
        let number = digits.split('/').fold(Some(0), three)?;
        let tile = Tile { level: level.parse().ok().filter(|level| *level < 8)?, number, width };
        ((1..=WIDTH).contains(&width) && tile.path() == path).then_some(tile)
    }

    /// The tile at a place in a tree of `size` leaves; `None` when the tree does not reach there.
    pub fn in_tree(level: u32, number: u64, size: u64) -> Option<Tile> {
        let hashes = size.checked_shr(8 * level)?;
        let width = hashes.saturating_sub(number.checked_mul(WIDTH)?).min(WIDTH);
        (width > 0).then_some(Tile { level, number, width })
    }

    /// The bytes of the tile, its hashes one after the other; `None` when a node cannot be read.
    pub fn bytes(&self, read: &mut ReadNode) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.width as usize * 32);
        for index in self.number * WIDTH..self.number * WIDTH + self.width {
            bytes.extend_from_slice(&read(self.level * 8, index)?);
        }
        Some(bytes)
    }
}

/// The tiles that must be written when the log grows from `old_size` to `size` leaves, partial ones included.
pub fn new_tiles(old_size: u64, size: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    let (mut level, mut old_count, mut count) = (0, old_size, size);
    while count > 0 {
        for number in old_count / WIDTH..count.div_ceil(WIDTH) {
            let width = (count - number * WIDTH).min(WIDTH);
            if number * WIDTH + width > old_count {
                tiles.push(Tile { level, number, width });
            }
        }
        (level, old_count, count) = (level + 1, old_count / WIDTH, count / WIDTH);
    }
    tiles
}

/// The hash of node `(level, index)` of the tree, read from the tile that holds the nodes below it.
/// `read_tile(level, number)` gives the bytes of a full or partial tile.
pub fn node(level: u32, index: u64, read_tile: &mut dyn FnMut(u32, u64) -> Option<Vec<u8>>) -> Option<Hash> {
    let depth = level % 8;
    let first = index.checked_shl(depth)?;
    let bytes = read_tile(level / 8, first / WIDTH)?;
    let start = (first % WIDTH) as usize;
    let mut hashes = bytes.as_chunks::<32>().0.get(start..start + (1 << depth))?.to_vec();
    while hashes.len() > 1 {
        hashes = hashes.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    hashes.pop()
}

/// The path of an entry bundle below the log's prefix.
pub fn entries_path(number: u64, width: u64) -> String {
    format!("tile/entries/{}{}", number_path(number), partial_suffix(width))
}

/// An entry bundle: each entry after its length in two bytes. `None` when an entry is longer than 65,535 bytes.
pub fn entry_bundle(entries: &[&[u8]]) -> Option<Vec<u8>> {
    let mut bundle = Vec::new();
    for entry in entries {
        bundle.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Some(bundle)
}

/// A number as path elements of three digits, all but the last beginning with `x`.
fn number_path(number: u64) -> String {
    let (mut path, mut rest) = (format!("{:03}", number % 1000), number / 1000);
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

/// What a partial tile's path ends with.
fn partial_suffix(width: u64) -> String {
    if width == WIDTH { String::new() } else { format!(".p/{width}") }
}
