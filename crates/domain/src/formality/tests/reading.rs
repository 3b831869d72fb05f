//! What people write, and what is told about it.

use super::*;

fn member(cells: &[(&str, Value)]) -> Value {
    let mut row = Value::from([
        ("family_name", "SANTOS".into()),
        ("given_names", "JUAN".into()),
        ("rank", "AB".into()),
        ("nationality", "PHL".into()),
        ("date_of_birth", "1990-04-03".into()),
        ("place_of_birth", "CEBU".into()),
        ("gender", "M".into()),
        ("document_type", "P".into()),
        ("document_number", "P1234567A".into()),
        ("document_issuer", "PHL".into()),
        ("document_expiry", "2025-01-01".into()),
    ]);
    for (name, value) in cells {
        row.set(&format!("/{name}"), value.clone());
    }
    Value::from([("members", Value::List(vec![row]))])
}

/// The canonical cell and the codes of the faults.
fn read_cell(name: &str, given: Value) -> (Value, Vec<String>) {
    let (value, faults) = read(Formality::CrewList, member(&[(name, given)]), &context());
    let at = format!("/members/0/{name}");
    assert!(faults.iter().all(|fault| fault.location == at), "{faults:#?}");
    (value.at(&at).clone(), faults.into_iter().map(|fault| fault.code).collect())
}

#[test]
fn cells_are_read_as_people_write_them() {
    let good = [
        ("family_name", "  Dela   Cruz ", "Dela Cruz"),
        ("family_name", "ＤＥＬＡ　ＣＲＵＺ", "DELA CRUZ"),
        ("family_name", "欧阳，", "欧阳，"),
        ("family_name", "Mu\u{308}ller", "Müller"),
        ("nationality", "ph", "PHL"),
        ("nationality", "Philippines", "PHL"),
        ("nationality", "菲律宾", "PHL"),
        ("nationality", "D", "DEU"),
        ("nationality", "xxa", "XXA"),
        ("date_of_birth", "1990/4/3", "1990-04-03"),
        ("date_of_birth", "19900403", "1990-04-03"),
        ("date_of_birth", "１９９０－０４－０３", "1990-04-03"),
        ("date_of_birth", "1990年4月3日", "1990-04-03"),
        ("date_of_birth", "03.04.1990", "1990-04-03"),
        ("date_of_birth", "3 Apr 1990", "1990-04-03"),
        ("date_of_birth", "03-APR-1990", "1990-04-03"),
        ("date_of_birth", "April 3, 1990", "1990-04-03"),
        ("date_of_birth", "13/04/1990", "1990-04-13"),
        ("date_of_birth", "04/13/1990", "1990-04-13"),
        ("date_of_birth", "04/04/1990", "1990-04-04"),
        ("date_of_birth", "1990-04-03T00:00:00", "1990-04-03"),
        ("date_of_birth", "1990-04-03 00:00:00", "1990-04-03"),
        ("gender", "Male", "M"),
        ("gender", "男", "M"),
        ("gender", "female", "F"),
        ("gender", "2", "F"),
        ("gender", "Other", "X"),
        ("document_type", "passport", "P"),
        ("document_type", "海员证", "S"),
        ("document_type", "Seaman's book", "S"),
        ("document_number", " ｅｂ1234567 ", "EB1234567"),
        ("port_of_embarkation", "sg sin", "SGSIN"),
    ];
    for (name, given, canonical) in good {
        let (value, codes) = read_cell(name, given.into());
        assert_eq!(value.text(), Some(canonical), "{name} {given}");
        assert!(codes.is_empty(), "{name} {given}: {codes:?}");
    }
}

#[test]
fn cells_that_cannot_be_read_have_a_fault_at_their_place() {
    let long = "A".repeat(71);
    let bad: &[(&str, &str, &str)] = &[
        ("family_name", "", "PQ-FIELD-001"),
        ("family_name", "SAN\u{202e}TOS", "PQ-FIELD-008"),
        ("family_name", "SAN\0TOS", "PQ-FIELD-008"),
        ("family_name", &long, "PQ-FIELD-003"),
        ("nationality", "ZZZ", "PQ-FIELD-006"),
        ("nationality", "Atlantis", "PQ-FIELD-006"),
        ("date_of_birth", "03/04/1990", "PQ-FIELD-011"),
        ("date_of_birth", "1990-02-30", "PQ-FIELD-002"),
        ("date_of_birth", "3.4.90", "PQ-FIELD-002"),
        ("date_of_birth", "0090-04-03", "PQ-FIELD-004"),
        ("date_of_birth", "2030-01-01", "PQ-FIELD-010"),
        ("document_expiry", "2020-01-01", "PQ-FIELD-010"),
        ("gender", "Z", "PQ-FIELD-006"),
        ("document_issuer", "", "PQ-FIELD-001"),
        ("port_of_embarkation", "NOWHERE", "PQ-FIELD-006"),
        ("favourite_colour", "red", "PQ-FIELD-009"),
    ];
    for (name, given, code) in bad {
        assert_eq!(read_cell(name, (*given).into()).1, [*code], "{name} {given:?}");
    }
    assert_eq!(read_cell("rank", Value::List(vec!["AB".into()])).1, ["PQ-FIELD-002"]);
    assert_eq!(read_cell("family_name", "SAN\0TOS".into()).0.text(), Some("SANTOS"));
}

