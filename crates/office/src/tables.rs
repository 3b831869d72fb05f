//! Decision tables as officers read and change them: drafted, checked, approved by other eyes, published on a day, withdrawn
//! before it.
//!
//! What counts is the folder of the profile and, over it, the newest published version of each table. A version holds the
//! rows of all times, and its new rows begin on the day of publication or later; so it counts at once, and an event is decided
//! by the rows of its own day.

mod changing;
mod checking;
mod difference;
mod faults;
mod rules;

use std::collections::BTreeMap;

use ::rules::Table;
use domain::{
    matter::Party,
    table_change::{Competence, competence},
};
use store::versions::{DRAFT, PROPOSED, Step, Version};
use uuid::Uuid;

use crate::{Actor, Error, Office, Right};

pub use changing::{Drafted, TableAct};
pub use checking::{CheckedTable, SituationTried, written as table_text};
pub use difference::{Differing, TableDifference};
pub use rules::{Drift, Rules};

/// A table in the list.
#[derive(Clone, Debug)]
pub struct TableLine {
    /// The table as it counts now.
    pub table: Table,
    /// Who changes it; none for a table that nobody may change.
    pub competence: Option<Competence>,
    /// True when the newest version was published here, and is not the folder's.
    pub published: bool,
    /// Changes that are being drafted or wait for approval, as far as the reader sees them.
    pub open: Vec<Version>,
}

/// A table with its history.
#[derive(Clone, Debug)]
pub struct TableView {
    /// As in the list.
    pub line: TableLine,
    /// Its text, as it was written.
    pub text: String,
    /// Its versions, the newest first: those that were published, and of the others what the reader sees.
    pub versions: Vec<Version>,
    /// True when the reader may draft a change.
    pub may_draft: bool,
}

/// A change of a table with what was done to it.
#[derive(Clone, Debug)]
pub struct TableChange {
    /// The version.
    pub version: Version,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What the reader may do.
    pub may: Vec<TableAct>,
    /// The text of the version on which it rests; none where that is no longer kept.
    pub base: Option<String>,
}

impl Office {
    /// All tables by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who reads no calls.
    pub async fn tables(&self, actor: &Actor) -> Result<Vec<TableLine>, Error> {
        actor.require(Right::ReadTables)?;
        let mut open: BTreeMap<String, Vec<Version>> = BTreeMap::new();
        for version in self.store.versions_in([DRAFT, PROPOSED]).await? {
            if self.sees_drafts(actor, &version.name) {
                open.entry(version.name.clone()).or_default().push(version);
            }
        }
        let published = self.rules.published();
        let read = self.profile.tables.values().filter(|table| self.reads_table(actor, &table.name));
        let lines = read.map(|table| TableLine {
            competence: competence(&self.profile, &table.name, self.now()),
            published: published.contains_key(&table.name),
            open: open.remove(&table.name).unwrap_or_default(),
            table: table.clone(),
        });
        Ok(lines.collect())
    }

    /// A table with its text and its versions.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such table.
    pub async fn table(&self, actor: &Actor, name: &str) -> Result<TableView, Error> {
        actor.require(Right::ReadTables)?;
        let table = self.profile.tables.get(name).filter(|_| self.reads_table(actor, name));
        let table = table.ok_or(Error::NotFound)?.clone();
        let sees_all = self.sees_drafts(actor, name);
        let versions: Vec<Version> =
            self.store.versions_of(name).await?.into_iter().filter(|of| sees_all || of.published_at > 0).collect();
        let competence = competence(&self.profile, name, self.now());
        let may_draft = self.may_draft(actor, name);
        let open = versions.iter().filter(|of| [DRAFT, PROPOSED].contains(&of.state.as_str())).cloned().collect();
        let published = self.rules.published().contains_key(name);
        let line = TableLine { table, competence, published, open };
        Ok(TableView { line, text: self.rules.text(name).unwrap_or_default(), versions, may_draft })
    }

    /// A version of a table by the hash that an entry names: published here, or the folder's.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not kept, or was never published and does not concern the reader.
    pub async fn table_by_hash(&self, actor: &Actor, name: &str, hash: &str) -> Result<String, Error> {
        actor.require(Right::ReadTables)?;
        if !self.reads_table(actor, name) {
            return Err(Error::NotFound);
        }
        if let Some(text) = self.rules.text_by_hash(name, hash) {
            return Ok(text);
        }
        let version = self.store.version_by_hash(name, hash).await?.ok_or(Error::NotFound)?;
        if version.published_at > 0 || self.sees_drafts(actor, name) { Ok(version.text) } else { Err(Error::NotFound) }
    }

    /// The changes that wait for the reader's approval, as tasks of her desk; the newest first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn changes_to_approve(&self, actor: &Actor) -> Result<Vec<Version>, Error> {
        if !matches!(actor.party, Party::Organ(_)) || !actor.may(Right::ChangeTables) {
            return Ok(Vec::new());
        }
        let waiting = self.store.versions_in([PROPOSED, PROPOSED]).await?.into_iter();
        Ok(waiting.filter(|of| self.may_approve(actor, &of.name)).collect())
    }

    /// A change with what was done to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it is not yet published and does not concern the reader.
    pub async fn table_change(&self, actor: &Actor, id: Uuid) -> Result<TableChange, Error> {
        let version = self.version_seen(actor, id).await?;
        let steps = self.store.steps(id).await?;
        let may = self.may_do(actor, &version, &steps).await?;
        let base = self.table_by_hash(actor, &version.name, &version.base).await.ok();
        Ok(TableChange { version, steps, may, base })
    }

    /// A version as far as the reader may see it.
    async fn version_seen(&self, actor: &Actor, id: Uuid) -> Result<Version, Error> {
        actor.require(Right::ReadTables)?;
        let version = self.store.version(id).await?.ok_or(Error::NotFound)?;
        if !self.reads_table(actor, &version.name) {
            return Err(Error::NotFound);
        }
        if version.published_at > 0 || self.sees_drafts(actor, &version.name) {
            Ok(version)
        } else {
            Err(Error::NotFound)
        }
    }

    /// True when a table may be read: all but those that `table-changes` closes to others than who draft or approve them, as how
    /// risk is looked for.
    fn reads_table(&self, actor: &Actor, name: &str) -> bool {
        let inputs = domain::Value::from([("table", name.into())]);
        let row = self.profile.hit("table-changes", self.now(), &inputs);
        !row.is_some_and(|row| row.is_true("closed")) || self.sees_drafts(actor, name)
    }

    /// True when changes of a table concern the reader before they are published: her organ drafts or approves them.
    fn sees_drafts(&self, actor: &Actor, table: &str) -> bool {
        let Some((organ, competence)) = self.organ_and_competence(actor, table) else { return false };
        competence.drafts(organ) || competence.approves(organ)
    }

    fn may_draft(&self, actor: &Actor, table: &str) -> bool {
        self.organ_and_competence(actor, table).is_some_and(|(organ, competence)| competence.drafts(organ))
    }

    fn may_approve(&self, actor: &Actor, table: &str) -> bool {
        self.organ_and_competence(actor, table).is_some_and(|(organ, competence)| competence.approves(organ))
    }

    fn organ_and_competence<'a>(&self, actor: &'a Actor, table: &str) -> Option<(&'a str, Competence)> {
        let Party::Organ(organ) = &actor.party else { return None };
        let competence = competence(&self.profile, table, self.now()).filter(|_| actor.may(Right::ChangeTables))?;
        Some((organ, competence))
    }
}
