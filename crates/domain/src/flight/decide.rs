//! Deciding an act on a flight: pure. What it returns is appended to the journal, all or nothing.

use super::{
    Act, Direction, EVENTS, Entry, Filed, Flight, NewFlight, Record, Refusal, Ruled, Status, apply::apply, assess,
};
use crate::{
    Instant, Value,
    formality::Formality,
    matter::{Context, Organ, Party},
};

/// Decides what an act adds to a flight's journal.
pub(super) fn decide(flight: &Flight, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    if matches!(act, Act::Announce(_)) != (flight.version == 0) {
        return Err(Refusal::WrongState);
    }
    let here = Here { flight, context };
    let mut entries = here.passed();
    entries.extend(match act {
        Act::Announce(new) => here.announce(new)?,
        Act::File(filed) => here.file(filed)?,
        Act::State { event, kind, time } => here.state(event, kind, *time)?,
        Act::Stand { stand, used } => here.stand(stand, *used)?,
        Act::Rule { formality, ruled } => here.rule(*formality, ruled)?,
        Act::Board(ruled) => here.board(ruled)?,
        Act::FreePratique(ruled) => here.free_pratique(ruled)?,
        Act::Hold(ruled) => here.hold(ruled)?,
        Act::Lift => here.lift()?,
        Act::Open(what) => here.open(what)?,
        Act::LeaveAirside => here.leave_airside()?,
        Act::Divert(to) => here.divert(to)?,
        Act::Return => here.come_back()?,
        Act::Cancel => here.cancel()?,
        Act::Fire { clock, due } => return here.fire(clock, *due),
    });
    Ok(here.assessed_after(entries))
}

struct Here<'a> {
    flight: &'a Flight,
    context: &'a Context<'a>,
}

