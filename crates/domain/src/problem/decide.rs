//! Deciding an act: pure. What it returns is appended to the journal, all or nothing.

mod department;
mod firm;
mod handover;
mod intake;
mod limits;
mod links;
mod meetings;
mod office;

use super::{
    Act, Assignment, AssignmentState, Breach, Clock, Entry, Escalation, Notice, Problem, Record, Refusal, apply,
};
use crate::{
    Instant, Text, Value,
    matter::{Context, Organ, Party, Rule},
    profile::Hit,
};

/// Kinds of links between cases, each with what the other case says of it.
pub const LINKS: [(&str, &str); 4] = [
    ("depends_on", "needed_by"),
    ("refers_to", "referred_by"),
    ("member_of", "has_member"),
    ("duplicate_of", "duplicated_by"),
];

/// Causes of the ladder that a person sees, and no clock or count brings.
pub const BY_HAND: [&str; 3] = ["rule_conflict", "merits", "foreign"];

/// Decides what an act adds to a problem's journal. `problem` is the fold so far, the default before the first entry.
///
/// # Errors
/// A [`Refusal`] when the procedure or the actor's part in it does not allow the act; nothing changes then.
pub fn decide(problem: &Problem, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    if let Act::With { act, files } = act {
        return with(decide(problem, act, context)?, files);
    }
    if matches!(act, Act::Receive(_)) != (problem.version == 0) {
        return Err(Refusal::WrongMoment);
    }
    let beside = matches!(
        act,
        Act::HandOver { .. }
            | Act::HandBack { .. }
            | Act::Hear { .. }
            | Act::LinkBack { .. }
            | Act::Unlink { .. }
            | Act::StandAlone { .. }
    );
    if problem.ended.is_some() && !beside {
        return Err(Refusal::Ended);
    }
    if problem.recused.contains(&context.actor.person) {
        return Err(Refusal::Recused);
    }
    let mut draft = Draft { problem: problem.clone(), entries: Vec::new(), context: *context };
    limits::move_clocks(&mut draft);
    if let Act::Fire { clock, due } = act {
        // The limit stands elsewhere now: nothing has passed.
        let moved = !draft.entries.is_empty();
        if moved && draft.problem.clocks.get(clock).is_some_and(|of| of.moved.iter().any(|moved| moved.from == *due)) {
            return Ok(draft.entries);
        }
        limits::fire(&mut draft, clock, *due)?;
        return Ok(draft.entries);
    }
    // A limit that passed before this act is a fact, even when its clock has not fired yet.
    limits::pass_due(&mut draft);
    match act {
        Act::Receive(_)
        | Act::Triage { .. }
        | Act::Refuse { .. }
        | Act::Transfer { .. }
        | Act::PassEmergency { .. } => intake::decide(&mut draft, act)?,
        Act::Dispatch(_)
        | Act::Rule { .. }
        | Act::Release { .. }
        | Act::DecideExtension { .. }
        | Act::Escalate { .. }
        | Act::Serve { .. }
        | Act::Arbitrate { .. }
        | Act::Disclose { .. }
        | Act::LinkKnown { .. }
        | Act::DeclareIncident { .. }
        | Act::Watch { .. }
        | Act::GiveTask { .. } => office::decide(&mut draft, act)?,
        Act::CallMeeting { .. } | Act::MoveMeeting { .. } | Act::HoldMeeting { .. } => {
            meetings::decide(&mut draft, act)?
        }
        Act::Link { .. }
        | Act::LinkBack { .. }
        | Act::Unlink { .. }
        | Act::Join { .. }
        | Act::JoinTo { .. }
        | Act::Separate { .. }
        | Act::StandAlone { .. } => links::decide(&mut draft, act)?,
        Act::Accept
        | Act::Return { .. }
        | Act::Take
        | Act::Recuse { .. }
        | Act::Send { .. }
        | Act::Pause { .. }
        | Act::Resume
        | Act::AskExtension { .. }
        | Act::Answer { .. }
        | Act::Sign { .. }
        | Act::AnswerNotice { .. }
        | Act::DoTask { .. } => department::decide(&mut draft, act)?,
        Act::HandOver { .. } | Act::Hear { .. } | Act::HandBack { .. } => handover::decide(&mut draft, act)?,
        Act::Say { .. } | Act::Tell { .. } | Act::ConfirmAddress { .. } | Act::Withdraw { .. } => {
            firm::decide(&mut draft, act)?;
        }
        Act::With { .. } | Act::Fire { .. } => {}
    }
    limits::move_clocks(&mut draft);
    Ok(draft.entries)
}

/// What is written names the files that came with it.
fn with(mut entries: Vec<Entry>, files: &[String]) -> Result<Vec<Entry>, Refusal> {
    let written = entries.iter_mut().find_map(|entry| match entry {
        Entry::Sent(message) => Some(&mut message.files),
        Entry::Answered(answer) => Some(&mut answer.files),
        Entry::Signed(reply) => Some(&mut reply.files),
        Entry::Told { word, .. } => Some(&mut word.files),
        Entry::Served(notice) => Some(&mut notice.files),
        Entry::MeetingHeld(meeting) => Some(&mut meeting.files),
        Entry::TaskGiven(task) => Some(&mut task.files),
        Entry::TaskDone { files, .. } | Entry::NoticeAnswered { files, .. } => Some(files),
        _ => None,
    });
    files.clone_into(written.ok_or(Refusal::WrongState)?);
    Ok(entries)
}

