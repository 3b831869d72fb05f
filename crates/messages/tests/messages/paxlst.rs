//! PAXLST as airlines send it.

use domain::{Severity, Value};
use messages::MessageKind;

use crate::{corpus, document, has, read};

#[test]
fn a_crew_list_is_read_whole() {
    let Some(bytes) = corpus("edifact/PAXLST_D02B_1.edi") else { return };
    let reading = read("PAXLST_D02B_1.edi", &bytes);
    assert_eq!(reading.kind, MessageKind::Paxlst);
    let members = document(&reading, "crew_list").get("members").list();
    assert_eq!(members.len(), 8);
    let expected = Value::from([
        ("family_name", "Steur".into()),
        ("given_names", "Andrea Pat".into()),
        ("gender", "F".into()),
        ("date_of_birth", "1978-07-06".into()),
        ("place_of_birth", "Hartford USA".into()),
        ("nationality", "GBR".into()),
        ("document_type", "P".into()),
        ("document_number", "123456789".into()),
        ("document_issuer", "GBR".into()),
        ("document_expiry", "2061-02-18".into()),
        ("port_of_embarkation", "FRA".into()),
        ("port_of_disembarkation", "IAD".into()),
    ]);
    assert_eq!(members[0], expected);
    assert!(has(&reading, "28", "UNE/element 2"), "references of the group differ");
    assert!(has(&reading, "21", "UNH[1]/segment 10 NAD"), "small letters in UNOA");
    assert!(has(&reading, "PQ-PLACE-001", "UNH[1]/segment 6 LOC/element 2/component 1"), "FRA is a code of IATA");
    assert!(has(&reading, "PQ-PAXLST-007", "UNH[1]/segment 106 CNT/element 2"), "CNT+41+8 is meant as CNT+41:8");
    assert!(!has(&reading, "PQ-PAXLST-001", ""), "and its count is right");
    let transport = reading.transport.clone().unwrap_or_default();
    assert_eq!(transport.get("conveyance").text(), Some("UA0989"));
    assert_eq!(transport.at("/calls/0/time").text(), Some("2017-01-27T17:25:00"));
    assert_eq!(transport.at("/calls/1/role").text(), Some("arrival"));
    assert!(reading.places["crew_list/members/0/document_number"].contains("DOC/element 2"));
}

#[test]
fn odd_separators_and_a_blank_behind_a_tag_do_no_harm() {
    let Some(bytes) = corpus("edifact/PAXLST_D02B_3.edi") else { return };
    let reading = read("", &bytes);
    let passengers = document(&reading, "passenger_list").get("passengers").list();
    let family = bytes.windows(6).filter(|six| *six == b"NAD*FL").count();
    assert_eq!(passengers.len(), family);
    assert_eq!(passengers[0].get("family_name").text(), Some("BETTON"));
    assert_eq!(passengers[0].get("date_of_birth").text(), Some("1954-10-16"), "a birth is never in the future");
    assert_eq!(passengers[0].get("document_expiry").text(), Some("2018-02-21"));
}

#[test]
fn flights_in_sequence_have_all_their_calls() {
    let Some(bytes) = corpus("edifact/PAXLST_D02B_5.edi") else { return };
    let reading = read("", &bytes);
    let calls = reading.transport.clone().unwrap_or_default();
    let places: Vec<_> = calls.get("calls").list().iter().map(|call| call.get("place").to_string()).collect();
    assert_eq!(places, ["ATL", "ORD", "ORD", "JFK"]);
    let errors: Vec<_> = reading.faults.iter().filter(|fault| fault.severity == Severity::Error).collect();
    assert_eq!(errors, Vec::<&domain::Fault>::new());
}

