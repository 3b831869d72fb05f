//! What a draft is checked for before anybody may approve it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rules::{HitPolicy, InputSource, RowSource, Table, TableSource, feel::Expr};

use super::{RowChanged, fault, past, place, told};
use crate::{Fault, Severity, Text, Value, calendar::Length, law, profile::Profile};

/// Before the id of a row of the version in force, where it is looked whether the draft still answers what it answered.
const WAS: &str = "was ";

/// A draft that was looked through.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// The table, when it can be read at all.
    pub table: Option<Table>,
    /// The rows that change.
    pub changed: Vec<RowChanged>,
    /// Every fault, with row and column.
    pub faults: Vec<Fault>,
}

impl Reviewed {
    /// True when nothing stands against it.
    pub fn is_sound(&self) -> bool {
        self.table.is_some() && !self.faults.iter().any(Fault::is_error)
    }

    /// The days from which something is otherwise, in their order.
    pub fn days(&self) -> Vec<Date> {
        let days: BTreeSet<Date> = self.changed.iter().filter_map(|of| of.on.parse().ok()).collect();
        days.into_iter().collect()
    }
}

/// Looks a draft through: whether it can be read, what it changes before its day, gaps, overlaps and rows that never decide,
/// reasons, laws, calendars and organs. `base` is the table as it stands; `today` the day on which it is looked at.
pub fn review(profile: &Profile, base: &Table, text: &str, from: Date, today: Date) -> Reviewed {
    let (table, findings) = Table::parse(text);
    let mut faults: Vec<Fault> = findings.iter().map(told).collect();
    if from <= today {
        faults.push(fault(
            "PQ-TABLE-001",
            ("", "from"),
            (format!("公布日 {from} 须晚于今天。"), format!("The day of publication, {from}, must lie after today.")),
            (
                "至少填明天：今天的事项按今天的规则办理。",
                "Give tomorrow at the earliest: today is decided by today's rules.",
            ),
        ));
    }
    let Some(table) = table else { return Reviewed { table: None, changed: Vec::new(), faults } };
    let (changed, more) = past::compare(&base.source, &table.source, from);
    if changed.is_empty() && more.is_empty() {
        faults.push(fault(
            "PQ-TABLE-009",
            ("", ""),
            ("没有任何行改变。".to_owned(), "No row changes.".to_owned()),
            ("增加或终止一行。", "Add a row, or close one."),
        ));
    }
    faults.extend(more);
    faults.extend(analysed(base, &table, from));
    faults.extend(reasons(&table));
    faults.extend(unlisted(profile, &table));
    faults.extend(unknown_words(profile, &table));
    Reviewed { table: Some(table), changed, faults }
}

/// Overlaps, gaps and rows that never decide, as far as the draft brings them.
fn analysed(base: &Table, draft: &Table, from: Date) -> Vec<Fault> {
    // What lies before the day of publication is not changed, and was looked through then.
    let findings = |table: &Table| since(table, from).map(|of| of.findings()).unwrap_or_default();
    let known: BTreeSet<String> = findings(base).iter().map(key).collect();
    // A list names what is granted, and what it does not name has no answer. Only a table that answered everything can get
    // a gap.
    let complete = !known.iter().any(|key| key.starts_with("PQ-RULES-GAP"));
    let mut faults = Vec::new();
    for finding in findings(draft) {
        let grave = match finding.code {
            "PQ-RULES-GAP" => complete,
            "PQ-RULES-UNREACHABLE" | "PQ-RULES-NEVER" => !known.contains(&key(&finding)),
            _ => finding.is_error(),
        };
        if finding.code == "PQ-RULES-GAP" && !complete {
            continue;
        }
        let severity = if grave { Severity::Error } else { told(&finding).severity };
        faults.push(Fault { severity, ..told(&finding) });
    }
    if !complete {
        faults.extend(unanswered(base, draft, from));
    }
    faults
}

/// A table as far as its rows are in force on a day or later.
fn since(table: &Table, from: Date) -> Option<Table> {
    let mut source = table.source.clone();
    let day = from.to_string();
    let goes_on = |row: &RowSource| row.until.is_empty() || row.until > day;
    source.rows = source.rows.into_iter().filter(goes_on).collect();
    source.rows.iter_mut().filter(|row| row.from < day).for_each(|row| row.from.clone_from(&day));
    Table::compile(&source).0
}

fn key(finding: &rules::Finding) -> String {
    let row = finding.row.clone().unwrap_or_default();
    format!("{} {row} {}", finding.code, finding.column.clone().unwrap_or_default())
}

/// What a row answered and no row of the draft does: nothing is wrong with it, but everybody must see it.
fn unanswered(base: &Table, draft: &Table, from: Date) -> Vec<Fault> {
    let days = draft.rows.iter().flat_map(|row| [Some(row.from), row.until]).flatten().filter(|day| *day >= from);
    let mut told = BTreeSet::new();
    let mut faults = Vec::new();
    for day in days.collect::<BTreeSet<Date>>() {
        let Some(both) = Table::compile(&one_over_the_other(draft, base, day)).0 else { continue };
        let hidden: BTreeSet<String> = both.findings().into_iter().filter_map(|finding| finding.row).collect();
        for row in both.rows.iter().filter_map(|row| row.id.strip_prefix(WAS)) {
            if !hidden.contains(&format!("{WAS}{row}")) && told.insert(row.to_owned()) {
                let mut fault = fault(
                    "PQ-TABLE-013",
                    (row, ""),
                    (
                        format!("自 {day} 起，此行所答的情形不再（或不再全部）有行回答。"),
                        format!("From {day}, what this row answers is no longer answered, or not all of it."),
                    ),
                    (
                        "如属有意终止，可以继续；否则请补行。",
                        "Go on if that is meant; else write the row that answers it.",
                    ),
                );
                fault.severity = Severity::Warning;
                faults.push(fault);
            }
        }
    }
    faults
}

