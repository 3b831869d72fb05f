//! The counter: a visit of a firm, its consent, and what a clerk may do by it.
//!
//! A clerk sees of a firm what its record says, and nothing more, until it consents: by a code that its people read on
//! their page or in a letter, by a signature on the sheet that the visit prints, or by an offer that somebody of the firm
//! made online. From then on, for the term of the rule `acting`, she acts as the firm does, by the same acts, and the
//! journal has her name and the channel `counter`.

use domain::{
    Fault, Instant, Text,
    service::{Service, service},
    ship_call::Party,
};
use serde_json::json;
use store::visits::Visit;
use uuid::Uuid;

use super::{Who, fault, opens};
use crate::{Actor, CompanyRecord, Error, Office, Right, Role, notices::Data};

/// What the code of a person begins with who comes for herself; no firm's does.
pub(super) const PERSON: &str = "person-";
/// So many firms are shown that fit.
pub const MOST_FOUND: usize = 20;
/// Visits of a firm are looked through so far back for those that are still open.
pub(super) const OPEN_FOR: i64 = 12 * domain::instant::HOUR;
/// No page's address is longer.
const MOST_PLACE: usize = 300;

/// A visit as its clerk sees it.
#[derive(Clone, Debug)]
pub struct AtCounter {
    /// The row.
    pub row: Visit,
    /// The firm's record; none for who comes for herself.
    pub firm: Option<CompanyRecord>,
    /// Who comes.
    pub who: Who,
    /// For what.
    pub services: Vec<Service>,
    /// Other clerks who have a visit of the same firm open: name, and since when.
    pub others: Vec<(String, Instant)>,
    /// True while the clerk may act for the firm.
    pub acting: bool,
}

impl Office {
    /// Firms that fit what a visitor says of hers.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not serve in the hall.
    pub async fn hall_firms(&self, actor: &Actor, words: &str) -> Result<Vec<CompanyRecord>, Error> {
        actor.require(Right::ServeHall)?;
        self.firms_that_fit(words, MOST_FOUND).await
    }

