//! The projection made anew from the journal: into shadow tables first, which are swapped in when they are complete.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::param::{Param, Row, params};
use crate::prepare::{joined, matter_row, projection_rows};
use crate::stmt::Stmt;
use crate::tables::{Table, shadow};
use crate::{ClockWrite, EntryRow, MatterWrite, Store, StoreError};

/// Matters of one transaction, and rows of one page.
const PAGE: i64 = 100;

/// Entries of a page of a journal.
const ENTRIES: i64 = 10_000;

/// How often the swap is tried again because matters moved on while the last of them were rebuilt.
const TRIES: usize = 100;

const CLEAR: [&str; 5] = [
    "delete from shadow_matters where port = $1 and id = $2",
    "delete from shadow_reach where port = $1 and matter = $2",
    "delete from shadow_tokens where port = $1 and matter = $2",
    "delete from shadow_tasks where port = $1 and matter = $2",
    "delete from shadow_clocks where port = $1 and matter = $2",
];

/// Matters whose shadow is missing or of another version.
const STALE: &str = "select e.matter from (select matter, max(seq) as version from entries \
                     where port = $1 and matter > $2 group by matter) e \
                     left join shadow_matters s on s.port = $1 and s.id = e.matter \
                     where s.version is null or s.version <> e.version order by e.matter limit $3";

const NONE_STALE: &str = "select e.matter from (select matter, max(seq) as version from entries \
                          where port = $1 group by matter) e \
                          left join shadow_matters s on s.port = $1 and s.id = e.matter \
                          where s.version is null or s.version <> e.version limit 1";

const SWAP: [&str; 15] = [
    "delete from matters where port = $1",
    "insert into matters select * from shadow_matters where port = $1",
    "delete from reach where port = $1",
    "insert into reach select * from shadow_reach where port = $1",
    "delete from tokens where port = $1",
    "insert into tokens select * from shadow_tokens where port = $1",
    "delete from tasks where port = $1",
    "insert into tasks select * from shadow_tasks where port = $1",
    "delete from clocks where port = $1",
    "insert into clocks select * from shadow_clocks where port = $1",
    "delete from shadow_matters where port = $1",
    "delete from shadow_reach where port = $1",
    "delete from shadow_tokens where port = $1",
    "delete from shadow_tasks where port = $1",
    "delete from shadow_clocks where port = $1",
];

impl Store {
    /// Makes the projection anew. `fold` gets a matter's whole journal and gives the matter as it stands after it, with
    /// all its tasks, clocks, tokens and parties (`read_version` and `entries` are not looked at); `fold_hash` is the hash
    /// that it writes. What an interrupted rebuild with the same hash has done is kept. Gives the number of matters made.
    ///
    /// # Errors
    /// [`StoreError::Refused`] with the words of `fold` when a journal cannot be folded; nothing is swapped then.
    pub async fn rebuild(
        &self,
        fold_hash: &str,
        fold: impl Fn(Uuid, &[EntryRow]) -> Result<MatterWrite, String>,
    ) -> Result<u64, StoreError> {
        let other = "delete from shadow_matters where port = $1 and fold <> $2";
        self.write_one("rebuild", other, params![self.port(), fold_hash]).await?;
        let mut made = 0;
        for _ in 0..TRIES {
            made += self.make_shadows(&fold).await?;
            match self.swap().await {
                Err(StoreError::Missed) => {}
                swapped => return swapped.map(|()| made),
            }
        }
        Err(StoreError::Missed)
    }

    async fn make_shadows(
        &self,
        fold: &impl Fn(Uuid, &[EntryRow]) -> Result<MatterWrite, String>,
    ) -> Result<u64, StoreError> {
        let (mut made, mut after) = (0, Uuid::nil());
        loop {
            let stale = self.query(STALE, &params![self.port(), after, PAGE]).await?;
            if stale.is_empty() {
                return Ok(made);
            }
            let mut stmts = Vec::new();
            for mut row in stale {
                after = row.uuid(0)?;
                let journal = self.journal(after).await?;
                let matter =
                    fold(after, &journal).map_err(|why| StoreError::Refused(format!("matter {after}: {why}")))?;
                self.push_shadow(MatterWrite { id: after, ..matter }, journal.len() as i64, &mut stmts);
                made += 1;
            }
            self.write("rebuild", stmts).await?;
        }
    }

