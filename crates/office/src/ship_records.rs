//! Who states what of a ship: the first record by who announces her, each change proposed and confirmed, by the table
//! `ship-records`. Each version is kept; a call names the one that it was opened with.

use domain::{Fault, Severity, Text, Value, ship_call::Party};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Actor, CompanyRecord, Error, Office, Recorded, Right, ShipRecord};

/// Types of ships, as the decision tables name them, with their words.
pub const SHIP_TYPES: [(&str, &str, &str); 13] = [
    ("container", "集装箱船", "Container ship"),
    ("bulk", "散货船", "Bulk carrier"),
    ("tanker", "液货船", "Tanker"),
    ("chemical_tanker", "化学品船", "Chemical tanker"),
    ("lng_carrier", "液化天然气船", "LNG carrier"),
    ("lpg_carrier", "液化石油气船", "LPG carrier"),
    ("general_cargo", "杂货船", "General cargo ship"),
    ("passenger", "客船、客滚船", "Passenger ship or ferry"),
    ("cruise", "邮轮", "Cruise ship"),
    ("roro", "滚装船", "Ro-ro cargo ship"),
    ("vehicle_carrier", "汽车运输船", "Vehicle carrier"),
    ("fishing", "渔船", "Fishing vessel"),
    ("other", "其他", "Other"),
];

/// What the table lets somebody do with the record of a ship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShipRight {
    /// Nothing but read it.
    Read,
    /// Enter the first one, which holds at once.
    Record,
    /// Propose a change.
    Propose,
    /// Confirm a record or a proposal.
    Confirm,
}

/// A change of a ship's record that a firm proposed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShipProposal {
    /// The record as it would be.
    pub record: ShipRecord,
    /// The version of the record that it would follow.
    pub follows: i64,
    /// `open`, `confirmed` or `refused`.
    pub state: String,
    /// Why it was refused.
    #[serde(default)]
    pub words: String,
    /// The organ that settled it.
    #[serde(default)]
    pub settled_by: String,
    /// The receipt of what settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Uuid>,
}

/// The register of ships, by IMO number.
const SHIPS: &str = "ship";

/// The register of what was proposed, by IMO number.
const PROPOSALS: &str = "ship proposal";

/// So many pages of proposals are looked through for the open ones.
const PAGES: usize = 20;

impl Office {
    /// What an actor may do with the record of a ship.
    ///
    /// # Errors
    /// The store's own.
    pub async fn ship_right(&self, actor: &Actor, imo: &str) -> Result<ShipRight, Error> {
        let known = self.recorded::<ShipRecord>(SHIPS, imo).await?;
        let who = match &actor.party {
            Party::Firm(firm) if actor.may(Right::File) => self.part_in_ship(firm, imo, known.as_ref()).await?,
            Party::Organ(organ) if actor.may(Right::Decide) => organ.clone(),
            _ => return Ok(ShipRight::Read),
        };
        let inputs = Value::from([("who", who.as_str().into()), ("recorded", known.is_some().into())]);
        let row = self.profile.hit("ship-records", self.now(), &inputs);
        Ok(match row.as_ref().map(|row| row.text("may")) {
            Some("record") => ShipRight::Record,
            Some("propose") => ShipRight::Propose,
            Some("confirm") => ShipRight::Confirm,
            _ => ShipRight::Read,
        })
    }

    /// How the table calls a firm: `owner`, `agent_of_call`, `firm`.
    async fn part_in_ship(&self, firm: &str, imo: &str, known: Option<&Recorded<ShipRecord>>) -> Result<String, Error> {
        let calls = self.calls_of_ships(&[imo.to_owned()]).await?;
        if calls.values().flatten().any(|call| call.agent == firm) {
            return Ok("agent_of_call".to_owned());
        }
        let company = self.recorded::<CompanyRecord>("company", firm).await?.map(|company| company.record.name);
        let names =
            known.map(|known| [known.record.owner.as_str(), known.record.operator.as_str()]).unwrap_or_default();
        let is_named = company.is_some_and(|name| {
            [name.zh.as_str(), name.en.as_str(), firm].iter().any(|of| !of.is_empty() && names.contains(of))
        });
        Ok(if is_named { "owner" } else { "firm" }.to_owned())
    }

