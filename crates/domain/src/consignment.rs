//! A consignment: the goods of a bill on their way from the manifest to the gate. One journal holds what the carrier, the
//! terminal, the firm and customs say of it; the gate opens only when customs' release, the carrier's delivery order and the
//! terminal's release all stand. Customs' release is that of its declarations, matters of their own: what is asked here is told
//! whether they let the goods go.

mod act;
mod apply;
mod decide;
mod entry;
mod fate;
mod gate;
mod held;
mod joint;
mod refusal;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use act::{Act, Customs, NewConsignment, Wanted};
pub use decide::{Rules, is_exempt, rules};
pub use entry::{Entry, Passage};
pub use fate::{Abandoned, Fate, Limit, Return, Sale};
pub use gate::{Seen, yard_gate};
pub use held::Held;
pub use joint::{Appointment, Joint, Room, Want, grounds};
pub use refusal::Refusal;

use crate::{
    Fault, Instant,
    manifest::{Mode, Units},
    matter::{self, Context, Matter, Organ},
    priority::{self, Preference},
};

/// An entry of a consignment's journal, with who made it and when.
pub type Record = matter::Record<Entry>;

/// The heading of the Harmonized System under which containers themselves stand.
const BOXES: &str = "8609";

/// The bill by which a consignment is named: the master, and the house under it.
pub fn bill(master: &str, house: &str) -> String {
    if house.is_empty() { master.to_owned() } else { format!("{master}/{house}") }
}

/// What the manifest tells of it, as far as the journal may say it: no person, and no words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Master bill or waybill.
    pub master: String,
    /// House bill or waybill; empty where there is none.
    pub house: String,
    /// UN/LOCODE.
    pub loading: String,
    /// UN/LOCODE.
    pub discharge: String,
    /// How many packages.
    pub packages: i64,
    /// Their kind, UN/ECE Recommendation 21.
    pub package_kind: String,
    /// Gross weight in kilograms.
    #[serde(with = "crate::decimal")]
    pub weight: Decimal,
    /// Commodity codes.
    pub codes: BTreeSet<String>,
    /// UN numbers of its dangerous goods.
    pub dangerous: BTreeSet<String>,
    /// Its containers.
    pub boxes: Vec<Boxed>,
    /// Firms of this port that it concerns, by their codes.
    pub firms: BTreeSet<String>,
}

impl Told {
    /// The bill by which it is named.
    pub fn bill(&self) -> String {
        bill(&self.master, &self.house)
    }

    /// Whether one of these keys names it: a bill, or a container.
    pub fn is_known_by(&self, keys: &BTreeSet<String>) -> bool {
        let bills = [self.master.clone(), self.house.clone(), self.bill()];
        bills.iter().chain(self.boxes.iter().map(|of| &of.number)).any(|key| keys.contains(key))
    }

    /// True for boxes without goods: a tank has no packages either, and is told by what is in it.
    pub fn is_empties(&self) -> bool {
        let goods = !self.dangerous.is_empty() || self.codes.iter().any(|code| !code.starts_with(BOXES));
        self.packages == 0 && !self.boxes.is_empty() && !goods
    }

    /// How many pieces are counted and handed out: packages, or boxes without goods.
    pub fn pieces(&self) -> i64 {
        if self.is_empties() { i64::try_from(self.boxes.len()).unwrap_or(i64::MAX) } else { self.packages }
    }
}

/// A container with its goods of this bill.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Boxed {
    /// ISO 6346.
    pub number: String,
    /// Seal.
    pub seal: String,
    /// How many packages of the bill are in it.
    pub packages: i64,
    /// Their gross weight in kilograms.
    #[serde(with = "crate::decimal")]
    pub weight: Decimal,
}

/// Something that the tally found otherwise than the manifest says: an open question until customs settles it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// `over`, `short` or `damaged`.
    pub kind: String,
    /// What was manifested.
    pub stated: i64,
    /// What was found; of damaged ones, how many.
    pub found: i64,
    /// When it was raised.
    pub at: Instant,
    /// When it was answered, and the document with the answer.
    pub answer: Option<(Instant, String)>,
    /// When it was settled.
    pub settled_at: Option<Instant>,
}

/// A delivery order: the carrier says to whom the goods are handed over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The firm, by its code.
    pub to: String,
    /// When it was given.
    pub at: Instant,
    /// Until when it holds.
    pub until: Instant,
    /// Since when it is taken back.
    pub revoked_at: Option<Instant>,
}

