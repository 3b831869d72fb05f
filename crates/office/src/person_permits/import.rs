//! A firm's list of persons in a workbook: good rows are applied for, the workbook comes back with the faulty cells marked
//! and the permits' numbers filled in, and can be mended and sent again: rows with a number are passed over.

use std::collections::BTreeSet;

use domain::{
    Fault, Severity, Text, Value,
    formality::Field,
    person_permit::{self as permits, HOLDERS, subject_fields},
};
use messages::list_workbook::{self, Row};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use messages::list_workbook::Column;

use super::{PersonPermit, Wanted};
use crate::{
    Actor, Done, Error, File, Office, Right,
    acting::Request,
    filing::hex,
    row_sheet::{choices, column},
    workbooks::XLSX,
};

/// The sheet of the template.
const SHEET: &str = "Persons";
/// The field with the number of the permit.
const NUMBER: &str = "number";
/// Where workbooks are kept until they are fetched.
const KEPT: &str = "permit-import";

/// What became of a workbook.
#[derive(Debug)]
pub struct ImportedPermits {
    /// Names it: the workbook with its marks is fetched by this.
    pub id: String,
    /// The application that the good rows went into; none when there was none.
    pub done: Option<Done>,
    /// Its rows, from the top.
    pub rows: Vec<KeptRow>,
    /// What is wrong, each with its cell.
    pub faults: Vec<Fault>,
}

/// What became of a row.
#[derive(Debug)]
pub struct KeptRow {
    /// Its number in the sheet.
    pub row: u32,
    /// The number of its permit; none for a faulty row.
    pub number: Option<String>,
    /// True when it was applied for by an earlier workbook.
    pub before: bool,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    faults: Vec<Fault>,
    cells: Vec<(String, String)>,
}

/// The columns of a subject's workbook, as its fields have them.
pub fn columns(subject: &str) -> Vec<Column> {
    let of_field = |field: &Field| Column { choices: choices(field), ..column(field) };
    let number =
        Column { code: NUMBER.into(), heading: Text::new("许可编号", "Permit number"), width: 24, choices: vec![] };
    std::iter::once(number).chain(subject_fields(subject).iter().map(of_field)).collect()
}

impl Office {
    /// The empty workbook for a kind of permit.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who do not apply.
    pub fn permit_template(&self, actor: &Actor, kind: &str) -> Result<File, Error> {
        actor.require(Right::File)?;
        let kind = permits::kind(&self.profile, kind, self.now()).ok_or(Error::NotFound)?;
        let title = Text::new("人员许可申请名单", "List for permits of persons");
        let hint = Text::new(
            "每行一人；许可编号由系统填写，请留空。",
            "One person a row; leave the permit number empty, it is filled in when the row was taken.",
        );
        let bytes = list_workbook::template(SHEET, &title, &hint, &columns(&kind.subject)).map_err(Error::Internal)?;
        Ok(File { name: format!("permits-{}.xlsx", kind.code.replace('_', "-")), media_type: XLSX, bytes })
    }

