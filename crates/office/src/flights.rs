//! Flights: announced and filed for by the carrier, decided by the organs, given stands by the airport.

mod acts;
mod kept;
mod lists;
mod message;

use domain::{
    Fault, Severity, Text, Value,
    flight::{Act, Filed as ActFiled, Flight, NewFlight, Record},
    formality::{self, CheckContext, Formality},
    ship_call::Party,
};
use store::{Filter, Order, Reach, Stored};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office, PageOf, Right,
    acting::{Baggage, Request},
    numbers::Numbered,
};

pub use acts::FlightAct;
pub(crate) use lists::located;
pub use lists::{FlightFiled, FlightUpload};
pub use message::FlightMessage;

/// Lines of a page.
const PAGE: i64 = 60;

/// A flight with its identifier.
#[derive(Clone, Debug)]
pub struct FoundFlight {
    /// The matter's identifier.
    pub id: Uuid,
    /// The fold.
    pub flight: Flight,
}

/// Which flights to list.
#[derive(Clone, Debug, Default)]
pub struct FlightFilter {
    /// Only this direction, by its code.
    pub direction: Option<String>,
    /// Only these states.
    pub states: Vec<String>,
    /// Only what waits for the reader's own firm or unit.
    pub mine: bool,
    /// Only flights of these instants, microseconds, the second excluded.
    pub between: Option<(i64, i64)>,
    /// The cursor of the page before.
    pub after: Option<String>,
}

impl Office {
    /// A firm announces its flights, and the airport those that nobody announced.
    pub fn may_announce(&self, actor: &Actor) -> bool {
        match &actor.party {
            Party::Firm(_) => actor.may(Right::File),
            Party::Organ(organ) => {
                domain::flight::airport(&self.profile) == Some(organ) && actor.may(Right::StateTimes)
            }
            Party::Clock => false,
        }
    }

    /// Announces a flight; its number is given here.
    ///
    /// # Errors
    /// [`Error::Refused`] for a code that is none, with its place.
    pub async fn announce_flight(&self, actor: &Actor, new: NewFlight, request: &Request) -> Result<Done, Error> {
        if !self.may_announce(actor) {
            return Err(Error::Forbidden);
        }
        if !self.is_firm(&new.firm).await? {
            return Err(Error::Invalid(vec![fault(
                "PQ-FLIGHT-020",
                "/firm",
                Text::new("没有这家企业。", "There is no such firm."),
                Text::new("请从企业名录选择承运人或地面代理。", "Choose the carrier or its handler from the firms."),
            )]));
        }
        if let Some(known) = self.known_answer(actor, request).await? {
            return Ok(known);
        }
        let number = self.next_number(Numbered::Flight).await?;
        let new = NewFlight { number, ..new };
        let what = format!("flight {} announced as {}", new.designator, new.number);
        let baggage = Baggage { what, ..Baggage::default() };
        self.act::<Flight>(actor, &[(self.new_id(), Act::Announce(Box::new(new)))], request, &baggage).await
    }

    /// A flight by its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the actor.
    pub async fn flight(&self, actor: &Actor, number: &str) -> Result<FoundFlight, Error> {
        actor.require(Right::ReadCalls)?;
        let stored = self.store.reach(actor.party_reach()).matter_by_number(number).await?;
        let stored = stored.filter(|stored| stored.kind == kept::FLIGHT).ok_or(Error::NotFound)?;
        let id = stored.id;
        Ok(FoundFlight { id, flight: self.unfold(stored).await? })
    }

    /// A page of flights within the actor's reach, in the order of their times.
    ///
    /// # Errors
    /// The store's own.
    pub async fn flights(&self, actor: &Actor, filter: &FlightFilter) -> Result<PageOf<Stored>, Error> {
        actor.require(Right::ReadCalls)?;
        let holder = match &actor.party {
            Party::Organ(organ) => organ.as_str(),
            _ => "firm",
        };
        let wanted = Filter {
            states: filter.states.clone(),
            place: filter.direction.clone(),
            holder: filter.mine.then(|| holder.to_owned()),
            starts_between: filter.between,
            order: Order::Starts,
            ..Filter::default()
        };
        self.page_of(actor.party_reach(), kept::FLIGHT, &wanted, filter.after.as_deref(), PAGE).await
    }

