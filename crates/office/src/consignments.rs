//! Consignments on their way to the gate: who does what with them, where each stands with every event and its source, and what
//! is holding it.

pub(crate) mod certificates;
pub(crate) mod gate;
mod joint;
mod kept;
mod whereabouts;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Instant, Text, Value,
    consignment::{Act, Consignment, Customs, Entry, Held, Record, Wanted, is_exempt},
    declaration::{Boxes, Declaration, model},
    matter::Party,
};
use jiff::civil::Date;
use messages::wco;
use rust_decimal::Decimal;
use serde::Deserialize;
use store::{Filter, Reach, Stored, queue::QueuedTask};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office, PageOf, Request, Right, Role,
    acting::{Baggage, Step},
    manifests::fault,
    rfc3339,
};

pub use certificates::CertificateView;
pub use whereabouts::Whereabouts;

/// Lines of a page.
const PAGE: i64 = 40;
/// The direction of goods that only pass through.
const PASSING: &str = "transit";
/// So many keys of a declaration are kept for searching.
const MOST_KEYS: usize = 40;

/// What is done with a consignment, in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum ConsignmentAct {
    /// The terminal or the carrier names the firm that tallies it.
    Appoint {
        /// The firm, by its code.
        firm: String,
    },
    /// The terminal or the tally firm has counted.
    Tally {
        /// How many packages.
        packages: i64,
        /// How many of them are damaged.
        #[serde(default)]
        damaged: i64,
    },
    /// A firm that it concerns answers a question of the tally.
    Answer {
        /// Which.
        question: u32,
        /// The answer.
        words: String,
    },
    /// Customs settles a question of the tally.
    Settle {
        /// Which.
        question: u32,
    },
    /// Who declared it names the declaration.
    Declare {
        /// Its number.
        declaration: String,
    },
    /// The carrier orders delivery.
    Order {
        /// To which firm, by its code.
        to: String,
        /// Until when it holds.
        #[serde(deserialize_with = "rfc3339")]
        until: Instant,
    },
    /// The carrier takes its order back.
    Recall,
    /// The terminal releases it.
    Release,
    /// The terminal takes its release back.
    Withhold,
    /// Who has the order books a truck.
    Book {
        /// The container; empty for goods that are in none.
        #[serde(default)]
        container: String,
        /// How many packages; all that is left where it is not said.
        #[serde(default)]
        packages: Option<i64>,
        /// The haulier.
        haulier: String,
        /// The plate.
        plate: String,
        /// From when.
        #[serde(deserialize_with = "rfc3339")]
        from: Instant,
    },
    /// Who has the order gives a slot back.
    Cancel {
        /// Which.
        slot: u32,
    },
    /// Who has the order wants the certificate for a slot.
    Certify {
        /// For which slot.
        slot: u32,
    },
    /// A certificate is taken back.
    Revoke {
        /// Which.
        certificate: u32,
        /// `order`, `customs`, `plate`, `lost` or `error`.
        ground: String,
    },
    /// Customs has looked into the gate's alarms.
    CloseAlarm {
        /// What came of it.
        words: String,
    },
    /// The terminal loads it.
    Load,
    /// An organ wants to look into the goods.
    WantLook {
        /// On which ground.
        ground: String,
        /// Into which containers; all of the goods where none is named.
        #[serde(default)]
        containers: Vec<String>,
    },
    /// An organ or the terminal accepts the appointment; customs says with it how goods are examined that it ordered to be.
    AcceptLook {
        /// How: a row of `inspection-methods`.
        #[serde(default)]
        method: String,
        /// What the yard moves for it.
        #[serde(default)]
        boxes: Boxes,
    },
    /// An organ, the terminal or a firm has it moved, or an organ leaves it.
    MoveLook {
        /// The reason: a row of `joint-inspection-reasons`.
        reason: String,
        /// Not before.
        #[serde(default, deserialize_with = "crate::maybe_rfc3339")]
        after: Option<Instant>,
    },
    /// A time is looked for anew.
    ProposeLook,
    /// An organ has looked.
    Look {
        /// What it found: a row of `inspection-results`.
        found: String,
        /// What there is to say.
        #[serde(default)]
        words: String,
    },
    /// A firm that it concerns gives its goods up.
    Abandon {
        /// Why.
        words: String,
    },
    /// A firm that it concerns asks to send its goods back.
    AskReturn {
        /// On which ground: a row of `return-grounds`.
        ground: String,
        /// Why.
        words: String,
    },
    /// Customs orders its goods to be sent back.
    OrderReturn {
        /// On which ground: a row of `return-grounds`.
        ground: String,
        /// Why.
        words: String,
    },
    /// Customs decides whether its goods are sent back.
    DecideReturn {
        /// True when it is granted.
        granted: bool,
    },
    /// The terminal has sent its goods back.
    SendBack,
    /// Customs has sold its goods.
    Sell {
        /// On which ground: a row of `sale-grounds`.
        ground: String,
        /// The day of the sale.
        on: Date,
        /// What came of it.
        proceeds: Value,
        /// What carrying, discharging and storing them cost.
        #[serde(default)]
        costs: Value,
        /// Duties and taxes.
        #[serde(default)]
        taxes: Value,
    },
    /// A firm that it concerns claims what is left of the sale.
    Claim {
        /// By what right.
        words: String,
    },
    /// Customs has paid out what was left.
    PayOut {
        /// The reference of the transfer.
        reference: String,
    },
    /// An organ puts it first by a measure.
    GrantPriority {
        /// The measure, by its code.
        measure: String,
        /// What the measure's table asks.
        #[serde(default)]
        facts: BTreeMap<String, Value>,
        /// Why.
        words: String,
    },
    /// An organ takes a priority back that it gave.
    EndPriority {
        /// Which.
        priority: u32,
        /// Why.
        words: String,
    },
}

