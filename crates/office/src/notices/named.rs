//! Who is named: the coordinator of a key firm, the persons of a unit for the ladder, the addresses of levels outside.

use std::collections::BTreeSet;

use domain::Text;
use serde::{Deserialize, Serialize};

use super::{Preferences, ways};
use crate::{Actor, Error, Office, Right, Role, sign_in::actor_of};

/// Registers of the records.
const KEY_FIRM: &str = "key-firm";
const LIAISON: &str = "liaison";
const ABSENCE: &str = "absence";
/// Columns of the table of levels.
const LEVELS: &str = "notice-levels";

/// The person of the port office who looks after a firm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// By which name she signs in; empty when nobody is named any more.
    pub person: String,
    /// Her name, for showing.
    #[serde(default, skip_deserializing, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// For whom she stands in; empty when she is the one that was named.
    #[serde(default, skip)]
    pub instead_of: String,
    /// By which name who was named signs in.
    #[serde(default, skip)]
    pub named: String,
}

/// When somebody of the port office is away, and who stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// First day; empty when she is not away.
    pub from: String,
    /// Last day.
    pub until: String,
    /// By which name who stands in signs in.
    pub substitute: String,
}

/// A level of the ladder, and who is told there.
#[derive(Clone, Debug)]
pub struct Level {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Who is told: words of the table.
    pub to: Vec<String>,
    /// The address kept for it, for a level outside.
    pub email: Option<String>,
}

/// What is kept for a level: an address outside, or persons of a unit.
#[derive(Clone, Debug)]
pub enum LevelKept {
    /// The address of a level without an account; empty for none.
    Outside(String, String),
    /// The persons whom a unit's chief named.
    Liaison(String, BTreeSet<String>),
}

impl Office {
    /// The coordinator of a key firm; none for other firms.
    ///
    /// # Errors
    /// The store's own.
    pub async fn coordinator_of(&self, firm: &str) -> Result<Option<Named>, Error> {
        let Some(record) = self.store.record(KEY_FIRM, firm).await? else { return Ok(None) };
        let named: Named = serde_json::from_str(&record.json)?;
        let name = async |person: &str| -> Result<Option<String>, Error> {
            let user = self.store.user(person).await?;
            Ok(user.filter(|user| !user.disabled && actor_of(user).role == Role::Coordinator).map(|user| user.name))
        };
        let own = name(&named.person).await?;
        // Who is away, or has left, has somebody stand in as long as that person coordinates herself.
        let absence = self.absence_of(&named.person).await?;
        let today = self.today().to_string();
        if absence.from <= today
            && today <= absence.until
            && let Some(substitute) = name(&absence.substitute).await?
        {
            let instead_of = own.unwrap_or_else(|| named.person.clone());
            let of = Named { person: absence.substitute, name: substitute, instead_of, named: named.person };
            return Ok(Some(of));
        }
        Ok(own.map(|name| Named { name, named: named.person.clone(), ..named }))
    }

    /// When somebody is away as coordinator; empty for who is not.
    ///
    /// # Errors
    /// The store's own.
    pub async fn absence_of(&self, person: &str) -> Result<Absence, Error> {
        let record = self.store.record(ABSENCE, person).await?;
        record.map_or_else(|| Ok(Absence::default()), |record| Ok(serde_json::from_str(&record.json)?))
    }