#[test]
fn wrong_counts_and_unknown_codes_are_told_and_the_person_kept() {
    let Some(bytes) = corpus("edifact/PAXLST_D05B_wrapped_badcounts.edi") else { return };
    let reading = read("", &bytes);
    assert_eq!(document(&reading, "passenger_list").get("passengers").list().len(), 1);
    assert!(has(&reading, "PQ-PAXLST-001", "UNH[1]/segment 24 CNT/element 1/component 2"));
    assert!(has(&reading, "29", "UNH[1]/segment 25 UNT/element 1/component 1"));
    assert!(has(&reading, "PQ-COUNTRY-001", "UNH[1]/segment 18 NAT/element 2/component 1"), "ABC is no country");
    assert!(has(&reading, "PQ-COUNTRY-001", "UNH[1]/segment 23 LOC/element 2/component 1"), "LIM is a place");
    assert!(has(&reading, "PQ-PLACE-001", "UNH[1]/segment 16 LOC/element 2/component 1"), "TBS is a code of IATA");
    assert!(has(&reading, "PQ-DATE-003", "UNH[1]/segment 12 DTM/element 1/component 2"), "two digits of a year");
}

/// A list with one passenger, sent on a day as UNB writes it, with her birth and her document's end.
fn passenger(sent: &str, born: &str, expires: &str) -> (Option<String>, Option<String>) {
    let message = format!(
        "UNB+UNOC:3+A+B+{sent}:1200+7'UNH+1+PAXLST:D:05B:UN'BGM+745'NAD+FL+++LI:NA'DTM+329:{born}'DOC+P+P1'\
         DTM+36:{expires}'UNT+7+1'UNZ+1+7'"
    );
    let reading = read("", message.as_bytes());
    let found = document(&reading, "passenger_list").at("/passengers/0").clone();
    let day = |field: &str| found.get(field).text().map(str::to_owned);
    (day("date_of_birth"), day("document_expiry"))
}

#[test]
fn two_digits_of_a_year_mean_a_birth_in_the_past_and_an_expiry_in_this_century() {
    // The day of reading is 24 November 2026; a sender's day may be missing, wrong, or in a future that never was.
    for sent in ["261124", "610101", "20610101", "891301", "", "900101"] {
        assert_eq!(passenger(sent, "610218", "310218").0.as_deref(), Some("1961-02-18"), "sent {sent}");
        for (expires, day) in [("310218", "2031-02-18"), ("610218", "2061-02-18"), ("990218", "2099-02-18")] {
            assert_eq!(passenger(sent, "610218", expires).1.as_deref(), Some(day), "sent {sent}");
        }
    }
    for (born, day) in
        [("261124", "2026-11-24"), ("261125", "1926-11-25"), ("000229", "2000-02-29"), ("490101", "1949-01-01")]
    {
        assert_eq!(passenger("", born, "310218").0.as_deref(), Some(day));
        assert_eq!(passenger("610101", born, "310218").0.as_deref(), Some(day));
    }
    assert_eq!(passenger("610101", "20610218", "310218").0, None, "four digits in the future are a fault");
}

#[test]
fn what_is_alike_in_many_places_is_counted_in_one_fault() {
    let Some(bytes) = corpus("edifact/PAXLST_D02B_1.edi") else { return };
    let reading = read("", &bytes);
    let more: Vec<_> = reading.faults.iter().filter(|fault| fault.code == "PQ-MORE-001").collect();
    assert_eq!(more.len(), 1, "{more:?}");
    assert!(more[0].text.en.contains("PQ-DATE-003 × 14") && more[0].text.zh.contains("PQ-PLACE-001 × "), "{more:?}");
}

#[test]
fn other_messages_are_named_and_left_unread() {
    let Some(bytes) = corpus("edifact/D95BBAPLIE.edi") else { return };
    let reading = read("", &bytes);
    assert_eq!((reading.kind, reading.documents.len()), (MessageKind::Edifact, 0));
    assert!(has(&reading, "PQ-EDIFACT-001", "UNH[1]/segment 1 UNH"));
}

