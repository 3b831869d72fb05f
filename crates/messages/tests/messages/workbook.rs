//! Dirty workbooks, as people make them.

use domain::Value;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use crate::{document, faults, has, read};

/// A crew list with these headings in the third row and these cells below, all as text.
fn crew(headings: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Crew List").expect("a name");
    fill(sheet, headings, rows);
    workbook.save_to_buffer().expect("memory")
}

fn fill(sheet: &mut Worksheet, headings: &[&str], rows: &[&[&str]]) {
    for (column, heading) in headings.iter().enumerate() {
        sheet.write(2, column as u16, *heading).expect("a cell");
    }
    for (row, cells) in rows.iter().enumerate() {
        for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            sheet.write(row as u32 + 3, column as u16, *text).expect("a cell");
        }
    }
}

const HEADINGS: [&str; 5] = ["Rank or Rating", "Last Name", "First Name", "Date of Birth", "Nationality"];

#[test]
fn dates_are_read_as_people_write_them() {
    for (written, expected, code) in [
        ("1980/01/02", "1980-01-02", ""),
        ("1980-1-2", "1980-01-02", ""),
        ("02.01.1980", "1980-01-02", ""),
        ("2 Jan 1980", "1980-01-02", ""),
        ("January 2nd, 1980", "1980-01-02", ""),
        ("1980-Jan-02", "1980-01-02", ""),
        ("1980年1月2日", "1980-01-02", ""),
        ("１９８０．０１．０２", "1980-01-02", ""),
        (" 1980 / 01 / 02 ", "1980-01-02", ""),
        ("19800102", "1980-01-02", ""),
        ("1980-01-02T00:00:00", "1980-01-02", ""),
        ("1980-01-02 00:00:00", "1980-01-02", ""),
        ("31/12/1980", "1980-12-31", ""),
        ("12/31/1980", "1980-12-31", ""),
        ("05/05/1980", "1980-05-05", ""),
        ("01/02/1980", "1980-02-01", "PQ-DATE-001"),
        ("2 Augustus 1980", "", "PQ-DATE-002"),
        ("31/02/1980", "", "PQ-DATE-002"),
        ("02/01/80", "", "PQ-DATE-002"),
        ("1980", "", "PQ-DATE-002"),
        ("born in May", "", "PQ-DATE-002"),
        ("T", "", "PQ-DATE-002"),
        ("1980-13-01", "", "PQ-DATE-002"),
    ] {
        let reading = read("", &crew(&HEADINGS, &[&["AB", "Li", "Na", written, "CHN"]]));
        let member = document(&reading, "crew_list").at("/members/0").clone();
        assert_eq!(member.get("date_of_birth").text().unwrap_or_default(), expected, "{written}");
        let expected: Vec<_> =
            (!code.is_empty()).then(|| (code.to_owned(), "Crew List!D4".to_owned())).into_iter().collect();
        assert_eq!(faults(&reading), expected, "{written}");
        assert_eq!(member.get("nationality").text(), Some("CHN"), "the good cells of the row are kept");
    }
}

#[test]
fn date_cells_count_from_1900_or_1904() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(sheet, &HEADINGS, &[&["AB", "Li"], &["AB", "Wu"], &["AB", "Yi"], &["AB", "Su"], &["AB", "Bo"]]);
    let format = Format::new().set_num_format("yyyy/mm/dd");
    let day = ExcelDateTime::from_ymd(1980, 1, 2).expect("a day");
    sheet.write_with_format(3, 3, &day, &format).expect("a cell");
    sheet.write_number(4, 3, 29222.0).expect("a cell");
    sheet.write_number(5, 3, 19_800_102.0).expect("a cell");
    sheet.write_number(6, 3, 1980.0).expect("a cell");
    sheet.write_number_with_format(7, 3, -5.0, &format).expect("a cell");
    let bytes = workbook.save_to_buffer().expect("memory");
    let births = |bytes: &[u8]| -> Vec<String> {
        let reading = read("", bytes);
        assert!(
            has(&reading, "PQ-DATE-002", "Sheet1!D7") && has(&reading, "PQ-DATE-002", "Sheet1!D8"),
            "{:?}",
            faults(&reading)
        );
        document(&reading, "crew_list")
            .get("members")
            .list()
            .iter()
            .map(|row| row.get("date_of_birth").to_string())
            .collect()
    };
    assert_eq!(births(&bytes), ["1980-01-02", "1980-01-02", "1980-01-02", "", ""]);
    let since_1904 = rezip(&bytes, "xl/workbook.xml", |xml| xml.replace("<workbookPr ", "<workbookPr date1904=\"1\" "));
    // The same serial numbers, 1,462 days later.
    assert_eq!(births(&since_1904), ["1984-01-03", "1984-01-03", "1980-01-02", "", ""]);
}

