//! The problems over which is measured: of fifty firms, of every class and in many states, each with a journal that the
//! procedure made.

use domain::{
    Instant,
    matter::Matter,
    problem::{Act, Dispatched, Key, Outcome, PointAnswered, Record},
    ship_call::Party,
};
use office::{
    Actor, NewReport, Office, Role,
    problems::{Contact, SeedProblem},
};

use super::calls::FIRM;

const FIRMS: usize = 50;
const HOUR: i64 = domain::instant::HOUR;

/// Topics with class and the unit that leads, from the sample profile's dispatch.
const KINDS: [(&str, &str, &str, &str); 8] = [
    ("terminal-gate", "delayed", "today", "port_group"),
    ("customs-declaration", "ordinary", "week", "customs"),
    ("fee", "cost", "week", "port_administration"),
    ("border-crew", "cross", "later", "border"),
    ("msa-permit", "stopped", "now", "msa"),
    ("it", "advice", "later", "port_office"),
    ("terminal-yard", "ordinary", "later", "port_group"),
    ("policy", "policy", "later", "port_office"),
];

/// How far a problem has come, by its place among a hundred: six of them are open, which in a hundred thousand is three weeks'
/// work of a port that hears of as many in a year; the rest is closed.
const OPEN: [(usize, usize); 5] = [(1, 0), (2, 1), (3, 2), (5, 3), (6, 4)];

/// What a firm reports.
pub fn report(kind: usize) -> NewReport {
    let (topic, impact, urgency, _) = KINDS[kind % KINDS.len()];
    NewReport {
        topic: topic.to_owned(),
        impact: impact.to_owned(),
        urgency: urgency.to_owned(),
        words: "The box has stood at the gate since this morning; the terminal says that the release is missing, the \
                single window says that it is there. Who has it, and when does it leave?"
            .to_owned(),
        answers: vec![("since".to_owned(), "2026-01-05T08:00:00+08:00".to_owned())],
        contact: Contact { name: "Bench".to_owned(), phone: "+86 411 0000 0000".to_owned(), ..Contact::default() },
        language: "en".to_owned(),
        ..NewReport::default()
    }
}

/// The same as the API takes it.
pub fn body(nth: u64) -> String {
    let NewReport { topic, impact, urgency, words, answers, contact, .. } = report(0);
    let answers: serde_json::Map<String, serde_json::Value> =
        answers.into_iter().map(|(code, value)| (code, value.into())).collect();
    serde_json::json!({
        "topic": topic, "impact": impact, "urgency": urgency, "words": words, "answers": answers,
        "keys": [{"kind": "container", "value": format!("BNCU{:07}", nth % 10_000_000)}],
        "contact": {"name": contact.name, "phone": contact.phone}, "language": "en",
    })
    .to_string()
}

fn unit(organ: &str) -> Actor {
    let role = if organ == "port_office" { Role::Coordinator } else { Role::Officer };
    let person = "bench".to_owned();
    let party = Party::Organ(organ.to_owned());
    Actor { name: person.clone(), person, party, role, language: "en".to_owned(), on_behalf: None }
}

fn firm(nth: usize) -> String {
    if nth.is_multiple_of(FIRMS) { FIRM.to_owned() } else { format!("bench-firm-{}", nth % FIRMS) }
}

