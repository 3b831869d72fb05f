//! A table as it is written: cells as text, for editors and for other forms such as DMN XML.

use std::{collections::BTreeMap, fmt::Write};

use super::HitPolicy;
use crate::{
    Finding,
    markdown::{Document, write_cell},
};

/// A table before its cells are understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSource {
    /// The name.
    pub name: String,
    /// Words for people.
    pub title: String,
    /// What happens when several rows hit.
    pub hit: HitPolicy,
    /// The columns that are tested.
    pub inputs: Vec<InputSource>,
    /// The columns that are answered.
    pub outputs: Vec<OutputSource>,
    /// The rows.
    pub rows: Vec<RowSource>,
}

/// A column that is tested, as it is written. Empty texts are not declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the grammar in the crate's documentation names them")]
pub struct InputSource {
    pub name: String,
    pub kind: String,
    pub values: String,
    pub expression: String,
    pub line: usize,
}

/// A column that is answered, as it is written. Empty texts are not declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the grammar in the crate's documentation names them")]
pub struct OutputSource {
    pub name: String,
    pub kind: String,
    pub values: String,
    pub default: String,
    pub line: usize,
}

/// A row as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the grammar in the crate's documentation names them")]
pub struct RowSource {
    pub id: String,
    pub tests: Vec<String>,
    pub outputs: Vec<String>,
    pub from: String,
    pub until: String,
    pub law: String,
    pub notes: BTreeMap<String, String>,
    pub line: usize,
}

impl HitPolicy {
    const WORDS: [(HitPolicy, &str, &str); 11] = [
        (HitPolicy::Unique, "unique", "u"),
        (HitPolicy::Any, "any", "a"),
        (HitPolicy::Priority, "priority", "p"),
        (HitPolicy::First, "first", "f"),
        (HitPolicy::Collect, "collect", "c"),
        (HitPolicy::Sum, "collect sum", "c+"),
        (HitPolicy::Min, "collect min", "c<"),
        (HitPolicy::Max, "collect max", "c>"),
        (HitPolicy::Count, "collect count", "c#"),
        (HitPolicy::RuleOrder, "rule order", "r"),
        (HitPolicy::OutputOrder, "output order", "o"),
    ];

    /// Reads DMN's words or letters, in any case.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        Self::WORDS.into_iter().find(|(_, long, short)| word == *long || word == *short).map(|(policy, ..)| policy)
    }

    /// The words of the file.
    pub fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(policy, ..)| *policy == self).map_or("unique", |(_, word, _)| word)
    }
}

impl TableSource {
    pub(crate) fn from_document(document: Document, findings: &mut Vec<Finding>) -> Self {
        let mut source =
            TableSource { name: document.name.clone(), title: document.title.clone(), ..Default::default() };
        let mut hit = None;
        for (line, key, value) in &document.directives {
            match key.as_str() {
                "hit" => hit = Some((*line, value)),
                "input" => source.inputs.push(InputSource::read(*line, value)),
                "output" => source.outputs.push(OutputSource::read(*line, value)),
                "default" => set_default(&mut source.outputs, *line, value, findings),
                _ => findings.push(Finding::error(
                    *line,
                    "PQ-RULES-LINE",
                    format!("不认识“{key}”"),
                    format!("“{key}” is not known"),
                )),
            }
        }
        source.set_hit(hit, findings);
        source.read_rows(&document, findings);
        source
    }

    fn set_hit(&mut self, hit: Option<(usize, &String)>, findings: &mut Vec<Finding>) {
        match hit.map(|(line, word)| (line, HitPolicy::from_word(word))) {
            Some((_, Some(policy))) => self.hit = policy,
            Some((line, None)) => {
                findings.push(Finding::error(line, "PQ-RULES-HIT", "不认识的命中策略", "this hit policy is not known"))
            }
            None => findings.push(Finding::error(
                1,
                "PQ-RULES-HIT",
                "缺少命中策略（hit）",
                "the hit policy is missing (hit)",
            )),
        }
    }

