//! Where goods stand, for who holds a number of theirs and is not signed in: what is holding them and whose it is, and every event
//! with its time and the part that its source has. No name, no firm, no truck, and nothing of what the goods are. Which kinds of
//! number open it, the dated table `whereabouts` says.

use std::collections::BTreeSet;

use domain::{
    Instant, Value,
    consignment::{Consignment, Held},
    declaration::Declaration,
};
use store::{Reach, Stored};

use super::{FoundConsignment, kept};
use crate::{Actor, Error, Office, declarations::CUSTOMS, kept::Kept as _};

/// So many consignments of one number are told of.
const MOST: i64 = 20;

/// Where goods stand, as far as a stranger may know.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    /// The number of the consignment or declaration.
    pub number: String,
    /// True for a declaration that no manifest's goods name.
    pub declared_only: bool,
    /// The state, by its code.
    pub state: String,
    /// What is holding it, and whose it is: an organ, `carrier`, `firm` or `truck`.
    pub held: Vec<Held>,
    /// Until when it is planned to be looked into.
    pub look: Option<(Instant, Instant)>,
    /// What happened, oldest first: when, what, and by an organ's code, `carrier`, `firm` or `clock`.
    pub events: Vec<(Instant, String, String)>,
}

impl Office {
    /// Where the goods stand that a number names; empty when it names none, or none that a stranger is told of.
    ///
    /// # Errors
    /// The store's own.
    pub async fn whereabouts(&self, number: &str) -> Result<Vec<Whereabouts>, Error> {
        let word = number.trim().to_lowercase();
        if !(4..=40).contains(&word.chars().count()) {
            return Ok(Vec::new());
        }
        let reach = self.store.reach(Reach::System("where goods are, for who has their number"));
        let mut found = Vec::new();
        for stored in reach.named(kept::CONSIGNMENT, &word, None, MOST).await? {
            let (id, of) = (stored.id, self.unfold::<Consignment>(stored).await?);
            if self.tells(kind_of(&of, &word)) {
                let (customs, declarations) = self.customs_of(&of).await?;
                found.push(self.told_of_goods(&FoundConsignment { id, consignment: of, customs, declarations }).await?);
            }
        }
        if found.is_empty() && self.tells("declaration") {
            for stored in reach.named(Declaration::KIND, &word, None, 1).await? {
                found.extend(self.told_of_declaration(stored, &word).await?);
            }
        }
        Ok(found)
    }

    /// True when this kind of number opens it today.
    fn tells(&self, kind: &str) -> bool {
        self.profile.hit("whereabouts", self.now(), &Value::from([("number", kind.into())])).is_some()
    }

    async fn told_of_goods(&self, found: &FoundConsignment) -> Result<Whereabouts, Error> {
        let of = &found.consignment;
        let carrier = format!("firm:{}", of.carrier);
        let events = self.chain(&Actor::clock(), found).await?.into_iter().map(|event| {
            let source = match event.source.split_once(':') {
                _ if event.source == carrier => "carrier",
                Some(("firm", _)) => "firm",
                Some((_, organ)) => organ,
                None => "clock",
            };
            (event.at, event.kind, source.to_owned())
        });
        let look = of.joint.appointment.as_ref().map(|of| (of.from, of.until));
        Ok(Whereabouts {
            number: of.number.clone(),
            declared_only: false,
            state: of.state().to_owned(),
            held: found.held(self.now()),
            look,
            events: events.collect(),
        })
    }

    /// By its own number alone: references and bills are the firm's.
    async fn told_of_declaration(&self, stored: Stored, word: &str) -> Result<Option<Whereabouts>, Error> {
        let of: Declaration = self.unfold(stored).await?;
        if of.number.to_lowercase() != word {
            return Ok(None);
        }
        let steps = [
            ("declaration.lodged", Some(of.opened_at), "firm"),
            ("declaration.accepted", of.accepted_at, CUSTOMS),
            ("declaration.released", of.released_at, CUSTOMS),
            ("declaration.cleared", of.cleared_at, CUSTOMS),
            ("declaration.revoked", of.revoked_at, CUSTOMS),
        ];
        let mut events: Vec<_> =
            steps.into_iter().filter_map(|(kind, at, by)| Some((at?, kind.to_owned(), by.to_owned()))).collect();
        events.sort();
        let by = of.holder();
        let held = (!by.is_empty()).then(|| Held { what: "customs", by: by.to_owned() });
        Ok(Some(Whereabouts {
            number: of.number.clone(),
            declared_only: true,
            state: of.status().code().to_owned(),
            held: held.into_iter().collect(),
            look: of.next_look().map(|look| (look.from, look.until)),
            events,
        }))
    }
}

/// What kind of number of a consignment a word is; empty for one that names many goods, such as its manifest's.
fn kind_of(of: &Consignment, word: &str) -> &'static str {
    let same = |known: &str| known.eq_ignore_ascii_case(word);
    let told = &of.told;
    let bills: BTreeSet<String> = [told.bill(), told.master.clone(), told.house.clone()].into();
    match () {
        () if same(&of.number) => "consignment",
        () if bills.iter().any(|bill| same(bill)) => "bill",
        () if told.boxes.iter().any(|one| same(&one.number)) => "container",
        () if of.declarations.keys().any(|number| same(number)) => "declaration",
        () => "",
    }
}
