//! What a manifest makes of its consignments: new ones, changed ones, those that it has no more, those that are there. All in
//! the transaction of the manifest.

use std::collections::BTreeMap;

use domain::{
    Fault, Instant, Severity, Text,
    consignment::{Act as CargoAct, Consignment, NewConsignment},
    declaration::{Act as DeclarationAct, Declaration},
    formality::Formality,
    manifest::{
        Act, Manifest, Mode,
        content::{self, Part},
        dangerous::{Difference, Stowed, carried, differences, stowed},
    },
    ship_call::ShipCall,
};
use store::Reach;

use super::{FoundManifest, PURPOSE, Wanted, fault};
use crate::{
    Actor, Done, Error, Office, Request,
    acting::{Baggage, Step},
    kept::Kept as _,
};

/// So many consignments of one bill are looked through.
const FEW: i64 = 50;

/// What is known of a call or flight.
pub(super) struct Conveyance {
    /// Its times.
    pub times: BTreeMap<String, Instant>,
    /// The items of its FAL 7; none where it is not filed.
    dangerous: Option<Vec<Stowed>>,
}

impl Conveyance {
    /// Where the manifest and FAL 7 name other dangerous goods: worth knowing, and no reason to refuse either.
    pub fn compared(&self, parts: &[Part]) -> Option<Fault> {
        dangerous_fault(parts, self.dangerous.as_ref()?)
    }
}

/// What differs between lines and FAL 7.
pub(super) fn dangerous_fault(parts: &[Part], fal7: &[Stowed]) -> Option<Fault> {
    let found = differences(&carried(parts.iter().flat_map(|part| &part.lines)), fal7);
    let list = |kind: &str| {
        let of = found.iter().filter(|of| of.kind == kind);
        let said = of.map(|of| format!("UN {} {}", of.un_number, of.container).trim().to_owned()).collect::<Vec<_>>();
        if said.is_empty() { "-".to_owned() } else { said.join(", ") }
    };
    let (more, less) = (list("manifest_only"), list("fal7_only"));
    if more == "-" && less == "-" {
        return None;
    }
    Some(Fault::new(
        Severity::Warning,
        "PQ-MANIFEST-032",
        "/lines",
        Text::new(
            format!("危险货物与 FAL 7 不一致：仅舱单有 {more}；仅 FAL 7 有 {less}。"),
            format!("Dangerous goods differ from FAL 7: in the manifest alone {more}; in FAL 7 alone {less}."),
        ),
        Text::new("请更正舱单或 FAL 7。", "Correct the manifest or FAL 7."),
    ))
}

impl Office {
    /// The call or flight, as far as it concerns the actor.
    pub(super) async fn conveyance(&self, actor: &Actor, wanted: &Wanted) -> Result<Conveyance, Error> {
        let missing = |error: Error| match error {
            Error::NotFound => Error::Invalid(vec![fault(
                "PQ-MANIFEST-033",
                "/conveyance",
                Text::new("没有这次到港或航班，或不属于贵司。", "There is no such call or flight, or it is not yours."),
                Text::new("请填写船舶到港编号或航班编号。", "Give the number of the ship’s call or of the flight."),
            )]),
            other => other,
        };
        let mut times: BTreeMap<String, Instant> = BTreeMap::new();
        let mut put = |name: &str, at: Option<Instant>| times.extend(at.map(|at| (name.to_owned(), at)));
        put("loading", wanted.loading);
        let dangerous = match wanted.mode {
            Mode::Sea => {
                let found = self.call(actor, &wanted.conveyance).await.map_err(missing)?;
                put("arrival", found.call.expected("arrival"));
                put("departure", found.call.expected("departure"));
                self.stowed_of(found.id, &found.call).await?
            }
            Mode::Air => {
                let found = self.flight(actor, &wanted.conveyance).await.map_err(missing)?;
                put("arrival", found.flight.expected("landing"));
                put("departure", found.flight.expected("take_off"));
                None
            }
        };
        Ok(Conveyance { times, dangerous })
    }

    /// The items of a call's FAL 7, as it stands; none where it is not filed, or erased.
    pub(super) async fn dangerous_of(&self, conveyance: &str) -> Result<Option<Vec<Stowed>>, Error> {
        let reach = self.store.reach(Reach::System("dangerous goods compared"));
        let stored = reach.matter_by_number(conveyance).await?.filter(|stored| stored.kind == ShipCall::KIND);
        match stored {
            Some(stored) => {
                let id = stored.id;
                self.stowed_of(id, &self.unfold::<ShipCall>(stored).await?).await
            }
            None => Ok(None),
        }
    }

    async fn stowed_of(&self, id: uuid::Uuid, call: &ShipCall) -> Result<Option<Vec<Stowed>>, Error> {
        let filed = call.filings.get(&Formality::DangerousGoods).and_then(|filing| filing.standing());
        let Some(version) = filed else { return Ok(None) };
        match self.cargo_content(id, &version.document).await {
            Err(Error::Gone(_)) => Ok(None),
            other => Ok(Some(stowed(&other?))),
        }
    }

