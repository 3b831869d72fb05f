//! Deciding an act on a consignment: pure.

mod fate;
mod joint;
mod preference;

pub use fate::is_exempt;

use super::{Act, Consignment, Customs, Entry, NewConsignment, Passage, Refusal, Slot, Told, Wanted, joint::seen_by};
use crate::{
    Instant, Value,
    matter::{Context, Party},
    profile::{Hit, Profile},
};

/// Grounds on which a certificate is taken back.
const GROUNDS: [&str; 5] = ["order", "customs", "plate", "lost", "error"];

/// How certificates and slots are, by the table `release-certificates`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Who issues it.
    pub issuer: String,
    /// How long before its slot it is issued at the earliest, as a length to the past.
    pub earliest: String,
    /// How long a slot is.
    pub slot: String,
    /// How long after its slot it still opens a gate.
    pub grace: String,
    /// The calendar of these.
    pub calendar: String,
    /// How many trucks a slot takes.
    pub trucks: i64,
    /// Legal reference.
    pub law: String,
}

/// The rules of a kind of certificate.
pub fn rules(profile: &Profile, certificate: &str, at: Instant) -> Option<Rules> {
    let hit: Hit<'_> = profile.hit("release-certificates", at, &Value::from([("permit", certificate.into())]))?;
    let text = |name: &str| hit.text(name).to_owned();
    Some(Rules {
        issuer: text("issuer"),
        earliest: text("earliest"),
        slot: text("slot"),
        grace: text("grace"),
        calendar: text("calendar"),
        trucks: hit.integer("trucks").unwrap_or_default(),
        law: hit.law().to_owned(),
    })
}

pub(super) fn decide(consignment: &Consignment, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    if matches!(act, Act::Manifest(_)) != (consignment.version == 0) {
        return Err(Refusal::WrongState);
    }
    if consignment.dropped_at.is_some() && !matches!(act, Act::Pass { .. }) {
        return Err(Refusal::WrongState);
    }
    let here = Here { of: consignment, context };
    // Who gave goods up, or must send them back, does nothing with them any more.
    let handles = matches!(
        act,
        Act::Change { .. }
            | Act::Drop
            | Act::Declare { .. }
            | Act::Order { .. }
            | Act::Release
            | Act::Book(_)
            | Act::Certify { .. }
    );
    if handles && consignment.fate.is_sealed() {
        return Err(Refusal::WrongState);
    }
    match act {
        Act::Manifest(new) => Ok(vec![opened(new, context)]),
        Act::Change { told, document } => here.change(told, document),
        Act::Drop => here.drop(),
        Act::Arrive { yard } => here.arrive(yard),
        Act::Appoint { firm } => here.appoint(firm),
        Act::Tally { packages, damaged } => here.tally(*packages, *damaged),
        Act::Answer { question, words } => here.answer(*question, words),
        Act::Settle { question } => here.settle(*question),
        Act::Declare { declaration, firm } => here.declare(declaration, firm),
        Act::Order { to, until } => here.order(to, *until),
        Act::Recall => here.recall(),
        Act::Release => here.release(),
        Act::Withhold => here.withhold(),
        Act::Book(wanted) => here.book(wanted),
        Act::Cancel { slot } => here.cancel(*slot),
        Act::Certify { slot, customs } => here.certify(*slot, *customs),
        Act::Revoke { certificate, ground } => here.revoke(*certificate, ground),
        Act::Pass { certificate, passage, customs } => here.pass(*certificate, passage, *customs),
        Act::CloseAlarm { words } => here.close_alarm(words),
        Act::WantLook { ground, containers, customs, room } => {
            here.want_look(ground, containers, customs.examines, room)
        }
        Act::AcceptLook => here.accept_look(),
        Act::MoveLook { reason, after, room } => here.move_look(reason, *after, room),
        Act::ProposeLook { room } => here.propose_look(room),
        Act::Look { found, words } => here.look(found, words.as_ref()),
        Act::EndLook { found } => here.end_look(found),
        Act::GrantPriority { .. } | Act::EndPriority { .. } => here.preferred(act),
        Act::Load { customs } => here.load(*customs),
        of_fate => here.fate(of_fate),
    }
}

fn opened(new: &NewConsignment, context: &Context<'_>) -> Entry {
    let seen_by = seen_by(context.profile, (new.mode, &new.told), context.now);
    let NewConsignment { number, manifest, carrier, mode, direction, conveyance, units, told, document } = new.clone();
    let told = Box::new(told);
    Entry::Manifested { number, manifest, carrier, mode, direction, conveyance, units, told, document, seen_by }
}