    /// Enters a ship's first record, or proposes a change; tells which of the two was done.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a wrong IMO number, a missing name or an unknown flag; [`Error::Refused`] with `PQ-SHIP-010`
    /// for who may neither enter nor propose it.
    pub async fn record_ship(&self, actor: &Actor, record: &ShipRecord) -> Result<ShipRight, Error> {
        actor.require(Right::File)?;
        let faults = faults(record);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let imo = &record.ship.imo;
        let marked = self.store.guard(&mark(imo)).await?;
        let right = self.ship_right(actor, imo).await?;
        let receipt = self.new_id();
        let record = ShipRecord { confirmed_by: String::new(), receipt: Some(receipt), ..record.clone() };
        let (kind, register, json) = match right {
            ShipRight::Record => ("ship.recorded", SHIPS, serde_json::to_string(&record)?),
            ShipRight::Propose => {
                let follows = self.recorded::<ShipRecord>(SHIPS, imo).await?.map_or(0, |known| known.version);
                let proposal = ShipProposal { record, follows, state: "open".to_owned(), ..ShipProposal::default() };
                ("ship.proposed", PROPOSALS, serde_json::to_string(&proposal)?)
            }
            ShipRight::Read | ShipRight::Confirm => return Err(Error::Refused(not_yours())),
        };
        self.state_ship(actor, (kind, imo, marked), receipt, &[(register, json, actor.unit())]).await?;
        Ok(right)
    }

    /// States versions of a ship's record and of what is proposed of it: with an entry among the changes and a receipt, in one
    /// transaction. Of two who looked at the same versions one conflicts.
    async fn state_ship(
        &self,
        actor: &Actor,
        (kind, imo, marked): (&str, &str, i64),
        receipt: Uuid,
        records: &[(&str, String, &str)],
    ) -> Result<(), Error> {
        let json = records.first().map(|(_, json, _)| json.as_str()).unwrap_or_default();
        let change = self.stated(actor, (kind, &actor.party_code(), imo), json);
        let put =
            |(register, json, source): &(&str, String, &str)| self.store.put_record_side(register, imo, json, source);
        // The mark first: a conflict then leaves nothing to undo.
        let side = std::iter::once(self.store.guard_side(&mark(imo), marked)).chain(records.iter().map(put)).collect();
        self.store.change_with_receipt(receipt, &change, side).await?;
        Ok(())
    }

    /// What was proposed last of a ship: open for whoever reads calls, settled for the firm that proposed it.
    ///
    /// # Errors
    /// The store's own.
    pub async fn ship_proposal(&self, actor: &Actor, imo: &str) -> Result<Option<Recorded<ShipProposal>>, Error> {
        actor.require(Right::ReadCalls)?;
        let last = self.recorded::<ShipProposal>(PROPOSALS, imo).await?;
        let is_firm = matches!(actor.party, Party::Firm(_));
        Ok(last.filter(|last| match is_firm {
            true => last.source == actor.unit(),
            false => last.record.state == "open",
        }))
    }

    /// The proposals that wait to be confirmed, for an organ that confirms them.
    ///
    /// # Errors
    /// The store's own.
    pub async fn ship_proposals(&self, actor: &Actor) -> Result<Vec<Recorded<ShipProposal>>, Error> {
        let mut open: Vec<Recorded<ShipProposal>> = Vec::new();
        let mut after = None;
        for _ in 0..PAGES {
            let page = self.all_recorded::<ShipProposal>(PROPOSALS, after.as_deref()).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.record.record.ship.imo.clone());
            open.extend(page.into_iter().filter(|of| of.record.state == "open"));
        }
        let confirms = match open.first() {
            Some(first) => self.ship_right(actor, &first.record.record.ship.imo).await? == ShipRight::Confirm,
            None => false,
        };
        Ok(if confirms { open } else { Vec::new() })
    }

    /// Confirms the record of a ship, or what was proposed of it; or refuses the proposal, with the reason. `seen` is the
    /// version that the officer looked at, of the proposal or else of the record.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not confirm records; [`Error::Conflict`] when another version came since;
    /// [`Error::Invalid`] for a refusal without a reason.
    pub async fn settle_ship(&self, actor: &Actor, imo: &str, seen: i64, refused: Option<&str>) -> Result<(), Error> {
        if self.ship_right(actor, imo).await? != ShipRight::Confirm {
            return Err(Error::Forbidden);
        }
        if refused.is_some_and(|words| words.trim().is_empty()) {
            return Err(Error::Invalid(vec![no_reason()]));
        }
        let marked = self.store.guard(&mark(imo)).await?;
        let known = self.recorded::<ShipRecord>(SHIPS, imo).await?;
        let proposal = self.recorded::<ShipProposal>(PROPOSALS, imo).await?.filter(|of| of.record.state == "open");
        let receipt = self.new_id();
        let by = actor.unit().to_owned();
        let confirmed = |record: &ShipRecord| {
            serde_json::to_string(&ShipRecord { confirmed_by: by.clone(), receipt: Some(receipt), ..record.clone() })
        };
        let (kind, records, source) = match (proposal, known) {
            (Some(Recorded { record: proposal, source, version, .. }), _) if version == seen => {
                let (kind, state) = match refused {
                    Some(_) => ("ship.refused", "refused"),
                    None => ("ship.confirmed", "confirmed"),
                };
                let settled = ShipProposal {
                    state: state.to_owned(),
                    words: refused.unwrap_or_default().trim().to_owned(),
                    settled_by: by.clone(),
                    settled: Some(receipt),
                    ..proposal.clone()
                };
                let mut records = vec![(PROPOSALS, serde_json::to_string(&settled)?)];
                if refused.is_none() {
                    records.push((SHIPS, confirmed(&proposal.record)?));
                }
                (kind, records, source)
            }
            (None, Some(known)) if known.version == seen && refused.is_none() => {
                ("ship.confirmed", vec![(SHIPS, confirmed(&known.record)?)], known.source)
            }
            (None, None) => return Err(Error::NotFound),
            _ => return Err(Error::Conflict),
        };
        let records: Vec<_> = records.into_iter().map(|(register, json)| (register, json, source.as_str())).collect();
        self.state_ship(actor, (kind, imo, marked), receipt, &records).await
    }

    /// The record of a ship, with its version.
    pub(crate) async fn ship_of_record(&self, imo: &str) -> Result<Option<Recorded<ShipRecord>>, Error> {
        self.recorded::<ShipRecord>(SHIPS, imo).await
    }
}

