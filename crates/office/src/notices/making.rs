//! Who is told of what: read from the log behind the sequenced position, written in the transaction in which the reader
//! moves on.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Instant, Value,
    notice::{Recipients, Told, clock_kind, earliest, near, recipients},
    problem::{Entry, Problem, Reader, Record, Report},
    ship_call::{Party, ShipCall},
};
use store::{
    EntryRow, EventRow, Reach,
    notices::{Delivery, Notice as Row},
    people::User,
};
use uuid::Uuid;

use super::{Data, PROBLEM, Preferences, SHIP_CALL, person};
use crate::{Error, Office, Role, kept::record, problems::Contact, sign_in::actor_of};

/// The readers of the log, by name.
const NEWS: &str = "notices";
const LIMITS: &str = "limits";
const BRIEF: &str = "brief";
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
            let kind = if clock.step == PROBLEM { PROBLEM } else { SHIP_CALL };
            let at = near(&self.profile, kind, clock_kind(&clock.clock), Instant(clock.due_at));
            if at.is_some_and(|at| at.0 > last && at <= now) {
                telling.near(&clock).await?;
            }
        }
        let from = self.store.reader_position(LIMITS).await?;
        match self.store.tell(LIMITS, (from, now.0), &telling.notices, &telling.deliveries).await {
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
        let rows = self.office.store.entries_of_act(event.matter, version).await?;
        // Most acts file something, of which the queues tell: nothing more is read for them.
        if rows.iter().all(|row| QUIET.contains(&row.kind.as_str())) {
            return Ok(());
        }
        let reach = self.office.store.reach(Reach::System("notices"));
        let Some(stored) = reach.matter(event.matter).await? else { return Ok(()) };
        match stored.kind.as_str() {
            PROBLEM => {
                let problem = self.office.unfold::<Problem>(stored).await?;
                self.problem(event.matter, &problem, &rows).await
            }
            SHIP_CALL => {
                let call = self.office.unfold::<ShipCall>(stored).await?;
                self.call(event.matter, &call, &rows).await
            }
            _ => Ok(()),
        }
    }

    async fn problem(&mut self, matter: Uuid, problem: &Problem, rows: &[EntryRow]) -> Result<(), Error> {
        let records: Vec<Record> = rows.iter().map(record::<Problem>).collect::<Result<_, _>>()?;
        let planned = records.iter().any(|record| matches!(record.entry, Entry::Planned(_)));
        for (row, record) in rows.iter().zip(&records) {
            // A reply with a plan is told once, as the plan.
            if planned && matches!(record.entry, Entry::Signed(_)) {
                continue;
            }
            let Some(told) = problem.told(record) else { continue };
            let now = self.office.now();
            let Some(Recipients { to, group }) = recipients(&self.office.profile, told.event, &told.word, now) else {
                continue;
            };
            let piece = Piece {
                told: &told,
                group: &group,
                class: &problem.severity,
                matter,
                number: &problem.number,
                source: format!("{matter}/{}", row.seq),
                by: &record.person,
            };
            for word in &to {
                self.problem_to(word, problem, record, &piece).await?;
            }
        }
        Ok(())
    }

    async fn problem_to(
        &mut self,
        word: &str,
        problem: &Problem,
        record: &Record,
        piece: &Piece<'_>,
    ) -> Result<(), Error> {
        let units: Vec<String> = match word {
            "firm" => return self.reporters(problem, record, piece).await,
            "coordinator" => return self.named_coordinators(problem, record, piece).await,
            "level" => return self.level(problem, record, piece).await,
            "office" => return self.port_office(problem, record, piece).await,
            "handler" => return self.handler(problem, record, piece).await,
            "unit" => piece.told.units.clone(),
            "lead" => problem.lead().map(|lead| lead.organ.clone()).into_iter().collect(),
            "parts" => problem.parts().into_iter().map(str::to_owned).collect(),
            "watchers" => problem.followers().into_iter().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        for unit in units {
            self.unit(&unit, problem, record, piece).await?;
        }
        Ok(())
    }

    /// The people and systems of a unit, as far as it may be told.
    async fn unit(&mut self, unit: &str, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        if *unit == problem.office {
            return self.port_office(problem, record, piece).await;
        }
        if !problem.tells(&Reader::Unit(unit.to_owned()), &record.entry) {
            return Ok(());
        }
        let party = Party::Organ(unit.to_owned());
        let works = |user: &User| is_staff(user) && !problem.recused.contains(&user.id);
        self.people(&party, piece, &works).await?;
        self.systems(&format!("organ:{unit}"), piece).await
    }

    async fn port_office(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        if !problem.tells(&Reader::Office, &record.entry) {
            return Ok(());
        }
        let works = |user: &User| is_coordinator(user) && !problem.recused.contains(&user.id);
        self.people(&Party::Organ(problem.office.clone()), piece, &works).await?;
        self.systems(&format!("organ:{}", problem.office), piece).await
    }

    /// Who handles it for the lead; the lead's people while nobody has taken it.
    async fn handler(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        let Some(lead) = problem.lead() else { return self.port_office(problem, record, piece).await };
        let Some(handler) = &lead.handler else { return self.unit(&lead.organ, problem, record, piece).await };
        if !problem.tells(&Reader::Unit(lead.organ.clone()), &record.entry) {
            return Ok(());
        }
        self.people(&Party::Organ(lead.organ.clone()), piece, &|user| user.id == *handler).await
    }

    /// Whoever reported: the firm's people and systems, and the address that came with the report.
    async fn reporters(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        let ended = matches!(record.entry, Entry::Ended(_));
        let concerned = |report: &&Report| {
            (ended || report.withdrawn_at.is_none()) && piece.told.report.is_none_or(|id| id == report.id)
        };
        for report in problem.reports.iter().filter(concerned) {
            let own: BTreeSet<u32> = match report.firm.as_str() {
                "" => BTreeSet::from([report.id]),
                firm => problem.reports.iter().filter(|of| of.firm == firm).map(|of| of.id).collect(),
            };
            if !problem.tells(&Reader::Reporter(own), &record.entry) {
                continue;
            }
            let source = format!("{}/{}", piece.source, report.id);
            let piece = Piece {
                told: piece.told,
                group: piece.group,
                class: piece.class,
                matter: piece.matter,
                number: &report.number,
                source,
                by: piece.by,
            };
            if !report.firm.is_empty() {
                self.people(&Party::Firm(report.firm.clone()), &piece, &|_| true).await?;
                self.systems(&format!("firm:{}", report.firm), &piece).await?;
            }
            self.contact(report, &piece).await?;
        }
        Ok(())
    }

    /// The address that a reporter gave, for what she is told of her own report.
    async fn contact(&mut self, report: &Report, piece: &Piece<'_>) -> Result<(), Error> {
        let answered = piece.group == "answer" || piece.group == "limit" || piece.told.word == "lead";
        let Some(document) = report.contact.as_ref().filter(|_| answered) else { return Ok(()) };
        let Ok(id) = Uuid::parse_str(document) else { return Ok(()) };
        let reach = self.office.store.reach(Reach::System("contact of a reporter"));
        let Some(bytes) = reach.document(id).await?.and_then(|document| document.bytes) else { return Ok(()) };
        let contact: Contact = serde_json::from_slice(&bytes)?;
        if !super::ways::is_address(&contact.email) {
            return Ok(());
        }
        let recipient = format!("report:{}:{}", piece.matter, report.id);
        let due = earliest(
            &self.office.profile,
            &Party::Firm(String::new()),
            "",
            (piece.told.event, piece.class),
            self.office.now(),
        );
        let notice = self.notice(recipient, piece);
        self.deliver(&notice, "email", due);
        self.notices.push(notice);
        Ok(())
    }

    /// The persons of the port office who look after the firms that reported.
    async fn named_coordinators(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        if !problem.tells(&Reader::Office, &record.entry) {
            return Ok(());
        }
        let firms: BTreeSet<&str> = problem.standing_reports().map(|report| report.firm.as_str()).collect();
        for firm in firms.into_iter().filter(|firm| !firm.is_empty()) {
            let Some(named) = self.office.coordinator_of(firm).await? else { continue };
            let office = Party::Organ(problem.office.clone());
            self.people(&office, piece, &|user| user.id == named.person && is_coordinator(user)).await?;
        }
        Ok(())
    }

    /// Those whom a step of the ladder names.
    async fn level(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        let inputs = Value::from([("level", piece.told.word.as_str().into())]);
        let Some(hit) = self.office.profile.hit("notice-levels", self.office.now(), &inputs) else { return Ok(()) };
        for to in hit.texts("to") {
            match to.as_str() {
                "handler" => self.handler(problem, record, piece).await?,
                "liaison" => self.liaison(problem, record, piece).await?,
                "outside" => self.outside(piece).await?,
                "parts" => {
                    for unit in problem.parts() {
                        self.unit(unit, problem, record, piece).await?;
                    }
                }
                "office" => self.port_office(problem, record, piece).await?,
                _ => self.named_coordinators(problem, record, piece).await?,
            }
        }
        Ok(())
    }

    /// The persons whom the owner's chief named for the ladder; its people when none is named.
    async fn liaison(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        let Some(owner) = problem.owner() else { return Ok(()) };
        let named = self.office.liaison_of(owner).await?;
        if named.is_empty() || owner == problem.office {
            return self.unit(owner, problem, record, piece).await;
        }
        if problem.tells(&Reader::Unit(owner.to_owned()), &record.entry) {
            let is_named = |user: &User| named.contains(&user.id) && !problem.recused.contains(&user.id);
            self.people(&Party::Organ(owner.to_owned()), piece, &is_named).await?;
        }
        Ok(())
    }

    /// A level without an account: number, class and step alone, to the address that the port office keeps.
    async fn outside(&mut self, piece: &Piece<'_>) -> Result<(), Error> {
        let recipient = format!("level:{}", piece.told.word);
        if self.office.preferences_kept(&recipient).await?.email.is_empty() {
            return Ok(());
        }
        let about = (piece.told.event, piece.class);
        let due = earliest(&self.office.profile, &Party::Clock, "", about, self.office.now());
        let notice = self.notice(recipient, piece);
        self.deliver(&notice, "email", due);
        self.notices.push(notice);
        Ok(())
    }

    async fn call(&mut self, matter: Uuid, call: &ShipCall, rows: &[EntryRow]) -> Result<(), Error> {
        for row in rows {
            let record = record::<ShipCall>(row)?;
            let Some(told) = call.told(&record) else { continue };
            let now = self.office.now();
            let Some(Recipients { to, group }) = recipients(&self.office.profile, told.event, &told.word, now) else {
                continue;
            };
            let source = format!("{matter}/{}", row.seq);
            let (number, by) = (call.number.as_str(), record.person.as_str());
            let piece = Piece { told: &told, group: &group, class: "", matter, number, source, by };
            let agent = piece.told.units.iter().any(|unit| unit == "agent");
            for word in &to {
                match word.as_str() {
                    // A limit of an organ is no news for the agent, and one of the agent none for an organ.
                    "firm" if piece.told.units.is_empty() || agent || told.event != "call.breach" => {
                        self.call_firm(call, &piece).await?;
                    }
                    "unit" => {
                        for unit in piece.told.units.iter().filter(|unit| *unit != "agent") {
                            self.call_unit(unit, &piece).await?;
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    async fn call_firm(&mut self, call: &ShipCall, piece: &Piece<'_>) -> Result<(), Error> {
        self.people(&Party::Firm(call.agent.clone()), piece, &|_| true).await?;
        self.systems(&format!("firm:{}", call.agent), piece).await
    }

    async fn call_unit(&mut self, unit: &str, piece: &Piece<'_>) -> Result<(), Error> {
        if !self.office.store.reach(Reach::Organ(unit.to_owned())).sees(piece.matter).await? {
            return Ok(());
        }
        self.people(&Party::Organ(unit.to_owned()), piece, &is_staff).await?;
        self.systems(&format!("organ:{unit}"), piece).await
    }

    /// A limit that came near: its holder is told, as far as it takes part.
    async fn near(&mut self, clock: &store::clocks::DueClock) -> Result<(), Error> {
        let due = Instant(clock.due_at);
        let mut told = Told { word: clock_kind(&clock.clock).to_owned(), until: Some(due), ..Told::default() };
        let source = format!("near/{}/{}/{}", clock.matter, clock.clock, clock.due_at);
        if clock.step == PROBLEM {
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

    /// Tells the people of a party whom `is_for` names.
    async fn people(
        &mut self,
        party: &Party,
        piece: &Piece<'_>,
        is_for: &(dyn Fn(&User) -> bool + Sync),
    ) -> Result<(), Error> {
        let (code, is_firm) = match party {
            Party::Firm(code) => (code.clone(), true),
            Party::Organ(code) => (code.clone(), false),
            Party::Clock => return Ok(()),
        };
        let key = format!("{is_firm}:{code}");
        if !self.people.contains_key(&key) {
            let mut people = Vec::new();
            for user in self.office.store.users_of(&code, !is_firm).await?.into_iter().filter(|user| !user.disabled) {
                let preferences = self.office.preferences_kept(&person(&user.id)).await?;
                people.push((user, preferences));
            }
            self.people.insert(key.clone(), people);
        }
        let known = self.people.get(&key).cloned().unwrap_or_default();
        for (user, preferences) in known.iter().filter(|(user, _)| is_for(user) && user.id != piece.by) {
            self.one(party, user, preferences, piece);
        }
        Ok(())
    }

    fn one(&mut self, party: &Party, user: &User, preferences: &Preferences, piece: &Piece<'_>) {
        let recipient = person(&user.id);
        // By two ways named, told once.
        if self.notices.iter().any(|known| known.recipient == recipient && known.source == piece.source) {
            return;
        }
        let (page, mail) = (preferences.on_page(piece.group, piece.class), preferences.by_email(piece.group));
        if !page && !mail {
            return;
        }
        let mut notice = self.notice(recipient, piece);
        // Who wants it by letter alone has nothing waiting on the page.
        notice.read_at = (!page).then_some(notice.made_at);
        if mail {
            let about = (piece.told.event, piece.class);
            let due = earliest(&self.office.profile, party, &preferences.desk, about, self.office.now());
            self.deliver(&notice, "email", due);
        }
        self.notices.push(notice);
    }

    /// Calls the systems of a party.
    async fn systems(&mut self, party: &str, piece: &Piece<'_>) -> Result<(), Error> {
        if !self.endpoints.contains_key(party) {
            let of = self.office.store.endpoints_of(party).await?;
            let standing = of.into_iter().filter(|of| of.disabled_at.is_none()).map(|of| of.id).collect();
            self.endpoints.insert(party.to_owned(), standing);
        }
        for id in self.endpoints.get(party).cloned().unwrap_or_default() {
            let recipient = format!("endpoint:{id}");
            if self.notices.iter().any(|known| known.recipient == recipient && known.source == piece.source) {
                continue;
            }
            let notice = self.notice(recipient, piece);
            // Machines do not sleep.
            self.deliver(&notice, "webhook", self.office.now());
            self.notices.push(notice);
        }
        Ok(())
    }

    fn notice(&self, recipient: String, piece: &Piece<'_>) -> Row {
        Row {
            id: self.office.new_id(),
            recipient,
            source: piece.source.clone(),
            kind: piece.told.event.to_owned(),
            class: piece.class.to_owned(),
            matter: piece.matter,
            number: piece.number.to_owned(),
            data: serde_json::to_string(&Data::from(piece.told)).unwrap_or_default(),
            made_at: self.office.now().0,
            read_at: None,
        }
    }

    fn deliver(&mut self, notice: &Row, way: &str, due: Instant) {
        self.deliveries.push(Delivery {
            id: self.office.new_id(),
            recipient: notice.recipient.clone(),
            notice: notice.id,
            way: way.to_owned(),
            kind: notice.kind.clone(),
            number: notice.number.clone(),
            state: "waiting".to_owned(),
            made_at: notice.made_at,
            due_at: due.0,
            tries: 0,
            done_at: None,
            result: String::new(),
        });
    }
}

fn is_coordinator(user: &User) -> bool {
    actor_of(user).role == Role::Coordinator
}

/// Those who work for their unit; administrators run the program and see no content.
fn is_staff(user: &User) -> bool {
    actor_of(user).role != Role::Administrator
}
