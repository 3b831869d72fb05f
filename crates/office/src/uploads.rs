//! Workbooks and messages that hold several filings at once.

use domain::{Fault, Value, formality::Formality};
use messages::Reading;
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
    /// Filings that were kept as drafts because a rule refuses something in them, or the procedure refuses them now.
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
        let mut reading = self.read_message(name, bytes);
        let mut upload = Upload {
            kind: reading.kind.as_str().to_owned(),
            faults: std::mem::take(&mut reading.faults),
            filed: Vec::new(),
            drafted: Vec::new(),
        };
        let unreadable = upload.faults.iter().any(Fault::is_error);
        for (code, content) in std::mem::take(&mut reading.documents) {
            let Some(formality) = Formality::from_code(&code) else { continue };
            if unreadable {
                self.keep(actor, id, formality, &content, &mut upload).await?;
                continue;
            }
            let request = Request::new("upload", Some(format!("{key}/{code}")), bytes, channel);
            let submission = Submission { formality, content };
            match self.file(actor, id, &submission, &request).await {
                Ok((done, faults)) => {
                    upload.faults.extend(placed(faults, &code, &reading));
                    upload.filed.push((formality, done));
                }
                Err(Error::Invalid(faults)) => {
                    upload.faults.extend(placed(faults, &code, &reading));
                    self.keep(actor, id, formality, &submission.content, &mut upload).await?;
                }
                Err(Error::Refused(fault)) => {
                    upload.faults.push(fault);
                    self.keep(actor, id, formality, &submission.content, &mut upload).await?;
                }
                Err(other) => return Err(other),
            }
        }
        Ok(upload)
    }

    /// Reads a message as of today in the port's zone.
    pub(crate) fn read_message(&self, name: &str, bytes: &[u8]) -> Reading {
        messages::read(name, bytes, self.now().date(&self.profile.zone))
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

/// Faults of a document with their places in the message from which it was read: the cell, the segment.
pub fn placed(faults: Vec<Fault>, formality: &str, reading: &Reading) -> Vec<Fault> {
    let place = |pointer: &str| reading.place_of(formality, pointer).unwrap_or_else(|| pointer.to_owned());
    faults.into_iter().map(|fault| Fault { location: place(&fault.location), ..fault }).collect()
}
