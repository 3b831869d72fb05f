//! Is she cleared? Read from the fold, and from nothing else.

use serde::{Deserialize, Serialize};

use super::{Permit, Phase, Requirement, Review, ReviewState, ShipCall, TimeKind, TimeStatement};
use crate::{Instant, Value, formality::Formality};

/// The overall state of a call, in the order in which a call passes through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Opened; no permission to enter yet.
    Announced,
    /// Maritime safety approved the entry application, or it is not needed.
    EntryApproved,
    /// She is in distress and on her way in: no permission is needed, and formalities follow (Maritime Traffic Safety Law
    /// 2021 art. 55).
    InDistress,
    /// Her distress is over, she has not come in by it, and she has no leave to enter.
    DistressOver,
    /// Every requirement of every organ for entry is met.
    EntryCleared,
    /// In port, and entry is not cleared: only officials and the pilot may board.
    InPortNotCleared,
    /// In port and cleared.
    InPort,
    /// Every organ has signed for exit.
    ExitCleared,
    /// The departure permit stands.
    PermitIssued,
    /// A departure permit must be examined again.
    ReexaminationDue,
    /// Sailed.
    Departed,
    /// Sailed while something stood against it.
    SailedUncleared,
    /// Cancelled or diverted.
    Ended,
}

impl Status {
    /// The word by which lists filter and pages look up their words.
    pub fn code(self) -> &'static str {
        match self {
            Status::Announced => "announced",
            Status::EntryApproved => "entry_approved",
            Status::InDistress => "in_distress",
            Status::DistressOver => "distress_over",
            Status::EntryCleared => "entry_cleared",
            Status::InPortNotCleared => "in_port_not_cleared",
            Status::InPort => "in_port",
            Status::ExitCleared => "exit_cleared",
            Status::PermitIssued => "permit_issued",
            Status::ReexaminationDue => "reexamination_due",
            Status::Departed => "departed",
            Status::SailedUncleared => "sailed_uncleared",
            Status::Ended => "ended",
        }
    }

    /// Every status, in order.
    pub const ALL: [Status; 13] = [
        Status::Announced,
        Status::EntryApproved,
        Status::InDistress,
        Status::DistressOver,
        Status::EntryCleared,
        Status::InPortNotCleared,
        Status::InPort,
        Status::ExitCleared,
        Status::PermitIssued,
        Status::ReexaminationDue,
        Status::Departed,
        Status::SailedUncleared,
        Status::Ended,
    ];

    /// Reads the word of lists.
    pub fn from_code(code: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.code() == code)
    }

    /// True when nothing is done on a call any more: she has sailed, or the call has ended.
    pub fn is_over(self) -> bool {
        matches!(self, Status::Departed | Status::SailedUncleared | Status::Ended)
    }
}

/// Whether a permit of a call still stands, for those who hold it in their hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermitStanding {
    /// It stands.
    Stands,
    /// It must be examined again, since when.
    ReexaminationDue(Instant),
    /// A later permit took its place, its formalities are done again, or the call ended; since when.
    Superseded(Instant),
    /// She sailed on it, when; it lets nobody sail a second time.
    Used(Instant),
}

/// Where a requirement stands, seen over all its organs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// The agent has not filed it, or withdrew it.
    NotFiled,
    /// An organ returned it.
    Returned,
    /// An organ asks.
    Questions,
    /// Filed, and not every organ has decided.
    UnderReview,
    /// Refused.
    Refused,
    /// Every organ has granted it.
    Met,
}

impl ShipCall {
    /// The overall state.
    pub fn status(&self) -> Status {
        if self.ended.is_some() {
            return Status::Ended;
        }
        if self.actual("departure").is_some() {
            return if self.uncleared.is_some() { Status::SailedUncleared } else { Status::Departed };
        }
        if let Some(permit) = self.departure_permit() {
            let cleared = self.is_cleared(Phase::Entry) && self.is_cleared(Phase::Exit);
            let stands = permit.reexamination.is_none() && cleared;
            return if stands { Status::PermitIssued } else { Status::ReexaminationDue };
        }
        let in_port = self.is_in_port();
        let entry_cleared = self.is_cleared(Phase::Entry);
        match (in_port, entry_cleared) {
            (true, true) if self.is_cleared(Phase::Exit) => Status::ExitCleared,
            (true, true) => Status::InPort,
            (true, false) => Status::InPortNotCleared,
            (false, true) => Status::EntryCleared,
            // That she may come in follows from her distress: nobody has approved anything.
            (false, false) if self.is_in_distress() => Status::InDistress,
            (false, false) if self.is_entry_approved() => Status::EntryApproved,
            (false, false) if self.distress.is_some() => Status::DistressOver,
            (false, false) => Status::Announced,
        }
    }

