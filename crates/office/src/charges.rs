//! Charges: the price list, estimates that leave nothing behind, the bills of calls, and what measures saved.
//!
//! A bill that the port group states is a record with every version kept, under the firm that pays and the call's number.

use std::collections::BTreeMap;

use domain::{
    Fault, Instant, Severity, Text, Value,
    charge::{Bill, Charge, Difference, Facts, Item, PriceRow, ReceivedLine, Relieved, Saving, Tariff},
    charge::{LineKind, compare, price_list, savings},
    ship_call::{Party, ShipCall},
};
use jiff::civil::Date;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use store::{Side, measures::effects::Saved};
use uuid::Uuid;

use crate::{Actor, Error, Office, Right, ShipRecord};

/// The register of bills.
const BILLS: &str = "bill";
/// The name under which it is noted that bills from before savings were counted are counted.
pub(crate) const SAVINGS: &str = "savings";
/// So many bills are read at once.
const A_PAGE: i64 = 500;
/// What is saved is counted with so many places.
const PLACES: u32 = 4;
/// So many lines of a bill that was received are compared.
const MOST_RECEIVED: usize = 500;

/// A bill as it was stated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StatedBill {
    /// The call.
    pub number: String,
    /// The facts from which it was reckoned.
    pub facts: Facts,
    /// The bill.
    pub bill: Bill,
}

/// A stated bill with its version, who stated it and when.
#[derive(Clone, Debug)]
pub struct BillVersion {
    /// The version, from 1.
    pub version: i64,
    /// The bill.
    pub stated: StatedBill,
    /// The unit that stated it.
    pub source: String,
    /// When.
    pub at: Instant,
    /// The receipt, when it was stated just now.
    pub receipt: Option<Uuid>,
}

/// A bill of a call: as stated, or as it would be by what the call knows.
#[derive(Clone, Debug)]
pub struct CallBill {
    /// The facts with which the form begins: those of the last bill, else those that the call knows.
    pub facts: Facts,
    /// The versions that were stated, the newest first.
    pub stated: Vec<BillVersion>,
    /// What the facts come to, when nothing was stated yet and they suffice.
    pub estimate: Result<Bill, Vec<Fault>>,
}

impl Office {
    /// The published price list on a day: each charge with the rows that stand then or later.
    pub fn price_list(&self, on: Date) -> Vec<(Charge, Vec<PriceRow>)> {
        price_list(&self.profile, on)
    }

    /// Reckons a bill; nothing is stored.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault of the facts.
    pub fn estimate(&self, facts: &Facts) -> Result<Bill, Error> {
        let facts = Facts { on: facts.on.or_else(|| Some(self.today())), ..facts.clone() };
        Tariff::new(&self.profile).bill(&facts).map_err(Error::Invalid)
    }

    /// Holds a bill that a firm received against the price list; nothing is stored.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault of the facts or of what was received.
    pub fn compare_bill(&self, facts: &Facts, received: &[ReceivedLine]) -> Result<(Bill, Vec<Difference>), Error> {
        if received.is_empty() || received.len() > MOST_RECEIVED {
            return Err(Error::Invalid(vec![nothing_received()]));
        }
        let bill = self.estimate(facts)?;
        let differences = compare(&bill, received);
        Ok((bill, differences))
    }

    /// The bill of a call within reach. The firm sees the bill that is addressed to it; a former agent's bill is not the next
    /// one's.
    ///
    /// # Errors
    /// [`Error::NotFound`] out of reach.
    pub async fn call_bill(&self, actor: &Actor, number: &str) -> Result<CallBill, Error> {
        let found = self.call(actor, number).await?.call;
        self.may_see_bills(actor)?;
        let stated = self.bill_versions(&found.agent, number).await?;
        let facts = match stated.first() {
            Some(last) => last.stated.facts.clone(),
            None => self.facts_of_call(&found).await?,
        };
        let estimate = match self.estimate(&facts) {
            Ok(bill) => Ok(bill),
            Err(Error::Invalid(faults)) => Err(faults),
            Err(other) => return Err(other),
        };
        Ok(CallBill { facts, stated, estimate })
    }

