//! A workbook of one list whose columns its caller names: written empty as a template, read row by row, and given back with
//! numbers filled in and faulty cells marked. Good rows are kept whatever the others are.

use std::collections::BTreeMap;

use domain::{Fault, Text};
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Formula, Workbook, XlsxError};

use crate::{
    fal_workbook::{
        archive,
        cells::{self, Cell, Content, Sheet},
    },
    values, words,
};

pub use crate::fal_workbook::returned;

/// Most rows that are read.
pub const MAX_ROWS: usize = 500;
/// The headings stand within so many rows from the top.
const HEADINGS_WITHIN: u32 = 30;
/// So many headings make a row of headings.
const FEWEST_HEADINGS: usize = 3;
/// Row of the headings in the template, counting from 0.
const HEADINGS_ROW: u32 = 2;
/// Rows of the template that get drop-downs.
const SPARE_ROWS: u32 = MAX_ROWS as u32;
/// The longest text of a cell in characters: one more than any field may have, so that what is longer is refused.
const LONGEST: usize = 8001;

/// A column of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// The name of its field.
    pub code: String,
    /// Its heading.
    pub heading: Text,
    /// The codes to choose from, each with its words; empty for free text.
    pub choices: Vec<(String, Text)>,
    /// Width in characters.
    pub width: u16,
}

/// A row that is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number in the sheet, from 1.
    pub number: u32,
    /// What its cells say, by field; a choice by its code where it is known, everything else unaltered.
    pub values: BTreeMap<String, String>,
    /// Where each field of the list stands, empty cells too: `Problems!C7`.
    pub places: BTreeMap<String, String>,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The rows, from the top.
    pub rows: Vec<Row>,
    /// What is wrong with the workbook or its cells.
    pub faults: Vec<Fault>,
}

impl Column {
    /// The heading as it is printed, in both languages.
    fn printed(&self) -> String {
        both(&self.heading)
    }

    fn is_named(&self, heading: &str) -> bool {
        is_one_of(heading, &self.code, &self.heading)
    }

    /// The code of a choice in whatever words; the words themselves where there is none.
    fn value(&self, said: String) -> String {
        let choice = self.choices.iter().find(|(code, words)| is_one_of(&said, code, words));
        choice.map_or(said, |(code, _)| code.clone())
    }
}

fn both(text: &Text) -> String {
    format!("{} {}", text.zh, text.en).trim().to_owned()
}

/// True when words are a code, its text in one language or in both.
fn is_one_of(words: &str, code: &str, text: &Text) -> bool {
    // As headings are read: without forms of letters and signs that differ by width alone.
    let plain = |words: &str| values::plain(words).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let words = plain(words);
    [code, &text.zh, &text.en, &both(text)].iter().any(|known| !words.is_empty() && plain(known) == words)
}

/// An empty workbook with the columns' headings and drop-downs.
///
/// # Errors
/// The writing library's, in words.
pub fn template(sheet: &str, title: &Text, hint: &Text, columns: &[Column]) -> Result<Vec<u8>, String> {
    write(sheet, title, hint, columns).map_err(|error| error.to_string())
}

fn write(name: &str, title: &Text, hint: &Text, columns: &[Column]) -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold().set_font_size(16);
    let heading = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_background_color("#DDE7F0");
    let text = Format::new().set_num_format("@");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    sheet.write_with_format(0, 0, both(title), &bold)?;
    sheet.write(1, 0, both(hint))?;
    sheet.set_freeze_panes(HEADINGS_ROW + 1, 0)?;
    for (nth, column) in (0_u16..).zip(columns) {
        sheet.write_with_format(HEADINGS_ROW, nth, column.printed(), &heading)?;
        sheet.set_column_width(nth, column.width.max(12))?.set_column_format(nth, &text)?;
        if !column.choices.is_empty() {
            // The list is not inside the rule, which may have 255 characters.
            let letter = cells::address(0, u32::from(nth)).trim_end_matches('1').to_owned();
            let list = Formula::new(format!("=Data!${letter}$1:${letter}${}", column.choices.len()));
            let choices = DataValidation::new().allow_list_formula(list);
            sheet.add_data_validation(HEADINGS_ROW + 1, nth, HEADINGS_ROW + SPARE_ROWS, nth, &choices)?;
        }
    }
    let lists = workbook.add_worksheet();
    lists.set_name("Data")?.set_hidden(true);
    for (nth, column) in (0_u16..).zip(columns) {
        for (row, (_, words)) in (0_u32..).zip(&column.choices) {
            lists.write(row, nth, both(words))?;
        }
    }
    workbook.save_to_buffer()
}

