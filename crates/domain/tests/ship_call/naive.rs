//! What a journal proves, read in the plainest way: searching the list of entries, with nothing of the fold.

use domain::{
    Instant,
    formality::Formality,
    ship_call::{Entry, Phase, Record, Requirement, TimeKind},
};

/// Everything for which a call is not cleared for a phase; empty when the journal proves that it is.
pub fn why_not_cleared(journal: &[Record], phase: Phase) -> Vec<String> {
    let requirements = requirements(journal);
    if requirements.is_empty() {
        return vec!["nothing assessed".to_owned()];
    }
    let mut why = Vec::new();
    for due in requirements.iter().filter(|due| due.phase == phase && !is_permit(due.formality)) {
        let Some((filed_at, version)) = standing(journal, due.formality) else {
            why.push(format!("{:?} is not filed", due.formality));
            continue;
        };
        for organ in &due.organs {
            if granted(journal, due.formality, organ).is_none_or(|(at, of)| at < filed_at || of != version) {
                why.push(format!("{:?} is not granted by {organ}", due.formality));
            }
        }
    }
    why.extend(open_holds(journal, phase));
    why.extend(open_questions(journal).into_iter().filter_map(|formality| {
        let of = requirements.iter().find(|due| due.formality == formality);
        of.is_none_or(|due| due.phase == phase).then(|| format!("a question about {formality:?}"))
    }));
    why.extend(open_boardings(journal, phase));
    why
}

/// Organs whose exit signature is older than something that they decide on.
pub fn stale_signatures(journal: &[Record]) -> Vec<String> {
    let requirements = requirements(journal);
    let Some(exit) = requirements.iter().find(|due| due.formality == Formality::ExitFormalities) else {
        return Vec::new();
    };
    let stale = exit.organs.iter().filter(|organ| {
        let signed = granted(journal, Formality::ExitFormalities, organ).map_or(0, |(at, _)| at);
        requirements
            .iter()
            .filter(|due| due.organs.contains(organ) && !is_permit(due.formality))
            .filter(|due| due.formality != Formality::EntryFormalities)
            .any(|due| standing(journal, due.formality).is_none_or(|(filed_at, _)| filed_at > signed))
    });
    stale.cloned().collect()
}

/// True when an organ decided before the limit that a breach says it missed.
pub fn decided_in_time(journal: &[Record], formality: Formality, organ: &str, due: Instant) -> bool {
    let started = journal.iter().rposition(|record| match &record.entry {
        Entry::InCharge { formality: f, organ: o, decision_due, .. }
        | Entry::Resumed { formality: f, organ: o, decision_due } => {
            *f == formality && o == organ && *decision_due == Some(due)
        }
        _ => false,
    });
    let Some(started) = started else { return true };
    journal[started..].iter().any(|record| {
        let decided =
            matches!(&record.entry, Entry::Decided { formality: f, organ: o, .. } if *f == formality && o == organ);
        decided && record.at < due
    })
}

/// The permits to sail that stood in the journal, with their times; confirmed ones with their new end.
pub fn held_permit_at(journal: &[Record], at: Instant) -> bool {
    journal.iter().any(|record| match &record.entry {
        Entry::PermitIssued(permit) => permit.at <= at && at <= permit.until,
        Entry::PermitConfirmed { until, .. } => at <= *until,
        _ => false,
    })
}

pub fn arrived(journal: &[Record]) -> bool {
    journal.iter().any(|record| match &record.entry {
        Entry::TimeStated(time) => time.event == "arrival" && time.kind == TimeKind::Actual,
        Entry::Opened(opened) => ["new_building", "sea_trial"].contains(&opened.kind.as_str()),
        _ => false,
    })
}

pub fn requirements(journal: &[Record]) -> Vec<Requirement> {
    let last = journal.iter().rev().find_map(|record| match &record.entry {
        Entry::Assessed { requirements, .. } => Some(requirements.clone()),
        _ => None,
    });
    last.unwrap_or_default()
}

/// Place in the journal and version of what stands filed.
pub fn standing(journal: &[Record], formality: Formality) -> Option<(usize, u32)> {
    let (at, version) = journal.iter().enumerate().rev().find_map(|(at, record)| match &record.entry {
        Entry::Filed(filed) if filed.formality == formality => Some((at, Some(filed.version))),
        Entry::Withdrawn { formality: of, .. } if *of == formality => Some((at, None)),
        _ => None,
    })?;
    version.map(|version| (at, version))
}

fn is_permit(formality: Formality) -> bool {
    matches!(formality, Formality::DeparturePermit | Formality::ShuttlePermit)
}

/// Place and version of an organ's grant, none when its last word was another or was opened again.
fn granted(journal: &[Record], formality: Formality, organ: &str) -> Option<(usize, u32)> {
    let last = journal.iter().enumerate().rev().find_map(|(at, record)| match &record.entry {
        Entry::Decided { formality: f, organ: o, version, outcome, .. } if *f == formality && o == organ => {
            Some(outcome.is_granted().then_some((at, *version)))
        }
        Entry::Reopened { formality: f, organ: o, .. } if *f == formality && o == organ => Some(None),
        _ => None,
    });
    last.flatten()
}

fn open_holds(journal: &[Record], phase: Phase) -> Vec<String> {
    let lifted =
        |id: u32| journal.iter().any(|record| matches!(record.entry, Entry::HoldLifted { id: of, .. } if of == id));
    let placed = journal.iter().filter_map(|record| match &record.entry {
        Entry::HoldPlaced(hold) if hold.blocks.contains(&phase) && !lifted(hold.id) => Some(hold.kind.clone()),
        _ => None,
    });
    placed.collect()
}

fn open_questions(journal: &[Record]) -> Vec<Formality> {
    let closed = |of: u32| {
        let mut items: Vec<u32> = journal
            .iter()
            .filter_map(|record| match record.entry {
                Entry::Closed { id, item } if id == of => Some(item),
                _ => None,
            })
            .collect();
        items.sort_unstable();
        items.dedup();
        items.len()
    };
    let asked = journal.iter().filter_map(|record| match &record.entry {
        Entry::Asked { id, formality, items, .. } if closed(*id) < items.len() => Some(*formality),
        _ => None,
    });
    asked.collect()
}

fn open_boardings(journal: &[Record], phase: Phase) -> Vec<String> {
    let done = |id: u32| {
        journal.iter().any(|record| matches!(record.entry, Entry::BoardingFinished { id: of, .. } if of == id))
    };
    let ordered = journal.iter().filter_map(|record| match &record.entry {
        Entry::BoardingOrdered(boarding) if boarding.phase == phase && !done(boarding.id) => {
            Some(boarding.ground.clone())
        }
        _ => None,
    });
    ordered.collect()
}