#[test]
fn what_a_ship_sends_is_read() {
    let message = "UNB+UNOC:3+A+B+260101:1200+7'UNH+1+PAXLST:D:05B:UN'BGM+250'TDT+20+V12+1++COSC+++9321483::146:XIN DA LIAN'\
        LOC+87+CNDLC'DTM+232:202601050800:203'\
        NAD+FM+++SUHARTO'ATT+2++U'DTM+329:20270101'EMP+1+:::AB'DOC+S+SB1'DTM+36:991231'DOC+P+P1'DTM+36:20301231'LOC+91+IDN'\
        NAD+FM+++:MADONNA'DTM+329:990230'NAT+2+XXB'LOC+178+CNDLC'XYZ+1'\
        NAD+FL+++LI:NA'UNT+21+1'UNZ+1+7'";
    let reading = read("", message.as_bytes());
    let members = document(&reading, "crew_list").get("members").list();
    assert_eq!(members.len(), 2);
    let expected = Value::from([
        ("family_name", "SUHARTO".into()),
        ("gender", "X".into()),
        ("rank", "AB".into()),
        ("seafarers_book", "SB1".into()),
        ("document_type", "P".into()),
        ("document_number", "P1".into()),
        ("document_expiry", "2030-12-31".into()),
        ("document_issuer", "IDN".into()),
    ]);
    assert_eq!(members[0], expected);
    assert_eq!(members[1].get("family_name").text(), Some("MADONNA"));
    assert_eq!(members[1].get("nationality").text(), Some("XXB"));
    for (code, segment) in [
        ("PQ-DATE-004", "UNH[1]/segment 8 DTM"),
        ("PQ-DATE-003", "UNH[1]/segment 11 DTM"),
        ("PQ-NAME-002", "UNH[1]/segment 15 NAD"),
        ("PQ-DATE-002", "UNH[1]/segment 16 DTM"),
        ("PQ-PAXLST-002", "UNH[1]/segment 19 XYZ"),
        ("PQ-PAXLST-004", "UNH[1]/segment 20 NAD"),
    ] {
        assert!(has(&reading, code, segment), "{code} {segment}: {:#?}", crate::faults(&reading));
    }
    assert_eq!(reading.faults.len(), 6, "{:#?}", crate::faults(&reading));
    let transport = reading.transport.unwrap_or_default();
    assert_eq!(transport.get("identification").text(), Some("9321483"));
    assert_eq!(transport.at("/calls/0/time").text(), Some("2026-01-05T08:00:00+08:00"));
}

#[test]
fn a_message_without_end_keeps_its_people() {
    let reading = read("", b"UNB+IATA:1+A+B+260101:1200+7'UNH+1+PAXLST:D:02B:UN'BGM+745'NAD+FL+++LI:NA");
    assert_eq!(document(&reading, "passenger_list").get("passengers").list().len(), 1);
    assert!(has(&reading, "13", "UNH[1]/segment 3 NAD") && has(&reading, "13", "UNZ") && has(&reading, "2", "UNB"));
}

/// The segments of a list of the corpus, with the usual separators.
fn segments_of(name: &str) -> Option<Vec<String>> {
    let bytes = corpus(name)?;
    let text = String::from_utf8_lossy(&bytes).replace(['\r', '\n'], "");
    Some(text.split('\'').map(|segment| segment.trim().to_owned()).filter(|segment| !segment.is_empty()).collect())
}

const CREW: &str = "edifact/PAXLST_D02B_1.edi";

fn crew(text: &str) -> (messages::Reading, Vec<Value>) {
    let reading = read("", text.as_bytes());
    let members = match reading.documents.iter().find(|(code, _)| code == "crew_list") {
        Some((_, list)) => list.get("members").list().to_vec(),
        None => Vec::new(),
    };
    (reading, members)
}

#[test]
fn separators_are_those_that_the_header_shows_whatever_una_says() {
    let Some(segments) = segments_of(CREW) else { return };
    let (_, expected) = crew(&format!("{}'", segments.join("'")));
    assert_eq!(expected.len(), 8);
    // CNT+41+8 apart: with stars a count of its own.
    let starred: Vec<String> =
        segments.iter().map(|segment| segment.replace('+', "*").replace("APIS*C3K", "APISXC3K")).collect();
    let sent = [
        format!("{}\n", segments.join("\n")),
        format!("{}\r\n", segments.join("\r\n")),
        format!("{}~", starred.join("~")),
        format!("UNA:+.? '\n{}$", starred.join("$")),
        format!("UNA:+.?'{}'", segments.join("'")),
        format!("UNA:+.?'\n{}'", segments.join("'")),
    ];
    for text in sent {
        let (reading, members) = crew(&text);
        assert_eq!(members, expected, "{}", &text[..40]);
        let told = reading.faults.iter().find(|fault| fault.code == "22").expect("it is told");
        assert_eq!(told.severity, Severity::Warning);
    }
}

