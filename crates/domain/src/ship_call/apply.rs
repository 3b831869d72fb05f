//! Folding a journal: total, and blind to clock and profile.

use std::collections::BTreeMap;

use super::{
    Entry, Filing, FilingVersion, NewDesk, Question, QuestionItem, Record, Review, ReviewState, ShipCall, TimeKind,
    TimeStatement, Uncleared,
};
use crate::{Instant, Value, formality::Formality, measure::Moved};

/// Folds one entry. Total: an entry that names what is not there changes nothing but the version.
pub fn apply(call: &mut ShipCall, record: &Record) {
    call.version += 1;
    call.updated_at = record.at;
    let at = record.at;
    match &record.entry {
        Entry::Opened(opened) => {
            call.number.clone_from(&opened.number);
            call.port.clone_from(&opened.port);
            call.agent.clone_from(&opened.agent);
            call.ship = opened.ship.clone();
            call.ship_record = opened.ship_record;
            call.kind.clone_from(&opened.kind);
            call.facts.clone_from(&opened.facts);
            call.opening_facts.clone_from(&opened.facts);
            call.copied_from = opened.copied_from.as_ref().map(|copied| copied.number.clone());
            call.opened_at = at;
        }
        Entry::Assessed { requirements, acceptances } => {
            call.requirements.clone_from(requirements);
            lay_on_new_desks(call, acceptances, at);
        }
        Entry::Filed(_) | Entry::Withdrawn { .. } => apply_filing(call, record),
        Entry::InCharge { .. }
        | Entry::Decided { .. }
        | Entry::Reopened { .. }
        | Entry::Suspended { .. }
        | Entry::Resumed { .. } => apply_review(call, record),
        Entry::Asked { .. } | Entry::Answered { .. } | Entry::Closed { .. } => apply_question(call, record),
        Entry::ClockMoved(moved) => apply_moved(call, moved),
        Entry::Passed(breach) => call.breaches.push(breach.clone()),
        Entry::HoldPlaced(hold) => call.holds.push((**hold).clone()),
        Entry::HoldLifted { id, .. } => {
            if let Some(hold) = call.holds.iter_mut().find(|hold| hold.id == *id) {
                hold.lifted_at.get_or_insert(at);
            }
        }
        Entry::BoardingOrdered(boarding) => call.boardings.push((**boarding).clone()),
        Entry::BoardingFinished { id, result } => {
            if let Some(boarding) = call.boardings.iter_mut().find(|boarding| boarding.id == *id) {
                boarding.finished_at = Some(at);
                boarding.result = Some(result.clone());
            }
        }
        Entry::PermitIssued(_) | Entry::ReexaminationDue { .. } | Entry::PermitConfirmed { .. } => {
            apply_permit(call, record);
        }
        Entry::TimeStated(statement) => call.times.push(statement.clone()),
        Entry::BerthPlanned(plan) => call.berths.push(plan.clone()),
        Entry::PriorityGranted { .. } | Entry::PriorityEnded { .. } => super::preference::apply(call, record),
        Entry::AgentChanged { agent } => {
            let former = std::mem::replace(&mut call.agent, agent.clone());
            call.former_agents.push(former);
        }
        Entry::Distress(_) | Entry::DistressAcknowledged { .. } | Entry::DistressEnded(_) => {
            apply_distress(call, record)
        }
        Entry::SailedUncleared { .. } | Entry::DepartureNoted { .. } => apply_uncleared(call, record),
        Entry::Ended(ended) => call.ended = Some(ended.clone()),
    }
}

/// A limit that a measure moved stands where it is kept; that of a filing follows from its table, and is looked up.
fn apply_moved(call: &mut ShipCall, moved: &Moved) {
    let mut parts = moved.clock.split(':');
    let (kind, formality, organ) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
    let review = formality.and_then(Formality::from_code).and_then(|formality| call.review_mut(formality, organ));
    match (kind, review) {
        (Some("decision"), Some(review)) => review.decision_due = Some(moved.due),
        (Some("acceptance"), Some(review)) => {
            review.acceptance.iter_mut().for_each(|acceptance| acceptance.due = moved.due);
        }
        _ => {}
    }
    call.moved.push(moved.clone());
}

/// An organ that a new assessment adds, or brings back, looks at what stands filed.
fn lay_on_new_desks(call: &mut ShipCall, acceptances: &[NewDesk], at: Instant) {
    for requirement in call.requirements.clone() {
        let standing = call.filings.get(&requirement.formality).and_then(Filing::standing);
        let Some(version) = standing.map(|standing| standing.version) else { continue };
        for organ in &requirement.organs {
            let is_of = |desk: &&NewDesk| desk.formality == requirement.formality && desk.organ == *organ;
            let acceptance = acceptances.iter().find(is_of).map(|desk| desk.acceptance.clone());
            match call.review_mut(requirement.formality, organ) {
                Some(review) if review.version == version => {}
                Some(review) => *review = Review { acceptance, ..review.followed_by(version, at) },
                None => {
                    let fresh = Review::fresh(requirement.formality, organ, version, at);
                    call.reviews.push(Review { acceptance, ..fresh });
                }
            }
        }
    }
}

