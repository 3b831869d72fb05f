//! What a firm's own page shows besides its record: mandates and people.

use std::collections::BTreeMap;

use domain::{
    Text,
    ship_call::{Party, Record, ShipCall},
};
use store::{mandates::Mandate, people::User};

use crate::{Actor, CompanyRecord, Error, Office, Right};

/// So many users are read at once.
const AT_ONCE: i64 = 200;

impl Office {
    /// Names of firms by their codes; a code without a record is left out.
    ///
    /// # Errors
    /// The store's own.
    pub async fn names_of(&self, codes: Vec<String>) -> Result<BTreeMap<String, Text>, Error> {
        if codes.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = self.store.records_of("company", &codes).await?.into_iter();
        rows.map(|row| Ok((row.key, serde_json::from_str::<CompanyRecord>(&row.json)?.name))).collect()
    }

    /// Names of the firms that a call and its journal speak of: its agents, those that stated times, and those for which
    /// was acted.
    ///
    /// # Errors
    /// The store's own.
    pub async fn firm_names<'a>(
        &self,
        call: &'a ShipCall,
        journal: impl IntoIterator<Item = &'a Record>,
    ) -> Result<BTreeMap<String, Text>, Error> {
        let sources = call.times.iter().map(|time| &time.source);
        let principals = journal.into_iter().filter_map(|record| record.on_behalf.as_ref());
        let codes = call.former_agents.iter().chain([&call.agent]).chain(sources).chain(principals);
        let mut firms: Vec<String> = codes.filter(|code| self.profile.organ(code).is_none()).cloned().collect();
        firms.sort();
        firms.dedup();
        self.names_of(firms).await
    }

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

    /// The firms for which the actor's firm may act now, each once.
    ///
    /// # Errors
    /// The store's own.
    pub async fn principals(&self, actor: &Actor) -> Result<BTreeMap<String, Text>, Error> {
        let Party::Firm(agent) = &actor.party else { return Ok(BTreeMap::new()) };
        let now = self.now().0;
        let stands = |mandate: &Mandate| {
            mandate.agent == *agent
                && (mandate.from..mandate.until).contains(&now)
                && mandate.revoked_at.is_none_or(|at| at > now)
        };
        let mandates = self.store.mandates_of(agent).await?.into_iter();
        let codes: Vec<String> = mandates.filter(stands).map(|mandate| mandate.principal).collect();
        let mut principals = self.names_of(codes.clone()).await?;
        for code in codes {
            principals.entry(code.clone()).or_insert_with(|| Text::new(code.as_str(), code.as_str()));
        }
        Ok(principals)
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
