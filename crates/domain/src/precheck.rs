//! The pre-check of a ship's crew and passengers before she arrives: one matter for each call, border inspection's alone. Lists
//! are compared with the last of the same ship and with the watch list; two officers look at each hit; "cleared on arrival" is
//! an entry, and a later list opens it again.
//!
//! The journal names nobody: whom a hit is about stands in a sealed document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Fault, Instant, Severity, Text,
    matter::{self, Context, Matter, Organ, Party},
};

/// An entry of the journal.
pub type Record = matter::Record<Entry>;

/// The fold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Precheck {
    /// Number of entries folded.
    pub version: i64,
    /// Its number: the call's and `-K`.
    pub number: String,
    /// The call's number.
    pub call: String,
    /// Whose it is.
    pub organ: Organ,
    /// When it was first made.
    pub opened_at: Instant,
    /// When the last entry was made.
    pub updated_at: Instant,
    /// What the last run looked at.
    pub run: Run,
    /// When it was made.
    pub run_at: Instant,
    /// Hits, those of earlier runs too.
    pub hits: BTreeMap<u32, Hit>,
    /// When the ship was cleared on arrival; none when it was opened again.
    pub cleared: Option<Instant>,
    /// How often a later list opened it again.
    pub reopened: u32,
}

/// What a run looked at, and what it found apart from hits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The versions of the lists, by formality.
    pub lists: BTreeMap<String, u32>,
    /// Persons.
    pub persons: u32,
    /// The call of the same ship whose lists were compared.
    pub before: Option<String>,
    /// Persons who were not on the last list.
    pub joined: u32,
    /// Persons who are not on this one.
    pub left: u32,
    /// Persons of whom something changed.
    pub changed: u32,
    /// Persons whose document ends before the ship leaves.
    pub expiring: u32,
    /// Seafarers whose certificate of competency ends before she leaves, and is not extended beyond that.
    #[serde(default)]
    pub lapsing: u32,
    /// Seafarers whose certificate ends before she leaves as printed, and holds on by a measure.
    #[serde(default)]
    pub extended: u32,
    /// Persons who are on the crew list of another call that is under way.
    #[serde(default)]
    pub elsewhere: Vec<Elsewhere>,
    /// The version of the watch list; nought when there was none.
    pub watch: i64,
    /// Entries of it.
    pub watched: u32,
}

impl Run {
    /// True when a later run finds somebody signed on another ship whom this one did not.
    fn tells_less_than(&self, later: &Run) -> bool {
        let on = |run: &Run, call: &str| run.elsewhere.iter().filter(|of| of.call == call).count();
        later.elsewhere.iter().any(|of| on(later, &of.call) > on(self, &of.call))
    }
}

/// Somebody is signed on two ships.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// Who it is: the document's identifier.
    pub document: String,
    /// The number of the other call.
    pub call: String,
    /// The other ship.
    pub ship: Text,
}

/// Somebody may be on the watch list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// Whom it is about, and whom she may be: the document's identifier.
    pub document: String,
    /// Where they meet.
    pub basis: String,
    /// How alike the names are, of a hundred.
    pub alike: u8,
    /// Who looked, by identifier, and whether it is her.
    pub looks: Vec<(String, bool)>,
    /// True when the person is on a list that stands.
    pub stands: bool,
}

impl Hit {
    /// What two officers agree on; none while they do not.
    pub fn verdict(&self) -> Option<bool> {
        let agree = |wanted: bool| self.looks.iter().filter(|(_, is)| *is == wanted).count() >= 2;
        match (agree(true), agree(false)) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Hits are to be looked at.
    Open,
    /// Somebody is on the watch list.
    Stopped,
    /// Nothing stands in the way.
    Ready,
    /// Cleared on arrival.
    Cleared,
}

impl Status {
    /// The code in data and words.
    pub fn code(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Stopped => "stopped",
            Status::Ready => "ready",
            Status::Cleared => "cleared",
        }
    }
}

impl Precheck {
    /// True when a run opens again what was cleared: by a list that changed, or because of somebody whom nobody had seen then.
    fn reopens(&self, run: &Run, new_hits: bool) -> bool {
        self.cleared.is_some() && (self.run.lists != run.lists || new_hits || self.run.tells_less_than(run))
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        let standing = || self.hits.values().filter(|hit| hit.stands);
        if standing().any(|hit| hit.verdict() == Some(true)) {
            return Status::Stopped;
        }
        if standing().any(|hit| hit.verdict().is_none()) {
            return Status::Open;
        }
        if self.cleared.is_some() { Status::Cleared } else { Status::Ready }
    }
}

