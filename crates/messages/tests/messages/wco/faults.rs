//! What is wrong is told by code and place; what is unknown is kept.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use messages::wco;

use super::{SMALL, canonical::canonical, read};

/// The codes and places of what is found in the small document after a change.
fn changed(from: &str, to: &str) -> Vec<(String, String)> {
    assert!(SMALL.contains(from), "{from}");
    told(&SMALL.replacen(from, to, 1))
}

fn told(text: &str) -> Vec<(String, String)> {
    let (message, faults) = read(text);
    for fault in &faults {
        for words in [&fault.text, &fault.remedy] {
            assert!(!words.is_blank() && !words.zh.contains("{0}") && !words.en.contains("{0}"), "{fault:?}");
        }
    }
    if !faults.iter().any(|fault| fault.code.starts_with("PQ-XML")) {
        assert_eq!(canonical(&wco::write(&message)), canonical(text), "{text}");
    }
    faults.into_iter().map(|fault| (fault.code, fault.location)).collect()
}

#[track_caller]
fn one(found: Vec<(String, String)>, code: &str, place: &str) {
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0 == code && found[0].1.contains(place), "{found:?}");
}

#[test]
fn unknown_elements_are_named_and_kept() {
    one(
        changed("<FunctionCode>", "<Colour shade=\"dark\"><Red>9</Red></Colour><FunctionCode>"),
        "PQ-WCO-002",
        "/MetaData/Declaration/Colour, line 6",
    );
    one(
        changed("<SequenceNumeric>", "<x:ID xmlns:x=\"urn:elsewhere\">9</x:ID><SequenceNumeric>"),
        "PQ-WCO-002",
        "/GovernmentAgencyGoodsItem[1]/ID, line 11",
    );
    one(changed("<GoodsMeasure>", "<GoodsMeasure>some words"), "PQ-WCO-005", "/Commodity/GoodsMeasure");
    one(changed("<FunctionCode>", "<FunctionCode colour=\"red\">"), "PQ-WCO-006", "/FunctionCode");
}

#[test]
fn unreadable_values_are_kept() {
    one(changed("1000.50", "a thousand"), "PQ-WCO-012", "/Declaration/InvoiceAmount, line 8");
    one(changed("20220323092414Z", "Wed Mar 23 2022"), "PQ-WCO-013", "/AcceptanceDateTime");
    one(changed("20220323092414Z", "20220231092414Z"), "PQ-WCO-013", "/AcceptanceDateTime");
    one(changed("20220323092414Z", "19690323092414Z"), "PQ-WCO-015", "/AcceptanceDateTime");
    one(changed(" formatCode=\"304\"", ""), "PQ-WCO-016", "/AcceptanceDateTime");
    one(
        changed("<p1:DateTimeString formatCode=\"304\">20220323092414Z</p1:DateTimeString>", "today"),
        "PQ-WCO-014",
        "",
    );
}

#[test]
fn values_that_do_not_fit_are_told() {
    one(changed(">9<", ">8<"), "PQ-WCO-022", "/FunctionCode");
    one(changed("A&amp;B", &"A".repeat(36)), "PQ-WCO-018", "/FunctionalReferenceID");
    one(changed("A&amp;B", " "), "PQ-WCO-017", "/FunctionalReferenceID");
    one(changed("USD", "usd"), "PQ-WCO-025", "/InvoiceAmount");
    one(changed("1000.50", "1000.5055"), "PQ-WCO-024", "/InvoiceAmount");
    one(changed("1000.50", "12345678901234.555"), "PQ-WCO-023", "/InvoiceAmount");
    one(changed("<SequenceNumeric>1</SequenceNumeric>", ""), "PQ-WCO-011", "/SequenceNumeric");
    // Other spellings of a number are kept as they are.
    assert_eq!(changed("1000.50", "+01000.5"), []);
}

#[test]
fn order_and_number_are_told() {
    let two = "<FunctionalReferenceID>A&amp;B</FunctionalReferenceID>";
    one(changed(two, &format!("{two}<FunctionalReferenceID>C</FunctionalReferenceID>")), "PQ-WCO-003", "");
    let code = "<FunctionCode>9</FunctionCode>";
    let text = SMALL.replacen(code, "", 1).replacen("<GoodsShipment>", &format!("{code}<GoodsShipment>"), 1);
    one(told(&text), "PQ-WCO-007", "/Declaration/FunctionCode");
    let begin = SMALL.find("<GovernmentAgencyGoodsItem>").unwrap();
    let end = SMALL.find("</GoodsShipment>").unwrap();
    let items: String = std::iter::repeat_n(&SMALL[begin..end], 10_000).collect();
    let found = told(&format!("{}{items}{}", &SMALL[..begin], &SMALL[end..]));
    assert!(found.iter().any(|(code, at)| code == "PQ-WCO-004" && at.contains("GovernmentAgencyGoodsItem[1000]")));
    assert!(found.len() < 400, "a list of faults ends");
}

