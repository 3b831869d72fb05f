//! PAXLST, the passenger and crew list of UN/EDIFACT (D:02B, D:05B), as airlines and ships send it after the WCO, IATA
//! and ICAO guidelines on advance passenger information.
//!
//! Times in PAXLST are local to their place; they are given without a zone, except at places in China (+08:00).

mod people;
mod transport;

use domain::Value;
use edifact::Message;
use jiff::civil::Date;

use crate::{
    MessageKind, Reading, edifact_faults,
    values::{self, Notes, Read},
    words,
};

/// Reads the lists of an interchange. Other messages than PAXLST are named and left unread.
pub fn read(bytes: &[u8]) -> Reading {
    let (interchange, syntax) = edifact::read(bytes);
    let mut notes = Notes::default();
    syntax.iter().for_each(|fault| notes.push(edifact_faults::fault(fault)));
    let mut lists = people::Lists::default();
    let mut reading = Reading { kind: MessageKind::Edifact, ..Reading::default() };
    for message in interchange.messages() {
        let kind = message.kind();
        if kind != "PAXLST" {
            notes.at(&words::EDIFACT_OTHER, message.place(0, 2, 1).to_string(), &[&kind]);
            continue;
        }
        reading.kind = MessageKind::Paxlst;
        let day = interchange.header.and_then(|unb| century_of_messages(&unb.text(4, 1)));
        if reading.transport.is_none() {
            reading.transport = transport::read(message, &mut notes);
        }
        read_message(message, day, &mut lists, &mut notes);
    }
    (reading.documents, reading.places) = lists.finish();
    reading.faults = notes.finish();
    reading
}

fn read_message(message: &Message<'_>, day: Option<Date>, lists: &mut people::Lists, notes: &mut Notes) {
    let directory = message.directory();
    if !matches!(directory.as_str(), "D:02B" | "D:05B") {
        notes.at(&words::PAXLST_DIRECTORY, message.place(0, 2, 2).to_string(), &[&directory]);
    }
    let (mut crew, mut passengers) = (false, false);
    for (index, segment) in message.segments.iter().enumerate() {
        if segment.tag() == "BGM" {
            let code = segment.text(1, 1);
            (crew, passengers) = (code == "250", code == "745");
            if !crew && !passengers {
                notes.at(&words::PAXLST_KIND, message.place(index, 1, 1).to_string(), &[&code]);
            }
        } else if !KNOWN_SEGMENTS.contains(&segment.tag()) {
            let place = message.place(index, 0, 0).to_string();
            notes.once(&words::PAXLST_SEGMENT, segment.tag(), &place, &[segment.tag()]);
        }
    }
    let before = lists.count();
    people::read(message, day, (crew, passengers), lists, notes);
    let after = lists.count();
    let (new_crew, new_passengers) = (after.0 - before.0, after.1 - before.1);
    if new_crew + new_passengers == 0 {
        notes.at(&words::PAXLST_NOBODY, message.place(0, 0, 0).to_string(), &[]);
    }
    for (index, segment) in message.segments.iter().enumerate().filter(|(_, segment)| segment.tag() == "CNT") {
        // UNCL 6069: 41 counts crew, 42 passengers.
        let found = match &*segment.text(1, 1) {
            "41" => new_crew,
            "42" => new_passengers,
            _ => continue,
        };
        let mut at = (1, 2);
        if segment.text(1, 2).is_empty() && !segment.text(2, 1).is_empty() {
            // Some senders part qualifier and count as elements, which leaves no doubt what is meant.
            at = (2, 1);
            notes.at(&words::PAXLST_COUNT_APART, message.place(index, 2, 1).to_string(), &[]);
        }
        let stated = segment.text(at.0, at.1);
        if stated.parse() != Ok(found) {
            let place = message.place(index, at.0, at.1).to_string();
            notes.at(&words::PAXLST_COUNT, place, &[&stated, &found.to_string()]);
        }
    }
}

/// Segments of PAXLST in D:02B to D:05B, and those that guidelines of airlines and authorities add.
const KNOWN_SEGMENTS: &[&str] = &[
    "UNH", "BGM", "RFF", "DTM", "NAD", "ATT", "MEA", "COM", "GEI", "FTX", "LOC", "TDT", "NAT", "DOC", "PDI", "CNT",
    "AUT", "UNT", "EMP", "CPI", "QTY", "GIR", "CTA", "TSR",
];

/// The day of an interchange. There is no PAXLST from before 1990, so that two digits leave no doubt.
fn century_of_messages(text: &str) -> Option<Date> {
    match text.len() {
        6 if text.is_ascii() => {
            let century = if &text[..2] >= "90" { "19" } else { "20" };
            values::ymd(&format!("{century}{}", &text[..2]), &text[2..4], &text[4..])
        }
        8 if text.is_ascii() => values::ymd(&text[..4], &text[4..6], &text[6..]),
        _ => None,
    }
}

/// What a date is for, which decides the century of two digits.
#[derive(Clone, Copy, PartialEq)]
enum DateOf {
    /// Never after the message.
    Birth,
    /// Within half a century of the message.
    Expiry,
}

/// Reads YYMMDD or CCYYMMDD as ISO text, and tells whether the century had to be found.
fn date(text: &str, of: DateOf, message_day: Option<Date>) -> (Read, bool) {
    let bad = || (values::date(text), false);
    match text.len() {
        6 if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            // Without a day of the message the newest century is as good a guess as any.
            let limit = message_day.unwrap_or(Date::constant(2049, 12, 31));
            let fits = |date: &Date| match of {
                DateOf::Birth => *date <= limit,
                DateOf::Expiry => date.year() < limit.year() + 50,
            };
            let centuries = ["20", "19"]
                .iter()
                .filter_map(|century| values::ymd(&format!("{century}{}", &text[..2]), &text[2..4], &text[4..]));
            match centuries.clone().find(fits).or_else(|| centuries.clone().next_back()) {
                Some(date) => (Read { value: date.to_string().into(), note: None }, true),
                None => bad(),
            }
        }
        _ => {
            let read = values::date(text);
            let future = read.value.text().and_then(|day| day.parse::<Date>().ok()).zip(message_day);
            if of == DateOf::Birth && future.is_some_and(|(day, limit)| day > limit) {
                let note = Some((&words::DATE_FUTURE, vec![text.to_owned()]));
                return (Read { value: Value::Null, note }, false);
            }
            (read, false)
        }
    }
}