/// The terminal's release: its fees are settled, and the goods can be handed out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cleared {
    /// At which yard.
    pub yard: String,
    /// When.
    pub at: Instant,
    /// Since when it is taken back.
    pub revoked_at: Option<Instant>,
}

/// A slot for a truck.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// The container; empty for goods that are in none.
    pub container: String,
    /// How many packages it fetches.
    pub packages: i64,
    /// The haulier, as the firm names it.
    pub haulier: String,
    /// The plate of the truck.
    pub plate: String,
    /// At which yard.
    pub yard: String,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Since when it is given back.
    pub cancelled_at: Option<Instant>,
}

/// A release certificate: once, for one truck.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// The slot for which it was issued.
    pub slot: u32,
    /// When it was issued.
    pub at: Instant,
    /// From when it opens a gate.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Since when it is taken back, and on which ground.
    pub revoked: Option<(Instant, String)>,
    /// When the truck left with the goods.
    pub used: Option<Passage>,
}

/// The fold of a consignment's journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Consignment {
    /// Number of entries folded.
    pub version: i64,
    /// Number for people.
    pub number: String,
    /// The manifest's number.
    pub manifest: String,
    /// The firm that answers for the manifest.
    pub carrier: String,
    /// By ship or by aircraft.
    pub mode: Mode,
    /// `import` or `export`.
    pub direction: String,
    /// The number of the call or flight.
    pub conveyance: String,
    /// Who decides, and who delivers.
    pub units: Units,
    /// What the manifest tells.
    pub told: Told,
    /// The document with its lines.
    pub document: String,
    /// How often the manifest was amended about it, and one.
    pub edition: u32,
    /// When its goods were there, and at which yard.
    pub arrived: Option<(Instant, String)>,
    /// The firm that tallies it besides the terminal, where one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tallies: Option<String>,
    /// How many packages the last tally counted, and when.
    pub tallied: Option<(Instant, i64)>,
    /// What the tally found otherwise, by serial from one.
    pub questions: BTreeMap<u32, Question>,
    /// The declarations that name it, with the firm that declared.
    pub declarations: BTreeMap<String, String>,
    /// Delivery orders; the last one that is not taken back holds.
    pub orders: Vec<Order>,
    /// The terminal's releases; the last one that is not taken back holds.
    pub cleared: Vec<Cleared>,
    /// Slots, by serial from one.
    pub slots: BTreeMap<u32, Slot>,
    /// Certificates, by serial from one.
    pub certificates: BTreeMap<u32, Certificate>,
    /// Passages that a certificate did not allow: which, why.
    pub alarms: Vec<(u32, Passage)>,
    /// So many of them customs has looked into.
    pub alarms_closed: usize,
    /// When it was loaded, of an export.
    pub loaded_at: Option<Instant>,
    /// When it was manifested.
    pub opened_at: Instant,
    /// When the last entry was made.
    pub updated_at: Instant,
    /// Since when it is no more in the manifest.
    pub dropped_at: Option<Instant>,
    /// Organs besides its own that see it: by what the manifest tells, or because they wanted to look into it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub seen_by: BTreeSet<Organ>,
    /// The joint inspection.
    #[serde(default)]
    pub joint: Joint,
    /// Its priorities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preferences: Vec<Preference<Option<String>>>,
    /// What becomes of its goods, where nobody fetches them.
    #[serde(default, skip_serializing_if = "Fate::is_plain")]
    pub fate: Fate,
}

