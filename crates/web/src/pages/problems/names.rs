//! Who is who on the page of a case: units by the profile, firms by the port's records, people by their own names.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Text,
    formality::Formality,
    problem::{Key, Pause, Problem, Record},
    profile::Profile,
};
use serde_json::{Value, json};

use crate::{
    page::{Failure, Page},
    say,
};

/// Persons of entries who are none: whoever has the secret of a report, or has no account, and the clock.
const NOBODY: [&str; 3] = ["public", "secret", "clock"];

/// What the case waits for, in the words of the row by which its clocks stand still.
pub fn pause_cause(profile: &Profile, pause: &Pause) -> Value {
    let inputs = domain::Value::from([("cause", pause.cause.as_str().into())]);
    let row = profile.hit("problem-pauses", pause.from, &inputs);
    row.map_or_else(|| json!(pause.cause), |row| say::text(&row.reason()))
}

/// The names that a page needs, read at once.
pub struct Names<'a> {
    page: &'a Page,
    firms: BTreeMap<String, Text>,
    people: BTreeMap<String, String>,
}

impl<'a> Names<'a> {
    /// The names of everybody of whom a case, as its reader sees it, and its journal speak.
    pub async fn of(page: &'a Page, problem: &Problem, journal: &[Record]) -> Result<Names<'a>, Failure> {
        let (mut firms, mut people) = (BTreeSet::new(), BTreeSet::new());
        firms.extend(problem.reports.iter().map(|report| report.firm.clone()));
        for record in journal {
            firms.extend(record.party.strip_prefix("firm:").map(str::to_owned));
            people.insert(record.person.clone());
        }
        people.extend(problem.assignments.iter().filter_map(|of| of.handler.clone()));
        people.extend(problem.recused.iter().cloned());
        people.extend(problem.disclosures.iter().map(|of| of.by.clone()));
        let told = problem.reports.iter().flat_map(|report| &report.told);
        people.extend(told.filter_map(|word| word.recorder.clone()));
        firms.remove("");
        people.retain(|person| !person.is_empty() && !NOBODY.contains(&person.as_str()));
        let office = &page.app.office;
        let firms = office.names_of(firms.into_iter().collect()).await?;
        let people = office.names_of_people(&people).await?;
        Ok(Names { page, firms, people })
    }

    /// A unit's short name.
    pub fn unit(&self, code: &str) -> Value {
        say::unit(&self.page.app.office.profile, code)
    }

    /// What a case waits for.
    pub fn pause(&self, of: &Pause) -> Value {
        pause_cause(&self.page.app.office.profile, of)
    }

    /// A firm's name; a code that the records do not have stays.
    pub fn firm(&self, code: &str) -> Value {
        self.firms.get(code).map_or_else(|| json!(code), say::text)
    }

    /// A person's name; nothing for who is none.
    pub fn person(&self, id: &str) -> Value {
        match self.people.get(id) {
            Some(name) if !name.is_empty() => json!(name),
            _ if NOBODY.contains(&id) || id.is_empty() => json!(null),
            // Who has been taken off the register keeps the name by which she signed in; a system, `unit:name`, its key's.
            _ => json!(id.split_once(':').map_or(id, |(_, name)| name)),
        }
    }

    /// The party of an entry.
    pub fn party(&self, party: &str) -> Value {
        match party.split_once(':') {
            Some(("organ", code)) => self.unit(code),
            Some(("firm", "")) => say::key("problem-who-reporter"),
            Some((_, code)) => self.firm(code),
            None => say::key("who-clock"),
        }
    }

    /// A business key in words, with the address of the ship's call for those who find it.
    pub async fn key(&self, key: &Key, linked: bool) -> Value {
        let value = match key.kind.as_str() {
            "formality" => Formality::from_code(&key.value.to_lowercase()).map(say::formality),
            "berth" => self.page.app.office.profile.berth(&key.value).map(|of| say::text(&of.name)),
            _ => None,
        };
        let value = value.unwrap_or_else(|| json!(key.value));
        let mut href = json!(null);
        if let Some(session) = self.page.session.as_ref().filter(|_| linked && key.kind == "call")
            && self.page.app.office.call(&session.actor, &key.value).await.is_ok()
        {
            href = json!(format!("/calls/{}", key.value));
        }
        json!({"name": key_kind(&key.kind), "value": value, "href": href})
    }
}

/// The kind of a business key in words.
pub fn key_kind(kind: &str) -> Value {
    say::key(&format!("problem-key-{}", kind.replace('_', "-")))
}

/// A business key as one phrase, from `kind:value`.
pub fn key_code(code: &str) -> Value {
    match code.split_once(':') {
        Some((kind, value)) => json!([key_kind(kind), value]),
        None => json!(code),
    }
}

/// What an input of the dispatch catalogue says, in words.
pub fn narrowing(name: &str, value: &str) -> Value {
    match name {
        "severity" => say::key(&format!("problem-class-{value}")),
        "impact" => say::key(&format!("problem-impact-{}", value.replace('_', "-"))),
        "urgency" => say::key(&format!("problem-urgency-{}", value.replace('_', "-"))),
        _ => json!([name, value]),
    }
}