/// A journal: reported so many hours ago, and brought as far as `far`: received, looked at, dispatched, in hand, answered,
/// closed.
fn journal(office: &Office, kind: usize, far: usize, age: i64) -> Result<Vec<Record>, office::Error> {
    let (topic, impact, urgency, lead) = KINDS[kind];
    let begin = office.now().plus_hours(-age);
    let at = |minutes: i64| Instant(begin.0 + minutes * HOUR / 60);
    let (desk, lead_of) = (unit("port_office"), unit(lead));
    let report_words = "00000000-0000-0000-0000-000000000000".to_owned();
    let reporter = Actor { party: Party::Firm(String::new()), ..super::calls::agent() };
    let points =
        vec![PointAnswered { point: 1, outcome: Outcome::Solved, law: "sample".to_owned(), words: report_words }];
    let dispatched = Dispatched { lead: Some(lead.to_owned()), ..Dispatched::default() };
    let told = Act::Tell { report: 1, answered: true, solved: true, satisfied: true, words: None };
    let steps = [
        (reporter.clone(), at(0), Act::Receive(Box::default())),
        (
            desk.clone(),
            at(10),
            Act::Triage {
                topic: topic.to_owned(),
                impact: impact.to_owned(),
                urgency: urgency.to_owned(),
                keys: Default::default(),
                points: Vec::new(),
            },
        ),
        (desk, at(12), Act::Dispatch(dispatched)),
        (lead_of.clone(), at(30), Act::Accept),
        (lead_of, at(120), Act::Sign { points, plan: None }),
        (reporter, at(180), told),
    ];
    Ok(office.rehearse_problem(&report(kind), &steps[..=far.min(5)], office.now())?.1)
}

/// Journals of every kind, far and near, such that no clock of theirs falls due while is measured.
fn journals(office: &Office) -> Result<Vec<Vec<Record>>, String> {
    let explain = |error: office::Error| format!("{error:?}");
    let soon = office.now().plus_hours(1);
    let mut journals = Vec::new();
    for nth in 0..100 {
        let far = OPEN.iter().find(|(until, _)| nth < *until).map_or(5, |(_, far)| *far);
        let mut age = 4 + (nth as i64 * 37) % (24 * 60);
        loop {
            let records = journal(office, nth % KINDS.len(), far, age).map_err(explain)?;
            let problem = domain::problem::Problem::fold(&records);
            if problem.running().all(|clock| clock.due > soon) {
                journals.push(records);
                break;
            }
            age += 1;
        }
    }
    Ok(journals)
}

/// Seeds so many problems.
pub async fn seed(office: &Office, count: usize, progress: &(dyn Fn() + Sync)) -> Result<(), String> {
    let journals = journals(office)?;
    let reports: Vec<NewReport> = (0..KINDS.len()).map(report).collect();
    let problems = (0..count).map(|nth| SeedProblem {
        // Neighbours in time are of different kinds and states.
        records: journals[(nth * 31) % journals.len()].clone(),
        report: &reports[((nth * 31) % journals.len()) % KINDS.len()],
        firm: firm(nth),
        key: Key::new("container", &format!("SEED{nth:07}")),
    });
    office.seed_problems(problems, progress).await.map(drop).map_err(|error| format!("{error:?}"))
}

/// Seeds problems of each of which one clock fell due within the last minute: nobody has looked at it.
pub async fn seed_due(office: &Office, count: usize, progress: &(dyn Fn() + Sync)) -> Result<(), String> {
    let explain = |error: office::Error| format!("{error:?}");
    let new = report(4);
    let reporter = Actor { party: Party::Firm(String::new()), ..super::calls::agent() };
    let received = |at: Instant| {
        office.rehearse_problem(&new, &[(reporter.clone(), at, Act::Receive(Box::default()))], at).map_err(explain)
    };
    let now = office.now();
    let (problem, _) = received(now)?;
    let first = problem.running().map(|clock| clock.due.0 - now.0).min().ok_or("no clock runs")?;
    let seconds: Vec<Vec<Record>> = (0..60)
        .map(|second| received(Instant(now.0 - first - second * 1_000_000)).map(|(_, records)| records))
        .collect::<Result<_, _>>()?;
    let problems = (0..count).map(|nth| SeedProblem {
        records: seconds[nth % seconds.len()].clone(),
        report: &new,
        firm: firm(nth),
        key: Key::new("container", &format!("DUEU{nth:07}")),
    });
    office.seed_problems(problems, progress).await.map(drop).map_err(explain)
}
