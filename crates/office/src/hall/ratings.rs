//! What visitors say of a service: good or bad, and why. Who was not content and leaves a name is called back: her words become
//! a problem, whose clocks demand that she is spoken with within a working day.

use serde_json::json;
use store::ratings::Rating;

use super::{Who, fault, opens};
use crate::{Actor, Error, NewReport, Office, Request, Right, problems::Contact};

/// The topic, impact and urgency by which the table of severities gives the class whose contact is due in a working day.
const AS_PROBLEM: (&str, &str, &str) = ("other", "ordinary", "today");
/// So many days are looked back on.
const DAYS: i64 = 30;
/// So many ratings are looked at.
const MOST: i64 = 5000;
/// No words are longer, in characters.
const MOST_WORDS: usize = 500;

/// What somebody says.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// True when she was content.
    pub good: bool,
    /// Why.
    pub why: String,
    /// Her name; empty when she does not want to be called.
    pub name: String,
    /// Her telephone.
    pub phone: String,
    /// `zh` or `en`.
    pub language: String,
}

/// How a service was rated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rated {
    /// Service, or the line where none was named.
    pub of: String,
    /// How many were content.
    pub good: usize,
    /// How many were not.
    pub bad: usize,
}

impl Office {
    /// True when what a secret opens can be rated: a visit to a desk that is over, or one at the counter.
    ///
    /// # Errors
    /// The store's own.
    pub async fn may_rate(&self, secret: &str) -> Result<bool, Error> {
        match self.rateable(secret).await? {
            Some(of) => Ok(!self.store.is_rated(of.about).await?),
            None => Ok(false),
        }
    }

    async fn rateable(&self, secret: &str) -> Result<Option<Rating>, Error> {
        let rating = Rating { id: self.new_id(), at: self.now().0, ..Rating::default() };
        if let Some(ticket) = self.store.ticket_by_secret(opens(secret)).await?.filter(|of| of.state == "done") {
            let (service, line, clerk) = (ticket.service, ticket.line, ticket.clerk);
            return Ok(Some(Rating { about: ticket.id, service, line, clerk, ..rating }));
        }
        let visit = self.store.visit_by_secret(opens(secret)).await?.filter(|of| of.state != "offered");
        Ok(visit.map(|visit| {
            let service = visit.services.split_whitespace().next().unwrap_or_default().to_owned();
            Rating { about: visit.id, service, clerk: visit.clerk, ..rating }
        }))
    }

    /// Takes a rating, once; gives the number of the problem that it opened.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a wrong secret; [`Error::Invalid`] for a name without a telephone number;
    /// [`Error::Refused`] for the second one.
    pub async fn rate(&self, secret: &str, said: &Said) -> Result<Option<String>, Error> {
        let mut rating = self.rateable(secret).await?.ok_or(Error::NotFound)?;
        let call_back = !said.good && !said.name.trim().is_empty();
        let who = Who {
            name: said.name.trim().to_owned(),
            phone: said.phone.trim().to_owned(),
            language: said.language.clone(),
            words: said.why.trim().chars().take(MOST_WORDS).collect(),
            ..Who::default()
        };
        let faults = who.faults();
        if call_back && !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        if self.store.is_rated(rating.about).await? {
            return Err(Error::Refused(twice()));
        }
        rating.good = said.good;
        if call_back {
            rating.problem = self.call_back(&rating, &who).await?;
        }
        let side = vec![self.store.rating_side(&rating), self.who_side(rating.id, &who)?];
        let detail =
            json!({"service": rating.service, "line": rating.line, "good": rating.good, "problem": rating.problem});
        let about = rating.about.to_string();
        match self.hall_change(None, "service.rated", ("", &about), &detail, side).await {
            Err(Error::Conflict) => return Err(Error::Refused(twice())),
            other => drop(other?),
        }
        Ok(Some(rating.problem).filter(|number| !number.is_empty()))
    }

    async fn call_back(&self, rating: &Rating, who: &Who) -> Result<String, Error> {
        let (topic, impact, urgency) = AS_PROBLEM;
        let words = if who.words.is_empty() { "—" } else { who.words.as_str() };
        let new = NewReport {
            topic: topic.to_owned(),
            impact: impact.to_owned(),
            urgency: urgency.to_owned(),
            words: format!(
                "服务大厅差评，请回访。Rated as bad in the hall, to be called back. {}: {words}",
                rating.service
            ),
            contact: Contact { name: who.name.clone(), phone: who.phone.clone(), ..Contact::default() },
            language: who.language.clone(),
            ..NewReport::default()
        };
        // Sent again after a fault it is the same problem.
        let once = format!("rating/{}", rating.about);
        let request = Request::new("rating", Some(once.clone()), once.as_bytes(), "counter");
        Ok(self.report(&Actor::reporter(&who.language), &new, &request).await?.number)
    }

    /// How services were rated in the last days, and what was said of the bad ones.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not serve in the hall.
    pub async fn ratings(&self, actor: &Actor) -> Result<(Vec<Rated>, Vec<(Rating, String)>), Error> {
        actor.require(Right::ServeHall)?;
        let since = self.now().0 - DAYS * 24 * domain::instant::HOUR;
        let all = self.store.ratings_since(since, MOST).await?;
        let mut rated: Vec<Rated> = Vec::new();
        let mut bad = Vec::new();
        for rating in all {
            let of = if rating.service.is_empty() { &rating.line } else { &rating.service };
            let place = match rated.iter().position(|known| known.of == *of) {
                Some(place) => place,
                None => {
                    rated.push(Rated { of: of.clone(), ..Rated::default() });
                    rated.len() - 1
                }
            };
            if rating.good {
                rated[place].good += 1;
            } else {
                rated[place].bad += 1;
                let words = self.who(rating.id).await?.words;
                bad.push((rating, words));
            }
        }
        Ok((rated, bad))
    }
}

fn twice() -> domain::Fault {
    fault(
        "PQ-HALL-023",
        "",
        "本次服务已经评价过。",
        "This service was rated before.",
        "每次办理评价一次；另有意见请反映问题。",
        "Each visit is rated once; report a problem for what else there is to say.",
    )
}
