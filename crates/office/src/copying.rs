//! A new call from an earlier one: what was copied, and told again later from the same filings.

use std::collections::BTreeMap;

use domain::{
    Instant, Value,
    formality::{Formality, carried_over},
    ship_call::{FilingVersion, ShipCall, TimeKind},
};
use store::Side;
use uuid::Uuid;

use crate::{Actor, Call, Error, NewCall, Office, ship_calls::known};

/// What a new call took from a filing of an earlier one.
#[derive(Clone, Debug)]
pub struct CopiedFiling {
    /// Which formality.
    pub formality: Formality,
    /// What was filed for the earlier call.
    pub filed: Value,
    /// What of it became the draft.
    pub copied: Value,
}

impl Office {
    /// What a call that was opened at an instant took from an earlier one. What was filed for the earlier call since
    /// then is no part of it, so that a draft is always compared with the same baseline.
    ///
    /// # Errors
    /// [`Error::NotFound`] when a filing is out of the actor's reach; the store's own.
    pub async fn copied_from(&self, actor: &Actor, earlier: &Call, at: Instant) -> Result<Vec<CopiedFiling>, Error> {
        let made = made(&earlier.call, at);
        let mut copied = Vec::new();
        for (formality, standing) in standing_at(&earlier.call, at) {
            let filed = match self.content(actor, &standing.document).await {
                // What was erased since is typed again.
                Err(Error::NotFound | Error::Gone(_)) => continue,
                content => content?,
            };
            copied.push(CopiedFiling { formality, copied: carried_over(formality, &filed, &made), filed });
        }
        Ok(copied)
    }

    /// What still holds of an earlier call, as drafts of the new one; in what is left open, the times and ports with which
    /// the new one is opened.
    pub(crate) async fn copied_drafts(
        &self,
        actor: &Actor,
        earlier: &Call,
        id: Uuid,
        new: &NewCall,
        facts: &BTreeMap<String, Value>,
    ) -> Result<Vec<Side>, Error> {
        let expected = |event: &str| match event {
            "left_last_port" => new.left_last_port,
            "arrival" => new.eta,
            "departure" => new.etd,
            _ => None,
        };
        let copied = self.copied_from(actor, earlier, self.now()).await?;
        let drafts = copied.into_iter().map(|filing| {
            let draft = completed(filing.copied, known(filing.formality, facts, expected));
            self.draft_side(actor, id, filing.formality.code(), &draft)
        });
        drafts.collect()
    }
}

/// A draft with what is known where it says nothing.
fn completed(draft: Value, known: Value) -> Value {
    let Value::Map(known) = known else { return draft };
    let mut whole = match draft {
        Value::Map(whole) => whole,
        _ => BTreeMap::new(),
    };
    for (name, value) in known {
        whole.entry(name).or_insert(value);
    }
    Value::Map(whole)
}

/// The filings that stood at an instant.
fn standing_at(call: &ShipCall, at: Instant) -> impl Iterator<Item = (Formality, &FilingVersion)> {
    call.filings
        .iter()
        .filter(move |(_, filing)| filing.withdrawn_at.is_none_or(|withdrawn| withdrawn > at))
        .filter_map(move |(formality, filing)| {
            Some((*formality, filing.versions.iter().rev().find(|version| version.at <= at)?))
        })
}

/// The earlier call as a row of the lists of ports, as far as it was known at an instant.
fn made(call: &ShipCall, at: Instant) -> Value {
    let actual = |event: &str| {
        let stated = call
            .times
            .iter()
            .rev()
            .find(|time| time.event == event && time.kind == TimeKind::Actual && time.recorded_at <= at);
        stated.map_or(Value::Null, |time| Value::Text(time.at.to_string()))
    };
    Value::from([("port", call.port.as_str().into()), ("arrived", actual("arrival")), ("left", actual("departure"))])
}

#[cfg(test)]
mod tests {
    use domain::ship_call::Filing;

    use super::*;

    #[test]
    fn a_later_version_of_the_earlier_call_does_not_move_the_baseline() {
        let version = |version, at| FilingVersion {
            version,
            original: None,
            document: format!("document {version}"),
            at: Instant(at),
            channel: "page".to_owned(),
            agent: "firm".to_owned(),
            warnings: 0,
        };
        let filing = Filing {
            versions: vec![version(1, 10), version(2, 30)],
            withdrawn_at: Some(Instant(40)),
            ..Filing::default()
        };
        let mut call = ShipCall::default();
        call.filings.insert(Formality::CrewList, filing);
        let stood = |at| standing_at(&call, Instant(at)).map(|(_, version)| version.version).collect::<Vec<_>>();
        assert_eq!([stood(5), stood(20), stood(30), stood(40)], [vec![], vec![1], vec![2], vec![]]);
    }
}
