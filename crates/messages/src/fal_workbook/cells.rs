//! The cells of a workbook, read one by one: only what is filled takes memory, whatever range a sheet claims.

use std::{collections::BTreeMap, io::Cursor, panic};

use calamine::{DataRef, Reader, SheetVisible, Xlsx, open_workbook_from_rs};
use domain::Fault;
use jiff::{Span, civil::Date};

use super::{MAX_COLUMNS, MAX_ROWS, archive::broken};
use crate::values;

/// A sheet that people see.
pub(crate) struct Sheet {
    pub name: String,
    /// Row, counting from 0, to its filled cells by column.
    pub rows: BTreeMap<u32, BTreeMap<u32, Cell>>,
    /// Serial numbers of days count from 1904.
    pub is_1904: bool,
    /// True when there was more than is read.
    pub cut: bool,
}

/// What stands in a cell.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub content: Content,
    /// The content is the last result of a formula.
    pub formula: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Text(String),
    Number(f64),
    /// A day, if its serial number is one; `Err` has the number.
    Day(Result<Date, f64>),
    /// An error such as `#N/A`.
    Error(String),
}

impl Cell {
    /// The content as words, plain.
    pub fn text(&self) -> String {
        match &self.content {
            Content::Text(text) => values::plain(text),
            // A document number typed as a number has no decimals.
            Content::Number(number) => number.to_string(),
            Content::Day(Ok(day)) => day.to_string(),
            Content::Day(Err(number)) => number.to_string(),
            Content::Error(error) => error.clone(),
        }
    }
}

/// The longest text of a cell in characters: nothing in the ship's lists needs more.
const LONGEST: usize = 1000;

/// So many bytes of text are kept of a workbook: a text that many cells share must not be copied whole for each.
const MOST_TEXT: usize = 64 << 20;

/// The sheets of a workbook that was found to be harmless.
pub(crate) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, Box<Fault>> {
    sheets_with(bytes, LONGEST)
}

/// The same, with texts of up to so many characters in a cell.
pub(crate) fn sheets_with(bytes: &[u8], longest: usize) -> Result<Vec<Sheet>, Box<Fault>> {
    // The reading library overflows on addresses such as `A99999999999`, which an upload may well have.
    panic::catch_unwind(|| read_sheets(bytes, longest)).unwrap_or_else(|_| Err(broken("xlsx")))
}

fn read_sheets(bytes: &[u8], longest: usize) -> Result<Vec<Sheet>, Box<Fault>> {
    let why = |error: calamine::XlsxError| broken(&error.to_string());
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(why)?;
    let is_1904 = workbook.has_1904_epoch();
    let visible = workbook.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    let mut sheets = Vec::new();
    let mut kept = 0;
    for name in names {
        let mut sheet = Sheet { name, rows: BTreeMap::new(), is_1904, cut: false };
        // A sheet of charts has no cells.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&sheet.name) else { continue };
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(why)? {
            let Some(content) = content(&cell.value, is_1904, longest) else { continue };
            let (row, column) = cell.pos;
            kept += if let Content::Text(text) = &content { text.len() } else { 0 };
            if row >= MAX_ROWS + 60 || column >= MAX_COLUMNS || kept > MOST_TEXT {
                sheet.cut = true;
                continue;
            }
            sheet.rows.entry(row).or_default().insert(column, Cell { content, formula: cell.formula.is_some() });
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Where a cell is, as faults say it: `Crew List!H21`.
pub(crate) fn location(sheet: &str, row: u32, column: u32) -> String {
    format!("{sheet}!{}", address(row, column))
}

/// `H21` for row 20 and column 7, both counting from 0.
pub(crate) fn address(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.insert(0, char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    format!("{}{}", letters.into_iter().collect::<String>(), row + 1)
}

/// The day of a serial number: 1900 counts a 29 February that never was, 1904 begins on 1 January with 0.
pub(crate) fn day_of_serial(serial: f64, is_1904: bool) -> Result<Date, f64> {
    let whole = serial.floor();
    let base = match is_1904 {
        true => Date::constant(1904, 1, 1),
        false if whole < 60.0 => Date::constant(1899, 12, 31),
        false => Date::constant(1899, 12, 30),
    };
    if !(1.0..100_000.0).contains(&whole) {
        return Err(serial);
    }
    base.checked_add(Span::new().days(whole as i64)).map_err(|_| serial)
}

fn content(value: &DataRef<'_>, is_1904: bool, longest: usize) -> Option<Content> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::SharedString(text) => words(text, longest)?,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => words(text, longest)?,
        DataRef::Int(number) => Content::Number(*number as f64),
        DataRef::Float(number) => Content::Number(*number),
        DataRef::Bool(yes) => Content::Text(if *yes { "Y" } else { "N" }.to_owned()),
        DataRef::DateTime(serial) => Content::Day(day_of_serial(serial.as_f64(), is_1904)),
        DataRef::Error(error) => Content::Error(error.to_string()),
    })
}

/// One cell holds at most 32,767 characters.
fn words(text: &str, longest: usize) -> Option<Content> {
    (!text.trim().is_empty()).then(|| Content::Text(text.chars().take(longest).collect()))
}
