//! Deciding what concerns the examination of goods: who is there, when and how they are looked at, what was found.

use super::Here;
use crate::{
    Instant, Text, Value,
    declaration::{
        AWAY, Boxes, Entry, Paper, Refusal, inspection,
        tables::{self, Events},
    },
    profile::Hit,
};

impl<'a> Here<'a> {
    /// The declarant says who is there; by the platform that is notice to customs.
    pub(super) fn attend(&mut self, how: &str) -> Result<(), Refusal> {
        self.require_firm()?;
        Self::require(self.declaration.inspection().is_some())?;
        let law = self.row("inspection-attendance", "how", how)?.law().to_owned();
        self.add(Entry::Attended { how: how.to_owned(), law });
        Ok(())
    }

    /// Customs says what a look found; by the table's row that settles the inspection, or does not.
    pub(super) fn find(&mut self, found: &str, words: Option<&String>, papers: &[Paper]) -> Result<(), Refusal> {
        Self::require(self.declaration.next_look().is_some())?;
        let row = self.row("inspection-results", "found", found)?;
        let (bears, law, settles) = (row.text("bears").to_owned(), row.law().to_owned(), row.is_true("settles"));
        self.add(Entry::Found { found: found.to_owned(), bears, words: words.cloned(), papers: papers.to_vec(), law });
        if settles && self.declaration.owed.contains_key(AWAY) {
            self.add(Entry::Completed { what: AWAY.to_owned() });
        } else if settles {
            self.add(Entry::Settled { kind: "inspection".to_owned(), originals: None });
        }
        Ok(())
    }

    /// Appoints a look: the gentlest first, and not before the declarant had time to choose who is there.
    pub(super) fn plan(
        &mut self,
        method: &str,
        place: &str,
        (from, until): (Instant, Instant),
        boxes: Boxes,
    ) -> Result<(), Refusal> {
        let under = self.declaration.examined().ok_or(Refusal::WrongState)?;
        let until_chosen = under.limit.filter(|_| under.inspection.attendance.is_none());
        let (profile, now) = (self.context.profile, self.context.now);
        let row = self.row("inspection-methods", "method", method)?;
        let after = row.text("after");
        if !after.is_empty() && !self.declaration.was_examined_by(after) {
            let named = self.row("inspection-methods", "method", after).map(|row| row.reason());
            return Err(Refusal::First(named.unwrap_or_else(|_| Text::new(after, after))));
        }
        if place.trim().is_empty() || place.chars().count() > 35 || from >= until || until <= now {
            return Err(Refusal::NoSlot);
        }
        if let Some(due) = until_chosen.filter(|due| now < *due) {
            return Err(Refusal::NotChosen(due));
        }
        let (method, place, law) = (method.to_owned(), place.trim().to_owned(), row.law().to_owned());
        let cost = inspection::cost(profile, &method, boxes, from);
        let away = row.is_true("away");
        self.add(Entry::Planned { method, place, from, until, law, cost });
        if away && !self.declaration.owed.contains_key(AWAY) {
            let events = Events::of(&self.declaration);
            let limit = tables::limit(profile, &self.declaration.mode.code, AWAY, &events, now);
            self.add(Entry::Moved { limit: limit.ok_or_else(|| Refusal::NoRow(AWAY.to_owned()))? });
        }
        Ok(())
    }

    /// The row that counts today for a code.
    pub(super) fn row(&self, table: &str, input: &str, code: &str) -> Result<Hit<'a>, Refusal> {
        let context = self.context;
        let hit = context.profile.hit(table, context.now, &Value::from([(input, code.into())]));
        hit.ok_or_else(|| Refusal::NoRow(code.to_owned()))
    }
}
