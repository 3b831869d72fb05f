//! Who is to be called by telephone, by whom, and what came of it: return visits, first contacts, and those who asked to be
//! called back or were not reached.

use domain::{
    Fault, Instant, Severity, Text,
    problem::{Problem, Report, Status},
};
use store::{Filter, Order, ways::PhoneCall};
use uuid::Uuid;

use super::kept::PROBLEM;
use crate::{Actor, Error, Office, Right};

/// What can come of a call.
pub const CALL_RESULTS: [&str; 5] = ["reached", "no_answer", "busy", "wrong_number", "call_back"];
/// So many open cases are looked through.
const MOST: i64 = 400;

/// A call to be made.
#[derive(Clone, Debug)]
pub struct ToCall {
    /// The case.
    pub case: Uuid,
    /// Its number.
    pub number: String,
    /// Its topic.
    pub topic: String,
    /// Its class.
    pub class: String,
    /// The report whose firm is called.
    pub report: u32,
    /// That report's own number.
    pub report_number: String,
    /// The firm; empty for who has no account.
    pub firm: String,
    /// The document with name and telephone number.
    pub contact: Option<String>,
    /// Why: `visit`, `contact`, `call_back`.
    pub why: String,
    /// By when.
    pub due: Option<Instant>,
    /// The last call about it.
    pub last: Option<PhoneCall>,
}

impl Office {
    /// The calls that the actor's unit has to make, what is due first at the head.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for firms.
    pub async fn call_list(&self, actor: &Actor) -> Result<Vec<ToCall>, Error> {
        actor.require(Right::HandleProblems)?;
        let open = Status::ALL.iter().filter(|status| status.is_open()).map(|status| status.code().to_owned());
        let filter = Filter { states: open.collect(), order: Order::Due, ..Filter::default() };
        let reach = self.store.reach(actor.party_reach());
        let ids: Vec<Uuid> = reach.list(PROBLEM, &filter, None, MOST).await?.iter().map(|stored| stored.id).collect();
        let mut calls = Vec::new();
        for stored in reach.matters(&ids).await? {
            let id = stored.id;
            let whole = self.unfold::<Problem>(stored).await?;
            let Some((why, due)) = why(&whole, actor) else { continue };
            let made = self.store.phone_calls(id, 50).await?;
            let seen = whole.seen_by(&actor.reader_of(&whole));
            let unspoken = whole.unspoken();
            let wanted =
                |report: &&Report| report.withdrawn_at.is_none() && (why != "visit" || unspoken.contains(&report.id));
            // From whom the reporter is hidden, she is not called by.
            for report in seen.reports.iter().filter(wanted).filter(|report| !report.number.is_empty()) {
                let last = made.iter().find(|call| call.report == i64::from(report.id)).cloned();
                let again = last.as_ref().and_then(|call| call.next_at).map(Instant);
                calls.push(ToCall {
                    case: id,
                    number: seen.number.clone(),
                    topic: seen.topic.clone(),
                    class: seen.severity.clone(),
                    report: report.id,
                    report_number: report.number.clone(),
                    firm: report.firm.clone(),
                    contact: report.contact.clone(),
                    why: if again.is_some() { "call_back".to_owned() } else { why.to_owned() },
                    due: again.or(due),
                    last,
                });
            }
        }
        calls.sort_by_key(|call| (call.due.map_or(i64::MAX, |due| due.0), call.case, call.report));
        Ok(calls)
    }

    /// Notes a call that was made. What the firm said of the answer is taken down in the case itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a case out of reach or a report that the caller may not know; [`Error::Invalid`] for a result
    /// that is none, or a next try in the past.
    pub async fn called(
        &self,
        actor: &Actor,
        number: &str,
        report: u32,
        result: &str,
        next: Option<Instant>,
    ) -> Result<(), Error> {
        actor.require(Right::HandleProblems)?;
        let case = self.problem(actor, number).await?;
        let known = case.problem.report(report).is_some_and(|report| !report.number.is_empty());
        if !known {
            return Err(Error::NotFound);
        }
        let now = self.now();
        let faulty = |code: &str, place: &str, zh: &str, en: &str, remedy: Text| {
            Error::Invalid(vec![Fault::new(Severity::Error, code, place, Text::new(zh, en), remedy)])
        };
        if !CALL_RESULTS.contains(&result) {
            let remedy = Text::new("请选择通话结果。", "Choose what came of the call.");
            return Err(faulty("PQ-CALL-LIST-001", "/result", "未填写通话结果。", "The result is missing.", remedy));
        }
        if next.is_some_and(|next| next <= now) {
            let remedy = Text::new("请填写以后的时间。", "Give a time to come.");
            return Err(faulty(
                "PQ-CALL-LIST-002",
                "/next",
                "下次拨打时间已过。",
                "The next try lies in the past.",
                remedy,
            ));
        }
        let call = PhoneCall {
            id: self.new_id(),
            matter: case.id,
            report: i64::from(report),
            who: actor.person.clone(),
            at: now.0,
            result: result.to_owned(),
            next_at: next.filter(|_| result != "reached").map(|next| next.0),
        };
        Ok(self.store.put_phone_call(&call).await?)
    }
}

/// Why the actor's unit has to call about a case, and by when.
fn why(problem: &Problem, actor: &Actor) -> Option<(&'static str, Option<Instant>)> {
    let due = |name: &str| {
        let of = problem.clocks.get(name).filter(|clock| clock.stopped_at.is_none() && clock.holder == actor.unit());
        of.map(|clock| clock.due)
    };
    if problem.status() == Status::Answered && actor.runs_problems() {
        return Some(("visit", due("visit")));
    }
    due("contact").map(|due| ("contact", Some(due)))
}
