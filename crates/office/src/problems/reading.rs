//! Problems read: one function of authorisation for a page, a list, a count and a search.

use std::collections::BTreeSet;

use domain::{
    Instant,
    problem::{Problem, Reader, Record, Status},
    ship_call::Party,
};
use store::{Filter, MatterRow, Order, Reach, Stored, queue::QueuedTask, reach::organ_party};
use uuid::Uuid;

use super::{
    Attachment, Case, Contact, Said, intake,
    kept::{PROBLEM, STEP},
};
use crate::{Actor, Error, Office, PageOf, Right, Role, acting::Baggage, acting::Request, kept::record};

/// Lines of a page.
const PAGE: i64 = 40;

/// Which problems to list.
#[derive(Clone, Debug, Default)]
pub struct ProblemFilter {
    /// Only these states.
    pub states: Vec<String>,
    /// Only this topic.
    pub topic: Option<String>,
    /// Only those that this unit owns.
    pub owner: Option<String>,
    /// Only those in which this unit takes part; for the port office, since others see their own alone.
    pub unit: Option<String>,
    /// Only this class.
    pub class: Option<String>,
    /// Only those past their limit.
    pub overdue: bool,
    /// Words of a search: numbers and business keys.
    pub words: String,
    /// Only instances of this known problem.
    pub known: Option<String>,
    /// Only those that this firm reported first.
    pub firm: Option<String>,
    /// Opened between these instants, the second excluded.
    pub opened: Option<(Instant, Instant)>,
    /// The cursor of the page before.
    pub after: Option<String>,
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct ProblemLine {
    /// The matter's identifier.
    pub id: Uuid,
    /// Number of the case.
    pub number: String,
    /// Its topic.
    pub topic: String,
    /// Its class.
    pub class: String,
    /// Its state.
    pub state: String,
    /// Who owns it; empty once it has ended.
    pub owner: String,
    /// The firm that reported first; empty unless the reader may know.
    pub firm: String,
    /// The limit to solve.
    pub due: Option<Instant>,
    /// When it was opened.
    pub opened: Instant,
    /// When it last changed.
    pub updated: Instant,
}

impl Actor {
    /// True for the port office's people and systems.
    pub fn runs_problems(&self) -> bool {
        self.may(Right::RunProblems)
    }

    /// What the store lets this actor find among problems, narrowed to the problems of a unit where the actor sees all.
    fn problem_reach_of(&self, unit: Option<&str>) -> Reach {
        match unit {
            Some(unit) if self.runs_problems() => Reach::Firm(organ_party(unit)),
            _ => self.party_reach(),
        }
    }

    /// Who the actor is to a problem.
    pub(crate) fn reader_of(&self, problem: &Problem) -> Reader {
        match &self.party {
            Party::Organ(_) if self.role == Role::Coordinator => Reader::Office,
            Party::Organ(organ) => Reader::Unit(organ.clone()),
            Party::Firm(firm) => {
                let own = problem.reports.iter().filter(|report| report.firm == *firm && !firm.is_empty());
                Reader::Reporter(own.map(|report| report.id).collect())
            }
            Party::Clock => Reader::Public,
        }
    }
}

impl Office {
    /// A problem by its number, as the actor may see it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the actor.
    pub async fn problem(&self, actor: &Actor, number: &str) -> Result<Case, Error> {
        actor.require(Right::ReadProblems)?;
        let (id, problem) = self.find::<Problem>(actor.party_reach(), number).await?;
        let reader = actor.reader_of(&problem);
        let report = problem.report_numbered(number).map(|report| report.id);
        let mut seen = problem.seen_by(&reader);
        if matches!(reader, Reader::Unit(_)) {
            self.keep_reached(actor, &mut seen).await?;
        }
        Ok(Case { id, problem: seen, reader, report })
    }

    /// Leaves of the other cases that a case names those that the actor finds as well.
    async fn keep_reached(&self, actor: &Actor, seen: &mut Problem) -> Result<(), Error> {
        let agendas = seen.meetings.iter().flat_map(|meeting| &meeting.cases);
        let named = seen.links.iter().map(|(_, number)| number).chain(&seen.merged).chain(agendas);
        let named: BTreeSet<String> = named.filter(|number| **number != seen.number).cloned().collect();
        let reach = self.store.reach(actor.party_reach());
        let mut reached = BTreeSet::from([seen.number.clone()]);
        for number in named {
            if reach.matter_by_number(&number).await?.is_some_and(|stored| stored.kind == PROBLEM) {
                reached.insert(number);
            }
        }
        seen.links.retain(|(_, number)| reached.contains(number));
        seen.merged.retain(|number| reached.contains(number));
        for meeting in &mut seen.meetings {
            meeting.cases.retain(|number| reached.contains(number));
            meeting.decisions.retain(|of| of.case.as_ref().is_none_or(|case| reached.contains(case)));
        }
        Ok(())
    }

