//! From DMN XML to a model. Versions differ in their namespaces, hardly in what is read here.

use std::collections::BTreeMap;

use super::{Element, read};
use crate::{
    Finding, HitPolicy, InputSource, OutputSource, RowSource, TableSource,
    dmn::model::{Boxed, Decision, Entry, Import, InputData, ItemDefinition, Knowledge, Model, Service},
};

/// What marks a namespace of DMN, whatever its year.
const MODELS: [&str; 2] = ["omg.org/spec/DMN/", "MODEL"];

/// Columns of annotations that a row has for itself, by their names.
const OWN: [&str; 4] = ["row", "from", "until", "law"];

impl Model {
    /// Reads a model from DMN XML (1.1 to 1.6); there is none where the file is no DMN at all. What cannot be
    /// understood within is a finding and left out.
    ///
    /// Annotations of rules that are named `row`, `from`, `until` and `law` are a row's id, its time and its legal
    /// reference; all others are notes.
    pub fn from_xml(text: &str) -> (Option<Model>, Vec<Finding>) {
        let (root, namespace) = match read(text) {
            Ok(read) => read,
            Err(finding) => return (None, vec![finding]),
        };
        let known =
            namespace.is_empty() || MODELS.iter().all(|part| namespace.contains(part)) || namespace.contains("dmn.xsd");
        if root.name != "definitions" || !known {
            let (zh, en) = ("不是 DMN 模型", "this is no DMN model");
            return (None, vec![Finding::error(root.line, "PQ-RULES-XML", zh, en)]);
        }
        let mut reader = Reader { root: &root, names: names(&root), findings: Vec::new() };
        let model = reader.model();
        (Some(model), reader.findings)
    }
}

struct Reader<'r> {
    root: &'r Element,
    /// Names by the ids of elements.
    names: BTreeMap<&'r str, &'r str>,
    findings: Vec<Finding>,
}

fn names(root: &Element) -> BTreeMap<&str, &str> {
    let named = root.children.iter().filter(|child| !child.get("id").is_empty());
    named.map(|child| (child.get("id"), child.get("name"))).collect()
}

fn title(element: &Element) -> String {
    element.words("description").to_owned()
}

/// The type of an element's variable.
fn variable(element: &Element) -> String {
    kind(element.first("variable").map_or("", |variable| variable.get("typeRef")))
}

/// A type by the name that a file gives it.
fn kind(name: &str) -> String {
    let name = name.trim();
    let plain = name
        .strip_prefix("feel:")
        .or_else(|| name.strip_prefix("{").and_then(|rest| rest.split_once('}')).map(|(_, name)| name));
    plain.unwrap_or(name).to_owned()
}

fn normal(name: &str) -> String {
    crate::feel::normal_name(name)
}

impl<'r> Reader<'r> {
    fn model(&mut self) -> Model {
        let root = self.root;
        self.language(root);
        let import = |import: &Element| Import {
            name: normal(import.get("name")),
            namespace: import.get("namespace").to_owned(),
        };
        let data = |data: &Element| InputData { name: normal(data.get("name")), kind: variable(data), line: data.line };
        Model {
            name: root.get("name").to_owned(),
            title: title(root),
            namespace: root.get("namespace").to_owned(),
            imports: root.all("import").filter(|of| of.get("importType").contains("DMN")).map(import).collect(),
            types: root.all("itemDefinition").map(item).collect(),
            ids: self.names.iter().map(|(id, name)| ((*id).to_owned(), normal(name))).collect(),
            data: root.all("inputData").map(data).collect(),
            knowledge: root.all("businessKnowledgeModel").map(|of| self.knowledge(of)).collect(),
            decisions: root.all("decision").map(|of| self.decision(of)).collect(),
            services: root.all("decisionService").map(|of| self.service(of)).collect(),
        }
    }

    /// False, and a finding, where an expression is in another language than FEEL.
    fn language(&mut self, element: &Element) -> bool {
        let language = element.get("expressionLanguage");
        let known = language.is_empty() || language.to_lowercase().contains("feel");
        if !known {
            let (zh, en) = (
                format!("不支持的表达式语言：{language}"),
                format!("the expression language is not known: {language}"),
            );
            self.findings.push(Finding::error(element.line, "PQ-RULES-LANGUAGE", zh, en));
        }
        known
    }

