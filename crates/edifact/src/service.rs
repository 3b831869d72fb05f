//! Service characters: the UNA string, and what holds when there is none.

use crate::charset::Charset;

/// The service characters of an interchange (ISO 9735-1, section 7 and annex on UNA).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// Between the components of an element.
    pub component: u8,
    /// Between the elements of a segment.
    pub element: u8,
    /// The decimal mark; full stop and comma are read alike since version 4.
    pub decimal: u8,
    /// Takes the special meaning from the character that follows; `None` when the sender uses none.
    pub release: Option<u8>,
    /// Between the repetitions of an element; `None` before syntax version 4.
    pub repetition: Option<u8>,
    /// Ends a segment.
    pub terminator: u8,
}

impl Default for Service {
    /// `UNA:+.? '`, the default of level A.
    fn default() -> Self {
        Service {
            component: b':',
            element: b'+',
            decimal: b'.',
            release: Some(b'?'),
            repetition: None,
            terminator: b'\'',
        }
    }
}

impl Service {
    /// The separators of level B up to syntax version 3: IS1, IS3 and IS4, which cannot be typed.
    pub const LEVEL_B: Service =
        Service { component: 0x1F, element: 0x1D, decimal: b'.', release: None, repetition: None, terminator: 0x1C };

    /// The nine bytes of the UNA string.
    pub fn una(&self) -> [u8; 9] {
        let [release, repetition] = [self.release.unwrap_or(b' '), self.repetition.unwrap_or(b' ')];
        [b'U', b'N', b'A', self.component, self.element, self.decimal, release, repetition, self.terminator]
    }

    /// True for each character that data may hold only behind the release character.
    pub fn is_special(&self, byte: u8) -> bool {
        byte == self.component
            || byte == self.element
            || byte == self.terminator
            || Some(byte) == self.release
            || Some(byte) == self.repetition
    }

    /// True when both part elements, components and segments alike.
    fn parts_like(&self, other: &Service) -> bool {
        (self.component, self.element, self.terminator) == (other.component, other.element, other.terminator)
    }

