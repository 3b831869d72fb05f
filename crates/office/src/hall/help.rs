//! Remote help: somebody of a firm reads a code aloud, and an operator of the port office sees the page that she has open,
//! read-only and without what the port office need not know; points at a field; and opens a problem from there. Each look is
//! recorded before it is shown. She sees who looks, and ends it when she likes.

use std::collections::BTreeSet;

use domain::{
    Fault, Instant, Text, Value,
    formality::{self, Field, Formality},
    problem::Key,
    ship_call::ShipCall,
};
use serde_json::json;
use store::{helps::Help, logs::Access};
use uuid::Uuid;

use super::{DAY, Who, fault, visits::is_place};
use crate::{
    Actor, CompanyRecord, Error, NewReport, Office, Request, Right, Role, problems::Contact, sign_in::actor_of,
};

/// Past helps are listed so far back.
const LISTED: i64 = 30 * DAY;
/// No name of a field is longer.
const MOST_FIELD: usize = 200;
/// What an operator takes down is first of the general kind; the port office's desk finds its topic.
const AS_PROBLEM: (&str, &str, &str) = ("other", "ordinary", "today");
/// Purpose of a look in the record of accesses.
const PURPOSE: &str = "remote help";

/// A help as those who take part see it.
#[derive(Clone, Debug)]
pub struct Helping {
    /// The row.
    pub row: Help,
    /// The code to be read aloud, for who asked and as long as it holds.
    pub code: String,
    /// Who looks; empty before.
    pub operator: String,
    /// The firm's name.
    pub firm: Text,
    /// Who asked.
    pub person: String,
    /// True while it goes on.
    pub stands: bool,
}

/// What an operator may look at.
#[derive(Clone, Debug)]
pub struct Looking {
    /// Who asked for help, as whom the page is drawn.
    pub as_person: Actor,
    /// As whom what was filed is read: the operator's unit.
    pub reader: Actor,
    /// Which page.
    pub place: String,
}

impl Office {
    /// Somebody of a firm asks for help with a page; gives the help, with its code. One that she has is given again.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who files for no firm; [`Error::NotFound`] for what is no page of the program.
    pub async fn begin_help(&self, actor: &Actor, place: &str) -> Result<Uuid, Error> {
        actor.require(Right::File)?;
        if !is_place(place) {
            return Err(Error::NotFound);
        }
        let now = self.now();
        for row in self.store.helps_of_person(&actor.person, now.0 - DAY).await? {
            if stands(&row, now) {
                self.note_help(&row, Some(place)).await?;
                return Ok(row.id);
            }
        }
        let code = self.digits();
        let help = Help {
            id: self.new_id(),
            firm: actor.unit().to_owned(),
            principal: actor.on_behalf.clone().unwrap_or_default(),
            person: actor.person.clone(),
            state: "offered".to_owned(),
            code: Some(self.help_digest(&code)),
            code_until: self.hall_after("look_code", now).0,
            place: place.to_owned(),
            opened_at: now.0,
            until: self.hall_after("look_code", now).0,
            ..Help::default()
        };
        let who = Who { words: code, ..Who::default() };
        let side =
            vec![self.store.old_help_codes_side(now.0), self.store.new_help_side(&help), self.who_side(help.id, &who)?];
        self.hall_change(Some(actor), "help.offered", (&help.firm, &help.id.to_string()), &json!({}), side).await?;
        Ok(help.id)
    }

    fn help_digest(&self, code: &str) -> Vec<u8> {
        self.store.contact_digest(&format!("help/{code}"))
    }

    /// What somebody's help is now; none for another's, and once it is over.
    ///
    /// # Errors
    /// The store's own.
    pub async fn own_help(&self, actor: &Actor, id: Uuid) -> Result<Option<Helping>, Error> {
        let row = self.store.help(id).await?.filter(|row| row.person == actor.person);
        match row.filter(|row| stands(row, self.now())) {
            Some(row) => Ok(Some(self.helping(row).await?)),
            None => Ok(None),
        }
    }

    async fn helping(&self, row: Help) -> Result<Helping, Error> {
        let stands = stands(&row, self.now());
        let code = if stands && row.state == "offered" { self.who(row.id).await?.words } else { String::new() };
        let name = async |id: &str| -> Result<String, Error> {
            Ok(self.store.user(id).await?.map_or_else(|| id.to_owned(), |user| user.name))
        };
        let operator = if row.operator.is_empty() { String::new() } else { name(&row.operator).await? };
        let firm = self.recorded::<CompanyRecord>("company", &row.firm).await?;
        let firm = firm.map_or_else(|| Text::new(row.firm.as_str(), row.firm.as_str()), |of| of.record.name);
        Ok(Helping { code, operator, firm, person: name(&row.person).await?, stands, row })
    }

