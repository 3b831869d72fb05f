//! Deciding an act: pure. What it returns is appended to the journal, all or nothing.

mod agent;
mod berth;
mod organ;
mod port;
mod preference;

use std::cell::LazyCell;

use super::{
    Acceptance, Act, Breach, Clock, Context, Entry, Filing, NewDesk, Organ, Party, Phase, Record, Refusal, Requirement,
    Review, ShipCall, apply, assess,
};
use crate::{
    Value,
    formality::Formality,
    measure::{self, Running},
};
use assess::Question;

/// Why a permit is examined again when she has not sailed within its time.
const NOT_SAILED: &str = "not_sailed";

/// Decides what an act adds to a call's journal. `call` is the fold so far, the default before the first entry.
///
/// # Errors
/// A [`Refusal`] when the procedure or the actor's part in it does not allow the act; nothing changes then.
pub fn decide(call: &ShipCall, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    let opening = matches!(act, Act::Open(_));
    if opening != (call.version == 0) {
        return Err(Refusal::WrongMoment);
    }
    if call.status().is_over() && !opening && !matches!(act, Act::StateTime { .. } | Act::NoteDeparture { .. }) {
        return Err(Refusal::Ended);
    }
    let asked = answered_before(call, context);
    let mut draft = Draft { call: call.clone(), entries: Vec::new(), context: *context, asked };
    draft.move_clocks();
    if let Act::Fire { clock, due } = act
        && draft.call.moved.iter().any(|of| of.clock == *clock && of.from == *due)
        && !draft.entries.is_empty()
    {
        return Ok(draft.entries);
    }
    draft.accept_by_silence(act);
    let lapsed = (!draft.entries.is_empty()).then(|| draft.call.clone());
    match act {
        Act::Open(_)
        | Act::File { .. }
        | Act::Withdraw { .. }
        | Act::Answer { .. }
        | Act::ChangeAgent { .. }
        | Act::ReportDistress { .. }
        | Act::AcknowledgeDistress
        | Act::EndDistress { .. }
        | Act::End { .. } => agent::decide(&mut draft, act)?,
        Act::TakeInCharge { .. }
        | Act::Decide { .. }
        | Act::Suspend { .. }
        | Act::Resume { .. }
        | Act::Ask { .. }
        | Act::CloseItem { .. }
        | Act::ConfirmPermit { .. }
        | Act::RedoExit { .. } => organ::decide(&mut draft, act)?,
        Act::PlaceHold { .. }
        | Act::ReportHold { .. }
        | Act::LiftHold { .. }
        | Act::OrderBoarding { .. }
        | Act::FinishBoarding { .. }
        | Act::StateTime { .. }
        | Act::NoteDeparture { .. }
        | Act::PlanBerth { .. }
        | Act::Fire { .. } => port::decide(&mut draft, act)?,
        Act::GrantPriority { .. } | Act::EndPriority { .. } => preference::decide(&mut draft, act)?,
    }
    draft.assess();
    draft.reopen_early_exit();
    draft.move_clocks();
    if matches!(act, Act::Fire { .. }) && draft.entries.is_empty() {
        return Err(Refusal::ClockStopped);
    }
    draft.pass_overdue(lapsed.as_ref().unwrap_or(call), act);
    draft.examine_permit(act);
    Ok(draft.entries)
}

/// A decision that is only recorded now, but was taken in the national system before the limit, was in time.
fn met_elsewhere(clock: &Clock, act: &Act, party: &Party) -> bool {
    let (Act::Decide { formality, mirror: Some(mirror), .. }, Party::Organ(organ)) = (act, party) else {
        return false;
    };
    let of = clock.name.split_once(':').map(|(_, of)| of);
    mirror.decided_at <= clock.due && of == Some(format!("{}:{organ}", formality.code()).as_str())
}

/// The entries so far, and the fold with them applied.
struct Draft<'a> {
    call: ShipCall,
    entries: Vec<Entry>,
    context: Context<'a>,
    /// What the table of what is due was asked last, and its answer.
    asked: Option<(Question, Vec<Requirement>)>,
}

/// The question that the table answered after the entry before, with its answer, where the same table would be asked today.
fn answered_before(call: &ShipCall, context: &Context<'_>) -> Option<(Question, Vec<Requirement>)> {
    let (then, profile) = (call.updated_at, context.profile);
    let table = profile.tables.get("formalities-due")?;
    let same = !call.requirements.is_empty()
        && then.date(&profile.zone) == context.now.date(&profile.zone)
        && call.requirements.iter().all(|due| due.basis.rule.hash == table.hash);
    same.then(|| (Question::of(call, profile, then), call.requirements.clone()))
}

