//! Workbooks out of the house: prefilled for a call, and given back with the faulty cells marked; and what an upload
//! held, row by row.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Fault, Value, formality::Formality};
use messages::{MessageKind, Reading, fal_workbook};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Actor, Call, Error, Office, Right, Upload};

/// The most rows that are read from one list of an upload.
pub const UPLOAD_ROWS: u32 = fal_workbook::MAX_ROWS;

/// The formalities that have a sheet in the workbook.
const SHEETS: [Formality; 4] =
    [Formality::CrewList, Formality::PassengerList, Formality::ShipsStores, Formality::CrewEffects];

/// What an upload held.
#[derive(Clone, Debug, Default)]
pub struct UploadReport {
    /// Each list with its rows.
    pub sheets: Vec<UploadSheet>,
    /// Number of rows that have a warning and no error.
    pub warned: usize,
}

/// A list of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadSheet {
    /// Which formality it is.
    pub formality: Formality,
    /// Number of rows.
    pub rows: usize,
    /// Number of rows with an error.
    pub bad: usize,
}

/// A file as it is given back.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What is kept of an upload besides its bytes.
#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    faults: Vec<Fault>,
}

impl Office {
    /// The workbook of a call: a sheet for each list that is due, filed or begun, with what is known of it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who do not file.
    pub async fn workbook(&self, actor: &Actor, found: &Call) -> Result<File, Error> {
        actor.require(Right::File)?;
        let mut documents = Vec::new();
        for formality in SHEETS {
            let known = match self.draft(actor, Some(found.id), formality.code()).await? {
                Some(draft) => Some(draft.content),
                None => match found.call.filings.get(&formality).and_then(|filing| filing.standing()) {
                    Some(version) => match self.content(actor, &version.document).await {
                        Err(Error::Gone(_)) => None,
                        content => Some(content?),
                    },
                    None => None,
                },
            };
            if known.is_some() || found.call.requirement(formality).is_some() {
                documents.push((formality.code().to_owned(), known.unwrap_or_default()));
            }
        }
        if documents.is_empty() {
            documents = SHEETS.map(|formality| (formality.code().to_owned(), Value::Null)).to_vec();
        }
        let bytes = fal_workbook::prefilled(&documents).map_err(Error::Internal)?;
        Ok(File { name: format!("{}.xlsx", found.call.number), media_type: XLSX, bytes })
    }

    /// What an upload held: its lists, and how many of their rows have faults.
    pub fn upload_report(&self, name: &str, bytes: &[u8], upload: &Upload) -> UploadReport {
        report(&self.read_message(name, bytes), &upload.faults)
    }

    /// Keeps an upload with its faults, sealed, as long as drafts are kept, so that it can be given back marked.
    pub async fn keep_upload(
        &self,
        actor: &Actor,
        matter: Uuid,
        id: &str,
        (name, bytes): (&str, &[u8]),
        faults: &[Fault],
    ) -> Result<(), Error> {
        actor.require(Right::File)?;
        let kept = Kept { name: name.to_owned(), faults: faults.to_vec() };
        // JSON has no line breaks of its own here; the first one divides it from the bytes.
        let mut sealed = serde_json::to_vec(&kept)?;
        sealed.push(b'\n');
        sealed.extend_from_slice(bytes);
        Ok(self.store.save_draft(actor.unit(), &matter.to_string(), &draft_of(id), &sealed).await?)
    }

    /// An upload that was kept: a workbook with its faulty cells marked; of any other message the list of its faults.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not kept (any more), or is another firm's.
    pub async fn marked_upload(&self, actor: &Actor, matter: Uuid, id: &str) -> Result<File, Error> {
        actor.require(Right::File)?;
        let draft = self.store.draft(actor.unit(), &matter.to_string(), &draft_of(id)).await?.ok_or(Error::NotFound)?;
        let end = draft.bytes.iter().position(|byte| *byte == b'\n').ok_or(Error::NotFound)?;
        let kept: Kept = serde_json::from_slice(&draft.bytes[..end])?;
        let bytes = &draft.bytes[end + 1..];
        if messages::detect(bytes) != MessageKind::FalWorkbook {
            let bytes = serde_json::to_vec_pretty(&kept.faults)?;
            return Ok(File { name: format!("{}.faults.json", kept.name), media_type: "application/json", bytes });
        }
        let bytes = fal_workbook::mark(bytes, &kept.faults).map_err(|fault| Error::Invalid(vec![fault]))?;
        let name = kept.name.strip_suffix(".xlsx").unwrap_or(&kept.name);
        Ok(File { name: format!("{name}-marked.xlsx"), media_type: XLSX, bytes })
    }
}

pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn draft_of(id: &str) -> String {
    format!("upload:{id}")
}

/// A row of a document: its formality's code, the member that holds the rows, and its number.
type RowOf<'a> = (&'a str, &'a str, usize);

fn report(reading: &Reading, faults: &[Fault]) -> UploadReport {
    let mut lines: BTreeMap<String, BTreeSet<RowOf<'_>>> = BTreeMap::new();
    for (pointer, place) in &reading.places {
        let row = pointer.split_once('/').and_then(|(code, rest)| Some((code, row_in(rest)?)));
        if let Some((code, (member, nth))) = row {
            lines.entry(line_of(place)).or_default().insert((code, member, nth));
        }
    }
    let (mut bad, mut flagged) = (BTreeSet::new(), BTreeSet::new());
    for fault in faults {
        let rows = lines.get(&line_of(&fault.location)).cloned().unwrap_or_else(|| rows_at(reading, &fault.location));
        if fault.is_error() { bad.extend(rows) } else { flagged.extend(rows) }
    }
    let sheets = reading.documents.iter().filter_map(|(code, document)| {
        let bad = bad.iter().filter(|(of, _, _)| of == code).count();
        Some(UploadSheet { formality: Formality::from_code(code)?, rows: rows_of(document).max(bad), bad })
    });
    UploadReport { sheets: sheets.collect(), warned: flagged.difference(&bad).count() }
}

