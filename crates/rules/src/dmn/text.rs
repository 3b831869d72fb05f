//! Models in Markdown.

use super::{
    formula::formula,
    model::{Boxed, Decision, Import, InputData, ItemDefinition, Knowledge, Model, Service},
};
use crate::{
    Finding, TableSource,
    markdown::{self, Document},
    table::source::{split_kind, split_outside_quotes, written_kind},
};

impl Model {
    /// Reads a model from its Markdown; there is none when a finding is an error.
    pub fn parse(text: &str) -> (Option<Model>, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut model = Model::default();
        for (nth, (before, heading, part)) in sections(text).into_iter().enumerate() {
            let document = markdown::read_part(part, before, &mut findings);
            if nth == 0 {
                model.read_head(document, &mut findings);
            } else {
                model.read_section(before, heading, document, &mut findings);
            }
        }
        if model.name.is_empty() {
            findings.push(Finding::error(1, "PQ-RULES-NAME", "缺少名称（“# 名称”）", "the name is missing (“# NAME”)"));
        }
        (Some(model).filter(|_| !findings.iter().any(Finding::is_error)), findings)
    }

    fn read_head(&mut self, document: Document, findings: &mut Vec<Finding>) {
        (self.name, self.title) = (document.name, document.title);
        for (line, key, value) in document.directives {
            let (name, kind) = split_kind(&value);
            match key.as_str() {
                "namespace" => self.namespace = value,
                "import" => {
                    let (name, namespace) = value.split_once('=').unwrap_or(("", &value));
                    self.imports.push(Import { name: own(name), namespace: own(namespace) });
                }
                "type" => self.read_type(line, &value, findings),
                "data" => self.data.push(InputData { name: own(name), kind: any(kind), line }),
                _ => findings.push(unknown(line, &key)),
            }
        }
        if let Some(line) =
            (document.header_line > 0).then_some(document.header_line).or(document.formula.map(|of| of.0))
        {
            let (zh, en) =
                ("表格与表达式应在“## decision …”之下", "tables and expressions stand below “## decision …”");
            findings.push(Finding::error(line, "PQ-RULES-LINE", zh, en));
        }
    }

    /// `tLoan.amount number in > 0`; `tRates list of number`.
    fn read_type(&mut self, line: usize, text: &str, findings: &mut Vec<Finding>) {
        let (head, constraint) = split_outside_quotes(text, " all in ");
        let (head, values) = split_outside_quotes(head, " in ");
        let (head, kind) = split_kind(head);
        let (path, list) = match head.strip_suffix(" list of") {
            Some(path) => (path, true),
            None => (head, false),
        };
        let steps = steps(path);
        let Some((name, way)) = steps.split_last() else { return };
        let definition = ItemDefinition {
            name: name.clone(),
            kind: if kind == "context" { String::new() } else { own(kind) },
            values: own(values),
            constraint: own(constraint),
            list,
            members: Vec::new(),
            line,
        };
        let mut here = &mut self.types;
        for step in way {
            match here.iter_mut().find(|other| other.name == *step) {
                Some(other) => here = &mut other.members,
                None => {
                    let (zh, en) = (format!("“{step}”尚未声明"), format!("“{step}” is not declared above"));
                    findings.push(Finding::error(line, "PQ-RULES-TYPE", zh, en));
                    return;
                }
            }
        }
        here.push(definition);
    }

