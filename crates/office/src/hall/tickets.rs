//! The queue: numbers drawn at the desk or on a telephone, called by clerks with keys alone, shown and read aloud by the
//! display, and what a day was like.

use std::collections::BTreeMap;

use domain::{
    Instant, Text,
    hall::{Desk, Line, desk, desks, lines, usual_visit, wait},
    service::service,
};
use store::tickets::Ticket;
use uuid::Uuid;

use super::{fault, opens};
use crate::{Actor, CompanyRecord, Error, Office, Right};

/// Visits of so many days tell how long one takes.
const DAYS: i64 = 14;
/// So many visits are looked at.
const VISITS: i64 = 2000;
/// A desk that did something so short a time ago is at work.
const AT_WORK: i64 = 45 * 60_000_000;
/// So many numbers stand on the display.
const SHOWN: i64 = 8;
const MINUTE: i64 = 60_000_000;

/// A number that was drawn; the secret opens its page.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// `S012`.
    pub name: String,
    /// The secret.
    pub secret: String,
}

/// A number as its holder sees it.
#[derive(Clone, Debug)]
pub struct Mine {
    /// `S012`.
    pub name: String,
    /// The row.
    pub row: Ticket,
    /// The desk that called it.
    pub desk: Option<Desk>,
    /// How many are before it; none when it no longer waits.
    pub ahead: Option<usize>,
    /// How long it will wait, microseconds; none when no desk is at work or it no longer waits.
    pub wait: Option<i64>,
}

/// A number on the display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// `S012`.
    pub name: String,
    /// The desk's code and name.
    pub desk: (String, Text),
    /// When it was called.
    pub at: Instant,
    /// How often: another call is said again.
    pub calls: i64,
}

/// What the display shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// The numbers that were called, the last first.
    pub called: Vec<Shown>,
    /// How many wait in each line, and how long a new one would wait (microseconds; none when no desk is at work).
    pub lines: Vec<(Line, usize, Option<i64>)>,
}

/// What a clerk has before her.
#[derive(Clone, Debug)]
pub struct Counter {
    /// Her desk.
    pub desk: Desk,
    /// The number that she called, if any.
    pub mine: Option<Ticket>,
    /// The numbers that wait for her lines, who comes first at the head.
    pub waiting: Vec<Ticket>,
    /// Those that were passed over.
    pub skipped: Vec<Ticket>,
}

/// Who drew the number before a clerk, as far as an appointment tells.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Her name.
    pub name: String,
    /// What she said when she booked.
    pub words: String,
    /// The firm for which she comes; none for who booked without an account.
    pub firm: Option<CompanyRecord>,
}

/// What a line was like on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayLine {
    /// How many numbers were drawn, how many visits ended, how many were passed over or given back, how many wait.
    pub drawn: usize,
    /// Visits that ended.
    pub done: usize,
    /// Passed over.
    pub skipped: usize,
    /// Given back.
    pub left: usize,
    /// Waiting, called or being served.
    pub open: usize,
    /// The middle wait until the first call that was followed, microseconds; none without a visit.
    pub wait: Option<i64>,
    /// The middle visit, microseconds.
    pub visit: Option<i64>,
}

/// What a clerk does with the number before her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketAct {
    /// Calls the next one.
    Next,
    /// Calls the same one again.
    Recall,
    /// The visitor is here.
    Serve,
    /// Nobody came.
    Skip,
    /// Another line is the right one.
    Transfer(String),
    /// The visit is over.
    Finish,
    /// A number that was passed over waits again.
    Back(Uuid),
}

/// A number as people read it: `S012`.
pub(super) fn name(ticket: &Ticket) -> String {
    format!("{}{:03}", ticket.line, ticket.number)
}

impl Office {
    /// Draws a number for a service, or for a line when no service is named.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is neither.
    pub async fn draw_ticket(&self, service_or_line: &str) -> Result<Drawn, Error> {
        let now = self.now();
        let service = service(&self.profile, service_or_line, now);
        let line = service.as_ref().map_or(service_or_line, |service| service.line.as_str());
        let code = service.as_ref().map_or("", |service| service.code.as_str());
        if !lines(&self.profile, now).iter().any(|(known, _)| known == line) {
            return Err(Error::Invalid(vec![fault(
                "PQ-HALL-011",
                "service",
                "没有这个队列。",
                "There is no such line.",
                "请从列表选择要办的事项。",
                "Choose what you come for.",
            )]));
        }
        self.draw(line, code, None).await
    }

