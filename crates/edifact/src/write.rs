//! Segments back to bytes: escaped, with counts and references that are right by construction.

use crate::{envelope::Interchange, segment::Element, service::Service};

/// Writes one interchange. Headers are given with all their elements; trailers follow from what was written.
///
/// ```
/// let mut writer = edifact::Writer::new(edifact::Service::default());
/// writer.interchange(&[&["UNOA", "3"], &["A"], &["B"], &["260101", "1200"], &["7"]]);
/// writer.message("1", &["PAXLST", "D", "05B", "UN"]);
/// writer.segment("BGM", &[&["745"]]);
/// assert_eq!(writer.finish(), b"UNA:+.? 'UNB+UNOA:3+A+B+260101:1200+7'UNH+1+PAXLST:D:05B:UN'BGM+745'UNT+3+1'UNZ+1+7'");
/// ```
#[derive(Debug)]
pub struct Writer {
    bytes: Vec<u8>,
    service: Service,
    interchange: Option<String>,
    group: Option<(String, usize)>,
    message: Option<(String, usize)>,
    /// Groups, or messages outside groups, that were begun.
    parts: usize,
}

impl Writer {
    /// Begins with UNA.
    pub fn new(service: Service) -> Self {
        let bytes = service.una().to_vec();
        Writer { bytes, service, interchange: None, group: None, message: None, parts: 0 }
    }

    /// Writes UNB; its fifth element is the reference that UNZ repeats.
    pub fn interchange(&mut self, elements: &[&[&str]]) {
        self.interchange = Some(component(elements, 5));
        self.raw("UNB", elements);
    }

    /// Writes UNG; its fifth element is the reference that UNE repeats. Ends the group before it.
    pub fn group(&mut self, elements: &[&[&str]]) {
        self.end_group();
        self.group = Some((component(elements, 5), 0));
        self.parts += 1;
        self.raw("UNG", elements);
    }

    /// Writes UNH with a reference and the message identifier. Ends the message before it.
    pub fn message(&mut self, reference: &str, identifier: &[&str]) {
        self.end_message();
        match &mut self.group {
            Some((_, messages)) => *messages += 1,
            None => self.parts += 1,
        }
        self.message = Some((reference.to_owned(), 0));
        self.segment("UNH", &[&[reference], identifier]);
    }

    /// Writes a segment of the message: elements of components. What is empty at the end is left out.
    pub fn segment(&mut self, tag: &str, elements: &[&[&str]]) {
        if let Some((_, segments)) = &mut self.message {
            *segments += 1;
        }
        self.raw(tag, elements);
    }

    /// Writes the trailers that are still owed and gives the bytes.
    pub fn finish(mut self) -> Vec<u8> {
        self.end_group();
        if let Some(reference) = self.interchange.take() {
            let parts = self.parts.to_string();
            self.raw("UNZ", &[&[&parts], &[&reference]]);
        }
        self.bytes
    }

    fn end_message(&mut self) {
        if let Some((reference, segments)) = self.message.take() {
            let segments = (segments + 1).to_string();
            self.raw("UNT", &[&[&segments], &[&reference]]);
        }
    }

    fn end_group(&mut self) {
        self.end_message();
        if let Some((reference, messages)) = self.group.take() {
            let messages = messages.to_string();
            self.raw("UNE", &[&[&messages], &[&reference]]);
        }
    }

    fn raw(&mut self, tag: &str, elements: &[&[&str]]) {
        push_segment(&mut self.bytes, &self.service, tag, elements);
    }
}

/// Appends one segment with its terminator.
pub fn push_segment(out: &mut Vec<u8>, service: &Service, tag: &str, elements: &[&[&str]]) {
    out.extend_from_slice(tag.as_bytes());
    // A tag alone may be followed by nothing; an element that holds only empty components counts as empty.
    let used = elements.iter().rposition(|parts| parts.iter().any(|part| !part.is_empty())).map_or(0, |last| last + 1);
    for parts in &elements[..used] {
        out.push(service.element);
        let used = parts.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
        for (nth, part) in parts[..used].iter().enumerate() {
            if nth > 0 {
                out.push(service.component);
            }
            escape(out, service, part.as_bytes());
        }
    }
    out.push(service.terminator);
}

/// Writes an interchange that was read, with other service characters and with counts and references made right.
/// Text stays in the encoding in which it came.
pub fn write(interchange: &Interchange<'_>, service: &Service) -> Vec<u8> {
    let mut out = service.una().to_vec();
    let reference = interchange.header.map(|unb| unb.text(5, 1).into_owned()).unwrap_or_default();
    let mut parts = 0;
    if let Some(header) = &interchange.header {
        copy(&mut out, service, header.tag(), header.elements());
    }
    for group in &interchange.groups {
        if let Some(header) = &group.header {
            copy(&mut out, service, header.tag(), header.elements());
        }
        for message in &group.messages {
            let body = message.segments.iter().filter(|segment| segment.tag() != "UNT");
            body.clone().for_each(|segment| copy(&mut out, service, segment.tag(), segment.elements()));
            let count = (body.count() + 1).to_string();
            push_segment(&mut out, service, "UNT", &[&[&count], &[&message.segments[0].text(1, 1)]]);
        }
        parts += if group.header.is_some() { 1 } else { group.messages.len() };
        if let Some(header) = &group.header {
            let count = group.messages.len().to_string();
            push_segment(&mut out, service, "UNE", &[&[&count], &[&header.text(5, 1)]]);
        }
    }
    push_segment(&mut out, service, "UNZ", &[&[&parts.to_string()], &[&reference]]);
    out
}

fn copy<'a>(out: &mut Vec<u8>, service: &Service, tag: &str, elements: impl Iterator<Item = Element<'a>>) {
    out.extend_from_slice(tag.as_bytes());
    for element in elements {
        out.push(service.element);
        for (nth, repetition) in element.repetitions().enumerate() {
            if nth > 0 {
                out.push(service.repetition.unwrap_or(b'*'));
            }
            for (nth, part) in repetition.components().enumerate() {
                if nth > 0 {
                    out.push(service.component);
                }
                escape(out, service, &part.bytes());
            }
        }
    }
    out.push(service.terminator);
}

/// Line breaks too stand behind the release character, since readers drop them elsewhere.
fn escape(out: &mut Vec<u8>, service: &Service, bytes: &[u8]) {
    for &byte in bytes {
        if service.is_special(byte) || matches!(byte, b'\r' | b'\n') {
            out.extend(service.release);
        }
        out.push(byte);
    }
}

fn component(elements: &[&[&str]], position: usize) -> String {
    elements.get(position - 1).and_then(|parts| parts.first()).copied().unwrap_or_default().to_owned()
}
