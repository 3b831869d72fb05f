//! A workbook with one question a row, in both languages, and its answer beside it: filled beforehand, and read again.

use std::collections::BTreeMap;

use domain::{Fault, Severity, Text};
use rust_xlsxwriter::{DataValidation, Format, Workbook, XlsxError};

use crate::fal_workbook::{archive, cells};

/// The sheet.
const SHEET: &str = "Answers 登记";
/// The row of the headings; the questions follow it.
const HEADINGS: u32 = 2;

/// A question with its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The question's code, in the first column.
    pub code: String,
    /// Its words.
    pub label: Text,
    /// The answer; empty for none.
    pub value: String,
    /// Codes to choose from, with their words; empty where anything may be written.
    pub choices: Vec<(String, Text)>,
}

/// Answers by the codes of their questions, each with the place of its cell.
pub type Read = BTreeMap<String, (String, String)>;

/// The workbook.
///
/// # Errors
/// The writing library's, in words.
pub fn write(title: &Text, lines: &[Line]) -> Result<Vec<u8>, String> {
    written(title, lines).map_err(|error| error.to_string())
}

fn written(title: &Text, lines: &[Line]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    let heading = Format::new().set_bold().set_background_color("#DDE7F0");
    // Text cells keep what is typed.
    let text = Format::new().set_num_format("@").set_background_color("#FFFBE6");
    sheet.set_name(SHEET)?;
    sheet.write_with_format(0, 0, format!("{} {}", title.zh, title.en), &bold)?;
    for (nth, words) in ["code 代码", "问题", "Question", "Answer 填写", "Choices 可选"].iter().enumerate() {
        sheet.write_with_format(HEADINGS, nth as u16, *words, &heading)?;
    }
    sheet.set_column_width(0, 20)?.set_column_width(1, 28)?.set_column_width(2, 34)?;
    sheet.set_column_width(3, 24)?.set_column_width(4, 70)?;
    for (nth, line) in lines.iter().enumerate() {
        let row = HEADINGS + 1 + nth as u32;
        sheet.write(row, 0, line.code.as_str())?;
        sheet.write(row, 1, line.label.zh.as_str())?;
        sheet.write(row, 2, line.label.en.as_str())?;
        sheet.write_with_format(row, 3, line.value.as_str(), &text)?;
        let choices: Vec<String> =
            line.choices.iter().map(|(code, words)| format!("{code} = {} {}", words.zh, words.en)).collect();
        sheet.write(row, 4, choices.join("; "))?;
        // One of the choices; several are typed with commas.
        if !line.choices.is_empty() && !line.label.en.contains("commas") {
            let codes: Vec<&str> = line.choices.iter().map(|(code, _)| code.as_str()).collect();
            let list = DataValidation::new().allow_list_strings(&codes)?;
            sheet.add_data_validation(row, 3, row, 3, &list)?;
        }
    }
    workbook.save_to_buffer()
}

/// Reads the answers of such a workbook, wherever its rows stand.
///
/// # Errors
/// `PQ-UPLOAD-003` to `-006` for what is too large, damaged or dangerous; `PQ-ANSWERS-001` for another workbook.
pub fn read(bytes: &[u8]) -> Result<Read, Fault> {
    archive::check(bytes).map_err(|fault| *fault)?;
    let sheets = cells::sheets(bytes).map_err(|fault| *fault)?;
    let sheet = sheets.iter().find(|sheet| sheet.name == SHEET).ok_or_else(another)?;
    let mut answers = Read::new();
    for (row, cells) in sheet.rows.range(HEADINGS + 1..) {
        let Some(code) = cells.get(&0).map(cells::Cell::text).filter(|code| !code.is_empty()) else { continue };
        let value = cells.get(&3).map(|cell| cell.text().trim().to_owned()).unwrap_or_default();
        answers.insert(code, (format!("{SHEET}!D{}", row + 1), value));
    }
    if answers.is_empty() { Err(another()) } else { Ok(answers) }
}

fn another() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-ANSWERS-001",
        "",
        Text::new("不是本系统下载的登记表。", "This is not the workbook that was downloaded here."),
        Text::new("请重新下载登记表，填写后上传。", "Download the workbook again, fill it in and upload it."),
    )
}
