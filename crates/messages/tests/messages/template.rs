//! The template as it comes, and as it goes back to its author.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use domain::{Fault, Severity, Text, Value};
use messages::{MessageKind, fal_workbook};

use crate::{corpus, document, faults, read};

const TEMPLATE: &str = "fal/crew-passengers-stores-template.xlsx";

#[test]
fn the_empty_template_holds_nobody() {
    let Some(bytes) = corpus(TEMPLATE) else { return };
    let reading = read("template.xlsx", &bytes);
    assert_eq!(reading.kind, MessageKind::FalWorkbook);
    let empty = |sheet: &str| ("PQ-SHEET-003".to_owned(), format!("{sheet}!A18"));
    assert_eq!(reading.documents.len(), 0);
    assert_eq!(faults(&reading), ["Crew List", "Passenger List", "Ship Stores Declaration"].map(empty));
    assert_eq!(reading.unread, ["README"]);
}

#[test]
fn a_filled_template_is_read_and_comes_back_marked_with_its_layout() {
    let Some(template) = corpus(TEMPLATE) else { return };
    let mut workbook =
        umya_spreadsheet::reader::xlsx::read_reader(Cursor::new(template.as_slice()), true).expect("the template");
    let mut fill = |sheet: &str, cells: &[(&str, &str)]| {
        let sheet = workbook.sheet_by_name_mut(sheet).expect("the sheet");
        cells.iter().for_each(|(cell, text)| {
            sheet.cell_mut(*cell).set_value_string(*text);
        });
    };
    fill(
        "Crew List",
        &[
            ("C19", "Olsen"),
            ("D19", "Kari"),
            ("E19", "Anne"),
            ("F19", "NOR"),
            ("G19", "F"),
            ("H19", "1975/03/04"),
            ("I19", "N123"),
            ("J19", "NOR"),
            ("K19", "2031/01/02"),
            ("L19", "CNDLC"),
            ("N19", "MASTER"),
            ("O19", "Bergen"),
            ("P19", "2 bottles of wine"),
            ("C21", "Suharto"),
            ("F21", "Atlantis"),
            ("H21", "31/02/1980"),
            ("N21", "AB"),
        ],
    );
    fill("Passenger List", &[("C19", "Li"), ("D19", "Na"), ("F19", "中国"), ("P19", "Y")]);
    fill("Ship Stores Declaration", &[("C19", "Whisky"), ("D19", "12.5"), ("E19", "Liter (l)"), ("F19", "Bond")]);
    let mut filled = Vec::new();
    umya_spreadsheet::writer::xlsx::write_writer(&workbook, &mut filled).expect("memory");

    let reading = read("", &filled);
    let members = document(&reading, "crew_list").get("members").list();
    assert_eq!(members.len(), 2);
    assert_eq!(members[0].get("given_names").text(), Some("Kari Anne"));
    assert_eq!(members[0].get("document_type").text(), Some("P"), "the template's documents are passports");
    assert_eq!(members[1].get("family_name").text(), Some("Suharto"));
    assert_eq!(members[1].get("given_names"), &Value::Null);
    assert_eq!(document(&reading, "crew_effects").at("/members/0/effects").text(), Some("2 bottles of wine"));
    assert_eq!(document(&reading, "passenger_list").at("/passengers/0/nationality").text(), Some("CHN"));
    assert_eq!(document(&reading, "passenger_list").at("/passengers/0/transit").bool(), Some(true));
    assert_eq!(document(&reading, "ships_stores").at("/articles/0/unit").text(), Some("LTR"));
    assert_eq!(
        faults(&reading),
        [
            ("PQ-COUNTRY-001".to_owned(), "Crew List!F21".to_owned()),
            ("PQ-DATE-002".to_owned(), "Crew List!H21".to_owned()),
        ]
    );
    for (pointer, place) in [("/members/1/rank", "N21"), ("/members/1/gender", "G21"), ("/members/1/signature", "A21")]
    {
        assert_eq!(reading.place_of("crew_list", pointer), Some(format!("Crew List!{place}")));
    }
    assert_eq!(reading.place_of("crew_list", "/members/7"), None);

    let marked = fal_workbook::mark(&filled, &reading.faults).expect("the same workbook");
    let again = read("", &marked);
    assert_eq!((again.documents, again.faults), (reading.documents, reading.faults), "marks do not change the content");
    let workbook =
        umya_spreadsheet::reader::xlsx::read_reader(Cursor::new(marked.as_slice()), true).expect("a workbook");
    let crew = workbook.sheet_by_name("Crew List").expect("the sheet");
    let comments: Vec<_> = crew.comments().iter().map(|comment| comment.coordinate().to_string()).collect();
    assert!(comments.contains(&"H21".to_owned()) && comments.contains(&"F21".to_owned()), "{comments:?}");
    assert_eq!(crew.merge_cells().len(), 7, "the layout stays");
    let mut sheets: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(marked)).expect("a workbook");
    let list = sheets.worksheet_range("Errors 错误").expect("the list of faults");
    assert_eq!(list.get_value((2, 0)), Some(&Data::String("Crew List!H21".to_owned())));
}

#[test]
fn faults_elsewhere_do_not_break_marking() {
    let documents = [("crew_list".to_owned(), Value::from([("members", Value::List(vec![]))]))];
    let bytes = fal_workbook::prefilled(&documents).expect("a workbook");
    let words = Text::new("错", "wrong");
    let places = [
        "",
        "/members/0",
        "No Such Sheet!A1",
        "Crew List!",
        "Crew List!H0",
        "Crew List!ZZZ9",
        "Crew List!H19",
        "Crew List!H19",
    ];
    let wrong = places.map(|place| Fault::new(Severity::Error, "PQ-TEST-001", place, words.clone(), words.clone()));
    let marked = fal_workbook::mark(&bytes, &wrong).expect("the same workbook");
    let twice = fal_workbook::mark(&marked, &wrong).expect("a marked workbook can be marked again");
    assert_eq!(faults(&read("", &twice)), [("PQ-SHEET-003".to_owned(), "Crew List!A18".to_owned())]);
}