/// A hit of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunHit {
    /// The serial of the same hit of an earlier run.
    pub known: Option<u32>,
    /// The document that says whom it is about; of a known hit, hers.
    pub document: String,
    /// Where they meet.
    pub basis: String,
    /// How alike the names are, of a hundred.
    pub alike: u8,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// The lists are compared.
    Run {
        /// The call's number.
        call: String,
        /// Whose it is.
        organ: Organ,
        /// What was looked at.
        run: Run,
        /// Every hit of it.
        hits: Vec<RunHit>,
    },
    /// An officer looks at a hit.
    Look {
        /// Which.
        hit: u32,
        /// True when it is her.
        is: bool,
    },
    /// The ship is cleared on arrival: these are the lists that stand now.
    Clear {
        /// The versions, by formality.
        lists: BTreeMap<String, u32>,
    },
}

/// What can stand in the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// The lists were compared.
    #[serde(rename = "precheck.run")]
    Run {
        /// Its number.
        number: String,
        /// The call's number.
        call: String,
        /// Whose it is.
        organ: Organ,
        /// What was looked at.
        run: Box<Run>,
        /// Hits that are new, by their serials.
        hits: BTreeMap<u32, Hit>,
        /// Serials of hits of persons who are on a list that stands.
        standing: Vec<u32>,
    },
    /// A later list opened it again.
    #[serde(rename = "precheck.reopened")]
    Reopened,
    /// An officer looked at a hit.
    #[serde(rename = "precheck.looked")]
    Looked {
        /// Which.
        hit: u32,
        /// True when it is her.
        is: bool,
    },
    /// The ship was cleared on arrival.
    #[serde(rename = "precheck.cleared")]
    Cleared,
}

impl matter::Entry for Entry {
    fn kind(&self) -> &'static str {
        match self {
            Entry::Run { .. } => "precheck.run",
            Entry::Reopened => "precheck.reopened",
            Entry::Looked { .. } => "precheck.looked",
            Entry::Cleared => "precheck.cleared",
        }
    }

    fn is_by_the_way(&self) -> bool {
        false
    }
}

/// Why an act is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    NotYours,
    NoHit,
    SameOfficer,
    Settled,
    NotReady,
    Stale,
}

impl Refusal {
    fn fault(self) -> Fault {
        let (code, zh, en, remedy_zh, remedy_en) = match self {
            Refusal::NotYours => (
                "PQ-PRECHECK-001",
                "预检由边检办理。",
                "The pre-check is border inspection’s.",
                "请联系边检。",
                "Ask border inspection.",
            ),
            Refusal::NoHit => {
                ("PQ-PRECHECK-002", "没有这条疑似。", "There is no such hit.", "请刷新页面。", "Load the page again.")
            }
            Refusal::SameOfficer => (
                "PQ-PRECHECK-003",
                "须由另一名警官复核。",
                "Another officer has to look.",
                "请由同事登录后复核。",
                "Let a colleague sign in and look.",
            ),
            Refusal::Settled => (
                "PQ-PRECHECK-004",
                "两名警官已作出认定。",
                "Two officers have decided it.",
                "无需再核。",
                "Nothing is left to do.",
            ),
            Refusal::NotReady => (
                "PQ-PRECHECK-005",
                "仍有疑似未认定，或已认定有布控人员。",
                "A hit is not decided, or somebody is on the watch list.",
                "请先由两名警官逐条认定。",
                "Two officers decide each hit first.",
            ),
            Refusal::Stale => (
                "PQ-PRECHECK-006",
                "名单已有新版本，尚未比对。",
                "A list has a newer version that was not compared.",
                "请重新预检。",
                "Run the pre-check again.",
            ),
        };
        Fault::new(Severity::Error, code, "", Text::new(zh, en), Text::new(remedy_zh, remedy_en))
    }
}

fn decide(precheck: &Precheck, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    // A list that was filed is compared of itself; what is found, officers decide.
    let may = match (&context.actor.party, act) {
        (Party::Clock, Act::Run { .. }) => true,
        (Party::Organ(own), Act::Run { organ, .. }) => own == organ,
        (Party::Organ(own), _) => *own == precheck.organ,
        _ => false,
    };
    if !may {
        return Err(Refusal::NotYours);
    }
    match act {
        Act::Run { call, organ, run, hits } => {
            let mut entries = Vec::new();
            let mut next = precheck.hits.keys().next_back().copied().unwrap_or(0);
            let (mut new, mut standing) = (BTreeMap::new(), Vec::new());
            for hit in hits {
                let known = hit.known.filter(|serial| precheck.hits.contains_key(serial));
                let serial = known.unwrap_or_else(|| {
                    next += 1;
                    let (document, basis, alike) = (hit.document.clone(), hit.basis.clone(), hit.alike);
                    new.insert(next, Hit { document, basis, alike, ..Hit::default() });
                    next
                });
                standing.push(serial);
            }
            if precheck.reopens(run, !new.is_empty()) {
                entries.push(Entry::Reopened);
            }
            entries.push(Entry::Run {
                number: format!("{call}-K"),
                call: call.clone(),
                organ: organ.clone(),
                run: Box::new(run.clone()),
                hits: new,
                standing,
            });
            Ok(entries)
        }
        Act::Look { hit, is } => {
            let of = precheck.hits.get(hit).ok_or(Refusal::NoHit)?;
            if of.verdict().is_some() {
                return Err(Refusal::Settled);
            }
            // Who looked once has looked: two officers decide.
            if of.looks.iter().any(|(who, _)| *who == context.actor.person) {
                return Err(Refusal::SameOfficer);
            }
            Ok(vec![Entry::Looked { hit: *hit, is: *is }])
        }
        Act::Clear { lists } => clear(precheck, lists).map(|entry| vec![entry]),
    }
}

