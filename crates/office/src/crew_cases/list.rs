//! The list of a crew case in a workbook: every fault is named at its cell, and a list is taken as a whole.

use domain::{
    Fault, Text, Value,
    crew_case::{self, MOVEMENTS, PERSONS},
    formality::{Field, Kind},
};
use messages::list_workbook::{self, Column, Row};

use crate::{Actor, Error, File, Office, Right, workbooks::XLSX};

/// The sheet of the template.
const SHEET: &str = "Persons";

impl Office {
    /// The empty workbook for a kind of case.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a kind that is none.
    pub fn crew_template(&self, actor: &Actor, kind: &str) -> Result<File, Error> {
        actor.require(Right::File)?;
        let kind = crew_case::kind(&self.profile, kind, self.now()).ok_or(Error::NotFound)?;
        let title = Text::new("船员事项人员名单", "Persons of a crew case");
        let hint = Text::new("每行一人。", "One person a row.");
        let columns = self.crew_columns(&kind.code);
        let bytes = list_workbook::template(SHEET, &title, &hint, &columns).map_err(Error::Internal)?;
        Ok(File { name: format!("{}.xlsx", kind.code.replace('_', "-")), media_type: XLSX, bytes })
    }

    fn crew_columns(&self, kind: &str) -> Vec<Column> {
        let words = |codes: &[(&str, &str, &str)]| {
            codes.iter().map(|(code, zh, en)| ((*code).to_owned(), Text::new(*zh, *en))).collect()
        };
        let listed = crew_case::kind(&self.profile, kind, self.now()).map(|kind| kind.movements).unwrap_or_default();
        let moves: Vec<_> = MOVEMENTS.iter().filter(|(code, ..)| listed.iter().any(|of| of == code)).copied().collect();
        let column = |field: &Field| {
            let choices = match field.kind {
                Kind::Choice(_) if field.name == "movement" => words(&moves),
                Kind::Choice(codes) => words(codes),
                Kind::YesNo => vec![("yes".into(), Text::new("是", "Yes")), ("no".into(), Text::new("否", "No"))],
                _ => Vec::new(),
            };
            Column { code: field.name.to_owned(), heading: Text::new(field.zh, field.en), choices, width: 18 }
        };
        self.crew_fields(kind).iter().map(column).collect()
    }

    /// The persons of a workbook.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault at its cell.
    pub fn crew_workbook(&self, kind: &str, bytes: &[u8]) -> Result<Vec<Value>, Error> {
        let list = list_workbook::read(bytes, &self.crew_columns(kind));
        let values = |row: &Row| {
            Value::Map(row.values.iter().map(|(code, value)| (code.clone(), Value::Text(value.clone()))).collect())
        };
        let rows: Vec<Value> = list.rows.iter().map(values).collect();
        let mut faults: Vec<Fault> = list.faults.into_iter().filter(Fault::is_error).collect();
        if let Err(Error::Invalid(found)) = self.crew_rows(kind, rows.clone()) {
            faults.extend(found.into_iter().map(|fault| placed(&list.rows, fault)));
        }
        if faults.is_empty() { Ok(rows) } else { Err(Error::Invalid(faults)) }
    }
}

/// A fault of the list at its cell.
fn placed(rows: &[Row], fault: Fault) -> Fault {
    let mut steps = fault.location.trim_start_matches('/').split('/');
    let row = (steps.next() == Some(PERSONS)).then(|| steps.next()?.parse::<usize>().ok()).flatten();
    let place = row.and_then(|nth| rows.get(nth)?.places.get(steps.next().unwrap_or("family_name")).cloned());
    Fault { location: place.unwrap_or(fault.location.clone()), ..fault }
}
