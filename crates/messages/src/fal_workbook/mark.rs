//! The workbook back to its author, with the faulty cells marked.

use std::{
    collections::BTreeMap,
    io::Cursor,
    panic::{self, AssertUnwindSafe},
};

use domain::{Fault, Severity};
use umya_spreadsheet::{Comment, Workbook, reader, writer};

use super::archive;

/// The sheet that lists every fault.
const ERRORS: &str = "Errors 错误";

/// The same workbook with each cell that a fault names coloured and commented in both languages, and a sheet that lists
/// all faults. Layout, drop-downs and protection stay.
///
/// # Errors
/// `PQ-UPLOAD-003` to `-006` when the workbook is too large, damaged or dangerous.
pub fn mark(bytes: &[u8], faults: &[Fault]) -> Result<Vec<u8>, Fault> {
    changed(bytes, |workbook| {
        mark_cells(workbook, faults);
        list_faults(workbook, faults)
    })
}

/// The same, with words written into cells (`Problems!B7`), and with the results in place of the formulas: who opens it is
/// not the one who filled it in.
///
/// # Errors
/// As [`mark`].
pub fn returned(bytes: &[u8], faults: &[Fault], cells: &[(String, String)]) -> Result<Vec<u8>, Fault> {
    changed(bytes, |workbook| {
        without_formulas(workbook);
        for (place, words) in cells {
            let Some((sheet, cell)) = place.rsplit_once('!').filter(|(_, cell)| is_address(cell)) else { continue };
            let Ok(sheet) = workbook.sheet_by_name_mut(sheet) else { continue };
            sheet.cell_mut(cell).set_value_string(words.as_str());
        }
        mark_cells(workbook, faults);
        list_faults(workbook, faults)
    })
}

fn without_formulas(workbook: &mut Workbook) {
    for sheet in workbook.sheet_collection_mut() {
        for cell in sheet.cells_mut().into_iter().filter(|cell| cell.is_formula()) {
            let result = cell.value().into_owned();
            cell.set_value_string(result);
        }
    }
}

fn changed(bytes: &[u8], change: impl Fn(&mut Workbook) -> Result<(), String>) -> Result<Vec<u8>, Fault> {
    archive::check(bytes).map_err(|fault| *fault)?;
    // The library that keeps the layout takes a workbook's parts for granted and panics where one is missing; an
    // upload must not end the task that serves it.
    let change = AssertUnwindSafe(change);
    let marked = panic::catch_unwind(|| {
        let mut workbook = reader::xlsx::read_reader(Cursor::new(bytes), true).map_err(|error| error.to_string())?;
        (*change)(&mut workbook)?;
        let mut out = Vec::new();
        writer::xlsx::write_writer(&workbook, &mut out).map_err(|error| error.to_string())?;
        Ok(out)
    });
    marked.unwrap_or_else(|_| Err("xlsx".to_owned())).map_err(|why: String| *archive::broken(&why))
}

fn mark_cells(workbook: &mut Workbook, faults: &[Fault]) {
    let mut by_cell: BTreeMap<&str, Vec<&Fault>> = BTreeMap::new();
    for fault in faults {
        by_cell.entry(&fault.location).or_default().push(fault);
    }
    for (place, faults) in by_cell {
        let Some((sheet, cell)) = place.rsplit_once('!').filter(|(_, cell)| is_address(cell)) else { continue };
        let Ok(sheet) = workbook.sheet_by_name_mut(sheet) else { continue };
        let gravest = faults.iter().map(|fault| fault.severity).max().unwrap_or(Severity::Info);
        let words: Vec<String> = faults.iter().map(|fault| words(fault)).collect();
        sheet.style_mut(cell).set_background_color(colour(gravest));
        let mut comment = Comment::default();
        comment.new_comment(cell).set_author("Pratique").set_text_string(words.join("\n\n"));
        sheet.add_comments(comment);
    }
}

/// Nobody has to hover over cells to find out: all faults once more, in a sheet.
fn list_faults(workbook: &mut Workbook, faults: &[Fault]) -> Result<(), String> {
    // A workbook that was marked before gets its list anew.
    let _ = workbook.remove_sheet_by_name(ERRORS);
    let sheet = workbook.new_sheet(ERRORS).map_err(|error| error.to_string())?;
    let headings = ["位置 Location", "级别 Severity", "代码 Code", "问题", "Problem", "改正办法", "Remedy"];
    for (nth, heading) in headings.iter().enumerate() {
        sheet.cell_mut((nth as u32 + 1, 1)).set_value_string(*heading).style_mut().font_mut().set_bold(true);
    }
    for (nth, fault) in faults.iter().enumerate() {
        let severity = match fault.severity {
            Severity::Error => "错误 Error",
            Severity::Warning => "警告 Warning",
            Severity::Info => "提示 Info",
        };
        let row = [
            fault.location.as_str(),
            severity,
            &fault.code,
            &fault.text.zh,
            &fault.text.en,
            &fault.remedy.zh,
            &fault.remedy.en,
        ];
        for (column, words) in row.iter().enumerate() {
            sheet.cell_mut((column as u32 + 1, nth as u32 + 2)).set_value_string(*words);
        }
        sheet.style_mut((2, nth as u32 + 2)).set_background_color(colour(fault.severity));
    }
    for (column, width) in [("A", 24.0), ("B", 16.0), ("C", 18.0), ("D", 50.0), ("E", 50.0), ("F", 40.0), ("G", 40.0)] {
        sheet.column_dimension_mut(column).set_width(width);
    }
    Ok(())
}

fn words(fault: &Fault) -> String {
    format!("{}\n{} {}\n{} {}", fault.code, fault.text.zh, fault.remedy.zh, fault.text.en, fault.remedy.en)
}

/// Red, amber and blue that stay readable behind black letters.
fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "FFFFB3B3",
        Severity::Warning => "FFFFE08A",
        Severity::Info => "FFCFE2FF",
    }
}

/// `H21`, within the bounds of a sheet.
fn is_address(cell: &str) -> bool {
    let digits = cell.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    let letters = cell.len() - digits.len();
    let row = digits.parse::<u32>().is_ok_and(|row| (1..=1_048_576).contains(&row));
    (1..=2).contains(&letters) && row && !digits.starts_with('+')
}