    /// The helps that somebody asked for, or gave, in the last month, each with what was looked at.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who neither files for a firm nor serves in the hall.
    pub async fn helps(&self, actor: &Actor) -> Result<Vec<(Helping, Vec<(Instant, String)>)>, Error> {
        let since = self.now().0 - LISTED;
        let rows = if actor.may(Right::ServeHall) {
            self.store.helps_of_operator(&actor.person, since).await?
        } else {
            actor.require(Right::File)?;
            self.store.helps_of_person(&actor.person, since).await?
        };
        let mut helps = Vec::new();
        for row in rows {
            let looks = self.store.accesses(row.id).await?;
            let looks = looks.into_iter().map(|look| (Instant(look.at), look.fields)).collect();
            helps.push((self.helping(row).await?, looks));
        }
        Ok(helps)
    }

    /// An operator types the code that was read to her; gives the help.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not serve in the hall; [`Error::Invalid`] for a code that is none, or too old.
    pub async fn take_help(&self, actor: &Actor, code: &str) -> Result<Uuid, Error> {
        actor.require(Right::ServeHall)?;
        let code: String = code.chars().filter(char::is_ascii_digit).collect();
        let now = self.now();
        let found = self.store.help_by_code(&self.help_digest(&code)).await?;
        let Some(before) = found.filter(|row| row.state == "offered" && stands(row, now)) else {
            return Err(Error::Invalid(vec![fault(
                "PQ-HALL-024",
                "code",
                "远程协助码不正确或已过期。",
                "This is no code for remote help, or it is too old.",
                "请对方再读一遍页面上方的六位数字；过期的请其重新申请。",
                "Have the six digits on top of the page read again; when they are too old, have help asked for anew.",
            )]));
        };
        let until = self.hall_after("look", now).0;
        let after =
            Help { state: "looking".to_owned(), code: None, operator: actor.person.clone(), until, ..before.clone() };
        let side = vec![self.store.change_help_side(&before, &after)];
        let about = (before.firm.as_str(), &*before.id.to_string());
        self.hall_change(Some(actor), "help.begun", about, &json!({"operator": actor.person}), side).await?;
        Ok(before.id)
    }

    /// A help for who gives it, also when it is over.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's.
    pub async fn given_help(&self, actor: &Actor, id: Uuid) -> Result<Helping, Error> {
        actor.require(Right::ServeHall)?;
        let row = self.store.help(id).await?.filter(|row| row.operator == actor.person).ok_or(Error::NotFound)?;
        self.helping(row).await
    }

    /// What may be looked at now. The look is recorded before: with the page, and whose it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's help, and once it is over; what keeps the record from being written.
    pub async fn look(&self, actor: &Actor, id: Uuid) -> Result<Looking, Error> {
        let helping = self.given_help(actor, id).await?;
        let user = self.store.user(&helping.row.person).await?.filter(|user| !user.disabled && helping.stands);
        let user = user.ok_or(Error::NotFound)?;
        let access = Access {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            matter: id,
            fields: helping.row.place.clone(),
            purpose: PURPOSE.to_owned(),
        };
        self.store.log_access(&access).await?;
        let mut as_person = actor_of(&user);
        if !helping.row.principal.is_empty() {
            as_person = self.acting_for(as_person, &helping.row.principal).await?;
        }
        // Need to know goes by the unit: what the port office may read, whoever of it looks.
        let reader = Actor { role: Role::Coordinator, ..actor.clone() };
        Ok(Looking { as_person, reader, place: helping.row.place })
    }

    /// Points at a field of the page that is open; `words` says what it is called.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's help, once it is over, and for what is no field's name.
    pub async fn point(&self, actor: &Actor, id: Uuid, field: &str, words: &str) -> Result<(), Error> {
        let helping = self.given_help(actor, id).await?;
        if !helping.stands || field.len() > MOST_FIELD || field.chars().any(|of| of.is_control() || of.is_whitespace())
        {
            return Err(Error::NotFound);
        }
        let words: String = words.chars().filter(|of| !of.is_control()).take(MOST_FIELD).collect();
        Ok(self.store.point_help(id, (field, &words), self.now().0).await?)
    }

