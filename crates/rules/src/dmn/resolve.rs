//! Names to types, and what is wrong with item definitions.

use std::{collections::BTreeMap, sync::Arc};

use super::model::{ItemDefinition, Model};
use crate::{
    Finding,
    feel::{Type, Types, Vocabulary},
};

/// So deep may item definitions refer to each other.
const DEPTH: usize = 32;

/// The types of a model's own, beside those that it imports.
pub(super) fn types(model: &Model, imported: &Types, findings: &mut Vec<Finding>) -> Types {
    let mut resolver = Resolver { model, types: imported.clone(), open: Vec::new(), findings };
    for definition in &model.types {
        resolver.named(&definition.name);
    }
    resolver.types
}

struct Resolver<'m> {
    model: &'m Model,
    types: Types,
    /// Names that are being resolved, the outermost first.
    open: Vec<String>,
    findings: &'m mut Vec<Finding>,
}

impl Resolver<'_> {
    /// A type by its name: FEEL's own, one that is known, or one that is defined further down.
    fn named(&mut self, name: &str) -> Option<Type> {
        let name = plain(name);
        if name.is_empty() {
            return Some(Type::Any);
        }
        if let Some(kind) = self.types.get(name) {
            return Some(kind.clone());
        }
        let model = self.model;
        let Some(definition) = model.types.iter().find(|definition| definition.name == name) else {
            let vocabulary = Vocabulary { types: Some(&self.types), strict: true, ..Default::default() };
            return vocabulary.type_name(name).ok();
        };
        if self.open.iter().any(|other| other == name) || self.open.len() > DEPTH {
            let way = self.open.join(" → ");
            self.findings.push(
                Finding::error(
                    definition.line,
                    "PQ-RULES-CIRCLE",
                    format!("类型循环引用：{way} → {name}"),
                    format!("the types go in a circle: {way} → {name}"),
                )
                .of(name),
            );
            return None;
        }
        self.open.push(name.to_owned());
        let kind = self.defined(definition);
        self.open.pop();
        if let Some(kind) = &kind {
            self.types.insert(name.to_owned(), kind.clone());
        }
        kind
    }

    fn defined(&mut self, definition: &ItemDefinition) -> Option<Type> {
        let base = if definition.members.is_empty() {
            self.referred(definition)?
        } else if self.open.len() > DEPTH {
            return None;
        } else {
            let mut members = BTreeMap::new();
            for member in &definition.members {
                self.open.push(format!("{}.", member.name));
                let kind = self.defined(member);
                self.open.pop();
                members.insert(member.name.clone(), kind?);
            }
            Type::Map(members)
        };
        let narrowed = self.narrowed(base, &definition.values, definition);
        if !definition.list {
            return Some(self.narrowed(narrowed, &definition.constraint, definition));
        }
        Some(self.narrowed(Type::List(narrowed.into()), &definition.constraint, definition))
    }

    fn referred(&mut self, definition: &ItemDefinition) -> Option<Type> {
        let known = self.findings.len();
        let kind = self.named(&definition.kind);
        if kind.is_none() && self.findings.len() == known {
            let name = &definition.kind;
            self.findings.push(
                Finding::error(
                    definition.line,
                    "PQ-RULES-TYPE",
                    format!("没有类型“{name}”"),
                    format!("there is no type “{name}”"),
                )
                .of(&definition.name),
            );
        }
        kind
    }

    fn narrowed(&mut self, base: Type, values: &str, definition: &ItemDefinition) -> Type {
        if values.trim().is_empty() {
            return base;
        }
        match (Vocabulary { types: Some(&self.types), strict: true, ..Default::default() }).tests(values) {
            Ok(tests) => Type::Allowed(base.into(), Arc::new(tests)),
            Err(error) => {
                let (zh, en) = (format!("取值有误：{}", error.zh), format!("the values cannot be read: {}", error.en));
                self.findings.push(Finding::error(definition.line, "PQ-RULES-CELL", zh, en).of(&definition.name));
                base
            }
        }
    }
}

/// A reference to a type without the prefix that older files give to FEEL's own.
pub(super) fn plain(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix("feel:").unwrap_or(name)
}