    fn read_section(&mut self, line: usize, heading: &str, document: Document, findings: &mut Vec<Finding>) {
        let (word, rest) = heading.split_once(' ').unwrap_or((heading, ""));
        let (name, kind) = split_kind(rest);
        let (name, kind) = if name.is_empty() { (own(kind), String::new()) } else { (own(name), any(kind)) };
        let title = document.title.clone();
        let all = |word: &str| {
            let told = document.directives.iter().filter(|(_, key, _)| key == word);
            told.map(|(_, _, value)| value.clone()).collect::<Vec<_>>()
        };
        let requires = all("requires");
        match word {
            "decision" => {
                let logic = logic(&name, document, &["requires"], findings);
                self.decisions.push(Decision { name, kind, title, requires, logic, line });
            }
            "knowledge" => {
                let parameter = |text: String| {
                    let (name, kind) = split_kind(&text);
                    if name.is_empty() { (text.clone(), String::new()) } else { (own(name), any(kind)) }
                };
                let parameters = all("parameter").into_iter().map(parameter).collect();
                let logic = logic(&name, document, &["requires", "parameter"], findings);
                self.knowledge.push(Knowledge { name, kind, title, requires, parameters, logic, line });
            }
            "service" => {
                let (gives, holds, takes) = (all("gives"), all("holds"), all("takes"));
                let known = ["gives", "holds", "takes"];
                for (line, key, _) in document.directives.iter().filter(|(_, key, _)| !known.contains(&key.as_str())) {
                    findings.push(unknown(*line, key));
                }
                self.services.push(Service { name, kind, gives, holds, takes, line });
            }
            _ => {
                let (zh, en) = (
                    "应为“## decision”“## knowledge”或“## service”",
                    "“## decision”, “## knowledge” or “## service” is expected here",
                );
                findings.push(Finding::error(line, "PQ-RULES-LINE", zh, en));
            }
        }
    }

    /// The canonical Markdown: reading it gives a model that means the same, and its SHA-256 names the model.
    ///
    /// A table within a boxed expression cannot be written so; it becomes `null`, see [`Model::unwritable`].
    pub fn to_text(&self) -> String {
        let mut text = format!("# {}\n{}\n", self.name, quoted(&self.title));
        if !self.namespace.is_empty() {
            text += &format!("namespace: {}\n", self.namespace);
        }
        for import in &self.imports {
            text += &format!("import: {} = {}\n", import.name, import.namespace);
        }
        for definition in &self.types {
            write_type(definition, "", &mut text);
        }
        for data in &self.data {
            text += &format!("data: {}\n", named(&data.name, &data.kind));
        }
        for knowledge in &self.knowledge {
            text += &heading("knowledge", &knowledge.name, &knowledge.kind, &knowledge.title);
            text += &lines("requires", &knowledge.requires);
            for (name, kind) in &knowledge.parameters {
                text += &format!("parameter: {}\n", named(name, kind));
            }
            text += &written(&knowledge.logic);
        }
        for decision in &self.decisions {
            text += &heading("decision", &decision.name, &decision.kind, &decision.title);
            text += &lines("requires", &decision.requires);
            text += &written(&decision.logic);
        }
        for service in &self.services {
            text += &heading("service", &service.name, &service.kind, "");
            text += &lines("gives", &service.gives);
            text += &lines("holds", &service.holds);
            text += &lines("takes", &service.takes);
        }
        text
    }

    /// Names of what cannot be written in Markdown, because a table stands within a boxed expression.
    pub fn unwritable(&self) -> Vec<&str> {
        let writable = |logic: &Option<Boxed>| match logic {
            None | Some(Boxed::Table(_)) => true,
            Some(logic) => formula(logic).is_some(),
        };
        let decisions = self.decisions.iter().filter(|of| !writable(&of.logic)).map(|of| of.name.as_str());
        decisions.chain(self.knowledge.iter().filter(|of| !writable(&of.logic)).map(|of| of.name.as_str())).collect()
    }
}

/// The parts of a file: the lines before each, its heading, its text. Headings within fenced blocks are none.
fn sections(text: &str) -> Vec<(usize, &str, &str)> {
    let mut parts = Vec::new();
    let (mut before, mut heading, mut start, mut at) = (0, "", 0, 0);
    let mut fence: Option<&str> = None;
    for (nth, line) in text.split_inclusive('\n').enumerate() {
        let trimmed = line.trim();
        match fence {
            Some(open) if trimmed == open => fence = None,
            Some(_) => {}
            None if trimmed.starts_with("```") => {
                fence = Some(&trimmed[..trimmed.len() - trimmed.trim_start_matches('`').len()]);
            }
            None => {
                if let Some(words) = trimmed.strip_prefix("## ") {
                    parts.push((before, heading, &text[start..at]));
                    (before, heading, start) = (nth + 1, words.trim(), at + line.len());
                }
            }
        }
        at += line.len();
    }
    parts.push((before, heading, &text[start..]));
    parts
}