    /// True when every requirement of the phase is met by every organ and nothing stands against it. A phase for which
    /// nothing is due (entry of a new building, of a shuttle ship with her permit) needs no more; a call for which
    /// nothing at all has been assessed is not cleared.
    pub fn is_cleared(&self, phase: Phase) -> bool {
        !self.requirements.is_empty()
            && self
                .requirements_of(phase)
                .filter(|requirement| !requirement.is_permit() && !requirement.is_optional())
                .all(|requirement| self.step_state(requirement) == StepState::Met)
            && self.blockers(phase).is_empty()
    }

    /// Codes of everything that keeps her from sailing besides the departure permit itself.
    pub fn unmet_for_departure(&self) -> Vec<String> {
        let due = self.requirements.iter().filter(|due| !due.is_permit() && !due.is_optional());
        let unmet = due.filter(|due| self.step_state(due) != StepState::Met);
        let mut all: Vec<String> = unmet.map(|due| due.formality.code().to_owned()).collect();
        all.extend([Phase::Entry, Phase::Exit].into_iter().flat_map(|phase| self.blockers(phase)));
        all.sort();
        all.dedup();
        all
    }

    /// Codes of what stands against a phase besides unmet requirements: holds, open questions, unfinished boardings.
    pub fn blockers(&self, phase: Phase) -> Vec<String> {
        let holds = self
            .holds
            .iter()
            .filter(|hold| hold.lifted_at.is_none() && hold.blocks.contains(&phase))
            .map(|hold| format!("hold:{}:{}", hold.id, hold.kind));
        let questions = self
            .questions
            .iter()
            .filter(|question| question.is_open() && self.phase_of(question.formality).is_none_or(|of| of == phase))
            .map(|question| format!("question:{}:{}", question.id, question.organ));
        let boardings = self
            .boardings
            .iter()
            .filter(|boarding| boarding.finished_at.is_none() && boarding.phase == phase)
            .map(|boarding| format!("boarding:{}:{}", boarding.id, boarding.organ));
        holds.chain(questions).chain(boardings).collect()
    }

    /// True when everything is granted whose row says that she may not enter before.
    pub fn is_entry_approved(&self) -> bool {
        !self.requirements.is_empty() && self.is_unblocked("entry")
    }

    /// True when a formality cannot be filed yet: the arrival report waits for the approval of the entry application
    /// (Decree 175 arts 5, 6).
    pub fn awaits_approval(&self, formality: Formality) -> bool {
        let approval = self.requirement(Formality::EntryApplication);
        formality == Formality::ArrivalReport
            && approval.is_some_and(|approval| self.step_state(approval) != StepState::Met)
    }

    /// True when persons other than officials and the pilot may board: everything is granted whose row says that nobody
    /// boards before, and no hold stands against the entry. From a Chinese port no row says so (Decree 175 art. 9).
    pub fn may_be_boarded(&self) -> bool {
        let held = self.holds.iter().any(|hold| hold.lifted_at.is_none() && hold.blocks.contains(&Phase::Entry));
        !self.requirements.is_empty() && !held && self.is_unblocked("boarding")
    }

    fn is_unblocked(&self, what: &str) -> bool {
        let mut blocking = self.requirements.iter().filter(|requirement| requirement.blocks(what));
        blocking.all(|requirement| self.step_state(requirement) == StepState::Met)
    }

    /// True when she lies in the port: she arrived, or the call starts here, as the table of kinds says of a ship that was
    /// built here. The first release did not write that down.
    pub fn is_in_port(&self) -> bool {
        let starts_here = self.opening_facts.get("starts_here").and_then(Value::bool);
        self.actual("arrival").is_some() || starts_here.unwrap_or(self.kind == "new_building")
    }