fn apply_filing(call: &mut ShipCall, record: &Record) {
    match &record.entry {
        Entry::Filed(filed) => {
            lay_facts(call, filed.formality, &filed.facts);
            let agent = call.agent.clone();
            let filing = call.filings.entry(filed.formality).or_default();
            filing.withdrawn_at = None;
            filing.versions.push(FilingVersion {
                version: filed.version,
                document: filed.document.clone(),
                original: filed.original.clone(),
                at: record.at,
                channel: record.channel.clone(),
                agent,
                warnings: filed.warnings,
            });
            for organ in &filed.organs {
                let acceptance = filed.acceptance.clone();
                match call.review_mut(filed.formality, organ) {
                    Some(review) => {
                        let reopened_by = review.state.is_decided().then(|| "filed_again".to_owned());
                        *review = Review { reopened_by, acceptance, ..review.followed_by(filed.version, record.at) };
                    }
                    None => {
                        let fresh = Review::fresh(filed.formality, organ, filed.version, record.at);
                        call.reviews.push(Review { acceptance, ..fresh });
                    }
                }
            }
        }
        Entry::Withdrawn { formality, .. } => {
            if let Some(filing) = call.filings.get_mut(formality) {
                filing.withdrawn_at = Some(record.at);
                call.facts = standing_facts(call);
            }
            call.reviews.retain(|review| review.formality != *formality);
        }
        _ => {}
    }
}

/// What a filing says takes the place of what it said before, and comes over what others say.
pub(super) fn lay_facts(call: &mut ShipCall, formality: Formality, facts: &BTreeMap<String, Value>) {
    let filing = call.filings.entry(formality).or_default();
    let stood = filing.standing().is_some();
    let before = std::mem::replace(&mut filing.facts, facts.clone());
    filing.entry = call.version;
    if stood && before.keys().any(|fact| !facts.contains_key(fact)) {
        call.facts = standing_facts(call);
    } else {
        call.facts.extend(facts.clone());
    }
}

/// The facts of the opening, and over them those of every filing that stands, in the order in which they were filed.
fn standing_facts(call: &ShipCall) -> BTreeMap<String, Value> {
    let mut standing: Vec<&Filing> = call.filings.values().filter(|filing| filing.standing().is_some()).collect();
    standing.sort_by_key(|filing| filing.entry);
    let mut facts = call.opening_facts.clone();
    for filing in standing {
        facts.extend(filing.facts.clone());
    }
    facts
}

fn apply_review(call: &mut ShipCall, record: &Record) {
    let at = record.at;
    match &record.entry {
        Entry::InCharge { formality, organ, decision_due, silent_until, .. } => {
            if let Some(review) = call.review_mut(*formality, organ) {
                review.state = ReviewState::InCharge;
                let at = silent_until.unwrap_or(at);
                review.since = at;
                review.in_charge_at = Some(at);
                review.acceptance = None;
                review.decision_due = *decision_due;
            }
        }
        Entry::Decided { formality, organ, version, outcome, words, law, mirror, .. } => {
            if let Some(review) = call.review_mut(*formality, organ) {
                review.version = *version;
                review.state = *outcome;
                review.since = at;
                review.words.clone_from(words);
                review.law.clone_from(law);
                review.mirror.clone_from(mirror);
                review.suspended = None;
                review.acceptance = None;
            }
        }
        Entry::Reopened { formality, organ, cause, acceptance } => {
            if let Some(review) = call.review_mut(*formality, organ) {
                let (reopened_by, acceptance) = (Some(cause.clone()), acceptance.clone());
                *review = Review { reopened_by, acceptance, ..review.followed_by(review.version, at) };
            }
        }
        Entry::Suspended { formality, organ, cause, .. } => {
            if let Some(review) = call.review_mut(*formality, organ) {
                review.suspended = Some((cause.clone(), at));
            }
        }
        Entry::Resumed { formality, organ, decision_due } => {
            if let Some(review) = call.review_mut(*formality, organ) {
                review.pauses.extend(review.suspended.take().map(|(_, since)| (since, at)));
                review.decision_due = *decision_due;
            }
        }
        _ => {}
    }
}