#[test]
fn people_come_as_they_are() {
    let headings = [
        "备注 Remarks",
        "Port Of Debarkation 离船港",
        "姓 Last Name",
        "名 First Name",
        "国籍 Nationality",
        "性别 Sex",
        "职务 Rank",
        "证件号码 Passport No.",
        "护照有效期 Expiry",
        "登船港 Port of Embarkation",
    ];
    let bytes = crew(
        &headings,
        &[
            &["x", " cn dlc ", "  ＬＩ  ", "Ｎａ   Ｎａ", "中国", "女", "大副", "Ｅ１２３４５", "2030.12.31", "SGSIN"],
            &[],
            &["", "PVG", "Suharto", "-", "id", "Male", "AB", "A1", "", ""],
            &["", "XXXXX", "", "Madonna", "United States", "?", "Cook", "A2", "", ""],
            &["", "", "", "", "JPN", "", "Cook", "A3", "", ""],
            &["", "", "", "", "", "", "", "", "", ""],
        ],
    );
    let reading = read("", &bytes);
    let members = document(&reading, "crew_list").get("members").list();
    assert_eq!(members.len(), 4);
    assert_eq!(
        members[0],
        Value::from([
            ("family_name", "LI".into()),
            ("given_names", "Na Na".into()),
            ("nationality", "CHN".into()),
            ("gender", "F".into()),
            ("rank", "大副".into()),
            ("document_number", "E12345".into()),
            ("document_type", "P".into()),
            ("document_expiry", "2030-12-31".into()),
            ("port_of_embarkation", "SGSIN".into()),
            ("port_of_disembarkation", "CNDLC".into()),
        ])
    );
    assert_eq!((members[1].get("family_name").text(), members[1].get("given_names")), (Some("Suharto"), &Value::Null));
    assert_eq!(members[1].get("nationality").text(), Some("IDN"));
    assert_eq!(
        (members[2].get("family_name").text(), members[2].get("nationality").text()),
        (Some("Madonna"), Some("USA"))
    );
    let mut found = faults(&reading);
    found.sort();
    let expected = [
        ("PQ-GENDER-001", "Crew List!F7"),
        ("PQ-NAME-001", "Crew List!C8"),
        ("PQ-NAME-002", "Crew List!D7"),
        ("PQ-PLACE-001", "Crew List!B6"),
        ("PQ-PLACE-002", "Crew List!B7"),
        ("PQ-SHEET-001", "Crew List!A3"),
    ];
    assert_eq!(found, expected.map(|(code, place)| (code.to_owned(), place.to_owned())));
}

#[test]
fn one_column_for_the_whole_name_is_split_at_the_comma() {
    let reading = read(
        "",
        &crew(
            &["姓名", "职务", "国籍", "出生日期"],
            &[&["王小明", "船长", "中国", "1980.1.2"], &["Olsen, Kari", "AB", "NO", ""]],
        ),
    );
    let members = document(&reading, "crew_list").get("members").list();
    assert_eq!(members[0].get("family_name").text(), Some("王小明"));
    assert_eq!(
        (members[1].get("family_name").text(), members[1].get("given_names").text()),
        (Some("Olsen"), Some("Kari"))
    );
}

