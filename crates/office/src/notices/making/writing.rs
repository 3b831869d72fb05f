//! Notices and deliveries written down for people and systems, as each wants to be told.

use domain::{Instant, notice::earliest, ship_call::Party};
use store::{
    notices::{Delivery, Notice as Row},
    people::User,
};

use super::{Piece, Telling};
use crate::{
    Error,
    notices::{Data, Preferences, person},
};

impl Telling<'_> {
    /// Tells the people of a party whom `is_for` names.
    pub(super) async fn people(
        &mut self,
        party: &Party,
        piece: &Piece<'_>,
        is_for: &(dyn Fn(&User) -> bool + Sync),
    ) -> Result<(), Error> {
        let (code, is_firm) = match party {
            Party::Firm(code) => (code.clone(), true),
            Party::Organ(code) => (code.clone(), false),
            Party::Clock => return Ok(()),
        };
        let key = format!("{is_firm}:{code}");
        if !self.people.contains_key(&key) {
            let mut people = Vec::new();
            for user in self.office.store.users_of(&code, !is_firm).await?.into_iter().filter(|user| !user.disabled) {
                let preferences = self.office.preferences_kept(&person(&user.id)).await?;
                people.push((user, preferences));
            }
            self.people.insert(key.clone(), people);
        }
        let known = self.people.get(&key).cloned().unwrap_or_default();
        for (user, preferences) in known.iter().filter(|(user, _)| is_for(user) && user.id != piece.by) {
            self.one(party, user, preferences, piece);
        }
        Ok(())
    }

    pub(super) fn one(&mut self, party: &Party, user: &User, preferences: &Preferences, piece: &Piece<'_>) {
        let recipient = person(&user.id);
        // By two ways named, told once.
        if self.notices.iter().any(|known| known.recipient == recipient && known.source == piece.source) {
            return;
        }
        let (page, mail) = (preferences.on_page(piece.group, piece.class), preferences.by_email(piece.group));
        if !page && !mail {
            return;
        }
        let mut notice = self.notice(recipient, piece);
        // Who wants it by letter alone has nothing waiting on the page.
        notice.read_at = (!page).then_some(notice.made_at);
        if mail {
            let about = (piece.told.event, piece.class);
            let due = earliest(&self.office.profile, party, &preferences.desk, about, self.office.now());
            self.deliver(&notice, "email", due);
        }
        self.notices.push(notice);
    }

    /// Calls the systems of a party.
    pub(super) async fn systems(&mut self, party: &str, piece: &Piece<'_>) -> Result<(), Error> {
        if !self.endpoints.contains_key(party) {
            let of = self.office.store.endpoints_of(party).await?;
            let standing = of.into_iter().filter(|of| of.disabled_at.is_none()).map(|of| of.id).collect();
            self.endpoints.insert(party.to_owned(), standing);
        }
        for id in self.endpoints.get(party).cloned().unwrap_or_default() {
            let recipient = format!("endpoint:{id}");
            if self.notices.iter().any(|known| known.recipient == recipient && known.source == piece.source) {
                continue;
            }
            let notice = self.notice(recipient, piece);
            // Machines do not sleep.
            self.deliver(&notice, "webhook", self.office.now());
            self.notices.push(notice);
        }
        Ok(())
    }

    pub(super) fn notice(&self, recipient: String, piece: &Piece<'_>) -> Row {
        Row {
            id: self.office.new_id(),
            recipient,
            source: piece.source.clone(),
            kind: piece.told.event.to_owned(),
            class: piece.class.to_owned(),
            matter: piece.matter,
            number: piece.number.to_owned(),
            data: serde_json::to_string(&Data::from(piece.told)).unwrap_or_default(),
            made_at: self.office.now().0,
            read_at: None,
        }
    }

    pub(super) fn deliver(&mut self, notice: &Row, way: &str, due: Instant) {
        self.deliveries.push(Delivery {
            id: self.office.new_id(),
            recipient: notice.recipient.clone(),
            notice: notice.id,
            way: way.to_owned(),
            kind: notice.kind.clone(),
            number: notice.number.clone(),
            state: "waiting".to_owned(),
            made_at: notice.made_at,
            due_at: due.0,
            tries: 0,
            done_at: None,
            result: String::new(),
        });
    }
}
