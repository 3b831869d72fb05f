//! What a firm's own page shows besides its record: mandates and people.

use domain::ship_call::Party;
use store::{mandates::Mandate, people::User};

use crate::{Actor, Error, Office, Right};

/// So many users are read at once.
const AT_ONCE: i64 = 200;

impl Office {
    /// Mandates that a firm gave or holds. Organs see them, and the firm itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another firm.
    pub async fn mandates(&self, actor: &Actor, firm: &str) -> Result<Vec<Mandate>, Error> {
        actor.require(Right::ReadCalls)?;
        match &actor.party {
            Party::Firm(own) if own != firm => Err(Error::NotFound),
            _ => Ok(self.store.mandates_of(firm).await?),
        }
    }

    /// The actor as one who acts for a principal. Checked at each call, so that a mandate that was revoked ends at once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when no mandate stands now.
    pub async fn acting_for(&self, actor: Actor, principal: &str) -> Result<Actor, Error> {
        let stands = match &actor.party {
            Party::Firm(agent) => self.store.mandate(agent, principal, self.now().0).await?.is_some(),
            _ => false,
        };
        if stands { Ok(Actor { on_behalf: Some(principal.to_owned()), ..actor }) } else { Err(Error::Forbidden) }
    }

    /// Gives a firm a mandate of another, between two instants.
    ///
    /// # Errors
    /// The store's own.
    pub async fn give_mandate(&self, agent: &str, principal: &str, (from, until): (i64, i64)) -> Result<(), Error> {
        let mandate =
            Mandate { agent: agent.to_owned(), principal: principal.to_owned(), from, until, revoked_at: None };
        Ok(self.store.put_mandate(&mandate).await?)
    }

    /// Names and roles of those who sign in for the actor's own unit.
    pub async fn colleagues(&self, actor: &Actor) -> Result<Vec<(String, String)>, Error> {
        let belongs = |user: &User| match &actor.party {
            Party::Firm(firm) => user.firm.as_ref() == Some(firm),
            Party::Organ(organ) => user.organ.as_ref() == Some(organ),
            Party::Clock => false,
        };
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let users = self.store.users(&after, AT_ONCE).await?;
            let Some(last) = users.last() else { return Ok(found) };
            after.clone_from(&last.id);
            let here = users.into_iter().filter(|user| belongs(user) && !user.disabled);
            found.extend(here.map(|user| (user.name, user.roles.join(" "))));
        }
    }
}
