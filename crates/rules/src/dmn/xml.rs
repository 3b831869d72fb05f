//! DMN XML: a tree of elements that is bounded in size and depth, and the model in it.

mod diagram;
mod elements;
mod read;
mod write;

use quick_xml::{
    NsReader,
    events::{BytesStart, Event},
    name::ResolveResult,
};

use crate::Finding;

/// The largest file that is read, bytes: a table of a hundred thousand rows takes some fifty million.
const BYTES: usize = 256 * 1024 * 1024;
/// How deeply elements may stand within each other.
const DEPTH: usize = 100;

/// An element. Names are without prefix; what is in another namespace than the root is left out.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
    /// From 1.
    pub line: usize,
}

impl Element {
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn get(&self, attribute: &str) -> &str {
        self.attributes.iter().find(|(name, _)| name == attribute).map_or("", |(_, value)| value)
    }

    /// The words of a child; empty where there is none.
    pub fn words(&self, child: &str) -> &str {
        self.first(child).map_or("", |child| child.text.trim())
    }
}

/// Reads the elements of a document and the namespace of its root.
///
/// # Errors
/// What is no XML, has a document type, or is too large or too deep, with its line.
pub(super) fn read(text: &str) -> Result<(Element, String), Finding> {
    let fault = |line: usize, zh: &str, en: &str| Finding::error(line, "PQ-RULES-XML", zh, en);
    if text.len() > BYTES {
        return Err(fault(0, "文件过大", "the file is too large"));
    }
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut namespace: Option<String> = None;
    let mut open = vec![Element::default()];
    // So deep within an element of another namespace.
    let mut foreign = 0_usize;
    loop {
        let line = lines.at(reader.buffer_position());
        let (resolved, event) = reader.read_resolved_event().map_err(|error| {
            fault(line, &format!("不是合格的 XML：{error}"), &format!("this is not well-formed XML: {error}"))
        })?;
        let own = match (&resolved, &namespace) {
            (ResolveResult::Bound(bound), Some(root)) => bound.as_ref() == root.as_bytes(),
            (ResolveResult::Bound(bound), None) => {
                namespace = Some(String::from_utf8_lossy(bound.as_ref()).into_owned());
                true
            }
            (_, root) => root.as_ref().is_none_or(String::is_empty),
        };
        match event {
            Event::Start(_) | Event::Empty(_) if open.len() + foreign > DEPTH => {
                return Err(fault(line, "元素嵌套过深", "the elements nest too deeply"));
            }
            Event::Start(_) if foreign > 0 || !own => foreign += 1,
            Event::End(_) if foreign > 0 => foreign -= 1,
            Event::Empty(_) if foreign > 0 || !own => {}
            Event::Start(start) => open.push(element(&start, line)?),
            Event::Empty(empty) => add(&mut open, element(&empty, line)?),
            Event::End(_) => {
                let done = open.pop().unwrap_or_default();
                add(&mut open, done);
            }
            Event::DocType(_) => {
                return Err(fault(line, "不接受 DOCTYPE 声明", "a document type (DOCTYPE) is not accepted"));
            }
            Event::Text(words) if foreign == 0 => push(&mut open, &words.decode().unwrap_or_default()),
            Event::CData(words) if foreign == 0 => push(&mut open, &words.decode().unwrap_or_default()),
            Event::GeneralRef(reference) if foreign == 0 => {
                let point = reference.resolve_char_ref().ok().flatten().map(String::from);
                let name = reference.decode().unwrap_or_default();
                let known = point.or_else(|| quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned));
                let known = known.ok_or_else(|| {
                    fault(line, &format!("未知的实体“{name}”"), &format!("the entity “{name}” is not known"))
                })?;
                push(&mut open, &known);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if open.len() != 1 {
        return Err(fault(lines.line, "文件不完整", "the file ends within an element"));
    }
    let root = open.pop().and_then(|mut document| document.children.pop());
    root.map(|root| (root, namespace.unwrap_or_default())).ok_or_else(|| fault(1, "文件是空的", "there is no element"))
}

fn add(open: &mut [Element], child: Element) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(child);
    }
}

fn push(open: &mut [Element], words: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(words);
    }
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Element, Finding> {
    let own = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let read = attribute.map_err(|error| error.to_string()).and_then(|attribute| {
            let value = attribute.unescape_value().map_err(|error| error.to_string())?;
            Ok((own(attribute.key.local_name().as_ref()), value.into_owned()))
        });
        attributes.push(read.map_err(|error| {
            let (zh, en) = (format!("属性有误：{error}"), format!("an attribute is wrong: {error}"));
            Finding::error(line, "PQ-RULES-XML", zh, en)
        })?);
    }
    Ok(Element { name: own(start.local_name().as_ref()), attributes, line, ..Default::default() })
}

/// Counts lines as the reader goes on.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> usize {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        if let Some(passed) = self.text.get(self.at..position) {
            self.line += passed.iter().filter(|byte| **byte == b'\n').count();
            self.at = position;
        }
        self.line
    }
}