    /// Applies for the good rows of a workbook; or adds them to an application, `into`, by its number.
    ///
    /// # Errors
    /// [`Error::Refused`] when the application as a whole is refused, and [`Error::Invalid`] for its place.
    pub async fn import_permits(
        &self,
        actor: &Actor,
        (wanted, into): (&Wanted, Option<&str>),
        (name, bytes): (&str, &[u8]),
        request: &Request,
    ) -> Result<ImportedPermits, Error> {
        actor.require(Right::File)?;
        let known = match into {
            Some(number) => Some(self.permits_of(actor, number).await?),
            None => None,
        };
        let kind = known.as_ref().map_or(wanted.kind.as_str(), |found| found.permit.kind.as_str());
        let subject = self.subject_of(kind);
        let list = list_workbook::read(bytes, &columns(&subject));
        let mut faults = list.faults;
        let wrong: BTreeSet<String> =
            faults.iter().filter(|fault| fault.is_error()).map(|fault| fault.location.clone()).collect();
        let (before, new): (Vec<Row>, Vec<Row>) =
            list.rows.into_iter().partition(|row| row.values.contains_key(NUMBER));
        let values = |row: &Row| {
            let given = row.values.iter().filter(|(code, _)| *code != NUMBER);
            Value::Map(given.map(|(code, value)| (code.clone(), Value::Text(value.clone()))).collect())
        };
        // Every row stands where it stood: what is wrong is told by its place in the list.
        let (_, found) = permits::read_subjects(&subject, new.iter().map(values).collect(), &self.check_context());
        faults.extend(found.into_iter().map(|fault| placed(&new, fault)));
        if let Some(of) = &known {
            let documents = self.known_documents(of).await?;
            faults.extend(new.iter().filter_map(|row| repeated(row, &documents)));
        }
        let bad = |row: &Row| {
            let errors = faults.iter().filter(|fault| fault.is_error());
            row.places.values().any(|place| wrong.contains(place))
                || errors.clone().any(|fault| row.places.values().any(|place| *place == fault.location))
        };
        let (faulty, good): (Vec<Row>, Vec<Row>) = new.into_iter().partition(bad);
        let mut rows: Vec<KeptRow> =
            faulty.iter().map(|row| KeptRow { row: row.number, number: None, before: false }).collect();
        rows.extend(before.iter().map(|row| KeptRow {
            row: row.number,
            number: row.values.get(NUMBER).cloned(),
            before: true,
        }));
        let mut cells = Vec::new();
        let mut done = None;
        if !good.is_empty() {
            let contents = good.iter().map(values).collect();
            let first = known.as_ref().and_then(|found| found.permit.holders.keys().next_back().copied()).unwrap_or(0);
            let made = match into {
                Some(number) => self.add_to_permits(actor, number, contents, request).await?,
                None => self.apply_for_permits(actor, wanted, contents, request).await?,
            };
            for (serial, row) in (first + 1..).zip(&good) {
                let number =
                    PersonPermit { number: made.number.clone(), ..PersonPermit::default() }.permit_number(serial);
                cells.extend(row.places.get(NUMBER).map(|place| (place.clone(), number.clone())));
                rows.push(KeptRow { row: row.number, number: Some(number), before: false });
            }
            done = Some(made);
        }
        rows.sort_by_key(|row| row.row);
        let digest = hex(&Sha256::digest(bytes));
        let id = digest[..32].to_owned();
        let kept = Kept { name: name.to_owned(), faults: faults.clone(), cells };
        let mut sealed = serde_json::to_vec(&kept)?;
        sealed.push(b'\n');
        sealed.extend_from_slice(bytes);
        self.store.save_draft(actor.unit(), KEPT, &id, &sealed).await?;
        Ok(ImportedPermits { id, done, rows, faults })
    }

    /// A workbook that was sent: numbers filled in, faulty cells marked.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not kept (any more), or is another unit's.
    pub async fn imported_permits(&self, actor: &Actor, id: &str) -> Result<File, Error> {
        actor.require(Right::File)?;
        let draft = self.store.draft(actor.unit(), KEPT, id).await?.ok_or(Error::NotFound)?;
        let end = draft.bytes.iter().position(|byte| *byte == b'\n').ok_or(Error::NotFound)?;
        let kept: Kept = serde_json::from_slice(&draft.bytes[..end])?;
        let back = list_workbook::returned(&draft.bytes[end + 1..], &kept.faults, &kept.cells);
        let bytes = back.map_err(|fault| Error::Invalid(vec![fault]))?;
        let name = kept.name.strip_suffix(".xlsx").unwrap_or(&kept.name);
        Ok(File { name: format!("{name}-taken.xlsx"), media_type: XLSX, bytes })
    }
}

/// A fault of the list at its cell.
fn placed(rows: &[Row], fault: Fault) -> Fault {
    let mut steps = fault.location.trim_start_matches('/').split('/');
    let row = (steps.next() == Some(HOLDERS)).then(|| steps.next()).flatten().and_then(|nth| nth.parse::<usize>().ok());
    let place = row.and_then(|nth| rows.get(nth)).and_then(|row| {
        let field = steps.next().unwrap_or("family_name");
        row.places
            .get(field)
            .or_else(|| row.places.values().min_by_key(|place| (place.len(), (*place).clone())))
            .cloned()
    });
    Fault { location: place.unwrap_or_default(), ..fault }
}

fn repeated(row: &Row, documents: &[String]) -> Option<Fault> {
    let plain = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_uppercase();
    let number = row.values.get("document_number").map(|number| plain(number))?;
    let known = documents.iter().any(|known| plain(known) == number);
    known.then(|| {
        Fault::new(
            Severity::Error,
            "PQ-PERSON-020",
            row.places.get("document_number").cloned().unwrap_or_default(),
            Text::new("该证件已在本申请中。", "This document is in the application already."),
            Text::new("请删除此行，或更正号码。", "Leave this row out, or correct the number."),
        )
    })
}