    fn read_rows(&mut self, document: &Document, findings: &mut Vec<Finding>) {
        let place = |heading: &str| document.header.iter().position(|cell| heading_of(cell) == heading);
        let mut missing = |heading: String| {
            let place = place(&heading);
            if place.is_none() && !document.header.is_empty() {
                let finding =
                    Finding::error(document.header_line, "PQ-RULES-COLUMN", "缺少此列", "this column is missing");
                findings.push(finding.in_column(&heading));
            }
            place
        };
        let inputs: Vec<_> = self.inputs.iter().map(|input| missing(input.name.clone())).collect();
        let outputs: Vec<_> = self.outputs.iter().map(|output| missing(format!("-> {}", output.name))).collect();
        let [row, from, until, law] = ["row", "from", "until", "law"].map(|heading| missing(heading.into()));
        let known: Vec<usize> =
            inputs.iter().chain(&outputs).chain([&row, &from, &until, &law]).flatten().copied().collect();
        for (nth, heading) in document.header.iter().enumerate().filter(|(nth, _)| !known.contains(nth)) {
            if heading.starts_with("->") || heading.is_empty() {
                let finding = Finding::error(
                    document.header_line,
                    "PQ-RULES-COLUMN",
                    "此列没有声明",
                    "this column is not declared",
                );
                findings.push(finding.in_column(if heading.is_empty() { "(empty)" } else { &document.header[nth] }));
            }
        }
        for line in &document.rows {
            let cell =
                |place: &Option<usize>| place.and_then(|place| line.cells.get(place)).cloned().unwrap_or_default();
            let notes = document.header.iter().zip(&line.cells).enumerate();
            let notes = notes.filter(|(nth, (_, cell))| !known.contains(nth) && !cell.is_empty());
            self.rows.push(RowSource {
                id: cell(&row),
                tests: inputs.iter().map(cell).collect(),
                outputs: outputs.iter().map(cell).collect(),
                from: cell(&from),
                until: cell(&until),
                law: cell(&law),
                notes: notes.map(|(_, (heading, cell))| (heading.clone(), cell.clone())).collect(),
                line: line.line,
            });
        }
    }

    /// The canonical Markdown: reading it gives the same table, and its SHA-256 names the table.
    pub fn to_text(&self) -> String {
        let mut text = format!("# {}\n", self.name);
        for line in self.title.lines() {
            text += &format!("> {line}\n");
        }
        text + "\n" + &self.body()
    }

    /// Everything but name and title.
    pub(crate) fn body(&self) -> String {
        let mut text = format!("hit: {}\n", self.hit.word());
        for input in &self.inputs {
            text += &input.to_line();
        }
        for output in &self.outputs {
            text += &output.to_line();
        }
        for output in self.outputs.iter().filter(|output| !output.default.is_empty()) {
            text +=
                &format!("default: {} {}\n", if output.name.is_empty() { "-" } else { &output.name }, output.default);
        }
        let notes: std::collections::BTreeSet<&String> = self.rows.iter().flat_map(|row| row.notes.keys()).collect();
        let mut header = vec!["row".to_owned()];
        header.extend(self.inputs.iter().map(|input| input.name.clone()));
        header.extend(self.outputs.iter().map(|output| format!("-> {}", output.name)));
        header.extend(["from", "until", "law"].map(str::to_owned));
        header.extend(notes.iter().map(|note| (*note).clone()));
        text += "\n";
        write_row(&mut text, header.iter());
        text += &format!("|{}\n", "---|".repeat(header.len()));
        for row in &self.rows {
            let blank = String::new();
            let cells =
                [&row.id].into_iter().chain(&row.tests).chain(&row.outputs).chain([&row.from, &row.until, &row.law]);
            write_row(&mut text, cells.chain(notes.iter().map(|note| row.notes.get(*note).unwrap_or(&blank))));
        }
        text
    }
}

fn write_row<'c>(text: &mut String, cells: impl Iterator<Item = &'c String>) {
    for cell in cells {
        let _ = write!(text, "| {} ", write_cell(cell));
    }
    text.push_str("|\n");
}

