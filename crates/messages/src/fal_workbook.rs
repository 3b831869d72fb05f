//! The workbook of crew, passengers and stores, as masters fill it in (the template of the IMO Maritime Single Window and
//! its descendants), in any order of columns, in English, Chinese or both.

pub(crate) mod archive;
pub(crate) mod cells;
mod columns;
mod mark;
mod rows;
mod template;

use domain::Value;

use crate::{MessageKind, Reading, values::Notes, words};

pub use mark::{mark, returned};
pub use template::{UNITS, prefilled};

/// Most rows read of a sheet, below its headings.
pub const MAX_ROWS: u32 = 10_000;

/// Most columns looked at.
pub const MAX_COLUMNS: u32 = 64;

/// Reads every sheet whose headings are those of a list. Good rows are kept; what cannot be read is left out and told.
pub fn read(bytes: &[u8]) -> Reading {
    let mut reading = Reading { kind: MessageKind::FalWorkbook, ..Reading::default() };
    let sheets = match archive::check(bytes).and_then(|()| cells::sheets(bytes)) {
        Ok(sheets) => sheets,
        Err(fault) => {
            reading.faults.push(*fault);
            return reading;
        }
    };
    let mut notes = Notes::default();
    let mut recognised = false;
    let own_effects =
        sheets.iter().any(|sheet| columns::find(sheet).is_some_and(|found| found.list == columns::List::Effects));
    for sheet in &sheets {
        let Some(headings) = columns::find(sheet) else {
            reading.unread.push(sheet.name.clone());
            continue;
        };
        recognised = true;
        if sheet.cut {
            let limits = [MAX_ROWS.to_string(), MAX_COLUMNS.to_string()];
            notes.at(&words::UPLOAD_ROWS, format!("{}!A1", sheet.name), &[&limits[0], &limits[1]]);
        }
        headings.tell(sheet, &mut notes);
        let rows = rows::read(sheet, &headings, &mut reading.places, &mut notes);
        let (code, member) = headings.list.names();
        if rows.is_empty() {
            notes.at(&words::SHEET_EMPTY, cells::location(&sheet.name, headings.row, 0), &[&sheet.name]);
            continue;
        }
        if headings.list == columns::List::Crew && !own_effects {
            effects(&rows, &mut reading.documents);
        }
        reading.documents.push((code.to_owned(), Value::from([(member, Value::List(rows))])));
    }
    if !recognised {
        notes.at(&words::UPLOAD_NO_SHEET, "", &[]);
    }
    reading.documents.sort_by(|one, other| one.0.cmp(&other.0));
    reading.faults = notes.finish();
    reading
}

/// The crew's effects declaration (FAL 4), from the last column of the crew list.
fn effects(members: &[Value], documents: &mut Vec<(String, Value)>) {
    const FIELDS: [&str; 4] = ["family_name", "given_names", "rank", "effects"];
    let with = members.iter().filter(|member| !member.get("effects").is_empty());
    let rows: Vec<Value> = with
        .map(|member| {
            let fields = FIELDS.iter().map(|&name| (name.to_owned(), member.get(name).clone()));
            Value::Map(fields.filter(|(_, value)| !value.is_empty()).collect())
        })
        .collect();
    if !rows.is_empty() {
        documents.push(("crew_effects".to_owned(), Value::from([("members", Value::List(rows))])));
    }
}
