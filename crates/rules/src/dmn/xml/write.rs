//! From a model to DMN XML of version 1.3, which every editor reads.

use super::{
    diagram,
    elements::{Ids, Writer},
};
use crate::{
    TableSource,
    dmn::{
        formula::formula,
        model::{Boxed, Entry, ItemDefinition, Model, policy_words},
    },
};

const NAMESPACES: [(&str, &str); 4] = [
    ("xmlns", "https://www.omg.org/spec/DMN/20191111/MODEL/"),
    ("xmlns:dmndi", "https://www.omg.org/spec/DMN/20191111/DMNDI/"),
    ("xmlns:dc", "http://www.omg.org/spec/DMN/20180521/DC/"),
    ("xmlns:di", "http://www.omg.org/spec/DMN/20180521/DI/"),
];

impl Model {
    /// DMN XML 1.3 with a simple diagram. What a row has for itself stands in annotations named `row`, `from`, `until`
    /// and `law`.
    pub fn to_xml(&self) -> String {
        let ids = Ids::of(self);
        let mut out = Writer::default();
        out.text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let mut attributes: Vec<(&str, &str)> = NAMESPACES.to_vec();
        attributes.extend([("id", "definitions"), ("name", &self.name), ("namespace", &self.namespace)]);
        out.open("definitions", &attributes);
        out.words("description", &self.title);
        for import in &self.imports {
            out.empty(
                "import",
                &[("name", &import.name), ("namespace", &import.namespace), ("importType", NAMESPACES[0].1)],
            );
        }
        self.types.iter().for_each(|definition| write_type(&mut out, "itemDefinition", definition));
        for data in &self.data {
            out.open("inputData", &[("id", &ids.get(&data.name)), ("name", &data.name)]);
            out.variable("variable", &data.name, &data.kind);
            out.close("inputData");
        }
        for knowledge in &self.knowledge {
            out.open("businessKnowledgeModel", &[("id", &ids.get(&knowledge.name)), ("name", &knowledge.name)]);
            out.words("description", &knowledge.title);
            out.variable("variable", &knowledge.name, &knowledge.kind);
            if let Some(logic) = &knowledge.logic {
                out.open("encapsulatedLogic", &[]);
                for (name, kind) in &knowledge.parameters {
                    out.variable("formalParameter", name, kind);
                }
                write_logic(&mut out, logic, "");
                out.close("encapsulatedLogic");
            }
            self.write_requirements(&mut out, &knowledge.requires, &ids);
            out.close("businessKnowledgeModel");
        }
        for decision in &self.decisions {
            out.open("decision", &[("id", &ids.get(&decision.name)), ("name", &decision.name)]);
            out.words("description", &decision.title);
            out.variable("variable", &decision.name, &decision.kind);
            self.write_requirements(&mut out, &decision.requires, &ids);
            if let Some(logic) = &decision.logic {
                write_logic(&mut out, logic, "");
            }
            out.close("decision");
        }
        self.write_services(&mut out, &ids);
        diagram::write(self, &ids, &mut out);
        out.close("definitions");
        out.text
    }

    fn write_requirements(&self, out: &mut Writer, requires: &[String], ids: &Ids<'_>) {
        for name in requires {
            let known = self.decisions.iter().any(|of| of.name == *name);
            let (element, required) = if self.data.iter().any(|of| of.name == *name) {
                ("informationRequirement", "requiredInput")
            } else if known {
                ("informationRequirement", "requiredDecision")
            } else {
                ("knowledgeRequirement", "requiredKnowledge")
            };
            out.open(element, &[]);
            out.empty(required, &[("href", &ids.href(name))]);
            out.close(element);
        }
    }

    fn write_services(&self, out: &mut Writer, ids: &Ids<'_>) {
        for service in &self.services {
            out.open("decisionService", &[("id", &ids.get(&service.name)), ("name", &service.name)]);
            out.variable("variable", &service.name, &service.kind);
            for (element, names) in [("outputDecision", &service.gives), ("encapsulatedDecision", &service.holds)] {
                names.iter().for_each(|name| out.empty(element, &[("href", &ids.href(name))]));
            }
            let is_decision = |name: &&String| self.decisions.iter().any(|of| of.name == **name);
            for name in service.takes.iter().filter(is_decision) {
                out.empty("inputDecision", &[("href", &ids.href(name))]);
            }
            for name in service.takes.iter().filter(|name| !is_decision(name)) {
                out.empty("inputData", &[("href", &ids.href(name))]);
            }
            out.close("decisionService");
        }
    }
}

