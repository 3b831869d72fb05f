//! What was compared is compared again when what it was compared with changed: another ship's crew, or the watch list. And the list
//! of all pre-checks.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
};

use domain::{
    Instant, Text,
    precheck::{Precheck, Run},
    ship_call::ShipCall,
};
use store::{Event, Filter, Reach};
use uuid::Uuid;

use crate::{Actor, Call, Error, Office, Request, following, kept::Kept as _, ship_calls::under_way};

/// So many calls that are under way are looked through.
const MOST: i64 = 20_000;
/// So many pre-checks are, the newest.
const NEWEST: i64 = 2_000;
/// So many lines are shown.
const SHOWN: usize = 200;

/// A pre-check in the list of all.
#[derive(Clone, Debug)]
pub struct PrecheckLine {
    /// The call's number.
    pub call: String,
    /// The ship; none of a call that is over.
    pub ship: Option<Text>,
    /// When she comes.
    pub arrives: Option<Instant>,
    /// Where it stands.
    pub state: String,
    /// When something last happened to it.
    pub updated_at: Instant,
}

impl Office {
    /// Pre-checks of calls that are under way, and of others those with hits that are not decided: what has to be looked at first,
    /// then who comes first. And how many have hits to be decided.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but border inspection.
    pub async fn prechecks_listed(&self, actor: &Actor) -> Result<(Vec<PrecheckLine>, usize), Error> {
        self.require_prechecks(actor)?;
        let reach = self.store.reach(Reach::System("pre-check"));
        let calls = reach.calls_in(&under_way(), MOST).await?;
        let calls: BTreeMap<String, store::MatterRow> =
            calls.into_iter().map(|stored| (stored.row.number.clone(), stored.row)).collect();
        let made = reach.list(Precheck::KIND, &Filter::default(), None, NEWEST).await?;
        let line = |row: store::MatterRow| {
            let of = calls.get(&row.title);
            let undecided = matches!(row.state.as_str(), "open" | "stopped");
            let ship = of.map(|of| {
                let (zh, en) = of.title.split_once('\u{1f}').unwrap_or((&of.title, &of.title));
                Text::new(zh, en)
            });
            (of.is_some() || undecided).then(|| PrecheckLine {
                call: row.title,
                ship,
                arrives: of.and_then(|of| of.starts_at).map(Instant),
                state: row.state,
                updated_at: Instant(row.updated_at),
            })
        };
        let mut lines: Vec<PrecheckLine> = made.into_iter().filter_map(|stored| line(stored.row)).collect();
        let open = lines.iter().filter(|line| line.state == "open").count();
        lines.sort_by_key(|line| (rank(&line.state), line.arrives.unwrap_or(Instant(i64::MAX))));
        lines.truncate(SHOWN);
        Ok((lines, open))
    }

    /// How many pre-checks have hits that two officers have to decide.
    ///
    /// # Errors
    /// The store's own.
    pub async fn prechecks_open(&self, actor: &Actor) -> Result<usize, Error> {
        if !self.may_precheck(actor) {
            return Ok(0);
        }
        let open = Filter { states: vec!["open".to_owned()], ..Filter::default() };
        let reach = self.store.reach(Reach::System("pre-check"));
        Ok(reach.list(Precheck::KIND, &open, None, crate::MOST_COUNTED).await?.len())
    }

    /// News for the pre-checks of other ships that a run found, or finds no longer, where they do not say the same yet.
    pub(super) async fn other_ships(&self, call: &str, before: &Run, now: &Run) -> Result<Vec<Event>, Error> {
        let named = |run: &Run| run.elsewhere.iter().map(|of| of.call.clone()).collect::<BTreeSet<String>>();
        let (before, now) = (named(before), named(now));
        let mut events = Vec::new();
        for other in before.symmetric_difference(&now) {
            let Some((id, precheck)) = self.precheck_of(other).await? else { continue };
            let says = precheck.run.elsewhere.iter().any(|of| of.call == call);
            if says != now.contains(other) {
                events.push(following::signed_elsewhere(id));
            }
        }
        Ok(events)
    }

    /// Compares the lists of a call again, because of another ship's.
    pub(crate) async fn precheck_again(&self, id: Uuid) -> Result<(), Error> {
        let reach = self.store.reach(Reach::System("pre-check"));
        let stored = reach.matter(id).await?.filter(|stored| stored.kind == Precheck::KIND);
        let precheck: Precheck = self.unfold(stored.ok_or(Error::NotFound)?).await?;
        let stored = reach.matter_by_number(&precheck.call).await?.ok_or(Error::NotFound)?;
        let call = Call { id: stored.id, call: self.unfold::<ShipCall>(stored).await? };
        self.compare_again(&call, &precheck).await
    }

    async fn compare_again(&self, call: &Call, precheck: &Precheck) -> Result<(), Error> {
        if call.call.status().is_over() || super::standing(&call.call).is_empty() {
            return Ok(());
        }
        let key = format!("{}-K/again/{}", call.call.number, precheck.version);
        let request = Request::new("following", Some(key.clone()), key.as_bytes(), "clock");
        match self.compare_lists(&Actor::clock(), call, &request).await {
            // Somebody was first.
            Ok(_) | Err(Error::Refused(_) | Error::Conflict) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// Compares every call that is under way with the watch list that stands, once it is another one than they were compared with.
    ///
    /// # Errors
    /// The store's own; what cannot be compared for a cause of its own is passed over, and shows itself as not compared.
    pub async fn follow_watch_list(&self) -> Result<(), Error> {
        let organ = self.prechecks();
        let Some((version, _)) = self.store.watch_version(&organ).await? else { return Ok(()) };
        if self.watch.followed.load(Ordering::Relaxed) == version {
            return Ok(());
        }
        let reach = self.store.reach(Reach::System("pre-check"));
        for line in reach.calls_in(&under_way(), MOST).await? {
            let Some((_, precheck)) = self.precheck_of(&line.row.number).await? else { continue };
            if precheck.run.watch == version {
                continue;
            }
            let Some(stored) = reach.matter(line.id).await? else { continue };
            let call = Call { id: stored.id, call: self.unfold::<ShipCall>(stored).await? };
            match self.compare_again(&call, &precheck).await {
                Ok(()) | Err(Error::Internal(_) | Error::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        self.watch.followed.store(version, Ordering::Relaxed);
        Ok(())
    }
}

/// What has to be looked at stands first.
fn rank(state: &str) -> u8 {
    match state {
        "stopped" => 0,
        "open" => 1,
        "ready" => 2,
        _ => 3,
    }
}
