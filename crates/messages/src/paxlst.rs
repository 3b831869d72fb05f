//! PAXLST, the passenger and crew list of UN/EDIFACT (D:02B, D:05B), as airlines and ships send it after the WCO, IATA
//! and ICAO guidelines on advance passenger information.
//!
//! Times in PAXLST are local to their place; they are given without a zone, except at places in China (+08:00).

mod people;
mod transport;

use domain::Value;
use edifact::{Interchange, Message};
use jiff::civil::Date;

use crate::{
    MessageKind, Reading, edifact_faults,
    values::{self, Notes, Read},
    words,
};

/// Reads the lists of an interchange. Other messages than PAXLST are named and left unread. `today` is the day on which it is
/// read: two digits of a year of birth never mean a day after it.
pub fn read(bytes: &[u8], today: Date) -> Reading {
    let (interchange, syntax) = edifact::read(bytes);
    let mut notes = Notes::default();
    syntax.iter().for_each(|fault| notes.push(edifact_faults::fault(fault)));
    let mut lists = people::Lists::default();
    let mut reading = Reading { kind: MessageKind::Edifact, ..Reading::default() };
    for (message, kind) in kinds(&interchange) {
        if kind != "PAXLST" {
            notes.at(&words::EDIFACT_OTHER, message.place(0, 2, 1).to_string(), &[&kind]);
            continue;
        }
        reading.kind = MessageKind::Paxlst;
        // The sender's clock may be wrong: a message from the future lets nobody be born there.
        let sent = interchange.header.and_then(|unb| day_sent(&unb.text(4, 1)));
        let day = sent.map_or(today, |sent| sent.min(today));
        if reading.transport.is_none() {
            reading.transport = transport::read(message, &mut notes);
        }
        read_message(message, day, &mut lists, &mut notes);
    }
    (reading.documents, reading.places) = lists.finish();
    reading.faults = notes.finish();
    reading
}

/// The messages and what they are. One whose header was not sent is what its group says, or what its BGM leaves no doubt of.
pub(crate) fn kinds<'i, 'a>(interchange: &'i Interchange<'a>) -> impl Iterator<Item = (&'i Message<'a>, String)> {
    interchange.groups.iter().flat_map(|group| {
        group.messages.iter().map(|message| {
            let of_group = || group.header.map(|ung| ung.text(1, 1).into_owned()).filter(|kind| !kind.is_empty());
            let kind = Some(message.kind()).filter(|kind| !kind.is_empty());
            (message, kind.or_else(of_group).unwrap_or_else(|| of_people(message)))
        })
    })
}

fn of_people(message: &Message<'_>) -> String {
    let is_list =
        |segment: &edifact::Segment<'_>| segment.tag() == "BGM" && matches!(&*segment.text(1, 1), "250" | "745");
    if message.segments.iter().any(is_list) { "PAXLST".to_owned() } else { String::new() }
}

fn read_message(message: &Message<'_>, day: Date, lists: &mut people::Lists, notes: &mut Notes) {
    let directory = message.directory();
    if !message.kind().is_empty() && !matches!(directory.as_str(), "D:02B" | "D:05B") {
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

/// The day of an interchange. The directories that are read are of 2002 and later, so that two digits leave no doubt.
fn day_sent(text: &str) -> Option<Date> {
    match text.len() {
        6 if text.is_ascii() => values::ymd(&format!("20{}", &text[..2]), &text[2..4], &text[4..]),
        8 if text.is_ascii() => values::ymd(&text[..4], &text[4..6], &text[6..]),
        _ => None,
    }
}

/// What a date is for, which decides the century of two digits.
#[derive(Clone, Copy, PartialEq)]
enum DateOf {
    /// The last century in which it is not after the message and the day of reading: nobody is born in the future.
    Birth,
    /// This century: no list is sent about a document that ran out in the last one.
    Expiry,
}

/// Reads YYMMDD or CCYYMMDD as ISO text, and tells whether the century had to be found. `latest` is the last day on which
/// somebody in the message can have been born.
fn date(text: &str, of: DateOf, latest: Date) -> (Read, bool) {
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let in_century = |century: i16| values::ymd(&format!("{century}{}", &text[..2]), &text[2..4], &text[4..]);
        let this = latest.year() / 100;
        let found = match of {
            DateOf::Birth => in_century(this).filter(|date| *date <= latest).or_else(|| in_century(this - 1)),
            DateOf::Expiry => in_century(this),
        };
        return match found {
            Some(date) => (Read { value: date.to_string().into(), note: None }, true),
            None => (values::date(text), false),
        };
    }
    let read = values::date(text);
    let day = read.value.text().and_then(|day| day.parse::<Date>().ok());
    if of == DateOf::Birth && day.is_some_and(|day| day > latest) {
        let note = Some((&words::DATE_FUTURE, vec![text.to_owned()]));
        return (Read { value: Value::Null, note }, false);
    }
    (read, false)
}
