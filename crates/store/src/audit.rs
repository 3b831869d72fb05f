//! The whole log recomputed from what is stored: batches in order, the tree, and each leaf from its journal entries. It
//! names what was rewritten.

use std::collections::{BTreeMap, BTreeSet};

use ledger::tiles::WIDTH;
use ledger::tree::{self, CompactRange, Hash};
use uuid::Uuid;

use crate::changes::ADMINISTRATION;
use crate::param::{Param, Row, params};
use crate::prepare::{EntryParts, commitment_parts, push_entry};
use crate::{Store, StoreError};

/// Rows of a page.
const PAGE: i64 = 500;

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Leaves that are in the log.
    pub leaves: u64,
    /// Receipts whose leaves were recomputed.
    pub receipts: u64,
    /// What is wrong, in words that name it.
    pub findings: Vec<String>,
}

impl Store {
    /// Recomputes the log. Nothing is changed; reading all takes a while: `progress` hears how many leaves, and after them how
    /// many receipts, were gone through since it was told last.
    ///
    /// # Errors
    /// When the store cannot be read; what is wrong with its content is a finding.
    pub async fn audit(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Audit, StoreError> {
        let mut audit = Audit::default();
        self.audit_tree(&mut audit, progress).await?;
        self.audit_receipts(&mut audit, progress).await?;
        self.audit_strays(&mut audit).await?;
        Ok(audit)
    }

    /// Entries that no receipt covers, and leaves whose receipts are gone.
    async fn audit_strays(&self, audit: &mut Audit) -> Result<(), StoreError> {
        let sql = "select e.matter, e.seq from entries e where e.port = $1 and not exists \
                   (select 1 from receipts r where r.port = e.port and r.id = e.receipt) limit 20";
        for mut row in self.query(sql, &[self.port_param()]).await? {
            let finding = format!("entry {} of matter {} is covered by no receipt", row.int(1)?, row.uuid(0)?);
            audit.findings.push(finding);
        }
        let sql = "select cast(coalesce(sum(leaf_count), 0) as bigint) from batches where port = $1";
        let leaves = self.query(sql, &[self.port_param()]).await?.first().map_or(Ok(0), |row| row.int(0))?;
        if leaves.unsigned_abs() != audit.receipts {
            audit.findings.push(format!("{leaves} leaves stand against {} receipts", audit.receipts));
        }
        Ok(())
    }

    async fn audit_tree(&self, audit: &mut Audit, progress: &(dyn Fn(u64) + Sync)) -> Result<(), StoreError> {
        let (mut range, mut levels) = (CompactRange::new(), BTreeMap::<(u32, u64), Vec<u8>>::new());
        loop {
            let sql = "select id, first_index, leaf_count, leaves from batches \
                       where port = $1 and first_index >= $2 order by first_index limit $3";
            let page = self.query(sql, &params![self.port(), range.size() as i64, PAGE]).await?;
            if page.is_empty() {
                break;
            }
            let before = range.size();
            for mut row in page {
                let (id, first) = (row.uuid(0)?, row.int(1)?.unsigned_abs());
                if first != range.size() {
                    audit.findings.push(format!("leaves {} to {first} are missing", range.size()));
                    return Ok(());
                }
                let (count, leaves) = (row.int(2)?.unsigned_abs(), row.bytes(3)?);
                if leaves.len() as u64 != count * 32 || count == 0 {
                    audit.findings.push(format!("batch {id} holds other than its {count} leaves"));
                    return Ok(());
                }
                for leaf in leaves.as_chunks::<32>().0 {
                    range.append_and(tree::leaf_hash(leaf), &mut |level, index, hash| {
                        if level % 8 == 0 {
                            levels.entry((level / 8, index / WIDTH)).or_default().extend_from_slice(hash);
                        }
                    });
                }
            }
            self.audit_tiles(&mut levels, false, audit).await?;
            progress(range.size() - before);
        }
        self.audit_tiles(&mut levels, true, audit).await?;
        audit.leaves = range.size();
        match self.head().await? {
            Some(head) if head.size != range.size() => {
                audit.findings.push(format!("the checkpoint says {} leaves, there are {}", head.size, range.size()));
            }
            Some(head) if head.root != range.root() => {
                audit.findings.push("the root of the leaves is another than the checkpoint's".into());
            }
            None if range.size() > 0 => audit.findings.push("leaves without a checkpoint".into()),
            _ => {}
        }
        Ok(())
    }

    /// Compares tiles that are full, or all of them at the end, and forgets them.
    async fn audit_tiles(
        &self,
        levels: &mut BTreeMap<(u32, u64), Vec<u8>>,
        all: bool,
        audit: &mut Audit,
    ) -> Result<(), StoreError> {
        let full = |bytes: &Vec<u8>| bytes.len() == WIDTH as usize * 32;
        let done: BTreeSet<_> =
            levels.iter().filter(|(_, bytes)| all || full(bytes)).map(|(place, _)| *place).collect();
        let stored = self.tiles(&done).await?;
        for place in done {
            if levels.remove(&place).as_ref() != stored.get(&place) {
                audit.findings.push(format!("tile {} of level {} is not what its leaves give", place.1, place.0));
            }
        }
        Ok(())
    }

    async fn audit_receipts(&self, audit: &mut Audit, progress: &(dyn Fn(u64) + Sync)) -> Result<(), StoreError> {
        let (mut after, mut batch) = (Uuid::nil(), (Uuid::nil(), Vec::<Hash>::new()));
        let mut changes = self.digests_of_changes().await?;
        loop {
            let sql = "select id, batch, leaf, matters, what, received_at, digest, salt from receipts \
                       where port = $1 and id > $2 order by id limit $3";
            let page = self.query(sql, &params![self.port(), after, PAGE]).await?;
            if page.is_empty() {
                let strays = changes.into_values().map(|id| format!("change {id} is covered by no receipt"));
                audit.findings.extend(strays);
                return Ok(());
            }
            progress(page.len() as u64);
            for mut row in page {
                after = row.uuid(0)?;
                if matches!(&row.0[4], Param::Text(Some(what)) if what == ADMINISTRATION)
                    && let Param::Bytes(Some(digest)) = &row.0[6]
                    && changes.remove(digest).is_none()
                {
                    audit.findings.push(format!("the change under receipt {after} is not there, or another"));
                }
                let of = row.uuid(1)?;
                if of != batch.0 {
                    batch = (of, self.leaves_of(of).await?);
                }
                let stands = batch.1.get(row.int(2)?.unsigned_abs() as usize).copied();
                let given = self.recompute(after, &mut row).await?;
                audit.receipts += 1;
                if stands.is_none() {
                    audit.findings.push(format!("receipt {after} has no leaf in batch {of}"));
                } else if given.is_some() && given != stands {
                    audit
                        .findings
                        .push(format!("the entries under receipt {after} are not those that its leaf commits to"));
                }
            }
        }
    }

    /// The changes by their digests, recomputed from their rows.
    async fn digests_of_changes(&self) -> Result<BTreeMap<Vec<u8>, Uuid>, StoreError> {
        let (mut digests, mut before) = (BTreeMap::new(), None);
        loop {
            let page = self.changes(None, before, PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(digests) };
            before = Some(*last);
            digests.extend(page.into_iter().map(|(id, change)| (change.digest().to_vec(), id)));
        }
    }

    async fn leaves_of(&self, batch: Uuid) -> Result<Vec<Hash>, StoreError> {
        let sql = "select leaves from batches where port = $1 and id = $2";
        let rows = self.query(sql, &params![self.port(), batch]).await?;
        let leaves = rows.into_iter().next().map_or(Ok(Vec::new()), |mut row| row.bytes(0))?;
        Ok(leaves.as_chunks::<32>().0.to_vec())
    }

    /// The leaf that a receipt's entries give; `None` once its salt is erased.
    async fn recompute(&self, receipt: Uuid, row: &mut Row) -> Result<Option<Hash>, StoreError> {
        let (matters, what, received_at) = (row.bytes(3)?, row.text(4)?, row.int(5)?);
        let digest = row.bytes(6)?;
        let Some(salt) = row.opt_bytes(7)?.and_then(|salt| <[u8; 32]>::try_from(salt).ok()) else { return Ok(None) };
        let mut payload = Vec::new();
        for matter in matters.as_chunks::<16>().0 {
            let matter = Uuid::from_bytes(*matter);
            let sql = "select seq, kind, v, at, actor, on_behalf, channel, bytes from entries \
                       where port = $1 and matter = $2 and receipt = $3 order by seq";
            for mut row in self.query(sql, &params![self.port(), matter, receipt]).await? {
                let (kind, actor, on_behalf, channel) = (row.text(1)?, row.text(4)?, row.opt_text(5)?, row.text(6)?);
                let bytes = row.bytes(7)?;
                let entry = EntryParts {
                    kind: &kind,
                    v: row.int(2)?,
                    at: row.int(3)?,
                    actor: &actor,
                    on_behalf: on_behalf.as_deref(),
                    channel: &channel,
                    bytes: &bytes,
                };
                push_entry(&mut payload, matter, row.int(0)?, &entry);
            }
        }
        let header = commitment_parts(receipt, &what, received_at, &digest);
        Ok(Some(ledger::receipt::leaf_commitment(&salt, &header, &payload)))
    }
}
