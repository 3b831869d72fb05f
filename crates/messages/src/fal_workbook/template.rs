//! An empty or prefilled workbook of the same layout: headings in both languages in row 18, drop-downs, rows from 19.

use domain::Value;
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError};

use super::columns::List;

/// Units of the drop-down, each with its code of Recommendation 20.
pub const UNITS: [(&str, &str); 6] = [
    ("LTR", "Liter (l)"),
    ("KGM", "Kilograms (kg)"),
    ("LBR", "Pound (lb)"),
    ("TNE", "Tonne (t)"),
    ("MTQ", "Cubic Meters (m3)"),
    ("C62", "Units (u)"),
];

/// Row of the headings and first row of the list, counting from 0, as in the template of the Maritime Single Window.
const HEADINGS_ROW: u32 = 17;
const FIRST_ROW: u32 = 18;
/// Rows that get drop-downs below what is prefilled.
const SPARE_ROWS: u32 = 500;

/// A workbook with a sheet for each of `crew_list`, `passenger_list`, `ships_stores` and `crew_effects` that is given,
/// prefilled with its document (an empty document gives an empty sheet). Other formalities have no sheet and are left
/// out. What is written here is read again by [`super::read`] as the same documents.
///
/// # Errors
/// The writing library's, in words, when a document exceeds what a workbook can hold.
pub fn prefilled(documents: &[(String, Value)]) -> Result<Vec<u8>, String> {
    write(documents).map_err(|error| error.to_string())
}

fn write(documents: &[(String, Value)]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    for (code, document) in documents {
        let Some(layout) = LAYOUTS.iter().find(|layout| layout.list.names().0 == code) else { continue };
        sheet(workbook.add_worksheet(), layout, document)?;
    }
    let lists = workbook.add_worksheet();
    lists.set_name("Data")?.set_hidden(true);
    for (nth, (_, unit)) in UNITS.iter().enumerate() {
        lists.write(nth as u32 + 1, 1, *unit)?;
    }
    workbook.save_to_buffer()
}

fn sheet(sheet: &mut Worksheet, layout: &Layout, document: &Value) -> Result<(), XlsxError> {
    let title = Format::new().set_bold().set_font_size(16);
    let heading = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_background_color("#DDE7F0");
    // Text cells keep what is typed: no spreadsheet program turns a number of a document into 1.2E+09.
    let text = Format::new().set_num_format("@");
    sheet.set_name(layout.sheet)?;
    sheet.write_with_format(13, 1, layout.title, &title)?;
    sheet.write_with_format(HEADINGS_ROW, 1, "SrNo 序号", &heading)?;
    sheet.set_freeze_panes(FIRST_ROW, 0)?;
    sheet.set_column_width(0, 2)?.set_column_width(1, 8)?;
    let rows = document.get(layout.list.names().1).list();
    for (nth, (field, words)) in layout.columns.iter().enumerate() {
        let column = nth as u16 + 2;
        sheet.write_with_format(HEADINGS_ROW, column, *words, &heading)?;
        sheet.set_column_width(column, 20)?.set_column_format(column, &text)?;
        for (nth, row) in rows.iter().enumerate() {
            cell(sheet, FIRST_ROW + nth as u32, column, field, row.get(field), &text)?;
        }
        if let Some(choices) = choices(field)? {
            let last = FIRST_ROW + rows.len() as u32 + SPARE_ROWS;
            sheet.add_data_validation(FIRST_ROW, column, last, column, &choices)?;
        }
    }
    for nth in 0..rows.len() as u32 {
        sheet.write(FIRST_ROW + nth, 1, nth + 1)?;
    }
    Ok(())
}

fn cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    field: &str,
    value: &Value,
    text: &Format,
) -> Result<(), XlsxError> {
    let words = match value {
        Value::Null => return Ok(()),
        Value::Bool(yes) => if *yes { "Y" } else { "N" }.to_owned(),
        Value::Text(code) if field == "unit" => {
            UNITS.iter().find(|(known, _)| known == code).map_or(code.as_str(), |(_, unit)| unit).to_owned()
        }
        other => other.to_string(),
    };
    sheet.write_with_format(row, column, words, text)?;
    Ok(())
}

fn choices(field: &str) -> Result<Option<DataValidation>, XlsxError> {
    let list = DataValidation::new();
    Ok(Some(match field {
        "gender" => list.allow_list_strings(&["M", "F", "X"])?,
        "transit" => list.allow_list_strings(&["Y", "N"])?,
        "document_type" => list.allow_list_strings(&["P", "S", "I"])?,
        "unit" => list.allow_list_formula(Formula::new("=Data!$B$2:$B$7")),
        _ => return Ok(None),
    }))
}

struct Layout {
    list: List,
    sheet: &'static str,
    title: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

const LAYOUTS: [Layout; 4] = [
    Layout { list: List::Crew, sheet: "Crew List", title: "CREW LIST 船员名单 (FAL 5)", columns: CREW },
    Layout {
        list: List::Passengers,
        sheet: "Passenger List",
        title: "PASSENGER LIST 旅客名单 (FAL 6)",
        columns: PASSENGERS,
    },
    Layout {
        list: List::Stores,
        sheet: "Ship Stores Declaration",
        title: "SHIP STORES DECLARATION 船用物品申报单 (FAL 3)",
        columns: &[
            ("name", "Name of article 物品名称"),
            ("quantity", "Quantity 数量"),
            ("unit", "Measurement Type 计量单位"),
            ("location", "Location on board / Comments 船上位置"),
        ],
    },
    Layout {
        list: List::Effects,
        sheet: "Crew Effects",
        title: "CREW'S EFFECTS DECLARATION 船员物品申报单 (FAL 4)",
        columns: &[
            ("family_name", "Last Name 姓氏"),
            ("given_names", "First Name 名字"),
            ("rank", "Rank or Rating 职务"),
            ("effects", EFFECTS),
        ],
    },
];

const EFFECTS: &str = "Effects dutiable, prohibited or restricted 应税或限制物品";

const CREW: &[(&str, &str)] = &[
    ("family_name", "Last Name 姓氏"),
    ("given_names", "First Name 名字"),
    ("nationality", "Nationality 国籍 (ISO 3 letters)"),
    ("gender", "Sex 性别 (M, F or X)"),
    ("date_of_birth", "Date of Birth 出生日期 (yyyy-mm-dd)"),
    ("document_type", "Document Type 证件类型 (P, S, I)"),
    ("document_number", "Document Number 证件号码"),
    ("document_issuer", "Country of Issue 签发国 (ISO 3 letters)"),
    ("document_expiry", "Date of Expiry 有效期 (yyyy-mm-dd)"),
    ("port_of_embarkation", "Port of Embarkation 登船港 (UN/LOCODE)"),
    ("port_of_disembarkation", "Port of Debarkation 离船港 (UN/LOCODE)"),
    ("rank", "Rank or Rating 职务"),
    ("place_of_birth", "Place of Birth 出生地"),
    ("visa_number", "Visa number if appropriate 签证号码"),
    ("seafarers_book", "Seafarer's book number 海员证号码"),
    ("effects", EFFECTS),
];

const PASSENGERS: &[(&str, &str)] = &[
    CREW[0],
    CREW[1],
    CREW[2],
    CREW[3],
    CREW[4],
    CREW[5],
    CREW[6],
    CREW[7],
    CREW[8],
    CREW[9],
    CREW[10],
    CREW[13],
    CREW[12],
    ("transit", "Transit 过境 (Y/N)"),
];
