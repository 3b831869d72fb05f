//! Acts on a flight, in words; the words are sealed before the decision.

use domain::{
    Fault, Instant, Severity, Text,
    flight::{Act, Flight, Ruled},
    formality::Formality,
};
use serde::Deserialize;
use store::Sealed;

use super::FoundFlight;
use crate::{
    Actor, Done, Error, Office,
    acting::{Baggage, Request},
};

/// So many characters are taken of what is written.
const MOST_WORDS: usize = 4000;

/// What is done on a flight, in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum FlightAct {
    /// A time is stated, RFC 3339.
    State {
        /// `off_blocks`, `take_off`, `landing` or `on_blocks`.
        event: String,
        /// `scheduled`, `estimated` or `actual`.
        kind: String,
        /// The time.
        #[serde(deserialize_with = "crate::rfc3339")]
        time: Instant,
    },
    /// The airport gives a stand.
    Stand {
        /// Its code.
        stand: String,
        /// From when, where the airport states it.
        #[serde(default, deserialize_with = "crate::maybe_rfc3339")]
        from: Option<Instant>,
        /// Until when; both or neither.
        #[serde(default, deserialize_with = "crate::maybe_rfc3339")]
        until: Option<Instant>,
    },
    /// An organ grants.
    Grant {
        /// What.
        formality: Formality,
        /// Conditions.
        #[serde(default)]
        words: String,
    },
    /// An organ refuses.
    Refuse {
        /// What.
        formality: Formality,
        /// Why.
        words: String,
        /// Legal reference.
        law: String,
    },
    /// Customs boards.
    Board {
        /// On which ground; not needed where the table demands it.
        #[serde(default)]
        words: String,
        /// Legal reference.
        #[serde(default)]
        law: String,
    },
    /// The quarantine has ended.
    FreePratique {
        /// With which measures.
        #[serde(default)]
        words: String,
    },
    /// An organ holds the flight.
    Hold {
        /// Why.
        words: String,
        /// Legal reference.
        law: String,
    },
    /// The organ lifts its hold.
    Lift,
    /// Persons begin to leave, or goods to be unloaded.
    Open {
        /// `persons` or `goods`.
        what: String,
    },
    /// The crew leaves the airside after all.
    LeaveAirside,
    /// It lands elsewhere.
    Divert {
        /// UN/LOCODE.
        to: String,
    },
    /// It came back after it had taken off.
    Return,
    /// It does not fly.
    Cancel,
}

impl Office {
    /// Does an act on a flight.
    ///
    /// # Errors
    /// [`Error::NotFound`] out of reach; [`Error::Refused`] by the procedure.
    pub async fn do_on_flight(
        &self,
        actor: &Actor,
        number: &str,
        act: &FlightAct,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require_act()?;
        let found = self.flight(actor, number).await?;
        let mut sealed = Vec::new();
        let act = self.flight_act(&found, act, &mut sealed)?;
        let baggage = Baggage { documents: sealed, ..Baggage::default() };
        self.act::<Flight>(actor, &[(found.id, act)], request, &baggage).await
    }

    fn flight_act(&self, found: &FoundFlight, act: &FlightAct, sealed: &mut Vec<Sealed>) -> Result<Act, Error> {
        let mut ruled = |granted: bool, words: &str, law: &str| -> Result<Ruled, Error> {
            let words = self.seal_written(found.id, words, (MOST_WORDS, "PQ-FLIGHT-021"), sealed)?;
            Ok(Ruled { granted, words, law: law.trim().to_owned() })
        };
        Ok(match act {
            FlightAct::State { event, kind, time } => {
                Act::State { event: event.clone(), kind: kind.clone(), time: *time }
            }
            FlightAct::Stand { stand, from, until } => {
                let used = match (*from, *until) {
                    (None, None) => None,
                    (Some(from), Some(until)) => Some((from, until)),
                    (from, _) => return Err(Error::Invalid(vec![half_stated(from.is_none())])),
                };
                Act::Stand { stand: stand.clone(), used }
            }
            FlightAct::Grant { formality, words } => {
                Act::Rule { formality: *formality, ruled: ruled(true, words, "")? }
            }
            FlightAct::Refuse { formality, words, law } => {
                Act::Rule { formality: *formality, ruled: ruled(false, words, law)? }
            }
            FlightAct::Board { words, law } => Act::Board(ruled(true, words, law)?),
            FlightAct::FreePratique { words } => Act::FreePratique(ruled(true, words, "")?),
            FlightAct::Hold { words, law } => Act::Hold(ruled(false, words, law)?),
            FlightAct::Lift => Act::Lift,
            FlightAct::Open { what } => Act::Open(what.clone()),
            FlightAct::LeaveAirside => Act::LeaveAirside,
            FlightAct::Divert { to } => Act::Divert(to.trim().to_uppercase()),
            FlightAct::Return => Act::Return,
            FlightAct::Cancel => Act::Cancel,
        })
    }
}

/// A stand is stated from when until when, or reckoned by the table.
fn half_stated(beginning: bool) -> Fault {
    let place = if beginning { "/from" } else { "/until" };
    let text = Text::new("机位占用起止时间只填了一个。", "The stand is stated with a beginning or an end alone.");
    let remedy =
        Text::new("请两个都填，或都不填（按规则推算）。", "Give both, or neither: then it is reckoned by the table.");
    Fault::new(Severity::Error, "PQ-FLIGHT-024", place, text, remedy)
}
