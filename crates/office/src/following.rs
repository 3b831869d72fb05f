//! What follows of what happened, of itself: the cases of a call, the limits of her manifests and the looks into her goods move with the ship's time, her lists
//! are compared once they are filed, and an inspection that is settled on its declaration is settled for the goods. Read from the log behind the sequenced position; done twice it changes nothing more.

use domain::ship_call::ShipCall;
use store::{Event, EventRow, Reach};
use uuid::Uuid;

use crate::{Error, Office, kept::Kept as _};

/// The reader of the log, by name.
const FOLLOWING: &str = "following";
/// Acts that can move the time at which a ship berths.
const TIMES: [&str; 2] = ["time.stated", "berth.planned"];
/// A list of crew or passengers was filed.
const LISTED: &str = "call.persons_listed";
/// Another ship's crew changed, so that somebody is signed on two ships, or is no longer: news of a pre-check, read by border
/// inspection alone.
const ELSEWHERE: &str = "precheck.elsewhere";
/// Acts by which an inspection of a declaration may be settled.
const EXAMINED: [&str; 4] =
    ["inspection.found", "declaration.settled", "declaration.invalidated", "declaration.rejected"];
/// Goods are there.
const THERE: &str = "consignment.arrived";
/// What happened longer ago than this is history, and followed no more: thirty days, microseconds.
const OLD: i64 = 30 * 24 * domain::instant::HOUR;

/// News that a list of crew or passengers of a call was filed.
pub(crate) fn listed(call: Uuid, number: &str) -> Event {
    Event { kind: LISTED.to_owned(), matter: call, data: serde_json::json!({"number": number}).to_string() }
}

/// News for the pre-check of another ship.
pub(crate) fn signed_elsewhere(precheck: Uuid) -> Event {
    Event { kind: ELSEWHERE.to_owned(), matter: precheck, data: serde_json::json!({}).to_string() }
}

impl Office {
    /// Does what follows of what the log holds beyond where this was done last, at most so many events; gives how many were
    /// read.
    ///
    /// # Errors
    /// The store's own. What cannot be followed is set aside, and the rest goes on.
    pub async fn follow_news(&self, most: i64) -> Result<usize, Error> {
        let from = self.store.reader_position(FOLLOWING).await?;
        let (events, to) = self.store.reach(Reach::System(FOLLOWING)).events_after(from, most).await?;
        if to == from {
            return Ok(0);
        }
        for (nth, event) in events.iter().enumerate().filter(|(_, event)| event.at > self.now().0 - OLD) {
            match self.follow(event, &format!("{from}/{nth}")).await {
                Ok(()) | Err(Error::NotFound) => {}
                Err(Error::Internal(why)) => {
                    self.store.set_aside(FOLLOWING, 1, &why, event.matter.as_bytes()).await?;
                }
                Err(other) => return Err(other),
            }
        }
        match self.store.tell(FOLLOWING, (from, to), &[], &[]).await {
            // Another node has followed it.
            Err(store::StoreError::Missed) => Ok(0),
            other => Ok(other.map(|()| events.len())?),
        }
    }

    async fn follow(&self, event: &EventRow, source: &str) -> Result<(), Error> {
        if EXAMINED.contains(&event.kind.as_str()) {
            return self.looks_follow_declaration(event.matter, source).await;
        }
        if event.kind == ELSEWHERE {
            return self.precheck_again(event.matter).await;
        }
        if event.kind == THERE {
            return self.look_follows_arrival(event.matter, source).await;
        }
        let (times, lists) = (TIMES.contains(&event.kind.as_str()), event.kind == LISTED);
        if !times && !lists {
            return Ok(());
        }
        let reach = self.store.reach(Reach::System(FOLLOWING));
        let stored = reach.matter(event.matter).await?.filter(|stored| stored.kind == ShipCall::KIND);
        let call: ShipCall = self.unfold(stored.ok_or(Error::NotFound)?).await?;
        if times {
            self.crew_cases_follow(&call, &format!("{source}/{}", call.version)).await?;
            let known = [("arrival", call.expected("arrival")), ("departure", call.expected("departure"))];
            let known = known.into_iter().filter_map(|(name, at)| Some((name.to_owned(), at?))).collect();
            self.manifests_follow(&call.number, &known, &format!("{source}/{}", call.version)).await?;
            self.looks_follow_times(&call.number, &format!("{source}/{}", call.version)).await?;
        }
        if lists {
            self.precheck_follows(event.matter, call).await?;
        }
        Ok(())
    }
}