/// The entries so far, and the fold with them applied.
struct Draft<'a> {
    problem: Problem,
    entries: Vec<Entry>,
    context: Context<'a>,
}

impl Draft<'_> {
    fn push(&mut self, entry: Entry) {
        let record = Record::ahead(self.context.now, entry);
        apply(&mut self.problem, &record);
        self.entries.push(record.entry);
    }

    /// The department that acts.
    fn organ(&self) -> Result<Organ, Refusal> {
        match &self.context.actor.party {
            Party::Organ(organ) => Ok(organ.clone()),
            _ => Err(Refusal::NotYours),
        }
    }

    /// Refuses everybody but the port office.
    fn require_office(&self) -> Result<Organ, Refusal> {
        self.organ().ok().filter(|organ| *organ == self.problem.office).ok_or(Refusal::NotYours)
    }

    /// The assignment of the department that acts.
    fn own(&self) -> Result<Assignment, Refusal> {
        let organ = self.organ()?;
        self.problem.assignment_of(&organ).cloned().ok_or(Refusal::NotYours)
    }

    /// The lead's assignment, when the department that acts has it in hand.
    fn own_lead(&self) -> Result<Assignment, Refusal> {
        let own = self.own()?;
        if own.role != super::Role::Lead {
            return Err(Refusal::NotYours);
        }
        if own.state == AssignmentState::Accepted { Ok(own) } else { Err(Refusal::WrongState) }
    }

    /// The short name of a unit; a code that the profile does not know stays.
    fn name_of(&self, organ: &str) -> Text {
        self.context.profile.organ(organ).map_or_else(|| Text::new(organ, organ), |of| of.short.clone())
    }

    /// Refuses units that have no part in the case.
    fn require_parties<'o>(&self, organs: impl IntoIterator<Item = &'o Organ>) -> Result<(), Refusal> {
        let units = self.problem.units();
        let foreign: Vec<Text> =
            organs.into_iter().filter(|of| !units.contains(*of)).map(|of| self.name_of(of)).collect();
        if foreign.is_empty() { Ok(()) } else { Err(Refusal::NotParty(foreign)) }
    }

    /// Refuses a department that the profile does not know, or that has no desk.
    fn require_unit(&self, organ: &str) -> Result<(), Refusal> {
        let known = self.context.profile.organ(organ).is_some();
        if known { Ok(()) } else { Err(Refusal::NotListed(organ.to_owned())) }
    }

    fn hit(&self, table: &str, inputs: &Value) -> Option<Hit<'_>> {
        self.context.profile.hit(table, self.context.now, inputs)
    }

    /// A row of a table by one code.
    fn row(&self, table: &str, input: &str, code: &str) -> Result<Hit<'_>, Refusal> {
        self.hit(table, &Value::from([(input, code.into())])).ok_or_else(|| Refusal::NotListed(code.to_owned()))
    }

    /// Starts a clock as the row of its kind and the case's severity says; nothing when there is no such row.
    fn start(&mut self, name: &str, holder: &str, from: Instant) {
        if let Some(clock) = self.clock(name, holder, from) {
            self.push(Entry::ClockStarted(Box::new(clock)));
        }
    }

    fn clock(&self, name: &str, holder: &str, from: Instant) -> Option<Clock> {
        let kind = name.split(':').next().unwrap_or(name);
        let severity = self.problem.severity.as_str();
        let row = self.hit("problem-clocks", &Value::from([("clock", kind.into()), ("severity", severity.into())]))?;
        let (length, calendar) = (row.text("length"), row.text("calendar"));
        Some(Clock {
            name: name.to_owned(),
            holder: holder.to_owned(),
            started_at: from,
            due: limits::reckon(self.context.profile, from, length, &self.problem.paused(), calendar)?,
            length: length.to_owned(),
            calendar_version: self.version_of(calendar),
            calendar: calendar.to_owned(),
            rule: row.rule(),
            law: row.law().to_owned(),
            pausable: row.is_true("pausable"),
            ..Clock::default()
        })
    }

    fn version_of(&self, calendar: &str) -> String {
        self.context.profile.calendars.get(calendar).map_or(String::new(), |calendar| calendar.version.clone())
    }

    /// Stops a clock that runs; one that was met before stays as it was.
    fn stop(&mut self, name: &str) {
        if self.problem.clocks.get(name).is_some_and(|clock| clock.stopped_at.is_none()) {
            self.push(Entry::ClockStopped { name: name.to_owned() });
        }
    }

    /// Stops every clock whose name begins so.
    fn stop_all(&mut self, beginning: &str) {
        let names: Vec<String> =
            self.problem.clocks.keys().filter(|name| name.starts_with(beginning)).cloned().collect();
        for name in names {
            self.stop(&name);
        }
    }

    /// Takes the steps of the ladder for a cause that no clock brings, each once in the life of the case. False when the
    /// ladder does not know the cause.
    fn escalate(&mut self, trigger: &str) -> bool {
        let inputs = Value::from([("trigger", trigger.into()), ("severity", self.problem.severity.as_str().into())]);
        let rows = self.context.profile.hits("problem-ladder", self.context.now, &inputs);
        let known = !rows.is_empty();
        for row in rows {
            let ladder = (step_of(&row), row.text("to").to_owned(), row.text("notice").to_owned());
            match self.told_later(&row) {
                None => self.climb(trigger, &ladder, (row.law(), &row.rule()), self.context.now),
                Some(due) => self.climb_later(trigger, ladder, &row, due),
            }
        }
        known
    }

    /// When the row's calendar is worked again; none while it is. Nobody is woken for what can wait.
    fn told_later(&self, row: &Hit) -> Option<Instant> {
        let (profile, now) = (self.context.profile, self.context.now);
        let rests = profile.calendars.get(row.text("calendar")).is_some_and(|of| !of.works_at(now.timestamp()));
        // A minute of work ends in the first one that is worked.
        if rests { profile.reckon(now, "PT1M", row.text("calendar")) } else { None }
    }

    /// The step is taken when its clock fires.
    fn climb_later(&mut self, trigger: &str, ladder: (i64, String, String), row: &Hit, due: Instant) {
        let name = format!("ladder:{trigger}:{}", ladder.0);
        let taken = self.problem.escalations.iter().any(|of| of.trigger == trigger && of.step == ladder.0);
        if taken || self.problem.clocks.get(&name).is_some_and(|clock| clock.stopped_at.is_none()) {
            return;
        }
        let calendar = row.text("calendar");
        let clock = Clock {
            name,
            holder: self.problem.owner().unwrap_or_default().to_owned(),
            started_at: self.context.now,
            due,
            length: row.text("offset").to_owned(),
            calendar: calendar.to_owned(),
            calendar_version: self.version_of(calendar),
            rule: row.rule(),
            law: row.law().to_owned(),
            ladder: Some(ladder),
            ..Clock::default()
        };
        self.push(Entry::ClockStarted(Box::new(clock)));
    }

    /// Takes one step, unless it was taken before; serves the notice that the row asks for.
    fn climb(&mut self, trigger: &str, ladder: &(i64, String, String), (law, rule): (&str, &Rule), at: Instant) {
        let (step, to, notice) = ladder;
        if self.problem.escalations.iter().any(|of| of.trigger == trigger && of.step == *step) {
            return;
        }
        let (trigger, to, law) = (trigger.to_owned(), to.clone(), law.to_owned());
        let escalation = Escalation { trigger, step: *step, to, at, law: law.clone(), rule: rule.clone() };
        self.push(Entry::Escalated(Box::new(escalation)));
        let owner = self.problem.owner().filter(|_| !notice.is_empty()).map(str::to_owned);
        if let Some(organ) = owner {
            self.serve(notice, &organ, None, law, at);
        }
    }
}