struct Here<'a> {
    of: &'a Consignment,
    context: &'a Context<'a>,
}

impl Here<'_> {
    /// The firm for which is acted.
    fn firm(&self) -> Option<&str> {
        match (&self.context.actor.on_behalf, &self.context.actor.party) {
            (Some(principal), Party::Firm(_)) => Some(principal),
            (None, Party::Firm(firm)) => Some(firm),
            _ => None,
        }
    }

    fn is_unit(&self, unit: &str) -> bool {
        matches!(&self.context.actor.party, Party::Organ(organ) if organ == unit)
    }

    fn require(is: bool) -> Result<(), Refusal> {
        if is { Ok(()) } else { Err(Refusal::NotYours) }
    }

    fn is_carrier(&self) -> bool {
        self.firm() == Some(self.of.carrier.as_str())
    }

    fn is_terminal(&self) -> bool {
        self.is_unit(&self.of.units.terminal)
    }

    fn is_customs(&self) -> bool {
        self.is_unit(&self.of.units.decides)
    }

    /// Who has the delivery order that holds.
    fn require_ordered(&self) -> Result<(), Refusal> {
        let order = self.of.order(self.context.now).ok_or(Refusal::NoOrder)?;
        Here::require(self.firm() == Some(order.to.as_str()))
    }

    /// The manifest amends it: its firm does, and customs by its leave. What a truck may already fetch stays as it is.
    fn change(&self, told: &Told, document: &str) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_carrier() || self.is_customs())?;
        self.require_unfetched()?;
        let seen_by = seen_by(self.context.profile, (self.of.mode, told), self.context.now);
        Ok(vec![Entry::Changed { told: Box::new(told.clone()), document: document.to_owned(), seen_by }])
    }

    fn drop(&self) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_carrier() || self.is_customs())?;
        self.require_unfetched()?;
        if self.of.arrived.is_some() {
            return Err(Refusal::Arrived);
        }
        Ok(vec![Entry::Dropped])
    }

    fn require_unfetched(&self) -> Result<(), Refusal> {
        let fetched = self.of.certificates.values().any(|of| of.is_open() || of.used.is_some());
        if fetched || self.of.loaded_at.is_some() { Err(Refusal::Fetched) } else { Ok(()) }
    }

    fn arrive(&self, yard: &str) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_terminal())?;
        if self.of.arrived.is_some() {
            return Err(Refusal::WrongState);
        }
        if yard.trim().is_empty() {
            return Err(Refusal::NoYard);
        }
        let arrived = Entry::Arrived { yard: yard.to_owned() };
        Ok([arrived].into_iter().chain(self.undeclared()).collect())
    }

    /// Who counts for another; the terminal counts all the same.
    fn appoint(&self, firm: &str) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_terminal() || self.is_carrier())?;
        if self.of.tallies.as_deref() == Some(firm) {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::Appointed { firm: firm.to_owned() }])
    }

    /// What is counted otherwise than the manifest says becomes an open question.
    fn tally(&self, packages: i64, damaged: i64) -> Result<Vec<Entry>, Refusal> {
        let tallies = self.firm().is_some_and(|firm| self.of.tallies.as_deref() == Some(firm));
        Here::require(self.is_terminal() || tallies)?;
        if self.of.arrived.is_none() || packages < 0 || damaged < 0 || damaged > packages {
            return Err(Refusal::WrongCount);
        }
        let stated = self.of.told.pieces();
        let mut entries = vec![Entry::Tallied { packages }];
        let mut ask = |kind: &str, found: i64| {
            let known = self.of.open_questions().any(|(_, of)| of.kind == kind && of.found == found);
            if !known {
                entries.push(Entry::Questioned { kind: kind.to_owned(), stated, found });
            }
        };
        match packages.cmp(&stated) {
            std::cmp::Ordering::Less => ask("short", packages),
            std::cmp::Ordering::Greater => ask("over", packages),
            std::cmp::Ordering::Equal => {}
        }
        if damaged > 0 {
            ask("damaged", damaged);
        }
        Ok(entries)
    }

    fn open_question(&self, question: u32) -> Result<(), Refusal> {
        let open = self.of.open_questions().any(|(serial, _)| *serial == question);
        if open { Ok(()) } else { Err(Refusal::NoQuestion(question)) }
    }

    fn answer(&self, question: u32, words: &str) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.firm().is_some_and(|firm| self.of.concerns(firm)))?;
        self.open_question(question)?;
        Ok(vec![Entry::Answered { question, words: words.to_owned() }])
    }

    fn settle(&self, question: u32) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_customs())?;
        self.open_question(question)?;
        Ok(vec![Entry::Settled { question }])
    }

    /// Who declared it says so; that the declaration names this bill was looked up before.
    fn declare(&self, declaration: &str, firm: &str) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.firm() == Some(firm) || self.is_customs())?;
        if self.of.declarations.contains_key(declaration) {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::Declared { declaration: declaration.to_owned(), firm: firm.to_owned() }])
    }

    fn order(&self, to: &str, until: Instant) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_carrier())?;
        self.require_import()?;
        if until <= self.context.now {
            return Err(Refusal::Past("until"));
        }
        // Another order takes the place of the one that stands, and with it goes every certificate that was made for it.
        let mut entries = self.order_ended();
        entries.push(Entry::Ordered { to: to.to_owned(), until });
        Ok(entries)
    }

    fn recall(&self) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_carrier())?;
        if self.of.orders.last().is_none_or(|order| order.revoked_at.is_some()) {
            return Err(Refusal::WrongState);
        }
        let mut entries = vec![Entry::Recalled];
        entries.extend(self.order_ended());
        Ok(entries)
    }

    fn release(&self) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_terminal())?;
        self.require_import()?;
        let (_, yard) = self.of.arrived.as_ref().ok_or(Refusal::NotArrived)?;
        if self.of.release().is_some() {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::Released { yard: yard.clone() }])
    }

    fn withhold(&self) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_terminal())?;
        if self.of.release().is_none() {
            return Err(Refusal::WrongState);
        }
        let mut entries = vec![Entry::Withheld];
        entries.extend(self.revoked("error"));
        Ok(entries)
    }

    fn require_import(&self) -> Result<(), Refusal> {
        if self.of.direction == "import" { Ok(()) } else { Err(Refusal::WrongState) }
    }

    /// The certificates that can still open a gate, taken back.
    fn revoked(&self, ground: &str) -> Vec<Entry> {
        let open = self.of.certificates.iter().filter(|(_, of)| of.is_open());
        open.map(|(serial, _)| Entry::Revoked { certificate: *serial, ground: ground.to_owned() }).collect()
    }

    /// With an order go the certificates and the slots that its firm had, as far as no truck has left.
    fn order_ended(&self) -> Vec<Entry> {
        let used = |serial: &u32| self.of.certificates.values().any(|of| of.slot == *serial && of.used.is_some());
        let standing = self.of.slots.iter().filter(|(serial, slot)| slot.cancelled_at.is_none() && !used(serial));
        let mut entries = self.revoked("order");
        entries.extend(standing.map(|(serial, _)| Entry::Cancelled { slot: *serial }));
        entries
    }

    fn rules(&self) -> Result<super::Rules, Refusal> {
        rules(self.context.profile, &self.of.units.certificate, self.context.now).ok_or(Refusal::NoRules)
    }

    fn book(&self, wanted: &Wanted) -> Result<Vec<Entry>, Refusal> {
        self.require_ordered()?;
        let (_, yard) = self.of.arrived.as_ref().ok_or(Refusal::NotArrived)?;
        let rules = self.rules()?;
        if wanted.from < self.context.now {
            return Err(Refusal::Past("from"));
        }
        let plate: String =
            wanted.plate.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_uppercase).collect();
        if !(5..=10).contains(&plate.chars().count()) || wanted.haulier.trim().is_empty() {
            return Err(Refusal::NoTruck);
        }
        let whole = self.of.packages_of(&wanted.container);
        let whole = whole.ok_or_else(|| Refusal::NoContainer(wanted.container.clone()))?;
        let left = whole - self.of.spoken_for(&wanted.container);
        let packages = wanted.packages.unwrap_or(left);
        // A container goes whole.
        let fits = if wanted.container.is_empty() { packages <= left } else { packages == whole && left == whole };
        if packages <= 0 || !fits {
            return Err(Refusal::NothingLeft(left));
        }
        if wanted.taken >= rules.trucks {
            return Err(Refusal::SlotFull);
        }
        let until = self.context.profile.reckon(wanted.from, &rules.slot, &rules.calendar).ok_or(Refusal::NoRules)?;
        Ok(vec![Entry::Booked(Box::new(Slot {
            container: wanted.container.clone(),
            packages,
            haulier: wanted.haulier.trim().to_owned(),
            plate,
            yard: yard.clone(),
            from: wanted.from,
            until,
            cancelled_at: None,
        }))])
    }

    fn cancel(&self, slot: u32) -> Result<Vec<Entry>, Refusal> {
        self.require_ordered()?;
        let standing = self.of.slots.get(&slot).filter(|of| of.cancelled_at.is_none());
        let used = self.of.certificates.values().any(|of| of.slot == slot && of.used.is_some());
        if standing.is_none() || used {
            return Err(Refusal::NoSlot(slot));
        }
        let of_slot = self.of.certificates.iter().filter(|(_, of)| of.slot == slot && of.is_open());
        let ground = "plate".to_owned();
        let mut entries: Vec<Entry> =
            of_slot.map(|(serial, _)| Entry::Revoked { certificate: *serial, ground: ground.clone() }).collect();
        entries.push(Entry::Cancelled { slot });
        Ok(entries)
    }

    /// Issued late, when all three let it go: what is issued early outlives what it rests on.
    fn certify(&self, slot: u32, customs: Customs) -> Result<Vec<Entry>, Refusal> {
        self.require_ordered()?;
        let now = self.context.now;
        let standing = self.of.slots.get(&slot).filter(|of| of.cancelled_at.is_none());
        let standing = standing.ok_or(Refusal::NoSlot(slot))?;
        // A certificate that was taken back ends its slot: what it spoke for may be another truck's by now.
        if self.of.certificates.values().any(|of| of.slot == slot) {
            return Err(Refusal::WrongState);
        }
        if !self.of.may_leave(customs, now) {
            let held: Vec<&'static str> = self.of.held(customs, now).iter().map(|held| held.what).collect();
            return Err(Refusal::Held(held));
        }
        let (rules, profile) = (self.rules()?, self.context.profile);
        let reckon =
            |start: Instant, length: &str| profile.reckon(start, length, &rules.calendar).ok_or(Refusal::NoRules);
        let earliest = reckon(standing.from, &rules.earliest)?;
        if now < earliest {
            return Err(Refusal::TooEarly(earliest));
        }
        let until = reckon(standing.until, &rules.grace)?;
        if until <= now {
            return Err(Refusal::NoSlot(slot));
        }
        Ok(vec![Entry::Certified { slot, from: now.min(standing.from), until, law: rules.law }])
    }

    fn revoke(&self, certificate: u32, ground: &str) -> Result<Vec<Entry>, Refusal> {
        let ordered = self.require_ordered().is_ok();
        Here::require(ordered || self.is_carrier() || self.is_terminal() || self.is_customs())?;
        if !GROUNDS.contains(&ground) {
            return Err(Refusal::NoGround(ground.to_owned()));
        }
        let open = self.of.certificates.get(&certificate).is_some_and(super::Certificate::is_open);
        if !open {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::Revoked { certificate, ground: ground.to_owned() }])
    }

    /// What went through a gate has happened: it is recorded, and what the certificate did not allow is an alarm.
    fn pass(&self, certificate: u32, passage: &Passage, customs: Customs) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_terminal() || self.is_customs())?;
        if !self.of.certificates.contains_key(&certificate) {
            return Err(Refusal::NoCertificate(certificate));
        }
        let known = self.of.certificates.values().filter_map(|of| of.used.as_ref());
        let known = known.chain(self.of.alarms.iter().map(|(_, passage)| passage));
        if known.into_iter().any(|of| of.id == passage.id) {
            return Err(Refusal::Known);
        }
        if passage.inward {
            return Ok(vec![Entry::GateIn { certificate, passage: passage.clone() }]);
        }
        let doubts = self.of.forbids(certificate, customs, passage.at);
        if doubts.is_empty() {
            return Ok(vec![Entry::GateOut { certificate, passage: passage.clone() }]);
        }
        let mut passage = passage.clone();
        for doubt in doubts {
            if !passage.doubts.iter().any(|known| known == doubt) {
                passage.doubts.push(doubt.to_owned());
            }
        }
        Ok(vec![Entry::Alarm { certificate, passage }])
    }

    fn close_alarm(&self, words: &str) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_customs())?;
        if self.of.open_alarms().is_empty() {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::AlarmClosed { words: words.to_owned() }])
    }

    fn load(&self, customs: Customs) -> Result<Vec<Entry>, Refusal> {
        Here::require(self.is_terminal())?;
        // Goods that only pass through come by one conveyance and leave by another.
        let leaves = self.of.direction == "export" || customs.onward;
        if !leaves || self.of.loaded_at.is_some() || self.of.fate.is_sealed() {
            return Err(Refusal::WrongState);
        }
        if self.of.arrived.is_none() {
            return Err(Refusal::NotArrived);
        }
        if !customs.may_go || self.of.open_questions().next().is_some() {
            return Err(Refusal::Held(vec![if customs.may_go { "tally" } else { "customs" }]));
        }
        if self.of.joint.is_open() {
            return Err(Refusal::Held(vec!["inspection"]));
        }
        Ok(vec![Entry::Loaded])
    }
}
