//! Assertions over a message: what must hold where, since when, by which law, and what to say when it does not.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::{
    Finding, Severity, Value,
    feel::{self, Expr, Scope},
    markdown::{self, Document, Line},
};

/// The assertions of one file.
#[derive(Clone, Debug)]
pub struct Assertions {
    /// The name.
    pub name: String,
    /// Words for people.
    pub title: String,
    /// The rows, in their order.
    pub rows: Vec<Assertion>,
}

/// One assertion.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The stable code of its breach; several rows may share one.
    pub code: String,
    /// How grave a breach is.
    pub severity: Severity,
    /// The steps to what it is about; `*` is every item of a list.
    pub path: Vec<String>,
    /// What is there must not be missing.
    pub required: bool,
    /// What must not be false; `None` where only presence is asked.
    pub when: Option<Expr>,
    /// The first day on which it is in force.
    pub from: Date,
    /// The first day on which it is no longer; `None` is open.
    pub until: Option<Date>,
    /// The legal reference.
    pub law: String,
    /// What to say, by the column's heading: `zh`, `en`, `remedy zh`, `remedy en`, `help zh`, `help en`.
    words: [String; 6],
    /// The line in the file, from 1.
    pub line: usize,
}

/// An assertion that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the file name them")]
pub struct Broken {
    pub code: String,
    pub severity: Severity,
    /// Where, as a JSON Pointer (RFC 6901).
    pub pointer: String,
    pub zh: String,
    pub en: String,
    pub remedy_zh: String,
    pub remedy_en: String,
    pub help_zh: String,
    pub help_en: String,
    pub law: String,
}

const WORDS: [&str; 6] = ["zh", "en", "remedy zh", "remedy en", "help zh", "help en"];

impl Assertions {
    /// Reads assertions from their Markdown; there are none when a finding is an error.
    pub fn parse(text: &str) -> (Option<Assertions>, Vec<Finding>) {
        let mut findings = Vec::new();
        let document = markdown::read(text, &mut findings);
        for (line, key, _) in &document.directives {
            findings.push(Finding::error(
                *line,
                "PQ-RULES-LINE",
                format!("不认识“{key}”"),
                format!("“{key}” is not known"),
            ));
        }
        check_header(&document, &mut findings);
        let rows = document.rows.iter().filter_map(|line| read_row(&document, line, &mut findings)).collect();
        let assertions = Assertions { name: document.name, title: document.title, rows };
        (Some(assertions).filter(|_| !findings.iter().any(Finding::is_error)), findings)
    }

    /// What does not hold on that day, in the order of the rows and then of the document.
    pub fn check(&self, on: Date, document: &Value, context: &Value) -> Vec<Broken> {
        let bare = Scope::new(context);
        let named = Scope::named("context", context, &bare);
        let mut broken = Vec::new();
        for row in self.rows.iter().filter(|row| row.from <= on && row.until.is_none_or(|until| on < until)) {
            row.visit(document, &named, (&row.path, &mut String::new()), &mut broken);
        }
        broken
    }
}

impl Assertion {
    /// Goes down the path; every map on the way becomes a place where names are looked up.
    fn visit(&self, here: &Value, outer: &Scope<'_>, way: (&[String], &mut String), broken: &mut Vec<Broken>) {
        let scope = Scope::within(here, outer);
        let (path, pointer) = way;
        let Some((step, rest)) = path.split_first() else {
            if !self.holds(here, &scope) {
                broken.push(self.broken(pointer.clone()));
            }
            return;
        };
        let length = pointer.len();
        if step == "*" {
            for (nth, item) in here.list().iter().enumerate() {
                *pointer += &format!("/{nth}");
                self.visit(item, &scope, (rest, pointer), broken);
                pointer.truncate(length);
            }
            return;
        }
        pointer.push('/');
        pointer.push_str(&escape(step));
        self.visit(here.get(step), &scope, (rest, pointer), broken);
        pointer.truncate(length);
    }

    fn holds(&self, item: &Value, scope: &Scope<'_>) -> bool {
        if self.required && item.is_empty() {
            return false;
        }
        let scope = Scope::named("?", item, scope);
        self.when.as_ref().is_none_or(|when| feel::verdict(when, &scope) != Some(false))
    }

    fn broken(&self, pointer: String) -> Broken {
        let [zh, en, remedy_zh, remedy_en, help_zh, help_en] = self.words.clone();
        let (code, law) = (self.code.clone(), self.law.clone());
        Broken { code, severity: self.severity, pointer, zh, en, remedy_zh, remedy_en, help_zh, help_en, law }
    }
}

fn escape(step: &str) -> Cow<'_, str> {
    if step.contains(['~', '/']) { step.replace('~', "~0").replace('/', "~1").into() } else { step.into() }
}

fn check_header(document: &Document, findings: &mut Vec<Finding>) {
    let mut fault = |column: &str, zh: &str, en: &str| {
        findings.push(Finding::error(document.header_line, "PQ-RULES-COLUMN", zh, en).in_column(column));
    };
    let needed = ["code", "severity", "for", "when", "from", "until", "law", "zh", "en"];
    if !document.header.is_empty() {
        for column in needed.into_iter().filter(|column| !document.header.iter().any(|heading| heading == column)) {
            fault(column, "缺少此列", "this column is missing");
        }
    }
    for column in document.header.iter().map(String::as_str) {
        if !needed.contains(&column) && !WORDS.contains(&column) && column != "required" {
            fault(column, "不认识的列", "this column is not known");
        }
    }
}

fn read_row(document: &Document, line: &Line, findings: &mut Vec<Finding>) -> Option<Assertion> {
    let cell = |heading: &str| {
        let place = document.header.iter().position(|other| other == heading);
        place.and_then(|place| line.cells.get(place)).map_or("", String::as_str)
    };
    let code = cell("code");
    let window = markdown::validity(cell("from"), cell("until"), (line.line, code), findings);
    let mut fault = |column: &str, zh: &str, en: &str| {
        findings.push(Finding::error(line.line, "PQ-RULES-CELL", zh, en).in_row(code).in_column(column));
    };
    for column in ["code", "law", "zh", "en"].into_iter().filter(|column| cell(column).is_empty()) {
        fault(column, "此格不得为空", "this cell must not be empty");
    }
    let severity = Severity::from_word(cell("severity"));
    if severity.is_none() {
        fault("severity", "应为 error、warning 或 info", "error, warning or info is expected here");
    }
    let required = matches!(cell("required"), "yes");
    if !matches!(cell("required"), "" | "-" | "yes" | "no") {
        fault("required", "应为 yes 或 no", "yes or no is expected here");
    }
    let when = match cell("when") {
        "" | "-" if required => None,
        text => match feel::parse_expression(text, &[]) {
            Ok(expr) => Some(expr),
            Err(error) => {
                fault("when", &error.zh, &format!("{} (byte {})", error.en, error.at + 1));
                None
            }
        },
    };
    let (from, until) = window?;
    Some(Assertion {
        code: code.to_owned(),
        severity: severity?,
        path: cell("for").split('/').map(str::trim).filter(|step| !step.is_empty()).map(str::to_owned).collect(),
        required,
        when,
        from,
        until,
        law: cell("law").to_owned(),
        words: WORDS.map(|heading| cell(heading).to_owned()),
        line: line.line,
    })
}
