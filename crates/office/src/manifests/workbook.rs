//! A manifest as a workbook: a row for the goods of a bill in one container or in none. What is wrong is told at its cell.

use domain::{
    Fault, Text, Value,
    formality::Field,
    manifest::content::{LINE, LINES},
};
use messages::list_workbook::{self, Column, Row};

use crate::{Actor, Error, File, Office, Right, workbooks::XLSX};

/// The sheet of the template.
const SHEET: &str = "Manifest";

/// The lines that a workbook holds.
#[derive(Debug)]
pub struct ManifestSheet {
    /// The lines, each where it stood.
    pub lines: Value,
    /// What is wrong with the workbook or its cells.
    pub faults: Vec<Fault>,
    rows: Vec<Row>,
}

impl ManifestSheet {
    /// The same faults at their cells.
    pub fn placed(&self, faults: Vec<Fault>) -> Vec<Fault> {
        faults.into_iter().map(|fault| self.place(fault)).collect()
    }

    fn place(&self, fault: Fault) -> Fault {
        let mut steps = fault.location.trim_start_matches('/').split('/');
        let row = (steps.next() == Some(LINES)).then(|| steps.next()).flatten();
        let row = row.and_then(|nth| self.rows.get(nth.parse::<usize>().ok()?));
        let cell = row.zip(steps.next()).and_then(|(row, field)| row.places.get(field)).cloned();
        match cell {
            Some(location) => Fault { location, ..fault },
            None => fault,
        }
    }
}

fn columns() -> Vec<Column> {
    let column = |field: &Field| Column {
        code: field.name.to_owned(),
        heading: Text::new(field.zh, field.en),
        choices: Vec::new(),
        width: 18,
    };
    LINE.iter().map(column).collect()
}

/// Reads the lines of a workbook. It never fails: what cannot be read is told.
pub fn read_sheet(bytes: &[u8]) -> ManifestSheet {
    let list = list_workbook::read(bytes, &columns());
    let line = |row: &Row| {
        let said = row.values.iter().map(|(code, said)| (code.clone(), Value::Text(said.clone())));
        Value::Map(said.collect())
    };
    ManifestSheet { lines: Value::List(list.rows.iter().map(line).collect()), faults: list.faults, rows: list.rows }
}

impl Office {
    /// The empty workbook.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who file nothing.
    pub fn manifest_template(&self, actor: &Actor) -> Result<File, Error> {
        actor.require(Right::File)?;
        let title = Text::new("舱单", "Manifest");
        let hint = Text::new(
            "每行一个提（运）单下一个集装箱或一批散件的货物；同一单号的各行合为一票。",
            "A row for the goods of a bill in one container or in none; the rows of a bill make one consignment.",
        );
        let bytes = list_workbook::template(SHEET, &title, &hint, &columns()).map_err(Error::Internal)?;
        Ok(File { name: "manifest.xlsx".to_owned(), media_type: XLSX, bytes })
    }
}
