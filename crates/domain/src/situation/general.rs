//! What is due for a call on a day, and questions to any table.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, civil::Date};
use rules::{Hit, Value};
use serde::Deserialize;

use super::{Misses, Tried};
use crate::{Text, calendar::due, profile::Profile};

/// One case: the facts of a call on a day, what is due, and what other tables answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Situation {
    zh: String,
    en: String,
    on: Date,
    #[serde(default)]
    facts: BTreeMap<String, Value>,
    /// Instants of start events, ISO 8601 with offset.
    #[serde(default)]
    times: BTreeMap<String, Timestamp>,
    #[serde(default)]
    due: Vec<Due>,
    /// True when `due` names everything that is due.
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    not_due: Vec<String>,
    /// Questions to the other tables.
    #[serde(default)]
    ask: Vec<Ask>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Due {
    formality: String,
    phase: Option<String>,
    organs: Option<Vec<String>>,
    rule: Option<String>,
    by: Option<Timestamp>,
    not_before: Option<Timestamp>,
    accepted: Option<Timestamp>,
    decided_by: Option<Timestamp>,
    blocks: Option<String>,
    law: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    table: String,
    inputs: BTreeMap<String, Value>,
    /// Outputs of the row that hits; empty when none may.
    #[serde(default)]
    answer: BTreeMap<String, Value>,
    /// Outputs of several rows, in their order, for tables that collect.
    answers: Option<Vec<BTreeMap<String, Value>>>,
    law: Option<String>,
}

/// What is due for one formality, joined from all rows that hit for it.
struct Requirement {
    first: Arc<Hit>,
    organs: Vec<String>,
}

impl Situation {
    pub(super) fn tried(&self, name: &str, profile: &Profile) -> Tried {
        let mut misses = Misses::default();
        self.try_due(profile, &mut misses);
        for ask in &self.ask {
            self.try_ask(ask, profile, &mut misses);
        }
        let title = Text::new(self.zh.as_str(), self.en.as_str());
        Tried { name: name.to_owned(), title, on: self.on, misses: misses.0 }
    }

    fn try_due(&self, profile: &Profile, misses: &mut Misses) {
        if self.due.is_empty() && self.not_due.is_empty() && !self.complete {
            return;
        }
        let all = match self.requirements(profile) {
            Ok(all) => all,
            Err(why) => return misses.tell("formalities-due", "", why),
        };
        for due in &self.due {
            match all.get(&due.formality) {
                Some(found) => self.compare(due, found, profile, misses),
                None => misses.tell(&due.formality, "due", "not due"),
            }
        }
        for formality in &self.not_due {
            if let Some(found) = all.get(formality) {
                misses.tell(formality, "not due", format!("due by row {}", found.first.row));
            }
        }
        if self.complete {
            let mut expected: Vec<_> = self.due.iter().map(|due| due.formality.as_str()).collect();
            expected.sort_unstable();
            let found: Vec<_> = all.keys().map(String::as_str).collect();
            misses.same("everything that is due", &expected.join(", "), &found.join(", "));
        }
    }

    fn requirements(&self, profile: &Profile) -> Result<BTreeMap<String, Requirement>, String> {
        let table = profile.tables.get("formalities-due").ok_or("no such table")?;
        let facts = Value::Map(self.facts.clone());
        let evaluation = table.evaluate(self.on, &facts).map_err(|error| error.to_string())?;
        let mut all: BTreeMap<String, Requirement> = BTreeMap::new();
        for hit in evaluation.hits {
            let (formality, organs) = (text(&hit, "formality"), texts(hit.outputs.get("organs")));
            let requirement = all.entry(formality).or_insert_with(|| Requirement { first: hit, organs: Vec::new() });
            let more = organs.into_iter().filter(|organ| !requirement.organs.contains(organ)).collect::<Vec<_>>();
            requirement.organs.extend(more);
        }
        Ok(all)
    }

    fn compare(&self, expected: &Due, found: &Requirement, profile: &Profile, misses: &mut Misses) {
        let output = |name: &str| text(&found.first, name);
        let place = |what: &str| format!("{}: {what}", expected.formality);
        let rule = format!("{} {}", output("due_event"), output("due_offset"));
        for (what, expected, found) in [
            ("phase", &expected.phase, output("phase")),
            ("rule", &expected.rule, rule),
            ("blocks", &expected.blocks, output("blocks")),
        ] {
            if let Some(expected) = expected {
                misses.same(&place(what), expected, &found);
            }
        }
        if let Some(organs) = &expected.organs {
            misses.same(&place("organs"), &organs.join(", "), &found.organs.join(", "));
        }
        if let Some(law) = &expected.law {
            misses.cites(&expected.formality, law, &found.first.law);
        }
        let mut limit = |start: Option<&Timestamp>, expected: Option<Timestamp>, length: &str, calendar: &str| {
            let Some(expected) = expected else { return };
            let calendar = profile.calendars.get(&output(calendar));
            let reckoned = output(length).parse().ok().zip(calendar).zip(start);
            let reckoned = reckoned.map(|((length, calendar), start)| due(*start, length, calendar));
            if reckoned != Some(expected) {
                let found = reckoned.map_or_else(|| "-".to_owned(), |found| found.to_string());
                misses.tell(&place(length), expected, found);
            }
        };
        let start = self.times.get(&output("due_event"));
        limit(start, expected.by, "due_offset", "calendar");
        limit(start, expected.not_before, "opens_offset", "calendar");
        limit(expected.accepted.as_ref(), expected.decided_by, "decision_length", "decision_calendar");
    }

    fn try_ask(&self, ask: &Ask, profile: &Profile, misses: &mut Misses) {
        let inputs = Value::Map(ask.inputs.clone());
        let place = format!("{} {inputs}", ask.table);
        let Some(table) = profile.tables.get(&ask.table) else {
            return misses.tell(&place, "a table", "no such table");
        };
        let hits = match table.evaluate(self.on, &inputs) {
            Ok(evaluation) => evaluation.hits,
            Err(error) => return misses.tell(&place, "", error),
        };
        if let Some(answers) = &ask.answers {
            let said = |hit: &Arc<Hit>| {
                let said = hit.outputs.clone().into_iter().filter(|(_, value)| *value != Value::Null);
                said.collect::<BTreeMap<String, Value>>()
            };
            let found: Vec<_> = hits.iter().map(said).collect();
            if found != *answers {
                misses.tell(&place, written(answers), written(&found));
            }
            return;
        }
        let Some(hit) = hits.first() else {
            if !ask.answer.is_empty() {
                misses.tell(&place, "an answer", "no row hits");
            }
            return;
        };
        if ask.answer.is_empty() {
            misses.tell(&place, "no row hits", format!("row {} hits", hit.row));
        }
        for (output, expected) in &ask.answer {
            let found = hit.outputs.get(output).unwrap_or(&Value::Null);
            if found != expected {
                misses.tell(&format!("{place}: {output}"), expected, found);
            }
        }
        if let Some(law) = &ask.law {
            misses.cites(&place, law, &hit.law);
        }
    }
}

fn written(answers: &[BTreeMap<String, Value>]) -> String {
    answers.iter().map(|answer| Value::Map(answer.clone()).to_string()).collect::<Vec<_>>().join("; ")
}

fn text(hit: &Hit, name: &str) -> String {
    hit.outputs.get(name).and_then(Value::text).unwrap_or_default().to_owned()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Text(text)) => vec![text.clone()],
        Some(other) => other.list().iter().filter_map(Value::text).map(str::to_owned).collect(),
        None => Vec::new(),
    }
}