/// The rows of a day of one table, and after them those of another: what the first leaves over reaches the second.
fn one_over_the_other(first: &Table, second: &Table, day: Date) -> TableSource {
    let on = |table: &Table, mark: &str| -> Vec<RowSource> {
        let rows = table.rows.iter().zip(&table.source.rows).filter(|(row, _)| row.in_force(day));
        rows.map(|(_, source)| RowSource {
            id: format!("{mark}{}", source.id),
            tests: by_columns(&first.source.inputs, &table.source.inputs, &source.tests),
            outputs: vec!["true".to_owned()],
            from: day.to_string(),
            until: String::new(),
            ..source.clone()
        })
        .collect()
    };
    let mut outputs = first.source.outputs.clone();
    outputs.truncate(1);
    outputs.iter_mut().for_each(|output| {
        *output = rules::OutputSource { name: "answered".to_owned(), kind: "boolean".to_owned(), ..Default::default() }
    });
    let rows = on(first, "").into_iter().chain(on(second, WAS)).collect();
    TableSource { hit: HitPolicy::First, outputs, rows, ..first.source.clone() }
}

/// Cells in the order of other columns; a column that is not there tests nothing.
fn by_columns(wanted: &[InputSource], had: &[InputSource], cells: &[String]) -> Vec<String> {
    let cell = |name: &str| had.iter().position(|of| of.name == name).and_then(|nth| cells.get(nth)).cloned();
    wanted.iter().map(|column| cell(&column.name).unwrap_or_default()).collect()
}

/// Rows without their reason in both languages.
fn reasons(table: &Table) -> Vec<Fault> {
    let missing = table.rows.iter().flat_map(|row| {
        let blank = |note: &&str| row.notes.get(*note).is_none_or(|words| words.trim().is_empty());
        ["reason zh", "reason en"].into_iter().filter(blank).map(|note| (row.id.clone(), note)).collect::<Vec<_>>()
    });
    missing
        .map(|(row, note)| {
            fault(
                "PQ-TABLE-010",
                (&row, note),
                ("此行没有写明理由。".to_owned(), "The row gives no reason.".to_owned()),
                ("中英文理由都要写，办事人会看到。", "Give the reason in both languages: people read it."),
            )
        })
        .collect()
}

/// Rows that cite a law which the profile does not list.
fn unlisted(profile: &Profile, table: &Table) -> Vec<Fault> {
    let cited = table.source.rows.iter().flat_map(|row| law::citations(&row.law).map(move |of| (row, of)));
    let unknown = cited.filter(|(_, citation)| law::cited(&profile.laws, citation).is_none());
    unknown
        .map(|(row, citation)| {
            let mut fault = fault(
                "PQ-TABLE-011",
                (&row.id, "law"),
                (format!("法规目录中没有“{citation}”。"), format!("The list of laws has no “{citation}”.")),
                (
                    "按目录中的写法引用；新的法规须先列入目录。",
                    "Cite it as the list writes it; a new law is put on the list first.",
                ),
            );
            fault.location = place(&row.id, "law", row.line);
            fault
        })
        .collect()
}

/// Cells that name a calendar, a length of time or an organ that there is not.
pub fn unknown_words(profile: &Profile, table: &Table) -> Vec<Fault> {
    let mut faults = Vec::new();
    for row in &table.rows {
        for (output, answer) in table.outputs.iter().zip(&row.outputs) {
            let Expr::Const(value) = answer else { continue };
            for word in wrong(profile, &table.name, &output.name, value) {
                let said = Text::new(format!("不认识“{word}”。"), format!("“{word}” is not known."));
                let remedy = Text::new(
                    "期限写作 PT24H、P5WD 等；日历和机关用代码。",
                    "Lengths are written PT24H or P5WD; calendars and organs by their codes.",
                );
                let place = place(&row.id, &format!("-> {}", output.name), row.line);
                faults.push(Fault::new(Severity::Error, "PQ-TABLE-012", place, said, remedy));
            }
        }
    }
    faults
}

fn wrong(profile: &Profile, table: &str, output: &str, value: &Value) -> Vec<String> {
    match (output, value) {
        ("extension", Value::Text(length)) if length.is_empty() => Vec::new(),
        // A notice that asks for no answer has no limit.
        ("length", Value::Text(length)) if length.is_empty() && table == "problem-notices" => Vec::new(),
        (
            "due_offset" | "opens_offset" | "decision_length" | "length" | "offset" | "extension",
            Value::Text(length),
        ) => length.parse::<Length>().err().map(|_| length.clone()).into_iter().collect(),
        ("calendar" | "decision_calendar", Value::Text(calendar)) => {
            let known = profile.calendars.contains_key(calendar);
            if known { Vec::new() } else { vec![calendar.clone()] }
        }
        (
            "organs" | "authority" | "lifted_by" | "issuer" | "lead" | "co" | "informed" | "drafts" | "approves",
            value,
        ) => texts(value).into_iter().filter(|organ| profile.organ(organ).is_none()).collect(),
        _ => Vec::new(),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.clone()],
        other => other.list().iter().filter_map(Value::text).map(str::to_owned).collect(),
    }
}