#[test]
fn bombs_do_not_go_off() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>";
    one(told(&format!("{bomb}{SMALL}")), "PQ-XML-002", "line 1");
    one(changed("A&amp;B", "&b;"), "PQ-XML-003", "line 7");
    // What stands between them is no word of ours, and may hold what no document may.
    let (message, faults) = read(&SMALL.replacen("A&amp;B", "&\u{B}b;", 1));
    assert!(faults.iter().any(|fault| fault.code == "PQ-XML-007"), "{faults:?}");
    assert!(!wco::write(&message).contains('\u{B}'));
    let deep: String = "<a>".repeat(100_000);
    assert_eq!(told(&deep)[0].0, "PQ-XML-004");
    let (_, faults) = wco::read(&vec![b' '; 33 * 1024 * 1024]);
    assert_eq!(faults[0].code, "PQ-UPLOAD-003");
}

#[test]
fn what_breaks_off_is_read_up_to_there() {
    let (half, _) = SMALL.split_once("<GoodsMeasure>").unwrap();
    let (message, faults) = read(half);
    assert_eq!(faults[0].code, "PQ-XML-009");
    let declaration = message.content.as_ref().and_then(domain::declaration::model::Document::declaration).unwrap();
    assert_eq!(declaration.goods_shipment.as_ref().unwrap().government_agency_goods_items.len(), 1);
    let (_, faults) = read(&SMALL.replace("</Commodity>", "</Comodity>"));
    assert_eq!(faults[0].code, "PQ-XML-001");
    assert!(faults[0].location.starts_with("line 14"), "{}", faults[0].location);
}

#[test]
fn documents_without_namespaces_stay_so() {
    let bare = "<MetaData><Response><FunctionCode>01</FunctionCode><Declaration><ID>1</ID></Declaration></Response></MetaData>";
    one(told(bare), "PQ-WCO-009", "/MetaData");
    let lost = "<mdMetaData><mdWCOTypeName>DEC</mdWCOTypeName><Declaration><FunctionCode>9</FunctionCode></Declaration></mdMetaData>";
    let (message, faults) = read(lost);
    assert_eq!(faults.iter().map(|fault| &*fault.code).collect::<Vec<_>>(), ["PQ-WCO-010", "PQ-WCO-009"]);
    assert!(message.content.as_ref().and_then(domain::declaration::model::Document::declaration).is_some());
    assert_eq!(canonical(&wco::write(&message)), canonical(lost));
}

#[test]
fn prefixes_that_lost_their_colon_are_told_once() {
    let text = "<MetaData><_2WCOTypeName>RES</_2WCOTypeName><_2ResponsibleAgencyName/></MetaData>";
    let (message, faults) = read(text);
    assert_eq!(faults.iter().map(|fault| &*fault.code).collect::<Vec<_>>(), ["PQ-WCO-009", "PQ-WCO-010"]);
    assert_eq!(canonical(&wco::write(&message)), canonical(text));
}

#[test]
fn encodings_are_understood() {
    let units: Vec<u8> = "\u{FEFF}<MetaData><WCOTypeName>港</WCOTypeName></MetaData>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let (message, faults) = wco::read(&units);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(wco::write(&message).contains('港'));
    let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><MetaData><WCOTypeName>\xE9</WCOTypeName></MetaData>";
    assert!(wco::write(&wco::read(latin).0).contains('é'));
    assert_eq!(wco::read(b"<MetaData>\xFF</MetaData>").1[0].code, "PQ-XML-006");
}

#[test]
fn other_documents_are_said_to_be_others() {
    one(told("<Invoice xmlns=\"urn:x\"><A b=\"c\">1</A></Invoice>"), "PQ-WCO-001", "/Invoice, line 1");
    let reading = crate::read("a.xml", SMALL.as_bytes());
    assert!(reading.wco.is_some() && reading.kind.as_str() == "wco-xml");
}

#[test]
fn an_element_of_very_many_attributes_is_given_up_at_once() {
    let many: String = (0..200_000).fold(String::new(), |mut all, nth| {
        let _ = write!(all, " a{nth}=\"1\"");
        all
    });
    let begun = Instant::now();
    let (_, faults) = read(&format!("<MetaData{many}/>"));
    assert!(faults.iter().any(|fault| fault.code == "PQ-XML-001") && faults.len() < 10, "{faults:?}");
    assert!(begun.elapsed() < Duration::from_secs(20), "however many there are, they are not compared in pairs");
    let (_, faults) = read("<MetaData a=\"1\" a=\"2\"/>");
    assert!(faults.iter().any(|fault| fault.code == "PQ-XML-001"), "one name twice: {faults:?}");
}
