//! Messages in and out: EDIFACT, workbooks, WCO XML and JSON to documents of formalities and goods, and back. One folder a message type.
//!
//! Reading never fails: [`read`] gives what is there, and a list of faults with code, severity, place and words in both
//! languages. The type is found in the content, never in the name.

use std::collections::BTreeMap;

use domain::{Fault, Value};
use jiff::civil::Date;

pub mod answers_workbook;
mod edifact_faults;
pub mod fal_workbook;
pub mod json;
pub mod list_workbook;
pub mod mail;
pub mod paxlst;
mod values;
pub mod wco;
mod words;
mod xml;

/// What was read from one file or body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// What kind of message it is.
    pub kind: MessageKind,
    /// Documents by the code of their formality, such as `crew_list`.
    pub documents: Vec<(String, Value)>,
    /// The voyage or flight, where the message tells: `conveyance`, `carrier`, `mode`, `identification`, `name`,
    /// `sender`, `reference`, and `calls`, a list of `{role, place, time}`.
    pub transport: Option<Value>,
    /// Where each value stood: formality and JSON Pointer (`crew_list/members/3/date_of_birth`) to a place as faults
    /// name it (`Crew List!H22`), so that what a rule finds in a document can be shown in the message.
    pub places: BTreeMap<String, String>,
    /// Declaration, notice or movement, when the message is WCO XML.
    pub wco: Option<Box<wco::Message>>,
    /// Sheets of a workbook that hold no list, and of which nothing was read.
    pub unread: Vec<String>,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

impl Reading {
    /// Where in the message the value at a JSON Pointer of a document stood, or what holds it; `None` when the message
    /// has no place for it. What a rule finds in a document is shown there.
    pub fn place_of(&self, formality: &str, pointer: &str) -> Option<String> {
        if self.kind == MessageKind::Json {
            return self.places.get(formality).map(|document| format!("{document}{pointer}"));
        }
        let mut path = format!("{formality}{pointer}");
        loop {
            if let Some(place) = self.places.get(&path) {
                return Some(place.clone());
            }
            path.truncate(path.rfind('/')?);
        }
    }
}

/// The kinds of messages that are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageKind {
    /// UN/EDIFACT passenger or crew list.
    Paxlst,
    /// UN/EDIFACT of another type.
    Edifact,
    /// Workbook of crew, passengers and stores.
    FalWorkbook,
    /// JSON, one document or several.
    Json,
    /// WCO XML: declaration, notice or movement.
    WcoXml,
    /// None of these.
    #[default]
    Unknown,
}

impl MessageKind {
    /// The name by which commands and the API call the kind.
    pub fn as_str(self) -> &'static str {
        match self {
            MessageKind::Paxlst => "paxlst",
            MessageKind::Edifact => "edifact",
            MessageKind::FalWorkbook => "fal-workbook",
            MessageKind::Json => "json",
            MessageKind::WcoXml => "wco-xml",
            MessageKind::Unknown => "unknown",
        }
    }
}

/// Reads a message of whatever kind. `name` is only for the words of faults; `today` is the day on which it is read, after
/// which nobody was born yet.
pub fn read(name: &str, bytes: &[u8], today: Date) -> Reading {
    if let Some(message) = rewritten(bytes) {
        let mut reading = paxlst::read(&message, today);
        reading.faults.insert(0, words::EDIFACT_REWRITTEN.at("", &[]));
        return reading;
    }
    match detect(bytes) {
        MessageKind::Paxlst | MessageKind::Edifact => paxlst::read(bytes, today),
        MessageKind::FalWorkbook => fal_workbook::read(bytes),
        MessageKind::Json => json::read(bytes),
        MessageKind::WcoXml => {
            let (message, faults) = wco::read(bytes);
            Reading { kind: MessageKind::WcoXml, wco: Some(Box::new(message)), faults, ..Reading::default() }
        }
        MessageKind::Unknown => {
            let kind = match bytes {
                [] => &words::UPLOAD_EMPTY,
                // The signature of the compound files of Excel 97 to 2003.
                [0xD0, 0xCF, 0x11, 0xE0, ..] => &words::UPLOAD_OLD_WORKBOOK,
                _ => &words::UPLOAD_UNKNOWN,
            };
            Reading { faults: vec![kind.at("", &[name])], ..Reading::default() }
        }
    }
}

/// EDIFACT in UTF-16, as editors save it, or in small letters: as it should have been sent.
fn rewritten(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = match bytes {
        [0xFF, 0xFE, wide @ ..] => Some(wide_text(wide, u16::from_le_bytes)),
        [0xFE, 0xFF, wide @ ..] => Some(wide_text(wide, u16::from_be_bytes)),
        _ => None,
    };
    let wide = text.is_some();
    let plain = text.map_or(std::borrow::Cow::Borrowed(bytes), |text| text.into_bytes().into());
    let tag = plain.trim_ascii_start().get(..3)?;
    if !matches!(tag.to_ascii_uppercase().as_slice(), b"UNA" | b"UNB" | b"UNH") {
        return None;
    }
    let small = tag.iter().all(u8::is_ascii_lowercase);
    match (small, wide) {
        (true, _) => Some(plain.to_ascii_uppercase()),
        (false, true) => Some(plain.into_owned()),
        (false, false) => None,
    }
}

fn wide_text(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn is_web_page(text: &[u8]) -> bool {
    let begins = |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()));
    begins("<html") || begins("<!doctype html")
}

/// The kind of a message, by its content.
pub fn detect(bytes: &[u8]) -> MessageKind {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    match text {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => MessageKind::FalWorkbook,
        [b'{' | b'[', ..] => MessageKind::Json,
        // A page that a proxy or a sign-in put in place of the file is no message, though it may be read as XML.
        _ if is_web_page(text) => MessageKind::Unknown,
        // The second and third are the marks of UTF-16.
        [b'<', ..] | [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => MessageKind::WcoXml,
        _ => {
            let (interchange, _) = edifact::read(bytes);
            let mut messages = paxlst::kinds(&interchange).peekable();
            if interchange.header.is_none() && !text.starts_with(b"UN") && messages.peek().is_none() {
                MessageKind::Unknown
            } else if messages.peek().is_some() && messages.all(|(_, kind)| kind == "PAXLST") {
                MessageKind::Paxlst
            } else {
                MessageKind::Edifact
            }
        }
    }
}