#[test]
fn headers_that_were_not_sent_are_told_and_the_people_kept() {
    let Some(segments) = segments_of(CREW) else { return };
    let (_, expected) = crew(&format!("{}'", segments.join("'")));
    let without = |tags: &[&str]| {
        let kept: Vec<&str> =
            segments.iter().map(String::as_str).filter(|segment| !tags.contains(&&segment[..3])).collect();
        format!("{}'", kept.join("'"))
    };
    for tags in [
        &["UNH"][..],
        &["UNH", "UNT"],
        &["UNH", "BGM"],
        &["UNG", "UNE", "UNH", "UNT"],
        &["UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"],
    ] {
        let (reading, members) = crew(&without(tags));
        assert_eq!(reading.kind, MessageKind::Paxlst, "{tags:?}");
        let strip =
            |members: &[Value]| members.iter().map(|member| member.get("family_name").clone()).collect::<Vec<_>>();
        assert_eq!(strip(&members), strip(&expected), "{tags:?}");
        let told = reading.faults.iter().any(|fault| fault.code == "13" && fault.text.en.contains("UNH is missing"));
        assert!(told, "{tags:?} {:?}", reading.faults);
        assert!(reading.faults.len() < 60, "and not once for each segment: {}", reading.faults.len());
    }
    let (reading, _) = crew("hello\nworld");
    assert_eq!(reading.kind, MessageKind::Unknown);
}

#[test]
fn data_of_a_person_without_nad_never_overwrite_those_of_another() {
    let Some(mut segments) = segments_of(CREW) else { return };
    let (_, expected) = crew(&format!("{}'", segments.join("'")));
    let second = segments.iter().position(|segment| segment.contains("Adomat")).expect("the second");
    segments.remove(second);
    let (reading, members) = crew(&format!("{}'", segments.join("'")));
    assert_eq!(members.len(), 8);
    assert_eq!(members[0], expected[0]);
    assert_eq!(members[1].get("family_name"), &Value::Null);
    assert_eq!(members[1].get("date_of_birth"), expected[1].get("date_of_birth"));
    assert_eq!(members[2], expected[2]);
    let at = format!("UNH[1]/segment {}", second - 1);
    assert!(has(&reading, "PQ-PAXLST-009", &at), "{at} {:?}", reading.faults);
}

#[test]
fn values_beside_their_place_are_read_and_told() {
    let Some(segments) = segments_of(CREW) else { return };
    let (_, expected) = crew(&format!("{}'", segments.join("'")));
    let text = segments.join("'") + "'";
    for sent in [
        text.replace("NAD+FM+++", "NAD+FM++"),
        text.replace("NAD+FM+++", "NAD+FM++++"),
        text.replace("ATT+2++", "ATT+2+"),
        text.replace("DTM+329:", "DTM+329+"),
        text.replace("Steur:Andrea:Pat", "Steur/Andrea Pat"),
    ] {
        let (reading, members) = crew(&sent);
        assert_eq!(members, expected);
        assert_eq!(reading.faults.iter().filter(|fault| fault.code == "PQ-PAXLST-008").count(), 1, "once");
    }
    let (reading, members) = crew(&text.replace('\'', "''"));
    assert_eq!(members, expected);
    assert_eq!(reading.faults.iter().filter(|fault| fault.code == "PQ-SYNTAX-006").count(), 1);
    assert!(!has(&reading, "PQ-SYNTAX-002", ""), "{:?}", reading.faults);
}

#[test]
fn what_an_editor_saved_wide_and_what_is_in_small_letters_is_read() {
    let Some(segments) = segments_of(CREW) else { return };
    let text = segments.join("'") + "'";
    let wide = |unit: fn(u16) -> [u8; 2], mark: u16| {
        std::iter::once(mark).chain(text.encode_utf16()).flat_map(unit).collect::<Vec<u8>>()
    };
    for bytes in [wide(u16::to_le_bytes, 0xFEFF), wide(u16::to_be_bytes, 0xFEFF), text.to_lowercase().into_bytes()] {
        let reading = read("", &bytes);
        assert_eq!(document(&reading, "crew_list").get("members").list().len(), 8);
        assert!(has(&reading, "PQ-EDIFACT-002", ""));
    }
}
