//! A new call from an earlier one: what was copied, and told again later from the same filings.

use domain::{
    Instant, Value,
    formality::{Formality, carried_over},
    ship_call::{FilingVersion, ShipCall, TimeKind},
};
use store::Side;
use uuid::Uuid;

use crate::{Actor, Call, Error, Office};

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
                Err(Error::NotFound) => continue,
                content => content?,
            };
            copied.push(CopiedFiling { formality, copied: carried_over(formality, &filed, &made), filed });
        }
        Ok(copied)
    }

    /// What still holds of an earlier call, as drafts of the new one.
    pub(crate) async fn copied_drafts(&self, actor: &Actor, earlier: &Call, id: Uuid) -> Result<Vec<Side>, Error> {
        let copied = self.copied_from(actor, earlier, self.now()).await?;
        copied.iter().map(|filing| self.draft_side(actor, id, filing.formality.code(), &filing.copied)).collect()
    }
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
            document: format!("document {version}"),
            at: Instant(at),
            channel: "page".to_owned(),
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