    /// True when one character has two meanings, or a letter, digit or line break serves as one.
    pub(crate) fn is_ambiguous(&self) -> bool {
        let mut used = vec![self.component, self.element, self.terminator];
        used.extend(self.release);
        used.extend(self.repetition);
        let unfit = used.iter().any(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'\r' | b'\n'));
        used.sort_unstable();
        unfit || used.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// What stands before the first segment.
pub(crate) struct Preamble {
    pub service: Service,
    pub charset: Charset,
    /// Where the first segment begins.
    pub start: usize,
    /// Where the UNA string stands, when there is one.
    pub una: Option<usize>,
    /// Bytes of a heading before UNA or UNB.
    pub heading: usize,
    /// The separators are neither those of UNA nor those that hold without it, but those that UNB shows.
    pub shown: bool,
}

/// Finds the service characters and the character set before any segment is split.
pub(crate) fn preamble(bytes: &[u8]) -> Preamble {
    let begin = beginning(bytes);
    let heading = bytes[..begin].trim_ascii().len();
    let mut service = Service::default();
    let (mut start, mut una) = (begin, None);
    if let Some([b'U', b'N', b'A', chars @ ..]) = bytes.get(begin..begin + 9) {
        let unless_blank = |byte: u8| (byte != b' ').then_some(byte);
        service = Service {
            component: chars[0],
            element: chars[1],
            decimal: chars[2],
            release: unless_blank(chars[3]),
            repetition: unless_blank(chars[4]),
            terminator: chars[5],
        };
        (start, una) = (skip_blanks(bytes, begin + 9), Some(begin));
    }
    let header = bytes.get(start..).and_then(|rest| rest.strip_prefix(b"UNB"));
    let header = header.map(<[u8]>::trim_ascii_start).unwrap_or_default();
    if una.is_none() && header.first() == Some(&Service::LEVEL_B.element) {
        service = Service::LEVEL_B;
    }
    let charset = Charset::of(header.get(1..5).unwrap_or_default());
    // Without UNA the asterisk repeats elements from version 4 on (ISO 9735-1:2002, default service characters).
    if una.is_none() && header.get(6) == Some(&b'4') {
        service.repetition = Some(b'*');
    }
    match shown(bytes, begin, service) {
        Some((at, seen)) if !service.parts_like(&seen) => {
            let charset = Charset::of(bytes[at + 3..].trim_ascii_start().get(1..5).unwrap_or_default());
            Preamble { service: seen, charset, start: at, una, heading, shown: true }
        }
        _ => Preamble { service, charset, start, una, heading, shown: false },
    }
}

/// Where UNB begins, and the separators that it shows: of elements behind its tag, of components behind the syntax
/// identifier, and of segments before the header that follows. `None` where it shows none with certainty.
fn shown(bytes: &[u8], begin: usize, claimed: Service) -> Option<(usize, Service)> {
    let near = &bytes[begin..bytes.len().min(begin + 16)];
    let at = begin + near.windows(3).position(|tag| tag == b"UNB")?;
    let header = &bytes[at..bytes.len().min(at + MAX_HEADING)];
    let behind = header[3..].trim_ascii_start();
    let &[element, ref rest @ ..] = behind else { return None };
    if Charset::of(rest.get(..4)?) == Charset::Unknown || is_data(element) {
        return None;
    }
    let component =
        rest.get(4).copied().filter(|byte| *byte != element && !is_data(*byte)).unwrap_or(claimed.component);
    let next = |at: &usize| {
        let here = &header[*at..];
        (here.starts_with(b"UNH") || here.starts_with(b"UNG")) && here[3..].trim_ascii_start().first() == Some(&element)
    };
    let before = &header[..(3..header.len()).find(next)?];
    let last = *before.trim_ascii_end().last()?;
    let broken = before[before.trim_ascii_end().len()..].iter().rfind(|byte| matches!(byte, b'\r' | b'\n'));
    let terminator = match broken {
        // A line that ends in data is ended by its break.
        Some(&line_break) if is_data(last) || last == element || last == component => line_break,
        _ if is_data(last) || last == element || last == component => return None,
        _ => last,
    };
    let used = [element, component, terminator];
    let free = |byte: Option<u8>| byte.filter(|byte| !used.contains(byte));
    let release = free(claimed.release).or(free(Service::default().release));
    let repetition = free(claimed.repetition);
    Some((at, Service { component, element, release, repetition, terminator, ..claimed }))
}

/// True for what no sender takes as a separator.
fn is_data(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b' ' || !byte.is_ascii()
}

/// Where UNA or UNB begins. Airlines' messages have a teletype heading of a few lines before it; what has neither
/// begins at its first byte.
fn beginning(bytes: &[u8]) -> usize {
    let first = skip_blanks(bytes, if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 });
    if bytes[first..].starts_with(b"UN") {
        return first;
    }
    let heading = &bytes[first..bytes.len().min(first + MAX_HEADING)];
    let is_header = |at: &usize| {
        let rest = &heading[*at..];
        let una =
            rest.starts_with(b"UNA") && rest.get(9..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"UNB"));
        let unb = rest.starts_with(b"UNB") && rest.get(4..8).is_some_and(|id| Charset::of(id) != Charset::Unknown);
        una || unb
    };
    (0..heading.len()).find(is_header).map_or(first, |at| first + at)
}

/// Longest heading in bytes that is looked through.
const MAX_HEADING: usize = 1024;

/// The first position from `at` on that is neither blank nor line break nor another filler of old lines.
pub(crate) fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    let is_filler = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0..=3 | 0x1A);
    at + bytes[at.min(bytes.len())..].iter().take_while(|byte| is_filler(byte)).count()
}
