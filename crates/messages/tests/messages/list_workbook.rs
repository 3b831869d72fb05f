//! A workbook of a list: the template is read again, words stay as they were typed, formulas lose their power.

use domain::Text;
use messages::list_workbook::{Column, MAX_ROWS, read, returned, template};
use rust_xlsxwriter::{Formula, Workbook};

fn columns() -> Vec<Column> {
    let column = |code: &str, zh: &str, en: &str, choices: &[(&str, &str, &str)]| Column {
        code: code.to_owned(),
        heading: Text::new(zh, en),
        choices: choices.iter().map(|(code, zh, en)| ((*code).to_owned(), Text::new(*zh, *en))).collect(),
        width: 20,
    };
    vec![
        column("number", "受理编号（请留空）", "Number (leave empty)", &[]),
        column("topic", "类别", "Topic", &[("gate", "闸口", "Gate"), ("fee", "收费", "Fees")]),
        column("words", "情况", "What happened", &[]),
        column("phone", "电话", "Telephone", &[]),
    ]
}

fn empty() -> Vec<u8> {
    template("Problems", &Text::new("问题", "Problems"), &Text::new("每行一件", "One a row"), &columns())
        .expect("written")
}

/// A workbook with these rows of number, topic, words and telephone below headings in English.
fn filled(rows: &[[&str; 4]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Mine").expect("a name");
    for (at, heading) in
        (0_u16..).zip(["Telephone", "what  happened", "TOPIC", "受理编号（请留空） Number (leave empty)"])
    {
        sheet.write(4, at, heading).expect("written");
    }
    for (row, values) in (5_u32..).zip(rows) {
        let [number, topic, words, phone] = *values;
        for (at, value) in (0_u16..).zip([phone, words, topic, number]) {
            match value.strip_prefix("formula:") {
                Some(formula) => {
                    sheet.write(row, at, Formula::new(formula).set_result("42")).expect("written");
                }
                None if value.is_empty() => {}
                None => {
                    sheet.write(row, at, value).expect("written");
                }
            }
        }
    }
    workbook.save_to_buffer().expect("saved")
}

#[test]
fn the_template_is_read_as_an_empty_list() {
    let list = read(&empty(), &columns());
    let codes: Vec<&str> = list.faults.iter().map(|fault| fault.code.as_str()).collect();
    assert_eq!((list.rows.len(), codes.as_slice()), (0, ["PQ-UPLOAD-013"].as_slice()), "its headings are known");
}

#[test]
fn columns_stand_in_any_order_and_words_stay_as_they_were_typed() {
    let words = "  =cmd|' /C calc'!A0\n<b>门</b>  ";
    let list =
        read(&filled(&[["", "闸口 Gate", words, "0411"], ["", "", "", ""], ["", "weather", "x", ""]]), &columns());
    assert!(list.faults.is_empty(), "{:?}", list.faults);
    let [first, second] = list.rows.as_slice() else { panic!("two rows: {:?}", list.rows) };
    assert_eq!((first.number, first.values["topic"].as_str()), (6, "gate"));
    assert_eq!((first.values["words"].as_str(), first.values["phone"].as_str()), (words, "0411"));
    assert_eq!(second.values["topic"], "weather", "what is no choice is told by its rule");
    assert_eq!(second.places["number"], "Mine!D8", "an empty cell has a place");
}

#[test]
fn formulas_are_read_by_their_result_and_given_back_without_power() {
    let bytes = filled(&[["", "fee", "formula:=HYPERLINK(\"http://evil.example\",\"x\")", "1"]]);
    let list = read(&bytes, &columns());
    assert_eq!((list.rows[0].values["words"].as_str(), list.faults[0].code.as_str()), ("42", "PQ-CELL-002"));
    let number = (list.rows[0].places["number"].clone(), "2026-DAL-P000001".to_owned());
    let back = returned(&bytes, &list.faults, &[number]).expect("given back");
    let again = read(&back, &columns());
    assert_eq!(again.rows[0].values["number"], "2026-DAL-P000001");
    assert_eq!((again.rows[0].values["words"].as_str(), again.faults.len()), ("42", 0), "no formula is left");
}

#[test]
fn what_is_no_workbook_of_the_template_is_told() {
    let code = |bytes: &[u8]| read(bytes, &columns()).faults[0].code.clone();
    assert_eq!(code(b"PK\x03\x04"), "PQ-UPLOAD-004");
    assert_eq!(code(b"text"), "PQ-UPLOAD-004");
    let mut other = Workbook::new();
    other.add_worksheet().write(0, 0, "Telephone").expect("written");
    assert_eq!(code(&other.save_to_buffer().expect("saved")), "PQ-UPLOAD-011");
    let many = vec![["", "fee", "x", ""]; MAX_ROWS + 1];
    let list = read(&filled(&many), &columns());
    assert_eq!((list.rows.len(), list.faults[0].code.as_str()), (MAX_ROWS, "PQ-UPLOAD-012"));
}
