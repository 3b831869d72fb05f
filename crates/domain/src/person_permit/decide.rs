//! Deciding an act: pure. What it returns is appended to the journal, all or nothing.

use super::{
    Act, Entry, Limit, Need, NewHolder, NewPermits, PersonPermit, Refusal, Standing, Status, conditions, entry::Filed,
    grounds, kind, needs,
};
use crate::{
    Instant, Value,
    matter::{Context, Party},
    profile::Profile,
};

/// Most persons of one application.
const MOST: usize = 1_000;

/// What keeps permits from being applied for, whoever they are for: by kind, kind of place and term, and by what came with it.
pub fn wanting(
    profile: &Profile,
    now: Instant,
    (of, place, from, until): (&str, &str, Instant, Instant),
    came: impl Fn(&Need) -> bool,
) -> Vec<Refusal> {
    let Some(kind) = kind(profile, of, now) else { return vec![Refusal::NoKind(of.to_owned())] };
    let mut found = Vec::new();
    if !kind.places.iter().any(|known| known == place) {
        found.push(Refusal::NoPlace(kind.law.clone()));
    }
    if from >= until || until <= now {
        found.push(Refusal::Backwards);
    } else if kind.at_most(from, profile).is_none_or(|longest| longest < until) {
        found.push(Refusal::TooLong(kind.longest.0, kind.law));
    }
    let missing = needs(profile, of, now).into_iter().filter(|need| !came(need));
    found.extend(missing.map(|need| Refusal::NeedMissing(need.what, need.reason, need.law)));
    found
}

/// Decides what an act adds to the journal.
pub(super) fn decide(permit: &PersonPermit, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    if permit_opens(act) != (permit.version == 0) {
        return Err(Refusal::WrongState);
    }
    let here = Here { permit, context };
    if let Act::Fire { clock, due } = act {
        return here.fire(clock, *due);
    }
    let mut entries = here.passed();
    let ahead = entries.iter().fold(permit.clone(), |mut ahead, entry| {
        super::apply::apply(&mut ahead, &super::Record::ahead(context.now, entry.clone()));
        ahead
    });
    let here = Here { permit: &ahead, context };
    entries.extend(match act {
        Act::File(new) => here.file(&new.0, &new.1)?,
        Act::Issue(new) => here.issue(&new.0, &new.1)?,
        Act::Recall { ground } => here.recall(ground)?,
        Act::Add(holders) => here.add(holders)?,
        Act::Accept => here.accept()?,
        Act::Ask { words } => here.ask(words)?,
        Act::Answer { words, papers } => {
            here.require_firm(&[Status::Asked])?;
            let pause = ahead.questions.last().map(|question| (question.at, context.now));
            let limit = here.decision_limit(pause);
            vec![Entry::Answered { words: words.clone(), papers: papers.clone(), limit }]
        }
        Act::Grant { holders, until, words, exception } => here.grant(holders, *until, words, exception)?,
        Act::Refuse { holders, ground, words } => here.refuse(holders, ground, words)?,
        Act::Revoke { holders, ground, words } => here.revoke(holders, ground, words)?,
        Act::Withdraw => {
            here.require_firm(&[Status::Filed, Status::Accepted, Status::Asked])?;
            vec![Entry::Withdrawn]
        }
        Act::Pass { serial, passage } => {
            let holder = ahead.holders.get(serial).ok_or(Refusal::NoHolder(*serial))?;
            here.require_keeper()?;
            if holder.known.contains(&passage.id) {
                return Err(Refusal::KnownPassage);
            }
            vec![Entry::Passed { serial: *serial, passage: passage.clone() }]
        }
        Act::Fire { .. } => Vec::new(),
    });
    Ok(entries)
}

fn permit_opens(act: &Act) -> bool {
    matches!(act, Act::File(_) | Act::Issue(_))
}

struct Here<'a> {
    permit: &'a PersonPermit,
    context: &'a Context<'a>,
}

