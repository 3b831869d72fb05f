//! Workbooks and messages that hold several filings at once.

use std::collections::BTreeSet;

use domain::{Fault, Value, formality::Formality};
use messages::{MessageKind, Reading};
use uuid::Uuid;

use crate::{
    Actor, Call, Done, Error, File, Filed, Office, Original, Right, Submission, acting::Request, workbooks::XLSX,
};

/// What the documents of received files serve.
const ORIGINAL: &str = "original";

/// What became of an upload.
#[derive(Debug)]
pub struct Upload {
    /// What it was: `paxlst`, `fal-workbook`, `json`.
    pub kind: String,
    /// Everything wrong with it, in the order of its places.
    pub faults: Vec<Fault>,
    /// Filings that were made, with their receipts.
    pub filed: Vec<(Formality, Done)>,
    /// What stands filed word for word already: it is not filed again, so that nobody looks again at what is the same.
    pub unchanged: Vec<Formality>,
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
            unchanged: Vec::new(),
        };
        let read: Vec<_> = reading.documents.iter().map(|(code, _)| code.as_str()).collect();
        let doubtful: Vec<bool> = read.into_iter().map(|code| is_doubtful(&reading, &upload.faults, code)).collect();
        let mut original = self.original_of(id, name, bytes)?;
        // What tells of a person in its lists tells of her in the file.
        let lists = reading.documents.iter().filter_map(|(code, of)| Some((Formality::from_code(code)?, of)));
        let persons = lists.flat_map(|(formality, content)| domain::formality::persons(formality, content)).collect();
        original.sealed = original.sealed.map(|sealed| sealed.about(persons));
        for ((code, content), doubtful) in std::mem::take(&mut reading.documents).into_iter().zip(doubtful) {
            let Some(formality) = Formality::from_code(&code) else { continue };
            // Airlines' lists name places by IATA's codes, ships' too where airlines' systems wrote them.
            let content = if reading.kind == MessageKind::Paxlst { crate::flights::located(content) } else { content };
            if doubtful {
                // What the rules say is told beside what could not be read, so that all of it is mended at once.
                let submission = Submission { formality, content, original: None };
                let checked = self.check(&self.load(actor, id).await?, &submission).await?;
                beside(&mut upload.faults, placed(checked.faults, &code, &reading));
                self.keep(actor, id, formality, &submission.content, &mut upload).await?;
                continue;
            }
            let request = Request::new("upload", Some(format!("{key}/{code}")), bytes, channel);
            let submission = Submission { formality, content, original: Some(original.clone()) };
            match self.file(actor, id, &submission, &request).await {
                Ok(Filed { faults, unchanged: true, .. }) => {
                    upload.faults.extend(faults);
                    upload.unchanged.push(formality);
                }
                Ok(Filed { done, faults, .. }) => {
                    // The first filing that is new brings the file; the others only name it.
                    if !done.replayed {
                        original.sealed = None;
                    }
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

    /// The file of an upload, sealed as it came.
    fn original_of(&self, matter: Uuid, name: &str, bytes: &[u8]) -> Result<Original, Error> {
        let sealed = self.seal_bytes(matter, ORIGINAL, named(name, bytes)?)?;
        Ok(Original { document: sealed.id.to_string(), sealed: Some(sealed) })
    }

    /// The file from which a version of a filing was read, as it was received; the last version by default. A file is whole or
    /// nothing: an organ gets it when the need-to-know table lets it read every field of every list in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the version came by no file, the file was erased, or it holds more than the reader may know.
    pub async fn original(
        &self,
        actor: &Actor,
        found: &Call,
        formality: Formality,
        version: Option<u32>,
    ) -> Result<File, Error> {
        actor.require(Right::ReadCalls)?;
        let filing = found.call.filings.get(&formality).ok_or(Error::NotFound)?;
        let number = version.or(filing.standing().map(|standing| standing.version)).ok_or(Error::NotFound)?;
        let of = filing.versions.iter().find(|of| of.version == number).ok_or(Error::NotFound)?;
        let document = of.original.as_deref().and_then(|id| Uuid::parse_str(id).ok()).ok_or(Error::NotFound)?;
        let stored = self.store.reach(actor.reach()).document(document).await?.ok_or(Error::NotFound)?;
        let store::Document { bytes, erased, .. } = stored;
        let kept = bytes.ok_or_else(|| self.gone(erased))?;
        let (name, bytes) = parted(&kept).ok_or(Error::NotFound)?;
        let reading = self.read_message(&name, bytes);
        for (code, content) in &reading.documents {
            let of = Formality::from_code(code).ok_or(Error::NotFound)?;
            if self.reduce(actor, &found.call, of, content) != *content {
                return Err(Error::NotFound);
            }
            if !self.record_look(actor, found.id, of).await? {
                return Err(Error::Unavailable);
            }
        }
        let media_type = match reading.kind {
            MessageKind::FalWorkbook => XLSX,
            MessageKind::Json => "application/json",
            _ => "application/octet-stream",
        };
        Ok(File { name, media_type, bytes: bytes.to_vec() })
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

/// True for what a message's own errors put in doubt: a list that was read from a sheet with one; everything, by an error that
/// lies in no sheet.
fn is_doubtful(reading: &Reading, faults: &[Fault], formality: &str) -> bool {
    let mut errors = faults.iter().filter(|fault| fault.is_error()).peekable();
    if reading.kind != MessageKind::FalWorkbook || errors.peek().is_none() {
        return errors.next().is_some();
    }
    let sheet = |place: &'_ str| place.rsplit_once('!').map(|(sheet, _)| sheet.to_owned());
    let own = format!("{formality}/");
    let places = reading.places.iter().filter(|(path, _)| path.starts_with(&own) || *path == formality);
    let sheets: BTreeSet<String> = places.filter_map(|(_, place)| sheet(place)).collect();
    // What was made from another list's sheet has no place of its own.
    errors.any(|fault| sheets.is_empty() || sheet(&fault.location).is_none_or(|sheet| sheets.contains(&sheet)))
}

/// Faults of a document with their places in the message from which it was read: the cell, the segment.
pub fn placed(faults: Vec<Fault>, formality: &str, reading: &Reading) -> Vec<Fault> {
    let place = |pointer: &str| reading.place_of(formality, pointer).unwrap_or_else(|| pointer.to_owned());
    faults.into_iter().map(|fault| Fault { location: place(&fault.location), ..fault }).collect()
}

/// Adds what the rules say; of a place that could not be read, that alone is told.
pub fn beside(faults: &mut Vec<Fault>, rules: Vec<Fault>) {
    let unread: BTreeSet<String> =
        faults.iter().filter(|fault| fault.is_error()).map(|fault| fault.location.clone()).collect();
    faults.extend(rules.into_iter().filter(|fault| !unread.contains(&fault.location)));
}

/// The bytes of a file behind its name. JSON has no line breaks of its own here; the first one divides the two.
fn named(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut whole = serde_json::to_vec(name)?;
    whole.push(b'\n');
    whole.extend_from_slice(bytes);
    Ok(whole)
}

fn parted(whole: &[u8]) -> Option<(String, &[u8])> {
    let end = whole.iter().position(|byte| *byte == b'\n')?;
    Some((serde_json::from_slice(&whole[..end]).ok()?, &whole[end + 1..]))
}