impl Draft<'_> {
    fn push(&mut self, entry: Entry) {
        let record = Record::ahead(self.context.now, entry);
        apply(&mut self.call, &record);
        self.entries.push(record.entry);
    }

    /// Assesses anew what is due, and writes it down when it differs.
    fn assess(&mut self) {
        let question = Question::of(&self.call, self.context.profile, self.context.now);
        let requirements = self.due(question).to_vec();
        if requirements != self.call.requirements {
            let acceptances = self.new_desks(&requirements);
            self.push(Entry::Assessed { requirements, acceptances });
        }
    }

    /// The organs that an assessment adds to what stands filed: each gets the limit that it would have had on the filing.
    fn new_desks(&self, requirements: &[Requirement]) -> Vec<NewDesk> {
        let mut desks = Vec::new();
        for due in requirements {
            let standing = self.call.filings.get(&due.formality).and_then(Filing::standing);
            let (Some(standing), Some(acceptance)) = (standing, self.acceptance(due)) else { continue };
            let has_it = |organ: &&String| {
                let review = self.call.review(due.formality, organ);
                review.is_some_and(|review| review.version == standing.version)
            };
            desks.extend(due.organs.iter().filter(|organ| !has_it(organ)).map(|organ| NewDesk {
                formality: due.formality,
                organ: organ.clone(),
                acceptance: acceptance.clone(),
            }));
        }
        desks
    }

    /// What is due; the table is not asked twice in a row what it has just answered.
    fn due(&mut self, question: Question) -> &[Requirement] {
        let (question, due) = match self.asked.take() {
            Some((last, due)) if last == question => (last, due),
            _ => {
                let due = assess::assess(&question, &self.context);
                (question, due)
            }
        };
        &self.asked.insert((question, due)).1
    }

    /// Limits that run and that a measure stops or makes longer are moved, before anything is made of them.
    fn move_clocks(&mut self) {
        let (profile, now, call) = (self.context.profile, self.context.now, &self.call);
        if call.version == 0 || !profile.register.measures.iter().any(measure::Measure::moves_clocks) {
            return;
        }
        // Most measures leave a limit alone by its name or their days, before anything is asked of the call.
        let facts = LazyCell::new(|| Value::Map(assess::facts(call, profile, now)));
        let moved = |clock: &Clock| {
            let (start, calendar) = call.term_of(&clock.name)?;
            let running = Running {
                matter: "ship_call",
                of: &call.kind,
                name: &clock.name,
                start,
                due: clock.due,
                calendar: &calendar,
            };
            measure::moved(profile, &running, || &facts, &call.moved)
        };
        // Each limit has a name of its own, so that none is moved by what moves another.
        let moved: Vec<_> = call.clocks().iter().filter_map(moved).collect();
        for moved in moved {
            self.push(Entry::ClockMoved(Box::new(moved)));
        }
    }

    /// Where an organ was silent until its limit before this act, the filing counts as accepted since then, and the act
    /// meets it so.
    fn accept_by_silence(&mut self, act: &Act) {
        if matches!(act, Act::Fire { .. } | Act::Open(_)) || self.call.actual("departure").is_some() {
            return;
        }
        let (now, actor) = (self.context.now, self.context.actor);
        let passed = |review: &Review| review.acceptance.as_ref().is_some_and(|acceptance| acceptance.due < now);
        if !self.call.reviews.iter().any(passed) {
            return;
        }
        let late = self.call.clocks().into_iter().filter(|clock| clock.due < now);
        let late: Vec<Clock> = late.filter(|clock| !met_elsewhere(clock, act, &actor.party)).collect();
        for clock in late {
            organ::count_as_accepted(self, &clock);
        }
    }

    /// Exit formalities are signed within the last hours before she sails (Decree 175 art. 12): when the sailing is put
    /// off, who has signed looks again at what is then filed.
    fn reopen_early_exit(&mut self) {
        let exit = self.call.requirement(Formality::ExitFormalities);
        let Some(exit) = exit.filter(|exit| self.call.is_filed_too_early(exit)).cloned() else { return };
        for organ in &exit.organs {
            self.reopen(exit.formality, organ, "changed:departure");
        }
    }

    /// A limit that passed before this act is a fact even when its clock has not fired yet.
    fn pass_overdue(&mut self, before: &ShipCall, act: &Act) {
        if matches!(act, Act::Fire { .. }) || self.call.actual("departure").is_some() {
            return;
        }
        let (now, actor) = (self.context.now, self.context.actor);
        let late = before.clocks().into_iter().filter(|clock| clock.due < now);
        for clock in late.filter(|clock| !met_elsewhere(clock, act, &actor.party)) {
            match clock.name.strip_prefix("permit:") {
                None => self.push(Entry::Passed(Breach { clock: clock.name, due: clock.due, holder: clock.holder })),
                Some(number) => {
                    let standing = self.call.departure_permit().filter(|permit| permit.number == number);
                    if standing.is_some_and(|permit| permit.reexamination.is_none()) {
                        self.push(Entry::ReexaminationDue { number: number.to_owned(), cause: NOT_SAILED.to_owned() });
                    }
                }
            }
        }
    }

    /// Facts that changed after a permit was issued make its re-examination due (Decree 175 art. 13).
    fn examine_permit(&mut self, act: &Act) {
        let Some(permit) = self.call.departure_permit() else { return };
        let issued_now = matches!(act, Act::Decide { formality: Formality::DeparturePermit, .. });
        if permit.reexamination.is_some()
            || self.call.actual("departure").is_some()
            || issued_now
            || matches!(act, Act::Fire { .. } | Act::ConfirmPermit { .. })
        {
            return;
        }
        let cause = match act {
            Act::File { formality, .. } | Act::Withdraw { formality, .. } => format!("changed:{}", formality.code()),
            Act::PlaceHold { kind, .. } => format!("hold:{kind}"),
            Act::ReportHold { .. } => format!("hold:{}", self.call.holds.last().map_or("", |hold| &hold.kind)),
            Act::Ask { formality, .. } => format!("asked:{}", formality.code()),
            Act::OrderBoarding { ground, .. } => format!("boarding:{ground}"),
            Act::ChangeAgent { .. } => "changed:agent".to_owned(),
            Act::RedoExit { .. } => "redo".to_owned(),
            _ if self.call.is_cleared(Phase::Entry) && self.call.is_cleared(Phase::Exit) => return,
            _ => "changed:requirements".to_owned(),
        };
        let number = permit.number.clone();
        self.push(Entry::ReexaminationDue { number, cause });
    }

    /// The organ that acts; a refusal for a firm.
    fn organ(&self) -> Result<Organ, Refusal> {
        match &self.context.actor.party {
            Party::Organ(organ) => Ok(organ.clone()),
            _ => Err(Refusal::NotYours),
        }
    }

    /// Refuses everybody but the call's agent.
    fn require_agent(&self) -> Result<(), Refusal> {
        match &self.context.actor.party {
            Party::Firm(firm) if *firm == self.call.agent => Ok(()),
            _ => Err(Refusal::NotYours),
        }
    }

    /// The requirement for a formality on which the acting organ decides.
    fn requirement_of(&self, formality: Formality, organ: &str) -> Result<Requirement, Refusal> {
        let requirement = self.call.requirement(formality).ok_or(Refusal::NotDue)?;
        if requirement.organs.iter().any(|of| of == organ) { Ok(requirement.clone()) } else { Err(Refusal::NotYours) }
    }

    /// A decision that rested on what has changed stands no longer.
    fn reopen(&mut self, formality: Formality, organ: &str, cause: &str) {
        let decided = self.call.review(formality, organ).is_some_and(|review| review.state.is_granted());
        if decided {
            let acceptance = self.call.requirement(formality).and_then(|requirement| self.acceptance(requirement));
            let (organ, cause) = (organ.to_owned(), cause.to_owned());
            self.push(Entry::Reopened { formality, organ, cause, acceptance });
        }
    }

    /// Until when what is filed now must be accepted. A signature waits for what it covers, so it has no such limit.
    fn acceptance(&self, requirement: &Requirement) -> Option<Acceptance> {
        if requirement.basis.decision_length.is_empty() || requirement.is_signature() {
            return None;
        }
        let (profile, now) = (self.context.profile, self.context.now);
        let row = profile.hit("decision-limits", now, &Value::from([("decision", "acceptance".into())]))?;
        let calendar = row.text("calendar");
        let due = profile.reckon(now, row.text("length"), calendar)?;
        Some(Acceptance { due, calendar: self.calendar(calendar), law: row.law().to_owned(), rule: row.rule() })
    }

    /// A calendar with its version.
    fn calendar(&self, name: &str) -> String {
        let version = self.context.profile.calendars.get(name).map_or("", |calendar| calendar.version.as_str());
        format!("{name} {version}")
    }

    /// Opens an organ's signatures for both phases: who looked at a changed crew on entry looks again on exit.
    fn reopen_signatures(&mut self, organ: &str, cause: &str) {
        self.reopen_signature(Phase::Entry, organ, cause);
        self.reopen_signature(Phase::Exit, organ, cause);
    }

    /// Opens an organ's signatures from a phase on: what was filed for the exit alone does not undo the entry.
    fn reopen_signatures_from(&mut self, phase: Phase, organ: &str, cause: &str) {
        match phase {
            Phase::Entry => self.reopen_signatures(organ, cause),
            Phase::Exit => self.reopen_signature(Phase::Exit, organ, cause),
        }
    }

    /// An organ that has signed for a phase signs again when something under its signature changes.
    fn reopen_signature(&mut self, phase: Phase, organ: &str, cause: &str) {
        let joint = match phase {
            Phase::Entry => Formality::EntryFormalities,
            Phase::Exit => Formality::ExitFormalities,
        };
        self.reopen(joint, organ, cause);
    }
}
