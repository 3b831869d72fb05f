//! Priority: what goes first in the queues of organs and in the plan of berths, by which measure, why and by whose approval.
//! The class comes of the measure's eligibility table, its rank of the dated table `priority-classes`; both are written down
//! when it is granted. Ship's calls, declarations and consignments have it; whatever else is to go first asks here as well.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    Fault, Instant, Severity, Text, Value,
    matter::{Organ, Rule},
    measure::{self, ChangeKind, Fits, Measure},
    profile::Profile,
};

/// Kinds of matters that go first, as the table of classes names them.
pub mod of {
    /// A ship's call.
    pub const CALL: &str = "call";
    /// A declaration of goods.
    pub const DECLARATION: &str = "declaration";
    /// A consignment.
    pub const CONSIGNMENT: &str = "consignment";
}

/// What is to go first, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// The measure, by its code.
    pub measure: String,
    /// The day of the event that decides.
    pub on: Date,
    /// What the measure's table asks.
    pub facts: BTreeMap<String, Value>,
    /// The application that was granted, by its number; none where an organ grants it of its own accord.
    pub application: Option<String>,
}

/// A priority that is granted, with everything that says why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priority {
    /// The class, `green_lane`.
    pub class: String,
    /// Its rank: the lowest goes first.
    pub rank: u32,
    /// True when queues of organs put it first.
    pub queues: bool,
    /// True when the plan of berths puts it first.
    pub berths: bool,
    /// The measure, by its code.
    pub measure: String,
    /// The application, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// Who approved it.
    pub approver: Organ,
    /// Why, as the row of the measure's table says it.
    pub reason: Text,
    /// That row.
    pub rule: Rule,
    /// Legal reference of the priority.
    pub law: String,
    /// The row that gives the rank.
    pub rank_rule: Rule,
}

/// A priority of a matter, with what was written when it came and went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preference<W> {
    /// 1 for the matter's first.
    pub id: u32,
    /// When it was granted.
    pub at: Instant,
    /// What was granted.
    pub priority: Priority,
    /// Why, in the approver's words.
    pub words: W,
    /// When it ended, who ended it, and why.
    pub ended: Option<(Instant, Organ, W)>,
}

/// The priority that counts: of those that stand, the one of the best rank.
pub fn best<W>(preferences: &[Preference<W>]) -> Option<&Preference<W>> {
    preferences.iter().filter(|of| of.ended.is_none()).min_by_key(|of| (of.priority.rank, of.id))
}

/// Folds that one was granted.
pub fn apply_granted<W>(preferences: &mut Vec<Preference<W>>, (id, at): (u32, Instant), priority: &Priority, words: W) {
    preferences.push(Preference { id, at, priority: priority.clone(), words, ended: None });
}

/// Folds that one ended.
pub fn apply_ended<W>(preferences: &mut [Preference<W>], (id, at): (u32, Instant), organ: &str, words: W) {
    if let Some(preference) = preferences.iter_mut().find(|of| of.id == id) {
        preference.ended.get_or_insert_with(|| (at, organ.to_owned(), words));
    }
}

/// Why there is no priority, or why one does not end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not said why.
    Unsaid,
    /// It has this class already, or the priority has ended.
    Stands,
    /// There is no such priority.
    NotThere,
    /// The measure gives no priority, or there is no such measure.
    NotByMeasure,
    /// This organ does not grant it.
    NotYours,
    /// The measure's table says that it does not fit, with the reason and law of its row.
    NotByTable(Text, String),
    /// The measure's table needs to know more: facts by code.
    Missing(Vec<String>),
}

impl Refused {
    /// The refusal for people.
    pub fn fault(&self, profile: &Profile, measure: &str) -> Fault {
        let (code, place, text, remedy) = self.words(profile, measure);
        Fault::new(Severity::Error, code, place, text, remedy)
    }