fn logic(name: &str, mut document: Document, own: &[&str], findings: &mut Vec<Finding>) -> Option<Boxed> {
    document.directives.retain(|(_, key, _)| !own.contains(&key.as_str()));
    let is_table = !document.header.is_empty() || !document.directives.is_empty();
    match document.formula.take() {
        Some((line, _)) if is_table => {
            let (zh, en) = ("表格与表达式只能有其一", "either a table or an expression, not both");
            findings.push(Finding::error(line, "PQ-RULES-LINE", zh, en).of(name));
            None
        }
        Some((_, formula)) => Some(Boxed::Formula(formula)),
        None if is_table => {
            let mut source = TableSource::from_document(document, findings);
            (source.name, source.title) = (name.to_owned(), String::new());
            Some(Boxed::Table(source.into()))
        }
        None => None,
    }
}

fn unknown(line: usize, key: &str) -> Finding {
    Finding::error(line, "PQ-RULES-LINE", format!("不认识“{key}”"), format!("“{key}” is not known"))
}

fn own(text: &str) -> String {
    text.trim().to_owned()
}

/// `any` is what a model leaves open.
fn any(kind: &str) -> String {
    if kind == "any" { String::new() } else { own(kind) }
}

/// The steps of a type's path; a step with a full stop of its own stands in brackets.
fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut inside = false;
    for sign in path.trim().chars() {
        match sign {
            '⟨' if !inside => inside = true,
            '⟩' if inside => inside = false,
            '.' if !inside => steps.push(String::new()),
            sign => steps.last_mut().into_iter().for_each(|step| step.push(sign)),
        }
    }
    steps.iter().map(|step| own(step)).collect()
}

fn write_type(definition: &ItemDefinition, path: &str, text: &mut String) {
    let step = &definition.name;
    let step = if step.contains('.') { format!("⟨{step}⟩") } else { step.clone() };
    let path = if path.is_empty() { step } else { format!("{path}.{step}") };
    let list = if definition.list { " list of" } else { "" };
    let kind = if definition.members.is_empty() { definition.kind.as_str() } else { "context" };
    let kind = if kind.is_empty() { "Any" } else { kind };
    *text += &format!("type: {path}{list} {}", written_kind(kind));
    for (word, tests) in [("in", &definition.values), ("all in", &definition.constraint)] {
        if !tests.is_empty() {
            *text += &format!(" {word} {}", one_line(tests));
        }
    }
    text.push('\n');
    definition.members.iter().for_each(|member| write_type(member, &path, text));
}

fn named(name: &str, kind: &str) -> String {
    format!("{name} {}", written_kind(if kind.is_empty() { "any" } else { kind }))
}

fn heading(word: &str, name: &str, kind: &str, title: &str) -> String {
    format!("\n## {word} {}\n{}", named(name, kind), quoted(title))
}

fn quoted(title: &str) -> String {
    title.lines().map(|line| format!("> {line}\n")).collect()
}

fn lines(word: &str, names: &[String]) -> String {
    names.iter().map(|name| format!("{word}: {name}\n")).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn written(logic: &Option<Boxed>) -> String {
    match logic {
        None => String::new(),
        Some(Boxed::Table(table)) => format!("\n{}", table.body()),
        Some(logic) => {
            let formula = formula(logic).unwrap_or_else(|| "null".to_owned());
            if !formula.contains(['\n', '\r']) && !formula.trim().is_empty() {
                return format!("= {}\n", formula.trim());
            }
            let mut fence = "```".to_owned();
            while formula.contains(&fence) {
                fence.push('`');
            }
            format!("{fence}\n{}\n{fence}\n", formula.trim_end())
        }
    }
}
