//! Acts of an organ on what was filed to it.

use jiff::civil::Date;

use super::Draft;
use crate::{
    Instant, Value,
    formality::Formality,
    profile::Hit,
    ship_call::{
        Act, Breach, Clock, Entry, Mirror, Organ, Permit, Phase, Refusal, Requirement, ReviewState, StepState, Unsaid,
        Words,
    },
};

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    match act {
        Act::TakeInCharge { formality } => take_in_charge(draft, *formality, &organ),
        Act::Decide { formality, outcome, reason, words, law, mirror } => {
            let listed = reason.as_ref().map(|reason| listed_reason(draft, reason, *outcome, &organ)).transpose()?;
            // A listed reason has words of its own; some still need what is missing, or who is competent, named.
            let named = words.iter().any(|text| !text.is_blank());
            let spoken = listed.as_ref().map_or(named, |row| named || !row.is_true("words"));
            let words: Vec<Words> = listed.iter().map(|row| row.reason().into()).chain(words.iter().cloned()).collect();
            let law = match &listed {
                Some(row) if law.trim().is_empty() => row.law(),
                _ => law,
            };
            let (formality, outcome, words) = (*formality, *outcome, words.as_slice());
            conclude(draft, &organ, &Conclusion { formality, outcome, reason, words, spoken, law, mirror })
        }
        Act::Suspend { formality, cause } => suspend(draft, *formality, cause, &organ),
        Act::Resume { formality } => resume(draft, *formality, &organ),
        Act::Ask { formality, items, due } => {
            draft.requirement_of(*formality, &organ)?;
            draft.call.review(*formality, &organ).ok_or(Refusal::NotFiled)?;
            if items.is_empty() {
                return Err(Refusal::NotSaid(Unsaid::Question));
            }
            if due.is_some_and(|due| due <= draft.context.now) {
                return Err(Refusal::DuePassed);
            }
            let id = u32::try_from(draft.call.questions.len()).unwrap_or(u32::MAX) + 1;
            // A question after a decision means that the decision no longer stands.
            draft.reopen(*formality, &organ, "asked");
            let phase = draft.call.phase_of(*formality).unwrap_or(Phase::Entry);
            draft.reopen_signatures_from(phase, &organ, "asked");
            draft.push(Entry::Asked { id, organ, formality: *formality, items: items.clone(), due: *due });
            Ok(())
        }
        Act::CloseItem { question, item } => {
            let asked = draft.call.questions.iter().find(|asked| asked.id == *question).ok_or(Refusal::NotThere)?;
            if asked.organ != organ {
                return Err(Refusal::NotYours);
            }
            let of = asked.items.get(*item as usize).ok_or(Refusal::NotThere)?;
            if of.closed_at.is_some() {
                return Err(Refusal::WrongState);
            }
            draft.push(Entry::Closed { id: *question, item: *item });
            Ok(())
        }
        Act::ConfirmPermit { number, consulted } => confirm_permit(draft, number, consulted, &organ),
        Act::RedoExit { number } => redo_exit(draft, number, &organ),
        _ => Ok(()),
    }
}

/// Acceptance for processing (受理) starts the legal clock (Administrative Licensing Law art. 42).
fn take_in_charge(draft: &mut Draft<'_>, formality: Formality, organ: &str) -> Result<(), Refusal> {
    let requirement = draft.requirement_of(formality, organ)?;
    let review = draft.call.review(formality, organ).ok_or(Refusal::NotFiled)?;
    if draft.call.is_filed_too_early(&requirement) {
        return Err(Refusal::NotFiled);
    }
    // Who accepts too late finds it accepted already, since the limit.
    let lapsed = |entry: &Entry| matches!(entry, Entry::InCharge { formality: of, organ: by, .. } if *of == formality && by == organ);
    if draft.entries.iter().any(lapsed) {
        return Ok(());
    }
    if review.state != ReviewState::Filed {
        return Err(Refusal::WrongState);
    }
    accept(draft, &requirement, organ, None);
    Ok(())
}

