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
    let of = (priority::of::CALL, draft.call.preferences.as_slice());
    let granted = priority::granted(draft.context.profile, of, wanted, &organ, !words.is_blank());
    let (id, priority) = granted.map_err(|refused| refusal(refused, &wanted.measure))?;
    draft.push(Entry::PriorityGranted { id, priority: Box::new(priority), words: words.clone() });
    Ok(())
}

fn end(draft: &mut Draft<'_>, id: u32, words: &Words, application: Option<&str>) -> Result<(), Refusal> {
    let organ = draft.organ()?;
    let ends = priority::ends(&draft.call.preferences, id, &organ, (application, !words.is_blank()));
    ends.map_err(|refused| refusal(refused, ""))?;
    draft.push(Entry::PriorityEnded { id, organ, words: words.clone() });
    Ok(())
}

/// What a call has a refusal of its own for is told by it.
fn refusal(refused: Refused, measure: &str) -> Refusal {
    match refused {
        Refused::NotYours => Refusal::NotYours,
        Refused::Unsaid => Refusal::NotSaid(Unsaid::Priority),
        Refused::Stands => Refusal::WrongState,
        Refused::NotThere => Refusal::NotThere,
        other => Refusal::NoPriority(other, measure.to_owned()),
    }
}
