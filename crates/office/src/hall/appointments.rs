//! Appointments: slots of the desks, a place booked, moved or given up with or without an account, hours outside the
//! calendar for key goods, and a waiting list that fills what is freed.

use domain::{
    Fault, Instant, Text,
    hall::{Desk, desk, desks, earliest_off_hours, slots},
    service::{Service, service},
};
use jiff::{Span, civil::Date};
use serde_json::json;
use store::{Side, appointments::Appointment};
use uuid::Uuid;

use super::{Who, fault, opens};
use crate::{Actor, Error, Office, Right, notices::Data};

/// Of those who wait for a day so many are tried when a place is freed.
const TRIED: usize = 20;
/// So many appointments of a firm are shown.
const SHOWN: i64 = 30;

/// A place that can be taken.
#[derive(Clone, Debug)]
pub struct Place {
    /// The desk.
    pub desk: String,
    /// Its name.
    pub name: Text,
    /// When it begins.
    pub at: Instant,
    /// How many are left.
    pub left: i64,
}

/// What somebody wants.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The service.
    pub service: String,
    /// The desk and the beginning of a slot; none to wait for a place on the day, or for hours outside.
    pub slot: Option<(String, Instant)>,
    /// The day, `2026-11-27`.
    pub day: String,
    /// Key goods for which hours outside the calendar are asked, and the wished instant.
    pub off_hours: Option<(String, Instant)>,
    /// Who comes.
    pub who: Who,
}

/// What was booked: the secret is told once.
#[derive(Clone, Debug)]
pub struct Booked {
    /// The secret that opens it.
    pub secret: String,
    /// Its receipt.
    pub receipt: Uuid,
    /// How it stands.
    pub state: String,
}

/// An appointment as its holder or a clerk sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The row.
    pub row: Appointment,
    /// The service, as it is offered now; none when it is no more.
    pub service: Option<Service>,
    /// The desk.
    pub desk: Option<Desk>,
    /// Who comes.
    pub who: Who,
}

impl Office {
    /// The days on which places can be taken, from today on.
    pub fn hall_days(&self) -> Vec<Date> {
        let ahead = self.hall_number("days_ahead", 14).clamp(0, 366);
        let today = self.today();
        (0..=ahead).filter_map(|days| today.checked_add(Span::new().days(days)).ok()).collect()
    }

    /// The places of a service on a day; those that are full are left out.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a service that is not offered.
    pub async fn places(&self, code: &str, day: Date) -> Result<Vec<Place>, Error> {
        let now = self.now();
        let service = service(&self.profile, code, now).ok_or(Error::NotFound)?;
        if !self.hall_days().contains(&day) {
            return Ok(Vec::new());
        }
        let start = Instant::start_of(day, &self.profile.zone).unwrap_or(now);
        let end = day.tomorrow().ok().and_then(|next| Instant::start_of(next, &self.profile.zone)).unwrap_or(start);
        let taken = self.store.slots_taken(start.0, end.0).await?;
        let earliest = self.hall_after("shortest_notice", now);
        let mut places = Vec::new();
        for desk in desks(&self.profile, start).into_iter().filter(|desk| desk.lines.contains(&service.line)) {
            for at in slots(&self.profile, &desk, day).into_iter().filter(|at| *at >= earliest) {
                let used = taken.iter().find(|(of, when, _)| *of == desk.code && *when == at.0).map_or(0, |of| of.2);
                if used < desk.capacity {
                    let left = desk.capacity - used;
                    places.push(Place { desk: desk.code.clone(), name: desk.name.clone(), at, left });
                }
            }
        }
        places.sort_by(|one, other| (one.at, &one.desk).cmp(&(other.at, &other.desk)));
        Ok(places)
    }

