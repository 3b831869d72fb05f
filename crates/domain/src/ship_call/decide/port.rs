//! Holds, boardings, times, berths and clocks.

use super::{Draft, berth::require_fit};
use crate::{
    Instant, Value,
    formality::Formality,
    profile::Hit,
    reference,
    ship_call::{
        Act, BerthPlan, Boarding, Breach, Entry, Hold, Organ, Party, Phase, Refusal, ShipCall, TimeKind, TimeStatement,
        Unsaid, Words,
    },
};

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    match act {
        Act::PlaceHold { kind, ground, reference } => place_hold(draft, kind, ground, reference),
        Act::ReportHold { case, reference } => report_hold(draft, case, reference),
        Act::LiftHold { hold, reference } => {
            let organ = draft.organ()?;
            let held = draft.call.holds.iter().find(|held| held.id == *hold).ok_or(Refusal::NotThere)?;
            if held.lifted_at.is_some() {
                return Err(Refusal::WrongState);
            }
            let recorder = match held.lifted_by == organ {
                true => None,
                false => Some(record_for(draft, &organ, &held.lifted_by, reference)?),
            };
            draft.push(Entry::HoldLifted { id: *hold, reference: reference.clone(), recorder });
            Ok(())
        }
        Act::OrderBoarding { phase, ground, words } => order_boarding(draft, *phase, ground, words),
        Act::FinishBoarding { boarding, result } => {
            let organ = draft.organ()?;
            let of = draft.call.boardings.iter().find(|of| of.id == *boarding).ok_or(Refusal::NotThere)?;
            if of.organ != organ {
                return Err(Refusal::NotYours);
            }
            if of.finished_at.is_some() {
                return Err(Refusal::WrongState);
            }
            draft.push(Entry::BoardingFinished { id: *boarding, result: result.clone() });
            Ok(())
        }
        Act::StateTime { .. } => state_time(draft, act),
        Act::NoteDeparture { in_error, words } => note_departure(draft, *in_error, words),
        Act::PlanBerth { berth, from, until, beside } => plan_berth(draft, berth, (*from, *until), beside),
        Act::Fire { clock, due } => fire(draft, clock, *due),
        _ => Ok(()),
    }
}

fn place_hold(draft: &mut Draft<'_>, kind: &str, ground: &Words, reference: &str) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    let (issuer, row) = issuer_of(draft, kind, &organ).ok_or_else(|| Refusal::NotListed(kind.to_owned()))?;
    let recorder = match issuer == organ {
        true => None,
        false => Some(record_for(draft, &organ, &issuer, reference)?),
    };
    if ground.is_blank() {
        return Err(Refusal::NotSaid(Unsaid::Hold));
    }
    push_hold(draft, (kind, issuer, row), ground, (reference, recorder));
    Ok(())
}

/// Who answers for her reports that somebody is missing: the table says which hold that places, and whose it is.
fn report_hold(draft: &mut Draft<'_>, case: &str, reference: &str) -> Result<(), Refusal> {
    draft.require_agent()?;
    let (profile, now) = (draft.context.profile, draft.context.now);
    let kind = crate::crew_case::kind(profile, case, now).ok_or_else(|| Refusal::NotListed(case.to_owned()))?;
    let (hold, issuer) = kind.hold;
    let inputs = Value::from([("hold", hold.as_str().into()), ("issuer", issuer.as_str().into())]);
    let row = profile.hit("holds", now, &inputs).ok_or_else(|| Refusal::NotListed(hold.clone()))?;
    let (ground, person) = (Words::Plain(row.reason()), draft.context.actor.person.clone());
    push_hold(draft, (&hold, issuer, row), &ground, (reference, Some(person)));
    Ok(())
}

