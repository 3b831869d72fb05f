//! The dispatch catalogue: rows of the profile, and before them the rulings of the port office, each dated, each with the
//! ruling as its law.

use std::collections::BTreeMap;

use domain::{
    Instant, Text,
    problem::{Act, DispatchRow, Problem, Role, dispatch, dispatch_inputs, topics},
};
use serde::{Deserialize, Serialize};
use store::{Reach, Side};
use uuid::Uuid;

use super::Case;
use crate::{Actor, Error, Office, Right};

/// The register of rulings that extend the catalogue.
const REGISTER: &str = "dispatch-precedent";
/// So many are read at once.
const AT_ONCE: i64 = 500;

/// A ruling that extends the catalogue, as it is kept.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Ruled {
    /// The topic; empty in those that were kept before it stood in the record.
    topic: String,
    /// Further inputs of the catalogue for which alone it holds, with what they must say.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    only: BTreeMap<String, String>,
    /// The unit that was ruled to have it.
    lead: String,
    /// The co-handler that it replaces; empty when it leads.
    instead_of: String,
    /// The document with the legal basis.
    law: String,
    /// The case in which was ruled.
    number: String,
    /// From when it holds.
    from: Instant,
    /// Until when; none while it holds.
    until: Option<Instant>,
}

/// A ruling that extends the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precedent {
    /// Its key in the register.
    pub key: String,
    /// The topic.
    pub topic: String,
    /// Further inputs of the catalogue for which alone it holds, with what they must say.
    pub only: BTreeMap<String, String>,
    /// The unit that has it from now on.
    pub organ: String,
    /// The co-handler that it replaces; none when it leads.
    pub instead_of: Option<String>,
    /// The case in which was ruled.
    pub number: String,
    /// The rule on which the ruling rests.
    pub law: Text,
    /// From when it holds.
    pub from: Instant,
    /// Until when; none while it holds.
    pub until: Option<Instant>,
}

/// What is proposed for a topic.
#[derive(Clone, Debug)]
pub struct CatalogueLine {
    /// The topic.
    pub topic: String,
    /// The proposal; none when the catalogue has no row.
    pub row: Option<DispatchRow>,
}

impl Office {
    /// The record of a ruling that extends the catalogue: a later problem of its topic, and of what else the ruling names, is
    /// proposed to the ruled unit.
    pub(super) fn precedent(&self, case: &Case, act: &Act) -> Result<Option<Side>, Error> {
        let Act::Rule { assignment, organ, law, precedent: true, only, .. } = act else { return Ok(None) };
        let Some(returned) = case.problem.assignment(*assignment) else { return Ok(None) };
        let topic = case.problem.topic.clone();
        let inputs = dispatch_inputs(&case.problem);
        let only: BTreeMap<String, String> = inputs.into_iter().filter(|(name, _)| only.contains(name)).collect();
        let narrowed: String = only.iter().map(|(name, value)| format!("?{name}={value}")).collect();
        let (key, instead_of) = match returned.role {
            Role::Lead => (format!("{topic}{narrowed}"), String::new()),
            _ => (format!("{topic}{narrowed}/{}", returned.organ), returned.organ.clone()),
        };
        let ruled = Ruled {
            topic,
            only,
            lead: organ.clone(),
            instead_of,
            law: law.clone(),
            number: case.problem.number.clone(),
            from: self.now(),
            until: None,
        };
        Ok(Some(self.store.put_record_side(REGISTER, &key, &serde_json::to_string(&ruled)?, "ruling")))
    }

    /// Every ruling that extends the catalogue, the newest version of each.
    async fn precedents(&self) -> Result<Vec<Precedent>, Error> {
        let mut all = Vec::new();
        for row in self.store.records(REGISTER, "", AT_ONCE).await? {
            let ruled: Ruled = serde_json::from_str(&row.json)?;
            let topic = if ruled.topic.is_empty() { row.key.clone() } else { ruled.topic };
            let law = self.words_or_text(&ruled.law).await?;
            all.push(Precedent {
                key: row.key,
                topic,
                only: ruled.only,
                organ: ruled.lead,
                instead_of: Some(ruled.instead_of).filter(|of| !of.is_empty()),
                number: ruled.number,
                law,
                from: if ruled.from == Instant::default() { Instant(row.recorded_at) } else { ruled.from },
                until: ruled.until,
            });
        }
        Ok(all)
    }