    /// Books a place, enters somebody on the waiting list of a day, or asks for hours outside the calendar.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault: what was typed, a slot that is full or none, too many places of one contact.
    pub async fn book(&self, actor: Option<&Actor>, wanted: &Wanted) -> Result<Booked, Error> {
        let now = self.now();
        let mut faults = wanted.who.faults();
        let service = service(&self.profile, &wanted.service, now);
        if service.is_none() {
            faults.push(fault(
                "PQ-HALL-004",
                "service",
                "没有这项服务。",
                "There is no such service.",
                "请从服务事项中选择。",
                "Choose one of the services.",
            ));
        }
        let digest = self.store.contact_digest(&wanted.who.contact());
        let most = self.hall_number("most_of_one", 3);
        if self.store.places_of(&digest, &self.day_of(now)).await? >= most {
            faults.push(fault(
                "PQ-HALL-005",
                "phone",
                "该电话的预约数量已达上限。",
                "This telephone number holds as many places as one can.",
                "请先取消不再需要的预约。",
                "Give up one that is no longer needed.",
            ));
        }
        let mut row = Appointment {
            id: self.new_id(),
            service: wanted.service.clone(),
            line: service.map(|service| service.line).unwrap_or_default(),
            firm: actor.filter(|of| of.may(Right::File)).map_or_else(String::new, |of| of.unit().to_owned()),
            contact: digest,
            made_at: now.0,
            changed_at: now.0,
            ..Appointment::default()
        };
        let mut side = Vec::new();
        match self.wished(wanted, &mut row) {
            Ok(guard) => side.extend(guard),
            Err(fault) => faults.push(*fault),
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let secret = self.hall_secret();
        row.secret = opens(&secret);
        let mut who = wanted.who.clone();
        who.secret.clone_from(&secret);
        who.person = actor.map_or_else(String::new, |of| of.person.clone());
        side.push(self.store.new_appointment_side(&row));
        side.push(self.who_side(row.id, &who)?);
        let kind = format!("appointment.{}", row.state);
        let done = self.hall_change(actor, &kind, (&row.firm, &row.id.to_string()), &told(&row), side).await;
        let receipt = done.map_err(full)?.receipt_id;
        Ok(Booked { secret, receipt, state: row.state })
    }

    /// Fills what is wished into the row; the guard of its slot, where it has one.
    fn wished(&self, wanted: &Wanted, row: &mut Appointment) -> Result<Option<Side>, Box<Fault>> {
        let now = self.now();
        if let Some((goods, at)) = &wanted.off_hours {
            let Some(earliest) = earliest_off_hours(&self.profile, goods, now) else {
                return Err(Box::new(fault(
                    "PQ-HALL-006",
                    "goods",
                    "非工作时间办理仅限所列重点物资。",
                    "Hours outside the calendar are for the key goods of the list alone.",
                    "请选择物资种类，或预约工作时间。",
                    "Choose the goods, or a place within the hours.",
                )));
            };
            if *at < earliest {
                return Err(Box::new(fault(
                    "PQ-HALL-007",
                    "wish",
                    "时间太近或已过。",
                    "That is too soon, or has passed.",
                    "请填写更晚的时间。",
                    "Give a later time.",
                )));
            }
            row.state = "asked".to_owned();
            row.goods.clone_from(goods);
            (row.at, row.day) = (at.0, self.day_of(*at));
            return Ok(None);
        }
        if let Some((code, at)) = &wanted.slot {
            let desk = self.slot_of(code, *at, &row.line).ok_or_else(|| Box::new(no_slot()))?;
            row.state = "booked".to_owned();
            row.desk.clone_from(&desk.code);
            (row.at, row.day) = (at.0, self.day_of(*at));
            return Ok(Some(self.store.take_slot_side(&desk.code, at.0, desk.capacity)));
        }
        let day = self.read_hall_day(&wanted.day).filter(|day| self.hall_days().contains(day));
        row.day = day.ok_or_else(|| Box::new(no_slot()))?.to_string();
        row.state = "waiting".to_owned();
        Ok(None)
    }

    /// The desk of a slot that can still be taken: one of the desk's own, of that line, not too soon and not too far ahead.
    fn slot_of(&self, code: &str, at: Instant, line: &str) -> Option<Desk> {
        let now = self.now();
        let day = at.date(&self.profile.zone);
        let desk = desk(&self.profile, code, at)?;
        let fits = desk.lines.iter().any(|of| of == line)
            && at >= self.hall_after("shortest_notice", now)
            && self.hall_days().contains(&day)
            && slots(&self.profile, &desk, day).contains(&at);
        fits.then_some(desk)
    }

    /// The appointment of a secret.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no secret opens anything.
    pub async fn appointment(&self, secret: &str) -> Result<Seen, Error> {
        let row = self.store.appointment_by_secret(opens(secret)).await?.ok_or(Error::NotFound)?;
        self.seen_appointment(row).await
    }

    async fn seen_appointment(&self, row: Appointment) -> Result<Seen, Error> {
        let now = self.now();
        Ok(Seen {
            service: service(&self.profile, &row.service, now),
            desk: desk(&self.profile, &row.desk, now),
            who: self.who(row.id).await?,
            row,
        })
    }

    /// The appointments of the actor's firm, the latest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who files for no firm.
    pub async fn own_appointments(&self, actor: &Actor) -> Result<Vec<Seen>, Error> {
        actor.require(Right::File)?;
        let mut seen = Vec::new();
        for row in self.store.appointments_of_firm(actor.unit(), SHOWN).await? {
            seen.push(self.seen_appointment(row).await?);
        }
        Ok(seen)
    }

    /// A day's appointments for who serves in the hall, and what is asked outside its hours.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others.
    pub async fn day_appointments(&self, actor: &Actor, day: Date) -> Result<(Vec<Seen>, Vec<Seen>), Error> {
        actor.require(Right::ServeHall)?;
        let (mut of_day, mut asked) = (Vec::new(), Vec::new());
        for row in self.store.appointments_of(&day.to_string()).await?.into_iter().filter(|row| row.state != "asked") {
            of_day.push(self.seen_appointment(row).await?);
        }
        for row in self.store.asked_appointments().await? {
            asked.push(self.seen_appointment(row).await?);
        }
        Ok((of_day, asked))
    }

    /// Moves an appointment to another slot; who waited for its day gets the old one.
    ///
    /// # Errors
    /// As [`Office::book`]; [`Error::Refused`] when it is over.
    pub async fn move_appointment(&self, secret: &str, slot: (&str, Instant)) -> Result<(), Error> {
        let before = self.appointment(secret).await?.row;
        if !matches!(before.state.as_str(), "booked" | "waiting") {
            return Err(Error::Refused(over()));
        }
        let desk = self.slot_of(slot.0, slot.1, &before.line).ok_or_else(|| Error::Invalid(vec![no_slot()]))?;
        if before.state == "booked" && (before.desk.as_str(), before.at) == (slot.0, slot.1.0) {
            return Ok(());
        }
        let after = Appointment {
            desk: desk.code.clone(),
            at: slot.1.0,
            day: self.day_of(slot.1),
            state: "booked".to_owned(),
            changed_at: self.now().0,
            reminded_at: None,
            ..before.clone()
        };
        let mut side = vec![self.store.change_appointment_side(&before, &after)];
        side.push(self.store.take_slot_side(&desk.code, after.at, desk.capacity));
        if before.state == "booked" && !before.desk.is_empty() && before.goods.is_empty() {
            side.push(self.store.free_slot_side(&before.desk, before.at));
        }
        let about = before.id.to_string();
        let done = self.hall_change(None, "appointment.moved", (&before.firm, &about), &told(&after), side).await;
        done.map_err(full)?;
        self.fill(&before).await
    }

    /// Gives an appointment up; who waited for its day gets the place.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a wrong secret; [`Error::Refused`] when it is over.
    pub async fn cancel_appointment(&self, secret: &str) -> Result<(), Error> {
        let before = self.appointment(secret).await?.row;
        if !matches!(before.state.as_str(), "booked" | "waiting" | "asked") {
            return Err(Error::Refused(over()));
        }
        self.end_appointment(None, &before, "cancelled").await?;
        self.fill(&before).await
    }

    /// Ends an appointment, and frees its slot.
    async fn end_appointment(&self, actor: Option<&Actor>, before: &Appointment, state: &str) -> Result<(), Error> {
        let after = Appointment { state: state.to_owned(), changed_at: self.now().0, ..before.clone() };
        let mut side = vec![self.store.change_appointment_side(before, &after)];
        // Who came has used her place; hours outside the calendar take none from a slot.
        if before.state == "booked" && state != "came" && before.goods.is_empty() {
            side.push(self.store.free_slot_side(&before.desk, before.at));
        }
        let (kind, about) = (format!("appointment.{state}"), before.id.to_string());
        self.hall_change(actor, &kind, (&before.firm, &about), &told(&after), side).await.map(drop)
    }

    /// Gives a place that was freed to who has waited longest for a place on that day.
    async fn fill(&self, freed: &Appointment) -> Result<(), Error> {
        if freed.state != "booked" || !freed.goods.is_empty() {
            return Ok(());
        }
        let at = Instant(freed.at);
        let mut waiting: Vec<Appointment> = self.store.appointments_of(&freed.day).await?;
        waiting.retain(|of| of.state == "waiting");
        waiting.sort_by_key(|of| (of.made_at, of.id));
        for before in waiting.into_iter().take(TRIED) {
            let Some(desk) = self.slot_of(&freed.desk, at, &before.line) else { continue };
            let (state, changed_at) = ("booked".to_owned(), self.now().0);
            let after = Appointment { desk: desk.code.clone(), at: at.0, state, changed_at, ..before.clone() };
            let side = vec![
                self.store.change_appointment_side(&before, &after),
                self.store.take_slot_side(&desk.code, at.0, desk.capacity),
            ];
            let about = before.id.to_string();
            match self.hall_change(None, "appointment.filled", (&before.firm, &about), &told(&after), side).await {
                Ok(_) => return self.tell_appointment(&after, "hall.filled", "filled").await,
                // She gave it up at the same moment, or somebody took the place: the next one is tried.
                Err(Error::Conflict) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Answers who asks for hours outside the calendar: a desk, or a refusal.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the hall; [`Error::NotFound`] for what is not asked; [`Error::Invalid`] for a desk
    /// that is none.
    pub async fn answer_off_hours(&self, actor: &Actor, id: Uuid, given: Option<&str>) -> Result<(), Error> {
        actor.require(Right::ServeHall)?;
        let before = self.store.appointment(id).await?.filter(|row| row.state == "asked").ok_or(Error::NotFound)?;
        let mut after = Appointment { changed_at: self.now().0, state: "refused".to_owned(), ..before.clone() };
        if let Some(code) = given {
            let desk = desk(&self.profile, code, Instant(before.at)).ok_or_else(|| Error::Invalid(vec![no_slot()]))?;
            (after.desk, after.state) = (desk.code, "booked".to_owned());
        }
        let side = vec![self.store.change_appointment_side(&before, &after)];
        let (kind, about) = (format!("appointment.off_hours_{}", after.state), id.to_string());
        self.hall_change(Some(actor), &kind, (&before.firm, &about), &told(&after), side).await?;
        let word = if given.is_some() { "hall.granted" } else { "hall.refused" };
        self.tell_appointment(&after, word, "answered").await
    }

    /// Notes that who has an appointment has come.
    pub(super) async fn came(&self, row: &Appointment) -> Result<(), Error> {
        if row.state == "booked" { self.end_appointment(None, row, "came").await } else { Ok(()) }
    }

    /// Reminders of what begins within the rule's term.
    pub(super) async fn remind_appointments(&self) -> Result<(), Error> {
        let now = self.now();
        let length = domain::hall::rule(&self.profile, "reminder", now);
        // The row says how long before the beginning; mirrored, it is how far ahead of now to look.
        let ahead = length.length.trim_start_matches('-').to_owned();
        let Some(until) = self.profile.reckon(now, &ahead, &length.calendar) else { return Ok(()) };
        for row in self.store.booked_between(now.0, until.0).await? {
            // Who books within the term has it before her eyes.
            if row.reminded_at.is_some()
                || self.profile.reckon(Instant(row.made_at), &ahead, &length.calendar) >= Some(Instant(row.at))
            {
                continue;
            }
            self.tell_appointment(&row, "hall.reminder", "reminder").await?;
            self.store.mark_reminded(row.id, now.0).await?;
        }
        Ok(())
    }

    /// Who has not come by the rule's term after the beginning is taken to stay away.
    pub(super) async fn miss_appointments(&self) -> Result<(), Error> {
        let now = self.now();
        for row in self.store.booked_between(0, now.0).await? {
            if self.hall_after("missed_after", Instant(row.at)) < now {
                match self.end_appointment(None, &row, "missed").await {
                    Ok(()) | Err(Error::Conflict) => {}
                    Err(other) => return Err(other),
                }
            }
        }
        Ok(())
    }

    /// Who waited for a place on a day that has passed, or asked for hours that have passed and was not answered, waits no longer,
    /// and is told so.
    pub(super) async fn lapse_appointments(&self) -> Result<(), Error> {
        let now = self.now();
        for row in self.store.unanswered_before(&self.day_of(now), now.0).await? {
            match self.end_appointment(None, &row, "lapsed").await {
                Ok(()) => self.tell_appointment(&row, "hall.lapsed", "lapsed").await?,
                Err(Error::Conflict) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Tells who holds an appointment: on her page when she has an account, by letter when she left an address, else by a short
    /// message.
    async fn tell_appointment(&self, row: &Appointment, kind: &str, once: &str) -> Result<(), Error> {
        let who = self.who(row.id).await?;
        let recipient = match who.person.as_str() {
            "" => format!("hall:{}", row.id),
            person => format!("person:{person}"),
        };
        let data = Data { word: row.service.clone(), at: (row.at != 0).then_some(Instant(row.at)), ..Data::default() };
        let once = format!("{once}/{}", row.sequence);
        self.tell_hall(&recipient, kind, (row.id, &once), &data, !who.email.is_empty()).await?;
        // Who left no address left her telephone.
        if who.person.is_empty() && who.email.is_empty() {
            self.message_hall(kind, (row.id, &once), &data).await?;
        }
        Ok(())
    }
}

/// What a change says of an appointment: nothing of the person.
fn told(row: &Appointment) -> serde_json::Value {
    let at = (row.at != 0).then(|| Instant(row.at).to_string());
    json!({"service": row.service, "day": row.day, "desk": row.desk, "at": at, "state": row.state, "goods": row.goods})
}

/// What was free when the page was drawn may be taken when the form comes.
fn full(error: Error) -> Error {
    match error {
        Error::Conflict => Error::Invalid(vec![fault(
            "PQ-HALL-008",
            "slot",
            "该时段刚刚约满。",
            "This slot was just taken.",
            "请选择其他时段，或加入当天候补。",
            "Choose another one, or wait for a place on that day.",
        )]),
        other => other,
    }
}

fn no_slot() -> Fault {
    fault(
        "PQ-HALL-009",
        "slot",
        "没有这个时段。",
        "There is no such slot.",
        "请从列表选择时段。",
        "Choose one of the list.",
    )
}

fn over() -> Fault {
    fault("PQ-HALL-010", "", "该预约已结束。", "This appointment is over.", "请重新预约。", "Book another one.")
}