    /// The flights of an airport's board, folded: every one within reach whose time lies between two instants.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who has no board.
    pub async fn flight_board(&self, actor: &Actor, between: (i64, i64)) -> Result<Vec<Flight>, Error> {
        actor.require(Right::SeeBoard)?;
        let mut filter = FlightFilter { between: Some(between), ..FlightFilter::default() };
        let mut flights = Vec::new();
        loop {
            let page = self.flights(actor, &filter).await?;
            let ids: Vec<Uuid> = page.lines.iter().map(|line| line.id).collect();
            let stored = self.store.reach(actor.party_reach()).matters(&ids).await?;
            for stored in stored {
                flights.push(self.unfold::<Flight>(stored).await?);
            }
            match page.next {
                Some(next) => filter.after = Some(next),
                None => break,
            }
        }
        flights.sort_by_key(|flight| (flight.expected(flight.told.direction.event()), flight.number.clone()));
        Ok(flights)
    }

    /// The journal of a flight, oldest first.
    ///
    /// # Errors
    /// The store's own; empty out of reach.
    pub async fn flight_journal(&self, actor: &Actor, id: Uuid) -> Result<Vec<Record>, Error> {
        let rows = self.store.reach(actor.party_reach()).entries(id, 0, 1000).await?;
        rows.iter().map(crate::kept::record::<Flight>).collect()
    }

    /// What was filed, as the actor may see it: the standing version.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing stands filed, or nothing of it concerns the actor; [`Error::Gone`] when it was erased.
    pub async fn flight_filing(&self, actor: &Actor, found: &FoundFlight, of: Formality) -> Result<Value, Error> {
        actor.require(Right::ReadCalls)?;
        let version = found.flight.filed(of).ok_or(Error::NotFound)?;
        let whole = self.flight_content(found, &version.filed.document).await?;
        let Party::Organ(organ) = &actor.party else { return Ok(whole) };
        let part = if found.flight.organs().contains(&organ.as_str()) { "decides" } else { "none" };
        let recorded = self.record_look(actor, found.id, of).await?;
        let shown = formality::visible(of, &whole, |field: &formality::Field| {
            (recorded || !field.personal.is_personal())
                && self.known_to(organ, field.personal.code(), of.code(), field.name, part)
        });
        if shown.is_empty() { Err(Error::NotFound) } else { Ok(shown) }
    }

    /// What somebody wrote in an act on a flight.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a document that the flight does not name.
    pub async fn flight_words(&self, found: &FoundFlight, document: &str) -> Result<String, Error> {
        let bytes = self.flight_document(found, document).await?;
        String::from_utf8(bytes).map_err(|error| Error::Internal(error.to_string()))
    }

    async fn flight_content(&self, found: &FoundFlight, document: &str) -> Result<Value, Error> {
        Ok(serde_json::from_slice(&self.flight_document(found, document).await?)?)
    }

    /// The bytes of a document that the flight names: whoever found it through her reach asks.
    async fn flight_document(&self, found: &FoundFlight, document: &str) -> Result<Vec<u8>, Error> {
        let id = Uuid::parse_str(document).map_err(|_| Error::NotFound)?;
        let reach = self.store.reach(Reach::System("documents of a flight"));
        let stored = reach.document(id).await?.filter(|stored| stored.matter == found.id).ok_or(Error::NotFound)?;
        let store::Document { bytes, erased, .. } = stored;
        bytes.ok_or_else(|| self.gone(erased))
    }

    /// What the catalogue says of a filing for a flight.
    fn check_for_flight(&self, flight: &Flight, of: Formality, content: Value) -> (Value, Vec<Fault>) {
        let context = CheckContext { on: self.now().timestamp(), zone: self.profile.zone.clone() };
        let (content, faults) = formality::read(of, lists::located(content), &context);
        let mut faults: Vec<Fault> = faults.into_iter().map(lists::tolerated).collect();
        faults.extend(lists::disagreement(flight, of, &content));
        (content, faults)
    }

    fn act_of_filing(
        &self,
        id: Uuid,
        of: Formality,
        content: &Value,
        faults: &[Fault],
    ) -> Result<(Act, store::Sealed), Error> {
        let sealed = self.seal_filing(id, of, content)?;
        let warnings = faults.iter().filter(|fault| fault.severity == Severity::Warning).count();
        let facts = match (of.spec().facts)(content) {
            Value::Map(facts) => facts,
            _ => Default::default(),
        };
        let act = Act::File(ActFiled {
            formality: of,
            document: sealed.id.to_string(),
            digest: crate::filing::hex(&sealed.salted_digest),
            facts,
            warnings: u32::try_from(warnings).unwrap_or(u32::MAX),
        });
        Ok((act, sealed))
    }
}

fn fault(code: &str, place: &str, text: Text, remedy: Text) -> Fault {
    Fault::new(Severity::Error, code, place, text, remedy)
}