fn apply_question(call: &mut ShipCall, record: &Record) {
    match &record.entry {
        Entry::Asked { id, organ, formality, items, due } => call.questions.push(Question {
            id: *id,
            organ: organ.clone(),
            formality: *formality,
            at: record.at,
            due: *due,
            items: items
                .iter()
                .map(|document| QuestionItem {
                    document: document.clone(),
                    answered_at: None,
                    answer: None,
                    closed_at: None,
                })
                .collect(),
        }),
        Entry::Answered { id, item, document } => {
            if let Some(item) = call.question_item_mut(*id, *item) {
                item.answered_at = Some(record.at);
                item.answer = Some(document.clone());
            }
        }
        Entry::Closed { id, item } => {
            if let Some(item) = call.question_item_mut(*id, *item) {
                item.closed_at = Some(record.at);
            }
        }
        _ => {}
    }
}

fn apply_distress(call: &mut ShipCall, record: &Record) {
    match &record.entry {
        Entry::Distress(distress) => call.distress = Some((**distress).clone()),
        Entry::DistressAcknowledged { organ } => {
            call.acknowledged.entry(organ.clone()).or_insert(record.at);
        }
        Entry::DistressEnded(end) => {
            if let Some(distress) = &mut call.distress {
                distress.end.get_or_insert_with(|| (**end).clone());
            }
        }
        _ => {}
    }
}

/// A departure that was not cleared, and what the organs say about it. Where she has not sailed at all, the statements of
/// her departure stay and count no more.
fn apply_uncleared(call: &mut ShipCall, record: &Record) {
    match &record.entry {
        Entry::SailedUncleared { unmet, told } => {
            let (unmet, told, noted) = (unmet.clone(), told.clone(), BTreeMap::new());
            call.uncleared = Some(Uncleared { at: record.at, unmet, told, noted });
        }
        Entry::DepartureNoted { in_error: true, .. } => {
            call.uncleared = None;
            let sailed = |time: &&mut TimeStatement| time.event == "departure" && time.kind == TimeKind::Actual;
            call.times.iter_mut().filter(sailed).for_each(|time| time.in_error = true);
        }
        Entry::DepartureNoted { organ, words, .. } => {
            if let Some(uncleared) = &mut call.uncleared {
                uncleared.noted.entry(organ.clone()).or_insert_with(|| words.clone());
            }
        }
        _ => {}
    }
}

fn apply_permit(call: &mut ShipCall, record: &Record) {
    match &record.entry {
        Entry::PermitIssued(permit) => {
            call.permits.retain(|old| old.number != permit.number);
            call.permits.push((**permit).clone());
        }
        Entry::ReexaminationDue { number, cause } => {
            if let Some(permit) = call.permits.iter_mut().find(|permit| permit.number == *number) {
                permit.reexamination.get_or_insert((record.at, cause.clone()));
            }
        }
        Entry::PermitConfirmed { number, until, .. } => {
            if let Some(permit) = call.permits.iter_mut().find(|permit| permit.number == *number) {
                permit.reexamination = None;
                permit.until = *until;
            }
        }
        _ => {}
    }
}

impl ReviewState {
    /// True when the organ has given its answer: granted, with conditions, refused or returned.
    pub fn is_decided(self) -> bool {
        !matches!(self, ReviewState::Filed | ReviewState::InCharge)
    }

    /// True when the organ's requirement is met.
    pub fn is_granted(self) -> bool {
        matches!(self, ReviewState::Granted | ReviewState::GrantedWithConditions)
    }
}

impl Review {
    fn fresh(formality: Formality, organ: &str, version: u32, since: Instant) -> Review {
        Review {
            formality,
            organ: organ.to_owned(),
            version,
            state: ReviewState::Filed,
            since,
            in_charge_at: None,
            decision_due: None,
            suspended: None,
            pauses: Vec::new(),
            words: Vec::new(),
            law: String::new(),
            mirror: None,
            reopened_by: None,
            acceptance: None,
            last_decided_version: None,
            last_in_charge_version: None,
        }
    }

    /// The review of the same organ that follows: it remembers what the organ has seen.
    fn followed_by(&self, version: u32, since: Instant) -> Review {
        let seen = |seen: bool, before: Option<u32>| if seen { Some(self.version) } else { before };
        Review {
            last_decided_version: seen(self.state.is_decided(), self.last_decided_version),
            last_in_charge_version: seen(self.in_charge_at.is_some(), self.last_in_charge_version),
            ..Review::fresh(self.formality, &self.organ, version, since)
        }
    }
}

impl ShipCall {
    fn review_mut(&mut self, formality: Formality, organ: &str) -> Option<&mut Review> {
        self.reviews.iter_mut().find(|review| review.formality == formality && review.organ == organ)
    }

    fn question_item_mut(&mut self, id: u32, item: u32) -> Option<&mut QuestionItem> {
        let question = self.questions.iter_mut().find(|question| question.id == id)?;
        question.items.get_mut(item as usize)
    }
}
