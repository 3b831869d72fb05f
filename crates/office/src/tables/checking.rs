//! The check of a draft: the table itself, the profile as a whole with the draft in place, and the situations.

use domain::{
    Fault, Severity, Text, Value,
    measure::{self, ChangeKind, Fits, Measure, TABLE_PREFIX},
    profile::Profile,
    situation::Tried,
    table_change::{Reviewed, review},
};
use jiff::civil::Date;
use rules::{TableSource, dmn::Model, feel::Expr};

use super::faults::unreadable;
use crate::{Actor, Error, Office, Right};

/// A table has at most so many bytes.
const MOST: usize = 2 << 20;

/// The table of what measures take off charges.
const RELIEFS: &str = "charge-reliefs";

/// A draft that was checked.
#[derive(Clone, Debug)]
pub struct CheckedTable {
    /// What was found in the table.
    pub reviewed: Reviewed,
    /// Every fault, those of the profile and of situations too.
    pub faults: Vec<Fault>,
    /// How many situations were tried.
    pub tried: usize,
    /// Those that do not come out as they must.
    pub missed: Vec<SituationTried>,
}

/// A situation that does not come out.
#[derive(Clone, Debug)]
pub struct SituationTried {
    /// The situation.
    pub tried: Tried,
    /// True when it comes out without the draft.
    pub by_the_draft: bool,
}

impl CheckedTable {
    /// True when it can be proposed.
    pub fn is_sound(&self) -> bool {
        self.reviewed.is_sound() && !self.faults.iter().any(Fault::is_error)
    }
}

impl Office {
    /// Checks a draft of a table; nothing is kept.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such table; [`Error::Invalid`] for what is no table at all.
    pub fn check_table(&self, actor: &Actor, name: &str, text: &str, from: Date) -> Result<CheckedTable, Error> {
        actor.require(Right::ReadTables)?;
        if !self.sees_drafts(actor, name) {
            return Err(Error::NotFound);
        }
        self.checked(name, &written(text)?, from)
    }

    pub(super) fn checked(&self, name: &str, text: &str, from: Date) -> Result<CheckedTable, Error> {
        let base = self.profile.tables.get(name).ok_or(Error::NotFound)?;
        let today = self.now().date(&self.profile.zone);
        let reviewed = review(&self.profile, base, text, from, today);
        let mut faults = reviewed.faults.clone();
        let (mut tried, mut missed) = (0, Vec::new());
        if reviewed.is_sound() {
            match self.rules.with(name, text) {
                Err(findings) => faults.extend(findings.iter().map(|finding| of_the_profile(finding))),
                Ok(draft) => {
                    faults.extend(unrelieved(&draft, name, from));
                    let situations = self.rules.situations();
                    let with = situations.tried(&draft);
                    tried = with.len();
                    let failing: Vec<Tried> = with.into_iter().filter(|of| !of.holds()).collect();
                    // What does not come out without the draft either is not its fault.
                    let without = if failing.is_empty() { Vec::new() } else { situations.tried(&self.profile) };
                    let known = |of: &Tried| without.iter().any(|other| other.name == of.name && !other.holds());
                    for tried in failing {
                        let by_the_draft = !known(&tried);
                        if by_the_draft {
                            faults.push(of_a_situation(&tried, from));
                        }
                        missed.push(SituationTried { tried, by_the_draft });
                    }
                }
            }
        }
        Ok(CheckedTable { reviewed, faults, tried, missed })
    }
}