#[test]
fn quantities_are_numbers() {
    for (written, expected, code) in [
        ("12", "12", ""),
        ("12.50", "12.5", ""),
        ("１２", "12", ""),
        ("1,200.5", "1200.5", ""),
        ("1.200,5", "1200.5", ""),
        ("1,5", "1.5", ""),
        ("1,200", "1200", "PQ-NUMBER-003"),
        ("-3", "", "PQ-NUMBER-002"),
        ("a few", "", "PQ-NUMBER-001"),
        ("1,2,3.4.5", "", "PQ-NUMBER-001"),
    ] {
        let mut workbook = Workbook::new();
        fill(
            workbook.add_worksheet(),
            &["Name of article", "Quantity", "Measurement Type"],
            &[&["Wine", written, "Kilograms (kg)"]],
        );
        let reading = read("", &workbook.save_to_buffer().expect("memory"));
        let article = document(&reading, "ships_stores").at("/articles/0").clone();
        assert_eq!(
            (article.get("quantity").to_string().as_str(), article.get("unit").text()),
            (expected, Some("KGM")),
            "{written}"
        );
        assert_eq!(faults(&reading).first().map_or("", |(code, _)| code), code, "{written}");
    }
}

#[test]
fn formulas_and_errors_are_told() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(sheet, &HEADINGS, &[&["AB", "Li", "", "", "CHN"]]);
    sheet.write_formula(3, 2, Formula::new("=UPPER(\"na\")").set_result("NA")).expect("a cell");
    sheet.write_formula(3, 3, Formula::new("=1/0").set_result("#DIV/0!")).expect("a cell");
    let reading = read("", &workbook.save_to_buffer().expect("memory"));
    assert_eq!(document(&reading, "crew_list").at("/members/0/given_names").text(), Some("NA"));
    assert!(has(&reading, "PQ-CELL-002", "Sheet1!C4"), "{:?}", faults(&reading));
    assert!(
        has(&reading, "PQ-CELL-001", "Sheet1!D4") || has(&reading, "PQ-DATE-002", "Sheet1!D4"),
        "{:?}",
        faults(&reading)
    );
}

#[test]
fn five_thousand_rows_are_read_and_eleven_thousand_cut() {
    let row: &[&str] = &["AB", "Li", "Na", "1980-01-02", "CHN"];
    let reading = read("", &crew(&HEADINGS, &vec![row; 5000]));
    assert_eq!((document(&reading, "crew_list").get("members").list().len(), reading.faults.len()), (5000, 0));
    let reading = read("", &crew(&HEADINGS, &vec![row; 11_000]));
    assert_eq!(document(&reading, "crew_list").get("members").list().len(), 10_000);
    assert!(has(&reading, "PQ-UPLOAD-008", "Crew List!A1"));
    let bad: &[&str] = &["AB", "Li", "Na", "never", "CHN"];
    let reading = read("", &crew(&HEADINGS, &vec![bad; 5000]));
    assert!(reading.faults.len() < 2100, "the list of faults is bounded");
    assert!(has(&reading, "PQ-MORE-001", ""));
}

#[test]
fn a_cell_in_the_farthest_corner_takes_no_memory() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(sheet, &HEADINGS, &[&["AB", "Li", "Na", "1980-01-02", "CHN"]]);
    sheet.write(1_048_575, 16_383, "far").expect("a cell");
    let reading = read("", &workbook.save_to_buffer().expect("memory"));
    assert_eq!(document(&reading, "crew_list").get("members").list().len(), 1);
    assert!(has(&reading, "PQ-UPLOAD-008", "Sheet1!A1"));
}

#[test]
fn addresses_beyond_any_sheet_do_not_end_the_program() {
    let good = crew(&HEADINGS, &[&["AB", "Li", "Na", "1980-01-02", "CHN"]]);
    let bytes = rezip(&good, "xl/worksheets/sheet1.xml", |xml| xml.replace("\"A4\"", "\"A99999999999999\""));
    assert_ne!(bytes, good);
    let reading = read("", &bytes);
    assert!(has(&reading, "PQ-UPLOAD-004", "") || reading.documents.len() == 1, "{:?}", faults(&reading));
}

#[test]
fn a_workbook_of_something_else_is_told() {
    let reading = read("", &crew(&["Colour", "Weight"], &[&["red", "3"]]));
    assert!(has(&reading, "PQ-UPLOAD-009", ""));
}

fn rezip(bytes: &[u8], name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut source = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut target = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..source.len() {
        let mut entry = source.by_index(index).expect("an entry");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("its content");
        let entry_name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if entry_name == name {
            content = change(&String::from_utf8(content).expect("XML")).into_bytes();
        }
        target.start_file(entry_name, zip::write::SimpleFileOptions::default()).expect("a name");
        target.write_all(&content).expect("memory");
    }
    target.finish().expect("memory").into_inner()
}
