//! What the firm says: more words, its word at the return visit, taking its report back.

use super::{Draft, intake, limits, next_id};
use crate::{
    Text,
    matter::Party,
    problem::{Act, Entry, HowEnded, Message, MessageKind, Refusal, Word},
};

pub(super) fn decide(draft: &mut Draft<'_>, act: &Act) -> Result<(), Refusal> {
    match act {
        Act::Say { report, words } => {
            require_firm(draft, *report)?;
            draft.push(Entry::Sent(Box::new(Message {
                id: next_id(draft.problem.messages.len()),
                kind: MessageKind::Said,
                organ: String::new(),
                report: Some(*report),
                words: words.clone(),
                at: draft.context.now,
                compartment: None,
                files: Vec::new(),
            })));
            limits::firm_spoke(draft);
            Ok(())
        }
        Act::Tell { report, answered, solved, satisfied, words } => {
            tell(draft, *report, [*answered, *solved, *satisfied], words.clone())
        }
        Act::ConfirmAddress { report } => {
            require_firm(draft, *report)?;
            let of = draft.problem.report(*report).ok_or(Refusal::NotThere)?;
            if of.contact.is_none() || of.is_address_read() {
                return Err(Refusal::WrongState);
            }
            draft.push(Entry::AddressConfirmed { report: *report });
            Ok(())
        }
        Act::Withdraw { report } => {
            require_firm(draft, *report)?;
            draft.push(Entry::Withdrawn { report: *report });
            settle(draft);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Only the firm that reported speaks for its report. Who has no account is known by the report's secret.
fn require_firm(draft: &Draft<'_>, report: u32) -> Result<(), Refusal> {
    let of = draft.problem.report(report).filter(|of| of.withdrawn_at.is_none()).ok_or(Refusal::NotThere)?;
    match &draft.context.actor.party {
        Party::Firm(firm) if *firm == of.firm => Ok(()),
        _ => Err(Refusal::NotYours),
    }
}

/// Three separate answers. Not solved opens the case again; dissatisfied twice goes up the ladder.
fn tell(
    draft: &mut Draft<'_>,
    report: u32,
    [answered, solved, satisfied]: [bool; 3],
    words: Option<String>,
) -> Result<(), Refusal> {
    let by_office = draft.require_office().is_ok();
    if !by_office {
        require_firm(draft, report)?;
    } else if draft.problem.report(report).is_none_or(|of| of.withdrawn_at.is_some()) {
        return Err(Refusal::NotThere);
    }
    let reply = draft.problem.reply().map(|reply| reply.id).ok_or(Refusal::WrongState)?;
    let recorder = by_office.then(|| draft.context.actor.person.clone());
    let word = Word { answered, solved, satisfied, words, recorder, at: draft.context.now, reply, files: Vec::new() };
    draft.push(Entry::Told { report, word });
    if draft.problem.dissatisfied() >= 2 {
        draft.escalate("dissatisfied_twice");
    }
    // A firm that is satisfied with a plan waits for its date; one that is not, or whose date has passed, opens it again.
    let now = draft.context.now;
    let waits = satisfied && draft.problem.plan.as_ref().is_some_and(|plan| now < plan.until);
    if solved || waits {
        settle(draft);
    } else {
        reopen(draft);
    }
    Ok(())
}

/// The total clock goes on as if it had never stopped; the department's own clock starts anew.
fn reopen(draft: &mut Draft<'_>) {
    let now = draft.context.now;
    draft.stop("visit");
    draft.stop("plan");
    draft.push(Entry::Reopened);
    if let Some((id, organ)) = draft.problem.lead().map(|lead| (lead.id, lead.organ.clone())) {
        draft.start(&format!("work:{id}"), &organ, now);
        draft.start("update", &organ, now);
    }
    limits::set_ladder(draft);
    limits::pass_due(draft);
}

/// Closed when every firm that still reports has said that it is solved; taken back when none is left.
pub(super) fn settle(draft: &mut Draft<'_>) {
    if draft.problem.standing_reports().next().is_none() {
        return intake::end(draft, HowEnded::Withdrawn, ("", ""), Text::default(), String::new());
    }
    let reply = draft.problem.reply().map(|reply| reply.id);
    let said_solved = |report: &crate::problem::Report| {
        report.told.last().is_some_and(|word| word.solved && Some(word.reply) == reply)
    };
    if reply.is_some() && draft.problem.standing_reports().all(said_solved) {
        intake::end(draft, HowEnded::Solved, ("", ""), Text::default(), String::new());
    }
}
