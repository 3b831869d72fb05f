//! Permits that follow of the joint result of a crew case: issued in the transaction that grants it, taken back in the one that
//! undoes it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Value,
    crew_case::{self, CrewCase, Permitted},
    person_permit::{self as permits, Act, NewPermits, PERSON, PersonPermit, Place, Standing},
};
use store::{Filter, Job, Reach};
use uuid::Uuid;

use super::{HOME, PAGE, Permits, kept, sealing::Sealing};
use crate::{
    Actor, Error, Office,
    acting::{Baggage, Request, Step},
    crew_cases::FoundCase,
    numbers::Numbered,
};

/// Who a seafarer is in the words of a permit.
const CREW: &str = "crew";

impl Office {
    /// What a change of a case brings about in permits: those that its result grants, or takes back.
    pub(crate) async fn permits_that_follow(
        &self,
        actor: &Actor,
        (id, before): (Uuid, &CrewCase),
        after: &CrewCase,
        request: &Request,
    ) -> Result<Vec<Job>, Error> {
        if before.permits() && !after.permits() {
            return self.recalled(actor, &after.told.number, request).await;
        }
        if after.permits() && before.result != after.result {
            let found = FoundCase { id, case: after.clone() };
            return self.issued(actor, &found, request).await;
        }
        Ok(Vec::new())
    }

    async fn recalled(&self, actor: &Actor, case: &str, request: &Request) -> Result<Vec<Job>, Error> {
        let mut jobs = Vec::new();
        for Permits { id, permit } in self.of_case(Reach::System("crew cases"), case).await? {
            let steps = vec![Step { id, read: permit, acts: &[Act::Recall] }];
            let mut written = self.decided(actor, steps, request)?;
            if !written.is_empty() {
                jobs.push(self.job(&mut written, None, (self.now().0, request.digest), &Baggage::default())?);
            }
        }
        Ok(jobs)
    }

    async fn issued(&self, actor: &Actor, found: &FoundCase, request: &Request) -> Result<Vec<Job>, Error> {
        let (case, now) = (&found.case, self.now());
        let held = self.documents_with_permits(&case.told.number).await?;
        let mut wanted: BTreeMap<String, (Permitted, Vec<Value>)> = BTreeMap::new();
        for (_, content) in self.crew_contents(found).await? {
            let text = |name: &str| content.get(name).text().unwrap_or_default();
            let foreign = text("nationality") != HOME;
            let permitted = crew_case::permitted(case, text("movement"), foreign, &self.profile, now);
            if let Some(of) = permitted.filter(|_| !held.contains(text("document_number"))) {
                wanted.entry(of.permit.clone()).or_insert_with(|| (of, Vec::new())).1.push(holder(&content));
            }
        }
        let mut jobs = Vec::new();
        for (permitted, rows) in wanted.into_values() {
            let id = self.new_id();
            let mut sealing = Sealing::of(self, id);
            let facts = rows.iter().map(|row| permits::facts_of(row, HOME, now, &self.profile.zone));
            let holders = sealing.holders("person", &rows)?.into_iter().zip(facts).collect();
            let new = NewPermits {
                number: self.next_number(Numbered::PersonPermit).await?,
                kind: permitted.permit,
                firm: case.told.firm.clone(),
                place: Place {
                    kind: "ship".to_owned(),
                    code: case.told.imo.clone(),
                    name: case.told.ship.clone(),
                    call: Some(case.told.call.clone()),
                },
                from: permitted.from,
                until: permitted.until,
                words: None,
                papers: Vec::new(),
                case: Some(case.told.number.clone()),
            };
            let acts = [Act::Issue(Box::new((new, holders)))];
            let steps = vec![Step { id, read: PersonPermit::default(), acts: &acts }];
            let mut written = self.decided(actor, steps, request)?;
            let baggage = Baggage { documents: sealing.documents, ..Baggage::default() };
            jobs.push(self.job(&mut written, None, (now.0, request.digest), &baggage)?);
        }
        Ok(jobs)
    }

    /// Numbers of the documents of those who hold a permit of a case already.
    async fn documents_with_permits(&self, case: &str) -> Result<BTreeSet<String>, Error> {
        let mut numbers = BTreeSet::new();
        for found in self.of_case(Reach::System("crew cases"), case).await? {
            let stands = |serial: &u32| found.permit.holders[serial].standing(false) == Standing::Granted;
            if !found.permit.holders.keys().any(stands) {
                continue;
            }
            for (_, content) in self.holder_contents(&found).await?.iter().filter(|(serial, _)| stands(serial)) {
                numbers.extend(content.get("document_number").text().map(str::to_owned));
            }
        }
        Ok(numbers)
    }

    /// The permits that followed of a case, within a reach.
    async fn of_case(&self, reach: Reach, case: &str) -> Result<Vec<Permits>, Error> {
        let filter = Filter { tokens: vec![case.to_lowercase()], ..Filter::default() };
        let reach = self.store.reach(reach);
        let mut found = Vec::new();
        for line in reach.list(kept::PERSON_PERMIT, &filter, None, PAGE).await? {
            let Some(stored) = reach.matter(line.id).await? else { continue };
            let (id, permit) = (stored.id, self.unfold::<PersonPermit>(stored).await?);
            if permit.case.as_deref() == Some(case) {
                found.push(Permits { id, permit });
            }
        }
        found.sort_by(|one, other| one.permit.number.cmp(&other.permit.number));
        Ok(found)
    }

    /// The permits that followed of a crew case, for who reads their holders; the oldest first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn permits_of_crew_case(&self, actor: &Actor, case: &str) -> Result<Vec<PersonPermit>, Error> {
        let found = self.of_case(actor.party_reach(), case).await?;
        Ok(found.into_iter().map(|found| found.permit).filter(|permit| actor.reads_holders(permit)).collect())
    }
}

/// A seafarer of a case as the holder of a permit.
fn holder(content: &Value) -> Value {
    let known = PERSON.iter().filter(|field| !content.get(field.name).is_empty());
    let mut holder: BTreeMap<String, Value> =
        known.map(|field| (field.name.to_owned(), content.get(field.name).clone())).collect();
    holder.insert("capacity".to_owned(), CREW.into());
    Value::Map(holder)
}
