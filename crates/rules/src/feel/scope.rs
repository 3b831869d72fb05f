//! What names mean, and how much may be computed.

use std::{any::Any, cell::Cell, collections::BTreeMap};

use crate::Value;

/// How many items loops and ranges may bring forth in one evaluation, all together.
const ITEMS: u32 = 200_000;
/// How deeply the bodies of functions that call each other may stand within each other, all together: far beyond what a
/// rule needs, and within any thread's stack.
const LEVELS: u16 = 500;

/// What one evaluation may still spend, so that an expression that does not end is `null` instead.
#[derive(Debug)]
pub struct Budget(Cell<u32>);

impl Default for Budget {
    fn default() -> Self {
        Budget(Cell::new(ITEMS))
    }
}

impl Budget {
    /// False when nothing is left.
    pub(super) fn spend(&self, items: usize) -> bool {
        let left = u32::try_from(items).ok().and_then(|items| self.0.get().checked_sub(items));
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// What names mean: maps within maps, the innermost first.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    /// The bound name, or none where all members of a map are names.
    name: Option<&'s str>,
    value: &'s Value,
    outer: Option<&'s Scope<'s>>,
    budget: Option<&'s Budget>,
    /// What logic that is not FEEL wants to know and tell.
    event: Option<&'s dyn Any>,
    strict: bool,
    levels: u16,
}

impl<'s> Scope<'s> {
    /// All members of a map are names.
    pub fn new(map: &'s Value) -> Self {
        Scope { name: None, value: map, outer: None, budget: None, event: None, strict: false, levels: 0 }
    }

    /// The same, in the standard's own dialect.
    pub fn strict(map: &'s Value) -> Self {
        Scope { strict: true, ..Scope::new(map) }
    }

    /// The members of a map hide what is outside.
    pub fn within(map: &'s Value, outer: &'s Scope<'s>) -> Self {
        Scope { name: None, value: map, outer: Some(outer), ..*outer }
    }

    /// One name hides what is outside; `?` is the value under test.
    pub fn named(name: &'s str, value: &'s Value, outer: &'s Scope<'s>) -> Self {
        Scope { name: Some(name), value, outer: Some(outer), ..*outer }
    }

    /// The same names, with something to spend.
    pub fn with_budget(self, budget: &'s Budget) -> Self {
        Scope { budget: Some(budget), ..self }
    }

    /// The same names, for logic that is not FEEL and knows the event.
    pub(crate) fn with_event(self, event: &'s dyn Any) -> Self {
        Scope { event: Some(event), ..self }
    }

    /// The event that is evaluated, where it is one of that type.
    pub(crate) fn event<E: Any>(&self) -> Option<&'s E> {
        self.event?.downcast_ref()
    }

    /// The names of a function's own place, for a call from here of a body that is so deep; `None` when calls stand too
    /// deeply within each other.
    pub(super) fn call(&self, names: &'s Value, depth: u16) -> Option<Self> {
        let levels = self.levels.saturating_add(depth);
        (levels <= LEVELS).then_some(Scope { name: None, value: names, outer: None, levels, ..*self })
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.strict
    }

    pub(super) fn budget(&self) -> Option<&'s Budget> {
        self.budget
    }

    /// What a name means here; `Null` where nobody knows it.
    pub(super) fn get(&self, name: &str) -> &'s Value {
        static NOTHING: Value = Value::Null;
        let mut here = self;
        loop {
            match (here.name, here.value) {
                (Some(bound), value) if bound == name => return value,
                (None, Value::Map(map)) => {
                    if let Some(value) = map.get(name) {
                        return value;
                    }
                }
                _ => {}
            }
            match here.outer {
                Some(outer) => here = outer,
                None => return &NOTHING,
            }
        }
    }

    /// Every name that is known here with its meaning, for a function that is called elsewhere.
    pub(super) fn names(&self) -> BTreeMap<String, Value> {
        let mut names = self.outer.map(Scope::names).unwrap_or_default();
        match (self.name, self.value) {
            (Some(name), value) => {
                names.insert(name.to_owned(), value.clone());
            }
            (None, Value::Map(map)) => names.extend(map.iter().map(|(name, value)| (name.clone(), value.clone()))),
            _ => {}
        }
        names
    }
}
