//! The list of a crew case in a workbook: every fault is named at its cell, and a list is taken as a whole.

use domain::{
    Fault, Text, Value,
    crew_case::{self, MOVEMENTS, PERSONS},
    formality::Field,
};
use messages::list_workbook::{self, Column};

use crate::{
    Actor, Error, File, Office, Right,
    row_sheet::{RowSheet, choices, column},
    workbooks::XLSX,
};

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
        let listed = crew_case::kind(&self.profile, kind, self.now()).map(|kind| kind.movements).unwrap_or_default();
        let moves = MOVEMENTS.iter().filter(|(code, ..)| listed.iter().any(|of| of == code));
        let moves: Vec<_> = moves.map(|(code, zh, en)| ((*code).to_owned(), Text::new(*zh, *en))).collect();
        let of_field = |field: &Field| {
            let choices = match field.name {
                "movement" => moves.clone(),
                _ => choices(field),
            };
            Column { choices, ..column(field) }
        };
        self.crew_fields(kind).iter().map(of_field).collect()
    }

    /// The persons of a workbook.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault at its cell.
    pub fn crew_workbook(&self, kind: &str, bytes: &[u8]) -> Result<Vec<Value>, Error> {
        let sheet = RowSheet::read(bytes, PERSONS, &self.crew_columns(kind));
        let rows = sheet.rows.list().to_vec();
        let mut faults: Vec<Fault> = sheet.faults.iter().filter(|fault| fault.is_error()).cloned().collect();
        if let Err(Error::Invalid(found)) = self.crew_rows(kind, rows.clone()) {
            faults.extend(sheet.placed(found));
        }
        if faults.is_empty() { Ok(rows) } else { Err(Error::Invalid(faults)) }
    }
}