    fn push_shadow(&self, mut matter: MatterWrite, version: i64, stmts: &mut Vec<Stmt>) {
        stmts.extend(CLEAR.iter().map(|sql| Stmt::new(sql, params![self.port(), matter.id])));
        matter.read_version = version - 1;
        let tokens = joined(matter.tokens.as_deref().unwrap_or_default());
        let row = matter_row(self.port(), &mut matter, version, tokens);
        let mut put = |table: &'static Table, rows: Vec<Vec<Param>>| {
            stmts.extend(rows.into_iter().map(|row| Stmt::new(table.row_text(), row)));
        };
        put(&shadow::MATTERS, vec![row]);
        let [tokens, reach, tasks, clocks] = projection_rows(self.port(), &matter);
        put(&shadow::TOKENS, tokens);
        put(&shadow::REACH, reach);
        put(&shadow::TASKS, tasks);
        put(&shadow::CLOCKS, clocks);
    }

    async fn swap(&self) -> Result<(), StoreError> {
        let port = || vec![self.port_param()];
        let guard = Stmt::must(NONE_STALE, port(), 0);
        let swap = SWAP.iter().map(|sql| Stmt::new(sql, port()));
        self.write("rebuild", std::iter::once(guard).chain(swap).collect()).await.map(drop)
    }

    /// The whole journal of a matter.
    async fn journal(&self, id: Uuid) -> Result<Vec<EntryRow>, StoreError> {
        let mut journal: Vec<EntryRow> = Vec::new();
        loop {
            let after = journal.last().map_or(0, |entry| entry.seq);
            let page = self.entries(id, after, ENTRIES).await?;
            let last = page.len() < ENTRIES as usize;
            journal.extend(page);
            if last {
                return Ok(journal);
            }
        }
    }

    /// SHA-256 of the projection: matters with snapshots, who reaches them, tokens, tasks and clocks. A rebuild does not
    /// change it, unless the projection was not what the journal says.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn digest_of_projection(&self) -> Result<[u8; 32], StoreError> {
        let mut hash = Sha256::new();
        let mut after = Uuid::nil();
        loop {
            let sql = "select id, kind, version, number, firm, title, subject_key, state, holder, due_at, starts_at, \
                       ends_at, place, opened_at, updated_at, fold, tokens, snapshot \
                       from matters where port = $1 and id > $2 order by id limit $3";
            let page = self.query(sql, &params![self.port(), after, PAGE]).await?;
            let Some(Param::Bytes(Some(last))) = page.last().and_then(|row| row.0.first()).cloned() else { break };
            let until = Uuid::from_slice(&last).map_err(|_| StoreError::Broken("an identifier is too short".into()))?;
            page.iter().for_each(|row| digest(&mut hash, row));
            for sql in [
                "select r.matter, r.firm, r.party from reach r join matters m on m.port = r.port and m.id = r.matter \
                 where r.port = $1 and r.matter > $2 and r.matter <= $3 and ((r.party = 0 and m.firm = r.firm) \
                 or (r.party = 1 and m.firm <> r.firm)) order by r.matter, r.firm, r.party",
                "select matter, organ, step, state, open, since, due_at, due_sort, note from tasks \
                 where port = $1 and matter > $2 and matter <= $3 order by matter, organ, step",
            ] {
                let rows = self.query(sql, &params![self.port(), after, until]).await?;
                rows.iter().for_each(|row| digest(&mut hash, row));
            }
            after = until;
        }
        self.digest_tokens(&mut hash).await?;
        self.digest_clocks(&mut hash).await?;
        Ok(hash.finalize().into())
    }

    async fn digest_clocks(&self, hash: &mut Sha256) -> Result<(), StoreError> {
        let mut last = ClockWrite { due_at: i64::MIN, ..ClockWrite::default() };
        let mut matter = Uuid::nil();
        loop {
            let sql = "select due_at, matter, clock, step from clocks where port = $1 \
                       and (due_at, matter, clock, step) > ($2, $3, $4, $5) order by due_at, matter, clock, step limit $6";
            let ClockWrite { clock, step, due_at } = &last;
            let values = params![self.port(), *due_at, matter, clock.as_str(), step.as_str(), ENTRIES];
            let mut page = self.query(sql, &values).await?;
            page.iter().for_each(|row| digest(hash, row));
            let Some(row) = page.last_mut() else { return Ok(()) };
            matter = row.uuid(1)?;
            last = ClockWrite { due_at: row.int(0)?, clock: row.text(2)?, step: row.text(3)? };
        }
    }

    async fn digest_tokens(&self, hash: &mut Sha256) -> Result<(), StoreError> {
        let (mut token, mut matter) = (String::new(), Uuid::nil());
        loop {
            let sql = "select token, matter from tokens where port = $1 and token >= $2 and (token > $2 or matter > $3) \
                       order by token, matter limit $4";
            let mut page = self.query(sql, &params![self.port(), token.as_str(), matter, ENTRIES]).await?;
            page.iter().for_each(|row| digest(hash, row));
            let Some(last) = page.last_mut() else { return Ok(()) };
            (token, matter) = (last.text(0)?, last.uuid(1)?);
        }
    }
}

/// Adds a row, each value after its kind and length.
fn digest(hash: &mut Sha256, row: &Row) {
    for value in &row.0 {
        match value {
            Param::Int(Some(number)) => hash.update([&[1], number.to_be_bytes().as_slice()].concat()),
            Param::Text(Some(text)) => {
                hash.update([&[2], (text.len() as u64).to_be_bytes().as_slice()].concat());
                hash.update(text);
            }
            Param::Bytes(Some(bytes)) => {
                hash.update([&[3], (bytes.len() as u64).to_be_bytes().as_slice()].concat());
                hash.update(bytes);
            }
            Param::Int(None) | Param::Text(None) | Param::Bytes(None) => hash.update([0]),
        }
    }
}