/// A draft as Markdown: as it is written, or from DMN XML.
///
/// # Errors
/// [`Error::Invalid`] for what is no table at all.
pub fn written(text: &str) -> Result<String, Error> {
    let invalid = |zh: &str, en: &str| Err(Error::Invalid(vec![unreadable(zh, en)]));
    if text.len() > MOST {
        return invalid("文件超过 2 MB。", "The file is larger than 2 MB.");
    }
    // A workbook or a picture, read as far as it could be.
    if text.contains(['\0', '\u{fffd}']) {
        return invalid("文件不是文本。", "The file is no text.");
    }
    // Forms send lines with a carriage return, which is no part of a table.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    if !text.trim_start().starts_with('<') || text.trim_start().starts_with("<!--") {
        return Ok(text);
    }
    let (model, findings) = Model::from_xml(&text);
    match model.as_ref().map(Model::to_table) {
        Some(Some(table)) => Ok(TableSource::to_text(&table)),
        Some(None) => invalid("文件中不止一个决策表。", "There is more than one decision table in the file."),
        None => {
            let why = |words: fn(&rules::Finding) -> &str| findings.iter().map(words).collect::<Vec<_>>().join("; ");
            invalid(
                &format!("无法读取 DMN XML：{}", why(|finding| &finding.zh)),
                &format!("The DMN XML cannot be read: {}", why(|finding| &finding.en)),
            )
        }
    }
}

/// Rows by which a measure makes a charge less by itself, from a day on which no relief of charges names it: the self-check would promise
/// what estimates and bills do not give. It is told, since the reliefs may be published for the same day.
fn unrelieved(draft: &Profile, name: &str, from: Date) -> Vec<Fault> {
    let measure = name.strip_prefix(TABLE_PREFIX).and_then(|code| draft.register.measure(code));
    let of_charges = |measure: &&Measure| measure.changes.iter().any(|change| change.kind == ChangeKind::Charge);
    let Some(measure) = measure.filter(of_charges) else { return Vec::new() };
    let names = |value: &Expr| matches!(value, Expr::Const(Value::Text(code)) if *code == measure.code);
    let relieves = |row: &rules::Row, day: Date| {
        row.from <= day && row.until.is_none_or(|until| day < until) && row.outputs.iter().any(names)
    };
    let reliefs = draft.tables.get(RELIEFS).map(|table| table.rows.as_slice()).unwrap_or_default();
    let bare = |row: &measure::RowSaid| {
        row.fits == Fits::ByItself && row.from >= from && !reliefs.iter().any(|of| relieves(of, row.from))
    };
    let told = |row: measure::RowSaid| {
        Fault::new(
            Severity::Warning,
            "PQ-TABLE-026",
            format!("row {}", row.row),
            Text::new(
                format!("自 {} 起，减免表（{RELIEFS}）没有这项措施的行：试算和账单不会减免。", row.from),
                format!(
                    "From {} on no row of {RELIEFS} names this measure: estimates and bills take nothing off.",
                    row.from
                ),
            ),
            Text::new(
                format!("同时起草 {RELIEFS} 的改动，同一日公布。"),
                format!("Draft a change of {RELIEFS} too, and publish it for the same day."),
            ),
        )
    };
    measure::rows(draft, measure).into_iter().filter(bare).map(told).collect()
}

fn of_the_profile(finding: &str) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-TABLE-014",
        finding,
        Text::new(
            format!("与口岸配置不符：{finding}"),
            format!("It does not go with the rest of the profile: {finding}"),
        ),
        Text::new("请对照所指文件改正。", "Mend it with a look at the file that is named."),
    )
}

/// A situation of a day before the change must come out; a later one may be what the change is for, and everybody must see it.
fn of_a_situation(tried: &Tried, from: Date) -> Fault {
    let severity = if tried.on < from { Severity::Error } else { Severity::Warning };
    let miss = tried.misses.first();
    let said = miss.map_or_else(String::new, |of| format!("{}: {} → {}", of.place, of.expected, of.found));
    Fault::new(
        severity,
        "PQ-TABLE-015",
        format!("situations/{}", tried.name),
        Text::new(
            format!("情形“{}”的结果变了：{said}", tried.title.zh),
            format!("The situation “{}” comes out otherwise: {said}", tried.title.en),
        ),
        Text::new(
            "核对是否有意如此；情形日期在公布日之前的，须改正。",
            "See whether that is meant; where its day lies before the day of publication, mend the table.",
        ),
    )
}
