//! Manifests: filed by page, workbook and API, amended, decided on and reported there. Each of their consignments is a matter of
//! its own, made and changed in the transaction of its manifest.

mod changing;
mod kept;
mod reading;
mod workbook;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Fault, Instant, Severity, Text, Value,
    formality::CheckContext,
    manifest::{Act, Content, Manifest, Mode, NewManifest, content},
    matter::Party,
};
use serde::Deserialize;
use store::{Reach, reach::organ_party};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office, Request, Right, Role,
    acting::{Baggage, Step},
    numbers::Numbered,
};

pub use reading::FoundManifest;
pub use workbook::read_sheet;

/// What a document with lines serves.
pub(crate) const PURPOSE: &str = "manifest";

/// So many characters are taken of what is written.
const MOST_WORDS: usize = 4000;

/// A manifest as it is sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// `sea` or `air`.
    pub mode: Mode,
    /// `import` or `export`.
    pub direction: String,
    /// The number of the call or flight.
    pub conveyance: String,
    /// The firm's own reference.
    pub reference: String,
    /// When loading begins, where it is known: abroad for imports.
    #[serde(default, deserialize_with = "crate::maybe_rfc3339")]
    pub loading: Option<Instant>,
    /// The goods, line by line.
    pub lines: Value,
}

/// What is done on a manifest, in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum ManifestAct {
    /// Customs decides on the amendment that waits.
    Decide {
        /// True for its leave.
        granted: bool,
        /// Why.
        #[serde(default)]
        words: String,
    },
    /// The terminal reports what is there.
    Arrive {
        /// The bills; all where none is named.
        #[serde(default)]
        bills: Vec<String>,
        /// At which yard.
        yard: String,
    },
    /// Its firm takes it back.
    Withdraw,
}

/// What became of a manifest that was sent.
#[derive(Debug)]
pub struct ManifestSent {
    /// The receipt.
    pub done: Done,
    /// What is worth knowing of it.
    pub faults: Vec<Fault>,
}

impl Actor {
    /// What the store lets this actor find among manifests and consignments: an organ what it is a party to.
    pub(crate) fn cargo_reach(&self) -> Reach {
        match &self.party {
            Party::Firm(firm) => Reach::Firm(firm.clone()),
            Party::Organ(organ) => Reach::Firm(organ_party(organ)),
            Party::Clock => Reach::System("clocks"),
        }
    }

    /// The firm for which is acted.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who acts for none.
    pub(crate) fn acting_firm(&self) -> Result<String, Error> {
        match (&self.on_behalf, &self.party) {
            (Some(principal), _) => Ok(principal.clone()),
            (None, Party::Firm(firm)) => Ok(firm.clone()),
            _ => Err(Error::Forbidden),
        }
    }
}

impl Office {
    /// The lines in their canonical form, and what is wrong with them.
    fn check_manifest(&self, mode: Mode, value: Value) -> (Value, Vec<Fault>) {
        let context = CheckContext { on: self.now().timestamp(), zone: self.profile.zone.clone() };
        content::read(mode, value, &context)
    }