fn accept(draft: &mut Draft<'_>, requirement: &Requirement, organ: &str, silent_until: Option<Instant>) {
    let from = silent_until.unwrap_or(draft.context.now);
    let calendar = &requirement.basis.decision_calendar;
    draft.push(Entry::InCharge {
        formality: requirement.formality,
        organ: organ.to_owned(),
        decision_due: draft.context.profile.reckon(from, &requirement.basis.decision_length, calendar),
        calendar: draft.calendar(calendar),
        silent_until,
    });
}

/// A clock of acceptance that passed: the breach stands, and the filing counts as accepted since the limit, so that the
/// organ's time to decide runs. That is all that silence does; it grants nothing (Administrative Licensing Law art. 32).
pub(super) fn count_as_accepted(draft: &mut Draft<'_>, clock: &Clock) {
    let of = clock.name.strip_prefix("acceptance:").and_then(|name| name.split_once(':'));
    let formality = of.and_then(|(code, _)| Formality::from_code(code));
    let Some(requirement) = formality.and_then(|formality| draft.call.requirement(formality)).cloned() else { return };
    draft.push(Entry::Passed(Breach { clock: clock.name.clone(), due: clock.due, holder: clock.holder.clone() }));
    accept(draft, &requirement, &clock.holder, Some(clock.due));
}

/// A reason that the table lists for this organ and outcome.
fn listed_reason<'p>(draft: &Draft<'p>, reason: &str, outcome: ReviewState, organ: &str) -> Result<Hit<'p>, Refusal> {
    let inputs = Value::from([("reason", reason.into()), ("organ", organ.into())]);
    let row = draft.context.profile.hit("refusal-reasons", draft.context.now, &inputs);
    let outcomes = [("return", ReviewState::Returned), ("refuse", ReviewState::Refused)];
    row.filter(|row| outcomes.contains(&(row.text("outcome"), outcome)))
        .ok_or_else(|| Refusal::NotListed(reason.to_owned()))
}

struct Conclusion<'a> {
    formality: Formality,
    outcome: ReviewState,
    reason: &'a Option<String>,
    words: &'a [Words],
    spoken: bool,
    law: &'a str,
    mirror: &'a Option<Mirror>,
}

fn conclude(draft: &mut Draft<'_>, organ: &Organ, conclusion: &Conclusion<'_>) -> Result<(), Refusal> {
    let Conclusion { formality, outcome, reason, words, spoken, law, mirror } = *conclusion;
    let requirement = draft.requirement_of(formality, organ)?;
    let review = draft.call.review(formality, organ).ok_or(Refusal::NotFiled)?;
    if draft.call.is_filed_too_early(&requirement) {
        return Err(Refusal::NotFiled);
    }
    if review.state.is_decided() || !outcome.is_decided() {
        return Err(Refusal::WrongState);
    }
    if mirror.as_ref().is_some_and(|mirror| mirror.decided_at > draft.context.now) {
        return Err(Refusal::Ahead("source_at"));
    }
    if mirror.as_ref().is_some_and(|mirror| mirror.source.trim().is_empty() || mirror.number.trim().is_empty()) {
        return Err(Refusal::NoSource);
    }
    let version = review.version;
    let state = review.state;
    match outcome {
        ReviewState::Refused if !spoken || law.trim().is_empty() => return Err(Refusal::NoReason),
        ReviewState::Returned if !spoken => return Err(Refusal::NotSaid(Unsaid::Missing)),
        ReviewState::GrantedWithConditions if !spoken => return Err(Refusal::NotSaid(Unsaid::Conditions)),
        _ => {}
    }
    if outcome.is_granted() {
        close_answered(draft, formality, organ);
        require_met(draft, &requirement, organ)?;
        if formality == Formality::BerthPlan {
            super::berth::require_fit_as_asked(draft)?;
        }
    }
    // Deciding at once includes accepting for processing; a return before acceptance starts no clock.
    if state == ReviewState::Filed && outcome != ReviewState::Returned {
        accept(draft, &requirement, organ, None);
    }
    let law = if law.is_empty() { requirement.basis.law.clone() } else { law.to_owned() };
    draft.push(Entry::Decided {
        formality,
        organ: organ.clone(),
        version,
        outcome,
        reason: reason.clone(),
        words: words.to_vec(),
        law: law.clone(),
        mirror: mirror.clone(),
    });
    match formality {
        Formality::DeparturePermit if outcome.is_granted() => {
            issue(draft, "departure", organ, Issue { words, law: &law, mirror: mirror.clone() })
        }
        Formality::ShuttlePermit if outcome.is_granted() => issue_shuttle(draft, &requirement, words),
        _ => Ok(()),
    }
}

