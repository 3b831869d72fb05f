//! Receipts, proofs and the log's head: what anybody may ask for who has a receipt.

use domain::ship_call::{Record, ShipCall};
use ledger::tiles::Tile;
use serde_json::json;
use store::Reach;
use uuid::Uuid;

use crate::{
    Actor, Error, Office, Right,
    filing::hex,
    kept::{Kept, record},
};

impl Office {
    /// The log's last signed tree head.
    ///
    /// # Errors
    /// The store's own.
    pub async fn checkpoint(&self) -> Result<Option<String>, Error> {
        Ok(self.store.head().await?.map(|head| head.note))
    }

    /// A tile of the log by its path, `tile/0/000.p/17`.
    ///
    /// # Errors
    /// [`Error::NotFound`] beyond the log's head, and for a path that is none.
    pub async fn tile(&self, path: &str) -> Result<Vec<u8>, Error> {
        let tile = Tile::parse(path).ok_or(Error::NotFound)?;
        self.store.tile(tile.level, tile.number, tile.width).await?.ok_or(Error::NotFound)
    }

    /// The bytes of a receipt. Its identifier is half chance and cannot be guessed, and it names no person: who has the
    /// address may read it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn receipt(&self, id: &str) -> Result<Vec<u8>, Error> {
        let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
        let found = self.store.reach(Reach::System("receipts")).receipt(id).await?;
        Ok(found.ok_or(Error::NotFound)?.to_vec())
    }

    /// The call of a receipt, and the entries that it covers with the words that the actor may read; none for a receipt
    /// that is out of reach or about something else.
    ///
    /// # Errors
    /// The store's own.
    pub async fn done_by(&self, actor: &Actor, id: &str) -> Result<Option<(ShipCall, Vec<Record>)>, Error> {
        actor.require(Right::ReadCalls)?;
        let Ok(receipt) = Uuid::parse_str(id) else { return Ok(None) };
        let reach = self.store.reach(actor.reach());
        let Some(matter) = reach.matter_of_receipt(receipt).await? else { return Ok(None) };
        let Some(stored) = reach.matter(matter).await?.filter(|stored| stored.kind == ShipCall::KIND) else {
            return Ok(None);
        };
        let rows = reach.entries(matter, 0, i64::MAX).await?;
        let covered = rows.iter().filter(|row| row.receipt == receipt).map(record::<ShipCall>);
        let mut records = covered.collect::<Result<Vec<Record>, Error>>()?;
        self.open_records(actor, matter, &mut records).await?;
        Ok(Some((self.unfold(stored).await?, records)))
    }

    /// Where the receipt's leaf lies in the log, and the path to a signed tree head.
    ///
    /// # Errors
    /// [`Error::NotFound`] also until it is sequenced, within a second.
    pub async fn receipt_proof(&self, id: &str) -> Result<serde_json::Value, Error> {
        let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
        let proof = self.store.reach(Reach::System("receipts")).proof(id).await?.ok_or(Error::NotFound)?;
        Ok(json!({
            "index": proof.index,
            "leaf": hex(&proof.leaf),
            "path": proof.path.iter().map(|hash| hex(hash)).collect::<Vec<_>>(),
            "checkpoint": proof.note,
        }))
    }
}