fn push_hold(
    draft: &mut Draft<'_>,
    (kind, issuer, row): (&str, Organ, Hit<'_>),
    ground: &Words,
    (reference, recorder): (&str, Option<String>),
) {
    let id = u32::try_from(draft.call.holds.len()).unwrap_or(u32::MAX) + 1;
    draft.push(Entry::HoldPlaced(Box::new(Hold {
        id,
        kind: kind.to_owned(),
        lifted_by: row.text("lifted_by").to_owned(),
        issuer,
        blocks: row.texts("blocks").iter().filter_map(|code| Phase::from_code(code)).collect(),
        ground: ground.clone(),
        reference: reference.to_owned(),
        law: row.law().to_owned(),
        at: draft.context.now,
        lifted_at: None,
        recorder,
    })));
}

/// Who issues a hold of a kind when an organ acts: itself where the table lists it, or else an authority without a desk
/// for which the port office records.
fn issuer_of<'p>(draft: &Draft<'p>, kind: &str, organ: &str) -> Option<(String, Hit<'p>)> {
    let profile = draft.context.profile;
    let row = |issuer: &str| {
        let inputs = Value::from([("hold", kind.into()), ("issuer", issuer.into())]);
        profile.hit("holds", draft.context.now, &inputs).map(|row| (issuer.to_owned(), row))
    };
    let office = profile.organ(organ).is_some_and(|of| of.kind == "office");
    let authorities = profile.organs.iter().filter(|of| office && of.kind == "authority");
    row(organ).or_else(|| authorities.map(|of| of.code.as_str()).find_map(row))
}

/// The port office records what an authority without a desk here has ordered, by the number of its order. Gives who
/// records.
fn record_for(draft: &Draft<'_>, organ: &str, authority: &str, reference: &str) -> Result<String, Refusal> {
    if !crate::ship_call::records_for(draft.context.profile, organ, authority) {
        return Err(Refusal::NotYours);
    }
    if reference.trim().is_empty() {
        return Err(Refusal::NoReference);
    }
    Ok(draft.context.actor.person.clone())
}

/// The normal case is paper only; a boarding needs a ground that the table lists for this organ.
fn order_boarding(draft: &mut Draft<'_>, phase: Phase, ground: &str, words: &Words) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    let inputs = Value::from([("ground", ground.into()), ("organ", organ.as_str().into())]);
    let row = draft.context.profile.hit("boarding-grounds", draft.context.now, &inputs);
    let row = row.ok_or_else(|| Refusal::NotListed(ground.to_owned()))?;
    if row.is_true("words") && words.is_blank() {
        return Err(Refusal::NotSaid(Unsaid::Boarding));
    }
    let id = u32::try_from(draft.call.boardings.len()).unwrap_or(u32::MAX) + 1;
    draft.push(Entry::BoardingOrdered(Box::new(Boarding {
        id,
        organ,
        phase,
        ground: ground.to_owned(),
        words: words.clone(),
        law: row.law().to_owned(),
        at: draft.context.now,
        finished_at: None,
        result: None,
    })));
    Ok(())
}

fn state_time(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    let Act::StateTime { event, kind, at, replies_to, delay_reason } = act else { return Ok(()) };
    let source = match &draft.context.actor.party {
        Party::Firm(_) => {
            draft.require_agent()?;
            draft.call.agent.clone()
        }
        Party::Organ(organ) => organ.clone(),
        Party::Clock => return Err(Refusal::NotYours),
    };
    let known = ["arrival", "pilot", "berth", "unberth", "departure", "left_last_port"];
    if !known.contains(&event.as_str()) {
        return Err(Refusal::NotListed(event.clone()));
    }
    // A reply answers a statement of this call, about the same event.
    let answered =
        replies_to.is_none_or(|id| draft.call.times.iter().any(|time| time.id == id && time.event == *event));
    if !answered {
        return Err(Refusal::NotThere);
    }
    let unlisted = |code: &&String| reference::delay_reason(code).is_none_or(|reason| reason.code != code.as_str());
    if let Some(code) = delay_reason.as_ref().filter(unlisted) {
        return Err(Refusal::NotListed(code.clone()));
    }
    // What happened can only lie behind us.
    if *kind == TimeKind::Actual && *at > draft.context.now {
        return Err(Refusal::Ahead("at"));
    }
    let sails = *kind == TimeKind::Actual && event == "departure";
    let unmet = if sails { against_sailing(&draft.call, *at)? } else { Vec::new() };
    // A correction of when she sailed is no second departure.
    let had_sailed = draft.call.actual("departure").is_some();
    let id = u32::try_from(draft.call.times.len()).unwrap_or(u32::MAX) + 1;
    let statement = TimeStatement {
        id,
        event: event.clone(),
        kind: *kind,
        at: *at,
        source,
        recorded_at: draft.context.now,
        replies_to: *replies_to,
        delay_reason: delay_reason.clone(),
        in_error: false,
    };
    require_order(&draft.call, &statement)?;
    let told = told_of_departure(draft);
    draft.push(Entry::TimeStated(statement));
    if !unmet.is_empty() && !had_sailed {
        draft.push(Entry::SailedUncleared { unmet, told });
    }
    Ok(())
}

