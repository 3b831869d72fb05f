//! Models that use each other.

use std::{collections::BTreeMap, sync::Arc};

use super::{model::Model, program::Program};
use crate::Finding;

/// Models that know each other by their namespaces.
#[derive(Debug, Default)]
pub struct Library {
    models: Vec<Model>,
}

impl Library {
    /// Adds a model; the first of a namespace counts.
    pub fn add(&mut self, model: Model) {
        self.models.push(model);
    }

    /// The models, in the order in which they were added.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// Understands a model with all that it imports. There is always a program: what is wrong is null in it, and a
    /// finding.
    pub fn compile(&self, model: &Model) -> (Arc<Program>, Vec<Finding>) {
        let mut findings = Vec::new();
        let program = self.compile_within(model, &mut Vec::new(), &mut findings);
        (program, findings)
    }

    /// Names in place of the ids that another file gives to its elements.
    fn named(&self, model: &Model) -> Model {
        let mut model = model.clone();
        let imports = model.imports.clone();
        let name = |reference: &mut String| {
            let Some((alias, id)) = reference.split_once('#') else { return };
            let of = imports.iter().find(|import| import.name == alias);
            let other = of.and_then(|import| self.models.iter().find(|other| other.namespace == import.namespace));
            let name = other.and_then(|other| other.ids.get(id)).map_or(id, String::as_str);
            *reference = if alias.is_empty() { name.to_owned() } else { format!("{alias}.{name}") };
        };
        (model.decisions.iter_mut().flat_map(|of| &mut of.requires)).for_each(name);
        (model.knowledge.iter_mut().flat_map(|of| &mut of.requires)).for_each(name);
        for service in &mut model.services {
            [&mut service.gives, &mut service.holds, &mut service.takes].into_iter().flatten().for_each(name);
        }
        model
    }

    /// What is to be known before a model is published: beside all that compiling finds, gaps, overlaps and rows that
    /// never decide, and rows without date or law.
    pub fn review(&self, model: &Model) -> Vec<Finding> {
        let (program, mut findings) = self.compile(model);
        for (element, table) in &program.tables {
            findings.extend(table.findings().into_iter().map(|finding| match finding.code {
                // What a published model leaves open would be null for somebody.
                "PQ-RULES-GAP" => finding.of(element).grave(),
                _ => finding.of(element),
            }));
            for row in &table.source.rows {
                for (column, _) in [("from", &row.from), ("law", &row.law)].iter().filter(|(_, cell)| cell.is_empty()) {
                    let (zh, en) = ("此格不得为空", "this cell must not be empty");
                    let finding = Finding::error(row.line, "PQ-RULES-EMPTY", zh, en);
                    findings.push(finding.of(element).in_row(&row.id).in_column(column));
                }
            }
        }
        findings
    }

    fn compile_within(&self, model: &Model, open: &mut Vec<String>, findings: &mut Vec<Finding>) -> Arc<Program> {
        let model = &self.named(model);
        open.push(model.namespace.clone());
        let mut imports = BTreeMap::new();
        for import in &model.imports {
            let found = self.models.iter().find(|other| other.namespace == import.namespace);
            match found.filter(|_| !open.contains(&import.namespace)) {
                Some(other) => {
                    imports.insert(import.name.clone(), self.compile_within(other, open, &mut Vec::new()));
                }
                None => {
                    let (zh, en) = if found.is_some() {
                        ("模型相互导入，形成循环", "the models import each other in a circle")
                    } else {
                        ("没有找到所导入的模型", "the imported model is not here")
                    };
                    findings.push(Finding::error(0, "PQ-RULES-IMPORT", zh, en).of(&import.namespace));
                }
            }
        }
        open.pop();
        Arc::new(Program::of(model, imports, findings))
    }
}

impl Model {
    /// Understands a model that imports nothing, see [`Library::compile`].
    pub fn compile(&self) -> (Arc<Program>, Vec<Finding>) {
        Library::default().compile(self)
    }
}