    fn knowledge(&mut self, element: &'r Element) -> Knowledge {
        let logic = element.first("encapsulatedLogic");
        let body = logic.and_then(|logic| self.body_of(logic));
        let (logic_here, kind) = settled(body, variable(element));
        Knowledge {
            name: normal(element.get("name")),
            kind,
            title: title(element),
            requires: self.requirements(element),
            parameters: logic.map(parameters).unwrap_or_default(),
            logic: logic_here,
            line: element.line,
        }
    }

    /// The body of a function; code of other languages is not run.
    fn body_of(&mut self, function: &'r Element) -> Option<Boxed> {
        let language = function.get("kind");
        if !matches!(language, "" | "FEEL") {
            let (zh, en) =
                (format!("不支持的函数种类：{language}"), format!("functions of the kind {language} are not run"));
            self.findings.push(Finding::warning(function.line, "PQ-RULES-LANGUAGE", zh, en));
            return None;
        }
        self.expression(function)
    }

    fn decision(&mut self, element: &'r Element) -> Decision {
        let (mut logic, kind) = settled(self.expression(element), variable(element));
        if let Some(Boxed::Table(table)) = &mut logic {
            table.name = normal(element.get("name"));
        }
        Decision {
            name: normal(element.get("name")),
            kind,
            title: title(element),
            requires: self.requirements(element),
            logic,
            line: element.line,
        }
    }

    fn service(&mut self, element: &Element) -> Service {
        let mut all = |kind: &str| element.all(kind).filter_map(|of| self.reference(of)).collect::<Vec<_>>();
        let (gives, holds) = (all("outputDecision"), all("encapsulatedDecision"));
        let (mut takes, decisions) = (all("inputData"), all("inputDecision"));
        takes.extend(decisions);
        Service { name: normal(element.get("name")), kind: variable(element), gives, holds, takes, line: element.line }
    }

    fn requirements(&mut self, element: &Element) -> Vec<String> {
        let mut names = Vec::new();
        for requirement in &element.children {
            if matches!(requirement.name.as_str(), "informationRequirement" | "knowledgeRequirement") {
                names.extend(
                    requirement
                        .children
                        .iter()
                        .filter(|of| of.name.starts_with("required"))
                        .filter_map(|of| self.reference(of)),
                );
            }
        }
        names
    }

    /// The name of what an `href` points to, within the import that brings it.
    fn reference(&mut self, element: &Element) -> Option<String> {
        let href = element.get("href");
        let (namespace, id) = href.rsplit_once('#').unwrap_or(("", href));
        let own = namespace.is_empty() || namespace == self.root.get("namespace");
        if own && let Some(name) = self.names.get(id) {
            return Some(normal(name));
        }
        let import = self.root.all("import").find(|import| !own && import.get("namespace") == namespace);
        if let Some(import) = import {
            // Ids of another file are known to it alone: the library puts the name in its place.
            return Some(format!("{}#{id}", normal(import.get("name"))));
        }
        let (zh, en) = (format!("引用的元素不存在：{href}"), format!("there is no element {href}"));
        self.findings.push(Finding::error(element.line, "PQ-RULES-REFERENCE", zh, en));
        None
    }

    /// The expression that stands directly within an element.
    fn expression(&mut self, within: &'r Element) -> Option<Boxed> {
        let (element, logic) = within.children.iter().find_map(|child| Some((child, self.boxed(child)?)))?;
        let kind = kind(element.get("typeRef"));
        Some(if kind.is_empty() || element.name == "functionDefinition" {
            logic
        } else {
            Boxed::Typed { kind, logic: logic.into() }
        })
    }

    fn inner(&mut self, within: &'r Element, child: &str) -> Box<Boxed> {
        let found = within.first(child).and_then(|child| self.expression(child));
        found.unwrap_or(Boxed::Formula("null".into())).into()
    }

