//! The items of a declaration as a workbook: a row each. They go into the form, where the rest is typed and all of it is checked.

use domain::{
    Text,
    declaration::form::{ITEM, ITEMS},
};
use messages::list_workbook::{self, Column};

use crate::{
    Actor, Error, File, Office, Right,
    row_sheet::{RowSheet, column},
    workbooks::XLSX,
};

/// The sheet of the template.
const SHEET: &str = "Items";

fn columns() -> Vec<Column> {
    ITEM.iter().map(column).collect()
}

/// Reads the items of a workbook.
pub fn read_item_sheet(bytes: &[u8]) -> RowSheet {
    RowSheet::read(bytes, ITEMS, &columns())
}

impl Office {
    /// The empty workbook.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who declare nothing.
    pub fn item_template(&self, actor: &Actor) -> Result<File, Error> {
        actor.require(Right::File)?;
        let title = Text::new("商品", "Goods");
        let hint = Text::new(
            "每行一项商品；上传后填入申报表，与其余内容一并检查。",
            "A row for each item. They go into the form, where the rest is typed and all of it is checked.",
        );
        let bytes = list_workbook::template(SHEET, &title, &hint, &columns()).map_err(Error::Internal)?;
        Ok(File { name: "items.xlsx".to_owned(), media_type: XLSX, bytes })
    }
}
