//! Filing for a flight: one formality, or what a message or workbook holds.

use domain::{
    Fault, Severity, Text, Value,
    flight::{Entry, Flight},
    formality::Formality,
    reference,
};
use uuid::Uuid;

use super::FoundFlight;
use crate::{
    Actor, Done, Error, Office, Right,
    acting::{Baggage, Request},
    filing::unchanged,
    kept::record,
    uploads::{beside, placed},
};

/// What became of a filing.
#[derive(Clone, Debug)]
pub struct FlightFiled {
    /// The answer with its receipt: that of the version that stands, where nothing was filed.
    pub done: Done,
    /// What is to be said of it.
    pub faults: Vec<Fault>,
    /// True when the same stands filed word for word, so that nothing was filed and nobody looks again.
    pub unchanged: bool,
}

/// What became of an upload.
#[derive(Clone, Debug, Default)]
pub struct FlightUpload {
    /// What it was: `paxlst`, `fal-workbook`, `json`.
    pub kind: String,
    /// Everything wrong with it, in the order of its places.
    pub faults: Vec<Fault>,
    /// What was filed, with its receipt.
    pub filed: Vec<(Formality, Done)>,
    /// What stands filed word for word.
    pub unchanged: Vec<Formality>,
    /// What was not filed, because a rule or the procedure refuses it; its rows are kept as a draft where a rule does.
    pub refused: Vec<Formality>,
}

impl Office {
    /// Files a version of a formality for a flight.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault when a rule forbids it; warnings are accepted and flagged.
    pub async fn file_for_flight(
        &self,
        actor: &Actor,
        found: &FoundFlight,
        (of, content): (Formality, Value),
        request: &Request,
    ) -> Result<FlightFiled, Error> {
        actor.require(Right::File)?;
        let flight = (found.id, found.flight.number.as_str());
        let as_it_stands = |done| FlightFiled { done, faults: vec![unchanged(of)], unchanged: true };
        if found.flight.filed(of).is_some()
            && let Some(done) = self.answered_as_it_stood(actor, flight, of.code(), request).await?
        {
            return Ok(as_it_stands(done));
        }
        let (content, faults) = self.check_for_flight(&found.flight, of, content);
        if faults.iter().any(Fault::is_error) {
            return Err(Error::Invalid(faults));
        }
        if let Some(standing) = found.flight.filed(of) {
            let same = match self.flight_content(found, &standing.filed.document).await {
                Err(Error::Gone(_)) => false,
                stands => stands? == content,
            };
            if same && self.known_answer(actor, &request.about(found.id, of.code())).await?.is_none() {
                let receipt = self.receipt_of_list(actor, found.id, &standing.filed.document).await?;
                let done = self.answer_as_it_stands(actor, flight, (of.code(), receipt), request).await?;
                return Ok(as_it_stands(done));
            }
        }
        let (act, sealed) = self.act_of_filing(found.id, of, &content, &faults)?;
        let version = found.flight.filings.get(&of).map_or(0, Vec::len) + 1;
        let what = format!("{} v{version} of flight {}", of.code(), found.flight.number);
        let side = vec![self.draft_gone_side(actor, found.id, of.code())];
        let baggage = Baggage { documents: vec![sealed], what, side, ..Baggage::default() };
        let done = self.act::<Flight>(actor, &[(found.id, act)], request, &baggage).await?;
        Ok(FlightFiled { done, faults, unchanged: false })
    }

    /// The receipt of the version that names a document.
    async fn receipt_of_list(&self, actor: &Actor, id: Uuid, document: &str) -> Result<Uuid, Error> {
        let rows = self.store.reach(actor.party_reach()).entries(id, 0, i64::MAX).await?;
        for row in rows {
            if matches!(record::<Flight>(&row)?.entry, Entry::Filed { filed, .. } if filed.document == document) {
                return Ok(row.receipt);
            }
        }
        Err(Error::NotFound)
    }

