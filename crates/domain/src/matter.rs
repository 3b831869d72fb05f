//! What every kind of matter has in common: who acts, the journal's records, acts that are decided on the fold, and the
//! fold itself. A new kind implements [`Matter`], and whatever reads, decides and keeps matters knows it.

use serde::{Deserialize, Serialize};

pub use crate::basis::Rule;
use crate::{Fault, Instant, Value, profile::Profile};

/// The port organ, firm or authority code, as the port profile names it (`msa`, `customs`, `border`, `port_group`).
pub type Organ = String;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// A firm, by its code.
    Firm(String),
    /// An organ or authority of the profile, by its code.
    Organ(Organ),
    /// The program itself: a clock that fires.
    Clock,
}

impl Party {
    /// The party as journals write it: `firm:CODE`, `organ:CODE`, `clock`.
    pub fn code(&self) -> String {
        match self {
            Party::Firm(code) => format!("firm:{code}"),
            Party::Organ(code) => format!("organ:{code}"),
            Party::Clock => "clock".to_owned(),
        }
    }
}

/// The one who acts, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The firm or organ.
    pub party: Party,
    /// The person or system, by identifier.
    pub person: String,
    /// The firm for which it acts by mandate.
    pub on_behalf: Option<String>,
}

/// What a decision may look at besides the matter: the instant and the profile.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The instant of the act.
    pub now: Instant,
    /// The port's organs, calendars, berths and tables.
    pub profile: &'a Profile,
    /// Who acts.
    pub actor: &'a Actor,
}

/// A question that a matter put to a table of the profile, as far as its fold tells: asked again, it shows what a change of
/// the table would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The table.
    pub table: String,
    /// What it was about, in codes: a formality, a hold, a clock; empty where the table and the matter say it.
    pub about: String,
    /// The instant for which it was asked.
    pub at: Instant,
    /// What it was asked.
    pub inputs: Value,
}

impl Asked {
    /// A question by codes.
    pub(crate) fn by(table: &str, at: Instant, codes: &[(&str, &str)]) -> Asked {
        let about = codes.iter().map(|(_, code)| *code).collect::<Vec<_>>().join(" ");
        let inputs = codes.iter().map(|(name, code)| ((*name).to_owned(), Value::from(*code))).collect();
        Asked { table: table.to_owned(), about, at, inputs: Value::Map(inputs) }
    }
}

/// An entry with who made it, when, on whose behalf and by which channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record<E> {
    /// When it took effect.
    pub at: Instant,
    /// Who: the party's code (`firm:sample-agency`, `organ:msa`, `clock`); `firm:` for a reporter without an account.
    pub party: String,
    /// The person or system that acted, by identifier and never by name.
    pub person: String,
    /// The firm for which an agent acted by mandate.
    pub on_behalf: Option<String>,
    /// `page`, `api`, `workbook`, `paxlst`, `clock`…
    pub channel: String,
    /// What happened.
    pub entry: E,
}

impl<E> Record<E> {
    /// An entry by nobody yet, by which a decision folds ahead to see what follows from it.
    pub(crate) fn ahead(at: Instant, entry: E) -> Record<E> {
        let (party, person, channel) = (String::new(), String::new(), String::new());
        Record { at, party, person, on_behalf: None, channel, entry }
    }
}

/// What can stand in a matter's journal.
pub trait Entry {
    /// The kind, as the journal keeps it: `call.opened`.
    fn kind(&self) -> &'static str;

    /// The form in which it is written today; readers know older ones.
    fn v(&self) -> u16 {
        1
    }

    /// True for what came about by a limit or a table before or after the act, and is not the act itself: a receipt and an
    /// event name the act.
    fn is_by_the_way(&self) -> bool;

    /// True for what an act does first, to be able to do what was asked: who grants what was only filed accepts it, and closes
    /// its questions. It names the act only when nothing follows.
    fn is_first_step(&self) -> bool {
        false
    }
}

/// The entry that names an act, of those that it wrote.
pub fn naming<E: Entry>(records: &[Record<E>]) -> Option<&Record<E>> {
    let acts = || records.iter().filter(|record| !record.entry.is_by_the_way());
    acts().find(|record| !record.entry.is_first_step()).or_else(|| acts().next()).or(records.first())
}

/// A matter: the fold of its journal, from the default before the first entry.
pub trait Matter: Clone + Default {
    /// What can be asked of it.
    type Act;
    /// What its journal holds.
    type Entry: Entry;

    /// Number of entries folded.
    fn version(&self) -> i64;

    /// Number for people, `2026-DAL-000412`.
    fn number(&self) -> &str;

    /// Decides what an act adds to the journal.
    ///
    /// # Errors
    /// A fault for people, when the procedure or the actor's part in it does not allow the act; nothing changes then.
    fn decide(&self, act: &Self::Act, context: &Context<'_>) -> Result<Vec<Self::Entry>, Fault>;

    /// Folds one entry. Total: an entry that names what is not there changes nothing but the version.
    fn apply(&mut self, record: &Record<Self::Entry>);

    /// True for the act that makes a new matter.
    fn opens(act: &Self::Act) -> bool;

    /// The instant at which a clock's act takes effect, however late it fires; none for other acts.
    fn fires_at(act: &Self::Act) -> Option<Instant>;

    /// The part of the matter that an act is about, where one client sends the same bytes for several: a formality.
    fn part(_act: &Self::Act) -> &'static str {
        ""
    }

    /// Folds a whole journal.
    fn fold<'a>(records: impl IntoIterator<Item = &'a Record<Self::Entry>>) -> Self
    where
        Self::Entry: 'a,
    {
        let mut matter = Self::default();
        records.into_iter().for_each(|record| matter.apply(record));
        matter
    }

    /// Does an act: decides it, folds what was decided, and gives the records for the journal.
    ///
    /// # Errors
    /// As [`Matter::decide`]; the matter is as it was then.
    fn act(
        &mut self,
        act: &Self::Act,
        context: &Context<'_>,
        channel: &str,
    ) -> Result<Vec<Record<Self::Entry>>, Fault> {
        let at = Self::fires_at(act).unwrap_or(context.now);
        let record = |entry| Record {
            at,
            party: context.actor.party.code(),
            person: context.actor.person.clone(),
            on_behalf: context.actor.on_behalf.clone(),
            channel: channel.to_owned(),
            entry,
        };
        let records: Vec<_> = self.decide(act, context)?.into_iter().map(record).collect();
        records.iter().for_each(|record| self.apply(record));
        Ok(records)
    }
}