    pub(crate) fn words(&self, profile: &Profile, measure: &str) -> (&'static str, &'static str, Text, Text) {
        match self {
            Refused::NotByMeasure => {
                let title = profile.register.title(measure);
                (
                    "PQ-PRIORITY-001",
                    "/measure",
                    Text::new(
                        format!("措施“{}”在该日不给予优先级别。", title.zh),
                        format!("Measure “{}” gives no class of priority on that day.", title.en),
                    ),
                    Text::new("请选择给予优先的措施。", "Choose a measure that gives priority."),
                )
            }
            Refused::NotByTable(reason, law) => (
                "PQ-PRIORITY-002",
                "/facts",
                Text::new(
                    format!("按适用条件不能给予优先：{}（{}）。", reason.zh, profile.law(law).zh),
                    format!("The measure's table gives no priority: {} ({}).", reason.en, profile.law(law).en),
                ),
                Text::new("请核对所填情况。", "Check what was stated."),
            ),
            Refused::Missing(facts) => {
                let said = |one: fn(&Text) -> &str, mark: &str| {
                    let names = facts.iter().filter_map(|code| profile.register.fact(code));
                    names.map(|fact| one(&fact.name)).collect::<Vec<_>>().join(mark)
                };
                (
                    "PQ-PRIORITY-003",
                    "/facts",
                    Text::new(
                        format!("缺少：{}。", said(|name| &name.zh, "、")),
                        format!("Not said yet: {}.", said(|name| &name.en, ", ")),
                    ),
                    Text::new("请补填。", "Fill it in."),
                )
            }
            Refused::NotYours => (
                "PQ-PRIORITY-004",
                "",
                Text::new("该优先由其他单位给予或撤销。", "Another unit gives this priority, or takes it back."),
                Text::new("优先级别表写明由谁给予。", "The table of classes says whose it is to give."),
            ),
            Refused::Unsaid => (
                "PQ-PRIORITY-005",
                "/words",
                Text::new("未写明为何优先，或为何不再优先。", "It is not said why this goes first, or no longer does."),
                Text::new("请写明理由。", "Write the reason."),
            ),
            Refused::Stands => (
                "PQ-PRIORITY-006",
                "",
                Text::new(
                    "已有这一级别的优先，或该优先已经结束。",
                    "It has this class already, or the priority has ended.",
                ),
                Text::new("请刷新后查看当前状态。", "Load it again and see where it stands."),
            ),
            Refused::NotThere => (
                "PQ-PRIORITY-007",
                "/priority",
                Text::new("没有这项优先。", "There is no such priority."),
                Text::new("请从列表选择。", "Choose one of those listed."),
            ),
        }
    }
}

/// The classes that a measure gives.
pub fn classes(measure: &Measure) -> impl Iterator<Item = &str> {
    measure.changes.iter().filter(|change| change.kind == ChangeKind::Priority).map(|change| change.what.as_str())
}

/// True when an organ grants a class of a measure without an application, for a kind of matter on a day.
pub fn grants(profile: &Profile, measure: &Measure, of: &str, organ: &str, on: Date) -> bool {
    classes(measure).any(|class| {
        let row = Instant::start_of(on, &profile.zone).and_then(|at| profile.hit(TABLE, at, &inputs(class, of)));
        row.is_some_and(|row| row.texts("granted_by").iter().any(|of| of == organ))
    })
}

/// The number and the priority that an organ grants to a matter, beside those that it has. Of its own accord an organ says why
/// in its own words; an application says why itself.
///
/// # Errors
/// [`Refused`], when the measure, its table or the table of classes does not give it, or it has this class already.
pub fn granted<W>(
    profile: &Profile,
    (of, preferences): (&str, &[Preference<W>]),
    wanted: &Wanted,
    organ: &str,
    is_said: bool,
) -> Result<(u32, Priority), Refused> {
    if wanted.application.is_none() && !is_said {
        return Err(Refused::Unsaid);
    }
    let priority = class_granted(profile, of, wanted, organ)?;
    let mut stand = preferences.iter().filter(|of| of.ended.is_none());
    if stand.any(|of| of.priority.class == priority.class && of.priority.application == priority.application) {
        return Err(Refused::Stands);
    }
    Ok((u32::try_from(preferences.len()).unwrap_or(u32::MAX).saturating_add(1), priority))
}