/// Codes of what stands against her sailing at an instant: everything that is unmet, and a departure permit that did not
/// hold then. A shuttle ship whose permit waives formalities sails on that one. That she sailed is a fact all the same, and
/// is recorded as one (Decree 175 arts 12, 13; Maritime Traffic Safety Law 2021 art. 104).
///
/// # Errors
/// [`Refusal::Unmet`] for a ship that has not come, or not yet: who has not come has not left.
fn against_sailing(call: &ShipCall, at: Instant) -> Result<Vec<String>, Refusal> {
    let arrived = call.actual("arrival").is_none_or(|arrival| arrival <= at);
    if !call.is_in_port() || !arrived {
        return Err(Refusal::Unmet(vec!["arrival".to_owned()]));
    }
    let cleared = call.is_cleared(Phase::Entry) && call.is_cleared(Phase::Exit);
    let holds = match call.departure_permit() {
        // Reported late, but sailed in time: that the clock fired since takes nothing away.
        Some(permit) => {
            let examined = permit.reexamination.as_ref().is_none_or(|(_, cause)| cause == super::NOT_SAILED);
            examined && permit.at <= at && at <= permit.until
        }
        None => {
            call.requirement(Formality::DeparturePermit).is_none()
                && call.shuttle_until().is_some_and(|until| at <= until)
        }
    };
    Ok(match (cleared, holds) {
        (true, true) => Vec::new(),
        (false, true) => call.unmet_for_departure(),
        (true, false) => vec!["departure_permit".to_owned()],
        (false, false) => call.unmet_for_departure().into_iter().chain(["departure_permit".to_owned()]).collect(),
    })
}

impl ShipCall {
    /// Codes of what would stand against her sailing at an instant, for who is asked whether she really sailed. Empty also
    /// for a ship that has not come: of her nothing is recorded.
    pub fn unmet_for_sailing(&self, at: Instant) -> Vec<String> {
        against_sailing(self, at).unwrap_or_default()
    }
}

/// Who is told of a departure without clearance: who issues departure permits, each organ with a part in the exit, and who
/// can lift what holds her.
fn told_of_departure(draft: &Draft<'_>) -> Vec<Organ> {
    let call = &draft.call;
    let part = call.requirements_of(Phase::Exit).flat_map(|due| due.organs.clone());
    let holds = call.holds.iter().filter(|hold| hold.lifted_at.is_none()).map(|hold| hold.lifted_by.clone());
    let mut told: Vec<Organ> = Vec::new();
    for organ in issuers(draft).into_iter().chain(part).chain(holds) {
        let has_desk = draft.context.profile.organ(&organ).is_some_and(|of| of.kind == "organ");
        if has_desk && !told.contains(&organ) {
            told.push(organ);
        }
    }
    told
}

/// The organs that issue departure permits, by the table of permits.
fn issuers(draft: &Draft<'_>) -> Vec<Organ> {
    let (profile, now) = (draft.context.profile, draft.context.now);
    let issues = |organ: &&Organ| profile.permit_kinds(organ, now).iter().any(|kind| kind == "departure");
    profile.organs.iter().map(|organ| &organ.code).filter(issues).cloned().collect()
}