/// Expected times that have gone by are flagged, since a late filing is a filing; what happened cannot lie ahead.
#[test]
fn times_on_the_wrong_side_of_the_filing_are_told_in_the_ports_zone() {
    let read_time = |formality: Formality, name: &str, at: &str| {
        let mut faults = read(formality, Value::from([(name, at.into())]), &context()).1;
        faults.retain(|fault| fault.location == format!("/{name}"));
        faults
    };
    let gone = read_time(Formality::EntryApplication, "eta", "2020-03-19T22:30:00Z");
    assert_eq!((gone[0].code.as_str(), gone[0].severity), ("PQ-FIELD-010", Severity::Warning));
    assert!(gone[0].text.en.ends_with("2020-03-20 06:30 (UTC+08:00) has gone by already."), "{}", gone[0].text.en);
    assert!(gone[0].text.zh.contains("2020-03-20 06:30") && gone[0].remedy.zh.contains("实际时间"));
    assert!(read_time(Formality::EntryApplication, "eta", "2020-03-20T00:00:01Z").is_empty());
    let ahead = read_time(Formality::EntryFormalities, "arrived_at", "2020-03-20T00:00:01Z");
    assert!(ahead[0].is_error() && ahead[0].text.en.contains("08:00 (UTC+08:00) is later than the filing."));
    assert_eq!(read_time(Formality::DeparturePermit, "etd", "2020-03-01T00:00:00Z").len(), 1);
}

#[test]
fn a_choice_is_told_in_words_with_its_codes() {
    let faults = read(Formality::GeneralDeclaration, Value::from([("direction", "SIDEWAYS".into())]), &context()).1;
    let wrong = faults.iter().find(|fault| fault.location == "/direction").unwrap();
    assert_eq!(wrong.remedy.en, "Choose one of: Arrival (arrival), Departure (departure).");
    assert_eq!(wrong.remedy.zh, "请选择一项：进口（arrival）、出口（departure）。");
}

#[test]
fn a_number_is_asked_for_with_the_bounds_that_say_something() {
    let remedy = |name: &str| {
        let faults = read(
            Formality::DangerousGoods,
            Value::from([("items", vec![Value::from([(name, "x".into())])].into())]),
            &context(),
        )
        .1;
        faults.into_iter().find(|fault| fault.location.ends_with(name)).map(|fault| fault.remedy)
    };
    let told = remedy("flash_point").map(|remedy| (remedy.zh, remedy.en));
    assert_eq!(
        told,
        Some((
            "请填-273 至 1000 之间的数字，最多 1 位小数（单位 °C）。".to_owned(),
            "Give a number from -273 to 1000, in °C, with at most one decimal.".to_owned(),
        ))
    );
    let draught = read(Formality::EntryApplication, Value::from([("draught_fore", "deep".into())]), &context()).1;
    let draught = draught.iter().find(|fault| fault.location == "/draught_fore").unwrap();
    assert_eq!(draught.remedy.en, "Give a number of 0 or more, in m, with at most 2 decimals.");
}

#[test]
fn a_person_with_one_name_is_accepted() {
    assert_eq!(read_cell("given_names", Value::Null), (Value::Null, vec![]));
}

#[test]
fn numbers_are_read_or_refused_but_never_guessed() {
    let read_number = |given: &str| {
        let value = Value::from([("length", given.into())]);
        normalise(Formality::BerthPlan, value).0.get("length").number().map(|number| number.to_string())
    };
    for (given, number) in [
        ("180", "180"),
        ("180.50 m", "180.5"),
        ("1,234.5", "1234.5"),
        ("12,345,678", "12345678"),
        ("1 234", "1234"),
        ("１２．５", "12.5"),
        ("-3", "-3"),
    ] {
        assert_eq!(read_number(given).as_deref(), Some(number), "{given}");
    }
    for given in ["12,5", "1.234,5", "1,23,4", "1e5", "12.", ".5", "0x10", "twelve", "1,234,56", "--1"] {
        assert_eq!(read_number(given), None, "{given}");
    }
}

