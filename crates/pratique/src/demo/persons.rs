//! Sample permits of persons: a gang that may board, crew that wants to go ashore; and sample crew cases: a crew change that is
//! granted, one that waits, a patient.

use domain::{Value, ship_call::Party};
use office::{
    Actor, CallFilter, Error, Office, Request, Role,
    crew_cases::{CrewCaseAct, WantedCase},
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
    clock.shift(-HOUR / 6);
    crew_cases(office, &number).await?;
    clock.shift(0);
    Ok(())
}

/// A crew change of a ship that comes, granted by all; one that border inspection still decides; a patient on board.
async fn crew_cases(office: &Office, in_port: &str) -> Result<(), Error> {
    let agent = person(Party::Firm("sample-agency-a".to_owned()), Role::Agent);
    let lines = office.calls(&agent, &CallFilter::default()).await?.lines.into_iter();
    let soon = office.now().plus_hours(12).0;
    let coming = lines.filter(|call| call.row.starts_at.is_some_and(|at| at > soon));
    let calls: Vec<String> = coming.map(|call| call.row.number).collect();
    for (nth, call) in calls.iter().take(2).enumerate() {
        let joins =
            [("GARCIA", "PEDRO", "PHL", "joins"), ("LI", "QIANG", "CHN", "joins"), ("KUMAR", "RAVI", "IND", "joins")];
        let leaves = [
            ("MENDOZA", "JOSE", "PHL", "leaves"),
            ("SINGH", "ARJUN", "IND", "leaves"),
            ("WU", "GANG", "CHN", "leaves"),
        ];
        let persons =
            joins.into_iter().chain(leaves).zip(1..).map(|(of, serial)| seafarer(of, &format!("S{nth}00{serial}"), ""));
        let wanted = WantedCase {
            kind: "crew_change".to_owned(),
            call: call.clone(),
            words: "三人上船，三人离船。".to_owned(),
            persons: persons.collect(),
        };
        let parts = [
            ("msa", "manning"),
            ("customs", "health"),
            ("port_administration", "onward"),
            ("border", "sign_on"),
            ("border", "sign_off"),
        ];
        // Of the second one border inspection has not decided yet.
        let decided = if nth == 0 { parts.len() } else { 3 };
        case(office, wanted, &parts[..decided], &format!("sample-change-{nth}")).await?;
    }
    let patient = seafarer(("REYES", "MARCO", "PHL", "sick"), "S9001", "右手骨折");
    let wanted = WantedCase {
        kind: "sick".to_owned(),
        call: in_port.to_owned(),
        words: "机舱作业受伤，需就医。".to_owned(),
        persons: vec![patient],
    };
    case(office, wanted, &[("msa", "rescue")], "sample-sick").await
}

async fn case(office: &Office, wanted: WantedCase, granted: &[(&str, &str)], key: &str) -> Result<(), Error> {
    let request = |key: &str| Request::new("sample crew cases", Some(key.to_owned()), key.as_bytes(), "page");
    let agent = person(Party::Firm("sample-agency-a".to_owned()), Role::Agent);
    let filed = office.file_crew_case(&agent, wanted, &request(key)).await?;
    for (organ, part) in granted {
        let officer = person(Party::Organ((*organ).to_owned()), Role::Officer);
        let grant = CrewCaseAct::Grant { part: (*part).to_owned(), words: String::new() };
        office.do_on_crew_case(&officer, &filed.number, grant, &request(&format!("{key}-{part}"))).await?;
    }
    Ok(())
}

fn seafarer(
    (family, given, nationality, movement): (&str, &str, &str, &str),
    document: &str,
    condition: &str,
) -> Value {
    let mut seafarer = Value::from([
        ("movement", movement.into()),
        ("family_name", family.into()),
        ("given_names", given.into()),
        ("rank", "AB".into()),
        ("nationality", nationality.into()),
        ("date_of_birth", "1988-05-01".into()),
        ("document_type", "P".into()),
        ("document_number", document.into()),
        ("certificate_of_competency", format!("COC-{document}").as_str().into()),
    ]);
    if movement == "leaves" {
        seafarer.set("/onward", "ZZ611 大连—香港".into());
        seafarer.set("/lodging", "示例海员宾馆".into());
    }
    if !condition.is_empty() {
        seafarer.set("/condition", condition.into());
    }
    seafarer
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
