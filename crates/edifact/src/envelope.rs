//! Interchange, groups and messages: UNB, UNG, UNH, UNT, UNE and UNZ, their references and counts.

use crate::{
    charset::Charset,
    fault::{FaultKind, Place, Severity, SyntaxFault},
    segment::{Segment, Segments},
    service::{Service, preamble},
};

/// Most faults listed for one interchange; what comes after is summed up in one.
const MAX_FAULTS: usize = 500;

/// An interchange as far as it could be read.
#[derive(Clone, Debug, Default)]
pub struct Interchange<'a> {
    /// The service characters in force.
    pub service: Service,
    /// UNB.
    pub header: Option<Segment<'a>>,
    /// Functional groups; messages that stand outside one are in a group without header.
    pub groups: Vec<Group<'a>>,
    /// UNZ.
    pub trailer: Option<Segment<'a>>,
}

/// A functional group.
#[derive(Clone, Debug, Default)]
pub struct Group<'a> {
    /// UNG.
    pub header: Option<Segment<'a>>,
    /// The messages in their order.
    pub messages: Vec<Message<'a>>,
    /// UNE.
    pub trailer: Option<Segment<'a>>,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// Which one it is in the interchange, counting from 1.
    pub number: usize,
    /// All segments, from UNH to UNT where there is one.
    pub segments: Vec<Segment<'a>>,
}

impl<'a> Interchange<'a> {
    /// Every message, of whatever group.
    pub fn messages(&self) -> impl Iterator<Item = &Message<'a>> {
        self.groups.iter().flat_map(|group| &group.messages)
    }
}

impl Message<'_> {
    /// The type, such as `PAXLST`.
    pub fn kind(&self) -> String {
        self.segments[0].text(2, 1).into_owned()
    }

    /// The directory, such as `D:05B`.
    pub fn directory(&self) -> String {
        format!("{}:{}", self.segments[0].text(2, 2), self.segments[0].text(2, 3))
    }

    /// Where a segment of this message stands; `index` counts from 0, element and component from 1 (0 for none).
    pub fn place(&self, index: usize, element: usize, component: usize) -> Place {
        place(&self.segments[index], (self.number, index + 1), element, component)
    }
}

/// Reads the first interchange in the bytes. Never fails: whatever is wrong is in the list.
pub fn read(bytes: &[u8]) -> (Interchange<'_>, Vec<SyntaxFault>) {
    let mut reader = Reader::default();
    reader.preamble(bytes);
    for segment in Segments::new(bytes) {
        if reader.interchange.trailer.is_some() {
            let second = matches!(segment.tag(), "UNB" | "UNA" | "UIB");
            let kind = if second { FaultKind::SecondInterchange } else { FaultKind::Outside };
            reader.report(kind, Severity::Error, &segment, 0, 0);
            break;
        }
        reader.take(segment);
    }
    reader.finish(bytes);
    (reader.interchange, reader.faults)
}

#[derive(Default)]
struct Reader<'a> {
    interchange: Interchange<'a>,
    faults: Vec<SyntaxFault>,
    /// A group is open.
    in_group: bool,
    /// A message is open: it is the last of the last group.
    in_message: bool,
    messages: usize,
    last: Option<Segment<'a>>,
    /// Position of the character-set fault of this message (or envelope) in the list.
    characters: Option<(usize, usize)>,
    /// An empty segment was told.
    empty: bool,
}

impl<'a> Reader<'a> {
    fn preamble(&mut self, bytes: &[u8]) {
        let preamble = preamble(bytes);
        self.interchange.service = preamble.service;
        // A byte order mark has three bytes and is nobody's heading.
        if preamble.heading > 3 {
            let place = Place { tag: "UNB".to_owned(), byte: preamble.heading, ..Place::default() };
            self.push(FaultKind::Heading, Severity::Info, place);
        }
        if preamble.shown {
            let (tag, byte) = preamble.una.map_or(("UNB", preamble.start), |una| ("UNA", una));
            let place = Place { tag: tag.to_owned(), byte, ..Place::default() };
            self.push(FaultKind::Separators, Severity::Warning, place);
        } else if let Some(byte) = preamble.una.filter(|_| preamble.service.is_ambiguous()) {
            let place = Place { tag: "UNA".to_owned(), byte, ..Place::default() };
            self.push(FaultKind::ServiceCharacters, Severity::Error, place);
        }
    }