    /// States the bill of a call: a new version, unless it says word for word what stands. Only the port group does.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others, [`Error::Invalid`] with the faults of the facts.
    pub async fn state_bill(&self, actor: &Actor, number: &str, facts: &Facts) -> Result<BillVersion, Error> {
        actor.require(Right::StateBills)?;
        let found = self.call(actor, number).await?.call;
        let before = self.bill_versions(&found.agent, number).await?;
        let mut facts = Facts { reference: number.to_owned(), firm: found.agent.clone(), ..facts.clone() };
        facts.on = Some(self.today());
        if let Some(last) = before.first()
            && facts.relieved.is_empty()
        {
            facts.relieved = relieved(last);
        }
        let bill = self.estimate(&facts)?;
        if let Some(last) = before.into_iter().next()
            && last.stated.bill == bill
        {
            return Ok(last);
        }
        let stated = StatedBill { number: number.to_owned(), facts, bill };
        let (place, party) = (key(&found.agent, number), format!("firm:{}", found.agent));
        let json = serde_json::to_string(&stated)?;
        let counted = self.savings_sides(&stated);
        let record = [(BILLS, place.as_str(), json)];
        let receipt =
            self.state_record_beside(actor, ("bill.stated", &party, number), &record, (Vec::new(), counted)).await?;
        let newest = self.bill_versions(&found.agent, number).await?.into_iter().next().ok_or(Error::NotFound)?;
        Ok(BillVersion { receipt: Some(receipt), ..newest })
    }

    /// What measures saved: a firm its own, organs and the port office all, by the newest version of each stated bill.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who sees no bills.
    pub async fn savings(&self, actor: &Actor) -> Result<Vec<Saving>, Error> {
        self.may_see_bills(actor)?;
        let own = match &actor.party {
            Party::Firm(firm) => Some(firm.as_str()),
            _ => None,
        };
        let mut savings: Vec<Saving> = Vec::new();
        for of in self.store.savings(own).await? {
            let amount = Decimal::new(of.amount, PLACES).normalize();
            let bills = usize::try_from(of.bills).unwrap_or(0);
            match savings.last_mut().filter(|last| last.is_of(&of.month, &of.measure, &of.firm, &of.currency)) {
                // What was granted, and what comes by itself.
                Some(last) => {
                    last.amount += amount;
                    last.bills += bills;
                }
                None => savings.push(Saving {
                    firm: of.firm,
                    measure: of.measure,
                    month: of.month,
                    currency: of.currency,
                    amount,
                    bills,
                }),
            }
        }
        savings.iter_mut().for_each(|of| of.amount.rescale(of.amount.scale().max(2)));
        Ok(savings)
    }

