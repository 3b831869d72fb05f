//! The pick-up desk: what was granted to the firm and can be printed, handed out to who signed for it, and the sheet with the
//! signature scanned beside it.

use std::collections::BTreeMap;

use domain::{
    person_permit::{Holder, PersonPermit, Standing, Status},
    ship_call::{Permit, PermitStanding},
};
use serde_json::json;
use store::{Stored, visits::VisitPaper};
use uuid::Uuid;

use super::{Who, fault};
use crate::{Actor, Error, Office, person_permits::PermitFilter};

/// The service under which what was handed out is kept.
pub(super) const PICK_UP: &str = "pick-up";
/// Under which service and name the sheet is kept on which the visitor signed for what she got.
pub const SIGNED: (&str, &str) = (PICK_UP, "sheet");
/// How a paper stands that was handed out.
const DELIVERED: &str = "delivered";

/// Something that can be printed and handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Its number.
    pub number: String,
    /// The kind of the permit, by its code.
    pub kind: String,
    /// The number of the ship's call whose permit it is; none for permits of persons.
    pub call: Option<String>,
    /// How many persons it names; none for a ship's.
    pub persons: Option<String>,
    /// The last time that it was handed out: when, and to whom.
    pub handed: Option<(i64, String)>,
}

/// True for what was handed out, and not for the sheet that was signed for it.
pub(super) fn is_handed_out(of: &VisitPaper) -> bool {
    of.service == PICK_UP && of.state == DELIVERED
}

impl Office {
    /// What was granted to the firm for which a clerk acts, still holds and can be handed out, with what was handed out before.
    ///
    /// # Errors
    /// The store's own.
    pub async fn ready_to_hand_out(&self, as_firm: &Actor) -> Result<Vec<Ready>, Error> {
        let now = self.now();
        let mut ready = Vec::new();
        for found in self.open_calls(as_firm).await? {
            let call = &found.call;
            let stands = |of: &&Permit| call.permit_standing(of) == PermitStanding::Stands && of.mirror.is_none();
            ready.extend(call.permits.iter().filter(stands).filter(|of| of.until > now).map(|of| Ready {
                number: of.number.clone(),
                kind: of.kind.clone(),
                call: Some(call.number.clone()),
                persons: None,
                handed: None,
            }));
        }
        // Of a list that is not decided to its end some hold already.
        let states = [Status::Granted, Status::Accepted, Status::Asked, Status::Withdrawn];
        let states = states.map(|status| status.code().to_owned()).into();
        let filter = PermitFilter { states, ..PermitFilter::default() };
        let lines = self.list_permits(as_firm, &filter).await?.lines;
        let ids: Vec<Uuid> = lines.iter().filter(|of| of.row.ends_at > Some(now.0)).map(|of| of.id).collect();
        let found = self.store.reach(as_firm.reach()).matters(&ids).await?;
        let mut found: BTreeMap<Uuid, Stored> = found.into_iter().map(|stored| (stored.id, stored)).collect();
        for stored in ids.iter().filter_map(|id| found.remove(id)) {
            let kind = stored.row.place.clone();
            let permit: PersonPermit = self.unfold(stored).await?;
            // Who was refused, or whose permit was taken back, has nothing to fetch.
            let holds =
                |holder: &&Holder| matches!(holder.standing(permit.single_use), Standing::Granted | Standing::Used);
            let persons = permit.holders.values().filter(holds).count();
            if persons > 0 {
                let (number, persons) = (permit.number.clone(), Some(persons.to_string()));
                ready.push(Ready { number, kind, call: None, persons, handed: None });
            }
        }
        // The last delivery stands last.
        for paper in self.store.handed_out(as_firm.unit()).await? {
            if let Some(of) = ready.iter_mut().find(|of| of.number == paper.paper) {
                let to = match paper.document {
                    Some(id) => self.who(id).await?.name,
                    None => String::new(),
                };
                of.handed = Some((paper.at, to));
            }
        }
        Ok(ready)
    }

    pub(super) async fn has_handed_out(&self, visit: Uuid) -> Result<bool, Error> {
        Ok(self.store.papers_of_visit(visit).await?.iter().any(is_handed_out))
    }

    /// Notes that things were handed out to who signed for them, each with a receipt.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's visit; [`Error::Invalid`] without what or to whom.
    pub async fn deliver_at_counter(&self, actor: &Actor, id: Uuid, what: &[String], to: &str) -> Result<(), Error> {
        let visit = self.own_visit(actor, id).await?;
        let (mut what, to): (Vec<&str>, &str) = (what.iter().map(|of| of.trim()).collect(), to.trim());
        what.retain(|of| !of.is_empty());
        let fits = |of: &&str| of.chars().count() <= 80 && *of != SIGNED.1;
        if what.is_empty() || !what.iter().all(fits) || to.is_empty() || to.chars().count() > 200 {
            return Err(Error::Invalid(vec![fault(
                "PQ-HALL-022",
                if to.is_empty() { "to" } else { "what" },
                "未选择或填写证件编号，或未填写领取人。",
                "What was handed out, or to whom, is missing.",
                "请勾选或填写证件、回执编号，以及签收人姓名。",
                "Tick or write the number of the permit or receipt, and write the name of who signed.",
            )]));
        }
        for what in what {
            let document = self.new_id();
            let words = serde_json::to_vec(&Who { name: to.to_owned(), ..Who::default() })?;
            let row = VisitPaper {
                visit: id,
                service: PICK_UP.to_owned(),
                paper: what.to_owned(),
                state: DELIVERED.to_owned(),
                clerk: actor.person.clone(),
                firm: visit.firm.clone(),
                at: self.now().0,
                document: Some(document),
                ..VisitPaper::default()
            };
            let side = vec![self.store.hall_words_side(document, &words)?];
            self.put_paper(actor, row, side, &json!({"what": what})).await?;
        }
        Ok(())
    }

    /// What was handed out in a visit, and the scan of the sheet on which the visitor signed for it; none while it is missing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's visit.
    pub async fn handed_out_in(&self, actor: &Actor, id: Uuid) -> Result<(Vec<VisitPaper>, Option<VisitPaper>), Error> {
        let visit = self.own_visit(actor, id).await?;
        let mut rows = self.store.papers_of_visit(visit.id).await?;
        let signed = rows.iter().find(|of| (of.service.as_str(), of.paper.as_str()) == SIGNED).cloned();
        rows.retain(is_handed_out);
        Ok((rows, signed))
    }
}
