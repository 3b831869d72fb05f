//! What changed, what is seen, what is carried into the next call.

use super::*;

fn person(family: &str, given: &str, document: &str, rank: &str) -> Value {
    Value::from([
        ("family_name", family.into()),
        ("given_names", given.into()),
        ("rank", rank.into()),
        ("date_of_birth", "1990-04-03".into()),
        ("document_number", document.into()),
        ("document_issuer", "PHL".into()),
    ])
}

fn crew(members: Vec<Value>) -> Value {
    Value::from([("members", Value::List(members))])
}

fn told(before: &Value, after: &Value) -> Vec<(String, String, Change)> {
    let found = differences(Formality::CrewList, before, after);
    found.into_iter().map(|one| (one.pointer, one.label.en, one.kind)).collect()
}

#[test]
fn a_crew_list_tells_who_joined_who_left_and_what_changed() {
    let before = crew(vec![
        person("SANTOS", "JUAN", "A1", "MASTER"),
        person("REYES", "PEDRO", "B2", "AB"),
        person("CRUZ", "JOSE", "C3", "OS"),
    ]);
    let after = crew(vec![
        person("LIM", "MARCO", "D4", "OS"),
        person("REYES", "PEDRO", "B2", "BOSUN"),
        person("SANTOS", "JUAN", "A9", "MASTER"),
    ]);
    let found = told(&before, &after);
    let expected = [
        ("/members/0", "Crew member", Change::Added),
        ("/members/1/rank", "Crew member REYES PEDRO: Rank or rating", Change::Changed),
        (
            "/members/2/document_number",
            "Crew member SANTOS JUAN: Number of identity or travel document",
            Change::Changed,
        ),
        ("/members/2", "Crew member", Change::Removed),
    ];
    let expected = expected.map(|(pointer, label, kind)| (pointer.to_owned(), label.to_owned(), kind));
    assert_eq!(found, expected);
    let left = differences(Formality::CrewList, &before, &after).pop().unwrap();
    assert_eq!(left.before.unwrap().en, "CRUZ · JOSE · OS · 1990-04-03 · C3 · Philippines (PH)");
}

#[test]
fn another_order_is_no_difference() {
    let (one, two) = (person("SANTOS", "JUAN", "A1", "AB"), person("REYES", "PEDRO", "B2", "AB"));
    assert_eq!(told(&crew(vec![one.clone(), two.clone()]), &crew(vec![two, one])), []);
}

#[test]
fn the_same_row_twice_is_a_row_more() {
    let one = person("SANTOS", "JUAN", "A1", "AB");
    let found = told(&crew(vec![one.clone()]), &crew(vec![one.clone(), one]));
    assert_eq!(found, [("/members/1".to_owned(), "Crew member".to_owned(), Change::Added)]);
}

#[test]
fn differences_speak_in_words_not_in_codes() {
    let before = Value::from([("purpose", "cargo".into()), ("pilot", false.into())]);
    let after = Value::from([("purpose", "repair".into()), ("air_draught", Value::Number(25.into()))]);
    let found = differences(Formality::EntryApplication, &before, &after);
    let words: Vec<_> = found
        .iter()
        .map(|one| (one.before.clone().map(|text| text.en), one.after.clone().map(|text| text.zh)))
        .collect();
    let text = |words: &str| Some(words.to_owned());
    assert_eq!(words, [(text("Cargo operations"), text("修理")), (None, text("25 m")), (text("No"), None)]);
}

#[test]
fn what_is_not_permitted_is_not_there() {
    for formality in Formality::ALL {
        let whole = filled(formality.fields(), 0);
        let seen = visible(*formality, &whole, |field| !field.personal.is_personal());
        for (path, field) in formality.paths() {
            let at = format!("/{}", path.replace('*', "1"));
            // A field inside of rows that are hidden is hidden with them.
            let hidden = field.personal.is_personal() || path.starts_with("cases");
            assert_eq!(seen.at(&at).is_empty(), hidden, "{}{at}", formality.code());
        }
        assert_eq!(visible(*formality, &whole, |_| true), whole);
    }
}

#[test]
fn ports_of_the_next_call_roll_forward() {
    let port = |code: &str| Value::from([("port", code.into()), ("security_level", "1".into())]);
    let previous = Value::from([
        ("company_security_officer", "SMITH".into()),
        ("cargo_description", "COAL".into()),
        ("eta", "2020-03-25T04:00:00Z".into()),
        ("last_ports", Value::List(vec![port("KRPUS"); 10])),
    ]);
    let made = Value::from([("port", "CNDAL".into()), ("left", "2020-03-27".into()), ("berth", "9".into())]);
    let draft = carried_over(Formality::SecurityReport, &previous, &made);
    assert_eq!(draft.get("company_security_officer").text(), Some("SMITH"));
    assert!(draft.get("cargo_description").is_empty() && draft.get("eta").is_empty());
    let ports = draft.get("last_ports").list();
    assert_eq!(ports.len(), 10);
    assert_eq!(ports[0], Value::from([("port", "CNDAL".into()), ("left", "2020-03-27".into())]));
    assert_eq!(ports[1], port("KRPUS"));
    let first = carried_over(Formality::SecurityReport, &Value::from([]), &made);
    assert_eq!(first.get("last_ports").list().len(), 1);
}

#[test]
fn facts_of_a_filing_feed_the_call() {
    let crew = crew(vec![person("SANTOS", "JUAN", "A1", "AB"), person("REYES", "PEDRO", "B2", "AB")]);
    assert_eq!(facts(Formality::CrewList, &crew), Value::from([("persons_crew", 2.into())]));
    let goods =
        Value::from([("items", Value::List(vec![Value::from([("un_number", "1203".into()), ("class", "3".into())])]))]);
    let told = facts(Formality::DangerousGoods, &goods);
    assert_eq!(told.get("dangerous_goods").bool(), Some(true));
    assert_eq!(told.at("/un_numbers/0").text(), Some("1203"));
    let calm = facts(Formality::HealthDeclaration, &Value::from([("ill_now", false.into())]));
    assert_eq!(calm.get("health_event").bool(), Some(false));
    let ill = facts(Formality::HealthDeclaration, &Value::from([("ill_now", true.into())]));
    assert_eq!(ill.get("health_event").bool(), Some(true));
    let sanitation = |expiry: &str, effective: Value| {
        Value::from([("kind", "sanitation".into()), ("expiry", expiry.into()), ("effective_expiry", effective)])
    };
    let rows = vec![sanitation("2020-05-01", "2020-08-01".into()), sanitation("2020-07-01", Value::Null)];
    let told = facts(Formality::Certificates, &Value::from([("certificates", Value::List(rows))]));
    assert_eq!(told.get("sanitation_expiry").text(), Some("2020-07-01"));
}