/// Whoever grants has found the answers sufficient: what was answered to its own questions is closed by the same act. What
/// still waits for an answer stays open, and stands against the grant.
fn close_answered(draft: &mut Draft<'_>, formality: Formality, organ: &str) {
    let asked = draft.call.questions.iter().filter(|of| of.formality == formality && of.organ == organ);
    let answered = asked.flat_map(|of| {
        let items = of.items.iter().enumerate();
        let done = items.filter(|(_, item)| item.answered_at.is_some() && item.closed_at.is_none());
        done.map(|(nth, _)| (of.id, u32::try_from(nth).unwrap_or(u32::MAX)))
    });
    let answered: Vec<(u32, u32)> = answered.collect();
    for (id, item) in answered {
        draft.push(Entry::Closed { id, item });
    }
}

/// What must be met before an organ can grant: nothing of its own may be open; a signature needs everything else of the
/// organ; the departure permit needs every organ's signature (Decree 175 art. 12).
fn require_met(draft: &Draft<'_>, requirement: &Requirement, organ: &str) -> Result<(), Refusal> {
    let call = &draft.call;
    let mut unmet: Vec<String> = call
        .questions
        .iter()
        .filter(|asked| asked.formality == requirement.formality && asked.organ == organ && asked.is_open())
        .map(|asked| format!("question:{}", asked.id))
        .collect();
    if requirement.is_signature() && !call.others_granted(requirement.formality, organ) {
        unmet.push(format!("formalities:{organ}"));
    }
    if requirement.is_signature() {
        unmet.extend(call.blockers(requirement.phase));
    }
    if requirement.formality == Formality::TonnageTaxExit || requirement.is_permit() {
        unmet.extend(licence_ends(draft));
    }
    if requirement.is_permit() {
        unmet.extend(
            call.requirements_of(Phase::Exit)
                .filter(|due| !due.is_permit() && !due.is_optional() && call.step_state(due) != StepState::Met)
                .map(|due| due.formality.code().to_owned()),
        );
        unmet.extend(call.blockers(Phase::Exit));
        if !call.is_cleared(Phase::Entry) {
            unmet.push("entry".to_owned());
        }
    }
    unmet.sort();
    unmet.dedup();
    if unmet.is_empty() { Ok(()) } else { Err(Refusal::Unmet(unmet)) }
}

/// `tonnage_tax_licence` when the licence ends in port: before today, or before the day on which she is to sail. It is
/// then renewed first (Tonnage Tax Law arts 7, 8).
fn licence_ends(draft: &Draft<'_>) -> Option<String> {
    draft.call.requirement(Formality::TonnageTaxExit)?;
    let expiry = draft.call.facts.get("tonnage_tax_expiry").and_then(Value::text)?;
    let sailing = draft.call.expected("departure").unwrap_or(draft.context.now).max(draft.context.now);
    let day = sailing.date(&draft.context.profile.zone).to_string();
    (expiry < day.as_str()).then(|| "tonnage_tax_licence".to_owned())
}