fn write_type(out: &mut Writer, element: &str, definition: &ItemDefinition) {
    let mut attributes = vec![("name", definition.name.as_str())];
    if definition.list {
        attributes.push(("isCollection", "true"));
    }
    out.open(element, &attributes);
    if definition.kind == "function" {
        out.empty("functionItem", &[]);
    } else if definition.members.is_empty() {
        out.words("typeRef", if definition.kind.is_empty() { "Any" } else { &definition.kind });
    }
    for (child, tests) in [("allowedValues", &definition.values), ("typeConstraint", &definition.constraint)] {
        if !tests.is_empty() {
            out.boxed_text(child, tests);
        }
    }
    definition.members.iter().for_each(|member| write_type(out, "itemComponent", member));
    out.close(element);
}

fn write_logic(out: &mut Writer, logic: &Boxed, kind: &str) {
    let kind: &[(&str, &str)] = if kind.is_empty() { &[] } else { &[("typeRef", kind)] };
    match logic {
        Boxed::Table(table) => write_table(out, table),
        Boxed::Typed { kind, logic } => write_logic(out, logic, kind),
        Boxed::Context(entries) => {
            out.open("context", kind);
            entries.iter().for_each(|entry| write_entry(out, "contextEntry", "variable", entry));
            out.close("context");
        }
        Boxed::Invocation { function, arguments } => {
            out.open("invocation", kind);
            write_logic(out, function, "");
            arguments.iter().for_each(|entry| write_entry(out, "binding", "parameter", entry));
            out.close("invocation");
        }
        Boxed::List(items) => {
            out.open("list", kind);
            items.iter().for_each(|item| write_logic(out, item, ""));
            out.close("list");
        }
        Boxed::Relation { columns, rows } => {
            out.open("relation", kind);
            columns.iter().for_each(|(name, kind)| out.variable("column", name, kind));
            for row in rows {
                out.open("row", &[]);
                row.iter().for_each(|cell| write_logic(out, cell, ""));
                out.close("row");
            }
            out.close("relation");
        }
        Boxed::Function { parameters, body } => {
            out.open("functionDefinition", kind);
            parameters.iter().for_each(|(name, kind)| out.variable("formalParameter", name, kind));
            write_logic(out, body, "");
            out.close("functionDefinition");
        }
        // Version 1.3 has no boxes for these, but formulas say the same.
        Boxed::Formula(_) | Boxed::Conditional(_) | Boxed::Filter { .. } | Boxed::Iterator { .. } => {
            out.open("literalExpression", kind);
            out.words("text", &formula(logic).unwrap_or_else(|| "null".to_owned()));
            out.close("literalExpression");
        }
    }
}

fn write_entry(out: &mut Writer, element: &str, named: &str, entry: &Entry) {
    out.open(element, &[]);
    if !entry.name.is_empty() {
        out.variable(named, &entry.name, &entry.kind);
    }
    write_logic(out, &entry.logic, if entry.name.is_empty() { &entry.kind } else { "" });
    out.close(element);
}

fn write_table(out: &mut Writer, table: &TableSource) {
    let (policy, aggregation) = policy_words(table.hit);
    let mut attributes = vec![("hitPolicy", policy)];
    attributes.extend(aggregation.map(|word| ("aggregation", word)));
    out.open("decisionTable", &attributes);
    for input in &table.inputs {
        out.open("input", &[("label", &input.name)]);
        let kind: &[(&str, &str)] = if input.kind.is_empty() { &[] } else { &[("typeRef", &input.kind)] };
        out.open("inputExpression", kind);
        out.words("text", if input.expression.is_empty() { &input.name } else { &input.expression });
        out.close("inputExpression");
        if !input.values.is_empty() {
            out.boxed_text("inputValues", &input.values);
        }
        out.close("input");
    }
    for output in &table.outputs {
        let mut attributes = vec![("name", output.name.as_str())];
        if !output.kind.is_empty() {
            attributes.push(("typeRef", &output.kind));
        }
        out.open("output", &attributes);
        for (child, text) in [("outputValues", &output.values), ("defaultOutputEntry", &output.default)] {
            if !text.is_empty() {
                out.boxed_text(child, text);
            }
        }
        out.close("output");
    }
    write_rows(out, table);
    out.close("decisionTable");
}

fn write_rows(out: &mut Writer, table: &TableSource) {
    let notes: std::collections::BTreeSet<&str> =
        table.rows.iter().flat_map(|row| row.notes.keys()).map(String::as_str).collect();
    let own = ["row", "from", "until", "law"];
    own.iter().chain(&notes).for_each(|name| out.empty("annotation", &[("name", name)]));
    for row in &table.rows {
        out.open("rule", &[]);
        row.tests.iter().for_each(|cell| out.boxed_text("inputEntry", if cell.is_empty() { "-" } else { cell }));
        row.outputs.iter().for_each(|cell| out.boxed_text("outputEntry", cell));
        let note = |name: &&str| row.notes.get(*name).map_or("", String::as_str);
        let cells = [row.id.as_str(), &row.from, &row.until, &row.law].into_iter().chain(notes.iter().map(note));
        cells.for_each(|cell| out.boxed_text("annotationEntry", cell));
        out.close("rule");
    }
}
