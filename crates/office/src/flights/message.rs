//! A flight as a passenger or crew list tells of it.

use domain::{
    Fault, Instant, Severity, Text, Value,
    flight::{Direction, NewFlight},
    reference,
};
use jiff::civil::{Date, DateTime};
use messages::Reading;

use crate::Office;

/// What a message says of its flight, for the form in which the flight is announced.
#[derive(Clone, Debug, Default)]
pub struct FlightMessage {
    /// What was found; what the message does not say is empty.
    pub flight: NewFlight,
    /// True when the message says from where and to where, and one of the two is this airport.
    pub is_here: bool,
    /// When it lands or takes off here, by the clocks of this airport; none where the message does not say.
    pub time: Option<Instant>,
    /// How many of the crew and how many passengers it lists.
    pub persons: (usize, usize),
    /// Everything wrong with the message.
    pub faults: Vec<Fault>,
}

impl Office {
    /// Reads the flight of a message. Nothing is kept.
    pub fn flight_of_message(&self, name: &str, bytes: &[u8]) -> FlightMessage {
        let reading = self.read_message(name, bytes);
        let here = &self.profile.port.airport;
        let mut found = FlightMessage { persons: persons(&reading), ..FlightMessage::default() };
        found.faults = reading.faults;
        let Some(transport) = reading.transport else {
            found.faults.push(elsewhere(here));
            return found;
        };
        found.flight.designator = designator(&transport);
        let calls = transport.get("calls").list();
        let nth = calls.iter().position(|call| is_place(call.get("place").text().unwrap_or_default(), here));
        found.is_here = nth.is_some();
        let Some(nth) = nth else {
            found.faults.push(elsewhere(here));
            return found;
        };
        let departs = calls[nth].get("role").text() == Some("departure");
        found.flight.direction = if departs { Direction::Departure } else { Direction::Arrival };
        let other = if departs { calls.get(nth + 1) } else { nth.checked_sub(1).and_then(|before| calls.get(before)) };
        let other = other.or_else(|| calls.iter().enumerate().find(|(at, _)| *at != nth).map(|(_, call)| call));
        found.flight.other = other.and_then(|call| call.get("place").text()).and_then(place).unwrap_or_default();
        found.time = calls[nth].get("time").text().and_then(|time| self.time_here(time));
        if let Some(time) = found.time {
            found.flight.scheduled = time;
            found.flight.day = time.date(&self.profile.zone);
        }
        found
    }

    /// A time of a message at this airport: with its zone, or by the airport's clocks; a day alone is its noon.
    fn time_here(&self, text: &str) -> Option<Instant> {
        if let Some(instant) = Instant::parse(text) {
            return Some(instant);
        }
        let local = text.parse::<DateTime>().ok().or_else(|| Some(text.parse::<Date>().ok()?.at(12, 0, 0, 0)))?;
        self.profile.zone.to_timestamp(local).ok().map(Instant::from)
    }
}

fn persons(reading: &Reading) -> (usize, usize) {
    let count = |formality: &str, rows: &str| {
        let documents = reading.documents.iter().filter(|(code, _)| code == formality);
        documents.map(|(_, content)| content.get(rows).list().len()).sum()
    };
    (count("crew_list", "members"), count("passenger_list", "passengers"))
}

/// Airline and number: `UA0989` is flight UA989, and many senders write the airline apart.
fn designator(transport: &Value) -> String {
    let text = |name: &str| transport.get(name).text().unwrap_or_default().to_uppercase().replace(' ', "");
    let (number, carrier) = (text("conveyance"), text("carrier"));
    let whole = if number.bytes().all(|byte| byte.is_ascii_digit()) { format!("{carrier}{number}") } else { number };
    let airline = whole.len() - whole.trim_start_matches(|sign: char| sign.is_ascii_alphabetic()).len();
    let airline = if airline < 2 { 2.min(whole.len()) } else { airline };
    let (airline, number) = whole.split_at(airline);
    let trimmed = number.trim_start_matches('0');
    format!("{airline}{}", if trimmed.is_empty() { number } else { trimmed })
}

/// True for the place itself, by UN/LOCODE or by the three letters of IATA that it ends with.
fn is_place(text: &str, here: &str) -> bool {
    !here.is_empty() && (text == here || here.get(2..) == Some(text))
}

/// A place as UN/LOCODE, when the message says one.
fn place(text: &str) -> Option<String> {
    reference::locode(text).or_else(|| reference::airport(text)).map(|place| place.code.to_owned())
}

fn elsewhere(here: &str) -> Fault {
    Fault::new(
        Severity::Warning,
        "PQ-FLIGHT-023",
        "",
        Text::new(
            format!("名单没有写明本场（{here}）的起飞或到达。"),
            format!("The list names no take-off from or landing at this airport ({here})."),
        ),
        Text::new(
            "请核对是否为本场航班，并补填方向、对方机场和时间。",
            "See whether it is a flight of this airport, and fill in direction, the other airport and the time.",
        ),
    )
}