/// Reads the first sheet that has the headings. It never fails: what cannot be read is told.
pub fn read(bytes: &[u8], columns: &[Column]) -> List {
    let sheets = match archive::check(bytes).and_then(|()| cells::sheets_with(bytes, LONGEST)) {
        Ok(sheets) => sheets,
        Err(fault) => return List { faults: vec![*fault], ..List::default() },
    };
    for sheet in &sheets {
        if let Some((row, found)) = headings(sheet, columns) {
            return rows(sheet, row, &found);
        }
    }
    List { faults: vec![words::UPLOAD_NO_LIST.at("", &[])], ..List::default() }
}

/// The row of the headings, and which column of the sheet is which; the first of two of one name counts.
fn headings<'c>(sheet: &Sheet, columns: &'c [Column]) -> Option<(u32, BTreeMap<u32, &'c Column>)> {
    for (row, cells) in sheet.rows.range(..HEADINGS_WITHIN) {
        let mut found: BTreeMap<u32, &Column> = BTreeMap::new();
        for (at, cell) in cells {
            let named = columns.iter().find(|column| column.is_named(&cell.text()));
            if let Some(column) = named.filter(|column| !found.values().any(|of| of.code == column.code)) {
                found.insert(*at, column);
            }
        }
        if found.len() >= FEWEST_HEADINGS.min(columns.len()) {
            return Some((*row, found));
        }
    }
    None
}

fn rows(sheet: &Sheet, headings: u32, columns: &BTreeMap<u32, &Column>) -> List {
    let mut list = List::default();
    for (number, cells) in sheet.rows.range(headings + 1..) {
        let places = columns.iter().map(|(at, of)| (of.code.clone(), cells::location(&sheet.name, *number, *at)));
        let mut row = Row { number: number + 1, places: places.collect(), ..Row::default() };
        for (at, cell) in cells {
            let Some(column) = columns.get(at) else { continue };
            let place = row.places[&column.code].as_str();
            if let Some(said) = said(cell, place, &mut list.faults) {
                row.values.insert(column.code.clone(), column.value(said));
            }
        }
        if row.values.is_empty() {
            continue;
        }
        if list.rows.len() == MAX_ROWS {
            let limit = MAX_ROWS.to_string();
            list.faults.push(words::UPLOAD_LIST_ROWS.at(cells::location(&sheet.name, *number, 0), &[&limit]));
            break;
        }
        list.rows.push(row);
    }
    if list.rows.is_empty() && list.faults.is_empty() {
        list.faults.push(words::UPLOAD_LIST_EMPTY.at(cells::location(&sheet.name, headings + 1, 0), &[]));
    }
    if sheet.cut && list.rows.len() < MAX_ROWS {
        list.faults
            .push(words::UPLOAD_LIST_ROWS.at(cells::location(&sheet.name, headings, 0), &[&MAX_ROWS.to_string()]));
    }
    list
}

/// What a cell says. Words are as they were typed; of a formula the last result is taken, and told.
fn said(cell: &Cell, place: &str, faults: &mut Vec<Fault>) -> Option<String> {
    let words = match &cell.content {
        Content::Error(error) => {
            faults.push(words::CELL_ERROR.at(place, &[error]));
            return None;
        }
        Content::Text(text) => text.clone(),
        _ => cell.text(),
    };
    if cell.formula {
        faults.push(words::CELL_FORMULA.at(place, &[&words]));
    }
    Some(words)
}