    /// Opens a problem of the firm from what the operator sees, in her words; gives its number.
    ///
    /// # Errors
    /// [`Error::Refused`] when one was opened from this help, or it is over; [`Error::Invalid`] without words.
    pub async fn problem_from_help(&self, actor: &Actor, id: Uuid, words: &str) -> Result<String, Error> {
        let before = self.given_help(actor, id).await?;
        if !before.stands || !before.row.problem.is_empty() {
            return Err(Error::Refused(fault(
                "PQ-HALL-025",
                "",
                "本次协助已结束，或已反映过问题。",
                "This help is over, or a problem was opened from it.",
                "请在问题页补充，或另行反映。",
                "Add to that problem on its page, or report another one.",
            )));
        }
        let (topic, impact, urgency) = AS_PROBLEM;
        let mut steps = before.row.place.split(['/', '?']).skip(1);
        let call = (steps.next() == Some("calls")).then(|| steps.next()).flatten().filter(|number| *number != "new");
        let keys: BTreeSet<Key> =
            call.map(|number| Key { kind: "call".to_owned(), value: number.to_uppercase() }).into_iter().collect();
        let person = self.store.user(&before.row.person).await?;
        let language = person.map_or_else(|| "zh".to_owned(), |user| user.language);
        let new = NewReport {
            topic: topic.to_owned(),
            impact: impact.to_owned(),
            urgency: urgency.to_owned(),
            words: words.trim().to_owned(),
            keys,
            firm: before.row.firm.clone(),
            contact: Contact { name: before.person.clone(), ..Contact::default() },
            language,
            ..NewReport::default()
        };
        // Sent again after a fault it is the same problem.
        let once = format!("help/{id}");
        let request = Request::new("help", Some(once.clone()), once.as_bytes(), "phone");
        let number = self.report(actor, &new, &request).await?.number;
        let after = Help { problem: number.clone(), ..before.row.clone() };
        let side = vec![self.store.change_help_side(&before.row, &after)];
        let about = (before.row.firm.as_str(), &*id.to_string());
        self.hall_change(Some(actor), "help.problem", about, &json!({"problem": number}), side).await?;
        Ok(number)
    }

    /// Ends a help, for who asked or who gives it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's.
    pub async fn end_help(&self, actor: &Actor, id: Uuid) -> Result<(), Error> {
        let before = self.store.help(id).await?;
        let mine = |row: &Help| row.person == actor.person || row.operator == actor.person;
        let before = before.filter(mine).ok_or(Error::NotFound)?;
        if before.state == "ended" {
            return Ok(());
        }
        let after = Help { state: "ended".to_owned(), code: None, ended_at: Some(self.now().0), ..before.clone() };
        let side = vec![self.store.change_help_side(&before, &after)];
        let about = id.to_string();
        self.hall_change(Some(actor), "help.ended", (&before.firm, &about), &json!({}), side).await.map(drop)
    }

    /// Notes which page who asked has open now; without one, that something on it changed.
    ///
    /// # Errors
    /// The store's own.
    pub async fn note_help(&self, help: &Help, place: Option<&str>) -> Result<(), Error> {
        let path = |place: &str| place.split('?').next().unwrap_or_default().to_owned();
        let place = place.filter(|place| is_place(place));
        let another = place.is_some_and(|place| path(place) != path(&help.place));
        Ok(self.store.note_help_place(help.id, place, another).await?)
    }

    /// Another whenever something changed that one of the two sees: the page, or who looks and points. None once it is over.
    ///
    /// # Errors
    /// The store's own.
    pub async fn help_mark(&self, id: Uuid, operator: bool) -> Result<Option<String>, Error> {
        let row = self.store.help(id).await?.filter(|row| stands(row, self.now()));
        Ok(row.map(|row| match operator {
            true => format!("{}/{}", row.seq, row.problem),
            false => format!("{}/{}/{}", row.state, row.pointed_at, row.problem),
        }))
    }

    /// A filing or draft as a reader may know it: what concerns her not is masked.
    pub fn masked(&self, reader: &Actor, call: &ShipCall, formality: Formality, content: &Value) -> Value {
        formality::masked(formality, content, |field| self.knows(reader, call, formality, field))
    }

    /// Faults as a reader may know them: of a field that is masked the code alone, for its words may repeat the value.
    pub fn masked_faults(&self, reader: &Actor, call: &ShipCall, formality: Formality, faults: &[Fault]) -> Vec<Fault> {
        let shown = |found: &Fault| {
            let open =
                formality.field_at(&found.location).is_some_and(|field| self.knows(reader, call, formality, field));
            if open {
                return found.clone();
            }
            let words = Text::new("此处有误（内容不显示）。", "There is a fault here, whose words are not shown.");
            Fault::new(found.severity, &found.code, &found.location, words, Text::default())
        };
        faults.iter().map(shown).collect()
    }

    fn knows(&self, reader: &Actor, call: &ShipCall, formality: Formality, field: &Field) -> bool {
        let unit = reader.unit();
        self.known_to(unit, field.personal.code(), formality.code(), field.name, call.part_of(unit))
    }
}

fn stands(row: &Help, now: Instant) -> bool {
    row.state != "ended" && row.until > now.0
}