    fn boxed(&mut self, element: &'r Element) -> Option<Boxed> {
        Some(match element.name.as_str() {
            "literalExpression" => {
                if !self.language(element) || element.first("importedValues").is_some() {
                    return Some(Boxed::Formula("null".into()));
                }
                Boxed::Formula(element.words("text").to_owned())
            }
            "decisionTable" => Boxed::Table(self.table(element).into()),
            "context" => {
                Boxed::Context(element.all("contextEntry").map(|entry| self.entry(entry, "variable")).collect())
            }
            "invocation" => {
                let function = self.expression(element).unwrap_or(Boxed::Formula("null".into())).into();
                let arguments = element.all("binding").map(|binding| self.entry(binding, "parameter")).collect();
                Boxed::Invocation { function, arguments }
            }
            "list" => Boxed::List(self.items(element)),
            "relation" => {
                let column = |column: &Element| (normal(column.get("name")), kind(column.get("typeRef")));
                let columns = element.all("column").map(column).collect();
                Boxed::Relation { columns, rows: element.all("row").map(|row| self.items(row)).collect() }
            }
            "functionDefinition" => {
                let body = self.body_of(element).unwrap_or(Boxed::Formula("null".into()));
                Boxed::Function { parameters: parameters(element), body: body.into() }
            }
            "conditional" => Boxed::Conditional(["if", "then", "else"].map(|part| self.inner(element, part))),
            "filter" => Boxed::Filter { list: self.inner(element, "in"), matches: self.inner(element, "match") },
            word @ ("for" | "some" | "every") => {
                let (word, body) = match word {
                    "for" => ("for", "return"),
                    "some" => ("some", "satisfies"),
                    _ => ("every", "satisfies"),
                };
                let name = normal(element.get("iteratorVariable"));
                Boxed::Iterator { word, name, list: self.inner(element, "in"), body: self.inner(element, body) }
            }
            _ => return None,
        })
    }

    fn items(&mut self, within: &'r Element) -> Vec<Boxed> {
        let items = within.children.iter().filter_map(|child| {
            let logic = self.boxed(child)?;
            Some(match kind(child.get("typeRef")) {
                kind if kind.is_empty() => logic,
                kind => Boxed::Typed { kind, logic: logic.into() },
            })
        });
        items.collect()
    }

    fn entry(&mut self, element: &'r Element, named: &str) -> Entry {
        let variable = element.first(named);
        let declared = variable.map(|of| kind(of.get("typeRef"))).unwrap_or_default();
        let (logic, kind) = settled(self.expression(element), declared);
        Entry {
            name: variable.map(|of| normal(of.get("name"))).unwrap_or_default(),
            kind,
            logic: logic.unwrap_or(Boxed::Formula("null".into())),
        }
    }

    fn table(&mut self, element: &'r Element) -> TableSource {
        self.language(element);
        let hit = hit_policy(element).unwrap_or_else(|| {
            let finding =
                Finding::error(element.line, "PQ-RULES-HIT", "不认识的命中策略", "this hit policy is not known");
            self.findings.push(finding);
            HitPolicy::Unique
        });
        let mut inputs: Vec<InputSource> = Vec::new();
        for input in element.all("input") {
            if let Some(expression) = input.first("inputExpression") {
                self.language(expression);
            }
            let read = read_input(input, &inputs);
            inputs.push(read);
        }
        let outputs: Vec<_> = element.all("output").map(read_output).collect();
        let annotations: Vec<String> = element.all("annotation").map(|of| of.get("name").trim().to_owned()).collect();
        let rows = element.all("rule").enumerate();
        let rows = rows.map(|(nth, rule)| read_row(nth, rule, &annotations)).collect();
        TableSource { name: String::new(), title: String::new(), hit, inputs, outputs, rows }
    }
}

/// An expression without a type that the variable has anyway, or that a table's outputs say as well.
fn settled(logic: Option<Boxed>, declared: String) -> (Option<Boxed>, String) {
    match logic {
        Some(Boxed::Typed { kind, logic }) if declared.is_empty() || declared == kind => (Some(*logic), kind),
        Some(Boxed::Typed { logic, .. }) if matches!(*logic, Boxed::Table(_)) => (Some(*logic), declared),
        logic => (logic, declared),
    }
}