    /// Files a manifest with its lines.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault; [`Error::Refused`] by the procedure; [`Error::NotFound`] for a conveyance that does
    /// not concern the firm.
    pub async fn file_manifest(
        &self,
        actor: &Actor,
        wanted: &Wanted,
        request: &Request,
    ) -> Result<ManifestSent, Error> {
        actor.require(Right::File)?;
        let firm = actor.acting_firm()?;
        if let Some(done) = self.known_answer(actor, request).await? {
            return Ok(ManifestSent { done, faults: Vec::new() });
        }
        let (value, mut faults) =
            self.check_manifest(wanted.mode, Value::from([(content::LINES, wanted.lines.clone())]));
        faults.extend(check_wanted(wanted));
        if faults.iter().any(Fault::is_error) {
            return Err(Error::Invalid(faults));
        }
        let conveyance = self.conveyance(actor, wanted).await?;
        let parts = content::consignments(&value);
        faults.extend(conveyance.compared(&parts));
        // Of two manifests for one conveyance at the same moment one looks again.
        let mark = format!("manifest {}", wanted.conveyance);
        for _ in 0..3 {
            let read = self.store.guard(&mark).await?;
            self.require_new_bills(&wanted.conveyance, &parts, "").await?;
            let id = self.new_id();
            let number = self.next_number(Numbered::Manifest).await?;
            let sealed = self.seal_bytes(id, PURPOSE, serde_json::to_vec(&value)?)?;
            let content = contents(&number, 0, &BTreeMap::new(), &parts, sealed.id.to_string());
            let what = format!("manifest {number} of {} consignments", parts.len());
            let new = NewManifest {
                number,
                firm: firm.clone(),
                reference: wanted.reference.trim().to_owned(),
                mode: wanted.mode,
                direction: wanted.direction.clone(),
                conveyance: wanted.conveyance.clone(),
                times: conveyance.times.clone(),
                content,
            };
            let act = Act::File(Box::new(new));
            let side = vec![self.store.guard_side(&mark, read)];
            let baggage = Baggage { documents: vec![sealed], side, what, ..Baggage::default() };
            let step = Step { id, read: Manifest::default(), acts: std::slice::from_ref(&act) };
            let before = BTreeMap::new();
            match self.commit_manifest(actor, step, &act, (&before, &parts), request, &baggage).await {
                Err(Error::Conflict) => {}
                done => return Ok(ManifestSent { done: done?, faults }),
            }
        }
        Err(Error::Conflict)
    }

    /// Files another edition: all lines again, as they are now.
    ///
    /// # Errors
    /// As [`Office::file_manifest`].
    pub async fn amend_manifest(
        &self,
        actor: &Actor,
        number: &str,
        lines: Value,
        request: &Request,
    ) -> Result<ManifestSent, Error> {
        actor.require(Right::File)?;
        let found = self.manifest(actor, number).await?;
        let filed = &found.manifest.filed;
        if let Some(done) = self.known_answer(actor, &request.about(found.id, "")).await? {
            return Ok(ManifestSent { done, faults: Vec::new() });
        }
        let (value, mut faults) = self.check_manifest(filed.mode, Value::from([(content::LINES, lines)]));
        if faults.iter().any(Fault::is_error) {
            return Err(Error::Invalid(faults));
        }
        let parts = content::consignments(&value);
        let dangerous = self.dangerous_of(&filed.conveyance).await?;
        faults.extend(dangerous.and_then(|fal7| changing::dangerous_fault(&parts, &fal7)));
        let mark = format!("manifest {}", filed.conveyance);
        for _ in 0..3 {
            let read = self.store.guard(&mark).await?;
            let manifest = self.read::<Manifest>(Reach::System("deciding"), found.id).await?;
            self.require_new_bills(&filed.conveyance, &parts, number).await?;
            let sealed = self.seal_bytes(found.id, PURPOSE, serde_json::to_vec(&value)?)?;
            let last = manifest.last_serial;
            let content = contents(number, last, &manifest.content.bills, &parts, sealed.id.to_string());
            let before = self.parts_of(found.id, &manifest.content.document).await?;
            let waits = manifest.needs_leave(self.now());
            let act = Act::Amend(content);
            let side = vec![self.store.guard_side(&mark, read)];
            let baggage = Baggage { documents: vec![sealed], side, ..Baggage::default() };
            let step = Step { id: found.id, read: manifest, acts: std::slice::from_ref(&act) };
            let change = if waits { (&before, &Vec::new()) } else { (&before, &parts) };
            match self.commit_manifest(actor, step, &act, change, request, &baggage).await {
                Err(Error::Conflict) => {}
                done => return Ok(ManifestSent { done: done?, faults }),
            }
        }
        Err(Error::Conflict)
    }

