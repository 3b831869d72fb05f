//! The stream of segments, split where and when somebody looks.

use std::borrow::Cow;

use crate::{
    charset::Charset,
    service::{Service, preamble, skip_blanks},
};

/// Longest segment in bytes that is kept whole; what is longer is cut there and flagged.
pub const MAX_SEGMENT: usize = 64 * 1024;

/// The segments of some bytes, in order; UNA is consumed, blanks and line breaks between segments are skipped.
#[derive(Clone, Debug)]
pub struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
    service: Service,
    charset: Charset,
}

impl<'a> Segments<'a> {
    /// Begins at the first segment, with the service characters of UNA or the defaults.
    pub fn new(bytes: &'a [u8]) -> Self {
        let preamble = preamble(bytes);
        Segments { bytes, at: preamble.start, service: preamble.service, charset: preamble.charset }
    }

    /// The service characters in force.
    pub fn service(&self) -> Service {
        self.service
    }

    /// The character set that UNB declares.
    pub fn charset(&self) -> Charset {
        self.charset
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        let start = skip_blanks(self.bytes, self.at);
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let length = find(rest, self.service.release, |byte| byte == self.service.terminator);
        let terminated = length < rest.len();
        self.at = start + length + usize::from(terminated);
        let mut raw = &rest[..length.min(MAX_SEGMENT)];
        if !terminated {
            raw = raw.trim_ascii_end();
        }
        Some(Segment {
            raw,
            at: start,
            terminated,
            cut: length > MAX_SEGMENT,
            service: self.service,
            charset: self.charset,
        })
    }
}

/// One segment, still as bytes.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Tag and elements, without the terminator.
    pub raw: &'a [u8],
    /// Offset of the tag in the interchange, in bytes.
    pub at: usize,
    /// False for the last segment of bytes that end without a terminator.
    pub terminated: bool,
    /// True when the segment was longer than [`MAX_SEGMENT`].
    pub cut: bool,
    service: Service,
    charset: Charset,
}

impl<'a> Segment<'a> {
    /// A header that was not sent, before a segment that was.
    pub(crate) fn absent(tag: &'static [u8], before: &Segment<'a>) -> Self {
        Segment { raw: tag, terminated: true, cut: false, ..*before }
    }

    /// The tag, such as `NAD`, without blanks around it; empty when it is not made of ASCII.
    pub fn tag(&self) -> &'a str {
        let tag = self.whole().next().and_then(|element| element.components().next());
        tag.and_then(|tag| std::str::from_utf8(tag.raw.trim_ascii()).ok()).unwrap_or_default()
    }

    /// The elements behind the tag.
    pub fn elements(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        self.whole().skip(1)
    }

    /// The element at a position that counts from 1; an empty one where there is none.
    pub fn element(&self, position: usize) -> Element<'a> {
        let nothing = Element { raw: &[], at: self.at + self.raw.len(), service: self.service, charset: self.charset };
        self.whole().nth(position).unwrap_or(nothing)
    }

    /// The text at an element and component that count from 1, without blanks around it; empty where there is none.
    pub fn text(&self, element: usize, component: usize) -> Cow<'a, str> {
        match self.element(element).component(component).text() {
            Cow::Borrowed(text) => text.trim().into(),
            Cow::Owned(text) => text.trim().to_owned().into(),
        }
    }

    /// Where an element begins in the interchange, in bytes.
    pub fn byte_of(&self, element: usize) -> usize {
        self.element(element).at
    }

    fn whole(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        let whole = Element { raw: self.raw, at: self.at, service: self.service, charset: self.charset };
        let separator = self.service.element;
        whole.split(move |byte| byte == separator)
    }
}

/// An element, one of its repetitions, or a component: bytes that know how they are escaped and encoded.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    /// The bytes as they were sent, release characters included.
    pub raw: &'a [u8],
    /// Offset in the interchange, in bytes.
    pub at: usize,
    service: Service,
    charset: Charset,
}

impl<'a> Element<'a> {
    /// The components. A repetition separator is data here, since only the reader of a message knows which elements
    /// repeat, and airlines use the asterisk as an ordinary character.
    pub fn components(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        let separator = self.service.component;
        self.split(move |byte| byte == separator)
    }

    /// The repetitions (syntax version 4); one when nothing repeats.
    pub fn repetitions(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        let separator = self.service.repetition;
        self.split(move |byte| Some(byte) == separator)
    }

    /// The component at a position that counts from 1; an empty one where there is none.
    pub fn component(&self, position: usize) -> Element<'a> {
        let nothing = Element { raw: &[], at: self.at + self.raw.len(), ..*self };
        self.components().nth(position.saturating_sub(1)).unwrap_or(nothing)
    }

    /// The bytes with release characters undone and line breaks dropped, as ISO 9735 has no line breaks in data and
    /// old systems wrap lines anywhere.
    pub fn bytes(&self) -> Cow<'a, [u8]> {
        let release = self.service.release;
        if !self.raw.iter().any(|&byte| Some(byte) == release || matches!(byte, b'\r' | b'\n')) {
            return Cow::Borrowed(self.raw);
        }
        let mut plain = Vec::with_capacity(self.raw.len());
        let mut bytes = self.raw.iter().copied();
        while let Some(byte) = bytes.next() {
            match byte {
                _ if Some(byte) == release => plain.extend(bytes.next()),
                b'\r' | b'\n' => {}
                _ => plain.push(byte),
            }
        }
        Cow::Owned(plain)
    }

    /// The characters, decoded by the declared set (see [`Charset::decode`]).
    pub fn text(&self) -> Cow<'a, str> {
        match self.bytes() {
            Cow::Borrowed(bytes) => self.charset.decode(bytes),
            Cow::Owned(bytes) => self.charset.decode(&bytes).into_owned().into(),
        }
    }

    /// True when nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    fn split(self, is_separator: impl Fn(u8) -> bool) -> impl Iterator<Item = Element<'a>> {
        let mut rest = Some(self);
        std::iter::from_fn(move || {
            let here = rest?;
            let length = find(here.raw, here.service.release, &is_separator);
            rest = here.raw.get(length + 1..).map(|raw| Element { raw, at: here.at + length + 1, ..here });
            Some(Element { raw: &here.raw[..length], ..here })
        })
    }
}

/// The first separator that no release character precedes; the length when there is none.
fn find(bytes: &[u8], release: Option<u8>, is_separator: impl Fn(u8) -> bool) -> usize {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if Some(byte) == release {
            at += 1;
        } else if is_separator(byte) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}