    /// A report's case by number and secret: who knows both sees what the firm sees of its own report. A report that was
    /// joined leads to the case that answers for it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a wrong number as for a wrong secret.
    pub async fn problem_by_secret(&self, number: &str, secret: &str) -> Result<Case, Error> {
        let (id, problem, report) = self.report_by_secret(number, secret).await?;
        let reader = Reader::Reporter(BTreeSet::from([report]));
        Ok(Case { id, problem: problem.seen_by(&reader), reader, report: Some(report) })
    }

    /// The case that answers for a report now, unreduced, and the report within it.
    pub(super) async fn report_by_secret(&self, number: &str, secret: &str) -> Result<(Uuid, Problem, u32), Error> {
        let reach = self.store.reach(Reach::System("status by secret"));
        let mut asked = number.trim().to_uppercase();
        let wanted = asked.clone();
        // Cases are joined to cases that may have been joined since.
        for _ in 0..8 {
            let found = reach.matter_by_number(&asked).await?.filter(|stored| stored.kind == PROBLEM);
            let stored = found.ok_or(Error::NotFound)?;
            let id = stored.id;
            let problem = self.unfold::<Problem>(stored).await?;
            let report = problem.report_numbered(&wanted).ok_or(Error::NotFound)?;
            if !same(&report.secret, &intake::secret_digest(secret)) {
                return Err(Error::NotFound);
            }
            if problem.status() != Status::Joined {
                let report = report.id;
                return Ok((id, problem, report));
            }
            asked = problem.ended.map(|ended| ended.reason).unwrap_or_default();
        }
        Err(Error::NotFound)
    }

    /// What the reporter says or does, by number and secret: who has both speaks for the report.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] by the procedure.
    pub async fn act_by_secret(
        &self,
        (number, secret): (&str, &str),
        (act, files): (&super::ProblemAct, &[Attachment]),
        request: &Request,
    ) -> Result<crate::Done, Error> {
        let (id, problem, report) = self.report_by_secret(number, secret).await?;
        let firm = problem.report(report).map(|report| report.firm.clone()).unwrap_or_default();
        let actor = Actor { party: Party::Firm(firm), person: "secret".to_owned(), ..Actor::reporter("zh") };
        if !act.is_of_a_firm() {
            return Err(Error::Forbidden);
        }
        let (act, documents) = self.sealed_act_with(id, &act.about(report), files)?;
        let baggage = Baggage { documents, ..Baggage::default() };
        self.act::<Problem>(&actor, &[(id, act)], request, &baggage).await
    }

    /// The journal of a problem for the port office, oldest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody else: entries name what other readers may not see.
    pub async fn problem_journal(&self, actor: &Actor, id: Uuid, limit: i64) -> Result<Vec<Record>, Error> {
        actor.require(Right::RunProblems)?;
        let rows = self.store.reach(actor.party_reach()).entries(id, 0, limit).await?;
        rows.iter().map(record::<Problem>).collect()
    }

    /// A page of problems within the actor's reach, the newest first; those past their limit by that limit.
    ///
    /// # Errors
    /// The store's own.
    pub async fn problems(&self, actor: &Actor, filter: &ProblemFilter) -> Result<PageOf<ProblemLine>, Error> {
        actor.require(Right::ReadProblems)?;
        let wanted = self.problem_search(filter);
        let reach = actor.problem_reach_of(filter.unit.as_deref());
        let page = self.page_of(reach, PROBLEM, &wanted, filter.after.as_deref(), PAGE).await?;
        let PageOf { lines, next } = page;
        Ok(PageOf { lines: lines.into_iter().map(|stored| line(actor, stored)).collect(), next })
    }

    /// How many problems a list has, at most `most`.
    ///
    /// # Errors
    /// The store's own.
    pub async fn problems_found(&self, actor: &Actor, filter: &ProblemFilter, most: i64) -> Result<i64, Error> {
        actor.require(Right::ReadProblems)?;
        let wanted = self.problem_search(filter);
        Ok(self.store.reach(actor.problem_reach_of(filter.unit.as_deref())).count_up_to(PROBLEM, &wanted, most).await?)
    }

    fn problem_search(&self, filter: &ProblemFilter) -> Filter {
        let known = filter.known.iter().map(|code| format!("known:{}", code.to_lowercase()));
        Filter {
            // What is overdue has not ended: no state needs to say so.
            states: filter.states.clone(),
            firm: filter.firm.clone(),
            subject_key: filter.topic.clone(),
            holder: filter.owner.clone(),
            place: filter.class.clone(),
            tokens: known.chain(crate::search::query_tokens(&filter.words)).collect(),
            due_before: filter.overdue.then(|| self.now().0),
            starts_between: filter.opened.map(|(from, until)| (from.0, until.0)),
            order: if filter.overdue { Order::Due } else { Order::Newest },
            ..Filter::default()
        }
    }

