//! XML to a tree of elements, and back: bounded, without DOCTYPE and entities, every fault with its line. What was read before a
//! fault of syntax is kept.

use std::sync::Arc;

use domain::Fault;
use quick_xml::{
    NsReader,
    events::{BytesStart, Event},
    name::ResolveResult,
};

use crate::words;

mod decode;
mod lines;
mod write;

pub(crate) use lines::Lines;
pub(crate) use write::Writer;

/// Nothing larger is read.
pub(crate) const MAX_BYTES: usize = 32 * 1024 * 1024;
/// No document of a known schema is half as deep.
const MAX_DEPTH: usize = 64;
/// Elements of a document; each costs memory.
const MAX_ELEMENTS: usize = 1_000_000;
/// Attributes of one element.
const MAX_ATTRIBUTES: usize = 64;

/// The namespace of `xsi:schemaLocation`, which tells where a schema lies and nothing of the document.
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A namespace; none for names without one.
pub(crate) type Space = Option<Arc<str>>;

/// An element, its name resolved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Element {
    pub name: String,
    pub space: Space,
    pub attributes: Vec<Attribute>,
    pub content: Vec<Node>,
    /// Where it begins, in bytes of the decoded text.
    pub at: usize,
}

/// An attribute; declarations of namespaces and places of schemas are none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attribute {
    pub name: String,
    pub space: Space,
    pub value: String,
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub root: Option<Element>,
    pub lines: Lines,
    pub faults: Vec<Fault>,
}

impl Element {
    /// The text of an element that holds nothing else.
    pub fn text(&self) -> Option<String> {
        let mut all = String::new();
        for node in &self.content {
            match node {
                Node::Text(text) => all.push_str(text),
                Node::Element(_) => return None,
            }
        }
        Some(all)
    }
}

/// Reads a document.
pub(crate) fn read(bytes: &[u8]) -> Tree {
    let mut tree = Tree::default();
    if bytes.len() > MAX_BYTES {
        let (found, most) =
            (format!("{} MB", bytes.len() / (1024 * 1024)), format!("{} MB", MAX_BYTES / (1024 * 1024)));
        tree.faults.push(words::UPLOAD_TOO_LARGE.at("", &[&found, &most]));
        return tree;
    }
    let (text, fault) = decode::decode(bytes);
    tree.faults.extend(fault);
    tree.lines = Lines::of(&text);
    let mut builder = Builder { tree: &mut tree, open: Vec::new(), elements: 0, spaces: Vec::new() };
    builder.build(&text);
    builder.finish();
    tree
}

struct Builder<'t> {
    tree: &'t mut Tree,
    open: Vec<Element>,
    elements: usize,
    spaces: Vec<Arc<str>>,
}

