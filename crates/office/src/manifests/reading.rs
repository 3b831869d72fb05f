//! Reading manifests: one by its number, a page of them, its lines for those who read it whole.

use domain::{
    Value,
    manifest::{Manifest, Record, content},
};
use store::{Filter, Order, Reach, Stored};
use uuid::Uuid;

use super::{kept, reads_whole};
use crate::{Actor, Error, Office, PageOf, Right, Role};

/// Lines of a page.
const PAGE: i64 = 40;

/// A manifest with its identifier.
#[derive(Clone, Debug)]
pub struct FoundManifest {
    /// The matter's identifier.
    pub id: Uuid,
    /// The fold.
    pub manifest: Manifest,
}

impl Office {
    /// A manifest by its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the actor.
    pub async fn manifest(&self, actor: &Actor, number: &str) -> Result<FoundManifest, Error> {
        actor.require(Right::ReadCalls)?;
        let stored = self.store.reach(actor.cargo_reach()).matter_by_number(number).await?;
        let stored = stored.filter(|stored| stored.kind == kept::MANIFEST).ok_or(Error::NotFound)?;
        let id = stored.id;
        let manifest: Manifest = self.unfold(stored).await?;
        if reads_whole(actor, &manifest) { Ok(FoundManifest { id, manifest }) } else { Err(Error::NotFound) }
    }

    /// A page of manifests within the actor's reach, newest first; those of one conveyance where it is named.
    ///
    /// # Errors
    /// The store's own.
    pub async fn manifests(
        &self,
        actor: &Actor,
        conveyance: Option<&str>,
        after: Option<&str>,
    ) -> Result<PageOf<Stored>, Error> {
        actor.require(Right::ReadCalls)?;
        if actor.role == Role::Coordinator {
            return Ok(PageOf { lines: Vec::new(), next: None });
        }
        let subject_key = conveyance.map(str::to_owned);
        let wanted = Filter { subject_key, order: Order::Newest, ..Filter::default() };
        self.page_of(actor.cargo_reach(), kept::MANIFEST, &wanted, after, PAGE).await
    }

    /// The lines that stand, for its firm and customs; none for the terminal, and once they are erased.
    ///
    /// # Errors
    /// The store's own.
    pub async fn manifest_lines(&self, actor: &Actor, found: &FoundManifest) -> Result<Option<Value>, Error> {
        let of = &found.manifest;
        self.cargo_lines(actor, &of.units.terminal, (found.id, &of.content.document)).await
    }

    /// Lines for a reader: parties and what goods are do not concern the terminal, and what is erased leaves the rest readable.
    pub(crate) async fn cargo_lines(
        &self,
        actor: &Actor,
        terminal: &str,
        (matter, document): (Uuid, &str),
    ) -> Result<Option<Value>, Error> {
        if actor.unit() == terminal {
            return Ok(None);
        }
        match self.cargo_content(matter, document).await {
            Err(Error::Gone(_)) => Ok(None),
            other => other.map(Some),
        }
    }

    /// The journal of a manifest, oldest first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn manifest_journal(&self, actor: &Actor, id: Uuid) -> Result<Vec<Record>, Error> {
        let rows = self.store.reach(actor.cargo_reach()).entries(id, 0, 1000).await?;
        rows.iter().map(crate::kept::record::<Manifest>).collect()
    }

    /// The consignments of a manifest's document, by their bills.
    pub(super) async fn parts_of(
        &self,
        id: Uuid,
        document: &str,
    ) -> Result<std::collections::BTreeMap<String, content::Part>, Error> {
        let content = self.cargo_content(id, document).await?;
        let parts = content::consignments(&content).into_iter();
        Ok(parts.map(|part| (part.told.bill(), part)).collect())
    }

    /// A document of a manifest or consignment, for whoever found its matter through her reach.
    pub(crate) async fn cargo_content(&self, matter: Uuid, document: &str) -> Result<Value, Error> {
        let id = Uuid::parse_str(document).map_err(|_| Error::NotFound)?;
        let reach = self.store.reach(Reach::System("documents of cargo"));
        let stored = reach.document(id).await?.filter(|stored| stored.matter == matter).ok_or(Error::NotFound)?;
        let store::Document { bytes, erased, .. } = stored;
        Ok(serde_json::from_slice(&bytes.ok_or_else(|| self.gone(erased))?)?)
    }
}