    /// What waits on the desk of the actor's unit, what falls due first at the head.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for firms.
    pub async fn problem_desk(&self, actor: &Actor, after: Option<&str>) -> Result<PageOf<QueuedTask>, Error> {
        actor.require(Right::HandleProblems)?;
        let wanted = Filter { step: Some(STEP.to_owned()), ..Filter::default() };
        let mut page = self.page_of_tasks(actor.reach(), actor.unit(), &wanted, after, PAGE).await?;
        for line in &mut page.lines {
            line.matter.row.firm.clear();
            line.task.step = line.task.step.trim_start_matches(STEP).to_owned();
        }
        Ok(page)
    }

    /// What a firm said in a report. Empty places for what the reader may not see do not come so far: the case names none.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a document that the case, as this reader sees it, does not name.
    pub async fn said(&self, case: &Case, document: &str) -> Result<Said, Error> {
        Ok(serde_json::from_slice(&self.problem_document(case, document).await?)?)
    }

    /// The words of a message, point, answer or notice.
    ///
    /// # Errors
    /// As [`Office::said`].
    pub async fn problem_words(&self, case: &Case, document: &str) -> Result<domain::Text, Error> {
        Ok(serde_json::from_slice(&self.problem_document(case, document).await?)?)
    }

    /// Name and contact of who reported; reading it is recorded for everybody but the reporter.
    ///
    /// # Errors
    /// As [`Office::said`].
    pub async fn problem_contact(&self, actor: &Actor, case: &Case, document: &str) -> Result<Contact, Error> {
        if !matches!(case.reader, Reader::Reporter(_)) {
            self.note_reading(actor, case.id, "contact").await?;
        }
        intake::contact(&self.problem_document(case, document).await?)
    }

    /// A file that came with a report, with words or with an answer.
    ///
    /// # Errors
    /// As [`Office::said`].
    pub async fn problem_attachment(&self, case: &Case, document: &str) -> Result<Attachment, Error> {
        if !case.problem.files().any(|of| of == document) {
            return Err(Error::NotFound);
        }
        Ok(intake::unpacked(&self.problem_document(case, document).await?))
    }

    /// The name of such a file; none once it is erased.
    ///
    /// # Errors
    /// As [`Office::said`].
    pub async fn problem_file_name(&self, case: &Case, document: &str) -> Result<Option<String>, Error> {
        match self.problem_attachment(case, document).await {
            Ok(file) => Ok(Some(file.name)),
            Err(Error::Gone(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The bytes of a document that the case, as this reader sees it, names. Secrets are named by nothing.
    async fn problem_document(&self, case: &Case, document: &str) -> Result<Vec<u8>, Error> {
        let id = Uuid::parse_str(document).map_err(|_| Error::NotFound)?;
        if !serde_json::to_string(&case.problem)?.contains(&id.to_string()) {
            return Err(Error::NotFound);
        }
        let reach = self.store.reach(Reach::System("words of a problem"));
        let store::Document { bytes, erased, .. } = reach.document(id).await?.ok_or(Error::NotFound)?;
        bytes.ok_or_else(|| self.gone(erased))
    }

    /// Other problems that may be the same: by business key, within the time that the table gives it, and what they have in
    /// common.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office.
    pub async fn duplicates(&self, actor: &Actor, case: &Case) -> Result<Vec<(ProblemLine, String)>, Error> {
        actor.require(Right::RunProblems)?;
        let reach = self.store.reach(actor.party_reach());
        let mut found: Vec<(ProblemLine, String)> = Vec::new();
        for key in &case.problem.keys {
            let inputs = domain::Value::from([("key", key.kind.as_str().into())]);
            let Some(row) = self.profile.hit("problem-joining", self.now(), &inputs) else { continue };
            let opened = case.problem.opened_at;
            let window = |length: &str| self.profile.reckon(opened, length, "round-the-clock");
            let length = row.text("window");
            let (Some(from), Some(until)) = (window(&format!("-{length}")), window(length)) else { continue };
            let wanted = Filter {
                tokens: vec![format!("key:{}", key.code().to_lowercase())],
                starts_between: Some((from.0, until.0)),
                order: Order::Newest,
                ..Filter::default()
            };
            for stored in reach.list(PROBLEM, &wanted, None, PAGE).await? {
                let open = Status::from_code(&stored.row.state).is_some_and(Status::is_open);
                if stored.id != case.id && open && !found.iter().any(|(line, _)| line.id == stored.id) {
                    found.push((line(actor, stored), key.code()));
                }
            }
        }
        Ok(found)
    }
}

/// What a list shows of a problem: the firm only to itself and to the port office.
pub(super) fn line(actor: &Actor, stored: Stored) -> ProblemLine {
    let MatterRow { number, subject_key, place, state, holder, firm, due_at, opened_at, updated_at, .. } = stored.row;
    let may_know = match &actor.party {
        Party::Firm(own) => *own == firm,
        Party::Organ(_) => actor.role == Role::Coordinator,
        Party::Clock => false,
    };
    ProblemLine {
        id: stored.id,
        number,
        topic: subject_key,
        class: place,
        state,
        owner: holder,
        firm: if may_know { firm } else { String::new() },
        due: due_at.map(Instant),
        opened: Instant(opened_at),
        updated: Instant(updated_at),
    }
}

/// Compares digests in a time that does not tell where they differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
