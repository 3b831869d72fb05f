//! Consent: how a firm, or somebody who comes for herself, lets a clerk act. By a code that goes to its people, their letters or
//! its telephone and is read aloud; by a signature on the sheet; by an offer made online. It is a change with a receipt.

use domain::{Instant, Text, service::Service};
use serde_json::json;
use store::{Side, visits::Visit};
use uuid::Uuid;

use super::{
    Who, fault, opens,
    telling::is_telephone,
    visits::{OPEN_FOR, PERSON, is_person, is_place},
};
use crate::{Actor, CompanyRecord, Error, Office, Right, notices::Data};

/// Digits of a code that is read aloud.
const DIGITS: usize = 6;
/// Letters of a code with which a firm goes on at the counter.
const CODE: usize = 10;
/// Letters of the rest of it: forty bits.
const PERSON_CODE: usize = 8;

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
        let people = match before.firm.as_str() {
            "" => Vec::new(),
            firm => self.store.users_of(firm, false).await?,
        };
        let people: Vec<_> = people.into_iter().filter(|user| !user.disabled).collect();
        let by_message = self.channels.sender().is_some() && self.telephone_of(&before).await?.is_some();
        if people.is_empty() && !by_message {
            return Err(Error::Refused(fault(
                "PQ-HALL-017",
                "",
                "没有可接收验证码的账户或电话。",
                "There is neither an account nor a telephone that could get a code.",
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
        let told = people.len() + usize::from(by_message);
        let data = Data { who: actor.unit().to_owned(), until: after.code_until.map(Instant), ..Data::default() };
        for user in people {
            let recipient = format!("person:{}", user.id);
            self.tell_hall(&recipient, "hall.code", (id, &format!("code/{}", now.0)), &data, false).await?;
        }
        if by_message {
            let once = format!("message/{}", now.0);
            self.tell_hall(&format!("sms:{id}"), "hall.code", (id, &once), &data, false).await?;
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

    /// The telephone of a visit's firm as its record has it, else of who came for herself; none where there is none.
    pub(super) async fn telephone_of(&self, visit: &Visit) -> Result<Option<String>, Error> {
        let firm = self.recorded::<CompanyRecord>("company", &visit.firm).await?.map(|of| of.record.phone);
        let own = async || Ok::<_, Error>(self.who(visit.id).await?.phone);
        let phone = match firm.filter(|phone| !phone.is_empty()) {
            Some(phone) => phone,
            // Of a firm no other number counts than the one that was recorded before it came.
            None if visit.firm.is_empty() || is_person(&visit.firm) => own().await?,
            None => String::new(),
        };
        Ok(Some(phone).filter(|phone| is_telephone(phone)))
    }

    /// Where the code of a visit is sent, the code, and until when it holds; none when it is out no more.
    pub(crate) async fn code_for_message(&self, id: Uuid) -> Result<Option<(String, String, Instant)>, Error> {
        let Some(row) = self.store.visit(id).await? else { return Ok(None) };
        let Some(until) = row.code_until.map(Instant).filter(|until| row.state == "asked" && *until > self.now())
        else {
            return Ok(None);
        };
        let phone = self.telephone_of(&row).await?;
        let code = self.who(id).await?.words;
        Ok(phone.map(|phone| (phone, code, until)))
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
    /// [`Error::Invalid`] without the name of who signed.
    pub async fn consent_by_signature(&self, actor: &Actor, id: Uuid, signer: &str) -> Result<(), Error> {
        let before = self.standing_visit(actor, id).await?;
        let signer = signer.trim();
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
        let mut told = json!({"way": way, "until": until.to_string(), "clerk": actor.person});
        let mut side = Vec::new();
        let firm = match before.firm.as_str() {
            "" => {
                let (record, recorded) = self.new_person()?;
                told["recorded"] = serde_json::to_value(&record)?;
                side.push(recorded);
                record.code
            }
            firm => firm.to_owned(),
        };
        let after = Visit {
            firm,
            clerk: actor.person.clone(),
            state: "acting".to_owned(),
            way: way.to_owned(),
            code: None,
            code_until: None,
            acting_until: Some(until.0),
            ..before.clone()
        };
        side.push(self.store.change_visit_side(before, &after));
        if let (Some(told), Some(more)) = (told.as_object_mut(), detail.as_object()) {
            told.extend(more.clone());
        }
        let about = before.id.to_string();
        let done = self.hall_change(Some(actor), "consent.given", (&after.firm, &about), &told, side).await?;
        Ok(self.store.mark_consent(before.id, done.receipt_id).await?)
    }

    /// Somebody who comes for herself as a party of her own, without her name or telephone: they stay with the visit, sealed, and
    /// go with it. Her receipt sheet has the code, by which she is found when she comes again. The record is made by the
    /// transaction of her consent: of two keys that are pressed at once no party is left over.
    fn new_person(&self) -> Result<(CompanyRecord, Side), Error> {
        let code = format!("{PERSON}{}", &self.hall_secret()[..PERSON_CODE]);
        let shown = code.trim_start_matches(PERSON).to_uppercase();
        let record = CompanyRecord {
            name: Text::new(format!("个人 {shown}"), format!("Private person {shown}")),
            kind: "person".to_owned(),
            code,
            ..CompanyRecord::default()
        };
        let json = serde_json::to_string(&record)?;
        let side = self.store.put_record_side("company", &record.code, &json, "counter");
        Ok((record, side))
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
}

/// A digit of five bytes.
fn digit(bytes: &[u8]) -> u8 {
    let whole = bytes.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    u8::try_from(whole % 10).unwrap_or(0)
}