/// The rows that a JSON Pointer names, of whichever document has them.
fn rows_at<'a>(reading: &'a Reading, pointer: &str) -> BTreeSet<RowOf<'a>> {
    let steps: Vec<&str> = pointer.split('/').collect();
    let mut rows = BTreeSet::new();
    for (code, document) in &reading.documents {
        let Value::Map(members) = document else { continue };
        for pair in steps.windows(2) {
            let (Some((member, Value::List(list))), Ok(nth)) = (members.get_key_value(pair[0]), pair[1].parse()) else {
                continue;
            };
            if nth < list.len() {
                rows.insert((code.as_str(), member.as_str(), nth));
            }
        }
    }
    rows
}

/// `members/3` of `members/3/date_of_birth`.
fn row_in(pointer: &str) -> Option<(&str, usize)> {
    let (member, rest) = pointer.split_once('/')?;
    let nth = rest.split('/').next()?;
    Some((member, nth.parse().ok()?))
}

/// What the cells of a row have in common: of `Crew List!H22` the sheet and the number, of a place in EDIFACT the segment.
fn line_of(place: &str) -> String {
    if let Some((sheet, cell)) = place.rsplit_once('!') {
        return format!("{sheet}!{}", cell.trim_start_matches(|letter: char| letter.is_ascii_uppercase()));
    }
    place.split("/element").next().unwrap_or(place).to_owned()
}

/// Number of rows of a document: of its longest list; one for a form without lists.
fn rows_of(document: &Value) -> usize {
    let Value::Map(members) = document else { return 0 };
    let lists =
        members.values().filter_map(|value| if let Value::List(list) = value { Some(list.len()) } else { None });
    lists.max().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use domain::{Severity, Text};

    use super::*;

    fn fault(severity: Severity, location: &str) -> Fault {
        Fault::new(severity, "PQ-TEST-001", location, Text::default(), Text::default())
    }

    fn reading() -> Reading {
        let row = || Value::from([("family_name", "CHEN".into()), ("rank", "MASTER".into())]);
        let crew = Value::from([("members", vec![row(), row(), row()].into())]);
        let stores = Value::from([("articles", vec![row()].into())]);
        let mut places = BTreeMap::new();
        for nth in 0..3 {
            places.insert(format!("crew_list/members/{nth}/family_name"), format!("Crew List!C{}", nth + 19));
            places.insert(format!("crew_list/members/{nth}/rank"), format!("Crew List!N{}", nth + 19));
        }
        places.insert("ships_stores/articles/0/name".to_owned(), "Ship Stores Declaration!C19".to_owned());
        let documents = vec![("crew_list".to_owned(), crew), ("ships_stores".to_owned(), stores)];
        Reading { kind: MessageKind::FalWorkbook, documents, places, ..Reading::default() }
    }

    #[test]
    fn a_row_is_counted_once_however_many_faults_it_has() {
        let faults = [
            fault(Severity::Error, "Crew List!C20"),
            fault(Severity::Error, "Crew List!H20"),
            fault(Severity::Warning, "Crew List!N20"),
            fault(Severity::Warning, "Crew List!N21"),
        ];
        let report = report(&reading(), &faults);
        let crew = UploadSheet { formality: Formality::CrewList, rows: 3, bad: 1 };
        let stores = UploadSheet { formality: Formality::ShipsStores, rows: 1, bad: 0 };
        assert_eq!(report.sheets, [crew, stores]);
        assert_eq!(report.warned, 1);
    }

    #[test]
    fn rows_of_json_are_found_by_their_pointer() {
        let reading = Reading { places: BTreeMap::new(), ..reading() };
        let report =
            report(&reading, &[fault(Severity::Error, "/crew_list/members/1/rank"), fault(Severity::Error, "")]);
        assert_eq!(report.sheets[0].bad, 1);
    }

    /// What could not be read is a fault of the person in whose group of segments it stands, and of nobody else.
    #[test]
    fn rows_of_paxlst_are_found_by_the_segment_that_could_not_be_read() {
        let person = |name: &str, born: &str| format!("NAD+FM+++{name}:JUAN'ATT+2++M'DTM+329:{born}'NAT+2+PHL'");
        let people: String = [("SANTOS", "19800506"), ("REYES", "198X0506"), ("CRUZ", "19810203")]
            .map(|(name, born)| person(name, born))
            .concat();
        let message = format!(
            "UNB+UNOA:4+A+B+261124:0800+1'UNH+1+PAXLST:D:02B:UN'BGM+250'TDT+20+V1'{people}CNT+41:3'UNT+17+1'UNZ+1+1'"
        );
        let reading = messages::read("crew.edi", message.as_bytes(), jiff::civil::date(2026, 11, 24));
        let unread = reading.faults.iter().find(|fault| fault.location.contains("DTM")).expect("a fault of the date");
        let error = Fault { severity: Severity::Error, ..unread.clone() };
        let report = report(&reading, &[error]);
        assert_eq!(report.sheets, [UploadSheet { formality: Formality::CrewList, rows: 3, bad: 1 }]);
    }
}
