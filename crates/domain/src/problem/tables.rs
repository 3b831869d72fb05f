//! What the profile's `problem-…` tables say: topics and their questions, severity, the dispatch catalogue, reasons, tracks.

use std::collections::{BTreeMap, BTreeSet};

use super::Problem;
use crate::{
    Instant, Text, Value,
    matter::{Organ, Rule},
    profile::{Hit, Profile},
};

/// A topic of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its code.
    pub code: String,
    /// The topic above it; empty at the top.
    pub parent: String,
    /// Its name.
    pub name: Text,
    /// Codes of its questions, in order.
    pub questions: Vec<String>,
    /// False when it is not tied to a place: other programs that report then need not name one.
    pub place: bool,
}

/// A question of a topic; published as a service definition as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its code.
    pub code: String,
    /// Its words.
    pub label: Text,
    /// `string`, `number`, `datetime`, `text`, `singlevaluelist`, `multivaluelist`.
    pub datatype: String,
    /// True when a report of the topic must answer it.
    pub required: bool,
    /// The business key that its answer is; empty for none.
    pub key: String,
    /// Values of a list: code and words.
    pub values: Vec<(String, Text)>,
}

/// A row of the dispatch catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DispatchRow {
    /// Who leads.
    pub lead: Organ,
    /// Who helps.
    pub co: Vec<Organ>,
    /// Who is told.
    pub informed: Vec<Organ>,
    /// Table and row, as the assignment keeps them.
    pub basis: String,
    /// Legal basis.
    pub law: String,
    /// Why.
    pub reason: Text,
}

/// Another track: a hotline, an emergency number, a procedure of law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its code.
    pub code: String,
    /// `hotline`, `emergency`, `track`.
    pub kind: String,
    /// Its telephone number; may be empty.
    pub phone: String,
    /// Its name and what it is for.
    pub name: Text,
    /// Legal basis.
    pub law: String,
}

fn row<'p>(profile: &'p Profile, table: &str, input: &str, code: &str, at: Instant) -> Option<Hit<'p>> {
    profile.hit(table, at, &Value::from([(input, code.into())]))
}

/// The topics that hold at an instant, in the order of the rows.
pub fn topics(profile: &Profile, at: Instant) -> Vec<Topic> {
    profile.codes("problem-topics", "topic").iter().filter_map(|code| topic(profile, code, at)).collect()
}

/// The topic of a code; none when it does not hold at that instant.
pub fn topic(profile: &Profile, code: &str, at: Instant) -> Option<Topic> {
    let hit = row(profile, "problem-topics", "topic", code, at)?;
    let (parent, questions) = (hit.text("parent").to_owned(), hit.texts("questions"));
    Some(Topic { code: code.to_owned(), parent, name: hit.reason(), questions, place: hit.is_true("place") })
}

/// The questions of a topic, in order; none for an unknown one.
pub fn questions(profile: &Profile, topic: &str, at: Instant) -> Vec<Question> {
    let codes =
        row(profile, "problem-topics", "topic", topic, at).map(|hit| hit.texts("questions")).unwrap_or_default();
    codes
        .into_iter()
        .filter_map(|code| {
            let hit = row(profile, "problem-questions", "question", &code, at)?;
            let values = hit.texts("values").into_iter().zip(hit.texts("values_zh")).zip(hit.texts("values_en"));
            Some(Question {
                code,
                datatype: hit.text("datatype").to_owned(),
                required: hit.is_true("required"),
                key: hit.text("key").to_owned(),
                values: values.map(|((code, zh), en)| (code, Text::new(zh, en))).collect(),
                label: hit.reason(),
            })
        })
        .collect()
}

/// The class that follows from impact and urgency, and the row; none when the table does not know the words.
pub fn severity(profile: &Profile, impact: &str, urgency: &str, at: Instant) -> Option<(String, Rule)> {
    let inputs = Value::from([("impact", impact.into()), ("urgency", urgency.into())]);
    let hit = profile.hit("problem-severity", at, &inputs)?;
    Some((hit.text("severity").to_owned(), hit.rule()))
}

/// What a case says to the inputs of the dispatch catalogue: a column of another name stays unanswered.
pub fn dispatch_inputs(problem: &Problem) -> BTreeMap<String, String> {
    let all = [
        ("topic", &problem.topic),
        ("severity", &problem.severity),
        ("impact", &problem.impact),
        ("urgency", &problem.urgency),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

/// The inputs of the dispatch catalogue besides the topic by which a ruling may be narrowed.
pub fn dispatch_narrowings(profile: &Profile) -> BTreeSet<String> {
    let known = dispatch_inputs(&Problem::default());
    let columns = profile.tables.get("problem-dispatch").map(|table| table.inputs.as_slice()).unwrap_or_default();
    let names = columns.iter().map(|column| column.name.clone());
    names.filter(|name| name != "topic" && known.contains_key(name)).collect()
}

/// Who leads and who helps, as the catalogue proposes it.
pub fn dispatch(profile: &Profile, inputs: &BTreeMap<String, String>, at: Instant) -> Option<DispatchRow> {
    let inputs = inputs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    let hit = profile.hit("problem-dispatch", at, &Value::Map(inputs.collect()))?;
    Some(DispatchRow {
        lead: hit.text("lead").to_owned(),
        co: hit.texts("co"),
        informed: hit.texts("informed"),
        basis: format!("{}/{}", hit.rule().table, hit.rule().row),
        law: hit.law().to_owned(),
        reason: hit.reason(),
    })
}

/// The listed reasons for not dealing with a problem: code, reason, where to go instead.
pub fn refusals(profile: &Profile, at: Instant) -> Vec<(String, Text, Text)> {
    let codes = profile.codes("problem-refusals", "reason").into_iter();
    codes
        .filter_map(|code| {
            let hit = row(profile, "problem-refusals", "reason", &code, at)?;
            let instead = Text::new(hit.text("instead_zh"), hit.text("instead_en"));
            Some((code, hit.reason(), instead))
        })
        .collect()
}

/// The other tracks that hold at an instant.
pub fn transfers(profile: &Profile, at: Instant) -> Vec<Transfer> {
    let codes = profile.codes("problem-transfers", "to").into_iter();
    codes
        .filter_map(|code| {
            let hit = row(profile, "problem-transfers", "to", &code, at)?;
            let (kind, phone) = (hit.text("kind").to_owned(), hit.text("phone").to_owned());
            Some(Transfer { code, kind, phone, name: hit.reason(), law: hit.law().to_owned() })
        })
        .collect()
}