/// A consignment with its identifier, and what its declarations say.
#[derive(Clone, Debug)]
pub struct FoundConsignment {
    /// The matter's identifier.
    pub id: Uuid,
    /// The fold.
    pub consignment: Consignment,
    /// Whether customs lets it go.
    pub customs: Customs,
    /// Its declarations.
    pub declarations: Vec<Declaration>,
}

/// Something that happened on its way, with where it is from.
#[derive(Clone, Debug)]
pub struct ChainEvent {
    /// When.
    pub at: Instant,
    /// Its kind: an entry of the consignment or of a declaration, or a time of the conveyance.
    pub kind: String,
    /// Who said so: `firm:CODE`, `organ:CODE`.
    pub source: String,
    /// The matter it stands in.
    pub number: String,
    /// What of it is worth saying, by code: a yard, a plate, a certificate's serial.
    pub about: Option<String>,
}

impl Actor {
    /// True for an organ that looks into boxes, and for a firm that only tallies: they are told of boxes and counts, and of no
    /// party and no truck.
    pub fn only_looks_into(&self, of: &Consignment) -> bool {
        let own = [&of.units.decides, &of.units.terminal];
        match &self.party {
            Party::Organ(organ) => !own.contains(&organ),
            Party::Firm(firm) => of.tallies.as_ref() == Some(firm) && !of.concerns(firm),
            Party::Clock => false,
        }
    }
}

impl FoundConsignment {
    /// What is holding it.
    pub fn held(&self, now: Instant) -> Vec<Held> {
        self.consignment.held(self.customs, now)
    }
}

impl Office {
    /// A consignment by its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the actor.
    pub async fn consignment(&self, actor: &Actor, number: &str) -> Result<FoundConsignment, Error> {
        actor.require(Right::ReadCalls)?;
        if actor.role == Role::Coordinator {
            return Err(Error::NotFound);
        }
        let stored = self.store.reach(actor.cargo_reach()).matter_by_number(number).await?;
        let stored = stored.filter(|stored| stored.kind == kept::CONSIGNMENT).ok_or(Error::NotFound)?;
        let id = stored.id;
        let consignment: Consignment = self.unfold(stored).await?;
        let (customs, declarations) = self.customs_of(&consignment).await?;
        Ok(FoundConsignment { id, consignment, customs, declarations })
    }

    /// What a consignment's declarations say now: it may go when one names it and all of them let it.
    pub(crate) async fn customs_of(&self, consignment: &Consignment) -> Result<(Customs, Vec<Declaration>), Error> {
        let reach = self.store.reach(Reach::System("customs' release"));
        let mut declarations = Vec::new();
        for number in consignment.declarations.keys() {
            if let Some(stored) = reach.matter_by_number(number).await? {
                declarations.push(self.unfold::<Declaration>(stored).await?);
            }
        }
        let whole = declarations.len() == consignment.declarations.len();
        let exempt = declarations.is_empty() && is_exempt(&self.profile, &consignment.told, self.now());
        let may_go = whole && declarations.iter().all(Declaration::may_go) && (exempt || !declarations.is_empty());
        let onward = declarations.iter().any(|of| of.direction == PASSING);
        let examines = declarations.iter().any(Declaration::is_examined_here);
        Ok((Customs { may_go, examines, onward }, declarations))
    }

