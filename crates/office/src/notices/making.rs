//! Who is told of what: read from the log behind the sequenced position, written in the transaction in which the reader
//! moves on.

mod applications;
mod calls;
mod consignments;
mod declarations;
mod measures;
mod persons;
mod problems;
mod tables;
mod writing;

use std::collections::BTreeMap;

use domain::{
    Instant, Value,
    application::Application,
    consignment::Consignment,
    crew_case::CrewCase,
    declaration::Declaration,
    flight::Flight,
    manifest::Manifest,
    notice::{Told, clock_kind, near},
    person_permit::PersonPermit,
    problem::Problem,
    ship_call::{Party, ShipCall},
};
use store::{
    EventRow, Reach,
    notices::{Delivery, Notice as Row},
    people::User,
};
use uuid::Uuid;

use super::Preferences;
use crate::{Error, Office, Role, kept::Kept, sign_in::actor_of};

/// The readers of the log, by name.
const NEWS: &str = "notices";
const LIMITS: &str = "limits";
const BRIEF: &str = "brief";
const ASKING: &str = "resumption";
/// What happened longer ago than this is history and no news: thirty days, microseconds.
const OLD: i64 = 30 * 24 * domain::instant::HOUR;
/// How far ahead limits are looked at: the longest reminder is some working days, over the longest holiday.
const AHEAD: i64 = 14 * 24 * domain::instant::HOUR;
/// Entries of which nobody is told.
const QUIET: [&str; 7] = [
    "call.opened",
    "requirements.assessed",
    "formality.filed",
    "formality.withdrawn",
    "review.in_charge",
    "time.stated",
    "question.closed",
];
/// Kinds of matter besides ship's calls.
const OTHERS: [&str; 8] = [
    Problem::KIND,
    Application::KIND,
    PersonPermit::KIND,
    CrewCase::KIND,
    Flight::KIND,
    Declaration::KIND,
    Manifest::KIND,
    Consignment::KIND,
];
/// So many limits are looked at in one go.
const MOST_LIMITS: i64 = 20_000;

/// What is to be written of a stretch of the log.
struct Telling<'a> {
    office: &'a Office,
    people: BTreeMap<String, Vec<(User, Preferences)>>,
    endpoints: BTreeMap<String, Vec<Uuid>>,
    notices: Vec<Row>,
    deliveries: Vec<Delivery>,
}

/// One thing told about one matter.
struct Piece<'a> {
    told: &'a Told,
    group: &'a str,
    class: &'a str,
    matter: Uuid,
    number: &'a str,
    /// From what it comes: unique for each recipient.
    source: String,
    /// Who did it, and is not told of it.
    by: &'a str,
}