    /// Reads an upload and files what it holds for a flight: what is good is filed, and every fault is named at its place.
    ///
    /// # Errors
    /// The store's own.
    pub async fn upload_for_flight(
        &self,
        actor: &Actor,
        number: &str,
        (name, bytes): (&str, &[u8]),
        (key, channel): (&str, &'static str),
    ) -> Result<FlightUpload, Error> {
        actor.require(Right::File)?;
        let mut reading = self.read_message(name, bytes);
        let mut upload = FlightUpload {
            kind: reading.kind.as_str().to_owned(),
            faults: std::mem::take(&mut reading.faults),
            ..FlightUpload::default()
        };
        let unreadable = upload.faults.iter().any(Fault::is_error);
        for (code, content) in std::mem::take(&mut reading.documents) {
            let Some(of) = Formality::from_code(&code) else { continue };
            let found = self.flight(actor, number).await?;
            if unreadable {
                // What a message's own faults put in doubt is kept to be looked at, so that nothing is typed again; what the
                // rules say is told beside them.
                let (_, rules) = self.check_for_flight(&found.flight, of, content.clone());
                beside(&mut upload.faults, placed(rules, &code, &reading));
                self.save_draft(actor, Some(found.id), of.code(), &located(content.clone())).await?;
                upload.refused.push(of);
                continue;
            }
            let kept = located(content.clone());
            let request = Request::new("flight upload", Some(format!("{key}/{code}")), bytes, channel);
            match self.file_for_flight(actor, &found, (of, content), &request).await {
                Ok(FlightFiled { done, faults, unchanged }) => {
                    upload.faults.extend(placed(faults, &code, &reading));
                    match unchanged {
                        false => upload.filed.push((of, done)),
                        true => upload.unchanged.push(of),
                    }
                }
                Err(Error::Invalid(faults)) => {
                    upload.faults.extend(placed(faults, &code, &reading));
                    self.save_draft(actor, Some(found.id), of.code(), &kept).await?;
                    upload.refused.push(of);
                }
                Err(Error::Refused(fault)) => {
                    upload.faults.push(fault);
                    upload.refused.push(of);
                }
                Err(other) => return Err(other),
            }
        }
        Ok(upload)
    }
}

/// The content with places by the codes that airlines write, IATA's, as UN/LOCODE where that tells of a single one.
pub(crate) fn located(mut content: Value) -> Value {
    if let Value::Map(lists) = &mut content {
        for row in lists.values_mut().filter_map(rows_of).flatten() {
            let Value::Map(row) = row else { continue };
            for name in PLACES {
                let found =
                    row.get(name).and_then(Value::text).filter(|code| code.len() == 3).and_then(reference::airport);
                if let Some(found) = found {
                    row.insert(name.to_owned(), found.code.into());
                }
            }
        }
    }
    content
}

fn rows_of(list: &mut Value) -> Option<&mut Vec<Value>> {
    match list {
        Value::List(rows) => Some(rows),
        _ => None,
    }
}

const PLACES: [&str; 3] = ["port_of_embarkation", "port_of_disembarkation", "place"];

/// What airlines' lists do not say, or say by codes of their own, is flagged and no more: the rank of the crew, and places
/// that no list knows.
pub(super) fn tolerated(fault: Fault) -> Fault {
    let is_rank = fault.code == "PQ-FIELD-001" && fault.location.ends_with("/rank");
    let is_place = fault.code == "PQ-FIELD-006" && PLACES[..2].iter().any(|place| fault.location.ends_with(place));
    if is_rank || is_place { Fault { severity: Severity::Warning, ..fault } } else { fault }
}

/// A warning where a list has another number of persons than the declaration says.
pub(super) fn disagreement(flight: &Flight, of: Formality, content: &Value) -> Option<Fault> {
    let stated = |fact: &str| flight.facts.get(fact).and_then(Value::integer);
    let (rows, said) = match of {
        Formality::CrewList => {
            ("members", flight.filed(Formality::FlightDeclaration).and_then(|_| stated("persons_crew"))?)
        }
        Formality::PassengerList => {
            let fact = match flight.told.direction {
                domain::flight::Direction::Arrival => "passengers_disembarking",
                domain::flight::Direction::Departure => "passengers_embarking",
            };
            ("passengers", stated(fact)?)
        }
        _ => return None,
    };
    let listed = i64::try_from(content.get(rows).list().len()).unwrap_or(i64::MAX);
    (listed != said).then(|| {
        Fault::new(
            Severity::Warning,
            "PQ-FLIGHT-022",
            format!("/{rows}"),
            Text::new(
                format!("名单有 {listed} 人，总申报单写 {said} 人。"),
                format!("The list has {listed} persons, the general declaration says {said}."),
            ),
            Text::new("请核对并更正其中一份。", "Compare the two, and correct one of them."),
        )
    })
}