    /// Records a firm that comes for the first time. One that the port knows is not changed here.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not serve in the hall; [`Error::Invalid`] for a code that is taken or none, or
    /// missing names.
    pub async fn register_firm(&self, actor: &Actor, record: &CompanyRecord) -> Result<(), Error> {
        actor.require(Right::ServeHall)?;
        let mut faults = Vec::new();
        let fits = (1..=40).contains(&record.code.len())
            && record.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !fits || is_person(&record.code) || self.is_firm(&record.code).await? {
            faults.push(fault(
                "PQ-HALL-015",
                "code",
                "企业代码须为 1 至 40 个小写字母、数字或 -，且未被使用。",
                "A firm's code has 1 to 40 small letters, digits or -, and is not taken.",
                "请更换代码；已登记的企业请先查找。",
                "Choose another one; a firm that is known is found above.",
            ));
        }
        if record.name.zh.trim().is_empty() || record.name.en.trim().is_empty() {
            faults.push(fault(
                "PQ-HALL-016",
                "name_zh",
                "企业须有中文名和英文名。",
                "A firm has a Chinese and an English name.",
                "请按营业执照填写；没有英文名的填拼音。",
                "Write them as on its licence; where there is no English name, in pinyin.",
            ));
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let side =
            vec![self.store.put_record_side("company", &record.code, &serde_json::to_string(record)?, "counter")];
        let detail = serde_json::to_value(record)?;
        self.hall_change(Some(actor), "firm.recorded", (&record.code, &record.code), &detail, side).await.map(drop)
    }

    /// Begins a visit: of a firm, or of somebody who comes for herself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not serve in the hall; [`Error::NotFound`] for an unknown firm; [`Error::Invalid`]
    /// without a firm and a name.
    pub async fn begin_visit(&self, actor: &Actor, firm: &str, (name, phone): (&str, &str)) -> Result<Uuid, Error> {
        actor.require(Right::ServeHall)?;
        if !firm.is_empty() && !self.is_firm(firm).await? {
            return Err(Error::NotFound);
        }
        if firm.is_empty() && name.trim().is_empty() {
            return Err(Error::Invalid(Who::default().faults().into_iter().take(1).collect()));
        }
        let secret = self.hall_secret();
        let visit = Visit {
            id: self.new_id(),
            clerk: actor.person.clone(),
            firm: firm.to_owned(),
            state: "open".to_owned(),
            secret: opens(&secret),
            opened_at: self.now().0,
            ..Visit::default()
        };
        let line = |text: &str| text.trim().chars().take(200).collect();
        let who = Who { name: line(name), phone: line(phone), secret, ..Who::default() };
        self.store.new_visit(&visit, self.who_side(visit.id, &who)?).await?;
        Ok(visit.id)
    }

    /// The clerk's own visit.
    pub(super) async fn own_visit(&self, actor: &Actor, id: Uuid) -> Result<Visit, Error> {
        actor.require(Right::ServeHall)?;
        let visit = self.store.visit(id).await?.ok_or(Error::NotFound)?;
        // The port office's own people may look at every visit, and go on with one whose clerk was called away.
        let hers = visit.clerk == actor.person || actor.role == Role::Coordinator;
        if hers && visit.state != "offered" { Ok(visit) } else { Err(Error::NotFound) }
    }

    /// A visit as its clerk sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's.
    pub async fn visit_at_counter(&self, actor: &Actor, id: Uuid) -> Result<AtCounter, Error> {
        let row = self.own_visit(actor, id).await?;
        let now = self.now();
        let firm = self.recorded::<CompanyRecord>("company", &row.firm).await?.map(|of| of.record);
        let mut others = Vec::new();
        for other in self.store.visits_of_firm(&row.firm, now.0 - OPEN_FOR).await? {
            let open = matches!(other.state.as_str(), "open" | "asked" | "acting");
            if open && other.id != row.id && other.clerk != row.clerk {
                let name = self.store.user(&other.clerk).await?.map_or(other.clerk, |user| user.name);
                others.push((name, Instant(other.opened_at)));
            }
        }
        let services = self.services_of(&row);
        let acting = is_acting(&row, now);
        Ok(AtCounter { who: self.who(row.id).await?, firm, services, others, acting, row })
    }

    pub(super) fn services_of(&self, row: &Visit) -> Vec<Service> {
        row.services.split_whitespace().filter_map(|code| service(&self.profile, code, self.now())).collect()
    }

    /// The clerk's visits that are still open, the latest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not serve in the hall.
    pub async fn open_visits(&self, actor: &Actor) -> Result<Vec<AtCounter>, Error> {
        actor.require(Right::ServeHall)?;
        let now = self.now().0;
        let mut open = Vec::new();
        for row in self.store.visits_between(now - OPEN_FOR, now + 1).await? {
            if row.clerk == actor.person && matches!(row.state.as_str(), "open" | "asked" | "acting") {
                open.push(self.visit_at_counter(actor, row.id).await?);
            }
        }
        Ok(open)
    }

    /// Says for which services a visit is.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's visit; [`Error::Refused`] when it has ended.
    pub async fn choose_services(&self, actor: &Actor, id: Uuid, codes: &[String]) -> Result<(), Error> {
        let before = self.standing_visit(actor, id).await?;
        let now = self.now();
        let known: Vec<&str> =
            codes.iter().map(String::as_str).filter(|code| service(&self.profile, code, now).is_some()).collect();
        let after = Visit { services: known.join(" "), ..before.clone() };
        self.moved(&before, &after).await
    }

    pub(super) async fn standing_visit(&self, actor: &Actor, id: Uuid) -> Result<Visit, Error> {
        let visit = self.own_visit(actor, id).await?;
        if visit.state == "ended" { Err(Error::Refused(visit_over())) } else { Ok(visit) }
    }

    pub(super) async fn moved(&self, before: &Visit, after: &Visit) -> Result<(), Error> {
        if self.store.change_visit(before, after).await? { Ok(()) } else { Err(Error::Conflict) }
    }

    /// Ends a visit. With `place`, the firm goes on online there, and its people are told so.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's visit.
    pub async fn end_visit(&self, actor: &Actor, id: Uuid, back: bool) -> Result<(), Error> {
        let before = self.own_visit(actor, id).await?;
        if before.state == "ended" {
            return Ok(());
        }
        let users = match back && !before.firm.is_empty() {
            true => self.store.users_of(&before.firm, false).await?.into_iter().filter(|user| !user.disabled).collect(),
            false => Vec::new(),
        };
        if back && users.is_empty() {
            return Err(Error::Refused(fault(
                "PQ-HALL-027",
                "",
                "对方没有网上账户，无人可以接着办理。",
                "Nobody of this firm signs in who could go on online.",
                "请结束本次来访；回执单上的代码可打开本事项，下次凭单继续。",
                "End the visit; the code on the receipt sheet opens the matter, and what was typed is kept for the next visit.",
            )));
        }
        let after = Visit {
            state: "ended".to_owned(),
            code: None,
            acting_until: None,
            ended_at: Some(self.now().0),
            ..before.clone()
        };
        let (side, about) = (vec![self.store.change_visit_side(&before, &after)], id.to_string());
        self.hall_change(Some(actor), "visit.ended", (&before.firm, &about), &json!({"back": back}), side).await?;
        for user in users {
            let data = Data { who: actor.unit().to_owned(), word: before.place.clone(), ..Data::default() };
            self.tell_hall(&format!("person:{}", user.id), "hall.back", (id, "back"), &data, false).await?;
        }
        Ok(())
    }

    /// The actor as the firm that consented, while the consent stands; the clerk stays the person. None otherwise.
    ///
    /// # Errors
    /// The store's own.
    pub async fn acting_at_counter(&self, actor: &Actor, id: Uuid) -> Result<Option<(Actor, Text)>, Error> {
        if !actor.may(Right::ServeHall) {
            return Ok(None);
        }
        let Some(row) = self.store.visit(id).await? else { return Ok(None) };
        if row.clerk != actor.person || !is_acting(&row, self.now()) {
            return Ok(None);
        }
        let firm = self.recorded::<CompanyRecord>("company", &row.firm).await?;
        let name = firm.map_or_else(|| Text::new(row.firm.as_str(), row.firm.as_str()), |of| of.record.name);
        let (party, role) = (Party::Firm(row.firm), Role::Agent);
        Ok(Some((Actor { party, role, ..actor.clone() }, name)))
    }

    /// Remembers the page to which a clerk hands back, so that the firm goes on there.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's visit, or what is no page of the program.
    pub async fn note_place(&self, actor: &Actor, id: Uuid, place: &str) -> Result<(), Error> {
        let before = self.standing_visit(actor, id).await?;
        if !is_place(place) {
            return Err(Error::NotFound);
        }
        let after = Visit { place: place.to_owned(), ..before.clone() };
        self.moved(&before, &after).await
    }
}

fn is_acting(row: &Visit, now: Instant) -> bool {
    row.state == "acting" && row.acting_until > Some(now.0)
}

/// True for the party of somebody who came for herself.
pub fn is_person(code: &str) -> bool {
    code.starts_with(PERSON)
}

/// True for the address of a page of the program.
pub(super) fn is_place(place: &str) -> bool {
    place.starts_with('/')
        && !place.starts_with("//")
        && place.len() <= MOST_PLACE
        && !place.contains('\\')
        && !place.chars().any(|letter| letter.is_control() || letter.is_whitespace())
}

fn visit_over() -> Fault {
    fault(
        "PQ-HALL-020",
        "",
        "该次办理已结束，或不能代办。",
        "This visit is over, or there is no firm to act for.",
        "请开始新的办理。",
        "Begin another one.",
    )
}