    /// Draws the number of who comes with an appointment: it stands before the others from the rule's term before its time
    /// on. Drawn again it is the same number, under a new secret.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a wrong secret; [`Error::Refused`] for one that is not booked, or for another day.
    pub async fn arrive(&self, secret: &str) -> Result<Drawn, Error> {
        let seen = self.appointment(secret).await?.row;
        let today = self.day_of(self.now());
        if seen.state != "booked" || seen.day != today {
            return Err(Error::Refused(fault(
                "PQ-HALL-012",
                "",
                "该预约不在今天，或已取号、已结束。",
                "This appointment is not for today, or it was used or is over.",
                "请在预约当天取号；也可以直接取普通号。",
                "Draw the number on its day, or draw an ordinary one.",
            )));
        }
        let drawn = self.draw(&seen.line, &seen.service, Some(seen.id)).await?;
        self.came(&seen).await?;
        Ok(drawn)
    }

    async fn draw(&self, line: &str, service: &str, appointment: Option<Uuid>) -> Result<Drawn, Error> {
        let now = self.now();
        let secret = self.hall_secret();
        let ticket = Ticket {
            id: self.new_id(),
            day: self.day_of(now),
            line: line.to_owned(),
            service: service.to_owned(),
            rank: i64::from(appointment.is_none()),
            issued_at: now.0,
            appointment,
            ..Ticket::default()
        };
        let number = self.store.draw_ticket(&ticket, opens(&secret)).await?;
        Ok(Drawn { name: name(&Ticket { number, ..ticket }), secret })
    }

    /// The number of a secret, with who is before it and how long it will wait.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a wrong secret.
    pub async fn own_ticket(&self, secret: &str) -> Result<Mine, Error> {
        let row = self.store.ticket_by_secret(opens(secret)).await?.ok_or(Error::NotFound)?;
        let today = self.day_of(self.now());
        let waits = row.state == "waiting" && row.day == today;
        let ahead = match waits {
            true => Some(ahead_of(&row, &self.store.tickets_of(&today).await?)),
            false => None,
        };
        let wait = match ahead {
            Some(ahead) => self.expected(&row.line, ahead).await?,
            None => None,
        };
        Ok(Mine { name: name(&row), desk: desk(&self.profile, &row.desk, self.now()), ahead, wait, row })
    }

    /// Its holder gives a number back.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a wrong secret, or one that waits no longer.
    pub async fn leave_queue(&self, secret: &str) -> Result<(), Error> {
        let left = self.store.leave_ticket(opens(secret), self.now().0).await?;
        if left { Ok(()) } else { Err(Error::NotFound) }
    }

    /// How long whoever stands behind so many of a line waits.
    async fn expected(&self, line: &str, ahead: usize) -> Result<Option<i64>, Error> {
        let now = self.now();
        let today = self.store.tickets_of(&self.day_of(now)).await?;
        let all = desks(&self.profile, now);
        let visit = self.visit_of(line, &all).await?;
        Ok(wait(ahead, at_work(&today, &all, line, now), visit))
    }

    /// The middle one of the last visits of a line; the desks' own length before any.
    async fn visit_of(&self, line: &str, all: &[Desk]) -> Result<i64, Error> {
        let since = self.now().0 - DAYS * 24 * domain::instant::HOUR;
        let took = self.store.visits_took(since, VISITS).await?;
        let of: Vec<i64> = took.into_iter().filter(|(of, _)| of == line).map(|(_, took)| took).collect();
        Ok(middle(of).map_or_else(|| usual_visit(all, line), |took| took.max(MINUTE)))
    }

    /// What the display shows: numbers, desks and waits, no person.
    ///
    /// # Errors
    /// The store's own.
    pub async fn hall_board(&self) -> Result<Board, Error> {
        let now = self.now();
        let day = self.day_of(now);
        let all = desks(&self.profile, now);
        let called = self.store.called_tickets(&day, SHOWN).await?;
        let shown = |ticket: &Ticket| {
            let desk = all.iter().find(|desk| desk.code == ticket.desk)?;
            let at = Instant(ticket.called_at?);
            Some(Shown { name: name(ticket), desk: (desk.code.clone(), desk.name.clone()), at, calls: ticket.calls })
        };
        let called = called.iter().filter_map(shown).collect();
        let today = self.store.tickets_of(&day).await?;
        let mut waits = Vec::new();
        for line in lines(&self.profile, now) {
            let waiting = today.iter().filter(|of| of.line == line.0 && of.state == "waiting").count();
            let visit = self.visit_of(&line.0, &all).await?;
            let expected = wait(waiting, at_work(&today, &all, &line.0, now), visit);
            waits.push((line, waiting, expected));
        }
        Ok(Board { called, lines: waits })
    }