/// That a priority may end: what an application brought ends with it, by who takes that back; else by who gave it, with
/// words.
///
/// # Errors
/// [`Refused`].
pub fn ends<W>(
    preferences: &[Preference<W>],
    id: u32,
    organ: &str,
    (application, is_said): (Option<&str>, bool),
) -> Result<(), Refused> {
    let of = preferences.iter().find(|of| of.id == id).ok_or(Refused::NotThere)?;
    if of.ended.is_some() {
        return Err(Refused::Stands);
    }
    match (of.priority.application.as_deref(), application) {
        (Some(own), Some(ended)) if own == ended => Ok(()),
        (None, None) if of.priority.approver == organ => {
            if is_said {
                Ok(())
            } else {
                Err(Refused::Unsaid)
            }
        }
        _ => Err(Refused::NotYours),
    }
}

fn class_granted(profile: &Profile, of: &str, wanted: &Wanted, organ: &str) -> Result<Priority, Refused> {
    let measure = profile.register.measure(&wanted.measure).ok_or(Refused::NotByMeasure)?;
    if classes(measure).next().is_none() {
        return Err(Refused::NotByMeasure);
    }
    let facts = Value::Map(wanted.facts.clone());
    let answer = measure::answer(profile, measure, wanted.on, &facts);
    match answer.fits {
        Fits::ByItself | Fits::OnApplication | Fits::ByChoice => {}
        Fits::Unknown => {
            let explained = measure::explain(profile, measure, wanted.on, &facts);
            return Err(Refused::Missing(explained.map(|of| of.missing).unwrap_or_default()));
        }
        Fits::No | Fits::NotInForce => return Err(Refused::NotByTable(answer.reason(), answer.law().to_owned())),
    }
    let outputs = answer.outputs();
    let class = outputs.get("class").and_then(Value::text).ok_or(Refused::NotByMeasure)?;
    let at = Instant::start_of(wanted.on, &profile.zone).ok_or(Refused::NotByMeasure)?;
    let row = profile.hit(TABLE, at, &inputs(class, of)).ok_or(Refused::NotByMeasure)?;
    let may = match wanted.application {
        Some(_) => measure.decides.iter().any(|of| of == organ),
        None => row.texts("granted_by").iter().any(|of| of == organ),
    };
    if !may {
        return Err(Refused::NotYours);
    }
    Ok(Priority {
        class: class.to_owned(),
        rank: row.integer("rank").and_then(|rank| u32::try_from(rank).ok()).ok_or(Refused::NotByMeasure)?,
        queues: row.is_true("queues"),
        berths: row.is_true("berths"),
        measure: wanted.measure.clone(),
        application: wanted.application.clone(),
        // Several organs grant an application together: the one that leads stands for them.
        approver: match wanted.application {
            Some(_) => measure.decides.first().cloned().unwrap_or_else(|| organ.to_owned()),
            None => organ.to_owned(),
        },
        reason: answer.reason(),
        rule: answer.rule().unwrap_or_default(),
        law: row.law().to_owned(),
        rank_rule: row.rule(),
    })
}

/// The words of a class, as the table says them on a day: of a call, else of what has it besides.
pub fn said(profile: &Profile, class: &str, at: Instant) -> Text {
    let rows = [of::CALL, of::DECLARATION, of::CONSIGNMENT];
    let row = rows.iter().find_map(|of| profile.hit(TABLE, at, &inputs(class, of)));
    row.map_or_else(|| Text::new(class, class), |row| row.reason())
}

/// The table of classes.
const TABLE: &str = "priority-classes";

fn inputs(class: &str, of: &str) -> Value {
    Value::from([("class", class.into()), ("of", of.into())])
}