    /// True while her distress lasts, and after it when she came in by it: no leave to enter is needed then, and
    /// formalities follow (Maritime Traffic Safety Law 2021 art. 55). None without a distress.
    pub fn comes_in_distress(&self) -> Option<bool> {
        let distress = self.distress.as_ref()?;
        Some(distress.end.as_ref().is_none_or(|end| end.enters) || self.is_in_port())
    }

    /// True while a distress lasts that brings her in.
    fn is_in_distress(&self) -> bool {
        self.comes_in_distress() == Some(true)
    }

    /// Until when a shuttle permit waives entry.
    pub fn shuttle_until(&self) -> Option<Instant> {
        self.shuttle_term().map(|(_, until)| until)
    }

    /// From when until when a shuttle permit waives entry: one issued on this call, or the facts with which the call was
    /// opened, for a permit issued on an earlier one (Decree 175 art. 14). Of several, the one that ends last.
    pub fn shuttle_term(&self) -> Option<(Instant, Instant)> {
        let fact = |name: &str| self.facts.get(name).and_then(Value::text).and_then(Instant::parse);
        let earlier = fact("shuttle_permit_until")
            .map(|until| (fact("shuttle_permit_from").unwrap_or(self.opened_at).min(until), until));
        let own = self.permits.iter().filter(|permit| permit.kind == "shuttle");
        let own = own.map(|permit| (permit.from.unwrap_or(permit.at), permit.until));
        own.chain(earlier).max_by_key(|(_, until)| *until)
    }

    /// True when entry is cleared, so that cargo may move too (Decree 175 art. 9).
    pub fn may_be_worked(&self) -> bool {
        self.is_cleared(Phase::Entry)
    }

    /// Where a requirement stands.
    pub fn step_state(&self, requirement: &Requirement) -> StepState {
        let filing = self.filings.get(&requirement.formality).and_then(|filing| filing.standing());
        let Some(standing) = filing else { return StepState::NotFiled };
        if self.is_filed_too_early(requirement) {
            return StepState::NotFiled;
        }
        let reviews = requirement.organs.iter().map(|organ| self.review(requirement.formality, organ));
        let states: Vec<Option<&Review>> = reviews.collect();
        let any = |state: ReviewState| states.iter().flatten().any(|review| review.state == state);
        if any(ReviewState::Refused) {
            StepState::Refused
        } else if any(ReviewState::Returned) {
            StepState::Returned
        } else if self
            .questions
            .iter()
            .any(|question| question.formality == requirement.formality && question.is_open())
        {
            StepState::Questions
        } else if states
            .iter()
            .all(|review| review.is_some_and(|review| review.state.is_granted() && review.version == standing.version))
        {
            StepState::Met
        } else {
            StepState::UnderReview
        }
    }

    /// True when a joint formality was filed before it opens, because the sailing was put off after it was filed: it is
    /// to be filed anew. A permit that was issued in time is examined again instead.
    pub fn is_filed_too_early(&self, requirement: &Requirement) -> bool {
        let standing = self.filings.get(&requirement.formality).and_then(|filing| filing.standing());
        requirement.is_signature()
            && self.departure_permit().is_none()
            && standing.zip(requirement.opens).is_some_and(|(standing, opens)| standing.at < opens)
    }

    /// The review of a formality by an organ.
    pub fn review(&self, formality: Formality, organ: &str) -> Option<&Review> {
        self.reviews.iter().find(|review| review.formality == formality && review.organ == organ)
    }