    /// Consignments that a number names, newest first: a container, bill, waybill, declaration, manifest, call or their own.
    ///
    /// # Errors
    /// The store's own.
    pub async fn consignments(
        &self,
        actor: &Actor,
        number: &str,
        after: Option<&str>,
    ) -> Result<PageOf<Stored>, Error> {
        actor.require(Right::ReadCalls)?;
        let word = number.trim().to_lowercase();
        if word.is_empty() || actor.role == Role::Coordinator {
            return Ok(PageOf { lines: Vec::new(), next: None });
        }
        let before = after.and_then(|after| Uuid::parse_str(after).ok());
        let reach = self.store.reach(actor.cargo_reach());
        let mut lines = reach.named(kept::CONSIGNMENT, &word, before, PAGE + 1).await?;
        let more = i64::try_from(lines.len()).is_ok_and(|found| found > PAGE);
        lines.truncate(PAGE as usize);
        let next = lines.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(PageOf { lines, next })
    }

    /// What waits for an organ's own act on consignments: what has a priority first, then what waits longest. Empty for who has
    /// no queue.
    ///
    /// # Errors
    /// The store's own.
    pub async fn cargo_desk(&self, actor: &Actor) -> Result<Vec<QueuedTask>, Error> {
        if !actor.may(Right::SeeQueue) || actor.role == Role::Coordinator {
            return Ok(Vec::new());
        }
        let wanted = Filter { step: Some(format!("{}:", kept::CONSIGNMENT)), ..Filter::default() };
        let mut tasks = self.store.reach(actor.reach()).tasks(actor.unit(), &wanted, None, PAGE * 5).await?;
        tasks.sort_by_key(|of| (of.task.rank.unwrap_or(u32::MAX), of.task.since));
        Ok(tasks)
    }

    /// Everything that happened on its way, oldest first: its own journal, its declarations, the call that carries it.
    ///
    /// # Errors
    /// The store's own.
    pub async fn chain(&self, actor: &Actor, found: &FoundConsignment) -> Result<Vec<ChainEvent>, Error> {
        let rows = self.store.reach(actor.cargo_reach()).entries(found.id, 0, 10_000).await?;
        let (mut events, looks) = (Vec::new(), actor.only_looks_into(&found.consignment));
        let carrier = format!("firm:{}", found.consignment.carrier);
        // Who only looks into boxes is told of no party but the carrier.
        let hidden = |source: String| {
            if looks && source.starts_with("firm:") && source != carrier { "firm".to_owned() } else { source }
        };
        for row in &rows {
            let record: Record = crate::kept::record::<Consignment>(row)?;
            events.push(ChainEvent {
                at: record.at,
                kind: row.kind.clone(),
                source: hidden(record.on_behalf.as_ref().map_or(record.party.clone(), |firm| format!("firm:{firm}"))),
                number: found.consignment.number.clone(),
                about: about(&record.entry)
                    .filter(|_| !(looks && matches!(record.entry, Entry::Booked(_) | Entry::Ordered { .. }))),
            });
        }
        for declaration in &found.declarations {
            let customs = format!("organ:{}", found.consignment.units.decides);
            let steps = [
                ("declaration.lodged", Some(declaration.opened_at), hidden(format!("firm:{}", declaration.firm))),
                ("declaration.accepted", declaration.accepted_at, customs.clone()),
                ("declaration.released", declaration.released_at, customs.clone()),
                ("declaration.cleared", declaration.cleared_at, customs.clone()),
                ("declaration.revoked", declaration.revoked_at, customs),
            ];
            events.extend(steps.into_iter().filter_map(|(kind, at, source)| {
                let number = declaration.number.clone();
                Some(ChainEvent { at: at?, kind: kind.to_owned(), source, number, about: None })
            }));
        }
        events.sort_by_key(|event| event.at);
        Ok(events)
    }

    /// Its lines of the manifest, for those firms that it concerns and customs; none for the terminal, and once they are erased.
    ///
    /// # Errors
    /// The store's own.
    pub async fn consignment_lines(&self, actor: &Actor, found: &FoundConsignment) -> Result<Option<Value>, Error> {
        let of = &found.consignment;
        if actor.only_looks_into(of) {
            return Ok(None);
        }
        self.cargo_lines(actor, &of.units.terminal, (found.id, &of.document)).await
    }