/// Issued by the organ that the table of permits names, when every organ that the profile asks has agreed (Decree 175
/// art. 14: the others are consulted).
fn issue_shuttle(draft: &mut Draft<'_>, requirement: &Requirement, words: &[Words]) -> Result<(), Refusal> {
    if draft.call.step_state(requirement) != StepState::Met {
        return Ok(());
    }
    let inputs = Value::from([("permit", "shuttle".into())]);
    let row = draft.context.profile.hit("permits", draft.context.now, &inputs);
    let row = row.ok_or_else(|| Refusal::NotListed("shuttle".to_owned()))?;
    let issuer = row.text("issuer");
    // The permit is made where its issuer decided, whoever agreed last.
    let mirror = draft.call.review(Formality::ShuttlePermit, issuer).and_then(|review| review.mirror.clone());
    issue(draft, "shuttle", issuer, Issue { words, law: &requirement.basis.law, mirror })
}

/// What a permit takes from the decision that grants it.
struct Issue<'a> {
    words: &'a [Words],
    law: &'a str,
    mirror: Option<Mirror>,
}

/// A permit of an organ. One that it issued in its national system holds from its issue there, and is not made here.
fn issue(draft: &mut Draft<'_>, kind: &str, organ: &str, issue: Issue<'_>) -> Result<(), Refusal> {
    let Issue { words, law, mirror } = issue;
    let at = mirror.as_ref().map_or(draft.context.now, |mirror| mirror.decided_at);
    let (from, until) = permit_term(draft, kind, at)?;
    let nth = draft.call.permits.len() + 1;
    let letter = match (kind, &mirror) {
        (_, Some(_)) => "M",
        ("departure", None) => "D",
        _ => "S",
    };
    draft.push(Entry::PermitIssued(Box::new(Permit {
        kind: kind.to_owned(),
        number: format!("{}-{letter}{nth}", draft.call.number),
        organ: organ.to_owned(),
        at,
        from,
        until,
        conditions: words.to_vec(),
        reexamination: None,
        law: law.to_owned(),
        mirror,
    })));
    Ok(())
}

/// From when, where that is later than now, until when a permit holds: a departure permit as long as its row says, a
/// shuttle permit no longer than that and no longer than was asked for.
fn permit_term(draft: &Draft<'_>, kind: &str, now: Instant) -> Result<(Option<Instant>, Instant), Refusal> {
    let Some(asked) = draft.call.filings.get(&Formality::ShuttlePermit).filter(|_| kind == "shuttle") else {
        return Ok((None, permit_until(draft, kind, now)?));
    };
    let zone = &draft.context.profile.zone;
    let day = |fact: &str| asked.facts.get(fact).and_then(Value::text).and_then(|day| day.parse::<Date>().ok());
    let from = day("shuttle_from").and_then(|day| Instant::start_of(day, zone)).filter(|from| now < *from);
    let last = day("shuttle_until").and_then(|day| Instant::start_of(day.tomorrow().ok()?, zone));
    let until = permit_until(draft, kind, from.unwrap_or(now))?;
    let until = last.map_or(until, |last| until.min(last));
    if until <= from.unwrap_or(now) { Err(Refusal::WrongMoment) } else { Ok((from, until)) }
}

fn permit_until(draft: &Draft<'_>, kind: &str, from: Instant) -> Result<Instant, Refusal> {
    let inputs = Value::from([("permit", kind.into())]);
    let row = draft.context.profile.hit("permits", draft.context.now, &inputs);
    let row = row.ok_or_else(|| Refusal::NotListed(kind.to_owned()))?;
    let until = draft.context.profile.reckon(from, row.text("length"), row.text("calendar"));
    until.ok_or_else(|| Refusal::NotListed(kind.to_owned()))
}

