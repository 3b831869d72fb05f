//! Deciding an act on a crew case: pure. What it returns is appended to the journal, all or nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Act, Breach, CrewCase, Deed, Entry, NewCase, NewPerson, Part, Record, Refusal, WITHDRAWN, apply::apply, tables,
};
use crate::{
    Instant, Value,
    matter::{Context, Organ, Party},
};

/// Most persons of a case.
const MOST: usize = 500;

/// Decides what an act adds to a crew case's journal.
pub(super) fn decide(case: &CrewCase, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    if matches!(act, Act::File { .. }) != (case.version == 0) {
        return Err(Refusal::WrongState);
    }
    let here = Here { case, context };
    match act {
        Act::File { new, persons, facts, berthing } => {
            let filed = here.file(new, persons)?;
            Ok(here.assessed_after(vec![filed], facts, *berthing))
        }
        Act::Do { deed, facts, berthing } => here.done(deed, facts, *berthing),
        Act::Fire { clock, due, berthing } => here.fire(clock, *due, *berthing),
    }
}

struct Here<'a> {
    case: &'a CrewCase,
    context: &'a Context<'a>,
}

impl Here<'_> {
    /// The firm that acts: it answers for the ship's call itself, for whichever principal.
    fn firm(&self) -> Option<&str> {
        match &self.context.actor.party {
            Party::Firm(firm) => Some(firm),
            _ => None,
        }
    }

    fn require_firm(&self) -> Result<(), Refusal> {
        if self.firm() == Some(self.case.told.firm.as_str()) { Ok(()) } else { Err(Refusal::NotYours) }
    }

    fn organ(&self) -> Result<Organ, Refusal> {
        match &self.context.actor.party {
            Party::Organ(organ) => Ok(organ.clone()),
            _ => Err(Refusal::NotYours),
        }
    }

    fn file(&self, new: &NewCase, persons: &[NewPerson]) -> Result<Entry, Refusal> {
        if self.firm() != Some(new.firm.as_str()) {
            return Err(Refusal::NotYours);
        }
        let kind = self.kind(&new.kind)?;
        if kind.words && new.words.is_none() {
            return Err(Refusal::Wordless(kind.law.clone()));
        }
        let persons = self.listed(persons, &kind)?;
        Ok(Entry::Filed { new: Box::new(new.clone()), informed: kind.informed, persons })
    }

    fn kind(&self, code: &str) -> Result<tables::Kind, Refusal> {
        tables::kind(self.context.profile, code, self.context.now).ok_or_else(|| Refusal::NoKind(code.to_owned()))
    }

    /// New persons with their serials.
    fn listed(&self, new: &[NewPerson], kind: &tables::Kind) -> Result<BTreeMap<u32, NewPerson>, Refusal> {
        let count = self.case.listed().count() + new.len();
        if new.is_empty() || count > MOST {
            return Err(Refusal::Persons(count));
        }
        if let Some(person) = new.iter().find(|person| !kind.movements.contains(&person.movement)) {
            return Err(Refusal::NoMovement(person.movement.clone()));
        }
        let first = self.case.persons.keys().next_back().copied().unwrap_or(0) + 1;
        Ok((first..).zip(new.iter().cloned()).collect())
    }

    fn done(
        &self,
        deed: &Deed,
        facts: &BTreeMap<String, Value>,
        berthing: Option<Instant>,
    ) -> Result<Vec<Entry>, Refusal> {
        if self.case.ended.is_some() {
            return Err(Refusal::Ended);
        }
        let mut entries = self.passed(berthing);
        match deed {
            Deed::Add(new) => {
                self.require_firm()?;
                let persons = self.listed(new, &self.kind(&self.case.told.kind)?)?;
                entries.push(Entry::Added { persons });
                self.reopen(&mut entries);
            }
            Deed::Remove(serials) => {
                self.require_firm()?;
                self.removable(serials)?;
                entries.push(Entry::Removed { persons: serials.clone() });
                self.reopen(&mut entries);
            }
            Deed::Ask { words } => {
                let organ = self.organ()?;
                if !self.case.organs().contains(&organ.as_str()) {
                    return Err(Refusal::NotYours);
                }
                if self.case.open_question().is_some() {
                    return Err(Refusal::WrongState);
                }
                entries.push(Entry::Asked { organ, words: words.clone() });
            }
            Deed::Answer { words } => {
                self.require_firm()?;
                if self.case.open_question().is_none() {
                    return Err(Refusal::WrongState);
                }
                entries.push(Entry::Answered { words: words.clone() });
            }
            Deed::Rule { part, granted, words, law } => {
                entries.push(self.rule(part, *granted, words.as_ref(), law)?);
            }
            Deed::Close { how, words } => entries.push(self.close(how, words.as_ref())?),
            Deed::Withdraw => {
                self.require_firm()?;
                // What happened has happened: the organs say how it ended.
                if !self.kind(&self.case.told.kind)?.hold.0.is_empty() {
                    return Err(Refusal::NotWithdrawn);
                }
                entries.push(Entry::Ended { how: WITHDRAWN.to_owned(), granted: false, words: None });
            }
            Deed::Follow => {}
        }
        Ok(self.joined_after(self.assessed_after(entries, facts, berthing)))
    }

    fn removable(&self, serials: &[u32]) -> Result<(), Refusal> {
        let listed: BTreeSet<u32> = self.case.listed().map(|(serial, _)| serial).collect();
        if let Some(serial) = serials.iter().find(|serial| !listed.contains(serial)) {
            return Err(Refusal::NoPerson(*serial));
        }
        let left = listed.len() - serials.iter().collect::<BTreeSet<_>>().len();
        if serials.is_empty() || left == 0 { Err(Refusal::Persons(left)) } else { Ok(()) }
    }

    /// Another list is decided on anew by everybody who had decided.
    fn reopen(&self, entries: &mut Vec<Entry>) {
        if self.case.parts.iter().any(|part| part.ruling.is_some()) {
            entries.push(Entry::Reopened);
        }
    }

    /// An organ may change its mind while the case stands: the joint result follows.
    fn rule(&self, part: &str, granted: bool, words: Option<&String>, law: &str) -> Result<Entry, Refusal> {
        let organ = self.organ()?;
        let of = self.case.parts.iter().find(|of| of.code == part).ok_or_else(|| Refusal::NoPart(part.to_owned()))?;
        if of.organ != organ {
            return Err(Refusal::NotYours);
        }
        if of.ruling.as_ref().is_some_and(|ruling| ruling.granted == granted) {
            return Err(Refusal::WrongState);
        }
        if !granted && (words.is_none() || law.trim().is_empty()) {
            return Err(Refusal::Unfounded);
        }
        let law = if granted { String::new() } else { law.trim().to_owned() };
        Ok(Entry::Ruled { part: part.to_owned(), organ, granted, words: words.cloned(), law })
    }

    fn close(&self, how: &str, words: Option<&String>) -> Result<Entry, Refusal> {
        let ends = tables::ends(self.context.profile, &self.case.told.kind, self.context.now);
        let end = ends.into_iter().find(|end| end.code == how).ok_or_else(|| Refusal::NoEnd(how.to_owned()))?;
        let may = match &self.context.actor.party {
            Party::Organ(organ) => end.by.contains(organ),
            _ => end.by.iter().any(|by| by == "firm") && self.require_firm().is_ok(),
        };
        if !may {
            return Err(Refusal::NotYours);
        }
        if end.decided && !matches!(self.case.result, Some((_, true))) {
            return Err(Refusal::Undecided);
        }
        Ok(Entry::Ended { how: how.to_owned(), granted: end.decided, words: words.cloned() })
    }

    fn fire(&self, clock: &str, due: Instant, berthing: Option<Instant>) -> Result<Vec<Entry>, Refusal> {
        if !self.case.clocks().iter().any(|(name, at)| name == clock && *at == due) {
            return Err(Refusal::WrongState);
        }
        // The ship comes later than was known: what is due moves with her.
        let moved = self.assessed_after(Vec::new(), &self.case.facts, berthing);
        let ahead = self.ahead(&moved);
        if !moved.is_empty() && ahead.clocks().iter().all(|(name, at)| name != clock || *at != due) {
            return Ok(moved);
        }
        let late = self.case.undecided().find(|part| part.code == clock).ok_or(Refusal::WrongState)?;
        Ok(vec![Entry::Passed(Breach { part: late.code.clone(), organ: late.organ.clone(), due })])
    }

    /// Limits that passed before this act are facts, even when their clocks have not fired yet.
    fn passed(&self, berthing: Option<Instant>) -> Vec<Entry> {
        let moved = self.assessed_after(Vec::new(), &self.case.facts, berthing);
        let ahead = self.ahead(&moved);
        let late = ahead.undecided().filter(|part| !part.late && part.due.is_some_and(|due| due < self.context.now));
        let breach = |part: &Part| {
            Some(Entry::Passed(Breach { part: part.code.clone(), organ: part.organ.clone(), due: part.due? }))
        };
        let breaches: Vec<Entry> = late.filter_map(breach).collect();
        moved.into_iter().chain(breaches).collect()
    }

    fn ahead(&self, entries: &[Entry]) -> CrewCase {
        let mut ahead = self.case.clone();
        entries.iter().for_each(|entry| apply(&mut ahead, &Record::ahead(self.context.now, entry.clone())));
        ahead
    }

    /// What the tables say after the entries, where it is something else than before.
    fn assessed_after(
        &self,
        mut entries: Vec<Entry>,
        facts: &BTreeMap<String, Value>,
        berthing: Option<Instant>,
    ) -> Vec<Entry> {
        let before = self.ahead(&entries);
        if before.ended.is_some() {
            return entries;
        }
        // A time that is not known any more is the last one that was.
        let ahead = CrewCase { facts: facts.clone(), berthing: berthing.or(before.berthing), ..before.clone() };
        let parts = tables::parts(&ahead, self.context.profile, self.context.now);
        let same = |part: &Part| {
            let of = |before: &&Part| before.code == part.code && before.organ == part.organ;
            before.parts.iter().find(of).is_some_and(|of| of.due == part.due && of.rule == part.rule)
        };
        let unchanged = parts.len() == before.parts.len() && parts.iter().all(same);
        if !unchanged || ahead.facts != before.facts || ahead.berthing != before.berthing {
            entries.push(Entry::Assessed { parts, facts: facts.clone(), berthing: ahead.berthing });
        }
        entries
    }

    /// The joint result, once every part is decided and there is none yet.
    fn joined_after(&self, mut entries: Vec<Entry>) -> Vec<Entry> {
        let ahead = self.ahead(&entries);
        let decided = !ahead.parts.is_empty() && ahead.undecided().next().is_none();
        if ahead.ended.is_none() && ahead.result.is_none() && decided {
            let granted = ahead.parts.iter().all(|part| part.ruling.as_ref().is_some_and(|ruling| ruling.granted));
            entries.push(Entry::Result { granted });
        }
        entries
    }
}