    /// When a number was last called today; 0 before the first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn last_call(&self) -> Result<i64, Error> {
        Ok(self.store.last_call(&self.day_of(self.now())).await?)
    }

    /// What a clerk has before her at a desk.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not serve in the hall; [`Error::NotFound`] for a desk that is none.
    pub async fn counter(&self, actor: &Actor, code: &str) -> Result<Counter, Error> {
        actor.require(Right::ServeHall)?;
        let now = self.now();
        let desk = desk(&self.profile, code, now).ok_or(Error::NotFound)?;
        let today = self.store.tickets_of(&self.day_of(now)).await?;
        let of_lines = |of: &&Ticket| desk.lines.contains(&of.line);
        let mut waiting: Vec<Ticket> =
            today.iter().filter(of_lines).filter(|of| of.state == "waiting").cloned().collect();
        waiting.sort_by_key(order);
        let skipped = today.iter().filter(of_lines).filter(|of| of.state == "skipped").cloned().collect();
        let mine = today.iter().find(|of| of.clerk == actor.person && is_before_her(of)).cloned();
        Ok(Counter { desk, mine, waiting, skipped })
    }

    /// Who stands before a clerk: what her appointment tells; none for a number that was drawn without one.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not serve in the hall.
    pub async fn visitor(&self, actor: &Actor, ticket: &Ticket) -> Result<Option<Visitor>, Error> {
        actor.require(Right::ServeHall)?;
        let Some(id) = ticket.appointment else { return Ok(None) };
        let Some(row) = self.store.appointment(id).await? else { return Ok(None) };
        let firm = self.recorded::<CompanyRecord>("company", &row.firm).await?.map(|of| of.record);
        let who = self.who(id).await?;
        Ok(Some(Visitor { name: who.name, words: who.words, firm }))
    }

    /// Calls the next number to a desk. A key that was pressed twice has called one number; while one press puts a number away
    /// and calls the next, another looks again.
    async fn call_next(&self, actor: &Actor, desk: &Desk, now: i64) -> Result<Counter, Error> {
        let day = self.day_of(self.now());
        for _ in 0..3 {
            let called = self.store.call_next(&day, &desk.lines, (&desk.code, &actor.person), now).await?;
            let counter = self.counter(actor, &desk.code).await?;
            if called.is_some() || counter.mine.is_some() {
                return Ok(counter);
            }
            if counter.waiting.is_empty() {
                return Err(Error::Refused(nobody_waits()));
            }
        }
        Err(Error::Conflict)
    }

    /// Does something with the number before a clerk; gives what she has before her then.
    ///
    /// # Errors
    /// As [`Office::counter`]; [`Error::Refused`] when there is nobody to call, or nothing before her to act on.
    pub async fn at_counter(&self, actor: &Actor, code: &str, act: &TicketAct) -> Result<Counter, Error> {
        let counter = self.counter(actor, code).await?;
        let (now, me) = (self.now().0, actor.person.as_str());
        let mine = || counter.mine.as_ref().map(|of| of.id).ok_or_else(|| Error::Refused(nothing_before()));
        let moved = match act {
            TicketAct::Next => {
                // With nobody to call, who is before her stays: one press too many sends nobody away.
                if counter.mine.is_some() && counter.waiting.is_empty() {
                    return Err(Error::Refused(nobody_waits()));
                }
                // Who is still before her has gone, or was never there.
                if let Some(former) = &counter.mine {
                    let to = if former.state == "serving" { "done" } else { "skipped" };
                    self.store.move_ticket(former.id, me, ("called", "serving"), to, now).await?;
                }
                return self.call_next(actor, &counter.desk, now).await;
            }
            TicketAct::Recall => {
                let most = self.hall_number("most_calls", 3);
                let too_often = counter.mine.as_ref().is_some_and(|of| of.calls >= most);
                let to = if too_often { "skipped" } else { "called" };
                self.store.move_ticket(mine()?, me, ("called", "called"), to, now).await?
            }
            TicketAct::Serve => self.store.move_ticket(mine()?, me, ("called", "called"), "serving", now).await?,
            TicketAct::Skip => self.store.move_ticket(mine()?, me, ("called", "called"), "skipped", now).await?,
            TicketAct::Finish => self.store.move_ticket(mine()?, me, ("serving", "serving"), "done", now).await?,
            TicketAct::Transfer(line) => {
                if !lines(&self.profile, self.now()).iter().any(|(known, _)| known == line) {
                    return Err(Error::NotFound);
                }
                self.store.transfer_ticket(mine()?, me, line).await?
            }
            TicketAct::Back(id) => self.store.requeue_ticket(*id).await?,
        };
        if moved { self.counter(actor, code).await } else { Err(Error::Refused(nothing_before())) }
    }

    /// What a day in the hall was like, by line.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not serve in the hall.
    pub async fn hall_day(&self, actor: &Actor, day: jiff::civil::Date) -> Result<Vec<(Line, DayLine)>, Error> {
        actor.require(Right::ServeHall)?;
        let tickets = self.store.tickets_of(&day.to_string()).await?;
        let mut by_line: BTreeMap<&str, Vec<&Ticket>> = BTreeMap::new();
        for ticket in &tickets {
            by_line.entry(&ticket.line).or_default().push(ticket);
        }
        let of = |line: Line| {
            let day = by_line.get(line.0.as_str()).map(|of| day_line(of)).unwrap_or_default();
            (line, day)
        };
        Ok(lines(&self.profile, self.now()).into_iter().map(of).collect())
    }
}

