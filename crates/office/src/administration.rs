//! Who may change firms, people, mandates and systems' keys, and what was changed: each change is recorded with who did it,
//! and stands in the log.

use domain::ship_call::Party;
use sha2::{Digest, Sha256};
use store::{Side, changes::Change};
use uuid::Uuid;

use crate::{Actor, Error, Office, Role};

/// The word beside a person's role with which she manages the people of her own unit.
pub(crate) const MANAGER: &str = "manager";

/// So many changes are shown at once.
const SHOWN: i64 = 50;

/// Who administers, and how far.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// As it is recorded: `operator`, or the party and person.
    who: String,
    /// The name by which she signs in; nobody locks herself out.
    person: Option<String>,
    power: Power,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Power {
    /// The whole port.
    Port,
    /// The people and mandates of a unit.
    Unit(Party),
    /// The keys of a unit's systems, and nothing else.
    Keys(Party),
}

impl Administrator {
    /// Who may run commands on the data folder.
    pub fn operator(who: impl Into<String>) -> Administrator {
        Administrator { who: who.into(), person: None, power: Power::Port }
    }

    /// A person as far as she changes what is hers: her password.
    pub(crate) fn herself(actor: &Actor) -> Administrator {
        let power = Power::Keys(actor.party.clone());
        Administrator { who: signed(actor), person: Some(actor.person.clone()), power }
    }

    /// True for the whole port.
    pub fn of_port(&self) -> bool {
        self.power == Power::Port
    }

    /// The unit, when it is only one.
    pub fn unit(&self) -> Option<&Party> {
        match &self.power {
            Power::Port => None,
            Power::Unit(unit) | Power::Keys(unit) => Some(unit),
        }
    }

    /// True when she manages people and mandates of a party.
    pub fn covers(&self, party: &Party) -> bool {
        match &self.power {
            Power::Port => true,
            Power::Unit(unit) => unit == party,
            Power::Keys(_) => false,
        }
    }

    /// As she is recorded.
    pub(crate) fn who(&self) -> &str {
        &self.who
    }

    pub(crate) fn is(&self, person: &str) -> bool {
        self.person.as_deref() == Some(person)
    }

    pub(crate) fn require(&self, party: &Party) -> Result<(), Error> {
        if self.covers(party) { Ok(()) } else { Err(Error::Forbidden) }
    }

    pub(crate) fn require_port(&self) -> Result<(), Error> {
        if self.of_port() { Ok(()) } else { Err(Error::Forbidden) }
    }

    pub(crate) fn require_keys(&self, party: &Party) -> Result<(), Error> {
        let own = matches!(&self.power, Power::Keys(unit) if unit == party);
        if own || self.covers(party) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

impl Office {
    /// The actor as an administrator: of the whole port by her role, else of her own unit when she manages its people.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody else, and for systems.
    pub async fn administrator(&self, actor: &Actor) -> Result<Administrator, Error> {
        let (who, person) = (signed(actor), Some(actor.person.clone()));
        if actor.role == Role::Administrator && matches!(actor.party, Party::Organ(_)) {
            return Ok(Administrator { who, person, power: Power::Port });
        }
        if self.manages(actor).await? {
            return Ok(Administrator { who, person, power: Power::Unit(actor.party.clone()) });
        }
        Err(Error::Forbidden)
    }

    /// True when the actor is a person who manages the people of her unit.
    ///
    /// # Errors
    /// The store's own.
    pub async fn manages(&self, actor: &Actor) -> Result<bool, Error> {
        let user = self.store.user(&actor.person).await?;
        let of_party = |user: &store::people::User| {
            crate::sign_in::party(user.firm.clone(), user.organ.clone()).as_ref() == Some(&actor.party)
        };
        Ok(user.is_some_and(|user| !user.disabled && of_party(&user) && user.roles.iter().any(|role| role == MANAGER)))
    }

    /// The actor as one who makes and ends the keys of her unit's systems. A key acts as its unit does: those whose own
    /// role is narrower make none.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn key_maker(&self, actor: &Actor) -> Result<Administrator, Error> {
        if !matches!(actor.role, Role::Agent | Role::Officer) {
            return Err(Error::Forbidden);
        }
        let power = Power::Keys(actor.party.clone());
        Ok(Administrator { who: signed(actor), person: Some(actor.person.clone()), power })
    }

    /// Changes something in one transaction with its record.
    pub(crate) async fn change(
        &self,
        by: &Administrator,
        kind: &str,
        (unit, about): (String, &str),
        detail: &serde_json::Value,
        side: Vec<Side>,
    ) -> Result<(), Error> {
        let change = self.recorded_change(by, kind, (unit, about), detail);
        Ok(self.store.change(&change, side).await.map(drop)?)
    }

    /// A change as it is recorded.
    pub(crate) fn recorded_change(
        &self,
        by: &Administrator,
        kind: &str,
        (unit, about): (String, &str),
        detail: &serde_json::Value,
    ) -> Change {
        Change {
            at: self.now().0,
            who: by.who.clone(),
            kind: kind.to_owned(),
            unit,
            about: about.to_owned(),
            detail: detail.to_string(),
        }
    }

    /// What was changed in a party, or in the whole port, the newest first, from before one.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for another's party.
    pub async fn recorded_changes(
        &self,
        by: &Administrator,
        party: Option<&Party>,
        before: Option<Uuid>,
    ) -> Result<Vec<(Uuid, Change)>, Error> {
        match party {
            Some(party) => by.require(party)?,
            None => by.require_port()?,
        }
        Ok(self.store.changes(party.map(Party::code).as_deref(), before, SHOWN).await?)
    }
}

impl Office {
    /// States a version of a record: record, entry among the changes and receipt are one transaction, and the entry holds the
    /// record's digest. Gives the receipt's identifier.
    ///
    /// # Errors
    /// The store's own.
    pub(crate) async fn state_record(
        &self,
        actor: &Actor,
        (kind, party, about): (&str, &str, &str),
        records: &[(&str, &str, String)],
        documents: Vec<store::Sealed>,
    ) -> Result<Uuid, Error> {
        self.state_record_beside(actor, (kind, party, about), records, (documents, Vec::new())).await
    }

    /// The same, with small writes of the same transaction.
    pub(crate) async fn state_record_beside(
        &self,
        actor: &Actor,
        (kind, party, about): (&str, &str, &str),
        records: &[(&str, &str, String)],
        (documents, mut side): (Vec<store::Sealed>, Vec<store::Side>),
    ) -> Result<Uuid, Error> {
        let json = records.first().map(|(.., json)| json.as_str()).unwrap_or_default();
        let put = |(register, key, json): &(&str, &str, String)| {
            self.store.put_record_side(register, key, json, actor.unit())
        };
        side.extend(records.iter().map(put));
        let change = self.stated(actor, (kind, party, about), json);
        Ok(self.store.change_with_documents(self.new_id(), &change, side, documents).await?.receipt_id)
    }

    /// The entry among the changes of what somebody states in a record: with its digest, and not what it says.
    pub(crate) fn stated(&self, actor: &Actor, (kind, party, about): (&str, &str, &str), json: &str) -> Change {
        Change {
            at: self.now().0,
            who: signed(actor),
            kind: kind.to_owned(),
            unit: party.to_owned(),
            about: about.to_owned(),
            detail: serde_json::json!({ "sha256": hex(&Sha256::digest(json)) }).to_string(),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signed(actor: &Actor) -> String {
    format!("{}/{}", actor.party_code(), actor.person)
}
