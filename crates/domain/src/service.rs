//! The services of the port: what is asked for, who decides, on which law, within which limits, with which papers, and how
//! long each really took.
//!
//! The catalogue is the tables `services` and `service-papers` of the profile; the legal limit of a formality stands in
//! `formalities-due` and is read from there.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{Instant, Text, Value, formality::Formality, profile::Profile};

const SERVICES: &str = "services";
const PAPERS: &str = "service-papers";
/// What a service can be about besides a formality.
const ABOUT: [&str; 7] = ["problem", "advice", "application", "desk", "person_permit", "crew_case", "flight"];
const DUE: &str = "formalities-due";

/// A limit: how long, on which calendar.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Term {
    /// `P5WD`, `PT4H`.
    pub length: String,
    /// `office-hours`, `round-the-clock`.
    pub calendar: String,
}

/// What is brought for a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// Its code, unique in the service.
    pub code: String,
    /// Who wants it.
    pub organ: String,
    /// `online`, `copy`, `original`.
    pub form: String,
    /// Its name.
    pub name: Text,
    /// Legal reference.
    pub law: String,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Its code, `crew-list`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Under which heading it stands: `call`, `problem`, `measure`, `firm`.
    pub part: String,
    /// What its times are read from: `formality:CODE`, `problem`, `application`; `desk` is done while the visitor waits.
    pub about: String,
    /// Who decides.
    pub organs: Vec<String>,
    /// Legal reference.
    pub law: String,
    /// Legal limits: more than one where organs or kinds of ships have their own.
    pub legal: Vec<Term>,
    /// What the port promises.
    pub promised: Option<Term>,
    /// Where it is done without a visit; empty where it needs one.
    pub online: String,
    /// The letter of its line in the hall.
    pub line: String,
    /// What is brought.
    pub papers: Vec<Paper>,
}

/// A case of a service that is done: from what the firm filed to what was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Took {
    /// When it was filed.
    pub from: Instant,
    /// When it was decided.
    pub until: Instant,
}

/// How long a service took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Times {
    /// How many cases.
    pub cases: usize,
    /// The middle one, microseconds.
    pub median: i64,
    /// Nine of ten took no longer, microseconds.
    pub nine_of_ten: i64,
    /// How many kept the promised limit; none where nothing is promised.
    pub kept: Option<usize>,
}

/// The services that are offered on the day of an instant, in the order of the table.
pub fn services(profile: &Profile, at: Instant) -> Vec<Service> {
    profile.codes(SERVICES, "service").into_iter().filter_map(|code| service(profile, &code, at)).collect()
}

/// The service of a code; none when it is not offered on that day.
pub fn service(profile: &Profile, code: &str, at: Instant) -> Option<Service> {
    let hit = profile.hit(SERVICES, at, &Value::from([("service", code.into())]))?;
    let term = |length: &str, calendar: &str| {
        let (length, calendar) = (hit.text(length), hit.text(calendar));
        (!length.is_empty()).then(|| Term { length: length.to_owned(), calendar: calendar.to_owned() })
    };
    let about = hit.text("about").to_owned();
    let legal = match about.strip_prefix("formality:") {
        Some(formality) => legal_of(profile, formality, at),
        None => term("legal", "calendar").into_iter().collect(),
    };
    Some(Service {
        code: code.to_owned(),
        name: hit.reason(),
        part: hit.text("part").to_owned(),
        organs: hit.texts("organs"),
        law: hit.law().to_owned(),
        legal,
        promised: term("promised", "promised_calendar"),
        online: hit.text("online").to_owned(),
        line: hit.text("line").to_owned(),
        papers: papers(profile, code, at),
        about,
    })
}

/// The limits that the rows of a formality give on the day of an instant, each once.
fn legal_of(profile: &Profile, formality: &str, at: Instant) -> Vec<Term> {
    let Some(table) = profile.tables.get(DUE) else { return Vec::new() };
    let day = at.date(&profile.zone).to_string();
    // Days are written by ISO 8601: their order is that of their letters.
    let in_force = |row: &&rules::RowSource| row.from <= day && (row.until.is_empty() || day < row.until);
    let standing: BTreeSet<&str> = table.source.rows.iter().filter(in_force).map(|row| row.id.as_str()).collect();
    let text = |row: &rules::Hit, name: &str| row.outputs.get(name).and_then(Value::text).unwrap_or("").to_owned();
    let rows = table.answers().filter(|row| standing.contains(row.row.as_str()));
    let rows = rows.filter(|row| text(row, "formality") == formality);
    let terms = rows.map(|row| Term { length: text(row, "decision_length"), calendar: text(row, "decision_calendar") });
    terms.filter(|term| !term.length.is_empty()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn papers(profile: &Profile, code: &str, at: Instant) -> Vec<Paper> {
    let hits = profile.hits(PAPERS, at, &Value::from([("service", code.into())]));
    let paper = |hit: &crate::profile::Hit<'_>| Paper {
        code: hit.text("paper").to_owned(),
        organ: hit.text("organ").to_owned(),
        form: hit.text("form").to_owned(),
        name: hit.reason(),
        law: hit.law().to_owned(),
    };
    hits.iter().map(paper).collect()
}

/// What is wrong with the catalogue on a day: organs, calendars, formalities and papers that nobody knows.
pub fn findings(profile: &Profile, at: Instant) -> Vec<String> {
    let mut found = Vec::new();
    let services = services(profile, at);
    for service in &services {
        let mut say = |what: &str, of: &str| found.push(format!("services: {}: there is no {what} {of}", service.code));
        for organ in service.organs.iter().chain(service.papers.iter().map(|paper| &paper.organ)) {
            if profile.organ(organ).is_none() {
                say("organ", organ);
            }
        }
        for term in service.promised.iter().chain(&service.legal) {
            if profile.reckon(at, &term.length, &term.calendar).is_none() {
                say("limit", &format!("{} on {}", term.length, term.calendar));
            }
        }
        match service.about.split_once(':') {
            Some(("formality", code)) if Formality::from_code(code).is_none() => say("formality", code),
            Some((other, _)) if other != "formality" => say("kind", other),
            None if !ABOUT.contains(&service.about.as_str()) => {
                say("kind", &service.about);
            }
            _ => {}
        }
    }
    for code in profile.codes(PAPERS, "service") {
        if !services.iter().any(|service| service.code == code) {
            found.push(format!("service-papers: there is no service {code}"));
        }
    }
    found
}

/// How long cases took together. An empty list gives no case.
pub fn times(profile: &Profile, promised: Option<&Term>, took: &[Took]) -> Times {
    let mut spans: Vec<i64> = took.iter().map(|of| of.until.0.saturating_sub(of.from.0).max(0)).collect();
    spans.sort_unstable();
    // The nearest rank: a number that really was one of the cases.
    let rank = |share: usize| spans.get((spans.len() * share).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0);
    let kept = promised.map(|term| {
        let limit = |of: &Took| profile.reckon(of.from, &term.length, &term.calendar);
        took.iter().filter(|of| limit(of).is_some_and(|limit| of.until <= limit)).count()
    });
    Times { cases: spans.len(), median: rank(50), nine_of_ten: rank(90), kept }
}