/// What two who state something of a ship at once meet at.
fn mark(imo: &str) -> String {
    format!("ship record {imo}")
}

fn faults(record: &ShipRecord) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |code: &str, place: &str, text: Text, remedy: Text| {
        faults.push(Fault::new(Severity::Error, code, place, text, remedy));
    };
    if !domain::reference::imo::imo_number_ok(&record.ship.imo) {
        fault(
            "PQ-SHIP-001",
            "/imo",
            Text::new("国际海事组织编号校验位不符。", "The check digit of the IMO number does not fit."),
            Text::new("请核对船舶证书上的 7 位编号。", "Compare the seven digits with the ship's certificate."),
        );
    }
    if record.ship.name.en.trim().is_empty() && record.ship.name.zh.trim().is_empty() {
        fault(
            "PQ-SHIP-002",
            "/name",
            Text::new("缺少船名。", "The ship's name is missing."),
            Text::new("请填写中文或英文船名。", "Give her name in either script."),
        );
    }
    if domain::reference::country(&record.ship.flag).is_none() {
        fault(
            "PQ-SHIP-003",
            "/flag",
            Text::new("船旗国代码有误。", "The flag is not a country."),
            Text::new("请填写国家代码，如 PA。", "Give the country's two letters, for example PA."),
        );
    }
    if SHIP_TYPES.iter().all(|(code, ..)| *code != record.ship.ship_type) {
        let codes = SHIP_TYPES.map(|(code, ..)| code).join(", ");
        fault(
            "PQ-SHIP-004",
            "/ship_type",
            Text::new("没有这种船型。", "There is no such type of ship."),
            Text::new(format!("请填写其中一项：{codes}。"), format!("Give one of: {codes}.")),
        );
    }
    let sizes = [
        ("/gross_tonnage", record.ship.gross_tonnage),
        ("/length", record.ship.length),
        ("/deadweight", record.deadweight),
    ];
    for (place, _) in sizes.iter().filter(|(_, size)| *size < 0) {
        fault(
            "PQ-SHIP-005",
            place,
            Text::new("吨位或船长小于 0。", "A tonnage or the length is less than 0."),
            Text::new("请按船舶证书填写。", "Give it as the ship's certificates have it."),
        );
    }
    faults
}

fn not_yours() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-SHIP-010",
        "/imo",
        Text::new(
            "该船已有档案，您的单位不能更正。",
            "The port has a record of this ship, and your unit may not propose a change of it.",
        ),
        Text::new(
            "船舶所有人、经营人或在本港有未结航次的代理可提出更正，由海事确认。",
            "Her owner or operator, or the agent of an open call, proposes a change; maritime safety confirms it.",
        ),
    )
}

fn no_reason() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-SHIP-011",
        "/words",
        Text::new("未写明不予确认的理由。", "It is not said why the change is not confirmed."),
        Text::new("请填写理由，如与哪份证书不符。", "Write the reason, for example which certificate says otherwise."),
    )
}
