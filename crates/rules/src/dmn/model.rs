//! A model as it is written.

use std::collections::BTreeMap;

#[cfg(feature = "xml")]
use crate::HitPolicy;
use crate::{InputSource, Kind, TableSource};

/// A decision model before it is understood. Types are named as DMN's `typeRef`s name them; empty is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// What the model is called.
    pub name: String,
    /// Words for people.
    pub title: String,
    /// The URI that names the model to others.
    pub namespace: String,
    /// Models whose elements this one uses.
    pub imports: Vec<Import>,
    /// Types of the model's own.
    pub types: Vec<ItemDefinition>,
    /// What is given from outside.
    pub data: Vec<InputData>,
    /// Functions that decisions call.
    pub knowledge: Vec<Knowledge>,
    /// What is decided.
    pub decisions: Vec<Decision>,
    /// Decisions that are asked for together.
    pub services: Vec<Service>,
    /// The ids that a file in XML gives to elements, with their names; other models refer to these.
    pub ids: BTreeMap<String, String>,
}

/// Another model, under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub struct Import {
    pub name: String,
    pub namespace: String,
}

/// A type of the model's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemDefinition {
    /// What it is called.
    pub name: String,
    /// The type that it narrows; empty where it has members.
    pub kind: String,
    /// Unary tests that its values pass.
    pub values: String,
    /// Unary tests that the list as a whole passes.
    pub constraint: String,
    /// A list of such values.
    pub list: bool,
    /// The members of a context.
    pub members: Vec<ItemDefinition>,
    /// The line in the file, from 1; 0 where there is none.
    pub line: usize,
}

/// What is given from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub struct InputData {
    pub name: String,
    pub kind: String,
    pub line: usize,
}

/// A business knowledge model: a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Knowledge {
    /// What it is called.
    pub name: String,
    /// The type of what it gives.
    pub kind: String,
    /// Words for people.
    pub title: String,
    /// Names of knowledge and services that it calls.
    pub requires: Vec<String>,
    /// Names and types of the parameters.
    pub parameters: Vec<(String, String)>,
    /// What it does.
    pub logic: Option<Boxed>,
    /// The line in the file, from 1; 0 where there is none.
    pub line: usize,
}

/// A decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// What it is called.
    pub name: String,
    /// The type of its answer.
    pub kind: String,
    /// Words for people.
    pub title: String,
    /// Names of the data, decisions, knowledge and services that it builds on.
    pub requires: Vec<String>,
    /// How it is decided.
    pub logic: Option<Boxed>,
    /// The line in the file, from 1; 0 where there is none.
    pub line: usize,
}

/// Decisions that are asked for together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// What it is called.
    pub name: String,
    /// The type of its answer.
    pub kind: String,
    /// The decisions whose answers it gives.
    pub gives: Vec<String>,
    /// Further decisions that it makes itself.
    pub holds: Vec<String>,
    /// Data and decisions that are given to it, in the order of its parameters.
    pub takes: Vec<String>,
    /// The line in the file, from 1; 0 where there is none.
    pub line: usize,
}

/// How something is decided: FEEL or one of DMN's boxed expressions (DMN 1.5, 10.2). Everything but a table can be
/// written as a formula as well.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of boxed expressions are named as the standard names them")]
pub enum Boxed {
    /// FEEL.
    Formula(String),
    /// A decision table.
    Table(Box<TableSource>),
    /// Named members, of which later ones see earlier ones; the last may be the result and has no name.
    Context(Vec<Entry>),
    /// A call with arguments by name.
    Invocation { function: Box<Boxed>, arguments: Vec<Entry> },
    /// A list.
    List(Vec<Boxed>),
    /// Rows of contexts.
    Relation { columns: Vec<(String, String)>, rows: Vec<Vec<Boxed>> },
    /// A function.
    Function { parameters: Vec<(String, String)>, body: Box<Boxed> },
    /// If, then, else.
    Conditional([Box<Boxed>; 3]),
    /// What of a list matches.
    Filter { list: Box<Boxed>, matches: Box<Boxed> },
    /// `for`, `some` or `every`, the name, the list, and what is returned or must hold.
    Iterator { word: &'static str, name: String, list: Box<Boxed>, body: Box<Boxed> },
    /// An expression brought to a type.
    Typed { kind: String, logic: Box<Boxed> },
}

/// A named part of a boxed expression.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub struct Entry {
    pub name: String,
    pub kind: String,
    pub logic: Boxed,
}

impl Model {
    /// Every table of the model with the name of the decision or knowledge that holds it.
    pub fn tables(&self) -> Vec<(&str, &TableSource)> {
        let decisions = self.decisions.iter().map(|decision| (decision.name.as_str(), &decision.logic));
        let knowledge = self.knowledge.iter().map(|knowledge| (knowledge.name.as_str(), &knowledge.logic));
        let mut tables = Vec::new();
        for (name, logic) in decisions.chain(knowledge) {
            if let Some(logic) = logic {
                logic.visit_tables(&mut |table| tables.push((name, table)));
            }
        }
        tables
    }