    /// Counts what bills save that were stated by a program that did not count it, once; gives how many were read.
    ///
    /// # Errors
    /// The store's own.
    pub async fn count_savings(&self) -> Result<usize, Error> {
        if self.store.reader_position(SAVINGS).await? >= 0 {
            return Ok(0);
        }
        let (mut read, mut after) = (0, String::new());
        loop {
            let page = self.store.records(BILLS, &after, A_PAGE).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.key);
            let mut side = Vec::new();
            for record in &page {
                side.extend(self.savings_sides(&serde_json::from_str(&record.json)?));
            }
            self.store.put_savings(side).await?;
            read += page.len();
        }
        match self.store.tell(SAVINGS, (-1, 0), &[], &[]).await {
            Err(store::StoreError::Missed) => Ok(read),
            other => Ok(other.map(|()| read)?),
        }
    }

    fn savings_sides(&self, stated: &StatedBill) -> Vec<Side> {
        let granted = |measure: &str| stated.facts.grants.iter().any(|grant| grant.measure == measure);
        let saved: Vec<Saved> = savings([&stated.bill])
            .into_iter()
            .map(|of| Saved {
                granted: granted(&of.measure),
                firm: of.firm,
                measure: of.measure,
                month: of.month,
                currency: of.currency,
                amount: (of.amount * Decimal::from(10_i64.pow(PLACES))).round().to_i64().unwrap_or(i64::MAX),
                bills: 1,
            })
            .collect();
        self.store.savings_sides(&stated.bill.firm, &stated.number, &saved)
    }

    /// Names of firms for a list of savings.
    ///
    /// # Errors
    /// The store's own.
    pub async fn names_in(&self, savings: &[Saving]) -> Result<BTreeMap<String, Text>, Error> {
        let mut firms: Vec<String> = savings.iter().map(|saving| saving.firm.clone()).collect();
        firms.sort();
        firms.dedup();
        self.names_of(firms).await
    }

    /// Bills are the firm's own affair, the port group's and the port office's.
    fn may_see_bills(&self, actor: &Actor) -> Result<(), Error> {
        actor.require(Right::SeeBills)
    }

    async fn bill_versions(&self, firm: &str, number: &str) -> Result<Vec<BillVersion>, Error> {
        let records = self.store.record_versions(BILLS, &key(firm, number), 50).await?;
        let read = |record: store::records::Record| {
            let stated = serde_json::from_str(&record.json)?;
            let at = Instant(record.recorded_at);
            Ok(BillVersion { version: record.version, stated, source: record.source, at, receipt: None })
        };
        records.into_iter().map(read).collect()
    }

    /// What a call knows that the price depends on: the ship with her tonnage, her arrival, moves in and out.
    async fn facts_of_call(&self, call: &ShipCall) -> Result<Facts, Error> {
        let record = self.recorded::<ShipRecord>("ship", &call.ship.imo).await?;
        let tonnage = call.facts.get("net_tonnage").cloned().or_else(|| call.opening_facts.get("net_tonnage").cloned());
        let mut ship = BTreeMap::from([
            ("type".to_owned(), Value::from(call.ship.ship_type.as_str())),
            ("length".to_owned(), Value::from(record.map_or(call.ship.length, |of| of.record.ship.length))),
        ]);
        ship.extend(tonnage.map(|tonnage| ("net_tonnage".to_owned(), tonnage)));
        let known = ship.contains_key("net_tonnage");
        let arrival = call.actual("arrival").or_else(|| call.expected("arrival")).map(|at| at.date(&self.profile.zone));
        let item =
            |kind: &str, quantity: i64| Item { kind: kind.to_owned(), quantity: quantity.into(), ..Item::default() };
        let mut items = vec![item("ship", 1)];
        if known {
            items.push(item("pilotage", 2));
        }
        Ok(Facts {
            reference: call.number.clone(),
            firm: call.agent.clone(),
            days: arrival.map(|day| ("arrival".to_owned(), day)).into_iter().collect(),
            ship,
            items,
            ..Facts::default()
        })
    }
}

/// The newest version of each bill that was stated since an instant, with when.
pub(crate) async fn bill_records(office: &Office, since: Instant) -> Result<Vec<(StatedBill, Instant)>, Error> {
    let (mut bills, mut after) = (Vec::new(), String::new());
    loop {
        let page = office.store.records(BILLS, &after, A_PAGE).await?;
        let Some(last) = page.last() else { return Ok(bills) };
        after.clone_from(&last.key);
        for record in page.into_iter().filter(|record| record.recorded_at >= since.0) {
            bills.push((serde_json::from_str(&record.json)?, Instant(record.recorded_at)));
        }
    }
}

fn key(firm: &str, number: &str) -> String {
    format!("{firm}/{number}")
}

/// The reliefs that the last bill gave, so that the next one says what comes of those that have fallen away.
fn relieved(last: &BillVersion) -> Vec<Relieved> {
    let mut all: Vec<Relieved> = Vec::new();
    let on = last.stated.facts.on.unwrap_or(Date::MIN);
    for line in last.stated.bill.lines.iter().filter(|line| line.kind == LineKind::Relief) {
        let same = |of: &&mut Relieved| of.charge == line.charge && of.row == line.rule.row;
        match all.iter_mut().find(same) {
            Some(of) => of.amount -= line.amount,
            None => all.push(Relieved {
                charge: line.charge.clone(),
                measure: line.measure.clone().unwrap_or_default(),
                row: line.rule.row.clone(),
                amount: -line.amount,
                on,
            }),
        }
    }
    all
}

fn nothing_received() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-CHARGE-011",
        "/received",
        Text::new("没有收到的账单行，或超过 500 行。", "No line of the bill that was received, or more than 500."),
        Text::new(
            "请逐行填写“收费项目 金额”，例如 cargo_dues 54.40。",
            "Give a charge and its amount on each line, for example cargo_dues 54.40.",
        ),
    )
}