    /// The requirement for a formality, none when it is not due.
    pub fn requirement(&self, formality: Formality) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.formality == formality)
    }

    /// Requirements of a phase.
    pub fn requirements_of(&self, phase: Phase) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter().filter(move |requirement| requirement.phase == phase)
    }

    /// The departure permit that was issued last.
    pub fn departure_permit(&self) -> Option<&Permit> {
        self.permits.iter().rev().find(|permit| permit.kind == "departure")
    }

    /// The departure permit that must be examined again, since when and why. None when a new one was asked for: that is
    /// then decided instead.
    pub fn reexamined_permit(&self) -> Option<(&Permit, Instant, &str)> {
        let permit = self.departure_permit()?;
        let (since, cause) = permit.reexamination.as_ref()?;
        let review = self.review(Formality::DeparturePermit, &permit.organ);
        let anew = review.is_some_and(|review| !review.state.is_decided());
        (!anew).then_some((permit, *since, cause.as_str()))
    }

    /// Whether a permit of this call still stands.
    pub fn permit_standing(&self, permit: &Permit) -> PermitStanding {
        let of_kind = || self.permits.iter().filter(|other| other.kind == permit.kind);
        if let Some(later) = of_kind().skip_while(|other| other.number != permit.number).nth(1) {
            return PermitStanding::Superseded(later.at);
        }
        if let Some(ended) = &self.ended {
            return PermitStanding::Superseded(ended.at);
        }
        if permit.kind != "departure" {
            return PermitStanding::Stands;
        }
        if let Some(sailed) = self.actual("departure").filter(|_| self.uncleared.is_none()) {
            return PermitStanding::Used(sailed);
        }
        let granted = self.review(Formality::DeparturePermit, &permit.organ).is_some_and(|of| of.state.is_granted());
        match &permit.reexamination {
            Some((since, _)) if !granted => PermitStanding::Superseded(*since),
            Some((since, _)) => PermitStanding::ReexaminationDue(*since),
            None if matches!(self.status(), Status::ReexaminationDue | Status::SailedUncleared) => {
                PermitStanding::ReexaminationDue(self.updated_at)
            }
            None => PermitStanding::Stands,
        }
    }

    /// The phase for which a formality is due.
    pub fn phase_of(&self, formality: Formality) -> Option<Phase> {
        self.requirement(formality).map(|requirement| requirement.phase)
    }

    /// When an event happened, as last recorded.
    pub fn actual(&self, event: &str) -> Option<Instant> {
        self.stated(event, TimeKind::Actual)
    }

    /// The last statement of a kind about an event that was not found to be wrong.
    pub fn stated(&self, event: &str, kind: TimeKind) -> Option<Instant> {
        let wanted = |time: &&TimeStatement| time.event == event && time.kind == kind && !time.in_error;
        self.times.iter().rev().find(wanted).map(|time| time.at)
    }

    /// True when what stands filed, filed again word for word, would change nothing: an organ looks at it, or has granted
    /// it. What was sent back or refused, what was filed too early, and the permit that is asked for anew are filed again
    /// as they are.
    pub fn stands_as_filed(&self, formality: Formality) -> bool {
        if self.filings.get(&formality).and_then(|filing| filing.standing()).is_none() {
            return false;
        }
        let sent_back = |review: &Review| {
            review.formality == formality && matches!(review.state, ReviewState::Returned | ReviewState::Refused)
        };
        let too_early = self.requirement(formality).is_some_and(|due| self.is_filed_too_early(due));
        let anew = formality == Formality::DeparturePermit && self.reexamined_permit().is_some();
        !self.reviews.iter().any(sent_back) && !too_early && !anew
    }

    /// What an organ has to do with a call: it `decides` on something that is due or was filed, it `holds` the ship, or it
    /// was `told` of her distress; `none` otherwise. The need-to-know table asks for it.
    pub fn part_of(&self, organ: &str) -> &'static str {
        let due = self.requirements.iter().any(|due| due.organs.iter().any(|of| of == organ));
        let told = |told: &[String]| told.iter().any(|of| of == organ);
        if due || self.reviews.iter().any(|review| review.organ == organ) {
            "decides"
        } else if self.holds.iter().any(|hold| hold.issuer == organ && hold.lifted_at.is_none()) {
            "holds"
        } else if self.distress.as_ref().is_some_and(|distress| told(&distress.told)) {
            "told"
        } else {
            "none"
        }
    }

    /// The authorities that were told of a distress that lasts and have not said that they know, in the order in which they
    /// were told.
    pub fn unacknowledged(&self) -> impl Iterator<Item = &str> {
        let told = self.distress.iter().filter(|distress| distress.end.is_none()).flat_map(|distress| &distress.told);
        told.map(String::as_str).filter(|organ| !self.acknowledged.contains_key(*organ))
    }

    /// The organs that were told of a departure without clearance and have not said yet what they do about it.
    pub fn departure_unnoted(&self) -> impl Iterator<Item = &str> {
        let uncleared = self.uncleared.iter();
        let told = uncleared.flat_map(|of| of.told.iter().filter(|organ| !of.noted.contains_key(*organ)));
        told.map(String::as_str)
    }

    /// What a source stated last of an event that has not happened yet, when it now states a later time: whoever puts off
    /// her own time is asked for the reason. None when it is no later than before.
    pub fn put_off(&self, event: &str, kind: TimeKind, at: Instant, source: &str) -> Option<&TimeStatement> {
        let same = |time: &&TimeStatement| time.event == event && time.kind == kind && time.source == source;
        let before = self.times.iter().rev().find(same)?;
        (kind != TimeKind::Actual && before.at < at).then_some(before)
    }

    /// True when a statement is later than what was stated before it of the same kind, and says no reason: a delay wants
    /// one, and is kept without.
    pub fn is_late_without_reason(&self, statement: &TimeStatement) -> bool {
        let same = |time: &&TimeStatement| time.event == statement.event && time.kind == statement.kind;
        let before = self.times.iter().rev().filter(|time| time.id < statement.id).find(same);
        statement.delay_reason.is_none() && before.is_some_and(|before| before.at < statement.at)
    }

    /// The best knowledge of when an event is: what happened, else what was planned or estimated last. A plan answers
    /// the estimates before it, and a later estimate says that the plan will not be kept.
    pub fn expected(&self, event: &str) -> Option<Instant> {
        self.actual(event).or_else(|| {
            let expected = |kind: TimeKind| matches!(kind, TimeKind::Planned | TimeKind::Estimated);
            self.times.iter().rev().find(|time| time.event == event && expected(time.kind)).map(|time| time.at)
        })
    }
}

