//! Acts on several cases at once: joining, linking, joint meetings. All journals are written in one transaction.

use std::collections::BTreeSet;

use domain::{
    Fault, Severity, Text,
    problem::{Act, LINKS, Message, Problem, Refusal, Report},
};
use store::Reach;
use uuid::Uuid;

use super::{Attachment, Case, ProblemAct};
use crate::{
    Actor, Done, Error, Office, Right,
    acting::{Baggage, Request},
    kept::Kept,
    numbers::Numbered,
};

impl Office {
    /// Another case by the number that somebody typed, for an act that names it.
    async fn other_case(&self, actor: &Actor, number: &str, place: &str) -> Result<Case, Error> {
        match self.problem(actor, &number.trim().to_uppercase()).await {
            Err(Error::NotFound) => Err(Error::Invalid(vec![no_such_case(number, place)])),
            other => other,
        }
    }

    /// Joins a case to another, which answers for its reports from then on.
    pub(super) async fn join(
        &self,
        actor: &Actor,
        case: &Case,
        number: &str,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::RunProblems)?;
        let other = self.other_case(actor, number, "/number").await?;
        let whole = self.read::<Problem>(Reach::System("joining"), case.id).await?;
        let joins = (other.id, Act::Join { from: whole.number.clone(), reports: whole.reports });
        let joined = (case.id, Act::JoinTo { number: other.problem.number });
        self.act::<Problem>(actor, &[joined, joins], request, &Baggage::default()).await
    }

    /// Links two cases; each journal says how the other one stands to it.
    pub(super) async fn link(
        &self,
        actor: &Actor,
        case: &Case,
        (kind, number): (&str, &str),
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::RunProblems)?;
        let other = self.other_case(actor, number, "/number").await?;
        if other.id == case.id {
            return Err(Error::Refused(Refusal::NotThere.fault()));
        }
        let there = Act::Link { kind: kind.to_owned(), number: other.problem.number };
        let back = Act::LinkBack { kind: kind.to_owned(), number: case.problem.number.clone() };
        self.act::<Problem>(actor, &[(case.id, there), (other.id, back)], request, &Baggage::default()).await
    }

    /// Takes a link back, in both journals.
    pub(super) async fn unlink(
        &self,
        actor: &Actor,
        case: &Case,
        (kind, number): (&str, &str),
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::RunProblems)?;
        let other = self.other_case(actor, number, "/number").await?;
        let pair = LINKS.iter().find(|(here, there)| *here == kind || *there == kind);
        let there = pair.map(|(one, two)| if *one == kind { *two } else { *one });
        let there = there.ok_or_else(|| Error::Refused(Refusal::NotListed(kind.to_owned()).fault()))?;
        let unlink = |kind: &str, number: &str| Act::Unlink { kind: kind.to_owned(), number: number.to_owned() };
        let acts = [(case.id, unlink(kind, &other.problem.number)), (other.id, unlink(there, &case.problem.number))];
        self.act::<Problem>(actor, &acts, request, &Baggage::default()).await
    }

    /// Takes a joining back: the other case's reports are dealt with there again, with what was said to their firms and by
    /// them since.
    pub(super) async fn separate(
        &self,
        actor: &Actor,
        case: &Case,
        number: &str,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::RunProblems)?;
        let number = number.trim().to_uppercase();
        let reach = self.store.reach(Reach::System("separating"));
        let found = reach.matter_by_number(&number).await?.filter(|stored| stored.kind == Problem::KIND);
        let stored = found.ok_or_else(|| Error::Invalid(vec![no_such_case(&number, "/number")]))?;
        let other = stored.id;
        let joined = self.unfold::<Problem>(stored).await?;
        let whole = self.read::<Problem>(Reach::System("separating"), case.id).await?;
        let numbers: BTreeSet<String> = joined.reports.iter().map(|report| report.number.clone()).collect();
        let reports: Vec<Report> =
            whole.reports.iter().filter(|report| numbers.contains(&report.number)).cloned().collect();
        let theirs = |of: &&Message| of.report.is_some_and(|id| reports.iter().any(|report| report.id == id));
        let messages = whole.messages.iter().filter(theirs).cloned().collect();
        let separated = Act::Separate { from: joined.number, reports: numbers };
        let alone = Act::StandAlone { from: whole.number, reports, messages };
        self.act::<Problem>(actor, &[(case.id, separated), (other, alone)], request, &Baggage::default()).await
    }

    /// Calls a joint meeting over one or several cases.
    pub(super) async fn call_meeting(
        &self,
        actor: &Actor,
        case: &Case,
        act: &ProblemAct,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::RunProblems)?;
        let (sealed, documents) = self.sealed_act(case.id, act)?;
        let Act::CallMeeting { cases: asked, at, participants, agenda, .. } = sealed else {
            return Err(Error::Internal("a meeting is called otherwise".to_owned()));
        };
        let mut ids = vec![case.id];
        let mut cases = BTreeSet::from([case.problem.number.clone()]);
        for number in asked.iter().filter(|number| !number.trim().is_empty()) {
            let other = self.other_case(actor, number, "/cases").await?;
            if other.problem.ended.is_some() {
                return Err(Error::Refused(Refusal::NotOnAgenda(other.problem.number).fault()));
            }
            if cases.insert(other.problem.number) {
                ids.push(other.id);
            }
        }
        let number = self.next_number(Numbered::Meeting).await?;
        let call = Act::CallMeeting { number, cases, at, participants, agenda };
        let acts: Vec<(Uuid, Act)> = ids.into_iter().map(|id| (id, call.clone())).collect();
        self.act::<Problem>(actor, &acts, request, &Baggage { documents, ..Baggage::default() }).await
    }

    /// Moves a meeting, or calls it off, in every case of its agenda in which it still stands.
    pub(super) async fn move_meeting(
        &self,
        actor: &Actor,
        case: &Case,
        act: &ProblemAct,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::RunProblems)?;
        let (sealed, documents) = self.sealed_act(case.id, act)?;
        let Act::MoveMeeting { id, to, words } = sealed else {
            return Err(Error::Internal("a meeting is moved otherwise".to_owned()));
        };
        let seats = self.seats(actor, case, id).await?;
        let moved = |id: u32| Act::MoveMeeting { id, to, words: words.clone() };
        let acts: Vec<(Uuid, Act)> = seats.into_iter().map(|(case, id, _)| (case, moved(id))).collect();
        self.act::<Problem>(actor, &acts, request, &Baggage { documents, ..Baggage::default() }).await
    }

    /// The cases of a meeting's agenda in which it still stands, each with the meeting's identifier there and its number: first
    /// the one from which it is asked.
    async fn seats(&self, actor: &Actor, case: &Case, id: u32) -> Result<Vec<(Uuid, u32, String)>, Error> {
        let here = &case.problem.number;
        let meeting = case.problem.meetings.iter().find(|of| of.id == id);
        let (number, cases) = meeting.map(|of| (of.number.clone(), of.cases.clone())).unwrap_or_default();
        let mut all = vec![(case.id, id, here.clone())];
        for other in cases.iter().filter(|other| *other != here) {
            let other = self.other_case(actor, other, "/cases").await?;
            let called = other.problem.meetings.iter().find(|of| of.number == number && of.stands());
            if let Some(called) = called.filter(|_| other.problem.ended.is_none()) {
                all.push((other.id, called.id, other.problem.number.clone()));
            }
        }
        Ok(all)
    }

    /// Enters a meeting's minutes in every case of its agenda that has not ended; a decision becomes a sub-task in its own.
    pub(super) async fn hold_meeting(
        &self,
        actor: &Actor,
        case: &Case,
        (act, files): (&ProblemAct, &[Attachment]),
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::RunProblems)?;
        let (sealed, documents) = self.sealed_act_with(case.id, act, files)?;
        let (sealed, files) = match sealed {
            Act::With { act, files } => (*act, files),
            plain => (plain, Vec::new()),
        };
        let Act::HoldMeeting { id, minutes, positions, mut decisions } = sealed else {
            return Err(Error::Internal("minutes are entered otherwise".to_owned()));
        };
        let here = &case.problem.number;
        let held = self.seats(actor, case, id).await?;
        let open: BTreeSet<&String> = held.iter().map(|(_, _, number)| number).collect();
        for decision in &mut decisions {
            let about = decision.case.take().filter(|about| !about.trim().is_empty());
            let about = about.map_or_else(|| here.clone(), |about| about.trim().to_uppercase());
            if !open.contains(&about) {
                return Err(Error::Refused(Refusal::NotOnAgenda(about).fault()));
            }
            decision.case = Some(about);
        }
        let hold = |id: u32| {
            let (minutes, positions, decisions) = (minutes.clone(), positions.clone(), decisions.clone());
            let held = Act::HoldMeeting { id, minutes, positions, decisions };
            match files.as_slice() {
                [] => held,
                files => Act::With { act: Box::new(held), files: files.to_vec() },
            }
        };
        let acts: Vec<(Uuid, Act)> = held.iter().map(|(case, id, _)| (*case, hold(*id))).collect();
        self.act::<Problem>(actor, &acts, request, &Baggage { documents, ..Baggage::default() }).await
    }
}

fn no_such_case(number: &str, place: &str) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-PROBLEM-030",
        place,
        Text::new(
            format!("没有编号为“{number}”的问题，或不属于您的单位。"),
            format!("No problem has the number “{number}”, or it does not concern your unit."),
        ),
        Text::new("请核对编号，如 2026-DAL-P000001。", "Check the number; it looks like 2026-DAL-P000001."),
    )
}