/// A heading with one space after its arrow.
fn heading_of(cell: &str) -> String {
    match cell.strip_prefix("->") {
        Some(name) => format!("-> {}", name.trim()),
        None => cell.to_owned(),
    }
}

fn set_default(outputs: &mut [OutputSource], line: usize, value: &str, findings: &mut Vec<Finding>) {
    let written = |output: &OutputSource| if output.name.is_empty() { 1 } else { output.name.len() };
    let named = outputs.iter_mut().filter(|output| {
        let name = if output.name.is_empty() { "-" } else { &output.name };
        value.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '))
    });
    match named.max_by_key(|output| output.name.len()) {
        Some(output) => output.default = value[written(output)..].trim().to_owned(),
        None => findings.push(Finding::error(
            line,
            "PQ-RULES-DEFAULT",
            "default 之后应为已声明的输出名和表达式",
            "default is followed by the name of a declared output and an expression",
        )),
    }
}

impl InputSource {
    fn read(line: usize, text: &str) -> Self {
        let (head, expression) = split_outside_quotes(text, " = ");
        let (head, values) = split_outside_quotes(head, " in ");
        let (name, kind) = split_kind(head);
        let own = |text: &str| text.trim().to_owned();
        InputSource { name: own(name), kind: own(kind), values: own(values), expression: own(expression), line }
    }

    fn to_line(&self) -> String {
        let mut text = format!("input: {} {}", self.name, written_kind(&self.kind));
        for (word, part) in [("in", &self.values), ("=", &self.expression)] {
            if !part.is_empty() {
                let _ = write!(text, " {word} {part}");
            }
        }
        text + "\n"
    }
}

impl OutputSource {
    fn read(line: usize, text: &str) -> Self {
        // An only output may have no name; a dash stands for it.
        let (head, values) = split_outside_quotes(text, " in ");
        let (unnamed, head) = match head.strip_prefix('-') {
            Some(kind) if kind.is_empty() || kind.starts_with(' ') => (true, kind),
            _ => (false, head),
        };
        if unnamed {
            let kind = head.trim().trim_matches('`').to_owned();
            return OutputSource { kind, values: values.trim().to_owned(), line, ..Default::default() };
        }
        // Only a known kind, or one that stands in backticks: else it is the last word of the name.
        let (name, kind) = match split_kind(head) {
            (name, kind) if super::Kind::from_word(kind).is_some() || head.trim().ends_with('`') => (name, kind),
            _ => (head, ""),
        };
        let own = |text: &str| text.trim().to_owned();
        OutputSource { name: own(name), kind: own(kind), values: own(values), default: String::new(), line }
    }

    fn to_line(&self) -> String {
        let kind = match self.kind.as_str() {
            "" => String::new(),
            word if super::Kind::from_word(word).is_some() => format!(" {word}"),
            word => format!(" `{word}`"),
        };
        let values = if self.values.is_empty() { String::new() } else { format!(" in {}", self.values) };
        format!("output: {}{kind}{values}\n", if self.name.is_empty() { "-" } else { &self.name })
    }
}

/// A name and the kind after it, which is one word or stands in backticks.
pub(crate) fn split_kind(text: &str) -> (&str, &str) {
    let text = text.trim();
    let quoted = text.strip_suffix('`').and_then(|text| text.rsplit_once('`'));
    let (name, kind) = quoted.or_else(|| text.rsplit_once(' ')).unwrap_or((text, ""));
    (name.trim(), kind.trim())
}

/// A kind as it stands after a name.
pub(crate) fn written_kind(kind: &str) -> String {
    if kind.contains(' ') { format!("`{kind}`") } else { kind.to_owned() }
}

pub(crate) fn split_outside_quotes<'t>(text: &'t str, mark: &str) -> (&'t str, &'t str) {
    let outside = |at: &usize| text[..*at].matches('"').count().is_multiple_of(2);
    match text.match_indices(mark).map(|(at, _)| at).find(outside) {
        Some(at) => (&text[..at], &text[at + mark.len()..]),
        None => (text, ""),
    }
}
