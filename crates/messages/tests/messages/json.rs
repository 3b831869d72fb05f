//! JSON, one document or several.

use messages::MessageKind;

use crate::{document, faults, has, read};

#[test]
fn documents_are_found_by_code() {
    for text in [
        r#"{"formality": "crew_list", "members": [{"family_name": "Li"}]}"#,
        r#"{"crew_list": {"members": [{"family_name": "Li"}]}}"#,
        r#" [{"formality": "crew_list", "members": [{"family_name": "Li"}]}]"#,
        "\u{FEFF}{\"crew_list\": {\"members\": [{\"family_name\": \"Li\"}]}}",
    ] {
        let reading = read("", text.as_bytes());
        assert_eq!((reading.kind, faults(&reading)), (MessageKind::Json, vec![]), "{text}");
        assert_eq!(document(&reading, "crew_list").at("/members/0/family_name").text(), Some("Li"), "{text}");
    }
}

#[test]
fn places_are_pointers_into_what_was_sent() {
    let reading = read("", br#"[{"formality": "crew_list", "members": [{}]}, {"ships_stores": {"articles": []}}]"#);
    assert_eq!(reading.place_of("crew_list", "/members/0/rank").as_deref(), Some("/0/members/0/rank"));
    assert_eq!(reading.place_of("ships_stores", "/articles").as_deref(), Some("/1/ships_stores/articles"));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let deep = format!("{{\"crew_list\": {}1{}}}", "[".repeat(200), "]".repeat(200));
    let cases: &[(&str, &str, &str)] = &[
        (r#"{"crew_list": {"members": [{"family_name": Li}]}}"#, "PQ-JSON-001", "/crew_list/members/0/family_name"),
        (r#"{"crew_list": {"members": [1, 2"#, "PQ-JSON-001", "/crew_list/members"),
        (r#"{"crew_list": {}} trailing"#, "PQ-JSON-001", ""),
        (r#"{"crew_list": [1]}"#, "PQ-JSON-002", "/crew_list"),
        (r#"{"formality": 7}"#, "PQ-JSON-002", "/formality"),
        ("[]", "PQ-JSON-002", ""),
        (r#"[{"crew_list": {}}, 3]"#, "PQ-JSON-002", "/1"),
        (r#"{"crew_lst": {"members": []}}"#, "PQ-JSON-005", "/crew_lst"),
        (r#"[{"formality": "crew_lst"}]"#, "PQ-JSON-005", "/0"),
        (r#"{"crew_list": {"n": 1e300}}"#, "PQ-JSON-004", "/crew_list/n"),
        (r#"{"crew_list": {"n": 1e999}}"#, "PQ-JSON-004", "/crew_list"),
        (&deep, "PQ-JSON-003", "/crew_list/0/0"),
    ];
    for (text, code, place) in cases {
        let reading = read("", text.as_bytes());
        assert!(has(&reading, code, place), "{text}: {:?}", faults(&reading));
    }
    let reading = read("", b"{\n  \"crew_list\": {,}\n}");
    assert!(reading.faults[0].text.en.contains("line 2, column 17"), "{:?}", reading.faults);
}
