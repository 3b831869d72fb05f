//! Many calls at once, for measurements: the same decisions, folds and commits as one by one, the decisions made once for
//! many calls that differ in number, ship and documents only.

use std::collections::BTreeMap;

use domain::{
    Instant, Value,
    formality::Formality,
    matter::{Context, Matter},
    ship_call::{Act, Entry, Record, ShipCall},
};
use uuid::Uuid;

use crate::{
    Actor, Error, Office,
    acting::{Baggage, Before, Written},
    filing::hex,
};

/// The journal of a call to be seeded, and the content of what it files.
pub struct SeedCall<'a> {
    /// Its entries, the first one the opening with the call's own number.
    pub records: Vec<Record>,
    /// Content of the filings, by formality.
    pub contents: &'a BTreeMap<Formality, Value>,
}

impl Office {
    /// What acts in this order would write on a new call; nothing is written. Filings name no document yet.
    ///
    /// # Errors
    /// [`Error::Refused`] by the procedure.
    pub fn rehearse(&self, acts: &[(Actor, Instant, Act)]) -> Result<Vec<Record>, Error> {
        let (mut call, mut records) = (ShipCall::default(), Vec::new());
        for (actor, at, act) in acts {
            let context = Context { now: *at, profile: &self.profile, actor: &actor.signature() };
            records.extend(call.act(act, &context, "api").map_err(Error::Refused)?);
        }
        Ok(records)
    }

    /// Writes new calls in bulk and gives their number; `progress` hears each one that is handed to the store.
    ///
    /// # Errors
    /// The first that fails ends it; those before it are written.
    pub async fn seed<'a>(
        &self,
        calls: impl Iterator<Item = SeedCall<'a>>,
        progress: &(dyn Fn() + Sync),
    ) -> Result<usize, Error> {
        let mut failed = None;
        let jobs = calls.map_while(|call| {
            progress();
            self.seed_job(call).map_err(|error| failed = Some(error)).ok()
        });
        let count = self.store.seed_bulk(jobs).await?;
        failed.map_or(Ok(count), Err)
    }

    fn seed_job(&self, SeedCall { mut records, contents }: SeedCall<'_>) -> Result<store::Job, Error> {
        let id: Uuid = self.new_id();
        let mut baggage = Baggage { what: "call seeded".to_owned(), ..Baggage::default() };
        let mut call = ShipCall::default();
        for record in &mut records {
            if let Entry::Filed(filed) = &mut record.entry {
                let content = contents.get(&filed.formality).unwrap_or(&Value::Null);
                let sealed = self.seal(id, filed.formality.code(), content)?.named();
                filed.document = sealed.id.to_string();
                filed.digest = hex(&sealed.salted_digest);
                baggage.documents.push(sealed);
            }
            call.apply(record);
        }
        let received_at = records.last().map_or(0, |record| record.at.0);
        let written = Written { id, before: Before::default(), after: call, records };
        self.job(&mut [written], None, (received_at, [0; 32]), &baggage)
    }
}
