//! Acts on a crew case, with what follows of them: the hold of the ship's call, and permits of persons.

use std::collections::BTreeMap;

use domain::{
    Instant, Value,
    crew_case::{self, Act, CrewCase, Deed, Status},
    ship_call::{self, ShipCall},
};
use store::{Filter, Reach, Stored};
use uuid::Uuid;

use super::{CrewCaseAct, FoundCase, HOME, PAGE, berthing};
use crate::{
    Actor, Done, Error, Office,
    acting::{Baggage, Request, Step},
    kept::Kept as _,
};

impl Office {
    /// Does an act on a case.
    ///
    /// # Errors
    /// [`Error::NotFound`] out of reach; [`Error::Refused`] by the procedure.
    pub async fn do_on_crew_case(
        &self,
        actor: &Actor,
        number: &str,
        act: CrewCaseAct,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require_act()?;
        let found = self.crew_case(actor, number).await?;
        let kind = &found.case.told.kind;
        let mut sealed = Vec::new();
        let mut listed = self.crew_contents(&found).await?;
        let deed = match act {
            CrewCaseAct::Add { persons } => {
                let rows = self.crew_rows(kind, persons)?;
                self.require_unlisted(&listed, &rows)?;
                let new = self.sealed_persons(found.id, kind, &rows, &mut sealed)?;
                listed.extend(rows.into_iter().map(|row| (0, row)));
                Deed::Add(new)
            }
            CrewCaseAct::Remove { persons } => {
                listed.retain(|(serial, _)| !persons.contains(serial));
                Deed::Remove(persons)
            }
            CrewCaseAct::Ask { words } => Deed::Ask { words: self.needed_crew_words(found.id, &words, &mut sealed)? },
            CrewCaseAct::Answer { words } => {
                Deed::Answer { words: self.needed_crew_words(found.id, &words, &mut sealed)? }
            }
            CrewCaseAct::Grant { part, words } => {
                let words = self.sealed_crew_words(found.id, &words, &mut sealed)?;
                Deed::Rule { part, granted: true, words, law: String::new() }
            }
            CrewCaseAct::Refuse { part, words, law } => {
                let words = self.sealed_crew_words(found.id, &words, &mut sealed)?;
                Deed::Rule { part, granted: false, words, law }
            }
            CrewCaseAct::Close { how, words } => {
                Deed::Close { how, words: self.sealed_crew_words(found.id, &words, &mut sealed)? }
            }
            CrewCaseAct::Withdraw => Deed::Withdraw,
        };
        let facts = crew_case::facts_of(listed.iter().map(|(_, row)| row), HOME);
        let baggage = Baggage { documents: sealed, ..Baggage::default() };
        let done = self.deed(actor, &found, (deed, facts), request, &baggage).await?;
        done.ok_or_else(|| Error::Internal("an act on a crew case wrote nothing".to_owned()))
    }

    /// Decides a deed on a case as it stands, and commits it with what follows; none when there is nothing to write.
    async fn deed(
        &self,
        actor: &Actor,
        found: &FoundCase,
        (deed, facts): (Deed, BTreeMap<String, Value>),
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Option<Done>, Error> {
        let mut last = Error::Conflict;
        for _ in 0..3 {
            let (call_id, call) = self.call_of_case(&found.case).await?;
            let acts = [Act::Do { deed: deed.clone(), facts: facts.clone(), berthing: berthing(&call) }];
            let read: CrewCase = self.read(Reach::System("deciding"), found.id).await?;
            let steps = vec![Step { id: found.id, read: read.clone(), acts: &acts }];
            let done = match self.decided(actor, steps, request) {
                Ok(written) => {
                    let Some(after) = written.first().map(|of| of.after.clone()) else { return Ok(None) };
                    let beside = self.lifted(&after, &call).map(|act| (call_id, act));
                    let others = self.permits_that_follow(actor, (found.id, &read), &after, request).await?;
                    self.commit_beside(actor, written, (beside, others), request, baggage).await
                }
                // A retry of what was done finds the case moved on.
                Err(Error::Refused(fault)) => {
                    let known = self.known_answer(actor, &request.about(found.id, "")).await?;
                    known.ok_or(Error::Refused(fault))
                }
                Err(other) => Err(other),
            };
            match done {
                Err(Error::Conflict) => last = Error::Conflict,
                other => return other.map(Some),
            }
        }
        Err(last)
    }

    /// The hold that a case placed is lifted by the act that ends it so.
    fn lifted(&self, case: &CrewCase, call: &ShipCall) -> Option<ship_call::Act> {
        let how = case.ended.as_ref()?.how.as_str();
        let ends = crew_case::ends(&self.profile, &case.told.kind, self.now());
        let number = &case.told.number;
        let hold = call.holds.iter().find(|hold| hold.reference == *number && hold.lifted_at.is_none())?;
        let lifts = ends.iter().any(|end| end.code == how && end.lifts);
        lifts.then(|| ship_call::Act::LiftHold { hold: hold.id, reference: number.clone() })
    }

    async fn call_of_case(&self, case: &CrewCase) -> Result<(Uuid, ShipCall), Error> {
        let reach = self.store.reach(Reach::System("crew cases"));
        let stored: Stored = reach.matter_by_number(&case.told.call).await?.ok_or(Error::NotFound)?;
        Ok((stored.id, self.unfold::<ShipCall>(stored).await?))
    }

    /// A limit of a case falls due: one that moved with the ship has not passed.
    pub(crate) async fn fire_crew_case(
        &self,
        actor: &Actor,
        id: Uuid,
        clock: String,
        due: Instant,
        request: &Request,
    ) -> Result<Done, Error> {
        let case: CrewCase = self.read(Reach::System("clocks"), id).await?;
        let (_, call) = self.call_of_case(&case).await?;
        let act = Act::Fire { clock, due, berthing: berthing(&call) };
        self.act::<CrewCase>(actor, &[(id, act)], request, &Baggage::default()).await
    }

    /// What is due of a call's cases moves with the ship's time at once, and not only when somebody acts.
    pub(crate) async fn crew_cases_follow(&self, call: &ShipCall, source: &str) -> Result<(), Error> {
        let under_way = Status::ALL.iter().filter(|status| !status.is_over());
        let filter = Filter {
            states: under_way.map(|status| status.code().to_owned()).collect(),
            place: Some(call.number.clone()),
            ..Filter::default()
        };
        let reach = self.store.reach(Reach::System("crew cases"));
        for line in reach.list(CrewCase::KIND, &filter, None, PAGE).await? {
            let Some(stored) = reach.matter(line.id).await? else { continue };
            let found = FoundCase { id: stored.id, case: self.unfold(stored).await? };
            let request = Request::new("following", Some(source.to_owned()), source.as_bytes(), "clock");
            let follow = (Deed::Follow, found.case.facts.clone());
            match self.deed(&Actor::clock(), &found, follow, &request, &Baggage::default()).await {
                // It ended meanwhile.
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }
}