    /// What a manifest and its ship's FAL 7 say differently of dangerous goods, for who reads the manifest; none where there is
    /// nothing to compare.
    ///
    /// # Errors
    /// The store's own.
    pub async fn dangerous_compared(&self, found: &FoundManifest) -> Result<Option<Vec<Difference>>, Error> {
        let of = &found.manifest;
        let fal7 = match of.filed.mode {
            Mode::Sea => self.dangerous_of(&of.filed.conveyance).await?,
            Mode::Air => None,
        };
        let Some(fal7) = fal7 else { return Ok(None) };
        let lines = match self.cargo_content(found.id, &of.content.document).await {
            Err(Error::Gone(_)) => return Ok(None),
            other => other?,
        };
        // FAL 7 tells of all that is on board: what it has and this manifest has not may be another's, or stay on board.
        let found = differences(&carried(lines.get(content::LINES).list()), &fal7);
        Ok(Some(found))
    }

    /// A ship or aircraft is expected at another time: limits that run from it are reckoned anew.
    pub(crate) async fn manifests_follow(
        &self,
        conveyance: &str,
        times: &BTreeMap<String, Instant>,
        source: &str,
    ) -> Result<(), Error> {
        let reach = self.store.reach(Reach::System("limits of manifests"));
        for stored in reach.named(Manifest::KIND, &conveyance.to_lowercase(), None, FEW).await? {
            let act = Act::Retime { times: times.clone() };
            let key = format!("manifest/{source}");
            let request = Request::new("manifest follows", Some(key.clone()), key.as_bytes(), "clock");
            match self.act::<Manifest>(&Actor::clock(), &[(stored.id, act)], &request, &Baggage::default()).await {
                // No limit moves by it.
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// A bill is manifested once for a conveyance.
    pub(super) async fn require_new_bills(&self, conveyance: &str, parts: &[Part], own: &str) -> Result<(), Error> {
        let reach = self.store.reach(Reach::System("bills manifested twice"));
        let mut faults = Vec::new();
        for part in parts {
            let bill = part.told.bill();
            let known = reach.named(Consignment::KIND, &bill.to_lowercase(), None, FEW).await?;
            let twice = known.iter().any(|of| {
                let other = !of.row.number.starts_with(&format!("{own}-")) || own.is_empty();
                of.row.subject_key == conveyance && of.row.title == bill && of.row.state != "dropped" && other
            });
            if twice {
                faults.push(fault(
                    "PQ-MANIFEST-034",
                    "/lines",
                    Text::new(
                        format!("提（运）单 {bill} 已在本航次的另一份舱单中。"),
                        format!("Bill {bill} stands in another manifest of this conveyance."),
                    ),
                    Text::new("请核对单号，或在原舱单中修改。", "Check the number, or amend that manifest."),
                ));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }

    /// Commits an act on a manifest with what it makes of its consignments: those of `before` become those of `parts`; nothing
    /// where the manifest waits for leave, is decided on against it, or `parts` are empty and it stands.
    pub(super) async fn commit_manifest(
        &self,
        actor: &Actor,
        step: Step<'_, Manifest>,
        act: &Act,
        (before, parts): (&BTreeMap<String, Part>, &Vec<Part>),
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        let id = step.id;
        let request = &match act {
            Act::File(_) => request.clone(),
            _ => request.about(id, ""),
        };
        let (received, key) = ((self.now().0, request.digest), self.idempotency_key(actor, request));
        let mut written = self.decided(actor, vec![step], request)?;
        let Some(after) = written.first().map(|of| of.after.clone()) else { return Err(Error::Conflict) };
        let job = self.job(&mut written, key, received, baggage)?;
        let mut documents = Vec::new();
        let mut acts: Vec<(uuid::Uuid, Consignment, CargoAct)> = Vec::new();
        let withdrawn = after.withdrawn_at.is_some();
        for part in parts {
            let bill = part.told.bill();
            if before.get(&bill) == Some(part) {
                continue;
            }
            let number = after.content.bills.get(&bill).cloned().unwrap_or_default();
            let (of, read) = match before.contains_key(&bill) {
                true => self.consignment_by(&number).await?,
                false => (self.new_id(), Consignment::default()),
            };
            let sealed = self.seal_bytes(of, PURPOSE, serde_json::to_vec(&part.lines)?)?;
            let document = sealed.id.to_string();
            documents.push(sealed);
            let act = match read.version {
                0 => CargoAct::Manifest(Box::new(NewConsignment {
                    number,
                    manifest: after.filed.number.clone(),
                    carrier: after.filed.firm.clone(),
                    mode: after.filed.mode,
                    direction: after.filed.direction.clone(),
                    conveyance: after.filed.conveyance.clone(),
                    units: after.units.clone(),
                    told: part.told.clone(),
                    document,
                })),
                _ => CargoAct::Change { told: Box::new(part.told.clone()), document },
            };
            acts.push((of, read, act));
        }
        if withdrawn || !parts.is_empty() {
            let stays = |bill: &str| !withdrawn && parts.iter().any(|part| part.told.bill() == *bill);
            for bill in before.keys().filter(|bill| !stays(bill)) {
                // Its number stood in the edition before this one.
                if let Some(number) = self.number_of(&after.filed.number, bill).await? {
                    let (of, read) = self.consignment_by(&number).await?;
                    acts.push((of, read, CargoAct::Drop));
                }
            }
        }
        let cargo = self.cargo_job(actor, acts, documents, received, request)?;
        self.commit_joined(id, job, vec![cargo]).await
    }

    fn cargo_job(
        &self,
        actor: &Actor,
        acts: Vec<(uuid::Uuid, Consignment, CargoAct)>,
        documents: Vec<store::Sealed>,
        received: (i64, [u8; 32]),
        request: &Request,
    ) -> Result<store::Job, Error> {
        let steps =
            acts.iter().map(|(id, read, act)| Step { id: *id, read: read.clone(), acts: std::slice::from_ref(act) });
        let mut written = self.decided(actor, steps.collect(), request)?;
        self.job(&mut written, None, received, &Baggage { documents, ..Baggage::default() })
    }

    /// The number of a bill's consignment in a manifest.
    async fn number_of(&self, manifest: &str, bill: &str) -> Result<Option<String>, Error> {
        let reach = self.store.reach(Reach::System("consignments of a manifest"));
        let known = reach.named(Consignment::KIND, &bill.to_lowercase(), None, FEW).await?;
        let own = |of: &&store::Stored| of.row.number.starts_with(&format!("{manifest}-")) && of.row.title == bill;
        Ok(known.iter().find(own).map(|of| of.row.number.clone()))
    }

    pub(crate) async fn consignment_by(&self, number: &str) -> Result<(uuid::Uuid, Consignment), Error> {
        let reach = self.store.reach(Reach::System("deciding"));
        let stored = reach.matter_by_number(number).await?.ok_or(Error::NotFound)?;
        Ok((stored.id, self.unfold(stored).await?))
    }

    /// Goods are there: the manifest, its consignments, and the declarations that waited for them, all or nothing.
    pub(super) async fn commit_arrival(
        &self,
        actor: &Actor,
        (id, manifest): (uuid::Uuid, Manifest),
        act: &Act,
        yard: &str,
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        if !self.yards(manifest.filed.mode).iter().any(|(code, _)| code == yard) {
            return Err(Error::Invalid(vec![fault(
                "PQ-CARGO-006",
                "/yard",
                Text::new("没有这个堆场。", "There is no such yard."),
                Text::new("请从列表选择堆场。", "Choose a yard from the list."),
            )]));
        }
        let request = &request.about(id, "");
        let (received, key) = ((self.now().0, request.digest), self.idempotency_key(actor, request));
        let numbers = manifest.content.bills.clone();
        let known = manifest.arrived.clone();
        let step = Step { id, read: manifest, acts: std::slice::from_ref(act) };
        let mut written = self.decided(actor, vec![step], request)?;
        let Some(after) = written.first().map(|of| of.after.clone()) else { return Err(Error::Conflict) };
        let job = self.job(&mut written, key, received, baggage)?;
        let (mut acts, mut waiting) = (Vec::new(), BTreeMap::new());
        for bill in after.arrived.difference(&known) {
            let Some(number) = numbers.get(bill) else { continue };
            let (of, read) = self.consignment_by(number).await?;
            for declaration in read.declarations.keys() {
                let found = self.store.reach(Reach::System("deciding")).matter_by_number(declaration).await?;
                let Some(stored) = found.filter(|of| of.kind == Declaration::KIND) else { continue };
                let (at, declared) = (stored.id, self.unfold::<Declaration>(stored).await?);
                if declared.arrived_at.is_none() && declared.ended.is_none() {
                    waiting.insert(at, declared);
                }
            }
            acts.push((of, read, CargoAct::Arrive { yard: yard.to_owned() }));
        }
        let cargo = self.cargo_job(actor, acts, Vec::new(), received, request)?;
        let arrive = [DeclarationAct::Arrive { changes: Vec::new() }];
        let steps = waiting.into_iter().map(|(id, read)| Step { id, read, acts: &arrive });
        let mut declared = self.decided(actor, steps.collect(), request)?;
        let declared = self.job(&mut declared, None, received, &Baggage::default())?;
        self.commit_joined(id, job, vec![cargo, declared]).await
    }

    /// The yards where goods of a kind are: regions of the port, or the airport. Code and name.
    pub fn yards(&self, mode: Mode) -> Vec<(String, Text)> {
        let port = &self.profile.port;
        if mode == Mode::Air {
            let airport = port.airport.clone();
            let name = domain::reference::locode(&airport).map(|place| place.said()).unwrap_or_default();
            return if airport.is_empty() { Vec::new() } else { vec![(airport, name)] };
        }
        let mut yards: Vec<(String, Text)> = Vec::new();
        for berth in &self.profile.berths {
            if !yards.iter().any(|(code, _)| *code == berth.area.en) {
                yards.push((berth.area.en.clone(), berth.area.clone()));
            }
        }
        yards
    }
}
