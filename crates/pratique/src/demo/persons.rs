//! Sample permits of persons: a gang that may board, crew that wants to go ashore.

use domain::{Value, ship_call::Party};
use office::{
    Actor, CallFilter, Error, Office, Request, Role,
    person_permits::{PermitAct, Wanted},
};

use crate::setup::Clock;

const HOUR: i64 = domain::instant::HOUR;

/// Makes the sample permits.
pub async fn make(office: &Office, clock: &Clock) -> Result<(), Error> {
    let agent = person(Party::Firm("sample-agency-a".to_owned()), Role::Agent);
    let border = person(Party::Organ("border".to_owned()), Role::Officer);
    let in_port = CallFilter { states: vec!["in_port".to_owned()], ..CallFilter::default() };
    let Some(call) = office.calls(&agent, &in_port).await?.lines.into_iter().next() else { return Ok(()) };
    let number = call.row.number;
    clock.shift(-20 * HOUR);
    let wanted = |kind: &str, words: &str, days: i64| {
        let now = clock.now();
        Wanted {
            kind: kind.to_owned(),
            place: "ship".to_owned(),
            code: number.clone(),
            from: now,
            until: now.plus_hours(24 * days),
            words: words.to_owned(),
            papers: Vec::new(),
        }
    };
    let gang = [("WANG", "LI", "1"), ("ZHAO", "MIN", "2"), ("LIU", "YANG", "3"), ("CHEN", "BO", "4")];
    let gang =
        gang.map(|(family, given, nth)| holder(family, given, "CHN", &format!("21020219900101000{nth}"), "repair"));
    let request = |key: &str| Request::new("sample permits", Some(key.to_owned()), key.as_bytes(), "page");
    let done = office
        .apply_for_permits(&agent, &wanted("boarding", "主机检修。", 20), gang.to_vec(), &request("sample-gang"))
        .await?;
    clock.shift(-18 * HOUR);
    let grant =
        PermitAct::Grant { holders: vec![1, 2, 3], until: None, words: String::new(), exception: String::new() };
    office.do_on_permits(&border, &done.number, &grant, &request("sample-gang-granted")).await?;
    clock.shift(-2 * HOUR);
    let crew = [("DELA CRUZ", "JUAN", "P1234567A"), ("SANTOS", "MARIA", "P7654321B")];
    let crew = crew.map(|(family, given, document)| holder(family, given, "PHL", document, "crew"));
    office.apply_for_permits(&agent, &wanted("landing", "", 10), crew.to_vec(), &request("sample-shore")).await?;
    clock.shift(0);
    Ok(())
}

fn holder(family: &str, given: &str, nationality: &str, document: &str, capacity: &str) -> Value {
    let kind = if nationality == "CHN" { "I" } else { "P" };
    Value::from([
        ("family_name", family.into()),
        ("given_names", given.into()),
        ("nationality", nationality.into()),
        ("date_of_birth", "1990-01-01".into()),
        ("document_type", kind.into()),
        ("document_number", document.into()),
        ("capacity", capacity.into()),
    ])
}

fn person(party: Party, role: Role) -> Actor {
    let name = "sample".to_owned();
    Actor { person: name.clone(), name, party, role, language: "zh".to_owned(), on_behalf: None }
}