impl Here<'_> {
    /// The firm for which is acted.
    fn firm(&self) -> Option<&str> {
        match (&self.context.actor.on_behalf, &self.context.actor.party) {
            (Some(principal), Party::Firm(_)) => Some(principal),
            (None, Party::Firm(firm)) => Some(firm),
            _ => None,
        }
    }

    fn is_firm(&self) -> bool {
        self.firm() == Some(self.flight.told.firm.as_str())
    }

    fn is_airport(&self) -> bool {
        let airport = assess::airport(self.context.profile);
        matches!(&self.context.actor.party, Party::Organ(organ) if Some(organ.as_str()) == airport)
    }

    /// The firm that answers for the flight, or the airport.
    fn require_ground(&self) -> Result<(), Refusal> {
        if self.is_firm() || self.is_airport() { self.require_flying() } else { Err(Refusal::NotYours) }
    }

    fn require_flying(&self) -> Result<(), Refusal> {
        if self.flight.ended.is_none() { Ok(()) } else { Err(Refusal::Ended) }
    }

    fn organ(&self) -> Result<Organ, Refusal> {
        match &self.context.actor.party {
            Party::Organ(organ) => Ok(organ.clone()),
            _ => Err(Refusal::NotYours),
        }
    }

    fn announce(&self, new: &NewFlight) -> Result<Vec<Entry>, Refusal> {
        if self.firm() != Some(new.firm.as_str()) && !self.is_airport() {
            return Err(Refusal::NotYours);
        }
        let airport = self.context.profile.port.airport.clone();
        if airport.is_empty() {
            return Err(Refusal::NoAirport);
        }
        for (of, code) in [("service", &new.service), ("nature", &new.nature)] {
            let asked = Value::from([("of", of.into()), ("code", code.as_str().into())]);
            if self.context.profile.hit("flight-kinds", self.context.now, &asked).is_none() {
                return Err(Refusal::Unknown(of, code.clone()));
            }
        }
        if !is_designator(&new.designator) {
            return Err(Refusal::Unknown("designator", new.designator.clone()));
        }
        if crate::reference::locode(&new.other).is_none() || new.other == airport {
            return Err(Refusal::Unknown("other", new.other.clone()));
        }
        let runs = assess::airport(self.context.profile).map(str::to_owned);
        let boards = self.context.profile.tables.get("flight-quarantine").into_iter().flat_map(|table| table.answers());
        let boards = boards.filter_map(|row| row.outputs.get("organ").and_then(Value::text).map(str::to_owned));
        let mut concerned: Vec<Organ> = runs.into_iter().chain(boards).collect();
        concerned.sort();
        concerned.dedup();
        Ok(vec![Entry::Announced { new: Box::new(new.clone()), airport, concerned }])
    }

    fn file(&self, filed: &Filed) -> Result<Vec<Entry>, Refusal> {
        if !self.is_firm() {
            return Err(Refusal::NotYours);
        }
        self.require_flying()?;
        if self.flight.status() == Status::Departed {
            return Err(Refusal::WrongState);
        }
        // What is filed may itself make something due, and is looked at with what it says.
        let ahead = self.ahead(&[Entry::Filed { filed: filed.clone(), limits: Vec::new(), organs: Vec::new() }]);
        let assessed = assess::assess(&ahead, self.context);
        let Some(due) = assessed.due.iter().find(|due| due.formality == filed.formality) else {
            return Err(Refusal::NotDue(filed.formality));
        };
        let limits = assess::decisions_of(due, self.context.now, self.context.profile);
        Ok(vec![Entry::Filed { filed: filed.clone(), limits, organs: due.organs.clone() }])
    }

    fn state(&self, event: &str, kind: &str, time: Instant) -> Result<Vec<Entry>, Refusal> {
        self.require_ground()?;
        if !EVENTS.contains(&event) {
            return Err(Refusal::Unknown("event", event.to_owned()));
        }
        if !matches!(kind, "scheduled" | "estimated" | "actual") {
            return Err(Refusal::Unknown("kind", kind.to_owned()));
        }
        if kind == "actual" && time > self.context.now {
            return Err(Refusal::NotYet);
        }
        let mut entries = vec![Entry::TimeStated { event: event.to_owned(), kind: kind.to_owned(), time }];
        let departs = self.flight.told.direction == Direction::Departure && event == "take_off" && kind == "actual";
        if departs && !matches!(self.flight.status(), Status::Cleared | Status::Departed) {
            entries.push(Entry::DepartedUncleared);
        }
        Ok(entries)
    }

    fn stand(&self, stand: &str, used: Option<(Instant, Instant)>) -> Result<Vec<Entry>, Refusal> {
        if !self.is_airport() {
            return Err(Refusal::NotYours);
        }
        self.require_flying()?;
        let stand = stand.trim().to_uppercase();
        if stand.is_empty() || stand.len() > 8 || !stand.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Refusal::Unknown("stand", stand));
        }
        if used.is_some_and(|(from, until)| until <= from) {
            return Err(Refusal::StandBackwards);
        }
        Ok(vec![Entry::StandGiven { stand, used }])
    }

    fn rule(&self, formality: Formality, ruled: &Ruled) -> Result<Vec<Entry>, Refusal> {
        let organ = self.organ()?;
        self.require_flying()?;
        if self.flight.review(formality, &organ).is_none() {
            return Err(Refusal::NotYours);
        }
        if self.flight.status() == Status::Departed {
            return Err(Refusal::WrongState);
        }
        if !ruled.granted {
            founded(ruled)?;
        }
        Ok(vec![Entry::Ruled { formality, organ, ruled: ruled.clone() }])
    }

    /// Customs boards where the table demands it, and else on a ground that it names.
    fn board(&self, ruled: &Ruled) -> Result<Vec<Entry>, Refusal> {
        let organ = self.quarantine_organ()?;
        self.require_flying()?;
        if self.flight.told.direction != Direction::Arrival || self.flight.actual("landing").is_none() {
            return Err(Refusal::NotLanded);
        }
        if self.flight.quarantine.begun.is_some() && self.flight.quarantine.ended.is_none() {
            return Err(Refusal::WrongState);
        }
        if self.flight.quarantine.demanded.is_none() {
            founded(ruled)?;
        }
        Ok(vec![Entry::Boarded { ruled: ruled.clone(), organ }])
    }

    fn free_pratique(&self, ruled: &Ruled) -> Result<Vec<Entry>, Refusal> {
        self.quarantine_organ()?;
        self.require_flying()?;
        let quarantine = &self.flight.quarantine;
        match (quarantine.begun, &quarantine.ended) {
            (Some(_), None) => Ok(vec![Entry::FreePratique { ruled: Ruled { granted: true, ..ruled.clone() } }]),
            (None, None) if quarantine.demanded.is_some() => Err(Refusal::NotBoarded),
            _ => Err(Refusal::WrongState),
        }
    }

    /// The actor, when it is the organ that quarantines.
    fn quarantine_organ(&self) -> Result<Organ, Refusal> {
        let organ = self.organ()?;
        let theirs = assess::quarantine(self.flight, self.context);
        if theirs.is_some_and(|hit| hit.text("organ") == organ) { Ok(organ) } else { Err(Refusal::NotYours) }
    }

    fn hold(&self, ruled: &Ruled) -> Result<Vec<Entry>, Refusal> {
        let organ = self.organ()?;
        self.require_flying()?;
        let decides = |record: &&crate::profile::OrganRecord| record.code == organ && record.kind == "organ";
        if !self.context.profile.organs.iter().any(|record| decides(&record)) {
            return Err(Refusal::NotYours);
        }
        founded(ruled)?;
        if self.flight.standing_holds().any(|hold| hold.organ == organ) {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::Held { organ, ruled: ruled.clone() }])
    }

    fn lift(&self) -> Result<Vec<Entry>, Refusal> {
        let organ = self.organ()?;
        if self.flight.standing_holds().any(|hold| hold.organ == organ) {
            Ok(vec![Entry::Lifted { organ }])
        } else {
            Err(Refusal::NotYours)
        }
    }

    /// Nobody leaves and nothing is unloaded before it has landed, while quarantine stands, or while it is held.
    fn open(&self, what: &str) -> Result<Vec<Entry>, Refusal> {
        self.require_ground()?;
        if !matches!(what, "persons" | "goods") {
            return Err(Refusal::Unknown("what", what.to_owned()));
        }
        let flight = self.flight;
        if flight.told.direction != Direction::Arrival || flight.actual("landing").is_none() {
            return Err(Refusal::NotLanded);
        }
        if flight.quarantine.stands() {
            return Err(Refusal::Quarantine(Box::new(flight.quarantine.demanded.clone().unwrap_or_default())));
        }
        if flight.standing_holds().next().is_some() {
            return Err(Refusal::Held);
        }
        if flight.opened.contains_key(what) {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::Opened { what: what.to_owned() }])
    }

    fn leave_airside(&self) -> Result<Vec<Entry>, Refusal> {
        self.require_ground()?;
        if self.flight.told.flies_on.is_none() {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::LeftAirside])
    }

    fn divert(&self, to: &str) -> Result<Vec<Entry>, Refusal> {
        self.require_ground()?;
        if self.flight.told.direction != Direction::Arrival || self.flight.actual("landing").is_some() {
            return Err(Refusal::WrongState);
        }
        if crate::reference::locode(to).is_none() || to == self.flight.airport {
            return Err(Refusal::Unknown("to", to.to_owned()));
        }
        Ok(vec![Entry::Diverted { to: to.to_owned() }])
    }

    fn come_back(&self) -> Result<Vec<Entry>, Refusal> {
        self.require_ground()?;
        if self.flight.status() != Status::Departed {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::Returned])
    }

    fn cancel(&self) -> Result<Vec<Entry>, Refusal> {
        self.require_ground()?;
        let flown = ["landing", "take_off"].iter().any(|event| self.flight.actual(event).is_some());
        if flown { Err(Refusal::WrongState) } else { Ok(vec![Entry::Cancelled]) }
    }

    fn fire(&self, clock: &str, due: Instant) -> Result<Vec<Entry>, Refusal> {
        let runs = self.flight.clocks().iter().any(|(name, at)| name == clock && *at == due);
        let limit = self.flight.limits.iter().find(|limit| limit.name == clock).filter(|_| runs);
        limit.map(|limit| vec![Entry::Passed(limit.clone())]).ok_or(Refusal::WrongState)
    }

    /// Limits that passed before this act are facts, even when their clocks have not fired yet.
    fn passed(&self) -> Vec<Entry> {
        if self.flight.status().is_over() {
            return Vec::new();
        }
        let late = self.flight.limits.iter().filter(|limit| limit.due < self.context.now);
        late.map(|limit| Entry::Passed(limit.clone())).collect()
    }

    fn ahead(&self, entries: &[Entry]) -> Flight {
        let mut ahead = self.flight.clone();
        entries.iter().for_each(|entry| apply(&mut ahead, &Record::ahead(self.context.now, entry.clone())));
        ahead
    }

    /// What the tables say after the entries, where it is something else than before.
    fn assessed_after(&self, mut entries: Vec<Entry>) -> Vec<Entry> {
        let ahead = self.ahead(&entries);
        if ahead.ended.is_some() {
            return entries;
        }
        let assessed = assess::assess(&ahead, self.context);
        let demanded = ahead.quarantine.demanded.clone();
        if assessed.due != ahead.due || assessed.demanded != demanded {
            let limits = assess::limits_of(&ahead, &assessed);
            entries.push(Entry::Assessed { assessed, limits });
        }
        entries
    }
}

/// A refusal, a hold and a boarding that no row demands say why, and by which law.
fn founded(ruled: &Ruled) -> Result<(), Refusal> {
    if ruled.words.is_some() && !ruled.law.trim().is_empty() { Ok(()) } else { Err(Refusal::Wordless) }
}

/// Two letters or digits of the airline (IATA) or three letters (ICAO), one to four digits, and perhaps a letter.
fn is_designator(text: &str) -> bool {
    let airline = |length: usize| {
        let (Some(airline), Some(number)) = (text.get(..length), text.get(length..)) else { return false };
        let digits = number.trim_end_matches(|letter: char| letter.is_ascii_uppercase());
        airline.bytes().all(|byte| byte.is_ascii_uppercase() || (length == 2 && byte.is_ascii_digit()))
            && airline.bytes().any(|byte| byte.is_ascii_uppercase())
            && (1..=4).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && number.len() - digits.len() <= 1
    };
    airline(2) || airline(3)
}
