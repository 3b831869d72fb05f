//! Sample applications under measures, each brought to a state of its own by those who would bring it there.

use std::collections::BTreeMap;

use domain::{Value, ship_call::Party};
use office::{Actor, ApplicationAct, Error, NewClaim, Office, Request, Role, problems::Attachment};

use crate::setup::Clock;

const HOUR: i64 = domain::instant::HOUR;

/// A sample application: hours before now, firm, measure, facts, and what followed: hours before now, organ, act.
struct Scene {
    filed: i64,
    firm: &'static str,
    measure: &'static str,
    facts: &'static [(&'static str, &'static str)],
    papers: &'static [&'static str],
    words: &'static str,
    steps: Vec<(i64, &'static str, ApplicationAct)>,
}

/// Makes the sample applications.
pub async fn make(office: &Office, clock: &Clock) -> Result<(), Error> {
    for scene in scenes() {
        play(office, clock, &scene).await?;
    }
    clock.shift(0);
    Ok(())
}

async fn play(office: &Office, clock: &Clock, scene: &Scene) -> Result<(), Error> {
    clock.shift(-scene.filed * HOUR);
    let facts: BTreeMap<String, Value> =
        scene.facts.iter().map(|(code, value)| ((*code).to_owned(), Value::from(*value))).collect();
    let paper = |code: &&str| {
        let file = Attachment { name: format!("sample-{code}.txt"), bytes: b"sample".to_vec() };
        ((*code).to_owned(), file)
    };
    let claim = NewClaim {
        measure: scene.measure.to_owned(),
        facts,
        words: scene.words.to_owned(),
        papers: scene.papers.iter().map(paper).collect(),
        ..NewClaim::default()
    };
    let firm = person(Party::Firm(scene.firm.to_owned()), Role::Agent);
    let key = format!("sample-{}-{}-{}", scene.firm, scene.measure, scene.filed);
    let request = Request::new("sample application", Some(key.clone()), key.as_bytes(), "page");
    let done = office.apply_for(&firm, &claim, &request).await?;
    for (before, who, act) in &scene.steps {
        clock.shift(-before * HOUR);
        let actor = match *who {
            "firm" => firm.clone(),
            "port_office" => person(Party::Organ("port_office".to_owned()), Role::Coordinator),
            organ => person(Party::Organ(organ.to_owned()), Role::Officer),
        };
        let key = format!("{key}-{before}");
        let request = Request::new("sample application", Some(key.clone()), key.as_bytes(), "page");
        office.do_on_application(&actor, &done.number, act, &request).await?;
    }
    Ok(())
}

fn person(party: Party, role: Role) -> Actor {
    let name = "sample".to_owned();
    Actor { person: name.clone(), name, party, role, language: "zh".to_owned(), on_behalf: None }
}

fn scenes() -> Vec<Scene> {
    let late: &[_] = &[("relief", "late_fee"), ("cause", "force_majeure")];
    let text = str::to_owned;
    let grant = |saved: Option<i64>, hours: Option<i64>| ApplicationAct::Grant {
        words: String::new(),
        law: String::new(),
        saved,
        hours,
        until: None,
        plan: None,
    };
    vec![
        Scene {
            filed: 60 * 24,
            firm: "sample-agency-a",
            measure: "18-customs-charges",
            facts: late,
            papers: &["cause"],
            words: "台风封港三日，迟报四日。",
            steps: vec![(55 * 24, "customs", grant(Some(128_050), None))],
        },
        Scene {
            filed: 30 * 24,
            firm: "sample-agency-b",
            measure: "02-green-lane",
            facts: &[("goods", "medical")],
            papers: &["cargo_list"],
            words: "Medical devices for hospitals of the city.",
            steps: ["port_office", "port_group", "customs", "msa"]
                .map(|organ| (30 * 24 - 2, organ, grant(None, Some(18))))
                .to_vec(),
        },
        Scene {
            filed: 20 * 24,
            firm: "sample-agency-b",
            measure: "18-customs-charges",
            facts: late,
            papers: &["cause"],
            words: "Late because of fog.",
            steps: vec![
                (
                    18 * 24,
                    "customs",
                    ApplicationAct::Refuse {
                        words: text("雾情未致封航，迟报系自身安排所致。"),
                        law: text("海关征收进口货物滞报金办法 Customs Measures on Late-Declaration Fees"),
                    },
                ),
                (
                    10 * 24,
                    "firm",
                    ApplicationAct::Appeal { words: text("The port was closed for nine hours that day.") },
                ),
            ],
        },
        Scene {
            filed: 2 * 24,
            firm: "sample-agency-a",
            measure: "08-contactless-customs",
            facts: &[("customs_service", "coordinator")],
            papers: &[],
            words: "申请一名协调员。",
            steps: vec![(24, "customs", ApplicationAct::Ask { words: text("请补充近一年报关单量。") })],
        },
        Scene {
            filed: 3,
            firm: "sample-agency-a",
            measure: "11-priority-ships",
            facts: &[("goods", "daily")],
            papers: &["cargo_list"],
            words: "载运蔬菜，请优先进港。",
            steps: Vec::new(),
        },
    ]
}
