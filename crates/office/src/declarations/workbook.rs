//! The items of a declaration as a workbook: a row each. They go into the form, where the rest is typed and all of it is checked.

use domain::{
    Fault, Text, Value,
    declaration::form::{ITEM, ITEMS},
    formality::Field,
};
use messages::list_workbook::{self, Column, Row};

use crate::{Actor, Error, File, Office, Right, workbooks::XLSX};

/// The sheet of the template.
const SHEET: &str = "Items";

/// The items that a workbook holds.
#[derive(Debug)]
pub struct ItemSheet {
    /// The items, each where it stood.
    pub items: Value,
    /// What is wrong with the workbook itself.
    pub faults: Vec<Fault>,
    rows: Vec<Row>,
}

impl ItemSheet {
    /// Faults of a form that are about its items, at their cells.
    pub fn placed(&self, faults: Vec<Fault>) -> Vec<Fault> {
        let below = format!("/{ITEMS}/");
        let cell = |fault: Fault| {
            let (nth, field) = fault.location.strip_prefix(&below)?.split_once('/')?;
            let row = self.rows.get(nth.parse::<usize>().ok()?)?;
            let location = row.places.get(field).cloned().unwrap_or_else(|| fault.location.clone());
            Some(Fault { location, ..fault })
        };
        faults.into_iter().filter_map(cell).collect()
    }
}

fn columns() -> Vec<Column> {
    let column = |field: &Field| Column {
        code: field.name.to_owned(),
        heading: Text::new(field.zh, field.en),
        choices: Vec::new(),
        width: 18,
    };
    ITEM.iter().map(column).collect()
}

/// Reads the items of a workbook. It never fails: what cannot be read is told.
pub fn read_item_sheet(bytes: &[u8]) -> ItemSheet {
    let list = list_workbook::read(bytes, &columns());
    let item = |row: &Row| {
        let said = row.values.iter().map(|(code, said)| (code.clone(), Value::Text(said.clone())));
        Value::Map(said.collect())
    };
    ItemSheet { items: Value::List(list.rows.iter().map(item).collect()), faults: list.faults, rows: list.rows }
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