    /// Keeps when a coordinator is away and who stands in, for all her firms; empty days end it. Each version is kept.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office; [`Error::NotFound`] for who does not coordinate; [`Error::Invalid`] for
    /// days that are none or in the wrong order, and for a substitute who does not coordinate.
    pub async fn keep_absence(&self, actor: &Actor, person: &str, absence: &Absence) -> Result<(), Error> {
        let people = self.coordinators(actor).await?;
        let coordinates = |person: &str| people.iter().any(|(id, _)| id == person);
        let ends = absence.from.is_empty() && absence.until.is_empty();
        let day = |text: &str| text.parse::<jiff::civil::Date>().ok();
        let in_order = matches!((day(&absence.from), day(&absence.until)), (Some(from), Some(until)) if from <= until);
        let stands_in = coordinates(&absence.substitute) && absence.substitute != person;
        if !coordinates(person) {
            return Err(Error::NotFound);
        }
        let mut faults = Vec::new();
        if !ends && !in_order {
            faults.push(ways::fault(
                "PQ-NOTICE-008",
                "/from",
                "请假日期不正确。",
                "The days of the absence are not right.",
                "请填写起止日期，起不晚于止；留空即销假。",
                "Give the first and the last day in that order; leave both empty to end it.",
            ));
        }
        if !ends && !stands_in {
            faults.push(ways::fault(
                "PQ-NOTICE-009",
                "/substitute",
                "代理人不是另一名口岸办协调员。",
                "Who stands in is not another coordinator of the port office.",
                "请从列表中选择。",
                "Choose one of the list.",
            ));
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let absence = if ends { &Absence::default() } else { absence };
        self.put_record(ABSENCE, person, absence, &actor.person).await
    }

    /// Names the coordinator of a firm, or (with an empty name) nobody. Each naming is kept.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office; [`Error::NotFound`] for an unknown firm; [`Error::Invalid`] for
    /// somebody who does not coordinate.
    pub async fn name_coordinator(&self, actor: &Actor, firm: &str, person: &str) -> Result<(), Error> {
        actor.require(Right::RunProblems)?;
        if !self.is_firm(firm).await? {
            return Err(Error::NotFound);
        }
        if !person.is_empty() && !self.coordinators(actor).await?.iter().any(|(id, _)| id == person) {
            return Err(Error::Invalid(vec![ways::fault(
                "PQ-NOTICE-004",
                "/person",
                "该人员不是口岸办协调员。",
                "This person does not coordinate for the port office.",
                "请选择口岸办人员。",
                "Choose one of the port office's people.",
            )]));
        }
        let named = Named { person: person.to_owned(), ..Named::default() };
        self.put_record(KEY_FIRM, firm, &named, &actor.person).await
    }

    /// The people of the port office who may be named: by which name they sign in, and their name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office.
    pub async fn coordinators(&self, actor: &Actor) -> Result<Vec<(String, String)>, Error> {
        actor.require(Right::RunProblems)?;
        let users = self.store.users_of(actor.unit(), true).await?;
        let coordinating = users.into_iter().filter(|user| !user.disabled && actor_of(user).role == Role::Coordinator);
        Ok(coordinating.map(|user| (user.id, user.name)).collect())
    }

    /// The persons whom a unit's chief named for the ladder.
    ///
    /// # Errors
    /// The store's own.
    pub async fn liaison_of(&self, organ: &str) -> Result<BTreeSet<String>, Error> {
        let record = self.store.record(LIAISON, organ).await?;
        record.map_or_else(|| Ok(BTreeSet::new()), |record| Ok(serde_json::from_str(&record.json)?))
    }

    /// The levels of the ladder with who is told at each.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office.
    pub async fn levels(&self, actor: &Actor) -> Result<Vec<Level>, Error> {
        actor.require(Right::RunProblems)?;
        let mut levels = Vec::new();
        for code in self.profile.codes(LEVELS, "level") {
            let inputs = domain::Value::from([("level", code.as_str().into())]);
            let Some(hit) = self.profile.hit(LEVELS, self.now(), &inputs) else { continue };
            let to = hit.texts("to");
            let email = match to.iter().any(|to| to == "outside") {
                true => Some(self.preferences_kept(&format!("level:{code}")).await?.email),
                false => None,
            };
            levels.push(Level { name: hit.reason(), code, to, email });
        }
        Ok(levels)
    }

    /// Keeps an address for a level outside, or the persons of a unit. A unit's persons are named by the port office or by
    /// that unit itself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others; [`Error::Invalid`] for an address that is none or persons of other units.
    pub async fn keep_level(&self, actor: &Actor, kept: &LevelKept) -> Result<(), Error> {
        actor.require(Right::RunProblems)?;
        match kept {
            LevelKept::Outside(level, email) => {
                if !self.profile.codes(LEVELS, "level").contains(level) {
                    return Err(Error::NotFound);
                }
                if !email.is_empty() && !ways::is_address(email) {
                    return Err(Error::Invalid(vec![ways::bad_address("/email")]));
                }
                let preferences = Preferences { email: email.clone(), ..Preferences::default() };
                Ok(self.store.put_preferences(&format!("level:{level}"), &serde_json::to_vec(&preferences)?).await?)
            }
            LevelKept::Liaison(organ, persons) => {
                let own = self.store.users_of(organ, true).await?;
                if self.profile.organ(organ).is_none() {
                    return Err(Error::NotFound);
                }
                if persons.iter().any(|person| !own.iter().any(|user| user.id == *person)) {
                    return Err(Error::Invalid(vec![ways::fault(
                        "PQ-NOTICE-005",
                        "/persons",
                        "所列人员不是该单位的人员。",
                        "Not all of these persons belong to that unit.",
                        "请填写该单位人员的登录名，用空格分开。",
                        "Write the names by which people of that unit sign in, with blanks between them.",
                    )]));
                }
                self.put_record(LIAISON, organ, persons, &actor.person).await
            }
        }
    }
}
