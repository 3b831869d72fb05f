//! A sample bill, and what sample firms said last week of their resumption of work.

use std::collections::BTreeMap;

use domain::{
    Value,
    charge::Item,
    resumption::Answer,
    ship_call::{Party, Status},
};
use office::{Actor, CallFilter, Error, Office, Role};

use crate::setup::Clock;

/// Last week, from this one.
const WEEK: i64 = 7 * 24 * domain::instant::HOUR;

/// Firms with their capacity in per cent and the containers of theirs that are held up.
const ANSWERS: [(&str, i64, i64); 4] =
    [("sample-agency-a", 65, 2), ("sample-agency-b", 72, 0), ("sample-line-c", 88, 6), ("sample-forwarder-d", 46, 11)];

/// The firm whose last call is billed.
const BILLED: &str = "sample-agency-a";

/// States the bill of a ship that has sailed, and answers for last week.
pub async fn make(office: &Office, clock: &Clock) -> Result<(), Error> {
    bill(office).await?;
    clock.shift(-WEEK);
    for (firm, capacity, blocked) in ANSWERS {
        let numbers =
            [("capacity", capacity), ("blocked", blocked), ("staff", 40), ("staff_back", 40 * capacity / 100)];
        let answer = Answer {
            sector: "logistics".to_owned(),
            numbers: numbers.map(|(code, number)| (code.to_owned(), number)).into(),
            ..Answer::default()
        };
        let person = actor(Party::Firm(firm.to_owned()), Role::Agent);
        office.answer_resumption(&person, firm, &answer, "page").await?;
    }
    clock.shift(0);
    Ok(())
}

async fn bill(office: &Office) -> Result<(), Error> {
    let group = actor(Party::Organ("port_group".to_owned()), Role::Operator);
    let filter = CallFilter { states: vec![Status::Departed.code().to_owned()], ..CallFilter::default() };
    let sailed = office.calls(&group, &filter).await?;
    let Some(line) = sailed.lines.into_iter().find(|line| line.row.firm == BILLED) else { return Ok(()) };
    let mut facts = office.call_bill(&group, &line.row.number).await?.facts;
    let container = |size: i64, direction: &str, quantity: i64| Item {
        kind: "container".to_owned(),
        quantity: quantity.into(),
        particulars: BTreeMap::from([
            ("size".to_owned(), Value::from(size)),
            ("direction".to_owned(), Value::from(direction)),
        ]),
        ..Item::default()
    };
    facts.items.extend([container(20, "import", 120), container(40, "import", 85), container(40, "export", 140)]);
    office.state_bill(&group, &line.row.number, &facts).await.map(drop)
}

fn actor(party: Party, role: Role) -> Actor {
    let person = "sample".to_owned();
    Actor { name: person.clone(), person, party, role, language: "zh".to_owned(), on_behalf: None }
}
