//! A manifest as a workbook: a row for the goods of a bill in one container or in none. What is wrong is told at its cell.

use domain::{
    Text,
    manifest::content::{LINE, LINES},
};
use messages::list_workbook::{self, Column};

use crate::{
    Actor, Error, File, Office, Right,
    row_sheet::{RowSheet, column},
    workbooks::XLSX,
};

/// The sheet of the template.
const SHEET: &str = "Manifest";

fn columns() -> Vec<Column> {
    LINE.iter().map(column).collect()
}

/// Reads the lines of a workbook.
pub fn read_sheet(bytes: &[u8]) -> RowSheet {
    RowSheet::read(bytes, LINES, &columns())
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