    /// Does an act of a firm, the terminal or customs.
    ///
    /// # Errors
    /// [`Error::Refused`] by the procedure, [`Error::NotFound`] out of reach.
    pub async fn do_on_consignment(
        &self,
        actor: &Actor,
        number: &str,
        wanted: &ConsignmentAct,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require_act()?;
        let id = match wanted {
            ConsignmentAct::WantLook { .. } => self.looked_into(actor, number).await?,
            _ => self.consignment(actor, number).await?.id,
        };
        for _ in 0..3 {
            let read = self.read::<Consignment>(Reach::System("deciding"), id).await?;
            if let ConsignmentAct::AcceptLook { method, boxes } = wanted {
                match self.accept_look(actor, (id, read), (method, *boxes), request).await {
                    Err(Error::Conflict) => continue,
                    other => return other,
                }
            }
            let mut baggage = Baggage::default();
            let act = self.cargo_act(actor, (id, &read), wanted, &mut baggage).await?;
            let steps = vec![Step { id, read, acts: std::slice::from_ref(&act) }];
            match self.commit(actor, steps, request, &baggage).await {
                Err(Error::Conflict) => {}
                other => return other,
            }
        }
        Err(Error::Conflict)
    }

    async fn cargo_act(
        &self,
        actor: &Actor,
        (id, read): (Uuid, &Consignment),
        wanted: &ConsignmentAct,
        baggage: &mut Baggage,
    ) -> Result<Act, Error> {
        Ok(match wanted {
            ConsignmentAct::Tally { packages, damaged } => Act::Tally { packages: *packages, damaged: *damaged },
            ConsignmentAct::Answer { question, words } => {
                let words = self.cargo_words(id, words, baggage)?;
                Act::Answer { question: *question, words }
            }
            ConsignmentAct::Settle { question } => Act::Settle { question: *question },
            ConsignmentAct::Declare { declaration } => self.declaring(actor, read, declaration).await?,
            ConsignmentAct::Appoint { firm } => {
                if !self.is_firm(firm).await? {
                    return Err(no_such_firm("/firm"));
                }
                Act::Appoint { firm: firm.clone() }
            }
            ConsignmentAct::Order { to, until } => {
                if !self.is_firm(to).await? {
                    return Err(no_such_firm("/to"));
                }
                Act::Order { to: to.clone(), until: *until }
            }
            ConsignmentAct::Recall => Act::Recall,
            ConsignmentAct::Release => Act::Release,
            ConsignmentAct::Withhold => Act::Withhold,
            ConsignmentAct::Book { container, packages, haulier, plate, from } => {
                let from = hour_of(*from);
                let yard = read.arrived.as_ref().map_or("", |(_, yard)| yard.as_str());
                let word = kept::slot_word(yard, from.0);
                // Of two who take the last place at the same moment one looks again.
                let guard = self.store.guard(&word).await?;
                baggage.side.push(self.store.guard_side(&word, guard));
                Act::Book(Wanted {
                    container: container.trim().to_uppercase(),
                    packages: *packages,
                    haulier: haulier.clone(),
                    plate: plate.clone(),
                    from,
                    taken: self.trucks_of(&word, yard, from).await?,
                })
            }
            ConsignmentAct::Cancel { slot } => Act::Cancel { slot: *slot },
            ConsignmentAct::Certify { slot } => Act::Certify { slot: *slot, customs: self.customs_of(read).await?.0 },
            ConsignmentAct::Revoke { certificate, ground } => {
                Act::Revoke { certificate: *certificate, ground: ground.clone() }
            }
            ConsignmentAct::CloseAlarm { words } => Act::CloseAlarm { words: self.cargo_words(id, words, baggage)? },
            ConsignmentAct::GrantPriority { measure, facts, words } => Act::GrantPriority {
                measure: measure.clone(),
                facts: facts.clone(),
                application: None,
                words: Some(self.cargo_words(id, words, baggage)?),
            },
            ConsignmentAct::EndPriority { priority, words } => Act::EndPriority {
                priority: *priority,
                words: Some(self.cargo_words(id, words, baggage)?),
                application: None,
            },
            ConsignmentAct::Abandon { words } => {
                let customs = self.customs_of(read).await?.0;
                Act::Abandon { words: self.cargo_words(id, words, baggage)?, customs }
            }
            ConsignmentAct::AskReturn { ground, words } => Act::AskReturn {
                ground: ground.clone(),
                customs: self.customs_of(read).await?.0,
                words: self.cargo_words(id, words, baggage)?,
            },
            ConsignmentAct::OrderReturn { ground, words } => {
                Act::OrderReturn { ground: ground.clone(), words: self.cargo_words(id, words, baggage)? }
            }
            ConsignmentAct::DecideReturn { granted } => Act::DecideReturn { granted: *granted },
            ConsignmentAct::SendBack => Act::SendBack,
            ConsignmentAct::Sell { ground, on, proceeds, costs, taxes } => Act::Sell {
                ground: ground.clone(),
                on: *on,
                proceeds: money(proceeds, "/proceeds")?,
                costs: money(costs, "/costs")?,
                taxes: money(taxes, "/taxes")?,
                customs: self.customs_of(read).await?.0,
            },
            ConsignmentAct::Claim { words } => Act::Claim { words: self.cargo_words(id, words, baggage)? },
            ConsignmentAct::PayOut { reference } => Act::PayOut { reference: reference.clone() },
            ConsignmentAct::Load => Act::Load { customs: self.customs_of(read).await?.0 },
            of_looks => self.look_act((id, read), of_looks, baggage).await?,
        })
    }

