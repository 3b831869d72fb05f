//! The elements of a file that is written, and their ids.

use std::{collections::BTreeMap, fmt::Write};

use quick_xml::escape::escape;

use crate::dmn::model::Model;

/// Ids of elements: those of the file that was read, else new ones.
pub(super) struct Ids<'m> {
    ids: BTreeMap<&'m str, String>,
    imports: BTreeMap<&'m str, &'m str>,
}

impl<'m> Ids<'m> {
    pub fn of(model: &'m Model) -> Self {
        let kept: BTreeMap<&str, &str> = model.ids.iter().map(|(id, name)| (name.as_str(), id.as_str())).collect();
        let mut ids = BTreeMap::new();
        let names = (model.data.iter().map(|of| ("data", &of.name)))
            .chain(model.knowledge.iter().map(|of| ("knowledge", &of.name)))
            .chain(model.decisions.iter().map(|of| ("decision", &of.name)))
            .chain(model.services.iter().map(|of| ("service", &of.name)));
        for (nth, (kind, name)) in names.enumerate() {
            let new = || format!("{kind}_{}", nth + 1);
            ids.insert(name.as_str(), kept.get(name.as_str()).map_or_else(new, |id| (*id).to_owned()));
        }
        let imports = model.imports.iter().map(|import| (import.name.as_str(), import.namespace.as_str())).collect();
        Ids { ids, imports }
    }

    /// The id of an element; empty when there is none of that name.
    pub fn get(&self, name: &str) -> String {
        self.ids.get(name).cloned().unwrap_or_default()
    }

    /// The reference to an element of this file or of an imported one.
    pub fn href(&self, name: &str) -> String {
        if let Some(id) = self.ids.get(name) {
            return format!("#{id}");
        }
        let (alias, rest) = name.split_once('#').or_else(|| name.split_once('.')).unwrap_or(("", name));
        format!("{}#{rest}", self.imports.get(alias).copied().unwrap_or_default())
    }
}

/// Writes elements, each on its line.
#[derive(Default)]
pub(super) struct Writer {
    pub text: String,
    depth: usize,
}

impl Writer {
    fn start(&mut self, element: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.text, "{:width$}<{element}", "", width = self.depth * 2);
        for (name, value) in attributes {
            let _ = write!(self.text, " {name}=\"{}\"", escape(*value));
        }
    }

    pub fn open(&mut self, element: &str, attributes: &[(&str, &str)]) {
        self.start(element, attributes);
        self.text.push_str(">\n");
        self.depth += 1;
    }

    pub fn empty(&mut self, element: &str, attributes: &[(&str, &str)]) {
        self.start(element, attributes);
        self.text.push_str("/>\n");
    }

    pub fn close(&mut self, element: &str) {
        self.depth = self.depth.saturating_sub(1);
        let _ = writeln!(self.text, "{:width$}</{element}>", "", width = self.depth * 2);
    }

    /// An element with words; nothing where there are none.
    pub fn words(&mut self, element: &str, words: &str) {
        if !words.is_empty() {
            self.start(element, &[]);
            let _ = writeln!(self.text, ">{}</{element}>", escape(words));
        }
    }

    /// `<element><text>…</text></element>`.
    pub fn boxed_text(&mut self, element: &str, words: &str) {
        self.start(element, &[]);
        let _ = writeln!(self.text, "><text>{}</text></{element}>", escape(words));
    }

    pub fn variable(&mut self, element: &str, name: &str, kind: &str) {
        let mut attributes = vec![("name", name)];
        if !kind.is_empty() {
            attributes.push(("typeRef", kind));
        }
        self.empty(element, &attributes);
    }
}
