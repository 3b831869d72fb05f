//! Who may draft and approve the change of a table: the table `table-changes`, which is changed like any other.

use crate::{
    Instant, Text, Value,
    matter::{Organ, Rule},
    profile::Profile,
};

/// The table that says so.
pub const COMPETENCE: &str = "table-changes";

/// Who changes a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Competence {
    /// Whose people draft changes.
    pub drafts: Vec<Organ>,
    /// Whose people approve them; never who drafted the change.
    pub approves: Vec<Organ>,
    /// The row that says so.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
    /// Why.
    pub reason: Text,
}

/// Who changes a table on a day; none where no row says so, and then nobody does.
pub fn competence(profile: &Profile, table: &str, at: Instant) -> Option<Competence> {
    let hit = profile.hit(COMPETENCE, at, &Value::from([("table", table.into())]))?;
    Some(Competence {
        drafts: hit.texts("drafts"),
        approves: hit.texts("approves"),
        rule: hit.rule(),
        law: hit.law().to_owned(),
        reason: hit.reason(),
    })
}

impl Competence {
    /// True when an organ's people draft changes.
    pub fn drafts(&self, organ: &str) -> bool {
        self.drafts.iter().any(|of| of == organ)
    }

    /// True when an organ's people approve them.
    pub fn approves(&self, organ: &str) -> bool {
        self.approves.iter().any(|of| of == organ)
    }
}
