//! Many declarations at once, for measurements: decided once by the procedure, then written with numbers and keys of their own.

use std::ops::Range;

use domain::{
    declaration::{Act, Declaration, Entry, NewDeclaration, model::Document, summary},
    matter::{Context, Matter},
};
use messages::wco;

use super::{CURRENCY, acting_firm, no_declaration};
use crate::{
    Actor, Error, Office,
    acting::{Baggage, Before, Written},
};

impl Office {
    /// Writes declarations of a message in bulk, each with its own number, reference and transport document; without what was
    /// declared, which no search reads.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no declaration, [`Error::Refused`] by the procedure; those before it are written.
    pub async fn seed_declarations(
        &self,
        actor: &Actor,
        message: &[u8],
        mode: &str,
        places: Range<usize>,
        progress: &(dyn Fn() + Sync),
    ) -> Result<usize, Error> {
        let (message, _) = wco::read(message);
        let declared = message.content.as_ref().and_then(Document::declaration).ok_or_else(no_declaration)?;
        let new = NewDeclaration {
            number: "0".to_owned(),
            reference: "0".to_owned(),
            firm: acting_firm(actor)?,
            direction: "import".to_owned(),
            mode: mode.to_owned(),
            items: summary::items(declared, CURRENCY).0,
            // The last of a hundred: chance examines the first ones.
            seed: 99,
            ..NewDeclaration::default()
        };
        let signature = actor.signature();
        let context = Context { now: self.now(), profile: &self.profile, actor: &signature };
        let lodge = Act::Lodge(Box::new(new));
        let journal = Declaration::default().act(&lodge, &context, "api").map_err(Error::Refused)?;
        let mut failed = None;
        let jobs = places.map_while(|nth| {
            progress();
            let mut records = journal.clone();
            for record in &mut records {
                if let Entry::Lodged(lodged) = &mut record.entry {
                    lodged.new.number = self.seeded_declaration_key("number", nth);
                    lodged.new.reference = self.seeded_declaration_key("reference", nth);
                    lodged.new.keys = [self.seeded_declaration_key("transport document", nth)].into();
                }
            }
            let after = Declaration::fold(&records);
            let written = Written { id: self.new_id(), before: Before::default(), after, records };
            let baggage = Baggage { what: "declaration seeded".to_owned(), ..Baggage::default() };
            self.job(&mut [written], None, (context.now.0, [0; 32]), &baggage)
                .map_err(|error| failed = Some(error))
                .ok()
        });
        let count = self.store.seed_bulk(jobs).await?;
        failed.map_or(Ok(count), Err)
    }

    /// A key of the nth declaration that was written in bulk: `number`, `reference`, `payment reference`, or else its transport
    /// document.
    pub fn seeded_declaration_key(&self, by: &str, nth: usize) -> String {
        let year = self.now().date(&self.profile.zone).year();
        // Behind every number that the port gives.
        let number = format!("{year}-{}-D{:08}", self.profile.port.letters, 90_000_000 + nth);
        match by {
            "number" => number,
            "reference" => format!("SEEDED-{nth:08}"),
            "payment reference" => domain::declaration::payment_reference(&number),
            _ => format!("SAMPLEBL{nth:08}"),
        }
    }
}