    /// The words of a document; a text that names none is words in the clear.
    async fn words_or_text(&self, document: &str) -> Result<Text, Error> {
        let Ok(id) = Uuid::parse_str(document) else { return Ok(Text::new(document, document)) };
        let reach = self.store.reach(Reach::System("law of a ruling"));
        let bytes = reach.document(id).await?.and_then(|document| document.bytes);
        bytes.map_or_else(|| Ok(Text::default()), |bytes| Ok(serde_json::from_slice(&bytes)?))
    }

    /// Who leads and helps as rulings and the catalogue propose it, for the port office.
    ///
    /// # Errors
    /// The store's own.
    pub async fn proposal(&self, case: &Case) -> Result<Option<DispatchRow>, Error> {
        let inputs = dispatch_inputs(&case.problem);
        let row = dispatch(&self.profile, &inputs, self.now());
        Ok(extended(row, &inputs, &self.precedents().await?, self.now()))
    }

    /// The catalogue as it proposes today, topic by topic, and the rulings that extended it, the newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for firms.
    pub async fn catalogue(&self, actor: &Actor) -> Result<(Vec<CatalogueLine>, Vec<Precedent>), Error> {
        actor.require(Right::HandleProblems)?;
        let now = self.now();
        let mut rulings = self.precedents().await?;
        let line = |topic: String| {
            let inputs = dispatch_inputs(&Problem { topic, ..Problem::default() });
            let row = extended(dispatch(&self.profile, &inputs, now), &inputs, &rulings, now);
            CatalogueLine { topic: inputs["topic"].clone(), row }
        };
        let lines = topics(&self.profile, now).into_iter().map(|topic| line(topic.code)).collect();
        rulings.sort_by_key(|of| std::cmp::Reverse(of.from));
        Ok((lines, rulings))
    }

    /// Ends a ruling's part in the catalogue: what was proposed by it stays proposed, nothing new is.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office; [`Error::NotFound`] for an unknown key or one that has ended.
    pub async fn end_precedent(&self, actor: &Actor, key: &str) -> Result<(), Error> {
        actor.require(Right::RunProblems)?;
        let record = self.store.record(REGISTER, key).await?.ok_or(Error::NotFound)?;
        let ruled: Ruled = serde_json::from_str(&record.json)?;
        if ruled.until.is_some() {
            return Err(Error::NotFound);
        }
        let ended = serde_json::to_string(&Ruled { until: Some(self.now()), ..ruled })?;
        Ok(self.store.put_record(REGISTER, key, &ended, &actor.person).await?)
    }
}

/// A row of the catalogue with what rulings put in its place.
fn extended(
    row: Option<DispatchRow>,
    inputs: &BTreeMap<String, String>,
    rulings: &[Precedent],
    now: Instant,
) -> Option<DispatchRow> {
    let says = |name: &str, value: &String| inputs.get(name) == Some(value);
    let holds = |of: &&Precedent| {
        says("topic", &of.topic)
            && of.only.iter().all(|(name, value)| says(name, value))
            && of.from <= now
            && of.until.is_none_or(|until| now < until)
    };
    let mut standing: Vec<&Precedent> = rulings.iter().filter(holds).collect();
    if standing.is_empty() {
        return row;
    }
    // What was ruled for fewer cases goes before what was ruled for more, and the newer before the older.
    standing.sort_by_key(|of| (of.only.len(), of.from));
    let mut row = row.unwrap_or_default();
    let replaced: BTreeMap<&str, &str> =
        standing.iter().filter_map(|of| Some((of.instead_of.as_deref()?, of.organ.as_str()))).collect();
    for organ in &mut row.co {
        if let Some(instead) = replaced.get(organ.as_str()) {
            *organ = (*instead).to_owned();
        }
    }
    if let Some(leads) = standing.iter().rev().find(|of| of.instead_of.is_none()) {
        row.lead.clone_from(&leads.organ);
    }
    let lead = row.lead.clone();
    let mut seen = Vec::new();
    row.co.retain(|organ| {
        let first = *organ != lead && !seen.contains(organ);
        seen.push(organ.clone());
        first
    });
    row.informed.retain(|organ| *organ != lead && !row.co.contains(organ));
    let newest = standing.last()?;
    row.law.clone_from(&newest.law.zh);
    row.basis = format!("ruling/{}", newest.number);
    row.reason = Text::new(format!("{} 的裁定", newest.number), format!("the ruling on {}", newest.number));
    Some(row)
}
