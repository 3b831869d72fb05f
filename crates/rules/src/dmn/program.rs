//! A model that is understood and can be evaluated.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Table,
    feel::{Definition, Expr, Type, Types},
};

/// A model that can be evaluated.
#[derive(Debug, Default)]
pub struct Program {
    /// The model's name.
    pub name: String,
    /// SHA-256 of the model's canonical text, in hexadecimal: an evaluation names it.
    pub hash: String,
    pub(super) data: BTreeMap<String, Type>,
    pub(super) nodes: BTreeMap<String, Node>,
    pub(super) services: BTreeMap<String, Service>,
    pub(super) imports: BTreeMap<String, Arc<Program>>,
    /// Decisions and knowledge, each after what it requires; what goes in a circle is left out.
    pub(super) order: Vec<String>,
    /// Each decision table with the element that holds it.
    pub(super) tables: Vec<(String, Arc<Table>)>,
    pub(super) types: Types,
}

/// A decision, or a function that decisions call.
#[derive(Debug)]
pub(super) struct Node {
    pub requires: Vec<String>,
    pub logic: Logic,
}

#[derive(Debug)]
pub(super) enum Logic {
    Decision(Expr),
    Knowledge(Arc<Definition>),
}

#[derive(Debug)]
pub(super) struct Service {
    pub kind: Type,
    pub gives: Vec<String>,
    pub takes: Vec<String>,
}

impl Program {
    /// The names of the decisions, in an order in which each follows what it requires.
    pub fn decisions(&self) -> impl Iterator<Item = &str> {
        let decides = |name: &&String| matches!(self.nodes.get(*name), Some(Node { logic: Logic::Decision(_), .. }));
        self.order.iter().filter(decides).map(String::as_str)
    }

    /// Whether a decision, service, knowledge or datum of that name is in the model.
    pub fn has(&self, name: &str) -> bool {
        self.nodes.contains_key(name) || self.services.contains_key(name) || self.data.contains_key(name)
    }
}
