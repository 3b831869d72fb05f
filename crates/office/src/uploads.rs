//! Workbooks and messages that hold several filings at once.

use std::collections::BTreeMap;

use domain::{Fault, Value, formality::Formality};
use uuid::Uuid;

use crate::{Actor, Done, Error, Office, Right, Submission, acting::Request};

/// What became of an upload.
#[derive(Debug)]
pub struct Upload {
    /// What it was: `paxlst`, `fal-workbook`, `json`.
    pub kind: String,
    /// Everything wrong with it, in the order of its places.
    pub faults: Vec<Fault>,
    /// Filings that were made, with their receipts.
    pub filed: Vec<(Formality, Done)>,
    /// Filings that were kept as drafts because a rule refuses something in them.
    pub drafted: Vec<Formality>,
}

impl Office {
    /// Reads an upload and files what it holds for a call. What a rule refuses is kept as a draft, so that the good rows
    /// are not typed again.
    pub async fn upload(
        &self,
        actor: &Actor,
        id: Uuid,
        (name, bytes): (&str, &[u8]),
        key: &str,
        channel: &'static str,
    ) -> Result<Upload, Error> {
        actor.require(Right::File)?;
        let reading = messages::read(name, bytes);
        let mut upload = Upload {
            kind: reading.kind.as_str().to_owned(),
            faults: reading.faults,
            filed: Vec::new(),
            drafted: Vec::new(),
        };
        let unreadable = upload.faults.iter().any(Fault::is_error);
        for (code, content) in reading.documents {
            let Some(formality) = Formality::from_code(&code) else { continue };
            if unreadable {
                self.keep(actor, id, formality, &content, &mut upload).await?;
                continue;
            }
            let request = Request::new("upload", Some(format!("{key}/{code}")), bytes, channel);
            let submission = Submission { formality, content };
            match self.file(actor, id, &submission, &request).await {
                Ok((done, faults)) => {
                    upload.faults.extend(placed(faults, &code, &reading.places));
                    upload.filed.push((formality, done));
                }
                Err(Error::Invalid(faults)) => {
                    upload.faults.extend(placed(faults, &code, &reading.places));
                    self.keep(actor, id, formality, &submission.content, &mut upload).await?;
                }
                Err(Error::Refused(fault)) => upload.faults.push(fault),
                Err(other) => return Err(other),
            }
        }
        Ok(upload)
    }

    async fn keep(
        &self,
        actor: &Actor,
        id: Uuid,
        formality: Formality,
        content: &Value,
        upload: &mut Upload,
    ) -> Result<(), Error> {
        self.save_draft(actor, Some(id), formality.code(), content).await?;
        upload.drafted.push(formality);
        Ok(())
    }
}

/// Faults of a document with their places in the message from which it was read: the cell, the segment. A field that is
/// missing has no place of its own; its row has.
pub fn placed(faults: Vec<Fault>, formality: &str, places: &BTreeMap<String, String>) -> Vec<Fault> {
    faults.into_iter().map(|fault| Fault { location: place_of(&fault.location, formality, places), ..fault }).collect()
}

fn place_of(pointer: &str, formality: &str, places: &BTreeMap<String, String>) -> String {
    let whole = format!("{formality}{pointer}");
    if let Some(place) = places.get(&whole) {
        return place.clone();
    }
    let row = whole.rsplit_once('/').map_or("", |(row, _)| row);
    let mut of_row = places.range(format!("{row}/")..).take_while(|(at, _)| at.starts_with(row));
    of_row.next().map_or_else(|| pointer.to_owned(), |(_, place)| place.clone())
}
