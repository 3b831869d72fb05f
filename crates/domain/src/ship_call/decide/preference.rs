//! Priorities of a call.

use super::Draft;
use crate::{
    priority::{self, Refused, Wanted},
    ship_call::{Act, Entry, Refusal, Unsaid, Words},
};

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    match act {
        Act::GrantPriority { measure, facts, application, words } => {
            let arrival = draft.call.expected("arrival").unwrap_or(draft.context.now);
            let on = arrival.date(&draft.context.profile.zone);
            let (application, on) = application.clone().map_or((None, on), |(number, on)| (Some(number), on));
            let wanted = Wanted { measure: measure.clone(), on, facts: facts.clone(), application };
            grant(draft, &wanted, words)
        }
        Act::EndPriority { priority, words, application } => end(draft, *priority, words, application.as_deref()),
        _ => Ok(()),
    }
}

fn grant(draft: &mut Draft<'_>, wanted: &Wanted, words: &Words) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    // Of its own accord an organ says why in its own words; an application says why itself.
    if wanted.application.is_none() && words.is_blank() {
        return Err(Refusal::NotSaid(Unsaid::Priority));
    }
    let priority = priority::granted(draft.context.profile, wanted, &organ).map_err(|refused| match refused {
        Refused::NotByMeasure => Refusal::NoPriority(wanted.measure.clone()),
        Refused::NotYours => Refusal::NotYours,
        Refused::NotByTable(reason, law) => Refusal::PriorityNotByTable(reason, law),
        Refused::Missing(facts) => Refusal::PriorityFacts(facts),
    })?;
    let stands = draft.call.preferences.iter().filter(|of| of.ended.is_none());
    if stands.clone().any(|of| of.priority.class == priority.class && of.priority.application == priority.application) {
        return Err(Refusal::WrongState);
    }
    let id = u32::try_from(draft.call.preferences.len()).unwrap_or(u32::MAX) + 1;
    draft.push(Entry::PriorityGranted { id, priority: Box::new(priority), words: words.clone() });
    Ok(())
}

fn end(draft: &mut Draft<'_>, id: u32, words: &Words, application: Option<&str>) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    let of = draft.call.preferences.iter().find(|of| of.id == id).ok_or(Refusal::NotThere)?;
    if of.ended.is_some() {
        return Err(Refusal::WrongState);
    }
    // What an application brought ends with it, by who takes that back; else by who gave it.
    let may = match (&of.priority.application, application) {
        (Some(own), Some(ended)) => own == ended,
        (None, None) => of.priority.approver == organ,
        _ => false,
    };
    if !may {
        return Err(Refusal::NotYours);
    }
    if application.is_none() && words.is_blank() {
        return Err(Refusal::NotSaid(Unsaid::Priority));
    }
    draft.push(Entry::PriorityEnded { id, organ, words: words.clone() });
    Ok(())
}
