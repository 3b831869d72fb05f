//! Deciding what concerns a joint inspection: who wants to look, when it is, by whom it is accepted or moved, what was found.

use std::collections::BTreeSet;

use super::Here;
use crate::{
    Instant, Value,
    consignment::{Consignment, Entry, Record, Refusal, Room, joint},
    matter::{Matter, Party},
};

impl Here<'_> {
    /// The organ or unit that acts.
    fn unit(&self) -> Result<&str, Refusal> {
        match &self.context.actor.party {
            Party::Organ(organ) => Ok(organ),
            _ => Err(Refusal::NotYours),
        }
    }

    /// The consignment as it becomes with entries.
    fn ahead(&self, entries: &[Entry]) -> Consignment {
        let mut after = self.of.clone();
        entries.iter().for_each(|entry| after.apply(&Record::ahead(self.context.now, entry.clone())));
        after
    }

    /// Adds the appointment that fits what entries make of it; nothing where none does, or the same one stands.
    fn propose(&self, mut entries: Vec<Entry>, room: &Room, from: Instant) -> Vec<Entry> {
        let after = self.ahead(&entries);
        if !after.joint.is_open() {
            return entries;
        }
        let found = after.fitting(self.context.profile, room, from, self.context.now);
        let standing = after.joint.appointment.as_ref();
        let same = |of: &joint::Appointment| {
            // A yes for fewer boxes is none for more.
            standing.is_some_and(|old| {
                (old.from, old.until, &old.yard) == (of.from, of.until, &of.yard) && old.boxes >= of.boxes
            })
        };
        match found {
            Some(of) if !same(&of) => entries.push(Entry::LookProposed(of)),
            None if standing.is_some() => entries.push(Entry::LookUnfit),
            _ => {}
        }
        entries
    }

    pub(super) fn want_look(
        &self,
        ground: &str,
        containers: &BTreeSet<String>,
        examines: bool,
        room: &Room,
    ) -> Result<Vec<Entry>, Refusal> {
        let organ = self.unit()?;
        if self.of.is_gone() || self.of.loaded_at.is_some() {
            return Err(Refusal::WrongState);
        }
        let goods = (self.of.mode, &self.of.told);
        let row = joint::ground(self.context.profile, (organ, ground), goods, self.context.now);
        let row = row.ok_or_else(|| Refusal::NoLookGround(ground.to_owned()))?;
        let ordered = row.is_true("ordered");
        if ordered && !examines {
            return Err(Refusal::NotOrdered);
        }
        if self.of.joint.wants.contains_key(organ) {
            return Err(Refusal::WrongState);
        }
        if let Some(strange) = containers.iter().find(|of| !self.of.told.boxes.iter().any(|one| one.number == **of)) {
            return Err(Refusal::NoContainer(strange.clone()));
        }
        let wanted = Entry::LookWanted {
            organ: organ.to_owned(),
            ground: ground.to_owned(),
            containers: containers.clone(),
            length: row.text("length").to_owned(),
            calendar: row.text("calendar").to_owned(),
            ordered,
            law: row.law().to_owned(),
        };
        // A time that stands is kept as long as it fits who comes to it.
        let from = self.of.joint.appointment.as_ref().map_or(self.context.now, |of| of.from);
        Ok(self.propose(vec![wanted], room, from))
    }

    /// Who is asked: an organ that wants to look, or the terminal.
    fn require_asked(&self) -> Result<&str, Refusal> {
        let unit = self.unit()?;
        Here::require(self.is_terminal() || self.of.joint.wants.contains_key(unit))?;
        Ok(unit)
    }

    pub(super) fn accept_look(&self) -> Result<Vec<Entry>, Refusal> {
        let unit = self.require_asked()?;
        let standing = self.of.joint.appointment.as_ref().ok_or(Refusal::NoAppointment)?;
        if standing.from <= self.context.now {
            return Err(Refusal::NoAppointment);
        }
        if standing.accepted.contains_key(unit) {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::LookAccepted { unit: unit.to_owned() }])
    }

    /// Another time, or nobody comes of this organ any more: by the effect of the reason's row.
    pub(super) fn move_look(&self, reason: &str, after: Option<Instant>, room: &Room) -> Result<Vec<Entry>, Refusal> {
        let (by, who) = match self.firm() {
            Some(firm) => {
                Here::require(self.of.concerns(firm))?;
                ("firm", firm)
            }
            None => (if self.is_terminal() { "terminal" } else { "organ" }, self.require_asked()?),
        };
        let (profile, now) = (self.context.profile, self.context.now);
        let inputs = Value::from([("reason", reason.into()), ("by", by.into())]);
        let row = profile.hit("joint-inspection-reasons", now, &inputs);
        let row = row.ok_or_else(|| Refusal::NoLookReason(reason.to_owned()))?;
        let (reason, law) = (reason.to_owned(), row.law().to_owned());
        if row.text("effect") == "leave" {
            return Ok(vec![Entry::LookLeft { organ: who.to_owned(), reason, law }]);
        }
        let standing = self.of.joint.appointment.as_ref().ok_or(Refusal::NoAppointment)?;
        if standing.until <= now {
            return Err(Refusal::NoAppointment);
        }
        if after.is_some_and(|after| after <= now) {
            return Err(Refusal::Past("after"));
        }
        let moved = Entry::LookMoved { by: by.to_owned(), reason, law };
        let from = after.unwrap_or(standing.until).max(Instant(standing.from.0 + 1));
        Ok(self.propose(vec![moved], room, from))
    }

    /// A time is looked for anew: by who is asked, or of itself when ship or goods come at another time.
    pub(super) fn propose_look(&self, room: &Room) -> Result<Vec<Entry>, Refusal> {
        if self.context.actor.party != Party::Clock {
            self.require_asked()?;
        }
        let (now, standing) = (self.context.now, self.of.joint.appointment.as_ref());
        let entries = self.propose(Vec::new(), room, standing.map_or(now, |of| of.from));
        if entries.is_empty() { Err(Refusal::NoTime) } else { Ok(entries) }
    }

    pub(super) fn look(&self, found: &str, words: Option<&String>) -> Result<Vec<Entry>, Refusal> {
        let organ = self.unit()?;
        let want = self.of.joint.wants.get(organ).ok_or(Refusal::NotYours)?;
        if want.ordered {
            return Err(Refusal::SaidThere);
        }
        let agreed = self.of.joint.agreed(&self.of.units.terminal).filter(|of| of.from <= self.context.now);
        if agreed.is_none() {
            return Err(Refusal::NoAppointment);
        }
        let inputs = Value::from([("found", found.into())]);
        let row = self.context.profile.hit("inspection-results", self.context.now, &inputs);
        let row = row.ok_or_else(|| Refusal::NoResult(found.to_owned()))?;
        Ok(vec![Entry::Looked {
            organ: organ.to_owned(),
            found: found.to_owned(),
            settles: row.is_true("settles"),
            words: words.cloned(),
            law: row.law().to_owned(),
        }])
    }

    /// What customs ordered is settled where it was ordered, by its declaration.
    pub(super) fn end_look(&self, found: &str) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.context.actor.party == Party::Clock)?;
        let ordered = self.of.joint.wants.iter().filter(|(_, want)| want.ordered);
        let entries = ordered.map(|(organ, want)| Entry::Looked {
            organ: organ.clone(),
            found: found.to_owned(),
            settles: true,
            words: None,
            law: want.law.clone(),
        });
        Ok(entries.collect())
    }
}