/// What an organ does about a departure that was not cleared. That she has not sailed at all is said by who issues
/// departure permits: the call then goes on as it stood.
fn note_departure(draft: &mut Draft<'_>, in_error: bool, words: &Words) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    let uncleared = draft.call.uncleared.as_ref().ok_or(Refusal::WrongMoment)?;
    if !uncleared.told.contains(&organ) {
        return Err(Refusal::NotYours);
    }
    if in_error && !issuers(draft).contains(&organ) {
        return Err(Refusal::NotYours);
    }
    if !in_error && uncleared.noted.contains_key(&organ) {
        return Err(Refusal::WrongState);
    }
    if words.is_blank() {
        return Err(Refusal::NotSaid(Unsaid::Departure));
    }
    draft.push(Entry::DepartureNoted { organ, in_error, words: words.clone() });
    Ok(())
}

/// Refuses a statement by which she would leave before she comes.
fn require_order(call: &ShipCall, statement: &TimeStatement) -> Result<(), Refusal> {
    if statement.kind == TimeKind::Actual {
        return Ok(());
    }
    // Who has sailed is not expected by this call any more.
    if let Some(departure) = call.actual("departure").filter(|_| statement.event == "arrival") {
        return Err(Refusal::Backwards { arrival: statement.at, departure });
    }
    let mut after = call.clone();
    after.times.push(statement.clone());
    after.require_order(&statement.event)
}

impl ShipCall {
    /// Refuses expected times that run backwards, by the event that was stated last. What was stated of an arrival counts
    /// no more once she has come.
    pub(in crate::ship_call) fn require_order(&self, stated: &str) -> Result<(), Refusal> {
        let counts = match stated {
            "arrival" => self.actual("arrival").is_none(),
            other => other == "departure",
        };
        match self.expected("arrival").zip(self.expected("departure")) {
            Some((arrival, departure)) if counts && departure < arrival => {
                Err(Refusal::Backwards { arrival, departure })
            }
            _ => Ok(()),
        }
    }
}

/// A berth is offered only if it is open to foreign ships, or a permission for this call stands that names this berth
/// and these times (Maritime Traffic Safety Law 2021 art. 46).
fn plan_berth(
    draft: &mut Draft<'_>,
    berth: &str,
    (from, until): (Instant, Instant),
    beside: &[String],
) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    if draft.context.profile.organ(&organ).is_none_or(|of| of.kind != "operator") {
        return Err(Refusal::NotYours);
    }
    let permission = require_fit(draft, berth, (from, until))?;
    let shift = draft.call.actual("berth").is_some();
    draft.push(Entry::BerthPlanned(BerthPlan {
        berth: berth.to_owned(),
        from,
        until,
        at: draft.context.now,
        shift,
        by_permission: permission,
        beside: beside.to_vec(),
    }));
    Ok(())
}

/// A clock fires only while it runs: a decision recorded before its instant has stopped it.
fn fire(draft: &mut Draft<'_>, clock: &str, due: Instant) -> Result<(), Refusal> {
    if draft.context.actor.party != Party::Clock || due > draft.context.now {
        return Err(Refusal::NotYours);
    }
    let running = draft.call.clocks().into_iter().find(|running| running.name == clock && running.due == due);
    let running = running.ok_or(Refusal::ClockStopped)?;
    match running.name.strip_prefix("permit:") {
        // The assessment that follows finds entry due again.
        Some("shuttle") => {}
        Some(number) => {
            let number = number.to_owned();
            draft.push(Entry::ReexaminationDue { number, cause: super::NOT_SAILED.to_owned() });
        }
        None if running.name.starts_with("acceptance:") => super::organ::count_as_accepted(draft, &running),
        None => draft.push(Entry::Passed(Breach { clock: running.name, due, holder: running.holder })),
    }
    Ok(())
}
