//! Elements to XML: names without prefixes, each namespace declared where it begins.

use std::fmt::Write;

use super::{Attribute, Element, Node, Space};

/// Writes elements one after the other.
#[derive(Debug)]
pub(crate) struct Writer {
    out: String,
    /// The default namespace of each open element, and whether it stands in a line with text.
    open: Vec<(Space, bool)>,
}

impl Writer {
    pub fn new() -> Writer {
        Writer { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned(), open: Vec::new() }
    }

    /// The document.
    pub fn finish(mut self) -> String {
        self.out.push('\n');
        self.out
    }

    /// Opens an element. `flat` keeps what it holds in one line, so that no blank is added to words.
    pub fn open(&mut self, name: &str, space: &Space, attributes: &[Attribute], flat: bool) {
        self.start(name, space, attributes);
        self.out.push('>');
        self.open.push((space.clone(), flat || self.flat()));
    }

    /// Closes the element that was opened last. `alone` says that it holds text only.
    pub fn close(&mut self, name: &str, alone: bool) {
        let flat = self.open.pop().is_some_and(|(_, flat)| flat);
        if !alone && !flat {
            self.line();
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// An element that holds text, or nothing.
    pub fn value(&mut self, name: &str, space: &Space, attributes: &[Attribute], text: &str) {
        self.start(name, space, attributes);
        if text.is_empty() {
            self.out.push_str("/>");
            return;
        }
        self.out.push('>');
        escape(&mut self.out, text, false);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Words between elements.
    pub fn words(&mut self, text: &str) {
        escape(&mut self.out, text, false);
    }

    /// An element with all that it holds.
    pub fn element(&mut self, element: &Element) {
        if let Some(text) = element.text() {
            return self.value(&element.name, &element.space, &element.attributes, &text);
        }
        let words = element.content.iter().any(|node| matches!(node, Node::Text(text) if !text.trim().is_empty()));
        self.open(&element.name, &element.space, &element.attributes, words);
        for node in &element.content {
            match node {
                Node::Element(element) => self.element(element),
                Node::Text(text) if words => self.words(text),
                Node::Text(_) => {}
            }
        }
        self.close(&element.name, false);
    }

    fn start(&mut self, name: &str, space: &Space, attributes: &[Attribute]) {
        if !self.flat() {
            self.line();
        }
        self.out.push('<');
        self.out.push_str(name);
        let around = self.open.last().and_then(|(space, _)| space.as_deref());
        if space.as_deref() != around {
            self.attribute("xmlns", space.as_deref().unwrap_or_default());
        }
        for (nth, attribute) in attributes.iter().enumerate() {
            match attribute.space.as_deref() {
                None => self.attribute(&attribute.name, &attribute.value),
                Some("http://www.w3.org/XML/1998/namespace") => {
                    self.attribute(&format!("xml:{}", attribute.name), &attribute.value);
                }
                Some(space) => {
                    self.attribute(&format!("xmlns:a{nth}"), space);
                    self.attribute(&format!("a{nth}:{}", attribute.name), &attribute.value);
                }
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let _ = write!(self.out, " {name}=\"");
        escape(&mut self.out, value, true);
        self.out.push('"');
    }

    fn flat(&self) -> bool {
        self.open.last().is_some_and(|(_, flat)| *flat)
    }

    fn line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.open.len() {
            self.out.push_str("  ");
        }
    }
}

fn escape(out: &mut String, text: &str, attribute: bool) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' if attribute => out.push_str("&#10;"),
            '\t' if attribute => out.push_str("&#9;"),
            _ => out.push(letter),
        }
    }
}
