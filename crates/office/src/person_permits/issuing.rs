//! Permits that follow of the joint result of a crew case: issued in the transaction that grants it, taken back in the one that
//! undoes it, and issued anew in the one by which the ship's time moves.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Value,
    crew_case::{self, CrewCase, Permitted},
    person_permit::{self as permits, Act, Holder, NewPermits, PERSON, PersonPermit, Place, Standing},
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
        if !after.permits() {
            return Ok(Vec::new());
        }
        let found = FoundCase { id, case: after.clone() };
        if before.result != after.result {
            let held = self.documents_with_permits(&after.told.number).await?;
            let wanted = self.permitted_of(&found).await?.into_iter().filter(|of| !held.contains(document_of(&of.1)));
            return self.issued(actor, &found.case, wanted, request).await;
        }
        if before.berthing != after.berthing {
            return self.issued_anew(actor, &found, request).await;
        }
        Ok(Vec::new())
    }

    async fn recalled(&self, actor: &Actor, case: &str, request: &Request) -> Result<Vec<Job>, Error> {
        let mut jobs = Vec::new();
        for permits in self.of_case(Reach::System("crew cases"), case).await? {
            jobs.extend(self.taken_back(actor, permits, permits::CASE_CHANGED, request)?);
        }
        Ok(jobs)
    }

    fn taken_back(
        &self,
        actor: &Actor,
        Permits { id, permit }: Permits,
        ground: &'static str,
        request: &Request,
    ) -> Result<Option<Job>, Error> {
        let acts = [Act::Recall { ground }];
        let steps = vec![Step { id, read: permit, acts: &acts }];
        let mut written = self.decided(actor, steps, request)?;
        if written.is_empty() {
            return Ok(None);
        }
        self.job(&mut written, None, (self.now().0, request.digest), &Baggage::default()).map(Some)
    }

    /// The ship comes at another time: a permit is signed with its term, so what nobody used yet is taken back and issued for
    /// the term that holds now. What was used stays a fact, and what the organ refused or took back is its decision.
    async fn issued_anew(&self, actor: &Actor, found: &FoundCase, request: &Request) -> Result<Vec<Job>, Error> {
        let (case, now) = (&found.case, self.now());
        let mut wanted = self.permitted_of(found).await?;
        let (mut jobs, mut again) = (Vec::new(), BTreeSet::new());
        for of in self.of_case(Reach::System("crew cases"), &case.told.number).await? {
            let permit = &of.permit;
            let term = wanted.iter().find(|(term, _)| term.permit == permit.kind).map(|(term, _)| term);
            let stood = (permit.from, permit.until);
            if !term.is_some_and(|term| term.has_moved_from(stood, now, &self.profile)) {
                continue;
            }
            let waits = |holder: &Holder| holder.is_unused() || (holder.ruling.is_none() && permit.withdrawn.is_none());
            let contents = self.holder_contents(&of).await?;
            let unused = contents.iter().filter(|(serial, _)| permit.holders.get(serial).is_some_and(waits));
            again.extend(unused.map(|(_, content)| (permit.kind.clone(), document_of(content).to_owned())));
            jobs.extend(self.taken_back(actor, of, permits::SHIP_MOVED, request)?);
        }
        wanted.retain(|(term, row)| again.contains(&(term.permit.clone(), document_of(row).to_owned())));
        jobs.extend(self.issued(actor, case, wanted.into_iter(), request).await?);
        Ok(jobs)
    }

    /// The permit that each who is listed needs, with who she is.
    async fn permitted_of(&self, found: &FoundCase) -> Result<Vec<(Permitted, Value)>, Error> {
        let (now, mut wanted) = (self.now(), Vec::new());
        for (_, content) in self.crew_contents(found).await? {
            let text = |name: &str| content.get(name).text().unwrap_or_default();
            let foreign = text("nationality") != HOME;
            let permitted = crew_case::permitted(&found.case, text("movement"), foreign, &self.profile, now);
            wanted.extend(permitted.map(|of| (of, holder(&content))));
        }
        Ok(wanted)
    }

    async fn issued(
        &self,
        actor: &Actor,
        case: &CrewCase,
        wanted: impl Iterator<Item = (Permitted, Value)>,
        request: &Request,
    ) -> Result<Vec<Job>, Error> {
        let now = self.now();
        let mut by_kind: BTreeMap<String, (Permitted, Vec<Value>)> = BTreeMap::new();
        for (of, row) in wanted {
            by_kind.entry(of.permit.clone()).or_insert_with(|| (of, Vec::new())).1.push(row);
        }
        let mut jobs = Vec::new();
        for (permitted, rows) in by_kind.into_values() {
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
                numbers.insert(document_of(content).to_owned());
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

fn document_of(content: &Value) -> &str {
    content.get("document_number").text().unwrap_or_default()
}

/// A seafarer of a case as the holder of a permit.
fn holder(content: &Value) -> Value {
    let known = PERSON.iter().filter(|field| !content.get(field.name).is_empty());
    let mut holder: BTreeMap<String, Value> =
        known.map(|field| (field.name.to_owned(), content.get(field.name).clone())).collect();
    holder.insert("capacity".to_owned(), CREW.into());
    Value::Map(holder)
}
