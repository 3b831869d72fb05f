//! A change of a decision table: those who approve are told that it waits for them, and who drafted it what became of it. It
//! is told in the transaction of the step.

use domain::{
    notice::{Recipients, Told, recipients},
    ship_call::Party,
    table_change::competence,
};
use store::{Side, versions::Version};
use uuid::Uuid;

use super::{Piece, Telling};
use crate::{Actor, Error, Office, Right, TableAct, sign_in::actor_of};

/// What is told of which step.
const EVENTS: [(TableAct, &str); 4] = [
    (TableAct::Propose, "table.proposed"),
    (TableAct::Return, "table.returned"),
    (TableAct::Publish, "table.published"),
    (TableAct::Withdraw, "table.withdrawn"),
];

impl Office {
    /// The notices of a step of a change.
    pub(crate) async fn told_of_change(&self, actor: &Actor, of: &Version, act: TableAct) -> Result<Vec<Side>, Error> {
        let Some((_, event)) = EVENTS.into_iter().find(|(known, _)| *known == act) else { return Ok(Vec::new()) };
        let now = self.now();
        let Some(Recipients { to, group }) = recipients(&self.profile, event, "", now) else { return Ok(Vec::new()) };
        let told = Told { event, who: actor.unit().to_owned(), ..Told::default() };
        let source = format!("table/{}/{}/{event}", of.id, of.edit);
        let (number, by) = (of.name.as_str(), actor.person.as_str());
        let piece = Piece { told: &told, group: &group, class: "", matter: Uuid::nil(), number, source, by };
        let mut telling = Telling::new(self);
        for word in &to {
            match word.as_str() {
                "unit" => {
                    let approves = competence(&self.profile, &of.name, now).map(|of| of.approves).unwrap_or_default();
                    for organ in approves {
                        let party = Party::Organ(organ);
                        telling.people(&party, &piece, &|user| actor_of(user).may(Right::ChangeTables)).await?;
                    }
                }
                "firm" => {
                    let party = Party::Organ(of.organ.clone());
                    telling.people(&party, &piece, &|user| user.id == of.person).await?;
                }
                _ => {}
            }
        }
        Ok(self.store.notice_sides(&telling.notices, &telling.deliveries))
    }
}