impl Consignment {
    /// Where it stands, as far as its own journal tells: `manifested`, `arrived`, `questioned`, `ordered`, `certified`, `gone`,
    /// `loaded`, `alarm`, `abandoned`, `returning`, `returned`, `sold` or `dropped`.
    pub fn state(&self) -> &'static str {
        match () {
            () if self.dropped_at.is_some() => "dropped",
            () if !self.open_alarms().is_empty() => "alarm",
            () if self.fate.is_sealed() => self.fate.state().unwrap_or("abandoned"),
            () if self.open_questions().next().is_some() => "questioned",
            () if self.loaded_at.is_some() => "loaded",
            () if self.is_gone() => "gone",
            () if self.certificates.values().any(Certificate::is_open) => "certified",
            () if self.arrived.is_none() => "manifested",
            () if self.order(self.updated_at).is_some() => "ordered",
            () => "arrived",
        }
    }

    /// True for the firms that it concerns: the carrier, whom the manifest names, who declared, to whom it is ordered.
    pub fn concerns(&self, firm: &str) -> bool {
        self.carrier == firm || self.firms().any(|of| of == firm)
    }

    /// The firms that it concerns besides the carrier.
    pub fn firms(&self) -> impl Iterator<Item = &str> {
        let named = self.told.firms.iter().chain(self.declarations.values());
        named.chain(self.orders.iter().map(|order| &order.to)).map(String::as_str)
    }

    /// Whose goods they are: whom the manifest names, and who declared them.
    pub fn owns(&self, firm: &str) -> bool {
        self.told.firms.contains(firm) || self.declarations.values().any(|of| of == firm)
    }

    /// The priority that counts.
    pub fn preference(&self) -> Option<&Preference<Option<String>>> {
        priority::best(&self.preferences)
    }

    /// Alarms that customs has not looked into.
    pub fn open_alarms(&self) -> &[(u32, Passage)] {
        self.alarms.get(self.alarms_closed..).unwrap_or_default()
    }

    /// What the tally found otherwise and nobody settled.
    pub fn open_questions(&self) -> impl Iterator<Item = (&u32, &Question)> {
        self.questions.iter().filter(|(_, question)| question.settled_at.is_none())
    }

    /// The delivery order that holds at an instant.
    pub fn order(&self, at: Instant) -> Option<&Order> {
        self.orders.last().filter(|order| order.revoked_at.is_none() && order.until > at)
    }

    /// The terminal's release that holds.
    pub fn release(&self) -> Option<&Cleared> {
        self.cleared.last().filter(|cleared| cleared.revoked_at.is_none())
    }

    /// The number of a certificate.
    pub fn certificate_number(&self, serial: u32) -> String {
        format!("{}-R{serial:02}", self.number)
    }

    /// Packages that left or have a slot, of a container or of the goods that are in none.
    pub fn spoken_for(&self, container: &str) -> i64 {
        let standing = self.slots.iter().filter(|(serial, slot)| {
            let certified = self.certificates.values().filter(|of| of.slot == **serial);
            let lost = certified.clone().all(|of| of.revoked.is_some()) && certified.count() > 0;
            slot.container == container && slot.cancelled_at.is_none() && !lost
        });
        standing.map(|(_, slot)| slot.packages).sum()
    }

    /// Packages of a container, or of goods that are in none; none for a container that the bill does not have.
    pub fn packages_of(&self, container: &str) -> Option<i64> {
        match self.told.boxes.iter().find(|of| of.number == container) {
            Some(_) if self.told.is_empties() => Some(1),
            Some(of) => Some(of.packages),
            None if container.is_empty() => {
                let boxed: i64 = self.told.boxes.iter().map(|of| of.packages).sum();
                Some(self.told.packages - boxed).filter(|loose| *loose > 0)
            }
            None => None,
        }
    }

    /// True when all of its packages left.
    pub fn is_gone(&self) -> bool {
        let used = self.certificates.values().filter(|of| of.used.is_some());
        let gone: i64 = used.filter_map(|of| self.slots.get(&of.slot)).map(|slot| slot.packages).sum();
        gone > 0 && gone >= self.told.pieces()
    }

    /// Who must act next, as far as its own journal tells; customs' part stands in its declarations.
    pub fn holder(&self) -> &str {
        match self.state() {
            "alarm" | "questioned" => &self.units.decides,
            "manifested" => &self.units.terminal,
            "gone" | "loaded" | "dropped" | "returned" => "",
            "returning" => &self.units.terminal,
            "abandoned" => &self.units.decides,
            "sold" => self.fate.waits().map_or("", |_| &self.units.decides),
            _ if self.declarations.is_empty() && !self.told.is_empties() => "firm",
            _ if self.direction == "export" => &self.units.terminal,
            _ if self.order(self.updated_at).is_none() => "carrier",
            _ if self.release().is_none() => &self.units.terminal,
            _ => "firm",
        }
    }
}

impl Certificate {
    /// True while it can open a gate: not taken back and not used.
    pub fn is_open(&self) -> bool {
        self.revoked.is_none() && self.used.is_none()
    }
}

impl Matter for Consignment {
    type Act = Act;
    type Entry = Entry;

    fn version(&self) -> i64 {
        self.version
    }

    fn number(&self) -> &str {
        &self.number
    }

    fn decide(&self, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Fault> {
        decide::decide(self, act, context).map_err(|refusal| refusal.fault(context.profile))
    }

    fn apply(&mut self, record: &Record) {
        apply::apply(self, record);
    }

    fn opens(act: &Act) -> bool {
        matches!(act, Act::Manifest(_))
    }

    fn fires_at(act: &Act) -> Option<Instant> {
        match act {
            Act::Fire { due, .. } => Some(*due),
            _ => None,
        }
    }
}
