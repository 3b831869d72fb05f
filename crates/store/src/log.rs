//! The log: the leaves of committed batches in order, as tiles, with a signed checkpoint.
//!
//! Requests append batches of leaves without an index. One sequencer, leased and fenced, gives indices, extends the tree
//! and signs. What readers of feeds see lies behind its position.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;

use ledger::checkpoint;
use ledger::tiles::{self, WIDTH};
use ledger::tree::{self, CompactRange, Hash};
use ledger::trust_list::{Name, Purpose, TrustList, TrustedKey};
use uuid::Uuid;

use crate::open::io;
use crate::param::params;
use crate::stmt::Stmt;
use crate::{Store, StoreError};

/// How long the sequencer's lease lasts after its last write, in microseconds.
const LEASE: i64 = 10_000_000;

/// The most batches that get their indices in one transaction.
const MOST_BATCHES: i64 = 2000;

/// Name of the file that holds the last checkpoint, in the data folder.
pub const CHECKPOINT_FILE: &str = "checkpoint";

/// The head of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Leaves.
    pub size: u64,
    /// Root of the tree.
    pub root: Hash,
    /// The signed note.
    pub note: String,
}

/// The proof that a receipt's leaf is in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Index of the leaf.
    pub index: u64,
    /// The leaf, a commitment.
    pub leaf: Hash,
    /// The path to the root, the lowest hash first.
    pub path: Vec<Hash>,
    /// The signed note of the head that the path leads to.
    pub note: String,
}

type Tiles = BTreeMap<(u32, u64), Vec<u8>>;

impl Store {
    /// Gives the leaves of committed batches their indices and signs a checkpoint; to be called each second or oftener.
    /// With nothing to do it writes nothing.
    ///
    /// # Errors
    /// [`StoreError::Missed`] when another sequencer holds the lease or has moved the log on.
    pub async fn sequence(&self) -> Result<Head, StoreError> {
        let head = self.head().await?;
        let waiting = self.waiting_batches().await?;
        let old_size = head.as_ref().map_or(0, |head| head.size);
        // A head that a former key signed is signed anew, so that nothing rests on that key but what it signed in its time.
        let own = [self.0.options.receipt_key.public()];
        if let Some(head) = head.as_ref().filter(|head| waiting.is_empty() && self.signed_by(&head.note, own).is_some())
        {
            return Ok(head.clone());
        }
        let mut tiles = self.tiles(&edge(old_size)).await?;
        let mut range = range(old_size, &tiles).ok_or_else(|| broken("a tile at the edge of the log is missing"))?;
        let mut changed = BTreeSet::new();
        let mut stmts = vec![self.hold_lease()];
        for (id, leaves) in &waiting {
            stmts.push(self.give_index(*id, range.size()));
            for leaf in leaves {
                range.append_and(tree::leaf_hash(leaf), &mut |level, index, hash| {
                    if level % 8 == 0 {
                        let place = (level / 8, index / WIDTH);
                        tiles.entry(place).or_default().extend_from_slice(hash);
                        changed.insert(place);
                    }
                });
            }
        }
        let (size, root) = (range.size(), range.root());
        let note = checkpoint::sign(&self.0.options.origin, size, &root, &self.0.options.receipt_key)
            .map_err(|refusal| StoreError::Refused(refusal.to_string()))?;
        stmts.extend(changed.iter().filter_map(|place| Some(self.put_tile(*place, tiles.get(place)?))));
        let next = Head { size, root, note };
        stmts.push(self.move_head(head.as_ref(), &next));
        self.write("sequence", stmts).await?;
        self.write_checkpoint_file(&next.note)?;
        Ok(next)
    }