    fn take(&mut self, segment: Segment<'a>) {
        if segment.raw.trim_ascii().is_empty() {
            if !std::mem::replace(&mut self.empty, true) {
                self.report(FaultKind::EmptySegment, Severity::Warning, &segment, 0, 0);
            }
            return;
        }
        match segment.tag() {
            "UNB" if self.interchange.header.is_none() => {
                if self.last.is_some() {
                    self.report(FaultKind::Outside, Severity::Error, &segment, 0, 0);
                }
                self.interchange.header = Some(segment);
                self.interchange_header(&segment);
            }
            "UNG" => self.open_group(segment),
            "UNH" => self.open_message(segment),
            "UNT" if self.in_message => self.close_message(segment),
            "UNE" => self.close_group(segment),
            "UNZ" => self.close_interchange(segment),
            _ if self.in_message => self.add(segment),
            tag if self.begins_message(tag) => self.open_without_header(segment),
            "UNO" | "UNP" => self.report(FaultKind::PackageEnvelope, Severity::Error, &segment, 0, 0),
            _ => self.report(FaultKind::Outside, Severity::Error, &segment, 0, 0),
        }
        self.shape(&segment);
        self.last = Some(segment);
    }

    /// What every segment must fulfil: a tag, a length and characters.
    fn shape(&mut self, segment: &Segment<'a>) {
        let tag = segment.tag();
        let raw_tag = segment.raw.get(..3).unwrap_or_default();
        if tag.len() != 3 || !tag.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            self.report(FaultKind::Tag, Severity::Error, segment, 0, 0);
        } else if raw_tag != tag.as_bytes() || matches!(segment.raw.get(3), Some(b' ' | b'\r' | b'\n')) {
            self.report(FaultKind::Tag, Severity::Warning, segment, 0, 0);
        }
        if segment.cut {
            self.report(FaultKind::TooLong, Severity::Error, segment, 0, 0);
        }
        let charset = match self.interchange.header {
            Some(header) => Charset::of(header.element(1).component(1).raw),
            None => Charset::Unknown,
        };
        if let Some(misfit) = charset.misfit(segment.raw) {
            self.character(segment, misfit.at, misfit.readable);
        }
    }

    /// One fault a message for all its characters outside the set, so that a long list stays readable.
    fn character(&mut self, segment: &Segment<'a>, at: usize, readable: bool) {
        let severity = if readable { Severity::Warning } else { Severity::Error };
        let numbers = self.numbers(segment);
        let place = position(segment, numbers, at);
        let listed = self.characters.filter(|(message, _)| *message == numbers.0);
        let Some(fault) = listed.and_then(|(_, index)| self.faults.get_mut(index)) else {
            self.characters = Some((numbers.0, self.faults.len()));
            return self.push(FaultKind::Characters { segments: 1 }, severity, place);
        };
        if let FaultKind::Characters { segments } = &mut fault.kind {
            *segments += 1;
        }
        // The first of the gravest places is the one worth showing.
        if fault.severity < severity {
            (fault.severity, fault.place) = (severity, place);
        }
    }

    fn interchange_header(&mut self, unb: &Segment<'a>) {
        let identifier = unb.text(1, 1).into_owned();
        match Charset::of(identifier.as_bytes()) {
            Charset::Airline => self.report(FaultKind::AirlineSyntax(identifier), Severity::Warning, unb, 1, 1),
            Charset::Unknown => self.report(FaultKind::UnknownSyntax(identifier), Severity::Error, unb, 1, 1),
            Charset::X if unb.raw.contains(&0x1B) => self.report(FaultKind::CodeExtension, Severity::Error, unb, 1, 1),
            _ => {}
        }
        let version = unb.text(1, 2);
        if !version.is_empty() && !matches!(&*version, "1" | "2" | "3" | "4") {
            self.report(FaultKind::InvalidValue(version.into_owned()), Severity::Error, unb, 1, 2);
        }
        self.required(unb, &[(1, 2, "0002"), (2, 1, "0004"), (3, 1, "0010"), (4, 1, "0017"), (5, 1, "0020")]);
        self.date_and_time(unb, 4);
    }

    fn open_group(&mut self, segment: Segment<'a>) {
        self.leave_message();
        self.leave_group();
        if self.interchange.groups.iter().any(|group| group.header.is_none()) {
            self.report(FaultKind::Mixed, Severity::Error, &segment, 0, 0);
        }
        self.interchange.groups.push(Group { header: Some(segment), ..Group::default() });
        self.in_group = true;
        self.required(&segment, &[(5, 1, "0048")]);
    }

    fn open_message(&mut self, segment: Segment<'a>) {
        self.begin_message(segment);
        self.required(&segment, &[(1, 1, "0062"), (2, 1, "0065"), (2, 2, "0052"), (2, 3, "0054")]);
    }

    /// Each message of UN/EDIFACT begins with BGM; the first one of an interchange with whatever follows its headers.
    fn begins_message(&self, tag: &str) -> bool {
        let capitals = tag.len() == 3 && tag.bytes().all(|byte| byte.is_ascii_uppercase());
        let first = self.messages == 0 && self.interchange.header.is_some() && capitals;
        tag == "BGM" || (first && !tag.starts_with('U'))
    }

    fn open_without_header(&mut self, segment: Segment<'a>) {
        self.begin_message(Segment::absent(b"UNH", &segment));
        self.add(segment);
        self.report(FaultKind::Missing("UNH".to_owned()), Severity::Error, &segment, 0, 0);
    }

    fn begin_message(&mut self, segment: Segment<'a>) {
        self.leave_message();
        if !self.in_group && self.interchange.groups.last().is_none_or(|group| group.header.is_some()) {
            if !self.interchange.groups.is_empty() {
                self.report(FaultKind::Mixed, Severity::Error, &segment, 0, 0);
            }
            self.interchange.groups.push(Group::default());
        }
        self.messages += 1;
        self.in_message = true;
        let message = Message { number: self.messages, segments: vec![segment] };
        if let Some(group) = self.interchange.groups.last_mut() {
            group.messages.push(message);
        }
    }

    fn close_message(&mut self, segment: Segment<'a>) {
        self.add(segment);
        let Some(message) = self.interchange.groups.last().and_then(|group| group.messages.last()) else { return };
        let (header, found) = (message.segments[0], message.segments.len());
        if found == 2 {
            self.report(FaultKind::NothingInside, Severity::Error, &segment, 0, 0);
        }
        self.count(&segment, found);
        // A header that was not sent has no reference that could differ.
        if header.raw != b"UNH" {
            self.references(&segment, &header.text(1, 1));
        }
        self.in_message = false;
    }

    fn close_group(&mut self, segment: Segment<'a>) {
        self.leave_message();
        let Some(group) = self.interchange.groups.last_mut().filter(|_| self.in_group) else {
            return self.report(FaultKind::Outside, Severity::Error, &segment, 0, 0);
        };
        group.trailer = Some(segment);
        self.in_group = false;
        let (header, found) = (group.header, group.messages.len());
        if found == 0 {
            self.report(FaultKind::NothingInside, Severity::Error, &segment, 0, 0);
        }
        self.count(&segment, found);
        if let Some(header) = header {
            self.references(&segment, &header.text(5, 1));
        }
    }

    fn close_interchange(&mut self, segment: Segment<'a>) {
        self.leave_message();
        self.leave_group();
        self.interchange.trailer = Some(segment);
        let parts = |group: &Group<'_>| if group.header.is_some() { 1 } else { group.messages.len() };
        let found = self.interchange.groups.iter().map(parts).sum();
        if found == 0 {
            self.report(FaultKind::NothingInside, Severity::Error, &segment, 0, 0);
        }
        self.count(&segment, found);
        if let Some(header) = self.interchange.header {
            self.references(&segment, &header.text(5, 1));
        }
    }

    fn finish(&mut self, bytes: &[u8]) {
        let Some(last) = self.last else {
            let place = Place { tag: "UNB".to_owned(), ..Place::default() };
            return self.push(FaultKind::Empty, Severity::Error, place);
        };
        if self.interchange.header.is_none() {
            self.missing("UNB", 0);
        }
        self.leave_message();
        self.leave_group();
        if !last.terminated {
            self.report(FaultKind::MissingTerminator, Severity::Warning, &last, 0, 0);
        }
        if self.interchange.trailer.is_none() {
            self.missing("UNZ", bytes.len());
        }
    }

    fn leave_message(&mut self) {
        if !std::mem::take(&mut self.in_message) {
            return;
        }
        let message = self.interchange.groups.last().and_then(|group| group.messages.last());
        let Some((message, last)) = message.and_then(|message| Some((message, *message.segments.last()?))) else {
            return;
        };
        let numbers = (message.number, message.segments.len());
        let fault = FaultKind::Missing("UNT".to_owned());
        self.push(fault, Severity::Error, place(&last, numbers, 0, 0));
    }

    fn leave_group(&mut self) {
        if let Some(last) = self.last.filter(|_| std::mem::take(&mut self.in_group)) {
            self.missing("UNE", last.at + last.raw.len());
        }
    }

    fn add(&mut self, segment: Segment<'a>) {
        if let Some(message) = self.interchange.groups.last_mut().and_then(|group| group.messages.last_mut()) {
            message.segments.push(segment);
        }
    }

    fn count(&mut self, trailer: &Segment<'a>, found: usize) {
        let stated = trailer.text(1, 1);
        if stated.is_empty() {
            self.report(FaultKind::Missing("count".to_owned()), Severity::Error, trailer, 1, 1);
        } else if stated.parse() != Ok(found) {
            let kind = FaultKind::Count { stated: stated.into_owned(), found };
            self.report(kind, Severity::Error, trailer, 1, 1);
        }
    }

    fn references(&mut self, trailer: &Segment<'a>, header: &str) {
        let stated = trailer.text(2, 1);
        if stated != header {
            let kind = FaultKind::References { header: header.to_owned(), trailer: stated.into_owned() };
            self.report(kind, Severity::Error, trailer, 2, 1);
        }
    }

    fn required(&mut self, segment: &Segment<'a>, elements: &[(usize, usize, &str)]) {
        for &(element, component, name) in elements {
            if segment.text(element, component).is_empty() {
                self.report(FaultKind::Missing(name.to_owned()), Severity::Error, segment, element, component);
            }
        }
    }

    /// YYMMDD (or CCYYMMDD since version 4) and HHMM.
    fn date_and_time(&mut self, segment: &Segment<'a>, element: usize) {
        let digits = |text: &str, from: usize| text.get(from..from + 2).and_then(|two| two.parse::<u8>().ok());
        let date = segment.text(element, 1);
        let of_month = date.len().saturating_sub(4);
        let fits = matches!(date.len(), 6 | 8)
            && date.bytes().all(|byte| byte.is_ascii_digit())
            && digits(&date, of_month).is_some_and(|month| (1..=12).contains(&month))
            && digits(&date, of_month + 2).is_some_and(|day| (1..=31).contains(&day));
        if !fits && !date.is_empty() {
            self.report(FaultKind::InvalidValue(date.into_owned()), Severity::Warning, segment, element, 1);
        }
        let time = segment.text(element, 2);
        let fits = time.len() == 4
            && digits(&time, 0).is_some_and(|hour| hour < 24)
            && digits(&time, 2).is_some_and(|minute| minute < 60);
        if !fits && !time.is_empty() {
            self.report(FaultKind::InvalidValue(time.into_owned()), Severity::Warning, segment, element, 2);
        }
    }

    fn missing(&mut self, tag: &str, byte: usize) {
        let place = Place { tag: tag.to_owned(), byte, ..Place::default() };
        self.push(FaultKind::Missing(tag.to_owned()), Severity::Error, place);
    }

    fn report(&mut self, kind: FaultKind, severity: Severity, segment: &Segment<'a>, element: usize, component: usize) {
        let place = place(segment, self.numbers(segment), element, component);
        self.push(kind, severity, place);
    }

    /// Message and number within it, when the segment is the last of the message read last.
    fn numbers(&self, segment: &Segment<'a>) -> (usize, usize) {
        let message = self.interchange.groups.last().and_then(|group| group.messages.last());
        match message {
            Some(message) if message.segments.last().is_some_and(|last| last.at == segment.at) => {
                (message.number, message.segments.len())
            }
            _ => (0, 0),
        }
    }

    fn push(&mut self, kind: FaultKind, severity: Severity, place: Place) {
        match self.faults.len() {
            n if n < MAX_FAULTS => self.faults.push(SyntaxFault { kind, severity, place }),
            MAX_FAULTS => self.faults.push(SyntaxFault { kind: FaultKind::TooMany, severity: Severity::Error, place }),
            _ => {}
        }
    }
}

fn place(segment: &Segment<'_>, numbers: (usize, usize), element: usize, component: usize) -> Place {
    let byte = match (element, component) {
        (0, _) => segment.at,
        (_, 0) => segment.byte_of(element),
        _ => segment.element(element).component(component).at,
    };
    let (message, number) = numbers;
    Place { message, segment: number, tag: segment.tag().chars().take(10).collect(), element, component, byte }
}

/// The place of a byte inside a segment.
fn position(segment: &Segment<'_>, numbers: (usize, usize), offset: usize) -> Place {
    let byte = segment.at + offset;
    let element = segment.elements().take_while(|element| element.at <= byte).count();
    let components = segment.element(element.max(1)).components();
    let component = if element == 0 { 0 } else { components.take_while(|part| part.at <= byte).count() };
    Place { byte, ..place(segment, numbers, element, component) }
}
