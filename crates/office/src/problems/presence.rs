//! Who else of the departments has a case open, and who is writing: told before anybody acts on what another has before
//! her. It is no claim and binds nobody; what was written on an older state is refused by the version that a form carries.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Instant, ship_call::Party};

use super::Case;
use crate::{Actor, Error, Office};

/// How long a page counts as open after its last sign of life, in microseconds.
const OPEN: i64 = 3 * 60 * 1_000_000;

/// Somebody who has a case open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// Her unit.
    pub organ: String,
    /// Her name, for colleagues of the same unit; empty for others.
    pub name: String,
    /// True while she is writing.
    pub writing: bool,
    /// When her page last told so.
    pub at: Instant,
}

impl Office {
    /// Notes that somebody of a department has a case open, and tells who else has. Nobody is told of firms.
    ///
    /// # Errors
    /// The store's own; callers may go on without.
    pub async fn present(&self, actor: &Actor, case: &Case, writing: bool) -> Result<Vec<Present>, Error> {
        let Party::Organ(organ) = &actor.party else { return Ok(Vec::new()) };
        let until = self.now().0 + OPEN;
        self.store.put_presence(case.id, (organ, &actor.person), writing, until).await?;
        let others: Vec<_> = self
            .store
            .presence(case.id)
            .await?
            .into_iter()
            .filter(|of| of.organ != *organ || of.person != actor.person)
            .collect();
        let colleagues = others.iter().filter(|of| of.organ == *organ).map(|of| of.person.clone()).collect();
        let names = self.names_of_people(&colleagues).await?;
        let present = others.into_iter().map(|of| Present {
            name: names.get(&of.person).filter(|_| of.organ == *organ).cloned().unwrap_or_default(),
            organ: of.organ,
            writing: of.writing,
            at: Instant(of.until - OPEN),
        });
        Ok(present.collect())
    }

    /// The names of people by the identifiers that journals keep; who is unknown has none.
    ///
    /// # Errors
    /// The store's own.
    pub async fn names_of_people(&self, ids: &BTreeSet<String>) -> Result<BTreeMap<String, String>, Error> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids: Vec<String> = ids.iter().cloned().collect();
        let users = self.store.users_with(&ids).await?;
        Ok(users.into_iter().map(|user| (user.id, user.name)).collect())
    }
}