impl Requirement {
    /// True when something may not happen before this is granted.
    pub fn blocks(&self, what: &str) -> bool {
        match &self.basis.blocks {
            Some(blocks) => blocks == what,
            // What the first release held to be so, until the next act assesses anew.
            None => match self.formality {
                Formality::EntryApplication => what == "entry",
                Formality::EntryFormalities | Formality::HealthDeclaration => what == "boarding",
                _ => false,
            },
        }
    }

    /// The formalities that end in a permit are the fruit of clearance, not a condition of it.
    pub fn is_permit(&self) -> bool {
        self.formality == Formality::DeparturePermit
    }

    /// The firm may ask for a periodic permit or leave it (Decree 175 art. 14); nothing waits for it.
    pub fn is_optional(&self) -> bool {
        self.formality == Formality::ShuttlePermit
    }

    /// The formalities by which an organ signs for a whole phase.
    pub fn is_signature(&self) -> bool {
        matches!(self.formality, Formality::EntryFormalities | Formality::ExitFormalities)
    }
}

impl Review {
    /// Until when the organ must act next: decide, or else accept.
    pub fn next_due(&self) -> Option<Instant> {
        self.decision_due.or_else(|| self.acceptance.as_ref().map(|acceptance| acceptance.due))
    }

    /// The version with which this organ compares the one on which it works: what it last decided, or else took in
    /// charge. None when it has seen none before.
    pub fn compared_with(&self) -> Option<u32> {
        self.last_decided_version.or(self.last_in_charge_version)
    }
}

impl ShipCall {
    /// Since when the entry formalities stood filed, and how long it took until the last organ had signed, in microseconds;
    /// none while one has not.
    pub fn entry_took(&self) -> Option<(Instant, i64)> {
        let requirement = self.requirement(Formality::EntryFormalities)?;
        let since = self.filings.get(&Formality::EntryFormalities)?.versions.first()?.at;
        let mut last = since;
        for organ in &requirement.organs {
            let review = self.review(Formality::EntryFormalities, organ).filter(|review| review.state.is_granted())?;
            last = last.max(review.since);
        }
        Some((since, last.0 - since.0))
    }
}