    /// Words that an act cannot do without, sealed.
    fn cargo_words(&self, id: Uuid, words: &str, baggage: &mut Baggage) -> Result<String, Error> {
        self.seal_cargo_words(id, words, &mut baggage.documents)?.ok_or_else(|| {
            let text = Text::new("没有写明内容。", "Nothing is written.");
            let remedy = Text::new("请写明原因或处理结果。", "Say how it came about, or what came of it.");
            Error::Invalid(vec![fault("PQ-CARGO-031", "/words", text, remedy)])
        })
    }

    /// How many trucks have a slot.
    async fn trucks_of(&self, word: &str, yard: &str, from: Instant) -> Result<i64, Error> {
        let reach = self.store.reach(Reach::System("trucks of a slot"));
        let booked = reach.named(kept::CONSIGNMENT, word, None, 1000).await?;
        let mut trucks = 0;
        for stored in booked {
            let consignment: Consignment = self.unfold(stored).await?;
            let theirs = consignment
                .slots
                .values()
                .filter(|slot| slot.yard == yard && slot.from == from && slot.cancelled_at.is_none());
            trucks += i64::try_from(theirs.count()).unwrap_or(i64::MAX);
        }
        Ok(trucks)
    }

    /// A declaration names the bill as what came before it; another's, or one for other goods, is none.
    async fn declaring(&self, actor: &Actor, read: &Consignment, number: &str) -> Result<Act, Error> {
        let unfit = || {
            Error::Invalid(vec![fault(
                "PQ-CARGO-033",
                "/declaration",
                Text::new(
                    "没有这份报关单，或其前置单证（PreviousDocument）没有列明本提（运）单。",
                    "There is no such declaration, or its previous documents do not name this bill.",
                ),
                Text::new(
                    "请在报关单的前置单证中列明提（运）单号或本票编号。",
                    "Name the bill, or this consignment's number, among the declaration's previous documents.",
                ),
            )])
        };
        let found = self.declaration(actor, number).await.map_err(|error| match error {
            Error::NotFound => unfit(),
            other => other,
        })?;
        if !actor.reads_declaration(&found.declaration) {
            return Err(unfit());
        }
        let id = Uuid::parse_str(&found.declaration.document).map_err(|_| unfit())?;
        let stored = self.store.reach(Reach::System("bills of a declaration")).document(id).await?;
        let bytes = stored.and_then(|document| document.bytes).ok_or_else(unfit)?;
        let named = bills_of(&bytes);
        let told = &read.told;
        let own = [told.bill(), if told.house.is_empty() { told.master.clone() } else { told.house.clone() }];
        let names = own.iter().chain([&read.number]).any(|own| named.iter().any(|bill| bill.eq_ignore_ascii_case(own)));
        // Goods that only pass through are declared as such, by whichever conveyance they came.
        if names && (found.declaration.direction == read.direction || found.declaration.direction == PASSING) {
            Ok(Act::Declare { declaration: number.to_owned(), firm: found.declaration.firm.clone() })
        } else {
            Err(unfit())
        }
    }
}

