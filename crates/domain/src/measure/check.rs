//! The register as it is put together from its folders: what is wrong with one is told with its file, row and column.

use std::collections::BTreeSet;

use rules::{Finding, Severity, Table};

use super::{ChangeKind, Fits, How, MODE, Measure, Register, SAID, TABLE_PREFIX};
use crate::{
    Text,
    law::{self, Law},
};

/// What a folder of a measure holds.
#[derive(Clone, Debug)]
pub struct Part {
    /// The folder's name.
    pub folder: String,
    /// What `measure.toml` says.
    pub measure: Measure,
    /// What `eligibility.table.md` says.
    pub table: Table,
}

/// Puts the register together. `register` has headings, wants, events and facts; the measures come from `parts`.
///
/// # Errors
/// Every finding with its file and, for tables, its row and column: a gap, an overlap, a row without reason, words that are
/// missing in a language, a code that is not listed.
pub fn assemble(
    mut register: Register,
    mut parts: Vec<Part>,
    organs: &[&str],
    laws: &[Law],
) -> Result<Register, Vec<String>> {
    parts.sort_by(|one, other| one.folder.cmp(&other.folder));
    let mut findings = check_lists(&register);
    let codes: BTreeSet<&str> = parts.iter().map(|part| part.measure.code.as_str()).collect();
    for part in &parts {
        let place = format!("measures/{}/measure.toml", part.folder);
        findings.extend(
            check_measure(&register, part, organs, &codes).into_iter().map(|found| format!("{place}: {found}")),
        );
        findings.extend(
            unlisted(&part.measure, laws)
                .into_iter()
                .map(|cited| format!("{place}: cites {cited}, which laws.toml does not list")),
        );
        let place = format!("measures/{}/eligibility.table.md", part.folder);
        findings.extend(check_table(&register, part).into_iter().map(|found| format!("{place}: {found}")));
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    register.measures = parts.into_iter().map(|part| part.measure).collect();
    Ok(register)
}

fn check_lists(register: &Register) -> Vec<String> {
    let mut findings = Vec::new();
    let lists = [("heading", &register.headings), ("want", &register.wants), ("event", &register.events)];
    for (what, list) in lists {
        let mut seen = BTreeSet::new();
        for named in list {
            if !seen.insert(&named.code) {
                findings.push(format!("measures/register.toml: {what} {} stands twice", named.code));
            }
            if !both(&named.name) {
                findings.push(format!("measures/register.toml: {what} {} has no words in one language", named.code));
            }
        }
    }
    let mut seen = BTreeSet::new();
    for fact in &register.facts {
        if !seen.insert(&fact.code) {
            findings.push(format!("measures: fact {} stands twice", fact.code));
        }
        if !both(&fact.name) || fact.options.iter().any(|option| !both(&option.name)) {
            findings.push(format!("measures: fact {} has no words in one language", fact.code));
        }
        if (fact.kind == super::FactKind::Choice) == fact.options.is_empty() {
            findings.push(format!("measures: fact {} has options if, and only if, it is a choice", fact.code));
        }
    }
    findings
}

fn check_measure(register: &Register, part: &Part, organs: &[&str], codes: &BTreeSet<&str>) -> Vec<String> {
    let measure = &part.measure;
    let mut findings = Vec::new();
    let mut refuse = |wrong: bool, words: String| {
        if wrong {
            findings.push(words);
        }
    };
    refuse(measure.code != part.folder, format!("code {} is not the folder's name", measure.code));
    refuse(measure.until.is_some_and(|until| until <= measure.from), "until lies before from".to_owned());
    let listed = |list: &[super::Named], code: &str| list.iter().any(|named| named.code == code);
    refuse(!listed(&register.headings, &measure.heading), format!("heading {} is not listed", measure.heading));
    refuse(!listed(&register.events, &measure.event), format!("event {} is not listed", measure.event));
    refuse(measure.wants.is_empty(), "wants is empty".to_owned());
    for want in measure.wants.iter().filter(|want| !listed(&register.wants, want)) {
        refuse(true, format!("want {want} is not listed"));
    }
    refuse(measure.decides.is_empty(), "decides is empty".to_owned());
    for organ in measure.decides.iter().chain([&measure.issuer]).filter(|organ| !organs.contains(&organ.as_str())) {
        refuse(true, format!("organ {organ} is not one of organs.toml"));
    }
    for other in
        measure.stacking.not_with.iter().filter(|other| !codes.contains(other.as_str()) || **other == measure.code)
    {
        refuse(true, format!("not_with {other} is no other measure"));
    }
    refuse(measure.changes.is_empty(), "changes is empty".to_owned());
    for (change, clock) in measure.changes.iter().filter_map(|change| Some((change, change.clock.as_ref()?))) {
        let what = &change.what;
        refuse(change.kind != ChangeKind::Clock, format!("change {what}: clock, but its kind is no clock"));
        refuse(clock.names.is_empty(), format!("change {what}: names no clock"));
        let known = ["ship_call", "problem", "application"].contains(&clock.matter.as_str());
        refuse(!known, format!("change {what}: matter {} has no clocks", clock.matter));
        let length = clock.by.parse::<crate::calendar::Length>();
        refuse(clock.how == How::Extend && length.is_err(), format!("change {what}: by {} is no length", clock.by));
        let ends = clock.until.or(measure.until).is_some();
        refuse(clock.how == How::Suspend && !ends, format!("change {what}: a suspension needs its end"));
    }
    for (what, opens) in measure.changes.iter().flat_map(|of| of.opens.iter().map(|opens| (&of.what, opens))) {
        refuse(opens.of != MODE, format!("change {what}: nobody chooses {}", opens.of));
        refuse(opens.codes.is_empty(), format!("change {what}: opens nothing"));
        for (name, value) in &opens.facts {
            let answers = register.fact(name).is_some_and(|fact| fact.is_answered_by(value));
            refuse(!answers, format!("change {what}: no fact {name} is listed, or {value} is no answer to it"));
        }
    }
    for of in &measure.uses {
        let is_kind = of.event.split_once('.').is_some_and(|(matter, what)| !matter.is_empty() && !what.is_empty());
        refuse(!is_kind, format!("uses: event {} is no kind of news, matter.what", of.event));
        for (name, values) in &of.with {
            refuse(!SAID.contains(&name.as_str()), format!("uses: no matter says {name}"));
            refuse(values.is_empty(), format!("uses: with {name} has no words"));
        }
    }
    for (what, words) in said(measure) {
        refuse(!both(words), format!("{what} has no words in one language"));
    }
    findings
}

/// Every text that people read, with its name.
fn said(measure: &Measure) -> Vec<(String, &Text)> {
    let mut said = vec![
        ("title".to_owned(), &measure.title),
        ("words".to_owned(), &measure.words),
        ("competence".to_owned(), &measure.competence.words),
        ("stacking".to_owned(), &measure.stacking.words),
    ];
    said.extend(measure.refund.iter().map(|refund| ("refund".to_owned(), &refund.words)));
    said.extend(measure.clawback.iter().map(|clawback| ("clawback".to_owned(), &clawback.words)));
    said.extend(measure.changes.iter().map(|change| (format!("change {}", change.what), &change.words)));
    said.extend(measure.documents.iter().map(|paper| (format!("document {}", paper.code), &paper.name)));
    said
}

fn unlisted(measure: &Measure, laws: &[Law]) -> Vec<String> {
    let provisions = [Some(&measure.competence), measure.refund.as_ref(), measure.clawback.as_ref()];
    let clocks = measure.changes.iter().filter_map(|change| change.clock.as_ref()).map(|clock| clock.law.as_str());
    let references =
        provisions.into_iter().flatten().map(|of| of.law.as_str()).chain([measure.law.as_str()]).chain(clocks);
    let citations = references.flat_map(|reference| {
        let none = reference.trim().is_empty().then_some("nothing");
        law::citations(reference).chain(none)
    });
    citations.filter(|citation| law::cited(laws, citation).is_none()).map(str::to_owned).collect()
}

fn check_table(register: &Register, part: &Part) -> Vec<String> {
    let table = &part.table;
    let mut findings = Vec::new();
    let name = format!("{TABLE_PREFIX}{}", part.measure.code);
    if table.name != name {
        findings.push(format!("the table is called {}, not {name}", table.name));
    }
    for input in table.inputs.iter().filter(|input| register.fact(&input.name).is_none()) {
        findings.push(format!("column {}: no fact of this name is listed", input.name));
    }
    let Some(column) = table.outputs.iter().position(|output| output.name == "fits") else {
        findings.push("column -> fits is missing".to_owned());
        return findings;
    };
    for row in &table.rows {
        let fits = match row.outputs.get(column) {
            Some(rules::feel::Expr::Const(value)) => value.text().and_then(Fits::from_code),
            _ => None,
        };
        if fits.is_none() {
            let words = "by_itself, on_application, by_choice or no";
            findings.push(format!("row {}, column -> fits: {words} is expected here", row.id));
        }
        for note in ["reason zh", "reason en"] {
            if row.notes.get(note).is_none_or(|words| words.trim().is_empty()) {
                findings.push(format!("row {}, column {note}: the reason is missing", row.id));
            }
        }
        if row.from < part.measure.from {
            findings.push(format!("row {}, column from: before the measure's own first day", row.id));
        }
    }
    if !table.rows.iter().any(|row| row.from == part.measure.from) {
        findings.push(format!("column from: no row holds on the measure's first day, {}", part.measure.from));
    }
    findings.extend(gaps_and_overlaps(part).iter().map(ToString::to_string));
    findings
}

/// Gaps and overlaps while the measure holds. That nothing answers after its last day is no gap.
fn gaps_and_overlaps(part: &Part) -> Vec<Finding> {
    let mut source = part.table.source.clone();
    if let Some(until) = part.measure.until.map(|until| until.to_string()) {
        for row in source.rows.iter_mut().filter(|row| row.until >= until) {
            row.until = String::new();
        }
    }
    let Some(table) = Table::compile(&source).0 else { return part.table.findings() };
    let grave = |finding: &Finding| finding.severity == Severity::Error || finding.code == "PQ-RULES-GAP";
    table.findings().into_iter().filter(grave).collect()
}

fn both(words: &Text) -> bool {
    !words.zh.trim().is_empty() && !words.en.trim().is_empty()
}