    /// The last checkpoint; `None` before the first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn head(&self) -> Result<Option<Head>, StoreError> {
        let sql = "select size, root, note from log_heads where port = $1";
        let Some(mut row) = self.query(sql, &[self.port_param()]).await?.pop() else { return Ok(None) };
        let note = String::from_utf8(row.bytes(2)?).map_err(|_| broken("the checkpoint is no text"))?;
        Ok(Some(Head { size: row.int(0)?.unsigned_abs(), root: row.hash(1)?, note }))
    }

    /// A tile of the log as C2SP tlog-tiles serves it, full or partial; `None` when it is not there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tile(&self, level: u32, number: u64, width: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.tiles(&BTreeSet::from([(level, number)])).await?.remove(&(level, number));
        let length = width as usize * 32;
        Ok(found.filter(|bytes| width > 0 && bytes.len() >= length).map(|bytes| bytes[..length].to_vec()))
    }

    /// The proof that the tree of `size` leaves extends that of `old_size`, for witnesses and monitors.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn consistency(&self, old_size: u64, size: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        if self.head().await?.is_none_or(|head| size > head.size) {
            return Ok(None);
        }
        let mut places = BTreeSet::new();
        tree::consistency_proof(old_size, size, &mut |level, index| note_place(level, index, &mut places));
        let tiles = self.tiles(&places).await?;
        Ok(tree::consistency_proof(old_size, size, &mut |level, index| read_node(level, index, &tiles)))
    }

    /// The proof of the leaf at a place in a batch; `None` until it is sequenced.
    pub(crate) async fn prove(&self, batch: Uuid, leaf: i64) -> Result<Option<Proof>, StoreError> {
        let sql = "select first_index, leaves from batches where port = $1 and id = $2 and first_index is not null";
        let Some(mut row) = self.query(sql, &params![self.port(), batch]).await?.pop() else { return Ok(None) };
        let Some(head) = self.head().await? else { return Ok(None) };
        let index = (row.int(0)? + leaf).unsigned_abs();
        let leaves = row.bytes(1)?;
        let Some(leaf) = leaves.as_chunks::<32>().0.get(leaf as usize) else { return Ok(None) };
        let mut places = BTreeSet::new();
        tree::inclusion_proof(index, head.size, &mut |level, index| note_place(level, index, &mut places));
        let tiles = self.tiles(&places).await?;
        let path = tree::inclusion_proof(index, head.size, &mut |level, index| read_node(level, index, &tiles));
        Ok(path.map(|path| Proof { index, leaf: *leaf, path, note: head.note }))
    }

    /// Compares what the store holds with its last checkpoint and with the one in the file. Runs at the start; the whole
    /// log is recomputed by [`Store::audit`].
    pub(crate) async fn check_log(&self) -> Result<(), StoreError> {
        let file = self.read_checkpoint_file()?;
        let promised = file.as_ref().map_or(0, |file| file.size);
        let Some(head) = self.head().await? else {
            return if promised == 0 { Ok(()) } else { Err(behind(promised, 0, "the store has no checkpoint at all")) };
        };
        let signed = self.verified(&head.note).filter(|found| found.size == head.size && found.root == head.root);
        if signed.is_none() {
            return Err(behind(head.size, head.size, "the checkpoint in the store is not signed by this port"));
        }
        let sql = "select first_index + leaf_count, leaves from batches where port = $1 and first_index is not null \
                   order by first_index desc limit 1";
        let mut newest = self.query(sql, &[self.port_param()]).await?;
        let held = newest.first().map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
        if held != head.size {
            return Err(behind(head.size, held, "batches of leaves are missing"));
        }
        if head.size < promised {
            return Err(behind(promised, head.size, "the checkpoint file is newer than the store"));
        }
        let leaves = newest.first_mut().map_or(Ok(Vec::new()), |row| row.bytes(1))?;
        let mut places = edge(head.size);
        places.extend(edge(promised));
        places.extend((0..leaves.len() as u64 / 32).map(|n| (0, (head.size - 1 - n) / WIDTH)));
        let tiles = self.tiles(&places).await?;
        let root_of = |size| range(size, &tiles).map(|range| range.root());
        if root_of(head.size) != Some(head.root) {
            return Err(behind(head.size, held, "the tree's root is another than the checkpoint's"));
        }
        if file.is_some_and(|file| root_of(file.size) != Some(file.root)) {
            return Err(behind(promised, held, "the tree is another than the one in the checkpoint file"));
        }
        let first = head.size - leaves.len() as u64 / 32;
        let stands = |(n, leaf): (usize, &Hash)| read_node(0, first + n as u64, &tiles) == Some(tree::leaf_hash(leaf));
        if !leaves.as_chunks::<32>().0.iter().enumerate().all(stands) {
            return Err(behind(head.size, held, "the leaves of the newest batch are not those of the tree"));
        }
        if head.size > promised { self.write_checkpoint_file(&head.note) } else { Ok(()) }
    }

    /// Tiles by level and number; those that are missing are left out.
    pub(crate) async fn tiles(&self, places: &BTreeSet<(u32, u64)>) -> Result<Tiles, StoreError> {
        let mut tiles = Tiles::new();
        for (level, number) in places {
            let sql = "select hashes from tiles where port = $1 and level = $2 and n = $3";
            let found = self.query(sql, &params![self.port(), i64::from(*level), *number as i64]).await?;
            for mut row in found {
                tiles.insert((*level, *number), row.bytes(0)?);
            }
        }
        Ok(tiles)
    }

    /// A note's head, if this port's key signed it, now or formerly.
    fn verified(&self, note: &str) -> Option<checkpoint::Checkpoint> {
        let options = &self.0.options;
        let keys = [options.receipt_key.public()].into_iter().chain(options.former_keys.iter().cloned());
        self.signed_by(note, keys)
    }

    fn signed_by(
        &self,
        note: &str,
        keys: impl IntoIterator<Item = ledger::PublicKey>,
    ) -> Option<checkpoint::Checkpoint> {
        let options = &self.0.options;
        let trusted = |public_key: ledger::PublicKey| TrustedKey {
            kid: public_key.kid(),
            holder: options.port.clone(),
            name: Name { zh: options.port.clone(), en: options.port.clone() },
            purposes: vec![Purpose::Checkpoint],
            permit_kinds: Vec::new(),
            algorithm: public_key.algorithm(),
            public_key,
            not_before: 0,
            not_after: None,
            revoked_at: None,
        };
        let trust =
            TrustList { port: options.port.clone(), issued_at: 0, keys: keys.into_iter().map(trusted).collect() };
        checkpoint::verify(note, &trust).ok().map(|verified| verified.checkpoint)
    }

    fn read_checkpoint_file(&self) -> Result<Option<checkpoint::Checkpoint>, StoreError> {
        let note = match fs::read_to_string(self.0.options.data_dir.join(CHECKPOINT_FILE)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            note => note.map_err(io)?,
        };
        let unsigned = || behind(0, 0, "the checkpoint file is not signed by this port");
        self.verified(&note).map(Some).ok_or_else(unsigned)
    }

    fn write_checkpoint_file(&self, note: &str) -> Result<(), StoreError> {
        let folder = &self.0.options.data_dir;
        let half = folder.join("checkpoint.half");
        let mut file = File::create(&half).map_err(io)?;
        file.write_all(note.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        fs::rename(&half, folder.join(CHECKPOINT_FILE)).map_err(io)?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)
    }

    async fn waiting_batches(&self) -> Result<Vec<(Uuid, Vec<Hash>)>, StoreError> {
        let sql = "select id, leaves from batches where port = $1 and first_index is null order by id limit $2";
        let rows = self.query(sql, &params![self.port(), MOST_BATCHES]).await?;
        let batch = |mut row: crate::Row| Ok((row.uuid(0)?, row.bytes(1)?.as_chunks::<32>().0.to_vec()));
        rows.into_iter().map(batch).collect()
    }

    /// Ends this node's leases, and on SQLite all: its lock proves that no other process lives.
    pub(crate) async fn end_leases(&self) -> Result<(), StoreError> {
        let alone = matches!(self.0.engine, crate::Engine::Sqlite(_));
        let held = "select name from leases where port = $1 and until > 0 and (holder = $2 or $3 = 1) limit 1";
        let values = params![self.port(), self.0.node.as_str(), alone];
        if self.query(held, &values).await?.is_empty() {
            return Ok(());
        }
        let end = "update leases set until = 0 where port = $1 and (holder = $2 or $3 = 1)";
        self.write_one("lease", end, values).await.map(drop)
    }

    fn hold_lease(&self) -> Stmt {
        let now = self.chance().now();
        Stmt::must(
            "insert into leases (port, name, holder, epoch, until) values ($1, 'sequencer', $2, 1, $3) \
             on conflict (port, name) do update set holder = excluded.holder, until = excluded.until, \
             epoch = case when leases.holder = excluded.holder then leases.epoch else leases.epoch + 1 end \
             where leases.holder = excluded.holder or leases.until < $4 returning epoch",
            params![self.port(), self.0.node.as_str(), now + LEASE, now],
            1,
        )
    }

    fn give_index(&self, batch: Uuid, first: u64) -> Stmt {
        Stmt::must(
            "update batches set first_index = $1 where port = $2 and id = $3 and first_index is null returning id",
            params![first as i64, self.port(), batch],
            1,
        )
    }

    fn put_tile(&self, (level, number): (u32, u64), hashes: &[u8]) -> Stmt {
        Stmt::new(
            "insert into tiles (port, level, n, hashes) values ($1, $2, $3, $4) \
             on conflict (port, level, n) do update set hashes = excluded.hashes",
            params![self.port(), i64::from(level), number as i64, hashes.to_vec()],
        )
    }

    /// Compare and swap: the head moves on only from where this sequencer read it, under its own lease.
    fn move_head(&self, old: Option<&Head>, new: &Head) -> Stmt {
        let old_size = old.map_or(0, |head| head.size) as i64;
        let old_root = old.map_or([0; 32], |head| head.root);
        Stmt::must(
            "insert into log_heads (port, size, root, epoch, signed_at, note) \
             select $1, $2, $3, epoch, $4, $5 from leases where port = $1 and name = 'sequencer' and holder = $6 \
             on conflict (port) do update set size = excluded.size, root = excluded.root, epoch = excluded.epoch, \
             signed_at = excluded.signed_at, note = excluded.note \
             where log_heads.size = $7 and log_heads.root = $8 and log_heads.epoch <= excluded.epoch returning size",
            params![
                self.port(),
                new.size as i64,
                new.root,
                self.chance().now(),
                new.note.clone().into_bytes(),
                self.0.node.as_str(),
                old_size,
                old_root
            ],
            1,
        )
    }
}