impl Office {
    /// Tells what the log holds beyond where this was done last, at most so many events; gives how many were read. Each is
    /// told once, whatever ends the program in between.
    ///
    /// # Errors
    /// The store's own. What cannot be read is set aside, and the rest goes on.
    pub async fn tell_news(&self, most: i64) -> Result<usize, Error> {
        let from = self.store.reader_position(NEWS).await?;
        let (events, to) = self.store.reach(Reach::System("notices")).events_after(from, most).await?;
        if to == from {
            return Ok(0);
        }
        let mut telling = Telling::new(self);
        for event in events.iter().filter(|event| event.at > self.now().0 - OLD) {
            match telling.event(event).await {
                Ok(()) => {}
                Err(Error::Internal(why)) => {
                    self.store.set_aside("notices", 1, &why, event.matter.as_bytes()).await?;
                }
                Err(Error::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        match self.store.tell(NEWS, (from, to), &telling.notices, &telling.deliveries).await {
            // Another node has told it.
            Err(store::StoreError::Missed) => Ok(0),
            other => Ok(other.map(|()| events.len())?),
        }
    }

    /// Tells the holders of limits that came near since this was done last.
    ///
    /// # Errors
    /// The store's own.
    pub async fn tell_limits(&self) -> Result<(), Error> {
        let now = self.now();
        let last = match self.store.reader_position(LIMITS).await? {
            -1 => now.0 - domain::instant::HOUR,
            last => last,
        };
        if last >= now.0 {
            return Ok(());
        }
        let mut telling = Telling::new(self);
        for clock in self.store.clocks_between(now.0, now.0 + AHEAD, MOST_LIMITS).await? {
            // The step of a call's clock is who it waits for; that of every other kind's says so.
            let kind = OTHERS.into_iter().find(|kind| clock.step == *kind).unwrap_or(ShipCall::KIND);
            let at = near(&self.profile, kind, clock_kind(&clock.clock), Instant(clock.due_at));
            if at.is_some_and(|at| at.0 > last && at <= now) {
                match telling.near(&clock).await {
                    // Gone meanwhile: the others are told all the same.
                    Ok(()) | Err(Error::NotFound) => {}
                    Err(other) => return Err(other),
                }
            }
        }
        let from = self.store.reader_position(LIMITS).await?;
        match self.store.tell(LIMITS, (from, now.0), &telling.notices, &telling.deliveries).await {
            Err(store::StoreError::Missed) => Ok(()),
            other => Ok(other?),
        }
    }

    /// Asks the firms of the chain for this week's answer on the resumption of work, once a week, from the hour at which the
    /// desks that are told of it open.
    ///
    /// # Errors
    /// The store's own.
    pub async fn tell_resumption(&self) -> Result<(), Error> {
        let (now, week) = (self.now(), self.week_begins().0);
        let told = Told { event: "resumption.ask", ..Told::default() };
        let Some(known) = domain::notice::recipients(&self.profile, told.event, "", now) else { return Ok(()) };
        let last = self.store.reader_position(ASKING).await?;
        let opens = domain::notice::earliest(&self.profile, &Party::Firm(String::new()), "", (told.event, ""), now);
        if last >= week || opens > now {
            return Ok(());
        }
        let mut telling = Telling::new(self);
        let period = self.this_week();
        for firm in self.firms_to_ask().await? {
            let source = format!("{ASKING}/{}/{}", period.0, firm.code);
            let (group, number) = (known.group.as_str(), period.0.as_str());
            let piece = Piece { told: &told, group, class: "", matter: Uuid::nil(), number, source, by: "" };
            telling.people(&Party::Firm(firm.code), &piece, &|_| true).await?;
        }
        match self.store.tell(ASKING, (last, week), &telling.notices, &telling.deliveries).await {
            Err(store::StoreError::Missed) => Ok(()),
            other => Ok(other?),
        }
    }

    /// Sends the morning brief to the port office's people, once a day, from the hour at which it opens.
    ///
    /// # Errors
    /// The store's own.
    pub async fn tell_brief(&self) -> Result<(), Error> {
        let now = self.now();
        let inputs =
            Value::from([("class", "".into()), ("event", BRIEF.into()), ("party", "".into()), ("desk", "".into())]);
        let Some(hit) = self.profile.hit("notice-hours", now, &inputs) else { return Ok(()) };
        let Some(calendar) = self.profile.calendars.get(hit.text("calendar")) else { return Ok(()) };
        let today = now.date(&self.profile.zone);
        let day = Instant::start_of(today, &self.profile.zone).unwrap_or_default().0;
        let last = self.store.reader_position(BRIEF).await?;
        if last >= day || !calendar.works_at(now.timestamp()) {
            return Ok(());
        }
        let mut telling = Telling::new(self);
        let told = Told { event: BRIEF, ..Told::default() };
        let piece = Piece {
            told: &told,
            group: BRIEF,
            class: "",
            matter: Uuid::nil(),
            number: "",
            source: format!("{BRIEF}/{today}"),
            by: "",
        };
        for office in self.profile.organs.iter().filter(|organ| organ.kind == "office") {
            telling.people(&Party::Organ(office.code.clone()), &piece, &|user| is_coordinator(user)).await?;
        }
        match self.store.tell(BRIEF, (last, day), &telling.notices, &telling.deliveries).await {
            Err(store::StoreError::Missed) => Ok(()),
            other => Ok(other?),
        }
    }
}

impl<'a> Telling<'a> {
    fn new(office: &'a Office) -> Telling<'a> {
        Telling {
            office,
            people: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            notices: Vec::new(),
            deliveries: Vec::new(),
        }
    }

    async fn event(&mut self, event: &EventRow) -> Result<(), Error> {
        let data: serde_json::Value = serde_json::from_str(&event.data)?;
        let Some(version) = data["version"].as_i64() else { return Ok(()) };
        // An act of one entry is known by its kind, and its entry need not be read.
        if data["entries"].as_i64() == Some(1) && QUIET.contains(&event.kind.as_str()) {
            return Ok(());
        }
        let rows = self.office.store.entries_of_act(event.matter, version).await?;
        // Most acts file something, of which the queues tell: nothing more is read for them.
        if rows.iter().all(|row| QUIET.contains(&row.kind.as_str())) {
            return Ok(());
        }
        let reach = self.office.store.reach(Reach::System("notices"));
        let Some(head) = reach.head(event.matter).await? else { return Ok(()) };
        match head.kind.as_str() {
            Problem::KIND => {
                let problem = self.office.fold_of::<Problem>(&reach, &head).await?;
                self.problem(event.matter, &problem, &rows).await
            }
            Application::KIND => {
                let application = self.office.fold_of::<Application>(&reach, &head).await?;
                self.application(event.matter, &application, &rows).await
            }
            Declaration::KIND => {
                let declaration = self.office.fold_of::<Declaration>(&reach, &head).await?;
                self.declaration(event.matter, &declaration, &rows).await
            }
            Consignment::KIND => {
                let consignment = self.office.fold_of::<Consignment>(&reach, &head).await?;
                self.consignment(event.matter, &consignment, &rows).await
            }
            ShipCall::KIND => {
                let call = self.office.fold_of::<ShipCall>(&reach, &head).await?;
                self.call(event.matter, &call, &rows).await
            }
            PersonPermit::KIND => {
                let permit = self.office.fold_of::<PersonPermit>(&reach, &head).await?;
                self.person_permit(event.matter, &permit, &rows).await
            }
            CrewCase::KIND => {
                let case = self.office.fold_of::<CrewCase>(&reach, &head).await?;
                self.crew_case(event.matter, &case, &rows).await
            }
            Flight::KIND => {
                let flight = self.office.fold_of::<Flight>(&reach, &head).await?;
                self.flight(event.matter, &flight, &rows).await
            }
            _ => Ok(()),
        }
    }

    /// A limit that came near: its holder is told, as far as it takes part.
    async fn near(&mut self, clock: &store::clocks::DueClock) -> Result<(), Error> {
        let due = Instant(clock.due_at);
        let mut told = Told { word: clock_kind(&clock.clock).to_owned(), until: Some(due), ..Told::default() };
        let source = format!("near/{}/{}/{}", clock.matter, clock.clock, clock.due_at);
        if clock.step == Problem::KIND {
            let problem = self.office.read::<Problem>(Reach::System("notices"), clock.matter).await?;
            let Some(holder) = problem.running().find(|of| of.name == clock.clock).map(|of| of.holder.clone()) else {
                return Ok(());
            };
            told.event = "problem.near";
            told.who.clone_from(&holder);
            let (class, number) = (problem.severity.as_str(), problem.number.as_str());
            let piece = Piece { told: &told, group: "limit", class, matter: clock.matter, number, source, by: "" };
            let takes_part = problem.units().contains(&holder);
            return match holder == problem.office {
                true => self.people(&Party::Organ(holder), &piece, &is_coordinator).await,
                false if takes_part => self.people(&Party::Organ(holder), &piece, &is_staff).await,
                false => Ok(()),
            };
        }
        if clock.step == Application::KIND {
            let application = self.office.read::<Application>(Reach::System("notices"), clock.matter).await?;
            return self.application_near(clock.matter, &application, told, source).await;
        }
        if clock.step == Declaration::KIND {
            return self.declaration_near(clock, &told, source).await;
        }
        if clock.step == Consignment::KIND {
            return self.consignment_near(clock, &told, source).await;
        }
        if self.persons_near(clock, &told, &source).await? {
            return Ok(());
        }
        let call = self.office.read::<ShipCall>(Reach::System("notices"), clock.matter).await?;
        told.event = "call.near";
        told.who.clone_from(&clock.step);
        told.formality = clock.clock.split(':').nth(1).unwrap_or_default().to_owned();
        let (number, matter) = (call.number.as_str(), clock.matter);
        let piece = Piece { told: &told, group: "limit", class: "", matter, number, source, by: "" };
        match clock.step.as_str() {
            "agent" => self.call_firm(&call, &piece).await,
            unit => self.call_unit(unit, &piece).await,
        }
    }
}

fn is_coordinator(user: &User) -> bool {
    actor_of(user).role == Role::Coordinator
}

/// Those who work for their unit; administrators run the program, guards stand at a gate, and neither sees content.
fn is_staff(user: &User) -> bool {
    !matches!(actor_of(user).role, Role::Administrator | Role::Guard)
}
