//! Each fault with its code of CONTRL, its severity and its place.

use edifact::{MAX_SEGMENT, Severity, read};

const GOOD: &str = "UNB+UNOA:3+A+B+260101:1200+7'UNH+1+PAXLST:D:05B:UN'BGM+745'UNT+3+1'UNZ+1+7'";

#[test]
fn a_good_interchange_has_no_faults() {
    assert_eq!(read(GOOD.as_bytes()).1, vec![]);
}

#[test]
fn each_fault_has_its_code_and_its_place() {
    let cases: &[(&str, &str, &str)] = &[
        ("BGM+745", "BGM+745'DTM+137:1", "29 UNH[1]/segment 4 UNT/element 1/component 1@73"),
        ("UNT+3+1", "UNT+X+1", "29 UNH[1]/segment 3 UNT/element 1/component 1@63"),
        ("UNT+3+1", "UNT+0003+1", ""),
        ("UNT+3+1", "UNT+3+2", "28 UNH[1]/segment 3 UNT/element 2/component 1@65"),
        ("UNZ+1+7", "UNZ+2+7", "29 UNZ/element 1/component 1@71"),
        ("UNZ+1+7", "UNZ+1+8", "28 UNZ/element 2/component 1@73"),
        ("UNT+3+1'", "", "13 UNH[1]/segment 2 BGM@51"),
        ("UNZ+1+7'", "", "13 UNZ@67"),
        ("UNB+UNOA:3+A+B+260101:1200+7'", "", "13 UNB@0"),
        ("UNOA", "UNOQ", "2 UNB/element 1/component 1@4"),
        ("260101:1200", "999999:1200", "12 UNB/element 4/component 1@15"),
        ("UNB+UNOA:3+A", "UNB+UNOA:3+", "13 UNB/element 2/component 1@11"),
        ("UNZ+1", "FTX+1'UNZ+1", "33 FTX@67"),
        ("BGM+745'", "", "32 UNH[1]/segment 2 UNT@51 29 UNH[1]/segment 2 UNT/element 1/component 1@55"),
        ("UNZ+1+7'", "UNZ+1+7", "- UNZ@67"),
        ("UNZ+1+7'", "UNZ+1+7'UNB+UNOA:3", "- UNB@75"),
        ("BGM+", "bgm+", "- UNH[1]/segment 2 bgm@51 21 UNH[1]/segment 2 bgm@51"),
    ];
    for (from, to, expected) in cases {
        let bytes = GOOD.replacen(from, to, 1);
        let (_, faults) = read(bytes.as_bytes());
        let said = faults.iter().map(|fault| {
            let code = fault.code().map_or("-".to_owned(), |code| code.to_string());
            format!("{code} {}", fault.place)
        });
        assert_eq!(said.collect::<Vec<_>>().join(" "), *expected, "{bytes}");
    }
}

#[test]
fn groups_are_counted_and_not_mixed_with_messages() {
    let grouped = "UNB+UNOA:3+A+B+260101:1200+7'UNG+PAXLST+A+B+260101:1200+9+UN+D:05B'UNH+1+PAXLST:D:05B:UN'BGM+745'UNT+3+1'UNE+2+8'UNZ+1+7'";
    let codes = |text: &str| read(text.as_bytes()).1.iter().filter_map(edifact::SyntaxFault::code).collect::<Vec<_>>();
    assert_eq!(codes(grouped), [29, 28]);
    assert_eq!(codes(&grouped.replace("UNE+2+8'", "UNE+1+9'UNH+2+PAXLST:D:05B:UN'BGM+745'UNT+3+2'")), [30, 29]);
    assert_eq!(codes(&grouped.replace("UNE+2+8'", "")), [13]);
}

#[test]
fn airlines_are_read_and_flagged() {
    let (_, faults) = read(GOOD.replace("UNOA:3", "IATA:1").as_bytes());
    assert_eq!(faults.len(), 1);
    assert_eq!((faults[0].code(), faults[0].severity), (Some(2), Severity::Warning));
}

#[test]
fn characters_outside_the_set_are_summed_up_by_message() {
    let lower = GOOD.replace("BGM+745", "BGM+745'NAD+FM+++Li:Na'NAD+FM+++Wu:Yi").replace("UNT+3", "UNT+5");
    let (interchange, faults) = read(lower.as_bytes());
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].severity, Severity::Warning, "small letters in UNOA are certain");
    assert_eq!(faults[0].kind, edifact::FaultKind::Characters { segments: 2 });
    assert_eq!(
        interchange.messages().next().map(|message| message.segments[2].text(4, 2).into_owned()).as_deref(),
        Some("Na")
    );

    let mut broken = GOOD.replace("UNOA:3", "UNOY:4").into_bytes();
    broken.splice(55..58, [b'7', 0xFF, b'5']);
    let (interchange, faults) = read(&broken);
    assert_eq!((faults[0].code(), faults[0].severity), (Some(21), Severity::Error));
    assert_eq!(faults[0].place.to_string(), "UNH[1]/segment 2 BGM/element 1/component 1@56");
    let text = interchange.messages().next().map(|message| message.segments[1].text(1, 1).into_owned());
    assert_eq!(text.as_deref(), Some("7\u{FFFD}5"));
}

#[test]
fn texts_are_decoded_by_the_declared_set() {
    for (identifier, byte, letter) in
        [("UNOC", 0xE9, "é"), ("UNOD", 0xB3, "ł"), ("UNOE", 0xD6, "ж"), ("UNOK", 0xFE, "ş")]
    {
        let mut bytes = GOOD.replace("UNOA", identifier).into_bytes();
        bytes.splice(55..58, [byte]);
        let (interchange, faults) = read(&bytes);
        assert_eq!(faults, vec![], "{identifier}");
        let text = interchange.messages().next().map(|message| message.segments[1].text(1, 1).into_owned());
        assert_eq!(text.as_deref(), Some(letter), "{identifier}");
    }
}

#[test]
fn separators_of_level_b_need_no_una() {
    let bytes = GOOD.replace("UNOA", "UNOB").replace('+', "\u{1D}").replace(':', "\u{1F}").replace('\'', "\u{1C}");
    let (interchange, faults) = read(bytes.as_bytes());
    assert_eq!((interchange.messages().count(), faults), (1, vec![]));
}

#[test]
fn a_teletype_heading_is_skipped_and_told() {
    let bytes = format!("\u{1}QK DLCAPXH\r\n.SHAFMMU 141200\r\n\u{2}{GOOD}\r\n\u{3}");
    let (interchange, faults) = read(bytes.as_bytes());
    assert_eq!((interchange.messages().count(), faults.len()), (1, 1), "{faults:?}");
    assert_eq!((&faults[0].kind, faults[0].severity), (&edifact::FaultKind::Heading, Severity::Info));
    let (_, faults) = read(&[b"\xEF\xBB\xBF", GOOD.as_bytes()].concat());
    assert_eq!(faults, vec![], "a byte order mark is no heading");
}

#[test]
fn nothing_and_too_much_are_told() {
    assert_eq!(read(b" \r\n").1.first().and_then(edifact::SyntaxFault::code), Some(13));
    let long = GOOD.replace("745", &"7".repeat(MAX_SEGMENT));
    let (interchange, faults) = read(long.as_bytes());
    assert_eq!(faults.iter().filter_map(edifact::SyntaxFault::code).collect::<Vec<_>>(), [39]);
    assert!(interchange.messages().all(|message| message.segments[1].raw.len() == MAX_SEGMENT));
    let many = "LOC+1'".repeat(100_000);
    assert!(read(many.as_bytes()).1.len() < 1000, "the list of faults is bounded");
}
