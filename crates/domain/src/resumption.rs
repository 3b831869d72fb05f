//! Resumption of work: what firms say, week by week, of how far they are back at work, and what follows from it.
//!
//! Answering is voluntary. What is asked, the links of the chain, the sectors, the needs and the thresholds are rows of the
//! `resumption-…` tables of the profile.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, ISOWeekDate, Weekday};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Fault, Instant, Severity, Text, Value, profile::Profile};

const QUESTIONS: &str = "resumption-questions";
const THRESHOLDS: &str = "resumption-thresholds";
/// The question whose mean tells how far a link is back.
pub const CAPACITY: &str = "capacity";
/// Longest words, in characters.
const MOST_WORDS: usize = 500;

/// A week by its ISO number, `2020-W09`, for which a firm answers once; what it says later corrects it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Period(pub String);

/// A question of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Code, `staff_back`.
    pub code: String,
    /// Its words.
    pub label: Text,
    /// `percent`, `count` or `days`.
    pub kind: String,
    /// The largest number that can be meant.
    pub most: i64,
}

/// What a firm says of a week. Every number may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Link of the chain, a code of `resumption-links`.
    #[serde(default)]
    pub link: String,
    /// Sector, a code of `resumption-sectors`.
    #[serde(default)]
    pub sector: String,
    /// Numbers by the codes of the questions.
    #[serde(default)]
    pub numbers: BTreeMap<String, i64>,
    /// What is needed, codes of `resumption-needs`.
    #[serde(default)]
    pub needs: BTreeSet<String>,
    /// What else is needed, in words.
    #[serde(default)]
    pub words: String,
}

/// An answer that came under a threshold: a problem is opened for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// The row of the thresholds.
    pub row: String,
    /// The question.
    pub question: String,
    /// What was answered.
    pub value: i64,
    /// What the problem does to the firm.
    pub impact: String,
    /// How soon it hurts.
    pub urgency: String,
    /// Why, in both languages.
    pub reason: Text,
}

/// What the firms of a link, a sector or the whole port say together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Cell {
    /// How many firms answered.
    pub firms: usize,
    /// Mean of their capacity, per cent with one decimal; none when nobody told it.
    #[serde(serialize_with = "crate::decimal::optional::serialize")]
    pub capacity: Option<Decimal>,
    /// How many told it.
    pub told_capacity: usize,
    /// Sums of the other numbers.
    pub sums: BTreeMap<String, i64>,
}

/// Figures that are published of a cell: how many firms, and the mean of their capacity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// How many firms answered.
    pub firms: usize,
    /// Mean of their capacity, per cent.
    #[serde(serialize_with = "crate::decimal::optional::serialize")]
    pub capacity: Option<Decimal>,
}

/// A table of published figures: a cell that is none is kept back, so that no firm can be recognised.
pub type Published = BTreeMap<String, Option<Figures>>;

impl Period {
    /// The week of a day.
    pub fn of(day: Date) -> Period {
        let week = day.iso_week_date();
        Period(format!("{:04}-W{:02}", week.year(), week.week()))
    }

    /// The week of a name; none for what is no week.
    pub fn named(name: &str) -> Option<Period> {
        let period = Period(name.to_owned());
        (Period::of(period.monday()?).0 == name).then_some(period)
    }

    /// Its first day.
    pub fn monday(&self) -> Option<Date> {
        let (year, week) = self.0.split_once("-W")?;
        let date = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()?;
        Some(date.date())
    }

    /// The week so many weeks before.
    pub fn before(&self, weeks: i64) -> Option<Period> {
        let monday = self.monday()?;
        Some(Period::of(monday.checked_sub(jiff::Span::new().try_weeks(weeks).ok()?).ok()?))
    }
}

/// The questions of the form at an instant, in the order of the table.
pub fn questions(profile: &Profile, at: Instant) -> Vec<Question> {
    let read = |code: String| {
        let hit = profile.hit(QUESTIONS, at, &Value::from([("question", code.as_str().into())]))?;
        let (kind, most) = (hit.text("kind").to_owned(), hit.integer("most").unwrap_or(i64::MAX));
        Some(Question { label: hit.reason(), kind, most, code })
    };
    profile.codes(QUESTIONS, "question").into_iter().filter_map(read).collect()
}

/// The codes of `links`, `sectors` or `needs` with their words.
pub fn codes(profile: &Profile, of: &str, at: Instant) -> Vec<(String, Text)> {
    let (table, input) = (format!("resumption-{of}"), of.trim_end_matches('s'));
    let read = |code: String| {
        let hit = profile.hit(&table, at, &Value::from([(input, code.as_str().into())]))?;
        Some((code, hit.reason()))
    };
    profile.codes(&table, input).into_iter().filter_map(read).collect()
}

/// The link in which a company of a kind stands; none when no row says so, and then the firm is asked.
pub fn link_of(profile: &Profile, kind: &str, at: Instant) -> Option<String> {
    let stands = |code: &String| {
        let hit = profile.hit("resumption-links", at, &Value::from([("link", code.as_str().into())]));
        hit.is_some_and(|hit| hit.texts("kinds").iter().any(|of| of == kind))
    };
    profile.codes("resumption-links", "link").into_iter().find(stands)
}

/// A number of the table of rules: `small_cell`, `periods`.
pub fn rule(profile: &Profile, name: &str, at: Instant) -> Option<i64> {
    profile.hit("resumption-rules", at, &Value::from([("rule", name.into())]))?.integer("value")
}

