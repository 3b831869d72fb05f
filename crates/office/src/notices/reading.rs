//! Notices read: on the page, in feeds, and the log of deliveries.

use std::collections::BTreeSet;

use domain::{
    Instant,
    problem::{Problem, Status},
};
use store::{Filter, Order, notices::Delivery, queue::QueuedTask};
use uuid::Uuid;

use super::{About, Notice, person};
use crate::{Actor, Error, Office, PageOf, Right, Role, kept::Kept};

/// Lines of a page.
const PAGE: i64 = 40;
/// So many are counted beside the bell.
pub const MOST_UNREAD: i64 = 100;
/// So many matters are looked through for a calendar.
const MOST_MATTERS: i64 = 200;

/// What a calendar holds.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// Its events, each once.
    pub events: Vec<CalendarEvent>,
}

/// A limit, a meeting, an arrival.
#[derive(Clone, Debug)]
pub struct CalendarEvent {
    /// The same for as long as it is about the same.
    pub uid: String,
    /// Raised whenever it changes.
    pub sequence: i64,
    /// `limit`, `task`, `meeting`, `filing`, `arrival`, `departure`.
    pub what: String,
    /// A topic, step or formality, as its page has words for it; may be empty.
    pub about: String,
    /// The matter's number.
    pub number: String,
    /// The page.
    pub path: String,
    /// When.
    pub at: Instant,
    /// When it last changed.
    pub changed: Instant,
    /// True for what does not take place: whoever had it in a calendar must learn of it.
    pub cancelled: bool,
}

