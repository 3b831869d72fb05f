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

/// So many firms are shown that fit.
pub const MOST_FOUND: usize = 20;
/// Visits of a firm are looked through so far back for those that are still open.
const OPEN_FOR: i64 = 12 * domain::instant::HOUR;
/// Digits of a code that is read aloud.
const DIGITS: usize = 6;
/// Letters of a code with which a firm goes on at the counter.
const CODE: usize = 10;
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

/// A code that is out, as the firm's people see it.
#[derive(Clone, Debug)]
pub struct AskedConsent {
    /// The visit.
    pub visit: Uuid,
    /// The code to be read to the clerk.
    pub code: String,
    /// Until when.
    pub until: Instant,
    /// For what.
    pub services: Vec<Service>,
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
        if !fits || self.is_firm(&record.code).await? {
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
    pub async fn begin_visit(&self, actor: &Actor, firm: &str, name: &str) -> Result<Uuid, Error> {
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
        let who = Who { name: name.trim().chars().take(200).collect(), secret, ..Who::default() };
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

    async fn standing_visit(&self, actor: &Actor, id: Uuid) -> Result<Visit, Error> {
        let visit = self.own_visit(actor, id).await?;
        if visit.state == "ended" { Err(Error::Refused(visit_over())) } else { Ok(visit) }
    }

    async fn moved(&self, before: &Visit, after: &Visit) -> Result<(), Error> {
        if self.store.change_visit(before, after).await? { Ok(()) } else { Err(Error::Conflict) }
    }

    /// A code that is read aloud.
    pub(super) fn digits(&self) -> String {
        // Six digits of five bytes each: no digit is likelier than another by more than a hair.
        self.chance().chunks(5).take(DIGITS).map(|of| char::from(b'0' + digit(of))).collect()
    }

    fn digest_of_code(&self, id: Uuid, code: &str) -> Vec<u8> {
        self.store.contact_digest(&format!("consent/{id}/{}", code.trim()))
    }

    /// Asks the firm for its consent: each of its people finds a code on her page, and by letter where she has an address.
    /// Gives how many were told.
    ///
    /// # Errors
    /// [`Error::Refused`] for who comes for herself, or a firm of which nobody has an account.
    pub async fn ask_consent(&self, actor: &Actor, id: Uuid) -> Result<usize, Error> {
        let before = self.standing_visit(actor, id).await?;
        let people = self.store.users_of(&before.firm, false).await?;
        let people: Vec<_> = people.into_iter().filter(|user| !user.disabled && !before.firm.is_empty()).collect();
        if people.is_empty() {
            return Err(Error::Refused(fault(
                "PQ-HALL-017",
                "",
                "该企业没有可接收验证码的人员。",
                "Nobody of this firm has an account that could get a code.",
                "请打印代办授权单由来人签字。",
                "Print the sheet and let the visitor sign.",
            )));
        }
        let code = self.digits();
        let now = self.now();
        let after = Visit {
            state: "asked".to_owned(),
            code: Some(self.digest_of_code(id, &code)),
            code_until: Some(self.hall_after("consent_code", now).0),
            tries: 0,
            ..before.clone()
        };
        let mut who = self.who(id).await?;
        who.words = code;
        let side = vec![self.store.change_visit_side(&before, &after), self.who_side(id, &who)?];
        let detail = json!({"clerk": actor.person});
        self.hall_change(Some(actor), "consent.asked", (&before.firm, &id.to_string()), &detail, side).await?;
        let told = people.len();
        let data = Data { who: actor.unit().to_owned(), until: after.code_until.map(Instant), ..Data::default() };
        for user in people {
            let recipient = format!("person:{}", user.id);
            self.tell_hall(&recipient, "hall.code", (id, &format!("code/{}", now.0)), &data, false).await?;
        }
        Ok(told)
    }

    /// The codes that wait for somebody of the actor's firm.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who files for no firm.
    pub async fn asked_consents(&self, actor: &Actor) -> Result<Vec<AskedConsent>, Error> {
        actor.require(Right::File)?;
        let now = self.now();
        let mut asked = Vec::new();
        for row in self.store.visits_of_firm(actor.unit(), now.0 - OPEN_FOR).await? {
            let until = row.code_until.map(Instant).filter(|until| row.state == "asked" && *until > now);
            if let Some(until) = until {
                let code = self.who(row.id).await?.words;
                asked.push(AskedConsent { visit: row.id, code, until, services: self.services_of(&row) });
            }
        }
        Ok(asked)
    }

    /// The code of a visit for a letter to somebody of its firm; none when it is out no more.
    pub(crate) async fn code_for_letter(&self, firm: &str, source: &str) -> Result<Option<String>, Error> {
        let id = source.strip_prefix("hall/").and_then(|rest| rest.split('/').next());
        let Some(id) = id.and_then(|id| Uuid::parse_str(id).ok()) else { return Ok(None) };
        let row = self.store.visit(id).await?;
        let out =
            row.is_some_and(|row| row.firm == firm && row.state == "asked" && row.code_until > Some(self.now().0));
        Ok(if out { Some(self.who(id).await?.words) } else { None })
    }

    /// Somebody of the firm says no: the code is worth nothing any more.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another firm's.
    pub async fn refuse_consent(&self, actor: &Actor, id: Uuid) -> Result<(), Error> {
        actor.require(Right::File)?;
        let before = self.store.visit(id).await?.filter(|of| of.firm == actor.unit()).ok_or(Error::NotFound)?;
        if !matches!(before.state.as_str(), "asked" | "acting" | "offered") {
            return Err(Error::NotFound);
        }
        let state = if before.state == "offered" { "ended" } else { "open" };
        let after =
            Visit { state: state.to_owned(), code: None, code_until: None, acting_until: None, ..before.clone() };
        let side = vec![self.store.change_visit_side(&before, &after)];
        let about = id.to_string();
        self.hall_change(Some(actor), "consent.refused", (&before.firm, &about), &json!({}), side).await.map(drop)
    }

    /// The clerk types the code that the firm read to her.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a wrong one, one that is too old or was tried too often.
    pub async fn consent_by_code(&self, actor: &Actor, id: Uuid, code: &str) -> Result<(), Error> {
        let before = self.standing_visit(actor, id).await?;
        let now = self.now();
        let most = self.hall_number("consent_code", 5);
        let stands = before.state == "asked" && before.code_until > Some(now.0) && before.tries < most;
        if !stands || before.code != Some(self.digest_of_code(id, code)) {
            if stands {
                let after = Visit { tries: before.tries + 1, ..before.clone() };
                self.moved(&before, &after).await?;
            }
            return Err(Error::Invalid(vec![fault(
                "PQ-HALL-018",
                "code",
                "验证码不正确，或已过期、试错次数过多。",
                "This is not the code, or it is too old or was tried too often.",
                "请来人重新读出；过期的请再发一次。",
                "Have it read again; send a new one when it is too old.",
            )]));
        }
        self.consented(actor, &before, "code", &json!({})).await
    }

    /// The visitor signed the sheet before the clerk.
    ///
    /// # Errors
    /// [`Error::Invalid`] without the name of who signed; [`Error::Refused`] for who comes for herself.
    pub async fn consent_by_signature(&self, actor: &Actor, id: Uuid, signer: &str) -> Result<(), Error> {
        let before = self.standing_visit(actor, id).await?;
        let signer = signer.trim();
        if before.firm.is_empty() {
            return Err(Error::Refused(visit_over()));
        }
        if signer.is_empty() || signer.chars().count() > 200 {
            return Err(Error::Invalid(Who::default().faults().into_iter().take(1).collect()));
        }
        let mut who = self.who(id).await?;
        who.name = signer.to_owned();
        self.store.change_words(id, &serde_json::to_vec(&who)?).await?;
        self.consented(actor, &before, "signature", &json!({})).await
    }

    async fn consented(
        &self,
        actor: &Actor,
        before: &Visit,
        way: &str,
        detail: &serde_json::Value,
    ) -> Result<(), Error> {
        let until = self.hall_after("acting", self.now());
        let after = Visit {
            clerk: actor.person.clone(),
            state: "acting".to_owned(),
            way: way.to_owned(),
            code: None,
            code_until: None,
            acting_until: Some(until.0),
            ..before.clone()
        };
        let side = vec![self.store.change_visit_side(before, &after)];
        let mut told = json!({"way": way, "until": until.to_string(), "clerk": actor.person});
        if let (Some(told), Some(more)) = (told.as_object_mut(), detail.as_object()) {
            told.extend(more.clone());
        }
        let about = before.id.to_string();
        let done = self.hall_change(Some(actor), "consent.given", (&before.firm, &about), &told, side).await?;
        Ok(self.store.mark_consent(before.id, done.receipt_id).await?)
    }

    /// Somebody of a firm offers to go on at the counter with what she has on a page: the code that she takes along. What
    /// was typed stands in the draft, which is the firm's.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who files for no firm; [`Error::NotFound`] for what is no page of the program.
    pub async fn offer_visit(&self, actor: &Actor, place: &str) -> Result<(Uuid, String), Error> {
        actor.require(Right::File)?;
        if !is_place(place) || actor.on_behalf.is_some() {
            return Err(Error::NotFound);
        }
        let (secret, code) = (self.hall_secret(), self.hall_secret()[..CODE].to_owned());
        let now = self.now();
        let visit = Visit {
            id: self.new_id(),
            firm: actor.unit().to_owned(),
            state: "offered".to_owned(),
            way: "online".to_owned(),
            code: Some(self.store.contact_digest(&format!("offer/{code}"))),
            code_until: Some(self.hall_after("handover_code", now).0),
            place: place.to_owned(),
            secret: opens(&secret),
            opened_at: now.0,
            ..Visit::default()
        };
        let who = Who { person: actor.person.clone(), secret, ..Who::default() };
        let side = vec![self.store.new_visit_side(&visit), self.who_side(visit.id, &who)?];
        let about = visit.id.to_string();
        self.hall_change(Some(actor), "consent.offered", (&visit.firm, &about), &json!({"place": place}), side).await?;
        Ok((visit.id, code))
    }

    /// A clerk takes up what a firm offered; gives the visit.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a code that is none, or too old.
    pub async fn take_offer(&self, actor: &Actor, code: &str) -> Result<Uuid, Error> {
        actor.require(Right::ServeHall)?;
        let code: String = code.chars().filter(|of| !of.is_whitespace()).collect::<String>().to_lowercase();
        let found = self.store.visit_by_code(&self.store.contact_digest(&format!("offer/{code}"))).await?;
        let now = self.now().0;
        let Some(before) = found.filter(|of| of.state == "offered" && of.code_until > Some(now)) else {
            return Err(Error::Invalid(vec![fault(
                "PQ-HALL-019",
                "offer",
                "转窗口码不正确或已过期。",
                "This is no code with which a firm goes on here, or it is too old.",
                "请核对来人出示的码，或请其在网上重新生成。",
                "Compare it with what the visitor shows, or have a new one made online.",
            )]));
        };
        self.consented(actor, &before, "online", &json!({"place": before.place})).await?;
        Ok(before.id)
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
        let after = Visit {
            state: "ended".to_owned(),
            code: None,
            acting_until: None,
            ended_at: Some(self.now().0),
            ..before.clone()
        };
        let (side, about) = (vec![self.store.change_visit_side(&before, &after)], id.to_string());
        self.hall_change(Some(actor), "visit.ended", (&before.firm, &about), &json!({"back": back}), side).await?;
        if back && !before.firm.is_empty() {
            for user in self.store.users_of(&before.firm, false).await?.into_iter().filter(|user| !user.disabled) {
                let data = Data { who: actor.unit().to_owned(), word: before.place.clone(), ..Data::default() };
                self.tell_hall(&format!("person:{}", user.id), "hall.back", (id, "back"), &data, false).await?;
            }
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

/// True for the address of a page of the program.
pub(super) fn is_place(place: &str) -> bool {
    place.starts_with('/')
        && !place.starts_with("//")
        && place.len() <= MOST_PLACE
        && !place.contains('\\')
        && !place.chars().any(|letter| letter.is_control() || letter.is_whitespace())
}

/// A digit of five bytes.
fn digit(bytes: &[u8]) -> u8 {
    let whole = bytes.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    u8::try_from(whole % 10).unwrap_or(0)
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