impl Answer {
    /// What is wrong with an answer; the place is the field's name.
    pub fn faults(&self, profile: &Profile, at: Instant) -> Vec<Fault> {
        let asked = questions(profile, at);
        let mut faults = Vec::new();
        for (code, number) in &self.numbers {
            match asked.iter().find(|question| question.code == *code) {
                None => faults.push(fault(
                    "PQ-RESUME-001",
                    code,
                    Text::new("没有这个问题。", "This is not asked."),
                    Text::new("请使用登记表中的项目。", "Use the items of the form."),
                )),
                Some(question) if *number < 0 || *number > question.most => faults.push(fault(
                    "PQ-RESUME-002",
                    code,
                    Text::new(
                        format!("应为 0 至 {} 的整数。", question.most),
                        format!("This is a whole number from 0 to {}.", question.most),
                    ),
                    Text::new("请核对；不清楚可留空。", "Check it; leave it empty where you do not know."),
                )),
                Some(_) => {}
            }
        }
        for (part, whole) in [("staff_back", "staff"), ("trucks_running", "trucks"), ("cannot_return", "staff")] {
            if let (Some(part_of), Some(all)) = (self.numbers.get(part), self.numbers.get(whole))
                && part_of > all
            {
                faults.push(fault(
                    "PQ-RESUME-003",
                    part,
                    Text::new("大于总数。", "This is more than there are in all."),
                    Text::new("请核对两个数。", "Check both numbers."),
                ));
            }
        }
        for (field, of, given) in [("link", "links", &self.link), ("sector", "sectors", &self.sector)] {
            if !codes(profile, of, at).iter().any(|(code, _)| code == given) {
                faults.push(unknown(field));
            }
        }
        let needs = codes(profile, "needs", at);
        if self.needs.iter().any(|need| !needs.iter().any(|(code, _)| code == need)) {
            faults.push(unknown("needs"));
        }
        if self.words.chars().count() > MOST_WORDS {
            faults.push(fault(
                "PQ-RESUME-005",
                "words",
                Text::new("超过 500 字。", "This is longer than 500 characters."),
                Text::new("请删减；详情可另行反映问题。", "Shorten it; report a problem for what needs more words."),
            ));
        }
        faults
    }

    /// The thresholds under which an answer comes.
    pub fn alarms(&self, profile: &Profile, at: Instant) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        for (question, value) in &self.numbers {
            let inputs = Value::from([
                ("question", question.as_str().into()),
                ("value", (*value).into()),
                ("link", self.link.as_str().into()),
            ]);
            alarms.extend(profile.hits(THRESHOLDS, at, &inputs).into_iter().map(|hit| Alarm {
                row: hit.row().to_owned(),
                question: question.clone(),
                value: *value,
                impact: hit.text("impact").to_owned(),
                urgency: hit.text("urgency").to_owned(),
                reason: hit.reason(),
            }));
        }
        alarms
    }
}

fn unknown(field: &str) -> Fault {
    fault(
        "PQ-RESUME-004",
        field,
        Text::new("未选择，或没有这个选项。", "Nothing is chosen, or there is no such choice."),
        Text::new("请从列表选择。", "Choose from the list."),
    )
}

fn fault(code: &str, place: &str, text: Text, remedy: Text) -> Fault {
    Fault::new(Severity::Error, code, place, text, remedy)
}

/// What answers say together, by a part of them: their link, their sector, or all as one.
pub fn together<'a>(
    answers: impl IntoIterator<Item = &'a Answer>,
    part: impl Fn(&'a Answer) -> &'a str,
) -> BTreeMap<String, Cell> {
    let mut cells: BTreeMap<String, (Cell, i64)> = BTreeMap::new();
    for answer in answers {
        let (cell, capacity) = cells.entry(part(answer).to_owned()).or_default();
        cell.firms += 1;
        for (question, number) in &answer.numbers {
            if question == CAPACITY {
                cell.told_capacity += 1;
                *capacity += number;
            } else {
                let sum = cell.sums.entry(question.clone()).or_default();
                *sum = sum.saturating_add(*number);
            }
        }
    }
    let mean = |(name, (mut cell, capacity)): (String, (Cell, i64))| {
        let told = Decimal::from(cell.told_capacity);
        cell.capacity = (cell.told_capacity > 0).then(|| (Decimal::from(capacity) / told).round_dp(1));
        (name, cell)
    };
    cells.into_iter().map(mean).collect()
}

/// The part with the least capacity, of those that told it.
pub fn weakest(cells: &BTreeMap<String, Cell>) -> Option<(&String, &Cell)> {
    cells.iter().filter(|(_, cell)| cell.capacity.is_some()).min_by_key(|(_, cell)| cell.capacity)
}

/// The cells that can be published beside their total: none of fewer firms than `least`, and no difference between the
/// total and the published cells that would tell of fewer.
pub fn published(cells: &BTreeMap<String, Cell>, least: usize) -> Published {
    // Of those that answered some may not have told their capacity: the mean is of the others.
    let size = |cell: &Cell| if cell.told_capacity == 0 { cell.firms } else { cell.told_capacity };
    let small = cells.iter().filter(|(_, cell)| size(cell) < least).map(|(name, _)| name);
    let mut kept_back: BTreeSet<&String> = small.collect();
    loop {
        let firms: usize = kept_back.iter().map(|name| size(&cells[*name])).sum();
        if kept_back.is_empty() || (kept_back.len() > 1 && firms >= least) {
            break;
        }
        let standing = cells.iter().filter(|(name, _)| !kept_back.contains(name));
        match standing.min_by_key(|(_, cell)| size(cell)) {
            Some((name, _)) => drop(kept_back.insert(name)),
            None => break,
        }
    }
    let figures = |cell: &Cell| Figures { firms: cell.firms, capacity: cell.capacity };
    cells.iter().map(|(name, cell)| (name.clone(), (!kept_back.contains(name)).then(|| figures(cell)))).collect()
}
