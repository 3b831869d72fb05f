//! The port profile: organs, calendars, berths and dated tables, all of it data. Every limit, ground and authority that
//! the procedures use is a row here, with its legal reference.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use jiff::tz::TimeZone;
use rules::{Assertions, Table};
use serde::{Deserialize, Serialize};

use crate::{
    Instant, Text, Value,
    basis::{Basis, Rule},
    calendar::Calendar,
    formality::Formality,
    law::Law,
    measure::Register,
};

/// A port with everything that its folder says.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The port itself.
    pub port: Port,
    /// The zone of the port's clocks.
    pub zone: TimeZone,
    /// Organs and authorities, by code.
    pub organs: Vec<OrganRecord>,
    /// Working calendars, by name.
    pub calendars: BTreeMap<String, Calendar>,
    /// Berths.
    pub berths: Vec<Berth>,
    /// Decision tables, by name.
    pub tables: BTreeMap<String, Table>,
    /// Assertions over what is filed, by formality.
    pub assertions: BTreeMap<Formality, Assertions>,
    /// The laws that rows cite.
    pub laws: Vec<Law>,
    /// The register of measures.
    pub register: Register,
    /// What the rows of `formalities-due` say, made when first asked for.
    pub bases: Bases,
}

/// What the rows of the table `formalities-due` say of what is due, by row, with the hash of the table that they are of.
#[derive(Clone, Debug, Default)]
pub struct Bases(OnceLock<(String, BTreeMap<String, Arc<Basis>>)>);

/// The port itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Port {
    /// UN/LOCODE.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// UN/LOCODE of its airport; empty in a port without one.
    #[serde(default)]
    pub airport: String,
    /// IANA zone.
    pub zone: String,
    /// Letters in the numbers of calls, `DAL`.
    pub letters: String,
    /// True when firms, ships and persons of this port are samples.
    pub sample: bool,
}

/// An organ that decides, or an authority that is told, detains or lifts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OrganRecord {
    /// Code, `msa`.
    pub code: String,
    /// Full name.
    pub name: Text,
    /// Name for narrow columns.
    pub short: Text,
    /// `organ` (decides on this program), `operator` (port group), `airport` (airport group), `office` (port office), `authority`
    /// (outside).
    pub kind: String,
    /// Telephone that helps.
    #[serde(default)]
    pub help: String,
    /// Its desks.
    #[serde(default, rename = "units")]
    pub desks: Vec<Desk>,
}

/// A desk of an organ.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    /// Code, `msa-duty`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The calendar by which it works.
    pub calendar: String,
}

/// A berth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Berth {
    /// Code, `DYW-12`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The area in which it lies.
    pub area: Text,
    /// Length, metres.
    pub length: i64,
    /// Depth alongside, decimetres.
    pub depth: i64,
    /// What it handles, words of the ship types.
    pub handles: Vec<String>,
    /// Open to foreign ships since this day; none when it is not open.
    pub open_to_foreign: Option<jiff::civil::Date>,
    /// By which act it was opened.
    #[serde(default)]
    pub law: String,
}

/// A row of a table that hit, with its law and reason.
#[derive(Clone, Debug)]
pub struct Hit<'p> {
    row: Arc<rules::Hit>,
    table: &'p Table,
}

impl Hit<'_> {
    /// An output as text; empty when it is none.
    pub fn text(&self, name: &str) -> &str {
        self.row.outputs.get(name).and_then(Value::text).unwrap_or("")
    }

    /// True when an output is true.
    pub fn is_true(&self, name: &str) -> bool {
        self.row.outputs.get(name).and_then(Value::bool) == Some(true)
    }

    /// An output as a whole number; none when it is none.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.row.outputs.get(name).and_then(Value::integer)
    }

    /// An output as a number; none when it is none.
    pub fn number(&self, name: &str) -> Option<rust_decimal::Decimal> {
        match self.row.outputs.get(name) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Legal reference.
    pub fn law(&self) -> &str {
        &self.row.law
    }

    /// Why, in both languages.
    pub fn reason(&self) -> Text {
        let note = |name: &str| self.row.notes.get(name).cloned().unwrap_or_default();
        Text::new(note("reason zh"), note("reason en"))
    }

    /// The row's id.
    pub fn row(&self) -> &str {
        &self.row.row
    }

    /// Table, hash and row.
    pub fn rule(&self) -> Rule {
        Rule { table: self.table.name.clone(), hash: self.table.hash.clone(), row: self.row.row.clone() }
    }

    /// What a row of `formalities-due` says.
    pub(crate) fn basis(&self) -> Basis {
        Basis {
            blocks: Some(self.text("blocks").to_owned()),
            due_rule: format!("{} {}", self.text("due_event"), self.text("due_offset")),
            decision_length: self.text("decision_length").to_owned(),
            decision_calendar: self.text("decision_calendar").to_owned(),
            law: self.law().to_owned(),
            reason: self.reason(),
            rule: self.rule(),
        }
    }

    /// An output as a list of texts; a single text counts as a list of one.
    pub fn texts(&self, name: &str) -> Vec<String> {
        match self.row.outputs.get(name) {
            Some(Value::List(list)) => list.iter().filter_map(Value::text).map(str::to_owned).collect(),
            Some(Value::Text(text)) if !text.is_empty() => vec![text.clone()],
            _ => Vec::new(),
        }
    }
}

