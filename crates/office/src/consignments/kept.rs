//! A consignment as the store keeps it.

use domain::{consignment::Consignment, profile::Profile};
use store::{ClockWrite, MatterRow, Reach, TaskWrite, jumps::Precedence, reach::organ_party};

use crate::{Actor, Error, kept::Kept, priorities};

/// The kind of the matter, and what the steps of its tasks begin with.
pub(crate) const CONSIGNMENT: &str = store::reach::CONSIGNMENT;

/// The day of an instant, counted by the world's clock.
pub(crate) fn day_of(at: domain::Instant) -> i64 {
    at.0.div_euclid(24 * domain::instant::HOUR)
}

/// The word by which the appointments of a yard that begin on a day are counted.
pub(crate) fn look_word(yard: &str, day: i64) -> String {
    format!("look {} {day}", yard.to_lowercase())
}

/// The word by which goods are found that somebody wants to look into, by their conveyance or declaration.
pub(crate) fn looks_word(number: &str) -> String {
    format!("looks {}", number.to_lowercase())
}

/// The word by which the bookings of a slot are counted.
pub(crate) fn slot_word(yard: &str, from: i64) -> String {
    format!("slot {} {from}", yard.to_lowercase())
}

impl Kept for Consignment {
    const KIND: &'static str = CONSIGNMENT;
    const NOUN: &'static str = "consignment";
    const FOLD: &'static str = "consignment 4";
    const IS_RENAMED: bool = true;
    const NEWEST_FORM: i64 = 1;

    /// Its title is the bill, what it is about the conveyance, its place the yard; it ends when its last certificate does, so
    /// that a gate finds those that count.
    fn row(&self) -> MatterRow {
        MatterRow {
            number: self.number.clone(),
            firm: self.carrier.clone(),
            title: self.told.bill(),
            subject_key: self.conveyance.clone(),
            state: self.state().to_owned(),
            holder: self.holder().to_owned(),
            due_at: self.clocks().into_iter().map(|(_, due)| due.0).min(),
            starts_at: Some(self.opened_at.0),
            ends_at: self.certificates.values().map(|of| of.until.0).max(),
            place: self.arrived.as_ref().map(|(_, yard)| yard.clone()).unwrap_or_default(),
            opened_at: self.opened_at.0,
            updated_at: self.updated_at.0,
        }
    }

    /// What the tally found otherwise, once it is answered, and alarms: both are customs' to look at. What only the terminal's
    /// release, or its loading, still waits for is the terminal's.
    fn task_writes(&self) -> Vec<TaskWrite> {
        let task = |organ: &str, what: &str, since: i64| TaskWrite {
            organ: organ.to_owned(),
            step: format!("{CONSIGNMENT}:{what}"),
            state: "open".to_owned(),
            open: true,
            since,
            rank: priorities::rank(self.preference()),
            ..TaskWrite::default()
        };
        let decides = &self.units.decides;
        let answered = self.open_questions().filter_map(|(_, of)| of.answer.as_ref()).map(|(at, _)| at.0).min();
        let alarm = self.open_alarms().first().map(|(_, passage)| passage.at.0);
        let tally = answered.map(|since| task(decides, "tally", since));
        let waits = self.holder() == self.units.terminal && self.arrived.is_some() && !self.fate.is_sealed();
        let what = if self.direction == "export" { "load" } else { "release" };
        let terminal = waits.then(|| task(&self.units.terminal, what, self.updated_at.0));
        let alarm = alarm.map(|since| task(decides, "alarm", since));
        let looks = self.looks().into_iter().map(|(organ, what, since, until)| TaskWrite {
            due_at: until.map(|until| until.0),
            ..task(organ, what, since.0)
        });
        let fate = self.fate.waits().map(|(what, since)| match what {
            "sending" => task(&self.units.terminal, "sending", since.0),
            what => task(decides, what, since.0),
        });
        tally.into_iter().chain(alarm).chain(terminal).chain(looks).chain(fate).collect()
    }

    fn precedence(&self) -> Option<Precedence> {
        priorities::precedence(self.preference())
    }

    /// Their step says that they are a consignment's.
    fn clock_writes(&self) -> Vec<ClockWrite> {
        let write = |(clock, due): (&str, domain::Instant)| ClockWrite {
            clock: clock.to_owned(),
            step: CONSIGNMENT.to_owned(),
            due_at: due.0,
        };
        self.clocks().into_iter().map(write).collect()
    }

    /// Every number by which somebody asks for it: its own, bills, containers, declarations, manifest, conveyance; and the slots
    /// that its trucks take.
    fn tokens(&self) -> Vec<String> {
        let told = &self.told;
        let mut words = vec![self.number.clone(), self.manifest.clone(), self.conveyance.clone(), told.bill()];
        words.extend([told.master.clone(), told.house.clone()]);
        words.extend(told.boxes.iter().map(|of| of.number.clone()));
        words.extend(self.declarations.keys().cloned());
        let booked = self.slots.values().filter(|slot| slot.cancelled_at.is_none());
        words.extend(booked.map(|slot| slot_word(&slot.yard, slot.from.0)));
        words.extend(self.joint.appointment.iter().map(|of| look_word(&of.yard, day_of(of.from))));
        if self.joint.is_open() {
            words.extend(self.declarations.keys().chain([&self.conveyance]).map(|number| looks_word(number)));
        }
        let mut tokens: Vec<String> = words.into_iter().map(|word| word.to_lowercase()).collect();
        tokens.retain(|token| !token.is_empty());
        tokens.sort();
        tokens.dedup();
        tokens
    }

    /// Customs, the terminal, organs that look into it, and the firms that it concerns.
    fn parties(&self) -> Vec<String> {
        let mut parties = vec![organ_party(&self.units.decides), organ_party(&self.units.terminal)];
        parties.extend(self.seen_by.iter().map(|organ| organ_party(organ)));
        parties.extend(self.firms().filter(|firm| *firm != self.carrier).map(str::to_owned));
        parties.extend(self.tallies.clone());
        parties.sort();
        parties.dedup();
        parties
    }

    fn pack(&self, _profile: &Profile) -> Result<Vec<u8>, Error> {
        Ok(serde_json::to_vec(self)?)
    }

    fn unpack(snapshot: &[u8], _profile: &Profile) -> Result<Option<Consignment>, Error> {
        Ok(Some(serde_json::from_slice(snapshot)?))
    }

    /// Any: callers have found it through a reach.
    fn reach_of(_actor: &Actor) -> Reach {
        Reach::System("deciding")
    }

    fn begins_with(entry: &str) -> bool {
        entry.starts_with("consignment.")
    }
}