#[test]
fn ships_and_substances_are_told_by_their_digits() {
    let item = |number: Value| {
        let items = Value::List(vec![Value::from([("un_number", number)])]);
        let (value, faults) = read(Formality::DangerousGoods, Value::from([("items", items)]), &context());
        let codes: Vec<String> =
            faults.into_iter().filter(|fault| fault.location.ends_with("un_number")).map(|fault| fault.code).collect();
        (value.at("/items/0/un_number").to_string(), codes)
    };
    assert_eq!(item("UN 1203".into()), ("1203".to_owned(), vec![]));
    assert_eq!(item(1203.into()), ("1203".to_owned(), vec![]));
    assert_eq!(item("UN4".into()), ("0004".to_owned(), vec![]));
    assert_eq!(item("12O3".into()).1, ["PQ-FIELD-002"]);
    assert_eq!(item("0000".into()).1, ["PQ-FIELD-006"]);
}

#[test]
fn instants_need_a_zone_and_forms_give_the_ports() {
    let eta = |given: &str| {
        normalise(Formality::ArrivalReport, Value::from([("eta", given.into())])).0.get("eta").to_string()
    };
    assert_eq!(eta("2020-03-25T08:00+08:00"), "2020-03-25T00:00:00Z");
    assert_eq!(eta("2020-03-25t08:00:00z"), "2020-03-25T08:00:00Z");
    assert_eq!(eta("2020-03-25T08:00"), "2020-03-25T08:00");
    let faults = check(Formality::ArrivalReport, &Value::from([("eta", "2020-03-25T08:00".into())]), &context());
    assert!(faults.iter().any(|fault| fault.location == "/eta" && fault.code == "PQ-FIELD-002"));
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let pairs = [("eta".to_owned(), "2020-03-25T08:00".to_owned())];
    assert_eq!(form_to_value(Formality::ArrivalReport, &pairs, &zone).get("eta").text(), Some("2020-03-25T00:00:00Z"));
}

#[test]
fn times_in_the_wrong_order_and_answers_without_particulars_are_told() {
    let value = Value::from([("eta", "2020-03-25T08:00:00Z".into()), ("etd", "2020-03-25T07:00:00Z".into())]);
    let faults = check(Formality::ArrivalReport, &value, &context());
    assert!(faults.iter().any(|fault| fault.code == "PQ-FORM-002" && fault.location == "/etd" && fault.is_error()));
    let value = Value::from([("death", true.into())]);
    let faults = check(Formality::HealthDeclaration, &value, &context());
    assert!(faults.iter().any(|fault| fault.code == "PQ-FORM-003" && fault.location == "/deaths"));
}

#[test]
fn the_same_document_twice_is_flagged() {
    let mut value = member(&[]);
    value.set("/members/1", value.at("/members/0").clone());
    let faults = check(Formality::CrewList, &value, &context());
    let told: Vec<_> = faults.iter().map(|fault| (fault.code.as_str(), fault.location.as_str())).collect();
    assert_eq!(told, [("PQ-FORM-001", "/members/1/document_number")]);
}

#[test]
fn too_many_rows_are_refused_and_a_flood_of_faults_is_cut() {
    let row = Value::from([("port", "KRPUS".into()), ("security_level", "1".into())]);
    let value = Value::from([("last_ports", Value::List(vec![row; 11]))]);
    let (value, faults) = read(Formality::SecurityReport, value, &context());
    assert_eq!(value.get("last_ports").list().len(), 10);
    assert!(faults.iter().any(|fault| fault.code == "PQ-FIELD-005" && fault.location == "/last_ports"));
    let rows = Value::List(vec![Value::from([("rank", "AB".into())]); 5_000]);
    let faults = check(Formality::CrewList, &Value::from([("members", rows)]), &context());
    assert_eq!(faults.len(), 1_001);
    assert_eq!(faults.last().map(|fault| fault.code.as_str()), Some("PQ-FIELD-012"));
    assert!(faults.iter().all(Fault::is_error));
}

#[test]
fn blank_rows_are_left_out() {
    let blank = Value::from([("rank", "  ".into())]);
    let mut value = member(&[]);
    value.set("/members/1", value.at("/members/0").clone());
    value.set("/members/0", blank);
    assert_eq!(normalise(Formality::CrewList, value).0, member(&[]));
}