impl Office {
    /// A page of the reader's notices, the newest first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn notices(&self, actor: &Actor, before: Option<&str>) -> Result<PageOf<Notice>, Error> {
        let before = before.and_then(|before| Uuid::parse_str(before).ok());
        let mut found = self.store.notices_of(&person(&actor.person), before, PAGE + 1).await?;
        let more = found.len() > PAGE as usize;
        found.truncate(PAGE as usize);
        let next = found.last().filter(|_| more).map(|last| last.id.to_string());
        let mut lines = Vec::with_capacity(found.len());
        for stored in found {
            // What the reader may not see any more is not told any more.
            if stored.matter.is_nil() || self.concerns(actor, stored.matter, &stored.kind).await? {
                lines.push(Notice::of(stored));
            }
        }
        Ok(PageOf { lines, next })
    }

    /// How many notices a reader has not read, a hundred at most: those that she may still see, as the page shows them.
    ///
    /// # Errors
    /// The store's own.
    pub async fn unread(&self, actor: &Actor) -> Result<i64, Error> {
        let waiting = self.store.unread(&person(&actor.person), MOST_UNREAD).await?;
        let mut seen = BTreeSet::from([Uuid::nil()]);
        for of in About::ALL {
            let named = waiting.iter().filter(|(_, kind)| About::of(kind) == of).map(|(matter, _)| *matter);
            seen.extend(self.store.reach(of.reach(actor)).seen_of(&named.collect()).await?);
        }
        Ok(waiting.iter().filter(|(matter, _)| seen.contains(matter)).count() as i64)
    }

    /// Marks the reader's notices up to one as read; with `alone` only those of the same matter.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a notice that is not hers.
    pub async fn read_notices(&self, actor: &Actor, until: &str, alone: bool) -> Result<Notice, Error> {
        let recipient = person(&actor.person);
        let id = Uuid::parse_str(until).map_err(|_| Error::NotFound)?;
        let notice = self.store.notice(&recipient, id).await?.ok_or(Error::NotFound)?;
        let matter = alone.then_some(notice.matter);
        self.store.read_notices(&recipient, id, matter).await?;
        Ok(Notice::of(notice))
    }

    /// Deliveries, the newest first: everybody's for the port office and who runs the program, else the reader's own and those
    /// of her unit's systems.
    ///
    /// # Errors
    /// The store's own.
    pub async fn deliveries(&self, actor: &Actor, before: Option<&str>) -> Result<PageOf<Delivery>, Error> {
        let before = before.and_then(|before| Uuid::parse_str(before).ok());
        let mut lines = if sees_all(actor) {
            self.store.deliveries(None, before, PAGE + 1).await?
        } else {
            let mut own = self.store.deliveries(Some(&person(&actor.person)), before, PAGE + 1).await?;
            for endpoint in self.store.endpoints_of(&actor.party_code()).await? {
                own.extend(self.store.deliveries(Some(&format!("endpoint:{}", endpoint.id)), before, PAGE + 1).await?);
            }
            own.sort_by_key(|of| std::cmp::Reverse(of.id));
            own
        };
        let more = lines.len() > PAGE as usize;
        lines.truncate(PAGE as usize);
        let next = lines.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(PageOf { lines, next })
    }

    /// Puts a delivery that was given up on its way again.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office and who runs the program; [`Error::NotFound`] when there is none such.
    pub async fn retry_delivery(&self, actor: &Actor, id: &str) -> Result<(), Error> {
        if !sees_all(actor) {
            return Err(Error::Forbidden);
        }
        let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
        if self.store.retry_delivery(id).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Deliveries that wait too long, and those that failed, of the last hour: for the operator.
    ///
    /// # Errors
    /// The store's own.
    pub async fn deliveries_in_trouble(&self) -> Result<(i64, i64), Error> {
        Ok(self.store.deliveries_in_trouble(self.now().0 - domain::instant::HOUR).await?)
    }

    /// The calendar of a person: limits of her own cases and of her unit's desk, joint meetings, a firm's filings and ships.
    ///
    /// # Errors
    /// The store's own.
    pub async fn calendar(&self, actor: &Actor) -> Result<Calendar, Error> {
        let mut calendar = Calendar::default();
        if actor.may(Right::ReadProblems) {
            self.calendar_of_problems(actor, &mut calendar).await?;
        }
        if actor.may(Right::HandleProblems) {
            let tasks =
                self.store.reach(actor.reach()).tasks(actor.unit(), &Filter::default(), None, MOST_MATTERS).await?;
            calendar.events.extend(tasks.iter().filter_map(task_event));
        }
        if actor.may(Right::File) {
            self.calendar_of_calls(actor, &mut calendar).await?;
        }
        Ok(calendar)
    }

    async fn calendar_of_problems(&self, actor: &Actor, calendar: &mut Calendar) -> Result<(), Error> {
        let open = Status::ALL.iter().filter(|status| status.is_open()).map(|status| status.code().to_owned());
        let filter = Filter { states: open.collect(), order: Order::Newest, ..Filter::default() };
        let reach = self.store.reach(actor.party_reach());
        let found = reach.list(Problem::KIND, &filter, None, MOST_MATTERS).await?;
        let ids: Vec<Uuid> = found.iter().map(|stored| stored.id).collect();
        for stored in reach.matters(&ids).await? {
            let number = stored.row.number.clone();
            let problem = self.unfold::<Problem>(stored).await?;
            let seen = problem.seen_by(&actor.reader_of(&problem));
            let (path, changed) = (format!("/problems/{number}"), seen.updated_at);
            let owned = seen.owner() == Some(actor.unit()) || !actor.may(Right::HandleProblems);
            if let Some(due) = seen.resolve_due().filter(|_| owned && seen.answered_at.is_none()) {
                calendar.events.push(CalendarEvent {
                    uid: format!("{number}/resolve"),
                    sequence: seen.version,
                    what: "limit".to_owned(),
                    about: seen.topic.clone(),
                    number: number.clone(),
                    path: path.clone(),
                    at: due,
                    changed,
                    cancelled: false,
                });
            }
            let seated =
                |organs: &std::collections::BTreeSet<String>| actor.runs_problems() || organs.contains(actor.unit());
            for meeting in seen.meetings.iter().filter(|of| of.held_at.is_none() && seated(&of.participants)) {
                let uid = match meeting.number.as_str() {
                    "" => format!("{number}/meeting/{}", meeting.id),
                    own => format!("meeting/{own}"),
                };
                // Over several cases it is one meeting.
                if calendar.events.iter().any(|known| known.uid == uid) {
                    continue;
                }
                calendar.events.push(CalendarEvent {
                    uid,
                    sequence: meeting.moves.len() as i64,
                    what: "meeting".to_owned(),
                    about: seen.topic.clone(),
                    number: number.clone(),
                    path: format!("{path}/meetings/{}", meeting.id),
                    at: meeting.at,
                    changed: meeting.moves.last().map_or(meeting.called_at, |of| of.at),
                    cancelled: meeting.is_called_off(),
                });
            }
        }
        Ok(())
    }

    async fn calendar_of_calls(&self, actor: &Actor, calendar: &mut Calendar) -> Result<(), Error> {
        let reach = self.store.reach(actor.reach());
        let states = crate::ship_calls::under_way();
        let found = reach.calls_in(&states, MOST_MATTERS).await?;
        for stored in found {
            let call = self.load(actor, stored.id).await?;
            let (number, path) = (call.number.clone(), format!("/calls/{}", call.number));
            let mut add = |uid: String, what: &str, about: String, at: Instant| {
                calendar.events.push(CalendarEvent {
                    uid,
                    sequence: call.version,
                    what: what.to_owned(),
                    about,
                    number: number.clone(),
                    path: path.clone(),
                    at,
                    changed: call.updated_at,
                    cancelled: false,
                });
            };
            for clock in call.clocks().iter().filter(|clock| clock.holder == "agent") {
                let about = clock.name.split(':').nth(1).unwrap_or_default().to_owned();
                add(format!("{number}/{}", clock.name), "filing", about, clock.due);
            }
            for event in ["arrival", "departure"] {
                if let Some(at) = call.expected(event) {
                    add(format!("{number}/{event}"), event, String::new(), at);
                }
            }
        }
        Ok(())
    }
}

/// The port office, and who runs the program, see that something was sent; never what it said.
fn sees_all(actor: &Actor) -> bool {
    matches!(actor.role, Role::Coordinator | Role::Administrator)
}

fn task_event(of: &QueuedTask) -> Option<CalendarEvent> {
    let row = &of.matter.row;
    let at = Instant(of.task.due_at?);
    let (step, path) = match of.task.step.strip_prefix("problem:") {
        Some(step) => (format!("problem:{step}"), format!("/problems/{}", row.number)),
        None => (of.task.step.clone(), format!("/calls/{}", row.number)),
    };
    Some(CalendarEvent {
        uid: format!("{}/task/{step}", row.number),
        sequence: of.matter.version,
        what: "task".to_owned(),
        about: step,
        number: row.number.clone(),
        path,
        at,
        changed: Instant(row.updated_at),
        cancelled: false,
    })
}
