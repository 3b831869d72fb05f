//! What a gate has as a list: who is inside, and the permits that hold there, signed, for when its connection fails.

use std::collections::BTreeMap;

use domain::{
    Instant, Value,
    person_permit::{Passage, PersonPermit, Standing, subject_name},
};
use ledger::{
    gate_list::{GateList, Row, State},
    person_permit as codes,
};
use store::{Filter, Reach};

use super::keeps;
use crate::{
    Actor, Error, Office, Right,
    consignments::gate::is_yard,
    person_permits::{Permits, kept},
};

/// Most permits of a gate's list.
const MOST_LISTED: usize = 20_000;

/// Matters of a page.
const PAGE: i64 = 200;

/// Somebody who went in and not out; or ashore, and did not come back.
#[derive(Clone, Debug)]
pub struct Aboard {
    /// The permit's number.
    pub number: String,
    /// Its kind.
    pub kind: String,
    /// Who.
    pub holder: String,
    /// When and where she went.
    pub passage: Passage,
    /// True when she went ashore.
    pub ashore: bool,
    /// Until when the permit holds.
    pub until: Instant,
    /// True when it has run out or was taken back meanwhile.
    pub overdue: bool,
}

impl Office {
    /// Who is inside at a gate, the longest first.
    ///
    /// # Errors
    /// As [`Office::gate_check`].
    pub async fn gate_aboard(&self, actor: &Actor, gate: &str) -> Result<Vec<Aboard>, Error> {
        actor.require(Right::KeepGate)?;
        // Trucks are counted out, not in.
        if is_yard(gate) {
            return Ok(Vec::new());
        }
        let (serves, now) = (self.serves(gate).await?, self.now());
        let mut aboard = Vec::new();
        for found in self.permits_with(actor, kept::INSIDE, None).await? {
            let permit = &found.permit;
            let there: Vec<u32> = permit
                .holders
                .iter()
                .filter(|(_, holder)| holder.inside.as_ref().is_some_and(|passage| serves.contains(&passage.gate)))
                .map(|(serial, _)| *serial)
                .collect();
            for serial in there {
                let holder = &permit.holders[&serial];
                let (Some(passage), Some(ruling)) = (holder.inside.clone(), holder.ruling.as_ref()) else { continue };
                let (ended, revoked) = (ruling.until <= now, holder.standing(false) == Standing::Revoked);
                if ended && !revoked && permit.is_for_good() {
                    continue;
                }
                let content = self.look_at(actor, &found, serial).await?;
                aboard.push(Aboard {
                    number: permit.permit_number(serial),
                    kind: permit.kind.clone(),
                    holder: subject_name(&content),
                    passage,
                    ashore: permit.outward,
                    until: ruling.until,
                    overdue: ended || revoked,
                });
            }
        }
        aboard.sort_by_key(|of| of.passage.at);
        Ok(aboard)
    }

    /// Applications that have a word, or are about a place, and whose permits have not all run out a month ago.
    async fn permits_with(&self, actor: &Actor, token: &str, place: Option<&str>) -> Result<Vec<Permits>, Error> {
        let month_ago = self.now().0 - 30 * 24 * domain::instant::HOUR;
        let filter = Filter {
            ends_from: Some(if token.is_empty() { self.now().0 } else { month_ago }),
            tokens: if token.is_empty() { Vec::new() } else { vec![token.to_owned()] },
            subject_key: place.map(str::to_owned),
            ..Filter::default()
        };
        let reach = self.store.reach(Reach::System("gate"));
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = reach.list(kept::PERSON_PERMIT, &filter, after, PAGE).await?;
            let full = i64::try_from(page.len()) == Ok(PAGE);
            after = page.last().map(|last| last.cursor(filter.order)).filter(|_| full);
            for line in page {
                let Some(stored) = reach.matter(line.id).await? else { continue };
                let (id, permit) = (stored.id, self.unfold::<PersonPermit>(stored).await?);
                if keeps(actor, &permit) {
                    found.push(Permits { id, permit });
                }
            }
            if after.is_none() {
                return Ok(found);
            }
        }
    }

    /// The permits that hold at a gate as a signed list, for when its connection fails.
    ///
    /// # Errors
    /// As [`Office::gate_check`]; [`Error::Refused`] when the organ's key is kept elsewhere.
    pub async fn gate_list(&self, actor: &Actor, gate: &str) -> Result<String, Error> {
        actor.require(Right::KeepGate)?;
        if is_yard(gate) {
            return self.yard_list(gate).await;
        }
        let now = self.now().0;
        let mut of_organs: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for place in self.serves(gate).await? {
            for found in self.permits_with(actor, "", Some(&place)).await? {
                let contents = self.holder_contents(&found).await?;
                let rows = contents.iter().filter_map(|(serial, content)| row(&found.permit, *serial, content, now));
                of_organs.entry(found.permit.organ.clone()).or_default().extend(rows);
            }
        }
        // Every kind of permit has the same issuer in a port; without any permit its list says so.
        let kinds = domain::person_permit::kinds(&self.profile, self.now());
        let issuer = kinds.first().map(|kind| kind.issuer.clone()).unwrap_or_default();
        let mut rows = of_organs.remove(&issuer).unwrap_or_default();
        rows.sort_by(|one, other| one.number.cmp(&other.number));
        rows.dedup_by(|one, other| one.number == other.number);
        rows.truncate(MOST_LISTED);
        let inputs = Value::from([("permit", "".into()), ("clock", "gate_list".into())]);
        let lasts = self.profile.hit("person-permit-clocks", self.now(), &inputs);
        let until = lasts.and_then(|row| self.profile.reckon(self.now(), row.text("length"), row.text("calendar")));
        let next_update = until.map_or(now + domain::instant::HOUR, |until| until.0);
        let list = GateList { gate: gate.to_owned(), issued_at: now, next_update, rows, issuer };
        list.sign(self.organ_key(&list.issuer)?).map_err(crate::permits::ours)
    }
}

/// A permit as a gate's list has it; none for one that has run out and whose holder is not inside.
fn row(permit: &PersonPermit, serial: u32, content: &Value, now: i64) -> Option<Row> {
    let holder = permit.holders.get(&serial)?;
    let ruling = holder.ruling.as_ref().filter(|ruling| ruling.granted)?;
    let inside = holder.inside.is_some();
    if ruling.until.0 <= now && !inside {
        return None;
    }
    let number = permit.permit_number(serial);
    Some(Row {
        kind: permit.kind.clone(),
        state: match holder.standing(permit.single_use) {
            Standing::Revoked => State::Revoked,
            Standing::Used => State::Used,
            _ => State::Granted,
        },
        inside,
        single_use: permit.single_use,
        holder_bound: permit.holder_bound,
        outward: permit.outward,
        not_before: ruling.from.0,
        expires_at: ruling.until.0,
        binding: codes::binding(&number, content.get("document_number").text().unwrap_or_default()),
        number,
    })
}