fn hit_policy(element: &Element) -> Option<HitPolicy> {
    match (element.get("hitPolicy"), element.get("aggregation")) {
        ("", _) => Some(HitPolicy::Unique),
        ("COLLECT", "") => Some(HitPolicy::Collect),
        ("COLLECT", aggregation) => HitPolicy::from_word(&format!("collect {aggregation}")),
        (policy, _) => HitPolicy::from_word(policy),
    }
}

/// A column is called by its label, else like its expression where that is a name or a path.
fn read_input(input: &Element, before: &[InputSource]) -> InputSource {
    let expression = input.first("inputExpression");
    let written = line(expression.map_or("", |of| of.words("text")));
    let label = line(input.get("label"));
    let free = |name: &str| !name.is_empty() && !before.iter().any(|other| other.name == name);
    let plain = |text: &str| {
        text.chars().all(|sign| sign.is_alphanumeric() || "_. /'".contains(sign))
            && ![" in ", " = ", "null", "true", "false"].iter().any(|word| text.contains(word))
    };
    let (name, expression_text) = if free(&label) && plain(&label) {
        let same = label == written;
        (label, if same { String::new() } else { written })
    } else if free(&written) && plain(&written) {
        (written, String::new())
    } else {
        (format!("input {}", before.len() + 1), written)
    };
    InputSource {
        name,
        kind: kind(expression.map_or("", |of| of.get("typeRef"))),
        values: line(input.first("inputValues").map_or("", |of| of.words("text"))),
        expression: expression_text,
        line: input.line,
    }
}

fn read_output(output: &Element) -> OutputSource {
    let of = |child: &str| line(output.first(child).map_or("", |of| of.words("text")));
    OutputSource {
        name: normal(output.get("name")),
        kind: kind(output.get("typeRef")),
        values: of("outputValues"),
        default: of("defaultOutputEntry"),
        line: output.line,
    }
}

fn read_row(nth: usize, rule: &Element, annotations: &[String]) -> RowSource {
    let cells = |kind: &str| rule.all(kind).map(|cell| line(cell.words("text"))).collect::<Vec<_>>();
    let notes = rule.all("annotationEntry").map(|cell| cell.words("text").to_owned());
    let mut notes: BTreeMap<String, String> =
        annotations.iter().cloned().zip(notes).filter(|(name, text)| !name.is_empty() && !text.is_empty()).collect();
    let [id, from, until, law] = OWN.map(|name| notes.remove(name).unwrap_or_default());
    let description = rule.words("description");
    if !description.is_empty() {
        notes.entry("description".into()).or_insert_with(|| description.to_owned());
    }
    let id = if id.is_empty() { (nth + 1).to_string() } else { id };
    let (tests, outputs) = (cells("inputEntry"), cells("outputEntry"));
    RowSource { id, tests, outputs, from, until, law, notes, line: rule.line }
}

fn parameters(function: &Element) -> Vec<(String, String)> {
    function.all("formalParameter").map(|of| (normal(of.get("name")), kind(of.get("typeRef")))).collect()
}

fn item(element: &Element) -> ItemDefinition {
    let function = element.first("functionItem").is_some();
    let reference = element.words("typeRef");
    let values = |child: &str| line(element.first(child).map_or("", |of| of.words("text")));
    ItemDefinition {
        name: normal(element.get("name")),
        kind: if function { "function".to_owned() } else { kind(reference) },
        values: values("allowedValues"),
        constraint: values("typeConstraint"),
        list: element.get("isCollection") == "true",
        members: element.all("itemComponent").map(item).collect(),
        line: element.line,
    }
}

/// A cell in one line: a comment to the end of its line is closed, so that it hides nothing that follows.
fn line(text: &str) -> String {
    if !text.contains(['\n', '\r']) {
        return text.trim().to_owned();
    }
    let closed = text.lines().map(|line| match comment(line) {
        Some(at) => format!("{}/*{}*/", &line[..at], line[at + 2..].replace("*/", "")),
        None => line.to_owned(),
    });
    closed.collect::<Vec<_>>().join(" ").split('\n').map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Where a comment to the end of the line begins, outside of texts.
fn comment(line: &str) -> Option<usize> {
    line.match_indices("//").map(|(at, _)| at).find(|at| line[..*at].matches('"').count().is_multiple_of(2))
}