/// The ship is cleared on arrival by the lists that were compared, and by no newer ones.
fn clear(precheck: &Precheck, lists: &BTreeMap<String, u32>) -> Result<Entry, Refusal> {
    if *lists != precheck.run.lists {
        return Err(Refusal::Stale);
    }
    if precheck.status() == Status::Ready { Ok(Entry::Cleared) } else { Err(Refusal::NotReady) }
}

impl Matter for Precheck {
    type Act = Act;
    type Entry = Entry;

    fn version(&self) -> i64 {
        self.version
    }

    fn number(&self) -> &str {
        &self.number
    }

    fn decide(&self, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Fault> {
        decide(self, act, context).map_err(Refusal::fault)
    }

    fn apply(&mut self, record: &Record) {
        self.version += 1;
        self.updated_at = record.at;
        match &record.entry {
            Entry::Run { number, call, organ, run, hits, standing } => {
                if self.number.is_empty() {
                    self.opened_at = record.at;
                }
                (self.number, self.call, self.organ) = (number.clone(), call.clone(), organ.clone());
                (self.run, self.run_at) = ((**run).clone(), record.at);
                self.hits.extend(hits.iter().map(|(serial, hit)| (*serial, hit.clone())));
                for (serial, hit) in &mut self.hits {
                    hit.stands = standing.contains(serial);
                }
            }
            Entry::Reopened => {
                self.cleared = None;
                self.reopened += 1;
            }
            Entry::Looked { hit, is } => {
                if let Some(hit) = self.hits.get_mut(hit) {
                    hit.looks.push((record.person.clone(), *is));
                }
            }
            Entry::Cleared => self.cleared = Some(record.at),
        }
    }

    /// Its first run makes it; the office knows whether there is one.
    fn opens(_act: &Act) -> bool {
        false
    }

    fn fires_at(_act: &Act) -> Option<Instant> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(looks: &[bool]) -> Hit {
        let looks = looks.iter().zip(["li", "wang", "zhao"]).map(|(is, who)| (who.to_owned(), *is)).collect();
        Hit { looks, stands: true, ..Hit::default() }
    }

    #[test]
    fn what_was_not_compared_is_not_cleared() {
        let compared = BTreeMap::from([("crew_list".to_owned(), 1)]);
        let precheck = Precheck { run: Run { lists: compared.clone(), ..Run::default() }, ..Precheck::default() };
        let newer = BTreeMap::from([("crew_list".to_owned(), 2)]);
        assert!(matches!(clear(&precheck, &newer), Err(Refusal::Stale)));
        assert!(matches!(clear(&precheck, &compared), Ok(Entry::Cleared)));
    }

    #[test]
    fn who_is_found_on_another_ship_or_on_a_newer_watch_list_opens_what_was_cleared() {
        let on = |calls: &[&str]| {
            let elsewhere = calls.iter().map(|call| Elsewhere { call: (*call).to_owned(), ..Elsewhere::default() });
            Run { elsewhere: elsewhere.collect(), ..Run::default() }
        };
        let cleared = Precheck { cleared: Some(Instant(1)), run: on(&["A"]), ..Precheck::default() };
        assert!(!cleared.reopens(&on(&["A"]), false) && !cleared.reopens(&on(&[]), false));
        assert!(cleared.reopens(&on(&["A", "C"]), false) && cleared.reopens(&on(&["A", "A"]), false));
        assert!(cleared.reopens(&on(&["A"]), true));
        let open = Precheck { cleared: None, ..cleared };
        assert!(!open.reopens(&on(&["C"]), true));
    }

    #[test]
    fn two_officers_who_agree_decide_and_one_or_two_who_differ_do_not() {
        assert_eq!([hit(&[]).verdict(), hit(&[true]).verdict(), hit(&[true, false]).verdict()], [None; 3]);
        assert_eq!(hit(&[true, true]).verdict(), Some(true));
        assert_eq!(hit(&[false, true, false]).verdict(), Some(false), "a third one breaks the tie");
        let of = |looks: &[bool]| Precheck { hits: BTreeMap::from([(1, hit(looks))]), ..Precheck::default() }.status();
        assert_eq!(
            [of(&[false]), of(&[true, true]), of(&[false, false])],
            [Status::Open, Status::Stopped, Status::Ready]
        );
    }
}