impl Here<'_> {
    fn firm(&self) -> Option<&str> {
        match (&self.context.actor.on_behalf, &self.context.actor.party) {
            (Some(principal), Party::Firm(_)) => Some(principal),
            (None, Party::Firm(firm)) => Some(firm),
            _ => None,
        }
    }

    fn require_firm(&self, states: &[Status]) -> Result<(), Refusal> {
        if self.firm() != Some(self.permit.firm.as_str()) {
            return Err(Refusal::NotYours);
        }
        self.require_state(states)
    }

    fn require_organ(&self) -> Result<(), Refusal> {
        match &self.context.actor.party {
            Party::Organ(own) if *own == self.permit.organ => Ok(()),
            _ => Err(Refusal::NotYours),
        }
    }

    /// The organ that issued it stands at gates too.
    fn require_keeper(&self) -> Result<(), Refusal> {
        match &self.context.actor.party {
            Party::Organ(own) if *own == self.permit.organ || self.permit.keepers.contains(own) => Ok(()),
            _ => Err(Refusal::NotYours),
        }
    }

    fn require_state(&self, states: &[Status]) -> Result<(), Refusal> {
        if states.contains(&self.permit.status()) { Ok(()) } else { Err(Refusal::WrongState) }
    }

    fn file(&self, new: &NewPermits, holders: &[NewHolder]) -> Result<Vec<Entry>, Refusal> {
        let (profile, now) = (self.context.profile, self.context.now);
        if self.firm() != Some(new.firm.as_str()) {
            return Err(Refusal::NotYours);
        }
        let came = |need: &Need| match need.paper {
            true => new.papers.iter().any(|paper| paper.code == need.what),
            false => new.words.is_some(),
        };
        let of = (new.kind.as_str(), new.place.kind.as_str(), new.from, new.until);
        if let Some(refusal) = wanting(profile, now, of, came).into_iter().next() {
            return Err(refusal);
        }
        let kind = kind(profile, &new.kind, now).ok_or_else(|| Refusal::NoKind(new.kind.clone()))?;
        if holders.is_empty() || holders.len() > MOST {
            return Err(Refusal::Holders(MOST));
        }
        let limit = self.limit_of(&new.kind, "acceptance", &kind.issuer, now, &[]);
        Ok(vec![self.filed(new, kind, holders.iter(), limit)])
    }

    fn filed<'h>(
        &self,
        new: &NewPermits,
        kind: super::Kind,
        holders: impl Iterator<Item = &'h NewHolder>,
        limit: Option<Limit>,
    ) -> Entry {
        let profile = self.context.profile;
        let keepers = profile.organs.iter().filter(|organ| organ.kind == "operator").map(|organ| organ.code.clone());
        Entry::Filed(Box::new(Filed {
            new: new.clone(),
            port: profile.port.code.clone(),
            organ: kind.issuer,
            keepers: keepers.collect(),
            single_use: kind.single_use,
            holder_bound: kind.holder_bound,
            outward: kind.outward,
            law: kind.law,
            holders: holders.map(|holder| holder.document.clone()).collect(),
            limit,
        }))
    }

    /// What a joint result grants is filed, accepted and granted at once. Who does not pass a health gate is left to the organ,
    /// whose limit runs from now.
    fn issue(&self, new: &NewPermits, holders: &[(NewHolder, Value)]) -> Result<Vec<Entry>, Refusal> {
        let (profile, now) = (self.context.profile, self.context.now);
        let kind = kind(profile, &new.kind, now).ok_or_else(|| Refusal::NoKind(new.kind.clone()))?;
        if !kind.places.contains(&new.place.kind) {
            return Err(Refusal::NoPlace(kind.law));
        }
        let until = new.until.min(kind.at_most(new.from, profile).unwrap_or(new.until));
        if new.case.is_none() || until <= now || new.from >= until {
            return Err(Refusal::Backwards);
        }
        if holders.is_empty() || holders.len() > MOST {
            return Err(Refusal::Holders(MOST));
        }
        let pass = |facts: &Value| conditions(profile, &new.kind, facts, now).is_empty();
        let serials = (1..).zip(holders).filter(|(_, (_, facts))| pass(facts)).map(|(serial, _)| serial);
        let granted: Vec<u32> = serials.collect();
        let limit =
            self.limit_of(&new.kind, "decision", &kind.issuer, now, &[]).filter(|_| granted.len() < holders.len());
        let (new, law) = (NewPermits { until, ..new.clone() }, kind.law.clone());
        let filed = self.filed(&new, kind, holders.iter().map(|(holder, _)| holder), None);
        let mut entries = vec![filed, Entry::Accepted { by_silence: false, limit }];
        if !granted.is_empty() {
            let (from, holders) = (new.from, granted);
            entries.push(Entry::Granted { holders, from, until, words: None, exception: None, law });
        }
        Ok(entries)
    }

    /// What was used stays a fact; the rest is taken back, and what is not decided is decided no more.
    fn recall(&self, ground: &str) -> Result<Vec<Entry>, Refusal> {
        if self.permit.case.is_none() {
            return Err(Refusal::WrongState);
        }
        let unused = |(serial, holder): (&u32, &super::Holder)| holder.is_unused().then_some(*serial);
        let holders: Vec<u32> = self.permit.holders.iter().filter_map(unused).collect();
        let mut entries = Vec::new();
        if !holders.is_empty() {
            let law = self.ground("revoke", ground, &None)?;
            entries.push(Entry::Revoked { holders, ground: ground.to_owned(), words: None, law });
        }
        if self.permit.undecided().next().is_some() && self.permit.withdrawn.is_none() {
            entries.push(Entry::Withdrawn);
        }
        Ok(entries)
    }

    fn add(&self, holders: &[NewHolder]) -> Result<Vec<Entry>, Refusal> {
        self.require_firm(&[Status::Filed, Status::Accepted, Status::Asked])?;
        if holders.is_empty() || self.permit.holders.len() + holders.len() > MOST {
            return Err(Refusal::Holders(MOST));
        }
        Ok(vec![Entry::Added { holders: holders.iter().map(|holder| holder.document.clone()).collect() }])
    }

    fn accept(&self) -> Result<Vec<Entry>, Refusal> {
        self.require_organ()?;
        self.require_state(&[Status::Filed])?;
        Ok(vec![self.accepted(self.context.now, false)])
    }

    fn accepted(&self, at: Instant, by_silence: bool) -> Entry {
        let limit = self.limit_of(&self.permit.kind, "decision", &self.permit.organ, at, &[]);
        Entry::Accepted { by_silence, limit }
    }

    /// What is missing is told once, and its time does not count (Administrative Licensing Law arts 32, 45).
    fn ask(&self, words: &str) -> Result<Vec<Entry>, Refusal> {
        self.require_organ()?;
        self.require_state(&[Status::Filed, Status::Accepted])?;
        let limit = self.limit_of(&self.permit.kind, "answer", "firm", self.context.now, &[]);
        Ok(vec![Entry::Asked { words: words.to_owned(), limit }])
    }

    /// A decision on what was not accepted yet accepts first, so that the clock is never skipped.
    fn deciding(&self) -> Result<Vec<Entry>, Refusal> {
        self.require_organ()?;
        if self.permit.withdrawn.is_some() {
            return Err(Refusal::WrongState);
        }
        let accepts = self.permit.accepted_at.is_none();
        Ok(if accepts { vec![self.accepted(self.context.now, false)] } else { Vec::new() })
    }

    fn require_open(&self, serials: impl Iterator<Item = u32>, wanted: Standing) -> Result<Vec<u32>, Refusal> {
        let mut found = Vec::new();
        for serial in serials {
            let holder = self.permit.holders.get(&serial).ok_or(Refusal::NoHolder(serial))?;
            // What was used once can still be taken back.
            if holder.standing(false) != wanted {
                return Err(Refusal::Decided(serial));
            }
            found.push(serial);
        }
        if found.is_empty() { Err(Refusal::Nobody) } else { Ok(found) }
    }

    fn grant(
        &self,
        holders: &[(u32, Value)],
        until: Option<Instant>,
        words: &Option<String>,
        exception: &Option<String>,
    ) -> Result<Vec<Entry>, Refusal> {
        let (profile, now) = (self.context.profile, self.context.now);
        let mut entries = self.deciding()?;
        let serials = self.require_open(holders.iter().map(|(serial, _)| *serial), Standing::Open)?;
        let kind = kind(profile, &self.permit.kind, now).ok_or_else(|| Refusal::NoKind(self.permit.kind.clone()))?;
        for (serial, facts) in holders {
            let unmet = conditions(profile, &self.permit.kind, facts, now).into_iter();
            if let Some(condition) = unmet.into_iter().find(|of| !(of.in_principle && exception.is_some())) {
                return Err(Refusal::Condition(*serial, Box::new(condition)));
            }
        }
        let until = until.unwrap_or(self.permit.until);
        if until > self.permit.until || until <= self.permit.from || until <= now {
            return Err(Refusal::Backwards);
        }
        entries.push(Entry::Granted {
            holders: serials,
            from: self.permit.from,
            until,
            words: words.clone(),
            exception: exception.clone(),
            law: kind.law,
        });
        Ok(entries)
    }

    fn ground(&self, act: &str, ground: &str, words: &Option<String>) -> Result<String, Refusal> {
        let listed = grounds(self.context.profile, act, self.context.now).into_iter().find(|of| of.code == ground);
        let listed = listed.ok_or_else(|| Refusal::NoGround(ground.to_owned()))?;
        if listed.words && words.is_none() {
            return Err(Refusal::Wordless);
        }
        Ok(listed.law)
    }

    fn refuse(&self, holders: &[u32], ground: &str, words: &Option<String>) -> Result<Vec<Entry>, Refusal> {
        let mut entries = self.deciding()?;
        let holders = self.require_open(holders.iter().copied(), Standing::Open)?;
        let law = self.ground("refuse", ground, words)?;
        entries.push(Entry::Refused { holders, ground: ground.to_owned(), words: words.clone(), law });
        Ok(entries)
    }

    fn revoke(&self, holders: &[u32], ground: &str, words: &Option<String>) -> Result<Vec<Entry>, Refusal> {
        self.require_organ()?;
        if super::FOLLOWING.contains(&ground) {
            return Err(Refusal::NoGround(ground.to_owned()));
        }
        let holders = self.require_open(holders.iter().copied(), Standing::Granted)?;
        let law = self.ground("revoke", ground, words)?;
        Ok(vec![Entry::Revoked { holders, ground: ground.to_owned(), words: words.clone(), law }])
    }

    fn fire(&self, clock: &str, due: Instant) -> Result<Vec<Entry>, Refusal> {
        let runs = self.permit.clocks().iter().any(|(name, at)| name == clock && *at == due);
        if runs { Ok(self.breach()) } else { Err(Refusal::WrongState) }
    }

    /// A limit that passed before this act is a fact, even when its clock has not fired yet.
    fn passed(&self) -> Vec<Entry> {
        let late = self.permit.clocks().iter().any(|(_, due)| *due < self.context.now);
        if late { self.breach() } else { Vec::new() }
    }

    /// Silence accepts, so that the time to decide runs; it grants nothing.
    fn breach(&self) -> Vec<Entry> {
        let Some(limit) = &self.permit.limit else { return Vec::new() };
        let (name, holder, due) = (limit.name.clone(), limit.holder.clone(), limit.due);
        let mut entries = vec![Entry::LimitPassed { name, holder, due }];
        if limit.name == "acceptance" {
            entries.push(self.accepted(due, true));
        }
        entries
    }

    fn decision_limit(&self, pause: Option<(Instant, Instant)>) -> Option<Limit> {
        let pauses: Vec<_> = self.permit.pauses.iter().copied().chain(pause).collect();
        match self.permit.accepted_at {
            Some(start) => self.limit_of(&self.permit.kind, "decision", &self.permit.organ, start, &pauses),
            // Asked before it was accepted: what is complete now is filed now.
            None => self.limit_of(&self.permit.kind, "acceptance", &self.permit.organ, self.context.now, &[]),
        }
    }

    /// A limit as the table gives it; none where no row does.
    fn limit_of(
        &self,
        kind: &str,
        name: &str,
        holder: &str,
        start: Instant,
        pauses: &[(Instant, Instant)],
    ) -> Option<Limit> {
        let profile = self.context.profile;
        let inputs = Value::from([("permit", kind.into()), ("clock", name.into())]);
        let row = profile.hit("person-permit-clocks", self.context.now, &inputs)?;
        let calendar = row.text("calendar");
        // What stood still before the term began is no part of it.
        let pauses: Vec<_> = pauses.iter().copied().filter(|(from, _)| *from >= start).collect();
        let due = profile.reckon_with_pauses(start, row.text("length"), &pauses, calendar)?;
        let version = profile.calendars.get(calendar).map_or("", |calendar| calendar.version.as_str());
        Some(Limit {
            name: name.to_owned(),
            holder: holder.to_owned(),
            due,
            passed: false,
            calendar: format!("{calendar} {version}"),
            rule: row.rule(),
            law: row.law().to_owned(),
        })
    }
}
