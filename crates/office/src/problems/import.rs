//! Many reports in one workbook: good rows are taken, each with its number; the workbook comes back with the numbers filled
//! in and the faulty cells marked, and can be sent again as it is.

use std::collections::BTreeMap;

use domain::{
    Fault, Severity, Text,
    problem::{KEY_KINDS, Key},
    ship_call::Party,
};
use messages::list_workbook::{self, Row};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use messages::list_workbook::{Column, MAX_ROWS};

use super::{Contact, NewReport, Reported};
use crate::{Actor, Error, File, Office, Right, acting::Request, filing::hex, workbooks::XLSX};

/// The sheet of the template.
const SHEET: &str = "Problems";
/// The field with the number of what was taken.
const NUMBER: &str = "number";
/// Where imports are kept until they are fetched.
const KEPT: &str = "problem-import";

/// What became of a workbook.
#[derive(Debug)]
pub struct Import {
    /// Names it: the workbook with its marks is fetched by this.
    pub id: String,
    /// Its rows, from the top.
    pub rows: Vec<ImportedRow>,
    /// What is wrong, each with its cell.
    pub faults: Vec<Fault>,
}

/// What became of a row.
#[derive(Debug)]
pub struct ImportedRow {
    /// Its number in the sheet.
    pub row: u32,
    /// Its topic, as it says.
    pub topic: String,
    /// What became of it.
    pub outcome: RowOutcome,
}

/// What became of a row.
#[derive(Debug)]
pub enum RowOutcome {
    /// It is a report.
    Taken(Box<Reported>),
    /// It was one before: its number stands in it.
    Before(String),
    /// Something is wrong with it.
    Faulty,
}

/// What is kept of an import besides the bytes.
#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    faults: Vec<Fault>,
    cells: Vec<(String, String)>,
}

impl Office {
    /// The empty workbook, with the columns of who fills it in.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who have no part in problems.
    pub fn import_template(&self, actor: &Actor, columns: &[Column]) -> Result<File, Error> {
        actor.require(Right::ReadProblems)?;
        let title = Text::new("问题反映", "Problems");
        let hint = Text::new(
            "每行一件；受理编号由系统填写，请留空。",
            "One problem a row; leave the number empty, it is filled in when the row was taken.",
        );
        let bytes = list_workbook::template(SHEET, &title, &hint, columns).map_err(Error::Internal)?;
        Ok(File { name: "problems.xlsx".to_owned(), media_type: XLSX, bytes })
    }

    /// Takes the good rows of a workbook. The same bytes a second time are the same reports, row by row.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who have no part in problems, and the store's own: what was taken before it failed stays
    /// taken, and is answered again.
    pub async fn import_reports(
        &self,
        actor: &Actor,
        (name, bytes): (&str, &[u8]),
        columns: &[Column],
    ) -> Result<Import, Error> {
        actor.require(Right::ReadProblems)?;
        let digest = hex(&Sha256::digest(bytes));
        let list = list_workbook::read(bytes, columns);
        let mut import = Import { id: digest[..32].to_owned(), rows: Vec::new(), faults: list.faults };
        let mut cells = Vec::new();
        for row in &list.rows {
            let wrong_cells = import.faults.iter().any(|fault| fault.is_error() && is_of(row, fault));
            let outcome = match wrong_cells {
                true => RowOutcome::Faulty,
                false => self.import_row(actor, row, &digest, &mut import.faults).await?,
            };
            if let (RowOutcome::Taken(reported), Some(place)) = (&outcome, row.places.get(NUMBER)) {
                cells.push((place.clone(), reported.number.clone()));
            }
            let topic = row.values.get("topic").cloned().unwrap_or_default();
            import.rows.push(ImportedRow { row: row.number, topic, outcome });
        }
        let kept = Kept { name: name.to_owned(), faults: import.faults.clone(), cells };
        // JSON has no line breaks of its own here; the first one divides it from the bytes.
        let mut sealed = serde_json::to_vec(&kept)?;
        sealed.push(b'\n');
        sealed.extend_from_slice(bytes);
        self.store.save_draft(actor.unit(), KEPT, &import.id, &sealed).await?;
        Ok(import)
    }

