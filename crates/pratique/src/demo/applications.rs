//! Sample applications under measures, each brought to a state of its own by those who would bring it there.

use domain::ship_call::{self, Party};
use office::{Actor, ApplicationAct, CallFilter, Error, NewClaim, Office, Request, Role, problems::Attachment};

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
    /// True where it is about the firm's last call that has sailed.
    about_call: bool,
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
    let facts = office.read_facts(scene.facts.iter().copied())?;
    let paper = |code: &&str| {
        let file = Attachment { name: format!("sample-{code}.txt"), bytes: b"sample".to_vec() };
        ((*code).to_owned(), file)
    };
    let firm = person(Party::Firm(scene.firm.to_owned()), Role::Agent);
    let about = if scene.about_call { sailed(office, &firm).await? } else { None };
    let claim = NewClaim {
        measure: scene.measure.to_owned(),
        about,
        facts,
        words: scene.words.to_owned(),
        papers: scene.papers.iter().map(paper).collect(),
        ..NewClaim::default()
    };
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

/// The number of a firm's call that has sailed.
async fn sailed(office: &Office, firm: &Actor) -> Result<Option<String>, Error> {
    let filter = CallFilter { states: vec![ship_call::Status::Departed.code().to_owned()], ..CallFilter::default() };
    Ok(office.calls(firm, &filter).await?.lines.into_iter().next().map(|line| line.row.number))
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
        percent: None,
        person: None,
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
            about_call: false,
            steps: vec![(55 * 24, "customs", grant(Some(128_050), None))],
        },
        Scene {
            filed: 30 * 24,
            firm: "sample-agency-b",
            measure: "02-green-lane",
            facts: &[("goods", "medical")],
            papers: &["cargo_list"],
            words: "Medical devices for hospitals of the city.",
            about_call: false,
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
            about_call: false,
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
            about_call: false,
            steps: vec![(24, "customs", ApplicationAct::Ask { words: text("请补充近一年报关单量。") })],
        },
        Scene {
            filed: 3,
            firm: "sample-agency-a",
            measure: "11-priority-ships",
            facts: &[("goods", "daily")],
            papers: &["cargo_list"],
            words: "载运蔬菜，请优先进港。",
            about_call: false,
            steps: Vec::new(),
        },
        Scene {
            filed: 5 * 24,
            firm: "sample-agency-a",
            measure: "11-priority-ships",
            facts: &[("goods", "medical")],
            papers: &["cargo_list"],
            words: "载运医用氧气设备。",
            about_call: true,
            steps: vec![(5 * 24 - 1, "msa", grant(None, Some(6))), (5 * 24 - 2, "port_group", grant(None, Some(4)))],
        },
        Scene {
            filed: 9 * 24,
            firm: "sample-agency-b",
            measure: "04-release-first",
            facts: &[("papers_missing", "yes")],
            papers: &["registration", "undertaking"],
            words: "The invoice is on its way.",
            about_call: false,
            steps: vec![(
                8 * 24,
                "customs",
                ApplicationAct::Refuse {
                    words: text("发票可当日补齐，不属于特殊情况。"),
                    law: text("海关法 Customs Law"),
                },
            )],
        },
    ]
}