/// The nodes whose hashes are the compact range of a size, the largest first.
fn range_nodes(size: u64) -> impl Iterator<Item = (u32, u64)> {
    let levels = (0..u64::BITS).rev().filter(move |level| size >> level & 1 == 1);
    levels.map(move |level| (level, (size >> level) - 1))
}

/// The tiles that hold those nodes, and those that the next leaves go to.
fn edge(size: u64) -> BTreeSet<(u32, u64)> {
    let mut places = BTreeSet::new();
    for (level, index) in range_nodes(size) {
        note_place(level, index, &mut places);
    }
    let (mut level, mut count) = (0, size);
    while count > 0 {
        places.insert((level, count / WIDTH));
        (level, count) = (level + 1, count / WIDTH);
    }
    places
}

/// The compact range of a size, read from tiles.
pub(crate) fn range(size: u64, tiles: &Tiles) -> Option<CompactRange> {
    let mut bytes = size.to_be_bytes().to_vec();
    for (level, index) in range_nodes(size) {
        bytes.extend_from_slice(&read_node(level, index, tiles)?);
    }
    CompactRange::from_bytes(&bytes)
}

fn read_node(level: u32, index: u64, tiles: &Tiles) -> Option<Hash> {
    tiles::node(level, index, &mut |level, number| tiles.get(&(level, number)).cloned())
}

/// Notes the tile in which a node is found, and answers with any hash: a first run finds out what has to be read.
fn note_place(level: u32, index: u64, places: &mut BTreeSet<(u32, u64)>) -> Option<Hash> {
    places.insert((level / 8, (index << (level % 8)) / WIDTH));
    Some([0; 32])
}

fn behind(promised: u64, held: u64, what: &str) -> StoreError {
    StoreError::Behind { promised, held, what: what.to_owned() }
}

fn broken(what: &str) -> StoreError {
    StoreError::Broken(what.to_owned())
}