/// The documents that came before a declaration, of its shipment and its items.
fn bills_of(bytes: &[u8]) -> Vec<String> {
    let (message, _) = wco::read(bytes);
    message.content.as_ref().and_then(model::Document::declaration).map(previous_documents).unwrap_or_default()
}

/// The same of what was read already.
pub(crate) fn previous_documents(declaration: &model::Declaration) -> Vec<String> {
    let Some(shipment) = declaration.goods_shipment.as_deref() else { return Vec::new() };
    let items = shipment.government_agency_goods_items.iter().flat_map(|item| &item.previous_documents);
    shipment.previous_documents.iter().chain(items).filter_map(|of| of.id.clone()).collect()
}

/// The keys by which business knows a declaration: documents that came before it, and its containers.
pub(crate) fn business_keys(declaration: &model::Declaration) -> BTreeSet<String> {
    let shipment = declaration.goods_shipment.as_deref();
    let consignment = shipment.and_then(|shipment| shipment.consignment.as_deref());
    let boxes = consignment.map(|of| &of.transport_equipments[..]).unwrap_or_default();
    let boxes = boxes.iter().filter_map(|of| of.id.clone());
    let keys = previous_documents(declaration).into_iter().chain(boxes);
    keys.map(|key| key.trim().to_owned()).filter(|key| (4..=35).contains(&key.len())).take(MOST_KEYS).collect()
}

/// A firm that is named and is none of this port.
fn no_such_firm(place: &str) -> Error {
    Error::Invalid(vec![fault(
        "PQ-CARGO-032",
        place,
        Text::new("没有这家企业。", "There is no such firm."),
        Text::new(
            "请填写收货人或其货代、车队、理货企业的企业代码。",
            "Give the code of the consignee, its forwarder, its haulier, or the tally firm.",
        ),
    )])
}

/// An amount, from a number or its text; nothing said is nought.
fn money(value: &Value, place: &str) -> Result<Decimal, Error> {
    let read = match value {
        Value::Null => Some(Decimal::ZERO),
        Value::Number(number) => Some(*number),
        Value::Text(text) if text.trim().is_empty() => Some(Decimal::ZERO),
        Value::Text(text) => text.replace(',', "").trim().parse().ok(),
        _ => None,
    };
    read.ok_or_else(|| {
        let text = Text::new("不是金额。", "This is no amount of money.");
        let remedy = Text::new("请填写数字，至多两位小数。", "Give a number with two digits behind its point at most.");
        Error::Invalid(vec![fault("PQ-CARGO-034", place, text, remedy)])
    })
}

/// Slots begin with the hour.
fn hour_of(at: Instant) -> Instant {
    Instant(at.0 - at.0.rem_euclid(domain::instant::HOUR))
}

/// What of an entry is worth saying, by code.
fn about(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Arrived { yard } | Entry::Released { yard } => Some(yard.clone()),
        Entry::Appointed { firm } => Some(firm.clone()),
        Entry::Tallied { packages } => Some(packages.to_string()),
        Entry::Questioned { kind, stated, found } => Some(format!("{kind} {stated} {found}")),
        Entry::Declared { declaration, .. } => Some(declaration.clone()),
        Entry::Ordered { to, .. } => Some(to.clone()),
        Entry::Booked(slot) => Some(format!("{} {}", slot.plate, slot.container).trim().to_owned()),
        Entry::GateIn { passage, .. } | Entry::GateOut { passage, .. } => Some(passage.gate.clone()),
        Entry::Alarm { passage, .. } => Some(passage.doubts.join(" ")),
        Entry::Revoked { ground, .. } => Some(ground.clone()),
        Entry::ReturnAsked(of) | Entry::ReturnOrdered(of) => Some(of.ground.clone()),
        Entry::ReturnDecided { granted } => Some(if *granted { "granted" } else { "refused" }.to_owned()),
        Entry::Sold(sale) => Some(sale.ground.clone()),
        Entry::PaidOut { reference } => Some(reference.clone()),
        Entry::Awaited { limit } => Some(limit.due.to_string()),
        Entry::PriorityGranted { priority, .. } => Some(priority.class.clone()),
        Entry::LookWanted { ground, .. } => Some(ground.clone()),
        Entry::LookProposed(of) => Some(of.from.to_string()),
        Entry::LookMoved { reason, .. } | Entry::LookLeft { reason, .. } => Some(reason.clone()),
        Entry::Looked { found, .. } => Some(found.clone()).filter(|found| !found.is_empty()),
        _ => None,
    }
}