    /// Does an act of customs, the terminal or the firm.
    ///
    /// # Errors
    /// [`Error::Refused`] by the procedure, [`Error::NotFound`] out of reach.
    pub async fn do_on_manifest(
        &self,
        actor: &Actor,
        number: &str,
        wanted: &ManifestAct,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require_act()?;
        let found = self.manifest(actor, number).await?;
        if let Some(done) = self.known_answer(actor, &request.about(found.id, "")).await? {
            return Ok(done);
        }
        for _ in 0..3 {
            let manifest = self.read::<Manifest>(Reach::System("deciding"), found.id).await?;
            let mut documents = Vec::new();
            let act = match wanted {
                ManifestAct::Decide { granted, words } => {
                    let words = self.seal_cargo_words(found.id, words, &mut documents)?;
                    Act::Decide { granted: *granted, words }
                }
                ManifestAct::Arrive { bills, .. } => Act::Arrive {
                    bills: match bills.is_empty() {
                        true => manifest.content.bills.keys().cloned().collect(),
                        false => bills.iter().map(|bill| bill.trim().to_uppercase()).collect(),
                    },
                },
                ManifestAct::Withdraw => Act::Withdraw,
            };
            let baggage = Baggage { documents, ..Baggage::default() };
            let done = match wanted {
                ManifestAct::Arrive { yard, .. } => {
                    self.commit_arrival(actor, (found.id, manifest), &act, yard, request, &baggage).await
                }
                _ => {
                    let before = self.parts_of(found.id, &manifest.content.document).await?;
                    let parts = match (&act, &manifest.asked) {
                        (Act::Decide { granted: true, .. }, Some((_, asked))) => {
                            self.parts_of(found.id, &asked.document).await?.into_values().collect()
                        }
                        _ => Vec::new(),
                    };
                    let step = Step { id: found.id, read: manifest, acts: std::slice::from_ref(&act) };
                    self.commit_manifest(actor, step, &act, (&before, &parts), request, &baggage).await
                }
            };
            match done {
                Err(Error::Conflict) => {}
                other => return other,
            }
        }
        Err(Error::Conflict)
    }

    /// Words of an act, sealed; none where nothing is written.
    pub(crate) fn seal_cargo_words(
        &self,
        matter: Uuid,
        words: &str,
        documents: &mut Vec<store::Sealed>,
    ) -> Result<Option<String>, Error> {
        self.seal_written(matter, words, (MOST_WORDS, "PQ-CARGO-030"), documents)
    }
}

/// What the journal may say of lines: each bill with its consignment's number, new ones after the last.
fn contents(
    number: &str,
    last: u32,
    known: &BTreeMap<String, String>,
    parts: &[content::Part],
    document: String,
) -> Content {
    let mut last = last;
    let mut bills = BTreeMap::new();
    for part in parts {
        let bill = part.told.bill();
        let of = known.get(&bill).cloned().unwrap_or_else(|| {
            last += 1;
            format!("{number}-{last:04}")
        });
        bills.insert(bill, of);
    }
    let containers: BTreeSet<&str> =
        parts.iter().flat_map(|part| &part.told.boxes).map(|of| of.number.as_str()).collect();
    let dangerous = parts.iter().flat_map(|part| part.told.dangerous.iter().cloned()).collect();
    Content { document, bills, containers: containers.len(), dangerous }
}

fn check_wanted(wanted: &Wanted) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !matches!(wanted.direction.as_str(), "import" | "export") {
        faults.push(fault(
            "PQ-MANIFEST-030",
            "/direction",
            Text::new("没有写明进口还是出口。", "It does not say import or export."),
            Text::new("请选择进口或出口。", "Choose import or export."),
        ));
    }
    let reference = wanted.reference.trim();
    if reference.is_empty() || reference.chars().count() > 70 {
        faults.push(fault(
            "PQ-MANIFEST-031",
            "/reference",
            Text::new("企业编号为空或超过 70 字。", "The reference is missing, or longer than 70 characters."),
            Text::new("请填写贵司的舱单编号。", "Give your own reference of the manifest."),
        ));
    }
    faults
}

pub(crate) fn fault(code: &str, place: &str, text: Text, remedy: Text) -> Fault {
    Fault::new(Severity::Error, code, place, text, remedy)
}

/// Who may read the manifest of another: nobody; customs, the terminal and its firm read it.
pub(crate) fn reads_whole(actor: &Actor, manifest: &Manifest) -> bool {
    match &actor.party {
        Party::Firm(firm) => manifest.filed.firm == *firm,
        Party::Organ(organ) => {
            actor.role != Role::Guard && (manifest.units.decides == *organ || manifest.units.terminal == *organ)
        }
        Party::Clock => false,
    }
}