fn suspend(draft: &mut Draft<'_>, formality: Formality, cause: &str, organ: &str) -> Result<(), Refusal> {
    draft.requirement_of(formality, organ)?;
    let review = draft.call.review(formality, organ).ok_or(Refusal::NotFiled)?;
    if review.state != ReviewState::InCharge || review.suspended.is_some() {
        return Err(Refusal::WrongState);
    }
    // Only the causes that the law lists stop a legal clock (Administrative Licensing Law art. 45).
    let inputs = Value::from([("cause", cause.into())]);
    let row = draft.context.profile.hit("suspension-causes", draft.context.now, &inputs);
    let law = row.ok_or_else(|| Refusal::NotListed(cause.to_owned()))?.law().to_owned();
    draft.push(Entry::Suspended { formality, organ: organ.to_owned(), cause: cause.to_owned(), law });
    Ok(())
}

fn resume(draft: &mut Draft<'_>, formality: Formality, organ: &str) -> Result<(), Refusal> {
    let review = draft.call.review(formality, organ).ok_or(Refusal::NotFiled)?;
    let (_, since) = review.suspended.clone().ok_or(Refusal::WrongState)?;
    let requirement = draft.call.requirement(formality).ok_or(Refusal::NotDue)?;
    let mut pauses = review.pauses.clone();
    pauses.push((since, draft.context.now));
    let profile = draft.context.profile;
    let decision_due = review.in_charge_at.and_then(|start| {
        profile.reckon_with_pauses(
            start,
            &requirement.basis.decision_length,
            &pauses,
            &requirement.basis.decision_calendar,
        )
    });
    draft.push(Entry::Resumed { formality, organ: organ.to_owned(), decision_due });
    Ok(())
}

fn confirm_permit(draft: &mut Draft<'_>, number: &str, consulted: &[Organ], organ: &str) -> Result<(), Refusal> {
    let permit = standing_permit(draft, number, organ)?;
    if permit.reexamination.is_none() {
        return Err(Refusal::WrongState);
    }
    let (kind, number) = (permit.kind.clone(), permit.number.clone());
    let exit = draft.call.requirement(Formality::DeparturePermit).cloned();
    if let Some(exit) = exit {
        require_met(draft, &exit, organ)?;
    }
    // The others that signed are consulted before she may sail on the old signatures (Decree 175 art. 13).
    let signers = draft.call.requirement(Formality::ExitFormalities).map(|due| due.organs.clone()).unwrap_or_default();
    let missing: Vec<String> =
        signers.into_iter().filter(|signer| signer != organ && !consulted.contains(signer)).collect();
    if !missing.is_empty() {
        return Err(Refusal::Unmet(missing.into_iter().map(|organ| format!("consult:{organ}")).collect()));
    }
    let until = permit_until(draft, &kind, draft.context.now)?;
    draft.push(Entry::PermitConfirmed { number, until, consulted: consulted.to_vec() });
    Ok(())
}

/// The exit formalities are done again: every signature is opened.
fn redo_exit(draft: &mut Draft<'_>, number: &str, organ: &str) -> Result<(), Refusal> {
    standing_permit(draft, number, organ)?;
    let signers = draft.call.requirement(Formality::ExitFormalities).map(|due| due.organs.clone()).unwrap_or_default();
    for signer in signers {
        draft.reopen_signature(Phase::Exit, &signer, "redo");
    }
    draft.reopen(Formality::DeparturePermit, organ, "redo");
    Ok(())
}

/// The departure permit that was issued last, of that number and by that organ; an older one stands no longer.
fn standing_permit<'a>(draft: &'a Draft<'_>, number: &str, organ: &str) -> Result<&'a Permit, Refusal> {
    let permit = draft.call.permits.iter().find(|permit| permit.number == number).ok_or(Refusal::NotThere)?;
    if permit.organ != organ {
        return Err(Refusal::NotYours);
    }
    let standing = draft.call.departure_permit().is_some_and(|standing| standing.number == number);
    if standing { Ok(permit) } else { Err(Refusal::WrongState) }
}