impl Draft<'_> {
    /// Serves a written notice; one that is to be answered gets a limit of its own.
    fn serve(&mut self, kind: &str, organ: &str, words: Option<String>, law: String, at: Instant) {
        let profile = self.context.profile;
        let row = profile.hit("problem-notices", at, &Value::from([("notice", kind.into())]));
        let row = row.filter(|row| row.is_true("answer") && !row.text("length").is_empty());
        let limit = row.and_then(|row| {
            let (length, calendar) = (row.text("length").to_owned(), row.text("calendar").to_owned());
            let due = limits::reckon(profile, at, &length, &[], &calendar)?;
            Some(Clock { length, calendar, due, rule: row.rule(), law: row.law().to_owned(), ..Clock::default() })
        });
        let (id, organ) = (next_id(self.problem.notices.len()), organ.to_owned());
        let due = limit.as_ref().map(|clock| clock.due);
        let notice = Notice {
            id,
            kind: kind.to_owned(),
            organ: organ.clone(),
            at,
            words,
            law,
            due,
            answer: None,
            files: Vec::new(),
        };
        self.push(Entry::Served(Box::new(notice)));
        if let Some(limit) = limit {
            let calendar_version = self.version_of(&limit.calendar);
            let name = format!("notice:{id}");
            let clock = Clock { name, holder: organ, started_at: at, calendar_version, ..limit };
            self.push(Entry::ClockStarted(Box::new(clock)));
        }
    }
}

/// The number that follows so many.
fn next_id(known: usize) -> u32 {
    u32::try_from(known).unwrap_or(u32::MAX).saturating_add(1)
}

/// The step of a row of the ladder.
fn step_of(row: &Hit) -> i64 {
    row.integer("step").unwrap_or(0)
}

/// The breach of a clock.
fn breach(clock: &Clock) -> Entry {
    Entry::Passed(Breach { clock: clock.name.clone(), due: clock.due, holder: clock.holder.clone() })
}