impl Profile {
    /// The rows of a table that hold on the day of an instant; none when the profile has no such table.
    pub fn hits(&self, table: &str, at: Instant, inputs: &Value) -> Vec<Hit<'_>> {
        let Some(table) = self.tables.get(table) else { return Vec::new() };
        let Ok(evaluation) = table.evaluate(at.date(&self.zone), inputs) else { return Vec::new() };
        evaluation.hits.into_iter().map(|row| Hit { row, table }).collect()
    }

    /// The first row of a table that holds.
    pub fn hit(&self, table: &str, at: Instant, inputs: &Value) -> Option<Hit<'_>> {
        self.hits(table, at, inputs).into_iter().next()
    }

    /// What a row of the table `formalities-due` says, shared by all calls for which it is due; none when there is no such
    /// row, or it reckons its answer.
    pub fn basis(&self, row: &str) -> Option<Arc<Basis>> {
        let table = self.tables.get("formalities-due")?;
        let bases = || table.answers().map(|row| (row.row.clone(), Arc::new(Hit { row: row.clone(), table }.basis())));
        let (hash, bases) = self.bases.0.get_or_init(|| (table.hash.clone(), bases().collect()));
        bases.get(row).filter(|_| *hash == table.hash).cloned()
    }

    /// The kinds of permit that an organ issues, by the rows of the tables `permits`, `person-permits` and
    /// `release-certificates`; `relief` for one that leads in a measure.
    pub fn permit_kinds(&self, organ: &str, at: Instant) -> Vec<String> {
        let of = |table: &'static str| {
            let issues = move |kind: &String| {
                let hit = self.hit(table, at, &Value::from([("permit", kind.as_str().into())]));
                hit.is_some_and(|hit| hit.text("issuer") == organ)
            };
            self.codes(table, "permit").into_iter().filter(issues)
        };
        let leads = self.register.measures.iter().any(|measure| measure.decides.first().is_some_and(|of| of == organ));
        let relief = leads.then(|| "relief".to_owned());
        of("permits").chain(of("person-permits")).chain(of("release-certificates")).chain(relief).collect()
    }

    /// The codes for which a table has rows under a text input, each once, in the order of the rows.
    pub fn codes(&self, table: &str, input: &str) -> Vec<String> {
        let Some(table) = self.tables.get(table) else { return Vec::new() };
        let Some(column) = table.source.inputs.iter().position(|of| of.name == input) else { return Vec::new() };
        let (mut codes, mut known) = (Vec::new(), BTreeSet::new());
        for test in table.source.rows.iter().filter_map(|row| row.tests.get(column)) {
            for code in test.split(',').map(|code| code.trim().trim_matches('"')) {
                if !code.is_empty() && code != "-" && known.insert(code) {
                    codes.push(code.to_owned());
                }
            }
        }
        codes
    }

    /// The reason of a row of a table; none when there is no such row (any more).
    pub fn reason_of(&self, table: &str, row: &str) -> Option<Text> {
        let rows = &self.tables.get(table)?.source.rows;
        let notes = &rows.iter().find(|of| of.id == row)?.notes;
        let note = |name: &str| notes.get(name).cloned().unwrap_or_default();
        Some(Text::new(note("reason zh"), note("reason en")))
    }

    /// What rows of a table give for one of these codes under a text input, each once, in the order of the rows.
    pub fn outputs_for(&self, table: &str, (input, codes): (&str, &[&str]), output: &str) -> Vec<String> {
        let Some(source) = self.tables.get(table).map(|table| &table.source) else { return Vec::new() };
        let asked = source.inputs.iter().position(|of| of.name == input);
        let given = source.outputs.iter().position(|of| of.name == output);
        let (Some(asked), Some(given)) = (asked, given) else { return Vec::new() };
        let plain = |text: &str| text.trim().trim_matches('"').to_owned();
        let is_for = |tests: &str| tests.split(',').any(|code| codes.contains(&plain(code).as_str()));
        let mut outputs = Vec::new();
        for row in source.rows.iter().filter(|row| is_for(&row.tests[asked])) {
            let of = plain(&row.outputs[given]);
            if !outputs.contains(&of) {
                outputs.push(of);
            }
        }
        outputs
    }

    /// A legal reference, as rows and journals write it, in both languages.
    pub fn law(&self, reference: &str) -> Text {
        crate::law::said(&self.laws, reference)
    }

    /// The organ or authority of a code.
    pub fn organ(&self, code: &str) -> Option<&OrganRecord> {
        self.organs.iter().find(|organ| organ.code == code)
    }

    /// The berth of a code.
    pub fn berth(&self, code: &str) -> Option<&Berth> {
        self.berths.iter().find(|berth| berth.code == code)
    }

    /// The instant at a length (`-P7D`, `PT24H`, `P5WD`) from a start, on a calendar; none when either is unknown.
    pub fn reckon(&self, start: Instant, length: &str, calendar: &str) -> Option<Instant> {
        let length = length.parse::<crate::calendar::Length>().ok()?;
        let calendar = self.calendars.get(calendar)?;
        Some(crate::calendar::due(start.timestamp(), length, calendar).into())
    }

    /// The same for a term that was suspended in between.
    pub fn reckon_with_pauses(
        &self,
        start: Instant,
        length: &str,
        pauses: &[(Instant, Instant)],
        calendar: &str,
    ) -> Option<Instant> {
        let length = length.parse::<crate::calendar::Length>().ok()?;
        let calendar = self.calendars.get(calendar)?;
        let pauses: Vec<_> = pauses.iter().map(pair).collect();
        Some(crate::calendar::due_with_pauses(start.timestamp(), length, &pauses, calendar).into())
    }
}

fn pair((from, to): &(Instant, Instant)) -> (jiff::Timestamp, jiff::Timestamp) {
    (from.timestamp(), to.timestamp())
}