    /// A workbook that was imported: numbers filled in, faulty cells marked, formulas replaced by their results.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not kept (any more), or is another unit's.
    pub async fn imported_file(&self, actor: &Actor, id: &str) -> Result<File, Error> {
        actor.require(Right::ReadProblems)?;
        let draft = self.store.draft(actor.unit(), KEPT, id).await?.ok_or(Error::NotFound)?;
        let end = draft.bytes.iter().position(|byte| *byte == b'\n').ok_or(Error::NotFound)?;
        let kept: Kept = serde_json::from_slice(&draft.bytes[..end])?;
        let back = list_workbook::returned(&draft.bytes[end + 1..], &kept.faults, &kept.cells);
        let bytes = back.map_err(|fault| Error::Invalid(vec![fault]))?;
        let name = kept.name.strip_suffix(".xlsx").unwrap_or(&kept.name);
        Ok(File { name: format!("{name}-taken.xlsx"), media_type: XLSX, bytes })
    }

    async fn import_row(
        &self,
        actor: &Actor,
        row: &Row,
        digest: &str,
        faults: &mut Vec<Fault>,
    ) -> Result<RowOutcome, Error> {
        if let Some(number) = row.values.get(NUMBER).map(|number| number.trim()) {
            return match self.problem(actor, number).await {
                Ok(case) => Ok(RowOutcome::Before(case.problem.number)),
                Err(Error::NotFound) => {
                    faults.push(no_such_number(row, number));
                    Ok(RowOutcome::Faulty)
                }
                Err(other) => Err(other),
            };
        }
        let new = self.new_report_of(actor, row);
        let key = format!("{digest}/{}", row.number);
        let request = Request::new("problem import", Some(key.clone()), key.as_bytes(), "workbook");
        match self.report(actor, &new, &request).await {
            Ok(reported) => Ok(RowOutcome::Taken(Box::new(reported))),
            Err(Error::Invalid(wrong)) => {
                faults.extend(wrong.into_iter().map(|fault| placed(row, fault)));
                Ok(RowOutcome::Faulty)
            }
            Err(other) => Err(other),
        }
    }

    fn new_report_of(&self, actor: &Actor, row: &Row) -> NewReport {
        let text = |name: &str| row.values.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        let asked = self.profile.codes("problem-questions", "question");
        let answers = asked.iter().filter_map(|code| Some((code.clone(), row.values.get(code)?.trim().to_owned())));
        let keys = KEY_KINDS.iter().filter_map(|kind| Some(Key::new(kind, row.values.get(*kind)?)));
        NewReport {
            topic: text("topic"),
            impact: text("impact"),
            urgency: text("urgency"),
            words: row.values.get("words").cloned().unwrap_or_default(),
            answers: answers.collect(),
            keys: keys.filter(|key| !key.value.is_empty()).collect(),
            contact: Contact {
                name: text("name"),
                firm: text("firm_name"),
                email: text("email"),
                phone: text("phone"),
            },
            language: actor.language.clone(),
            hidden: ["y", "yes", "是"].contains(&text("hidden").to_lowercase().as_str()),
            // Only who takes it down for others names the firm.
            firm: if matches!(actor.party, Party::Organ(_)) { text("firm") } else { String::new() },
            ..NewReport::default()
        }
    }
}

fn is_of(row: &Row, fault: &Fault) -> bool {
    row.places.values().any(|place| *place == fault.location)
}

/// The fault at the cell of its field; at the words of the row when it has none.
fn placed(row: &Row, fault: Fault) -> Fault {
    let field = fault.location.trim_start_matches('/').trim_start_matches("answers/");
    let places: &BTreeMap<String, String> = &row.places;
    let first = || places.values().min_by_key(|place| (place.len(), (*place).clone()));
    let place = places.get(field).or_else(|| places.get("words")).or_else(first).cloned();
    Fault { location: place.unwrap_or_default(), ..fault }
}

fn no_such_number(row: &Row, number: &str) -> Fault {
    let number: String = number.chars().take(40).collect();
    let text = Text::new(
        format!("受理编号“{number}”不存在，或不属于您的单位。"),
        format!("There is no problem {number}, or it does not concern your unit."),
    );
    let remedy = Text::new("新问题请将受理编号留空。", "Leave the number empty for a new problem.");
    let place = row.places.get(NUMBER).cloned().unwrap_or_default();
    Fault::new(Severity::Error, "PQ-IMPORT-001", place, text, remedy)
}