    /// A port's own table as a model of one decision. The kinds that DMN has no word for become types of the model.
    pub fn of_table(table: &TableSource) -> Model {
        let mut model = Model {
            name: table.name.clone(),
            title: table.title.clone(),
            namespace: table.name.clone(),
            ..Default::default()
        };
        let mut source = TableSource { title: String::new(), ..table.clone() };
        let columns = (source.inputs.iter_mut().map(|input| &mut input.kind))
            .chain(source.outputs.iter_mut().map(|output| &mut output.kind));
        let mut own: Vec<&str> = Vec::new();
        for kind in columns {
            *kind = match kind.as_str() {
                "text" => "string".to_owned(),
                "datetime" => "dateTime".to_owned(),
                "any" => "Any".to_owned(),
                word => word.to_owned(),
            };
            own.extend(["integer", "duration", "list"].into_iter().find(|word| word == kind));
        }
        for (name, kind, values, list) in [
            ("integer", "number", "? = floor(?)", false),
            (
                "duration",
                "Any",
                "? instance of days and time duration or ? instance of years and months duration",
                false,
            ),
            ("list", "Any", "", true),
        ] {
            if own.contains(&name) {
                let (name, kind, values) = (name.to_owned(), kind.to_owned(), values.to_owned());
                model.types.push(ItemDefinition { name, kind, values, list, ..Default::default() });
            }
        }
        for input in &source.inputs {
            let (root, rest) = input.name.split_once('.').unwrap_or((&input.name, ""));
            if input.expression.is_empty() && !model.data.iter().any(|data| data.name == root) {
                let kind = if rest.is_empty() { input.kind.clone() } else { "Any".to_owned() };
                model.data.push(InputData { name: root.to_owned(), kind, line: 0 });
            }
        }
        let decision = Decision {
            name: table.name.clone(),
            requires: model.data.iter().map(|data| data.name.clone()).collect(),
            logic: Some(Boxed::Table(source.into())),
            ..Default::default()
        };
        model.decisions.push(decision);
        model
    }

    /// The only table of a model as a port's own table; `None` where there is more to the model.
    pub fn to_table(&self) -> Option<TableSource> {
        let [Decision { name, logic: Some(Boxed::Table(table)), .. }] = self.decisions.as_slice() else { return None };
        let mut source = TableSource { name: name.clone(), title: self.title.clone(), ..(**table).clone() };
        let kinds = (source.inputs.iter_mut().map(|InputSource { kind, .. }| kind))
            .chain(source.outputs.iter_mut().map(|output| &mut output.kind));
        for kind in kinds {
            *kind = match kind.as_str() {
                "string" => "text".to_owned(),
                "dateTime" => "datetime".to_owned(),
                "Any" => "any".to_owned(),
                word => word.to_owned(),
            };
            if !kind.is_empty() && Kind::from_word(kind).is_none() {
                return None;
            }
        }
        let only = self.knowledge.is_empty() && self.services.is_empty() && self.imports.is_empty();
        only.then_some(source)
    }
}

/// The words by which DMN XML names a hit policy and its aggregation.
#[cfg(feature = "xml")]
pub(super) fn policy_words(hit: HitPolicy) -> (&'static str, Option<&'static str>) {
    match hit {
        HitPolicy::Unique => ("UNIQUE", None),
        HitPolicy::Any => ("ANY", None),
        HitPolicy::Priority => ("PRIORITY", None),
        HitPolicy::First => ("FIRST", None),
        HitPolicy::Collect => ("COLLECT", None),
        HitPolicy::Sum => ("COLLECT", Some("SUM")),
        HitPolicy::Min => ("COLLECT", Some("MIN")),
        HitPolicy::Max => ("COLLECT", Some("MAX")),
        HitPolicy::Count => ("COLLECT", Some("COUNT")),
        HitPolicy::RuleOrder => ("RULE ORDER", None),
        HitPolicy::OutputOrder => ("OUTPUT ORDER", None),
    }
}

impl Boxed {
    /// Calls back with every decision table within.
    pub fn visit_tables<'b>(&'b self, visit: &mut dyn FnMut(&'b TableSource)) {
        if let Boxed::Table(table) = self {
            visit(table);
        }
        self.visit_parts(&mut |part| part.visit_tables(visit));
    }

    /// Calls back with every expression that stands directly within this one.
    pub(super) fn visit_parts<'b>(&'b self, visit: &mut dyn FnMut(&'b Boxed)) {
        match self {
            Boxed::Formula(_) | Boxed::Table(_) => {}
            Boxed::Context(entries) => entries.iter().for_each(|entry| visit(&entry.logic)),
            Boxed::Invocation { function, arguments } => {
                visit(function);
                arguments.iter().for_each(|argument| visit(&argument.logic));
            }
            Boxed::List(items) => items.iter().for_each(visit),
            Boxed::Relation { rows, .. } => rows.iter().flatten().for_each(visit),
            Boxed::Function { body, .. } => visit(body),
            Boxed::Conditional(parts) => parts.iter().for_each(|part| visit(part)),
            Boxed::Filter { list, matches } => [list, matches].into_iter().for_each(|part| visit(part)),
            Boxed::Iterator { list, body, .. } => [list, body].into_iter().for_each(|part| visit(part)),
            Boxed::Typed { logic, .. } => visit(logic),
        }
    }
}
