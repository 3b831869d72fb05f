//! What a document says beyond the model, or in another way than the model has it: enough to write it anew.

use std::collections::HashMap;

use crate::xml::{Attribute, Element, Space};

/// The way to an element: member and occurrence, from the root on.
pub(super) type Path = Vec<(u16, u32)>;

/// What is kept, by element.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Aside {
    /// A root that is none of ours, with all that it holds.
    pub foreign: Option<Element>,
    oddities: HashMap<Path, Oddity>,
}

/// What is odd about one element.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Oddity {
    /// Its name, where it is spelt otherwise.
    pub name: Option<String>,
    /// Its namespace, where it is another one than its surroundings have.
    pub space: Option<Space>,
    /// Attributes that the model has no place for.
    pub attributes: Vec<Attribute>,
    /// What it holds in the order in which it stood, where that is not the model's.
    pub order: Option<Vec<Child>>,
    /// Its text, where the value would be written otherwise.
    pub spelling: Option<String>,
    /// The same of the element inside that holds a date's text.
    pub inside: Option<Box<Oddity>>,
}

/// Something that an element holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Child {
    /// The next one of a member.
    Known(u16),
    /// An element that the model does not have there, or whose value cannot be read.
    Foreign(Element),
    /// Text between elements.
    Words(String),
}

impl Aside {
    /// All of it is of another kind.
    pub fn of_foreign(root: Element) -> Aside {
        Aside { foreign: Some(root), ..Aside::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.foreign.is_none() && self.oddities.is_empty()
    }

    pub fn of(&self, path: &[(u16, u32)]) -> Option<&Oddity> {
        if self.oddities.is_empty() { None } else { self.oddities.get(path) }
    }

    /// Keeps what is odd about the element at a path, if anything is.
    pub fn keep(&mut self, path: &Path, oddity: Oddity) {
        if oddity != Oddity::default() {
            self.oddities.insert(path.clone(), oddity);
        }
    }
}
