//! The flight or voyage of a PAXLST: TDT, and the LOC and DTM that stand before the first person.

use std::collections::BTreeMap;

use domain::Value;
use edifact::{Message, Segment};

use crate::{
    values::{self, Notes},
    words,
};

/// Carrier, conveyance, places and times, `None` when the message says nothing of them.
pub(super) fn read(message: &Message<'_>, notes: &mut Notes) -> Option<Value> {
    let mut facts = BTreeMap::new();
    let mut calls: Vec<BTreeMap<String, Value>> = Vec::new();
    for (index, segment) in message.segments.iter().enumerate() {
        let text = |element, component| values::plain(&segment.text(element, component));
        match (segment.tag(), text(1, 1).as_str()) {
            ("NAD", "MS") => put(&mut facts, "sender", text(4, 1)),
            // From the first person on, places and times are the person's.
            ("NAD", "FM" | "FL" | "DDT" | "DDU") | ("ATT", "2") | ("DTM", "329") => break,
            ("RFF", "TN") => put(&mut facts, "reference", text(1, 2)),
            ("TDT", "20") if !facts.contains_key("conveyance") => conveyance(segment, &mut facts),
            ("LOC", qualifier) => calls.push(call(message, index, qualifier, notes)),
            ("DTM", qualifier) => {
                if let Some(call) = calls.last_mut() {
                    time(message, index, qualifier, call, notes);
                }
            }
            _ => {}
        }
    }
    if !calls.is_empty() {
        facts.insert("calls".to_owned(), Value::List(calls.into_iter().map(Value::Map).collect()));
    }
    (!facts.is_empty()).then_some(Value::Map(facts))
}

fn put(facts: &mut BTreeMap<String, Value>, name: &str, text: String) {
    if !text.is_empty() {
        facts.insert(name.to_owned(), text.into());
    }
}

/// TDT: voyage or flight, mode (Rec 19), carrier, and the ship by IMO number or call sign and name.
fn conveyance(tdt: &Segment<'_>, facts: &mut BTreeMap<String, Value>) {
    let text = |element, component| values::plain(&tdt.text(element, component));
    put(facts, "conveyance", text(2, 1));
    put(facts, "mode", text(3, 1));
    put(facts, "carrier", text(5, 1));
    put(facts, "identification", text(8, 1));
    put(facts, "name", text(8, 4));
}

/// LOC (UNCL 3227): 125 last place before the country, 87 first place in it, 92 a place on the way.
fn call(message: &Message<'_>, index: usize, qualifier: &str, notes: &mut Notes) -> BTreeMap<String, Value> {
    let role = match qualifier {
        "5" | "125" => "departure",
        "8" | "60" | "87" => "arrival",
        "130" => "final",
        _ => "call",
    };
    let code = message.segments[index].text(2, 1);
    let mut read = values::place(&code);
    if let Some((words, found)) = read.note.take().filter(|_| !code.is_empty()) {
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        notes.once(words, &code, &message.place(index, 2, 1).to_string(), &found);
    }
    BTreeMap::from([("role".to_owned(), role.into()), ("place".to_owned(), read.value)])
}

/// DTM (UNCL 2005): 189 and 133 departure, 232 and 132 arrival, scheduled or estimated.
fn time(message: &Message<'_>, index: usize, qualifier: &str, call: &mut BTreeMap<String, Value>, notes: &mut Notes) {
    let role = match qualifier {
        "133" | "136" | "189" => "departure",
        "132" | "178" | "232" => "arrival",
        _ => return,
    };
    let text = message.segments[index].text(1, 2);
    match instant(&text) {
        Some(time) => {
            let in_china = call
                .get("place")
                .and_then(Value::text)
                .is_some_and(|place| place.len() == 5 && place.starts_with("CN"));
            let zone = if in_china { "+08:00" } else { "" };
            call.insert("time".to_owned(), format!("{time}{zone}").into());
            if call.get("role").and_then(Value::text) == Some("call") {
                call.insert("role".to_owned(), role.into());
            }
        }
        None => notes.at(&words::DATE_UNREADABLE, message.place(index, 1, 2).to_string(), &[&text]),
    }
}

/// YYMMDDHHMM (201), CCYYMMDDHHMM (203) or a day alone (101, 102), as ISO text.
fn instant(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let full = if matches!(text.len(), 6 | 10) { format!("20{text}") } else { text.to_owned() };
    let day = full.get(..8).and_then(|day| values::ymd(&day[..4], &day[4..6], &day[6..]))?;
    match full.get(8..).filter(|time| matches!(time.len(), 0 | 4 | 6))? {
        "" => Some(day.to_string()),
        time => {
            let two = |from: usize| time.get(from..from + 2).map_or(Ok(0), str::parse::<i8>).ok();
            let at = jiff::civil::Time::new(two(0)?, two(2)?, two(4)?, 0).ok()?;
            Some(format!("{day}T{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second()))
        }
    }
}