fn day_line(of: &[&Ticket]) -> DayLine {
    let count = |states: &[&str]| of.iter().filter(|of| states.contains(&of.state.as_str())).count();
    let waits = of.iter().filter_map(|of| Some(of.began_at? - of.issued_at)).collect();
    let visits = of.iter().filter(|of| of.state == "done").filter_map(|of| Some(of.ended_at? - of.began_at?)).collect();
    DayLine {
        drawn: of.len(),
        done: count(&["done"]),
        skipped: count(&["skipped"]),
        left: count(&["left"]),
        open: count(&["waiting", "called", "serving"]),
        wait: middle(waits),
        visit: middle(visits),
    }
}

fn is_before_her(ticket: &Ticket) -> bool {
    matches!(ticket.state.as_str(), "called" | "serving")
}

/// Who comes before whom, as the store calls them.
fn order(ticket: &Ticket) -> (i64, i64, i64, String) {
    (ticket.rank, ticket.issued_at, ticket.number, ticket.line.clone())
}

/// How many of a number's line come before it.
fn ahead_of(ticket: &Ticket, today: &[Ticket]) -> usize {
    let waits = |of: &&Ticket| of.state == "waiting" && of.line == ticket.line && of.id != ticket.id;
    today.iter().filter(waits).filter(|of| order(of) < order(ticket)).count()
}

/// How many desks that serve a line did something a short time ago.
fn at_work(today: &[Ticket], all: &[Desk], line: &str, now: Instant) -> usize {
    let lately = |of: &&Ticket| {
        let last = of.called_at.max(of.began_at).max(of.ended_at);
        last.is_some_and(|at| at > now.0 - AT_WORK)
    };
    let busy: std::collections::BTreeSet<&str> = today.iter().filter(lately).map(|of| of.desk.as_str()).collect();
    all.iter().filter(|desk| desk.lines.iter().any(|of| of == line) && busy.contains(desk.code.as_str())).count()
}

fn middle(mut of: Vec<i64>) -> Option<i64> {
    of.sort_unstable();
    of.get(of.len().checked_sub(1)? / 2).copied()
}

fn nobody_waits() -> domain::Fault {
    fault(
        "PQ-HALL-013",
        "",
        "没有人在等候。",
        "Nobody is waiting.",
        "有人取号后再叫号。",
        "Call again when somebody has drawn a number.",
    )
}

fn nothing_before() -> domain::Fault {
    fault(
        "PQ-HALL-014",
        "",
        "窗口前没有可这样处理的号码。",
        "There is no number before you with which this can be done.",
        "请先叫号；正在办理的请先办结。",
        "Call a number first; finish the visit that is under way.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(number: i64, rank: i64, issued_at: i64, state: &str) -> Ticket {
        let (line, state) = ("S".to_owned(), state.to_owned());
        Ticket { id: Uuid::from_u128(number as u128), line, number, rank, issued_at, state, ..Ticket::default() }
    }

    #[test]
    fn who_has_an_appointment_stands_before_the_others() {
        let today = [
            ticket(1, 1, 10, "done"),
            ticket(2, 1, 20, "waiting"),
            ticket(3, 1, 30, "waiting"),
            ticket(4, 0, 40, "waiting"),
        ];
        let ahead = |nth: usize| ahead_of(&today[nth], &today);
        assert_eq!((ahead(1), ahead(2), ahead(3)), (1, 2, 0));
    }

    #[test]
    fn a_day_is_told_by_its_middle() {
        let visit = |number, issued, began, ended| Ticket {
            began_at: Some(began),
            ended_at: Some(ended),
            ..ticket(number, 1, issued, "done")
        };
        let of = [visit(1, 0, 5, 15), visit(2, 0, 20, 40), visit(3, 10, 40, 140), ticket(4, 1, 50, "waiting")];
        let day = day_line(&of.iter().collect::<Vec<_>>());
        assert_eq!((day.drawn, day.done, day.open, day.wait, day.visit), (4, 3, 1, Some(20), Some(20)));
    }
}