impl Builder<'_> {
    fn build(&mut self, text: &str) {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        loop {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let at = usize::try_from(reader.error_position()).unwrap_or(at);
                    self.malformed(at, &error.to_string());
                    return;
                }
            };
            let goes_on = match event {
                Event::Start(start) => self.start(&reader, &start, at),
                Event::End(_) => {
                    self.end();
                    true
                }
                Event::Text(text) => self.text(text.xml_content(), at),
                Event::CData(text) => self.text(text.xml_content(), at),
                Event::GeneralRef(reference) => self.reference(&reference, at),
                Event::DocType(_) => {
                    self.fault(&words::XML_DOCTYPE, at, &[]);
                    false
                }
                Event::Eof => return,
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => true,
            };
            if !goes_on {
                return;
            }
        }
    }

    fn start(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>, at: usize) -> bool {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return self.stop(&words::XML_ELEMENTS, at, &[&MAX_ELEMENTS.to_string()]);
        }
        if self.open.len() == MAX_DEPTH {
            return self.stop(&words::XML_DEEP, at, &[&MAX_DEPTH.to_string()]);
        }
        if self.open.is_empty() && self.tree.root.is_some() {
            return self.stop(&words::XML_MALFORMED, at, &["a second root"]);
        }
        let (space, local) = reader.resolve_element(start.name());
        let name = String::from_utf8_lossy(local.as_ref()).into_owned();
        if !is_name(&name) {
            self.malformed(at, &format!("<{name}>"));
            return false;
        }
        let space = self.space(&space, at);
        let mut element = Element { name, space, attributes: Vec::new(), content: Vec::new(), at };
        // Names that stand twice are found below: a reader's own check looks at each pair of however many there are.
        for (nth, attribute) in start.attributes().with_checks(false).enumerate() {
            if nth == MAX_ATTRIBUTES {
                self.malformed(at, &format!("<{}>: > {MAX_ATTRIBUTES} attributes", element.name));
                return false;
            }
            match attribute {
                Ok(attribute) => self.attribute(reader, &attribute, at, &mut element),
                Err(error) => self.malformed(at, &error.to_string()),
            }
        }
        self.open.push(element);
        true
    }

    fn attribute(
        &mut self,
        reader: &NsReader<&[u8]>,
        attribute: &quick_xml::events::attributes::Attribute<'_>,
        at: usize,
        element: &mut Element,
    ) {
        if attribute.key.as_namespace_binding().is_some() {
            return;
        }
        let (space, local) = reader.resolve_attribute(attribute.key);
        let name = String::from_utf8_lossy(local.as_ref()).into_owned();
        let space = self.space(&space, at);
        if space.as_deref() == Some(INSTANCE) && matches!(&*name, "schemaLocation" | "noNamespaceSchemaLocation") {
            return;
        }
        // Line ends and tabs in an attribute are blanks, unless they are written as references.
        let written = String::from_utf8_lossy(&attribute.value).replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
        let value = match quick_xml::escape::unescape(&written) {
            Ok(value) if !written.contains('<') => self.plain(&value, at),
            Ok(_) => return self.malformed(at, "<"),
            Err(error) => return self.malformed(at, &error.to_string()),
        };
        let twice = element.attributes.iter().any(|other| other.name == name && other.space == space);
        if twice || !is_name(&name) {
            return self.malformed(at, &name);
        }
        element.attributes.push(Attribute { name, space, value });
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.content.push(Node::Element(element)),
            None => self.tree.root = Some(element),
        }
    }

    fn text<E: ToString>(&mut self, text: Result<std::borrow::Cow<'_, str>, E>, at: usize) -> bool {
        match text {
            Ok(text) => {
                let text = self.plain(&text, at);
                self.append(&text, at);
                true
            }
            Err(error) => {
                self.malformed(at, &error.to_string());
                false
            }
        }
    }

    fn reference(&mut self, reference: &quick_xml::events::BytesRef<'_>, at: usize) -> bool {
        let name = String::from_utf8_lossy(reference).into_owned();
        let resolved = match reference.resolve_char_ref() {
            Ok(Some(letter)) => Some(letter.to_string()),
            Ok(None) => quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned),
            Err(_) => None,
        };
        let letters = resolved.unwrap_or_else(|| {
            // An entity of one's own cannot be declared without DOCTYPE; its name stays as it was written.
            self.fault(&words::XML_ENTITY, at, &[&name]);
            format!("&{name};")
        });
        let letters = self.plain(&letters, at);
        self.append(&letters, at);
        true
    }

    /// Characters that no document may hold are replaced, so that what is written anew can be read.
    fn plain(&mut self, text: &str, at: usize) -> String {
        if text.chars().all(is_allowed) {
            return text.to_owned();
        }
        self.fault(&words::XML_CHARACTER, at, &[]);
        text.chars().map(|letter| if is_allowed(letter) { letter } else { '\u{FFFD}' }).collect()
    }

    fn append(&mut self, text: &str, at: usize) {
        match self.open.last_mut() {
            Some(element) => match element.content.last_mut() {
                Some(Node::Text(before)) => before.push_str(text),
                _ => element.content.push(Node::Text(text.to_owned())),
            },
            None if text.trim_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).is_empty() => {}
            None => self.malformed(at, text),
        }
    }

    fn space(&mut self, resolved: &ResolveResult<'_>, at: usize) -> Space {
        let bytes = match resolved {
            ResolveResult::Unbound => return None,
            ResolveResult::Bound(space) => space.as_ref(),
            ResolveResult::Unknown(prefix) => {
                let prefix = String::from_utf8_lossy(prefix).into_owned();
                self.fault(&words::XML_PREFIX, at, &[&prefix]);
                return None;
            }
        };
        if bytes.is_empty() {
            return None;
        }
        if let Some(known) = self.spaces.iter().find(|known| known.as_bytes() == bytes) {
            return Some(known.clone());
        }
        let written = String::from_utf8_lossy(bytes);
        let name = quick_xml::escape::unescape(&written).unwrap_or_else(|error| {
            self.malformed(at, &error.to_string());
            (&*written).into()
        });
        let space: Arc<str> = self.plain(&name, at).into();
        self.spaces.push(space.clone());
        Some(space)
    }

    fn stop(&mut self, kind: &words::Words, at: usize, found: &[&str]) -> bool {
        self.fault(kind, at, found);
        false
    }

    fn malformed(&mut self, at: usize, why: &str) {
        self.fault(&words::XML_MALFORMED, at, &[why]);
    }

    fn fault(&mut self, kind: &words::Words, at: usize, found: &[&str]) {
        // A broken document tells the same thing again and again.
        if self.tree.faults.len() < 100 {
            let place = self.tree.lines.place(at);
            self.tree.faults.push(kind.at(place, found));
        }
    }

    /// Closes what is open: a document that breaks off is read up to there.
    fn finish(&mut self) {
        if let Some(last) = self.open.last() {
            let (at, name) = (last.at, last.name.clone());
            if !self.tree.faults.iter().any(Fault::is_error) {
                self.fault(&words::XML_OPEN, at, &[&name]);
            }
        }
        while !self.open.is_empty() {
            self.end();
        }
        if self.tree.root.is_none() && self.tree.faults.is_empty() {
            self.fault(&words::XML_MALFORMED, 0, &["no root"]);
        }
    }
}

/// Names that can be written again; what prefixes are for is resolved.
fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

/// The characters of XML 1.0.
fn is_allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
